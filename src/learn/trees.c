/*-------------------------------------------------------------------------
 *
 * trees.c
 *	  Gradient-boosted decision trees.
 *
 * A tree divides all rows, also those that it doesn't learn from (held back, or
 * not drawn for it): they weigh nothing in its histograms and are carried
 * along, so each row's logit is at hand after each tree.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/trees.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "learn/bins.h"
#include "learn/memory.h"
#include "text/number.h"

#define UNIT	 0x1p-30 /* of derivatives in integers; a row's is at most 1 */
#define MOST_ADD 4.0	 /* to a logit by one leaf, before the rate */

/* First and second derivative of a row's loss; none of a row that isn't learned from. */
typedef struct Slope
{
	int32_t g;
	int32_t h; /* at least 1 if the row counts */
} Slope;

/* The rows of one bin, or of one side. */
typedef struct Sum
{
	int64_t g;
	int64_t h;
	int64_t n;
} Sum;

typedef struct Split
{
	int	   column; /* -1: none */
	int	   bin;	   /* the last one on the left */
	bool   missing_left;
	double gain;
} Split;

typedef struct Leaf
{
	uint32_t node;
	int		 depth;
	size_t	 first; /* its rows */
	size_t	 n;
	Sum		 sum;
	Sum		*histogram;
	Split	 split; /* the best one */
} Leaf;

struct Booster
{
	TreesData	 data;
	TreesOptions options;
	double		 base;
	double		 heaviest; /* weight of a row */
	double		*logits;
	Bins		*bins;
	size_t		*offset; /* of a column's bins in a histogram; n_columns + 1 */
	uint64_t	 random;
	int			 n_trees;
	Tree		*trees;

	/* while a tree grows */
	uint32_t *rows;	  /* leaf after leaf */
	Slope	 *slopes; /* in the order of rows */
	uint32_t *other_rows;
	Slope	 *other_slopes;
	bool	 *column_in;  /* drawn for this tree */
	Sum		 *histograms; /* TREES_MAX_LEAVES of them */
	Leaf	  leaves[TREES_MAX_LEAVES];
	int		  n_leaves;
	TreeNode  nodes[TREES_MAX_NODES];
	int		  n_nodes;
};

static void
tick(const Booster *b)
{
	if (b->options.tick)
		b->options.tick(b->options.tick_arg);
}

/* xorshift64* (Vigna 2016) */
static double
uniform(Booster *b)
{
	b->random ^= b->random >> 12;
	b->random ^= b->random << 25;
	b->random ^= b->random >> 27;
	return (double) (b->random * UINT64_C(0x2545f4914f6cdd1d) >> 11) * 0x1p-53;
}

static double
weight_of(const Booster *b, size_t row)
{
	return b->data.weight ? b->data.weight[row] / b->heaviest : 1;
}

static bool
learns_from(const Booster *b, size_t row)
{
	return b->data.learn == NULL || b->data.learn[row];
}

/* ------------------------------------------------------------------ start */

/* The logit of the labels' mean, as if there were half a row more of each. */
static double
find_base(const Booster *b)
{
	double yes = 0.5;
	double no = 0.5;

	for (size_t i = 0; i < b->data.n_rows; i++)
	{
		if (!learns_from(b, i))
			continue;
		if (b->data.label[i])
			yes += weight_of(b, i);
		else
			no += weight_of(b, i);
	}
	return log(yes / no);
}

static void
make_bins(Booster *b)
{
	int m = b->data.n_columns;

	b->bins = need_zeroed(sizeof(Bins) * m);
	b->offset = need_zeroed(sizeof(size_t) * (m + 1));
	for (int j = 0; j < m; j++)
	{
		tick(b);
		bins_make(b->data.columns[j], b->data.learn, b->data.n_rows, &b->bins[j]);
		/* the last is for missing values */
		b->offset[j + 1] = b->offset[j] + b->bins[j].n_cuts + 2;
	}
}

