/*-------------------------------------------------------------------------
 *
 * population_test.c
 *	  Every population model: published values, gradients, recovery from
 *	  simulated customers, calibration, extremes.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "learn/population.h"
#include "score/fmath.h"
#include "simulate.h"
#include "tap.h"

#define MAX_ROWS 20000
#define NRANDOM	 1000

static const PopulationModel *const models[] = { &population_bg, &population_mbg,
												 &population_pareto, &population_spend,
												 &population_regular };

#define NMODELS ((int) (sizeof(models) / sizeof(models[0])))

/* Published for the 1/10 sample of CDNOW, in weeks. */
static const MbgParams	  bg_cdnow = { .243, 4.414, .793, 2.426, true };
static const MbgParams	  mbg_cdnow = { .5248, 6.183, .8914, 1.614, false };
static const ParetoParams pareto_cdnow = { .553, 10.578, .606, 11.669 };
static const SpendParams  spend_cdnow = { 6.25, 3.74, 15.44 };

/* A shop with many regulars, in days. */
static const RegularParams rhythm = { { .83, 62, .118, 2.04, false }, { 1, 2.2, .35, .6, .06 } };

/* Another, where they leave at any time. */
static const ParetoParams pareto_shop = { .8, 50, .7, 150 };

static PopulationRow rows[MAX_ROWS];
static bool			 alive[MAX_ROWS];

static bool
near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance;
}

static double
mbg_ll(const MbgParams *p, const MbgHistory *h)
{
	MbgTables tables;

	mbg_prepare(&tables, p, h->x);
	return mbg_loglik(&tables, h, NULL);
}

static double
pareto_ll(const ParetoParams *p, const MbgHistory *h)
{
	ParetoTables tables;

	pareto_prepare(&tables, p, h->x);
	return pareto_loglik(&tables, h, NULL);
}

/* ------------------------------------------------------- published values */

static void
test_published(void)
{
	static const struct
	{
		MbgHistory h;
		double	   bg, bg_alive, mbg;
	} points[] = {
		{ { 0, 0, 38.86 }, .1951, 1, .1539 },
		{ { 1, 1.71, 38.86 }, .2032, .2121, .1888 },
		{ { 2, 30.43, 38.86 }, 1.226, .7266, 1.2626 },
		{ { 7, 29.43, 38.86 }, 3.3371, .6418, 3.1667 },
	};
	static const double growth[][2] = { { .1429, .0078 },	 { 1, .0532 },	 { 3, .1506 },
										{ 31.8571, 1.0405 }, { 32, 1.0437 }, { 78, 1.8576 } };
	const MbgParams		fitted = { .2426, 4.4135, .7929, 2.4258, true };
	const MbgHistory	fresh = { 0, 0, 0 };
	const MbgHistory	busy = { 26, 30.86, 31 };
	bool				grows = true;

	for (int i = 0; i < 4; i++)
	{
		const MbgHistory *h = &points[i].h;

		ok(near(mbg_expected(&bg_cdnow, h, 39), points[i].bg, 6e-4) &&
			   near(mbg_p_alive(&bg_cdnow, h), points[i].bg_alive, 6e-5),
		   "BG/NBD expects %.4f of x = %d", mbg_expected(&bg_cdnow, h, 39), h->x);
		ok(near(mbg_expected(&mbg_cdnow, h, 39), points[i].mbg, 6e-5), "MBG/NBD expects %.4f",
		   mbg_expected(&mbg_cdnow, h, 39));
	}
	for (int i = 0; i < 6; i++)
		grows &= near(mbg_expected(&fitted, &fresh, growth[i][0]), growth[i][1], 5e-4);
	ok(grows, "BG/NBD's growth of a new customer's purchases");
	ok(near(mbg_churn(&bg_cdnow, &fresh, 39), .5737864, 1e-7),
	   "and the chance that there are none");
	ok(near(pareto_expected(&pareto_cdnow, &busy, 52), 25.46, .01), "Pareto/NBD expects %.3f",
	   pareto_expected(&pareto_cdnow, &busy, 52));
	ok(near(spend_expected(&spend_cdnow, 2, 22.35), 24.65, .05) &&
		   near(spend_expected(&spend_cdnow, 1, 11.77), 18.91, .05) &&
		   near(spend_expected(&spend_cdnow, 0, 0), 35.17, .1),
	   "Gamma-Gamma expects %.2f, %.2f, %.2f", spend_expected(&spend_cdnow, 2, 22.35),
	   spend_expected(&spend_cdnow, 1, 11.77), spend_expected(&spend_cdnow, 0, 0));
}

