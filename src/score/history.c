/*-------------------------------------------------------------------------
 *
 * history.c
 *	  What the scores need of a profile, read in one pass.
 *
 *-------------------------------------------------------------------------
 */
#include "score/history.h"

#include <math.h>
#include <string.h>

#include "profile/role.h"

/* What a name of the view means to the scores. */
typedef enum Meaning
{
	MEANS_NOTHING,
	MEANS_ACTIVITY,
	MEANS_PURCHASE,
	MEANS_RETURN,
	MEANS_TEXT,
	MEANS_UNREAD,
	MEANS_EMOTION,
	MEANS_INTENT
} Meaning;

static bool
starts_with(const char *name, uint32_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && memcmp(name, prefix, n) == 0;
}

static Meaning
meaning_of(const char *name, uint32_t len)
{
	if (starts_with(name, len, "kind:"))
	{
		ProfileRole role = profile_role(name + 5, len - 5);

		return role == ROLE_PURCHASE ? MEANS_PURCHASE
			   : role == ROLE_RETURN ? MEANS_RETURN
									 : MEANS_ACTIVITY;
	}
	if (starts_with(name, len, "emotion:"))
		return MEANS_EMOTION;
	if (starts_with(name, len, "intent:"))
		return MEANS_INTENT;
	if (len == 4 && starts_with(name, len, "text"))
		return MEANS_TEXT;
	return starts_with(name, len, "text:") ? MEANS_UNREAD : MEANS_NOTHING;
}

/* Counts of a profile made by hand can be anything: totals stop at the end of their range. */
static void
add_clamped(int64_t *total, int64_t more)
{
	if (__builtin_add_overflow(*total, more, total))
		*total = more < 0 ? INT64_MIN : INT64_MAX;
}

/* Appends a day to an ascending list that has room, once. */
static void
add_day(int32_t *days, size_t *n, int32_t day)
{
	if (*n == 0 || days[*n - 1] != day)
		days[(*n)++] = day;
}

static void
add_text(History *history, const ProfileCell *cell, bool read)
{
	add_clamped(&history->texts, cell->n);
	history->last_heard = cell->day;
	if (read)
	{
		MoodCell mood = { cell->day, cell->n, cell->sum };

		history->moods[history->n_moods++] = mood;
	}
}

static void
add_cell(History *history, const ProfileCell *cell, Meaning meaning, double weight,
		 double *label_weights)
{
	switch (meaning)
	{
		case MEANS_PURCHASE:
		case MEANS_RETURN:
			add_clamped(&history->amount, cell->sum);
			if (meaning == MEANS_PURCHASE && cell->sum >= 0)
				add_day(history->purchases, &history->n_purchases, cell->day);
			/* fall through */
		case MEANS_ACTIVITY:
			add_clamped(&history->events, cell->n);
			add_day(history->active, &history->n_active, cell->day);
			break;
		case MEANS_TEXT:
		case MEANS_UNREAD:
			add_text(history, cell, meaning == MEANS_TEXT);
			break;
		case MEANS_EMOTION:
		case MEANS_INTENT:
			label_weights[cell->name] += weight * (double) cell->sum / PROFILE_ONE;
			break;
		case MEANS_NOTHING:
			break;
	}
}

/* Of the labels of a class, the one with most weight; ties go to the first by name. */
static HistoryLabel
heaviest(const ProfileView *view, const Meaning *meanings, Meaning wanted, const double *weights)
{
	HistoryLabel best = { PROFILE_NONE, 0 };
	uint32_t	 i;

	for (i = 0; i < view->n_names; i++)
	{
		if (meanings[i] == wanted && weights[i] > best.weight)
		{
			best.name = i;
			best.weight = weights[i];
		}
	}
	return best;
}

/* Days can't be more than the bytes that are left to read. */
static void *
room_for_days(ProfileView *view, size_t element)
{
	return profile_port_alloc(view->memory, ((size_t) view->days_left + 1) * element);
}

void
history_read(History *history, ProfileView *view, int32_t as_of, double half_life)
{
	size_t		names = (size_t) view->n_names + 1;
	Meaning	   *meanings = profile_port_alloc(view->memory, names * sizeof(Meaning));
	double	   *weights = profile_port_alloc(view->memory, names * sizeof(double));
	double		weight = 0;
	int32_t		weight_day = INT32_MIN;
	ProfileCell cell;
	uint32_t	i;

	memset(history, 0, sizeof(*history));
	history->active = room_for_days(view, sizeof(int32_t));
	history->purchases = room_for_days(view, sizeof(int32_t));
	history->moods = room_for_days(view, sizeof(MoodCell));
	for (i = 0; i < view->n_names; i++)
	{
		meanings[i] = meaning_of(view->names[i], view->name_lens[i]);
		weights[i] = 0;
	}
	while (profile_next_cell(view, &cell))
	{
		if (cell.day > as_of)
			continue;
		if (cell.day != weight_day)
			weight = exp2(-((double) as_of - cell.day) / half_life);
		weight_day = cell.day;
		add_cell(history, &cell, meanings[cell.name], weight, weights);
	}
	history->emotion = heaviest(view, meanings, MEANS_EMOTION, weights);
	history->intent = heaviest(view, meanings, MEANS_INTENT, weights);
	profile_port_free(view->memory, meanings);
	profile_port_free(view->memory, weights);
}

void
history_free(History *history, ProfileView *view)
{
	profile_port_free(view->memory, history->active);
	profile_port_free(view->memory, history->purchases);
	profile_port_free(view->memory, history->moods);
}

const int32_t *
history_days(const History *history, HistoryTarget target, size_t *n)
{
	bool purchases =
		target == TARGET_PURCHASE || (target == TARGET_AUTO && history->n_purchases > 0);

	*n = purchases ? history->n_purchases : history->n_active;
	return purchases ? history->purchases : history->active;
}

bool
history_rfm(const History *history, HistoryTarget target, int32_t as_of, MbgHistory *rfm)
{
	size_t		   n;
	const int32_t *days = history_days(history, target, &n);

	if (n == 0)
		return false;
	rfm->x = (int32_t) (n - 1);
	rfm->t_x = (double) days[n - 1] - days[0];
	rfm->T = (double) as_of - days[0];
	return true;
}
