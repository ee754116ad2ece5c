-- Roles that users set, the stages of customers, and the journey of many: what follows from what, and when.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SELECT no_plan();

-- Each line is a person: kind and day, day, day. All of them end before 2026.
CREATE TABLE past (who text, at timestamptz, what text, said text, amount int);
CREATE INDEX ON past (who, at);
CREATE FUNCTION pg_temp.lives(who text, what text, VARIADIC days int[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO past SELECT $1, timestamptz '2024-01-01 12:00+00' + d * interval '1 day', $2, NULL, 10 FROM unnest($3) AS d
$$;
SELECT pg_temp.lives('once', 'order', 0), pg_temp.lives('twice', 'order', 0, 50), pg_temp.lives('loyal', 'order', 0, 20, 40, 60, 80),
    pg_temp.lives('back', 'order', 0, 400, 430), pg_temp.lives('looks', 'page_view', 0), pg_temp.lives('looks more', 'page_view', 0, 9),
    pg_temp.lives('thinks', 'page_view', 0, 5, 9), pg_temp.lives('thinks', 'order', 20), pg_temp.lives('asks', 'ticket', 3),
    pg_temp.lives('heard of', 'sent_mail', 0), pg_temp.lives('complains', 'order', 0, 10), pg_temp.lives('complains', 'complaint', 20),
    pg_temp.lives('leaves', 'order', 0, 10, 20), pg_temp.lives('leaves', 'cancellation', 25), pg_temp.lives('slow', 'order', 0, 200, 400) \gset ignored_
SELECT empathy.watch('past', customer => 'who', at => 'at', kind => 'what', said => 'said', amount => 'amount') \gset ignored_
CALL empathy.refresh();

-- ---- stages ----

CREATE FUNCTION pg_temp.way(who text, until int) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(s.stage || ' ' || s.since - date '2024-01-01', ', ' ORDER BY s.since)
    FROM empathy.person p, empathy.stages(p.profile, timestamptz '2024-01-01 12:00+00' + until * interval '1 day') AS s
    WHERE p.customer = $1
$$;
SELECT is(pg_temp.way('once', 700), 'customer 0, at risk 120, lapsed 365', 'who buys once and is not seen again');
SELECT is(pg_temp.way('twice', 700), 'customer 0, at risk 170, lapsed 250', 'who buys twice');
SELECT is(pg_temp.way('loyal', 700), 'customer 0, loyal 40, at risk 120, lapsed 260', 'who bought every 20 days');
SELECT is(pg_temp.way('back', 440), 'customer 0, at risk 120, lapsed 365, won back 400, customer 430', 'who comes back');
SELECT is(pg_temp.way('looks', 700), 'anonymous 0', 'who is seen once');
SELECT is(pg_temp.way('looks more', 700), 'anonymous 0, aware 9', 'who is seen again');
SELECT is(pg_temp.way('thinks', 30), 'anonymous 0, aware 5, considering 9, customer 20', 'who looks often, and buys');
SELECT is(pg_temp.way('asks', 700), 'considering 3, aware 64', 'who asks, and is silent');
SELECT is(pg_temp.way('heard of', 700), 'anonymous 0', 'whom we only wrote to');
SELECT is(pg_temp.way('complains', 30), 'customer 0, at risk 20', 'who complains');
SELECT is(pg_temp.way('leaves', 200), 'customer 0, loyal 20, at risk 25, lapsed 55', 'who cancels');
SELECT is(pg_temp.way('slow', 900), 'customer 0, at risk 120, customer 200, at risk 800', 'whose rhythm is slow');
SELECT is(pg_temp.way('looks', -1), NULL, 'nobody is anywhere before their first day');

SELECT is((SELECT array_agg(s) FROM empathy.person p, empathy.stages(profile, '2024-06-30') AS s WHERE customer = 'once')::text,
          '{"(customer,2024-01-01,2024-04-30,120,\"count role:purchase >= 1\")","(\"at risk\",2024-04-30,,61,\"days role:purchase = 1 and last role:purchase >= 120\")"}',
          'each stage has its days, and why');
SELECT is_empty($$ SELECT p.customer, d FROM empathy.person p, generate_series(timestamptz '2023-12-30', '2025-12-31', '1 day') AS d
                   WHERE empathy.stage(p.profile, d) IS DISTINCT FROM
                         (SELECT s.stage FROM empathy.stages(p.profile, '2026-01-01') AS s
                          WHERE s.since <= d::date AND (s.until > d::date OR s.until IS NULL)) $$,
                'the stage as of any day is what later replays say of it');
SELECT is_empty($$ SELECT p.customer FROM empathy.person p, empathy.stages(p.profile, '2026-01-01') AS s
                   WHERE NOT empathy.holds(p.profile, s.because, s.since) $$, 'and its condition held on the day that it began');
SELECT is(empathy.stage(NULL, now()), NULL, 'no profile, no stage');
SELECT throws_ok('SELECT empathy.stage(profile, ''infinity'') FROM empathy.person', '22008', 'as_of must be finite', 'there is an end of time');

SELECT is_empty($$ SELECT customer FROM empathy.profiles, empathy.scores(profile) AS s, empathy.stages(profile) AS w
                   WHERE w.until IS NULL AND (profiles.stage, profiles.stage_since, s.stage, s.stage_since)
                         IS DISTINCT FROM (w.stage, w.since, w.stage, w.since) $$, 'profiles and scores show the stage and since when');

-- ---- rules ----

SELECT throws_ok('SELECT empathy.set_stage_rule(''customer'', 5, ''vip'', ''sum kind:order'')', '22023', 'invalid condition "sum kind:order"', 'a rule needs a condition');
SELECT throws_ok(format('SELECT empathy.set_stage_rule(%L, %L, %L, ''days * > 1'')', r[1], r[2], r[3]), r[4], r[5], r[5])
FROM (VALUES (ARRAY['customer', '5', 'start', '22023', 'there can be no rule from "customer" to "start"']), (ARRAY['a', '5', 'a', '22023', 'there can be no rule from "a" to "a"']),
             (ARRAY[' a', '5', 'b', '22023', 'there can be no rule from " a" to "b"']), (ARRAY['a', '5', NULL, '22023', 'there can be no rule from "a" to NULL']),
             (ARRAY['a', '0', 'b', '22023', 'rank must be 1 or more']), (ARRAY['a', NULL, 'b', '22023', 'rank must be 1 or more'])) AS v(r);
SELECT throws_ok('SELECT empathy.set_stage_rule(''a'', 1, ''b'', NULL)', '22004', 'condition must not be NULL', 'nor without one');
SELECT throws_ok('SELECT empathy.drop_stage_rule(''customer'', 7)', '42704', 'stage "customer" has no rule of rank 7', 'no such rule');
SELECT throws_ok('INSERT INTO empathy.stage_rule VALUES (''a'', 1, ''b'', ''nothing'')', '22023', NULL, 'the table checks conditions too');

BEGIN;
SELECT empathy.set_stage_rule('customer', 45, 'vip', 'sum role:purchase >= 50');
SELECT is(pg_temp.way('loyal', 90), 'customer 0, loyal 40', 'the first rule that holds counts');
SELECT empathy.drop_stage_rule('customer', 50);
SELECT is(pg_temp.way('loyal', 90), 'customer 0, vip 80', 'rules follow at once');
SELECT empathy.set_stage_rule('customer', 45, 'vip', 'sum role:purchase >= 30');
SELECT is(pg_temp.way('loyal', 90), 'customer 0, vip 40', 'a rule is replaced by one of its rank');
SELECT is((SELECT string_agg(from_stage || rank || to_stage || builtin, ' ' ORDER BY from_stage, rank) FROM empathy.stage_rules WHERE from_stage = 'customer'),
          'customer10at risktrue customer20at risktrue customer30at risktrue customer40at risktrue customer45vipfalse', 'which the view shows');
SELECT empathy.set_stage_rule('customer', 50, 'loyal', 'days role:purchase >= 2');
SELECT empathy.drop_stage_rule('customer', 45);
SELECT is(pg_temp.way('loyal', 90), 'customer 0, loyal 20', 'of ours, too');
SELECT empathy.reset_stage_rules();
SELECT is(pg_temp.way('loyal', 90), 'customer 0, loyal 40', 'and taken back');
ROLLBACK;

CREATE FUNCTION pg_temp.stored() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(s.customer || ' ' || s.stage, ', ' ORDER BY s.customer) FROM empathy.profiles s WHERE s.customer IN ('looks', 'once')
$$;
CREATE TEMP TABLE before AS SELECT customer, as_of FROM empathy.score;
SELECT empathy.set_stage_rule('anonymous', 5, 'a "new" one', 'days role:visit >= 1');
SELECT is(pg_temp.stored(), 'looks anonymous, once lapsed', 'stored stages wait for a refresh');
CALL empathy.refresh();
SELECT is(pg_temp.stored(), 'looks a "new" one, once lapsed', 'which renews them');
SELECT is((SELECT count(*) FROM empathy.score s JOIN before b USING (customer) WHERE s.as_of = b.as_of), 0::bigint, 'all of them');
TRUNCATE before;
INSERT INTO before SELECT customer, as_of FROM empathy.score;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.score s JOIN before b USING (customer) WHERE s.as_of = b.as_of), (SELECT count(*) FROM before), 'once');
SELECT empathy.reset_stage_rules();

