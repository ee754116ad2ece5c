/*-------------------------------------------------------------------------
 *
 * profile_world.h
 *	  What the tests of the profile core share: random rows, the values that
 *	  they make, a plain count of the same rows beside them, and calls that may
 *	  fail.  Include it in one file a program.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROFILE_WORLD_H
#define PROFILE_WORLD_H

#include "profile_port.h"
#include "tap.h"

#include <inttypes.h>
#include <string.h>

#define MAX_ROWS	 12000
#define MAX_NAMES	 1500
#define MAX_QUOTE	 PROFILE_QUOTE_BYTES
#define N_TEXTS		 48
#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

typedef struct Name
{
	uint32_t len;
	char	 bytes[PROFILE_MAX_NAME + 1];
} Name;

typedef struct Text
{
	uint32_t len;
	char	 bytes[MAX_QUOTE];
} Text;

/* One row of input; names are numbers of the world's, -1 for none. */
typedef struct Row
{
	int64_t at;
	int64_t amount;
	int		kind;
	int		channel;
	int		about;
	int		n_labels;
	int		labels[PROFILE_QUOTE_LABELS]; /* of its quote; one may come twice */
	int		text;						  /* its quote, or -1 */
	int		sentiment;
	bool	is_event;
	bool	is_read; /* by the text model */
} Row;

/* What a trial draws its rows from, and the rows. */
typedef struct World
{
	int	 class_names; /* that a value keeps */
	bool has_many_names;
	int	 n_names;
	Name names[MAX_NAMES];
	int	 same[MAX_NAMES]; /* of those that are the same name, one */
	Text texts[N_TEXTS];
	int	 n_rows;
	Row	 rows[MAX_ROWS];
} World;

typedef struct Value
{
	unsigned char *bytes;
	size_t		   len;
} Value;

static World world = { .class_names = PROFILE_CLASS_NAMES };

/* ---- random numbers: xorshift64*, Vigna 2016 ---- */

static uint64_t seed;

