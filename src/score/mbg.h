/*-------------------------------------------------------------------------
 *
 * mbg.h
 *	  The MBG/NBD and BG/NBD models of when customers come back and when they
 *	  leave.
 *
 * Customers buy at random with a rate of their own, lambda ~ Gamma(r, alpha),
 * and may leave for good after every purchase, the first included, with a
 * probability of their own, p ~ Beta(a, b). Batislam, Denizel & Filiztekin,
 * "Empirical validation and comparison of models for customer base analysis",
 * IJRM 24 (2007); Wagner & Hoppe, "Erratum on the MBG/NBD model", IJRM 25
 * (2008). In the BG/NBD model the first purchase is safe, so whoever bought
 * once is there for good: Fader, Hardie & Lee, "Counting your customers the easy
 * way", Marketing Science 24 (2005). It is here to compare with.
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

#include "score/rising.h"

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
	bool   safe_first; /* BG/NBD: nobody leaves after the first purchase */
} MbgParams;

/* What the models know of one customer. */
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

/* What the likelihood of many customers needs once for all of them. */
typedef struct MbgTables
{
	MbgParams params;
	double	  log_alpha, log_a, per_alpha;
	Rising	  r, b, ab; /* of r, b and a + b */
} MbgTables;

/* Are the parameters positive, finite, and within 1e-9 .. 1e9? */
extern bool mbg_params_valid(const MbgParams *params);

/* x >= 0, 0 <= t_x <= T, all finite, and t_x = 0 if x = 0? */
extern bool mbg_history_valid(const MbgHistory *h);

/* Fills the tables, for customers with up to most_x repeat purchases; beyond, slower. */
extern void mbg_prepare(MbgTables *tables, const MbgParams *params, int32_t most_x);

/*
 * Log-likelihood of one customer; gradient, if not NULL, gets the derivatives
 * with respect to the logarithms of the parameters.
 */
extern double mbg_loglik(const MbgTables *tables, const MbgHistory *h,
						 double gradient[MBG_NPARAMS]);

/* Probability, 0 .. 1, that the customer has not left for good. */
extern double mbg_p_alive(const MbgParams *params, const MbgHistory *h);

/*
 * Churn: probability, 0 .. 1, of no purchase within the next horizon days
 * (horizon >= 0; none happens within 0 days). A multiple of 2^-50, so that
 * explanations add up exactly.
 */
extern double mbg_churn(const MbgParams *params, const MbgHistory *h, double horizon);

/* Its log-odds, within +-700. */
extern double mbg_churn_logit(const MbgParams *params, const MbgHistory *h, double horizon);

/*
 * Expected number of purchases within the next horizon days: P(alive) times
 * what somebody who is there will buy. Fader, Hardie & Lee (2005), (10), and
 * Wagner & Hoppe (2008), in a form without their singularity at a = 1.
 */
extern double mbg_expected(const MbgParams *params, const MbgHistory *h, double horizon);

/*
 * Of a customer who is there, whose events are Gamma-Poisson of shape n and odds w
 * within the horizon, and who may leave after each with a chance that is Beta(a, c).
 */
extern double mbg_mean_number(double n, double w, double a, double c);

/* Moments of a number of purchases. */
typedef struct MbgNumber
{
	double mean;
	double square; /* mean square */
} MbgNumber;

/* Of those within the next horizon days, > 0, of a customer who makes any; both are 1 or more. */
extern MbgNumber mbg_number(const MbgParams *params, const MbgHistory *h, double horizon);

#endif /* EMPATHY_SCORE_MBG_H */
