-- The tour: from three businesses' tables to profiles, scores and empathy maps. It reads what
-- doc/demo/sample.sql made; doc/demo/run runs both, in a server of its own. Each step can be pasted into psql.
\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
SET client_min_messages = warning;
SET timezone = 'UTC';

CREATE EXTENSION empathy;

\echo
\echo '== 1. A table, as it lies'
\echo
\echo 'The phone company keeps everything in one table. empathy.inspect() shows what it would take for'
\echo 'each field of an event, and what is wrong with the data. It writes nothing.'
\echo
SELECT item, value, note FROM empathy.inspect('telecom.events');

\echo '== 2. Watch'
\echo
\echo 'From here on a change to one of these tables marks the profiles that it touches. Columns are'
\echo 'guessed. A kind of event is read by its name, so goods that come back are called returns here,'
\echo 'and an appointment counts when the patient came.'
\echo

\o /dev/null
SELECT empathy.watch('telecom.events');
SELECT empathy.watch('shop.orders', kind => $$ CASE WHEN total < 0 THEN 'return' ELSE 'order' END $$);
SELECT empathy.watch('shop.visits');
SELECT empathy.watch('shop.reviews');
SELECT empathy.watch('shop.messages');
SELECT empathy.watch('clinic.appointments', kind => $$ CASE status WHEN 'attended' THEN 'appointment'
    WHEN 'cancelled' THEN 'cancellation' ELSE status END $$);
SELECT empathy.watch('clinic.messages');
SELECT empathy.watch('clinic.surveys');
\o

CALL empathy.refresh();

SELECT s.relation, s.rows_seen, s.rows_without_customer AS nobody, s.customer AS who, s.at AS "when", s.said,
       f.pending, f.lag
FROM empathy.sources AS s JOIN empathy.freshness AS f USING (relation)
ORDER BY s.relation::text;

\echo 'nobody: rows without a customer (visitors who are not logged in). They belong to no profile.'
\echo

\echo '== 3. Who is about to leave'
\echo
\echo 'Regulars who are probably gone, by what they spent: at least five purchases, the last within a'
\echo 'year. Churn is the probability that they do not come back within 90 days, with its 95 % interval.'
\echo 'Each reason says by how many points it moves churn up or down from the typical customer.'
\echo

\pset format unaligned
\pset tuples_only on
\pset recordsep '\n\n'
SELECT format(E'%s, %s spent, last seen %s\n  churn %s %% (%s to %s): %s\n  last words: %s',
              p.customer, round(p.amount, 2), p.last_at::date,
              round((100 * churn)::numeric), round((100 * churn_lo)::numeric), round((100 * churn_hi)::numeric),
              why.reasons, coalesce('"' || heard.quote || '"', 'none'))
FROM empathy.profiles AS p,
     LATERAL empathy.cadence(p.profile) AS c,
     LATERAL (SELECT string_agg(format('%s %s (%s)', CASE WHEN factor ~ 'silent' THEN 'silent' ELSE 'came' END, value,
                                       to_char(round((100 * contribution)::numeric), 'FMSG990')),
                                ', ' ORDER BY abs(contribution) DESC)
              FROM empathy.explain(p.profile, 'churn') WHERE factor <> 'a typical customer') AS why(reasons)
LEFT JOIN LATERAL (SELECT quote FROM empathy.quotes(p.profile) ORDER BY at DESC LIMIT 1) AS heard ON true
WHERE c.n >= 5 AND c.silent_days < 365 AND p.churn >= 0.5 AND p.texts > 0
ORDER BY p.churn * p.amount DESC
LIMIT 3;
\pset tuples_only off
\pset format wrapped
\echo
\echo
\echo 'A rhythm that broke. The churn model takes visits as irregular, so it is slow to see that somebody'
\echo 'who came every two weeks has stopped; overdue (silence in usual gaps) and regularity (1: like'
\echo 'clockwork) show it at once.'
\echo
SELECT customer, round(usual_days::numeric) AS every_days, round(regularity::numeric, 2) AS regularity, due_on,
       round(overdue::numeric, 1) AS overdue, round(churn::numeric, 2) AS churn, amount::numeric(10,2) AS spent