Booster *
booster_start(const TreesData *data, const TreesOptions *options)
{
	Booster *b = need_zeroed(sizeof(Booster));
	size_t	 n = data->n_rows;

	b->data = *data;
	b->options = *options;
	b->random = options->seed;
	b->heaviest = data->weight ? 0 : 1;
	for (size_t i = 0; data->weight && i < n; i++)
		b->heaviest = fmax(b->heaviest, data->weight[i]);
	b->base = find_base(b);
	b->logits = need(NULL, sizeof(double) * n);
	for (size_t i = 0; i < n; i++)
		b->logits[i] = b->base;
	make_bins(b);
	b->rows = need(NULL, sizeof(uint32_t) * n);
	b->slopes = need(NULL, sizeof(Slope) * n);
	b->other_rows = need(NULL, sizeof(uint32_t) * n);
	b->other_slopes = need(NULL, sizeof(Slope) * n);
	b->column_in = need(NULL, data->n_columns);
	b->histograms = need(NULL, sizeof(Sum) * b->offset[data->n_columns] * options->leaves);
	return b;
}

void
booster_free(Booster *b)
{
	for (int i = 0; i < b->n_trees; i++)
		need_free(b->trees[i].nodes);
	for (int j = 0; j < b->data.n_columns; j++)
		bins_free(&b->bins[j]);
	need_free(b->trees);
	need_free(b->logits);
	need_free(b->bins);
	need_free(b->offset);
	need_free(b->rows);
	need_free(b->slopes);
	need_free(b->other_rows);
	need_free(b->other_slopes);
	need_free(b->column_in);
	need_free(b->histograms);
	need_free(b);
}

/* ------------------------------------------------------------- histograms */

static void
add_to(Sum *sum, const Sum *more)
{
	sum->g += more->g;
	sum->h += more->h;
	sum->n += more->n;
}

static Sum
without(const Sum *sum, const Sum *less)
{
	return (Sum){ sum->g - less->g, sum->h - less->h, sum->n - less->n };
}

static void
fill_column(const Booster *b, const Leaf *leaf, const uint8_t *codes, Sum *bins)
{
	const uint32_t *rows = b->rows + leaf->first;
	const Slope	   *slopes = b->slopes + leaf->first;

	for (size_t i = 0; i < leaf->n; i++)
	{
		Sum *bin = &bins[codes[rows[i]]];

		bin->g += slopes[i].g;
		bin->h += slopes[i].h;
		bin->n += slopes[i].h != 0;
	}
}

static void
fill_histogram(Booster *b, Leaf *leaf)
{
	Sum bins[BINS_MAX + 1];

	for (int j = 0; j < b->data.n_columns; j++)
	{
		int n_bins = b->bins[j].n_cuts + 1;

		if (!b->column_in[j])
			continue;
		tick(b);
		memset(bins, 0, sizeof(bins));
		fill_column(b, leaf, b->bins[j].codes, bins);
		memcpy(leaf->histogram + b->offset[j], bins, sizeof(Sum) * n_bins);
		leaf->histogram[b->offset[j] + n_bins] = bins[BINS_MISSING];
	}
}

/* What is left in a leaf after some of its rows have gone to another. */
static void
subtract_histogram(const Booster *b, Leaf *leaf, const Leaf *gone)
{
	for (int j = 0; j < b->data.n_columns; j++)
		for (size_t k = b->offset[j]; b->column_in[j] && k < b->offset[j + 1]; k++)
			leaf->histogram[k] = without(&leaf->histogram[k], &gone->histogram[k]);
}

/* ----------------------------------------------------------------- splits */

/* Twice the loss that a leaf of these rows saves. */
static double
worth(const Booster *b, const Sum *sum)
{
	double g = sum->g * UNIT;

	return g * g / (sum->h * UNIT + b->options.ridge);
}

static void
consider(const Booster *b, const Leaf *leaf, const Sum *left, Split split, Split *best)
{
	Sum right = without(&leaf->sum, left);

	if (left->n < b->options.min_rows || right.n < b->options.min_rows)
		return;
	split.gain = worth(b, left) + worth(b, &right);
	if (split.gain > best->gain)
		*best = split;
}

