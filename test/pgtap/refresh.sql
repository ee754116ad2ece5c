-- Law 3: whatever happens to a watched table, the live view is a computation from scratch, and so is what a refresh
-- keeps. CALL empathy.refresh() commits, so nothing here is undone; the database is this file's own.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'America/New_York';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();

CREATE TABLE event (id int PRIMARY KEY, customer text, at timestamptz, kind text, body text, amount numeric);
CREATE TABLE chat (customer text, at timestamptz, body text);
CREATE VIEW scratch AS
    SELECT customer, empathy.profile_agg(at, kind, body, amount) AS profile
    FROM (SELECT customer, at, kind, body, CASE WHEN abs(amount) < 9e13 THEN amount END AS amount FROM event
          UNION ALL SELECT customer, at, 'chat', body, NULL FROM chat) AS e
    WHERE customer <> '' AND isfinite(at) GROUP BY customer;

CREATE VIEW live_difference AS
    (SELECT customer, profile FROM empathy.live_profiles EXCEPT TABLE scratch)
    UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.live_profiles)
    UNION ALL SELECT customer, profile FROM (SELECT * FROM scratch ORDER BY customer LIMIT 30) AS s
    WHERE (profile OPERATOR(empathy.=) empathy.live_profile(customer)) IS NOT TRUE;
CREATE VIEW kept_difference AS
    (SELECT customer, profile FROM empathy.person EXCEPT TABLE scratch)
    UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.person);
CREATE FUNCTION live(label text) RETURNS text LANGUAGE sql AS $$
    SELECT is((SELECT count(*) FROM live_difference), 0::bigint, $1 || ': the live view is exact') $$;
CREATE FUNCTION kept(label text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is((SELECT count(*) FROM kept_difference), 0::bigint, $1 || ': a refresh is exact');
    RETURN NEXT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, $1 || ': verify() has nothing to say');
END $$;
CREATE FUNCTION source_state(source regclass) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(': ', state, error) FROM empathy.sources WHERE relation = $1 $$;

-- An empty table

SELECT ok(empathy.watch('event') > 0, 'watch() returns the source');
SELECT is(state, 'filling', 'which waits to be filled') FROM empathy.sources;
SELECT is(pending, 1::bigint, 'and is stale until then') FROM empathy.freshness;
SELECT live('empty');
CALL empathy.refresh();
SELECT kept('empty');
SELECT is(source_state('event'), 'live', 'live once it is filled');
SELECT is((SELECT count(*) FROM empathy.profiles), 0::bigint, 'no profiles');
SELECT is((SELECT count(*) FROM empathy.maps), 0::bigint, 'no maps');
SELECT is(empathy.customer('nobody'), NULL, 'nobody');

-- One kind of statement after the other

INSERT INTO event SELECT i, 'c' || i % 17, timestamptz '2025-12-20 22:00-05' + i * interval '7 hours',
    (ARRAY['order', 'visit', 'message'])[i % 3 + 1], CASE WHEN i % 3 = 2 THEN 'I am very unhappy with number ' || i END, i
FROM generate_series(1, 200) AS i;
SELECT live('insert');
SELECT is((SELECT count(*) FROM empathy.profiles), 0::bigint, 'insert: not in the profiles yet');
CALL empathy.refresh();
SELECT kept('insert');
SELECT is((SELECT count(*) FROM empathy.profiles WHERE NOT stale), 17::bigint, 'insert: in the profiles now');

UPDATE event SET amount = amount + 1 WHERE id % 10 = 0;
SELECT live('update of the amount');
SELECT is((SELECT count(*) FROM empathy.profiles WHERE stale), (SELECT count(DISTINCT customer) FROM event WHERE id % 10 = 0),
          'update: those whom it touched are marked as stale');
CALL empathy.refresh();
SELECT kept('update of the amount');

UPDATE event SET body = 'thank you, this is great', kind = 'review' WHERE id % 11 = 0;
SELECT live('update of text and kind');
CALL empathy.refresh();
SELECT kept('update of text and kind');

