/*-------------------------------------------------------------------------
 *
 * predictor_test.c
 *	  From a table of attributes to a predictor's bytes and what they say.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/predictor_fit.h"
#include "score/fmath.h"
#include "simulate.h"
#include "tap.h"
#include "text/model.h"

#define N 600

enum
{
	SIZE,
	WEALTH,
	PLAN,
	N_ATTRIBUTES
};

static double		  values[N_ATTRIBUTES][N];
static uint8_t		  label[N];
static uint64_t		  plans[5];
static Attribute	  attributes[N_ATTRIBUTES];
static AttributeTable table = { N, N_ATTRIBUTES, attributes, label, NULL };
static int			  ticks;

static void
count_tick(void *arg, double share)
{
	ticks += arg == &ticks && share >= 0 && share <= 1;
}

/*
 * Labels follow a number with a long tail and gaps, whether another number and
 * a category go together, or the last alone.
 */
static void
simulate(void)
{
	static const char *const names[] = { "size", "wealth", "plan" };

	for (int k = 0; k < 5; k++)
		plans[k] = predictor_hash(&"abcde"[k], 1);
	for (int j = 0; j < N_ATTRIBUTES; j++)
	{
		strcpy(attributes[j].name, names[j]);
		attributes[j].values = values[j];
	}
	attributes[PLAN].kind = PREDICTOR_CATEGORY;
	attributes[PLAN].hashes = plans;
	attributes[PLAN].n_categories = 5;
	for (int i = 0; i < N; i++)
	{
		double size = exp(2 * sim_normal());
		int	   plan = i % 100 == 0 ? 4 : i % 4; /* the last is rare */
		double logit = log(size) + (plan == 1 ? 2 : -1);

		values[SIZE][i] = i % 7 == 0 ? NAN : size;
		values[WEALTH][i] = sim_normal();
		values[PLAN][i] = i % 11 == 0 ? NAN : plan;
		label[i] = sim_uniform() < score_logistic(logit);
	}
}

/* A row as the predictor wants it. */
static void
row_of(const Predictor *predictor, int i, double row[N_ATTRIBUTES])
{
	for (int j = 0; j < N_ATTRIBUTES; j++)
		row[j] = values[j][i];
	if (!isnan(row[PLAN]))
		row[PLAN] = predictor_slot(predictor, PLAN, plans[(int) row[PLAN]]);
}

static void
test_sums(const Predictor *predictor)
{
	double worst = 0;

	for (int i = 0; i < N; i++)
	{
		double row[N_ATTRIBUTES];
		double parts[N_ATTRIBUTES + 2];
		double sum = 0;

		row_of(predictor, i, row);
		predictor_explain(predictor, row, parts);
		for (int j = 0; j < N_ATTRIBUTES + 2; j++)
			sum += parts[j];
		worst = fmax(worst, fabs(sum - predictor_logit(predictor, row)));
	}
	ok(worst < 1e-9, "parts sum to the logit");
}

/*
 * The value of a set of features in a tree: those in the set are known, others
 * go both ways.
 */
static double
set_value(const Predictor *predictor, uint32_t at, const double *row, unsigned set)
{
	PredictorNode node = predictor_node(predictor->nodes, at);
	double		  left;
	double		  right;

	if (node.feature == PREDICTOR_NONE)
		return node.value;
	left = set_value(predictor, node.left, row, set);
	right = set_value(predictor, node.left + 1, row, set);
	if (set & 1u << node.feature)
		return predictor_goes_left(&node, row) ? left : right;
	return (left * predictor_node(predictor->nodes, node.left).cover +
			right * predictor_node(predictor->nodes, node.left + 1).cover) /
		   node.cover;
}

/* Shapley values of three features by their definition, in the first tree alone. */
static void
test_shapley(Predictor first)
{
	static const double factorial[] = { 1, 1, 2, 6 };
	double				worst = 0;

	first.n_trees = 1;
	for (int i = 0; i < 100; i++)
	{
		double row[N_ATTRIBUTES];
		double parts[N_ATTRIBUTES + 2];

		row_of(&first, i, row);
		predictor_explain(&first, row, parts);
		for (int j = 0; j < N_ATTRIBUTES; j++)
		{
			PredictorFeature f = predictor_feature(&first, j);
			double			 value = predictor_line_part(&first, &f, row[j]);

			for (unsigned set = 0; set < 8; set++)
			{
				int others = __builtin_popcount(set & ~(1u << j));

				if (!(set & 1u << j))
					value +=
						factorial[others] * factorial[2 - others] / 6 *
						(set_value(&first, 0, row, set | 1u << j) - set_value(&first, 0, row, set));
			}
			worst = fmax(worst, fabs(value - parts[j]));
		}
	}
	ok(worst < 1e-9, "parts are Shapley values, by their definition");
}

static void
test_unknown(const Predictor *predictor)
{
	double row[N_ATTRIBUTES] = { NAN, NAN, NAN };
	double slot = predictor_slot(predictor, PLAN, 4711);

	ok(isfinite(predictor_logit(predictor, row)), "a row of which nothing is known");
	ok(slot == predictor_slot(predictor, PLAN, plans[4]) && !isnan(slot),
	   "a new category is like the rare ones");
	row[SIZE] = PREDICTOR_LARGEST;
	row[WEALTH] = -PREDICTOR_LARGEST;
	ok(fabs(predictor_logit(predictor, row)) < 30, "what is far off is like the farthest seen");
}

