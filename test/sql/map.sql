-- Empathy maps: of one customer, of groups. Everything as of a given moment.
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA map_test;
SET search_path = map_test, empathy;

-- A profile by hand: [days before 2026-03-01, signal, n, sum in ten-thousandths], ...
CREATE FUNCTION made(cells jsonb, quotes text DEFAULT '') RETURNS profile LANGUAGE sql AS $$
    SELECT format('{"format": 1, "model": "m", "cells": [%s], "quotes": [%s]}',
                  (SELECT string_agg(format('[%s, %s, %s, %s]', date '2026-03-01' - date '2000-01-01' - (c->>0)::int, c->1, c->2, c->3), ', ')
                   FROM jsonb_array_elements(cells) AS c), quotes)::profile
$$;
CREATE TABLE someone AS
SELECT made('[[10, "kind:visit", 3, 0], [10, "channel:web", 3, 0], [5, "kind:order", 1, 100000], [5, "channel:shop", 1, 0],
              [4, "text", 1, -6000], [4, "emotion:anger", 1, 7000], [4, "intent:complain", 1, 9000], [4, "kind:ticket", 1, 0],
              [2, "text", 2, 8000], [2, "emotion:joy", 1, 5000], [2, "intent:thank", 2, 16000], [1, "text:unread", 1, 0],
              [100, "kind:visit", 50, 0], [100, "text", 4, 0], [100, "intent:ask", 4, 40000], [-1, "kind:order", 9, 0]]',
             '[825292800000000, -6000, "emotion:anger", "intent:complain", "It broke."],
              [825465600000000, 4000, "emotion:joy", "intent:thank", "Thank you!"], [817257600000000, 0, null, "intent:ask", "Too old?"]') AS p;
SELECT jsonb_pretty(map(p, '2026-03-01')) FROM someone;
-- Each share can be recomputed from the signals.
CREATE FUNCTION shares(m jsonb, OUT quadrant text, OUT item text, OUT share numeric, OUT customers int) RETURNS SETOF record LANGUAGE sql AS $$
    SELECT q, c->>'item', (c->>'share')::numeric, (c->>'customers')::int
    FROM unnest('{says,thinks,does,feels}'::text[]) WITH ORDINALITY AS q(q, nth), jsonb_array_elements(m->q.q) WITH ORDINALITY AS c(c, rank) ORDER BY nth, rank
$$;
SELECT quadrant, item, share, recomputed FROM someone, shares(map(p, '2026-03-01')),
    LATERAL (SELECT trunc(least(1, sum(n) FILTER (WHERE signal = CASE quadrant WHEN 'says' THEN 'intent:' || item WHEN 'feels' THEN 'emotion:' || item
                                                                 ELSE regexp_replace('kind:' || item, '^kind:over ', 'channel:') END)
                         / sum(n) FILTER (WHERE signal ~ CASE WHEN quadrant = 'does' THEN '^kind:' ELSE '^text(:|$)' END)), 4) AS recomputed
             FROM signals(p) WHERE day > '2025-12-01' AND day <= '2026-03-01') AS s
WHERE share <> recomputed OR quadrant = 'says';
-- As of another day, over another span.
SELECT map(p, '2026-02-25')->'says' AS before_they_thanked, map(p, '2026-03-01', '1 day')->>'heard' AS today_only,
       map(p, '2026-03-01', '2 days')->'heard' AS two_days, map(p, '2026-03-01', '1 year')#>>'{says,0,item}' AS a_year, map(p, '2026-03-01', '1 year')->'days' AS days
