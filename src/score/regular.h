/*-------------------------------------------------------------------------
 *
 * regular.h
 *	  The regularity mixture: MBG/NBD for customers of whom some come like
 *	  clockwork and others at random.
 *
 * A customer's gaps are Erlang(k) with a mean of their own and a k of their own:
 * 1 is random, 8 nearly a clock. The mean rate is Gamma(r, alpha), the chance to
 * leave after a purchase Beta(a, b), as in MBG/NBD, and the shares of the ks are
 * fitted with them. A closed form of what Platzer & Reutterer, "Ticking away the
 * moments", Marketing Science 35 (2016), sample; each k by itself is their
 * MBG/CNBD-k.
 *
 * Times are days; any other unit does as long as alpha has the same.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_REGULAR_H
#define EMPATHY_SCORE_REGULAR_H

#include <stddef.h>

#include "score/mbg.h"
#include "score/rising.h"

#define REGULAR_NK 5 /* components: k = 1, 2, 3, 5, 8 */

/* The order of the parameters: MBG's four, then odds[1] .. of the components. */
#define REGULAR_NPARAMS (MBG_NPARAMS + REGULAR_NK - 1)

typedef struct RegularParams
{
	MbgParams mbg;				/* safe_first is not looked at */
	double	  odds[REGULAR_NK]; /* of each component against the first; odds[0] = 1 */
} RegularParams;

/* A history with what it says of regularity. */
typedef struct RegularHistory
{
	MbgHistory h;
	double	   log_gaps; /* sum of the logarithms of the x gaps, each at least half a day */
} RegularHistory;

/* What the likelihood of many customers needs once for all of them. */
typedef struct RegularTables
{
	RegularParams params;
	Rising		  r, b, ab; /* of r, b and a + b */
	double		  log_gamma[REGULAR_NK];
	double		  log_share[REGULAR_NK];
} RegularTables;

extern bool regular_params_valid(const RegularParams *params);

/* The parameters of a fit, in the order above. */
extern void regular_params_set(RegularParams *params, const double values[REGULAR_NPARAMS]);

/* The history of ascending days up to T; n >= 1. */
extern RegularHistory regular_history(const int32_t *days, size_t n, int32_t now);

/* As mbg_prepare() and mbg_loglik(). */
extern void	  regular_prepare(RegularTables *tables, const RegularParams *params, int32_t most_x);
extern double regular_loglik(const RegularTables *tables, const RegularHistory *h,
							 double gradient[REGULAR_NPARAMS]);

/* How likely each component is for this customer; the posterior's shares add up to 1. */
extern void regular_shares(const RegularTables *tables, const RegularHistory *h,
						   double shares[REGULAR_NK]);

/* Probability, 0 .. 1, that the customer has not left for good. */
extern double regular_p_alive(const RegularTables *tables, const RegularHistory *h);

/*
 * Log-odds of no purchase within the next horizon days, > 0. Erlang gaps hold a
 * broken rhythm against a customer more than customers deserve, since rhythms
 * change too. So where the mixture expects less of a customer than its random
 * component alone, the answer is half-way between them. In past windows of two
 * shops that had a lower log loss than the mixture by itself; of customers silent
 * for 4 to 8 of their usual gaps it still says too much, though less (bench/run,
 * part "fit", has the figures).
 */
extern double regular_churn_logit(const RegularTables *tables, const RegularHistory *h,
								  double horizon);

/*
 * Expected number of purchases within the next horizon days, by the mixture as it
 * is. Of a great many, a component's mean is that of a random one with as many
 * stages, of which every k-th is a purchase.
 */
extern double regular_expected(const RegularTables *tables, const RegularHistory *h,
							   double horizon);

#endif /* EMPATHY_SCORE_REGULAR_H */
