/*-------------------------------------------------------------------------
 *
 * act.h
 *	  What a sentence does: asks, doubts, wishes, thanks, threatens to leave, ...
 *
 * By cue phrases, sentence by sentence. A question mark is a question too. A cue
 * does not count
 *	  - under a negation, unless it brings a subject of its own ("if this isn't
 *		fixed I'll switch");
 *	  - within double quotes inside a sentence, or in a line that begins with >,
 *		as mail programs quote.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_ACT_H
#define EMPATHY_TEXT_ACT_H

#include "text/phrase.h"

#define ACT_OF_SENTENCE 32 /* more acts of one sentence are left out */

typedef struct ActFound
{
	uint16_t act;
	size_t	 quote_at;	/* the sentence, or what of it follows the cue if it is long: bytes, */
	size_t	 quote_len; /* at most TEXT_MAX_QUOTE */
} ActFound;

typedef void (*ActSink)(void *arg, const ActFound *found);

/* Words that may come before the start of a sentence: they belong in a set beside the cues. */
extern const PhraseTerm act_grammar[];
extern const size_t		act_n_grammar;

extern void act_read(const PhraseSet *set, uint16_t question, const char *said, size_t len,
					 TextTick tick, ActSink sink, void *arg);

#endif /* EMPATHY_TEXT_ACT_H */
