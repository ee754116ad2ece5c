-- Users' own models: versions, whose rights are used for what, what is stored, progress.
\set ECHO none
SET client_min_messages = error;
SELECT no_plan();

CREATE TABLE desk AS
SELECT label, start || ' ' || thing || finish AS body
FROM (VALUES ('refund', ARRAY['please refund', 'I want my money back for', 'send back what I paid for']),
             ('delivery', ARRAY['where is', 'when will you deliver', 'I am still waiting for']),
             ('account', ARRAY['I forgot my password for', 'I can''t log in to see', 'please change the address for'])) AS c(label, starts),
     unnest(starts) AS start,
     unnest(ARRAY['my order', 'the blue lamp', 'both chairs', 'the parcel', 'that table']) AS thing,
     unnest(ARRAY['', ' from Monday']) AS finish;
CREATE FUNCTION answers(model text) RETURNS text STABLE LANGUAGE sql AS
    $$ SELECT string_agg(concat(empathy.classify(body, $1), (SELECT string_agg(class || score, ' ') FROM empathy.classes(body, $1))), ', ' ORDER BY body) FROM desk $$;
CREATE FUNCTION checksum(model text) RETURNS bigint STABLE LANGUAGE sql AS
    $$ SELECT m.checksum FROM empathy.text_model AS m WHERE m.model = $1 $$;

-- Versions

SELECT is(empathy.train_classifier('desk', 'SELECT body, label FROM desk ORDER BY body'), 'desk-1', 'the first version');
SELECT answers('desk-1') AS answers_1 \gset
SELECT is(answers('desk'), :'answers_1', 'the name stands for the latest version');
SELECT is(empathy.train_classifier('desk', 'SELECT body, label || ''!'' FROM desk ORDER BY md5(body)'), 'desk-2', 'training again gives the next');
SELECT is(answers('desk-1'), :'answers_1', 'the first keeps its meaning');
SELECT is(empathy.classify('please refund my order', 'desk'), 'refund!', 'the name has another');
SELECT is(empathy.train_classifier('desk', 'SELECT body, label FROM desk ORDER BY md5(body)'), 'desk-3', 'and the next');
SELECT is(answers('desk-3'), :'answers_1', 'the same rows in another order give the same classifier');
SELECT is(empathy.drop_classifier('desk-3'), 1, 'a version is dropped');
SELECT is(empathy.classify('please refund my order', 'desk'), 'refund!', 'the one before it is the latest');
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-3'')', '42704', NULL, 'it is gone');
SELECT is(empathy.train_classifier('desk', 'SELECT body, label FROM desk'), 'desk-4', 'its number is not given again');
SELECT is(empathy.drop_classifier('desk'), 3, 'all are dropped');
SELECT is((SELECT count(*) FROM empathy.models WHERE task = 'class'), 0::bigint, 'none is left');
SELECT is((SELECT count(*) FROM empathy.text_model WHERE name = 'desk' AND bytes IS NULL), 4::bigint, 'but their names');

BEGIN;
SELECT is(empathy.train_classifier('desk', 'SELECT body, label || ''?'' FROM desk'), 'desk-5', 'in a transaction');
SELECT is(empathy.classify('please refund my order', 'desk-5'), 'refund?', 'it is used at once');
ROLLBACK;
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-5'')', '42704', NULL, 'what is rolled back is gone');
SELECT is(empathy.train_classifier('desk', 'SELECT body, label FROM desk'), 'desk-5', 'its name is free');
SELECT is(empathy.classify('please refund my order', 'desk-5'), 'refund', 'and means what it now means');

-- Scores and explanations

SELECT ok(bool_and(score BETWEEN 0 AND 1) AND sum(score) <= 1.001, 'scores are shares')
FROM empathy.classes('please refund the unheardof xyzzy', 'desk');
SELECT ok(sum(score) < 0.9, 'what is not known is missing from their sum') FROM empathy.classes('please refund the unheardof xyzzy', 'desk');
SELECT ok(abs(ln(a.score / b.score) - ((SELECT sum(contribution) FROM empathy.explain_text('where is my refund', 'class:desk:' || a.class))
                                     - (SELECT sum(contribution) FROM empathy.explain_text('where is my refund', 'class:desk:' || b.class)))) < 0.02,
          'explanations sum to logits: ' || a.class || ' and ' || b.class)
