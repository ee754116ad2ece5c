-- Scores: pure functions of (profile, as_of, model). What is not known is NULL.

CREATE TYPE empathy.estimate AS (value double precision, lo double precision, hi double precision, n bigint,
                                 as_of timestamptz, model text);
COMMENT ON TYPE empathy.estimate IS
    'A value, its 95 % interval, the number of observations behind it, the moment that it is for and the model that it comes from';

-- Models of what customers are going to do. A row is never changed once it is there: a new fit is a new model.

CREATE TABLE empathy.model (
    model          text PRIMARY KEY,
    task           text NOT NULL
                   CHECK (task OPERATOR(pg_catalog.=) ANY ('{churn,purchase_intent,purchase_now,value,item}'::pg_catalog.text[])),
    version        integer NOT NULL,
    target         text NOT NULL
                   CHECK (target OPERATOR(pg_catalog.=) ANY ('{auto,purchase,activity,cancel}'::pg_catalog.text[])),
    asked          text,
    within         interval NOT NULL,
    params         double precision[] NOT NULL,
    covariance     double precision[] NOT NULL,
    baseline       double precision[] NOT NULL,
    rate           double precision NOT NULL,
    events         double precision NOT NULL,
    usual_gap      double precision NOT NULL,
    horizon        double precision,
    features       text[],
    coefficients   double precision[],
    means          double precision[],
    coefficient_covariance double precision[],
    amounts        double precision[],
    customers      bigint NOT NULL,
    people         bigint NOT NULL,
    log_likelihood double precision,
    status         text NOT NULL,
    as_of          date,
    fitted_at      timestamptz NOT NULL DEFAULT pg_catalog.now(),
    UNIQUE (task, version)
);
COMMENT ON TABLE empathy.model IS
    'Models of what customers are going to do, one row for each fit; the latest version of a task is in use';
COMMENT ON COLUMN empathy.model.model IS 'Name and version; its meaning never changes';
COMMENT ON COLUMN empathy.model.task IS 'What it predicts';
COMMENT ON COLUMN empathy.model.version IS 'Counts the fits of a task; 0 is built in';
COMMENT ON COLUMN empathy.model.target IS 'What counts: a purchase, any activity, or a cancel';
COMMENT ON COLUMN empathy.model.asked IS 'The target as it was asked for; NULL: what fits the data';
COMMENT ON COLUMN empathy.model.within IS 'The horizon that was asked for';
COMMENT ON COLUMN empathy.model.params IS 'MBG/NBD: r, alpha (days), a, b; of the regularity mixture, then the odds of k = 2, 3, 5, 8';
COMMENT ON COLUMN empathy.model.covariance IS 'Of the logarithms of the parameters, row by row';
COMMENT ON COLUMN empathy.model.baseline IS
    'The customer that others are explained against: repeat purchases, mean gap and silence in days';
COMMENT ON COLUMN empathy.model.rate IS 'Events a day of those of whom the population model says nothing';
COMMENT ON COLUMN empathy.model.events IS 'How many the rate was counted from';
COMMENT ON COLUMN empathy.model.usual_gap IS 'Mean gap of the population, in days';
COMMENT ON COLUMN empathy.model.horizon IS 'The horizon that was learned, in days; NULL: only the population model is used';
COMMENT ON COLUMN empathy.model.features IS 'What it was learned on';
COMMENT ON COLUMN empathy.model.coefficients IS 'Log-odds at the means, and for each feature';
COMMENT ON COLUMN empathy.model.means IS 'Of the features';
COMMENT ON COLUMN empathy.model.coefficient_covariance IS 'Of the coefficients, row by row';
COMMENT ON COLUMN empathy.model.amounts IS 'Of the task value, Gamma-Gamma: p, q, v; NULL: no amounts are known';
COMMENT ON COLUMN empathy.model.customers IS 'How many customers it was fitted on: those who ever came';
COMMENT ON COLUMN empathy.model.people IS 'How many there were to choose from, at most 20,000';
COMMENT ON COLUMN empathy.model.log_likelihood IS 'Of those customers, by the population model';
COMMENT ON COLUMN empathy.model.status IS 'How the fit ended';
COMMENT ON COLUMN empathy.model.as_of IS 'The last day that the fit knew of';
COMMENT ON COLUMN empathy.model.fitted_at IS 'When it was fitted';
REVOKE ALL ON empathy.model FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.model', 'WHERE version > 0');

