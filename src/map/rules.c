/*-------------------------------------------------------------------------
 *
 * rules.c
 *	  The rules of what people think, as empathy.thoughts has them.
 *
 * They are read once for each command, by the snapshot of the query that asks,
 * with the rights of the table's owner: maps may be made by whoever may call
 * the functions.
 *
 *-------------------------------------------------------------------------
 */
#include "map/rules.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog.h"
#include "score/roles.h"
#include "score/stage_sql.h"

typedef struct RulesCache
{
	TimestampTz	  statement; /* when and in which command they were read */
	CommandId	  command;
	MemoryContext context; /* NULL: not read yet */
	RoleCache	  roles;
	MapBook		  book;
} RulesCache;

static char *
column_text(int row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

/* The table checks conditions, but what a newer library knows may be news to this one. */
static int
add_condition(ConditionSet *set, const char *thought, const char *condition)
{
	ConditionFault fault;
	int			   place = condition_add(set, condition, strlen(condition), &fault);

	if (place < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the rule for the thought \"%s\" has no valid condition", thought),
						errdetail("Expected %s at byte %zu of \"%s\".", fault.expected,
								  fault.at + 1, condition)));
	return place;
}

/* From the rows (thought, reason, condition, confidence) that were read. */
static MapRules
make_rules(ConditionSet *set, MemoryContext context)
{
	size_t		  n = SPI_processed;
	MemoryContext spi = MemoryContextSwitchTo(context);
	MapRule		 *rules = palloc(sizeof(MapRule) * (n + 1));

	for (size_t i = 0; i < n; i++)
	{
		bool   isnull;
		double confidence =
			DatumGetFloat4(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 4, &isnull));

		rules[i].thought = pstrdup(column_text(i, 1));
		rules[i].reason = pstrdup(column_text(i, 2));
		rules[i].condition = add_condition(set, rules[i].thought, column_text(i, 3));
		rules[i].confidence = (int32_t) (confidence * PROFILE_ONE + 0.5);
	}
	MemoryContextSwitchTo(spi);
	return (MapRules){ rules, n };
}

static MapRules
read_rules(ConditionSet *set, MemoryContext context)
{
	MapRules  rules;
	SavedUser saved;

	empathy_become_owner(empathy_table("thought"), &saved);
	SPI_connect();
	if (SPI_execute("SELECT thought, reason, condition, confidence FROM empathy.thoughts "
					"ORDER BY thought COLLATE pg_catalog.\"C\", confidence DESC, rule COLLATE "
					"pg_catalog.\"C\"",
					true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.thoughts");
	rules = make_rules(set, context);
	SPI_finish();
	empathy_restore_user(&saved);
	return rules;
}

/* One set of conditions for stages and thoughts, so that a profile's cells are looked at once. */
static void
read_book(MapBook *book, MemoryContext context)
{
	ConditionSet *set = condition_set_new(context);
	StageMachine *machine = stage_machine_read(set);

	book->rules = read_rules(set, context);
	book->stages = stage_replay_new(machine, book->roles, context);
}

MapBook *
map_book(FmgrInfo *flinfo)
{
	RulesCache *cache = flinfo->fn_extra;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(RulesCache));
		cache->context =
			AllocSetContextCreate(flinfo->fn_mcxt, "empathy thoughts", ALLOCSET_DEFAULT_SIZES);
		flinfo->fn_extra = cache;
	}
	else if (cache->book.stages != NULL &&
			 cache->statement == GetCurrentStatementStartTimestamp() &&
			 cache->command == GetCurrentCommandId(false))
		return &cache->book;
	cache->book.stages = NULL;
	MemoryContextReset(cache->context);
	cache->book.roles = roles_read(&cache->roles, flinfo->fn_mcxt);
	read_book(&cache->book, cache->context);
	cache->statement = GetCurrentStatementStartTimestamp();
	cache->command = GetCurrentCommandId(false);
	return &cache->book;
}

const char *
thought_reason(void *book, const char *thought, int len)
{
	const MapRules *all = &((MapBook *) book)->rules;
	StringInfoData	reasons;

	initStringInfo(&reasons);
	for (size_t i = 0; i < all->n; i++)
	{
		if (strlen(all->rules[i].thought) != (size_t) len ||
			memcmp(all->rules[i].thought, thought, len) != 0)
			continue;
		appendStringInfo(&reasons, "%s%s", reasons.len > 0 ? "; or " : "", all->rules[i].reason);
	}
	return reasons.len > 0 ? reasons.data : NULL;
}
