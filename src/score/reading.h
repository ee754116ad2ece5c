/*-------------------------------------------------------------------------
 *
 * reading.h
 *	  What functions of (profile, as_of, ...) begin and end with.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_READING_H
#define SCORE_READING_H

#include "compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "profile/profile_sql.h"
#include "score/outlook.h"

/* The first argument, a profile, read up to as_of. */
typedef struct Reading
{
	ProfileView view;
	ProfileView start; /* the same, not read from */
	History		history;
	int32		as_of;
	OutlookMemo memo; /* of as_of */
} Reading;

/* False if the profile or as_of is null. half_life, in days, is that of the labels' weights. */
extern bool reading_begin(FunctionCallInfo fcinfo, int as_of_arg, double half_life,
						  Reading *reading);
extern void reading_end(Reading *reading);

/* The horizon in days; `otherwise` if there is none. */
extern double score_horizon(FunctionCallInfo fcinfo, int arg, double otherwise);

/* The row that the function returns. */
extern Datum score_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/* Likewise, of cadence(). */
extern Datum score_cadence_row(FunctionCallInfo fcinfo, const Cadence *cadence);

/* A row of empathy.estimate. */
typedef struct ScoreEstimate
{
	double		value, lo, hi;
	int64		n;
	TimestampTz as_of;
	const char *model; /* NULL: none */
} ScoreEstimate;

extern Datum score_estimate(FunctionCallInfo fcinfo, const ScoreEstimate *estimate);

#endif /* SCORE_READING_H */
