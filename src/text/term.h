/*-------------------------------------------------------------------------
 *
 * term.h
 *	  The terms of one text, one after another. What a term is: terms.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_TERM_H
#define EMPATHY_TEXT_TERM_H

#include "text/token.h"

#define TEXT_TERM_WORDS 3
#define TEXT_WORD_BYTES 40 /* a longer word is no part of a term */
#define TEXT_TERM_BYTES (TEXT_TERM_WORDS * (TEXT_WORD_BYTES + 1) - 1)

typedef struct TextTermWord
{
	size_t len;
	bool   stops;  /* too common to begin or end a term */
	bool   begins; /* but may begin one of several words: a negation */
	bool   ends;   /* but may end one of several words: "sold out" */
	char   bytes[TEXT_WORD_BYTES];
} TextTermWord;

typedef struct TextTermScan
{
	TextScan	 scan;
	TextToken	 ahead; /* the token not yet read */
	bool		 more;	/* is there one? */
	size_t		 end;	/* of what was read, in bytes */
	uint64_t	 words; /* read */
	TextTermWord last[TEXT_TERM_WORDS];
	int			 run;  /* how many of the last words stand side by side */
	int			 next; /* words of the term to look at next */
} TextTermScan;

extern void	  text_term_scan(TextTermScan *scan, const char *masked, size_t len);
extern size_t text_next_term(TextTermScan *scan, char term[TEXT_TERM_BYTES]);
extern bool	  text_is_term(const char *bytes, size_t len);

#endif /* EMPATHY_TEXT_TERM_H */
