/*-------------------------------------------------------------------------
 *
 * emotion_odds.c
 *	  Log-odds of emotion labels given a word, against those of all texts,
 *	  smoothed towards 0.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/emotion_odds.h"

#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "text/feature.h"
#include "text/number.h"

#define SMOOTHING 8.0 /* texts */
#define LOWEST	  (-2.0)
#define HIGHEST	  2.5

typedef struct Counting
{
	const Dictionary *words;
	uint32_t (*bits)(const char *labels);
	int		  first; /* column of the set's first label */
	int		  n;	 /* labels */
	int		  n_rows;
	uint32_t *texts;	/* by word */
	uint32_t *labelled; /* by word and label */
	uint32_t  total[EMOTION_ODDS];
	int		 *last; /* row that the word was last seen in */
} Counting;

static void
count_row(void *arg, const char *label, const char *text, size_t len)
{
	Counting   *counting = arg;
	uint32_t	bits = counting->bits(label);
	TextStream	stream;
	TextFeature feature;

	if (data_held_out(text, len))
		return;
	counting->n_rows++;
	for (int l = 0; l < counting->n; l++)
		counting->total[l] += bits >> l & 1;
	text_stream(&stream, text, len);
	while (text_next_feature(&stream, &feature))
	{
		uint32_t key = feature.key[TEXT_KEY_WORD];
		int		 id = key ? dictionary_find(counting->words, key) : -1;

		if (id < 0 || counting->last[id] == counting->n_rows)
			continue;
		counting->last[id] = counting->n_rows;
		counting->texts[id]++;
		for (int l = 0; l < counting->n; l++)
			counting->labelled[(size_t) id * counting->n + l] += bits >> l & 1;
	}
}

static double
log_odds(double share)
{
	return text_log(share / (1 - share));
}

static void
add_set(const Dictionary *words, const char *set, uint32_t (*bits)(const char *), int first, int n,
		float *odds)
{
	Counting counting = { words, bits, first, n };

	counting.texts = need_zeroed(sizeof(uint32_t) * words->n);
	counting.last = need_zeroed(sizeof(int) * words->n);
	counting.labelled = need_zeroed(sizeof(uint32_t) * words->n * n);
	data_each(set, "train", count_row, &counting);
	for (int id = 0; id < words->n; id++)
		for (int l = 0; l < n && counting.texts[id] > 0; l++)
		{
			double usual = (double) counting.total[l] / counting.n_rows;
			double share = (counting.labelled[(size_t) id * n + l] + SMOOTHING * usual) /
						   (counting.texts[id] + SMOOTHING);
			double x = log_odds(share) - log_odds(usual);

			odds[(size_t) id * EMOTION_ODDS + first + l] = (float) (x < LOWEST	  ? LOWEST
																	: x > HIGHEST ? HIGHEST
																				  : x);
		}
	need_free(counting.texts);
	need_free(counting.last);
	need_free(counting.labelled);
}

float *
emotion_odds(const Dictionary *words)
{
	float *odds = need_zeroed(sizeof(float) * EMOTION_ODDS * (size_t) words->n);

	add_set(words, "goemotions", emotion_bits, 0, GO_ODDS, odds);
	add_set(words, "xed_en", xed_bits, GO_ODDS, XED_ODDS, odds);
	return odds;
}
