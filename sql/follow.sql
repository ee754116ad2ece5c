-- What DDL does to watched tables: partitions and child tables that come and go, columns that are renamed, retyped or
-- dropped, tables that are dropped.
--
-- Event triggers look at each ALTER TABLE, CREATE TABLE, ALTER TYPE and DROP. What is not about a watched table costs
-- one look at a small table. What they find goes to the log, in the transaction of the DDL; nothing here may make a DDL
-- fail. A refresh looks again, and breaks the source, loudly, if something was missed.

-- Partitions

CREATE FUNCTION empathy.tree(whole regclass) RETURNS TABLE (relation oid, parent oid)
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE member(relation, parent) AS (
        SELECT whole::oid, NULL::oid
        UNION
        SELECT i.inhrelid, i.inhparent FROM member m JOIN pg_inherits i ON i.inhparent = m.relation
        WHERE NOT i.inhdetachpending
    )
    SELECT m.relation, min(m.parent) FROM member m JOIN pg_class c ON c.oid = m.relation GROUP BY m.relation;
END $$;
COMMENT ON FUNCTION empathy.tree(regclass) IS 'internal: a table with its partitions and child tables, at any depth';

-- The bounds of a partition by range of a source's time: [lo, hi) as text; NULL where there are none.
CREATE FUNCTION empathy.time_bounds(relation oid, parent oid, at text, OUT lo text, OUT hi text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off SET datestyle = 'ISO' SET timezone = 'UTC' AS $$
    SELECT nullif(b[1], 'MINVALUE'), nullif(b[2], 'MAXVALUE')
    FROM pg_partitioned_table AS p JOIN pg_class AS c ON c.oid = $1
    JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0] AND quote_ident(a.attname) = $3,
         regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM [(]''?([^'',)]*).* TO [(]''?([^'',)]*)') AS b
    WHERE p.partrelid = $2 AND p.partstrat = 'r'
$$;
COMMENT ON FUNCTION empathy.time_bounds(oid, oid, text) IS 'internal: from where to where the times of a partition go';

CREATE FUNCTION empathy.bound_period(bound text, type regtype, unit text, is_end boolean) RETURNS date
LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT CASE WHEN $4 THEN empathy.period_end(p.period, $3) ELSE p.period END
    FROM (SELECT CASE WHEN $2 IN ('int4'::regtype, 'int8'::regtype) THEN to_timestamp($1::float8) ELSE $1::timestamptz END) AS t(at),
         LATERAL (SELECT empathy.period_of(t.at - CASE WHEN $4 THEN interval '1 us' ELSE '0' END, $3)) AS p(period)
    WHERE isfinite(t.at)
$$;
COMMENT ON FUNCTION empathy.bound_period(text, regtype, text, boolean) IS
    'internal: the period that a bound of a partition lies in, or, of the upper one, the first period after it';

-- The tables that hold a source's rows, with the periods that they may lie in: a partition's own, or its parent's.
CREATE FUNCTION empathy.parts(s empathy.source) RETURNS TABLE (relation oid, parent oid, since date, until date, whole_before date)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE member AS (
        SELECT t.relation, t.parent, b.since, b.until, b.whole_before
        FROM empathy.tree($1.relation) AS t, empathy.source_column_type($1.relation, $1.at) AS c(type),
             LATERAL (SELECT empathy.bound_period(x.lo, c.type, $1.period, false), empathy.bound_period(x.hi, c.type, $1.period, true),
                             empathy.bound_period(x.hi, c.type, $1.period, false)
                      FROM empathy.time_bounds(t.relation, t.parent, $1.at) AS x) AS b(since, until, whole_before)
    ), bounded AS (
        SELECT m.* FROM member m WHERE m.parent IS NULL
        UNION ALL
        SELECT m.relation, m.parent, coalesce(m.since, b.since), coalesce(m.until, b.until), coalesce(m.whole_before, b.whole_before)
        FROM bounded b JOIN member m ON m.parent = b.relation
    )
    SELECT * FROM bounded
$$;
COMMENT ON FUNCTION empathy.parts(empathy.source) IS
    'internal: the tables that hold a source''s rows, and the periods that these lie in, NULL: not known';

