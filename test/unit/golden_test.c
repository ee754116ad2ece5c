/*-------------------------------------------------------------------------
 *
 * golden_test.c
 *	  What the shipped model makes of plain sentences, phenomenon by
 *	  phenomenon. Cases are relations between scores rather than scores, so
 *	  that a better model keeps them. Run from the top folder; prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "text/text.h"

#define MODEL "data/general-2.model"
#define NONE  INT32_MIN /* no answer */

static TextModel model;

static int32_t
mood(const char *said)
{
	int32_t score;

	return text_sentiment(&model, said, strlen(said), NULL, &score) ? score : NONE;
}

static void
load_model(void)
{
	static uint8_t bytes[16 << 20];
	FILE		  *in = fopen(MODEL, "rb");
	const char	  *why = "it is not there";
	size_t		   size = in ? fread(bytes, 1, sizeof(bytes), in) : 0;

	if (in)
		fclose(in);
	if (!text_model_view(&model, bytes, size, &why))
	{
		printf("Bail out! " MODEL ": %s\n", why);
		exit(1);
	}
}

/* A text as a test's name: on one line */
static const char *
line(const char *said)
{
	static char lines[2][400];
	static int	next;
	char	   *line = lines[next ^= 1];

	snprintf(line, sizeof(lines[0]), "%s", said);
	for (char *at = line; *at; at++)
		if (*at == '\n' || *at == '\r' || *at == '#')
			*at = *at == '#' ? '+' : '/';
	return line;
}

static void
positive(const char *said)
{
	int32_t score = mood(said);

	if (!ok(score > 0, "positive: %s", line(said)))
		diag("%d", score);
}

static void
negative(const char *said)
{
	int32_t score = mood(said);

	if (!ok(score < 0 && score != NONE, "negative: %s", line(said)))
		diag("%d", score);
}

static void
above(const char *said, const char *than)
{
	int32_t a = mood(said);
	int32_t b = mood(than);

	if (!ok(a != NONE && b != NONE && a > b, "\"%s\" is above \"%s\"", line(said), line(than)))
		diag("%d, %d", a, b);
}

static void
same(const char *said, const char *as)
{
	int32_t a = mood(said);
	int32_t b = mood(as);

	if (!ok(a == b && a != NONE, "\"%s\" reads like \"%s\"", line(said), line(as)))
		diag("%d, %d", a, b);
}

static void
unknown(const char *said)
{
	ok(mood(said) == NONE, "no answer: \"%s\"", line(said));
}

static void
test_negation(void)
{
	negative("not good");
	negative("The room was not clean");
	negative("I don't like it");
	negative("I do not like the new app");
	negative("This isn't great");
	negative("never again");
	negative("nobody answers");
	negative("It no longer works");
	positive("not bad");
	positive("not bad at all");
	positive("It's not terrible");
	positive("no problem");
	positive("No problem at all, it works");
	positive("never disappoints");
	positive("This shop never disappoints");
	positive("without any issues");
	positive("It arrived without any issues");
	positive("can't complain");
	positive("I can't complain");
	positive("couldn't be happier");
	positive("nothing to complain about");
	positive("won't be disappointed");
	negative("couldn't be worse");
	negative("nothing works");
	positive("It is not only fast but also friendly");
	negative("It is not only late but also broken");
	above("It is not only fast but also friendly", "It is not fast and also not friendly");
	above("good", "not good");
	above("not bad", "bad");
	above("It is good", "It is not good");
	above("I hardly had any trouble", "I had trouble");
	above("Not cheap. Good!", "Not good. Cheap!");
}

static void
test_contrast(void)
{
	above("The service is bad but the food is good", "The food is good but the service is bad");
	above("Slow delivery, but I love the shoes", "I love the shoes, but slow delivery");
	negative("I like the idea, but the app keeps crashing");
	positive("It took a while, but the result is beautiful");
	above("The service is bad. However, the food is good",
		  "The food is good. However, the service is bad");
	above("Although the service is bad, the food is good",
		  "Although the food is good, the service is bad");
	above("The food is good, although the service is bad",
		  "The service is bad, although the food is good");
	above("Despite the delay, I am happy", "Despite my happy start, a delay");
}

static void
test_degree(void)
{
	above("very helpful", "helpful");
	above("I am very happy", "I am happy");
	above("I am extremely happy with it", "I am happy with it");
	above("The staff are really friendly", "The staff are friendly");
	above("The staff are friendly", "The staff are somewhat friendly");
	above("I am disappointed", "I am very disappointed");
	above("I am disappointed", "I am extremely disappointed");
	above("I am slightly disappointed", "I am disappointed");
	above("I am a bit annoyed", "I am annoyed");
	above("I am a bit annoyed", "I am really annoyed");
	above("I am a little sad", "I am very sad");
	above("It is good", "It is slightly good");
}

