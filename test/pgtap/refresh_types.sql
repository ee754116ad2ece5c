-- Law 3 over every type that a customer or a time may have, every period, the ends of time, and hostile names.
\set ECHO none
SET client_min_messages = warning;
SET timezone = 'Asia/Kathmandu';
SET datestyle = 'SQL, DMY';
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET client_min_messages = error;

SELECT no_plan();

CREATE TYPE who AS ENUM ('Ann', 'Bob', 'Cy', 'o''Brien "x"', 'Eve');
CREATE DOMAIN name_of AS varchar(40);
CREATE DOMAIN name_of_name AS name_of;
CREATE DOMAIN moment AS timestamptz;
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

-- Customers 1 to 5 of each type, the third kind written in two ways that its type calls equal.
CREATE TABLE customer_type (nth serial, type text, customers text[]);
INSERT INTO customer_type (type, customers) VALUES
    ('bigint', '{1,-2,9223372036854775807,-9223372036854775808,0}'),
    ('int', '{1,-2,2147483647,-2147483648,0}'),
    ('smallint', '{1,-2,32767,-32768,0}'),
    ('numeric', '{1.0,1.00,-0.5,1e30,NaN}'),
    ('numeric(6,2)', '{1.0,2,-0.5,99.99,0}'),
    ('text', ARRAY['a', ' a ', 'it''s "me" \ {,}', 'Zoë 🙂', 'NULL']),
    ('varchar(20)', '{a,b,A,"x y",é}'),
    ('char(8)', '{a,ab,"a b",abcdefgh,é}'),
    ('name', '{a,b,A,"x y",é}'),
    ('uuid', '{00000000-0000-0000-0000-000000000001,A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11,ffffffff-ffff-ffff-ffff-ffffffffffff,00000000-0000-0000-0000-000000000002,00000000-0000-0000-0000-000000000003}'),
    ('who', ARRAY['Ann', 'Bob', 'Cy', 'o''Brien "x"', 'Eve']),
    ('name_of_name', '{a,b,A,"x y",é}'),
    ('text COLLATE any_case', '{a,A,b,B,c}');

CREATE TABLE time_type (nth serial, type text, instant text);
INSERT INTO time_type (type, instant) VALUES
    ('timestamptz', 'at'), ('timestamp', 'at AT TIME ZONE ''UTC'''), ('date', 'at::timestamp AT TIME ZONE ''UTC'''),
    ('bigint', 'to_timestamp(at)'), ('int', 'to_timestamp(at)'), ('moment', 'at');

