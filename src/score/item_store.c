/*-------------------------------------------------------------------------
 *
 * item_store.c
 *	  How others buy items again, as the server keeps it beside a model.
 *
 * Items are looked up when they are first asked for, all that a profile holds at
 * once, and kept with the function's call information: a query over many profiles
 * soon asks for no more.
 *
 *-------------------------------------------------------------------------
 */
#include "score/item_store.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "catalog.h"

/* Then the memory is given back, and looking up begins again. */
#define MOST_KEPT 100000

typedef struct KeptItem
{
	char	  name[PROFILE_MAX_NAME + 1];
	ItemPrior prior;
} KeptItem;

typedef struct ItemStore
{
	char		  model[NAMEDATALEN];
	MemoryContext memory;
	HTAB		 *kept;
} ItemStore;

static void
start_store(ItemStore *store, const char *model)
{
	HASHCTL ctl = { .keysize = sizeof(((KeptItem *) NULL)->name),
					.entrysize = sizeof(KeptItem),
					.hcxt = store->memory };

	MemoryContextReset(store->memory);
	strlcpy(store->model, model, sizeof(store->model));
	store->kept = hash_create("empathy items", 256, &ctl, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
}

/* What is kept for a model: nothing, if another was asked for before. */
static ItemStore *
store_of(FmgrInfo *flinfo, const char *model)
{
	void	 **place = model_more(flinfo);
	ItemStore *store = *place;

	if (store == NULL)
	{
		store = *place = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(ItemStore));
		store->memory =
			AllocSetContextCreate(flinfo->fn_mcxt, "empathy items", ALLOCSET_DEFAULT_SIZES);
	}
	if (store->kept == NULL || strcmp(store->model, model) != 0 ||
		hash_get_num_entries(store->kept) > MOST_KEPT)
		start_store(store, model);
	return store;
}

static void
copy_name(char *to, const ItemDays *item, const ProfileView *view)
{
	uint32_t	len;
	const char *name = item_name(item, view, &len);

	Assert(len <= PROFILE_MAX_NAME);
	memcpy(to, name, len);
	to[len] = '\0';
}

/* ---- looking up ---- */

static double
number_at(uint64 row, int column)
{
	bool  isnull;
	Datum datum = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? NAN : DatumGetFloat8(datum);
}

static ItemPrior
prior_at(uint64 row)
{
	double	  share = number_at(row, 3);
	ItemPrior prior = { number_at(row, 2), log(share / (1 - share)), number_at(row, 4),
						number_at(row, 5) };

	if (!(prior.usual_gap > 0 && prior.usual_gap < 1e9 && fabs(prior.again) < 1e3 &&
		  prior.customers >= 0 && prior.customers < 1e12 && prior.lately >= 0 &&
		  prior.lately <= prior.customers))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED), errmsg("a row of empathy.item_prior is damaged"),
				 errhint("Run SELECT empathy.train_items().")));
	return prior;
}

static void
keep(ItemStore *store, const char *name, const ItemPrior *prior)
{
	KeptItem *entry = hash_search(store->kept, name, HASH_ENTER, NULL);

	entry->prior = *prior;
}

/* What the table has of some names goes to the store; of a name that it hasn't, what holds for all. */
static void
look_up(ItemStore *store, Datum *names, int n)
{
	static const char query[] = "SELECT i.item, i.usual_days, i.share_again, i.customers, i.lately "
								"FROM empathy.item_prior i WHERE i.model OPERATOR(pg_catalog.=) $1 "
								"AND i.item OPERATOR(pg_catalog.=) ANY ($2) ORDER BY i.item";
	Datum			  values[2] = { CStringGetTextDatum(store->model),
									PointerGetDatum(
										construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT)) };
	SavedUser		  saved;
	uint64			  i;

	empathy_become_owner(empathy_table("item_prior"), &saved);
	SPI_connect();
	if (SPI_execute_with_args(query, 2, (Oid[]){ TEXTOID, TEXTARRAYOID }, values, NULL, true, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.item_prior");
	for (i = 0; i < SPI_processed; i++)
	{
		ItemPrior prior = prior_at(i);

		keep(store, SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1), &prior);
	}
	SPI_finish();
	empathy_restore_user(&saved);
}

/* What holds for an item of which nothing is known: its row has the name "". */
static ItemPrior
prior_of_all(ItemStore *store, const ScoreModel *model)
{
	KeptItem *all = hash_search(store->kept, "", HASH_FIND, NULL);
	ItemPrior none = { .usual_gap = model->outlook.usual_gap };

	return all != NULL ? all->prior : none;
}

void
item_priors(FmgrInfo *flinfo, const ScoreModel *model, const Items *items, const ProfileView *view,
			ItemPrior *priors)
{
	ItemStore *store = store_of(flinfo, model->name);
	Datum	  *missing = palloc(sizeof(Datum) * (items->n_items + 1));
	char	   name[PROFILE_MAX_NAME + 1];
	ItemPrior  all;
	int		   n = 0;
	size_t	   i;

	for (i = 0; i < items->n_items; i++)
	{
		copy_name(name, &items->items[i], view);
		if (hash_search(store->kept, name, HASH_FIND, NULL) == NULL)
			missing[n++] = CStringGetTextDatum(name);
	}
	if (n > 0)
	{
		missing[n++] = CStringGetTextDatum("");
		look_up(store, missing, n);
	}
	all = prior_of_all(store, model);
	for (i = 0; i < items->n_items; i++)
	{
		KeptItem *entry;

		copy_name(name, &items->items[i], view);
		entry = hash_search(store->kept, name, HASH_FIND, NULL);
		if (entry == NULL)
			keep(store, name, &all);
		priors[i] = entry != NULL ? entry->prior : all;
	}
}
