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

/* What a name of the view means to the scores. */
typedef enum Sense
{
	MEANS_NOTHING,
	MEANS_ACTIVITY,
	MEANS_PURCHASE,
	MEANS_RETURN,
	MEANS_TEXT,
	MEANS_UNREAD,
	MEANS_EMOTION,
	MEANS_INTENT,
	MEANS_RATING
} Sense;

typedef struct Meaning
{
	Sense sense;
	int	  count; /* a HistoryCount, or NOT_COUNTED */
} Meaning;

#define NOT_COUNTED (-1)

/* Emotions that speak against the company, each between blanks. */
static const char negative_emotions[] =
	" anger annoyance disappointment disapproval disgust embarrassment fear frustration grief "
	"nervousness remorse sadness ";

static bool
starts_with(const char *name, uint32_t len, const char *prefix)
{
	size_t n = strlen(prefix);

	return len >= n && memcmp(name, prefix, n) == 0;
}

static bool
is_name(const char *name, uint32_t len, const char *wanted)
{
	return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

/* Whether a word of a list between blanks. */
static bool
is_listed(const char *word, uint32_t len, const char *list)
{
	const char *at;

	for (at = list + 1; *at != '\0'; at += strcspn(at, " ") + 1)
	{
		if (strcspn(at, " ") == len && memcmp(at, word, len) == 0)
			return true;
	}
	return false;
}

static Meaning
meaning_of_role(ProfileRole role)
{
	switch (role)
	{
		case ROLE_PURCHASE:
			return (Meaning){ MEANS_PURCHASE, NOT_COUNTED };
		case ROLE_RETURN:
			return (Meaning){ MEANS_RETURN, COUNT_RETURNS };
		case ROLE_VISIT:
		case ROLE_OPEN:
		case ROLE_CLICK:
			return (Meaning){ MEANS_ACTIVITY, COUNT_VISITS };
		case ROLE_CART:
			return (Meaning){ MEANS_ACTIVITY, COUNT_CARTS };
		case ROLE_CONTACT:
			return (Meaning){ MEANS_ACTIVITY, COUNT_CONTACTS };
		case ROLE_COMPLAINT:
			return (Meaning){ MEANS_ACTIVITY, COUNT_COMPLAINTS };
		case ROLE_CANCEL:
			return (Meaning){ MEANS_ACTIVITY, COUNT_CANCELS };
		case ROLE_OTHER:
		case ROLE_SEND:
		case ROLE_RATE:
			break;
	}
	return (Meaning){ MEANS_ACTIVITY, NOT_COUNTED };
}

static Meaning
meaning_of(const ProfileRoles *roles, const char *name, uint32_t len)
{
	if (starts_with(name, len, "kind:"))
		return meaning_of_role(profile_role_set(roles, name + 5, len - 5));
	if (starts_with(name, len, "emotion:"))
		return (Meaning){ MEANS_EMOTION, is_listed(name + 8, len - 8, negative_emotions)
											 ? COUNT_NEGATIVE
											 : COUNT_EMOTIONS };
	if (starts_with(name, len, "intent:"))
		return (Meaning){ MEANS_INTENT, is_name(name, len, "intent:cancel")		? COUNT_CANCELS
										: is_name(name, len, "intent:complain") ? COUNT_COMPLAINTS
																				: NOT_COUNTED };
	if (is_name(name, len, "text"))
		return (Meaning){ MEANS_TEXT, COUNT_TEXTS };
	if (is_name(name, len, "rating"))
		return (Meaning){ MEANS_RATING, COUNT_RATINGS };
	return (Meaning){ starts_with(name, len, "text:") ? MEANS_UNREAD : MEANS_NOTHING, NOT_COUNTED };
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

/* The record of a day, which is the latest so far. */
static HistoryDay *
record_of(History *history, int32_t day)
{
	if (history->n_days == 0 || history->days[history->n_days - 1].day != day)
	{
		memset(&history->days[history->n_days], 0, sizeof(HistoryDay));
		history->days[history->n_days++].day = day;
	}
	return &history->days[history->n_days - 1];
}

static void
add_count(HistoryDay *record, const ProfileCell *cell, Meaning meaning)
{
	record->counted = true;
	record->count[meaning.count] += (float) cell->n;
	if (meaning.sense == MEANS_TEXT)
	{
		MoodCell mood = { cell->day, cell->n, cell->sum };

		record->count[COUNT_MOOD] += (float) (score_cell_mean(&mood) * cell->n);
	}
	else if (meaning.sense == MEANS_RATING)
		record->count[COUNT_RATED] += (float) ((double) cell->sum / PROFILE_ONE);
	else if (meaning.count == COUNT_NEGATIVE)
		record->count[COUNT_EMOTIONS] += (float) cell->n;
}

static void
add_cell(History *history, const ProfileCell *cell, Meaning meaning, double weight,
		 double *label_weights)
{
	HistoryDay *record = meaning.sense == MEANS_NOTHING ? NULL : record_of(history, cell->day);

	if (record != NULL && meaning.count != NOT_COUNTED)
		add_count(record, cell, meaning);
	switch (meaning.sense)
	{
		case MEANS_PURCHASE:
		case MEANS_RETURN:
			add_clamped(&history->amount, cell->sum);
			record->amount += (double) cell->sum / PROFILE_ONE;
			if (meaning.sense == MEANS_PURCHASE && cell->sum >= 0)
			{
				record->purchase = true;
				add_day(history->purchases, &history->n_purchases, cell->day);
			}
			/* fall through */
		case MEANS_ACTIVITY:
			add_clamped(&history->events, cell->n);
			record->active = true;
			add_day(history->active, &history->n_active, cell->day);
			break;
		case MEANS_TEXT:
		case MEANS_UNREAD:
			add_text(history, cell, meaning.sense == MEANS_TEXT);
			break;
		case MEANS_EMOTION:
		case MEANS_INTENT:
			label_weights[cell->name] += weight * (double) cell->sum / PROFILE_ONE;
			break;
		case MEANS_RATING:
		case MEANS_NOTHING:
			break;
	}
}

/* Of the labels of a class, the one with most weight; ties go to the first by name. */
static HistoryLabel
heaviest(const ProfileView *view, const Meaning *meanings, Sense wanted, const double *weights)
{
	HistoryLabel best = { PROFILE_NONE, 0 };
	uint32_t	 i;

	for (i = 0; i < view->n_names; i++)
	{
		if (meanings[i].sense == wanted && weights[i] > best.weight)
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
history_read(History *history, ProfileView *view, const ProfileRoles *roles, int32_t as_of,
			 double half_life)
{
	size_t		names = (size_t) view->n_names + 1;
	Meaning	   *meanings = profile_port_alloc(view->memory, names * sizeof(Meaning));
	double	   *weights = profile_port_alloc(view->memory, names * sizeof(double));
	double		weight = 0;
	int32_t		weight_day = INT32_MIN;
	ProfileCell cell;
	uint32_t	i;

	memset(history, 0, sizeof(*history));
	history->roles = roles;
	history->active = room_for_days(view, sizeof(int32_t));
	history->purchases = room_for_days(view, sizeof(int32_t));
	history->moods = room_for_days(view, sizeof(MoodCell));
	history->days = room_for_days(view, sizeof(HistoryDay));
	for (i = 0; i < view->n_names; i++)
	{
		meanings[i] = meaning_of(roles, view->names[i], view->name_lens[i]);
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
history_read_latest(History *history, ProfileView *view)
{
	ProfileEvent event;

	while (profile_next_event(view, &event) && history->n_latest < PROFILE_LATEST)
	{
		Meaning meaning =
			meaning_of(history->roles, view->names[event.kind], view->name_lens[event.kind]);
		HistoryEvent latest = { event.at, meaning.sense == MEANS_PURCHASE && event.amount >= 0,
								meaning.count };

		if (meaning.sense != MEANS_NOTHING)
			history->latest[history->n_latest++] = latest;
	}
}

void
history_free(History *history, ProfileView *view)
{
	profile_port_free(view->memory, history->active);
	profile_port_free(view->memory, history->purchases);
	profile_port_free(view->memory, history->moods);
	profile_port_free(view->memory, history->days);
}

bool
history_wants_purchases(const History *history, HistoryTarget target)
{
	return target == TARGET_PURCHASE || (target == TARGET_AUTO && history->n_purchases > 0);
}

const int32_t *
history_days(const History *history, HistoryTarget target, size_t *n)
{
	bool purchases = history_wants_purchases(history, target);

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