/* From the program's first argument. */
static inline void
start_random(int argc, char **argv)
{
	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	diag("seed %" PRIu64, seed);
	seed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

static inline uint64_t
draw(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * UINT64_C(2685821657736338717);
}

static inline uint32_t
below(uint32_t n)
{
	return (uint32_t) ((draw() >> 32) * n >> 32);
}

static inline bool
one_in(uint32_t n)
{
	return below(n) == 0;
}

/* Uniform, from .. to - 1. */
static inline int64_t
between(int64_t from, int64_t to)
{
	return (int64_t) ((uint64_t) from + draw() % ((uint64_t) to - (uint64_t) from));
}

/* ---- random rows ---- */

/* Any byte but NUL, with a liking for those that need care. */
static inline char
random_byte(void)
{
	static const char hard[] = "\"\\\n\t\x01\x1f\x7f:*/u";

	if (one_in(3))
		return hard[below(sizeof(hard) - 1)];
	return (char) (1 + below(255));
}

static inline void
random_name(Name *name, bool strange, bool crowded)
{
	static const char *known[] = { "emotion:joy", "act:question", "general-2", "rating",
								   "text",		  "text:unread",  "topic:x",   "intent:" };
	static const char *classes[] = { "kind:", "channel:", "about:", "text:", "", ":", "x:y:" };
	const char *class = crowded ? "about:" : classes[below(LENGTH(classes))];
	uint32_t i;

	memset(name, 0, sizeof(*name));
	if (one_in(8))
		snprintf(name->bytes, sizeof(name->bytes), "%s", known[below(LENGTH(known))]);
	else if (!strange)
		snprintf(name->bytes, sizeof(name->bytes), "%s%u", class, below(3 * MAX_NAMES));
	else if (one_in(8))
		snprintf(name->bytes, sizeof(name->bytes), "%s*", class);
	else
		snprintf(name->bytes, sizeof(name->bytes), "%s", one_in(2) ? class : "");
	name->len = (uint32_t) strlen(name->bytes);
	if (strange && name->len < 5)
	{
		uint32_t len = one_in(4) ? below(PROFILE_MAX_NAME + 1) : below(12);

		for (i = name->len; i < len; i++)
			name->bytes[i] = random_byte();
		name->len = name->len > len ? name->len : len;
	}
}

static inline void
random_texts(void)
{
	uint32_t longest = one_in(3) ? MAX_QUOTE : 1 + below(60);
	uint32_t i;
	uint32_t j;

	for (i = 0; i < N_TEXTS; i++)
	{
		Text *text = &world.texts[i];

		text->len = 1 + below(longest);
		for (j = 0; j < text->len; j++)
			text->bytes[j] = one_in(2) ? 'a' : random_byte();
	}
}

/* How the instants and amounts of a trial lie. */
typedef struct Spread
{
	int64_t from;
	int64_t to;
	int64_t step; /* instants are multiples of it, so that some are equal */
	int		wide; /* one amount in so many is beyond 32 bits, 0 = none */
} Spread;

static inline Spread
random_spread(void)
{
	Spread spread = { 0, 0, 1, 0 };

	switch (below(4))
	{
		case 0:
			spread.from = PROFILE_MIN_AT;
			spread.to = PROFILE_END_AT;
			break;
		case 1: /* around 2000-01-01 */
			spread.from = -3 * PROFILE_USECS_PER_DAY;
			spread.to = 3 * PROFILE_USECS_PER_DAY;
			spread.step = PROFILE_USECS_PER_DAY / (1 + below(5));
			break;
		case 2: /* one day */
			spread.from = 9000 * PROFILE_USECS_PER_DAY;
			spread.to = 9001 * PROFILE_USECS_PER_DAY;
			spread.step = 1 + below(2000000000);
			break;
		default: /* a year */
			spread.from = 9000 * PROFILE_USECS_PER_DAY;
			spread.to = 9365 * PROFILE_USECS_PER_DAY;
	}
	spread.wide = below(4);
	return spread;
}

static inline int64_t
random_amount(int wide)
{
	if (one_in(3))
		return 0;
	if (wide > 0 && one_in(wide))
		return between(-(INT64_C(1) << 47), INT64_C(1) << 47);
	if (one_in(10)) /* about the ends of 32 bits */
		return (one_in(2) ? INT32_MIN : INT32_MAX) + between(-2, 3);
	return between(-100 * PROFILE_ONE, 1000 * PROFILE_ONE);
}

static inline int
optional_name(void)
{
	return one_in(2) ? -1 : (int) below(world.n_names);
}

static inline void
random_labels(Row *row)
{
	int i;

	row->n_labels = (int) (one_in(2) ? below(3) : below(PROFILE_QUOTE_LABELS + 1));
	for (i = 0; i < row->n_labels; i++)
		row->labels[i] = one_in(4) ? 0 : (int) below(world.n_names);
}

static inline Row
random_row(const Spread *spread)
{
	Row row = { 0 };

	row.at = between(spread->from, spread->to);
	row.at -= row.at % spread->step;
	row.amount = random_amount(spread->wide);
	row.kind = (int) below(world.n_names);
	row.channel = optional_name();
	row.about = optional_name();
	row.is_event = !one_in(5);
	row.is_read = one_in(4);
	row.text = one_in(4) ? (int) below(N_TEXTS) : -1;
	random_labels(&row);
	row.sentiment = one_in(4) ? 0 : (int) between(-PROFILE_ONE, PROFILE_ONE + 1);
	return row;
}

static inline int
compare_bytes(const char *a, uint32_t a_len, const char *b, uint32_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static inline int
by_bytes(const void *a, const void *b)
{
	const Name *left = a;
	const Name *right = b;

	return compare_bytes(left->bytes, left->len, right->bytes, right->len);
}

static inline int
by_name(const void *a, const void *b)
{
	return by_bytes(&world.names[*(const int *) a], &world.names[*(const int *) b]);
}

/* Sees which names of the world are the same. */
static inline void
find_same_names(void)
{
	static int sorted[MAX_NAMES];
	int		   i;

	for (i = 0; i < world.n_names; i++)
		sorted[i] = i;
	qsort(sorted, world.n_names, sizeof(int), by_name);
	for (i = 0; i < world.n_names; i++)
	{
		bool again = i > 0 && by_name(&sorted[i], &sorted[i - 1]) == 0;

		world.same[sorted[i]] = again ? world.same[sorted[i - 1]] : sorted[i];
	}
}

static inline void
random_world(int max_rows)
{
	Spread spread = random_spread();
	bool   strange = one_in(2);
	bool   crowded = one_in(3);
	int	   i;

	world.n_names = 1 + (int) below(one_in(2) ? 20 : one_in(2) ? 400 : MAX_NAMES);
	if (world.has_many_names)
		world.n_names = MAX_NAMES;
	for (i = 0; i < world.n_names; i++)
		random_name(&world.names[i], strange, crowded);
	if (one_in(2))
		world.names[0] = (Name){ sizeof(PROFILE_SAMPLED) - 1, PROFILE_SAMPLED };
	find_same_names();
	random_texts();
	world.n_rows = (int) below(max_rows + 1);
	for (i = 0; i < world.n_rows; i++)
	{
		bool again = i > 0 && one_in(20);

		world.rows[i] = again ? world.rows[below(i)] : random_row(&spread);
		if (again && one_in(2))
			world.rows[i].sentiment = -world.rows[i].sentiment;
		else if (again && one_in(2))
			random_labels(&world.rows[i]);
	}
}

/* ---- from rows to values, the ways that there are ---- */

static inline Value
keep(const void *bytes, size_t len)
{
	Value value = { profile_port_alloc(NULL, len), len };

	memcpy(value.bytes, bytes, len);
	return value;
}

static inline Value
keep_out(const ProfileArena *arena)
{
	return keep(arena->out, arena->out_len);
}

static inline bool
same(Value a, Value b)
{
	return a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

static inline ProfileArena *
new_arena(void)
{
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));

	profile_arena_init(arena, NULL);
	if (one_in(8))
		arena->stamp = UINT32_MAX - below(3); /* as after very many values */
	return arena;
}

static inline ProfileLog *
new_log(ProfileArena *arena)
{
	ProfileLog *log = profile_log_alloc(arena, sizeof(ProfileLog));

	profile_log_init(log, arena);
	return log;
}

/* The arena's number for one of the world's names, given whole or with a prefix. */
static inline uint32_t
intern(ProfileArena *arena, int name)
{
	char		prefix[4] = "";
	const Name *of = name < 0 ? NULL : &world.names[name];
	uint32_t	cut;

	if (name < 0)
		return PROFILE_NONE;
	cut = below(of->len < 3 ? of->len + 1 : 4);
	memcpy(prefix, of->bytes, cut);
	return profile_name(arena, prefix, of->bytes + cut, of->len - cut);
}

static inline ProfileQuote
row_quote(ProfileArena *arena, const Row *row)
{
	ProfileQuote quote = { 0 };
	int			 i;

	quote.at = row->at;
	quote.sentiment = row->sentiment;
	quote.n_labels = (uint32_t) row->n_labels;
	for (i = 0; i < row->n_labels; i++)
		quote.labels[i] = intern(arena, row->labels[i]);
	quote.len = world.texts[row->text].len;
	quote.text = world.texts[row->text].bytes;
	return quote;
}

static inline ProfileShape
row_shape(ProfileArena *arena, const Row *row)
{
	ProfileShape shape = { intern(arena, row->kind), intern(arena, row->channel),
						   intern(arena, row->about), row->is_event };

	return shape;
}

static inline void
log_row(ProfileLog *log, const Row *row)
{
	ProfileArena *arena = log->arena;
	ProfileShape  text = { 0, PROFILE_NONE, PROFILE_NONE, false };

	profile_log_add(log, row->at, profile_shape(arena, row_shape(arena, row)), row->amount);
	if (row->is_read)
	{
		text.kind = profile_name(arena, "text", "", 0);
		profile_log_add(log, row->at, profile_shape(arena, text), row->sentiment);
		profile_log_model(log, profile_name(arena, "", "general-2", 9));
	}
	if (row->text >= 0)
	{
		ProfileQuote quote = row_quote(arena, row);

		profile_log_quote(log, &quote);
	}
}

/* The rows in one log, in their order. */
static inline Value
serial(const Row *rows, int n)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	int			  i;

	for (i = 0; i < n; i++)
		log_row(log, &rows[i]);
	profile_log_finish(log);
	return keep_out(arena);
}

