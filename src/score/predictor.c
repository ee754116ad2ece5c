/*-------------------------------------------------------------------------
 *
 * predictor.c
 *	  Check a predictor's bytes, view them in place and score rows. Nothing in
 *	  them is trusted: after predictor_view() says yes, no row leads out of them
 *	  or into a loop.
 *
 *-------------------------------------------------------------------------
 */
#include "score/predictor.h"

#include <math.h>
#include <string.h>


PredictorFeature
predictor_feature(const Predictor *predictor, int i)
{
	const uint8_t *p = predictor->features + (size_t) i * PREDICTOR_FEATURE_BYTES;
	const uint8_t *n = p + PREDICTOR_NAME;
	const uint8_t *d = n + 32;

	return (PredictorFeature){ .name = (const char *) p,
							   .kind = (PredictorKind) text_get32(n),
							   .curved = text_get32(n + 4) != 0,
							   .first_category = text_get32(n + 8),
							   .n_categories = text_get32(n + 12),
							   .first_slot = text_get32(n + 16),
							   .n_slots = text_get32(n + 20),
							   .other = text_get32(n + 24),
							   .center = predictor_double(d),
							   .weight = predictor_double(d + 8),
							   .low = predictor_double(d + 16),
							   .high = predictor_double(d + 24),
							   .missing = predictor_double(d + 32) };
}

/* --------------------------------------------------------------- checking */

static bool
is_within(double value, double limit)
{
	return fabs(value) <= limit; /* NaN isn't */
}

/* One to 63 bytes without a zero, then zeros. */
static bool
is_name(const uint8_t *p)
{
	size_t n = strnlen((const char *) p, PREDICTOR_NAME);

	if (n == 0 || n == PREDICTOR_NAME)
		return false;
	while (n < PREDICTOR_NAME)
		if (p[n++] != 0)
			return false;
	return true;
}

static bool
check_categories(const Predictor *predictor, const PredictorFeature *f)
{
	const uint8_t *p =
		predictor->categories + (size_t) f->first_category * PREDICTOR_CATEGORY_BYTES;

	for (uint32_t i = 0; i < f->n_categories; i++, p += PREDICTOR_CATEGORY_BYTES)
	{
		if (text_get32(p + 8) >= f->n_slots || text_get32(p + 12) != 0)
			return false;
		if (i > 0 && predictor_get64(p) <= predictor_get64(p - PREDICTOR_CATEGORY_BYTES))
			return false;
	}
	return true;
}

/* Its parts follow those of the features before, and its numbers can be worked with. */
static bool
check_feature(const Predictor *predictor, int i, uint64_t *categories, uint64_t *slots)
{
	PredictorFeature f = predictor_feature(predictor, i);
	const uint8_t	*p = predictor->features + (size_t) i * PREDICTOR_FEATURE_BYTES;

	if (!is_name(p) || (unsigned) f.kind >= PREDICTOR_KINDS ||
		text_get32(p + PREDICTOR_NAME + 4) > 1 || text_get32(p + PREDICTOR_NAME + 28) != 0)
		return false;
	if (f.first_category != *categories || f.first_slot != *slots ||
		f.n_slots > PREDICTOR_MAX_SLOTS || (f.other != PREDICTOR_NONE && f.other >= f.n_slots) ||
		(f.kind != PREDICTOR_CATEGORY && f.n_slots > 0))
		return false;
	*categories += f.n_categories;
	*slots += f.n_slots;
	return is_within(f.center, PREDICTOR_LARGEST) && is_within(f.low, PREDICTOR_LARGEST) &&
		   is_within(f.high, PREDICTOR_LARGEST) && f.low <= f.high &&
		   is_within(f.missing, PREDICTOR_MAX_LOGIT) &&
		   is_within(f.weight * (predictor_curve(f.curved, f.low) - f.center),
					 PREDICTOR_MAX_LOGIT) &&
		   is_within(f.weight * (predictor_curve(f.curved, f.high) - f.center),
					 PREDICTOR_MAX_LOGIT);
}

