/*-------------------------------------------------------------------------
 *
 * phrase_sql.c
 *	  aspects(), acts() and sentiment_detail() as SQL calls them.
 *
 * The phrases of a task are read from empathy.phrases once for each command, by
 * the snapshot of the query that asks, and kept compiled with the function's
 * call information.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "catalog.h"
#include "text/act.h"
#include "text/aspect.h"
#include "text/detail.h"
#include "text/language.h"
#include "text/text_model.h"

PG_FUNCTION_INFO_V1(emp_check_phrase);
PG_FUNCTION_INFO_V1(emp_aspects);
PG_FUNCTION_INFO_V1(emp_acts);
PG_FUNCTION_INFO_V1(emp_sentiment_detail);

/* What phrases are looked for by */
typedef struct Task
{
	const char		 *name;
	const PhraseTerm *grammar;
	const size_t	 *n_grammar;
} Task;

static const Task aspect_task = { "aspect", aspect_grammar, &aspect_n_grammar };
static const Task act_task = { "act", act_grammar, &act_n_grammar };

/* A task's phrases, compiled */
typedef struct TermCache
{
	TimestampTz	  statement; /* when and in which command they were read */
	CommandId	  command;
	MemoryContext context;
	PhraseSet	 *set;
	int			  n_labels;
	text		**labels;
} TermCache;

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

/* ---- the phrases ---- */

static bool
is_label(const text *label, const char *name)
{
	return VARSIZE_ANY_EXHDR(label) == strlen(name) &&
		   memcmp(VARDATA_ANY(label), name, strlen(name)) == 0;
}

/* Errors when there is no room for another one. */
static uint16
add_label(TermCache *cache, const text *label)
{
	if (cache->n_labels == PHRASE_MAX_LABELS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("there are too many labels in empathy.phrases"),
						errdetail("There can be %d.", PHRASE_MAX_LABELS)));
	cache->labels[cache->n_labels] =
		cstring_to_text_with_len(VARDATA_ANY(label), (int) VARSIZE_ANY_EXHDR(label));
	return (uint16) cache->n_labels++;
}

/* The number of a row's label. The rows come in the order of their labels. */
static uint16
label_number(TermCache *cache, const text *label)
{
	const text *last = cache->n_labels > 0 ? cache->labels[cache->n_labels - 1] : NULL;

	if (is_label(label, "none"))
		return PHRASE_NOTHING;
	if (last != NULL && VARSIZE_ANY_EXHDR(last) == VARSIZE_ANY_EXHDR(label) &&
		memcmp(VARDATA_ANY(last), VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)) == 0)
		return (uint16) (cache->n_labels - 1);
	return add_label(cache, label);
}

/* The number of a label; the same as their count when there is none. */
static int
find_label(const TermCache *cache, const char *name)
{
	int i;

	for (i = 0; i < cache->n_labels && !is_label(cache->labels[i], name); i++)
		;
	return i;
}

/* From the rows (label, phrase, lean) that were read. */
static void
compile_terms(TermCache *cache, const Task *task)
{
	size_t		  n_rows = SPI_processed;
	size_t		  n = n_rows + *task->n_grammar;
	PhraseTerm	 *terms = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(PhraseTerm));
	TupleDesc	  desc = SPI_tuptable->tupdesc;
	MemoryContext scratch = MemoryContextSwitchTo(cache->context);

	cache->labels = MemoryContextAllocHuge(cache->context, (n_rows + 1) * sizeof(text *));
	for (size_t i = 0; i < n_rows; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		bool	  isnull;
		text	 *label = DatumGetTextPP(SPI_getbinval(row, desc, 1, &isnull));
		TextSaid  phrase;

		MemoryContextSwitchTo(scratch);
		phrase = text_in_utf8(DatumGetTextPP(SPI_getbinval(row, desc, 2, &isnull)));
		MemoryContextSwitchTo(cache->context);
		terms[i] = (PhraseTerm){ phrase.bytes, phrase.len, label_number(cache, label),
								 (int8_t) DatumGetInt16(SPI_getbinval(row, desc, 3, &isnull)) };
	}
	memcpy(terms + n_rows, task->grammar, *task->n_grammar * sizeof(PhraseTerm));
	cache->set = phrase_set_build(MemoryContextAllocHuge(cache->context, phrase_set_size(terms, n)),
								  terms, n);
	MemoryContextSwitchTo(scratch);
}

/*
 * Texts may be read by whoever may call the functions, so the phrases are read
 * with the rights of the table's owner.
 */
