/*-------------------------------------------------------------------------
 *
 * phrase_test.c
 *	  Phrases, aspects, acts and sentiment in detail on their own: what is
 *	  matched, hostile bytes, quotes, work in proportion to the text. Run from
 *	  the top folder; prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "text/act.h"
#include "text/aspect.h"
#include "text/detail.h"

static TextModel model;
static uint64_t	 random_state = 42;

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) ((random_state >> 16) % n);
}

static void
load_model(void)
{
	FILE		  *in = fopen("data/general-2.model", "rb");
	const char	  *why = "";
	static uint8_t file[8 << 20];
	size_t		   size = in ? fread(file, 1, sizeof(file), in) : 0;

	ok(in && text_model_view(&model, file, size, &why), "the shipped model is usable");
	if (in)
		fclose(in);
}

/* ---- phrases ---- */

/* Labels of the terms below are a, b, c, ... */
static PhraseSet *
build(const PhraseTerm *terms, size_t n)
{
	return phrase_set_build(malloc(phrase_set_size(terms, n)), terms, n);
}

#define TERM(phrase, label)                          \
	{                                                \
		phrase, sizeof(phrase) - 1, (label) - 'a', 0 \
	}

/* What is found, as "label:words label:words"; ! before it when it is negated */
static const char *
found(const PhraseSet *set, const char *said)
{
	static char	 text[1024];
	PhraseStream stream;
	PhraseUnit	 unit;

	text[0] = 0;
	phrase_stream(&stream, set, said, strlen(said), NULL);
	while (phrase_next(&stream, &unit))
		for (const PhraseSense *s = phrase_sense(set, unit.sense); s;
			 s = phrase_sense(set, s->next))
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s%c:%.*s",
					 text[0] ? " " : "", unit.negated ? "!" : "",
					 s->label == PHRASE_NOTHING ? '-' : s->label + 'a',
					 (int) (unit.end - unit.token.at), said + unit.token.at);
	return text;
}

static void
is(const char *is, const char *should, const char *name)
{
	if (!ok(strcmp(is, should) == 0, "%s", name))
		diag("found \"%s\", not \"%s\"", is, should);
}

static void
test_match(void)
{
	static const PhraseTerm terms[] = {
		TERM("price", 'a'),
		TERM("price tag", 'b'),
		TERM("price", 'c'),
		TERM("deliver*", 'd'),
		TERM("delivery", 'e'),
		TERM("deliver* man", 'f'),
		TERM("del*", 'g'),
		TERM("can't afford", 'h'),
		TERM("^how", 'i'),
		TERM("how", 'j'),
		TERM("one two three", 'k'),
		TERM("two three four five", 'l'),
		TERM("\xf0\x9f\x91\x8d", 'm'),
		TERM("caf\xc3\xa9s ferm\xc3\xa9*", 'n'),
		TERM("24 hours", 'o'),
	};
	PhraseSet *set = build(terms, sizeof(terms) / sizeof(terms[0]));

	is(found(set, "The PRICE!"), "a:PRICE c:PRICE", "a phrase may stand for several labels");
	is(found(set, "price tag"), "b:price tag", "the longest phrase counts");
	is(found(set, "price, tag"), "a:price c:price", "no phrase goes over a mark");
	is(found(set, "price-tag"), "b:price-tag", "but over a hyphen");
	is(found(set, "delivery"), "e:delivery", "a word goes before a stem");
	is(found(set, "delivered delegate"), "d:delivered g:delegate",
	   "a longer stem before a shorter");
	is(found(set, "delivery man"), "f:delivery man", "but more words before all");
	is(found(set, "de l"), "", "less than a stem is none");
	is(found(set, "cant afford. CAN\xe2\x80\x99T AFFORD"),
	   "h:cant afford h:CAN\xe2\x80\x99T AFFORD", "apostrophes may be curly or missing");
	is(found(set, "How how. \"How\""), "j:How i:How j:how j:How i:How", "the start of a sentence");
	is(found(set, "one two three four five"), "k:one two three", "from the left");
	is(found(set, "two two three four five"), "l:two three four five", "past a false start");
	is(found(set, "one two"), "", "not half a phrase");
	is(found(set, "ok \xf0\x9f\x91\x8d"), "m:\xf0\x9f\x91\x8d", "emoji");
	is(found(set, "CAF\xc3\x89S FERM\xc3\x89"
				  "ES"),
	   "n:CAF\xc3\x89S FERM\xc3\x89"
	   "ES",
	   "other letters");
	is(found(set, "99 hours"), "o:99 hours", "digits are alike");
	is(found(set, "no price. price, not the price"),
	   "!a:price !c:price a:price c:price !a:price !c:price", "negation");
	is(found(set, ""), "", "nothing");
	free(set);
	set = build(terms, 0);
	is(found(set, "price"), "", "an empty set");
	free(set);
}

static bool
faulty(const char *phrase)
{
	return phrase_fault(phrase, strlen(phrase)) != NULL;
}

