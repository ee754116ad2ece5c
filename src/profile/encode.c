/*-------------------------------------------------------------------------
 *
 * encode.c
 *	  The bytes of a profile: writing them.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

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
	size_t				n = profile_draft_n_quotes(draft);
	size_t				i;
	uint32_t			j;

	put_varint(arena, n);
	for (i = 0; i < n; i++)
	{
		const ProfileQuote *quote = profile_draft_quote_at(draft, i);

		put_zigzag(arena, quote->at);
		put_zigzag(arena, quote->sentiment);
		put_varint(arena, quote->n_labels);
		for (j = 0; j < quote->n_labels; j++)
			put_varint(arena, arena->names[quote->labels[j]].rank);
		put_string(arena, quote->text, quote->len);
	}
}

static uint32_t
shared_length(const ProfileName *a, const ProfileName *b)
{
	uint32_t n = 0;

	while (n < a->len && n < b->len && a->bytes[n] == b->bytes[n])
		n++;
	return n;
}

static void
put_names(ProfileArena *arena, const uint32_t *used, uint32_t n_used)
{
	uint32_t i;

	put_varint(arena, n_used);
	for (i = 0; i < n_used; i++)
	{
		const ProfileName *name = &arena->names[used[i]];
		uint32_t		   shared = i == 0 ? 0 : shared_length(&arena->names[used[i - 1]], name);

		put_varint(arena, shared);
		put_string(arena, name->bytes + shared, name->len - shared);
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

	if (arena->draft.model != PROFILE_NONE)
		model = &arena->names[arena->draft.model];
	arena->out_len = 0;
	arena->out_of = NULL;
	put_byte(arena, PROFILE_FORMAT);
	put_byte(arena, arena->draft.owner == PROFILE_GROUPS ? PROFILE_GROUP : 0);
	put_string(arena, model ? model->bytes : NULL, model ? model->len : 0);
	put_names(arena, used, n_used);
	put_cells(arena);
	put_events(arena);
	put_quotes(arena);
}
