/*-------------------------------------------------------------------------
 *
 * finish.c
 *	  From a draft, in any order, to the one canonical value: every function that
 *	  makes a profile ends in profile_finish().
 *
 * Whether bytes are canonical is decided by the same means: read them into a
 * draft, finish that, and compare.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

static bool
cell_before(const ProfileCell *a, const ProfileCell *b)
{
	return a->day != b->day ? a->day < b->day : a->name < b->name;
}

/* Merges the sorted runs [0, mid) and [mid, end) of one array into another. */
static void
merge_runs(const ProfileCell *from, size_t mid, size_t end, ProfileCell *to)
{
	size_t a = 0;
	size_t b = mid;

	while (a < mid && b < end)
		*to++ = cell_before(&from[b], &from[a]) ? from[b++] : from[a++];
	memcpy(to, from + a, sizeof(ProfileCell) * (mid - a));
	memcpy(to + (mid - a), from + b, sizeof(ProfileCell) * (end - b));
}

static size_t
run_end(const ProfileCell *cells, size_t from, size_t n)
{
	size_t i = from + 1;

	while (i < n && !cell_before(&cells[i], &cells[i - 1]))
		i++;
	return i < n ? i : n;
}

/* Natural merge sort: what was read from stored values is in order already. */
static void
sort_cells(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	size_t		  n = draft->n_cells;

	arena->spare = profile_reserve(arena, arena->spare, &arena->max_spare, draft->max_cells,
								   sizeof(ProfileCell));
	while (n > 1 && run_end(draft->cells, 0, n) < n)
	{
		ProfileCell *swap = draft->cells;
		size_t		 max = draft->max_cells;
		size_t		 start = 0;

		profile_port_tick();
		while (start < n)
		{
			size_t mid = run_end(swap, start, n);
			size_t end = mid < n ? run_end(swap, mid, n) : n;

			merge_runs(swap + start, mid - start, end - start, arena->spare + start);
			start = end;
		}
		draft->cells = arena->spare;
		draft->max_cells = arena->max_spare;
		arena->spare = swap;
		arena->max_spare = max;
	}
}

/* Adds up the cells of one day and name, which sorting has brought together. */
static void
add_up_cells(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	ProfileCell	 *last = draft->cells;
	size_t		  i;

	for (i = 1; i < draft->n_cells; i++)
	{
		const ProfileCell *cell = &draft->cells[i];

		if (cell->day != last->day || cell->name != last->name)
			*++last = *cell;
		else if (__builtin_add_overflow(last->n, cell->n, &last->n) ||
				 __builtin_add_overflow(last->sum, cell->sum, &last->sum))
			profile_port_fail(arena->memory, PROFILE_OVERFLOW, NULL, NULL);
	}
	if (draft->n_cells > 0)
		draft->n_cells = last - draft->cells + 1;
}

/* Of one class's names in use, sends the cells of all but the kept ones to its rest. */
static void
fold_class(ProfileArena *arena, uint32_t *ids, size_t n, size_t room)
{
	const ProfileName *first = &arena->names[ids[0]];
	char			   prefix[PROFILE_MAX_NAME + 1];
	uint32_t		   class_len = first->class_len;
	uint32_t		   rest;
	size_t			   kept = 0;
	size_t			   i;

	if (n <= room)
		return;
	memcpy(prefix, first->bytes, class_len);
	prefix[class_len] = '\0';
	rest = profile_name(arena, prefix, "*", 1);
	profile_sort_names(arena, ids, n, true);
	for (i = 0; i < n; i++)
	{
		if (ids[i] != rest && kept++ >= room)
			arena->names[ids[i]].fold = rest;
	}
}

static bool
is_same_class(const ProfileName *a, const ProfileName *b)
{
	return a->class_len == b->class_len && memcmp(a->bytes, b->bytes, a->class_len) == 0;
}

