/*-------------------------------------------------------------------------
 *
 * worker.h
 *	  Background work.
 *
 * When the library is preloaded, one launcher (launcher.c) starts a worker in
 * each database that has the extension; without preloading start_worker()
 * starts one (control.c).  A worker (worker.c) serves its database until it
 * is told to end, and runs the job (job.c) when it is due.
 *
 * Whatever the start, one worker serves a database: the one that holds the
 * lock (database, pg_extension, empathy, WORKER_LOCK).
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_WORKER_H
#define EMPATHY_WORKER_H

#include "datatype/timestamp.h"
#include "postmaster/bgworker.h"

/* objsubid of the worker's lock; 0 is what DROP EXTENSION locks. */
#define WORKER_LOCK 1

/* Names of the processes, in pg_stat_activity.backend_type and application_name. */
#define WORKER_NAME	  "empathy worker"
#define JOB_NAME	  "empathy job"
#define LAUNCHER_NAME "empathy launcher"

/* Milliseconds after which a refresh of the worker ends with the batch at hand. */
#define RUN_TIME 50

/* Settings. */
extern int worker_naptime; /* ms between two looks for work */
extern int worker_limit;   /* workers that the launcher keeps at a time; 0: none */

/* Whether the library was loaded by the postmaster. */
extern bool worker_preloaded;

/* What a process is told by whoever starts it; travels in bgw_extra. */
typedef struct WorkerOrder
{
	Oid	 database;
	bool by_hand; /* by start_worker(), not by the launcher */
	int	 job;	  /* which of worker_jobs it is for; 0: it is the worker */
} WorkerOrder;

/* Called when the library is loaded: defines the settings, registers the launcher. */
extern void worker_init(void);

/* Asks the postmaster for a process, in the current memory context; NULL: no slot is free. */
extern BackgroundWorkerHandle *worker_register(const WorkerOrder *order);

/* Sleeps for ms, shorter when the latch is set, and takes in a changed configuration. */
extern void worker_nap(long ms);

/*
 * Runs work(arg) in a transaction.  Returns NULL, or what went wrong, palloc'd
 * in the caller's context, with the transaction aborted.
 */
typedef void (*worker_task)(void *arg);
extern char *worker_try(worker_task work, void *arg);

/* A job, as a process remembers it. */
typedef struct WorkerJob
{
	const char			   *name;
	const char			   *command;
	TimestampTz				started;   /* of the last run by this process, 0: none */
	int						every;	   /* ms, shortest time between two starts */
	int						limit;	   /* ms that a run may take, 0: any */
	TimestampTz				recorded;  /* start of the last run that went into empathy.job */
	char				   *complaint; /* the error that was logged last, NULL: all is well */
	bool					due;	   /* for a process of its own */
	BackgroundWorkerHandle *handle;	   /* of that process, NULL: none */
} WorkerJob;

/* The refresh, which the worker runs itself, and the others, each in a process of its own. */
#define WORKER_JOBS 5
extern WorkerJob worker_jobs[WORKER_JOBS];

/* What a round allocates; reset after it. */
extern MemoryContext worker_scratch;

/* Whether the job is to start now, and has something to do.  Called in a transaction. */
extern bool worker_job_due(WorkerJob *job);

/* Starts a process for a job; if there is no slot, that is written down. */
extern void worker_job_start(WorkerJob *job);

/* Sees to the process of a job: whether it has ended, or should. */
extern void worker_job_reap(WorkerJob *job);

/* Runs the job once, outside of a transaction, and keeps the books; never throws for the job's errors. */
extern void worker_job_run(WorkerJob *job);

/* Counts a run that an earlier process began and never ended as a failure. */
extern void worker_job_recover(WorkerJob *job);

/* Logs an error, unless it was the last to be logged; with NULL, that it is over. */
extern void worker_complain(WorkerJob *job, const char *error);

#endif /* EMPATHY_WORKER_H */
