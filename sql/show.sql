-- Maps to look at: as text, Markdown and a diagram. Pictures and pages are in show_page.sql.
--
-- A map is any jsonb: what has not the type that map() gives it counts as absent, and every text in it is a stranger's.
-- So all of it is read through show_text(), show_number() and show_cells(), and written through the one escaping
-- function of its target: show_markdown(), show_mermaid(), show_html(). Words of ours are in ASCII: a database may have
-- any encoding.

-- ---- strangers' texts: src/show/show_text.c ----

CREATE FUNCTION empathy.show_text(value jsonb) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_text';
CREATE FUNCTION empathy.show_number(value jsonb, lo float8, hi float8) RETURNS numeric
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_number';
CREATE FUNCTION empathy.show_html(said text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_html';
CREATE FUNCTION empathy.show_markdown(said text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_markdown';
CREATE FUNCTION empathy.show_mermaid(said text) RETURNS text
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_mermaid';
CREATE FUNCTION empathy.show_width(said text) RETURNS int
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_width';
CREATE FUNCTION empathy.show_wrap(said text, width int, most int) RETURNS text[]
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_show_wrap';
COMMENT ON FUNCTION empathy.show_text(jsonb) IS
    'internal: a string without what steers a terminal or the direction of text; NULL of others and of blanks';
COMMENT ON FUNCTION empathy.show_number(jsonb, float8, float8) IS
    'internal: a number, brought between two bounds; NULL for others';
COMMENT ON FUNCTION empathy.show_html(text) IS 'internal: escapes a text for HTML and SVG';
COMMENT ON FUNCTION empathy.show_markdown(text) IS 'internal: escapes a text for Markdown';
COMMENT ON FUNCTION empathy.show_mermaid(text) IS 'internal: a text, or its beginning, in quotes for Mermaid';
COMMENT ON FUNCTION empathy.show_width(text) IS 'internal: how many columns of a screen a text takes';
COMMENT ON FUNCTION empathy.show_wrap(text, int, int) IS 'internal: a text as at most so many lines of so many columns';

-- ---- what is in a map ----

CREATE FUNCTION empathy.show_list(value jsonb) RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_array_elements(CASE WHEN jsonb_typeof(value) = 'array' THEN value ELSE '[]' END)
$$;
COMMENT ON FUNCTION empathy.show_list(jsonb) IS 'internal: the elements of an array; none of others';

CREATE FUNCTION empathy.show_day(value jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT substring(value #>> '{}' FROM '^[0-9]{4,6}-[0-9]{2}-[0-9]{2}')
$$;
COMMENT ON FUNCTION empathy.show_day(jsonb) IS 'internal: the day of a date or time; NULL of others';

CREATE FUNCTION empathy.show_percent(share numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN share > 0 AND share < 0.005 THEN '<1' ELSE round(100 * share)::text END || ' %'
$$;
COMMENT ON FUNCTION empathy.show_percent(numeric) IS 'internal: a share in words';

CREATE FUNCTION empathy.show_interval(lo numeric, hi numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('(%s to %s)', round(100 * lo), round(100 * hi))
$$;
COMMENT ON FUNCTION empathy.show_interval(numeric, numeric) IS 'internal: the interval of a share in words';

CREATE FUNCTION empathy.show_count(n numeric, one text, many text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char(n, 'FM999,999,999,999,990') || ' ' || CASE n WHEN 1 THEN one ELSE many END
$$;
COMMENT ON FUNCTION empathy.show_count(numeric, text, text) IS 'internal: a number of things in words';

-- The four quadrants, and pains and gains where the map has them.
CREATE FUNCTION empathy.show_quadrants(map jsonb) RETURNS TABLE (nth int, quadrant text, about text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 6 SET search_path = pg_catalog, pg_temp AS $$
    SELECT q.nth, q.quadrant, q.about
    FROM (VALUES (1, 'says', 'topics, wishes and words of their own'), (2, 'thinks', 'doubts, and what their acts suggest'),
                 (3, 'does', 'what, how often and over which channel'), (4, 'feels', 'emotions, and what they are about'),
                 (5, 'pains', 'what goes wrong for them'), (6, 'gains', 'what goes well for them')) AS q(nth, quadrant, about)
    WHERE q.nth <= 4 OR map ?| '{pains,gains}'
$$;
COMMENT ON FUNCTION empathy.show_quadrants(jsonb) IS 'internal: the parts of a map, in order';

-- Why a cell is there, and who said so.
CREATE FUNCTION empathy.show_remarks(cell jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(r.remark ORDER BY r.nth)
    FROM (VALUES
        (1, CASE WHEN coalesce(cell ->> 'origin', '') NOT IN ('observed', 'human')
                 THEN concat_ws(': ', 'inferred', coalesce(empathy.show_text(cell -> 'rule'),
                                                           CASE cell ->> 'class' WHEN 'act' THEN 'from their words' END)) END),
        (2, 'in a sample of ' || empathy.show_number(cell -> 'sampled', 0, 1e12)),
        (2, 'seen: ' || (SELECT string_agg(regexp_replace(empathy.show_text(a), '^[a-z]+:(?=.)', ''), ', ' ORDER BY nth)
                         FROM empathy.show_list(cell -> 'evidence') WITH ORDINALITY AS e(a, nth))),
        (2, 'about ' || (SELECT string_agg(empathy.show_text(a), ', ') FROM empathy.show_list(cell -> 'about') AS a)),
        (3, CASE cell ->> 'origin' WHEN 'human' THEN concat_ws(' ', 'noted by ' || empathy.show_text(cell -> 'author'),
                                                               'on ' || empathy.show_day(cell -> 'noted_at')) END),
        (4, CASE WHEN cell #>> '{review,verdict}' IN ('confirmed', 'rejected')
                 THEN concat_ws(' ', cell #>> '{review,verdict}', 'by ' || empathy.show_text(cell #> '{review,by}'),
                                'on ' || empathy.show_day(cell #> '{review,at}')) END)) AS r(nth, remark)
    WHERE r.remark <> ''
$$;
COMMENT ON FUNCTION empathy.show_remarks(jsonb) IS 'internal: why a cell is in a map, and who says so, in words';

-- Up or down, where the interval of the change says so; of one person there is no interval.
CREATE FUNCTION empathy.show_direction(cell jsonb) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN t.lo > 0 OR t.lo IS NULL AND t.trend >= 0.005 THEN 1
                WHEN t.hi < 0 OR t.hi IS NULL AND t.trend <= -0.005 THEN -1
                WHEN t.trend IS NOT NULL THEN 0 END
    FROM (SELECT empathy.show_number(cell -> 'trend', -1, 1), empathy.show_number(cell -> 'trend_lo', -1, 1),
                 empathy.show_number(cell -> 'trend_hi', -1, 1)) AS t(trend, lo, hi)
$$;
COMMENT ON FUNCTION empathy.show_direction(jsonb) IS
    'internal: whether a share has become larger (1), smaller (-1) or neither (0)';

-- Six cells and every note are seen first. The six are dealt out to classes as seats are to parties (D'Hondt), so that
-- many kinds of events don't hide through which channel they came. What one customer just has or has not is no share.
CREATE FUNCTION empathy.show_cells(map jsonb, quadrant text)
RETURNS TABLE (rank int, first boolean, item text, label text, class text, origin text, confidence numeric, customers numeric,
               share numeric, share_lo numeric, share_hi numeric, weight numeric, sentiment numeric, trend numeric, direction int,
               verdict text, remarks text[], quotes jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
    WITH cell AS (
        SELECT c.cell, c.nth, CASE c.cell ->> 'class' WHEN 'phrase' THEN '"' || i.item || '"' ELSE i.item END AS item,
               empathy.show_text(c.cell -> 'class') AS class, empathy.show_text(c.cell -> 'prompt') AS prompt, coalesce(empathy.show_number(c.cell -> 'share', 0, 1), 0) AS share,
               CASE WHEN c.cell ->> 'origin' IN ('observed', 'human') THEN c.cell ->> 'origin' ELSE 'inferred' END AS origin,
               CASE WHEN c.cell #>> '{review,verdict}' IN ('confirmed', 'rejected') THEN c.cell #>> '{review,verdict}' END AS verdict,
               (map -> 'customers' = '1' AND c.cell ->> 'class' = ANY ('{habit,rule,stage,when}')) IS NOT TRUE AS is_share
        FROM empathy.show_list(map -> quadrant) WITH ORDINALITY AS c(cell, nth), LATERAL empathy.show_text(c.cell -> 'item') AS i(item)
        WHERE i.item IS NOT NULL
    ), seat AS (
        SELECT s.nth, row_number() OVER (ORDER BY s.rejected, s.quotient DESC, s.nth) AS seat
        FROM (SELECT nth, verdict IS NOT DISTINCT FROM 'rejected' AS rejected,
                     share / row_number() OVER (PARTITION BY class, verdict IS NOT DISTINCT FROM 'rejected' ORDER BY nth) AS quotient
              FROM cell WHERE origin <> 'human') AS s
    )
    SELECT row_number() OVER (ORDER BY c.nth)::int, coalesce(s.seat <= 6, true), c.item,
           c.item || CASE WHEN count(*) OVER (PARTITION BY c.item) > 1 THEN coalesce(' (' || c.class || ')', '') ELSE '' END, c.class,
           c.origin, empathy.show_number(c.cell -> 'confidence', 0, 1), empathy.show_number(c.cell -> 'customers', 0, 1e12),
           CASE WHEN c.is_share THEN empathy.show_number(c.cell -> 'share', 0, 1) END,
           CASE WHEN c.is_share THEN empathy.show_number(c.cell -> 'share_lo', 0, 1) END,
           CASE WHEN c.is_share THEN empathy.show_number(c.cell -> 'share_hi', 0, 1) END,
           empathy.show_number(c.cell -> 'weight', 0, 1), empathy.show_number(c.cell -> 'sentiment', -1, 1),
           CASE WHEN c.is_share THEN empathy.show_number(c.cell -> 'trend', -1, 1) END,
           CASE WHEN c.is_share AND c.cell ? 'trend' THEN empathy.show_direction(c.cell) END,
           c.verdict, array_remove(coalesce(empathy.show_remarks(c.cell), '{}') || CASE WHEN c.prompt IS DISTINCT FROM lag(c.prompt) OVER
               (PARTITION BY coalesce(s.seat <= 6, true) ORDER BY c.nth) THEN 'answers: ' || c.prompt END, NULL), c.cell -> 'quotes'
    FROM cell c LEFT JOIN seat s USING (nth)
$$;
COMMENT ON FUNCTION empathy.show_cells(jsonb, text) IS 'internal: the cells of one quadrant of a map, in order, and which are to be seen first';

-- Of a group: what changed most, where that is more than chance. What several cells say is said once.
CREATE FUNCTION empathy.show_changes(map jsonb) RETURNS TABLE (item text, share numeric, trend numeric, direction int)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 3 SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.item, d.share, d.trend, d.direction
    FROM (SELECT DISTINCT ON (c.item) c.item, c.share, c.trend, c.direction, q.nth, c.rank
          FROM empathy.show_quadrants(map) AS q, LATERAL empathy.show_cells(map, q.quadrant) AS c
          WHERE c.direction <> 0 AND c.share_lo IS NOT NULL AND c.verdict IS DISTINCT FROM 'rejected'
          ORDER BY c.item, abs(c.trend) DESC, q.nth, c.rank) AS d
    ORDER BY abs(d.trend) DESC, d.nth, d.rank
    LIMIT 3
$$;
COMMENT ON FUNCTION empathy.show_changes(jsonb) IS 'internal: what changed most in the map of a group';

CREATE FUNCTION empathy.show_quotes(quotes jsonb) RETURNS TABLE (quote text, day text, sentiment numeric)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 2 SET search_path = pg_catalog, pg_temp AS $$
    SELECT empathy.show_text(q -> 'quote'), empathy.show_day(q -> 'at'), empathy.show_number(q -> 'sentiment', -1, 1)
    FROM empathy.show_list(quotes) AS q
    WHERE empathy.show_text(q -> 'quote') IS NOT NULL
$$;
COMMENT ON FUNCTION empathy.show_quotes(jsonb) IS 'internal: the quotes of a cell';

CREATE FUNCTION empathy.show_scope(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN s.scope = 'all' THEN 'all customers'
                WHEN s.scope LIKE 'customer:%' THEN 'customer ' || substr(s.scope, 10)
                WHEN s.scope IS NOT NULL THEN s.scope
                WHEN map -> 'customers' = '1' THEN 'one customer'
                ELSE 'a group' END
    FROM empathy.show_text(map -> 'scope') AS s(scope)
$$;
COMMENT ON FUNCTION empathy.show_scope(jsonb) IS 'internal: whose map it is';

CREATE FUNCTION empathy.show_facts(map jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_remove(ARRAY[
        'template ' || substring(empathy.show_text(map -> 'template') FROM '^[a-z0-9-]{1,80}$'),
        'as of ' || empathy.show_day(map -> 'as_of'),
        'the last ' || empathy.show_count(empathy.show_number(map -> 'days', 0, 1e6), 'day', 'days'),
        CASE WHEN n.customers > 1 THEN empathy.show_count(n.customers, 'customer', 'customers') END,
        CASE WHEN n.customers > 1 THEN concat_ws(' ', to_char(n.heard, 'FM999,999,999,999,990') || ' heard',
                                                 '(' || empathy.show_percent(n.heard / n.customers) || ')') END,
        'completeness ' || empathy.show_percent(empathy.show_number(map -> 'completeness', 0, 1))], NULL)
    FROM (SELECT empathy.show_number(map -> 'customers', 0, 1e12), empathy.show_number(map -> 'heard', 0, 1e12))
         AS n(customers, heard)
$$;
COMMENT ON FUNCTION empathy.show_facts(jsonb) IS 'internal: of when a map is, of how many, and how much is known';

CREATE FUNCTION empathy.show_mood(map jsonb) RETURNS numeric[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(empathy.show_number(m.slice -> 'sentiment', -1, 1) ORDER BY m.nth)
    FROM empathy.show_list(map -> 'mood') WITH ORDINALITY AS m(slice, nth)
    WHERE m.nth <= 60
    HAVING count(empathy.show_number(m.slice -> 'sentiment', -1, 1)) > 0
$$;
COMMENT ON FUNCTION empathy.show_mood(jsonb) IS
    'internal: how they felt over time, with NULLs where that is not known; NULL if it never is';

CREATE FUNCTION empathy.show_course(mood numeric[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('from %s to %s', to_char(k.known[1], 'FMSG0.00'), to_char(k.known[cardinality(k.known)], 'FMSG0.00'))
    FROM array_remove(mood, NULL) AS k(known)
$$;
COMMENT ON FUNCTION empathy.show_course(numeric[]) IS 'internal: how feelings changed, in words';

CREATE FUNCTION empathy.show_missing(map jsonb) RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 5 SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(': ', empathy.show_text(m -> 'what'), empathy.show_text(m -> 'fill'))
    FROM empathy.show_list(map -> 'missing') WITH ORDINALITY AS l(m, nth)
    WHERE empathy.show_text(m -> 'what') IS NOT NULL AND nth <= 20
    UNION ALL
    SELECT concat_ws(': ', empathy.show_text(u -> 'quadrant'), empathy.show_text(u -> 'prompt'), 'no answer')
    FROM empathy.show_list(map -> 'unanswered') WITH ORDINALITY AS l(u, nth)
    WHERE empathy.show_text(u -> 'prompt') IS NOT NULL AND nth <= 20
$$;
COMMENT ON FUNCTION empathy.show_missing(jsonb) IS 'internal: what is not known, and what would fill it; prompts of a template that have no answer';

-- ---- text ----

CREATE FUNCTION empathy.show_glyph(code int, otherwise text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE getdatabaseencoding() WHEN 'UTF8' THEN chr(code) ELSE otherwise END
$$;
COMMENT ON FUNCTION empathy.show_glyph(int, text) IS 'internal: a character, or another where the encoding has no such';

CREATE FUNCTION empathy.show_pad(line text, width int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT line || repeat(' ', width - empathy.show_width(line))
$$;
COMMENT ON FUNCTION empathy.show_pad(text, int) IS 'internal: fills a line up to so many columns';

CREATE FUNCTION empathy.show_bar(share numeric, width int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT rpad(repeat(empathy.show_glyph(9608, '#'), b.eighths / 8)
                || CASE WHEN b.eighths % 8 > 0 THEN empathy.show_glyph(9616 - b.eighths % 8, '-') ELSE '' END,
                width, empathy.show_glyph(183, '.'))
    FROM (SELECT ceil(share * width * 8)::int) AS b(eighths)
$$;
COMMENT ON FUNCTION empathy.show_bar(numeric, int) IS 'internal: a share as a bar of characters';

CREATE FUNCTION empathy.show_spark(mood numeric[]) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(coalesce(empathy.show_glyph(9601 + m.level, substr('_.,-=+*#', 1 + m.level, 1)), ' '), ''
                      ORDER BY m.nth)
    FROM (SELECT nth, felt, round(3.5 + 3.5 * felt / greatest(0.25, max(abs(felt)) OVER ()))::int AS level
          FROM unnest(mood) WITH ORDINALITY AS u(felt, nth)) AS m
$$;
COMMENT ON FUNCTION empathy.show_spark(numeric[]) IS 'internal: feelings over time as a line of characters';

-- Where a cell is from, and how sure it is: a pie of quarters.
CREATE FUNCTION empathy.show_mark(origin text, confidence numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE origin WHEN 'inferred' THEN empathy.show_glyph(8776, '~')
                       WHEN 'human' THEN empathy.show_glyph(9998, '+') ELSE ' ' END
        || coalesce(empathy.show_glyph((ARRAY[9675, 9684, 9681, 9685, 9679])[1 + round(4 * confidence)::int],
                                       round(9 * confidence)::text), ' ')
$$;
COMMENT ON FUNCTION empathy.show_mark(text, numeric) IS
    'internal: where a cell is from and how sure it is, as two characters';

CREATE FUNCTION empathy.show_arrow(direction int, trend numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE direction WHEN 1 THEN empathy.show_glyph(9650, '^') WHEN -1 THEN empathy.show_glyph(9660, 'v') END
        || CASE WHEN abs(trend) < 0.005 THEN '<1' ELSE round(abs(100 * trend))::text END
$$;
COMMENT ON FUNCTION empathy.show_arrow(int, numeric) IS 'internal: a change in points, NULL where it may be none';

CREATE FUNCTION empathy.show_lines(texts text[], width int, indent int DEFAULT 0, most int DEFAULT 2) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(repeat(' ', indent) || w.line ORDER BY t.nth, w.nth), '{}')
    FROM unnest(texts) WITH ORDINALITY AS t(said, nth),
         unnest(empathy.show_wrap(t.said, width - indent, most)) WITH ORDINALITY AS w(line, nth)
$$;
COMMENT ON FUNCTION empathy.show_lines(text[], int, int, int) IS 'internal: texts as lines, at most so many of each';

CREATE FUNCTION empathy.show_rule(title text, width int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT upper(title) || ' ' || repeat(empathy.show_glyph(9472, '-'), width - char_length(title) - 1)
$$;
COMMENT ON FUNCTION empathy.show_rule(text, int) IS 'internal: a heading as a line';

-- A cell as a line; without a share, as a note has none, as up to four.
CREATE FUNCTION empathy.show_line(mark text, item text, sentiment numeric, share numeric, arrow text, width int)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN share IS NULL
           THEN ARRAY[mark || substr(l.lines[1], 3)] || l.lines[2:]
           ELSE ARRAY[concat(mark, ' ', empathy.show_pad((empathy.show_wrap(item, width - 25, 1))[1], width - 25),
                             lpad(coalesce(to_char(sentiment, 'FMSG0.0'), ''), 5), ' ',
                             empathy.show_bar(share, 6), lpad(empathy.show_percent(share), 6), lpad(arrow, 4))] END
    FROM empathy.show_lines(ARRAY[item], width, 3, 4) AS l(lines)
$$;
COMMENT ON FUNCTION empathy.show_line(text, text, numeric, numeric, text, int) IS 'internal: a cell as lines';

-- The first cells of a quadrant, each with its remarks; two of them with a quote.
CREATE FUNCTION empathy.show_quadrant(map jsonb, quadrant text, width int) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    lines text[] := ARRAY[empathy.show_rule(quadrant, width)];
    quotes int := 2;
    quote text;
    others int := 0;
    c record;
BEGIN
    FOR c IN SELECT * FROM empathy.show_cells(map, quadrant) LOOP
        others := others + (NOT c.first)::int;
        CONTINUE WHEN NOT c.first;
        SELECT '"' || q.quote || '"' INTO quote FROM empathy.show_quotes(c.quotes) AS q WHERE quotes > 0 LIMIT 1;
        quotes := quotes - FOUND::int;
        lines := lines
            || empathy.show_line(empathy.show_mark(c.origin, c.confidence), c.label, c.sentiment, c.share,
                                 empathy.show_arrow(c.direction, c.trend), width)
            || empathy.show_lines(array_remove(c.remarks || quote, NULL), width, 3);
    END LOOP;
    RETURN CASE WHEN c.rank IS NULL THEN lines || '   nothing known'::text
                WHEN others > 0 THEN lines || format('   and %s more', others)
                ELSE lines END;
END
$$;
COMMENT ON FUNCTION empathy.show_quadrant(jsonb, text, int) IS 'internal: a quadrant of a map as lines';

-- Two columns side by side, or one below the other where that would be narrow.
CREATE FUNCTION empathy.show_beside(map jsonb, first text, second text, width int) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN width < 72
           THEN empathy.show_quadrant(map, first, width) || ''::text || empathy.show_quadrant(map, second, width)
           ELSE (SELECT array_agg(empathy.show_pad(coalesce(f.line, ''), width / 2 - 1) || empathy.show_glyph(9474, '|')
                                  || coalesce(' ' || s.line, '') ORDER BY nth)
                 FROM unnest(empathy.show_quadrant(map, first, width / 2 - 2)) WITH ORDINALITY AS f(line, nth)
                 FULL JOIN unnest(empathy.show_quadrant(map, second, (width - 1) / 2)) WITH ORDINALITY AS s(line, nth)
                 USING (nth)) END
$$;
COMMENT ON FUNCTION empathy.show_beside(jsonb, text, text, int) IS 'internal: two quadrants as lines';

CREATE FUNCTION empathy.show_legend() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s to %s how sure, %s inferred, %s noted by a person, -1 to +1 bad or good, %s %s change in points',
                  btrim(empathy.show_mark('', 0)), btrim(empathy.show_mark('', 1)),
                  left(empathy.show_mark('inferred', NULL), 1), left(empathy.show_mark('human', NULL), 1),
                  left(empathy.show_arrow(1, 0), 1), left(empathy.show_arrow(-1, 0), 1))
$$;
COMMENT ON FUNCTION empathy.show_legend() IS 'internal: what the marks of map_text() mean';

CREATE FUNCTION empathy.map_text(map jsonb, width int DEFAULT 100) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    lines text[];
    mood numeric[] := empathy.show_mood(map);
    missing text[] := ARRAY(SELECT empathy.show_missing(map));
BEGIN
    IF width NOT BETWEEN 40 AND 400 THEN
        RAISE EXCEPTION 'width must be between 40 and 400' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    lines := empathy.show_lines(ARRAY['Empathy map: ' || empathy.show_scope(map),
                                      array_to_string(empathy.show_facts(map), ', ')], width);
    IF mood IS NOT NULL THEN
        lines := lines || format('feelings %s %s', right(empathy.show_spark(mood), width - 29), empathy.show_course(mood));
    END IF;
    lines := lines || empathy.show_lines(ARRAY['changed most: ' || (
                 SELECT string_agg(concat_ws(' ', c.item, empathy.show_arrow(c.direction, c.trend)), ', ' ORDER BY c.nth)
                 FROM empathy.show_changes(map) WITH ORDINALITY AS c(item, share, trend, direction, nth))], width)
                   || ''::text || empathy.show_beside(map, 'says', 'thinks', width)
                   || ''::text || empathy.show_beside(map, 'does', 'feels', width);
    IF map ?| '{pains,gains}' THEN
        lines := lines || ''::text || empathy.show_beside(map, 'pains', 'gains', width);
    END IF;
    IF missing <> '{}' THEN
        lines := lines || ''::text || empathy.show_rule('not known', width) || empathy.show_lines(missing, width, 3);
    END IF;
    RETURN array_to_string(lines || ''::text || empathy.show_lines(ARRAY[empathy.show_legend()], width), E'\n');
END
$$;
COMMENT ON FUNCTION empathy.map_text(jsonb, int) IS 'A map as text of so many columns, to read in a terminal';

-- ---- Markdown ----

CREATE FUNCTION empathy.show_markdown_table(map jsonb, quadrant text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(E'| what | share | change | feeling | sure | why |\n| --- | ---: | ---: | ---: | ---: | --- |\n'
                    || string_agg(format('| %s |', array_to_string(ARRAY[
                           empathy.show_markdown(c.item || coalesce(' (' || c.class || ')', '')),
                           concat_ws(' ', empathy.show_percent(c.share), empathy.show_interval(c.share_lo, c.share_hi)),
                           to_char(round(100 * c.trend), 'FMSG990') || CASE c.direction WHEN 0 THEN ' ?' ELSE '' END,
                           to_char(c.sentiment, 'FMSG0.00'), empathy.show_percent(c.confidence),
                           empathy.show_markdown(coalesce(nullif(array_to_string(c.remarks, '; '), ''), c.origin))],
                           ' | ', '')), E'\n' ORDER BY c.rank), 'Nothing known.')
    FROM empathy.show_cells(map, quadrant) AS c
$$;
COMMENT ON FUNCTION empathy.show_markdown_table(jsonb, text) IS 'internal: a quadrant of a map as a table in Markdown';

CREATE FUNCTION empathy.show_markdown_quotes(map jsonb, quadrant text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT E'\n\n' || string_agg(format('- "%s" (%s)', empathy.show_markdown(q.quote),
                                        empathy.show_markdown(concat_ws(', ', c.item, q.day))), E'\n' ORDER BY c.rank)
    FROM empathy.show_cells(map, quadrant) AS c, LATERAL empathy.show_quotes(c.quotes) AS q
$$;
COMMENT ON FUNCTION empathy.show_markdown_quotes(jsonb, text) IS
    'internal: the quotes of a quadrant as a list in Markdown';

CREATE FUNCTION empathy.map_markdown(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        '# Empathy map: ', empathy.show_markdown(empathy.show_scope(map)),
        E'\n\n', array_to_string(empathy.show_facts(map), ', '), E'\n',
        (SELECT string_agg(concat(E'\n## ', initcap(q.quadrant), E'\n\n', empathy.show_markdown_table(map, q.quadrant),
                                  empathy.show_markdown_quotes(map, q.quadrant), E'\n'), '' ORDER BY q.nth)
         FROM empathy.show_quadrants(map) AS q),
        (SELECT E'\n## Not known\n\n' || string_agg('- ' || empathy.show_markdown(m), E'\n') || E'\n'
         FROM empathy.show_missing(map) AS m))
$$;
COMMENT ON FUNCTION empathy.map_markdown(jsonb) IS 'A map as Markdown';

-- ---- Mermaid ----

-- Squares are observed, rounded ones inferred, six-sided ones noted by a person.
CREATE FUNCTION empathy.show_mermaid_branch(map jsonb, quadrant text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat('    ', quadrant, '[', initcap(quadrant), E']\n',
                  string_agg(format(CASE c.origin WHEN 'observed' THEN E'      %s%s[%s]\n'
                                                  WHEN 'human' THEN E'      %s%s{{%s}}\n' ELSE E'      %s%s(%s)\n' END,
                                    quadrant, c.rank,
                                    empathy.show_mermaid(concat_ws(', ', c.label, empathy.show_percent(c.share)))),
                             '' ORDER BY c.rank))
    FROM empathy.show_cells(map, quadrant) AS c
    WHERE c.first AND c.verdict IS DISTINCT FROM 'rejected'
$$;
COMMENT ON FUNCTION empathy.show_mermaid_branch(jsonb, text) IS
    'internal: a quadrant of a map as a branch of a mind map';

CREATE FUNCTION empathy.map_mermaid(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(E'mindmap\n  root((', empathy.show_mermaid(empathy.show_scope(map)), E'))\n',
                  string_agg(empathy.show_mermaid_branch(map, q.quadrant), '' ORDER BY q.nth))
    FROM empathy.show_quadrants(map) AS q
$$;
COMMENT ON FUNCTION empathy.map_mermaid(jsonb) IS 'A map as a mind map in the language of Mermaid';

-- ---- of a scope ----
-- For whom these and map_of() were granted to.

CREATE FUNCTION empathy.map_text(scope text DEFAULT 'all', width int DEFAULT 100) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.map_text(empathy.map_of($1), $2)';
CREATE FUNCTION empathy.map_markdown(scope text DEFAULT 'all') RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.map_markdown(empathy.map_of($1))';
CREATE FUNCTION empathy.map_mermaid(scope text DEFAULT 'all') RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.map_mermaid(empathy.map_of($1))';
COMMENT ON FUNCTION empathy.map_text(text, int) IS 'The map of a scope as text of so many columns, to read in a terminal';
COMMENT ON FUNCTION empathy.map_markdown(text) IS 'The map of a scope as Markdown';
COMMENT ON FUNCTION empathy.map_mermaid(text) IS 'The map of a scope as a mind map in the language of Mermaid';
REVOKE ALL ON FUNCTION empathy.map_text(text, int), empathy.map_markdown(text), empathy.map_mermaid(text) FROM PUBLIC;
