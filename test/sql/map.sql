-- Empathy maps: of one customer, of groups. Everything as of a given moment.
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA map_test;
SET search_path = map_test, empathy;

-- A profile by hand: [days before 2026-03-01, signal, n, sum in ten-thousandths], ...
CREATE FUNCTION made(cells jsonb, quotes text DEFAULT '') RETURNS profile LANGUAGE sql AS $$
    SELECT format('{"format": 2, "model": "m", "cells": [%s], "quotes": [%s]}',
                  (SELECT string_agg(format('[%s, %s, %s, %s]', date '2026-03-01' - date '2000-01-01' - (c->>0)::int, c->1, c->2, c->3), ', ')
                   FROM jsonb_array_elements(cells) AS c), quotes)::profile
$$;
CREATE TABLE someone AS
SELECT made('[[10, "kind:visit", 3, 0], [10, "channel:web", 3, 0], [5, "kind:order", 1, 100000], [5, "channel:shop", 1, 0],
              [4, "text", 1, -6000], [4, "emotion:anger", 1, 7000], [4, "intent:complain", 1, 9000], [4, "kind:ticket", 1, 0],
              [2, "text", 2, 8000], [2, "emotion:joy", 1, 5000], [2, "intent:thank", 2, 16000], [1, "text:unread", 1, 0],
              [100, "kind:visit", 50, 0], [100, "text", 4, 0], [100, "intent:ask", 4, 40000], [-1, "kind:order", 9, 0]]',
             '[825292800000000, -6000, ["emotion:anger", "intent:complain"], "It broke."],
              [825465600000000, 4000, ["emotion:joy", "intent:thank"], "Thank you!"], [817257600000000, 0, ["intent:ask"], "Too old?"]') AS p;
SELECT jsonb_pretty(map(p, '2026-03-01')) FROM someone;
-- Each share can be recomputed from the signals.
CREATE FUNCTION cells(m jsonb, OUT quadrant text, OUT class text, OUT item text, OUT share numeric, OUT customers int, OUT cell jsonb)
RETURNS SETOF record LANGUAGE sql AS $$
    SELECT q, c->>'class', c->>'item', (c->>'share')::numeric, (c->>'customers')::int, c
    FROM unnest('{says,thinks,does,feels,pains,gains}'::text[]) WITH ORDINALITY AS q(q, nth), jsonb_array_elements(m->q.q) WITH ORDINALITY AS c(c, rank) ORDER BY nth, rank
$$;
SELECT quadrant, class, item, share, recomputed FROM someone, cells(map(p, '2026-03-01')),
    LATERAL (SELECT trunc(least(1, sum(n) FILTER (WHERE signal = class || ':' || item)
                         / sum(n) FILTER (WHERE signal ~ CASE WHEN quadrant = 'does' THEN '^kind:' ELSE '^text(:|$)' END)), 4) AS recomputed
             FROM signals(p) WHERE day > '2025-12-01' AND day <= '2026-03-01') AS s
WHERE class IN ('intent', 'emotion', 'kind', 'channel') AND (share <> recomputed OR quadrant = 'says');
-- As of another day, over another span.
SELECT jsonb_path_query_array(map(p, '2026-02-25'), '$.says[*].item') AS before_they_thanked, map(p, '2026-03-01', '1 day')->>'heard' AS today_only,
       map(p, '2026-03-01', '2 days')->'heard' AS two_days, map(p, '2026-03-01', '1 year')#>>'{says,0,item}' AS a_year, map(p, '2026-03-01', '1 year')->'days' AS days
FROM someone;
SELECT map(p, '2026-03-01', NULL) = map(p, '2026-03-01', '90 days') AS default_span, map(NULL, '2026-03-01') IS NULL AS of_nobody FROM someone;
SELECT map('{"format": 2}', '2026-03-01') - '{mood,missing}'::text[];
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
SELECT class, count(*), sum(share), count(*) FILTER (WHERE item LIKE '%*') AS rest
FROM cells(map((SELECT profile_agg('2026-03-01', 'kind ' || i, NULL, NULL, 'way ' || i) FROM generate_series(1, 100) AS i), '2026-03-01'))
GROUP BY class ORDER BY class;
SELECT map('{"format": 1, "cells": [[0, "kind:a", 9223372036854775807, 0], [0, "kind:b", 1, 0]]}', '2000-01-01');

