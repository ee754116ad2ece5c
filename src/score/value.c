/*-------------------------------------------------------------------------
 *
 * value.c
 *	  What a customer is expected to spend within a horizon.
 *
 *-------------------------------------------------------------------------
 */
#include "score/value.h"

#include <math.h>
#include <string.h>

#include "score/fmath.h"

/* ---- the interval ---- */

/*
 * The quantile of what they spend, where they spend something: taken for
 * lognormal, since it is a product. One factor is the sum of N amounts of rate 1,
 * Gamma(p N), of which the first two moments are known; the other 1 / nu, where
 * the customer's rate nu is Gamma(shape, v + sum).
 */
static double
quantile_if_any(const ScoreValue *value, const SpendParams *spend, double p)
{
	double shape = spend->p * value->facts.paid + spend->q;
	double mean = spend->p * value->number.mean;
	double square = spend->p * (spend->p * value->number.square + value->number.mean);
	double spread = log(square / (mean * mean));
	double centre =
		log(mean) - spread / 2 + log(spend->v + value->facts.amount) - score_digamma(shape);

	return exp(centre + sqrt(spread + score_trigamma(shape)) * score_normal_quantile(p));
}

/* The quantile at p, where a share of customers spend nothing. */
static double
quantile(const ScoreValue *value, const SpendParams *spend, double p)
{
	double above_none = (p - (1 - value->chance)) / value->chance;

	return above_none > 0 ? quantile_if_any(value, spend, above_none) : 0;
}

static void
find_interval(const SpendParams *spend, ScoreValue *value)
{
	double tail = (1 - SCORE_CONFIDENCE) / 2;

	value->lo = fmin(quantile(value, spend, tail), value->value);
	value->hi = fmax(quantile(value, spend, 1 - tail), value->value);
}

/* ---- the reasons ---- */

static double
log_chance(double logit)
{
	return -score_log_add_exp(0, logit);
}

/* The logarithm of the purchases of a customer with these times, and otherwise typical. */
static double
log_number(const OutlookModel *model, const FeatureFacts *facts, double horizon)
{
	return log_chance(outlook_timing_logit(model, facts, horizon)) +
		   log(mbg_number(&model->params.mbg, &facts->rfm, horizon).mean);
}

/*
 * When they came moves the number of purchases; what else was learned moves the
 * chance of any, one topic after the other; the amount is against a typical one.
 */
static void
find_reasons(const OutlookModel *model, const SpendParams *spend, double horizon,
			 const Outlook *outlook, ScoreValue *value)
{
	double logit = outlook_timing_logit(model, &value->facts, horizon);

	memset(value->topic, 0, sizeof(value->topic));
	outlook_timing_reasons(model, &value->facts, horizon, log_number, value->topic);
	for (int i = TOPIC_SPEND; i < TOPIC_POPULATION; i++)
	{
		double next = logit + outlook->topic[i];

		value->topic[i] = log_chance(next) - log_chance(logit);
		logit = next;
	}
	value->topic[TOPIC_SPEND] += log(value->amount / spend_expected(spend, 0, 0));
	value->base = log(value->value);
	for (int i = 0; i < N_TOPICS; i++)
		value->base -= value->topic[i];
}

/* ---- the value ---- */

bool
value_score(const OutlookModel *model, const SpendParams *spend, const History *history,
			const OutlookQuestion *question, OutlookDetail detail, ScoreValue *value)
{
	const FeatureFacts *facts = &value->facts;
	Outlook				outlook;

	if (!outlook_score(model, history, question,
					   detail == OUTLOOK_REASONS ? OUTLOOK_REASONS : OUTLOOK_VALUE, &outlook))
		return false;
	value->facts = outlook.facts;
	value->chance = exp(log_chance(outlook.logit));
	value->number = mbg_number(&model->params.mbg, &facts->rfm, question->horizon);
	value->amount = spend_expected(spend, (int32_t) facts->paid,
								   facts->paid > 0 ? facts->amount / facts->paid : 0);
	value->value = value->chance * value->number.mean * value->amount;
	if (detail == OUTLOOK_INTERVAL)
		find_interval(spend, value);
	else if (detail == OUTLOOK_REASONS)
		find_reasons(model, spend, question->horizon, &outlook, value);
	return true;
}
