/*-------------------------------------------------------------------------
 *
 * models.c
 *	  The population models as fitting sees them.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "learn/population.h"
#include "score/delta.h"
#include "score/fmath.h"

static bool
history_usable(const PopulationRow *row)
{
	return mbg_history_valid(&row->history);
}

/* ---- MBG/NBD and BG/NBD ---- */

static MbgParams
mbg_of(const double *params)
{
	return (MbgParams){ params[MBG_R], params[MBG_ALPHA], params[MBG_A], params[MBG_B], false };
}

static MbgParams
bg_of(const double *params)
{
	return (MbgParams){ params[MBG_R], params[MBG_ALPHA], params[MBG_A], params[MBG_B], true };
}

static void
prepare_mbg(PopulationTables *tables, const double *params, int32_t most_x)
{
	MbgParams mbg = mbg_of(params);

	mbg_prepare(&tables->mbg, &mbg, most_x);
}

static void
prepare_bg(PopulationTables *tables, const double *params, int32_t most_x)
{
	MbgParams bg = bg_of(params);

	mbg_prepare(&tables->mbg, &bg, most_x);
}

static double
mbg_row(const PopulationTables *tables, const PopulationRow *row, double *gradient)
{
	return mbg_loglik(&tables->mbg, &row->history, gradient);
}

static double
mbg_leaving(const double *params, double gap)
{
	(void) gap;
	return params[MBG_A] / (params[MBG_A] + params[MBG_B]);
}

static bool
mbg_valid(const double *params)
{
	MbgParams mbg = mbg_of(params);

	return mbg_params_valid(&mbg);
}

static double
mbg_alive(const double *params, const PopulationRow *row)
{
	MbgParams mbg = mbg_of(params);

	return mbg_p_alive(&mbg, &row->history);
}

static double
mbg_none(const double *params, const PopulationRow *row, double horizon)
{
	MbgParams mbg = mbg_of(params);

	return mbg_churn_logit(&mbg, &row->history, horizon);
}

static double
mbg_purchases(const double *params, const PopulationRow *row, double horizon)
{
	MbgParams mbg = mbg_of(params);

	return mbg_expected(&mbg, &row->history, horizon);
}

const PopulationModel population_mbg = {
	.name = "mbg/nbd",
	.n = MBG_NPARAMS,
	.names = { "r", "alpha", "a", "b" },
	.starts = { { 0.7, 0.7, 0.8, 2.0 }, { 50.0, 50.0, 0.3, 3.0 }, { 1.0, 1.0, 0.001, 1.0 } },
	.units = { [MBG_ALPHA] = true },
	.usable = history_usable,
	.prepare = prepare_mbg,
	.loglik = mbg_row,
	.leaving = mbg_leaving,
	.valid = mbg_valid,
	.p_alive = mbg_alive,
	.none_logit = mbg_none,
	.expected = mbg_purchases,
};

static double
bg_alive(const double *params, const PopulationRow *row)
{
	MbgParams bg = bg_of(params);

	return mbg_p_alive(&bg, &row->history);
}

static double
bg_none(const double *params, const PopulationRow *row, double horizon)
{
	MbgParams bg = bg_of(params);

	return mbg_churn_logit(&bg, &row->history, horizon);
}

static double
bg_purchases(const double *params, const PopulationRow *row, double horizon)
{
	MbgParams bg = bg_of(params);

	return mbg_expected(&bg, &row->history, horizon);
}

const PopulationModel population_bg = {
	.name = "bg/nbd",
	.n = MBG_NPARAMS,
	.names = { "r", "alpha", "a", "b" },
	.starts = { { 0.4, 0.7, 0.8, 2.0 }, { 50.0, 50.0, 0.3, 3.0 }, { 1.0, 1.0, 0.001, 1.0 } },
	.units = { [MBG_ALPHA] = true },
	.usable = history_usable,
	.prepare = prepare_bg,
	.loglik = mbg_row,
	.leaving = mbg_leaving,
	.valid = mbg_valid,
	.p_alive = bg_alive,
	.none_logit = bg_none,
	.expected = bg_purchases,
};

/* ---- Pareto/NBD ---- */

