/*-------------------------------------------------------------------------
 *
 * predictor_fit.c
 *	  From a table of attributes with a label to a predictor.
 *
 * The rows are dealt into five parts. Each part is held out once from a
 * logistic regression and from boosted trees; the five rows of trees grow side
 * by side until their log loss on what is held out no longer falls. The logits
 * of the held-out rows choose between line, trees and the mean of both, choose
 * the calibration, and say how good the outcome is. Then all is fitted once
 * more on all rows.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/predictor_fit.h"

#include <math.h>

#include "learn/calibration_fit.h"
#include "learn/memory.h"
#include "learn/predictor_write.h"
#include "score/fmath.h"

#define PARTS	  5
#define SEED	  UINT64_C(0x9e3779b97f4a7c15)
#define MANY_ROWS 200000 /* from which one part held out says enough */
#define MAX_TREES 1000
#define PATIENCE  50   /* trees that may come without a gain */
#define GAIN	  1e-5 /* of log loss a row */

#define ROWS_A_LEAF 50 /* a leaf has one row of so many, ... */
#define LEAST_ROWS	5  /* but at least these, and no more than min_rows */

/* The same for all tables. */
static const TreesOptions tree_options = { .leaves = 16,
										   .min_rows = 30,
										   .rate = 0.02,
										   .ridge = 5,
										   .row_share = 0.8,
										   .column_share = 0.8,
										   .seed = SEED };

/* A line and trees over the rows to learn from. */
typedef struct Model
{
	AttributeTable table;
	bool		  *learn;
	Encoding	   encoding;
	LogisticFit	   line;
	Booster		  *booster;
} Model;

typedef struct Learner
{
	const AttributeTable *table;
	void (*tick)(void *arg, double share);
	void	*tick_arg;
	double	 done;	   /* share */
	uint8_t *part;	   /* of each row */
	int		 n_models; /* parts that are held out */
	double	*line_logits;
	double	*trees_logits; /* of held-out rows, at the best number of trees */
} Learner;

static void
tick_trees(void *arg)
{
	Learner *l = arg;

	if (l->tick)
		l->tick(l->tick_arg, l->done);
}

static void
tick_line(void *arg, double share)
{
	(void) share;
	tick_trees(arg);
}

/* ----------------------------------------------------------------- models */

static void
fit_line(Learner *l, Model *m)
{
	const AttributeTable *table = &m->table;
	int					  n_inputs = m->encoding.n_inputs;
	double				 *x = need(NULL, sizeof(double) * n_inputs * table->n_rows);
	uint8_t				 *label = need(NULL, table->n_rows);
	LogisticData		  data = {
				 .n_columns = n_inputs, .x = x, .label = label, .tick = tick_line, .tick_arg = l
	};

	for (size_t i = 0; i < table->n_rows; i++)
	{
		if (table->learn && !table->learn[i])
			continue;
		encoding_inputs(&m->encoding, i, x + data.n_rows * n_inputs);
		label[data.n_rows++] = table->label[i];
	}
	logistic_fit(&data, &m->line);
	need_free(x);
	need_free(label);
}

/* Everything but the trees, which are yet to grow. */
static void
start_model(Learner *l, int held_out, Model *m)
{
	TreesOptions options = tree_options;
	TreesData	 data;

	options.min_rows =
		(int) fmin(fmax(l->table->n_rows / (double) ROWS_A_LEAF, LEAST_ROWS), options.min_rows);
	options.tick = tick_trees;
	options.tick_arg = l;
	*m = (Model){ .table = *l->table };
	if (held_out >= 0)
	{
		m->learn = need(NULL, l->table->n_rows);
		for (size_t i = 0; i < l->table->n_rows; i++)
			m->learn[i] = l->part[i] != held_out;
		m->table.learn = m->learn;
	}
	encoding_make(&m->table, &m->encoding);
	fit_line(l, m);
	data = (TreesData){ .n_rows = m->table.n_rows,
						.n_columns = m->table.n_attributes,
						.columns = m->encoding.columns,
						.label = m->table.label,
						.learn = m->table.learn };
	m->booster = booster_start(&data, &options);
}

