/*-------------------------------------------------------------------------
 *
 * affix.c
 *	  Edges between words that differ by an ending (walk, walked: alike) or
 *	  by a prefix that negates (un-, non-, dis-: opposite).
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "learn/word_graph.h"

#define ALIKE	  0.8
#define OPPOSITE  (-0.7)
#define LEAST	  3 /* letters of a stem */
#define MAX_WORD  64
#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char *const prefixes[] = { "un", "non", "dis" };
static const char *const endings[] = { "s", "es",	"ed",  "ing",  "er",   "est",  "ly",
									   "y", "ness", "ful", "able", "ment", "ation" };

/* To the stem itself, with an e added (an ending that has its own e needs none), with y for i, or
 * with its doubled letter once. */
static void
link_stem(WordGraph *graph, int id, const char *word, size_t stem, bool with_e)
{
	char with[MAX_WORD + 2];

	graph_edge(graph, id, graph_find(graph, word, stem), ALIKE);
	memcpy(with, word, stem);
	with[stem] = 'e';
	if (with_e)
		graph_edge(graph, id, graph_find(graph, with, stem + 1), ALIKE);
	if (word[stem - 1] == 'i')
	{
		with[stem - 1] = 'y';
		graph_edge(graph, id, graph_find(graph, with, stem), ALIKE);
	}
	if (stem > LEAST && word[stem - 1] == word[stem - 2])
		graph_edge(graph, id, graph_find(graph, word, stem - 1), ALIKE);
}

void
affix_edges(WordGraph *graph)
{
	for (int id = 0; id < graph->keys.n; id++)
	{
		const char *word = graph->name[id];
		size_t		len = strlen(word);

		if (len > MAX_WORD)
			continue;
		for (size_t i = 0; i < LENGTH(endings); i++)
		{
			size_t ending = strlen(endings[i]);

			if (len >= LEAST + ending && strcmp(word + len - ending, endings[i]) == 0)
				link_stem(graph, id, word, len - ending, strcmp(endings[i], "es") != 0);
		}
		for (size_t i = 0; i < LENGTH(prefixes); i++)
		{
			size_t prefix = strlen(prefixes[i]);

			if (len >= LEAST + prefix && memcmp(word, prefixes[i], prefix) == 0)
				graph_edge(graph, id, graph_find(graph, word + prefix, len - prefix), OPPOSITE);
		}
	}
}