/* -------------------------------------------------------- the likelihoods */

static PopulationRow
random_row(void)
{
	PopulationRow row = { .history = { (int32_t) sim_between(0, 90), 0, 0 }, .weight = 1 };

	row.history.t_x = row.history.x > 0 ? sim_between(1, 300) : 0;
	row.history.T = row.history.t_x + exp(sim_between(-6, 6));
	row.value = exp(sim_between(-3, 6));
	row.log_gaps = row.history.x * (log(row.history.t_x / fmax(row.history.x, 1)) - .5);
	if (row.history.x == 0)
		row.log_gaps = 0;
	return row;
}

static double
loglik_at(const PopulationModel *model, const double *logs, const PopulationRow *row,
		  double *gradient)
{
	PopulationTables tables;
	double			 params[POPULATION_MAX];

	for (int i = 0; i < model->n; i++)
		params[i] = exp(logs[i]);
	model->prepare(&tables, params, row->history.x);
	return model->loglik(&tables, row, gradient);
}

static void
test_gradients(void)
{
	const double step = 1e-5;

	for (int m = 0; m < NMODELS; m++)
	{
		bool agrees = true;

		for (int i = 0; i < NRANDOM; i++)
		{
			PopulationRow row = random_row();
			double		  logs[POPULATION_MAX];
			double		  gradient[POPULATION_MAX];
			double		  value;

			if (!models[m]->usable(&row))
				continue;
			for (int j = 0; j < models[m]->n; j++)
				logs[j] = sim_between(-3, 5);
			value = loglik_at(models[m], logs, &row, gradient);
			for (int j = 0; j < models[m]->n; j++)
			{
				double up[POPULATION_MAX];
				double down[POPULATION_MAX];
				double slope;

				memcpy(up, logs, sizeof(up));
				memcpy(down, logs, sizeof(down));
				up[j] += step;
				down[j] -= step;
				slope = (loglik_at(models[m], up, &row, NULL) -
						 loglik_at(models[m], down, &row, NULL)) /
						(2 * step);
				agrees &= near(slope, gradient[j], 1e-5 * (1 + fabs(value)));
			}
		}
		ok(agrees, "%s: the gradient agrees with differences", models[m]->name);
	}
}

/* The integral of Pareto's likelihood as a sum of many thin slices. */
static double
pareto_sliced(const ParetoParams *p, const MbgHistory *h)
{
	const int slices = 200000;
	double	  n = p->r + h->x;
	double	  width = (h->T - h->t_x) / slices;
	double	  sum = 0;
	double	  top = -n * log(p->alpha + h->t_x) - p->s * log(p->beta + h->t_x);

	for (int i = 0; i < slices; i++)
	{
		double y = h->t_x + (i + .5) * width;

		sum += width * p->s * exp(-n * log(p->alpha + y) - (p->s + 1) * log(p->beta + y) - top);
	}
	sum += exp(-n * log(p->alpha + h->T) - p->s * log(p->beta + h->T) - top);
	return lgamma(n) - lgamma(p->r) + p->r * log(p->alpha) + p->s * log(p->beta) + top + log(sum);
}

static void
test_pareto(void)
{
	bool same = true;
	bool consistent = true;

	for (int i = 0; i < 40; i++)
	{
		ParetoParams p = { exp(sim_between(-2, 2)), exp(sim_between(0, 5)), exp(sim_between(-2, 2)),
						   exp(sim_between(0, 5)) };
		MbgHistory	 h = random_row().history;

		same &= near(pareto_ll(&p, &h), pareto_sliced(&p, &h), 1e-5 * (1 + h.x));
	}
	ok(same, "Pareto/NBD's likelihood is the integral that it stands for");
	for (int i = 0; i < NRANDOM; i++)
	{
		ParetoParams p = { exp(sim_between(-3, 3)), exp(sim_between(-2, 5)),
						   exp(sim_between(-3, 3)), exp(sim_between(-2, 5)) };
		MbgHistory	 h = random_row().history;
		MbgHistory	 later = h;
		double		 horizon = exp(sim_between(-2, 6));

		later.T += horizon;
		consistent &= near(score_logistic(pareto_churn_logit(&p, &h, horizon)),
						   exp(pareto_ll(&p, &later) - pareto_ll(&p, &h)), 1e-9);
	}
	ok(consistent, "and its churn the likelihood seen later over that of now");
}

