/*-------------------------------------------------------------------------
 *
 * logistic.h
 *	  Ridge logistic regression by iteratively reweighted least squares.
 *
 * With columns standardised to z (weighted mean 0, variance 1), minimises
 *
 *	  |w|^2 / 2 + LOGISTIC_LOSS_SHARE * sum of weight * log loss
 *
 * over w and an intercept, which is not penalised. A column that never varies
 * has the coefficient 0.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_LOGISTIC_H
#define EMPATHY_LEARN_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGISTIC_LOSS_SHARE	 0.1
#define LOGISTIC_MAX_COLUMNS 2000

typedef struct LogisticData
{
	size_t		   n_rows;
	int			   n_columns;			   /* 0 to LOGISTIC_MAX_COLUMNS */
	const double  *x;					   /* row by row; finite, at most 1e100 in size */
	const uint8_t *label;				   /* 0 or 1 */
	const double  *weight;				   /* above 0; NULL: all 1 */
	void (*tick)(void *arg, double share); /* called often with the share done; may be NULL */
	void *tick_arg;
} LogisticData;

typedef struct LogisticFit
{
	int		n_columns;
	double	intercept;
	double *coefficient; /* of z; like the next two, n_columns */
	double *mean;
	double *scale;		/* z = (x - mean) / scale */
	double *covariance; /* (n_columns + 1)^2, intercept first: of the estimates, given the ridge */
	int		iterations;
	bool	converged;
} LogisticFit;

/* Labels that are all alike give the coefficients 0, and an intercept as if there were one more of each. */
extern void logistic_fit(const LogisticData *data, LogisticFit *fit);
extern void logistic_free(LogisticFit *fit);

/* The logit of a row, and its variance for intervals (delta method). */
extern double logistic_logit(const LogisticFit *fit, const double *x);
extern double logistic_variance(const LogisticFit *fit, const double *x);

#endif /* EMPATHY_LEARN_LOGISTIC_H */
