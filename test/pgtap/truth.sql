-- What stands in a map is true: the cells of the sample data's map, counted again in plain SQL from the tables' rows.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
\set as_of 2026-03-01
\i doc/demo/sample.sql
\i test/browser/demo.sql

SELECT no_plan();
CREATE TABLE said AS
SELECT customer, at, kind, said, channel, about, amount, rating, direction IS NOT DISTINCT FROM 'out' AS is_out
FROM (SELECT subscriber_id, occurred_at, event, body, channel, NULL, amount, NULL, NULL::numeric FROM telecom.events
      UNION ALL SELECT customer_id::text, visited_at, action, NULL, NULL, page, NULL, NULL, NULL FROM shop.visits
      UNION ALL SELECT customer_id::text, created_at, 'reviews', body, NULL, item, NULL, NULL, rating FROM shop.reviews
      UNION ALL SELECT customer_id::text, sent_at, 'messages', body, channel, NULL, NULL, direction, NULL FROM shop.messages
      UNION ALL SELECT customer_id::text, ordered_at, CASE WHEN total < 0 THEN 'return' ELSE 'order' END, NULL, NULL, item, total, NULL, NULL FROM shop.orders
      UNION ALL SELECT patient_id::text, sent_at, 'messages', body, NULL, NULL, NULL, direction, NULL FROM clinic.messages
      UNION ALL SELECT patient_id::text, answered_at, 'surveys', comment, NULL, NULL, NULL, NULL, rating FROM clinic.surveys
      UNION ALL SELECT patient_id::text, starts_at, CASE status WHEN 'attended' THEN 'appointment' WHEN 'cancelled' THEN 'cancellation' ELSE status END,
                       NULL, NULL, department, fee, NULL, NULL FROM clinic.appointments) AS e(customer, at, kind, said, channel, about, amount, direction, rating)
WHERE customer IS NOT NULL AND at::date <= :'as_of';
CREATE INDEX ON said (customer, at);
CREATE TABLE person AS SELECT customer, min(at)::date AS first_on FROM said GROUP BY customer;

-- One row for each event and each thing that is to be seen in it, and where that stands on a map. What a text says is what
-- the profile of that text alone says.
CREATE TABLE place (prefix text, items text[], quadrant text, class text);
INSERT INTO place VALUES
    ('intent', NULL, 'says', 'intent'), ('intent', '{cancel,complain,refund}', 'pains', 'complaint'), ('intent', '{praise,thank}', 'gains', 'praise'),
    ('emotion', NULL, 'feels', 'emotion'), ('aspect', NULL, 'says', 'aspect'), ('act', '{threat to leave}', 'pains', 'complaint'),
    ('act', '{comparison,doubt,price worry,question,wish}', 'thinks', 'act'), ('act', '{apology,suggestion,urgency}', 'says', 'act');
CREATE TABLE fact AS
WITH read AS MATERIALIZED (
    SELECT t.said, p.quadrant, p.class, split_part(s.signal, ':', 2) AS item
    FROM (SELECT said, empathy.profile_agg(timestamptz '2026-01-01', 'text', said) AS profile FROM said WHERE said <> '' AND NOT is_out GROUP BY said) AS t,
         empathy.signals(t.profile) AS s
    JOIN place AS p ON p.prefix = split_part(s.signal, ':', 1) AND (p.items IS NULL OR split_part(s.signal, ':', 2) = ANY (p.items))
)
SELECT e.customer, e.at, e.said, r.quadrant, r.class, r.item FROM said AS e JOIN read AS r USING (said) WHERE NOT e.is_out
UNION ALL SELECT customer, at, NULL, 'does', 'kind', kind FROM said WHERE NOT is_out
UNION ALL SELECT customer, at, NULL, 'pains', 'complaint', kind FROM said WHERE NOT is_out AND empathy.role(kind) IN ('complaint', 'cancel', 'return')
UNION ALL SELECT customer, at, NULL, 'does', 'channel', channel FROM said WHERE NOT is_out AND channel IS NOT NULL
UNION ALL SELECT customer, at, NULL, 'does', 'about', about FROM said WHERE NOT is_out AND about IS NOT NULL;
CREATE INDEX ON fact (customer, at);
CREATE INDEX ON fact (at);
ANALYZE said, person, fact;

CREATE TABLE map AS SELECT scope, empathy.map_of(scope, :'as_of', '90 days') AS map FROM unnest('{all,shop,telecom,clinic}'::text[]) AS scope;
CREATE TABLE cell AS SELECT m.scope, c.* FROM map AS m, empathy.map_cells(m.map) AS c WHERE c.origin <> 'human';
CREATE TABLE member AS
SELECT 'all' AS scope, customer FROM person
UNION ALL SELECT 'shop', customer_id::text FROM shop.customers
UNION ALL SELECT 'telecom', customer FROM telecom.truth
UNION ALL SELECT 'clinic', patient_id::text FROM clinic.patients;
-- Of each customer and item: now, and in as many days before.
CREATE TABLE has AS
SELECT customer, quadrant, class, item, bool_or(at::date > date :'as_of' - 90) AS now,
       bool_or(at::date BETWEEN date :'as_of' - 179 AND date :'as_of' - 90) AS before
