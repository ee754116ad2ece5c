-- The type empathy.profile and the aggregates that make and merge profiles.

CREATE TYPE empathy.profile;

CREATE FUNCTION empathy.profile_in(cstring) RETURNS empathy.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_in';
CREATE FUNCTION empathy.profile_out(empathy.profile) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_out';
CREATE FUNCTION empathy.profile_recv(internal) RETURNS empathy.profile
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_recv';
CREATE FUNCTION empathy.profile_send(empathy.profile) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_send';

CREATE TYPE empathy.profile (
    INPUT = empathy.profile_in,
    OUTPUT = empathy.profile_out,
    RECEIVE = empathy.profile_recv,
    SEND = empathy.profile_send,
    STORAGE = extended
);
COMMENT ON TYPE empathy.profile IS
    'What one person said and did: a matrix of days and signals, the latest events, and masked quotes';
COMMENT ON FUNCTION empathy.profile_in(cstring) IS 'Input of a profile';
COMMENT ON FUNCTION empathy.profile_out(empathy.profile) IS 'Output of a profile: JSON of integers and names';
COMMENT ON FUNCTION empathy.profile_recv(internal) IS 'Binary input of a profile';
COMMENT ON FUNCTION empathy.profile_send(empathy.profile) IS 'Binary output of a profile';

-- Comparison is by the canonical bytes: equal profiles are equal bytes; the order has no meaning.

