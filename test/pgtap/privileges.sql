-- Who may do what: writers, readers, owners of tables, everybody; and whose rights are used for what.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();
GRANT ALL ON SCHEMA public TO PUBLIC;

CREATE ROLE emp_plain;
CREATE ROLE emp_reader;
CREATE ROLE emp_writer;
CREATE ROLE emp_owner;
CREATE ROLE emp_other;
CREATE ROLE emp_runner;

GRANT EXECUTE ON FUNCTION empathy.source_action, empathy.create_triggers, empathy.drop_triggers, empathy.capture,
    empathy.watch, empathy.unwatch, empathy.invalidate TO emp_owner, emp_other;

-- Everybody

SET ROLE emp_plain;
CREATE TABLE own (customer text, at timestamptz);
SELECT throws_ok('SELECT empathy.watch(''own'')', '42501', NULL, 'not everybody may add to everybody''s profiles');
SELECT throws_ok('CREATE TRIGGER t AFTER INSERT ON own REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION empathy.capture(1)',
                 '42501', NULL, 'nor by a trigger of their own');
DROP TABLE own;
SELECT throws_ok('TABLE empathy.' || r, '42501', 'permission denied for ' || CASE WHEN r ~ '^(pro|map|sources|fre|live|stale|phrases|segments|notes|reviews|agreement|scope|templates)' THEN 'view ' ELSE 'table ' END || r, 'nothing for everybody: ' || r)
FROM unnest('{profiles,maps,sources,freshness,person,state,source,source_here,change_log,refresh_lock,live_profiles,live_states,stale,phrase,phrases,segment,segment_run,segment_member,stored_map,segments,person_change,note,notes,review,reviews,agreement,scope_note,scope_mark,template,templates}'::text[]) AS r;
SELECT throws_ok('TABLE empathy.' || r, '42501', NULL, 'nor ' || r) FROM unnest('{part,past,new_source,served_state,unmerged}'::text[]) AS r;
SELECT throws_ok('TABLE empathy.' || r, '42501', NULL, 'nor ' || r) FROM unnest('{kind_role,roles,outdated,stage_rule,stage_rules}'::text[]) AS r;
SELECT is(empathy.sentiment('I hate it') < 0, true, 'but what only looks at its arguments');
SELECT is((SELECT count(*) FROM empathy.aspects('overpriced'), empathy.acts('thanks')), 1::bigint, 'and at the phrases');
RESET ROLE;

