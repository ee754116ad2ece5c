/*-------------------------------------------------------------------------
 *
 * text_test.c
 *	  The text core on its own: tokens, hostile bytes, hostile model files,
 *	  masking, quotes, explanations. Run from the top folder; prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/feature.h"
#include "text/text.h"

static int		 n_tests = 0;
static TextModel model;
static uint8_t	*file;
static size_t	 file_size;
static uint64_t	 random_state = 42;

static void
ok(bool pass, const char *name)
{
	printf("%sok %d - %s\n", pass ? "" : "not ", ++n_tests, name);
}

static uint32_t
random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t) ((random_state >> 16) % n);
}

/* A copy of exactly len bytes, so that a sanitizer sees every byte read beyond it. */
static char *
exact(const char *bytes, size_t len)
{
	char *copy = malloc(len ? len : 1);

	memcpy(copy, bytes, len);
	return copy;
}

static void
load_model(void)
{
	FILE	   *in = fopen("data/general-2.model", "rb");
	const char *why = "";

	file = malloc(16 << 20);
	if (in)
	{
		file_size = fread(file, 1, 16 << 20, in);
		fclose(in);
	}
	ok(in && text_model_view(&model, file, file_size, &why), "the shipped model is usable");
	ok(strcmp(text_model_name(&model), "general-2") == 0, "and has its name");
	ok(file_size <= 4 << 20, "and is at most 4 MB");
}

/* Tokens joined by |, with < > around those that say nothing */
static const char *
tokens(const char *said)
{
	static char joined[1024];
	TextScan	scan;
	TextToken	token;

	joined[0] = 0;
	text_scan(&scan, said, strlen(said));
	while (text_next_token(&scan, &token))
		snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined),
				 token.hash ? "|%.*s" : "|<%.*s>", (int) token.len, said + token.at);
	return joined;
}

static uint32_t
hash_of(const char *word)
{
	TextScan  scan;
	TextToken token;

	text_scan(&scan, word, strlen(word));
	return text_next_token(&scan, &token) ? token.hash : 0;
}

static void
test_tokens(void)
{
	ok(strcmp(tokens("I don't like it, at ALL."), "|I|don't|like|it|<,>|at|ALL|<.>") == 0, "words");
	ok(strcmp(tokens("3.5 of 1,000 v2.x"), "|3.5|of|1,000|v2|<.>|x") == 0, "numbers");
	ok(strcmp(tokens("see https://a.example/b?c=d or www.x.y now"),
			  "|see|<https://a.example/b?c=d>|or|<www.x.y>|now") == 0,
	   "web addresses");
	ok(strcmp(tokens("@jo_e and jo@shop.example."), "|<@jo_e>|and|<jo@shop.example>|<.>") == 0,
	   "handles and e-mail");
	ok(strcmp(tokens("ok :-) :( ;D <3 (nice)"), "|ok|:-)|:(|;D|<3|nice") == 0, "emoticons");
	ok(strcmp(tokens("wow!!! really??\n\nnew"), "|wow|!!!|really|??|<\n\n>|new") == 0, "marks");
	ok(strcmp(tokens("caf\xc3\xa9\xe2\x80\x99s \xf0\x9f\x98\xa1"),
			  "|caf\xc3\xa9\xe2\x80\x99s|\xf0\x9f\x98\xa1") == 0,
	   "UTF-8 letters, apostrophes, emoji");
	ok(strcmp(tokens("a\xff"
					 "b \xc3 c\xe2\x82"),
			  "|a|b|c") == 0,
	   "bytes that are not UTF-8 separate words");
	ok(hash_of("GREAT") == hash_of("great") &&
		   hash_of("\xc3\x89t\xc3\xa9") == hash_of("\xc3\xa9t\xc3\xa9"),
	   "case does not matter");
	ok(hash_of("sooooo") == hash_of("sooo") && hash_of("soo") != hash_of("so"),
	   "letters repeat at most twice");
	ok(hash_of("greaaaat") == hash_of("great") && hash_of("goooood") == hash_of("good"),
	   "some at most once");
	ok(hash_of("don\xe2\x80\x99t") == hash_of("don't") && hash_of("don`t") == hash_of("don't") &&
		   hash_of("don\xc2\xb4t") == hash_of("don't"),
	   "apostrophes are straight");
	ok(hash_of("1,250.00") == hash_of("99.00") && hash_of("1,000") == hash_of("1000"),
	   "numbers are alike, however they are written");
	ok(hash_of(":-)") == hash_of(":)") && hash_of(":(") != hash_of(":)"), "noses are dropped");
}

