/*-------------------------------------------------------------------------
 *
 * cadence.c
 *	  A customer's rhythm: how often they come, how evenly, and whether they
 *	  are late.
 *
 *-------------------------------------------------------------------------
 */
#include "score/cadence.h"

#include <math.h>

/* Observations' worth of random visits that regularity starts from. */
#define REGULARITY_PRIOR 2.0

/* Gap number i, between days i and i + 1. Can exceed an int32. */
static int64_t
gap_at(const int32_t *days, size_t i)
{
	return (int64_t) days[i + 1] - days[i];
}

static size_t
gaps_up_to(const int32_t *days, size_t ngaps, int64_t bound)
{
	size_t count = 0;

	for (size_t i = 0; i < ngaps; i++)
		count += gap_at(days, i) <= bound;
	return count;
}

/*
 * The gap of rank k (from 0) in ascending order, found by halving the range of
 * values: a few passes, since gaps are small numbers, and no copy to sort.
 */
static int64_t
gap_of_rank(const int32_t *days, size_t ngaps, size_t k)
{
	int64_t lo = 0;
	int64_t hi = 1;

	while (gaps_up_to(days, ngaps, hi) <= k)
		hi *= 2;
	while (lo < hi)
	{
		int64_t mid = lo + (hi - lo) / 2;

		if (gaps_up_to(days, ngaps, mid) > k)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

static double
median_gap(const int32_t *days, size_t ngaps)
{
	int64_t upper = gap_of_rank(days, ngaps, ngaps / 2);

	if (ngaps % 2 == 1)
		return upper;
	return (gap_of_rank(days, ngaps, ngaps / 2 - 1) + upper) / 2.0;
}

static double
regularity(const int32_t *days, size_t ngaps)
{
	double mean = ((double) days[ngaps] - days[0]) / ngaps;
	double squares = 0;
	double cv2;

	for (size_t i = 0; i < ngaps; i++)
	{
		double off = gap_at(days, i) / mean - 1;

		squares += off * off;
	}
	cv2 = (REGULARITY_PRIOR + squares) / (REGULARITY_PRIOR + ngaps - 1);
	return 1 / (1 + sqrt(cv2));
}

void
score_cadence(const int32_t *days, size_t ndays, int32_t as_of, Cadence *out)
{
	*out = (Cadence){ 0 };
	while (ndays > 0 && days[ndays - 1] > as_of)
		ndays--;
	if (ndays == 0)
		return;

	out->n = ndays;
	out->first = days[0];
	out->last = days[ndays - 1];
	out->silent = (int64_t) as_of - out->last;
	if (ndays >= 2)
	{
		out->gap_known = true;
		out->usual_gap = median_gap(days, ndays - 1);
		out->due = out->last + (int64_t) floor(out->usual_gap + 0.5);
		out->overdue = out->silent / out->usual_gap;
	}
	if (ndays >= 3)
	{
		out->regular_known = true;
		out->regularity = regularity(days, ndays - 1);
	}
}
