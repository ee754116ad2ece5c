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
#include "profile/format.h"

#include <string.h>

#define MAX_TEXT_MODEL 63

static void
corrupt(ProfileView *view, const char *what)
{
	profile_port_fail(view->memory, PROFILE_CORRUPT, what, NULL);
}

static uint64_t
get_long_varint(ProfileView *view)
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

/* Most numbers are of one byte. */
static inline uint64_t
get_varint(ProfileView *view)
{
	if (view->at < view->end && *view->at < 0x80)
		return *view->at++;
	return get_long_varint(view);
}

static int64_t
get_zigzag(ProfileView *view)
{
	uint64_t value = get_varint(view);

	return (int64_t) (value >> 1) ^ -(int64_t) (value & 1);
}

static const char *
get_bytes(ProfileView *view, uint32_t len)
{
	const char *bytes = (const char *) view->at;

	if (len > view->end - view->at)
		corrupt(view, "a string is cut off or too long");
	view->at += len;
	return bytes;
}

static const char *
get_string(ProfileView *view, uint32_t max, uint32_t *len)
{
	uint64_t	n = get_varint(view);
	const char *bytes;

	if (n > max)
		corrupt(view, "a string is cut off or too long");
	*len = (uint32_t) n;
	bytes = get_bytes(view, *len);
	if (memchr(bytes, '\0', n) != NULL)
		corrupt(view, "a string holds a zero byte");
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

/* An instant that is given in the value's unit. */
static int64_t
get_instant(ProfileView *view, int64_t at)
{
	if (at < PROFILE_MIN_AT / view->unit || at > (PROFILE_END_AT - 1) / view->unit)
		corrupt(view, "a time is out of range");
	return at * view->unit;
}

/* ---- names ---- */

/* A name as it is stored: some bytes that are known, or of the name before, and others. */
typedef struct StoredName
{
	const char *known; /* or NULL: of the name before */
	uint32_t	known_len;
	uint32_t	rest_len;
	const char *rest;
} StoredName;

static StoredName
get_stored_name(ProfileView *view, uint32_t last_len)
{
	StoredName	  name = { 0 };
	unsigned char first;

	if (view->format > 1)
	{
		if (view->at == view->end)
			corrupt(view, "a name is cut off");
		first = *view->at++;
		if (first < NAME_SHARES)
			name.known = packing_known_name(first);
		else if (first >= NAME_CLASS)
			name.known = packing_known_class(first - NAME_CLASS);
		else if ((name.known_len = first - NAME_SHARES) > last_len)
			corrupt(view, "a name shares more than there is");
		if (name.known != NULL)
			name.known_len = strlen(name.known);
		else if (first < NAME_SHARES || first >= NAME_CLASS)
			corrupt(view, "a name is not known");
		if (first < NAME_SHARES)
			return name;
	}
	name.rest = get_string(view, PROFILE_MAX_NAME - name.known_len, &name.rest_len);
	return name;
}

/* Puts a name together behind the one before; returns its length. */
static uint32_t
make_whole(const StoredName *name, uint32_t last_len, char *to)
{
	if (name->known_len > 0)
		memcpy(to, name->known != NULL ? name->known : to - last_len, name->known_len);
	if (name->rest_len > 0)
		memcpy(to + name->known_len, name->rest, name->rest_len);
	return name->known_len + name->rest_len;
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

		len = name.known_len + name.rest_len;
		size += len;
	}
	view->at = start;
	return size;
}

/* Reads the names, made whole, into one piece of memory: pointers, lengths, bytes. */
static void
get_names(ProfileView *view)
{
	uint64_t n = get_count(view, 1);
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

		len = make_whole(&name, len, to);
		view->names[view->n_names] = to;
		view->name_lens[view->n_names] = len;
		to += len;
	}
}

/* The text model's name: as it is stored in whole, where it is stored. */
static void
get_model(ProfileView *view)
{
	StoredName name = get_stored_name(view, 0);

	view->model = name.known != NULL ? name.known : name.rest;
	view->model_len = name.known_len + name.rest_len;
	if (view->model_len > MAX_TEXT_MODEL || (name.known_len > 0 && name.rest_len > 0))
		corrupt(view, "its text model has no name");
}

/* Opens a stored value (without its varlena header) for reading. */
void
profile_open(ProfileView *view, void *memory, const void *bytes, size_t len)
{
	unsigned char flags;

	memset(view, 0, sizeof(*view));
	view->memory = memory;
	view->at = bytes;
	view->end = view->at + len;
	if (len < 2)
		corrupt(view, "it is too short");
	if (view->at[0] > PROFILE_FORMAT)
		profile_port_fail(memory, PROFILE_NEWER, NULL, NULL);
	view->format = view->at[0];
	flags = view->at[1];
	if (view->format < PROFILE_OLDEST ||
		flags > (view->format == 1 ? 0 : FLAG_GROUP | FLAG_SECONDS))
		corrupt(view, "its header is not one of a profile");
	view->is_group = (flags & FLAG_GROUP) != 0;
	view->unit = format_unit(flags);
	view->at += 2;
	get_model(view);
	get_names(view);
	view->days_left = get_count(view, view->format == 1 ? 3 : 2);
	view->first = true;
}

void
profile_close(ProfileView *view)
{
	while (view->texts != NULL)
	{
		ProfileText *text = view->texts;

		view->texts = text->next;
		profile_port_free(view->memory, text);
	}
	if (view->names != NULL)
		profile_port_free(view->memory, view->names);
}

/* ---- cells ---- */