/* What texts meet on their way through the web and phones */
static void
test_web_tokens(void)
{
	ok(hash_of("don&#39;t") == hash_of("don't") && hash_of("don&#x27;t") == hash_of("don't") &&
		   hash_of("don&rsquo;t") == hash_of("don't") && hash_of("&lt;3") == hash_of("<3") &&
		   hash_of("&#128545;") == hash_of("\xf0\x9f\x98\xa1"),
	   "HTML entities are what they stand for");
	ok(strcmp(tokens("a&nbsp;b &amp; c &#0; R&D &lt &#x110000;"),
			  "|a|b|c|0|<;>|R|D|lt|x110000|<;>") == 0,
	   "and nothing else is one");
	ok(strcmp(tokens("a&#33;&#33;&#46;&#46;b&#63;"), "|a|&#33;&#33;|&#46;&#46;|b|&#63;") == 0,
	   "also as marks");
	ok(strcmp(tokens("#LoveThis #fail #NHSHeroes2day #"), "|Love|This|fail|NHSHeroes2day") == 0,
	   "hashtags are words");
	ok(strcmp(tokens("on shop.example, my-shop.com/best?x=1 or v2.final"),
			  "|on|<shop.example>|<,>|<my-shop.com/best?x=1>|or|v2|<.>|final") == 0,
	   "web addresses without http");
	ok(strcmp(tokens("to happy.joe_x+y@shop.example, a.b@ c"),
			  "|to|<happy.joe_x+y@shop.example>|<,>|a|<.>|b|c") == 0,
	   "e-mail addresses of several words");
	ok(strcmp(tokens("[user] at [EMAIL] [b]"), "|<[user]>|at|<[EMAIL]>|b") == 0,
	   "what masking leaves says nothing");
	ok(hash_of("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbf") == hash_of("\xf0\x9f\x91\x8d") &&
		   hash_of("\xe2\x9d\xa4\xef\xb8\x8f") == hash_of("\xe2\x9d\xa4"),
	   "emoji of any skin and style");
	ok(strcmp(tokens("\xf0\x9f\xa4\xa6\xf0\x9f\x8f\xbd\xe2\x80\x8d\xe2\x99\x80\xef\xb8\x8f!"),
			  "|\xf0\x9f\xa4\xa6\xf0\x9f\x8f\xbd\xe2\x80\x8d\xe2\x99\x80\xef\xb8\x8f|!") == 0,
	   "joined emoji are one");
	ok(hash_of("(:") == hash_of(":)") && hash_of("):") == hash_of(":(") &&
		   strcmp(tokens("(see: a):"), "|see|<:>|a|<:>") == 0,
	   "faces that lie the other way round");
	ok(strcmp(tokens("no\nok then\r\nbye"), "|no|<\n>|ok|then|<\n>|bye") == 0 &&
		   strcmp(tokens("a line of some length, broken where the mail\nwas full"),
				  "|a|line|of|some|length|<,>|broken|where|the|mail|was|full") == 0,
	   "a short line is a sentence, a long one may go on");
}

/* The words that are under negation */
static const char *
negated_words(const char *said)
{
	static char negated[256];
	TextStream	stream;
	TextFeature feature;

	negated[0] = 0;
	text_stream(&stream, said, strlen(said));
	while (text_next_feature(&stream, &feature))
		if (feature.key[TEXT_KEY_NEGATED])
			snprintf(negated + strlen(negated), sizeof(negated) - strlen(negated), "%.*s ",
					 (int) feature.token.len, said + feature.token.at);
	return negated;
}

static void
test_negation(void)
{
	ok(strcmp(negated_words("not good, but nice and I don't see why a b c d e"),
			  "good see why a b c ") == 0,
	   "a negator covers five words, up to a mark");
	ok(strcmp(negated_words("not only fast but kind, not just that"), "only just ") == 0,
	   "\"not only\" negates nothing");
}