-- ---- roles ----

SELECT is((SELECT string_agg(format('%s %s %s %s %s', kind, role, guess, is_set, customers), ', ' ORDER BY kind COLLATE "C") FROM empathy.roles),
          'cancellation cancel cancel f 1, complaint complaint complaint f 1, order purchase purchase f 8, page_view visit visit f 3, '
          'sent_mail send send f 1, ticket contact contact f 1', 'the kinds that there are, and their roles');
SELECT throws_ok('SELECT empathy.set_role(''order'', ''purchaser'')', '22023', 'there is no role "purchaser"', 'no such role');
SELECT throws_ok('SELECT empathy.set_role('' '', ''visit'')', '22023', 'kind must not be NULL or blank', 'no kind');
SELECT throws_ok(format('SELECT empathy.set_role(%L, ''visit'')', repeat('ä', 32)), '22023', NULL, 'no profile has such a long one');
SELECT throws_ok('INSERT INTO empathy.kind_role VALUES (''order'', ''purchaser'')', '22023', NULL, 'the table checks roles too');

BEGIN;
SELECT empathy.add_thought('bought', 'that was it', 'count role:purchase = 2', 'bought twice');
SELECT is((SELECT empathy.map(profile, '2024-02-01')->'thinks' FROM empathy.person WHERE customer = 'looks more'), '[]', 'no thought yet');
SELECT empathy.set_role('page_view', 'purchase'), empathy.set_role('ticket', 'other'), empathy.set_role('never seen', 'visit');
SELECT is((SELECT string_agg(format('%s %s %s %s', kind, role, guess, customers), ', ' ORDER BY kind COLLATE "C") FROM empathy.roles WHERE is_set),
          'never seen visit other 0, page_view purchase visit 3, ticket other contact 1', 'roles are set');
