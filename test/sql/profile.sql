-- The profile: type, aggregates, reading. Times are UTC and given; nothing here depends on now().
SET timezone = 'UTC';
SET datestyle = 'ISO';
CREATE SCHEMA profile_test;
SET search_path = profile_test, empathy;

-- ---- the type ----

SELECT '{"format": 1}'::profile;
SELECT $${"format" : 1 , "cells":[[1, "kind:b", 2, -3], [0, "kind:a", 1, 0], [1,"kind:b",1,4]],
         "events": [[86400000000, "kind:b", "channel:\u0007\"\\\/", null, -3]],
         "quotes": [[0, -10000, "emotion:joy", null, "so \"so\""]]}$$::profile AS canonical;
SELECT '{"format": 2, "group": true, "quotes": [[0, 0, [], "b"], [0, 0, ["intent:ask", "emotion:joy", "intent:ask"], "a"]]}'::profile AS of_a_group;

-- Each refused, with the place.
SELECT ''::profile;
SELECT '{}'::profile;
SELECT '[]'::profile;
SELECT '{"format": 0}'::profile;
SELECT '{"format": "1"}'::profile;
SELECT '{"format": 1} {}'::profile;
SELECT '{"format": 1, "cells": [[0, "kind:a", 1]]}'::profile;
SELECT '{"format": 1, "cells": [[0, "kind:a", 0, 0]]}'::profile;
SELECT '{"format": 1, "cells": [[0, "kind:a", 9223372036854775808, 0]]}'::profile;
SELECT '{"format": 1, "cells": [[200000000, "kind:a", 1, 0]]}'::profile;
SELECT '{"format": 1, "cells": [[0, null, 1, 0]]}'::profile;
SELECT '{"format": 1, "events": [[0, "kind:a", null, 0]]}'::profile;
SELECT '{"format": 1, "quotes": [[0, 10001, null, null, "x"]]}'::profile;
SELECT '{"format": 1, "quotes": [[0, 0, null, null, "\u0041"]]}'::profile;
SELECT '{"format": 2, "quotes": [[0, 0, null, null, "x"]]}'::profile;
SELECT '{"format": 2, "quotes": [[0, 0, ["a", "b", "c", "d", "e", "f", "g", "h", "i"], "x"]]}'::profile;
SELECT '{"format": 2, "group": 1}'::profile;
SELECT '{"format": 1, "group": true}'::profile;
SELECT '{"format": 1, "events": [], "cells": []}'::profile;
SELECT ('{"format": 1, "cells": [[0, "kind:' || repeat('x', 123) || '", 1, 0]]}')::profile;
SELECT '{"format": 3, "whatever": []}'::profile;
SELECT '{"format": 1, "cells": [[0, "kind:a", 9223372036854775807, 0], [0, "kind:a", 1, 0]]}'::profile;

-- Text and binary are exact.
CREATE TABLE profiles AS
SELECT c, profile_agg(timestamptz '2026-01-01' + (n * 7 + c) * interval '5 hours',
                      (ARRAY['order', 'visit', 'ticket', 'price page', 'refund'])[1 + (n + c) % 5],
                      (ARRAY['I want to cancel, this is terrible', 'Thank you, I love it! It works', NULL,
                             'When will my order arrive? Nobody answers me', ''])[1 + (n * c) % 5],
                      ((n - 7) * c)::numeric / 7, (ARRAY['web', 'sms', NULL])[1 + n % 3],
                      CASE WHEN n % 7 = 0 THEN 'out' END, 'item ' || n % 90, n % 6) AS p
FROM generate_series(1, 40) AS c, generate_series(1, 60) AS n WHERE n <= 2 * c GROUP BY c;
SELECT count(*), count(*) FILTER (WHERE p::text::profile = p), count(*) FILTER (WHERE p::text::profile::text = p::text)
FROM profiles;
-- What the type makes of bytes that arrive in binary.
CREATE FUNCTION receive(bytes bytea, OUT received profile, OUT refused text) LANGUAGE plpgsql AS $$
DECLARE
    file text := 'profile_' || pg_backend_pid();
    detail text;
    lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea || int4send(length(bytes)) || bytes
                               || '\xffff'::bytea);
