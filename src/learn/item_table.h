/*-------------------------------------------------------------------------
 *
 * item_table.h
 *	  How all customers buy each item again, as of past days.
 *
 * Pure core: no PostgreSQL header; memory by learn/memory.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_ITEM_TABLE_H
#define EMPATHY_LEARN_ITEM_TABLE_H

#include "learn/past.h"
#include "score/item.h"

/* Fewer customers than this say nothing of an item that could be told of it alone. */
#define ITEM_MIN_CUSTOMERS 5

/* Of one item, or of all. */
typedef struct ItemCount
{
	double customers;
	double gaps, gap_days;
	double lately;	   /* customers of the last ITEM_LATELY days */
	double had, again; /* a horizon before the day: who had it, and who of them bought it since */
} ItemCount;

/* Every item of the past, by a number. */
typedef struct ItemTable
{
	char	**names; /* not terminated, without "about:" */
	uint32_t *name_lens;
	uint64_t *hashes;
	uint32_t *slots; /* number + 1, 0 = empty; open addressing */
	size_t	  n;
	size_t	  room;
	size_t	  n_slots; /* a power of two */
} ItemTable;

extern void item_table_make(ItemTable *table, const Past *past);
extern void item_table_free(ItemTable *table);

/* Counts of every item, and of all as one more, at each of some days: row by row. */
extern ItemCount *item_table_count(const ItemTable *table, const Past *past, const int32_t *days,
								   int n_days, double horizon);

/* The number of an item of the view. */
extern size_t item_table_number(const ItemTable *table, const ItemDays *item,
								const ProfileView *view);

/* What one item's counts say, pulled to those of all. */
extern ItemPrior item_prior(const ItemCount *one, const ItemCount *all);

#endif /* EMPATHY_LEARN_ITEM_TABLE_H */
