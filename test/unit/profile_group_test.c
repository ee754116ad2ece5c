/*-------------------------------------------------------------------------
 *
 * profile_group_test.c
 *	  The laws of a group's profile: its names and its quotes.
 *
 *	  profile_group_test [seed]
 *
 * Every person of the group is one random row, as a value of its own or several
 * in one; any order and any tree of merges give the same bytes, and the quotes
 * are those that a plain application of the rule chooses of all rows.
 *
 *-------------------------------------------------------------------------
 */
#include "profile_world.h"

#define TRIALS		300
#define LONG_TRIALS 8
#define LONG_ROWS	9000

/* ---- from rows to values ---- */

static void
draft_row(ProfileArena *arena, const Row *row)
{
	int32_t day = profile_day(row->at);

	profile_draft_cell(arena, day, intern(arena, row->kind), 1, row->amount);
	if (row->channel >= 0)
		profile_draft_cell(arena, day, intern(arena, row->channel), 1, 0);
	if (row->about >= 0)
		profile_draft_cell(arena, day, intern(arena, row->about), 1, row->amount);
	if (row->is_read)
		profile_draft_cell(arena, day, profile_name(arena, "text", "", 0), 1, row->sentiment);
	if (row->text >= 0)
	{
		ProfileQuote quote = row_quote(arena, row);

		profile_draft_quote(arena, &quote);
	}
}

static Value
people(const Row *rows, int n)
{
	ProfileArena *arena = new_arena();
	int			  i;

	profile_draft_owner(arena, PROFILE_GROUPS);
	for (i = 0; i < n; i++)
		draft_row(arena, &rows[i]);
	profile_finish(arena);
	return keep_out(arena);
}

/* By a random tree, each node of it a draft or a log. */
static Value
group_tree(const Row *rows, int n)
{
	ProfileArena *arena;
	ProfileLog	 *log;
	Value		  parts[4];
	int			  i;

	if (n < 2 || one_in(n < 100 ? 4 : 16))
		return people(rows, n);
	for (i = 0; i < 4; i++)
	{
		int take = i == 3 ? n : (int) below(n + 1);

		parts[i] = group_tree(rows, take);
		rows += take;
		n -= take;
	}
	if (one_in(2))
		return merge(parts, 4);
	arena = new_arena();
	log = new_log(arena);
	for (i = 0; i < 4; i++)
	{
		profile_log_value(log, parts[i].bytes, parts[i].len);
		if (one_in(4))
			profile_log_finish(log);
	}
	profile_log_finish(log);
	return keep_out(arena);
}

/* One by one in a log, which is compacted now and then. */
static Value
one_by_one(const Row *rows, int n)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	int			  i;

	for (i = 0; i < n; i++)
	{
		Value one = people(&rows[i], 1);

		profile_log_value(log, one.bytes, one.len);
	}
	profile_log_finish(log);
	return keep_out(arena);
}

/* The same from drafts: those of the first one's day are added up by name. */
static Value
drafts(const Row *rows, int n)
{
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);
	int			  i;

	for (i = 0; i < n; i++)
	{
		profile_draft_reset(arena);
		profile_draft_owner(arena, PROFILE_GROUPS);
		draft_row(arena, &rows[i]);
		profile_log_draft(log);
	}
	profile_log_finish(log);
	return keep_out(arena);
}

/* All of the world's rows on the day of the first. */
static void
move_to_one_day(void)
{
	int64_t start = profile_day(world.rows[0].at) * PROFILE_USECS_PER_DAY;
	int		i;

	for (i = 0; i < world.n_rows; i++)
		world.rows[i].at =
			start + (world.rows[i].at - profile_day(world.rows[i].at) * PROFILE_USECS_PER_DAY);
}

/* ---- the rule, plainly ---- */

typedef struct Candidate
{
	const Row *row;
	int		   labels[PROFILE_QUOTE_LABELS]; /* each once, of equal names the first of the world */
	int		   n_labels;
	bool	   kept;
} Candidate;

static Candidate *
candidate(const void *a)
{
	return *(Candidate *const *) a;
}

