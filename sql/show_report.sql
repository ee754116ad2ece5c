-- The whole on one page: segments side by side, what changed, whom to look at, how fresh it is. Unlike a map, it is read
-- from the views, with the rights of the caller.

-- The first cells of a stored map, dealt out to classes as in show_cells().
CREATE FUNCTION empathy.show_report_cells(scope text, quadrant text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(E'<div class="%s">\n<h4>%s</h4>\n<ul>%s</ul>\n</div>\n', $2, initcap($2), coalesce(string_agg(
               '<li class="cell">' || empathy.show_html_line(empathy.show_html_pie(c.origin, c.confidence::numeric), c.item,
                   empathy.show_class(c.class, c.sentiment::numeric),
                   concat_ws(' ', empathy.show_face(c.sentiment::numeric), empathy.show_percent(c.share::numeric)),
                   empathy.show_html_bar(c.share::numeric, c.share_lo::numeric, c.share_hi::numeric), NULL) || '</li>', ''
                   ORDER BY c.rank),
               '<li class="why">nothing known</li>'))
    FROM (SELECT m.*, m.share / row_number() OVER (PARTITION BY m.class ORDER BY m.rank) AS quotient
          FROM empathy.maps m
          WHERE m.scope = $1 AND m.quadrant = $2 AND m.origin <> 'human' AND m.review IS DISTINCT FROM 'rejected'
          ORDER BY quotient DESC, m.rank LIMIT 3) AS c
$$;
COMMENT ON FUNCTION empathy.show_report_cells(text, text) IS 'internal: the first cells of a stored map, in HTML';

CREATE FUNCTION empathy.show_report_scopes() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(concat(
               E'<section class="scope">\n<div>\n<h3 dir="auto">', empathy.show_html(empathy.show_scope(h.head)), E'</h3>\n<small>',
               array_to_string((empathy.show_facts(h.head))[2:], ', '), E'</small>\n',
               empathy.show_svg_mood(m.mood, 'height="40"') || '<small>feelings ' || replace(empathy.show_course(m.mood), '-', '&#8722;')
                   || '</small>', E'\n</div>\n',
               (SELECT string_agg(empathy.show_report_cells(s.scope, q), '' ORDER BY nth)
                FROM unnest(empathy.quadrants()) WITH ORDINALITY AS u(q, nth)), E'</section>\n'), ''
           ORDER BY s.scope = 'all' DESC, s.customers DESC, s.scope)
    FROM empathy.scopes s, LATERAL (SELECT to_jsonb(s) - 'days') AS h(head), LATERAL empathy.show_mood(h.head) AS m(mood)
    WHERE s.customers > 0
$$;
COMMENT ON FUNCTION empathy.show_report_scopes() IS 'internal: stored maps side by side, in HTML';

-- Cells whose share has changed most, where the interval of the change says that it has. What several cells of a map say
-- is said once.
CREATE FUNCTION empathy.show_report_changes() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg('<li class="cell">' || empathy.show_html_line(empathy.show_html_pie(c.origin, c.confidence::numeric), c.item,
                          concat_ws(', ', c.quadrant, empathy.show_class(c.class, c.sentiment::numeric),
                                    empathy.show_scope(jsonb_build_object('scope', c.scope))),
                          concat_ws(' ', empathy.show_percent(c.share::numeric),
                                    empathy.show_html_change(sign(c.trend)::int, c.trend::numeric)),
                          empathy.show_html_bar(c.share::numeric, c.share_lo::numeric, c.share_hi::numeric),
                          format('%s to %s points %s', round(100 * least(abs(c.trend_lo), abs(c.trend_hi))::numeric),
                                 round(100 * greatest(abs(c.trend_lo), abs(c.trend_hi))::numeric),
                                 CASE WHEN c.trend > 0 THEN 'more' ELSE 'less' END)) || '</li>', ''
                      ORDER BY abs(c.trend) DESC, c.scope, c.item)
    FROM (SELECT * FROM (SELECT DISTINCT ON (m.scope, m.item) m.* FROM empathy.maps m
                         WHERE (m.trend_lo > 0 OR m.trend_hi < 0) AND m.review IS DISTINCT FROM 'rejected'
                         ORDER BY m.scope, m.item, abs(m.trend) DESC, array_position(empathy.quadrants(), m.quadrant), m.rank) AS once
          ORDER BY abs(once.trend) DESC, once.scope, once.item LIMIT 12) AS c
$$;
COMMENT ON FUNCTION empathy.show_report_changes() IS 'internal: what changed most in stored maps, in HTML';

-- Whoever may leave and was worth most, with their last words. Who has been away for a year is gone.
CREATE FUNCTION empathy.show_report_customers() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg('<li class="cell">' || empathy.show_html_line(empathy.show_face(p.sentiment::numeric), p.customer, NULL,
                          empathy.show_percent(p.churn::numeric),
                          empathy.show_html_bar(p.churn::numeric, p.churn_lo::numeric, p.churn_hi::numeric),
                          concat_ws(' &#183; ', 'spent ' || to_char(p.amount, 'FM999,999,999,990.00'), 'last seen ' || p.last_at::date,
                                    'usually every ' || empathy.show_count(round(p.usual_days::numeric), 'day', 'days'),
                                    'feeling&#160;' || empathy.show_signed(p.sentiment::numeric),
                                    'wants: ' || empathy.show_html(p.intent)))
                          || '<blockquote dir="auto">' || empathy.show_html(w.words) || '</blockquote>' || '</li>',
                      '' ORDER BY p.churn * p.amount DESC, p.customer)
    FROM (SELECT * FROM empathy.profiles p WHERE p.churn >= 0.3 AND p.amount > 0 AND p.last_at > p.as_of - interval '1 year'
          ORDER BY p.churn * p.amount DESC, p.customer LIMIT 10) AS p
    LEFT JOIN LATERAL (SELECT q.quote FROM empathy.quotes(p.profile) AS q ORDER BY q.at DESC LIMIT 1) AS w(words) ON true
$$;
COMMENT ON FUNCTION empathy.show_report_customers() IS 'internal: customers that are worth a look, in HTML';

CREATE FUNCTION empathy.show_report_freshness() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format(E'\n<li class="cell"><span class="line"><span class="item">%s</span><span class="share">%s</span></span>'
                             '<span class="why">%s</span></li>', empathy.show_html(f.relation::text),
                             CASE WHEN f.error IS NOT NULL THEN '<span class="pains change">broken</span>'
                                  WHEN f.pending > 0 THEN empathy.show_count(f.pending, 'change waits', 'changes wait') ELSE 'fresh' END,
                             coalesce(empathy.show_html(f.error), 'refreshed ' || to_char(f.refreshed_at, 'YYYY-MM-DD HH24:MI TZ'),
                                      'not read yet')), '' ORDER BY f.error IS NULL, f.pending DESC, f.relation::text)
    FROM empathy.freshness f
