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
profile_draft_reset(ProfileDraft *draft)
{
	draft->n_cells = 0;
	draft->n_events = 0;
	draft->quotes.n = 0;
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

/*
 * How much a quote matters, in ten-thousandths of a day: the newer the more,
 * and the strongest feeling outweighs 90 days.
 */
static int64_t
quote_weight(const ProfileQuote *quote)
{
	int64_t strength = quote->sentiment < 0 ? -(int64_t) quote->sentiment : quote->sentiment;

	return (int64_t) profile_day(quote->at) * PROFILE_ONE + 90 * strength;
}

/* The total order in which quotes are kept. */
static bool
quote_before(const ProfileArena *arena, const ProfileQuote *a, const ProfileQuote *b)
{
	int64_t	 weight_a = quote_weight(a);
	int64_t	 weight_b = quote_weight(b);
	uint32_t len = a->len < b->len ? a->len : b->len;
	int		 order;

	if (weight_a != weight_b)
		return weight_a > weight_b;
	if (a->at != b->at)
		return a->at > b->at;
	if ((order = memcmp(a->text, b->text, len)) != 0)
		return order < 0;
	if (a->len != b->len)
		return a->len < b->len;
	if (a->sentiment != b->sentiment)
		return a->sentiment < b->sentiment;
	if ((order = profile_compare_names(arena, a->emotion, b->emotion)) != 0)
		return order < 0;
	return profile_compare_names(arena, a->intent, b->intent) < 0;
}

static bool
is_kept(const ProfileQuotes *quotes, uint32_t place)
{
	uint32_t bytes = 0;
	uint32_t i;

	for (i = 0; i < place; i++)
		bytes += quotes->quotes[i].len;
	return place < PROFILE_QUOTES && bytes < PROFILE_QUOTE_BYTES;
}

/* The place of a quote with the same words, or -1. */
static int
same_words(const ProfileQuotes *quotes, const ProfileQuote *quote)
{
	int i;

	for (i = (int) quotes->n - 1; i >= 0; i--)
	{
		if (quotes->quotes[i].len == quote->len &&
			memcmp(quotes->quotes[i].text, quote->text, quote->len) == 0)
			break;
	}
	return i;
}

/*
 * Puts a quote in its place among those that are kept (the rule in profile.h),
 * and returns that place, or -1 if it is not kept.  The text is not copied; if
 * the same words are there already, theirs is used.  Those that fall out stand
 * behind the last one.
 */
int
profile_quotes_add(const ProfileArena *arena, ProfileQuotes *quotes, const ProfileQuote *quote)
{
	int			 same = same_words(quotes, quote);
	uint32_t	 end = same < 0 ? quotes->n : (uint32_t) same;
	uint32_t	 place = end;
	ProfileQuote added = *quote;

	while (place > 0 && quote_before(arena, quote, &quotes->quotes[place - 1]))
		place--;
	if (!is_kept(quotes, place) ||
		(same >= 0 && !quote_before(arena, quote, &quotes->quotes[same])))
		return -1;
	if (same >= 0)
		added.text = quotes->quotes[same].text;
	else
		quotes->n++;
	memmove(&quotes->quotes[place + 1], &quotes->quotes[place], sizeof(*quote) * (end - place));
	quotes->quotes[place] = added;
	while (!is_kept(quotes, quotes->n - 1))
		quotes->n--;
	return place;
}

void
profile_draft_quote(ProfileArena *arena, const ProfileQuote *quote)
{
	(void) profile_quotes_add(arena, &arena->draft.quotes, quote);
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

/*
 * Adds what of a stored value lies on the days since <= day < until to the
 * arena's draft.  Quotes keep pointing into its bytes.
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

	profile_open(&view, arena->memory, bytes, len);
	map = map_names(arena, &view);
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
		quote.emotion = map_optional(map, quote.emotion);
		quote.intent = map_optional(map, quote.intent);
		if (in_days(quote.at, since, until))
			profile_draft_quote(arena, &quote);
	}
	profile_close(&view);
}

/* Adds a stored value to the arena's draft.  Quotes keep pointing into its bytes. */
void
profile_draft_value(ProfileArena *arena, const void *bytes, size_t len)
{
	profile_draft_slice(arena, bytes, len, INT32_MIN, INT32_MAX);
}
