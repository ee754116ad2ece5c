/*-------------------------------------------------------------------------
 *
 * as_owner.c
 *	  Who may do what to a source: its owner decides that it is watched, its
 *	  rows are read as its owner, and our own tables are written as theirs.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timeout.h"

#include "catalog.h"
#include "query.h"
#include "refresh/as_owner.h"

static int					 batch_seconds = 600;
static double				 fill_share = 1;
static TimeoutId			 batch_timeout = MAX_TIMEOUTS; /* not registered yet */
static volatile sig_atomic_t is_too_long = false;

/* ---- a limit to how long a source may keep the others waiting ---- */

void
as_owner_init(void)
{
	DefineCustomIntVariable(
		"empathy.batch_time", "Longest time that reading one source may keep the others waiting.",
		"A source that takes longer is broken, and tried again after ten times as long. Zero is no "
		"limit. Valid range is 0..86400 s.",
		&batch_seconds, 600, 0, 86400, PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomRealVariable(
		"empathy.fill_share", "Share of the time that is spent on reading tables as a whole.",
		"The rest is pauses, in which nothing is refreshed, between batches of such work. Valid "
		"range is 0.01..1.",
		&fill_share, 1, 0.01, 1, PGC_SUSET, 0, NULL, NULL, NULL);
}

/* As a cancel request would, but the query's error then tells which it was. */
static void
stop_reading(void)
{
	is_too_long = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

/* Whether we hold the lock that other refreshes wait for. */
static bool
is_refreshing(void)
{
	Relation lock = table_open(empathy_table("refresh_lock"), AccessShareLock);
	bool	 result = CheckRelationLockedByMe(lock, ExclusiveLock, true);

	table_close(lock, NoLock);
	return result;
}

static void
start_limit(void)
{
	is_too_long = false;
	if (batch_seconds == 0 || !is_refreshing())
		return;
	if (batch_timeout == MAX_TIMEOUTS)
		batch_timeout = RegisterTimeout(USER_TIMEOUT, stop_reading);
	enable_timeout_after(batch_timeout, batch_seconds * 1000);
}

static void
end_limit(void)
{
	if (batch_timeout != MAX_TIMEOUTS)
		disable_timeout(batch_timeout, false);
	if (is_too_long)
		QueryCancelPending = false; /* it was over by then */
	is_too_long = false;
}

/* Returns the rows of a query over a source, if it takes no longer than the limit. */
static void
read_source(FunctionCallInfo fcinfo, const char *query, ParamListInfo params)
{
	start_limit();
	PG_TRY();
	{
		query_rows(fcinfo, query, params,
				   gettext_noop("query for a source returns unexpected columns"));
	}
	PG_CATCH();
	{
		bool was_too_long = is_too_long && geterrcode() == ERRCODE_QUERY_CANCELED;

		end_limit();
		if (!was_too_long)
			PG_RE_THROW();
		FlushErrorState();
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("reading it took longer than %d s", batch_seconds),
						errhint("The setting \"empathy.batch_time\" is the limit.")));
	}
	PG_END_TRY();
	end_limit();
}

/*
 * as_owner(relation, query, customers): the rows of a query that is run as the
 * relation's owner, by the snapshot of the calling query.  The query sees the
 * array as $1, and its columns must be those that the caller expects.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_as_owner);
Datum
emp_as_owner(PG_FUNCTION_ARGS)
{
	ParamListInfo params = makeParamList(1);
	SavedUser	  saved;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		elog(ERROR, "as_owner needs a relation and a query");
	params->params[0].value = PG_GETARG_DATUM(2);
	params->params[0].isnull = PG_ARGISNULL(2);
	params->params[0].pflags = PARAM_FLAG_CONST;
	params->params[0].ptype = TEXTARRAYOID;
	empathy_become_owner(PG_GETARG_OID(0), &saved);
	read_source(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(1)), params);
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
										   "keep_source", "invalidate_source", NULL };
	static Oid				 types[] = { REGCLASSOID, TEXTARRAYOID };
	Datum					 values[2] = { PG_GETARG_DATUM(0), PG_GETARG_DATUM(2) };
	char					*action = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Datum					 result;
	bool					 isnull;
	int						 i;

	check_owner(PG_GETARG_OID(0));
	for (i = 0; actions[i] == NULL || strcmp(actions[i], action) != 0; i++)
	{
		if (actions[i] == NULL)
			elog(ERROR, "unknown action on a source: \"%s\"", action);
	}
	result =
		query_as_ours(psprintf("SELECT empathy.%s($1, $2)", actions[i]), 2, types, values, &isnull);
	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
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
