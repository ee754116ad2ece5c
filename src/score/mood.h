/*-------------------------------------------------------------------------
 *
 * mood.h
 *	  How a customer feels by now: the mean sentiment of what they said, recent
 *	  texts counting more, with an interval.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_MOOD_H
#define EMPATHY_SCORE_MOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sentiment is stored in these: MOOD_UNIT is 1.0, the best. */
#define MOOD_UNIT 10000

/* The texts of one day. */
typedef struct MoodCell
{
	int32_t day;
	int64_t n;	 /* texts; a cell without any is ignored */
	int64_t sum; /* of their sentiments, in 1/MOOD_UNIT */
} MoodCell;

typedef struct Mood
{
	bool	known;	/* false: no text, or all too long ago; the reals are 0 */
	double	value;	/* -1 .. 1 */
	double	lo, hi; /* 95 % interval, within -1 .. 1 */
	int64_t n;		/* texts up to as_of */
	double	n_eff;	/* sum of the texts' weights */
} Mood;

/*
 * A text of an earlier day weighs 2^(-(as_of - day) / half_life), half_life in
 * days, > 0; cells after as_of are ignored. The order of cells doesn't matter
 * (but for the last bits). Below a total weight of 1e-6, twenty half-lives after
 * a single text, the mood is not known.
 *
 * The interval is value +- 1.96 sqrt(s2 / n_eff). A day's mean m_d stands for
 * its n_d texts, and the variance is pulled towards the population's as if by
 * k = 4 texts with the standard deviation .45:
 *
 *	  s2 = (k .45^2 + sum of w_d n_d (m_d - value)^2) / (k + n_eff)
 *
 * So a mood that nothing refreshes grows uncertain by itself.
 */
extern void score_mood(const MoodCell *cells, size_t ncells, int32_t as_of, double half_life,
					   Mood *out);

/* The mean sentiment of a day's texts, within -1 .. 1. */
extern double score_cell_mean(const MoodCell *cell);

#endif /* EMPATHY_SCORE_MOOD_H */