$$;
COMMENT ON FUNCTION empathy.show_report_freshness() IS 'internal: how fresh profiles are, in HTML';

CREATE FUNCTION empathy.report_html() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT empathy.show_page('Empathy report', concat(
        '<ul class="facts">',
        (SELECT string_agg('<li>' || f || '</li>', '') FROM unnest(empathy.show_facts(to_jsonb(a))) AS f), E'</ul>\n<main>\n',
        E'<h2>Segments side by side</h2>\n<div class="cards scopes">\n',
        coalesce(empathy.show_report_scopes(), '<p>No map is stored yet.</p>'), E'</div>\n<div class="cards">\n',
        E'<section>\n<h2>What changed most</h2>\n<small>shares against as many days before, in points</small>\n<ul>',
        coalesce(empathy.show_report_changes(), '<li class="why">nothing for sure</li>'), E'</ul>\n</section>\n',
        E'<section>\n<h2>Customers to look at</h2>\n<small>who may leave and spent most: the chance that they don&#39;t come '
            'back within 90 days</small>\n<ul>',
        coalesce(empathy.show_report_customers(), '<li class="why">nobody</li>'), E'</ul>\n</section>\n',
        E'<section>\n<h2>Freshness</h2>\n<ul>',
        coalesce(empathy.show_report_freshness(), '<li class="why">no table is watched</li>'), E'</ul>\n<h2>Not known</h2>\n',
        coalesce(empathy.show_html_bar(a.completeness::numeric, NULL, NULL) || '<small>completeness '
                 || empathy.show_percent(a.completeness::numeric) || '</small>', ''), E'\n<ul>',
        (SELECT string_agg('<li>' || empathy.show_html(m) || '</li>', E'\n') FROM empathy.show_missing(to_jsonb(a)) AS m),
        E'</ul>\n</section>\n</div>\n</main>\n',
        empathy.show_html_legend('%: share of customers, with its 95 % interval in the bar')))
    FROM (SELECT) AS one LEFT JOIN empathy.scopes a ON a.scope = 'all'
$$;
COMMENT ON FUNCTION empathy.report_html() IS
    'A page of HTML, complete in itself: stored maps side by side, what changed most, customers to look at, freshness';
REVOKE ALL ON FUNCTION empathy.report_html() FROM PUBLIC;