FROM someone;
SELECT map(p, '2026-03-01', NULL) = map(p, '2026-03-01', '90 days') AS default_span, map(NULL, '2026-03-01') IS NULL AS of_nobody FROM someone;
SELECT map('{"format": 1}', '2026-03-01');
SELECT map(p, '2026-03-01', '23 hours') FROM someone;
SELECT map(p, '2026-03-01', '-1 day') FROM someone;
SELECT map(p, '2026-03-01', '101 years') FROM someone;
SELECT map(p, 'infinity') FROM someone;
SELECT map(p, '294276-12-31')->>'as_of' AS at_the_end, map(p, '4713-01-02 BC')->>'as_of' AS at_the_start FROM someone;
-- The session's time zone has no part in it.
SET timezone = 'Pacific/Auckland';
SELECT map(p, '2026-03-01 12:00+00') #>> '{feels,0,quotes,0,at}' AS at FROM someone;
SET timezone = 'UTC';
-- What found no room in a profile is no item, and counts in the total.
SELECT count(*), sum(share), count(*) FILTER (WHERE item LIKE '%*') AS rest
FROM shares(map((SELECT profile_agg('2026-03-01', 'kind ' || i, NULL, NULL, 'way ' || i) FROM generate_series(1, 100) AS i), '2026-03-01'));
SELECT map('{"format": 1, "cells": [[0, "kind:a", 9223372036854775807, 0], [0, "kind:b", 1, 0]]}', '2000-01-01');

-- ---- thinks: each rule, planted and not ----

SELECT what, (SELECT jsonb_agg(t->>'item') FROM jsonb_array_elements(map(p, '2026-03-01')->'thinks') AS t) AS thinks
FROM (VALUES
    (1, 'looked at prices on 3 days', made('[[9, "kind:price page", 1, 0], [8, "about:tariff XL", 1, 0], [7, "kind:comparePlans", 1, 0]]')),
    (2, 'on 2 days', made('[[9, "kind:price page", 1, 0], [9, "about:tariff XL", 1, 0], [7, "kind:comparePlans", 1, 0]]')),
    (3, 'and bought', made('[[9, "kind:price page", 1, 0], [8, "about:tariff XL", 1, 0], [7, "kind:comparePlans", 1, 0], [20, "kind:order", 1, 0]]')),
    (4, 'long ago', made('[[99, "kind:price page", 1, 0], [98, "about:tariff XL", 1, 0], [97, "kind:comparePlans", 1, 0]]')),
    (5, 'every two weeks, now silent for six', made('[[112, "kind:visit", 1, 0], [98, "kind:visit", 1, 0], [84, "kind:visit", 1, 0], [70, "kind:visit", 1, 0], [56, "kind:visit", 1, 0], [42, "kind:visit", 1, 0]]')),
    (6, 'silent for three', made('[[91, "kind:visit", 1, 0], [77, "kind:visit", 1, 0], [63, "kind:visit", 1, 0], [49, "kind:visit", 1, 0], [35, "kind:visit", 1, 0], [21, "kind:visit", 1, 0]]')),
    (7, 'only four times', made('[[84, "kind:visit", 1, 0], [70, "kind:visit", 1, 0], [56, "kind:visit", 1, 0], [42, "kind:visit", 1, 0]]')),
    (8, 'at random', made('[[400, "kind:visit", 1, 0], [399, "kind:visit", 1, 0], [300, "kind:visit", 1, 0], [299, "kind:visit", 1, 0], [298, "kind:visit", 1, 0], [200, "kind:visit", 1, 0]]')),
    (9, 'asked to cancel', made('[[9, "intent:cancel", 1, 9000], [9, "text", 1, 0], [30, "kind:order", 1, 0]]')),
    (10, 'and bought since', made('[[9, "intent:cancel", 1, 9000], [9, "text", 1, 0], [3, "kind:order", 1, 0]]')),
    (11, 'long ago', made('[[95, "intent:cancel", 1, 9000], [95, "text", 1, 0]]')),
    (12, 'asked, unanswered for two days', made('[[40, "out:reply", 1, 0], [2, "intent:ask", 1, 9000], [2, "text", 1, 0]]')),
    (13, 'for one day', made('[[40, "out:reply", 1, 0], [1, "intent:ask", 1, 9000], [1, "text", 1, 0]]')),
    (14, 'answered', made('[[1, "out:reply", 1, 0], [2, "intent:complain", 1, 9000], [2, "text", 1, 0]]')),
    (15, 'answers are not in the data', made('[[2, "intent:complain", 1, 9000], [2, "text", 1, 0]]')),
    (16, 'nothing of it, after as_of', made('[[-1, "intent:cancel", 1, 9000], [-1, "text", 1, 0], [-2, "kind:price page", 1, 0]]')))
    AS v(nr, what, p) ORDER BY nr;
SELECT jsonb_pretty(map(made('[[9, "intent:cancel", 1, 9000], [9, "text", 1, 0]]'), '2026-03-01')->'thinks');

