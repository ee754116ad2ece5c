-- States that outlive their events, states that are stranded, and states that another text model read.
\set ECHO none
SET client_min_messages = error;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;

SELECT no_plan();

CREATE FUNCTION verified(label text) RETURNS text LANGUAGE sql AS $$
    SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, $1 || ': verify() has nothing to say') $$;
CREATE FUNCTION merged(label text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN is((SELECT count(*) FROM (
        (SELECT customer, profile FROM empathy.person EXCEPT SELECT customer, profile FROM empathy.live_profiles)
        UNION ALL (SELECT customer, profile FROM empathy.live_profiles EXCEPT SELECT customer, profile FROM empathy.person)) AS d), 0::bigint,
        $1 || ': kept and live profiles agree');
END $$;
CREATE FUNCTION events(customer text) RETURNS bigint LANGUAGE sql AS 'SELECT (empathy.scores(p.profile)).events FROM empathy.person p WHERE p.customer = $1';

-- unwatch(keep)

CREATE TABLE orders (customer text, at timestamptz, amount numeric);
CREATE TABLE chat (customer text, at timestamptz, body text);
INSERT INTO orders SELECT 'c' || i % 5, timestamptz '2026-01-01' + i * interval '1 day', i FROM generate_series(1, 50) AS i;
INSERT INTO chat SELECT 'c' || i % 7, timestamptz '2026-01-01' + i * interval '1 day', 'I am not happy' FROM generate_series(1, 70) AS i;
SELECT empathy.watch('orders'), empathy.watch('chat', kind => '''chat''') \gset ignored_
CALL empathy.refresh();
INSERT INTO orders VALUES ('last', '2026-01-01', 1);
CREATE TABLE wanted AS SELECT * FROM empathy.live_profiles;
SELECT empathy.unwatch('orders', keep => true) \gset ignored_
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'orders'::regclass), 0::bigint, 'a kept source has no triggers');
SELECT set_eq('SELECT customer, profile FROM empathy.live_profiles', 'TABLE wanted', 'what was computed is served, with what was not refreshed yet');
SELECT is((SELECT state FROM empathy.sources WHERE relation = 'orders'::regclass), 'kept', 'it is kept');
DELETE FROM orders;
INSERT INTO chat VALUES ('c1', '2026-05-01', 'thanks'), ('last', '2026-05-01', 'thanks');
CALL empathy.refresh();
SELECT merged('events that are gone');
SELECT verified('events that are gone');
SELECT is(events('last') || '/' || events('c1'), '2/21', 'merged with what comes in elsewhere');
DROP TABLE orders;
CALL empathy.refresh();
SELECT verified('the table is gone');
SELECT is(events('c1'), 21::bigint, 'the table is gone, the profiles are not');
SELECT throws_like('SELECT empathy.invalidate(relation) FROM empathy.source WHERE kept_at IS NOT NULL', '% is not watched', 'what is kept can''t be computed again');
SELECT is((SELECT count(*) FROM empathy.sources WHERE state = 'broken'), 0::bigint, 'nor is it broken');
SELECT empathy.unwatch(relation) FROM empathy.source WHERE kept_at IS NOT NULL;
SELECT is(events('c1') || ' ' || (SELECT count(*) FROM empathy.profiles WHERE customer = 'last'), '11 1', 'until it is forgotten');
SELECT verified('forgotten');
CREATE TABLE orders (customer text, at timestamptz, amount numeric);
INSERT INTO orders VALUES ('c1', '2026-01-01', 1);
SELECT empathy.watch('orders') \gset ignored_
SELECT empathy.unwatch('orders', keep => true) \gset ignored_
CALL empathy.refresh();
SELECT is(events('c1'), 12::bigint, 'kept before the first refresh: computed first');
SELECT empathy.watch('orders') \gset ignored_
DELETE FROM orders;
CALL empathy.refresh();
SELECT is(events('c1'), 11::bigint, 'watched again, it is what the table holds');
SELECT verified('watched again');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_ok('SELECT empathy.unwatch(''orders'', keep => true)', '0A000', NULL, 'not by an old snapshot');
ROLLBACK;
SELECT empathy.unwatch('orders') \gset ignored_

