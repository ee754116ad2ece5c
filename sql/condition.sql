-- Conditions on what a profile holds: one small language for thoughts, stages and alerts (src/score/condition.h).

CREATE FUNCTION empathy.check_condition(condition text) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_check_condition';
COMMENT ON FUNCTION empathy.check_condition(text) IS 'True, or an error that says where a text is no condition and why';

CREATE FUNCTION empathy.holds(profile empathy.profile, condition text, as_of timestamptz DEFAULT now()) RETURNS boolean
    LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_holds';
COMMENT ON FUNCTION empathy.holds(empathy.profile, text, timestamptz) IS
    'Whether a condition holds of a profile: ''count role:purchase in 90 days >= 2 and last intent:complain > 30''';

CREATE FUNCTION empathy.evidence(profile empathy.profile, condition text, as_of timestamptz DEFAULT now(),
                                 OUT clause text, OUT holds boolean, OUT value double precision, OUT signal text,
                                 OUT n bigint, OUT total numeric, OUT days bigint, OUT first_on date, OUT last_on date)
    RETURNS SETOF record
    LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'emp_evidence';
COMMENT ON FUNCTION empathy.evidence(empathy.profile, text, timestamptz) IS
    'What a condition goes by: each clause with its value (NULL: not known), and the signals that it counts';
