/*-------------------------------------------------------------------------
 *
 * segment.c
 *	  Segments: who adds and drops them, and running their queries.
 *
 * A segment's query runs with the rights of the role that added it, finds what
 * it names by the search_path that role had then, may change nothing, and has
 * empathy.segment_timeout to end.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/timeout.h"

#include "catalog.h"
#include "query.h"
#include "refresh/segment.h"

static int segment_timeout = 300000; /* ms, 0: none */

void
segment_init(void)
{
	DefineCustomIntVariable("empathy.segment_timeout", "How long the query of a segment may take.",
							"0 sets no limit.", &segment_timeout, 300000, 0, INT_MAX, PGC_SUSET,
							GUC_UNIT_MS, NULL, NULL, NULL);
}

/* ---- the time limit ---- */

static TimeoutId			 limit = MAX_TIMEOUTS; /* not registered yet */
static volatile sig_atomic_t limit_reached;

/* Has the query canceled, as pg_cancel_backend() would. */
static void
limit_handler(void)
{
	limit_reached = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

static void
limit_begin(void)
{
	if (limit == MAX_TIMEOUTS)
		limit = RegisterTimeout(USER_TIMEOUT, limit_handler);
	limit_reached = false;
	if (segment_timeout > 0)
		enable_timeout_after(limit, segment_timeout);
}

/* Another error than a cancellation, so that whoever runs many segments can go on. */
static void
limit_error(void)
{
	limit_reached = false;
	QueryCancelPending = false;
	ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
					errmsg("the query took longer than empathy.segment_timeout"),
					errhint("Make it faster, or raise the setting.")));
}

/* ---- the query ---- */

static void
check_tables(const CachedPlanSource *source)
{
	ListCell *cell;

	foreach (cell, source->relationOids)
		if (get_rel_persistence(lfirst_oid(cell)) == RELPERSISTENCE_TEMP)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("table \"%s\" is temporary", get_rel_name(lfirst_oid(cell))),
							errhint("Only this session can read it.")));
}

/*
 * Checks that a query is one that a segment can have, and returns the query to
 * run for it: the customers as text, as states have them, each once.  Only the
 * statement itself is taken, without what stands around it.
 */
static char *
customers_query(const char *query)
{
	SPIPlanPtr				plan = SPI_prepare(query, 0, NULL);
	const CachedPlanSource *source;
	const RawStmt		   *raw;

	if (plan == NULL || !query_is_select(plan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the query is not one SELECT"),
				 errhint("It gives customers: SELECT customer FROM empathy.profiles WHERE ...")));
	source = linitial(SPI_plan_get_plan_sources(plan));
	if (source->resultDesc->natts != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_plural("the query returns %d column instead of 1",
							   "the query returns %d columns instead of 1",
							   source->resultDesc->natts, source->resultDesc->natts),
				 errhint("It gives customers: SELECT customer FROM empathy.profiles WHERE ...")));
	check_tables(source);
	raw = source->raw_parse_tree;
	query += raw->stmt_location;
	return psprintf(
		"SELECT DISTINCT q.c COLLATE pg_catalog.\"C\" FROM (SELECT s.c::pg_catalog.text AS c FROM (%s\n) AS s(c)) AS q "
		"WHERE q.c OPERATOR(pg_catalog.<>) '' AND pg_catalog.octet_length(q.c) OPERATOR(pg_catalog.<=) 1000",
		pnstrdup(query, raw->stmt_len > 0 ? raw->stmt_len : strlen(query)));
}

/* Runs the query; the current role and settings are those that it is to have. */
static void
run_query(FunctionCallInfo fcinfo, const char *query)
{
	MemoryContext caller = CurrentMemoryContext;
	char		 *command;

	SPI_connect();
	command = MemoryContextStrdup(caller, customers_query(query));
	SPI_finish();
	query_rows(fcinfo, command, NULL,
			   gettext_noop("query of a segment returns unexpected columns"));
}

/*
 * segment_query(role, query, path): the customers that a query gives.  An error
 * undoes the change of role and settings with the (sub)transaction.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_segment_query);
Datum
emp_segment_query(PG_FUNCTION_ARGS)
{
	bool		  read_only = XactReadOnly;
	MemoryContext caller = CurrentMemoryContext;
	SavedUser	  saved;

	empathy_become(PG_GETARG_OID(0), &saved);
	set_config_option("search_path", text_to_cstring(PG_GETARG_TEXT_PP(2)), PGC_USERSET,
					  PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	XactReadOnly = true;
	limit_begin();
	PG_TRY();
	{
		run_query(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	}
	PG_CATCH();
	{
		disable_timeout(limit, false);
		if (limit_reached && geterrcode() == ERRCODE_QUERY_CANCELED)
		{
			MemoryContextSwitchTo(caller);
			FlushErrorState();
			limit_error();
		}
		PG_RE_THROW();
	}
	PG_END_TRY();
	disable_timeout(limit, false);
	if (limit_reached)
		limit_error();
	XactReadOnly = read_only;
	empathy_restore_user(&saved);
	return (Datum) 0;
}

/* ---- adding and dropping ---- */

/* The schemas in which the caller finds names now; temporary tables last. */
static char *
current_path(void)
{
	StringInfoData path;
	ListCell	  *cell;

	initStringInfo(&path);
	foreach (cell, fetch_search_path(false))
		if (!isAnyTempNamespace(lfirst_oid(cell)))
			appendStringInfo(&path, "%s, ", quote_identifier(get_namespace_name(lfirst_oid(cell))));
	appendStringInfoString(&path, "pg_temp");
	return path.data;
}

static void
check_given(FunctionCallInfo fcinfo)
{
	static const char *const names[] = { "name", "query", "every" };

	for (int i = 0; i < Min(PG_NARGS(), lengthof(names)); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("%s must not be NULL", names[i])));
}

/* add_segment(name, query, every): keeps a segment of the caller; returns how many customers it has. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_add_segment);
Datum
emp_add_segment(PG_FUNCTION_ARGS)
{
	Oid	  types[] = { TEXTOID, TEXTOID, INTERVALOID, TEXTOID, OIDOID };
	Datum values[] = { PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), PG_GETARG_DATUM(2),
					   CStringGetTextDatum(current_path()), ObjectIdGetDatum(GetUserId()) };
	bool  isnull;

	check_given(fcinfo);
	PG_RETURN_DATUM(
		query_as_ours("SELECT empathy.put_segment($1, $2, $3, $4, $5)", 5, types, values, &isnull));
}

/* drop_segment(name): drops a segment of the caller. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_drop_segment);
Datum
emp_drop_segment(PG_FUNCTION_ARGS)
{
	Oid	  types[] = { TEXTOID, OIDOID };
	Datum values[] = { PG_GETARG_DATUM(0), ObjectIdGetDatum(GetUserId()) };
	bool  isnull;

	check_given(fcinfo);
	query_as_ours("SELECT empathy.remove_segment($1, $2)", 2, types, values, &isnull);
	PG_RETURN_VOID();
}
