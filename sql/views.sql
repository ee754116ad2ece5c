-- What people read. The views show what their owner may see: access to them is by GRANT.

CREATE VIEW empathy.profiles AS
    SELECT s.customer, s.first_on, s.last_at, s.last_heard_on, s.events, s.texts, s.amount,
           s.sentiment, s.sentiment_lo, s.sentiment_hi, s.emotion, s.intent,
           s.churn, s.churn_lo, s.churn_hi, s.ltv, s.ltv_lo, s.ltv_hi, s.usual_days, s.regularity, s.due_on, s.overdue,
           s.stage, s.stage_since, s.churn_model, s.ltv_model, s.text_model, s.as_of, p.refreshed_at,
           s.customer OPERATOR(pg_catalog.=) ANY (SELECT l.customer FROM empathy.change_log l WHERE l.customer IS NOT NULL)
           OR EXISTS (SELECT FROM empathy.change_log l WHERE l.customer IS NULL)
           OR EXISTS (SELECT FROM empathy.new_source)
           OR EXISTS (SELECT FROM empathy.unmerged u WHERE u.customer OPERATOR(pg_catalog.=) s.customer) AS stale,
           p.profile
    FROM empathy.score s LEFT JOIN empathy.person p ON p.customer OPERATOR(pg_catalog.=) s.customer;
COMMENT ON VIEW empathy.profiles IS 'One row for each customer: scores that are a day old at most, from the profile as it was last refreshed';
COMMENT ON COLUMN empathy.profiles.customer IS 'The customer''s id, as text';
COMMENT ON COLUMN empathy.profiles.first_on IS 'First day (UTC) on which the customer did anything';
COMMENT ON COLUMN empathy.profiles.last_at IS 'Latest thing that the customer did';
COMMENT ON COLUMN empathy.profiles.last_heard_on IS 'Last day (UTC) on which the customer said anything';
COMMENT ON COLUMN empathy.profiles.events IS 'Number of things that the customer did';
COMMENT ON COLUMN empathy.profiles.texts IS 'Number of texts from the customer';
COMMENT ON COLUMN empathy.profiles.amount IS 'Sum of purchases, less returns';
COMMENT ON COLUMN empathy.profiles.sentiment IS 'How the customer feels, -1 .. 1, recent texts counting more; NULL: not known';
COMMENT ON COLUMN empathy.profiles.sentiment_lo IS 'Lower end of the 95 % interval';
COMMENT ON COLUMN empathy.profiles.sentiment_hi IS 'Upper end of the 95 % interval';
COMMENT ON COLUMN empathy.profiles.emotion IS 'The emotion that stands out in recent texts';
COMMENT ON COLUMN empathy.profiles.intent IS 'The intent that stands out in recent texts';
COMMENT ON COLUMN empathy.profiles.churn IS 'Probability of not coming back within 90 days; NULL: not known';
COMMENT ON COLUMN empathy.profiles.churn_lo IS 'Lower end of the 95 % interval';
COMMENT ON COLUMN empathy.profiles.churn_hi IS 'Upper end of the 95 % interval';
COMMENT ON COLUMN empathy.profiles.ltv IS 'What the customer is expected to spend within 365 days; NULL: not known';
COMMENT ON COLUMN empathy.profiles.ltv_lo IS 'Lower end of the 95 % interval of what they will spend';
COMMENT ON COLUMN empathy.profiles.ltv_hi IS 'Upper end of the 95 % interval of what they will spend';
COMMENT ON COLUMN empathy.profiles.usual_days IS 'Usual number of days between purchases (or visits)';
COMMENT ON COLUMN empathy.profiles.regularity IS 'How regular they are: 0 erratic, .5 random, 1 like clockwork';
COMMENT ON COLUMN empathy.profiles.due_on IS 'When the next one is due';
COMMENT ON COLUMN empathy.profiles.overdue IS 'Silence as a multiple of the usual gap: above 1 is late';
COMMENT ON COLUMN empathy.profiles.stage IS 'The stage that the customer is in, see stage()';
COMMENT ON COLUMN empathy.profiles.stage_since IS 'The day (UTC) since which they are';
COMMENT ON COLUMN empathy.profiles.churn_model IS 'Model that churn comes from';
COMMENT ON COLUMN empathy.profiles.ltv_model IS 'Model that ltv comes from';
COMMENT ON COLUMN empathy.profiles.text_model IS 'Model that the texts were read by';
COMMENT ON COLUMN empathy.profiles.as_of IS 'The moment that the scores are for';
COMMENT ON COLUMN empathy.profiles.refreshed_at IS 'When the profile last changed';
COMMENT ON COLUMN empathy.profiles.stale IS 'Whether events have come since that are not in the profile yet';
COMMENT ON COLUMN empathy.profiles.profile IS 'The profile itself, for functions over it';