BEGIN
    PERFORM lo_export(lo, file);
    PERFORM lo_unlink(lo);
    CREATE TEMP TABLE received (p profile);
    EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
    SELECT p INTO received FROM received;
    DROP TABLE received;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    refused := concat_ws(', ', SQLSTATE, SQLERRM, detail);
END
$$;
SELECT count(*) FILTER (WHERE (receive(profile_send(p))).received = p) FROM profiles WHERE c <= 5;

-- Binary input that is valid, none, newer, not to its end or beyond it, of undefined names, or not canonical.
SELECT bytes, refused, received
FROM (VALUES (1, profile_send('{"format": 2, "cells": [[0, "a", 1, 0], [0, "b", 1, 0]]}')), (2, ''), (3, '\x02'), (4, '\x0000'),
             (5, '\x0300'), (6, '\x020800000000'), (7, '\x0200000000000000'), (8, '\x0200000080'), (9, '\x0200000180056100000000'),
             (10, '\x0200000280016280016101000100000000'), (11, '\x020000028001618001620100010c0000'),
             (12, '\x0200000280016180016280080001000000'), (13, '\x020000018001610000000000'), (14, '\x020000018001ff010000000000'::bytea),
             (15, '\x02000001800100010000000000'), (16, '\x0200000180016101ffffffffff7f00000000'), (17, '\x020000028002616283016301000100000000'),
             (18, '\x020000028002616282016301000100000000'), (19, '\x02010001800161010000000000'), (20, '\x0200007f0000000000'),
             (21, '\x020000000000010000002100')) AS v(nr, bytes), receive(bytes)
ORDER BY nr;

-- Values of format 1, made when it was the format, as bytes that are received or were stored.
CREATE TABLE old_values (name text, bytes text, form text);
\copy old_values FROM 'test/data/profile_1.tsv'
CREATE CAST (bytea AS profile) WITHOUT FUNCTION;
CREATE TABLE stored AS SELECT name, decode(bytes, 'hex')::profile AS p, form::profile AS today FROM old_values;
SELECT name, octet_length(decode(bytes, 'hex')) AS bytes, octet_length(profile_send(today)) AS now,
       (receive(decode(bytes, 'hex'))).received = today AS received, p = today AS equal, profile_hash(p) = profile_hash(today) AS hash,
       profile_send(p) = profile_send(today) AS sent, p::text = today::text AS shown
FROM old_values JOIN stored USING (name) ORDER BY bytes;
SELECT count(*) FILTER (WHERE (SELECT array_agg(s) FROM signals(p) AS s) IS DISTINCT FROM (SELECT array_agg(s) FROM signals(today) AS s)) AS signals,
       count(*) FILTER (WHERE (SELECT array_agg(s) FROM latest(p) AS s) IS DISTINCT FROM (SELECT array_agg(s) FROM latest(today) AS s)) AS latest,
       count(*) FILTER (WHERE NOT (SELECT array_agg(s.quote) FROM quotes(p) AS s) @> (SELECT coalesce(array_agg(s.quote), '{}') FROM quotes(today) AS s)) AS quotes,
       count(*) FILTER (WHERE text_model(p) IS DISTINCT FROM text_model(today)) AS models,
       count(*) FILTER (WHERE merge(p, '{"format": 2}') <> today OR merge(NULL, p) <> today OR slice(p, NULL, NULL) <> today) AS merged
FROM stored;
SELECT get_byte(profile_send(merge(a.p, b.p)), 0) AS format, merge(a.p, b.p) = merge(b.today, a.p) AS mixed, merge(a.p, b.p) = merge(a.today, b.today) AS same
FROM stored a, stored b WHERE a.name = 'a year' AND b.name = 'another year';
SELECT (SELECT merge(p) FROM stored WHERE name <> 'ends of the ranges') = (SELECT merge(today) FROM stored WHERE name <> 'ends of the ranges') AS aggregated,
       (SELECT count(DISTINCT v) FROM stored, unnest(ARRAY[p, today]) AS v) AS distinct_values;
DROP CAST (bytea AS profile);

