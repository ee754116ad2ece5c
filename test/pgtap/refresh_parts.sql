-- Law 3 for partitioned tables and tables with children, whatever happens to their partitions and columns.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'America/New_York';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();

-- By month, one of them by kind of customer below, the columns of another in another order.
CREATE TABLE ev (customer text NOT NULL, at timestamptz NOT NULL, kind text, amount numeric) PARTITION BY RANGE (at);
CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
CREATE TABLE ev_2 PARTITION OF ev FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00') PARTITION BY LIST (kind);
CREATE TABLE ev_2_order PARTITION OF ev_2 FOR VALUES IN ('order');
CREATE TABLE ev_2_rest PARTITION OF ev_2 DEFAULT;
CREATE TABLE ev_3 (gone int, kind text, amount numeric, at timestamptz NOT NULL, customer text NOT NULL);
ALTER TABLE ev_3 DROP COLUMN gone;
ALTER TABLE ev ATTACH PARTITION ev_3 FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00');
CREATE TABLE log (customer text, at timestamptz, body text);
CREATE TABLE log_old () INHERITS (log);

CREATE VIEW scratch AS
    SELECT customer, empathy.profile_agg(at, kind, body, amount) AS profile
    FROM (SELECT customer, at, kind, NULL AS body, amount FROM ev
          UNION ALL SELECT customer, at, 'log', body, NULL FROM log) AS e
    GROUP BY customer;
CREATE FUNCTION live_differences() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM (
        (SELECT customer, profile FROM empathy.live_profiles EXCEPT TABLE scratch)
        UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.live_profiles)
        UNION ALL SELECT customer, profile FROM (SELECT * FROM scratch ORDER BY customer LIMIT 30) AS s
        WHERE (profile OPERATOR(empathy.=) empathy.live_profile(customer)) IS NOT TRUE) AS d);
END $$;
CREATE FUNCTION live(label text) RETURNS text LANGUAGE sql AS $$
    SELECT is(live_differences(), 0::bigint, $1 || ': the live view is exact') $$;
CREATE FUNCTION kept(label text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is((SELECT count(*) FROM ((SELECT customer, profile FROM empathy.person EXCEPT TABLE scratch)
        UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.person)) AS d), 0::bigint, $1 || ': a refresh is exact');
    RETURN NEXT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, $1 || ': verify() has nothing to say');
END $$;
CREATE FUNCTION logged(relation regclass) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT coalesce(l.customer, '*') || ' ' || coalesce(to_char(l.period, 'YYYY-MM'), '*'), ', '
                      ORDER BY coalesce(l.customer, '*') || ' ' || coalesce(to_char(l.period, 'YYYY-MM'), '*'))
    FROM empathy.change_log l JOIN empathy.source s USING (source) WHERE s.relation = $1 $$;

INSERT INTO ev SELECT 'c' || i % 17, timestamptz '2026-01-01 00:30+00' + i * interval '7 hours', (ARRAY['order', 'visit'])[i % 2 + 1], i
FROM generate_series(0, 300) AS i;
INSERT INTO log SELECT 'c' || i % 7, timestamptz '2026-01-05' + i * interval '1 day', 'this is terrible' FROM generate_series(1, 20) AS i;
INSERT INTO log_old SELECT 'o' || i % 7, timestamptz '2025-01-05' + i * interval '1 day', 'this was great' FROM generate_series(1, 20) AS i;
SELECT ok(empathy.watch('ev') < empathy.watch('log', kind => '''log'''), 'a partitioned table and a parent are watched');
SELECT live('at first');
CALL empathy.refresh();
SELECT kept('at first');
SELECT results_eq($$SELECT p.relation::regclass::text, since, until FROM empathy.part p JOIN empathy.source s USING (source)
        WHERE s.relation = 'ev'::regclass ORDER BY 1$$, $$VALUES ('ev', NULL::date, NULL::date), ('ev_1', '2026-01-01', '2026-02-01'),
        ('ev_2', '2026-02-01', '2026-03-01'), ('ev_2_order', '2026-02-01', '2026-03-01'), ('ev_2_rest', '2026-02-01', '2026-03-01'),
        ('ev_3', '2026-03-01', '2026-04-01')$$, 'where the rows of which months lie');

-- Statements on the root, in the middle, on a leaf