CREATE VIEW empathy.maps AS
    SELECT s.scope, c.quadrant, c.rank, c.item, c.share, c.share_lo, c.share_hi, c.customers, c.sentiment, c.origin, c.confidence,
           c.rule, c.quotes, (s.map OPERATOR(pg_catalog.->>) 'as_of')::date AS as_of,
           c.class, c.weight, c.trend, c.trend_lo, c.trend_hi, c.about, c.evidence, c.sampled, c.author, c.noted_at, c.note,
           c.review, c.reviewed_by, c.reviewed_at, s.computed_at
    FROM empathy.stored_map s
         LEFT JOIN empathy.scope_note n ON n.scope OPERATOR(pg_catalog.=) s.scope
         LEFT JOIN empathy.scope_mark k ON k.scope OPERATOR(pg_catalog.=) s.scope,
         LATERAL empathy.map_cells(empathy.marked_map(s.map, n.notes, k.marks)) AS c;
COMMENT ON VIEW empathy.maps IS
    'The empathy maps of all customers and of each segment over the last 90 days, a row for each cell, as stored by a refresh';
COMMENT ON COLUMN empathy.maps.scope IS 'Whose map it is: all, or the name of a segment';
COMMENT ON COLUMN empathy.maps.quadrant IS 'says, thinks, does, feels, pains or gains';
COMMENT ON COLUMN empathy.maps.rank IS 'Place in its quadrant';
COMMENT ON COLUMN empathy.maps.item IS 'What they say, think, do or feel';
COMMENT ON COLUMN empathy.maps.share IS 'Share of customers; of a phrase, of those whose quotes were looked at';
COMMENT ON COLUMN empathy.maps.share_lo IS 'Lower end of the 95 % interval';
COMMENT ON COLUMN empathy.maps.share_hi IS 'Upper end of the 95 % interval';
COMMENT ON COLUMN empathy.maps.customers IS 'Number of customers; cells of fewer than empathy.min_group are left out';
COMMENT ON COLUMN empathy.maps.sentiment IS 'Their mean sentiment on the days that have it';
COMMENT ON COLUMN empathy.maps.origin IS 'observed: they said or did it; inferred: a rule thinks so; human: a person noted it';
COMMENT ON COLUMN empathy.maps.confidence IS 'How sure that is, 0 .. 1';
COMMENT ON COLUMN empathy.maps.rule IS 'What an inference goes by';
COMMENT ON COLUMN empathy.maps.quotes IS 'Masked quotes as evidence';
COMMENT ON COLUMN empathy.maps.as_of IS 'The day that it is for';
COMMENT ON COLUMN empathy.maps.class IS 'What kind of item it is: intent, aspect, emotion, channel, ...';
COMMENT ON COLUMN empathy.maps.weight IS 'Mean over the customers of how much of what they said or did it is';
COMMENT ON COLUMN empathy.maps.trend IS 'Change of the share against as many days before; NULL: not known';
COMMENT ON COLUMN empathy.maps.trend_lo IS 'Lower end of the 95 % interval';
COMMENT ON COLUMN empathy.maps.trend_hi IS 'Upper end of the 95 % interval';
COMMENT ON COLUMN empathy.maps.about IS 'What it is about';
COMMENT ON COLUMN empathy.maps.evidence IS 'Signals that an inference goes by';
COMMENT ON COLUMN empathy.maps.sampled IS 'Of a phrase: how many customers'' quotes were looked at; the share is of them';
COMMENT ON COLUMN empathy.maps.author IS 'Whose note it is';
COMMENT ON COLUMN empathy.maps.noted_at IS 'When the note was written';
COMMENT ON COLUMN empathy.maps.note IS 'Number of the note, for drop_note()';
COMMENT ON COLUMN empathy.maps.review IS 'confirmed or rejected: what a person said of the cell; rejected ones stand at the end';
COMMENT ON COLUMN empathy.maps.reviewed_by IS 'Who said so';
COMMENT ON COLUMN empathy.maps.reviewed_at IS 'When';
COMMENT ON COLUMN empathy.maps.computed_at IS 'When the map was computed';