-- ---- thinks: each rule, planted and not ----

SELECT what, (SELECT jsonb_agg(t->>'item') FROM jsonb_array_elements(map(p, '2026-03-01')->'thinks') AS t) AS thinks
FROM (VALUES
    (1, 'looked at prices on 3 days', made('[[9, "kind:price page", 1, 0], [8, "about:tariff XL", 1, 0], [7, "kind:compareTariffs", 1, 0]]')),
    (2, 'on 2 days', made('[[9, "kind:price page", 1, 0], [9, "about:tariff XL", 1, 0], [7, "kind:compareTariffs", 1, 0]]')),
    (3, 'and bought', made('[[9, "kind:price page", 1, 0], [8, "about:tariff XL", 1, 0], [7, "kind:compareTariffs", 1, 0], [20, "kind:order", 1, 0]]')),
    (4, 'long ago', made('[[99, "kind:price page", 1, 0], [98, "about:tariff XL", 1, 0], [97, "kind:compareTariffs", 1, 0]]')),
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
    (16, 'put something into the cart', made('[[3, "kind:add_to_cart", 1, 0]]')),
    (17, 'and bought it on that day', made('[[3, "kind:add_to_cart", 1, 0], [3, "kind:order", 1, 0]]')),
    (18, 'came back to a page of help', made('[[9, "about:Help: returns", 1, 0], [5, "about:Help: returns", 1, 0], [2, "about:Help: returns", 1, 0]]')),
    (19, 'to three pages', made('[[9, "about:Help: returns", 1, 0], [5, "about:Help: sizes", 1, 0], [2, "about:Help: parcels", 1, 0]]')),
    (20, 'began a form', made('[[9, "kind:form_start", 1, 0]]')),
    (21, 'and sent it', made('[[9, "kind:form_start", 1, 0], [9, "kind:form_submit", 1, 0]]')),
    (22, 'compared two things', made('[[5, "about:lamp A", 1, 0], [4, "about:lamp B", 1, 0], [4, "act:comparison", 1, 10000], [4, "text", 1, 0]]')),
    (23, 'complained, and slowed down', made('[[100, "kind:order", 1, 0], [80, "kind:order", 1, 0], [60, "kind:order", 1, 0], [40, "kind:order", 1, 0], [39, "kind:complaint", 1, 0]]')),
    (24, 'complained on three days', made('[[9, "kind:complaint", 1, 0], [7, "intent:complain", 1, 9000], [7, "text", 1, 0], [2, "kind:complaint", 1, 0]]')),
    (25, 'returned things twice', made('[[60, "kind:return", 1, 0], [9, "kind:return", 1, 0]]')),
    (26, 'doubts and wishes', made('[[9, "act:doubt", 1, 10000], [7, "act:wish", 2, 20000], [9, "text", 1, 0], [7, "text", 2, 0]]')),
    (27, 'nothing of it, after as_of', made('[[-1, "intent:cancel", 1, 9000], [-1, "text", 1, 0], [-2, "kind:price page", 1, 0]]')))
    AS v(nr, what, p) ORDER BY nr;
