-- Scores: sentiment, churn, cadence, explanations, fitting. Everything as of a given moment.
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA score_test;
SET search_path = score_test, empathy;

-- Purchases on the given days, and texts (day, sum of sentiments, how many).
CREATE FUNCTION made(purchases date[], texts text DEFAULT '') RETURNS profile LANGUAGE sql AS $$
    SELECT format('{"format": 1, "cells": [%s]}',
                  concat_ws(', ', (SELECT string_agg(format('[%s, "kind:order", 1, 100000]', d - '2000-01-01'), ', ') FROM unnest(purchases) AS d),
                            nullif(texts, '')))::profile
$$;

-- ---- sentiment ----

CREATE TABLE mood AS SELECT made(NULL, '[9000, "text", 1, 8000], [9090, "text", 2, -8000], [9090, "text:unread", 3, 0]') AS p,
                            timestamptz '2000-01-01' + interval '9090 days' AS now;
SELECT sentiment(p, now), sentiment(p, now - interval '1 day'), sentiment(p, now - interval '91 days') AS before_any,
       sentiment(p, now + interval '23 hours 59 minutes') = sentiment(p, now) AS by_day FROM mood;
-- Half-lives: the newest alone, the plain mean, the default of empathy.half_life.
SELECT sentiment(p, now, '1 day'), sentiment(p, now, '100 years'), sentiment(p, now, NULL) = sentiment(p, now, '90 days') AS by_default FROM mood;
SET empathy.half_life = 1;
SELECT sentiment(p, now), sentiment(p, now, NULL) FROM mood;
RESET empathy.half_life;
-- Too long ago to say anything.
SELECT sentiment(p, now + interval '20 years') IS NULL AS forgotten, sentiment_estimate(p, now + interval '20 years') FROM mood;
SELECT sentiment(NULL, now) IS NULL AND sentiment(p, NULL) IS NULL AND sentiment('{"format": 1}', now) IS NULL AS unknown FROM mood;
SELECT sentiment_estimate(p, now) FROM mood;
SELECT count(*) FILTER (WHERE NOT (lo <= value AND value <= hi AND lo >= -1 AND hi <= 1 AND n = d)) AS wrong
FROM generate_series(1, 50) AS d,
     sentiment_estimate(made(NULL, (SELECT string_agg(format('[%s, "text", 1, %s]', i, (i * 7919 % 20001) - 10000), ', ') FROM generate_series(1, d) AS i)),
                        timestamptz '2000-01-01' + d * interval '1 day');
SELECT sentiment(p, now, '0') FROM mood;
SELECT sentiment(p, now, '-1 day') FROM mood;
SELECT sentiment(p, now, '101 years') FROM mood;
SELECT sentiment(p, 'infinity') FROM mood;
SELECT sentiment(p, '294276-12-31') IS NULL AS at_the_end, sentiment(p, '4713-01-02 BC') IS NULL AS at_the_start FROM mood;

-- ---- churn ----

CREATE TABLE customers AS
SELECT c, made(ARRAY(SELECT DISTINCT date '2025-01-01' + (n * (3 + c % 40) + (n * c * 7919) % (2 + c % 11)) AS d
                     FROM generate_series(0, c % 23) AS n ORDER BY d)) AS p FROM generate_series(1, 400) AS c;
SELECT churn('{"format": 1}', '2026-01-01') IS NULL AS no_events, churn(NULL, '2026-01-01') IS NULL AS no_profile,
       churn(p, NULL) IS NULL AS no_moment, churn(p, '2024-12-31') IS NULL AS before_the_first FROM customers WHERE c = 1;
-- Silence raises it; a longer horizon lowers it; it is a probability.
SELECT count(*), count(*) FILTER (WHERE NOT (late > soon)) AS not_rising, count(*) FILTER (WHERE NOT (longer < soon)) AS not_falling,
       count(*) FILTER (WHERE least(soon, late, longer) < 0 OR greatest(soon, late, longer) > 1) AS outside
