/*-------------------------------------------------------------------------
 *
 * query.c
 *	  Running queries that users wrote, and functions of ours.
 *
 *-------------------------------------------------------------------------
 */
#include "query.h"

#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "utils/plancache.h"

#include "catalog.h"

bool
query_is_select(SPIPlanPtr plan)
{
	List			 *sources = SPI_plan_get_plan_sources(plan);
	CachedPlanSource *source;
	Query			 *query;

	if (list_length(sources) != 1 || !SPI_is_cursor_plan(plan))
		return false;
	source = linitial(sources);
	query = linitial_node(Query, source->query_list);
	return source->commandTag == CMDTAG_SELECT && !query->hasModifyingCTE && query->rowMarks == NIL;
}

void
query_rows(FunctionCallInfo fcinfo, const char *query, ParamListInfo params, const char *mismatch)
{
	ReturnSetInfo	 *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SPIExecuteOptions options = { .params = params, .read_only = true, .must_return_tuples = true };

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, rsinfo->setResult,
									rsinfo->econtext->ecxt_per_query_memory, false, rsinfo->setDesc,
									mismatch);
	SPI_connect();
	if (SPI_execute_extended(query, &options) < 0)
		elog(ERROR, "could not run \"%s\"", query);
	SPI_finish();
}

Datum
query_as_ours(const char *command, int n, Oid *types, Datum *values, bool *isnull)
{
	SavedUser saved;
	Datum	  result;

	empathy_become_owner(empathy_table("source"), &saved);
	SPI_connect();
	if (SPI_execute_with_args(command, n, types, values, NULL, false, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "could not execute \"%s\"", command);
	result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
	SPI_finish();
	empathy_restore_user(&saved);
	return result;
}
