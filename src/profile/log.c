/*-------------------------------------------------------------------------
 *
 * log.c
 *	  A profile while it is being aggregated.
 *
 * Where millions of rows go to 100,000 groups, time is memory latency: a row
 * should touch one or two cache lines of its group.  So a group is a node that
 * rows are appended to, 16 bytes each, first in the node, then in a chain of
 * blocks; nothing is sorted or added up before the value is wanted.  Nodes and
 * blocks of all groups are cut from common slabs and never given back one by
 * one.  What few rows have (quotes, whole values to merge) hangs off one
 * pointer.
 *
 * A log that grows long is compacted into a stored value of its own, so that
 * memory follows what the profile holds and not how many events it saw.  A group's
 * log, of which all maps are of one day and share their names, is first folded into
 * a table by name.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

#define FIRST_SLAB		2048 /* a sorted aggregation has an arena for each group */
#define LAST_SLAB		65536
#define CACHE_LINE		64
#define COMPACT_ENTRIES 4096
#define COMPACT_BYTES	16384
#define COMPACT_QUOTES	1024 /* of a group */
#define FOLD_ENTRIES	1024

typedef struct ProfileBlock
{
	struct ProfileBlock *before;
	ProfileEntry		 entries[PROFILE_BLOCK_ENTRIES];
} ProfileBlock;

/* A whole value that is part of the log. */
typedef struct ProfileRun
{
	struct ProfileRun *next;
	size_t			   len;
	unsigned char	   bytes[];
} ProfileRun;

typedef struct ProfileRare
{
	ProfileRun	 *runs;
	size_t		  run_bytes;   /* of all runs */
	size_t		  compact_at;  /* run_bytes that call for compaction */
	uint32_t	  compact_len; /* entries that do */
	uint32_t	  model;
	ProfileQuotes quotes;

	bool		  is_group; /* the rest is a group's */
	int32_t		  day;
	ProfileCell	 *table; /* by name, all of one day; n = 0: none */
	size_t		  max_table;
	ProfileQuote *pool;
	size_t		  n_pool;
	size_t		  max_pool;
	ProfileBar	  bar; /* for others, once there were too many */
} ProfileRare;

/* Cuts memory for a node from the arena's slab, aligned to a cache line. */
void *
profile_log_alloc(ProfileArena *arena, size_t size)
{
	char *piece;

	size = (size + CACHE_LINE - 1) & ~(size_t) (CACHE_LINE - 1);
	if (size > arena->slab_left)
	{
		size_t bytes = arena->slab_bytes == 0 ? FIRST_SLAB : arena->slab_bytes * 2;
		char  *slab;

		arena->slab_bytes = bytes < LAST_SLAB ? bytes : LAST_SLAB;
		slab = profile_port_alloc(arena->memory, arena->slab_bytes + CACHE_LINE);
		arena->slab = slab + (CACHE_LINE - (uintptr_t) slab % CACHE_LINE);
		arena->slab_left = arena->slab_bytes;
	}
	piece = arena->slab;
	arena->slab += size;
	arena->slab_left -= size;
	return piece;
}

void
profile_log_init(ProfileLog *log, ProfileArena *arena)
{
	log->arena = arena;
	log->rare = NULL;
	log->last = NULL;
	log->n_entries = 0;
	log->in_inline = 0;
	log->in_last = 0;
	if (arena->out_of == log)
		arena->out_of = NULL;
}

static ProfileBlock *
new_block(ProfileArena *arena)
{
	ProfileBlock *block = arena->free_blocks;

	if (block == NULL)
		return profile_log_alloc(arena, sizeof(ProfileBlock));
	arena->free_blocks = block->before;
	return block;
}

static ProfileEntry *
next_entry(ProfileLog *log)
{
	log->n_entries++;
	if (log->in_inline < PROFILE_INLINE_ENTRIES)
		return &log->entries[log->in_inline++];
	if (log->last == NULL || log->in_last == PROFILE_BLOCK_ENTRIES)
	{
		ProfileBlock *block = new_block(log->arena);

		block->before = log->last;
		log->last = block;
		log->in_last = 0;
	}
	return &log->last->entries[log->in_last++];
}

