/*-------------------------------------------------------------------------
 *
 * think.h
 *	  What people probably think without saying it: inferences from what they
 *	  do, by rules that are conditions on a profile (score/condition.h).
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_THINK_H
#define MAP_THINK_H

#include "map/map.h"
#include "score/condition.h"

#define MAP_THOUGHT_BYTES 63

typedef struct MapRule
{
	const char *thought;
	const char *reason; /* in words */
	int			condition;
	int32_t		confidence; /* fixed point */
} MapRule;

/* Rules of one thought stand together, the surest first: a person thinks a thought once. */
typedef struct MapRules
{
	const MapRule *rules;
	size_t		   n;
} MapRules;

/*
 * Adds the thoughts of whom a binding was bound to, as of a day, and whether they
 * thought so before the days looked at, if they are old: were there before.
 */
extern void map_draft_thoughts(ProfileArena *arena, const MapRules *rules,
							   ConditionBinding *binding, const ProfileView *view, MapWindow window,
							   bool old);

#endif /* MAP_THINK_H */