SELECT jsonb_pretty(map(made('[[9, "intent:cancel", 1, 9000], [9, "text", 1, 0]]'), '2026-03-01')->'thinks');
-- Users' rules stand beside ours, change them, or take them back.
SELECT add_thought('tea', 'is there no tea?', 'count about:coffee in 7 days >= 1 and count about:tea = 0', 'looked at coffee, never at tea', 0.9);
SELECT add_thought('tea twice', 'is there no tea?', 'count about:coffee in 7 days >= 2', 'looked at coffee twice', 0.4);
SELECT add_thought('returns', 'why is it so bad?', 'count role:return in 90 days >= 1', 'returned something');
SELECT cell - 'quotes' AS cell FROM cells(map(made('[[3, "about:coffee", 2, 0], [3, "kind:visit", 2, 0]]'), '2026-03-01')) WHERE quadrant = 'thinks';
SELECT item FROM cells(map(made('[[9, "kind:return", 1, 0]]'), '2026-03-01')) WHERE quadrant = 'thinks';
SELECT drop_thought('returns'), drop_thought('tea'), drop_thought('habit');
SELECT rule, builtin FROM thoughts WHERE rule IN ('returns', 'tea', 'tea twice', 'habit');
SELECT add_thought('habit', 'again?', 'overdue >= 1', 'is late'), drop_thought('tea twice');
SELECT rule, thought, builtin FROM thoughts WHERE NOT builtin;
SELECT drop_thought('habit');
SELECT drop_thought('habit');
SELECT add_thought('x', 'a > b', 'overdue >= 1', 'r');
SELECT add_thought('', 'a', 'overdue >= 1', 'r');
SELECT add_thought('x', 'a', 'often >= 1', 'r');
SELECT add_thought('x', 'a', 'overdue >= 1', 'r', 0);
SELECT add_thought('x', 'a', NULL, 'r');

-- ---- pains, gains, habits, and what feelings are about ----

CREATE TABLE other AS
SELECT made('[[5, "kind:chat", 1, 0], [5, "text", 1, -5000], [5, "aspect:delivery", 1, -6000], [5, "emotion:anger", 1, 8000],
              [9, "kind:chat", 1, 0], [9, "text", 1, 6000], [9, "aspect:delivery", 1, 4000], [9, "topic:app", 1, 7000], [9, "act:thanks", 1, 10000], [9, "emotion:joy", 1, 7000],
              [2, "kind:refund", 1, 0], [2, "kind:visit", 1, 0], [2, "act:threat to leave", 1, 10000], [2, "text", 1, 0]]',
             '[825206400000000, -5000, ["emotion:anger", "aspect:delivery"], "The parcel was late."],
              [824860800000000, 6000, ["emotion:joy", "topic:app", "aspect:delivery", "act:thanks"], "The new app shows where it is, thanks."]') AS p;
SELECT quadrant, class, item, share, cell->'sentiment' AS sentiment, cell->'about' AS about, cell#>>'{quotes,0,quote}' AS quote
FROM other, cells(map(p, '2026-03-01')) WHERE quadrant IN ('pains', 'gains', 'feels');
SELECT class, item FROM cells(map((SELECT profile_agg(timestamptz '2026-02-28 09:00+00' - i * interval '7 days', 'visit') FROM generate_series(0, 9) AS i), '2026-03-01'))
WHERE class IN ('habit', 'when') ORDER BY 1, 2;
SELECT class, item FROM cells(map((SELECT profile_agg(d, 'order') FROM generate_series('2025-08-01'::timestamptz, '2026-03-01', '1 day') AS d
                                   WHERE d < '2025-11-20' OR extract(day FROM d) IN (2, 16)), '2026-03-01'))
WHERE class = 'habit' ORDER BY 1, 2;
-- Of one person, a trend is the change of their own share; mood goes by twelfths of the days.
SELECT class, item, share, cell->'trend' AS trend FROM cells(map(made(
    '[[150, "kind:visit", 3, 0], [150, "kind:order", 1, 0], [9, "kind:visit", 1, 0], [9, "kind:order", 1, 0]]'), '2026-03-01'));
