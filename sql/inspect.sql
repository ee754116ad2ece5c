-- From any table to events: which column is which field of an event, and what is wrong with the data.
--
--   column_candidates -> column_guesses -> guess_columns -> source_query
--
-- guess_columns() turns a user's choices, or none, into one SQL expression for each field of an event.
-- source_query() turns those expressions into the query that reads the table's events. inspect() shows both
-- steps and the problems in the data. Nothing here writes, and all of it runs with the caller's rights.
--
-- Columns are kept by their quoted names, so whoever quotes or compares one has quote_all_identifiers turned off: sessions
-- may differ.

-- Refuses what has no rows to read.
CREATE FUNCTION empathy.check_source(source regclass) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    what text;
BEGIN
    IF source IS NULL THEN
        RAISE EXCEPTION 'the source must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    SELECT CASE
               WHEN c.relkind IN ('r', 'p', 'v', 'm', 'f') THEN NULL
               WHEN c.relkind = 'S' THEN 'a sequence'
               WHEN c.relkind = 'c' THEN 'a composite type'
               WHEN c.relkind = 't' THEN 'a TOAST table'
               ELSE 'an index'
           END
    INTO what FROM pg_class AS c WHERE c.oid = source;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'relation with OID % does not exist', source::oid USING ERRCODE = 'undefined_table';
    ELSIF what IS NOT NULL THEN
        RAISE EXCEPTION '"%" is %, not a table', source, what USING ERRCODE = 'wrong_object_type',
            HINT = 'Name the table that holds the events.';
    END IF;
END $$;
COMMENT ON FUNCTION empathy.check_source(regclass) IS
    'internal: raises an error that names the way out when a relation is neither table nor view';

-- What is in the text columns, judged by the first 1,000 rows. Sizes come without reading long values.
CREATE FUNCTION empathy.text_sample(source regclass)
RETURNS TABLE (column_name name, texts bigint, bytes numeric, variants bigint, sentences numeric)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns text;
    measures text;
BEGIN
    SELECT string_agg(format('%I::text', attname), ', '),
           string_agg(format('SELECT %L::name, count(%2$I), avg(octet_length(%2$I)), count(DISTINCT left(%2$I, 100)),'
                             ' avg((left(%2$I, 300) LIKE ''%%_ _%%'')::int) FROM s', attname, attname), ' UNION ALL ')
    INTO columns, measures
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE attrelid = source AND attnum > 0 AND NOT attisdropped AND typcategory IN ('S', 'E');

    IF columns IS NOT NULL THEN
        RETURN QUERY EXECUTE format('WITH s AS MATERIALIZED (SELECT %s FROM %s LIMIT 1000) %s',
                                    columns, source, measures);
    END IF;
END $$;
COMMENT ON FUNCTION empathy.text_sample(regclass) IS
    'internal: each text column''s values, mean bytes, different values and share with several words, in 1,000 rows';

