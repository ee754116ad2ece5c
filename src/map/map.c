/*-------------------------------------------------------------------------
 *
 * map.c
 *	  One person's map, as a profile of one day.
 *
 * The profile's cells are read once. What each name means to the map stands in
 * the table of places; a name can have several, such as an aspect, which is said,
 * and is a pain on the days on which it was spoken of badly.  The same names come
 * with one profile after another, so what they mean, and the names that they have
 * in the map, are found out once and stay with the arena.
 *
 *-------------------------------------------------------------------------
 */
#include "map/map.h"

#include <string.h>

#include "map/habit.h"

const char *const map_quadrant_names[MAP_QUADRANTS] = { "says",	 "thinks", "does",
														"feels", "pains",  "gains" };

const char *const map_field_names[MAP_FIELDS] = { "activity", "amounts",  "channel",
												  "feelings", "subjects", "texts" };

/* ---- what names mean ---- */

typedef enum Base
{
	OF_TEXTS,  /* their number is a share of the texts, their mood that of the day's texts */
	OF_THEMES, /* the same, but with a sentiment of their own */
	OF_EVENTS  /* a share of the events */
} Base;

typedef struct Place
{
	const char *prefix; /* of the names of a profile */
	const char *items;	/* of these only, each between bars; NULL: all */
	uint32_t	roles;	/* of kinds: with one of these roles; 0: all */
	const char *cell;	/* QUADRANT.CLASS of the map */
	Base		base;
	int			sign; /* only on days with this sign of its sentiment; 0: all */
} Place;

#define ROLE_BIT(role) (UINT32_C(1) << (role))
#define TROUBLE		   (ROLE_BIT(ROLE_COMPLAINT) | ROLE_BIT(ROLE_CANCEL) | ROLE_BIT(ROLE_RETURN))

static const Place places[] = {
	{ "about:", NULL, 0, "does.about", OF_EVENTS, 0 },
	{ "act:", "|comparison|doubt|price worry|question|wish|", 0, "thinks.act", OF_TEXTS, 0 },
	{ "act:", "|apology|suggestion|urgency|", 0, "says.act", OF_TEXTS, 0 },
	{ "act:", "|threat to leave|", 0, "pains.complaint", OF_TEXTS, 0 },
	{ "aspect:", NULL, 0, "says.aspect", OF_THEMES, 0 },
	{ "aspect:", NULL, 0, "pains.aspect", OF_THEMES, -1 },
	{ "aspect:", NULL, 0, "gains.aspect", OF_THEMES, 1 },
	{ "channel:", NULL, 0, "does.channel", OF_EVENTS, 0 },
	{ "emotion:", NULL, 0, "feels.emotion", OF_TEXTS, 0 },
	{ "intent:", NULL, 0, "says.intent", OF_TEXTS, 0 },
	{ "intent:", "|cancel|complain|refund|", 0, "pains.complaint", OF_TEXTS, 0 },
	{ "intent:", "|praise|thank|", 0, "gains.praise", OF_TEXTS, 0 },
	{ "kind:", NULL, 0, "does.kind", OF_EVENTS, 0 },
	{ "kind:", NULL, TROUBLE, "pains.complaint", OF_EVENTS, 0 },
	{ "topic:", NULL, 0, "says.topic", OF_THEMES, 0 },
	{ "topic:", NULL, 0, "pains.topic", OF_THEMES, -1 },
	{ "topic:", NULL, 0, "gains.topic", OF_THEMES, 1 },
};

#define N_PLACES	(sizeof(places) / sizeof(places[0]))
#define MOST_PLACES 3 /* of one name */

/* What is counted of a name beside its places, as bits. */
enum
{
	IS_EVENT = 1,
	IS_TEXT = 2,  /* a text, read or not */
	HAS_MOOD = 4, /* the day's texts that were read */
	IS_FEELING = 8,
	IS_THEME = 16, /* that a feeling can be about */
	IS_LABEL = 32, /* of what was said */
	NAMES_CHANNEL = 64,
	NAMES_FEELING = 128,
	NAMES_SUBJECT = 256,
	IS_PURCHASE = 512
};

typedef enum Measure
{
	IN_ALL,
	MOOD,
	SURE,
	WAS,
	GAIN,
	LOST,
	N_MEASURES
} Measure;

static const char *const measure_names[N_MEASURES] = { "",	   ".mood", ".sure",
													   ".was", ".gain", ".lost" };