/* By hash, words and labels: what identifies a quote. */
static int
by_identity(const void *a, const void *b)
{
	const Row  *left = candidate(a)->row;
	const Row  *right = candidate(b)->row;
	const Text *text = &world.texts[left->text];
	const Text *other = &world.texts[right->text];
	uint64_t	hash = profile_hash("", text->bytes, text->len);
	uint64_t	other_hash = profile_hash("", other->bytes, other->len);
	int			order;

	if (hash != other_hash)
		return hash > other_hash ? 1 : -1;
	order = compare_bytes(text->bytes, text->len, other->bytes, other->len);
	return order != 0 ? order : compare_row_labels(left, right);
}

static int
by_weight(const void *a, const void *b)
{
	return weightiest_first(&candidate(a)->row, &candidate(b)->row);
}

static int
by_identity_and_weight(const void *a, const void *b)
{
	int order = by_identity(a, b);

	return order != 0 ? order : by_weight(a, b);
}

static bool
is_sampled(const Candidate *candidate)
{
	int i;

	for (i = 0; i < candidate->n_labels; i++)
	{
		const Name *name = &world.names[candidate->labels[i]];

		if (compare_bytes(name->bytes, name->len, PROFILE_SAMPLED, strlen(PROFILE_SAMPLED)) == 0)
			return true;
	}
	return false;
}

/* The rows that have a quote, of each identity the weightiest, in the order of weight. */
static int
list_candidates(Candidate *room, Candidate **list)
{
	int n = 0;
	int distinct = 0;
	int sampled = 0;
	int i;

	for (i = 0; i < world.n_rows; i++)
	{
		if (world.rows[i].text < 0)
			continue;
		room[n].row = &world.rows[i];
		room[n].n_labels = distinct_labels(room[n].row, room[n].labels);
		room[n].kept = false;
		list[n] = &room[n];
		n++;
	}
	qsort(list, n, sizeof(list[0]), by_identity_and_weight);
	for (i = 0; i < n; i++)
	{
		if (distinct > 0 && by_identity(&list[distinct - 1], &list[i]) == 0)
			continue;
		list[i]->kept = is_sampled(list[i]) && sampled++ < PROFILE_SAMPLE;
		list[distinct++] = list[i];
	}
	qsort(list, distinct, sizeof(list[0]), by_weight);
	return distinct;
}

static int
by_name_hash(const void *a, const void *b)
{
	return by_hash(&world.names[*(const int *) a], &world.names[*(const int *) b]);
}

/* How many quotes each label may still have: 2, or 0 of those beyond the bound. */
static void
start_labels(Candidate **list, int n, int *left)
{
	static int labels[MAX_NAMES];
	int		   n_labels = 0;
	int		   i;
	int		   j;

	memset(left, 0, sizeof(int) * MAX_NAMES);
	for (i = 0; i < n; i++)
	{
		for (j = 0; j < list[i]->n_labels; j++)
		{
			int label = list[i]->labels[j];

			if (left[label]++ == 0)
				labels[n_labels++] = label;
		}
	}
	qsort(labels, n_labels, sizeof(int), by_name_hash);
	for (i = 0; i < n_labels; i++)
		left[labels[i]] = i < PROFILE_GROUP_NAMES ? PROFILE_LABEL_QUOTES : 0;
}

static bool
shows(const ProfileView *view, const ProfileQuote *quote, const Candidate *candidate)
{
	const Text *text = &world.texts[candidate->row->text];
	int			i;

	if (quote->at != candidate->row->at || quote->sentiment != candidate->row->sentiment ||
		compare_bytes(quote->text, quote->len, text->bytes, text->len) != 0 ||
		(int) quote->n_labels != candidate->n_labels)
		return false;
	for (i = 0; i < candidate->n_labels; i++)
	{
		const Name *name = &world.names[candidate->labels[i]];

		if (compare_bytes(view->names[quote->labels[i]], view->name_lens[quote->labels[i]],
						  name->bytes, name->len) != 0)
			return false;
	}
	return true;
}

static bool
quotes_agree(ProfileView *view)
{
	Candidate	*room = profile_port_alloc(NULL, sizeof(Candidate) * (world.n_rows + 1));
	Candidate  **list = profile_port_alloc(NULL, sizeof(Candidate *) * (world.n_rows + 1));
	int			 n = list_candidates(room, list);
	static int	 left[MAX_NAMES];
	ProfileQuote quote;
	int			 i;
	int			 j;

	start_labels(list, n, left);
	for (i = 0; i < n; i++)
	{
		for (j = 0; j < list[i]->n_labels; j++)
			list[i]->kept |= left[list[i]->labels[j]]-- > 0;
		if (list[i]->kept && (!profile_next_quote(view, &quote) || !shows(view, &quote, list[i])))
			return false;
	}
	return !profile_next_quote(view, &quote);
}

