/*-------------------------------------------------------------------------
 *
 * tiny_model.h
 *	  A text model of a few kilobytes that knows every kind of key, for tests
 *	  that change its bytes. Its weights mean nothing. It defines functions:
 *	  include it in one file a program.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TINY_MODEL_H
#define TINY_MODEL_H

#include <string.h>

#include "learn/corpus.h"
#include "learn/memory.h"
#include "learn/text_write.h"
#include "text/feature.h"

static const char *const tiny_names[] = { "negative", "positive", "joy", "anger", "neutral",
										  "ask",	  "cancel",	  "en",	 "de" };

static void
tiny_task(FittedTask *task, Corpus *corpus, int first_name, int n_heads, unsigned kinds)
{
	static const char said[] = "I love the good shop. I do not like it, but it is not a bad one! "
							   "Why was it so late? Please cancel my order :( thank you";
	double			 *weights;
	double			 *bias = need_zeroed(sizeof(double) * (size_t) n_heads);

	corpus->kinds = kinds;
	corpus_add(corpus, said, sizeof(said) - 1, 0, 0, 1);
	weights = need(NULL, sizeof(double) * (size_t) (corpus->words.n * n_heads));
	for (int i = 0; i < corpus->words.n * n_heads; i++)
		weights[i] = (i * 37 % 101 - 50) / 10.0;
	*task =
		(FittedTask){ n_heads, tiny_names + first_name, kinds, 4, &corpus->words, weights, bias };
}

/* The model's file; the same one in every call. */
static const uint8_t *
tiny_model(size_t *size)
{
	static uint8_t *bytes;
	static size_t	bytes_size;
	Corpus			corpus[4] = { 0 };
	unsigned		words = 1u << TEXT_KEY_WORD | 1u << TEXT_KEY_NEGATED;
	FittedModel		fitted = { "tiny-1", 30 };

	if (bytes == NULL)
	{
		tiny_task(&fitted.task[TEXT_SENTIMENT], &corpus[0], 0, 2, words | 1u << TEXT_KEY_GRAM);
		tiny_task(&fitted.task[TEXT_EMOTION], &corpus[1], 2, 3, words);
		tiny_task(&fitted.task[TEXT_INTENT], &corpus[2], 5, 2, words | 1u << TEXT_KEY_PAIR);
		tiny_task(&fitted.task[TEXT_LANGUAGE], &corpus[3], 7, 2, 1u << TEXT_KEY_GRAM);
		bytes = text_model_bytes(&fitted, &bytes_size);
		for (int t = 0; t < TEXT_TASKS; t++)
		{
			need_free((void *) fitted.task[t].weights);
			need_free((void *) fitted.task[t].bias);
		}
		for (int i = 0; i < 4; i++)
			corpus_free(&corpus[i]);
	}
	*size = bytes_size;
	return bytes;
}

/* Make the checksum right again after a change. */
static inline void
tiny_model_seal(uint8_t *bytes, size_t size)
{
	uint64_t sum = text_model_checksum(bytes + TEXT_MODEL_SUMMED, size - TEXT_MODEL_SUMMED);

	for (int i = 0; i < 8; i++)
		bytes[16 + i] = (uint8_t) (sum >> 8 * i);
}

#endif /* TINY_MODEL_H */
