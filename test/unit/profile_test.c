/*-------------------------------------------------------------------------
 *
 * profile_test.c
 *	  The laws of the profile core, on random events and random damage.
 *
 *	  profile_test [seed]
 *
 * The algebra: any split of the same rows, any order and any tree of merges
 * give the same bytes, and these agree with a plain count beside them.  Input
 * and output: text and bytes read back as they were; whatever is damaged is
 * refused, or is itself a valid value.
 *
 *-------------------------------------------------------------------------
 */
#include "profile_port.h"
#include "tap.h"

#include <inttypes.h>
#include <string.h>

#define MAX_ROWS	 12000
#define MAX_NAMES	 400
#define MAX_QUOTE	 PROFILE_QUOTE_BYTES
#define N_TEXTS		 48
#define TRIALS		 700
#define LONG_TRIALS	 6
#define MUTATIONS	 40
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
	int		emotion;
	int		intent;
	int		text; /* its quote, or -1 */
	int		sentiment;
	bool	is_event;
	bool	is_read; /* by the text model */
} Row;

/* What a trial draws its rows from, and the rows. */
typedef struct World
{
	int	 n_names;
	Name names[MAX_NAMES];
	Text texts[N_TEXTS];
	int	 n_rows;
	Row	 rows[MAX_ROWS];
} World;

typedef struct Value
{
	unsigned char *bytes;
	size_t		   len;
} Value;

static World world;

/* ---- random numbers: xorshift64*, Vigna 2016 ---- */

static uint64_t seed;

static uint64_t
draw(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * UINT64_C(2685821657736338717);
}

static uint32_t
below(uint32_t n)
{
	return (uint32_t) ((draw() >> 32) * n >> 32);
}

static bool
one_in(uint32_t n)
{
	return below(n) == 0;
}

/* Uniform, from .. to - 1. */
static int64_t
between(int64_t from, int64_t to)
{
	return (int64_t) ((uint64_t) from + draw() % ((uint64_t) to - (uint64_t) from));
}

/* ---- random rows ---- */

/* Any byte but NUL, with a liking for those that need care. */
static char
random_byte(void)
{
	static const char hard[] = "\"\\\n\t\x01\x1f\x7f:*/u";

	if (one_in(3))
		return hard[below(sizeof(hard) - 1)];
	return (char) (1 + below(255));
}

static void
random_name(Name *name, bool strange, bool crowded)
{
	static const char *classes[] = { "kind:", "channel:", "about:", "text:", "", ":", "x:y:" };
	const char *class = crowded ? "about:" : classes[below(LENGTH(classes))];
	uint32_t i;

	memset(name, 0, sizeof(*name));
	if (!strange)
		snprintf(name->bytes, sizeof(name->bytes), "%s%u", class, below(1000));
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

static void
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

static Spread
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

static int64_t
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

static int
optional_name(void)
{
	return one_in(2) ? -1 : (int) below(world.n_names);
}

static Row
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
	row.emotion = optional_name();
	row.intent = optional_name();
	row.sentiment = one_in(4) ? 0 : (int) between(-PROFILE_ONE, PROFILE_ONE + 1);
	return row;
}

static void
random_world(int max_rows)
{
	Spread spread = random_spread();
	bool   strange = one_in(2);
	bool   crowded = one_in(3);
	int	   i;

	world.n_names = 1 + (int) below(one_in(2) ? 20 : MAX_NAMES);
	for (i = 0; i < world.n_names; i++)
		random_name(&world.names[i], strange, crowded);
	random_texts();
	world.n_rows = (int) below(max_rows + 1);
	for (i = 0; i < world.n_rows; i++)
	{
		bool again = i > 0 && one_in(20);

		world.rows[i] = again ? world.rows[below(i)] : random_row(&spread);
		if (again && one_in(2))
			world.rows[i].sentiment = -world.rows[i].sentiment;
		else if (again && one_in(2))
			world.rows[i].intent = optional_name();
	}
}

/* ---- from rows to values, the ways that there are ---- */

static Value
keep(const void *bytes, size_t len)
{
	Value value = { profile_port_alloc(NULL, len), len };

	memcpy(value.bytes, bytes, len);
	return value;
}

static Value
keep_out(const ProfileArena *arena)
{
	return keep(arena->out, arena->out_len);
}

static bool
same(Value a, Value b)
{
	return a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

static ProfileArena *
new_arena(void)
{
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));

	profile_arena_init(arena, NULL);
	if (one_in(8))
		arena->stamp = UINT32_MAX - below(3); /* as after very many values */
	return arena;
}

static ProfileLog *
new_log(ProfileArena *arena)
{
	ProfileLog *log = profile_log_alloc(arena, sizeof(ProfileLog));

	profile_log_init(log, arena);
	return log;
}

/* The arena's number for one of the world's names, given whole or with a prefix. */
static uint32_t
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

static ProfileQuote
row_quote(ProfileArena *arena, const Row *row)
{
	ProfileQuote quote = { 0 };

	quote.at = row->at;
	quote.sentiment = row->sentiment;
	quote.emotion = intern(arena, row->emotion);
	quote.intent = intern(arena, row->intent);
	quote.len = world.texts[row->text].len;
	quote.text = world.texts[row->text].bytes;
	return quote;
}