static void
test_spend(void)
{
	bool same = true;

	for (int i = 0; i < NRANDOM; i++)
	{
		SpendParams s = { sim_between(.2, 9), sim_between(1.1, 9), sim_between(1, 50) };
		int32_t		x = 1 + (int32_t) sim_between(0, 40);
		double		m = sim_between(.1, 90);
		double		px = s.p * x;

		same &= near(spend_loglik(&s, x, m, NULL),
					 lgamma(px + s.q) - lgamma(px) - lgamma(s.q) + s.q * log(s.v) +
						 (px - 1) * log(m) + px * log(x) - (px + s.q) * log(x * m + s.v),
					 1e-8 * (1 + px));
	}
	ok(same, "Gamma-Gamma's likelihood is the textbook's");
}

static void
test_regular(void)
{
	bool same = true;
	bool consistent = true;

	for (int i = 0; i < NRANDOM; i++)
	{
		RegularParams  random = { mbg_cdnow, { 1, 1e-9, 1e-9, 1e-9, 1e-9 } };
		PopulationRow  row = random_row();
		RegularHistory h = { row.history, 0 };
		RegularHistory later;
		RegularTables  tables;
		double		   horizon = sim_between(1, 100);
		double		   whole;
		double		   shares[REGULAR_NK];

		if (h.h.x > 0) /* as irregular as can be */
			h.log_gaps = h.h.x * (log(h.h.t_x / h.h.x) - 9);
		regular_prepare(&tables, &random, h.h.x);
		same &= near(regular_loglik(&tables, &h, NULL), mbg_ll(&mbg_cdnow, &h.h), 1e-6) &&
				near(score_logistic(regular_churn_logit(&tables, &h, horizon)),
					 mbg_churn(&mbg_cdnow, &h.h, horizon), 1e-6);

		h.log_gaps = row.log_gaps;
		regular_prepare(&tables, &rhythm, h.h.x);
		later = h;
		later.h.T += horizon;
		whole = exp(regular_loglik(&tables, &later, NULL) - regular_loglik(&tables, &h, NULL));
		whole = fmin(whole, (whole + mbg_churn(&rhythm.mbg, &h.h, horizon)) / 2);
		consistent &= near(score_logistic(regular_churn_logit(&tables, &h, horizon)), whole, 1e-9);
		regular_shares(&tables, &h, shares);
		consistent &= near(shares[0] + shares[1] + shares[2] + shares[3] + shares[4], 1, 1e-9);
	}
	ok(same, "the mixture of one component is MBG/NBD");
	ok(consistent, "its churn follows from its likelihood");
}

/* Somebody who came 26 times in a year, every two weeks or in fits, and is silent for two months. */
static void
test_lapsing(void)
{
	int32_t		   even[27];
	int32_t		   uneven[27];
	RegularHistory clock;
	RegularHistory fits;
	RegularTables  tables;
	double		   clock_churn;
	double		   fits_churn;

	for (int i = 0; i < 27; i++)
	{
		even[i] = 14 * i;
		uneven[i] = i < 10 ? i : i < 20 ? 180 + i : 338 + i; /* three bursts */
	}
	clock = regular_history(even, 27, 364 + 61);
	fits = regular_history(uneven, 27, 364 + 61);
	ok(clock.h.x == fits.h.x && clock.h.t_x == fits.h.t_x && clock.h.T == fits.h.T,
	   "two customers with the same counts");
	regular_prepare(&tables, &rhythm, 26);
	clock_churn = score_logistic(regular_churn_logit(&tables, &clock, 30));
	fits_churn = score_logistic(regular_churn_logit(&tables, &fits, 30));
	diag("churn in 30 days: regular %.3f, irregular %.3f, MBG/NBD %.3f", clock_churn, fits_churn,
		 mbg_churn(&rhythm.mbg, &clock.h, 30));
	ok(clock_churn > .6 && fits_churn < .35,
	   "the one whose rhythm broke is seen as lapsing, the irregular one is not");
	clock = regular_history(even, 27, 364 + 10);
	fits = regular_history(uneven, 27, 364 + 10);
	ok(regular_churn_logit(&tables, &clock, 14) < regular_churn_logit(&tables, &fits, 14),
	   "while the rhythm holds, the regular one is the safer");
}

