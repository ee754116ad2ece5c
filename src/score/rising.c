/*-------------------------------------------------------------------------
 *
 * rising.c
 *	  Logarithms of rising factorials.
 *
 *-------------------------------------------------------------------------
 */
#include "score/rising.h"

#include "score/fmath.h"

/* Running sums: (c)_(n+1) = (c)_n (c + n). */
void
rising_prepare(Rising *rising, double c, int64_t most)
{
	double log_sum = 0;
	double slope_sum = 0;

	rising->c = c;
	rising->size = most < RISING_SIZE ? most + 1 : RISING_SIZE;
	for (int64_t n = 0; n < rising->size; n++)
	{
		rising->log[n] = log_sum;
		rising->slope[n] = slope_sum;
		rising->step[n] = log(c + n);
		log_sum += rising->step[n];
		slope_sum += 1 / (c + n);
	}
}

double
rising_compute(double c, int64_t n, double *slope)
{
	*slope = score_digamma(c + n) - score_digamma(c);
	return lgamma(c + n) - lgamma(c);
}