static ProfileRare *
rare_part(ProfileLog *log)
{
	ProfileRare *rare = log->rare;

	if (rare == NULL)
	{
		rare = profile_port_alloc(log->arena->memory, sizeof(ProfileRare));
		memset(rare, 0, sizeof(ProfileRare));
		rare->model = PROFILE_NONE;
		rare->compact_at = COMPACT_BYTES;
		rare->compact_len = COMPACT_ENTRIES;
		rare->bar.sample_end = UINT64_MAX;
		log->rare = rare;
	}
	return rare;
}

static ProfileRun *
add_run(ProfileLog *log, const void *bytes, size_t len)
{
	ProfileRare *rare = rare_part(log);
	ProfileRun	*run = profile_port_alloc(log->arena->memory, sizeof(ProfileRun) + len);

	run->next = rare->runs;
	run->len = len;
	memcpy(run->bytes, bytes, len);
	rare->runs = run;
	rare->run_bytes += len;
	return run;
}

/* ---- amounts that 32 bits don't hold: kept aside, the entry holds their place ---- */

#define WIDE UINT32_C(0x80000000)

static int32_t
put_wide(ProfileArena *arena, int64_t sum)
{
	int64_t place = arena->free_wide;

	if (place >= 0)
		arena->free_wide = arena->wide[place];
	else
	{
		arena->wide = profile_reserve(arena, arena->wide, &arena->max_wide, arena->n_wide + 1,
									  sizeof(int64_t));
		place = arena->n_wide++;
	}
	if (place > INT32_MAX)
		profile_port_fail(arena->memory, PROFILE_OVERFLOW, NULL, NULL);
	arena->wide[place] = sum;
	return (int32_t) place;
}

static void
free_wide(ProfileLog *log, const ProfileEntry *entry)
{
	ProfileArena *arena = log->arena;

	if (!(entry->shape & WIDE))
		return;
	arena->wide[entry->sum] = arena->free_wide;
	arena->free_wide = entry->sum;
}

/* ---- from the log to a draft ---- */

/* An entry as cells of its day, and as one of the latest events. */
static void
draft_entry(ProfileLog *log, const ProfileEntry *entry)
{
	ProfileArena	   *arena = log->arena;
	const ProfileShape *shape = &arena->shapes[entry->shape & ~WIDE];
	int64_t				sum = (entry->shape & WIDE) ? arena->wide[entry->sum] : entry->sum;
	int32_t				day = profile_day(entry->at);

	profile_draft_cell(arena, day, shape->kind, 1, sum);
	if (shape->channel != PROFILE_NONE)
		profile_draft_cell(arena, day, shape->channel, 1, 0);
	if (shape->about != PROFILE_NONE)
		profile_draft_cell(arena, day, shape->about, 1, sum);
	if (shape->is_event)
	{
		ProfileEvent event = { entry->at, sum, shape->kind, shape->channel, shape->about };

		profile_draft_event(arena, &event);
	}
}

/* Does something with every entry of the log. */
static void
each_entry(ProfileLog *log, void (*visit)(ProfileLog *, const ProfileEntry *))
{
	const ProfileBlock *block;
	uint32_t			used = log->in_last;
	uint32_t			i;

	for (i = 0; i < log->in_inline; i++)
		visit(log, &log->entries[i]);
	for (block = log->last; block != NULL; block = block->before)
	{
		for (i = 0; i < used; i++)
			visit(log, &block->entries[i]);
		used = PROFILE_BLOCK_ENTRIES;
	}
}

static void
draft_group(ProfileArena *arena, const ProfileRare *rare)
{
	size_t i;

	for (i = 0; i < rare->max_table; i++)
	{
		const ProfileCell *cell = &rare->table[i];

		if (cell->n != 0)
			profile_draft_cell(arena, cell->day, cell->name, cell->n, cell->sum);
	}
	for (i = 0; i < rare->n_pool; i++)
		profile_draft_quote(arena, &rare->pool[i]);
}

/* A group's runs lie among those of all others: the next one comes while this one is read. */
static void
prefetch_run(const ProfileRun *run)
{
	const char *bytes = (const char *) run;
	int			i;

	for (i = 0; i < 4; i++)
		__builtin_prefetch(bytes + i * CACHE_LINE);
}

