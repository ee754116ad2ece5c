/*-------------------------------------------------------------------------
 *
 * cdnow_fit.c
 *	  Fit MBG/NBD to customer summaries and set it beside published figures.
 *
 * Reads lines "id,x,t_x,T" after a header from standard input. With the 1/10
 * sample of CDNOW, in weeks, the fit must come to what BTYDplus publishes.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "learn/mbg_fit.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* All rows on standard input, in memory that the caller frees; exits on trouble. */
static MbgRow *
read_rows(size_t *nrows)
{
	size_t	room = 1024;
	MbgRow *rows = malloc(room * sizeof(MbgRow));
	double	x;
	MbgRow	row = { .weight = 1 };

	*nrows = 0;
	if (scanf("%*[^\n]") == EOF)
		exit(EXIT_FAILURE);
	while (rows && scanf(" %*[^,],%lf,%lf,%lf", &x, &row.history.t_x, &row.history.T) == 3)
	{
		row.history.x = (int32_t) x;
		if (*nrows == room)
		{
			room *= 2;
			rows = realloc(rows, room * sizeof(MbgRow));
			if (!rows)
				break;
		}
		rows[(*nrows)++] = row;
	}
	if (!rows || !feof(stdin))
	{
		fprintf(stderr, "cannot read line %zu\n", *nrows + 2);
		exit(EXIT_FAILURE);
	}
	return rows;
}

int
main(void)
{
	size_t	nrows;
	MbgRow *rows = read_rows(&nrows);
	double	started = now();
	MbgFit	fit;

	mbg_fit(rows, nrows, NULL, &fit);
	printf("            r    alpha        a        b   log-lik\n");
	printf("fitted      %.4f %.4f %.4f %.4f %.2f\n", fit.params.r, fit.params.alpha, fit.params.a,
		   fit.params.b, fit.loglik);
	printf("published   0.525  6.183  0.891  1.614  -9582.13  (CDNOW 1/10 sample, weeks)\n");
	printf("%s in %d iterations, %.3f s; %.0f customers, %.0f with repeat purchases\n",
		   mbg_fit_status_name(fit.status), fit.iterations, now() - started, fit.customers,
		   fit.repeaters);
	free(rows);
	return 0;
}