-- Comparison is by the bytes; DISTINCT, GROUP BY, joins and indexes work either way.
SELECT a.p = b.p AS eq, a.p <> b.p AS ne, (a.p < b.p) = (profile_cmp(a.p, b.p) < 0) AS lt,
       (a.p <= b.p) = (profile_cmp(a.p, b.p) <= 0) AS le, (a.p > b.p) = (profile_cmp(a.p, b.p) > 0) AS gt,
       (a.p >= b.p) = (profile_cmp(a.p, b.p) >= 0) AS ge,
       profile_cmp(a.p, b.p) = -profile_cmp(b.p, a.p) AS antisymmetric, count(*)
FROM profiles a, profiles b GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1;
SELECT count(DISTINCT p), count(*) FROM (TABLE profiles UNION ALL TABLE profiles) AS twice;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT p FROM (TABLE profiles UNION ALL TABLE profiles) AS twice GROUP BY p HAVING count(*) = 2) AS pairs;
SET enable_hashagg = on;
SET enable_sort = off;
SELECT count(*) FROM (SELECT p FROM (TABLE profiles UNION ALL TABLE profiles) AS twice GROUP BY p HAVING count(*) = 2) AS pairs;
RESET enable_sort;
CREATE UNIQUE INDEX ON profiles (p);
CREATE INDEX ON profiles USING hash (p);
INSERT INTO profiles SELECT 41, p::text::profile FROM profiles WHERE c = 3 ON CONFLICT DO NOTHING RETURNING c;
SET enable_seqscan = off;
SELECT c FROM profiles WHERE p = (SELECT p::text::profile FROM profiles WHERE c = 3);
SELECT count(*) FROM profiles a JOIN profiles b USING (p);
RESET enable_seqscan;

-- ---- profile_agg: every arity ----

CREATE TABLE events (id int, at timestamptz, kind text, said text, amount numeric, channel text, direction text,
                     about text, rating numeric);
INSERT INTO events VALUES
    (1, '2026-01-01 23:59:59.999999+00', 'order', NULL, 12.34565, 'web', NULL, 'shoes', NULL),
    (2, '2026-01-02 00:00:00+00', 'review', 'I love these shoes, thank you!', NULL, 'web', 'in', 'shoes', 4.5),
    (3, '2026-01-02 10:00:00+02', 'newsletter', 'Buy now!', 3, 'email', 'out', 'sale', 1),
    (4, '2026-01-03 00:00:00+00', NULL, '', -12.34565, '', '', '', -0.00004),
    (5, NULL, 'order', 'never', 1, 'web', 'in', 'shoes', 1);
-- Without what depends on the text model.
CREATE FUNCTION plain_signals(p profile, OUT day date, OUT signal text, OUT n bigint, OUT total numeric) RETURNS SETOF record
    LANGUAGE sql AS $$
    SELECT day, signal, n, CASE WHEN signal <> 'text' THEN total END FROM empathy.signals(p) WHERE signal !~ '^(emotion|intent):'
$$;
SELECT * FROM plain_signals((SELECT profile_agg(at, kind) FROM events));
SELECT * FROM plain_signals((SELECT profile_agg(at, kind, said) FROM events WHERE id < 3));
SELECT * FROM plain_signals((SELECT profile_agg(at, kind, said, amount) FROM events WHERE id < 3));
SELECT * FROM plain_signals((SELECT profile_agg(at, kind, said, amount, channel) FROM events WHERE id < 3));
SELECT * FROM plain_signals((SELECT profile_agg(at, kind, said, amount, channel, direction) FROM events));
SELECT * FROM plain_signals((SELECT profile_agg(at, kind, said, amount, channel, direction, about) FROM events));
SELECT * FROM plain_signals((SELECT profile_agg(at, kind, said, amount, channel, direction, about, rating) FROM events));
SELECT * FROM latest((SELECT profile_agg(at, kind, said, amount, channel, direction, about, rating) FROM events));
SELECT quadrant, emotion, intent, labels FROM quotes('{"format": 2, "quotes": [[0, 3, ["act:thank", "emotion:joy", "emotion:love"], "c"],
    [0, 2, ["emotion:joy", "intent:ask", "aspect:price"], "b"], [0, 1, [], "a"]]}');
