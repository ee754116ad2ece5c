/*-------------------------------------------------------------------------
 *
 * names.c
 *	  The names that one value uses, of all that an arena knows.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

/* Puts a name among those in use, once; there are n_used of them at arena->used. */
void
profile_use_name(ProfileArena *arena, uint32_t id, size_t *n_used)
{
	if (id == PROFILE_NONE || arena->names[id].stamp == arena->stamp)
		return;
	arena->names[id].stamp = arena->stamp;
	arena->used =
		profile_reserve(arena, arena->used, &arena->max_used, *n_used + 1, sizeof(uint32_t));
	arena->used[(*n_used)++] = id;
}

/* From now on no name is in use. */
void
profile_use_none(ProfileArena *arena)
{
	uint32_t i;

	if (++arena->stamp != 0)
		return;
	for (i = 0; i < arena->n_names; i++)
		arena->names[i].stamp = 0;
	arena->stamp = 1;
}

/* Sifts an element down a heap of names, ordered by hash or by bytes. */
static void
sift(const ProfileArena *arena, uint32_t *ids, size_t root, size_t n, bool by_hash)
{
	uint32_t id = ids[root];
	size_t	 child;

	for (; (child = 2 * root + 1) < n; root = child)
	{
#define AFTER(a, b)                                          \
	(by_hash && arena->names[a].hash != arena->names[b].hash \
		 ? arena->names[a].hash > arena->names[b].hash       \
		 : profile_compare_names(arena, a, b) > 0)
		if (child + 1 < n && AFTER(ids[child + 1], ids[child]))
			child++;
		if (!AFTER(ids[child], id))
			break;
#undef AFTER
		ids[root] = ids[child];
	}
	ids[root] = id;
}

/*
 * Puts names in the order of their hashes or their bytes.  Heap sort: no worst case,
 * no memory, and the names of a value are few.
 */
void
profile_sort_names(const ProfileArena *arena, uint32_t *ids, size_t n, bool by_hash)
{
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift(arena, ids, i, n, by_hash);
	for (i = n; i-- > 1;)
	{
		uint32_t id = ids[0];

		ids[0] = ids[i];
		ids[i] = id;
		sift(arena, ids, 0, i, by_hash);
	}
}