/* How much a word of the text counts */
static int
stress_of(const char *said, const char *word)
{
	TextStream	stream;
	TextFeature feature;

	text_stream(&stream, said, strlen(said));
	while (text_next_feature(&stream, &feature))
		if (strncmp(said + feature.token.at, word, strlen(word)) == 0)
			return feature.stress;
	return 0;
}

static void
test_stress(void)
{
	ok(stress_of("It is good", "good") == TEXT_STRESS, "a word counts once");
	ok(stress_of("slow but good. Yes", "good") > TEXT_STRESS &&
		   stress_of("slow but good. Yes", "Yes") == TEXT_STRESS &&
		   stress_of("Slow. However, it is good", "good") > TEXT_STRESS,
	   "what follows a \"but\" counts more, to the end of its sentence");
	ok(stress_of("Although slow, it is good", "slow") < TEXT_STRESS &&
		   stress_of("Although slow, it is good", "good") == TEXT_STRESS &&
		   stress_of("It is good, though slow. Yes", "slow") < TEXT_STRESS &&
		   stress_of("It is good, though slow. Yes", "Yes") == TEXT_STRESS,
	   "a concession counts less");
	ok(stress_of("very good", "good") > TEXT_STRESS &&
		   stress_of("extremely good value", "good") > TEXT_STRESS &&
		   stress_of("extremely good value", "value") == TEXT_STRESS &&
		   stress_of("not very good", "good") < TEXT_STRESS,
	   "intensifiers raise the next word, unless negated");
	ok(stress_of("slightly bad", "bad") < TEXT_STRESS &&
		   stress_of("a bit bad", "bad") < TEXT_STRESS,
	   "downtoners lower it");
	ok(stress_of("it is baaad", "baaad") > TEXT_STRESS &&
		   stress_of("it is BAD", "BAD") > TEXT_STRESS &&
		   stress_of("IT IS BAD", "BAD") == TEXT_STRESS &&
		   stress_of("in 2000", "2000") == TEXT_STRESS,
	   "drawn-out words count more, and capitals where not all are");
}

/* Random text: bytes, or pieces that meet in unhappy ways */
static size_t
random_text(char *out, size_t size, bool pieces)
{
	static const char *const piece[] = {
		"@",
		".",
		"-",
		"+",
		" ",
		"a",
		"b@c.d",
		"http://",
		"www.",
		"1",
		"4111",
		"1111",
		"[",
		"]",
		"(",
		")",
		"0",
		"DE89",
		"3704",
		"0044",
		"0532",
		"0130",
		"00",
		"_",
		"\xc3",
		"\xa9",
		"/",
		"555",
		"1234",
		":",
		"x",
		"\n",
		"not ",
		"good",
		"!",
		"?",
		"'",
		"\xf0\x9f\x98\xa1",
		"",
		"%",
		"2026-01-31",
		"order ",
		"tel ",
		"AB",
		"12",
		"56 C",
		"219-09-9999",
		"\xe7\x94\xb5",
	};
	size_t n = 0;

	while (n < size)
	{
		if (!pieces)
			out[n++] = (char) random_below(256);
		else
		{
			const char *p = piece[random_below(sizeof(piece) / sizeof(piece[0]))];

			for (; *p && n < size; p++)
				out[n++] = *p;
			if (random_below(12) == 0)
				break;
		}
	}
	return n;
}

static bool
whole_characters(const char *said, size_t len, size_t at)
{
	return at == len || ((unsigned char) said[at] & 0xC0) != 0x80;
}

static void
sum_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	(void) pos;
	(void) token;
	(void) len;
	*(int64_t *) arg += contribution;
}

