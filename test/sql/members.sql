-- What the extension consists of, and the rules that every object keeps.

-- Without what comes with another object (row and array types, sequences of identity columns).
CREATE TEMP VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) COLLATE "C" AS name
FROM pg_depend d
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'empathy')
  AND NOT EXISTS (SELECT FROM pg_depend i
                  WHERE i.classid = d.classid AND i.objid = d.objid AND i.deptype = 'i');

SELECT name AS member FROM member ORDER BY name;

-- Members without a comment: none.
SELECT name AS without_comment
FROM member m
WHERE NOT EXISTS (SELECT FROM pg_description c
                  WHERE c.classoid = m.classid AND c.objoid = m.objid AND c.objsubid = 0)
ORDER BY name;

-- Columns of tables and views without a comment: none.
SELECT a.attrelid::regclass AS relation, a.attname AS without_comment
FROM pg_class r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0
WHERE r.relnamespace = 'empathy'::regnamespace AND r.relkind IN ('r', 'v', 'm')
  AND NOT a.attisdropped
  AND col_description(r.oid, a.attnum) IS NULL
ORDER BY r.relname COLLATE "C", a.attnum;

-- Volatile functions and procedures (those that write or schedule) that PUBLIC may call: none but one that only raises
-- errors and one that locks what the caller may lock.
SELECT p.oid::regprocedure AS public_may_call
FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
WHERE p.pronamespace = 'empathy'::regnamespace AND p.provolatile = 'v'
  AND acl.grantee = 0 AND acl.privilege_type = 'EXECUTE'
ORDER BY p.proname COLLATE "C", p.oid;

-- Security definers that PUBLIC may call or that leave search_path to the caller: none.
SELECT p.oid::regprocedure AS definer, p.proconfig
FROM pg_proc p
WHERE p.pronamespace = 'empathy'::regnamespace AND p.prosecdef
  AND (has_function_privilege('public', p.oid, 'EXECUTE')
       OR NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false))
ORDER BY p.proname COLLATE "C", p.oid;

-- Tables, views and sequences on which PUBLIC has a right: none.
SELECT r.oid::regclass AS relation, acl.privilege_type
FROM pg_class r, aclexplode(r.relacl) acl
WHERE r.relnamespace = 'empathy'::regnamespace AND acl.grantee = 0
ORDER BY r.relname COLLATE "C", 2;

-- Dropping leaves nothing behind, and a second creation gives the same members.
CREATE TEMP TABLE first_member AS SELECT name FROM member;
DROP EXTENSION empathy;
SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'empathy'
UNION ALL
SELECT t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = 'empathy'
UNION ALL
SELECT r.relname FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace WHERE n.nspname = 'empathy';
CREATE EXTENSION empathy;
(SELECT name FROM member EXCEPT SELECT name FROM first_member)
UNION ALL
(SELECT name FROM first_member EXCEPT SELECT name FROM member);
