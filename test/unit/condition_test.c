/*-------------------------------------------------------------------------
 *
 * condition_test.c
 *	  Conditions on profiles: what is one, what it says of a day against a plain
 *	  reading of the cells, and when it may change. Prints TAP.
 *
 *-------------------------------------------------------------------------
 */
#include "random_past.h"

#include <math.h>

#include "score/history.h"
#include "tap.h"

#define NRANDOM 3000

/* ---- profiles ---- */

/* A profile of the cells given as JSON, opened. */
static ProfileView *
profile_of(const char *cells)
{
	ProfileArena *arena = profile_port_alloc(NULL, sizeof(ProfileArena));
	ProfileView	 *view = profile_port_alloc(NULL, sizeof(ProfileView));
	size_t		  size = strlen(cells) + 64;
	char		 *text = profile_port_alloc(NULL, size);

	profile_arena_init(arena, NULL);
	snprintf(text, size, "{\"format\": 1, \"cells\": [%s]}", cells);
	profile_parse(arena, text);
	profile_open(view, NULL, arena->out, arena->out_len);
	return view;
}

/* ---- conditions ---- */

static int
add(ConditionSet *set, const char *text)
{
	ConditionFault fault;
	int			   number = condition_add(set, text, strlen(text), &fault);

	if (number < 0)
	{
		printf("Bail out! \"%s\" at %zu: expected %s\n", text, fault.at, fault.expected);
		exit(1);
	}
	return number;
}

/* Whether one condition holds of a profile on a day. */
static bool
holds(const char *text, const ProfileView *view, int32_t day)
{
	ConditionSet	 *set = condition_set_new(NULL);
	int				  number = add(set, text);
	ConditionBinding *binding = condition_binding_new(set, NULL, NULL);

	condition_bind(binding, view, day);
	return condition_holds(binding, number, day);
}

static void
test_faults(void)
{
	static const struct
	{
		const char *text;
		size_t		at;
		const char *expected;
	} faults[] = {
		{ "", 0, "one of count" },
		{ "counts kind:order > 1", 0, "one of count" },
		{ "count", 5, "the name of a signal" },
		{ "count > 1", 6, "the name of a signal" },
		{ "count kind:order", 16, "one of <" },
		{ "count kind:order| >= 1", 18, "the name of a signal" },
		{ "count kind:order in days >= 1", 20, "a number" },
		{ "count kind:order in 0 days >= 1", 20, "a whole number of days" },
		{ "count kind:order in 1.5 days >= 1", 20, "a whole number of days" },
		{ "count kind:order in 40000 days >= 1", 20, "a whole number of days" },
		{ "count kind:order in 4 weeks >= 1", 22, "\"days\"" },
		{ "count kind:order since >= 1", 23, "the name of a signal" },
		{ "count kind:order => 1", 18, "a number" },
		{ "count kind:order >= x", 20, "a number" },
		{ "count kind:order >= 1.", 22, "a number" },
		{ "count kind:order >= 1x", 21, "a blank" },
		{ "count kind:order >= 1234567890123456", 35, "a number of fewer digits" },
		{ "count kind:order >= 1 or days text = 0", 22, "\"and\"" },
		{ "count kind:order >= 1 and", 25, "one of count" },
		{ "count role:buyer >= 1", 6, "the name of a role" },
		{ "count role:pur* >= 1", 6, "the name of a role" },
		{ "count \"kind:order >= 1", 22, "a \" that ends" },
		{ "count \"\" >= 1", 6, "the name of a signal" },
		{ "overdue kind:order >= 1", 8, "one of <" },
		{ "overdue in 3 days >= 1", 8, "one of <" },
	};
	ConditionSet  *set = condition_set_new(NULL);
	ConditionFault fault;
	size_t		   i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
	{
		int number = condition_add(set, faults[i].text, strlen(faults[i].text), &fault);

		if (!ok(number == -1 && fault.at == faults[i].at &&
					strncmp(fault.expected, faults[i].expected, strlen(faults[i].expected)) == 0,
				"\"%s\" is no condition", faults[i].text))
			diag("%d at %zu: expected %s", number, fault.at, fault.expected);
	}
	ok(set->n_clauses == 0 && set->n_patterns == 0 && set->n_signals == 0,
	   "what is no condition leaves nothing behind");
	ok(add(set, "count text > 1") == 0 && add(set, "days text > 1") == 1 && set->n_patterns == 1,
	   "conditions of a set share a pattern");
}

