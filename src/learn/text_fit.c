/*-------------------------------------------------------------------------
 *
 * text_fit.c
 *	  Fit sentiment, emotions and intents: which rows, which columns, how
 *	  long. data/MODEL.md has what each choice gave.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_fit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "text/feature.h"

#define PHRASES		   "data/phrases.tsv"
#define NEGATED_WEIGHT 0.4
#define LEAST_SHARE	   0.03 /* of a class, to be learned */
#define LEAST_COUNT	   2	/* of a feature, to be learned */
#define N_FITS		   3	/* averaged */

#define WORD_KINDS (1u << TEXT_KEY_WORD | 1u << TEXT_KEY_NEGATED)
#define PAIR_KINDS (WORD_KINDS | 1u << TEXT_KEY_PAIR)

static const char *const sentiment_names[] = { "negative", "positive" };

/* What data_each() hands its rows to */
typedef struct Loading
{
	Corpus			   *corpus;
	const SentimentSet *sentiment;
	const IntentSet	   *intent;
	uint32_t (*emotions)(const char *labels);
} Loading;

/*
 * A row of the word list. Few texts negate a rare word, so each is also
 * learned negated, with less weight: "not bad" leans to the other side.
 */
static void
word_row(void *arg, const char *label, const char *text, size_t len)
{
	Loading *loading = arg;
	int class = loading->sentiment->label(label);
	char negated[256];
	int	 n = snprintf(negated, sizeof(negated), "not %s", text);

	corpus_add(loading->corpus, text, len, class, 0, loading->sentiment->weight);
	if (n < (int) sizeof(negated))
		corpus_add(loading->corpus, negated, (size_t) n, 2 - class, 0,
				   NEGATED_WEIGHT * loading->sentiment->weight);
}

static void
sentiment_row(void *arg, const char *label, const char *text, size_t len)
{
	Loading *loading = arg;
	int class = loading->sentiment->label(label);

	if (class >= 0 && !data_held_out(text, len))
		corpus_add(loading->corpus, text, len, class, 0, loading->sentiment->weight);
}

/* A text with a mean valence: a row for each class that a fair share of people would choose */
static void
valence_row(void *arg, const char *label, const char *text, size_t len)
{
	Loading *loading = arg;
	double	 weight = loading->sentiment->weight;
	int		 best = loading->sentiment->label(label);
	double	 share[3];

	if (data_held_out(text, len))
		return;
	valence_shares(atof(label), share);
	corpus_add(loading->corpus, text, len, (uint32_t) best, 0, share[best] * weight);
	for (int class = 0; class < 3; class ++)
		if (class != best && share[class] >= LEAST_SHARE)
			corpus_add_again(loading->corpus, (uint32_t) class, share[class] * weight);
}

/* Turns of speech that mean the opposite of their words, or that the sets hardly have. */
static void
add_phrases(Corpus *corpus)
{
	static const SentimentSet phrases = { PHRASES, 25.0, plain_sentiment };
	Loading					  loading = { corpus, &phrases };
	int						  first = corpus->n_rows;

	data_file(PHRASES, sentiment_row, &loading);
	corpus_balance(corpus, first, 3);
}

static void
emotion_row(void *arg, const char *label, const char *text, size_t len)
{
	Loading *loading = arg;

	if (!data_held_out(text, len))
		corpus_add(loading->corpus, text, len, loading->emotions(label), ~0u, 1);
}

static void
intent_row(void *arg, const char *label, const char *text, size_t len)
{
	Loading *loading = arg;
	uint32_t bits;
	uint32_t judged;

	if (intent_bits(loading->intent, label, &bits, &judged) && !data_held_out(text, len))
		corpus_add(loading->corpus, text, len, bits, judged, loading->intent->weight);
}

/* Fit a task's corpus N_FITS times from different shuffles and average. */
static void
fit(const Corpus *corpus, const float *columns, int n_outputs, LinearOptions options,
	double **weights, double **bias)
{
	LinearData data = { corpus->ids,
						corpus->rows,
						corpus->n_rows,
						corpus->words.n,
						n_outputs,
						LEXICON_COLUMNS,
						columns,
						corpus->words.is_gram,
						1 };

	printf("  %d rows, %d features\n", corpus->n_rows, corpus->words.n);
	*weights = need_zeroed(sizeof(double) * (size_t) corpus->words.n * n_outputs);
	*bias = need_zeroed(sizeof(double) * n_outputs);
	for (int i = 1; i <= N_FITS; i++)
	{
		options.seed = (uint64_t) i;
		linear_fit(&data, &options, N_FITS, *weights, *bias);
	}
}

