/*-------------------------------------------------------------------------
 *
 * condition_bind.c
 *	  A set of conditions and a profile: the days that each pattern matched, in
 *	  one pass over the profile's cells.
 *
 *-------------------------------------------------------------------------
 */
#include "score/condition.h"

#include <string.h>

/* Beyond so many names a binding forgets them, at the next profile. */
#define MAX_NAMES 4096

ConditionBinding *
condition_binding_new(const ConditionSet *set, const ProfileRoles *roles, void *memory)
{
	ConditionBinding *binding = profile_port_alloc(memory, sizeof(ConditionBinding));

	memset(binding, 0, sizeof(*binding));
	binding->set = set;
	binding->roles = roles;
	binding->memory = memory;
	binding->tracks = profile_port_alloc(memory, (set->n_patterns + 1) * sizeof(ConditionTrack));
	memset(binding->tracks, 0, (set->n_patterns + 1) * sizeof(ConditionTrack));
	return binding;
}

/* ---- names ---- */

static void
index_name(ConditionBinding *binding, uint32_t name)
{
	size_t slot = binding->names[name].hash & (binding->index_size - 1);

	while (binding->index[slot] != 0)
		slot = (slot + 1) & (binding->index_size - 1);
	binding->index[slot] = name + 1;
}

/* Room for one name more, with half of the index empty. */
static void
grow_index(ConditionBinding *binding)
{
	uint32_t i;

	if (binding->n_names < binding->index_size / 2)
		return;
	if (binding->index != NULL)
		profile_port_free(binding->memory, binding->index);
	binding->index_size = binding->index_size > 0 ? binding->index_size * 2 : 256;
	binding->index = profile_port_alloc(binding->memory, binding->index_size * sizeof(uint32_t));
	memset(binding->index, 0, binding->index_size * sizeof(uint32_t));
	for (i = 0; i < binding->n_names; i++)
		index_name(binding, i);
}

/* Notes which patterns a name matches. */
static void
match_name(ConditionBinding *binding, ConditionName *name, const char *bytes, uint32_t len)
{
	const ConditionSet *set = binding->set;
	int					role = -1;
	uint32_t			i;

	name->is_kind = len >= 5 && memcmp(bytes, "kind:", 5) == 0;
	if (name->is_kind)
		role = profile_role_set(binding->roles, bytes + 5, len - 5);
	name->is_purchase = role == ROLE_PURCHASE;
	name->first_match = binding->n_matches;
	for (i = 0; i < set->n_patterns; i++)
	{
		if (!condition_matches(set, i, bytes, len, role))
			continue;
		binding->matches = profile_room(binding->memory, binding->matches, &binding->max_matches,
										binding->n_matches + 1, sizeof(uint32_t));
		binding->matches[binding->n_matches++] = i;
	}
	name->n_matches = (uint32_t) (binding->n_matches - name->first_match);
}

static uint32_t
add_name(ConditionBinding *binding, uint64_t hash, const char *bytes, uint32_t len)
{
	ConditionName name = { hash, binding->n_bytes, 0, len };

	binding->bytes = profile_room(binding->memory, binding->bytes, &binding->max_bytes,
								  binding->n_bytes + len + 1, 1);
	memcpy(binding->bytes + binding->n_bytes, bytes, len);
	binding->n_bytes += len;
	match_name(binding, &name, bytes, len);
	grow_index(binding);
	binding->names = profile_room(binding->memory, binding->names, &binding->max_names,
								  binding->n_names + 1, sizeof(ConditionName));
	binding->names[binding->n_names] = name;
	index_name(binding, (uint32_t) binding->n_names);
	return (uint32_t) binding->n_names++;
}

static uint32_t
find_name(ConditionBinding *binding, const char *bytes, uint32_t len)
{
	uint64_t hash = profile_hash("", bytes, len);
	size_t	 slot;

	if (binding->index_size > 0)
	{
		for (slot = hash & (binding->index_size - 1); binding->index[slot] != 0;
			 slot = (slot + 1) & (binding->index_size - 1))
		{
			const ConditionName *name = &binding->names[binding->index[slot] - 1];

			if (name->hash == hash && name->len == len &&
				memcmp(binding->bytes + name->at, bytes, len) == 0)
				return binding->index[slot] - 1;
		}
	}
	return add_name(binding, hash, bytes, len);
}

