/*-------------------------------------------------------------------------
 *
 * phrase.c
 *	  Phrases that stand for a label.
 *
 * The phrases make a trie over the hashes of words, its edges in one hash
 * table. From each token on at most four are looked at, so a text takes time
 * in proportion to its length.
 *
 *-------------------------------------------------------------------------
 */
#include "text/phrase.h"

#include <string.h>

#define ROOT	 0u /* phrases anywhere */
#define OPENING	 1u /* phrases at the start of a sentence */
#define N_ROOTS	 2u
#define NOWHERE	 UINT32_MAX
#define FILTERED 4096 /* bits */

typedef struct Edge
{
	uint32_t word;
	uint32_t from;
	uint32_t to; /* 0: this place of the table is free */
} Edge;

struct PhraseSet
{
	Edge		*edges; /* a hash table of 1 << (32 - edge_shift) places */
	unsigned	 edge_shift;
	uint32_t	*first_sense; /* of each node */
	uint32_t	 n_nodes;
	PhraseSense *senses; /* from 1 */
	uint32_t	 n_senses;
	uint64_t	 stems[FILTERED / 64]; /* by hash, the first letters of words that end in * */
};

/* One word of a phrase, in the ways it may be written */
typedef struct Word
{
	uint32_t way[2];
	int		 n_ways;
	uint32_t stem; /* of its first PHRASE_LEAST_STEM letters when it ends in *; else 0 */
} Word;

typedef struct Phrase
{
	Word word[PHRASE_WORDS];
	int	 n_words;
	bool opens;
} Phrase;

/* ---- reading a phrase ---- */

/*
 * The keys of what begins like a word: of its first PHRASE_LEAST_STEM letters, of
 * one more, ...  Returns how many.  They are not the hashes of words, as the stem
 * "deliver" is not the word "deliver".
 */
static int
stem_keys(const TextScan *scan, const TextToken *word, uint32_t key[PHRASE_STEMS])
{
	uint32_t letter[TEXT_MAX_LETTERS];
	uint32_t hash = 0x811c9dc5u; /* FNV-1a, but by letters */
	int		 n = text_token_letters(scan, word, letter);
	int		 n_keys = 0;

	for (int i = 0; i < n && n_keys < PHRASE_STEMS; i++)
	{
		hash = (hash ^ letter[i]) * 0x01000193u;
		if (i + 1 >= PHRASE_LEAST_STEM)
			key[n_keys++] = hash ^ hash >> 15;
	}
	return n_keys;
}

/* The word before a *. */
static const char *
read_stem(const TextScan *scan, const TextToken *token, Word *word)
{
	uint32_t letter[TEXT_MAX_LETTERS];
	uint32_t key[PHRASE_STEMS];
	int		 letters = text_token_letters(scan, token, letter);

	if (letters < PHRASE_LEAST_STEM)
		return "there are fewer than 3 letters before a \"*\"";
	if (letters > PHRASE_MOST_STEM)
		return "there are more than 16 letters before a \"*\"";
	stem_keys(scan, token, key);
	word->way[0] = key[letters - PHRASE_LEAST_STEM];
	word->n_ways = 1;
	word->stem = key[0];
	return NULL;
}

/* The length of the part of a word from its apostrophe on that is often typed without; 0: none. */
static size_t
contracted(const char *word, size_t len)
{
	static const char *const parts[] = { "'t", "'m", "'s", "'ve" };

	for (int i = 0; i < 4; i++)
	{
		size_t n = strlen(parts[i]);

		if (len > n && memcmp(word + len - n, parts[i], n) == 0)
			return n;
	}
	return 0;
}

static void
read_word(const char *phrase, const TextToken *token, Word *word)
{
	const char *at = phrase + token->at;
	size_t		part = contracted(at, token->len);
	char		bare[TEXT_MAX_WORD];
	TextScan	scan;
	TextToken	without;

	word->way[word->n_ways++] = token->hash;
	if (part == 0 || token->len > sizeof(bare))
		return;
	memcpy(bare, at, token->len - part);
	memcpy(bare + token->len - part, at + token->len - part + 1, part - 1);
	text_scan(&scan, bare, token->len - 1);
	if (text_next_token(&scan, &without))
		word->way[word->n_ways++] = without.hash;
}

/* Returns what is wrong with it; NULL if nothing is. */
static const char *
read_phrase(const char *bytes, size_t len, Phrase *phrase)
{
	TextScan	scan;
	TextToken	token;
	size_t		stars = 0;
	const char *fault;

	memset(phrase, 0, sizeof(*phrase));
	phrase->opens = len > 0 && bytes[0] == '^';
	text_scan(&scan, bytes, len);
	while (text_next_token(&scan, &token))
	{
		size_t end = token.at + token.len;
		Word  *word = &phrase->word[phrase->n_words];

		if (token.hash == 0 || token.kind == TEXT_MARK)
			return "it has punctuation, a handle or a web address in it";
		if (phrase->n_words++ == PHRASE_WORDS)
			return "it has more than 4 words";
		if (token.kind != TEXT_WORD || end == len || bytes[end] != '*')
			read_word(bytes, &token, word);
		else if ((fault = read_stem(&scan, &token, word)) != NULL)
			return fault;
		else
			stars++;
	}
	for (size_t i = 0; i < len; i++)
		if ((bytes[i] == '*' && stars-- == 0) || (bytes[i] == '^' && i > 0))
			return "\"*\" must end a word and \"^\" begin the phrase";
	return phrase->n_words == 0 ? "it has no word" : NULL;
}

