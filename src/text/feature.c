/*-------------------------------------------------------------------------
 *
 * feature.c
 *	  From tokens to keys: the word, the word under negation, the pair, and
 *	  the grams.
 *
 * A negator opens a scope of five words, which a comma, another mark or
 * "but" ends; "not only" and "not just" open none. A word in scope has a key
 * of its own, so that a model can learn what "not good" means without knowing
 * every pair. Grams are runs of three to five characters of a word with its
 * ends marked; they read words that a model has not seen ("deliverd").
 *
 *-------------------------------------------------------------------------
 */
#include "text/feature.h"

#define NEGATION_SCOPE 5
#define SENTENCE_START 0x9e3779b9u
#define AFTER_BUT	   (TEXT_STRESS * 3 / 2)
#define AFTER_ALTHOUGH (TEXT_STRESS / 2)
#define LEAST_GRAM	   3
#define MOST_GRAM	   5
#define WORD_END	   1 /* no letter */

/* Two hashes to one that is not 0 */
static uint32_t
mix(uint32_t a, uint32_t b)
{
	uint32_t h = (a * 0xcc9e2d51u) ^ (b + 0x9e3779b9u + (a << 6) + (a >> 2));

	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	h ^= h >> 12;
	h *= 0x297a2d39u;
	h ^= h >> 15;
	return h ? h : 1;
}

uint32_t
text_negated_key(uint32_t word)
{
	return mix(word, 0x4e4f5421u);
}

void
text_stream(TextStream *stream, const char *said, size_t len)
{
	text_scan(&stream->scan, said, len);
	stream->before = SENTENCE_START;
	stream->negated = 0;
	stream->side = TEXT_STRESS;
	stream->before_flags = 0;
	stream->calm = false;
}

/*
 * How much a token counts in sentiment. The main point of a sentence follows its "but"; a word
 * counts more that is drawn out, in capitals (unless all words are) or raised by the word before.
 * What is not "very good" is not very bad either.
 */
static int
stress_of(TextStream *stream, const TextToken *token, unsigned before)
{
	int stress;

	if (token->flags & TEXT_TURNS)
		stream->side = AFTER_BUT;
	else if (token->flags & TEXT_YIELDS)
		stream->side = AFTER_ALTHOUGH;
	else if (token->flags & TEXT_STOPS ||
			 (token->flags & TEXT_BREAKS && stream->side < TEXT_STRESS))
		stream->side = TEXT_STRESS;
	stress = stream->side;
	if (token->kind != TEXT_WORD)
		return stress;
	if (before & TEXT_LOWERS || (before & TEXT_RAISES && stream->negated > 0))
		return stress * 3 / 4;
	if (before & TEXT_RAISES || token->flags & TEXT_DRAWN ||
		(token->flags & TEXT_SHOUTED && stream->calm))
		return stress * 5 / 4;
	return stress;
}

/* The next token with its keys, or false at the end of the text. */
bool
text_next_feature(TextStream *stream, TextFeature *feature)
{
	TextToken *token = &feature->token;
	unsigned   before = stream->before_flags;

	if (!text_next_token(&stream->scan, token))
		return false;
	/* most tokens have no flags, nor has the one before */
	feature->stress = token->flags | before ? stress_of(stream, token, before) : stream->side;
	stream->before_flags = token->flags;
	stream->calm |= token->kind == TEXT_WORD && !(token->flags & TEXT_SHOUTED) && token->len > 1;
	feature->key[TEXT_KEY_WORD] = token->hash;
	feature->key[TEXT_KEY_NEGATED] = 0;
	feature->key[TEXT_KEY_PAIR] = 0;
	if (token->flags & TEXT_BREAKS)
		stream->negated = 0;
	if (token->hash != 0)
	{
		if (stream->negated > 0 && token->kind == TEXT_WORD)
		{
			feature->key[TEXT_KEY_WORD] = 0;
			feature->key[TEXT_KEY_NEGATED] = text_negated_key(token->hash);
			stream->negated--;
		}
		feature->key[TEXT_KEY_PAIR] = mix(stream->before, token->hash);
		stream->before = token->hash;
	}
	if (token->flags & TEXT_NEGATES)
		stream->negated = NEGATION_SCOPE;
	else if (before & TEXT_NEGATES && token->flags & TEXT_ADDS)
		stream->negated = 0;
	if (token->flags & TEXT_STOPS)
		stream->before = SENTENCE_START;
	return true;
}

/* The grams of a word, as many as returned. Under negation they are other keys. */
int
text_grams(const TextStream *stream, const TextFeature *feature, uint32_t gram[TEXT_MAX_GRAMS])
{
	uint32_t letter[TEXT_MAX_LETTERS + 2];
	bool	 negated = feature->key[TEXT_KEY_NEGATED] != 0;
	int		 n_grams = 0;
	int		 n;

	if (feature->token.kind != TEXT_WORD || feature->token.hash == 0)
		return 0;
	n = text_token_letters(&stream->scan, &feature->token, letter + 1) + 2;
	letter[0] = letter[n - 1] = WORD_END;
	for (int from = 0; from + LEAST_GRAM <= n; from++)
	{
		uint32_t key = SENTENCE_START;

		for (int len = 1; len <= MOST_GRAM && from + len <= n; len++)
		{
			key = mix(key, letter[from + len - 1]);
			if (len >= LEAST_GRAM)
				gram[n_grams++] = negated ? text_negated_key(key) : key;
		}
	}
	return n_grams;
}
