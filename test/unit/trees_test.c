/*-------------------------------------------------------------------------
 *
 * trees_test.c
 *	  Bins and boosted trees.
 *
 *-------------------------------------------------------------------------
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "learn/bins.h"
#include "learn/measure.h"
#include "learn/trees.h"
#include "simulate.h"
#include "tap.h"

#define N 2000

static double			   a[N];
static double			   b[N];
static uint8_t			   label[N];
static const double *const columns[] = { a, b };
static const TreesData data = { .n_rows = N, .n_columns = 2, .columns = columns, .label = label };
static const TreesOptions options = { .leaves = 8,
									  .min_rows = 10,
									  .rate = 0.2,
									  .ridge = 1,
									  .row_share = 1,
									  .column_share = 1,
									  .seed = 1 };

static Booster *
grown(const TreesData *of, const TreesOptions *with, int n)
{
	Booster *booster = booster_start(of, with);

	while (n-- > 0)
		booster_grow(booster);
	return booster;
}

static double
auc_of(const Booster *booster)
{
	return measure_auc(booster_logits(booster), label, N);
}

static double
tree_value(const Tree *tree, double x, double y)
{
	const TreeNode *node = tree->nodes;

	while (node->column >= 0)
	{
		double value = node->column == 0 ? x : y;
		bool   left = isnan(value) ? node->missing_left : value <= node->value;

		node = &tree->nodes[node->left + !left];
	}
	return node->value;
}

static void
test_bins(void)
{
	static const double few[] = { 3, 1, NAN, 2, 2, 1 };
	static double		many[N];
	Bins				bins;
	bool				right = true;
	int					counts[BINS_MAX + 1] = { 0 };

	bins_make(few, NULL, 6, &bins);
	ok(bins.n_cuts == 2 && bins.cuts[0] == 1.5 && bins.cuts[1] == 2.5 && bins.has_missing,
	   "few values have a bin each");
	ok(memcmp(bins.codes, (uint8_t[]){ 2, 0, BINS_MISSING, 1, 1, 0 }, 6) == 0, "in their order");
	bins_free(&bins);

	for (int i = 0; i < N; i++)
		many[i] = i % 2 ? 0 : sim_normal(); /* half of them one value */
	bins_make(many, NULL, N, &bins);
	for (int i = 0; i < N; i++)
	{
		counts[bins.codes[i]]++;
		for (int k = 0; k < bins.n_cuts; k++)
			right &= (bins.codes[i] <= k) == (many[i] <= bins.cuts[k]);
	}
	ok(right && bins.n_cuts > 200, "codes agree with cuts");
	for (int k = 0, most = 0; k <= bins.n_cuts; k++)
	{
		most += counts[k] > 20;
		right = most <= 1;
	}
	ok(right, "a frequent value doesn't take the others' bins");
	bins_free(&bins);

	many[0] = 1;
	many[1] = nextafter(1, 2);
	many[2] = -DBL_MAX;
	many[3] = DBL_MAX;
	bins_make(many, NULL, 4, &bins);
	ok(bins.n_cuts == 3 && bins.codes[0] == 1 && bins.codes[1] == 2 && bins.codes[3] == 3,
	   "neighbours and extremes");
	bins_free(&bins);
	bins_make(many, NULL, 0, &bins);
	ok(bins.n_cuts == 0, "no values");
	bins_free(&bins);
}

/* Neither column says anything by itself. */
static void
test_interaction(void)
{
	Booster	   *booster;
	const Tree *trees;
	int			n_trees;
	bool		agrees = true;

	for (int i = 0; i < N; i++)
	{
		a[i] = sim_normal();
		b[i] = sim_normal();
		label[i] = (a[i] > 0) != (b[i] > 0);
	}
	booster = grown(&data, &options, 30);
	ok(auc_of(booster) > 0.99, "either but not both is learned");
	n_trees = booster_trees(booster, &trees);
	ok(n_trees == 30, "a tree a step");
	for (int i = 0; i < N; i++)
	{
		double logit = booster_base(booster);

		for (int k = 0; k < n_trees; k++)
			logit += tree_value(&trees[k], a[i], b[i]);
		agrees &= logit == booster_logits(booster)[i];
	}
	ok(agrees, "the trees give the logits that were learned with");
	booster_free(booster);
}