-- Partitions that go

CREATE TABLE ev (customer text, at timestamptz, amount numeric) PARTITION BY RANGE (at);
SELECT format('CREATE TABLE ev_%s PARTITION OF ev FOR VALUES FROM (%L) TO (%L)', to_char(d, 'MM'), d, d + interval '1 month')
FROM generate_series(timestamp '2026-01-01', '2026-04-01', '1 month') AS d \gexec
INSERT INTO ev SELECT 'e' || i % 7, timestamptz '2026-01-01' + i * interval '1 day', i FROM generate_series(0, 100) AS i;
INSERT INTO ev VALUES ('once', '2026-01-01', 1);
SELECT empathy.watch('ev', keep => true) \gset ignored_
CALL empathy.refresh();
CREATE TABLE before AS SELECT customer, profile FROM empathy.person;
DROP TABLE ev_01;
SELECT is((SELECT count(*) FROM empathy.change_log), 0::bigint, 'a dropped partition makes nothing stale');
SELECT set_eq('SELECT customer, profile FROM empathy.live_profiles', 'TABLE before', 'the live view has its history');
ALTER TABLE ev DETACH PARTITION ev_02;
CALL empathy.refresh();
SELECT set_eq('SELECT customer, profile FROM empathy.person', 'TABLE before', 'so has the refreshed profile');
SELECT is((SELECT kept_before FROM empathy.sources WHERE relation = 'ev'::regclass), '2026-03-01', 'what lies before is kept');
SELECT verified('partitions that are gone');
INSERT INTO ev VALUES ('e1', '2026-03-05', 1);
SELECT empathy.invalidate('ev') \gset ignored_
SELECT is((SELECT count(*) FROM empathy.live_profiles), (SELECT count(*) FROM before), 'everything is stale: all are there in the live view');
SELECT empathy.live_profile('e1') AS e1, empathy.live_profile('once') AS once \gset
CALL empathy.refresh();
SELECT is((SELECT profile FROM empathy.person WHERE customer = 'e1')::text, :'e1', 'as after the refresh');
SELECT is((SELECT profile FROM empathy.person WHERE customer = 'once')::text, :'once', 'also those who have nothing but history');
SELECT merged('everything is computed again');
SELECT verified('everything is computed again');
SELECT is((SELECT sum(events(customer)) FROM before WHERE customer LIKE 'e%' OR customer = 'once'), 103::numeric, 'and nothing is lost');
ALTER TABLE ev ATTACH PARTITION ev_02 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
UPDATE ev SET amount = 0 WHERE at < '2026-02-10';
CALL empathy.refresh();
SELECT merged('rows that come back too late');
SELECT verified('rows that come back too late');
SELECT is((SELECT sum(events(customer)) FROM before WHERE customer LIKE 'e%' OR customer = 'once'), 103::numeric, 'don''t count twice');
SELECT empathy.watch('ev') \gset ignored_
CALL empathy.refresh();
SELECT verified('watched again, without keeping');
SELECT is((SELECT sum(events(customer)) FROM before WHERE customer LIKE 'e%'), (SELECT count(*)::numeric FROM ev), 'it is what the table holds');
SELECT empathy.unwatch('ev') \gset ignored_

-- Another text model

SELECT empathy.calibrate('mine', 'SELECT body, CASE WHEN body ~ ''bad|awful|poor'' THEN ''negative'' ELSE ''neutral'' END FROM unnest(''{bad,poor,good,fine,great,awful,nice}''::text[]) AS body') IS NOT NULL AS made \gset
CREATE TABLE talk (customer text, at timestamptz, body text) PARTITION BY RANGE (at);
CREATE TABLE talk_01 PARTITION OF talk FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE talk_02 PARTITION OF talk FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
INSERT INTO talk VALUES ('both', '2026-01-05', 'good'), ('once', '2026-01-05', 'good'), ('both', '2026-02-05', 'good');
SELECT empathy.watch('talk', kind => '''chat''', keep => true) \gset ignored_
CALL empathy.refresh();
DROP TABLE talk_01;
CALL empathy.refresh();
SET empathy.model = 'mine-1';
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT problem, '; ') FROM empathy.verify()), 'kept, but read by another text model: left out of profiles',
    'another model: whoever has nothing but history is merged again too');
