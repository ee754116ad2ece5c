/*-------------------------------------------------------------------------
 *
 * classifier.c
 *	  A user's classifier: fitted, measured, and written as a model file.
 *
 * Linear over words, words under negation, pairs of words and character grams:
 * a softmax and sigmoids of one class against the rest, whose logits are added.
 * They err differently, so together they err less, and their sum is as linear
 * as they are.  It is fitted two times over: first without the rows that it is
 * then measured on, which gives its figures, the temperature that makes its
 * scores probabilities (Guo et al. 2017, section 4.2), and the threshold under
 * which it does not answer; then on all rows.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/classifier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_write.h"
#include "text/feature.h"
#include "text/number.h"

#define KINDS \
	(1u << TEXT_KEY_WORD | 1u << TEXT_KEY_NEGATED | 1u << TEXT_KEY_PAIR | 1u << TEXT_KEY_GRAM)
#define GRAM_VALUE	   0.3
#define FITS		   2	 /* softmax and sigmoids */
#define HALF		   2	 /* what the sigmoids' logits are divided by */
#define N_FOLDS		   5	 /* a row in so many is held out */
#define FEW_ROWS	   2000	 /* so few are held out in turn, so that all are measured */
#define MAX_MEASURED   20000 /* rows */
#define MAX_TEMPERED   2000	 /* rows that the temperature is chosen on */
#define RIGHT_UNSAID   0.003 /* share of right answers that the threshold may cost */
#define RIGHT_UNSAID_2 0.01	 /* likewise, when there are rows labelled TEXT_UNKNOWN */
#define MAX_LOAD	   0.8	 /* of the model's slots */

/* With smoothing no class ever gets all of the probability, which generalises better. */
static const LinearOptions softmax_fit = {
	.softmax = true, .epochs = 12, .rate = 0.3, .dropout = 0.2, .smoothing = 0.3, .seed = 1
};
static const LinearOptions one_vs_rest_fit = {
	.one_vs_rest = true, .epochs = 12, .rate = 0.3, .dropout = 0.2, .seed = 2
};

/* A held-out row as a model that doesn't know it reads it */
typedef struct Measured
{
	int class;
	bool   known; /* false: the rest is unset */
	double share;
	float *logit;
} Measured;

typedef struct Measuring
{
	const ClassifierData *data;
	Measured			 *rows;
	int					  n;
	int					  unknown; /* the class TEXT_UNKNOWN, or -1 */
	double				  temperature;
} Measuring;

/* linear_fit()'s tick, to ours */
typedef struct Ticking
{
	ClassifierTick	tick;
	void		   *arg;
	ClassifierPhase phase;
	int				n; /* fits in this phase */
	int				done;
} Ticking;

static void
tick_fit(void *arg, double share)
{
	Ticking *ticking = arg;

	if (ticking->tick)
		ticking->tick(ticking->arg, ticking->phase, (ticking->done + share) / ticking->n);
}

