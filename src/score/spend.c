/*-------------------------------------------------------------------------
 *
 * spend.c
 *	  The Gamma-Gamma model of what customers spend on a purchase.
 *
 *-------------------------------------------------------------------------
 */
#include "score/spend.h"

#include <math.h>

#include "score/fmath.h"

bool
spend_params_valid(const SpendParams *params)
{
	return params->p >= 1e-9 && params->p <= 1e9 && params->q > 1 && params->q <= 1e9 &&
		   params->v >= 1e-9 && params->v <= 1e12;
}

/*
 * The density of the mean m of x amounts: Fader & Hardie (2013), (1a), as a beta
 * prime density of the sum, in logarithms of ratios that stay exact when the
 * parameters are large.
 */
double
spend_loglik(const SpendParams *params, int32_t x, double mean, double gradient[SPEND_NPARAMS])
{
	double px = params->p * x;
	double sum = x * mean;
	double all = px + params->q;
	double log_own = -log1p(params->v / sum); /* log of the sum's share of sum + v */
	double log_prior = -log1p(sum / params->v);

	if (gradient)
	{
		double psi = score_digamma(all);
		double own = sum / (sum + params->v);

		gradient[SPEND_P] = px * (psi - score_digamma(px) + log_own);
		gradient[SPEND_Q] = params->q * (psi - score_digamma(params->q) + log_prior);
		gradient[SPEND_V] = params->q * own - px * (1 - own);
	}
	return lgamma(all) - lgamma(px) - lgamma(params->q) + px * log_own + params->q * log_prior -
		   log(mean);
}

double
spend_expected(const SpendParams *params, int32_t x, double mean)
{
	double sum = x > 0 ? x * mean : 0;

	return params->p * (params->v + sum) / (params->p * x + params->q - 1);
}
