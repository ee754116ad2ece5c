/*-------------------------------------------------------------------------
 *
 * codec.c
 *	  The bytes of a profile: writing them, reading them back.
 *
 * Reading trusts nothing: every read is bounded by the value's end, and what
 * does not fit is reported as corruption.  Whether bytes are *canonical* is
 * decided in one way only: read them into a draft, finish that, and compare.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

#define MAX_VARINT	   10
#define MAX_TEXT_MODEL 63

/* ---- writing ---- */

static void
put_byte(ProfileArena *arena, unsigned char byte)
{
	arena->out = profile_reserve(arena, arena->out, &arena->max_out, arena->out_len + 1, 1);
	arena->out[arena->out_len++] = byte;
}

static void
put_varint(ProfileArena *arena, uint64_t value)
{
	unsigned char *to;

	arena->out =
		profile_reserve(arena, arena->out, &arena->max_out, arena->out_len + MAX_VARINT, 1);
	to = arena->out + arena->out_len;
	for (; value >= 0x80; value >>= 7)
		*to++ = (unsigned char) (value | 0x80);
	*to++ = (unsigned char) value;
	arena->out_len = to - arena->out;
}

static void
put_zigzag(ProfileArena *arena, int64_t value)
{
	put_varint(arena, ((uint64_t) value << 1) ^ (uint64_t) (value >> 63));
}

static void
put_string(ProfileArena *arena, const char *bytes, size_t len)
{
	put_varint(arena, len);
	arena->out = profile_reserve(arena, arena->out, &arena->max_out, arena->out_len + len, 1);
	if (len > 0)
		memcpy(arena->out + arena->out_len, bytes, len);
	arena->out_len += len;
}

/* The cells of one day; returns how many they are. */
static size_t
put_day(ProfileArena *arena, const ProfileCell *cells, size_t n)
{
	uint32_t next_name = 0;
	size_t	 in_day = 1;
	size_t	 i;

	while (in_day < n && cells[in_day].day == cells[0].day)
		in_day++;
	put_varint(arena, in_day);
	for (i = 0; i < in_day; i++)
	{
		const ProfileCell *cell = &cells[i];

		put_varint(arena, (uint64_t) (cell->name - next_name) << 2 | (cell->n == 1) << 1 |
							  (cell->sum == 0));
		if (cell->n != 1)
			put_varint(arena, cell->n);
		if (cell->sum != 0)
			put_zigzag(arena, cell->sum);
		next_name = cell->name + 1;
	}
	return in_day;
}

static void
put_cells(ProfileArena *arena)
{
	const ProfileDraft *draft = &arena->draft;
	uint64_t			days = 0;
	size_t				i;

	for (i = 0; i < draft->n_cells; i++)
		days += i == 0 || draft->cells[i].day != draft->cells[i - 1].day;
	put_varint(arena, days);
	for (i = 0; i < draft->n_cells;)
	{
		if (i == 0)
			put_zigzag(arena, draft->cells[0].day);
		else
			put_varint(arena, (int64_t) draft->cells[i].day - draft->cells[i - 1].day - 1);
		i += put_day(arena, &draft->cells[i], draft->n_cells - i);
	}
}

static uint64_t
optional_rank(const ProfileArena *arena, uint32_t name)
{
	return name == PROFILE_NONE ? 0 : (uint64_t) arena->names[name].rank + 1;
}

static void
put_events(ProfileArena *arena)
{
	const ProfileDraft *draft = &arena->draft;
	uint32_t			i;

	put_varint(arena, draft->n_events);
	for (i = 0; i < draft->n_events; i++)
	{
		const ProfileEvent *event = &draft->events[i];

		if (i == 0)
			put_zigzag(arena, event->at);
		else
			put_varint(arena, (uint64_t) draft->events[i - 1].at - (uint64_t) event->at);
		put_varint(arena, arena->names[event->kind].rank);
		put_varint(arena, optional_rank(arena, event->channel));
		put_varint(arena, optional_rank(arena, event->about));
		put_zigzag(arena, event->amount);
	}
}