FROM (SELECT churn(p, last) AS soon, churn(p, last + interval '200 days') AS late, churn(p, last, '1 year') AS longer
      FROM customers, LATERAL (SELECT max(at) + interval '30 days' AS last FROM latest(p)
                               UNION ALL SELECT max(day) + interval '30 days' FROM signals(p)) AS l WHERE last IS NOT NULL) AS scored;
SELECT churn(p, '2026-01-01', '0') FROM customers WHERE c = 1;
SELECT churn(p, '2026-01-01', '1 microsecond') FROM customers WHERE c = 1;
SELECT churn(p, '2026-01-01', '-1 day') FROM customers WHERE c = 1;
SELECT churn(p, '2026-01-01', '1000 years') FROM customers WHERE c = 1;
SELECT churn(p, '2026-01-01', '178000000 years') FROM customers WHERE c = 1;
SELECT churn(p, '2026-01-01', '2 minutes') > 0.999 AS now, churn(p, '2026-01-01', '100 years') < 1 AS ever,
       churn(p, '2026-01-01', NULL) = churn(p, '2026-01-01') AS by_default FROM customers WHERE c = 1;
SELECT count(*) FILTER (WHERE NOT (lo <= value AND value <= hi AND lo >= 0 AND hi <= 1)) AS wrong,
       count(*) FILTER (WHERE value::real <> churn(p, '2026-01-01')) AS other_value,
       count(*) FILTER (WHERE n <> (SELECT count(*) FROM signals(p) WHERE day <= '2026-01-01')) AS other_n
FROM customers, churn_estimate(p, '2026-01-01');
-- Buying is the other side of it, by another model; silence tells against it; nothing is known of nobody.
SELECT count(*), count(*) FILTER (WHERE NOT (late < soon)) AS not_falling, count(*) FILTER (WHERE NOT (longer > soon)) AS not_rising,
       count(*) FILTER (WHERE NOT (lo <= soon AND soon <= hi)) AS outside
FROM (SELECT purchase_intent(p, '2026-01-01') AS soon, purchase_intent(p, '2026-07-01') AS late, purchase_intent(p, '2026-01-01', '1 month') AS longer,
             e.lo::real, e.hi::real FROM customers, purchase_intent_estimate(p, '2026-01-01') AS e WHERE c % 23 < 8) AS scored;
SELECT purchase_intent('{"format": 1}', '2026-01-01') IS NULL AS nobody, purchase_intent(NULL, '2026-01-01') IS NULL AS no_profile,
       purchase_intent(p, NULL) IS NULL AS no_moment, purchase_intent(p, '2026-01-01', NULL) = purchase_intent(p, '2026-01-01', '7 days') AS by_default,
       purchase_intent(p, '2026-01-01', '3 hours') < purchase_intent(p, '2026-01-01', '1 day') AS hours FROM customers WHERE c = 1;
SELECT purchase_intent(p, '2026-01-01', '-1 hour') FROM customers WHERE c = 1;
-- Who only looked around may buy for the first time, but can't stay away.
SELECT round(purchase_intent(p, now)::numeric, 4) AS buys, churn(p, now) IS NOT NULL AS by_activity
FROM (SELECT '{"format": 1, "cells": [[9000, "kind:visit", 1, 0]]}'::profile AS p, timestamptz '2000-01-01' + interval '9010 days' AS now) AS v;
-- A cart is open for a week, unless something is bought.
SELECT cart_abandonment(p, '2026-01-10 13:00+00') BETWEEN 0.5 AND 1 AS open, cart_abandonment(p, '2026-01-10 11:00+00') IS NULL AS not_yet,
       cart_abandonment(p, '2026-01-18') IS NULL AS old, cart_abandonment(p, '2026-01-10 15:00+00') IS NULL AS bought, cart_abandonment(NULL) IS NULL AS nobody
FROM (SELECT profile_agg(v.at, v.kind) AS p
      FROM (VALUES (timestamptz '2026-01-10 12:00+00', 'cart'), ('2026-01-10 14:00+00', 'order')) AS v(at, kind)) AS made;
