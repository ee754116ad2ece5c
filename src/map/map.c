/*-------------------------------------------------------------------------
 *
 * map.c
 *	  One person's map, as a profile of one day.
 *
 *-------------------------------------------------------------------------
 */
#include "map/map.h"

#include <string.h>

const char *const map_quadrant_names[MAP_QUADRANTS] = { "says", "thinks", "does", "feels" };

/* What the days in view add up to for one name. */
typedef struct Item
{
	int64_t n;
	int64_t sum;  /* of the cells: for labels, of the model's confidence */
	int64_t mood; /* mean sentiment of each day, times the label's n */
	int64_t mood_n;
} Item;

typedef struct Tally
{
	ProfileArena *arena;
	ProfileView	  view;
	Item		 *items;
	uint32_t	 *today; /* labels of the day being read */
	uint32_t	  n_today;
	int64_t		  texts;
	int64_t		  events;
} Tally;

static bool
in_class(const Tally *tally, uint32_t name, const char *prefix)
{
	size_t len = strlen(prefix);

	return tally->view.name_lens[name] >= len && memcmp(tally->view.names[name], prefix, len) == 0;
}

static bool
is_label(const Tally *tally, uint32_t name)
{
	return in_class(tally, name, "intent:") || in_class(tally, name, "emotion:");
}

static void
add(Tally *tally, int64_t *total, int64_t more)
{
	if (__builtin_add_overflow(*total, more, total))
		profile_port_fail(tally->arena->memory, PROFILE_OVERFLOW, NULL, NULL);
}

/* A day's texts come after its labels, in the order of names: now their mood is known. */
static void
close_day(Tally *tally, const ProfileCell *text)
{
	uint32_t i;

	for (i = 0; i < tally->n_today; i++)
	{
		Item *item = &tally->items[tally->today[i]];

		add(tally, &item->mood, text->sum / text->n);
		item->mood_n++;
	}
	tally->n_today = 0;
}

static void
count_cell(Tally *tally, const ProfileCell *cell)
{
	Item *item = &tally->items[cell->name];

	add(tally, &item->n, cell->n);
	add(tally, &item->sum, cell->sum);
	if (is_label(tally, cell->name))
		tally->today[tally->n_today++] = cell->name;
	else if (in_class(tally, cell->name, "kind:"))
		add(tally, &tally->events, cell->n);
	else if (in_class(tally, cell->name, "text:"))
		add(tally, &tally->texts, cell->n);
	else if (in_class(tally, cell->name, "text") && tally->view.name_lens[cell->name] == 4)
	{
		add(tally, &tally->texts, cell->n);
		close_day(tally, cell);
	}
}

static void
count_days(Tally *tally, int32_t as_of, int32_t since)
{
	int32_t		day = INT32_MIN;
	ProfileCell cell;

	while (profile_next_cell(&tally->view, &cell))
	{
		if (cell.day <= since || cell.day > as_of)
			continue;
		if (cell.day != day)
			tally->n_today = 0;
		day = cell.day;
		count_cell(tally, &cell);
	}
}

/* n of total, fixed point; n may be beyond total where one text has a label twice over days. */
static int64_t
share(int64_t n, int64_t total)
{
	if (n >= total)
		return PROFILE_ONE;
	return (int64_t) ((__int128) n * PROFILE_ONE / total);
}

static void
put_item(Tally *tally, int32_t as_of, const char *prefix, uint32_t name, int64_t sum)
{
	const char *bytes = tally->view.names[name];
	uint32_t	len = tally->view.name_lens[name];
	const char *colon = memchr(bytes, ':', len);
	uint32_t	skip = colon == NULL ? 0 : (uint32_t) (colon + 1 - bytes);

	profile_draft_cell(tally->arena, as_of,
					   profile_name(tally->arena, prefix, bytes + skip, len - skip), 1, sum);
}

