/*-------------------------------------------------------------------------
 *
 * item_sql.c
 *	  The rhythm of items, and which are due, to SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/tuplestore.h"

#include "score/cadence.h"
#include "score/item.h"
#include "score/item_sql.h"
#include "score/item_store.h"

#define ITEM_HORIZON 30.0 /* days */

/* A profile that was read, with its items. */
typedef struct ItemReading
{
	Reading		reading;
	ProfileView view;
	Items		items;
} ItemReading;

static bool
item_reading_begin(FunctionCallInfo fcinfo, int as_of_arg, ItemReading *reading)
{
	if (!reading_begin(fcinfo, as_of_arg, 1, &reading->reading))
		return false;
	profile_open_datum(&reading->view, PG_GETARG_PROFILE(0));
	items_read(&reading->items, &reading->view, &reading->reading.history);
	return true;
}

/* The same without items where nothing was ever bought: then none can be bought again. */
static bool
buyer_reading_begin(FunctionCallInfo fcinfo, int as_of_arg, ItemReading *reading)
{
	if (!item_reading_begin(fcinfo, as_of_arg, reading))
		return false;
	if (reading->reading.history.n_purchases == 0)
		reading->items.n_items = 0;
	return true;
}

static void
item_reading_end(ItemReading *reading)
{
	items_free(&reading->items, &reading->view);
	profile_close(&reading->view);
	reading_end(&reading->reading);
}

/* cadence(profile, as_of, about) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_item_cadence);
Datum
emp_score_item_cadence(PG_FUNCTION_ARGS)
{
	text		   *about = PG_ARGISNULL(2) ? NULL : PG_GETARG_TEXT_PP(2);
	ItemReading		reading;
	const ItemDays *item;
	Cadence			cadence;

	if (about == NULL || !item_reading_begin(fcinfo, 1, &reading))
		PG_RETURN_NULL();
	item = item_named(&reading.items, &reading.view, VARDATA_ANY(about), VARSIZE_ANY_EXHDR(about));
	score_cadence(item != NULL ? item->days : NULL, item != NULL ? item->n : 0,
				  reading.reading.as_of, &cadence);
	item_reading_end(&reading);
	return score_cadence_row(fcinfo, &cadence);
}

/* ---- what is due ---- */

/* Columns of due_items(). */
enum
{
	COL_ITEM,
	COL_N,
	COL_USUAL_DAYS,
	COL_REGULARITY,
	COL_OTHERS_DAYS,
	COL_LAST_ON,
	COL_DUE_ON,
	COL_OVERDUE,
	COL_PROBABILITY,
	COL_LO,
	COL_HI,
	COL_MODEL,
	N_COLS
};

typedef struct DueItem
{
	const ItemDays *item;
	Cadence			cadence;
	ItemPrior		prior;
	Outlook			outlook;
} DueItem;

/* Likeliest first. Equal ones in the order of their names, in which they come. */
static int
compare_due(const void *a, const void *b)
{
	const DueItem *x = *(const DueItem *const *) a;
	const DueItem *y = *(const DueItem *const *) b;

	if (x->outlook.logit != y->outlook.logit)
		return x->outlook.logit < y->outlook.logit ? 1 : -1;
	return x->item < y->item ? -1 : x->item > y->item;
}

/* What the model says of every item. */
static DueItem *
find_due(FunctionCallInfo fcinfo, ItemReading *reading, const ScoreModel *model, double horizon,
		 OutlookDetail detail)
{
	const History *history = &reading->reading.history;
	int32		   as_of = reading->reading.as_of;
	DueItem		  *due = palloc(sizeof(DueItem) * reading->items.n_items);
	ItemPrior	  *priors = palloc(sizeof(ItemPrior) * reading->items.n_items);
	FeatureFacts   buyer;
	double		   basket;
	size_t		   i;

	item_priors(fcinfo->flinfo, model, &reading->items, &reading->view, priors);
	feature_facts(history, TARGET_PURCHASE, as_of, &buyer);
	basket = items_basket(&reading->items, &buyer, as_of);
	for (i = 0; i < reading->items.n_items; i++)
	{
		const ItemDays *item = &reading->items.items[i];
		FeatureItem		context = item_context(item, history, &buyer, basket, priors[i], as_of);
		OutlookQuestion question = { as_of, horizon, { .item = &context } };
		History			own = item_history(&reading->items, item);

		due[i].item = item;
		due[i].prior = priors[i];
		score_cadence(item->days, item->n, as_of, &due[i].cadence);
		outlook_score(&model->outlook, &own, &question, detail, &due[i].outlook);
	}
	return due;
}