static ProfileShape
row_shape(ProfileArena *arena, const Row *row)
{
	ProfileShape shape = { intern(arena, row->kind), intern(arena, row->channel),
						   intern(arena, row->about), row->is_event };

	return shape;
}

static void
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
static Value
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

static void
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

static Value
merge(const Value *values, int n)
{
	ProfileArena *arena = new_arena();
	int			  i;

	for (i = 0; i < n; i++)
		profile_draft_value(arena, values[i].bytes, values[i].len);
	profile_finish(arena);
	return keep_out(arena);
}

static Value
merge2(Value a, Value b)
{
	Value both[] = { a, b };

	return merge(both, 2);
}

/* The rows by a random tree: parts in logs of one arena, whole values, or both. */
static Value
tree(const Row *rows, int n)
{
	ProfileArena *arena;
	ProfileLog	 *log;
	Value		  parts[4];
	int			  n_parts = 0;

	if (n < 2 || one_in(4))
		return serial(rows, n);
	arena = new_arena();
	log = new_log(arena);
	while (n_parts < 4)
	{
		int take = n_parts == 3 ? n : (int) below(n + 1);

		parts[n_parts++] = tree(rows, take);
		rows += take;
		n -= take;
	}
	if (one_in(2))
		return merge(parts, n_parts);
	while (n_parts-- > 0)
	{
		profile_log_value(log, parts[n_parts].bytes, parts[n_parts].len);
		if (one_in(4))
			profile_log_finish(log);
	}
	profile_log_finish(log);
	return keep_out(arena);
}

/* The rows dealt to several logs of one arena, their finished values merged. */
static Value
dealt(const Row *rows, int n)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *logs[5];
	Value		  values[5];
	int			  i;

	for (i = 0; i < 5; i++)
		logs[i] = new_log(arena);
	for (i = 0; i < n; i++)
	{
		ProfileLog *log = logs[below(5)];

		log_row(log, &rows[i]);
		if (one_in(50))
			profile_log_finish(log);
	}
	for (i = 0; i < 5; i++)
	{
		profile_log_finish(logs[i]);
		values[i] = keep_out(arena);
	}
	return merge(values, 5);
}

/* The first rows, by an arena that has finished all of them before. */
static Value
after_more(const Row *rows, int n, int n_first)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *all = new_log(arena);
	ProfileLog	 *first = new_log(arena);
	int			  i;

	for (i = 0; i < n; i++)
		log_row(all, &rows[i]);
	profile_log_finish(all);
	for (i = 0; i < n_first; i++)
		log_row(first, &rows[i]);
	profile_log_finish(first);
	return keep_out(arena);
}

/* Some rows one by one, the others as one value each, in one log: many runs. */
static Value
mixed(const Row *rows, int n)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	int			  i;

	for (i = 0; i < n; i++)
	{
		Value one;

		if (!one_in(3))
		{
			log_row(log, &rows[i]);
			continue;
		}
		one = serial(&rows[i], 1);
		profile_log_value(log, one.bytes, one.len);
		profile_port_free(NULL, one.bytes);
	}
	profile_log_finish(log);
	return keep_out(arena);
}

/* ---- a plain count of the same rows, to compare with ---- */

typedef struct Tally
{
	int32_t day;
	Name	name;
	int64_t n;
	int64_t sum;
} Tally;

