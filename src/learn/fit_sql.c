/*-------------------------------------------------------------------------
 *
 * fit_sql.c
 *	  Fitting of population models, and what fits say, to SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "learn/memory.h"
#include "learn/population.h"

/* Rows that a state has room for at first. */
#define FIRST_ROOM 1024

/* What the aggregate gathers. Equal rows are added up whenever room runs out. */
typedef struct FitState
{
	const PopulationModel *model;
	PopulationRow		  *rows;
	size_t				   n;
	size_t				   room;
	double				   left_out;
} FitState;

/* Columns of empathy.population. */
enum
{
	COL_MODEL,
	COL_NAMES,
	COL_PARAMS,
	COL_COVARIANCE,
	COL_BASELINE,
	COL_LOG_LIKELIHOOD,
	COL_CUSTOMERS,
	COL_LEFT_OUT,
	COL_ITERATIONS,
	COL_STATUS,
	N_COLS
};

static void
interrupts(void *arg, double share)
{
	CHECK_FOR_INTERRUPTS();
}

static const PopulationModel *
model_named(const char *name)
{
	const PopulationModel *model = population_model(name);

	if (model == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown population model \"%s\"", name),
				 errhint("Models are \"mbg/nbd\", \"regular\", \"bg/nbd\", \"pareto/nbd\" and "
						 "\"gamma-gamma\".")));
	return model;
}

static FitState *
new_state(FunctionCallInfo fcinfo)
{
	FitState *state;
	char	 *name;

	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model must not be null")));
	name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	state = palloc0(sizeof(FitState));
	state->model = model_named(name);
	if ((state->model->spends || state->model->gaps) && PG_NARGS() < 6)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("population model \"%s\" needs a value", name),
			 state->model->spends
				 ? errhint("Pass the mean amount of the x purchases as the fifth argument.")
				 : errhint("Pass the sum of the logarithms of the x gaps as the fifth argument.")));
	state->room = FIRST_ROOM;
	state->rows = need(NULL, state->room * sizeof(PopulationRow));
	return state;
}

static void
check_model(FunctionCallInfo fcinfo, const FitState *state)
{
	text  *name = PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1);
	size_t length = strlen(state->model->name);

	if (name == NULL || VARSIZE_ANY_EXHDR(name) != length ||
		memcmp(VARDATA_ANY(name), state->model->name, length) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("model must be the same for all customers of a fit"),
						errhint("Use a WHERE or FILTER clause, or GROUP BY the model.")));
}

static void
make_room(FitState *state)
{
	if (state->n < state->room)
		return;
	state->n = population_group(state->model, state->rows, state->n, &state->left_out);
	if (state->n * 2 <= state->room)
		return;
	state->room *= 4;
	state->rows = need(state->rows, state->room * sizeof(PopulationRow));
}

/* An argument as a number, NaN (which no model has a use for) if it is null. */
static double
number(FunctionCallInfo fcinfo, int arg)
{
	return PG_ARGISNULL(arg) ? NAN : PG_GETARG_FLOAT8(arg);
}

/* fit_add(state, model, x, t_x, t [, value [, weight]]) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_fit_add);
Datum
emp_fit_add(PG_FUNCTION_ARGS)
{
	FitState	 *state = PG_ARGISNULL(0) ? NULL : (FitState *) PG_GETARG_POINTER(0);
	MemoryContext aggregate;
	MemoryContext old;
	PopulationRow row = { .weight = 1 };

	if (!AggCheckCallContext(fcinfo, &aggregate))
		elog(ERROR, "fit_add called in non-aggregate context");
	old = MemoryContextSwitchTo(aggregate);
	if (state == NULL)
		state = new_state(fcinfo);
	else
		check_model(fcinfo, state);
	row.history.x = PG_ARGISNULL(2) ? -1 : PG_GETARG_INT32(2);
	row.history.t_x = number(fcinfo, 3);
	row.history.T = number(fcinfo, 4);
	if (PG_NARGS() > 5)
		row.value = row.log_gaps = number(fcinfo, 5);
	if (PG_NARGS() > 6)
		row.weight = number(fcinfo, 6);
	make_room(state);
	state->rows[state->n++] = row;
	MemoryContextSwitchTo(old);
	PG_RETURN_POINTER(state);
}

static Datum
double_array(const double *values, int n)
{
	Datum *datums = palloc(sizeof(Datum) * n);
	int	   i;

	for (i = 0; i < n; i++)
		datums[i] = Float8GetDatum(values[i]);
	return PointerGetDatum(
		construct_array(datums, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static Datum
names_array(const PopulationModel *model)
{
	Datum datums[POPULATION_MAX];
	int	  i;

	for (i = 0; i < model->n; i++)
		datums[i] = CStringGetTextDatum(model->names[i]);
	return PointerGetDatum(construct_array(datums, model->n, TEXTOID, -1, false, TYPALIGN_INT));
}

static Datum
row_datum(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc tupdesc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}

static Datum
fit_datum(FunctionCallInfo fcinfo, const PopulationFit *fit, double left_out)
{
	const MbgBaseline *typical = &fit->baseline;
	Datum			   values[N_COLS];
	bool			   nulls[N_COLS] = { 0 };

	values[COL_MODEL] = CStringGetTextDatum(fit->model->name);
	values[COL_NAMES] = names_array(fit->model);
	values[COL_PARAMS] = double_array(fit->params, fit->model->n);
	values[COL_COVARIANCE] = double_array(fit->covariance, fit->model->n * fit->model->n);
	values[COL_BASELINE] = double_array((double[]){ typical->x, typical->gap, typical->silent }, 3);
	nulls[COL_BASELINE] = fit->model->spends;
	values[COL_LOG_LIKELIHOOD] = Float8GetDatum(fit->loglik);
	values[COL_CUSTOMERS] = Float8GetDatum(fit->customers);
	values[COL_LEFT_OUT] = Float8GetDatum(left_out);
	values[COL_ITERATIONS] = Int32GetDatum(fit->iterations);
	values[COL_STATUS] = CStringGetTextDatum(population_status_name(fit->status));
	return row_datum(fcinfo, values, nulls);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_fit_done);
Datum
emp_fit_done(PG_FUNCTION_ARGS)
{
	FitState	 *state = PG_ARGISNULL(0) ? NULL : (FitState *) PG_GETARG_POINTER(0);
	PopulationFit fit;

	if (state == NULL)
		PG_RETURN_NULL();
	state->n = population_group(state->model, state->rows, state->n, &state->left_out);
	population_fit(state->model, state->rows, state->n, interrupts, NULL, &fit);
	return fit_datum(fcinfo, &fit, state->left_out);
}

/* ---- what a fit says of a customer ---- */