static ParetoParams
pareto_of(const double *params)
{
	return (ParetoParams){ params[PARETO_R], params[PARETO_ALPHA], params[PARETO_S],
						   params[PARETO_BETA] };
}

static void
prepare_pareto(PopulationTables *tables, const double *params, int32_t most_x)
{
	ParetoParams pareto = pareto_of(params);

	pareto_prepare(&tables->pareto, &pareto, most_x);
}

static double
pareto_row(const PopulationTables *tables, const PopulationRow *row, double *gradient)
{
	return pareto_loglik(&tables->pareto, &row->history, gradient);
}

static double
pareto_leaving(const double *params, double gap)
{
	return -expm1(-params[PARETO_S] * log1p(gap / params[PARETO_BETA]));
}

static bool
pareto_valid(const double *params)
{
	ParetoParams pareto = pareto_of(params);

	return pareto_params_valid(&pareto);
}

static double
pareto_alive(const double *params, const PopulationRow *row)
{
	ParetoParams pareto = pareto_of(params);

	return pareto_p_alive(&pareto, &row->history);
}

static double
pareto_none(const double *params, const PopulationRow *row, double horizon)
{
	ParetoParams pareto = pareto_of(params);

	return pareto_churn_logit(&pareto, &row->history, horizon);
}

static double
pareto_purchases(const double *params, const PopulationRow *row, double horizon)
{
	ParetoParams pareto = pareto_of(params);

	return pareto_expected(&pareto, &row->history, horizon);
}

const PopulationModel population_pareto = {
	.name = "pareto/nbd",
	.n = PARETO_NPARAMS,
	.names = { "r", "alpha", "s", "beta" },
	.starts = { { 0.6, 1.0, 0.6, 1.0 }, { 50.0, 50.0, 0.3, 3.0 }, { 1.0, 1.0, 0.001, 1.0 } },
	.units = { [PARETO_ALPHA] = true, [PARETO_BETA] = true },
	.usable = history_usable,
	.prepare = prepare_pareto,
	.loglik = pareto_row,
	.leaving = pareto_leaving,
	.valid = pareto_valid,
	.p_alive = pareto_alive,
	.none_logit = pareto_none,
	.expected = pareto_purchases,
};

/* ---- Gamma-Gamma ---- */

static bool
spend_usable(const PopulationRow *row)
{
	return row->history.x > 0 && row->value > 0 && !isinf(row->value);
}

static SpendParams
spend_of(const double *params)
{
	return (SpendParams){ params[SPEND_P], params[SPEND_Q], params[SPEND_V] };
}

static void
prepare_spend(PopulationTables *tables, const double *params, int32_t most_x)
{
	(void) most_x;
	tables->spend = spend_of(params);
}

static double
spend_row(const PopulationTables *tables, const PopulationRow *row, double *gradient)
{
	return spend_loglik(&tables->spend, row->history.x, row->value, gradient);
}

static bool
spend_valid(const double *params)
{
	SpendParams spend = spend_of(params);

	return spend_params_valid(&spend);
}

static double
spend_amount(const double *params, const PopulationRow *row, double horizon)
{
	SpendParams spend = spend_of(params);

	(void) horizon;
	return spend_expected(&spend, row->history.x, row->value);
}

const PopulationModel population_spend = {
	.name = "gamma-gamma",
	.n = SPEND_NPARAMS,
	.names = { "p", "q", "v" },
	.spends = true,
	.starts = { { 4.0, 4.0, 0.75 }, { 50.0, 2.0, 0.02 }, { 0.5, 10.0, 18.0 } },
	.units = { [SPEND_V] = true },
	.least = { [SPEND_Q] = 1.01 },
	.usable = spend_usable,
	.prepare = prepare_spend,
	.loglik = spend_row,
	.valid = spend_valid,
	.expected = spend_amount,
};

/* ---- the regularity mixture ---- */

static bool
regular_usable(const PopulationRow *row)
{
	return mbg_history_valid(&row->history) && isfinite(row->log_gaps);
}

static void
prepare_regular(PopulationTables *tables, const double *params, int32_t most_x)
{
	RegularParams regular;

	regular_params_set(&regular, params);
	regular_prepare(&tables->regular, &regular, most_x);
}

