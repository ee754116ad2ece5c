-- Column guessing, inspect() and the query over a source: what is guessed, what is refused and with which hint.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE EXTENSION IF NOT EXISTS empathy;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = public, pg_catalog;

SELECT plan(95);

-- The guess as one line: the fields in the order of watch()'s arguments, '-' for none.
CREATE FUNCTION pg_temp.guess(source regclass, VARIADIC choices text[] DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', customer, at, coalesce(kind, '-'), coalesce(said, '-'), coalesce(amount, '-'),
                     coalesce(channel, '-'), coalesce(direction, '-'), coalesce(about, '-'), coalesce(rating, '-'))
    FROM empathy.guess_columns(source, choices[1], choices[2], choices[3], choices[4], choices[5], choices[6],
                               choices[7], choices[8], choices[9]) $$;

-- An error as 'state: message | detail | hint'.
CREATE FUNCTION pg_temp.error(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text; message text; detail text; hint text;
BEGIN
    EXECUTE command;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                            hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', state || ': ' || message, nullif(detail, ''), nullif(hint, ''));
END $$;

CREATE FUNCTION pg_temp.inspected(source regclass, what text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(value, '-') || CASE WHEN note <> '' THEN ' (' || note || ')' ELSE '' END
    FROM empathy.inspect(source) WHERE item = what $$;


-- Three businesses' tables, guessed without a word

CREATE TABLE customers (customer_id bigint PRIMARY KEY, name text);
CREATE TABLE orders (order_id bigint PRIMARY KEY, customer_id bigint REFERENCES customers, ordered_at timestamptz,
                     shipped_at timestamptz, updated_at timestamptz, item text, quantity int, total numeric);
SELECT is(pg_temp.guess('orders'), $$customer_id ordered_at 'orders' - total - - item -$$, 'orders');

CREATE TABLE telecom (event_id bigint PRIMARY KEY, subscriber_id text, occurred_at timestamptz, event text,
                      channel text, body text, amount numeric);
SELECT is(pg_temp.guess('telecom'), 'subscriber_id occurred_at event body amount channel - - -', 'one wide table');

CREATE TABLE messages (id bigint PRIMARY KEY, patient_id uuid, sent_at timestamp, direction text, body text);
SELECT is(pg_temp.guess('messages'), $$patient_id sent_at 'messages' body - - direction - -$$, 'messages');

CREATE TABLE surveys (patient_id uuid, answered_on date, rating smallint, comment text);
SELECT is(pg_temp.guess('surveys'), $$patient_id answered_on 'surveys' comment - - - - rating$$, 'surveys with a date');

CREATE TABLE retail (invoice_no text, stock_code text, description text, quantity int, invoice_date timestamp,
                     unit_price numeric, customer_id int, country text);
INSERT INTO retail SELECT i, 'a' || i, 'a white hanging heart with a long description ' || i, 1, now(), 2.5, i, 'UK'
FROM generate_series(1, 200) AS i;
SELECT is(pg_temp.guess('retail'), $$customer_id invoice_date 'retail' - (quantity * unit_price) - - stock_code -$$,
          'a price and a quantity give the amount; a product''s description is not what somebody said');

CREATE TABLE commits (customer_id text, epoch bigint, is_merge text, text text);
SELECT is(pg_temp.guess('commits'), $$customer_id epoch 'commits' text - - - - -$$,
          'Unix seconds, a column named text');


-- How columns are recognised

CREATE TABLE camel ("customerId" int, "createdAt" timestamptz, "eventType" text, "Order Total" float8,
    "messageBody" text);
SELECT is(pg_temp.guess('camel'), '"customerId" "createdAt" "eventType" "messageBody" "Order Total" - - - -',
          'camel case and spaces');

CREATE TABLE by_key (who bigint REFERENCES customers, happened_at timestamptz);
SELECT is(pg_temp.guess('by_key'), $$who happened_at 'by_key' - - - - - -$$, 'a customer by foreign key');

CREATE TABLE two_people (user_id int, customer_id bigint REFERENCES customers, at timestamptz);
SELECT is(pg_temp.guess('two_people'), $$customer_id at 'two_people' - - - - - -$$, 'a better name wins');

CREATE TABLE only_time (email text, "when" timestamp);
SELECT is(pg_temp.guess('only_time'), $$email "when" 'only_time' - - - - - -$$,
          'the only time will do, whatever its name');

CREATE TABLE changed (user_id int, updated_at timestamptz, born date);
SELECT is(pg_temp.guess('changed'), $$user_id updated_at 'changed' - - - - - -$$,
          'a date of birth is no time of an event');

CREATE TABLE day_and_time (user_id int, order_date date, ordered_at timestamptz);
SELECT is(pg_temp.guess('day_and_time'), $$user_id ordered_at 'day_and_time' - - - - - -$$,
          'of equal names the finer time');

CREATE TABLE visits (id bigint PRIMARY KEY, visitor_id text, at timestamptz, action text, page text, source text);
INSERT INTO visits SELECT i, i, now(), 'action ' || i, '/', 'ad' FROM generate_series(1, 500) AS i;
SELECT is(pg_temp.guess('visits'), $$visitor_id at 'visits' - - source - page -$$, 'a kind must have few values');
UPDATE visits SET action = 'action ' || id % 5;
SELECT is(pg_temp.guess('visits'), 'visitor_id at action - - source - page -', 'a kind with few values');

CREATE TYPE mood AS ENUM ('call', 'sms');
CREATE DOMAIN person AS int;
CREATE DOMAIN moment AS timestamptz;
CREATE TABLE typed (customer person, at moment, kind mood, price money);
SELECT is(pg_temp.guess('typed'), 'customer at kind - price - - - -', 'domains, enums and money');

CREATE TABLE longest (user_id int, at timestamptz, label text, words text);
INSERT INTO longest SELECT i, now(), 'short', repeat('it was a long way home ', 3) || i FROM generate_series(1,
    50) AS i;
SELECT is(pg_temp.guess('longest'), $$user_id at 'longest' words - - - - -$$,
          'long sentences are texts, whatever their name');

CREATE TABLE two_texts (user_id int, at timestamptz, comment text, message text);
INSERT INTO two_texts VALUES (1, now(), 'ok', repeat('a long message ', 10));
SELECT is(pg_temp.guess('two_texts'), $$user_id at 'two_texts' message - - - - -$$, 'of equal names the longer text');

CREATE TABLE own_key (customer_id int PRIMARY KEY, user_id int, at timestamptz);
SELECT is(pg_temp.guess('own_key'), $$user_id at 'own_key' - - - - - -$$, 'a row''s own key is not preferred');


-- Choices

SELECT is(pg_temp.guess('orders', NULL, 'shipped_at'), $$customer_id shipped_at 'orders' - total - - item -$$,
          'a chosen time');
SELECT is(pg_temp.guess('orders', NULL, NULL, '''order'''), $$customer_id ordered_at 'order' - total - - item -$$,
          'a constant');
SELECT is(pg_temp.guess('orders', NULL, NULL, NULL, NULL, 'quantity * 2'),
          $$customer_id ordered_at 'orders' - quantity * 2 - - item -$$,
          'an expression');
SELECT is(pg_temp.guess('telecom', NULL, NULL, '', '', '', ''), $$subscriber_id occurred_at 'telecom' - - - - - -$$,
          'an empty string means none');
SELECT is(pg_temp.guess('telecom', NULL, NULL, 'body'), 'subscriber_id occurred_at body - amount channel - - -',
          'a column that was chosen is not guessed for another field');
SELECT is(pg_temp.guess('orders', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'item -- the item'),
          $$customer_id ordered_at 'orders' - total - - item -- the item -$$, 'an expression may end in a comment');
SELECT is((SELECT kind FROM empathy.guess_columns('orders', kind => 'item')), 'item', 'choices by name');


-- Hostile names

CREATE SCHEMA "sch""ema; --";
CREATE TABLE "sch""ema; --"."or'der ""x"" $$ %s" ("select" int, "at ""'; DROP TABLE orders; --" timestamptz,
    "Größe €" numeric, "text" text, "%1$s" text, "event" text);
INSERT INTO "sch""ema; --"."or'der ""x"" $$ %s" VALUES (1, '2026-01-01', 'NaN', 'hello', 'x', 'order');
CREATE TEMP VIEW hostile AS SELECT oid::regclass AS source FROM pg_class WHERE relname LIKE 'or''der%';
SELECT is((SELECT concat_ws('|', customer, at, amount, said, about, kind)
           FROM hostile, empathy.guess_columns(source, customer => 'select', amount => 'Größe €', about => '%1$s')),
          $$"select"|"at ""'; DROP TABLE orders; --"|"Größe €"|text|"%1$s"|event$$, 'names are quoted');
SELECT is((SELECT count(*)::int FROM hostile, empathy.inspect(source)), 24, 'inspect survives hostile names');
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns((SELECT source FROM hostile))$$),
               '^42703: no column of .* looks like a customer .*watch\(''"sch""ema; --"."or''''der ""x"" \$\$ %s"'', customer => ''%1\$s''\);$',
               'a hint quotes hostile names');
CREATE FUNCTION pg_temp.hostile_row() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    f record; r record;
BEGIN
    SELECT g.*, source INTO f
    FROM hostile, empathy.guess_columns(source, customer => 'select', amount => 'Größe €', about => '%1$s') AS g;
    EXECUTE empathy.source_query(f.source, f.customer, f.at, f.kind, f.said, f.amount, f.channel, f.direction, f.about, f.rating)
    INTO r;
    RETURN r::text;
END $$;
SELECT is(pg_temp.hostile_row(), '(1,"2026-01-01 00:00:00+00",order,hello,,,,x,)', 'and so does the query');


-- Refusals: choices

SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', customer => 'custmer_id')$$),
          '42703: cannot use "custmer_id" as the customer of "public.orders" | customer must be the exact name of a column'
          ' | Perhaps you mean "customer_id", "order_id".', 'an unknown customer');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', at => 'Ordered_At')$$),
          '42703: cannot use "Ordered_At" as the at of "public.orders" | at must be the exact name of a column'
          ' | Perhaps you mean "ordered_at", "order_id", "shipped_at".', 'names are case-sensitive');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', customer => 'customer_id + 1')$$),
          '42703: cannot use "customer_id + 1" as the customer of "public.orders" | customer must be the exact name of a column'
          ' | Perhaps you mean "customer_id".', 'a customer is a plain column');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', at => 'item')$$),
          '42804: column item of "public.orders" has type text, which is no time | Use a column of type timestamptz, timestamp, date, '
          'or bigint with Unix seconds; a generated column can turn another type into one of these.',
          'a text is no time');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', said => 'itm')$$),
          '42703: cannot use "itm" as the said of "public.orders" | column "itm" does not exist'
          ' | Perhaps you mean "item", "quantity". A constant is written with its own quotes: said => ''''''itm''''''.', 'an unknown column');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', kind => 'order')$$),
          '42601: cannot use "order" as the kind of "public.orders" | syntax error at or near "order"'
          ' | A constant is written with its own quotes: kind => ''''''order''''''.', 'a constant without its quotes');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', amount => 'item')$$),
          '42883: cannot use "item" as the amount of "public.orders" | operator does not exist: text * integer'
          ' | It must be a column or an expression of a numeric type.', 'an amount is a number');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('orders', rating => 'shipped_at')$$),
          '42883: cannot use "shipped_at" as the rating of "public.orders" | operator does not exist: timestamp with time zone * integer'
          ' | It must be a column or an expression of a numeric type.', 'a rating is a number');
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('orders', said =>
    'item) AS text) IS NULL THEN true END; DROP TABLE orders; SELECT CASE WHEN CAST((1')$$),
               '^42P11: cannot use', 'two statements are refused');
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('orders', said => 'item), (item')$$),
               '^42601: cannot use', 'two expressions are refused');
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('orders', said => 'max(item)')$$), '^42803: cannot use',
               'an aggregate is refused');
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('orders', said => 'item /*')$$), '^42601: cannot use',
               'an open comment is refused');
SELECT has_table('orders', 'nothing was executed');


-- Refusals: guesses

CREATE TABLE no_customer (price numeric, at timestamptz);
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('no_customer')$$),
          '42703: no column of "public.no_customer" looks like a customer | Columns whose type would do: "price".'
          ' | Name it: SELECT empathy.watch(''public.no_customer'', customer => ''price'');', 'no customer');
CREATE TABLE no_time (user_id int, note text);
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('no_time')$$),
          '42703: no column of "public.no_time" looks like the time of an event | No column has a type that would do.'
          ' | Add a column that holds the time of an event.', 'no time');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('no_time', customer => '')$$),
          '42703: no column of "public.no_time" looks like a customer | Columns whose type would do: "note" and "user_id".'
          ' | Name it: SELECT empathy.watch(''public.no_time'', customer => ''note'');', 'a customer is needed');
CREATE TABLE empty_shape ();
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('empty_shape')$$),
               '^42703: no column of "public.empty_shape" looks like a customer',
               'a table without columns');

CREATE TABLE ties (user_id int, client_id int, at timestamptz, sent_at timestamptz, received_at timestamptz,
                   amount int, total int);
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('ties')$$),
          '42702: columns "client_id" and "user_id" of "public.ties" are equally good guesses for customer'
          ' | Choose one: SELECT empathy.watch(''public.ties'', customer => ''client_id'');', 'two customers');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('ties', customer => 'user_id')$$),
          '42702: columns "amount" and "total" of "public.ties" are equally good guesses for amount'
          ' | Choose one: SELECT empathy.watch(''public.ties'', customer => ''user_id'', amount => ''amount''); Or none: amount => ''''.',
          'two amounts; the hint keeps the choices made');
