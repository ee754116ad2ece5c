/*-------------------------------------------------------------------------
 *
 * phrases.h
 *	  The key phrases of a map: what sets its quotes apart from English at large.
 *
 * Of a group, from the quotes labelled "phrases", at most one of each customer
 * (map.h), so that a phrase's number of quotes is one of customers; of a person,
 * from all of theirs.
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_PHRASES_H
#define MAP_PHRASES_H

#include "map/group.h"
#include "text/text.h"

#define MAP_MOST_PHRASES 6

typedef struct MapPhrase
{
	char	 bytes[128];
	size_t	 len;
	int64_t	 n;			/* quotes that hold it */
	MapMean	 mood;		/* theirs */
	uint32_t quotes[2]; /* places among the map's */
	int		 n_quotes;
} MapPhrase;

typedef struct MapPhrases
{
	int64_t	  read; /* quotes that were looked at */
	int		  n;
	MapPhrase phrases[MAP_MOST_PHRASES];
} MapPhrases;

/* The phrases of at least so many quotes. utf8: the map's quotes in that encoding. */
extern void map_phrases(const Map *map, const ProfileQuote *utf8, void *memory,
						const TextModel *model, int64_t least, MapPhrases *found);

#endif /* MAP_PHRASES_H */
