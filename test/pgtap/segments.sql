-- Segments: whom they are made of, with whose rights, kept up to date, and what happens when that fails.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'Pacific/Auckland';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT no_plan();
GRANT ALL ON SCHEMA public TO PUBLIC;

CREATE ROLE seg_plain;
CREATE ROLE seg_analyst;
CREATE ROLE "seg ""odd"" Ünï";
CREATE ROLE seg_member IN ROLE seg_analyst;
GRANT EXECUTE ON FUNCTION empathy.add_segment, empathy.drop_segment, empathy.refresh_segment TO seg_analyst, "seg ""odd"" Ünï";
GRANT SELECT ON empathy.profiles, empathy.segments TO seg_analyst;

CREATE TABLE orders (who int, at timestamptz, said text);
CREATE INDEX ON orders (who, at);
INSERT INTO orders SELECT who, now() - who * interval '1 hour', CASE WHEN who % 2 = 0 THEN 'I love it, thank you' ELSE 'I am angry, cancel it' END
FROM generate_series(1, 40) AS who;
SELECT empathy.watch('orders', customer => 'who', at => 'at', said => 'said', kind => '''order''') \gset ignored_
CALL empathy.refresh();
CREATE FUNCTION members(text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(m, ' ' ORDER BY length(m), m) FROM empathy.scope_members($1) AS m $$;
CREATE FUNCTION about(text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(', ', customers || ' customers', nullif(unknown, 0) || ' unknown', 'by ' || created_by, CASE WHEN failed_at IS NOT NULL THEN error END)
    FROM empathy.segments WHERE name = $1 $$;

-- All customers

SELECT is((SELECT string_agg(DISTINCT scope, ' ') FROM empathy.maps), 'all', 'a refresh stores the map of all');
SELECT is((SELECT count(*) FROM empathy.map_cells(NULL)), 0::bigint, 'nobody''s map has no cells');
SELECT set_eq('SELECT quadrant, rank, item, share, customers, origin FROM empathy.maps',
              'SELECT quadrant, rank, item, share, customers, origin FROM empathy.map_cells(empathy.map_of())', 'maps shows it');
SELECT computed_at AS before FROM empathy.stored_map \gset
CALL empathy.refresh();
SELECT is((SELECT computed_at FROM empathy.stored_map), :'before', 'it is stored again only if something changed');
INSERT INTO orders VALUES (41, now(), 'I love it, thank you');
CALL empathy.refresh();
SELECT is((SELECT (map ->> 'customers')::int FROM empathy.stored_map), 41, 'as it did now');
DELETE FROM orders WHERE who = 41;
CALL empathy.refresh();
SELECT is((SELECT (map ->> 'customers')::int FROM empathy.stored_map), 40, 'and when somebody is gone');
CREATE FUNCTION stored() RETURNS boolean LANGUAGE sql AS $$ SELECT map <> '{}' FROM empathy.stored_map WHERE scope = 'all' $$;
UPDATE empathy.stored_map SET computed_at = computed_at - interval '1 day', map = '{}';
CALL empathy.refresh('1 minute');
SELECT ok(stored(), 'and when the day is another');
UPDATE empathy.stored_map SET change = change - 1, map = '{}', computed_at = now() - interval '58 s';
CALL empathy.refresh('1 minute');
SELECT ok(NOT stored(), 'a refresh with a time limit does so once a minute');
UPDATE empathy.stored_map SET computed_at = now() - interval '61 s';
CALL empathy.refresh('1 minute');
SELECT ok(stored(), 'or later');
UPDATE empathy.stored_map SET change = change - 1, map = '{}', computed_at = now() - interval '19 hours', took = '1 hour';
CALL empathy.refresh('1 minute');
SELECT ok(NOT stored(), 'if it takes long, less often');
UPDATE empathy.stored_map SET computed_at = now() - interval '20 hours';
CALL empathy.refresh('1 minute');
SELECT ok(stored(), 'after twenty times as long');
UPDATE empathy.stored_map SET change = change - 1, map = '{}', computed_at = now() - interval '1 hour', took = '1 s';
SELECT empathy.invalidate('orders');
CALL empathy.refresh('0 s');
SELECT ok(NOT stored(), 'not while a table is being read');
CALL empathy.refresh('1 minute');
SELECT ok(stored(), 'but once it has been');
UPDATE empathy.stored_map SET change = change - 1, map = '{}';
CALL empathy.refresh();
SELECT ok(stored(), 'a refresh without a time limit does so at once');
SELECT empathy.add_thought('hello', 'who are they?', 'count kind:order >= 1', 'has ordered') \gset ignored_
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.maps WHERE item = 'who are they?'), 1::bigint, 'a rule is a change');
SELECT empathy.drop_thought('hello') \gset ignored_
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.maps WHERE item = 'who are they?'), 0::bigint, 'also one that is gone');
UPDATE empathy.stored_map SET map = '{}';
SELECT is(empathy.refresh_segment('all'), 40, 'refresh_segment(all)');
SELECT ok(stored(), 'stores it at once');

