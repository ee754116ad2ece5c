/*-------------------------------------------------------------------------
 *
 * aspect.h
 *	  What a text speaks of, each aspect with the sentiment of the clause that
 *	  it stands in.
 *
 * Clauses end at sentence ends, semicolons, dashes and words of contrast (but,
 * however, though, ...). They also end at a comma or "and" between two parts
 * that both say something, if each has an aspect or one is good and one bad.
 *
 * An aspect's sentiment is its clause's. A term that leans one way by itself
 * ("overpriced"), the other way when negated, decides where the clause's own
 * sentiment is unknown, weak (below ASPECT_WEAK), or opposite and not strong
 * (below ASPECT_STRONG): it then is ASPECT_LEAN.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_ASPECT_H
#define EMPATHY_TEXT_ASPECT_H

#include "text/phrase.h"

#define ASPECT_WEAK		 (TEXT_ONE / 4)
#define ASPECT_STRONG	 (TEXT_ONE / 2)
#define ASPECT_LEAN		 (TEXT_ONE / 2)
#define ASPECT_OF_CLAUSE 32 /* more aspects of one clause are left out */

typedef struct AspectFound
{
	uint16_t aspect;
	bool	 known;		/* false: neither clause nor term says anything */
	int32_t	 sentiment; /* -TEXT_ONE .. TEXT_ONE */
	size_t	 quote_at;	/* the clause, or what of it follows the term if it is long: bytes, */
	size_t	 quote_len; /* at most TEXT_MAX_QUOTE */
} AspectFound;

typedef void (*AspectSink)(void *arg, const AspectFound *found);

/* The words of contrast and the like: they belong in a set beside the terms of aspects. */
extern const PhraseTerm aspect_grammar[];
extern const size_t		aspect_n_grammar;

extern void aspect_read(const PhraseSet *set, const TextModel *model, const char *said, size_t len,
						TextTick tick, AspectSink sink, void *arg);

#endif /* EMPATHY_TEXT_ASPECT_H */
