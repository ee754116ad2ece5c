/*-------------------------------------------------------------------------
 *
 * bins.h
 *	  Columns of numbers as one byte a value, for trees.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_BINS_H
#define EMPATHY_LEARN_BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BINS_MAX	 255 /* bins 0 to 254 */
#define BINS_MISSING 255

/* A value's bin is the number of cuts below it; so bin <= k exactly where value <= cut[k]. */
typedef struct Bins
{
	int		 n_cuts; /* bins but one */
	double	 cuts[BINS_MAX - 1];
	bool	 has_missing;
	uint8_t *codes; /* of all rows */
} Bins;

/*
 * Cuts between the values of the rows to learn from (NULL: all), so that bins hold about equally
 * many of them; where there are few different values, each has its bin.
 */
extern void bins_make(const double *column, const bool *learn, size_t n_rows, Bins *bins);
extern void bins_free(Bins *bins);

#endif /* EMPATHY_LEARN_BINS_H */
