/*-------------------------------------------------------------------------
 *
 * word_graph.h
 *	  Words and how alike or opposite they are, and the spreading of what is
 *	  known of some words over the others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_WORD_GRAPH_H
#define EMPATHY_LEARN_WORD_GRAPH_H

#include "learn/corpus.h"

typedef struct WordEdge
{
	int	   a;
	int	   b;
	double weight; /* negative between opposites */
} WordEdge;

typedef struct WordGraph
{
	Dictionary keys; /* of the words by themselves, outside a negation scope */
	char	 **name; /* by id: as first written, in lower case */
	WordEdge  *edges;
	size_t	   n_edges;
} WordGraph;

extern int	graph_add(WordGraph *graph, const char *word, size_t len);
extern int	graph_find(const WordGraph *graph, const char *word, size_t len);
extern void graph_edge(WordGraph *graph, int a, int b, double weight);
extern void graph_spread(const WordGraph *graph, const double *value, const double *sure,
						 double *spread);
extern void graph_neighbours(const WordGraph *graph, const float *values, int n_columns,
							 float *means);

/* Edges from WordNet, and between words that differ by a prefix or a suffix */
extern void wordnet_edges(WordGraph *graph, const char *folder);
extern void affix_edges(WordGraph *graph);

#endif /* EMPATHY_LEARN_WORD_GRAPH_H */
