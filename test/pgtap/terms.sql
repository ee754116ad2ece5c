-- Laws 1 and 2 for term counts: however texts reach the aggregates, the value is the same bytes as long as there are no
-- more terms than it keeps; beyond that it is bounded. No input is more than refused.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET LOCAL search_path = public, empathy, pg_catalog;
SET LOCAL jit = off;

SELECT no_plan();

-- ---- law 1: any way to aggregate ----

SELECT setseed(0.25);
CREATE TABLE said (id int, c int, body text) PARTITION BY HASH (id);
SELECT format('CREATE TABLE said_%s PARTITION OF said FOR VALUES WITH (MODULUS 3, REMAINDER %s)', r, r) FROM generate_series(0, 2) AS r \gexec
INSERT INTO said
SELECT i, i % 60, CASE WHEN i % 13 > 0 THEN
           (ARRAY['my parcel', 'the new app', 'your shop', 'a lamp', 'the battery life', 'no refund'])[1 + floor(random() * 6)] || ' ' ||
           (ARRAY['is late', 'never works', 'was sold out', 'is great', 'costs too much, really', 'made my day'])[1 + floor(random() * 6)] || '. ' ||
           (ARRAY['call ' || i, 'mail jo' || i || '@shop.example', 'thanks', 'help me', ''])[1 + floor(random() * 5)] END
FROM generate_series(1, 6000) AS i;
ANALYZE said;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE truth AS SELECT c, terms(body ORDER BY id) AS t FROM said GROUP BY c;
CREATE TABLE whole_truth AS SELECT 1 AS c, terms(body) AS t FROM said;
SELECT is((SELECT sum((t::text::jsonb ->> 'texts')::bigint) FROM truth), (SELECT count(*)::numeric FROM said WHERE body <> ''), 'every text is counted');
SELECT is((SELECT (t::text::jsonb -> 'terms' ->> 'battery life')::bigint FROM whole_truth), (SELECT count(*) FROM said WHERE body ~ 'battery life'),
          'and so is a term');
SELECT is((SELECT count(*) FROM whole_truth, jsonb_object_keys(t::text::jsonb -> 'terms') AS term WHERE term ~ '[0-9@]|^jo$'), 0::bigint,
          'nothing that identifies people is in any');

CREATE FUNCTION plan_of(query text, options text DEFAULT 'COSTS OFF') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    lines text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END
$$;

-- A query that gives (c, t): has it a plan of that shape, and the bytes of the true table?
CREATE FUNCTION same(what text, query text, shape text, truth text DEFAULT 'truth') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    differ bigint;
BEGIN
    RETURN NEXT matches(plan_of(query), shape, what || ': the plan');
    EXECUTE 'CREATE TABLE result AS ' || query;
    EXECUTE format('SELECT count(*) FROM result r FULL JOIN %I t USING (c) WHERE terms_send(r.t) IS DISTINCT FROM terms_send(t.t)', truth) INTO differ;
    DROP TABLE result;
    RETURN NEXT is(differ, 0::bigint, what || ': the same bytes');
END
$$;
\set agg 'SELECT c, terms(body) AS t FROM said GROUP BY c'
\set all 'SELECT 1 AS c, terms(body) AS t FROM said'
\set merged 'SELECT c, merge(t) AS t FROM (SELECT c, terms(body) AS t FROM said GROUP BY c, floor(random() * 5)) AS parts GROUP BY c'

SET LOCAL enable_sort = off;
SELECT same('hashed', :'agg', '^HashAggregate');
SELECT same('merge of random parts', :'merged', '^HashAggregate');
SET LOCAL work_mem = '64kB';
SET LOCAL hash_mem_multiplier = 1;
SELECT matches(plan_of(:'agg', 'ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF'), 'Batches: ([2-9]|[0-9]{2})', 'hashed in little memory: it spills');
SELECT same('spilled', :'agg', '^HashAggregate');
RESET work_mem;
RESET hash_mem_multiplier;
RESET enable_sort;
SET LOCAL enable_hashagg = off;
SELECT same('sorted', :'agg', '^GroupAggregate');
RESET enable_hashagg;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT same('partition by partition, then merged', :'agg', 'Finalize.*Partial');
RESET enable_partitionwise_aggregate;

