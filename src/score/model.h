/*-------------------------------------------------------------------------
 *
 * model.h
 *	  The models that scores are computed with at the moment.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_MODEL_H
#define SCORE_MODEL_H

#include "compat.h"

#include "access/tupdesc.h"
#include "fmgr.h"

#include "score/outlook.h"
#include "score/spend.h"
#include "score/stage_sql.h"

/* What there are models of; by these names in empathy.model. */
typedef enum ModelTask
{
	MODEL_CHURN,		   /* "churn": of not coming back, or of cancelling */
	MODEL_PURCHASE_INTENT, /* "purchase_intent": of buying within days */
	MODEL_PURCHASE_NOW,	   /* "purchase_now": of buying within hours */
	MODEL_VALUE,		   /* "value": of not buying again, and of amounts */
	MODEL_ITEM,			   /* "item": of buying an item again */
	MODEL_TASKS
} ModelTask;

typedef struct ScoreModel
{
	char		 name[NAMEDATALEN];
	ModelTask	 task;
	int32		 as_of; /* the last day that it knew of; DATEVAL_NOBEGIN if it is built in */
	OutlookModel outlook;
	bool		 spends; /* are amounts known? */
	SpendParams	 spend;
} ScoreModel;

/* The one in use; for MODEL_PURCHASE_NOW, NULL if none was learned. */
extern const ScoreModel *model_current(FmgrInfo *flinfo, ModelTask task);

/* The row type of the function that is called, kept for the calls to come. */
extern TupleDesc model_result_type(FunctionCallInfo fcinfo);

/* A place for what else a function keeps with its call information. */
extern void **model_more(FmgrInfo *flinfo);
/* The roles of kinds that were set, and a replay by the rules between stages. */
extern const ProfileRoles *roles_current(FmgrInfo *flinfo);
extern StageReplay		  *stages_current(FmgrInfo *flinfo);

/* Reads the model of a name. */
extern void model_read(const char *name, ScoreModel *model);

/* "auto", "purchase", "activity". */
extern HistoryTarget history_target(const char *name);

/* The same of a model, and "cancel", for which activity counts. */
extern HistoryTarget model_target(ModelTask task, const char *target);
extern OutlookTask	 model_outlook_task(ModelTask task, const char *target);
extern ModelTask	 model_task(const char *name);

#endif /* SCORE_MODEL_H */
