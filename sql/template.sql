-- Templates: a named frame for maps (which quadrants, which questions, how much evidence), so that those of different teams
-- compare. A version never changes its meaning, nor is its name given again: what is dropped leaves its row behind.

CREATE TABLE empathy.template (
    name       text NOT NULL,
    version    integer NOT NULL CHECK (version OPERATOR(pg_catalog.>) 0),
    template   text NOT NULL,
    definition jsonb NOT NULL,
    builtin    boolean NOT NULL DEFAULT false,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    dropped_at timestamptz,
    PRIMARY KEY (name, version, builtin)
);
COMMENT ON TABLE empathy.template IS 'Frames for maps, one row for each version: ours, and those that users added';
COMMENT ON COLUMN empathy.template.name IS 'As given when it was added; the latest version answers to it';
COMMENT ON COLUMN empathy.template.version IS 'Counts the versions of a name';
COMMENT ON COLUMN empathy.template.template IS 'Name and version; its meaning never changes';
COMMENT ON COLUMN empathy.template.definition IS 'Quadrants, prompts and least evidence';
COMMENT ON COLUMN empathy.template.builtin IS 'Whether it came with the extension';
COMMENT ON COLUMN empathy.template.created_by IS 'Who added it';
COMMENT ON COLUMN empathy.template.created_at IS 'When it was added';
COMMENT ON COLUMN empathy.template.dropped_at IS 'When it was dropped';
REVOKE ALL ON empathy.template FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.template', 'WHERE NOT builtin');

-- What a definition may be.

-- Not immutable: where it is called under a condition, a planner must not try.
CREATE FUNCTION empathy.refuse_template(place text, problem text) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of the template %', place, problem USING ERRCODE = 'invalid_parameter_value',
        HINT = 'See "add_template" in the reference, or a built-in one: SELECT definition FROM empathy.templates WHERE name = ''product''.';
END $$;
COMMENT ON FUNCTION empathy.refuse_template(text, text) IS 'internal: the error about a template''s definition';

CREATE FUNCTION empathy.check_template_part(place text, part jsonb, keys text[]) RETURNS void
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT empathy.refuse_template($1, 'is no object') WHERE jsonb_typeof(part) IS DISTINCT FROM 'object';
    SELECT empathy.refuse_template($1, format('has an unknown key "%s"', k.key))
    FROM jsonb_each(CASE jsonb_typeof(part) WHEN 'object' THEN part END) AS k WHERE k.key <> ALL (keys);
    SELECT empathy.refuse_template($1, format('has a "%s" that is not %s', k.key, c.wanted))
    FROM jsonb_each(CASE jsonb_typeof(part) WHEN 'object' THEN part END) AS k,
         LATERAL (SELECT CASE
             WHEN k.key IN ('min_customers', 'most') THEN 'a whole number above 0'
             WHEN k.key = 'min_confidence' THEN 'a number from 0 to 1'
             WHEN k.key IN ('classes', 'items') THEN 'a list of texts'
             WHEN k.key IN ('title', 'ask') THEN 'a text of 1 to 200 characters'
             WHEN k.key = 'prompts' THEN 'a list of prompts' END,
             CASE
             WHEN k.key IN ('min_customers', 'most') THEN k.value::text ~ '^[1-9][0-9]{0,8}$'
             WHEN k.key = 'min_confidence' THEN CASE jsonb_typeof(k.value) WHEN 'number' THEN k.value::numeric BETWEEN 0 AND 1 END
             WHEN k.key IN ('classes', 'items') THEN jsonb_typeof(k.value) = 'array' AND k.value <> '[]' AND NOT k.value @? 'strict $[*] ? (@.type() != "string")'
             WHEN k.key IN ('title', 'ask') THEN jsonb_typeof(k.value) = 'string' AND k.value #>> '{}' ~ '[^[:space:]]' AND length(k.value #>> '{}') <= 200
             WHEN k.key = 'prompts' THEN jsonb_typeof(k.value) = 'array' AND k.value <> '[]'
             ELSE true END) AS c(wanted, fits)
    WHERE c.fits IS NOT TRUE;
