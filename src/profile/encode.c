/*-------------------------------------------------------------------------
 *
 * encode.c
 *	  The bytes of a profile: writing them.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/format.h"

#include <string.h>

#define MAX_VARINT 10

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
	put_varint(arena, ((uint64_t) value << 1) ^ -(uint64_t) (value < 0));
}

static void
put_bytes(ProfileArena *arena, const char *bytes, size_t len)
{
	arena->out = profile_reserve(arena, arena->out, &arena->max_out, arena->out_len + len, 1);
	if (len > 0)
		memcpy(arena->out + arena->out_len, bytes, len);
	arena->out_len += len;
}

/* ---- names ---- */

static uint32_t
shared_length(const ProfileName *a, const ProfileName *b)
{
	uint32_t n = 0;

	while (n < NAME_MOST_SHARED && n < a->len && n < b->len && a->bytes[n] == b->bytes[n])
		n++;
	return n;
}

/* A name, of which the one before it shares so many bytes. */
static void
put_name(ProfileArena *arena, uint32_t shared, const ProfileName *name)
{
	int known = shared < name->class_len ? packing_class(name->bytes, name->class_len) : -1;

	if (name->known >= 0)
	{
		put_byte(arena, (unsigned char) name->known);
		return;
	}
	if (known >= 0)
	{
		put_byte(arena, (unsigned char) (NAME_CLASS + known));
		shared = name->class_len;
	}
	else
		put_byte(arena, (unsigned char) (NAME_SHARES + shared));
	put_varint(arena, name->len - shared);
	put_bytes(arena, name->bytes + shared, name->len - shared);
}

static void
put_names(ProfileArena *arena, const uint32_t *used, uint32_t n_used)
{
	uint32_t i;

	put_varint(arena, n_used);
	for (i = 0; i < n_used; i++)
	{
		const ProfileName *name = &arena->names[used[i]];

		put_name(arena, i == 0 ? 0 : shared_length(&arena->names[used[i - 1]], name), name);
	}
}

/* ---- cells ---- */

/* A cell's sum, as it is written after another of its day. */
static int
cell_code(const ProfileCell *cell, int64_t last_sum)
{
	if (cell->n != 1)
		return CELL_ANY;
	if (cell->sum == 0)
		return CELL_ZERO;
	if (cell->sum == last_sum)
		return CELL_SAME;
	if (cell->sum < 0)
		return CELL_MINUS;
	return cell->sum % 100 == 0 ? CELL_HUNDREDS : CELL_PLUS;
}

static void
put_cell(ProfileArena *arena, const ProfileCell *cell, uint32_t gap, int64_t last_sum)
{
	int code = cell_code(cell, last_sum);

	put_varint(arena, (uint64_t) gap * CELL_CODES + code);
	if (code == CELL_PLUS)
		put_varint(arena, cell->sum);
	else if (code == CELL_MINUS)
		put_varint(arena, -(uint64_t) cell->sum);
	else if (code == CELL_HUNDREDS)
		put_varint(arena, cell->sum / 100);
	else if (code == CELL_ANY)
	{
		put_varint(arena, cell->n);
		put_zigzag(arena, cell->sum);
	}
}

static size_t
cells_of_day(const ProfileCell *cells, size_t n)
{
	size_t in_day = 1;

	while (in_day < n && cells[in_day].day == cells[0].day)
		in_day++;
	return in_day;
}

static void
put_day(ProfileArena *arena, const ProfileCell *cells, size_t n, uint64_t gap)
{
	uint32_t next_name = 0;
	int64_t	 last_sum = 0;
	size_t	 i;

	put_varint(arena, gap * DAY_CELLS + (n < DAY_CELLS ? n : DAY_CELLS) - 1);
	if (n >= DAY_CELLS)
		put_varint(arena, n - DAY_CELLS);
	for (i = 0; i < n; i++)
	{
		put_cell(arena, &cells[i], cells[i].name - next_name, last_sum);
		next_name = cells[i].name + 1;
		if (cells[i].sum != 0)
			last_sum = cells[i].sum;
	}
}

static void
put_cells(ProfileArena *arena)
{
	const ProfileDraft *draft = &arena->draft;
	uint64_t			days = 0;
	uint64_t			gap = 0;
	size_t				i;
	size_t				n;

	for (i = 0; i < draft->n_cells; i++)
		days += i == 0 || draft->cells[i].day != draft->cells[i - 1].day;
	put_varint(arena, days);
	if (days > 0)
		put_zigzag(arena, draft->cells[0].day);
	for (i = 0; i < draft->n_cells; i += n)
	{
		n = cells_of_day(&draft->cells[i], draft->n_cells - i);
		if (i > 0)
			gap = (int64_t) draft->cells[i].day - draft->cells[i - 1].day - 1;
		put_day(arena, &draft->cells[i], n, gap);
	}
}

