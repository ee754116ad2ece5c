/*-------------------------------------------------------------------------
 *
 * profile_format_test.c
 *	  The bytes of profiles: what is written, what is read of older formats,
 *	  what is refused.
 *
 *-------------------------------------------------------------------------
 */
#include "profile_world.h"

#define HUGE_NUMBER	  "\xff\xff\xff\xff\xff\xff\xff\xff\x7f" /* 2^63 - 1 */
#define OLD_NAME	  "\1\0\0\1\1a"
#define BEYOND_NUMBER "\x80\x80\x80\x80\x80\x80\x80\x80\x80\1" /* 2^63 */
#define ONE_NAME	  "\2\0\0\1\x80\1a"

/* Bytes that hold zeroes */
typedef struct Bytes
{
	const char *bytes;
	size_t		len;
} Bytes;

#define CASE(bytes)              \
	{                            \
		bytes, sizeof(bytes) - 1 \
	}

/* Numbers too large for what they stand for, at every place. */
static void
test_huge_numbers(void)
{
	static const Bytes cases[] = {
		/* format 1 */
		CASE("\1\0" HUGE_NUMBER "\0\0\0\0"),
		CASE("\1\0\0" HUGE_NUMBER "\0\0\0"),
		CASE("\1\0\0\1" HUGE_NUMBER "\0\0\0"),
		CASE(OLD_NAME HUGE_NUMBER "\0\0"),
		CASE(OLD_NAME "\1" HUGE_NUMBER "\1\3\0\0"),
		CASE(OLD_NAME "\2\0\1\3" HUGE_NUMBER "\1\3\0\0"),
		CASE(OLD_NAME "\1\0" HUGE_NUMBER "\3\0\0"),
		CASE(OLD_NAME "\1\0\1" HUGE_NUMBER "\0\0"),
		CASE(OLD_NAME "\0" HUGE_NUMBER "\0"),
		CASE(OLD_NAME "\0\1" HUGE_NUMBER "\0\0\0\0\0"),
		CASE(OLD_NAME "\0\2\0\0\0\0\0" HUGE_NUMBER "\0\0\0\0\0"),
		CASE(OLD_NAME "\0\1\0" HUGE_NUMBER "\0\0\0\0"),
		CASE(OLD_NAME "\0\1\0\0" HUGE_NUMBER "\0\0\0"),
		CASE(OLD_NAME "\0\0" HUGE_NUMBER),
		CASE(OLD_NAME "\0\0\1" HUGE_NUMBER "\0\0\0\1x"),
		CASE(OLD_NAME "\0\0\1\0" HUGE_NUMBER "\0\0\1x"),
		CASE(OLD_NAME "\0\0\1\0\0" HUGE_NUMBER "\0\1x"),
		CASE(OLD_NAME "\0\0\1\0\0\0\0" HUGE_NUMBER "x"),
		/* format 2 */
		CASE("\2\0" HUGE_NUMBER "\0\0\0\0"),
		CASE("\2\0\0" HUGE_NUMBER "\0\0\0"),
		CASE("\2\0\0\1\x80" HUGE_NUMBER "\0\0\0"),
		CASE(ONE_NAME HUGE_NUMBER "\0\0"),
		CASE(ONE_NAME "\1" HUGE_NUMBER "\0\0\0\0"),
		CASE(ONE_NAME "\2\0\0\0" HUGE_NUMBER "\0\0\0"),
		CASE(ONE_NAME "\1\0\7" HUGE_NUMBER "\0\0\0"),
		CASE(ONE_NAME "\1\0\0" HUGE_NUMBER "\0\0"),
		CASE(ONE_NAME "\1\0\0\1\xff" HUGE_NUMBER "\0\0"),
		CASE(ONE_NAME "\1\0\0\3" HUGE_NUMBER "\0\0"),
		CASE(ONE_NAME "\1\0\0\1" BEYOND_NUMBER "\0\0"),
		CASE(ONE_NAME "\1\0\0\5" BEYOND_NUMBER "\0\0\0"),
		CASE(ONE_NAME "\0" HUGE_NUMBER "\0"),
		CASE(ONE_NAME "\0\1" HUGE_NUMBER "\0\0\0\0\0"),
		CASE("\2\4\0\1\x80\1a\0\1\xff\xff\xff\xff\xff\xff\xff\x0f\0\0\0\0\0"),
		CASE(ONE_NAME "\0\2\0\0\0\0\0" HUGE_NUMBER "\0\0\0\0\0"),
		CASE(ONE_NAME "\0\1\0" HUGE_NUMBER "\0\0\0\0"),
		CASE(ONE_NAME "\0\1\0\0" HUGE_NUMBER "\0\0\0"),
		CASE(ONE_NAME "\0\0" HUGE_NUMBER),
		CASE(ONE_NAME "\0\0\1" HUGE_NUMBER "\0\0\2x"),
		CASE(ONE_NAME "\0\0\1\0" HUGE_NUMBER "\0\2x"),
		CASE(ONE_NAME "\0\0\1\0\0" HUGE_NUMBER "\2x"),
		CASE(ONE_NAME "\0\0\1\0\0\1" HUGE_NUMBER "\2x"),
		CASE(ONE_NAME "\0\0\1\0\0\0" HUGE_NUMBER "x"),
		/* shares more than there is, with the one before and with none; nine labels; unknown flags,
		   names, classes; packed text that ends too early, raw text that does */
		CASE("\2\0\0\1\x81\1a\1\0\0\0\0\0"),
		CASE("\2\0\0\2\x80\1a\x82\1b\1\0\0\0\0\0"),
		CASE(ONE_NAME "\0\0\1\0\0\11\0\0\0\0\0\0\0\0\0\2x"),
		CASE("\2\6\0\1\x80\1a\1\0\0\0\0\0"),
		CASE("\2\x8\0\1\x80\1a\1\0\0\0\0\0"),
		CASE("\1\1\0\1\1a\1\0\1\3\0\0"),
		CASE("\2\0\0\1\x7f\1\0\0\0\0\0"),
		CASE("\2\0\0\1\xff\1a\1\0\0\0\0\0"),
		CASE("\2\0\0\0\0\0\1\0\0\0\x15\xff"),
		CASE("\2\0\0\0\0\0\1\0\0\0\x16xxxxxxxxxx"),
		CASE("\2\0\0\0\0\0\1\0\0\0\3\xff\0"),
		CASE("\2\0\x86\1x\0\0\0\0"),
	};
	size_t i;
	int	   failures = 0;

	for (i = 0; i < LENGTH(cases); i++)
		check(&failures,
			  !is_valid(keep(cases[i].bytes, cases[i].len)) && port_failure == PROFILE_CORRUPT,
			  "huge number", (int) i);
	ok(failures == 0, "numbers too large for what they stand for, and the like, are refused");
	port_free_all();
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
		row.channel = row.about = row.text = -1;
		row.is_event = true;
		value = serial(&row, 1);
		check(&failures, is_valid(value) && reads_back(value), "name of length", (int) len);
	}
	ok(failures == 0, "names of 0 to %d bytes read back", PROFILE_MAX_NAME);
	ok(fails("{\"format\": 2, \"cells\": [[0, \"\\u0000\", 1, 0]]}", PROFILE_SYNTAX,
			 "a control character (write others as they are)", "36"),
	   "a zero byte in text is refused");
	ok(!is_valid(keep("\1\0\0\1\1\0\1\0\1\3\0\0", 12)) &&
		   !is_valid(keep("\2\0\0\1\x80\1\0\1\0\0\0\0\0", 13)),
	   "so it is in bytes");
	port_free_all();
}