/* ------------------------------------------------------ expected purchases */

/* The mean over 100,000 draws of somebody who is there, and its standard error. */
static double
drawn_expected(const MbgParams *p, const MbgHistory *h, double horizon, double *error)
{
	const int n = 100000;
	double	  sum = 0;
	double	  squares = 0;

	for (int i = 0; i < n; i++)
	{
		double leave = sim_gamma(p->a);
		double rate = sim_gamma(p->r + h->x) / (p->alpha + h->T);
		double one;

		leave /= leave + sim_gamma(p->b + h->x + !p->safe_first);
		one = leave > 1e-12 ? -expm1(-rate * leave * horizon) / leave : rate * horizon;
		sum += one;
		squares += one * one;
	}
	*error = sqrt((squares - sum * sum / n) / n / n);
	return sum / n;
}

static void
test_expected(void)
{
	static const struct
	{
		MbgParams  p;
		MbgHistory h;
		double	   horizon;
	} cases[] = {
		{ { .5, 6, .9, 1.6 }, { 3, 20, 30 }, 39 },
		{ { .5, 6, .9, 1.6, true }, { 0, 0, 30 }, 39 },
		{ { .8, 40, 3, 40 }, { 300, 300, 310 }, 365 },
		{ { .8, 40, .5, 2 }, { 5000, 5000, 5001 }, 5000 }, /* integrated */
		{ { .2, .001, .5, 2 }, { 0, 0, 0 }, 3650 },
		{ { .2, .001, 1, 1 }, { 0, 0, 0 }, 36500 },
		{ { 2, 1, 300, 900 }, { 9000, 900, 900 }, 900 },
	};
	MbgParams		 at_one = { .5, 6, 1, 1.6, false };
	MbgParams		 past_one = { .5, 6, 1 + 1e-7, 1.6, false };
	const MbgHistory h = { 2, 20, 30 };
	bool			 same = true;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		double error;
		double drawn = drawn_expected(&cases[i].p, &cases[i].h, cases[i].horizon, &error);
		double formula = mbg_expected(&cases[i].p, &cases[i].h, cases[i].horizon) /
						 mbg_p_alive(&cases[i].p, &cases[i].h);

		diag("expected %.5f, drawn %.5f +- %.5f", formula, drawn, error);
		same &= fabs(drawn - formula) < 4 * error + 1e-9;
	}
	ok(same, "expected purchases are the mean of draws, whatever the size");
	ok(near(mbg_expected(&at_one, &h, 30), mbg_expected(&past_one, &h, 30), 1e-6),
	   "a = 1 is nothing special");
	ok(mbg_expected(&at_one, &h, 0) == 0 && pareto_expected(&pareto_cdnow, &h, 0) == 0,
	   "nothing is bought within no time");
	ok(near(pareto_expected(&(ParetoParams){ .5, 10, 1, 12 }, &h, 30),
			pareto_expected(&(ParetoParams){ .5, 10, 1 + 1e-7, 12 }, &h, 30), 1e-5),
	   "nor is s = 1");
}

/* A customer of the mixture with these gaps: purchases to come, by a weighted mean of draws. */
static double
drawn_regular(const RegularParams *p, const int32_t *days, int n, double silent, double horizon)
{
	static const int ks[REGULAR_NK] = { 1, 2, 3, 5, 8 };
	double			 weights = 0;
	double			 sum = 0;

	for (int draw = 0; draw < 200000; draw++)
	{
		double of_all = 0;
		double leave = sim_gamma(p->mbg.a);
		double rate = sim_gamma(p->mbg.r) / p->mbg.alpha;
		double weight = 1;
		double at;
		int	   i = 0;

		leave /= leave + sim_gamma(p->mbg.b);
		for (int j = 0; j < REGULAR_NK; j++)
			of_all += p->odds[j];
		of_all *= sim_uniform();
		while (i < REGULAR_NK - 1 && (of_all -= p->odds[i]) > 0)
			i++;
		for (int g = 0; g + 1 < n; g++)
		{
			double gap = days[g + 1] - days[g];

			weight *= (1 - leave) * exp(ks[i] * log(ks[i] * rate) + (ks[i] - 1) * log(gap) -
										ks[i] * rate * gap - lgamma(ks[i]));
		}
		at = sim_gamma(ks[i]) / (ks[i] * rate) - silent;
		if (sim_uniform() < leave)
			at = INFINITY;
		else if (at < 0) /* would have come by now */
			continue;
		weights += weight;
		for (; at <= horizon; at += sim_gamma(ks[i]) / (ks[i] * rate))
		{
			sum += weight;
			if (sim_uniform() < leave)
				break;
		}
	}
	return sum / weights;
}

