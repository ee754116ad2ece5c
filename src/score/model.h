/*-------------------------------------------------------------------------
 *
 * model.h
 *	  The population model that scores are computed with at the moment.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_MODEL_H
#define SCORE_MODEL_H

#include "compat.h"

#include "fmgr.h"

#include "score/history.h"

typedef struct ChurnModel
{
	char		  name[NAMEDATALEN];
	HistoryTarget target;
	MbgParams	  params;
	MbgBaseline	  baseline;
	double		  covariance[MBG_NPARAMS][MBG_NPARAMS];
} ChurnModel;

extern const ChurnModel *churn_model_current(FmgrInfo *flinfo);
extern HistoryTarget	 history_target(const char *name);

#endif /* SCORE_MODEL_H */
