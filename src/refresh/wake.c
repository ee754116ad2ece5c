/*-------------------------------------------------------------------------
 *
 * wake.c
 *	  How a writer's commit wakes the worker of its database.
 *
 *	  writer                             worker
 *	    writes, logs what is stale         arms its place
 *	    commits: all of it is visible      looks for work, and does it
 *	    disarms the place; if it was       sleeps on its latch if the
 *	    armed, sets the latch              place is still armed
 *
 * A commit that the look did not see comes after the place was armed, so it
 * disarms it and sets the latch: nothing is missed.  The latch alone would not
 * do, because the work resets it whenever it waits for something else.  Once
 * disarmed, a worker that is busy costs writers one read of shared memory.
 *
 * Nothing here is locked.  A place is one atomic word, so a writer sees a
 * whole one; the worst that a stale one leads to is a latch set in vain.
 * After a crash the postmaster makes the area anew.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/xact.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "tcop/utility.h"

#include "refresh/wake.h"

/* Databases without a worker that are remembered at a time; the launcher asks the others in its round. */
#define MAX_WANTED 16

/* Where a worker sleeps. */
typedef struct WakePlace
{
	pg_atomic_uint64 owner; /* database and number of the process, 0: free */
	pg_atomic_uint32 armed; /* is the worker to be woken? */
} WakePlace;

typedef struct WakeArea
{
	pg_atomic_uint32 wanted[MAX_WANTED]; /* databases, 0: free */
	int				 n_places;
	WakePlace		 places[FLEXIBLE_ARRAY_MEMBER];
} WakeArea;

static WakeArea	 *area = NULL;	   /* NULL: not preloaded */
static WakePlace *my_place = NULL; /* a worker's own */
static bool		  callback_is_set = false;
static bool		  commit_wakes = false;

static shmem_startup_hook_type	next_shmem_startup = NULL;
static ProcessUtility_hook_type next_utility = NULL;

/* ---- the area ---- */

static Size
area_size(void)
{
	return add_size(offsetof(WakeArea, places), mul_size(max_worker_processes, sizeof(WakePlace)));
}

#if PG15_GE
static shmem_request_hook_type next_shmem_request = NULL;

static void
request_area(void)
{
	if (next_shmem_request != NULL)
		next_shmem_request();
	RequestAddinShmemSpace(area_size());
}
#endif

static void
make_area(void)
{
	bool exists;

	if (next_shmem_startup != NULL)
		next_shmem_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	area = ShmemInitStruct("empathy", area_size(), &exists);
	if (!exists)
	{
		for (int i = 0; i < MAX_WANTED; i++)
			pg_atomic_init_u32(&area->wanted[i], 0);
		area->n_places = max_worker_processes;
		for (int i = 0; i < area->n_places; i++)
		{
			pg_atomic_init_u64(&area->places[i].owner, 0);
			pg_atomic_init_u32(&area->places[i].armed, 0);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

/* ---- writers ---- */

static Oid
owner_database(uint64 owner)
{
	return (Oid) (owner >> 32);
}

/* The place of this database; NULL if nobody serves it. */
static WakePlace *
find_place(void)
{
	static int last = 0; /* where it was when it was last looked for */

	for (int i = 0; i < area->n_places; i++)
	{
		int at = (last + i) % area->n_places;

		if (owner_database(pg_atomic_read_u64(&area->places[at].owner)) == MyDatabaseId)
		{
			last = at;
			return &area->places[at];
		}
	}
	return NULL;
}

/* Leaves word for the launcher. */
static void
want_worker(void)
{
	for (int i = 0; i < MAX_WANTED; i++)
	{
		uint32 database = 0;

		if (pg_atomic_compare_exchange_u32(&area->wanted[i], &database, MyDatabaseId) ||
			database == MyDatabaseId)
			return;
	}
}

/* Wakes the worker of this database. */
static void
wake(void)
{
	WakePlace *place = find_place();
	uint32	   armed = 1;

	if (place == NULL)
		want_worker();
	else if (pg_atomic_compare_exchange_u32(&place->armed, &armed, 0))
		SetLatch(&ProcGlobal->allProcs[(uint32) pg_atomic_read_u64(&place->owner)].procLatch);
}

/* By now others see what the transaction wrote. */
static void
at_end_of_transaction(XactEvent event, void *arg)
{
	if (!commit_wakes)
		return;
	if (event == XACT_EVENT_COMMIT)
		wake();
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		commit_wakes = false;
}

/* See wake.h. */
void
wake_at_commit(void)
{
	if (area == NULL)
		return;
	if (!callback_is_set)
		RegisterXactCallback(at_end_of_transaction, NULL);
	callback_is_set = true;
	commit_wakes = true;
}

/* wake() -> void: what a trigger does for its writer, for the functions that write the log. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_wake);
Datum
emp_wake(PG_FUNCTION_ARGS)
{
	wake_at_commit();
	PG_RETURN_VOID();
}

/* Whoever commits a prepared transaction doesn't know what it wrote. */
static void
watch_utility(PlannedStmt *statement, const char *query, bool read_only_tree,
			  ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *environment,
			  DestReceiver *dest, QueryCompletion *completion)
{
	bool is_commit_prepared =
		IsA(statement->utilityStmt, TransactionStmt) &&
		((TransactionStmt *) statement->utilityStmt)->kind == TRANS_STMT_COMMIT_PREPARED;

	if (next_utility != NULL)
		next_utility(statement, query, read_only_tree, context, params, environment, dest,
					 completion);
	else
		standard_ProcessUtility(statement, query, read_only_tree, context, params, environment,
								dest, completion);
	if (is_commit_prepared && area != NULL)
		wake();
}

/* ---- workers ---- */

static void
leave_place(int code, Datum arg)
{
	pg_atomic_write_u64(&my_place->owner, 0);
}

/* See wake.h. */
void
wake_claim(void)
{
	uint64 owner = ((uint64) MyDatabaseId << 32) | my_proc_number;

	for (int i = 0; area != NULL && i < area->n_places; i++)
	{
		uint64 nobody = 0;

		if (!pg_atomic_compare_exchange_u64(&area->places[i].owner, &nobody, owner))
			continue;
		my_place = &area->places[i];
		pg_atomic_write_u32(&my_place->armed, 0);
		before_shmem_exit(leave_place, (Datum) 0);
		return;
	}
}

/* See wake.h. */
void
wake_arm(void)
{
	if (my_place == NULL)
		return;
	pg_atomic_write_u32(&my_place->armed, 1);
	pg_memory_barrier();
}

/* See wake.h. */
bool
wake_is_armed(void)
{
	return my_place == NULL || pg_atomic_read_u32(&my_place->armed) != 0;
}

/* See wake.h. */
void
wake_wanted(void (*found)(Oid database, void *arg), void *arg)
{
	for (int i = 0; area != NULL && i < MAX_WANTED; i++)
	{
		Oid database = pg_atomic_exchange_u32(&area->wanted[i], 0);

		if (OidIsValid(database))
			found(database, arg);
	}
}

/* See wake.h. */
void
wake_init(void)
{
#if PG15_GE
	next_shmem_request = shmem_request_hook;
	shmem_request_hook = request_area;
#else
	RequestAddinShmemSpace(area_size());
#endif
	next_shmem_startup = shmem_startup_hook;
	shmem_startup_hook = make_area;
	next_utility = ProcessUtility_hook;
	ProcessUtility_hook = watch_utility;
}
