/*-------------------------------------------------------------------------
 *
 * linear_test.c
 *	  No text makes the text core work more than in proportion to its length.
 *	  The compiler counts the basic blocks of the core that run (the Makefile
 *	  builds it with -fsanitize-coverage=trace-pc), so that the machine does
 *	  not matter. Prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "text/text.h"
#include "tiny_model.h"

#define SHORT_TEXT 2000
#define TIMES	   4
#define PATTERNS   1500

static uint64_t	 blocks;
static uint64_t	 random_state = 7;
static TextModel model;

extern void __sanitizer_cov_trace_pc(void);

void
__sanitizer_cov_trace_pc(void)
{
	blocks++;
}

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) ((random_state >> 16) % n);
}

static void
read_all(const char *said, size_t len)
{
	TextReading reading;

	text_read(&model, said, len, NULL, &reading);
}

static void
no_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	(void) arg, (void) pos, (void) token, (void) len, (void) contribution;
}

static void
explain_all(const char *said, size_t len)
{
	text_explain(&model, TEXT_SENTIMENT, TEXT_DIFFERENCE, said, len, NULL, no_part, NULL);
}

static void
mask_all(const char *said, size_t len)
{
	text_mask(said, len, NULL, NULL, 0);
}

static const struct
{
	const char *name;
	void (*run)(const char *said, size_t len);
} targets[] = {
	{ "reading", read_all },
	{ "explaining", explain_all },
	{ "masking", mask_all },
};

/* A few pieces that begin, or nearly begin, what a text is searched for */
static size_t
random_pattern(char *out, size_t size)
{
	static const char *const piece[] = {
		"a",
		"B",
		"1",
		"0",
		" ",
		"\n",
		"\r",
		"\t",
		".",
		",",
		";",
		":",
		"!",
		"?",
		"'",
		"-",
		"_",
		"+",
		"@",
		"#",
		"&",
		"(",
		")",
		"[",
		"]",
		"<",
		"/",
		"&amp;",
		"&",
		"#x",
		"&#33",
		"www.",
		"no",
		"http://",
		"a.b",
		"a@",
		"x.com/",
		"\xc3\xa9",
		"\xf0\x9f\x91\x8d",
		"\xe2\x80\x8d",
		"\xef\xb8\x8f",
		"\xff",
		"but ",
		"4111 ",
	};
	size_t n = 0;

	for (int i = 1 + (int) random_below(4); i > 0; i--)
	{
		const char *p = piece[random_below(sizeof(piece) / sizeof(piece[0]))];

		if (n + strlen(p) <= size)
			memcpy(out + n, p, strlen(p));
		n += n + strlen(p) <= size ? strlen(p) : 0;
	}
	return n;
}

static uint64_t
work_of(void (*run)(const char *said, size_t len), const char *said, size_t len)
{
	uint64_t before = blocks;

	run(said, len);
	return blocks - before;
}

static void
test_target(const char *name, void (*run)(const char *said, size_t len))
{
	static char said[TIMES * SHORT_TEXT];
	bool		linear = true;
	uint64_t	most = 0;

	for (int i = 0; i < PATTERNS && linear; i++)
	{
		char	 pattern[32];
		size_t	 n = random_pattern(pattern, sizeof(pattern));
		uint64_t little;
		uint64_t much;

		for (size_t at = 0; at < sizeof(said); at++)
			said[at] = pattern[at % n];
		little = work_of(run, said, SHORT_TEXT);
		much = work_of(run, said, TIMES * SHORT_TEXT);
		linear = much <= little * TIMES * 5 / 4;
		most = much > most ? much : most;
		if (!linear)
			diag("\"%.*s\" again and again: %llu, then %llu blocks", (int) n, pattern,
				 (unsigned long long) little, (unsigned long long) much);
	}
	ok(linear, "%s takes as much work as the text is long", name);
	diag("at most %llu blocks a byte", (unsigned long long) (most / sizeof(said)));
}

int
main(void)
{
	const char	  *why;
	size_t		   size;
	const uint8_t *bytes = tiny_model(&size);

	if (!text_model_view(&model, bytes, size, &why))
		return 1;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		test_target(targets[i].name, targets[i].run);
	return tap_done();
}