/* Why this can't be a phrase; NULL if it can. */
const char *
phrase_fault(const char *phrase, size_t len)
{
	Phrase read;

	return read_phrase(phrase, len, &read);
}

/* ---- building a set ---- */

static size_t
aligned(size_t size)
{
	return (size + 15) & ~(size_t) 15;
}

/* Nodes that a phrase may need: one for each way to write its first word, two, ... */
static size_t
phrase_nodes(const PhraseTerm *term)
{
	Phrase phrase;
	size_t nodes = 0;
	size_t ways = 1;

	if (read_phrase(term->phrase, term->len, &phrase) != NULL)
		return 0;
	for (int i = 0; i < phrase.n_words; i++)
	{
		ways *= phrase.word[i].n_ways;
		nodes += ways;
	}
	return nodes;
}

typedef struct Sizes
{
	size_t nodes;
	size_t senses;
	size_t edges; /* a power of two, so that at least half of them stay free */
	int	   edge_bits;
} Sizes;

static Sizes
measure(const PhraseTerm *terms, size_t n)
{
	Sizes sizes = { N_ROOTS, 1, 16, 4 };

	for (size_t i = 0; i < n; i++)
	{
		size_t nodes = phrase_nodes(&terms[i]);

		sizes.nodes += nodes;
		sizes.senses += 2 * nodes; /* a term ends in fewer; twins' senses come but once */
	}
	for (; sizes.edges < 2 * sizes.nodes; sizes.edges *= 2)
		sizes.edge_bits++;
	return sizes;
}

static size_t
set_bytes(const Sizes *sizes)
{
	return aligned(sizeof(PhraseSet)) + aligned(sizes->edges * sizeof(Edge)) +
		   aligned(sizes->nodes * sizeof(uint32_t)) + sizes->senses * sizeof(PhraseSense);
}

/* Bytes for phrase_set_build(). Terms whose phrase has a fault are left out of a set. */
size_t
phrase_set_size(const PhraseTerm *terms, size_t n)
{
	Sizes sizes = measure(terms, n);

	return set_bytes(&sizes);
}

/* The place of an edge, or the free one where it belongs. */
static inline Edge *
edge_place(const PhraseSet *set, uint32_t from, uint32_t word)
{
	uint32_t last = UINT32_MAX >> set->edge_shift;
	uint32_t at = ((word ^ from * 0x9e3779b1u) * 0x85ebca6bu) >> set->edge_shift;

	while (set->edges[at].to != 0 && (set->edges[at].word != word || set->edges[at].from != from))
		at = (at + 1) & last;
	return &set->edges[at];
}

static void
add_sense(PhraseSet *set, uint32_t node, uint16_t label, int8_t lean)
{
	uint32_t *link = &set->first_sense[node];

	for (; *link != 0; link = &set->senses[*link].next)
		if (set->senses[*link].label == label)
			return;
	*link = ++set->n_senses;
	set->senses[*link] = (PhraseSense){ 0, label, lean };
}

/*
 * Add the rest of a phrase below a node, in each way to write it.  One that is tied
 * to the start of a sentence also has the senses of its twin that is not.
 */
static void
grow(PhraseSet *set, uint32_t node, uint32_t twin, const Phrase *phrase, int at,
	 const PhraseTerm *term)
{
	const Word *word = &phrase->word[at];

	if (at == phrase->n_words)
	{
		uint32_t sense = twin == NOWHERE ? 0 : set->first_sense[twin];

		for (; sense != 0; sense = set->senses[sense].next)
			add_sense(set, node, set->senses[sense].label, set->senses[sense].lean);
		add_sense(set, node, term->label, term->lean);
		return;
	}
	if (word->stem != 0)
		set->stems[word->stem % FILTERED / 64] |= UINT64_C(1) << word->stem % 64;
	for (int i = 0; i < word->n_ways; i++)
	{
		Edge	*edge = edge_place(set, node, word->way[i]);
		uint32_t to = twin == NOWHERE ? 0 : edge_place(set, twin, word->way[i])->to;

		if (edge->to == 0)
			*edge = (Edge){ word->way[i], node, set->n_nodes++ };
		grow(set, edge->to, to == 0 ? NOWHERE : to, phrase, at + 1, term);
	}
}

static void
grow_all(PhraseSet *set, bool opening, const PhraseTerm *terms, size_t n)
{
	Phrase phrase;

	for (size_t i = 0; i < n; i++)
		if ((terms[i].len > 0 && terms[i].phrase[0] == '^') == opening &&
			read_phrase(terms[i].phrase, terms[i].len, &phrase) == NULL)
			grow(set, opening ? OPENING : ROOT, opening ? ROOT : NOWHERE, &phrase, 0, &terms[i]);
}

