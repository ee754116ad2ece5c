/*-------------------------------------------------------------------------
 *
 * encoding.h
 *	  A table's columns as trees and logistic regression take them, learned
 *	  from the rows to learn from alone.
 *
 * Categories with enough rows get a slot each, in the order of the label's rate
 * among their rows; all others share one. Trees see the slot's number, the line
 * its evidence: the logit of that rate, pulled to that of all.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_ENCODING_H
#define EMPATHY_LEARN_ENCODING_H

#include "learn/attributes.h"

typedef struct Code
{
	bool	curved;	 /* the line sees the logarithm: the values' tail is long */
	bool	missing; /* there are missing values, so the line has a column for that */
	double	fill;	 /* what the line sees for them: the mean */
	double	low;	 /* of a number */
	double	high;
	int		n_slots; /* of categories */
	int		other;	 /* slot of those without their own; -1: none */
	int	   *slot_of; /* n_categories; -1 where there is none */
	double	evidence[PREDICTOR_MAX_SLOTS];
	double *column; /* what trees see, of all rows */
} Code;

typedef struct Encoding
{
	const AttributeTable *table;
	Code				 *codes;
	const double		**columns;	/* of the codes */
	int					  n_inputs; /* columns of the line */
} Encoding;

extern void encoding_make(const AttributeTable *table, Encoding *encoding);
extern void encoding_free(Encoding *encoding);

/*
 * What the line sees of a row: n_inputs finite numbers, an attribute's value
 * and then, where it can be missing, whether it is.
 */
extern void encoding_inputs(const Encoding *encoding, size_t row, double *inputs);

#endif /* EMPATHY_LEARN_ENCODING_H */
