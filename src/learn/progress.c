/*-------------------------------------------------------------------------
 *
 * progress.c
 *	  How far a training is, told to other backends where the server keeps the
 *	  progress of its own commands (VACUUM, ...), under a number that none of
 *	  them has.  An error ends it with the transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/backend_progress.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "learn/progress.h"

#define TRAINING_COMMAND ((ProgressCommandType) 0x656d70) /* "emp" */

enum
{
	TRAINING_PHASE,
	TRAINING_ROWS,
	TRAINING_SHARE /* in millionths */
};

static const char *const phase_names[] = { "reading", "measuring", "fitting", "storing" };

void
training_start(void)
{
	pgstat_progress_start_command(TRAINING_COMMAND, InvalidOid);
}

void
training_progress(TrainingPhase phase, double done)
{
	pgstat_progress_update_param(TRAINING_PHASE, (int64) phase);
	if (phase == TRAINING_READS)
		pgstat_progress_update_param(TRAINING_ROWS, (int64) done);
	else
		pgstat_progress_update_param(TRAINING_SHARE, (int64) (done * 1e6));
}

void
training_end(void)
{
	pgstat_progress_end_command();
}

static void
put_training(ReturnSetInfo *result, const PgBackendStatus *backend)
{
	const int64 *param = backend->st_progress_param;
	Datum		 values[4];
	bool		 nulls[4] = { false, false, false, false };

	if (param[TRAINING_PHASE] < 0 || param[TRAINING_PHASE] >= lengthof(phase_names))
		return;
	values[0] = Int32GetDatum(backend->st_procpid);
	values[1] = CStringGetTextDatum(phase_names[param[TRAINING_PHASE]]);
	values[2] = Int64GetDatum(param[TRAINING_ROWS]);
	values[3] = Float8GetDatum((double) param[TRAINING_SHARE] / 1e6);
	nulls[3] = param[TRAINING_PHASE] == TRAINING_READS;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* trainings() -> table(pid int, phase text, texts bigint, done float8), of this database */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_trainings);
Datum
emp_trainings(PG_FUNCTION_ARGS)
{
	int n = pgstat_fetch_stat_numbackends();

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 1; i <= n; i++)
	{
		const LocalPgBackendStatus *local = local_backend_status(i);

		if (local != NULL && local->backendStatus.st_progress_command == TRAINING_COMMAND &&
			local->backendStatus.st_databaseid == MyDatabaseId)
			put_training((ReturnSetInfo *) fcinfo->resultinfo, &local->backendStatus);
	}
	return (Datum) 0;
}
