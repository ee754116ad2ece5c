/*-------------------------------------------------------------------------
 *
 * as_owner.c
 *	  Who may do what to a source: its owner decides that it is watched, its
 *	  rows are read as its owner, and our own tables are written as theirs.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "catalog.h"

/*
 * as_owner(relation, query, customers): the rows of a query that is run as the
 * relation's owner, by the snapshot of the calling query.  The query sees the
 * array as $1, and its columns must be those that the caller expects.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_as_owner);
Datum
emp_as_owner(PG_FUNCTION_ARGS)
{
	ReturnSetInfo	 *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SPIExecuteOptions options = { 0 };
	SavedUser		  saved;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		elog(ERROR, "as_owner needs a relation and a query");
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	options.params = makeParamList(1);
	options.params->params[0].value = PG_GETARG_DATUM(2);
	options.params->params[0].isnull = PG_ARGISNULL(2);
	options.params->params[0].pflags = PARAM_FLAG_CONST;
	options.params->params[0].ptype = TEXTARRAYOID;
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = CreateDestReceiver(DestTuplestore);
	SetTuplestoreDestReceiverParams(options.dest, rsinfo->setResult,
									rsinfo->econtext->ecxt_per_query_memory, false, rsinfo->setDesc,
									gettext_noop("query for a source returns unexpected columns"));
	empathy_become_owner(PG_GETARG_OID(0), &saved);
	SPI_connect();
	if (SPI_execute_extended(text_to_cstring(PG_GETARG_TEXT_PP(1)), &options) < 0)
		elog(ERROR, "could not run the query for a source");
	SPI_finish();
	empathy_restore_user(&saved);
	return (Datum) 0;
}

/* An error unless the caller owns the relation or, if it is gone, our tables. */
static void
check_owner(Oid relid)
{
	const char *name = get_rel_name(relid);

	if (!relation_ownercheck(name != NULL ? relid : empathy_table("source"), GetUserId()))
		ereport(
			ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 name != NULL ? errmsg("must be owner of table \"%s\"", name)
						  : errmsg("must be owner of the extension \"empathy\""),
			 errhint("Whoever watches a table lets profiles be computed from it with the rights "
					 "of its owner.")));
}

/*
 * source_action(relation, action, arguments): has one of our own functions
 * change our own tables, as their owner, after checking that the caller owns
 * the relation.  What that function returns: the source, NULL if there is none.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_source_action);
Datum
emp_source_action(PG_FUNCTION_ARGS)
{
	static const char *const actions[] = { "lock_source", "add_source", "drop_source",
										   "invalidate_source", NULL };
	static Oid				 types[] = { REGCLASSOID, TEXTARRAYOID };
	Datum					 values[2] = { PG_GETARG_DATUM(0), PG_GETARG_DATUM(2) };
	char					*action = text_to_cstring(PG_GETARG_TEXT_PP(1));
	SavedUser				 saved;
	bool					 isnull;
	int						 result;
	int						 i;

	check_owner(PG_GETARG_OID(0));
	for (i = 0; actions[i] == NULL || strcmp(actions[i], action) != 0; i++)
	{
		if (actions[i] == NULL)
			elog(ERROR, "unknown action on a source: \"%s\"", action);
	}
	empathy_become_owner(empathy_table("source"), &saved);
	SPI_connect();
	if (SPI_execute_with_args(psprintf("SELECT empathy.%s($1, $2)", actions[i]), 2, types, values,
							  NULL, false, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "could not call empathy.%s", actions[i]);
	result = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	SPI_finish();
	empathy_restore_user(&saved);
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_INT32(result);
}

/* check_top_level(): an error inside a transaction block, in which nothing can be committed. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_check_top_level);
Datum
emp_check_top_level(PG_FUNCTION_ARGS)
{
	if (IsTransactionBlock())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("cannot refresh inside a transaction block"),
				 errhint("A refresh commits batch by batch: CALL empathy.refresh() on its own.")));
	PG_RETURN_VOID();
}
