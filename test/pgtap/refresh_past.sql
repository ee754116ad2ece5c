-- The merge of what customers did earlier, which saves reading it again: right whatever changes, also in the past.
\set ECHO none
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;

SELECT no_plan();

CREATE FUNCTION exact(label text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, label || ': verify() has nothing to say');
    RETURN NEXT is((SELECT count(*) FROM empathy.person p FULL JOIN empathy.live_profiles l USING (customer)
                    WHERE (p.profile OPERATOR(empathy.=) l.profile) IS NOT TRUE), 0::bigint, label || ': kept and live profiles agree');
END $$;
CREATE FUNCTION past(customer text) RETURNS text LANGUAGE sql AS $$
    SELECT (empathy.scores(p.profile)).events || ' before ' || p.before FROM empathy.past p WHERE p.customer = $1 $$;

CREATE TABLE event (customer text, at timestamptz, said text, amount numeric);
CREATE INDEX ON event (customer, at);
INSERT INTO event SELECT 'c' || c, timestamptz '2026-01-10' + m * interval '1 month', 'I am happy', c FROM generate_series(1, 9) AS c, generate_series(0, 5) AS m;
CREATE TABLE visit (customer text, day date);
INSERT INTO visit SELECT 'c' || c, date '2026-01-01' + 10 * d FROM generate_series(1, 9) AS c, generate_series(0, 15) AS d;
SELECT empathy.watch('event', kind => '''order''') > 0 AS watched \gset
SELECT empathy.watch('visit', kind => '''visit''', period => 'day') > 0 AS watched \gset
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.past), 0::bigint, 'who does nothing needs none');

-- As time goes on

INSERT INTO event VALUES ('c1', '2026-07-01', 'hm', 1), ('new', '2026-07-01', 'hm', 1);
CALL empathy.refresh();
SELECT is((SELECT string_agg(customer, ' ') FROM empathy.past), 'c1', 'whoever does something, and has a past');
SELECT is(past('c1'), '22 before 2026-07-01', 'of all sources, until the period that is refreshed');
SELECT exact('a new month');
INSERT INTO visit SELECT 'c1', date '2026-07-01' + d FROM generate_series(0, 5) AS d;
CALL empathy.refresh();
SELECT exact('days of which some are new');
INSERT INTO visit VALUES ('c1', '2026-07-07');
CALL empathy.refresh();
SELECT exact('one more');
SELECT is(past('c1'), '29 before 2026-07-07', 'it grows when there is much to read again');

-- The past changes

INSERT INTO event VALUES ('c1', '2026-03-03', 'awful', 1);
CALL empathy.refresh();
SELECT exact('an event that comes late');
DELETE FROM event WHERE customer = 'c1' AND at < '2026-05-01';
CALL empathy.refresh();
SELECT exact('events that are gone');
UPDATE event SET at = at - interval '2 years', amount = 7 WHERE customer IN ('c1', 'c2');
CALL empathy.refresh();
SELECT exact('events that were long ago');
UPDATE visit SET customer = 'c3' WHERE customer = 'c1' AND day < '2026-03-01';
CALL empathy.refresh();
SELECT exact('days of somebody else');
DELETE FROM event WHERE customer = 'c1';
DELETE FROM visit WHERE customer = 'c1';
CALL empathy.refresh();
SELECT exact('nothing is left');
SELECT is((SELECT count(*) FROM empathy.past WHERE customer = 'c1'), 0::bigint, 'nor of the past');

-- Everybody's past changes

CREATE FUNCTION now_all() RETURNS void LANGUAGE sql AS $$
    INSERT INTO event SELECT 'c' || c, '2026-08-01', 'thanks', c FROM generate_series(1, 9) AS c $$;
SELECT now_all();
CALL empathy.refresh();
SELECT cmp_ok((SELECT count(*) FROM empathy.past), '>=', 8::bigint, 'all have one');
SELECT empathy.watch('visit', kind => '''look''', period => 'day') > 0 AS watched \gset
SELECT now_all();
CALL empathy.refresh();
SELECT exact('kinds have another name');
SELECT now_all();
CALL empathy.refresh();
SELECT empathy.watch('visit', kind => '''look''', period => 'month') > 0 AS watched \gset
SELECT changes > 0 AS planned FROM empathy.refresh_batch('{}') \gset
SELECT now_all();
SELECT changes > 0 AS done FROM empathy.refresh_batch('{}') \gset
SELECT changes > 0 AS done FROM empathy.refresh_batch('{}') \gset
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v WHERE problem NOT LIKE 'stale%'), NULL, 'while another source is read as a whole');
CALL empathy.refresh();
SELECT exact('days have become months');
SELECT now_all();
CALL empathy.refresh();
SELECT empathy.schedule('retention', source => 'visit', older_than => now() - timestamptz '2026-04-15') \gset ignored_
CALL empathy.retain();
SELECT exact('states that are too old');
SELECT now_all();
CALL empathy.refresh();
SELECT exact('and again');
SELECT empathy.unwatch('visit') \gset ignored_
SELECT exact('a source that is forgotten');

SELECT now_all();
CALL empathy.refresh();
DELETE FROM event WHERE at >= '2026-06-01' AND at < '2026-07-01';
DELETE FROM empathy.change_log;
SELECT empathy.invalidate('event', since => m, until => m) FROM unnest('{2026-04-01,2026-06-01}'::date[]) AS m;
SELECT changes > 0 AS done FROM empathy.refresh_batch('{}') \gset
SELECT now_all();
SELECT changes > 0 AS done FROM empathy.refresh_batch('{}') \gset
SELECT is((SELECT count(*) FROM empathy.person p WHERE p.profile OPERATOR(empathy.<>) (SELECT empathy.merge(t.profile) FROM empathy.state t WHERE t.customer = p.customer)),
    0::bigint, 'a period for everybody, of which others are left: their new events are merged with what it has become');
