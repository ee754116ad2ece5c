/*-------------------------------------------------------------------------
 *
 * train_sql.c
 *	  Training of text models by users: train_classifier() and calibrate().
 *
 * The user's query is read with the user's rights; what comes out is stored as
 * the owner of our tables, as a new version of its name.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "learn/calibrate.h"
#include "learn/labelled.h"
#include "learn/memory.h"
#include "learn/progress.h"
#include "learn/version.h"
#include "text/number.h"
#include "text/own_model.h"
#include "text/text_model.h"

#define MAX_NAME   24 /* leaves room for a dash and a version in a model's name */
#define LEAST_ROWS 3  /* of a class */

static void
store_classifier(const Classifier *classifier, const SavedUser *caller, const ModelVersion *version)
{
	const ClassifierFigures *figures = &classifier->figures;
	Oid						 types[] = {
							 TEXTOID, INT4OID, TEXTOID, BYTEAOID, INT8OID, INT8OID, INT4OID, TEXTOID, TEXTOID
	};
	size_t			 size;
	uint8_t			*file = classifier_bytes(classifier, version->model, &size);
	bytea			*bytes = palloc_extended(VARHDRSZ + size, MCXT_ALLOC_HUGE);
	Datum			 values[9];
	const TextModel *base = classifier->data->base;

	SET_VARSIZE(bytes, VARHDRSZ + size);
	memcpy(VARDATA(bytes), file, size);
	values[0] = CStringGetTextDatum(version->name);
	values[1] = Int32GetDatum(version->number);
	values[2] = CStringGetTextDatum(version->model);
	values[3] = PointerGetDatum(bytes);
	values[4] = Int64GetDatum((int64) text_model_checksum(file, size));
	values[5] = Int64GetDatum(classifier->data->n_rows);
	values[6] = Int32GetDatum(classifier->data->n_classes);
	values[7] = version_trainer(caller);
	values[8] = base != NULL ? CStringGetTextDatum(base->name) : (Datum) 0;
	version_insert(
		"INSERT INTO empathy.text_model (name, version, model, task, bytes, checksum, texts, "
		"classes, trained_by, base) VALUES ($1, $2, $3, 'class', $4, $5, $6, $7, $8, $9)",
		9, types, values, base != NULL ? NULL : "        n");
	version_figure(version, "accuracy", figures->accuracy, figures->n);
	version_figure(version, "macro-F1", figures->macro_f1, figures->n);
	version_figure(version, "log loss", figures->log_loss, figures->n + figures->n_unknown);
	version_figure(version, "answered", figures->answered, figures->n);
	version_figure(version, "right if answered", figures->precision,
				   (int64) (figures->answered * figures->n + 0.5));
	if (figures->n_unknown > 0)
		version_figure(version, "unknown found", figures->unknown_found, figures->n_unknown);
}

static void
store_calibration(const CalibrationFit *fit, const char *base, int n, const SavedUser *caller,
				  const ModelVersion *version)
{
	Oid	  types[] = { TEXTOID, INT4OID, TEXTOID, TEXTOID, INT4OID, INT4OID, INT8OID, TEXTOID };
	Datum values[] = { CStringGetTextDatum(version->name),
					   Int32GetDatum(version->number),
					   CStringGetTextDatum(version->model),
					   CStringGetTextDatum(base),
					   Int32GetDatum(fit->offset[0]),
					   Int32GetDatum(fit->offset[1]),
					   Int64GetDatum(n),
					   version_trainer(caller) };

	version_insert(
		"INSERT INTO empathy.text_model (name, version, model, task, base, negative_offset, "
		"positive_offset, texts, classes, trained_by) "
		"VALUES ($1, $2, $3, 'sentiment', $4, $5, $6, $7, 3, $8)",
		8, types, values, NULL);
	version_figure(version, "macro-F1", fit->after, n);
	version_figure(version, "macro-F1 of the base", fit->before, n);
}

/* Rows of a label that are too few to learn from, or labels that are. */
static void
check_classes(const ClassifierData *data)
{
	int *n = palloc0(sizeof(int) * Max(data->n_classes, 1));
	int	 n_classes = 0;

	if (data->n_rows == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND), errmsg("the query returns no labelled text")));
	for (int i = 0; i < data->n_rows; i++)
		n[data->rows[i].class]++;
	for (int c = 0; c < data->n_classes; c++)
	{
		n_classes += strcmp(data->labels[c], TEXT_UNKNOWN) != 0;
		if (n[c] < LEAST_ROWS)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg_plural(
						 "label \"%s\" has only %d row", "label \"%s\" has only %d rows", n[c],
						 text_to_cstring(text_in_server(data->labels[c], strlen(data->labels[c]))),
						 n[c]),
					 errdetail("A class is learned from at least %d rows.", LEAST_ROWS),
					 errhint("Label more texts, or leave that label out of the query.")));
	}
	if (n_classes < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the query returns only one class"),
						errhint("Its second column is the label; \"%s\" is the label of texts "
								"that belong to no class.",
								TEXT_UNKNOWN)));
}

static void
tick_classifier(void *arg, ClassifierPhase phase, double share)
{
	CHECK_FOR_INTERRUPTS();
	training_progress(phase == CLASSIFIER_MEASURES ? TRAINING_MEASURES : TRAINING_FITS, share);
}

/* Memory for all that a training needs, given back at its end. */
static MemoryContext
training_memory(void)
{
	return AllocSetContextCreate(CurrentMemoryContext, "text training", ALLOCSET_DEFAULT_SIZES);
}

