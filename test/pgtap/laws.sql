-- Laws 1 and 2 in SQL: however rows reach an aggregate, the profile is the same bytes; and no input, binary,
-- text or state, is more than refused.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, empathy, pg_catalog;
SET LOCAL jit = off;

SELECT plan(83);

-- ---- law 1: any way to aggregate ----

SELECT setseed(0.5);
CREATE TABLE event (id int, c int, at timestamptz, kind text, said text, amount numeric, channel text, direction text,
                    about text, rating numeric) PARTITION BY HASH (c);
SELECT format('CREATE TABLE event_%s PARTITION OF event FOR VALUES WITH (MODULUS 3, REMAINDER %s)', r, r) FROM generate_series(0, 2) AS r \gexec
INSERT INTO event
SELECT i, c, timestamptz '2025-01-01' + floor(random() * 400) * interval '10 hours',
       (ARRAY['order', 'visit', 'page', 'ticket', 'refund', NULL])[1 + floor(random() * 6)],
       CASE WHEN i % 11 = 0 THEN (ARRAY['I love it, thank you', 'this is terrible', 'where is my order', 'please cancel it', 'ok', ''])[1 + i % 6] || ' ' || i % 97 END,
       (random() * 2 - 1)::numeric * (10 ^ (i % 12))::numeric, (ARRAY['web', 'shop', 'sms', NULL])[1 + i % 4],
       CASE WHEN i % 9 = 0 THEN 'out' END, 'item ' || floor(random() * CASE WHEN c % 50 = 0 THEN 3000 ELSE 30 END), i % 6
FROM (SELECT i, CASE WHEN i % 3 = 0 THEN i % 20 ELSE i % 400 END AS c FROM generate_series(1, 30000) AS i) AS drawn;
CREATE TABLE by_id (LIKE event) PARTITION BY HASH (id);
SELECT format('CREATE TABLE by_id_%s PARTITION OF by_id FOR VALUES WITH (MODULUS 3, REMAINDER %s)', r, r) FROM generate_series(0, 2) AS r \gexec
INSERT INTO by_id SELECT * FROM event;
ANALYZE event, by_id;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE truth AS SELECT c, profile_agg(at, kind, said, amount, channel, direction, about, rating ORDER BY id) AS p FROM event GROUP BY c;
CREATE TABLE whole_truth AS SELECT 1 AS c, profile_agg(at, kind, said, amount, channel, direction, about, rating) AS p FROM event;
CREATE TABLE map_truth AS SELECT c % 10 AS c, map_agg(p, '2026-01-01', '1 year' ORDER BY c) AS p FROM truth GROUP BY 1;
CREATE TABLE whole_map AS SELECT 1 AS c, map_agg(p, '2026-01-01', '1 year' ORDER BY c) AS p FROM truth;
CREATE TABLE by_group (c int, id int, p profile) PARTITION BY LIST (c);
SELECT format('CREATE TABLE by_group_%s PARTITION OF by_group FOR VALUES IN (%s)', r, r) FROM generate_series(0, 9) AS r \gexec
INSERT INTO by_group SELECT c % 10, c, p FROM truth;
CREATE TABLE by_person (c int, id int, p profile) PARTITION BY HASH (id);
SELECT format('CREATE TABLE by_person_%s PARTITION OF by_person FOR VALUES WITH (MODULUS 3, REMAINDER %s)', r, r) FROM generate_series(0, 2) AS r \gexec
INSERT INTO by_person SELECT * FROM by_group;
ANALYZE by_group, by_person;

CREATE FUNCTION bytes(profile) RETURNS bytea LANGUAGE sql AS 'SELECT empathy.profile_send($1)';
CREATE FUNCTION bytes(jsonb) RETURNS bytea LANGUAGE sql AS 'SELECT jsonb_send($1)';
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

-- A query that gives (c, p): has it a plan of that shape, and the bytes of the true table?
CREATE FUNCTION same(what text, query text, shape text, truth text DEFAULT 'truth') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    differ bigint;
BEGIN
    RETURN NEXT matches(plan_of(query), shape, what || ': the plan');
    EXECUTE 'CREATE TABLE result AS ' || query;
    EXECUTE format('SELECT count(*) FROM result r FULL JOIN %I t USING (c) WHERE bytes(r.p) IS DISTINCT FROM bytes(t.p)', truth) INTO differ;
    DROP TABLE result;
    RETURN NEXT is(differ, 0::bigint, what || ': the same bytes');