static void
read_terms(TermCache *cache, const Task *task)
{
	Oid		  types[] = { TEXTOID };
	Datum	  values[] = { CStringGetTextDatum(task->name) };
	SavedUser saved;

	empathy_become_owner(empathy_table("phrase"), &saved);
	SPI_connect();
	if (SPI_execute_with_args(
			"SELECT label, phrase, lean FROM empathy.phrases WHERE task OPERATOR(pg_catalog.=) $1 "
			"ORDER BY label COLLATE pg_catalog.\"C\", phrase COLLATE pg_catalog.\"C\"",
			1, types, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.phrases");
	compile_terms(cache, task);
	SPI_finish();
	empathy_restore_user(&saved);
}

static TermCache *
terms_of(FmgrInfo *flinfo, const Task *task)
{
	TermCache *cache = flinfo->fn_extra;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(TermCache));
		cache->context =
			AllocSetContextCreate(flinfo->fn_mcxt, "empathy phrases", ALLOCSET_DEFAULT_SIZES);
		flinfo->fn_extra = cache;
	}
	else if (cache->set != NULL && cache->statement == GetCurrentStatementStartTimestamp() &&
			 cache->command == GetCurrentCommandId(false))
		return cache;
	MemoryContextReset(cache->context);
	cache->set = NULL;
	cache->n_labels = 0;
	read_terms(cache, task);
	cache->statement = GetCurrentStatementStartTimestamp();
	cache->command = GetCurrentCommandId(false);
	return cache;
}

/* ---- aspects ---- */

/* What rows are made from */
typedef struct Output
{
	const TermCache *cache;
	const bool		*wanted; /* labels; NULL: all */
	const char		*said;
	ReturnSetInfo	*result;
} Output;

pg_noreturn static void unknown_aspect(const TermCache *cache, const char *name);

static void
unknown_aspect(const TermCache *cache, const char *name)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < cache->n_labels; i++)
		appendStringInfo(&known, "%s\"%s\"", i > 0 ? ", " : "", text_to_cstring(cache->labels[i]));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown aspect \"%s\"", name),
					errdetail("Known aspects are %s.", known.data),
					errhint("Give it phrases with empathy.add_phrase('aspect', ...).")));
	pg_unreachable();
}

static bool *
wanted_aspects(const TermCache *cache, ArrayType *array)
{
	bool  *wanted = palloc0(sizeof(bool) * (cache->n_labels + 1));
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
		label = find_label(cache, name);
		if (label == cache->n_labels)
			unknown_aspect(cache, name);
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
	values[0] = PointerGetDatum(output->cache->labels[found->aspect]);
	values[1] = Float4GetDatum((float4) (found->sentiment / (double) TEXT_ONE));
	values[2] = PointerGetDatum(text_in_server(output->said + found->quote_at, found->quote_len));
	tuplestore_putvalues(output->result->setResult, output->result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[2]));
}

/* aspects(said [, aspects text[]]) -> table(aspect text, sentiment real, quote text) */
PGDLLEXPORT Datum
emp_aspects(PG_FUNCTION_ARGS)
{
	const TermCache *cache = terms_of(fcinfo->flinfo, &aspect_task);
	TextSaid		 said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	Output			 output = { cache, NULL, said.bytes, (ReturnSetInfo *) fcinfo->resultinfo };

	if (PG_NARGS() > 1)
		output.wanted = wanted_aspects(cache, PG_GETARG_ARRAYTYPE_P(1));
	InitMaterializedSRF(fcinfo, 0);
	aspect_read(cache->set, text_model_default(), said.bytes, said.len, tick, put_aspect, &output);
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
	values[0] = found->act < output->cache->n_labels
					? PointerGetDatum(output->cache->labels[found->act])
					: CStringGetTextDatum("question");
	values[1] = PointerGetDatum(text_in_server(output->said + found->quote_at, found->quote_len));
	tuplestore_putvalues(output->result->setResult, output->result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[1]));
}

/* acts(said) -> table(act text, quote text) */
PGDLLEXPORT Datum
emp_acts(PG_FUNCTION_ARGS)
{
	const TermCache *cache = terms_of(fcinfo->flinfo, &act_task);
	TextSaid		 said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	Output			 output = { cache, NULL, said.bytes, (ReturnSetInfo *) fcinfo->resultinfo };

	InitMaterializedSRF(fcinfo, 0);
	act_read(cache->set, (uint16) find_label(cache, "question"), said.bytes, said.len, tick,
			 put_act, &output);
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
