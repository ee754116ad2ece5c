-- Stored scores: what scores() says of the profile, renewed when the profile, the model or the day is another.
\set QUIET on
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT plan(19);

CREATE TABLE visits (who int, at timestamptz, what text, said text);
CREATE INDEX ON visits (who, at);
INSERT INTO visits
SELECT n, now() - (n % 60 + g * (n % 7 + 2)) * interval '1 day', 'order', CASE WHEN g = 1 THEN 'I am very happy with it' END
FROM generate_series(1, 200) AS n, generate_series(1, n % 5 + 1) AS g;
SELECT empathy.watch('visits', customer => 'who', at => 'at', kind => 'what', said => 'said');
CALL empathy.refresh();

CREATE VIEW wrong AS
SELECT s.customer FROM empathy.score s JOIN empathy.person p USING (customer)
WHERE (SELECT w FROM empathy.scores(p.profile, s.as_of) AS w)::text <>
      (SELECT r::text FROM (SELECT s.first_on, s.last_at, s.last_heard_on, s.events, s.texts, s.amount, s.sentiment,
                                   s.sentiment_lo, s.sentiment_hi, s.emotion, s.intent, s.churn, s.churn_lo, s.churn_hi, s.ltv, s.ltv_lo, s.ltv_hi,
                                   s.usual_days, s.regularity, s.due_on, s.overdue, s.stage, s.stage_since, s.churn_model, s.ltv_model, s.text_model) AS r);

SELECT is((SELECT count(*) FROM empathy.score), 200::bigint, 'every customer is scored');
SELECT is((SELECT count(*) FROM wrong), 0::bigint, 'as scores() scores them');
SELECT is((SELECT DISTINCT churn_model FROM empathy.score), 'churn-1', 'by the model that the refresh fitted');
SELECT is((SELECT max(as_of) FROM empathy.profiles), (SELECT max(as_of) FROM empathy.score), 'the view shows them');

INSERT INTO visits VALUES (3, now(), 'order', 'this is terrible, I hate it');
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM wrong), 0::bigint, 'a changed profile is scored again');
SELECT is((SELECT count(DISTINCT as_of) FROM empathy.score WHERE customer = '3' OR customer = '4'), 2::bigint, 'others are not');

UPDATE empathy.model SET fitted_at = now() - interval '23.5 hours'; -- a day old, it would be fitted again
UPDATE empathy.score SET churn = 2, as_of = now() - interval '25 hours' WHERE customer IN ('5', '6');
UPDATE empathy.score SET churn = 2, as_of = now() - interval '23 hours' WHERE customer = '7';
CALL empathy.refresh();
SELECT is((SELECT string_agg(customer, ' ') FROM empathy.score WHERE churn = 2), '7', 'after a day scores are renewed');
SELECT empathy.train_churn();
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT churn_model, ' ') FROM empathy.score), 'churn-2', 'and when there is a newer model');
SELECT is(empathy.job_has_work('rescore'), false, 'then the job has nothing to renew');
UPDATE empathy.model SET fitted_at = now() WHERE task = 'value';
SELECT is(empathy.job_has_work('rescore'), true, 'it has when there is a newer model of value');
CALL empathy.refresh();
SELECT empathy.set_role('unheard of', 'purchase');
SELECT is(empathy.job_has_work('rescore'), true, 'and when a role was set');
CALL empathy.refresh();
SELECT is(empathy.job_has_work('rescore'), false, 'until they are renewed');
UPDATE empathy.model SET fitted_at = now() + interval '1 day' WHERE version = 2;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM wrong), 0::bigint, 'a model from the future does not keep a refresh busy for ever');

SELECT empathy.invalidate('visits');
UPDATE visits SET said = 'I am angry about it' WHERE said IS NOT NULL;
DELETE FROM visits WHERE who = 8;
CALL empathy.refresh('0 s'); -- finds out what there is to do
CALL empathy.refresh('0 s'); -- a part of it
SELECT is((SELECT count(*) FROM empathy.score s WHERE s.as_of < (SELECT refreshed_at - interval '1 hour' FROM empathy.person p WHERE p.customer = s.customer)),
          0::bigint, 'after any refresh of so few customers all are scored');
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM wrong), 0::bigint, 'a table that was read for everybody is scored once it is done');
SELECT is((SELECT count(*) FROM empathy.score WHERE customer = '8' OR NOT isfinite(as_of)), 0::bigint, 'and who went with it is gone');

DELETE FROM visits WHERE who = 9;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.score WHERE customer = '9'), 0::bigint, 'who is gone has no scores');

ANALYZE empathy.score, empathy.person;
SET enable_seqscan = off; -- two hundred rows are few
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP plan := plan || line || E'\n'; END LOOP;
    RETURN plan;
END $$;
SELECT matches(plan_of('SELECT customer, churn FROM empathy.profiles ORDER BY churn DESC NULLS LAST LIMIT 10'), 'score', 'sorted by a score');
SELECT matches(plan_of('SELECT customer, churn, profile FROM empathy.profiles WHERE churn > .9 ORDER BY churn LIMIT 10'), 'score_by_churn',
               'through its index');
SELECT * FROM finish();
