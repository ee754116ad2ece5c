/*-------------------------------------------------------------------------
 *
 * predictor_explain.c
 *	  The parts of a predictor's logit.
 *
 * In trees: Shapley values of the features, by the path algorithm of Lundberg,
 * Erion & Lee, "Consistent individualized feature attribution for tree
 * ensembles" (2018), algorithm 2: what isn't known goes both ways, in
 * proportion to the rows that went there in learning. They and the tree's mean
 * sum to its value.
 *
 *-------------------------------------------------------------------------
 */
#include "score/predictor.h"

typedef struct PathStep
{
	uint32_t feature;
	double	 unknown; /* share of the rows that go this way while the feature isn't known */
	double	 known;	  /* 1 if the row goes this way, else 0 */
	double	 weight;  /* of the subsets of a size */
} PathStep;

typedef struct Path
{
	int		 n;
	PathStep steps[PREDICTOR_MAX_DEPTH + 2];
} Path;

static void
extend_path(Path *path, uint32_t feature, double unknown, double known)
{
	PathStep *s = path->steps;
	int		  n = path->n++;

	s[n] = (PathStep){ feature, unknown, known, n == 0 };
	for (int i = n - 1; i >= 0; i--)
	{
		s[i + 1].weight += known * s[i].weight * (i + 1) / (n + 1);
		s[i].weight = unknown * s[i].weight * (n - i) / (n + 1);
	}
}

/* Weight of all subsets without step k: what unwind_path() would leave, summed. */
static double
sum_without(const Path *path, int k)
{
	const PathStep *s = path->steps;
	int				last = path->n - 1;
	double			next = s[last].weight;
	double			sum = 0;

	for (int i = last - 1; i >= 0; i--)
	{
		if (s[k].known != 0)
		{
			double weight = next * (last + 1) / ((i + 1) * s[k].known);

			sum += weight;
			next = s[i].weight - weight * s[k].unknown * (last - i) / (last + 1);
		}
		else
			sum += s[i].weight * (last + 1) / (s[k].unknown * (last - i));
	}
	return sum;
}

/* Undoes extend_path() for step k. */
static void
unwind_path(Path *path, int k)
{
	PathStep *s = path->steps;
	int		  last = --path->n;
	double	  known = s[k].known;
	double	  unknown = s[k].unknown;
	double	  next = s[last].weight;

	for (int i = last - 1; i >= 0; i--)
	{
		if (known != 0)
		{
			double before = s[i].weight;

			s[i].weight = next * (last + 1) / ((i + 1) * known);
			next = before - s[i].weight * unknown * (last - i) / (last + 1);
		}
		else
			s[i].weight = s[i].weight * (last + 1) / (unknown * (last - i));
	}
	for (int i = k; i < last; i++)
	{
		s[i].feature = s[i + 1].feature;
		s[i].unknown = s[i + 1].unknown;
		s[i].known = s[i + 1].known;
	}
}

/* The path is a copy for each node; the depth is limited by predictor_view(). */
static void
explain_node(const uint8_t *nodes, uint32_t at, const double *row, Path path, uint32_t feature,
			 double unknown, double known, double *parts)
{
	PredictorNode node = predictor_node(nodes, at);
	double		  seen_unknown = 1;
	double		  seen_known = 1;
	int			  k = 1;

	extend_path(&path, feature, unknown, known);
	if (node.feature == PREDICTOR_NONE)
	{
		for (int i = 1; i < path.n; i++)
			parts[path.steps[i].feature] +=
				sum_without(&path, i) * (path.steps[i].known - path.steps[i].unknown) * node.value;
		return;
	}
	while (k < path.n && path.steps[k].feature != node.feature)
		k++;
	if (k < path.n)
	{
		seen_unknown = path.steps[k].unknown;
		seen_known = path.steps[k].known;
		unwind_path(&path, k);
	}
	for (uint32_t child = node.left; child <= node.left + 1; child++)
	{
		double cover = predictor_node(nodes, child).cover;
		bool   ours = (child == node.left) == predictor_goes_left(&node, row);

		explain_node(nodes, child, row, path, node.feature, seen_unknown * cover / node.cover,
					 ours ? seen_known : 0, parts);
	}
}

/* The mean of a tree's values over the rows that it was learned from. */
static double
tree_mean(const uint8_t *nodes, uint32_t n_nodes)
{
	double share[PREDICTOR_MAX_NODES] = { 1 };
	double mean = 0;

	for (uint32_t i = 0; i < n_nodes; i++)
	{
		PredictorNode node = predictor_node(nodes, i);

		if (node.feature == PREDICTOR_NONE)
			mean += share[i] * node.value;
		else
			for (uint32_t child = node.left; child <= node.left + 1; child++)
				share[child] = share[i] * predictor_node(nodes, child).cover / node.cover;
	}
	return mean;
}

void
predictor_explain(const Predictor *predictor, const double *row, double *parts)
{
	const uint8_t *nodes = predictor->nodes;
	double		  *base = parts + predictor->n_features;
	double		   logit = 0;

	*base = predictor->intercept;
	for (int i = 0; i < predictor->n_features; i++)
	{
		PredictorFeature f = predictor_feature(predictor, i);

		parts[i] = predictor_line_part(predictor, &f, row[i]);
	}
	for (int i = 0; i < predictor->n_trees; i++)
	{
		uint32_t n = text_get32(predictor->trees + 4 * i);

		*base += tree_mean(nodes, n);
		explain_node(nodes, 0, row, (Path){ 0 }, PREDICTOR_NONE, 1, 1, parts);
		nodes += (size_t) n * PREDICTOR_NODE_BYTES;
	}
	for (int i = 0; i <= predictor->n_features; i++)
		logit += parts[i];
	base[1] = calibration_apply(&predictor->calibration, logit) - logit;
}
