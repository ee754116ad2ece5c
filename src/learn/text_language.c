/*-------------------------------------------------------------------------
 *
 * text_language.c
 *	  Learn which language a text is in, from the XED sets: subtitles in 13
 *	  languages.
 *
 * Features are grams alone. Of all that occur, those are kept that tell most,
 * by how often they come (every language weighing the same) times the variance
 * of their weights; then the kept ones are fitted again. Kept by frequency
 * alone, a text of 10 to 19 bytes is right in .916 instead of .942 of the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_language.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "text/feature.h"
#include "text/language.h"

#define N_LANGUAGES	 13
#define BUCKETS_LOG2 11	   /* 16,384 slots, 240 kB */
#define KEPT		 14000 /* fuller buckets lose more */
#define THRESHOLD	 8000  /* on dev .005 of the rows get a wrong answer, .06 none */

static const char *const languages[N_LANGUAGES] = { "cs", "de", "en", "es", "fi", "fr", "it",
													"nl", "pl", "pt", "ru", "sv", "tr" };

/* The set of a language */
static const char *
set_of(int language)
{
	static char name[16];

	snprintf(name, sizeof(name), "xed_%s", languages[language]);
	return name;
}

typedef struct Loading
{
	Corpus *corpus;
	int		language;
} Loading;

static void
language_row(void *arg, const char *label, const char *text, size_t len)
{
	Loading *loading = arg;

	(void) label;
	if (!data_held_out(text, len))
		corpus_add(loading->corpus, text, len, (uint32_t) loading->language, 0, 1);
}

static void
load(Corpus *corpus)
{
	Loading loading = { corpus, 0 };

	for (int i = 0; i < N_LANGUAGES; i++)
		data_hold_out(set_of(i), "dev");
	for (; loading.language < N_LANGUAGES; loading.language++)
		data_each(set_of(loading.language), "train", language_row, &loading);
	corpus_balance(corpus, 0, N_LANGUAGES);
	corpus_prune(corpus, 2);
}

static void
fit(const Corpus *corpus, int n_fits, double *weights, double *bias)
{
	LinearData	  data = { corpus->ids,
						   corpus->rows,
						   corpus->n_rows,
						   corpus->words.n,
						   N_LANGUAGES,
						   0,
						   NULL,
						   corpus->words.is_gram,
						   1 };
	LinearOptions options = { true, 6, 0.5, 0, 0, NULL, NULL };

	printf("  %d rows, %d features\n", corpus->n_rows, corpus->words.n);
	for (int i = 1; i <= n_fits; i++)
	{
		options.seed = (uint64_t) i;
		linear_fit(&data, &options, n_fits, weights, bias);
	}
}

/* What a feature tells of a row that has it: the variance of its weights. */
static double
tells(const double *weights)
{
	double sum = 0;
	double squares = 0;

	for (int i = 0; i < N_LANGUAGES; i++)
	{
		sum += weights[i];
		squares += weights[i] * weights[i];
	}
	return squares / N_LANGUAGES - (sum / N_LANGUAGES) * (sum / N_LANGUAGES);
}

static int
greatest_first(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x < y) - (x > y);
}

/* Forget all features but KEPT of them. */
static void
keep_telling(Corpus *corpus, const double *weights)
{
	size_t	n = (size_t) corpus->words.n;
	double *worth = need_zeroed(n * sizeof(double));
	double *sorted = need(NULL, n * sizeof(double));
	double	least;

	for (int i = 0; i < corpus->n_rows; i++)
		for (int j = 0; j < corpus->rows[i].n; j++)
			worth[corpus->ids[corpus->rows[i].first + (size_t) j]] += corpus->rows[i].weight;
	for (size_t id = 0; id < n; id++)
		sorted[id] = worth[id] *= tells(weights + id * N_LANGUAGES);
	qsort(sorted, n, sizeof(double), greatest_first);
	least = n > KEPT ? sorted[KEPT - 1] : 0;
	for (size_t id = 0; id < n; id++)
		if (worth[id] < least)
			corpus->words.count[id] = 0;
	corpus_prune(corpus, 1);
	need_free(worth);
	need_free(sorted);
}

