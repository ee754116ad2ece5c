/*-------------------------------------------------------------------------
 *
 * terms_test.c
 *	  Terms, their summaries and keywords on their own: what a term is, what
 *	  never is one, merging in any order, bounds, hostile values. Prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "text/keywords.h"
#include "text/number.h"
#include "text/text.h"

static uint64_t random_state = 7;

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) ((random_state >> 16) % n);
}

static void *
resize(void *arg, void *old, size_t size)
{
	(void) arg;
	if (size > 0)
		return realloc(old, size);
	free(old);
	return NULL;
}

/* A stored summary */
typedef struct Stored
{
	uint8_t *bytes;
	size_t	 size;
} Stored;

static Stored
store(const TextTerms *terms)
{
	Stored stored;

	stored.bytes = text_terms_store(terms, resize, NULL, 0, &stored.size);
	return stored;
}

static void
discard(TextTerms *terms)
{
	free(terms->entries);
	free(terms->slots);
	free(terms->bytes);
	free(terms->masked);
}

/* Close a summary that is being made. */
static Stored
finish(TextTerms *terms)
{
	Stored stored = store(terms);

	discard(terms);
	return stored;
}

static TextTermsView
view_of(Stored stored)
{
	TextTermsView view = { 0 };
	const char	 *why = "";

	if (!text_terms_check(stored.bytes, stored.size, &why))
		ok(false, "a summary of ours is valid: %s", why);
	text_terms_view(&view, stored.bytes, stored.size);
	return view;
}

