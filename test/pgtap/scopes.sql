-- Scopes: everybody, segments, single customers; and their maps.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'Pacific/Auckland';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT no_plan();

-- 40 customers who write and order since 2025, and ten that come in June 2026.
CREATE TABLE shop (who int, at timestamptz, what text, said text);
CREATE INDEX ON shop (who, at);
INSERT INTO shop
SELECT who, day, CASE WHEN nth % 2 = 0 THEN 'order' ELSE 'message' END,
       CASE WHEN nth % 2 = 1 THEN CASE WHEN who <= 20 THEN 'I am very angry, cancel my contract!' ELSE 'Thank you, I love it!' END END
FROM generate_series(1, 50) AS who, generate_series(0, 20) AS nth,
     LATERAL (SELECT timestamptz '2026-12-31 12:00+00' - nth * interval '20 days') AS d(day)
WHERE who <= 40 OR day >= '2026-06-01 00:00+00';
SELECT empathy.watch('shop', customer => 'who', at => 'at', kind => 'what', said => 'said') \gset ignored_
CALL empathy.refresh();
INSERT INTO empathy.segment VALUES ('the "angry" ones', 'SELECT 1', 'public', '1 hour', current_user);
INSERT INTO empathy.segment_member SELECT 'the "angry" ones', who FROM generate_series(1, 20) AS who;
INSERT INTO empathy.segment_member VALUES ('the "angry" ones', 'without a profile');

SELECT is((SELECT count(*) FROM empathy.scope_members('all')), 50::bigint, 'all');
SELECT is((SELECT count(*) FROM empathy.scope_members('the "angry" ones')), 21::bigint, 'a segment');
SELECT is((SELECT array_agg(m) FROM empathy.scope_members(s) AS m), ARRAY[substr(s, 10)], s)
FROM unnest('{customer:7,customer:nobody,customer:a:b,customer:all}'::text[]) AS s;
SELECT throws_ok(format('SELECT * FROM empathy.scope_members(%L)', s), '42704',
                 format('scope %s does not exist', coalesce('"' || s || '"', 'NULL')), 'no scope: ' || coalesce(s, 'NULL'))
FROM unnest('{All,"",customer:,customer,"the angry ones",NULL}'::text[]) AS s;

\set end '\'2026-12-31 12:00+00\''
SELECT is(empathy.map_of('all', :end), '{"scope": "all"}' || empathy.map_agg(profile, :end), 'the map of all') FROM empathy.person;
SELECT is(empathy.map_of(as_of => :end, lookback => '1 year'), empathy.map_of('all', :end, '1 year'), 'which is the default');
SELECT is(empathy.map_of('the "angry" ones', :end) - 'scope', empathy.map_agg(profile, :end), 'of a segment')
FROM empathy.person WHERE customer::int <= 20;
SELECT is(empathy.map_of('customer:7', :end) - 'scope', empathy.map(profile, :end), 'of a customer') FROM empathy.person WHERE customer = '7';
SELECT is(empathy.map_of('customer:nobody'), NULL, 'of nobody');
INSERT INTO shop VALUES (51, '2026-12-31 12:00+00', 'message', 'where is my parcel?');
SELECT is(empathy.map_of('customer:51', :end) ->> 'heard', '1', 'of a customer who is not refreshed yet');
SELECT throws_ok('SELECT empathy.map_of(''nowhere'')', '42704', 'scope "nowhere" does not exist', 'of no scope');
SELECT is(empathy.map_of('all', NULL, NULL), empathy.map_of(), 'NULL is the default');

-- The past

SELECT is((empathy.map_of('all', '2026-05-31 23:00+00') ->> 'customers')::int, 40, 'who came later was not there');
INSERT INTO empathy.segment_member VALUES ('the "angry" ones', '45');
SELECT is((empathy.map_of('the "angry" ones', a::timestamptz) ->> 'customers')::int, n, 'the members of a segment on ' || a || ' are those of today who were there')
FROM (VALUES ('2026-05-31 23:00+00', 20), ('2026-12-31 12:00+00', 21)) AS v(a, n);
CREATE FUNCTION without_quotes(map jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_object_agg(key, CASE WHEN jsonb_typeof(value) = 'array' AND value @> '[{}]'
                                      THEN (SELECT jsonb_agg(c - 'quotes') FROM jsonb_array_elements(value) AS c) ELSE value END)
    FROM jsonb_each($1 - 'scope') $$;
SELECT is(without_quotes(empathy.map_of('all', '2026-05-31 23:00+00')), without_quotes(empathy.map_agg(p, '2026-05-31 23:00+00')),
          'a past month is what its events alone give')
FROM (SELECT empathy.profile_agg(at, what, said) AS p FROM shop WHERE at < '2026-06-01 00:00+00' GROUP BY who) AS s;

SELECT * FROM finish();
