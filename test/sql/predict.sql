-- What train_model() says of the columns that it is given.
CREATE TEMP TABLE visits AS
SELECT i AS id, 'v' || i AS code, (i * 7919) % 1000003 AS amount, i % 40 AS pages, i % 40 > 20 AS bought,
       CASE WHEN i % 40 > 20 THEN date '2026-01-01' + i END AS paid_on, CASE WHEN i % 40 > 20 THEN 'stays' ELSE 'leaves' END AS fate
FROM generate_series(1, 400) AS i;
SELECT empathy.train_model('visits', 'SELECT id, code, amount, pages, bought FROM visits', 'bought');
SELECT empathy.train_model('visits', 'SELECT amount, paid_on, bought FROM visits UNION ALL SELECT 1, NULL, NULL', 'bought');
SELECT empathy.train_model('visits', 'SELECT amount, fate FROM visits', 'fate');
SELECT model, features, label, answer FROM empathy.predictor ORDER BY version;
SELECT empathy.train_model('visits', 'SELECT amount, pages AS label FROM visits');
SELECT empathy.train_model('visits', 'SELECT ''{1}''::int[] AS list, bought AS label FROM visits');
SELECT empathy.train_model('visits', 'SELECT amount, bought FROM visits');
SELECT empathy.train_model('visits', 'SELECT amount, bought AS label FROM visits LIMIT 15');
SELECT empathy.train_model('visits-1', 'SELECT amount, bought AS label FROM visits');
SELECT empathy.predict('visits-1', v) FROM (SELECT 1 AS amount) AS v;
SELECT empathy.predict('visits-1', v) FROM (SELECT 1 AS amount, 'many' AS pages) AS v;
SELECT empathy.drop_model('visits');