/* FNV-1a of letters, digits and what is beyond ASCII, in lower case. */
uint64_t
classifier_identity(const char *text, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
	{
		unsigned char b = (unsigned char) text[i];

		if (b >= 'A' && b <= 'Z')
			b += 'a' - 'A';
		if (b >= 0x80 || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9'))
			h = (h ^ b) * 0x100000001b3u;
	}
	return h ^ h >> 32;
}

/* Rows of one identity and class may differ in marks: their bytes decide last. */
static const char *sorted_bytes;

static int
by_identity(const void *a, const void *b)
{
	const ClassifierRow *x = a;
	const ClassifierRow *y = b;

	if (x->identity != y->identity)
		return x->identity < y->identity ? -1 : 1;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(sorted_bytes + x->at, sorted_bytes + y->at, x->len);
}

static bool
is_held_out(const ClassifierRow *row, int fold)
{
	return (int) (row->identity % N_FOLDS) == fold;
}

/* Leave out what is rare until the rest fits. A word seen once says little among many rows. */
static void
prune(Corpus *corpus, int n_classes)
{
	for (uint32_t least = corpus->n_rows < FEW_ROWS ? 1 : 2;
		 least == 2 || (int64_t) corpus->words.n * n_classes > CLASSIFIER_MAX_WEIGHTS; least *= 2)
		if (least > 1)
			corpus_prune(corpus, least);
}

/* Add a fit to the weights, divided by a number. */
static void
add_fit(Classifier *classifier, const LinearData *linear, LinearOptions options, int divisor,
		Ticking *ticking)
{
	options.tick = tick_fit;
	options.tick_arg = ticking;
	linear_fit(linear, &options, divisor, classifier->weights, classifier->bias);
	ticking->done++;
}

/* Fit on all rows but those of a fold; -1: on all. */
static void
fit(Classifier *classifier, int fold, Ticking *ticking)
{
	const ClassifierData *data = classifier->data;
	Corpus				  corpus = { .kinds = KINDS };
	LinearData			  linear = { .n_outputs = data->n_classes, .gram_value = GRAM_VALUE };

	for (int i = 0; i < data->n_rows; i++)
		if (!is_held_out(&data->rows[i], fold))
			corpus_add(&corpus, data->bytes + data->rows[i].at, data->rows[i].len,
					   (uint32_t) data->rows[i].class, 0, 1);
	prune(&corpus, data->n_classes);
	linear.ids = corpus.ids;
	linear.rows = corpus.rows;
	linear.n_rows = corpus.n_rows;
	linear.n_features = corpus.words.n;
	linear.is_gram = corpus.words.is_gram;
	classifier->weights = need_zeroed(sizeof(double) * (size_t) corpus.words.n * data->n_classes);
	classifier->bias = need_zeroed(sizeof(double) * (size_t) data->n_classes);
	add_fit(classifier, &linear, softmax_fit, 1, ticking);
	add_fit(classifier, &linear, one_vs_rest_fit, HALF, ticking);
	classifier->words = corpus.words;
	corpus.words = (Dictionary){ 0 };
	corpus_free(&corpus);
}

void
classifier_free(Classifier *classifier)
{
	dictionary_free(&classifier->words);
	need_free(classifier->weights);
	need_free(classifier->bias);
	need_free(classifier->threshold);
}

/* The bytes of its model file, for need_free(). */
uint8_t *
classifier_bytes(const Classifier *classifier, const char *name, size_t *size)
{
	const ClassifierData *data = classifier->data;
	FittedModel			  model = { .name = name };
	FittedTask			 *task = &model.task[TEXT_CLASS];

	*task = (FittedTask){ .n_heads = data->n_classes,
						  .names = data->labels,
						  .kinds = KINDS,
						  .words = &classifier->words,
						  .weights = classifier->weights,
						  .bias = classifier->bias,
						  .threshold = classifier->threshold };
	while (task->buckets_log2 < TEXT_MAX_BUCKETS_LOG2 &&
		   (TEXT_SLOTS << task->buckets_log2) * MAX_LOAD < classifier->words.n)
		task->buckets_log2++;
	return text_model_bytes(&model, size);
}

/* Read the rows of a fold by the model that doesn't know them. */
static void
read_fold(Measuring *measuring, const Classifier *classifier, int fold)
{
	const ClassifierData *data = measuring->data;
	size_t				  size;
	uint8_t				 *bytes = classifier_bytes(classifier, "measured", &size);
	TextModel			  model;
	const char			 *why;
	int32_t				  logit[TEXT_MAX_CLASSES];

	text_model_view(&model, bytes, size, &why);
	for (int i = 0; i < data->n_rows && measuring->n < MAX_MEASURED; i++)
	{
		const ClassifierRow *row = &data->rows[i];
		Measured			*measured = &measuring->rows[measuring->n];

		if (!is_held_out(row, fold))
			continue;
		measuring->n++;
		measured->class = row->class;
		measured->known = text_class_logits(&model.task[TEXT_CLASS], data->bytes + row->at,
											row->len, logit, &measured->share);
		measured->logit = need_zeroed(sizeof(float) * (size_t) data->n_classes);
		for (int c = 0; measured->known && c < data->n_classes; c++)
			measured->logit[c] = (float) (logit[c] / 65536.0);
	}
	need_free(bytes);
}

static int
best_class(const Measured *row, int n_classes)
{
	int best = 0;

	for (int c = 1; c < n_classes; c++)
		best = row->logit[c] > row->logit[best] ? c : best;
	return best;
}

/* The probability of a class, with logits times a temperature. Equal for all when nothing is known. */
static double
probability(const Measured *row, int class, int n_classes, double temperature)
{
	double most = row->logit[best_class(row, n_classes)];
	double sum = 0;

	for (int c = 0; c < n_classes; c++)
		sum += text_exp(temperature * (row->logit[c] - most));
	return text_exp(temperature * (row->logit[class] - most)) / sum;
}

/* Mean over every so many-th row. */
static double
log_loss(const Measuring *measuring, int every, double temperature)
{
	double sum = 0;
	int	   n = 0;

	for (int i = 0; i < measuring->n; i += every, n++)
		sum -= text_log(probability(&measuring->rows[i], measuring->rows[i].class,
									measuring->data->n_classes, temperature));
	return n > 0 ? sum / n : 0;
}

/* The log loss has one minimum: up a ladder as long as it falls. */
static void
choose_temperature(Measuring *measuring)
{
	int	   every = 1 + measuring->n / MAX_TEMPERED;
	double temperature = 0.5;
	double loss = log_loss(measuring, every, temperature);

	while (temperature < 10)
	{
		double next = log_loss(measuring, every, temperature * 1.1);

		if (next >= loss)
			break;
		loss = next;
		temperature *= 1.1;
	}
	measuring->temperature = temperature;
}

/* What text_class_scores() would give the class. */
static int32_t
score(const Measuring *measuring, const Measured *row, int class)
{
	double p = probability(row, class, measuring->data->n_classes, measuring->temperature);

	return row->known ? (int32_t) (TEXT_ONE * row->share * p + 0.5) : -1;
}

static int
by_value(const void *a, const void *b)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	return (x > y) - (x < y);
}

