/*-------------------------------------------------------------------------
 *
 * text_tune.c
 *	  Cut points of the sentiment's score, and its interval's width, from
 *	  development rows.
 *
 * Cut points are those with the best macro-F1, half of it TweetEval's and
 * half the mean of the four sets of rated sentences.
 *
 * A score is P(positive) - P(negative), the mean of a variable that is 1, 0 or
 * -1 and has the variance p + m - (p - m)^2. A rating (mean valence / 4) is
 * set against the score by least squares over all rated rows; the interval
 * score +- 1.96 c sqrt(variance) is to hold 95 % of what the ratings so come
 * to.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_tune.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "learn/memory.h"
#include "learn/text_accuracy.h"
#include "learn/text_data.h"

#define Z95	  1.96
#define STEPS 40 /* of 1/50, on either side of 0 */

/* A set's development rows of which enough is understood */
typedef struct Rows
{
	const TextModel *model;
	int (*label)(const char *label);
	int		n;
	double *score;
	double *doubt;	/* standard deviation */
	double *rating; /* -1 .. 1, of sets with valences */
	int *class;
} Rows;

static void
tuned_row(void *arg, const char *label, const char *text, size_t len)
{
	Rows  *rows = arg;
	int	   n = rows->n;
	double p[3];

	accuracy_probabilities(rows->model, text, len, p);
	if (p[0] + p[1] + p[2] == 0)
		return;
	if ((n & (n - 1)) == 0)
	{
		size_t room = n ? (size_t) n * 2 : 1;

		rows->score = need(rows->score, sizeof(double) * room);
		rows->doubt = need(rows->doubt, sizeof(double) * room);
		rows->rating = need(rows->rating, sizeof(double) * room);
		rows->class = need(rows->class, sizeof(int) * room);
	}
	rows->score[n] = p[2] - p[0];
	rows->doubt[n] = sqrt(p[0] + p[2] - rows->score[n] * rows->score[n]);
	rows->rating[n] = atof(label) / 4;
	rows->class[n] = rows->label(label);
	rows->n++;
}

static Rows
read_rows(const TextModel *model, const SentimentSet *set)
{
	Rows rows = { model, set->label };

	data_each(set->folder, "dev", tuned_row, &rows);
	return rows;
}

static void
free_rows(Rows *rows)
{
	need_free(rows->score);
	need_free(rows->doubt);
	need_free(rows->rating);
	need_free(rows->class);
}

static double
macro_f1(const Rows *rows, double low, double high)
{
	int	   hits[3] = { 0 }, said[3] = { 0 }, truth[3] = { 0 };
	double sum = 0;

	for (int i = 0; i < rows->n; i++)
	{
		int says = rows->score[i] <= low ? 0 : rows->score[i] >= high ? 2 : 1;

		hits[says] += says == rows->class[i];
		said[says]++;
		truth[rows->class[i]]++;
	}
	for (int c = 0; c < 3; c++)
		sum += said[c] + truth[c] > 0 ? 2.0 * hits[c] / (said[c] + truth[c]) : 0;
	return sum / 3;
}

static bool
tells_cuts(const SentimentSet *set)
{
	return set->has_valence || set == &sentiment_sets[0];
}

/* Add a set's macro-F1 at every pair of cut points. */
static void
add_f1(const Rows *rows, double weight, double f1[STEPS + 1][STEPS + 1])
{
	for (int low = 0; low <= STEPS; low++)
		for (int high = 0; high <= STEPS; high++)
			f1[low][high] += weight * macro_f1(rows, -low / 50.0, high / 50.0);
}

void
tune_cuts(const TextModel *model, int32_t cut[2])
{
	double f1[STEPS + 1][STEPS + 1] = { { 0 } };
	double best = -1;

	for (int i = 0; i < n_sentiment_sets; i++)
		if (tells_cuts(&sentiment_sets[i]))
		{
			Rows rows = read_rows(model, &sentiment_sets[i]);

			add_f1(&rows, sentiment_sets[i].has_valence ? 1 : 4, f1);
			free_rows(&rows);
		}
	for (int low = 0; low <= STEPS; low++)
		for (int high = 0; high <= STEPS; high++)
			if (f1[low][high] > best)
			{
				best = f1[low][high];
				cut[0] = -low * (TEXT_ONE / 50);
				cut[1] = high * (TEXT_ONE / 50);
			}
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Least squares: score = line[0] + line[1] rating */
static void
fit_line(const Rows *rows, int n_sets, double line[2])
{
	double n = 0, x = 0, y = 0, xx = 0, xy = 0;

	for (int s = 0; s < n_sets; s++)
		for (int i = 0; i < rows[s].n; i++)
		{
			n++;
			x += rows[s].rating[i];
			y += rows[s].score[i];
			xx += rows[s].rating[i] * rows[s].rating[i];
			xy += rows[s].rating[i] * rows[s].score[i];
		}
	line[1] = (n * xy - x * y) / (n * xx - x * x);
	line[0] = (y - line[1] * x) / n;
}

/* The distance, in the model's own doubts, that 95 % of the rows stay within */
static double
distance(const Rows *rows, int n_sets, const double line[2])
{
	int		n = 0;
	double *far = NULL;
	double	quantile;

	for (int s = 0; s < n_sets; s++)
	{
		far = need(far, sizeof(double) * (size_t) (n + rows[s].n));
		for (int i = 0; i < rows[s].n; i++)
			far[n++] = fabs(line[0] + line[1] * rows[s].rating[i] - rows[s].score[i]) /
					   (rows[s].doubt[i] + 1e-6);
	}
	if (n == 0)
		return Z95;
	qsort(far, (size_t) n, sizeof(double), ascending);
	quantile = far[n * 95 / 100];
	need_free(far);
	return quantile;
}

int32_t
tune_spread(const TextModel *model)
{
	Rows   rows[8];
	int	   n_sets = 0;
	double line[2];
	double spread;

	for (int i = 0; i < n_sentiment_sets; i++)
		if (sentiment_sets[i].has_valence && n_sets < 8)
			rows[n_sets++] = read_rows(model, &sentiment_sets[i]);
	fit_line(rows, n_sets, line);
	spread = distance(rows, n_sets, line) / Z95 * TEXT_ONE;
	printf("  score = %.3f + %.3f mean valence / 4\n", line[0], line[1]);
	for (int s = 0; s < n_sets; s++)
		free_rows(&rows[s]);
	return spread < TEXT_MAX_SPREAD ? (int32_t) spread : TEXT_MAX_SPREAD;
}
