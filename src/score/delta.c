/*-------------------------------------------------------------------------
 *
 * delta.c
 *	  Intervals of what is computed from fitted parameters: the delta method.
 *
 *-------------------------------------------------------------------------
 */
#include "score/delta.h"

#include <math.h>
#include <string.h>

#include "score/fmath.h"

#define MAX_PARAMS 16

/* Step of the numeric derivatives with respect to log-parameters. */
#define LOG_STEP 1e-5

Delta
delta_interval(DeltaFunction function, const void *arg, const double *params,
			   const double *covariance, int n)
{
	Delta  out = { .value = function(params, arg) };
	double moved[MAX_PARAMS];
	double slope[MAX_PARAMS];
	double variance = 0;

	memcpy(moved, params, n * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		moved[i] = params[i] * exp(LOG_STEP);
		slope[i] = (function(moved, arg) - out.value) / LOG_STEP;
		moved[i] = params[i];
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			variance += slope[i] * covariance[i * n + j] * slope[j];
	out.half = variance >= 0 ? SCORE_Z95 * sqrt(variance) : INFINITY;
	return out;
}
