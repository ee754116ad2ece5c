/*-------------------------------------------------------------------------
 *
 * value_fit.c
 *	  Learn, on the company's own past, what customers are going to spend.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/value_fit.h"

#include <math.h>
#include <string.h>

#include "learn/memory.h"

/* A horizon is tried only if it is that long, in days. */
#define SHORTEST_TRIAL 14

/* ---- amounts ---- */

/* Pearson's correlation of how often customers paid and their mean amounts, of who paid twice. */
static double
correlation_of(const PopulationRow *rows, size_t n)
{
	double count = 0;
	double x = 0, y = 0, xx = 0, yy = 0, xy = 0;

	for (size_t i = 0; i < n; i++)
	{
		double times = rows[i].history.x;

		if (times < 2)
			continue;
		count++;
		x += times;
		y += rows[i].value;
		xx += times * times;
		yy += rows[i].value * rows[i].value;
		xy += times * rows[i].value;
	}
	return (count * xy - x * y) / sqrt((count * xx - x * x) * (count * yy - y * y));
}

/* What customers pay, as known by a day. */
static void
fit_amounts(const Past *past, int32_t as_of, ValueFit *fit)
{
	PopulationRow *rows = need(NULL, (past->n_people + 1) * sizeof(PopulationRow));
	size_t		   n = 0;
	double		   left_out;
	PopulationFit  spend;

	for (size_t i = 0; i < past->n_people; i++)
	{
		PastReader	 reader;
		FeatureFacts facts;

		past_open(&reader, past, i, as_of);
		feature_facts(&reader.history, TARGET_PURCHASE, as_of, &facts);
		if (facts.paid > 0)
			rows[n++] = (PopulationRow){ .history = { .x = (int32_t) facts.paid },
										 .value = facts.amount / facts.paid,
										 .weight = 1 };
		past_close(&reader);
	}
	fit->spends = n > 0;
	fit->correlation = correlation_of(rows, n);
	population_fit(&population_spend, rows, population_group(&population_spend, rows, n, &left_out),
				   past->tick, past->tick_arg, &spend);
	need_free(rows);
	fit->spend =
		(SpendParams){ spend.params[SPEND_P], spend.params[SPEND_Q], spend.params[SPEND_V] };
	fit->spend_status = spend.status;
}

/* ---- the trial ---- */

/* What somebody bought on the days from after `from` up to `until`. */
static double
spent_between(const History *history, int32_t from, int32_t until, double *times)
{
	double spent = 0;

	*times = 0;
	for (size_t i = 0; i < history->n_days; i++)
	{
		const HistoryDay *day = &history->days[i];

		if (!day->purchase || day->day <= from || day->day > until)
			continue;
		spent += fmax(day->amount, 0);
		(*times)++;
	}
	return spent;
}

static void
add_customer(ValueTrial *trial, const ScoreValue *value, double days, double spent, double times)
{
	const FeatureFacts *facts = &value->facts;

	trial->n++;
	trial->expected_purchases += value->chance * value->number.mean;
	trial->purchases += times;
	trial->expected_value += value->value;
	trial->value += spent;
	trial->error += fabs(value->value - spent);
	trial->plain_error += fabs(facts->amount / (facts->rfm.T + 1) * days - spent);
	trial->covered += value->lo <= spent && spent <= value->hi;
}

static void
take_means(ValueTrial *trial)
{
	trial->expected_purchases /= trial->n;
	trial->purchases /= trial->n;
	trial->expected_value /= trial->n;
	trial->value /= trial->n;
	trial->error /= trial->n;
	trial->plain_error /= trial->n;
	trial->covered /= trial->n;
}

/* How what was known before the last horizon does on it. */
static void
hold_trial(const Past *past, ValueFit *fit)
{
	int32_t		from = fit->outlook.tried_at;
	ValueTrial *trial = &fit->trial;

	for (size_t i = 0; i < past->n_people; i++)
	{
		OutlookQuestion question = { .as_of = from, .horizon = past->last - from };
		PastReader		reader;
		ScoreValue		value;
		double			times;
		double			spent;

		past_open(&reader, past, i, past->last);
		spent = spent_between(&reader.history, from, past->last, &times);
		if (value_score(&fit->outlook.tried, &fit->spend, &reader.history, &question,
						OUTLOOK_INTERVAL, &value))
			add_customer(trial, &value, past->last - from, spent, times);
		past_close(&reader);
	}
	if (trial->n > 0)
		take_means(trial);
}

/* ---- the whole ---- */

void
value_fit(const Past *past, double horizon, ValueFit *fit)
{
	int32_t first = past_first_day(past);
	double	third = first < past->last ? floor(((double) past->last - first) / 3) : 0;

	memset(fit, 0, sizeof(*fit));
	fit->days = third >= SHORTEST_TRIAL ? fmin(horizon, third) : horizon;
	outlook_fit(past, OUTLOOK_LEAVE, TARGET_PURCHASE, fit->days, &fit->outlook);
	if (fit->outlook.n > 0)
	{
		fit_amounts(past, fit->outlook.tried_at, fit);
		if (fit->spends)
			hold_trial(past, fit);
	}
	fit_amounts(past, past->last, fit);
}