/* The first argument, taken apart. */
typedef struct Fitted
{
	const PopulationModel *model;
	double				   params[POPULATION_MAX];
	double				   covariance[POPULATION_MAX * POPULATION_MAX];
} Fitted;

pg_noreturn static void not_a_fit(void);

static void
not_a_fit(void)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("fit is not a result of empathy.fit()")));
	pg_unreachable();
}

/* A column of so many doubles. */
static void
copy_doubles(HeapTupleHeader row, int column, double *to, int n)
{
	bool	   isnull;
	Datum	   datum = GetAttributeByNum(row, column + 1, &isnull);
	ArrayType *array = isnull ? NULL : DatumGetArrayTypeP(datum);

	if (array == NULL || ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != n || ARR_HASNULL(array) ||
		ARR_ELEMTYPE(array) != FLOAT8OID)
		not_a_fit();
	memcpy(to, ARR_DATA_PTR(array), sizeof(double) * n);
}

static void
read_fit(HeapTupleHeader row, Fitted *fitted)
{
	bool  isnull;
	Datum name = GetAttributeByNum(row, COL_MODEL + 1, &isnull);
	int	  n;

	if (isnull)
		not_a_fit();
	fitted->model = model_named(TextDatumGetCString(name));
	n = fitted->model->n;
	copy_doubles(row, COL_PARAMS, fitted->params, n);
	copy_doubles(row, COL_COVARIANCE, fitted->covariance, n * n);
	if (!fitted->model->valid(fitted->params))
		not_a_fit();
}

static void
put_estimate(Datum *values, const PopulationEstimate *estimate)
{
	values[0] = Float8GetDatum(estimate->value);
	values[1] = Float8GetDatum(estimate->lo);
	values[2] = Float8GetDatum(estimate->hi);
}

/* predict(fit, x, t_x, t, horizon [, log_gaps]) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_fit_predict);
Datum
emp_fit_predict(PG_FUNCTION_ARGS)
{
	PopulationRow	   row = { .history = { PG_GETARG_INT32(1), PG_GETARG_FLOAT8(2),
											PG_GETARG_FLOAT8(3) },
							   .log_gaps = PG_NARGS() > 5 ? PG_GETARG_FLOAT8(5) : 0,
							   .weight = 1 };
	double			   horizon = PG_GETARG_FLOAT8(4);
	Datum			   values[7];
	Fitted			   fitted;
	PopulationEstimate estimate;

	read_fit(PG_GETARG_HEAPTUPLEHEADER(0), &fitted);
	if (fitted.model->spends)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("population model \"%s\" says nothing of purchases to come",
							   fitted.model->name),
						errhint("Use empathy.expected_value(), or a fit of another model.")));
	if (fitted.model->gaps && row.history.x > 0 && PG_NARGS() < 6)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("population model \"%s\" needs the gaps", fitted.model->name),
						errhint("Pass the sum of their logarithms as the sixth argument.")));
	if (!fitted.model->usable(&row))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("impossible history: x %d, t_x %g, t %g", row.history.x,
							   row.history.t_x, row.history.T),
						errdetail("There must be 0 <= t_x <= t, and t_x = 0 if x = 0.")));
	if (!(horizon > 0) || isinf(horizon))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("horizon must be positive and finite")));
	values[0] = Float8GetDatum(fitted.model->p_alive(fitted.params, &row));
	estimate = population_none(fitted.model, fitted.params, fitted.covariance, &row, horizon);
	put_estimate(values + 1, &estimate);
	estimate = population_expected(fitted.model, fitted.params, fitted.covariance, &row, horizon);
	put_estimate(values + 4, &estimate);
	return row_datum(fcinfo, values, (bool[7]){ 0 });
}

/* expected_value(fit, x, value) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_expected_value);
Datum
emp_expected_value(PG_FUNCTION_ARGS)
{
	PopulationRow row = { .history = { .x = PG_GETARG_INT32(1) }, .value = PG_GETARG_FLOAT8(2) };
	Datum		  values[6];
	Fitted		  fitted;
	PopulationEstimate estimate;

	read_fit(PG_GETARG_HEAPTUPLEHEADER(0), &fitted);
	if (!fitted.model->spends)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("population model \"%s\" says nothing of amounts", fitted.model->name),
				 errhint("Fit \"gamma-gamma\".")));
	if (row.history.x < 0 || (row.history.x > 0 && (!(row.value > 0) || isinf(row.value))))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("impossible purchases: x %d, value %g", row.history.x, row.value)));
	estimate = population_expected(fitted.model, fitted.params, fitted.covariance, &row, 0);
	put_estimate(values, &estimate);
	values[3] = Int64GetDatum(row.history.x);
	values[5] = CStringGetTextDatum(fitted.model->name);
	return row_datum(fcinfo, values, (bool[6]){ [4] = true });
}
