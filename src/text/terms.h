/*-------------------------------------------------------------------------
 *
 * terms.h
 *	  Which terms of one to three words a set of texts holds, and in how many
 *	  of the texts: a summary that is bounded, and that can be merged.
 *
 * A term is one to three words as they are written, lower-cased, with one
 * blank between.  Only blanks stand between its words in the text: terms do
 * not cross marks, and nothing that text_mask() hides, no handle, link,
 * number or placeholder is ever part of one.  A stop word is neither its first nor
 * its last word, but in a term of several words a negation may be the first and
 * a particle the last: "never answers", "sold out".
 *
 * Bounded: with up to TEXT_TERMS different terms all counts are exact, and the
 * summary does not depend on the order of texts and merges.  Beyond that the
 * rarest are dropped: J. Misra and D. Gries, "Finding repeated elements" (1982),
 * merged as in P. Agarwal and others, "Mergeable summaries" (PODS 2012), section
 * 3.  Then the counts do depend on the order, but a term is always in at least
 * as many texts as its count says and in at most so many plus `lost`; and lost
 * is at most 1 / (TEXT_TERMS + 1) of the sum of all terms' texts.
 *
 * Stored (varints are LEB128, of as few bytes as the number needs):
 *	  byte		format, 1
 *	  varint	texts
 *	  varint	words in them
 *	  varint	lost
 *	  per term, in order of their bytes (UTF-8):
 *		byte	its bytes
 *		bytes	the term
 *		varint	texts that have it
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_TERMS_H
#define EMPATHY_TEXT_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/term.h"

#define TEXT_TERMS		  8192	/* most terms of a stored summary */
#define TEXT_TERMS_READ	  65536 /* bytes that are read of a text */
#define TEXT_TERMS_FORMAT 1
#define TEXT_TERMS_MOST	  ((uint64_t) 1 << 53) /* texts or words of a summary */

/* Memory comes from the host: like realloc(), but never NULL, and with an argument of the host's; of
 * size 0 it frees. */
typedef void *(*TextResize)(void *arg, void *old, size_t size);

typedef struct TextTermEntry
{
	uint64_t n;	   /* texts that have it */
	uint32_t hash; /* of its bytes */
	uint32_t at;   /* of its bytes, in bytes[] */
	uint32_t seen; /* stamp of the last text that had it */
	uint8_t	 len;
} TextTermEntry;

/* A summary while it is made */
typedef struct TextTerms
{
	TextResize	   resize;
	void		  *arg;
	uint64_t	   texts;
	uint64_t	   words;
	uint64_t	   lost;
	uint32_t	   stamp; /* of the text at hand */
	uint32_t	   n;
	uint32_t	   n_slots; /* a power of two */
	TextTermEntry *entries; /* in order of arrival; room for half of n_slots */
	uint32_t	  *slots;	/* open addressing: entry + 1, or 0 */
	char		  *bytes;
	size_t		   n_bytes;
	size_t		   bytes_size;
	char		  *masked; /* the text at hand */
	size_t		   masked_size;
} TextTerms;

/* A term of a stored summary; its bytes are the summary's */
typedef struct TextTerm
{
	const char *bytes;
	size_t		len;
	uint64_t	n;
} TextTerm;

/* A stored summary, read from front to end */
typedef struct TextTermsView
{
	uint64_t	   texts;
	uint64_t	   words;
	uint64_t	   lost;
	uint32_t	   n_terms;
	const uint8_t *next;
	const uint8_t *end;
} TextTermsView;

/* Making one */
extern void text_terms_init(TextTerms *terms, TextResize resize, void *arg);
extern void text_terms_add(TextTerms *terms, const char *said, size_t len);
extern bool text_terms_merge(TextTerms *terms, TextTermsView view);
extern bool text_terms_absorb(TextTerms *terms, const TextTerms *other);

extern uint8_t *text_terms_store(const TextTerms *terms, TextResize resize, void *arg,
								 size_t before, size_t *size);

/* Reading stored ones */
extern bool text_terms_view(TextTermsView *view, const void *bytes, size_t size);
extern bool text_terms_next(TextTermsView *view, TextTerm *term);
extern bool text_terms_check(const void *bytes, size_t size, const char **why);
extern int	text_term_compare(const TextTerm *a, const TextTerm *b);

/* The text form: JSON. Parsing gives NULL, and why, when it is none. */
extern char	   *text_terms_print(TextTermsView view, TextResize resize, void *arg);
extern uint8_t *text_terms_parse(const char *form, TextResize resize, void *arg, size_t before,
								 size_t *size, const char **why);
extern uint8_t *text_put_number(uint8_t *out, uint64_t n);

#endif /* EMPATHY_TEXT_TERMS_H */