RESET empathy.model;
CALL empathy.refresh();
SELECT verified('back to the model that read it');
SELECT empathy.unwatch('talk') \gset ignored_
DROP TABLE talk;
INSERT INTO orders SELECT 'c' || i % 9, timestamptz '2026-01-01' + i * interval '1 day', i FROM generate_series(1, 50) AS i;
SELECT empathy.watch('orders') \gset ignored_
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT empathy.text_model(profile), ' ') FROM empathy.person), 'general-2', 'one model');
CREATE TABLE old AS SELECT customer, profile FROM empathy.person;
SET empathy.model = 'mine-1';
SELECT ok((SELECT bool_and(stale) FROM empathy.profiles), 'another model: all are stale');
SELECT is((SELECT state FROM empathy.sources WHERE relation = 'chat'::regclass), 'filling', 'the source with texts is to be read again');
SELECT is((SELECT state FROM empathy.sources WHERE relation = 'orders'::regclass), 'live', 'the one without is not');
SELECT set_eq('SELECT customer, profile FROM empathy.person', 'TABLE old', 'the old one answers');
SELECT is((SELECT string_agg(DISTINCT empathy.text_model(profile), ' ') FROM empathy.live_profiles), 'mine-1', 'the live view has the new one');
SELECT is(empathy.text_model(empathy.live_profile('c1')), 'mine-1', 'so has the live profile');
-- In the middle: one period read by the new model, others by the old.
SELECT is(error, NULL, 'a batch') FROM empathy.refresh_batch('{}');
UPDATE empathy.source SET rows_seen = 1000000 * periods_seen WHERE relation = 'chat'::regclass;
SELECT is(error, NULL, 'another batch') FROM empathy.refresh_batch('{}');
SELECT is((SELECT count(DISTINCT empathy.text_model(profile)) FROM empathy.state), 2::bigint, 'states of two models');
SELECT is((SELECT count(*) FROM empathy.verify() WHERE problem !~ 'stale|waits|differs from its events'), 0::bigint, 'verify() bears it');
INSERT INTO orders VALUES ('c1', '2026-06-01', 1), ('c8', '2026-06-01', 1);
SELECT source AS orders FROM empathy.source WHERE relation = 'orders'::regclass \gset
SELECT is(error, NULL, 'a batch of the other source') FROM empathy.refresh_batch(ARRAY(SELECT source FROM empathy.source WHERE source <> :orders));
SELECT is((SELECT profile::text FROM empathy.person WHERE customer = 'c1'), (SELECT profile::text FROM old WHERE customer = 'c1'), 'who has both keeps the old profile meanwhile');
SELECT is(empathy.text_model(empathy.live_profile('c1')), 'mine-1', 'the live profile is ahead');
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT empathy.text_model(profile), ' ') FROM empathy.person), 'mine-1', 'the new model everywhere');
SELECT verified('the new model');
SELECT merged('the new model');
SELECT empathy.unwatch('chat', keep => true) \gset ignored_
RESET empathy.model;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.person WHERE empathy.text_model(profile) IS NOT NULL), 0::bigint, 'what is kept can''t be read again: it is left out');
SELECT is((SELECT string_agg(DISTINCT problem, '; ') FROM empathy.verify()), 'kept, but read by another text model: left out of profiles', 'which verify() tells');
SET empathy.model = 'mine-1';
CALL empathy.refresh();
SELECT verified('back to the first model');
SELECT merged('back to the first model');
SELECT ok((SELECT count(*) > 0 FROM empathy.person WHERE empathy.text_model(profile) = 'mine-1'), 'what was kept is back');
SET empathy.model = 'nobody-1';
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.sources WHERE state = 'broken'), 0::bigint, 'an unknown model breaks nothing that has no texts');
RESET empathy.model;
SELECT empathy.unwatch('chat') \gset ignored_
CALL empathy.refresh();
SELECT verified('no texts');

