/*-------------------------------------------------------------------------
 *
 * corpus.h
 *	  Texts turned into rows of features, and the dictionary of the features
 *	  that a model will know.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_CORPUS_H
#define EMPATHY_LEARN_CORPUS_H

#include "learn/linear.h"

/* Keys and what is known of them; ids count from 0 in order of arrival. */
typedef struct Dictionary
{
	uint32_t *slot; /* id + 1, or 0; open addressing */
	size_t	  n_slots;
	uint32_t *key; /* by id */
	uint32_t *count;
	bool	 *is_gram;
	int		  n;
} Dictionary;

typedef struct Corpus
{
	unsigned   kinds; /* bits 1 << TextKeyKind */
	Dictionary words;
	uint32_t  *ids;
	size_t	   n_ids;
	LinearRow *rows;
	int		   n_rows;
} Corpus;

extern int	dictionary_find(const Dictionary *dictionary, uint32_t key);
extern int	dictionary_add(Dictionary *dictionary, uint32_t key, bool is_gram);
extern void dictionary_free(Dictionary *dictionary);
extern void corpus_add(Corpus *corpus, const char *text, size_t len, uint32_t target,
					   uint32_t judged, double weight);
extern void corpus_add_again(Corpus *corpus, uint32_t target, double weight);
extern void corpus_balance(Corpus *corpus, int from_row, int n_classes);
extern void corpus_prune(Corpus *corpus, uint32_t least);
extern void corpus_free(Corpus *corpus);

#endif /* EMPATHY_LEARN_CORPUS_H */
