-- Phrases that stand for an aspect, an act or a topic. Our own are built in (of topics there are none: they are the users'
-- taxonomy); what users add or drop is kept beside them, so that a dump has what they changed and a later version can bring
-- other phrases of its own.

CREATE FUNCTION empathy.check_phrase(phrase text) RETURNS boolean
    AS 'MODULE_PATHNAME', 'emp_check_phrase' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.check_phrase(text) IS 'internal: true, or an error that says why it can''t be a phrase';

CREATE TABLE empathy.phrase (
    task    text NOT NULL CHECK (task OPERATOR(pg_catalog.=) ANY ('{aspect,act,topic}'::pg_catalog.text[])),
    label   text NOT NULL CHECK (label OPERATOR(pg_catalog.~) '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$'
                                 AND pg_catalog.octet_length(label) OPERATOR(pg_catalog.<=) 63),
    phrase  text NOT NULL CHECK (empathy.check_phrase(phrase)),
    lean    smallint NOT NULL DEFAULT 0 CHECK (lean OPERATOR(pg_catalog.=) ANY ('{-1,0,1}'::pg_catalog.int2[])),
    builtin boolean NOT NULL DEFAULT false,
    used    boolean NOT NULL DEFAULT true CHECK (used OR NOT builtin),
    PRIMARY KEY (task, label, phrase, builtin)
);
COMMENT ON TABLE empathy.phrase IS
    'Phrases that stand for an aspect, an act or a topic: ours, and beside them what users changed, which goes before';
COMMENT ON COLUMN empathy.phrase.task IS 'What it is looked for by: ''aspect'', ''act'' or ''topic''';
COMMENT ON COLUMN empathy.phrase.label IS 'What it stands for; ''none'' is nothing, and shields shorter phrases in it';
COMMENT ON COLUMN empathy.phrase.phrase IS 'One to four words; a word may end in *, and ^ before the first is the start of a sentence';
COMMENT ON COLUMN empathy.phrase.lean IS 'What the phrase itself says of an aspect or topic: 1 good, -1 bad, 0 nothing';
COMMENT ON COLUMN empathy.phrase.builtin IS 'Whether it came with the extension';
COMMENT ON COLUMN empathy.phrase.used IS 'False: a user dropped the built-in phrase';
REVOKE ALL ON empathy.phrase FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.phrase', 'WHERE NOT builtin');

CREATE VIEW empathy.phrases AS
    SELECT t.task, t.label, t.phrase, t.lean, t.builtin
    FROM empathy.phrase t
    WHERE t.used AND NOT (t.builtin AND EXISTS (
        SELECT FROM empathy.phrase u
        WHERE NOT u.builtin AND u.task OPERATOR(pg_catalog.=) t.task AND u.label OPERATOR(pg_catalog.=) t.label
          AND u.phrase OPERATOR(pg_catalog.=) t.phrase));
COMMENT ON VIEW empathy.phrases IS 'The phrases by which aspects, acts and topics are found';
COMMENT ON COLUMN empathy.phrases.task IS 'What it is looked for by: aspect, act or topic';
COMMENT ON COLUMN empathy.phrases.label IS 'What it stands for; none is nothing, and shields shorter phrases in it';
COMMENT ON COLUMN empathy.phrases.phrase IS 'One to four words';
COMMENT ON COLUMN empathy.phrases.lean IS 'What the phrase itself says of an aspect or topic: 1 good, -1 bad, 0 nothing';
COMMENT ON COLUMN empathy.phrases.builtin IS 'Whether it came with the extension as it is';