-- ---- groups ----

CREATE TABLE people AS
SELECT c, merge(made('[[3, "kind:visit", 1, 0], [3, "text", 1, 5000], [3, "intent:praise", 1, 8000]]'),
                merge(CASE WHEN c <= 7 THEN made('[[2, "kind:order", 1, 0], [2, "text", 1, -9000], [2, "emotion:anger", 1, 6000]]', format('[825638400000000, -9000, "emotion:anger", null, "angry %s"]', c)) END,
                      CASE WHEN c <= 4 THEN made('[[1, "kind:refund", 1, 0]]') END)) AS p FROM generate_series(1, 20) AS c;
SELECT jsonb_pretty(map_agg(p, '2026-03-01')) FROM people;
-- One voice each: somebody who says the same a thousand times over counts once.
SELECT (SELECT map_agg(p, '2026-03-01') FROM people) - 'does' =
       (SELECT map_agg(CASE WHEN c = 9 THEN merge(p, made('[[3, "text", 999, 4995000], [3, "intent:praise", 999, 7992000], [3, "kind:visit", 999, 0]]')) ELSE p END, '2026-03-01') FROM people) - 'does' AS one_voice;
-- Cells of fewer than empathy.min_group are left out, however many there are.
SET empathy.min_group = 8;
SELECT quadrant, item, share, customers FROM shares((SELECT map_agg(p, '2026-03-01') FROM people));
SELECT map_agg(p, '2026-03-01')->'suppressed' AS suppressed FROM people;
SET empathy.min_group = 1;
SELECT quadrant, item, share, customers FROM shares((SELECT map_agg(p, '2026-03-01') FROM people));
SET empathy.min_group = 0;
RESET empathy.min_group;
SET ROLE pg_read_all_data;
SET empathy.min_group = 1;
RESET ROLE;
-- A group of one shows nothing of them.
SELECT map_agg(p, '2026-03-01') FROM people WHERE c = 1;
-- Order and split of the input don't matter, other aggregates beside it neither.
CREATE AGGREGATE partial(profile, timestamptz) (SFUNC = map_accum, STYPE = profile);
SELECT count(DISTINCT m) AS one FROM (
    SELECT map_agg(p, '2026-03-01' ORDER BY c) AS m FROM people UNION ALL SELECT map_agg(p, '2026-03-01' ORDER BY c DESC) FROM people
    UNION ALL SELECT map_agg(p, '2026-03-01' ORDER BY md5(c::text)) FROM people
    UNION ALL SELECT map_agg(p, '2026-03-01', '90 days') FROM people
    UNION ALL SELECT map_final(merge(s)) FROM (SELECT partial(p, '2026-03-01') AS s FROM people GROUP BY c % 3) AS parts) AS all_ways;
SELECT map_agg(p, '2026-03-01') IS NULL AS nobody FROM people WHERE c > 100;
SELECT map_agg(CASE WHEN c > 1 THEN p END, '2026-03-01')->'customers' AS nulls_are_nobody FROM people;
-- More kinds than a profile has room for: still nobody counts twice.
SET empathy.min_group = 1;
SELECT count(*) > 10 AS some, max(share) AS largest, max(customers) AS customers
FROM shares((SELECT map_agg(p, '2026-03-01') FROM (SELECT profile_agg('2026-03-01', 'kind ' || i / 3, NULL, NULL, 'way ' || i) AS p
                                                   FROM generate_series(1, 300) AS i GROUP BY i) AS many));
RESET empathy.min_group;

-- The support functions, with what is no state of theirs.
SELECT map_accum(NULL, p) FROM someone;
SELECT merge(NULL, p) = p AS ordinary FROM someone;
SELECT map_final(NULL) IS NULL AS nothing, map_final('{"format": 1}') AS empty;
SELECT map_final('{"format": 1, "cells": [[0, "says:a", 9, 0], [0, "feels.mood:b", 9, 1]]}');
SELECT map_final('{"format": 1, "cells": [[0, "customers", 5, 0], [0, "says:a", 9223372036854775807, 0], [1, "says:a", 9223372036854775807, 9223372036854775807]]}');
SELECT map_final(p) FROM people WHERE c = 3;

SET client_min_messages = warning;
DROP SCHEMA map_test CASCADE;
