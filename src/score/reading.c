/*-------------------------------------------------------------------------
 *
 * reading.c
 *	  What functions of (profile, as_of, ...) begin and end with.
 *
 *-------------------------------------------------------------------------
 */
#include "score/reading.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "score/model.h"
#include "score/score_sql.h"

#define MAX_SPAN 36525 /* days */

double
score_span_days(const Interval *span, const char *what, double least)
{
	double n_days = span->month * (365.25 / 12) + span->day + (double) span->time / USECS_PER_DAY;

	if (!(n_days >= least) || n_days > MAX_SPAN)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be between %g and %d days", what, least, MAX_SPAN)));
	return n_days;
}

double
score_horizon(FunctionCallInfo fcinfo, int arg, double otherwise)
{
	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return otherwise;
	return score_span_days(PG_GETARG_INTERVAL_P(arg), "horizon", SCORE_MIN_SPAN);
}

int32
score_as_of_day(TimestampTz as_of)
{
	if (TIMESTAMP_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("as_of must be finite")));
	return profile_day(as_of);
}

bool
reading_begin(FunctionCallInfo fcinfo, int as_of_arg, double half_life, Reading *reading)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(as_of_arg))
		return false;
	reading->as_of = score_as_of_day(PG_GETARG_TIMESTAMPTZ(as_of_arg));
	profile_open_datum(&reading->view, PG_GETARG_PROFILE(0));
	reading->start = reading->view;
	reading->memo.known = false;
	history_read(&reading->history, &reading->view, roles_current(fcinfo->flinfo), reading->as_of,
				 half_life);
	return true;
}

void
reading_end(Reading *reading)
{
	history_free(&reading->history, &reading->view);
	profile_close(&reading->view);
}

Datum
score_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	return HeapTupleGetDatum(heap_form_tuple(model_result_type(fcinfo), values, nulls));
}

Datum
score_cadence_row(FunctionCallInfo fcinfo, const Cadence *cadence)
{
	Datum values[8] = { Int64GetDatum(cadence->n),
						DateADTGetDatum(cadence->first),
						DateADTGetDatum(cadence->last),
						Int64GetDatum(cadence->silent),
						Float8GetDatum(cadence->usual_gap),
						Float8GetDatum(cadence->regularity),
						DateADTGetDatum((DateADT) cadence->due),
						Float8GetDatum(cadence->overdue) };
	bool  nulls[8] = { 0 };

	nulls[1] = nulls[2] = nulls[3] = cadence->n == 0;
	nulls[4] = nulls[6] = nulls[7] = !cadence->gap_known;
	nulls[5] = !cadence->regular_known;
	return score_row(fcinfo, values, nulls);
}

Datum
score_estimate(FunctionCallInfo fcinfo, const ScoreEstimate *estimate)
{
	Datum values[6] = { Float8GetDatum(estimate->value), Float8GetDatum(estimate->lo),
						Float8GetDatum(estimate->hi), Int64GetDatum(estimate->n),
						TimestampTzGetDatum(estimate->as_of) };
	bool  nulls[6] = { 0 };

	nulls[5] = estimate->model == NULL;
	if (!nulls[5])
		values[5] = CStringGetTextDatum(estimate->model);
	return score_row(fcinfo, values, nulls);
}
