-- What must hold of every picture of a map, whatever is in it.
\set ECHO none
SET client_min_messages = warning;
SET client_encoding = utf8;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
\set group `cat test/data/maps/group.json`
\set customer `cat test/data/maps/customer.json`
\set bare `cat test/data/maps/bare.json`
\set hostile `cat test/data/maps/hostile.json`

SELECT no_plan();
CREATE TEMP TABLE fixture AS
SELECT name, map::jsonb FROM (VALUES ('group', :'group'), ('customer', :'customer'), ('bare', :'bare'), ('hostile', :'hostile'),
                                     ('nothing', '{}'), ('no map', '[1, "a", null]'), ('no object', '"text"')) AS f(name, map);
CREATE TEMP TABLE picture AS
SELECT f.name, p.kind, p.shown
FROM fixture AS f, LATERAL (VALUES ('text', empathy.map_text(f.map)), ('markdown', empathy.map_markdown(f.map)),
                                   ('mermaid', empathy.map_mermaid(f.map)), ('html', empathy.map_html(f.map)),
                                   ('svg', empathy.map_svg(f.map))) AS p(kind, shown);

-- Width

SELECT is_empty($$
    SELECT f.name, width, line FROM fixture AS f, unnest('{40,71,72,100,133}'::int[]) AS width,
           LATERAL string_to_table(empathy.map_text(f.map, width), E'\n') AS line
    WHERE empathy.show_width(line) > width
    $$, 'no line of a text is wider than asked for');
SELECT is(empathy.show_width(said), width, 'columns of ' || said)
FROM (VALUES ('', 0), ('abc', 3), ('é', 1), (U&'e\0301', 1), ('漢字', 4), ('한국', 4), ('ｗｉｄｅ', 8), ('👍 ok', 5), ('“▲●█│─”', 7), ('שלום', 4)) AS w(said, width);
SELECT is(empathy.show_wrap(said, 8, lines), expected, 'wrapped: ' || said)
FROM (VALUES ('one two three', 9, '{"one two",three}'::text[]), ('one two three four', 2, '{"one two",three...}'), ('abcdefghijkl mn', 9, '{abcdefgh,"ijkl mn"}'),
             ('漢字漢字漢字', 9, '{漢字漢字,漢字}'), ('', 2, '{}'), ('one two three', 1, '{"one t..."}')) AS w(said, lines, expected);
SELECT throws_ok(format('SELECT empathy.map_text(''{}''::jsonb, %s)', width), '22023', 'width must be between 40 and 400', 'not of ' || width || ' columns')
FROM unnest('{39,401,0,-1}'::int[]) AS width;

SELECT is(length(empathy.show_text(to_jsonb('a' || repeat(U&'\0301', n)))), least(n, 8) + 1, n || ' marks over a letter') FROM unnest('{0,1,8,9,99}'::int[]) AS n;

-- Notes are seen first, also behind many cells

SELECT matches(shown, 'the sixth.*7 more.*|a note', 'the first six and notes: ' || kind)
FROM (SELECT jsonb_build_object('says', jsonb_agg(jsonb_build_object('item', CASE i WHEN 6 THEN 'the sixth' WHEN 13 THEN 'a note' ELSE 'item ' || i END,
                                                                     'share', 0.5, 'origin', CASE i WHEN 13 THEN 'human' ELSE 'observed' END) ORDER BY i)) AS map
      FROM generate_series(1, 14) AS i) AS m,
     LATERAL (VALUES ('text', empathy.map_text(map)), ('mermaid', empathy.map_mermaid(map)), ('svg', empathy.map_svg(map))) AS p(kind, shown)
WHERE shown !~ 'item (7|8|9|1\d)';

-- The six are dealt out to classes, and what is ambiguous has its class

