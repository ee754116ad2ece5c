-- What comes in between: an invalidation of everything while a batch is at work, a broken source while others learn,
-- row-level security.
\set ECHO none
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;

SELECT plan(9);

CREATE TABLE orders (customer int, at timestamptz);
INSERT INTO orders SELECT c, timestamptz '2026-01-01' + n * interval '9 days' FROM generate_series(1, 40) AS c, generate_series(1, 20) AS n;
SELECT empathy.watch('orders') > 0 AS watched \gset
CALL empathy.refresh();

-- As if invalidate('orders') committed after the batch had seen that not all is stale.
INSERT INTO empathy.change_log SELECT source, NULL, p, now() FROM empathy.source, unnest(ARRAY['2026-01-01', NULL]::date[]) AS p;
SELECT is((empathy.refresh_periods(s, ARRAY['2026-01-01']::date[], NULL)).changes, 1::bigint, 'a batch of periods takes its own rows') FROM empathy.source s;
SELECT is((SELECT count(*) FROM empathy.change_log WHERE period IS NULL), 1::bigint, 'and leaves an invalidation of everything');
CALL empathy.refresh();
SELECT is_empty('SELECT * FROM empathy.verify()', 'which the next one sees to');

CREATE TABLE broken (customer int, at timestamptz, kind text);
SELECT empathy.watch('broken') > 0 AS watched \gset
CALL empathy.refresh();
ALTER TABLE broken DROP COLUMN kind;
INSERT INTO broken VALUES (1, '2026-01-01');
INSERT INTO orders VALUES (1, '2026-07-01');
CALL empathy.refresh();
SELECT is((SELECT string_agg(relation::text, ' ') FROM empathy.sources WHERE state = 'broken'), 'broken', 'a source breaks');
DELETE FROM empathy.model WHERE version > 0;
INSERT INTO orders VALUES (2, '2026-07-01');
CALL empathy.refresh();
SELECT is((SELECT model FROM empathy.models WHERE in_use AND task = 'churn'), 'churn-1', 'and the population model is fitted all the same');

-- Days become months: what is kept by day must not be taken for a month, however little of it makes a batch

CREATE TABLE visit (customer text, at timestamptz, kind text);
INSERT INTO visit SELECT 'v' || i % 5, timestamptz '2026-01-01 12:00+00' + i * interval '1 day', 'visit' FROM generate_series(0, 80) AS i;
SELECT empathy.watch('visit', period => 'day') > 0 AS watched \gset
CALL empathy.refresh();
DELETE FROM visit WHERE customer = 'v4';
SELECT empathy.watch('visit', period => 'month') > 0 AS watched \gset
SELECT FROM empathy.refresh_batch('{}');
UPDATE empathy.source SET rows_seen = 1e9 WHERE relation = 'visit'::regclass;
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify('visit') AS v), NULL, 'from days to months: exact');
SELECT is((SELECT count(*) FROM empathy.person WHERE customer = 'v4'), 0::bigint, 'who has no events left is gone');
SELECT empathy.watch('visit', period => 'day') > 0 AS watched \gset
SELECT FROM empathy.refresh_batch('{}');
UPDATE empathy.source SET rows_seen = 1e9 WHERE relation = 'visit'::regclass;
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify('visit') AS v), NULL, 'and back: exact');
SELECT empathy.unwatch('visit');
DROP TABLE visit;

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
INSERT INTO orders VALUES (3, '2026-07-01');
DO 'BEGIN PERFORM empathy.refresh_batch(ARRAY(SELECT source FROM empathy.source WHERE relation <> ''orders''::regclass)); END';
SELECT is((SELECT error FROM empathy.sources WHERE relation = 'orders'::regclass), 'table "public.orders" has row-level security',
          'row-level security that comes later breaks the source');

SELECT * FROM finish();
