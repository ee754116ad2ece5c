/*-------------------------------------------------------------------------
 *
 * calibration_fit.c
 *	  A line through the logits (Platt, "Probabilistic outputs for support
 *	  vector machines", 1999), or isotonic regression by pooling adjacent
 *	  violators (Zadrozny & Elkan, KDD 2002).
 *
 *-------------------------------------------------------------------------
 */
#include "learn/calibration_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "score/fmath.h"

#define MAX_ITERATIONS 50
#define LEAST_SLOPE	   0.05
#define LINE_PRIOR	   1.0 /* precision with which offset and slope are held near 0 and 1 */
#define LEAST_GAIN	   0.001

/* ------------------------------------------------------------------- line */

typedef struct LinePoint
{
	double value; /* of the penalised loss, and its derivatives by offset and slope */
	double by_a;
	double by_b;
	double by_aa;
	double by_ab;
	double by_bb;
} LinePoint;

static LinePoint
line_at(const double *logit, const uint8_t *label, size_t n, double a, double b)
{
	LinePoint at = { LINE_PRIOR * (a * a + (b - 1) * (b - 1)) / 2,
					 LINE_PRIOR * a,
					 LINE_PRIOR * (b - 1),
					 LINE_PRIOR,
					 0,
					 LINE_PRIOR };

	for (size_t i = 0; i < n; i++)
	{
		double x = a + b * logit[i];
		double p = score_logistic(x);
		double apart = p - (label[i] != 0);
		double curve = p * (1 - p);

		at.value += score_log_add_exp(0, x) - (label[i] ? x : 0);
		at.by_a += apart;
		at.by_b += apart * logit[i];
		at.by_aa += curve;
		at.by_ab += curve * logit[i];
		at.by_bb += curve * logit[i] * logit[i];
	}
	return at;
}

/* Newton's method; a step is halved until it doesn't lead upwards. */
static void
fit_line(const double *logit, const uint8_t *label, size_t n, Calibration *c)
{
	LinePoint at = line_at(logit, label, n, c->offset, c->slope);

	for (int i = 0; i < MAX_ITERATIONS; i++)
	{
		double	  determinant = at.by_aa * at.by_bb - at.by_ab * at.by_ab;
		double	  step_a = (at.by_a * at.by_bb - at.by_b * at.by_ab) / determinant;
		double	  step_b = (at.by_b * at.by_aa - at.by_a * at.by_ab) / determinant;
		LinePoint next;
		double	  length = 2;

		do
		{
			length /= 2;
			next =
				line_at(logit, label, n, c->offset - length * step_a, c->slope - length * step_b);
		} while (!(next.value <= at.value) && length > 1e-6);
		if (!(next.value < at.value))
			break;
		c->offset -= length * step_a;
		c->slope -= length * step_b;
		at = next;
	}
	c->slope = fmax(c->slope, LEAST_SLOPE);
}

/* --------------------------------------------------------------- isotonic */

typedef struct Block
{
	double n;
	double yes;
	double sum; /* of logits */
} Block;

typedef struct Labelled
{
	double	logit;
	uint8_t label;
} Labelled;

static int
by_logit(const void *a, const void *b)
{
	double x = ((const Labelled *) a)->logit;
	double y = ((const Labelled *) b)->logit;

	return (x > y) - (x < y);
}

/* Blocks of about equally many rows in the order of their logits; equal logits stay together. */
static int
make_blocks(const double *logit, const uint8_t *label, size_t n, Block *blocks)
{
	Labelled *rows = need(NULL, n * sizeof(Labelled));
	int		  used = 0;
	size_t	  i = 0;

	for (size_t k = 0; k < n; k++)
		rows[k] = (Labelled){ logit[k], label[k] != 0 };
	qsort(rows, n, sizeof(Labelled), by_logit);
	for (int b = 1; b <= CALIBRATION_POINTS; b++)
	{
		size_t end = (size_t) ((double) n * b / CALIBRATION_POINTS);
		Block  block = { 0 };

		for (; i < n && (i < end || (i > 0 && rows[i].logit == rows[i - 1].logit)); i++)
		{
			block.n++;
			block.yes += rows[i].label;
			block.sum += rows[i].logit;
		}
		if (block.n > 0)
			blocks[used++] = block;
	}
	need_free(rows);
	return used;
}

