/*-------------------------------------------------------------------------
 *
 * item.h
 *	  What a customer bought: the days of each item.
 *
 * An item is what events are about. A profile keeps of a day how many events were
 * about an item and what their amounts add up to, and which kinds of events there
 * were, but not which belong together. So an item counts as bought on a day on
 * which something was, if its amounts of the day add up to more than 0; where the
 * day's purchases have no amounts, if it was in the day at all. Of a customer who
 * never bought anything, every day counts.
 *
 * Pure core: no PostgreSQL header; memory by profile.h's port.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_ITEM_H
#define SCORE_ITEM_H

#include "score/features.h"

typedef struct ItemDays
{
	uint32_t	   name; /* of the view */
	size_t		   n;
	const int32_t *days; /* ascending, each once */
	const double  *amounts;
} ItemDays;

typedef struct Items
{
	ItemDays   *items; /* in the order of their names */
	size_t		n_items;
	int32_t	   *days; /* of all items, one after the other */
	double	   *amounts;
	HistoryDay *scratch; /* room for any one item's */
} Items;

/* The items of a profile whose history was read; the view is newly opened, on the same profile. */
extern void items_read(Items *items, ProfileView *view, const History *history);
extern void items_free(Items *items, ProfileView *view);

/* Without "about:". */
extern const char *item_name(const ItemDays *item, const ProfileView *view, uint32_t *len);

/* The item with a name, or NULL. */
extern const ItemDays *item_named(const Items *items, const ProfileView *view, const char *name,
								  size_t len);

/* An item's days as the history of somebody who buys nothing else, until the next call. */
extern History item_history(Items *items, const ItemDays *item);

/* On how many days it had been bought by the end of a day. */
extern size_t item_days_until(const ItemDays *item, int32_t day);

/* Items a day, as of a day, of a buyer with these facts. */
extern double items_basket(const Items *items, const FeatureFacts *buyer, int32_t as_of);

/* What goes beside an item's own facts, as of a day on which it had been bought. */
extern FeatureItem item_context(const ItemDays *item, const History *history,
								const FeatureFacts *buyer, double basket, ItemPrior prior,
								int32_t as_of);

#endif /* SCORE_ITEM_H */
