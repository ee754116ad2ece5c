-- compare_maps(): intervals against published ones, what a map does not show, false alarms in a simulation, and what was planted.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'Pacific/Auckland';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT no_plan();

-- Newcombe (1998), table II, method 10

SELECT is(round(i.lo::numeric, 4) || ' ' || round(i.hi::numeric, 4), w, format('%s/%s - %s/%s', a, n, b, m))
FROM (VALUES (56, 70, 48, 80, '0.0524 0.3339'), (9, 10, 3, 10, '0.1705 0.8090'), (6, 7, 2, 7, '0.0582 0.8062'), (5, 56, 0, 29, '-0.0381 0.1926'),
             (0, 10, 0, 20, '-0.1611 0.2775'), (0, 10, 0, 10, '-0.2775 0.2775'), (10, 10, 0, 20, '0.6791 1.0000'), (10, 10, 0, 10, '0.6075 1.0000')) AS v(a, n, b, m, w),
     LATERAL empathy.newcombe(a, n, b, m) AS i;
SELECT ok(abs(empathy.upper_quantile(p) - z) < 4.5e-4, 'upper quantile of ' || p)
FROM (VALUES (0.25, 0.674490), (0.025, 1.959964), (0.005, 2.575829), (0.0005, 3.290527), (0.0000005, 4.891638)) AS v(p, z);

-- Two maps by hand

