/*-------------------------------------------------------------------------
 *
 * corpus.c
 *	  Texts turned into rows of features, by the same code that reads texts
 *	  later.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/corpus.h"

#include "learn/memory.h"
#include "text/feature.h"

void
dictionary_free(Dictionary *dictionary)
{
	need_free(dictionary->slot);
	need_free(dictionary->key);
	need_free(dictionary->count);
	need_free(dictionary->is_gram);
}

static size_t
place(const Dictionary *dictionary, uint32_t key)
{
	size_t at = (key * 0x9e3779b97f4a7c15u >> 20) % dictionary->n_slots;

	while (dictionary->slot[at] != 0 && dictionary->key[dictionary->slot[at] - 1] != key)
		at = (at + 1) % dictionary->n_slots;
	return at;
}

/* The key's id, or -1. */
int
dictionary_find(const Dictionary *dictionary, uint32_t key)
{
	return dictionary->n_slots ? (int) dictionary->slot[place(dictionary, key)] - 1 : -1;
}

static void
grow(Dictionary *dictionary)
{
	size_t n = dictionary->n_slots ? dictionary->n_slots * 2 : 1024;

	need_free(dictionary->slot);
	dictionary->slot = need_zeroed(n * sizeof(uint32_t));
	dictionary->n_slots = n;
	dictionary->key = need(dictionary->key, n * sizeof(uint32_t));
	dictionary->count = need(dictionary->count, n * sizeof(uint32_t));
	dictionary->is_gram = need(dictionary->is_gram, n * sizeof(bool));
	for (int id = 0; id < dictionary->n; id++)
		dictionary->slot[place(dictionary, dictionary->key[id])] = (uint32_t) id + 1;
}

/* The key's id, new or not. */
int
dictionary_add(Dictionary *dictionary, uint32_t key, bool is_gram)
{
	size_t at;

	if ((size_t) dictionary->n * 2 >= dictionary->n_slots)
		grow(dictionary);
	at = place(dictionary, key);
	if (dictionary->slot[at] == 0)
	{
		dictionary->key[dictionary->n] = key;
		dictionary->count[dictionary->n] = 0;
		dictionary->is_gram[dictionary->n] = is_gram;
		dictionary->slot[at] = (uint32_t) ++dictionary->n;
	}
	return (int) dictionary->slot[at] - 1;
}

/* Arrays double when their size reaches a power of two. */
static void *
room(void *array, size_t n, size_t size)
{
	return (n & (n - 1)) == 0 ? need(array, (n ? n * 2 : 1) * size) : array;
}

static void
add_id(Corpus *corpus, uint32_t key, bool is_gram)
{
	int id = dictionary_add(&corpus->words, key, is_gram);

	corpus->words.count[id]++;
	corpus->ids = room(corpus->ids, corpus->n_ids, sizeof(uint32_t));
	corpus->ids[corpus->n_ids++] = (uint32_t) id;
}

/* The features of a text but grams. Returns how many. */
static int
add_features(Corpus *corpus, const char *text, size_t len)
{
	size_t		before = corpus->n_ids;
	TextStream	stream;
	TextFeature feature;

	text_stream(&stream, text, len);
	while (text_next_feature(&stream, &feature))
		for (int k = 0; k < TEXT_KEY_GRAM; k++)
			if (feature.key[k] != 0 && corpus->kinds & 1u << k)
				add_id(corpus, feature.key[k], false);
	return (int) (corpus->n_ids - before);
}

static int
add_grams(Corpus *corpus, const char *text, size_t len, bool is_gram)
{
	size_t		before = corpus->n_ids;
	TextStream	stream;
	TextFeature feature;
	uint32_t	gram[TEXT_MAX_GRAMS];

	text_stream(&stream, text, len);
	while (text_next_feature(&stream, &feature))
	{
		int n = text_grams(&stream, &feature, gram);

		for (int i = 0; i < n; i++)
			add_id(corpus, gram[i], is_gram);
	}
	return (int) (corpus->n_ids - before);
}

