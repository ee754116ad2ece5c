/*-------------------------------------------------------------------------
 *
 * profile_fuzz.c
 *	  A fuzz target over the profile core; driver.c says how to run it.
 *
 * The first byte of the input chooses: the rest is a text form or a stored
 * value.  What is accepted must be valid, print and parse back to the same
 * bytes, and merge with itself, cut at a day, to what the whole merges to.
 *
 *-------------------------------------------------------------------------
 */
#include "profile_port.h"

#include <string.h>

typedef struct Input
{
	const uint8_t *data;
	size_t		   size;
	ProfileArena   arena;
} Input;

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ProfileArena *
new_arena(void)
{
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));

	profile_arena_init(arena, NULL);
	return arena;
}

static void
parse(void *arg)
{
	Input *input = arg;
	char  *text = profile_port_alloc(NULL, input->size + 1);

	memcpy(text, input->data, input->size);
	text[input->size] = '\0';
	profile_parse(&input->arena, text);
}

static void
validate(void *arg)
{
	Input *input = arg;

	profile_validate(&input->arena, input->data, input->size);
}

/* What is read in part must not depend on the rest being sound. */
static void
read_events(void *arg)
{
	Input		*input = arg;
	ProfileView	 view;
	ProfileEvent event;

	profile_open(&view, NULL, input->data, input->size);
	while (profile_next_event(&view, &event))
		;
	profile_close(&view);
}

static void
print(void *arg)
{
	Input *input = arg;
	char  *text;

	profile_print(NULL, input->data, input->size, &text);
}

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
must_equal(const ProfileArena *a, const ProfileArena *b)
{
	must(a->out_len == b->out_len && memcmp(a->out, b->out, a->out_len) == 0);
}

static void
merge_with_itself(void *arg)
{
	const ProfileArena *value = arg;
	ProfileArena	   *whole = new_arena();
	ProfileArena	   *cut = new_arena();
	int32_t				day = value->out_len % 7;
	int					i;

	for (i = 0; i < 2; i++)
	{
		profile_draft_value(whole, value->out, value->out_len);
		profile_draft_slice(cut, value->out, value->out_len, day, INT32_MAX);
		profile_draft_slice(cut, value->out, value->out_len, INT32_MIN, day);
	}
	profile_finish(whole);
	profile_finish(cut);
	must_equal(whole, cut);
}

/* The laws of a value that was accepted. */
static void
check_value(ProfileArena *value)
{
	ProfileArena *again = new_arena();
	char		 *text;

	profile_validate(again, value->out, value->out_len);
	profile_print(NULL, value->out, value->out_len, &text);
	profile_parse(again, text);
	must_equal(value, again);
	must(attempt(merge_with_itself, value) || port_failure == PROFILE_OVERFLOW);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input input = { data + 1, size - 1, { 0 } };

	if (size == 0)
		return 0;
	profile_arena_init(&input.arena, NULL);
	if (data[0] & 1)
	{
		if (attempt(parse, &input))
			check_value(&input.arena);
		else
			must(port_failure != PROFILE_CORRUPT);
	}
	else
	{
		must(attempt(read_events, &input) || port_failure <= PROFILE_NEWER);
		must(attempt(print, &input) || port_failure <= PROFILE_NEWER);
		if (attempt(validate, &input))
			check_value(&input.arena);
		else
			must(port_failure != PROFILE_SYNTAX);
	}
	port_free_all();
	return 0;
}
