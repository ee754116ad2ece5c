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
#include "profile_world.h"

#define TRIALS		700
#define LONG_TRIALS 6
#define MUTATIONS	40

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
	for (i = 0; i < n && kept < PROFILE_QUOTES && bytes < PROFILE_QUOTE_ROOM; i++)
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
	if (!attempt(call_take, &call))
		return port_failure != PROFILE_SYNTAX;
	if (!attempt(call_merge_itself, &call) && port_failure != PROFILE_OVERFLOW)
		return false;
	return (value.bytes[0] < PROFILE_FORMAT || same(value, call.value)) && reads_back(call.value);
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

static void
test_failures(void)
{
	Value most = parsed("{\"format\": 2, \"cells\": [[0, \"a\", 9223372036854775807, 0]]}");
	Value rich = parsed("{\"format\": 2, \"cells\": [[0, \"a\", 1, 9223372036854775807]]}");
	Value poor = parsed("{\"format\": 2, \"cells\": [[0, \"a\", 1, -9223372036854775808]]}");
	Value one = parsed("{\"format\": 2, \"model\": \"m1\", \"cells\": [[0, \"text\", 1, 0]]}");
	Value two = parsed("{\"format\": 2, \"model\": \"m2\", \"cells\": [[0, \"text\", 1, 0]]}");
	Value none = parsed("{\"format\": 2, \"model\": \"m2\", \"cells\": [[0, \"texts\", 1, 0]]}");

	ok(merge_fails(most, rich, PROFILE_OVERFLOW), "a count beyond 64 bits is refused");
	ok(merge_fails(rich, rich, PROFILE_OVERFLOW), "so is a sum");
	ok(merge_fails(poor, poor, PROFILE_OVERFLOW), "and a negative one");
	ok(same(merge2(rich, poor), parsed("{\"format\": 2, \"cells\": [[0, \"a\", 2, -1]]}")),
	   "the largest and the smallest sum add up");
	ok(merge_fails(one, two, PROFILE_MODELS_DIFFER) && strcmp(port_what, "m1") == 0 &&
		   strcmp(port_other, "m2") == 0,
	   "two text models in one profile are refused and named");
	ok(!merge_fails(one, none, PROFILE_MODELS_DIFFER), "a value without texts has no model");
	ok(fails("{\"format\": 3}", PROFILE_NEWER, "", ""), "a newer format is refused as such");
	ok(fails("{\"format\": 0}", PROFILE_SYNTAX, "an integer within its range", "12"),
	   "format 0 is refused");
	ok(fails("{\"format\": 2, \"cells\": [[0, \"\\", PROFILE_SYNTAX, "\\\", \\\\ or \\u001f", "31"),
	   "text that ends in an escape is refused where it ends");
	ok(fails("{\"format\": 2} x", PROFILE_SYNTAX, "its end", "15"),
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
	profile_parse(&arena, "{\"format\": 2, \"cells\": [[1, \"text\", 1, 0]], "
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
	ProfileQuote  quote = { 0, 0, 0, { 0 }, 1, text };
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
	start_random(argc, argv);
	test_days();
	test_memory();
	test_log_reuse();
	test_compaction();
	test_quote_memory();
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
