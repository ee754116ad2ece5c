-- doc/reference.md knows everything that users may call, read and set. What is not for them has a
-- comment that begins with "internal:".
BEGIN;
SELECT plan(5);

\set text `cat doc/reference.md`
CREATE TEMP TABLE reference AS SELECT :'text'::text AS text;

SELECT cmp_ok(length(text), '>', 10000, 'the reference is there') FROM reference;

SELECT is_empty($$
    SELECT DISTINCT p.proname FROM pg_proc AS p, reference AS r
    WHERE p.pronamespace = 'empathy'::regnamespace
      AND coalesce(obj_description(p.oid, 'pg_proc'), '') NOT LIKE 'internal:%'
      AND strpos(r.text, 'empathy.' || p.proname || '(') = 0
    $$, 'every function is in the reference');

SELECT is_empty($$
    SELECT DISTINCT p.proname, a.name
    FROM pg_proc AS p, reference AS r, unnest(p.proargnames) AS a(name)
    WHERE p.pronamespace = 'empathy'::regnamespace AND a.name <> ''
      AND coalesce(obj_description(p.oid, 'pg_proc'), '') NOT LIKE 'internal:%'
      AND r.text !~ ('\y' || a.name || '\y')
    $$, 'so is every argument');

SELECT is_empty($$
    SELECT c.relname, a.attname
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0, reference AS r
    WHERE c.relnamespace = 'empathy'::regnamespace AND c.relkind IN ('v', 'c')
      AND coalesce(obj_description(c.oid, 'pg_class'), obj_description(c.reltype, 'pg_type'), '') NOT LIKE 'internal:%'
      AND (strpos(r.text, '`empathy.' || c.relname || '`') = 0 OR strpos(r.text, '`' || a.attname || '`') = 0)
    $$, 'every view and composite type is, with its columns');

SELECT is_empty($$
    SELECT s.name FROM pg_settings AS s, reference AS r
    WHERE s.name LIKE 'empathy.%' AND strpos(r.text, '`' || s.name || '`') = 0
    $$, 'and every setting');

SELECT * FROM finish();
ROLLBACK;
