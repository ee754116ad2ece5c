/*-------------------------------------------------------------------------
 *
 * attributes.h
 *	  A table to learn from: columns of numbers and categories, and a
 *	  yes-or-no label.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_ATTRIBUTES_H
#define EMPATHY_LEARN_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "score/predictor.h"

typedef struct Attribute
{
	char		  name[PREDICTOR_NAME];
	PredictorKind kind;
	double		 *values; /* numbers, or numbers of categories; NaN is missing */
	uint64_t	 *hashes; /* of categories (predictor_hash); NULL for numbers */
	int			  n_categories;
} Attribute;

typedef struct AttributeTable
{
	size_t		n_rows;		  /* below 2^32 */
	int			n_attributes; /* at most PREDICTOR_MAX_FEATURES */
	Attribute  *attributes;
	uint8_t	   *label; /* 0 or 1 */
	const bool *learn; /* rows to learn from; NULL: all */
} AttributeTable;

#endif /* EMPATHY_LEARN_ATTRIBUTES_H */
