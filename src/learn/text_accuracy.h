/*-------------------------------------------------------------------------
 *
 * text_accuracy.h
 *	  A model's accuracy beside that of others, and what abstaining buys.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_ACCURACY_H
#define EMPATHY_LEARN_TEXT_ACCURACY_H

#include "text/text.h"

extern void accuracy_print(const TextModel *model);
extern void accuracy_probabilities(const TextModel *model, const char *text, size_t len,
								   double p[3]);

#endif /* EMPATHY_LEARN_TEXT_ACCURACY_H */