-- Adding

SET ROLE seg_analyst;
SELECT is(empathy.add_segment('even', 'SELECT customer FROM empathy.profiles WHERE customer::int % 2 = 0'), 20, 'add_segment() says how many');
RESET ROLE;
SELECT is(members('even'), (SELECT string_agg(i::text, ' ' ORDER BY i) FROM generate_series(2, 40, 2) AS i), 'and fills it');
SELECT is(about('even'), '20 customers, by seg_analyst', 'segments shows it');
SELECT set_eq($$SELECT quadrant, rank, item, share, customers FROM empathy.maps WHERE scope = 'even'$$,
              $$SELECT quadrant, rank, item, share, customers FROM empathy.map_cells(empathy.map_of('even'))$$, 'and maps its map');
SELECT is(empathy.add_segment('types', q), n, 'customers given by ' || q) FROM (VALUES
    ('SELECT i::bigint FROM generate_series(1, 3) AS i', 3), ('SELECT i::numeric FROM generate_series(1, 3) AS i;  ', 3),
    ('SELECT gen_random_uuid() -- nobody', 1), ('VALUES (1), (1), (NULL), (2)', 2), ('SELECT ''7''::char(9) /* ) */', 1), ('SELECT ''7''::name', 1),
    ('SELECT NULL::text', 0), ('SELECT ''''', 0), ('SELECT repeat(''x'', 1001)', 0), ('SELECT who FROM orders WHERE false', 0),
    ('WITH a AS (SELECT 1) SELECT who FROM orders WHERE who = (TABLE a) UNION SELECT 2 ORDER BY 1 DESC LIMIT 5', 2)) AS v(q, n);
SELECT is(empathy.add_segment('types', 'SELECT ''7''::char(9)') || members('types'), '17', 'as states have them: no padding');
SELECT is(empathy.add_segment('types', 'VALUES (1), (100), (101)'), 3, 'unknown customers are members, too');
SELECT is(about('types'), '3 customers, 2 unknown, by postgres', 'and counted');
SELECT is(empathy.map_of('types') ->> 'customers', '1', 'the map is of those with a profile');
SELECT is(empathy.customer('1') -> 'segments', '["types"]', 'customer() tells the segments of a customer');
SELECT is(empathy.add_segment(n, 'VALUES (1)') || members(n), '11', 'named ' || n)
FROM unnest(ARRAY['a "quoted" name', 'It''s', 'Kundën 顧客 😀', 'ALL', '-', '\', '%', repeat('x', 63)]) AS n;
SELECT throws_ok(format('SELECT empathy.add_segment(%L, ''VALUES (1)'')', n), '42602', 'invalid segment name "' || n || '"', 'not ' || n)
FROM unnest(ARRAY['all', '', ' a', 'a ', 'a:b', 'customer:1', E'a\nb', repeat('x', 64), repeat('é', 32)]) AS n;
SELECT throws_ok('SELECT empathy.add_segment(''x'', ' || a || ')', code, message, 'not ' || a) FROM (VALUES
    ('NULL', '22004', 'query must not be NULL'), ('''SELECT 1'', NULL', '22004', 'every must not be NULL'),
    ('''SELECT 1'', ''0 s''', '22023', 'every (00:00:00) must be more than 0'), ('''SELECT 1'', ''-1 s''', '22023', 'every (-00:00:01) must be more than 0'),
    ('''SELECT 1, 2''', '22023', 'the query returns 2 columns instead of 1'), ('''SELECT''', '22023', 'the query returns 0 columns instead of 1'),
    ('''''', '22023', 'the query is not one SELECT'), ('''DELETE FROM orders RETURNING who''', '22023', 'the query is not one SELECT'),
    ('''SELECT 1; SELECT 2''', '22023', 'the query is not one SELECT'), ('''SELECT 1 INTO x''', '22023', 'the query is not one SELECT'),
    ('''SELECT who FROM orders FOR UPDATE''', '22023', 'the query is not one SELECT'), ('''EXPLAIN SELECT 1''', '22023', 'the query is not one SELECT'),
    ('''WITH d AS (DELETE FROM orders RETURNING who) TABLE d''', '22023', 'the query is not one SELECT'), ('''COMMIT''', '22023', 'the query is not one SELECT'),
    ('''SELECT 1) AS s(c)) AS q; DROP TABLE orders; --''', '42601', 'syntax error at or near ")"'), ('''SELECT 1 /*''', '42601', NULL),
    ('''SELECT who FROM nowhere''', '42P01', 'relation "nowhere" does not exist'), ('''SELECT $1''', '42P02', 'there is no parameter $1'),
    ('''SELECT 1 / 0''', '22012', 'division by zero')) AS v(a, code, message);
SELECT throws_ok('SELECT empathy.add_segment(NULL, ''VALUES (1)'')', '22004', 'name must not be NULL', 'not without a name');
CREATE TEMP TABLE passing (who int);
SELECT throws_ok('SELECT empathy.add_segment(''x'', ''SELECT who FROM pg_temp.passing'')', '0A000', 'table "passing" is temporary', 'not of a temporary table');
SELECT is((SELECT count(*) FROM empathy.segments WHERE name = 'x'), 0::bigint, 'what fails leaves nothing');

-- Names are found as the creator found them, whoever refreshes

CREATE SCHEMA "my ""own""";
CREATE TABLE "my ""own""".vip (who int);
INSERT INTO "my ""own""".vip VALUES (1), (2);
SET search_path = "my ""own""", public;
SELECT empathy.add_segment('vip', 'SELECT who FROM vip WHERE who IN (SELECT who FROM orders)') AS vips \gset
SET search_path = pg_catalog;
SELECT empathy.refresh_segment('vip') AS again \gset
RESET search_path;
SELECT is(:vips || ' ' || :again, '2 2', 'by the search_path that they had');

-- Whose rights

CREATE TABLE secret (who int);
INSERT INTO secret VALUES (1);
CREATE FUNCTION whoami() RETURNS text LANGUAGE sql STABLE AS 'SELECT current_user::text';
CREATE FUNCTION attempt(command text) RETURNS text LANGUAGE plpgsql AS 'BEGIN EXECUTE command; RETURN command; END';
GRANT CREATE ON SCHEMA public TO seg_analyst;
CREATE TABLE writable (t text);
GRANT ALL ON writable TO seg_analyst;
SELECT throws_ok($$SET ROLE seg_plain; SELECT empathy.add_segment('x', 'SELECT 1')$$, '42501', 'permission denied for function add_segment', 'not everybody may add segments');
RESET ROLE;
SELECT throws_ok($$SET ROLE seg_analyst; SELECT empathy.add_segment('x', 'SELECT who FROM public.secret')$$, '42501', 'permission denied for table secret', 'who may reads what they may read');
RESET ROLE;
SELECT throws_ok($$SET ROLE seg_analyst; SELECT empathy.add_segment('x', 'SELECT customer FROM empathy.person')$$, '42501', 'permission denied for table person', 'and nothing of ours');
RESET ROLE;
SET ROLE seg_analyst;
SELECT is(empathy.add_segment('who', 'SELECT public.whoami()'), 1, 'the query runs');
RESET ROLE;
SELECT is(members('who'), 'seg_analyst', 'as the creator');
UPDATE empathy.segment_run SET tried_at = '-infinity';
CALL empathy.refresh();
SELECT is(members('who'), 'seg_analyst', 'also when another refreshes');
SELECT is(empathy.refresh_segment('who') || members('who'), '1seg_analyst', 'or does so by hand');
SELECT throws_ok(format('SET ROLE seg_analyst; SELECT empathy.add_segment(''x'', %L)', format('SELECT public.attempt(%L)', c)), NULL, message, 'it cannot ' || c)
FROM (VALUES ('INSERT INTO public.writable VALUES (1)', 'cannot execute INSERT in a read-only transaction'),
             ('SET transaction_read_only = off', 'cannot set transaction read-write mode inside a read-only transaction'),
             ('RESET ROLE', 'cannot set parameter "role" within security-definer function'),
             ('SET SESSION AUTHORIZATION postgres', 'cannot set parameter "session_authorization" within security-definer function'),
             ('CREATE TEMP TABLE t ()', NULL), ('COMMIT', NULL)) AS v(c, message);
RESET ROLE;
SELECT empathy.add_segment('settings', 'SELECT set_config(''work_mem'', ''64kB'', false) || set_config(''search_path'', ''nowhere'', false)') \gset ignored_
SELECT isnt(current_setting('work_mem'), '64kB', 'nor does a setting outlast it');
INSERT INTO writable VALUES ('written');
SELECT is((SELECT string_agg(t, ' ') FROM writable), 'written', 'but afterwards there is writing again');
SET ROLE seg_analyst;
SELECT throws_ok($$SELECT empathy.add_segment('vip', 'SELECT 1')$$, '42501', 'segment "vip" was added by role "postgres"', 'nobody changes what another added');
SELECT throws_ok($$SELECT empathy.drop_segment('vip')$$, '42501', 'segment "vip" was added by role "postgres"', 'nor drops it');
SELECT throws_ok($$SELECT empathy.put_segment('y', 'SELECT 1', '1 h', '', 10)$$, '42501', 'permission denied for function put_segment', 'nor has it run as another');
SELECT throws_ok($$SELECT empathy.segment_query(10, 'SELECT 1', '')$$, '42501', 'permission denied for function segment_query', 'in no way');
SELECT throws_ok('TABLE empathy.' || t, '42501', NULL, 'nor reads ' || t) FROM unnest('{segment,segment_run,segment_member,stored_map,maps}'::text[]) AS t;
RESET ROLE;
SET ROLE seg_member;
SELECT is(empathy.add_segment('even', 'VALUES (2), (4)'), 2, 'who has the role may change it');
RESET ROLE;
SELECT is(about('even'), '2 customers, by seg_member', 'and it is theirs then');
SELECT is(members('even'), '2 4', 'with other customers');
SELECT is(empathy.add_segment('even', 'VALUES (6)'), 1, 'a superuser may change every one');
SELECT lives_ok('SELECT empathy.drop_segment(''even'')', 'and drop it');
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'even') + (SELECT count(*) FROM empathy.segment_member WHERE segment = 'even'), 0::bigint, 'of which nothing is left');
SELECT throws_ok('SELECT empathy.drop_segment(''even'')', '42704', 'segment "even" does not exist', 'it is gone');
SELECT throws_ok('SELECT empathy.refresh_segment(''even'')', '42704', 'segment "even" does not exist', 'and cannot be refreshed');
SELECT throws_ok('SELECT empathy.drop_segment(NULL)', '22004', 'name must not be NULL', 'NULL is no name');