static void
test_faults(void)
{
	static const char *const good[] = { "a",	   "a b c d",		   "abc*",	   "^a", "hat's",
										"^abc* d", "\xf0\x9f\x98\xa1", "e-mail me" };
	static const char *const bad[] = { "",
									   " ",
									   "*",
									   "ab*",
									   "a b c d e",
									   "a,b",
									   "a. b",
									   "@jo",
									   "www.x.y",
									   "a^b",
									   "^",
									   "**abc",
									   "abc**",
									   "a * b",
									   "what?",
									   "!",
									   "abcdefghijklmnopq*" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(!faulty(good[i]), "a phrase: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(faulty(bad[i]), "no phrase: %s", bad[i]);
}

/* ---- hostile bytes ---- */

static const PhraseTerm few_terms[] = {
	TERM("price", 'a'),	 TERM("slow*", 'b'),  TERM("not worth it", 'c'), TERM("^how", 'd'),
	TERM("i want", 'e'), TERM("thank*", 'f'), TERM("app", 'g'),
};
#define N_FEW (sizeof(few_terms) / sizeof(few_terms[0]))

/* The few terms with a task's grammar */
static PhraseSet *
build_few(const PhraseTerm *grammar, size_t n_grammar)
{
	PhraseTerm *terms = malloc((N_FEW + n_grammar) * sizeof(PhraseTerm));
	PhraseSet  *set;

	memcpy(terms, few_terms, sizeof(few_terms));
	memcpy(terms + N_FEW, grammar, n_grammar * sizeof(PhraseTerm));
	set = build(terms, N_FEW + n_grammar);
	free(terms);
	return set;
}

/* Words and marks that matter, and any bytes */
static char *
random_text(size_t *len)
{
	static const char *const pieces[] = { "price",
										  "slow",
										  "slowly",
										  "not worth it",
										  "how",
										  "I want",
										  "thanks",
										  "app",
										  "but",
										  "although",
										  "yet",
										  "and",
										  ",",
										  ";",
										  ".",
										  "?",
										  "!",
										  "\n",
										  "\n\n",
										  "> ",
										  "\"",
										  "\xe2\x80\x9c",
										  "\xe2\x80\x9d",
										  " - ",
										  "--",
										  "\xe2\x80\x94",
										  " ",
										  " ",
										  " ",
										  "never",
										  "great",
										  "awful",
										  "\xf0\x9f\x98\xa1",
										  "&gt;",
										  "#SlowApp",
										  "&amp;",
										  "@jo",
										  "http://x.y" };
	size_t					 n_pieces = random_below(60);
	char					*text = malloc(n_pieces * 16 + 1);

	*len = 0;
	for (size_t i = 0; i < n_pieces; i++)
	{
		const char *piece = pieces[random_below(sizeof(pieces) / sizeof(pieces[0]))];

		if (random_below(5) == 0)
			text[(*len)++] = (char) random_below(256);
		memcpy(text + *len, piece, strlen(piece));
		*len += strlen(piece);
		if (random_below(2) == 0)
			text[(*len)++] = ' ';
	}
	return realloc(text, *len + 1); /* so that a sanitizer sees what is read beyond it */
}

typedef struct Check
{
	const char *said;
	size_t		len;
	size_t		n;
	bool		sound;
} Check;

static void
check_quote(Check *check, size_t at, size_t len)
{
	check->n++;
	check->sound &= len > 0 && len <= TEXT_MAX_QUOTE && at <= check->len &&
					len <= check->len - at && (unsigned char) check->said[at] > ' ' &&
					(unsigned char) check->said[at + len - 1] > ' ';
}

static void
check_aspect(void *arg, const AspectFound *found_aspect)
{
	Check *check = arg;

	check_quote(check, found_aspect->quote_at, found_aspect->quote_len);
	check->sound &= found_aspect->aspect < 7;
	if (found_aspect->known)
		check->sound &= abs(found_aspect->sentiment) <= TEXT_ONE;
}

static void
check_act(void *arg, const ActFound *found_act)
{
	Check *check = arg;

	check_quote(check, found_act->quote_at, found_act->quote_len);
	check->sound &= found_act->act <= 7;
}

static void
test_hostile(void)
{
	PhraseSet *aspects = build_few(aspect_grammar, aspect_n_grammar);
	PhraseSet *acts = build_few(act_grammar, act_n_grammar);
	Check	   check = { .sound = true };
	bool	   ordered = true;

	for (int i = 0; i < 20000; i++)
	{
		char		*said = random_text(&check.len);
		PhraseStream stream;
		PhraseUnit	 unit;
		size_t		 at = 0;

		check.said = said = realloc(said, check.len ? check.len : 1);
		phrase_stream(&stream, aspects, said, check.len, NULL);
		while (phrase_next(&stream, &unit))
		{
			ordered &= unit.token.at >= at && unit.end > unit.token.at && unit.end <= check.len;
			at = unit.end;
		}
		aspect_read(aspects, &model, said, check.len, NULL, check_aspect, &check);
		act_read(acts, 7, said, check.len, NULL, check_act, &check);
		free(said);
	}
	ok(ordered, "units of any bytes follow each other within the text");
	ok(check.sound, "quotes of any bytes lie within the text, without blanks around them");
	ok(check.n > 20000, "and there were many: %zu", check.n);
	free(aspects);
	free(acts);
}

/* Phrases of any bytes are refused or built, and then found in themselves. */
static void
test_any_phrase(void)
{
	bool   finds = true;
	size_t n_good = 0;

	for (int i = 0; i < 20000; i++)
	{
		char	   bytes[12];
		PhraseTerm term = { bytes, random_below(sizeof(bytes)), 0, 0 };
		PhraseSet *set;

		for (size_t j = 0; j < term.len; j++)
			bytes[j] = random_below(3) ? "abcd '*^-"[random_below(9)] : (char) random_below(256);
		set = build(&term, 1);
		if (phrase_fault(bytes, term.len) == NULL)
		{
			PhraseStream stream;
			PhraseUnit	 unit;
			bool		 is_there = false;

			phrase_stream(&stream, set, bytes, term.len, NULL);
			while (phrase_next(&stream, &unit))
				is_there |= unit.sense != 0;
			finds &= is_there;
			n_good++;
		}
		free(set);
	}
	ok(finds && n_good > 1000, "%zu phrases of random bytes are found in themselves", n_good);
}

/* ---- work in proportion to the text ---- */

static size_t ticks;

static void
count_tick(void)
{
	ticks++;
}

static void
count_aspect(void *arg, const AspectFound *found_aspect)
{
	(void) found_aspect;
	++*(size_t *) arg;
}

static void
count_act(void *arg, const ActFound *found_act)
{
	(void) found_act;
	++*(size_t *) arg;
}

static void
test_proportion(void)
{
	static const char *const pieces[] = {
		"the price is great, ",		"slow and ", "app ",	  "blah, blah ",
		"slow, great, awful app, ", "app - ",	 "app \" > ", "yet "
	};
	PhraseSet *aspects = build_few(aspect_grammar, aspect_n_grammar);
	PhraseSet *acts = build_few(act_grammar, act_n_grammar);
	size_t	   size = 2 << 20;
	char	  *said = malloc(size);
	size_t	   n = 0;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
	{
		for (size_t at = 0; at < size; at++)
			said[at] = pieces[i][at % strlen(pieces[i])];
		ticks = 0;
		aspect_read(aspects, &model, said, size, count_tick, count_aspect, &n);
		act_read(acts, 7, said, size, count_tick, count_act, &n);
		ok(ticks >= 2 && ticks <= 5 * (size / TEXT_TICK_BYTES + 1),
		   "a text of two million bytes is read a few times: %s", pieces[i]);
	}
	ok(n > 0, "with aspects and acts in it");
	free(said);
	free(aspects);
	free(acts);
}

/* ---- sentiment in detail ---- */

static void
test_detail(void)
{
	TextModel toy = { .spread = 5000, .cut = { -1000, 1000 } };
	Detail	  detail;
	Detail	  mirror;
	bool	  sound = true;

	detail_of_logits(&toy, (int32_t[]){ 0, 0 }, &detail);
	ok(detail.score == 0 && detail.label == DETAIL_NEUTRAL && detail.confidence == 3333,
	   "three equal chances");
	ok(detail.hi == -detail.lo && abs(detail.hi - 8001) <= 1, "1.96 c sqrt(2/3)");
	for (int32_t m = -5 * 65536; m <= 5 * 65536; m += 32768)
		for (int32_t p = -5 * 65536; p <= 5 * 65536; p += 32768)
		{
			double em = exp(m / 65536.0);
			double ep = exp(p / 65536.0);
			double score = (ep - em) / (1 + ep + em);

			detail_of_logits(&toy, (int32_t[]){ m, p }, &detail);
			detail_of_logits(&toy, (int32_t[]){ p, m }, &mirror);
			sound &= fabs(detail.score / 10000.0 - score) < 0.0001 && detail.lo <= detail.score &&
					 detail.score <= detail.hi && detail.lo >= -TEXT_ONE && detail.hi <= TEXT_ONE;
			sound &= detail.score == -mirror.score && detail.lo == -mirror.hi &&
					 detail.label == 2 - mirror.label && detail.confidence == mirror.confidence;
			sound &= detail.label == (score < -0.1	? DETAIL_NEGATIVE
									  : score > 0.1 ? DETAIL_POSITIVE
													: DETAIL_NEUTRAL);
		}
	ok(sound, "the formulas, from everywhere, and mirrored");
	toy.spread = 0;
	detail_of_logits(&toy, (int32_t[]){ -65536, 65536 }, &detail);
	ok(detail.lo == detail.score && detail.hi == detail.score, "no spread, no interval");
}

int
main(void)
{
	load_model();
	test_match();
	test_faults();
	test_hostile();
	test_any_phrase();
	test_proportion();
	test_detail();
	return tap_done();
}
