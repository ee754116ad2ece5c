-- Templates: which definitions are refused, which cells answer which prompt, versions, rights.
\set ECHO none
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT no_plan();

-- Built-in ones

SELECT is((SELECT string_agg(template, ' ' ORDER BY template) FROM empathy.templates WHERE builtin AND in_use AND title <> ''), 'marketing-1 product-1 service-1', 'three come with the extension');
SELECT is((SELECT count(DISTINCT p.quadrant) FROM empathy.template_prompts(t.definition) AS p), 6::bigint, t.name || ' has prompts for each quadrant') FROM empathy.templates t;
SELECT ok(empathy.check_template(t.definition), t.name || ' is well formed') FROM empathy.templates t;
SELECT is((SELECT string_agg(DISTINCT c, ' ') FROM empathy.templates t, empathy.template_prompts(t.definition) AS p, unnest(p.classes) AS c
           WHERE c <> ALL ('{topic,aspect,intent,phrase,act,rule,kind,channel,when,habit,stage,about,emotion,complaint,praise,note}')), NULL, 'they name classes that there are');
SELECT is((SELECT md5(string_agg(template || definition::text, ' ' ORDER BY template)) FROM empathy.templates WHERE builtin), '4b699495befdd36193e1547dfa30190e', 'a version never changes: a change is another version');

-- Definitions that are refused

CREATE FUNCTION one(prompt text) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('quadrants', jsonb_build_object('says', jsonb_build_object('prompts', jsonb_build_array(prompt::jsonb)))) $$;
SELECT throws_ok(format('SELECT empathy.check_template(%L)', d), '22023', message, d) FROM (VALUES
    (NULL, 'the definition of the template is no object'), ('[]', 'the definition of the template is no object'), ('{}', 'the definition of the template has no quadrants'),
    ('{"quadrants": {}}', 'the definition of the template has no quadrants'), ('{"quadrants": []}', 'the definition of the template has no quadrants'),
    ('{"quadrants": {"say": {"prompts": [{"ask": "x"}]}}}', 'unknown quadrant "say"'), ('{"quadrants": {"says": {}}}', 'quadrant "says" of the template has no prompts'),
    ('{"quadrants": {"says": 1}}', 'quadrant "says" of the template is no object'), ('{"quadrants": {"says": {"prompts": []}}}', 'quadrant "says" of the template has a "prompts" that is not a list of prompts'),
    ('{"quadrants": {"says": {"prompts": {"ask": "x"}}}}', 'quadrant "says" of the template has a "prompts" that is not a list of prompts'),
    ('{"quadrants": {"says": {"prompt": [{"ask": "x"}]}}}', 'quadrant "says" of the template has an unknown key "prompt"'), ('{"quadrant": 1}', 'the definition of the template has an unknown key "quadrant"'),
    (one('"x"')::text, 'prompt 1 of quadrant "says" of the template is no object'), (one('{}')::text, 'prompt 1 of quadrant "says" of the template asks nothing'),
    (one('{"ask": " "}')::text, 'prompt 1 of quadrant "says" of the template has a "ask" that is not a text of 1 to 200 characters'),
    (one('{"ask": "x", "most": 0}')::text, 'prompt 1 of quadrant "says" of the template has a "most" that is not a whole number above 0'),
    (one('{"ask": "x", "most": 1.5}')::text, NULL), (one('{"ask": "x", "min_customers": "5"}')::text, NULL), (one('{"ask": "x", "min_customers": -1}')::text, NULL),
    (one('{"ask": "x", "min_confidence": 1.1}')::text, NULL), (one('{"ask": "x", "min_confidence": "high"}')::text, NULL), (one('{"ask": "x", "classes": "act"}')::text, NULL),
    (one('{"ask": "x", "classes": []}')::text, NULL), (one('{"ask": "x", "items": ["a", 1]}')::text, NULL), (one('{"ask": "x", "items": [["a"]]}')::text, NULL),
    (one('{"ask": "x", "title": "y"}')::text, NULL), (one(format('{"ask": "%s"}', repeat('x', 201)))::text, NULL)) AS v(d, message);
SELECT throws_ok('SELECT empathy.apply_template(''{}'', ''{"quadrants": 1}''::jsonb)', '22023', NULL, 'nor are they applied');

-- Which cells answer which prompt

