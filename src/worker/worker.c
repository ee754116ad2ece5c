/*-------------------------------------------------------------------------
 *
 * worker.c
 *	  The process that serves one database.
 *
 * It connects as the bootstrap superuser, because only then it can read who
 * owns the extension, and goes on as that owner for good.  The owner has to be
 * a superuser: a session can always go back to the role it began with, so for
 * anybody less privileged this would be a way up.
 *
 * Each round begins with a look (worker_look) whether the worker still has its
 * place.  The look never waits: where somebody is busy with the database or
 * the extension, it gives way.  CREATE DATABASE ... TEMPLATE, DROP and RENAME
 * DATABASE lock the database and then wait 5 seconds for its sessions to end,
 * so a worker that looks at least every 3 seconds is not in their way.
 *
 * How it ends tells the postmaster what next.  After exit code 0 it forgets
 * the worker; after 1 it starts it again if start_worker() did (the
 * launcher's are started again by the launcher).
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "catalog/pg_extension.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "refresh/wake.h"
#include "worker/worker.h"

PGDLLEXPORT void emp_worker_main(Datum main_arg);
PGDLLEXPORT void emp_job_main(Datum main_arg);

/* Time between two looks for jobs beside the refresh. */
#define LOOK_FOR_JOBS USECS_PER_SEC

/*
 * A refresh that had to wait for a processor for longer than from one start to
 * the next is followed by a rest of so many times as long as that was longer.
 * Where processors are idle, or changes are few, there is none; where writers
 * change more than can be kept up with, they get most of the machine.
 */
#define GIVE_WAY	 20
#define LONGEST_REST (10 * USECS_PER_SEC)

/* What a look round finds. */
typedef enum WorkerFate
{
	WORKER_IDLE,
	WORKER_DUE,
	WORKER_LEAVE,		  /* somebody needs the place: come back later */
	WORKER_LEAVE_FOR_GOOD /* nothing to do here */
} WorkerFate;

typedef struct Worker
{
	WorkerOrder order;
	Oid			extension;
	Oid			owner;
	WorkerFate	fate;
	TimestampTz began;		/* when the last round did */
	TimestampTz looked;		/* when it was last looked for jobs beside the refresh */
	bool		unfinished; /* did the last refresh end before it had caught up? */
	TimestampTz rests;		/* until when it does not refresh */
} Worker;

/* The refresh, which the worker runs itself. */
static WorkerJob *const refresh = &worker_jobs[0];

static volatile sig_atomic_t connected = false;
static volatile sig_atomic_t ends_for_good = false;

/* SIGUSR2: stop_worker() asks for the same as SIGTERM, without a restart. */
static void
worker_handle_stop(SIGNAL_ARGS)
{
	ends_for_good = true;
	die(postgres_signal_arg);
}

/*
 * Turns a FATAL error's exit code into 0 where a restart is not wanted: after
 * stop_worker(), and when the database can't be connected to, being dropped or
 * closed.  (proc_exit() may be called again from its own callbacks.)
 */
static void
worker_at_exit(int code, Datum arg)
{
	if (code != 0 && (ends_for_good || !connected))
		proc_exit(0);
}

/* Finds the extension and its owner; InvalidOid when it is not there. */
static Oid
extension_lookup(Oid *owner)
{
	Relation	rel = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			extension = InvalidOid;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("empathy"));
	scan = systable_beginscan(rel, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		extension = ((Form_pg_extension) GETSTRUCT(tuple))->oid;
		*owner = ((Form_pg_extension) GETSTRUCT(tuple))->extowner;
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return extension;
}

