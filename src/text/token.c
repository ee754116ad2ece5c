/*-------------------------------------------------------------------------
 *
 * token.c
 *	  From bytes to tokens.
 *
 * Normalisation happens while hashing: letters are lower-cased (Latin, Greek,
 * Cyrillic), digits become 0, a letter that repeats counts twice at most
 * (some once), all apostrophes become straight, emoticons lose their nose, an emoji
 * that is joined of several counts as its first, runs of ! and ? fold to a few
 * forms. HTML entities are the characters that they stand for. A hashtag is
 * its words, as far as capitals tell them apart. Web addresses, handles and
 * e-mail addresses, and what masking leaves of them, are tokens that say
 * nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "text/token.h"

#include <string.h>

#define MAX_ENTITY 9	  /* bytes, without the semicolon */
#define MAX_DOMAIN 64	  /* bytes */
#define SHORT_LINE 40	  /* bytes; longer ones may be a paragraph's, broken anywhere */
#define JOINER	   0x200D /* zero-width joiner */

typedef enum CharClass
{
	C_SPACE, /* separates; invalid bytes too */
	C_LETTER,
	C_DIGIT,
	C_MARK,
	C_SYMBOL,
	C_SKIP /* changes only how its neighbour looks */
} CharClass;

typedef struct Char
{
	uint32_t code; /* lower-cased */
	CharClass class;
	unsigned len; /* bytes */
} Char;

#define HASH_START			  0x811c9dc5u
#define HASH_STEP(hash, code) (((hash) ^ (uint32_t) (code)) * 0x01000193u)

/* Spread the bits; 0 is reserved for "no hash" (Murmur3's finaliser). */
static uint32_t
hash_end(uint32_t hash)
{
	hash ^= hash >> 16;
	hash *= 0x85ebca6bu;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35u;
	hash ^= hash >> 16;
	return hash ? hash : 1;
}

/* Simple lower-casing of the scripts with case that matter most. */
static uint32_t
lower(uint32_t c)
{
	if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
		(c >= 0x410 && c <= 0x42F))
		return c + 32;
	if (c >= 0x400 && c <= 0x40F)
		return c + 80;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
		return c + (c & 1);
	if (c == 0x178)
		return 0xFF;
	if (c >= 0x100 && c <= 0x177 && c != 0x130 && c != 0x131 && c != 0x138)
		return c | 1;
	return c;
}

/* What a character beyond ASCII is. */
static CharClass
classify(uint32_t c)
{
	if (c == 0xAD || c == 0x200B)
		return C_SKIP;
	if (c < 0xA1)
		return C_SPACE;
	if (c < 0xC0)
		return (c == 0xAA || c == 0xB5 || c == 0xBA) ? C_LETTER : C_MARK;
	if (c == 0xD7 || c == 0xF7)
		return C_MARK;
	if (c < 0x2000)
		return (c == 0x1680 || c == 0x180E) ? C_SPACE : C_LETTER;
	if (c == 0x200C || c == JOINER || c == 0x20E3 || (c >= 0xFE00 && c <= 0xFE0F) ||
		(c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0xE0000 && c <= 0xE01EF))
		return C_SKIP;
	if (c == 0x203C || c == 0x2049)
		return C_SYMBOL;
	if (c <= 0x200F || (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) ||
		c == 0x3000 || c == 0xFEFF || c == 0xFFFD)
		return C_SPACE;
	if (c < 0x2070)
		return C_MARK;
	if (c >= 0x2190 && c < 0x2C00)
		return C_SYMBOL;
	if ((c >= 0x3001 && c <= 0x3020) || (c >= 0xFF01 && c <= 0xFF0F) ||
		(c >= 0xFF1A && c <= 0xFF20))
		return C_MARK;
	return (c >= 0x1F000 && c <= 0x1FAFF) ? C_SYMBOL : C_LETTER;
}