SELECT is(pg_temp.way('looks more', 700), 'customer 0, at risk 129, lapsed 189', 'stages follow at once');
SELECT is((SELECT amount FROM empathy.person, empathy.scores(profile) WHERE customer = 'looks more'), 20.0000, 'so does what was bought');
SELECT is((SELECT (empathy.cadence(profile)).usual_days FROM empathy.person WHERE customer = 'looks more'), 9::float8, 'and the rhythm');
SELECT is((SELECT empathy.holds(profile, 'count role:purchase = 2') FROM empathy.person WHERE customer = 'looks more'), true, 'and conditions');
SELECT is((SELECT empathy.map(profile, '2024-02-01')->'thinks'->0->>'item' FROM empathy.person WHERE customer = 'looks more'), 'that was it', 'and maps');
SELECT is(empathy.role('page_view'), 'visit', 'a guess remains a guess');
SELECT is((SELECT count(*) FROM (SELECT empathy.holds(profile, 'count role:visit = 0') AS h,
                                        CASE customer WHEN 'thinks' THEN set_config('empathy.half_life', '90', true) END FROM empathy.person) AS q WHERE h), 12::bigint,
          'a query sees one state of the roles');
SELECT empathy.set_role('page_view', NULL);
SELECT is(pg_temp.way('looks more', 700), 'anonymous 0, aware 9', 'and taken back');
ROLLBACK;

DO $$
DECLARE found text[] := '{}';
BEGIN
    FOR i IN 1 .. 3 LOOP
        found := found || (SELECT empathy.stage(profile, '2024-01-20') FROM empathy.person WHERE customer = 'looks more');
        PERFORM empathy.set_role('page_view', CASE WHEN i = 1 THEN 'purchase' END);
    END LOOP;
    CREATE TEMP TABLE seen AS SELECT found;
END $$;
SELECT is(found, '{aware,customer,aware}', 'also within a function') FROM seen;

SELECT empathy.set_role('page_view', 'purchase');
SELECT is((SELECT stage FROM empathy.profiles WHERE customer = 'looks'), 'a "new" one', 'stored scores wait for a refresh');
CALL empathy.refresh();
SELECT is((SELECT stage || amount FROM empathy.profiles WHERE customer = 'looks'), 'lapsed10.0000', 'which renews them');
TRUNCATE before;
INSERT INTO before SELECT customer, as_of FROM empathy.score;
SELECT empathy.set_role('page_view', 'purchase');
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.score s JOIN before b USING (customer) WHERE s.as_of = b.as_of), (SELECT count(*) FROM before), 'unless nothing is otherwise');
SELECT empathy.set_role('page_view', NULL);
CALL empathy.refresh();

