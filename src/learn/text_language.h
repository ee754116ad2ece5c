/*-------------------------------------------------------------------------
 *
 * text_language.h
 *	  The part of the shipped model that tells languages apart.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_LANGUAGE_H
#define EMPATHY_LEARN_TEXT_LANGUAGE_H

#include "learn/text_write.h"

/* To be called last: it holds out texts that the other tasks may learn from. */
extern void fit_language(FittedTask *task, Corpus *corpus);
extern void language_thresholds(uint8_t *file, size_t size);
extern void report_language(const TextModel *model);

#endif /* EMPATHY_LEARN_TEXT_LANGUAGE_H */