/* A name that profiles have. */
typedef struct Known
{
	bool		 looked_up;
	uint16_t	 bits;
	const Place *places[MOST_PLACES];
	uint32_t	 cells[MOST_PLACES][N_MEASURES]; /* names in the map, once they are needed */
} Known;

/* What is known of names, by their number in the arena: it stays with that. */
typedef struct MapNames
{
	Known	*known;
	size_t	 max_known;
	uint32_t customers, days, heard, old, phrases;
	uint32_t moods[MAP_SLICES];
	uint32_t fields[MAP_FIELDS];
} MapNames;

/* What the days add up to for one name in one place. */
typedef struct Item
{
	int64_t n;	  /* on the days looked at */
	int64_t was;  /* on as many days before */
	int64_t sum;  /* of the cells: for labels, of the model's confidence */
	int64_t mood; /* of each day */
	int64_t days; /* that have a mood */
} Item;

typedef struct Tally
{
	ProfileArena	   *arena;
	MapNames		   *names;
	ProfileView			view;
	const ProfileRoles *roles;
	MapWindow			window;
	int32_t				before; /* the day before the as many days before the window */
	int32_t				first;	/* day of the profile */
	uint32_t		   *ids;	/* of the view's names in the arena */
	Item (*items)[MOST_PLACES];
	int64_t texts;
	int64_t texts_was;
	int64_t events;
	int64_t events_was;
	bool	known[MAP_FIELDS];
	MapDays active;
	MapDays purchases;

	/* The day being read */
	int32_t	  day;
	uint32_t *labels; /* of the day */
	uint32_t  n_labels;
	int64_t	  mood;
	bool	  has_mood;

	int64_t slice_mood[MAP_SLICES];
	int64_t slice_days[MAP_SLICES];

	/* Days that feelings (rows) share with themes */
	uint32_t *row_of; /* by name: 1 + row, or 0 */
	uint32_t *column_of;
	uint32_t  n_rows;
	uint32_t  n_columns;
	uint16_t *shared;
} Tally;

/* ---- what is known of names ---- */

static bool
starts_with(const char *bytes, uint32_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && memcmp(bytes, prefix, n) == 0;
}

static bool
is_name(const char *bytes, uint32_t len, const char *what)
{
	return len == strlen(what) && memcmp(bytes, what, len) == 0;
}

/* Whether an item is in a list between bars. */
static bool
is_listed(const char *item, size_t len, const char *list)
{
	for (list++; *list != '\0'; list += strcspn(list, "|") + 1)
	{
		if (strcspn(list, "|") == len && memcmp(list, item, len) == 0)
			return true;
	}
	return false;
}

/* Whether a place is for a name of a profile. What found no room, "class:*", is no item. */
static bool
is_placed(const Place *place, const ProfileRoles *roles, const char *name, uint32_t len)
{
	size_t		skip = strlen(place->prefix);
	const char *item = name + skip;

	if (!starts_with(name, len, place->prefix) || (len == skip + 1 && *item == '*'))
		return false;
	if (place->items != NULL && !is_listed(item, len - skip, place->items))
		return false;
	return place->roles == 0 ||
		   (place->roles & ROLE_BIT(profile_role_set(roles, item, len - skip))) != 0;
}

static uint16_t
bits_of(const ProfileRoles *roles, const char *name, uint32_t len)
{
	if (starts_with(name, len, "kind:"))
		return profile_role_set(roles, name + 5, len - 5) == ROLE_PURCHASE ? IS_EVENT | IS_PURCHASE
																		   : IS_EVENT;
	if (starts_with(name, len, "emotion:"))
		return IS_FEELING | NAMES_FEELING | IS_LABEL;
	if (starts_with(name, len, "aspect:"))
		return IS_THEME | IS_LABEL;
	if (starts_with(name, len, "topic:"))
		return IS_THEME | NAMES_SUBJECT | IS_LABEL;
	if (starts_with(name, len, "intent:") || starts_with(name, len, "act:"))
		return IS_LABEL;
	if (starts_with(name, len, "about:"))
		return NAMES_SUBJECT;
	if (starts_with(name, len, "channel:"))
		return NAMES_CHANNEL;
	if (is_name(name, len, "rating"))
		return NAMES_FEELING;
	if (is_name(name, len, "text"))
		return IS_TEXT | HAS_MOOD;
	return starts_with(name, len, "text:") ? IS_TEXT : 0;
}