static void
test_regular_expected(void)
{
	static const int32_t days[] = { 0, 14, 27, 42, 56 };
	static int32_t		 daily[900];
	RegularParams		 p;
	RegularTables		 tables;
	RegularHistory		 h;
	bool				 same = true;

	regular_params_set(&p, (double[]){ .8, 40, .7, 2.5, .5, .3, .2, .4 });
	regular_prepare(&tables, &p, 0);
	for (int silent = 3; silent < 60; silent += 20)
	{
		double drawn = drawn_regular(&p, days, 5, silent, 90);
		double formula;

		h = regular_history(days, 5, 56 + silent);
		formula = regular_expected(&tables, &h, 90);
		diag("after %d days: expected %.3f, drawn %.3f", silent, formula, drawn);
		same &= fabs(formula / drawn - 1) < .06;
	}
	ok(same, "the mixture's expected purchases are the mean of draws");
	for (int i = 0; i < 900; i++)
		daily[i] = i;
	h = regular_history(daily, 900, 900);
	ok(regular_expected(&tables, &h, 10) > 9 && regular_expected(&tables, &h, 3650) > 300 &&
		   regular_expected(&tables, &h, 3650) < 3650,
	   "and of a great many");
	p = (RegularParams){ { .5, 6, .9, 1.6, false }, { 1, 1e-9, 1e-9, 1e-9, 1e-9 } };
	regular_prepare(&tables, &p, 0);
	h = (RegularHistory){ { 3, 20, 30 }, 5 };
	ok(near(regular_expected(&tables, &h, 39), mbg_expected(&p.mbg, &h.h, 39), 1e-6),
	   "with one component they are MBG/NBD's");
}

/* One more day on which a customer came never makes them look longer silent, or more likely gone. */
static void
test_one_more(void)
{
	bool shorter = true;
	bool safer = true;

	for (int i = 0; i < NRANDOM; i++)
	{
		int32_t		   days[32];
		int32_t		   now = 400;
		size_t		   n = 1 + (size_t) sim_between(0, 30);
		RegularHistory before;
		RegularHistory after;
		RegularTables  tables;

		days[0] = 0;
		for (size_t d = 1; d < n; d++)
			days[d] = days[d - 1] + 1 + (int32_t) sim_between(0, 12);
		before = regular_history(days, n, now);
		days[n] = days[n - 1] + 1 + (int32_t) sim_between(0, now - days[n - 1] - 1);
		after = regular_history(days, n + 1, now);
		shorter &= after.h.T == before.h.T && after.h.T - after.h.t_x < before.h.T - before.h.t_x;

		days[n] = now;
		after = regular_history(days, n + 1, now);
		regular_prepare(&tables, &rhythm, 40);
		safer &=
			mbg_p_alive(&mbg_cdnow, &after.h) >= mbg_p_alive(&mbg_cdnow, &before.h) &&
			pareto_p_alive(&pareto_cdnow, &after.h) >= pareto_p_alive(&pareto_cdnow, &before.h) &&
			regular_p_alive(&tables, &after) >= regular_p_alive(&tables, &before);
	}
	ok(shorter, "an event more shortens the silence");
	ok(safer, "and who came today is no less likely to be there");
}

/* ---------------------------------------------------------------- recovery */

static bool
recovered(const PopulationFit *fit, const double *truth)
{
	int	 n = fit->model->n;
	bool all = true;

	for (int i = 0; i < n; i++)
	{
		double error = sqrt(fit->covariance[i * n + i]);

		diag("%s %s: %.4f, truth %.4f, %.1f errors off", fit->model->name, fit->model->names[i],
			 fit->params[i], truth[i], fabs(log(fit->params[i] / truth[i])) / error);
		all &= fabs(log(fit->params[i] / truth[i])) < 3.5 * error;
	}
	return all && fit->status == POPULATION_CONVERGED;
}