UPDATE event SET customer = 'd' || id % 3 WHERE id % 7 = 0;
SELECT live('update of the customer');
CALL empathy.refresh();
SELECT kept('update of the customer');
UPDATE event SET customer = 'last' WHERE customer = 'c5';
CALL empathy.refresh();
SELECT kept('update of all that a customer has');
SELECT is((SELECT count(*) FROM empathy.profiles WHERE customer = 'c5'), 0::bigint, 'who has nothing left is gone');

UPDATE event SET at = at - interval '400 days' WHERE id % 13 = 0;
SELECT live('update of the time');
CALL empathy.refresh();
SELECT kept('update of the time');
UPDATE event SET customer = NULL WHERE id = 1;
UPDATE event SET at = NULL WHERE id = 2;
UPDATE event SET at = 'infinity' WHERE id = 3;
UPDATE event SET customer = '' WHERE id = 4;
SELECT live('rows that become useless');
CALL empathy.refresh();
SELECT kept('rows that become useless');
UPDATE event SET customer = 'back', at = '2026-03-01' WHERE id BETWEEN 1 AND 4;
SELECT live('rows that become useful');
CALL empathy.refresh();
SELECT kept('rows that become useful');

DELETE FROM event WHERE id % 9 = 0;
SELECT live('delete');
CALL empathy.refresh();
SELECT kept('delete');

INSERT INTO event VALUES (5, 'upsert', '2026-02-01', 'order', NULL, 5), (1005, 'upsert', '2026-02-01', 'order', NULL, 5)
ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, amount = event.amount * 2;
SELECT live('upsert');
CALL empathy.refresh();
SELECT kept('upsert');
INSERT INTO event VALUES (5, 'nothing', '2026-02-01', 'order', NULL, 5) ON CONFLICT DO NOTHING;
SELECT is(pending, 0::bigint, 'an upsert that does nothing makes nothing stale') FROM empathy.freshness;
UPDATE event SET amount = 0 WHERE false;
DELETE FROM event WHERE false;
SELECT is(pending, 0::bigint, 'nor does a statement without rows') FROM empathy.freshness;

SELECT current_setting('server_version_num')::int >= 150000 AS has_merge \gset
\if :has_merge
MERGE INTO event AS e USING generate_series(1, 20) AS i ON e.id = i
WHEN MATCHED AND i % 2 = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET customer = 'merged', at = at + interval '1 month'
WHEN NOT MATCHED THEN INSERT VALUES (i, 'new', '2026-04-01', 'order', NULL, 1);
SELECT live('merge');
CALL empathy.refresh();
SELECT kept('merge');
\else
SELECT pass('this server has no MERGE');
\endif

COPY event FROM stdin;
2001	copied	2026-05-01 12:00+00	message	where is my parcel?	\N
2002	copied	2026-06-01 12:00+00	order	\N	NaN
2003	c1	1999-12-31 23:59:59.999999+00	order	\N	Infinity
2004	c1	2000-01-01 00:00:00+00	order	\N	-1e200
\.
SELECT live('copy');
CALL empathy.refresh();
SELECT kept('copy, with amounts that are no numbers');

WITH gone AS (DELETE FROM event WHERE id = 2001 RETURNING *)
INSERT INTO event SELECT id + 1000, 'with', at, kind, body, amount FROM gone;
SELECT live('a statement with two parts');
CALL empathy.refresh();
SELECT kept('a statement with two parts');

-- Transactions

BEGIN;
INSERT INTO event VALUES (4001, 'rolled back', '2026-01-01', 'order', NULL, 1);
SELECT count(*) AS differences, empathy.customer('rolled back') IS NOT NULL AS is_there FROM live_difference \gset
ROLLBACK;
SELECT is(:differences, 0, 'a transaction sees its own changes');
SELECT ok(:'is_there' AND empathy.customer('rolled back') IS NULL, 'as long as it lasts');
SELECT is(pending, 0::bigint, 'what is rolled back makes nothing stale') FROM empathy.freshness;
BEGIN;
INSERT INTO event VALUES (4002, 'kept', '2026-01-01', 'order', NULL, 1);
SAVEPOINT a;
INSERT INTO event VALUES (4003, 'lost', '2026-01-01', 'order', NULL, 1);
UPDATE event SET customer = 'lost' WHERE id = 4002;
ROLLBACK TO a;
SAVEPOINT b;
DELETE FROM event WHERE customer = 'copied';
RELEASE b;
COMMIT;
SELECT live('savepoints');
CALL empathy.refresh();
SELECT kept('savepoints');
BEGIN ISOLATION LEVEL SERIALIZABLE;
UPDATE event SET amount = 3 WHERE id < 100;
SELECT count(*) AS differences FROM live_difference \gset
PREPARE TRANSACTION 'refresh';
SELECT is(:differences, 0, 'a serializable transaction sees its own changes');
CALL empathy.refresh();
COMMIT PREPARED 'refresh';
SELECT live('a prepared transaction');
CALL empathy.refresh();
SELECT kept('a prepared transaction');

