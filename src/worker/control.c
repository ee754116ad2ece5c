/*-------------------------------------------------------------------------
 *
 * control.c
 *	  What SQL calls to start and stop the worker of a database.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <signal.h>

#include "access/xlog.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "storage/procarray.h"

#include "worker/worker.h"

PG_FUNCTION_INFO_V1(emp_worker_preloaded);
PG_FUNCTION_INFO_V1(emp_worker_launch);
PG_FUNCTION_INFO_V1(emp_worker_end);

/* worker_preloaded() -> boolean: was the library in shared_preload_libraries? */
Datum
emp_worker_preloaded(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(worker_preloaded);
}

/*
 * worker_launch() -> integer: starts a worker for this database and returns
 * its pid once the process exists.  It may end at once, when another one
 * serves the database already.
 */
Datum
emp_worker_launch(PG_FUNCTION_ARGS)
{
	BackgroundWorkerHandle *handle;
	WorkerOrder				order = { .database = MyDatabaseId, .by_hand = true };
	pid_t					pid = 0;

	if (RecoveryInProgress())
		ereport(ERROR, (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
						errmsg("cannot start a worker during recovery")));
	handle = worker_register(&order);
	if (handle == NULL)
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
						errmsg("no free background worker slot"),
						errhint("Raise \"max_worker_processes\" and restart the server.")));
	if (WaitForBackgroundWorkerStartup(handle, &pid) == BGWH_POSTMASTER_DIED)
		ereport(ERROR, (errcode(ERRCODE_ADMIN_SHUTDOWN), errmsg("the server is shutting down")));
	PG_RETURN_INT32(pid);
}

/* worker_end(pid) -> void: tells a worker of this database to end for good. */
Datum
emp_worker_end(PG_FUNCTION_ARGS)
{
	int			pid = PG_GETARG_INT32(0);
	PGPROC	   *proc = BackendPidGetProc(pid);
	const char *type = GetBackgroundWorkerTypeByPid(pid);

	if (proc == NULL || proc->databaseId != MyDatabaseId || type == NULL ||
		strcmp(type, WORKER_NAME) != 0)
		PG_RETURN_VOID();
	if (kill(pid, SIGUSR2) != 0)
		ereport(WARNING, (errmsg("could not send a signal to process %d: %m", pid)));
	PG_RETURN_VOID();
}