/* ---- events and quotes ---- */

static uint64_t
optional_rank(const ProfileArena *arena, uint32_t name)
{
	return name == PROFILE_NONE ? 0 : (uint64_t) arena->names[name].rank + 1;
}

static bool
are_whole(const ProfileDraft *draft, int64_t unit)
{
	uint32_t i;
	size_t	 j;

	for (i = 0; i < draft->n_events; i++)
		if (draft->events[i].at % unit != 0)
			return false;
	for (j = 0; j < profile_draft_n_quotes(draft); j++)
		if (profile_draft_quote_at(draft, j)->at % unit != 0)
			return false;
	return true;
}

/* The flag of the unit that times are in. */
static unsigned char
unit_flag(const ProfileDraft *draft)
{
	if (draft->n_events == 0 && profile_draft_n_quotes(draft) == 0)
		return 0;
	if (are_whole(draft, format_unit(FLAG_SECONDS)))
		return FLAG_SECONDS;
	return are_whole(draft, format_unit(FLAG_MILLISECONDS)) ? FLAG_MILLISECONDS : 0;
}

static void
put_events(ProfileArena *arena, int64_t unit)
{
	const ProfileDraft *draft = &arena->draft;
	uint32_t			i;

	put_varint(arena, draft->n_events);
	for (i = 0; i < draft->n_events; i++)
	{
		const ProfileEvent *event = &draft->events[i];

		if (i == 0)
			put_zigzag(arena, event->at / unit);
		else
			put_varint(arena,
					   (uint64_t) (draft->events[i - 1].at / unit) - (uint64_t) (event->at / unit));
		put_varint(arena, arena->names[event->kind].rank);
		put_varint(arena, optional_rank(arena, event->channel));
		put_varint(arena, optional_rank(arena, event->about));
		put_zigzag(arena, event->amount);
	}
}

static void
put_text(ProfileArena *arena, const char *text, size_t len)
{
	size_t packed = packing_size(text, len);

	if (arena->draft.owner == PROFILE_GROUPS || packed >= len)
	{
		put_varint(arena, len << 1);
		put_bytes(arena, text, len);
		return;
	}
	put_varint(arena, len << 1 | 1);
	arena->out = profile_reserve(arena, arena->out, &arena->max_out, arena->out_len + packed, 1);
	packing_pack(text, len, arena->out + arena->out_len);
	arena->out_len += packed;
}

static void
put_quotes(ProfileArena *arena, int64_t unit)
{
	const ProfileDraft *draft = &arena->draft;
	int64_t				newest = draft->n_events > 0 ? draft->events[0].at / unit : 0;
	size_t				n = profile_draft_n_quotes(draft);
	size_t				i;
	uint32_t			j;

	put_varint(arena, n);
	for (i = 0; i < n; i++)
	{
		const ProfileQuote *quote = profile_draft_quote_at(draft, i);

		put_zigzag(arena, (int64_t) ((uint64_t) newest - (uint64_t) (quote->at / unit)));
		put_zigzag(arena, quote->sentiment);
		put_varint(arena, quote->n_labels);
		for (j = 0; j < quote->n_labels; j++)
			put_varint(arena, arena->names[quote->labels[j]].rank);
		put_text(arena, quote->text, quote->len);
	}
}

/*
 * Writes the arena's draft, which is in canonical order with ranks for names,
 * to arena->out.  Called by profile_finish() only.
 */
void
profile_encode(ProfileArena *arena, const uint32_t *used, uint32_t n_used)
{
	const ProfileDraft *draft = &arena->draft;
	unsigned char		flags = unit_flag(draft);
	int64_t				unit = format_unit(flags);

	arena->out_len = 0;
	arena->out_of = NULL;
	put_byte(arena, PROFILE_FORMAT);
	put_byte(arena, flags | (draft->owner == PROFILE_GROUPS ? FLAG_GROUP : 0));
	if (draft->model != PROFILE_NONE)
		put_name(arena, 0, &arena->names[draft->model]);
	else
		put_byte(arena, NAME_NONE);
	put_names(arena, used, n_used);
	put_cells(arena);
	put_events(arena, unit);
	put_quotes(arena, unit);
}
