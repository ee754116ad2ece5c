/*-------------------------------------------------------------------------
 *
 * model.c
 *	  The models that scores are computed with at the moment.
 *
 * They are looked up once for each command, by the snapshot of the query that
 * asks, and kept with the function's call information, as is its row type.
 *
 *-------------------------------------------------------------------------
 */
#include "score/model.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "catalog.h"
#include "score/roles.h"

/* The columns of a model's row, as they are asked for below. */
enum
{
	COL_MODEL = 1,
	COL_TASK,
	COL_TARGET,
	COL_AS_OF,
	COL_PARAMS,
	COL_COVARIANCE,
	COL_BASELINE,
	COL_RATE,
	COL_EVENTS,
	COL_USUAL_GAP,
	COL_HORIZON,
	COL_FEATURES,
	COL_COEFFICIENTS,
	COL_MEANS,
	COL_COEFFICIENT_COVARIANCE,
	COL_AMOUNTS
};

#define SELECT_MODEL                                                                                      \
	"SELECT model, task, target, as_of, params, covariance, baseline, rate, events, usual_gap, horizon, " \
	"features, coefficients, means, coefficient_covariance, amounts FROM empathy.model "

typedef struct ModelCache
{
	TimestampTz statement; /* when and in which command they were looked up */
	CommandId	command;
	bool		looked_up[MODEL_TASKS];
	bool		exists[MODEL_TASKS];
	ScoreModel	models[MODEL_TASKS];
	RoleCache	roles;
	StageCache	stages;
	TupleDesc	result; /* or NULL */
	void	   *more;	/* see model_more() */
} ModelCache;

static const char *const task_names[MODEL_TASKS] = { "churn", "purchase_intent", "purchase_now",
													 "value", "item" };

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

OutlookTask
model_outlook_task(ModelTask task, const char *target)
{
	if (task == MODEL_PURCHASE_INTENT || task == MODEL_PURCHASE_NOW)
		return OUTLOOK_BUY;
	if (task == MODEL_ITEM)
		return OUTLOOK_AGAIN;
	return strcmp(target, "cancel") == 0 ? OUTLOOK_CANCEL : OUTLOOK_LEAVE;
}

HistoryTarget
model_target(ModelTask task, const char *target)
{
	if (model_outlook_task(task, target) == OUTLOOK_CANCEL)
		return TARGET_ACTIVITY;
	if (task == MODEL_CHURN && strcmp(target, "purchase") != 0 && strcmp(target, "activity") != 0 &&
		strcmp(target, "auto") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown target \"%s\"", target),
				 errhint("Targets are \"purchase\", \"activity\" and \"cancel\".")));
	return history_target(target);
}

ModelTask
model_task(const char *name)
{
	int task;

	for (task = 0; task < MODEL_TASKS; task++)
	{
		if (strcmp(name, task_names[task]) == 0)
			return task;
	}
	elog(ERROR, "unrecognized task: \"%s\"", name);
	pg_unreachable();
}

pg_noreturn static void damaged_model(void);

static void
damaged_model(void)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a model in empathy.model is damaged"),
					errhint("Run SELECT empathy.train_churn(), empathy.train_intent() and "
							"empathy.train_value().")));
	pg_unreachable();
}

/* ---- a column of the row found ---- */

static Datum
column(int number, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number, isnull);
}

static char *
string_column(int number)
{
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number);
}

/* As so many finite doubles below a bound, for what they stand for. */
static void
copy_doubles(int number, double *to, int n, double bound)
{
	bool	   isnull;
	Datum	   datum = column(number, &isnull);
	ArrayType *array = isnull ? NULL : DatumGetArrayTypeP(datum);
	int		   i;

	if (array == NULL || ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != n || ARR_HASNULL(array) ||
		ARR_ELEMTYPE(array) != FLOAT8OID)
		damaged_model();
	memcpy(to, ARR_DATA_PTR(array), sizeof(double) * n);
	for (i = 0; i < n; i++)
	{
		if (!(fabs(to[i]) < bound))
			damaged_model();
	}
}

