-- Phrases: aspects, acts, sentiment in detail, and the terms that users change. Signs and bands, not digits: another
-- model may move those.
CREATE TEMP TABLE golden (label text, said text, is_there boolean);

-- Aspects: the clause, its sign, and nobody else's words
SELECT said, aspect, CASE WHEN sentiment > 0.25 THEN '+' WHEN sentiment < -0.25 THEN '-' WHEN sentiment IS NULL THEN '?' ELSE '0' END
       AS sign, quote, strpos(said, quote) > 0 AS exact
FROM unnest(ARRAY[
    'Love the app, but checkout keeps crashing',
    'The price is great, however the delivery was awful.',
    'Although the tariff is expensive, the signal is excellent',
    'Great quality; terrible customer service',
    'The nurse was lovely - the waiting room was filthy',
    'Rude staff, cheap flights and a comfortable seat',
    'The price, the quality and the delivery were all excellent',
    'Delivery was slow! The courier was friendly though.',
    'The website is easy to use and the helpline is useless',
    'They lied to me, which I find appalling']) WITH ORDINALITY AS t(said, i), empathy.aspects(said) ORDER BY i;

-- A term that leans speaks where the clause does not, and turns around under negation
SELECT said, aspect, sign(sentiment) FROM unnest(ARRAY['checkout keeps crashing', 'the tariff is overpriced', 'not overpriced',
    'no hidden fees', 'without any delays', 'hardly inconvenient', 'the parcel is still not delivered',
    'it''s not slow any more']) WITH ORDINALITY AS t(said, i), empathy.aspects(said) ORDER BY i;

-- The same aspect in two clauses: two rows; twice in one: one
SELECT aspect, sign(sentiment), quote FROM empathy.aspects('The price was great, but then the price went up. Poor quality, awful quality.');

-- Nothing known is NULL, nothing there no row
SELECT aspect, sentiment FROM empathy.aspects('xqzt vvbr price qqrst wwpt zzyx');
SELECT count(*) FROM unnest(ARRAY['', '   ', 'It came on Monday', 'https://price.example', '@price', 'I can''t wait', '!?.,;', '--']) AS said,
    empathy.aspects(said);

-- Every aspect is found by sentences of its own, and not by near misses
INSERT INTO golden SELECT aspect, said, is_there FROM (VALUES
    ('speed', true, 'The page loads slowly|I waited for hours in the queue|Really quick reply|Still waiting for an answer|It took ages to get through|Response times are poor|Checkout was instant'),
    ('speed', false, 'I can''t wait to see it|A fast food chain|He fell fast asleep|It was delicious'),
    ('convenience', true, 'Such a convenient location|No parking anywhere near|Booking online was painless|The opening hours don''t suit me|Returning it is a hassle|Click and collect worked well'),
    ('convenience', false, 'The room was cold|A nice lady on the phone'),
    ('consistency', true, 'The app keeps crashing|Reliable as always|It is hit or miss|Another outage this morning|The router disconnects all the time|The update is full of bugs'),
    ('consistency', false, 'A tasty soup|I paid by card'),
    ('friendliness', true, 'The driver was so rude|Polite and welcoming people|They shouted at me|Such a friendly team|Their attitude stinks|She greeted us with a smile'),
    ('friendliness', false, 'A family friendly beach|You''re welcome|An eco friendly bag'),
    ('human touch', true, 'I only ever reach a chatbot|The doctor listened to me|They treat you like a number|She went above and beyond|All I got were canned replies|A very impersonal letter|They couldn''t care less'),
    ('human touch', false, 'Who cares|Take care|Childcare is on the first floor'),
    ('price', true, 'Far too expensive|Hidden fees everywhere|Great value for money|I was charged twice|Good deal on the tickets|What a rip off|The bill was wrong'),
    ('price', false, 'Who is in charge here|Charge the phone first|Dear team'),
    ('quality', true, 'The zip broke after a week|A sturdy table|The food was cold|The fabric feels cheap|Battery life is awful|It stopped working|Beautifully made'),
    ('quality', false, 'Where is my order|The line is busy'),
    ('delivery', true, 'My parcel never arrived|The courier left it outside|Shipping took a month|It was delivered to the wrong house|Where is the tracking number|I haven''t received anything|Arrived on time'),
    ('delivery', false, 'We arrived at the hotel at six|He kept a good pace on the boat|A holiday package'),
    ('support', true, 'Nobody answers the phone|Your customer service is a joke|The agent hung up on me|The helpdesk fixed my problem|Very helpful staff|I was on hold for an hour|They refused to refund me'),
    ('support', false, 'I support the idea|We support local farms|It is out of service'),
    ('usability', true, 'The website is confusing|Easy to use|I can''t log in|The new layout is clunky|User friendly design|Setting up the router was simple|The app won''t load'),
    ('usability', false, 'The soup was good|It''s as simple as that'),
    ('trust', true, 'They lied to me|It is a scam|An honest mechanic|You sold my data|I no longer trust this bank|Misleading advertising|A shady company'),
    ('trust', false, 'To be honest I forgot|The truth lies in between|Have a safe trip')) AS v(aspect, is_there, sentences),
    unnest(string_to_array(sentences, '|')) AS said;
