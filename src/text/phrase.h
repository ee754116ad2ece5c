/*-------------------------------------------------------------------------
 *
 * phrase.h
 *	  Phrases that stand for a label, found in a text in one linear pass.
 *
 * A phrase has one to four words. A word that ends in * stands for all that
 * begin so (3 to 16 letters before it). A ^ at its start ties the phrase to the
 * start of a sentence. Words are compared as the tokenizer normalises them, by
 * hash; where one ends in n't, 'm, 's or 've, the text may lack the apostrophe.
 *
 * At each place the longest phrase that begins there is taken, and the search
 * goes on behind it: so a longer phrase shields the shorter ones in it. Among
 * phrases of the same length a plain word goes before one with *, and more
 * letters before fewer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_PHRASE_H
#define EMPATHY_TEXT_PHRASE_H

#include "text/feature.h"
#include "text/text.h"

#define PHRASE_WORDS	  4
#define PHRASE_LEAST_STEM 3 /* letters before a * */
#define PHRASE_MOST_STEM  16
#define PHRASE_STEMS	  (PHRASE_MOST_STEM - PHRASE_LEAST_STEM + 1)

/* Labels that are not the caller's */
#define PHRASE_MAX_LABELS 0xFF00
#define PHRASE_NOTHING	  0xFFFF /* shields what is in it */

typedef struct PhraseTerm
{
	const char *phrase; /* UTF-8 */
	size_t		len;
	uint16_t	label;
	int8_t		lean; /* -1, 0, 1: what the phrase itself says of its label */
} PhraseTerm;

typedef struct PhraseSet PhraseSet;

/* One of the terms of the phrase that was found */
typedef struct PhraseSense
{
	uint32_t next; /* the phrase's next sense; 0: none */
	uint16_t label;
	int8_t	 lean;
} PhraseSense;

/* A phrase, or a single token where none begins */
typedef struct PhraseUnit
{
	TextToken token; /* the first */
	size_t	  end;	 /* of the last: bytes from the start of the text */
	uint32_t  sense; /* see phrase_sense(); 0: none */
	bool	  negated;
} PhraseUnit;

typedef struct PhraseToken
{
	TextFeature feature;
	int			n_stems;
	uint32_t	stem[PHRASE_STEMS];
} PhraseToken;

typedef struct PhraseStream
{
	const PhraseSet *set;
	TextStream		 stream;
	TextTick		 tick;
	size_t			 ticked; /* bytes read at the last tick */
	PhraseToken		 ahead[PHRASE_WORDS];
	int				 first; /* of the ring */
	int				 n;
	bool			 opens; /* no word of the sentence has come yet; callers may set it again */
} PhraseStream;

extern const char		 *phrase_fault(const char *phrase, size_t len);
extern size_t			  phrase_set_size(const PhraseTerm *terms, size_t n);
extern PhraseSet		 *phrase_set_build(void *memory, const PhraseTerm *terms, size_t n);
extern const PhraseSense *phrase_sense(const PhraseSet *set, uint32_t sense);

extern void phrase_stream(PhraseStream *stream, const PhraseSet *set, const char *said, size_t len,
						  TextTick tick);
extern bool phrase_next(PhraseStream *stream, PhraseUnit *unit);

#endif /* EMPATHY_TEXT_PHRASE_H */
