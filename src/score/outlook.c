/*-------------------------------------------------------------------------
 *
 * outlook.c
 *	  What a customer is going to do: not come back, buy, or cancel.
 *
 *-------------------------------------------------------------------------
 */
#include "score/outlook.h"

#include <math.h>
#include <string.h>

#include "score/delta.h"
#include "score/fmath.h"

/* Log-odds are rounded to multiples of this: sums of a few are exact in a double. */
#define LOGIT_UNIT 0x1p-40

static double
rounded(double logit)
{
	return rint(logit / LOGIT_UNIT) * LOGIT_UNIT;
}

/* ---- the population's share ---- */

int
outlook_n_params(const OutlookModel *model)
{
	return model->regular ? REGULAR_NPARAMS : MBG_NPARAMS;
}

void
outlook_set_params(OutlookModel *model, const double *values, int n)
{
	double all[REGULAR_NPARAMS];

	for (int i = 0; i < REGULAR_NPARAMS; i++)
		all[i] = i < n ? values[i] : 1;
	model->regular = n == REGULAR_NPARAMS;
	regular_params_set(&model->params, all);
	if (model->regular)
		regular_prepare(&model->tables, &model->params, RISING_SIZE);
}

/* Does the population model, not the rate, speak of this customer? */
static bool
has_rhythm(const OutlookModel *model, const FeatureFacts *facts)
{
	return model->task != OUTLOOK_CANCEL && facts->rfm.x >= 0;
}

double
outlook_population_logit(const OutlookModel *model, const FeatureFacts *facts, double horizon)
{
	RegularHistory history = { facts->rfm, facts->log_gaps };
	double		   logit;

	if (!has_rhythm(model, facts))
		return log(expm1(model->rate * horizon)); /* at least one event */
	logit = model->regular ? regular_churn_logit(&model->tables, &history, horizon)
						   : mbg_churn_logit(&model->params.mbg, &facts->rfm, horizon);
	return model->task == OUTLOOK_LEAVE ? logit : -logit;
}

/*
 * What the population model adds to the log-odds: all of them; or, if something
 * was learned, by its weights, and the change of horizon. *trained is its
 * log-odds at the horizon that was learned.
 */
static double
population_share(const OutlookModel *model, const FeatureFacts *facts, double horizon,
				 double *trained)
{
	double asked = outlook_population_logit(model, facts, horizon);
	double bounded;

	*trained = asked;
	if (model->horizon == 0)
		return asked;
	if (horizon != model->horizon)
		*trained = outlook_population_logit(model, facts, model->horizon);
	bounded = feature_population(*trained);
	return asked - *trained +
		   bounded * (model->weight[FEATURE_POPULATION] +
					  bounded * model->weight[FEATURE_POPULATION_SQUARED]);
}

void
outlook_set_used(OutlookModel *model)
{
	double *covariance = model->used_covariance;

	model->n_used = 0;
	for (int j = 0; j < N_FEATURES; j++)
	{
		if (!(model->learned_covariance[j + 1][j + 1] > 0))
			continue;
		for (int i = 0; i < model->n_used; i++)
			*covariance++ = model->learned_covariance[j + 1][model->used[i] + 1];
		model->used[model->n_used++] = j;
	}
}

/* Log-odds by the features other than the population's. */
static double
learned_share(const OutlookModel *model, const double row[N_FEATURES])
{
	double logit = model->intercept;

	for (int i = 0; i < model->n_used; i++)
	{
		int j = model->used[i];

		logit += model->weight[j] * ((j < FEATURE_POPULATION ? row[j] : 0) - model->mean[j]);
	}
	return logit;
}

/* ---- the interval ---- */

/* What logit_at() is asked for. */
typedef struct LogitOf
{
	const OutlookModel *model;
	const FeatureFacts *facts;
	double				horizon;
} LogitOf;

static double
logit_at(const double *values, const void *arg)
{
	const LogitOf *of = arg;
	MbgParams	   mbg = { values[MBG_R], values[MBG_ALPHA], values[MBG_A], values[MBG_B], false };
	RegularHistory history = { of->facts->rfm, of->facts->log_gaps };
	RegularParams  params;
	RegularTables  tables;

	if (!of->model->regular)
		return mbg_churn_logit(&mbg, &of->facts->rfm, of->horizon);
	regular_params_set(&params, values);
	regular_prepare(&tables, &params, 0);
	return regular_churn_logit(&tables, &history, of->horizon);
}

