/*-------------------------------------------------------------------------
 *
 * value_sql.c
 *	  What customers are expected to spend, to SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"

#include "score/model.h"
#include "score/reading.h"
#include "score/value_sql.h"

bool
score_value_of(Reading *reading, const ScoreModel *model, double horizon, OutlookDetail detail,
			   ScoreValue *value)
{
	OutlookQuestion question = { reading->as_of, horizon, { 0 }, &reading->memo };

	return model->spends &&
		   value_score(&model->outlook, &model->spend, &reading->history, &question, detail, value);
}

static bool
value_of(FunctionCallInfo fcinfo, const ScoreModel *model, OutlookDetail detail, ScoreValue *value)
{
	double	horizon = score_horizon(fcinfo, 2, SCORE_VALUE_HORIZON);
	Reading reading;
	bool	known;

	if (!reading_begin(fcinfo, 1, 1, &reading))
		return false;
	known = score_value_of(&reading, model, horizon, detail, value);
	reading_end(&reading);
	return known;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_value);
Datum
emp_score_value(PG_FUNCTION_ARGS)
{
	ScoreValue value;

	if (!value_of(fcinfo, model_current(fcinfo->flinfo, MODEL_VALUE), OUTLOOK_VALUE, &value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT4((float4) value.value);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_value_estimate);
Datum
emp_score_value_estimate(PG_FUNCTION_ARGS)
{
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_VALUE);
	ScoreValue		  value;
	ScoreEstimate	  estimate;

	if (!value_of(fcinfo, model, OUTLOOK_INTERVAL, &value))
		PG_RETURN_NULL();
	estimate = (ScoreEstimate){
		value.value, value.lo, value.hi, value.facts.rfm.x + 1, PG_GETARG_TIMESTAMPTZ(1),
		model->name
	};
	return score_estimate(fcinfo, &estimate);
}
