-- A table :"name" of :rows events of :customers customers over 300 days, in the order of time, with
-- eight kinds and a filler of what else such a table holds; the same on every run.
CREATE TABLE :"name" AS
SELECT abs(hashint4(i)::bigint) % :customers AS customer,
       timestamptz '2026-01-01' - interval '300 days' * (1 - i::float8 / :rows) AS at,
       (ARRAY['visit', 'search', 'cart', 'order', 'ticket', 'chat', 'review', 'return'])
           [1 + (hashint4(-i) & 7)] AS kind,
       ((hashint4(i + 1) & 65535) / 100.0)::numeric(10, 2) AS amount,
       repeat(md5(i::text), 2) AS note
FROM generate_series(1, :rows) AS i;
VACUUM ANALYZE :"name";
