/*-------------------------------------------------------------------------
 *
 * draft.c
 *	  A value in the making: cells, events and quotes, collected in any order,
 *	  from anywhere.  profile_finish() makes it canonical.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

void
profile_draft_reset(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;

	while (arena->texts != NULL)
	{
		ProfileText *text = arena->texts;

		arena->texts = text->next;
		profile_port_free(arena->memory, text);
	}
	draft->n_cells = 0;
	draft->n_events = 0;
	draft->quotes.n = 0;
	draft->n_pool = 0;
	draft->bar = NULL;
	draft->owner = PROFILE_NOBODYS;
	draft->model = PROFILE_NONE;
}

void
profile_draft_cell(ProfileArena *arena, int32_t day, uint32_t name, int64_t n, int64_t sum)
{
	ProfileDraft *draft = &arena->draft;
	ProfileCell	 *cell;

	draft->cells = profile_reserve(arena, draft->cells, &draft->max_cells, draft->n_cells + 1,
								   sizeof(ProfileCell));
	cell = &draft->cells[draft->n_cells++];
	cell->day = day;
	cell->name = name;
	cell->n = n;
	cell->sum = sum;
}

/* Newest first, then by names and amount: a total order. */
static bool
event_before(const ProfileArena *arena, const ProfileEvent *a, const ProfileEvent *b)
{
	int order;

	if (a->at != b->at)
		return a->at > b->at;
	if ((order = profile_compare_names(arena, a->kind, b->kind)) != 0 ||
		(order = profile_compare_names(arena, a->channel, b->channel)) != 0 ||
		(order = profile_compare_names(arena, a->about, b->about)) != 0)
		return order < 0;
	return a->amount > b->amount;
}

/* Keeps the newest PROFILE_LATEST events, in order. */
void
profile_draft_event(ProfileArena *arena, const ProfileEvent *event)
{
	ProfileDraft *draft = &arena->draft;
	uint32_t	  i = draft->n_events;

	if (i == PROFILE_LATEST)
	{
		if (!event_before(arena, event, &draft->events[i - 1]))
			return;
		i--;
	}
	else
		draft->n_events++;
	for (; i > 0 && event_before(arena, event, &draft->events[i - 1]); i--)
		draft->events[i] = draft->events[i - 1];
	draft->events[i] = *event;
}

/* Offers a quote.  The text is not copied. */
void
profile_draft_quote(ProfileArena *arena, const ProfileQuote *quote)
{
	if (arena->draft.owner == PROFILE_GROUPS)
		profile_pool_add(arena, quote);
	else
		(void) profile_quotes_add(arena, &arena->draft.quotes, quote);
}

/* Says whose value it is, before the first quote. */
void
profile_draft_owner(ProfileArena *arena, ProfileOwner owner)
{
	ProfileDraft *draft = &arena->draft;

	if (draft->owner != PROFILE_NOBODYS && draft->owner != owner)
		profile_port_fail(arena->memory, PROFILE_KINDS_DIFFER, NULL, NULL);
	draft->owner = owner;
}

void
profile_draft_model(ProfileArena *arena, uint32_t model)
{
	ProfileDraft *draft = &arena->draft;

	if (model == PROFILE_NONE || model == draft->model)
		return;
	if (draft->model != PROFILE_NONE)
		profile_port_fail(arena->memory, PROFILE_MODELS_DIFFER, arena->names[draft->model].bytes,
						  arena->names[model].bytes);
	draft->model = model;
}

/* ---- from stored values ---- */

/* The names of an opened value, as names of the arena: good until the next call. */
static const uint32_t *
map_names(ProfileArena *arena, const ProfileView *view)
{
	uint32_t i;

	arena->map =
		profile_reserve(arena, arena->map, &arena->max_map, view->n_names, sizeof(uint32_t));
	for (i = 0; i < view->n_names; i++)
		arena->map[i] = profile_name(arena, "", view->names[i], view->name_lens[i]);
	return arena->map;
}

static uint32_t
map_optional(const uint32_t *map, uint32_t name)
{
	return name == PROFILE_NONE ? PROFILE_NONE : map[name];
}

static bool
in_days(int64_t at, int32_t since, int32_t until)
{
	int32_t day = profile_day(at);

	return day >= since && day < until;
}

/* The texts of quotes that a view has handed out are good until the arena's draft is finished. */
void
profile_keep_texts(ProfileArena *arena, ProfileView *view)
{
	ProfileText **last = &arena->texts;

	while (*last != NULL)
		last = &(*last)->next;
	*last = view->texts;
	view->texts = NULL;
}

/*
 * Adds what of a stored value lies on the days since <= day < until to the
 * arena's draft.  Quotes may keep pointing into its bytes.
 */
void
profile_draft_slice(ProfileArena *arena, const void *bytes, size_t len, int32_t since,
					int32_t until)
{
	ProfileView		view;
	ProfileCell		cell;
	ProfileEvent	event;
	ProfileQuote	quote;
	const uint32_t *map;
	uint32_t		i;

	profile_open(&view, arena->memory, bytes, len);
	map = map_names(arena, &view);
	if (len > PROFILE_EMPTY_BYTES)
		profile_draft_owner(arena, view.is_group ? PROFILE_GROUPS : PROFILE_PERSONS);
	if (view.model_len > 0)
		profile_draft_model(arena, profile_name(arena, "", view.model, view.model_len));
	while (profile_next_cell(&view, &cell))
	{
		if (cell.day >= since && cell.day < until)
			profile_draft_cell(arena, cell.day, map[cell.name], cell.n, cell.sum);
	}
	while (profile_next_event(&view, &event))
	{
		event.kind = map[event.kind];
		event.channel = map_optional(map, event.channel);
		event.about = map_optional(map, event.about);
		if (in_days(event.at, since, until))
			profile_draft_event(arena, &event);
	}
	while (profile_next_quote(&view, &quote))
	{
		for (i = 0; i < quote.n_labels; i++)
			quote.labels[i] = map[quote.labels[i]];
		if (in_days(quote.at, since, until))
			profile_draft_quote(arena, &quote);
	}
	profile_keep_texts(arena, &view);
	profile_close(&view);
}

/* Adds a stored value to the arena's draft.  Quotes may keep pointing into its bytes. */
void
profile_draft_value(ProfileArena *arena, const void *bytes, size_t len)
{
	profile_draft_slice(arena, bytes, len, INT32_MIN, INT32_MAX);
}
