/*-------------------------------------------------------------------------
 *
 * outlook_sql.c
 *	  Learning what customers are going to do from the stored profiles, to SQL.
 *
 * Called by train_churn(), train_intent(), train_value() and train_items(), as
 * the tables' owner.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "learn/outlook_fit.h"
#include "learn/progress.h"
#include "learn/value_fit.h"
#include "profile/profile_sql.h"
#include "score/model.h"
#include "score/roles.h"
#include "score/score_sql.h"

/* More would not make it better; chosen by their ids' hash. */
#define MAX_PEOPLE	 20000
#define FETCH_PEOPLE 1000

#define SELECT_PEOPLE                     \
	"SELECT profile FROM empathy.person " \
	"ORDER BY pg_catalog.hashtext(customer), customer LIMIT " CppAsString2(MAX_PEOPLE)

/* The share of customers who must have bought for purchases to be what counts. */
#define MIN_BUYERS 0.1

static void
interrupts(void *arg, double share)
{
	CHECK_FOR_INTERRUPTS();
	training_progress(TRAINING_FITS, share);
}

/* ---- the people ---- */

static void
add_person(Past *past, PastPerson *people, HeapTuple tuple, TupleDesc tupdesc)
{
	bool			isnull;
	Datum			datum = SPI_getbinval(tuple, tupdesc, 1, &isnull);
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	size_t			len = VARSIZE_ANY_EXHDR(value);
	char		   *bytes = MemoryContextAllocHuge((MemoryContext) past->memory, Max(len, 1));

	memcpy(bytes, VARDATA_ANY(value), len);
	if ((Pointer) value != DatumGetPointer(datum))
		pfree(value);
	people[past->n_people].bytes = bytes;
	people[past->n_people++].len = len;
}

