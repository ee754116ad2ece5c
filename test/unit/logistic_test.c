/*-------------------------------------------------------------------------
 *
 * logistic_test.c
 *	  Ridge logistic regression and calibrations.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "learn/calibration_fit.h"
#include "learn/logistic.h"
#include "score/fmath.h"
#include "simulate.h"
#include "tap.h"

#define N 4000
#define M 3

static double  x[N * M];
static uint8_t label[N];
static double  weight[N];

/* Labels of logit -1 + 2 x0 - x1 with columns of other sizes; the third says nothing. */
static void
simulate(void)
{
	for (int i = 0; i < N; i++)
	{
		double a = sim_normal();
		double b = sim_normal();

		x[i * M] = 1000 + 50 * a;
		x[i * M + 1] = 0.01 * b;
		x[i * M + 2] = 7;
		label[i] = sim_uniform() < score_logistic(-1 + 2 * a - b);
		weight[i] = 1 + i % 3;
	}
}

static double
objective(const LogisticFit *fit, const LogisticData *data)
{
	double value = 0;

	for (int j = 0; j < fit->n_columns; j++)
		value += fit->coefficient[j] * fit->coefficient[j] / 2;
	for (size_t i = 0; i < data->n_rows; i++)
	{
		double logit = logistic_logit(fit, data->x + i * data->n_columns);

		value += LOGISTIC_LOSS_SHARE * (data->weight ? data->weight[i] : 1) *
				 (score_log_add_exp(0, logit) - (data->label[i] ? logit : 0));
	}
	return value;
}

/* By central differences the objective is flat in all directions. */
static bool
is_minimum(LogisticFit *fit, const LogisticData *data)
{
	bool flat = true;

	for (int j = -1; j < fit->n_columns; j++)
	{
		double *at = j < 0 ? &fit->intercept : &fit->coefficient[j];
		double	here = *at;
		double	up;
		double	down;

		*at = here + 1e-4;
		up = objective(fit, data);
		*at = here - 1e-4;
		down = objective(fit, data);
		*at = here;
		flat &= fabs(up - down) / 2e-4 < 1e-2 && up >= objective(fit, data) - 1e-9;
	}
	return flat;
}

static void
test_fit(void)
{
	LogisticData data = { .n_rows = N, .n_columns = M, .x = x, .label = label };
	LogisticFit	 fit;
	double		 deviation;

	logistic_fit(&data, &fit);
	deviation = sqrt(fit.covariance[5]); /* of the first coefficient */
	ok(fit.converged && is_minimum(&fit, &data), "ends at the minimum");
	ok(fabs(fit.coefficient[0] - 2) < 4 * deviation && fabs(fit.coefficient[1] + 1) < 0.2 &&
		   fabs(fit.intercept + 1) < 0.2,
	   "what was simulated comes back");
	ok(deviation > 0.02 && deviation < 0.1, "with a deviation of the right size");
	ok(fit.coefficient[2] == 0, "a column that never varies counts for nothing");
	ok(logistic_variance(&fit, (double[]){ 1000, 0, 7 }) <
		   logistic_variance(&fit, (double[]){ 1200, 0.03, 7 }),
	   "less is known of what is far off");
	logistic_free(&fit);

	data.weight = weight;
	logistic_fit(&data, &fit);
	ok(fit.converged && is_minimum(&fit, &data), "likewise with weights");
	logistic_free(&fit);
}

/* A weight of two is a row that is there twice. */
static void
test_weights(void)
{
	static double  twice_x[2 * 300 * M];
	static uint8_t twice_label[2 * 300];
	double		   two[300];
	LogisticData   once = { .n_rows = 300, .n_columns = M, .x = x, .label = label, .weight = two };
	LogisticData   twice = { .n_rows = 600, .n_columns = M, .x = twice_x, .label = twice_label };
	LogisticFit	   a;
	LogisticFit	   b;

	memcpy(twice_x, x, sizeof(double) * 300 * M);
	memcpy(twice_x + 300 * M, x, sizeof(double) * 300 * M);
	memcpy(twice_label, label, 300);
	memcpy(twice_label + 300, label, 300);
	for (int i = 0; i < 300; i++)
		two[i] = 2;
	logistic_fit(&once, &a);
	logistic_fit(&twice, &b);
	ok(fabs(a.coefficient[0] - b.coefficient[0]) < 1e-6 && fabs(a.intercept - b.intercept) < 1e-6,
	   "a weight of two is a row twice");
	logistic_free(&a);
	logistic_free(&b);
}

