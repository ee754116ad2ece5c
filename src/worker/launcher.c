/*-------------------------------------------------------------------------
 *
 * launcher.c
 *	  The settings of background work, and the launcher.
 *
 * The launcher runs when the library is preloaded.  It can't see into a
 * database, so it starts a worker in each and lets it find out: a worker that
 * has nothing to do ends at once, and the database is asked again a minute
 * later, or soon after something is logged there.  One that ends after it has
 * worked is started again soon.
 *
 * What keeps it from starting workers is a state, shown as its activity in
 * pg_stat_activity and from there in empathy.jobs, and logged once.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "refresh/wake.h"
#include "worker/worker.h"

PGDLLEXPORT void emp_launcher_main(Datum main_arg);

/* A worker that ends sooner than this had nothing to do. */
#define SHORT_LIFE (2 * USECS_PER_SEC)
/* After which a database without work is asked again. */
#define ASK_AGAIN (60 * USECS_PER_SEC)
/* The same where something was logged for a worker. */
#define ASK_SOON (5 * USECS_PER_SEC)
/* How long a database may wait for its turn before that is worth a word. */
#define PATIENCE (10 * USECS_PER_SEC)
/* After which a worker that ended is started again, also by the postmaster. */
#define RESTART_SECONDS 5

int	 worker_naptime = 1000;
int	 worker_limit = 8;
bool worker_preloaded = false;

/* A database and its worker. */
typedef struct Place
{
	Oid						database;
	BackgroundWorkerHandle *handle; /* NULL: none that we know of */
	TimestampTz				started;
	TimestampTz				next_start;
	bool					listed; /* still in pg_database */
} Place;

static void
define_settings(void)
{
	DefineCustomIntVariable(
		"empathy.naptime", "Time between two looks for work of a worker.",
		"Valid range is 10 ms to 3 s, so that DROP DATABASE is not kept waiting.", &worker_naptime,
		1000, 10, 3000, PGC_SIGHUP, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("empathy.workers", "Most workers that the launcher keeps at a time.",
							"One serves one database. Valid range is 0 to 1000; 0 starts none.",
							&worker_limit, 8, 0, 1000, PGC_SIGHUP, 0, NULL, NULL, NULL);
}

/* What launcher and worker have in common. */
static BackgroundWorker
process_template(const char *name, const char *function)
{
	BackgroundWorker process = { 0 };

	strlcpy(process.bgw_name, name, BGW_MAXLEN);
	strlcpy(process.bgw_type, name, BGW_MAXLEN);
	strlcpy(process.bgw_library_name, "empathy", sizeof(process.bgw_library_name));
	strlcpy(process.bgw_function_name, function, sizeof(process.bgw_function_name));
	process.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	process.bgw_start_time = BgWorkerStart_RecoveryFinished;
	return process;
}

/* See worker.h. */
void
worker_init(void)
{
	BackgroundWorker launcher = process_template(LAUNCHER_NAME, "emp_launcher_main");

	define_settings();
	worker_preloaded = process_shared_preload_libraries_in_progress;
	if (!worker_preloaded)
		return;
	wake_init();
	launcher.bgw_restart_time = 10;
	RegisterBackgroundWorker(&launcher);
}

/* See worker.h. */
BackgroundWorkerHandle *
worker_register(const WorkerOrder *order)
{
	BackgroundWorker worker = order->job == 0 ? process_template(WORKER_NAME, "emp_worker_main")
											  : process_template(JOB_NAME, "emp_job_main");
	BackgroundWorkerHandle *handle = NULL;

	StaticAssertStmt(sizeof(*order) <= BGW_EXTRALEN, "WorkerOrder does not fit into bgw_extra");
	memcpy(worker.bgw_extra, order, sizeof(*order));
	worker.bgw_restart_time = order->by_hand ? RESTART_SECONDS : BGW_NEVER_RESTART;
	worker.bgw_notify_pid = MyProcPid;
	return RegisterDynamicBackgroundWorker(&worker, &handle) ? handle : NULL;
}

/* See worker.h. */
void
worker_nap(long ms)
{
	static uint32 wait_event = 0;

	if (wait_event == 0)
		wait_event = wait_event_new("EmpathyNap");
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ms, wait_event);
	ResetLatch(MyLatch);

	/* There is nothing that pg_cancel_backend() could cancel. */
	QueryCancelPending = false;
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
}

