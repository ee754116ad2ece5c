/*-------------------------------------------------------------------------
 *
 * fit_test.c
 *	  Fitting population models to simulated populations, ordinary and not.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "learn/population.h"
#include "simulate.h"
#include "tap.h"

/* More than the fit's sample, so that tests see both that and the fit on all. */
#define MAX_ROWS 30000

static const MbgParams shop = { .8, 40, .7, 2.5 };

static PopulationRow rows[MAX_ROWS];
static bool			 came[MAX_ROWS]; /* who bought in the days ahead */
static int			 ticks;

/* A fit of MBG/NBD, by names. */
typedef struct MbgFit
{
	MbgParams		 params;
	double			 covariance[MBG_NPARAMS][MBG_NPARAMS];
	PopulationStatus status;
	double			 loglik, customers, repeaters;
	int				 iterations;
	MbgBaseline		 baseline;
} MbgFit;

/* Churn within 30 days, with its interval. */
static PopulationEstimate
churn_of(const MbgFit *fit, const MbgHistory *h)
{
	const double  params[] = { fit->params.r, fit->params.alpha, fit->params.a, fit->params.b };
	PopulationRow row = { .history = *h, .weight = 1 };

	return population_none(&population_mbg, params, fit->covariance[0], &row, 30);
}

static void
count_tick(void *arg, double share)
{
	(void) arg;
	ticks += share >= 0 && share <= 1;
}

static void
mbg_fit(const PopulationRow *some, size_t n, void (*tick)(void *arg, double share), MbgFit *fit)
{
	static PopulationRow copy[MAX_ROWS];
	PopulationFit		 all;
	double				 left_out = 0;

	memcpy(copy, some, n * sizeof(PopulationRow));
	n = population_group(&population_mbg, copy, n, &left_out);
	population_fit(&population_mbg, copy, n, tick, NULL, &all);
	fit->params = (MbgParams){ all.params[MBG_R], all.params[MBG_ALPHA], all.params[MBG_A],
							   all.params[MBG_B], false };
	memcpy(fit->covariance, all.covariance, sizeof(fit->covariance));
	fit->status = all.status;
	fit->loglik = all.loglik;
	fit->customers = all.customers;
	fit->repeaters = all.repeaters;
	fit->iterations = all.iterations;
	fit->baseline = all.baseline;
}

/* n customers of a shop, first seen within its last 500 days; days ahead go to came[]. */
static void
populate(const MbgParams *params, int n, double ahead)
{
	for (int i = 0; i < n; i++)
	{
		rows[i].history = sim_customer(params, sim_between(30, 500), ahead, &came[i]);
		rows[i].weight = 1;
	}
}

static bool
usable(const MbgFit *fit)
{
	const MbgHistory histories[] = { { 0, 0, 0 }, { 0, 0, 900 }, { 5, 100, 110 }, { 5, 9, 900 } };
	bool			 sane = mbg_params_valid(&fit->params) && isfinite(fit->loglik);

	for (int i = 0; i < 4; i++)
	{
		PopulationEstimate churn = churn_of(fit, &histories[i]);

		sane &=
			0 <= churn.lo && churn.lo <= churn.value && churn.value <= churn.hi && churn.hi <= 1;
	}
	for (int i = 0; i < MBG_NPARAMS; i++)
		sane &= fit->covariance[i][i] > 0 && isfinite(fit->covariance[i][i]);
	return sane && fit->baseline.gap > 0 && fit->baseline.x >= 0 && fit->baseline.silent >= 0;
}

static double
loglik_of(const MbgParams *params, int n)
{
	MbgTables tables;
	double	  total = 0;

	mbg_prepare(&tables, params, 500);
	for (int i = 0; i < n; i++)
		total += rows[i].weight * mbg_loglik(&tables, &rows[i].history, NULL);
	return total;
}

/* ---------------------------------------------------------------- recovery */

static bool
within(const MbgFit *fit, int which, double found, double truth)
{
	return fabs(log(found / truth)) < 3 * sqrt(fit->covariance[which][which]);
}

static void
test_recovery(void)
{
	MbgFit fit;

	populate(&shop, MAX_ROWS, 30);
	mbg_fit(rows, MAX_ROWS, count_tick, &fit);
	diag("r %.3f alpha %.2f a %.3f b %.3f, %d steps", fit.params.r, fit.params.alpha, fit.params.a,
		 fit.params.b, fit.iterations);
	ok(fit.status == POPULATION_CONVERGED && usable(&fit), "an ordinary population converges");
	ok(within(&fit, MBG_R, fit.params.r, shop.r) &&
		   within(&fit, MBG_ALPHA, fit.params.alpha, shop.alpha) &&
		   within(&fit, MBG_A, fit.params.a, shop.a) && within(&fit, MBG_B, fit.params.b, shop.b),
	   "parameters come back within three standard errors");
	ok(fabs(log(fit.params.r / shop.r)) < .15 && fabs(log(fit.params.alpha / shop.alpha)) < .15 &&
		   fabs(log(fit.params.a / shop.a)) < .3 && fabs(log(fit.params.b / shop.b)) < .3,
	   "which are small");
	ok(fabs(fit.loglik - loglik_of(&fit.params, MAX_ROWS)) < 1e-6,
	   "the log-likelihood is that of the customers");
	ok(fit.loglik > loglik_of(&shop, MAX_ROWS), "and no less than at the truth");
	ok(ticks > 0, "the caller can interrupt");
}

