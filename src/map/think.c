/*-------------------------------------------------------------------------
 *
 * think.c
 *	  What people probably think without saying it.
 *
 *-------------------------------------------------------------------------
 */
#include "map/think.h"

#include <string.h>

#define MOST_EVIDENCE 3 /* signals for a thought of one person */

static void
put(ProfileArena *arena, int32_t as_of, const char *prefix, const char *item, size_t len,
	int64_t sum)
{
	profile_draft_cell(arena, as_of, profile_name(arena, prefix, item, len), 1, sum);
}

/* One of the signals that a thought goes by: "THOUGHT > SIGNAL", if that is short enough. */
static void
put_signal(ProfileArena *arena, int32_t as_of, const char *thought, const ProfileView *view,
		   const ConditionEvidence *evidence)
{
	static const char prefix[] = "thinks.rule.about:";
	char			  pair[PROFILE_MAX_NAME];
	size_t			  len = strlen(thought);
	size_t			  signal_len = view->name_lens[evidence->name];

	if (sizeof(prefix) - 1 + len + 3 + signal_len > PROFILE_MAX_NAME)
		return;
	memcpy(pair, thought, len);
	memcpy(pair + len, " > ", 3);
	memcpy(pair + len + 3, view->names[evidence->name], signal_len);
	put(arena, as_of, prefix, pair, len + 3 + signal_len, evidence->days * PROFILE_ONE);
}

/* What the rule's clauses go by; that something is not there has no evidence. */
static void
put_evidence(ProfileArena *arena, const MapRule *rule, ConditionBinding *binding,
			 const ProfileView *view, int32_t as_of)
{
	const ConditionSet *set = binding->set;
	const Condition	   *condition = &set->conditions[rule->condition];
	ConditionEvidence  *evidence =
		profile_port_alloc(arena->memory, ((size_t) view->n_names + 1) * sizeof(ConditionEvidence));
	uint32_t put_so_far = 0;
	uint32_t i, j;

	for (i = 0; i < condition->n_clauses && put_so_far < MOST_EVIDENCE; i++)
	{
		uint32_t n = condition_evidence(binding, &set->clauses[condition->first_clause + i], as_of,
										evidence);

		for (j = 0; j < n && put_so_far < MOST_EVIDENCE; j++)
		{
			put_signal(arena, as_of, rule->thought, view, &evidence[j]);
			put_so_far++;
		}
	}
	profile_port_free(arena->memory, evidence);
}

/* The first of n rules that holds on a day; NULL if none does. */
static const MapRule *
holding(const MapRule *rules, size_t n, ConditionBinding *binding, int32_t day)
{
	size_t i;

	for (i = 0; i < n; i++)
	{
		if (condition_holds(binding, rules[i].condition, day))
			return &rules[i];
	}
	return NULL;
}

/* Rules of one thought: what is thought now, and what was before. */
static void
put_thought(ProfileArena *arena, const MapRule *rules, size_t n, ConditionBinding *binding,
			const ProfileView *view, MapWindow window, bool old)
{
	const char	  *thought = rules[0].thought;
	const size_t   len = strlen(thought);
	const MapRule *now = holding(rules, n, binding, window.as_of);
	const MapRule *was = old ? holding(rules, n, binding, window.since) : NULL;

	if (now != NULL)
	{
		put(arena, window.as_of, "thinks.rule:", thought, len, now->confidence);
		put_evidence(arena, now, binding, view, window.as_of);
	}
	if (was != NULL)
		put(arena, window.as_of, "thinks.rule.was:", thought, len, was->confidence);
	if (now != NULL && was == NULL && old)
		put(arena, window.as_of, "thinks.rule.gain:", thought, len, 0);
	if (now == NULL && was != NULL)
		put(arena, window.as_of, "thinks.rule.lost:", thought, len, 0);
}

void
map_draft_thoughts(ProfileArena *arena, const MapRules *rules, ConditionBinding *binding,
				   const ProfileView *view, MapWindow window, bool old)
{
	size_t i;
	size_t n;

	for (i = 0; i < rules->n; i += n)
	{
		const MapRule *first = &rules->rules[i];

		for (n = 1; i + n < rules->n && strcmp(first[n].thought, first->thought) == 0; n++)
			;
		put_thought(arena, first, n, binding, view, window, old);
	}
}
