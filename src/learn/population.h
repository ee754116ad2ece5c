/*-------------------------------------------------------------------------
 *
 * population.h
 *	  Fit a population model to customers, by maximum likelihood.
 *
 * Pure core: no PostgreSQL header. Memory comes from learn/memory.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_POPULATION_H
#define EMPATHY_LEARN_POPULATION_H

#include <stdbool.h>
#include <stddef.h>

#include "learn/maximise.h"
#include "score/mbg.h"
#include "score/pareto.h"
#include "score/regular.h"
#include "score/spend.h"

#define POPULATION_MAX MAXIMISE_MAX /* parameters of any model */

/* One customer, or several who are alike; what a model doesn't use, it doesn't look at. */
typedef struct PopulationRow
{
	MbgHistory history;
	double	   log_gaps; /* see RegularHistory */
	double	   value;	 /* mean amount of the x purchases, for gamma-gamma */
	double	   weight;	 /* how many customers this is */
} PopulationRow;

/* What a model makes of its parameters once for all rows. */
typedef union PopulationTables
{
	MbgTables	  mbg;
	ParetoTables  pareto;
	SpendParams	  spend;
	RegularTables regular;
} PopulationTables;

#define POPULATION_STARTS 3

/* A model as fitting sees it. */
typedef struct PopulationModel
{
	const char *name; /* as users write it */
	int			n;	  /* parameters, all positive */
	const char *names[POPULATION_MAX];
	bool		spends; /* a model of amounts: looks at x and value only */
	bool		gaps;	/* looks at log_gaps */

	/*
	 * Where climbs start, since there can be several maxima: the first finds the
	 * highest for most populations, the others for nearly all where customers are
	 * much alike, or where nobody leaves. Those of `units` are in median gaps, or in
	 * median values.
	 */
	double starts[POPULATION_STARTS][POPULATION_MAX];
	bool   units[POPULATION_MAX];
	double least[POPULATION_MAX]; /* lower bound, if not 0 */
	double sd[POPULATION_MAX];	  /* of a prior of the logarithm around its first start, if not 0 */

	bool (*usable)(const PopulationRow *row);
	void (*prepare)(PopulationTables *tables, const double *params, int32_t most_x);
	double (*loglik)(const PopulationTables *tables, const PopulationRow *row, double *gradient);
	double (*leaving)(const double *params, double gap); /* chance to leave by the next purchase */

	/* Of one customer; NULL where the model doesn't say. */
	bool (*valid)(const double *params);
	double (*p_alive)(const double *params, const PopulationRow *row);
	double (*none_logit)(const double *params, const PopulationRow *row, double horizon);
	double (*expected)(const double *params, const PopulationRow *row, double horizon);
} PopulationModel;

extern const PopulationModel population_mbg;
extern const PopulationModel population_bg;
extern const PopulationModel population_pareto;
extern const PopulationModel population_spend;
extern const PopulationModel population_regular;

/* The model of a name, or NULL. */
extern const PopulationModel *population_model(const char *name);

/* How a fit ended. The parameters are usable in every case. */
typedef enum PopulationStatus
{
	POPULATION_CONVERGED,	  /* a maximum of the likelihood */
	POPULATION_NO_DROPOUT,	  /* one where nobody ever leaves */
	POPULATION_AT_LIMIT,	  /* best at the edge of the permitted parameters */
	POPULATION_NOT_CONVERGED, /* best point when iterations ran out */
	POPULATION_FEW_CUSTOMERS, /* fewer than POPULATION_MIN_CUSTOMERS: pulled to the prior */
	POPULATION_FEW_REPEATS	  /* fewer than POPULATION_MIN_REPEATERS came back: likewise */
} PopulationStatus;

#define POPULATION_MIN_CUSTOMERS 30
#define POPULATION_MIN_REPEATERS 10

typedef struct PopulationFit
{
	const PopulationModel *model;
	double				   params[POPULATION_MAX];
	PopulationStatus	   status;
	double				   loglik;	   /* of all customers, without any prior */
	int					   iterations; /* quasi-Newton steps, over all starts */
	double				   customers;  /* sum of the weights used */
	double				   repeaters;  /* those with a repeat purchase */
	MbgBaseline			   baseline;   /* medians: whom others are explained against */
	/* Covariance of the logarithms of the parameters, n x n row by row, for delta.h. */
	double covariance[POPULATION_MAX * POPULATION_MAX];
} PopulationFit;

/*
 * Makes rows ready for a fit, in place; returns how many are left. Those of no use
 * (an impossible history, a weight that isn't positive and finite) go, and are
 * counted in *left_out. Equal ones are added up, looking only at what the model
 * looks at. The order is one that doesn't depend on the order they came in, so
 * neither does the fit, to the last bit; and it is as good as random.
 */
extern size_t population_group(const PopulationModel *model, PopulationRow *rows, size_t nrows,
							   double *left_out);

/*
 * Maximum likelihood over the logarithms of the parameters, each within +-12
 * (times in days, so alpha up to 446 years; amounts up to 10^12); the best of
 * several starts (among many rows, a sample tells which). The rows are what
 * population_group() left.
 *
 * With too few customers or repeaters for a maximum to mean anything, the
 * logarithms get a normal prior of standard deviation 1 around the first start.
 * If nobody came back, the median time since the first purchase takes the place
 * of the gap; without customers, 30 days.
 *
 * The covariance is the inverse of the information matrix and of the prior's.
 * Where there is none, one of standard deviation 5 stands in, so that directions
 * in which the likelihood is flat (both a and b, when nobody leaves) stay finite;
 * it doesn't move the parameters.
 *
 * The baseline's medians are weighted; of two middle values, the lower. Its gap
 * is over repeaters, at least half a day; without any, that of the start above.
 *
 * tick, if not NULL, is called every few milliseconds with the share done so far,
 * roughly, and may leave by longjmp: nothing needs cleaning up.
 */
extern void population_fit(const PopulationModel *model, const PopulationRow *rows, size_t nrows,
						   void (*tick)(void *arg, double share), void *tick_arg,
						   PopulationFit *fit);

/* A number with its 95 % interval (see delta.h). */
typedef struct PopulationEstimate
{
	double value, lo, hi;
} PopulationEstimate;

/*
 * What fitted parameters, with the covariance of their logarithms, say of one
 * customer, whose row is usable. The horizon is finite, and > 0 for the first.
 */
extern PopulationEstimate population_none(const PopulationModel *model, const double *params,
										  const double *covariance, const PopulationRow *row,
										  double horizon); /* chance of no purchase within it */
extern PopulationEstimate
population_expected(const PopulationModel *model, const double *params, const double *covariance,
					const PopulationRow *row,
					double				 horizon); /* purchases; or a purchase's amount */

/* A word for a status, for users: "converged", "no dropout", ... */
extern const char *population_status_name(PopulationStatus status);

#endif /* EMPATHY_LEARN_POPULATION_H */