CREATE FUNCTION empathy.profile_eq(empathy.profile, empathy.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_eq';
CREATE FUNCTION empathy.profile_ne(empathy.profile, empathy.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_ne';
CREATE FUNCTION empathy.profile_lt(empathy.profile, empathy.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_lt';
CREATE FUNCTION empathy.profile_le(empathy.profile, empathy.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_le';
CREATE FUNCTION empathy.profile_gt(empathy.profile, empathy.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_gt';
CREATE FUNCTION empathy.profile_ge(empathy.profile, empathy.profile) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_ge';
CREATE FUNCTION empathy.profile_cmp(empathy.profile, empathy.profile) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_cmp';
CREATE FUNCTION empathy.profile_hash(empathy.profile) RETURNS integer
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_hash';
CREATE FUNCTION empathy.profile_hash_extended(empathy.profile, bigint) RETURNS bigint
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_hash_extended';

CREATE OPERATOR empathy.= (
    FUNCTION = empathy.profile_eq, LEFTARG = empathy.profile, RIGHTARG = empathy.profile,
    COMMUTATOR = OPERATOR(empathy.=), NEGATOR = OPERATOR(empathy.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR empathy.<> (
    FUNCTION = empathy.profile_ne, LEFTARG = empathy.profile, RIGHTARG = empathy.profile,
    COMMUTATOR = OPERATOR(empathy.<>), NEGATOR = OPERATOR(empathy.=),
    RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR empathy.< (
    FUNCTION = empathy.profile_lt, LEFTARG = empathy.profile, RIGHTARG = empathy.profile,
    COMMUTATOR = OPERATOR(empathy.>), NEGATOR = OPERATOR(empathy.>=),
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR empathy.<= (
    FUNCTION = empathy.profile_le, LEFTARG = empathy.profile, RIGHTARG = empathy.profile,
    COMMUTATOR = OPERATOR(empathy.>=), NEGATOR = OPERATOR(empathy.>),
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR empathy.> (
    FUNCTION = empathy.profile_gt, LEFTARG = empathy.profile, RIGHTARG = empathy.profile,
    COMMUTATOR = OPERATOR(empathy.<), NEGATOR = OPERATOR(empathy.<=),
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR empathy.>= (
    FUNCTION = empathy.profile_ge, LEFTARG = empathy.profile, RIGHTARG = empathy.profile,
    COMMUTATOR = OPERATOR(empathy.<=), NEGATOR = OPERATOR(empathy.<),
    RESTRICT = scalargesel, JOIN = scalargejoinsel);

CREATE OPERATOR CLASS empathy.profile_ops DEFAULT FOR TYPE empathy.profile USING btree AS
    OPERATOR 1 empathy.<, OPERATOR 2 empathy.<=, OPERATOR 3 empathy.=, OPERATOR 4 empathy.>=, OPERATOR 5 empathy.>,
    FUNCTION 1 empathy.profile_cmp(empathy.profile, empathy.profile);
CREATE OPERATOR CLASS empathy.profile_ops DEFAULT FOR TYPE empathy.profile USING hash AS
    OPERATOR 1 empathy.=,
    FUNCTION 1 empathy.profile_hash(empathy.profile),
    FUNCTION 2 empathy.profile_hash_extended(empathy.profile, bigint);

COMMENT ON FUNCTION empathy.profile_eq(empathy.profile, empathy.profile) IS 'Whether two profiles are the same';
COMMENT ON FUNCTION empathy.profile_ne(empathy.profile, empathy.profile) IS 'Whether two profiles differ';
COMMENT ON FUNCTION empathy.profile_lt(empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON FUNCTION empathy.profile_le(empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON FUNCTION empathy.profile_gt(empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON FUNCTION empathy.profile_ge(empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON FUNCTION empathy.profile_cmp(empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON FUNCTION empathy.profile_hash(empathy.profile) IS 'Hash of a profile';
COMMENT ON FUNCTION empathy.profile_hash_extended(empathy.profile, bigint) IS 'Seeded hash of a profile';
COMMENT ON OPERATOR empathy.= (empathy.profile, empathy.profile) IS 'The same profile';
COMMENT ON OPERATOR empathy.<> (empathy.profile, empathy.profile) IS 'Different profiles';
COMMENT ON OPERATOR empathy.< (empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON OPERATOR empathy.<= (empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON OPERATOR empathy.> (empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON OPERATOR empathy.>= (empathy.profile, empathy.profile) IS 'Order of profiles, without meaning';
COMMENT ON OPERATOR CLASS empathy.profile_ops USING btree IS 'Sorting and DISTINCT over profiles';
COMMENT ON OPERATOR CLASS empathy.profile_ops USING hash IS 'Hashing of profiles';
COMMENT ON OPERATOR FAMILY empathy.profile_ops USING btree IS 'Sorting and DISTINCT over profiles';
COMMENT ON OPERATOR FAMILY empathy.profile_ops USING hash IS 'Hashing of profiles';

-- Merging: the state of every aggregate below is a profile, so all of them combine, in parallel and across servers.

CREATE FUNCTION empathy.merge(empathy.profile, empathy.profile) RETURNS empathy.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_merge';
COMMENT ON FUNCTION empathy.merge(empathy.profile, empathy.profile) IS
    'The sum of two profiles of the same person; NULL is the empty profile';

CREATE AGGREGATE empathy.merge(empathy.profile) (
    SFUNC = empathy.merge, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.merge(empathy.profile) IS
    'The sum of profiles of the same person: other sources, other periods';

CREATE AGGREGATE empathy.rollup(empathy.profile) (
    SFUNC = empathy.merge, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.rollup(empathy.profile) IS
    'The sum of profiles of different people: totals, in which whoever does more counts for more';

CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text) RETURNS empathy.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';
CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text, text) RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';
CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text, text, numeric) RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';
CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text, text, numeric, text) RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';
CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text, text, numeric, text, text)
    RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';
CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text, text, numeric, text, text, text)
    RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';
CREATE FUNCTION empathy.profile_accum(empathy.profile, timestamptz, text, text, numeric, text, text, text, numeric)
    RETURNS empathy.profile
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_accum';

CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text, said text) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text, said text, amount numeric) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text, said text, amount numeric, channel text) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text, said text, amount numeric, channel text,
                                     direction text) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text, said text, amount numeric, channel text,
                                     direction text, about text) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);
CREATE AGGREGATE empathy.profile_agg(at timestamptz, kind text, said text, amount numeric, channel text,
                                     direction text, about text, rating numeric) (
    SFUNC = empathy.profile_accum, STYPE = empathy.profile, SSPACE = 450,
    COMBINEFUNC = empathy.merge, PARALLEL = SAFE);

DO $comments$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS routine, c.comment
             FROM (VALUES ('profile_agg', 'The profile of a customer''s events: when, what kind, what was said, '
                                          'amount, channel, direction, what about, rating'),
                          ('profile_accum', 'internal: adds an event to a profile')) AS c(name, comment)
             JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) c.name::pg_catalog.name
             WHERE p.pronamespace OPERATOR(pg_catalog.=) 'empathy'::pg_catalog.regnamespace
    LOOP
        EXECUTE pg_catalog.format('COMMENT ON ROUTINE %s IS %L', f.routine, f.comment);
    END LOOP;
END
$comments$;

-- Reading a profile's contents.

CREATE FUNCTION empathy.signals(profile empathy.profile, OUT day date, OUT signal text, OUT n bigint, OUT total numeric)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'emp_profile_signals';
COMMENT ON FUNCTION empathy.signals(empathy.profile) IS
    'Every signal of every (UTC) day: how often, and the sum of its amounts, sentiments or scores';

CREATE FUNCTION empathy.latest(profile empathy.profile, OUT at timestamptz, OUT kind text, OUT channel text,
                               OUT about text, OUT amount numeric)
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 16 AS 'MODULE_PATHNAME', 'emp_profile_latest';
COMMENT ON FUNCTION empathy.latest(empathy.profile) IS 'The latest 16 events, newest first, with their exact times';

CREATE FUNCTION empathy.quotes(profile empathy.profile, OUT at timestamptz, OUT quadrant text, OUT quote text,
                               OUT sentiment real, OUT emotion text, OUT intent text, OUT labels text[])
    RETURNS SETOF record
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'emp_profile_quotes';
COMMENT ON FUNCTION empathy.quotes(empathy.profile) IS
    'The masked quotes kept as evidence, the most telling first, and the quadrant of the map that they speak to';

CREATE FUNCTION empathy.slice(profile empathy.profile, since date, until date) RETURNS empathy.profile
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_slice';
COMMENT ON FUNCTION empathy.slice(empathy.profile, date, date) IS
    'What of a profile lies on the (UTC) days from since to before until; NULL is unbounded';

CREATE FUNCTION empathy.text_model(profile empathy.profile) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_profile_text_model';
COMMENT ON FUNCTION empathy.text_model(empathy.profile) IS
    'The model that read the profile''s texts; NULL if it holds none';