static void
put_quotes(ProfileArena *arena)
{
	const ProfileDraft *draft = &arena->draft;
	uint32_t			i;

	put_varint(arena, draft->quotes.n);
	for (i = 0; i < draft->quotes.n; i++)
	{
		const ProfileQuote *quote = &draft->quotes.quotes[i];

		put_zigzag(arena, quote->at);
		put_zigzag(arena, quote->sentiment);
		put_varint(arena, optional_rank(arena, quote->emotion));
		put_varint(arena, optional_rank(arena, quote->intent));
		put_string(arena, quote->text, quote->len);
	}
}

/*
 * Writes the arena's draft, which is in canonical order with ranks for names,
 * to arena->out.  Called by profile_finish() only.
 */
void
profile_encode(ProfileArena *arena, const uint32_t *used, uint32_t n_used)
{
	const ProfileName *model = NULL;
	uint32_t		   i;

	if (arena->draft.model != PROFILE_NONE)
		model = &arena->names[arena->draft.model];
	arena->out_len = 0;
	arena->out_of = NULL;
	put_byte(arena, PROFILE_FORMAT);
	put_byte(arena, 0);
	put_string(arena, model ? model->bytes : NULL, model ? model->len : 0);
	put_varint(arena, n_used);
	for (i = 0; i < n_used; i++)
		put_string(arena, arena->names[used[i]].bytes, arena->names[used[i]].len);
	put_cells(arena);
	put_events(arena);
	put_quotes(arena);
}

/* ---- reading ---- */

static void
corrupt(ProfileView *view, const char *what)
{
	profile_port_fail(view->memory, PROFILE_CORRUPT, what, NULL);
}