static int
compare_bytes(const char *a, uint32_t a_len, const char *b, uint32_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int
by_bytes(const void *a, const void *b)
{
	const Name *left = a;
	const Name *right = b;

	return compare_bytes(left->bytes, left->len, right->bytes, right->len);
}

static int
by_hash(const void *a, const void *b)
{
	const Name *left = a;
	const Name *right = b;
	uint64_t	left_hash = profile_hash("", left->bytes, left->len);
	uint64_t	right_hash = profile_hash("", right->bytes, right->len);

	return left_hash != right_hash ? (left_hash > right_hash ? 1 : -1) : by_bytes(a, b);
}

static int
by_day_and_name(const void *a, const void *b)
{
	const Tally *left = a;
	const Tally *right = b;

	return left->day != right->day ? (left->day > right->day ? 1 : -1)
								   : by_bytes(&left->name, &right->name);
}

/* The length of a name's class with its ':', 0 = none. */
static uint32_t
class_of(const Name *name)
{
	uint32_t i;

	for (i = 0; i < name->len; i++)
		if (name->bytes[i] == ':')
			return i + 1;
	return 0;
}

static bool
same_class(const Name *a, const Name *b)
{
	uint32_t len = class_of(a);

	return len > 0 && len == class_of(b) && memcmp(a->bytes, b->bytes, len) == 0;
}

static bool
is_rest(const Name *name)
{
	return class_of(name) > 0 && class_of(name) == name->len - 1 &&
		   name->bytes[name->len - 1] == '*';
}

static int
tally_add(Tally *tally, int n, const Row *row, const Name *name, int64_t sum)
{
	tally[n].day = profile_day(row->at);
	tally[n].name = *name;
	tally[n].n = 1;
	tally[n].sum = sum;
	return n + 1;
}

static int
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
static int
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
static bool
is_folded(const Name *name, const Name *names, int n)
{
	int before = 0;
	int i;

	if (class_of(name) == 0 || is_rest(name))
		return false;
	for (i = 0; i < n && by_bytes(&names[i], name) != 0; i++)
		before += same_class(&names[i], name) && !is_rest(&names[i]);
	return before >= PROFILE_CLASS_NAMES;
}

/* Adds up what is of one day and name; returns how many are left. */
static int
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

static int
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

static bool
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

static int
newest_first(const void *a, const void *b)
{
	const Row *left = *(const Row *const *) a;
	const Row *right = *(const Row *const *) b;

	return (left->at < right->at) - (left->at > right->at);
}

/* Each kept event stands for one row, and they are the newest. */
static bool
events_agree(ProfileView *view)
{
	const Row  **rows = profile_port_alloc(NULL, sizeof(Row *) * (world.n_rows + 1));
	int			 n = 0;
	ProfileEvent event;
	int			 i;

	for (i = 0; i < world.n_rows; i++)
		if (world.rows[i].is_event)
			rows[n++] = &world.rows[i];
	qsort(rows, n, sizeof(Row *), newest_first);
	for (i = 0; profile_next_event(view, &event); i++)
	{
		int j = i;

		if (i >= n || event.at != rows[i]->at)
			return false;
		while (j < n && (rows[j]->at != event.at || rows[j]->amount != event.amount ||
						 (rows[j]->about < 0) != (event.about == PROFILE_NONE) ||
						 (rows[j]->channel < 0) != (event.channel == PROFILE_NONE) ||
						 compare_bytes(view->names[event.kind], view->name_lens[event.kind],
									   world.names[rows[j]->kind].bytes,
									   world.names[rows[j]->kind].len) != 0))
			j++;
		if (j == n)
			return false;
		rows[j] = rows[i];
	}
	return i == (n < PROFILE_LATEST ? n : PROFILE_LATEST);
}

static int64_t
row_weight(const Row *row)
{
	return (int64_t) profile_day(row->at) * 10000 + 90 * (int64_t) abs(row->sentiment);
}

static int
compare_optional_names(int a, int b)
{
	if (a < 0 || b < 0)
		return (a >= 0) - (b >= 0);
	return by_bytes(&world.names[a], &world.names[b]);
}

static int
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
	order = compare_optional_names(left->emotion, right->emotion);
	return order != 0 ? order : compare_optional_names(left->intent, right->intent);
}

/* Whether a weightier row has the same words. */
static bool
same_words_before(const Row **rows, int at)
{
	const Text *text = &world.texts[rows[at]->text];
	int			i;

	for (i = 0; i < at; i++)
	{
		const Text *other = &world.texts[rows[i]->text];

		if (compare_bytes(other->bytes, other->len, text->bytes, text->len) == 0)
			return true;
	}
	return false;
}

static bool
quotes_agree(ProfileView *view)
{
	const Row  **rows = profile_port_alloc(NULL, sizeof(Row *) * (world.n_rows + 1));
	int			 n = 0;
	int			 kept = 0;
	uint32_t	 bytes = 0;
	ProfileQuote quote;
	bool		 more = true;
	int			 i;

	for (i = 0; i < world.n_rows; i++)
		if (world.rows[i].text >= 0)
			rows[n++] = &world.rows[i];
	qsort(rows, n, sizeof(Row *), weightiest_first);
	for (i = 0; i < n && kept < PROFILE_QUOTES && bytes < PROFILE_QUOTE_BYTES; i++)
	{
		const Text *text = &world.texts[rows[i]->text];

		if (same_words_before(rows, i))
			continue;
		more = profile_next_quote(view, &quote);
		if (!more || quote.at != rows[i]->at || quote.sentiment != rows[i]->sentiment ||
			compare_bytes(quote.text, quote.len, text->bytes, text->len) != 0)
			return false;
		kept++;
		bytes += text->len;
	}
	return !profile_next_quote(view, &quote);
}

/* Whether a value's cells name at most so many of each class, and its rest. */
static bool
is_bounded(Value value)
{
	ProfileView view;
	ProfileCell cell;
	bool	   *used;
	Name		last = { 0 };
	int			in_class = 0;
	uint32_t	i;

	profile_open(&view, NULL, value.bytes, value.len);
	used = memset(profile_port_alloc(NULL, view.n_names), 0, view.n_names);
	while (profile_next_cell(&view, &cell))
		used[cell.name] = true;
	for (i = 0; i < view.n_names; i++)
	{
		Name name = { view.name_lens[i], "" };

		memcpy(name.bytes, view.names[i], name.len);
		if (!used[i] || class_of(&name) == 0)
			continue;
		if (!same_class(&last, &name))
			in_class = 0;
		in_class += !is_rest(&name);
		if (in_class > PROFILE_CLASS_NAMES)
			return false;
		last = name;
	}
	return true;
}

/* ---- the laws ---- */

/* A count of what failed in many trials, with the first of them shown. */
static void
check(int *failures, bool holds, const char *law, int trial)
{
	if (!holds && (*failures)++ == 0)
		diag("%s: first failed in trial %d", law, trial);
}

