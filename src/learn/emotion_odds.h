/*-------------------------------------------------------------------------
 *
 * emotion_odds.h
 *	  How much more often than usual texts that hold a word are labelled
 *	  with each emotion.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_EMOTION_ODDS_H
#define EMPATHY_LEARN_EMOTION_ODDS_H

#include "learn/corpus.h"

/* Columns: GoEmotions' labels, then XED's */
#define GO_ODDS		 28
#define XED_ODDS	 9
#define EMOTION_ODDS (GO_ODDS + XED_ODDS)

/* A row of EMOTION_ODDS for each word of the dictionary, by id, to be freed by the caller */
extern float *emotion_odds(const Dictionary *words);

#endif /* EMPATHY_LEARN_EMOTION_ODDS_H */
