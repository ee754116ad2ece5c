/*-------------------------------------------------------------------------
 *
 * item_table.c
 *	  How all customers buy each item again, as of past days.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/item_table.h"

#include <math.h>
#include <string.h>

#include "learn/memory.h"

/* As if so many more had been counted of an item, who do as all do. */
#define PRIOR_CUSTOMERS 20.0
#define PRIOR_GAPS		20.0

/* And of all: a gap of 30 days. */
#define FIRST_GAP 30.0

/* ---- numbers of items ---- */

static size_t
slot_of(const ItemTable *table, uint64_t hash, const char *name, uint32_t len)
{
	size_t	 mask = table->n_slots - 1;
	size_t	 at = hash & mask;
	uint32_t number;

	for (; (number = table->slots[at]) != 0; at = (at + 1) & mask)
		if (table->hashes[number - 1] == hash && table->name_lens[number - 1] == len &&
			memcmp(table->names[number - 1], name, len) == 0)
			break;
	return at;
}

/* Room for one more, at most half of the slots taken. */
static void
make_room(ItemTable *table)
{
	if (table->n < table->room)
		return;
	table->room = table->room * 2 + 512;
	table->names = need(table->names, table->room * sizeof(char *));
	table->name_lens = need(table->name_lens, table->room * sizeof(uint32_t));
	table->hashes = need(table->hashes, table->room * sizeof(uint64_t));
	need_free(table->slots);
	for (table->n_slots = 1024; table->n_slots < 2 * table->room; table->n_slots *= 2)
		;
	table->slots = need_zeroed(table->n_slots * sizeof(uint32_t));
	for (size_t i = 0; i < table->n; i++)
		table->slots[slot_of(table, table->hashes[i], table->names[i], table->name_lens[i])] =
			(uint32_t) i + 1;
}

static void
add_name(ItemTable *table, const char *name, uint32_t len)
{
	uint64_t hash = profile_hash("", name, len);
	size_t	 at;

	make_room(table);
	at = slot_of(table, hash, name, len);
	if (table->slots[at] != 0)
		return;
	table->names[table->n] = memcpy(need(NULL, (size_t) len + 1), name, len);
	table->name_lens[table->n] = len;
	table->hashes[table->n] = hash;
	table->slots[at] = (uint32_t) ++table->n;
}

void
item_table_make(ItemTable *table, const Past *past)
{
	memset(table, 0, sizeof(*table));
	make_room(table);
	for (size_t i = 0; i < past->n_people; i++)
	{
		PastBuyer buyer;

		past_open_buyer(&buyer, past, i);
		for (size_t j = 0; j < buyer.items.n_items; j++)
		{
			uint32_t	len;
			const char *name = item_name(&buyer.items.items[j], &buyer.view, &len);

			add_name(table, name, len);
		}
		past_close_buyer(&buyer);
	}
}

void
item_table_free(ItemTable *table)
{
	for (size_t i = 0; i < table->n; i++)
		need_free(table->names[i]);
	need_free(table->names);
	need_free(table->name_lens);
	need_free(table->hashes);
	need_free(table->slots);
}

size_t
item_table_number(const ItemTable *table, const ItemDays *item, const ProfileView *view)
{
	uint32_t	len;
	const char *name = item_name(item, view, &len);

	return table->slots[slot_of(table, profile_hash("", name, len), name, len)] - 1;
}

/* ---- counts ---- */

/* Adds an item of somebody, as of a day. */
static void
add_count(ItemCount *count, const ItemDays *item, int32_t day, double horizon)
{
	size_t n = item_days_until(item, day);

	if (n == 0)
		return;
	count->customers++;
	count->gaps += n - 1;
	count->gap_days += (double) item->days[n - 1] - item->days[0];
	count->lately += item->days[n - 1] > day - ITEM_LATELY;
	if (item->days[0] > day - horizon)
		return;
	count->had++;
	count->again += item->days[n - 1] > day - horizon;
}

ItemCount *
item_table_count(const ItemTable *table, const Past *past, const int32_t *days, int n_days,
				 double horizon)
{
	size_t	   row = table->n + 1;
	ItemCount *counts = need_zeroed(n_days * row * sizeof(ItemCount) + 1);

	for (size_t i = 0; i < past->n_people; i++)
	{
		PastBuyer buyer;

		past_open_buyer(&buyer, past, i);
		for (size_t j = 0; j < buyer.items.n_items; j++)
		{
			const ItemDays *item = &buyer.items.items[j];
			size_t			number = item_table_number(table, item, &buyer.view);

			for (int k = 0; k < n_days; k++)
			{
				add_count(&counts[k * row + number], item, days[k], horizon);
				add_count(&counts[k * row + table->n], item, days[k], horizon);
			}
		}
		past_close_buyer(&buyer);
	}
	return counts;
}

ItemPrior
item_prior(const ItemCount *one, const ItemCount *all)
{
	double gap = (all->gap_days + FIRST_GAP) / (all->gaps + 1);
	double share = (all->again + 0.5) / (all->had + 1);
	double again = (one->again + PRIOR_CUSTOMERS * share) / (one->had + PRIOR_CUSTOMERS);

	return (ItemPrior){ (one->gap_days + PRIOR_GAPS * gap) / (one->gaps + PRIOR_GAPS),
						log(again / (1 - again)), one->customers, one->lately };
}