static void
put_due(ReturnSetInfo *rsinfo, const DueItem *due, const ProfileView *view, const ScoreModel *model)
{
	const Cadence *cadence = &due->cadence;
	Datum		   values[N_COLS];
	bool		   nulls[N_COLS] = { 0 };
	uint32_t	   len;
	const char	  *name = item_name(due->item, view, &len);

	values[COL_ITEM] = PointerGetDatum(cstring_to_text_with_len(name, len));
	values[COL_N] = Int64GetDatum(cadence->n);
	values[COL_USUAL_DAYS] = Float8GetDatum(cadence->usual_gap);
	values[COL_REGULARITY] = Float8GetDatum(cadence->regularity);
	values[COL_OTHERS_DAYS] = Float8GetDatum(due->prior.usual_gap);
	values[COL_LAST_ON] = DateADTGetDatum(cadence->last);
	values[COL_DUE_ON] = DateADTGetDatum((DateADT) cadence->due);
	values[COL_OVERDUE] = Float8GetDatum(cadence->overdue);
	values[COL_PROBABILITY] = Float8GetDatum(due->outlook.probability);
	values[COL_LO] = Float8GetDatum(due->outlook.lo);
	values[COL_HI] = Float8GetDatum(due->outlook.hi);
	values[COL_MODEL] = CStringGetTextDatum(model->name);
	nulls[COL_USUAL_DAYS] = nulls[COL_DUE_ON] = nulls[COL_OVERDUE] = !cadence->gap_known;
	nulls[COL_REGULARITY] = !cadence->regular_known;
	nulls[COL_OTHERS_DAYS] = due->prior.customers == 0;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* due_items(profile, as_of, horizon) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_due_items);
Datum
emp_score_due_items(PG_FUNCTION_ARGS)
{
	ReturnSetInfo	 *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	double			  horizon = score_horizon(fcinfo, 2, ITEM_HORIZON);
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_ITEM);
	ItemReading		  reading;
	size_t			  n;
	size_t			  i;

	InitMaterializedSRF(fcinfo, 0);
	if (!buyer_reading_begin(fcinfo, 1, &reading))
		return (Datum) 0;
	n = reading.items.n_items;
	if (n > 0)
	{
		DueItem	 *due = find_due(fcinfo, &reading, model, horizon, OUTLOOK_INTERVAL);
		DueItem **order = palloc(sizeof(DueItem *) * n);

		for (i = 0; i < n; i++)
			order[i] = &due[i];
		qsort(order, n, sizeof(DueItem *), compare_due);
		for (i = 0; i < n; i++)
			put_due(rsinfo, order[i], &reading.view, model);
	}
	item_reading_end(&reading);
	return (Datum) 0;
}

/* ---- why ---- */

static void
put_item_reasons(ReturnSetInfo *rsinfo, const ItemReading *reading, const ScoreModel *model,
				 const DueItem *due)
{
	Reading		own = reading->reading;
	const char *words[N_TOPICS] = { 0 };
	size_t		n = own.history.n_purchases;

	words[TOPIC_ITEM] = psprintf("others buy it again after %.0f days", due->prior.usual_gap);
	words[TOPIC_BUYER] = psprintf("they bought on %zu days", n);
	own.history.purchases = (int32_t *) due->item->days; /* read only */
	own.history.n_purchases = due->item->n;
	score_put_reasons(rsinfo, &own, &model->outlook, &due->outlook.facts, due->outlook.base,
					  due->outlook.topic, words);
}

void
score_explain_item(FunctionCallInfo fcinfo, ReturnSetInfo *rsinfo, const char *name)
{
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_ITEM);
	ItemReading		  reading;
	const ItemDays	 *item;

	if (!buyer_reading_begin(fcinfo, 2, &reading))
		return;
	item = item_named(&reading.items, &reading.view, name, strlen(name));
	if (item != NULL)
	{
		DueItem *due = find_due(fcinfo, &reading, model, ITEM_HORIZON, OUTLOOK_REASONS);

		put_item_reasons(rsinfo, &reading, model, &due[item - reading.items.items]);
	}
	item_reading_end(&reading);
}