static inline void
shuffle(Row *rows, int n)
{
	for (; n > 1; n--)
	{
		uint32_t i = below(n);
		Row		 row = rows[i];

		rows[i] = rows[n - 1];
		rows[n - 1] = row;
	}
}

static inline Value
merge(const Value *values, int n)
{
	ProfileArena *arena = new_arena();
	int			  i;

	for (i = 0; i < n; i++)
		profile_draft_value(arena, values[i].bytes, values[i].len);
	profile_finish(arena);
	return keep_out(arena);
}

static inline Value
merge2(Value a, Value b)
{
	Value both[] = { a, b };

	return merge(both, 2);
}

/* ---- a plain count of the same rows, to compare with ---- */

typedef struct Tally
{
	int32_t day;
	Name	name;
	int64_t n;
	int64_t sum;
} Tally;

static inline int
by_hash(const void *a, const void *b)
{
	const Name *left = a;
	const Name *right = b;
	uint64_t	left_hash = profile_hash("", left->bytes, left->len);
	uint64_t	right_hash = profile_hash("", right->bytes, right->len);

	return left_hash != right_hash ? (left_hash > right_hash ? 1 : -1) : by_bytes(a, b);
}

static inline int
by_day_and_name(const void *a, const void *b)
{
	const Tally *left = a;
	const Tally *right = b;

	return left->day != right->day ? (left->day > right->day ? 1 : -1)
								   : by_bytes(&left->name, &right->name);
}

