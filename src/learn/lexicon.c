/*-------------------------------------------------------------------------
 *
 * lexicon.c
 *	  What is known about words: VADER's valence, TextBlob's polarity and
 *	  subjectivity, a valence spread from both over WordNet, PPDB and word
 *	  forms, so that words in no list get one too; and what emotions the
 *	  texts with similar words have.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "text/feature.h"

#define NEIGHBOURS	 1.5f  /* scale of their emotions */
#define LEAST_SPREAD 0.15f /* of the spread valence's column, to be taken in */

/* What the lists say about a word */
typedef struct Entry
{
	double valence; /* VADER, -4 .. 4 */
	bool   rated;
	double polarity; /* TextBlob, sums over senses */
	double subjectivity;
	int	   senses;
} Entry;

typedef struct Lists
{
	WordGraph *graph;
	Entry	  *entries; /* by id */
	int		   n;
	double	   edge_weight; /* of the file being read */
} Lists;

static Entry *
entry_of(Lists *lists, const char *word)
{
	int id = graph_add(lists->graph, word, strlen(word));

	if (id < 0)
		return NULL;
	while (lists->n <= id)
	{
		if ((lists->n & (lists->n - 1)) == 0)
			lists->entries =
				need(lists->entries, sizeof(Entry) * (lists->n ? (size_t) lists->n * 2 : 1));
		memset(&lists->entries[lists->n++], 0, sizeof(Entry));
	}
	return &lists->entries[id];
}

static void
vader_row(void *arg, const char *label, const char *text, size_t len)
{
	Entry *entry = entry_of(arg, label);

	(void) len;
	if (entry == NULL)
		return;
	entry->valence = atof(text);
	entry->rated = true;
}

/* word, part of speech, polarity, subjectivity, intensity: a row a sense */
static void
textblob_row(void *arg, const char *label, const char *text, size_t len)
{
	Entry	   *entry = entry_of(arg, label);
	const char *polarity = strchr(text, '\t');
	const char *subjectivity = polarity ? strchr(polarity + 1, '\t') : NULL;

	(void) len;
	if (entry == NULL || subjectivity == NULL)
		return;
	entry->polarity += atof(polarity);
	entry->subjectivity += atof(subjectivity);
	entry->senses++;
}

static void
edge_row(void *arg, const char *label, const char *text, size_t len)
{
	Lists *lists = arg;
	int	   b = graph_add(lists->graph, text, len); /* in this order with every compiler */
	int	   a = graph_add(lists->graph, label, strlen(label));

	graph_edge(lists->graph, a, b, lists->edge_weight);
}

/* Words of the texts, so that forms that no list has are linked too */
static void
text_row(void *arg, const char *label, const char *text, size_t len)
{
	Lists	 *lists = arg;
	TextScan  scan;
	TextToken token;

	(void) label;
	if (data_held_out(text, len))
		return;
	text_scan(&scan, text, len);
	while (text_next_token(&scan, &token))
		if (token.kind == TEXT_WORD)
			graph_add(lists->graph, text + token.at, token.len);
}

static void
read_lists(Lists *lists, const char *wordnet)
{
	data_words("vader.tsv", '\t', vader_row, lists);
	data_words("textblob.tsv", '\t', textblob_row, lists);
	lists->edge_weight = 0.7;
	data_words("ppdb_synonyms.txt", ' ', edge_row, lists);
	lists->edge_weight = -1;
	data_words("ppdb_antonyms.txt", ' ', edge_row, lists);
	wordnet_edges(lists->graph, wordnet);
	for (int i = 0; i < n_sentiment_sets; i++)
		data_each(sentiment_sets[i].folder, "train", text_row, lists);
	affix_edges(lists->graph);
}

static double *
spread_valence(const Lists *lists)
{
	size_t	n = (size_t) lists->graph->keys.n;
	double *value = need_zeroed(sizeof(double) * n);
	double *sure = need_zeroed(sizeof(double) * n);
	double *spread = need(NULL, sizeof(double) * n);

	for (int id = 0; id < lists->n; id++)
	{
		const Entry *entry = &lists->entries[id];

		value[id] = entry->rated	? entry->valence / 4
					: entry->senses ? 0.6 * entry->polarity / entry->senses
									: 0;
		sure[id] = entry->rated ? 8 : entry->senses ? 4 : 0;
	}
	graph_spread(lists->graph, value, sure, spread);
	need_free(value);
	need_free(sure);
	return spread;
}