/* Whether a number is a day's, as a distance in days. */
static int64_t
get_gap(ProfileView *view, uint64_t gap)
{
	if (gap > INT32_MAX)
		corrupt(view, "a day is out of range");
	return (int64_t) gap + 1;
}

/* The head of a day in format 1. */
static void
old_day(ProfileView *view)
{
	if (view->first)
		view->day = get_zigzag(view);
	else
		view->day += get_gap(view, get_varint(view));
	view->cells_left = get_count(view, 1);
}

static void
new_day(ProfileView *view)
{
	uint64_t head;

	if (view->first)
		view->day = get_zigzag(view);
	head = get_varint(view);
	if (!view->first)
		view->day += get_gap(view, head / DAY_CELLS);
	view->cells_left = head % DAY_CELLS + 1;
	if (view->cells_left == DAY_CELLS)
		view->cells_left += get_count(view, 1);
	view->last_sum = 0;
}

static void
next_day(ProfileView *view)
{
	profile_port_tick();
	if (view->format == 1)
		old_day(view);
	else
		new_day(view);
	if (view->day < profile_day(PROFILE_MIN_AT) || view->day > profile_day(PROFILE_END_AT - 1))
		corrupt(view, "a day is out of range");
	if (view->cells_left == 0)
		corrupt(view, "a day is empty");
	view->first = false;
	view->name = -1;
	view->days_left--;
}

static int64_t
get_n(ProfileView *view)
{
	uint64_t n = get_varint(view);

	if (n == 0 || n > INT64_MAX)
		corrupt(view, "a count is out of range");
	return (int64_t) n;
}

/* A sum that is so many times a number, of one sign. */
static int64_t
get_sum(ProfileView *view, int64_t times)
{
	uint64_t sum = get_varint(view);
	uint64_t most = times > 0 ? (uint64_t) (INT64_MAX / times) : (uint64_t) INT64_MAX + 1;

	if (sum > most)
		corrupt(view, "a sum is out of range");
	return (int64_t) (sum * (uint64_t) times);
}

static void
get_name_after(ProfileView *view, uint64_t gap)
{
	view->name = get_name(view, gap + (uint64_t) (view->name + 1));
}

static void
old_cell(ProfileView *view, ProfileCell *cell)
{
	uint64_t head = get_varint(view);

	get_name_after(view, head >> 2);
	cell->n = (head & 2) ? 1 : get_n(view);
	cell->sum = (head & 1) ? 0 : get_zigzag(view);
}

static void
new_cell(ProfileView *view, ProfileCell *cell)
{
	uint64_t head = get_varint(view);
	CellCode code = head % CELL_CODES;

	get_name_after(view, head / CELL_CODES);
	cell->n = code == CELL_ANY ? get_n(view) : 1;
	switch (code)
	{
		case CELL_PLUS:
			cell->sum = get_sum(view, 1);
			break;
		case CELL_MINUS:
			cell->sum = get_sum(view, -1);
			break;
		case CELL_HUNDREDS:
			cell->sum = get_sum(view, 100);
			break;
		case CELL_SAME:
			cell->sum = view->last_sum;
			break;
		case CELL_ANY:
			cell->sum = get_zigzag(view);
			break;
		default:
			cell->sum = 0;
	}
	if (cell->sum != 0)
		view->last_sum = cell->sum;
}

/* The next cell, by day and name; false at the end.  Its name is an index into view->names. */
bool
profile_next_cell(ProfileView *view, ProfileCell *cell)
{
	if (view->cells_left == 0)
	{
		if (view->days_left == 0)
			return false;
		next_day(view);
	}
	if (view->format == 1)
		old_cell(view, cell);
	else
		new_cell(view, cell);
	cell->day = (int32_t) view->day;
	cell->name = (uint32_t) view->name;
	view->cells_left--;
	return true;
}

/* ---- events ---- */

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
		view->newest_at = view->event_at = get_zigzag(view);
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

/* ---- quotes ---- */

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

/* A text that is packed. */
static const char *
get_packed(ProfileView *view, uint32_t len)
{
	ProfileText *text = profile_port_alloc(view->memory, sizeof(ProfileText) + len);

	text->next = view->texts;
	view->texts = text;
	view->at = packing_unpack(view->at, view->end, text->bytes, len);
	if (view->at == NULL)
		corrupt(view, "a text is cut off");
	return text->bytes;
}

/* A quote's text: packed or as it is. */
static void
get_text(ProfileView *view, ProfileQuote *quote)
{
	uint64_t head = get_varint(view);

	if (head >> 1 > PROFILE_QUOTE_BYTES)
		corrupt(view, "a string is cut off or too long");
	quote->len = (uint32_t) (head >> 1);
	if (head & 1)
		quote->text = get_packed(view, quote->len);
	else
		quote->text = get_bytes(view, quote->len);
	if (memchr(quote->text, '\0', quote->len) != NULL)
		corrupt(view, "a string holds a zero byte");
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
	if (view->format == 1)
		quote->at = get_instant(view, get_zigzag(view));
	else
		quote->at =
			get_instant(view, (int64_t) ((uint64_t) view->newest_at - (uint64_t) get_zigzag(view)));
	sentiment = get_zigzag(view);
	if (sentiment < -PROFILE_ONE || sentiment > PROFILE_ONE)
		corrupt(view, "a sentiment is out of range");
	quote->sentiment = (int32_t) sentiment;
	get_labels(view, quote);
	if (view->format == 1)
		quote->text = get_string(view, PROFILE_QUOTE_BYTES, &quote->len);
	else
		get_text(view, quote);
	return true;
}