static void
test_random_texts(void)
{
	bool read = true;
	bool same = true;
	bool sums = true;

	for (int i = 0; i < 20000; i++)
	{
		char		buffer[400];
		size_t		len = random_text(buffer, random_below(sizeof(buffer)), i % 2);
		char	   *said = exact(buffer, len);
		TextReading reading;
		int32_t		score = 0;
		int64_t		raw = 0;
		bool		known = text_sentiment(&model, said, len, NULL, &score);

		text_read(&model, said, len, NULL, &reading);
		if (reading.known)
			read = read && reading.quote.at + reading.quote.len <= len &&
				   reading.quote.len <= TEXT_MAX_QUOTE && reading.sentiment >= -TEXT_ONE &&
				   reading.sentiment <= TEXT_ONE;
		same = same && known == reading.known && (!known || score == reading.sentiment);
		text_explain(&model, TEXT_SENTIMENT, TEXT_DIFFERENCE, said, len, NULL, sum_part, &raw);
		sums = sums && (raw > 0) >= (score > 0) && (raw < 0) >= (score < 0);
		free(said);
	}
	ok(read, "readings of random bytes are sound");
	ok(same, "the fast path agrees with the reading");
	ok(sums, "explanations have the sign of the score");
}

static int64_t
raw_of(const char *said)
{
	int64_t raw = 0;

	text_explain(&model, TEXT_SENTIMENT, TEXT_DIFFERENCE, said, strlen(said), NULL, sum_part, &raw);
	return raw;
}

/* Two sentences say together what they say alone, in either order. */
static void
test_concatenation(void)
{
	static const char *const sentence[] = {
		"I love the new shop.",
		"The delivery was three weeks late!",
		"It arrived on Monday.",
		"Nobody answers the phone, and I am not happy.",
		":) Thank you so much.",
		"The app is slow but the staff are kind.",
		"Is that not a bit too expensive?",
		"Although it rained, we had a very good day.",
		"\xf0\x9f\x98\xa1\xf0\x9f\x98\xa1!!",
		"Never again...",
	};
	size_t n = sizeof(sentence) / sizeof(sentence[0]);
	bool   between = true;
	bool   in_any_order = true;

	for (size_t i = 0; i < n * n; i++)
	{
		char	there[200];
		char	back[200];
		int64_t a = raw_of(sentence[i / n]);
		int64_t b = raw_of(sentence[i % n]);
		int64_t both;
		int32_t scores[2] = { 0, 0 };

		snprintf(there, sizeof(there), "%s %s", sentence[i / n], sentence[i % n]);
		snprintf(back, sizeof(back), "%s %s", sentence[i % n], sentence[i / n]);
		both = raw_of(there);
		between = between && both >= (a < b ? a : b) - 2 && both <= (a < b ? b : a) + 2;
		text_sentiment(&model, there, strlen(there), NULL, &scores[0]);
		text_sentiment(&model, back, strlen(back), NULL, &scores[1]);
		in_any_order = in_any_order && scores[0] == scores[1];
	}
	ok(between, "two sentences say something between what each says");
	ok(in_any_order, "in any order the same");
}

static void
test_quotes(void)
{
	bool		whole = true;
	TextReading reading;
	char		said[600];

	for (int i = 0; i < 2000; i++)
	{
		size_t n = 0;

		while (n < 500)
		{
			static const char *const word[] = {
				"terrible", "gar\xc3\xa7on", "delivery", "I", "\xe2\x82\xac\xe2\x82\xac", "awful"
			};
			const char *w = word[random_below(6)];

			memcpy(said + n, w, strlen(w));
			n += strlen(w);
			if (random_below(i % 2 ? 2 : 50) == 0)
				said[n++] = ' ';
		}
		text_read(&model, said, n, NULL, &reading);
		if (!reading.known)
			continue;
		whole = whole && reading.quote.len <= TEXT_MAX_QUOTE &&
				whole_characters(said, n, reading.quote.at) &&
				whole_characters(said, n, reading.quote.at + reading.quote.len);
	}
	ok(whole, "quotes hold whole characters and at most 140 bytes");
	strcpy(said, "The parcel came on Monday.  I absolutely hate the box!  It was brown.");
	text_read(&model, said, strlen(said), NULL, &reading);
	ok(reading.quote.len == 26 &&
		   strncmp(said + reading.quote.at, "I absolutely hate the box!", 26) == 0,
	   "the most telling sentence is quoted");
	strcpy(said, "It was so nice once. The box is useless, awful rubbish and I hate it. Bye.");
	text_read(&model, said, strlen(said), NULL, &reading);
	ok(reading.sentiment < 0 && strncmp(said + reading.quote.at, "The box", 7) == 0,
	   "an unhappy text is quoted by what makes it unhappy");
	strcpy(said, "Good evening. More parking would be good.");
	text_read(&model, said, strlen(said), NULL, &reading);
	ok(strncmp(said + reading.quote.at, "More", 4) == 0, "a greeting is not quoted");
}

