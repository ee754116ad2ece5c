/*-------------------------------------------------------------------------
 *
 * number.h
 *	  The transcendental functions that reading and training need, made of
 *	  + - * / alone: libm's differ in the last bit between machines.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_NUMBER_H
#define EMPATHY_TEXT_NUMBER_H

#include <math.h>

/* e^x for -40 .. 40 (clamped): the series of e^(x/1024), squared ten times; good to 1e-12. */
static inline double
text_exp(double x)
{
	double y = (x > 40 ? 40 : x < -40 ? -40 : x) / 1024;
	double sum = 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5 * (1 + y / 6)))));

	for (int i = 0; i < 10; i++)
		sum *= sum;
	return sum;
}

/* The natural logarithm of x > 0: of its power of two, and the series of artanh; good to 1e-15. */
static inline double
text_log(double x)
{
	int	   power;
	double m = frexp(x, &power); /* exact */
	double t = (m - 0.75) / (m + 0.75);
	double square = t * t;
	double sum = 0;

	for (int i = 23; i >= 1; i -= 2)
		sum = sum * square + 1.0 / i;
	return power * 0.69314718055994530942 - 0.28768207245178092744 + 2 * t * sum;
}

#endif /* EMPATHY_TEXT_NUMBER_H */
