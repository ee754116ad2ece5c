-- Conditions on profiles: what is one, what it says, and what it goes by.
SET timezone = 'UTC';
\pset null (null)

SELECT empathy.check_condition('count role:purchase in 90 days >= 2 and last intent:complain > 30');
SELECT empathy.check_condition(NULL);
SELECT empathy.check_condition('count "kind:größer" > 1 or days text = 0');
SELECT empathy.check_condition('last role:buyer > 1');
SELECT empathy.check_condition('');
CREATE TEMP TABLE rule (condition text CHECK (empathy.check_condition(condition)));
INSERT INTO rule VALUES ('overdue >= 2'), ('days text in 0 days = 1');

CREATE TEMP TABLE person AS
SELECT who, empathy.profile_agg(at, kind, said, amount) AS profile
FROM (VALUES ('ann', '2026-01-10 10:00Z'::timestamptz, 'order', NULL, 20),
             ('ann', '2026-01-20 10:00Z', 'Page view', NULL, NULL),
             ('ann', '2026-01-20 11:00Z', 'order', 'Please cancel my contract.', 5.50),
             ('ann', '2026-02-03 11:00Z', 'Page view', NULL, NULL),
             ('bob', '2026-02-01 10:00Z', 'Page view', NULL, NULL)) AS e(who, at, kind, said, amount)
GROUP BY who;

-- One condition of many, many of one; roles; days up to as_of only.
SELECT who, empathy.holds(profile, 'count role:purchase >= 1', '2026-02-28') AS bought,
       empathy.holds(profile, 'last intent:cancel <= 90 and count role:purchase since intent:cancel = 0', '2026-02-28') AS leaves,
       empathy.holds(profile, 'days "kind:page view" in 30 days = 1', '2026-02-10') AS looked
FROM person ORDER BY who;
SELECT who, c, empathy.holds(profile, c, '2026-02-28')
FROM person, unnest('{usual_days = 10,overdue > 3,sum kind:order = 25.5,different kind:* = 2}'::text[]) AS c ORDER BY who, c;
SELECT d::date, empathy.holds(profile, 'count kind:order = 1', d)
FROM person, generate_series('2026-01-09 22:00Z'::timestamptz, '2026-01-21 22:00Z', '4 days') AS d WHERE who = 'ann';
SELECT empathy.holds(profile, 'count text', '2026-02-28') FROM person;
SELECT empathy.holds(profile, 'count text > 0', 'infinity') FROM person;
SELECT empathy.holds(NULL, 'count text > 0'), empathy.holds(profile, NULL), empathy.holds(profile, 'count text = 0', NULL) FROM person;

-- Evidence.
SELECT e.* FROM person, empathy.evidence(profile, 'days kind:* in 40 days >= 3 and overdue > 1 and last intent:ask < 9', '2026-02-28') AS e
WHERE who = 'ann' ORDER BY clause, signal COLLATE "C";
