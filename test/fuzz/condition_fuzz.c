/*-------------------------------------------------------------------------
 *
 * condition_fuzz.c
 *	  A fuzz target over conditions; driver.c says how to run it.
 *
 * The input's first line is a condition, the rest a profile in its text form.
 * A text that is no condition has a fault in it; a condition may be asked about
 * any day, and between a day and the next change that it foretells, it doesn't
 * change.
 *
 *-------------------------------------------------------------------------
 */
#include "profile_port.h"

#include <string.h>

#include "score/condition.h"

#define MAX_DAYS 64

typedef struct Input
{
	const char		 *profile;
	size_t			  size;
	ConditionBinding *binding;
} Input;

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* From a day on to the next changes, looking at the days between. */
static void
follow(ConditionBinding *binding, int32_t day)
{
	int32_t until = day < INT32_MAX - MAX_DAYS ? day + MAX_DAYS : INT32_MAX;
	int32_t next = INT32_MIN;
	bool	held = false;

	for (; day < until; day++)
	{
		bool now = condition_holds(binding, 0, day);

		must(day >= next || now == held);
		if (day >= next)
			next = condition_next(binding, 0, day);
		must(next > day);
		held = now;
	}
}

static void
show_evidence(ConditionBinding *binding, int32_t day)
{
	uint32_t		   names = binding->start.n_names;
	ConditionEvidence *found = profile_port_alloc(NULL, (names + 1) * sizeof(ConditionEvidence));
	size_t			   i;

	for (i = 0; i < binding->set->n_clauses; i++)
		must(condition_evidence(binding, &binding->set->clauses[i], day, found) <= names);
}

static void
ask(void *arg)
{
	Input		*input = arg;
	ProfileArena arena;
	ProfileView	 view;
	ProfileView	 cursor;
	ProfileCell	 cell;
	char		*text = profile_port_alloc(NULL, input->size + 1);
	int			 cells = 0;

	memcpy(text, input->profile, input->size);
	text[input->size] = '\0';
	profile_arena_init(&arena, NULL);
	profile_parse(&arena, text);
	profile_open(&view, NULL, arena.out, arena.out_len);
	condition_bind(input->binding, &view, INT32_MAX);
	cursor = view;
	while (cells++ < 8 && profile_next_cell(&cursor, &cell))
	{
		follow(input->binding, cell.day - 2);
		show_evidence(input->binding, cell.day);
	}
	follow(input->binding, INT32_MIN);
	follow(input->binding, INT32_MAX - MAX_DAYS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t		   len = end != NULL ? (size_t) (end - data) : size;
	ConditionSet  *set = condition_set_new(NULL);
	ConditionFault fault = { SIZE_MAX, NULL };
	Input		   input = { 0 };

	if (condition_add(set, (const char *) data, len, &fault) < 0)
		must(fault.at <= len && fault.expected != NULL);
	else if (end != NULL)
	{
		input.profile = (const char *) end + 1;
		input.size = size - len - 1;
		input.binding = condition_binding_new(set, NULL, NULL);
		must(attempt(ask, &input) || port_failure != PROFILE_CORRUPT);
	}
	port_free_all();
	return 0;
}