FROM empathy.profiles
WHERE regularity > 0.8 AND overdue BETWEEN 2 AND 10
ORDER BY amount DESC
LIMIT 5;

\echo 'And those who said so. The map infers "should I leave?" when somebody asked to cancel and has'
\echo 'bought nothing since.'
\echo
SELECT p.customer, round(p.sentiment::numeric, 2) AS sentiment, q.at::date AS "on", q.quote
FROM empathy.profiles AS p,
     LATERAL (SELECT at, quote FROM empathy.quotes(p.profile) WHERE intent = 'cancel' ORDER BY at DESC LIMIT 1) AS q
WHERE empathy.map(p.profile) @> '{"thinks": [{"item": "should I leave?"}]}'
ORDER BY p.amount DESC
LIMIT 5;

\echo '== 4. One customer''s empathy map'
\echo
\echo 'The last 90 days of an unhappy customer who wrote often. Shares are of their texts (says, feels) or'
\echo 'events (does). What they think is inferred, and says by what. Quotes are masked.'
\echo
SELECT p.customer AS unhappy, m.map
FROM empathy.profiles AS p, LATERAL empathy.map(p.profile) AS m(map)
WHERE p.texts >= 6 AND m.map @> '{"thinks": [{}]}' AND jsonb_array_length(m.map -> 'says') >= 2
ORDER BY p.sentiment, p.customer LIMIT 1 \gset
SELECT :'unhappy' AS customer, round(sentiment::numeric, 2) AS sentiment,
       format('%s to %s', round(sentiment_lo::numeric, 2), round(sentiment_hi::numeric, 2)) AS "95 % interval", texts,
       events, last_at::timestamp(0)
FROM empathy.profiles WHERE customer = :'unhappy';

SELECT empathy.map_text(:'map'::jsonb) \g (format=unaligned tuples_only=on)
\echo

\echo '== 5. The map of everybody'
\echo
\echo 'The same over all customers: each counts once, however much they wrote, and cells of fewer than'
\echo 'five people (empathy.min_group) are left out. Arrows: by how many points a share changed against the'
\echo 'time before, where that is more than chance. Intervals of shares are in the view empathy.maps.'
\echo
SELECT empathy.map_text() \g (format=unaligned tuples_only=on)
\echo

\echo '== 6. What sets a group apart'
\echo
\echo 'A group that is looked at again and again is a segment: a query gives its customers, refreshes keep'
\echo 'them and their map. Those who are probably gone, beside everybody: shares in percent, the difference'
\echo 'with its 95 % interval, and of all cells only those of which it is more than chance.'
\echo
SELECT empathy.add_segment('gone', 'SELECT customer FROM empathy.profiles WHERE churn > 0.8') AS "customers in the segment";
SELECT quadrant, item, round((100 * share_a)::numeric) AS gone, round((100 * share_b)::numeric) AS everybody,
       format('%s (%s to %s)', round((100 * difference)::numeric), round((100 * lo)::numeric), round((100 * hi)::numeric)) AS difference
FROM empathy.compare_maps('gone', 'all', lookback => '1 year') WHERE differs LIMIT 8;

\echo 'People add what no table holds, and say what is wrong. Both stand on the map from then on:'
\echo
SELECT empathy.note('gone', 'thinks', 'The shop next door is cheaper', author => 'Ann') AS note \gset
SELECT empathy.review('gone', 'does', item, 'rejected', comment => 'that was our own test') AS review
FROM empathy.map_cells(empathy.map_of('gone')) WHERE quadrant = 'does' LIMIT 1 \gset
SELECT quadrant, rank, item, origin, author, review FROM empathy.maps
WHERE scope = 'gone' AND (origin = 'human' OR review IS NOT NULL) ORDER BY quadrant;

\echo '== 7. To look at, and to show'
\echo
\echo 'Maps are drawn as text (as above), as a page, a picture or a diagram, each complete in itself; the'
\echo 'report has the whole on a page. These two are written to map.html and report.html; in the report are:'
\echo
SELECT empathy.map_html('all') \g (format=unaligned tuples_only=on) map.html
SELECT empathy.report_html() AS report \gset
SELECT :'report' \g (format=unaligned tuples_only=on) report.html
SELECT h.heading[1] AS part FROM regexp_matches(:'report', '<h2>([^<]*)</h2>', 'g') WITH ORDINALITY AS h(heading, nth) ORDER BY nth;