/* The classes of ASCII */
#define S C_SPACE
#define L C_LETTER
#define D C_DIGIT
#define M C_MARK
static const uint8_t ascii_class[128] = {
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, M, M, M, M, M, M, M, M, M, M, M, M, M, M, M, D, D, D, D, D, D, D, D, D, D, M, M, M, M, M, M,
	M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, M, M, M, M, M,
	M, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, M, M, M, M, S,
};
#undef S
#undef L
#undef D
#undef M

/* Class an ASCII character and lower it. */
static inline void
set_ascii(Char *c, uint32_t code)
{
	c->class = (CharClass) ascii_class[code];
	c->code = c->class == C_LETTER ? code | 0x20 : code == '`' ? '\'' : code;
}

/* The same for any character; all apostrophes become straight. */
static void
set_code(Char *c, uint32_t code)
{
	if (code == 0xB4 || code == 0x2018 || code == 0x2019 || code == 0x2BC)
		code = '\'';
	if (code < 0x80)
		set_ascii(c, code);
	else
	{
		c->code = lower(code);
		c->class = classify(code);
	}
}

/* Decode a character beyond ASCII; what is not UTF-8 is a blank of one byte. */
static Char
decode(const unsigned char *s, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	Char				  c = { ' ', C_SPACE, 1 };
	unsigned n = s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
	uint32_t code;

	if (n == 0 || n > len)
		return c;
	code = s[0] & (0xFFu >> (n + 1));
	for (unsigned i = 1; i < n; i++)
	{
		if ((s[i] & 0xC0) != 0x80)
			return c;
		code = code << 6 | (s[i] & 0x3F);
	}
	if (code < least[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return c;
	c.len = n;
	set_code(&c, code);
	return c;
}

/*
 * The character that an HTML entity stands for, such as &amp; or &#39;: those that texts meet on
 * their way through the web. False: the ampersand here begins none.
 */
static bool
entity(const unsigned char *s, size_t len, Char *c)
{
	static const struct
	{
		const char *name;
		uint32_t	code;
	} names[] = {
		{ "amp", '&' },		 { "quot", '"' },  { "apos", '\'' },	 { "lt", '<' },
		{ "gt", '>' },		 { "nbsp", ' ' },  { "rsquo", '\'' },	 { "lsquo", '\'' },
		{ "ldquo", '"' },	 { "rdquo", '"' }, { "hellip", 0x2026 }, { "ndash", 0x2013 },
		{ "mdash", 0x2014 },
	};
	size_t	 end = 1;
	uint32_t code = 0;
	bool	 hex;

	while (end < len && end < MAX_ENTITY && s[end] > ' ' && s[end] != ';')
		end++;
	if (end >= len || s[end] != ';' || end < 3)
		return false;
	for (size_t i = 0; s[1] != '#' && i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == end - 1 && memcmp(s + 1, names[i].name, end - 1) == 0)
			code = names[i].code;
	hex = s[1] == '#' && (s[2] | 0x20) == 'x';
	for (size_t i = hex ? 3 : 2; s[1] == '#' && i < end; i++)
	{
		unsigned digit = (s[i] | 0x20) >= 'a' ? (s[i] | 0x20) - 'a' + 10u : s[i] - (unsigned) '0';

		if (digit >= (hex ? 16 : 10) || code > 0x10FFFF)
			return false;
		code = code * (hex ? 16 : 10) + digit;
	}
	if (code == 0 || code > 0x10FFFF)
		return false;
	set_code(c, code);
	c->len = (unsigned) end + 1;
	return true;
}

/* The character at the given place; beyond the end, a blank of no bytes. */
static inline Char
char_at(const TextScan *scan, size_t at)
{
	Char		  c = { ' ', C_SPACE, 0 };
	unsigned char b;

	if (at >= scan->len)
		return c;
	b = scan->said[at];
	if (b >= 0x80)
		return decode(scan->said + at, scan->len - at);
	if (b == '&' && entity(scan->said + at, scan->len - at, &c))
		return c;
	c.len = 1;
	set_ascii(&c, b);
	return c;
}

static bool
is_word_char(const Char *c)
{
	return c->class == C_LETTER || c->class == C_DIGIT;
}

/* Up to eight letters in one integer, so that a word is recognised by one comparison. */
#define PACK1(a)					  ((uint64_t) (a))
#define PACK2(a, b)					  (PACK1(a) << 8 | (b))
#define PACK3(a, b, c)				  (PACK2(a, b) << 8 | (c))
#define PACK4(a, b, c, d)			  (PACK3(a, b, c) << 8 | (d))
#define PACK5(a, b, c, d, e)		  (PACK4(a, b, c, d) << 8 | (e))
#define PACK6(a, b, c, d, e, f)		  (PACK5(a, b, c, d, e) << 8 | (f))
#define PACK7(a, b, c, d, e, f, g)	  (PACK6(a, b, c, d, e, f) << 8 | (g))
#define PACK8(a, b, c, d, e, f, g, h) (PACK7(a, b, c, d, e, f, g) << 8 | (h))

/*
 * What a word does to its neighbours, by its last eight letters: no other word of English ends in
 * those of the longer ones. Negating contractions end in n't, or are typed without the apostrophe.
 */
static unsigned
word_flags(uint64_t pack)
{
	if ((pack & 0xFFFFFF) == PACK3('n', '\'', 't'))
		return TEXT_NEGATES;
	switch (pack)
	{
		case PACK2('n', 'o'):
		case PACK3('n', 'o', 't'):
		case PACK3('n', 'o', 'r'):
		case PACK4('n', 'o', 'n', 'e'):
		case PACK5('n', 'e', 'v', 'e', 'r'):
		case PACK6('n', 'o', 'b', 'o', 'd', 'y'):
		case PACK7('n', 'o', 't', 'h', 'i', 'n', 'g'):
		case PACK7('n', 'o', 'w', 'h', 'e', 'r', 'e'):
		case PACK7('n', 'e', 'i', 't', 'h', 'e', 'r'):
		case PACK6('c', 'a', 'n', 'n', 'o', 't'):
		case PACK7('w', 'i', 't', 'h', 'o', 'u', 't'):
		case PACK6('h', 'a', 'r', 'd', 'l', 'y'):
		case PACK6('b', 'a', 'r', 'e', 'l', 'y'):
		case PACK6('r', 'a', 'r', 'e', 'l', 'y'):
		case PACK6('s', 'e', 'l', 'd', 'o', 'm'):
		case PACK8('s', 'c', 'a', 'r', 'c', 'e', 'l', 'y'):
		case PACK4('a', 'i', 'n', 't'):
		case PACK4('c', 'a', 'n', 't'):
		case PACK4('d', 'o', 'n', 't'):
		case PACK4('i', 's', 'n', 't'):
		case PACK4('w', 'o', 'n', 't'):
		case PACK5('a', 'r', 'e', 'n', 't'):
		case PACK6('d', 'o', 'e', 's', 'n', 't'):
		case PACK5('d', 'i', 'd', 'n', 't'):
		case PACK5('h', 'a', 's', 'n', 't'):
		case PACK5('h', 'a', 'd', 'n', 't'):
		case PACK6('h', 'a', 'v', 'e', 'n', 't'):
		case PACK5('w', 'a', 's', 'n', 't'):
		case PACK6('w', 'e', 'r', 'e', 'n', 't'):
		case PACK7('c', 'o', 'u', 'l', 'd', 'n', 't'):
		case PACK7('w', 'o', 'u', 'l', 'd', 'n', 't'):
		case PACK8('s', 'h', 'o', 'u', 'l', 'd', 'n', 't'):
			return TEXT_NEGATES;
		case PACK3('b', 'u', 't'):
		case PACK7('h', 'o', 'w', 'e', 'v', 'e', 'r'):
			return TEXT_BREAKS | TEXT_TURNS;
		case PACK8('a', 'l', 't', 'h', 'o', 'u', 'g', 'h'):
		case PACK6('t', 'h', 'o', 'u', 'g', 'h'):
		case PACK7('d', 'e', 's', 'p', 'i', 't', 'e'):
			return TEXT_BREAKS | TEXT_YIELDS;
		case PACK4('o', 'n', 'l', 'y'):
		case PACK4('j', 'u', 's', 't'):
			return TEXT_ADDS;
		case PACK2('s', 'o'):
		case PACK3('s', 'o', 'o'):
		case PACK3('t', 'o', 'o'):
		case PACK4('v', 'e', 'r', 'y'):
		case PACK5('s', 'u', 'p', 'e', 'r'):
		case PACK5('t', 'r', 'u', 'l', 'y'):
		case PACK6('r', 'e', 'a', 'l', 'l', 'y'):
		case PACK6('h', 'i', 'g', 'h', 'l', 'y'):
		case PACK7('u', 't', 't', 'e', 'r', 'l', 'y'):
		case PACK7('t', 'o', 't', 'a', 'l', 'l', 'y'):
		case PACK8('x', 't', 'r', 'e', 'm', 'e', 'l', 'y'): /* extremely */
		case PACK8('m', 'p', 'l', 'e', 't', 'e', 'l', 'y'): /* completely */
		case PACK8('s', 'o', 'l', 'u', 't', 'e', 'l', 'y'): /* absolutely */
		case PACK8('c', 'r', 'e', 'd', 'i', 'b', 'l', 'y'): /* incredibly */
		case PACK8('p', 'e', 'c', 'i', 'a', 'l', 'l', 'y'): /* especially */
			return TEXT_RAISES;
		case PACK3('b', 'i', 't'):
		case PACK6('l', 'i', 't', 't', 'l', 'e'):
		case PACK5('k', 'i', 'n', 'd', 'a'):
		case PACK6('f', 'a', 'i', 'r', 'l', 'y'):
		case PACK6('m', 'i', 'l', 'd', 'l', 'y'):
		case PACK6('p', 'a', 'r', 't', 'l', 'y'):
		case PACK8('s', 'l', 'i', 'g', 'h', 't', 'l', 'y'):
		case PACK8('s', 'o', 'm', 'e', 'w', 'h', 'a', 't'):
			return TEXT_LOWERS;
		default:
			return 0;
	}
}

static size_t
skip_to_blank(const TextScan *scan, size_t at)
{
	while (at < scan->len && scan->said[at] > ' ')
		at++;
	return at;
}

/* Does the text go on like this ASCII string, letters in either case? */
static bool
goes_on(const TextScan *scan, size_t at, const char *with)
{
	for (; *with; with++, at++)
	{
		unsigned char b = at < scan->len ? scan->said[at] : 0;

		if (b >= 'A' && b <= 'Z')
			b += 32;
		if (b != (unsigned char) *with)
			return false;
	}
	return true;
}

static bool
is_handle_byte(unsigned char b)
{
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' ||
		   b == '-';
}

/* After an @: the end of a name or of a domain; the same place when there is none. */
static size_t
skip_handle(const TextScan *scan, size_t at, size_t limit)
{
	for (; at < scan->len && at < limit; at++)
	{
		if (is_handle_byte(scan->said[at]))
			continue;
		if (scan->said[at] != '.' || at + 1 >= scan->len || !is_handle_byte(scan->said[at + 1]))
			break;
	}
	return at;
}

/* After a #: the end of the hashtag */
static size_t
skip_tag(const TextScan *scan, size_t at)
{
	while (at < scan->len && is_handle_byte(scan->said[at]) && scan->said[at] != '-')
		at++;
	return at;
}

/* An e-mail address of several words: its end when what follows the first word makes one, or 0. */
static size_t
skip_mailbox(const TextScan *scan, size_t at)
{
	size_t limit = at + MAX_DOMAIN;
	size_t end;

	while (at < scan->len && at < limit &&
		   (is_handle_byte(scan->said[at]) || scan->said[at] == '.' || scan->said[at] == '+'))
		at++;
	if (at >= scan->len || scan->said[at] != '@')
		return 0;
	end = skip_handle(scan, at + 1, scan->len);
	return end > at + 1 ? end : 0;
}

/* A web address that begins with its domain: do what follows the first word and the end of it make one? */
static size_t
skip_domain(const TextScan *scan, size_t at)
{
	static const char *const top[] = { "com", "net", "org", "edu", "gov", "info", "biz",	"io",
									   "co",  "uk",	 "de",	"eu",  "app", "shop", "example" };
	size_t					 limit = at + MAX_DOMAIN;
	size_t					 last = 0;
	size_t					 end = skip_handle(scan, at, limit);

	for (size_t i = at; i < end; i++)
		if (scan->said[i] == '.')
			last = i + 1;
	if (last == 0 || end == limit)
		return 0;
	for (size_t i = 0; i < sizeof(top) / sizeof(top[0]); i++)
		if (strlen(top[i]) == end - last && goes_on(scan, last, top[i]))
			return end < scan->len && scan->said[end] == '/' ? skip_to_blank(scan, end) : end;
	return 0;
}

static bool
end_token(TextScan *scan, TextToken *token, TextTokenKind kind, size_t end)
{
	token->kind = kind;
	token->len = end - token->at;
	scan->at = end;
	return true;
}

/* Where a word may go on after a mark: it's, 3.5, 1,000. */
static bool
joins(const TextScan *scan, size_t at, const Char *mark, const Char *before)
{
	Char after = char_at(scan, at + mark->len);

	if (mark->code == '\'')
		return after.class == C_LETTER;
	if (mark->code == '.' || mark->code == ',')
		return before->class == C_DIGIT && after.class == C_DIGIT;
	return false;
}

/* A word while it is read */
typedef struct Spelling
{
	uint32_t hash;
	uint64_t pack; /* its last eight letters */
	size_t	 n;	   /* letters, repeats left out */
	uint32_t last;
	unsigned run;	/* how often the last letter has come in a row */
	bool	 drawn; /* has a letter more often than it is ever spelled: "sooo" */
	unsigned small; /* has something else than capitals: bit 0x20 of its bytes */
} Spelling;

#define LETTER(c) (1u << ((c) - 'a'))

/* Letters that English hardly ever doubles: "greaaat" is "great", but "goood" is "good". */
static inline bool
is_single(uint32_t code)
{
	static const uint32_t single = LETTER('a') | LETTER('h') | LETTER('i') | LETTER('j') |
								   LETTER('q') | LETTER('u') | LETTER('v') | LETTER('w') |
								   LETTER('x') | LETTER('y');

	return code - 'a' < 26 && (single >> (code - 'a') & 1);
}

static inline void
spell(Spelling *word, uint32_t code)
{
	if (code != word->last)
	{
		word->last = code;
		word->run = 1;
	}
	else if (++word->run > (is_single(code) ? 1 : 2))
	{
		word->drawn |= word->run > 2 && code != '0';
		return;
	}
	word->hash = HASH_STEP(word->hash, code);
	word->pack = word->pack << 8 | (code < 0x80 ? code : 0xFF);
	word->n++;
}

/* Where the words of a hashtag part: before a capital after a small letter. */
static size_t
tag_word_end(const TextScan *scan, size_t at)
{
	size_t limit = at + TEXT_MAX_WORD < scan->tag_end ? at + TEXT_MAX_WORD : scan->tag_end;

	for (at++; at < limit; at++)
		if ((unsigned char) (scan->said[at] - 'A') < 26 &&
			(unsigned char) (scan->said[at - 1] - 'a') < 26)
			break;
	return at;
}

/* Spell the word that begins with the given character. Returns its end and the character there. */
static size_t
spell_word(const TextScan *scan, size_t at, Char *c, Spelling *word)
{
	size_t limit = at < scan->tag_end ? tag_word_end(scan, at) : at + TEXT_MAX_WORD;
	Char   before = *c;

	while (at < limit)
	{
		if (c->class != C_SKIP)
		{
			if (!is_word_char(c) && !(c->class == C_MARK && joins(scan, at, c, &before)))
				break;
			if (c->class != C_MARK || c->code == '\'')
				spell(word, c->class == C_DIGIT ? '0' : c->code);
			if (c->class != C_MARK)
				word->small |= c->len == 1 ? scan->said[at] & 0x20 : 0x20;
		}
		before = *c;
		at += c->len;
		/* most letters are plain */
		for (; at < limit && at < scan->len && (unsigned char) ((scan->said[at] | 0x20) - 'a') < 26;
			 at++)
		{
			before.class = C_LETTER;
			spell(word, scan->said[at] | 0x20);
			word->small |= scan->said[at] & 0x20;
		}
		*c = char_at(scan, at);
	}
	return at;
}

static bool
word_token(TextScan *scan, TextToken *token, Char c)
{
	Spelling word = { .hash = HASH_START };
	size_t	 at = token->at;
	size_t	 end;

	if ((c.code == 'h' && (goes_on(scan, at, "http://") || goes_on(scan, at, "https://"))) ||
		(c.code == 'w' && goes_on(scan, at, "www.")))
		return end_token(scan, token, TEXT_LINK, skip_to_blank(scan, at));

	at = spell_word(scan, at, &c, &word);
	if (c.code == '@' && (end = skip_handle(scan, at + 1, scan->len)) > at + 1)
		return end_token(scan, token, TEXT_HANDLE, end);
	if (c.code == '.' || c.code == '-' || c.code == '_' || c.code == '+')
	{
		if ((end = skip_mailbox(scan, at)) > 0)
			return end_token(scan, token, TEXT_HANDLE, end);
		if ((end = skip_domain(scan, at)) > 0)
			return end_token(scan, token, TEXT_LINK, end);
	}
	if (word.pack == PACK4('h', 't', 't', 'p') || word.pack == PACK5('h', 't', 't', 'p', 's'))
		return end_token(scan, token, TEXT_LINK, at);
	token->hash = hash_end(word.hash);
	token->flags = word_flags(word.pack) | (word.drawn ? TEXT_DRAWN : 0) |
				   (word.small || word.n < 2 ? 0 : TEXT_SHOUTED);
	if (word.pack == PACK1('0') || word.pack == PACK2('0', '0'))
		return end_token(scan, token, TEXT_NUMBER, at);
	return end_token(scan, token, TEXT_WORD, at);
}

/* One form for each kind of mouth; 0 when it is none. */
static char
mouth_of(unsigned char b)
{
	switch (b)
	{
		case ')':
		case ']':
		case '}':
			return ')';
		case '(':
		case '[':
		case '{':
			return '(';
		case '/':
		case '\\':
			return '/';
		case 'D':
		case '|':
		case '*':
			return (char) b;
		case 'p':
		case 'P':
			return 'p';
		case 'o':
		case 'O':
			return 'o';
		default:
			return 0;
	}
}

/* The faces that lie the other way round, (: and (-; and ): after a blank, and ^_^ -_- */
static size_t
other_face(const TextScan *scan, size_t at, const Char *first, uint32_t *hash)
{
	Char next;

	if (goes_on(scan, at, "^_^") || goes_on(scan, at, "-_-"))
		return *hash = HASH_STEP(HASH_START, first->code), at + 3;
	if ((first->code != '(' && first->code != ')') || (at > 0 && scan->said[at - 1] > ' '))
		return 0;
	at += goes_on(scan, at + 1, "-") ? 2 : 1;
	if (!goes_on(scan, at, ":") && !goes_on(scan, at, ";"))
		return 0;
	next = char_at(scan, at + 1);
	if (next.class != C_SPACE)
		return 0;
	*hash = HASH_STEP(HASH_STEP(HASH_START, scan->said[at]), 0);
	*hash = HASH_STEP(*hash, first->code == '(' ? ')' : '(');
	return at + 1;
}

/* :-) ;D :'( <3 and the like. Returns the end, or 0 when there is none. */
static size_t
emoticon(const TextScan *scan, size_t at, const Char *first, uint32_t *hash)
{
	uint32_t	  eyes = first->code;
	unsigned char tear = 0;
	char		  mouth;
	Char		  next;

	at += first->len;
	if (eyes == '<' && goes_on(scan, at, "/3"))
		return *hash = HASH_STEP(HASH_START, 1), at + 2;
	if (eyes == '<' && goes_on(scan, at, "3") && char_at(scan, at + 1).class != C_DIGIT)
		return *hash = HASH_STEP(HASH_START, 2), at + 1;
	if (eyes != ':' && eyes != ';' && eyes != '=')
		return other_face(scan, at - first->len, first, hash);
	if (at < scan->len && (scan->said[at] == '-' || scan->said[at] == '^'))
		at++;
	else if (at < scan->len && scan->said[at] == '\'')
		tear = scan->said[at++];
	mouth = at < scan->len ? mouth_of(scan->said[at]) : 0;
	if (mouth == 0)
		return 0;
	next = char_at(scan, at + 1);
	if (is_word_char(&next) || (mouth == '/' && next.code == '/'))
		return 0;
	*hash = HASH_STEP(HASH_STEP(HASH_START, eyes == ';' ? ';' : ':'), tear);
	*hash = HASH_STEP(*hash, mouth);
	return at + 1;
}

/* A run of ! and ?: one form for each of ! !! !!! ? ?? ?! */
static bool
shout_token(TextScan *scan, TextToken *token)
{
	size_t	 at = token->at;
	unsigned shouts = 0;
	unsigned asks = 0;

	for (Char c = char_at(scan, at); c.code == '!' || c.code == '?'; c = char_at(scan, at))
	{
		shouts += c.code == '!';
		asks += c.code == '?';
		at += c.len;
	}
	token->hash = hash_end(HASH_STEP(HASH_STEP(HASH_START, '!' + (shouts > 2 ? 3 : shouts)),
									 '?' + (asks > 1 ? 2 : asks)));
	token->flags = TEXT_BREAKS | TEXT_STOPS;
	return end_token(scan, token, TEXT_MARK, at);
}

/* A full stop, or dots. A dot inside a name (shop.example) does not end a sentence. */
static bool
dot_token(TextScan *scan, TextToken *token)
{
	size_t at = token->at;
	int	   dots = 0;
	Char   next = char_at(scan, at);

	for (; next.code == '.'; next = char_at(scan, at), dots++)
		at += next.len;
	if (dots > 1)
		token->hash = hash_end(HASH_STEP(HASH_START, 0x2026));
	token->flags = is_word_char(&next) ? 0 : TEXT_BREAKS | TEXT_STOPS;
	return end_token(scan, token, TEXT_MARK, at);
}

/* After a bracket: the end of what masking puts for a name, an address or a number; 0: it is none. */
static size_t
skip_masked(const TextScan *scan, size_t at)
{
	static const char *const names[] = { "user]", "url]",  "email]", "phone]",
										 "card]", "iban]", "id]" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (goes_on(scan, at, names[i]))
			return at + strlen(names[i]);
	return 0;
}

/* Anything but a word. Returns false when the character is no token. */
static bool
mark_token(TextScan *scan, TextToken *token, const Char *c)
{
	size_t	 end;
	uint32_t hash;

	if (c->code == '@' && (end = skip_handle(scan, token->at + 1, scan->len)) > token->at + 1)
		return end_token(scan, token, TEXT_HANDLE, end);
	if (c->code == '[' && (end = skip_masked(scan, token->at + 1)) > 0)
		return end_token(scan, token, TEXT_HANDLE, end);
	if ((end = emoticon(scan, token->at, c, &hash)) > 0)
	{
		token->hash = hash_end(hash);
		return end_token(scan, token, TEXT_SYMBOL, end);
	}
	end = token->at + c->len;
	switch (c->code)
	{
		case '!':
		case '?':
			return shout_token(scan, token);
		case '.':
			return dot_token(scan, token);
		case 0x2026: /* ellipsis */
			token->hash = hash_end(HASH_STEP(HASH_START, 0x2026));
			/* FALLTHROUGH */
		case 0x3002: /* full stops, ! and ? of East Asian scripts */
		case 0xFF01:
		case 0xFF1F:
			token->flags = TEXT_BREAKS | TEXT_STOPS;
			return end_token(scan, token, TEXT_MARK, end);
		case ',':
		case ';':
		case ':':
			token->flags = TEXT_BREAKS;
			return end_token(scan, token, TEXT_MARK, end);
		default:
			return false;
	}
}

/*
 * A blank line ends a sentence, and so does a line that is too short to have been broken for its
 * length: letters, lists and chats often have no full stop.
 */
static bool
line_end(TextScan *scan, TextToken *token, size_t at)
{
	bool is_short = token->at - scan->line < SHORT_LINE;

	scan->line = at;
	while (at < scan->len &&
		   (scan->said[at] == ' ' || scan->said[at] == '\t' || scan->said[at] == '\r'))
		at++;
	if (at < scan->len && scan->said[at] == '\n')
		scan->line = ++at;
	else if (!is_short)
		return false;
	token->flags = TEXT_BREAKS | TEXT_STOPS;
	return end_token(scan, token, TEXT_MARK, at);
}

/* An emoji. Those joined to it, its colour and its sex are taken along. */
static bool
symbol_token(TextScan *scan, TextToken *token, Char c)
{
	size_t at = token->at;
	bool   joined;

	token->hash = hash_end(HASH_STEP(HASH_START, c.code));
	do
	{
		joined = c.class == C_SKIP && c.code == JOINER;
		at += c.len;
		c = char_at(scan, at);
	} while (c.class == C_SKIP || (joined && c.class == C_SYMBOL));
	return end_token(scan, token, TEXT_SYMBOL, at);
}

void
text_scan(TextScan *scan, const char *said, size_t len)
{
	scan->said = (const unsigned char *) said;
	scan->len = len;
	scan->at = 0;
	scan->tag_end = 0;
	scan->line = 0;
}

/*
 * The next token, or false at the end of the text. Every call consumes at
 * least one byte, and no byte is looked at more than a few times.
 */
bool
text_next_token(TextScan *scan, TextToken *token)
{
	while (scan->at < scan->len)
	{
		Char c = char_at(scan, scan->at);

		token->at = scan->at;
		token->hash = 0;
		token->flags = 0;
		if (is_word_char(&c))
			return word_token(scan, token, c);
		if (c.class == C_SYMBOL)
			return symbol_token(scan, token, c);
		if (c.class == C_MARK && mark_token(scan, token, &c))
			return true;
		if (c.code == '\n' && line_end(scan, token, scan->at + c.len))
			return true;
		if (c.code == '#')
			scan->tag_end = skip_tag(scan, scan->at + c.len);
		scan->at += c.len;
	}
	return false;
}

/* The letters of a word in its normalised form: the first TEXT_MAX_LETTERS of them. */
int
text_token_letters(const TextScan *scan, const TextToken *token, uint32_t letter[TEXT_MAX_LETTERS])
{
	int n = 0;

	for (size_t at = token->at; at < token->at + token->len && n < TEXT_MAX_LETTERS;)
	{
		Char	 c = char_at(scan, at);
		uint32_t code = c.class == C_DIGIT ? '0' : c.code;

		at += c.len;
		if (c.class == C_SKIP || (c.class == C_MARK && c.code != '\''))
			continue;
		if (n >= 1 && letter[n - 1] == code &&
			(is_single(code) || (n >= 2 && letter[n - 2] == code)))
			continue;
		letter[n++] = code;
	}
	return n;
}

/* Write a character in UTF-8. Returns its bytes, 0 when it takes more than size. */
static size_t
encode(uint32_t c, char *out, size_t size)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	if (n > size)
		return 0;
	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (char) (0x80 | (c & 0x3F));
	out[0] = (char) (n == 1 ? c : (0xF00u >> n) | c);
	return n;
}

/*
 * A word's spelling: its letters in lower case, apostrophes straight, without
 * what only changes how a letter looks. Doing it again changes nothing. Returns
 * its bytes, 0 when it takes more than size.
 */
size_t
text_lower(const char *word, size_t len, char *out, size_t size)
{
	TextScan scan;
	size_t	 n = 0;

	text_scan(&scan, word, len);
	while (scan.at < len)
	{
		Char   c = char_at(&scan, scan.at);
		size_t bytes;

		scan.at += c.len;
		if (c.class == C_SKIP)
			continue;
		bytes = encode(c.code, out + n, size - n);
		if (bytes == 0)
			return 0;
		n += bytes;
	}
	return n;
}
