/*-------------------------------------------------------------------------
 *
 * linear.h
 *	  Linear classifiers over sparse rows: softmax or one sigmoid against the
 *	  rest for one label a row, or independent sigmoids for several, fitted with
 *	  AdaGrad.
 *
 * A row with n features has the value 1/sqrt(n) for each, and gram_value times
 * that for its grams, which come after the features and don't count in n. A
 * feature may carry columns: dense values (a lexicon's valence, say) whose
 * weights all features share. Neither costs anything later: linear_fit() folds
 * columns and gram_value into the weights.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_LINEAR_H
#define EMPATHY_LEARN_LINEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINEAR_MAX_OUTPUTS 1024
#define LINEAR_MAX_COLUMNS 128

typedef struct LinearRow
{
	size_t	 first; /* of its features in ids */
	int		 n;
	int		 n_grams;
	uint32_t target; /* the output, or a bit 1 << output for each (sigmoids) */
	uint32_t judged; /* outputs that the row says anything about, as bits (sigmoids) */
	double	 weight;
} LinearRow;

typedef struct LinearData
{
	const uint32_t	*ids;
	const LinearRow *rows;
	int				 n_rows;
	int				 n_features;
	int				 n_outputs;
	int				 n_columns;
	const float		*columns; /* n_features x n_columns, or NULL */
	const bool		*is_gram; /* n_features */
	double			 gram_value;
} LinearData;

typedef struct LinearOptions
{
	bool	 softmax;
	int		 epochs;
	double	 rate;	  /* falls linearly to 5 % */
	double	 dropout; /* share of features left out of a step; columns stay */
	uint64_t seed;
	void (*tick)(void *arg, double share); /* called often with the share done; may be NULL */
	void  *tick_arg;
	bool   one_vs_rest; /* without softmax: the target is an output, not bits */
	double smoothing;	/* softmax: share of a row's target that all outputs share alike */
} LinearOptions;

/* Adds the fit, divided by the number of fits to average, to weights (n_features x n_outputs)
 * and bias (n_outputs). */
extern void linear_fit(const LinearData *data, const LinearOptions *options, int n_fits,
					   double *weights, double *bias);

#endif /* EMPATHY_LEARN_LINEAR_H */
