/*-------------------------------------------------------------------------
 *
 * fmath.h
 *	  The few functions of real numbers that scores need beyond <math.h>.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_FMATH_H
#define EMPATHY_SCORE_FMATH_H

/* What intervals are to cover, and the two-sided quantile of the standard normal distribution. */
#define SCORE_CONFIDENCE 0.95
#define SCORE_Z95		 1.959963984540054

/* 1 / (1 + exp(-x)); exact limits 0 and 1, never NaN unless x is. */
extern double score_logistic(double x);

/* log(exp(a) + exp(b)) without overflow; either may be -infinity. */
extern double score_log_add_exp(double a, double b);

/* Derivative of lgamma() at x > 0; its error is about 1e-14 of max(1, |result|). */
extern double score_digamma(double x);

/* Derivative of digamma at x > 0; its relative error is about 1e-13. */
extern double score_trigamma(double x);

/* Quantile of the standard normal distribution at 0 < p < 1; its relative error is about 1e-7. */
extern double score_normal_quantile(double p);

#endif /* EMPATHY_SCORE_FMATH_H */
