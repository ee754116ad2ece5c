/*-------------------------------------------------------------------------
 *
 * classifier_test.c
 *	  Users' classifiers and calibrations, by the pure cores: the same rows give
 *	  the same bytes, explanations sum, damaged bytes harm nobody.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/calibrate.h"
#include "learn/classifier.h"
#include "learn/memory.h"
#include "tap.h"
#include "text/number.h"

#define N_ROWS 240

static const char *const labels[] = { "late", "lost", "unknown" };
static const char *const starts[][4] = {
	{ "it comes too late", "still waiting for", "delayed again is", "so slow is" },
	{ "it is gone", "nobody can find", "missing since May is", "lost for ever is" },
	{ "hello there", "a fine day for", "have you seen", "by the way" },
};
static const char *const things[] = { "the lamp", "my chair", "a parcel", "our table",
									  "that shirt" };

static char			 text[N_ROWS * 64];
static ClassifierRow rows[N_ROWS];

/* Row i of the sample, of class i % 3 */
static size_t
write_row(char *to, int i)
{
	return (size_t) sprintf(to, "%s %s %d", starts[i % 3][i / 3 % 4], things[i / 12 % 5], i / 60);
}

/* The sample, from its first row on or from its last. */
static ClassifierData
sample(bool backwards)
{
	size_t at = 0;

	for (int i = 0; i < N_ROWS; i++)
	{
		int	   row = backwards ? N_ROWS - 1 - i : i;
		size_t len = write_row(text + at, row);

		rows[i] =
			(ClassifierRow){ at, (uint32_t) len, row % 3, classifier_identity(text + at, len) };
		at += len;
	}
	return (ClassifierData){ text, rows, N_ROWS, labels, 3 };
}

static int	  ticks;
static double last_share;

static void
count_tick(void *arg, ClassifierPhase phase, double share)
{
	(void) arg;
	(void) phase;
	ticks++;
	last_share = share;
}

static uint8_t *
train(bool backwards, size_t *size, ClassifierFigures *figures)
{
	ClassifierData data = sample(backwards);
	Classifier	   classifier;
	uint8_t		  *bytes;

	classifier_fit(&classifier, &data, count_tick, NULL);
	*figures = classifier.figures;
	bytes = classifier_bytes(&classifier, "sample-1", size);
	classifier_free(&classifier);
	return bytes;
}

static void
test_figures(const ClassifierFigures *figures)
{
	ok(ticks > 0 && last_share > 0 && last_share <= 1, "progress is told");
	ok(figures->n == 160 && figures->n_unknown == 80, "all rows are measured");
	ok(figures->accuracy > 0.9 && figures->macro_f1 > 0.9, "it learns");
	ok(figures->unknown_found > 0.9, "also what belongs to no class");
	ok(figures->log_loss < 0.5, "its scores are probabilities");
}

static const TextTask *
view(TextModel *model, const uint8_t *bytes, size_t size)
{
	const char *why;

	return text_model_view(model, bytes, size, &why) ? &model->task[TEXT_CLASS] : NULL;
}

static const char *
class_of(const TextTask *task, const char *said)
{
	int class = text_class(task, said, strlen(said));

	return class < 0 ? "-" : text_head(task, class).name;
}

static void
test_classes(const TextTask *task)
{
	static const char said[] = "still waiting for the unheardof chair, it is not gone";
	int32_t			  score[TEXT_MAX_CLASSES];
	int				  sum = 0;
	size_t			  size = 3 << 20;
	char			 *big = malloc(size);

	ok(strcmp(class_of(task, "still waiting for my lamp"), "late") == 0, "late");
	ok(strcmp(class_of(task, "nobody can find my lamp"), "lost") == 0, "lost");
	ok(strcmp(class_of(task, "have you seen a fine day"), "-") == 0, "neither");
	ok(strcmp(class_of(task, ""), "-") == 0 && strcmp(class_of(task, "\xff\xfe"), "-") == 0,
	   "nothing");
	ok(text_class_scores(task, said, strlen(said), score) >= 0, "scores");
	for (int i = 0; i < task->n_heads; i++)
		sum += score[i];
	ok(sum > 0 && sum < TEXT_ONE, "their sum is less than 1 when words are not known");
	for (size_t i = 0; i < size; i++)
		big[i] = "gone lost "[i % 10];
	ok(text_class_scores(task, big, size, score) ==
		   text_class_scores(task, big, TEXT_CLASS_BYTES, score),
	   "the beginning of a long text counts");
	free(big);
}