/* The log's canonical bytes, at arena->out.  The log stays as it is. */
void
profile_log_finish(ProfileLog *log)
{
	ProfileArena *arena = log->arena;
	ProfileRare	 *rare = log->rare;
	ProfileRun	 *run;
	uint32_t	  i;

	if (arena->out_of == log)
		return;
	profile_draft_reset(arena);
	if (rare != NULL && rare->is_group)
	{
		profile_draft_owner(arena, PROFILE_GROUPS);
		arena->draft.bar = &rare->bar;
	}
	else if (log->n_entries > 0 || (rare != NULL && rare->quotes.n > 0))
		profile_draft_owner(arena, PROFILE_PERSONS);
	each_entry(log, draft_entry);
	if (rare != NULL)
	{
		profile_draft_model(arena, rare->model);
		for (run = rare->runs; run != NULL; run = run->next)
		{
			prefetch_run(run->next);
			profile_draft_value(arena, run->bytes, run->len);
		}
		for (i = 0; i < rare->quotes.n; i++)
			profile_draft_quote(arena, &rare->quotes.quotes[i]);
		draft_group(arena, rare);
	}
	profile_finish(arena);
	arena->out_of = log;
}

static void
free_entries(ProfileLog *log)
{
	each_entry(log, free_wide);
	while (log->last != NULL)
	{
		ProfileBlock *block = log->last;

		log->last = block->before;
		block->before = log->arena->free_blocks;
		log->arena->free_blocks = block;
	}
	log->n_entries = 0;
	log->in_inline = 0;
	log->in_last = 0;
}

static void
free_rare(ProfileLog *log)
{
	ProfileRare *rare = log->rare;
	uint32_t	 i;

	for (i = 0; i < rare->quotes.n; i++)
		profile_port_free(log->arena->memory, (void *) rare->quotes.quotes[i].text);
	for (; rare->n_pool > 0; rare->n_pool--)
		profile_port_free(log->arena->memory, (void *) rare->pool[rare->n_pool - 1].text);
	if (rare->max_table > 0)
		memset(rare->table, 0, rare->max_table * sizeof(ProfileCell));
	while (rare->runs != NULL)
	{
		ProfileRun *run = rare->runs;

		rare->runs = run->next;
		profile_port_free(log->arena->memory, run);
	}
	rare->quotes.n = 0;
	rare->run_bytes = 0;
	rare->model = PROFILE_NONE;
}

/* Replaces all that the log holds by one stored value of the same meaning. */
static void
compact(ProfileLog *log)
{
	ProfileArena *arena = log->arena;
	ProfileRare	 *rare = rare_part(log);

	profile_log_finish(log);
	free_entries(log);
	free_rare(log);
	add_run(log, arena->out, arena->out_len);
	arena->out_of = NULL;
	rare->compact_at = COMPACT_BYTES + 2 * rare->run_bytes;
	rare->compact_len = COMPACT_ENTRIES + rare->run_bytes / 8;
}

/* ---- adding ---- */

static void
append(ProfileLog *log, int64_t at, uint32_t shape, int64_t sum)
{
	ProfileEntry *entry = next_entry(log);

	log->arena->out_of = NULL;
	entry->at = at;
	if (sum >= INT32_MIN && sum <= INT32_MAX)
	{
		entry->shape = shape;
		entry->sum = (int32_t) sum;
	}
	else
	{
		entry->shape = shape | WIDE;
		entry->sum = put_wide(log->arena, sum);
	}
}

/* Counts the shape's signals once at an instant, with a sum for its kind and what it is about. */
void
profile_log_add(ProfileLog *log, int64_t at, uint32_t shape, int64_t sum)
{
	if (log->n_entries >= COMPACT_ENTRIES && log->n_entries >= rare_part(log)->compact_len)
		compact(log);
	append(log, at, shape, sum);
}

/* Adds an entry to the group's table. */
static void
fold_entry(ProfileLog *log, const ProfileEntry *entry)
{
	ProfileArena *arena = log->arena;
	uint32_t	  name = arena->shapes[entry->shape & ~WIDE].kind;
	int64_t		  sum = (entry->shape & WIDE) ? arena->wide[entry->sum] : entry->sum;
	ProfileCell	 *cell = &log->rare->table[name];

	cell->day = log->rare->day;
	cell->name = name;
	if (__builtin_add_overflow(cell->n, 1, &cell->n) ||
		__builtin_add_overflow(cell->sum, sum, &cell->sum))
		profile_port_fail(arena->memory, PROFILE_OVERFLOW, NULL, NULL);
}

