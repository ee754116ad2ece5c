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
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

/* A run that went well is recorded when the last record is older than this. */
#define RECORD_EVERY (10 * USECS_PER_SEC)

/* How long a process may go on after it was cancelled. */
#define GRACE (30 * USECS_PER_SEC)

WorkerJob worker_jobs[WORKER_JOBS] = {
	{ .name = "refresh",
	  .command = "CALL empathy.refresh_changes(pg_catalog.interval '" CppAsString2(
		  RUN_TIME) " milliseconds')" },
	{ .name = "rescore", .command = "CALL empathy.rescore(NULL)" },
	{ .name = "retrain", .command = "SELECT empathy.retrain()" },
	{ .name = "segments",
	  .command = "CALL empathy.refresh_scopes(pg_catalog.interval '1 minute')" },
	{ .name = "retention", .command = "CALL empathy.retain()" },
};

MemoryContext worker_scratch;

/* A call of one of the bookkeeping functions. */
typedef struct JobNote
{
	const WorkerJob *job;
	const char		*query;		/* $1 job, $2 start, $3 error */
	const char		*error;		/* may be NULL */
	bool			 found;		/* did the query return a row? */
	int				 result[2]; /* of one that returns integers */
} JobNote;

/* Runs query, with the name of the job, the start of its last run and the error as parameters. */
static void
note_execute(void *arg)
{
	JobNote *note = arg;
	Oid		 types[] = { TEXTOID, TIMESTAMPTZOID, TEXTOID };
	Datum	 values[3];
	char	 nulls[3] = { ' ', ' ', ' ' };
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
	note->found = SPI_processed == 1;
	for (int i = 0; note->found && i < Min(SPI_tuptable->tupdesc->natts, 2) &&
					SPI_gettypeid(SPI_tuptable->tupdesc, i + 1) == INT4OID;
		 i++)
		note->result[i] = DatumGetInt32(
			SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &isnull));
	PopActiveSnapshot();
	SPI_finish();
}

/* Writes to the books in a transaction of its own; what fails there is only logged.  True if the log should know. */
static bool
note_write(WorkerJob *job, const char *query, const char *error)
{
	JobNote note = { .job = job, .query = query, .error = error };
	char   *trouble = worker_try(note_execute, &note);

	if (trouble != NULL)
		worker_complain(job, trouble);
	return note.result[0] != 0;
}

/* Runs the job's command as the top-level statement of the transaction at hand, as exec_simple_query() does. */
static void
job_call(void *arg)
{
	WorkerJob	 *job = arg;
	MemoryContext oldcontext = MemoryContextSwitchTo(worker_scratch);
	RawStmt		 *raw = linitial_node(RawStmt, pg_parse_query(job->command));
	Portal		  portal;
	List		 *plans;

	if (job->limit > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, job->limit);
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
	JobNote note = { .job = job,
					 .query =
						 job == worker_jobs
							 ? "SELECT * FROM empathy.job_due($1, $2)"
							 : "SELECT d.every, d.max_run_time FROM empathy.job_due($1, $2) AS d "
							   "WHERE empathy.job_has_work($1)" };

	note_execute(&note);
	if (note.found)
	{
		job->every = note.result[0];
		job->limit = note.result[1];
	}
	return note.found;
}

/* See worker.h. */
void
worker_job_recover(WorkerJob *job)
{
	note_write(job, "SELECT empathy.job_recover($1)", NULL);
}

/* See worker.h. */
void
worker_job_start(WorkerJob *job)
{
	WorkerOrder	  order = { .database = MyDatabaseId, .job = job - worker_jobs };
	MemoryContext oldcontext = MemoryContextSwitchTo(TopMemoryContext);

	job->handle = worker_register(&order);
	MemoryContextSwitchTo(oldcontext);
	job->started = GetCurrentTimestamp();
	if (job->handle == NULL)
		note_write(job, "SELECT empathy.job_waits($1, $2, $3)",
				   "no free background worker slot: raise max_worker_processes");
}

/* See worker.h. */
void
worker_job_reap(WorkerJob *job)
{
	pid_t pid;

	if (job->handle == NULL)
		return;
	if (GetBackgroundWorkerPid(job->handle, &pid) == BGWH_STOPPED)
	{
		pfree(job->handle);
		job->handle = NULL;
		worker_job_recover(job);
	}
	else if (job->limit > 0 &&
			 GetCurrentTimestamp() - job->started > job->limit * INT64CONST(1000) + GRACE)
		TerminateBackgroundWorker(job->handle);
}

/* A job that failed does not any more. */
static void
log_recovery(const WorkerJob *job)
{
	ereport(LOG, (errmsg("job \"%s\" works again", job->name)));
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
	if (job == worker_jobs) /* what a crash undoes of a refresh is stale again with it */
		SetConfigOption("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION);
	error = worker_try(job_call, job);
	SetConfigOption("synchronous_commit", NULL, PGC_USERSET, PGC_S_SESSION);
	disable_timeout(STATEMENT_TIMEOUT, false);
	debug_query_string = NULL;

	if (error != NULL)
	{
		if (note_write(job, "SELECT empathy.job_failed($1, $2, $3)", error) || job == worker_jobs)
			worker_complain(job, error);
		job->recorded = 0;
		return;
	}
	if (record && note_write(job, "SELECT empathy.job_done($1, $2)", NULL) && job != worker_jobs)
		log_recovery(job);
	if (job == worker_jobs)
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
		log_recovery(job);
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