-- Whatever is tampered with, invalidate() mends it: in fifty ways at random

CREATE FUNCTION tamper(seed int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    n int := 1 + seed % 3;
BEGIN
    PERFORM setseed(seed / 50.0);
    IF seed % 2 = 0 THEN DELETE FROM empathy.state WHERE ctid IN (SELECT ctid FROM empathy.state ORDER BY random() LIMIT n); END IF;
    IF seed % 3 = 0 THEN DELETE FROM empathy.person WHERE customer IN (SELECT customer FROM empathy.person ORDER BY random() LIMIT n); END IF;
    IF seed % 5 = 0 THEN UPDATE empathy.state SET profile = (SELECT empathy.profile_agg(now(), 'tampered')) WHERE ctid IN (SELECT ctid FROM empathy.state ORDER BY random() LIMIT n); END IF;
    IF seed % 7 = 0 THEN UPDATE empathy.person SET profile = (SELECT empathy.profile_agg(now(), 'tampered')) WHERE customer IN (SELECT customer FROM empathy.person ORDER BY random() LIMIT n); END IF;
    IF seed % 4 = 1 THEN INSERT INTO empathy.state SELECT 'ghost' || seed, source, period, profile FROM empathy.state ORDER BY random() LIMIT n ON CONFLICT DO NOTHING; END IF;
    IF seed % 4 = 2 THEN INSERT INTO empathy.person SELECT 'nobody' || seed, profile, now() FROM empathy.person ORDER BY random() LIMIT 1; END IF;
    IF seed % 4 = 3 THEN INSERT INTO empathy.state SELECT customer, 1000 + seed, period, profile FROM empathy.state ORDER BY random() LIMIT n; END IF;
    IF seed % 11 = 0 THEN DELETE FROM empathy.state WHERE true; END IF;
    IF seed % 13 = 0 THEN UPDATE empathy.state SET period = period - (36000 + seed) WHERE ctid IN (SELECT ctid FROM empathy.state ORDER BY random() LIMIT n); END IF;
END $$;
INSERT INTO chat SELECT 'x' || i % 9, timestamptz '2026-01-01' + i * interval '9 days', 'fine' FROM generate_series(1, 30) AS i;
SELECT empathy.watch('chat', kind => '''chat''') \gset ignored_
CALL empathy.refresh();
CREATE TABLE found (seed int, problems bigint, after bigint);
DO $$
BEGIN
    FOR i IN 1 .. 50 LOOP
        PERFORM tamper(i);
        INSERT INTO found SELECT i, count(*) FROM empathy.verify();
        PERFORM empathy.invalidate(NULL);
        COMMIT;
        CALL empathy.refresh();
        UPDATE found SET after = (SELECT count(*) FROM empathy.verify()) WHERE seed = i;
    END LOOP;
END $$;
SELECT is((SELECT count(*) FROM found WHERE problems = 0 AND seed NOT IN (1)), 0::bigint, 'verify() finds it each time');
SELECT is((SELECT string_agg(seed || ': ' || after, ', ') FROM found WHERE after > 0), NULL, 'and invalidate(NULL) mends it each time');
SELECT merged('after all that');
CREATE ROLE emp_anybody;
GRANT EXECUTE ON FUNCTION empathy.invalidate TO emp_anybody;
SET ROLE emp_anybody;
SELECT throws_ok('SELECT empathy.invalidate(NULL)', '42501', NULL, 'everything is for the extension''s owner to invalidate');
RESET ROLE;
DROP OWNED BY emp_anybody;
DROP ROLE emp_anybody;
SELECT * FROM finish();
