-- What kinds of events mean to the business: guessed from their names, or set.

CREATE FUNCTION empathy.role(kind text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_role';
COMMENT ON FUNCTION empathy.role(text) IS
    'What a kind of event means to the business (purchase, visit, contact, ...), guessed from the words in its name';

CREATE FUNCTION empathy.check_role(role text) RETURNS boolean
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_check_role';
COMMENT ON FUNCTION empathy.check_role(text) IS 'internal: true, or an error that lists the roles there are';

CREATE FUNCTION empathy.kinds(profile empathy.profile) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_kinds';
COMMENT ON FUNCTION empathy.kinds(empathy.profile) IS 'internal: the kinds of what a customer did';

-- Read by whoever reads profiles (src/score/roles.c), by the order of its columns.
CREATE TABLE empathy.kind_role (
    kind text PRIMARY KEY,
    role text NOT NULL CHECK (empathy.check_role(role))
);
COMMENT ON TABLE empathy.kind_role IS 'Roles of kinds that were set; those of other kinds are guessed';
COMMENT ON COLUMN empathy.kind_role.kind IS 'The kind of event, as profiles have it';
COMMENT ON COLUMN empathy.kind_role.role IS 'What it means to the business';
REVOKE ALL ON empathy.kind_role FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.kind_role', '');

CREATE FUNCTION empathy.set_role(kind text, role text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF kind IS NULL OR kind !~ '[^[:space:]]' THEN
        RAISE EXCEPTION 'kind must not be NULL or blank' USING ERRCODE = 'invalid_parameter_value';
    ELSIF octet_length(convert_to(kind, 'UTF8')) > 63 THEN
        RAISE EXCEPTION 'kind "%" is too long', kind USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Profiles keep the first 63 bytes of a kind: empathy.roles shows what they have.';
    END IF;
    LOCK TABLE empathy.refresh_lock IN EXCLUSIVE MODE;
    IF role IS NULL THEN
        DELETE FROM empathy.kind_role k WHERE k.kind = $1;
    ELSE
        PERFORM empathy.check_role(role);
        INSERT INTO empathy.kind_role AS k VALUES ($1, $2)
        ON CONFLICT ON CONSTRAINT kind_role_pkey DO UPDATE SET role = excluded.role WHERE k.role <> excluded.role;
    END IF;
    IF FOUND THEN
        PERFORM empathy.outdate_scores();
    END IF;
END $$;
COMMENT ON FUNCTION empathy.set_role(text, text) IS
    'Says what a kind of event means to the business; NULL: what its name says. Scores and maps follow at once, stored scores with the next refresh';
REVOKE ALL ON FUNCTION empathy.set_role(text, text) FROM PUBLIC;
