/*-------------------------------------------------------------------------
 *
 * own_model.h
 *	  Text models that users made, in the table empathy.text_model: classifiers
 *	  and calibrations of a model's sentiment.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_OWN_MODEL_H
#define EMPATHY_TEXT_OWN_MODEL_H

#include "compat.h"

#include "text/text.h"

/* In 2^-16. Far more than a sentiment's logits differ by. */
#define OWN_MAX_OFFSET (20 << 16)

/* A calibration, as it is stored */
typedef struct Calibration
{
	char  model[TEXT_MODEL_NAME];
	char  base[TEXT_MODEL_NAME];
	int32 offset[2];
} Calibration;

extern bool				own_calibration(const char *name, Calibration *calibration);
extern const TextModel *own_classifier(const char *name);

#endif /* EMPATHY_TEXT_OWN_MODEL_H */