static void
test_algebra(int trials, int max_rows, const char *size)
{
	static const char *laws[] = { "any order",
								  "a tree of merges",
								  "logs of one arena",
								  "rows and values in one log",
								  "cells agree with a plain count",
								  "events are the newest",
								  "quotes follow their rule",
								  "names are bounded",
								  "nothing is left of an earlier value" };
	int				   failures[LENGTH(laws)] = { 0 };
	int				   trial;
	size_t			   i;

	for (trial = 0; trial < trials; trial++)
	{
		Value		base;
		ProfileView view;
		bool		holds[LENGTH(laws)];

		random_world(max_rows);
		base = serial(world.rows, world.n_rows);
		shuffle(world.rows, world.n_rows);
		holds[0] = same(base, serial(world.rows, world.n_rows));
		holds[1] = same(base, tree(world.rows, world.n_rows));
		holds[2] = same(base, dealt(world.rows, world.n_rows));
		holds[3] = same(base, mixed(world.rows, world.n_rows));
		profile_open(&view, NULL, base.bytes, base.len);
		holds[4] = cells_agree(&view);
		holds[5] = events_agree(&view);
		holds[6] = quotes_agree(&view);
		holds[7] = is_bounded(base);
		holds[8] = same(serial(world.rows, world.n_rows / 2),
						after_more(world.rows, world.n_rows, world.n_rows / 2));
		for (i = 0; i < LENGTH(laws); i++)
			check(&failures[i], holds[i], laws[i], trial);
		port_free_all();
	}
	for (i = 0; i < LENGTH(laws); i++)
		ok(failures[i] == 0, "%s logs: %s", size, laws[i]);
}

/* Three values of random parts of the world's rows. */
static void
three_values(Value *values)
{
	int cut = (int) below(world.n_rows + 1);
	int cut2 = cut + (int) below(world.n_rows - cut + 1);

	values[0] = serial(world.rows, cut);
	values[1] = serial(world.rows + cut, cut2 - cut);
	values[2] = serial(world.rows + cut2, world.n_rows - cut2);
}

static void
test_merge(void)
{
	static const char *laws[] = { "is commutative", "is associative", "has an identity" };
	int				   failures[LENGTH(laws)] = { 0 };
	int				   trial;
	size_t			   i;

	for (trial = 0; trial < TRIALS; trial++)
	{
		Value v[3];
		Value empty = merge(NULL, 0);

		random_world(one_in(4) ? 900 : 60);
		three_values(v);
		check(&failures[0], same(merge2(v[0], v[1]), merge2(v[1], v[0])), laws[0], trial);
		check(&failures[1],
			  same(merge2(merge2(v[0], v[1]), v[2]), merge2(v[0], merge2(v[1], v[2]))), laws[1],
			  trial);
		check(&failures[2], same(merge2(v[0], empty), v[0]) && same(merge2(empty, v[0]), v[0]),
			  laws[2], trial);
		port_free_all();
	}
	for (i = 0; i < LENGTH(laws); i++)
		ok(failures[i] == 0, "merge %s", laws[i]);
}

/* ---- slices ---- */

static Value
slice(Value value, int32_t since, int32_t until)
{
	ProfileArena *arena = new_arena();

	profile_draft_slice(arena, value.bytes, value.len, since, until);
	profile_finish(arena);
	return keep_out(arena);
}

static int32_t
random_day(void)
{
	if (world.n_rows == 0 || one_in(10))
		return (int32_t) between(INT32_MIN, (int64_t) INT32_MAX + 1);
	return profile_day(world.rows[below(world.n_rows)].at) + (int32_t) below(3) - 1;
}

static void
test_slices(void)
{
	int joined = 0;
	int nested = 0;
	int trial;

	for (trial = 0; trial < TRIALS; trial++)
	{
		Value	a;
		int32_t day;
		int32_t from;
		int32_t to;

		random_world(one_in(4) ? 900 : 60);
		a = serial(world.rows, world.n_rows);
		day = random_day();
		check(&joined, same(a, merge2(slice(a, INT32_MIN, day), slice(a, day, INT32_MAX))),
			  "slices joined", trial);
		from = random_day();
		to = random_day();
		check(
			&nested,
			same(slice(slice(a, day, INT32_MAX), from, to), slice(a, from > day ? from : day, to)),
			"slice of a slice", trial);
		port_free_all();
	}
	ok(joined == 0, "what is cut at a day merges to what it was");
	ok(nested == 0, "a slice of a slice is the slice of both");
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

static void
call_validate(void *arg)
{
	Call *call = arg;

	profile_validate(new_arena(), call->bytes, call->len);
}

static void
call_print(void *arg)
{
	Call *call = arg;

	profile_print(NULL, call->bytes, call->len, &call->text);
}

static void
call_parse(void *arg)
{
	Call *call = arg;

	call->arena = new_arena();
	profile_parse(call->arena, call->bytes);
	call->value = keep_out(call->arena);
}

static void
call_merge_itself(void *arg)
{
	Call *call = arg;
	Value value = { (unsigned char *) call->bytes, call->len };

	merge2(value, value);
}

/* Reads all three sections, from any one on. */
static void
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

static bool
is_valid(Value value)
{
	Call call = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };

	return attempt(call_validate, &call);
}

/* Whether a value, printed and parsed, is what it was. */
static bool
reads_back(Value value)
{
	Call printed = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };
	Call parsed = { 0 };

	if (!attempt(call_print, &printed))
		return false;
	parsed.bytes = printed.text;
	return attempt(call_parse, &parsed) && same(parsed.value, value);
}

