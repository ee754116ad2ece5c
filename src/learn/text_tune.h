/*-------------------------------------------------------------------------
 *
 * text_tune.h
 *	  What a model is told after its weights, from development rows: from
 *	  which score on a label counts, and how far people's ratings lie from
 *	  the score.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_TUNE_H
#define EMPATHY_LEARN_TEXT_TUNE_H

#include "text/text.h"

/* The scores, in 1/TEXT_ONE, up to which a text is negative and from which on it is positive */
extern void tune_cuts(const TextModel *model, int32_t cut[2]);

/* How many times wider than the model's own doubt a rating's interval is, in 1/TEXT_ONE */
extern int32_t tune_spread(const TextModel *model);

#endif /* EMPATHY_LEARN_TEXT_TUNE_H */
