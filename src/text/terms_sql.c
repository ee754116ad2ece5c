/*-------------------------------------------------------------------------
 *
 * terms_sql.c
 *	  The type empathy.term_counts and the functions over it as SQL calls
 *	  them: terms(), merge(), keywords().
 *
 * A value is a varlena around the bytes of terms.h. The state of the
 * aggregates is a summary in the aggregate's memory, whose final functions
 * leave it as it is, so that windows can go on with it. Terms are UTF-8 inside,
 * whatever the server's encoding.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "settings.h"
#include "text/keywords.h"
#include "text/terms.h"
#include "text/text_model.h"

#define DEFAULT_KEYWORDS 20

/* The state of an aggregation */
typedef struct TermsState
{
	TextTerms terms;
	int32	  k; /* how many keywords are asked for */
} TermsState;

/* Memory as terms.h wants it, in the context that is the argument. */
static void *
resize(void *context, void *old, size_t size)
{
	if (size == 0)
		pfree(old);
	else if (old == NULL)
		return MemoryContextAllocHuge(context, size);
	else
		return repalloc_huge(old, size);
	return NULL;
}

static TextTermsView
view_of(struct varlena *value)
{
	TextTermsView view;

	if (!text_terms_view(&view, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("stored term counts are damaged")));
	return view;
}

static TextTermsView
view_argument(FunctionCallInfo fcinfo, int arg)
{
	return view_of(PG_GETARG_VARLENA_PP(arg));
}

/* ---- input and output ---- */

/* A string in one encoding as another has it; SQL_ASCII is taken for UTF-8. */
static char *
convert(char *string, bool to_server)
{
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
		return string;
	if (to_server)
		return pg_any_to_server(string, (int) strlen(string), PG_UTF8);
	return pg_server_to_any(string, (int) strlen(string), PG_UTF8);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_in);
Datum
emp_terms_in(PG_FUNCTION_ARGS)
{
	char	   *form = convert(PG_GETARG_CSTRING(0), false);
	const char *why;
	size_t		size;
	uint8	   *value = text_terms_parse(form, resize, CurrentMemoryContext, VARHDRSZ, &size, &why);

	if (value == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid input syntax for type %s", "term_counts"),
						errdetail("Of the value: %s.", why)));
	SET_VARSIZE(value, size);
	PG_RETURN_POINTER(value);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_out);
Datum
emp_terms_out(PG_FUNCTION_ARGS)
{
	char *form = text_terms_print(view_argument(fcinfo, 0), resize, CurrentMemoryContext);

	PG_RETURN_CSTRING(convert(form, true));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_recv);
Datum
emp_terms_recv(PG_FUNCTION_ARGS)
{
	StringInfo		buf = (StringInfo) PG_GETARG_POINTER(0);
	int				len = buf->len - buf->cursor;
	struct varlena *value = palloc(VARHDRSZ + len);
	const char	   *why;

	SET_VARSIZE(value, VARHDRSZ + len);
	pq_copymsgbytes(buf, VARDATA(value), len);
	if (!text_terms_check(VARDATA(value), len, &why))
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("invalid binary value of type %s", "term_counts"),
						errdetail("Of the value: %s.", why)));
	/* Can all of it be shown in this database? */
	(void) convert(text_terms_print(view_of(value), resize, CurrentMemoryContext), true);
	PG_RETURN_POINTER(value);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_send);
Datum
emp_terms_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	StringInfoData	buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

static bool
are_equal(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_GETARG_VARLENA_PP(0);
	struct varlena *b = PG_GETARG_VARLENA_PP(1);

	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_eq);
Datum
emp_terms_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(are_equal(fcinfo));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_ne);
Datum
emp_terms_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!are_equal(fcinfo));
}

/* ---- aggregation ---- */

/* Argument 0, or a new state when it is NULL. */
static TermsState *
state_argument(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	TermsState	 *state;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "function of an aggregate called outside of one");
	if (!PG_ARGISNULL(0))
		return (TermsState *) PG_GETARG_POINTER(0);
	state = MemoryContextAlloc(context, sizeof(TermsState));
	text_terms_init(&state->terms, resize, context);
	state->k = DEFAULT_KEYWORDS;
	return state;
}

static void
check_merged(bool merged)
{
	if (!merged)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("too many texts to count")));
}

/* How many keywords: an argument that is NULL or absent is the default. */
static int32
k_argument(FunctionCallInfo fcinfo, int arg)
{
	int32 k = PG_NARGS() > arg && !PG_ARGISNULL(arg) ? PG_GETARG_INT32(arg) : DEFAULT_KEYWORDS;

	if (k < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("number of keywords must be at least 1, not %d", k)));
	return k;
}

/* NULL adds nothing; of nothing but NULLs the result is NULL. */
static Datum
state_as_it_is(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* terms_accum(state, said [, k]) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_accum);
Datum
emp_terms_accum(PG_FUNCTION_ARGS)
{
	TermsState *state;
	TextSaid	said;

	if (PG_ARGISNULL(1))
		return state_as_it_is(fcinfo);
	state = state_argument(fcinfo);
	said = text_in_utf8(PG_GETARG_TEXT_PP(1));
	state->k = k_argument(fcinfo, 2);
	text_terms_add(&state->terms, said.bytes, said.len);
	PG_RETURN_POINTER(state);
}

