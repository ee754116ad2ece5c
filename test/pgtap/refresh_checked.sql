-- Sources without triggers: views, foreign tables and whatever one wants read again every so often; materialized views.
\set ECHO none
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
CREATE EXTENSION IF NOT EXISTS postgres_fdw;

SELECT no_plan();

CREATE TABLE ev (customer text, at timestamptz, amount numeric);
CREATE VIEW seen AS SELECT customer, at, amount FROM ev WHERE amount > 0;
CREATE MATERIALIZED VIEW stored AS SELECT 'm' || customer AS customer, at, amount FROM ev;
SELECT format('CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)',
    split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database()) AS command \gset
:command;
CREATE USER MAPPING FOR CURRENT_USER SERVER here;
CREATE TABLE remote (customer text, at timestamptz, amount numeric);
CREATE FOREIGN TABLE abroad (customer text, at timestamptz, amount numeric) SERVER here OPTIONS (schema_name 'public', table_name 'remote');
INSERT INTO ev SELECT 'c' || i % 7, timestamptz '2026-01-01' + i * interval '1 day', i - 5 FROM generate_series(1, 100) AS i;
INSERT INTO ev VALUES ('now', now(), 1);
INSERT INTO remote SELECT 'r' || i % 7, now() - i * interval '10 days', i FROM generate_series(0, 40) AS i;
REFRESH MATERIALIZED VIEW stored;

SELECT lives_ok($$SELECT empathy.watch(r) FROM unnest('{seen,stored}'::regclass[]) AS r$$, 'views may be watched');
SELECT lives_ok($$SELECT empathy.watch('abroad', recheck => '10 minutes', lookback => '60 days')$$, 'so may foreign tables');
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify()', 'the first refresh is exact');
SELECT results_eq('SELECT relation::text, recheck, lookback, checked_at > now() - interval ''1 minute'', state FROM empathy.sources ORDER BY 1',
    $$VALUES ('abroad', interval '10 minutes', interval '60 days', true, 'live'), ('seen', '1 hour', NULL, true, 'live'), ('stored', NULL, NULL, true, 'live')$$,
    'how they are read again');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgfoid = 'empathy.capture()'::regprocedure), 0::bigint, 'no triggers');

CREATE FUNCTION later(span interval) RETURNS void LANGUAGE sql AS 'UPDATE empathy.source SET checked_at = checked_at - span';

INSERT INTO ev VALUES ('new', '2026-01-05', 3);
UPDATE ev SET customer = 'other' WHERE customer = 'c3';
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.profiles WHERE customer IN ('new', 'other')), 0::bigint, 'a view changes: nobody sees it yet');
SELECT ok(lag > '0 s', 'which freshness tells') FROM empathy.freshness WHERE relation = 'seen'::regclass;
SELECT ok((SELECT count(*) > 0 FROM empathy.verify('seen')), 'and verify()');
SELECT later('59 minutes') \gset ignored_
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.profiles WHERE customer = 'new'), 0::bigint, 'before its time it is not read again');
SELECT later('2 minutes') \gset ignored_
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''seen'')', 'then it is, and all is exact');
SELECT is((SELECT count(*) FROM empathy.profiles WHERE customer IN ('new', 'other')), 2::bigint, 'for everybody');
SELECT is_empty('SELECT * FROM empathy.verify()', 'nothing else has changed');
INSERT INTO ev VALUES ('asked', '2026-01-05', 3);
SELECT empathy.invalidate('seen') \gset ignored_
SELECT ok((SELECT count(*) = 1 FROM empathy.live_profiles WHERE customer = 'asked'), 'invalidate(): the live view sees it at once');
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''seen'')', 'and the next refresh');
CREATE OR REPLACE VIEW seen AS SELECT customer, at, amount * 2 AS amount FROM ev WHERE amount > 10;
SELECT is((SELECT state FROM empathy.sources WHERE relation = 'seen'::regclass), 'filling', 'another query is another view');
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''seen'')', 'and read at once');