static void
add_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	(void) pos;
	(void) token;
	(void) len;
	*(int64_t *) arg += contribution;
}

/* Whether every class's parts sum to its logit */
static bool
parts_sum(const TextTask *task)
{
	static const char said[] =
		"Still waiting! It is not gone, nobody \xf0\x9f\x98\x80 can find the chairs";
	int32_t logit[TEXT_MAX_CLASSES];
	double	share;
	bool	equal = true;

	if (!text_class_logits(task, said, strlen(said), logit, &share))
		return true;
	for (int i = 0; i < task->n_heads; i++)
	{
		int64_t sum = 0;

		text_class_explain(task, i, said, strlen(said), add_part, &sum);
		equal = equal && sum == logit[i];
	}
	return equal;
}

static void
seal(uint8_t *bytes, size_t size)
{
	uint64_t sum = text_model_checksum(bytes + TEXT_MODEL_SUMMED, size - TEXT_MODEL_SUMMED);

	for (int i = 0; i < 8; i++)
		bytes[16 + i] = (uint8_t) (sum >> 8 * i);
}

/* Bytes that somebody forged: refused, or read without harm (the sanitizers tell). */
static void
test_forged(const uint8_t *bytes, size_t size)
{
	uint64_t random = 42;
	int		 refused = 0;
	int		 read = 0;

	for (int i = 0; i < 3000; i++)
	{
		uint8_t	 *forged = malloc(size);
		TextModel model;

		memcpy(forged, bytes, size);
		for (int j = 0; j < 3; j++)
		{
			random = random * 6364136223846793005u + 1442695040888963407u;
			forged[8 + (random >> 33) % (i % 2 ? 400 : size - 8)] = (uint8_t) (random >> 25);
		}
		seal(forged, size);
		if (view(&model, forged, size) == NULL)
			refused++;
		else
		{
			class_of(&model.task[TEXT_CLASS], "still waiting for my lamp");
			read += parts_sum(&model.task[TEXT_CLASS]);
		}
		free(forged);
	}
	ok(refused > 0 && read > 0 && refused + read == 3000,
	   "forged bytes are refused or harmless (%d, %d)", refused, read);
}

static void
test_calibration(void)
{
	static CalibrationRow calibration[600];
	CalibrationFit		  fit;
	CalibrationFit		  few;

	/* Odds that put too many among the positive: those of class c lie around c - 1, shifted */
	for (int i = 0; i < 600; i++)
	{
		int class = i % 3;
		double x = class - 1 + (i * 37 % 101 - 50) / 100.0;

		calibration[i] = (CalibrationRow){ { text_exp(-3 * x - 2), text_exp(3 * x + 1) },
										   class,
										   (uint64_t) i * 0x9e3779b97f4a7c15u >> 8 };
	}
	calibrate_fit(calibration, 600, &fit);
	ok(fit.after > fit.before + 0.1, "calibration helps: %.2f to %.2f", fit.before, fit.after);
	ok(fit.offset[0] > 0 && fit.offset[1] < 0, "the offsets undo the shift");
	calibrate_fit(calibration, 9, &few);
	ok(abs(few.offset[0]) < abs(fit.offset[0]) && abs(few.offset[1]) < abs(fit.offset[1]),
	   "with few rows they are smaller");
	calibrate_fit(calibration, 0, &few);
	ok(few.offset[0] == 0 && few.offset[1] == 0 && few.after == 0, "with none they are nothing");
}

int
main(void)
{
	size_t			  size;
	size_t			  other_size;
	ClassifierFigures figures;
	uint8_t			 *bytes = train(false, &size, &figures);
	uint8_t			 *other = train(true, &other_size, &figures);
	TextModel		  model;

	test_figures(&figures);
	ok(size == other_size && memcmp(bytes, other, size) == 0,
	   "the same rows in another order give the same bytes");
	if (ok(view(&model, bytes, size) != NULL, "which are a model"))
	{
		test_classes(&model.task[TEXT_CLASS]);
		ok(parts_sum(&model.task[TEXT_CLASS]), "explanations sum to the logits");
	}
	test_forged(bytes, size);
	test_calibration();
	need_free(bytes);
	need_free(other);
	return tap_done();
}
