/*-------------------------------------------------------------------------
 *
 * map_sql.c
 *	  Empathy maps to SQL: map() of a profile, map_agg() of a group's, both as
 *	  jsonb.
 *
 * The state of map_agg() is a profile: the merge of its people's maps (map.h).
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/xact.h"
#include "fmgr.h"
#include "utils/timestamp.h"

#include "map/habit.h"
#include "map/map_jsonb.h"
#include "map/rules.h"
#include "profile/profile_sql.h"
#include "score/score_sql.h"
#include "settings.h"

#define DEFAULT_LOOKBACK 90

/* ---- the days looked at ---- */

static int32
as_of_argument(FunctionCallInfo fcinfo, int arg)
{
	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return score_as_of_day(GetCurrentTransactionStartTimestamp());
	return score_as_of_day(PG_GETARG_TIMESTAMPTZ(arg));
}

/* From the arguments as_of and lookback, which may be absent or NULL. */
static MapWindow
window_arguments(FunctionCallInfo fcinfo, int arg)
{
	MapWindow window;

	window.as_of = as_of_argument(fcinfo, arg);
	window.since = window.as_of - DEFAULT_LOOKBACK;
	if (PG_NARGS() > arg + 1 && !PG_ARGISNULL(arg + 1))
		window.since =
			window.as_of - (int32) score_span_days(PG_GETARG_INTERVAL_P(arg + 1), "lookback", 1);
	return window;
}

/* ---- maps ---- */

/* Drafts the map of the profile that is an argument. */
static void
draft_map(FunctionCallInfo fcinfo, int profile_arg, ProfileArena *arena)
{
	MapBook	   *book = map_book(fcinfo->flinfo);
	MapWindow	window = window_arguments(fcinfo, profile_arg + 1);
	ProfileView view;
	bool		old;

	profile_open_datum(&view, PG_GETARG_PROFILE(profile_arg));
	if (view.is_group)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cannot make a map of a group's map"),
						errhint("Make it of the profiles of the group's people, by map_agg().")));
	profile_draft_reset(arena);
	profile_draft_owner(arena, PROFILE_GROUPS);
	old = map_draft_person(arena, &view, book->roles, window);
	stage_replay(book->stages, &view, window.as_of);
	map_draft_stage(arena, book->stages, window);
	map_draft_thoughts(arena, &book->rules, book->stages->binding, &view, window, old);
	profile_close(&view);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_map);
Datum
emp_map(PG_FUNCTION_ARGS)
{
	ProfileArena arena;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	profile_scratch(&arena);
	draft_map(fcinfo, 0, &arena);
	profile_finish(&arena);
	PG_RETURN_JSONB_P(
		map_jsonb(profile_result(&arena), 1, thought_reason, map_book(fcinfo->flinfo)));
}

/* map_accum(state, profile [, as_of [, lookback]]) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_map_accum);
Datum
emp_map_accum(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	ProfileLog	 *log;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("map_accum can only be called as part of an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	log = profile_log_argument(fcinfo, context);
	draft_map(fcinfo, 1, log->arena);
	profile_log_draft(log);
	PG_RETURN_DATUM(profile_log_datum(log));
}

/* The final function of map_agg(). */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_map_final);
Datum
emp_map_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(map_jsonb(PG_GETARG_PROFILE(0), empathy_min_group, thought_reason,
								map_book(fcinfo->flinfo)));
}
