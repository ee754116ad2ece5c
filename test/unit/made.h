/*-------------------------------------------------------------------------
 *
 * made.h
 *	  Profiles of made-up events, and people who have them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MADE_H
#define MADE_H

#include <stdlib.h>
#include <string.h>

#include "learn/past.h"
#include "profile_port.h"
#include "simulate.h"

#define MAX_EVENTS 1000

typedef struct Event
{
	int64_t		at; /* microseconds */
	const char *name;
	const char *about; /* or NULL */
	int64_t		sum;
} Event;

static Event  events[MAX_EVENTS];
static size_t n_events;

static inline void
add_about(double day, const char *name, const char *about, double sum)
{
	if (n_events < MAX_EVENTS)
		events[n_events++] = (Event){ (int64_t) (day * PROFILE_USECS_PER_DAY), name, about,
									  (int64_t) rint(sum * PROFILE_ONE) };
}

static inline void
add(double day, const char *name, double sum)
{
	add_about(day, name, NULL, sum);
}

static inline void
shuffle_events(void)
{
	for (size_t i = n_events; i > 1; i--)
	{
		size_t j = (size_t) sim_between(0, (double) i);
		Event  event = events[i - 1];

		events[i - 1] = events[j];
		events[j] = event;
	}
}

/* The profile of the events up to a day; what is no kind is no event. */
static inline PastPerson
profile_until(double until)
{
	ProfileArena arena;
	ProfileLog	 log;
	PastPerson	 person;
	void		*bytes;

	profile_arena_init(&arena, NULL);
	profile_log_init(&log, &arena);
	for (size_t i = 0; i < n_events; i++)
	{
		const Event *event = &events[i];
		ProfileShape shape = { profile_name(&arena, "", event->name, strlen(event->name)),
							   PROFILE_NONE, PROFILE_NONE, strncmp(event->name, "kind:", 5) == 0 };

		if (event->about != NULL)
			shape.about = profile_name(&arena, "about:", event->about, strlen(event->about));
		if (event->at < (until + 1) * PROFILE_USECS_PER_DAY)
			profile_log_add(&log, event->at, profile_shape(&arena, shape), event->sum);
	}
	profile_log_finish(&log);
	bytes = malloc(arena.out_len);
	memcpy(bytes, arena.out, arena.out_len);
	person = (PastPerson){ bytes, arena.out_len };
	profile_arena_free(&arena);
	port_free_all();
	return person;
}

static inline void
read_history(PastPerson person, ProfileView *view, History *history)
{
	profile_open(view, NULL, person.bytes, person.len);
	history_read(history, view, NULL, INT32_MAX, 90);
	history_read_latest(history, view);
}

static inline void
free_people(PastPerson *people, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((void *) people[i].bytes);
}

#endif /* MADE_H */