static bool
masks(const char *said, const char *expected)
{
	char   out[512];
	size_t n = text_mask(said, strlen(said), NULL, out, sizeof(out));

	if (n == strlen(expected) && memcmp(out, expected, n) == 0)
		return true;
	printf("# \"%s\" became \"%.*s\"\n", said, (int) n, out);
	return false;
}

static void
test_mask_phones(void)
{
	ok(masks("(555) 123-4567, 555.123.4567, +1 555 123 4567, 1-800-555-0199, 5551234567",
			 "[phone], [phone], [phone], [phone], [phone]"),
	   "phones of North America");
	ok(masks("020 7946 0958, +44 20 7946 0958, 07700 900123, 0044 20 7946 0958",
			 "[phone], [phone], [phone], [phone]"),
	   "of Britain");
	ok(masks("030/1234567, +49 (0)30 123-4567, 0171-1234567, (030) 1234567.",
			 "[phone], [phone], [phone], [phone]."),
	   "of Germany");
	ok(masks("06 12 34 56 78, 06.12.34.56.78, +33 6 12 34 56 78", "[phone], [phone], [phone]"),
	   "of France");
	ok(masks("+39 06 1234567, 612 34 56 78, +48 601 234 567, 06-12345678",
			 "[phone], [phone], [phone], [phone]"),
	   "of Italy, Spain, Poland and the Netherlands");
	ok(masks("8 (495) 123-45-67, +7 495 123-45-67, 495 123-45-67, 98765 43210",
			 "[phone], [phone], [phone], [phone]"),
	   "of Russia and India");
	ok(masks("03-1234-5678, +81-3-1234-5678, 0412 345 678, (02) 9876 5432, (11) 91234-5678",
			 "[phone], [phone], [phone], [phone], [phone]"),
	   "of Japan, Australia and Brazil");
	ok(masks("tel 5551234, call me at 555-0123, WhatsApp: 79161234567",
			 "tel [phone], call me at [phone], WhatsApp: [phone]"),
	   "and any number after a word that says so");
}

static void
test_mask_numbers(void)
{
	ok(masks("4111 1111 1111 1111 12/25, 4111-1111-1111-1112, 5500000000000004, 340000000000009",
			 "[card] 12/25, 4111-1111-1111-1112, [card], [card]"),
	   "cards pass Luhn's check");
	ok(masks("DE89 3704 0044 0532 0130 00 or GB82WEST12345698765432.", "[iban] or [iban]."),
	   "bank accounts");
	ok(masks("FR1420041010050500013M02606, de89370400440532013000, DE88370400440532013000",
			 "[iban], [iban], DE88370400440532013000"),
	   "pass theirs");
	ok(masks("219-09-9999, 900-12-3456, 219-00-9999, 21-909-9999",
			 "[id], 900-12-3456, 219-00-9999, 21-909-9999"),
	   "social security numbers");
	ok(masks("AB 12 34 56 C, ab123456c, DA123456C, AB123456E, AB123456CD",
			 "[id], [id], DA123456C, AB123456E, AB123456CD"),
	   "national insurance numbers");
	ok(masks("on 2026-01-31 12:30, 31.12.2026 or 1/31/26 order 4711 for 1,250.00 or 1 000 000",
			 "on 2026-01-31 12:30, 31.12.2026 or 1/31/26 order 4711 for 1,250.00 or 1 000 000"),
	   "dates, amounts and short numbers stay");
	ok(masks("order 1002345678, Order no. 1002345678, #1002345678, invoice 2024-00123, v1.2.3.4",
			 "order 1002345678, Order no. 1002345678, #1002345678, invoice 2024-00123, v1.2.3.4"),
	   "order numbers stay");
}