CREATE FUNCTION cell(item text, customers int, n int, sentiment real DEFAULT NULL, class text DEFAULT 'aspect') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('item', item, 'class', class, 'origin', 'observed', 'customers', customers, 'share', customers::real / n, 'sentiment', sentiment)) $$;
CREATE FUNCTION made(n int, VARIADIC cells jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT empathy.empty_map('2026-01-01') || jsonb_build_object('customers', n, 'says', to_jsonb(cells)) $$;
CREATE TABLE two AS SELECT made(100, cell('same', 40, 100, 0.5), cell('more', 60, 100, -0.5), cell('only a', 30, 100), cell('few', 6, 100),
                                cell('same', 10, 100, class => 'topic'), '{"item": "more", "origin": "human", "author": "Ann"}') AS a,
                           made(200, cell('same', 80, 200), cell('more', 60, 200, 0.25), cell('less', 50, 200)) AS b;
SELECT results_eq($$SELECT class, item, round(share_a::numeric, 3), round(share_b::numeric, 3), round(difference::numeric, 3), round(lo::numeric, 3), round(hi::numeric, 3),
                           differs, customers_a, customers_b, sentiment_a, sentiment_b FROM two, empathy.compare_maps(a, b)$$, $$VALUES
    ('aspect', 'more', 0.600, 0.300, 0.300, 0.181, 0.408, true, 60::bigint, 60::bigint, -0.5::real, 0.25::real),
    ('aspect', 'only a', 0.300, NULL, 0.280, 0.193, 0.396, true, 30, NULL, NULL, NULL),
    ('aspect', 'less', NULL, 0.250, -0.210, -0.314, -0.130, true, NULL, 50, NULL, NULL),
    ('topic', 'same', 0.100, NULL, 0.080, 0.026, 0.174, true, 10, NULL, NULL, NULL),
    ('aspect', 'few', 0.060, NULL, 0.040, -0.004, 0.125, false, 6, NULL, NULL, NULL),
    ('aspect', 'same', 0.400, 0.400, 0.000, -0.114, 0.118, false, 40, 80, 0.5, NULL)$$,
    'the largest differences first, what is not shown counts as up to four');
SELECT is((SELECT count(*) FROM two, empathy.compare_maps(a, b) AS x JOIN empathy.compare_maps(b, a) AS y USING (quadrant, class, item)
           WHERE x.difference <> -y.difference OR x.lo <> -y.hi OR x.hi <> -y.lo OR x.differs <> y.differs), 0::bigint, 'the other way round it is the opposite') FROM two LIMIT 1;
SELECT is((SELECT count(*) FROM empathy.compare_maps(a, a) WHERE difference = 0 AND lo < 0 AND hi > 0 AND NOT differs), 5::bigint, 'a map does not differ from itself') FROM two;
CREATE TABLE full_class AS SELECT made(100, VARIADIC (SELECT array_agg(cell('x' || i, 62 - i, 100, class => CASE WHEN i <= 8 THEN 'aspect' ELSE 'topic' END)) FROM generate_series(1, 11) AS i)) AS a;
SELECT results_eq($$SELECT class, round(difference::numeric, 3), round(lo::numeric, 3), round(hi::numeric, 3) FROM full_class, empathy.compare_maps(a, made(100, cell('y', 70, 100), cell('y', 70, 100, class => 'topic')))
                    WHERE item = 'y'$$, $$VALUES ('topic', -0.660, -0.781, -0.548), ('aspect', -0.160, -0.781, -0.025)$$,
    'of a full class a cell that is not shown has no more than the last');
SELECT results_eq($$SELECT item, difference, lo IS NULL, differs FROM empathy.compare_maps(made(500, cell('both', 40, 100, class => 'phrase') || '{"sampled": 100}', cell('one', 40, 100, class => 'phrase') || '{"sampled": 100}'),
                                                                         made(900, cell('both', 20, 200, class => 'phrase') || '{"sampled": 200}'))$$,
    $$VALUES ('both', 0.3::real, false, true), ('one', NULL, true, NULL)$$, 'phrases are compared by the quotes that were looked at, if both maps show them');
SET empathy.min_group = 20;
SELECT is((SELECT round(difference::numeric, 3) FROM two, empathy.compare_maps(a, b) WHERE item = 'only a'), 0.205, 'empathy.min_group is minded');
RESET empathy.min_group;
SELECT results_eq($$SELECT item, difference, lo, hi, differs FROM empathy.compare_maps('{"customers": 1, "feels": [{"item": "joy", "share": 0.5}, {"item": "fear", "share": 0.2}]}'::jsonb, '{"customers": 1, "feels": [{"item": "joy", "share": 0.75}]}')$$,
                  $$VALUES ('joy', -0.25::real, NULL::real, NULL::real, NULL::boolean), ('fear', 0.2, NULL, NULL, NULL)$$, 'two persons'' shares of texts have no interval');
SELECT is((SELECT count(*) FROM two, empathy.compare_maps(a, '{"customers": 1, "says": [{"item": "same", "share": 1}]}') WHERE difference IS NULL AND differs IS NULL), 6::bigint, 'a person and a group have no difference');
SELECT is((SELECT count(*) FROM two, empathy.compare_maps(a, m)), n, 'compared with ' || coalesce(m::text, 'NULL')) FROM (VALUES ('{}'::jsonb, 5::bigint), ('[]', 5), ('{"customers": 0}', 5), (NULL, 5)) AS v(m, n);
SELECT is((SELECT count(*) FROM empathy.compare_maps(NULL::jsonb, NULL)), 0::bigint, 'nothing with nothing');

-- Benjamini and Hochberg, against their rule by hand, with P values of Pearson's test

CREATE FUNCTION mixed(n int, seed int) RETURNS jsonb LANGUAGE sql AS $$
    SELECT made(n, VARIADIC (SELECT array_agg(cell('x' || i, (n * (0.2 + 0.03 * i) + 20 * sin(i * seed))::int, n)) FROM generate_series(1, 11) AS i)) $$;
WITH c AS (SELECT item, differs, lo > 0 OR hi < 0 AS apart,
                  (abs(share_a - share_b) - 1 / 400.0) / sqrt((share_a + share_b) / 2 * (1 - (share_a + share_b) / 2) * 2 / 400) AS z
           FROM empathy.compare_maps(mixed(400, 2), mixed(400, 6))),
     r AS (SELECT *, row_number() OVER (ORDER BY z DESC) AS nth, count(*) OVER () AS m FROM c),
     k AS (SELECT max(nth) AS last FROM r WHERE z >= empathy.upper_quantile(0.05 / 2 * nth / m))
SELECT is(array_agg(differs ORDER BY nth), array_agg(nth <= coalesce(last, 0) ORDER BY nth), 'differs follows the rule') FROM r, k;
WITH c AS (SELECT differs, lo > 0 OR hi < 0 AS apart FROM empathy.compare_maps(mixed(400, 2), mixed(400, 6)))
SELECT ok(bool_or(differs) AND bool_or(apart AND NOT differs) AND bool_and(apart OR NOT differs), 'which is stricter than each interval by itself') FROM c;

-- Simulated groups. The class is full, and cells of fewer than five are not shown.

CREATE FUNCTION drawn(n int, shares float8[]) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT made(n, VARIADIC coalesce((SELECT array_agg(cell('x' || i, x, n) ORDER BY x DESC, i)
                             FROM (SELECT * FROM (SELECT i, count(*)::int AS x FROM generate_series(1, cardinality(shares)) AS i, generate_series(1, n) AS j
                                                  WHERE random() + 0 * j < shares[i] GROUP BY i) AS counted
                                   WHERE x >= 5 ORDER BY x DESC, i LIMIT 8) AS shown), '{}')) $$;
SELECT setseed(0.42);
CREATE TABLE simulated AS
SELECT r, n_a, n_b, (SELECT array_agg(0.01 * 1.35 ^ k) FROM generate_series(1, 14) AS k) AS shares
FROM (VALUES (200, 200), (60, 600), (2000, 50)) AS s(n_a, n_b), generate_series(1, 100) AS r;
CREATE TABLE alike AS
SELECT r, n_a, n_b, c.*, s.shares[substr(c.item, 2)::int] AS p FROM simulated AS s, LATERAL empathy.compare_maps(drawn(n_a, shares), drawn(n_b, shares)) AS c;
SELECT cmp_ok((SELECT count(*) FROM (SELECT FROM alike GROUP BY r, n_a HAVING bool_or(differs)) AS false_alarm), '<=', (300 * 0.05 + 3 * sqrt(300 * 0.05 * 0.95))::bigint,
              'of pairs of groups that are alike no more than 5 % are told apart');
SELECT cmp_ok((SELECT avg((lo <= 0 AND hi >= 0)::int) FROM alike), '>=', 0.94, 'the interval holds the truth in 95 of 100');
CREATE TABLE apart AS
SELECT r, n_a, n_b, c.*, substr(c.item, 2)::int > 11 AS planted
FROM simulated AS s, LATERAL (SELECT array_agg(CASE WHEN k > 11 THEN p * 0.6 ELSE p END ORDER BY k) AS lower FROM unnest(shares) WITH ORDINALITY AS u(p, k)) AS l,
     LATERAL empathy.compare_maps(drawn(n_a, shares), drawn(n_b, lower)) AS c;
SELECT cmp_ok((SELECT avg(share) FROM (SELECT coalesce(avg((NOT planted)::int) FILTER (WHERE differs), 0) AS share FROM apart GROUP BY r, n_a) AS f), '<=', 0.06,
              'where some differ, few of those told apart are alike');
SELECT cmp_ok((SELECT avg(differs::int) FROM apart WHERE planted AND n_a = 200), '>=', 0.75, 'and those that differ are found');

-- Segments and months

CREATE TABLE shop (who int, at timestamptz, what text);
CREATE INDEX ON shop (who, at);
INSERT INTO shop SELECT who, timestamptz '2026-03-20 12:00+00' + m * interval '1 month', CASE WHEN (who * 7919) % 100 < CASE WHEN who % 2 = 0 THEN 70 - 25 * m ELSE 20 END THEN 'return' ELSE 'order' END
FROM generate_series(1, 400) AS who, generate_series(0, 2) AS m;
INSERT INTO shop SELECT who, timestamptz '2026-03-21 12:00+00' + m * interval '1 month', 'visit' FROM generate_series(1, 400) AS who, generate_series(0, 2) AS m;
SELECT empathy.watch('shop', customer => 'who', at => 'at', kind => 'what') \gset ignored_
CALL empathy.refresh();
SELECT empathy.add_segment('even "ones"', 'SELECT i FROM generate_series(2, 400, 2) AS i'), empathy.add_segment('odd', 'SELECT i FROM generate_series(1, 400, 2) AS i') \gset ignored_
SELECT results_eq($$SELECT item, customers_a > customers_b, differs FROM empathy.compare_maps('even "ones"', 'odd', '2026-03-31', '2026-03-31', '30 days') WHERE quadrant = 'does' AND item IN ('return', 'visit')$$,
                  $$VALUES ('return', true, true), ('visit', false, false)$$, 'what sets two segments apart');
SELECT results_eq($$SELECT item, difference > 0, differs FROM empathy.compare_maps('all', 'all', as_of_a => '2026-03-31', as_of_b => '2026-05-31', lookback => '30 days') WHERE quadrant = 'does' AND item IN ('return', 'visit')$$,
                  $$VALUES ('return', true, true), ('visit', false, false)$$, 'what sets two months apart');
SELECT is((SELECT differs FROM empathy.compare_maps('odd', 'odd', '2026-03-31', '2026-05-31', '30 days') WHERE quadrant = 'does' AND item = 'return'), false, 'and what does not');
SELECT results_eq($$SELECT * FROM empathy.compare_maps('odd', 'all', '2026-03-31', '2026-03-31')$$,
                  $$SELECT * FROM empathy.compare_maps(empathy.map_of('odd', '2026-03-31'), empathy.map_of('all', '2026-03-31'))$$, 'by their maps');
SELECT throws_ok('SELECT * FROM empathy.compare_maps(''all'', ''nowhere'')', '42704', 'scope "nowhere" does not exist', 'no such scope');

CREATE ROLE compare_plain;
SET ROLE compare_plain;
SELECT throws_ok('SELECT * FROM empathy.compare_maps(''all'', ''odd'')', '42501', 'permission denied for function compare_maps', 'not for everybody');
SELECT lives_ok('SELECT * FROM empathy.compare_maps(''{}''::jsonb, ''{}'')', 'but maps that one has');
RESET ROLE;
GRANT EXECUTE ON FUNCTION empathy.compare_maps(text, text, timestamptz, timestamptz, interval) TO compare_plain;
SET ROLE compare_plain;
SELECT lives_ok('SELECT * FROM empathy.compare_maps(''all'', ''odd'')', 'by grant');
RESET ROLE;
DROP OWNED BY compare_plain;
DROP ROLE compare_plain;
SELECT * FROM finish();
