-- Sources that can't be read any more, and what that means for themselves, for the others and for whoever reads.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();

CREATE TABLE good (customer text, at timestamptz, amount numeric);
CREATE TABLE bad (customer text, at timestamptz, kind text, body text, amount numeric, direction text);
INSERT INTO good SELECT 'c' || i % 5, timestamptz '2026-01-01' + i * interval '1 hour', i FROM generate_series(1, 20) AS i;
INSERT INTO bad SELECT 'c' || i % 7, timestamptz '2026-01-01' + i * interval '1 day', 'order', 'fine', i, 'in' FROM generate_series(1, 70) AS i;
SELECT empathy.watch('good'), empathy.watch('bad', direction => 'direction');
CALL empathy.refresh();

CREATE FUNCTION source_state(source regclass) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(': ', state, error) FROM empathy.sources WHERE relation = $1 $$;
CREATE TABLE before AS SELECT customer, profile FROM empathy.person WHERE false;

-- 1. A column that is dropped
INSERT INTO before SELECT customer, profile FROM empathy.person;
ALTER TABLE bad DROP COLUMN body;
UPDATE bad SET amount = amount + 1;
INSERT INTO good VALUES ('c0', '2026-02-01', 7), ('new', '2026-02-01', 7);
CALL empathy.refresh();
SELECT is(source_state('bad'), 'broken: column "body" does not exist', 'a dropped column');
SELECT is(source_state('good'), 'live', 'the other source goes on');
SELECT ok(empathy.customer('new') IS NOT NULL, 'and its customers are there');
SELECT results_eq('SELECT customer, profile FROM empathy.person WHERE customer IN (''c5'', ''c6'') ORDER BY 1',
    'SELECT customer, profile FROM before WHERE customer IN (''c5'', ''c6'') ORDER BY 1', 'what was computed from the broken one is kept');
SELECT ok(bool_and(stale), 'and marked as stale') FROM empathy.profiles WHERE customer LIKE 'c%';
SELECT is(empathy.live_profile('c6')::text, (SELECT profile::text FROM before WHERE customer = 'c6'), 'customer() serves it');
SELECT is((SELECT count(*) FROM empathy.live_profiles), 8::bigint, 'so does the live view');
SELECT results_eq('SELECT relation::text, problem FROM empathy.verify()',
    $$VALUES ('bad', 'broken: column "body" does not exist')$$, 'verify() says which source is broken, and why');
SELECT is(error, 'column "body" does not exist', 'freshness says so too') FROM empathy.freshness WHERE relation = 'bad'::regclass;
CALL empathy.refresh();
SELECT pass('a known problem is no reason for another refresh to fail');
SELECT is((SELECT count(*) FROM empathy.job_runs WHERE changes IS NULL), 0::bigint, 'nor is it a run');
SELECT failed_at AS since FROM empathy.source WHERE relation = 'bad'::regclass \gset
UPDATE bad SET amount = amount - 1;
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is(failed_at, :'since', 'it is broken since it first failed') FROM empathy.source WHERE relation = 'bad'::regclass;
SELECT ok(tried_at > :'since', 'but tried again when it was written') FROM empathy.source WHERE relation = 'bad'::regclass;
SELECT is(empathy.watch('bad', said => '', direction => 'direction') > 0, true, 'watching it again');
SELECT is(source_state('bad'), 'filling', 'begins anew');
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'and mends it');

-- 2. Alone: an error at once, and nobody else's affair. Nobody followed the DDL.
ALTER EVENT TRIGGER empathy_follow_ddl DISABLE;
ALTER TABLE bad DROP COLUMN at, ADD COLUMN happened timestamptz DEFAULT '2026-01-01';
INSERT INTO bad VALUES ('late', 'order', 1, 'in');
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is(:'LAST_ERROR_SQLSTATE' || ' ' || :'LAST_ERROR_MESSAGE',
    '55000 could not refresh: column at of relation "public.bad" does not exist', 'a refresh that can do nothing says why');
SELECT is(source_state('bad'), 'broken: column at of relation "public.bad" does not exist', 'a column that is gone');
ALTER TABLE bad RENAME COLUMN happened TO at;
UPDATE empathy.source SET tried_at = tried_at - interval '1 day', failed_at = failed_at - interval '2 days' WHERE relation = 'bad'::regclass;
CALL empathy.refresh();
SELECT is(source_state('bad'), 'live', 'is tried again after a while');
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'and mends itself');
ALTER EVENT TRIGGER empathy_follow_ddl ENABLE ALWAYS;