static bool
same(Stored a, Stored b)
{
	return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* The terms of a text, as they come, with | between */
static const char *
terms_of(const char *said)
{
	static char	 joined[4096];
	char		 masked[2048];
	char		 term[TEXT_TERM_BYTES];
	size_t		 len = text_mask(said, strlen(said), NULL, masked, sizeof(masked));
	TextTermScan scan;
	size_t		 at = 0;

	joined[0] = 0;
	text_term_scan(&scan, masked, len);
	while ((len = text_next_term(&scan, term)) > 0)
		at += (size_t) snprintf(joined + at, sizeof(joined) - at, at ? "|%.*s" : "%.*s", (int) len,
								term);
	return joined;
}

static void
are(const char *said, const char *expected, const char *what)
{
	if (!ok(strcmp(terms_of(said), expected) == 0, "%s", what))
		diag("\"%s\" has \"%s\"", said, terms_of(said));
}

static void
test_terms(void)
{
	are("Battery LIFE is awful", "battery|life|battery life|awful|life is awful",
		"one to three words");
	are("the life of the battery", "life|battery",
		"stop words at neither end, three words at most");
	are("it never works, not happy", "works|never works|happy|not happy",
		"a negation begins a term of more words");
	are("it is sold out again", "sold|sold out|sold out again", "a particle ends one");
	are("screen. Battery, life (really) dead", "screen|battery|life|dead", "marks are not crossed");
	are("good but slow", "good|slow", "nor is but");
	are("line\nfeed", "line|feed", "nor is a line's end");
	are("good \xf0\x9f\x91\x8d phone", "good|phone", "nor an emoji");
	are("the check-in desk", "check-in|desk|check-in desk", "a hyphen joins");
	are("Nobody\xe2\x80\x99s \xc3\x89T\xc3\x89",
		"nobody's|\xc3\xa9t\xc3\xa9|nobody's \xc3\xa9t\xc3\xa9",
		"letters are small, apostrophes straight");
	are("I'm at it, they're us", "", "contractions of stop words are stop words");
}

static void
test_hidden(void)
{
	are("mail jo.smith@shop.example now please", "mail", "no part of an e-mail address");
	are("ask @jo_smith or see www.shop.example/jo-smith", "ask|see", "no handle, no link");
	are("pay to GB82 WEST 1234 5698 7654 32 today", "pay|today", "no bank account");
	are("call 030 1234567 about order A-4711 or 3pm", "call|order",
		"no number, nor what has a digit");
	are("Dear [NAME], your [email] bounced", "dear|bounced", "no placeholder");
	are("aaaaabbbbbcccccdddddeeeeefffffggggghhhhhi is long", "long",
		"no word of more than 40 bytes");
}

/* Random text of pieces that meet in unhappy ways */
static size_t
random_text(char *out, size_t size)
{
	static const char *const piece[] = { "@",		 ".",
										 "-",		 " ",
										 "a",		 "jo",
										 "b@c.de",	 "www.",
										 "1",		 "4111 ",
										 "[",		 "]",
										 "not ",	 "DE89 ",
										 "3704",	 "_",
										 "\xc3",	 "\xa9",
										 "/",		 "0",
										 "out",		 "\n",
										 "the ",	 "refund",
										 "\xc3\x89", "\xe2\x80\x99",
										 "&amp;",	 "#Go",
										 "battery ", "\xef\xb8\x8f",
										 "\xc4\xb8", "!" };
	size_t					 n = 0;

	while (n + 16 < size && random_below(40) > 0)
	{
		const char *p = piece[random_below(sizeof(piece) / sizeof(piece[0]))];

		memcpy(out + n, p, strlen(p));
		n += strlen(p);
		if (random_below(9) == 0)
			out[n++] = (char) random_below(256);
	}
	return n;
}

static void
test_random_texts(void)
{
	bool valid = true;
	bool hidden = true;

	for (int i = 0; i < 20000; i++)
	{
		char		 buffer[400];
		size_t		 len = random_text(buffer, sizeof(buffer));
		char		*masked = malloc(4 * len + 1);
		char		 term[TEXT_TERM_BYTES];
		char		 again[4 * TEXT_TERM_BYTES];
		TextTermScan scan;

		len = text_mask(buffer, len, NULL, masked, 4 * len + 1);
		text_term_scan(&scan, masked, len);
		while ((len = text_next_term(&scan, term)) > 0)
		{
			valid = valid && text_is_term(term, len);
			hidden = hidden && text_mask(term, len, NULL, again, sizeof(again)) == len &&
					 memcmp(again, term, len) == 0 && strcspn(term, "0123456789@[]") >= len;
		}
		free(masked);
	}
	ok(valid, "every term of random texts is a term by itself");
	ok(hidden, "and nothing in it is left to mask");
}

static void
test_letters(void)
{
	bool stable = true;

	for (uint32_t c = 0x80; c < 0x20000; c++)
	{
		char   utf8[4] = { (char) (0xF0 | c >> 18), (char) (0x80 | (c >> 12 & 0x3F)),
						   (char) (0x80 | (c >> 6 & 0x3F)), (char) (0x80 | (c & 0x3F)) };
		char   once[8];
		char   twice[8];
		size_t from = c < 0x800 ? 2 : c < 0x10000 ? 1 : 0;
		size_t n;

		if (from == 2)
			utf8[2] = (char) (0xC0 | c >> 6);
		else if (from == 1)
			utf8[1] = (char) (0xE0 | c >> 12);
		n = text_lower(utf8 + from, 4 - from, once, sizeof(once));
		stable = stable && text_lower(once, n, twice, sizeof(twice)) == n &&
				 memcmp(once, twice, n) == 0 && n <= 4;
	}
	ok(stable, "lower case is final");
}

static void
test_counts(void)
{
	TextTerms terms;
	Stored	  stored;
	char	 *form;

	text_terms_init(&terms, resize, NULL);
	text_terms_add(&terms, "Refund! A refund, refund...", 27);
	text_terms_add(&terms, "no refund", 9);
	text_terms_add(&terms, "...", 3);
	text_terms_add(&terms, "", 0);
	stored = finish(&terms);
	form = text_terms_print(view_of(stored), resize, NULL);
	ok(strcmp(form, "{\"format\": 1, \"texts\": 2, \"words\": 6, \"lost\": 0, \"terms\": "
					"{\"no refund\": 1, \"refund\": 2}}") == 0,
	   "texts are counted, each once, and those without a word not at all");
	free(form);
	free(stored.bytes);
}

/* Text number i of a set with so many different words */
static size_t
text_of(int i, uint32_t n_words, char out[200])
{
	uint64_t state = (uint64_t) i * 0x9e3779b97f4a7c15u + 1;
	size_t	 n = 0;

	for (int w = 0; w < 8; w++)
	{
		uint32_t word;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		word = (uint32_t) ((state >> 20) % n_words);
		if (w < 4)
			word = word % (word % 50 + 1); /* some come often */
		n += (size_t) sprintf(out + n, "x");
		for (; word > 0; word /= 20)
			out[n++] = "bcdfghjklmnpqrstvwxz"[word % 20];
		out[n++] = w % 2 ? '.' : ' ';
	}
	return n;
}

static Stored
summary_of(int from, int to, uint32_t n_words)
{
	TextTerms terms;

	text_terms_init(&terms, resize, NULL);
	for (int i = from; i < to; i++)
	{
		char said[200];

		text_terms_add(&terms, said, text_of(i, n_words, said));
	}
	return finish(&terms);
}

/* The same texts in random parts, merged as a random tree */
static Stored
summary_of_parts(int n_texts, uint32_t n_words)
{
	TextTerms part[6];

	for (int p = 0; p < 6; p++)
		text_terms_init(&part[p], resize, NULL);
	for (int i = n_texts - 1; i >= 0; i--)
	{
		char said[200];

		text_terms_add(&part[random_below(6)], said, text_of(i, n_words, said));
	}
	for (int left = 6; left > 1; left--)
	{
		TextTerms *other = &part[left - 1];
		TextTerms *into = &part[random_below((uint32_t) left - 1)];
		Stored	   stored = store(other);

		if (left % 2)
			text_terms_absorb(into, other);
		else
			text_terms_merge(into, view_of(stored));
		free(stored.bytes);
		discard(other);
	}
	return finish(&part[0]);
}

static void
test_merging(void)
{
	Stored whole = summary_of(0, 2000, 700);
	bool   all_same = true;

	for (int i = 0; i < 20; i++)
	{
		Stored parts = summary_of_parts(2000, 700);

		all_same = all_same && same(whole, parts);
		free(parts.bytes);
	}
	ok(view_of(whole).lost == 0 && view_of(whole).n_terms > 5000, "below the bound");
	ok(all_same, "any order, split and tree of merges give the same bytes");
	free(whole.bytes);
}

/* True counts of the texts' single words and pairs, by brute force */
static bool
within_bounds(TextTermsView view, int n_texts, uint32_t n_words, uint64_t *sum)
{
	TextTerms all;
	bool	  good = true;
	TextTerm  term;

	/* a summary of few texts is exact: add them up term by term */
	for (int pass = 0; pass < 12 && text_terms_next(&view, &term); pass++)
	{
		uint64_t n = 0;

		for (int skip = (int) random_below(50); skip > 0; skip--)
			text_terms_next(&view, &term);
		for (int i = 0; i < n_texts; i++)
		{
			char		 said[200];
			char		 has[TEXT_TERM_BYTES];
			TextTermScan scan;
			size_t		 len;

			text_term_scan(&scan, said, text_of(i, n_words, said));
			while ((len = text_next_term(&scan, has)) > 0)
				if (len == term.len && memcmp(has, term.bytes, len) == 0)
				{
					n++;
					break;
				}
		}
		good = good && term.n <= n && n <= term.n + view.lost;
	}
	*sum = 0;
	for (int i = 0; i < n_texts; i++)
	{
		char said[200];

		text_terms_init(&all, resize, NULL);
		text_terms_add(&all, said, text_of(i, n_words, said));
		*sum += all.n;
		discard(&all);
	}
	return good;
}

static void
test_bound(void)
{
	const int n_texts = 20000;
	Stored	  whole = summary_of(0, n_texts, 60000);
	Stored	  parts = summary_of_parts(n_texts, 60000);

	for (int i = 0; i < 2; i++)
	{
		const char	 *what = i ? "merged" : "in one go";
		TextTermsView view = view_of(i ? parts : whole);
		uint64_t	  sum;

		ok(view.n_terms > 100 && view.n_terms <= TEXT_TERMS && view.lost > 0,
		   "beyond the bound, %s: %u terms, %u lost", what, view.n_terms, (unsigned) view.lost);
		ok(within_bounds(view, n_texts, 60000, &sum), "counts are short by what is lost at most");
		ok(view.lost <= sum / (TEXT_TERMS + 1), "and that is bounded");
	}
	free(whole.bytes);
	free(parts.bytes);
}

static void
test_long_text(void)
{
	const size_t size = 4 << 20;
	char		*said = malloc(size);
	TextTerms	 terms;
	Stored		 stored;
	TextTerm	 term;
	bool		 cut = false;

	for (size_t i = 0; i < size; i++)
		said[i] = (char) ('a' + random_below(26));
	for (size_t i = 0; i < size; i += 1 + random_below(12))
		said[i] = ' ';
	memcpy(said + TEXT_TERMS_READ - 8, " jo.smith@shop.example ", 23);
	text_terms_init(&terms, resize, NULL);
	text_terms_add(&terms, said, size);
	ok(terms.words < TEXT_TERMS_READ, "of a long text a part is read");
	stored = finish(&terms);
	for (TextTermsView view = view_of(stored); text_terms_next(&view, &term);)
		cut = cut || (term.len == 2 && memcmp(term.bytes, "jo", 2) == 0);
	ok(!cut, "which does not end inside an address");
	memset(said, 'x', size);
	text_terms_init(&terms, resize, NULL);
	text_terms_add(&terms, said, size);
	ok(terms.texts == 0, "a text without a blank is none");
	discard(&terms);
	free(stored.bytes);
	free(said);
}

static void
test_forms(void)
{
	static const char *const broken[] = {
		"",
		"{}",
		"{\"format\": 2, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 257, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {}} x",
		"{\"format\": 1, \"texts\": 2, \"words\": 1, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 2, \"terms\": {}}",
		"{\"format\": 1, \"texts\": -1, \"words\": 1, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 1, \"texts\": 01, \"words\": 1, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 99999999999999999, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 9007199254740993, \"lost\": 0, \"terms\": {}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a\": 2}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a\": 0}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"b\": 1, \"a\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a\": 1, \"a\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"A\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a1\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a  b\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a b c d\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a\\u0062\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a\xc3\": 1}}",
		"{\"format\": 1, \"texts\": 1, \"words\": 1, \"lost\": 0, \"terms\": {\"a\": 1",
	};
	bool		refused = true;
	const char *why;
	size_t		size;
	uint8_t	   *bytes;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (text_terms_parse(broken[i], resize, NULL, 0, &size, &why) != NULL)
		{
			diag("took %s", broken[i]);
			refused = false;
		}
	ok(refused, "broken forms are refused");
	bytes = text_terms_parse(" { \"format\" :1,\"texts\":2,\n\"words\":9,\"lost\":0,\"terms\":"
							 "{\"a b\":1,\"it's\":2 } } ",
							 resize, NULL, 0, &size, &why);
	ok(bytes != NULL, "blanks don't matter");
	free(bytes);
}

/* Mutants are refused, or are values: what they say gives the same bytes. */
static void
test_hostile_values(void)
{
	Stored whole = summary_of(0, 12, 300);
	bool   sound = true;
	int	   taken = 0;
	int	   refused = 0;

	for (int i = 0; i < 30000; i++)
	{
		size_t		size = random_below(8) == 0 ? random_below((uint32_t) whole.size) : whole.size;
		uint8_t	   *bytes = malloc(size ? size : 1);
		const char *why;
		TextTermsView view;

		memcpy(bytes, whole.bytes, size);
		for (uint32_t changes = random_below(3); changes > 0 && size > 0; changes--)
			bytes[random_below((uint32_t) (size > 8 && random_below(2) ? 8 : size))] =
				(uint8_t) random_below(256);
		if (text_terms_check(bytes, size, &why) && text_terms_view(&view, bytes, size))
		{
			char	*form = text_terms_print(view, resize, NULL);
			size_t	 again_size = 0;
			uint8_t *again = text_terms_parse(form, resize, NULL, 0, &again_size, &why);

			sound = sound && again != NULL && again_size == size && memcmp(again, bytes, size) == 0;
			taken++;
			free(form);
			free(again);
		}
		else
			refused++;
		free(bytes);
	}
	diag("%d mutants taken, %d refused", taken, refused);
	ok(sound && taken > 1000 && refused > 10000, "mutants are refused, or are values to the byte");
	free(whole.bytes);
}

static void
test_too_many(void)
{
	const char *form = "{\"format\": 1, \"texts\": 9007199254740992, \"words\": 9007199254740992, "
					   "\"lost\": 0, \"terms\": {\"a\": 9007199254740992}}";
	const char *why;
	Stored		most;
	TextTerms	terms;

	most.bytes = text_terms_parse(form, resize, NULL, 0, &most.size, &why);
	text_terms_init(&terms, resize, NULL);
	ok(most.bytes && text_terms_merge(&terms, view_of(most)) &&
		   !text_terms_merge(&terms, view_of(most)),
	   "more texts than can be counted are refused");
	discard(&terms);
	free(most.bytes);
}

/* ---- keywords ---- */

/* Texts of two words in common; those of the group also have the given piece now and then */
static Stored
planted(int n, const char *piece, int every, TextTerms *also)
{
	TextTerms terms;

	text_terms_init(&terms, resize, NULL);
	for (int i = 0; i < n; i++)
	{
		char   said[400];
		size_t len = text_of((int) random_below(1000000), 400, said);

		if (i % every == 0)
			len += (size_t) sprintf(said + len, " %s", piece);
		text_terms_add(&terms, said, len);
		if (also)
			text_terms_add(also, said, len);
	}
	return finish(&terms);
}

static bool
is_keyword(const TextKeyword *keyword, uint32_t n, const char *term)
{
	for (uint32_t i = 0; i < n; i++)
		if (keyword[i].term.len == strlen(term) &&
			memcmp(keyword[i].term.bytes, term, keyword[i].term.len) == 0)
			return true;
	return false;
}

static void
test_keywords(void)
{
	TextTerms	 all;
	Stored		 group;
	Stored		 rest;
	Stored		 whole;
	TextKeyword *keyword = malloc(sizeof(TextKeyword) * TEXT_TERMS);
	TextKeyword *apart = malloc(sizeof(TextKeyword) * TEXT_TERMS);
	uint32_t	 n;
	uint32_t	 m;
	bool		 equal = true;
	bool		 sorted = true;

	text_terms_init(&all, resize, NULL);
	group = planted(300, "the battery life of my phone", 4, &all);
	rest = planted(3000, "my phone", 4, &all);
	whole = finish(&all);
	n = text_keywords(view_of(group), view_of(whole), 5, keyword);
	m = text_keywords(view_of(group), view_of(rest), 5, apart);
	ok(n > 0 && keyword[0].term.len == 12 &&
		   memcmp(keyword[0].term.bytes, "battery life", 12) == 0 && keyword[0].term.n == 75,
	   "the planted term is the first");
	ok(!is_keyword(keyword, n, "battery") && !is_keyword(keyword, n, "life"),
	   "its parts are left out");
	ok(!is_keyword(keyword, n, "phone"), "what all say is none");
	ok(keyword[0].share == 0.25 && keyword[0].background == 0,
	   "shares are of the group and of the rest");
	for (uint32_t i = 0; i < n && i < m; i++)
		equal = equal && keyword[i].z == apart[i].z && keyword[i].background == apart[i].background;
	ok(n == m && equal, "a background with the group in it is one without");
	for (uint32_t i = 1; i < n; i++)
		sorted = sorted && keyword[i - 1].z >= keyword[i].z;
	ok(sorted, "best first");
	ok(text_keywords(view_of(group), view_of(whole), 76, keyword) < n &&
		   !is_keyword(keyword, n, "battery life"),
	   "none in fewer texts than are asked for");
	ok(text_keywords(view_of(whole), view_of(whole), 1, keyword) == 0,
	   "a whole has none against itself");
	free(group.bytes);
	free(rest.bytes);
	free(whole.bytes);
	free(keyword);
	free(apart);
}

/* Of groups drawn at random few terms pass, and none by far. */
static void
test_chance(void)
{
	TextKeyword *keyword = malloc(sizeof(TextKeyword) * TEXT_TERMS);
	int			 tried = 0;
	int			 passed = 0;
	double		 best = 0;

	for (int i = 0; i < 12; i++)
	{
		TextTerms	  all;
		Stored		  group;
		Stored		  rest;
		Stored		  whole;
		TextTerm	  term;
		TextTermsView view;
		uint32_t	  n;

		text_terms_init(&all, resize, NULL);
		group = planted(200, "hello", 2, &all);
		rest = planted(2000, "hello", 2, &all);
		whole = finish(&all);
		n = text_keywords(view_of(group), view_of(whole), 5, keyword);
		passed += (int) n;
		best = n > 0 && keyword[0].z > best ? keyword[0].z : best;
		for (view = view_of(group); text_terms_next(&view, &term);)
			tried += term.n >= 5;
		free(group.bytes);
		free(rest.bytes);
		free(whole.bytes);
	}
	if (!ok(tried > 400 && passed < tried / 20 && best < 5, "chance makes few keywords"))
		diag("%d of %d, best %.2f", passed, tried, best);
	free(keyword);
}

static void
test_log(void)
{
	double worst = 0;

	for (int i = 0; i < 100000; i++)
	{
		double x = ldexp(1 + random_below(1000000) / 1e6, (int) random_below(120) - 60);
		double error = fabs(text_log(x) - log(x)) / fmax(1, fabs(log(x)));

		worst = error > worst ? error : worst;
	}
	ok(worst < 1e-14 && text_log(1) == 0, "the logarithm is good");
}

int
main(void)
{
	test_terms();
	test_hidden();
	test_random_texts();
	test_letters();
	test_counts();
	test_merging();
	test_bound();
	test_long_text();
	test_forms();
	test_hostile_values();
	test_too_many();
	test_keywords();
	test_chance();
	test_log();
	return tap_done();
}