/* With a checksum that is right again. */
static bool
view_changed(uint8_t *copy, size_t size)
{
	Predictor	predictor;
	const char *why;
	double		row[N_ATTRIBUTES] = { 1, 1, NAN };
	double		parts[N_ATTRIBUTES + 2];
	uint64_t	sum = size < PREDICTOR_HEADER
						  ? 0
						  : text_model_checksum(copy + PREDICTOR_SUMMED, size - PREDICTOR_SUMMED);

	if (size >= PREDICTOR_HEADER)
		memcpy(copy + 16, &sum, 8);
	if (!predictor_view(&predictor, copy, size, &why))
		return why != NULL;
	if (predictor.n_features == N_ATTRIBUTES)
	{
		predictor_logit(&predictor, row);
		predictor_explain(&predictor, row, parts);
	}
	return true;
}

/* Bytes are changed one after the other, a few at a time, or missing; each is refused or used safely. */
static void
test_hostile(const PredictorFit *fit)
{
	uint8_t	   *copy;
	const char *why;
	Predictor	predictor;
	bool		safe = true;

	for (int i = 0; i < 4000; i++)
	{
		size_t size = i % 10 == 0 ? (size_t) (sim_uniform() * fit->size) : fit->size;

		copy = malloc(size + 1);
		memcpy(copy, fit->bytes, size);
		for (int k = 0; k <= i % 3 && size > 0; k++)
			copy[(size_t) (sim_uniform() * (i % 2 || size < 800 ? size : 800))] =
				(uint8_t) (sim_uniform() * 256);
		safe &= view_changed(copy, size);
		free(copy);
	}
	ok(safe, "changed bytes are refused or harmless");
	copy = malloc(fit->size);
	memcpy(copy, fit->bytes, fit->size);
	copy[fit->size - 1] ^= 1;
	ok(!predictor_view(&predictor, copy, fit->size, &why) &&
		   strcmp(why, "its checksum is wrong") == 0,
	   "damage is noticed");
	copy[8] = 9;
	ok(!predictor_view(&predictor, copy, fit->size, &why) &&
		   strcmp(why, "its format is not known") == 0,
	   "so is another format");
	free(copy);
}

/* Either of two balanced categories, but not both: nothing to be seen in one of them. */
static void
test_categories_together(void)
{
	uint64_t	   names[] = { predictor_hash("x", 1), predictor_hash("y", 1) };
	Attribute	   two[] = { { "one", PREDICTOR_CATEGORY, values[0], names, 2 },
							 { "two", PREDICTOR_CATEGORY, values[1], names, 2 } };
	AttributeTable both = { 400, 2, two, label, NULL };
	PredictorFit   fit;

	for (int i = 0; i < 400; i++)
	{
		values[0][i] = i % 2;
		values[1][i] = i / 2 % 2;
		label[i] = values[0][i] != values[1][i];
	}
	predictor_fit(&both, NULL, NULL, &fit);
	ok(fit.held_out.auc > 0.99 && fit.trees_share > 0, "categories that matter together");
	free(fit.bytes);
	free(fit.alone);
}

/* Labels by chance: nothing to learn, and nothing claimed. */
static void
test_noise(void)
{
	PredictorFit fit;

	for (int i = 0; i < N; i++)
	{
		values[SIZE][i] = sim_normal();
		values[WEALTH][i] = i % 2 ? sim_uniform() : NAN;
		values[PLAN][i] = (int) (sim_uniform() * 5);
		label[i] = sim_uniform() < 0.3;
	}
	predictor_fit(&table, NULL, NULL, &fit);
	ok(fit.held_out.log_loss < 0.65 && fabs(fit.held_out.auc - 0.5) < 0.12, "noise stays noise");
	ok(fit.alone[SIZE] < 0.6 && fit.alone[WEALTH] < 0.6, "no column gives it away");
	free(fit.bytes);
	free(fit.alone);
	for (int i = 0; i < N; i++)
		values[WEALTH][i] = label[i] ? sim_uniform() : NAN;
	predictor_fit(&table, NULL, NULL, &fit);
	ok(fit.alone[WEALTH] == 1, "a column that is there for one label alone does");
	free(fit.bytes);
	free(fit.alone);
}

static void
test_fit(void)
{
	PredictorFit fit;
	PredictorFit again;
	Predictor	 predictor;
	const char	*why;
	double		 p[N];

	predictor_fit(&table, count_tick, &ticks, &fit);
	predictor_fit(&table, count_tick, &ticks, &again);
	ok(fit.size == again.size && memcmp(fit.bytes, again.bytes, fit.size) == 0,
	   "the same table gives the same bytes");
	ok(ticks > 100, "ticks");
	ok(predictor_view(&predictor, fit.bytes, fit.size, &why), "what is written can be read");
	for (int i = 0; i < N; i++)
	{
		double row[N_ATTRIBUTES];

		row_of(&predictor, i, row);
		p[i] = score_logistic(predictor_logit(&predictor, row));
	}
	ok(fit.n_held_out == N && fit.held_out.auc > 0.75 &&
		   measure_auc(p, label, N) > fit.held_out.auc - 0.02,
	   "and predicts: AUC %.3f held out, %.3f of the rows learned from", fit.held_out.auc,
	   measure_auc(p, label, N));
	ok(fit.held_out.log_loss <= fmin(fit.line_loss, fit.trees_loss) + 0.01,
	   "at least as well as its parts");
	test_sums(&predictor);
	if (predictor.n_trees > 0)
		test_shapley(predictor);
	else
		ok(false, "there should be trees");
	test_unknown(&predictor);
	test_hostile(&fit);
	free(fit.bytes);
	free(fit.alone);
	free(again.bytes);
	free(again.alone);
}

int
main(void)
{
	simulate();
	test_fit();
	test_categories_together();
	test_noise();
	return tap_done();
}