-- 3. Retyped: what still means the same goes on
ALTER TABLE bad ALTER COLUMN customer TYPE varchar(50), ALTER COLUMN at TYPE date USING (at AT TIME ZONE 'UTC')::date, ALTER COLUMN amount TYPE double precision;
UPDATE bad SET at = at + 1;
CALL empathy.refresh();
SELECT is(source_state('bad'), 'live', 'retyped columns that will do');
SELECT is((SELECT count(*) FROM empathy.verify('bad')), 0::bigint, 'are read as they are now');
ALTER TABLE bad ALTER COLUMN at TYPE text;
DELETE FROM bad WHERE customer = 'c1';
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is(source_state('bad'), 'broken: column at of "public.bad" has type text, which is no time', 'a column retyped to what will not do');
ALTER TABLE bad ALTER COLUMN at TYPE timestamptz USING at::timestamptz;
SELECT empathy.invalidate('bad');
CALL empathy.refresh();
SELECT is(source_state('bad'), 'live', 'invalidate() has it tried at once');
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'and mends it');

-- 4. A row that an expression or a profile can't take
SELECT empathy.watch('bad', said => '', amount => '100 / amount', direction => 'direction') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is(source_state('bad'), 'live', 'an expression that holds for all rows');
INSERT INTO bad (customer, at, kind, amount, direction) VALUES ('zero', '2026-01-05', 'order', 0, 'in'), ('more', '2026-02-05', 'order', 1, 'in');
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is(source_state('bad'), 'broken: division by zero', 'a row for which it fails');
UPDATE bad SET amount = 1 WHERE customer = 'zero';
CALL empathy.refresh();
SELECT is(source_state('bad'), 'live', 'until that row is mended');
SELECT ok(empathy.customer('more') IS NOT NULL, 'with all that waited');
INSERT INTO bad (customer, at, kind, amount, direction) VALUES ('side', '2026-01-05', 'order', 1, 'sideways');
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is(source_state('bad'), 'broken: direction "sideways" is neither "in" nor "out"', 'a direction that is none');
UPDATE bad SET direction = 'OUT' WHERE customer = 'side';
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'until it is one');
SELECT empathy.watch('bad', said => '', direction => 'direction') > 0 AS watched \gset
INSERT INTO bad (customer, at, kind, amount, direction) SELECT 'rich', '2026-01-05', 'order', 8.9e13, 'in' FROM generate_series(1, 20);
INSERT INTO good VALUES ('c0', '2026-02-02', 7);
CALL empathy.refresh();
SELECT is(source_state('bad'), 'broken: a count or sum of a profile is out of range', 'sums that no profile can hold');
DELETE FROM bad WHERE customer = 'rich';
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'until they are gone');

-- 5. An expression that never ends
CREATE FUNCTION endless(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1000); RETURN $1; END';
SELECT empathy.watch('bad', said => '', kind => 'public.endless(kind)', direction => 'direction') > 0 AS watched \gset
SET empathy.batch_time = 1;
INSERT INTO good VALUES ('c0', '2026-02-03', 7);
CALL empathy.refresh();
SELECT is(source_state('bad'), 'broken: reading it took longer than 1 s', 'an expression that never ends');
SELECT is(source_state('good'), 'live', 'the others go on');
SELECT ok(retry_at > clock_timestamp() + interval '5 s', 'it is not tried again soon') FROM empathy.source WHERE relation = 'bad'::regclass;
UPDATE bad SET amount = 1;
SELECT clock_timestamp() AS began \gset
CALL empathy.refresh();
SELECT ok(clock_timestamp() < timestamptz :'began' + interval '900 ms', 'nor when it is written');
CREATE OR REPLACE FUNCTION endless(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
SELECT empathy.watch('bad', said => '', kind => 'public.endless(kind)', direction => 'direction') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is(source_state('bad'), 'live', 'watched again, it is tried at once');
SELECT count(*) AS problems FROM empathy.verify(), pg_sleep(1.2) \gset
SELECT is(:problems, 0, 'verify() may take its time');
RESET empathy.batch_time;

-- A fill that leaves time for others: pauses between the batches
SELECT empathy.invalidate('good');
SET empathy.fill_share = 0.01;
SELECT clock_timestamp() AS began \gset
SELECT changes FROM empathy.refresh_batch('{}') \gset
SELECT pause FROM empathy.refresh_batch('{}') \gset
SELECT ok(:pause BETWEEN 0.0001 AND 99 * extract(epoch FROM clock_timestamp() - timestamptz :'began'), 'a batch of a fill is followed by a pause');
INSERT INTO good VALUES ('c0', '2026-02-03', 7);
SELECT is(customers, 1::bigint, 'in which others are taken in') FROM empathy.refresh_batch('{}');
SELECT ok(pause > 0, 'that goes on') FROM empathy.refresh_batch('{}');
SELECT is(source_state('good'), 'filling', 'until the rest is read');
SET empathy.fill_share = 1;
SELECT cmp_ok(changes, '>', 0::bigint, 'at once, where it may take all of the time') FROM empathy.refresh_batch('{}');
SET empathy.fill_share = 0.01;
SELECT clock_timestamp() AS began \gset
SELECT empathy.invalidate('good');
CALL empathy.refresh();
SELECT ok(clock_timestamp() > timestamptz :'began' + interval '20 ms', 'which a refresh takes');
SELECT is(source_state('good'), 'live', 'and ends all the same');
INSERT INTO good VALUES ('c0', '2026-02-03', 7);
SELECT is(pause, NULL, 'none where single customers have changed') FROM empathy.refresh_batch('{}');
RESET empathy.fill_share;

-- 6. A table that is locked keeps nobody waiting for long: see the isolation tests

-- 7. A table that is gone, though nothing was written before
SELECT 'bad'::regclass::oid AS oid \gset
CREATE TABLE gone AS SELECT DISTINCT customer FROM bad;
DROP TABLE bad;
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is(error, 'the table "public.bad" was dropped', 'a dropped table is found out') FROM empathy.sources WHERE state = 'broken';
INSERT INTO good VALUES ('newer', '2026-03-01', 7);
SELECT ok(empathy.customer('newer') IS NOT NULL, 'others are live');
CALL empathy.refresh();
SELECT ok(EXISTS (SELECT FROM empathy.profiles WHERE customer = 'newer'), 'and refreshed');
SELECT ok((SELECT count(*) > 5 FROM empathy.profiles p JOIN gone USING (customer)), 'what came from it is still served');
SELECT empathy.unwatch(:oid);
SELECT is((SELECT count(*) FROM empathy.sources), 1::bigint, 'unwatch() by its OID');
SELECT is((SELECT string_agg(customer, ' ' ORDER BY customer) FROM empathy.profiles), 'c0 c1 c2 c3 c4 new newer', 'removes what came from it');
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'and nothing else');