-- More than is worth counting

INSERT INTO event SELECT 10000 + i, 'n' || i, timestamptz '2024-01-01' + i % 70 * interval '1 day', 'visit'
FROM generate_series(1, 10500) AS i;
SELECT is((SELECT count(*) FROM empathy.change_log WHERE customer IS NULL), 3::bigint, 'many customers: their periods');
SELECT live('many customers');
CALL empathy.refresh();
SELECT kept('many customers');
UPDATE event SET customer = 'm' || id % 10200, at = timestamptz '1900-01-01' + id % 1100 * interval '1 month' WHERE id > 10000;
SELECT is((SELECT count(*) FROM empathy.change_log WHERE customer IS NULL AND period IS NULL), 1::bigint,
          'many customers and many periods: everything');
SELECT is(state, 'filling', 'which is filling again') FROM empathy.sources;
SELECT live('many customers and many periods');
CALL empathy.refresh();
SELECT kept('many customers and many periods');
DELETE FROM event WHERE id > 10000;
CALL empathy.refresh();
SELECT kept('all of them deleted');

-- Several sources

INSERT INTO chat SELECT customer, at + interval '1 hour', 'this is ' || kind FROM event WHERE id % 5 = 0;
SELECT empathy.watch('chat', kind => '''chat''') > 0 AS watched \gset
SELECT ok((SELECT bool_and(stale) FROM empathy.profiles), 'a new source makes everybody stale');
INSERT INTO event VALUES (5001, 'c1', '2026-01-01', 'order', NULL, 1);
SELECT live('a second source that waits to be filled');
CALL empathy.refresh();
SELECT kept('a second source');
DELETE FROM chat WHERE customer = 'c1';
SELECT live('less in one of two sources');
CALL empathy.refresh();
SELECT kept('less in one of two sources');
INSERT INTO chat VALUES ('huge', '2026-01-01', repeat('I want my money back. ', 50000)), ('huge', '2026-01-02', repeat('x', 1000000));
SELECT live('texts of a megabyte');
CALL empathy.refresh();
SELECT kept('texts of a megabyte');

-- invalidate() and verify()

UPDATE empathy.state SET profile = (SELECT empathy.profile_agg('2020-01-01', 'tampered'))
WHERE customer = 'c1' AND period = '2026-01-01' AND source = (SELECT max(source) FROM empathy.state WHERE customer = 'c1');
DELETE FROM empathy.state WHERE customer = 'c2' AND period = '2026-01-01';
INSERT INTO empathy.state SELECT 'ghost', t.source, t.period, t.profile FROM empathy.state AS t
JOIN empathy.source AS s USING (source) WHERE t.customer = 'c3' AND s.relation = 'event'::regclass ORDER BY t.period LIMIT 1;
DELETE FROM empathy.person WHERE customer = 'c4';
UPDATE empathy.person SET profile = (SELECT empathy.profile_agg('2020-01-01', 'tampered')) WHERE customer = 'c6';
INSERT INTO empathy.person SELECT 'made up', profile, now() FROM empathy.person WHERE customer = 'c7';
SELECT results_eq('SELECT DISTINCT customer, problem FROM empathy.verify() ORDER BY 1, 2', $$VALUES
    ('c1', 'differs from its events'), ('c1', 'the merged profile differs from its states'),
    ('c2', 'missing'), ('c2', 'the merged profile differs from its states'),
    ('c4', 'the merged profile differs from its states'), ('c6', 'the merged profile differs from its states'),
    ('ghost', 'has no events'), ('ghost', 'the merged profile differs from its states'),
    ('made up', 'the merged profile differs from its states')$$, 'verify() finds what was tampered with');
