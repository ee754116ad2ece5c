-- What a text says: golden cases for the model that ships, the laws of explanations, masking, errors.
SHOW empathy.model;

-- Customers' plain sentences
SELECT t AS said, round(empathy.sentiment(t)::numeric, 2) AS sentiment, empathy.emotion(t), empathy.intent(t)
FROM unnest(ARRAY[
    'I have been waiting three weeks for my parcel and nobody answers',
    'please cancel my subscription',
    'thank you so much, the nurse was lovely',
    'the app keeps crashing',
    'not happy with the delivery',
    'how much does the pro plan cost?',
    'where is my parcel? it was due on Friday',
    'Can I speak to a manager?',
    'please change my delivery address',
    'I want my money back',
    'The parcel arrived on Monday']) AS t;

-- Negation turns a word around, up to the next mark or "but"
SELECT empathy.sentiment('good') > 0.3 AS good, empathy.sentiment('not good') < -0.3 AS not_good,
       empathy.sentiment('bad') < -0.3 AS bad, empathy.sentiment('not bad at all') >= 0 AS not_bad,
       empathy.sentiment('I don''t like it') < -0.3 AS straight, empathy.sentiment('I don’t like it') =
       empathy.sentiment('I don''t like it') AS curly;

-- Emoji and emoticons speak; handles, addresses and letter case don't
SELECT empathy.sentiment('it arrived 👍') > empathy.sentiment('it arrived') AS emoji,
       empathy.sentiment('it arrived :)') > empathy.sentiment('it arrived :-(') AS emoticon,
       empathy.sentiment('it arrived :-)') = empathy.sentiment('it arrived :)') AS nose,
       empathy.sentiment('@love_great it arrived https://awesome.example/best') = empathy.sentiment('it arrived') AS names,
       empathy.sentiment('IT ARRIVED') = empathy.sentiment('it arrived') AS caps;

-- Not known is NULL, never 0
SELECT empathy.sentiment('') AS empty, empathy.sentiment('   ') AS blank, empathy.sentiment('xqzt vvbr') AS gibberish,
       empathy.sentiment('https://shop.example') AS link, empathy.sentiment('Das Paket wurde leider niemals zugestellt') AS german,
       empathy.sentiment(NULL) AS missing, empathy.emotion('') AS emotion, empathy.intent('') AS intent;
SELECT count(*) FROM empathy.emotions('');
SELECT count(*) FROM empathy.explain_text('');

-- All labels, best first, scores from 0 to 1
SELECT count(*) AS labels, min(score) >= 0 AND max(score) <= 1 AS bounded,
       array_agg(score) = array_agg(score ORDER BY score DESC) AS sorted
FROM empathy.emotions('thank you so much, I was so worried');
SELECT count(*) AS labels, array_agg(intent ORDER BY intent) AS intents FROM empathy.intents('cancel my order and refund me');
SELECT intent FROM empathy.intents('please cancel my order, I want a refund') LIMIT 2;

-- A named model is the default one's equal
SELECT empathy.sentiment('great service', 'general-2') = empathy.sentiment('great service') AS sentiment,
       empathy.emotion('great service', 'general-2') = empathy.emotion('great service') AS emotion,
       empathy.intent('cancel it please', 'general-2') = empathy.intent('cancel it please') AS intent,
       (SELECT count(*) FROM empathy.emotions('great', 'general-2')) AS emotions,
       (SELECT count(*) FROM empathy.intents('great', 'general-2')) AS intents;

-- Explanations: positions count characters, the parts sum to the score before squashing
SELECT pos, token FROM empathy.explain_text('Café “Noir” was not good. 👍 Thanks!');
SELECT t AS said, sign(sum(contribution)) = sign(empathy.sentiment(t)) AS same_sign
FROM unnest(ARRAY['I love it', 'I hate it. Really. Not good at all!', 'it arrived', 'great but late, cancel it']) AS t,
     empathy.explain_text(t) GROUP BY t ORDER BY t;