CREATE FUNCTION empathy.fold_phrase(phrase text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT lower(btrim(regexp_replace(phrase, '[[:space:]]+', ' ', 'g')))
$$;
COMMENT ON FUNCTION empathy.fold_phrase(text) IS 'internal: a phrase as it is kept: in small letters, single blanks between words';

CREATE FUNCTION empathy.add_phrase(task text, label text, phrase text, lean integer DEFAULT 0) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF task IS NULL OR task NOT IN ('aspect', 'act', 'topic') THEN
        RAISE EXCEPTION 'unknown task %', coalesce('"' || task || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Phrases stand for an "aspect", an "act" or a "topic".';
    ELSIF label IS NULL OR label !~ '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$' OR octet_length(label) > 63 THEN
        RAISE EXCEPTION 'invalid label %', coalesce('"' || label || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value',
            HINT = 'A label has 1 to 63 bytes, no control characters, and no blanks around it.';
    ELSIF phrase IS NULL OR lean IS NULL THEN
        RAISE EXCEPTION '% must not be NULL', CASE WHEN phrase IS NULL THEN 'phrase' ELSE 'lean' END
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF lean NOT BETWEEN -1 AND 1 THEN
        RAISE EXCEPTION 'lean % is not -1, 0 or 1', lean USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO empathy.phrase AS t (task, label, phrase, lean) VALUES ($1, $2, empathy.fold_phrase($3), $4)
    ON CONFLICT ON CONSTRAINT phrase_pkey DO UPDATE SET lean = excluded.lean, used = true
        WHERE (t.lean, t.used) <> (excluded.lean, true);
    IF FOUND THEN
        PERFORM empathy.invalidate_texts();
    END IF;
END $$;
COMMENT ON FUNCTION empathy.add_phrase(text, text, text, integer) IS
    'Makes a phrase stand for an aspect, an act or a topic, one of ours or a new one of your own';
REVOKE ALL ON FUNCTION empathy.add_phrase(text, text, text, integer) FROM PUBLIC;

CREATE FUNCTION empathy.drop_phrase(task text, label text, phrase text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    folded text := empathy.fold_phrase(phrase);
BEGIN
    IF NOT EXISTS (SELECT FROM empathy.phrases t WHERE (t.task, t.label, t.phrase) = ($1, $2, folded)) THEN
        RAISE EXCEPTION 'phrase "%" does not stand for % "%"', phrase, task, label USING ERRCODE = 'undefined_object',
            HINT = 'empathy.phrases shows the phrases.';
    END IF;
    DELETE FROM empathy.phrase t WHERE (t.task, t.label, t.phrase) = ($1, $2, folded) AND NOT t.builtin;
    INSERT INTO empathy.phrase (task, label, phrase, lean, used)
    SELECT t.task, t.label, t.phrase, t.lean, false FROM empathy.phrase t WHERE (t.task, t.label, t.phrase) = ($1, $2, folded);
    PERFORM empathy.invalidate_texts();
END $$;
COMMENT ON FUNCTION empathy.drop_phrase(text, text, text) IS 'Makes a phrase no longer stand for an aspect, an act or a topic';
REVOKE ALL ON FUNCTION empathy.drop_phrase(text, text, text) FROM PUBLIC;

CREATE FUNCTION empathy.aspects(said text) RETURNS TABLE (aspect text, sentiment real, quote text)
    AS 'MODULE_PATHNAME', 'emp_aspects' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 3;
COMMENT ON FUNCTION empathy.aspects(text) IS
    'What a text speaks of, each with the sentiment of its clause (-1 to 1, NULL if it says nothing known) and the clause itself, not masked';

CREATE FUNCTION empathy.aspects(said text, aspects text[]) RETURNS TABLE (aspect text, sentiment real, quote text)
    AS 'MODULE_PATHNAME', 'emp_aspects' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION empathy.aspects(text, text[]) IS
    'Of certain aspects those that a text speaks of, each with the sentiment of its clause and the clause itself, not masked';

CREATE FUNCTION empathy.topics(said text) RETURNS TABLE (topic text, sentiment real, quote text)
    AS 'MODULE_PATHNAME', 'emp_topics' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 1;
COMMENT ON FUNCTION empathy.topics(text) IS
    'The topics of your own that a text speaks of, each with the sentiment of its clause and the clause itself, not masked';

CREATE FUNCTION empathy.acts(said text) RETURNS TABLE (act text, quote text)
    AS 'MODULE_PATHNAME', 'emp_acts' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION empathy.acts(text) IS
    'What the sentences of a text do (ask, doubt, wish, thank, threaten to leave, ...), each with the sentence, not masked';

-- Sentiment with all that is known of it.

CREATE FUNCTION empathy.sentiment_detail(said text, OUT score real, OUT label text, OUT confidence real, OUT lo real,
                                         OUT hi real, OUT language text, OUT model text)
    AS 'MODULE_PATHNAME', 'emp_sentiment_detail' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.sentiment_detail(text) IS
    'The sentiment of a text with a label (NULL where it is not sure), the label''s probability, an interval, the language and the model';

CREATE FUNCTION empathy.sentiment_detail(said text, model text, OUT score real, OUT label text, OUT confidence real,
                                         OUT lo real, OUT hi real, OUT language text, OUT model text)
    AS 'MODULE_PATHNAME', 'emp_sentiment_detail' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION empathy.sentiment_detail(text, text) IS
    'The sentiment of a text by the named model with a label (NULL where it is not sure), the label''s probability, an interval, the language and the model';