-- Until there is a population to fit: a weak prior, wide enough that its intervals say so.
INSERT INTO empathy.model (model, task, version, target, within, params, covariance, baseline, rate, events, usual_gap, customers,
                           people, status)
SELECT v.task || '-0', v.task, 0, v.target, v.within, '{0.6, 45, 0.9, 1.8}',
       '{0.25,0,0,0, 0,0.25,0,0, 0,0,0.25,0, 0,0,0,0.25}', '{3, 30, 30}', 0.01, 0.5, 30, 0, 0, 'built in'
FROM (VALUES ('churn', 'auto', interval '90 days'), ('purchase_intent', 'purchase', interval '7 days'),
             ('value', 'purchase', interval '365 days'), ('item', 'purchase', interval '30 days')) AS v(task, target, within);

-- How others buy an item again: part of a model of the task item.
CREATE TABLE empathy.item_prior (
    model       text NOT NULL REFERENCES empathy.model ON DELETE CASCADE,
    item        text NOT NULL,
    usual_days  double precision NOT NULL,
    share_again double precision NOT NULL,
    customers   double precision NOT NULL,
    lately      double precision NOT NULL,
    PRIMARY KEY (model, item)
);
COMMENT ON TABLE empathy.item_prior IS 'How customers buy items again, as the latest models of the task item know it';
COMMENT ON COLUMN empathy.item_prior.model IS 'The model that it is part of';
COMMENT ON COLUMN empathy.item_prior.item IS 'What events are about; the row without a name holds for items of fewer than 5 customers';
COMMENT ON COLUMN empathy.item_prior.usual_days IS 'Mean gap of all customers, pulled to that of all items';
COMMENT ON COLUMN empathy.item_prior.share_again IS
    'Of those who had it a horizon ago, the share who bought it since, pulled to that of all items';
COMMENT ON COLUMN empathy.item_prior.customers IS 'How many bought it, of those that were learned from';
COMMENT ON COLUMN empathy.item_prior.lately IS 'Of these, within the last 30 days';
REVOKE ALL ON empathy.item_prior FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('empathy.item_prior', '');

CREATE VIEW empathy.models AS
    SELECT m.model, m.task, m.version OPERATOR(pg_catalog.=) pg_catalog.max(m.version) OVER (PARTITION BY m.task) AS in_use,
           m.target, m.within, m.features IS NOT NULL AS learned, m.customers, NULL::bigint AS texts, NULL::integer AS classes, NULL::text AS base,
           m.as_of, m.fitted_at, m.status, m.params, m.log_likelihood
    FROM empathy.model m
    UNION ALL
    SELECT t.model, t.task, t.version OPERATOR(pg_catalog.=) pg_catalog.max(t.version) OVER (PARTITION BY t.name),
           NULL, NULL, NULL, NULL, t.texts, t.classes, t.base, NULL, t.trained_at, 'trained by ' OPERATOR(pg_catalog.||) t.trained_by,
           NULL, NULL
    FROM empathy.text_model t
    WHERE t.dropped_at IS NULL
    UNION ALL
    SELECT p.model, 'prediction', p.version OPERATOR(pg_catalog.=) pg_catalog.max(p.version) OVER (PARTITION BY p.name),
           p.label OPERATOR(pg_catalog.||) ' = ' OPERATOR(pg_catalog.||) p.answer, NULL, NULL, p.n_rows, NULL, NULL, NULL,
           NULL, p.trained_at, p.method, NULL, NULL
    FROM empathy.predictor p
    WHERE p.dropped_at IS NULL;
