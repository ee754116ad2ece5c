/*-------------------------------------------------------------------------
 *
 * stage_test.c
 *	  Stages replayed from profiles, against a replay that looks at every day.
 *	  Prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "random_past.h"

#include "score/stage.h"
#include "tap.h"

#define NRANDOM	  4000
#define MAX_RULES 12
#define STAGES	  5
#define UNTIL	  260

static const char *const stage_names[STAGES] = { "start", "a", "b", "c", "d" };

static void
add(StageMachine *machine, const char *from, const char *to, const char *condition)
{
	ConditionFault fault;

	if (!stage_add_rule(machine, from, to, condition, &fault))
	{
		printf("Bail out! \"%s\" at %zu: expected %s\n", condition, fault.at, fault.expected);
		exit(1);
	}
}

/* ---- a plain replay ---- */

typedef struct Plain
{
	const StageMachine *machine;
	ConditionBinding   *binding;
	bool				sleeping[MAX_RULES];
	bool				visited[STAGES];
} Plain;

/* As stage.h says it: one day, the rules of the stage in their order. */
static uint32_t
plain_day(Plain *plain, uint32_t stage, int32_t day)
{
	const StageMachine *machine = plain->machine;
	size_t				r;

	memset(plain->visited, 0, sizeof(plain->visited));
	plain->visited[stage] = true;
	for (r = 0; r < machine->n_rules; r++)
	{
		const StageRule *rule = &machine->rules[r];

		if (rule->from != stage)
			continue;
		if (!condition_holds(plain->binding, rule->condition, day))
			plain->sleeping[r] = false;
		else if (plain->visited[rule->to])
			plain->sleeping[r] = true;
		else if (!plain->sleeping[r])
		{
			stage = rule->to;
			plain->visited[stage] = true;
			memset(plain->sleeping, 0, sizeof(plain->sleeping));
			r = (size_t) -1;
		}
	}
	return stage;
}

/* Whether a replay's spans are what each day says. */
static bool
is_plain(const StageReplay *replay, const ProfileView *view, int32_t as_of)
{
	Plain	 plain = { replay->machine,
					   condition_binding_new(replay->machine->conditions, NULL, NULL) };
	uint32_t stage = STAGE_START;
	size_t	 n = 0;
	int32_t	 day;

	condition_bind(plain.binding, view, as_of);
	for (day = plain.binding->first; day <= as_of; day++)
	{
		uint32_t then = plain_day(&plain, stage, day);

		if (then != stage && (n == replay->n_spans || replay->spans[n].stage != then ||
							  replay->spans[n++].since != day))
			return false;
		stage = then;
	}
	return n == replay->n_spans;
}

/* ---- laws ---- */

static StageMachine *
random_machine(void)
{
	StageMachine *machine = stage_machine_new(condition_set_new(NULL));
	uint32_t	  rules = 3 + random_below(MAX_RULES - 3);
	char		  text[1024];

	add(machine, "start", "a", "days * >= 1");
	for (; rules > 1; rules--)
	{
		random_condition(text, sizeof(text));
		add(machine, stage_names[random_below(STAGES)], stage_names[1 + random_below(STAGES - 1)],
			text);
	}
	return machine;
}

/* A replay as of a day says of the days before what one as of a later day says. */
static bool
is_prefix(StageReplay *replay, const ProfileView *view, int32_t as_of)
{
	size_t	   n = replay->n_spans;
	StageSpan *late = profile_port_alloc(NULL, (n + 1) * sizeof(StageSpan));

	if (n > 0)
		memcpy(late, replay->spans, n * sizeof(StageSpan));
	stage_replay(replay, view, as_of);
	while (n > 0 && late[n - 1].since > as_of)
		n--;
	return n == replay->n_spans &&
		   (n == 0 || memcmp(late, replay->spans, n * sizeof(StageSpan)) == 0);
}

static void
test_random(void)
{
	bool   plain = true;
	bool   prefix = true;
	size_t moves = 0;
	int	   i;
	int	   j;

	for (i = 0; i < NRANDOM; i++)
	{
		StageReplay *replay = stage_replay_new(random_machine(), NULL, NULL);

		for (j = 0; j < 3; j++)
		{
			ProfileView *view = random_profile();

			stage_replay(replay, view, UNTIL);
			moves += replay->n_spans;
			plain &= is_plain(replay, view, UNTIL);
			prefix &= is_prefix(replay, view, PAST_FIRST + (int32_t) random_below(120));
		}
		port_free_all();
	}
	ok(plain, "a replay that looks at some days is one that looks at all, %zu moves", moves);
	ok(prefix, "later days change nothing of the days before");
}

