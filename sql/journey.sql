-- The journey of a scope's customers: the stages that they are in, and how they got from one to the next.

-- A binomial share's 95 % interval (Wilson, JASA 22, 1927).
CREATE FUNCTION empathy.wilson(share double precision, n double precision, OUT lo double precision, OUT hi double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT greatest(c.centre - c.half, 0), least(c.centre + c.half, 1)
    FROM (SELECT (share + z * z / (2 * n)) / (1 + z * z / n) AS centre,
                 z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS half
          FROM (SELECT 1.959963984540054::float8 AS z) AS v) AS c
    WHERE n > 0
$$;
COMMENT ON FUNCTION empathy.wilson(double precision, double precision) IS 'internal: the 95 % interval of a share of n';

-- The stages in the order in which somebody comes to them who takes the long way: of each stage's rules the last is
-- followed first.
CREATE FUNCTION empathy.stage_places() RETURNS TABLE (stage text, place integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    waiting text[] := '{start}';
    seen text[] := '{}';
    here text;
BEGIN
    WHILE cardinality(waiting) > 0 LOOP
        here := waiting[cardinality(waiting)];
        waiting := trim_array(waiting, 1);
        CONTINUE WHEN here = ANY (seen);
        seen := seen || here;
        waiting := waiting || ARRAY(SELECT r.to_stage FROM empathy.stage_rules r WHERE r.from_stage = here ORDER BY r.rank);
    END LOOP;
    RETURN QUERY SELECT s.stage, s.nth::integer - 1 FROM unnest(seen) WITH ORDINALITY AS s(stage, nth) WHERE s.stage <> 'start';
END $$;
COMMENT ON FUNCTION empathy.stage_places() IS 'internal: the stages that rules lead to, in the order of a journey';
REVOKE ALL ON FUNCTION empathy.stage_places() FROM PUBLIC;

-- Without a search_path of its own, so that it becomes part of the query that calls it.
CREATE FUNCTION empathy.scope_profiles(scope text) RETURNS TABLE (customer text, profile empathy.profile)
LANGUAGE sql STABLE AS $$
    SELECT m.customer, p.profile
    FROM empathy.scope_members($1) m JOIN empathy.person p ON p.customer OPERATOR(pg_catalog.=) m.customer
    WHERE NOT pg_catalog.starts_with($1, 'customer:')
    UNION ALL
    SELECT pg_catalog.substr($1, 10), empathy.live_profile(pg_catalog.substr($1, 10)) WHERE pg_catalog.starts_with($1, 'customer:')
$$;
COMMENT ON FUNCTION empathy.scope_profiles(text) IS
    'internal: the profiles of a scope''s customers; of a single one, with what is not refreshed yet';
REVOKE ALL ON FUNCTION empathy.scope_profiles(text) FROM PUBLIC;

-- Every stay of every customer in a stage; where somebody comes from "start", they were not there before.
CREATE FUNCTION empathy.scope_stages(scope text, as_of timestamptz)
RETURNS TABLE (customer text, stage text, since date, until date, days integer, before text, days_before integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    SELECT p.customer, s.stage, s.since, s.until, s.days, coalesce(lag(s.stage) OVER w, 'start'), lag(s.days) OVER w
    FROM empathy.scope_profiles($1) AS p, LATERAL empathy.stages(p.profile, $2) AS s
    WINDOW w AS (PARTITION BY p.customer ORDER BY s.since);
END $$;
COMMENT ON FUNCTION empathy.scope_stages(text, timestamptz) IS
    'internal: the stages that a scope''s customers went through, each with the one before it';
REVOKE ALL ON FUNCTION empathy.scope_stages(text, timestamptz) FROM PUBLIC;

-- A median over stays of which some go on: by Kaplan & Meier (JASA 53, 1958), who still stays counts until today.
CREATE FUNCTION empathy.median_stay(stays integer[], over boolean[]) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(c.days) FROM (
        SELECT d.days, sum(CASE WHEN d.ended = d.at_risk THEN '-infinity' ELSE ln(1 - d.ended / d.at_risk) END)
                       OVER (ORDER BY d.days) AS log_staying
        FROM (SELECT s.days, count(*) FILTER (WHERE s.over)::float8 AS ended,
                     (sum(count(*)) OVER (ORDER BY s.days DESC))::float8 AS at_risk
              FROM unnest($1, $2) AS s(days, over) GROUP BY s.days) AS d
        WHERE d.ended > 0) AS c
    WHERE c.log_staying <= ln(0.5) + 1e-9
$$;
COMMENT ON FUNCTION empathy.median_stay(integer[], boolean[]) IS
    'internal: after how many days half have left, from stays that are over or go on; NULL: not half of them yet';

CREATE FUNCTION empathy.journey_stages(scope text, as_of timestamptz, lookback interval)
RETURNS TABLE (place integer, stage text, customers bigint, share double precision, share_lo double precision,
               share_hi double precision, entered bigint, exited bigint, median_days integer, sentiment double precision, map jsonb)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    kind CONSTANT text := empathy.scope_kind($1);
    least CONSTANT integer := CASE WHEN kind = 'customer' THEN 1 ELSE current_setting('empathy.min_group')::integer END;
    day CONSTANT date := ($2 AT TIME ZONE 'UTC')::date;
    since_day CONSTANT date := (($2 - $3) AT TIME ZONE 'UTC')::date;
BEGIN
    RETURN QUERY
    WITH stay AS MATERIALIZED (
        SELECT * FROM empathy.scope_stages($1, $2)
    ), total AS (
        SELECT s.stage, count(*) FILTER (WHERE s.until IS NULL) AS customers,
               count(*) FILTER (WHERE s.since > since_day) AS entered, count(*) FILTER (WHERE s.until > since_day) AS exited,
               empathy.median_stay(array_agg(s.days), array_agg(s.until IS NOT NULL)) AS median_days
        FROM stay s GROUP BY s.stage
    ), here AS (
        SELECT s.stage, CASE WHEN count(m.sentiment) >= least THEN avg(m.sentiment) END AS sentiment,
               CASE WHEN kind = 'customer' THEN (array_agg(empathy.map(p.profile, $2, $3)))[1]
                    ELSE empathy.map_agg(p.profile, $2, $3) END AS map
        FROM stay s JOIN empathy.scope_profiles($1) AS p USING (customer), LATERAL empathy.sentiment(p.profile, $2) AS m(sentiment)
        WHERE s.until IS NULL GROUP BY s.stage
    ), everybody AS (
        SELECT sum(t.customers)::float8 AS n FROM total t
    )
    SELECT l.place, stage, coalesce(t.customers, 0), coalesce(t.customers, 0) / nullif(e.n, 0), w.lo, w.hi, coalesce(t.entered, 0),
           coalesce(t.exited, 0), t.median_days, h.sentiment, h.map
    FROM empathy.stage_places() AS l LEFT JOIN total t USING (stage) LEFT JOIN here h USING (stage) CROSS JOIN everybody e,
         LATERAL empathy.wilson(coalesce(t.customers, 0) / nullif(e.n, 0), e.n) AS w;
END $$;
COMMENT ON FUNCTION empathy.journey_stages(text, timestamptz, interval) IS
    'internal: the stages of a scope with the map of those who are in each';
REVOKE ALL ON FUNCTION empathy.journey_stages(text, timestamptz, interval) FROM PUBLIC;

-- The first items of a quadrant, of one class where cells have one.
CREATE FUNCTION empathy.map_items(map jsonb, quadrant text, class text, most integer) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(c.cell->>'item' ORDER BY c.nth), '{}')
    FROM (SELECT x.cell, x.nth FROM jsonb_array_elements($1->$2) WITH ORDINALITY AS x(cell, nth)
          WHERE coalesce(x.cell->>'class', $3) = $3 ORDER BY x.nth LIMIT $4) AS c
$$;
COMMENT ON FUNCTION empathy.map_items(jsonb, text, text, integer) IS 'internal: the first items of one class in a map''s quadrant';

CREATE FUNCTION empathy.journey(scope text DEFAULT 'all', as_of timestamptz DEFAULT now(), lookback interval DEFAULT '90 days')
RETURNS TABLE (stage text, customers bigint, share double precision, share_lo double precision, share_hi double precision,
               entered bigint, exited bigint, median_days integer, sentiment double precision, emotions text[], does text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.stage, s.customers, s.share, s.share_lo, s.share_hi, s.entered, s.exited, s.median_days, s.sentiment,
           empathy.map_items(s.map, 'feels', 'emotion', 3), empathy.map_items(s.map, 'does', 'kind', 3)
    FROM empathy.journey_stages($1, coalesce($2, now()), coalesce($3, '90 days')) AS s ORDER BY s.place, s.stage
$$;
COMMENT ON FUNCTION empathy.journey(text, timestamptz, interval) IS
    'The stages of a scope''s customers (all, a segment, customer:ID): who is in each, who came and left, how long they stay, how they feel and what they do';
REVOKE ALL ON FUNCTION empathy.journey(text, timestamptz, interval) FROM PUBLIC;

-- Everybody has one voice: of each customer who left a stage, what share of the times they went where.
CREATE FUNCTION empathy.scope_transitions(scope text, as_of timestamptz, lookback interval)
RETURNS TABLE (from_stage text, to_stage text, customers bigint, moves bigint, median_days integer,
               probability double precision, probability_lo double precision, probability_hi double precision)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH move AS MATERIALIZED (
        SELECT s.customer, s.before, s.stage, s.days_before, count(*) OVER (PARTITION BY s.customer, s.before) AS of_all
        FROM empathy.scope_stages($1, $2) AS s WHERE $3 IS NULL OR s.since > (($2 - $3) AT TIME ZONE 'UTC')::date
    ), leaver AS (
        SELECT m.before, count(DISTINCT m.customer)::float8 AS n FROM move m GROUP BY m.before
    ), way AS (
        SELECT m.before, m.stage, count(DISTINCT m.customer) AS customers, count(*) AS moves, sum(1.0 / m.of_all)::float8 AS voices,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY m.days_before) AS median_days
        FROM move m GROUP BY m.before, m.stage
    )
    SELECT y.before, y.stage, y.customers, y.moves, y.median_days, y.voices / l.n, w.lo, w.hi
    FROM way y JOIN leaver l USING (before), LATERAL empathy.wilson(least(y.voices / l.n, 1), l.n) AS w;
END $$;
COMMENT ON FUNCTION empathy.scope_transitions(text, timestamptz, interval) IS 'internal: what transitions() shows, in no order';
REVOKE ALL ON FUNCTION empathy.scope_transitions(text, timestamptz, interval) FROM PUBLIC;

CREATE FUNCTION empathy.transitions(scope text DEFAULT 'all', as_of timestamptz DEFAULT now(), lookback interval DEFAULT NULL)
RETURNS TABLE (from_stage text, to_stage text, customers bigint, moves bigint, median_days integer,
               probability double precision, probability_lo double precision, probability_hi double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.* FROM empathy.scope_transitions($1, coalesce($2, now()), $3) AS t LEFT JOIN empathy.stage_places() AS p ON p.stage = t.from_stage
    ORDER BY p.place NULLS FIRST, t.from_stage, t.probability DESC, t.to_stage
$$;
COMMENT ON FUNCTION empathy.transitions(text, timestamptz, interval) IS
    'How a scope''s customers went from stage to stage: how many, after how many days, and with what probability whoever left a stage went there';
REVOKE ALL ON FUNCTION empathy.transitions(text, timestamptz, interval) FROM PUBLIC;

CREATE FUNCTION empathy.journey_map(scope text DEFAULT 'all', as_of timestamptz DEFAULT now(), lookback interval DEFAULT '90 days')
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH stage AS MATERIALIZED (
        SELECT * FROM empathy.journey_stages($1, coalesce($2, now()), coalesce($3, '90 days'))
    )
    SELECT jsonb_build_object(
        'scope', $1, 'as_of', (coalesce($2, now()) AT TIME ZONE 'UTC')::date,
        'days', (coalesce($2, now()) AT TIME ZONE 'UTC')::date - ((coalesce($2, now()) - coalesce($3, '90 days')) AT TIME ZONE 'UTC')::date,
        'customers', (SELECT coalesce(sum(s.customers), 0) FROM stage s),
        'stages', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'stage', s.stage, 'customers', s.customers, 'share', round(s.share::numeric, 4),
                       'share_lo', round(s.share_lo::numeric, 4), 'share_hi', round(s.share_hi::numeric, 4),
                       'entered', s.entered, 'exited', s.exited, 'median_days', s.median_days,
                       'sentiment', round(s.sentiment::numeric, 4), 'map', s.map)) ORDER BY s.place, s.stage), '[]') FROM stage s),
        'transitions', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                       'from', t.from_stage, 'to', t.to_stage, 'customers', t.customers, 'moves', t.moves,
                       'median_days', t.median_days, 'probability', round(t.probability::numeric, 4),
                       'probability_lo', round(t.probability_lo::numeric, 4),
                       'probability_hi', round(t.probability_hi::numeric, 4)))), '[]') FROM empathy.transitions($1, $2) AS t))