static void
test_round_trip(void)
{
	int text = 0;
	int valid = 0;
	int trial;

	for (trial = 0; trial < TRIALS; trial++)
	{
		Value value;

		random_world(one_in(4) ? 900 : 60);
		value = serial(world.rows, world.n_rows);
		check(&text, reads_back(value), "text", trial);
		check(&valid, is_valid(value), "valid", trial);
		port_free_all();
	}
	ok(text == 0, "a value, printed and parsed, is what it was");
	ok(valid == 0, "a finished value is valid");
}

static Value
random_damage(Value value)
{
	Value	 damaged = keep(value.bytes, value.len);
	uint32_t i = below((uint32_t) value.len);
	uint32_t n = 1 + below(12);
	uint32_t j;

	switch (below(6))
	{
		case 0: /* cut off */
			return keep(value.bytes, i);
		case 1: /* extended */
			damaged = keep(value.bytes, value.len);
			damaged.bytes = profile_port_grow(NULL, damaged.bytes, value.len + n);
			for (j = 0; j < n; j++)
				damaged.bytes[value.len + j] = one_in(2) ? 0 : (unsigned char) below(256);
			damaged.len += n;
			return damaged;
		case 2: /* some bytes left out */
			n = n < value.len - i ? n : (uint32_t) value.len - i;
			memmove(damaged.bytes + i, damaged.bytes + i + n, value.len - i - n);
			return keep(damaged.bytes, value.len - n);
		case 3: /* one bit */
			damaged.bytes[i] ^= (unsigned char) (1 << below(8));
			return damaged;
		case 4: /* a number, larger or smaller by one */
			damaged.bytes[i] += one_in(2) ? 1 : 255;
			return damaged;
		default: /* bytes at several places */
			for (; n > 0; n--)
				damaged.bytes[below((uint32_t) value.len)] =
					one_in(4) ? 0xff : (unsigned char) below(256);
			return damaged;
	}
}

/* Whether damaged bytes are refused as they should be, or are as good as others. */
static bool
bytes_hold(Value value)
{
	Call call = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };
	bool readable = attempt(call_read, &call) || port_failure <= PROFILE_NEWER;
	bool printable = attempt(call_print, &call) || port_failure <= PROFILE_NEWER;

	if (!readable || !printable)
		return false;
	if (!is_valid(value))
		return port_failure != PROFILE_SYNTAX;
	if (!attempt(call_merge_itself, &call) && port_failure != PROFILE_OVERFLOW)
		return false;
	return reads_back(value);
}

/* Whether damaged text is refused with a reason and a place, or gives a valid value. */
static bool
text_holds(const char *text)
{
	Call  call = { text, 0, NULL, NULL, { NULL, 0 } };
	char *end;
	long  place;

	if (attempt(call_parse, &call))
		return is_valid(call.value) && reads_back(call.value);
	if (port_failure != PROFILE_SYNTAX)
		return port_failure != PROFILE_CORRUPT;
	place = strtol(port_other, &end, 10);
	return port_what != NULL && port_what[0] != '\0' && *end == '\0' && place >= 1 &&
		   (size_t) place <= strlen(text) + 1;
}

static bool
damaged_text_holds(Value value)
{
	Call  call = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };
	Value text;
	Value damaged;

	if (!attempt(call_print, &call))
		return false;
	text.bytes = (unsigned char *) call.text;
	text.len = strlen(call.text);
	damaged = random_damage(text);
	damaged.bytes = profile_port_grow(NULL, damaged.bytes, damaged.len + 1);
	damaged.bytes[damaged.len] = '\0';
	return text_holds((char *) damaged.bytes);
}

static void
test_damage(void)
{
	int bytes = 0;
	int text = 0;
	int trial;
	int i;

	for (trial = 0; trial < TRIALS / 4; trial++)
	{
		Value value;

		random_world(one_in(6) ? 300 : 8);
		value = serial(world.rows, world.n_rows);
		for (i = 0; i < MUTATIONS; i++)
		{
			check(&bytes, bytes_hold(random_damage(value)), "damaged bytes", trial);
			check(&text, damaged_text_holds(value), "damaged text", trial);
		}
		port_free_all();
	}
	ok(bytes == 0, "damaged bytes are refused or valid");
	ok(text == 0, "damaged text is refused with a reason and a place, or gives a valid value");
}

/* ---- failures that are defined ---- */

static Value
parsed(const char *text)
{
	ProfileArena *arena = new_arena();

	profile_parse(arena, text);
	return keep_out(arena);
}

static bool
fails(const char *text, ProfileFailure failure, const char *what, const char *other)
{
	Call call = { text, 0, NULL, NULL, { NULL, 0 } };

	return !attempt(call_parse, &call) && port_failure == failure &&
		   strcmp(port_what ? port_what : "", what) == 0 && strcmp(port_other, other) == 0;
}

static void
call_merge(void *arg)
{
	Call *call = arg;

	call->value = merge((const Value *) call->bytes, (int) call->len);
}

static bool
merge_fails(Value a, Value b, ProfileFailure failure)
{
	Value both[] = { a, b };
	Call  call = { both, 2, NULL, NULL, { NULL, 0 } };

	return !attempt(call_merge, &call) && port_failure == failure;
}