/* As a number of days, or a rate. */
static double
positive_column(int number)
{
	bool   isnull;
	Datum  datum = column(number, &isnull);
	double value = isnull ? 0 : DatumGetFloat8(datum);

	if (!(value > 0 && value < 1e9))
		damaged_model();
	return value;
}

/* ---- the row ---- */

static int
items_of(int number)
{
	bool  isnull;
	Datum datum = column(number, &isnull);

	return isnull ? 0
				  : ArrayGetNItems(ARR_NDIM(DatumGetArrayTypeP(datum)),
								   ARR_DIMS(DatumGetArrayTypeP(datum)));
}

static void
read_population(OutlookModel *model)
{
	double baseline[3];
	double params[REGULAR_NPARAMS];
	int	   n = items_of(COL_PARAMS) == REGULAR_NPARAMS ? REGULAR_NPARAMS : MBG_NPARAMS;
	int	   i;

	copy_doubles(COL_PARAMS, params, n, 1e9);
	for (i = 0; i < n; i++)
	{
		if (!(params[i] >= 1e-9))
			damaged_model();
	}
	outlook_set_params(model, params, n);
	copy_doubles(COL_COVARIANCE, model->covariance, n * n, 1e9);
	copy_doubles(COL_BASELINE, baseline, 3, 1e9);
	if (baseline[0] < 0 || baseline[1] <= 0 || baseline[2] < 0)
		damaged_model();
	model->baseline.x = (int32_t) baseline[0];
	model->baseline.gap = baseline[1];
	model->baseline.silent = baseline[2];
	model->rate = positive_column(COL_RATE);
	model->events = positive_column(COL_EVENTS);
	model->usual_gap = positive_column(COL_USUAL_GAP);
}

/* The features that a model was learned on; -1 for what this library doesn't know. */
static int
feature_of(const char *name)
{
	int i;

	for (i = 0; i < N_FEATURES && strcmp(feature_name(i), name) != 0; i++)
		;
	return i < N_FEATURES ? i : -1;
}

static int
read_features(Datum array, int features[N_FEATURES])
{
	Datum *names;
	bool  *nulls;
	int	   n;
	int	   i;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls,
					  &n);
	if (n > N_FEATURES)
		damaged_model();
	for (i = 0; i < n; i++)
	{
		features[i] = nulls[i] ? -1 : feature_of(TextDatumGetCString(names[i]));
		if (features[i] < 0)
			damaged_model();
	}
	return n;
}

static void
read_learned(OutlookModel *model)
{
	static const double bound = 1e30;
	bool				isnull;
	Datum				array = column(COL_FEATURES, &isnull);
	int					features[N_FEATURES];
	double				coefficients[OUTLOOK_SIZE];
	double				means[N_FEATURES];
	double			   *covariance;
	int					n;
	int					i;
	int					j;

	if (isnull)
		return;
	n = read_features(array, features);
	covariance = palloc(sizeof(double) * (n + 1) * (n + 1));
	copy_doubles(COL_COEFFICIENTS, coefficients, n + 1, bound);
	copy_doubles(COL_MEANS, means, n, bound);
	copy_doubles(COL_COEFFICIENT_COVARIANCE, covariance, (n + 1) * (n + 1), bound);
	model->horizon = positive_column(COL_HORIZON);
	model->intercept = coefficients[0];
	for (i = 0; i <= n; i++)
	{
		int row = i > 0 ? features[i - 1] + 1 : 0;

		for (j = 0; j <= n; j++)
			model->learned_covariance[row][j > 0 ? features[j - 1] + 1 : 0] =
				covariance[i * (n + 1) + j];
		if (i > 0)
		{
			model->weight[features[i - 1]] = coefficients[i];
			model->mean[features[i - 1]] = means[i - 1];
		}
	}
	outlook_set_used(model);
}

static void
read_amounts(ScoreModel *model)
{
	double params[SPEND_NPARAMS];

	if (items_of(COL_AMOUNTS) == 0)
		return;
	copy_doubles(COL_AMOUNTS, params, SPEND_NPARAMS, 1e12);
	model->spends = true;
	model->spend = (SpendParams){ params[SPEND_P], params[SPEND_Q], params[SPEND_V] };
	if (!spend_params_valid(&model->spend))
		damaged_model();
}

