/*-------------------------------------------------------------------------
 *
 * pareto.h
 *	  The Pareto/NBD model of when customers come back and when they leave.
 *
 * Customers buy at random with a rate of their own, lambda ~ Gamma(r, alpha),
 * and leave at random, at any time, with a rate of their own, mu ~ Gamma(s,
 * beta). Schmittlein, Morrison & Colombo, "Counting your customers: who are they
 * and what will they do next?", Management Science 33 (1987).
 *
 * Times are days; any other unit does as long as alpha and beta have the same.
 *
 * Pure core: no PostgreSQL header, no allocation, no state. Every function
 * wants parameters that pass pareto_params_valid() and histories that pass
 * mbg_history_valid().
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_PARETO_H
#define EMPATHY_SCORE_PARETO_H

#include <stdbool.h>

#include "score/mbg.h"
#include "score/rising.h"

/* The order of the parameters in every gradient and covariance matrix. */
enum
{
	PARETO_R,
	PARETO_ALPHA,
	PARETO_S,
	PARETO_BETA,
	PARETO_NPARAMS
};

/* alpha and beta in days, the others without unit; all positive. */
typedef struct ParetoParams
{
	double r, alpha, s, beta;
} ParetoParams;

/* What the likelihood of many customers needs once for all of them. */
typedef struct ParetoTables
{
	ParetoParams params;
	Rising		 r;
} ParetoTables;

/* Are the parameters positive, finite, and within 1e-9 .. 1e9? */
extern bool pareto_params_valid(const ParetoParams *params);

/* As mbg_prepare() and mbg_loglik(). */
extern void	  pareto_prepare(ParetoTables *tables, const ParetoParams *params, int32_t most_x);
extern double pareto_loglik(const ParetoTables *tables, const MbgHistory *h,
							double gradient[PARETO_NPARAMS]);

/* Probability, 0 .. 1, that the customer has not left for good. */
extern double pareto_p_alive(const ParetoParams *params, const MbgHistory *h);

/* Log-odds of no purchase within the next horizon days, > 0. */
extern double pareto_churn_logit(const ParetoParams *params, const MbgHistory *h, double horizon);

/* Expected number of purchases within the next horizon days. */
extern double pareto_expected(const ParetoParams *params, const MbgHistory *h, double horizon);

#endif /* EMPATHY_SCORE_PARETO_H */
