/*-------------------------------------------------------------------------
 *
 * attribute_value.h
 *	  SQL values as the features of predictors.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_ATTRIBUTE_VALUE_H
#define SCORE_ATTRIBUTE_VALUE_H

#include "compat.h"

#include "score/predictor.h"

/*
 * What a type's values are to a predictor; false if it can't use them. Domains
 * count as what is under them.
 */
extern bool		   attribute_kind(Oid type, PredictorKind *kind);
extern const char *attribute_kind_name(PredictorKind kind);

/* A value of a type whose kind is not a category; NaN counts as missing. */
extern double attribute_number(Oid type, Datum value);

/* The name of a category, in the server's encoding, and the hash that stands for it. */
extern text	   *attribute_name(Oid type, Datum value);
extern uint64_t attribute_hash(text *name);

#endif /* SCORE_ATTRIBUTE_VALUE_H */
