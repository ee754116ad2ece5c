-- What sets two maps apart, with the uncertainty of it.

-- Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998),
-- method 10: from Wilson's interval of each.
CREATE FUNCTION empathy.newcombe(x_a double precision, n_a double precision, x_b double precision, n_b double precision,
                                 OUT lo double precision, OUT hi double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.a - p.b - sqrt((p.a - a.lo) ^ 2 + (b.hi - p.b) ^ 2), p.a - p.b + sqrt((a.hi - p.a) ^ 2 + (p.b - b.lo) ^ 2)
    FROM empathy.wilson(x_a, n_a, 1.959963984540054) AS a, empathy.wilson(x_b, n_b, 1.959963984540054) AS b,
         LATERAL (SELECT x_a / n_a, x_b / n_b) AS p(a, b)
$$;
COMMENT ON FUNCTION empathy.newcombe(double precision, double precision, double precision, double precision) IS
    'internal: the 95 % interval of the difference of two shares';

-- Abramowitz and Stegun, "Handbook of mathematical functions" (1964), 26.2.23: within 4.5e-4, for p up to 1/2.
CREATE FUNCTION empathy.upper_quantile(p double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT t - (2.515517 + 0.802853 * t + 0.010328 * t ^ 2) / (1 + 1.432788 * t + 0.189269 * t ^ 2 + 0.001308 * t ^ 3)
    FROM sqrt(-2 * ln(p)) AS t
$$;
COMMENT ON FUNCTION empathy.upper_quantile(double precision) IS 'internal: what a standard normal variable exceeds with probability p';

-- The most customers that a cell can have which a group's map does not show: fewer than empathy.min_group or, where the
-- map has as many cells of the class as it shows (8), no more than the last of them.
CREATE FUNCTION empathy.most_unseen(map jsonb, quadrant text, class text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT least((map ->> 'customers')::bigint,
                 greatest(coalesce(current_setting('empathy.min_group', true)::bigint, 5) - 1, CASE WHEN count(*) >= 8 THEN min(c.customers) END))
    FROM empathy.map_cells(map) AS c WHERE c.quadrant = $2 AND c.class IS NOT DISTINCT FROM $3
$$;
COMMENT ON FUNCTION empathy.most_unseen(jsonb, text, text) IS 'internal: how many customers a cell may have that a map does not show';

-- Cells of two maps side by side, with how many customers have each, of n: what a map of a group does not show is somewhere
-- from 0 to most_unseen(). Phrases are chosen otherwise, so of one that is not shown nothing is known. Notes of people are
-- no cells of both.
CREATE FUNCTION empathy.cell_pairs(a jsonb, b jsonb)
RETURNS TABLE (quadrant text, class text, item text, customers_a bigint, customers_b bigint, share_a real, share_b real,
               sentiment_a real, sentiment_b real, n_a float8, n_b float8, least_a bigint, most_a bigint, least_b bigint, most_b bigint)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
    WITH cells AS (
        SELECT s.side, c.*, coalesce(c.class, '') AS kind
        FROM (VALUES ('a', a), ('b', b)) AS s(side, map), LATERAL empathy.map_cells(s.map) AS c WHERE c.origin IS DISTINCT FROM 'human'
    )
    SELECT p.quadrant, p.class, p.item, p.customers_a, p.customers_b, p.share_a, p.share_b, p.sentiment_a, p.sentiment_b,
           CASE WHEN p.class = 'phrase' AND w.n_a > 1 THEN p.sampled_a ELSE w.n_a END, CASE WHEN p.class = 'phrase' AND w.n_b > 1 THEN p.sampled_b ELSE w.n_b END,
           coalesce(p.customers_a, 0), coalesce(p.customers_a, empathy.most_unseen(a, p.quadrant, p.class)),
           coalesce(p.customers_b, 0), coalesce(p.customers_b, empathy.most_unseen(b, p.quadrant, p.class))
    FROM (SELECT quadrant, coalesce(x.class, y.class), item, x.customers, y.customers, x.share, y.share, x.sentiment, y.sentiment, x.sampled, y.sampled
          FROM (SELECT * FROM cells WHERE side = 'a') AS x FULL JOIN (SELECT * FROM cells WHERE side = 'b') AS y USING (quadrant, kind, item))
         AS p(quadrant, class, item, customers_a, customers_b, share_a, share_b, sentiment_a, sentiment_b, sampled_a, sampled_b),
         (SELECT nullif((a ->> 'customers')::bigint, 0), nullif((b ->> 'customers')::bigint, 0)) AS w(n_a, n_b)
$$;
COMMENT ON FUNCTION empathy.cell_pairs(jsonb, jsonb) IS 'internal: the cells of two maps side by side, with how many customers they have';

/*
 * The interval is the widest over what is not shown, the difference the least. Which differences are more than chance is
 * decided for all cells together: Pearson's chi-square test of two shares, with Yates' correction (without it, groups of
 * unequal size that are alike are told apart too often), and of its P values those that Benjamini and Hochberg ("Controlling
 * the false discovery rate", JRSS B 57, 1995) let pass at 5 %.
 */
CREATE FUNCTION empathy.compare_groups(a jsonb, b jsonb)
RETURNS TABLE (quadrant text, class text, item text, share_a real, share_b real, difference real, lo real, hi real, differs boolean,
               customers_a bigint, customers_b bigint, sentiment_a real, sentiment_b real)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
    WITH pair AS (
        SELECT c.*, greatest(c.least_a / c.n_a, least(c.most_a / c.n_a, c.least_b / c.n_b)) AS p_a,
               greatest(c.least_b / c.n_b, least(c.most_b / c.n_b, c.least_a / c.n_a)) AS p_b
        FROM empathy.cell_pairs(a, b) AS c
    ), tested AS (
        SELECT p.*, CASE WHEN v > 0 THEN coalesce((abs(p_a - p_b) - v / 2) / nullif(sqrt(q * (1 - q) * v), 0), 0) END AS z
        FROM pair AS p, LATERAL (SELECT (n_a * p_a + n_b * p_b) / (n_a + n_b), 1 / n_a + 1 / n_b) AS pooled(q, v)
    ), ranked AS (
        SELECT t.*, count(*) OVER (ORDER BY z DESC NULLS LAST) AS nth, count(z) OVER () AS m FROM tested AS t
    ), bounded AS (
        SELECT r.*, max(nth) FILTER (WHERE z >= empathy.upper_quantile(0.025 * nth / nullif(m, 0))) OVER () AS last FROM ranked AS r
    )
    SELECT quadrant, class, item, share_a, share_b, CASE WHEN z IS NOT NULL THEN p_a - p_b END, low.lo, high.hi,
           CASE WHEN z IS NOT NULL THEN coalesce(nth <= last, false) AND (low.lo > 0 OR high.hi < 0) END,
           customers_a, customers_b, sentiment_a, sentiment_b
    FROM bounded, LATERAL empathy.newcombe(least_a, n_a, most_b, n_b) AS low, LATERAL empathy.newcombe(most_a, n_a, least_b, n_b) AS high
$$;
COMMENT ON FUNCTION empathy.compare_groups(jsonb, jsonb) IS 'internal: compare_maps() of groups';

CREATE FUNCTION empathy.compare_maps(a jsonb, b jsonb)
RETURNS TABLE (quadrant text, class text, item text, share_a real, share_b real, difference real, lo real, hi real, differs boolean,
               customers_a bigint, customers_b bigint, sentiment_a real, sentiment_b real)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.* FROM (
        SELECT g.* FROM empathy.compare_groups(a, b) AS g WHERE (a ->> 'customers')::bigint > 1 AND (b ->> 'customers')::bigint > 1
        UNION ALL
        SELECT quadrant, class, item, share_a, share_b, CASE WHEN n_a = 1 AND n_b = 1 THEN coalesce(share_a, 0) - coalesce(share_b, 0) END,
               NULL, NULL, NULL, customers_a, customers_b, sentiment_a, sentiment_b
        FROM empathy.cell_pairs(a, b) WHERE ((a ->> 'customers')::bigint > 1 AND (b ->> 'customers')::bigint > 1) IS NOT TRUE) AS c
    ORDER BY abs(c.difference) DESC NULLS LAST, c.quadrant, c.class, c.item
$$;
COMMENT ON FUNCTION empathy.compare_maps(jsonb, jsonb) IS
    'What sets two maps apart, cell by cell, the largest differences of shares first, each with a 95 % interval and whether it is more than chance';

CREATE FUNCTION empathy.compare_maps(a text, b text, as_of_a timestamptz DEFAULT now(), as_of_b timestamptz DEFAULT now(),
                                     lookback interval DEFAULT '90 days')
RETURNS TABLE (quadrant text, class text, item text, share_a real, share_b real, difference real, lo real, hi real, differs boolean,
               customers_a bigint, customers_b bigint, sentiment_a real, sentiment_b real)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM empathy.compare_maps(empathy.map_of($1, $3, $5), empathy.map_of($2, $4, $5))
$$;
COMMENT ON FUNCTION empathy.compare_maps(text, text, timestamptz, timestamptz, interval) IS
    'What sets the maps of two scopes apart, or of one at two times';
REVOKE ALL ON FUNCTION empathy.compare_maps(text, text, timestamptz, timestamptz, interval) FROM PUBLIC;
