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

/* Likewise psi'(x) = psi'(x + 1) + 1/x^2; 6.4.6 and 6.4.12. */
double
score_trigamma(double x)
{
	double shift = 0;
	double inv2;
	double series;

	while (x < 10)
	{
		shift += 1 / (x * x);
		x += 1;
	}
	inv2 = 1 / (x * x);
	series = 1.0 / 30 - inv2 * (5.0 / 66 - inv2 * (691.0 / 2730));
	series = 1.0 / 30 - inv2 * (1.0 / 42 - inv2 * series);
	series = 1.0 / 6 - inv2 * series;
	return shift + 1 / x + inv2 / 2 + inv2 / x * series;
}

/* Wichura, AS 241, Applied Statistics 37 (1988): PPND7. */
double
score_normal_quantile(double p)
{
	double q = p - 0.5;
	double r = 0.180625 - q * q;
	double tail;

	if (fabs(q) <= 0.425)
		return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
			   (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
	r = sqrt(-log(q < 0 ? p : 1 - p));
	if (r <= 5)
	{
		r -= 1.6;
		tail = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
			   ((0.12021132975 * r + 0.73700164250) * r + 1);
	}
	else
	{
		r -= 5;
		tail = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
			   ((0.012258202635 * r + 0.24197894225) * r + 1);
	}
	return q < 0 ? -tail : tail;
}
