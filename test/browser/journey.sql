-- A journey whose stages have the hostile items of a map as names, as a flow chart.
SELECT empathy.journey_mermaid(jsonb_build_object(
    'stages', jsonb_agg(jsonb_build_object('stage', item, 'customers', 7, 'share', 0.1) ORDER BY nth),
    'transitions', jsonb_agg(jsonb_build_object('from', coalesce(before, 'start'), 'to', item, 'customers', 3, 'probability', 0.5,
                                                'median_days', 4) ORDER BY nth)))
FROM (SELECT nth, item, lag(item) OVER (ORDER BY nth) AS before
      FROM (SELECT item, min(nth) AS nth
            FROM jsonb_path_query(:'map'::jsonb, '$.*[*].item') WITH ORDINALITY AS c(value, nth), LATERAL empathy.show_text(c.value) AS t(item)
            WHERE item <> '' GROUP BY item) AS i) AS s;