SELECT is((SELECT count(*) FROM empathy.verify('stored')), 0::bigint, 'a materialized view is what it was');
REFRESH MATERIALIZED VIEW stored;
SELECT ok((SELECT count(*) = 1 FROM empathy.live_profiles WHERE customer = 'mother'), 'refreshed, it is stale at once');
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify()', 'and read again');

INSERT INTO remote VALUES ('recent', now() - interval '59 days', 1), ('old', now() - interval '200 days', 1);
DELETE FROM remote WHERE customer = 'r0' AND at > now() - interval '30 days';
SELECT later('11 minutes') \gset ignored_
CALL empathy.refresh();
SELECT results_eq('SELECT DISTINCT customer, problem FROM empathy.verify(''abroad'')', $$VALUES ('old', 'missing')$$, 'within the lookback all is exact');
SELECT empathy.invalidate('abroad', since => current_date - 201, until => current_date - 199) \gset ignored_
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''abroad'')', 'older rows are read when one says so');
DELETE FROM remote;
SELECT later('11 minutes') \gset ignored_
CALL empathy.refresh();
SELECT ok((SELECT bool_and(period < current_date - 55) FROM empathy.verify('abroad')), 'what is gone is gone, within the lookback');

-- A partitioned table of which a part is abroad; an ordinary table without triggers

CREATE TABLE mixed (customer text, at timestamptz, amount numeric) PARTITION BY LIST (customer);
CREATE TABLE mixed_here PARTITION OF mixed FOR VALUES IN ('h');
CREATE FOREIGN TABLE mixed_there PARTITION OF mixed DEFAULT SERVER here OPTIONS (schema_name 'public', table_name 'remote');
INSERT INTO mixed VALUES ('h', '2026-01-01', 1);
INSERT INTO remote VALUES ('t', '2026-01-01', 1);
SELECT empathy.watch('mixed') > 0 AS watched \gset
SELECT is(recheck, '1 hour', 'a foreign partition can''t be captured') FROM empathy.sources WHERE relation = 'mixed'::regclass;
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''mixed'')', 'but read');
SELECT empathy.unwatch('mixed'), empathy.watch('ev') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ev'::regclass), 5::bigint, 'a table has triggers');
SELECT empathy.watch('ev', recheck => '1 day') > 0 AS watched \gset
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ev'::regclass), 0::bigint, 'unless one wants it read again instead');
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''ev'')', 'which is exact, too');
SELECT throws_ok($$SELECT empathy.watch('ev', lookback => '1 day')$$, '22023', 'lookback without recheck', 'how far back, but not how often');
SELECT throws_ok($$SELECT empathy.watch('ev', recheck => '0')$$, '22023', NULL, 'too often');
SELECT throws_ok($$SELECT empathy.watch('ev', recheck => '-1 day')$$, '22023', NULL, 'backwards');
SELECT throws_ok($$SELECT empathy.watch('ev', recheck => '100000 years')$$, '22023', NULL, 'hardly ever');

-- A partition abroad that comes later

CREATE TABLE grows (customer text, at timestamptz, amount numeric) PARTITION BY LIST (customer);
SELECT empathy.watch('grows') > 0 AS watched \gset
CALL empathy.refresh();
CREATE FOREIGN TABLE grown PARTITION OF grows DEFAULT SERVER here OPTIONS (schema_name 'public', table_name 'remote');
SELECT lives_ok('ALTER TABLE grows ALTER COLUMN amount SET DEFAULT 1', 'DDL never fails by us');
UPDATE empathy.source SET tried_at = NULL;
INSERT INTO empathy.change_log SELECT source, NULL, NULL, now() FROM empathy.source WHERE relation = 'grows'::regclass;
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT matches((SELECT error FROM empathy.sources WHERE relation = 'grows'::regclass), 'changes of table "public.grown" are not captured', 'a partition abroad that comes later is loud');
SELECT empathy.watch('grows') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify(''grows'')', 'watched again, it is read');
SELECT empathy.unwatch(relation) FROM empathy.source;
SELECT * FROM finish();