SELECT e.value = cart_abandonment(p, '2026-01-10 13:00+00') AS same, e.lo < e.value AND e.value < e.hi AS within, e.n, e.as_of, e.model
FROM (SELECT profile_agg(v.at, v.kind) AS p FROM (VALUES (timestamptz '2026-01-10 12:00+00', 'cart')) AS v(at, kind)) AS made,
     LATERAL (SELECT x.value::real, x.lo, x.hi, x.n, x.as_of, x.model FROM cart_abandonment_estimate(p, '2026-01-10 13:00+00') AS x) AS e;
-- Value: nobody knows what customers spend until a model was learned.
SELECT value(p, '2026-01-01') IS NULL AS unknown, value_estimate(p, '2026-01-01') IS NULL AS no_estimate FROM customers WHERE c = 29;
SELECT * FROM explain((SELECT p FROM customers WHERE c = 29), 'value', '2026-01-01');
-- What counts: purchases if there are any, returns and negative sums don't, what the company did doesn't.
SELECT churn_estimate('{"format": 1, "cells": [[9000, "kind:visit", 1, 0], [9010, "kind:order", 1, 10], [9020, "kind:order", 2, -5], [9030, "kind:refund", 1, -10]]}',
                      timestamptz '2000-01-01' + interval '9040 days') = churn_estimate(made(ARRAY[date '2000-01-01' + 9010]), timestamptz '2000-01-01' + interval '9040 days') AS purchases,
       (churn_estimate('{"format": 1, "cells": [[9000, "kind:visit", 1, 0], [9030, "kind:chat", 1, 0]]}', timestamptz '2000-01-01' + interval '9040 days')).n AS active_days,
       churn('{"format": 1, "cells": [[9000, "out:order", 1, 0]]}', timestamptz '2000-01-01' + interval '9040 days') IS NULL AS the_company;

-- ---- explanations sum to the score ----

SELECT count(*), count(*) FILTER (WHERE abs(1 / (1 + exp(-total)) - (churn_estimate(p, '2026-01-01')).value) > 1e-12) AS churn_off, min(parts), max(parts)
FROM customers, LATERAL (SELECT sum(contribution) AS total, count(*) AS parts FROM explain(p, 'churn', '2026-01-01')) AS why;
CREATE TABLE moods AS
SELECT c, made(NULL, (SELECT string_agg(format('[%s, "text", %s, %s]', 9000 + i * (1 + c % 9), 1 + i % 3, (i * c * 7919 % 20001) - 10000), ', ')
                      FROM generate_series(1, 1 + c % 30) AS i)) AS p FROM generate_series(1, 300) AS c;
SELECT count(*), count(*) FILTER (WHERE abs(total - (sentiment_estimate(p, '2026-01-01')).value) > 1e-12) AS sentiment_off
FROM moods, LATERAL (SELECT sum(contribution) AS total FROM explain(p, 'sentiment', '2026-01-01')) AS why;
SELECT factor, value, round(contribution::numeric, 6) FROM customers, explain(p, 'churn', '2026-01-01') WHERE c = 29;
SELECT factor, value, round(contribution::numeric, 6) FROM customers, explain(p, 'purchase_intent', '2026-01-01') WHERE c = 29;
SELECT count(*) FILTER (WHERE abs(1 / (1 + exp(-total)) - (purchase_intent_estimate(p, '2026-01-01')).value) > 1e-12) AS intent_off
FROM customers, LATERAL (SELECT sum(contribution) AS total FROM explain(p, 'purchase_intent', '2026-01-01')) AS why;
SELECT factor, value, round(contribution::numeric, 6) FROM mood, explain(p, 'sentiment', now);
SELECT * FROM explain('{"format": 1}', 'churn', '2026-01-01') UNION ALL SELECT * FROM explain('{"format": 1}', 'sentiment', '2026-01-01')
UNION ALL SELECT * FROM explain(NULL, 'churn', '2026-01-01') UNION ALL SELECT * FROM explain('{"format": 1}', NULL, '2026-01-01');
SELECT * FROM explain('{"format": 1}', 'nps', '2026-01-01');