CALL empathy.refresh();
SELECT exact('periods for everybody');

-- Another text model

CREATE TABLE chat (customer text, at timestamptz, body text);
INSERT INTO chat SELECT 'chatty', timestamptz '2026-01-10' + m * interval '1 month', 'I am happy' FROM generate_series(0, 5) AS m;
SELECT empathy.watch('chat', kind => '''chat''') > 0 AS watched \gset
CALL empathy.refresh();
INSERT INTO chat VALUES ('chatty', '2026-07-01', 'thanks');
SELECT now_all();
CALL empathy.refresh();
SELECT is(past('chatty'), '6 before 2026-07-01', 'somebody who only talks');
SELECT source AS chat FROM empathy.source WHERE relation = 'chat'::regclass \gset
SELECT empathy.unwatch('chat', keep => true) \gset ignored_
SELECT empathy.calibrate('mine', 'SELECT t, CASE t WHEN ''hm'' THEN ''neutral'' ELSE ''negative'' END
                                  FROM unnest(''{I am happy,awful,thanks,hm}''::text[]) AS t, generate_series(1, 3)') IS NOT NULL AS made \gset
SET empathy.model = 'mine-1';
SELECT changes > 0 AS planned FROM empathy.refresh_batch(ARRAY[:chat]) \gset
INSERT INTO event VALUES ('chatty', '2026-08-02', 'hm', 1);
SELECT now_all();
SELECT is(error, NULL, 'what is kept, read by another model, counts no more') FROM empathy.refresh_batch(ARRAY[:chat]);
SELECT is(empathy.text_model(profile), 'mine-1', 'so the profile is by the new one') FROM empathy.person WHERE customer = 'chatty';
SELECT is((SELECT count(*) FROM empathy.past), 0::bigint, 'nor does any past, while some texts are to be read');
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT problem, '; ') FROM empathy.verify()), 'kept, but read by another text model: left out of profiles', 'nothing else is wrong');
SELECT empathy.unwatch(relation) FROM empathy.source WHERE source = :chat;
SELECT now_all();
CALL empathy.refresh();
SELECT exact('all by the new one');
RESET empathy.model;
CALL empathy.refresh();
SELECT now_all();
CALL empathy.refresh();
SELECT exact('and by the one before again');

-- What was tampered with

UPDATE empathy.past SET profile = (SELECT empathy.profile_agg('2020-01-01', 'tampered')) WHERE customer = 'c5';
INSERT INTO empathy.past SELECT 'ghost', before, profile FROM empathy.past WHERE customer = 'c6';
SELECT results_eq('SELECT customer, problem FROM empathy.verify() ORDER BY 1', $$VALUES
    ('c5', 'the merge of earlier states differs from them'), ('ghost', 'the merge of earlier states differs from them')$$, 'is found');
SELECT empathy.invalidate('event', 'c5'), empathy.invalidate('event', 'ghost');
CALL empathy.refresh();
SELECT exact('what was invalidated');
UPDATE empathy.past SET profile = (SELECT empathy.profile_agg('2020-01-01', 'tampered'));
INSERT INTO empathy.past SELECT 'ghost', before, profile FROM empathy.past WHERE customer = 'c6';
SELECT empathy.invalidate(NULL);
CALL empathy.refresh();
SELECT exact('everything invalidated');

-- Anything, in any order

CREATE FUNCTION anything(seed integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    who text := 'c' || abs(hashint4(seed)) % 6;
    day timestamptz := timestamptz '2026-09-01' - power(abs(hashint4(seed + 1)) % 1000 / 1000.0, 3) * interval '9 months';
BEGIN
    CASE abs(hashint4(seed + 2)) % 6
        WHEN 0 THEN DELETE FROM event e WHERE e.customer = who AND e.at < day;
        WHEN 1 THEN UPDATE event e SET at = day WHERE e.customer = who AND e.at > day AND e.amount::int % 3 = 0;
        WHEN 2 THEN UPDATE event e SET customer = who WHERE e.at > day AND e.amount::int % 20 = 0;
        ELSE INSERT INTO event SELECT who, day + i * interval '9 days', 'hm', seed + i FROM generate_series(0, 4) AS i;
    END CASE;
END $$;
SELECT empathy.watch('event', kind => '''order''', period => 'day') > 0 AS watched \gset
CALL empathy.refresh();
CREATE TABLE wrong (seed integer, problem text);
CREATE TABLE used (customers bigint);
CREATE PROCEDURE try_anything() LANGUAGE plpgsql AS $$
BEGIN
    FOR seed IN 1..150 LOOP
        PERFORM anything(seed * 10);
        CALL empathy.refresh_changes(NULL);
        INSERT INTO wrong SELECT seed, v::text FROM empathy.verify() AS v;
        INSERT INTO used SELECT count(*) FROM empathy.past;
        COMMIT;
    END LOOP;
END $$;
CALL try_anything();
SELECT is((SELECT string_agg(w::text, '; ') FROM (SELECT * FROM wrong LIMIT 3) AS w), NULL, '150 changes of any kind: verify() has nothing to say after any');
SELECT cmp_ok((SELECT avg(customers) FROM used), '>', 2.0, 'and some had a past');

SELECT empathy.unwatch('event');
DROP TABLE event, visit, chat, wrong, used;
SELECT * FROM finish();
