-- Empathy maps.

-- What people think without saying it: rules that are conditions on a profile. Ours are built in; what users add or drop
-- is kept beside them, as with phrases (sql/phrase.sql).

CREATE TABLE empathy.thought (
    rule       text NOT NULL CHECK (rule OPERATOR(pg_catalog.~) '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$'
                                    AND pg_catalog.octet_length(rule) OPERATOR(pg_catalog.<=) 63),
    thought    text NOT NULL CHECK (thought OPERATOR(pg_catalog.~) '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$'
                                    AND thought OPERATOR(pg_catalog.!~) ' > '
                                    AND pg_catalog.octet_length(thought) OPERATOR(pg_catalog.<=) 63),
    condition  text NOT NULL CHECK (empathy.check_condition(condition)),
    confidence real NOT NULL CHECK (confidence OPERATOR(pg_catalog.>) 0 AND confidence OPERATOR(pg_catalog.<=) 1),
    reason     text NOT NULL CHECK (pg_catalog.octet_length(reason) OPERATOR(pg_catalog.<=) 1000),
    builtin    boolean NOT NULL DEFAULT false,
    used       boolean NOT NULL DEFAULT true CHECK (used OR NOT builtin),
    PRIMARY KEY (rule, builtin)
);
COMMENT ON TABLE empathy.thought IS
    'Rules of what people think without saying it: ours, and beside them what users changed, which goes before';
COMMENT ON COLUMN empathy.thought.rule IS 'Name of the rule';
COMMENT ON COLUMN empathy.thought.thought IS 'What is thought, in the customer''s words';
COMMENT ON COLUMN empathy.thought.condition IS 'When it is thought: a condition on the profile';
COMMENT ON COLUMN empathy.thought.confidence IS 'How sure that is, 0 .. 1';
COMMENT ON COLUMN empathy.thought.reason IS 'The condition in words, as maps show it';
COMMENT ON COLUMN empathy.thought.builtin IS 'Whether it came with the extension';
COMMENT ON COLUMN empathy.thought.used IS 'False: a user dropped the built-in rule';
REVOKE ALL ON empathy.thought FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.thought', 'WHERE NOT builtin');

INSERT INTO empathy.thought (rule, thought, confidence, condition, reason, builtin)
SELECT v.*, true FROM (VALUES
    ('price', 'is it worth the price?', 0.5,
     'days kind:*price*|kind:*pricing*|kind:*tariff*|kind:*cost*|kind:*discount*|kind:*coupon*|kind:*compar*|about:*price*|about:*pricing*|about:*tariff*|about:*cost*|about:*discount*|about:*coupon* in 30 days >= 3 and count role:purchase in 30 days = 0',
     'looked at prices on 3 days of the last 30 and bought nothing'),
    ('price again', 'is it worth the price?', 0.7,
     'days kind:*price*|kind:*pricing*|kind:*tariff*|kind:*cost*|kind:*discount*|kind:*coupon*|kind:*compar*|about:*price*|about:*pricing*|about:*tariff*|about:*cost*|about:*discount*|about:*coupon* in 30 days >= 5 and count role:purchase in 30 days = 0',
     'looked at prices on 5 days of the last 30 and bought nothing'),
    ('comparing', 'which one shall I take?', 0.6,
     'different about:* in 7 days >= 2 and count kind:*compar*|act:comparison in 7 days >= 1 and count role:purchase in 7 days = 0',
     'compared, and looked at more than one thing within a week, and bought none'),
    ('cart', 'do I really want it?', 0.5,
     'last role:cart <= 14 and last role:cart >= 1 and count role:purchase from role:cart = 0',
     'put something into the cart within two weeks and has not bought since'),
    ('help', 'how does this work?', 0.6,
     'most about:*help*|about:*faq*|about:*guide*|about:*manual*|"about:*how to*"|about:*support* in 14 days >= 3',
     'came back to the same page of help on 3 days of two weeks'),
    ('form', 'is this too much trouble?', 0.5,
     'count kind:*form*start*|kind:*start*form*|kind:*signup*start*|kind:*application*start* in 30 days >= 1 and count kind:*submit*|kind:*complete*|kind:*finish* from kind:*form*start*|kind:*start*form*|kind:*signup*start*|kind:*application*start* = 0',
     'began a form within 30 days and has not sent it'),
    ('habit', 'do I still need this?', 0.6,
     'days kind:* >= 5 and regularity >= 0.6 and overdue >= 2',
     'came regularly on at least 5 days and is now overdue by a whole gap or more'),
    ('leaving', 'should I leave?', 0.7,
     'last intent:cancel|"act:threat to leave"|role:cancel <= 90 and count role:purchase since intent:cancel|"act:threat to leave"|role:cancel = 0',
     'spoke of leaving or asked to cancel, and has bought nothing since'),
    ('let down', 'can I still rely on them?', 0.5,
     'last role:complaint|intent:complain <= 180 and days kind:* >= 5 and overdue >= 1.5 and count role:purchase since role:complaint|intent:complain = 0',
     'complained, and comes less often since'),
    ('unanswered', 'will anybody answer me?', 0.6,
     'last intent:ask|intent:complain|act:question <= 90 and last intent:ask|intent:complain|act:question >= 2 and count out:* >= 1 and count out:* from intent:ask|intent:complain|act:question = 0',
     'asked or complained, and nobody has answered for 2 days or more'),
    ('unheard', 'do they listen at all?', 0.6,
     'days role:complaint|intent:complain in 30 days >= 3',
     'complained on 3 days of the last 30'),
    ('returns', 'is it what they say it is?', 0.5,
     'count role:return in 90 days >= 2',
     'returned things twice within 90 days')) AS v(rule, thought, confidence, condition, reason);