CREATE TEMP TABLE dealt AS
SELECT c.* FROM empathy.show_cells(jsonb_build_object('customers', 1, 'does', (
    SELECT jsonb_agg(jsonb_build_object('item', item, 'class', class, 'share', share, 'trend', 0.001, 'origin', 'observed') ORDER BY share DESC, class, item)
    FROM (SELECT 'page ' || i AS item, 'kind' AS class, 0.9 - i / 100.0 AS share FROM generate_series(1, 9) AS i
          UNION ALL VALUES ('sms', 'channel', 0.3), ('sms', 'kind', 0.2), ('comes weekly', 'habit', 1.0), ('loyal', 'stage', 1.0)) AS v)), 'does') AS c;
SELECT is((SELECT array_agg(label ORDER BY rank) FROM dealt WHERE first), '{comes weekly,loyal,page 1,page 2,page 3,sms (channel)}'::text[], 'six of all classes');
SELECT is((SELECT array_agg(label ORDER BY rank) FROM dealt WHERE share IS NULL OR direction IS NULL), '{comes weekly,loyal}'::text[], 'what one customer just has is no share, and does not change');
SELECT is((SELECT count(*) FROM dealt WHERE label <> item), 2::bigint, 'a class is added where two have one name');
SELECT matches(empathy.map_text('{"customers": 9, "does": [{"item": "a", "share": 0.5, "trend": 0.004, "trend_lo": 0.001, "trend_hi": 0.007}]}'::jsonb), '▲<1', 'less than a point');
SELECT is((SELECT string_agg(item || ' ' || trend, ', ' ORDER BY nth)
           FROM empathy.show_changes((SELECT map FROM fixture WHERE name = 'group')) WITH ORDINALITY AS c(item, share, trend, direction, nth)),
          'delivery 0.061, visit -0.051, annoyance 0.044', 'what changed most');
SELECT is_empty($$ SELECT * FROM empathy.show_changes((SELECT map FROM fixture WHERE name = 'customer')) $$, 'of one customer that is nothing sure');
SELECT is(empathy.show_remarks('{"origin": "inferred", "rule": "r", "evidence": ["kind:price", "about:/a:b", "x"]}'), '{inferred: r,"seen: price, /a:b, x"}'::text[], 'what a thought goes by');
SELECT is(empathy.show_remarks('{"origin": "observed", "class": "phrase", "customers": 11, "sampled": 256}'), '{in a sample of 256}'::text[], 'of how many a phrase is a share');

-- A template's questions

CREATE TEMP TABLE framed AS SELECT empathy.apply_template(map, 'product') AS map FROM fixture WHERE name = 'group';
SELECT matches(shown, 'template product-1.*answers: What do they talk about.*says: In which words.*no answer|answers: What do they talk about', 'in its frame: ' || kind)
FROM framed, LATERAL (VALUES ('text', empathy.map_text(map)), ('markdown', empathy.map_markdown(map)), ('html', empathy.map_html(map))) AS p(kind, shown);
SELECT unalike(empathy.map_html('{"template": "<b>x"}'::jsonb), '%<b>x%', 'a template''s name is a stranger''s');

-- Nothing of a text acts on a terminal, the direction of writing, or what reads the picture

SELECT is_empty($$ SELECT name, kind FROM picture WHERE shown ~ '[\u0001-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]' $$,
                'no control characters, no bidirectional overrides');
SELECT matches(shown, 'family', 'but joined emoji stay: ' || kind) FROM picture WHERE name = 'hostile' AND kind = 'markdown' AND strpos(shown, U&'\+01F469\200D') > 0;
SELECT is_empty($$ SELECT m[1] FROM picture, regexp_matches(shown, '[^\\]([<>`|])', 'g') AS m WHERE name = 'hostile' AND kind = 'markdown' AND m[1] <> '|' $$,
                'no markup in Markdown');
SELECT is((SELECT count(DISTINCT c.bars) FROM picture, string_to_table(shown, E'\n') AS line,
                  LATERAL (SELECT count(*) FROM regexp_matches(' ' || line, '[^\\]\|', 'g')) AS c(bars)
           WHERE name = 'hostile' AND kind = 'markdown' AND line LIKE '| %'), 1::bigint, 'and as many columns in every row');
