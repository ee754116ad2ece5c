-- Drift: a model is held to what happened since, and jobs learn again. A shop where nothing changes, then one where
-- customers stay away.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;

SELECT no_plan();
SET search_path = public, empathy;

-- A number from 0 to 1 that looks random.
CREATE FUNCTION chance(VARIADIC text[]) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT (('x' || substr(md5(array_to_string($1, ' ')), 1, 8))::bit(32)::bigint & 1048575) / 1048576.0
$$;

-- 900 customers, three new ones a day at first; each comes on 4 days in 100 until they leave, at the earliest after a week.
CREATE TABLE lives AS
SELECT 'c' || c AS customer, c / 3 AS first, c / 3 + 7 + (-250 * ln(chance('life', c::text) + 0.0001))::int AS leaves FROM generate_series(1, 1200) AS c;
CREATE TABLE events (customer text, at timestamptz, kind text, amount numeric);
CREATE INDEX ON events (customer, at);

-- What they buy on some days; `stay` is the share of the days on which they would come that they do.
CREATE FUNCTION live(since int, until int, stay float8) RETURNS void LANGUAGE sql AS $$
    INSERT INTO events
    SELECT customer, timestamptz '2024-01-01 10:00+00' + d * interval '1 day', 'order', 10
    FROM lives, generate_series(since, until) AS d
    WHERE d = first OR (d > first AND d < leaves AND chance('comes', customer, d::text) < 0.04 AND chance('stays', customer, d::text) < stay)
$$;
SELECT live(0, 250, 1);
SELECT watch('events', customer => 'customer', at => 'at', kind => 'kind', amount => 'amount', said => '', channel => '', direction => '', about => '', rating => '');
CALL empathy.refresh();
SELECT is(train_churn('30 days', 'purchase'), 'churn-2', 'a model of thirty days');
SELECT is(count(*), 0::bigint, 'nothing is known of drift yet') FROM accuracy WHERE measure = 'mean prediction';

-- Time goes by

CREATE FUNCTION a_day_later() RETURNS void LANGUAGE sql AS 'UPDATE empathy.model SET fitted_at = fitted_at - interval ''25 hours''';
CREATE FUNCTION drift_of(name text) RETURNS TABLE (predicted float8, outcome float8, n bigint, days text) LANGUAGE sql AS $$
    SELECT p.value, o.value, p.n, p.measured_on FROM empathy.accuracy p JOIN empathy.accuracy o USING (model, measured_on)
    WHERE p.model = $1 AND p.measure = 'mean prediction' AND o.measure = 'share of the label'
$$;
SELECT is(empathy.job_has_work('retrain'), false, 'there is nothing to learn again for the job');
SELECT live(251, 290, 1);
CALL empathy.refresh();
SELECT results_eq($$SELECT model FROM models WHERE in_use AND task = 'churn'$$, ARRAY['churn-2'], 'within a day a refresh does not learn again');
INSERT INTO events SELECT customer, at, kind, amount FROM events ORDER BY at DESC LIMIT 1;
SELECT a_day_later();
SELECT is(empathy.job_has_work('retrain'), false, 'nor while something is stale');
CALL empathy.refresh_changes(NULL);
SELECT is(empathy.job_has_work('retrain'), true, 'a day later there is');
CALL empathy.refresh();
SELECT is(empathy.job_has_work('retrain'), false, 'once');
SELECT results_eq($$SELECT model FROM models WHERE in_use ORDER BY model$$,
    ARRAY['churn-3', 'item-0', 'purchase_intent-2', 'value-2'], 'after a day it does, all that there is to learn');
SELECT results_eq($$SELECT within, target FROM models WHERE in_use AND task = 'churn'$$, $$VALUES (interval '30 days', 'purchase')$$, 'as was asked for last');
SELECT ok(count(*) = 1 AND bool_and(abs(predicted - outcome) < 0.05 AND n > 500 AND days ~ '^the [0-9]+ days since it was fitted$'),
          'the older model is held to what happened, which was what it said') FROM drift_of('churn-2');
SELECT diag(format('predicted %s, came out %s', round(predicted::numeric, 3), round(outcome::numeric, 3))) FROM drift_of('churn-2');

-- Then most stay away

SELECT live(291, 330, 0.25);
SELECT a_day_later();
CALL empathy.refresh();
SELECT ok(count(*) = 1 AND bool_and(outcome > predicted + 0.15), 'that customers stay away shows') FROM drift_of('churn-3');
SELECT diag(format('predicted %s, came out %s', round(predicted::numeric, 3), round(outcome::numeric, 3))) FROM drift_of('churn-3');
SELECT ok(s.value > l.value + 0.15, 'and in the trial: the share of the label is not what was learned from') FROM accuracy s, accuracy l
WHERE s.model = 'churn-4' AND l.model = 'churn-4' AND s.measure = 'share of the label' AND l.measure = 'share of the label when learned';

-- The model that was learned again follows

SELECT live(331, 370, 0.25);
SELECT a_day_later();
CALL empathy.refresh();
SELECT ok(new.predicted - new.outcome > old.predicted - old.outcome + 0.1, 'the newer model is nearer to what came out than the one before was')
FROM drift_of('churn-4') AS new, drift_of('churn-3') AS old;
SELECT diag(format('predicted %s, came out %s', round(predicted::numeric, 3), round(outcome::numeric, 3))) FROM drift_of('churn-4');
SELECT is(count(*), 0::bigint, 'a model is not held twice to the same days') FROM (SELECT FROM accuracy WHERE measure = 'mean prediction' GROUP BY model, measured_on HAVING count(*) > 1) AS twice;

-- The job

SELECT results_eq($$SELECT job FROM jobs WHERE job = 'refresh'$$, ARRAY['refresh'], 'learning again is part of the job that refreshes');
SELECT a_day_later();
SELECT empathy.invalidate('events');
SELECT empathy.train_if_due();
SELECT results_eq($$SELECT max(version) FROM model WHERE task = 'churn'$$, ARRAY[5], 'not while something is stale');

SELECT * FROM finish();
