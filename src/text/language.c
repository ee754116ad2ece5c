/*-------------------------------------------------------------------------
 *
 * language.c
 *	  The language that a text is written in, by the grams of its words.
 *
 * With n known grams a language's logit is
 *	  bias + scale * (sum of their weights) / sqrt(n)
 * and its score is its share of the exponentials (softmax).  There is no answer
 * when the best score is under the language's threshold, or when too few of the
 * grams are known: then the text is short, mixed, or in a language or a script
 * that the model has not learned.
 *
 *-------------------------------------------------------------------------
 */
#include "text/language.h"

#include <math.h>
#include <string.h>

#include "text/feature.h"
#include "text/number.h"
#include "text/text.h"

#define LEAST_KNOWN 10 /* percent of the grams; of a script not learned next to none are */

typedef struct Evidence
{
	int32_t sum[TEXT_MAX_HEADS];
	int		n;	   /* grams */
	int		known; /* of these */
} Evidence;

static void
add_word(Evidence *evidence, const TextTask *task, const TextStream *stream, TextFeature *feature)
{
	uint32_t gram[TEXT_MAX_GRAMS];
	int		 n;

	feature->key[TEXT_KEY_NEGATED] = 0; /* "no" negates in more than one language */
	n = text_grams(stream, feature, gram);
	evidence->n += n;
	for (int i = 0; i < n; i++)
	{
		const int8_t *weight = text_weights(task, gram[i]);

		for (int h = 0; weight != NULL && h < task->n_heads; h++)
			evidence->sum[h] += weight[h];
		evidence->known += weight != NULL;
	}
}

/* The head with the best score, which goes to *score (1/TEXT_ONE). */
static int
best_head(const TextTask *task, const Evidence *evidence, int32_t *score)
{
	double root = sqrt((double) evidence->known);
	double logit[TEXT_MAX_HEADS];
	double all = 0;
	int	   best = 0;

	for (int h = 0; h < task->n_heads; h++)
	{
		TextHead head = text_head(task, h);

		logit[h] = head.bias / 65536.0 + evidence->sum[h] * (head.scale / 16777216.0) / root;
		if (logit[h] > logit[best])
			best = h;
	}
	for (int h = 0; h < task->n_heads; h++)
		all += text_exp(logit[h] - logit[best]);
	*score = (int32_t) (TEXT_ONE / all + 0.5);
	return best;
}

/* The head of a text's language, and its score in 1/TEXT_ONE; -1 where there is no answer. */
int
text_language(const TextModel *model, const char *said, size_t len, int32_t *score)
{
	const TextTask *task = &model->task[TEXT_LANGUAGE];
	Evidence		evidence = { { 0 }, 0, 0 };
	TextStream		stream;
	TextFeature		feature;
	int				best;

	if (task->n_heads == 0)
		return -1;
	text_stream(&stream, said, len < TEXT_LANGUAGE_READ ? len : TEXT_LANGUAGE_READ);
	while (text_next_feature(&stream, &feature))
		add_word(&evidence, task, &stream, &feature);
	if (evidence.known == 0 || evidence.known * 100 < evidence.n * LEAST_KNOWN)
		return -1;
	best = best_head(task, &evidence, score);
	return *score < text_head(task, best).threshold ? -1 : best;
}
