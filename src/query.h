/*-------------------------------------------------------------------------
 *
 * query.h
 *	  Running queries that users wrote, and functions of ours.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_QUERY_H
#define EMPATHY_QUERY_H

#include "compat.h"

#include "executor/spi.h"
#include "fmgr.h"

/* Whether a plan is one SELECT, without a part that changes something or locks rows. */
extern bool query_is_select(SPIPlanPtr plan);

/*
 * Runs a query that must change nothing by the snapshot of the calling query,
 * and returns its rows as those of a set-returning function.  params may be
 * NULL.  The error for other columns than expected is mismatch.
 */
extern void query_rows(FunctionCallInfo fcinfo, const char *query, ParamListInfo params,
					   const char *mismatch);

/* Runs a command that selects one value, of a type passed by value, as the owner of our tables. */
extern Datum query_as_ours(const char *command, int n, Oid *types, Datum *values, bool *isnull);

#endif /* EMPATHY_QUERY_H */