SELECT m->'from' AS "from", m->'to' AS "to", m->'sentiment' AS sentiment FROM other, jsonb_array_elements(map(p, '2026-03-01', '24 days')->'mood') AS m WHERE m ? 'sentiment';
SELECT count(*) AS slices, sum((m->>'to')::date - (m->>'from')::date + 1) AS days FROM other, jsonb_array_elements(map(p, '2026-03-01', '7 days')->'mood') AS m;
SELECT map(p, '2026-03-01')->'completeness' AS completeness, jsonb_path_query_array(map(p, '2026-03-01'), '$.missing[*].what') AS missing FROM other;
-- The map of a map is none.
SELECT map('{"format": 2, "group": true, "cells": [[0, "customers", 1, 0]]}');

-- ---- groups ----

CREATE TABLE people AS
SELECT c, merge(made('[[3, "kind:visit", 1, 0], [3, "text", 1, 5000], [3, "intent:praise", 1, 8000]]'),
                merge(CASE WHEN c <= 7 THEN made('[[2, "kind:order", 1, 0], [2, "text", 1, -9000], [2, "emotion:anger", 1, 6000]]', format('[825638400000000, -9000, ["emotion:anger"], "angry %s"]', c)) END,
                      CASE WHEN c <= 4 THEN made('[[1, "kind:refund", 1, 0]]') END)) AS p FROM generate_series(1, 20) AS c;
SELECT jsonb_pretty(map_agg(p, '2026-03-01')) FROM people;
-- One voice each: somebody who says the same a thousand times over counts once.
SELECT (SELECT map_agg(p, '2026-03-01') FROM people) - 'does' =
       (SELECT map_agg(CASE WHEN c = 9 THEN merge(p, made('[[3, "text", 999, 4995000], [3, "intent:praise", 999, 7992000], [3, "kind:visit", 999, 0]]')) ELSE p END, '2026-03-01') FROM people) - 'does' AS one_voice;
-- Cells of fewer than empathy.min_group are left out, however many there are.
SET empathy.min_group = 8;
SELECT quadrant, class, item, share, customers FROM cells((SELECT map_agg(p, '2026-03-01') FROM people));
SELECT map_agg(p, '2026-03-01')->'suppressed' AS suppressed FROM people;
SET empathy.min_group = 1;
SELECT quadrant, class, item, share, customers FROM cells((SELECT map_agg(p, '2026-03-01') FROM people));
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
-- A trend compares those who were there before with themselves: 6 came to complain, 2 stopped, of 20 (Agresti and Min).
SELECT share, cell->'trend' AS trend, cell->'trend_lo' AS lo, cell->'trend_hi' AS hi,
       round(((6 - 2) - 1.959964 * sqrt(6 + 2 + 1 - 16.0 / 22)) / 22, 4) AS lo_by_hand, round(((6 - 2) + 1.959964 * sqrt(6 + 2 + 1 - 16.0 / 22)) / 22, 4) AS hi_by_hand
FROM cells((SELECT map_agg(CASE WHEN c <= 20 THEN merge(made('[[120, "kind:visit", 1, 0], [120, "text", 1, 0]]'), CASE WHEN c <= 6 THEN made('[[3, "intent:complain", 1, 9000], [3, "text", 1, -5000]]')
                                      WHEN c <= 8 THEN made('[[120, "intent:complain", 1, 9000], [120, "text", 1, -5000]]')
                                      WHEN c <= 12 THEN made('[[3, "intent:complain", 1, 9000], [3, "text", 1, 0], [120, "intent:complain", 1, 9000]]') END)
                            ELSE made('[[2, "intent:complain", 1, 9000], [2, "text", 1, 0]]') END, '2026-03-01') FROM generate_series(1, 25) AS c)) WHERE quadrant = 'says';
-- A thought's trend: of 20 who were there before, 6 think so now and would not have on the day before these days, 2 would have then. So with
-- habits: 6 came every few days before and come weekly now. One customer has no such trend.
SELECT item, customers, cell->'trend' AS trend FROM cells((SELECT map_agg(merge(CASE WHEN c <= 20 THEN made('[[120, "kind:visit", 1, 0]]') ELSE made('[[2, "kind:visit", 1, 0]]') END,
    CASE WHEN c <= 6 THEN made('[[3, "intent:cancel", 1, 9000], [3, "text", 1, 0]]') WHEN c <= 8 THEN made('[[100, "intent:cancel", 1, 9000], [100, "text", 1, 0]]')
         WHEN c <= 12 THEN made('[[3, "intent:cancel", 1, 9000], [3, "text", 1, 0], [100, "intent:cancel", 1, 9000]]')
         WHEN c > 20 THEN made('[[2, "intent:cancel", 1, 9000], [2, "text", 1, 0]]') END), '2026-03-01') FROM generate_series(1, 25) AS c)) WHERE class = 'rule';