static void
test_mask_addresses(void)
{
	ok(masks("mail jo.doe+x@shop.example, <a@b.c>, mailto:jo@x-y.example.",
			 "mail [email], <[email]>, mailto:[email]."),
	   "e-mail");
	ok(masks("@jo see https://x.example/a?b, or www.y.example. HTTP://Z.example!",
			 "[user] see [url], or [url]. [url]!"),
	   "handles and web addresses");
	ok(masks("jo@shop a @ b 3@4", "jo@shop a @ b 3@4"), "an @ that addresses nobody");
}

/* Texts in other scripts, with and without blanks */
static void
test_mask_languages(void)
{
	ok(masks("\xe7\x94\xb5\xe8\xaf\x9d"
			 "13812345678\xe8\xb0\xa2\xe8\xb0\xa2",
			 "\xe7\x94\xb5\xe8\xaf\x9d[phone]\xe8\xb0\xa2\xe8\xb0\xa2"),
	   "Chinese");
	ok(masks(
		   "\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab\xe3\x81\xafjo@shop.example\xe3\x81\xbe\xe3\x81\xa7",
		   "\xe3\x83\xa1\xe3\x83\xbc\xe3\x83\xab\xe3\x81\xaf[email]\xe3\x81\xbe\xe3\x81\xa7"),
	   "Japanese");
	ok(masks("\xd0\xa2\xd0\xb5\xd0\xbb. +7 916 123-45-67, @\xd0\xb8\xd0\xb2\xd0\xb0\xd0\xbd",
			 "\xd0\xa2\xd0\xb5\xd0\xbb. [phone], [user]"),
	   "Russian");
	ok(masks("m\xc3\xbcller@firma.example ist \xc3\xbc"
			 "berall",
			 "[email] ist \xc3\xbc"
			 "berall"),
	   "German");
	ok(masks("\xd8\xa7\xd8\xaa\xd8\xb5\xd9\x84 \xd8\xa8\xd9\x8a 0501234567",
			 "\xd8\xa7\xd8\xaa\xd8\xb5\xd9\x84 \xd8\xa8\xd9\x8a [phone]"),
	   "Arabic");
}

static void
test_mask(void)
{
	bool stable = true;
	bool sized = true;

	test_mask_phones();
	test_mask_numbers();
	test_mask_addresses();
	test_mask_languages();
	for (int i = 0; i < 200000; i++)
	{
		char   buffer[120];
		char   once[1024];
		char   twice[1024];
		size_t len = random_text(buffer, random_below(sizeof(buffer)), i % 8 != 0);
		char  *said = exact(buffer, len);
		size_t n = text_mask(said, len, NULL, once, sizeof(once));
		size_t m = text_mask(once, n, NULL, twice, sizeof(twice));

		sized = sized && text_mask(said, len, NULL, NULL, 0) == n && n <= sizeof(once);
		if (stable && (n != m || memcmp(once, twice, n) != 0))
		{
			printf("# \"%.*s\" -> \"%.*s\" -> \"%.*s\"\n", (int) len, said, (int) n, once, (int) m,
				   twice);
			stable = false;
		}
		free(said);
	}
	ok(stable, "masking twice is masking once");
	ok(sized, "the length is known without writing");
}

static void
seal(uint8_t *bytes, size_t size)
{
	uint64_t sum = text_model_checksum(bytes + TEXT_MODEL_SUMMED, size - TEXT_MODEL_SUMMED);

	for (int i = 0; i < 8; i++)
		bytes[16 + i] = (uint8_t) (sum >> 8 * i);
}

static void
try_model(const uint8_t *bytes, size_t size, int *used)
{
	TextModel	hurt;
	const char *why;
	TextReading reading;
	const char *said = "I am not happy with the delivery, cancel my order and thank you!";

	if (!text_model_view(&hurt, bytes, size, &why))
		return;
	text_read(&hurt, said, strlen(said), NULL, &reading);
	++*used;
}