SELECT label, said, is_there FROM golden
WHERE is_there IS DISTINCT FROM EXISTS (SELECT FROM empathy.aspects(said) WHERE aspect = label);
SELECT count(*) FROM golden;
TRUNCATE golden;

-- Acts: fifteen sentences that do each, eight that nearly do
INSERT INTO golden SELECT act, said, is_there FROM (VALUES
    ('question', true, 'Where is my parcel?|How do I reset my password|Hi, can I change my seat|Could you tell me when you open|Is there a student plan|what time does the clinic close|Does anyone know whether this fits|When will you ship it|Why is my bill higher this month|I was wondering if you repair phones|Are you open on Sunday|So how much is the fee|Please advise|I have a question about my tariff|Really?'),
    ('question', false, 'I know how it works|Tell your boss that I called|That is what happened|When I arrived the desk was closed|How nice of you|See https://shop.example/?q=1|He asked me to wait|What a day'),
    ('doubt', true, 'I''m not sure if it fits|I doubt that it will arrive|Not convinced by the new plan|I have my doubts about the roof|I wonder whether it is safe|Im unsure about the size|We''re having second thoughts|I don''t know if I should renew|Is it really worth the trouble|I''m in two minds|It sounds too good to be true|I am skeptical about that offer|Not certain about the colour|I can''t decide between the two|Hard to believe that it is new'),
    ('doubt', false, 'No doubt the best shop in town|Without a doubt a great hotel|I''m sure that it fits|When in doubt call the helpline|I don''t doubt your word|I never doubted you|I know it works|We decided yesterday'),
    ('wish', true, 'I want a refund|I need a receipt for my taxes|I would like to change my seat|I wish you had more colours|I''d love a bigger screen|We need a quiet room|I''m looking for a family plan|It would be nice to pay monthly|I hope you fix it soon|If only there was a night train|Can I have a window seat|We would like a late checkout|I just want my money back|All I want is an answer|I''d prefer an e-mail'),
    ('wish', false, 'I don''t need a bag|I don''t want to wait|You need to sign here|I wish you a nice weekend|I want to say that it was fine|It is what I want|I''d like to thank the crew|He wanted to leave'),
    ('comparison', true, 'It is better than the old one|Cheaper than your competitors|Slower compared to last year|Worse than before the update than it used to be|Your rival is superior to you in comparison to price|Much faster than my old router|Not as good as it was|What is the difference between the two plans|Unlike your competitor you charge a fee|Other providers do it for free|I prefer it to the blue one|It is cheaper elsewhere|More reliable than the bus|Which is better|It differs from the picture'),
    ('comparison', false, 'Better late than never|It is more than enough|Rather than wait I left|Other than that it was fine|Less than ten minutes|Better than nothing|As soon as I can|It was good'),
    ('price worry', true, 'It''s too expensive|I can''t afford it|That is out of my budget|Overpriced if you ask me|Another price increase this year|Hidden fees again|Is there a cheaper plan|Prices went up twice|It costs a fortune|What a waste of money|Do you have any discounts|The price is too high for me|They overcharged me|Not worth the price|We are on a tight budget'),
    ('price worry', false, 'It is not too expensive|Not overpriced at all|A fair price|Worth every penny|I paid by card|The price is on the label|What does it cost|Good value'),
    ('suggestion', true, 'You should add a dark mode|Why don''t you open earlier|I suggest a second till|It would be better if the doors stayed open|Please add a search box|Maybe you could send a text|How about adding a map|Have you considered a larger font|There should be a bin here|Please consider a later train|If I were you I would call first|Bring back the old menu|My suggestion is a shorter form|You could offer decaf|You might want to label the keys'),
    ('suggestion', false, 'You should be ashamed|You should have seen it|I have no idea|You could see the sea|They should know better|You shouldn''t worry|I had no option|I recommend this hotel'),
    ('thanks', true, 'Thank you so much|Thanks for the quick help|Many thanks to the whole crew|I really appreciate it|I''m so grateful for your help|Much appreciated|thx|Cheers for that|Can''t thank you enough|Thanks!|I would like to thank the nurse|We appreciate your patience with us|Thank u|Hi, thanks, it works now|Huge thanks to Maria'),
    ('thanks', false, 'No thanks|Not a thank you from anybody|Thanks for nothing|I would appreciate a call|Thank you for calling our helpline|They never said thank you|Thanks to the delay I missed my train|Thank God it is Friday'),
    ('apology', true, 'I''m sorry for the late reply|Sorry about that|My apologies|I apologise for the mix-up|Sorry, my mistake|So sorry I missed your call|My bad|Please forgive the typos|I apologize|Sorry to bother you again|I am sorry if I was rude|It was my fault|Apologies for the confusion|Sorry for the trouble|We''re sorry we are late'),
    ('apology', false, 'Sorry to hear that|I''m not sorry|They never said sorry|You''ll be sorry|I feel sorry for the driver|Better safe than sorry|What a sorry state|They wrote "sorry for the delay" and nothing else'),
    ('threat to leave', true, 'Please cancel my subscription|I''m switching to another provider|I will take my business elsewhere|If this isn''t fixed I''ll switch|Close my account|You just lost a customer|I won''t be renewing|Never buying from you again|We are looking elsewhere|I''m thinking of leaving you|Cancel our contract at the end of the month|This is the last time I order here|I will never use your airline again|Moving to a competitor next week|Delete my account and my data'),
    ('threat to leave', false, 'I won''t cancel my subscription|I never want to close my account|Cancel my order|I''m leaving work now|The train leaves at six|I switched the light off|I''m not thinking of leaving you|I lost my keys'),
    ('urgency', true, 'This is urgent|Please reply ASAP|I need it today|As soon as possible please|I need help now|This needs your immediate attention|It''s an emergency|Please hurry|We can''t wait any longer|Fix this immediately|I need this by Friday|I urgently need a doctor|The matter is time sensitive|Top priority for us|I am running out of time'),
    ('urgency', false, 'It''s not urgent|No rush|There is no hurry|The emergency exit was blocked|I can''t wait for the party|They replied right away|Whenever you have time|It came within a week')) AS v(act, is_there, sentences),
    unnest(string_to_array(sentences, '|')) AS said;