$$;
COMMENT ON FUNCTION empathy.check_template_part(text, jsonb, text[]) IS 'internal: an error unless a part of a template has known keys and fitting values';

CREATE FUNCTION empathy.check_template(definition jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    evidence CONSTANT text[] := '{classes,min_customers,min_confidence}';
    part record;
    prompt record;
BEGIN
    PERFORM empathy.check_template_part('the definition', definition, evidence || '{title,quadrants}');
    IF jsonb_typeof(definition -> 'quadrants') IS DISTINCT FROM 'object' OR definition -> 'quadrants' = '{}' THEN
        PERFORM empathy.refuse_template('the definition', 'has no quadrants');
    END IF;
    FOR part IN SELECT key, value FROM jsonb_each(definition -> 'quadrants') LOOP
        PERFORM empathy.check_quadrant(part.key);
        PERFORM empathy.check_template_part(format('quadrant "%s"', part.key), part.value, evidence || '{prompts}');
        IF NOT part.value ? 'prompts' THEN
            PERFORM empathy.refuse_template(format('quadrant "%s"', part.key), 'has no prompts');
        END IF;
        FOR prompt IN SELECT p.value, format('prompt %s of quadrant "%s"', p.ordinality, part.key) AS place
                      FROM jsonb_array_elements(part.value -> 'prompts') WITH ORDINALITY AS p LOOP
            PERFORM empathy.check_template_part(prompt.place, prompt.value, evidence || '{ask,items,most}');
            IF NOT prompt.value ? 'ask' THEN
                PERFORM empathy.refuse_template(prompt.place, 'asks nothing');
            END IF;
        END LOOP;
    END LOOP;
    RETURN true;
END $$;
COMMENT ON FUNCTION empathy.check_template(jsonb) IS 'internal: true, or an error if it is not the definition of a template';

-- Putting a map in a frame. What is not said of a prompt is said of its quadrant, or of all.

CREATE FUNCTION empathy.texts_of(list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT ARRAY(SELECT jsonb_array_elements_text(list))
$$;
COMMENT ON FUNCTION empathy.texts_of(jsonb) IS 'internal: a list of texts as an array';

CREATE FUNCTION empathy.template_prompts(definition jsonb)
RETURNS TABLE (quadrant text, nth bigint, ask text, classes text[], items text[], most bigint, min_customers bigint, min_confidence float8)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp AS $$
    SELECT q.quadrant, p.nth, p.prompt ->> 'ask', empathy.texts_of(w.whole -> 'classes'), empathy.texts_of(p.prompt -> 'items'),
           (p.prompt ->> 'most')::bigint, (w.whole ->> 'min_customers')::bigint, (w.whole ->> 'min_confidence')::float8
    FROM jsonb_each(definition -> 'quadrants') AS q(quadrant, part),
         LATERAL jsonb_array_elements(q.part -> 'prompts') WITH ORDINALITY AS p(prompt, nth),
         LATERAL (SELECT definition || q.part || p.prompt) AS w(whole)
$$;
COMMENT ON FUNCTION empathy.template_prompts(jsonb) IS 'internal: the prompts of a template, each with what it asks of cells';

-- Patterns are texts in which * stands for any.
CREATE FUNCTION empathy.is_like_any(item text, patterns text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT patterns IS NULL OR EXISTS (
        SELECT FROM unnest(patterns) AS p WHERE item LIKE replace(regexp_replace(p, E'([\\\\%_])', E'\\\\\\1', 'g'), '*', '%'))
$$;
COMMENT ON FUNCTION empathy.is_like_any(text, text[]) IS 'internal: whether a text is like a pattern of some; no patterns: like any';

CREATE FUNCTION empathy.apply_template(map jsonb, definition jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp AS $$
    WITH prompt AS MATERIALIZED (
        SELECT p.* FROM empathy.template_prompts(CASE WHEN empathy.check_template(definition) THEN definition END) AS p
    ), cell AS (
        SELECT q AS quadrant, c.cell, c.nth, c.cell ->> 'origin' = 'human' IS TRUE AS human
        FROM unnest(empathy.quadrants()) AS q,
             LATERAL jsonb_array_elements(CASE jsonb_typeof(map -> q) WHEN 'array' THEN map -> q END) WITH ORDINALITY AS c(cell, nth)
        WHERE jsonb_typeof(c.cell) = 'object'
    ), placed AS (
        SELECT c.*, p.nth AS place, p.ask, p.most
        FROM cell AS c LEFT JOIN LATERAL (
            SELECT * FROM prompt AS p
            WHERE p.quadrant = c.quadrant AND (p.classes IS NULL OR c.cell ->> 'class' = ANY (p.classes))
              AND empathy.is_like_any(c.cell ->> 'item', p.items) AND c.cell #>> '{review,verdict}' IS DISTINCT FROM 'rejected'
              AND (c.human OR (coalesce((c.cell ->> 'customers')::bigint >= p.min_customers, true)
                               AND coalesce((c.cell ->> 'confidence')::float8 >= p.min_confidence, true)))
            ORDER BY p.nth LIMIT 1) AS p ON true
    ), kept AS (
        SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY quadrant, place ORDER BY nth) AS in_prompt FROM placed) AS r
        WHERE coalesce(in_prompt <= most, place IS NOT NULL OR (human AND quadrant IN (SELECT p.quadrant FROM prompt AS p)))
    )
    SELECT map || (SELECT jsonb_object_agg(q, (
                       SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('prompt', k.ask)) || k.cell ORDER BY k.place, k.nth), '[]')
                       FROM kept AS k WHERE k.quadrant = q)) FROM unnest(empathy.quadrants()) AS q)
        || jsonb_build_object(
            'prompts', (SELECT jsonb_object_agg(quadrant, asked) FROM (
                            SELECT quadrant, jsonb_agg(ask ORDER BY nth) AS asked FROM prompt GROUP BY quadrant) AS p),
            'unanswered', (SELECT coalesce(jsonb_agg(jsonb_build_object('quadrant', p.quadrant, 'prompt', p.ask)
                                                     ORDER BY array_position(empathy.quadrants(), p.quadrant), p.nth), '[]')
                           FROM prompt AS p WHERE NOT EXISTS (SELECT FROM kept AS k WHERE (k.quadrant, k.place) = (p.quadrant, p.nth))),
            'left_out', (SELECT count(*) FROM cell) - (SELECT count(*) FROM kept))