static uint64_t
get_varint(ProfileView *view)
{
	uint64_t value = 0;
	int		 shift;

	for (shift = 0; shift < 64 && view->at < view->end; shift += 7)
	{
		unsigned char byte = *view->at++;

		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t) (byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	corrupt(view, "a number is cut off or too large");
	return 0;
}

static int64_t
get_zigzag(ProfileView *view)
{
	uint64_t value = get_varint(view);

	return (int64_t) (value >> 1) ^ -(int64_t) (value & 1);
}

static const char *
get_string(ProfileView *view, uint32_t max, uint32_t *len)
{
	uint64_t	n = get_varint(view);
	const char *bytes = (const char *) view->at;

	if (n > max || n > (uint64_t) (view->end - view->at))
		corrupt(view, "a string is cut off or too long");
	if (memchr(bytes, '\0', n) != NULL)
		corrupt(view, "a string holds a zero byte");
	view->at += n;
	*len = (uint32_t) n;
	return bytes;
}

/* A count of things that take at least so many bytes each. */
static uint64_t
get_count(ProfileView *view, uint64_t min_bytes)
{
	uint64_t n = get_varint(view);

	if (n > (uint64_t) (view->end - view->at) / min_bytes)
		corrupt(view, "more is announced than follows");
	return n;
}

static uint32_t
get_name(ProfileView *view, uint64_t name)
{
	if (name >= view->n_names)
		corrupt(view, "a name is not in the dictionary");
	return (uint32_t) name;
}

static uint32_t
get_optional_name(ProfileView *view)
{
	uint64_t name = get_varint(view);

	return name == 0 ? PROFILE_NONE : get_name(view, name - 1);
}

static int64_t
get_instant(ProfileView *view, int64_t at)
{
	if (at < PROFILE_MIN_AT || at >= PROFILE_END_AT)
		corrupt(view, "a time is out of range");
	return at;
}

/* Opens a stored value (without its varlena header) for reading. */
void
profile_open(ProfileView *view, void *memory, const void *bytes, size_t len)
{
	uint64_t n;

	memset(view, 0, sizeof(*view));
	view->memory = memory;
	view->at = bytes;
	view->end = view->at + len;
	if (len < 2)
		corrupt(view, "it is too short");
	if (view->at[0] > PROFILE_FORMAT)
		profile_port_fail(memory, PROFILE_NEWER, NULL, NULL);
	if (view->at[0] != PROFILE_FORMAT || view->at[1] != 0)
		corrupt(view, "its header is not one of a profile");
	view->at += 2;
	view->model = get_string(view, MAX_TEXT_MODEL, &view->model_len);
	n = get_count(view, 1);
	if (n > 0)
	{
		view->names = profile_port_alloc(memory, n * sizeof(char *));
		view->name_lens = profile_port_alloc(memory, n * sizeof(uint32_t));
	}
	for (; view->n_names < n; view->n_names++)
		view->names[view->n_names] =
			get_string(view, PROFILE_MAX_NAME, &view->name_lens[view->n_names]);
	view->days_left = get_count(view, 3);
	view->first = true;
}

void
profile_close(ProfileView *view)
{
	if (view->names != NULL)
	{
		profile_port_free(view->memory, view->names);
		profile_port_free(view->memory, view->name_lens);
	}
}

static void
next_day(ProfileView *view)
{
	if (view->first)
		view->day = get_zigzag(view);
	else
	{
		uint64_t gap = get_varint(view);

		if (gap > INT32_MAX)
			corrupt(view, "a day is out of range");
		view->day += (int64_t) gap + 1;
	}
	if (view->day < profile_day(PROFILE_MIN_AT) || view->day > profile_day(PROFILE_END_AT - 1))
		corrupt(view, "a day is out of range");
	view->first = false;
	view->cells_left = get_count(view, 1);
	view->name = -1;
	view->days_left--;
}

/* The next cell, by day and name; false at the end.  Its name is an index into view->names. */
bool
profile_next_cell(ProfileView *view, ProfileCell *cell)
{
	uint64_t head;
	uint64_t n;

	if (view->cells_left == 0)
	{
		if (view->days_left == 0)
			return false;
		next_day(view);
		if (view->cells_left == 0)
			corrupt(view, "a day is empty");
	}
	head = get_varint(view);
	view->name = get_name(view, (head >> 2) + (uint64_t) (view->name + 1));
	n = (head & 2) ? 1 : get_varint(view);
	if (n == 0 || n > INT64_MAX)
		corrupt(view, "a count is out of range");
	cell->day = (int32_t) view->day;
	cell->name = (uint32_t) view->name;
	cell->n = (int64_t) n;
	cell->sum = (head & 1) ? 0 : get_zigzag(view);
	view->cells_left--;
	return true;
}

/* Reads over whatever stands before the wanted section. */
static void
enter_section(ProfileView *view, int section)
{
	ProfileCell	 cell;
	ProfileEvent event;

	if (view->section >= section)
		return;
	if (section == 1)
	{
		while (profile_next_cell(view, &cell))
			;
		view->events_left = get_count(view, 5);
		view->first = true;
	}
	else
	{
		while (profile_next_event(view, &event))
			;
		view->quotes_left = get_count(view, 5);
	}
	view->section = section;
}

/* The next of the latest events, newest first; false at the end. */
bool
profile_next_event(ProfileView *view, ProfileEvent *event)
{
	enter_section(view, 1);
	if (view->section > 1 || view->events_left == 0)
		return false;
	if (view->first)
		view->event_at = get_zigzag(view);
	else
		view->event_at = (int64_t) ((uint64_t) view->event_at - get_varint(view));
	view->first = false;
	view->events_left--;
	event->at = get_instant(view, view->event_at);
	event->kind = get_name(view, get_varint(view));
	event->channel = get_optional_name(view);
	event->about = get_optional_name(view);
	event->amount = get_zigzag(view);
	return true;
}

/* The next quote, the weightiest first; false at the end, which must be the value's end. */
bool
profile_next_quote(ProfileView *view, ProfileQuote *quote)
{
	int64_t sentiment;

	enter_section(view, 2);
	if (view->quotes_left == 0)
	{
		if (view->at != view->end)
			corrupt(view, "something follows its end");
		return false;
	}
	view->quotes_left--;
	quote->at = get_instant(view, get_zigzag(view));
	sentiment = get_zigzag(view);
	if (sentiment < -PROFILE_ONE || sentiment > PROFILE_ONE)
		corrupt(view, "a sentiment is out of range");
	quote->sentiment = (int32_t) sentiment;
	quote->emotion = get_optional_name(view);
	quote->intent = get_optional_name(view);
	quote->text = get_string(view, PROFILE_QUOTE_BYTES, &quote->len);
	return true;
}

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

/* Fails unless the bytes are a profile in its canonical form. */
void
profile_validate(ProfileArena *arena, const void *bytes, size_t len)
{
	profile_draft_value(arena, bytes, len);
	profile_finish(arena);
	if (arena->out_len != len || memcmp(arena->out, bytes, len) != 0)
		profile_port_fail(arena->memory, PROFILE_CORRUPT, "it is not in canonical form", NULL);
}
