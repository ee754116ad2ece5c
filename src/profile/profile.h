/*-------------------------------------------------------------------------
 *
 * profile.h
 *	  The profile value: what one person (or a group) said and did.
 *
 * A profile is a sparse matrix day x signal -> (n, sum) of integers, the
 * latest events with their exact times, and a few masked quotes.  It is kept
 * in one canonical form: the same multiset of events gives the same bytes, in
 * whatever order, split or tree of merges they arrived.  Nothing in it decays
 * and nothing in it is a float.
 *
 * The bytes (after the varlena header), format 2.  "varint" is LEB128 in its
 * shortest form, "zigzag" a signed number folded into one.
 *
 *	  byte 2			format
 *	  byte				flags: 1 a group's, 2 times in milliseconds, 4 in seconds
 *	  name				text model that the text signals came from, or ""
 *	  varint names		then each name, in ascending byte order
 *	  varint days		then for each day, ascending:
 *						  the first: zigzag day (0 = 2000-01-01)
 *						  varint (gap - 1, 0 of the first) << 3 | cells - 1, if 7 or more 7,
 *						  then varint cells - 8
 *						  then for each cell, names ascending:
 *							varint (name - previous - 1) * 6 + one of
 *							0: n 1, sum 0
 *							1, 2, 3: n 1, sum varint, - varint or 100 varint
 *							4: n 1, sum as of the last cell of this day with one
 *							5: varint n, zigzag sum
 *	  varint events		the latest, newest first:
 *						  the first: zigzag at, then: varint previous - at
 *						  varint kind, channel + 1, about + 1 (0 = none)
 *						  zigzag amount
 *	  varint quotes		in the order of quote_before() in evidence.c:
 *						  zigzag the newest event's at (0 without) - at
 *						  zigzag sentiment
 *						  varint labels, then each label's name
 *						  varint bytes << 1 | packed, then the text
 *
 * Sums, amounts and sentiments are fixed point, PROFILE_ONE to the unit.  Days
 * are UTC days.  Times are in microseconds from 2000-01-01, or in the largest of
 * the flags' units in which all of them are whole.
 *
 * A name begins with a byte: below 0x80 it is a known name's number, from 0xf0 on
 * a known class's (packing.c), else 0x80 + how many bytes it shares with the
 * name before, at most 0x6f.  The rest follows as varint bytes and these.
 * A person's quote is packed if that is shorter, see packing.c.
 *
 * Format 1 is read as well, for ever.  Its flags are 0; names and texts are a
 * varint of bytes and these; a day has varint gap - 1 and varint cells; a cell
 * varint (name - previous - 1) << 2 | (n = 1) << 1 | (sum = 0), then what is not
 * said by that: varint n, zigzag sum; a quote zigzag at, zigzag sentiment, two
 * labels as name + 1 (0 = none).  Whatever is made is of format 2.
 *
 * What bounds a profile, none of it depending on the order of arrival:
 *	  names		of each class (what stands before the first ':') the
 *				PROFILE_CLASS_NAMES with the smallest profile_hash() keep their
 *				cells; the cells of the others are added up under "class:*"
 *	  events	the PROFILE_LATEST newest
 *	  quotes	of the same words the weightiest; and it is kept while fewer than
 *				PROFILE_QUOTES of less than PROFILE_QUOTE_ROOM bytes in all come before
 *
 * A group's profile is what its people's maps add up to, each a profile with
 * that flag.  It has room for a group's variety:
 *	  names		PROFILE_GROUP_NAMES of each class
 *	  quotes	of the same words with the same labels the weightiest; it is kept
 *				if it is among the PROFILE_LABEL_QUOTES weightiest of one of its
 *				labels (of the PROFILE_GROUP_NAMES labels with the smallest hashes), or
 *				of those labelled PROFILE_SAMPLED it is among the PROFILE_SAMPLE whose
 *				words have the smallest hashes
 *
 * That this is associative: say S and T are reduced to R(S) and R(T).  Whatever
 * comes before a quote in S, by a label or by the hash, also does in S and T
 * together, so what is kept of all is in R(S) or R(T).  And what is not kept has
 * enough before it that is, so it still falls out where only R(S) and R(T) are
 * seen, even if a weightier instance of the same words and labels is not.
 *
 * Nothing here knows of SQL.  Memory, failure and interruption come from the
 * profile_port functions, which the server's face and the unit tests each
 * define.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROFILE_FORMAT	   2
#define PROFILE_OLDEST	   1 /* format that is read */
#define PROFILE_ONE		   10000
#define PROFILE_NAME_BYTES 63  /* of what users name; longer names are cut */
#define PROFILE_MAX_NAME   127 /* of a name with its class */
#ifndef PROFILE_CLASS_NAMES	   /* bench/items.c takes more */
#define PROFILE_CLASS_NAMES 64
#endif
#define PROFILE_LATEST		 16
#define PROFILE_QUOTES		 8
#define PROFILE_QUOTE_BYTES	 320
#define PROFILE_QUOTE_ROOM	 256
#define PROFILE_QUOTE_LABELS 8
#define PROFILE_GROUP_NAMES	 1024
#define PROFILE_LABEL_QUOTES 2
#define PROFILE_SAMPLE		 256
#define PROFILE_SAMPLED		 "phrases"
#define PROFILE_EMPTY_BYTES	 7 /* of a value with nothing in it */
#define PROFILE_NONE		 UINT32_MAX