$$;
COMMENT ON FUNCTION empathy.apply_template(jsonb, jsonb) IS
    'A map in a frame: the cells that pass, each with the prompt that it answers, and the prompts that nothing answers';

-- Keeping templates.

CREATE VIEW empathy.templates AS
    SELECT t.template, t.name, t.version,
           NOT EXISTS (SELECT FROM empathy.template l
                       WHERE l.name OPERATOR(pg_catalog.=) t.name AND l.builtin OPERATOR(pg_catalog.=) t.builtin AND l.dropped_at IS NULL
                         AND l.version OPERATOR(pg_catalog.>) t.version) AS in_use,
           t.definition OPERATOR(pg_catalog.->>) 'title' AS title, t.definition, t.builtin, t.created_by, t.created_at
    FROM empathy.template t
    WHERE t.dropped_at IS NULL
      AND NOT (t.builtin AND EXISTS (SELECT FROM empathy.template o WHERE NOT o.builtin AND o.name OPERATOR(pg_catalog.=) t.name AND o.dropped_at IS NULL));
COMMENT ON VIEW empathy.templates IS 'The templates: built-in ones, and those that users added';
COMMENT ON COLUMN empathy.templates.template IS 'Name and version; its meaning never changes';
COMMENT ON COLUMN empathy.templates.name IS 'The latest version answers to it';
COMMENT ON COLUMN empathy.templates.version IS 'Counts the versions of a name';
COMMENT ON COLUMN empathy.templates.in_use IS 'Whether it is the latest of its name';
COMMENT ON COLUMN empathy.templates.title IS 'What it is for';
COMMENT ON COLUMN empathy.templates.definition IS 'Quadrants, prompts and least evidence';
COMMENT ON COLUMN empathy.templates.builtin IS 'Whether it came with the extension';
COMMENT ON COLUMN empathy.templates.created_by IS 'Who added it';
COMMENT ON COLUMN empathy.templates.created_at IS 'When it was added';
REVOKE ALL ON empathy.templates FROM PUBLIC;

