/*-------------------------------------------------------------------------
 *
 * calibration.c
 *	  Calibrated logits; src/learn/calibration_fit.c fits them.
 *
 *-------------------------------------------------------------------------
 */
#include "score/calibration.h"

/* Through the points by straight lines, beyond them with slope 1, so that ranks are kept. */
static double
through_points(const Calibration *c, double logit)
{
	int high = 0;

	while (high < c->n_points && c->from[high] < logit)
		high++;
	if (high == 0)
		return c->to[0] + (logit - c->from[0]);
	if (high == c->n_points)
		return c->to[high - 1] + (logit - c->from[high - 1]);
	return c->to[high - 1] + (c->to[high] - c->to[high - 1]) * (logit - c->from[high - 1]) /
								 (c->from[high] - c->from[high - 1]);
}

double
calibration_apply(const Calibration *calibration, double logit)
{
	switch (calibration->kind)
	{
		case CALIBRATION_NONE:
			break;
		case CALIBRATION_LINE:
			return calibration->offset + calibration->slope * logit;
		case CALIBRATION_ISOTONIC:
			return through_points(calibration, logit);
	}
	return logit;
}
