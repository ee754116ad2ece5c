/*-------------------------------------------------------------------------
 *
 * calibration_fit.h
 *	  Fitting of calibrations.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_CALIBRATION_FIT_H
#define EMPATHY_LEARN_CALIBRATION_FIT_H

#include <stddef.h>
#include <stdint.h>

#include "score/calibration.h"

/* Logits must be finite and of rows that the model was not fitted on; labels are 0 or 1. */
extern void calibration_fit(CalibrationKind kind, const double *logit, const uint8_t *label,
							size_t n, Calibration *calibration);

/*
 * The kind with the least log loss where it is fitted on all parts but one and
 * tried on that one; part says which of n_parts a row is in. A kind that gains
 * less than a thousandth loses to a simpler one.
 */
extern CalibrationKind calibration_choose(const double *logit, const uint8_t *label,
										  const uint8_t *part, int n_parts, size_t n);

/* The calibrated logits where each part is calibrated by the others. */
extern void calibration_across(CalibrationKind kind, const double *logit, const uint8_t *label,
							   const uint8_t *part, int n_parts, size_t n, double *calibrated);

#endif /* EMPATHY_LEARN_CALIBRATION_FIT_H */