/*
 * As high as it may be without costing more than a small share of the right
 * answers, but what is likelier right than not is answered.
 */
static int32_t
choose_threshold(const Measuring *measuring)
{
	int32_t *right = need(NULL, sizeof(int32_t) * (size_t) (measuring->n + 1));
	int32_t	 threshold = 0;
	int		 n = 0;

	for (int i = 0; i < measuring->n; i++)
	{
		const Measured *row = &measuring->rows[i];

		if (row->known && row->class != measuring->unknown &&
			best_class(row, measuring->data->n_classes) == row->class)
			right[n++] = score(measuring, row, row->class);
	}
	if (n > 0)
	{
		qsort(right, (size_t) n, sizeof(int32_t), by_value);
		threshold = right[(int) (n * (measuring->unknown < 0 ? RIGHT_UNSAID : RIGHT_UNSAID_2))];
	}
	need_free(right);
	return threshold < TEXT_ONE / 2 ? threshold : TEXT_ONE / 2;
}

/* Mean F1 of the classes that rows have, but TEXT_UNKNOWN. */
static double
macro_f1(const Measuring *measuring)
{
	int	   k = measuring->data->n_classes;
	int	  *rows = need_zeroed(sizeof(int) * 3 * (size_t) k);
	int	  *named = rows + k;
	int	  *right = rows + 2 * k;
	double sum = 0;
	int	   n = 0;

	for (int i = 0; i < measuring->n; i++)
	{
		int best = best_class(&measuring->rows[i], k);

		if (measuring->rows[i].class == measuring->unknown)
			continue;
		rows[measuring->rows[i].class]++;
		named[best]++;
		right[best] += best == measuring->rows[i].class;
	}
	for (int c = 0; c < k; c++)
		if (rows[c] > 0)
		{
			sum += 2.0 * right[c] / (rows[c] + named[c]);
			n++;
		}
	need_free(rows);
	return n > 0 ? sum / n : 0;
}

