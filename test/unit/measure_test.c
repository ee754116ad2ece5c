/*-------------------------------------------------------------------------
 *
 * measure_test.c
 *	  Measures of probabilities, against answers worked out by hand.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "learn/measure.h"
#include "simulate.h"
#include "tap.h"

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

static void
test_by_hand(void)
{
	const double  p[] = { 0.9, 0.8, 0.7, 0.4, 0.3 };
	const uint8_t label[] = { 1, 0, 1, 0, 0 };
	Measures	  m;

	measure(p, label, 5, &m);
	ok(near(m.rate, 0.4), "share of yes");
	ok(near(m.auc, 5.0 / 6), "AUC: five of six pairs are in order");
	ok(near(m.average_precision, (1 + 2.0 / 3) / 2), "average precision");
	ok(near(m.brier, (0.01 + 0.64 + 0.09 + 0.16 + 0.09) / 5), "Brier score");
	ok(near(m.log_loss, -(log(0.9) + log(0.2) + log(0.7) + log(0.6) + log(0.7)) / 5), "log loss");
	ok(near(m.accuracy, 0.8), "accuracy");
	ok(near(m.f1, 0.8) && near(m.f1_threshold, 0.7), "F1 and where it is best");
	ok(near(measure_f1(p, label, 5, 0.75), 0.5), "F1 at a threshold");
	ok(near(m.calibration_error, (0.1 + 0.8 + 0.3 + 0.4 + 0.3) / 5),
	   "calibration error: with few rows each is a part");
}

static void
test_ties(void)
{
	const double  p[] = { 0.5, 0.5, 0.5, 0.5 };
	const uint8_t one[] = { 1, 1, 0, 0 };
	const uint8_t other[] = { 0, 1, 0, 1 };
	Measures	  m;
	Measures	  n;

	measure(p, one, 4, &m);
	measure(p, other, 4, &n);
	ok(near(m.auc, 0.5) && near(m.average_precision, 0.5), "what is alike is not ranked");
	ok(near(m.calibration_error, 0) && near(n.calibration_error, 0) && near(n.auc, 0.5),
	   "the order of rows doesn't matter");
}

static void
test_extremes(void)
{
	const double  p[] = { 0, 1, NAN };
	const uint8_t wrong[] = { 1, 0, 1 };
	Measures	  m;

	measure(p, wrong, 3, &m);
	ok(isfinite(m.log_loss) && m.log_loss > 34 && near(m.brier, 1) && near(m.auc, 0),
	   "sure and wrong: finite, and NaN doesn't count");
	measure(p, wrong, 0, &m);
	ok(isnan(m.auc) && isnan(m.brier), "of no rows nothing is known");
	measure(p, wrong, 1, &m);
	ok(isnan(m.auc) && near(m.brier, 1), "of one label there is no ranking");
}

/* Probabilities that are true are calibrated, as far as chance lets them be. */
static void
test_calibrated(void)
{
	enum
	{
		N = 20000
	};
	static double  p[N];
	static uint8_t label[N];
	Measures	   m;

	for (int i = 0; i < N; i++)
	{
		p[i] = sim_uniform();
		label[i] = sim_uniform() < p[i];
	}
	measure(p, label, N, &m);
	ok(m.calibration_error < 0.02 && fabs(m.auc - 5.0 / 6) < 0.01, "true probabilities");
	for (int i = 0; i < N; i++)
		p[i] = p[i] / 2;
	measure(p, label, N, &m);
	ok(fabs(m.calibration_error - 0.25) < 0.02, "halved ones are off by a quarter");
}

int
main(void)
{
	test_by_hand();
	test_ties();
	test_extremes();
	test_calibrated();
	return tap_done();
}
