-- Empathy maps.

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
