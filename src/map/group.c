/*-------------------------------------------------------------------------
 *
 * group.c
 *	  A map read back from its profile.
 *
 *-------------------------------------------------------------------------
 */
#include "map/group.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z95 1.959963984540054

/* A name, in parts; what a part lacks is of length 0. */
typedef struct Name
{
	const char *head; /* before the first '.' or ':' */
	uint32_t	head_len;
	const char *kind;
	uint32_t	kind_len;
	const char *measure;
	uint32_t	measure_len;
	const char *item;
	uint32_t	item_len;
} Name;

/* The next part of a name, up to a '.' or the colon. */
static uint32_t
next_part(const char **at, const char *colon, const char **part)
{
	const char *dot = memchr(*at, '.', colon - *at);
	const char *end = dot == NULL ? colon : dot;
	uint32_t	len = end - *at;

	*part = *at;
	*at = dot == NULL ? colon : dot + 1;
	return len;
}

static Name
parts_of(const char *bytes, uint32_t len)
{
	Name		name = { .item = "" };
	const char *colon = memchr(bytes, ':', len);
	const char *at = bytes;

	if (colon == NULL)
		colon = bytes + len;
	name.head_len = next_part(&at, colon, &name.head);
	name.kind_len = next_part(&at, colon, &name.kind);
	name.measure_len = next_part(&at, colon, &name.measure);
	if (colon < bytes + len)
	{
		name.item = colon + 1;
		name.item_len = bytes + len - (colon + 1);
	}
	return name;
}

static bool
same(const char *bytes, uint32_t len, const char *other, size_t other_len)
{
	return len == other_len && memcmp(bytes, other, len) == 0;
}

static bool
is(const char *bytes, uint32_t len, const char *word)
{
	return same(bytes, len, word, strlen(word));
}

/* Of sums beyond their range only their being large matters: no map of people has them. */
static void
add_clamped(int64_t *total, int64_t more)
{
	if (__builtin_add_overflow(*total, more, total))
		*total = more < 0 ? INT64_MIN : INT64_MAX;
}

static void
add_mean(MapMean *mean, const ProfileCell *stored)
{
	add_clamped(&mean->n, stored->n);
	add_clamped(&mean->sum, stored->sum);
}

/* ---- cells ---- */

static MapCell *
find_cell(Map *map, MapQuadrant quadrant, const Name *name)
{
	MapCell *cells = map->cells[quadrant];
	uint32_t i;

	for (i = map->n_cells[quadrant]; i > 0; i--)
	{
		if (same(cells[i - 1].item, cells[i - 1].item_len, name->item, name->item_len) &&
			same(cells[i - 1].kind, cells[i - 1].kind_len, name->kind, name->kind_len))
			return &cells[i - 1];
	}
	i = map->n_cells[quadrant]++;
	memset(&cells[i], 0, sizeof(MapCell));
	cells[i].kind = name->kind;
	cells[i].kind_len = name->kind_len;
	cells[i].item = name->item;
	cells[i].item_len = name->item_len;
	return &cells[i];
}

/* Where the " > " of a pair stands; its end if it is none. */
static uint32_t
find_gap(const char *bytes, uint32_t len)
{
	uint32_t i;

	for (i = 0; i + 3 <= len; i++)
	{
		if (memcmp(bytes + i, " > ", 3) == 0)
			return i;
	}
	return len;
}

static void
read_pair(Map *map, MapQuadrant quadrant, const Name *name, const ProfileCell *stored)
{
	MapPair *pair = &map->pairs[map->n_pairs];
	uint32_t gap = find_gap(name->item, name->item_len);

	if (gap == name->item_len)
		return;
	pair->quadrant = quadrant;
	pair->item = name->item;
	pair->len = name->item_len;
	pair->item_len = gap;
	pair->now = (MapMean){ stored->n, stored->sum };
	map->n_pairs++;
}

/* "*" is the rest of the names: no item, and nobody knows of how many customers. */
static void
read_cell(Map *map, MapQuadrant quadrant, const Name *name, const ProfileCell *stored)
{
	MapCell	   *cell;
	const char *measure = name->measure;
	uint32_t	len = name->measure_len;

	if (name->kind_len == 0 || name->item_len == 0 || is(name->item, name->item_len, "*"))
		return;
	if (is(measure, len, "about"))
	{
		read_pair(map, quadrant, name, stored);
		return;
	}
	cell = find_cell(map, quadrant, name);
	if (len == 0)
		add_mean(&cell->now, stored);
	else if (is(measure, len, "mood"))
		add_mean(&cell->mood, stored);
	else if (is(measure, len, "sure"))
		add_mean(&cell->sure, stored);
	else if (is(measure, len, "was"))
		add_mean(&cell->was, stored);
	else if (is(measure, len, "gain"))
		add_clamped(&cell->gained, stored->n);
	else if (is(measure, len, "lost"))
		add_clamped(&cell->lost, stored->n);
}

static void
read_slice(Map *map, const Name *name, const ProfileCell *stored)
{
	int slice;

	if (name->item_len != 2)
		return;
	slice = (name->item[0] - '0') * 10 + name->item[1] - '0';
	if (slice >= 0 && slice < MAP_SLICES)
		add_mean(&map->moods[slice], stored);
}

static void
read_field(Map *map, const Name *name, const ProfileCell *stored)
{
	int i;

	for (i = 0; i < MAP_FIELDS; i++)
	{
		if (is(name->item, name->item_len, map_field_names[i]))
			add_clamped(&map->fields[i], stored->n);
	}
}

