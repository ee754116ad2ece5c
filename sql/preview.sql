-- Profiles of a few customers, computed on the fly: nothing is watched, nothing is written.
CREATE FUNCTION empathy.preview(source regclass, customers int DEFAULT 5,
    INOUT customer text DEFAULT NULL, at text DEFAULT NULL, kind text DEFAULT NULL, said text DEFAULT NULL,
    amount text DEFAULT NULL, channel text DEFAULT NULL, direction text DEFAULT NULL, about text DEFAULT NULL,
    rating text DEFAULT NULL, OUT events bigint, OUT texts bigint, OUT first_at timestamptz, OUT last_at timestamptz,
    OUT profile empathy.profile)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    f record;
    chosen text;
BEGIN
    IF customers IS NULL OR customers NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'customers must be between 1 and 1000' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'To profile all customers of a table, watch it, or use empathy.profile_agg directly.';
    END IF;
    f := empathy.guess_columns(source, customer, at, kind, said, amount, channel, direction, about, rating);

    -- Those with most texts, then most events, in the first 1,000 usable rows.
    chosen := format($query$ %1$s = ANY (ARRAY(
        SELECT c FROM (SELECT %1$s AS c, (%2$s
                       )::text AS s FROM %3$s WHERE %4$s AND %5$s LIMIT 1000) AS first
        GROUP BY c ORDER BY count(s) DESC, count(*) DESC, c LIMIT %6$s)) $query$,
        f.customer, coalesce(f.said, 'NULL'), source, empathy.source_customer(source, f.customer),
        (empathy.source_time(source, f.at)).usable, customers);

    RETURN QUERY EXECUTE format($query$
        SELECT customer, count(*), count(*) FILTER (WHERE left(said, 1000) ~ '[^[:space:]]'), min(at), max(at),
               empathy.profile_agg(at, kind, said, amount, channel, direction, about, rating)
        FROM (%s) AS event GROUP BY customer ORDER BY customer $query$,
        empathy.source_query(source, f.customer, f.at, f.kind, f.said, f.amount, f.channel,
                             f.direction, f.about, f.rating, chosen));
END $$;
COMMENT ON FUNCTION empathy.preview(regclass, int, text, text, text, text, text, text, text, text, text) IS
    'Profiles of a sample of customers, computed on the fly with the columns guessed or chosen; writes nothing';
