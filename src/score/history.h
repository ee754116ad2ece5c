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

typedef struct History
{
	int32_t	 *active; /* days on which the customer did anything, ascending */
	size_t	  n_active;
	int32_t	 *purchases; /* days with a purchase that was not outweighed by returns */
	size_t	  n_purchases;
	MoodCell *moods; /* days with texts that could be read */
	size_t	  n_moods;
	int64_t	  events;
	int64_t	  texts;
	int64_t	  amount;	  /* of purchases and returns, fixed point */
	int32_t	  last_heard; /* the last day with a text, if texts > 0 */

	HistoryLabel emotion; /* decayed by half_life */
	HistoryLabel intent;
} History;

/*
 * Reads the cells of an opened view up to and including the day as_of.
 * half_life, in days, is that of the labels' weights.
 */
extern void history_read(History *history, ProfileView *view, int32_t as_of, double half_life);
extern void history_free(History *history, ProfileView *view);

/* The days that count under a target. */
extern const int32_t *history_days(const History *history, HistoryTarget target, size_t *n);

/* The same as the population model wants it; false if no such day is known. */
extern bool history_rfm(const History *history, HistoryTarget target, int32_t as_of,
						MbgHistory *rfm);

#endif /* SCORE_HISTORY_H */
