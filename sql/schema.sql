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
COMMENT ON SCHEMA empathy IS
    'How each customer feels, what they want and whether they are about to leave, computed from event tables';

-- Names may be looked up by all; what may be called and read is granted object by object. The owners of watched tables
-- must get at the aggregates: their tables are read with their rights.
GRANT USAGE ON SCHEMA empathy TO PUBLIC;