#define HUGE_NUMBER "\xff\xff\xff\xff\xff\xff\xff\xff\x7f" /* 2^63 - 1 */
#define ONE_NAME	"\1\0\0\1\1a"

/* Numbers too large for what they stand for, at every place. */
static void
test_huge_numbers(void)
{
#define CASE(bytes)              \
	{                            \
		bytes, sizeof(bytes) - 1 \
	}
	static const struct
	{
		const char *bytes;
		size_t		len;
	} cases[] = {
		CASE("\1\0" HUGE_NUMBER "\0\0\0\0"),
		CASE("\1\0\0" HUGE_NUMBER "\0\0\0"),
		CASE("\1\0\0\1" HUGE_NUMBER "\0\0\0"),
		CASE(ONE_NAME HUGE_NUMBER "\0\0"),
		CASE(ONE_NAME "\1" HUGE_NUMBER "\1\3\0\0"),
		CASE(ONE_NAME "\2\0\1\3" HUGE_NUMBER "\1\3\0\0"),
		CASE(ONE_NAME "\1\0" HUGE_NUMBER "\3\0\0"),
		CASE(ONE_NAME "\1\0\1" HUGE_NUMBER "\0\0"),
		CASE(ONE_NAME "\0" HUGE_NUMBER "\0"),
		CASE(ONE_NAME "\0\1" HUGE_NUMBER "\0\0\0\0\0"),
		CASE(ONE_NAME "\0\2\0\0\0\0\0" HUGE_NUMBER "\0\0\0\0\0"),
		CASE(ONE_NAME "\0\1\0" HUGE_NUMBER "\0\0\0\0"),
		CASE(ONE_NAME "\0\1\0\0" HUGE_NUMBER "\0\0\0"),
		CASE(ONE_NAME "\0\0" HUGE_NUMBER),
		CASE(ONE_NAME "\0\0\1" HUGE_NUMBER "\0\0\0\1x"),
		CASE(ONE_NAME "\0\0\1\0" HUGE_NUMBER "\0\0\1x"),
		CASE(ONE_NAME "\0\0\1\0\0" HUGE_NUMBER "\0\1x"),
		CASE(ONE_NAME "\0\0\1\0\0\0\0" HUGE_NUMBER "x"),
	};
	size_t i;
	int	   failures = 0;

	for (i = 0; i < LENGTH(cases); i++)
		check(&failures,
			  !is_valid(keep(cases[i].bytes, cases[i].len)) && port_failure == PROFILE_CORRUPT,
			  "huge number", (int) i);
	ok(failures == 0, "numbers too large for what they stand for are refused");
	port_free_all();
}

static void
test_failures(void)
{
	Value most = parsed("{\"format\": 1, \"cells\": [[0, \"a\", 9223372036854775807, 0]]}");
	Value rich = parsed("{\"format\": 1, \"cells\": [[0, \"a\", 1, 9223372036854775807]]}");
	Value poor = parsed("{\"format\": 1, \"cells\": [[0, \"a\", 1, -9223372036854775808]]}");
	Value one = parsed("{\"format\": 1, \"model\": \"m1\", \"cells\": [[0, \"text\", 1, 0]]}");
	Value two = parsed("{\"format\": 1, \"model\": \"m2\", \"cells\": [[0, \"text\", 1, 0]]}");
	Value none = parsed("{\"format\": 1, \"model\": \"m2\", \"cells\": [[0, \"texts\", 1, 0]]}");

	ok(merge_fails(most, rich, PROFILE_OVERFLOW), "a count beyond 64 bits is refused");
	ok(merge_fails(rich, rich, PROFILE_OVERFLOW), "so is a sum");
	ok(merge_fails(poor, poor, PROFILE_OVERFLOW), "and a negative one");
	ok(same(merge2(rich, poor), parsed("{\"format\": 1, \"cells\": [[0, \"a\", 2, -1]]}")),
	   "the largest and the smallest sum add up");
	ok(merge_fails(one, two, PROFILE_MODELS_DIFFER) && strcmp(port_what, "m1") == 0 &&
		   strcmp(port_other, "m2") == 0,
	   "two text models in one profile are refused and named");
	ok(!merge_fails(one, none, PROFILE_MODELS_DIFFER), "a value without texts has no model");
	ok(fails("{\"format\": 2}", PROFILE_NEWER, "", ""), "a newer format is refused as such");
	ok(fails("{\"format\": 0}", PROFILE_SYNTAX, "an integer within its range", "12"),
	   "format 0 is refused");
	ok(fails("{\"format\": 1, \"cells\": [[0, \"\\", PROFILE_SYNTAX, "\\\", \\\\ or \\u001f", "31"),
	   "text that ends in an escape is refused where it ends");
	ok(fails("{\"format\": 1} x", PROFILE_SYNTAX, "its end", "15"),
	   "what follows the end is refused");
	port_free_all();
}

static void
call_tree(void *arg)
{
	Call *call = arg;

	call->value = tree(world.rows, world.n_rows);
}

