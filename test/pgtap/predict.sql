-- Users' own models: train_model, predict, explain_prediction, drop_model.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, empathy;

SELECT no_plan();

-- Who is big and on the right plan buys; the rest is noise.
CREATE TYPE plan AS ENUM ('free', 'pro', 'team');
CREATE TABLE visits (id serial, pages int, plan plan, since date, seen timestamptz, stay interval, price numeric(10, 2),
                     member boolean, shop char(10), note varchar, bought boolean);
SELECT setseed(0.5);
INSERT INTO visits (pages, plan, since, seen, stay, price, member, shop, note, bought)
SELECT p, k, date '2024-01-01' + (random() * 400)::int, timestamptz '2025-01-01' + random() * interval '90 days',
       random() * interval '1 hour', (random() * 100)::numeric, random() < 0.5, 's' || (random() * 5)::int,
       CASE WHEN i % 3 > 0 THEN 'n' || i % 4 END, random() < CASE WHEN p > 20 AND k <> 'free' THEN 0.9 ELSE 0.1 END
FROM (SELECT i, (random() * 40)::int AS p, (ARRAY['free', 'pro', 'team'])[1 + (random() * 2)::int]::plan AS k
      FROM generate_series(1, 600) AS i) AS v;

SELECT is(train_model('visits', 'SELECT * FROM visits', 'bought'), 'visits-1', 'a model of any table');
SELECT results_eq('SELECT features, label, answer, n_rows FROM empathy.predictor', $$VALUES
    ('{pages,plan,since,seen,stay,price,member,shop,note}'::text[], 'bought', 'true', 600::bigint)$$,
    'learns from all columns but the label and a number of the row');
SELECT cmp_ok(value, '>', 0.8::float8, 'AUC is published') FROM empathy.accuracy WHERE model = 'visits-1' AND measure = 'AUC';
SELECT is(count(*), 11::bigint, 'with other figures') FROM empathy.accuracy
WHERE model = 'visits-1' AND n = 600 AND measured_on = 'rows held out';
SELECT results_eq($$SELECT task, in_use, target, customers FROM models WHERE model = 'visits-1'$$,
                  $$VALUES ('prediction', true, 'bought = true', 600::bigint)$$, 'the model is in the view');

-- Predictions

SELECT cmp_ok(avg(predict('visits', v)) FILTER (WHERE pages > 25 AND plan <> 'free'), '>', 0.7::float8, 'those who buy')
FROM visits AS v;
SELECT cmp_ok(avg(predict('visits', v)) FILTER (WHERE pages < 15 OR plan = 'free'), '<', 0.25::float8, 'those who don''t') FROM visits AS v;
SELECT is(count(*) FILTER (WHERE predict('visits', v) IS DISTINCT FROM predict('visits-1', v)), 0::bigint, 'by name or by version')
FROM visits AS v;
SELECT is(predict('visits', w), predict('visits', v), 'columns are known by their names, of any order and kin type')
FROM visits AS v, LATERAL (SELECT note::text, shop::text, member, price::float8, stay, seen::timestamp, since::timestamp,
                           plan::text, pages::numeric, 'more' AS more) AS w
WHERE v.id = 1;
SELECT ok(predict('visits', w) BETWEEN 0 AND 1, 'of what nothing is known')
FROM (SELECT NULL::text AS note, NULL::text AS shop, NULL::boolean AS member, 'NaN'::float8 AS price, NULL::interval AS stay,
             '-infinity'::timestamptz AS seen, 'infinity'::date AS since, 'new' AS plan, 1e308::float8 AS pages) AS w;
SELECT is(predict('visits', NULL::visits), NULL, 'no row, no prediction');
SELECT throws_ok('SELECT predict(''visits'', v) FROM (SELECT 1 AS pages) AS v', '42703', 'the row has no column "plan"', 'a missing column');
SELECT throws_ok('SELECT predict(''visits'', w) FROM (SELECT v.*, 1 AS n FROM visits AS v LIMIT 1) AS v, LATERAL (SELECT true AS pages, v.plan) AS w',
                 '42804', 'column "pages" is of type boolean', 'another type');
SELECT throws_ok('SELECT predict(''visits'', ROW(1, 2))', '42703', NULL, 'a row without names');
SELECT throws_ok('SELECT predict(''nothing'', v) FROM visits AS v', '42704', 'model "nothing" does not exist', 'no such model');
SELECT throws_ok(format('SELECT predict(%L, v) FROM visits AS v', repeat('x', 100000)), '42704', NULL, 'nor one of a very long name');
SELECT throws_ok('SELECT predict(''visits-2'', v) FROM visits AS v', '42704', 'model "visits-2" does not exist', 'no such version');

