-- The terms of texts: which of one to three words are in how many of them, and which set a group apart.
-- The type has not the aggregate's name: terms(varchar) would be taken for a cast.

CREATE TYPE empathy.term_counts;

CREATE FUNCTION empathy.terms_in(cstring) RETURNS empathy.term_counts
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_in';
CREATE FUNCTION empathy.terms_out(empathy.term_counts) RETURNS cstring
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_out';
CREATE FUNCTION empathy.terms_recv(internal) RETURNS empathy.term_counts
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_recv';
CREATE FUNCTION empathy.terms_send(empathy.term_counts) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_send';

CREATE TYPE empathy.term_counts (
    INPUT = empathy.terms_in,
    OUTPUT = empathy.terms_out,
    RECEIVE = empathy.terms_recv,
    SEND = empathy.terms_send,
    STORAGE = extended
);
COMMENT ON TYPE empathy.term_counts IS
    'How many texts there are, and how many of them have each term of one to three words';
COMMENT ON FUNCTION empathy.terms_in(cstring) IS 'Input of term counts';
COMMENT ON FUNCTION empathy.terms_out(empathy.term_counts) IS 'Output of term counts: JSON';
COMMENT ON FUNCTION empathy.terms_recv(internal) IS 'Binary input of term counts';
COMMENT ON FUNCTION empathy.terms_send(empathy.term_counts) IS 'Binary output of term counts';

CREATE FUNCTION empathy.terms_eq(empathy.term_counts, empathy.term_counts) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_eq';
CREATE FUNCTION empathy.terms_ne(empathy.term_counts, empathy.term_counts) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_ne';
CREATE OPERATOR empathy.= (
    FUNCTION = empathy.terms_eq, LEFTARG = empathy.term_counts, RIGHTARG = empathy.term_counts,
    COMMUTATOR = OPERATOR(empathy.=), NEGATOR = OPERATOR(empathy.<>),
    RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR empathy.<> (
    FUNCTION = empathy.terms_ne, LEFTARG = empathy.term_counts, RIGHTARG = empathy.term_counts,
    COMMUTATOR = OPERATOR(empathy.<>), NEGATOR = OPERATOR(empathy.=),
    RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON FUNCTION empathy.terms_eq(empathy.term_counts, empathy.term_counts) IS 'Whether two term counts are the same';
COMMENT ON FUNCTION empathy.terms_ne(empathy.term_counts, empathy.term_counts) IS 'Whether two term counts differ';
COMMENT ON OPERATOR empathy.= (empathy.term_counts, empathy.term_counts) IS 'The same term counts';
COMMENT ON OPERATOR empathy.<> (empathy.term_counts, empathy.term_counts) IS 'Different term counts';

-- Counting and merging.

CREATE FUNCTION empathy.terms_accum(internal, text) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_accum';
CREATE FUNCTION empathy.terms_accum(internal, text, integer) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_accum';
CREATE FUNCTION empathy.terms_merge(internal, empathy.term_counts) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_merge';
CREATE FUNCTION empathy.terms_combine(internal, internal) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_combine';
CREATE FUNCTION empathy.terms_serialize(internal) RETURNS bytea
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_serialize';
CREATE FUNCTION empathy.terms_deserialize(bytea, internal) RETURNS internal
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_deserialize';
CREATE FUNCTION empathy.terms_final(internal) RETURNS empathy.term_counts
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_terms_final';
CREATE FUNCTION empathy.keywords_final(internal) RETURNS jsonb
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_keywords_final';
COMMENT ON FUNCTION empathy.terms_accum(internal, text) IS 'internal: counts the terms of a text';
COMMENT ON FUNCTION empathy.terms_accum(internal, text, integer) IS 'internal: counts the terms of a text';
COMMENT ON FUNCTION empathy.terms_merge(internal, empathy.term_counts) IS 'internal: adds term counts';
COMMENT ON FUNCTION empathy.terms_combine(internal, internal) IS 'internal: adds a part''s term counts';
COMMENT ON FUNCTION empathy.terms_serialize(internal) IS 'internal: a part''s term counts on their way';
COMMENT ON FUNCTION empathy.terms_deserialize(bytea, internal) IS 'internal: a part''s term counts, arrived';
COMMENT ON FUNCTION empathy.terms_final(internal) IS 'internal: the term counts as a value';
COMMENT ON FUNCTION empathy.keywords_final(internal) IS 'internal: the keywords against English at large';

CREATE AGGREGATE empathy.terms(said text) (
    SFUNC = empathy.terms_accum, STYPE = internal, SSPACE = 16384,
    FINALFUNC = empathy.terms_final, COMBINEFUNC = empathy.terms_combine,
    SERIALFUNC = empathy.terms_serialize, DESERIALFUNC = empathy.terms_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.terms(text) IS
    'In how many texts each term of one to three words is; without what identifies people';

CREATE AGGREGATE empathy.merge(empathy.term_counts) (
    SFUNC = empathy.terms_merge, STYPE = internal, SSPACE = 16384,
    FINALFUNC = empathy.terms_final, COMBINEFUNC = empathy.terms_combine,
    SERIALFUNC = empathy.terms_serialize, DESERIALFUNC = empathy.terms_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.merge(empathy.term_counts) IS 'The term counts of all the texts together';

-- What sets a group apart.

CREATE FUNCTION empathy.keywords(terms empathy.term_counts, background empathy.term_counts, k integer DEFAULT 20)
    RETURNS TABLE (term text, texts bigint, share real, background_share real, z real)
    LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 20 AS 'MODULE_PATHNAME', 'emp_keywords';
COMMENT ON FUNCTION empathy.keywords(empathy.term_counts, empathy.term_counts, integer) IS
    'The terms that set a group''s texts apart from a background, which may contain them; best first, at most k, none in fewer than empathy.min_group texts';

CREATE AGGREGATE empathy.keywords(said text) (
    SFUNC = empathy.terms_accum, STYPE = internal, SSPACE = 16384,
    FINALFUNC = empathy.keywords_final, COMBINEFUNC = empathy.terms_combine,
    SERIALFUNC = empathy.terms_serialize, DESERIALFUNC = empathy.terms_deserialize, PARALLEL = SAFE);
CREATE AGGREGATE empathy.keywords(said text, k integer) (
    SFUNC = empathy.terms_accum, STYPE = internal, SSPACE = 16384,
    FINALFUNC = empathy.keywords_final, COMBINEFUNC = empathy.terms_combine,
    SERIALFUNC = empathy.terms_serialize, DESERIALFUNC = empathy.terms_deserialize, PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.keywords(text) IS
    'The terms that set texts apart from English at large, best first; none in fewer than empathy.min_group texts';
COMMENT ON AGGREGATE empathy.keywords(text, integer) IS
    'The terms that set texts apart from English at large, best first, at most k; none in fewer than empathy.min_group texts';
