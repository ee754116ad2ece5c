/*-------------------------------------------------------------------------
 *
 * predictor_fit.h
 *	  From a table of attributes with a label to a predictor, and how well it
 *	  does on rows that it has not seen.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_PREDICTOR_FIT_H
#define EMPATHY_LEARN_PREDICTOR_FIT_H

#include "learn/attributes.h"
#include "learn/measure.h"

/* What predictor_fit() makes. */
typedef struct PredictorFit
{
	uint8_t		   *bytes; /* see src/score/predictor.h */
	size_t			size;
	size_t			n_held_out; /* rows that were held out, each once */
	Measures		held_out;	/* of the predictor, on those */
	double			line_loss;	/* log loss of logistic regression alone, likewise */
	double			trees_loss; /* of trees alone */
	double			trees_share;
	int				n_trees;
	CalibrationKind calibration;
	double		   *alone; /* AUC of each attribute without the others, at least one half */
} PredictorFit;

/*
 * The table needs 5 rows of each label, or more. tick() is called often with
 * the share done. The caller frees fit->bytes and
 * fit->alone.
 */
extern void predictor_fit(const AttributeTable *table, void (*tick)(void *arg, double share),
						  void *tick_arg, PredictorFit *fit);

#endif /* EMPATHY_LEARN_PREDICTOR_FIT_H */