static void
test_politeness(void)
{
	negative("The screen is broken and nobody helps. Thank you for your patience.");
	negative("The parcel is broken again. Thanks.");
	negative("Could you please explain why nobody answers?");
	negative("Dear team, the screen is cracked and I want my money back. Kind regards");
	negative("Hello, sorry to bother you, but the app does not work");
	above("Thank you for your help", "Thank you for your patience");
	above("Thank you so much for your help", "Please help me");
	above("Thank you very much for the quick help", "Thank you for nothing");
}

static void
test_questions(void)
{
	above("The shop is good", "Is the shop good?");
	above("It works!", "Does it work?");
	above("Is it broken?", "It is broken!");
	above("Why is it so slow?", "It is so slow, I hate it");
}

static void
test_emoji(void)
{
	above("it arrived \xf0\x9f\x91\x8d", "it arrived");
	above("it arrived", "it arrived \xf0\x9f\x98\xa1");
	above("it arrived \xe2\x9d\xa4", "it arrived \xf0\x9f\x92\x94");
	positive("\xf0\x9f\x98\x8d");
	negative("\xf0\x9f\x98\xa1\xf0\x9f\x98\xa1");
	same("it arrived \xf0\x9f\x91\x8d\xf0\x9f\x8f\xbf", "it arrived \xf0\x9f\x91\x8d");
	same("it arrived \xe2\x9d\xa4\xef\xb8\x8f", "it arrived \xe2\x9d\xa4");
	same("it arrived \xf0\x9f\xa4\xa6\xf0\x9f\x8f\xbd\xe2\x80\x8d\xe2\x99\x80\xef\xb8\x8f",
		 "it arrived \xf0\x9f\xa4\xa6");
	same("it arrived\xf0\x9f\x91\x8d", "it arrived \xf0\x9f\x91\x8d");
}

static void
test_emoticons(void)
{
	above("it arrived :)", "it arrived");
	above("it arrived", "it arrived :(");
	above("it arrived :D", "it arrived :/");
	above("it arrived <3", "it arrived </3");
	above("it arrived", "it arrived :'(");
	same("it arrived :-)", "it arrived :)");
	same("it arrived :-(", "it arrived :(");
	same("it arrived =)", "it arrived :)");
	same("it arrived (:", "it arrived :)");
	same("it arrived ;-)", "it arrived ;)");
}

static void
test_elongation(void)
{
	positive("it is greaaaat");
	positive("sooo good");
	positive("I loooove it");
	negative("it is baaaad");
	above("it is sooo good", "it is good");
	above("I am haaaappy with it", "I am happy with it");
	above("it is bad", "it is baaaad");
	same("it is sooooooooo good", "it is sooo good");
}

static void
test_capitals(void)
{
	above("This is GREAT", "This is great");
	above("The delivery was bad", "The delivery was BAD");
	above("The delivery was not good", "The delivery was NOT GOOD");
	same("THE DELIVERY WAS BAD", "the delivery was bad");
	same("Good", "good");
}

static void
test_hashtags(void)
{
	negative("#fail");
	positive("#love");
	positive("#LoveThis");
	negative("#WorstServiceEver");
	same("this is a #fail", "this is a fail");
	same("so #happy today", "so happy today");
	same("new phone #LoveIt", "new phone Love It");
	same("new phone #love_it", "new phone love it");
}

static void
test_names(void)
{
	same("@hateful says hello", "@x says hello");
	same("@hateful says hello", "@HATEFUL says hello");
	same("@love_great_best it arrived", "@x it arrived");
	same("it arrived, write to happy.joy@love.example", "it arrived, write to x@y.example");
	same("it arrived https://awesome.example/best-ever?love=1", "it arrived https://x.example");
	same("it arrived HTTPS://AWESOME.EXAMPLE", "it arrived https://awful.example");
	same("it arrived www.hate.example", "it arrived www.love.example");
	same("it arrived, see amazing-deals.com/best", "it arrived, see horrible.org");
	same("[user] it arrived, see [url]", "@jo it arrived, see https://x.example");
	same("write to [email], it arrived", "write to a@b.example, it arrived");
	unknown("@great");
	unknown("https://great.example/love");
}

static void
test_quotes(void)
{
	same("I don\xe2\x80\x99t like it", "I don't like it");
	same("I don\xca\xbct like it", "I don't like it");
	same("I don`t like it", "I don't like it");
	same("I don\xc2\xb4t like it", "I don't like it");
	same("I dont\xe2\x80\x8b like it", "I dont like it");
	same("The \xe2\x80\x9cgood\xe2\x80\x9d room", "The \"good\" room");
	same("The \xc2\xabgood\xc2\xbb room", "The \"good\" room");
	same("The \xe2\x80\x98good\xe2\x80\x99 room", "The 'good' room");
}

