/*-------------------------------------------------------------------------
 *
 * draft.c
 *	  From any cells, events and quotes, in any order, to the one canonical
 *	  value: every function that makes a profile ends in profile_finish().
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

/* ---- memory ---- */

void
profile_arena_init(ProfileArena *arena, void *memory)
{
	memset(arena, 0, sizeof(*arena));
	arena->memory = memory;
	arena->free_wide = -1;
	profile_draft_reset(&arena->draft);
}

/* Frees what the arena itself holds; slabs go with the memory that they came from. */
void
profile_arena_free(ProfileArena *arena)
{
	void	*parts[] = { arena->names,		 arena->name_index.slots,
						 arena->shapes,		 arena->shape_index.slots,
						 arena->draft.cells, arena->spare,
						 arena->used,		 arena->map,
						 arena->out,		 arena->wide };
	uint32_t i;

	for (i = 0; i < arena->n_names; i++)
		profile_port_free(arena->memory, (void *) arena->names[i].bytes);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] != NULL)
			profile_port_free(arena->memory, parts[i]);
}

/* Makes room in an array for so many elements, doubling it. */
void *
profile_reserve(ProfileArena *arena, void *array, size_t *max, size_t wanted, size_t element)
{
	size_t room = *max > 0 ? *max : 16;

	if (wanted <= *max)
		return array;
	while (room < wanted)
		room *= 2;
	*max = room;
	return array == NULL ? profile_port_alloc(arena->memory, room * element)
						 : profile_port_grow(arena->memory, array, room * element);
}

/* ---- names and shapes ---- */

/*
 * FNV-1a, 64 bit, then the finaliser of MurmurHash3.  Which names of a class
 * are kept depends on it: part of the format.
 */
uint64_t
profile_hash(const char *prefix, const char *bytes, size_t len)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t	 i;

	for (; *prefix != '\0'; prefix++)
		hash = (hash ^ (unsigned char) *prefix) * UINT64_C(1099511628211);
	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) bytes[i]) * UINT64_C(1099511628211);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ (hash >> 33);
}

/* Doubles an index that is three quarters full; the caller puts its ids back in. */
static bool
index_grow(ProfileArena *arena, ProfileIndex *index, uint32_t n)
{
	if (index->size > 0 && n < index->size / 4 * 3)
		return false;
	if (index->slots != NULL)
		profile_port_free(arena->memory, index->slots);
	index->size = index->size > 0 ? index->size * 2 : 64;
	index->slots = profile_port_alloc(arena->memory, sizeof(uint32_t) * index->size);
	memset(index->slots, 0, sizeof(uint32_t) * index->size);
	return true;
}

static void
index_put(ProfileIndex *index, uint64_t hash, uint32_t id)
{
	uint32_t slot = hash & (index->size - 1);

	while (index->slots[slot] != 0)
		slot = (slot + 1) & (index->size - 1);
	index->slots[slot] = id + 1;
}

static uint32_t
class_length(const char *bytes, uint32_t len)
{
	const char *colon = memchr(bytes, ':', len);

	return colon == NULL ? 0 : colon - bytes + 1;
}

static uint32_t
name_add(ProfileArena *arena, uint64_t hash, const char *prefix, const char *bytes, size_t len)
{
	size_t		 prefix_len = strlen(prefix);
	size_t		 max = arena->max_names;
	uint32_t	 id = arena->n_names;
	char		*copy = profile_port_alloc(arena->memory, prefix_len + len + 1);
	ProfileName *name;
	uint32_t	 i;

	memcpy(copy, prefix, prefix_len);
	memcpy(copy + prefix_len, bytes, len);
	copy[prefix_len + len] = '\0';
	arena->names = profile_reserve(arena, arena->names, &max, id + 1, sizeof(ProfileName));
	arena->max_names = max;
	name = &arena->names[id];
	name->bytes = copy;
	name->hash = hash;
	name->len = prefix_len + len;
	name->class_len = class_length(copy, name->len);
	name->stamp = 0;
	name->fold = id;
	arena->n_names++;
	if (index_grow(arena, &arena->name_index, id))
	{
		for (i = 0; i < id; i++)
			index_put(&arena->name_index, arena->names[i].hash, i);
	}
	index_put(&arena->name_index, hash, id);
	return id;
}

