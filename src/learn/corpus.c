/*-------------------------------------------------------------------------
 *
 * corpus.c
 *	  Texts turned into rows of features, by the same code that reads texts
 *	  later.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/corpus.h"

#include <string.h>

#include "learn/memory.h"
#include "text/feature.h"

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

	free(dictionary->slot);
	dictionary->slot = need_zeroed(n * sizeof(uint32_t));
	dictionary->n_slots = n;
	dictionary->key = need(dictionary->key, n * sizeof(uint32_t));
	dictionary->count = need(dictionary->count, n * sizeof(uint32_t));
	for (int id = 0; id < dictionary->n; id++)
		dictionary->slot[place(dictionary, dictionary->key[id])] = (uint32_t) id + 1;
}

/* The key's id, new or not. */
int
dictionary_add(Dictionary *dictionary, uint32_t key)
{
	size_t at;

	if ((size_t) dictionary->n * 2 >= dictionary->n_slots)
		grow(dictionary);
	at = place(dictionary, key);
	if (dictionary->slot[at] == 0)
	{
		dictionary->key[dictionary->n] = key;
		dictionary->count[dictionary->n] = 0;
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

void
corpus_add(Corpus *corpus, const char *text, size_t len, uint32_t target, uint32_t judged,
		   double weight)
{
	TextStream	stream;
	TextFeature feature;
	LinearRow  *row;

	corpus->rows = room(corpus->rows, (size_t) corpus->n_rows, sizeof(LinearRow));
	row = &corpus->rows[corpus->n_rows++];
	*row = (LinearRow){ corpus->n_ids, 0, target, judged, weight };
	text_stream(&stream, text, len);
	while (text_next_feature(&stream, &feature))
		for (int k = 0; k < TEXT_KEYS; k++)
		{
			int id;

			if (feature.key[k] == 0 || !(corpus->kinds & 1u << k))
				continue;
			id = dictionary_add(&corpus->words, feature.key[k]);
			corpus->words.count[id]++;
			corpus->ids = room(corpus->ids, corpus->n_ids, sizeof(uint32_t));
			corpus->ids[corpus->n_ids++] = (uint32_t) id;
			row->n++;
		}
}

/* Let every class of the rows from the given one on (one set) weigh the same. */
void
corpus_balance(Corpus *corpus, int from_row, int n_outputs)
{
	int count[LINEAR_MAX_OUTPUTS] = { 0 };
	int n_present = 0;

	for (int i = from_row; i < corpus->n_rows; i++)
		for (int o = 0; o < n_outputs; o++)
			count[o] += corpus->rows[i].target >> o & 1;
	for (int o = 0; o < n_outputs; o++)
		n_present += count[o] > 0;
	for (int i = from_row; i < corpus->n_rows; i++)
		for (int o = 0; o < n_outputs; o++)
			if (corpus->rows[i].target >> o & 1)
				corpus->rows[i].weight *=
					(double) (corpus->n_rows - from_row) / ((double) n_present * count[o]);
}

/* Forget features that were seen less often than the given number of times. */
void
corpus_prune(Corpus *corpus, uint32_t least)
{
	Dictionary kept = { 0 };
	size_t	   n = 0;

	for (int i = 0; i < corpus->n_rows; i++)
	{
		LinearRow *row = &corpus->rows[i];
		size_t	   first = n;

		for (size_t j = row->first; j < row->first + (size_t) row->n; j++)
		{
			uint32_t id = corpus->ids[j];
			int		 new_id;

			if (corpus->words.count[id] < least)
				continue;
			new_id = dictionary_add(&kept, corpus->words.key[id]);
			kept.count[new_id]++;
			corpus->ids[n++] = (uint32_t) new_id;
		}
		row->first = first;
		row->n = (int) (n - first);
	}
	corpus->n_ids = n;
	free(corpus->words.slot);
	free(corpus->words.key);
	free(corpus->words.count);
	corpus->words = kept;
}