INSERT INTO ev VALUES ('root', '2026-01-10', 'order', 1), ('root', '2026-02-10', 'visit', 2), ('root', '2026-03-10', 'order', 3);
SELECT is(logged('ev'), 'root 2026-01, root 2026-02, root 2026-03', 'insert into the root: each key');
SELECT live('insert into the root');
INSERT INTO ev_2 VALUES ('middle', '2026-02-11', 'order', 4);
INSERT INTO ev_2_rest VALUES ('leaf', '2026-02-12', 'visit', 5);
INSERT INTO ev_3 (customer, at, kind, amount) VALUES ('other', '2026-03-12', 'visit', 6);
SELECT live('insert into the middle and into leaves');
CALL empathy.refresh();
SELECT kept('inserts');
SELECT is((SELECT sum(n) FROM (SELECT count(*) AS n FROM empathy.change_log) AS x), 0::numeric, 'nothing waits');

UPDATE ev SET at = at + interval '1 month' WHERE customer = 'root' AND amount < 3;
SELECT live('rows move to other partitions');
UPDATE ev SET customer = 'moved', at = '2026-01-31 23:59:59.999999+00', kind = 'visit' WHERE customer = 'middle';
SELECT live('with another customer and kind');
UPDATE ev_2 SET kind = 'order' WHERE kind = 'visit' AND amount % 3 = 0;
SELECT live('within the middle');
UPDATE ev_1 SET amount = 0 WHERE amount % 5 = 0;
DELETE FROM ev_3 WHERE amount % 4 = 0;
DELETE FROM ev WHERE amount % 7 = 0;
SELECT live('update and delete');
CALL empathy.refresh();
SELECT kept('update and delete');
COPY ev FROM stdin;
copied	2026-01-03 00:00+00	order	1
copied	2026-02-03 00:00+00	order	1
\.
COPY ev_2_order FROM stdin;
copied	2026-02-03 00:00+00	order	1
\.
SELECT is(logged('ev'), 'copied 2026-01, copied 2026-02', 'copy');
SELECT live('copy');
SELECT current_setting('server_version_num')::int >= 150000 AS has_merge \gset
\if :has_merge
MERGE INTO ev USING generate_series(20, 40) AS i ON amount = i AND i < 35
WHEN MATCHED AND i % 2 = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET customer = 'merged', at = '2026-03-15'
WHEN NOT MATCHED THEN INSERT VALUES ('new', '2026-02-15', 'order', 1);
SELECT live('merge');
\endif
UPDATE log SET body = 'I will cancel' WHERE customer IN ('c1', 'o1');
DELETE FROM log WHERE customer IN ('c2', 'o2');
INSERT INTO log_old VALUES ('late', '2026-01-01', 'thanks');
SELECT live('statements on the parent and on a child');
CALL empathy.refresh();
SELECT kept('merge, parent and child');

SET session_replication_role = replica;
INSERT INTO ev VALUES ('replica', '2026-01-10', 'order', 1);
INSERT INTO log_old VALUES ('replica', '2026-01-01', 'thanks');
RESET session_replication_role;
SELECT is(logged('ev') || logged('log'), 'replica 2026-01replica 2026-01', 'session_replication_role');
CALL empathy.refresh();
TRUNCATE ev_2_rest;
SELECT is(logged('ev'), '* 2026-02', 'truncate of a leaf: the periods of its rows, for everybody');
SELECT live('truncate of a leaf');
CALL empathy.refresh();
SELECT kept('truncate of a leaf');
TRUNCATE log_old;
SELECT is(logged('log'), '* *', 'of a child, which has no bounds: everything');
SELECT live('truncate of a child');
CALL empathy.refresh();
SELECT kept('truncate of a child');
INSERT INTO log_old VALUES ('late', '2026-01-01', 'thanks');
CALL empathy.refresh();

-- Partitions come and go

CREATE TABLE ev_4 PARTITION OF ev FOR VALUES FROM ('2026-04-01 00:00+00') TO ('2026-05-01 00:00+00');
CREATE TABLE log_new () INHERITS (log);
SELECT is(logged('ev') || logged('log'), NULL, 'an empty partition or child makes nothing stale');
INSERT INTO ev_4 VALUES ('late', '2026-04-02', 'order', 3);
INSERT INTO log_new VALUES ('later', '2026-04-02', 'thank you');
SELECT is(logged('ev') || logged('log'), 'late 2026-04later 2026-04', 'but its rows are captured');
SELECT live('a new partition');
CALL empathy.refresh();
SELECT kept('a new partition');

