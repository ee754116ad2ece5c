-- The stages that customers go through: a state machine over their days, whose transitions are conditions. Our rules
-- are built in; what users change is kept beside them, so that a dump has what they changed and a later version can bring
-- other rules of its own.

CREATE FUNCTION empathy.is_stage_name(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(octet_length($1) <= 63 AND $1 ~ '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$', false)
$$;
COMMENT ON FUNCTION empathy.is_stage_name(text) IS 'internal: whether a stage can have that name';

CREATE TABLE empathy.stage_rule (
    from_stage text NOT NULL CHECK (empathy.is_stage_name(from_stage)),
    rank       integer NOT NULL CHECK (rank OPERATOR(pg_catalog.>) 0),
    to_stage   text NOT NULL CHECK (empathy.is_stage_name(to_stage) AND to_stage OPERATOR(pg_catalog.<>) 'start'
                                    AND to_stage OPERATOR(pg_catalog.<>) from_stage),
    condition  text NOT NULL CHECK (empathy.check_condition(condition)),
    builtin    boolean NOT NULL DEFAULT false,
    used       boolean NOT NULL DEFAULT true CHECK (used OR NOT builtin),
    PRIMARY KEY (from_stage, rank, builtin)
);
COMMENT ON TABLE empathy.stage_rule IS
    'Rules by which customers go from stage to stage: ours, and beside them what users changed, which goes before';
COMMENT ON COLUMN empathy.stage_rule.from_stage IS 'The stage that somebody is in; ''start'' is everybody''s before their first day';
COMMENT ON COLUMN empathy.stage_rule.rank IS 'The rules of a stage are tried in this order';
COMMENT ON COLUMN empathy.stage_rule.to_stage IS 'The stage that they get to';
COMMENT ON COLUMN empathy.stage_rule.condition IS 'On the day that it holds; see check_condition()';
COMMENT ON COLUMN empathy.stage_rule.builtin IS 'Whether it came with the extension';
COMMENT ON COLUMN empathy.stage_rule.used IS 'False: a user dropped the built-in rule';
REVOKE ALL ON empathy.stage_rule FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.stage_rule', 'WHERE NOT builtin');

-- What speaks of leaving counts for 30 days, until something is bought. Silence counts against the usual gap from the
-- third purchase on; before that a gap is hardly usual, and it takes 120 days as well.
INSERT INTO empathy.stage_rule (from_stage, rank, to_stage, condition, builtin)
SELECT v.from_stage, v.rank, v.to_stage, v.condition, true
FROM (VALUES ('start', 10, 'customer', 'count role:purchase >= 1'),
             ('start', 20, 'anonymous', 'days * >= 1'),
             ('anonymous', 10, 'customer', 'count role:purchase >= 1'),
             ('anonymous', 20, 'aware', 'days kind:*|text* >= 2'),
             ('anonymous', 30, 'aware', 'count role:open|role:click|role:cart|role:contact|role:rate|*price*|text* >= 1'),
             ('aware', 10, 'customer', 'count role:purchase >= 1'),
             ('aware', 20, 'considering', 'count role:cart|role:contact|intent:ask|intent:buy|*price* in 30 days >= 1'),
             ('aware', 30, 'considering', 'days role:visit|role:click in 30 days >= 3'),
             ('considering', 10, 'customer', 'count role:purchase >= 1'),
             ('considering', 20, 'aware', 'last kind:*|text* > 60'),
             ('customer', 10, 'at risk', 'last intent:cancel|role:cancel|intent:complain|role:complaint <= 30 and '
                                         'count role:purchase since intent:cancel|role:cancel|intent:complain|role:complaint = 0'),
             ('customer', 20, 'at risk', 'days role:purchase >= 3 and overdue >= 2 and last role:purchase >= 30'),
             ('customer', 30, 'at risk', 'overdue >= 2 and last role:purchase >= 120'),
             ('customer', 40, 'at risk', 'days role:purchase = 1 and last role:purchase >= 120'),
             ('customer', 50, 'loyal', 'days role:purchase in 365 days >= 3'),
             ('loyal', 10, 'at risk', 'last intent:cancel|role:cancel|intent:complain|role:complaint <= 30 and '
                                      'count role:purchase since intent:cancel|role:cancel|intent:complain|role:complaint = 0'),
             ('loyal', 20, 'at risk', 'overdue >= 2 and last role:purchase >= 30'),
             ('at risk', 10, 'customer', 'last role:purchase = 0'),
             ('at risk', 20, 'lapsed', 'overdue >= 4 and last role:purchase >= 180'),
             ('at risk', 30, 'lapsed', 'days role:purchase = 1 and last role:purchase >= 365'),
             ('at risk', 40, 'lapsed', 'last role:cancel >= 30 and count role:purchase since role:cancel = 0'),
             ('lapsed', 10, 'won back', 'last role:purchase = 0'),
             ('won back', 10, 'at risk', 'last intent:cancel|role:cancel|intent:complain|role:complaint <= 30 and '
                                         'count role:purchase since intent:cancel|role:cancel|intent:complain|role:complaint = 0'),
             ('won back', 20, 'at risk', 'last role:purchase >= 120'),
             ('won back', 30, 'customer', 'days role:purchase in 180 days >= 2'))
     AS v(from_stage, rank, to_stage, condition);

CREATE VIEW empathy.stage_rules AS
    SELECT t.from_stage, t.rank, t.to_stage, t.condition, t.builtin
    FROM empathy.stage_rule t
    WHERE t.used AND NOT (t.builtin AND EXISTS (
        SELECT FROM empathy.stage_rule u
        WHERE NOT u.builtin AND u.from_stage OPERATOR(pg_catalog.=) t.from_stage AND u.rank OPERATOR(pg_catalog.=) t.rank));
COMMENT ON VIEW empathy.stage_rules IS 'The rules by which customers go from stage to stage';
COMMENT ON COLUMN empathy.stage_rules.from_stage IS 'The stage that somebody is in; start is everybody''s before their first day';
COMMENT ON COLUMN empathy.stage_rules.rank IS 'The rules of a stage are tried in this order';
COMMENT ON COLUMN empathy.stage_rules.to_stage IS 'The stage that they get to';
COMMENT ON COLUMN empathy.stage_rules.condition IS 'On the day that it holds';
COMMENT ON COLUMN empathy.stage_rules.builtin IS 'Whether it came with the extension as it is';
REVOKE ALL ON empathy.stage_rules FROM PUBLIC;

CREATE FUNCTION empathy.set_stage_rule(from_stage text, rank integer, to_stage text, condition text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT (empathy.is_stage_name(from_stage) AND empathy.is_stage_name(to_stage)) OR to_stage IN ('start', from_stage) THEN
        RAISE EXCEPTION 'there can be no rule from % to %', coalesce('"' || from_stage || '"', 'NULL'),
            coalesce('"' || to_stage || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value',
            HINT = 'A stage''s name has 1 to 63 bytes, no control characters, and no blanks around it; nobody gets back to "start".';
    ELSIF rank IS NULL OR rank < 1 THEN
        RAISE EXCEPTION 'rank must be 1 or more' USING ERRCODE = 'invalid_parameter_value';
    ELSIF condition IS NULL THEN
        RAISE EXCEPTION 'condition must not be NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM empathy.check_condition(condition);
    PERFORM empathy.outdate_scores();
    INSERT INTO empathy.stage_rule AS t (from_stage, rank, to_stage, condition) VALUES ($1, $2, $3, $4)
    ON CONFLICT ON CONSTRAINT stage_rule_pkey DO UPDATE SET to_stage = excluded.to_stage, condition = excluded.condition, used = true;
END $$;
COMMENT ON FUNCTION empathy.set_stage_rule(text, integer, text, text) IS
    'Gives a stage a rule by which customers leave it, a new one or in place of the one of that rank';
REVOKE ALL ON FUNCTION empathy.set_stage_rule(text, integer, text, text) FROM PUBLIC;

CREATE FUNCTION empathy.drop_stage_rule(from_stage text, rank integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.outdate_scores();
    IF NOT EXISTS (SELECT FROM empathy.stage_rules t WHERE (t.from_stage, t.rank) = ($1, $2)) THEN
        RAISE EXCEPTION 'stage "%" has no rule of rank %', from_stage, rank USING ERRCODE = 'undefined_object',
            HINT = 'empathy.stage_rules shows the rules.';
    END IF;
    DELETE FROM empathy.stage_rule t WHERE (t.from_stage, t.rank) = ($1, $2) AND NOT t.builtin;
    INSERT INTO empathy.stage_rule (from_stage, rank, to_stage, condition, used)
    SELECT t.from_stage, t.rank, t.to_stage, t.condition, false FROM empathy.stage_rule t WHERE (t.from_stage, t.rank) = ($1, $2);
END $$;
COMMENT ON FUNCTION empathy.drop_stage_rule(text, integer) IS 'Takes a rule from a stage';
REVOKE ALL ON FUNCTION empathy.drop_stage_rule(text, integer) FROM PUBLIC;

CREATE FUNCTION empathy.reset_stage_rules() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.outdate_scores();
    DELETE FROM empathy.stage_rule t WHERE NOT t.builtin;
END $$;
COMMENT ON FUNCTION empathy.reset_stage_rules() IS 'Goes back to the stages and rules that came with the extension';
REVOKE ALL ON FUNCTION empathy.reset_stage_rules() FROM PUBLIC;

CREATE FUNCTION empathy.stage(profile empathy.profile, as_of timestamptz DEFAULT now()) RETURNS text
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_stage';
COMMENT ON FUNCTION empathy.stage(empathy.profile, timestamptz) IS
    'The stage that a customer is in (anonymous, aware, considering, customer, loyal, at risk, lapsed, won back); NULL before their first day';

CREATE FUNCTION empathy.stages(profile empathy.profile, as_of timestamptz DEFAULT now(),
                               OUT stage text, OUT since date, OUT until date, OUT days integer, OUT because text)
    RETURNS SETOF record
    LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'emp_stages';
COMMENT ON FUNCTION empathy.stages(empathy.profile, timestamptz) IS
    'The stages that a customer went through, each with the condition that brought them there; until is the day on which they left it';