\echo '== 8. Did it find what was planted?'
\echo
\echo 'The sample data was made with known truths: see <schema>.truth. Here they are against the scores.'
\echo 'overdue is the median; worth, need, leave and reply are the percentages of people for whom the map'
\echo 'infers "is it worth the price?", "do I still need this?", "should I leave?" and "will anybody'
\echo 'answer me?".'
\echo
WITH truth AS (
    SELECT customer::text, fact FROM shop.truth
    UNION ALL SELECT customer, fact FROM telecom.truth
    UNION ALL SELECT customer::text, fact FROM clinic.truth
), found AS (
    SELECT t.fact, p.*,
           ARRAY(SELECT cell ->> 'item'
                 FROM jsonb_array_elements(empathy.map(p.profile) -> 'thinks') AS cell) AS thinks
    FROM truth AS t JOIN empathy.profiles AS p USING (customer)
)
SELECT fact AS planted, count(*) AS people, round(avg(churn)::numeric, 2) AS churn,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY overdue))::numeric, 1) AS overdue,
       round(avg(sentiment)::numeric, 2) AS sentiment,
       round(avg(100 * ('is it worth the price?' = ANY (thinks))::int)) AS worth,
       round(avg(100 * ('do I still need this?' = ANY (thinks))::int)) AS need,
       round(avg(100 * ('should I leave?' = ANY (thinks))::int)) AS leave,
       round(avg(100 * ('will anybody answer me?' = ANY (thinks))::int)) AS reply
FROM found GROUP BY fact ORDER BY fact;

\echo 'Churn finds the gone and the one-time buyers; a broken rhythm (overdue, need) those who lapse;'
\echo 'sentiment the angry; sentiment, overdue and leave those who are leaving; worth those who only look'
\echo 'at prices. Who never bought has no churn.'
\echo

\echo '== 9. A message comes in'
\echo
\echo 'A happy customer writes. customer(id) computes what is not refreshed yet, so it knows in the same'
\echo 'transaction; profiles follow when a worker or CALL empathy.refresh() has been there.'
\echo
SELECT customer AS happy FROM empathy.profiles
WHERE texts BETWEEN 4 AND 8 AND overdue < 1 AND customer IN (SELECT customer_id::text FROM shop.customers)
ORDER BY sentiment DESC, customer LIMIT 1 \gset

BEGIN;
SELECT empathy.customer(:'happy') AS before \gset
INSERT INTO shop.messages (customer_id, sent_at, channel, direction, body)
VALUES (:happy, now(), 'chat', 'in',
        'My parcel is lost, nobody answers, and now you charged me twice! This is a disgrace. Cancel my account.');
SELECT empathy.customer(:'happy') AS after \gset
SELECT doc.name AS " ", round((doc.value #>> '{scores,sentiment}')::numeric, 2) AS sentiment,
       round((doc.value #>> '{scores,churn}')::numeric, 2) AS churn, doc.value #>> '{scores,texts}' AS texts,
       (doc.value #>> '{scores,last_at}')::timestamp(0) AS last_at,
       (SELECT string_agg(cell ->> 'item', ', ')
        FROM jsonb_array_elements(doc.value #> '{map,thinks}') AS cell) AS thinks
FROM (VALUES ('before', :'before'::jsonb), ('after', :'after'::jsonb)) AS doc(name, value);
SELECT customer, texts, round(sentiment::numeric, 2) AS sentiment, stale
FROM empathy.profiles WHERE customer = :'happy';
COMMIT;

CALL empathy.refresh();
\echo 'After a refresh:'
\echo
SELECT customer, texts, round(sentiment::numeric, 2) AS sentiment, stale
FROM empathy.profiles WHERE customer = :'happy';

\echo 'And everything that is kept equals a computation from scratch; verify() lists what does not:'
\echo
SELECT count(*) AS differences FROM empathy.verify();
