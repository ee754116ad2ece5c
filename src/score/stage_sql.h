/*-------------------------------------------------------------------------
 *
 * stage_sql.h
 *	  Stages in the server: by the rules in empathy.stage_rules.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_STAGE_SQL_H
#define SCORE_STAGE_SQL_H

#include "score/roles.h"
#include "score/stage.h"

/* The rules as one command sees them; zero to begin with. */
typedef struct StageCache
{
	MemoryContext context;
	TimestampTz	  statement; /* when and in which command they were read */
	CommandId	  command;
	uint32		  roles_version; /* that the replay was made with */
	StageReplay	 *replay;
} StageCache;

/* The rules as the command at hand sees them; their conditions go into the set. */
extern StageMachine *stage_machine_read(ConditionSet *conditions);

/*
 * A replay by the rules, which are read once for each command.  The roles are
 * those that roles_read() gave in it; memory comes from the parent.
 */
extern StageReplay *stages_read(StageCache *cache, const RoleCache *roles, MemoryContext parent);

/* The name of the stage that a replay ended in, and since when; NULL: in none. */
extern text *stage_reached(const StageReplay *replay, int32 *since);

#endif /* SCORE_STAGE_SQL_H */
