-- What is read follows from what changed, not from how much there is: counted by the server's statistics.
\set ECHO none
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();

-- Index entries and rows that scans of our tables have read so far.
CREATE FUNCTION rows_read() RETURNS numeric LANGUAGE sql AS $$
    SELECT sum(seq_tup_read) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'empathy')
    FROM pg_stat_user_tables WHERE schemaname = 'empathy' $$;
\set count 'SELECT pg_stat_force_next_flush(); SELECT rows_read() AS before \\gset'
\set counted 'SELECT pg_stat_force_next_flush(); SELECT rows_read() - :before AS rows_read \\gset'

CREATE TABLE event (customer int, at timestamptz, amount int);
CREATE INDEX ON event (customer, at);
INSERT INTO event SELECT c, timestamptz '2026-01-10' + m * interval '1 month', c FROM generate_series(1, 2000) AS c, generate_series(0, 4) AS m;
ANALYZE event;
SELECT empathy.watch('event', kind => '''order''') > 0 AS watched \gset
CALL empathy.refresh();
ANALYZE empathy.state;
ANALYZE empathy.person;
ANALYZE empathy.score;

-- A month that the planner has never seen, and half of the customers in it already
INSERT INTO event SELECT c, '2026-07-01', 1 FROM generate_series(1, 1000) AS c;
CALL empathy.refresh_changes(NULL);
INSERT INTO event SELECT c, '2026-07-02', 1 FROM generate_series(1, 300) AS c;
:count
CALL empathy.refresh_changes(NULL);
:counted
SELECT cmp_ok(:'rows_read'::numeric, '<', 30000::numeric, '300 customers change in a new month: some look-ups for each of them');
SELECT is((SELECT count(*) FROM empathy.verify()), 0::bigint, 'all is well');

-- A long history
INSERT INTO event SELECT c, timestamptz '2016-01-10' + m * interval '1 month', 1 FROM generate_series(1, 10) AS c, generate_series(0, 119) AS m;
INSERT INTO event SELECT c, '2026-07-02', 1 FROM generate_series(1, 10) AS c;
CALL empathy.refresh_changes(NULL);
INSERT INTO event SELECT c, '2026-07-03', 1 FROM generate_series(1, 10) AS c;
CALL empathy.refresh_changes(NULL);
INSERT INTO event SELECT c, '2026-07-04', 1 FROM generate_series(1, 10) AS c;
:count
CALL empathy.refresh_changes(NULL);
:counted
SELECT cmp_ok(:'rows_read'::numeric, '<', 600::numeric, '10 customers who did something in each of 120 months: these are not read again');
SELECT is((SELECT count(*) FROM empathy.verify()), 0::bigint, 'all is well');

-- The log of someone who did much
INSERT INTO empathy.change_log SELECT source, '1', '2026-07-01', now() FROM empathy.source, generate_series(1, 10000);
INSERT INTO event VALUES (2, '2026-07-03', 1);
SELECT changes, customers FROM empathy.refresh_batch('{}') \gset
SELECT is(:changes, 10000, 'all that is logged of a customer is taken at once');
CALL empathy.refresh_changes(NULL);
SELECT is((SELECT count(*) FROM empathy.verify()), 0::bigint, 'nobody else is forgotten');

-- A long log is read a few times for each batch
INSERT INTO empathy.change_log SELECT source, c::text, '2026-07-01', now() FROM empathy.source, generate_series(1, 30000) AS c;
SELECT pg_stat_force_next_flush();
SELECT seq_tup_read AS before FROM pg_stat_user_tables WHERE relid = 'empathy.change_log'::regclass \gset
SELECT changes FROM empathy.refresh_batch('{}') \gset
SELECT pg_stat_force_next_flush();
SELECT cmp_ok(seq_tup_read - :before, '<', 100000::bigint, 'a batch reads the log three times at most') FROM pg_stat_user_tables WHERE relid = 'empathy.change_log'::regclass;
CALL empathy.refresh_changes(NULL);

-- What the worker asks every second
:count
SELECT empathy.job_has_work('rescore') AS rescore, empathy.job_has_work('segments') AS segments \gset
:counted
SELECT cmp_ok(:'rows_read'::numeric, '<', 2000::numeric, 'whether a job has work is known without reading everybody');

-- The history of runs
INSERT INTO empathy.job_run (job, started_at, finished_at, status) SELECT 'refresh', now(), now(), 'done' FROM generate_series(1, 3000);
:count
SELECT empathy.job_prune('refresh');
:counted
SELECT cmp_ok(:'rows_read'::numeric, '<', 20000::numeric, 'to prune the history, it is read once');
SELECT is((SELECT count(*) FROM empathy.job_run WHERE job = 'refresh' AND status = 'done'), 1000::bigint, 'the last 1,000 runs are kept');

SELECT empathy.unwatch('event');
DROP TABLE event;
SELECT * FROM finish();
