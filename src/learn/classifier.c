/*-------------------------------------------------------------------------
 *
 * classifier.c
 *	  A user's classifier: fitted, measured, and written as a model file.
 *
 * Linear over words, words under negation, pairs of words and character grams:
 * a softmax and sigmoids of one class against the rest, whose logits are added.
 * They err differently, so together they err less, and their sum is as linear
 * as they are.  A classifier may build on a base model: the weights that its
 * heads give a word are columns (linear.h), folded into the word's own weights,
 * and its words are known.  It is fitted two times over: first without the rows that it is
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
#define FITS		   2	 /* softmax and sigmoids */
#define HALF		   2	 /* what the sigmoids' logits are divided by */
#define N_FOLDS		   5	 /* a row in so many is held out */
#define FEW_ROWS	   2000	 /* so few are held out in turn, so that all are measured */
#define MAX_MEASURED   20000 /* rows */
#define MAX_TEMPERED   2000	 /* rows that the temperature is chosen on */
#define RIGHT_UNSAID   0.005 /* share of right answers that the threshold may cost */
#define RIGHT_UNSAID_2 0.01	 /* likewise, when there are rows labelled TEXT_UNKNOWN */
#define MAX_LOAD	   0.8	 /* of the model's slots */

/*
 * With smoothing no class ever gets all of the probability, which generalises
 * better.  What a base model knows of words is learned from every row, and soon;
 * slow steps keep the words themselves from drowning it.
 */
typedef struct Pace
{
	int	   epochs;
	double rate;
	double gram_value;
} Pace;

static const Pace alone = { 12, 0.3, 0.3 };
static const Pace on_base = { 5, 0.05, 0.2 };

#define DROPOUT	  0.2
#define SMOOTHING 0.3

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

/* How many words a base model can have */
static int64_t
base_room(const TextModel *base)
{
	return base != NULL ? (int64_t) TEXT_SLOTS << base->task[TEXT_SENTIMENT].buckets_log2 : 0;
}

/* Leave out what is rare until the rest fits. A word seen once says little among many rows. */
static void
prune(Corpus *corpus, const ClassifierData *data)
{
	int64_t most = CLASSIFIER_MAX_WEIGHTS / data->n_classes - base_room(data->base);

	for (uint32_t least = corpus->n_rows < FEW_ROWS ? 1 : 2; least == 2 || corpus->words.n > most;
		 least *= 2)
		if (least > 1)
			corpus_prune(corpus, least);
}

/* The tasks of a base model whose weights of a word say what it is like */
static const TextTaskKind base_tasks[] = { TEXT_SENTIMENT, TEXT_EMOTION, TEXT_INTENT };
#define N_BASE_TASKS ((int) (sizeof(base_tasks) / sizeof(base_tasks[0])))

static int
count_columns(const TextModel *base)
{
	int n = 0;

	for (int t = 0; base != NULL && t < N_BASE_TASKS; t++)
		n += base->task[base_tasks[t]].n_heads;
	return n;
}

/* Whether there is room for the base model's words. */
bool
classifier_fits_base(const ClassifierData *data)
{
	return base_room(data->base) * data->n_classes <= CLASSIFIER_MAX_WEIGHTS / 2 &&
		   count_columns(data->base) <= LINEAR_MAX_COLUMNS;
}

/* What a base model's look-up tells of a key: its bucket and its check. */
static uint32_t
told_key(uint32_t bucket, unsigned buckets_log2, uint16_t check)
{
	return (buckets_log2 > 0 ? bucket << (32 - buckets_log2) : 0) | check;
}

static uint32_t
told_apart(const TextTask *task, uint32_t key)
{
	return told_key((uint32_t) text_bucket(key, task->buckets_log2), task->buckets_log2,
					text_check(key));
}

/*
 * Let the dictionary have every word of the base model: a classifier that
 * builds on it knows what it means also where its own texts lack it.
 */
static void
add_base_words(Dictionary *words, const TextModel *base)
{
	const TextTask *task = &base->task[TEXT_SENTIMENT];
	Dictionary		present = { 0 };

	for (int id = 0; id < words->n; id++)
		dictionary_add(&present, told_apart(task, words->key[id]), false);
	for (uint32_t bucket = 0; bucket < 1u << task->buckets_log2; bucket++)
		for (int i = 0; i < TEXT_SLOTS; i++)
		{
			const uint8_t *slot = task->buckets + bucket * task->bucket_bytes + 2 * i;
			uint16_t	   check = (uint16_t) (slot[0] | slot[1] << 8);
			uint32_t	   key = told_key(bucket, task->buckets_log2, check);

			if (check != 0 && dictionary_find(&present, key) < 0)
				dictionary_add(words, key, false);
		}
	dictionary_free(&present);
}