CREATE VIEW empathy.thoughts AS
    SELECT t.rule, t.thought, t.condition, t.confidence, t.reason, t.builtin
    FROM empathy.thought t
    WHERE t.used AND NOT (t.builtin AND EXISTS (
        SELECT FROM empathy.thought u WHERE NOT u.builtin AND u.rule OPERATOR(pg_catalog.=) t.rule));
COMMENT ON VIEW empathy.thoughts IS 'The rules by which maps infer what people think';
COMMENT ON COLUMN empathy.thoughts.rule IS 'Name of the rule';
COMMENT ON COLUMN empathy.thoughts.thought IS 'What is thought, in the customer''s words';
COMMENT ON COLUMN empathy.thoughts.condition IS 'When it is thought: a condition on the profile';
COMMENT ON COLUMN empathy.thoughts.confidence IS 'How sure that is, 0 .. 1';
COMMENT ON COLUMN empathy.thoughts.reason IS 'The condition in words, as maps show it';
COMMENT ON COLUMN empathy.thoughts.builtin IS 'Whether it came with the extension as it is';
REVOKE ALL ON empathy.thoughts FROM PUBLIC;

CREATE FUNCTION empathy.add_thought(rule text, thought text, condition text, reason text, confidence real DEFAULT 0.5) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[rule, thought] LOOP
        IF name IS NULL OR name !~ '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$' OR octet_length(name) > 63
            OR (name = thought AND name ~ ' > ') THEN
            RAISE EXCEPTION 'invalid name of a rule or thought: %', coalesce('"' || name || '"', 'NULL')
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'It has 1 to 63 bytes, no control characters, no blanks around it, and a thought no " > ".';
        END IF;
    END LOOP;
    IF condition IS NULL OR reason IS NULL THEN
        RAISE EXCEPTION '% must not be NULL', CASE WHEN condition IS NULL THEN 'condition' ELSE 'reason' END
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF confidence IS NULL OR NOT (confidence > 0 AND confidence <= 1) THEN
        RAISE EXCEPTION 'confidence must be above 0 and at most 1, not %', coalesce(confidence::text, 'NULL')
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF octet_length(reason) > 1000 THEN
        RAISE EXCEPTION 'reason must have at most 1,000 bytes' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO empathy.thought AS t (rule, thought, condition, confidence, reason)
    VALUES (add_thought.rule, add_thought.thought, add_thought.condition, add_thought.confidence, add_thought.reason)
    ON CONFLICT ON CONSTRAINT thought_pkey DO UPDATE
        SET thought = excluded.thought, condition = excluded.condition, confidence = excluded.confidence,
            reason = excluded.reason, used = true;
    PERFORM empathy.outdate_maps();
