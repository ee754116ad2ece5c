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

/* Marks a name as used by this draft, once. */
static void
use_name(ProfileArena *arena, uint32_t id, size_t *n_used)
{
	if (id == PROFILE_NONE || arena->names[id].stamp == arena->stamp)
		return;
	arena->names[id].stamp = arena->stamp;
	arena->used =
		profile_reserve(arena, arena->used, &arena->max_used, *n_used + 1, sizeof(uint32_t));
	arena->used[(*n_used)++] = id;
}

static void
next_stamp(ProfileArena *arena)
{
	uint32_t i;

	if (++arena->stamp != 0)
		return;
	for (i = 0; i < arena->n_names; i++)
		arena->names[i].stamp = 0;
	arena->stamp = 1;
}

/* Sifts an element down a heap of names, ordered by hash or by bytes. */
static void
sift(const ProfileArena *arena, uint32_t *ids, size_t root, size_t n, bool by_hash)
{
	uint32_t id = ids[root];
	size_t	 child;

	for (; (child = 2 * root + 1) < n; root = child)
	{
#define AFTER(a, b)                                          \
	(by_hash && arena->names[a].hash != arena->names[b].hash \
		 ? arena->names[a].hash > arena->names[b].hash       \
		 : profile_compare_names(arena, a, b) > 0)
		if (child + 1 < n && AFTER(ids[child + 1], ids[child]))
			child++;
		if (!AFTER(ids[child], id))
			break;
#undef AFTER
		ids[root] = ids[child];
	}
	ids[root] = id;
}

/* Heap sort: no worst case, no memory, and the names of a value are few. */
static void
sort_names(const ProfileArena *arena, uint32_t *ids, size_t n, bool by_hash)
{
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift(arena, ids, i, n, by_hash);
	for (i = n; i-- > 1;)
	{
		uint32_t id = ids[0];

		ids[0] = ids[i];
		ids[i] = id;
		sift(arena, ids, 0, i, by_hash);
	}
}

/* Of one class's names in use, sends the cells of all but the kept ones to its rest. */
static void
fold_class(ProfileArena *arena, uint32_t *ids, size_t n)
{
	const ProfileName *first = &arena->names[ids[0]];
	char			   prefix[PROFILE_MAX_NAME + 1];
	uint32_t		   class_len = first->class_len;
	uint32_t		   rest;
	size_t			   kept = 0;
	size_t			   i;

	if (n <= PROFILE_CLASS_NAMES)
		return;
	memcpy(prefix, first->bytes, class_len);
	prefix[class_len] = '\0';
	rest = profile_name(arena, prefix, "*", 1);
	sort_names(arena, ids, n, true);
	for (i = 0; i < n; i++)
	{
		if (ids[i] != rest && kept++ >= PROFILE_CLASS_NAMES)
			arena->names[ids[i]].fold = rest;
	}
}

/* Applies the bound on the names of each class to the draft's cells. */
static void
fold_names(ProfileArena *arena, size_t n_used)
{
	ProfileDraft *draft = &arena->draft;
	uint32_t	 *ids = arena->used;
	size_t		  start = 0;
	size_t		  i;

	if (n_used <= PROFILE_CLASS_NAMES)
		return;
	sort_names(arena, ids, n_used, false);
	for (i = 1; i <= n_used; i++)
	{
		const ProfileName *a = &arena->names[ids[start]];
		const ProfileName *b = i < n_used ? &arena->names[ids[i]] : NULL;

		if (b != NULL && a->class_len == b->class_len &&
			memcmp(a->bytes, b->bytes, a->class_len) == 0)
			continue;
		if (a->class_len > 0)
			fold_class(arena, ids + start, i - start);
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

	next_stamp(arena);
	for (i = 0; i < draft->n_cells; i++)
		use_name(arena, draft->cells[i].name, &n_used);
	fold_names(arena, n_used);

	next_stamp(arena);
	n_used = 0;
	for (i = 0; i < draft->n_cells; i++)
		use_name(arena, draft->cells[i].name, &n_used);
	for (i = 0; i < draft->n_events; i++)
	{
		use_name(arena, draft->events[i].kind, &n_used);
		use_name(arena, draft->events[i].channel, &n_used);
		use_name(arena, draft->events[i].about, &n_used);
	}
	for (i = 0; i < draft->quotes.n; i++)
	{
		use_name(arena, draft->quotes.quotes[i].emotion, &n_used);
		use_name(arena, draft->quotes.quotes[i].intent, &n_used);
	}
	sort_names(arena, arena->used, n_used, false);
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
	size_t		  n_used = collect_names(arena);
	size_t		  i;

	for (i = 0; i < n_used; i++)
		arena->names[arena->used[i]].rank = i;
	for (i = 0; i < draft->n_cells; i++)
		draft->cells[i].name = arena->names[draft->cells[i].name].rank;
	drop_needless_model(arena, n_used);
	sort_cells(arena);
	add_up_cells(arena);
	profile_encode(arena, arena->used, n_used);
	profile_draft_reset(draft);
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
