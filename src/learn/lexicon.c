/*-------------------------------------------------------------------------
 *
 * lexicon.c
 *	  What word lists know about words: VADER's valence, TextBlob's polarity
 *	  and subjectivity, and a valence propagated from both over PPDB's
 *	  synonyms and antonyms, so that words in no list get one too.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "text/feature.h"

#define HALF   (LEXICON_COLUMNS / 2)
#define ROUNDS 40

typedef struct Word
{
	double valence; /* VADER, -4 .. 4 */
	bool   rated;
	double polarity; /* TextBlob, sums over senses */
	double subjectivity;
	int	   senses;
	double v;	  /* propagated, about -1 .. 1 */
	double sum;	  /* of this round */
	double edges; /* sum of their absolute weights */
} Word;

typedef struct Edge
{
	int	   a;
	int	   b;
	double weight;
} Edge;

typedef struct Lexicon
{
	Dictionary names;
	Word	  *words;
	Edge	  *edges;
	size_t	   n_edges;
	double	   edge_weight; /* of the file being read */
} Lexicon;

/* The key of an entry that is one token; 0 for phrases. */
static uint32_t
entry_key(const char *entry, size_t len)
{
	TextStream	stream;
	TextFeature feature;
	uint32_t	key = 0;

	text_stream(&stream, entry, len);
	while (text_next_feature(&stream, &feature))
	{
		if (key != 0)
			return 0;
		key = feature.key[TEXT_KEY_WORD];
	}
	return key;
}

/* The id of an entry, or -1 when it is a phrase. */
static int
entry_id(Lexicon *lexicon, const char *entry, size_t len)
{
	uint32_t key = entry_key(entry, len);
	int		 before = lexicon->names.n;
	int		 id;

	if (key == 0)
		return -1;
	id = dictionary_add(&lexicon->names, key, false);
	if (id == before)
	{
		if ((id & (id - 1)) == 0)
			lexicon->words = need(lexicon->words, sizeof(Word) * (id ? id * 2 : 1));
		memset(&lexicon->words[id], 0, sizeof(Word));
	}
	return id;
}

static void
vader_row(void *arg, const char *label, const char *text, size_t len)
{
	Lexicon *lexicon = arg;
	int		 id = entry_id(lexicon, label, strlen(label));

	(void) len;
	if (id < 0)
		return;
	lexicon->words[id].valence = atof(text);
	lexicon->words[id].rated = true;
}

/* word, part of speech, polarity, subjectivity, intensity: a row a sense */
static void
textblob_row(void *arg, const char *label, const char *text, size_t len)
{
	Lexicon	   *lexicon = arg;
	int			id = entry_id(lexicon, label, strlen(label));
	const char *polarity = strchr(text, '\t');
	const char *subjectivity = polarity ? strchr(polarity + 1, '\t') : NULL;

	(void) len;
	if (id < 0 || subjectivity == NULL)
		return;
	lexicon->words[id].polarity += atof(polarity);
	lexicon->words[id].subjectivity += atof(subjectivity);
	lexicon->words[id].senses++;
}

static void
edge_row(void *arg, const char *label, const char *text, size_t len)
{
	Lexicon *lexicon = arg;
	int		 a = entry_id(lexicon, label, strlen(label));
	int		 b = entry_id(lexicon, text, len);
	size_t	 n = lexicon->n_edges;

	if (a < 0 || b < 0 || a == b)
		return;
	if ((n & (n - 1)) == 0)
		lexicon->edges = need(lexicon->edges, sizeof(Edge) * (n ? n * 2 : 1));
	lexicon->edges[lexicon->n_edges++] = (Edge){ a, b, lexicon->edge_weight };
}

/* How sure the lists are of a word, and what they say. */
static double
seed(const Word *word, double *value)
{
	*value = word->rated	? word->valence / 4
			 : word->senses ? 0.6 * word->polarity / word->senses
							: 0;
	return word->rated ? 8 : word->senses ? 4 : 0;
}

