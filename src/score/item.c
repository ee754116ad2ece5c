/*-------------------------------------------------------------------------
 *
 * item.c
 *	  What a customer bought: the days of each item.
 *
 *-------------------------------------------------------------------------
 */
#include "score/item.h"

#include <string.h>

#define ABOUT	  "about:"
#define ABOUT_LEN 6

/* "about:*" stands for many. */
static bool
is_item(const ProfileView *view, uint32_t name)
{
	return view->name_lens[name] > ABOUT_LEN && memcmp(view->names[name], ABOUT, ABOUT_LEN) == 0 &&
		   !(view->name_lens[name] == ABOUT_LEN + 1 && view->names[name][ABOUT_LEN] == '*');
}

/* The record of a day, at or after *at; NULL if there is none. */
static const HistoryDay *
record_of(const History *history, size_t *at, int32_t day)
{
	while (*at < history->n_days && history->days[*at].day < day)
		(*at)++;
	return *at < history->n_days && history->days[*at].day == day ? &history->days[*at] : NULL;
}

static bool
was_bought(const ProfileCell *cell, const History *history, const HistoryDay *record)
{
	if (history->n_purchases == 0)
		return record != NULL && record->active;
	return record != NULL && record->purchase &&
		   (cell->sum > 0 || (cell->sum == 0 && !(record->amount > 0)));
}

/* A list of cells that grows. */
typedef struct Cells
{
	ProfileCell *cells;
	size_t		 n;
	size_t		 room;
} Cells;

static void
add_cell(Cells *list, void *memory, const ProfileCell *cell)
{
	if (list->n == list->room)
	{
		list->room = list->room * 2 + 64;
		list->cells = profile_port_grow(memory, list->cells, list->room * sizeof(ProfileCell));
	}
	list->cells[list->n++] = *cell;
}

/* The cells of days on which items were bought; counts them by name. */
static void
find_cells(ProfileView *view, const History *history, Cells *list, size_t *counts)
{
	size_t		at = 0;
	ProfileCell cell;

	while (profile_next_cell(view, &cell))
	{
		if (!is_item(view, cell.name) ||
			!was_bought(&cell, history, record_of(history, &at, cell.day)))
			continue;
		add_cell(list, view->memory, &cell);
		counts[cell.name]++;
	}
}

/* An item for each name that was counted; counts become the places of their next days. */
static void
make_items(Items *items, const ProfileView *view, size_t *counts)
{
	size_t place = 0;
	size_t most = 0;

	for (uint32_t i = 0; i < view->n_names; i++)
	{
		if (counts[i] == 0)
			continue;
		items->items[items->n_items++] =
			(ItemDays){ i, counts[i], items->days + place, items->amounts + place };
		most = counts[i] > most ? counts[i] : most;
		place += counts[i];
		counts[i] = place - counts[i];
	}
	items->scratch = profile_port_alloc(view->memory, (most + 1) * sizeof(HistoryDay));
}

void
items_read(Items *items, ProfileView *view, const History *history)
{
	size_t	names = (size_t) view->n_names + 1;
	size_t *counts = profile_port_alloc(view->memory, names * sizeof(size_t));
	Cells	list = { profile_port_alloc(view->memory, 64 * sizeof(ProfileCell)), 0, 64 };

	memset(items, 0, sizeof(*items));
	memset(counts, 0, names * sizeof(size_t));
	find_cells(view, history, &list, counts);
	items->items = profile_port_alloc(view->memory, names * sizeof(ItemDays));
	items->days = profile_port_alloc(view->memory, (list.n + 1) * sizeof(int32_t));
	items->amounts = profile_port_alloc(view->memory, (list.n + 1) * sizeof(double));
	make_items(items, view, counts);
	for (size_t i = 0; i < list.n; i++)
	{
		size_t place = counts[list.cells[i].name]++;

		items->days[place] = list.cells[i].day;
		items->amounts[place] = (double) list.cells[i].sum / PROFILE_ONE;
	}
	profile_port_free(view->memory, list.cells);
	profile_port_free(view->memory, counts);
}

void
items_free(Items *items, ProfileView *view)
{
	profile_port_free(view->memory, items->items);
	profile_port_free(view->memory, items->days);
	profile_port_free(view->memory, items->amounts);
	profile_port_free(view->memory, items->scratch);
}

const char *
item_name(const ItemDays *item, const ProfileView *view, uint32_t *len)
{
	*len = view->name_lens[item->name] - ABOUT_LEN;
	return view->names[item->name] + ABOUT_LEN;
}

const ItemDays *
item_named(const Items *items, const ProfileView *view, const char *name, size_t len)
{
	const ItemDays *found = NULL;

	for (size_t i = 0; i < items->n_items && found == NULL; i++)
	{
		uint32_t	own_len;
		const char *own = item_name(&items->items[i], view, &own_len);

		if (own_len == len && memcmp(own, name, len) == 0)
			found = &items->items[i];
	}
	return found;
}

History
item_history(Items *items, const ItemDays *item)
{
	History history = { .days = items->scratch, .n_days = item->n };

	for (size_t i = 0; i < item->n; i++)
		items->scratch[i] = (HistoryDay){
			.day = item->days[i], .active = true, .purchase = true, .amount = item->amounts[i]
		};
	return history;
}

/* How many of the ascending days come no later than a day. */
static size_t
days_until(const int32_t *days, size_t n, int32_t day)
{
	size_t lo = 0;
	size_t hi = n;

	while (lo < hi)
	{
		size_t mid = lo + (hi - lo) / 2;

		if (days[mid] <= day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t
item_days_until(const ItemDays *item, int32_t day)
{
	return days_until(item->days, item->n, day);
}

double
items_basket(const Items *items, const FeatureFacts *buyer, int32_t as_of)
{
	double bought = 0;

	for (size_t i = 0; i < items->n_items; i++)
		bought += item_days_until(&items->items[i], as_of);
	return bought / (buyer->rfm.x + 1.0);
}

FeatureItem
item_context(const ItemDays *item, const History *history, const FeatureFacts *buyer, double basket,
			 ItemPrior prior, int32_t as_of)
{
	size_t		   n;
	const int32_t *days = history_days(history, TARGET_PURCHASE, &n);
	size_t		   so_far = days_until(days, n, as_of);
	int32_t		   last = item->days[item_days_until(item, as_of) - 1];

	return (FeatureItem){ .prior = prior,
						  .buyer = buyer,
						  .since = so_far - days_until(days, n, item->days[0] - 1),
						  .missed = so_far - days_until(days, n, last),
						  .basket = basket };
}