COMMENT ON VIEW empathy.models IS
    'The models that were fitted here, population models and users'' own: on what, when, and with what outcome';
COMMENT ON COLUMN empathy.models.model IS 'Name and version; its meaning never changes';
COMMENT ON COLUMN empathy.models.task IS 'What it predicts: churn, purchase_intent, purchase_now, value and item; class and sentiment of texts, prediction for a table''s label';
COMMENT ON COLUMN empathy.models.in_use IS 'Whether it is the latest of its kind, or of its name, which answers for it';
COMMENT ON COLUMN empathy.models.target IS 'What counts: a purchase, any activity, or a cancel; or the label that is predicted';
COMMENT ON COLUMN empathy.models.within IS 'The horizon that was asked for';
COMMENT ON COLUMN empathy.models.learned IS 'Whether what was learned on the past is used, or only the population model';
COMMENT ON COLUMN empathy.models.customers IS 'How many customers, or rows, it was fitted on';
COMMENT ON COLUMN empathy.models.texts IS 'How many texts it was trained on';
COMMENT ON COLUMN empathy.models.classes IS 'How many labels they had';
COMMENT ON COLUMN empathy.models.base IS 'The model that it is calibrated from, or builds on';
COMMENT ON COLUMN empathy.models.as_of IS 'The last day that the fit knew of';
COMMENT ON COLUMN empathy.models.fitted_at IS 'When it was fitted';
COMMENT ON COLUMN empathy.models.status IS 'How the fit ended, or what did best';
COMMENT ON COLUMN empathy.models.params IS 'MBG/NBD: r, alpha (days), a, b; of the regularity mixture, then the odds of k = 2, 3, 5, 8';
COMMENT ON COLUMN empathy.models.log_likelihood IS 'Of the customers that it was fitted on, by the population model';
REVOKE ALL ON empathy.models FROM PUBLIC;

-- Reading one profile.

CREATE FUNCTION empathy.sentiment(profile empathy.profile, as_of timestamptz DEFAULT now(), half_life interval DEFAULT NULL)
    RETURNS real
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_sentiment';
COMMENT ON FUNCTION empathy.sentiment(empathy.profile, timestamptz, interval) IS
    'Mean sentiment of what the customer said, -1 .. 1, a text''s weight halving with each half-life; NULL if nothing is known';

CREATE FUNCTION empathy.sentiment_estimate(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                           half_life interval DEFAULT NULL)
    RETURNS empathy.estimate
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_sentiment_estimate';
COMMENT ON FUNCTION empathy.sentiment_estimate(empathy.profile, timestamptz, interval) IS
    'The sentiment of a profile with its 95 % interval and the number of texts';

CREATE FUNCTION empathy.churn(profile empathy.profile, as_of timestamptz DEFAULT now(), horizon interval DEFAULT '90 days')
    RETURNS real
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_churn';
COMMENT ON FUNCTION empathy.churn(empathy.profile, timestamptz, interval) IS
    'Probability that the customer does not come back (or cancels, if that was learned) within the horizon; NULL if they never came';

CREATE FUNCTION empathy.churn_estimate(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                       horizon interval DEFAULT '90 days')
    RETURNS empathy.estimate
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_churn_estimate';
COMMENT ON FUNCTION empathy.churn_estimate(empathy.profile, timestamptz, interval) IS
    'The churn of a profile with its 95 % interval and the number of days on which the customer came';

CREATE FUNCTION empathy.purchase_intent(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                        horizon interval DEFAULT '7 days')
    RETURNS real
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_purchase_intent';
COMMENT ON FUNCTION empathy.purchase_intent(empathy.profile, timestamptz, interval) IS
    'Probability that the customer buys within the horizon; NULL if they never did anything';