-- sentiment = (e^p - e^m) / (1 + e^p + e^m)
SELECT abs((exp(p) - exp(m)) / (1 + exp(p) + exp(m)) - empathy.sentiment(t)) < 0.0001 AS formula, p - m = s AS difference
FROM (SELECT 'I love the shop. The delivery was late!' AS t) AS x,
     LATERAL (SELECT sum(contribution::float8) AS p FROM empathy.explain_text(t, 'sentiment:positive')) AS a,
     LATERAL (SELECT sum(contribution::float8) AS m FROM empathy.explain_text(t, 'sentiment:negative')) AS b,
     LATERAL (SELECT sum(contribution::float8) AS s FROM empathy.explain_text(t)) AS c;
SELECT count(*) AS labels, bool_and(abs(1 / (1 + exp(-s)) - score) < 0.0001) AS formula
FROM (SELECT 'Thank you. I am not angry, but please cancel my order!' AS t) AS x,
     LATERAL (SELECT 'emotion:' || emotion AS task, score FROM empathy.emotions(t)
              UNION ALL SELECT 'basic:' || emotion, score FROM empathy.basic_emotions(t)
              UNION ALL SELECT 'intent:' || intent, score FROM empathy.intents(t)) AS l,
     LATERAL (SELECT sum(contribution::float8) AS s FROM empathy.explain_text(t, task)) AS e;

-- The basic emotions
SELECT t AS said, empathy.basic_emotion(t) AS emotion, empathy.basic_emotion(t, 'general-2') AS by_name,
       (SELECT count(*) FROM empathy.basic_emotions(t)) AS all_of_them
FROM unnest(ARRAY['I am so happy with it', 'This makes me furious', 'I was scared to death', 'I miss my old doctor, it is so sad',
                  'disgusting, there was a hair in my soup', 'wow, what a surprise', 'The parcel arrived on Monday', '']) AS t;

-- Long texts
SELECT empathy.sentiment(repeat('The delivery was late and I am not happy. ', 50000)) BETWEEN -1 AND -0.3 AS long_text;

-- Masking
SELECT empathy.mask(t) FROM unnest(ARRAY[
    'Write to jo.doe+shop@mail.example, call +49 (30) 123-4567 or 0301234567',
    'card 4111 1111 1111 1111 12/25; not a card: 4111 1111 1111 1112',
    'iban DE89 3704 0044 0532 0130 00, thanks',
    '@jo see https://x.example/a?b=c. Ordered 4711 on 2026-01-31 12:30 for 1,250.00',
    '']) AS t;
SELECT bool_and(empathy.mask(empathy.mask(t)) = empathy.mask(t)) AS idempotent
FROM unnest(ARRAY['a@b.c@d.e', '@a@b.c', '+49 30 1234567 @x 4111111111111111', 'www.a.b@c.d', '[email]@x']) AS t;

-- Errors name the way out
SELECT empathy.sentiment('good', 'general-99');
SELECT empathy.sentiment('good', '../general-2');
SELECT empathy.sentiment('good', '');
SELECT * FROM empathy.explain_text('good', 'mood');
SELECT * FROM empathy.explain_text('good', 'emotion:bliss');
SET empathy.model = 'nobody';
SELECT empathy.sentiment('good');
RESET empathy.model;
SELECT empathy.sentiment('good') > 0 AS again;

-- What the planner may assume
SELECT p.oid::regprocedure AS function, provolatile, proisstrict, proparallel
FROM pg_proc AS p WHERE pronamespace = 'empathy'::regnamespace
  AND proname IN ('sentiment', 'emotion', 'emotions', 'basic_emotion', 'basic_emotions', 'intent', 'intents', 'explain_text', 'mask')
  AND 'text'::regtype = proargtypes[0] ORDER BY p.oid::regprocedure::text COLLATE "C";

-- A text of 105 MB
SELECT bool_and(empathy.sentiment(said) > 0.3) AS read,
       empathy.sentiment(empathy.profile_agg('2026-01-01Z', 'review', said), '2026-01-02Z') > 0.3 AS counted
FROM (SELECT repeat('This is good. ', 7500000) OFFSET 0) AS t(said);