/* The length of a name's class with its ':', 0 = none. */
static inline uint32_t
class_of(const Name *name)
{
	uint32_t i;

	for (i = 0; i < name->len; i++)
		if (name->bytes[i] == ':')
			return i + 1;
	return 0;
}

static inline bool
same_class(const Name *a, const Name *b)
{
	uint32_t len = class_of(a);

	return len > 0 && len == class_of(b) && memcmp(a->bytes, b->bytes, len) == 0;
}

static inline bool
is_rest(const Name *name)
{
	return class_of(name) > 0 && class_of(name) == name->len - 1 &&
		   name->bytes[name->len - 1] == '*';
}

static inline int
tally_add(Tally *tally, int n, const Row *row, const Name *name, int64_t sum)
{
	tally[n].day = profile_day(row->at);
	tally[n].name = *name;
	tally[n].n = 1;
	tally[n].sum = sum;
	return n + 1;
}

static inline int
tally_rows(Tally *tally)
{
	static const Name text = { 4, "text" };
	int				  n = 0;
	int				  i;

	for (i = 0; i < world.n_rows; i++)
	{
		const Row *row = &world.rows[i];

		n = tally_add(tally, n, row, &world.names[row->kind], row->amount);
		if (row->channel >= 0)
			n = tally_add(tally, n, row, &world.names[row->channel], 0);
		if (row->about >= 0)
			n = tally_add(tally, n, row, &world.names[row->about], row->amount);
		if (row->is_read)
			n = tally_add(tally, n, row, &text, row->sentiment);
	}
	return n;
}

