/*-------------------------------------------------------------------------
 *
 * bins.c
 *	  Columns of numbers as one byte a value, for trees.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/bins.h"

#include <math.h>
#include <stdlib.h>

#include "learn/memory.h"

/* Quantiles of so many rows are as good as those of all. */
#define SAMPLE_SIZE 200000

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

/* The values that cuts are chosen from, sorted. */
static size_t
take_sample(const double *column, const bool *learn, size_t n_rows, double *sample)
{
	size_t stride = 1 + n_rows / SAMPLE_SIZE;
	size_t n = 0;

	for (size_t i = 0; i < n_rows; i += stride)
		if ((learn == NULL || learn[i]) && !isnan(column[i]))
			sample[n++] = column[i];
	qsort(sample, n, sizeof(double), by_value);
	return n;
}

/* Halfway from a to b > a, but below b. */
static double
between(double a, double b)
{
	double middle = a + (b - a) / 2;

	return middle < b ? middle : a;
}

static size_t
count_distinct(const double *sorted, size_t n)
{
	size_t distinct = n > 0;

	for (size_t i = 1; i < n; i++)
		distinct += sorted[i] != sorted[i - 1];
	return distinct;
}

/*
 * A bin is closed at the first change of value once it has its share of what is
 * left, so frequent values don't take the bins of the rest.
 */
static void
choose_cuts(const double *sorted, size_t n, Bins *bins)
{
	bool   each = count_distinct(sorted, n) <= BINS_MAX;
	size_t begun = 0;

	bins->n_cuts = 0;
	for (size_t i = 1; i < n && bins->n_cuts < BINS_MAX - 1; i++)
	{
		size_t share = (n - begun) / (size_t) (BINS_MAX - bins->n_cuts);

		if (sorted[i] == sorted[i - 1] || (!each && i - begun < share))
			continue;
		bins->cuts[bins->n_cuts++] = between(sorted[i - 1], sorted[i]);
		begun = i;
	}
}

static uint8_t
code_of(const Bins *bins, double value)
{
	int low = 0;
	int high = bins->n_cuts;

	if (isnan(value))
		return BINS_MISSING;
	while (low < high)
	{
		int middle = (low + high) / 2;

		if (bins->cuts[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint8_t) low;
}

void
bins_make(const double *column, const bool *learn, size_t n_rows, Bins *bins)
{
	double *sample = need(NULL, sizeof(double) * (n_rows / (1 + n_rows / SAMPLE_SIZE) + 1));

	choose_cuts(sample, take_sample(column, learn, n_rows, sample), bins);
	need_free(sample);
	bins->codes = need(NULL, n_rows);
	bins->has_missing = false;
	for (size_t i = 0; i < n_rows; i++)
	{
		bins->codes[i] = code_of(bins, column[i]);
		bins->has_missing |= bins->codes[i] == BINS_MISSING && (learn == NULL || learn[i]);
	}
}

void
bins_free(Bins *bins)
{
	need_free(bins->codes);
}