static void
test_spelling(void)
{
	ProfileView *view = profile_of("[5, \"kind:Order placed\", 2, 30000], [5, \"kind:a|\\\"b\", 1, "
								   "0], [7, \"kind:cart\", 1, 0], [9, \"kind:*\", 1, 0]");

	ok(holds("count \"kind:Order placed\" = 2", view, 9), "a name with a blank, between quotes");
	ok(holds("COUNT \"KIND:order PLACED\" = 2 AND Days kind:cart=1", view, 9),
	   "capital letters and blanks don't matter");
	ok(holds("count \"kind:a|\"\"b\" = 1", view, 9), "a quote in a name is written twice");
	ok(holds("count kind:*placed|kind:c*t = 3", view, 9), "a star is any bytes");
	ok(holds("count * = 5 and count **:**d = 2 and count kind: = 0", view, 9), "stars everywhere");
	ok(holds("count role:purchase = 2 and sum role:purchase = 3", view, 9), "a role");
	ok(holds("count role:purchase|role:cart|kind:cart = 3", view, 9), "a name counts once");
	ok(holds("sum role:purchase > -0.5 and sum role:purchase<3.01", view, 9), "numbers");
	ok(!holds("count role:other = 4", view, 9), "only kinds have a role");
}

static void
test_points(void)
{
	ProfileView *view =
		profile_of("[10, \"kind:order\", 1, 200000], [20, \"intent:cancel\", 1, 0], [20, "
				   "\"kind:order\", 1, 0], [30, \"kind:order\", 2, 50000], [30, \"about:a\", 1, "
				   "0], [31, \"about:a\", 5, 0], [31, \"about:b\", 1, 0]");

	ok(holds("count kind:order in 10 days = 1", view, 29) &&
		   holds("count kind:order in 9 days = 0", view, 29),
	   "so many days, with the day itself");
	ok(holds("count kind:order since intent:cancel = 0", view, 29) &&
		   holds("count kind:order since intent:cancel = 2", view, 30) &&
		   !holds("count kind:order since intent:cancel >= 0", view, 19),
	   "since: after the day of the last one, and not known before there is one");
	ok(holds("count intent:cancel from intent:cancel >= 1", view, 29) &&
		   holds("count intent:cancel since intent:cancel = 0", view, 29) &&
		   !holds("count kind:order from intent:cancel >= 0", view, 19),
	   "from: that day too");
	ok(holds("last kind:order = 9", view, 29) && holds("last kind:order = 0", view, 30) &&
		   !holds("last kind:nothing >= 0", view, 30) && holds("first kind:order = 20", view, 30),
	   "last and first");
	ok(!holds("last kind:order in 5 days >= 0", view, 29) &&
		   holds("first kind:order in 15 days = 9", view, 29),
	   "the same in so many days");
	ok(holds("different about:* = 2 and most about:* = 2 and days about:* = 2", view, 31) &&
		   holds("most about:* in 1 day = 1 and different kind:order|about:* = 3", view, 31),
	   "different, and most");
	ok(holds("sum kind:order = 25 and sum kind:order in 5 days = 5", view, 31), "sum");
	ok(holds("usual_days = 10 and overdue = 2", view, 50) && holds("overdue = 0", view, 20) &&
		   !holds("overdue >= 0", view, 19) && holds("regularity > 0.5", view, 30) &&
		   !holds("regularity >= 0", view, 29),
	   "rhythm");
}

/* ---- against a plain reading ---- */

/* What a profile holds up to a day, name by name, and what of it matches. */
typedef struct Plain
{
	const ConditionSet *set;
	const ProfileView  *view;
} Plain;

static bool
matches(const Plain *plain, uint32_t pattern, uint32_t name)
{
	const char *bytes = plain->view->names[name];
	uint32_t	len = plain->view->name_lens[name];

	return condition_matches(plain->set, pattern, bytes, len,
							 memcmp(bytes, "kind:", 5) == 0 ? (int) profile_role(bytes + 5, len - 5)
															: -1);
}

/* Totals over the cells after a day, up to another. */
static bool
plain_value(const Plain *plain, const ConditionClause *clause, int32_t after, int32_t day,
			double *value)
{
	ProfileView cursor = *plain->view;
	uint32_t	days[N_NAMES] = { 0 };
	double		totals[CONDITION_MEASURES] = { 0 };
	int32_t		last = INT32_MIN;
	ProfileCell cell;

	while (profile_next_cell(&cursor, &cell))
	{
		if (cell.day <= after || cell.day > day || !matches(plain, clause->pattern, cell.name))
			continue;
		totals[CONDITION_COUNT] += (double) cell.n;
		totals[CONDITION_DAYS] += cell.day != last;
		totals[CONDITION_DIFFERENT] += days[cell.name]++ == 0;
		totals[CONDITION_MOST] = fmax(totals[CONDITION_MOST], days[cell.name]);
		totals[CONDITION_SUM] += (double) cell.sum / PROFILE_ONE;
		if (last == INT32_MIN)
			totals[CONDITION_FIRST] = day - cell.day;
		last = cell.day;
	}
	totals[CONDITION_LAST] = (double) day - last;
	*value = totals[clause->measure];
	return last != INT32_MIN || clause->measure < CONDITION_LAST;
}

