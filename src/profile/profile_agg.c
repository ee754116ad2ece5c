/*-------------------------------------------------------------------------
 *
 * profile_agg.c
 *	  From rows of events to profiles: profile_agg(), and merge() of profiles
 *	  of the same person.
 *
 * One row of the customer's adds up to these signals of its day:
 *
 *	  kind:K				n 1, sum amount
 *	  channel:C				n 1
 *	  about:A				n 1, sum amount
 *	  rating				n 1, sum rating
 *	  and what was said		see said.c
 *
 * What the company did (direction "out") counts as out:K and nothing else: it
 * is not the customer who speaks or acts.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_sql.h"

#include "utils/builtins.h"

/* Arguments of the transition functions: the state, then what a row holds. */
enum
{
	ARG_AT = 1,
	ARG_KIND,
	ARG_SAID,
	ARG_AMOUNT,
	ARG_CHANNEL,
	ARG_DIRECTION,
	ARG_ABOUT,
	ARG_RATING
};

#define HAS_ARG(n) (PG_NARGS() > (n) && !PG_ARGISNULL(n))

static MemoryContext
aggregate_context(FunctionCallInfo fcinfo, const char *function)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("%s can only be called as part of an aggregate", function)));
	return context;
}

/* A text argument; NULL if it is absent or holds nothing but blanks. */
static text *
argument_text(FunctionCallInfo fcinfo, int arg)
{
	text *value = HAS_ARG(arg) ? PG_GETARG_TEXT_PP(arg) : NULL;
	int	  len = value != NULL ? VARSIZE_ANY_EXHDR(value) : 0;
	int	  i;

	for (i = 0; i < len; i++)
	{
		if (strchr(" \t\n\v\f\r", VARDATA_ANY(value)[i]) == NULL)
			return value;
	}
	return NULL;
}

/* A text argument as a name of a class; a blank one counts as absent, long ones are cut. */
static uint32
argument_name(FunctionCallInfo fcinfo, int arg, ProfileArena *arena, const char *prefix)
{
	text *value = argument_text(fcinfo, arg);

	if (value == NULL)
		return PROFILE_NONE;
	return profile_name_of_text(arena, prefix, value);
}

static int64
argument_instant(FunctionCallInfo fcinfo)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(ARG_AT);

	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("an event cannot happen at \"%s\"", at < 0 ? "-infinity" : "infinity"),
				 errhint("Leave such events out, for example with FILTER (WHERE isfinite(at)).")));
	return at;
}

static bool
is_one_of(const text *value, const char *const *words)
{
	for (; *words != NULL; words++)
	{
		if (VARSIZE_ANY_EXHDR(value) == strlen(*words) &&
			pg_strncasecmp(VARDATA_ANY(value), *words, strlen(*words)) == 0)
			return true;
	}
	return false;
}

/* Whether the company, not the customer, acted. */
static bool
is_outgoing(FunctionCallInfo fcinfo)
{
	static const char *const in[] = { "in",		"inbound", "incoming", "received", "customer",
									  "client", "user",	   "patient",  "visitor",  NULL };
	static const char *const out[] = { "out",	  "outbound", "outgoing", "sent", "agent", "staff",
									   "company", "operator", "system",	  "bot",  NULL };
	text					*direction;

	direction = argument_text(fcinfo, ARG_DIRECTION);
	if (direction == NULL || is_one_of(direction, in))
		return false;
	if (!is_one_of(direction, out))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("direction \"%s\" is neither \"in\" nor \"out\"", text_to_cstring(direction)),
			 errhint("Say who acted: \"in\" for the customer, \"out\" for the company; map other "
					 "words with CASE.")));
	return true;
}

static void
add_event(FunctionCallInfo fcinfo, ProfileLog *log, int64 at)
{
	ProfileArena *arena = log->arena;
	ProfileShape  shape = { PROFILE_NONE, PROFILE_NONE, PROFILE_NONE, true };
	bool		  outgoing = is_outgoing(fcinfo);
	text		 *said;

	shape.kind = argument_name(fcinfo, ARG_KIND, arena, outgoing ? "out:" : "kind:");
	if (shape.kind == PROFILE_NONE)
		shape.kind = profile_name_of(arena, outgoing ? "out:" : "kind:", "unknown");
	if (!outgoing)
	{
		shape.channel = argument_name(fcinfo, ARG_CHANNEL, arena, "channel:");
		shape.about = argument_name(fcinfo, ARG_ABOUT, arena, "about:");
	}
	profile_log_add(log, at, profile_shape(arena, shape),
					HAS_ARG(ARG_AMOUNT) ? profile_fixed(PG_GETARG_DATUM(ARG_AMOUNT), "amount") : 0);
	if (!outgoing && HAS_ARG(ARG_RATING))
		profile_log_signal(log, at, profile_name_of(arena, "", "rating"),
						   profile_fixed(PG_GETARG_DATUM(ARG_RATING), "rating"));
	if (!outgoing && (said = argument_text(fcinfo, ARG_SAID)) != NULL)
		profile_log_said(log, at, said);
}

/*
 * profile_accum(state, at, kind [, said [, amount [, channel [, direction [, about
 *				 [, rating]]]]]])
 *
 * A row without a time says nothing of any day and is passed over, as
 * aggregates pass over NULL.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_accum);
Datum
emp_profile_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo, "profile_accum");
	ProfileLog	 *log;

	if (PG_ARGISNULL(ARG_AT))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	log = profile_log_argument(fcinfo, context);
	add_event(fcinfo, log, argument_instant(fcinfo));
	PG_RETURN_DATUM(profile_log_datum(log));
}

/*
 * merge(profile, profile): the sum of two profiles of the same person; NULL
 * is the empty one.  Inside an aggregate it appends to the state in place.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_merge);
Datum
emp_profile_merge(PG_FUNCTION_ARGS)
{
	bool			in_aggregate;
	MemoryContext	context;
	struct varlena *value;

	in_aggregate = AggCheckCallContext(fcinfo, &context) != 0;
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	value = PG_GETARG_PROFILE(1);
	if (in_aggregate)
	{
		ProfileLog *log = profile_log_argument(fcinfo, context);

		profile_log_value(log, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		PG_RETURN_DATUM(profile_log_datum(log));
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(value);
	else
	{
		struct varlena *first = PG_GETARG_PROFILE(0);
		ProfileArena	arena;

		profile_scratch(&arena);
		profile_draft_value(&arena, VARDATA_ANY(first), VARSIZE_ANY_EXHDR(first));
		profile_draft_value(&arena, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		profile_finish(&arena);
		PG_RETURN_POINTER(profile_result(&arena));
	}
}