/* The place of a database in the list, new if need be. */
static Place *
place_find(List **places, Oid database)
{
	ListCell	 *cell;
	Place		 *place;
	MemoryContext oldcontext;

	foreach (cell, *places)
	{
		place = lfirst(cell);
		if (place->database == database)
			return place;
	}
	oldcontext = MemoryContextSwitchTo(TopMemoryContext);
	place = palloc0(sizeof(Place));
	place->database = database;
	place->next_start = GetCurrentTimestamp();
	*places = lappend(*places, place);
	MemoryContextSwitchTo(oldcontext);
	return place;
}

/* Whether a database may be connected to.  A half-dropped one has a connection limit of -2. */
static bool
database_is_open(Form_pg_database database)
{
	return database->datallowconn && !database->datistemplate && database->datconnlimit != -2;
}

/* Brings the list in line with pg_database. */
static void
places_update(List **places)
{
	ListCell	 *cell;
	Relation	  rel;
	TableScanDesc scan;
	HeapTuple	  tuple;

	foreach (cell, *places)
		((Place *) lfirst(cell))->listed = false;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	rel = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(rel, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);

		if (database_is_open(database))
			place_find(places, database->oid)->listed = true;
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	CommitTransactionCommand();
	MemoryContextSwitchTo(TopMemoryContext);

	foreach (cell, *places)
	{
		Place *place = lfirst(cell);

		if (place->listed || place->handle != NULL)
			continue;
		*places = foreach_delete_current(*places, cell);
		pfree(place);
	}
}

/* Notices the workers that have ended, and returns how many run. */
static int
places_reap(List *places)
{
	TimestampTz now = GetCurrentTimestamp();
	ListCell   *cell;
	int			running = 0;

	foreach (cell, places)
	{
		Place *place = lfirst(cell);
		pid_t  pid;

		if (place->handle == NULL)
			continue;
		if (GetBackgroundWorkerPid(place->handle, &pid) != BGWH_STOPPED)
		{
			if (++running > worker_limit)
				TerminateBackgroundWorker(place->handle);
			continue;
		}
		pfree(place->handle);
		place->handle = NULL;
		place->next_start = (now - place->started < SHORT_LIFE)
								? place->started + ASK_AGAIN
								: now + RESTART_SECONDS * USECS_PER_SEC;
	}
	return running;
}

/* Something was logged in a database without a worker. */
static void
place_wanted(Oid database, void *arg)
{
	List	 *places = arg;
	ListCell *cell;

	foreach (cell, places)
	{
		Place *place = lfirst(cell);

		if (place->database == database)
			place->next_start = Min(place->next_start, place->started + ASK_SOON);
	}
}

/* Starts workers where they are due; returns what was in the way, "" for nothing. */
static const char *
places_start(List *places, int running)
{
	TimestampTz now = GetCurrentTimestamp();
	WorkerOrder order = { 0 };
	ListCell   *cell;

	if (worker_limit == 0)
		return "empathy.workers is 0: raise it";
	foreach (cell, places)
	{
		Place *place = lfirst(cell);

		if (place->handle != NULL || !place->listed || place->next_start > now)
			continue;
		if (running >= worker_limit)
			return (now - place->next_start > PATIENCE)
					   ? "as many databases are served as allowed: raise empathy.workers"
					   : "";
		order.database = place->database;
		place->handle = worker_register(&order);
		if (place->handle == NULL)
			return "no free background worker slot: raise max_worker_processes";
		place->started = now;
		running++;
	}
	return "";
}

/* Shows what is in the way, and logs it when it is another thing than last time. */
static void
launcher_report(const char *obstacle)
{
	static const char *logged = "";

	pgstat_report_activity(STATE_IDLE, obstacle);
	if (obstacle[0] == '\0' || strcmp(obstacle, logged) == 0)
		return;
	ereport(LOG, (errmsg("cannot start an empathy worker"), errdetail("%s", obstacle)));
	logged = obstacle;
}

/* Entry point of the launcher. */
void
emp_launcher_main(Datum main_arg)
{
	List *places = NIL;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	pgstat_report_appname(LAUNCHER_NAME);
	MemoryContextSwitchTo(TopMemoryContext);

	for (;;)
	{
		places_update(&places);
		wake_wanted(place_wanted, places);
		launcher_report(places_start(places, places_reap(places)));
		worker_nap(Max(worker_naptime, 100));
	}
}