static bool
plain_rhythm(const Plain *plain, ConditionMeasure measure, int32_t day, double *value)
{
	ProfileView	   cursor = *plain->view;
	History		   history;
	Cadence		   cadence;
	size_t		   n;
	const int32_t *days;

	history_read(&history, &cursor, NULL, day, 90);
	days = history_days(&history, TARGET_AUTO, &n);
	score_cadence(days, n, day, &cadence);
	*value = measure == CONDITION_OVERDUE	   ? cadence.overdue
			 : measure == CONDITION_USUAL_DAYS ? cadence.usual_gap
											   : cadence.regularity;
	history_free(&history, &cursor);
	return measure == CONDITION_REGULARITY ? cadence.regular_known : cadence.gap_known;
}

/* The last day of a pattern up to another day, or INT32_MIN. */
static int32_t
plain_last(const Plain *plain, uint32_t pattern, int32_t day)
{
	ConditionClause clause = { .measure = CONDITION_LAST, .pattern = pattern };
	double			ago;

	return plain_value(plain, &clause, INT32_MIN, day, &ago) ? day - (int32_t) ago : INT32_MIN;
}

static bool
plain_clause(const Plain *plain, const ConditionClause *clause, int32_t day, double *value)
{
	int32_t after = clause->within > 0 ? day - clause->within : INT32_MIN;

	if (clause->pattern == PROFILE_NONE)
		return plain_rhythm(plain, clause->measure, day, value);
	if (clause->since != PROFILE_NONE)
	{
		after = plain_last(plain, clause->since, day);
		if (after == INT32_MIN)
			return false;
		after -= clause->with_day;
	}
	return plain_value(plain, clause, after, day, value);
}

/* Every clause on every day is what a plain reading says. */
static bool
agrees(ConditionBinding *binding, const Plain *plain)
{
	size_t	i;
	int32_t day;

	for (i = 0; i < binding->set->n_clauses; i++)
	{
		for (day = 95; day <= binding->as_of; day += 1 + random_below(5))
		{
			const ConditionClause *clause = &binding->set->clauses[i];
			double				   value;
			double				   wanted;
			bool				   known = condition_value(binding, clause, day, &value);
			bool				   wants = plain_clause(plain, clause, day, &wanted);

			if (known != wants || (known && fabs(value - wanted) > 1e-9))
			{
				diag("measure %d on day %d: %d %g instead of %d %g", clause->measure, day, known,
					 value, wants, wanted);
				return false;
			}
		}
	}
	return true;
}

/* Between a day and the next change that is foretold, nothing changes. */
static bool
foretells(ConditionBinding *binding, int condition)
{
	int32_t day;
	int32_t next = INT32_MIN;
	bool	held = false;

	for (day = 90; day <= binding->as_of; day++)
	{
		bool now = condition_holds(binding, condition, day);

		if (day < next && now != held)
			return false;
		if (day >= next || random_below(4) == 0)
			next = condition_next(binding, condition, day);
		if (next <= day)
			return false;
		held = now;
	}
	return true;
}

/* A profile that is read further says the same of the days before. */
static bool
looks_back_only(ConditionBinding *binding, const ProfileView *view, int condition)
{
	int32_t day = 95 + (int32_t) random_below(90);
	bool	late = condition_holds(binding, condition, day);

	condition_bind(binding, view, day);
	return condition_holds(binding, condition, day) == late;
}

static void
test_random(void)
{
	bool agree = true;
	bool foretold = true;
	bool back = true;
	char text[1024];
	int	 i;

	for (i = 0; i < NRANDOM; i++)
	{
		ConditionSet	 *set = condition_set_new(NULL);
		Plain			  plain = { set, random_profile() };
		ConditionBinding *binding;

		random_condition(text, sizeof(text));
		add(set, text);
		random_condition(text, sizeof(text));
		add(set, text);
		binding = condition_binding_new(set, NULL, NULL);
		condition_bind(binding, plain.view, 190);
		agree &= agrees(binding, &plain);
		foretold &= foretells(binding, 0) && foretells(binding, 1);
		back &= looks_back_only(binding, plain.view, 1);
		port_free_all();
	}
	ok(agree, "clauses of random conditions on random profiles are what a plain reading says");
	ok(foretold, "nothing changes before the day that is foretold");
	ok(back, "later days change nothing of what held before");
}

