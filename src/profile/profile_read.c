/*-------------------------------------------------------------------------
 *
 * profile_read.c
 *	  A profile's contents as rows: signals, latest events, quotes; and a
 *	  slice of it.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_sql.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"

/* Fixed point as numeric. */
static Datum
fixed_datum(int64 fixed)
{
	return NumericGetDatum(int64_div_fast_to_numeric(fixed, 4));
}

/* A name of the view without its class, or NULL. */
static Datum
name_datum(const ProfileView *view, uint32 name, bool *isnull)
{
	const char *bytes;
	const char *colon;
	uint32		len;

	*isnull = name == PROFILE_NONE;
	if (*isnull)
		return (Datum) 0;
	bytes = view->names[name];
	len = view->name_lens[name];
	colon = memchr(bytes, ':', len);
	if (colon != NULL)
	{
		len -= colon + 1 - bytes;
		bytes = colon + 1;
	}
	return PointerGetDatum(cstring_to_text_with_len(bytes, len));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_signals);
Datum
emp_profile_signals(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ProfileView	   view;
	ProfileCell	   cell;

	InitMaterializedSRF(fcinfo, 0);
	profile_open_datum(&view, PG_GETARG_PROFILE(0));
	while (profile_next_cell(&view, &cell))
	{
		Datum values[4];
		bool  nulls[4] = { 0 };

		CHECK_FOR_INTERRUPTS();
		values[0] = DateADTGetDatum(cell.day);
		values[1] = PointerGetDatum(
			cstring_to_text_with_len(view.names[cell.name], view.name_lens[cell.name]));
		values[2] = Int64GetDatum(cell.n);
		values[3] = fixed_datum(cell.sum);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_latest);
Datum
emp_profile_latest(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ProfileView	   view;
	ProfileEvent   event;

	InitMaterializedSRF(fcinfo, 0);
	profile_open_datum(&view, PG_GETARG_PROFILE(0));
	while (profile_next_event(&view, &event))
	{
		Datum values[5];
		bool  nulls[5] = { 0 };

		values[0] = TimestampTzGetDatum(event.at);
		values[1] = name_datum(&view, event.kind, &nulls[1]);
		values[2] = name_datum(&view, event.channel, &nulls[2]);
		values[3] = name_datum(&view, event.about, &nulls[3]);
		values[4] = fixed_datum(event.amount);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* The first of a quote's labels that is of a class, given with its ':'; or PROFILE_NONE. */
static uint32
first_label(const ProfileView *view, const ProfileQuote *quote, const char *prefix)
{
	uint32 i;

	for (i = 0; i < quote->n_labels; i++)
	{
		uint32 label = quote->labels[i];

		if (view->name_lens[label] >= strlen(prefix) &&
			memcmp(view->names[label], prefix, strlen(prefix)) == 0)
			return label;
	}
	return PROFILE_NONE;
}

/* A quote's labels as text[]. */
static Datum
labels_datum(const ProfileView *view, const ProfileQuote *quote)
{
	Datum  labels[PROFILE_QUOTE_LABELS];
	uint32 i;

	for (i = 0; i < quote->n_labels; i++)
		labels[i] = PointerGetDatum(cstring_to_text_with_len(view->names[quote->labels[i]],
															 view->name_lens[quote->labels[i]]));
	return PointerGetDatum(
		construct_array(labels, quote->n_labels, TEXTOID, -1, false, TYPALIGN_INT));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_quotes);
Datum
emp_profile_quotes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ProfileView	   view;
	ProfileQuote   quote;

	InitMaterializedSRF(fcinfo, 0);
	profile_open_datum(&view, PG_GETARG_PROFILE(0));
	while (profile_next_quote(&view, &quote))
	{
		uint32 emotion = first_label(&view, &quote, "emotion:");
		uint32 intent = first_label(&view, &quote, "intent:");
		bool   feels = emotion != PROFILE_NONE && intent == PROFILE_NONE;
		Datum  values[7];
		bool   nulls[7] = { 0 };

		values[0] = TimestampTzGetDatum(quote.at);
		values[1] = CStringGetTextDatum(feels ? "feels" : "says");
		values[2] = PointerGetDatum(cstring_to_text_with_len(quote.text, quote.len));
		values[3] = Float4GetDatum((float4) quote.sentiment / PROFILE_ONE);
		values[4] = name_datum(&view, emotion, &nulls[4]);
		values[5] = name_datum(&view, intent, &nulls[5]);
		values[6] = labels_datum(&view, &quote);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_text_model);
Datum
emp_profile_text_model(PG_FUNCTION_ARGS)
{
	ProfileView view;

	profile_open_datum(&view, PG_GETARG_PROFILE(0));
	if (view.model_len == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(view.model, view.model_len));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_slice);
Datum
emp_profile_slice(PG_FUNCTION_ARGS)
{
	int32			since = PG_ARGISNULL(1) ? PG_INT32_MIN : PG_GETARG_DATEADT(1);
	int32			until = PG_ARGISNULL(2) ? PG_INT32_MAX : PG_GETARG_DATEADT(2);
	struct varlena *value;
	ProfileArena	arena;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = PG_GETARG_PROFILE(0);
	profile_scratch(&arena);
	profile_draft_slice(&arena, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), since, until);
	profile_finish(&arena);
	PG_RETURN_POINTER(profile_result(&arena));
}