/* Where nothing is missing, what is missing later goes with the more rows. */
static void
scan_column(const Booster *b, const Leaf *leaf, int column, Split *best)
{
	const Sum *bins = leaf->histogram + b->offset[column];
	int		   n_bins = b->bins[column].n_cuts + 1;
	Sum		   missing = bins[n_bins];
	Sum		   left = { 0 };

	for (int k = 0; k < n_bins - (missing.n == 0); k++)
	{
		Sum with_missing = missing;

		if (bins[k].n == 0)
			continue;
		add_to(&left, &bins[k]);
		add_to(&with_missing, &left);
		consider(b, leaf, &left,
				 (Split){ column, k, missing.n == 0 && 2 * left.n >= leaf->sum.n, 0 }, best);
		if (missing.n > 0 && k < n_bins - 1)
			consider(b, leaf, &with_missing, (Split){ column, k, true, 0 }, best);
	}
}

static void
find_split(const Booster *b, Leaf *leaf)
{
	leaf->split = (Split){ .column = -1, .gain = worth(b, &leaf->sum) + 1e-9 };
	if (leaf->depth >= TREES_MAX_DEPTH || leaf->sum.n < 2 * b->options.min_rows)
		return;
	for (int j = 0; j < b->data.n_columns; j++)
		if (b->column_in[j])
			scan_column(b, leaf, j, &leaf->split);
	leaf->split.gain -= worth(b, &leaf->sum);
}

/* ---------------------------------------------------------------- growing */

static void
draw_rows(Booster *b)
{
	for (size_t i = 0; i < b->data.n_rows; i++)
	{
		double weight = weight_of(b, i);
		double p = 1 / (1 + text_exp(-b->logits[i]));
		bool   drawn = b->options.row_share >= 1 || uniform(b) < b->options.row_share;

		b->rows[i] = (uint32_t) i;
		b->slopes[i] = (Slope){ 0, 0 };
		if (!drawn || !learns_from(b, i))
			continue;
		b->slopes[i].g = (int32_t) lrint(weight * (p - (b->data.label[i] != 0)) / UNIT);
		b->slopes[i].h = (int32_t) lrint(weight * p * (1 - p) / UNIT) + 1;
	}
}

/* At least one: the share is of those that can be divided at all. */
static void
draw_columns(Booster *b)
{
	int m = b->data.n_columns;
	int candidates = 0;
	int wanted;

	for (int j = 0; j < m; j++)
		candidates += b->bins[j].n_cuts + b->bins[j].has_missing > 0;
	wanted = (int) ceil(b->options.column_share * candidates);
	for (int j = 0; j < m; j++)
	{
		b->column_in[j] = false;
		if (b->bins[j].n_cuts + b->bins[j].has_missing == 0)
			continue;
		b->column_in[j] = wanted >= candidates || uniform(b) * candidates < wanted;
		wanted -= b->column_in[j];
		candidates--;
	}
}

static void
plant(Booster *b)
{
	Leaf *root = &b->leaves[0];

	draw_rows(b);
	draw_columns(b);
	*root = (Leaf){ .n = b->data.n_rows, .histogram = b->histograms };
	for (size_t i = 0; i < root->n; i++)
	{
		root->sum.g += b->slopes[i].g;
		root->sum.h += b->slopes[i].h;
		root->sum.n += b->slopes[i].h != 0;
	}
	b->n_leaves = 1;
	b->n_nodes = 1;
	fill_histogram(b, root);
	find_split(b, root);
}

static bool
goes_left(uint8_t code, const Split *split)
{
	return code == BINS_MISSING ? split->missing_left : code <= split->bin;
}

/* Puts the rows of the left side first; returns how many there are. Order is kept. */
static size_t
divide_rows(Booster *b, const Leaf *leaf)
{
	const uint8_t *codes = b->bins[leaf->split.column].codes;
	uint32_t	  *rows = b->rows + leaf->first;
	Slope		  *slopes = b->slopes + leaf->first;
	size_t		   n_left = 0;
	size_t		   n_right = 0;

	for (size_t i = 0; i < leaf->n; i++)
	{
		uint32_t row = rows[i];
		Slope	 slope = slopes[i];

		if (goes_left(codes[row], &leaf->split))
		{
			rows[n_left] = row;
			slopes[n_left++] = slope;
		}
		else
		{
			b->other_rows[n_right] = row;
			b->other_slopes[n_right++] = slope;
		}
	}
	memcpy(rows + n_left, b->other_rows, sizeof(uint32_t) * n_right);
	memcpy(slopes + n_left, b->other_slopes, sizeof(Slope) * n_right);
	return n_left;
}

