/*-------------------------------------------------------------------------
 *
 * feature.h
 *	  From tokens to the keys that a model knows weights for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_FEATURE_H
#define EMPATHY_TEXT_FEATURE_H

#include "text/token.h"

/* The keys of one token; 0 where there is none */
typedef enum TextKeyKind
{
	TEXT_KEY_WORD,	  /* the token itself, outside a negation scope */
	TEXT_KEY_NEGATED, /* the token inside a negation scope */
	TEXT_KEY_PAIR,	  /* with the token before it in the sentence */
	TEXT_KEY_GRAM,	  /* pieces of a word; text_grams() makes them, as they are many */
	TEXT_KEYS
} TextKeyKind;

typedef struct TextFeature
{
	TextToken token;
	uint32_t  key[TEXT_KEY_GRAM];
	int		  stress; /* how much the token counts in sentiment, in 1/TEXT_STRESS */
} TextFeature;

#define TEXT_STRESS 16 /* as much as other tokens */

#define TEXT_MAX_GRAMS (3 * (TEXT_MAX_LETTERS + 2))

typedef struct TextStream
{
	TextScan scan;
	uint32_t before;	   /* hash of the token before, or of the sentence's start */
	int		 negated;	   /* words that the open negation scope still covers */
	int		 side;		   /* of a "but" or "although" that the text is on: a stress */
	unsigned before_flags; /* of the word before */
	bool	 calm;		   /* a word not in capitals was met */
} TextStream;

extern void		text_stream(TextStream *stream, const char *said, size_t len);
extern bool		text_next_feature(TextStream *stream, TextFeature *feature);
extern int		text_grams(const TextStream *stream, const TextFeature *feature,
						   uint32_t gram[TEXT_MAX_GRAMS]);
extern uint32_t text_negated_key(uint32_t word);

#endif /* EMPATHY_TEXT_FEATURE_H */
