/*-------------------------------------------------------------------------
 *
 * spend.h
 *	  The Gamma-Gamma model of what customers spend on a purchase.
 *
 * A customer's amounts are Gamma(p, nu) with a rate of their own, nu ~ Gamma(q,
 * v), whatever the number of purchases. Fader & Hardie, "The Gamma-Gamma model
 * of monetary value" (2013).
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_SPEND_H
#define EMPATHY_SCORE_SPEND_H

#include <stdbool.h>
#include <stdint.h>

/* The order of the parameters in every gradient and covariance matrix. */
enum
{
	SPEND_P,
	SPEND_Q,
	SPEND_V,
	SPEND_NPARAMS
};

/* v in the unit of the amounts, the others without; q > 1, else the mean is infinite. */
typedef struct SpendParams
{
	double p, q, v;
} SpendParams;

/* Are the parameters positive, finite, within 1e-9 .. 1e12, and q > 1? */
extern bool spend_params_valid(const SpendParams *params);

/*
 * Log-likelihood of one customer whose x >= 1 purchases had this mean amount,
 * > 0; gradient, if not NULL, gets the derivatives with respect to the logarithms
 * of the parameters. q may be any positive number here.
 */
extern double spend_loglik(const SpendParams *params, int32_t x, double mean,
						   double gradient[SPEND_NPARAMS]);

/*
 * Expected amount of a purchase: the customer's own mean pulled towards the
 * population's; that is all there is with x = 0, whatever the mean.
 */
extern double spend_expected(const SpendParams *params, int32_t x, double mean);

#endif /* EMPATHY_SCORE_SPEND_H */