-- ---- cadence ----

SELECT d, (cadence(made(d::date[]), '2026-03-01')).* FROM (VALUES ('{}'), ('{2026-01-01}'), ('{2026-01-01,2026-01-15}'),
    ('{2026-01-01,2026-01-15,2026-01-29,2026-02-12}'), ('{2026-01-01,2026-01-02,2026-02-20}'), ('{2026-01-01,2026-01-15,2026-04-01}')) AS v(d);
SELECT (cadence(made('{4713-01-02 BC,294276-12-31}'), '294276-12-31')).*;
SELECT cadence(NULL, '2026-01-01') IS NULL AS no_profile;

-- ---- everything at once ----

SELECT s.* FROM scores('{"format": 1, "model": "m", "cells": [[9400, "kind:order", 2, 250000], [9401, "emotion:joy", 1, 4000],
    [9401, "intent:ask", 1, 4000], [9401, "intent:thank", 1, 5000], [9401, "text", 1, 6000], [9402, "text:unread", 1, 0], [9410, "kind:refund", 1, -50000],
    [9420, "out:mail", 1, 0]], "events": [[813000000000000, "kind:refund", null, null, -50000], [813900000000000, "out:mail", null, null, 0]]}',
    timestamptz '2000-01-01' + interval '9425 days') AS s;
SELECT count(*) FILTER (WHERE (s.churn, s.churn_lo, s.churn_hi) IS DISTINCT FROM (e.value::real, e.lo::real, e.hi::real)
                        OR (s.usual_days, s.due_on, s.regularity) IS DISTINCT FROM (c.usual_days::real, c.due_on, c.regularity::real)) AS differ
FROM customers, scores(p, '2026-01-01') AS s, churn_estimate(p, '2026-01-01') AS e, cadence(p, '2026-01-01') AS c;
-- When they last did anything is known to the day, however much the company has sent since.
SELECT last_at, (SELECT last_at FROM scores(p, '2026-01-20')) AS before_the_mails, (SELECT last_at FROM scores(p, '2026-01-05')) AS before_all
FROM (SELECT profile_agg(CASE WHEN i = 0 THEN '2026-01-10 09:30+00' ELSE timestamptz '2026-02-01' + i * interval '1 day' END,
                         'mail', NULL, NULL, NULL, CASE WHEN i > 0 THEN 'out' END) AS p FROM generate_series(0, 20) AS i) AS mailed, scores(p, '2026-04-01');
SELECT s.* IS NULL AS nothing FROM scores(NULL, '2026-01-01') AS s;
SELECT events, texts, amount, churn_model FROM scores('{"format": 1}', '2026-01-01');
-- Counts that no row of events can have made stay counts.
SELECT events, texts, amount FROM scores('{"format": 1, "cells": [[0, "kind:order", 9223372036854775807, 9223372036854775807],
    [0, "text", 9223372036854775807, 0], [1, "kind:order", 9223372036854775807, 9223372036854775807], [1, "text", 9223372036854775807, 0]]}', '2000-01-02');

-- ---- population models ----

SELECT * FROM rfm(made('{2026-01-01,2026-01-11,2026-02-01}'), '2026-02-11', 'purchase');
SELECT * FROM rfm('{"format": 1, "cells": [[9000, "kind:visit", 1, 0]]}', timestamptz '2000-01-01' + interval '9001 days', 'activity');
SELECT * FROM rfm('{"format": 1, "cells": [[9000, "kind:visit", 1, 0]]}', timestamptz '2000-01-01' + interval '9001 days', 'purchase');
SELECT * FROM rfm(made('{2026-01-01}'), '2026-02-11', 'money');
SELECT model, task, in_use, target, customers, status, params FROM models ORDER BY model;
SELECT status, iterations > 0 AS worked, params[1] > 0 AND params[2] > 0 AND params[3] > 0 AND params[4] > 0 AS positive,
       array_length(covariance, 1) AS covariance, log_likelihood < 0 AS likelihood