/* The name and the query that both functions begin with */
static char *
name_arg(FunctionCallInfo fcinfo)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	version_check_name(name, MAX_NAME);
	return name;
}

/* What a classifier builds on: any model with words and sentiment, or nothing. */
static const TextModel *
classifier_base(FunctionCallInfo fcinfo, const ClassifierData *data)
{
	ClassifierData with_base = *data;

	if (PG_ARGISNULL(2))
		return NULL;
	with_base.base = text_model_by_name(text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (!classifier_fits_base(&with_base))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%d labels are too many to build on model \"%s\"", data->n_classes,
							   with_base.base->name),
						errhint("Leave out the base: many labels have many words of their own.")));
	return with_base.base;
}

/* train_classifier(name, query, base) -> the model's name */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_train_classifier);
Datum
emp_train_classifier(PG_FUNCTION_ARGS)
{
	char		  *name;
	MemoryContext  memory;
	MemoryContext  caller;
	ClassifierData data;
	Classifier	   classifier;
	SavedUser	   saved;
	ModelVersion   version;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	name = name_arg(fcinfo);
	memory = training_memory();
	caller = MemoryContextSwitchTo(memory);
	training_start();
	training_progress(TRAINING_READS, 0);
	labelled_read(text_to_cstring(PG_GETARG_TEXT_PP(1)), &data);
	check_classes(&data);
	data.base = classifier_base(fcinfo, &data);
	classifier_fit(&classifier, &data, tick_classifier, NULL);
	training_progress(TRAINING_STORES, 0);
	empathy_become_owner(empathy_table("text_model"), &saved);
	SPI_connect();
	version_next("text_model", name, &version);
	store_classifier(&classifier, &saved, &version);
	SPI_finish();
	empathy_restore_user(&saved);
	training_end();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	PG_RETURN_TEXT_P(cstring_to_text(version.model));
}

static DetailLabel
calibration_class(const char *label)
{
	for (int c = 0; c < DETAIL_LABELS; c++)
		if (strcmp(detail_label_names[c], label) == 0)
			return c;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("label \"%s\" is no sentiment",
					text_to_cstring(text_in_server(label, strlen(label)))),
			 errhint("Sentiments are \"negative\", \"neutral\" and \"positive\". For labels of "
					 "your own there is empathy.train_classifier().")));
	pg_unreachable();
}

static void
tick(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Read the texts by the base model. What it knows too little of teaches nothing. */
static CalibrationRow *
calibration_rows(const ClassifierData *data, const TextModel *base, int *n)
{
	CalibrationRow *rows = palloc(sizeof(CalibrationRow) * CALIBRATION_MAX_ROWS);
	DetailLabel *class = palloc(sizeof(DetailLabel) * Max(data->n_classes, 1));

	for (int c = 0; c < data->n_classes; c++)
		class[c] = calibration_class(data->labels[c]);
	*n = 0;
	for (int i = 0; i < data->n_rows && *n < CALIBRATION_MAX_ROWS; i++)
	{
		const ClassifierRow *row = &data->rows[i];
		CalibrationRow		*here = &rows[*n];
		int32_t				 logit[2];

		CHECK_FOR_INTERRUPTS();
		if (!text_sentiment_logits(base, data->bytes + row->at, row->len, tick, logit))
			continue;
		for (int j = 0; j < 2; j++)
			here->odds[j] = text_exp(logit[j] / 65536.0);
		here->class = class[row->class];
		here->identity = row->identity;
		++*n;
	}
	return rows;
}

/* The base of a calibration is a model that comes with the extension. */
static const TextModel *
base_arg(FunctionCallInfo fcinfo)
{
	const TextModel *base;
	Calibration		 calibration;

	if (PG_ARGISNULL(2))
		return text_model_by_name(TEXT_MODEL_SHIPPED);
	base = text_model_by_name(text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (text_model_shipped(base->name) == NULL && own_calibration(base->name, &calibration))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("model \"%s\" is calibrated itself", base->name),
						errhint("Calibrate from \"%s\".", calibration.base)));
	return base;
}

/* calibrate(name, query, base) -> the model's name */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_calibrate);
Datum
emp_calibrate(PG_FUNCTION_ARGS)
{
	const TextModel *base;
	char			*name;
	MemoryContext	 memory;
	MemoryContext	 caller;
	ClassifierData	 data;
	CalibrationRow	*rows;
	CalibrationFit	 fit;
	SavedUser		 saved;
	ModelVersion	 version;
	int				 n;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	name = name_arg(fcinfo);
	base = base_arg(fcinfo);
	memory = training_memory();
	caller = MemoryContextSwitchTo(memory);
	training_start();
	training_progress(TRAINING_READS, 0);
	labelled_read(text_to_cstring(PG_GETARG_TEXT_PP(1)), &data);
	check_classes(&data);
	rows = calibration_rows(&data, base, &n);
	training_progress(TRAINING_FITS, 0);
	calibrate_fit(rows, n, &fit);
	training_progress(TRAINING_STORES, 0);
	empathy_become_owner(empathy_table("text_model"), &saved);
	SPI_connect();
	version_next("text_model", name, &version);
	store_calibration(&fit, base->name, n, &saved, &version);
	SPI_finish();
	empathy_restore_user(&saved);
	training_end();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	PG_RETURN_TEXT_P(cstring_to_text(version.model));
}
