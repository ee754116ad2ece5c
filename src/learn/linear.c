/*-------------------------------------------------------------------------
 *
 * linear.c
 *	  Linear classifiers over sparse rows, by AdaGrad (Duchi, Hazan, Singer
 *	  2011, the diagonal form). Single-threaded and free of libm but sqrt:
 *	  the same rows and seed give the same bits everywhere.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "text/number.h"

#define TICK_ROWS	 64
#define RIGHT_ENOUGH 0.001

typedef struct Fit
{
	const LinearData	*data;
	const LinearOptions *options;
	uint64_t			 random;
	double				*w;	   /* features, then columns, then bias; outputs adjacent */
	double				*g;	   /* sums of squared gradients */
	uint32_t			*kept; /* features of the row at hand, then its grams */
	int					 n_kept;
	int					 n_kept_grams;
	double				 column[LINEAR_MAX_COLUMNS]; /* their sums over the row */
	double				 rate;
	int					 touched[LINEAR_MAX_OUTPUTS]; /* outputs that the step changes */
	int					 n_touched;
} Fit;

/* xorshift64* (Vigna 2016) */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1du;
}

/* Fisher-Yates */
static void
shuffle(int *order, int n, uint64_t *random)
{
	for (int i = n - 1; i > 0; i--)
	{
		int j = (int) ((next_random(random) >> 32) * (uint64_t) (i + 1) >> 32);
		int swap = order[i];

		order[i] = order[j];
		order[j] = swap;
	}
}

static bool
keeps(Fit *fit, uint64_t limit)
{
	return limit == 0 || next_random(&fit->random) >> 32 >= limit;
}

/* Choose the row's features for this step and sum their columns. */
static void
take_row(Fit *fit, const LinearRow *row)
{
	const LinearData *data = fit->data;
	uint64_t		  limit = (uint64_t) (fit->options->dropout * 4294967296.0);

	fit->n_kept = fit->n_kept_grams = 0;
	memset(fit->column, 0, sizeof(fit->column));
	for (int i = 0; i < row->n; i++)
	{
		uint32_t id = data->ids[row->first + (size_t) i];

		for (int c = 0; c < data->n_columns; c++)
			fit->column[c] += data->columns[(size_t) id * data->n_columns + c];
		if (keeps(fit, limit))
			fit->kept[fit->n_kept++] = id;
	}
	for (int i = row->n; i < row->n + row->n_grams; i++)
		if (keeps(fit, limit))
			fit->kept[fit->n_kept + fit->n_kept_grams++] = data->ids[row->first + (size_t) i];
}

static void
add_rows(const Fit *fit, const uint32_t *kept, int n, double *logit)
{
	int k = fit->data->n_outputs;

	for (int i = 0; i < n; i++)
		for (int o = 0; o < k; o++)
			logit[o] += fit->w[(size_t) kept[i] * k + o];
}

static void
logits(const Fit *fit, double value, double *logit)
{
	int			  k = fit->data->n_outputs;
	const double *shared = fit->w + (size_t) fit->data->n_features * k;

	memset(logit, 0, sizeof(double) * k);
	add_rows(fit, fit->kept + fit->n_kept, fit->n_kept_grams, logit);
	for (int o = 0; fit->n_kept_grams > 0 && o < k; o++)
		logit[o] *= fit->data->gram_value;
	add_rows(fit, fit->kept, fit->n_kept, logit);
	for (int c = 0; c < fit->data->n_columns; c++, shared += k)
		for (int o = 0; o < k; o++)
			logit[o] += fit->column[c] * shared[o];
	for (int o = 0; o < k; o++)
		logit[o] = logit[o] * value + shared[o];
}

/* From logits to the gradient of the loss, in place. */
static void
gradient(const Fit *fit, const LinearRow *row, double *logit)
{
	int	   k = fit->data->n_outputs;
	double everywhere = fit->options->smoothing / k;
	double there = 1 - fit->options->smoothing;
	double sum = 0;
	double most = logit[0];

	for (int o = 1; o < k; o++)
		most = logit[o] > most ? logit[o] : most;
	for (int o = 0; o < k; o++)
	{
		if (fit->options->softmax)
			sum += logit[o] = text_exp(logit[o] - most);
		else if (fit->options->one_vs_rest)
			logit[o] =
				(1 / (1 + text_exp(-logit[o])) - (row->target == (uint32_t) o)) * row->weight;
		else if (row->judged >> o & 1)
			logit[o] = (1 / (1 + text_exp(-logit[o])) - (row->target >> o & 1)) * row->weight;
		else
			logit[o] = 0;
	}
	for (int o = 0; fit->options->softmax && o < k; o++)
		logit[o] =
			(logit[o] / sum - everywhere - (row->target == (uint32_t) o ? there : 0)) * row->weight;
}