$$;
COMMENT ON FUNCTION empathy.journey_map(text, timestamptz, interval) IS
    'The journey of a scope''s customers in one document: each stage with the empathy map of those who are in it, and the transitions between them';
REVOKE ALL ON FUNCTION empathy.journey_map(text, timestamptz, interval) FROM PUBLIC;

-- To look at. A journey is any jsonb, as maps are (sql/show.sql): what is not as journey_map() makes it is left out, and
-- every text is written through show_mermaid().
CREATE FUNCTION empathy.journey_mermaid(journey jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    WITH stage AS (
        SELECT row_number() OVER (ORDER BY d.nth) AS id, d.name, d.customers, d.share
        FROM (SELECT DISTINCT ON (n.name) n.name, s.nth, empathy.show_number(s.stage->'customers', 0, 1e12) AS customers,
                     empathy.show_number(s.stage->'share', 0, 1) AS share
              FROM empathy.show_list(journey->'stages') WITH ORDINALITY AS s(stage, nth), LATERAL empathy.show_text(s.stage->'stage') AS n(name)
              WHERE n.name IS NOT NULL AND n.name <> 'start' ORDER BY n.name, s.nth) AS d
        ORDER BY d.nth LIMIT 50
    ), way AS (
        SELECT coalesce(f.id, 0) AS from_id, t.id AS to_id, empathy.show_number(w.way->'customers', 0, 1e12) AS customers,
               empathy.show_number(w.way->'probability', 0, 1) AS probability,
               empathy.show_number(w.way->'median_days', 0, 1e6) AS median_days, w.nth
        FROM empathy.show_list(journey->'transitions') WITH ORDINALITY AS w(way, nth)
             JOIN stage t ON t.name = empathy.show_text(w.way->'to')
             LEFT JOIN stage f ON f.name = empathy.show_text(w.way->'from')
        WHERE f.id IS NOT NULL OR empathy.show_text(w.way->'from') = 'start'
        ORDER BY w.nth LIMIT 200
    )
    SELECT concat(E'flowchart LR\n', (SELECT E'  s0(("start"))\n' FROM way w WHERE w.from_id = 0 LIMIT 1),
        (SELECT string_agg(format(E'  s%s[%s]\n', s.id, empathy.show_mermaid(
                    concat_ws(', ', s.name, empathy.show_count(s.customers, 'customer', 'customers'), empathy.show_percent(s.share)))),
                    '' ORDER BY s.id) FROM stage s),
        (SELECT string_agg(format(E'  s%s -->|%s| s%s\n', w.from_id, empathy.show_mermaid(
                    coalesce(nullif(concat_ws(', ', empathy.show_percent(w.probability), empathy.show_count(w.customers, 'customer', 'customers'), 'after ' ||
                             empathy.show_count(w.median_days, 'day', 'days')), ''), '?')), w.to_id), '' ORDER BY w.nth) FROM way w))
$$;
COMMENT ON FUNCTION empathy.journey_mermaid(jsonb) IS 'A journey map as a flow chart in the language of Mermaid';

CREATE FUNCTION empathy.journey_mermaid(scope text DEFAULT 'all') RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.journey_mermaid(empathy.journey_map($1))';
COMMENT ON FUNCTION empathy.journey_mermaid(text) IS 'The journey of a scope as a flow chart in the language of Mermaid';
REVOKE ALL ON FUNCTION empathy.journey_mermaid(text) FROM PUBLIC;