-- What the columns of events are called. A pattern is matched with the column's name in snake_case; for a
-- customer with the name without its _id, and with the name of the table that a foreign key points to.
CREATE FUNCTION empathy.column_rules() RETURNS TABLE (field text, class text, score int, pattern text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
VALUES
    ('customer', 'id', 100, '^(customer|cust)$'),
    ('customer', 'id', 90, '^(user|client|account|member|patient|subscriber|visitor|person|people|contact|guest'
                           '|student|buyer|shopper|consumer|player|donor|passenger|citizen)$'),
    ('customer', 'id', 70, '_(customer|client|user|member|patient|subscriber|visitor)$'),
    ('customer', 'id', 60, '^(e_?mail(_address)?|phone|msisdn|login|username|user_name)$'),
    ('at', 'time', 100, '^(at|ts|time|timestamp|datetime|date)$'),
    ('at', 'time', 100, '^(event|occurred|happened)(_(at|on|time|date|ts|timestamp))?$'),
    ('at', 'time', 90, '^(ordered|purchased|bought|placed|visited|viewed|clicked|sent|received|posted|written|said'
                       '|called|answered|started|starts|invoiced)_(at|on)$'),
    ('at', 'time', 90, '^(order|purchase|visit|view|message|transaction|invoice|call|session|review|answer'
                       '|appointment)_(time|date|ts|timestamp)$'),
    ('at', 'time', 80, '^(created|inserted|logged|recorded|creation)(_(at|on|time|date|ts))?$'),
    ('at', 'time', 50, '^(?!.*(birth|born|dob|update|modif|change|delete|remove|sync|import|load|expire|valid|due'
                       '|end))'),
    ('at', 'time', 10, '^(?!.*(birth|born|dob))'),
    ('at', 'epoch', 100, '^(at|ts|time|timestamp|(event|occurred)_(at|time|ts|timestamp))$'),
    ('at', 'epoch', 80, '^((created|sent|ordered|visited)_at|epoch|unix_?time(stamp)?|.*_(ts|epoch|unix))$'),
    ('kind', 'word', 100, '^(kind|event(_(type|kind|name))?)$'),
    ('kind', 'word', 95, '^(action|activity)(_(type|kind|name))?$'),
    ('kind', 'word', 90, '^type$'),
    ('said', 'word', 80, '^((message|review|comment|feedback|chat|ticket)_)?(message|body|comments?|review|content'
                         '|text|said|feedback|transcript|msg)$'),
    ('said', 'word', 60, '^(notes?|question|answer|remarks?|reason)$'),
    ('said', 'word', 50, '^(subject|title|headline)$'),
    ('said', 'word', 20, '^(?!.*(description|name|address|url|page|path|agent|token|hash|product|item))'),
    ('amount', 'number', 100, '^((total|order|paid)_)?amount(_(paid|total))?$'),
    ('amount', 'number', 100, '^((order|grand)_)?total(_price)?$'),
    ('amount', 'number', 95, '^(total_)?(revenue|sales|turnover)$'),
    ('amount', 'number', 85, '^((order|total|purchase)_)?(value|sum|spend)$'),
    ('amount', 'number', 80, '^price$'),
    ('amount', 'number', 75, '^(fee|charge|payment|gross|net)$'),
    ('amount', 'number', 70, '^unit_price$'),
    ('channel', 'word', 100, '^channel(_(name|type))?$'),
    ('channel', 'word', 90, '^medium$'),
    ('channel', 'word', 80, '^source$'),
    ('channel', 'word', 70, '^platform$'),
    ('direction', 'word', 100, '^direction$'),
    ('direction', 'word', 90, '^(in_?out|inbound_outbound)$'),
    ('about', 'label', 100, '^about$'),
    ('about', 'label', 90, '^(item|product|article)_name$'),
    ('about', 'label', 85, '^(item|product|article)(_title)?$'),
    ('about', 'label', 80, '^(sku|asin|isbn|(stock|item|product|article)_(code|key|no|id))$'),
    ('about', 'label', 75, '^(page(_(name|url|path))?|screen)$'),
    ('about', 'label', 70, '^(url|path|uri)$'),
    ('about', 'label', 65, '^category(_name)?$'),
    ('about', 'label', 60, '^(topic|department|service)$'),
    ('rating', 'number', 100, '^(rating|stars)$'),
    ('rating', 'number', 90, '^(nps|csat|ces)(_score)?$'),
    ('rating', 'number', 80, '^(score|grade)$')
$$;
COMMENT ON FUNCTION empathy.column_rules() IS
    'internal: the names by which the columns of events are recognised, with the class of type they need and a score';

-- What is known of each column: its name in snake_case, what its type is good for, whom it points to.
CREATE FUNCTION empathy.column_facts(source regclass)
RETURNS TABLE (column_name name, word text, classes text[], target regclass, is_key boolean)
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT a.attname,
       lower(btrim(regexp_replace(regexp_replace(a.attname, '([[:lower:][:digit:]])([[:upper:]])', E'\\1_\\2', 'g'),
                                  '[^[:alnum:]]+', '_', 'g'), '_')),
       array_remove(ARRAY[
           CASE WHEN t.typcategory = 'S' OR b.name IN ('int2', 'int4', 'int8', 'numeric', 'uuid') THEN 'id' END,
           CASE WHEN t.typcategory IN ('S', 'E') OR b.name IN ('int4', 'int8', 'uuid') THEN 'label' END,
           CASE WHEN t.typcategory IN ('S', 'E') THEN 'word' END,
           CASE WHEN b.name IN ('timestamptz', 'timestamp', 'date') THEN 'time' END,
           CASE WHEN b.name IN ('timestamptz', 'timestamp') THEN 'moment' END,
           CASE WHEN b.name IN ('int4', 'int8') THEN 'epoch' END,
           CASE WHEN b.name IN ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'money')
                THEN 'number' END], NULL),
       (SELECT min(confrelid)::regclass FROM pg_constraint
        WHERE conrelid = source AND contype = 'f' AND conkey = ARRAY[a.attnum]),
       EXISTS (SELECT FROM pg_index
               WHERE indrelid = source AND indisunique AND indnkeyatts = 1 AND indkey[0] = a.attnum)