/*
 * The outputs that a step changes.  Most of many classes are as good as right:
 * none ever is with smoothing, so what misses by less than half of its share of
 * that is left alone.
 */
static void
touch(Fit *fit, const LinearRow *row, const double *g)
{
	int	   k = fit->data->n_outputs;
	double least =
		(fit->options->one_vs_rest ? RIGHT_ENOUGH : fit->options->smoothing / k / 2) * row->weight;

	fit->n_touched = 0;
	for (int o = 0; o < k; o++)
		if (g[o] > least || g[o] < -least)
			fit->touched[fit->n_touched++] = o;
}

static inline void
step(Fit *fit, size_t at, double g)
{
	fit->g[at] += g * g;
	fit->w[at] -= fit->rate * g / sqrt(fit->g[at] + 1e-10);
}

static void
step_rows(Fit *fit, const uint32_t *kept, int n, const double *g, double value)
{
	int k = fit->data->n_outputs;

	for (int i = 0; i < n; i++)
		for (int t = 0; t < fit->n_touched; t++)
			step(fit, (size_t) kept[i] * k + fit->touched[t], g[fit->touched[t]] * value);
}

static void
learn_row(Fit *fit, const LinearRow *row)
{
	int	   k = fit->data->n_outputs;
	size_t shared = (size_t) fit->data->n_features * k;
	double value = 1 / sqrt((double) (row->n > 0 ? row->n : 1));
	double g[LINEAR_MAX_OUTPUTS];

	take_row(fit, row);
	logits(fit, value, g);
	gradient(fit, row, g);
	touch(fit, row, g);
	step_rows(fit, fit->kept, fit->n_kept, g, value);
	step_rows(fit, fit->kept + fit->n_kept, fit->n_kept_grams, g, value * fit->data->gram_value);
	for (int c = 0; c < fit->data->n_columns; c++, shared += k)
		for (int t = 0; fit->column[c] != 0 && t < fit->n_touched; t++)
			step(fit, shared + fit->touched[t], g[fit->touched[t]] * value * fit->column[c]);
	for (int t = 0; t < fit->n_touched; t++)
		step(fit, shared + fit->touched[t], g[fit->touched[t]]);
}

/* Features take their columns' weights into their own; add the fit to the result. */
static void
fold(const Fit *fit, int n_fits, double *weights, double *bias)
{
	const LinearData *data = fit->data;
	int				  k = data->n_outputs;
	const double	 *shared = fit->w + (size_t) data->n_features * k;

	for (int id = 0; id < data->n_features; id++)
		for (int o = 0; o < k; o++)
		{
			double w = fit->w[(size_t) id * k + o] * (data->is_gram[id] ? data->gram_value : 1);

			for (int c = 0; c < data->n_columns; c++)
				w += data->columns[(size_t) id * data->n_columns + c] * shared[c * k + o];
			weights[(size_t) id * k + o] += w / n_fits;
		}
	for (int o = 0; o < k; o++)
		bias[o] += shared[data->n_columns * k + o] / n_fits;
}

static int
longest_row(const LinearData *data)
{
	int most = 1;

	for (int i = 0; i < data->n_rows; i++)
	{
		int n = data->rows[i].n + data->rows[i].n_grams;

		most = n > most ? n : most;
	}
	return most;
}

void
linear_fit(const LinearData *data, const LinearOptions *options, int n_fits, double *weights,
		   double *bias)
{
	size_t n = ((size_t) data->n_features + data->n_columns + 1) * data->n_outputs;
	Fit	   fit = { data, options, options->seed * 0x9e3779b97f4a7c15u | 1 };
	int	  *order = need(NULL, sizeof(int) * (data->n_rows + 1));
	double steps = (double) data->n_rows * options->epochs;
	size_t done = 0;

	fit.w = need_zeroed(n * sizeof(double));
	fit.g = need_zeroed(n * sizeof(double));
	fit.kept = need(NULL, sizeof(uint32_t) * longest_row(data));
	for (int i = 0; i < data->n_rows; i++)
		order[i] = i;
	for (int epoch = 0; epoch < options->epochs; epoch++)
	{
		shuffle(order, data->n_rows, &fit.random);
		for (int i = 0; i < data->n_rows; i++, done++)
		{
			if (options->tick && done % TICK_ROWS == 0)
				options->tick(options->tick_arg, (double) done / steps);
			fit.rate = options->rate * (1 - 0.95 * (double) done / steps);
			learn_row(&fit, &data->rows[order[i]]);
		}
	}
	fold(&fit, n_fits, weights, bias);
	need_free(fit.w);
	need_free(fit.g);
	need_free(fit.kept);
	need_free(order);
}