/* v = (c s + sum A v) / (c + sum |A| + 1), repeated */
static void
propagate(Lexicon *lexicon)
{
	for (size_t i = 0; i < lexicon->n_edges; i++)
	{
		const Edge *edge = &lexicon->edges[i];
		double		size = edge->weight < 0 ? -edge->weight : edge->weight;

		lexicon->words[edge->a].edges += size;
		lexicon->words[edge->b].edges += size;
	}
	for (int round = 0; round < ROUNDS; round++)
	{
		for (int id = 0; id < lexicon->names.n; id++)
			lexicon->words[id].sum = 0;
		for (size_t i = 0; i < lexicon->n_edges; i++)
		{
			const Edge *edge = &lexicon->edges[i];

			lexicon->words[edge->a].sum += edge->weight * lexicon->words[edge->b].v;
			lexicon->words[edge->b].sum += edge->weight * lexicon->words[edge->a].v;
		}
		for (int id = 0; id < lexicon->names.n; id++)
		{
			Word  *word = &lexicon->words[id];
			double value;
			double sure = seed(word, &value);

			word->v = (sure * value + word->sum) / (sure + word->edges + 1);
		}
	}
}

static void
set_columns(const Word *word, float *column)
{
	double v = word->v;

	column[0] = (float) (word->valence / 4);
	column[1] = (float) (word->valence < 0 ? -word->valence / 4 : word->valence / 4);
	column[2] = (float) (word->senses ? word->polarity / word->senses : 0);
	column[3] = (float) (word->senses ? word->subjectivity / word->senses : 0);
	column[4] = (float) (3 * v);
	column[5] = (float) (v > 0 ? 3 * v : 0);
	column[6] = (float) (v < 0 ? 3 * v : 0);
}

/* Does the dictionary take the word in? What propagation hardly reached is left to the texts. */
static bool
is_taken(const Word *word, LexiconWords take)
{
	if (take == LEXICON_ALL)
		return word->rated || word->senses > 0 || word->v > 0.05 || word->v < -0.05;
	return take == LEXICON_RATED && word->rated;
}

static void
read_lists(Lexicon *lexicon)
{
	data_words("vader.tsv", '\t', vader_row, lexicon);
	data_words("textblob.tsv", '\t', textblob_row, lexicon);
	lexicon->edge_weight = 0.7;
	data_words("ppdb_synonyms.txt", ' ', edge_row, lexicon);
	lexicon->edge_weight = -1;
	data_words("ppdb_antonyms.txt", ' ', edge_row, lexicon);
	propagate(lexicon);
}

float *
lexicon_columns(Dictionary *dictionary, LexiconWords take)
{
	Lexicon lexicon = { 0 };
	float  *columns;

	read_lists(&lexicon);
	for (int id = 0; id < lexicon.names.n; id++)
		if (is_taken(&lexicon.words[id], take))
		{
			dictionary_add(dictionary, lexicon.names.key[id], false);
			dictionary_add(dictionary, text_negated_key(lexicon.names.key[id]), false);
		}
	columns = need_zeroed(sizeof(float) * LEXICON_COLUMNS * (size_t) dictionary->n);
	for (int id = 0; id < lexicon.names.n; id++)
	{
		uint32_t key = lexicon.names.key[id];
		int		 plain = dictionary_find(dictionary, key);
		int		 negated = dictionary_find(dictionary, text_negated_key(key));

		if (plain >= 0)
			set_columns(&lexicon.words[id], columns + (size_t) plain * LEXICON_COLUMNS);
		if (negated >= 0)
			set_columns(&lexicon.words[id], columns + (size_t) negated * LEXICON_COLUMNS + HALF);
	}
	dictionary_free(&lexicon.names);
	need_free(lexicon.words);
	need_free(lexicon.edges);
	return columns;
}