CREATE TABLE ev_5 (LIKE ev);
INSERT INTO ev_5 VALUES ('joined', '2026-05-05', 'order', 3), ('c1', '2026-05-06', 'order', 3);
ALTER TABLE ev ATTACH PARTITION ev_5 FOR VALUES FROM ('2026-05-01 00:00+00') TO ('2026-06-01 00:00+00');
SELECT is(logged('ev'), '* 2026-05', 'an attached partition: its period');
SELECT live('attach');
CALL empathy.refresh();
SELECT kept('attach');
UPDATE ev_5 SET amount = 4;
SELECT is(logged('ev'), 'c1 2026-05, joined 2026-05', 'is captured');
CALL empathy.refresh();
BEGIN;
CREATE TABLE sub (LIKE ev) PARTITION BY LIST (kind);
CREATE TABLE sub_order PARTITION OF sub FOR VALUES IN ('order');
INSERT INTO sub VALUES ('sub', '2026-06-05', 'order', 3);
ALTER TABLE ev ATTACH PARTITION sub FOR VALUES FROM ('2026-06-01 00:00+00') TO ('2026-06-05 12:00+00');
SELECT live_differences() AS differences \gset
COMMIT;
SELECT is(:differences, 0, 'attach of a tree: in its transaction');
SELECT live('attach of a tree');
INSERT INTO sub_order VALUES ('sub', '2026-06-02', 'order', 5);
CALL empathy.refresh();
SELECT kept('attach of a tree');

ALTER TABLE ev DETACH PARTITION ev_1;
SELECT is(logged('ev'), '* 2026-01', 'a detached partition: its period');
SELECT live('detach');
CALL empathy.refresh();
SELECT kept('detach');
INSERT INTO ev_1 VALUES ('outside', '2026-01-05', 'order', 3);
SELECT is(logged('ev'), NULL, 'is captured no more');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'ev_1'::regclass), 0::bigint, 'and has no triggers');
ALTER TABLE ev DETACH PARTITION ev_5 CONCURRENTLY;
SELECT live('detach concurrently');
CALL empathy.refresh();
SELECT kept('detach concurrently');
DROP TABLE ev_3;
SELECT is(logged('ev'), '* 2026-03', 'a dropped partition: its period');
SELECT live('drop of a partition');
CALL empathy.refresh();
SELECT kept('drop of a partition');
ALTER TABLE ev ATTACH PARTITION ev_1 DEFAULT;
SELECT is(logged('ev'), '* *', 'a default partition: everything');
SELECT live('a default partition');
CALL empathy.refresh();
SELECT kept('a default partition');
CREATE TABLE alien (customer text, at timestamptz, body text);
INSERT INTO alien VALUES ('alien', '2026-02-02', 'what is this');
ALTER TABLE alien INHERIT log;
SELECT live('inherit');
CALL empathy.refresh();
SELECT kept('inherit');
ALTER TABLE alien NO INHERIT log;
SELECT live('no inherit');
CALL empathy.refresh();
SELECT kept('no inherit');
DROP TABLE sub;
SELECT live('drop of a tree');
TRUNCATE ev;
SELECT live('truncate');
CALL empathy.refresh();
SELECT kept('truncate');

-- What nobody followed

ALTER EVENT TRIGGER empathy_follow_ddl DISABLE;
CREATE TABLE missed PARTITION OF ev FOR VALUES FROM ('2026-07-01 00:00+00') TO ('2026-08-01 00:00+00');
ALTER EVENT TRIGGER empathy_follow_ddl ENABLE ALWAYS;
INSERT INTO missed VALUES ('missed', '2026-07-02', 'order', 3);
SELECT is((SELECT string_agg(problem, '; ') FROM empathy.verify()), 'missing', 'verify() finds what nobody captured');
INSERT INTO ev VALUES ('seen', '2026-07-02', 'order', 3);
\set ON_ERROR_STOP off
CALL empathy.refresh();
\set ON_ERROR_STOP on
SELECT is((SELECT error FROM empathy.sources WHERE relation = 'ev'::regclass),
    'changes of table "public.missed" are not captured: call empathy.watch(''public.ev'') again', 'nor does a refresh overlook it');
SELECT empathy.watch('ev') > 0 AS watched \gset
CALL empathy.refresh();
SELECT kept('watched again');

-- Columns

SELECT empathy.watch('ev', kind => 'upper(kind)', amount => 'amount') > 0 AS watched \gset
CREATE OR REPLACE VIEW scratch AS
    SELECT customer, empathy.profile_agg(at, kind, body, amount) AS profile
    FROM (SELECT customer, at, upper(kind) AS kind, NULL AS body, amount FROM ev
          UNION ALL SELECT customer, at, 'log', body, NULL FROM log) AS e
    GROUP BY customer;