SELECT at, quote, sentiment > 0 AS happy FROM quotes((SELECT profile_agg(at, kind, said) FROM events WHERE id < 3));
SELECT text_model((SELECT profile_agg(at, kind, said) FROM events)) IS NOT NULL AS with_text,
       text_model((SELECT profile_agg(at, kind) FROM events)) IS NULL AS without;

-- Nothing gives nothing.
SELECT profile_agg(at, kind) IS NULL AS no_rows, profile_agg(at, kind) FILTER (WHERE id = 5) IS NULL AS no_time,
       merge(p) IS NULL AS merge, rollup(p) IS NULL AS rollup
FROM events, (SELECT NULL::profile AS p) AS nothing WHERE id > 100 OR id = 5;
SELECT profile_agg(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) IS NULL AS nulls;
-- What is blank is absent.
SELECT profile_agg('2026-01-01', E' \t', E' \n ', NULL, ' ', '  ', E'\r\n');
-- Instants that are none; the ends of time are fine.
SELECT profile_agg('infinity', 'order');
SELECT profile_agg('-infinity', 'order');
SELECT profile_agg(at, 'order') FROM (VALUES (timestamptz '4713-01-01 00:00:00+00 BC'), ('294276-12-31 23:59:59.999999+00')) AS v(at);
-- A direction that is neither.
SELECT profile_agg('2026-01-01', 'call', NULL, NULL, NULL, 'sideways');
SELECT profile_agg('2026-01-01', 'call', NULL, NULL, NULL, d) FROM unnest('{in,IN,Customer,inbound,out,OUT,Agent,sent}'::text[]) AS d;
-- Long names are cut, never within a character; what stands before them doesn't count.
SELECT signal, length(signal), octet_length(signal)
FROM signals((SELECT profile_agg('2026-01-01', repeat('ä', 100), NULL, NULL, repeat('c', 100), NULL, 'x' || repeat('€', 50))));
-- Beyond 64 things spoken about, the others are added up; nothing is lost.
SELECT count(*), count(*) FILTER (WHERE signal = 'about:*') AS rest, sum(n), sum(total), max(n)
FROM signals((SELECT profile_agg('2026-01-01', 'visit', NULL, i, NULL, NULL, 'item ' || i) FROM generate_series(1, 100) AS i))
WHERE signal LIKE 'about:%';
SELECT count(*) FROM signals((SELECT profile_agg('2026-01-01', 'visit', NULL, i, NULL, NULL, 'item ' || i)
                              FROM generate_series(1, 64) AS i)) WHERE signal LIKE 'about:%';

-- ---- amounts ----