END
$$;
\set args 'at, kind, said, amount, channel, direction, about, rating'
\set agg 'SELECT c, profile_agg(' :args ') AS p FROM event GROUP BY c'
\set agg_by_id 'SELECT c, profile_agg(' :args ') AS p FROM by_id GROUP BY c'
\set map 'SELECT c % 10 AS c, map_agg(p, \'2026-01-01\', \'1 year\') AS p FROM truth GROUP BY 1'
\set map_of_parts 'SELECT c, map_agg(p, \'2026-01-01\', \'1 year\') AS p FROM by_group GROUP BY c'
\set map_of_pieces 'SELECT c, map_agg(p, \'2026-01-01\', \'1 year\') AS p FROM by_person GROUP BY c'
\set map_of_all 'SELECT 1 AS c, map_agg(p, \'2026-01-01\', \'1 year\') AS p FROM by_person'
\set merged 'SELECT c, merge(p) AS p FROM (SELECT c, profile_agg(' :args ') AS p FROM event GROUP BY c, floor(random() * 5)) AS parts GROUP BY c'

SET LOCAL enable_sort = off;
SELECT same('hashed', :'agg', '^HashAggregate');
SELECT same('merge of random parts', :'merged', '^HashAggregate');
SELECT same('map hashed', :'map', '^HashAggregate', 'map_truth');
SET LOCAL work_mem = '64kB';
SET LOCAL hash_mem_multiplier = 1;
SELECT matches(plan_of(:'agg', 'ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF'), 'Batches: ([2-9]|[0-9]{2})', 'hashed in little memory: it spills');
SELECT same('spilled', :'agg', '^HashAggregate');
SELECT same('merge of random parts, spilled', :'merged', '^HashAggregate');
SELECT same('map in little memory', :'map', '^HashAggregate', 'map_truth');
RESET work_mem;
RESET hash_mem_multiplier;
RESET enable_sort;
SET LOCAL enable_hashagg = off;
SELECT same('sorted', :'agg', '^GroupAggregate');
SELECT same('map sorted', :'map', '^GroupAggregate', 'map_truth');
RESET enable_hashagg;

SET LOCAL enable_partitionwise_aggregate = on;
SELECT same('partition by partition', :'agg', '^Append\n *->  HashAggregate');
SELECT same('partition by partition, then merged', :'agg_by_id', 'Finalize.*Partial');
SELECT same('map partition by partition', :'map_of_parts', '^Append\n *->  HashAggregate', 'map_truth');
SELECT same('map partition by partition, then merged', :'map_of_pieces', 'Finalize.*Partial', 'map_truth');
SELECT same('map of all, partition by partition, then merged', :'map_of_all', 'Finalize.*Partial', 'whole_map');
RESET enable_partitionwise_aggregate;

SET LOCAL max_parallel_workers_per_gather = 4;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
ALTER TABLE truth SET (parallel_workers = 4);
ALTER TABLE event_0 SET (parallel_workers = 4);
ALTER TABLE event_1 SET (parallel_workers = 4);
ALTER TABLE event_2 SET (parallel_workers = 4);
SELECT same('parallel', :'agg', 'Finalize.*Gather.*Partial');
SELECT same('parallel map', :'map', 'Finalize.*Gather.*Partial', 'map_truth');
SET LOCAL enable_hashagg = off;
SELECT same('parallel, sorted', :'agg', 'Finalize GroupAggregate.*Gather.*Partial');
SELECT same('parallel map, sorted', :'map', 'Finalize GroupAggregate.*Gather.*Partial', 'map_truth');
RESET enable_hashagg;
SELECT same('parallel map of all', :'map_of_all', 'Finalize.*Gather.*Partial', 'whole_map');
SELECT same('parallel, one group', 'SELECT 1 AS c, profile_agg(at, kind, said, amount, channel, direction, about, rating) AS p FROM event',
            'Finalize.*Gather.*Partial', 'whole_truth');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                       ELSE 'force_parallel_mode' END, 'on', true) AS forced \gset
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT same('in a worker', 'SELECT c, profile_agg(at, kind, said, amount, channel, direction, about, rating ORDER BY rating) AS p FROM event GROUP BY c', 'Gather');
SELECT same('map in a worker', 'SELECT c % 10 AS c, map_agg(p, ''2026-01-01'', ''1 year'' ORDER BY p::text) AS p FROM truth GROUP BY 1', 'Gather', 'map_truth');
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query'
                       ELSE 'force_parallel_mode' END, 'off', true) AS forced \gset