SELECT is((SELECT count(*) FROM empathy.verify('chat')), 0::bigint, 'verify() of another source');
SELECT empathy.invalidate('event', 'c1', '2026-01-10', '2026-01-10');
SELECT empathy.invalidate('event', 'c2');
SELECT empathy.invalidate('event', 'ghost', '-infinity', 'infinity');
SELECT ok(bool_or(problem LIKE 'stale%'), 'what was invalidated is stale') FROM empathy.verify() WHERE customer = 'c1';
SELECT live('and right in the live view at once');
CALL empathy.refresh();
SELECT results_eq('SELECT customer, problem FROM empathy.verify() ORDER BY 1', $$VALUES
    ('c4', 'the merged profile differs from its states'), ('c6', 'the merged profile differs from its states'),
    ('made up', 'the merged profile differs from its states')$$, 'a refresh mends what was invalidated');
SELECT empathy.invalidate('event', 'c4', '2026-01-10', '2026-01-10');
SELECT empathy.invalidate('event', 'made up');
CALL empathy.refresh();
SELECT results_eq('SELECT customer FROM empathy.verify()', $$VALUES ('c6')$$, 'also where only the merged profile was wrong');
UPDATE empathy.state SET profile = (SELECT empathy.profile_agg('2020-01-01', 'tampered')) WHERE customer = 'c4';
SELECT empathy.invalidate('event', since => '1000-01-01', until => '3000-01-01'), empathy.invalidate('chat');
CALL empathy.refresh();
SELECT kept('everything invalidated');

-- Other phrases: texts say something else

CREATE TABLE payment (customer text, at timestamptz, amount numeric);
INSERT INTO payment VALUES ('payer', '2026-01-01', 1);
SELECT empathy.watch('payment', said => '');
CALL empathy.refresh();
DELETE FROM payment;
CALL empathy.refresh();
SELECT empathy.add_phrase('topic', 'numbers', 'number');
CREATE VIEW topical AS SELECT count(*) AS people FROM empathy.person WHERE EXISTS (SELECT FROM empathy.signals(profile) WHERE signal = 'topic:numbers');
SELECT set_eq($$SELECT relation::text, pending FROM empathy.freshness$$, $$VALUES ('event', 1::bigint), ('chat', 1), ('payment', 0)$$,
              'a phrase added: sources with texts are stale');
SELECT live('a phrase added');
SELECT is((SELECT people FROM topical), 0::bigint, 'a phrase added: not in the profiles yet');
CALL empathy.refresh();
SELECT kept('a phrase added');
SELECT cmp_ok((SELECT people FROM topical), '>', 10::bigint, 'a phrase added: in the profiles now');
SELECT empathy.add_phrase('topic', 'numbers', ' Number');
SELECT is((SELECT sum(pending) FROM empathy.freshness), 0::numeric, 'a phrase that is there already: nothing is stale');
BEGIN;
SELECT empathy.add_phrase('topic', 'numbers', 'figure'), empathy.add_phrase('topic', 'numbers', 'digit'), empathy.drop_phrase('topic', 'numbers', 'number');
SELECT is((SELECT count(*) FROM empathy.change_log), 2::bigint, 'several changes: logged once for each source');
COMMIT;
SELECT live('a phrase dropped');
CALL empathy.refresh();
SELECT kept('a phrase dropped');
SELECT is((SELECT people FROM topical), 0::bigint, 'a phrase dropped: no longer in the profiles');
SELECT empathy.unwatch('payment');

SELECT throws_ok('SELECT empathy.invalidate(''event'', NULL, ''2026-01-02'', ''2026-01-01'')', '22023', NULL, 'days that run backwards');
SELECT throws_ok('SELECT empathy.invalidate(''scratch'')', '42704', 'table "public.scratch" is not watched', 'invalidate() of what is not watched');
SELECT throws_ok('SELECT empathy.unwatch(''scratch'')', '42704', 'table "public.scratch" is not watched', 'unwatch() of what is not watched');
SELECT throws_ok('SELECT * FROM empathy.verify(''scratch'')', '42704', 'table "public.scratch" is not watched', 'verify() of what is not watched');