/* Applies the bound on the names of each class to the draft's cells. */
static void
fold_names(ProfileArena *arena, size_t n_used)
{
	ProfileDraft *draft = &arena->draft;
	uint32_t	 *ids = arena->used;
	size_t		  room = PROFILE_CLASS_NAMES;
	size_t		  start = 0;
	size_t		  i;

	if (draft->owner == PROFILE_GROUPS)
		room = PROFILE_GROUP_NAMES;
	if (n_used <= room)
		return;
	profile_sort_names(arena, ids, n_used, false);
	for (i = 1; i <= n_used; i++)
	{
		const ProfileName *a = &arena->names[ids[start]];

		if (i < n_used && is_same_class(a, &arena->names[ids[i]]))
			continue;
		if (a->class_len > 0)
			fold_class(arena, ids + start, i - start, room);
		start = i;
	}
	for (i = 0; i < draft->n_cells; i++)
		draft->cells[i].name = arena->names[draft->cells[i].name].fold;
	for (i = 0; i < n_used; i++)
		arena->names[ids[i]].fold = ids[i];
}

/* The names of the cells, bounded; then those of events and quotes too; in order. */
static size_t
collect_names(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	size_t		  n_used = 0;
	size_t		  i;

	profile_use_none(arena);
	for (i = 0; i < draft->n_cells; i++)
		profile_use_name(arena, draft->cells[i].name, &n_used);
	fold_names(arena, n_used);

	profile_use_none(arena);
	n_used = 0;
	for (i = 0; i < draft->n_cells; i++)
		profile_use_name(arena, draft->cells[i].name, &n_used);
	for (i = 0; i < draft->n_events; i++)
	{
		profile_use_name(arena, draft->events[i].kind, &n_used);
		profile_use_name(arena, draft->events[i].channel, &n_used);
		profile_use_name(arena, draft->events[i].about, &n_used);
	}
	for (i = 0; i < profile_draft_n_quotes(draft); i++)
	{
		const ProfileQuote *quote = profile_draft_quote_at(draft, i);
		uint32_t			j;

		for (j = 0; j < quote->n_labels; j++)
			profile_use_name(arena, quote->labels[j], &n_used);
	}
	profile_sort_names(arena, arena->used, n_used, false);
	return n_used;
}

/* Whether a name counts texts, read or not. */
static bool
is_text(const ProfileName *name)
{
	return name->len >= 4 && memcmp(name->bytes, "text", 4) == 0 &&
		   (name->len == 4 || name->bytes[4] == ':');
}

/* A value without texts owes nothing to a text model. */
static void
drop_needless_model(ProfileArena *arena, size_t n_used)
{
	size_t i;

	for (i = 0; i < n_used; i++)
	{
		if (is_text(&arena->names[arena->used[i]]))
			return;
	}
	arena->draft.model = PROFILE_NONE;
}

/*
 * Brings the arena's draft into its canonical form, as arena->out_len bytes at
 * arena->out, good until the next value is finished.  The draft is empty after.
 */
void
profile_finish(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	size_t		  n_used;
	size_t		  i;

	if (draft->owner == PROFILE_GROUPS)
		profile_pool_reduce(arena);
	if (draft->n_cells == 0 && draft->n_events == 0 && profile_draft_n_quotes(draft) == 0)
		draft->owner = PROFILE_NOBODYS;
	n_used = collect_names(arena);
	for (i = 0; i < n_used; i++)
		arena->names[arena->used[i]].rank = i;
	for (i = 0; i < draft->n_cells; i++)
		draft->cells[i].name = arena->names[draft->cells[i].name].rank;
	drop_needless_model(arena, n_used);
	sort_cells(arena);
	add_up_cells(arena);
	profile_encode(arena, arena->used, n_used);
	profile_draft_reset(arena);
}

/*
 * Fails unless the bytes are a profile: in the canonical form, which they then have
 * at arena->out, or of an older format, which is brought into it.
 */
void
profile_validate(ProfileArena *arena, const void *bytes, size_t len)
{
	profile_draft_value(arena, bytes, len);
	profile_finish(arena);
	if (*(const unsigned char *) bytes < PROFILE_FORMAT)
		return;
	if (arena->out_len != len || memcmp(arena->out, bytes, len) != 0)
		profile_port_fail(arena->memory, PROFILE_CORRUPT, "it is not in canonical form", NULL);
}