FROM pg_attribute AS a
JOIN pg_type AS t ON t.oid = a.atttypid
CROSS JOIN LATERAL (SELECT typname FROM pg_type WHERE oid = coalesce(nullif(t.typbasetype, 0), t.oid)) AS b(name)
WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped
$$;
COMMENT ON FUNCTION empathy.column_facts(regclass) IS
    'internal: each column''s name in snake_case, classes of type, foreign key, and whether it is a key by itself';

-- Every column that could be a field, with a score: the best rule for it, corrected by what is in the column.
-- Below 40 a column is not good enough, except for the time, where a single one will do.
CREATE FUNCTION empathy.column_candidates(source regclass)
RETURNS TABLE (field text, column_name name, score int, expression text, reason text)
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
WITH fact AS (
    SELECT * FROM empathy.column_facts(source) LEFT JOIN empathy.text_sample(source) USING (column_name)
), quantity AS (
    SELECT min(column_name) AS quantity FROM fact
    WHERE 'number' = ANY (classes) AND word IN ('quantity', 'qty') HAVING count(*) = 1
), named AS (
    SELECT DISTINCT ON (f.column_name, r.field) f.*, r.field, r.class, r.score AS base
    FROM fact AS f JOIN empathy.column_rules() AS r ON r.class = ANY (f.classes) AND f.word ~ r.pattern
    WHERE r.field <> 'customer'
    ORDER BY f.column_name, r.field, r.score DESC
), scored AS (
    SELECT r.field, f.column_name, max(r.score + n.weight) + 5 * (count(*) - 1)::int - 60 * f.is_key::int AS score,
           quote_ident(f.column_name) AS expression, string_agg(n.evidence, ', ' ORDER BY n.weight DESC) AS reason
    FROM fact AS f
    CROSS JOIN LATERAL (VALUES
        (regexp_replace(f.word, '_?(id|no|nr|number|key|uuid|guid|code|ref)$', ''), 0, 'its name'),
        ((SELECT regexp_replace(lower(relname), '(?<!s)s$', '') FROM pg_class WHERE oid = f.target), -5,
         'foreign key to ' || f.target)) AS n(stem, weight, evidence)
    JOIN empathy.column_rules() AS r ON r.field = 'customer' AND r.class = ANY (f.classes) AND n.stem ~ r.pattern
    GROUP BY r.field, f.column_name, f.is_key
    UNION ALL
    SELECT field, column_name,
           base + CASE
               WHEN field = 'at' AND 'moment' = ANY (classes) THEN 2
               WHEN field = 'kind' AND variants > greatest(50, texts / 5) THEN -100
               WHEN field = 'said' AND base = 20 AND coalesce(sentences, 0) < .8 THEN -20
               WHEN field = 'said' AND bytes >= 40 THEN 20
               WHEN field = 'said' AND bytes >= 15 THEN 10
               ELSE 0 END,
           CASE WHEN field = 'amount' AND word IN ('price', 'unit_price') AND quantity IS NOT NULL
                THEN format('(%I * %I)', quantity, column_name) ELSE quote_ident(column_name) END,
           concat_ws(', ',
               CASE WHEN base >= 60 THEN 'its name' ELSE 'its type' END,
               CASE WHEN field = 'amount' AND word IN ('price', 'unit_price') AND quantity IS NOT NULL
                         THEN 'times the quantity'
                    WHEN field = 'kind' THEN format('%s different values in %s', variants, texts)
                    WHEN field = 'said' THEN round(bytes) || ' bytes on average' END)
    FROM named LEFT JOIN quantity ON true
)
SELECT field, column_name, score, expression, reason FROM scored
WHERE score >= CASE field WHEN 'at' THEN 10 ELSE 40 END
$$;
COMMENT ON FUNCTION empathy.column_candidates(regclass) IS
    'internal: every column that could be a field of an event, with its score, its expression and the reason';

-- The best columns for each field; more than one where they are equally good.
CREATE FUNCTION empathy.column_guesses(source regclass, taken name[] DEFAULT '{}')
RETURNS TABLE (field text, columns name[], expression text, reason text)
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT field, array_agg(column_name ORDER BY column_name), min(expression), min(reason)
FROM (SELECT *, rank() OVER (PARTITION BY field ORDER BY score DESC) AS place
      FROM empathy.column_candidates(source) WHERE column_name <> ALL (taken)) AS ranked
WHERE place = 1
GROUP BY field
$$;
COMMENT ON FUNCTION empathy.column_guesses(regclass, name[]) IS
    'internal: the best columns for each field, leaving out those taken; several in one row are equally good';

