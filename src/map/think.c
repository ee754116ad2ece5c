/*-------------------------------------------------------------------------
 *
 * think.c
 *	  What people probably think without saying it: inferences from what they
 *	  do, each by a rule that can be read below.
 *
 *-------------------------------------------------------------------------
 */
#include "map/map.h"

#include <string.h>

#include "profile/role.h"
#include "score/history.h"

#define WORTH_THE_PRICE "is it worth the price?"
#define STILL_NEEDED	"do I still need this?"
#define SHOULD_I_LEAVE	"should I leave?"
#define WILL_THEY_REPLY "will anybody answer me?"

static const struct
{
	const char *item;
	const char *rule;
} rules[] = {
	{ WORTH_THE_PRICE, "looked at prices on 3 days or more and bought nothing" },
	{ STILL_NEEDED, "came regularly at least 5 times and is now overdue by a whole gap or more" },
	{ SHOULD_I_LEAVE, "asked to cancel and has bought nothing since" },
	{ WILL_THEY_REPLY, "asked or complained, and nobody has answered for 2 days or more" },
};

/* What the rules go by. */
typedef struct Clues
{
	int		price_days;
	int		last_price_day;
	bool	bought;
	bool	replies_known; /* the company's answers are in the data at all */
	int32_t last_reply;
	int32_t last_question;
	int32_t last_cancel;
	int32_t last_purchase;
} Clues;

#define NEVER INT32_MIN

static void
put_thought(ProfileArena *arena, int32_t as_of, const char *item, int32_t confidence)
{
	profile_draft_cell(arena, as_of, profile_name(arena, "thinks:", item, strlen(item)), 1,
					   confidence);
}

const char *
map_rule(const char *item, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
	{
		if (strlen(rules[i].item) == len && memcmp(rules[i].item, item, len) == 0)
			return rules[i].rule;
	}
	return NULL;
}

static bool
name_is(const ProfileView *view, uint32_t name, const char *what)
{
	return view->name_lens[name] == strlen(what) &&
		   memcmp(view->names[name], what, strlen(what)) == 0;
}

static bool
has_prefix(const ProfileView *view, uint32_t name, const char *prefix)
{
	return view->name_lens[name] >= strlen(prefix) &&
		   memcmp(view->names[name], prefix, strlen(prefix)) == 0;
}

static void
note_cell(Clues *clues, const ProfileView *view, const ProfileCell *cell, int32_t since)
{
	const char *name = view->names[cell->name];
	uint32_t	len = view->name_lens[cell->name];
	bool		recent = cell->day > since;

	if (has_prefix(view, cell->name, "out:"))
	{
		clues->replies_known = true;
		clues->last_reply = cell->day;
	}
	else if (has_prefix(view, cell->name, "kind:") &&
			 profile_role(name + 5, len - 5) == ROLE_PURCHASE)
	{
		clues->last_purchase = cell->day;
		clues->bought |= recent;
	}
	else if ((has_prefix(view, cell->name, "kind:") || has_prefix(view, cell->name, "about:")) &&
			 recent && cell->day != clues->last_price_day && profile_is_about_price(name, len))
	{
		clues->price_days++;
		clues->last_price_day = cell->day;
	}
	else if (recent && name_is(view, cell->name, "intent:cancel"))
		clues->last_cancel = cell->day;
	else if (recent && (name_is(view, cell->name, "intent:ask") ||
						name_is(view, cell->name, "intent:complain")))
		clues->last_question = cell->day;
}

static void
gather_clues(Clues *clues, ProfileView *view, int32_t as_of, int32_t since)
{
	ProfileCell cell;

	memset(clues, 0, sizeof(*clues));
	clues->last_price_day = NEVER;
	clues->last_reply = NEVER;
	clues->last_question = NEVER;
	clues->last_cancel = NEVER;
	clues->last_purchase = NEVER;
	while (profile_next_cell(view, &cell))
	{
		if (cell.day <= as_of)
			note_cell(clues, view, &cell, since);
	}
}

/* A habit that has slowed: confidence grows with its regularity. */
static void
think_of_habit(ProfileArena *arena, const void *bytes, size_t len, int32_t as_of)
{
	ProfileView	   view;
	History		   history;
	Cadence		   cadence;
	const int32_t *days;
	size_t		   n;

	profile_open(&view, arena->memory, bytes, len);
	history_read(&history, &view, as_of, 90);
	days = history_days(&history, TARGET_AUTO, &n);
	score_cadence(days, n, as_of, &cadence);
	if (cadence.n >= 5 && cadence.regular_known && cadence.regularity >= 0.6 &&
		cadence.overdue >= 2)
		put_thought(arena, as_of, STILL_NEEDED, (int32_t) (cadence.regularity * PROFILE_ONE));
	history_free(&history, &view);
	profile_close(&view);
}

void
map_think(ProfileArena *arena, const void *bytes, size_t len, int32_t as_of, int32_t since)
{
	ProfileView view;
	Clues		clues;

	profile_open(&view, arena->memory, bytes, len);
	gather_clues(&clues, &view, as_of, since);
	profile_close(&view);
	if (clues.price_days >= 3 && !clues.bought)
		put_thought(arena, as_of, WORTH_THE_PRICE, clues.price_days >= 5 ? 7000 : 5000);
	if (clues.last_cancel != NEVER && clues.last_purchase <= clues.last_cancel)
		put_thought(arena, as_of, SHOULD_I_LEAVE, 7000);
	if (clues.replies_known && clues.last_question != NEVER &&
		clues.last_reply < clues.last_question && as_of - clues.last_question >= 2)
		put_thought(arena, as_of, WILL_THEY_REPLY, 6000);
	think_of_habit(arena, bytes, len, as_of);
}
