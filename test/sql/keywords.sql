-- Terms of texts and what sets a group apart: the type, the aggregates, keywords, errors.
CREATE TABLE said (id int, grp text, body varchar);
INSERT INTO said
SELECT i, (ARRAY['app', 'shop', 'phone'])[1 + i % 3],
       (ARRAY['good morning', 'hello there', 'hi again'])[1 + i % 7 % 3] || ', ' ||
       CASE WHEN i % 2 = 0 THEN (ARRAY['the checkout keeps failing', 'your shop was sold out again', 'the battery life is awful'])[1 + i % 3]
            ELSE 'order ' || i || ' for jo.smith' || i || '@shop.example never came back to @jo' || i END
FROM generate_series(1, 120) AS i;

-- Each text counts a term once; marks are not crossed; what identifies people is no part of one
SELECT empathy.terms(t) FROM unnest(ARRAY[
    'Battery life! The battery, my battery...', 'mail jo.smith@shop.example or call 030 1234567', 'Not happy. Never again.', '', '!!', NULL]) AS t;
SELECT empathy.terms(t) IS NULL AS none, empathy.merge(NULL::empathy.term_counts) IS NULL AS none_merged,
       empathy.keywords(t) IS NULL AS no_keywords FROM (VALUES (NULL::text)) AS v(t);
SELECT empathy.terms('' || t) FROM (VALUES ('')) AS v(t);

-- A type with input, output and equality
SELECT t::text::empathy.term_counts OPERATOR(empathy.=) t AS same, t OPERATOR(empathy.<>) t AS different, t::text::jsonb ->> 'texts' AS texts
FROM (SELECT empathy.terms(body) AS t FROM said) AS s;
SELECT '{"format": 1, "texts": 2, "words": 17, "lost": 0, "terms": {"refund": 2}}'::empathy.term_counts;
SELECT '{"format": 1, "texts": 2, "words": 17, "lost": 0, "terms": {"refund": 3}}'::empathy.term_counts;
SELECT '{"format": 2, "texts": 2, "words": 17, "lost": 0, "terms": {}}'::empathy.term_counts;
SELECT '{"texts": 2}'::empathy.term_counts;

-- Every group's own words, with all groups as the background, in one query
SELECT grp, term, texts, round(share::numeric, 2) AS share, background_share, round(z::numeric, 1) AS z
FROM (SELECT grp, empathy.terms(body) AS own, empathy.merge(empathy.terms(body)) OVER () AS whole FROM said GROUP BY grp) AS g,
     empathy.keywords(own, whole) ORDER BY grp, z DESC, term;
-- The background may hold the group or not
SELECT (SELECT array_agg(k) FROM empathy.keywords(own, whole) AS k) = (SELECT array_agg(k) FROM empathy.keywords(own, rest) AS k) AS same
FROM (SELECT empathy.terms(body) FILTER (WHERE grp = 'app') AS own, empathy.terms(body) AS whole,
             empathy.terms(body) FILTER (WHERE grp <> 'app') AS rest FROM said) AS s;
SELECT term FROM (SELECT empathy.terms(body) FILTER (WHERE grp = 'app') AS own, empathy.terms(body) AS whole FROM said) AS s,
     empathy.keywords(own, whole, 1);

-- Against English at large
SELECT grp, jsonb_path_query_array(empathy.keywords(body), '$.term') @> jsonb_build_array(planted) AS found
FROM said JOIN (VALUES ('app', 'checkout keeps failing'), ('shop', 'sold out again'), ('phone', 'battery life')) AS p(grp, planted) USING (grp)
GROUP BY grp, planted ORDER BY grp;
SELECT jsonb_array_length(empathy.keywords(body, 2)) AS two, empathy.keywords(body, 1) -> 0 -> 'texts' AS texts FROM said WHERE grp = 'phone';
SELECT (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(empathy.keywords(body) -> 0) AS key) AS keys FROM said;

-- None in fewer than empathy.min_group texts
SELECT empathy.keywords(t) FROM unnest(ARRAY['broken lamp', 'broken lamp', 'broken lamp', 'broken lamp']) AS t;
SELECT jsonb_path_query_array(empathy.keywords(t), '$.term') FROM unnest(ARRAY['broken lamp', 'broken lamp', 'broken lamp', 'broken lamp', 'broken lamp']) AS t;
SET empathy.min_group = 20;
SELECT count(*) FROM (SELECT empathy.terms(body) FILTER (WHERE id <= 57) AS own, empathy.terms(body) AS whole FROM said) AS s, empathy.keywords(own, whole);
RESET empathy.min_group;

-- Nothing of nothing
SELECT count(*) FROM (SELECT '{"format": 1, "texts": 0, "words": 0, "lost": 0, "terms": {}}'::empathy.term_counts AS t) AS s, empathy.keywords(t, t);
-- Not literally the same: a part, and a whole that can't hold it
SELECT term, texts, share, background_share FROM empathy.keywords(
    '{"format": 1, "texts": 40, "words": 400, "lost": 0, "terms": {"lamp": 30}}'::empathy.term_counts,
    '{"format": 1, "texts": 100, "words": 1000, "lost": 0, "terms": {"lamp": 20}}');

-- Errors
SELECT empathy.keywords(t, t, 0) FROM (SELECT empathy.terms(body) AS t FROM said) AS s;
SELECT empathy.keywords(body, -1) FROM said;
SELECT empathy.merge(t) FROM unnest(ARRAY['{"format": 1, "texts": 9007199254740992, "words": 9007199254740992, "lost": 0, "terms": {}}',
                                          '{"format": 1, "texts": 1, "words": 1, "lost": 0, "terms": {}}']::empathy.term_counts[]) AS t;
DROP TABLE said;
