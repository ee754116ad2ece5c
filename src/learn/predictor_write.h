/*-------------------------------------------------------------------------
 *
 * predictor_write.h
 *	  The bytes of a predictor (src/score/predictor.h) from what was fitted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_PREDICTOR_WRITE_H
#define EMPATHY_LEARN_PREDICTOR_WRITE_H

#include "learn/encoding.h"
#include "learn/logistic.h"
#include "learn/trees.h"

/* The raw logit is line_share x the line's + trees_share x that of the trees. */
typedef struct PredictorParts
{
	const Encoding	  *encoding;
	const LogisticFit *line;
	double			   line_share;
	const Tree		  *trees;
	int				   n_trees;
	double			   trees_base;
	double			   trees_share;
	const Calibration *calibration; /* of the raw logit */
} PredictorParts;

/* The caller frees the bytes. */
extern uint8_t *predictor_write(const PredictorParts *parts, size_t *size);

#endif /* EMPATHY_LEARN_PREDICTOR_WRITE_H */