SELECT is(pg_temp.guess('ties', 'user_id', NULL, NULL, NULL, ''), $$user_id at 'ties' - - - - - -$$,
          'none of two amounts');
ALTER TABLE ties DROP COLUMN at;
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('ties', customer => 'user_id')$$),
          '42702: columns "received_at" and "sent_at" of "public.ties" are equally good guesses for at'
          ' | Choose one: SELECT empathy.watch(''public.ties'', customer => ''user_id'', at => ''received_at'');',
          'two times');
SELECT is(pg_temp.inspected('ties', 'customer'),
          '- (ambiguous: columns "client_id" and "user_id" are equally good; choose one: customer => ''client_id'')',
          'inspect reports what is ambiguous');
SELECT is(pg_temp.inspected('ties', 'amount'),
          '- (ambiguous: columns "amount" and "total" are equally good; choose one: amount => ''amount'', or none: amount => '''')',
          'with none as a way out where it is one');
SELECT is(pg_temp.inspected('ties', 'rows without a customer'), '- (not checked: no such column)',
          'and does not check what it does not know');
SELECT is(pg_temp.inspected('ties', 'duplicate rows'), '- (not checked: no customer or no time)', 'nor duplicates');
SELECT is(pg_temp.inspected('no_time', 'at'), '- (missing: no column looks like it; choose one: at => ...)',
          'inspect reports what is missing');


-- Refusals: relations

CREATE VIEW a_view AS SELECT 1 AS customer_id, now() AS at;
CREATE MATERIALIZED VIEW a_matview AS SELECT 1 AS customer_id;
CREATE TABLE a_partitioned (customer_id int, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE a_partition PARTITION OF a_partitioned DEFAULT;
CREATE TABLE a_parent (customer_id int, at timestamptz);
CREATE TABLE a_child () INHERITS (a_parent);
CREATE SEQUENCE a_sequence;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE a_foreign (customer_id int, at timestamptz) SERVER nowhere;
SELECT is(pg_temp.guess(r), format($$customer_id at '%s' - - - - - -$$, r), r || ' is read as a table is')
FROM unnest('{a_view,a_partitioned,a_foreign,a_parent}'::text[]) AS r;
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('a_sequence')$$),
               '^42809: "public.a_sequence" is a sequence, not a table', 'a sequence');
SELECT matches(pg_temp.error($$SELECT empathy.guess_columns('customers_pkey')$$),
               '^42809: "public.customers_pkey" is an index, not a table', 'an index');
SELECT is((SELECT note FROM empathy.inspect('a_view') WHERE item = 'index'), 'not checked: a view or foreign table has none', 'a view has no index');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns(4294967295)$$),
          '42P01: relation with OID 4294967295 does not exist', 'no relation');
SELECT is(pg_temp.error($$SELECT * FROM empathy.inspect(NULL)$$), '22004: the source must not be null', 'null');
SELECT is(pg_temp.guess('a_partition'), $$customer_id at 'a_partition' - - - - - -$$,
          'a partition is an ordinary table');


-- Problems in the data

SELECT is((SELECT string_agg(value, ' ') FROM empathy.inspect('telecom') WHERE item ~ 'rows|texts|amounts|customers'),
          '0 0 0 0 0 0 0 0 0 0 0', 'an empty table has no problems');
SELECT is(pg_temp.inspected('telecom', 'time range'), '-', 'and no time range');

CREATE TABLE dirty (customer text, at timestamptz, amount float8, said text);
INSERT INTO dirty VALUES
    ('a', '2026-01-01', 1, 'hello'), ('a', '2026-01-01', 1, 'hello'), ('a', '2026-01-02', -5, '  '),
    ('b', '2026-01-03', 'NaN', ''), ('b', '2026-01-04', 'infinity', NULL), ('b', '2026-01-05', '-infinity', NULL),
    ('b', '2026-01-06', 1e14, NULL), (NULL, '2026-01-07', 1, 'anonymous'), ('', '2026-01-07', 1, NULL),
    ('c', NULL, 1, NULL), ('c', 'infinity', 1, NULL), ('c', '-infinity', 1, NULL),
    ('d', '2999-01-01', 1, 'from the future, somewhat longer');
SELECT is(pg_temp.inspected('dirty', 'rows'), '13', 'rows');
SELECT is(pg_temp.inspected('dirty', 'customers'), '4', 'customers');
SELECT is(pg_temp.inspected('dirty', 'rows without a customer'), '2 (left out)', 'rows without a customer');
SELECT is(pg_temp.inspected('dirty', 'rows without a time'), '1 (left out)', 'rows without a time');
SELECT is(pg_temp.inspected('dirty', 'rows with an infinite time'), '2 (left out, as is a time out of range)',
          'infinite times');
SELECT is(pg_temp.inspected('dirty', 'rows with a time in the future'), '1 (they count from then on)', 'future times');
SELECT is(pg_temp.inspected('dirty', 'time range'), '2026-01-01 00:00:00+00 .. 2999-01-01 00:00:00+00',
          'the time range');
SELECT is(pg_temp.inspected('dirty', 'negative amounts'), '1 (kept: they lower the sums)', 'negative amounts');
SELECT is(pg_temp.inspected('dirty', 'unusable amounts'), '4 (NaN, infinite or beyond 9e13: taken as no amount)',
          'unusable amounts');
SELECT is(pg_temp.inspected('dirty', 'texts'), '4', 'texts');
SELECT is(pg_temp.inspected('dirty', 'empty texts'), '2 (not counted as texts)', 'empty texts');
SELECT is(pg_temp.inspected('dirty', 'longest text'), '32 bytes', 'the longest text');
SELECT is(pg_temp.inspected('dirty', 'duplicate rows'), '1 (kept: the same in every field as another row)',
          'duplicate rows');
SELECT is(pg_temp.inspected('dirty', 'index'),
          '- (missing; for fast refreshes: CREATE INDEX ON public.dirty (customer, at);)', 'a missing index');
SELECT is(pg_temp.inspected('dirty', 'row-level security'), 'off', 'no row-level security');
CREATE INDEX dirty_idx ON dirty (customer, at);
ALTER TABLE dirty ENABLE ROW LEVEL SECURITY;
SELECT is(pg_temp.inspected('dirty', 'index'), 'public.dirty_idx', 'an index');
SELECT is(pg_temp.inspected('dirty', 'row-level security'), 'on (all counts here are of the rows that you may see)',
          'row-level security');


-- The query over a source

CREATE FUNCTION pg_temp.events(source regclass,
    VARIADIC choices text[] DEFAULT '{}') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    f record;
BEGIN
    f := empathy.guess_columns(source, choices[1], choices[2], choices[3], choices[4], choices[5], choices[6],
                               choices[7]);
    RETURN QUERY EXECUTE format('SELECT ROW(customer, at, kind, said, amount, channel, direction, about)::text FROM (%s) AS e ORDER BY customer, at, amount',
        empathy.source_query(source, f.customer, f.at, f.kind, f.said, f.amount, f.channel, f.direction, f.about, f.rating,
        choices[8]));
END $$;
SELECT results_eq($$SELECT * FROM pg_temp.events('dirty', NULL, NULL, NULL, '')$$, ARRAY[
    '(a,"2026-01-01 00:00:00+00",dirty,,1,,,)', '(a,"2026-01-01 00:00:00+00",dirty,,1,,,)',
    '(a,"2026-01-02 00:00:00+00",dirty,,-5,,,)',
    '(b,"2026-01-03 00:00:00+00",dirty,,,,,)', '(b,"2026-01-04 00:00:00+00",dirty,,,,,)',
    '(b,"2026-01-05 00:00:00+00",dirty,,,,,)',
    '(b,"2026-01-06 00:00:00+00",dirty,,,,,)', '(d,"2999-01-01 00:00:00+00",dirty,,1,,,)'],
    'unusable rows are left out, unusable amounts are null');
SELECT results_eq($$SELECT * FROM pg_temp.events('dirty', NULL, NULL, 'said -- a comment', '', '', NULL, NULL, 'customer = ''d''')$$,
    ARRAY['(d,"2999-01-01 00:00:00+00","from the future, somewhat longer",,,,,)'],
    'a condition, and a comment in an expression');