SET LOCAL max_parallel_workers_per_gather = 0;

SELECT same('in random order', 'SELECT c, profile_agg(at, kind, said, amount, channel, direction, about, rating ORDER BY random()) AS p FROM event GROUP BY c', 'Aggregate');
SELECT same('map in random order', 'SELECT c % 10 AS c, map_agg(p, ''2026-01-01'', ''1 year'' ORDER BY random()) AS p FROM truth GROUP BY 1', 'Aggregate', 'map_truth');
SELECT same('map as a window', 'SELECT DISTINCT ON (c) c, p FROM (SELECT c, map_agg(p, ''2026-01-01'', ''1 year'') OVER (PARTITION BY c) AS p FROM by_group) AS w', 'WindowAgg', 'map_truth');
SELECT same('map with grouping sets', 'SELECT c, p FROM (SELECT c, GROUPING(c) AS all_of_them, map_agg(p, ''2026-01-01'', ''1 year'') AS p
    FROM by_group GROUP BY GROUPING SETS ((c), ())) AS sets WHERE all_of_them = 0', 'MixedAggregate', 'map_truth');
SELECT same('as a window', 'SELECT DISTINCT ON (c) c, profile_agg(at, kind, said, amount, channel, direction, about, rating) OVER (PARTITION BY c) AS p FROM event', 'WindowAgg');
SELECT same('as a running window', 'SELECT DISTINCT ON (c) c, p FROM (SELECT c, id, profile_agg(at, kind, said, amount, channel, direction, about, rating)
    OVER (PARTITION BY c ORDER BY id) AS p FROM event) AS running ORDER BY c, id DESC', 'WindowAgg');
SELECT same('with grouping sets', 'SELECT c, p FROM (SELECT c, GROUPING(c) AS all_of_them, profile_agg(at, kind, said, amount, channel, direction, about, rating) AS p
    FROM event GROUP BY GROUPING SETS ((c), ())) AS sets WHERE all_of_them = 0', 'MixedAggregate');
SELECT same('merge of two halves', 'SELECT c, merge(a.p, b.p) AS p FROM (SELECT c, profile_agg(at, kind, said, amount, channel, direction, about, rating) AS p FROM event WHERE id % 2 = 0 GROUP BY c) AS a
    FULL JOIN (SELECT c, profile_agg(at, kind, said, amount, channel, direction, about, rating) AS p FROM event WHERE id % 2 = 1 GROUP BY c) AS b USING (c)', 'Join');

-- A frame that moves is what it frames.
SELECT is(count(*), 0::bigint, 'a moving frame')
FROM (SELECT id, profile_agg(at, kind, said, amount) OVER (ORDER BY id ROWS 9 PRECEDING) AS p FROM event WHERE c = 7) AS w
WHERE p <> (SELECT profile_agg(at, kind, said, amount) FROM (SELECT * FROM event e WHERE e.c = 7 AND e.id <= w.id ORDER BY id DESC LIMIT 10) AS last);
-- Commutative, associative, with an identity, over random triples.
SELECT is(count(*), 0::bigint, 'the algebra of merge')
FROM truth a, truth b, truth c
WHERE a.c % 40 = 0 AND b.c % 37 = 0 AND c.c % 31 = 0
  AND (merge(a.p, b.p) <> merge(b.p, a.p) OR merge(merge(a.p, b.p), c.p) <> merge(a.p, merge(b.p, c.p))
       OR merge(a.p, '{"format": 2}') <> a.p);
SELECT is((SELECT rollup(p) FROM truth), (SELECT profile_agg(at, kind, said, amount, channel, direction, about, rating) FROM event),
          'the rollup of all is the profile of all events');

-- ---- law 2: any input ----

-- What the type makes of bytes that arrive in binary, by way of a file.
CREATE FUNCTION receive(bytes bytea, OUT received profile, OUT refused text) LANGUAGE plpgsql AS $$
DECLARE
    file text := 'profile_' || pg_backend_pid();
    lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(bytes)) || bytes || '\xffff'::bytea);
