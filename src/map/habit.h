/*-------------------------------------------------------------------------
 *
 * habit.h
 *	  When and how often somebody comes, as cells of their map:
 *
 *	  does.habit	by the usual gap of the whole past, and whether it was another before
 *					the days looked at; and whether they came on clearly more or
 *					fewer days than in as many days before
 *	  does.when		on weekends or weekdays, by the days looked at; at which time
 *					of day, by the latest events. Days and hours are UTC's.
 *	  does.stage	the stage of their journey, and whether it is another than before
 *					the days looked at
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_HABIT_H
#define MAP_HABIT_H

#include "map/map.h"
#include "score/stage.h"

/* Days, ascending, each once, up to as_of. */
typedef struct MapDays
{
	int32_t *days;
	size_t	 n;
} MapDays;

/*
 * The rhythm is that of the purchases, if there are any. Of somebody old, who was
 * there before the days looked at, it can be new.
 */
extern void map_draft_habit(ProfileArena *arena, const MapDays *active, const MapDays *purchases,
							MapWindow window, bool old);

/* From the times of some events, in microseconds from 2000-01-01 UTC. */
extern void map_draft_hours(ProfileArena *arena, const int64_t *at, int n, int32_t as_of);

/* From a replay up to as_of. */
extern void map_draft_stage(ProfileArena *arena, const StageReplay *replay, MapWindow window);

#endif /* MAP_HABIT_H */
