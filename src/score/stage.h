/*-------------------------------------------------------------------------
 *
 * stage.h
 *	  The stages that a customer goes through: a state machine over the days of
 *	  a profile, its transitions being conditions (condition.h).
 *
 * Everybody is in the stage "start" before the first day of their profile.  On
 * each day from there on, the rules out of the stage that somebody is in are
 * tried in their order; the first whose condition holds moves them, and the
 * rules of the new stage are tried on the same day.  Nobody comes back to a
 * stage on a day on which they were in it already: a rule that would bring them
 * back does nothing until its condition has ceased to hold and holds again, or
 * they are in that stage anew.  The stage of a day is the one that it ends in.
 *
 * A condition looks at no later day, so a replay as of a later day says the
 * same of all earlier ones.  Only days are looked at on which something may be
 * otherwise (condition_wake(), condition_next()): their number follows that of
 * the profile's cells, not the years that it spans.
 *
 * Pure core: no PostgreSQL header; memory is that of profile_port.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_STAGE_H
#define SCORE_STAGE_H

#include "score/condition.h"

#define STAGE_START 0

typedef struct StageRule
{
	uint32_t	from;
	uint32_t	to;
	int			condition;
	const char *text; /* of the condition */
	size_t		len;
	uint32_t	next; /* of the same stage; or PROFILE_NONE */
} StageRule;

typedef struct Stage
{
	const char *name;
	size_t		len;
	uint32_t	first_rule; /* or PROFILE_NONE */
	uint32_t	last_rule;
} Stage;

/* Stages and the rules between them. */
typedef struct StageMachine
{
	void		 *memory;
	ConditionSet *conditions;
	Stage		 *stages;
	size_t		  n_stages;
	size_t		  max_stages;
	StageRule	 *rules;
	size_t		  n_rules;
	size_t		  max_rules;
} StageMachine;

/* From a day on somebody was in a stage. */
typedef struct StageSpan
{
	uint32_t stage;
	uint32_t rule; /* that brought them there */
	int32_t	 since;
} StageSpan;

/* What a replay needs from one profile to the next, and what came out. */
typedef struct StageReplay
{
	const StageMachine *machine;
	ConditionBinding   *binding;
	int32_t			   *wake; /* for each condition: not before this day */
	int32_t			   *clause_wake;
	bool			   *sleeping; /* for each rule: would have led back */
	uint64_t		   *visited;  /* for each stage: on what look it was last */
	uint64_t			look;
	StageSpan		   *spans;
	size_t				n_spans;
	size_t				max_spans;
} StageReplay;

/* Its rules' conditions go into a set, which may have others too. */
extern StageMachine *stage_machine_new(ConditionSet *conditions);

/* Adds a rule after those of the same stage; false, and a fault, if its text is no condition. */
extern bool stage_add_rule(StageMachine *machine, const char *from, const char *to,
						   const char *condition, ConditionFault *fault);

/* The machine and its set must not change any more, nor the roles. */
extern StageReplay *stage_replay_new(const StageMachine *machine, const ProfileRoles *roles,
									 void *memory);

/*
 * The stages of a profile up to a day, in replay->spans; the view as for
 * condition_bind(), to which replay->binding is then bound.
 */
extern void stage_replay(StageReplay *replay, const ProfileView *view, int32_t as_of);

#endif /* SCORE_STAGE_H */