FROM empathy.classes('where is my refund', 'desk') AS a, empathy.classes('where is my refund', 'desk') AS b
WHERE a.class < b.class AND least(a.score, b.score) > 0.01;
SELECT is(empathy.classify('please refund ' || repeat('it ', 40000000), 'desk') IS NULL, empathy.classify('please refund ' || repeat('it ', 30000), 'desk') IS NULL,
          'of a text of 120 MB the beginning counts');
SELECT lives_ok($$SELECT empathy.train_classifier('long', 'SELECT body || repeat('' and more'', CASE WHEN label = ''refund'' AND body LIKE ''%lamp'' THEN 10000000 ELSE 0 END), label FROM desk')$$,
                'texts of 90 MB are learned from');

-- Rows that belong to no class

SELECT is(empathy.train_classifier('door', $$SELECT body, label FROM desk UNION ALL
    SELECT 'the weather is ' || w || ' in ' || c, 'unknown' FROM unnest('{fine,cold,wet,windy,mild}'::text[]) AS w, unnest('{Rome,Oslo,Bern,Kiel}'::text[]) AS c$$), 'door-1', 'with rows that belong to no class');
SELECT is(empathy.classify('the weather is cold in Bern', 'door'), NULL, 'they get no answer');
SELECT is(empathy.classify('please refund my order', 'door'), 'refund', 'others do');
SELECT is((SELECT n FROM empathy.accuracy WHERE model = 'door-1' AND measure = 'unknown found'), 20::bigint, 'that is measured');

-- Rights

CREATE ROLE emp_trainer;
CREATE ROLE emp_user;
CREATE TABLE secret AS TABLE desk;
GRANT SELECT ON desk TO emp_trainer;
SET ROLE emp_user;
SELECT is(empathy.classify('please refund my order', 'desk'), 'refund', 'everybody may ask');
SELECT throws_ok('SELECT empathy.train_classifier(''x'', ''SELECT body, label FROM desk'')', '42501', NULL, 'not everybody may train');
SELECT throws_ok('SELECT empathy.calibrate(''x'', ''SELECT body, label FROM desk'')', '42501', NULL, 'or calibrate');
SELECT throws_ok('SELECT empathy.drop_classifier(''desk'')', '42501', NULL, 'or drop');
SELECT throws_ok('TABLE empathy.' || r, '42501', NULL, 'or read ' || r) FROM unnest('{text_model,figure,accuracy,training,models}'::text[]) AS r;
RESET ROLE;
GRANT EXECUTE ON FUNCTION empathy.train_classifier(text, text, text) TO emp_trainer;
SET ROLE emp_trainer;
SELECT is(empathy.train_classifier('theirs', 'SELECT body, label FROM desk'), 'theirs-1', 'whoever was granted it trains');
SELECT throws_ok('SELECT empathy.train_classifier(''theirs'', ''SELECT body, label FROM secret'')', '42501', 'permission denied for table secret', 'from what they may read');
SELECT throws_ok('SELECT empathy.train_classifier(''theirs'', ''SELECT model, name FROM empathy.text_model'')', '42501', NULL, 'which our tables are not');
RESET ROLE;
SELECT is((SELECT trained_by FROM empathy.text_model WHERE model = 'theirs-1'), 'emp_trainer', 'who it was is kept');
DROP OWNED BY emp_trainer, emp_user;
DROP ROLE emp_trainer, emp_user;