/* A value whose one name, or one quote's text, has so many bytes: more than 127, or in a quote than 63. */
static Value
with_string(bool in_quote, size_t len)
{
	static const char before_quote[] = "\2\4\0\0\0\0\1\0\0\0";
	static const char before_name[] = "\2\0\0\1\x80";
	static const char after_name[] = "\1\0\0\0\0\0";
	size_t			  head = (in_quote ? sizeof(before_quote) : sizeof(before_name)) - 1;
	size_t			  tail = in_quote ? 0 : sizeof(after_name) - 1;
	size_t			  number = in_quote ? len << 1 : len;
	Value value = { profile_port_alloc(NULL, head + 2 + len + tail), head + 2 + len + tail };

	memcpy(value.bytes, in_quote ? before_quote : before_name, head);
	value.bytes[head] = (unsigned char) (number | 0x80);
	value.bytes[head + 1] = (unsigned char) (number >> 7);
	memset(value.bytes + head + 2, 1, len); /* which does not get shorter by packing */
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

static void
expect_bytes(const char *text, const unsigned char *bytes, size_t len, const char *what)
{
	Value  value = parsed(text);
	Call   call = { value.bytes, value.len, NULL, NULL, { NULL, 0 } };
	size_t i;

	if (!ok(same(value, keep(bytes, len)), "the bytes of %s are what they were", what))
	{
		for (i = 0; i < value.len; i++)
			diag("%zu: %u, not %u", i, value.bytes[i], i < len ? bytes[i] : 256);
	}
	ok(attempt(call_print, &call) && strcmp(call.text, text) == 0, "so is the text");
}

/* The bytes of format 2: stored values depend on them. */
static void
test_format(void)
{
	static const char group[] =
		"{\"format\": 2, \"group\": true, \"model\": \"m\", "
		"\"cells\": [[-1, \"text\", 1, 0], [2, \"about:x\", 3, -7], [2, \"about:xy\", 1, 0]], "
		"\"events\": [[200000000000, \"text\", null, \"about:x\", 10000]], "
		"\"quotes\": [[-1, -10000, [\"text\", \"about:x\"], \"a\\\"\\u0001\"], [-2, 0, [\"text\"], \"\"]]}";
	static const unsigned char group_bytes[] = {
		2,	  1,	0x80, 1,	'm',				  /* header, model */
		3,	  0xf0, 1,	  'x',	0x87, 1,	'y',  65, /* names: of a class; sharing 7 bytes; known */
		2,	  1,	0,	  12,						  /* days; -1: one cell: n 1, sum 0 */
		17,	  5,	3,	  13,	0,					  /* 2: two cells: n, sum; n 1, sum 0 */
		1,	  0x80, 0xc0, 0xee, 0x8e, 0xd2, 0x0b, 2,	0,	  1, 0xa0, 0x9c, 1, /* events */
		2,	  0x82, 0xc0, 0xee, 0x8e, 0xd2, 0x0b, 0x9f, 0x9c, 1, 2,	   2,	 0, /* quotes: */
		6,	  'a',	'"',  1,													/* as it is */
		0x84, 0xc0, 0xee, 0x8e, 0xd2, 0x0b, 0,	  1,	2,	  0
	};
	static const char person[] =
		"{\"format\": 2, \"model\": \"general-2\", "
		"\"cells\": [[0, \"a\", 1, 5], [0, \"b\", 1, 5], [0, \"c\", 1, -5], [0, \"d\", 1, 500], "
		"[0, \"e\", 2, 0], [0, \"f\", 1, 500], [0, \"g\", 1, 0], [0, \"h\", 1, 1], "
		"[1, \"text:unread\", 1, 0]], "
		"\"events\": [[2000000, \"kind:unknown\", null, null, 0]], "
		"\"quotes\": [[3000000, 1, [\"emotion:joy\"], \"and it is the best\"]]}";
	static const unsigned char person_bytes[] = {
		2,	  4,	49, /* header: seconds; a known model */
		11,	  0x80, 1,	  'a',	0x80, 1,	'b',  0x80, 1,	  'c',
		0x80, 1,	'd',  0x80, 1,	  'e',	39, /* names */
		0x80, 1,	'f',  0x80, 1,	  'g',	0x80, 1,	'h',  62,
		66,	  2,	0,	  7,	0, /* days; the first, with 8 cells: */
		1,	  5,	4,	  2,	5,	  3,	5,	  5,	2,	  0,
		10,	  0,	1,	  1,	0,	  60, /* the day after */
		1,	  4,	9,	  0,	0,	  0,  /* events */
		1,	  1,	2,	  1,	5,	  37, /* quotes: a second after it; packed */
		0x25, 0x98, 0x48, 0x08, 0xe2, 0x28, 0x63, 0x79, 0xbc, 0x00
	};

	expect_bytes(group, group_bytes, sizeof(group_bytes), "a group's format 2");
	expect_bytes(person, person_bytes, sizeof(person_bytes), "a person's format 2");
	ok(same(merge(NULL, 0), parsed("{\"format\": 2}")) && merge(NULL, 0).len == PROFILE_EMPTY_BYTES,
	   "the empty profile has a text form");
	port_free_all();
}

/* ---- values of format 1, made when it was written ---- */

static int
hex_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static Value
from_hex(const char *hex)
{
	Value  value = { profile_port_alloc(NULL, strlen(hex) / 2), strlen(hex) / 2 };
	size_t i;

	for (i = 0; i < value.len; i++)
		value.bytes[i] = (unsigned char) (hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
	return value;
}

/* Takes the backslashes away that COPY puts before others. */
static void
unescape(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++)
	{
		text += *text == '\\';
		*to++ = *text;
	}
	*to = '\0';
}

/* Whether a value of format 1 has the cells, events and quotes of another, and maybe more quotes. */
static bool
same_contents(Value a, Value b)
{
	ProfileView	 left, right;
	ProfileCell	 cell, other;
	ProfileEvent event, other_event;
	ProfileQuote quote, other_quote;

	profile_open(&left, NULL, a.bytes, a.len);
	profile_open(&right, NULL, b.bytes, b.len);
	if (left.n_names != right.n_names || left.model_len != right.model_len)
		return false;
	while (profile_next_cell(&left, &cell))
		if (!profile_next_cell(&right, &other) || memcmp(&cell, &other, sizeof(cell)) != 0)
			return false;
	if (profile_next_cell(&right, &other))
		return false;
	while (profile_next_event(&left, &event))
		if (!profile_next_event(&right, &other_event) || event.at != other_event.at ||
			event.amount != other_event.amount || event.kind != other_event.kind ||
			event.channel != other_event.channel || event.about != other_event.about)
			return false;
	if (profile_next_event(&right, &other_event))
		return false;
	while (profile_next_quote(&right, &other_quote))
		if (!profile_next_quote(&left, &quote) || quote.at != other_quote.at ||
			quote.n_labels != other_quote.n_labels || quote.len != other_quote.len ||
			memcmp(quote.labels, other_quote.labels, quote.n_labels * sizeof(uint32_t)) != 0 ||
			memcmp(quote.text, other_quote.text, quote.len) != 0)
			return false;
	return true;
}

static void
test_old_value(const char *name, Value old, const char *text)
{
	Call  take = { old.bytes, old.len, NULL, NULL, { NULL, 0 } };
	Value today = parsed(text);

	ok(old.bytes[0] == 1 && attempt(call_take, &take) && same(take.value, today),
	   "format 1, %s: becomes what its text says", name);
	ok(same_contents(old, today), "format 1, %s: is read as what it is now", name);
	if (strcmp(name, "ends of the ranges") != 0)
		ok(same(merge2(old, today), merge2(today, today)) &&
			   same(merge2(today, old), merge2(old, old)),
		   "format 1, %s: merges as what it is now", name);
	ok(reads_back(today) && is_valid(today), "format 1, %s: what it became is valid", name);
}

static void
test_old_values(void)
{
	FILE *file = fopen("test/data/profile_1.tsv", "r");
	char  line[65536];

	if (!ok(file != NULL, "test/data/profile_1.tsv can be read"))
		return;
	while (fgets(line, sizeof(line), file) != NULL)
	{
		char *name = strtok(line, "\t");
		char *hex = strtok(NULL, "\t");
		char *text = strtok(NULL, "\n");

		unescape(text);
		test_old_value(name, from_hex(hex), text);
		port_free_all();
	}
	fclose(file);
}

int
main(void)
{
	test_format();
	test_names();
	test_lengths();
	test_huge_numbers();
	test_old_values();
	return tap_done();
}
