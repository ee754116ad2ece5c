/*-------------------------------------------------------------------------
 *
 * text_common.c
 *	  How common words and pairs of words are in English: the background
 *	  for keywords, as natural logarithms of their occurrences per million
 *	  words in the training texts.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "learn/text_fit.h"
#include "text/feature.h"
#include "text/number.h"

#define LEAST_COUNT 6

static const char *const common_names[] = { "common" };

/* What data_each() hands its rows to */
typedef struct Counting
{
	Dictionary *words;
	double		n_words;
} Counting;

static void
count(Dictionary *words, uint32_t key)
{
	int id = dictionary_add(words, key, false); /* may move the counts */

	words->count[id]++;
}

static void
count_row(void *arg, const char *label, const char *text, size_t len)
{
	Counting   *counting = arg;
	TextStream	stream;
	TextFeature feature;
	bool		follows = false; /* in the sentence, another token */

	(void) label;
	if (data_held_out(text, len))
		return;
	text_stream(&stream, text, len);
	while (text_next_feature(&stream, &feature))
	{
		if (feature.token.kind == TEXT_WORD && feature.token.hash != 0)
		{
			counting->n_words++;
			count(counting->words, feature.token.hash);
			if (follows)
				count(counting->words, feature.key[TEXT_KEY_PAIR]);
		}
		if (feature.token.flags & TEXT_STOPS)
			follows = false;
		else if (feature.token.hash != 0)
			follows = true;
	}
}

/* The corpus has no rows, just its dictionary. */
void
fit_common(FittedTask *task, Corpus *corpus)
{
	Dictionary all = { 0 };
	Counting   counting = { &all, 0 };
	double	  *weights;

	printf("common words\n");
	for (int i = 0; i < n_sentiment_sets; i++)
		if (!sentiment_sets[i].is_word_list)
			data_each(sentiment_sets[i].folder, "train", count_row, &counting);
	weights = need_zeroed(sizeof(double) * (size_t) all.n);
	for (int id = 0; id < all.n; id++)
		if (all.count[id] >= LEAST_COUNT)
		{
			int kept = dictionary_add(&corpus->words, all.key[id], false);

			corpus->words.count[kept] = all.count[id];
			weights[kept] = text_log(all.count[id] * 1e6 / counting.n_words);
		}
	printf("  %.0f words, %d of them and of pairs kept\n", counting.n_words, corpus->words.n);
	dictionary_free(&all);
	*task = (FittedTask){ 1,
						  common_names,
						  1u << TEXT_KEY_WORD | 1u << TEXT_KEY_PAIR,
						  13,
						  &corpus->words,
						  weights,
						  need_zeroed(sizeof(double)) };
}
