/*-------------------------------------------------------------------------
 *
 * arena.c
 *	  What values being made share: memory, names, and shapes of events.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/format.h"

#include <string.h>

/* ---- memory ---- */

void
profile_arena_init(ProfileArena *arena, void *memory)
{
	memset(arena, 0, sizeof(*arena));
	arena->memory = memory;
	arena->free_wide = -1;
	arena->draft.model = PROFILE_NONE;
}

/* Frees what the arena itself holds; slabs go with the memory that they came from. */
void
profile_arena_free(ProfileArena *arena)
{
	void	*parts[] = { arena->names,		 arena->name_index.slots,
						 arena->shapes,		 arena->shape_index.slots,
						 arena->draft.cells, arena->draft.pool,
						 arena->spare,		 arena->used,
						 arena->map,		 arena->out,
						 arena->wide };
	uint32_t i;

	for (i = 0; i < arena->n_names; i++)
		profile_port_free(arena->memory, (void *) arena->names[i].bytes);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] != NULL)
			profile_port_free(arena->memory, parts[i]);
}

/* Makes room in an array for so many elements, doubling it. */
void *
profile_room(void *memory, void *array, size_t *max, size_t wanted, size_t element)
{
	size_t room = *max > 0 ? *max : 16;

	if (wanted <= *max)
		return array;
	while (room < wanted)
		room *= 2;
	*max = room;
	return array == NULL ? profile_port_alloc(memory, room * element)
						 : profile_port_grow(memory, array, room * element);
}

void *
profile_reserve(ProfileArena *arena, void *array, size_t *max, size_t wanted, size_t element)
{
	return profile_room(arena->memory, array, max, wanted, element);
}

/* ---- names and shapes ---- */

/*
 * FNV-1a, 64 bit, then the finaliser of MurmurHash3.  Which names of a class
 * are kept depends on it: part of the format.
 */
uint64_t
profile_hash(const char *prefix, const char *bytes, size_t len)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t	 i;

	for (; *prefix != '\0'; prefix++)
		hash = (hash ^ (unsigned char) *prefix) * UINT64_C(1099511628211);
	for (i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) bytes[i]) * UINT64_C(1099511628211);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ (hash >> 33);
}

/* Doubles an index that is three quarters full; the caller puts its ids back in. */
static bool
index_grow(ProfileArena *arena, ProfileIndex *index, uint32_t n)
{
	if (index->size > 0 && n < index->size / 4 * 3)
		return false;
	if (index->slots != NULL)
		profile_port_free(arena->memory, index->slots);
	index->size = index->size > 0 ? index->size * 2 : 64;
	index->slots = profile_port_alloc(arena->memory, sizeof(uint32_t) * index->size);
	memset(index->slots, 0, sizeof(uint32_t) * index->size);
	return true;
}

static void
index_put(ProfileIndex *index, uint64_t hash, uint32_t id)
{
	uint32_t slot = hash & (index->size - 1);

	while (index->slots[slot] != 0)
		slot = (slot + 1) & (index->size - 1);
	index->slots[slot] = id + 1;
}

static uint32_t
class_length(const char *bytes, uint32_t len)
{
	const char *colon = memchr(bytes, ':', len);

	return colon == NULL ? 0 : colon - bytes + 1;
}

static uint32_t
name_add(ProfileArena *arena, uint64_t hash, const char *prefix, const char *bytes, size_t len)
{
	size_t		 prefix_len = strlen(prefix);
	size_t		 max = arena->max_names;
	uint32_t	 id = arena->n_names;
	char		*copy = profile_port_alloc(arena->memory, prefix_len + len + 1);
	ProfileName *name;
	uint32_t	 i;

	memcpy(copy, prefix, prefix_len);
	memcpy(copy + prefix_len, bytes, len);
	copy[prefix_len + len] = '\0';
	arena->names = profile_reserve(arena, arena->names, &max, id + 1, sizeof(ProfileName));
	arena->max_names = max;
	name = &arena->names[id];
	name->bytes = copy;
	name->hash = hash;
	name->len = prefix_len + len;
	name->class_len = class_length(copy, name->len);
	name->known = packing_name(copy, name->len);
	name->stamp = 0;
	name->fold = id;
	arena->n_names++;
	if (index_grow(arena, &arena->name_index, id))
	{
		for (i = 0; i < id; i++)
			index_put(&arena->name_index, arena->names[i].hash, i);
	}
	index_put(&arena->name_index, hash, id);
	return id;
}

/* The arena's number for the name prefix || bytes. */
uint32_t
profile_name(ProfileArena *arena, const char *prefix, const char *bytes, size_t len)
{
	uint64_t	  hash = profile_hash(prefix, bytes, len);
	ProfileIndex *index = &arena->name_index;
	size_t		  prefix_len = strlen(prefix);
	uint32_t	  slot;

	if (index->size > 0)
	{
		for (slot = hash & (index->size - 1); index->slots[slot] != 0;
			 slot = (slot + 1) & (index->size - 1))
		{
			ProfileName *name = &arena->names[index->slots[slot] - 1];

			if (name->hash == hash && name->len == prefix_len + len &&
				memcmp(name->bytes, prefix, prefix_len) == 0 &&
				memcmp(name->bytes + prefix_len, bytes, len) == 0)
				return index->slots[slot] - 1;
		}
	}
	return name_add(arena, hash, prefix, bytes, len);
}

static uint64_t
shape_hash(const ProfileShape *shape)
{
	uint64_t hash = ((uint64_t) shape->kind << 32 | shape->channel) * UINT64_C(0x9e3779b97f4a7c15);

	hash ^= ((uint64_t) shape->about << 1 | shape->is_event) + (hash >> 29);
	hash *= UINT64_C(0xbf58476d1ce4e5b9);
	return hash ^ (hash >> 32);
}

/* The arena's number for a combination of names. */
uint32_t
profile_shape(ProfileArena *arena, ProfileShape shape)
{
	ProfileIndex *index = &arena->shape_index;
	uint64_t	  hash = shape_hash(&shape);
	size_t		  max = arena->max_shapes;
	uint32_t	  slot;
	uint32_t	  i;

	if (index->size > 0)
	{
		for (slot = hash & (index->size - 1); index->slots[slot] != 0;
			 slot = (slot + 1) & (index->size - 1))
		{
			if (memcmp(&arena->shapes[index->slots[slot] - 1], &shape, sizeof(shape)) == 0)
				return index->slots[slot] - 1;
		}
	}
	arena->shapes = profile_reserve(arena, arena->shapes, &max, arena->n_shapes + 1, sizeof(shape));
	arena->max_shapes = max;
	arena->shapes[arena->n_shapes] = shape;
	if (index_grow(arena, index, arena->n_shapes))
	{
		for (i = 0; i < arena->n_shapes; i++)
			index_put(index, shape_hash(&arena->shapes[i]), i);
	}
	index_put(index, hash, arena->n_shapes);
	return arena->n_shapes++;
}

static int
compare_names(const ProfileName *a, const ProfileName *b)
{
	uint32_t len = a->len < b->len ? a->len : b->len;
	int		 order = memcmp(a->bytes, b->bytes, len);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* The order of two names by their bytes; none comes first. */
int
profile_compare_names(const ProfileArena *arena, uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	if (a == PROFILE_NONE || b == PROFILE_NONE)
		return a == PROFILE_NONE ? -1 : 1;
	return compare_names(&arena->names[a], &arena->names[b]);
}
