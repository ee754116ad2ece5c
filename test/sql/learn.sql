-- Users' own models: what training says of its query, and what comes out.

-- Ninety texts of three labels, none twice
CREATE TABLE desk AS
SELECT label, start || ' ' || thing || finish AS body
FROM (VALUES ('refund', ARRAY['please refund', 'I want my money back for', 'send back what I paid for']),
             ('delivery', ARRAY['where is', 'when will you deliver', 'I am still waiting for']),
             ('account', ARRAY['I forgot my password for', 'I can''t log in to see', 'please change the address for'])) AS c(label, starts),
     unnest(starts) AS start,
     unnest(ARRAY['my order', 'the blue lamp', 'both chairs', 'the parcel', 'that table']) AS thing,
     unnest(ARRAY['', ' from Monday']) AS finish;

SELECT empathy.train_classifier('desk', 'SELECT body, label FROM desk');
SELECT t AS said, empathy.classify(t, 'desk') AS class
FROM unnest(ARRAY['I want a refund for the lamp', 'When will my chairs be delivered?', 'my password does not work, I can''t log in',
                  'REFUND!!!', 'xqzt vvbr', '', '   ', NULL]) AS t;
SELECT class, score > 0.5 AS likely FROM empathy.classes('please refund the parcel', 'desk');
SELECT count(*) FROM empathy.classes('', 'desk');
SELECT pos, token, sign(contribution) FROM empathy.explain_text('please refund the parcel', 'class:desk:refund');
SELECT task, in_use, texts, classes, base FROM empathy.models WHERE model = 'desk-1';
SELECT measure, value BETWEEN 0 AND 1 AS plausible, n, measured_on FROM empathy.accuracy WHERE model = 'desk-1';

-- What can't be learned from
SELECT empathy.train_classifier('desk', '');
SELECT empathy.train_classifier('desk', 'SELECT 1; SELECT 2');
SELECT empathy.train_classifier('desk', 'SELEC body');
SELECT empathy.train_classifier('desk', 'DELETE FROM desk');
SELECT empathy.train_classifier('desk', 'DELETE FROM desk RETURNING body, label');
SELECT empathy.train_classifier('desk', 'SHOW search_path');
SELECT empathy.train_classifier('desk', 'WITH d AS (DELETE FROM desk RETURNING *) SELECT body, label FROM d');
SELECT empathy.train_classifier('desk', 'SELECT body FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, label, 1 FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT 1 AS n, label FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, length(body) AS n FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, label FROM desk WHERE false');
SELECT empathy.train_classifier('desk', 'SELECT NULL::text, NULL::text FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, label FROM desk WHERE label = ''refund''');
SELECT empathy.train_classifier('desk', 'SELECT body, CASE label WHEN ''refund'' THEN label ELSE ''unknown'' END FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, CASE WHEN body LIKE ''where is my order%'' THEN ''rare'' ELSE label END FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, repeat(''é'', 40) FROM desk');
SELECT empathy.train_classifier('desk', 'SELECT body, body || n FROM desk, generate_series(1, 20) AS n');
SELECT empathy.train_classifier('desk', 'SELECT repeat(''ab '', 30000), label FROM desk, generate_series(1, 20)');
SELECT empathy.train_classifier('desk', 'SELECT body, label / 0 FROM (SELECT body, 1 AS label FROM desk) AS d');
SELECT count(*) FROM desk;

