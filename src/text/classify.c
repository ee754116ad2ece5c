/*-------------------------------------------------------------------------
 *
 * classify.c
 *	  Which of a user's own classes a text belongs to, by a model of the kind
 *	  TEXT_CLASS. text.h has the formulas.
 *
 * Unlike the other tasks, a class is a matter of the whole text, not of one of
 * its sentences.
 *
 *-------------------------------------------------------------------------
 */
#include "text/text.h"

#include <math.h>
#include <string.h>

#include "text/feature.h"
#include "text/logit.h"
#include "text/number.h"

#define NEGLIGIBLE (-16 * 65536) /* of a logit under the best: e^-16 */

/* What a classifier finds in a text */
typedef struct Found
{
	int32_t sum[TEXT_MAX_CLASSES];
	int		n;		 /* known features */
	int		n_grams; /* known grams */
	int		words;
	int		known; /* of these */
} Found;

/* sum += w. Blocks of a fixed size are what compilers turn into vector code. */
static inline void
add_weights(int32_t *restrict sum, const int8_t *restrict w, int n)
{
	int i = 0;

	for (; i + 16 <= n; i += 16)
		for (int j = 0; j < 16; j++)
			sum[i + j] += w[i + j];
	for (; i < n; i++)
		sum[i] += w[i];
}

static int
add_key(const TextTask *task, uint32_t key, Found *found)
{
	const int8_t *w = text_weights(task, key);

	if (w == NULL)
		return 0;
	add_weights(found->sum, w, task->n_heads);
	return 1;
}

static void
add_token(const TextTask *task, const TextStream *stream, const TextFeature *feature, Found *found)
{
	int before = found->n;

	for (int k = 0; k < TEXT_KEY_PAIR; k++)
		if (feature->key[k] != 0)
			found->n += add_key(task, feature->key[k], found);
	if (feature->token.kind != TEXT_MARK)
	{
		found->known += found->n - before;
		found->words += feature->token.kind == TEXT_WORD ? 1 : found->n - before;
	}
	if (feature->key[TEXT_KEY_PAIR] != 0)
		found->n += add_key(task, feature->key[TEXT_KEY_PAIR], found);
	if (task->kinds & 1u << TEXT_KEY_GRAM)
	{
		uint32_t gram[TEXT_MAX_GRAMS];
		int		 n = text_grams(stream, feature, gram);

		for (int i = 0; i < n; i++)
			found->n_grams += add_key(task, gram[i], found);
	}
}

/* False: it knows nothing in the text. */
static bool
find(const TextTask *task, const char *said, size_t len, Found *found)
{
	TextStream	stream;
	TextFeature feature;

	memset(found->sum, 0, sizeof(int32_t) * (size_t) task->n_heads);
	found->n = found->n_grams = found->words = found->known = 0;
	text_stream(&stream, said, text_class_bytes(len));
	while (text_next_feature(&stream, &feature))
		add_token(task, &stream, &feature, found);
	return found->n + found->n_grams > 0;
}

static double
root_of(const Found *found)
{
	return sqrt((double) (found->n > 0 ? found->n : 1));
}

/* The logit of every class, 2^-16, and the share of known words. False: nothing is known. */
bool
text_class_logits(const TextTask *task, const char *said, size_t len,
				  int32_t logit[TEXT_MAX_CLASSES], double *share)
{
	Found found;

	if (!find(task, said, len, &found))
		return false;
	for (int i = 0; i < task->n_heads; i++)
		logit[i] = logit_of(text_head(task, i), found.sum[i], root_of(&found));
	*share = (found.known + 1.0) / (found.words + 1.0);
	*share = *share > 1 ? 1 : *share;
	return true;
}

/*
 * The score of every class, in 1/TEXT_ONE: its probability among the classes
 * times the share of known words.  Returns the best, or -1: nothing is known.
 */
int
text_class_scores(const TextTask *task, const char *said, size_t len,
				  int32_t score[TEXT_MAX_CLASSES])
{
	int32_t logit[TEXT_MAX_CLASSES];
	double	weight[TEXT_MAX_CLASSES];
	double	share;
	double	sum = 0;
	int		best = -1;

	if (!text_class_logits(task, said, len, logit, &share))
		return -1;
	for (int i = 0; i < task->n_heads; i++)
		best = best < 0 || logit[i] > logit[best] ? i : best;
	for (int i = 0; i < task->n_heads; i++)
	{
		int32_t under = logit[i] - logit[best];

		weight[i] = under < NEGLIGIBLE ? 0 : text_exp(under / 65536.0);
		sum += weight[i];
	}
	for (int i = 0; i < task->n_heads; i++)
		score[i] = nearest(TEXT_ONE * share * weight[i] / sum);
	return best;
}

/* The class of a text, or -1: unknown. */
int
text_class(const TextTask *task, const char *said, size_t len)
{
	int32_t score[TEXT_MAX_CLASSES];
	int		best = text_class_scores(task, said, len, score);

	if (best < 0 || score[best] < text_head(task, best).threshold ||
		strcmp(text_head(task, best).name, TEXT_UNKNOWN) == 0)
		return -1;
	return best;
}

/* What a token gives to a class's logit. False: none of its keys is known. */
static bool
token_part(const TextTask *task, int head, double root, const TextStream *stream,
		   const TextFeature *feature, int32_t *contribution)
{
	uint32_t key[TEXT_KEY_GRAM + TEXT_MAX_GRAMS];
	int		 n = TEXT_KEY_GRAM;
	double	 sum = 0;
	bool	 found = false;

	memcpy(key, feature->key, sizeof(feature->key));
	if (task->kinds & 1u << TEXT_KEY_GRAM)
		n += text_grams(stream, feature, key + n);
	for (int i = 0; i < n; i++)
	{
		const int8_t *w = key[i] != 0 ? text_weights(task, key[i]) : NULL;

		sum += w != NULL ? w[head] : 0;
		found = found || w != NULL;
	}
	*contribution = scaled(text_head(task, head), sum, root);
	return found;
}

/*
 * Hand out what each token gives to a class's logit, in 2^-16, and at last the
 * bias, which takes the rounding: the parts sum to the logit exactly.  False:
 * nothing is known.
 */
bool
text_class_explain(const TextTask *task, int head, const char *said, size_t len, TextPart part,
				   void *arg)
{
	Found		found;
	TextStream	stream;
	TextFeature feature;
	size_t		pos = 1;
	size_t		counted = 0;
	int32_t		contribution;
	int32_t		rest;

	if (!find(task, said, len, &found))
		return false;
	rest = logit_of(text_head(task, head), found.sum[head], root_of(&found));
	text_stream(&stream, said, text_class_bytes(len));
	while (text_next_feature(&stream, &feature))
	{
		const TextToken *token = &feature.token;

		if (!token_part(task, head, root_of(&found), &stream, &feature, &contribution))
			continue;
		pos += count_chars(said, counted, token->at);
		counted = token->at;
		rest -= contribution;
		part(arg, pos, said + token->at, token->len, contribution);
	}
	part(arg, 0, NULL, 0, rest);
	return true;
}
