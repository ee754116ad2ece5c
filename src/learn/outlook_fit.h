/*-------------------------------------------------------------------------
 *
 * outlook_fit.h
 *	  Learn, on the company's own past, what customers are going to do.
 *
 * Profiles are cut at past days. What lies before a cut gives the features, the
 * horizon after it the label; nobody counts at a cut who was not there yet. So
 * nothing that a model learns from was known later than what it predicts.
 *
 * Whether learning pays is measured before it is believed: what is learned from
 * labels that end a horizon before the last day is tried on that last horizon,
 * beside the population model and beside recency alone. What does best there,
 * by log loss, is then learned again from all that is known.
 *
 * Pure core: no PostgreSQL header; memory by learn/memory.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_OUTLOOK_FIT_H
#define EMPATHY_LEARN_OUTLOOK_FIT_H

#include "learn/item_table.h"
#include "learn/measure.h"
#include "learn/past.h"
#include "learn/population.h"
#include "score/outlook.h"

/* What is tried on the last horizon. */
typedef enum OutlookTrial
{
	TRIAL_RECENCY,	  /* days of silence alone: to compare with */
	TRIAL_POPULATION, /* the population model */
	TRIAL_FEW,		  /* regression on four features and the population's log-odds */
	TRIAL_ALL,		  /* regression on all features */
	OUTLOOK_TRIALS
} OutlookTrial;

typedef enum OutlookStatus
{
	OUTLOOK_LEARNED,
	OUTLOOK_FEW_PEOPLE, /* or too few who did, or didn't, what is predicted */
	OUTLOOK_NO_PAST,	/* shorter than two horizons */
	OUTLOOK_NO_GAIN		/* the population model did best */
} OutlookStatus;

/* Less than this is not learned from. */
#define OUTLOOK_MIN_PEOPLE 200
#define OUTLOOK_MIN_EVENTS 20

/* How all customers buy each item again, as of the last day; of OUTLOOK_AGAIN only. */
typedef struct OutlookItems
{
	ItemTable  table;
	ItemCount *counts; /* of each, and of all as one more */
} OutlookItems;

typedef struct OutlookFit
{
	OutlookModel  model;
	OutlookStatus status; /* model.horizon is 0 unless it is OUTLOOK_LEARNED */
	PopulationFit population;
	size_t		  rows; /* learned from: people at cuts */

	/* the trial, if n > 0 */
	size_t		 n;
	int32_t		 tried_at; /* day before what it was tried on */
	OutlookTrial best;
	Measures	 trials[OUTLOOK_TRIALS];
	OutlookModel tried;		   /* what did best, as learned for the trial */
	double		 trained_rate; /* share of yes in what was learned from for the trial */

	OutlookItems items;
} OutlookFit;

/*
 * Learns a task; target is which days count, no TARGET_AUTO. horizon is in days,
 * at least 1, or for OUTLOOK_BUY any. The fit takes some 100 kB.
 */
extern void outlook_fit(const Past *past, OutlookTask task, HistoryTarget target, double horizon,
						OutlookFit *fit);

/* Frees what OUTLOOK_AGAIN keeps of the items. */
extern void outlook_free(OutlookFit *fit);

/* How a model's predictions of a day came out since. */
typedef struct OutlookCheck
{
	size_t	 n;
	double	 predicted; /* mean */
	Measures measures;	/* its rate is the mean outcome */
} OutlookCheck;

/* Of a model, as of a day, over a horizon that has ended by past->last. */
extern void outlook_check(const Past *past, const OutlookModel *model, int32_t as_of,
						  double horizon, OutlookCheck *check);

/* A word for each, for users: "learned", ...; "recency alone", ... */
extern const char *outlook_status_name(OutlookStatus status);
extern const char *outlook_trial_name(OutlookTrial trial);

#endif /* EMPATHY_LEARN_OUTLOOK_FIT_H */