/* terms_merge(state, counts) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_merge);
Datum
emp_terms_merge(PG_FUNCTION_ARGS)
{
	TermsState *state;

	if (PG_ARGISNULL(1))
		return state_as_it_is(fcinfo);
	state = state_argument(fcinfo);
	check_merged(text_terms_merge(&state->terms, view_argument(fcinfo, 1)));
	PG_RETURN_POINTER(state);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_combine);
Datum
emp_terms_combine(PG_FUNCTION_ARGS)
{
	TermsState		 *state;
	const TermsState *other;

	if (PG_ARGISNULL(1))
		return state_as_it_is(fcinfo);
	state = state_argument(fcinfo);
	other = (TermsState *) PG_GETARG_POINTER(1);
	state->k = other->k;
	check_merged(text_terms_absorb(&state->terms, &other->terms));
	PG_RETURN_POINTER(state);
}

/* Between processes: k, then the stored form. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_serialize);
Datum
emp_terms_serialize(PG_FUNCTION_ARGS)
{
	const TermsState *state = (TermsState *) PG_GETARG_POINTER(0);
	size_t			  size;
	bytea *bytes = (bytea *) text_terms_store(&state->terms, resize, CurrentMemoryContext,
											  VARHDRSZ + sizeof(int32), &size);

	SET_VARSIZE(bytes, size);
	memcpy(VARDATA(bytes), &state->k, sizeof(int32));
	PG_RETURN_BYTEA_P(bytes);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_deserialize);
Datum
emp_terms_deserialize(PG_FUNCTION_ARGS)
{
	bytea		 *bytes = PG_GETARG_BYTEA_PP(0);
	TermsState	 *state = palloc(sizeof(TermsState));
	TextTermsView view;

	if (VARSIZE_ANY_EXHDR(bytes) < sizeof(int32) ||
		!text_terms_view(&view, VARDATA_ANY(bytes) + sizeof(int32),
						 VARSIZE_ANY_EXHDR(bytes) - sizeof(int32)))
		elog(ERROR, "damaged state of an aggregate");
	text_terms_init(&state->terms, resize, CurrentMemoryContext);
	memcpy(&state->k, VARDATA_ANY(bytes), sizeof(int32));
	check_merged(text_terms_merge(&state->terms, view));
	PG_RETURN_POINTER(state);
}

static struct varlena *
stored(const TermsState *state)
{
	size_t			size;
	struct varlena *value = (struct varlena *) text_terms_store(
		&state->terms, resize, CurrentMemoryContext, VARHDRSZ, &size);

	SET_VARSIZE(value, size);
	return value;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_terms_final);
Datum
emp_terms_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(stored((TermsState *) PG_GETARG_POINTER(0)));
}

/* ---- keywords ---- */

static TextKeyword *
room_for_keywords(const TextTermsView *view)
{
	return palloc(sizeof(TextKeyword) * (view->n_terms + 1));
}

/* keywords(terms, background [, k]) -> table(term, texts, share, background_share, z) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_keywords);
Datum
emp_keywords(PG_FUNCTION_ARGS)
{
	TextTermsView  group = view_argument(fcinfo, 0);
	TextTermsView  background = view_argument(fcinfo, 1);
	uint32		   k = (uint32) k_argument(fcinfo, 2);
	TextKeyword	  *keyword = room_for_keywords(&group);
	uint32		   n = text_keywords(group, background, empathy_min_group, keyword);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (uint32 i = 0; i < Min(n, k); i++)
	{
		const TextTerm *term = &keyword[i].term;
		Datum			values[5];
		bool			nulls[5] = { false, false, false, false, false };

		CHECK_FOR_INTERRUPTS();
		values[0] = PointerGetDatum(text_in_server(term->bytes, term->len));
		values[1] = Int64GetDatum((int64) term->n);
		values[2] = Float4GetDatum((float4) keyword[i].share);
		values[3] = Float4GetDatum((float4) keyword[i].background);
		values[4] = Float4GetDatum((float4) keyword[i].z);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static void
append_keyword(StringInfo json, const TextKeyword *keyword)
{
	appendStringInfoString(json, json->len > 1 ? ", {\"term\": " : "{\"term\": ");
	escape_json(json, text_to_cstring(text_in_server(keyword->term.bytes, keyword->term.len)));
	appendStringInfo(json,
					 ", \"texts\": " UINT64_FORMAT ", \"share\": %.6f, "
					 "\"background_share\": %.6f, \"z\": %.2f}",
					 keyword->term.n, keyword->share, keyword->background, keyword->z);
}

/* The final function of keywords(said [, k]): against English at large, as JSON. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_keywords_final);
Datum
emp_keywords_final(PG_FUNCTION_ARGS)
{
	const TermsState *state;
	TextTermsView	  view;
	TextKeyword		 *keyword;
	StringInfoData	  json;
	uint32			  n;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (TermsState *) PG_GETARG_POINTER(0);
	view = view_of(stored(state));
	keyword = room_for_keywords(&view);
	n = text_keywords_english(view, text_model_default(), empathy_min_group, keyword);
	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (uint32 i = 0; i < Min(n, (uint32) state->k); i++)
		append_keyword(&json, &keyword[i]);
	appendStringInfoChar(&json, ']');
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}