static void
put_label(Tally *tally, int32_t as_of, uint32_t name, const char *const prefixes[3])
{
	const Item *item = &tally->items[name];

	put_item(tally, as_of, prefixes[0], name, share(item->n, tally->texts));
	if (item->mood_n > 0)
		put_item(tally, as_of, prefixes[1], name, item->mood / item->mood_n);
	put_item(tally, as_of, prefixes[2], name, item->sum / item->n);
}

/* Whether a name is the rest of its class: "class:*", all that found no room, is no item. */
static bool
is_rest(const Tally *tally, uint32_t name)
{
	const char *bytes = tally->view.names[name];
	uint32_t	len = tally->view.name_lens[name];

	return len >= 2 && memchr(bytes, ':', len) == bytes + len - 2 && bytes[len - 1] == '*';
}

static void
put_items(Tally *tally, int32_t as_of)
{
	static const char *const says[] = { "says:", "says.mood:", "says.sure:" };
	static const char *const feels[] = { "feels:", "feels.mood:", "feels.sure:" };
	uint32_t				 i;

	for (i = 0; i < tally->view.n_names; i++)
	{
		if (tally->items[i].n == 0 || is_rest(tally, i))
			continue;
		if (in_class(tally, i, "intent:"))
			put_label(tally, as_of, i, says);
		else if (in_class(tally, i, "emotion:"))
			put_label(tally, as_of, i, feels);
		else if (in_class(tally, i, "kind:"))
			put_item(tally, as_of, "does:", i, share(tally->items[i].n, tally->events));
		else if (in_class(tally, i, "channel:"))
			put_item(tally, as_of, "does:over ", i, share(tally->items[i].n, tally->events));
	}
}

static void
put_plain(ProfileArena *arena, int32_t as_of, const char *prefix, const char *name, size_t len,
		  int64_t sum)
{
	profile_draft_cell(arena, as_of, profile_name(arena, prefix, name, len), 1, sum);
}

/* Quotes of the days in view, with labels as names of the arena. */
static void
put_quotes(Tally *tally, int32_t as_of, int32_t since)
{
	ProfileView *view = &tally->view;
	ProfileQuote quote;

	while (profile_next_quote(view, &quote))
	{
		int32_t	 day = profile_day(quote.at);
		uint32_t i;

		if (day <= since || day > as_of)
			continue;
		for (i = 0; i < quote.n_labels; i++)
			quote.labels[i] = profile_name(tally->arena, "", view->names[quote.labels[i]],
										   view->name_lens[quote.labels[i]]);
		profile_draft_quote(tally->arena, &quote);
	}
}

void
map_draft_person(ProfileArena *arena, const void *bytes, size_t len, int32_t as_of, int32_t since)
{
	Tally	 tally = { 0 };
	uint32_t n;

	tally.arena = arena;
	profile_open(&tally.view, arena->memory, bytes, len);
	n = tally.view.n_names + 1;
	tally.items = profile_port_alloc(arena->memory, n * sizeof(Item));
	tally.today = profile_port_alloc(arena->memory, n * sizeof(uint32_t));
	memset(tally.items, 0, n * sizeof(Item));
	count_days(&tally, as_of, since);
	profile_draft_owner(arena, PROFILE_GROUPS);
	put_plain(arena, as_of, "", "customers", 9, 0);
	put_plain(arena, as_of, "", "days", 4, ((int64_t) as_of - since) * PROFILE_ONE);
	if (tally.texts > 0)
		put_plain(arena, as_of, "", "heard", 5, 0);
	if (tally.view.model_len > 0)
		put_plain(arena, as_of, "model:", tally.view.model, tally.view.model_len, 0);
	put_items(&tally, as_of);
	put_quotes(&tally, as_of, since);
	map_think(arena, bytes, len, as_of, since);
	profile_port_free(arena->memory, tally.items);
	profile_port_free(arena->memory, tally.today);
	profile_close(&tally.view);
}