CREATE FUNCTION empathy.note_parts(s empathy.source) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM empathy.part p WHERE p.source = $1.source;
    INSERT INTO empathy.part SELECT $1.source, p.* FROM empathy.parts($1) AS p ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION empathy.note_parts(empathy.source) IS 'internal: notes which tables hold a source''s rows now';

CREATE FUNCTION empathy.log_periods(source integer, since date, until date, unit text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO empathy.change_log
    SELECT $1, NULL, p::date, now() FROM generate_series($2::timestamp, $3::timestamp - interval '1 day', ('1 ' || $4)::interval) AS p
    WHERE $3 - $2 < 10000
    UNION ALL
    SELECT $1, NULL, NULL, now() WHERE ($3 - $2 < 10000) IS NOT TRUE;
    SELECT empathy.wake()
$$;
COMMENT ON FUNCTION empathy.log_periods(integer, date, date, text) IS
    'internal: logs that some periods of a source are stale for everybody; all, if they are not known or too many';

-- Of a partition that was emptied only its own periods. Whoever empties it must not fail by us, so what can't be found out
-- is logged as everything; nor may its snapshot be older than the watch, which is why the number is taken as it is.
CREATE FUNCTION empathy.log_truncated(source integer, relation oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s empathy.source;
    p record;
BEGIN
    SELECT * INTO s FROM empathy.source x WHERE x.source = log_truncated.source;
    SELECT * INTO p FROM empathy.parts(s) AS n WHERE n.relation = log_truncated.relation;
    PERFORM empathy.log_periods(s.source, p.since, p.until, s.period);
EXCEPTION WHEN OTHERS THEN
    PERFORM empathy.log_periods(log_truncated.source, NULL, NULL, NULL);
END $$;
COMMENT ON FUNCTION empathy.log_truncated(integer, oid) IS 'internal: logs what is stale when one of a source''s tables was emptied';

-- What the rows of a partition that went make stale; nothing where they are to be kept.
CREATE FUNCTION empathy.part_is_gone(s empathy.source, p empathy.part) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF s.keep AND p.whole_before IS NOT NULL THEN
        UPDATE empathy.source x SET kept_before = greatest(x.kept_before, p.whole_before) WHERE x.source = s.source;
        IF p.whole_before < p.until THEN -- the period goes on in the next partition
            PERFORM empathy.log_periods(s.source, p.whole_before, p.until, s.period);
        END IF;
    ELSE
        PERFORM empathy.log_periods(s.source, p.since, p.until, s.period);
    END IF;
END $$;
COMMENT ON FUNCTION empathy.part_is_gone(empathy.source, empathy.part) IS 'internal: logs, or keeps, what was computed from a partition that is gone';

-- Partitions that came: captured from now on; those that were created empty make nothing stale. Partitions that went:
-- captured no more.
CREATE FUNCTION empathy.follow_parts(s empathy.source, are_new boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    p empathy.part;
BEGIN
    FOR p IN DELETE FROM empathy.part x WHERE x.source = s.source AND x.relation NOT IN (SELECT t.relation FROM empathy.tree(s.relation) AS t)
             RETURNING x.*
    LOOP
        PERFORM empathy.part_is_gone(s, p), empathy.drop_triggers(p.relation, s.source);
    END LOOP;
    FOR p IN INSERT INTO empathy.part SELECT s.source, n.* FROM empathy.parts(s) AS n
             WHERE NOT EXISTS (SELECT FROM empathy.part x WHERE x.source = s.source AND x.relation = n.relation) RETURNING *
    LOOP
        IF NOT are_new THEN
            PERFORM empathy.log_periods(s.source, p.since, p.until, s.period);
        END IF;
        PERFORM empathy.create_triggers(p.relation, s.source) WHERE s.recheck IS NULL;
    END LOOP;
END $$;
COMMENT ON FUNCTION empathy.follow_parts(empathy.source, boolean) IS
    'internal: begins to capture partitions that came and ends it for those that went, and logs what that makes stale';

-- Columns

CREATE FUNCTION empathy.columns_of(relation regclass) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT jsonb_object_agg(attnum, jsonb_build_array(attname, format_type(atttypid, atttypmod)))
            FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped);
END $$;
COMMENT ON FUNCTION empathy.columns_of(regclass) IS 'internal: number, name and type of a table''s columns';

-- An expression after columns were renamed. Only a column by itself is followed: what else is in an expression is not ours
-- to rewrite.
CREATE FUNCTION empathy.renamed(expression text, known jsonb, present jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $$
    SELECT coalesce((SELECT quote_ident(p.value->>0) FROM jsonb_each($2) AS k JOIN jsonb_each($3) AS p USING (key)
                     WHERE quote_ident(k.value->>0) = $1
                       AND NOT EXISTS (SELECT FROM jsonb_each($3) AS x WHERE x.value->>0 = k.value->>0)), $1)
$$;
COMMENT ON FUNCTION empathy.renamed(text, jsonb, jsonb) IS 'internal: a column by the name that it has now; other expressions as they are';

CREATE FUNCTION empathy.expressions(s empathy.source) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' ', $1.customer, $1.at, $1.kind, $1.said, $1.amount, $1.channel, $1.direction, $1.about, $1.rating)
$$;
COMMENT ON FUNCTION empathy.expressions(empathy.source) IS 'internal: all that a source says about columns';

-- Any way of writing a name in an expression counts.
CREATE FUNCTION empathy.mentions(expressions text, name text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT replace(lower($1), '""', '"') ~ ('(^|[^[:alnum:]_])' || regexp_replace(lower($2), '([^[:alnum:]_])', E'\\\\\\1', 'g') || '($|[^[:alnum:]_])')
        OR $1 ~* 'u&"|[.][*]'
$$;
COMMENT ON FUNCTION empathy.mentions(text, text) IS 'internal: whether expressions may use a column of that name';

-- A column that a source uses was retyped or dropped, or got another name that some expression did not follow, or that
-- some expression already used.
CREATE FUNCTION empathy.columns_changed(earlier text, later text, known jsonb, present jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM jsonb_each($3) AS k LEFT JOIN jsonb_each($4) AS p USING (key)
        WHERE CASE WHEN k.value->>1 = p.value->>1
                   THEN k.value->>0 <> p.value->>0 AND (empathy.mentions($2, k.value->>0) OR empathy.mentions($1, p.value->>0))
                   ELSE empathy.mentions($1, k.value->>0) END)
$$;
COMMENT ON FUNCTION empathy.columns_changed(text, text, jsonb, jsonb) IS
    'internal: whether the change of a table''s columns means more to a source''s expressions than other names';

-- Follows renamed columns; true if columns changed so that all that was computed may be wrong.
CREATE FUNCTION empathy.follow_columns(s empathy.source) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known jsonb := (SELECT h.columns FROM empathy.source_here h WHERE h.source = s.source);
    present jsonb := coalesce(empathy.columns_of(s.relation), '{}');
    followed empathy.source;
BEGIN
    IF known = present OR known IS NULL THEN
        RETURN false;
    END IF;
    UPDATE empathy.source x SET
        customer = empathy.renamed(x.customer, known, present), at = empathy.renamed(x.at, known, present),
        kind = empathy.renamed(x.kind, known, present), said = empathy.renamed(x.said, known, present),
        amount = empathy.renamed(x.amount, known, present), channel = empathy.renamed(x.channel, known, present),
        direction = empathy.renamed(x.direction, known, present), about = empathy.renamed(x.about, known, present),
        rating = empathy.renamed(x.rating, known, present)
    WHERE x.source = s.source RETURNING x.* INTO followed;
    UPDATE empathy.source_here h SET columns = present WHERE h.source = s.source;
    RETURN empathy.columns_changed(empathy.expressions(s), empathy.expressions(followed), known, present);
END $$;
COMMENT ON FUNCTION empathy.follow_columns(empathy.source) IS
    'internal: follows renamed columns; true if more than a name changed';

-- Why the rows of a source can't be read any more; NULL if they can.
CREATE FUNCTION empathy.reading_error(s empathy.source) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM empathy.as_owner(s.relation, empathy.source_query(s.relation, s.customer, s.at, s.kind, s.said, s.amount, s.channel,
                                  s.direction, s.about, s.rating) || ' LIMIT 0', NULL)
        AS t(customer text, at timestamptz, kind text, said text, amount numeric, channel text, direction text, about text, rating numeric);
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END $$;
COMMENT ON FUNCTION empathy.reading_error(empathy.source) IS 'internal: why the rows of a source can''t be read; NULL if they can';

CREATE FUNCTION empathy.break_source(source integer, error text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE empathy.source s SET error = $2, failed_at = coalesce(s.failed_at, clock_timestamp()), tried_at = clock_timestamp()
    WHERE s.source = $1
$$;
COMMENT ON FUNCTION empathy.break_source(integer, text) IS 'internal: notes why a source can''t be read';

-- What a refresh looks at

-- Triggers that are missing: an event trigger that was disabled, or could not get a lock. Or rows that became another
-- source's.
CREATE FUNCTION empathy.check_captured(s empathy.source) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    whole regclass := (SELECT w.relation FROM empathy.part p JOIN empathy.source w USING (source)
                       WHERE p.relation = s.relation AND p.source <> s.source LIMIT 1);
    missing regclass := (
        SELECT t.relation FROM empathy.tree(s.relation) AS t JOIN pg_class c ON c.oid = t.relation
        WHERE c.relkind <> 'm' AND (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = t.relation AND g.tgfoid = 'empathy.capture()'::regprocedure
               AND g.tgargs = convert_to(s.source::text, 'UTF8') || decode('00', 'hex')) < 4 LIMIT 1);
BEGIN
    IF whole IS NOT NULL THEN
        RAISE EXCEPTION 'rows of table "%" are watched as those of "%": call empathy.unwatch(%)', s.relation, whole, quote_literal(s.relation)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    ELSIF missing IS NOT NULL AND s.recheck IS NULL THEN
        RAISE EXCEPTION 'changes of table "%" are not captured: call empathy.watch(%) again', missing, quote_literal(s.relation)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
END $$;
COMMENT ON FUNCTION empathy.check_captured(empathy.source) IS
    'internal: an error if a table of a source lacks our triggers or is also another source''s';

-- Whether a table has other partitions or columns than those that are known: what an event trigger could not see to.
CREATE FUNCTION empathy.has_changed(s empathy.source) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN empathy.follow_columns(s)
        OR EXISTS (SELECT FROM (SELECT t.relation FROM empathy.tree(s.relation) AS t) AS t
                   FULL JOIN (SELECT p.relation FROM empathy.part p WHERE p.source = s.source) AS p USING (relation)
                   WHERE t IS NULL OR p IS NULL);
END $$;
COMMENT ON FUNCTION empathy.has_changed(empathy.source) IS 'internal: whether a source''s table has changed in a way that nobody logged';

-- Event triggers

CREATE FUNCTION empathy.follow_table(relation oid, is_new boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    s empathy.source;
    error text;
BEGIN
    FOR s IN
        SELECT x.* FROM empathy.source x
        WHERE EXISTS (SELECT FROM empathy.part p WHERE p.source = x.source
                      AND p.relation IN (SELECT $1 UNION ALL SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = $1))
    LOOP
        IF EXISTS (SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = $1 OR i.inhrelid = $1
                   EXCEPT SELECT p.relation FROM empathy.part p WHERE p.source = s.source)
           OR EXISTS (SELECT FROM empathy.part p WHERE p.source = s.source AND (p.relation = $1 OR p.parent = $1) AND p.parent IS NOT NULL
                      AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = p.relation AND i.inhparent = p.parent
                                      AND NOT i.inhdetachpending))
        THEN
            PERFORM empathy.follow_parts(s, is_new);
        END IF;
        CONTINUE WHEN s.relation <> $1;
        IF empathy.follow_columns(s) OR (SELECT c.relkind IN ('v', 'm') FROM pg_class c WHERE c.oid = $1) THEN -- another query, or refreshed
            PERFORM empathy.log_periods(s.source, NULL, NULL, s.period);
            error := empathy.reading_error(x) FROM empathy.source x WHERE x.source = s.source;
            PERFORM empathy.break_source(s.source, error) WHERE error IS NOT NULL;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION empathy.follow_table(oid, boolean) IS 'internal: what a change of a table makes stale, if its rows are a source''s';

-- Names of an enum's values are names of customers or kinds.
CREATE FUNCTION empathy.follow_type(type oid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    SELECT empathy.log_periods(s.source, NULL, NULL, s.period) FROM empathy.source s
    WHERE EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                  WHERE a.attrelid = s.relation AND $1 IN (t.oid, t.typbasetype, t.typelem))
$$;
COMMENT ON FUNCTION empathy.follow_type(oid) IS 'internal: makes the sources stale that have a column of a type';

CREATE FUNCTION empathy.follow_ddl() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    c record;
BEGIN
    IF NOT EXISTS (SELECT FROM empathy.source) THEN
        RETURN;
    END IF;
    FOR c IN SELECT DISTINCT d.classid, d.objid, d.command_tag FROM pg_event_trigger_ddl_commands() AS d
             WHERE d.classid IN ('pg_class'::regclass, 'pg_type'::regclass)
    LOOP
        IF c.classid = 'pg_type'::regclass THEN
            PERFORM empathy.follow_type(c.objid);
        ELSE
            PERFORM empathy.follow_table(c.objid, c.command_tag = 'CREATE TABLE');
        END IF;
    END LOOP;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'the extension "empathy" could not follow this: %', SQLERRM
        USING HINT = 'The next refresh looks again; the view empathy.sources says what is wrong.';
END $$;
COMMENT ON FUNCTION empathy.follow_ddl() IS 'internal: event trigger: follows partitions, columns and types of watched tables';

-- Rows that get other values where they lie.
CREATE FUNCTION empathy.follow_rewrite() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
    IF pg_event_trigger_table_rewrite_reason() & 4 <> 0 THEN -- the values of a column
        PERFORM empathy.log_periods(p.source, NULL, NULL, NULL) FROM empathy.part p WHERE p.relation = pg_event_trigger_table_rewrite_oid();
    END IF;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'the extension "empathy" could not follow this: %', SQLERRM
        USING HINT = 'Call empathy.invalidate() for the table.';
END $$;
COMMENT ON FUNCTION empathy.follow_rewrite() IS 'internal: event trigger: what is rewritten is stale';

CREATE FUNCTION empathy.follow_drop() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    d record;
BEGIN
    FOR d IN
        DELETE FROM empathy.part x USING pg_event_trigger_dropped_objects() AS o, empathy.source s
        WHERE o.classid = 'pg_class'::regclass AND o.objsubid = 0 AND x.relation = o.objid AND s.source = x.source
        RETURNING o.object_identity AS name, s, x AS p
    LOOP
        IF (d.p).parent IS NULL THEN
            PERFORM empathy.break_source((d.s).source, format('the table "%s" was dropped', d.name));
        ELSE
            PERFORM empathy.part_is_gone(d.s, d.p);
        END IF;
    END LOOP;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'the extension "empathy" could not follow this: %', SQLERRM
        USING HINT = 'The next refresh looks again; the view empathy.sources says what is wrong.';
END $$;
COMMENT ON FUNCTION empathy.follow_drop() IS 'internal: event trigger: follows dropped partitions and tables';

REVOKE ALL ON FUNCTION empathy.note_parts, empathy.log_periods, empathy.log_truncated, empathy.part_is_gone, empathy.follow_parts, empathy.follow_columns, empathy.reading_error, empathy.has_changed,
        empathy.break_source, empathy.follow_table, empathy.follow_type, empathy.follow_ddl, empathy.follow_rewrite,
    empathy.follow_drop FROM PUBLIC;

CREATE EVENT TRIGGER empathy_follow_ddl ON ddl_command_end WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE', 'ALTER TYPE', 'ALTER VIEW',
    'CREATE VIEW', 'ALTER MATERIALIZED VIEW', 'REFRESH MATERIALIZED VIEW', 'ALTER FOREIGN TABLE', 'CREATE FOREIGN TABLE')
    EXECUTE FUNCTION empathy.follow_ddl();
CREATE EVENT TRIGGER empathy_follow_rewrite ON table_rewrite EXECUTE FUNCTION empathy.follow_rewrite();
CREATE EVENT TRIGGER empathy_follow_drop ON sql_drop EXECUTE FUNCTION empathy.follow_drop();
ALTER EVENT TRIGGER empathy_follow_ddl ENABLE ALWAYS;
ALTER EVENT TRIGGER empathy_follow_rewrite ENABLE ALWAYS;
ALTER EVENT TRIGGER empathy_follow_drop ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER empathy_follow_ddl IS 'Follows partitions, columns and types of watched tables';
COMMENT ON EVENT TRIGGER empathy_follow_rewrite IS 'Notes that the rows of a watched table were rewritten';
COMMENT ON EVENT TRIGGER empathy_follow_drop IS 'Follows dropped partitions and watched tables';
