/*-------------------------------------------------------------------------
 *
 * measure.c
 *	  How good predicted probabilities are: ranking (AUC, average precision),
 *	  calibration, and both (Brier score, log loss).
 *
 * AUC is the Mann-Whitney statistic (Hanley & McNeil, Radiology 143, 1982);
 * the Brier score is of Brier, Monthly Weather Review 78 (1950).
 *
 *-------------------------------------------------------------------------
 */
#include "learn/measure.h"

#include <math.h>
#include <stdlib.h>

#include "learn/memory.h"

#define PARTS		 10
#define LEAST_CHANCE 1e-15

/* All rows of one score. */
typedef struct Group
{
	double score;
	double n;
	double yes;
} Group;

static int
by_score_downwards(const void *a, const void *b)
{
	double x = ((const Group *) a)->score;
	double y = ((const Group *) b)->score;

	return (x < y) - (x > y);
}

/* The groups, highest score first; the caller frees them. */
static Group *
make_groups(const double *score, const uint8_t *label, size_t n, size_t *n_groups)
{
	Group *groups = need(NULL, n * sizeof(Group));
	size_t used = 0;
	size_t last = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(score[i]))
			groups[used++] = (Group){ score[i], 1, label[i] != 0 };
	qsort(groups, used, sizeof(Group), by_score_downwards);
	for (size_t i = 1; i < used; i++)
	{
		if (groups[i].score == groups[last].score)
		{
			groups[last].n++;
			groups[last].yes += groups[i].yes;
		}
		else
			groups[++last] = groups[i];
	}
	*n_groups = used > 0 ? last + 1 : 0;
	return groups;
}

static double
count_yes(const Group *groups, size_t n_groups, double *total)
{
	double yes = 0;

	*total = 0;
	for (size_t i = 0; i < n_groups; i++)
	{
		*total += groups[i].n;
		yes += groups[i].yes;
	}
	return yes;
}

/* Pairs of a yes and a no in which the yes scores higher; half of those in which they tie. */
static double
auc_of(const Group *groups, size_t n_groups)
{
	double total;
	double yes = count_yes(groups, n_groups, &total);
	double seen = 0;
	double won = 0;

	for (size_t i = 0; i < n_groups; i++)
	{
		won += (groups[i].n - groups[i].yes) * (seen + groups[i].yes / 2);
		seen += groups[i].yes;
	}
	return won / (yes * (total - yes));
}

/* Average precision, and the threshold of the best F1. */
static void
walk_thresholds(const Group *groups, size_t n_groups, Measures *result)
{
	double total;
	double yes = count_yes(groups, n_groups, &total);
	double n = 0;
	double found = 0;
	double sum = 0;

	for (size_t i = 0; i < n_groups; i++)
	{
		double f1;

		n += groups[i].n;
		found += groups[i].yes;
		sum += found / n * groups[i].yes;
		f1 = 2 * found / (n + yes);
		if (f1 > result->f1)
		{
			result->f1 = f1;
			result->f1_threshold = groups[i].score;
		}
	}
	result->average_precision = sum / yes;
}

/* Parts of equally many rows; a group that lies across their border is divided in proportion. */
static double
calibration_error_of(const Group *groups, size_t n_groups)
{
	double total;
	double left; /* room in the part at hand */
	double gap = 0;
	double sum = 0;

	count_yes(groups, n_groups, &total);
	left = total / PARTS;
	for (size_t i = 0; i < n_groups; i++)
	{
		double n = groups[i].n;

		while (n > left)
		{
			sum += fabs(gap + left * (groups[i].score - groups[i].yes / groups[i].n));
			n -= left;
			gap = 0;
			left = total / PARTS;
		}
		gap += n * (groups[i].score - groups[i].yes / groups[i].n);
		left -= n;
	}
	return (sum + fabs(gap)) / total;
}

static void
add_losses(const Group *groups, size_t n_groups, Measures *result)
{
	double total;
	double yes = count_yes(groups, n_groups, &total);

	for (size_t i = 0; i < n_groups; i++)
	{
		double p = groups[i].score;
		double no = groups[i].n - groups[i].yes;

		result->brier += (groups[i].yes * (1 - p) * (1 - p) + no * p * p) / total;
		result->log_loss -=
			(groups[i].yes * log(fmax(p, LEAST_CHANCE)) + no * log(fmax(1 - p, LEAST_CHANCE))) /
			total;
		result->accuracy += (p >= 0.5 ? groups[i].yes : no) / total;
	}
	result->rate = yes / total;
}

void
measure(const double *probability, const uint8_t *label, size_t n, Measures *result)
{
	size_t n_groups;
	Group *groups = make_groups(probability, label, n, &n_groups);

	*result = (Measures){ 0 };
	result->auc = auc_of(groups, n_groups);
	walk_thresholds(groups, n_groups, result);
	result->calibration_error = calibration_error_of(groups, n_groups);
	add_losses(groups, n_groups, result);
	if (n_groups == 0)
		*result = (Measures){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };
	need_free(groups);
}

double
measure_auc(const double *score, const uint8_t *label, size_t n)
{
	size_t n_groups;
	Group *groups = make_groups(score, label, n, &n_groups);
	double auc = auc_of(groups, n_groups);

	need_free(groups);
	return auc;
}

double
measure_f1(const double *probability, const uint8_t *label, size_t n, double threshold)
{
	double said = 0;
	double found = 0;
	double yes = 0;

	for (size_t i = 0; i < n; i++)
	{
		yes += label[i] != 0;
		said += probability[i] >= threshold;
		found += probability[i] >= threshold && label[i] != 0;
	}
	return said + yes > 0 ? 2 * found / (said + yes) : 0;
}
