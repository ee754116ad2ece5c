/*-------------------------------------------------------------------------
 *
 * value_sql.h
 *	  What customers are expected to spend, for functions of many scores.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_VALUE_SQL_H
#define SCORE_VALUE_SQL_H

#include "score/model.h"
#include "score/reading.h"
#include "score/value.h"

#define SCORE_VALUE_HORIZON 365.0 /* days */

/* False where no amounts are known, or the customer never bought. */
extern bool score_value_of(Reading *reading, const ScoreModel *model, double horizon,
						   OutlookDetail detail, ScoreValue *value);

#endif /* SCORE_VALUE_SQL_H */
