/*-------------------------------------------------------------------------
 *
 * maximise.h
 *	  The maximum of a smooth function of a few variables in a box: BFGS with
 *	  analytic slopes.
 *
 * Pure core: no PostgreSQL header, no allocation.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_MAXIMISE_H
#define EMPATHY_LEARN_MAXIMISE_H

#include <stdbool.h>

#define MAXIMISE_MAX 8

typedef double MaximiseMatrix[MAXIMISE_MAX][MAXIMISE_MAX];

/*
 * What is maximised: a total log-likelihood, say. Its value and, in slope, its
 * derivatives; it may look for interrupts and leave by longjmp.
 */
typedef struct Maximise
{
	int n; /* variables, 1 .. MAXIMISE_MAX */
	double (*total)(void *arg, const double *at, double *slope);
	void  *arg;
	double scale; /* observations behind the total: what is steep is meant for their mean */
	double gain;  /* of the total that is not worth a step */
	double lo[MAXIMISE_MAX];
	double hi[MAXIMISE_MAX];
} Maximise;

typedef struct Maximum
{
	double at[MAXIMISE_MAX];
	double total;
	bool   converged;  /* else the best point when iterations ran out */
	int	   iterations; /* quasi-Newton steps */
} Maximum;

/*
 * Climbs from `from` (moved into the box). covariance is what maximise_covariance()
 * said of a similar problem near there, of an observation (so times its scale); or
 * NULL.
 */
extern void maximise(const Maximise *problem, const double *from, const MaximiseMatrix covariance,
					 Maximum *maximum);

/*
 * The inverse of the information matrix there: minus the total's Hessian, by
 * differences of its slope, plus a ridge that keeps directions finite in
 * which the total is flat. It grows where the point is no maximum.
 */
extern void maximise_covariance(const Maximise *problem, const double *at, double ridge,
								MaximiseMatrix covariance);

#endif /* EMPATHY_LEARN_MAXIMISE_H */
