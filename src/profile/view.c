/*-------------------------------------------------------------------------
 *
 * view.c
 *	  The bytes of a profile: reading them.
 *
 * Nothing is trusted: every read is bounded by the value's end, and what does
 * not fit is reported as corruption.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

#define MAX_TEXT_MODEL 63

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

/* ---- names ---- */

/* A name as it is stored: so many bytes of the one before, and others. */
typedef struct StoredName
{
	uint32_t	shared;
	uint32_t	rest_len;
	const char *rest;
} StoredName;

static StoredName
get_stored_name(ProfileView *view, uint32_t last_len)
{
	StoredName name = { 0 };
	uint64_t   shared = view->format == 1 ? 0 : get_varint(view);

	if (shared > last_len)
		corrupt(view, "a name shares more than there is");
	name.shared = (uint32_t) shared;
	name.rest = get_string(view, PROFILE_MAX_NAME - name.shared, &name.rest_len);
	return name;
}

/* How many bytes the next names take when they are whole.  Checks them. */
static size_t
names_size(ProfileView *view, uint64_t n)
{
	const unsigned char *start = view->at;
	size_t				 size = 0;
	uint32_t			 len = 0;

	for (; n > 0; n--)
	{
		StoredName name = get_stored_name(view, len);

		len = name.shared + name.rest_len;
		size += len;
	}
	view->at = start;
	return size;
}

/* Reads the names, made whole, into one piece of memory: pointers, lengths, bytes. */
static void
get_names(ProfileView *view)
{
	uint64_t n = get_count(view, view->format == 1 ? 1 : 2);
	size_t	 size = names_size(view, n);
	char	*to;
	uint32_t len = 0;

	if (n == 0)
		return;
	view->names = profile_port_alloc(view->memory, n * (sizeof(char *) + sizeof(uint32_t)) + size);
	view->name_lens = (uint32_t *) (view->names + n);
	to = (char *) (view->name_lens + n);
	for (; view->n_names < n; view->n_names++)
	{
		StoredName name = get_stored_name(view, len);

		if (name.shared > 0)
			memcpy(to, to - len, name.shared);
		memcpy(to + name.shared, name.rest, name.rest_len);
		len = name.shared + name.rest_len;
		view->names[view->n_names] = to;
		view->name_lens[view->n_names] = len;
		to += len;
	}
}

/* Opens a stored value (without its varlena header) for reading. */
void
profile_open(ProfileView *view, void *memory, const void *bytes, size_t len)
{
	memset(view, 0, sizeof(*view));
	view->memory = memory;
	view->at = bytes;
	view->end = view->at + len;
	if (len < 2)
		corrupt(view, "it is too short");
	if (view->at[0] > PROFILE_FORMAT)
		profile_port_fail(memory, PROFILE_NEWER, NULL, NULL);
	view->format = view->at[0];
	if (view->format < PROFILE_OLDEST || view->at[1] > (view->format == 1 ? 0 : PROFILE_GROUP))
		corrupt(view, "its header is not one of a profile");
	view->is_group = (view->at[1] & PROFILE_GROUP) != 0;
	view->at += 2;
	view->model = get_string(view, MAX_TEXT_MODEL, &view->model_len);
	get_names(view);
	view->days_left = get_count(view, 3);
	view->first = true;
}

void
profile_close(ProfileView *view)
{
	if (view->names != NULL)
		profile_port_free(view->memory, view->names);
}

static void
next_day(ProfileView *view)
{
	profile_port_tick();
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
		view->quotes_left = get_count(view, 4);
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

static void
get_labels(ProfileView *view, ProfileQuote *quote)
{
	uint64_t n = view->format == 1 ? 2 : get_varint(view);

	if (n > PROFILE_QUOTE_LABELS)
		corrupt(view, "a quote has too many labels");
	quote->n_labels = 0;
	for (; n > 0; n--)
	{
		uint32_t name =
			view->format == 1 ? get_optional_name(view) : get_name(view, get_varint(view));

		if (name != PROFILE_NONE)
			quote->labels[quote->n_labels++] = name;
	}
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
	get_labels(view, quote);
	quote->text = get_string(view, PROFILE_QUOTE_BYTES, &quote->len);
	return true;
}