SELECT label, said, is_there FROM golden
WHERE is_there IS DISTINCT FROM EXISTS (SELECT FROM empathy.acts(said) WHERE act = label);
SELECT count(*) FILTER (WHERE is_there) AS do, count(*) FILTER (WHERE NOT is_there) AS nearly_do FROM golden;

-- Sentence by sentence; without quoted mail and quoted words
SELECT act, quote FROM empathy.acts(E'Hello! Sorry, when do you open? I want a refund, it is urgent.\n\n> thank you for your order\n> we are sorry\nThanks');
SELECT act, quote FROM empathy.acts('They told me "thank you for your patience". “We are sorry” is not enough.');

-- Quotes are substrings of the text, at most 140 bytes, with the words that they are evidence of
SELECT bool_and(strpos(said, quote) > 0 AND octet_length(quote) BETWEEN 1 AND 140 AND quote = btrim(quote)) AS exact,
       bool_or(strpos(quote, 'overpriced') > 0) AS has_term, bool_or(strpos(quote, 'can''t afford') > 0) AS has_cue
FROM (SELECT repeat('blah naïve ', n) || 'it is overpriced and I can''t afford it ' || repeat('„ëblah” 👍 ', n) FROM generate_series(0, 60, 5) AS n) AS t(said),
     LATERAL (SELECT quote FROM empathy.aspects(said) UNION ALL SELECT quote FROM empathy.acts(said)) AS q;
