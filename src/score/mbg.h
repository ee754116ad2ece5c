/*-------------------------------------------------------------------------
 *
 * mbg.h
 *	  The MBG/NBD model of when customers come back and when they leave.
 *
 * Customers buy at random with a rate of their own, lambda ~ Gamma(r, alpha),
 * and may leave for good after every purchase, the first included, with a
 * probability of their own, p ~ Beta(a, b). Batislam, Denizel & Filiztekin,
 * "Empirical validation and comparison of models for customer base analysis",
 * IJRM 24 (2007); Wagner & Hoppe, "Erratum on the MBG/NBD model", IJRM 25
 * (2008).
 *
 * Times are days; any other unit does as long as alpha has the same.
 *
 * Pure core: no PostgreSQL header, no allocation, no state. Every function
 * wants parameters that pass mbg_params_valid() and histories that pass
 * mbg_history_valid(), and is then finite however extreme they are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_MBG_H
#define EMPATHY_SCORE_MBG_H

#include <stdbool.h>
#include <stdint.h>

/* The order of the parameters in every gradient and covariance matrix. */
enum
{
	MBG_R,
	MBG_ALPHA,
	MBG_A,
	MBG_B,
	MBG_NPARAMS
};

/* alpha in days, the others without unit; all positive. */
typedef struct MbgParams
{
	double r, alpha, a, b;
} MbgParams;

/* What the model knows of one customer. */
typedef struct MbgHistory
{
	int32_t x;	 /* repeat purchases: active days after the first */
	double	t_x; /* days from the first purchase to the last; 0 if x = 0 */
	double	T;	 /* days from the first purchase to now */
} MbgHistory;

/* A typical customer, against whom others are explained. */
typedef struct MbgBaseline
{
	int32_t x;		/* repeat purchases */
	double	gap;	/* mean days between purchases, > 0 */
	double	silent; /* days since the last purchase, >= 0 */
} MbgBaseline;

/*
 * Why churn is what it is: churn = base + x + gap + silent, exactly, in
 * whatever order they are added.
 */
typedef struct MbgExplanation
{
	double churn;  /* as mbg_churn() gives it */
	double base;   /* churn of the baseline customer */
	double x;	   /* change because of the number of repeat purchases */
	double gap;	   /* change because of the mean gap between them */
	double silent; /* change because of the days since the last one */
} MbgExplanation;

/*
 * Logarithms of the rising factorials (c)_n = Gamma(c+n) / Gamma(c) that the
 * likelihood of x repeat purchases needs, and their derivatives in c.
 */
typedef struct MbgRising
{
	double r, b, ab;	/* of (r)_x, (b)_x, (a+b)_(x+1) */
	double dr, db, dab; /* the same, derivatives */
} MbgRising;

/* Are the parameters positive, finite, and within 1e-9 .. 1e9? */
extern bool mbg_params_valid(const MbgParams *params);

/* x >= 0, 0 <= t_x <= T, all finite, and t_x = 0 if x = 0? */
extern bool mbg_history_valid(const MbgHistory *h);

/* Fills *rising for x >= 0 repeat purchases. */
extern void mbg_rising(const MbgParams *params, int32_t x, MbgRising *rising);

/*
 * Log-likelihood of one customer. rising is what mbg_rising() gives for
 * (params, h->x); gradient, if not NULL, gets the derivatives with respect to
 * the logarithms of the parameters.
 */
extern double mbg_loglik(const MbgParams *params, const MbgHistory *h, const MbgRising *rising,
						 double gradient[MBG_NPARAMS]);

/* Probability, 0 .. 1, that the customer has not left for good. */
extern double mbg_p_alive(const MbgParams *params, const MbgHistory *h);

/*
 * Churn: probability, 0 .. 1, of no purchase within the next horizon days
 * (horizon >= 0; none happens within 0 days). A multiple of 2^-50, so that
 * explanations add up exactly.
 */
extern double mbg_churn(const MbgParams *params, const MbgHistory *h, double horizon);

/*
 * 95 % interval of mbg_churn(), given the covariance of the logarithms of the
 * parameters. It covers what the fit doesn't know of the population, not the
 * chance in what this one customer does: churn is a probability already.
 * 0 .. 1 if the covariance is not usable.
 */
extern void mbg_churn_interval(const MbgParams	*params,
							   const double		 covariance[MBG_NPARAMS][MBG_NPARAMS],
							   const MbgHistory *h, double horizon, double *lo, double *hi);

/*
 * Churn as additive parts: Shapley values over the number of repeat purchases,
 * the mean gap between them and the days of silence, each moved from the
 * baseline's to the customer's. A customer without repeat purchases has no gap:
 * the baseline's stands in for it, and that part is 0.
 */
extern void mbg_explain(const MbgParams *params, const MbgHistory *h, const MbgBaseline *baseline,
						double horizon, MbgExplanation *out);

#endif /* EMPATHY_SCORE_MBG_H */
