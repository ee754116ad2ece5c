/*-------------------------------------------------------------------------
 *
 * mbg_fit.h
 *	  Fit the MBG/NBD model (score/mbg.h) to a population of customers.
 *
 * Pure core: no PostgreSQL header, no allocation; working space is some 35 kB
 * of stack.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_MBG_FIT_H
#define EMPATHY_LEARN_MBG_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "score/mbg.h"

/* One customer, or several who are alike. */
typedef struct MbgRow
{
	MbgHistory history;
	double	   weight; /* how many customers this is */
} MbgRow;

/* How a fit ended. The parameters are usable in every case. */
typedef enum MbgFitStatus
{
	MBG_FIT_CONVERGED,	   /* a maximum of the likelihood */
	MBG_FIT_NO_DROPOUT,	   /* one where nobody ever leaves: a / (a + b) near 0 */
	MBG_FIT_AT_LIMIT,	   /* best at the edge of the permitted parameters */
	MBG_FIT_NOT_CONVERGED, /* best point when iterations ran out */
	MBG_FIT_FEW_CUSTOMERS, /* fewer than MBG_FIT_MIN_CUSTOMERS: pulled to the prior */
	MBG_FIT_FEW_REPEATS	   /* fewer than MBG_FIT_MIN_REPEATERS came back: likewise */
} MbgFitStatus;

#define MBG_FIT_MIN_CUSTOMERS 30
#define MBG_FIT_MIN_REPEATERS 10

typedef struct MbgFit
{
	MbgParams	 params;
	MbgFitStatus status;
	double		 loglik;	 /* of all customers, without any prior */
	int			 iterations; /* quasi-Newton steps, over all starts */
	double		 customers;	 /* sum of the weights used */
	double		 repeaters;	 /* those with a repeat purchase */
	MbgBaseline	 baseline;	 /* medians, for mbg_explain() */
	/* Covariance of the logarithms of the parameters, for mbg_churn_interval(). */
	double covariance[MBG_NPARAMS][MBG_NPARAMS];
} MbgFit;

/*
 * Maximum likelihood over the logarithms of the parameters, each within +-12
 * (times in days, so alpha up to 446 years); the best of three starts, since
 * there can be several maxima (among many rows, a sample tells which). Rows
 * whose history isn't valid or whose weight isn't positive and finite are left
 * out.
 *
 * With too few customers or repeaters for a maximum to mean anything, the
 * logarithms get a normal prior of standard deviation 1 around the first start:
 * (r, alpha, a, b) = (0.7, 0.7 x median gap, 0.8, 2). If nobody came back, the
 * median time since the first purchase takes the place of the gap; without
 * customers, 30 days.
 *
 * The covariance is the inverse of the information matrix: the Hessian of the
 * negative log-likelihood by central differences of the gradient, plus the prior.
 * Where there is none, one of standard deviation 5 stands in, so that directions
 * in which the likelihood is flat (both a and b, when nobody leaves) stay finite;
 * it doesn't move the parameters.
 *
 * The baseline's medians are weighted; of two middle values, the lower. Its gap
 * is over repeaters, at least half a day; without any, that of the start above.
 *
 * tick, if not NULL, is called every few milliseconds and may leave by longjmp:
 * nothing needs cleaning up.
 */
extern void mbg_fit(const MbgRow *rows, size_t nrows, void (*tick)(void), MbgFit *fit);

/* A word for a status, for users: "converged", "no dropout", ... */
extern const char *mbg_fit_status_name(MbgFitStatus status);

#endif /* EMPATHY_LEARN_MBG_FIT_H */
