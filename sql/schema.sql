-- What every later piece stands on. The schema itself is made by CREATE EXTENSION (empathy.control), unless it was
-- there before: then it must be ours alone, since whoever owns a schema can meddle with what is in it.

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_namespace
               WHERE nspname OPERATOR(pg_catalog.=) 'empathy'
                 AND nspowner OPERATOR(pg_catalog.<>) (current_user::pg_catalog.regrole)::pg_catalog.oid)
       OR EXISTS (SELECT FROM pg_catalog.pg_depend
                  WHERE refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
                    AND refobjid OPERATOR(pg_catalog.=) 'empathy'::pg_catalog.regnamespace
                    AND classid OPERATOR(pg_catalog.<>) 'pg_catalog.pg_extension'::pg_catalog.regclass)
    THEN
        RAISE EXCEPTION 'schema "empathy" is in use' USING ERRCODE = 'duplicate_schema',
            DETAIL = 'It belongs to another role or is not empty.',
            HINT = 'Drop or rename it, then create the extension again.';
    END IF;
END
$$;
-- Script and library go together. Each update script begins with the same call, for its own version.
CREATE FUNCTION empathy.check_library(version text) RETURNS void
LANGUAGE C STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_check_library';
COMMENT ON FUNCTION empathy.check_library(text) IS 'internal: an error unless the loaded library has this version';
SELECT empathy.check_library('@VERSION@');

CREATE FUNCTION empathy.library_version() RETURNS text
LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_library_version';
COMMENT ON FUNCTION empathy.library_version() IS 'internal: the version of the loaded library';

COMMENT ON SCHEMA empathy IS
    'How each customer feels, what they want and whether they are about to leave, computed from event tables';

-- Names may be looked up by all; what may be called and read is granted object by object. The owners of watched tables
-- must get at the aggregates: their tables are read with their rights.
GRANT USAGE ON SCHEMA empathy TO PUBLIC;