-- A text as a value of a time type, by the clock of UTC.
CREATE FUNCTION as_time(at text, type text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE WHEN type IN ('int', 'bigint') THEN quote_literal(extract(epoch FROM at::timestamp)::bigint)
                WHEN type IN ('timestamptz', 'moment') THEN quote_literal(CASE WHEN at LIKE '% BC' THEN left(at, -3) || '+00 BC' ELSE at || '+00' END)
                ELSE quote_literal(at) END $$;

CREATE TABLE tested (name text, type text, instant text, customers text[], period text);
INSERT INTO tested
SELECT format('t_%s_%s', c.nth, t.nth), t.type, t.instant, c.customers, (ARRAY['day', 'month', 'year'])[(c.nth + t.nth) % 3 + 1]
FROM customer_type AS c, time_type AS t WHERE c.nth % 6 + 1 = t.nth OR c.nth = 1 OR t.nth = 1;
DO $$
DECLARE t record; c text;
BEGIN
    FOR t IN SELECT * FROM tested LOOP
        c := (SELECT type FROM customer_type WHERE nth = split_part(t.name, '_', 2)::int);
        EXECUTE format('CREATE TABLE %I (id serial, customer %s, at %s, amount numeric)', t.name, c, t.type);
        PERFORM empathy.watch(t.name::regclass, 'customer', 'at', quote_literal(t.name), period => t.period);
    END LOOP;
    EXECUTE (SELECT 'CREATE VIEW scratch AS SELECT customer, empathy.profile_agg(at, kind, NULL, amount) AS profile FROM ('
                    || string_agg(format('SELECT customer::text COLLATE "C" AS customer, %s AS at, %L AS kind, amount FROM %I',
                                         instant, name, name), ' UNION ALL ')
                    || ') AS e WHERE customer <> '''' AND at IS NOT NULL GROUP BY customer' FROM tested);
END $$;
CREATE FUNCTION exact(label text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is((SELECT string_agg(customer, ' ') FROM (
        (SELECT customer, profile FROM empathy.live_profiles EXCEPT TABLE scratch)
        UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.live_profiles)) AS d), NULL, label || ': the live view is exact');
    RETURN NEXT is((SELECT string_agg(customer, ' ') FROM scratch
                    WHERE (profile OPERATOR(empathy.=) empathy.live_profile(customer)) IS NOT TRUE), NULL, label || ': so is each live profile');
END $$;
CREATE FUNCTION kept(label text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT is((SELECT string_agg(DISTINCT error, ' ') FROM empathy.sources), NULL, label || ': no source is broken');
    RETURN NEXT is((SELECT string_agg(customer, ' ') FROM (
        (SELECT customer, profile FROM empathy.person EXCEPT TABLE scratch)
        UNION ALL (TABLE scratch EXCEPT SELECT customer, profile FROM empathy.person)) AS d), NULL, label || ': a refresh is exact');
    RETURN NEXT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, label || ': verify() has nothing to say');
END $$;
CREATE FUNCTION for_all(command text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record;
BEGIN
    FOR t IN SELECT * FROM tested LOOP
        EXECUTE replace(replace(command, '$table', quote_ident(t.name)), '$type', quote_literal(t.type));
    END LOOP;
END $$;

DO $$
DECLARE t record; c text; at text; n int := 0;
BEGIN
    FOR t IN SELECT * FROM tested LOOP
        FOREACH c IN ARRAY t.customers LOOP
            FOREACH at IN ARRAY '{1999-12-31 23:59:59,2000-01-01 00:00:00,2024-02-29 12:00:00,1969-12-31 23:59:59,2026-01-01 05:30:00}'::text[] LOOP
                EXECUTE format('INSERT INTO %I (customer, at, amount) VALUES (%L, %s, %s)', t.name, c, as_time(at, t.type), n);
                n := n + 1;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;
SELECT exact('filling');
CALL empathy.refresh();
SELECT kept('filled');
SELECT ok((SELECT count(*) > 25 FROM scratch), 'there is something to compare');

SELECT for_all('UPDATE $table SET amount = 77 WHERE id IN (2, 8, 14, 20)');
SELECT exact('amount');
CALL empathy.refresh();
SELECT kept('amount');
SELECT for_all('UPDATE $table SET customer = (SELECT customer FROM $table WHERE id = 1) WHERE id BETWEEN 11 AND 13');
SELECT exact('customer');
CALL empathy.refresh();
SELECT kept('customer');
SELECT for_all('DELETE FROM $table WHERE id BETWEEN 11 AND 20');
SELECT exact('customers that vanish');
CALL empathy.refresh();
SELECT kept('customers that vanish');
SELECT for_all('UPDATE $table SET at = (SELECT at FROM $table WHERE id = 3) WHERE id = 1');
SELECT exact('time');
CALL empathy.refresh();
SELECT kept('time');

-- The ends of time: in, and just out

DO $$
DECLARE t record;
BEGIN
    FOR t IN SELECT * FROM tested WHERE type <> 'int' LOOP
        EXECUTE format('INSERT INTO %I (customer, at, amount) VALUES (%L, %s, 1), (%2$L, %4$s, 1), (%2$L, %5$s, 1), (%2$L, %6$s, 1)', t.name, t.customers[1],
            as_time('4713-01-01 00:00:00 BC', t.type), as_time('294275-12-31 23:59:59', t.type),
            as_time('0001-12-31 23:59:59 BC', t.type), as_time('0001-01-01 00:00:00', t.type));
    END LOOP;
END $$;
SELECT exact('BC and far future');
CALL empathy.refresh();
SELECT kept('BC and far future');
SELECT is((SELECT count(DISTINCT period) FROM empathy.state WHERE period < '0001-01-01'), 4::bigint, 'their periods');
DO $$
DECLARE t record;
BEGIN
    FOR t IN SELECT * FROM tested LOOP
        IF t.type NOT IN ('int', 'bigint') THEN
            EXECUTE format('INSERT INTO %I (customer, at) VALUES (%L, %L), (%2$L, %4$L), (%2$L, NULL)', t.name, t.customers[1], 'infinity', '-infinity');
        ELSE
            EXECUTE format('INSERT INTO %I (customer, at) VALUES (%L, NULL)', t.name, t.customers[1]);
        END IF;
        IF t.type = 'bigint' THEN
            EXECUTE format('INSERT INTO %I (customer, at) VALUES (%L, -9223372036854775808), (%2$L, 9223372036854775807), '
                           '(%2$L, -210866803200), (%2$L, 9224286393600)', t.name, t.customers[1]);
        ELSIF t.type <> 'int' THEN
            EXECUTE format('INSERT INTO %I (customer, at) VALUES (%L, %s), (%2$L, %4$s)', t.name, t.customers[1],
                as_time('4714-12-01 00:00:00 BC', t.type), as_time('294276-01-01 00:00:00', t.type));
        END IF;
        IF t.type = 'date' THEN
            EXECUTE format('INSERT INTO %I (customer, at) VALUES (%L, ''4714-11-24 BC''), (%2$L, ''31/12/5874897'')', t.name, t.customers[1]);
        END IF;
        EXECUTE format('INSERT INTO %I (at) SELECT at FROM %1$I WHERE at IS NOT NULL LIMIT 1', t.name);
    END LOOP;
END $$;
SELECT is((SELECT count(*) FROM empathy.change_log), 0::bigint, 'rows that cannot be used make nothing stale');
SELECT for_all(format('SELECT empathy.invalidate(%L)', '$table'));
CALL empathy.refresh();
SELECT is((SELECT string_agg(DISTINCT error, ' ') FROM empathy.sources), NULL, 'they break no source');
SELECT is((SELECT sum(rows_without_customer) || ' ' || sum(rows_without_time) FROM empathy.sources),
    (SELECT count(*) || ' ' || sum(CASE type WHEN 'int' THEN 1 WHEN 'bigint' THEN 5 WHEN 'date' THEN 7 ELSE 5 END) FROM tested), 'and are counted');
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'verify() has nothing to say');

-- Settings of a writer's session don't matter

SET datestyle = 'German';
SET timezone = 'America/Los_Angeles';
SET extra_float_digits = 0;
SET bytea_output = 'escape';
SELECT for_all('UPDATE $table SET amount = 5 WHERE id IN (1, 2, 3)');
SET datestyle = 'ISO, MDY';
SET timezone = 'Asia/Tokyo';
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'a writer''s settings');

SELECT for_all('TRUNCATE $table');
SELECT exact('truncate');
CALL empathy.refresh();
SELECT kept('truncate');
SELECT for_all(format('SELECT empathy.unwatch(%L)', '$table'));
SELECT for_all('DROP TABLE $table CASCADE');

-- What is no customer and no time

CREATE TABLE odd (a inet, b bytea, c boolean, d double precision, e timestamptz, f jsonb, g interval, h text);
SELECT throws_ok(format('SELECT empathy.watch(''odd'', customer => %L, at => ''e'')', name), '42804',
    format('column %s of "public.odd" has type %s, which cannot name a customer', name, type), 'no customer: ' || type)
FROM (VALUES ('a', 'inet'), ('b', 'bytea'), ('c', 'boolean'), ('d', 'double precision'), ('e', 'timestamp with time zone'), ('f', 'jsonb')) AS o(name, type);
SELECT throws_ok('SELECT empathy.watch(''odd'', customer => ''h'', at => ''g'')', '42804', NULL, 'no time: interval');

-- Names as customers that no index could hold

CREATE TABLE long (customer text, at timestamptz);
SELECT empathy.watch('long') > 0 AS watched \gset
INSERT INTO long SELECT string_agg(md5(i::text), ''), '2026-01-01' FROM generate_series(1, 30000) AS i;
INSERT INTO long VALUES (repeat('x', 1001), '2026-01-01'), (repeat('é', 500), '2026-01-01'), (repeat('y', 1000), '2026-01-01');
CALL empathy.refresh();
SELECT is((SELECT string_agg(length(customer)::text, ' ' ORDER BY customer) FROM empathy.profiles), '1000 500', 'customers of more than 1,000 bytes are none');
SELECT is((SELECT count(*) FROM empathy.verify()), 0::bigint, 'and break nothing');
UPDATE long SET customer = 'short' WHERE customer LIKE 'xxx%';
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.verify()), 0::bigint, 'until they have a name');
SELECT ok(empathy.customer('short') IS NOT NULL, 'by which they are found');
SELECT is(empathy.customer(repeat('z', 100000)), NULL, 'nobody has a long name');
SELECT empathy.unwatch('long');

-- Names of other sources, in other types

CREATE TABLE numbers (customer bigint, at timestamptz);
CREATE TABLE uuids (customer uuid, at timestamptz);
CREATE TABLE scales (customer numeric, at timestamptz);
CREATE TABLE enums (customer who, at timestamptz);
CREATE TABLE texts (customer text, at timestamptz);
INSERT INTO texts VALUES ('me@there.org', '2026-01-01'), ('99999999999999999999', '2026-01-01'), ('1', '2026-01-01'), ('Bob', '2026-01-01');
INSERT INTO numbers VALUES (1, '2026-01-01');
INSERT INTO enums VALUES ('Bob', '2026-01-01');
SELECT count(empathy.watch(r, 'customer')) AS watched FROM unnest('{numbers,uuids,scales,enums,texts}'::regclass[]) AS r \gset
SELECT ok(empathy.customer(c) IS NOT NULL, 'while sources of other types fill: ' || c) FROM unnest('{me@there.org,99999999999999999999,1,Bob}'::text[]) AS c;
SELECT ok(empathy.customer(1) IS NOT NULL, 'a bigint');
SELECT is(empathy.customer(uuid '00000000-0000-0000-0000-000000000001'), NULL, 'a uuid');
SELECT empathy.invalidate(r, c) FROM unnest('{numbers,uuids,scales,enums,texts}'::regclass[]) AS r,
    unnest('{me@there.org,99999999999999999999,1,-,1e,"",nan,Bob}'::text[]) AS c;
CALL empathy.refresh();
SELECT empathy.invalidate(r, c) FROM unnest('{numbers,uuids,scales,enums,texts}'::regclass[]) AS r,
    unnest('{me@there.org,99999999999999999999,1,-,1e,"",nan,Bob}'::text[]) AS c;
SELECT is((SELECT string_agg(customer, ' ' ORDER BY customer COLLATE "C") FROM empathy.live_profiles), '1 99999999999999999999 Bob me@there.org', 'names that a source cannot have');
CALL empathy.refresh();
SELECT is((SELECT string_agg(state || coalesce(error, ''), ' ') FROM empathy.sources), 'live live live live live', 'break no source');
SELECT is((SELECT count(*) FROM empathy.verify()), 0::bigint, 'and all is exact');
SELECT count(empathy.unwatch(relation)) FROM empathy.sources \gset ignored_

-- Hostile names

CREATE SCHEMA "select; drop "" ' \ %s %1$s .";
SET search_path = "select; drop "" ' \ %s %1$s .", public;
CREATE TABLE "where.""FROM"" ' -- $1 %I $$ ☃" ("order" text, "a.b ""c"" ' \ %s $1" timestamptz, "/* é" text, "group by 1;--" numeric, "user" text);
SELECT lives_ok($w$SELECT empathy.watch('"where.""FROM"" '' -- $1 %I $$ ☃"', customer => 'order', at => 'a.b "c" '' \ %s $1', said => '/* é',
    amount => 'group by 1;--', kind => '"user" -- a comment')$w$, 'hostile names can be watched');
RESET search_path;
INSERT INTO "select; drop "" ' \ %s %1$s ."."where.""FROM"" ' -- $1 %I $$ ☃"
VALUES ('x"y''; --', '2026-01-01', 'thank you', 3, 'order'), ('%s\', '2026-01-01', NULL, 3, 'order'), ('$1', '2026-02-01', '%', 3, '$1');
CALL empathy.refresh();
SELECT results_eq('SELECT customer, events, amount FROM empathy.profiles ORDER BY customer COLLATE "C"',
    $$VALUES ('$1', 1::bigint, 0::numeric), ('%s\', 1, 3), ('x"y''; --', 1, 3)$$, 'and refreshed');
UPDATE "select; drop "" ' \ %s %1$s ."."where.""FROM"" ' -- $1 %I $$ ☃" SET "group by 1;--" = 4, "order" = '%s\';
SELECT is((SELECT string_agg(customer, ' ') FROM empathy.live_profiles), '%s\', 'and read live');
CALL empathy.refresh();
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'exactly');
ALTER SCHEMA "select; drop "" ' \ %s %1$s ." RENAME TO elsewhere;
ALTER TABLE elsewhere."where.""FROM"" ' -- $1 %I $$ ☃" RENAME TO "pg_class";
DELETE FROM elsewhere.pg_class;
CALL empathy.refresh();
SELECT is((SELECT count(*) FROM empathy.person), 0::bigint, 'a table may be renamed and moved');
SELECT is(relation::text, 'elsewhere.pg_class', 'and is shown by its new name') FROM empathy.sources;
SELECT empathy.unwatch('elsewhere.pg_class');

-- Sessions that write and read quotes in different ways, of columns that are the same.
CREATE TABLE partly (customer text, at timestamptz, amount numeric) PARTITION BY RANGE (at);
CREATE TABLE partly_1 PARTITION OF partly FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
CREATE INDEX ON partly (customer, at);
SET quote_all_identifiers = on;
SET standard_conforming_strings = off;
SELECT empathy.watch('partly', kind => '''order''');
INSERT INTO partly VALUES ('quoting', '2026-01-05', 3);
RESET quote_all_identifiers;
RESET standard_conforming_strings;
INSERT INTO partly VALUES ('not', '2026-01-05', 4);
CALL empathy.refresh();
SET quote_all_identifiers = on;
SET standard_conforming_strings = off;
ALTER TABLE partly RENAME amount TO sum;
INSERT INTO partly VALUES ('quoting', '2026-01-06', 5);
CALL empathy.refresh();
RESET quote_all_identifiers;
RESET standard_conforming_strings;
SELECT results_eq('SELECT customer, amount FROM empathy.profiles ORDER BY 1', $$VALUES ('not', 4::numeric), ('quoting', 8)$$,
    'whether a session quotes all names does not matter');
SELECT is((SELECT string_agg(v::text, '; ') FROM empathy.verify() AS v), NULL, 'to anything');
SELECT results_eq('SELECT customer, at, amount FROM empathy.source', $$VALUES ('customer', 'at', 'sum')$$, 'columns are kept by the same names');
SELECT is(p.since, date '2026-01-01', 'and partitions by their bounds') FROM empathy.part p WHERE p.relation = 'partly_1'::regclass;
SET standard_conforming_strings = off;
SELECT empathy.unwatch('partly');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid IN ('partly'::regclass, 'partly_1'::regclass)), 0::bigint, 'triggers are found, too');
RESET standard_conforming_strings;

SELECT * FROM finish();
