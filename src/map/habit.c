/*-------------------------------------------------------------------------
 *
 * habit.c
 *	  When and how often somebody comes, as cells of their map.
 *
 *-------------------------------------------------------------------------
 */
#include "map/habit.h"

#include <string.h>

#include "score/cadence.h"

#define USECS_PER_HOUR INT64_C(3600000000)

/* Usual gaps, in days, up to which a habit is called so. */
static const struct
{
	double		gap;
	const char *habit;
} habits[] = {
	{ 1.5, "comes daily" },
	{ 3.5, "comes every few days" },
	{ 10.5, "comes weekly" },
	{ 21, "comes every two weeks" },
	{ 45, "comes monthly" },
	{ 135, "comes every few months" },
	{ 1e9, "comes once or twice a year, or less" },
};

static const char *const parts_of_day[] = { "at night (UTC)", "in the morning (UTC)",
											"in the afternoon (UTC)", "in the evening (UTC)" };

#define LEAST_TIMES	  4	  /* to speak of a habit of days or hours */
#define MOST_OF_TIMES 0.6 /* share of them that makes it one */
#define ALL_OF_TIMES  8	  /* how many weekdays say that it is no weekend's habit */
#define SURE		  3.84 /* (now - before)^2 / (now + before): 95 % for a change of a Poisson rate */

static void
put(ProfileArena *arena, int32_t as_of, const char *prefix, const char *item)
{
	profile_draft_cell(arena, as_of, profile_name(arena, prefix, item, strlen(item)), 1,
					   PROFILE_ONE);
}

/* What the rhythm up to a day is called; NULL if it has none. */
static const char *
rhythm_on(const MapDays *days, int32_t day)
{
	Cadence cadence;
	size_t	i;

	score_cadence(days->days, days->n, day, &cadence);
	if (!cadence.regular_known)
		return NULL;
	for (i = 0; cadence.usual_gap > habits[i].gap; i++)
		;
	return habits[i].habit;
}

static void
put_rhythm(ProfileArena *arena, const MapDays *days, MapWindow window, bool old)
{
	const char *now = rhythm_on(days, window.as_of);
	const char *was = rhythm_on(days, window.since);

	if (now != NULL)
		put(arena, window.as_of, "does.habit:", now);
	if (was != NULL)
		put(arena, window.as_of, "does.habit.was:", was);
	if (now == was)
		return;
	if (now != NULL && old)
		put(arena, window.as_of, "does.habit.gain:", now);
	if (was != NULL)
		put(arena, window.as_of, "does.habit.lost:", was);
}

/* The days of the window against as many before, for those who were there before these. */
static void
put_change(ProfileArena *arena, const MapDays *active, MapWindow window)
{
	int32_t before = 2 * window.since - window.as_of;
	double	now = 0;
	double	was = 0;
	size_t	i;

	for (i = active->n; i > 0 && active->days[i - 1] > before; i--)
	{
		now += active->days[i - 1] > window.since;
		was += active->days[i - 1] <= window.since;
	}
	if (i == 0 || (now - was) * (now - was) < SURE * (now + was))
		return;
	put(arena, window.as_of,
		"does.habit:", now > was ? "comes more often than before" : "comes less often than before");
}

static void
put_weekdays(ProfileArena *arena, const MapDays *active, MapWindow window)
{
	double days = 0;
	double weekend = 0;
	size_t i;

	for (i = active->n; i > 0 && active->days[i - 1] > window.since; i--)
	{
		days++;
		weekend += ((active->days[i - 1] % 7) + 7) % 7 < 2; /* day 0 was a Saturday */
	}
	if (days >= LEAST_TIMES && weekend >= MOST_OF_TIMES * days)
		put(arena, window.as_of, "does.when:", "on weekends");
	else if (days >= ALL_OF_TIMES && weekend == 0)
		put(arena, window.as_of, "does.when:", "on weekdays");
}

void
map_draft_habit(ProfileArena *arena, const MapDays *active, const MapDays *purchases,
				MapWindow window, bool old)
{
	put_rhythm(arena, purchases->n > 0 ? purchases : active, window, old);
	put_change(arena, active, window);
	put_weekdays(arena, active, window);
}

void
map_draft_hours(ProfileArena *arena, const int64_t *at, int n, int32_t as_of)
{
	int times[4] = { 0 };
	int i;

	for (i = 0; i < n; i++)
		times[(at[i] - profile_day(at[i]) * PROFILE_USECS_PER_DAY) / (6 * USECS_PER_HOUR)]++;
	for (i = 0; i < 4; i++)
	{
		if (n >= LEAST_TIMES && times[i] >= MOST_OF_TIMES * n)
			put(arena, as_of, "does.when:", parts_of_day[i]);
	}
}

/* The stage on a day; NULL before the first. */
static const Stage *
stage_on(const StageReplay *replay, int32_t day)
{
	size_t i = replay->n_spans;

	while (i > 0 && replay->spans[i - 1].since > day)
		i--;
	return i > 0 ? &replay->machine->stages[replay->spans[i - 1].stage] : NULL;
}

static void
put_stage(ProfileArena *arena, int32_t as_of, const char *prefix, const Stage *stage)
{
	profile_draft_cell(arena, as_of, profile_name(arena, prefix, stage->name, stage->len), 1,
					   PROFILE_ONE);
}

void
map_draft_stage(ProfileArena *arena, const StageReplay *replay, MapWindow window)
{
	const Stage *now = stage_on(replay, window.as_of);
	const Stage *was = stage_on(replay, window.since);

	if (now == NULL)
		return;
	put_stage(arena, window.as_of, "does.stage:", now);
	if (was == NULL)
		return;
	put_stage(arena, window.as_of, "does.stage.was:", was);
	if (was == now)
		return;
	put_stage(arena, window.as_of, "does.stage.gain:", now);
	put_stage(arena, window.as_of, "does.stage.lost:", was);
}