static void
test_hostile(void)
{
	static const double	 apart[] = { 1, 2, 3, 4 };
	static const double	 huge[] = { 1e100, -1e100, 1e100, 0 };
	static const uint8_t half[] = { 0, 0, 1, 1 };
	static const uint8_t none[] = { 0, 0, 0, 0 };
	LogisticFit			 fit;

	logistic_fit(&(LogisticData){ .n_rows = 4, .n_columns = 1, .x = apart, .label = half }, &fit);
	ok(fit.converged && fit.coefficient[0] > 0 && fit.coefficient[0] < 10,
	   "labels that can be told apart don't lead to infinity");
	logistic_free(&fit);
	logistic_fit(&(LogisticData){ .n_rows = 4, .n_columns = 1, .x = apart, .label = none }, &fit);
	ok(fit.converged && fit.coefficient[0] == 0 && fabs(fit.intercept - log(1.0 / 5)) < 1e-9,
	   "labels all alike");
	logistic_free(&fit);
	logistic_fit(&(LogisticData){ .n_rows = 4, .n_columns = 1, .x = huge, .label = half }, &fit);
	ok(isfinite(fit.coefficient[0]) && isfinite(logistic_logit(&fit, huge)), "huge numbers");
	logistic_free(&fit);
	logistic_fit(&(LogisticData){ .n_rows = 0, .n_columns = 1, .x = apart, .label = half }, &fit);
	ok(fit.intercept == 0, "no rows");
	logistic_free(&fit);
	logistic_fit(&(LogisticData){ .n_rows = 4, .n_columns = 0, .x = apart, .label = half }, &fit);
	ok(fabs(fit.intercept) < 1e-9, "no columns");
	logistic_free(&fit);
}

/* Logits that are twice as far from 0 as they should be, and one half too high. */
static void
test_calibration(void)
{
	static double  logit[N];
	static uint8_t part[N];
	Calibration	   line;
	Calibration	   steps;
	bool		   rises = true;

	for (int i = 0; i < N; i++)
	{
		double truth = sim_between(-3, 3);

		logit[i] = 2 * truth + 0.5;
		label[i] = sim_uniform() < score_logistic(truth);
		part[i] = (uint8_t) (i % 5);
	}
	calibration_fit(CALIBRATION_LINE, logit, label, N, &line);
	ok(fabs(line.slope - 0.5) < 0.05 && fabs(line.offset + 0.25) < 0.15, "a line comes back");
	calibration_fit(CALIBRATION_ISOTONIC, logit, label, N, &steps);
	for (double at = -20; at < 20; at += 0.01)
		rises &= calibration_apply(&steps, at) <= calibration_apply(&steps, at + 0.01);
	ok(rises && steps.n_points > 5, "isotonic calibration never falls");
	ok(fabs(calibration_apply(&steps, 0.5)) < 0.3 && isfinite(calibration_apply(&steps, 1e6)),
	   "and is where it should be");
	ok(calibration_choose(logit, label, part, 5, N) == CALIBRATION_LINE, "a line is chosen");
	for (int i = 0; i < N; i++)
		logit[i] = (logit[i] - 0.5) / 2;
	ok(calibration_choose(logit, label, part, 5, N) == CALIBRATION_NONE, "or nothing is done");
	for (int i = 0; i < N; i++)
		logit[i] = pow(logit[i], 3);
	ok(calibration_choose(logit, label, part, 5, N) == CALIBRATION_ISOTONIC, "or steps are taken");
	calibration_fit(CALIBRATION_LINE, logit, label, 0, &line);
	ok(line.kind == CALIBRATION_NONE, "without rows there is nothing to do");
	for (int i = 0; i < N; i++)
		label[i] = 1;
	calibration_fit(CALIBRATION_ISOTONIC, logit, label, N, &steps);
	calibration_fit(CALIBRATION_LINE, logit, label, N, &line);
	ok(steps.n_points == 1 && isfinite(steps.to[0]) && isfinite(line.offset) && line.slope > 0,
	   "labels all alike");
}

int
main(void)
{
	simulate();
	test_fit();
	test_weights();
	test_hostile();
	test_calibration();
	return tap_done();
}
