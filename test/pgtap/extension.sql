-- What a user finds after CREATE EXTENSION.
BEGIN;
SELECT plan(4);

SELECT has_extension('empathy');
SELECT has_schema('empathy');
SELECT throws_ok(
    'ALTER EXTENSION empathy SET SCHEMA public', '0A000', NULL,
    'the schema is fixed');

-- Nobody's search_path leads our code to somebody else's objects: it is fixed, or all is qualified, which these few need
-- because they commit, or because they are to be inlined.
SELECT is((SELECT string_agg(p.oid::regprocedure::text, E'\n' ORDER BY p.oid::regprocedure::text COLLATE "C")
           FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
           WHERE p.pronamespace = 'empathy'::regnamespace AND l.lanname IN ('sql', 'plpgsql') AND p.prosqlbody IS NULL
             AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c = 'search_path=pg_catalog, pg_temp')),
          E'empathy.quadrants()\nempathy.refresh(interval)\nempathy.refresh_changes(interval)\nempathy.refresh_scopes(interval)\nempathy.rescore(interval)\nempathy.retain()\n'
          'empathy.scope_members(text)\nempathy.scope_profiles(text)', 'who looks up names by the caller''s search_path');

SELECT * FROM finish();
ROLLBACK;
