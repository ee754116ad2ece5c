/*-------------------------------------------------------------------------
 *
 * map.h
 *	  Empathy maps: what a person, or each person of a group, says, thinks,
 *	  does and feels.
 *
 * One person's map is a profile again, of the single day as_of:
 *
 *	  customers			n 1		the person
 *	  heard				n 1		if they said anything
 *	  days				n 1		sum: the days looked back
 *	  model:M			n 1		the text model that read them
 *	  QUADRANT:ITEM		n 1		sum: share of their texts (says, feels) or events
 *								(does) that have it; confidence (thinks)
 *	  QUADRANT.mood:ITEM n 1	sum: mean sentiment on the days that have it
 *	  QUADRANT.sure:ITEM n 1	sum: mean confidence of the text model in it
 *
 * and the quotes of those days.  So a group's map is the merge of its people's
 * maps, by the one mechanism that profiles have, and everybody counts once
 * however much they said.
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_H
#define MAP_H

#include "profile/profile.h"

typedef enum MapQuadrant
{
	MAP_SAYS,
	MAP_THINKS,
	MAP_DOES,
	MAP_FEELS,
	MAP_QUADRANTS
} MapQuadrant;

extern const char *const map_quadrant_names[MAP_QUADRANTS];

/*
 * Adds to the arena's draft the map of a stored profile on the day as_of, from
 * what lies on the days since < day <= as_of.
 */
extern void map_draft_person(ProfileArena *arena, const void *bytes, size_t len, int32_t as_of,
							 int32_t since);

/* What a rule that infers a thought goes by, in words; NULL for an unknown item. */
extern const char *map_rule(const char *item, size_t len);

/* think.c: adds what the person probably thinks, by rules. */
extern void map_think(ProfileArena *arena, const void *bytes, size_t len, int32_t as_of,
					  int32_t since);

#endif /* MAP_H */
