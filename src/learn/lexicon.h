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

/* Which words of the lists a dictionary takes in beside its own */
typedef enum LexiconWords
{
	LEXICON_NONE,
	LEXICON_RATED, /* those that VADER rates */
	LEXICON_ALL	   /* those that the lists or the propagation say anything about */
} LexiconWords;

/* Returns the dictionary's columns (n x LEXICON_COLUMNS), to be freed by the caller. */
extern float *lexicon_columns(Dictionary *dictionary, LexiconWords take);

#endif /* EMPATHY_LEARN_LEXICON_H */