FROM (SELECT (fit('mbg/nbd', r.x, r.t_x, r.t)).* FROM customers, rfm(p, '2026-01-01', 'auto') AS r) AS fit;
-- Eight hundred customers by rule; the same in any order, and as fewer rows with weights.
CREATE TABLE buyers AS
    SELECT x, CASE WHEN x > 0 THEN 10.0 * x + i % 50 END AS t_x, 60.0 + 10 * x + i % 50 AS t, 20 + i % 30 AS value
    FROM generate_series(1, 800) AS i, LATERAL (SELECT CASE WHEN i % 5 < 3 THEN 0 ELSE i % 7 END) AS b(x);
UPDATE buyers SET t_x = 0 WHERE x = 0;
CREATE TABLE fits AS
    SELECT m.model, (SELECT fit(m.model, x, t_x, t, value) FROM buyers) AS fit
    FROM unnest('{bg/nbd,gamma-gamma,mbg/nbd,pareto/nbd}'::text[]) AS m(model);
SELECT model, (fit).model = model AS same, (fit).names, array_length((fit).params, 1) AS params,
       array_length((fit).covariance, 1) AS covariance, array_length((fit).baseline, 1) AS baseline,
       (fit).customers, (fit).left_out, (fit).status IN ('converged', 'at limit') AS fitted
FROM fits ORDER BY model;
SELECT m.model, (SELECT fit(m.model, x, t_x, t, value ORDER BY t_x DESC, value) FROM buyers) = fit AS any_order,
       ((SELECT fit(m.model, x, t_x, t, value, n) FROM (SELECT x, t_x, t, value, count(*) AS n FROM buyers GROUP BY 1, 2, 3, 4) AS g)).params = (fit).params AS weighted
FROM fits AS m ORDER BY m.model;
SELECT (fit('mbg/nbd', x, t_x, t)) = (SELECT fit FROM fits WHERE model = 'mbg/nbd') AS value_not_looked_at FROM buyers;
-- What can't be used is left out and counted; no rows, no fit.
SELECT (f).customers, (f).left_out, (f).status FROM (SELECT fit('mbg/nbd', x, t_x, t) AS f FROM (VALUES
    (1, 3.0, 5.0), (-1, 0, 10), (0, 'NaN', 'Infinity'), (1, 5, 3), (0, 1, 3), (NULL, 0, 10), (1, NULL, 10), (1, 3, NULL)) AS v(x, t_x, t)) AS q;
SELECT (f).customers, (f).left_out, (f).status FROM (SELECT fit('mbg/nbd', 1, 3, 5, NULL, w) AS f
    FROM unnest('{40,-1,0,NaN,Infinity,NULL}'::float8[]) AS w) AS q;
SELECT (f).customers, (f).left_out, (f).baseline FROM (SELECT fit('gamma-gamma', x, NULL, NULL, value) AS f
    FROM (VALUES (2, 3.5), (0, 0), (1, 0), (1, -4), (1, NULL)) AS v(x, value)) AS q;
SELECT fit('mbg/nbd', x, t_x, t) IS NULL AS nothing FROM buyers WHERE false;
SELECT fit('weibull', 1, 1, 1);
SELECT fit('regular', 1, 1, 1);
-- The regularity mixture sees the gaps: of as many customers who come like clockwork and at random.
CREATE TABLE rhythms AS
    SELECT c, made(ARRAY(SELECT date '2025-01-01' + c % 30 + CASE WHEN c % 2 = 0 THEN 12 * n ELSE 12 * n + (n * n * c * 7919) % 23 END AS d
                         FROM generate_series(0, 2 + c % 9) AS n ORDER BY d)) AS p FROM generate_series(1, 600) AS c;
CREATE TABLE rhythm_fit AS
    SELECT fit('regular', r.x, r.t_x, r.t, r.log_gaps) AS fit, fit('mbg/nbd', r.x, r.t_x, r.t) AS random, fit('gamma-gamma', r.paid, NULL, NULL, r.amount) AS spend
    FROM rhythms, rfm(p, '2025-05-01', 'purchase') AS r;