static void
test_first_step(void)
{
	static const double	 x[] = { 1, 1, 1, 2, 2, 2 };
	static const uint8_t y[] = { 0, 0, 1, 1, 1, 1 };
	const double *const	 one[] = { x };
	TreesOptions		 small = options;
	double				 base = log(4.5 / 2.5);
	double				 p = 1 / (1 + exp(-base));
	Booster				*booster;

	small.min_rows = 1;
	booster =
		grown(&(TreesData){ .n_rows = 6, .n_columns = 1, .columns = one, .label = y }, &small, 1);
	ok(fabs(booster_base(booster) - base) < 1e-12, "the base is the labels' logit");
	ok(fabs(booster_logits(booster)[0] - base - 0.2 * (1 - 3 * p) / (3 * p * (1 - p) + 1)) < 1e-6 &&
		   fabs(booster_logits(booster)[5] - base - 0.2 * (3 - 3 * p) / (3 * p * (1 - p) + 1)) <
			   1e-6,
	   "a leaf is a Newton step, by hand");
	booster_free(booster);
}

static void
test_missing(void)
{
	Booster	   *booster;
	const Tree *trees;

	for (int i = 0; i < N; i++)
	{
		a[i] = i % 3 == 0 ? NAN : sim_uniform();
		b[i] = 5;
		label[i] = isnan(a[i]) || a[i] < 0.3;
	}
	booster = grown(&data, &options, 20);
	ok(auc_of(booster) > 0.99, "missing values go to the side that they fit");
	booster_trees(booster, &trees);
	ok(trees[0].nodes[0].column == 0 && trees[0].nodes[0].missing_left, "here to small ones");
	booster_free(booster);

	for (int i = 0; i < N; i++)
	{
		a[i] = i % 2 ? NAN : 1;
		label[i] = i % 2 == 0;
	}
	booster = grown(&data, &options, 5);
	ok(auc_of(booster) == 1, "being missing can be all there is to know");
	booster_free(booster);
}

static void
test_held_back(void)
{
	static bool	 learn[N];
	TreesData	 part = data;
	TreesOptions random = options;
	Booster		*one;
	Booster		*other;

	for (int i = 0; i < N; i++)
	{
		a[i] = sim_uniform();
		b[i] = sim_uniform();
		learn[i] = i % 5 != 0;
		label[i] = sim_uniform() < a[i];
	}
	part.learn = learn;
	random.row_share = 0.5;
	random.column_share = 0.5;
	one = grown(&part, &random, 20);
	for (int i = 0; i < N; i += 5)
		label[i] = !label[i];
	other = grown(&part, &random, 20);
	ok(memcmp(booster_logits(one), booster_logits(other), sizeof(double) * N) == 0,
	   "rows held back teach nothing, and the same rows give the same bits");
	booster_free(other);
	random.seed = 2;
	other = grown(&part, &random, 20);
	ok(memcmp(booster_logits(one), booster_logits(other), sizeof(double) * N) != 0,
	   "another seed gives others");
	booster_free(one);
	booster_free(other);
}

static void
test_hostile(void)
{
	TreesOptions large = options;
	TreesData	 none = data;
	Booster		*booster;
	const Tree	*trees;

	for (int i = 0; i < N; i++)
	{
		a[i] = i % 2 ? DBL_MAX : -DBL_MAX;
		b[i] = NAN;
		label[i] = 1;
	}
	large.leaves = TREES_MAX_LEAVES;
	large.min_rows = 1;
	booster = grown(&data, &large, 50);
	ok(isfinite(booster_logits(booster)[0]), "labels all alike");
	booster_free(booster);
	for (int i = 0; i < N; i++)
	{
		a[i] = i;
		label[i] = i % 2;
	}
	booster = grown(&data, &large, 10);
	booster_trees(booster, &trees);
	ok(trees[0].n_nodes <= TREES_MAX_NODES && isfinite(booster_logits(booster)[7]),
	   "as many leaves as there may be");
	booster_free(booster);
	none.n_rows = 0;
	booster = grown(&none, &options, 2);
	ok(booster_trees(booster, &trees) == 2 && trees[0].n_nodes == 1, "no rows");
	booster_free(booster);
	none.n_columns = 0;
	none.n_rows = 3;
	booster = grown(&none, &options, 2);
	ok(booster_trees(booster, &trees) == 2, "no columns");
	booster_free(booster);
}

int
main(void)
{
	test_bins();
	test_interaction();
	test_first_step();
	test_missing();
	test_held_back();
	test_hostile();
	return tap_done();
}