static void
set_valences(float *column, const Entry *entry, double v)
{
	double valence = entry->valence / 4;
	int	   senses = entry->senses ? entry->senses : 1;

	column[0] = (float) (2 * valence);
	column[1] = (float) (2 * (valence < 0 ? -valence : valence));
	column[2] = (float) (2 * entry->polarity / senses);
	column[3] = (float) (entry->subjectivity / senses);
	column[4] = (float) (3 * v);
	column[5] = (float) (v > 0 ? 3 * v : 0);
	column[6] = (float) (v < 0 ? 3 * v : 0);
}

static void
set_emotions(Lexicon *lexicon)
{
	int	   n = lexicon->graph.keys.n;
	float *odds = emotion_odds(&lexicon->graph.keys);
	float *means = need(NULL, sizeof(float) * EMOTION_ODDS * (size_t) n);
	graph_neighbours(&lexicon->graph, odds, EMOTION_ODDS, means);
	for (int id = 0; id < n; id++)
	{
		const float *own = odds + (size_t) id * EMOTION_ODDS;
		float		*column = lexicon->columns + (size_t) id * LEXICON_WORD + LEXICON_VALENCES;

		for (int c = 0; c < EMOTION_ODDS; c++)
			*column++ = NEIGHBOURS * means[(size_t) id * EMOTION_ODDS + c];
		for (int c = 0; c < XED_ODDS; c++)
			*column++ = own[GO_ODDS + c];
	}
	need_free(odds);
	need_free(means);
}

void
lexicon_read(Lexicon *lexicon, const char *wordnet)
{
	static const Entry none = { 0 };
	Lists			   lists = { &lexicon->graph };
	double			  *spread;
	int				   n;

	memset(lexicon, 0, sizeof(*lexicon));
	read_lists(&lists, wordnet);
	n = lexicon->graph.keys.n;
	lexicon->rated = need_zeroed(sizeof(bool) * (size_t) n);
	lexicon->columns = need_zeroed(sizeof(float) * LEXICON_WORD * (size_t) n);
	spread = spread_valence(&lists);
	for (int id = 0; id < n; id++)
	{
		const Entry *entry = id < lists.n ? &lists.entries[id] : &none;

		lexicon->rated[id] = entry->rated;
		set_valences(lexicon->columns + (size_t) id * LEXICON_WORD, entry, spread[id]);
	}
	set_emotions(lexicon);
	need_free(spread);
	need_free(lists.entries);
}

/* Does the dictionary take the word in? What spreading hardly reached is left to the texts. */
static bool
is_taken(const Lexicon *lexicon, int id, LexiconWords take)
{
	const float *column = lexicon->columns + (size_t) id * LEXICON_WORD;

	if (lexicon->rated[id])
		return true;
	return take == LEXICON_ALL && (column[2] != 0 || column[3] != 0 || column[4] > LEAST_SPREAD ||
								   column[4] < -LEAST_SPREAD);
}

static void
spare(Dictionary *dictionary, uint32_t key, uint32_t least)
{
	int id = dictionary_find(dictionary, key);

	if (id >= 0 && dictionary->count[id] < least)
		dictionary->count[id] = least;
}

void
lexicon_spare(const Lexicon *lexicon, Dictionary *dictionary, LexiconWords take, uint32_t least)
{
	const Dictionary *words = &lexicon->graph.keys;

	for (int id = 0; id < words->n; id++)
		if (is_taken(lexicon, id, take))
		{
			spare(dictionary, words->key[id], least);
			spare(dictionary, text_negated_key(words->key[id]), least);
		}
}

static void
copy_columns(const Lexicon *lexicon, int id, float *columns, int feature, int half)
{
	if (feature >= 0)
		memcpy(columns + (size_t) feature * LEXICON_COLUMNS + half * LEXICON_WORD,
			   lexicon->columns + (size_t) id * LEXICON_WORD, sizeof(float) * LEXICON_WORD);
}

float *
lexicon_columns(const Lexicon *lexicon, Dictionary *dictionary, LexiconWords take)
{
	const Dictionary *words = &lexicon->graph.keys;
	float			 *columns;

	for (int id = 0; id < words->n; id++)
		if (is_taken(lexicon, id, take))
		{
			dictionary_add(dictionary, words->key[id], false);
			dictionary_add(dictionary, text_negated_key(words->key[id]), false);
		}
	columns = need_zeroed(sizeof(float) * LEXICON_COLUMNS * (size_t) dictionary->n);
	for (int id = 0; id < words->n; id++)
	{
		uint32_t key = words->key[id];

		copy_columns(lexicon, id, columns, dictionary_find(dictionary, key), 0);
		copy_columns(lexicon, id, columns, dictionary_find(dictionary, text_negated_key(key)), 1);
	}
	return columns;
}