-- What is left out
SELECT empathy.train_classifier('gaps', 'SELECT body, label FROM desk UNION ALL
    VALUES (NULL, ''refund''), (''hello'', NULL), (''  '', ''refund''), (''hello'', '''')');
SELECT empathy.train_classifier('gaps', 'SELECT body::varchar(90), label::varchar FROM desk UNION ALL VALUES (''a'', NULL)');
SELECT texts FROM empathy.models WHERE model LIKE 'gaps-%';

-- Names
SELECT empathy.train_classifier(n, 'SELECT body, label FROM desk')
FROM unnest(ARRAY['']) AS n;
SELECT empathy.train_classifier('Desk', 'SELECT body, label FROM desk');
SELECT empathy.train_classifier('../desk', 'SELECT body, label FROM desk');
SELECT empathy.train_classifier('desk-7', 'SELECT body, label FROM desk');
SELECT empathy.train_classifier('a-name-of-too-many-letters', 'SELECT body, label FROM desk');
SELECT empathy.train_classifier('general', 'SELECT body, label FROM desk');
SELECT empathy.train_classifier(NULL, 'SELECT body, label FROM desk');
SELECT empathy.classify('hello', 'nobody');
SELECT empathy.classify('hello', 'desk-99');
SELECT empathy.classify('hello', repeat('x', 40));
SELECT * FROM empathy.classes('hello', '');
SELECT * FROM empathy.explain_text('hello', 'class:desk');
SELECT * FROM empathy.explain_text('hello', 'class:nobody:refund');
SELECT * FROM empathy.explain_text('hello', 'class:desk:nothing');
SELECT empathy.sentiment('hello', 'desk');
SELECT empathy.drop_classifier('nobody');
SELECT empathy.drop_classifier('general-2');

-- Calibration: the same words say less where everybody shouts
CREATE TABLE mood AS
SELECT s.label, s.start || ' ' || thing AS body
FROM (VALUES ('neutral', 'I love'), ('neutral', 'great,'), ('positive', 'I absolutely love'), ('positive', 'wonderful, perfect,'),
             ('negative', 'I hate'), ('negative', 'terrible,'), ('neutral', 'here is')) AS s(label, start),
     unnest(ARRAY['my order', 'the blue lamp', 'both chairs', 'the parcel', 'that table', 'the shop', 'this phone', 'my new coat']) AS thing;
SELECT empathy.calibrate('mine', 'SELECT body, label FROM mood');
SELECT empathy.sentiment('I love the parcel', 'mine-1') < empathy.sentiment('I love the parcel') AS less,
       empathy.emotion('I love the parcel', 'mine-1') AS emotion, empathy.classify('I hate the parcel', 'mine') AS class, empathy.classify('', 'mine') AS nothing;
SELECT class, score BETWEEN 0 AND 1 AS bounded FROM empathy.classes('I hate the parcel', 'mine');
SELECT round(sum(score)::numeric, 3) AS whole FROM empathy.classes('I hate the parcel', 'mine');
SELECT empathy.sentiment('I love the parcel', 'mine');
SET empathy.model = 'mine';
SELECT empathy.sentiment('I love the parcel');
SET empathy.model = 'mine-1';
SELECT empathy.sentiment('I love the parcel') = empathy.sentiment('I love the parcel', 'mine-1') AS setting;
SELECT abs(sum(contribution) - (SELECT ln(p.score / n.score) FROM empathy.classes('I love the parcel', 'mine') AS p,
           empathy.classes('I love the parcel', 'mine') AS n WHERE p.class = 'positive' AND n.class = 'negative')) < 0.2 AS explained
FROM empathy.explain_text('I love the parcel');
RESET empathy.model;
SELECT task, in_use, texts, classes, base FROM empathy.models WHERE model = 'mine-1';
SELECT empathy.calibrate('mine', 'SELECT body, upper(label) FROM mood');
SELECT empathy.calibrate('mine', 'SELECT body, label FROM mood', 'nobody');
SELECT empathy.calibrate('mine', 'SELECT body, label FROM mood', 'mine-1');
SELECT empathy.calibrate('mine', 'SELECT body, label FROM mood', 'desk-1');
SELECT empathy.calibrate('mine', 'SELECT body, label FROM mood', 'general-2');

-- A classifier that builds on a model knows words that its own texts lack
SELECT empathy.train_classifier('taste', 'SELECT body, label FROM mood'), empathy.train_classifier('taste', 'SELECT body, label FROM mood', 'general-2');
SELECT t AS said, (SELECT class FROM empathy.classes(t, 'taste-1') LIMIT 1) AS alone, (SELECT class FROM empathy.classes(t, 'taste-2') LIMIT 1) AS on_base
FROM unnest(ARRAY['awful, disgusting, useless']) AS t;
SELECT model, base FROM empathy.models WHERE model LIKE 'taste-%' ORDER BY 1;
SELECT empathy.train_classifier('taste', 'SELECT body, label FROM mood', 'taste-1');
SELECT empathy.train_classifier('taste', 'SELECT body, label || n FROM mood, generate_series(1, 100) AS n', 'general-2');
SELECT empathy.drop_classifier('taste');
SELECT empathy.drop_classifier('mine'), empathy.drop_classifier('desk'), empathy.drop_classifier('gaps');
SELECT count(*) FROM empathy.accuracy;
SELECT empathy.sentiment('hello', 'mine-1');
DROP TABLE desk, mood;