SELECT amount, (SELECT total FROM signals(p) WHERE signal = 'kind:x') AS total
FROM (SELECT amount, profile_agg('2026-01-01', 'x', NULL, amount) AS p
      FROM unnest('{0, -0.0, 1, -1, 0.00004, 0.00005, -0.00004, -0.00005, 0.000049999999999, 1e-100, -1e-100, 12345.67895,
                    9999.99995, -9999.99995, 0.99995, 10000, 100000000, 89999999999999.9999, -89999999999999.9999,
                    214748.3647, 214748.3648, -214748.3648, -214748.3649}'::numeric[]) AS amount GROUP BY amount) AS each
ORDER BY amount;
SELECT profile_agg('2026-01-01', 'x', NULL, 'NaN');
SELECT profile_agg('2026-01-01', 'x', NULL, 'Infinity');
SELECT profile_agg('2026-01-01', 'x', NULL, '-Infinity');
SELECT profile_agg('2026-01-01', 'x', NULL, 9e13);
SELECT profile_agg('2026-01-01', 'x', NULL, -9e13);
SELECT profile_agg('2026-01-01', 'x', NULL, 1e20);
SELECT profile_agg('2026-01-01', 'x', NULL, 1, NULL, NULL, NULL, 'NaN');
SELECT profile_agg('2026-01-01', 'x', NULL, 89999999999999) FROM generate_series(1, 20);
-- Numerics in every form of header (short and long, of any scale and sign) against numeric's own rounding.
SELECT setseed(0.25);
CREATE TABLE numbers AS
SELECT i, CASE WHEN i % 5 = 0 THEN (x * y)::numeric(40, 12) ELSE x * y END AS amount
FROM (SELECT i, (random() * 2 - 1)::numeric AS x, (10::numeric ^ (floor(random() * 34) - 20)::numeric) * trunc(random()::numeric * 5, i % 9) AS y
      FROM generate_series(1, 5000) AS i) AS drawn;
INSERT INTO numbers SELECT 10000 + s + 100 * d, (sign || d || '.' || repeat('4', s) || '5')::numeric
FROM generate_series(0, 90, 3) AS s, generate_series(0, 99, 9) AS d, (VALUES (''), ('-')) AS v(sign);
SELECT count(*) > 5000 AS many, count(*) FILTER (WHERE total <> round(amount, 4)) AS wrong,
       count(DISTINCT pg_column_size(amount)) > 5 AS sizes
FROM (SELECT amount, (SELECT s.total FROM signals(p) AS s WHERE s.signal = 'kind:x') AS total
      FROM (SELECT amount, profile_agg('2026-01-01', 'x', NULL, amount) AS p FROM numbers WHERE abs(amount) < 9e13
            GROUP BY i, amount) AS each) AS all_of_them;

-- ---- merging, slicing ----

SELECT (SELECT merge(p) FROM profiles) = (SELECT rollup(p) FROM profiles) AS same_sums,
       (SELECT merge(p) FROM profiles) = (SELECT merge(a, b) FROM (SELECT merge(p) AS a FROM profiles WHERE c % 3 = 1) AS a,
                                          (SELECT merge(p) AS b FROM profiles WHERE c % 3 <> 1) AS b) AS of_parts,
       merge(NULL, p) = p AS left_null, merge(p, NULL) = p AS right_null, merge(p, '{"format": 1}') = p AS identity,
       merge(NULL, NULL) IS NULL AS nothing
FROM profiles WHERE c = 20;
SELECT merge('{"format": 2, "cells": [[0, "x", 1, 0]]}'::profile, '{"format": 2, "group": true, "cells": [[0, "x", 1, 0]]}');
SELECT merge('{"format": 1, "model": "a", "cells": [[0, "text", 1, 0]]}'::profile,
             '{"format": 1, "model": "b", "cells": [[0, "text", 1, 0]]}');
SELECT merge('{"format": 1, "cells": [[0, "x", 1, 9223372036854775807]]}'::profile,
             '{"format": 1, "cells": [[0, "x", 1, 1]]}');

SELECT count(*) FILTER (WHERE merge(merge(slice(p, NULL, d), slice(p, d, d + 9)), slice(p, d + 9, NULL)) <> p) AS wrong,
       count(*) FILTER (WHERE slice(p, NULL, NULL) <> p OR slice(p, '-infinity', 'infinity') <> p) AS not_whole,
       count(*) FILTER (WHERE slice(p, d, d) <> '{"format": 1}' OR slice(p, d, d - 1) <> '{"format": 1}') AS not_empty
FROM profiles, generate_series(0, 60, 7) AS g, LATERAL (SELECT date '2026-01-01' + g AS d) AS day;
SELECT slice(NULL, '2026-01-01', NULL) IS NULL AS slice_of_null;
SELECT day, signal FROM plain_signals((SELECT slice(p, '2026-01-04', '2026-01-05') FROM profiles WHERE c = 10));
SELECT text_model(slice(p, '1999-01-01', '2000-01-01')) IS NULL AS no_text_no_model FROM profiles WHERE c = 10;

-- A quote is a piece of what mask() makes of something said.
CREATE TABLE sayings AS
SELECT i, (ARRAY['Mail me at jo.doe@example.com. I want to cancel now!', 'Call +1 202 555 0143, this is terrible. Awful.',
                 'Thank you so much, I love it. Great, great service!', E'Multi\nline, I am so angry.\n\nNobody answers.',
                 'I hate card 4111 1111 1111 1111 being charged twice!', 'Größe ist schön, I am very happy with it',
                 'Where is my order? I am worried. See https://example.com/a?b=c please'])[1 + i % 7] || ' ' || md5(i::text) AS said
FROM generate_series(1, 300) AS i;
SELECT count(*) > 20 AS many, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM sayings s WHERE strpos(mask(s.said), q.quote) > 0)) AS made_up,
       max(octet_length(quote)) <= 320 AS short