FROM fact GROUP BY customer, quadrant, class, item;
CREATE TABLE counted AS
SELECT m.scope, h.quadrant, h.class, h.item, count(*) FILTER (WHERE h.now) AS n,
       count(*) FILTER (WHERE h.now AND NOT h.before AND p.first_on <= date :'as_of' - 90) AS gained,
       count(*) FILTER (WHERE h.before AND NOT h.now AND p.first_on <= date :'as_of' - 90) AS lost
FROM has AS h JOIN person AS p USING (customer) JOIN member AS m USING (customer) GROUP BY m.scope, h.quadrant, h.class, h.item;
CREATE TABLE total AS
SELECT m.scope, count(*) AS n, count(*) FILTER (WHERE first_on <= date :'as_of' - 90) AS known,
       count(*) FILTER (WHERE EXISTS (SELECT FROM said AS s WHERE s.customer = p.customer AND s.said <> '' AND NOT s.is_out
                                        AND s.at::date > date :'as_of' - 90)) AS heard
FROM person AS p JOIN member AS m USING (customer) GROUP BY m.scope;

SELECT is((map ->> 'customers')::bigint, t.n, 'customers: ' || scope) FROM map JOIN total AS t USING (scope) ORDER BY scope;
SELECT is((map ->> 'heard')::bigint, t.heard, 'heard: ' || scope) FROM map JOIN total AS t USING (scope) ORDER BY scope;
SELECT cmp_ok(count(*), '>', 250::bigint, 'many cells') FROM cell WHERE class IN ('kind', 'channel', 'about', 'intent', 'emotion', 'aspect', 'act', 'complaint', 'praise');

CREATE VIEW compared AS
SELECT scope, quadrant, class, item, c.customers, c.share, c.trend, c.quotes, coalesce(k.n, 0) AS n, coalesce(k.gained, 0) AS gained, coalesce(k.lost, 0) AS lost,
       t.n AS everybody, t.known
FROM cell AS c JOIN total AS t USING (scope) LEFT JOIN counted AS k USING (scope, quadrant, class, item)
WHERE class IN ('kind', 'channel', 'about', 'intent', 'emotion', 'act', 'complaint', 'praise') OR (quadrant = 'says' AND class = 'aspect');
SELECT is_empty('SELECT scope, quadrant, class, item, customers, n FROM compared WHERE customers <> n', 'each has it of as many customers as there are');
SELECT is_empty('SELECT scope, quadrant, class, item, share, n, everybody FROM compared WHERE abs(share - n::float8 / everybody) > 0.00006', 'shares');
SELECT is_empty('SELECT scope, quadrant, class, item, trend, gained, lost, known FROM compared WHERE abs(trend - (gained - lost)::float8 / known) > 0.00006', 'trends');
SELECT cmp_ok(count(trend), '>', 200::bigint, 'of many cells') FROM compared;
SELECT is_empty($$
    SELECT k.* FROM counted AS k
    WHERE k.n >= 5 AND (SELECT count(*) FROM counted AS o WHERE (o.scope, o.quadrant, o.class) = (k.scope, k.quadrant, k.class) AND o.n >= k.n) <= 8
      AND NOT EXISTS (SELECT FROM compared AS c WHERE (c.scope, c.quadrant, c.class, c.item) = (k.scope, k.quadrant, k.class, k.item)) $$,
    'and nothing that is among the first eight of its class is left out');

-- What they think, by three of the rules: on that day, and before the days looked back on.

CREATE TABLE thought AS
SELECT d.day, p.customer, 'is it worth the price?' AS item FROM person AS p, (VALUES (date :'as_of'), (date :'as_of' - 90)) AS d(day)
WHERE (SELECT count(DISTINCT at::date) FROM said AS s WHERE s.customer = p.customer AND NOT s.is_out AND (s.kind ~ 'pric|tariff|cost|discount|coupon|compar' OR s.about ~ 'pric|tariff|cost|discount|coupon')
         AND s.at::date BETWEEN d.day - 29 AND d.day) >= 3
  AND NOT EXISTS (SELECT FROM said AS s WHERE s.customer = p.customer AND NOT s.is_out AND empathy.role(s.kind) = 'purchase' AND s.at::date BETWEEN d.day - 29 AND d.day)