static void
sum_rows(const Booster *b, Leaf *leaf)
{
	leaf->sum = (Sum){ 0 };
	for (size_t i = 0; i < leaf->n; i++)
		add_to(&leaf->sum, &(Sum){ b->slopes[leaf->first + i].g, b->slopes[leaf->first + i].h,
								   b->slopes[leaf->first + i].h != 0 });
}

/* The left child takes the leaf's place; the smaller one's histogram is counted, the other's follows. */
static void
divide(Booster *b, Leaf *leaf)
{
	Leaf	 *right = &b->leaves[b->n_leaves++];
	TreeNode *node = &b->nodes[leaf->node];
	Leaf	 *small = right;
	Leaf	 *large = leaf;
	Sum		 *spare = b->histograms + b->offset[b->data.n_columns] * (b->n_leaves - 1);
	Sum		 *whole = leaf->histogram;

	node->column = leaf->split.column;
	node->missing_left = leaf->split.missing_left;
	/* Only a split of missing from all others has no cut. */
	node->value = leaf->split.bin < b->bins[node->column].n_cuts
					  ? b->bins[node->column].cuts[leaf->split.bin]
					  : DBL_MAX;
	node->left = (uint32_t) b->n_nodes;
	*right = *leaf;
	leaf->n = divide_rows(b, leaf);
	right->first += leaf->n;
	right->n -= leaf->n;
	leaf->node = (uint32_t) b->n_nodes++;
	right->node = (uint32_t) b->n_nodes++;
	leaf->depth = ++right->depth;
	sum_rows(b, leaf);
	sum_rows(b, right);
	if (leaf->n < right->n)
	{
		small = leaf;
		large = right;
	}
	small->histogram = spare;
	large->histogram = whole;
	fill_histogram(b, small);
	subtract_histogram(b, large, small);
	find_split(b, leaf);
	find_split(b, right);
}

static Leaf *
best_leaf(Booster *b)
{
	Leaf *best = NULL;

	for (int i = 0; i < b->n_leaves; i++)
		if (b->leaves[i].split.column >= 0 &&
			(best == NULL || b->leaves[i].split.gain > best->split.gain))
			best = &b->leaves[i];
	return best;
}

static void
finish_leaf(Booster *b, const Leaf *leaf)
{
	TreeNode *node = &b->nodes[leaf->node];
	double	  step = -leaf->sum.g * UNIT / (leaf->sum.h * UNIT + b->options.ridge);

	node->column = -1;
	node->value = b->options.rate * fmin(fmax(step, -MOST_ADD), MOST_ADD);
	for (size_t i = 0; i < leaf->n; i++)
		b->logits[b->rows[leaf->first + i]] += node->value;
	node->cover = leaf->sum.n;
}

/* Nodes were numbered as they came; the tree kept has them level by level. */
static void
keep_tree(Booster *b)
{
	TreeNode *nodes = need(NULL, sizeof(TreeNode) * b->n_nodes);
	uint32_t  next = 1;

	nodes[0] = b->nodes[0];
	for (uint32_t i = 0; i < next; i++)
	{
		if (nodes[i].column < 0)
			continue;
		nodes[next] = b->nodes[nodes[i].left];
		nodes[next + 1] = b->nodes[nodes[i].left + 1];
		nodes[i].left = next;
		next += 2;
	}
	for (uint32_t i = next; i-- > 0;)
		if (nodes[i].column >= 0)
			nodes[i].cover = nodes[nodes[i].left].cover + nodes[nodes[i].left + 1].cover;
	b->trees = need(b->trees, sizeof(Tree) * (b->n_trees + 1));
	b->trees[b->n_trees++] = (Tree){ b->n_nodes, nodes };
}

void
booster_grow(Booster *b)
{
	Leaf *leaf;

	plant(b);
	while (b->n_leaves < b->options.leaves && (leaf = best_leaf(b)) != NULL)
		divide(b, leaf);
	for (int i = 0; i < b->n_leaves; i++)
		finish_leaf(b, &b->leaves[i]);
	keep_tree(b);
}

int
booster_trees(const Booster *b, const Tree **trees)
{
	*trees = b->trees;
	return b->n_trees;
}

double
booster_base(const Booster *b)
{
	return b->base;
}

const double *
booster_logits(const Booster *b)
{
	return b->logits;
}