/* Takes a lock for this transaction if nobody holds or awaits a conflicting one. */
static bool
lock_if_free(Oid database, Oid class, Oid object, LOCKMODE mode)
{
	LOCKTAG tag;

	SET_LOCKTAG_OBJECT(tag, database, class, object, 0);
	return LockAcquire(&tag, mode, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * Takes the lock that makes this process the worker of its database, or the
 * one that runs a job, until it ends.  In the lock table of advisory locks,
 * where an aborted transaction does not release it; no SQL function reaches a
 * lock of this kind.
 */
static bool
worker_claim(Oid extension, int job)
{
	LOCKTAG tag;

	SET_LOCKTAG_OBJECT(tag, MyDatabaseId, ExtensionRelationId, extension, WORKER_LOCK + job);
	tag.locktag_lockmethodid = USER_LOCKMETHOD;
	return LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Whether stop_worker() is in force. */
static bool
worker_is_stopped(void)
{
	bool stopped;

	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_execute("SELECT FROM empathy.worker_stop", true, 1);
	stopped = SPI_processed > 0;
	PopActiveSnapshot();
	SPI_finish();
	return stopped;
}

/* First transaction: is there something to serve, and is nobody else doing it? */
static void
worker_begin(void *arg)
{
	Worker *self = arg;

	self->fate = WORKER_LEAVE_FOR_GOOD;
	self->extension = extension_lookup(&self->owner);
	if (!OidIsValid(self->extension) || !superuser_arg(self->owner))
		return;
	if (!worker_claim(self->extension, self->order.job))
		return;
	SetUserIdAndSecContext(self->owner, 0); /* whatever role the database has set for its clients */
	if (self->order.job == 0)
		wake_claim();
	else if (!worker_job_due(&worker_jobs[self->order.job]))
		return;
	self->fate = WORKER_IDLE;
}

/* Notes which jobs beside the refresh are due. */
static void
look_for_jobs(Worker *self)
{
	if (self->began - self->looked < LOOK_FOR_JOBS)
		return;
	self->looked = self->began;
	for (WorkerJob *job = refresh + 1; job < refresh + WORKER_JOBS; job++)
		job->due = job->handle == NULL && worker_job_due(job);
}

/* Starts what is due, and sees to what runs. */
static void
see_to_jobs(void)
{
	for (WorkerJob *job = refresh + 1; job < refresh + WORKER_JOBS; job++)
	{
		worker_job_reap(job);
		if (job->due)
			worker_job_start(job);
		job->due = false;
	}
}

/* The jobs of a worker that ends are of no use to whoever wanted it to end. */
static void
end_jobs(int code, Datum arg)
{
	for (WorkerJob *job = refresh + 1; job < refresh + WORKER_JOBS; job++)
	{
		if (job->handle != NULL)
			TerminateBackgroundWorker(job->handle);
	}
}

/*
 * Whether the database is still one to be served.  When it is closed to new
 * connections no job could be started.  To be copied, a template should have
 * no session; its worker is only one that somebody started.
 */
static bool
database_is_served(const Worker *self)
{
	HeapTuple tuple = SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
	bool	  served = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);

		served = database->datallowconn && (self->order.by_hand || !database->datistemplate);
		ReleaseSysCache(tuple);
	}
	return served;
}

/* Decides what this round brings. */
static void
worker_look(void *arg)
{
	Worker *self = arg;
	Oid		owner = InvalidOid;
	Oid		extension;

	self->fate = WORKER_IDLE;
	if (!lock_if_free(InvalidOid, DatabaseRelationId, MyDatabaseId, RowExclusiveLock))
	{
		self->fate = WORKER_LEAVE;
		return;
	}
	if (!lock_if_free(MyDatabaseId, ExtensionRelationId, self->extension, AccessShareLock))
		return; /* being dropped: the next look will tell */

	extension = extension_lookup(&owner);
	if (extension != self->extension || owner != self->owner || !superuser_arg(owner))
		self->fate = OidIsValid(extension) ? WORKER_LEAVE : WORKER_LEAVE_FOR_GOOD;
	else if (!database_is_served(self) || (!self->order.by_hand && worker_is_stopped()))
		self->fate = WORKER_LEAVE_FOR_GOOD;
	else if (self->began >= self->rests)
	{
		self->unfinished = false;
		if (worker_job_due(refresh))
			self->fate = WORKER_DUE;
	}
	if (self->fate == WORKER_IDLE || self->fate == WORKER_DUE)
		look_for_jobs(self);
}

/* Settings that a database or a role may have set for its clients, as the job needs them. */
static void
worker_configure(void)
{
	static const char *const settings[][2] = {
		{ "application_name", WORKER_NAME },
		{ "search_path", "pg_catalog, pg_temp" },
		{ "lock_timeout", "1s" },
		{ "deadlock_timeout", "10ms" }, /* to find it before the other one does */
		{ "statement_timeout", "0" },
		{ "default_transaction_isolation", "read committed" },
		{ "default_transaction_read_only", "off" },
		{ "session_replication_role", "origin" },
	};

	for (int i = 0; i < lengthof(settings); i++)
		SetConfigOption(settings[i][0], settings[i][1], PGC_SUSET, PGC_S_SESSION);
	pgstat_report_appname(WORKER_NAME);
}

/*
 * Microseconds in which this process, since it began, had something to do but
 * no processor; 0 where the system (any but Linux) doesn't tell.
 */
static int64
time_waited(void)
{
	FILE			  *file = AllocateFile("/proc/self/schedstat", PG_BINARY_R);
	unsigned long long ns;
	int				   found;

	if (file == NULL)
		return 0;
	found = fscanf(file, "%*u %llu", &ns);
	FreeFile(file);
	return found == 1 ? (int64) (ns / 1000) : 0;
}

/* Refreshes, and rests from it. */
static void
worker_refresh(Worker *self)
{
	int64		waited = time_waited();
	TimestampTz now;

	worker_job_run(refresh);
	now = GetCurrentTimestamp();
	waited = time_waited() - waited - refresh->every * INT64CONST(1000);
	self->rests = now + Min(GIVE_WAY * Max(waited, 0), LONGEST_REST);
	self->unfinished = now - refresh->started >= RUN_TIME * INT64CONST(1000);
}

/* One round: look, and run the job if it is due. */
static void
worker_round(Worker *self)
{
	char *error;

	self->fate = WORKER_IDLE;
	self->began = GetCurrentTimestamp();
	error = worker_try(worker_look, self);
	if (error != NULL)
	{
		worker_complain(refresh, error);
		self->unfinished = false;
		return;
	}
	if (self->fate == WORKER_LEAVE)
		proc_exit(1);
	if (self->fate == WORKER_LEAVE_FOR_GOOD)
		proc_exit(0);
	see_to_jobs();
	if (self->fate == WORKER_DUE)
		worker_refresh(self);
}

/*
 * Sleeps until a writer commits, or not at all if there is more to do, and then
 * until a refresh may begin: writers that come in quick succession share a
 * round, also while it brings nothing because the refresh is paused.  It is no
 * longer from one round to the next than naptime.
 */
static void
worker_sleep(const Worker *self)
{
	TimestampTz look = GetCurrentTimestamp() + worker_naptime * INT64CONST(1000);
	TimestampTz last = Max(self->began, refresh->started);
	TimestampTz next = Max(self->rests, last + refresh->every * INT64CONST(1000));
	long		rest;

	if (!self->unfinished && wake_is_armed())
		worker_nap(worker_naptime);
	while ((rest = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), Min(next, look))) > 0)
		worker_nap(rest); /* a commit may have set the latch long ago */
}