/* What is known of a name of the arena. */
static Known *
known_name(const Tally *tally, uint32_t id)
{
	ProfileArena *arena = tally->arena;
	MapNames	 *names = tally->names;
	size_t		  had = names->max_known;
	Known		 *known;
	int			  n = 0;
	size_t		  i;

	names->known = profile_reserve(arena, names->known, &names->max_known, id + 1, sizeof(Known));
	memset(names->known + had, 0, (names->max_known - had) * sizeof(Known));
	known = &names->known[id];
	if (known->looked_up)
		return known;
	known->bits = bits_of(tally->roles, arena->names[id].bytes, arena->names[id].len);
	for (i = 0; i < N_PLACES; i++)
	{
		if (is_placed(&places[i], tally->roles, arena->names[id].bytes, arena->names[id].len))
			known->places[n++] = &places[i];
	}
	memset(known->cells, 0xFF, sizeof(known->cells));
	known->looked_up = true;
	return known;
}

static Known *
known(const Tally *tally, uint32_t name)
{
	return &tally->names->known[tally->ids[name]];
}

static const char *
item_of(const Tally *tally, uint32_t name, size_t *len)
{
	const char *bytes = tally->view.names[name];
	const char *item = (const char *) memchr(bytes, ':', tally->view.name_lens[name]) + 1;

	*len = bytes + tally->view.name_lens[name] - item;
	return item;
}

/* The name PREFIX MEASURE : ITEM in the map. */
static uint32_t
cell_name(const Tally *tally, const char *cell, const char *measure, const char *item, size_t len)
{
	char   prefix[64];
	size_t cell_len = strlen(cell);
	size_t measure_len = strlen(measure);

	memcpy(prefix, cell, cell_len);
	memcpy(prefix + cell_len, measure, measure_len);
	memcpy(prefix + cell_len + measure_len, ":", 2);
	return profile_name(tally->arena, prefix, item, len);
}

/* The same of a name's k-th place. */
static uint32_t
measure_name(const Tally *tally, uint32_t name, int k, Measure measure)
{
	Known *of = known(tally, name);

	if (of->cells[k][measure] == PROFILE_NONE)
	{
		size_t		len;
		const char *item = item_of(tally, name, &len);

		of->cells[k][measure] =
			cell_name(tally, of->places[k]->cell, measure_names[measure], item, len);
	}
	return of->cells[k][measure];
}

static uint32_t
plain_name(ProfileArena *arena, const char *prefix, const char *name)
{
	return profile_name(arena, prefix, name, strlen(name));
}

static MapNames *
names_of(ProfileArena *arena)
{
	MapNames *names = arena->attached;
	char	  slice[3] = "00";
	int		  i;

	if (names != NULL)
		return names;
	names = profile_port_alloc(arena->memory, sizeof(MapNames));
	memset(names, 0, sizeof(MapNames));
	names->customers = plain_name(arena, "", "customers");
	names->days = plain_name(arena, "", "days");
	names->heard = plain_name(arena, "", "heard");
	names->old = plain_name(arena, "", "known");
	names->phrases = plain_name(arena, "", PROFILE_SAMPLED);
	for (i = 0; i < MAP_FIELDS; i++)
		names->fields[i] = plain_name(arena, "known:", map_field_names[i]);
	for (i = 0; i < MAP_SLICES; i++)
	{
		slice[0] = '0' + i / 10;
		slice[1] = '0' + i % 10;
		names->moods[i] = plain_name(arena, "mood:", slice);
	}
	arena->attached = names;
	return names;
}

/*
 * The view's names in the arena; and numbers for the feelings, and for what they
 * can be about, if these are not too many to look at.
 */
static void
number_names(Tally *tally)
{
	uint64_t size;
	uint32_t name;

	for (name = 0; name < tally->view.n_names; name++)
	{
		const Known *of;

		tally->ids[name] =
			profile_name(tally->arena, "", tally->view.names[name], tally->view.name_lens[name]);
		of = known_name(tally, tally->ids[name]);
		if (of->places[0] != NULL && (of->bits & IS_FEELING))
			tally->row_of[name] = ++tally->n_rows;
		else if (of->places[0] != NULL && (of->bits & IS_THEME))
			tally->column_of[name] = ++tally->n_columns;
	}
	size = (uint64_t) tally->n_rows * tally->n_columns;
	if (size == 0 || size > PROFILE_CLASS_NAMES * PROFILE_CLASS_NAMES * 2)
		return;
	tally->shared = profile_port_alloc(tally->arena->memory, size * sizeof(uint16_t));
	memset(tally->shared, 0, size * sizeof(uint16_t));
}

