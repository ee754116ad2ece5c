/*-------------------------------------------------------------------------
 *
 * predictor.h
 *	  A model of a yes-or-no label over a table's columns, as it lies in its
 *	  bytes, checked and viewed in place: a line of logistic regression,
 *	  boosted trees, or both, and a calibration.
 *
 * Bytes (little-endian, format 1; f64 is an IEEE 754 double):
 *	  8 bytes	 magic "EMPPRED\n"
 *	  uint32	 format
 *	  uint32	 bytes in all
 *	  uint64	 checksum (text_model_checksum) of all that follows
 *	  uint32[6]	 numbers of features, categories, slots, trees, nodes, points
 *	  f64		 intercept of the logit
 *	  per feature, 136 bytes:
 *		char[64] name of its column, padded with zeros
 *		uint32	 kind (PredictorKind)
 *		uint32	 1 if the line sees its logarithm: sign(x) log(1 + |x|)
 *		uint32[4] first category and their number, first slot and their number
 *		uint32	 slot of categories that aren't listed, or PREDICTOR_NONE
 *		uint32	 zero
 *		f64[5]	 the line adds weight * (x - center), x brought into low .. high
 *				 first, or missing: center, weight, low, high, missing
 *	  per category, 16 bytes, those of a feature by rising hashes:
 *		uint64	 hash (predictor_hash)
 *		uint32	 slot, counted from the feature's first
 *		uint32	 zero
 *	  per slot: f64 what the line adds for it
 *	  per tree: uint32 its number of nodes
 *	  per node, 24 bytes, each tree's level by level from its root:
 *		uint32	 feature, or PREDICTOR_NONE in a leaf
 *		uint32	 left child within the tree, the right one is next to it; the
 *				 highest bit: missing values go left
 *		f64		 threshold (x <= threshold goes left), or what a leaf adds
 *		f64		 rows that it was learned from
 *	  per point: f64[2], the calibration's from and to; none: nothing to do
 *
 * A value of a category stands as its slot; slots lie in the order of the
 * label's rate, so trees divide them like numbers. Names of categories are not
 * kept, only hashes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_PREDICTOR_H
#define EMPATHY_SCORE_PREDICTOR_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "score/calibration.h"
#include "text/model.h"

#define PREDICTOR_MAGIC		   "EMPPRED\n"
#define PREDICTOR_FORMAT	   1
#define PREDICTOR_NONE		   UINT32_MAX
#define PREDICTOR_NAME		   64 /* bytes, with the closing zero */
#define PREDICTOR_MAX_FEATURES 1000
#define PREDICTOR_MAX_SLOTS	   255 /* of a feature */
#define PREDICTOR_MAX_TREES	   10000
#define PREDICTOR_MAX_NODES	   127 /* of a tree */
#define PREDICTOR_MAX_DEPTH	   16
#define PREDICTOR_LARGEST	   1e100 /* numbers are brought into +- this */
#define PREDICTOR_MAX_LOGIT	   1e6	 /* of any part of a logit */

#define PREDICTOR_SUMMED		 24 /* where the bytes under the checksum begin */
#define PREDICTOR_HEADER		 56
#define PREDICTOR_FEATURE_BYTES	 136
#define PREDICTOR_CATEGORY_BYTES 16
#define PREDICTOR_NODE_BYTES	 24
#define PREDICTOR_MISSING_LEFT	 UINT32_C(0x80000000)

/* What a column holds. All but categories are numbers. */
typedef enum PredictorKind
{
	PREDICTOR_NUMBER,
	PREDICTOR_TRUTH,	/* 0 or 1 */
	PREDICTOR_TIME,		/* days since 2000-01-01 */
	PREDICTOR_SPAN,		/* days */
	PREDICTOR_CATEGORY, /* text */
	PREDICTOR_KINDS
} PredictorKind;

typedef struct PredictorFeature
{
	const char	 *name;
	PredictorKind kind;
	bool		  curved;
	uint32_t	  first_category;
	uint32_t	  n_categories;
	uint32_t	  first_slot;
	uint32_t	  n_slots;
	uint32_t	  other;
	double		  center;
	double		  weight;
	double		  low;
	double		  high;
	double		  missing;
} PredictorFeature;

typedef struct PredictorNode
{
	uint32_t feature;
	uint32_t left;
	bool	 missing_left;
	double	 value;
	double	 cover;
} PredictorNode;

typedef struct Predictor
{
	int			   n_features;
	int			   n_trees;
	double		   intercept;
	const uint8_t *features;
	const uint8_t *categories;
	const uint8_t *slots;
	const uint8_t *trees;
	const uint8_t *nodes;
	Calibration	   calibration; /* none or isotonic: a line is in the weights */
} Predictor;

/* False, with a reason, unless the bytes are a predictor that can be used. They must outlive it. */
extern bool predictor_view(Predictor *predictor, const void *bytes, size_t size, const char **why);

extern PredictorFeature predictor_feature(const Predictor *predictor, int i);

/* What x the line of a feature sees. */
extern double predictor_curve(bool curved, double x);

/* The hash by which a category is kept, of its name in UTF-8. */
extern uint64_t predictor_hash(const char *name, size_t len);

/* A category as a value of a row; NaN (missing) where it is unknown and has no slot. */
extern double predictor_slot(const Predictor *predictor, int feature, uint64_t hash);

/*
 * Of a row of n_features values, in their order: numbers within +-PREDICTOR_LARGEST, slots, or
 * NaN where a value is missing.
 */
extern double predictor_logit(const Predictor *predictor, const double *row);

/* What the line adds for a feature's value. */
extern double predictor_line_part(const Predictor *predictor, const PredictorFeature *feature,
								  double x);

/*
 * The parts of a row's logit: one of each feature, then that of no feature (the base), then what
 * the calibration adds; n_features + 2 that sum to the logit.
 *
 * A feature's part is what it adds to the line against its mean, plus its Shapley values in the
 * trees.
 */
extern void predictor_explain(const Predictor *predictor, const double *row, double *parts);

/* The rest is for src/score/predictor*.c. A row goes through thousands of nodes. */

static inline uint64_t
predictor_get64(const uint8_t *p)
{
	return text_get32(p) | (uint64_t) text_get32(p + 4) << 32;
}

static inline double
predictor_double(const uint8_t *p)
{
	uint64_t bits = predictor_get64(p);
	double	 value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static inline PredictorNode
predictor_node(const uint8_t *nodes, uint32_t i)
{
	const uint8_t *p = nodes + (size_t) i * PREDICTOR_NODE_BYTES;
	uint32_t	   left = text_get32(p + 4);

	return (PredictorNode){ text_get32(p), left & ~PREDICTOR_MISSING_LEFT,
							(left & PREDICTOR_MISSING_LEFT) != 0, predictor_double(p + 8),
							predictor_double(p + 16) };
}

static inline bool
predictor_goes_left(const PredictorNode *node, const double *row)
{
	double x = row[node->feature];

	return isnan(x) ? node->missing_left : x <= node->value;
}

#endif /* EMPATHY_SCORE_PREDICTOR_H */
