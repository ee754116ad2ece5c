/*-------------------------------------------------------------------------
 *
 * cadence.h
 *	  A customer's rhythm: how often they come, how evenly, and whether they
 *	  are late.
 *
 * It explains; it does not predict. Being overdue by itself is among the worst
 * predictors of leaving, which is why churn comes from a model (mbg.h).
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_CADENCE_H
#define EMPATHY_SCORE_CADENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Days are numbers on any one calendar; spans are in days. */
typedef struct Cadence
{
	int64_t n;			   /* active days up to as_of */
	int32_t first, last;   /* the first and the last of them; 0 if n = 0 */
	int64_t silent;		   /* as_of - last; 0 if n = 0 */
	bool	gap_known;	   /* n >= 2: the next three are set, 0 otherwise */
	double	usual_gap;	   /* median gap; of an even number, the mean of the middle two */
	int64_t due;		   /* day of the next event at the usual gap, halves rounded up */
	double	overdue;	   /* silent / usual_gap; above 1 is late */
	bool	regular_known; /* n >= 3: the next is set, 0 otherwise */
	double	regularity;	   /* 0 .. 1, see below */
} Cadence;

/*
 * Days are the customer's active days, ascending, each once; those after as_of
 * are ignored.
 *
 * Regularity is 1 / (1 + CV) with CV the gaps' coefficient of variation (sample
 * variance), its square pulled towards 1, that of random (Poisson) visits, as if
 * by two observations more:
 *
 *	  CV^2 = (2 + sum of (gap - mean)^2 / mean^2) / (2 + gaps - 1)
 *
 * Random visits come out near .5, two even gaps at .55, clockwork tends to 1.
 */
extern void score_cadence(const int32_t *days, size_t ndays, int32_t as_of, Cadence *out);

#endif /* EMPATHY_SCORE_CADENCE_H */