CREATE TABLE frame AS SELECT '{"title": "Ours", "min_customers": 10, "min_confidence": 0.5, "quadrants": {
    "says": {"prompts": [{"ask": "What of?", "classes": ["aspect", "topic"], "most": 2}, {"ask": "Money?", "items": ["pri_e", "*_%*", "a\\b"]}, {"ask": "Rest?"}]},
    "thinks": {"classes": ["rule"], "min_customers": 3, "prompts": [{"ask": "Sure?", "min_confidence": 0.9}, {"ask": "Maybe?", "min_confidence": 0}]},
    "feels": {"prompts": [{"ask": "Who?", "classes": ["note"]}]}}}'::jsonb AS d,
    '{"as_of": "2026-01-01", "customers": 100, "more": true, "says": [{"item": "speed", "class": "aspect", "customers": 50, "confidence": 0.9}, {"item": "a", "class": "topic", "customers": 40},
      {"item": "late", "class": "topic", "customers": 30}, {"item": "price", "class": "intent", "customers": 20}, {"item": "pri_e", "class": "intent", "customers": 20}, {"item": "50_% off", "class": "intent", "customers": 19},
      {"item": "a\\b", "customers": 18}, {"item": "few", "class": "intent", "customers": 9}, {"item": "unsure", "class": "intent", "customers": 30, "confidence": 0.4},
      {"item": "noted", "class": "note", "origin": "human"}, {"item": "wrong", "class": "intent", "customers": 50, "review": {"verdict": "rejected"}}],
      "thinks": [{"item": "x", "class": "rule", "customers": 3, "confidence": 0.9}, {"item": "y", "class": "rule", "customers": 3, "confidence": 0.1}, {"item": "z", "class": "act", "customers": 90}, {"item": "n", "class": "note", "origin": "human"}],
      "does": [{"item": "kept out", "customers": 99}, {"item": "also", "origin": "human"}], "gains": 1}'::jsonb AS m;