-- ---- the journey of many ----


-- As of the last day of 2025, the 730th.
SELECT results_eq($$ SELECT stage, customers, round(share::numeric, 3), entered, exited FROM empathy.journey('all', '2025-12-31', '500 days') $$,
                  $$ VALUES ('anonymous', 2::bigint, 0.167, 0::bigint, 0::bigint), ('aware', 2, 0.167, 0, 0), ('considering', 0, 0, 0, 0),
                            ('customer', 2, 0.167, 1, 0), ('loyal', 0, 0, 0, 0), ('at risk', 0, 0, 0, 5), ('lapsed', 6, 0.5, 5, 1), ('won back', 0, 0, 1, 1) $$,
                  'who is in which stage, and who came and went');
SELECT results_eq($$ SELECT share_lo < share AND share < share_hi AND share_lo >= 0 AND share_hi <= 1 FROM empathy.journey('all', '2025-12-31') WHERE customers > 0 $$,
                  'SELECT true FROM generate_series(1, 4)', 'shares have an interval');
SELECT results_eq($$ SELECT from_stage, to_stage, customers, moves, median_days, round(probability::numeric, 3) FROM empathy.transitions('all', '2025-12-31') $$,
                  $$ VALUES ('start', 'customer', 7::bigint, 7::bigint, NULL::int, 0.583), ('start', 'anonymous', 4, 4, NULL, 0.333), ('start', 'considering', 1, 1, NULL, 0.083),
                            ('anonymous', 'aware', 2, 2, 5, 1), ('aware', 'considering', 1, 1, 4, 1),
                            ('considering', 'aware', 1, 1, 61, 0.5), ('considering', 'customer', 1, 1, 11, 0.5),
                            ('customer', 'at risk', 6, 6, 120, 0.75), ('customer', 'loyal', 2, 2, 20, 0.25),
                            ('loyal', 'at risk', 2, 2, 5, 1), ('at risk', 'lapsed', 7, 7, 170, 0.875), ('at risk', 'customer', 1, 1, 80, 0.125),
                            ('lapsed', 'won back', 1, 1, 35, 1), ('won back', 'customer', 1, 1, 30, 1) $$, 'how they went from stage to stage');
SELECT results_eq($$ SELECT from_stage, sum(probability) FROM empathy.transitions('all', '2025-12-31') GROUP BY 1 HAVING abs(sum(probability) - 1) > 1e-9 $$,
                  $$ SELECT ''::text, 1::float8 WHERE false $$, 'of those who left a stage, all went somewhere');
SELECT results_eq($$ SELECT from_stage, to_stage, moves FROM empathy.transitions('all', '2025-12-31', '340 days') $$,
                  $$ VALUES ('lapsed', 'won back', 1::bigint), ('won back', 'customer', 1) $$, 'lately');
SELECT is_empty($$ SELECT * FROM empathy.journey('all', '2020-01-01') WHERE customers > 0 $$, 'long ago there was nobody');
SELECT throws_ok('SELECT * FROM empathy.journey(''nobody knows'')', '42704', NULL, 'a scope must be known');
SELECT throws_ok('SELECT * FROM empathy.transitions(''nobody knows'')', '42704', NULL, 'here too');

-- Half of those in a stage have left it after so many days, counting those who are still there.
SELECT is(empathy.median_stay('{5,5,10,20}', '{t,t,t,t}'), 5, 'all have left');
SELECT is(empathy.median_stay('{5,6,10,20}', '{t,f,t,f}'), 10, 'some have not');
SELECT is(empathy.median_stay('{5,6,10,20}', '{t,f,f,f}'), NULL, 'most have not');
SELECT is(empathy.median_stay('{}', '{}'), NULL, 'nobody');

-- Segments and single customers.
INSERT INTO past SELECT 'new ' || n, '2025-12-30 12:00+00', 'order', 'I am very happy with it', 1 FROM generate_series(1, 6) AS n;
CALL empathy.refresh();
SELECT is((SELECT empathy.add_segment('new ones', $$ SELECT customer FROM empathy.score WHERE customer LIKE 'new%' OR customer = 'slow' $$)), 7, 'a segment');
SELECT results_eq($$ SELECT stage, customers, does, sentiment > 0 FROM empathy.journey('new ones', '2025-12-31') WHERE customers > 0 $$,
                  $$ VALUES ('customer', 7::bigint, '{order}'::text[], true) $$, 'of a segment, with what they do and how they feel');