/* The distinct names that are counted, by hash. */
static inline int
tally_names(const Tally *tally, int n, Name *names)
{
	int i;
	int distinct = 0;

	for (i = 0; i < n; i++)
		names[i] = tally[i].name;
	qsort(names, n, sizeof(Name), by_hash);
	for (i = 0; i < n; i++)
		if (distinct == 0 || by_bytes(&names[i], &names[distinct - 1]) != 0)
			names[distinct++] = names[i];
	return distinct;
}

/* Whether so many names of its class come before a name that it goes to the rest. */
static inline bool
is_folded(const Name *name, const Name *names, int n)
{
	int before = 0;
	int i;

	if (class_of(name) == 0 || is_rest(name))
		return false;
	for (i = 0; i < n && by_bytes(&names[i], name) != 0; i++)
		before += same_class(&names[i], name) && !is_rest(&names[i]);
	return before >= world.class_names;
}

/* Adds up what is of one day and name; returns how many are left. */
static inline int
tally_sum(Tally *tally, int n)
{
	int last = -1;
	int i;

	qsort(tally, n, sizeof(Tally), by_day_and_name);
	for (i = 0; i < n; i++)
	{
		if (last < 0 || by_day_and_name(&tally[last], &tally[i]) != 0)
			tally[++last] = tally[i];
		else
		{
			tally[last].n += tally[i].n;
			tally[last].sum += tally[i].sum;
		}
	}
	return last + 1;
}

static inline int
tally_world(Tally *tally)
{
	Name *names;
	int	  n = tally_rows(tally);
	int	  n_names;
	int	  i;

	if (n == 0)
		return 0;
	names = profile_port_alloc(NULL, sizeof(Name) * n);
	n_names = tally_names(tally, n, names);
	n = tally_sum(tally, n);
	for (i = 0; i < n; i++)
	{
		Name *name = &tally[i].name;

		if (!is_folded(name, names, n_names))
			continue;
		name->len = class_of(name) + 1;
		name->bytes[name->len - 1] = '*';
	}
	return tally_sum(tally, n);
}

static inline bool
cells_agree(ProfileView *view)
{
	Tally	   *tally = profile_port_alloc(NULL, sizeof(Tally) * 4 * (world.n_rows + 1));
	int			n = tally_world(tally);
	ProfileCell cell;
	int			i;

	for (i = 0; profile_next_cell(view, &cell); i++)
	{
		if (i >= n || cell.day != tally[i].day || cell.n != tally[i].n ||
			cell.sum != tally[i].sum ||
			compare_bytes(view->names[cell.name], view->name_lens[cell.name], tally[i].name.bytes,
						  tally[i].name.len) != 0)
			return false;
	}
	return i == n;
}

static inline int64_t
row_weight(const Row *row)
{
	return (int64_t) profile_day(row->at) * 10000 + 90 * (int64_t) abs(row->sentiment);
}

/* A row's labels, each once, as world.same; returns how many. */
static inline int
distinct_labels(const Row *row, int *labels)
{
	int n = 0;
	int i;
	int j;

	for (i = 0; i < row->n_labels; i++)
	{
		for (j = 0; j < n && labels[j] != world.same[row->labels[i]]; j++)
			;
		if (j == n)
			labels[n++] = world.same[row->labels[i]];
	}
	return n;
}

static inline int
compare_row_labels(const Row *a, const Row *b)
{
	int left[PROFILE_QUOTE_LABELS];
	int right[PROFILE_QUOTE_LABELS];
	int n_left = distinct_labels(a, left);
	int n_right = distinct_labels(b, right);
	int i;

	for (i = 0; i < n_left && i < n_right; i++)
	{
		int order = by_bytes(&world.names[left[i]], &world.names[right[i]]);

		if (order != 0)
			return order;
	}
	return n_left - n_right;
}