CREATE VIEW empathy.scopes AS
    SELECT s.scope, (s.map OPERATOR(pg_catalog.->>) 'as_of')::date AS as_of, (s.map OPERATOR(pg_catalog.->>) 'days')::integer AS days,
           (s.map OPERATOR(pg_catalog.->>) 'customers')::bigint AS customers,
           (s.map OPERATOR(pg_catalog.->>) 'heard')::bigint AS heard,
           (s.map OPERATOR(pg_catalog.->>) 'completeness')::real AS completeness,
           s.map OPERATOR(pg_catalog.->) 'missing' AS missing, s.map OPERATOR(pg_catalog.->) 'mood' AS mood, s.computed_at
    FROM empathy.stored_map s;
COMMENT ON VIEW empathy.scopes IS 'The stored maps, a row for each: of how many customers, and how much is known of them';
COMMENT ON COLUMN empathy.scopes.scope IS 'Whose map it is: all, or the name of a segment';
COMMENT ON COLUMN empathy.scopes.as_of IS 'The day that it is for';
COMMENT ON COLUMN empathy.scopes.days IS 'How many days it looks back';
COMMENT ON COLUMN empathy.scopes.customers IS 'Number of customers';
COMMENT ON COLUMN empathy.scopes.heard IS 'Of these, how many said anything in those days';
COMMENT ON COLUMN empathy.scopes.completeness IS 'How much of them is known, 0 .. 1';
COMMENT ON COLUMN empathy.scopes.missing IS 'What is not known, and what would fill it';
COMMENT ON COLUMN empathy.scopes.mood IS 'How they felt, in twelve slices of those days';
COMMENT ON COLUMN empathy.scopes.computed_at IS 'When the map was computed';

CREATE VIEW empathy.roles AS
    SELECT kind, coalesce(k.role, empathy.role(kind)) AS role, empathy.role(kind) AS guess,
           k.role IS NOT NULL AS is_set, coalesce(s.customers, 0) AS customers
    FROM (SELECT u.kind, pg_catalog.count(*) AS customers
          FROM empathy.person p, LATERAL pg_catalog.unnest(empathy.kinds(p.profile)) AS u(kind) GROUP BY u.kind) AS s
         FULL JOIN empathy.kind_role k USING (kind);
COMMENT ON VIEW empathy.roles IS 'The kinds of events that customers have, and what they mean to the business';
COMMENT ON COLUMN empathy.roles.kind IS 'The kind of event';
COMMENT ON COLUMN empathy.roles.role IS 'Its role';
COMMENT ON COLUMN empathy.roles.guess IS 'The role that its name says';
COMMENT ON COLUMN empathy.roles.is_set IS 'Whether the role was set with set_role()';
COMMENT ON COLUMN empathy.roles.customers IS 'How many customers have events of the kind';

CREATE VIEW empathy.sources AS
    SELECT s.relation, CASE WHEN s.error IS NOT NULL THEN 'broken'
                            WHEN s.kept_at IS NOT NULL THEN 'kept'
                            WHEN p.everything OR p.periods OPERATOR(pg_catalog.>) 0 THEN 'filling'
                            ELSE 'live' END AS state,
           s.error, s.failed_at, s.customer, s.at, s.kind, s.said, s.amount, s.channel, s.direction, s.about, s.rating,
           s.period, p.periods AS periods_to_fill, f.rows_done, f.rows_a_second,
           pg_catalog.make_interval(secs => ((s.rows_seen OPERATOR(pg_catalog.-) f.rows_done) OPERATOR(pg_catalog./) nullif(f.rows_a_second, 0))) AS time_left,
           s.rows_seen, s.rows_without_customer, s.rows_without_time,
           s.watched_at, s.refreshed_at, s.recheck, s.lookback, s.checked_at, s.keep, s.kept_before, s.kept_at
    FROM empathy.source s,
         LATERAL (SELECT pg_catalog.count(*) FILTER (WHERE l.customer IS NULL) AS periods,
                         pg_catalog.bool_or(l.customer IS NULL AND l.period IS NULL) IS TRUE
                         OR EXISTS (SELECT FROM empathy.new_source n
                                    WHERE n.source OPERATOR(pg_catalog.=) s.source) AS everything
                  FROM empathy.change_log l WHERE l.source OPERATOR(pg_catalog.=) s.source) AS p,
         LATERAL (SELECT d.rows_done, (d.rows_done OPERATOR(pg_catalog./) nullif(extract(epoch FROM s.refreshed_at OPERATOR(pg_catalog.-) s.fill_from), 0))::bigint
                  FROM (SELECT CASE WHEN NOT p.everything AND p.periods OPERATOR(pg_catalog.>) 0
                                    THEN (s.rows_seen OPERATOR(pg_catalog.*) (1 OPERATOR(pg_catalog.-) least(p.periods OPERATOR(pg_catalog./) nullif(s.periods_seen, 0)::numeric, 1)))::bigint END) AS d(rows_done)
                 ) AS f(rows_done, rows_a_second);