/* Sums near the end of 64 bits: any way of adding gives the one value, or an overflow. */
static void
test_near_overflow(void)
{
	int signs = 0;
	int growing = 0;
	int trial;

	for (trial = 0; trial < TRIALS; trial++)
	{
		bool positive = one_in(2);
		Call a = { 0 };
		Call b = { 0 };
		bool a_done;
		bool b_done;
		int	 i;

		random_world(6);
		for (i = 0; i < world.n_rows; i++)
		{
			world.rows[i].at = 0;
			world.rows[i].kind = 0;
			world.rows[i].amount = between(positive ? 0 : -INT64_MAX, INT64_MAX) >> below(3);
		}
		a_done = attempt(call_tree, &a) || port_failure != PROFILE_OVERFLOW;
		shuffle(world.rows, world.n_rows);
		b_done = attempt(call_tree, &b) || port_failure != PROFILE_OVERFLOW;
		if (a_done && b_done)
			check(&signs, a.value.bytes && b.value.bytes && same(a.value, b.value), "near overflow",
				  trial);
		if (positive)
			check(&growing, a_done == b_done, "growing sums", trial);
		port_free_all();
	}
	ok(signs == 0, "sums near 64 bits: the same value in any order, or an overflow");
	ok(growing == 0, "of amounts of one sign, all orders overflow or none does");
}

/* ---- single cases ---- */

static void
test_days(void)
{
	const int64_t day = PROFILE_USECS_PER_DAY;
	bool		  holds = true;
	int			  i;

	ok(profile_day(0) == 0 && profile_day(day - 1) == 0 && profile_day(day) == 1,
	   "a day ends before the next midnight");
	ok(profile_day(-1) == -1 && profile_day(-day) == -1 && profile_day(-day - 1) == -2,
	   "so it does before 2000");
	ok(profile_day(PROFILE_MIN_AT) == -2451545 && profile_day(PROFILE_END_AT - 1) == 106751982,
	   "the first and the last day of a timestamp");
	for (i = 0; i < 10000; i++)
	{
		int64_t at = between(PROFILE_MIN_AT, PROFILE_END_AT);
		int64_t start = profile_day(at) * day;

		holds &= start <= at && at - start < day;
	}
	ok(holds, "an instant lies in its day");
}

static void
test_names(void)
{
	int		 failures = 0;
	uint32_t len;

	for (len = 0; len <= PROFILE_MAX_NAME; len++)
	{
		Row		 row = { 0 };
		Value	 value;
		uint32_t i;

		world.n_names = 1;
		world.names[0].len = len;
		for (i = 0; i < len; i++)
			world.names[0].bytes[i] = (char) (1 + (len * 7 + i) % 255);
		row.channel = row.about = row.emotion = row.intent = row.text = -1;
		row.is_event = true;
		value = serial(&row, 1);
		check(&failures, is_valid(value) && reads_back(value), "name of length", (int) len);
	}
	ok(failures == 0, "names of 0 to %d bytes read back", PROFILE_MAX_NAME);
	ok(fails("{\"format\": 1, \"cells\": [[0, \"\\u0000\", 1, 0]]}", PROFILE_SYNTAX,
			 "a control character (write others as they are)", "36"),
	   "a zero byte in text is refused");
	ok(!is_valid(keep("\1\0\0\1\1\0\1\0\1\3\0\0", 12)), "so it is in bytes");
	port_free_all();
}

/* A value whose one name, or one quote's text, has so many bytes. */
static Value
with_string(bool in_quote, size_t len)
{
	static const char before_quote[] = "\1\0\0\0\0\0\1\0\0\0\0";
	static const char before_name[] = "\1\0\0\1";
	static const char after_name[] = "\1\0\1\3\0\0";
	size_t			  head = (in_quote ? sizeof(before_quote) : sizeof(before_name)) - 1;
	size_t			  tail = in_quote ? 0 : sizeof(after_name) - 1;
	Value value = { profile_port_alloc(NULL, head + 2 + len + tail), head + 2 + len + tail };

	memcpy(value.bytes, in_quote ? before_quote : before_name, head);
	value.bytes[head] = (unsigned char) (len | 0x80);
	value.bytes[head + 1] = (unsigned char) (len >> 7);
	memset(value.bytes + head + 2, 'a', len);
	memcpy(value.bytes + head + 2 + len, after_name, tail);
	return value;
}

static void
test_lengths(void)
{
	Value most = with_string(true, PROFILE_QUOTE_BYTES);

	ok(is_valid(most) && reads_back(most) && !is_valid(with_string(true, PROFILE_QUOTE_BYTES + 1)),
	   "a quote has at most %d bytes", PROFILE_QUOTE_BYTES);
	ok(!is_valid(with_string(false, PROFILE_MAX_NAME + 1)), "a name has at most %d bytes",
	   PROFILE_MAX_NAME);
	port_free_all();
}