static double
regular_row(const PopulationTables *tables, const PopulationRow *row, double *gradient)
{
	RegularHistory h = { row->history, row->log_gaps };

	return regular_loglik(&tables->regular, &h, gradient);
}

static bool
regular_valid(const double *params)
{
	RegularParams regular;

	regular_params_set(&regular, params);
	return regular_params_valid(&regular);
}

static double
regular_alive(const double *params, const PopulationRow *row)
{
	PopulationTables tables;
	RegularHistory	 h = { row->history, row->log_gaps };

	prepare_regular(&tables, params, 0);
	return regular_p_alive(&tables.regular, &h);
}

static double
regular_none(const double *params, const PopulationRow *row, double horizon)
{
	PopulationTables tables;
	RegularHistory	 h = { row->history, row->log_gaps };

	prepare_regular(&tables, params, 0);
	return regular_churn_logit(&tables.regular, &h, horizon);
}

static double
regular_purchases(const double *params, const PopulationRow *row, double horizon)
{
	PopulationTables tables;
	RegularHistory	 h = { row->history, row->log_gaps };

	prepare_regular(&tables, params, 0);
	return regular_expected(&tables.regular, &h, horizon);
}

const PopulationModel population_regular = {
	.name = "regular",
	.n = REGULAR_NPARAMS,
	.names = { "r", "alpha", "a", "b", "odds2", "odds3", "odds5", "odds8" },
	.gaps = true,
	.starts = { { 0.7, 0.7, 0.8, 2.0, 0.5, 0.3, 0.2, 0.1 },
				{ 50.0, 50.0, 0.3, 3.0, 0.5, 0.3, 0.2, 0.1 },
				{ 1.0, 1.0, 0.001, 1.0, 0.5, 0.3, 0.2, 0.1 } },
	.units = { [MBG_ALPHA] = true },
	.sd = { [MBG_NPARAMS] = 3, 3, 3, 3 },
	.usable = regular_usable,
	.prepare = prepare_regular,
	.loglik = regular_row,
	.leaving = mbg_leaving,
	.valid = regular_valid,
	.p_alive = regular_alive,
	.none_logit = regular_none,
	.expected = regular_purchases,
};

static const PopulationModel *const models[] = { &population_bg, &population_mbg,
												 &population_pareto, &population_spend,
												 &population_regular };

#define NMODELS ((int) (sizeof(models) / sizeof(models[0])))

const PopulationModel *
population_model(const char *name)
{
	for (int i = 0; i < NMODELS; i++)
		if (strcmp(models[i]->name, name) == 0)
			return models[i];
	return NULL;
}

/* ---- what they say of one customer ---- */

/* What a function of the parameters is asked for. */
typedef struct Question
{
	const PopulationModel *model;
	const PopulationRow	  *row;
	double				   horizon;
} Question;

static double
none_at(const double *params, const void *arg)
{
	const Question *q = arg;

	return q->model->none_logit(params, q->row, q->horizon);
}

static double
log_expected_at(const double *params, const void *arg)
{
	const Question *q = arg;

	return log(q->model->expected(params, q->row, q->horizon));
}

PopulationEstimate
population_none(const PopulationModel *model, const double *params, const double *covariance,
				const PopulationRow *row, double horizon)
{
	Question q = { model, row, horizon };
	Delta	 logit = delta_interval(none_at, &q, params, covariance, model->n);

	return (PopulationEstimate){ score_logistic(logit.value),
								 score_logistic(logit.value - logit.half),
								 score_logistic(logit.value + logit.half) };
}

PopulationEstimate
population_expected(const PopulationModel *model, const double *params, const double *covariance,
					const PopulationRow *row, double horizon)
{
	Question q = { model, row, horizon };
	Delta	 logs = delta_interval(log_expected_at, &q, params, covariance, model->n);

	if (isinf(logs.value)) /* nothing is expected, for sure */
		return (PopulationEstimate){ 0, 0, 0 };
	return (PopulationEstimate){ exp(logs.value), exp(logs.value - logs.half),
								 exp(logs.value + logs.half) };
}
