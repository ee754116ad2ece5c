/*-------------------------------------------------------------------------
 *
 * phrases.c
 *	  The key phrases of a map.
 *
 *-------------------------------------------------------------------------
 */
#include "map/phrases.h"

#include <stdlib.h>
#include <string.h>

#include "text/keywords.h"
#include "text/terms.h"

static void *
resize(void *memory, void *old, size_t size)
{
	if (size == 0)
	{
		if (old != NULL)
			profile_port_free(memory, old);
		return NULL;
	}
	return old == NULL ? profile_port_alloc(memory, size) : profile_port_grow(memory, old, size);
}

static uint64_t
hash_of(const ProfileQuote *quote)
{
	return profile_hash("", quote->text, quote->len);
}

static int
compare_hashes(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *) left;
	const uint64_t b = *(const uint64_t *) right;

	return (a > b) - (a < b);
}

static bool
is_sampled(const Map *map, const ProfileQuote *quote)
{
	const size_t len = strlen(PROFILE_SAMPLED);
	uint32_t	 i;

	for (i = 0; i < quote->n_labels; i++)
	{
		if (map->view.name_lens[quote->labels[i]] == len &&
			memcmp(map->view.names[quote->labels[i]], PROFILE_SAMPLED, len) == 0)
			return true;
	}
	return false;
}

/*
 * The largest hash of the words in a group's sample of quotes: others are there
 * because they are the weightiest of a cell, which makes them no fair sample.
 */
static uint64_t
sample_end(const Map *map, void *memory)
{
	uint64_t *hashes = profile_port_alloc(memory, (map->n_quotes + 1) * sizeof(uint64_t));
	uint64_t  end = UINT64_MAX;
	size_t	  n = 0;
	uint32_t  i;

	for (i = 0; i < map->n_quotes; i++)
	{
		if (is_sampled(map, &map->quotes[i]))
			hashes[n++] = hash_of(&map->quotes[i]);
	}
	if (map->customers != 1 && n > PROFILE_SAMPLE)
	{
		qsort(hashes, n, sizeof(uint64_t), compare_hashes);
		end = hashes[PROFILE_SAMPLE - 1];
	}
	profile_port_free(memory, hashes);
	return end;
}

/* Whether key phrases are looked for in a quote. */
static bool
is_read(const Map *map, const ProfileQuote *quote, uint64_t end)
{
	return map->customers == 1 || (is_sampled(map, quote) && hash_of(quote) <= end);
}

/* Keeps the best phrases that fit. */
static void
keep_best(MapPhrases *found, const TextKeyword *keywords, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n && found->n < MAP_MOST_PHRASES; i++)
	{
		MapPhrase *phrase = &found->phrases[found->n];

		if (keywords[i].term.len >= sizeof(phrase->bytes))
			continue;
		memcpy(phrase->bytes, keywords[i].term.bytes, keywords[i].term.len);
		phrase->len = keywords[i].term.len;
		phrase->n = (int64_t) keywords[i].term.n;
		found->n++;
	}
}

/* Notes a quote with the phrases that it holds. */
static void
note_quote(MapPhrases *found, const ProfileQuote *quote, uint32_t place)
{
	char		 term[TEXT_TERM_BYTES];
	bool		 noted[MAP_MOST_PHRASES] = { false };
	TextTermScan scan;
	size_t		 len;
	int			 i;

	text_term_scan(&scan, quote->text, quote->len);
	while ((len = text_next_term(&scan, term)) > 0)
	{
		for (i = 0; i < found->n; i++)
		{
			MapPhrase *phrase = &found->phrases[i];

			if (noted[i] || phrase->len != len || memcmp(phrase->bytes, term, len) != 0)
				continue;
			noted[i] = true;
			phrase->mood.n++;
			phrase->mood.sum += quote->sentiment;
			if (phrase->n_quotes < 2)
				phrase->quotes[phrase->n_quotes++] = place;
		}
	}
}

void
map_phrases(const Map *map, const ProfileQuote *utf8, void *memory, const TextModel *model,
			int64_t least, MapPhrases *found)
{
	TextTerms	  terms;
	TextTermsView view;
	TextKeyword	 *keywords;
	uint8_t		 *stored;
	size_t		  size;
	uint64_t	  end = sample_end(map, memory);
	uint32_t	  i;

	memset(found, 0, sizeof(*found));
	text_terms_init(&terms, resize, memory);
	for (i = 0; i < map->n_quotes; i++)
	{
		if (!is_read(map, &map->quotes[i], end))
			continue;
		text_terms_add(&terms, utf8[i].text, utf8[i].len);
		found->read++;
	}
	if (found->read == 0)
		return;
	stored = text_terms_store(&terms, resize, memory, 0, &size);
	if (!text_terms_view(&view, stored, size))
		return;
	keywords = profile_port_alloc(memory, ((size_t) view.n_terms + 1) * sizeof(TextKeyword));
	keep_best(found, keywords, text_keywords_english(view, model, (uint64_t) least, keywords));
	for (i = 0; i < map->n_quotes; i++)
	{
		if (is_read(map, &map->quotes[i], end))
			note_quote(found, &utf8[i], i);
	}
}