CREATE FUNCTION empathy.apply_template(map jsonb, template text) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chosen empathy.templates;
BEGIN
    SELECT * INTO chosen FROM empathy.templates t WHERE t.template = $2 OR (t.name = $2 AND t.in_use);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'template "%" does not exist', template USING ERRCODE = 'undefined_object',
            HINT = 'The view empathy.templates shows those that do.';
    END IF;
    RETURN jsonb_build_object('template', chosen.template) || empathy.apply_template(map, chosen.definition);
END $$;
COMMENT ON FUNCTION empathy.apply_template(jsonb, text) IS 'A map in the frame of a template, by its name (the latest) or name and version';

CREATE FUNCTION empathy.add_template(name text, definition jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    latest empathy.template;
    added text;
BEGIN
    IF name IS NULL OR name !~ '^[a-z0-9][a-z0-9-]{0,62}$' OR name ~ '-[0-9]*$' THEN
        RAISE EXCEPTION 'invalid template name %', coalesce('"' || name || '"', 'NULL') USING ERRCODE = 'invalid_name',
            DETAIL = 'A name has lower-case letters, digits and dashes, at most 63. A dash and digits at its end are its version, which is given by itself.';
    END IF;
    PERFORM empathy.check_template(definition);
    LOCK TABLE empathy.template IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO latest FROM empathy.template t WHERE t.name = $1 ORDER BY t.builtin, t.version DESC LIMIT 1;
    IF latest.builtin THEN
        RAISE EXCEPTION 'template "%" is built in', name USING ERRCODE = 'reserved_name', HINT = 'Choose another name.';
    ELSIF latest.definition = definition AND latest.dropped_at IS NULL THEN
        RETURN latest.template;
    END IF;
    INSERT INTO empathy.template (name, version, template, definition, created_by)
    SELECT $1, v, $1 || '-' || v, $2, session_user FROM coalesce(latest.version + 1, 1) AS v
    RETURNING template INTO added;
    RETURN added;
END $$;
COMMENT ON FUNCTION empathy.add_template(text, jsonb) IS
    'Adds a template, or another version of one; returns its name and version, of which the meaning never changes';

CREATE FUNCTION empathy.drop_template(name text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    UPDATE empathy.template t SET dropped_at = clock_timestamp() WHERE $1 IN (t.name, t.template) AND t.dropped_at IS NULL AND NOT t.builtin;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n = 0 THEN
        RAISE EXCEPTION 'there is no template % that was added', coalesce('"' || name || '"', 'NULL') USING ERRCODE = 'undefined_object',
            HINT = 'The view empathy.templates shows them. Built-in ones stay.';
    END IF;
    RETURN n;
END $$;
COMMENT ON FUNCTION empathy.drop_template(text) IS
    'Drops a version of a template, or all of a name. Returns how many. Their names are not given again';

REVOKE ALL ON FUNCTION empathy.apply_template(jsonb, text), empathy.add_template(text, jsonb), empathy.drop_template(text) FROM PUBLIC;

INSERT INTO empathy.template (name, version, template, builtin, created_by, definition) VALUES
('product', 1, 'product-1', true, 'empathy', $${
  "title": "What to build and mend",
  "min_customers": 10, "min_confidence": 0.4,
  "quadrants": {
    "says": {"prompts": [
      {"ask": "What do they talk about?", "classes": ["aspect", "topic"], "most": 6},
      {"ask": "What do they ask us for?", "classes": ["intent", "act"], "most": 4},
      {"ask": "In which words?", "classes": ["phrase"], "most": 4}]},
    "thinks": {"prompts": [
      {"ask": "What do they wish for or doubt?", "classes": ["act"]},
      {"ask": "What do they probably wonder?", "classes": ["rule"]},
      {"ask": "What did they tell us when we met?", "classes": ["note"]}]},
    "does": {"prompts": [
      {"ask": "What do they do with it?", "classes": ["kind", "about"], "most": 6},
      {"ask": "Where, and when?", "classes": ["channel", "when"], "most": 4},
      {"ask": "How steady are they?", "classes": ["habit", "stage"], "most": 4}]},
    "feels": {"prompts": [{"ask": "How do they feel about it?", "classes": ["emotion"], "most": 6}]},
    "pains": {"prompts": [
      {"ask": "What is in their way?", "classes": ["aspect", "topic"], "most": 5},
      {"ask": "What made them complain?", "classes": ["complaint"], "most": 3}]},
    "gains": {"prompts": [
      {"ask": "What works well for them?", "classes": ["aspect", "topic"], "most": 5},
      {"ask": "What do they praise?", "classes": ["praise"], "most": 3}]}}}$$),
('marketing', 1, 'marketing-1', true, 'empathy', $${
  "title": "Whom to tell what, and where",
  "min_customers": 30, "min_confidence": 0.4,
  "quadrants": {
    "says": {"prompts": [
      {"ask": "Which subjects move them?", "classes": ["topic", "aspect"], "most": 6},
      {"ask": "Which words are theirs?", "classes": ["phrase"], "most": 6},
      {"ask": "What do they want of us?", "classes": ["intent", "act"], "most": 3}]},
    "thinks": {"prompts": [
      {"ask": "What keeps them from buying?", "classes": ["act", "rule"], "items": ["*price*", "*worth*", "*doubt*", "*compar*", "*need*"]},
      {"ask": "What else is on their mind?", "classes": ["act", "rule", "note"], "most": 4}]},
    "does": {"prompts": [
      {"ask": "Through which channels do they come?", "classes": ["channel"], "most": 4},
      {"ask": "When?", "classes": ["when"], "most": 3},
      {"ask": "How far have they come with us?", "classes": ["stage", "habit"], "most": 4},
      {"ask": "What do they buy and look at?", "classes": ["kind", "about"], "most": 6}]},
    "feels": {"prompts": [{"ask": "In which mood do they meet us?", "classes": ["emotion"], "most": 4}]},
    "pains": {"prompts": [{"ask": "What would they warn a friend of?", "most": 5}]},
    "gains": {"prompts": [{"ask": "What would they tell a friend?", "most": 5}]}}}$$),
('service', 1, 'service-1', true, 'empathy', $${
  "title": "How to help better",
  "min_customers": 5, "min_confidence": 0.3,
  "quadrants": {
    "says": {"prompts": [
      {"ask": "What do they contact us about?", "classes": ["topic", "aspect"], "most": 6},
      {"ask": "What do they want done?", "classes": ["intent", "act"], "most": 6}]},
    "thinks": {"prompts": [{"ask": "What do they fear or expect?", "classes": ["act", "rule", "note"], "most": 6}]},
    "does": {"prompts": [
      {"ask": "How do they reach us?", "classes": ["channel"], "most": 4},
      {"ask": "When, and how often?", "classes": ["when", "habit"], "most": 4},
      {"ask": "What did they do before?", "classes": ["kind", "about", "stage"], "most": 6}]},
    "feels": {"prompts": [{"ask": "In which state do they come?", "classes": ["emotion"], "most": 6}]},
    "pains": {"prompts": [
      {"ask": "What goes wrong for them?", "classes": ["complaint"], "most": 5},
      {"ask": "With what?", "classes": ["aspect", "topic"], "most": 5}]},
    "gains": {"prompts": [{"ask": "What settles it for them?", "most": 5}]}}}$$);
DO $$ BEGIN PERFORM empathy.check_template(t.definition) FROM empathy.template t; END $$;