static void
forget_names(ConditionBinding *binding)
{
	binding->n_names = 0;
	binding->n_matches = 0;
	binding->n_bytes = 0;
	memset(binding->index, 0, binding->index_size * sizeof(uint32_t));
}

static void
bind_names(ConditionBinding *binding)
{
	const ProfileView *view = &binding->start;
	uint32_t		   i;

	if (binding->n_names > MAX_NAMES)
		forget_names(binding);
	binding->known = profile_room(binding->memory, binding->known, &binding->max_known,
								  view->n_names, sizeof(uint32_t));
	if (binding->max_tally <= view->n_names)
	{
		binding->tally = profile_room(binding->memory, binding->tally, &binding->max_tally,
									  view->n_names + 1, sizeof(uint32_t));
		memset(binding->tally, 0, binding->max_tally * sizeof(uint32_t));
	}
	for (i = 0; i < view->n_names; i++)
		binding->known[i] = find_name(binding, view->names[i], view->name_lens[i]);
}

/* ---- days ---- */

/* As much of a number as there is room for. */
static int64_t
take(int64_t *room, int64_t more)
{
	int64_t taken = more;

	if (more > *room)
		taken = *room;
	else if (more < -*room)
		taken = -*room;
	*room -= taken < 0 ? -taken : taken;
	return taken;
}

/* Totals are kept beside the days: what was just written as parts is slow to read as a whole. */
static void
add_to_track(ConditionBinding *binding, uint32_t pattern, const ProfileCell *cell)
{
	ConditionTrack *track = &binding->tracks[pattern];
	ConditionDay   *last;

	if (track->n_days == 0 || track->days[track->n_days - 1].day != cell->day)
	{
		if (track->n_days == track->max_days)
			track->days = profile_room(binding->memory, track->days, &track->max_days,
									   track->n_days + 1, sizeof(ConditionDay));
		track->days[track->n_days++].day = cell->day;
	}
	last = &track->days[track->n_days - 1];
	last->n = track->n += take(&track->n_room, cell->n);
	last->sum = track->sum += take(&track->sum_room, cell->sum);
	if (!binding->set->patterns[pattern].by_name)
		return;
	track->cells = profile_room(binding->memory, track->cells, &track->max_cells,
								track->n_cells + 1, sizeof(ProfileCell));
	track->cells[track->n_cells++] = *cell;
}

static void
add_to_rhythm(ConditionBinding *binding, ConditionRhythm *rhythm, int32_t day)
{
	if (rhythm->n_days > 0 && rhythm->days[rhythm->n_days - 1] == day)
		return;
	rhythm->days = profile_room(binding->memory, rhythm->days, &rhythm->max_days,
								rhythm->n_days + 1, sizeof(int32_t));
	rhythm->days[rhythm->n_days++] = day;
}

static void
bind_cell(ConditionBinding *binding, const ProfileCell *cell)
{
	const ConditionName *name = &binding->names[binding->known[cell->name]];
	const uint32_t		*match = binding->matches + name->first_match;
	uint32_t			 i;

	for (i = 0; i < name->n_matches; i++)
		add_to_track(binding, match[i], cell);
	if (!binding->set->has_rhythm || !name->is_kind)
		return;
	add_to_rhythm(binding, &binding->active, cell->day);
	if (name->is_purchase && cell->sum >= 0)
		add_to_rhythm(binding, &binding->purchases, cell->day);
}

static void
start_tracks(ConditionBinding *binding)
{
	size_t i;

	for (i = 0; i < binding->set->n_patterns; i++)
	{
		ConditionTrack *track = &binding->tracks[i];

		track->n_days = 0;
		track->n_cells = 0;
		track->n = 0;
		track->sum = 0;
		track->n_room = INT64_MAX;
		track->sum_room = INT64_MAX;
	}
	binding->active.n_days = binding->active.n_usual = 0;
	binding->purchases.n_days = binding->purchases.n_usual = 0;
	binding->first = CONDITION_NEVER;
}

void
condition_bind(ConditionBinding *binding, const ProfileView *view, int32_t as_of)
{
	ProfileView cursor = *view;
	ProfileCell cell;

	binding->start = *view;
	binding->as_of = as_of;
	bind_names(binding);
	start_tracks(binding);
	while (profile_next_cell(&cursor, &cell) && cell.day <= as_of)
	{
		if (binding->first == CONDITION_NEVER)
			binding->first = cell.day;
		bind_cell(binding, &cell);
	}
}
