/*-------------------------------------------------------------------------
 *
 * term.c
 *	  From a masked text to its terms.
 *
 * Words keep their spelling but for case and curly apostrophes; a hyphen
 * makes two words one ("check-in"). A word with a digit, one in brackets (what
 * masking leaves) and one that is too long are no part of a term.
 *
 *-------------------------------------------------------------------------
 */
#include "text/term.h"

#include <string.h>

/*
 * English words that say nothing at the ends of a term, by their first letter,
 * each closed by a blank. A word before an apostrophe counts by itself, so
 * that it covers "it's" and "I'm"; single letters always count.
 */
/* NOLINTBEGIN(bugprone-suspicious-missing-comma) */
static const char *const stop_words[26] = {
	['a' - 'a'] = "about actually after all already also although always am among an and any "
				  "anything are as at ",
	['b' - 'a'] = "be because been before being between both but by ",
	['c' - 'a'] = "came can come could ",
	['d' - 'a'] = "did do does doing done during ",
	['e' - 'a'] = "each either else even ever every everything ",
	['f' - 'a'] = "few for from further ",
	['g' - 'a'] = "get gets getting give go goes going gone gonna got gotta ",
	['h' - 'a'] = "had has have having he her here hers him his how however ",
	['i' - 'a'] = "id if im in into is it its itself ive ",
	['j' - 'a'] = "just ",
	['l' - 'a'] = "let like ll lot lots ",
	['m' - 'a'] = "made make makes making many may maybe me might mine more most much must my "
				  "myself ",
	['n' - 'a'] = "now ",
	['o' - 'a'] = "of ok okay on once one ones only onto or other others our ours over own ",
	['p' - 'a'] = "per please put ",
	['q' - 'a'] = "quite ",
	['r' - 'a'] = "rather re really ",
	['s' - 'a'] = "said same say says she should since so some something still such ",
	['t' - 'a'] = "take than that thats the their them then there these they thing things this "
				  "those though through to too took ",
	['u' - 'a'] = "under until upon us use used ",
	['v' - 'a'] = "ve very via ",
	['w' - 'a'] = "want wanted wanting wants was we well went were what when where whether which "
				  "while who whom whose why will with within would ",
	['y' - 'a'] = "yes yet you your youre yours yourself ",
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

/* Stop words that make another word of the one before them */
static const char *const particles[26] = {
	['a' - 'a'] = "again away ", ['b' - 'a'] = "back ", ['d' - 'a'] = "down ",
	['o' - 'a'] = "off out ",	 ['u' - 'a'] = "up ",
};

static bool
is_listed(const char *const list[26], const char *word, size_t len)
{
	const char *at = word[0] >= 'a' && word[0] <= 'z' ? list[word[0] - 'a'] : NULL;

	for (; at != NULL && *at; at = strchr(at, ' ') + 1)
		if (strncmp(at, word, len) == 0 && at[len] == ' ')
			return true;
	return false;
}

static bool
is_stop_word(const char *word, size_t len)
{
	const char *apostrophe = memchr(word, '\'', len);

	if (apostrophe != NULL)
		len = (size_t) (apostrophe - word);
	return (len == 1 && (unsigned char) word[0] < 0x80) || is_listed(stop_words, word, len);
}

static bool
has_digit(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] >= '0' && bytes[i] <= '9')
			return true;
	return false;
}

/* Add a token's spelling to a word. False: the word can't be part of a term. */
static bool
spell_token(TextTermWord *word, const char *bytes, size_t len)
{
	size_t n = text_lower(bytes, len, word->bytes + word->len, sizeof(word->bytes) - word->len);

	word->len += n;
	return n > 0 && !has_digit(bytes, len);
}

/* Do only blanks, one at least, stand between two places? */
static bool
blanks_between(const TextTermScan *scan, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (scan->scan.said[i] != ' ' && scan->scan.said[i] != '\t')
			return false;
	return from < to;
}

static void
read_ahead(TextTermScan *scan)
{
	scan->end = scan->ahead.at + scan->ahead.len;
	scan->more = text_next_token(&scan->scan, &scan->ahead);
}

