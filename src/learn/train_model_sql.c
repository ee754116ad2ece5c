/*-------------------------------------------------------------------------
 *
 * train_model_sql.c
 *	  Training of users' own models over a table's columns: train_model().
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
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "learn/attributes_sql.h"
#include "learn/predictor_fit.h"
#include "learn/progress.h"
#include "learn/version.h"
#include "score/predictor_store.h"
#include "text/text_model.h"

#define MAX_NAME	 48	  /* leaves room for a dash and a version */
#define LEAST_LABELS 10	  /* rows of each label */
#define LEAK		 0.99 /* AUC of a column alone that is too good to be true */

/* What is to be stored */
typedef struct Training
{
	const char	  *name;
	const char	  *label;
	char		  *answer;
	AttributeTable table;
	PredictorFit   fit;
} Training;

static void
check_table(const Training *t)
{
	size_t yes = 0;

	for (size_t i = 0; i < t->table.n_rows; i++)
		yes += t->table.label[i];
	if (yes < LEAST_LABELS || t->table.n_rows - yes < LEAST_LABELS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("too few rows to learn column \"%s\" from", t->label),
				 errdetail("The query returns %zu rows, of them %zu with the label \"%s\"; each "
						   "of two labels needs at least %d.",
						   t->table.n_rows, yes, t->answer ? t->answer : "", LEAST_LABELS)));
	if (t->table.n_attributes == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the query returns no column to learn from"),
						errhint("All its columns but the label are learned from, if they don't "
								"differ in every row.")));
}

static void
warn_of_leaks(const Training *t)
{
	for (int j = 0; j < t->table.n_attributes; j++)
	{
		const char *name = t->table.attributes[j].name;

		if (t->fit.alone[j] > LEAK)
			ereport(NOTICE,
					(errmsg("column \"%s\" alone tells the label apart",
							text_to_cstring(text_in_server(name, strlen(name)))),
					 errdetail("Its AUC is %.4f.", t->fit.alone[j]),
					 errhint("If it is known only once the label is, leave it out: the model would "
							 "be useless for what is not decided yet.")));
	}
}

/* ----------------------------------------------------------------- storing */

static Datum
features_datum(const AttributeTable *table)
{
	Datum *names = palloc(sizeof(Datum) * table->n_attributes);

	for (int j = 0; j < table->n_attributes; j++)
		names[j] = PointerGetDatum(
			text_in_server(table->attributes[j].name, strlen(table->attributes[j].name)));
	return PointerGetDatum(
		construct_array(names, table->n_attributes, TEXTOID, -1, false, TYPALIGN_INT));
}

static const char *
method_of(const PredictorFit *fit)
{
	if (fit->trees_share == 0)
		return "logistic regression";
	return fit->trees_share == 1 ? "boosted trees" : "logistic regression and boosted trees";
}

static void
store_predictor(const Training *t, const ModelVersion *version, const SavedUser *caller)
{
	Oid	   types[] = { TEXTOID, INT4OID,	  TEXTOID, BYTEAOID, TEXTOID,
					   TEXTOID, TEXTARRAYOID, TEXTOID, INT8OID,	 TEXTOID };
	bytea *bytes = palloc_extended(VARHDRSZ + t->fit.size, MCXT_ALLOC_HUGE);
	Datum  values[] = { CStringGetTextDatum(t->name),
						Int32GetDatum(version->number),
						CStringGetTextDatum(version->model),
						PointerGetDatum(bytes),
						CStringGetTextDatum(t->label),
						CStringGetTextDatum(t->answer),
						features_datum(&t->table),
						CStringGetTextDatum(method_of(&t->fit)),
						Int64GetDatum((int64) t->table.n_rows),
						version_trainer(caller) };

	SET_VARSIZE(bytes, VARHDRSZ + t->fit.size);
	memcpy(VARDATA(bytes), t->fit.bytes, t->fit.size);
	version_insert(
		"INSERT INTO empathy.predictor (name, version, model, bytes, label, answer, features, "
		"method, n_rows, trained_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		10, types, values, NULL);
}

static void
store_figures(const PredictorFit *fit, const ModelVersion *version)
{
	const Measures *m = &fit->held_out;
	const struct
	{
		const char *measure;
		double		value;
	} figures[] = { { "AUC", m->auc },
					{ "average precision", m->average_precision },
					{ "Brier score", m->brier },
					{ "log loss", m->log_loss },
					{ "log loss of logistic regression alone", fit->line_loss },
					{ "log loss of boosted trees alone", fit->trees_loss },
					{ "calibration error", m->calibration_error },
					{ "accuracy", m->accuracy },
					{ "F1", m->f1 },
					{ "threshold of F1", m->f1_threshold },
					{ "share of the label", m->rate } };

	for (size_t i = 0; i < lengthof(figures); i++)
		version_figure(version, figures[i].measure, figures[i].value, (int64) fit->n_held_out);
}

/* Stores all as the owner of our tables. */
static void
store(const Training *t, ModelVersion *version)
{
	SavedUser saved;

	empathy_become_owner(empathy_table("predictor"), &saved);
	SPI_connect();
	version_next("predictor", t->name, version);
	store_predictor(t, version, &saved);
	store_figures(&t->fit, version);
	SPI_finish();
	empathy_restore_user(&saved);
}

static void
tick(void *arg, double share)
{
	CHECK_FOR_INTERRUPTS();
	training_progress(TRAINING_FITS, share);
}

/* train_model(name, query, label) -> the model's name */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_train_model);
Datum
emp_train_model(PG_FUNCTION_ARGS)
{
	MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "training", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(memory);
	Training	  t = { .name = text_to_cstring(PG_GETARG_TEXT_PP(0)),
						.label = text_to_cstring(PG_GETARG_TEXT_PP(2)) };
	ModelVersion  version;

	version_check_name(t.name, MAX_NAME);
	training_start();
	training_progress(TRAINING_READS, 0);
	attributes_read(text_to_cstring(PG_GETARG_TEXT_PP(1)), t.label, &t.table, &t.answer);
	check_table(&t);
	predictor_fit(&t.table, tick, NULL, &t.fit);
	warn_of_leaks(&t);
	training_progress(TRAINING_STORES, 0);
	store(&t, &version);
	training_end();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	PG_RETURN_TEXT_P(cstring_to_text(version.model));
}