CREATE FUNCTION empathy.purchase_intent_estimate(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                                 horizon interval DEFAULT '7 days')
    RETURNS empathy.estimate
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_purchase_intent_estimate';
COMMENT ON FUNCTION empathy.purchase_intent_estimate(empathy.profile, timestamptz, interval) IS
    'The purchase intent of a profile with its 95 % interval and the number of days on which the customer bought';

CREATE FUNCTION empathy.cart_abandonment(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                         horizon interval DEFAULT '1 day')
    RETURNS real
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_cart_abandonment';
COMMENT ON FUNCTION empathy.cart_abandonment(empathy.profile, timestamptz, interval) IS
    'Probability that a cart of the last week is not bought within the horizon; NULL if there is none or it was bought';

CREATE FUNCTION empathy.cart_abandonment_estimate(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                                  horizon interval DEFAULT '1 day')
    RETURNS empathy.estimate
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_cart_abandonment_estimate';
COMMENT ON FUNCTION empathy.cart_abandonment_estimate(empathy.profile, timestamptz, interval) IS
    'The cart abandonment of a profile with its 95 % interval and the number of days on which the customer bought';

CREATE FUNCTION empathy.value(profile empathy.profile, as_of timestamptz DEFAULT now(), horizon interval DEFAULT '365 days')
    RETURNS real
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_value';
COMMENT ON FUNCTION empathy.value(empathy.profile, timestamptz, interval) IS
    'What the customer is expected to spend within the horizon; NULL if they never bought, or no amounts are known';

CREATE FUNCTION empathy.value_estimate(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                       horizon interval DEFAULT '365 days')
    RETURNS empathy.estimate
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_value_estimate';
COMMENT ON FUNCTION empathy.value_estimate(empathy.profile, timestamptz, interval) IS
    'The value of a profile, between what and what 95 of 100 such customers spend, and the number of days on which the customer bought';

CREATE FUNCTION empathy.cadence(profile empathy.profile, as_of timestamptz DEFAULT now(),
                                OUT n bigint, OUT first_on date, OUT last_on date, OUT silent_days bigint,
                                OUT usual_days double precision, OUT regularity double precision,
                                OUT due_on date, OUT overdue double precision)
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_cadence';
COMMENT ON FUNCTION empathy.cadence(empathy.profile, timestamptz) IS
    'The customer''s rhythm: usual days between purchases (or visits), how regular (0 .. 1), when due, how overdue (1 = due today)';

CREATE FUNCTION empathy.cadence(profile empathy.profile, as_of timestamptz, about text,
                                OUT n bigint, OUT first_on date, OUT last_on date, OUT silent_days bigint,
                                OUT usual_days double precision, OUT regularity double precision,
                                OUT due_on date, OUT overdue double precision)
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_item_cadence';
COMMENT ON FUNCTION empathy.cadence(empathy.profile, timestamptz, text) IS
    'The same of one item: the days on which the customer bought what the events were about';

CREATE FUNCTION empathy.due_items(profile empathy.profile, as_of timestamptz DEFAULT now(), horizon interval DEFAULT '30 days')
    RETURNS TABLE (item text, n bigint, usual_days double precision, regularity double precision,
                   others_days double precision, last_on date, due_on date, overdue double precision,
                   probability double precision, probability_lo double precision, probability_hi double precision,
                   model text)
    LANGUAGE C STABLE PARALLEL SAFE ROWS 16 AS 'MODULE_PATHNAME', 'emp_score_due_items';
COMMENT ON FUNCTION empathy.due_items(empathy.profile, timestamptz, interval) IS
    'What the customer buys: the rhythm of each item, and how likely they buy it again within the horizon, likeliest first';

CREATE FUNCTION empathy.explain(profile empathy.profile, score text, as_of timestamptz DEFAULT now(),
                                OUT factor text, OUT value text, OUT contribution double precision)
    RETURNS SETOF record
    LANGUAGE C STABLE PARALLEL SAFE ROWS 6 AS 'MODULE_PATHNAME', 'emp_score_explain';