-- Explanations

SELECT cmp_ok(max(abs(s.sum - ln(p / (1 - p)))), '<', 0.001::float8, 'parts sum to the logit, to the precision of a real')
FROM (SELECT v, predict('visits', v)::float8 AS p FROM visits AS v LIMIT 100) AS q,
     LATERAL (SELECT sum(contribution) FROM explain_prediction('visits', q.v)) AS s;
SELECT is((SELECT array_agg(factor) FROM (SELECT factor FROM explain_prediction('visits', v) LIMIT 1) AS f), '{a typical row}', 'the base comes first')
FROM visits AS v WHERE id = 1;
SELECT results_eq($$SELECT factor, value FROM explain_prediction('visits', (SELECT v FROM visits AS v WHERE id = 3)) WHERE factor IN ('pages', 'note') ORDER BY 1$$,
                  'SELECT ''note'', note::text FROM visits WHERE id = 3 UNION ALL SELECT ''pages'', pages::text FROM visits WHERE id = 3', 'with the values of the row');

-- Versions

CREATE TEMP TABLE first AS SELECT id, predict('visits', v) AS p FROM visits AS v;
SELECT is(train_model('visits', 'SELECT pages, plan, NOT bought AS label FROM visits'), 'visits-2', 'trained again');
SELECT is(count(*) FILTER (WHERE f.p <> predict('visits-1', v)), 0::bigint, 'the earlier version answers as before')
FROM visits AS v JOIN first AS f USING (id);
SELECT cmp_ok(corr(f.p, predict('visits', v)), '<', 0::float8, 'the name is the latest') FROM visits AS v JOIN first AS f USING (id);
SELECT is(string_agg(model, ' '), 'visits-2', 'which the view says') FROM models WHERE in_use AND task = 'prediction';
SELECT is(drop_model('visits-2'), 1, 'a version is dropped');
SELECT is(count(*) FILTER (WHERE f.p <> predict('visits', v)), 0::bigint, 'and the one before is the latest') FROM visits AS v JOIN first AS f USING (id);
SELECT is(count(*), 0::bigint, 'its figures are gone') FROM empathy.accuracy WHERE model = 'visits-2';
SELECT is(train_model('visits', 'SELECT pages, plan, bought AS label FROM visits'), 'visits-3', 'its number is not given again');
SELECT is(drop_model('visits'), 2, 'all of a name');
SELECT throws_ok('SELECT predict(''visits'', v) FROM visits AS v', '42704', NULL, 'are gone');
SELECT throws_ok('SELECT drop_model(''visits'')', '42704', 'model "visits" does not exist', 'once');

-- What is rolled back never was, also to a session that has used it.
SAVEPOINT s;
SELECT is(train_model('again', 'SELECT pages, plan, bought AS label FROM visits'), 'again-1', 'a first');
CREATE TEMP TABLE gone AS SELECT id, predict('again', v) AS p FROM visits AS v;
ROLLBACK TO s;
SELECT is(train_model('again', 'SELECT pages, plan, NOT bought AS label FROM visits'), 'again-1', 'another first');
SELECT cmp_ok(avg(predict('again-1', v)) FILTER (WHERE pages > 25 AND plan <> 'free'), '<', 0.4::float8, 'is what it is') FROM visits AS v;

-- Labels

SELECT is(train_model('texts', 'SELECT pages, plan, CASE WHEN bought THEN ''yes'' ELSE ''no'' END AS label FROM visits'), 'texts-1', 'a text');
SELECT is(answer, 'yes', 'of two texts the later one is predicted') FROM empathy.predictor WHERE model = 'texts-1';
SELECT cmp_ok(avg(predict('texts', v)) FILTER (WHERE pages > 25 AND plan <> 'free'), '>', 0.6::float8, 'whichever comes first') FROM visits AS v;
SELECT is(train_model('ints', 'SELECT pages, plan, bought::int AS label FROM visits UNION ALL SELECT 1, ''free'', NULL'), 'ints-1', 'numbers, and rows without a label');
SELECT is(n_rows, 600::bigint, 'which are left out') FROM empathy.predictor WHERE model = 'ints-1';
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, pages % 3 AS label FROM visits'')', '22023',
                 'the label has more than two values, or others than 0 and 1', 'more numbers');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, plan AS label FROM visits'')', '22023',
                 'the label has more than two values, or others than 0 and 1', 'more texts');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, true AS label FROM visits'')', '22023', 'too few rows to learn column "label" from', 'one value');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, bought AS label FROM visits WHERE false'')', '22023', 'too few rows to learn column "label" from', 'no rows');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, ''''a''''::text AS label FROM visits WHERE false'')', '22023', 'too few rows to learn column "label" from', 'no texts');

