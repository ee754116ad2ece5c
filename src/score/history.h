/*-------------------------------------------------------------------------
 *
 * history.h
 *	  What the scores need of a profile, read in one pass.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_HISTORY_H
#define SCORE_HISTORY_H

#include "profile/profile.h"
#include "profile/role.h"
#include "score/cadence.h"
#include "score/mbg.h"
#include "score/mood.h"

/* Which days count as coming back. */
typedef enum HistoryTarget
{
	TARGET_AUTO, /* purchases if there is any, else activity */
	TARGET_PURCHASE,
	TARGET_ACTIVITY
} HistoryTarget;

/* The label with most weight of a class, or none. */
typedef struct HistoryLabel
{
	uint32_t name; /* of the view; PROFILE_NONE if there is none */
	double	 weight;
} HistoryLabel;

/* What else is counted of a day, for the features of predictions. */
typedef enum HistoryCount
{
	COUNT_VISITS, /* pages seen, searches, logins; mails opened, links clicked */
	COUNT_CARTS,
	COUNT_CONTACTS,
	COUNT_COMPLAINTS, /* events, and what texts say */
	COUNT_CANCELS,	  /* events, and what texts say */
	COUNT_RETURNS,
	COUNT_TEXTS, /* that could be read */
	COUNT_MOOD,	 /* sum of their sentiments, -1 .. 1 each */
	COUNT_EMOTIONS,
	COUNT_NEGATIVE, /* of these, negative ones */
	COUNT_RATINGS,
	COUNT_RATED, /* sum of the ratings */
	HISTORY_COUNTS
} HistoryCount;

typedef struct HistoryDay
{
	int32_t day;
	bool	active;
	bool	purchase; /* that was not outweighed by returns */
	bool	counted;  /* has a count that is not 0 */
	double	amount;	  /* of purchases and returns */
	float	count[HISTORY_COUNTS];
} HistoryDay;

/* One of the latest events, and what it means. */
typedef struct HistoryEvent
{
	int64_t at; /* microseconds from 2000-01-01 UTC */
	bool	purchase;
	int		count; /* a HistoryCount, or -1 */
} HistoryEvent;

typedef struct History
{
	const ProfileRoles *roles;
	int32_t			   *active; /* days on which the customer did anything, ascending */
	size_t				n_active;
	int32_t			   *purchases; /* days with a purchase that was not outweighed by returns */
	size_t				n_purchases;
	MoodCell		   *moods; /* days with texts that could be read */
	size_t				n_moods;
	HistoryDay		   *days; /* all of these days, ascending */
	size_t				n_days;
	int64_t				events;
	int64_t				texts;
	int64_t				amount;		/* of purchases and returns, fixed point */
	int32_t				last_heard; /* the last day with a text, if texts > 0 */

	HistoryEvent latest[PROFILE_LATEST]; /* newest first, after history_read_latest() */
	uint32_t	 n_latest;

	HistoryLabel emotion; /* decayed by half_life */
	HistoryLabel intent;
} History;

/*
 * Reads the cells of an opened view up to and including the day as_of.
 * half_life, in days, is that of the labels' weights; roles may be NULL.
 */
extern void history_read(History *history, ProfileView *view, const ProfileRoles *roles,
						 int32_t as_of, double half_life);

/* Then, if wanted: the latest events, all of them. */
extern void history_read_latest(History *history, ProfileView *view);
extern void history_free(History *history, ProfileView *view);

/* The days that count under a target. */
extern const int32_t *history_days(const History *history, HistoryTarget target, size_t *n);

/* Are these purchases, or all that the customer does? */
extern bool history_wants_purchases(const History *history, HistoryTarget target);

/* The same as the population model wants it; false if no such day is known. */
extern bool history_rfm(const History *history, HistoryTarget target, int32_t as_of,
						MbgHistory *rfm);

#endif /* SCORE_HISTORY_H */
