-- Law 3 for rows that change without being named: a foreign key's actions, rules, triggers, and functions that write.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();

CREATE TABLE account (id int PRIMARY KEY, opened timestamptz UNIQUE);
CREATE TABLE visit (customer int REFERENCES account ON DELETE CASCADE ON UPDATE CASCADE, at timestamptz);
CREATE TABLE call (customer int REFERENCES account ON DELETE SET NULL ON UPDATE CASCADE, at timestamptz REFERENCES account (opened) ON UPDATE CASCADE ON DELETE SET DEFAULT);
CREATE VIEW scratch AS
    SELECT customer::text, empathy.profile_agg(at, kind) AS profile
    FROM (SELECT customer, at, 'visit' AS kind FROM visit UNION ALL SELECT customer, at, 'call' FROM call) AS e
    WHERE customer IS NOT NULL AND at IS NOT NULL GROUP BY customer;
CREATE FUNCTION live(label text) RETURNS text LANGUAGE sql AS $$
    SELECT is((SELECT count(*) FROM ((SELECT customer, profile FROM empathy.live_profiles EXCEPT TABLE scratch)
        UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.live_profiles)) AS d), 0::bigint, label || ': the live view is exact') $$;
CREATE FUNCTION kept(label text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is((SELECT count(*) FROM ((SELECT customer, profile FROM empathy.person EXCEPT TABLE scratch)
        UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.person)) AS d), 0::bigint, label || ': a refresh is exact');
    RETURN NEXT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, label || ': verify() has nothing to say');
END $$;

INSERT INTO account SELECT i, timestamptz '2026-01-01' + i * interval '1 day' FROM generate_series(1, 50) AS i;
INSERT INTO visit SELECT id, opened + n * interval '1 week' FROM account, generate_series(0, 5) AS n;
INSERT INTO call SELECT id, opened FROM account;
SELECT ok(empathy.watch('visit') < empathy.watch('call'), 'watched');
SELECT live('at first');
CALL empathy.refresh();
SELECT kept('at first');

DELETE FROM account WHERE id <= 5;
SELECT ok((SELECT count(*) FROM empathy.change_log) >= 10, 'a foreign key deletes and sets NULL');
SELECT live('ON DELETE CASCADE and SET NULL');
CALL empathy.refresh();
SELECT kept('ON DELETE CASCADE and SET NULL');
UPDATE account SET id = id + 1000 WHERE id <= 10;
SELECT live('ON UPDATE CASCADE of the customer');
CALL empathy.refresh();
SELECT kept('ON UPDATE CASCADE of the customer');
UPDATE account SET opened = opened + interval '3 months' WHERE id <= 20;
SELECT live('ON UPDATE CASCADE of the time');
CALL empathy.refresh();
SELECT kept('ON UPDATE CASCADE of the time');
TRUNCATE account CASCADE;
SELECT live('TRUNCATE ... CASCADE');
CALL empathy.refresh();
SELECT kept('TRUNCATE ... CASCADE');

INSERT INTO account SELECT i, timestamptz '2026-01-01' + i * interval '1 day' FROM generate_series(1, 50) AS i;
CREATE VIEW door AS SELECT * FROM visit;
CREATE RULE come AS ON INSERT TO door DO INSTEAD INSERT INTO visit VALUES (NEW.*);
CREATE RULE go AS ON DELETE TO door DO INSTEAD DELETE FROM visit WHERE customer = OLD.customer;
INSERT INTO door SELECT id, opened FROM account;
SELECT live('rules on a view');
CALL empathy.refresh();
SELECT kept('rules on a view');
DELETE FROM door WHERE customer < 9;
SELECT live('a rule that deletes more');
CALL empathy.refresh();
SELECT kept('a rule that deletes more');
CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO call VALUES (NEW.customer, NEW.at);
    UPDATE visit SET at = at + interval '1 year' WHERE customer = NEW.customer - 1;
    RETURN NEW;
END $$;
CREATE TRIGGER follow AFTER INSERT ON visit FOR EACH ROW EXECUTE FUNCTION follow();
INSERT INTO visit SELECT id, opened FROM account WHERE id > 30;
SELECT live('a trigger that writes to the same table and another');
CALL empathy.refresh();
SELECT kept('a trigger that writes to the same table and another');
DROP TRIGGER follow ON visit;
CREATE FUNCTION swap() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.customer := NEW.customer % 7 + 1; RETURN NEW; END';
CREATE TRIGGER swap BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION swap();
INSERT INTO visit SELECT id, opened FROM account;
UPDATE visit SET at = at - interval '2 months' WHERE customer % 2 = 0;
SELECT live('a trigger that changes the customer');
CALL empathy.refresh();
SELECT kept('a trigger that changes the customer');
WITH a AS (INSERT INTO visit VALUES (1, '2027-01-01') RETURNING *), b AS (UPDATE visit SET at = '2028-01-01' WHERE customer = 2 RETURNING *),
     c AS (DELETE FROM visit WHERE customer = 3 RETURNING *)
SELECT count(*) FROM a, b, c \gset
SELECT live('three statements in one');
CALL empathy.refresh();
SELECT kept('three statements in one');

SELECT empathy.unwatch('visit'), empathy.unwatch('call');
DROP VIEW scratch, door;
DROP TABLE visit, call, account;
SELECT * FROM finish();