-- Kept up to date

CREATE TABLE picked (who int);
INSERT INTO picked VALUES (1), (2);
SELECT empathy.add_segment('hourly', 'SELECT who FROM picked'), empathy.add_segment('daily', 'SELECT who FROM picked', '1 day') \gset ignored_
INSERT INTO picked VALUES (3);
DELETE FROM picked WHERE who = 1;
CALL empathy.refresh();
SELECT is(members('hourly') || ', ' || members('daily'), '1 2, 1 2', 'not run before it is due');
UPDATE empathy.segment_run SET tried_at = tried_at - interval '1 hour';
CALL empathy.refresh();
SELECT is(members('hourly') || ', ' || members('daily'), '2 3, 1 2', 'run when it is');
SELECT is(empathy.refresh_segment('daily') || ' ' || members('daily'), '2 2 3', 'or by hand');
SELECT is((SELECT map ->> 'customers' FROM empathy.stored_map WHERE scope = 'daily'), '2', 'with its map');

-- Failing

SELECT empathy.add_segment('a ' || i, 'SELECT who FROM picked') FROM generate_series(1, 3) AS i \g /dev/null
SELECT empathy.add_segment('broken', 'SELECT 10 / who FROM picked') AS n \gset
INSERT INTO picked VALUES (0);
UPDATE empathy.segment_run SET tried_at = '-infinity';
CALL empathy.refresh();
SELECT is(about('broken'), '2 customers, by postgres, division by zero', 'a segment that fails says why, and keeps its customers');
SELECT is((SELECT count(*) FROM empathy.segments WHERE name ~ '^a [123]$' AND customers = 3 AND error IS NULL), 3::bigint, 'others are not held up');
SELECT throws_ok('SELECT empathy.refresh_segment(''broken'')', '22012', 'division by zero', 'by hand it is an error');
SELECT failed_at AS before FROM empathy.segments WHERE name = 'broken' \gset
UPDATE empathy.segment_run SET tried_at = '-infinity' WHERE segment = 'broken';
CALL empathy.refresh('1 minute');
SELECT is((SELECT failed_at FROM empathy.segments WHERE name = 'broken'), :'before', 'it fails since then');
DELETE FROM picked WHERE who = 0;
UPDATE empathy.segment_run SET tried_at = '-infinity' WHERE segment = 'broken';
CALL empathy.refresh();
SELECT is(about('broken'), '2 customers, by postgres', 'until it does not');
ALTER TABLE picked RENAME TO renamed;
UPDATE empathy.segment_run SET tried_at = '-infinity';
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.segments WHERE error = 'relation "picked" does not exist'), 6::bigint, 'a table that is gone');
SELECT is(members('hourly'), '0 2 3', 'takes no customers away');
ALTER TABLE renamed RENAME TO picked;

