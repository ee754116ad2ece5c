-- Whose map it is. A scope is a text: 'all', the name of a segment, or 'customer:' and an id.

CREATE FUNCTION empathy.is_segment_name(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce($1 <> 'all' AND octet_length($1) <= 63 AND $1 !~ ':'
                    AND $1 ~ '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$', false)
$$;
COMMENT ON FUNCTION empathy.is_segment_name(text) IS 'internal: whether a segment can have that name';

CREATE TABLE empathy.segment (
    segment    text PRIMARY KEY CHECK (empathy.is_segment_name(segment)),
    query      text NOT NULL,
    path       text NOT NULL,
    every      interval NOT NULL CHECK (every OPERATOR(pg_catalog.>) interval '0'),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
COMMENT ON TABLE empathy.segment IS 'Groups of customers that have a map of their own, each given by a query';
COMMENT ON COLUMN empathy.segment.segment IS 'Its name';
COMMENT ON COLUMN empathy.segment.query IS 'Gives its customers, in one column';
COMMENT ON COLUMN empathy.segment.path IS 'The search_path by which the query finds tables and functions';
COMMENT ON COLUMN empathy.segment.every IS 'How often the query is run';
COMMENT ON COLUMN empathy.segment.created_by IS 'Who added it: the query runs with the rights of this role';
COMMENT ON COLUMN empathy.segment.created_at IS 'When it was added';
SELECT pg_catalog.pg_extension_config_dump('empathy.segment', '');

-- What is not dumped: a segment that is missing here came from a dump, and its creator is found by name.
CREATE TABLE empathy.segment_run (
    segment      text PRIMARY KEY REFERENCES empathy.segment ON DELETE CASCADE,
    role         oid,
    customers    bigint,
    unknown      bigint,
    refreshed_at timestamptz,
    tried_at     timestamptz NOT NULL,
    failed_at    timestamptz,
    error        text
);
COMMENT ON TABLE empathy.segment_run IS 'How each segment fared in this database';
COMMENT ON COLUMN empathy.segment_run.segment IS 'The segment';
COMMENT ON COLUMN empathy.segment_run.role IS 'Who added it, so that another of the same name who comes later is not meant; NULL: not found yet';
COMMENT ON COLUMN empathy.segment_run.customers IS 'How many customers its query gave last';
COMMENT ON COLUMN empathy.segment_run.unknown IS 'Of these, how many had no profile';
COMMENT ON COLUMN empathy.segment_run.refreshed_at IS 'When the query last gave them';
COMMENT ON COLUMN empathy.segment_run.tried_at IS 'When it was last run, also in vain';
COMMENT ON COLUMN empathy.segment_run.failed_at IS 'Since when it fails; NULL if it does not';
COMMENT ON COLUMN empathy.segment_run.error IS 'Why it fails; NULL if it does not';

CREATE TABLE empathy.segment_member (
    segment  text NOT NULL, -- without a foreign key, which would be looked up for every customer
    customer text NOT NULL,
    PRIMARY KEY (segment, customer)
);
CREATE INDEX segment_member_by_customer ON empathy.segment_member (customer);
COMMENT ON TABLE empathy.segment_member IS 'The customers of each segment, as its query gave them last';
COMMENT ON COLUMN empathy.segment_member.segment IS 'The segment';
COMMENT ON COLUMN empathy.segment_member.customer IS 'The customer''s id, also if no profile has it';
COMMENT ON INDEX empathy.segment_member_by_customer IS 'Finds the segments of a customer';

-- The map of all customers and of each segment, as it was last computed, over the default days.
CREATE TABLE empathy.stored_map (
    scope       text PRIMARY KEY,
    map         jsonb,
    computed_at timestamptz NOT NULL,
    took        interval NOT NULL,
    change      bigint NOT NULL
);
COMMENT ON TABLE empathy.stored_map IS 'Maps for the view maps to read';
COMMENT ON COLUMN empathy.stored_map.scope IS 'Whose map it is';
COMMENT ON COLUMN empathy.stored_map.map IS 'The map; NULL if it is nobody''s';
COMMENT ON COLUMN empathy.stored_map.computed_at IS 'When it was computed';
COMMENT ON COLUMN empathy.stored_map.took IS 'How long that took';
COMMENT ON COLUMN empathy.stored_map.change IS 'The change of people that it knew';

REVOKE ALL ON empathy.segment, empathy.segment_run, empathy.segment_member, empathy.stored_map FROM PUBLIC;

CREATE FUNCTION empathy.scope_kind(scope text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF scope = 'all' THEN
        RETURN 'all';
    ELSIF scope LIKE 'customer:_%' THEN
        RETURN 'customer';
    ELSIF EXISTS (SELECT FROM empathy.segment s WHERE s.segment = scope) THEN
        RETURN 'segment';
    END IF;
    RAISE EXCEPTION 'scope % does not exist', coalesce('"' || scope || '"', 'NULL') USING ERRCODE = 'undefined_object',
        HINT = 'A scope is "all", the name of a segment (empathy.segments shows them), or "customer:" and an id.';
END $$;
COMMENT ON FUNCTION empathy.scope_kind(text) IS 'internal: all, segment or customer; an error for anything else';
REVOKE ALL ON FUNCTION empathy.scope_kind(text) FROM PUBLIC;

-- Without a search_path of its own, so that it becomes part of the query that calls it.
CREATE FUNCTION empathy.scope_members(scope text) RETURNS TABLE (customer text)
LANGUAGE sql STABLE AS $$
    SELECT p.customer FROM empathy.person p WHERE empathy.scope_kind($1) OPERATOR(pg_catalog.=) 'all'
    UNION ALL
    SELECT m.customer FROM empathy.segment_member m WHERE m.segment OPERATOR(pg_catalog.=) $1
    UNION ALL
    SELECT pg_catalog.substr($1, 10) WHERE pg_catalog.starts_with($1, 'customer:')
$$;
COMMENT ON FUNCTION empathy.scope_members(text) IS
    'internal: the customers of a scope: those with a profile, what a segment''s query gave, or the one that is named';
REVOKE ALL ON FUNCTION empathy.scope_members(text) FROM PUBLIC;

-- Who was not there yet by as_of is not counted. Members of a segment are those of today. A query of its own for each case,
-- since that of all, now, reads every profile and nothing else.
CREATE FUNCTION empathy.machine_map(scope text, as_of timestamptz, lookback interval) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind CONSTANT text := empathy.scope_kind(scope);
    day CONSTANT date := (as_of AT TIME ZONE 'UTC')::date;
    map jsonb;
BEGIN
    IF kind = 'customer' THEN
        RETURN empathy.map(empathy.live_profile(substr(scope, 10)), as_of, lookback);
    END IF;
    EXECUTE 'SELECT empathy.map_agg(p.profile, $2, $3) FROM empathy.person p '
        || CASE WHEN kind = 'segment' THEN 'JOIN empathy.segment_member m ON m.customer = p.customer AND m.segment = $1 ' ELSE '' END
        || CASE WHEN day < (now() AT TIME ZONE 'UTC')::date
                THEN 'WHERE NOT EXISTS (SELECT FROM empathy.score s WHERE s.customer = p.customer AND s.first_on > $4)' ELSE '' END
    INTO map USING scope, as_of, lookback, day;
    RETURN map;
END $$;
COMMENT ON FUNCTION empathy.machine_map(text, timestamptz, interval) IS
    'internal: the map of a scope as computed from profiles; NULL for nobody';
REVOKE ALL ON FUNCTION empathy.machine_map(text, timestamptz, interval) FROM PUBLIC;

-- Keeping segments: their queries, run with the rights of whoever added them (src/refresh/segment.c).

CREATE FUNCTION empathy.segment_query(role oid, query text, path text) RETURNS TABLE (customer text)
    LANGUAGE C VOLATILE STRICT AS 'MODULE_PATHNAME', 'emp_segment_query';
COMMENT ON FUNCTION empathy.segment_query(oid, text, text) IS
    'internal: the customers that a query gives, which runs with the rights of a role and by a search_path, and changes nothing';
REVOKE ALL ON FUNCTION empathy.segment_query(oid, text, text) FROM PUBLIC;

CREATE FUNCTION empathy.segment_role(name text) RETURNS oid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role oid;
BEGIN
    SELECT r.oid INTO role
    FROM empathy.segment s LEFT JOIN empathy.segment_run n USING (segment)
    JOIN pg_roles r ON CASE WHEN n.role IS NULL THEN r.rolname = s.created_by ELSE r.oid = n.role END
    WHERE s.segment = name;
    IF role IS NULL THEN
        RAISE EXCEPTION 'role "%" does not exist', (SELECT s.created_by FROM empathy.segment s WHERE s.segment = name)
            USING ERRCODE = 'undefined_object',
                  DETAIL = format('It added segment "%s", whose query runs with its rights.', name),
                  HINT = 'Drop the segment, and have another role add it.';
    END IF;
    RETURN role;
END $$;
COMMENT ON FUNCTION empathy.segment_role(text) IS 'internal: who added a segment; an error if that role is gone';
REVOKE ALL ON FUNCTION empathy.segment_role(text) FROM PUBLIC;

CREATE FUNCTION empathy.store_map(scope text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    WITH computed AS MATERIALIZED (
        SELECT clock_timestamp() AS started, c.change, empathy.machine_map($1, now(), '90 days') AS map FROM empathy.person_change c
    )
    INSERT INTO empathy.stored_map
    SELECT $1, c.map, c.started, clock_timestamp() - c.started, c.change FROM computed c
    ON CONFLICT (scope) DO UPDATE SET map = excluded.map, computed_at = excluded.computed_at, took = excluded.took,
                                      change = excluded.change
$$;
COMMENT ON FUNCTION empathy.store_map(text) IS 'internal: computes and stores the map of a scope';
REVOKE ALL ON FUNCTION empathy.store_map(text) FROM PUBLIC;

-- Whoever calls holds the segment's row.
CREATE FUNCTION empathy.fill_segment(name text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    role CONSTANT oid := empathy.segment_role(name);
    started CONSTANT timestamptz := clock_timestamp();
    n integer;
BEGIN
    WITH fresh AS MATERIALIZED (
        SELECT q.customer FROM empathy.segment s, empathy.segment_query(role, s.query, s.path) AS q WHERE s.segment = name
    ), gone AS (
        DELETE FROM empathy.segment_member m
        WHERE m.segment = name AND NOT EXISTS (SELECT FROM fresh f WHERE f.customer = m.customer)
    ), come AS (
        INSERT INTO empathy.segment_member SELECT name, f.customer FROM fresh f ON CONFLICT DO NOTHING
    )
    SELECT count(*) INTO n FROM fresh;
    INSERT INTO empathy.segment_run AS r (segment, role, customers, unknown, refreshed_at, tried_at)
    SELECT name, role, n, count(*) FILTER (WHERE p.customer IS NULL), started, started
    FROM empathy.segment_member m LEFT JOIN empathy.person p USING (customer) WHERE m.segment = name
    ON CONFLICT (segment) DO UPDATE SET role = excluded.role, customers = excluded.customers, unknown = excluded.unknown,
        refreshed_at = excluded.refreshed_at, tried_at = excluded.tried_at, failed_at = NULL, error = NULL;
    UPDATE empathy.segment s SET created_by = r.rolname FROM pg_roles r
    WHERE s.segment = name AND r.oid = role AND s.created_by <> r.rolname; -- it may have been renamed
    PERFORM empathy.store_map(name);
    RETURN n;
END $$;
COMMENT ON FUNCTION empathy.fill_segment(text) IS 'internal: runs the query of a segment, and stores whom it gives and their map';
REVOKE ALL ON FUNCTION empathy.fill_segment(text) FROM PUBLIC;

-- Whoever added a segment may change and drop it, so may those who have that role.
CREATE FUNCTION empathy.lock_segment(name text, caller oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owner text;
BEGIN
    SELECT s.created_by INTO owner FROM empathy.segment s WHERE s.segment = name FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'segment "%" does not exist', name USING ERRCODE = 'undefined_object',
            HINT = 'The view empathy.segments shows those that do.';
    ELSIF NOT (SELECT r.rolsuper OR pg_has_role(r.oid, empathy.segment_role(name), 'USAGE') FROM pg_roles r WHERE r.oid = caller) THEN
        RAISE EXCEPTION 'segment "%" was added by role "%"', name, owner USING ERRCODE = 'insufficient_privilege',
            HINT = 'Only who has that role may change or drop it.';
    END IF;
END $$;
COMMENT ON FUNCTION empathy.lock_segment(text, oid) IS
    'internal: locks a segment; an error if there is none, or if it is not for the caller to change';
REVOKE ALL ON FUNCTION empathy.lock_segment(text, oid) FROM PUBLIC;

CREATE FUNCTION empathy.put_segment(name text, query text, every interval, path text, creator oid) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    creator_name CONSTANT text := (SELECT r.rolname FROM pg_roles r WHERE r.oid = creator);
BEGIN
    IF NOT empathy.is_segment_name(name) THEN
        RAISE EXCEPTION 'invalid segment name "%"', name USING ERRCODE = 'invalid_name',
            HINT = 'A name has 1 to 63 bytes, is not "all", has no colon, no control characters and no blanks around it.';
    ELSIF every <= interval '0' THEN
        RAISE EXCEPTION 'every (%) must be more than 0', every USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO empathy.segment (segment, query, path, every, created_by) VALUES (name, query, path, every, creator_name)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        PERFORM empathy.lock_segment(name, creator);
        UPDATE empathy.segment s SET query = $2, path = $4, every = $3, created_by = creator_name WHERE s.segment = name;
        DELETE FROM empathy.segment_run r WHERE r.segment = name;
    END IF;
    RETURN empathy.fill_segment(name);
END $$;
COMMENT ON FUNCTION empathy.put_segment(text, text, interval, text, oid) IS
    'internal: keeps a segment of a role, new or changed; returns how many customers it has';
REVOKE ALL ON FUNCTION empathy.put_segment(text, text, interval, text, oid) FROM PUBLIC;

CREATE FUNCTION empathy.remove_segment(name text, caller oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM empathy.lock_segment(name, caller);
    DELETE FROM empathy.segment s WHERE s.segment = name;
    DELETE FROM empathy.segment_member m WHERE m.segment = name;
    DELETE FROM empathy.stored_map m WHERE m.scope = name;
END $$;
COMMENT ON FUNCTION empathy.remove_segment(text, oid) IS 'internal: drops a segment';
REVOKE ALL ON FUNCTION empathy.remove_segment(text, oid) FROM PUBLIC;

CREATE FUNCTION empathy.add_segment(name text, query text, every interval DEFAULT '1 hour') RETURNS integer
    LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'emp_add_segment';
COMMENT ON FUNCTION empathy.add_segment(text, text, interval) IS
    'Makes a group of customers with a map of its own from a query that gives them in one column, run with your rights now and every so often; returns how many there are';
CREATE FUNCTION empathy.drop_segment(name text) RETURNS void
    LANGUAGE C VOLATILE AS 'MODULE_PATHNAME', 'emp_drop_segment';
COMMENT ON FUNCTION empathy.drop_segment(text) IS 'Drops a segment of yours and its map; notes and reviews of it are kept';

CREATE FUNCTION empathy.refresh_segment(name text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF name = 'all' THEN
        PERFORM empathy.store_map(name);
        RETURN (SELECT count(*) FROM empathy.person);
    END IF;
    PERFORM FROM empathy.segment s WHERE s.segment = name FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'segment "%" does not exist', name USING ERRCODE = 'undefined_object',
            HINT = 'The view empathy.segments shows those that do.';
    END IF;
    RETURN empathy.fill_segment(name);
END $$;
COMMENT ON FUNCTION empathy.refresh_segment(text) IS
    'Runs the query of a segment now and stores its map, or (all) that of everybody; returns how many customers it has';
REVOKE ALL ON FUNCTION empathy.add_segment(text, text, interval), empathy.drop_segment(text), empathy.refresh_segment(text)
    FROM PUBLIC;

/*
 * What a refresh does once profiles are up to date: scopes one by one, each in a transaction of its own.
 *
 * The map of all is stored again when somebody's profile changed, or the day. That reads every profile, so a refresh
 * with a time limit, such as the worker's, leaves it for a minute, or for twenty times as long as it took, and until a
 * table that is being read for everybody has been.
 */
CREATE FUNCTION empathy.is_map_due(before timestamptz, at_once boolean) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM empathy.stored_map s, empathy.person_change c
        WHERE s.scope = 'all'
          AND (s.computed_at >= $1
               OR (s.change = c.change AND (s.computed_at AT TIME ZONE 'UTC')::date >= ($1 AT TIME ZONE 'UTC')::date)
               OR (NOT $2 AND s.map IS NOT NULL AND s.computed_at + greatest(20 * s.took, '1 min') > $1)))
       AND ($2 OR NOT EXISTS (SELECT FROM empathy.stale k WHERE k.customer IS NULL))
$$;
COMMENT ON FUNCTION empathy.is_map_due(timestamptz, boolean) IS 'internal: whether the map of all customers is to be stored again';
REVOKE ALL ON FUNCTION empathy.is_map_due(timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION empathy.refresh_scope(before timestamptz, at_once boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
    problem text;
BEGIN
    IF empathy.is_map_due(before, at_once) THEN
        PERFORM empathy.store_map('all');
        RETURN true;
    END IF;
    SELECT s.segment INTO name FROM empathy.segment s LEFT JOIN empathy.segment_run r USING (segment)
    WHERE r.tried_at IS NULL OR r.tried_at + s.every <= before
    ORDER BY r.tried_at NULLS FIRST, s.segment LIMIT 1 FOR UPDATE OF s SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM set_config('lock_timeout', '1s', true);
    BEGIN
        PERFORM empathy.fill_segment(name);
    EXCEPTION WHEN OTHERS THEN
        problem := SQLERRM;
    END;
    IF problem IS NOT NULL THEN
        PERFORM empathy.fail_segment(name, problem);
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION empathy.refresh_scope(timestamptz, boolean) IS
    'internal: brings the map of all, or a segment, that is due up to date; false if none is';
REVOKE ALL ON FUNCTION empathy.refresh_scope(timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION empathy.fail_segment(name text, problem text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO empathy.segment_run AS r (segment, role, tried_at, failed_at, error)
    SELECT s.segment, p.oid, clock_timestamp(), clock_timestamp(), $2
    FROM empathy.segment s LEFT JOIN pg_roles p ON p.rolname = s.created_by WHERE s.segment = $1
    ON CONFLICT (segment) DO UPDATE SET tried_at = excluded.tried_at, failed_at = coalesce(r.failed_at, excluded.failed_at),
        error = excluded.error
$$;
COMMENT ON FUNCTION empathy.fail_segment(text, text) IS 'internal: keeps why the query of a segment failed';
REVOKE ALL ON FUNCTION empathy.fail_segment(text, text) FROM PUBLIC;

CREATE VIEW empathy.segments AS
    SELECT s.segment AS name, s.query, r.customers, r.unknown, r.refreshed_at, r.error, r.failed_at, s.every, s.created_by, s.created_at
    FROM empathy.segment s LEFT JOIN empathy.segment_run r ON r.segment OPERATOR(pg_catalog.=) s.segment;
COMMENT ON VIEW empathy.segments IS 'The segments: whom they are made of, and whether that works';
COMMENT ON COLUMN empathy.segments.name IS 'Name of the segment, as a scope';
COMMENT ON COLUMN empathy.segments.query IS 'Gives its customers, in one column';
COMMENT ON COLUMN empathy.segments.customers IS 'How many customers it gave last';
COMMENT ON COLUMN empathy.segments.unknown IS 'Of these, how many had no profile';
COMMENT ON COLUMN empathy.segments.refreshed_at IS 'When it last gave them';
COMMENT ON COLUMN empathy.segments.error IS 'Why it fails; the customers that it gave before are kept';
COMMENT ON COLUMN empathy.segments.failed_at IS 'Since when';
COMMENT ON COLUMN empathy.segments.every IS 'How often it is run';
COMMENT ON COLUMN empathy.segments.created_by IS 'Who added it: the query runs with the rights of this role';
COMMENT ON COLUMN empathy.segments.created_at IS 'When it was added';
REVOKE ALL ON empathy.segments FROM PUBLIC;
