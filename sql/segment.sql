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

CREATE TABLE empathy.segment_member (
    segment  text NOT NULL REFERENCES empathy.segment ON DELETE CASCADE,
    customer text NOT NULL,
    PRIMARY KEY (segment, customer)
);
CREATE INDEX segment_member_by_customer ON empathy.segment_member (customer);
COMMENT ON TABLE empathy.segment_member IS 'The customers of each segment, as its query gave them last';
COMMENT ON COLUMN empathy.segment_member.segment IS 'The segment';
COMMENT ON COLUMN empathy.segment_member.customer IS 'The customer''s id, also if no profile has it';
COMMENT ON INDEX empathy.segment_member_by_customer IS 'Finds the segments of a customer';

REVOKE ALL ON empathy.segment, empathy.segment_member FROM PUBLIC;

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

-- Who was not there yet by as_of is not counted. Members of a segment are those of today.
CREATE FUNCTION empathy.machine_map(scope text, as_of timestamptz, lookback interval) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    day CONSTANT date := (as_of AT TIME ZONE 'UTC')::date;
    map jsonb;
BEGIN
    IF empathy.scope_kind(scope) = 'customer' THEN
        RETURN empathy.map(empathy.live_profile(substr(scope, 10)), as_of, lookback);
    END IF;
    SELECT empathy.map_agg(p.profile, as_of, lookback) INTO map
    FROM empathy.scope_members(scope) AS m JOIN empathy.person p USING (customer)
    WHERE day >= (now() AT TIME ZONE 'UTC')::date
       OR NOT EXISTS (SELECT FROM empathy.score s WHERE s.customer = p.customer AND s.first_on > day);
    RETURN map;
END $$;
COMMENT ON FUNCTION empathy.machine_map(text, timestamptz, interval) IS
    'internal: the map of a scope as computed from profiles; NULL for nobody';
REVOKE ALL ON FUNCTION empathy.machine_map(text, timestamptz, interval) FROM PUBLIC;

CREATE FUNCTION empathy.map_of(scope text DEFAULT 'all', as_of timestamptz DEFAULT now(), lookback interval DEFAULT '90 days')
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('scope', $1) || empathy.machine_map($1, coalesce($2, now()), $3)
$$;
COMMENT ON FUNCTION empathy.map_of(text, timestamptz, interval) IS
    'The empathy map of a scope (all, a segment, customer:ID) as of a moment, over so long before it; NULL for nobody';
REVOKE ALL ON FUNCTION empathy.map_of(text, timestamptz, interval) FROM PUBLIC;
