/*-------------------------------------------------------------------------
 *
 * text_train.c
 *	  Build the text model that ships, from training sets in a folder; or
 *	  print how good a model is.
 *
 *	  text_train build <folder> <WordNet's folder> <model file>
 *	  text_train report <folder> <model file>
 *	  text_train accuracy <folder> <model file>
 *
 * The same folders give the same bytes on every machine.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/text_accuracy.h"
#include "learn/text_data.h"
#include "learn/text_fit.h"
#include "learn/text_language.h"
#include "learn/memory.h"
#include "learn/text_report.h"
#include "learn/text_tune.h"

#define MODEL_NAME "general-2"
#define MIN_KNOWN  75 /* percent of the words: 98 % of English rows pass, 6 % of German ones */

/* No text of a development or evaluation part is learned from. */
static void
hold_out(void)
{
	for (int i = 0; i < n_sentiment_sets; i++)
		if (!sentiment_sets[i].is_word_list)
			data_hold_out(sentiment_sets[i].folder, "dev");
	for (int i = 0; i < n_intent_sets; i++)
		data_hold_out(intent_sets[i].folder, "dev");
	data_hold_out("sst2", "dev");
	data_hold_out("sst2", "test");
	data_hold_out("mpqa", "dev");
	data_hold_out("mpqa", "test");
	data_hold_out("alexa", "test");
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
	for (int kind = TEXT_EMOTION; kind <= TEXT_BASIC; kind++)
	{
		report_thresholds(&model, kind, threshold);
		for (int h = 0; h < model.task[kind].n_heads; h++)
			text_model_set_threshold(bytes, size, kind, h, threshold[h]);
	}
}

/* Give the model its cut points and its spread, which need a model to be measured. */
static uint8_t *
write_tuned(FittedModel *fitted, size_t *size)
{
	uint8_t	 *bytes = text_model_bytes(fitted, size);
	TextModel model;

	view(&model, bytes, *size);
	tune_cuts(&model, fitted->cut);
	fitted->spread = tune_spread(&model);
	printf("  cut points %d and %d, spread %d\n", fitted->cut[0], fitted->cut[1], fitted->spread);
	need_free(bytes);
	return text_model_bytes(fitted, size);
}

static void
save(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
	{
		fprintf(stderr, "could not write \"%s\"\n", path);
		exit(1);
	}
	printf("  %zu bytes\n", size);
}

static void
build(const char *wordnet, const char *path)
{
	FittedModel fitted = { MODEL_NAME, MIN_KNOWN };
	FittedTask *task = fitted.task;
	Lexicon		lexicon;
	Corpus		corpus[TEXT_TASKS] = { 0 };
	size_t		size;
	uint8_t	   *bytes;

	hold_out();
	lexicon_read(&lexicon, wordnet);
	fit_sentiment(&task[TEXT_SENTIMENT], &corpus[TEXT_SENTIMENT], &lexicon);
	fit_emotions(&task[TEXT_EMOTION], &corpus[TEXT_EMOTION], &lexicon);
	fit_intents(&task[TEXT_INTENT], &corpus[TEXT_INTENT], &lexicon);
	fit_basic(&task[TEXT_BASIC], &corpus[TEXT_BASIC], &lexicon);
	fit_common(&task[TEXT_COMMON], &corpus[TEXT_COMMON]);
	fit_language(&task[TEXT_LANGUAGE], &corpus[TEXT_LANGUAGE]);
	printf("writing\n");
	bytes = write_tuned(&fitted, &size);
	for (int t = 0; t < TEXT_TASKS; t++)
		if (task[t].n_heads > 0)
			printf("  %d features in %d slots, %d found no place\n", task[t].words->n,
				   TEXT_SLOTS << task[t].buckets_log2, task[t].n_lost);
	set_thresholds(bytes, size);
	language_thresholds(bytes, size);
	save(path, bytes, size);
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
	const char *what = argc > 3 ? argv[1] : "";

	data_open(argc > 3 ? argv[2] : "");
	if (argc == 5 && strcmp(what, "build") == 0)
		build(argv[3], argv[4]);
	else if (argc == 4 && strcmp(what, "report") == 0)
		report(argv[3], report_print);
	else if (argc == 4 && strcmp(what, "accuracy") == 0)
		report(argv[3], accuracy_print);
	else
	{
		fprintf(stderr, "usage: text_train build <data folder> <WordNet folder> <model file>\n"
						"       text_train report|accuracy <data folder> <model file>\n");
		return 2;
	}
	return 0;
}
