/*-------------------------------------------------------------------------
 *
 * calibrate.h
 *	  Two offsets that fit a model's sentiment to a user's own labels.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_CALIBRATE_H
#define EMPATHY_LEARN_CALIBRATE_H

#include "text/detail.h"

#define CALIBRATION_MAX_ROWS 20000 /* more don't make two numbers better */

typedef struct CalibrationRow
{
	double odds[2]; /* e^logit of negative and of positive */
	DetailLabel class;
	uint64_t identity; /* rows of one identity are held out together */
} CalibrationRow;

typedef struct CalibrationFit
{
	int32_t offset[2]; /* of the logits, 2^-16 */
	double	before;	   /* macro-F1 without offsets */
	double	after;	   /* with offsets: each fifth of the rows by those of the rest */
} CalibrationFit;

extern void calibrate_fit(CalibrationRow *rows, int n, CalibrationFit *fit);

#endif /* EMPATHY_LEARN_CALIBRATE_H */