-- Learning: people who never came are no reason to fail, nor to learn again and again

TRUNCATE good;
CREATE TABLE mail (customer int, at timestamptz, direction text);
INSERT INTO mail SELECT i, '2026-01-01', 'out' FROM generate_series(1, 50) AS i;
SELECT empathy.watch('mail') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.models WHERE task = 'churn'), 1::bigint, 'nobody ever came: no model, and no error');
SELECT throws_ok('SELECT empathy.train_churn()', '55000', 'there are no customers to learn from', 'unless one is asked for');
INSERT INTO mail SELECT i, timestamptz '2026-01-01' + j * interval '7 days', 'in' FROM generate_series(1, 15) AS i, generate_series(1, 3) AS j;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.models WHERE task = 'churn'), 2::bigint, 'some came: a model');
INSERT INTO mail VALUES (1, '2026-02-01', 'in');
CALL empathy.refresh();
INSERT INTO mail VALUES (2, '2026-02-01', 'in');
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.models WHERE task = 'churn'), 2::bigint, 'more events of the same people: the same model');
INSERT INTO mail SELECT i, '2026-01-01', 'in' FROM generate_series(51, 100) AS i;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.models WHERE task = 'churn'), 3::bigint, 'twice as many people: another');

-- Turns: nobody is kept waiting by somebody who never stops writing

SELECT source AS first FROM empathy.source WHERE relation = 'good'::regclass \gset
INSERT INTO good VALUES ('x', '2026-01-01', 1), ('x', '2025-01-01', 1);
INSERT INTO mail VALUES (1, '2026-02-02', 'in'), (1, '2025-02-02', 'in');
SELECT empathy.invalidate('good', since => '2026-01-01', until => '2026-01-01'), empathy.invalidate('good', since => '2020-01-01', until => '2020-01-01');
SELECT source AS one FROM empathy.refresh_batch('{}') \gset
INSERT INTO good VALUES ('y', '2026-01-01', 1);
INSERT INTO mail VALUES (2, '2026-02-02', 'in');
SELECT source AS two FROM empathy.refresh_batch('{}') \gset
SELECT isnt(:two, :one, 'sources take turns');
INSERT INTO good VALUES ('z', '2026-01-01', 1);
INSERT INTO mail VALUES (3, '2026-02-02', 'in');
SELECT source AS three FROM empathy.refresh_batch('{}') \gset
SELECT is(:three, :one, 'each in its turn');
SELECT ok(NOT EXISTS (SELECT FROM empathy.change_log WHERE source = :first AND customer IS NULL AND period = '2026-01-01'),
          'and periods for everybody are not put off by named customers');

SELECT empathy.unwatch('good'), empathy.unwatch('mail');
SELECT is((SELECT count(*) FROM empathy.person), 0::bigint, 'nothing is left');
SELECT * FROM finish();