/* Joins neighbours until the share of yes rises from each block to the next. */
static int
pool_violators(Block *blocks, int n)
{
	int used = 0;

	for (int i = 0; i < n; i++)
	{
		blocks[used++] = blocks[i];
		while (used > 1 && blocks[used - 2].yes * blocks[used - 1].n >=
							   blocks[used - 1].yes * blocks[used - 2].n)
		{
			blocks[used - 2].n += blocks[used - 1].n;
			blocks[used - 2].yes += blocks[used - 1].yes;
			blocks[used - 2].sum += blocks[used - 1].sum;
			used--;
		}
	}
	return used;
}

/* A block counts as if it had one row more, of the mean of all, so no logit is infinite. */
static void
fit_isotonic(const double *logit, const uint8_t *label, size_t n, Calibration *c)
{
	Block  blocks[CALIBRATION_POINTS] = { 0 };
	int	   n_blocks = pool_violators(blocks, make_blocks(logit, label, n, blocks));
	double yes = 0;

	for (size_t i = 0; i < n; i++)
		yes += label[i] != 0;
	yes = (yes + 0.5) / ((double) n + 1);
	for (int i = 0; i < n_blocks; i++)
	{
		double p = (blocks[i].yes + yes) / (blocks[i].n + 1);
		double from = blocks[i].sum / blocks[i].n;
		double to = log(p / (1 - p));

		if (c->n_points > 0 && from <= c->from[c->n_points - 1])
			continue; /* apart by less than a rounding */
		if (c->n_points > 0)
			to = fmax(to, c->to[c->n_points - 1]);
		c->from[c->n_points] = from;
		c->to[c->n_points++] = to;
	}
}

/* -------------------------------------------------------------------- all */

void
calibration_fit(CalibrationKind kind, const double *logit, const uint8_t *label, size_t n,
				Calibration *calibration)
{
	*calibration = (Calibration){ .kind = n > 0 ? kind : CALIBRATION_NONE, .slope = 1 };
	if (calibration->kind == CALIBRATION_LINE)
		fit_line(logit, label, n, calibration);
	if (calibration->kind == CALIBRATION_ISOTONIC)
		fit_isotonic(logit, label, n, calibration);
}

void
calibration_across(CalibrationKind kind, const double *logit, const uint8_t *label,
				   const uint8_t *part, int n_parts, size_t n, double *calibrated)
{
	double	*others = need(NULL, n * sizeof(double));
	uint8_t *labels = need(NULL, n);

	for (int k = 0; k < n_parts; k++)
	{
		Calibration calibration;
		size_t		n_others = 0;

		for (size_t i = 0; i < n; i++)
		{
			if (part[i] == k)
				continue;
			others[n_others] = logit[i];
			labels[n_others++] = label[i];
		}
		calibration_fit(kind, others, labels, n_others, &calibration);
		for (size_t i = 0; i < n; i++)
			if (part[i] == k)
				calibrated[i] = calibration_apply(&calibration, logit[i]);
	}
	need_free(others);
	need_free(labels);
}

CalibrationKind
calibration_choose(const double *logit, const uint8_t *label, const uint8_t *part, int n_parts,
				   size_t n)
{
	double		   *calibrated = need(NULL, n * sizeof(double));
	CalibrationKind best = CALIBRATION_NONE;
	double			least = INFINITY;

	for (CalibrationKind kind = CALIBRATION_NONE; kind <= CALIBRATION_ISOTONIC; kind++)
	{
		double loss = 0;

		calibration_across(kind, logit, label, part, n_parts, n, calibrated);
		for (size_t i = 0; i < n; i++)
			loss += score_log_add_exp(0, calibrated[i]) - (label[i] ? calibrated[i] : 0);
		if (loss < least * (1 - LEAST_GAIN))
		{
			least = loss;
			best = kind;
		}
	}
	need_free(calibrated);
	return best;
}