CREATE FUNCTION framed(map jsonb, template jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(q || ': ' || (SELECT string_agg(concat_ws(' ', c ->> 'prompt', c ->> 'item'), ', ') FROM jsonb_array_elements(empathy.apply_template(map, template) -> q) AS c), '; ')
    FROM unnest(empathy.quadrants()) AS q $$;
SELECT is(framed(m, d), 'says: What of? speed, What of? a, Money? pri_e, Money? 50_% off, Money? a\b, Rest? price, Rest? noted; thinks: Sure? x, Maybe? y, n',
          'each cell stands with the first prompt that it answers') FROM frame;
SELECT is(empathy.apply_template(m, d) -> 'unanswered', '[{"quadrant": "feels", "prompt": "Who?"}]', 'what nothing answers is said') FROM frame;
SELECT is(empathy.apply_template(m, d) -> 'prompts', '{"says": ["What of?", "Money?", "Rest?"], "thinks": ["Sure?", "Maybe?"], "feels": ["Who?"]}', 'and what was asked') FROM frame;
SELECT is((empathy.apply_template(m, d) ->> 'left_out')::int, 7, 'and how many cells there are besides') FROM frame;
SELECT is(empathy.apply_template(m, d) - (empathy.quadrants() || '{prompts,unanswered,left_out}'), '{"as_of": "2026-01-01", "customers": 100, "more": true}', 'the rest of the map stays') FROM frame;
SELECT is((SELECT count(*) FROM empathy.map_cells(empathy.apply_template(m, d))), 10::bigint, 'what comes out is a map again') FROM frame;
SELECT is(empathy.apply_template(empathy.apply_template(m, d), d) - '{left_out}'::text[], empathy.apply_template(m, d) - '{left_out}'::text[], 'once more changes nothing') FROM frame;
SELECT is(empathy.apply_template('{"customers": 1, "says": [{"item": "x", "class": "aspect", "share": 1}]}', d) #>> '{says,0,prompt}', 'What of?', 'a single customer has as many as there can be') FROM frame;
SELECT is(jsonb_array_length(empathy.apply_template(m, d) -> 'unanswered'), 6, 'no map answers nothing: ' || m::text) FROM frame AS f(d, _), unnest(ARRAY['{}', '{"says": {}, "thinks": [1, "x", null]}']::jsonb[]) AS m;
SELECT is(empathy.apply_template(NULL, d), NULL, 'NULL is NULL') FROM frame;

-- Versions

SELECT is(empathy.add_template('our-frame', d), 'our-frame-1', 'a template') FROM frame;
SELECT is(empathy.add_template('our-frame', d), 'our-frame-1', 'the same again is the same') FROM frame;
SELECT is(empathy.add_template('our-frame', d - 'title'), 'our-frame-2', 'another is another version') FROM frame;
SELECT is((empathy.apply_template(m, t) ->> 'template'), v, t) FROM frame, (VALUES ('our-frame', 'our-frame-2'), ('our-frame-1', 'our-frame-1'), ('our-frame-2', 'our-frame-2'), ('product', 'product-1')) AS x(t, v);
SELECT is(empathy.apply_template(m, 'our-frame') - 'template', empathy.apply_template(m, d), 'by name as by definition') FROM frame;
SELECT is((SELECT string_agg(template || in_use, ' ' ORDER BY template) FROM empathy.templates WHERE NOT builtin), 'our-frame-1false our-frame-2true', 'the view tells which is used');
SELECT is(empathy.drop_template('our-frame-2'), 1, 'dropped');
SELECT is(empathy.apply_template(m, 'our-frame') ->> 'template', 'our-frame-1', 'the one before is used again') FROM frame;
SELECT is(empathy.add_template('our-frame', d), 'our-frame-3', 'a number is not given again') FROM frame;
SELECT is(empathy.drop_template('our-frame'), 2, 'all of a name');
SELECT throws_ok('SELECT empathy.drop_template(''our-frame'')', '42704', 'there is no template "our-frame" that was added', 'once');
SELECT throws_ok('SELECT empathy.drop_template(''product'')', '42704', 'there is no template "product" that was added', 'built-in ones stay');
SELECT throws_ok('SELECT empathy.drop_template(NULL)', '42704', 'there is no template NULL that was added', 'NULL is none');
SELECT throws_ok(format('SELECT empathy.apply_template(''{}'', %L)', t), '42704', format('template "%s" does not exist', t), 'no template ' || t) FROM unnest('{our-frame,our-frame-1,nothing,product-2,""}'::text[]) AS t;
SELECT throws_ok(format('SELECT empathy.add_template(%L, %L)', n, d), '42602', NULL, 'no name: ' || coalesce(n, 'NULL')) FROM frame, unnest(ARRAY['', 'Ours', 'a b', 'x-1', 'x-', '-x', 'é', NULL, repeat('x', 64), 'a/b']) AS n;
SELECT throws_ok(format('SELECT empathy.add_template(''service'', %L)', d), '42939', 'template "service" is built in', 'nor one of ours') FROM frame;
SELECT throws_ok('SELECT empathy.add_template(''x'', ''{}'')', '22023', 'the definition of the template has no quadrants', 'a definition is checked first');

-- Of real maps

CREATE TABLE chat (who int, at timestamptz, said text);
INSERT INTO chat SELECT who, now() - interval '1 hour', CASE WHEN who % 2 = 0 THEN 'I love it, thank you' ELSE 'I am angry, cancel my contract' END FROM generate_series(1, 60) AS who;
SELECT empathy.watch('chat', customer => 'who', at => 'at', said => 'said', kind => '''message''') \gset ignored_
CALL empathy.refresh();
SELECT is(empathy.apply_template(empathy.map_of(), 'service') ->> 'scope', 'all', 'a map of a scope');

CREATE ROLE template_plain;
CREATE ROLE template_maker;
GRANT EXECUTE ON FUNCTION empathy.add_template, empathy.drop_template, empathy.apply_template(jsonb, text) TO template_maker;
GRANT SELECT ON empathy.templates TO template_maker;
SET ROLE template_plain;
SELECT throws_ok('SELECT empathy.' || c, '42501', NULL, 'not for everybody: ' || c) FROM unnest(ARRAY['add_template(''x'', ''{}'')', 'drop_template(''x'')', 'apply_template(''{}'', ''product''::text)']) AS c;
SELECT throws_ok('TABLE empathy.' || t, '42501', NULL, 'nor ' || t) FROM unnest('{template,templates}'::text[]) AS t;
SELECT lives_ok($$SELECT empathy.apply_template('{}', '{"quadrants": {"says": {"prompts": [{"ask": "x"}]}}}'::jsonb)$$, 'but frames that one has');
SET ROLE template_maker;
SELECT is(empathy.add_template('theirs', '{"quadrants": {"says": {"prompts": [{"ask": "x"}]}}}'), 'theirs-1', 'by grant');
SELECT is(empathy.apply_template('{}', 'theirs') ->> 'template', 'theirs-1', 'and applied');
SELECT is(empathy.drop_template('theirs-1'), 1, 'and dropped');
SELECT throws_ok('TABLE empathy.template', '42501', NULL, 'but the table is ours');
RESET ROLE;
DROP OWNED BY template_plain, template_maker;
DROP ROLE template_plain, template_maker;
SELECT * FROM finish();
