/*-------------------------------------------------------------------------
 *
 * stage.c
 *	  The stages that a customer goes through, replayed from a profile.
 *
 *-------------------------------------------------------------------------
 */
#include "score/stage.h"

#include <string.h>

static const char *
copy_of(StageMachine *machine, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(profile_port_alloc(machine->memory, size), text, size);
}

/* The number of a stage, which may be new. */
static uint32_t
stage_named(StageMachine *machine, const char *name)
{
	size_t i;

	for (i = 0; i < machine->n_stages; i++)
	{
		if (strcmp(machine->stages[i].name, name) == 0)
			return (uint32_t) i;
	}
	machine->stages =
		profile_room(machine->memory, machine->stages, &machine->max_stages, i + 1, sizeof(Stage));
	machine->stages[i] =
		(Stage){ copy_of(machine, name), strlen(name), PROFILE_NONE, PROFILE_NONE };
	return (uint32_t) machine->n_stages++;
}

StageMachine *
stage_machine_new(ConditionSet *conditions)
{
	StageMachine *machine = profile_port_alloc(conditions->memory, sizeof(StageMachine));

	memset(machine, 0, sizeof(*machine));
	machine->memory = conditions->memory;
	machine->conditions = conditions;
	stage_named(machine, "start");
	return machine;
}

/* The number of a condition, which another rule may have too. */
static int
condition_of(StageMachine *machine, const char *text, ConditionFault *fault)
{
	size_t i;

	for (i = 0; i < machine->n_rules; i++)
	{
		if (strcmp(machine->rules[i].text, text) == 0)
			return machine->rules[i].condition;
	}
	return condition_add(machine->conditions, text, strlen(text), fault);
}

bool
stage_add_rule(StageMachine *machine, const char *from, const char *to, const char *condition,
			   ConditionFault *fault)
{
	uint32_t  number = (uint32_t) machine->n_rules;
	StageRule rule = { .condition = condition_of(machine, condition, fault), .next = PROFILE_NONE };
	Stage	 *stage;

	if (rule.condition < 0)
		return false;
	rule.from = stage_named(machine, from);
	rule.to = stage_named(machine, to);
	rule.text = copy_of(machine, condition);
	rule.len = strlen(condition);
	machine->rules = profile_room(machine->memory, machine->rules, &machine->max_rules, number + 1,
								  sizeof(StageRule));
	machine->rules[machine->n_rules++] = rule;
	stage = &machine->stages[rule.from];
	if (stage->first_rule == PROFILE_NONE)
		stage->first_rule = number;
	else
		machine->rules[stage->last_rule].next = number;
	stage->last_rule = number;
	return true;
}

static int32_t *
days_for(void *memory, size_t n)
{
	return profile_port_alloc(memory, (n + 1) * sizeof(int32_t));
}

StageReplay *
stage_replay_new(const StageMachine *machine, const ProfileRoles *roles, void *memory)
{
	StageReplay *replay = profile_port_alloc(memory, sizeof(StageReplay));

	memset(replay, 0, sizeof(*replay));
	replay->machine = machine;
	replay->binding = condition_binding_new(machine->conditions, roles, memory);
	replay->wake = days_for(memory, machine->conditions->n_conditions);
	replay->clause_wake = days_for(memory, machine->conditions->n_clauses);
	replay->sleeping = profile_port_alloc(memory, (machine->n_rules + 1) * sizeof(bool));
	replay->visited = profile_port_alloc(memory, machine->n_stages * sizeof(uint64_t));
	memset(replay->visited, 0, machine->n_stages * sizeof(uint64_t));
	return replay;
}

/* ---- one profile ---- */

static void
enter(StageReplay *replay, uint32_t stage)
{
	const StageMachine *machine = replay->machine;
	uint32_t			r;

	replay->visited[stage] = replay->look;
	for (r = machine->stages[stage].first_rule; r != PROFILE_NONE; r = machine->rules[r].next)
		replay->sleeping[r] = false;
}

static int32_t
wake_of(StageReplay *replay, int condition, int32_t day)
{
	int32_t then = condition_wake(replay->binding, condition, day, replay->clause_wake);

	replay->wake[condition] = then;
	return then;
}

/*
 * The first rule out of a stage that moves somebody on a day; or PROFILE_NONE,
 * and the next day on which a rule may.
 */
static uint32_t
find_move(StageReplay *replay, uint32_t stage, int32_t day, int32_t *next)
{
	const StageMachine *machine = replay->machine;
	uint32_t			r;

	*next = CONDITION_NEVER;
	for (r = machine->stages[stage].first_rule; r != PROFILE_NONE; r = machine->rules[r].next)
	{
		const StageRule *rule = &machine->rules[r];
		int32_t			 then = replay->wake[rule->condition];

		if (then <= day)
			then = wake_of(replay, rule->condition, day);
		if (then > day)
			replay->sleeping[r] = false;
		else if (replay->visited[rule->to] == replay->look || replay->sleeping[r])
		{
			replay->sleeping[r] = true;
			then = condition_next(replay->binding, rule->condition, day);
		}
		else
			return r;
		if (then < *next)
			*next = then;
	}
	return PROFILE_NONE;
}

/* Moves as far as the rules go on a day; returns the stage that it ends in. */
static uint32_t
move_on(StageReplay *replay, uint32_t stage, int32_t day, uint32_t *by, int32_t *next)
{
	uint32_t r;

	replay->visited[stage] = ++replay->look;
	while ((r = find_move(replay, stage, day, next)) != PROFILE_NONE)
	{
		stage = replay->machine->rules[r].to;
		enter(replay, stage);
		*by = r;
	}
	return stage;
}

static void
add_span(StageReplay *replay, uint32_t stage, uint32_t rule, int32_t since)
{
	replay->spans = profile_room(replay->binding->memory, replay->spans, &replay->max_spans,
								 replay->n_spans + 1, sizeof(StageSpan));
	replay->spans[replay->n_spans++] = (StageSpan){ stage, rule, since };
}

void
stage_replay(StageReplay *replay, const ProfileView *view, int32_t as_of)
{
	const ConditionSet *set = replay->machine->conditions;
	uint32_t			stage = STAGE_START;
	int32_t				day;
	int32_t				next;

	condition_bind(replay->binding, view, as_of);
	memset(replay->wake, CONDITION_FORGET, set->n_conditions * sizeof(int32_t));
	memset(replay->clause_wake, CONDITION_FORGET, set->n_clauses * sizeof(int32_t));
	replay->n_spans = 0;
	replay->look++;
	enter(replay, stage);
	for (day = replay->binding->first; day <= as_of && day != CONDITION_NEVER; day = next)
	{
		uint32_t by = 0;
		uint32_t then = move_on(replay, stage, day, &by, &next);

		profile_port_tick();
		if (then != stage)
			add_span(replay, then, by, day);
		stage = then;
	}
}
