/*-------------------------------------------------------------------------
 *
 * text_train.c
 *	  Build the text model that ships, from training sets in a folder; or
 *	  print how good a model is.
 *
 *	  text_train build <folder> <model file>
 *	  text_train report <folder> <model file>
 *	  text_train accuracy <folder> <model file>
 *
 * The same folder gives the same bytes on every machine.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/corpus.h"
#include "learn/lexicon.h"
#include "learn/memory.h"
#include "learn/text_accuracy.h"
#include "learn/text_data.h"
#include "learn/text_language.h"
#include "learn/text_report.h"
#include "learn/text_write.h"
#include "text/feature.h"

#define MODEL_NAME	   "general-2"
#define PHRASES		   "data/phrases.tsv"
#define MIN_KNOWN	   75 /* percent of the words: 98 % of English rows pass, 6 % of German ones */
#define NEGATED_WEIGHT 0.4
#define N_FITS		   3 /* averaged */

#define WORD_KINDS (1u << TEXT_KEY_WORD | 1u << TEXT_KEY_NEGATED)
#define PAIR_KINDS (WORD_KINDS | 1u << TEXT_KEY_PAIR)

static const char *const sentiment_names[] = { "negative", "positive" };

/* What data_each() hands its rows to */
typedef struct Loading
{
	Corpus			   *corpus;
	const SentimentSet *sentiment;
	const IntentSet	   *intent;
} Loading;

static bool
is_word_list(int set)
{
	return strcmp(sentiment_sets[set].folder, "lexicon") == 0;
}

/* No text of a development or evaluation part is learned from. */
static void
hold_out(void)
{
	for (int i = 0; i < n_sentiment_sets; i++)
		if (!is_word_list(i))
			data_hold_out(sentiment_sets[i].folder, "dev");
	for (int i = 0; i < n_intent_sets; i++)
		data_hold_out(intent_sets[i].folder, "dev");
	data_hold_out("sst2", "dev");
	data_hold_out("sst2", "test");
	data_hold_out("mpqa", "dev");
	data_hold_out("mpqa", "test");
	data_hold_out("alexa", "test");
}

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

/* Turns of speech that mean the opposite of their words, or that the sets hardly have. */
static void
add_phrases(Corpus *corpus)
{
	static const SentimentSet phrases = { PHRASES, 5.0, plain_sentiment };
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
		corpus_add(loading->corpus, text, len, emotion_bits(label), ~0u, 1);
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

static void
fit_sentiment(FittedTask *task, Corpus *corpus)
{
	Loading		  loading = { corpus };
	LinearOptions options = { true, 4, 0.25, 0.2, 0 };
	double		 *weights;
	double		 *bias;
	float		 *columns;

	printf("sentiment\n");
	corpus->kinds = WORD_KINDS;
	for (int i = 0; i < n_sentiment_sets; i++)
	{
		int first = corpus->n_rows;

		loading.sentiment = &sentiment_sets[i];
		data_each(sentiment_sets[i].folder, "train", is_word_list(i) ? word_row : sentiment_row,
				  &loading);
		corpus_balance(corpus, first, 3);
	}
	add_phrases(corpus);
	corpus_prune(corpus, 2);
	columns = lexicon_columns(&corpus->words, LEXICON_ALL);
	fit(corpus, columns, 3, options, &weights, &bias);
	against_neutral(weights, (size_t) corpus->words.n);
	against_neutral(bias, 1);
	need_free(columns);
	*task = (FittedTask){ 2, sentiment_names, WORD_KINDS, 13, &corpus->words, weights, bias };
}

static void
fit_emotions(FittedTask *task, Corpus *corpus)
{
	Loading		  loading = { corpus };
	LinearOptions options = { false, 5, 0.2, 0, 0 };
	double		 *weights;
	double		 *bias;
	float		 *columns;

	printf("emotions\n");
	corpus->kinds = WORD_KINDS;
	data_each("goemotions", "train", emotion_row, &loading);
	corpus_prune(corpus, 2);
	columns = lexicon_columns(&corpus->words, LEXICON_RATED);
	fit(corpus, columns, n_emotions, options, &weights, &bias);
	need_free(columns);
	*task =
		(FittedTask){ n_emotions, emotion_names, WORD_KINDS, 12, &corpus->words, weights, bias };
}

static void
fit_intents(FittedTask *task, Corpus *corpus)
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
	columns = lexicon_columns(&corpus->words, LEXICON_RATED);
	fit(corpus, columns, n_intents, options, &weights, &bias);
	need_free(columns);
	*task = (FittedTask){ n_intents, intent_names, PAIR_KINDS, 13, &corpus->words, weights, bias };
}

static void
view(TextModel *model, const uint8_t *bytes, size_t size)
{
	const char *why;

	if (!text_model_view(model, bytes, size, &why))
	{
		fprintf(stderr, "could not use the model: %s\n", why);
		exit(1);
	}
}

static void
set_thresholds(uint8_t *bytes, size_t size)
{
	TextModel model;
	int32_t	  threshold[TEXT_MAX_HEADS];

	view(&model, bytes, size);
	for (int kind = TEXT_EMOTION; kind <= TEXT_INTENT; kind++)
	{
		report_thresholds(&model, kind, threshold);
		for (int h = 0; h < model.task[kind].n_heads; h++)
			text_model_set_threshold(bytes, size, kind, h, threshold[h]);
	}
}

static void
build(const char *path)
{
	FittedModel fitted = { MODEL_NAME, MIN_KNOWN, 10000, { -1000, 1000 } };
	FittedTask *task = fitted.task;
	Corpus		corpus[TEXT_TASKS] = { 0 };
	size_t		size;
	uint8_t	   *bytes;
	FILE	   *file;

	hold_out();
	fit_sentiment(&task[TEXT_SENTIMENT], &corpus[TEXT_SENTIMENT]);
	fit_emotions(&task[TEXT_EMOTION], &corpus[TEXT_EMOTION]);
	fit_intents(&task[TEXT_INTENT], &corpus[TEXT_INTENT]);
	fit_language(&task[TEXT_LANGUAGE], &corpus[TEXT_LANGUAGE]);
	printf("writing\n");
	bytes = text_model_bytes(&fitted, &size);
	for (int t = 0; t < TEXT_TASKS; t++)
		if (task[t].n_heads > 0)
			printf("  %d features in %d slots, %d found no place\n", task[t].words->n,
				   TEXT_SLOTS << task[t].buckets_log2, task[t].n_lost);
	set_thresholds(bytes, size);
	language_thresholds(bytes, size);
	file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
	{
		fprintf(stderr, "could not write \"%s\"\n", path);
		exit(1);
	}
	printf("  %zu bytes\n", size);
}

static void
report(const char *path, void (*print)(const TextModel *model))
{
	static uint8_t bytes[16 << 20];
	TextModel	   model;
	FILE		  *file = fopen(path, "rb");
	size_t		   size;

	if (file == NULL)
	{
		fprintf(stderr, "could not open \"%s\"\n", path);
		exit(1);
	}
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	view(&model, bytes, size);
	print(&model);
}

int
main(int argc, char **argv)
{
	const char *what = argc == 4 ? argv[1] : "";

	data_open(argc == 4 ? argv[2] : "");
	if (strcmp(what, "build") == 0)
		build(argv[3]);
	else if (strcmp(what, "report") == 0)
		report(argv[3], report_print);
	else if (strcmp(what, "accuracy") == 0)
		report(argv[3], accuracy_print);
	else
	{
		fprintf(stderr, "usage: text_train build|report|accuracy <data folder> <model file>\n");
		return 2;
	}
	return 0;
}