-- What is left to everybody neither writes nor reads our tables: it is pure, reads what the caller may read, or checks
-- who calls.
SELECT is(has_function_privilege('emp_plain', f, 'EXECUTE'), false, 'not for everybody: ' || f)
FROM unnest(ARRAY['empathy.as_owner(regclass,text,text[])', 'empathy.add_source(regclass,text[])', 'empathy.drop_source(regclass,text[])',
    'empathy.lock_source(regclass,text[])', 'empathy.invalidate_source(regclass,text[])', 'empathy.recompute(empathy.source,text[],date,date)',
    'empathy.survey(empathy.source,date)', 'empathy.log_recheck(empathy.source)', 'empathy.keep_source(regclass,text[])', 'empathy.restore_kept(empathy.source)',
    'empathy.mergeable(text[])', 'empathy.merge_batch()', 'empathy.mend_everything()', 'empathy.part_is_gone(empathy.source,empathy.part)', 'empathy.note_parts(empathy.source)', 'empathy.log_periods(integer,date,date,text)',
    'empathy.follow_parts(empathy.source,boolean)', 'empathy.follow_columns(empathy.source)', 'empathy.reading_error(empathy.source)', 'empathy.has_changed(empathy.source)',
    'empathy.break_source(integer,text)', 'empathy.follow_table(oid,boolean)', 'empathy.follow_type(oid)', 'empathy.follow_ddl()', 'empathy.follow_rewrite()', 'empathy.follow_drop()', 'empathy.fresh_states(empathy.source)', 'empathy.is_all_stale(integer)', 'empathy.is_stale(integer,text,date)',
    'empathy.is_due(empathy.source,empathy.agenda_item[])', 'empathy.agenda()', 'empathy.batch_of_periods(empathy.source,date[])', 'empathy.live_profile(text)', 'empathy.write_states(empathy.source,text[],date,date)',
    'empathy.spread_log(empathy.source)', 'empathy.refresh_source(empathy.source,empathy.agenda_item[],integer)', 'empathy.refresh_periods(empathy.source,date[],bigint)',
    'empathy.refresh_batch(integer[],integer)', 'empathy.retrain()', 'empathy.retain()', 'empathy.retain_batch()', 'empathy.retain_source(integer,interval)', 'empathy.job_has_work(text)',
    'empathy.schedule(text,interval,interval,integer,regclass,interval)', 'empathy.unschedule(text,regclass)', 'empathy.pause(text)', 'empathy.resume(text)',
    'empathy.wake()', 'empathy.refresh_done(timestamptz,bigint,bigint,bigint)', 'empathy.merge_people(text[],date,boolean)',
    'empathy.train_churn(interval,text)', 'empathy.train_intent(interval)', 'empathy.train_value(interval)', 'empathy.train_items(interval)', 'empathy.train_outlook(text,text,interval)', 'empathy.note_drift(text)',
    'empathy.fit_outlook(text,text,interval)', 'empathy.check_outlook(text)', 'empathy.train_classifier(text,text,text)', 'empathy.calibrate(text,text,text)',
    'empathy.rescore_batch(timestamptz)', 'empathy.score_people(text[])',
    'empathy.drop_classifier(text)', 'empathy.trainings()', 'empathy.train_if_due()', 'empathy.verify(regclass)', 'empathy.customer(text)', 'empathy.customer(bigint)',
    'empathy.customer(uuid)', 'empathy.map_of(text,timestamptz,interval)', 'empathy.machine_map(text,timestamptz,interval)',
    'empathy.scope_members(text)', 'empathy.scope_kind(text)', 'empathy.add_segment(text,text,interval)', 'empathy.drop_segment(text)', 'empathy.refresh_segment(text)',
    'empathy.note(text,text,text,text)', 'empathy.drop_note(bigint)', 'empathy.review(text,text,text,text,text,text,text)', 'empathy.cell_class(text,text,text)',
    'empathy.apply_template(jsonb,text)', 'empathy.add_template(text,jsonb)', 'empathy.drop_template(text)',
    'empathy.compare_maps(text,text,timestamptz,timestamptz,interval)',
    'empathy.segment_query(oid,text,text)', 'empathy.put_segment(text,text,interval,text,oid)', 'empathy.remove_segment(text,oid)', 'empathy.fill_segment(text)', 'empathy.store_map(text)', 'empathy.refresh_scope(timestamptz,boolean)', 'empathy.add_phrase(text,text,text,integer)', 'empathy.drop_phrase(text,text,text)', 'empathy.refresh(interval)',
    'empathy.set_role(text,text)', 'empathy.set_stage_rule(text,integer,text,text)', 'empathy.drop_stage_rule(text,integer)',
    'empathy.reset_stage_rules()', 'empathy.outdate_scores()', 'empathy.journey(text,timestamptz,interval)',
    'empathy.transitions(text,timestamptz,interval)', 'empathy.journey_map(text,timestamptz,interval)', 'empathy.journey_mermaid(text)',
    'empathy.refresh_changes(interval)', 'empathy.rescore(interval)', 'empathy.refresh_scopes(interval)', 'empathy.days_condition(regclass,text,date,date)']) AS f;
SELECT is((SELECT string_agg(oid::regprocedure::text, ' ') FROM pg_proc
           WHERE pronamespace = 'empathy'::regnamespace AND prosecdef AND has_function_privilege('emp_plain', oid, 'EXECUTE')
             AND proname <> 'worker_note'), NULL, 'whatever runs with our rights is for whom it was granted to');
SELECT is((SELECT string_agg(oid::regprocedure::text, ' ') FROM pg_proc
           WHERE pronamespace = 'empathy'::regnamespace AND prosecdef AND (proconfig)[1] IS DISTINCT FROM 'search_path=pg_catalog, pg_temp'),
          NULL, 'and has a safe search_path');

-- Owners: only they may watch, unwatch and invalidate

SET ROLE emp_owner;
CREATE TABLE orders (customer text, at timestamptz, amount numeric);
INSERT INTO orders VALUES ('a', '2026-01-01', 1), ('b', '2026-01-02', 2);
GRANT SELECT ON orders TO emp_other;
GRANT INSERT, UPDATE, DELETE, TRUNCATE, SELECT ON orders TO emp_writer;
RESET ROLE;
SET ROLE emp_other;
SELECT throws_ok('SELECT empathy.watch(''orders'')', '42501', 'must be owner of table "orders"', 'another role may not watch a table that it may read');
RESET ROLE;
GRANT TRIGGER ON orders TO emp_other;
SET ROLE emp_other;
SELECT throws_ok('SELECT empathy.watch(''orders'', kind => ''(SELECT min(secret) FROM theirs)'')', '42501', 'must be owner of table "orders"',
                 'nor with TRIGGER besides: the owner''s rights would be theirs');