/* The arena's number for the name prefix || bytes. */
uint32_t
profile_name(ProfileArena *arena, const char *prefix, const char *bytes, size_t len)
{
	uint64_t	  hash = profile_hash(prefix, bytes, len);
	ProfileIndex *index = &arena->name_index;
	size_t		  prefix_len = strlen(prefix);
	uint32_t	  slot;

	if (index->size > 0)
	{
		for (slot = hash & (index->size - 1); index->slots[slot] != 0;
			 slot = (slot + 1) & (index->size - 1))
		{
			ProfileName *name = &arena->names[index->slots[slot] - 1];

			if (name->hash == hash && name->len == prefix_len + len &&
				memcmp(name->bytes, prefix, prefix_len) == 0 &&
				memcmp(name->bytes + prefix_len, bytes, len) == 0)
				return index->slots[slot] - 1;
		}
	}
	return name_add(arena, hash, prefix, bytes, len);
}

static uint64_t
shape_hash(const ProfileShape *shape)
{
	uint64_t hash = ((uint64_t) shape->kind << 32 | shape->channel) * UINT64_C(0x9e3779b97f4a7c15);

	hash ^= ((uint64_t) shape->about << 1 | shape->is_event) + (hash >> 29);
	hash *= UINT64_C(0xbf58476d1ce4e5b9);
	return hash ^ (hash >> 32);
}

/* The arena's number for a combination of names. */
uint32_t
profile_shape(ProfileArena *arena, ProfileShape shape)
{
	ProfileIndex *index = &arena->shape_index;
	uint64_t	  hash = shape_hash(&shape);
	size_t		  max = arena->max_shapes;
	uint32_t	  slot;
	uint32_t	  i;

	if (index->size > 0)
	{
		for (slot = hash & (index->size - 1); index->slots[slot] != 0;
			 slot = (slot + 1) & (index->size - 1))
		{
			if (memcmp(&arena->shapes[index->slots[slot] - 1], &shape, sizeof(shape)) == 0)
				return index->slots[slot] - 1;
		}
	}
	arena->shapes = profile_reserve(arena, arena->shapes, &max, arena->n_shapes + 1, sizeof(shape));
	arena->max_shapes = max;
	arena->shapes[arena->n_shapes] = shape;
	if (index_grow(arena, index, arena->n_shapes))
	{
		for (i = 0; i < arena->n_shapes; i++)
			index_put(index, shape_hash(&arena->shapes[i]), i);
	}
	index_put(index, hash, arena->n_shapes);
	return arena->n_shapes++;
}

static int
compare_names(const ProfileName *a, const ProfileName *b)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	int		 order = memcmp(a->bytes, b->bytes, len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* Optional names: none comes first. */
static int
compare_name_ids(const ProfileArena *arena, uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	if (a == PROFILE_NONE || b == PROFILE_NONE)
		return a == PROFILE_NONE ? -1 : 1;
	return compare_names(&arena->names[a], &arena->names[b]);
}

/* ---- collecting ---- */

void
profile_draft_reset(ProfileDraft *draft)
{
	draft->n_cells = 0;
	draft->n_events = 0;
	draft->quotes.n = 0;
	draft->model = PROFILE_NONE;
}

/* The UTC day of an instant, 0 = 2000-01-01. */
int32_t
profile_day(int64_t at)
{
	int64_t day = at / PROFILE_USECS_PER_DAY;

	return at < day * PROFILE_USECS_PER_DAY ? day - 1 : day;
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
	if ((order = compare_name_ids(arena, a->kind, b->kind)) != 0 ||
		(order = compare_name_ids(arena, a->channel, b->channel)) != 0 ||
		(order = compare_name_ids(arena, a->about, b->about)) != 0)
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
	if ((order = compare_name_ids(arena, a->emotion, b->emotion)) != 0)
		return order < 0;
	return compare_name_ids(arena, a->intent, b->intent) < 0;
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

/* ---- finishing ---- */

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
		 : compare_names(&arena->names[a], &arena->names[b]) > 0)
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