-- customer()

INSERT INTO event VALUES (6001, 'c1', '2026-01-03', 'message', 'I am going to cancel, this is terrible', NULL);
SELECT empathy.customer('c1') - 'as_of' AS stale \gset
CALL empathy.refresh();
SELECT is(empathy.customer('c1') - 'as_of', :'stale'::jsonb, 'customer() says the same before a refresh as after it');
SELECT is((SELECT string_agg(k, ' ' ORDER BY k) FROM jsonb_object_keys(:'stale'::jsonb) AS k),
          'customer latest map quotes scores segments why_churn why_sentiment', 'what customer() tells');

-- The views

SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'empathy.profiles'::regclass AND attnum > 0),
    'customer first_on last_at last_heard_on events texts amount sentiment sentiment_lo sentiment_hi emotion intent churn churn_lo churn_hi ltv ltv_lo ltv_hi '
    'usual_days regularity due_on overdue stage stage_since churn_model ltv_model text_model as_of refreshed_at stale profile', 'columns of profiles');
SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'empathy.maps'::regclass AND attnum > 0),
    'scope quadrant rank item share share_lo share_hi customers sentiment origin confidence rule quotes as_of '
    'class weight trend trend_lo trend_hi about evidence sampled author noted_at note review reviewed_by reviewed_at computed_at', 'columns of maps');
SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'empathy.sources'::regclass AND attnum > 0),
    'relation state error failed_at customer at kind said amount channel direction about rating period periods_to_fill rows_done rows_a_second time_left rows_seen '
    'rows_without_customer rows_without_time watched_at refreshed_at recheck lookback checked_at keep kept_before kept_at', 'columns of sources');
SELECT is((SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'empathy.freshness'::regclass AND attnum > 0),
    'relation pending stale_since lag refreshed_at error note', 'columns of freshness');
SELECT results_eq($$SELECT p.events, p.texts, p.stale, p.sentiment BETWEEN p.sentiment_lo AND p.sentiment_hi FROM empathy.profiles p WHERE customer = 'c1'$$,
    $$SELECT count(*), count(body), false, true FROM event WHERE customer = 'c1'$$, 'a row of profiles');
SELECT ok((SELECT bool_and(l IS NULL) FROM (SELECT col_description(attrelid, attnum) AS l FROM pg_attribute
    WHERE attrelid IN ('empathy.profiles'::regclass, 'empathy.maps'::regclass, 'empathy.sources'::regclass, 'empathy.freshness'::regclass)
      AND attnum > 0) AS c WHERE l IS NULL) IS NULL, 'every column is described');
SELECT is((SELECT concat_ws(' ', state, customer, at, kind, said, amount, period, rows_without_customer, rows_without_time)
           FROM empathy.sources WHERE relation = 'event'::regclass), 'live customer at kind body amount month 0 0', 'a row of sources');
INSERT INTO event VALUES (6002, NULL, '2026-01-03'), (6003, 'c1', NULL), (6004, NULL, 'infinity');
SELECT empathy.invalidate('event');
CALL empathy.refresh();
SELECT is((SELECT concat_ws(' ', rows_seen, rows_without_customer, rows_without_time) FROM empathy.sources WHERE relation = 'event'::regclass),
          (SELECT concat_ws(' ', count(*), 2, 2) FROM event), 'rows that nobody can use are counted');
INSERT INTO chat VALUES ('c1', now(), 'well');
SELECT results_eq('SELECT pending, stale_since <= now(), lag >= ''0 s'', error FROM empathy.freshness WHERE relation = ''chat''::regclass',
    'VALUES (1::bigint, true, true, NULL::text)', 'a row of freshness');
CALL empathy.refresh();
SELECT results_eq('SELECT status, changes, states, customers, error FROM empathy.job_runs ORDER BY id DESC LIMIT 1',
    $$VALUES ('done', 1::bigint, 1::bigint, 1::bigint, NULL::text)$$, 'a refresh that did something is in job_runs');
SELECT count(*) AS runs FROM empathy.job_runs \gset
CALL empathy.refresh('0 s');
SELECT is((SELECT count(*) FROM empathy.job_runs), :runs::bigint, 'one that did not is not');

-- TRUNCATE