/* In memory of phrase_set_size() bytes, aligned as malloc does; it needs nothing else of the terms. */
PhraseSet *
phrase_set_build(void *memory, const PhraseTerm *terms, size_t n)
{
	Sizes	   sizes = measure(terms, n);
	PhraseSet *set = memory;
	char	  *at = (char *) memory + aligned(sizeof(PhraseSet));

	memset(memory, 0, set_bytes(&sizes));
	set->edges = (Edge *) at;
	set->edge_shift = 32 - sizes.edge_bits;
	at += aligned(sizes.edges * sizeof(Edge));
	set->first_sense = (uint32_t *) at;
	set->n_nodes = N_ROOTS;
	set->senses = (PhraseSense *) (at + aligned(sizes.nodes * sizeof(uint32_t)));
	grow_all(set, false, terms, n);
	grow_all(set, true, terms, n);
	return set;
}

/* The sense of a unit, or the next one of a sense; NULL for 0. */
const PhraseSense *
phrase_sense(const PhraseSet *set, uint32_t sense)
{
	return sense == 0 ? NULL : &set->senses[sense];
}

/* ---- finding phrases ---- */

void
phrase_stream(PhraseStream *stream, const PhraseSet *set, const char *said, size_t len,
			  TextTick tick)
{
	stream->set = set;
	text_stream(&stream->stream, said, len);
	stream->tick = tick;
	stream->ticked = 0;
	stream->first = 0;
	stream->n = 0;
	stream->opens = true;
}

static inline const PhraseToken *
token_ahead(const PhraseStream *stream, int i)
{
	return &stream->ahead[(stream->first + i) % PHRASE_WORDS];
}

/* The stems of a word: looked for only where some phrase has one of the same first letters. */
static void
find_stems(const PhraseStream *stream, PhraseToken *token)
{
	const PhraseSet *set = stream->set;

	token->n_stems = 0;
	if (token->feature.token.kind != TEXT_WORD)
		return;
	token->n_stems = stem_keys(&stream->stream.scan, &token->feature.token, token->stem);
	if (token->n_stems > 0 &&
		!(set->stems[token->stem[0] % FILTERED / 64] >> token->stem[0] % 64 & 1))
		token->n_stems = 0;
}

static void
look_ahead(PhraseStream *stream)
{
	size_t at = stream->stream.scan.at;

	if (stream->tick && at - stream->ticked >= TEXT_TICK_BYTES)
	{
		stream->ticked = at;
		stream->tick();
	}
	while (stream->n < PHRASE_WORDS)
	{
		PhraseToken *token = &stream->ahead[(stream->first + stream->n) % PHRASE_WORDS];

		if (!text_next_feature(&stream->stream, &token->feature))
			return;
		find_stems(stream, token);
		stream->n++;
	}
}

typedef struct Longest
{
	int		 words;
	uint32_t sense;
} Longest;

/* Having come to a node by so many tokens, go on. Of the longest the first found counts. */
static void
match(const PhraseStream *stream, uint32_t node, int words, Longest *longest)
{
	const PhraseSet	  *set = stream->set;
	const PhraseToken *token = token_ahead(stream, words);
	const Edge		  *edge;

	if (words > longest->words && set->first_sense[node] != 0)
		*longest = (Longest){ words, set->first_sense[node] };
	if (words == stream->n || token->feature.token.hash == 0)
		return;
	edge = edge_place(set, node, token->feature.token.hash);
	if (edge->to != 0)
		match(stream, edge->to, words + 1, longest);
	for (int i = token->n_stems - 1; i >= 0; i--)
	{
		edge = edge_place(set, node, token->stem[i]);
		if (edge->to != 0)
			match(stream, edge->to, words + 1, longest);
	}
}

/* The next phrase or token, or false at the end of the text. */
bool
phrase_next(PhraseStream *stream, PhraseUnit *unit)
{
	Longest			   longest = { 0, 0 };
	const TextFeature *first;
	const TextToken	  *last;

	look_ahead(stream);
	if (stream->n == 0)
		return false;
	if (stream->opens)
		match(stream, OPENING, 0, &longest);
	match(stream, ROOT, 0, &longest);
	if (longest.words == 0)
		longest.words = 1;
	first = &token_ahead(stream, 0)->feature;
	last = &token_ahead(stream, longest.words - 1)->feature.token;
	unit->token = first->token;
	unit->end = last->at + last->len;
	unit->sense = longest.sense;
	unit->negated = first->key[TEXT_KEY_NEGATED] != 0;
	if (last->flags & TEXT_STOPS)
		stream->opens = true;
	else if (last->kind == TEXT_WORD || last->kind == TEXT_NUMBER)
		stream->opens = false;
	stream->first = (stream->first + longest.words) % PHRASE_WORDS;
	stream->n -= longest.words;
	return true;
}