/* ---- the laws ---- */

static void
test_algebra(int trials, int max_rows, const char *size)
{
	static const char *laws[] = { "any order",
								  "a tree of merges",
								  "people one by one in a log",
								  "people's maps one by one in a log",
								  "cells agree with a plain count",
								  "quotes follow their rule",
								  "a value is valid and reads back" };
	int				   failures[LENGTH(laws)] = { 0 };
	int				   trial;
	size_t			   i;

	for (trial = 0; trial < trials; trial++)
	{
		Value		base;
		ProfileView view;
		bool		holds[LENGTH(laws)];

		random_world(max_rows);
		if (world.n_rows > 0 && trial % 2 == 0)
			move_to_one_day();
		base = people(world.rows, world.n_rows);
		shuffle(world.rows, world.n_rows);
		holds[0] = same(base, people(world.rows, world.n_rows));
		holds[1] = same(base, group_tree(world.rows, world.n_rows));
		holds[2] = same(base, one_by_one(world.rows, world.n_rows));
		holds[3] = same(base, drafts(world.rows, world.n_rows));
		profile_open(&view, NULL, base.bytes, base.len);
		holds[4] = cells_agree(&view);
		holds[5] = quotes_agree(&view);
		holds[6] = is_valid(base) && reads_back(base);
		for (i = 0; i < LENGTH(laws); i++)
			check(&failures[i], holds[i], laws[i], trial);
		port_free_all();
	}
	for (i = 0; i < LENGTH(laws); i++)
		ok(failures[i] == 0, "%s groups: %s", size, laws[i]);
}

static void
test_owners(void)
{
	static const char cells[] = "\"cells\": [[0, \"a\", 1, 0]]}";
	char			  text[80];
	Value			  person;
	Value			  group;
	Value			  nobody = parsed("{\"format\": 2, \"group\": true}");

	snprintf(text, sizeof(text), "{\"format\": 2, %s", cells);
	person = parsed(text);
	snprintf(text, sizeof(text), "{\"format\": 2, \"group\": true, %s", cells);
	group = parsed(text);
	ok(!same(person, group), "a group's profile is not a person's");
	ok(merge_fails(person, group, PROFILE_KINDS_DIFFER) &&
		   merge_fails(group, person, PROFILE_KINDS_DIFFER),
	   "they do not merge");
	ok(same(nobody, parsed("{\"format\": 2}")), "an empty profile is nobody's");
	ok(same(merge2(nobody, person), person) && same(merge2(group, nobody), group),
	   "and merges with either");
	ok(same(parsed("{\"format\": 2, \"group\": false, \"cells\": [[0, \"a\", 1, 0]]}"), person),
	   "what is not said to be a group's is a person's");
	port_free_all();
}

static void
call_log_row(void *arg)
{
	ProfileLog *log = arg;
	Row			row = { .channel = -1, .about = -1, .text = -1 };

	world.n_names = 1;
	random_name(&world.names[0], false, false);
	log_row(log, &row);
	profile_log_finish(log);
}

static void
test_log_of_group(void)
{
	Value		  group = parsed("{\"format\": 2, \"group\": true, \"cells\": [[0, \"a\", 1, 0]]}");
	ProfileArena *arena = new_arena();
	ProfileLog	 *log = new_log(arena);

	profile_log_value(log, group.bytes, group.len);
	profile_log_finish(log);
	ok(same(keep_out(arena), group), "a log of a group's value is that value");
	ok(!attempt(call_log_row, log) && port_failure == PROFILE_KINDS_DIFFER,
	   "a person's events don't add to it");
	port_free_all();
}

int
main(int argc, char **argv)
{
	start_random(argc, argv);
	world.class_names = PROFILE_GROUP_NAMES;
	test_owners();
	test_log_of_group();
	test_algebra(TRIALS, 150, "small");
	world.has_many_names = true;
	test_algebra(LONG_TRIALS, LONG_ROWS, "large");
	return tap_done();
}