BEGIN
    PERFORM lo_export(lo, file);
    PERFORM lo_unlink(lo);
    DELETE FROM received;
    EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
    SELECT p INTO received FROM received;
EXCEPTION WHEN OTHERS THEN
    refused := SQLSTATE;
END
$$;
CREATE TABLE received (p profile);
-- Everything that reads a profile; what it can't count is out of range.
CREATE FUNCTION read_all(p profile) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
BEGIN
    FOREACH moment IN ARRAY '{2026-01-01,1999-01-01,294276-01-01}'::timestamptz[] LOOP
        PERFORM count(*) FROM signals(p);
        PERFORM count(*) FROM latest(p);
        PERFORM count(*) FROM quotes(p);
        PERFORM scores(p, moment), churn_estimate(p, moment), sentiment_estimate(p, moment), cadence(p, moment), text_model(p);
        PERFORM count(*) FROM explain(p, 'churn', moment);
        PERFORM count(*) FROM explain(p, 'sentiment', moment);
        PERFORM profile_hash(p), p::text, slice(p, '2025-06-01', '2025-07-01');
        PERFORM map_final(p), merge(p, p), p = merge(p, NULL);
        IF p::text NOT LIKE '%"group": true%' THEN
            PERFORM map(p, moment, '100 years');
        END IF;
    END LOOP;
    RETURN 'read';
EXCEPTION WHEN numeric_value_out_of_range OR datetime_field_overflow THEN
    RETURN 'read';
END
$$;

CREATE TABLE victim AS
SELECT row_number() OVER () AS nr, p FROM (
    SELECT profile_agg(at, kind, said, amount, channel, direction, about, rating) AS p
    FROM (SELECT * FROM event WHERE c = 33 ORDER BY id LIMIT 12) AS few
    UNION ALL SELECT profile_agg(at, kind, said) FROM (SELECT * FROM event WHERE said <> '' ORDER BY id LIMIT 9) AS few
    UNION ALL SELECT '{"format": 2, "cells": [[0, "a", 1, 0]]}'
    UNION ALL SELECT '{"format": 2, "group": true, "model": "general-2", "cells": [[9400, "says:a", 3, 7], [9400, "text", 2, 5]],
                       "quotes": [[0, 5, ["emotion:joy", "topic:app", "aspect:price"], "one"], [1, 5, ["emotion:joy"], "two"], [2, 5, ["topic:app"], "three"], [3, 5, [], "one"]]}') AS v;