/* Of those with churn in a tenth, as many as said stay away. Uses test_recovery()'s population. */
static void
test_calibration(void)
{
	double said[10] = { 0 };
	double stayed[10] = { 0 };
	int	   count[10] = { 0 };
	MbgFit fit;

	mbg_fit(rows, MAX_ROWS, NULL, &fit);
	for (int i = 0; i < MAX_ROWS; i++)
	{
		double churn = mbg_churn(&fit.params, &rows[i].history, 30);
		int	   bin = fmin(churn * 10, 9);

		said[bin] += churn;
		stayed[bin] += !came[i];
		count[bin]++;
	}
	for (int bin = 0; bin < 10; bin++)
	{
		double p = said[bin] / count[bin];

		if (count[bin] >= 200)
			ok(fabs(stayed[bin] / count[bin] - p) < 3.5 * sqrt(p * (1 - p) / count[bin]),
			   "churn of %.3f: %.3f of %d stayed away", p, stayed[bin] / count[bin], count[bin]);
	}
}

static void
test_coverage(void)
{
	const MbgHistory h = { 3, 80, 120 };
	const int		 nfits = 150;
	double			 truth = mbg_churn(&shop, &h, 30);
	int				 covered = 0;

	for (int i = 0; i < nfits; i++)
	{
		MbgFit			   fit;
		PopulationEstimate churn;

		populate(&shop, 400, 30);
		mbg_fit(rows, 400, NULL, &fit);
		churn = churn_of(&fit, &h);
		covered += churn.lo <= truth && truth <= churn.hi;
	}
	diag("interval covers %.1f %%", 100.0 * covered / nfits);
	ok(covered > .88 * nfits, "churn's interval covers the truth");
}

static void
test_weights(void)
{
	MbgFit single;
	MbgFit doubled;

	populate(&shop, 1000, 30);
	memcpy(rows + 1000, rows, 1000 * sizeof(PopulationRow));
	mbg_fit(rows, 2000, NULL, &doubled);
	for (int i = 0; i < 1000; i++)
		rows[i].weight = 2;
	mbg_fit(rows, 1000, NULL, &single);
	ok(fabs(single.loglik - doubled.loglik) < 1e-6 && single.customers == 2000 &&
		   fabs(single.params.r - doubled.params.r) < 1e-4 &&
		   fabs(single.covariance[0][0] / doubled.covariance[0][0] - 1) < 1e-3,
	   "a customer of weight two is two customers");
	rows[0].weight = -1;
	rows[1].weight = NAN;
	rows[2].weight = INFINITY;
	rows[3].history.x = -5;
	rows[4].history.T = NAN;
	mbg_fit(rows, 1000, NULL, &single);
	ok(single.customers == 1990 && usable(&single), "impossible rows are left out");
}

static void
test_baseline(void)
{
	/* gaps 10, 20, 40; silence 5, 6, 7, 8, 9 */
	const MbgHistory some[] = {
		{ 1, 10, 15 }, { 2, 40, 46 }, { 1, 40, 47 }, { 0, 0, 8 }, { 0, 0, 9 }
	};
	MbgFit fit;

	for (int i = 0; i < 5; i++)
		rows[i] = (PopulationRow){ .history = some[i], .weight = 1 };
	mbg_fit(rows, 5, NULL, &fit);
	ok(fit.baseline.x == 1 && fit.baseline.gap == 20 && fit.baseline.silent == 7,
	   "the baseline is of medians");
	mbg_fit(rows, 4, NULL, &fit);
	ok(fit.baseline.x == 1 && fit.baseline.silent == 6, "of two middle values, the lower");
	rows[4].weight = 10;
	mbg_fit(rows, 5, NULL, &fit);
	ok(fit.baseline.x == 0 && fit.baseline.gap == 20 && fit.baseline.silent == 9,
	   "weights count in it");
}

/* --------------------------------------------------------- odd populations */

static void
test_nobody_leaves(void)
{
	const MbgParams loyal = { 3, 100, 1e-4, 1e4 };
	const double	rate_alone = pow(300.0 / 330, 7);
	MbgFit			fit;

	populate(&loyal, 4000, 30);
	mbg_fit(rows, 4000, NULL, &fit);
	ok(usable(&fit) &&
		   fabs(mbg_churn(&fit.params, &(MbgHistory){ 4, 150, 200 }, 30) - rate_alone) < .02,
	   "where nobody leaves, churn is that of the rates alone");

	/* seen at most 20 days after their last purchase: no sign of anybody leaving */
	for (int i = 0; i < 4000; i++)
		rows[i].history.T = fmin(rows[i].history.T, rows[i].history.t_x + 20);
	mbg_fit(rows, 4000, NULL, &fit);
	diag("r %.3f alpha %.2f a %.2g b %.3g", fit.params.r, fit.params.alpha, fit.params.a,
		 fit.params.b);
	ok(fit.status == POPULATION_NO_DROPOUT && usable(&fit),
	   "and where it is plain, the fit says so");
}