/* Connects to the database of the order, and goes on as the extension's owner if there is something to do. */
static void
worker_connect(Worker *self)
{
	char *error;

	memcpy(&self->order, MyBgworkerEntry->bgw_extra, sizeof(self->order));
	on_proc_exit(worker_at_exit, (Datum) 0);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	pqsignal(SIGUSR2, worker_handle_stop);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(self->order.database, InvalidOid, 0);
	connected = true;
	worker_configure();
	worker_scratch = AllocSetContextCreate(TopMemoryContext, WORKER_NAME, ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(worker_scratch);

	error = worker_try(worker_begin, self);
	if (error != NULL)
		ereport(FATAL, (errmsg("could not start the worker: %s", error)));
	if (self->fate == WORKER_LEAVE_FOR_GOOD)
		proc_exit(0);
}

/* Entry point of the process that serves a database. */
void
emp_worker_main(Datum main_arg)
{
	Worker self = { 0 };

	worker_connect(&self);
	for (int i = 0; i < WORKER_JOBS; i++)
		worker_job_recover(&worker_jobs[i]);
	before_shmem_exit(end_jobs, (Datum) 0);

	for (;;)
	{
		if (!self.unfinished) /* else the next round comes without being woken for */
			wake_arm();
		worker_round(&self);
		MemoryContextReset(worker_scratch);
		worker_sleep(&self);
	}
}

/* Entry point of a process that runs one job once. */
void
emp_job_main(Datum main_arg)
{
	Worker self = { 0 };

	worker_connect(&self);
	pgstat_report_appname(psprintf(JOB_NAME ": %s", worker_jobs[self.order.job].name));
	worker_job_run(&worker_jobs[self.order.job]);
	proc_exit(0);
}