SET LOCAL max_parallel_workers_per_gather = 4;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
ALTER TABLE said_0 SET (parallel_workers = 4);
ALTER TABLE said_1 SET (parallel_workers = 4);
ALTER TABLE said_2 SET (parallel_workers = 4);
ALTER TABLE truth SET (parallel_workers = 4);
SELECT same('parallel', :'agg', 'Finalize.*Gather.*Partial');
SELECT same('parallel, one group', :'all', 'Finalize.*Gather.*Partial', 'whole_truth');
SELECT same('parallel merge', 'SELECT 1 AS c, merge(t) AS t FROM truth', 'Finalize.*Gather.*Partial', 'whole_truth');
SELECT is((SELECT keywords(body, 7) FROM said), (SELECT keywords(body, 7 ORDER BY random()) FROM said), 'parallel keywords');
SELECT is((SELECT jsonb_array_length(keywords(body, 3)) FROM said), 3, 'as many as asked for');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                       ELSE 'force_parallel_mode' END, 'on', true) AS forced \gset
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT same('in a worker', 'SELECT c, terms(body ORDER BY body) AS t FROM said GROUP BY c', 'Gather');
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                       ELSE 'force_parallel_mode' END, 'off', true) AS forced \gset
SET LOCAL max_parallel_workers_per_gather = 0;

SELECT same('in random order', 'SELECT c, terms(body ORDER BY random()) AS t FROM said GROUP BY c', 'Aggregate');
SELECT same('as a window', 'SELECT DISTINCT ON (c) c, terms(body) OVER (PARTITION BY c) AS t FROM said', 'WindowAgg');
SELECT same('as a running window', 'SELECT DISTINCT ON (c) c, t FROM (SELECT c, id, terms(body)
    OVER (PARTITION BY c ORDER BY id) AS t FROM said) AS running ORDER BY c, id DESC', 'WindowAgg');
SELECT same('with grouping sets', 'SELECT c, t FROM (SELECT c, GROUPING(c) AS all_of_them, terms(body) AS t FROM said GROUP BY GROUPING SETS ((c), ())) AS sets WHERE all_of_them = 0', 'MixedAggregate');
SELECT is(count(*) FILTER (WHERE w <> (SELECT t FROM whole_truth)), 0::bigint, 'the whole beside each of its parts')
FROM (SELECT merge(terms(body)) OVER () AS w FROM said GROUP BY c) AS s;
SELECT is(count(*), 0::bigint, 'a moving frame')
FROM (SELECT id, terms(body) OVER (ORDER BY id ROWS 9 PRECEDING) AS t FROM said WHERE c = 7) AS w
WHERE t <> (SELECT terms(body) FROM (SELECT * FROM said e WHERE e.c = 7 AND e.id <= w.id ORDER BY id DESC LIMIT 10) AS last);

-- ---- beyond the bound ----

CREATE FUNCTION word(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT translate(to_hex(n), '0123456789', 'ghijklmnop') || 'zz' $$;
CREATE TABLE many AS SELECT i, word(hashint4(i) & 65535) || '. ' || CASE WHEN i % 20 = 0 THEN 'refund. ' ELSE '' END || word(hashint4(-i) & 255) AS body FROM generate_series(1, 30000) AS i;
CREATE TABLE summary AS
SELECT how, t, (t::text::jsonb ->> 'lost')::bigint AS lost FROM (
    SELECT 'whole' AS how, terms(body) AS t FROM many UNION ALL
    SELECT 'merged', merge(t) FROM (SELECT terms(body) AS t FROM many GROUP BY i % 40) AS parts UNION ALL
    SELECT 'of one part', terms(body) FROM many WHERE i % 40 = 1) AS v;
CREATE TABLE true_count AS SELECT term, count(*) AS n FROM (SELECT DISTINCT i, unnest(string_to_array(body, '. ')) AS term FROM many) AS d GROUP BY 1;
CREATE TABLE counted AS SELECT how, key AS term, value::bigint AS n FROM summary, jsonb_each_text(t::text::jsonb -> 'terms');
ANALYZE true_count, counted;
SELECT cmp_ok((SELECT count(*) FROM jsonb_object_keys(t::text::jsonb -> 'terms')), '<=', 8192::bigint, how || ': no more terms than are kept') FROM summary;
SELECT cmp_ok(lost, '<=', (SELECT sum(n)::bigint / 8193 FROM true_count), how || ': little is lost') FROM summary;
SELECT is((SELECT count(*) FROM true_count AS a LEFT JOIN counted AS b ON b.term = a.term AND b.how = s.how
           WHERE NOT coalesce(b.n, 0) BETWEEN a.n - s.lost AND a.n), 0::bigint,
          how || ': counts are short by no more') FROM summary AS s WHERE how <> 'of one part';
SELECT is((SELECT lost FROM summary WHERE how = 'of one part'), 0::bigint, 'below the bound nothing is lost');
SELECT is((SELECT term FROM keywords((SELECT terms(body) FROM many WHERE i % 20 = 0), t, 1)), 'refund', how || ': a keyword')
FROM summary WHERE how <> 'of one part';

-- ---- law 2: any input ----

-- What the type makes of bytes that arrive in binary, by way of a file.
CREATE TABLE received (t term_counts);
CREATE FUNCTION receive(bytes bytea, OUT received term_counts, OUT refused text) LANGUAGE plpgsql AS $$
DECLARE
    file text := 'terms_' || pg_backend_pid();
    lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(bytes)) || bytes || '\xffff'::bytea);
