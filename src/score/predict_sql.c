/*-------------------------------------------------------------------------
 *
 * predict_sql.c
 *	  Predictions of users' own models, to SQL: a row's columns are matched to
 *	  the model's by their names.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "score/attribute_value.h"
#include "score/fmath.h"
#include "score/predictor_store.h"
#include "text/text_model.h"

/* How rows of one type go into one predictor, and one of them. */
typedef struct Matching
{
	uint64	  serial; /* of the predictor */
	Oid		  type;
	int32	  typmod;
	TupleDesc columns;
	int		 *column_of; /* of each feature */
	Datum	 *values;	 /* of columns */
	bool	 *nulls;
	double	 *row; /* of features */
} Matching;

static int
find_column(TupleDesc columns, const char *name)
{
	int i;

	for (i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && strcmp(NameStr(column->attname), name) == 0)
			return i;
	}
	return -1;
}

/* The name of a feature in the server's encoding. */
static char *
feature_name(const PredictorFeature *feature)
{
	return text_to_cstring(text_in_server(feature->name, strlen(feature->name)));
}

static int
match_feature(const KeptPredictor *kept, TupleDesc columns, const PredictorFeature *feature)
{
	char		 *name = feature_name(feature);
	int			  i = find_column(columns, name);
	PredictorKind kind;

	if (i < 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN), errmsg("the row has no column \"%s\"", name),
				 errdetail("Model \"%s\" has learned from it.", kept->model),
				 errhint("Give all columns that the model was trained on, by their names; "
						 "what is not known is NULL.")));
	if (!attribute_kind(TupleDescAttr(columns, i)->atttypid, &kind) || kind != feature->kind)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" is of type %s", name,
							   format_type_be(TupleDescAttr(columns, i)->atttypid)),
						errdetail("Model \"%s\" has learned from it as a %s.", kept->model,
								  attribute_kind_name(feature->kind)),
						errhint("Cast it to the type that the model was trained on.")));
	return i;
}

static Matching *
match(const KeptPredictor *kept, Oid type, int32 typmod, MemoryContext memory)
{
	MemoryContext caller = MemoryContextSwitchTo(memory);
	TupleDesc	  columns = lookup_rowtype_tupdesc_copy(type, typmod);
	int			  n = kept->predictor.n_features;
	Matching	 *m = palloc0(sizeof(Matching));
	int			  i;

	m->column_of = palloc(sizeof(int) * n);
	for (i = 0; i < n; i++)
	{
		PredictorFeature feature = predictor_feature(&kept->predictor, i);

		m->column_of[i] = match_feature(kept, columns, &feature);
	}
	m->serial = kept->serial;
	m->type = type;
	m->typmod = typmod;
	m->columns = columns;
	m->values = palloc(sizeof(Datum) * Max(columns->natts, 1));
	m->nulls = palloc(sizeof(bool) * Max(columns->natts, 1));
	m->row = palloc(sizeof(double) * n);
	MemoryContextSwitchTo(caller);
	return m;
}

static double
feature_value(const Predictor *predictor, int feature, const Matching *m)
{
	int i = m->column_of[feature];
	Oid type = TupleDescAttr(m->columns, i)->atttypid;

	if (m->nulls[i])
		return NAN;
	if (predictor_feature(predictor, feature).kind == PREDICTOR_CATEGORY)
		return predictor_slot(predictor, feature,
							  attribute_hash(attribute_name(type, m->values[i])));
	return attribute_number(type, m->values[i]);
}

/* The model and the row of a call. What depends on neither row nor call is kept with the function. */
static const KeptPredictor *
read_arguments(FunctionCallInfo fcinfo, Matching **matching)
{
	const KeptPredictor *kept = predictor_by_name(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	HeapTupleHeader		 header = PG_GETARG_HEAPTUPLEHEADER(1);
	Oid					 type = HeapTupleHeaderGetTypeId(header);
	int32				 typmod = HeapTupleHeaderGetTypMod(header);
	Matching			*m = fcinfo->flinfo->fn_extra;
	HeapTupleData tuple = { .t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header };
	int			  i;

	if (m == NULL || m->serial != kept->serial || m->type != type || m->typmod != typmod)
	{
		m = match(kept, type, typmod, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = m;
	}
	heap_deform_tuple(&tuple, m->columns, m->values, m->nulls);
	for (i = 0; i < kept->predictor.n_features; i++)
		m->row[i] = feature_value(&kept->predictor, i, m);
	*matching = m;
	return kept;
}

/* predict(model, row) -> the probability of the label */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_predict);
Datum
emp_predict(PG_FUNCTION_ARGS)
{
	Matching			*m;
	const KeptPredictor *kept = read_arguments(fcinfo, &m);

	PG_RETURN_FLOAT4((float4) score_logistic(predictor_logit(&kept->predictor, m->row)));
}

typedef struct Part
{
	const char *factor;
	Datum		value; /* a text, or 0 for NULL */
	double		contribution;
} Part;

/* Largest first, those alike by name. */
static int
by_size(const void *a, const void *b)
{
	const Part *x = a;
	const Part *y = b;

	if (fabs(x->contribution) != fabs(y->contribution))
		return fabs(x->contribution) < fabs(y->contribution) ? 1 : -1;
	return strcmp(x->factor, y->factor);
}

static Datum
value_text(const Matching *m, int feature)
{
	int	 i = m->column_of[feature];
	Oid	 output;
	bool is_varlena;

	if (m->nulls[i])
		return (Datum) 0;
	getTypeOutputInfo(TupleDescAttr(m->columns, i)->atttypid, &output, &is_varlena);
	return CStringGetTextDatum(OidOutputFunctionCall(output, m->values[i]));
}

static void
put_part(ReturnSetInfo *result, const Part *part)
{
	Datum values[3] = { CStringGetTextDatum(part->factor), part->value,
						Float8GetDatum(part->contribution) };
	bool  nulls[3] = { false, part->value == (Datum) 0, false };

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* explain_prediction(model, row) -> table(factor, value, contribution) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_explain_prediction);
Datum
emp_explain_prediction(PG_FUNCTION_ARGS)
{
	ReturnSetInfo		*result = (ReturnSetInfo *) fcinfo->resultinfo;
	Matching			*m;
	const KeptPredictor *kept = read_arguments(fcinfo, &m);
	int					 n = kept->predictor.n_features;
	double				*contributions = palloc(sizeof(double) * (n + 2));
	Part				*parts = palloc(sizeof(Part) * n);
	int					 i;

	InitMaterializedSRF(fcinfo, 0);
	predictor_explain(&kept->predictor, m->row, contributions);
	for (i = 0; i < n; i++)
	{
		PredictorFeature feature = predictor_feature(&kept->predictor, i);

		parts[i] = (Part){ feature_name(&feature), value_text(m, i), contributions[i] };
	}
	qsort(parts, n, sizeof(Part), by_size);
	put_part(result, &(Part){ "a typical row", 0, contributions[n] });
	for (i = 0; i < n; i++)
		put_part(result, &parts[i]);
	if (contributions[n + 1] != 0)
		put_part(result, &(Part){ "calibration", 0, contributions[n + 1] });
	return (Datum) 0;
}