-- Names as a list for a message.
CREATE FUNCTION empathy.name_list(names name[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$ SELECT string_agg(format('"%s"', n), CASE cardinality(names) WHEN 2 THEN ' and ' ELSE ', ' END ORDER BY nth)
   FROM unnest(names) WITH ORDINALITY AS u(n, nth) $$;
COMMENT ON FUNCTION empathy.name_list(name[]) IS
    'internal: names in quotes, as a list for a message';

-- Columns whose names share letters with a name that does not exist, as a list for a hint.
CREATE FUNCTION empathy.similar_columns(source regclass, wrong text) RETURNS text
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT string_agg(format('"%s"', attname), ', ' ORDER BY shared DESC, attname)
FROM (SELECT attname, count(*) AS shared
      FROM pg_attribute, generate_series(1, least(length(wrong), 63) - 1) AS i
      WHERE attrelid = source AND attnum > 0 AND NOT attisdropped
        AND strpos(lower(attname), lower(substr(wrong, i, 2))) > 0
      GROUP BY attname
      HAVING count(*) * 3 >= least(length(wrong), 63) - 1
      ORDER BY shared DESC, attname LIMIT 3) AS near
$$;
COMMENT ON FUNCTION empathy.similar_columns(regclass, text) IS
    'internal: the columns whose names come near a name that does not exist, as a list; NULL when none does';

-- The way out of a choice that can't be used.
CREATE FUNCTION empathy.choice_hint(source regclass, field text, choice text, state text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT concat_ws(' ',
    CASE WHEN state = '42703' THEN 'Perhaps you mean ' || empathy.similar_columns(source, choice) || '.' END,
    CASE WHEN field IN ('customer', 'at') THEN NULL
         WHEN field IN ('amount', 'rating') THEN 'It must be a column or an expression of a numeric type.'
         ELSE format('A constant is written with its own quotes: %s => %L.', field, quote_literal(choice)) END)
$$;
COMMENT ON FUNCTION empathy.choice_hint(regclass, text, text, text) IS
    'internal: the hint for a choice that cannot be used, given the error it made';

-- A user's choice for a field as an expression: a column by its exact name, or an expression that the server
-- accepts. Multiplying tells numbers from texts that look like some. LIMIT 0 reads no row, and a cursor takes
-- one statement only.
CREATE FUNCTION empathy.chosen_expression(source regclass, field text, choice text) RETURNS text
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
DECLARE
    expression text := (SELECT quote_ident(attname) FROM pg_attribute
                        WHERE attrelid = source AND attname = choice AND attnum > 0 AND NOT attisdropped);
    probe refcursor;
    problem text;
    state text;
BEGIN
    IF expression IS NULL AND field IN ('customer', 'at') THEN
        RAISE undefined_column USING MESSAGE = format('%s must be the exact name of a column', field);
    END IF;
    expression := coalesce(expression, choice);
    OPEN probe FOR EXECUTE format($query$ SELECT FROM %s WHERE CASE WHEN CAST((%s
        ) %s) IS NULL THEN true END LIMIT 0 $query$,
        source, expression, CASE WHEN field IN ('amount', 'rating') THEN '* 1 AS numeric' ELSE 'AS text' END);
    CLOSE probe;
    RETURN expression;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
        RAISE EXCEPTION 'cannot use "%" as the % of "%"', choice, field, source
            USING ERRCODE = state, DETAIL = problem, HINT = empathy.choice_hint(source, field, choice, state);
END $$;
COMMENT ON FUNCTION empathy.chosen_expression(regclass, text, text) IS
    'internal: the SQL expression that a user chose for a field of an event, checked';

-- The type of a column given as a quoted name, for a domain the type that it is made of.
CREATE FUNCTION empathy.source_column_type(source regclass, quoted text) RETURNS regtype
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
DECLARE
    type regtype;
BEGIN
    SELECT a.atttypid INTO type FROM pg_attribute AS a
    WHERE a.attrelid = source AND quote_ident(a.attname) = quoted AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column % of relation "%" does not exist', quoted, source
            USING ERRCODE = 'undefined_column', HINT = 'The table may have changed: choose its columns again.';
    END IF;
    WHILE (SELECT t.typtype = 'd' FROM pg_type AS t WHERE t.oid = type) LOOP
        type := (SELECT t.typbasetype FROM pg_type AS t WHERE t.oid = type);
    END LOOP;
    RETURN type;
END $$;
COMMENT ON FUNCTION empathy.source_column_type(regclass, text) IS
    'internal: the type of a column given as a quoted name; an error when there is no such column';

-- Which rows have a customer: an empty name is none, and one that no index could hold neither. The types are
-- those whose text is the same whatever the settings of a session, so that it can be a key.
CREATE FUNCTION empathy.source_customer(source regclass, customer text, OUT usable text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    type regtype := empathy.source_column_type(source, customer);
BEGIN
    CASE
        WHEN (SELECT typcategory = 'S' FROM pg_type WHERE oid = type) THEN
            usable := format('%1$s <> '''' AND octet_length(%1$s::text) <= 1000', customer);
        WHEN type = 'numeric'::regtype THEN
            usable := format('octet_length(%s::text) <= 1000', customer);
        WHEN type IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'uuid'::regtype)
             OR (SELECT typtype = 'e' FROM pg_type WHERE oid = type) THEN
            usable := customer || ' IS NOT NULL';
        ELSE
            RAISE EXCEPTION 'column % of "%" has type %, which cannot name a customer', customer, source, type
                USING ERRCODE = 'datatype_mismatch',
                      HINT = 'Use a column of type text, bigint, numeric or uuid, or an enum; '
                             'a generated column can turn another type into one of these.';
    END CASE;
END $$;
COMMENT ON FUNCTION empathy.source_customer(regclass, text) IS
    'internal: the condition under which a row of a source has a customer';

-- Which rows have a time, and that time as timestamptz. Times without a zone are UTC, integers are Unix seconds.
-- The range, from 4713 BC to 294275, is that of whole years in all of these types; capture.c knows it too.
CREATE FUNCTION empathy.source_time(source regclass, at text, OUT usable text, OUT value text)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    type regtype := empathy.source_column_type(source, at);
BEGIN
    CASE
        WHEN type = 'timestamptz'::regtype THEN
            usable := format('%1$s >= ''4713-01-01 00:00:00+00 BC'' AND %1$s < ''294276-01-01 00:00:00+00''', at);
            value := at;
        WHEN type = 'timestamp'::regtype THEN
            usable := format('%1$s >= ''4713-01-01 BC'' AND %1$s < ''294276-01-01''', at);
            value := format('(%s AT TIME ZONE ''UTC'')', at);
        WHEN type = 'date'::regtype THEN
            usable := format('%s BETWEEN ''4713-01-01 BC'' AND ''294275-12-31''', at);
            value := format('(%s::timestamp AT TIME ZONE ''UTC'')', at);
        WHEN type IN ('int4'::regtype, 'int8'::regtype) THEN
            usable := format('%s BETWEEN -210863520000 AND 9224286393599', at);
            value := format('to_timestamp(%s)', at);
        ELSE
            RAISE EXCEPTION 'column % of "%" has type %, which is no time', at, source, type
                USING ERRCODE = 'datatype_mismatch',
                      HINT = 'Use a column of type timestamptz, timestamp, date, or bigint with Unix seconds; '
                             'a generated column can turn another type into one of these.';
    END CASE;
END $$;
COMMENT ON FUNCTION empathy.source_time(regclass, text) IS
    'internal: the condition under which a row of a source has a time, and that time as timestamptz';

-- The call of watch() with a user's choices so far and one more.
CREATE FUNCTION empathy.watch_call(source regclass, fields text[], choices text[], field text, choice text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT format('SELECT empathy.watch(%L, %s);', source, string_agg(format('%s => %L', f, c), ', ' ORDER BY nth))
FROM (SELECT f, c, nth FROM unnest(fields, choices) WITH ORDINALITY AS given(f, c, nth)
      WHERE c IS NOT NULL AND f <> field
      UNION ALL SELECT field, choice, 100) AS args(f, c, nth)
$$;
COMMENT ON FUNCTION empathy.watch_call(regclass, text[], text[], text, text) IS
    'internal: a call of watch() for a hint, with the choices made so far and one more';

-- The errors of a field that can't be guessed: too many equally good columns, or none.
CREATE FUNCTION empathy.refuse_guess(source regclass, field text, columns name[], fields text[], choices text[])
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    class constant text := CASE field WHEN 'customer' THEN 'id' ELSE 'time' END;
    what constant text := CASE field WHEN 'customer' THEN 'a customer' ELSE 'the time of an event' END;
BEGIN
    IF cardinality(columns) > 1 THEN
        RAISE EXCEPTION 'columns % of "%" are equally good guesses for %', empathy.name_list(columns), source, field
            USING ERRCODE = 'ambiguous_column',
                  HINT = format('Choose one: %s', empathy.watch_call(source, fields, choices, field, columns[1]))
                         || CASE WHEN field IN ('customer', 'at') THEN ''
                                 ELSE format(' Or none: %s => %L.', field, '') END;
    END IF;
    columns := ARRAY(SELECT column_name FROM empathy.column_facts(source) WHERE class = ANY (classes)
                     ORDER BY column_name LIMIT 5);
    RAISE EXCEPTION 'no column of "%" looks like %', source, what
        USING ERRCODE = 'undefined_column',
              DETAIL = coalesce('Columns whose type would do: ' || empathy.name_list(columns) || '.',
                                'No column has a type that would do.'),
              HINT = CASE WHEN columns = '{}' THEN format('Add a column that holds %s.', what)
                          ELSE 'Name it: ' || empathy.watch_call(source, fields, choices, field, columns[1]) END;
END $$;
COMMENT ON FUNCTION empathy.refuse_guess(regclass, text, name[], text[], text[]) IS
    'internal: raises the error for a field that has no best guess';

CREATE FUNCTION empathy.guess_columns(source regclass, INOUT customer text DEFAULT NULL, INOUT at text DEFAULT NULL,
    INOUT kind text DEFAULT NULL, INOUT said text DEFAULT NULL, INOUT amount text DEFAULT NULL,
    INOUT channel text DEFAULT NULL, INOUT direction text DEFAULT NULL, INOUT about text DEFAULT NULL,
    INOUT rating text DEFAULT NULL)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    fields constant text[] := '{customer,at,kind,said,amount,channel,direction,about,rating}';
    choices constant text[] := ARRAY[customer, at, kind, said, amount, channel, direction, about, rating];
    result text[] := '{}';
    f record;
    e text;
BEGIN
    PERFORM empathy.check_source(source);
    FOR f IN
        SELECT c.field, c.choice, g.columns, g.expression
        FROM unnest(fields, choices) WITH ORDINALITY AS c(field, choice, nth)
        LEFT JOIN empathy.column_guesses(source, array_remove(choices, NULL)) AS g ON g.field = c.field
        ORDER BY c.nth
    LOOP
        IF f.choice <> '' THEN
            e := empathy.chosen_expression(source, f.field, f.choice);
        ELSIF f.choice IS NULL AND cardinality(f.columns) = 1 THEN
            e := f.expression;
        ELSIF f.choice IS NULL AND f.columns IS NOT NULL OR f.field IN ('customer', 'at') THEN
            PERFORM empathy.refuse_guess(source, f.field, f.columns, fields, choices);
        ELSE
            e := CASE f.field WHEN 'kind' THEN (SELECT quote_literal(relname) FROM pg_class WHERE oid = source) END;
        END IF;
        result := result || e;
    END LOOP;
    PERFORM empathy.source_customer(source, result[1]), empathy.source_time(source, result[2]);
    SELECT result[1], result[2], result[3], result[4], result[5], result[6], result[7], result[8], result[9]
    INTO customer, at, kind, said, amount, channel, direction, about, rating;
END $$;
COMMENT ON FUNCTION empathy.guess_columns(regclass, text, text, text, text, text, text, text, text, text) IS
    'The SQL expression for each field of an event over a table: the one chosen, or the best guess. A choice is the '
    'name of a column; for other fields than customer and at it may be an expression, or an empty string for none';

-- One query for every reader of a source's events: preview and refresh. Rows without a customer or a finite time
-- are left out; amounts that are not finite, or beyond what a profile holds, are NULL. The condition is one more
-- over the table's own columns, so that its indexes serve. Customers are told apart by their bytes. An expression
-- ends with its line, so that a comment in it can't swallow what follows. Run the query with search_path =
-- pg_catalog, pg_temp.
CREATE FUNCTION empathy.source_query(source regclass, customer text, at text, kind text, said text, amount text,
    channel text, direction text, about text, rating text, condition text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    has_customer text := empathy.source_customer(source, customer);
    has_time text;
    time_value text;
BEGIN
    SELECT t.usable, t.value INTO has_time, time_value FROM empathy.source_time(source, at) AS t;
    RETURN format($query$
    SELECT %1$s::text COLLATE "C" AS customer, %2$s AS at, (%3$s
        )::text AS kind, (%4$s
        )::text AS said, CASE WHEN abs((%5$s
        )::numeric) < 9e13 THEN (%5$s
        )::numeric END AS amount, (%6$s
        )::text AS channel, (%7$s
        )::text AS direction, (%8$s
        )::text AS about, CASE WHEN abs((%9$s
        )::numeric) < 9e13 THEN (%9$s
        )::numeric END AS rating
    FROM %10$s WHERE %11$s AND %12$s%13$s $query$,
    customer, time_value, kind, coalesce(said, 'NULL'), coalesce(amount, 'NULL'), coalesce(channel, 'NULL'),
    coalesce(direction, 'NULL'), coalesce(about, 'NULL'), coalesce(rating, 'NULL'), source, has_customer, has_time,
    ' AND (' || condition || ')');
END $$;
COMMENT ON FUNCTION empathy.source_query(regclass, text, text, text, text, text, text, text, text, text, text) IS
    'internal: the query that reads the usable events of a table (customer, at, kind, said, amount, channel, '
    'direction, about), given the expressions of guess_columns';

-- What watch() would take for each field, ambiguity and absence included.
CREATE FUNCTION empathy.inspect_columns(source regclass) RETURNS TABLE (item text, value text, note text)
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
SELECT f.field,
       CASE WHEN cardinality(g.columns) = 1 THEN g.expression
            WHEN g.columns IS NULL AND f.field = 'kind' THEN quote_literal(c.relname) END,
       CASE WHEN cardinality(g.columns) = 1 THEN g.reason
            WHEN g.columns IS NOT NULL
                THEN format('ambiguous: columns %s are equally good; choose one: %s => %L',
                            empathy.name_list(g.columns), f.field, g.columns[1])
                     || CASE WHEN f.nth > 2 THEN format(', or none: %s => %L', f.field, '') ELSE '' END
            WHEN f.nth <= 2 THEN format('missing: no column looks like it; choose one: %s => ...', f.field)
            WHEN f.field = 'kind' THEN 'no column looks like it: the name of the table'
            ELSE 'none' END
FROM unnest('{customer,at,kind,said,amount,channel,direction,about,rating}'::text[]) WITH ORDINALITY AS f(field, nth)
JOIN pg_class AS c ON c.oid = source
LEFT JOIN empathy.column_guesses(source) AS g USING (field)
ORDER BY f.nth
$$;
COMMENT ON FUNCTION empathy.inspect_columns(regclass) IS
    'internal: the first part of inspect(): the guess for each field, with its reason';

-- Counts the problems in one scan. What has no expression is not checked.
CREATE FUNCTION empathy.inspect_rows(source regclass, customer text, at text, said text, amount text)
RETURNS TABLE (item text, value text, note text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    has_customer text := empathy.source_customer(source, customer);
    has_time text;
    time_value text;
BEGIN
    SELECT t.usable, t.value INTO has_time, time_value FROM empathy.source_time(source, at) AS t;
    RETURN QUERY EXECUTE format($query$
        SELECT item, CASE WHEN checked THEN value END,
               CASE WHEN NOT checked THEN 'not checked: no such column' WHEN value = '0' THEN '' ELSE note END
        FROM (SELECT count(*) AS total, count(DISTINCT customer) FILTER (WHERE known) AS customers,
                     count(*) FILTER (WHERE known IS NOT TRUE) AS anonymous,
                     count(*) FILTER (WHERE dated IS NULL) AS undated,
                     count(*) FILTER (WHERE NOT dated) AS endless,
                     count(*) FILTER (WHERE at > now()) AS later, min(at) AS first_at, max(at) AS last_at,
                     count(*) FILTER (WHERE amount < 0 AND amount >= -9e13) AS negative,
                     count(*) FILTER (WHERE amount NOT BETWEEN -9e13 AND 9e13) AS unusable,
                     count(*) FILTER (WHERE left(said, 1000) ~ '[^[:space:]]') AS texts, count(said) AS given,
                     max(octet_length(said)) AS longest
              FROM (SELECT %1$s AS customer, (%2$s)::boolean AS known, (%3$s)::boolean AS dated,
                           CASE WHEN (%3$s)::boolean THEN %4$s END AS at, (%5$s
                           )::text AS said, (%6$s
                           )::numeric AS amount
                    FROM %7$s) AS event) AS counted,
             LATERAL (VALUES
                 ('rows', true, total::text, ''),
                 ('customers', %8$s, customers::text, ''),
                 ('rows without a customer', %8$s, anonymous::text, 'left out'),
                 ('rows without a time', %9$s, undated::text, 'left out'),
                 ('rows with an infinite time', %9$s, endless::text, 'left out, as is a time out of range'),
                 ('rows with a time in the future', %9$s, later::text, 'they count from then on'),
                 ('time range', %9$s, first_at || ' .. ' || last_at, ''),
                 ('negative amounts', %11$s, negative::text, 'kept: they lower the sums'),
                 ('unusable amounts', %11$s, unusable::text, 'NaN, infinite or beyond 9e13: taken as no amount'),
                 ('texts', %10$s, texts::text, ''),
                 ('empty texts', %10$s, (given - texts)::text, 'not counted as texts'),
                 ('longest text', %10$s, longest || ' bytes', '')
             ) AS report(item, checked, value, note)
        $query$,
        coalesce(customer, 'NULL'), coalesce(has_customer, 'NULL'), coalesce(has_time, 'NULL'),
        coalesce(time_value, 'NULL::timestamptz'), coalesce(said, 'NULL'), coalesce(amount, 'NULL'), source,
        (customer IS NOT NULL)::text, (at IS NOT NULL)::text, (said IS NOT NULL)::text, (amount IS NOT NULL)::text);
END $$;
COMMENT ON FUNCTION empathy.inspect_rows(regclass, text, text, text, text) IS
    'internal: the part of inspect() that counts problems, in one scan of the table';

-- Rows that say the same as another row, in the first 50,000 usable ones; of long texts the beginning and the size.
CREATE FUNCTION empathy.inspect_duplicates(events text) RETURNS TABLE (item text, value text, note text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    item := 'duplicate rows';
    note := 'not checked: no customer or no time';
    IF events IS NOT NULL THEN
        EXECUTE format($query$
            SELECT count(*) - count(DISTINCT md5(e::text)),
                   concat_ws('; ', CASE WHEN count(*) > count(DISTINCT md5(e::text))
                                        THEN 'kept: the same in every field as another row' END,
                                   CASE WHEN count(*) = 50000 THEN 'counted in 50,000 rows only' END)
            FROM (SELECT customer, at, kind, left(said, 1000), octet_length(said), amount, channel, direction, about, rating
                  FROM (%s) AS event LIMIT 50000) AS e $query$, events)
        INTO value, note;
    END IF;
    RETURN NEXT;
END $$;
COMMENT ON FUNCTION empathy.inspect_duplicates(text) IS
    'internal: the part of inspect() that counts repeated events, given the query of source_query()';

-- The index by which a refresh finds a customer's events; NULL if there is none.
CREATE FUNCTION empathy.customer_index(source regclass, customer text, at text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
    SELECT min(i.indexrelid::regclass::text)
    FROM pg_index AS i
    JOIN pg_attribute AS c ON c.attrelid = source AND c.attnum = i.indkey[0] AND quote_ident(c.attname) = customer
    JOIN pg_attribute AS t ON t.attrelid = source AND t.attnum = i.indkey[1] AND quote_ident(t.attname) = at
    WHERE i.indrelid = source AND i.indisvalid AND i.indpred IS NULL
$$;
COMMENT ON FUNCTION empathy.customer_index(regclass, text, text) IS
    'internal: the name of an index on customer and time, NULL if there is none';

-- What the table itself lacks.
CREATE FUNCTION empathy.inspect_table(source regclass, customer text, at text)
RETURNS TABLE (item text, value text, note text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
SELECT 'row-level security', CASE WHEN relrowsecurity THEN 'on' ELSE 'off' END,
       CASE WHEN relrowsecurity THEN 'all counts here are of the rows that you may see' ELSE '' END
FROM pg_class WHERE oid = source
UNION ALL
SELECT 'index', found.name,
       CASE WHEN (SELECT relkind IN ('v', 'f') FROM pg_class WHERE oid = source) THEN 'not checked: a view or foreign table has none'
            WHEN customer IS NULL OR at IS NULL THEN 'not checked: no customer or no time'
            WHEN found.name IS NULL
                THEN format('missing; for fast refreshes: CREATE INDEX ON %s (%s, %s);', source, customer, at)
            ELSE '' END
FROM empathy.customer_index(source, customer, at) AS found(name)
$$;
COMMENT ON FUNCTION empathy.inspect_table(regclass, text, text) IS
    'internal: the part of inspect() about the table: row-level security and the index that a refresh wants';

CREATE FUNCTION empathy.inspect(source regclass) RETURNS TABLE (item text, value text, note text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f jsonb := '{}';
BEGIN
    PERFORM empathy.check_source(source);
    FOR item, value, note IN SELECT * FROM empathy.inspect_columns(source) LOOP
        f := f || jsonb_build_object(item, value);
        RETURN NEXT;
    END LOOP;
    RETURN QUERY SELECT * FROM empathy.inspect_table(source, f->>'customer', f->>'at');
    RETURN QUERY SELECT * FROM empathy.inspect_rows(source, f->>'customer', f->>'at', f->>'said', f->>'amount');
    RETURN QUERY SELECT * FROM empathy.inspect_duplicates(
        CASE WHEN f->>'customer' IS NOT NULL AND f->>'at' IS NOT NULL
             THEN empathy.source_query(source, f->>'customer', f->>'at', f->>'kind', f->>'said', f->>'amount',
                                       f->>'channel', f->>'direction', f->>'about', f->>'rating') END);
END $$;
COMMENT ON FUNCTION empathy.inspect(regclass) IS
    'What watch() would take for each field of an event and why, and problems in the data with counts; writes nothing';