SET empathy.segment_timeout = '100ms';
SELECT throws_ok('SELECT empathy.add_segment(''slow'', ''SELECT pg_sleep(60)'')', '53400', 'the query took longer than empathy.segment_timeout', 'a query may not take for ever');
RESET empathy.segment_timeout;
SELECT lives_ok('SELECT pg_sleep(.2)', 'the limit is for segments only');
SET statement_timeout = '100ms';
\set ON_ERROR_STOP off
\set VERBOSITY terse
SELECT empathy.add_segment('slow', 'SELECT pg_sleep(60)');
\set ON_ERROR_STOP on
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '57014', 'another limit is as ever');
RESET statement_timeout;
SELECT is(empathy.add_segment('slow', 'SELECT CASE WHEN current_setting(''empathy.segment_timeout'') = ''100ms'' THEN pg_sleep(60)::text ELSE ''1'' END'), 1, 'fast at first');
UPDATE empathy.segment_run SET tried_at = '-infinity';
SET empathy.segment_timeout = '100ms';
CALL empathy.refresh();
RESET empathy.segment_timeout;
SELECT is((SELECT error FROM empathy.segments WHERE name = 'slow'), 'the query took longer than empathy.segment_timeout', 'what gets slow fails');
SELECT is((SELECT count(*) FROM empathy.segments WHERE error IS NOT NULL), 1::bigint, 'alone');

