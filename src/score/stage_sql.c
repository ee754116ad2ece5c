/*-------------------------------------------------------------------------
 *
 * stage_sql.c
 *	  The stages of a profile, to SQL: stage() and stages().
 *
 * The rules are read from empathy.stage_rules once for each command, by the
 * snapshot of the query that asks, with the rights of the table's owner.
 *
 *-------------------------------------------------------------------------
 */
#include "score/stage_sql.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "profile/profile_sql.h"
#include "score/model.h"
#include "score/score_sql.h"

static char *
column(uint64 row, int number)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, number);
}

/* From the rows (from_stage, to_stage, condition) that were read; in the context of the set. */
static StageMachine *
make_machine(ConditionSet *conditions)
{
	StageMachine *machine = stage_machine_new(conditions);
	uint64		  i;

	for (i = 0; i < SPI_processed; i++)
	{
		char		  *condition = column(i, 3);
		ConditionFault fault;

		/* The table checks it, but what a newer library knows may be news to this one. */
		if (!stage_add_rule(machine, column(i, 1), column(i, 2), condition, &fault))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("invalid condition \"%s\" in empathy.stage_rules", condition),
							errdetail("Expected %s.", fault.expected)));
	}
	return machine;
}

StageMachine *
stage_machine_read(ConditionSet *conditions)
{
	StageMachine *machine;
	SavedUser	  saved;

	empathy_become_owner(empathy_table("stage_rule"), &saved);
	SPI_connect();
	if (SPI_execute("SELECT from_stage, to_stage, condition FROM empathy.stage_rules "
					"ORDER BY from_stage COLLATE pg_catalog.\"C\", rank",
					true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.stage_rules");
	machine = make_machine(conditions);
	SPI_finish();
	empathy_restore_user(&saved);
	return machine;
}

StageReplay *
stages_read(StageCache *cache, const RoleCache *roles, MemoryContext parent)
{
	if (cache->context == NULL)
		cache->context = AllocSetContextCreate(parent, "empathy stages", ALLOCSET_DEFAULT_SIZES);
	else if (cache->replay != NULL && cache->statement == GetCurrentStatementStartTimestamp() &&
			 cache->command == GetCurrentCommandId(false) && cache->roles_version == roles->version)
		return cache->replay;
	cache->replay = NULL;
	MemoryContextReset(cache->context);
	cache->replay = stage_replay_new(stage_machine_read(condition_set_new(cache->context)),
									 &roles->roles, cache->context);
	cache->roles_version = roles->version;
	cache->statement = GetCurrentStatementStartTimestamp();
	cache->command = GetCurrentCommandId(false);
	return cache->replay;
}

static text *
stage_name(const StageReplay *replay, uint32 stage)
{
	return cstring_to_text_with_len(replay->machine->stages[stage].name,
									(int) replay->machine->stages[stage].len);
}

text *
stage_reached(const StageReplay *replay, int32 *since)
{
	const StageSpan *last;

	if (replay->n_spans == 0)
		return NULL;
	last = &replay->spans[replay->n_spans - 1];
	*since = last->since;
	return stage_name(replay, last->stage);
}

/* Replays the profile that is a function's first argument, up to the day of its second. */
static StageReplay *
replay_arguments(FunctionCallInfo fcinfo, int32 *as_of)
{
	StageReplay *replay = stages_current(fcinfo->flinfo);
	ProfileView	 view;

	*as_of = score_as_of_day(PG_GETARG_TIMESTAMPTZ(1));
	profile_open_datum(&view, PG_GETARG_PROFILE(0));
	stage_replay(replay, &view, *as_of);
	profile_close(&view);
	return replay;
}

/* stage(profile, as_of) -> text */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_stage);
Datum
emp_stage(PG_FUNCTION_ARGS)
{
	int32 as_of;
	int32 since;
	text *stage = stage_reached(replay_arguments(fcinfo, &as_of), &since);

	if (stage == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(stage);
}

/* Columns of stages(). */
enum
{
	COL_STAGE,
	COL_SINCE,
	COL_UNTIL,
	COL_DAYS,
	COL_BECAUSE,
	N_COLS
};

/* One stage after the other; the last has no end. */
static void
put_span(ReturnSetInfo *rsinfo, const StageReplay *replay, size_t i, int32 as_of)
{
	const StageSpan *span = &replay->spans[i];
	const StageRule *rule = &replay->machine->rules[span->rule];
	bool			 last = i + 1 == replay->n_spans;
	int32			 until = last ? as_of : span[1].since;
	Datum			 values[N_COLS];
	bool			 nulls[N_COLS] = { 0 };

	values[COL_STAGE] = PointerGetDatum(stage_name(replay, span->stage));
	values[COL_SINCE] = DateADTGetDatum(span->since);
	values[COL_UNTIL] = DateADTGetDatum(until);
	nulls[COL_UNTIL] = last;
	values[COL_DAYS] = Int32GetDatum(until - span->since);
	values[COL_BECAUSE] = PointerGetDatum(cstring_to_text_with_len(rule->text, (int) rule->len));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* stages(profile, as_of) -> rows */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_stages);
Datum
emp_stages(PG_FUNCTION_ARGS)
{
	StageReplay *replay;
	int32		 as_of;
	size_t		 i;

	InitMaterializedSRF(fcinfo, 0);
	replay = replay_arguments(fcinfo, &as_of);
	for (i = 0; i < replay->n_spans; i++)
		put_span((ReturnSetInfo *) fcinfo->resultinfo, replay, i, as_of);
	return (Datum) 0;
}