/* ---- adding up ---- */

static void
add(const Tally *tally, int64_t *total, int64_t more)
{
	if (__builtin_add_overflow(*total, more, total))
		profile_port_fail(tally->arena->memory, PROFILE_OVERFLOW, NULL, NULL);
}

static int
sign_of(int64_t number)
{
	return (number > 0) - (number < 0);
}

static void
count_item(const Tally *tally, const Place *place, Item *item, const ProfileCell *cell)
{
	if (place->sign != 0 && place->sign != sign_of(cell->sum))
		return;
	if (cell->day <= tally->window.since)
	{
		add(tally, &item->was, cell->n);
		return;
	}
	add(tally, &item->n, cell->n);
	add(tally, &item->sum, cell->sum);
	if (place->base == OF_THEMES)
	{
		add(tally, &item->mood, cell->sum / cell->n);
		item->days++;
	}
}

/* The days of a feeling and a theme on one day. */
static void
pair_up(Tally *tally)
{
	uint32_t i, j;

	for (i = 0; tally->shared != NULL && i < tally->n_labels; i++)
	{
		uint32_t row = tally->row_of[tally->labels[i]];

		for (j = 0; row != 0 && j < tally->n_labels; j++)
		{
			uint32_t  column = tally->column_of[tally->labels[j]];
			uint16_t *shared = &tally->shared[(row - 1) * tally->n_columns + column - 1];

			if (column != 0 && *shared < UINT16_MAX)
				(*shared)++;
		}
	}
}

/* Once a day is read its mood is known. */
static void
close_day(Tally *tally)
{
	int64_t	 days = (int64_t) tally->window.as_of - tally->window.since;
	int64_t	 slice = ((int64_t) tally->day - tally->window.since - 1) * MAP_SLICES / days;
	uint32_t i;
	int		 k;

	pair_up(tally);
	for (i = 0; tally->has_mood && i < tally->n_labels; i++)
	{
		const Known *of = known(tally, tally->labels[i]);

		for (k = 0; k < MOST_PLACES && of->places[k] != NULL; k++)
		{
			Item *item = &tally->items[tally->labels[i]][k];

			if (of->places[k]->base != OF_TEXTS)
				continue;
			add(tally, &item->mood, tally->mood);
			item->days++;
		}
	}
	if (tally->has_mood)
	{
		add(tally, &tally->slice_mood[slice], tally->mood);
		tally->slice_days[slice]++;
	}
	tally->n_labels = 0;
	tally->has_mood = false;
}

/* What is not counted by name. */
static void
count_total(Tally *tally, const ProfileCell *cell, uint16_t bits)
{
	bool now = cell->day > tally->window.since;

	if (bits & IS_EVENT)
		add(tally, now ? &tally->events : &tally->events_was, cell->n);
	if (bits & IS_TEXT)
		add(tally, now ? &tally->texts : &tally->texts_was, cell->n);
	if (!now)
		return;
	tally->known[MAP_FIELD_ACTIVITY] |= (bits & IS_EVENT) != 0;
	tally->known[MAP_FIELD_AMOUNTS] |= (bits & IS_EVENT) && cell->sum != 0;
	tally->known[MAP_FIELD_CHANNEL] |= (bits & NAMES_CHANNEL) != 0;
	tally->known[MAP_FIELD_FEELINGS] |= (bits & NAMES_FEELING) != 0;
	tally->known[MAP_FIELD_SUBJECTS] |= (bits & NAMES_SUBJECT) != 0;
	tally->known[MAP_FIELD_TEXTS] |= (bits & IS_TEXT) != 0;
	if (bits & HAS_MOOD)
	{
		tally->mood = cell->sum / cell->n;
		tally->has_mood = true;
	}
}

/* Notes a day, once. */
static void
note_day(MapDays *days, int32_t day)
{
	if (days->n == 0 || days->days[days->n - 1] != day)
		days->days[days->n++] = day;
}

/* The days of the whole past are habits'. */
static void
count_habit(Tally *tally, const ProfileCell *cell, uint16_t bits)
{
	if (bits & IS_EVENT)
		note_day(&tally->active, cell->day);
	if ((bits & IS_PURCHASE) && cell->sum >= 0)
		note_day(&tally->purchases, cell->day);
}