static void
free_model(Model *m)
{
	booster_free(m->booster);
	logistic_free(&m->line);
	encoding_free(&m->encoding);
	need_free(m->learn);
}

/* ------------------------------------------------------------- holding out */

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Deals the rows of each label out among the parts, five at a time in an order by chance. */
static void
deal_parts(Learner *l)
{
	uint64_t random = SEED;
	int		 hand[2][PARTS] = { 0 };
	int		 used[2] = { PARTS, PARTS };

	for (size_t i = 0; i < l->table->n_rows; i++)
	{
		int yes = l->table->label[i] != 0;

		if (used[yes] == PARTS)
		{
			for (int k = 0; k < PARTS; k++) /* Fisher-Yates, inside out */
			{
				int at = (int) ((next_random(&random) >> 32) * (uint64_t) (k + 1) >> 32);

				hand[yes][k] = hand[yes][at];
				hand[yes][at] = k;
			}
			used[yes] = 0;
		}
		l->part[i] = (uint8_t) hand[yes][used[yes]++];
	}
}

static double
loss_of(double logit, uint8_t label)
{
	return score_log_add_exp(0, logit) - (label ? logit : 0);
}

/* Sum over the held-out rows. */
static double
held_out_loss(const Learner *l, Model *models)
{
	double loss = 0;

	for (size_t i = 0; i < l->table->n_rows; i++)
		if (l->part[i] < l->n_models)
			loss += loss_of(booster_logits(models[l->part[i]].booster)[i], l->table->label[i]);
	return loss;
}

static void
keep_trees_logits(Learner *l, Model *models)
{
	for (size_t i = 0; i < l->table->n_rows; i++)
		if (l->part[i] < l->n_models)
			l->trees_logits[i] = booster_logits(models[l->part[i]].booster)[i];
}

/* Grows trees until the held-out loss has not fallen for a while; returns how many were best. */
static int
grow_together(Learner *l, Model *models)
{
	double least = held_out_loss(l, models);
	int	   best = 0;

	keep_trees_logits(l, models);
	for (int n = 1; n <= MAX_TREES && n <= best + PATIENCE; n++)
	{
		double loss;

		for (int k = 0; k < l->n_models; k++)
			booster_grow(models[k].booster);
		l->done = 0.9 * n / (n + 200);
		loss = held_out_loss(l, models);
		if (loss < least - GAIN * l->table->n_rows)
		{
			least = loss;
			best = n;
			keep_trees_logits(l, models);
		}
	}
	return best;
}

static void
keep_line_logits(Learner *l, Model *models)
{
	double *inputs = NULL;

	for (size_t i = 0; i < l->table->n_rows; i++)
	{
		Model *m;

		if (l->part[i] >= l->n_models)
			continue;
		m = &models[l->part[i]];
		inputs = need(inputs, sizeof(double) * m->encoding.n_inputs);
		encoding_inputs(&m->encoding, i, inputs);
		l->line_logits[i] = logistic_logit(&m->line, inputs);
	}
	need_free(inputs);
}

/* Fits without each part in turn; returns the best number of trees. */
static int
hold_out(Learner *l)
{
	Model models[PARTS];
	int	  n_trees;

	for (int k = 0; k < l->n_models; k++)
		start_model(l, k, &models[k]);
	keep_line_logits(l, models);
	n_trees = grow_together(l, models);
	for (int k = 0; k < l->n_models; k++)
		free_model(&models[k]);
	return n_trees;
}

/* ---------------------------------------------------------------- choosing */

/* The held-out rows side by side: their logits, labels and parts. */
typedef struct HeldOut
{
	size_t	 n;
	double	*logit;
	uint8_t *label;
	uint8_t *part; /* by chance again where one part alone was held out */
} HeldOut;

static double
mix(const Learner *l, double trees_share, HeldOut *h)
{
	double loss = 0;

	h->n = 0;
	for (size_t i = 0; i < l->table->n_rows; i++)
	{
		if (l->part[i] >= l->n_models)
			continue;
		h->logit[h->n] = (1 - trees_share) * l->line_logits[i] + trees_share * l->trees_logits[i];
		h->label[h->n] = l->table->label[i];
		h->part[h->n] = l->n_models > 1 ? l->part[i] : (uint8_t) (h->n % PARTS);
		loss += loss_of(h->logit[h->n], h->label[h->n]);
		h->n++;
	}
	return loss / h->n;
}