-- Queries

SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages FROM visits'')', '42703', 'the query returns no column "label"', 'no label');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT bought AS label FROM visits'')', '22023', 'the query returns no column to learn from', 'nothing else');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT id, bought AS label FROM visits'')', '22023', 'the query returns no column to learn from', 'nothing but a number of the row');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, pages, bought AS label FROM visits'')', '42701', 'the query returns column "pages" twice', 'a name twice');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT point(1, 2) AS place, bought AS label FROM visits'')', '42804',
                 'cannot learn from column "place" of type point', 'a type that is no attribute');
SELECT throws_ok('SELECT train_model(''x'', ''DELETE FROM visits'')', '22023', 'the query is not one SELECT', 'no query');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT 1; SELECT 2'')', '22023', 'the query is not one SELECT', 'two queries');
SELECT throws_ok('SELECT train_model(''x'', ''DELETE FROM visits RETURNING pages, bought AS label'')', '0A000', NULL, 'a query that writes');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT'')', '42703', NULL, 'no columns');
SELECT throws_ok(format('SELECT train_model(%L, ''SELECT 1'')', n), '42602', format('invalid model name "%s"', n), 'a bad name')
FROM unnest(ARRAY['', 'Visits', 'my model', 'visits-2', '-visits', 'visits-', repeat('x', 49)]) AS n;
SELECT throws_ok(format('SELECT train_model(%L, ''SELECT 1'')', n), '42939', NULL, 'a name that is taken') FROM unnest(ARRAY['general', 'churn']) AS n;
SELECT is(train_model(NULL, 'SELECT 1'), NULL, 'no name, no model');
SELECT is(train_model('x', (SELECT 'SELECT bought AS label, ' || string_agg(format('pages * %s AS c%1$s', i), ', ') || ' FROM visits' FROM generate_series(1, 60) AS i)), 'x-1', 'many columns');

-- Names are of one kind of model only.
SELECT lives_ok('SELECT train_classifier(''desk'', ''SELECT k || i, k FROM generate_series(1, 9) AS i, unnest(ARRAY[''''refund'''', ''''parcel'''']) AS k'')', 'a classifier');
SELECT throws_ok('SELECT train_model(''desk'', ''SELECT pages, bought AS label FROM visits'')', '42710', 'model name "desk" is taken', 'has its name');
SELECT throws_ok('SELECT train_classifier(''texts'', ''SELECT k || i, k FROM generate_series(1, 9) AS i, unnest(ARRAY[''''refund'''', ''''parcel'''']) AS k'')',
                 '42710', 'model name "texts" is taken', 'and so has a model');

-- Damage

UPDATE empathy.predictor SET bytes = set_byte(bytes, 300, get_byte(bytes, 300) # 1), trained_at = trained_at + interval '1 s' WHERE model = 'ints-1';
SELECT throws_ok('SELECT predict(''ints'', v) FROM visits AS v', 'XX001', 'could not use model "ints-1"', 'damaged bytes');
UPDATE empathy.predictor SET bytes = '', trained_at = trained_at + interval '1 s' WHERE model = 'ints-1';
SELECT throws_ok('SELECT predict(''ints'', v) FROM visits AS v', 'XX001', 'could not use model "ints-1"', 'no bytes');

-- Rights

CREATE ROLE emp_analyst;
CREATE ROLE emp_trainer;
GRANT EXECUTE ON FUNCTION train_model TO emp_trainer;
GRANT SELECT ON visits TO emp_analyst;
SET LOCAL ROLE emp_analyst;
SELECT lives_ok('SELECT predict(''texts'', v), explain_prediction(''texts'', v) FROM visits AS v LIMIT 1', 'everybody may predict');
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, bought AS label FROM visits'')', '42501', NULL, 'but not train');
SELECT throws_ok('SELECT drop_model(''texts'')', '42501', NULL, 'nor drop');
SELECT throws_ok('TABLE empathy.predictor', '42501', NULL, 'nor read models');
SET LOCAL ROLE emp_trainer;
SELECT throws_ok('SELECT train_model(''x'', ''SELECT pages, bought AS label FROM visits'')', '42501', 'permission denied for table visits',
                 'who may train reads with their own rights');
SELECT is(train_model('own', 'SELECT i % 7 AS n, i % 7 > 3 AS label FROM generate_series(1, 100) AS i'), 'own-1', 'what they may');
RESET ROLE;
SELECT is(trained_by, 'emp_trainer', 'which is noted') FROM empathy.predictor WHERE model = 'own-1';

SELECT * FROM finish();
ROLLBACK;
