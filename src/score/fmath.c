/*-------------------------------------------------------------------------
 *
 * fmath.c
 *	  The few functions of real numbers that scores need beyond <math.h>.
 *
 *-------------------------------------------------------------------------
 */
#include "score/fmath.h"

#include <math.h>

double
score_logistic(double x)
{
	double e = exp(-fabs(x));

	return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

double
score_log_add_exp(double a, double b)
{
	double high = fmax(a, b);
	double low = fmin(a, b);

	if (isinf(high))
		return high; /* -inf, -inf would give NaN below */
	return high + log1p(exp(low - high));
}

/*
 * Recurrence psi(x) = psi(x + 1) - 1/x up to x >= 10, then the asymptotic
 * series in Bernoulli numbers: Abramowitz & Stegun, 6.3.5 and 6.3.18.
 */
double
score_digamma(double x)
{
	double shift = 0;
	double inv2;
	double series;

	while (x < 10)
	{
		shift -= 1 / x;
		x += 1;
	}
	inv2 = 1 / (x * x);
	series = 1.0 / 132 - inv2 * (691.0 / 32760);
	series = 1.0 / 252 - inv2 * (1.0 / 240 - inv2 * series);
	series = inv2 * (1.0 / 12 - inv2 * (1.0 / 120 - inv2 * series));
	return shift + log(x) - 0.5 / x - series;
}