SELECT throws_ok($$SELECT empathy.source_action('orders', 'add_source', '{customer,at,NULL,NULL,NULL,NULL,NULL,NULL,NULL,month}')$$, '42501',
    'must be owner of table "orders"', 'nor by the inner function');
RESET ROLE;
SET ROLE emp_owner;
SELECT lives_ok('SELECT empathy.watch(''orders'')', 'its owner may, if they may watch at all');
RESET ROLE;
SET ROLE emp_other;
SELECT throws_ok('SELECT empathy.watch(''orders'')', '42501', 'must be owner of table "orders"', 'another role may not watch it again');
SELECT throws_ok('SELECT empathy.unwatch(''orders'')', '42501', 'must be owner of table "orders"', 'nor unwatch it');
SELECT throws_ok('SELECT empathy.invalidate(''orders'')', '42501', 'must be owner of table "orders"', 'nor invalidate it');
SELECT throws_ok('SELECT empathy.unwatch(1)', '42501', 'must be owner of the extension "empathy"', 'a table that does not exist is the extension owner''s');
SELECT throws_ok('CALL empathy.refresh()', '42501', NULL, 'nor refresh');
RESET ROLE;
SET ROLE emp_owner;
SELECT throws_ok('SELECT empathy.source_action(''orders'', ''merge_people'', ''{a}'')', 'XX000', 'unknown action on a source: "merge_people"',
    'of our functions an owner reaches those for sources only');
SELECT throws_ok('TABLE empathy.profiles', '42501', NULL, 'to own a table is not to read profiles');
RESET ROLE;
CALL empathy.refresh();
SELECT is((SELECT string_agg(customer, ' ' ORDER BY customer) FROM empathy.profiles), 'a b', 'refreshed');

-- Writers need no right of ours

REVOKE USAGE ON SCHEMA empathy FROM PUBLIC;
SET ROLE emp_writer;
SELECT lives_ok('INSERT INTO orders VALUES (''c'', ''2026-01-03'', 3)', 'a writer inserts');
SELECT lives_ok('UPDATE orders SET amount = 4 WHERE customer = ''a''', 'updates');
SELECT lives_ok('DELETE FROM orders WHERE customer = ''b''', 'and deletes');
RESET ROLE;
GRANT USAGE ON SCHEMA empathy TO PUBLIC;
CALL empathy.refresh();
SELECT is((SELECT string_agg(customer || amount, ' ' ORDER BY customer) FROM empathy.profiles), 'a4.0000 c3.0000', 'and is heard');
SET ROLE emp_writer;
SELECT lives_ok('TRUNCATE orders', 'a writer truncates');
RESET ROLE;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.profiles), 0::bigint, 'and is heard');

-- Readers

INSERT INTO orders VALUES ('7', '2026-01-01', 1);
GRANT SELECT ON empathy.profiles, empathy.maps, empathy.sources, empathy.freshness TO emp_reader;
GRANT EXECUTE ON FUNCTION empathy.customer(text), empathy.customer(bigint) TO emp_reader;
SET ROLE emp_reader;
SELECT is(empathy.customer('7')->>'customer', '7', 'a reader asks for a customer that is not refreshed yet');
SELECT is(empathy.customer(7)->>'customer', '7', 'by number, too');
SELECT throws_ok('TABLE orders', '42501', NULL, 'without a right on the table');
RESET ROLE;
CALL empathy.refresh();
SET ROLE emp_reader;
SELECT is((SELECT count(*) FROM empathy.profiles WHERE churn_model IS NOT NULL), 1::bigint, 'and reads profiles');
SELECT lives_ok('TABLE empathy.' || r, 'and ' || r) FROM unnest('{maps,sources,freshness}'::text[]) AS r;
SELECT throws_ok('TABLE empathy.' || r, '42501', NULL, 'but not ' || r) FROM unnest('{person,score,state,source,change_log,live_profiles}'::text[]) AS r;
SELECT throws_ok('SELECT empathy.live_profile(''7'')', '42501', NULL, 'nor the profile behind customer()');
RESET ROLE;

-- Who may refresh

