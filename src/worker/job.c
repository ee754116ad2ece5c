/*-------------------------------------------------------------------------
 *
 * job.c
 *	  One run of a job, and the books about it.
 *
 * The job itself is a CALL of a procedure that commits as it goes, so it runs
 * as a client's statement would: at top level, through a portal (SPI would
 * leave the procedure without one to take its snapshots from).  What comes of
 * it is written by the SQL functions empathy.job_*(), in a transaction of its
 * own.
 *
 * An idle database should stay idle on disk too.  So of the runs that go well
 * only one in RECORD_EVERY is written down, its start and its end.  The first
 * run of a process and the first after a failure always are: a run that takes
 * the server down is found out at the next start (job_recover) and put off.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "pgstat.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

/* A run that went well is recorded when the last record is older than this. */
#define RECORD_EVERY (10 * USECS_PER_SEC)

/* A call of one of the bookkeeping functions. */
typedef struct JobNote
{
	const WorkerJob *job;
	const char		*query;	 /* $1 job, $2 start, $3 error */
	const char		*error;	 /* may be NULL */
	int				 result; /* of a query that returns an integer; -1: NULL or no row */
} JobNote;

/* Runs query, with the name of the job, the start of its last run and the error as parameters. */
static void
note_execute(void *arg)
{
	JobNote *note = arg;
	Oid		 types[] = { TEXTOID, TIMESTAMPTZOID, TEXTOID };
	Datum	 values[3];
	char	 nulls[3] = { ' ', ' ', ' ' };
	Datum	 result;
	bool	 isnull;

	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	values[0] = CStringGetTextDatum(note->job->name);
	values[1] = TimestampTzGetDatum(note->job->started);
	values[2] = note->error ? CStringGetTextDatum(note->error) : (Datum) 0;
	if (note->job->started == 0)
		nulls[1] = 'n';
	if (note->error == NULL)
		nulls[2] = 'n';
	if (SPI_execute_with_args(note->query, 3, types, values, nulls, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not execute \"%s\"", note->query);
	note->result = -1;
	if (SPI_processed == 1 && SPI_gettypeid(SPI_tuptable->tupdesc, 1) == INT4OID)
	{
		result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
		note->result = isnull ? -1 : DatumGetInt32(result);
	}
	PopActiveSnapshot();
	SPI_finish();
}

/* Writes to the books in a transaction of its own; what fails there is only logged. */
static void
note_write(WorkerJob *job, const char *query, const char *error)
{
	JobNote note = { .job = job, .query = query, .error = error };
	char   *trouble = worker_try(note_execute, &note);

	if (trouble != NULL)
		worker_complain(job, trouble);
}

/* Runs the job's command as the top-level statement of the transaction at hand, as exec_simple_query() does. */
static void
job_call(void *arg)
{
	WorkerJob	 *job = arg;
	MemoryContext oldcontext = MemoryContextSwitchTo(job->scratch);
	RawStmt		 *raw = linitial_node(RawStmt, pg_parse_query(job->command));
	Portal		  portal;
	List		 *plans;

	PushActiveSnapshot(GetTransactionSnapshot());
	plans = pg_analyze_and_rewrite_fixedparams(raw, job->command, NULL, 0, NULL);
	plans = pg_plan_queries(plans, job->command, CURSOR_OPT_PARALLEL_OK, NULL);
	PopActiveSnapshot();

	portal = CreatePortal("", true, true);
	portal->visible = false;
	PortalDefineQuery(portal, NULL, job->command, CreateCommandTag(raw->stmt), plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	portal_run(portal, None_Receiver);
	PortalDrop(portal, false);
	MemoryContextSwitchTo(oldcontext);
}

/* See worker.h. */
bool
worker_job_due(WorkerJob *job)
{
	JobNote note = { .job = job, .query = "SELECT empathy.job_due($1, $2)" };

	note_execute(&note);
	if (note.result >= 0)
		job->every = note.result;
	return note.result >= 0;
}

/* See worker.h. */
void
worker_job_recover(WorkerJob *job)
{
	note_write(job, "SELECT empathy.job_recover($1)", NULL);
}

/* See worker.h. */
void
worker_job_run(WorkerJob *job)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		record = now - job->recorded >= RECORD_EVERY;
	char	   *error;

	job->started = now;
	if (record)
	{
		note_write(job, "SELECT empathy.job_started($1, $2)", NULL);
		job->recorded = now;
	}

	debug_query_string = job->command;
	pgstat_report_activity(STATE_RUNNING, job->command);
	error = worker_try(job_call, job);
	debug_query_string = NULL;

	if (error != NULL)
	{
		worker_complain(job, error);
		note_write(job, "SELECT empathy.job_failed($1, $2, $3)", error);
		job->recorded = 0;
		return;
	}
	if (record)
		note_write(job, "SELECT empathy.job_done($1, $2)", NULL);
	worker_complain(job, NULL);
}

/* See worker.h. */
void
worker_complain(WorkerJob *job, const char *error)
{
	if (error == NULL && job->complaint == NULL)
		return;
	if (error != NULL && job->complaint != NULL && strcmp(error, job->complaint) == 0)
		return;
	if (error != NULL)
		ereport(LOG, (errmsg("job \"%s\" failed: %s", job->name, error),
					  errhint("See the view empathy.jobs. The same error is not logged again.")));
	else
		ereport(LOG, (errmsg("job \"%s\" works again", job->name)));
	if (job->complaint != NULL)
		pfree(job->complaint);
	job->complaint = error ? MemoryContextStrdup(TopMemoryContext, error) : NULL;
}

/* An error as a person would want to read it in one field. */
static char *
error_text(const ErrorData *edata)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, edata->message ? edata->message : "unknown error");
	if (edata->detail != NULL)
		appendStringInfo(&buf, "\nDETAIL: %s", edata->detail);
	if (edata->hint != NULL)
		appendStringInfo(&buf, "\nHINT: %s", edata->hint);
	if (edata->context != NULL)
		appendStringInfo(&buf, "\nCONTEXT: %s", edata->context);
	return buf.data;
}

/* See worker.h. */
char *
worker_try(worker_task work, void *arg)
{
	MemoryContext caller = CurrentMemoryContext;
	char *volatile error = NULL;

	SetCurrentStatementStartTimestamp();
	PG_TRY();
	{
		StartTransactionCommand();
		work(arg);
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		ErrorData *edata;

		MemoryContextSwitchTo(caller);
		edata = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
		MemoryContextSwitchTo(caller);
		error = error_text(edata);
		FreeErrorData(edata);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	pgstat_report_stat(false);
	pgstat_report_activity(STATE_IDLE, NULL);
	return error;
}