static void
count_cell(Tally *tally, const ProfileCell *cell)
{
	const Known *of = known(tally, cell->name);
	int			 k;

	count_habit(tally, cell, of->bits);
	if (cell->day <= tally->before)
		return;
	count_total(tally, cell, of->bits);
	for (k = 0; k < MOST_PLACES && of->places[k] != NULL; k++)
		count_item(tally, of->places[k], &tally->items[cell->name][k], cell);
	if (k > 0 && (of->bits & IS_LABEL) && cell->day > tally->window.since)
		tally->labels[tally->n_labels++] = cell->name;
}

static void
count_days(Tally *tally)
{
	ProfileCell cell;
	bool		first = true;

	while (profile_next_cell(&tally->view, &cell))
	{
		if (first)
			tally->first = cell.day;
		first = false;
		if (cell.day > tally->window.as_of)
			break;
		if (cell.day != tally->day && tally->day > tally->window.since)
			close_day(tally);
		tally->day = cell.day;
		count_cell(tally, &cell);
	}
	if (tally->day > tally->window.since)
		close_day(tally);
	if (first)
		tally->first = tally->window.as_of;
}

/* ---- the map's cells ---- */

static void
put(const Tally *tally, uint32_t name, int64_t sum)
{
	profile_draft_cell(tally->arena, tally->window.as_of, name, 1, sum);
}

/* n of total, fixed point; n may be beyond total where one text has a label twice over days. */
static int64_t
share(int64_t n, int64_t total)
{
	if (n >= total)
		return PROFILE_ONE;
	return (int64_t) ((__int128) n * PROFILE_ONE / total);
}

/* Whether they were there before the days looked at. */
static bool
is_old(const Tally *tally)
{
	return tally->first <= tally->window.since;
}

/* A name's k-th place. */
static void
put_item(const Tally *tally, uint32_t name, int k)
{
	const Item *item = &tally->items[name][k];
	const Base	base = known(tally, name)->places[k]->base;
	bool		old = is_old(tally);

	if (item->n > 0)
	{
		put(tally, measure_name(tally, name, k, IN_ALL),
			share(item->n, base == OF_EVENTS ? tally->events : tally->texts));
		if (item->days > 0)
			put(tally, measure_name(tally, name, k, MOOD), item->mood / item->days);
		if (base == OF_TEXTS && item->sum != 0)
			put(tally, measure_name(tally, name, k, SURE), item->sum / item->n);
		if (old && item->was == 0)
			put(tally, measure_name(tally, name, k, GAIN), 0);
	}
	if (item->was > 0)
	{
		put(tally, measure_name(tally, name, k, WAS),
			share(item->was, base == OF_EVENTS ? tally->events_was : tally->texts_was));
		if (item->n == 0)
			put(tally, measure_name(tally, name, k, LOST), 0);
	}
}

static void
put_items(const Tally *tally)
{
	uint32_t name;
	int		 k;

	for (name = 0; name < tally->view.n_names; name++)
	{
		for (k = 0; k < MOST_PLACES && known(tally, name)->places[k] != NULL; k++)
			put_item(tally, name, k);
	}
}

/* What each feeling goes with: "ITEM > OTHER". */
static void
put_pairs(const Tally *tally)
{
	uint32_t i, j;

	for (i = 0; tally->shared != NULL && i < tally->view.n_names; i++)
	{
		for (j = 0; tally->row_of[i] != 0 && j < tally->view.n_names; j++)
		{
			char		pair[2 * PROFILE_MAX_NAME + 3];
			size_t		len, other_len;
			const char *item = item_of(tally, i, &len);
			const char *other;
			uint16_t	days;

			if (tally->column_of[j] == 0)
				continue;
			days =
				tally->shared[(tally->row_of[i] - 1) * tally->n_columns + tally->column_of[j] - 1];
			other = item_of(tally, j, &other_len);
			if (days == 0 || len + other_len + 24 > PROFILE_MAX_NAME)
				continue;
			memcpy(pair, item, len);
			memcpy(pair + len, " > ", 3);
			memcpy(pair + len + 3, other, other_len);
			put(tally, cell_name(tally, "feels.emotion", ".about", pair, len + 3 + other_len),
				(int64_t) days * PROFILE_ONE);
		}
	}
}

static void
put_moods(const Tally *tally)
{
	int i;

	for (i = 0; i < MAP_SLICES; i++)
	{
		if (tally->slice_days[i] > 0)
			put(tally, tally->names->moods[i], tally->slice_mood[i] / tally->slice_days[i]);
	}
}