CREATE TABLE rhythms AS SELECT c, merge(made('[[96, "kind:visit", 1, 0], [94, "kind:visit", 1, 0], [92, "kind:visit", 1, 0]]'),
    CASE WHEN c <= 6 THEN made('[[85, "kind:visit", 1, 0], [78, "kind:visit", 1, 0], [71, "kind:visit", 1, 0], [64, "kind:visit", 1, 0]]') END) AS p FROM generate_series(1, 20) AS c;
SELECT item, customers, cell->'trend' AS trend FROM cells((SELECT map_agg(p, '2026-03-01') FROM rhythms)) WHERE class = 'habit' AND cell ? 'trend';
SELECT item, cell->'trend' AS trend FROM cells((SELECT map(p, '2026-03-01') FROM rhythms WHERE c = 1)) WHERE class = 'habit';
-- Key phrases are counted in customers, and their quotes hold them.
SELECT item, customers, cell->'sampled' AS sampled, share, (SELECT bool_and(strpos(lower(q->>'quote'), item) > 0) FROM jsonb_array_elements(cell->'quotes') AS q) AS held
FROM cells((SELECT map_agg(made('[[3, "text", 1, 0], [3, "kind:chat", 1, 0]]', format('[825638400000000, %s000, [], "%s"], [825552000000000, 0, [], "The waiting room again and again."]', c % 9,
                                CASE WHEN c % 3 = 0 THEN format('My waiting room visit number %s was long.', c) ELSE format('Nothing to say about it, %s.', c) END)), '2026-03-01')
            FROM generate_series(1, 60) AS c)) WHERE class = 'phrase';
SELECT map_agg(p, '2026-03-01') IS NULL AS nobody FROM people WHERE c > 100;
SELECT map_agg(CASE WHEN c > 1 THEN p END, '2026-03-01')->'customers' AS nulls_are_nobody FROM people;
-- More kinds than a profile has room for: still nobody counts twice.
SET empathy.min_group = 1;
SELECT count(*) = 8 AS full, max(share) AS largest, max(customers) AS customers
FROM cells((SELECT map_agg(p, '2026-03-01') FROM (SELECT profile_agg('2026-03-01', 'kind ' || i / 3, NULL, NULL, 'way ' || i) AS p
                                                   FROM generate_series(1, 300) AS i GROUP BY i) AS many)) WHERE class = 'kind';
RESET empathy.min_group;

-- The support functions, with what is no state of theirs.
SELECT map_accum(NULL, p) FROM someone;
SELECT merge(NULL, p) = p AS ordinary FROM someone;
SELECT map_final(NULL) IS NULL AS nothing, map_final('{"format": 1}') - '{mood,missing}'::text[] AS empty;
SELECT map_final('{"format": 1, "cells": [[0, "says.a:a", 9, 0], [0, "feels.b.mood:b", 9, 1], [0, "mood:99", 1, 1], [0, "mood:x", 1, 1]]}') - '{mood,missing}'::text[] AS no_map;
SELECT map_final('{"format": 1, "cells": [[0, "customers", 5, 0], [0, "says.a:a", 9223372036854775807, 0], [1, "says.a:a", 9223372036854775807, 9223372036854775807]]}') - '{mood,missing}'::text[] AS too_many;
SELECT map_final(p) - '{mood,missing}'::text[] AS a_persons FROM people WHERE c = 3;

SET client_min_messages = warning;
DROP SCHEMA map_test CASCADE;