SELECT is_empty($$ SELECT line FROM picture, string_to_table(shown, E'\n') AS line
                   WHERE kind = 'mermaid' AND line !~ '^(mindmap|  root\(\("[^"]*"\)\)|    [a-z]+\[[A-Z][a-z]+\]|      [a-z]+\d+(\["[^"]*"\]|\("[^"]*"\)|\{\{"[^"]*"\}\})|)$' $$,
                'Mermaid has its own lines only');
SELECT is_empty($$ SELECT m FROM picture, regexp_matches(shown, '"([^"]*)"', 'g') AS m WHERE kind = 'mermaid' AND regexp_replace(m[1], '#\d+;', '', 'g') ~ '[][{}<>"`#;:&\\|]' $$,
                'and nothing but letters, digits, a few signs and numbered entities in its texts');

SELECT is_empty($$ SELECT DISTINCT kind, m[1] FROM picture, regexp_matches(shown, '<(/?\??[A-Za-z!][A-Za-z0-9]*)', 'g') AS m
                   WHERE kind IN ('html', 'svg') AND ltrim(m[1], '/') <> ALL (
                       '{!doctype,html,head,meta,title,style,body,svg,symbol,circle,path,line,rect,g,text,desc,use,h1,h2,ul,li,main,section,p,div,span,i,b,small,details,summary,blockquote,br,footer}'::text[]) $$,
                'pages and pictures have our tags only');
SELECT is_empty($$ SELECT kind, m[1] FROM picture, regexp_matches(shown, ' (on[a-z]+|src|srcset|xlink:href|action|formaction) *=', 'g') AS m WHERE kind IN ('html', 'svg') AND name <> 'hostile' $$,
                'nothing that runs or is loaded');
SELECT is((SELECT count(*) FROM picture, regexp_matches(shown, '<[^>]* on[a-z]+ *=', 'g') WHERE kind IN ('html', 'svg')), 0::bigint, 'also of a hostile text');
SELECT matches(shown, '&#60;script&#62;alert\(&#34;1&#34;\)&#60;/script&#62;', 'markup is shown: ' || kind) FROM picture WHERE name = 'hostile' AND kind IN ('html', 'svg');
SELECT matches(shown, 'Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''"', 'and would not run') FROM picture WHERE name = 'hostile' AND kind = 'html';
SELECT is_empty($$ SELECT kind FROM picture WHERE name IN ('bare', 'customer') AND kind IN ('html', 'svg') AND shown ~ '[^\u0001-\u007f]' $$, 'what we write is in ASCII');

-- Any other type in any place counts as absent

CREATE TEMP TABLE broken AS
WITH RECURSIVE small AS (
    SELECT jsonb_object_agg(key, CASE WHEN jsonb_typeof(value) = 'array' THEN jsonb_build_array(value -> 0) ELSE value END) AS map
    FROM fixture, jsonb_each(map) WHERE name = 'group'
), place AS (
    SELECT ARRAY[]::text[] AS path, map AS value FROM small
    UNION ALL
    SELECT p.path || k.key, k.value
    FROM place AS p, LATERAL (SELECT key, value FROM jsonb_each(CASE jsonb_typeof(p.value) WHEN 'object' THEN p.value ELSE '{}' END)
                              UNION ALL SELECT '0', p.value -> 0 WHERE jsonb_typeof(p.value) = 'array' AND p.value <> '[]') AS k(key, value)
)
SELECT p.path, jsonb_set(s.map, p.path, v.value) AS map
FROM place AS p, small AS s, (VALUES ('null'::jsonb), ('-1e400'), ('[{"a": [1]}]')) AS v(value) WHERE p.path <> '{}';
SELECT cmp_ok(count(*), '>', 250::bigint, 'many broken maps') FROM broken;
SELECT lives_ok(format('CREATE TEMP TABLE broken_%1$s AS SELECT path, empathy.map_%1$s(map) AS shown FROM broken', kind), 'none fails as ' || kind)
FROM unnest('{text,markdown,mermaid,html,svg}'::text[]) AS kind;
SELECT is_empty($$ SELECT path, line FROM broken_text, LATERAL string_to_table(shown, E'\n') AS line WHERE empathy.show_width(line) > 100 $$,
                'nor is any too wide');

