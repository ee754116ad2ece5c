/*-------------------------------------------------------------------------
 *
 * rising.h
 *	  Logarithms of rising factorials, (c)_n = Gamma(c + n) / Gamma(c), with
 *	  their derivatives in c. Likelihoods of counts are made of them.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_RISING_H
#define EMPATHY_SCORE_RISING_H

#include <math.h>
#include <stdint.h>

#define RISING_SIZE 768

/* For one c > 0: those of n < size from a table, beyond it computed when asked. */
typedef struct Rising
{
	double	c;
	int64_t size;
	double	log[RISING_SIZE];
	double	slope[RISING_SIZE];
	double	step[RISING_SIZE]; /* log(c + n) */
} Rising;

/* Tabulates 0 .. most, as far as there is room. */
extern void rising_prepare(Rising *rising, double c, int64_t most);

/* log (c)_n and its derivative in c, for n beyond the table. */
extern double rising_compute(double c, int64_t n, double *slope);

/* log (c)_n for n >= 0, and its derivative in c. */
static inline double
rising_log(const Rising *rising, int64_t n, double *slope)
{
	if (n >= rising->size)
		return rising_compute(rising->c, n, slope);
	*slope = rising->slope[n];
	return rising->log[n];
}

/* log(c + n), what comes with the next. */
static inline double
rising_step(const Rising *rising, int64_t n)
{
	return n < rising->size ? rising->step[n] : log(rising->c + n);
}

#endif /* EMPATHY_SCORE_RISING_H */