static void
put_totals(const Tally *tally)
{
	const ProfileView *view = &tally->view;
	const MapNames	  *names = tally->names;
	size_t			   i;

	put(tally, names->customers, 0);
	put(tally, names->days, ((int64_t) tally->window.as_of - tally->window.since) * PROFILE_ONE);
	if (tally->texts > 0)
		put(tally, names->heard, 0);
	if (is_old(tally))
		put(tally, names->old, 0);
	if (view->model_len > 0)
		put(tally, profile_name(tally->arena, "model:", view->model, view->model_len), 0);
	for (i = 0; i < MAP_FIELDS; i++)
	{
		if (tally->known[i])
			put(tally, names->fields[i], 0);
	}
}

/* The latest events, which keep their times, say at what time of day. */
static void
put_hours(Tally *tally)
{
	int64_t		 at[PROFILE_LATEST];
	int			 n = 0;
	ProfileEvent event;

	while (profile_next_event(&tally->view, &event) && n < PROFILE_LATEST)
	{
		int32_t day = profile_day(event.at);

		if ((known(tally, event.kind)->bits & IS_EVENT) && day > tally->window.since &&
			day <= tally->window.as_of)
			at[n++] = event.at;
	}
	map_draft_hours(tally->arena, at, n, tally->window.as_of);
}

/* ---- quotes ---- */

/* Adds the cells that a label of a quote speaks to. */
static void
label_quote(const Tally *tally, ProfileQuote *quote, uint32_t label)
{
	const Known *of = known(tally, label);
	int			 k;

	for (k = 0; k < MOST_PLACES && of->places[k] != NULL; k++)
	{
		if (quote->n_labels == PROFILE_QUOTE_LABELS ||
			(of->places[k]->sign != 0 && of->places[k]->sign != sign_of(quote->sentiment)))
			continue;
		quote->labels[quote->n_labels++] = measure_name(tally, label, k, IN_ALL);
	}
}

/* The quotes of the days looked at; the first is one of those that key phrases are found in. */
static void
put_quotes(Tally *tally)
{
	ProfileQuote quote;
	bool		 first = true;
	uint32_t	 i;

	while (profile_next_quote(&tally->view, &quote))
	{
		int32_t		 day = profile_day(quote.at);
		ProfileQuote labelled = { quote.at, quote.sentiment, 0, { 0 }, quote.len, quote.text };

		if (day <= tally->window.since || day > tally->window.as_of)
			continue;
		if (first)
			labelled.labels[labelled.n_labels++] = tally->names->phrases;
		for (i = 0; i < quote.n_labels; i++)
			label_quote(tally, &labelled, quote.labels[i]);
		profile_draft_quote(tally->arena, &labelled);
		first = false;
	}
	profile_keep_texts(tally->arena, &tally->view);
}

static void *
allocate(const ProfileArena *arena, size_t n, size_t size)
{
	void *memory = profile_port_alloc(arena->memory, n * size);

	memset(memory, 0, n * size);
	return memory;
}

static void
release(const ProfileArena *arena, void *memory)
{
	if (memory != NULL)
		profile_port_free(arena->memory, memory);
}

bool
map_draft_person(ProfileArena *arena, const ProfileView *view, const ProfileRoles *roles,
				 MapWindow window)
{
	size_t n = (size_t) view->n_names + 1;
	size_t days = (size_t) view->days_left + 1;
	Tally  tally = { .arena = arena, .view = *view, .roles = roles, .window = window };

	tally.names = names_of(arena);
	tally.before = 2 * window.since - window.as_of;
	tally.day = INT32_MIN;
	tally.items = allocate(arena, n, sizeof(*tally.items));
	tally.labels = allocate(arena, 4 * n, sizeof(uint32_t));
	tally.row_of = tally.labels + n;
	tally.column_of = tally.row_of + n;
	tally.ids = tally.column_of + n;
	tally.active.days = allocate(arena, 2 * days, sizeof(int32_t));
	tally.purchases.days = tally.active.days + days;
	number_names(&tally);
	count_days(&tally);
	put_totals(&tally);
	put_items(&tally);
	put_pairs(&tally);
	put_moods(&tally);
	map_draft_habit(arena, &tally.active, &tally.purchases, window, is_old(&tally));
	put_hours(&tally);
	put_quotes(&tally);
	release(arena, tally.items);
	release(arena, tally.labels);
	release(arena, tally.active.days);
	release(arena, tally.shared);
	return is_old(&tally);
}