#define PROFILE_USECS_PER_DAY INT64_C(86400000000)
/* 4713 BC and 294277 AD, the ends of a timestamp, in microseconds from 2000-01-01 */
#define PROFILE_MIN_AT INT64_C(-211813488000000000)
#define PROFILE_END_AT INT64_C(9223371331200000000)

/* The UTC day of an instant, 0 = 2000-01-01. */
static inline int32_t
profile_day(int64_t at)
{
	int64_t day = at / PROFILE_USECS_PER_DAY;

	return (int32_t) (at < day * PROFILE_USECS_PER_DAY ? day - 1 : day);
}

typedef struct ProfileCell
{
	int32_t	 day;
	uint32_t name;
	int64_t	 n;
	int64_t	 sum;
} ProfileCell;

typedef struct ProfileEvent
{
	int64_t	 at; /* microseconds from 2000-01-01 UTC */
	int64_t	 amount;
	uint32_t kind;
	uint32_t channel; /* or PROFILE_NONE */
	uint32_t about;	  /* or PROFILE_NONE */
} ProfileEvent;

/* Labels are names such as "emotion:anger", the most telling first, none of them twice. */
typedef struct ProfileQuote
{
	int64_t		at;
	int32_t		sentiment;
	uint32_t	n_labels;
	uint32_t	labels[PROFILE_QUOTE_LABELS];
	uint32_t	len;
	const char *text;
} ProfileQuote;

/* A person's quotes that are kept, in order, and room for one more. */
typedef struct ProfileQuotes
{
	uint32_t	 n;
	ProfileQuote quotes[PROFILE_QUOTES + 1];
} ProfileQuotes;

/* A group's quote, before it is known whether it is kept. */
typedef struct ProfilePooled
{
	ProfileQuote quote;
	uint64_t	 hash; /* of the text, once the pool is reduced */
	bool		 kept;
} ProfilePooled;

/* What a quote must pass to be kept beside those that a group has already. */
typedef struct ProfileBar
{
	uint64_t sample_end; /* the hash of the last one sampled */
	int64_t *weights; /* by label: of the last one that the label keeps; INT64_MIN if it has room */
	size_t	 n_weights;
	size_t	 max_weights;
} ProfileBar;

/* ---- port: what the core needs of its surroundings ---- */

typedef enum ProfileFailure
{
	PROFILE_CORRUPT,	   /* bytes that are no profile */
	PROFILE_NEWER,		   /* a format that this code does not know */
	PROFILE_OVERFLOW,	   /* a count or sum beyond 64 bits */
	PROFILE_MODELS_DIFFER, /* two text models in one profile: both are named */
	PROFILE_KINDS_DIFFER,  /* a person's profile and a group's */
	PROFILE_SYNTAX		   /* text input: what was expected, and where */
} ProfileFailure;

extern void *profile_port_alloc(void *memory, size_t size);
extern void *profile_port_grow(void *memory, void *old, size_t size);
extern void	 profile_port_free(void *memory, void *old);
extern void	 profile_port_tick(void);
extern void	 profile_port_fail(void *memory, ProfileFailure failure, const char *what,
							   const char *other) __attribute__((noreturn));

/* ---- names: interned for the life of an arena ---- */

typedef struct ProfileName
{
	const char *bytes;
	uint64_t	hash;
	uint32_t	len;
	uint32_t	class_len; /* with its ':' */
	int16_t		known;	   /* its number in packing.c, or -1 */
	uint32_t	stamp;	   /* the draft that used it last */
	uint32_t	rank;	   /* its place in that draft's dictionary */
	uint32_t	fold;	   /* the name that its cells go to, mostly itself */
} ProfileName;