CREATE TABLE epochs (user_id int, ts bigint, direction text);
INSERT INTO epochs VALUES (1, 0, 'Inbound'), (2, 9223372036854775807, 'x'), (3, NULL, 'x'), (4, 1700000000, 'OUT'),
    (5, 1, 'aside');
SELECT results_eq($$SELECT * FROM pg_temp.events('epochs')$$, ARRAY[
    '(1,"1970-01-01 00:00:00+00",epochs,,,,Inbound,)', '(4,"2023-11-14 22:13:20+00",epochs,,,,OUT,)',
    '(5,"1970-01-01 00:00:01+00",epochs,,,,aside,)'], 'Unix seconds, beyond the range left out');
SELECT is(pg_temp.inspected('epochs', 'rows with an infinite time'), '1 (left out, as is a time out of range)',
          'and counted');

SET LOCAL timezone = 'Asia/Tokyo';
CREATE TABLE zoneless (user_id int, at timestamp, day date);
INSERT INTO zoneless VALUES (1, '2026-01-01 12:00', '2026-01-02'), (2, 'infinity', 'infinity'), (3, NULL,
    '5874897-12-31');
SELECT results_eq($$SELECT * FROM pg_temp.events('zoneless')$$, ARRAY['(1,"2026-01-01 21:00:00+09",zoneless,,,,,)'],
                  'a time without a zone is UTC');