-- What is in a map is in its pictures

SELECT is_empty($$
    SELECT p.kind, c.value ->> 'item' FROM picture AS p JOIN fixture AS f USING (name), jsonb_path_query(f.map, '$.*[*] ? (exists(@.item))') AS c(value)
    WHERE p.name = 'customer' AND strpos(replace(p.shown, '!', ''), c.value ->> 'item') = 0
    $$, 'every item');
SELECT matches(shown, 'noted by Bo Lind on 2026-11-05', 'who noted it: ' || kind) FROM picture WHERE name = 'group' AND kind NOT IN ('mermaid', 'svg');
SELECT matches(shown, 'confirmed by ann on 2026-11-20', 'who confirmed it: ' || kind) FROM picture WHERE name = 'group' AND kind NOT IN ('mermaid', 'svg');
SELECT matches(shown, 'rejected by ann on 2026-11-20', 'who rejected it: ' || kind) FROM picture WHERE name = 'group' AND kind NOT IN ('mermaid', 'svg');
SELECT is(strpos(shown, 'should I leave'), 0, 'what was rejected is not in it: ' || kind) FROM picture WHERE name = 'group' AND kind IN ('mermaid', 'svg');
SELECT is(empathy.show_direction(cell), direction, 'which way: ' || cell::text)
FROM (VALUES ('{"trend": 0.03, "trend_lo": 0.01, "trend_hi": 0.05}'::jsonb, 1), ('{"trend": -0.03, "trend_lo": -0.05, "trend_hi": -0.01}', -1),
             ('{"trend": 0.03, "trend_lo": -0.01, "trend_hi": 0.07}', 0), ('{"trend": 0.5}', 1), ('{"trend": -0.5}', -1), ('{"trend": 0.001}', 0), ('{}', NULL)) AS t(cell, direction);

-- What they are

SELECT is((SELECT string_agg(p.oid::regprocedure::text, ' ') FROM pg_proc AS p
           WHERE p.pronamespace = 'empathy'::regnamespace AND p.proname ~ '^(map_(text|markdown|mermaid|svg|html)|show_(?!report_).*)$'
             AND p.proargtypes[0] IS DISTINCT FROM 'text'::regtype AND (p.provolatile <> 'i' OR p.proparallel <> 's')), NULL, 'pure');
SELECT is(empathy.map_text(NULL::jsonb), NULL, 'nothing of nothing');

-- The report: of nothing, and of names and words that are markup

SELECT matches(empathy.report_html(), 'No map is stored yet.*nothing for sure.*nobody.*no table is watched', 'the report of nothing');
CREATE TABLE "<b>markup" (customer text, at timestamptz, kind text, said text, amount numeric);
INSERT INTO "<b>markup"
SELECT format('<img src=x onerror=alert(%s)>', c), now() - n * interval '6 days', CASE n WHEN 20 THEN '<script>alert(1)</script>' ELSE 'order' END,
       CASE n WHEN 20 THEN 'I hate it <script>alert("1")</script>, please cancel my order!' END, 10 FROM generate_series(1, 9) AS c, generate_series(20, 30) AS n;