/* Of those with P(alive) in a tenth, as many as said are there. */
static bool
calibrated(double (*p_alive)(const PopulationRow *row))
{
	double said[10] = { 0 };
	double were[10] = { 0 };
	int	   count[10] = { 0 };
	bool   good = true;

	for (int i = 0; i < MAX_ROWS; i++)
	{
		double p = p_alive(&rows[i]);
		int	   bin = (int) fmin(p * 10, 9);

		said[bin] += p;
		were[bin] += alive[i];
		count[bin]++;
	}
	for (int bin = 0; bin < 10; bin++)
	{
		double p = said[bin] / count[bin];

		if (count[bin] >= 200)
			good &= fabs(were[bin] / count[bin] - p) < 4 * sqrt(p * (1 - p) / count[bin]);
	}
	return good;
}

static double
pareto_there(const PopulationRow *row)
{
	return pareto_p_alive(&pareto_shop, &row->history);
}

static double
regular_there(const PopulationRow *row)
{
	RegularHistory h = { row->history, row->log_gaps };
	RegularTables  tables;

	regular_prepare(&tables, &rhythm, 0);
	return regular_p_alive(&tables, &h);
}

/* Fits a copy of the first n rows. */
static void
fit_rows(const PopulationModel *model, int n, PopulationFit *fit)
{
	static PopulationRow copy[MAX_ROWS];
	double				 left_out = 0;
	size_t				 left;

	memcpy(copy, rows, n * sizeof(PopulationRow));
	left = population_group(model, copy, n, &left_out);
	population_fit(model, copy, left, NULL, NULL, fit);
}

static void
test_recovery(void)
{
	const MbgParams	  bg = { .5, 40, .7, 2.5, true };
	const SpendParams spend = { 3, 4, 60 };
	PopulationFit	  fit;

	for (int i = 0; i < MAX_ROWS; i++)
		rows[i] =
			(PopulationRow){ .history = sim_bg_customer(&bg, sim_between(30, 500)), .weight = 1 };
	fit_rows(&population_bg, MAX_ROWS, &fit);
	ok(recovered(&fit, (double[]){ bg.r, bg.alpha, bg.a, bg.b }), "BG/NBD comes back");

	for (int i = 0; i < MAX_ROWS; i++)
	{
		rows[i].history = sim_pareto_customer(&pareto_shop, sim_between(30, 500), &alive[i]);
		rows[i].value = rows[i].history.x > 0 ? sim_spend(&spend, rows[i].history.x) : 0;
	}
	fit_rows(&population_pareto, MAX_ROWS, &fit);
	ok(recovered(&fit, (double[]){ .8, 50, .7, 150 }), "Pareto/NBD comes back");
	ok(calibrated(pareto_there), "and its P(alive) is right");
	fit_rows(&population_spend, MAX_ROWS, &fit);
	ok(recovered(&fit, (double[]){ spend.p, spend.q, spend.v }), "Gamma-Gamma comes back");

	for (int i = 0; i < MAX_ROWS; i++)
	{
		RegularHistory h = sim_regular_customer(&rhythm, sim_between(30, 500), &alive[i]);

		rows[i] = (PopulationRow){ .history = h.h, .log_gaps = h.log_gaps, .weight = 1 };
	}
	fit_rows(&population_regular, MAX_ROWS, &fit);
	ok(recovered(&fit,
				 (double[]){ rhythm.mbg.r, rhythm.mbg.alpha, rhythm.mbg.a, rhythm.mbg.b,
							 rhythm.odds[1], rhythm.odds[2], rhythm.odds[3], rhythm.odds[4] }),
	   "the regularity mixture comes back");
	ok(calibrated(regular_there), "and its P(alive) is right");
}

/* ---------------------------------------------------------- odd populations */

static bool
usable(const PopulationFit *fit)
{
	int	 n = fit->model->n;
	bool sane = isfinite(fit->loglik);

	for (int i = 0; i < n; i++)
		sane &= fit->params[i] > 0 && isfinite(fit->params[i]) && fit->covariance[i * n + i] > 0 &&
				isfinite(fit->covariance[i * n + i]);
	return sane;
}

static void
test_odd(const char *what, int n, bool every_model)
{
	for (int m = 0; m < NMODELS; m++)
	{
		PopulationFit fit;

		if (models[m]->spends && !every_model)
			continue;
		fit_rows(models[m], n, &fit);
		ok(usable(&fit), "%s: %s is \"%s\"", what, models[m]->name,
		   population_status_name(fit.status));
	}
}