-- Roles that are renamed and dropped

SET ROLE "seg ""odd"" Ünï";
SELECT is(empathy.add_segment('odd', 'SELECT public.whoami()'), 1, 'a role with an odd name');
RESET ROLE;
ALTER ROLE "seg ""odd"" Ünï" RENAME TO seg_other;
SELECT is(empathy.refresh_segment('odd') || members('odd'), '1seg_other', 'may be renamed');
SELECT is((SELECT created_by FROM empathy.segments WHERE name = 'odd'), 'seg_other', 'as segments shows then');
DROP OWNED BY seg_other;
DROP ROLE seg_other;
UPDATE empathy.segment_run SET tried_at = '-infinity';
CALL empathy.refresh();
SELECT is(about('odd'), '1 customers, 1 unknown, by seg_other, role "seg_other" does not exist', 'a role that is gone');
CREATE ROLE seg_other;
SELECT throws_ok('SELECT empathy.refresh_segment(''odd'')', '42704', 'role "seg_other" does not exist', 'another of its name is not it');
DELETE FROM empathy.segment_run WHERE segment = 'odd';
SELECT is(empathy.refresh_segment('odd') || members('odd'), '1seg_other', 'after a restore it is found by its name');
DROP ROLE seg_other;
SELECT lives_ok('SELECT empathy.add_segment(''odd'', ''VALUES (1)'')', 'a superuser may take it over');

-- A segment that somebody else refreshes is left alone, one whose table is locked not waited for: see test/isolation.

SELECT empathy.unwatch('orders');
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'all'), 0::bigint, 'no customers, no map');
DROP OWNED BY seg_plain, seg_analyst, seg_member CASCADE;
DROP ROLE seg_plain, seg_analyst, seg_member;
SELECT * FROM finish();