BEGIN
    PERFORM lo_export(lo, file);
    PERFORM lo_unlink(lo);
    DELETE FROM received;
    EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
    SELECT t INTO received FROM received;
EXCEPTION WHEN OTHERS THEN
    refused := SQLSTATE;
END
$$;
CREATE FUNCTION mutated(bytes bytea) RETURNS bytea LANGUAGE sql AS $$
    SELECT CASE WHEN bytes = '' THEN bytes ELSE CASE floor(random() * 5)
               WHEN 0 THEN substr(bytes, 1, at)
               WHEN 1 THEN set_bit(bytes, at * 8 + floor(random() * 8)::int, get_bit(bytes, at * 8) # 1)
               WHEN 2 THEN substr(bytes, 1, at) || substr(bytes, at + 1 + floor(random() * 3)::int)
               WHEN 3 THEN substr(bytes, 1, at) || substr(bytes, greatest(1, at - 5))
               ELSE set_byte(bytes, at, floor(random() * 256)::int) END END
    FROM (SELECT floor(random() * length(bytes))::int AS at) AS place
$$;
CREATE TABLE victim AS
SELECT terms(body) AS t FROM (SELECT body FROM said ORDER BY id LIMIT 6) AS few UNION ALL
SELECT terms(b) FROM unnest(ARRAY['Déjà vu: très déçu', 'it''s a check-in']) AS b;
SELECT is(count(*) FILTER (WHERE (receive(terms_send(t))).received = t), 2::bigint, 'binary there and back') FROM victim;
CREATE TABLE verdict AS
SELECT m.bytes, r.received, r.refused
FROM victim, LATERAL (SELECT i, mutated(CASE WHEN i % 2 = 0 THEN mutated(terms_send(t)) ELSE terms_send(t) END) AS bytes
                      FROM generate_series(1, 700) AS i) AS m, receive(m.bytes) AS r;
SELECT cmp_ok(count(*) FILTER (WHERE received IS NULL), '>', 500::bigint, 'binary: mutants are refused') FROM verdict;
SELECT is(string_agg(DISTINCT refused, ' '), '22P03', 'binary: as invalid') FROM verdict;
SELECT is(count(*), 0::bigint, 'binary: or are values, to the byte') FROM verdict WHERE refused IS NULL AND terms_send(received) IS DISTINCT FROM bytes;
SELECT is(count(*), 0::bigint, 'binary: that can be read, printed and merged') FROM verdict
WHERE refused IS NULL AND (received::text::term_counts <> received OR (SELECT merge(t) FROM (VALUES (received)) AS v(t)) <> received
                           OR (SELECT count(*) FROM keywords(received, received)) > 0);

CREATE FUNCTION typed(form text, OUT received term_counts, OUT refused text) LANGUAGE plpgsql AS $$
BEGIN
    received := form::term_counts;
EXCEPTION WHEN OTHERS THEN
    refused := SQLSTATE;
END
$$;
SELECT is(string_agg(DISTINCT coalesce(r.refused, 'value'), ' ' ORDER BY coalesce(r.refused, 'value')), '22P02 value', 'text: mutants are refused as invalid, or are values')
FROM victim, LATERAL (SELECT i, floor(random() * length(t::text))::int AS at, floor(random() * 10)::int AS what FROM generate_series(1, 700) AS i) AS m,
     LATERAL (SELECT overlay(t::text PLACING (ARRAY['', '9', '-', '"', '\', ',', '{', '}', ' ', E'\x01'])[1 + what] FROM 1 + at FOR what % 3) AS form) AS f,
     typed(f.form) AS r WHERE r.received IS NULL OR r.received::text::term_counts = r.received;

SELECT * FROM finish();
ROLLBACK;
