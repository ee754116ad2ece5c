/*-------------------------------------------------------------------------
 *
 * text_fit.h
 *	  Fit the tasks of the shipped model to the training sets.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_FIT_H
#define EMPATHY_LEARN_TEXT_FIT_H

#include "learn/lexicon.h"
#include "learn/text_write.h"

/* Each fills its corpus, which must stay as long as the task. */
extern void fit_sentiment(FittedTask *task, Corpus *corpus, const Lexicon *lexicon);
extern void fit_emotions(FittedTask *task, Corpus *corpus, const Lexicon *lexicon);
extern void fit_basic(FittedTask *task, Corpus *corpus, const Lexicon *lexicon);
extern void fit_intents(FittedTask *task, Corpus *corpus, const Lexicon *lexicon);
extern void fit_common(FittedTask *task, Corpus *corpus);

#endif /* EMPATHY_LEARN_TEXT_FIT_H */