static void
read_stored(Map *map, const ProfileCell *stored)
{
	Name name = parts_of(map->view.names[stored->name], map->view.name_lens[stored->name]);
	int	 i;

	if (stored->day > map->as_of)
		map->as_of = stored->day;
	if (is(name.head, name.head_len, "customers"))
		add_clamped(&map->customers, stored->n);
	else if (is(name.head, name.head_len, "heard"))
		add_clamped(&map->heard, stored->n);
	else if (is(name.head, name.head_len, "days"))
		add_clamped(&map->days, stored->sum);
	else if (is(name.head, name.head_len, "mood"))
		read_slice(map, &name, stored);
	else if (is(name.head, name.head_len, "known") && name.item_len > 0)
		read_field(map, &name, stored);
	else if (is(name.head, name.head_len, "known"))
		add_clamped(&map->known, stored->n);
	for (i = 0; i < MAP_QUADRANTS; i++)
	{
		if (is(name.head, name.head_len, map_quadrant_names[i]))
			read_cell(map, i, &name, stored);
	}
}

/* ---- order ---- */

/* The frequent first; then by how much of what was said or done it is, and by name. */
static int
compare_cells(const void *left, const void *right)
{
	const MapCell *a = left;
	const MapCell *b = right;
	uint32_t	   len = a->item_len < b->item_len ? a->item_len : b->item_len;
	int			   order;

	if (a->now.n != b->now.n)
		return a->now.n > b->now.n ? -1 : 1;
	if (a->now.sum != b->now.sum)
		return a->now.sum > b->now.sum ? -1 : 1;
	if ((order = memcmp(a->item, b->item, len)) != 0)
		return order;
	if (a->item_len != b->item_len)
		return a->item_len < b->item_len ? -1 : 1;
	len = a->kind_len < b->kind_len ? a->kind_len : b->kind_len;
	order = memcmp(a->kind, b->kind, len);
	return order != 0 ? order : (a->kind_len > b->kind_len) - (a->kind_len < b->kind_len);
}

static int
compare_pairs(const void *left, const void *right)
{
	const MapPair *a = left;
	const MapPair *b = right;
	uint32_t	   len = a->len < b->len ? a->len : b->len;
	int			   order;

	if (a->now.n != b->now.n)
		return a->now.n > b->now.n ? -1 : 1;
	if (a->now.sum != b->now.sum)
		return a->now.sum > b->now.sum ? -1 : 1;
	order = memcmp(a->item, b->item, len);
	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* How many there are is not known before they are read. */
static void
read_quotes(Map *map, void *memory)
{
	size_t		 room = 16;
	ProfileQuote quote;

	map->quotes = profile_port_alloc(memory, room * sizeof(ProfileQuote));
	while (profile_next_quote(&map->view, &quote))
	{
		if (map->n_quotes == room)
		{
			room *= 2;
			map->quotes = profile_port_grow(memory, map->quotes, room * sizeof(ProfileQuote));
		}
		map->quotes[map->n_quotes++] = quote;
	}
}

void
map_read(Map *map, void *memory, const void *bytes, size_t len)
{
	ProfileCell cell;
	size_t		n;
	int			i;

	memset(map, 0, sizeof(*map));
	map->as_of = INT32_MIN;
	profile_open(&map->view, memory, bytes, len);
	n = (size_t) map->view.n_names + 1;
	for (i = 0; i < MAP_QUADRANTS; i++)
		map->cells[i] = profile_port_alloc(memory, n * sizeof(MapCell));
	map->pairs = profile_port_alloc(memory, n * sizeof(MapPair));
	while (profile_next_cell(&map->view, &cell))
	{
		profile_port_tick();
		read_stored(map, &cell);
	}
	read_quotes(map, memory);
	for (i = 0; i < MAP_QUADRANTS; i++)
		qsort(map->cells[i], map->n_cells[i], sizeof(MapCell), compare_cells);
	qsort(map->pairs, map->n_pairs, sizeof(MapPair), compare_pairs);
}

/* ---- figures ---- */

MapInterval
map_share(int64_t n, int64_t all)
{
	double		total = (double) all;
	double		p = (double) n / total;
	double		squeeze = 1 + Z95 * Z95 / total;
	double		centre = (p + Z95 * Z95 / (2 * total)) / squeeze;
	double		half = Z95 * sqrt(p * (1 - p) / total + Z95 * Z95 / (4 * total * total)) / squeeze;
	MapInterval share = { p, fmax(centre - half, 0), fmin(centre + half, 1) };

	return share;
}

bool
map_trend(const Map *map, const MapCell *cell, MapInterval *trend)
{
	double n = (double) map->known;
	double b = (double) cell->gained;
	double c = (double) cell->lost;
	double d, half;

	if (map->known <= 0 || cell->gained < 0 || cell->lost < 0 || b + c > n)
		return false;
	d = (b - c) / (n + 2);
	half = Z95 * sqrt((b + c + 1 - (b - c) * (b - c) / (n + 2))) / (n + 2);
	trend->value = (b - c) / n;
	trend->lo = fmax(d - half, -1);
	trend->hi = fmin(d + half, 1);
	return true;
}

bool
map_speaks_to(const Map *map, const ProfileQuote *quote, MapQuadrant quadrant, const MapCell *cell)
{
	uint32_t i;

	for (i = 0; i < quote->n_labels; i++)
	{
		Name name =
			parts_of(map->view.names[quote->labels[i]], map->view.name_lens[quote->labels[i]]);

		if (is(name.head, name.head_len, map_quadrant_names[quadrant]) &&
			same(name.kind, name.kind_len, cell->kind, cell->kind_len) && name.measure_len == 0 &&
			same(name.item, name.item_len, cell->item, cell->item_len))
			return true;
	}
	return false;
}
