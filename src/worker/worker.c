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
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/pg_rusage.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "refresh/wake.h"
#include "worker/worker.h"

PGDLLEXPORT void emp_worker_main(Datum main_arg);
PGDLLEXPORT void emp_job_main(Datum main_arg);

/* Time between two looks for jobs beside the refresh. */
#define LOOK_FOR_JOBS USECS_PER_SEC

/*
 * A refresh that had to wait for a processor (or a disk, or a lock) for longer
 * than from one start to the next is followed by a rest of so many times as
 * long.  Where nobody else wants the machine, or changes are few, there is none;
 * where writers change more than can be kept up with, they get most of it.
 */
#define GIVE_WAY 3

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
	TimestampTz looked; /* when it was last looked for jobs beside the refresh */
} Worker;

/* The refresh, which the worker runs itself. */
static WorkerJob *const refresh = &worker_jobs[0];

/* Until when the worker does not refresh; 0 in other processes. */
static TimestampTz rests = 0;

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
	TimestampTz now = GetCurrentTimestamp();

	if (now - self->looked < LOOK_FOR_JOBS)
		return;
	self->looked = now;
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
	else if (GetCurrentTimestamp() >= rests && worker_job_due(refresh))
		self->fate = WORKER_DUE;
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
		{ "statement_timeout", "0" },
		{ "default_transaction_isolation", "read committed" },
		{ "default_transaction_read_only", "off" },
		{ "session_replication_role", "origin" },
	};

	for (int i = 0; i < lengthof(settings); i++)
		SetConfigOption(settings[i][0], settings[i][1], PGC_SUSET, PGC_S_SESSION);
	pgstat_report_appname(WORKER_NAME);
}

static int64
microseconds(struct timeval t)
{
	return t.tv_sec * USECS_PER_SEC + t.tv_usec;
}

/* Microseconds since an earlier moment in which this process did not run. */
static int64
time_waited(const PGRUsage *since)
{
	PGRUsage now;

	pg_rusage_init(&now);
	return microseconds(now.tv) - microseconds(since->tv) -
		   (microseconds(now.ru.ru_utime) - microseconds(since->ru.ru_utime)) -
		   (microseconds(now.ru.ru_stime) - microseconds(since->ru.ru_stime));
}

/*
 * rest(seconds) -> void: a pause in a refresh, see empathy.fill_share.  The
 * worker makes it between two refreshes, where it is not in anybody's way.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_rest);
Datum
emp_rest(PG_FUNCTION_ARGS)
{
	if (rests == 0)
		return DirectFunctionCall1(pg_sleep, PG_GETARG_DATUM(0));
	rests = GetCurrentTimestamp() + (TimestampTz) (PG_GETARG_FLOAT8(0) * USECS_PER_SEC);
	PG_RETURN_VOID();
}

/* Refreshes, and rests from it. */
static void
worker_refresh(void)
{
	PGRUsage before;
	int64	 waited;

	pg_rusage_init(&before);
	worker_job_run(refresh);
	waited = time_waited(&before) - refresh->every * INT64CONST(1000);
	rests = Max(rests, GetCurrentTimestamp() + GIVE_WAY * waited);
}

/* One round: look, and run the job if it is due. */
static void
worker_round(Worker *self)
{
	char *error;

	self->fate = WORKER_IDLE;
	error = worker_try(worker_look, self);
	if (error != NULL)
	{
		worker_complain(refresh, error);
		return;
	}
	if (self->fate == WORKER_LEAVE)
		proc_exit(1);
	if (self->fate == WORKER_LEAVE_FOR_GOOD)
		proc_exit(0);
	see_to_jobs();
	if (self->fate == WORKER_DUE)
		worker_refresh();
}

/*
 * Sleeps until a writer commits, a while at most.  Writers that come in quick
 * succession share a run: of them only the first wakes us, and the next run
 * waits until it is due.
 */
static void
worker_sleep(void)
{
	TimestampTz due;
	long		rest;

	worker_nap(worker_naptime);
	due = Max(rests, refresh->started + refresh->every * INT64CONST(1000));
	rest = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), due);
	if (rest > 0)
		worker_nap(Min(rest, worker_naptime));
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
	/* What a crash undoes of a refresh is stale again with it. */
	SetConfigOption("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION);
	rests = GetCurrentTimestamp();
	for (int i = 0; i < WORKER_JOBS; i++)
		worker_job_recover(&worker_jobs[i]);
	before_shmem_exit(end_jobs, (Datum) 0);

	for (;;)
	{
		wake_arm();
		worker_round(&self);
		MemoryContextReset(worker_scratch);
		worker_sleep();
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
