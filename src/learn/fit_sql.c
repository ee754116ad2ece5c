/*-------------------------------------------------------------------------
 *
 * fit_sql.c
 *	  Fitting of population models, to SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "learn/mbg_fit.h"

static void
interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* An array argument's elements, which are as many as wanted (or any number, if that is negative). */
static void *
elements(FunctionCallInfo fcinfo, int arg, int wanted, int *n)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(arg);

	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (ARR_NDIM(array) > 1 || ARR_HASNULL(array) || (wanted >= 0 && *n != wanted))
		ereport(
			ERROR,
			(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
			 errmsg(
				 "x, t_x and t must be arrays of the same length, of one dimension, without nulls")));
	return ARR_DATA_PTR(array);
}

static MbgRow *
read_rows(FunctionCallInfo fcinfo, int *n)
{
	int32  *x = elements(fcinfo, 0, -1, n);
	float8 *t_x = elements(fcinfo, 1, *n, n);
	float8 *t = elements(fcinfo, 2, *n, n);
	MbgRow *rows = palloc_extended(sizeof(MbgRow) * Max(*n, 1), MCXT_ALLOC_HUGE);
	int		i;

	for (i = 0; i < *n; i++)
	{
		rows[i].history.x = x[i];
		rows[i].history.t_x = t_x[i];
		rows[i].history.T = t[i];
		rows[i].weight = 1;
	}
	return rows;
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

/* fit_mbg(x, t_x, t): see mbg_fit.h; rows that are no possible history are left out. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_fit_mbg);
Datum
emp_fit_mbg(PG_FUNCTION_ARGS)
{
	Datum	  values[6];
	bool	  nulls[6] = { 0 };
	TupleDesc tupdesc;
	MbgRow	 *rows;
	MbgFit	  fit;
	int		  n;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	rows = read_rows(fcinfo, &n);
	mbg_fit(rows, n, interrupts, &fit);
	values[0] = double_array(
		(double[]){ fit.params.r, fit.params.alpha, fit.params.a, fit.params.b }, MBG_NPARAMS);
	values[1] = double_array(&fit.covariance[0][0], MBG_NPARAMS * MBG_NPARAMS);
	values[2] =
		double_array((double[]){ fit.baseline.x, fit.baseline.gap, fit.baseline.silent }, 3);
	values[3] = Float8GetDatum(fit.loglik);
	values[4] = Int32GetDatum(fit.iterations);
	values[5] = CStringGetTextDatum(mbg_fit_status_name(fit.status));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}