UNION ALL
SELECT d.day, p.customer, 'is it what they say it is?' FROM person AS p, (VALUES (date :'as_of'), (date :'as_of' - 90)) AS d(day)
WHERE (SELECT count(*) FROM said AS s WHERE s.customer = p.customer AND NOT s.is_out AND empathy.role(s.kind) = 'return' AND s.at::date BETWEEN d.day - 89 AND d.day) >= 2
UNION ALL
SELECT d.day, p.customer, 'do they listen at all?' FROM person AS p, (VALUES (date :'as_of'), (date :'as_of' - 90)) AS d(day)
WHERE (SELECT count(DISTINCT at::date) FROM fact AS f WHERE f.customer = p.customer AND f.at::date BETWEEN d.day - 29 AND d.day
         AND (f.class = 'intent' AND f.item = 'complain' OR f.class = 'kind' AND empathy.role(f.item) = 'complaint')) >= 3;
CREATE TABLE thinking AS
SELECT m.scope, i.item, count(t.customer) FILTER (WHERE t.day = :'as_of') AS n, count(t.customer) FILTER (WHERE t.day < :'as_of') AS before
FROM (VALUES ('is it worth the price?'), ('do they listen at all?'), ('is it what they say it is?')) AS i(item) CROSS JOIN member AS m
     LEFT JOIN thought AS t USING (customer, item) GROUP BY m.scope, i.item;
SELECT is(coalesce(c.customers, 0), CASE WHEN t.n >= 5 THEN t.n ELSE 0 END, 'so many think: ' || t.item || ' ' || scope)
FROM thinking AS t LEFT JOIN cell AS c USING (scope, item) ORDER BY t.item, scope;
SELECT is(round(c.trend::numeric, 4), round((t.n - t.before)::numeric / total.known - new.n::numeric / total.known, 4), 'and more than before: ' || t.item || ' ' || scope)
FROM thinking AS t JOIN cell AS c USING (scope, item) JOIN total USING (scope), LATERAL (
    SELECT count(*) FROM thought AS h JOIN person AS p USING (customer) JOIN member AS m USING (customer)
    WHERE h.item = t.item AND m.scope = t.scope AND h.day = :'as_of' AND p.first_on > date :'as_of' - 90) AS new(n) ORDER BY t.item, scope;

-- Quotes are pieces of what somebody of that cell said at that time, masked.

SELECT cmp_ok(count(*), '>', 250::bigint, 'many quotes') FROM compared AS c, jsonb_array_elements(c.quotes) AS q;
SELECT is_empty($$
    SELECT c.scope, c.quadrant, c.item, q ->> 'quote' FROM compared AS c, jsonb_array_elements(c.quotes) AS q
    WHERE NOT EXISTS (SELECT FROM fact AS f JOIN member AS m USING (customer)
                      WHERE m.scope = c.scope AND f.at = (q ->> 'at')::timestamptz AND strpos(empathy.mask(f.said), q ->> 'quote') > 0) $$,
    'quotes were said by them, then');
SELECT is_empty($$
    SELECT DISTINCT c.scope, c.quadrant, c.item, q ->> 'quote' FROM compared AS c, jsonb_array_elements(c.quotes) AS q
    WHERE NOT EXISTS (SELECT FROM fact AS f WHERE (f.quadrant, f.class, f.item, f.at) = (c.quadrant, c.class, c.item, (q ->> 'at')::timestamptz)) $$,
    'and what they said has what the cell says');

-- How much is known, and in which stage they are.

SELECT is((m.map ->> 'completeness')::numeric, round(avg(k.part), 4), 'completeness: ' || m.scope)
FROM map AS m JOIN member USING (scope) JOIN person USING (customer), LATERAL (
    SELECT ((count(*) > 0)::int + (count(amount) > 0)::int + (count(channel) > 0)::int + (count(*) FILTER (WHERE said <> '') > 0)::int
            + (count(about) > 0)::int
            + (count(rating) > 0 OR EXISTS (SELECT FROM fact AS f WHERE f.customer = member.customer AND f.quadrant = 'feels' AND f.at::date > date :'as_of' - 90))::int) / 6.0 AS part
    FROM said AS s WHERE s.customer = member.customer AND NOT s.is_out AND s.at::date > date :'as_of' - 90) AS k
GROUP BY m.scope, m.map ORDER BY m.scope;
SELECT is_empty(format($$
    SELECT c.scope, c.item, c.customers, count(*) FROM cell AS c JOIN member AS m USING (scope) JOIN empathy.profiles AS p USING (customer)
    WHERE c.class = 'stage' AND empathy.stage(p.profile, %L) = c.item GROUP BY c.scope, c.item, c.customers HAVING count(*) <> c.customers $$, :'as_of'), 'stages');
SELECT * FROM finish();