COMMENT ON VIEW empathy.sources IS 'The watched tables: how they are read, and whether that works';
COMMENT ON COLUMN empathy.sources.relation IS 'The table';
COMMENT ON COLUMN empathy.sources.state IS 'filling: being read for the first time or again; live; broken: see error; kept: not watched any more';
COMMENT ON COLUMN empathy.sources.error IS 'Why it can''t be refreshed; what was computed before is kept';
COMMENT ON COLUMN empathy.sources.failed_at IS 'Since when';
COMMENT ON COLUMN empathy.sources.customer IS 'Column that says who';
COMMENT ON COLUMN empathy.sources.at IS 'Column that says when';
COMMENT ON COLUMN empathy.sources.kind IS 'SQL expression for what kind of event it is';
COMMENT ON COLUMN empathy.sources.said IS 'SQL expression for what was said';
COMMENT ON COLUMN empathy.sources.amount IS 'SQL expression for its amount';
COMMENT ON COLUMN empathy.sources.channel IS 'SQL expression for the channel';
COMMENT ON COLUMN empathy.sources.direction IS 'SQL expression for who acted: in (customer) or out (company)';
COMMENT ON COLUMN empathy.sources.about IS 'SQL expression for what it was about';
COMMENT ON COLUMN empathy.sources.rating IS 'SQL expression for a rating';
COMMENT ON COLUMN empathy.sources.period IS 'What a state covers: day, month or year';
COMMENT ON COLUMN empathy.sources.periods_to_fill IS 'Periods still to be read for everybody';
COMMENT ON COLUMN empathy.sources.rows_done IS 'While it is filled: rows that were read, as if each period had as many';
COMMENT ON COLUMN empathy.sources.rows_a_second IS 'While it is filled: how many of them a second';
COMMENT ON COLUMN empathy.sources.time_left IS 'While it is filled: how long that will take yet, at this rate';
COMMENT ON COLUMN empathy.sources.rows_seen IS 'Rows when the table was last read as a whole';
COMMENT ON COLUMN empathy.sources.rows_without_customer IS 'Of these, rows that belong to nobody''s profile: no customer';
COMMENT ON COLUMN empathy.sources.rows_without_time IS 'Of these, rows that belong to no day: no time, or an infinite one';
COMMENT ON COLUMN empathy.sources.watched_at IS 'When watch() was first called';
COMMENT ON COLUMN empathy.sources.refreshed_at IS 'When something of it was last brought up to date';
COMMENT ON COLUMN empathy.sources.recheck IS 'How often its rows are read again; NULL: its changes are captured';
COMMENT ON COLUMN empathy.sources.lookback IS 'How old the rows are that are read again; NULL: all are';
COMMENT ON COLUMN empathy.sources.checked_at IS 'When its rows were last read again';
COMMENT ON COLUMN empathy.sources.keep IS 'Whether what was computed from a partition is kept when that goes';
COMMENT ON COLUMN empathy.sources.kept_before IS 'What was computed from rows before it is kept as it was; they went with a partition';
COMMENT ON COLUMN empathy.sources.kept_at IS 'When it was unwatched and all was kept';

CREATE VIEW empathy.freshness AS
    SELECT s.relation, l.pending, l.oldest AS stale_since,
           coalesce(pg_catalog.now() OPERATOR(pg_catalog.-) l.oldest, '0'::interval) AS lag, s.refreshed_at, s.error,
           (SELECT CASE WHEN NOT j.enabled THEN 'the job "refresh" is paused'
                        WHEN j.failures OPERATOR(pg_catalog.>) 0 THEN 'the job "refresh" is failing: ' OPERATOR(pg_catalog.||) j.last_error END
            FROM empathy.job j WHERE j.job OPERATOR(pg_catalog.=) 'refresh') AS note
    FROM empathy.source s,
         LATERAL (SELECT pg_catalog.count(*) AS pending,
                         least(pg_catalog.min(x.logged_at), CASE WHEN s.recheck IS NOT NULL THEN s.checked_at END,
                               CASE WHEN EXISTS (SELECT FROM empathy.new_source n WHERE n.source OPERATOR(pg_catalog.=) s.source)
                                    THEN s.watched_at END) AS oldest
                  FROM empathy.change_log x WHERE x.source OPERATOR(pg_catalog.=) s.source) AS l;