/* Line, trees, or half of each. */
static double
choose_share(const Learner *l, HeldOut *h, PredictorFit *fit)
{
	double both = mix(l, 0.5, h);

	fit->line_loss = mix(l, 0, h);
	fit->trees_loss = mix(l, 1, h);
	if (both < fit->line_loss && both < fit->trees_loss)
		return 0.5;
	return fit->trees_loss < fit->line_loss;
}

static void
choose(Learner *l, PredictorFit *fit, Calibration *calibration)
{
	size_t	n = l->table->n_rows;
	HeldOut h = { 0, need(NULL, sizeof(double) * n), need(NULL, n), need(NULL, n) };
	double *calibrated = need(NULL, sizeof(double) * n);

	fit->trees_share = choose_share(l, &h, fit);
	mix(l, fit->trees_share, &h);
	fit->calibration = calibration_choose(h.logit, h.label, h.part, PARTS, h.n);
	calibration_fit(fit->calibration, h.logit, h.label, h.n, calibration);
	calibration_across(fit->calibration, h.logit, h.label, h.part, PARTS, h.n, calibrated);
	for (size_t i = 0; i < h.n; i++)
		calibrated[i] = score_logistic(calibrated[i]);
	measure(calibrated, h.label, h.n, &fit->held_out);
	fit->n_held_out = h.n;
	need_free(h.logit);
	need_free(h.label);
	need_free(h.part);
	need_free(calibrated);
}

/*
 * How well each attribute alone tells the labels apart, by its values or by
 * their being there: a column that is filled only afterwards gives the label away.
 */
static double *
measure_alone(const Model *m)
{
	size_t	n = m->table.n_rows;
	double *alone = need(NULL, sizeof(double) * m->table.n_attributes);
	double *there = need(NULL, sizeof(double) * n);

	for (int j = 0; j < m->table.n_attributes; j++)
	{
		double auc = measure_auc(m->encoding.columns[j], m->table.label, n);

		for (size_t i = 0; i < n; i++)
			there[i] = !isnan(m->encoding.columns[j][i]);
		alone[j] = 0.5 + fabs(measure_auc(there, m->table.label, n) - 0.5);
		if (!isnan(auc)) /* of rows that have a value, with both labels */
			alone[j] = fmax(alone[j], 0.5 + fabs(auc - 0.5));
	}
	need_free(there);
	return alone;
}

/* The predictor itself, of all rows. */
static void
fit_all(Learner *l, const Calibration *calibration, PredictorFit *fit)
{
	Model		   m;
	PredictorParts parts = { .encoding = &m.encoding,
							 .line = &m.line,
							 .line_share = 1 - fit->trees_share,
							 .trees_share = fit->trees_share,
							 .calibration = calibration };

	start_model(l, -1, &m);
	for (int i = 0; i < fit->n_trees && fit->trees_share > 0; i++)
	{
		l->done = 0.9 + 0.1 * i / fit->n_trees;
		booster_grow(m.booster);
	}
	parts.n_trees = booster_trees(m.booster, &parts.trees);
	parts.trees_base = booster_base(m.booster);
	fit->bytes = predictor_write(&parts, &fit->size);
	fit->alone = measure_alone(&m);
	free_model(&m);
}

void
predictor_fit(const AttributeTable *table, void (*tick)(void *arg, double share), void *tick_arg,
			  PredictorFit *fit)
{
	Learner		l = { .table = table, .tick = tick, .tick_arg = tick_arg };
	Calibration calibration;

	*fit = (PredictorFit){ 0 };
	l.part = need(NULL, table->n_rows);
	l.line_logits = need(NULL, sizeof(double) * table->n_rows);
	l.trees_logits = need(NULL, sizeof(double) * table->n_rows);
	l.n_models = table->n_rows > MANY_ROWS ? 1 : PARTS;
	deal_parts(&l);
	fit->n_trees = hold_out(&l);
	choose(&l, fit, &calibration);
	fit_all(&l, &calibration, fit);
	need_free(l.part);
	need_free(l.line_logits);
	need_free(l.trees_logits);
}
