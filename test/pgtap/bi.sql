-- doc/bi.md, run as it stands: a BI tool's role, what it reads, and in which order its columns come.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;

SELECT no_plan();
CREATE TABLE customers (id bigint, country text);
INSERT INTO customers SELECT c, CASE WHEN c % 3 = 0 THEN 'NO' ELSE 'SE' END FROM generate_series(1, 30) AS c;
CREATE TABLE talk (customer bigint, at timestamptz, kind text, said text, amount numeric);
INSERT INTO talk
SELECT c, now() - n * interval '5 days', CASE n WHEN 2 THEN 'message' ELSE 'order' END,
       CASE WHEN n = 2 THEN CASE WHEN c % 3 = 0 THEN 'This is too expensive, I am angry!' ELSE 'Thank you, great service!' END END, 10 * c
FROM generate_series(1, 30) AS c, generate_series(1, 4) AS n;
SELECT empathy.watch('talk') > 0 AS watched \gset
CALL empathy.refresh();
SELECT empathy.add_segment('Norway', 'SELECT id FROM customers WHERE country = ''NO''') AS members \gset

-- The blocks of SQL in the document, each under its heading.
\set text `cat doc/bi.md`
CREATE TABLE block AS
SELECT nth, (SELECT h[1] FROM regexp_matches(left(:'text', strpos(:'text', b[1])), '## ([^\n]+)\n', 'g') WITH ORDINALITY AS m(h, i) ORDER BY i DESC LIMIT 1) AS heading,
       b[1] AS script
FROM regexp_matches(:'text', '```sql\n(.*?)```', 'g') WITH ORDINALITY AS m(b, nth);
GRANT SELECT ON block TO PUBLIC;
SELECT is((SELECT array_agg(heading ORDER BY nth) FROM block), '{The role,Queries,Queries,Queries,Queries,A page without a tool}'::text[], 'the blocks of doc/bi.md');
SELECT lives_ok(script, heading || ': runs') FROM block WHERE heading IN ('The role', 'A page without a tool') ORDER BY nth;

-- As the role, and by the search_path that it connects with.

SELECT is(rolconfig, '{"search_path=empathy, public"}'::text[], 'the role has its search_path') FROM pg_roles WHERE rolname = 'bi';
SET ROLE bi;
SET search_path = empathy, public;
SELECT isnt_empty(script, 'gives rows: ' || split_part(script, E'\n', 1)) FROM block WHERE heading = 'Queries' ORDER BY nth;
SELECT results_eq(script, $$ VALUES ('SE', 20::bigint), ('NO', 10) $$, 'as many customers of each country as there are')
FROM (SELECT regexp_replace(script, 'AS customers,.*\nFROM', 'AS customers FROM') AS script FROM block WHERE heading = 'Queries' ORDER BY nth LIMIT 1) AS b;
SELECT is((SELECT string_agg(scope || ' ' || customers, ', ' ORDER BY scope) FROM scopes), 'Norway 10, all 30', 'of whom the maps are');
SELECT is((SELECT count(*) FROM maps AS m LEFT JOIN scopes AS s USING (scope) WHERE s.scope IS NULL), 0::bigint, 'every cell is of one');
SELECT is((SELECT count(*) FROM maps GROUP BY scope, quadrant, rank HAVING count(*) > 1), NULL, 'by the key that is stated');
SELECT matches(empathy.report_html(), '<h1>Empathy report</h1>', 'the report');
SELECT throws_ok('SELECT * FROM empathy.' || r, '42501', NULL, 'nothing else: ' || r) FROM unnest('{person,score,state,segments,stored_map,sources}'::text[]) AS r;
SELECT throws_ok(c, '42501', NULL, 'and it can do nothing: ' || c)
FROM unnest(ARRAY['SELECT empathy.map_of()', 'SELECT empathy.customer(''1'')', 'SELECT empathy.add_segment(''mine'', ''SELECT 1'')', 'UPDATE empathy.note SET note = note']) AS c;
RESET ROLE;
RESET search_path;

-- What stands before a column stays before it: a tool may go by places.

SELECT is((SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = view::regclass AND attnum > 0), columns::text[], 'the columns of ' || view)
FROM (VALUES
    ('empathy.profiles', '{customer,first_on,last_at,last_heard_on,events,texts,amount,sentiment,sentiment_lo,sentiment_hi,emotion,intent,churn,churn_lo,churn_hi,
                           ltv,ltv_lo,ltv_hi,usual_days,regularity,due_on,overdue,stage,stage_since,churn_model,ltv_model,text_model,as_of,refreshed_at,stale,profile}'),
    ('empathy.maps', '{scope,quadrant,rank,item,share,share_lo,share_hi,customers,sentiment,origin,confidence,rule,quotes,as_of,class,weight,trend,trend_lo,trend_hi,
                       about,evidence,sampled,author,noted_at,note,review,reviewed_by,reviewed_at,computed_at}'),
    ('empathy.scopes', '{scope,as_of,days,customers,heard,completeness,missing,mood,computed_at}'),
    ('empathy.freshness', '{relation,pending,stale_since,lag,refreshed_at,error,note}')) AS v(view, columns);

DROP OWNED BY bi;
DROP ROLE bi;
SELECT * FROM finish();