SET empathy.min_group = 8;
SELECT results_eq($$ SELECT stage, customers, does, sentiment FROM empathy.journey('new ones', '2025-12-31') WHERE customers > 0 $$,
                  $$ VALUES ('customer', 7::bigint, '{}'::text[], NULL::float8) $$, 'not of too few');
SELECT results_eq($$ SELECT stage, customers, share, does, sentiment > 0 FROM empathy.journey('customer:new 1', '2025-12-31') WHERE customers > 0 $$,
                  $$ VALUES ('customer', 1::bigint, 1::float8, '{order}'::text[], true) $$, 'but of one who is asked for');
RESET empathy.min_group;
INSERT INTO past VALUES ('not refreshed', '2025-12-30 12:00+00', 'order', NULL, 1);
SELECT is((SELECT string_agg(stage, '') FROM empathy.journey('customer:not refreshed', '2025-12-31') WHERE customers > 0), 'customer', 'who is not refreshed yet');
SELECT is((SELECT count(*) FROM empathy.journey('customer:nobody') WHERE customers > 0), 0::bigint, 'nobody');

CREATE TEMP TABLE found AS SELECT empathy.journey_map('all', '2025-12-31') AS journey;
SELECT is((SELECT array_agg(k ORDER BY k) FROM found, jsonb_object_keys(journey) AS k), '{as_of,customers,days,scope,stages,transitions}', 'all in one document');
SELECT results_eq($$ SELECT s->>'stage', (s->>'customers')::bigint FROM found, jsonb_array_elements(journey->'stages') AS s $$,
                  $$ SELECT stage, customers FROM empathy.journey('all', '2025-12-31') $$, 'the stages');
SELECT results_eq($$ SELECT t->>'from', t->>'to', (t->>'moves')::bigint, (t->>'probability')::numeric FROM found, jsonb_array_elements(journey->'transitions') AS t $$,
                  $$ SELECT from_stage, to_stage, moves, round(probability::numeric, 4) FROM empathy.transitions('all', '2025-12-31') $$, 'the transitions');
SELECT results_eq($$ SELECT s->'map' FROM found, jsonb_array_elements(journey->'stages') AS s WHERE s->>'stage' = 'customer' $$,
                  $$ SELECT empathy.map_agg(profile, '2025-12-31') FROM empathy.person WHERE empathy.stage(profile, '2025-12-31') = 'customer' $$,
                  'and the map of those who are in a stage');

-- A diagram; that these are valid was seen with Mermaid's own parser.
SELECT is(empathy.journey_mermaid('{"stages": [{"stage": "at risk", "customers": 1, "share": 0.001}, {"stage": "lapsed", "customers": 2000, "share": 0.9},
                                     {"stage": "lapsed"}, {"stage": "start"}, {"stage": 7}, 7],
                                    "transitions": [{"from": "start", "to": "at risk"}, {"from": "at risk", "to": "lapsed", "customers": 1500, "probability": 0.25, "median_days": 1},
                                     {"from": "nowhere", "to": "lapsed"}, {"from": "start", "to": "start"}, {"to": "lapsed"}, []]}'::jsonb),
          E'flowchart LR\n  s0(("start"))\n  s1["at risk, 1 customer, #60;1 %"]\n  s2["lapsed, 2,000 customers, 90 %"]\n'
          '  s0 -->|"?"| s1\n  s1 -->|"25 %, 1,500 customers, after 1 day"| s2\n', 'a diagram of what makes sense');
SELECT is(empathy.journey_mermaid(j::jsonb), E'flowchart LR\n', 'or of nothing: ' || j) FROM unnest('{"{}","[]","5","null","{\"stages\": 5, \"transitions\": {}}"}'::text[]) AS j;
SELECT is(empathy.journey_mermaid(jsonb_build_object('stages', jsonb_build_array(jsonb_build_object('stage', E'a"]; click s1 "javascript:x"\n%%{init: {}}%%\n<b>end|')))),
          E'flowchart LR\n  s1["a#34;#93;#59; click s1 #34;javascript#58;x#34; %%#123;init#58; #123;#125;#125;%% #60;b#62;end#124;"]\n', 'names are no code');
SELECT is(empathy.journey_mermaid(s), empathy.journey_mermaid(empathy.journey_map(s)), 'of ' || s) FROM unnest('{all,customer:once}'::text[]) AS s;
SELECT * FROM finish();
