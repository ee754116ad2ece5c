/*-------------------------------------------------------------------------
 *
 * lexicon.h
 *	  What word lists know about words, as columns for the learner.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_LEXICON_H
#define EMPATHY_LEARN_LEXICON_H

#include "learn/corpus.h"

/* Columns of a word: two of VADER, two of TextBlob, three of the propagated valence; once for
 * the plain word and once for the word under negation. */
#define LEXICON_COLUMNS 14

/* Adds the lists' words to the dictionary and returns its columns (n x LEXICON_COLUMNS). */
extern float *lexicon_columns(Dictionary *dictionary);

#endif /* EMPATHY_LEARN_LEXICON_H */