/* Of the rate alone: its logarithm is known as well as a number of events is. */
static double
rate_half(const OutlookModel *model, double horizon)
{
	double expected = model->rate * horizon;

	return SCORE_Z95 / sqrt(model->events) * expected / -expm1(-expected);
}

/* Half the width of the population's interval. */
static double
population_half(const OutlookModel *model, const FeatureFacts *facts, double horizon)
{
	const MbgParams *mbg = &model->params.mbg;
	double			 at[REGULAR_NPARAMS] = { mbg->r, mbg->alpha, mbg->a, mbg->b };
	LogitOf			 of = { model, facts, horizon };

	if (!has_rhythm(model, facts))
		return rate_half(model, horizon);
	for (int i = MBG_NPARAMS; i < REGULAR_NPARAMS; i++)
		at[i] = model->params.odds[i - MBG_NPARAMS + 1];
	return delta_interval(logit_at, &of, at, model->covariance, outlook_n_params(model)).half;
}

/* In three sums, or each addition would wait for the one before. */
static double
product(const double *a, const double *b, int n)
{
	double one = 0;
	double two = 0;
	double three = 0;
	int	   i = 0;

	for (; i + 3 <= n; i += 3)
	{
		one += a[i] * b[i];
		two += a[i + 1] * b[i + 1];
		three += a[i + 2] * b[i + 2];
	}
	for (; i < n; i++)
		one += a[i] * b[i];
	return one + two + three;
}

/* Variance of what was learned, given its features. */
static double
learned_variance(const OutlookModel *model, const double row[N_FEATURES])
{
	const double *covariance = model->used_covariance;
	double		  at[N_FEATURES];
	double		  variance = model->learned_covariance[0][0];

	for (int i = 0; i < model->n_used; i++)
	{
		int	   one = model->used[i];
		double with_others = model->learned_covariance[one + 1][0] + product(covariance, at, i);

		at[i] = row[one] - model->mean[one];
		variance += at[i] * (2 * with_others + model->learned_covariance[one + 1][one + 1] * at[i]);
		covariance += i;
	}
	return variance;
}

/* Where something was learned, the population's log-odds are a feature like others. */
static void
find_interval(const OutlookModel *model, const double row[N_FEATURES], double horizon,
			  Outlook *outlook)
{
	double half = model->horizon > 0 ? SCORE_Z95 * sqrt(fmax(learned_variance(model, row), 0))
									 : population_half(model, &outlook->facts, horizon);

	outlook->lo = score_logistic(outlook->logit - half);
	outlook->hi = score_logistic(outlook->logit + half);
}

/* ---- the reasons ---- */

/* At random, the mean logarithm of gaps is so much below the logarithm of their mean. */
#define EULER 0.57721566490153286

/* The coordinates of a history, as bits of a coalition. */
enum
{
	FROM_TIMES = 1,
	FROM_GAP = 2,
	FROM_SILENCE = 4,
	FROM_ALL = 7
};

/* Is it a feature of when they came? */
static bool
is_timing(Feature feature)
{
	Topic topic = feature_topic(feature);

	return topic == TOPIC_SILENCE || topic == TOPIC_TIMES || topic == TOPIC_RHYTHM;
}

double
outlook_timing_logit(const OutlookModel *model, const FeatureFacts *facts, double horizon)
{
	double trained;
	double logit = population_share(model, facts, horizon, &trained);
	double row[N_FEATURES];

	if (model->horizon == 0)
		return logit;
	feature_row(facts, (FeatureContext){ 0 }, model->usual_gap, 0, row);
	for (int j = 0; j < FEATURE_POPULATION; j++)
		row[j] = is_timing(j) ? row[j] : model->mean[j];
	return logit + learned_share(model, row);
}

/* Of a customer who has the coordinates in `taken`, and the typical one's others. */
static double
coalition_share(const OutlookModel *model, const FeatureFacts *facts, double horizon,
				OutlookShare share, int taken)
{
	const MbgBaseline *typical = &model->baseline;
	const MbgHistory  *rfm = &facts->rfm;
	bool			   own_gap = (taken & FROM_GAP) && rfm->x > 0;
	FeatureFacts	   mixed;

	feature_synthetic(taken & FROM_TIMES ? rfm->x : typical->x,
					  own_gap ? rfm->t_x / rfm->x : typical->gap,
					  own_gap ? facts->log_gaps / rfm->x : log(typical->gap) - EULER,
					  taken & FROM_SILENCE ? rfm->T - rfm->t_x : typical->silent, &mixed);
	return share(model, &mixed, horizon);
}