COMMENT ON FUNCTION empathy.explain(empathy.profile, text, timestamptz) IS
    'Why a score is what it is: parts that sum to the sentiment, to the log-odds of churn and purchase_intent, or to the logarithm of the value; item:NAME is an item of due_items()';

CREATE FUNCTION empathy.scores(profile empathy.profile, as_of timestamptz DEFAULT now(),
                               OUT first_on date, OUT last_at timestamptz, OUT last_heard_on date,
                               OUT events bigint, OUT texts bigint, OUT amount numeric,
                               OUT sentiment real, OUT sentiment_lo real, OUT sentiment_hi real,
                               OUT emotion text, OUT intent text,
                               OUT churn real, OUT churn_lo real, OUT churn_hi real,
                               OUT ltv real, OUT ltv_lo real, OUT ltv_hi real,
                               OUT usual_days real, OUT regularity real, OUT due_on date, OUT overdue real,
                               OUT stage text, OUT stage_since date,
                               OUT churn_model text, OUT ltv_model text, OUT text_model text)
    LANGUAGE C STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_scores';
COMMENT ON FUNCTION empathy.scores(empathy.profile, timestamptz) IS
    'Every score of a profile in one reading; churn over 90 days, value (ltv) over 365';

CREATE FUNCTION empathy.rfm(profile empathy.profile, as_of timestamptz, target text,
                            OUT x integer, OUT t_x double precision, OUT t double precision,
                            OUT log_gaps double precision, OUT paid integer, OUT amount double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_score_rfm';
COMMENT ON FUNCTION empathy.rfm(empathy.profile, timestamptz, text) IS
    'What population models are fitted on: repeat purchases (or active days), days from first to last, days from first to as_of, sum of the logarithms of the gaps, days with an amount, their mean amount';

-- Fitting population models.

CREATE TYPE empathy.population AS (
    model text, names text[], params double precision[], covariance double precision[], baseline double precision[],
    log_likelihood double precision, customers double precision, left_out double precision, iterations integer, status text);
COMMENT ON TYPE empathy.population IS
    'A fitted population model: parameters by name, covariance of their logarithms, and how the fit ended';

CREATE FUNCTION empathy.fit_add(internal, text, integer, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_fit_add';
COMMENT ON FUNCTION empathy.fit_add(internal, text, integer, double precision, double precision) IS
    'internal: takes a customer into a fit';

CREATE FUNCTION empathy.fit_add(internal, text, integer, double precision, double precision, double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_fit_add';
COMMENT ON FUNCTION empathy.fit_add(internal, text, integer, double precision, double precision, double precision) IS
    'internal: takes a customer with a mean amount into a fit';

CREATE FUNCTION empathy.fit_add(internal, text, integer, double precision, double precision, double precision,
                                double precision) RETURNS internal
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_fit_add';
COMMENT ON FUNCTION empathy.fit_add(internal, text, integer, double precision, double precision, double precision,
                                    double precision) IS
    'internal: takes customers who are alike into a fit';

CREATE FUNCTION empathy.fit_done(internal) RETURNS empathy.population
    LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_fit_done';
COMMENT ON FUNCTION empathy.fit_done(internal) IS 'internal: fits the model to the customers taken in';

CREATE AGGREGATE empathy.fit(model text, x integer, t_x double precision, t double precision) (
    SFUNC = empathy.fit_add, STYPE = internal, SSPACE = 65536, FINALFUNC = empathy.fit_done, FINALFUNC_MODIFY = SHAREABLE,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.fit(text, integer, double precision, double precision) IS
    'Maximum-likelihood fit of a population model (''mbg/nbd'', ''bg/nbd'', ''pareto/nbd''): who comes back how often, and who has left';

CREATE AGGREGATE empathy.fit(model text, x integer, t_x double precision, t double precision, value double precision) (
    SFUNC = empathy.fit_add, STYPE = internal, SSPACE = 65536, FINALFUNC = empathy.fit_done, FINALFUNC_MODIFY = SHAREABLE,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.fit(text, integer, double precision, double precision, double precision) IS
    'The same with the mean amount of the x purchases, for ''gamma-gamma'': what customers spend on a purchase; or the sum of the logarithms of the x gaps, for ''regular''';

CREATE AGGREGATE empathy.fit(model text, x integer, t_x double precision, t double precision, value double precision,
                             weight double precision) (
    SFUNC = empathy.fit_add, STYPE = internal, SSPACE = 65536, FINALFUNC = empathy.fit_done, FINALFUNC_MODIFY = SHAREABLE,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE empathy.fit(text, integer, double precision, double precision, double precision, double precision) IS
    'The same where a row stands for as many customers as weight says';

CREATE FUNCTION empathy.predict(fit empathy.population, x integer, t_x double precision, t double precision,
                                horizon double precision, OUT alive double precision,
                                OUT nothing double precision, OUT nothing_lo double precision, OUT nothing_hi double precision,
                                OUT purchases double precision, OUT purchases_lo double precision,
                                OUT purchases_hi double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_fit_predict';
COMMENT ON FUNCTION empathy.predict(empathy.population, integer, double precision, double precision, double precision) IS
    'What a fit says of one customer: chances to be there and to buy nothing within the horizon, purchases expected in it';

CREATE FUNCTION empathy.predict(fit empathy.population, x integer, t_x double precision, t double precision,
                                horizon double precision, log_gaps double precision, OUT alive double precision,
                                OUT nothing double precision, OUT nothing_lo double precision, OUT nothing_hi double precision,
                                OUT purchases double precision, OUT purchases_lo double precision,
                                OUT purchases_hi double precision)
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_fit_predict';
COMMENT ON FUNCTION empathy.predict(empathy.population, integer, double precision, double precision, double precision, double precision) IS
    'The same with the sum of the logarithms of the gaps, which a ''regular'' fit looks at';

CREATE FUNCTION empathy.expected_value(fit empathy.population, x integer, value double precision) RETURNS empathy.estimate
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'emp_expected_value';
COMMENT ON FUNCTION empathy.expected_value(empathy.population, integer, double precision) IS
    'What a ''gamma-gamma'' fit expects the next purchase to be worth, after x of that mean value';

CREATE FUNCTION empathy.fit_outlook(task text, target text, horizon interval,
                                    OUT goal text, OUT params double precision[], OUT covariance double precision[],
                                    OUT baseline double precision[], OUT rate double precision, OUT events double precision,
                                    OUT usual_gap double precision, OUT customers bigint, OUT people bigint,
                                    OUT log_likelihood double precision, OUT status text, OUT as_of date,
                                    OUT days double precision, OUT features text[], OUT coefficients double precision[],
                                    OUT means double precision[], OUT coefficient_covariance double precision[],
                                    OUT amounts double precision[],
                                    OUT items text[], OUT item_days double precision[],
                                    OUT item_shares double precision[], OUT item_customers double precision[],
                                    OUT item_lately double precision[],
                                    OUT tried_at date, OUT tried_for integer, OUT tried_on bigint, OUT measures text[],
                                    OUT "values" double precision[])
    LANGUAGE C AS 'MODULE_PATHNAME', 'emp_fit_outlook';
COMMENT ON FUNCTION empathy.fit_outlook(text, text, interval) IS
    'internal: learns a task from the stored profiles, and says how well that did on the last horizon';
REVOKE ALL ON FUNCTION empathy.fit_outlook(text, text, interval) FROM PUBLIC;

CREATE FUNCTION empathy.check_outlook(model text, OUT days double precision, OUT n bigint, OUT predicted double precision,
                                      OUT outcome double precision)
    LANGUAGE C STRICT AS 'MODULE_PATHNAME', 'emp_check_outlook';
COMMENT ON FUNCTION empathy.check_outlook(text) IS
    'internal: what a model predicted for the days since it was fitted, and what happened';
REVOKE ALL ON FUNCTION empathy.check_outlook(text) FROM PUBLIC;
