/*-------------------------------------------------------------------------
 *
 * calibrate.c
 *	  Two offsets that fit a model's sentiment to a user's own labels.
 *
 * What differs most from one source of texts to another is how many of them
 * are negative, neutral and positive.  Two numbers added to the logits take
 * that in, and a few hundred labels suffice to find them: by the likelihood,
 * which has one maximum, with a ridge penalty that keeps them small when there
 * are few rows.  A class weighs as the square root of its number of rows: half
 * way between all rows alike and all classes alike, which serves macro-F1 best.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/calibrate.h"

#include <math.h>
#include <stdlib.h>

#include "text/number.h"

#define N_FOLDS	   5
#define ALL		   (-1)
#define RIDGE	   3.0
#define ITERATIONS 20
#define MOST	   6.0 /* of an offset */

typedef struct Offsets
{
	double negative;
	double positive;
} Offsets;

static bool
is_in(const CalibrationRow *row, int fold)
{
	return (int) (row->identity % N_FOLDS) == fold;
}

static void
weigh_classes(const CalibrationRow *rows, int n, int fold, double weight[DETAIL_LABELS])
{
	int count[DETAIL_LABELS] = { 1, 1, 1 };

	for (int i = 0; i < n; i++)
		count[rows[i].class] += !is_in(&rows[i], fold);
	for (int c = 0; c < DETAIL_LABELS; c++)
		weight[c] = sqrt((double) n / DETAIL_LABELS / count[c]);
}

static double
bounded(double offset)
{
	return offset > MOST ? MOST : offset < -MOST ? -MOST : offset;
}

/* A step of Newton's to the maximum of the penalised likelihood of the rows outside a fold. */
static Offsets
newton(const CalibrationRow *rows, int n, int fold, const double *weight, Offsets at)
{
	double factor[2] = { text_exp(at.negative), text_exp(at.positive) };
	double g[2] = { RIDGE * at.negative, RIDGE * at.positive };
	double h[3] = { RIDGE, 0, RIDGE }; /* negative, both, positive */
	double determinant;

	for (int i = 0; i < n; i++)
	{
		double m = rows[i].odds[0] * factor[0];
		double p = rows[i].odds[1] * factor[1];
		double sum = 1 + m + p;
		double w = weight[rows[i].class];

		if (is_in(&rows[i], fold))
			continue;
		m /= sum;
		p /= sum;
		g[0] += w * (m - (rows[i].class == DETAIL_NEGATIVE));
		g[1] += w * (p - (rows[i].class == DETAIL_POSITIVE));
		h[0] += w * m * (1 - m);
		h[1] -= w * m * p;
		h[2] += w * p * (1 - p);
	}
	determinant = h[0] * h[2] - h[1] * h[1];
	at.negative = bounded(at.negative - (h[2] * g[0] - h[1] * g[1]) / determinant);
	at.positive = bounded(at.positive - (h[0] * g[1] - h[1] * g[0]) / determinant);
	return at;
}

static Offsets
choose(const CalibrationRow *rows, int n, int fold)
{
	Offsets offsets = { 0, 0 };
	double	weight[DETAIL_LABELS];

	weigh_classes(rows, n, fold, weight);
	for (int i = 0; i < ITERATIONS; i++)
		offsets = newton(rows, n, fold, weight, offsets);
	return offsets;
}

typedef struct Counts
{
	int rows[DETAIL_LABELS];
	int named[DETAIL_LABELS];
	int right[DETAIL_LABELS];
} Counts;

/* The likeliest class of each row of a fold, or of all. */
static void
count(Counts *counts, const CalibrationRow *rows, int n, int fold, Offsets offsets)
{
	double factor[2] = { text_exp(offsets.negative), text_exp(offsets.positive) };

	for (int i = 0; i < n; i++)
	{
		double odds[2] = { rows[i].odds[0] * factor[0], rows[i].odds[1] * factor[1] };
		int	   named = detail_likeliest(odds);

		if (fold != ALL && !is_in(&rows[i], fold))
			continue;
		counts->rows[rows[i].class]++;
		counts->named[named]++;
		counts->right[named] += named == (int) rows[i].class;
	}
}

/* Over the classes that rows have. */
static double
macro_f1(const Counts *counts)
{
	double sum = 0;
	int	   n = 0;

	for (int c = 0; c < DETAIL_LABELS; c++)
		if (counts->rows[c] > 0)
		{
			sum += 2.0 * counts->right[c] / (counts->rows[c] + counts->named[c]);
			n++;
		}
	return n > 0 ? sum / n : 0;
}

static int
by_identity(const void *a, const void *b)
{
	const CalibrationRow *x = a;
	const CalibrationRow *y = b;

	if (x->identity != y->identity)
		return x->identity < y->identity ? -1 : 1;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return x->odds[0] < y->odds[0] ? -1 : x->odds[0] > y->odds[0];
}

/* Fit and measure. The rows are sorted first, so that their order doesn't matter. */
void
calibrate_fit(CalibrationRow *rows, int n, CalibrationFit *fit)
{
	Counts	before = { 0 };
	Counts	after = { 0 };
	Offsets offsets = { 0, 0 };

	qsort(rows, (size_t) n, sizeof(CalibrationRow), by_identity);
	count(&before, rows, n, ALL, offsets);
	for (int fold = 0; fold < N_FOLDS; fold++)
		count(&after, rows, n, fold, choose(rows, n, fold));
	offsets = choose(rows, n, ALL);
	fit->offset[0] = (int32_t) (offsets.negative * 65536);
	fit->offset[1] = (int32_t) (offsets.positive * 65536);
	fit->before = macro_f1(&before);
	fit->after = macro_f1(&after);
}