SELECT results_eq($$SELECT * FROM pg_temp.events('zoneless', NULL, 'day')$$,
                  ARRAY['(1,"2026-01-02 09:00:00+09",zoneless,,,,,)'],
                  'so is a date; dates out of range are left out');
SELECT is(pg_temp.error($$SELECT empathy.source_query('zoneless', 'user_id', 'gone', '''x''', NULL, NULL, NULL, NULL, NULL, NULL)$$),
          '42703: column gone of relation "public.zoneless" does not exist | The table may have changed: choose its columns again.',
          'a column that is no longer there');


-- Rights: the caller's

CREATE ROLE emp_test_reader;
GRANT USAGE ON SCHEMA empathy TO emp_test_reader;
GRANT SELECT ON telecom TO emp_test_reader;
SET LOCAL ROLE emp_test_reader;
SELECT is(pg_temp.error($$SELECT * FROM empathy.inspect('telecom')$$), 'no error',
          'who may read a table may inspect it');
SELECT is(pg_temp.error($$SELECT * FROM empathy.inspect('orders')$$), '42501: permission denied for table orders',
          'others may not');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('epochs')$$), '42501: permission denied for table epochs',
          'nor see guesses');
SELECT is(pg_temp.error($$SELECT empathy.guess_columns('telecom', kind => '(SELECT max(said) FROM public.dirty)')$$),
          '42501: permission denied for table dirty', 'nor read another table through an expression');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
