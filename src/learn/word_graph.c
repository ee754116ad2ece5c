/*-------------------------------------------------------------------------
 *
 * word_graph.c
 *	  Words and how alike or opposite they are.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/word_graph.h"

#include <ctype.h>
#include <string.h>

#include "learn/memory.h"
#include "text/feature.h"

#define ROUNDS 40

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

static char *
lower_copy(const char *word, size_t len)
{
	char *copy = need(NULL, len + 1);

	for (size_t i = 0; i < len; i++)
		copy[i] = (char) tolower((unsigned char) word[i]);
	copy[len] = 0;
	return copy;
}

/* The id of a word, new or not; -1 when it is a phrase. */
int
graph_add(WordGraph *graph, const char *word, size_t len)
{
	uint32_t key = entry_key(word, len);
	int		 before = graph->keys.n;
	int		 id;

	if (key == 0)
		return -1;
	id = dictionary_add(&graph->keys, key, false);
	if (id == before)
	{
		if ((id & (id - 1)) == 0)
			graph->name = need(graph->name, sizeof(char *) * (id ? (size_t) id * 2 : 1));
		graph->name[id] = lower_copy(word, len);
	}
	return id;
}

/* The id of a word, or -1 when the graph has no such word. */
int
graph_find(const WordGraph *graph, const char *word, size_t len)
{
	uint32_t key = entry_key(word, len);

	return key ? dictionary_find(&graph->keys, key) : -1;
}

/* Nothing happens between a word and itself, or what is no word. */
void
graph_edge(WordGraph *graph, int a, int b, double weight)
{
	size_t n = graph->n_edges;

	if (a < 0 || b < 0 || a == b)
		return;
	if ((n & (n - 1)) == 0)
		graph->edges = need(graph->edges, sizeof(WordEdge) * (n ? n * 2 : 1));
	graph->edges[graph->n_edges++] = (WordEdge){ a, b, weight };
}

/*
 * Spread known values (value, and how sure: 0 for not known) over the graph:
 * v = (sure value + sum of A v) / (sure + sum of |A| + 1), repeated.
 */
void
graph_spread(const WordGraph *graph, const double *value, const double *sure, double *spread)
{
	size_t	n = (size_t) graph->keys.n;
	double *sum = need_zeroed(sizeof(double) * n);
	double *size = need_zeroed(sizeof(double) * n);

	for (size_t i = 0; i < graph->n_edges; i++)
	{
		const WordEdge *edge = &graph->edges[i];
		double			weight = edge->weight < 0 ? -edge->weight : edge->weight;

		size[edge->a] += weight;
		size[edge->b] += weight;
	}
	memset(spread, 0, sizeof(double) * n);
	for (int round = 0; round < ROUNDS; round++)
	{
		memset(sum, 0, sizeof(double) * n);
		for (size_t i = 0; i < graph->n_edges; i++)
		{
			const WordEdge *edge = &graph->edges[i];

			sum[edge->a] += edge->weight * spread[edge->b];
			sum[edge->b] += edge->weight * spread[edge->a];
		}
		for (size_t id = 0; id < n; id++)
			spread[id] = (sure[id] * value[id] + sum[id]) / (sure[id] + size[id] + 1);
	}
	need_free(sum);
	need_free(size);
}

/* The means of the columns over each word's neighbours that are alike, by weight. */
void
graph_neighbours(const WordGraph *graph, const float *values, int n_columns, float *means)
{
	size_t	n = (size_t) graph->keys.n;
	double *size = need_zeroed(sizeof(double) * n);

	memset(means, 0, sizeof(float) * n * n_columns);
	for (size_t i = 0; i < graph->n_edges; i++)
	{
		const WordEdge *edge = &graph->edges[i];
		const float	   *of_a = values + (size_t) edge->a * n_columns;
		const float	   *of_b = values + (size_t) edge->b * n_columns;

		if (edge->weight <= 0)
			continue;
		size[edge->a] += edge->weight;
		size[edge->b] += edge->weight;
		for (int c = 0; c < n_columns; c++)
		{
			means[(size_t) edge->a * n_columns + c] += (float) edge->weight * of_b[c];
			means[(size_t) edge->b * n_columns + c] += (float) edge->weight * of_a[c];
		}
	}
	for (size_t id = 0; id < n; id++)
		for (int c = 0; size[id] > 0 && c < n_columns; c++)
			means[id * n_columns + c] /= (float) size[id];
	need_free(size);
}
