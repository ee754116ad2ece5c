/*-------------------------------------------------------------------------
 *
 * group.h
 *	  A map read back from its profile (map.h): the cells of one person or of a
 *	  group, their shares with intervals and trends.
 *
 * A share's interval is Wilson's, of 95 % (JASA 22, 1927). A cell's trend is the
 * change of its share among those who were there before, against as many days
 * before: b of them gained it, c lost it, of n. The interval is Wald's for paired
 * shares with half a person added to each of the four cells (Agresti & Min,
 * Statistics in Medicine 24, 2005).
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_GROUP_H
#define MAP_GROUP_H

#include "map/map.h"

/* Sums of fixed point and how many people they are over. */
typedef struct MapMean
{
	int64_t n;
	int64_t sum;
} MapMean;

typedef struct MapCell
{
	const char *kind; /* the CLASS of QUADRANT.CLASS:ITEM */
	uint32_t	kind_len;
	const char *item;
	uint32_t	item_len;
	MapMean		now; /* people; their shares, or confidence in a thought */
	MapMean		mood;
	MapMean		sure;
	MapMean		was;
	int64_t		gained;
	int64_t		lost;
} MapCell;

/* What a feeling goes with, or a thought by */
typedef struct MapPair
{
	MapQuadrant quadrant;
	const char *item; /* "ITEM > OTHER" */
	uint32_t	len;
	uint32_t	item_len; /* of ITEM */
	MapMean		now;	  /* people; days */
} MapPair;

typedef struct MapInterval
{
	double value;
	double lo;
	double hi;
} MapInterval;

/* What is in it points into the bytes that it was read from. */
typedef struct Map
{
	ProfileView	  view;
	int32_t		  as_of;
	int64_t		  customers;
	int64_t		  heard;
	int64_t		  known; /* before the days looked at */
	int64_t		  days;	 /* looked at, of all customers; fixed point */
	MapCell		 *cells[MAP_QUADRANTS];
	uint32_t	  n_cells[MAP_QUADRANTS];
	MapPair		 *pairs;
	uint32_t	  n_pairs;
	MapMean		  moods[MAP_SLICES];
	int64_t		  fields[MAP_FIELDS]; /* people of whom each is known */
	ProfileQuote *quotes;
	uint32_t	  n_quotes;
} Map;

/* Reads a value; what is no map's in it is passed over. Cells come in the order in which they are shown. */
extern void map_read(Map *map, void *memory, const void *bytes, size_t len);

/* n of all, as a share. */
extern MapInterval map_share(int64_t n, int64_t all);

/* The change of a cell's share; false if nobody was there before. */
extern bool map_trend(const Map *map, const MapCell *cell, MapInterval *trend);

/* Whether a quote is evidence for a cell of a quadrant. */
extern bool map_speaks_to(const Map *map, const ProfileQuote *quote, MapQuadrant quadrant,
						  const MapCell *cell);

#endif /* MAP_GROUP_H */
