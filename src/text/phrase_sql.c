/*-------------------------------------------------------------------------
 *
 * phrase_sql.c
 *	  aspects(), topics(), acts() and sentiment_detail() as SQL calls them.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "text/act.h"
#include "text/aspect.h"
#include "text/detail.h"
#include "text/language.h"
#include "text/phrases.h"
#include "text/text_model.h"

PG_FUNCTION_INFO_V1(emp_check_phrase);
PG_FUNCTION_INFO_V1(emp_aspects);
PG_FUNCTION_INFO_V1(emp_topics);
PG_FUNCTION_INFO_V1(emp_acts);
PG_FUNCTION_INFO_V1(emp_sentiment_detail);

static void
tick(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* check_phrase(phrase) -> boolean */
PGDLLEXPORT Datum
emp_check_phrase(PG_FUNCTION_ARGS)
{
	text	   *phrase = PG_GETARG_TEXT_PP(0);
	TextSaid	said = text_in_utf8(phrase);
	const char *fault = phrase_fault(said.bytes, said.len);

	if (fault != NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid phrase \"%s\"", text_to_cstring(phrase)),
			 errdetail("Of the phrase: %s.", fault),
			 errhint("A phrase is one to four words. A word may end in \"*\" after 3 letters or "
					 "more, and \"^\" before the first is the start of a sentence.")));
	PG_RETURN_BOOL(true);
}

/* ---- aspects ---- */

/* What rows are made from */
typedef struct Output
{
	const Phrases *phrases;
	const bool	  *wanted; /* labels; NULL: all */
	const char	  *said;
	ReturnSetInfo *result;
} Output;

pg_noreturn static void unknown_aspect(const Phrases *phrases, const char *name);

static void
unknown_aspect(const Phrases *phrases, const char *name)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < phrases->n_labels; i++)
		appendStringInfo(&known, "%s\"%s\"", i > 0 ? ", " : "",
						 text_to_cstring(phrases->labels[i]));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown aspect \"%s\"", name),
					errdetail("Known aspects are %s.", known.data),
					errhint("Give it phrases with empathy.add_phrase('aspect', ...).")));
	pg_unreachable();
}

static bool *
wanted_aspects(const Phrases *phrases, ArrayType *array)
{
	bool  *wanted = palloc0(sizeof(bool) * (phrases->n_labels + 1));
	Datum *names;
	bool  *nulls;
	int	   n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		char *name;
		int	  label;

		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("an aspect must not be NULL")));
		name = TextDatumGetCString(names[i]);
		label = phrases_find(phrases, name);
		if (label == phrases->n_labels)
			unknown_aspect(phrases, name);
		wanted[label] = true;
	}
	return wanted;
}

static void
put_aspect(void *arg, const AspectFound *found)
{
	const Output *output = arg;
	Datum		  values[3];
	bool		  nulls[3] = { false, !found->known, false };

	CHECK_FOR_INTERRUPTS();
	if (output->wanted && !output->wanted[found->aspect])
		return;
	values[0] = PointerGetDatum(output->phrases->labels[found->aspect]);
	values[1] = Float4GetDatum((float4) (found->sentiment / (double) TEXT_ONE));
	values[2] = PointerGetDatum(text_in_server(output->said + found->quote_at, found->quote_len));
	tuplestore_putvalues(output->result->setResult, output->result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[2]));
}

static void
put_aspects(FunctionCallInfo fcinfo, const Phrases *phrases, const bool *wanted)
{
	TextSaid said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	Output	 output = { phrases, wanted, said.bytes, (ReturnSetInfo *) fcinfo->resultinfo };

	InitMaterializedSRF(fcinfo, 0);
	aspect_read(phrases->set, text_model_default(), said.bytes, said.len, tick, put_aspect,
				&output);
}

/* aspects(said [, aspects text[]]) -> table(aspect text, sentiment real, quote text) */
PGDLLEXPORT Datum
emp_aspects(PG_FUNCTION_ARGS)
{
	const Phrases *phrases = phrases_of(PHRASES_OF_ASPECTS);

	put_aspects(fcinfo, phrases,
				PG_NARGS() > 1 ? wanted_aspects(phrases, PG_GETARG_ARRAYTYPE_P(1)) : NULL);
	return (Datum) 0;
}

/* topics(said) -> table(topic text, sentiment real, quote text) */
PGDLLEXPORT Datum
emp_topics(PG_FUNCTION_ARGS)
{
	put_aspects(fcinfo, phrases_of(PHRASES_OF_TOPICS), NULL);
	return (Datum) 0;
}

/* ---- acts ---- */

static void
put_act(void *arg, const ActFound *found)
{
	const Output *output = arg;
	Datum		  values[2];
	bool		  nulls[2] = { false, false };

	CHECK_FOR_INTERRUPTS();
	values[0] = PointerGetDatum(phrases_act(output->phrases, found->act));
	values[1] = PointerGetDatum(text_in_server(output->said + found->quote_at, found->quote_len));
	tuplestore_putvalues(output->result->setResult, output->result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[1]));
}

/* acts(said) -> table(act text, quote text) */
PGDLLEXPORT Datum
emp_acts(PG_FUNCTION_ARGS)
{
	const Phrases *phrases = phrases_of(PHRASES_OF_ACTS);
	TextSaid	   said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	Output		   output = { phrases, NULL, said.bytes, (ReturnSetInfo *) fcinfo->resultinfo };

	InitMaterializedSRF(fcinfo, 0);
	act_read(phrases->set, (uint16) phrases->question, said.bytes, said.len, tick, put_act,
			 &output);
	return (Datum) 0;
}

/* ---- sentiment in detail ---- */

static Datum
fraction(int32 fixed)
{
	return Float4GetDatum((float4) (fixed / (double) TEXT_ONE));
}

/* sentiment_detail(said [, model]) -> record(score, label, confidence, lo, hi, language, model) */
PGDLLEXPORT Datum
emp_sentiment_detail(PG_FUNCTION_ARGS)
{
	const TextModel *model = PG_NARGS() > 1
								 ? text_model_by_name(text_to_cstring(PG_GETARG_TEXT_PP(1)))
								 : text_model_default();
	TextSaid		 said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	Datum			 values[7] = { 0 };
	bool			 nulls[7] = { true, true, true, true, true, true, false };
	int32			 logit[2];
	int32			 sure;
	int				 language;
	Detail			 detail;
	TupleDesc		 desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[6] = CStringGetTextDatum(text_model_name(model));
	if (text_sentiment_logits(model, said.bytes, said.len, tick, logit))
	{
		detail_of_logits(model, logit, &detail);
		memset(nulls, false, 5);
		values[0] = fraction(detail.score);
		nulls[1] = detail.confidence < DETAIL_SURE;
		values[1] = CStringGetTextDatum(detail_label_names[detail.label]);
		values[2] = fraction(detail.confidence);
		values[3] = fraction(detail.lo);
		values[4] = fraction(detail.hi);
	}
	language = text_language(model, said.bytes, said.len, &sure);
	nulls[5] = language < 0;
	if (language >= 0)
		values[5] = CStringGetTextDatum(text_head(&model->task[TEXT_LANGUAGE], language).name);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