/* Level by level: each inner node's children are the next two, so it is a tree, and share its rows. */
static bool
check_tree(const Predictor *predictor, const uint8_t *nodes, uint32_t n_nodes)
{
	uint8_t	 depth[PREDICTOR_MAX_NODES] = { 0 };
	uint32_t next = 1;

	for (uint32_t i = 0; i < n_nodes; i++)
	{
		PredictorNode node = predictor_node(nodes, i);

		if (!(node.cover > 0) || !is_within(node.cover, 1e15))
			return false;
		if (node.feature == PREDICTOR_NONE)
		{
			if (node.left != 0 || node.missing_left || !is_within(node.value, PREDICTOR_MAX_LOGIT))
				return false;
			continue;
		}
		if (node.feature >= (uint32_t) predictor->n_features || isnan(node.value) ||
			node.left != next || next + 2 > n_nodes || depth[i] == PREDICTOR_MAX_DEPTH)
			return false;
		if (predictor_node(nodes, next).cover + predictor_node(nodes, next + 1).cover != node.cover)
			return false;
		depth[next] = depth[next + 1] = (uint8_t) (depth[i] + 1);
		next += 2;
	}
	return next == n_nodes;
}

static bool
check_trees(const Predictor *predictor, uint64_t n_nodes)
{
	uint64_t used = 0;

	for (int i = 0; i < predictor->n_trees; i++)
	{
		uint32_t n = text_get32(predictor->trees + 4 * i);

		if (n < 1 || n > PREDICTOR_MAX_NODES || n > n_nodes - used)
			return false;
		if (!check_tree(predictor, predictor->nodes + used * PREDICTOR_NODE_BYTES, n))
			return false;
		used += n;
	}
	return used == n_nodes;
}

static bool
read_points(Calibration *calibration, const uint8_t *p, uint32_t n)
{
	*calibration = (Calibration){ .kind = n > 0 ? CALIBRATION_ISOTONIC : CALIBRATION_NONE,
								  .slope = 1,
								  .n_points = (int) n };
	for (uint32_t i = 0; i < n; i++, p += 16)
	{
		calibration->from[i] = predictor_double(p);
		calibration->to[i] = predictor_double(p + 8);
		if (!is_within(calibration->from[i], PREDICTOR_MAX_LOGIT) ||
			!is_within(calibration->to[i], PREDICTOR_MAX_LOGIT))
			return false;
		if (i > 0 && (calibration->from[i] <= calibration->from[i - 1] ||
					  calibration->to[i] < calibration->to[i - 1]))
			return false;
	}
	return true;
}

static bool
check_features(const Predictor *predictor, uint64_t n_categories, uint64_t n_slots)
{
	uint64_t categories = 0;
	uint64_t slots = 0;

	for (int i = 0; i < predictor->n_features; i++)
		if (!check_feature(predictor, i, &categories, &slots))
			return false;
	if (categories != n_categories || slots != n_slots)
		return false;
	for (int i = 0; i < predictor->n_features; i++)
	{
		PredictorFeature f = predictor_feature(predictor, i);

		if (!check_categories(predictor, &f))
			return false;
	}
	for (uint64_t i = 0; i < n_slots; i++)
		if (!is_within(predictor_double(predictor->slots + 8 * i), PREDICTOR_MAX_LOGIT))
			return false;
	return true;
}

static const char *
check_header(const uint8_t *p, size_t size)
{
	if (size < PREDICTOR_HEADER || memcmp(p, PREDICTOR_MAGIC, 8) != 0)
		return "it is no predictor";
	if (text_get32(p + 8) != PREDICTOR_FORMAT)
		return "its format is not known";
	if (text_get32(p + 12) != size)
		return "its size is wrong";
	if (predictor_get64(p + 16) !=
		text_model_checksum(p + PREDICTOR_SUMMED, size - PREDICTOR_SUMMED))
		return "its checksum is wrong";
	return NULL;
}

