/*-------------------------------------------------------------------------
 *
 * token.h
 *	  From bytes to tokens: one linear pass over UTF-8, no allocation, no
 *	  locale. Any bytes are accepted; those that are not UTF-8 separate words.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_TOKEN_H
#define EMPATHY_TEXT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer word is cut, so that every token is bounded. */
#define TEXT_MAX_WORD 256

#define TEXT_MAX_LETTERS 48 /* of a word, for its grams */

typedef enum TextTokenKind
{
	TEXT_WORD,
	TEXT_NUMBER, /* of digits alone */
	TEXT_SYMBOL, /* emoji or emoticon */
	TEXT_MARK,	 /* punctuation that matters */
	TEXT_LINK,	 /* web address */
	TEXT_HANDLE	 /* @name or e-mail address */
} TextTokenKind;

/* What a token does to its neighbours */
#define TEXT_NEGATES 0x001 /* opens a negation scope */
#define TEXT_BREAKS	 0x002 /* ends a negation scope */
#define TEXT_STOPS	 0x004 /* ends a sentence */
#define TEXT_ADDS	 0x008 /* "only", "just": after a negator, more follows rather than less */
#define TEXT_TURNS	 0x010 /* "but": what follows counts more */
#define TEXT_YIELDS	 0x020 /* "although": what follows counts less */
#define TEXT_RAISES	 0x040 /* "very": the next word counts more */
#define TEXT_LOWERS	 0x080 /* "slightly": the next word counts less */

/* How it is written */
#define TEXT_DRAWN	 0x100 /* "sooo" */
#define TEXT_SHOUTED 0x200 /* all capitals, two or more */

typedef struct TextToken
{
	size_t		  at;	/* bytes from the start of the text */
	size_t		  len;	/* bytes */
	uint32_t	  hash; /* of the normalised form; 0: says nothing by itself */
	TextTokenKind kind;
	uint16_t	  flags;
} TextToken;

typedef struct TextScan
{
	const unsigned char *said;
	size_t				 len;
	size_t				 at;	  /* next byte to read */
	size_t				 tag_end; /* of the hashtag met last */
	size_t				 line;	  /* where the line began */
} TextScan;

extern void	  text_scan(TextScan *scan, const char *said, size_t len);
extern bool	  text_next_token(TextScan *scan, TextToken *token);
extern int	  text_token_letters(const TextScan *scan, const TextToken *token,
								 uint32_t letter[TEXT_MAX_LETTERS]);
extern size_t text_lower(const char *word, size_t len, char *out, size_t size);

#endif /* EMPATHY_TEXT_TOKEN_H */