/* Shapley value of one of three coordinates: its mean effect over the orders of moving them. */
static double
shapley(const double share[FROM_ALL + 1], int one, int two, int three)
{
	return (share[one] - share[0]) / 3 +
		   (share[one | two] - share[two] + share[one | three] - share[three]) / 6 +
		   (share[FROM_ALL] - share[two | three]) / 3;
}

/*
 * How often they came, how close together and how evenly, and how long ago. What
 * these don't say, where among the days the close ones were, goes with the rhythm.
 */
void
outlook_timing_reasons(const OutlookModel *model, const FeatureFacts *facts, double horizon,
					   OutlookShare share_of, double topic[N_TOPICS])
{
	double own = share_of(model, facts, horizon);
	double share[FROM_ALL + 1];

	for (int taken = 0; taken <= FROM_ALL && (taken == 0 || facts->rfm.x >= 0); taken++)
		share[taken] = coalition_share(model, facts, horizon, share_of, taken);
	if (facts->rfm.x < 0)
	{
		topic[TOPIC_TIMES] = own - share[0];
		return;
	}
	topic[TOPIC_TIMES] = shapley(share, FROM_TIMES, FROM_GAP, FROM_SILENCE);
	topic[TOPIC_SILENCE] = shapley(share, FROM_SILENCE, FROM_TIMES, FROM_GAP);
	topic[TOPIC_RHYTHM] =
		shapley(share, FROM_GAP, FROM_TIMES, FROM_SILENCE) + own - share[FROM_ALL];
}

/* The row is NULL where nothing was learned. */
static void
find_reasons(const OutlookModel *model, const double *row, double horizon, Outlook *outlook)
{
	double total = 0;

	memset(outlook->topic, 0, sizeof(outlook->topic));
	outlook_timing_reasons(model, &outlook->facts, horizon, outlook_timing_logit, outlook->topic);
	for (int j = 0; j < FEATURE_POPULATION && row != NULL; j++)
	{
		if (!is_timing(j))
			outlook->topic[feature_topic(j)] += model->weight[j] * (row[j] - model->mean[j]);
	}
	for (int i = 0; i < N_TOPICS; i++)
	{
		outlook->topic[i] = rounded(outlook->topic[i]);
		total += outlook->topic[i];
	}
	outlook->base = outlook->logit - total;
}

/* ---- the score ---- */

static bool
find_facts(const OutlookModel *model, const History *history, const OutlookQuestion *question,
		   FeatureFacts *facts)
{
	OutlookMemo *memo = question->memo;
	bool		 purchases = history_wants_purchases(history, model->target);

	if (memo == NULL)
		return feature_facts(history, model->target, question->as_of, facts);
	if (!memo->known || memo->purchases != purchases)
	{
		memo->seen = feature_facts(history, model->target, question->as_of, &memo->facts);
		memo->purchases = purchases;
		memo->known = true;
		memo->usual_gap = 0;
	}
	*facts = memo->facts;
	return memo->seen;
}

static void
find_row(const OutlookModel *model, const FeatureFacts *facts, const OutlookQuestion *question,
		 double population, double row[N_FEATURES])
{
	OutlookMemo *memo = question->memo;

	if (memo != NULL && memo->usual_gap == model->usual_gap)
	{
		memcpy(row, memo->row, sizeof(memo->row));
		feature_set_population(row, population);
		return;
	}
	feature_row(facts, question->context, model->usual_gap, population, row);
	if (memo == NULL)
		return;
	memcpy(memo->row, row, sizeof(memo->row));
	memo->usual_gap = model->usual_gap;
}

bool
outlook_score(const OutlookModel *model, const History *history, const OutlookQuestion *question,
			  OutlookDetail detail, Outlook *outlook)
{
	FeatureFacts *facts = &outlook->facts;
	bool		  seen = find_facts(model, history, question, facts);
	bool		  is_learned = model->horizon > 0;
	double		  row[N_FEATURES];
	double		  trained;

	if (model->task == OUTLOOK_LEAVE ? facts->rfm.x < 0 : !seen && question->context.moment == NULL)
		return false;
	outlook->logit = population_share(model, facts, question->horizon, &trained);
	if (is_learned)
	{
		find_row(model, facts, question, trained, row);
		outlook->logit += learned_share(model, row);
	}
	outlook->logit = rounded(outlook->logit);
	outlook->probability = score_logistic(outlook->logit);
	if (detail == OUTLOOK_INTERVAL)
		find_interval(model, row, question->horizon, outlook);
	else if (detail == OUTLOOK_REASONS)
		find_reasons(model, is_learned ? row : NULL, question->horizon, outlook);
	return true;
}
