/*-------------------------------------------------------------------------
 *
 * model.c
 *	  The population model that scores are computed with at the moment.
 *
 * It is looked up once for each command, by the snapshot of the query that
 * asks, and kept with the function's call information.
 *
 *-------------------------------------------------------------------------
 */
#include "score/model.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "catalog.h"

typedef struct ModelCache
{
	TimestampTz statement; /* when and in which command it was looked up */
	CommandId	command;
	ChurnModel	model;
} ModelCache;

HistoryTarget
history_target(const char *name)
{
	if (strcmp(name, "auto") == 0)
		return TARGET_AUTO;
	if (strcmp(name, "purchase") == 0)
		return TARGET_PURCHASE;
	if (strcmp(name, "activity") == 0)
		return TARGET_ACTIVITY;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown target \"%s\"", name),
					errhint("Targets are \"purchase\", \"activity\" and \"auto\".")));
}

pg_noreturn static void damaged_model(void);

static void
damaged_model(void)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
					errmsg("the current churn model in empathy.model is damaged"),
					errhint("Run SELECT empathy.train_churn().")));
	pg_unreachable();
}

/* A column of the row found, as so many doubles. */
static void
copy_doubles(int column, double *to, int n)
{
	bool	   isnull;
	Datum	   datum = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &isnull);
	ArrayType *array = isnull ? NULL : DatumGetArrayTypeP(datum);

	if (array == NULL || ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != n || ARR_HASNULL(array) ||
		ARR_ELEMTYPE(array) != FLOAT8OID)
		damaged_model();
	memcpy(to, ARR_DATA_PTR(array), sizeof(double) * n);
}

/* Doubles that are numbers, and small enough for what they stand for. */
static bool
are_sane(const double *values, int n)
{
	int i;

	for (i = 0; i < n && fabs(values[i]) < 1e9; i++)
		;
	return i == n;
}

static void
read_model(ChurnModel *model)
{
	double baseline[3];
	double params[MBG_NPARAMS];

	if (SPI_processed != 1)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("there is no current churn model"),
						errhint("Run SELECT empathy.train_churn().")));
	strlcpy(model->name, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
			sizeof(model->name));
	model->target = history_target(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2));
	copy_doubles(3, params, MBG_NPARAMS);
	model->params.r = params[MBG_R];
	model->params.alpha = params[MBG_ALPHA];
	model->params.a = params[MBG_A];
	model->params.b = params[MBG_B];
	copy_doubles(4, &model->covariance[0][0], MBG_NPARAMS * MBG_NPARAMS);
	copy_doubles(5, baseline, 3);
	if (!are_sane(baseline, 3) || baseline[0] < 0 || baseline[1] <= 0 || baseline[2] < 0 ||
		!are_sane(&model->covariance[0][0], MBG_NPARAMS * MBG_NPARAMS) ||
		!mbg_params_valid(&model->params))
		damaged_model();
	model->baseline.x = (int32_t) baseline[0];
	model->baseline.gap = baseline[1];
	model->baseline.silent = baseline[2];
}

/*
 * Scores may be asked for by whoever may call the functions, so the model is
 * read with the rights of the table's owner.
 */
static void
look_up_model(ChurnModel *model)
{
	SavedUser saved;

	empathy_become_owner(empathy_table("model"), &saved);
	SPI_connect();
	if (SPI_execute("SELECT model, target, params, covariance, baseline FROM empathy.model "
					"WHERE task OPERATOR(pg_catalog.=) 'churn' ORDER BY version DESC LIMIT 1",
					true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.model");
	read_model(model);
	SPI_finish();
	empathy_restore_user(&saved);
}

const ChurnModel *
churn_model_current(FmgrInfo *flinfo)
{
	ModelCache *cache = flinfo->fn_extra;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(ModelCache));
		flinfo->fn_extra = cache;
	}
	else if (cache->statement == GetCurrentStatementStartTimestamp() &&
			 cache->command == GetCurrentCommandId(false))
		return &cache->model;
	look_up_model(&cache->model);
	cache->statement = GetCurrentStatementStartTimestamp();
	cache->command = GetCurrentCommandId(false);
	return &cache->model;
}