bool
predictor_view(Predictor *predictor, const void *bytes, size_t size, const char **why)
{
	const uint8_t *p = bytes;
	uint32_t	   n[6]; /* features, categories, slots, trees, nodes, points */

	if ((*why = check_header(p, size)) != NULL)
		return false;
	*why = "its parts don't fit together";
	for (int i = 0; i < 6; i++)
		n[i] = text_get32(p + PREDICTOR_SUMMED + 4 * i);
	if (n[0] > PREDICTOR_MAX_FEATURES || n[3] > PREDICTOR_MAX_TREES || n[5] > CALIBRATION_POINTS ||
		PREDICTOR_HEADER + (uint64_t) n[0] * PREDICTOR_FEATURE_BYTES +
				(uint64_t) n[1] * PREDICTOR_CATEGORY_BYTES + (uint64_t) n[2] * 8 +
				(uint64_t) n[3] * 4 + (uint64_t) n[4] * PREDICTOR_NODE_BYTES +
				(uint64_t) n[5] * 16 !=
			size)
		return false;
	predictor->n_features = (int) n[0];
	predictor->n_trees = (int) n[3];
	predictor->intercept = predictor_double(p + 48);
	predictor->features = p + PREDICTOR_HEADER;
	predictor->categories = predictor->features + (size_t) n[0] * PREDICTOR_FEATURE_BYTES;
	predictor->slots = predictor->categories + (size_t) n[1] * PREDICTOR_CATEGORY_BYTES;
	predictor->trees = predictor->slots + (size_t) n[2] * 8;
	predictor->nodes = predictor->trees + (size_t) n[3] * 4;
	if (!is_within(predictor->intercept, PREDICTOR_MAX_LOGIT) ||
		!check_features(predictor, n[1], n[2]) || !check_trees(predictor, n[4]) ||
		!read_points(&predictor->calibration,
					 predictor->nodes + (size_t) n[4] * PREDICTOR_NODE_BYTES, n[5]))
		return false;
	*why = NULL;
	return true;
}

/* ---------------------------------------------------------------- scoring */

double
predictor_curve(bool curved, double x)
{
	return curved ? copysign(log1p(fabs(x)), x) : x;
}

uint64_t
predictor_hash(const char *name, size_t len)
{
	return text_model_checksum(name, len);
}

double
predictor_slot(const Predictor *predictor, int feature, uint64_t hash)
{
	PredictorFeature f = predictor_feature(predictor, feature);
	const uint8_t	*list =
		predictor->categories + (size_t) f.first_category * PREDICTOR_CATEGORY_BYTES;
	uint32_t low = 0;
	uint32_t high = f.n_categories;

	while (low < high)
	{
		uint32_t	   middle = low + (high - low) / 2;
		const uint8_t *p = list + (size_t) middle * PREDICTOR_CATEGORY_BYTES;

		if (predictor_get64(p) == hash)
			return text_get32(p + 8);
		if (predictor_get64(p) < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return f.other == PREDICTOR_NONE ? NAN : f.other;
}

double
predictor_line_part(const Predictor *predictor, const PredictorFeature *f, double x)
{
	if (isnan(x))
		return f->missing;
	if (f->kind == PREDICTOR_CATEGORY)
		return predictor_double(predictor->slots + 8 * ((size_t) f->first_slot + (uint32_t) x));
	return f->weight * (predictor_curve(f->curved, fmin(fmax(x, f->low), f->high)) - f->center);
}

static double
tree_value(const uint8_t *nodes, const double *row)
{
	PredictorNode node = predictor_node(nodes, 0);

	while (node.feature != PREDICTOR_NONE)
		node = predictor_node(nodes, node.left + !predictor_goes_left(&node, row));
	return node.value;
}

double
predictor_logit(const Predictor *predictor, const double *row)
{
	const uint8_t *nodes = predictor->nodes;
	double		   logit = predictor->intercept;

	for (int i = 0; i < predictor->n_features; i++)
	{
		PredictorFeature f = predictor_feature(predictor, i);

		logit += predictor_line_part(predictor, &f, row[i]);
	}
	for (int i = 0; i < predictor->n_trees; i++)
	{
		logit += tree_value(nodes, row);
		nodes += (size_t) text_get32(predictor->trees + 4 * i) * PREDICTOR_NODE_BYTES;
	}
	return calibration_apply(&predictor->calibration, logit);
}