/* What a logged entry stands for: the signals that one row counts in. */
typedef struct ProfileShape
{
	uint32_t kind;
	uint32_t channel;
	uint32_t about;
	uint32_t is_event; /* else a bare signal: no latest event */
} ProfileShape;

/* Whose value it is; an empty one is nobody's, so that it merges with any. */
typedef enum ProfileOwner
{
	PROFILE_NOBODYS,
	PROFILE_PERSONS,
	PROFILE_GROUPS
} ProfileOwner;

/* A value in the making: any cells, events and quotes, in any order. */
typedef struct ProfileDraft
{
	ProfileCell	  *cells;
	size_t		   n_cells;
	size_t		   max_cells;
	ProfileOwner   owner;
	uint32_t	   model; /* a name, or PROFILE_NONE */
	uint32_t	   n_events;
	ProfileEvent   events[PROFILE_LATEST];
	ProfileQuotes  quotes; /* a person's */
	ProfilePooled *pool;   /* a group's, all of them before it is finished */
	size_t		   n_pool;
	size_t		   max_pool;
	ProfileBar	  *bar; /* to raise when the pool is reduced, or NULL */
} ProfileDraft;

static inline size_t
profile_draft_n_quotes(const ProfileDraft *draft)
{
	return draft->owner == PROFILE_GROUPS ? draft->n_pool : draft->quotes.n;
}

static inline const ProfileQuote *
profile_draft_quote_at(const ProfileDraft *draft, size_t i)
{
	return draft->owner == PROFILE_GROUPS ? &draft->pool[i].quote : &draft->quotes.quotes[i];
}

typedef struct ProfileIndex
{
	uint32_t *slots; /* id + 1, 0 = empty; open addressing */
	uint32_t  size;	 /* a power of two */
} ProfileIndex;

/*
 * Everything that values being built at one time share: names, shapes, free
 * memory, and the scratch in which values are finished.
 */
typedef struct ProfileArena
{
	void		 *memory;
	ProfileName	 *names;
	uint32_t	  n_names;
	uint32_t	  max_names;
	ProfileIndex  name_index;
	ProfileShape *shapes;
	uint32_t	  n_shapes;
	uint32_t	  max_shapes;
	ProfileIndex  shape_index;

	int64_t *wide; /* log.c: amounts that an entry has no room for */
	size_t	 n_wide;
	size_t	 max_wide;
	int64_t	 free_wide; /* the first of a chain, or -1 */

	char  *slab; /* log.c: nodes and blocks are cut from slabs */
	size_t slab_left;
	size_t slab_bytes; /* of the newest slab */
	void  *free_blocks;

	uint32_t			stamp;
	ProfileDraft		draft;
	struct ProfileText *texts; /* that the draft's quotes point to */
	ProfileCell		   *spare; /* the sort's other half */
	size_t				max_spare;
	uint32_t		   *used; /* names of the value being finished */
	size_t				max_used;
	uint32_t		   *map; /* a stored value's names, as names of this arena */
	size_t				max_map;
	unsigned char	   *out; /* the finished bytes */
	size_t				out_len;
	size_t				max_out;
	const void		   *out_of; /* whose bytes these are */

	void *attached; /* what the layer above keeps by the arena's names, in its memory */
} ProfileArena;

/* arena.c */
extern void		profile_arena_init(ProfileArena *arena, void *memory);
extern void		profile_arena_free(ProfileArena *arena);
extern void	   *profile_room(void *memory, void *array, size_t *max, size_t wanted, size_t element);
extern void	   *profile_reserve(ProfileArena *arena, void *array, size_t *max, size_t wanted,
								size_t element);
extern uint64_t profile_hash(const char *prefix, const char *bytes, size_t len);
extern uint32_t profile_name(ProfileArena *arena, const char *prefix, const char *bytes,
							 size_t len);
extern int		profile_compare_names(const ProfileArena *arena, uint32_t a, uint32_t b);
extern uint32_t profile_shape(ProfileArena *arena, ProfileShape shape);

/* names.c */
extern void profile_use_none(ProfileArena *arena);
extern void profile_use_name(ProfileArena *arena, uint32_t id, size_t *n_used);
extern void profile_sort_names(const ProfileArena *arena, uint32_t *ids, size_t n, bool by_hash);

/* view.c */

typedef struct ProfileText
{
	struct ProfileText *next;
	char				bytes[];
} ProfileText;

/*
 * A stored value, opened: its names, and a place to read on from.  What it hands
 * out is good until it is closed, but for quotes' texts that an arena keeps.
 */