/* The columns of every word: the base model's weights, so that what it knows is one feature each. */
static float *
base_columns(const Dictionary *words, const TextModel *base)
{
	int	   n = count_columns(base);
	float *columns = need_zeroed(sizeof(float) * (size_t) n * words->n);

	for (int id = 0; id < words->n; id++)
	{
		float *column = columns + (size_t) n * id;

		for (int t = 0; t < N_BASE_TASKS; t++)
		{
			const TextTask *task = &base->task[base_tasks[t]];
			const int8_t   *w = words->is_gram[id] ? NULL : text_weights(task, words->key[id]);

			for (int h = 0; h < task->n_heads; h++, column++)
				if (w != NULL)
					*column = (float) (w[h] * (text_head(task, h).scale / 16777216.0));
		}
	}
	return columns;
}

/* A class weighs as the square root of its number of rows, so that rare ones are heard too. */
static void
weigh_classes(Corpus *corpus, int n_classes)
{
	int *count = need_zeroed(sizeof(int) * (size_t) n_classes);

	for (int i = 0; i < corpus->n_rows; i++)
		count[corpus->rows[i].target]++;
	for (int i = 0; i < corpus->n_rows; i++)
		corpus->rows[i].weight =
			sqrt((double) corpus->n_rows / n_classes / count[corpus->rows[i].target]);
	need_free(count);
}

static void
fill_corpus(Corpus *corpus, const ClassifierData *data, int fold)
{
	for (int i = 0; i < data->n_rows; i++)
		if (!is_held_out(&data->rows[i], fold))
			corpus_add(corpus, data->bytes + data->rows[i].at, data->rows[i].len,
					   (uint32_t) data->rows[i].class, 0, 1);
	weigh_classes(corpus, data->n_classes);
	prune(corpus, data);
	if (data->base != NULL)
		add_base_words(&corpus->words, data->base);
}

/* Add the two fits to the weights. */
static void
fit_both(Classifier *classifier, const LinearData *linear, const Pace *pace, Ticking *ticking)
{
	LinearOptions options = { .epochs = pace->epochs,
							  .rate = pace->rate,
							  .dropout = DROPOUT,
							  .tick = tick_fit,
							  .tick_arg = ticking };

	options.softmax = true;
	options.smoothing = SMOOTHING;
	options.seed = 1;
	linear_fit(linear, &options, 1, classifier->weights, classifier->bias);
	ticking->done++;
	options.softmax = false;
	options.one_vs_rest = true;
	options.seed = 2;
	linear_fit(linear, &options, HALF, classifier->weights, classifier->bias);
	ticking->done++;
}

/* Fit on all rows but those of a fold; -1: on all. */
static void
fit(Classifier *classifier, int fold, Ticking *ticking)
{
	const ClassifierData *data = classifier->data;
	const Pace			 *pace = data->base != NULL ? &on_base : &alone;
	Corpus				  corpus = { .kinds = KINDS };
	float				 *columns = NULL;

	fill_corpus(&corpus, data, fold);
	if (data->base != NULL)
		columns = base_columns(&corpus.words, data->base);
	classifier->weights = need_zeroed(sizeof(double) * (size_t) corpus.words.n * data->n_classes);
	classifier->bias = need_zeroed(sizeof(double) * (size_t) data->n_classes);
	fit_both(classifier,
			 &(LinearData){ .ids = corpus.ids,
							.rows = corpus.rows,
							.n_rows = corpus.n_rows,
							.n_features = corpus.words.n,
							.n_outputs = data->n_classes,
							.n_columns = count_columns(data->base),
							.columns = columns,
							.is_gram = corpus.words.is_gram,
							.gram_value = pace->gram_value },
			 pace, ticking);
	need_free(columns);
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
	/* of a base model's words no more is known than where they lie there */
	unsigned most_log2 =
		data->base != NULL ? data->base->task[TEXT_SENTIMENT].buckets_log2 : TEXT_MAX_BUCKETS_LOG2;
	FittedModel model = { .name = name };
	FittedTask *task = &model.task[TEXT_CLASS];

	*task = (FittedTask){ .n_heads = data->n_classes,
						  .names = data->labels,
						  .kinds = KINDS,
						  .words = &classifier->words,
						  .weights = classifier->weights,
						  .bias = classifier->bias,
						  .threshold = classifier->threshold };
	while (task->buckets_log2 < most_log2 &&
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