/* ---- bindings that see many profiles ---- */

static void
test_many_names(void)
{
	ConditionSet	 *set = condition_set_new(NULL);
	ConditionBinding *binding;
	bool			  right = true;
	int				  i;
	int				  j;

	add(set, "count kind:k*7 = 1 and different kind:* = 3");
	binding = condition_binding_new(set, NULL, NULL);
	for (i = 0; i < 4000; i++)
	{
		char  cells[256] = "";
		char *end = cells;

		for (j = 0; j < 3; j++)
			end += sprintf(end, "%s[%d, \"kind:k%d\", 1, 0]", j > 0 ? ", " : "", j, i * 3 + j);
		condition_bind(binding, profile_of(cells), 10);
		right &= condition_holds(binding, 0, 10) ==
				 (i * 3 % 10 == 7 || i * 3 % 10 == 6 || i * 3 % 10 == 5);
	}
	ok(right, "more names than a binding remembers");
	ok(binding->n_names < 5000, "of which it keeps %zu", binding->n_names);
}

static void
test_limits(void)
{
	ProfileView *view = profile_of("[5, \"kind:a\", 9223372036854775807, 9223372036854775807], "
								   "[6, \"kind:b\", 9223372036854775807, -9223372036854775808], "
								   "[7, \"kind:b\", 1, 1]");

	ok(holds("count kind:* >= 900000000000000 and sum kind:* > 900000000000000", view, 7) &&
		   holds("count kind:* in 1 day = 0", view, 7) && holds("count kind:b > 1", view, 7),
	   "totals stop at the end of their range");
	ok(holds("last kind:a in 36525 days <= 999999999999999", view, 7) &&
		   !holds("overdue < -999999999999999", view, 7),
	   "numbers beyond all days");
}

static void
test_roles(void)
{
	static const char *const kinds[] = { "cart", "order" };
	static const uint32_t	 lens[] = { 4, 5 };
	static const ProfileRole set_roles[] = { ROLE_PURCHASE, ROLE_OTHER };
	ProfileRoles			 roles = { 2, kinds, lens, set_roles };
	ProfileView		 *view = profile_of("[1, \"kind:cart\", 1, 0], [3, \"kind:cart\", 1, 0], [5, "
											 "\"kind:order\", 1, 0], [9, \"kind:payment\", 1, 0]");
	ConditionSet	 *set = condition_set_new(NULL);
	ConditionBinding *binding;

	add(set, "count role:purchase = 3 and count role:other = 1 and count role:cart = 0");
	add(set, "usual_days = 4 and overdue = 0");
	binding = condition_binding_new(set, &roles, NULL);
	condition_bind(binding, view, 9);
	ok(condition_holds(binding, 0, 9), "roles that were set go before guesses");
	ok(condition_holds(binding, 1, 9), "and the rhythm is that of what is a purchase");
}

static void
test_evidence(void)
{
	ProfileView *view =
		profile_of("[10, \"kind:order\", 1, 200000], [20, \"about:x\", 1, 0], [20, "
				   "\"kind:order\", 1, 0], [30, \"kind:order\", 2, 50000], [30, \"about:a\", 1, "
				   "0], [31, \"about:a\", 5, 0], [31, \"about:b\", 1, 0]");
	ConditionSet	 *set = condition_set_new(NULL);
	ConditionBinding *binding;
	ConditionEvidence found[8];
	uint32_t		  n;

	add(set, "count kind:order|about:* in 11 days > 0 and overdue > 1");
	binding = condition_binding_new(set, NULL, NULL);
	condition_bind(binding, view, 40);
	n = condition_evidence(binding, &set->clauses[0], 30, found);
	ok(n == 3, "evidence of three signals");
	ok(found[1].n == 3 && found[1].sum == 50000 && found[1].days == 2 && found[1].first == 20 &&
		   found[1].last == 30,
	   "their totals up to the day");
	ok(condition_evidence(binding, &set->clauses[0], 31, found) == 3 && found[0].days == 2,
	   "the days of so many before");
	ok(condition_evidence(binding, &set->clauses[1], 31, found) == 0, "a rhythm has no signals");
}

int
main(void)
{
	test_faults();
	test_spelling();
	test_points();
	test_random();
	test_many_names();
	test_limits();
	test_roles();
	test_evidence();
	port_free_all();
	return tap_done();
}
