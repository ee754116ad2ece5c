-- Maps as rows, and the shares in them.

CREATE FUNCTION empathy.quadrants() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '{says,thinks,does,feels,pains,gains}'::pg_catalog.text[] $$;
COMMENT ON FUNCTION empathy.quadrants() IS 'internal: the quadrants of a map, in order';

CREATE FUNCTION empathy.check_quadrant(quadrant text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (quadrant = ANY (empathy.quadrants())) IS NOT TRUE THEN
        RAISE EXCEPTION 'unknown quadrant %', coalesce('"' || quadrant || '"', 'NULL') USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Quadrants are says, thinks, does, feels, pains and gains.';
    END IF;
END $$;
COMMENT ON FUNCTION empathy.check_quadrant(text) IS 'internal: an error unless it is a quadrant of a map';

CREATE FUNCTION empathy.empty_map(as_of date) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('as_of', as_of, 'customers', 0, 'heard', 0) || jsonb_object_agg(q, '[]'::jsonb)
    FROM unnest(empathy.quadrants()) AS q
$$;
COMMENT ON FUNCTION empathy.empty_map(date) IS 'internal: the map of nobody';

-- Any map as rows. What a cell has none of is NULL.
CREATE FUNCTION empathy.map_cells(map jsonb)
RETURNS TABLE (quadrant text, rank bigint, class text, item text, share real, share_lo real, share_hi real, customers bigint,
               weight real, sentiment real, trend real, trend_lo real, trend_hi real, origin text, confidence real, rule text,
               about text[], evidence text[], quotes jsonb, sampled bigint, author text, noted_at timestamptz, note bigint,
               review text, reviewed_by text, reviewed_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 50 SET search_path = pg_catalog, pg_temp AS $$
    SELECT q.quadrant, e.rank, c.class, c.item, c.share, c.share_lo, c.share_hi, c.customers, c.weight, c.sentiment, c.trend,
           c.trend_lo, c.trend_hi, c.origin, c.confidence, c.rule, c.about, c.evidence, c.quotes, c.sampled, c.author,
           c.noted_at, c.note, c.review ->> 'verdict', c.review ->> 'by', (c.review ->> 'at')::timestamptz
    FROM unnest(empathy.quadrants()) AS q(quadrant),
         LATERAL jsonb_array_elements(CASE jsonb_typeof(map -> q.quadrant) WHEN 'array' THEN map -> q.quadrant END)
             WITH ORDINALITY AS e(cell, rank),
         LATERAL jsonb_to_record(e.cell) AS c(class text, item text, share real, share_lo real, share_hi real, customers bigint,
             weight real, sentiment real, trend real, trend_lo real, trend_hi real, origin text, confidence real, rule text,
             about text[], evidence text[], quotes jsonb, sampled bigint, author text, noted_at timestamptz, note bigint, review jsonb)
    WHERE jsonb_typeof(e.cell) = 'object'
$$;
COMMENT ON FUNCTION empathy.map_cells(jsonb) IS 'The cells of a map as rows: place in the quadrant, what it is, how many, why';

-- Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
CREATE FUNCTION empathy.wilson(x double precision, n double precision, z double precision,
                               OUT lo double precision, OUT hi double precision)
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN x > 0 THEN centre - half ELSE 0 END, CASE WHEN x < n THEN centre + half ELSE 1 END
    FROM (SELECT (x + z * z / 2) / (n + z * z), z / (n + z * z) * sqrt(greatest(x * (n - x) / n, 0) + z * z / 4)) AS w(centre, half)
$$;
COMMENT ON FUNCTION empathy.wilson(double precision, double precision, double precision) IS
    'internal: the interval of a share of which x of n have been seen; z is how many standard errors it reaches';