static void
read_row(ScoreModel *model)
{
	ModelTask task = model_task(string_column(COL_TASK));
	char	 *target = string_column(COL_TARGET);
	bool	  isnull;
	Datum	  as_of = column(COL_AS_OF, &isnull);

	memset(model, 0, sizeof(*model));
	strlcpy(model->name, string_column(COL_MODEL), sizeof(model->name));
	model->task = task;
	model->as_of = isnull ? DATEVAL_NOBEGIN : DatumGetDateADT(as_of);
	model->outlook.task = model_outlook_task(task, target);
	model->outlook.target = model_target(task, target);
	read_population(&model->outlook);
	read_learned(&model->outlook);
	read_amounts(model);
}

/*
 * Scores may be asked for by whoever may call the functions, so models are read
 * with the rights of the table's owner.
 */
static bool
look_up(const char *query, const char *argument, ScoreModel *model)
{
	Oid		  type = TEXTOID;
	Datum	  value = CStringGetTextDatum(argument);
	SavedUser saved;
	bool	  found;

	empathy_become_owner(empathy_table("model"), &saved);
	SPI_connect();
	if (SPI_execute_with_args(query, 1, &type, &value, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.model");
	found = SPI_processed == 1;
	if (found)
		read_row(model);
	SPI_finish();
	empathy_restore_user(&saved);
	return found;
}

void
model_read(const char *name, ScoreModel *model)
{
	if (!look_up(SELECT_MODEL "WHERE model OPERATOR(pg_catalog.=) $1", name, model))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("there is no model \"%s\"", name)));
}

static ModelCache *
cache_of(FmgrInfo *flinfo)
{
	if (flinfo->fn_extra == NULL)
		flinfo->fn_extra = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(ModelCache));
	return flinfo->fn_extra;
}

const ProfileRoles *
roles_current(FmgrInfo *flinfo)
{
	return roles_read(&cache_of(flinfo)->roles, flinfo->fn_mcxt);
}

StageReplay *
stages_current(FmgrInfo *flinfo)
{
	ModelCache *cache = cache_of(flinfo);

	roles_read(&cache->roles, flinfo->fn_mcxt);
	return stages_read(&cache->stages, &cache->roles, flinfo->fn_mcxt);
}

TupleDesc
model_result_type(FunctionCallInfo fcinfo)
{
	ModelCache	 *cache = cache_of(fcinfo->flinfo);
	TupleDesc	  tupdesc;
	MemoryContext old;

	if (cache->result != NULL)
		return cache->result;
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	cache->result = BlessTupleDesc(CreateTupleDescCopy(tupdesc));
	MemoryContextSwitchTo(old);
	return cache->result;
}

void **
model_more(FmgrInfo *flinfo)
{
	return &cache_of(flinfo)->more;
}

const ScoreModel *
model_current(FmgrInfo *flinfo, ModelTask task)
{
	ModelCache *cache = cache_of(flinfo);

	if (cache->statement != GetCurrentStatementStartTimestamp() ||
		cache->command != GetCurrentCommandId(false))
		memset(cache->looked_up, false, sizeof(cache->looked_up));
	if (!cache->looked_up[task])
		cache->exists[task] = look_up(SELECT_MODEL "WHERE task OPERATOR(pg_catalog.=) $1 "
												   "ORDER BY version DESC LIMIT 1",
									  task_names[task], &cache->models[task]);
	cache->looked_up[task] = true;
	cache->statement = GetCurrentStatementStartTimestamp();
	cache->command = GetCurrentCommandId(false);
	if (!cache->exists[task] && task != MODEL_PURCHASE_NOW)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("there is no model of the task \"%s\"", task_names[task]),
						errhint("Run SELECT empathy.train_churn(), empathy.train_intent(), "
								"empathy.train_value() and empathy.train_items().")));
	return cache->exists[task] ? &cache->models[task] : NULL;
}
