/*-------------------------------------------------------------------------
 *
 * delta.h
 *	  Intervals of what is computed from fitted parameters: the delta method.
 *
 * They cover what the fit doesn't know of the population, not the chance in
 * what one customer does: a probability or an expectation says that already.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_DELTA_H
#define EMPATHY_SCORE_DELTA_H

/* A function of positive parameters that is about normal when they are estimated. */
typedef double (*DeltaFunction)(const double *params, const void *arg);

typedef struct Delta
{
	double value; /* function(params, arg) */
	double half;  /* half the width of its 95 % interval; infinity where that can't be told */
} Delta;

/* Given the covariance of the logarithms of the n parameters, row by row. */
extern Delta delta_interval(DeltaFunction function, const void *arg, const double *params,
							const double *covariance, int n);

#endif /* EMPATHY_SCORE_DELTA_H */