SELECT empathy.watch('"<b>markup"') > 0 AS watched \gset
CALL empathy.refresh();
SELECT empathy.add_segment('<i>segment</i>', 'SELECT DISTINCT customer FROM "<b>markup"') AS members \gset
SELECT empathy.report_html() AS report \gset
SELECT matches(:'report'::text, '&#60;i&#62;segment&#60;/i&#62;', 'a segment''s name is shown');
SELECT matches(:'report'::text, '&#60;img src=x onerror=alert\(1\)&#62;', 'and a customer''s');
SELECT matches(:'report'::text, '<blockquote dir="auto">[^<]*&#60;script&#62;', 'and what they said');
SELECT is_empty(format($$ SELECT DISTINCT m[1] FROM regexp_matches(%L, '<(/?\??[A-Za-z!][A-Za-z0-9]*)', 'g') AS m WHERE ltrim(m[1], '/') <> ALL (
                       '{!doctype,html,head,meta,title,style,body,svg,symbol,circle,path,line,use,h1,h2,h3,h4,ul,li,main,section,p,div,span,i,b,small,blockquote,footer}'::text[]) $$, :'report'),
                'with no tags but ours');
SELECT is((SELECT count(*) FROM regexp_matches(:'report'::text, '<[^>]* on[a-z]+ *=', 'g')), 0::bigint, 'and nothing that runs');
SELECT empathy.drop_segment('<i>segment</i>') IS NULL AS dropped, empathy.unwatch('"<b>markup"') IS NULL AS unwatched \gset
DROP TABLE "<b>markup";
CALL empathy.refresh();

-- Of a scope

CREATE TABLE talk (customer int, at timestamptz, kind text, said text);
INSERT INTO talk SELECT c, now() - interval '1 day', 'message', 'Where is my parcel, this is a disgrace!' FROM generate_series(1, 6) AS c;
SELECT empathy.watch('talk') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is(empathy.map_text(scope), empathy.map_text(empathy.map_of(scope)), 'text of ' || scope) FROM unnest('{all,customer:1}'::text[]) AS scope;
SELECT is(empathy.map_text('all', 60), empathy.map_text(empathy.map_of(), 60), 'of so many columns');
SELECT is(empathy.map_markdown(scope), empathy.map_markdown(empathy.map_of(scope)), 'Markdown of ' || scope) FROM unnest('{all,customer:1}'::text[]) AS scope;
SELECT is(empathy.map_mermaid(scope), empathy.map_mermaid(empathy.map_of(scope)), 'Mermaid of ' || scope) FROM unnest('{all,customer:1}'::text[]) AS scope;
SELECT is(empathy.map_html(scope), empathy.map_html(empathy.map_of(scope)), 'page of ' || scope) FROM unnest('{all,customer:1}'::text[]) AS scope;
SELECT is(empathy.map_svg(scope), empathy.map_svg(empathy.map_of(scope)), 'picture of ' || scope) FROM unnest('{all,customer:1}'::text[]) AS scope;
SELECT matches(empathy.map_text(), '^Empathy map: all customers\n.*6 customers, 6 heard \(100 %\)', 'of everybody, unless said otherwise');
SELECT is(empathy.map_text('customer:nobody'), NULL, 'nothing of nobody');
SELECT throws_ok('SELECT empathy.map_text(''no such'')', '42704', NULL, 'an unknown scope');
CREATE ROLE emp_anybody;
CREATE ROLE emp_looker;
GRANT EXECUTE ON FUNCTION empathy.map_of(text, timestamptz, interval), empathy.map_text(text, int) TO emp_looker;
SET ROLE emp_anybody;
SELECT matches(empathy.map_text('{}'::jsonb), 'SAYS', 'everybody may look at a map');
SELECT throws_ok(format('SELECT empathy.map_%s(''all'')', kind), '42501', NULL, 'but not at a scope''s: ' || kind) FROM unnest('{text,markdown,mermaid,html,svg}'::text[]) AS kind;
SET ROLE emp_looker;
SELECT matches(empathy.map_text(), 'disgrace', 'as those may who were granted it');
RESET ROLE;
DROP OWNED BY emp_looker;
DROP ROLE emp_anybody, emp_looker;
SELECT * FROM finish();
