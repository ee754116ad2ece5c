/*-------------------------------------------------------------------------
 *
 * mood.c
 *	  How a customer feels by now: the mean sentiment of what they said, recent
 *	  texts counting more, with an interval.
 *
 *-------------------------------------------------------------------------
 */
#include "score/mood.h"

#include <math.h>

#include "score/fmath.h"

/* The population's spread of sentiment, and how many texts' worth it counts. */
#define PRIOR_SD   0.45
#define PRIOR_SIZE 4.0

/* Less weight than this says nothing about today. */
#define MIN_WEIGHT 1e-6

static bool
counts(const MoodCell *cell, int32_t as_of)
{
	return cell->n > 0 && cell->day <= as_of;
}

/* Weight of the texts of a cell that counts, together. */
static double
cell_weight(const MoodCell *cell, int32_t as_of, double half_life)
{
	return cell->n * exp2(-((double) as_of - cell->day) / half_life);
}

/* Mean sentiment of a cell that counts, -1 .. 1. */
double
score_cell_mean(const MoodCell *cell)
{
	return fmin(fmax((double) cell->sum / cell->n / MOOD_UNIT, -1), 1);
}

/* Variance of one text's sentiment around the mood, pulled towards the population's. */
static double
text_variance(const MoodCell *cells, size_t ncells, int32_t as_of, double half_life,
			  const Mood *mood)
{
	double squares = PRIOR_SIZE * PRIOR_SD * PRIOR_SD;

	for (size_t i = 0; i < ncells; i++)
	{
		const MoodCell *cell = &cells[i];
		double			off;

		if (!counts(cell, as_of))
			continue;
		off = score_cell_mean(cell) - mood->value;
		squares += cell_weight(cell, as_of, half_life) * off * off;
	}
	return squares / (PRIOR_SIZE + mood->n_eff);
}

void
score_mood(const MoodCell *cells, size_t ncells, int32_t as_of, double half_life, Mood *out)
{
	double total = 0;
	double half;

	*out = (Mood){ 0 };
	for (size_t i = 0; i < ncells; i++)
	{
		const MoodCell *cell = &cells[i];
		double			weight;

		if (!counts(cell, as_of))
			continue;
		weight = cell_weight(cell, as_of, half_life);
		out->n += cell->n < INT64_MAX - out->n ? cell->n : INT64_MAX - out->n;
		out->n_eff += weight;
		total += weight * score_cell_mean(cell);
	}
	if (!(out->n_eff >= MIN_WEIGHT))
	{
		out->n_eff = 0;
		return;
	}

	out->known = true;
	out->value = fmin(fmax(total / out->n_eff, -1), 1);
	half = SCORE_Z95 * sqrt(text_variance(cells, ncells, as_of, half_life, out) / out->n_eff);
	out->lo = fmax(out->value - half, -1);
	out->hi = fmin(out->value + half, 1);
}
