/*-------------------------------------------------------------------------
 *
 * lexicon.h
 *	  What is known about words beside the texts that they stand in, as
 *	  columns for the learner.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_LEXICON_H
#define EMPATHY_LEARN_LEXICON_H

#include "learn/emotion_odds.h"
#include "learn/word_graph.h"

/* Columns of a word: two of VADER, two of TextBlob, three of the spread valence, the emotions of
 * its neighbours, and its own in XED; once for the plain word and once for it under negation */
#define LEXICON_VALENCES 7
#define LEXICON_WORD	 (LEXICON_VALENCES + EMOTION_ODDS + XED_ODDS)
#define LEXICON_COLUMNS	 (2 * LEXICON_WORD)

typedef struct Lexicon
{
	WordGraph graph;
	bool	 *rated;   /* by VADER */
	float	 *columns; /* LEXICON_WORD a word, by the graph's ids */
} Lexicon;

/* Which words of the lexicon a dictionary takes in beside its own */
typedef enum LexiconWords
{
	LEXICON_RATED, /* those that VADER rates */
	LEXICON_ALL	   /* those whose valence is known or was spread to */
} LexiconWords;

/* From the word lists of the data folder and the folder of WordNet's files */
extern void lexicon_read(Lexicon *lexicon, const char *wordnet);

/* Count the words that it takes in as seen often enough to outlive corpus_prune(least). */
extern void lexicon_spare(const Lexicon *lexicon, Dictionary *dictionary, LexiconWords take,
						  uint32_t least);

/* Returns the dictionary's columns (n x LEXICON_COLUMNS), to be freed by the caller. */
extern float *lexicon_columns(const Lexicon *lexicon, Dictionary *dictionary, LexiconWords take);

#endif /* EMPATHY_LEARN_LEXICON_H */