GRANT EXECUTE ON PROCEDURE empathy.refresh, empathy.refresh_changes, empathy.rescore, empathy.refresh_scopes, empathy.retain TO emp_runner;
GRANT EXECUTE ON FUNCTION empathy.refresh_batch, empathy.refresh_done, empathy.retrain, empathy.rescore_batch, empathy.refresh_scope, empathy.claim_retention, empathy.retain_batch, empathy.retain_done TO emp_runner;
INSERT INTO orders VALUES ('8', '2026-01-01', 1);
SET ROLE emp_runner;
CALL empathy.refresh();
RESET ROLE;
SELECT is((SELECT string_agg(customer, ' ' ORDER BY customer) FROM empathy.profiles), '7 8', 'a role that was granted it refreshes');

-- Whose rights an expression has

CREATE TABLE proof (who text, whose text, path text);
GRANT INSERT ON proof TO emp_owner;
SET ROLE emp_owner;
CREATE FUNCTION public.say(text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.proof VALUES (current_user, session_user, current_setting('search_path'));
    RETURN current_user;
END $$;
CREATE FUNCTION public.steal() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM empathy.person);
END $$;
CREATE FUNCTION public.escape(command text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN 'done';
END $$;
SELECT empathy.watch('orders', kind => 'public.say(''order'')') > 0 AS watched \gset
RESET ROLE;
TRUNCATE proof;
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT concat_ws(' ', who, whose, path), '; ') FROM proof), format('emp_owner %s pg_catalog, pg_temp', session_user), 'an expression runs as the owner of its table');
SELECT * FROM empathy.as_owner('orders', 'SELECT set_config(''work_mem'', ''64kB'', false)', NULL) AS t(work_mem text) \gset inside_
SELECT is(:'inside_work_mem' || ', ' || (current_setting('work_mem') <> '64kB'), '64kB, true', 'and leaves no setting behind');
TRUNCATE proof;
SELECT count(*) > 0 AS v FROM empathy.verify() \gset
UPDATE orders SET amount = 9;
SET ROLE emp_reader;
SELECT ok(empathy.customer('7') IS NOT NULL, 'a reader has it computed');
RESET ROLE;
SELECT is((SELECT string_agg(DISTINCT who, ' ') FROM proof), 'emp_owner', 'also in verify() and customer()');
CREATE FUNCTION pg_temp.refused(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    caught text;
BEGIN
    SET LOCAL ROLE emp_owner;
    PERFORM empathy.watch('orders', kind => command);
    RESET ROLE;
    PERFORM FROM empathy.refresh_batch('{}');
    SELECT b.error INTO caught FROM empathy.refresh_batch('{}') AS b;
    RETURN coalesce(caught, (SELECT error FROM empathy.source WHERE relation = 'orders'::regclass), 'no error');
END $$;
SELECT matches(pg_temp.refused(format('public.escape(%L)', c)), expected, 'an expression cannot ' || c)
FROM (VALUES ('SET ROLE postgres', 'cannot set parameter "role"'), ('RESET ROLE', 'cannot set parameter "role"'),
             ('SET SESSION AUTHORIZATION postgres', 'cannot set parameter "session_authorization"'),
             ('SELECT count(*) FROM empathy.person', 'permission denied'),
             ('DELETE FROM empathy.change_log', 'permission denied'),
             ('SELECT empathy.refresh_batch(''{}'')', 'permission denied'),
             ('COMMIT', 'EXECUTE of transaction commands|invalid transaction'),
             ('CREATE TEMP TABLE t ()', 'cannot create temporary table|permission denied|security-restricted')) AS a(c, expected);
SELECT is(pg_temp.refused('public.steal()'), 'permission denied for table person', 'nor read our tables');
SET ROLE emp_owner;
SELECT empathy.watch('orders') > 0 AS watched \gset
RESET ROLE;
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'all is well again');

-- Triggers that somebody else makes

SET ROLE emp_other;
CREATE TABLE mine (customer text, at timestamptz);
RESET ROLE;
SELECT source AS target FROM empathy.source WHERE relation = 'orders'::regclass \gset
SELECT format('CREATE TRIGGER forged AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION empathy.capture(%s)', :target) AS forge \gset
SET ROLE emp_other;
SELECT lives_ok(:'forge', 'anybody may make a trigger');
INSERT INTO mine VALUES ('x', '2026-01-01');
RESET ROLE;
SELECT is((SELECT count(*) FROM empathy.change_log), 0::bigint, 'but it logs nothing of another table''s source');
SET ROLE emp_other;
CREATE OR REPLACE TRIGGER forged BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION empathy.capture(1);
SELECT throws_ok('INSERT INTO mine VALUES (''x'', ''2026-01-01'')', '39P01', NULL, 'a trigger of another kind is an error');
DROP TABLE mine;
RESET ROLE;

