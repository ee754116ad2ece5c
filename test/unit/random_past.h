/*-------------------------------------------------------------------------
 *
 * random_past.h
 *	  Made-up profiles and conditions that may say something of them, for tests.
 *	  It defines functions: include it in one file a program.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RANDOM_PAST_H
#define RANDOM_PAST_H

#include "profile_port.h"

#include <string.h>

#include "score/condition.h"

/* Days of a made-up profile lie between these. */
#define PAST_FIRST 100
#define PAST_LAST  180

static uint64_t random_state = 42;

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) ((random_state >> 16) % n);
}

static const char *const random_names[] = { "kind:order",	 "kind:Order placed", "kind:page view",
											"kind:refund",	 "about:price list",  "about:help",
											"intent:cancel", "intent:ask",		  "out:mail",
											"text",			 "emotion:joy" };

#define N_NAMES ((uint32_t) (sizeof(random_names) / sizeof(random_names[0])))

static ProfileView *
random_profile(void)
{
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));
	ProfileView	 *view = profile_port_alloc(NULL, sizeof(ProfileView));
	uint32_t	  n = random_below(40);
	uint32_t	  days = 1 + random_below(PAST_LAST - PAST_FIRST);

	profile_arena_init(arena, NULL);
	profile_draft_reset(arena);
	for (; n > 0; n--)
	{
		const char *name = random_names[random_below(N_NAMES)];

		profile_draft_cell(arena, PAST_FIRST + (int32_t) random_below(days),
						   profile_name(arena, "", name, strlen(name)), 1 + random_below(3),
						   ((int64_t) random_below(9) - 2) * PROFILE_ONE / 2);
	}
	profile_finish(arena);
	profile_open(view, NULL, arena->out, arena->out_len);
	return view;
}

static const char *const random_patterns[] = { "kind:order",
											   "kind:*",
											   "role:purchase",
											   "role:return|role:visit",
											   "*price*|intent:cancel",
											   "\"kind:order placed\"",
											   "about:*|intent:*",
											   "out:*",
											   "*" };

static const char *
random_pattern(void)
{
	return random_patterns[random_below(sizeof(random_patterns) / sizeof(random_patterns[0]))];
}

static void
random_condition(char *text, size_t size)
{
	static const char *const measures[] = { "count",	  "days",	   "different", "most",
											"sum",		  "last",	   "first",		"overdue",
											"usual_days", "regularity" };
	static const char *const ops[] = { "<", "<=", "=", ">=", ">" };
	uint32_t				 clauses = 1 + random_below(3);
	size_t					 len = 0;

	for (; clauses > 0; clauses--)
	{
		uint32_t measure = random_below(10);
		bool	 fraction = measure >= 7 || random_below(8) == 0;

		len += snprintf(text + len, size - len, "%s", measures[measure]);
		if (measure < 7)
			len += snprintf(text + len, size - len, " %s", random_pattern());
		if (measure < 7 && random_below(2) == 0)
			len += random_below(2) == 0
					   ? snprintf(text + len, size - len, " in %u days", 1 + random_below(40))
					   : snprintf(text + len, size - len, " %s %s",
								  random_below(2) == 0 ? "since" : "from", random_pattern());
		len += snprintf(text + len, size - len, " %s %u%s%s", ops[random_below(5)],
						random_below(measure == 9 ? 1 : 6), fraction ? ".5" : "",
						clauses > 1 ? " and " : "");
	}
}

#endif /* RANDOM_PAST_H */