CALL empathy.refresh();
ALTER TABLE ev RENAME COLUMN customer TO "the ""buyer""";
ALTER TABLE ev RENAME COLUMN amount TO total;
ALTER TABLE ev RENAME COLUMN at TO happened;
ALTER TABLE ev RENAME TO "ev's";
SELECT is(concat_ws(' ', customer, at, kind, amount), '"the ""buyer""" happened upper(kind) total', 'renamed columns are followed') FROM empathy.source WHERE relation = '"ev''s"'::regclass;
SELECT is(logged('"ev''s"'), NULL, 'and make nothing stale');
INSERT INTO "ev's" VALUES ('renamed', '2026-07-03', 'order', 3);
SELECT is(logged('"ev''s"'), 'renamed 2026-07', 'nor do later writes lose their names');
SELECT live('renamed');
CALL empathy.refresh();
SELECT kept('renamed');
ALTER TABLE "ev's" ADD COLUMN note text;
SELECT is(logged('"ev''s"'), NULL, 'a new column makes nothing stale');
ALTER TABLE "ev's" DROP COLUMN note;
SELECT is(logged('"ev''s"'), NULL, 'nor does one that goes and was not used');
DROP VIEW scratch;
ALTER TABLE "ev's" ALTER COLUMN total TYPE numeric USING total * 2;
SELECT is(logged('"ev''s"'), '* *', 'a column that is rewritten does');
CREATE VIEW scratch AS
    SELECT customer, empathy.profile_agg(at, kind, body, amount) AS profile
    FROM (SELECT "the ""buyer""" AS customer, happened AS at, upper(kind) AS kind, NULL AS body, total AS amount FROM "ev's"
          UNION ALL SELECT customer, at, 'log', body, NULL FROM log) AS e
    GROUP BY customer;
SELECT live('rewritten');
CALL empathy.refresh();
SELECT kept('rewritten');
ALTER TABLE "ev's" RENAME COLUMN total TO was;
ALTER TABLE "ev's" ADD COLUMN total numeric;
SELECT is((SELECT amount FROM empathy.source WHERE relation = '"ev''s"'::regclass), 'was', 'a column that takes the name of another is not taken for it');
SELECT live('another column of that name');
BEGIN;
ALTER TABLE "ev's" RENAME COLUMN happened TO x;
ALTER TABLE "ev's" RENAME COLUMN x TO happened;
COMMIT;
SELECT live('renamed there and back');
ALTER TABLE "ev's" RENAME COLUMN kind TO sort;
SELECT is((SELECT concat_ws(': ', state, error) FROM empathy.sources WHERE relation = '"ev''s"'::regclass), 'broken: column "kind" does not exist',
    'a column within an expression is not followed, and that is said at once');
CREATE TABLE before AS SELECT customer, profile FROM empathy.person;
SELECT set_eq('SELECT customer, profile FROM empathy.live_profiles', 'TABLE before', 'what was computed is served');
ALTER TABLE "ev's" RENAME COLUMN sort TO kind;
UPDATE empathy.source SET tried_at = '2020-01-01', failed_at = '2020-01-01' WHERE error IS NOT NULL;
CALL empathy.refresh();
SELECT kept('renamed back');
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE moods (customer mood, at timestamptz);
INSERT INTO moods VALUES ('good', '2026-01-01');
SELECT empathy.watch('moods', customer => 'customer') > 0 AS watched \gset
CALL empathy.refresh();
ALTER TYPE mood RENAME VALUE 'good' TO 'fine';
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.profiles WHERE customer IN ('fine', 'good')), 1::bigint, 'a renamed value of an enum is another name');
SELECT is_empty('SELECT * FROM empathy.verify()', 'for all that is kept');
DROP TABLE moods;
SELECT is((SELECT error FROM empathy.sources WHERE state = 'broken'), 'the table "public.moods" was dropped', 'a dropped table is broken at once');
SELECT ok((SELECT count(*) > 0 FROM empathy.live_profiles), 'and the live view goes on');
SELECT empathy.unwatch(relation) FROM empathy.source WHERE error IS NOT NULL;

SELECT empathy.unwatch('"ev''s"'), empathy.unwatch('log');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgfoid = 'empathy.capture()'::regprocedure), 0::bigint, 'unwatched: no triggers anywhere');
SELECT is((SELECT count(*) FROM empathy.state) + (SELECT count(*) FROM empathy.person) + (SELECT count(*) FROM empathy.part), 0::bigint, 'and nothing left');
SELECT * FROM finish();
