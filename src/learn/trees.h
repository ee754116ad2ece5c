/*-------------------------------------------------------------------------
 *
 * trees.h
 *	  Gradient-boosted decision trees for a yes-or-no label.
 *
 * Log loss by second-order steps (Friedman, Annals of Statistics 29, 2001;
 * Chen & Guestrin, KDD 2016), on histograms of at most 255 bins a column, the
 * leaf that gains most divided first (Ke et al., "LightGBM", NIPS 2017).
 * Missing values go to the side that they fit better. Sums are of integers:
 * exact in any order.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TREES_H
#define EMPATHY_LEARN_TREES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREES_MAX_LEAVES 64
#define TREES_MAX_DEPTH	 16
#define TREES_MAX_NODES	 (2 * TREES_MAX_LEAVES - 1)

typedef struct TreesData
{
	size_t				 n_rows; /* below 2^32 */
	int					 n_columns;
	const double *const *columns; /* n_columns of n_rows; NaN is missing */
	const uint8_t		*label;	  /* 0 or 1 */
	const bool			*learn;	  /* rows to learn from; NULL: all */
	const double		*weight;  /* above 0; NULL: all 1 */
} TreesData;

typedef struct TreesOptions
{
	int		 leaves;		 /* 2 to TREES_MAX_LEAVES */
	int		 min_rows;		 /* in a leaf */
	double	 rate;			 /* learning rate */
	double	 ridge;			 /* added to a leaf's second derivative */
	double	 row_share;		 /* of the rows that a tree learns from, in (0, 1] */
	double	 column_share;	 /* of the columns that it may use, in (0, 1] */
	uint64_t seed;			 /* not 0 */
	void (*tick)(void *arg); /* called often; may be NULL */
	void *tick_arg;
} TreesOptions;

/* An inner node sends x <= value to left, other x to left + 1; column is -1 in a leaf. */
typedef struct TreeNode
{
	int32_t	 column;
	uint32_t left;		   /* within its tree */
	bool	 missing_left; /* where missing values go */
	double	 value;		   /* the threshold, or what a leaf adds to the logit */
	double	 cover;		   /* rows that it was made from, by weight of evidence */
} TreeNode;

/* In the order of their rows in each tree: root, its children, theirs. */
typedef struct Tree
{
	int		  n_nodes;
	TreeNode *nodes;
} Tree;

typedef struct Booster Booster;

extern Booster *booster_start(const TreesData *data, const TreesOptions *options);
extern void		booster_grow(Booster *booster); /* one tree more */
extern int		booster_trees(const Booster *booster, const Tree **trees);
extern double	booster_base(const Booster *booster); /* the logit without any tree */

/* Of all rows, also those not learned from, with the trees so far. */
extern const double *booster_logits(const Booster *booster);
extern void			 booster_free(Booster *booster);

#endif /* EMPATHY_LEARN_TREES_H */
