/*-------------------------------------------------------------------------
 *
 * wordnet.c
 *	  Edges between words from WordNet 3.0 (Debian package wordnet-base;
 *	  format: wndb(5WN)). A line of a data file is
 *
 *	  offset lex_file type n_words(hex) {word id} n_pointers {symbol offset
 *	  type source|target(hex)} ... | gloss
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/word_graph.h"

#define MAX_LINE 65536

typedef struct Synset
{
	long offset;
	int	 n;
	int *words; /* ids in the graph; -1 for phrases */
} Synset;

typedef struct Part
{
	const char *file;
	char		type;
	double		alike;	 /* weight of two words of one synset */
	Synset	   *synsets; /* by offset */
	int			n;
} Part;

typedef void (*Line)(WordGraph *graph, Part *parts, Part *part, char *rest);

static void
each_line(const char *folder, WordGraph *graph, Part *parts, Part *part, Line line)
{
	static char text[MAX_LINE];
	char		path[4096];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/%s", folder, part->file);
	file = fopen(path, "r");
	if (file == NULL)
	{
		fprintf(stderr, "could not open \"%s\": install WordNet (Debian package wordnet-base)\n",
				path);
		exit(1);
	}
	while (fgets(text, sizeof(text), file))
		if (text[0] != ' ') /* the licence comes first, indented */
			line(graph, parts, part, text);
	fclose(file);
}

/* The next word of the line */
static char *
field(char **rest)
{
	char *word = strtok_r(NULL, " ", rest);

	if (word == NULL)
	{
		fprintf(stderr, "WordNet's files are not of version 3.0\n");
		exit(1);
	}
	return word;
}

static int
add_lemma(WordGraph *graph, const char *lemma)
{
	size_t n = strcspn(lemma, "("); /* adjectives may end in their position: (a) */

	return memchr(lemma, '_', n) ? -1 : graph_add(graph, lemma, n);
}

static void
read_synset(WordGraph *graph, Part *parts, Part *part, char *line)
{
	char   *rest;
	Synset *synset;

	(void) parts;
	if ((part->n & (part->n - 1)) == 0)
		part->synsets = need(part->synsets, sizeof(Synset) * (part->n ? (size_t) part->n * 2 : 1));
	synset = &part->synsets[part->n++];
	synset->offset = atol(strtok_r(line, " ", &rest));
	field(&rest);
	field(&rest);
	synset->n = (int) strtol(field(&rest), NULL, 16);
	synset->words = need(NULL, sizeof(int) * (synset->n + 1));
	for (int i = 0; i < synset->n; i++)
	{
		synset->words[i] = add_lemma(graph, field(&rest));
		field(&rest);
	}
	for (int i = 0; i < synset->n; i++)
		for (int j = 0; j < i; j++)
			graph_edge(graph, synset->words[i], synset->words[j],
					   part->alike / sqrt(synset->n - 1.0));
}

static int
by_offset(const void *a, const void *b)
{
	long x = ((const Synset *) a)->offset;
	long y = ((const Synset *) b)->offset;

	return x < y ? -1 : x > y;
}

/* Satellites lie among the adjectives. */
static char
part_type(const char *type)
{
	return type[0] == 's' ? 'a' : type[0];
}

static const Synset *
find_synset(const Part *parts, char type, long offset)
{
	Synset wanted = { offset, 0, NULL };

	while (parts->type != type)
		parts++;
	return bsearch(&wanted, parts->synsets, (size_t) parts->n, sizeof(Synset), by_offset);
}

/* Weight of a pointer; those that WordNet states in both directions count once. */
static double
pointer_weight(const char *symbol, bool forward)
{
	switch (symbol[0])
	{
		case '+': /* derived form */
			return forward ? 1 : 0;
		case '\\': /* pertains to, or the adverb's adjective */
			return 1;
		case '&': /* similar */
			return forward ? 0.4 : 0;
		case '^': /* see also */
			return 0.3;
		case '!': /* antonym */
			return forward ? -1.2 : 0;
		default:
			return 0;
	}
}

/* Between two words, or (0) all words of the synsets */
static void
link_synsets(WordGraph *graph, const Synset *a, int word_a, const Synset *b, int word_b,
			 double weight)
{
	for (int i = 0; i < a->n; i++)
		for (int j = 0; j < b->n; j++)
			if ((word_a == 0 || word_a == i + 1) && (word_b == 0 || word_b == j + 1))
				graph_edge(graph, a->words[i], b->words[j], weight);
}

static void
read_pointers(WordGraph *graph, Part *parts, Part *part, char *line)
{
	char		 *rest;
	const Synset *from = find_synset(parts, part->type, atol(strtok_r(line, " ", &rest)));
	int			  n;

	for (int i = 0; i < 3 + 2 * from->n; i++)
		field(&rest);
	n = atoi(field(&rest));
	for (int i = 0; i < n; i++)
	{
		const char	 *symbol = field(&rest);
		long		  offset = atol(field(&rest));
		char		  type = part_type(field(&rest));
		long		  ends = strtol(field(&rest), NULL, 16);
		const Synset *to = find_synset(parts, type, offset);
		bool		  forward = type != part->type ? type < part->type : from->offset < offset;
		double		  weight = pointer_weight(symbol, forward);

		if (to && weight != 0)
			link_synsets(graph, from, (int) (ends >> 8), to, (int) (ends & 0xFF), weight);
	}
}

void
wordnet_edges(WordGraph *graph, const char *folder)
{
	Part parts[] = { { "data.adj", 'a', 1 },
					 { "data.adv", 'r', 1 },
					 { "data.noun", 'n', 0.6 },
					 { "data.verb", 'v', 1 } };
	int	 n_parts = sizeof(parts) / sizeof(parts[0]);

	for (int i = 0; i < n_parts; i++)
		each_line(folder, graph, parts, &parts[i], read_synset);
	for (int i = 0; i < n_parts; i++)
		each_line(folder, graph, parts, &parts[i], read_pointers);
	for (int i = 0; i < n_parts; i++)
	{
		for (int j = 0; j < parts[i].n; j++)
			need_free(parts[i].synsets[j].words);
		need_free(parts[i].synsets);
	}
}
