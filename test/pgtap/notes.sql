-- What people say about maps: notes beside the machine's cells, reviews of cells, and that both outlast refreshes.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'Pacific/Auckland';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT no_plan();

CREATE TABLE chat (who int, at timestamptz, said text);
CREATE INDEX ON chat (who, at);
INSERT INTO chat SELECT who, now() - who * interval '1 hour', CASE WHEN who % 2 = 0 THEN 'I love it, thank you' ELSE 'I am angry, cancel it' END
FROM generate_series(1, 40) AS who;
SELECT empathy.watch('chat', customer => 'who', at => 'at', said => 'said', kind => '''message''') \gset ignored_
CALL empathy.refresh();
SELECT empathy.add_segment('the "odd" ones', 'SELECT customer FROM empathy.profiles WHERE customer::int % 2 = 1') \gset ignored_

-- Pure: which cell gets which mark, and in which order

CREATE FUNCTION marked(map jsonb, notes jsonb, marks jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(concat_ws(' ', quadrant, rank, class || ':' || item, origin, review), ', ' ORDER BY array_position(empathy.quadrants(), quadrant), rank)
    FROM empathy.map_cells(empathy.marked_map(map, notes, marks)) $$;
\set map '\'{"as_of": "2026-01-01", "says": [{"item": "a", "class": "aspect"}, {"item": "b", "class": "aspect"}, {"item": "b", "class": "topic"}], "feels": [{"item": "b"}], "more": 1}\''
SELECT is(empathy.marked_map(:map, NULL, NULL), :map, 'nothing said: as it was');
SELECT is(marked(:map, '[{"quadrant": "says", "item": "x"}, {"quadrant": "gains", "item": "b"}]', NULL),
          'says 1 aspect:a, says 2 aspect:b, says 3 topic:b, says 4, feels 1, gains 1', 'notes stand after the cells');
SELECT is(marked(:map, NULL, m::jsonb), w, m) FROM (VALUES
    ('[{"quadrant": "says", "class": "aspect", "item": "b", "review": {"verdict": "confirmed"}}]', 'says 1 aspect:a, says 2 aspect:b confirmed, says 3 topic:b, feels 1'),
    ('[{"quadrant": "says", "class": "aspect", "item": "a", "review": {"verdict": "rejected"}}]', 'says 1 aspect:b, says 2 topic:b, says 3 aspect:a rejected, feels 1'),
    ('[{"quadrant": "says", "class": null, "item": "b", "review": {"verdict": "rejected"}}]', 'says 1 aspect:a, says 2 aspect:b rejected, says 3 topic:b rejected, feels 1'),
    ('[{"quadrant": "says", "class": null, "item": "b", "review": {"verdict": "rejected"}}, {"quadrant": "says", "class": "topic", "item": "b", "review": {"verdict": "confirmed"}}]',
     'says 1 aspect:a, says 2 topic:b confirmed, says 3 aspect:b rejected, feels 1'),
    ('[{"quadrant": "says", "class": "topic", "item": "b", "review": {"verdict": "confirmed"}}, {"quadrant": "says", "class": null, "item": "b", "review": null}]',
     'says 1 aspect:a, says 2 aspect:b, says 3 topic:b, feels 1'),
    ('[{"quadrant": "feels", "class": "emotion", "item": "b", "review": {"verdict": "confirmed"}}]', 'says 1 aspect:a, says 2 aspect:b, says 3 topic:b, feels 1 confirmed')) AS v(m, w);
SELECT is(empathy.marked_map(:map, '[]', '[]') - empathy.quadrants() || jsonb_build_object('says', empathy.marked_map(:map, '[]', '[]') -> 'says', 'feels', empathy.marked_map(:map, '[]', '[]') -> 'feels'),
          :map, 'no cell is changed or lost');
SELECT is((SELECT count(*) FROM empathy.map_cells(m)), 0::bigint, 'no map: ' || m::text) FROM unnest(ARRAY['{}', '[]', '1', 'null', '{"says": 1}', '{"says": {}}']::jsonb[]) AS m;

-- Notes

SELECT empathy.note('all', 'thinks', 'They fear the new prices.', 'Ann') AS note \gset
SELECT empathy.note('the "odd" ones', 'pains', 'Waiting on the phone') AS other \gset
SELECT empathy.note('customer:7', 'feels', 'Sounded tired', author => 'Bob') AS third \gset
SELECT is((SELECT array_agg(m.cell - 'noted_at') FROM jsonb_array_elements(empathy.map_of('all') -> 'thinks') AS m(cell) WHERE cell ->> 'origin' = 'human'),
          ARRAY[jsonb_build_object('item', 'They fear the new prices.', 'class', 'note', 'origin', 'human', 'author', 'Ann', 'note', :note)], 'a note is a cell of its map');
SELECT results_eq($$SELECT quadrant, item, author, noted_at, origin, share, customers, note FROM empathy.maps WHERE scope = 'all' AND class = 'note'$$,
                  $$SELECT quadrant, note, author, noted_at, 'human', NULL::real, NULL::bigint, id FROM empathy.notes WHERE scope = 'all'$$, 'and in the view, without a share');
SELECT is((SELECT author || ' ' || entered_by FROM empathy.notes WHERE id = :other), 'postgres postgres', 'whoever enters it is its author, if nobody is named');
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'the "odd" ones' AND origin = 'human'), 1::bigint, 'each on its own map');
SELECT is((empathy.map_of('customer:7') #>> '{feels,-1,item}'), 'Sounded tired', 'also on a customer''s');
SELECT is(empathy.customer('7') #>> '{map,feels,-1,item}', 'Sounded tired', 'which customer() has, too');
SELECT is(empathy.map_of('customer:nobody'), NULL, 'nobody has no map');
SELECT empathy.note('customer:nobody', 'gains', 'Wants to try it') \gset ignored_
SELECT is(empathy.map_of('customer:nobody') #>> '{gains,0,item}', 'Wants to try it', 'unless somebody noted something');
SELECT is(empathy.map_of('customer:nobody') - empathy.quadrants(), jsonb_build_object('scope', 'customer:nobody', 'as_of', (now() AT TIME ZONE 'UTC')::date, 'customers', 0, 'heard', 0), 'of which all else is empty');
SELECT is((SELECT count(*) FROM empathy.map_cells(empathy.map_of('all', now() - interval '1 day')) WHERE origin = 'human'), 0::bigint, 'the past had no such notes');
SELECT is(empathy.map_of('customer:nobody', now() - interval '1 day'), NULL, 'nor the map of nobody');
UPDATE empathy.note SET noted_at = '2026-05-31 23:59:59+00' WHERE id = :note;
SELECT is((SELECT count(*) FROM empathy.map_cells(empathy.map_of('all', a::timestamptz)) WHERE origin = 'human'), n, 'noted on the UTC day ' || a)
FROM (VALUES ('2026-05-31 00:00+00', 1::bigint), ('2026-05-30 23:59+00', 0)) AS v(a, n);
SELECT is((empathy.map_of('all') #>> '{thinks,-1,noted_at}'), '2026-05-31T23:59:59+00:00', 'times are UTC');
INSERT INTO chat VALUES (41, now(), 'where is my parcel?');
CALL empathy.refresh();
SELECT empathy.refresh_segment('all'), empathy.refresh_segment('the "odd" ones') \gset ignored_
SELECT is((SELECT string_agg(scope || ': ' || item, ', ' ORDER BY scope) FROM empathy.maps WHERE origin = 'human'),
          'all: They fear the new prices., the "odd" ones: Waiting on the phone', 'notes outlast refreshes');
SELECT is((empathy.map_of('all') ->> 'customers')::int, 41, 'and count for nobody');
SELECT throws_ok('SELECT empathy.note(' || a || ')', code, message, 'no note: ' || a) FROM (VALUES
    ('''nowhere'', ''says'', ''x''', '42704', 'scope "nowhere" does not exist'), ('NULL, ''says'', ''x''', '42704', 'scope NULL does not exist'),
    ('''all'', ''Says'', ''x''', '22023', 'unknown quadrant "Says"'), ('''all'', NULL, ''x''', '22023', 'unknown quadrant NULL'),
    ('''all'', ''says'', NULL', '22004', 'text must not be NULL'), ('''all'', ''says'', E'' \n''', '22023', 'text must not be blank'),
    ('''all'', ''says'', repeat(''x'', 2001)', '22001', 'text has 2001 characters'), ('''all'', ''says'', ''x'', NULL', '22004', 'author must not be NULL'),
    ('''all'', ''says'', ''x'', ''''', '22023', 'author must not be blank'), ('''all'', ''says'', ''x'', repeat(''x'', 201)', '22001', 'author has 201 characters')) AS v(a, code, message);
SELECT empathy.note('customer:7', 'says', E'<script>"\\\'; DROP TABLE chat; --\n\t\u202E😀', E'</b>') \gset ignored_
SELECT is(empathy.map_of('customer:7') #>> '{says,-1,item}', E'<script>"\\\'; DROP TABLE chat; --\n\t\u202E😀', 'a text is kept as it is written');
SELECT lives_ok(format('SELECT empathy.drop_note(%s)', :note), 'drop_note()');
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'all' AND origin = 'human'), 0::bigint, 'takes it away');
SELECT throws_ok(format('SELECT empathy.drop_note(%s)', :note), '42704', format('note %s does not exist', :note), 'once');
SELECT throws_ok('SELECT empathy.drop_note(NULL)', '42704', 'note NULL does not exist', 'NULL is none');

-- Reviews

SELECT item AS first FROM empathy.maps WHERE scope = 'all' AND quadrant = 'feels' AND rank = 1 \gset
SELECT count(*) AS cells FROM empathy.maps WHERE scope = 'all' AND quadrant = 'feels' \gset
SELECT empathy.review('all', 'feels', :'first', 'rejected', 'Ann', 'no, they joke') AS review \gset
SELECT results_eq($$SELECT rank, item, review, reviewed_by, reviewed_at FROM empathy.maps WHERE scope = 'all' AND review IS NOT NULL$$,
                  $$SELECT (SELECT count(*) FROM empathy.maps WHERE scope = 'all' AND quadrant = 'feels'), item, 'rejected', 'Ann', reviewed_at FROM empathy.reviews$$,
                  'a rejected cell is marked, and moves to the end');
SELECT is((empathy.map_of('all') #> '{feels,-1,review}') - 'at', '{"by": "Ann", "verdict": "rejected", "comment": "no, they joke"}', 'with what was said');
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'all' AND quadrant = 'feels'), :cells::bigint, 'nothing is lost');
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope <> 'all' AND review IS NOT NULL), 0::bigint, 'it is not said of another map');
INSERT INTO chat VALUES (42, now(), 'where is my parcel?');
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'all' AND review = 'rejected'), 1::bigint, 'it outlasts refreshes');
SELECT empathy.review('all', 'feels', :'first', 'confirmed', by => 'Bob') \gset ignored_
SELECT is((SELECT rank || ' ' || review || ' ' || reviewed_by FROM empathy.maps WHERE scope = 'all' AND review IS NOT NULL), '1 confirmed Bob', 'the latest counts');
SELECT empathy.review('all', 'feels', :'first', NULL) \gset ignored_
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'all' AND review IS NOT NULL), 0::bigint, 'and can be taken back');
SELECT is((SELECT string_agg(concat_ws(' ', verdict, reviewer, comment, entered_by, current), ', ' ORDER BY id) FROM empathy.reviews),
          'rejected Ann no, they joke postgres f, confirmed Bob postgres f, postgres postgres t', 'all that was said is kept');
SELECT empathy.review('customer:7', 'feels', 'Sounded tired', 'confirmed') \gset ignored_
SELECT is(empathy.map_of('customer:7') #>> '{feels,-1,review,verdict}', 'confirmed', 'a note can be reviewed, and a customer''s map');
SELECT lives_ok($$SELECT empathy.review('all', 'thinks', 'what nobody thinks', 'rejected')$$, 'a cell that is not there now may come');
SELECT throws_ok('SELECT empathy.review(' || a || ')', code, message, 'no review: ' || a) FROM (VALUES
    ('''nowhere'', ''says'', ''x'', ''rejected''', '42704', 'scope "nowhere" does not exist'), ('''all'', ''x'', ''x'', ''rejected''', '22023', 'unknown quadrant "x"'),
    ('''all'', ''says'', ''x'', ''maybe''', '22023', 'unknown verdict "maybe"'), ('''all'', ''says'', NULL, ''rejected''', '22004', 'item must not be NULL'),
    ('''all'', ''says'', ''x'', ''rejected'', NULL', '22004', 'by must not be NULL'), ('''all'', ''says'', ''x'', ''rejected'', ''me'', ''''', '22023', 'comment must not be blank')) AS v(a, code, message);
SELECT empathy.note('all', 'gains', 'twice'), empathy.note('all', 'gains', 'twice') \gset ignored_
UPDATE empathy.stored_map SET map = jsonb_set(map, '{gains}', '[{"item": "twice", "class": "praise"}, {"item": "alone", "class": "aspect"}]') WHERE scope = 'all';
SELECT throws_ok('SELECT empathy.review(''all'', ''gains'', ''twice'', ''rejected'')', '42P08', '"twice" is ambiguous: there are cells of the classes note, praise', 'a doubt is no choice');
SELECT empathy.review('all', 'gains', 'twice', 'rejected', class => 'praise'), empathy.review('all', 'gains', 'alone', 'confirmed') \gset ignored_
SELECT is((SELECT string_agg(concat_ws(' ', class, item, review), ', ' ORDER BY rank) FROM empathy.maps WHERE scope = 'all' AND quadrant = 'gains'),
          'aspect alone confirmed, note twice, note twice, praise twice rejected', 'a class tells cells apart');

-- Agreement

DELETE FROM empathy.review;
SELECT empathy.review('all', 'thinks', 'is it worth it?', CASE WHEN i <= 8 THEN 'confirmed' ELSE 'rejected' END, class => 'rule') FROM generate_series(1, 10) AS i \g /dev/null
SELECT results_eq('SELECT quadrant, class, item, reviews, confirmed FROM empathy.agreement ORDER BY item', $$VALUES
    ('thinks', 'rule', 'is it worth it?', 1::bigint, 0::bigint), ('thinks', 'rule', NULL, 1, 0)$$, 'only what counts is counted');
SELECT empathy.review('customer:' || i, 'thinks', CASE WHEN i <= 10 THEN 'is it worth it?' ELSE 'do I need it?' END, CASE WHEN i <= 8 THEN 'confirmed' ELSE 'rejected' END, class => 'rule') FROM generate_series(1, 12) AS i \g /dev/null
SELECT empathy.review('customer:9', 'thinks', 'is it worth it?', NULL, class => 'rule'), empathy.review('customer:3', 'says', 'cancel', 'confirmed', class => 'intent') \gset ignored_
SELECT results_eq('SELECT quadrant, class, item, reviews, confirmed, round(share::numeric, 4), round(share_lo::numeric, 4), round(share_hi::numeric, 4) FROM empathy.agreement ORDER BY 1, 3', $$VALUES
    ('says', 'intent', 'cancel', 1::bigint, 1::bigint, 1.0000, 0.2065, 1.0000), ('says', 'intent', NULL, 1, 1, 1.0000, 0.2065, 1.0000),
    ('thinks', 'rule', 'do I need it?', 2, 0, 0.0000, 0.0000, 0.6576), ('thinks', 'rule', 'is it worth it?', 10, 8, 0.8000, 0.4902, 0.9433),
    ('thinks', 'rule', NULL, 12, 8, 0.6667, 0.3906, 0.8619)$$, 'how often people agree, with Wilson''s interval');

-- Rights

CREATE ROLE note_plain;
CREATE ROLE note_writer;
CREATE ROLE note_reader;
GRANT EXECUTE ON FUNCTION empathy.note, empathy.review TO note_writer;
GRANT SELECT ON empathy.maps, empathy.notes, empathy.reviews, empathy.agreement TO note_reader;
SET ROLE note_plain;
SELECT throws_ok('SELECT empathy.' || c, '42501', NULL, 'not for everybody: ' || c)
FROM unnest(ARRAY['note(''all'', ''says'', ''x'')', 'drop_note(1)', 'review(''all'', ''says'', ''x'', NULL)', 'cell_class(''all'', ''says'', ''x'')']) AS c;
SELECT throws_ok('TABLE empathy.' || t, '42501', NULL, 'nor ' || t) FROM unnest('{note,review,notes,reviews,agreement,scope_note,scope_mark,maps}'::text[]) AS t;
SET ROLE note_writer;
SELECT lives_ok('SELECT empathy.note(''all'', ''says'', ''x'', ''anybody''), empathy.review(''all'', ''says'', ''x'', ''rejected'')', 'by grant');
SELECT throws_ok('TABLE empathy.notes', '42501', NULL, 'who writes does not read');
RESET ROLE;
SET ROLE note_reader;
SELECT is((SELECT review FROM empathy.maps WHERE item = 'x'), 'rejected', 'a reader sees notes and reviews on maps');
SELECT lives_ok('TABLE empathy.' || t, 'and ' || t) FROM unnest('{notes,reviews,agreement}'::text[]) AS t;
SELECT throws_ok('TABLE empathy.' || t, '42501', NULL, 'but not ' || t) FROM unnest('{note,review,scope_note,scope_mark}'::text[]) AS t;
RESET ROLE;
DROP OWNED BY note_plain, note_writer, note_reader;
DROP ROLE note_plain, note_writer, note_reader;

SELECT empathy.drop_segment('the "odd" ones');
SELECT is((SELECT count(*) FROM empathy.notes WHERE scope = 'the "odd" ones'), 1::bigint, 'notes on a segment that is dropped are kept');
SELECT empathy.add_segment('the "odd" ones', 'VALUES (1)') \gset ignored_
SELECT is((SELECT count(*) FROM empathy.maps WHERE scope = 'the "odd" ones' AND origin = 'human'), 1::bigint, 'and come back with it');
SELECT * FROM finish();
