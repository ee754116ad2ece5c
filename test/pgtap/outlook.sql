-- Learning on the past: train_churn, train_intent, what they publish, and the scores that come of it.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;

SELECT no_plan();
SET search_path = public, empathy;

SELECT throws_ok('SELECT empathy.train_churn()', '55000', 'there are no customers to learn from', 'nobody to learn from');
SELECT throws_ok('SELECT empathy.train_value()', '55000', 'there are no customers to learn from', 'nor what they spend');
SELECT throws_ok($$SELECT empathy.train_churn(target => 'money')$$, '22023', 'unknown target "money"', 'an unknown target');
SELECT throws_ok($$SELECT empathy.train_churn('1 hour')$$, '22023', NULL, 'a horizon of less than a day');
SELECT throws_ok($$SELECT empathy.train_churn(NULL)$$, '22004', 'horizon must not be null', 'no horizon');
SELECT throws_ok($$SELECT empathy.train_intent('1 minute')$$, '22023', NULL, 'minutes');

-- A number from 0 to 1 that looks random.
CREATE FUNCTION chance(VARIADIC text[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (('x' || substr(md5(array_to_string($1, ' ')), 1, 8))::bit(32)::bigint & 1048575) / 1048576.0
$$;

-- Half of the customers buy every two weeks or so until they leave, one day or another; those who complain leave soon.
-- Some put things into a cart, and often buy within the hour.
CREATE TABLE events (customer text, at timestamptz, kind text, amount numeric);
INSERT INTO events
SELECT 'c' || c, timestamptz '2024-01-01 10:00+00' + d * interval '1 day', 'order', 10 + c % 7
FROM generate_series(1, 1200) AS c, LATERAL (SELECT (chance('life', c::text) * 500)::int AS leaves, (chance('start', c::text) * 150)::int AS starts) AS l,
     generate_series(0, 364) AS d
WHERE d >= starts AND (d = starts OR d < starts + leaves AND chance('buy', c::text, d::text) < CASE WHEN c % 2 = 0 THEN 0.07 ELSE 0.02 END);
INSERT INTO events
SELECT customer, max(at) + interval '1 day', 'complaint', NULL FROM events
WHERE chance('complains', customer) < 0.4 GROUP BY customer HAVING max(at) < '2024-12-01';
INSERT INTO events
SELECT customer, at - interval '40 minutes', 'add_to_cart', NULL FROM events WHERE kind = 'order' AND chance('cart', customer, at::text) < 0.7;
INSERT INTO events
SELECT customer, at + interval '3 days', 'visit', NULL FROM events WHERE kind = 'order' AND chance('looks', customer, at::text) < 0.8;

SELECT watch('events', customer => 'customer', at => 'at', kind => 'kind', amount => 'amount', said => '', channel => '', direction => '', about => '', rating => '');
CALL empathy.refresh();

-- What a refresh learns by itself

SELECT results_eq($$SELECT model, target, within, learned, customers FROM models WHERE in_use ORDER BY model$$,
    $$VALUES ('churn-1', 'purchase', interval '90 days', true, 1200::bigint), ('item-0', 'purchase', interval '30 days', false, 0),
             ('purchase_intent-1', 'purchase', interval '7 days', true, 1200::bigint),
             ('value-1', 'purchase', interval '365 days', true, 1200::bigint)$$,
    'a refresh learns from whoever is there');
SELECT ok(s.churn IS NOT NULL AND s.churn_model = 'churn-1' AND s.churn_lo <= s.churn AND s.churn <= s.churn_hi, 'profiles are scored by it')
FROM profiles s WHERE customer = 'c7';
SELECT results_eq($$SELECT DISTINCT measured_on, n > 1000 FROM accuracy WHERE model = 'churn-1'$$,
    $$SELECT format('the 90 days after %s', as_of - 90), true FROM model WHERE model = 'churn-1'$$, 'it was tried on the last horizon');
SELECT results_eq($$SELECT measure FROM accuracy WHERE model = 'churn-1' AND measure !~ ' of ' ORDER BY 1$$,
    $$VALUES ('AUC'), ('Brier score'), ('calibration error'), ('log loss')$$, 'with all that one asks of a probability');
SELECT ok(a.value < p.value AND a.value < r.value, 'and does better than the population model and than recency alone')
FROM accuracy a, accuracy p, accuracy r
WHERE (a.model, p.model, r.model) = ('churn-1', 'churn-1', 'churn-1') AND a.measure = 'log loss'
  AND p.measure = 'log loss of the population model' AND r.measure = 'log loss of recency alone';

-- The same again

SELECT is(train_churn(), 'churn-2', 'a fit is a new model');
SELECT results_eq($$SELECT params, coefficients, means, features FROM model WHERE model = 'churn-2'$$,
    $$SELECT params, coefficients, means, features FROM model WHERE model = 'churn-1'$$, 'the same profiles, the same model');

-- Scores: as_of the day after the data

CREATE TEMP VIEW scored AS
SELECT p.customer, e.*, p.profile FROM person p, churn_estimate(p.profile, '2024-12-31') AS e;
SELECT is(count(*) FILTER (WHERE NOT (lo <= value AND value <= hi AND lo >= 0 AND hi <= 1)), 0::bigint, 'values within their intervals') FROM scored;
SELECT is(max(abs(value - 1 / (1 + exp(-why.total)))) < 1e-12, true, 'reasons sum to the log-odds')
FROM scored, LATERAL (SELECT sum(contribution) AS total FROM explain(profile, 'churn', '2024-12-31')) AS why;
SELECT ok(max(why.parts) <= 9 AND min(why.parts) >= 3, 'in a few rows') FROM scored, LATERAL (SELECT count(*) AS parts FROM explain(profile, 'churn', '2024-12-31')) AS why;
SELECT is(count(*) FILTER (WHERE NOT (churn(profile, '2024-12-31', '30 days') >= value::real AND value::real >= churn(profile, '2024-12-31', '1 year'))), 0::bigint,
          'never likelier within longer') FROM scored;
SELECT ok(abs(avg(value) - (SELECT value FROM accuracy WHERE model = 'churn-2' AND measure = 'share of the label')) < 0.25, 'on the whole as often as before') FROM scored;
SELECT is(count(*) FILTER (WHERE purchase_intent(profile, '2024-12-31') IS NULL), 0::bigint, 'everybody may buy') FROM scored;
SELECT is(max(abs(e.value - 1 / (1 + exp(-why.total)))) < 1e-12, true, 'with reasons too')
FROM scored s, purchase_intent_estimate(s.profile, '2024-12-31') AS e, LATERAL (SELECT sum(contribution) AS total FROM explain(profile, 'purchase_intent', '2024-12-31')) AS why;
SELECT ok(string_agg(e.factor || ': ' || e.value, '; ') ~ 'how long they have been silent: for [0-9]+ days, usually comes every [0-9]+', 'in words')
FROM scored, explain(profile, 'churn', '2024-12-31') AS e WHERE customer = 'c8';
SELECT is(churn(slice(profile, NULL, '2024-06-01'), '2024-05-31'), churn(profile, '2024-05-31'), 'what came later says nothing') FROM scored WHERE customer = 'c10';

-- Value

SELECT is(count(*) FILTER (WHERE NOT (ltv >= 0 AND ltv_lo <= ltv AND ltv <= ltv_hi AND ltv_lo >= 0 AND ltv_model = 'value-1')), 0::bigint,
          'everybody who bought has a value within its interval') FROM profiles;
SELECT results_eq($$SELECT measured_on, n > 800 FROM accuracy WHERE model = 'value-1' AND measure = 'value of a customer'$$,
    $$SELECT format('the %s days after %s', 122, as_of - 122), true FROM model WHERE model = 'value-1'$$, 'it was tried on the last third of the past');
SELECT ok(e.value / s.value BETWEEN 0.6 AND 1.6 AND p.value / b.value BETWEEN 0.6 AND 1.6, 'and came out about right')
FROM accuracy e, accuracy s, accuracy p, accuracy b
WHERE (e.model, s.model, p.model, b.model) = ('value-1', 'value-1', 'value-1', 'value-1') AND e.measure = 'value expected of a customer'
  AND s.measure = 'value of a customer' AND p.measure = 'purchases expected of a customer' AND b.measure = 'purchases of a customer';
SELECT ok(value BETWEEN 0.9 AND 1, 'with intervals that are right of 95 in 100 or so') FROM accuracy WHERE model = 'value-1' AND measure = 'share within the interval';
SELECT is(count(*), 1::bigint, 'whether amounts go with frequency is reported') FROM accuracy
WHERE model = 'value-1' AND measure = 'correlation of amount and frequency' AND abs(value) < 0.3;
SELECT is(max(abs(why.total - ln(e.value))) < 1e-9, true, 'reasons sum to its logarithm')
FROM scored s, value_estimate(s.profile, '2024-12-31') AS e, LATERAL (SELECT sum(contribution) AS total FROM explain(s.profile, 'value', '2024-12-31')) AS why;
SELECT is(count(*) FILTER (WHERE NOT (value(profile, '2024-12-31', '30 days') < value(profile, '2024-12-31'))), 0::bigint, 'a longer horizon is worth more') FROM scored;
SELECT ok(e.n = 1 AND e.value > 0 AND e.as_of = '2024-12-31' AND e.model = 'value-1', 'one purchase is enough')
FROM value_estimate('{"format": 1, "cells": [[9100, "kind:order", 1, 200000]]}', '2024-12-31') AS e;
SELECT is(value('{"format": 1, "cells": [[9100, "kind:visit", 1, 0]]}', '2024-12-31'), NULL, 'none is not');
SELECT is(train_value('60 days'), 'value-2', 'another horizon');
SELECT ok(learned AND horizon = 60, 'is learned at that') FROM model JOIN models USING (model) WHERE model = 'value-2';
SELECT throws_ok($$SELECT empathy.train_value('1 hour')$$, '22023', NULL, 'a horizon of less than a day');

-- Items: eggs every week or so, a sofa once, for whoever buys

SELECT is(count(*), 0::bigint, 'nothing is due where no event is about anything') FROM scored s, due_items(s.profile, '2024-12-31');
SELECT ok(NOT learned, 'and nothing was learned of items') FROM models WHERE task = 'item' AND in_use;
CREATE TABLE baskets AS
SELECT 'b' || c AS customer, timestamptz '2024-01-01 10:00+00' + d * interval '1 day' AS at, 'order' AS kind, 3 AS amount, i AS item
FROM generate_series(1, 400) AS c, generate_series(c % 50, 364) AS d, unnest('{eggs,milk,sofa}'::text[]) AS i
WHERE chance('comes', c::text, d::text) < 0.12
  AND CASE i WHEN 'sofa' THEN chance('sofa', c::text, d::text) < 0.06 AND d < 250 ELSE chance(i, c::text, d::text) < (1 + c % 2) * 0.3 END;
INSERT INTO baskets SELECT customer, at, 'visit', NULL, 'lamp' FROM baskets WHERE item = 'eggs';
SELECT watch('baskets', customer => 'customer', at => 'at', kind => 'kind', amount => 'amount', about => 'item', said => '', channel => '', direction => '', rating => '');
CALL empathy.refresh();
SELECT matches(train_items(), '^item-[0-9]+$', 'items are learned');
SELECT ok((SELECT learned FROM models WHERE task = 'item' AND in_use)
          AND a.value > 0.8 AND c.value < 0.06, 'well, and calibrated') FROM accuracy a JOIN models m USING (model), accuracy c
WHERE m.in_use AND m.task = 'item' AND a.measure = 'AUC' AND c.model = a.model AND c.measure = 'calibration error';
SELECT results_eq($$SELECT item FROM item_prior p JOIN models m USING (model) WHERE m.in_use ORDER BY item$$, ARRAY['', 'eggs', 'milk', 'sofa'],
                  'the items are known, what was only looked at is none');
SELECT ok(e.share_again > 0.7 AND s.share_again < e.share_again - 0.2 AND e.usual_days < s.usual_days, 'and how they are bought again')
FROM item_prior e, item_prior s WHERE e.item = 'eggs' AND s.item = 'sofa' AND e.model = s.model;
CREATE TEMP TABLE due AS SELECT p.customer, d.* FROM person p, due_items(p.profile, '2024-12-31') AS d;
SELECT ok(count(*) > 900 AND bool_and(probability_lo <= probability AND probability <= probability_hi AND probability_lo >= 0 AND probability_hi <= 1
                                      AND model ~ '^item-' AND n > 0 AND (usual_days IS NULL) = (n < 2) AND others_days > 0),
          'each with a rhythm and a probability within its interval') FROM due;
SELECT ok((SELECT avg(probability) FROM due WHERE item = 'eggs') > (SELECT avg(probability) FROM due WHERE item = 'sofa') + 0.3, 'eggs are likelier than sofas');
SELECT is(count(*) FILTER (WHERE NOT ok), 0::bigint, 'likeliest first')
FROM (SELECT d.probability <= lag(d.probability) OVER (PARTITION BY p.customer ORDER BY d.nr) IS NOT FALSE AS ok
      FROM person p, due_items(p.profile, '2024-12-31') WITH ORDINALITY AS d(item, n, u, r, o, l, du, ov, probability, lo, hi, m, nr)) AS o;
SELECT is(count(*) FILTER (WHERE (c.n, c.last_on, c.usual_days, c.regularity, c.due_on, c.overdue)
                           IS DISTINCT FROM (d.n, d.last_on, d.usual_days, d.regularity, d.due_on, d.overdue)), 0::bigint, 'as cadence() has it of the item')
FROM due d JOIN person p USING (customer), cadence(p.profile, '2024-12-31', d.item) AS c;
SELECT is(max(abs(d.probability - 1 / (1 + exp(-why.total)))) < 1e-12, true, 'with reasons')
FROM due d JOIN person p USING (customer), LATERAL (SELECT sum(contribution) AS total FROM explain(p.profile, 'item:' || d.item, '2024-12-31')) AS why;
SELECT ok(string_agg(e.factor || ': ' || e.value, '; ') ~ 'how others buy it: others buy it again after [0-9]+ days', 'in words')
FROM person p, explain(p.profile, 'item:eggs', '2024-12-31') AS e WHERE customer = 'b7';
SELECT is(count(*) FILTER (WHERE NOT l.probability > s.probability), 0::bigint, 'likelier within longer')
FROM person p, due_items(p.profile, '2024-12-31', '7 days') AS s JOIN LATERAL due_items(p.profile, '2024-12-31', '60 days') AS l USING (item)
WHERE p.customer ~ '^b';
SELECT is(count(*), 0::bigint, 'what came later says nothing')
FROM person p, LATERAL (SELECT d FROM due_items(p.profile, '2024-09-01') AS d EXCEPT SELECT d FROM due_items(slice(p.profile, NULL, '2024-09-02'), '2024-09-01') AS d) AS e
WHERE p.customer ~ '^b';
SELECT is((SELECT c FROM person p, cadence(p.profile, '2024-12-31', 'lamp') AS c WHERE customer = 'b7')::text, '(0,,,,,,,)', 'of no such item there is no rhythm');
SELECT results_eq($$SELECT n, silent_days FROM cadence('{"format": 1, "cells": [[9000, "about:faq", 1, 0], [9000, "kind:visit", 1, 0], [9005, "about:faq", 2, 0], [9005, "kind:visit", 2, 0]]}',
                  timestamptz '2000-01-01' + interval '9010 days', 'faq')$$, $$VALUES (2::bigint, 5::bigint)$$, 'of who never bought, visits count');
SELECT is(cadence(NULL, now(), 'eggs') IS NULL AND cadence('{"format": 1}', now(), NULL) IS NULL, true, 'nothing of nothing');
UPDATE item_prior SET usual_days = 'NaN' WHERE item = 'eggs';
SELECT throws_ok($$SELECT empathy.due_items(profile, '2024-12-31') FROM empathy.person WHERE customer = 'b7'$$, 'XX001', NULL, 'a damaged row');
SELECT empathy.unwatch('baskets');
DROP TABLE baskets;
CALL empathy.refresh();

-- Now: within hours

SELECT is(train_intent('2 hours'), 'purchase_now-1', 'hours are a task of their own');
SELECT ok((SELECT learned FROM models WHERE model = 'purchase_now-1')
          AND (SELECT value > 0.8 FROM accuracy WHERE model = 'purchase_now-1' AND measure = 'AUC'), 'learned at moments');
CREATE TEMP TABLE session AS SELECT profile_agg(at, kind, NULL, amount) AS p FROM (
    SELECT at, kind, amount FROM events WHERE customer = 'c8' UNION ALL VALUES (timestamptz '2024-12-31 12:00+00', 'add_to_cart', NULL::numeric)) AS v;
SELECT ok(purchase_intent(p, '2024-12-31 12:05', '2 hours') > 3 * purchase_intent(p, '2024-12-31 11:55', '2 hours'), 'a cart makes a purchase likelier') FROM session;
SELECT ok(purchase_intent(p, '2024-12-31 12:05', '2 hours') > purchase_intent(p, '2024-12-31 22:00', '2 hours'), 'for a while') FROM session;
SELECT ok(cart_abandonment(p, '2024-12-31 12:05', '2 hours') BETWEEN 0 AND 1
          AND abs(cart_abandonment(p, '2024-12-31 12:05', '2 hours') + purchase_intent(p, '2024-12-31 12:05', '2 hours') - 1) < 1e-6, 'or the cart is left') FROM session;
SELECT is(cart_abandonment(p, '2024-12-31 11:55'), NULL, 'but for a cart there is none to leave') FROM session;

-- A complaint

SELECT is(empathy.train_churn('30 days', 'activity'), 'churn-3', 'another horizon, another target');
SELECT is(format('%s %s', target, within), 'activity 30 days', 'as the view says') FROM models WHERE model = 'churn-3';
UPDATE events SET kind = 'cancelled' WHERE kind = 'complaint';
CALL empathy.refresh();
SELECT matches(empathy.train_churn('60 days', 'cancel'), '^churn-', 'explicit cancels');
SELECT is(target, 'cancel', 'are what counts then') FROM models WHERE in_use AND task = 'churn';
SELECT ok(churn(p, '2024-12-31') BETWEEN 0 AND 1 AND churn(p, '2024-12-31', '1 year') > churn(p, '2024-12-31', '30 days'), 'and are likelier within longer') FROM session;

-- Drift: what an older model predicted, and what happened

INSERT INTO events SELECT 'c' || c, '2025-01-20', 'order', 5 FROM generate_series(1, 400) AS c;
CALL empathy.refresh();
SELECT matches(train_churn(target => 'purchase'), '^churn-', 'a later fit');
SELECT is((SELECT count(*) FROM accuracy WHERE model = 'churn-2' AND measured_on ~ '^the \d+ days since it was fitted$'
           AND measure IN ('mean prediction', 'share of the label') AND value BETWEEN 0 AND 1 AND n > 1000), 2::bigint, 'an older model is held to what happened since');

-- Rights and damage

CREATE ROLE emp_nobody;
GRANT USAGE ON SCHEMA public TO emp_nobody;
SET ROLE emp_nobody;
SELECT throws_ok('SELECT empathy.train_churn()', '42501', NULL, 'not everybody may train');
SELECT throws_ok('SELECT empathy.train_intent()', '42501', NULL, 'neither intent');
SELECT throws_ok('SELECT empathy.train_value()', '42501', NULL, 'nor value');
SELECT throws_ok('SELECT empathy.train_items()', '42501', NULL, 'nor items');
SELECT throws_ok('TABLE empathy.item_prior', '42501', NULL, 'nor read of them');
SELECT throws_ok($$SELECT empathy.fit_outlook('churn', NULL, '90 days')$$, '42501', NULL, 'nor by the inner function');
SELECT ok(empathy.churn('{"format": 1, "cells": [[9000, "kind:order", 1, 0]]}', '2025-01-01') > 0, 'but score what they hold');
RESET ROLE;
CREATE TEMP TABLE broken AS SELECT * FROM model WHERE task = 'churn' ORDER BY version DESC LIMIT 1;
CREATE FUNCTION damage(change text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE empathy.model SET %s WHERE model = (SELECT model FROM broken)', change);
    RETURN throws_ok($q$SELECT empathy.churn('{"format": 1, "cells": [[9000, "kind:order", 1, 0]]}', '2025-01-01')$q$, 'XX001', NULL, change);
END $$;
SELECT damage(c) FROM unnest('{"params = ''{1,2,3}''","params = ''{1,NaN,1,1}''","rate = 0","events = 0","usual_gap = ''NaN''","features[1] = ''magic''","features = features[2:]",
    "coefficients[1] = ''NaN''","means = NULL","coefficient_covariance = ''{}''","horizon = -1","target = ''auto'', covariance = ''{}''"}'::text[]) AS c;
DELETE FROM model WHERE model = (SELECT model FROM broken);
UPDATE model SET amounts = '{1,NaN,1}' WHERE model = 'value-2';
SELECT throws_ok($$SELECT empathy.value('{"format": 1, "cells": [[9000, "kind:order", 1, 0]]}', '2025-01-01')$$, 'XX001', NULL, 'damaged amounts');
SELECT lives_ok($$SELECT empathy.churn('{"format": 1, "cells": [[9000, "kind:order", 1, 0]]}', '2025-01-01')$$, 'the one before it still answers');

SELECT * FROM finish();
SET client_min_messages = error;
DROP OWNED BY emp_nobody;
DROP ROLE emp_nobody;
