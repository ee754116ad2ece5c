/*-------------------------------------------------------------------------
 *
 * map.h
 *	  Empathy maps: what a person, or each person of a group, says, thinks,
 *	  does and feels, and what pains and pleases them.
 *
 * One person's map is a profile again, a group's (PROFILE_GROUP) of the single
 * day as_of.  So the map of a group is the merge of its people's maps, by the
 * one mechanism that profiles have, and everybody counts once however much they
 * said.  Its cells, each n 1:
 *
 *	  customers				the person
 *	  days					sum: the days looked back
 *	  heard					if they said anything
 *	  known					if they were there before the days looked back
 *	  model:M				the text model that read them
 *	  mood:I				sum: mean sentiment in slice I of the days
 *	  known:F				if field F is known of them: see map_field_names
 *
 *	  QUADRANT.CLASS:ITEM		sum: share of their texts or events that have it;
 *								of a thought, the confidence in it
 *	  QUADRANT.CLASS.mood:ITEM	sum: mean sentiment of it
 *	  QUADRANT.CLASS.sure:ITEM	sum: mean confidence of the text model in it
 *	  QUADRANT.CLASS.was:ITEM	if it was so in the as many days before, too; sum: share
 *	  QUADRANT.CLASS.gain:ITEM	if it was not, of somebody known
 *	  QUADRANT.CLASS.lost:ITEM	if it was, and is not any more
 *	  QUADRANT.CLASS.about:ITEM > OTHER	what a feeling goes with, or a thought by;
 *								sum: days
 *
 * and the quotes of those days, labelled with the cells that they speak to.
 * The weightiest is also labelled PROFILE_SAMPLED: from those, one of each customer,
 * a group's key phrases are found.
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_H
#define MAP_H

#include "profile/profile.h"
#include "profile/role.h"

typedef enum MapQuadrant
{
	MAP_SAYS,
	MAP_THINKS,
	MAP_DOES,
	MAP_FEELS,
	MAP_PAINS,
	MAP_GAINS,
	MAP_QUADRANTS
} MapQuadrant;

extern const char *const map_quadrant_names[MAP_QUADRANTS];

#define MAP_MOST_DAYS 36525 /* that a map looks back on */
#define MAP_SLICES	  12	/* of the days looked back, for the course of moods */

/* What can be known of a customer; completeness is the share of these that is. */
enum
{
	MAP_FIELD_ACTIVITY,
	MAP_FIELD_AMOUNTS,
	MAP_FIELD_CHANNEL,
	MAP_FIELD_FEELINGS,
	MAP_FIELD_SUBJECTS,
	MAP_FIELD_TEXTS,
	MAP_FIELDS
};

extern const char *const map_field_names[MAP_FIELDS];

/* The days looked at: since < day <= as_of. */
typedef struct MapWindow
{
	int32_t since;
	int32_t as_of;
} MapWindow;

/*
 * Adds a person's map to the arena's draft, but for what think.h makes of it. The
 * view must have been opened and not read from; roles may be NULL, and stay the same
 * as long as the arena. Returns whether they were there before the days looked at.
 */
extern bool map_draft_person(ProfileArena *arena, const ProfileView *view,
							 const ProfileRoles *roles, MapWindow window);

#endif /* MAP_H */