FROM (SELECT profile_agg(timestamptz '2026-01-01' + i * interval '1 hour', 'chat', said) AS p FROM sayings GROUP BY i % 40) AS x, quotes(p) AS q;

-- What is said becomes signals: what aspects(), acts() and topics() find, and as often.
SELECT add_phrase('topic', 'banking', 'card'), add_phrase('topic', 'banking', 'charged'), add_phrase('topic', repeat('€', 21), 'order');
CREATE VIEW found AS
SELECT signal, count(*) AS n, sum(round(coalesce(total, 0)::numeric, 4)) AS total
FROM sayings, LATERAL (SELECT 'aspect:' || aspect, sentiment FROM aspects(said) UNION ALL SELECT 'topic:' || topic, sentiment FROM topics(said)
                       UNION ALL SELECT 'act:' || act, 1 FROM acts(said)) AS f(signal, total) GROUP BY signal;
SELECT f.signal, f.n = s.n AS n, f.total = s.total AS total
FROM found AS f FULL JOIN (SELECT signal, sum(n) AS n, sum(total) AS total FROM signals((SELECT profile_agg('2026-01-01', 'chat', said) FROM sayings))
                           WHERE signal ~ '^(aspect|act|topic):' GROUP BY signal) AS s USING (signal) ORDER BY signal COLLATE "C";
-- A quote has its own sentiment and labels, not its text's; at most two emotions and intents, eight in all.
SELECT quote, sentiment < 0 AS sad, intent IS NOT NULL AS wants, ARRAY(SELECT l FROM unnest(labels) AS l WHERE l !~ '^(emotion|intent)') AS others FROM quotes((SELECT profile_agg('2026-01-01', 'chat',
    'I am so angry: the card was charged twice, my order is late, and support is rude. Please cancel my plan. Thank you!')));
SELECT count(*) AS quotes, count(*) FILTER (WHERE sentiment IS DISTINCT FROM sentiment(quote)) AS other_sentiment,
       count(*) FILTER (WHERE emotion IS DISTINCT FROM nullif(emotion(quote), 'neutral')) AS other_emotion,
       max(cardinality(labels)) <= 8 AS few, bool_and(cardinality(labels) = (SELECT count(DISTINCT l) FROM unnest(labels) AS l)) AS once
FROM (SELECT profile_agg('2026-01-01', 'chat', said) AS p FROM sayings GROUP BY i) AS each, quotes(p) WHERE quote !~ '\[';
-- What the company says is not the customer's; what nobody understands may still ask.
SELECT signal FROM signals((SELECT profile_agg('2026-01-01', 'chat', 'Is the price right?', NULL, NULL, 'out')));
SELECT signal FROM signals((SELECT profile_agg('2026-01-01', 'chat', 'xqzt vvbr order? qqrst wwpt zzyx')));
-- The phrases are read once for all groups.
CREATE FUNCTION scans() RETURNS bigint LANGUAGE sql AS $$ SELECT pg_stat_get_xact_numscans('empathy.phrase'::regclass) $$;
BEGIN;
SELECT scans() AS before \gset
SELECT count(p) AS groups FROM (SELECT profile_agg('2026-01-01', 'chat', said) AS p FROM sayings GROUP BY i OFFSET 0) AS many;
SELECT scans() - :before AS of_many \gset
SELECT scans() AS before \gset
SELECT count(p) AS groups FROM (SELECT profile_agg('2026-01-01', 'chat', said) AS p FROM sayings) AS one;
SELECT scans() - :before = :of_many AS as_often_for_one_group, :of_many > 0 AS at_all;
ROLLBACK;
SELECT drop_phrase(task, label, phrase) FROM phrases WHERE NOT builtin;

-- ---- roles ----

SELECT kind, role(kind) FROM unnest('{order,"Order Placed",OrderCancelled,cart_add,"page view",ticket,complaint,refund,
    email_sent,email_opened,click,NPS,"",unknown,"注文",reorder}'::text[]) AS kind;
SELECT role(NULL) IS NULL AS role_of_null;

SET client_min_messages = warning;
DROP SCHEMA profile_test CASCADE;