static void
fold(ProfileLog *log)
{
	ProfileRare *rare = log->rare;
	size_t		 had = rare->max_table;

	rare->table = profile_reserve(log->arena, rare->table, &rare->max_table, log->arena->n_names,
								  sizeof(ProfileCell));
	memset(rare->table + had, 0, (rare->max_table - had) * sizeof(ProfileCell));
	each_entry(log, fold_entry);
	free_entries(log);
}

/* Offers a group's quote; whether it is kept shows when the log is finished. */
static void
pool_quote(ProfileLog *log, const ProfileQuote *quote)
{
	ProfileRare *rare = log->rare;
	char		*copy = profile_port_alloc(log->arena->memory, quote->len + 1);

	memcpy(copy, quote->text, quote->len);
	rare->pool = profile_reserve(log->arena, rare->pool, &rare->max_pool, rare->n_pool + 1,
								 sizeof(ProfileQuote));
	rare->pool[rare->n_pool] = *quote;
	rare->pool[rare->n_pool++].text = copy;
}

/*
 * Adds what the arena's draft holds: the map of one of a group's people, all of
 * one day, each cell with n 1.  A map of another day than those before is added
 * as a value.
 */
void
profile_log_draft(ProfileLog *log)
{
	ProfileArena *arena = log->arena;
	ProfileDraft *draft = &arena->draft;
	ProfileRare	 *rare = rare_part(log);
	size_t		  i;

	if (!rare->is_group && draft->n_cells > 0)
		rare->day = draft->cells[0].day;
	rare->is_group = true;
	if (draft->n_cells > 0 && draft->cells[0].day != rare->day)
	{
		profile_finish(arena);
		profile_log_value(log, arena->out, arena->out_len);
		return;
	}
	for (i = 0; i < draft->n_cells; i++)
	{
		ProfileShape shape = { draft->cells[i].name, PROFILE_NONE, PROFILE_NONE, false };

		append(log, draft->cells[i].day * PROFILE_USECS_PER_DAY, profile_shape(arena, shape),
			   draft->cells[i].sum);
	}
	for (i = 0; i < draft->n_pool; i++)
	{
		if (profile_bar_passes(arena, &rare->bar, &draft->pool[i].quote))
			pool_quote(log, &draft->pool[i].quote);
	}
	profile_draft_reset(arena);
	if (log->n_entries >= FOLD_ENTRIES)
		fold(log);
	if (rare->n_pool >= COMPACT_QUOTES)
		compact(log);
}

/* Whether a quote of that time and sentiment may be kept, whatever its words are. */
bool
profile_log_wants(const ProfileLog *log, const ProfileQuote *quote)
{
	return log->rare == NULL || profile_quotes_want(&log->rare->quotes, quote);
}

/* Offers a quote, whose text is copied if it is kept. */
void
profile_log_quote(ProfileLog *log, const ProfileQuote *quote)
{
	ProfileArena  *arena = log->arena;
	ProfileQuotes *quotes = &rare_part(log)->quotes;
	uint32_t	   end = quotes->n;
	int			   place = profile_quotes_add(arena, quotes, quote);

	if (place < 0)
		return;
	arena->out_of = NULL;
	if (quotes->quotes[place].text == quote->text) /* no words that were there already */
	{
		char *copy = profile_port_alloc(arena->memory, quote->len + 1);

		memcpy(copy, quote->text, quote->len);
		quotes->quotes[place].text = copy;
		end++;
	}
	while (end > quotes->n)
		profile_port_free(arena->memory, (void *) quotes->quotes[--end].text);
}

/* Names the text model that the log's text signals come from. */
void
profile_log_model(ProfileLog *log, uint32_t model)
{
	ProfileRare *rare = rare_part(log);

	if (rare->model != PROFILE_NONE && rare->model != model)
		profile_port_fail(log->arena->memory, PROFILE_MODELS_DIFFER,
						  log->arena->names[rare->model].bytes, log->arena->names[model].bytes);
	log->arena->out_of = NULL;
	rare->model = model;
}

/* Adds a whole stored value. */
void
profile_log_value(ProfileLog *log, const void *bytes, size_t len)
{
	ProfileRare *rare = rare_part(log);

	log->arena->out_of = NULL;
	add_run(log, bytes, len);
	if (rare->run_bytes >= rare->compact_at)
		compact(log);
}