static void
test_all_alike(void)
{
	const MbgParams clones = { 1e4, 2e5, 1e4, 9e4 };
	MbgFit			fit;

	populate(&clones, 2000, 30);
	mbg_fit(rows, 2000, NULL, &fit);
	diag("%s: r %.3g alpha %.3g a %.3g b %.3g", population_status_name(fit.status), fit.params.r,
		 fit.params.alpha, fit.params.a, fit.params.b);
	ok(usable(&fit) && fit.loglik > loglik_of(&clones, 2000) - .01,
	   "customers all alike, at the edge of the box");
}

static void
test_two_maxima(void)
{
	const MbgParams split = { 50, 250, .1, .1 };
	MbgFit			fit;

	populate(&split, 500, 30);
	mbg_fit(rows, 500, NULL, &fit);
	ok(fit.loglik > loglik_of(&split, 500) - .01,
	   "customers who leave at once or never: the better maximum is found");
}

static void
test_no_repeats(void)
{
	MbgFit fit;

	for (int i = 0; i < 1000; i++)
		rows[i] = (PopulationRow){ .history = { 0, 0, i % 300 }, .weight = 1 };
	mbg_fit(rows, 1000, NULL, &fit);
	ok(fit.status == POPULATION_FEW_REPEATS && fit.repeaters == 0 && usable(&fit),
	   "all of them one-time buyers");
	ok(mbg_churn(&fit.params, &(MbgHistory){ 0, 0, 200 }, 30) > .95, "nobody is expected back");
}

static void
test_few(void)
{
	MbgFit none;
	MbgFit fit;

	mbg_fit(rows, 0, NULL, &none);
	ok(none.status == POPULATION_FEW_CUSTOMERS && usable(&none) && none.customers == 0 &&
		   fabs(none.params.alpha - 21) < 1e-9 && none.baseline.gap == 30,
	   "without customers, the prior");
	populate(&shop, 10, 30);
	mbg_fit(rows, 10, NULL, &fit);
	ok(fit.status == POPULATION_FEW_CUSTOMERS && usable(&fit), "ten customers");
	ok(fit.covariance[0][0] < none.covariance[0][0], "who narrow the prior down");
}

static void
test_boundaries(void)
{
	MbgFit fit;

	for (int i = 0; i < 100; i++)
		rows[i] = (PopulationRow){ .history = { 10000, 10000, 10000 }, .weight = 1 };
	mbg_fit(rows, 100, NULL, &fit);
	ok(usable(&fit), "everybody, every day");
	for (int i = 0; i < 100; i++)
		rows[i] = (PopulationRow){ .history = { 0, 0, 0 }, .weight = 1 };
	mbg_fit(rows, 100, NULL, &fit);
	ok(usable(&fit), "all first seen today");
	for (int i = 0; i < 100; i++)
		rows[i] = (PopulationRow){ .history = { 1, 1, 1 }, .weight = 1 };
	mbg_fit(rows, 100, NULL, &fit);
	ok(usable(&fit), "all came yesterday and today");
	for (int i = 0; i < 100; i++)
		rows[i] = (PopulationRow){ .history = { i * 7 % 600, 1e6, 1e6 + i }, .weight = 1 };
	rows[0].history = (MbgHistory){ 0, 0, 1e6 };
	mbg_fit(rows, 100, NULL, &fit);
	ok(usable(&fit), "thousands of years");
}

static void
test_hostile(void)
{
	bool sane = true;

	for (int round = 0; round < 40; round++)
	{
		MbgParams params = { exp(sim_between(-4, 5)), exp(sim_between(-2, 9)),
							 exp(sim_between(-5, 5)), exp(sim_between(-5, 5)) };
		int		  n = (int) exp(sim_between(0, 5.5));
		MbgFit	  fit;

		populate(&params, n, 30);
		mbg_fit(rows, n, NULL, &fit);
		if (!usable(&fit))
		{
			diag("r %g alpha %g a %g b %g, n = %d", params.r, params.alpha, params.a, params.b, n);
			sane = false;
		}
	}
	ok(sane, "random populations all give a usable fit");
}

int
main(void)
{
	test_recovery();
	test_calibration();
	test_coverage();
	test_weights();
	test_baseline();
	test_nobody_leaves();
	test_all_alike();
	test_two_maxima();
	test_no_repeats();
	test_few();
	test_boundaries();
	test_hostile();
	return tap_done();
}