/* The bytes of format 1: stored values depend on them. */
static void
test_format(void)
{
	static const char text[] =
		"{\"format\": 1, \"model\": \"m\", \"cells\": [[-1, \"text\", 1, 0], [2, \"about:x\", 3, -7]], "
		"\"events\": [[200000000000, \"text\", null, \"about:x\", 10000]], "
		"\"quotes\": [[-1, -10000, \"text\", null, \"a\\\"\\u0001\"]]}";
	static const unsigned char bytes[] = {
		1, 0,	 1,	   'm', /* header, model */
		2, 7,	 'a',  'b',	 'o',  'u',	 't',  ':', 'x', 4,	  't',	'e',  'x', 't', /* names */
		2, 1,	 1,	   7,		 /* days; -1: n = 1, sum = 0 */
		2, 1,	 0,	   3,	 13, /* 2: n, sum */
		1, 0x80, 0xc0, 0xee, 0x8e, 0xd2, 0x0b, 1,	0,	 1,	  0xa0, 0x9c, 1, /* events */
		1, 1,	 0x9f, 0x9c, 1,	   2,	 0,	   3,	'a', '"', 1				 /* quotes */
	};
	Value value = parsed(text);
	Value expected = keep(bytes, sizeof(bytes));
	Call  call = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };

	if (!ok(same(value, expected), "the bytes of format 1 are what they were"))
	{
		size_t i;

		for (i = 0; i < value.len; i++)
			diag("%zu: %u, not %u", i, value.bytes[i], i < sizeof(bytes) ? bytes[i] : 256);
	}
	ok(attempt(call_print, &call) && strcmp(call.text, text) == 0, "so is the text");
	ok(same(merge(NULL, 0), parsed("{\"format\": 1}")), "the empty profile has a text form");
	port_free_all();
}

static void
call_second_model(void *arg)
{
	ProfileLog *log = arg;

	profile_log_model(log, profile_name(log->arena, "", "n", 1));
}

static void
test_memory(void)
{
	ProfileArena arena;
	char		*text;

	profile_arena_init(&arena, NULL);
	profile_parse(&arena, "{\"format\": 1, \"cells\": [[1, \"text\", 1, 0]], "
						  "\"events\": [[0, \"a\", null, null, 1]]}");
	profile_print(NULL, arena.out, arena.out_len, &text);
	profile_parse(&arena, text);
	profile_port_free(NULL, text);
	profile_arena_free(&arena);
	ok(pieces.next == &pieces, "printing, parsing and an arena give back what they took");
	port_free_all();
}

static void
test_log_reuse(void)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	ProfileShape  shape = { 0, PROFILE_NONE, PROFILE_NONE, false };
	Value		  before;

	shape.kind = profile_name(arena, "text", "", 0);
	profile_log_add(log, 0, profile_shape(arena, shape), 0);
	profile_log_finish(log);
	before = keep_out(arena);
	profile_log_model(log, profile_name(arena, "", "m", 1));
	profile_log_finish(log);
	ok(!same(before, keep_out(arena)), "a model named after a log was finished is in its value");
	ok(!attempt(call_second_model, log) && port_failure == PROFILE_MODELS_DIFFER &&
		   strcmp(port_what, "m") == 0 && strcmp(port_other, "n") == 0,
	   "a log has one text model");
	profile_log_init(log, arena);
	profile_log_finish(log);
	ok(same(merge(NULL, 0), keep_out(arena)), "a log made anew is empty");
	port_free_all();
}

/* A log of many rows is compacted: its memory follows what its value holds. */
static void
test_compaction(void)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	ProfileShape  shape = { 0, PROFILE_NONE, PROFILE_NONE, false };
	ProfileView	  view;
	ProfileCell	  cell;
	int			  i;

	shape.kind = profile_name(arena, "kind:", "order", 5);
	for (i = 0; i < 100000; i++)
		profile_log_add(log, i, profile_shape(arena, shape), INT64_C(1) << 40);
	ok(log->n_entries < 5000 && arena->n_wide < 5000, "a long log is compacted");
	profile_log_finish(log);
	profile_open(&view, NULL, arena->out, arena->out_len);
	ok(profile_next_cell(&view, &cell) && cell.n == i && cell.sum == (int64_t) i << 40 &&
		   !profile_next_cell(&view, &cell),
	   "and counts every row");
	port_free_all();
}

static int
count_pieces(void)
{
	const Piece *piece;
	int			 n = 0;

	for (piece = pieces.next; piece != &pieces; piece = piece->next)
		n++;
	return n;
}

/* Each quote outweighs the one before; now and then a long one pushes out several. */
static void
test_quote_memory(void)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	char		  text[PROFILE_QUOTE_BYTES];
	ProfileQuote  quote = { 0, 0, PROFILE_NONE, PROFILE_NONE, 1, text };
	int			  before;

	memset(text, 'a', sizeof(text));
	profile_log_model(log, profile_name(arena, "", "m", 1));
	before = count_pieces();
	for (; quote.at < 1000; quote.at++)
	{
		quote.len = one_in(10) ? PROFILE_QUOTE_BYTES : 1 + below(40);
		profile_log_quote(log, &quote);
	}
	ok(count_pieces() <= before + PROFILE_QUOTES, "quotes that fall out give back their memory");
	port_free_all();
}

int
main(int argc, char **argv)
{
	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	diag("seed %" PRIu64, seed);
	seed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
	test_format();
	test_days();
	test_names();
	test_lengths();
	test_memory();
	test_log_reuse();
	test_compaction();
	test_quote_memory();
	test_huge_numbers();
	test_failures();
	test_merge();
	test_algebra(TRIALS, 120, "short");
	test_algebra(LONG_TRIALS, MAX_ROWS, "long");
	test_near_overflow();
	test_slices();
	test_round_trip();
	test_damage();
	return tap_done();
}