/* ---- points ---- */

static ProfileView *
orders_on(const int32_t *days, int n)
{
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));
	ProfileView	 *view = profile_port_alloc(NULL, sizeof(ProfileView));
	int			  i;

	profile_arena_init(arena, NULL);
	profile_draft_reset(arena);
	for (i = 0; i < n; i++)
		profile_draft_cell(arena, days[i], profile_name(arena, "kind:", "order", 5), 1, 0);
	profile_finish(arena);
	profile_open(view, NULL, arena->out, arena->out_len);
	return view;
}

/* The spans as "a 10, b 20". */
static const char *
spans(const StageReplay *replay)
{
	static char text[1024];
	size_t		len = 0;
	size_t		i;

	text[0] = '\0';
	for (i = 0; i < replay->n_spans; i++)
		len +=
			snprintf(text + len, sizeof(text) - len, "%s%s %d", i > 0 ? ", " : "",
					 replay->machine->stages[replay->spans[i].stage].name, replay->spans[i].since);
	return text;
}

static void
is(const StageReplay *replay, const char *wanted, const char *name)
{
	if (!ok(strcmp(spans(replay), wanted) == 0, "%s", name))
		diag("%s instead of %s", spans(replay), wanted);
}

static void
test_time(void)
{
	static const int32_t days[] = { 10, 20, 100 };
	StageMachine		*machine = stage_machine_new(condition_set_new(NULL));
	StageReplay			*replay;
	ProfileView			*view = orders_on(days, 3);

	add(machine, "start", "here", "days * >= 1");
	add(machine, "here", "late", "overdue >= 1.5 and last kind:order >= 7");
	add(machine, "late", "gone", "last kind:order > 50");
	add(machine, "gone", "back", "last kind:order = 0");
	add(machine, "late", "here", "last kind:order = 0");
	replay = stage_replay_new(machine, NULL, NULL);
	stage_replay(replay, view, 1000);
	is(replay, "here 10, late 35, gone 71, back 100", "time moves people on its day");
	stage_replay(replay, view, 70);
	is(replay, "here 10, late 35", "and not before");
	stage_replay(replay, view, 9);
	is(replay, "", "nobody is in a stage before there is anything of them");
	stage_replay(replay, orders_on(days, 0), 1000);
	is(replay, "", "nor is who did nothing");
	stage_replay(replay, orders_on(days, 1), INT32_MAX);
	is(replay, "here 10", "the end of time");
}

static void
test_circles(void)
{
	static const int32_t days[] = { 10, 20, 30 };
	StageMachine		*machine = stage_machine_new(condition_set_new(NULL));
	StageReplay			*replay;

	add(machine, "start", "a", "days * >= 1");
	add(machine, "a", "b", "days * >= 1");
	add(machine, "b", "a", "days * in 5 days >= 1");
	add(machine, "b", "b", "days * >= 1");
	replay = stage_replay_new(machine, NULL, NULL);
	stage_replay(replay, orders_on(days, 3), 1000);
	is(replay, "b 10, a 20", "who is led in circles stays until something is otherwise");
}

/* Days on which something is done for years, and rules that depend on all of them. */
static void
test_bounded(void)
{
	enum
	{
		N = 20000
	};
	static int32_t days[N];
	StageMachine  *machine = stage_machine_new(condition_set_new(NULL));
	StageReplay	  *replay;
	int			   i;

	for (i = 0; i < N; i++)
		days[i] = i * 3 - 1000000;
	add(machine, "start", "a", "days * >= 1");
	add(machine, "a", "b", "overdue >= 0.4 and days * in 400 days > 1");
	add(machine, "b", "a", "overdue < 0.4 and count * in 365 days > 1");
	replay = stage_replay_new(machine, NULL, NULL);
	stage_replay(replay, orders_on(days, N), 1000000);
	ok(replay->n_spans >= 2 * N - 5 && replay->n_spans <= 2 * N,
	   "%zu moves of somebody who keeps changing", replay->n_spans);
}

int
main(void)
{
	ConditionFault fault;

	test_random();
	test_time();
	test_circles();
	test_bounded();
	ok(!stage_add_rule(stage_machine_new(condition_set_new(NULL)), "a", "b", "count x", &fault) && fault.at == 7,
	   "a rule needs a condition");
	port_free_all();
	return tap_done();
}