static void
test_marks(void)
{
	above("it is good!!!", "it is good");
	negative("it is bad!!!");
	same("it is good!!!!!!!", "it is good!!!");
	same("what is this????", "what is this??");
	same("well.... it works", "well... it works");
	same("well\xe2\x80\xa6 it works", "well... it works");
	same("it is good ---- very good", "it is good - very good");
}

static void
test_numbers(void)
{
	same("I paid 100 euros", "I paid 5,000 euros");
	same("I paid 99.90 and it works", "I paid 1250.00 and it works");
	same("ordered on 2026-01-31, it arrived", "ordered on 2024-12-24, it arrived");
	unknown("4711");
}

static void
test_entities(void)
{
	same("I don&#39;t like it", "I don't like it");
	same("I don&#x27;t like it", "I don't like it");
	same("I don&rsquo;t like it", "I don't like it");
	same("good &amp; cheap", "good & cheap");
	same("Love it &lt;3", "Love it <3");
	same("&quot;good&quot;&nbsp;shop", "\"good\" shop");
	same("it arrived &#128525;", "it arrived \xf0\x9f\x98\x8d");
	same("I don&#8217;t like it", "I don't like it");
}

static void
test_lines(void)
{
	same("bad\ngood", "bad. good");
	same("hi\nthe app is slow\nplease help", "hi. the app is slow. please help");
	same("no\r\ngood idea", "no. good idea");
	same("The parcel came late and the box was not\ngood at all, I am sorry",
		 "The parcel came late and the box was not good at all, I am sorry");
}

static void
test_unknown(void)
{
	unknown("");
	unknown("   ");
	unknown("xqzt vvbr");
	unknown("Das Paket wurde leider niemals zugestellt");
	unknown("\xd0\x9e\xd1\x87\xd0\xb5\xd0\xbd\xd1\x8c \xd0\xbf\xd0\xbb\xd0\xbe\xd1\x85\xd0\xbe");
}

static bool
same_labels(const TextLabel *a, int n_a, const TextLabel *b, int n_b)
{
	for (int i = 0; i < n_a && i < n_b; i++)
		if (a[i].label != b[i].label || a[i].score != b[i].score)
			return false;
	return n_a == n_b;
}

/* The quoted sentence of a text is read as it is by itself. */
static void
quotes(const char *said, const char *sentence)
{
	TextReading whole;
	TextReading alone;

	text_read(&model, said, strlen(said), NULL, &whole);
	text_read(&model, sentence, strlen(sentence), NULL, &alone);
	ok(whole.quote.len == strlen(sentence) &&
		   memcmp(said + whole.quote.at, sentence, whole.quote.len) == 0 &&
		   whole.quote.sentiment == alone.sentiment &&
		   same_labels(whole.quote.emotions, whole.quote.n_emotions, alone.emotions,
					   alone.n_emotions) &&
		   same_labels(whole.quote.intents, whole.quote.n_intents, alone.intents, alone.n_intents),
	   "of \"%s\" is quoted, for what it says itself: %s", line(said), line(sentence));
}

static void
test_quoted(void)
{
	quotes("The driver was friendly. I am furious that you charged me twice! Cancel my contract.",
		   "I am furious that you charged me twice!");
	quotes("Thank you so much, I love it! When do you open?", "Thank you so much, I love it!");
	quotes("It is awful.", "It is awful.");
}

/* What customers write, without any of the above */
static void
test_plain(void)
{
	negative("I have been waiting three weeks for my parcel and nobody answers");
	negative("The app keeps crashing");
	negative("I was charged twice");
	negative("I want my money back");
	negative("The room smelled and the staff were rude");
	negative("This is the worst company I have ever dealt with");
	positive("Fast delivery and a friendly driver");
	positive("The nurse was lovely, thank you so much");
	positive("Works like a charm");
	positive("I will order again");
	positive("Best coffee in town");
	above("I love this shop", "The shop is on Main Street");
	above("The shop is on Main Street", "I hate this shop");
}

int
main(void)
{
	load_model();
	test_plain();
	test_negation();
	test_contrast();
	test_degree();
	test_politeness();
	test_questions();
	test_emoji();
	test_emoticons();
	test_elongation();
	test_capitals();
	test_hashtags();
	test_names();
	test_quotes();
	test_marks();
	test_numbers();
	test_entities();
	test_lines();
	test_unknown();
	test_quoted();
	return tap_done();
}