static void
fill_figures(const Measuring *measuring, int32_t threshold, ClassifierFigures *figures)
{
	int right = 0;
	int answered = 0;
	int answered_right = 0;
	int unknown_found = 0;

	memset(figures, 0, sizeof(*figures));
	for (int i = 0; i < measuring->n; i++)
	{
		const Measured *row = &measuring->rows[i];
		int				best = best_class(row, measuring->data->n_classes);
		bool			answers =
			row->known && best != measuring->unknown && score(measuring, row, best) >= threshold;

		if (row->class == measuring->unknown)
		{
			figures->n_unknown++;
			unknown_found += !answers;
			continue;
		}
		figures->n++;
		right += best == row->class;
		answered += answers;
		answered_right += answers && best == row->class;
	}
	figures->accuracy = figures->n > 0 ? (double) right / figures->n : 0;
	figures->macro_f1 = macro_f1(measuring);
	figures->log_loss = log_loss(measuring, 1, measuring->temperature);
	figures->answered = figures->n > 0 ? (double) answered / figures->n : 0;
	figures->precision = answered > 0 ? (double) answered_right / answered : 0;
	figures->unknown_found =
		figures->n_unknown > 0 ? (double) unknown_found / figures->n_unknown : 0;
}

static int
class_by_label(const ClassifierData *data, const char *label)
{
	for (int c = 0; c < data->n_classes; c++)
		if (strcmp(data->labels[c], label) == 0)
			return c;
	return -1;
}

/* Hold out a fold, or each in turn, and see. */
static void
measure(Classifier *classifier, Measuring *measuring, Ticking *ticking)
{
	int n_folds = measuring->data->n_rows < FEW_ROWS ? N_FOLDS : 1;

	ticking->n = n_folds * FITS;
	for (int fold = 0; fold < n_folds; fold++)
	{
		fit(classifier, fold, ticking);
		read_fold(measuring, classifier, fold);
		classifier_free(classifier);
	}
	choose_temperature(measuring);
}

/*
 * What probabilities don't depend on is taken out: the mean over the classes.
 * So a weight says what a feature speaks for, rather than all at once.
 */
static void
centre(double *weights, int n_classes)
{
	double mean = 0;

	for (int c = 0; c < n_classes; c++)
		mean += weights[c] / n_classes;
	for (int c = 0; c < n_classes; c++)
		weights[c] -= mean;
}

static void
finish(Classifier *classifier, double temperature, int32_t threshold)
{
	int	   k = classifier->data->n_classes;
	size_t n = (size_t) classifier->words.n * k;

	for (size_t i = 0; i < n; i++)
		classifier->weights[i] *= temperature;
	for (size_t i = 0; i < n; i += k)
		centre(classifier->weights + i, k);
	classifier->threshold = need(NULL, sizeof(int32_t) * (size_t) k);
	for (int c = 0; c < k; c++)
	{
		classifier->bias[c] *= temperature;
		classifier->threshold[c] = threshold;
	}
	centre(classifier->bias, k);
}

/*
 * Fit and measure.  The same rows give the same classifier, in whatever order
 * they come.  It refers to data from then on.
 */
void
classifier_fit(Classifier *classifier, ClassifierData *data, ClassifierTick tick, void *tick_arg)
{
	Measuring measuring = { .data = data, .unknown = class_by_label(data, TEXT_UNKNOWN) };
	Ticking	  ticking = { tick, tick_arg, CLASSIFIER_MEASURES, 1, 0 };
	int32_t	  threshold;

	memset(classifier, 0, sizeof(*classifier));
	classifier->data = data;
	sorted_bytes = data->bytes;
	qsort(data->rows, (size_t) data->n_rows, sizeof(ClassifierRow), by_identity);
	measuring.rows = need_zeroed(sizeof(Measured) * (size_t) (data->n_rows + 1));
	measure(classifier, &measuring, &ticking);
	threshold = choose_threshold(&measuring);
	fill_figures(&measuring, threshold, &classifier->figures);

	ticking = (Ticking){ tick, tick_arg, CLASSIFIER_FITS, FITS, 0 };
	fit(classifier, -1, &ticking);
	finish(classifier, measuring.temperature, threshold);
	for (int i = 0; i < measuring.n; i++)
		need_free(measuring.rows[i].logit);
	need_free(measuring.rows);
}