CREATE SCHEMA hostile;
CREATE FUNCTION hostile.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hostile'; END $$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
CREATE FUNCTION hostile.max(integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hostile'; END $$;
CREATE TABLE hostile.text_model ();
SET search_path = hostile, pg_catalog, public;
SELECT empathy.train_classifier('desk', 'SELECT body, label FROM public.desk') AS trained, empathy.classify('please refund my order', 'desk') AS class \gset
RESET search_path;
SELECT is(:'trained' || ' ' || :'class', 'desk-6 refund', 'a hostile schema first in the search_path changes nothing');

-- What is stored is not trusted

UPDATE empathy.text_model SET bytes = set_byte(bytes, 300, get_byte(bytes, 300) # 1), checksum = checksum + 1 WHERE model = 'desk-6';
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-6'')', 'XX001', 'could not use model "desk-6"', 'damaged bytes');
UPDATE empathy.text_model SET bytes = substr(bytes, 1, 1000), checksum = checksum + 1 WHERE model = 'desk-6';
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-6'')', 'XX001', 'could not use model "desk-6"', 'bytes cut short');
UPDATE empathy.text_model SET bytes = '', checksum = checksum + 1 WHERE model = 'desk-6';
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-6'')', 'XX001', 'could not use model "desk-6"', 'no bytes');
UPDATE empathy.text_model SET bytes = NULL, checksum = checksum + 1 WHERE model = 'desk-6';
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-6'')', 'XX001', 'could not use model "desk-6"', 'null');
UPDATE empathy.text_model SET bytes = (SELECT bytes FROM empathy.text_model WHERE model = 'desk-5'), checksum = checksum + 1 WHERE model = 'desk-6';
SELECT throws_ok('SELECT empathy.classify(''x'', ''desk-6'')', 'XX001', 'could not use model "desk-6"', 'another model''s bytes');
SELECT is(empathy.drop_classifier('desk-6'), 1, 'it can be dropped');
INSERT INTO empathy.text_model (name, version, model, task, base, negative_offset, texts, classes, trained_by)
VALUES ('odd', 1, 'odd-1', 'sentiment', 'general-2', 2147483647, 1, 3, 'x'), ('odd', 2, 'odd-2', 'sentiment', 'general-2', -2147483648, 1, 3, 'x'),
       ('odd', 3, 'odd-3', 'sentiment', 'nowhere-1', 0, 1, 3, 'x'), ('odd', 4, 'odd-4', 'sentiment', NULL, 0, 1, 3, 'x');
SELECT throws_ok('SELECT empathy.sentiment(''x'', ''' || m || ''')', NULL, NULL, 'a calibration that can''t be: ' || m) FROM unnest('{odd-1,odd-2,odd-3,odd-4}'::text[]) AS m;

-- Many models in one session

SELECT lives_ok(format('SELECT empathy.train_classifier(''m%s'', ''SELECT body, label || %s FROM desk'')', i, i), 'model ' || i) FROM generate_series(1, 12) AS i;
SELECT is((SELECT string_agg(empathy.classify('please refund my order', 'm' || i), ' ' ORDER BY n, i) FROM generate_series(1, 12) AS i, generate_series(1, 2) AS n),
          (SELECT string_agg('refund' || i, ' ' ORDER BY n, i) FROM generate_series(1, 12) AS i, generate_series(1, 2) AS n), 'each answers for itself');

-- Progress, and being cancelled

CREATE TABLE seen (pid int, phase text, query text);
CREATE FUNCTION look() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen SELECT pid, phase, query FROM empathy.training; RETURN true; END $$;
SELECT is(empathy.train_classifier('desk', 'SELECT body, label FROM desk WHERE look()') LIKE 'desk-%', true, 'while it is looked at');
SELECT is((SELECT string_agg(DISTINCT phase, ' ') FROM seen WHERE pid = pg_backend_pid() AND query LIKE '%look()%'), 'reading', 'the view shows it');
SELECT is((SELECT count(*) FROM empathy.training), 0::bigint, 'until it is over');
SET statement_timeout = '700ms';
\set ON_ERROR_STOP off
SELECT empathy.train_classifier('desk', 'SELECT body || n % 997, label || n % 60 FROM desk, generate_series(1, 300) AS n');
\set state :SQLSTATE
\set ON_ERROR_STOP on
RESET statement_timeout;
SELECT is(:'state'::text, '57014', 'a training is cancelled');
SELECT is((SELECT count(*) FROM empathy.training), 0::bigint, 'and is over');

SELECT * FROM finish();
