-- preview(): profiles of a few customers with the caller's rights, nothing written.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, empathy;

SELECT plan(14);

CREATE TABLE contacts (customer_id int, at timestamptz, body text, amount numeric);
INSERT INTO contacts
SELECT c, timestamptz '2026-01-01' + n * interval '1 day', CASE WHEN n <= c THEN 'thank you for number ' || n END, n
FROM generate_series(1, 8) AS c, generate_series(1, 10) AS n;
INSERT INTO contacts VALUES (NULL, '2026-01-01', 'nobody', 1), (8, NULL, 'never', 1), (8, 'infinity', 'for ever', 1),
    (7, '2026-01-20', ' ', 'NaN');

SELECT results_eq('SELECT customer, events, texts, first_at, last_at FROM empathy.preview(''contacts'', 3)', $$VALUES
    ('6', 10::bigint, 6::bigint, timestamptz '2026-01-02', timestamptz '2026-01-11'),
    ('7', 11::bigint, 7::bigint, timestamptz '2026-01-02', timestamptz '2026-01-20'),
    ('8', 10::bigint, 8::bigint, timestamptz '2026-01-02', timestamptz '2026-01-11')$$,
    'those with most texts; unusable rows are left out');
SELECT is((SELECT count(*)::int FROM empathy.preview('contacts')), 5, 'five by default');
SELECT is((SELECT profile FROM empathy.preview('contacts') WHERE customer = '6'),
          (SELECT empathy.profile_agg(at, 'contacts', body, amount, NULL, NULL, NULL)
           FROM contacts WHERE customer_id = 6),
          'the profile is the one of profile_agg');
SELECT is((SELECT sum(texts)::int FROM empathy.preview('contacts', said => '')), 0, 'no texts when none are wanted');
SELECT is((SELECT profile FROM empathy.preview('contacts', kind => '''thanks''') WHERE customer = '6'),
          (SELECT empathy.profile_agg(at, 'thanks', body, amount, NULL, NULL, NULL)
           FROM contacts WHERE customer_id = 6),
          'a chosen kind');

CREATE INDEX ON contacts (customer_id, at);
SELECT is((SELECT count(*)::int FROM empathy.preview('contacts', 1000)), 8, 'all of a small table');
SELECT throws_ok('SELECT * FROM empathy.preview(''contacts'', 0)', '22023', 'customers must be between 1 and 1000',
                 'no customers');
SELECT throws_ok('SELECT * FROM empathy.preview(''contacts'', NULL)', '22023', 'customers must be between 1 and 1000',
                 'null customers');
SELECT throws_ok('SELECT * FROM empathy.preview(''contacts'', at => ''amount'')', '42804',
                 'column amount of "public.contacts" has type numeric, which is no time',
                 'the errors of guess_columns');

CREATE TABLE "said c" ("s" text, "c" timestamptz, "at" timestamptz, "customer" text);
INSERT INTO "said c" VALUES ('x', now(), '2026-01-01', 'it''s "me"');
SELECT is((SELECT customer || '/' || texts FROM empathy.preview('"said c"', said => 's')), 'it''s "me"/1',
          'names that could collide');

CREATE TABLE nothing (customer_id uuid, at timestamp);
SELECT is_empty('SELECT * FROM empathy.preview(''nothing'')', 'an empty table');
CREATE VIEW looked_at AS TABLE contacts;
SELECT is((SELECT count(*)::int FROM empathy.preview('looked_at')), 5, 'a view');

CREATE ROLE emp_test_reader;
GRANT USAGE ON SCHEMA empathy TO emp_test_reader;
GRANT SELECT ON nothing TO emp_test_reader;
SET LOCAL ROLE emp_test_reader;
SELECT is_empty('SELECT * FROM empathy.preview(''nothing'')', 'who may read a table may preview it');
SELECT throws_ok('SELECT * FROM empathy.preview(''contacts'')', '42501', 'permission denied for table contacts',
                 'others may not');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