TRUNCATE event, chat;
SELECT live('truncate');
CALL empathy.refresh();
SELECT kept('truncate');
SELECT is((SELECT count(*) FROM empathy.state), 0::bigint, 'nothing is left');

-- Watching again, and no more

INSERT INTO event SELECT i, 'c' || i % 5, timestamptz '2026-01-01' + i * interval '1 hour', 'order', 'fine', i FROM generate_series(1, 50) AS i;
INSERT INTO chat SELECT 'c' || i % 7, timestamptz '2026-01-01' + i * interval '1 hour', 'good' FROM generate_series(1, 50) AS i;
CALL empathy.refresh();
SELECT source AS before FROM empathy.source WHERE relation = 'event'::regclass \gset
SELECT is(empathy.watch('event', said => '', amount => 'amount * 2', kind => '''thing''', period => 'year'), :before, 'watching again is the same source');
CREATE OR REPLACE VIEW scratch AS
    SELECT customer, empathy.profile_agg(at, kind, body, amount) AS profile
    FROM (SELECT customer, at, 'thing' AS kind, NULL AS body, 2 * amount AS amount FROM event
          UNION ALL SELECT customer, at, 'chat', body, NULL FROM chat) AS e
    WHERE customer <> '' AND isfinite(at) GROUP BY customer;
SELECT live('watched in another way');
CALL empathy.refresh();
SELECT kept('watched in another way');
SELECT is((SELECT string_agg(DISTINCT period::text, ' ') FROM empathy.state WHERE source = :before), '2026-01-01', 'by other periods');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'event'::regclass), 5::bigint, 'with five triggers, as before');
SELECT throws_ok('SELECT empathy.watch(''event'', period => ''week'')', '22023', 'unknown period "week"', 'no such period');
SELECT throws_ok('SELECT empathy.watch(''event'', amount => ''customer * 2'')', NULL, 'cannot use "customer * 2" as the amount of "public.event"', 'no such amount');
SELECT is((SELECT amount FROM empathy.sources WHERE relation = 'event'::regclass), 'amount * 2', 'a failed watch() changes nothing');
SELECT empathy.unwatch('event');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'event'::regclass), 0::bigint, 'unwatched: no triggers');
CREATE OR REPLACE VIEW scratch AS
    SELECT customer, empathy.profile_agg(at, 'chat', body, NULL::numeric) AS profile FROM chat GROUP BY customer;
SELECT live('unwatched');
SELECT kept('unwatched');
INSERT INTO event VALUES (777, 'c1', now(), 'order');
CALL empathy.refresh();
SELECT kept('unwatched');
SELECT is((SELECT count(*) FROM empathy.change_log), 0::bigint, 'nothing is logged');

-- Where refreshing is refused

\set ON_ERROR_STOP off
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL empathy.refresh();
ROLLBACK;
SELECT is(:'LAST_ERROR_SQLSTATE' || ' ' || :'LAST_ERROR_MESSAGE', '0A000 cannot refresh at isolation level "repeatable read"', 'REPEATABLE READ');
BEGIN;
CALL empathy.refresh();
ROLLBACK;
SELECT is(:'LAST_ERROR_SQLSTATE' || ' ' || :'LAST_ERROR_MESSAGE', '25001 cannot refresh inside a transaction block', 'a transaction block');
\set ON_ERROR_STOP on
DO $$ BEGIN CALL empathy.refresh(); END $$;
SELECT pass('a DO block may call it');

-- A publication of all tables asks of tables without a key how their rows are to be found.
SET client_min_messages = error;
CREATE PUBLICATION everything FOR ALL TABLES;
INSERT INTO chat VALUES ('published', '2026-01-01', 'good');
CALL empathy.refresh();
SELECT kept('with a publication of all tables');
SELECT lives_ok('INSERT INTO empathy.worker_stop VALUES (now(), ''me''); DELETE FROM empathy.worker_stop', 'nor is stopping a worker in its way');
DROP PUBLICATION everything;

SELECT empathy.unwatch('chat');
SELECT is((SELECT count(*) FROM empathy.person), 0::bigint, 'nothing is left');
DROP VIEW live_difference, kept_difference, scratch;
DROP TABLE event, chat;
SELECT * FROM finish();