/* From three classes to two logits against neutral, in place. */
static void
against_neutral(double *weights, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		double negative = weights[3 * i] - weights[3 * i + 1];
		double positive = weights[3 * i + 2] - weights[3 * i + 1];

		weights[2 * i] = negative;
		weights[2 * i + 1] = positive;
	}
}

void
fit_sentiment(FittedTask *task, Corpus *corpus, const Lexicon *lexicon)
{
	Loading		  loading = { corpus };
	LinearOptions options = { true, 14, 0.12, 0.2, 0 };
	double		 *weights;
	double		 *bias;
	float		 *columns;

	printf("sentiment\n");
	corpus->kinds = PAIR_KINDS;
	for (int i = 0; i < n_sentiment_sets; i++)
	{
		int first = corpus->n_rows;

		loading.sentiment = &sentiment_sets[i];
		data_each(sentiment_sets[i].folder, "train",
				  sentiment_sets[i].is_word_list  ? word_row
				  : sentiment_sets[i].has_valence ? valence_row
												  : sentiment_row,
				  &loading);
		corpus_balance(corpus, first, 3);
	}
	add_phrases(corpus);
	lexicon_spare(lexicon, &corpus->words, LEXICON_ALL, LEAST_COUNT);
	corpus_prune(corpus, LEAST_COUNT);
	columns = lexicon_columns(lexicon, &corpus->words, LEXICON_ALL);
	fit(corpus, columns, 3, options, &weights, &bias);
	against_neutral(weights, (size_t) corpus->words.n);
	against_neutral(bias, 1);
	need_free(columns);
	*task = (FittedTask){ 2, sentiment_names, PAIR_KINDS, 15, &corpus->words, weights, bias };
}

/* Emotions of GoEmotions' texts, by the labels of the given set */
static void
fit_emotion_labels(FittedTask *task, Corpus *corpus, const Lexicon *lexicon, const char *set,
				   const char *const *names, int n_names, int epochs, unsigned buckets_log2)
{
	Loading		  loading = { corpus };
	LinearOptions options = { false, epochs, 0.3, 0, 0 };
	double		 *weights;
	double		 *bias;
	float		 *columns;

	loading.emotions = n_names == n_emotions ? emotion_bits : basic_bits;
	corpus->kinds = WORD_KINDS;
	data_each(set, "train", emotion_row, &loading);
	lexicon_spare(lexicon, &corpus->words, LEXICON_RATED, LEAST_COUNT);
	corpus_prune(corpus, LEAST_COUNT);
	columns = lexicon_columns(lexicon, &corpus->words, LEXICON_RATED);
	fit(corpus, columns, n_names, options, &weights, &bias);
	need_free(columns);
	*task = (FittedTask){ n_names, names, WORD_KINDS, buckets_log2, &corpus->words, weights, bias };
}

void
fit_emotions(FittedTask *task, Corpus *corpus, const Lexicon *lexicon)
{
	printf("emotions\n");
	fit_emotion_labels(task, corpus, lexicon, "goemotions", emotion_names, n_emotions, 10, 12);
}

/* Heads of their own: the six as read from the others' scores are .02 of F1 worse. */
void
fit_basic(FittedTask *task, Corpus *corpus, const Lexicon *lexicon)
{
	printf("basic emotions\n");
	fit_emotion_labels(task, corpus, lexicon, "goemotions_ekman", basic_names, n_basic, 12, 12);
}

void
fit_intents(FittedTask *task, Corpus *corpus, const Lexicon *lexicon)
{
	Loading		  loading = { corpus };
	LinearOptions options = { false, 8, 0.3, 0.2, 0 };
	double		 *weights;
	double		 *bias;
	float		 *columns;

	printf("intents\n");
	corpus->kinds = PAIR_KINDS;
	for (int i = 0; i < n_intent_sets; i++)
	{
		loading.intent = &intent_sets[i];
		data_each(intent_sets[i].folder, "train", intent_row, &loading);
	}
	corpus_prune(corpus, 5);
	columns = lexicon_columns(lexicon, &corpus->words, LEXICON_RATED);
	fit(corpus, columns, n_intents, options, &weights, &bias);
	need_free(columns);
	*task = (FittedTask){ n_intents, intent_names, PAIR_KINDS, 13, &corpus->words, weights, bias };
}