/* Does the token ahead go on with the word that was just read: "check-in", or what the tokenizer cut? */
static bool
goes_on_with_word(const TextTermScan *scan)
{
	return scan->more && scan->ahead.kind == TEXT_WORD &&
		   (scan->ahead.at == scan->end ||
			(scan->ahead.at == scan->end + 1 && scan->scan.said[scan->end] == '-'));
}

/* Read the word ahead, with those that hyphens tie to it. False: it can't be part of a term. */
static bool
read_word(TextTermScan *scan, TextTermWord *word)
{
	const char *said = (const char *) scan->scan.said;
	TextToken	first = scan->ahead;
	bool		fits = true;
	bool		simple = true;

	word->len = 0;
	for (;;)
	{
		fits = fits && spell_token(word, said + scan->ahead.at, scan->ahead.len);
		read_ahead(scan);
		if (!goes_on_with_word(scan))
			break;
		simple = false;
		fits = fits && word->len < sizeof(word->bytes);
		if (fits)
			word->bytes[word->len++] = '-';
	}
	if (!fits || (first.at > 0 && said[first.at - 1] == '[' && scan->end < scan->scan.len &&
				  said[scan->end] == ']'))
		return false;
	word->begins = simple && (first.flags & TEXT_NEGATES);
	word->ends = simple && is_listed(particles, word->bytes, word->len);
	word->stops = word->begins || word->ends || (simple && is_stop_word(word->bytes, word->len));
	return !(simple && (first.flags & TEXT_BREAKS));
}

/* Read on to the next word and see how many stand side by side with it. False at the end. */
static bool
next_word(TextTermScan *scan)
{
	TextTermWord word;

	while (scan->more)
	{
		bool joined = blanks_between(scan, scan->end, scan->ahead.at);

		if (scan->ahead.kind != TEXT_WORD)
		{
			scan->run = 0;
			read_ahead(scan);
			continue;
		}
		scan->words++;
		if (!joined)
			scan->run = 0;
		if (!read_word(scan, &word))
		{
			scan->run = 0;
			continue;
		}
		memmove(&scan->last[1], &scan->last[0], (TEXT_TERM_WORDS - 1) * sizeof(word));
		scan->last[0] = word;
		scan->run += scan->run < TEXT_TERM_WORDS;
		return true;
	}
	return false;
}

/* The last n words as a term. Returns its bytes. */
static size_t
join_words(const TextTermScan *scan, int n, char *term)
{
	size_t len = 0;

	for (int i = n - 1; i >= 0; i--)
	{
		memcpy(term + len, scan->last[i].bytes, scan->last[i].len);
		len += scan->last[i].len;
		if (i > 0)
			term[len++] = ' ';
	}
	return len;
}

/* The text must outlast the scan. */
void
text_term_scan(TextTermScan *scan, const char *masked, size_t len)
{
	memset(scan, 0, sizeof(*scan));
	text_scan(&scan->scan, masked, len);
	scan->more = text_next_token(&scan->scan, &scan->ahead);
}

/* The next term's bytes, and how many they are; 0 at the end of the text. */
size_t
text_next_term(TextTermScan *scan, char term[TEXT_TERM_BYTES])
{
	for (;;)
	{
		while (scan->next > 0 && scan->next <= scan->run)
		{
			const TextTermWord *first = &scan->last[scan->next - 1];

			scan->next++;
			if (!first->stops || first->begins)
				return join_words(scan, scan->next - 1, term);
		}
		if (!next_word(scan))
			return 0;
		scan->next = !scan->last[0].stops ? 1 : scan->last[0].ends ? 2 : 0;
	}
}

/*
 * Are these bytes words as terms have them? Stop words are not looked at: their
 * list may grow, and what is stored stays valid.
 */
bool
text_is_term(const char *bytes, size_t len)
{
	TextTermScan scan;
	char		 term[TEXT_TERM_BYTES];
	int			 n = 0;

	text_term_scan(&scan, bytes, len);
	while (next_word(&scan))
		if (++n > TEXT_TERM_WORDS || scan.run != n)
			return false;
	return n > 0 && scan.words == (uint64_t) n && join_words(&scan, n, term) == len &&
		   memcmp(term, bytes, len) == 0;
}