/* Add a text. In a corpus of grams alone they are features like others. */
void
corpus_add(Corpus *corpus, const char *text, size_t len, uint32_t target, uint32_t judged,
		   double weight)
{
	LinearRow *row;

	corpus->rows = room(corpus->rows, (size_t) corpus->n_rows, sizeof(LinearRow));
	row = &corpus->rows[corpus->n_rows++];
	*row = (LinearRow){ corpus->n_ids, 0, 0, target, judged, weight };
	if (corpus->kinds == 1u << TEXT_KEY_GRAM)
		row->n = add_grams(corpus, text, len, false);
	else
	{
		row->n = add_features(corpus, text, len);
		if (corpus->kinds & 1u << TEXT_KEY_GRAM)
			row->n_grams = add_grams(corpus, text, len, true);
	}
}

/* Add the text of the last row once more, with another target. Its features are counted once. */
void
corpus_add_again(Corpus *corpus, uint32_t target, double weight)
{
	LinearRow *row;

	corpus->rows = room(corpus->rows, (size_t) corpus->n_rows, sizeof(LinearRow));
	row = &corpus->rows[corpus->n_rows++];
	*row = row[-1];
	row->target = target;
	row->weight = weight;
}

/*
 * Let every class (softmax) of the rows from the given one on (one set) weigh
 * the same, and all of them together as much as before.
 */
void
corpus_balance(Corpus *corpus, int from_row, int n_classes)
{
	double sum[LINEAR_MAX_OUTPUTS] = { 0 };
	double all = 0;
	int	   n_present = 0;

	for (int i = from_row; i < corpus->n_rows; i++)
	{
		sum[corpus->rows[i].target] += corpus->rows[i].weight;
		all += corpus->rows[i].weight;
	}
	for (int class = 0; class < n_classes; class ++)
		n_present += sum[class] > 0;
	for (int i = from_row; i < corpus->n_rows; i++)
		corpus->rows[i].weight *= all / (n_present * sum[corpus->rows[i].target]);
}

/* Move the ids that stay to the n-th place and on, with their new numbers. Returns how many. */
static int
keep_ids(Corpus *corpus, Dictionary *kept, const uint32_t *id, int n_ids, uint32_t least, size_t *n)
{
	const Dictionary *words = &corpus->words;
	size_t			  before = *n;

	for (int i = 0; i < n_ids; i++)
	{
		int new_id;

		if (words->count[id[i]] < least)
			continue;
		new_id = dictionary_add(kept, words->key[id[i]], words->is_gram[id[i]]);
		kept->count[new_id]++;
		corpus->ids[(*n)++] = (uint32_t) new_id;
	}
	return (int) (*n - before);
}

/* Forget features that were seen less often than the given number of times. */
void
corpus_prune(Corpus *corpus, uint32_t least)
{
	Dictionary kept = { 0 };
	LinearRow  text = { 0 }; /* the last row's, as it was */
	size_t	   n = 0;

	for (int i = 0; i < corpus->n_rows; i++)
	{
		LinearRow *row = &corpus->rows[i];
		uint32_t  *id = corpus->ids + row->first;
		size_t	   first = n;
		int		   n_here = row->n;

		if (i > 0 && row->first == text.first && row->n == text.n && row->n_grams == text.n_grams)
		{
			row->first = row[-1].first;
			row->n = row[-1].n;
			row->n_grams = row[-1].n_grams;
			continue;
		}
		text = *row;
		row->n = keep_ids(corpus, &kept, id, row->n, least, &n);
		row->n_grams = keep_ids(corpus, &kept, id + n_here, row->n_grams, least, &n);
		row->first = first;
	}
	corpus->n_ids = n;
	dictionary_free(&corpus->words);
	corpus->words = kept;
}

void
corpus_free(Corpus *corpus)
{
	dictionary_free(&corpus->words);
	need_free(corpus->ids);
	need_free(corpus->rows);
}