END $$;
COMMENT ON FUNCTION empathy.add_thought(text, text, text, text, real) IS
    'Adds a rule of what people think, or changes the one of that name: thought, condition, and the condition in words';
REVOKE ALL ON FUNCTION empathy.add_thought(text, text, text, text, real) FROM PUBLIC;

CREATE FUNCTION empathy.drop_thought(rule text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM empathy.thoughts t WHERE t.rule = drop_thought.rule) THEN
        RAISE EXCEPTION 'there is no rule %', coalesce('"' || rule || '"', 'NULL') USING ERRCODE = 'undefined_object',
            HINT = 'The rules are listed in empathy.thoughts.';
    END IF;
    DELETE FROM empathy.thought t WHERE t.rule = drop_thought.rule AND NOT t.builtin;
    INSERT INTO empathy.thought (rule, thought, condition, confidence, reason, used)
    SELECT t.rule, t.thought, t.condition, t.confidence, t.reason, false
    FROM empathy.thought t WHERE t.rule = drop_thought.rule;
    PERFORM empathy.outdate_maps();
END $$;
COMMENT ON FUNCTION empathy.drop_thought(text) IS 'Takes back a rule of what people think, one of ours too';
REVOKE ALL ON FUNCTION empathy.drop_thought(text) FROM PUBLIC;

-- Maps.

CREATE FUNCTION empathy.map(profile empathy.profile, as_of timestamptz DEFAULT now(), lookback interval DEFAULT '90 days')
    RETURNS jsonb
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_map';
COMMENT ON FUNCTION empathy.map(empathy.profile, timestamptz, interval) IS
    'One customer''s empathy map: what they say, think, do and feel, each cell with its evidence';

CREATE FUNCTION empathy.map_accum(empathy.profile, empathy.profile) RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_map_accum';
CREATE FUNCTION empathy.map_accum(empathy.profile, empathy.profile, timestamptz) RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_map_accum';
CREATE FUNCTION empathy.map_accum(empathy.profile, empathy.profile, timestamptz, interval) RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_map_accum';
CREATE FUNCTION empathy.map_final(empathy.profile) RETURNS jsonb
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_map_final';
COMMENT ON FUNCTION empathy.map_accum(empathy.profile, empathy.profile) IS 'internal: adds one customer''s map to a group''s';
COMMENT ON FUNCTION empathy.map_accum(empathy.profile, empathy.profile, timestamptz) IS
    'internal: adds one customer''s map to a group''s';
COMMENT ON FUNCTION empathy.map_accum(empathy.profile, empathy.profile, timestamptz, interval) IS
    'internal: adds one customer''s map to a group''s';
COMMENT ON FUNCTION empathy.map_final(empathy.profile) IS 'internal: a group''s map, without cells of fewer than empathy.min_group';

CREATE AGGREGATE empathy.map_agg(profile empathy.profile) (
    SFUNC = empathy.map_accum, STYPE = empathy.profile, SSPACE = 4096,
    FINALFUNC = empathy.map_final, COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.map_agg(profile empathy.profile, as_of timestamptz) (
    SFUNC = empathy.map_accum, STYPE = empathy.profile, SSPACE = 4096,
    FINALFUNC = empathy.map_final, COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.map_agg(profile empathy.profile, as_of timestamptz, lookback interval) (
    SFUNC = empathy.map_accum, STYPE = empathy.profile, SSPACE = 4096,
    FINALFUNC = empathy.map_final, COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.map_agg(empathy.profile) IS
    'A group''s empathy map: every customer has one voice, cells below empathy.min_group customers are left out';
COMMENT ON AGGREGATE empathy.map_agg(empathy.profile, timestamptz) IS
    'A group''s empathy map as of a moment';
COMMENT ON AGGREGATE empathy.map_agg(empathy.profile, timestamptz, interval) IS
    'A group''s empathy map as of a moment, over so long before it';