CREATE TABLE old_value (name text, bytes text, form text);
\copy old_value FROM 'test/data/profile_1.tsv'
CREATE TABLE victim_bytes AS
SELECT profile_send(p) AS bytes FROM victim UNION ALL SELECT decode(bytes, 'hex') FROM old_value WHERE name IN ('a few events with texts', 'quotes with one label, both, or none');
-- A random byte changed (to a random one, or by a bit), the end cut off, a piece repeated or taken out.
CREATE FUNCTION mutated(bytes bytea) RETURNS bytea LANGUAGE sql AS $$
    SELECT CASE WHEN bytes = '' THEN bytes ELSE CASE floor(random() * 6)
               WHEN 0 THEN substr(bytes, 1, at)
               WHEN 1 THEN set_bit(bytes, at * 8 + floor(random() * 8)::int, get_bit(bytes, at * 8) # 1)
               WHEN 2 THEN substr(bytes, 1, at) || substr(bytes, at + 1 + floor(random() * 3)::int)
               WHEN 3 THEN substr(bytes, 1, at) || substr(bytes, greatest(1, at - 5))
               WHEN 4 THEN set_byte(bytes, at, (ARRAY[0, 1, 127, 128, 255])[1 + floor(random() * 5)::int])
               ELSE set_byte(bytes, at, floor(random() * 256)::int) END END
    FROM (SELECT floor(random() * length(bytes))::int AS at) AS place
$$;
SELECT is(count(*) FILTER (WHERE (receive(profile_send(p))).received = p), 4::bigint, 'binary there and back') FROM victim;
CREATE TABLE verdict AS
SELECT m.bytes, r.received, r.refused
FROM victim_bytes v, LATERAL (SELECT i, mutated(CASE WHEN i % 2 = 0 THEN mutated(v.bytes) ELSE v.bytes END) AS bytes
                              FROM generate_series(1, 500) AS i) AS m, receive(m.bytes) AS r WHERE length(m.bytes) > 0;
SELECT cmp_ok(count(*) FILTER (WHERE received IS NULL), '>', 500::bigint, 'binary: mutants are refused') FROM verdict;
SELECT is(string_agg(DISTINCT refused, ' '), NULL, 'binary: as invalid, newer, out of range or no text')
FROM verdict WHERE refused NOT IN ('22P03', '0A000', '22003', '22021');
SELECT is(count(*), 0::bigint, 'binary: or are values, to the byte') FROM verdict WHERE refused IS NULL AND get_byte(bytes, 0) > 1 AND profile_send(received) IS DISTINCT FROM bytes;
SELECT is(count(*), 0::bigint, 'binary: and can be read') FROM verdict WHERE refused IS NULL AND read_all(received) <> 'read';

-- Bytes as they stand in a table: what a failing disk leaves, or an older version.
CREATE CAST (bytea AS profile) WITHOUT FUNCTION;
CREATE FUNCTION read_stored(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN read_all(bytes::profile);
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
CREATE FUNCTION merge_stored(bytes bytea, others bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM profile_send(merge(p)) FROM unnest(ARRAY[bytes, others, bytes]::profile[]) AS p;
    RETURN 'read';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END
$$;
SELECT is(string_agg(DISTINCT v, ' '), NULL, 'stored: mutants are read or refused as invalid, newer or out of range')
FROM verdict, LATERAL (SELECT read_stored(bytes) AS v UNION ALL SELECT merge_stored(bytes, profile_send((SELECT p FROM victim WHERE nr = 1)))) AS r
WHERE v NOT IN ('read', '22P03', '0A000', '22003', '22023');

CREATE FUNCTION typed(form text, OUT received profile, OUT refused text) LANGUAGE plpgsql AS $$
BEGIN
    received := form::empathy.profile;
EXCEPTION WHEN OTHERS THEN
    refused := SQLSTATE;
END
$$;
CREATE TABLE text_verdict AS
SELECT t.form, r.received, r.refused
FROM victim, LATERAL (SELECT i, floor(random() * length(p::text))::int AS at, floor(random() * 20)::int AS what FROM generate_series(1, 700) AS i) AS m,
     LATERAL (SELECT overlay(p::text PLACING (ARRAY['', '9', '-', '"', '\', ',', '[', ']', ' ', '}', 'null', E'\u00e9', E'\x01', '99999999999', '\u0007',
                                                    '0', '1', ':', 'x', '/'])[1 + what] FROM at + 1 FOR 1) AS form) AS t, typed(t.form) AS r;
SELECT cmp_ok(count(received), '>', 200::bigint, 'text: some mutants are values') FROM text_verdict;
SELECT is(string_agg(DISTINCT refused, ' '), NULL, 'text: the others are refused as invalid, newer or out of range')
FROM text_verdict WHERE refused NOT IN ('22P02', '0A000', '22003');
SELECT is(count(*), 0::bigint, 'text: there and back')
FROM text_verdict WHERE refused IS NULL AND (received::text::profile <> received OR (receive(profile_send(received))).received IS DISTINCT FROM received);
SELECT is(count(*), 0::bigint, 'text: and can be read') FROM text_verdict WHERE refused IS NULL AND read_all(received) <> 'read';
-- Random digits, as sums and counts are.
SELECT is(count(*), 0::bigint, 'numbers at the ends of their range can be read')
FROM unnest('{1,9223372036854775807}'::bigint[]) AS n, unnest('{-9223372036854775808,-1,0,9223372036854775807}'::bigint[]) AS sum,
     unnest('{kind:order,kind:visit,text,text:unread,emotion:joy,intent:ask,rating,about:price,out:x,customers,says:a,kind:refund}'::text[]) AS name,
     LATERAL (SELECT format('{"format": 1, "cells": [[-2451545, "%s", %s, %s], [9400, "text", %2$s, %3$s], [9400, "%1$s1", %2$s, %3$s], [106751982, "%1$s", %2$s, %3$s]]}', name, n, sum)::profile AS p) AS made
WHERE read_all(p) <> 'read';

-- ---- states that are not ours ----

SELECT throws_ok($$SELECT profile_accum('{"format": 2}', now(), 'x')$$, '0A000', NULL, 'profile_accum by itself');
SELECT throws_ok($$SELECT map_accum('{"format": 2}', '{"format": 2}')$$, '0A000', NULL, 'map_accum by itself');
CREATE AGGREGATE started(timestamptz, text) (SFUNC = profile_accum, STYPE = profile, INITCOND = '{"format": 1, "cells": [[0, "kind:a", 1, 0]]}');
SELECT is((SELECT started(at, kind) FROM event WHERE c = 3),
          (SELECT merge(profile_agg(at, kind), '{"format": 1, "cells": [[0, "kind:a", 1, 0]]}') FROM event WHERE c = 3), 'a state to start from');
CREATE AGGREGATE shown(timestamptz, text) (SFUNC = profile_accum, STYPE = profile, FINALFUNC = map_final, FINALFUNC_MODIFY = READ_WRITE);
SELECT is((SELECT shown(at, kind) FROM event WHERE c = 3)->>'customers', '0', 'a profile shown as a map');
CREATE AGGREGATE merged_backwards(profile) (SFUNC = merge, STYPE = profile, MSFUNC = merge, MINVFUNC = merge, MSTYPE = profile);
SELECT is((SELECT count(*) FROM (SELECT merged_backwards(p) OVER (ORDER BY c ROWS 5 PRECEDING) AS p FROM truth WHERE c < 100) AS w
           WHERE p::text::profile = p), 100::bigint, 'merge as its own inverse');
CREATE FUNCTION merge_in_sql(profile, profile) RETURNS profile LANGUAGE plpgsql AS 'BEGIN RETURN merge($1, $2); END';
CREATE AGGREGATE merged_in_sql(profile) (SFUNC = merge_in_sql, STYPE = profile);
SELECT is((SELECT merged_in_sql(p) FROM truth), (SELECT merge(p) FROM truth), 'merge by a function of the user''s');
CREATE AGGREGATE nested(profile) (SFUNC = merge, STYPE = profile, FINALFUNC = merge, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);
SELECT is((SELECT nested(p) FROM truth), (SELECT merge(p) FROM truth), 'merge as a final function');
SELECT is((SELECT merge(profile) FROM (SELECT c, profile_agg(at, kind) OVER (PARTITION BY c ORDER BY id) AS profile FROM event WHERE c < 9) AS w WHERE c = 5),
          (SELECT merge(copy) FROM (SELECT c, (profile_agg(at, kind) OVER (PARTITION BY c ORDER BY id))::text::profile AS copy FROM event WHERE c < 9) AS w WHERE c = 5),
          'a merge of states in the making');

-- ---- memory ----

-- What profiles in the making hold while the plan that made them still stands.
CREATE FUNCTION held(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
BEGIN
    EXECUTE format('SELECT max(held) FROM (SELECT a.n, (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = ''empathy profiles'' AND a.n > 0) AS held
                    FROM (%s OFFSET 0) AS a) AS b', query) INTO held;
    RETURN held;
END
$$;
SET LOCAL work_mem = '4MB';
SELECT cmp_ok(held($$SELECT octet_length(profile_send(profile_agg(timestamptz '2026-01-01' + i % 100000 * interval '1 minute', 'kind ' || i % 7, NULL, i))) AS n
                     FROM generate_series(1, 1000000) AS i$$), '<', 4000000::bigint, 'a million rows of one customer');
SELECT cmp_ok(held($$SELECT max(octet_length(profile_send(p))) AS n FROM (SELECT profile_agg(timestamptz '2026-01-01', 'kind ' || i % 7) AS p
                     FROM generate_series(1, 400000) AS i GROUP BY i % 200000) AS each$$), '<', 16000000::bigint, '200,000 customers');

SELECT * FROM finish();
ROLLBACK;