void
fit_language(FittedTask *task, Corpus *corpus)
{
	double *weights;
	double *bias = need_zeroed(sizeof(double) * N_LANGUAGES);

	printf("language\n");
	corpus->kinds = 1u << TEXT_KEY_GRAM;
	load(corpus);
	weights = need_zeroed(sizeof(double) * (size_t) corpus->words.n * N_LANGUAGES);
	fit(corpus, 1, weights, bias);
	keep_telling(corpus, weights);
	memset(weights, 0, sizeof(double) * (size_t) corpus->words.n * N_LANGUAGES);
	memset(bias, 0, sizeof(double) * N_LANGUAGES);
	fit(corpus, 3, weights, bias);
	*task = (FittedTask){ N_LANGUAGES,	  languages, corpus->kinds, BUCKETS_LOG2,
						  &corpus->words, weights,	 bias };
}

void
language_thresholds(uint8_t *file, size_t size)
{
	for (int i = 0; i < N_LANGUAGES; i++)
		text_model_set_threshold(file, size, TEXT_LANGUAGE, i, THRESHOLD);
}

/* ---- how good it is ---- */

typedef struct Tally
{
	int n;
	int right;
	int wrong;
} Tally;

static const int lengths[] = { 0, 10, 20, 40, 80 }; /* bytes */
#define N_LENGTHS ((int) (sizeof(lengths) / sizeof(lengths[0])))

typedef struct Reading
{
	const TextModel *model;
	const char		*language;
	Tally			 all;
	Tally			*by_length;
} Reading;

static void
add_answer(Tally *tally, bool answered, bool right)
{
	tally->n++;
	tally->right += answered && right;
	tally->wrong += answered && !right;
}

static void
read_row(void *arg, const char *label, const char *text, size_t len)
{
	Reading *reading = arg;
	int32_t	 score;
	int		 head = text_language(reading->model, text, len, &score);
	bool	 right = false;
	int		 i = N_LENGTHS - 1;

	(void) label;
	if (head >= 0)
		right = strcmp(text_head(&reading->model->task[TEXT_LANGUAGE], head).name,
					   reading->language) == 0;
	while ((int) len < lengths[i])
		i--;
	add_answer(&reading->all, head >= 0, right);
	if (reading->by_length)
		add_answer(&reading->by_length[i], head >= 0, right);
}

static void
print_tally(const char *what, const Tally *tally)
{
	printf("  %-24s %6d rows  right %.3f  wrong %.3f  no answer %.3f\n", what, tally->n,
		   (double) tally->right / tally->n, (double) tally->wrong / tally->n,
		   (double) (tally->n - tally->right - tally->wrong) / tally->n);
}

static void
report_set(const TextModel *model, const char *language, const char *set, const char *part,
		   Tally *by_length)
{
	Reading reading = { model, language, { 0, 0, 0 }, by_length };

	data_each(set, part, read_row, &reading);
	print_tally(set, &reading.all);
}

void
report_language(const TextModel *model)
{
	static const char *const english[] = { "tweeteval_sentiment", "goemotions",
										   "banking77",			  "clinc150",
										   "sent_yelp",			  "vadergt_tweets" };
	Tally					 by_length[N_LENGTHS] = { { 0, 0, 0 } };

	if (model->task[TEXT_LANGUAGE].n_heads == 0)
		return;
	printf("language\n");
	for (int i = 0; i < N_LANGUAGES; i++)
		report_set(model, languages[i], set_of(i), "dev", by_length);
	for (int i = 0; i < N_LENGTHS; i++)
	{
		char what[32];

		snprintf(what, sizeof(what), "from %d bytes on", lengths[i]);
		print_tally(what, &by_length[i]);
	}
	for (size_t i = 0; i < sizeof(english) / sizeof(english[0]); i++)
		report_set(model, "en", english[i], "dev", NULL);
	report_set(model, "en", "alexa", "test", NULL);
}