COMMENT ON VIEW empathy.freshness IS 'How far profiles lag behind the watched tables';
COMMENT ON COLUMN empathy.freshness.relation IS 'The table';
COMMENT ON COLUMN empathy.freshness.pending IS 'Log rows that wait for a refresh';
COMMENT ON COLUMN empathy.freshness.stale_since IS 'When the oldest of them was written';
COMMENT ON COLUMN empathy.freshness.lag IS 'How long ago that is; 0 when nothing waits';
COMMENT ON COLUMN empathy.freshness.refreshed_at IS 'When something of it was last brought up to date';
COMMENT ON COLUMN empathy.freshness.error IS 'Why it can''t be refreshed';
COMMENT ON COLUMN empathy.freshness.note IS 'What is wrong with the background refresh as a whole; see the view jobs';

REVOKE ALL ON empathy.profiles, empathy.maps, empathy.scopes, empathy.roles, empathy.sources, empathy.freshness FROM PUBLIC;

-- A map with what people say about it: with notes of that day and before, and with what was last said of each cell.
CREATE FUNCTION empathy.map_of(scope text DEFAULT 'all', as_of timestamptz DEFAULT now(), lookback interval DEFAULT '90 days')
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('scope', $1) || empathy.marked_map(coalesce(m.map, CASE WHEN n.notes IS NOT NULL THEN empathy.empty_map(m.day) END),
                                                                 n.notes, (SELECT k.marks FROM empathy.scope_mark k WHERE k.scope = $1))
    FROM (SELECT empathy.machine_map($1, a.as_of, $3), (a.as_of AT TIME ZONE 'UTC')::date
          FROM (SELECT coalesce($2, now())) AS a(as_of) OFFSET 0) AS m(map, day),
         LATERAL (SELECT jsonb_agg(empathy.note_cell(n) ORDER BY n.id) FROM empathy.note n
                  WHERE n.scope = $1 AND (n.noted_at AT TIME ZONE 'UTC')::date <= m.day) AS n(notes)
$$;
COMMENT ON FUNCTION empathy.map_of(text, timestamptz, interval) IS
    'The empathy map of a scope (all, a segment, customer:ID) as of a moment, over so long before it, with notes and reviews; NULL for nobody';
REVOKE ALL ON FUNCTION empathy.map_of(text, timestamptz, interval) FROM PUBLIC;

-- Everything about one customer, including what is not refreshed yet.

CREATE FUNCTION empathy.customer(id text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
               'customer', $1, 'as_of', now(), 'scores', to_jsonb(s),
               'why_churn', (SELECT jsonb_agg(to_jsonb(e)) FROM empathy.explain(p.profile, 'churn') AS e),
               'why_sentiment', (SELECT jsonb_agg(to_jsonb(e)) FROM empathy.explain(p.profile, 'sentiment') AS e),
               'map', empathy.marked_map(empathy.map(p.profile),
                                         (SELECT n.notes FROM empathy.scope_note n WHERE n.scope = 'customer:' || $1),
                                         (SELECT k.marks FROM empathy.scope_mark k WHERE k.scope = 'customer:' || $1)),
               'segments', (SELECT jsonb_agg(m.segment ORDER BY m.segment) FROM empathy.segment_member m WHERE m.customer = $1),
               'quotes', (SELECT jsonb_agg(to_jsonb(q)) FROM empathy.quotes(p.profile) AS q),
               'latest', (SELECT jsonb_agg(to_jsonb(l)) FROM empathy.latest(p.profile) AS l))
    FROM (SELECT empathy.live_profile($1) AS profile OFFSET 0) AS p, LATERAL empathy.scores(p.profile) AS s
    WHERE p.profile IS NOT NULL
$$;
CREATE FUNCTION empathy.customer(id bigint) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.customer($1::text)';
CREATE FUNCTION empathy.customer(id uuid) RETURNS jsonb
    LANGUAGE sql STABLE STRICT SET search_path = pg_catalog, pg_temp AS 'SELECT empathy.customer($1::text)';
COMMENT ON FUNCTION empathy.customer(text) IS
    'One customer''s scores with their reasons, map, segments, quotes and latest events, exact in this snapshot; NULL for nobody';
COMMENT ON FUNCTION empathy.customer(bigint) IS 'customer() for a numeric id';
COMMENT ON FUNCTION empathy.customer(uuid) IS 'customer() for a uuid';
REVOKE ALL ON FUNCTION empathy.customer(text), empathy.customer(bigint), empathy.customer(uuid) FROM PUBLIC;