-- A hostile schema first in the search_path

CREATE SCHEMA hostile AUTHORIZATION emp_plain;
SET ROLE emp_plain;
CREATE FUNCTION hostile.stolen() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'code of % runs as %', 'emp_plain', current_user; END $$;
CREATE FUNCTION hostile.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); RETURN false; END $$;
CREATE FUNCTION hostile.eq(int, int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); RETURN false; END $$;
CREATE FUNCTION hostile.eq(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); RETURN false; END $$;
CREATE FUNCTION hostile.plus(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); RETURN 0; END $$;
CREATE FUNCTION hostile.minus(timestamptz, timestamptz) RETURNS interval LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); RETURN '0'; END $$;
CREATE OPERATOR hostile.= (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.= (LEFTARG = int, RIGHTARG = int, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = hostile.eq);
CREATE OPERATOR hostile.+ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = hostile.plus);
CREATE OPERATOR hostile.- (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = hostile.minus);
CREATE FUNCTION hostile.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); END $$;
CREATE FUNCTION hostile.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); END $$;
CREATE FUNCTION hostile.array_append(int[], int) RETURNS int[] LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); END $$;
CREATE FUNCTION hostile.refresh_batch(int[]) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); END $$;
CREATE FUNCTION hostile.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM hostile.stolen(); END $$;
CREATE DOMAIN hostile.int4 AS text CHECK (hostile.stolen() IS NULL);
CREATE DOMAIN hostile.interval AS text;
CREATE TABLE hostile.orders (customer text, at timestamptz);
CREATE TABLE hostile.source ();
CREATE TABLE hostile.pg_class ();
RESET ROLE;
SET search_path = hostile, pg_catalog, public, empathy;
INSERT INTO public.orders VALUES ('9', '2026-01-01', 1);
CALL empathy.refresh();
SELECT empathy.customer('9') IS NOT NULL AS is_there FROM empathy.profiles, empathy.sources, empathy.freshness LIMIT 1 \gset
SELECT empathy.watch('public.orders') AS watched \gset
SELECT empathy.invalidate('public.orders') \gset ignored_
CALL empathy.refresh('1 minute');
SELECT count(pg_catalog.to_jsonb(v)) AS problems FROM empathy.verify() AS v \gset
SELECT empathy.unwatch('public.orders') \gset ignored_
RESET search_path;
SELECT ok(:'is_there' AND :problems = 0, 'a hostile schema first in the search_path changes nothing');

-- What is no ordinary table

CREATE TABLE secured (customer text, at timestamptz);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
SELECT throws_ok('SELECT empathy.watch(''secured'')', '0A000', 'table "public.secured" has row-level security', 'row security');
CREATE TEMP TABLE passing (customer text, at timestamptz);
SELECT throws_like('SELECT empathy.watch(''passing'')', 'table "%passing" is temporary', 'a temporary table');
CREATE SEQUENCE counter;
SELECT throws_ok('SELECT empathy.watch(''counter'')', '42809', '"public.counter" is a sequence, not a table', 'a sequence');
CREATE TABLE parent (customer text, at timestamptz);
CREATE TABLE child () INHERITS (parent);
SELECT empathy.watch('parent') > 0 AS watched \gset
SELECT throws_ok('SELECT empathy.watch(''child'')', '42710', 'rows of table "public.child" are watched as those of "public.parent"', 'a child of a watched table');
SELECT empathy.unwatch('parent'), empathy.watch('child') > 0 AS watched \gset
SELECT throws_ok('SELECT empathy.watch(''parent'')', '42710', 'rows of table "public.parent" are watched as those of "public.child"', 'the parent of a watched table');
SELECT empathy.unwatch('child') \gset ignored_
SELECT throws_ok('SELECT empathy.watch(NULL)', NULL, 'the source must not be null', 'null');
CREATE UNLOGGED TABLE quick (customer text, at timestamptz);
SELECT lives_ok('SELECT empathy.watch(''quick'')', 'an unlogged table is a table');
SELECT empathy.unwatch('quick');

DROP SCHEMA hostile CASCADE;
DROP OWNED BY emp_plain, emp_reader, emp_writer, emp_owner, emp_other, emp_runner CASCADE;
DROP ROLE emp_plain, emp_reader, emp_writer, emp_owner, emp_other, emp_runner;
SELECT * FROM finish();