static void
test_hostile_models(void)
{
	int		 used = 0;
	int		 refused = 0;
	uint8_t *hurt = malloc(file_size);

	for (int i = 0; i < 100; i++)
	{
		int before = used;

		memcpy(hurt, file, file_size);
		hurt[random_below((uint32_t) file_size)] ^= (uint8_t) (1 + random_below(255));
		try_model(hurt, file_size, &used);
		refused += used == before;
	}
	ok(refused == 100, "a model with a wrong byte is refused");
	used = 0;
	for (int i = 0; i < 300; i++)
	{
		memcpy(hurt, file, file_size);
		for (int j = 0; j < 3; j++)
			hurt[24 + random_below(i % 2 ? 90 : (uint32_t) file_size - 24)] =
				(uint8_t) random_below(256);
		seal(hurt, file_size);
		try_model(hurt, file_size, &used);
	}
	ok(used > 0 && used < 300, "a forged model is refused or usable");
	used = 0;
	for (size_t size = 0; size < 3000; size += 7)
	{
		uint8_t *cut = (uint8_t *) exact((const char *) file, size);

		try_model(cut, size, &used);
		free(cut);
	}
	ok(used == 0, "a cut model is refused");
	free(hurt);
}

static int n_ticks = 0;

static void
count_tick(void)
{
	n_ticks++;
}

static void
test_long_text(void)
{
	static const char sentence[] = "The delivery was late and I am not happy. ";
	size_t			  n = strlen(sentence);
	size_t			  len = (1 << 20) / n * n;
	char			 *said = malloc(len);
	int32_t			  one = 0;
	int32_t			  many = 0;
	TextReading		  reading;

	for (size_t i = 0; i < len; i += n)
		memcpy(said + i, sentence, n);
	text_sentiment(&model, said, n, NULL, &one);
	text_sentiment(&model, said, len, count_tick, &many);
	ok(one - many <= 1 && many - one <= 1, "a sentence said often means what it means once");
	ok(n_ticks >= 15 && n_ticks <= 17, "long texts can be interrupted");
	text_read(&model, said, len, NULL, &reading);
	ok(reading.known && reading.sentiment == many, "a megabyte is read");
	memset(said, 0xFF, len);
	text_read(&model, said, len, NULL, &reading);
	ok(!reading.known, "a megabyte that is no text says nothing");
	free(said);
}

typedef struct Parts
{
	const char *said;
	bool		exact;
	int64_t		sum;
} Parts;

static void
check_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	Parts *parts = arg;
	size_t chars = 1;

	parts->sum += contribution;
	if (token == NULL)
	{
		parts->exact = parts->exact && pos == 0;
		return;
	}
	for (const char *p = parts->said; p < token; p++)
		chars += ((unsigned char) *p & 0xC0) != 0x80;
	parts->exact = parts->exact && pos == chars && len > 0;
}

static void
test_explain(void)
{
	const char *said =
		"Caf\xc3\xa9 \xe2\x80\x9cNoir\xe2\x80\x9d was not good. I want my money back! Thanks :)";
	Parts	parts = { said, true, 0 };
	int32_t score[TEXT_MAX_HEADS];
	bool	agree = true;

	ok(text_explain(&model, TEXT_SENTIMENT, TEXT_DIFFERENCE, said, strlen(said), NULL, check_part,
					&parts),
	   "a text is explained");
	ok(parts.exact, "positions count characters from 1");
	text_scores(&model, TEXT_INTENT, said, strlen(said), NULL, score);
	for (int i = 0; i < model.task[TEXT_INTENT].n_heads; i++)
	{
		parts.sum = 0;
		text_explain(&model, TEXT_INTENT, i, said, strlen(said), NULL, check_part, &parts);
		agree = agree && (parts.sum > 0) == (score[i] > TEXT_ONE / 2);
	}
	ok(agree, "an intent's parts agree with its score");
	ok(!text_explain(&model, TEXT_SENTIMENT, TEXT_DIFFERENCE, "", 0, NULL, check_part, &parts),
	   "nothing is not explained");
}

int
main(void)
{
	load_model();
	test_tokens();
	test_web_tokens();
	test_negation();
	test_stress();
	test_random_texts();
	test_concatenation();
	test_quotes();
	test_mask();
	test_hostile_models();
	test_long_text();
	test_explain();
	free(file);
	printf("1..%d\n", n_tests);
	return 0;
}
