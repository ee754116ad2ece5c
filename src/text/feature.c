/*-------------------------------------------------------------------------
 *
 * feature.c
 *	  From tokens to keys: the word, the word under negation, the pair.
 *
 * A negator opens a scope of five words, which a comma, another mark or
 * "but" ends. A word in scope has a key of its own, so that a model can learn
 * what "not good" means without knowing every pair.
 *
 *-------------------------------------------------------------------------
 */
#include "text/feature.h"

#define NEGATION_SCOPE 5
#define SENTENCE_START 0x9e3779b9u

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
}

/* The next token with its keys, or false at the end of the text. */
bool
text_next_feature(TextStream *stream, TextFeature *feature)
{
	TextToken *token = &feature->token;

	if (!text_next_token(&stream->scan, token))
		return false;
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
	if (token->flags & TEXT_STOPS)
		stream->before = SENTENCE_START;
	return true;
}