typedef struct ProfileView
{
	void				*memory;
	const unsigned char *at;
	const unsigned char *end;
	uint8_t				 format;
	bool				 is_group;
	int64_t				 unit; /* of times */
	const char			*model;
	uint32_t			 model_len;
	uint32_t			 n_names;
	const char		   **names; /* not terminated */
	uint32_t			*name_lens;
	uint64_t			 days_left;
	uint64_t			 cells_left;
	int64_t				 day;
	int64_t				 name;
	uint64_t			 events_left;
	uint64_t			 quotes_left;
	int64_t				 last_sum; /* of this day, 0 = none yet */
	int64_t				 event_at;
	int64_t				 newest_at;
	int					 section; /* 0 cells, 1 events, 2 quotes */
	bool				 first;
	struct ProfileText	*texts; /* of quotes, unpacked */
} ProfileView;

extern void profile_open(ProfileView *view, void *memory, const void *bytes, size_t len);
extern void profile_close(ProfileView *view);
extern void profile_keep_texts(ProfileArena *arena, ProfileView *view);
extern bool profile_next_cell(ProfileView *view, ProfileCell *cell);
extern bool profile_next_event(ProfileView *view, ProfileEvent *event);
extern bool profile_next_quote(ProfileView *view, ProfileQuote *quote);

/* draft.c */
extern void profile_draft_reset(ProfileArena *arena);
extern void profile_draft_cell(ProfileArena *arena, int32_t day, uint32_t name, int64_t n,
							   int64_t sum);
extern void profile_draft_event(ProfileArena *arena, const ProfileEvent *event);
extern void profile_draft_quote(ProfileArena *arena, const ProfileQuote *quote);
extern void profile_draft_model(ProfileArena *arena, uint32_t model);
extern void profile_draft_owner(ProfileArena *arena, ProfileOwner owner);
extern void profile_draft_value(ProfileArena *arena, const void *bytes, size_t len);
extern void profile_draft_slice(ProfileArena *arena, const void *bytes, size_t len, int32_t since,
								int32_t until);

/* evidence.c */
extern bool profile_quotes_want(const ProfileQuotes *quotes, const ProfileQuote *quote);
extern int	profile_quotes_add(const ProfileArena *arena, ProfileQuotes *quotes,
							   const ProfileQuote *quote);
extern void profile_pool_add(ProfileArena *arena, const ProfileQuote *quote);
extern void profile_pool_reduce(ProfileArena *arena);
extern bool profile_bar_passes(const ProfileArena *arena, const ProfileBar *bar,
							   const ProfileQuote *quote);

/* encode.c */
extern void profile_encode(ProfileArena *arena, const uint32_t *used, uint32_t n_used);

/* finish.c */
extern void profile_finish(ProfileArena *arena);
extern void profile_validate(ProfileArena *arena, const void *bytes, size_t len);

/* form.c */
extern void	  profile_parse(ProfileArena *arena, const char *text);
extern size_t profile_print(void *memory, const void *bytes, size_t len, char **text);

/* log.c */

typedef struct ProfileEntry
{
	int64_t	 at;
	uint32_t shape;
	int32_t	 sum;
} ProfileEntry;

#define PROFILE_INLINE_ENTRIES 11
#define PROFILE_BLOCK_ENTRIES  11

/*
 * A value being aggregated: an append-only log.  With the 48 bytes that the
 * server puts before it, it fills four cache lines.
 */
typedef struct ProfileLog
{
	ProfileArena		*arena;
	struct ProfileRare	*rare;
	struct ProfileBlock *last;
	uint32_t			 n_entries;
	uint16_t			 in_inline;
	uint16_t			 in_last;
	ProfileEntry		 entries[PROFILE_INLINE_ENTRIES];
} ProfileLog;

extern void *profile_log_alloc(ProfileArena *arena, size_t size);
extern void	 profile_log_init(ProfileLog *log, ProfileArena *arena);
extern void	 profile_log_add(ProfileLog *log, int64_t at, uint32_t shape, int64_t sum);
extern bool	 profile_log_wants(const ProfileLog *log, const ProfileQuote *quote);
extern void	 profile_log_quote(ProfileLog *log, const ProfileQuote *quote);
extern void	 profile_log_model(ProfileLog *log, uint32_t model);
extern void	 profile_log_draft(ProfileLog *log);
extern void	 profile_log_value(ProfileLog *log, const void *bytes, size_t len);
extern void	 profile_log_finish(ProfileLog *log);

#endif /* PROFILE_H */