SELECT (fit).names, (fit).customers, (fit).status, array_length((fit).covariance, 1) AS covariance,
       (fit).log_likelihood > (random).log_likelihood AS likelier, (spend).customers AS paid FROM rhythm_fit;
-- Ten gaps of 12 days, even or not, and six weeks of silence: the regular one looks lapsing.
SELECT even.nothing > uneven.nothing AS sees_the_rhythm, even.nothing_lo < even.nothing AND even.nothing < even.nothing_hi AS within,
       even.purchases < uneven.purchases AS fewer, even.purchases_lo < even.purchases AND even.purchases < even.purchases_hi AS purchases_within,
       even.alive BETWEEN 0 AND 1 AS chance
FROM rhythm_fit, predict(fit, 10, 120, 162, 30, 10 * ln(12.0)::float8) AS even,
     predict(fit, 10, 120, 162, 30, (5 * ln(2.0) + 5 * ln(22.0))::float8) AS uneven;
SELECT (predict(fit, 0, 0, 30, 30)).nothing IS NOT NULL AS once FROM rhythm_fit;
SELECT predict(fit, 10, 120, 162, 30) FROM rhythm_fit;
SELECT predict(fit, 10, 120, 162, 30, 'NaN') FROM rhythm_fit;
SELECT (predict(random, 10, 120, 162, 30, 1)) = predict(random, 10, 120, 162, 30) AS others_do_not_look FROM rhythm_fit;
SELECT fit(NULL, 1, 1, 1);
SELECT fit('gamma-gamma', 1, 1, 1);
SELECT fit(model, 1, 1, 1) FROM (VALUES ('mbg/nbd'), ('bg/nbd')) AS v(model);
-- What a fit says of one customer.
SELECT model, alive BETWEEN 0 AND 1 AND nothing_lo < nothing AND nothing < nothing_hi AND purchases_lo < purchases
              AND purchases < purchases_hi AS sane,
       nothing > (SELECT q.nothing FROM predict(fit, 3, 40, 50, 30) AS q) AS rises_with_silence,
       purchases < (SELECT q.purchases FROM predict(fit, 3, 40, 70, 60) AS q) AS grows_with_the_horizon
FROM fits, predict(fit, 3, 40, 70, 30) WHERE model <> 'gamma-gamma' ORDER BY model;
SELECT lo < value AND value < hi AS sane, value > 0 AS positive, n,
       value < (expected_value(fit, 5, 90)).value AS rises, abs(value - (expected_value(fit, 0, 0)).value) > 0 AS own
FROM fits, expected_value(fit, 5, 30) AS e WHERE fits.model = 'gamma-gamma' AND e.model = fits.model AND as_of IS NULL;
SELECT predict(fit, 1, 5, 3, 30) FROM fits WHERE model = 'mbg/nbd';
SELECT predict(fit, 1, 3, 5, 0) FROM fits WHERE model = 'mbg/nbd';
SELECT predict(fit, 1, 3, 5, 'Infinity') FROM fits WHERE model = 'mbg/nbd';
SELECT predict(fit, 1, 3, 5, 30) FROM fits WHERE model = 'gamma-gamma';
SELECT expected_value(fit, 1, 3) FROM fits WHERE model = 'mbg/nbd';
SELECT expected_value(fit, 1, -3) FROM fits WHERE model = 'gamma-gamma';
SELECT predict(ROW('mbg/nbd', NULL, '{1,2,3}', NULL, NULL, 0, 0, 0, 0, '')::population, 1, 3, 5, 30);
SELECT predict(ROW('mbg/nbd', NULL, '{1,2,3,NaN}', array_fill(0.0::float8, '{16}'), NULL, 0, 0, 0, 0, '')::population, 1, 3, 5, 30);
SELECT predict(ROW(NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, '')::population, 1, 3, 5, 30);

SET client_min_messages = warning;
DROP SCHEMA score_test CASCADE;
