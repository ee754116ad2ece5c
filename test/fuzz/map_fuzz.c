/*-------------------------------------------------------------------------
 *
 * map_fuzz.c
 *	  A fuzz target over maps; driver.c says how to run it.
 *
 * The first byte of the input chooses: the rest is the text form of a profile, or
 * a stored value, sound or not.  Whatever profile it is, a map can be
 * drafted of it, with habits and thoughts, whatever day it is for; that map is a
 * valid value, two of them merge, and each is read back with as many people as
 * there are.  Whatever value it is, it can be read as if it were a map.
 *
 *-------------------------------------------------------------------------
 */
#include "profile_port.h"

#include <string.h>

#include "map/group.h"
#include "map/think.h"

typedef struct Input
{
	const uint8_t *data;
	size_t		   size;
	MapWindow	   window;
	ProfileArena   map;
} Input;

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static const char *const conditions[] = {
	"days kind:*|about:* in 30 days >= 1 and count role:purchase since intent:cancel = 0",
	"different about:* >= 2 and overdue >= 0.5",
	"most kind:* in 14 days >= 1",
};

/* The text form, as the stored value that it stands for. */
static void
parse(void *arg)
{
	Input		 *input = arg;
	char		 *text = profile_port_alloc(NULL, input->size + 1);
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));

	memcpy(text, input->data, input->size);
	text[input->size] = '\0';
	profile_arena_init(arena, NULL);
	profile_parse(arena, text);
	input->data = arena->out;
	input->size = arena->out_len;
}

static void
draft(void *arg)
{
	Input			 *input = arg;
	ConditionSet	 *set = condition_set_new(NULL);
	ConditionBinding *binding;
	MapRule			  rules[3];
	MapRules		  all = { rules, 3 };
	ProfileView		  view;
	ConditionFault	  fault;
	bool			  old;
	int				  i;

	for (i = 0; i < 3; i++)
		rules[i] =
			(MapRule){ i == 1 ? "so" : "how", "because",
					   condition_add(set, conditions[i], strlen(conditions[i]), &fault), 5000 };
	binding = condition_binding_new(set, NULL, NULL);
	profile_open(&view, NULL, input->data, input->size);
	profile_arena_init(&input->map, NULL);
	input->map.draft.owner = PROFILE_GROUPS;
	old = map_draft_person(&input->map, &view, NULL, input->window);
	condition_bind(binding, &view, input->window.as_of);
	map_draft_thoughts(&input->map, &all, binding, &view, input->window, old);
	profile_close(&view);
	profile_finish(&input->map);
}

static void
read_as_map(void *arg)
{
	Input *input = arg;
	Map	   map;

	map_read(&map, NULL, input->data, input->size);
}

/* The laws of a map that came of a profile. */
static void
check_map(const ProfileArena *made)
{
	ProfileArena again;
	ProfileArena both;
	Map			 map;
	int			 i;

	profile_arena_init(&again, NULL);
	profile_arena_init(&both, NULL);
	profile_validate(&again, made->out, made->out_len);
	for (i = 0; i < 2; i++)
		profile_draft_value(&both, made->out, made->out_len);
	profile_finish(&both);
	map_read(&map, NULL, both.out, both.out_len);
	must(map.customers == 2);
	for (i = 0; i < MAP_QUADRANTS; i++)
	{
		uint32_t j;

		for (j = 0; j < map.n_cells[i]; j++)
			must(map.cells[i][j].now.n <= 2 && map.cells[i][j].was.n <= 2);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input input = { data + 2, size - 2, { 0, 0 }, { 0 } };

	if (size < 2)
		return 0;
	input.window.as_of = (int32_t) (data[1] % 16) * 700;
	input.window.since = input.window.as_of - 1 - data[1];
	if ((data[0] & 1) == 0 || attempt(parse, &input))
	{
		must(attempt(read_as_map, &input) || port_failure <= PROFILE_NEWER);
		if (attempt(draft, &input))
			check_map(&input.map);
	}
	port_free_all();
	return 0;
}