SELECT empathy.mask(quote) FROM empathy.aspects('My order for jo@shop.example never arrived');

-- Certain aspects only: the same rows
SELECT aspect FROM empathy.aspects('Rude staff, overpriced food, slow delivery', '{price,speed}');
SELECT count(*) FROM empathy.aspects('Rude staff, overpriced food, slow delivery', '{}');
SELECT * FROM empathy.aspects('Rude staff', '{price,parking lot}');
SELECT * FROM empathy.aspects('Rude staff', '{price,NULL}');
SELECT count(*) AS of_null FROM empathy.aspects(NULL), empathy.acts(NULL);

-- A taxonomy of one's own
SELECT empathy.add_phrase('aspect', 'parking lot', '  Parking   lot '), empathy.add_phrase('aspect', 'parking lot', 'multi-storey*'),
       empathy.add_phrase('aspect', 'parking lot', 'flooded', -1), empathy.add_phrase('aspect', 'none', 'parking lot attendant'),
       empathy.add_phrase('act', 'praise', '^well done'), empathy.add_phrase('act', 'praise', 'hats off');
SELECT said, aspect, sign(sentiment) FROM unnest(ARRAY['The PARKING LOT was great', 'the multi-storeys were flooded', 'A parking lot attendant',
    'It wasn''t flooded']) WITH ORDINALITY AS t(said, i), empathy.aspects(said, '{parking lot}') ORDER BY i;
SELECT said, act FROM unnest(ARRAY['Well done!', 'Hi, well done', 'It was well done', 'Hats off to you']) WITH ORDINALITY AS t(said, i),
    empathy.acts(said) ORDER BY i;
SELECT * FROM empathy.phrases WHERE NOT builtin ORDER BY task, label, phrase;

-- Ours can be dropped, changed, and brought back
\set SHOW_CONTEXT never
SELECT empathy.drop_phrase('aspect', 'price', 'overpriced'), empathy.drop_phrase('act', 'thanks', 'THX');
SELECT count(*) FROM empathy.aspects('overpriced'), empathy.acts('thx');
SELECT count(*) FROM empathy.phrases WHERE phrase IN ('overpriced', 'thx') AND label <> 'price worry';
SELECT empathy.drop_phrase('aspect', 'price', 'overpriced');
SELECT empathy.add_phrase('aspect', 'price', 'overpriced', 1);
SELECT lean, builtin FROM empathy.phrases WHERE label = 'price' AND phrase = 'overpriced';
SELECT empathy.drop_phrase('aspect', 'price', 'overpriced'), empathy.add_phrase('aspect', 'price', 'overpriced', -1),
       empathy.add_phrase('act', 'thanks', 'thx');
SELECT aspect, act FROM empathy.aspects('overpriced'), empathy.acts('thx');
SELECT empathy.drop_phrase('aspect', 'parking lot', 'Parking lot');
SELECT empathy.drop_phrase('aspect', 'parking lot', 'parking lot');
SELECT task, label, phrase, lean, used FROM empathy.phrase WHERE NOT builtin ORDER BY task, label, phrase;

-- Topics: a taxonomy of one's own, of which there is nothing at first; found as aspects are, and beside them
SELECT count(*) FROM empathy.topics('The payment page was awful') UNION ALL SELECT count(*) FROM empathy.phrases WHERE task = 'topic';
SELECT empathy.add_phrase('topic', 'checkout', 'Payment page'), empathy.add_phrase('topic', 'checkout', 'basket'),
       empathy.add_phrase('topic', 'checkout', 'abandoned', -1), empathy.add_phrase('topic', 'none', 'basket case'),
       empathy.add_phrase('topic', 'loyalty', 'bonus*');
SELECT said, topic, CASE WHEN sentiment > 0.25 THEN '+' WHEN sentiment < -0.25 THEN '-' ELSE '0' END AS sign, quote
FROM unnest(ARRAY['The payment page was awful, but I love the bonuses!', 'A basket case', 'not abandoned', 'The price of it', NULL])
     WITH ORDINALITY AS t(said, i), empathy.topics(said) ORDER BY i;
SELECT aspect FROM empathy.aspects('The payment page has a price');
SELECT empathy.drop_phrase('topic', 'loyalty', 'bonus*');
SELECT count(*) FROM empathy.topics('bonuses');

