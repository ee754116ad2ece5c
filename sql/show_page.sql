-- Maps as a page (HTML) and as a picture (SVG): each self-contained and without a script, light and dark, for a phone and
-- for paper. What we write ourselves is in ASCII, so that a page is the same from a database of any encoding.

CREATE FUNCTION empathy.show_style() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT $css$
:root { color-scheme: light dark; --page: #f3f3f0; --card: #fff; --ink: #1d2025; --soft: #555b65; --line: #dcdcd8;
  --track: #e9e9e6; --says: #1c5bb8; --thinks: #7438ab; --does: #0c6b5d; --feels: #a8430f; --pains: #b3261e;
  --gains: #2b6a2f; --c: var(--soft) }
@media (prefers-color-scheme: dark) {
  :root { --page: #14161a; --card: #1e2126; --ink: #e8eaed; --soft: #abb1bb; --line: #383d45; --track: #343941;
    --says: #86b5ff; --thinks: #cda4ff; --does: #62cfba; --feels: #ffab7d; --pains: #ff9b93; --gains: #8bd18f }
}
* { box-sizing: border-box; margin: 0 }
html { background: var(--page); color: var(--ink); font: 1rem/1.4 system-ui, "Segoe UI", Roboto, "Helvetica Neue",
  "Liberation Sans", Arial, sans-serif; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
  -webkit-print-color-adjust: exact; print-color-adjust: exact }
body { max-width: 76rem; margin: auto; padding: 1.25rem; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2 }
h2 { font-size: 1.1rem; color: var(--c) }
ul { list-style: none; padding: 0 }
svg { display: block }
small, .why, footer { font-size: .8125rem; color: var(--soft); font-weight: normal }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.facts { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: .35rem 0 1rem; color: var(--soft) }
.map { display: grid; gap: .75rem; grid-template-columns: minmax(0, 1fr) }
.map > section, .cards > section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem;
  overflow: hidden }
.map > .part { border-top: .25rem solid var(--c) }
.says { --c: var(--says) } .thinks { --c: var(--thinks) } .does { --c: var(--does) } .feels { --c: var(--feels) }
.pains { --c: var(--pains) } .gains { --c: var(--gains) }
.cell { margin-top: .7rem; position: relative }
.line { display: flex; align-items: baseline; gap: .5rem }
.item { flex: 1; min-width: 0; font-weight: 600 }
.rejected .item { text-decoration: line-through; font-weight: normal }
.share { white-space: nowrap; font-variant-numeric: tabular-nums }
.change { color: var(--c); font-weight: 600 }
.face { width: 1em; height: 1em; display: inline-block; vertical-align: -.1em; fill: none; stroke: var(--soft);
  stroke-width: 1.5; stroke-linecap: round }
.face.bad { stroke: var(--pains) }
.face.good { stroke: var(--gains) }
.pie { flex: none; display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; border: .1rem solid var(--c);
  background: conic-gradient(var(--c) calc(var(--p) * 1%), transparent 0) }
.pie.inferred { border-style: dotted }
.pie.human { border-radius: 0 }
.bar { display: block; height: .4rem; margin: .25rem 0; border-radius: .2rem; position: relative;
  background: linear-gradient(var(--c) 0 0) 0 / calc(var(--v) * 1%) 100% no-repeat var(--track) }
.bar i { position: absolute; top: -.1rem; bottom: -.1rem; left: calc(var(--lo) * 1%);
  width: max(3px, calc((var(--hi) - var(--lo)) * 1%)); border: solid var(--ink); border-width: 0 1px;
  background: linear-gradient(var(--ink) 0 0) center / 100% 1px no-repeat }
.why { display: block }
summary { cursor: pointer; border-radius: .25rem; list-style: none }
summary::-webkit-details-marker { display: none }
summary:focus-visible { outline: .15rem solid var(--c); outline-offset: .15rem }
.open b, .more > summary { color: var(--c); white-space: nowrap; font-weight: normal }
.open b::after, .more > summary::after { content: " +" }
[open] > summary > .why b::after, .more[open] > summary::after { content: " \2212" }
.more > summary { margin-top: .7rem; font-size: .8125rem }
blockquote { margin: .4rem 0 .4rem .3rem; padding-inline-start: .7rem; border-inline-start: .15rem solid var(--c) }
.cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); margin: .75rem 0 }
.cards.scopes { grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)) }
.cards > .scope { display: grid; grid-template-columns: minmax(0, 1fr); grid-row: span 7; grid-template-rows: subgrid; row-gap: .8rem }
h3 { font-size: 1.1rem }
h4 { font-size: .9375rem; color: var(--c) }
h4 + ul > .cell { margin-top: .3rem }
ul + h2 { margin-top: 1.2rem }
.who { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 2rem }
.who > * { flex: 1 1 14rem; min-width: 0 }
.who h2 { font-size: .8125rem; font-weight: normal }
.name { display: flex; align-items: center; gap: .75rem; font-size: 1.2rem; font-weight: 600 }
.name svg { flex: none; width: 3rem; height: 3rem; border-radius: 50%; background: var(--track); fill: var(--soft) }
.mood { max-width: 100%; overflow: visible }
.mood path { fill: none; stroke: var(--feels); stroke-width: 2; stroke-linejoin: round }
.mood circle { fill: var(--feels) }
.mood line { stroke: var(--soft); stroke-dasharray: 2 3 }
.known .bar { --c: var(--does) }
footer { margin-top: .75rem; display: flex; flex-wrap: wrap; gap: .1rem 1.25rem }
@media (min-width: 46rem), print {
  .map { grid-template: "says thinks" "who who" "does feels" "pains gains" "gaps gaps" /
    minmax(0, 1fr) minmax(0, 1fr) }
  .map > .says { grid-area: says } .map > .thinks { grid-area: thinks } .map > .does { grid-area: does }
  .map > .feels { grid-area: feels } .map > .pains { grid-area: pains } .map > .gains { grid-area: gains }
  .who { grid-area: who } .gaps { grid-area: gaps }
}
@media print {
  @page { margin: 9mm }
  :root { color-scheme: light; font-size: 8pt; --page: #fff }
  body { padding: 0; max-width: none }
  .map { gap: .5rem }
  .map > section { padding: .5rem .8rem }
  .cell { margin-top: .4rem }
  .more, .open, .part > small, details > :not(summary), .part .cell:nth-child(n + 6):not(.human), .pains .cell:nth-child(n + 5),
  .gains .cell:nth-child(n + 5), .gaps li:nth-child(n + 4) { display: none }
  .cards { grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: .5rem }
  .cards > section { break-inside: avoid; padding: .5rem .8rem }
  .cards blockquote { margin: .1rem 0 .1rem .3rem }
  .map .item, .map .why, .scope .item, .gaps li { overflow: hidden; white-space: nowrap; text-overflow: ellipsis }
}
$css$
$$;
COMMENT ON FUNCTION empathy.show_style() IS 'internal: how pages look';

CREATE FUNCTION empathy.show_page(title text, body text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        E'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''">',
        E'\n<title>', empathy.show_html(title), E'</title>\n<style>', empathy.show_style(), E'</style>\n</head>\n<body>\n',
        '<svg width="0" height="0" aria-hidden="true">'
        '<symbol id="bad" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path d="M5 6v1M11 6v1M5 11.5q3-3 6 0"/></symbol>'
        '<symbol id="plain" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path d="M5 6v1M11 6v1M5 10.5h6"/></symbol>'
        '<symbol id="good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/><path d="M5 6v1M11 6v1M5 9.5q3 3 6 0"/></symbol>'
        '</svg>', E'\n<h1>', empathy.show_html(title), E'</h1>\n', body, E'\n</body>\n</html>\n')
$$;
COMMENT ON FUNCTION empathy.show_page(text, text) IS 'internal: a page of HTML that loads nothing and runs nothing';

CREATE FUNCTION empathy.show_signed(felt numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT replace(to_char(felt, 'FMSG0.00'), '-', '&#8722;')
$$;
COMMENT ON FUNCTION empathy.show_signed(numeric) IS 'internal: a feeling as a number in HTML';

CREATE FUNCTION empathy.show_face(felt numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT replace('<svg class="face %" aria-hidden="true"><use href="#%"/></svg>', '%',
                   CASE WHEN felt <= -0.1 THEN 'bad' WHEN felt >= 0.1 THEN 'good' ELSE 'plain' END)
$$;
COMMENT ON FUNCTION empathy.show_face(numeric) IS 'internal: a feeling as a face in HTML';

CREATE FUNCTION empathy.show_html_bar(share numeric, lo numeric, hi numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat('<span class="bar" style="--v:', round(100 * share, 1), '">',
                  CASE WHEN lo <= hi THEN format('<i style="--lo:%1$s;--hi:%2$s"></i><span class="vh">%1$s to %2$s %%</span>',
                                                 round(100 * lo, 1), round(100 * hi, 1)) END, '</span>')
    WHERE share IS NOT NULL
$$;
COMMENT ON FUNCTION empathy.show_html_bar(numeric, numeric, numeric) IS 'internal: a share and its interval as a bar in HTML';

CREATE FUNCTION empathy.show_html_pie(origin text, confidence numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('<span class="pie %s" style="--p:%s"></span>', origin, round(100 * coalesce(confidence, (origin = 'human')::int)))
$$;
COMMENT ON FUNCTION empathy.show_html_pie(text, numeric) IS 'internal: where a cell is from and how sure it is, in HTML';

CREATE FUNCTION empathy.show_html_change(direction int, trend numeric) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(CASE direction WHEN 1 THEN '<span class="change">&#9650;<span class="vh">up</span>&#160;%s</span>'
                                 WHEN -1 THEN '<span class="change">&#9660;<span class="vh">down</span>&#160;%s</span>' END,
                  CASE WHEN abs(trend) < 0.005 THEN '&lt;1' ELSE round(abs(100 * trend))::text END)
$$;
COMMENT ON FUNCTION empathy.show_html_change(int, numeric) IS 'internal: a change in points in HTML, NULL where it may be none';

CREATE FUNCTION empathy.show_html_quotes(quotes jsonb, OUT n bigint, OUT html text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*), string_agg(format(E'\n<blockquote dir="auto">%s<br><small>%s</small></blockquote>', empathy.show_html(q.quote),
                                       concat_ws(', ', q.day, 'feeling&#160;' || empathy.show_signed(q.sentiment))), '')
    FROM empathy.show_quotes(quotes) AS q
$$;
COMMENT ON FUNCTION empathy.show_html_quotes(jsonb) IS 'internal: quotes in HTML, and how many';

-- A mark, what it is, numbers; a bar; and more in words.
CREATE FUNCTION empathy.show_html_line(mark text, item text, about text, numbers text, bar text, why text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat('<span class="line">', mark, '<span class="item" dir="auto">', empathy.show_html(item),
                  ' <small>' || empathy.show_html(about) || '</small>', '</span><span class="share">', numbers, '</span></span>',
                  bar, '<span class="why">' || why || '</span>')
$$;
COMMENT ON FUNCTION empathy.show_html_line(text, text, text, text, text, text) IS
    'internal: a line of a list in HTML; item and about are escaped, the rest is HTML';

-- A class in a word for readers, where it says more than the quadrant and the item do. What they complained of in texts has
-- a sentiment; else it is an event.
CREATE FUNCTION empathy.show_class(class text, sentiment numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN class = 'kind' OR class IN ('complaint', 'praise') AND sentiment IS NULL THEN 'event'
                WHEN class NOT IN ('act', 'complaint', 'emotion', 'note', 'praise', 'rule') THEN class END
$$;
COMMENT ON FUNCTION empathy.show_class(text, numeric) IS 'internal: the class of a cell in a word for readers';

-- How strong it is in those who have it: the mean of their own shares.
CREATE FUNCTION empathy.show_weight(class text, weight numeric, sentiment numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%s of their %s', empathy.show_percent(weight), CASE WHEN sentiment IS NULL THEN 'events' ELSE 'texts' END)
    WHERE weight IS NOT NULL AND class NOT IN ('habit', 'phrase', 'rule', 'stage', 'when')
$$;
COMMENT ON FUNCTION empathy.show_weight(text, numeric, numeric) IS 'internal: how strong a cell is in those who have it';

-- What is behind a cell: how many, where from and how sure, and more in words.
CREATE FUNCTION empathy.show_html_why(origin text, remarks text[], confidence numeric, customers numeric, weight text, sentiment numeric,
                                      quotes bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' &#183; ',
               nullif(concat_ws(', ', empathy.show_count(customers, 'customer', 'customers'), weight), ''),
               concat_ws(', ', CASE origin WHEN 'observed' THEN origin END,
                         empathy.show_html(nullif(array_to_string(remarks, ', '), '')),
                         empathy.show_percent(nullif(confidence, 1)) || ' sure'),
               'feeling&#160;' || empathy.show_signed(sentiment))
           || coalesce('<span class="open"> &#183; <b>' || empathy.show_count(nullif(quotes, 0), 'quote', 'quotes') || '</b></span>', '')
$$;
COMMENT ON FUNCTION empathy.show_html_why(text, text[], numeric, numeric, text, numeric, bigint) IS
    'internal: what is behind a cell, in HTML';

-- Cells of a quadrant, with their quotes on demand.
CREATE FUNCTION empathy.show_html_cells(map jsonb, quadrant text, first boolean, OUT n bigint, OUT html text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*), E'\n<ul>' || string_agg(concat(E'\n<li class="', concat_ws(' ', 'cell', c.origin, c.verdict), '">',
               coalesce('<details><summary>' || h.cell || '</summary>' || q.html || '</details>', h.cell), '</li>'), ''
               ORDER BY c.rank) || E'\n</ul>'
    FROM empathy.show_cells(map, quadrant) AS c, LATERAL empathy.show_html_quotes(c.quotes) AS q,
         LATERAL empathy.show_html_line(
             empathy.show_html_pie(c.origin, c.confidence), c.item, empathy.show_class(c.class, c.sentiment),
             concat_ws(' ', empathy.show_face(c.sentiment), empathy.show_percent(c.share),
                       empathy.show_html_change(c.direction, c.trend)),
             empathy.show_html_bar(c.share, c.share_lo, c.share_hi),
             empathy.show_html_why(c.origin, c.remarks, c.confidence, c.customers, empathy.show_weight(c.class, c.weight, c.sentiment),
                                   c.sentiment, q.n)) AS h(cell)
    WHERE c.first = show_html_cells.first
$$;
COMMENT ON FUNCTION empathy.show_html_cells(jsonb, text, boolean) IS
    'internal: cells of a quadrant in HTML, and how many: the first ones, or the others';

CREATE FUNCTION empathy.show_html_part(map jsonb, quadrant text, about text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format(E'<section class="part %s">\n<h2>%s</h2>\n<small>%s</small>%s%s\n</section>\n', quadrant, initcap(quadrant),
                  about, coalesce(f.html, '<p class="why">nothing known</p>'),
                  format(E'\n<details class="more"><summary>%s more</summary>', o.n) || o.html || '</details>')
    FROM empathy.show_html_cells(map, quadrant, true) AS f, empathy.show_html_cells(map, quadrant, false) AS o
$$;
COMMENT ON FUNCTION empathy.show_html_part(jsonb, text, text) IS 'internal: a quadrant in HTML';

-- A line through what is known, 20 apart; 24 is halfway between bad and good.
CREATE FUNCTION empathy.show_svg_mood(mood numeric[], place text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('<svg class="mood" %5$s viewBox="0 0 %1$s 48" role="img" aria-label="%2$s"><line x1="0" y1="24" x2="%1$s" y2="24"/>'
                  '<path d="%3$s"/>%4$s</svg>', 20 * cardinality(mood), 'Feelings over time, ' || empathy.show_course(mood),
                  string_agg(CASE WHEN m.y IS NULL THEN '' WHEN m.before IS NULL THEN 'M' ELSE 'L' END || m.x || ' ' || m.y, ''
                             ORDER BY m.x),
                  string_agg(format('<circle cx="%s" cy="%s" r="2.5"/>', m.x, m.y), '' ORDER BY m.x) FILTER (WHERE m.y IS NOT NULL),
                  place)
    FROM (SELECT 20 * nth - 10 AS x, y, lag(y) OVER (ORDER BY nth) AS before
          FROM (SELECT nth, round(24 - 20 * felt / greatest(0.25, max(abs(felt)) OVER ()), 1)
                FROM unnest(mood) WITH ORDINALITY AS u(felt, nth)) AS p(nth, y)) AS m
$$;
COMMENT ON FUNCTION empathy.show_svg_mood(numeric[], text) IS 'internal: feelings over time as a line';

-- Who they are, how they felt, how much of them is known.
CREATE FUNCTION empathy.show_html_who(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        E'<section class="who" aria-label="Who they are">\n<p class="name"><svg viewBox="0 0 48 48" aria-hidden="true">',
        '<circle cx="24" cy="18" r="8"/><path d="M8 44a16 14 0 0 1 32 0z"/></svg><span dir="auto">',
        empathy.show_html(empathy.show_scope(map)), E'</span></p>\n',
        E'<div><h2>Feelings over time</h2>\n' || empathy.show_svg_mood(m.mood, 'height="48"') || '<small>'
            || replace(empathy.show_course(m.mood), '-', '&#8722;') || E'</small></div>\n',
        (SELECT E'<div><h2>What changed most</h2>\n<ul>' || string_agg(format('<li><span dir="auto">%s</span> %s %s</li>',
                    empathy.show_html(c.item), empathy.show_percent(c.share), empathy.show_html_change(c.direction, c.trend)), '' ORDER BY c.nth)
                || E'</ul></div>\n'
         FROM empathy.show_changes(map) WITH ORDINALITY AS c(item, share, trend, direction, nth)),
        E'<div class="known"><h2>How much is known</h2>\n' || empathy.show_html_bar(k.known, NULL, NULL) || '<small>'
            || empathy.show_percent(k.known) || E'</small></div>\n',
        E'</section>\n')
    FROM empathy.show_mood(map) AS m(mood), empathy.show_number(map -> 'completeness', 0, 1) AS k(known)
$$;
COMMENT ON FUNCTION empathy.show_html_who(jsonb) IS 'internal: whose map it is, in HTML';

CREATE FUNCTION empathy.show_html_legend(shares text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        E'<footer>\n<span>', empathy.show_html_pie('observed', 0.75), ' observed; the fuller, the surer</span>',
        E'\n<span>', empathy.show_html_pie('inferred', 0.75), ' inferred by a rule</span>',
        E'\n<span>', empathy.show_html_pie('human', 1), ' noted by a person</span>',
        E'\n<span>', shares, '</span>',
        E'\n<span>&#9650; &#9660; change in points, against the time before</span>',
        E'\n<span>feeling: &#8722;1 to +1</span>\n</footer>')
$$;
COMMENT ON FUNCTION empathy.show_html_legend(text) IS 'internal: what the marks on a page mean';

CREATE FUNCTION empathy.map_html(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT empathy.show_page('Empathy map: ' || empathy.show_scope(map), concat(
        (SELECT '<ul class="facts">' || string_agg('<li>' || f || '</li>', '') || E'</ul>\n'
         FROM unnest(empathy.show_facts(map)) AS f),
        E'<main class="map">\n', empathy.show_html_who(map),
        (SELECT string_agg(empathy.show_html_part(map, q.quadrant, q.about), '' ORDER BY q.nth) FROM empathy.show_quadrants(map) AS q),
        (SELECT E'<section class="gaps">\n<h2>Not known</h2>\n<ul>' || string_agg('<li>' || empathy.show_html(m) || '</li>', E'\n')
                || E'</ul>\n</section>\n' FROM empathy.show_missing(map) AS m),
        E'</main>\n', empathy.show_html_legend(CASE WHEN map -> 'customers' = '1' THEN '%: share of their texts or events'
                                                      ELSE '%: share of customers, with its 95 % interval in the bar' END)))
$$;
COMMENT ON FUNCTION empathy.map_html(jsonb) IS 'A map as a page of HTML, complete in itself';

-- ---- SVG ----

CREATE FUNCTION empathy.show_svg_style() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
SELECT $css$
text { font: 15px system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; fill: #1d2025 }
.title { font-size: 26px; font-weight: 600 }
.head { font-size: 18px; font-weight: 600 }
.name { font-weight: 600; text-anchor: middle }
.soft, .legend { font-size: 13px; fill: #555b65 }
.end { text-anchor: end }
.page { fill: #f3f3f0 }
.card { fill: #fff; stroke: #dcdcd8 }
.track { fill: #e9e9e6 }
.who { fill: #555b65 }
.range { stroke: #1d2025; fill: none }
.says { fill: #1c5bb8; stroke: #1c5bb8 } .thinks { fill: #7438ab; stroke: #7438ab } .does { fill: #0c6b5d; stroke: #0c6b5d }
.feels { fill: #a8430f; stroke: #a8430f } .pains { fill: #b3261e; stroke: #b3261e } .gains { fill: #2b6a2f; stroke: #2b6a2f }
.mood path { fill: none; stroke: #a8430f; stroke-width: 2 }
.mood circle { fill: #a8430f }
.mood line { stroke: #555b65; stroke-dasharray: 2 3 }
text.says, text.thinks, text.does, text.feels, text.pains, text.gains { stroke: none }
@media (prefers-color-scheme: dark) {
  text, .range { fill: #e8eaed }
  .range { stroke: #e8eaed; fill: none }
  .soft, .legend { fill: #abb1bb }
  .page { fill: #14161a }
  .card { fill: #1e2126; stroke: #383d45 }
  .track { fill: #343941 }
  .who { fill: #abb1bb }
  .says { fill: #86b5ff; stroke: #86b5ff } .thinks { fill: #cda4ff; stroke: #cda4ff } .does { fill: #62cfba; stroke: #62cfba }
  .feels { fill: #ffab7d; stroke: #ffab7d } .pains { fill: #ff9b93; stroke: #ff9b93 } .gains { fill: #8bd18f; stroke: #8bd18f }
  .mood path { stroke: #ffab7d }
  .mood circle { fill: #ffab7d }
  .mood line { stroke: #abb1bb }
}
$css$
$$;
COMMENT ON FUNCTION empathy.show_svg_style() IS 'internal: how pictures look';

-- Where a cell is from and how sure it is: a dot that is filled like a pie.
CREATE FUNCTION empathy.show_svg_pie(quadrant text, origin text, confidence numeric, x int, y int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE origin
        WHEN 'human' THEN format('<rect class="%s" x="%s" y="%s" width="10" height="10"/>', quadrant, x - 5, y - 5)
        ELSE format('<g class="%1$s"><circle cx="%2$s" cy="%3$s" r="5.5" fill="none"%4$s/><circle cx="%2$s" cy="%3$s" r="2" '
                    'fill="none" stroke-width="4" stroke-dasharray="%5$s 16" transform="rotate(-90 %2$s %3$s)"/></g>',
                    quadrant, x, y, CASE origin WHEN 'inferred' THEN ' stroke-dasharray="2 1.5"' END,
                    round(12.6 * coalesce(confidence, 0), 1)) END
$$;
COMMENT ON FUNCTION empathy.show_svg_pie(text, text, numeric, int, int) IS
    'internal: where a cell is from and how sure it is, in SVG';

CREATE FUNCTION empathy.show_svg_bar(quadrant text, share numeric, lo numeric, hi numeric, x int, y int, width int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        format('<rect class="track" x="%s" y="%s" width="%s" height="6" rx="3"/>', x, y, width),
        format('<rect class="%s" x="%s" y="%s" width="%s" height="6" rx="3" stroke="none"/>', quadrant, x, y, round(width * share, 1)),
        CASE WHEN lo <= hi THEN format('<path class="range" d="M%1$s %2$sv8m0-4H%3$sm0-4v8"/>', round(x + width * lo, 1), y - 1,
                                       round(x + width * hi, 1)) END)
    WHERE share IS NOT NULL
$$;
COMMENT ON FUNCTION empathy.show_svg_bar(text, numeric, numeric, numeric, int, int, int) IS
    'internal: a share and its interval as a bar in SVG';

-- A quadrant's first cells, but for those that were rejected.
CREATE FUNCTION empathy.show_svg_part(map jsonb, quadrant text, x int, y int, width int, cells int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        format('<text class="head %s" x="%s" y="%s">%s</text>', quadrant, x, y + 32, initcap(quadrant)), E'\n',
        coalesce(string_agg(concat(
            empathy.show_svg_pie(quadrant, c.origin, c.confidence, x + 6, c.base - 5),
            format('<svg x="%s" y="%s" width="%s" height="22" overflow="hidden"><text y="16">%s</text></svg>', x + 20,
                   c.base - 16, c.room, empathy.show_html((empathy.show_wrap(c.label, c.room / 9, 1))[1])),
            format('<text class="end" x="%s" y="%s">%s</text>', x + width, c.base, c.share_words),
            empathy.show_svg_bar(quadrant, c.share, c.share_lo, c.share_hi, x, c.base + 7, width)), E'\n' ORDER BY c.base),
            format('<text class="soft" x="%s" y="%s">nothing known</text>', x, y + 64)))
    FROM (SELECT y + 26 + 38 * row_number() OVER (ORDER BY rank)::int AS base, origin, confidence, label, share, share_lo,
                 share_hi, width - CASE WHEN share IS NULL THEN 20 ELSE 130 END AS room,
                 concat_ws(' ', empathy.show_percent(share), CASE direction WHEN 1 THEN '&#9650; ' WHEN -1 THEN '&#9660; ' END
                                || CASE WHEN abs(trend) < 0.005 THEN '&lt;1' ELSE round(abs(100 * trend))::text END) AS share_words
          FROM (SELECT * FROM empathy.show_cells(map, quadrant) WHERE verdict IS DISTINCT FROM 'rejected'
                ORDER BY first DESC, origin = 'human' DESC, rank LIMIT cells) AS s) AS c
$$;
COMMENT ON FUNCTION empathy.show_svg_part(jsonb, text, int, int, int, int) IS 'internal: a quadrant in SVG';

-- What a picture shows, for who can't see it.
CREATE FUNCTION empathy.show_summary(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_to_string(empathy.show_facts(map), ', ') || '. ' || string_agg(initcap(q.quadrant) || ': ' || coalesce((
               SELECT string_agg(concat_ws(' ', c.label, empathy.show_percent(c.share)), ', ' ORDER BY c.rank)
               FROM empathy.show_cells(map, q.quadrant) AS c
               WHERE c.first AND c.verdict IS DISTINCT FROM 'rejected'), 'nothing known') || '.', ' ' ORDER BY q.nth)
    FROM empathy.show_quadrants(map) AS q
$$;
COMMENT ON FUNCTION empathy.show_summary(jsonb) IS 'internal: a map in a few sentences';

-- Four quadrants around whose map it is; pains and gains below. 130 of their 584 units go to the circle.
CREATE FUNCTION empathy.map_svg(map jsonb) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat(
        format(E'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 %s" role="img" aria-labelledby="title desc">\n', h.height),
        '<title id="title">Empathy map: ', empathy.show_html(empathy.show_scope(map)), E'</title>\n<desc id="desc">',
        empathy.show_html(empathy.show_summary(map)), E'</desc>\n<style>', empathy.show_svg_style(), E'</style>\n',
        '<rect class="page" width="1200" height="', h.height, E'"/>\n<text class="title" x="20" y="44">Empathy map: ',
        empathy.show_html((empathy.show_wrap(empathy.show_scope(map), 60, 1))[1]), E'</text>\n<text class="soft" x="20" y="70">',
        array_to_string(empathy.show_facts(map), ' &#183; '), E'</text>\n',
        (SELECT string_agg(concat(
             format(E'<rect class="card" x="%s" y="%s" width="574" height="%s" rx="10"/><rect class="%s" x="%1$s" y="%2$s" '
                    'width="574" height="4" rx="2" stroke="none"/>\n', p.x, p.y, CASE WHEN q.nth > 4 THEN 206 ELSE 300 END, q.quadrant),
             empathy.show_svg_part(map, q.quadrant, p.x + CASE WHEN q.nth > 4 OR q.nth % 2 = 1 THEN 20 ELSE 124 END, p.y,
                                   CASE WHEN q.nth > 4 THEN 534 ELSE 430 END, CASE WHEN q.nth > 4 THEN 4 ELSE 6 END), E'\n'), ''
             ORDER BY q.nth)
         FROM empathy.show_quadrants(map) AS q,
              LATERAL (SELECT 20 + 586 * ((q.nth - 1) % 2), 90 + 312 * ((q.nth - 1) / 2)) AS p(x, y)),
        E'<circle class="page" cx="600" cy="396" r="112"/><circle class="card" cx="600" cy="396" r="102"/>\n',
        '<g class="who"><circle cx="600" cy="336" r="14"/><path d="M572 378a28 24 0 0 1 56 0z"/></g>',
        '<text class="name" x="600" y="408">', empathy.show_html((empathy.show_wrap(empathy.show_scope(map), 20, 1))[1]), E'</text>\n',
        empathy.show_svg_mood(empathy.show_mood(map), 'x="520" y="420" width="160" height="36"'),
        E'\n<text class="legend" x="20" y="', h.height - 12, E'">A dot is the fuller the surer; dashed: inferred by a rule; square: noted by '
        'a person. &#9650; &#9660; change in points. Bars: share, with its 95 % interval.</text>\n</svg>\n')
    FROM (SELECT CASE WHEN map ?| '{pains,gains}' THEN 956 ELSE 738 END) AS h(height)
$$;
COMMENT ON FUNCTION empathy.map_svg(jsonb) IS 'A map as a picture in SVG, complete in itself';

-- ---- of a scope ----

CREATE FUNCTION empathy.map_html(scope text DEFAULT 'all') RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.map_html(empathy.map_of($1))';
CREATE FUNCTION empathy.map_svg(scope text DEFAULT 'all') RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.map_svg(empathy.map_of($1))';
COMMENT ON FUNCTION empathy.map_html(text) IS 'The map of a scope as a page of HTML, complete in itself';
COMMENT ON FUNCTION empathy.map_svg(text) IS 'The map of a scope as a picture in SVG, complete in itself';
REVOKE ALL ON FUNCTION empathy.map_html(text), empathy.map_svg(text) FROM PUBLIC;
