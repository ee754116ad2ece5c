/*-------------------------------------------------------------------------
 *
 * item_sql.h
 *	  Explanations of items, for explain().
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_ITEM_SQL_H
#define SCORE_ITEM_SQL_H

#include "compat.h"

#include "fmgr.h"
#include "nodes/execnodes.h"

#include "score/outlook.h"
#include "score/reading.h"

/* Why an item is likely to be bought again: its rows, none if it never was bought. */
extern void score_explain_item(FunctionCallInfo fcinfo, ReturnSetInfo *rsinfo, const char *name);

/* The base, and the topics that speak for or against; in these words, or in those for all scores. */
extern void score_put_reasons(ReturnSetInfo *rsinfo, const Reading *reading,
							  const OutlookModel *model, const FeatureFacts *facts, double base,
							  const double topics[N_TOPICS], const char *const words[N_TOPICS]);

#endif /* SCORE_ITEM_SQL_H */