-- Changes are seen at once, also by what is prepared
PREPARE seen AS SELECT count(*) FROM empathy.aspects('the zeppelin');
EXECUTE seen;
SELECT empathy.add_phrase('aspect', 'airship', 'zeppelin');
EXECUTE seen;
DO $$
DECLARE
    n int;
BEGIN
    FOR i IN 1..3 LOOP
        SELECT count(*) INTO n FROM empathy.aspects('the zeppelin');
        RAISE NOTICE '%', n;
        IF i = 1 THEN
            PERFORM empathy.drop_phrase('aspect', 'airship', 'zeppelin');
        ELSE
            PERFORM empathy.add_phrase('aspect', 'airship', 'zeppelin');
        END IF;
    END LOOP;
END $$;

-- Errors name the way out
SELECT empathy.add_phrase('theme', 'x', 'y');
SELECT empathy.add_phrase(NULL, 'x', 'y');
SELECT empathy.add_phrase('aspect', '', 'y');
SELECT empathy.add_phrase('aspect', ' x', 'y');
SELECT empathy.add_phrase('aspect', repeat('é', 32), 'y');
SELECT empathy.add_phrase('aspect', 'x', NULL);
SELECT empathy.add_phrase('aspect', 'x', 'y', 2);
SELECT empathy.add_phrase('aspect', 'x', '');
SELECT empathy.add_phrase('aspect', 'x', 'one two three four five');
SELECT empathy.add_phrase('aspect', 'x', 'ab*');
SELECT empathy.add_phrase('aspect', 'x', 'abcdefghijklmnopq*');
SELECT empathy.add_phrase('aspect', 'x', 'a*b');
SELECT empathy.add_phrase('aspect', 'x', '*');
SELECT empathy.add_phrase('aspect', 'x', 'late ^again');
SELECT empathy.add_phrase('aspect', 'x', 'late, again');
SELECT empathy.add_phrase('aspect', 'x', '@jo');

-- Sentiment in detail
SELECT t AS said, label, score = empathy.sentiment(t) AS same, score BETWEEN lo AND hi AND lo >= -1 AND hi <= 1 AS inside,
       confidence BETWEEN 0.33 AND 1 AS sure, model
FROM unnest(ARRAY['I love it', 'I hate it', 'The parcel arrived on Monday', '']) WITH ORDINALITY AS x(t, i), empathy.sentiment_detail(t) ORDER BY i;
SELECT empathy.sentiment_detail('I love it') = empathy.sentiment_detail('I love it', 'general-2') AS named;
SELECT empathy.sentiment_detail(NULL) IS NULL AS missing;
SELECT empathy.sentiment_detail('good', 'general-99');

-- In parallel workers
CREATE TABLE public.said_here AS SELECT CASE i % 3 WHEN 0 THEN 'overpriced' WHEN 1 THEN 'rude staff, thanks' ELSE 'hello' END AS t FROM generate_series(1, 3000) AS i;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
DO $$
DECLARE
    line text;
BEGIN
    FOR line IN EXPLAIN SELECT aspect, count(*) FROM public.said_here, empathy.aspects(t) GROUP BY aspect LOOP
        IF line LIKE '%Workers Planned%' THEN
            RAISE NOTICE '%', btrim(line);
        END IF;
    END LOOP;
END $$;
SELECT aspect, count(*) FROM public.said_here, empathy.aspects(t) GROUP BY aspect ORDER BY aspect;
SELECT act, count(*) FROM public.said_here, empathy.acts(t) GROUP BY act ORDER BY act;
DROP TABLE public.said_here;

-- What the planner may assume
SELECT p.oid::regprocedure AS function, provolatile, proisstrict, proparallel, prosecdef
FROM pg_proc AS p WHERE pronamespace = 'empathy'::regnamespace
  AND proname IN ('aspects', 'acts', 'sentiment_detail', 'add_phrase', 'drop_phrase', 'check_phrase', 'fold_phrase')
ORDER BY p.oid::regprocedure::text COLLATE "C";

-- A long text takes time in proportion: ten million bytes
SELECT count(*), count(DISTINCT quote) FROM empathy.aspects(repeat('The price is high, ', 500000));
SELECT act, count(*) FROM empathy.acts(repeat('Thanks! ', 100000) || repeat('thanks ', 100000)) GROUP BY act;

DELETE FROM empathy.phrase WHERE NOT builtin;