static void
read_people(Past *past)
{
	PastPerson *people =
		MemoryContextAllocHuge((MemoryContext) past->memory, sizeof(PastPerson) * MAX_PEOPLE);
	Portal portal;

	SPI_connect();
	portal = SPI_cursor_open_with_args(NULL, SELECT_PEOPLE, 0, NULL, NULL, NULL, true, 0);
	do
	{
		uint64 i;

		SPI_cursor_fetch(portal, true, FETCH_PEOPLE);
		training_progress(TRAINING_READS, past->n_people);
		for (i = 0; i < SPI_processed; i++)
			add_person(past, people, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
		SPI_freetuptable(SPI_tuptable);
	} while (SPI_processed > 0);
	SPI_finish();
	past->people = people;
}

/*
 * Sets the last day that is known to its end: today isn't, unless nothing is
 * known of the days before. Counts who ever bought.
 */
static size_t
survey_people(Past *past)
{
	int32  today = profile_day(GetCurrentTransactionStartTimestamp());
	int32  last = PG_INT32_MIN;
	size_t buyers = 0;
	size_t i;

	for (i = 0; i < past->n_people; i++)
	{
		ProfileView view;
		History		history;

		CHECK_FOR_INTERRUPTS();
		profile_open(&view, past->memory, past->people[i].bytes, past->people[i].len);
		history_read(&history, &view, past->roles, today - 1, 1);
		if (history.n_days > 0)
			last = Max(last, history.days[history.n_days - 1].day);
		buyers += history.n_purchases > 0;
		history_free(&history, &view);
		profile_close(&view);
	}
	past->last = last > PG_INT32_MIN ? last : today;
	return buyers;
}

/* Profiles to learn from, in a memory context that is the caller's to delete. */
static size_t
open_past(Past *past)
{
	memset(past, 0, sizeof(*past));
	past->memory =
		AllocSetContextCreate(CurrentMemoryContext, "empathy past", ALLOCSET_DEFAULT_SIZES);
	past->roles =
		roles_read(MemoryContextAllocZero((MemoryContext) past->memory, sizeof(RoleCache)),
				   (MemoryContext) past->memory);
	past->tick = interrupts;
	read_people(past);
	return survey_people(past);
}

/* ---- the result ---- */

static Datum
double_array(const double *values, int n)
{
	Datum *datums = palloc(sizeof(Datum) * Max(n, 1));
	int	   i;

	for (i = 0; i < n; i++)
		datums[i] = Float8GetDatum(values[i]);
	return PointerGetDatum(
		construct_array(datums, n, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

static Datum
text_array(Datum *datums, int n)
{
	return PointerGetDatum(construct_array(datums, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* Columns of fit_outlook(). */
enum
{
	OUT_TARGET,
	OUT_PARAMS,
	OUT_COVARIANCE,
	OUT_BASELINE,
	OUT_RATE,
	OUT_EVENTS,
	OUT_USUAL_GAP,
	OUT_CUSTOMERS,
	OUT_PEOPLE,
	OUT_LOG_LIKELIHOOD,
	OUT_STATUS,
	OUT_AS_OF,
	OUT_DAYS,
	OUT_FEATURES,
	OUT_COEFFICIENTS,
	OUT_MEANS,
	OUT_COEFFICIENT_COVARIANCE,
	OUT_AMOUNTS,
	OUT_ITEMS,
	OUT_ITEM_DAYS,
	OUT_ITEM_SHARES,
	OUT_ITEM_CUSTOMERS,
	OUT_ITEM_LATELY,
	OUT_TRIED_AT,
	OUT_TRIED_FOR,
	OUT_TRIED_ON,
	OUT_MEASURES,
	OUT_VALUES,
	OUT_COLUMNS
};

/* "learned from all features (mbg/nbd: converged)" */
static char *
status_of(const OutlookFit *fit)
{
	bool learned = fit->status == OUTLOOK_LEARNED;

	return psprintf("%s%s (%s: %s)", outlook_status_name(fit->status),
					learned ? psprintf(" from %s", outlook_trial_name(fit->best)) : "",
					fit->population.model->name, population_status_name(fit->population.status));
}

static void
put_population(const OutlookFit *fit, Datum *values)
{
	const OutlookModel *model = &fit->model;
	int					n = outlook_n_params(model);
	const double baseline[3] = { model->baseline.x, model->baseline.gap, model->baseline.silent };

	values[OUT_PARAMS] = double_array(fit->population.params, n);
	values[OUT_COVARIANCE] = double_array(model->covariance, n * n);
	values[OUT_BASELINE] = double_array(baseline, 3);
	values[OUT_RATE] = Float8GetDatum(model->rate);
	values[OUT_EVENTS] = Float8GetDatum(model->events);
	values[OUT_USUAL_GAP] = Float8GetDatum(model->usual_gap);
	values[OUT_LOG_LIKELIHOOD] = Float8GetDatum(fit->population.loglik);
	values[OUT_STATUS] = CStringGetTextDatum(status_of(fit));
}

/* The features that vary, with their coefficients: the others say nothing. */
static void
put_learned(const OutlookModel *model, Datum *values)
{
	Datum  names[N_FEATURES];
	double coefficients[OUTLOOK_SIZE] = { model->intercept };
	double means[N_FEATURES];
	double covariance[OUTLOOK_SIZE * OUTLOOK_SIZE];
	int	   at[OUTLOOK_SIZE] = { 0 };
	int	   n = 0;
	int	   i;
	int	   j;

	for (i = 0; i < N_FEATURES; i++)
	{
		if (model->learned_covariance[i + 1][i + 1] == 0)
			continue;
		names[n] = CStringGetTextDatum(feature_name(i));
		means[n] = model->mean[i];
		coefficients[++n] = model->weight[i];
		at[n] = i + 1;
	}
	for (i = 0; i <= n; i++)
		for (j = 0; j <= n; j++)
			covariance[i * (n + 1) + j] = model->learned_covariance[at[i]][at[j]];
	values[OUT_DAYS] = Float8GetDatum(model->horizon);
	values[OUT_FEATURES] = text_array(names, n);
	values[OUT_COEFFICIENTS] = double_array(coefficients, n + 1);
	values[OUT_MEANS] = double_array(means, n);
	values[OUT_COEFFICIENT_COVARIANCE] = double_array(covariance, (n + 1) * (n + 1));
}

/* Figures with their names. */
typedef struct Figures
{
	int	   n;
	Datum  names[40];
	double values[40];
} Figures;

static void
add_figure(Figures *figures, const char *name, double value)
{
	Assert(figures->n < lengthof(figures->names));
	if (isnan(value))
		return;
	figures->names[figures->n] = CStringGetTextDatum(name);
	figures->values[figures->n++] = value;
}

/* The measures of every trial: "AUC", ... of what is used, "AUC of recency alone" of another. */
static void
add_trials(Figures *figures, const OutlookFit *fit)
{
	static const char *const names[] = { "AUC", "Brier score", "log loss", "calibration error" };
	int						 i;
	int						 j;

	for (i = 0; i < OUTLOOK_TRIALS; i++)
	{
		const Measures *m = &fit->trials[i];
		const double	of[] = { m->auc, m->brier, m->log_loss, m->calibration_error };

		for (j = 0; j < (int) lengthof(names); j++)
			add_figure(figures,
					   i == (int) fit->best ? names[j]
											: psprintf("%s of %s", names[j], outlook_trial_name(i)),
					   of[j]);
	}
	add_figure(figures, "share of the label", fit->trials[0].rate);
	add_figure(figures, "share of the label when learned", fit->trained_rate);
}

static void
add_value_trial(Figures *figures, const ValueTrial *trial)
{
	add_figure(figures, "purchases expected of a customer", trial->expected_purchases);
	add_figure(figures, "purchases of a customer", trial->purchases);
	add_figure(figures, "value expected of a customer", trial->expected_value);
	add_figure(figures, "value of a customer", trial->value);
	add_figure(figures, "mean absolute error of the value", trial->error);
	add_figure(figures, "mean absolute error of the average so far", trial->plain_error);
	add_figure(figures, "share within the interval", trial->covered);
}

/* What learning came to: value is NULL unless that was learned. */
typedef struct Learned
{
	const OutlookFit *outlook;
	const ValueFit	 *value;
	const char		 *target;
} Learned;

static void
put_figures(const Learned *learned, Datum *values, bool *nulls)
{
	const OutlookFit *fit = learned->outlook;
	const ValueFit	 *value = learned->value;
	Figures			  figures = { 0 };

	if (fit->n > 0)
		add_trials(&figures, fit);
	if (value != NULL)
	{
		if (value->trial.n > 0)
			add_value_trial(&figures, &value->trial);
		if (value->spends)
			add_figure(&figures, "correlation of amount and frequency", value->correlation);
		values[OUT_TRIED_FOR] = Int32GetDatum((int32) ceil(value->days));
	}
	nulls[OUT_TRIED_AT] = nulls[OUT_TRIED_ON] = fit->n == 0;
	nulls[OUT_TRIED_FOR] = value == NULL;
	values[OUT_TRIED_AT] = DateADTGetDatum(fit->tried_at);
	values[OUT_TRIED_ON] = Int64GetDatum((int64) fit->n);
	values[OUT_MEASURES] = text_array(figures.names, figures.n);
	values[OUT_VALUES] = double_array(figures.values, figures.n);
}

static void
put_amounts(const ValueFit *value, Datum *values, bool *nulls)
{
	nulls[OUT_AMOUNTS] = value == NULL || !value->spends;
	if (!nulls[OUT_AMOUNTS])
		values[OUT_AMOUNTS] = double_array(
			(double[]){ value->spend.p, value->spend.q, value->spend.v }, SPEND_NPARAMS);
}

/* The items that enough customers bought; and, by the name "", what holds for others. */
static void
put_items(const OutlookItems *items, Datum *values, bool *nulls)
{
	const ItemCount *all = items->counts + items->table.n;
	Datum			*names = palloc(sizeof(Datum) * (items->table.n + 1));
	double			*columns[4];
	int				 n = 0;
	size_t			 i;
	int				 k;

	for (k = 0; k < (int) lengthof(columns); k++)
		columns[k] = palloc(sizeof(double) * (items->table.n + 1));
	for (i = 0; i <= items->table.n; i++)
	{
		bool			 is_all = i == items->table.n;
		ItemCount		 none = { 0 };
		const ItemCount *count = is_all ? &none : &items->counts[i];
		ItemPrior		 prior = item_prior(count, all);

		if (!is_all && count->customers < ITEM_MIN_CUSTOMERS)
			continue;
		names[n] = is_all ? CStringGetTextDatum("")
						  : PointerGetDatum(cstring_to_text_with_len(items->table.names[i],
																	 items->table.name_lens[i]));
		columns[0][n] = prior.usual_gap;
		columns[1][n] = 1 / (1 + exp(-prior.again));
		columns[2][n] = prior.customers;
		columns[3][n++] = prior.lately;
	}
	nulls[OUT_ITEMS] = false;
	values[OUT_ITEMS] = text_array(names, n);
	for (k = 0; k < (int) lengthof(columns); k++)
	{
		nulls[OUT_ITEM_DAYS + k] = false;
		values[OUT_ITEM_DAYS + k] = double_array(columns[k], n);
	}
}

static Datum
fit_datum(FunctionCallInfo fcinfo, const Learned *learned, const Past *past)
{
	const OutlookFit *fit = learned->outlook;
	Datum			  values[OUT_COLUMNS];
	bool			  nulls[OUT_COLUMNS] = { 0 };
	TupleDesc		  tupdesc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	put_population(fit, values);
	values[OUT_TARGET] = CStringGetTextDatum(learned->target);
	values[OUT_CUSTOMERS] = Int64GetDatum((int64) fit->population.customers);
	values[OUT_PEOPLE] = Int64GetDatum((int64) past->n_people);
	values[OUT_AS_OF] = DateADTGetDatum(past->last);
	if (fit->status == OUTLOOK_LEARNED)
		put_learned(&fit->model, values);
	else
		nulls[OUT_DAYS] = nulls[OUT_FEATURES] = nulls[OUT_COEFFICIENTS] = nulls[OUT_MEANS] =
			nulls[OUT_COEFFICIENT_COVARIANCE] = true;
	put_amounts(learned->value, values, nulls);
	memset(nulls + OUT_ITEMS, true, OUT_TRIED_AT - OUT_ITEMS);
	if (fit->items.counts != NULL)
		put_items(&fit->items, values, nulls);
	put_figures(learned, values, nulls);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}

/* fit_outlook(task, target or NULL, horizon) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_fit_outlook);
Datum
emp_fit_outlook(PG_FUNCTION_ARGS)
{
	ModelTask	task = model_task(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	const char *target = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	double		horizon = score_span_days(PG_GETARG_INTERVAL_P(2), "horizon",
									  task == MODEL_PURCHASE_NOW ? 1.0 / 24 : 1);
	ValueFit   *fit = palloc0(sizeof(ValueFit));
	Learned		learned = { .outlook = &fit->outlook };
	Past		past;
	size_t		buyers;
	Datum		result;

	if (target != NULL)
		model_target(task, target);
	training_start();
	buyers = open_past(&past);
	if (target == NULL || strcmp(target, "auto") == 0)
		target = buyers >= past.n_people * MIN_BUYERS ? "purchase" : "activity";
	learned.target = target;
	if (task == MODEL_VALUE)
	{
		value_fit(&past, horizon, fit);
		learned.value = fit;
	}
	else
		outlook_fit(&past, model_outlook_task(task, target), model_target(task, target), horizon,
					&fit->outlook);
	training_end();
	result = fit_datum(fcinfo, &learned, &past);
	outlook_free(&fit->outlook);
	MemoryContextDelete((MemoryContext) past.memory);
	return result;
}

/* check_outlook(model): how its predictions came out since it was learned. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_check_outlook);
Datum
emp_check_outlook(PG_FUNCTION_ARGS)
{
	ScoreModel	*model = palloc(sizeof(ScoreModel));
	Datum		 values[4];
	bool		 nulls[4] = { 0 };
	Past		 past;
	OutlookCheck check;
	double		 days;
	TupleDesc	 tupdesc;

	model_read(text_to_cstring(PG_GETARG_TEXT_PP(0)), model);
	open_past(&past);
	days = (double) past.last - model->as_of;
	if (model->outlook.horizon > 0)
		days = Min(days, model->outlook.horizon);
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (model->as_of == DATEVAL_NOBEGIN || days < 1)
		PG_RETURN_NULL();
	outlook_check(&past, &model->outlook, model->as_of, floor(days), &check);
	MemoryContextDelete((MemoryContext) past.memory);
	values[0] = Float8GetDatum(floor(days));
	values[1] = Int64GetDatum((int64) check.n);
	values[2] = Float8GetDatum(check.predicted);
	values[3] = Float8GetDatum(check.measures.rate);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}