static PopulationRow
row_of(int32_t x, double t_x, double T)
{
	PopulationRow row = { .history = { x, t_x, T }, .value = 9.99, .weight = 1 };

	row.log_gaps = x > 0 ? x * log(fmax(t_x / x, .5)) : 0;
	return row;
}

static void
test_robust(void)
{
	test_odd("nobody", 0, true);
	for (int i = 0; i < 500; i++)
		rows[i] = row_of(10000, 10000, 10000);
	test_odd("everybody every day for 27 years", 500, true);
	for (int i = 0; i < 500; i++)
		rows[i] = row_of(0, 0, 0);
	test_odd("all first seen today", 500, true);
	for (int i = 0; i < 500; i++)
		rows[i] = row_of(1, 1, 1);
	test_odd("all seen yesterday and today", 500, true);
	for (int i = 0; i < 500; i++)
		rows[i] = row_of(0, 0, i);
	test_odd("single purchases only", 500, true);
	for (int i = 0; i < 500; i++)
		rows[i] = row_of(5, 50, 60);
	test_odd("everybody alike", 500, true);
	for (int i = 0; i < 500; i++)
		rows[i] = row_of(i % 400, 1, 1);
	test_odd("hundreds of purchases in a day", 500, true);
	for (int i = 0; i < 500; i++)
	{
		rows[i] = row_of(i % 7, i % 7 ? 30 + i : 0, 600 + i);
		rows[i].value = i % 3 == 0 ? NAN : i % 3 == 1 ? 1e9 : 1e-4;
		if (i % 5 == 0)
			rows[i].history.T = NAN;
		if (i % 11 == 0)
			rows[i].log_gaps = INFINITY;
	}
	test_odd("numbers that are none, and amounts of every size", 500, true);
}

static void
test_hostile(void)
{
	for (int m = 0; m < NMODELS; m++)
	{
		bool sane = true;

		for (int round = 0; round < 25; round++)
		{
			int			  n = (int) exp(sim_between(0, 5.5));
			PopulationFit fit;

			for (int i = 0; i < n; i++)
			{
				rows[i] = random_row();
				rows[i].history.x = (int32_t) exp(sim_between(0, 12)) - 1;
				if (rows[i].history.x == 0)
					rows[i].history.t_x = rows[i].log_gaps = 0;
			}
			fit_rows(models[m], n, &fit);
			sane &= usable(&fit);
		}
		ok(sane, "%s: populations that are no populations", models[m]->name);
	}
}

/* The same customers in another order, some of them twice, are the same to the last bit. */
static void
test_grouping(void)
{
	static PopulationRow turned[2 * MAX_ROWS];
	const MbgParams		 shop = { .8, 40, .7, 2.5, false };
	PopulationFit		 one;
	PopulationFit		 two;
	double				 left_out[2] = { 0 };
	size_t				 n[2];
	bool				 came;

	for (int i = 0; i < 3000; i++)
	{
		rows[i] =
			(PopulationRow){ .history = sim_customer(&shop, 100 + i % 40, 0, &came), .weight = 1 };
		rows[i].history.t_x = floor(rows[i].history.t_x);
		turned[2999 - i] = rows[i];
		turned[2999 - i].value = i; /* what the model doesn't look at */
	}
	rows[3000] = turned[3000] = (PopulationRow){ .history = { 1, NAN, 3 }, .weight = 1 };
	n[0] = population_group(&population_mbg, rows, 3001, &left_out[0]);
	n[1] = population_group(&population_mbg, turned, 3001, &left_out[1]);
	ok(n[0] == n[1] && n[0] < 2900 && left_out[0] == 1 && left_out[1] == 1,
	   "3,000 customers are %zu groups", n[0]);
	population_fit(&population_mbg, rows, n[0], NULL, NULL, &one);
	population_fit(&population_mbg, turned, n[1], NULL, NULL, &two);
	ok(one.customers == 3000 && memcmp(one.params, two.params, sizeof(one.params)) == 0 &&
		   memcmp(one.covariance, two.covariance, sizeof(one.covariance)) == 0 &&
		   one.loglik == two.loglik,
	   "whose fit is the same bits in any order");
}

int
main(void)
{
	test_published();
	test_gradients();
	test_pareto();
	test_spend();
	test_regular();
	test_lapsing();
	test_expected();
	test_regular_expected();
	test_one_more();
	test_recovery();
	test_robust();
	test_hostile();
	test_grouping();
	return tap_done();
}