static inline int
weightiest_first(const void *a, const void *b)
{
	const Row *left = *(const Row *const *) a;
	const Row *right = *(const Row *const *) b;
	int		   order;

	if (row_weight(left) != row_weight(right))
		return row_weight(left) > row_weight(right) ? -1 : 1;
	if (left->at != right->at)
		return left->at > right->at ? -1 : 1;
	order = compare_bytes(world.texts[left->text].bytes, world.texts[left->text].len,
						  world.texts[right->text].bytes, world.texts[right->text].len);
	if (order != 0)
		return order;
	if (left->sentiment != right->sentiment)
		return left->sentiment < right->sentiment ? -1 : 1;
	return compare_row_labels(left, right);
}

/* A count of what failed in many trials, with the first of them shown. */
static inline void
check(int *failures, bool holds, const char *law, int trial)
{
	if (!holds && (*failures)++ == 0)
		diag("%s: first failed in trial %d", law, trial);
}

/* ---- text and bytes ---- */

typedef struct Call
{
	const void	 *bytes;
	size_t		  len;
	ProfileArena *arena;
	char		 *text;
	Value		  value;
} Call;

/* The value that bytes are. */
static inline void
call_take(void *arg)
{
	Call *call = arg;

	call->arena = new_arena();
	profile_validate(call->arena, call->bytes, call->len);
	call->value = keep_out(call->arena);
}

static inline void
call_print(void *arg)
{
	Call *call = arg;

	profile_print(NULL, call->bytes, call->len, &call->text);
}

static inline void
call_parse(void *arg)
{
	Call *call = arg;

	call->arena = new_arena();
	profile_parse(call->arena, call->bytes);
	call->value = keep_out(call->arena);
}

static inline void
call_merge_itself(void *arg)
{
	Call *call = arg;
	Value value = { (unsigned char *) call->bytes, call->len };

	merge2(value, value);
}

/* Reads all three sections, from any one on. */
static inline void
call_read(void *arg)
{
	static volatile unsigned char sink; /* every byte that a reader is shown is looked at */
	Call						 *call = arg;
	ProfileView					  view;
	ProfileCell					  cell;
	ProfileEvent				  event;
	ProfileQuote				  quote;
	uint32_t					  section = below(3);
	uint32_t					  i;

	profile_open(&view, NULL, call->bytes, call->len);
	for (i = 0; i < view.n_names; i++)
		if (view.name_lens[i] > 0)
			sink += (unsigned char) view.names[i][0] + view.names[i][view.name_lens[i] - 1];
	while (section == 0 && profile_next_cell(&view, &cell))
		sink += view.name_lens[cell.name];
	while (section <= 1 && profile_next_event(&view, &event))
		sink += view.name_lens[event.kind];
	while (profile_next_quote(&view, &quote))
		for (i = 0; i < quote.len; i++)
			sink += (unsigned char) quote.text[i];
	profile_close(&view);
}

static inline bool
is_valid(Value value)
{
	Call call = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };

	return attempt(call_take, &call);
}

/* Whether a value, printed and parsed, is what it was. */
static inline bool
reads_back(Value value)
{
	Call printed = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };
	Call parsed = { 0 };

	if (!attempt(call_print, &printed))
		return false;
	parsed.bytes = printed.text;
	return attempt(call_parse, &parsed) && same(parsed.value, value);
}

static inline Value
parsed(const char *text)
{
	ProfileArena *arena = new_arena();

	profile_parse(arena, text);
	return keep_out(arena);
}

static inline bool
fails(const char *text, ProfileFailure failure, const char *what, const char *other)
{
	Call call = { text, 0, NULL, NULL, { NULL, 0 } };

	return !attempt(call_parse, &call) && port_failure == failure &&
		   strcmp(port_what ? port_what : "", what) == 0 && strcmp(port_other, other) == 0;
}

static inline void
call_merge(void *arg)
{
	Call *call = arg;

	call->value = merge((const Value *) call->bytes, (int) call->len);
}

static inline bool
merge_fails(Value a, Value b, ProfileFailure failure)
{
	Value both[] = { a, b };
	Call  call = { both, 2, NULL, NULL, { NULL, 0 } };

	return !attempt(call_merge, &call) && port_failure == failure;
}

#endif /* PROFILE_WORLD_H */
