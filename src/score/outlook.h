/*-------------------------------------------------------------------------
 *
 * outlook.h
 *	  What a customer is going to do: not come back, buy, buy an item, or cancel,
 *	  within a horizon, as a probability with an interval and its reasons.
 *
 * A population model, MBG/NBD or the regularity mixture (regular.h), says what
 * can be said of anybody with such a history. What was learned on the company's
 * own past, a logistic regression on features (features.h) among which are the
 * population's log-odds, says it better at one horizon N. At another horizon h
 * the log-odds are
 *
 *	  learned(N) + population(h) - population(N)
 *
 * so that they never go the wrong way as the horizon grows.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_OUTLOOK_H
#define SCORE_OUTLOOK_H

#include "score/features.h"
#include "score/history.h"
#include "score/regular.h"

typedef enum OutlookTask
{
	OUTLOOK_LEAVE,	/* no day that counts within the horizon */
	OUTLOOK_BUY,	/* at least one */
	OUTLOOK_CANCEL, /* an explicit cancel, or a text that says so */
	OUTLOOK_AGAIN	/* an item once more; the history is of the days on which it was bought */
} OutlookTask;

#define OUTLOOK_SIZE (N_FEATURES + 1) /* of a covariance: the intercept first */

typedef struct OutlookModel
{
	OutlookTask	  task;
	HistoryTarget target; /* which days count */

	/* of the population; the first three by outlook_set_params() */
	RegularParams params;
	RegularTables tables;
	bool		  regular; /* is it the regularity mixture? Else MBG/NBD */
	double		  covariance[REGULAR_NPARAMS * REGULAR_NPARAMS]; /* of their logarithms */
	MbgBaseline	  baseline;
	double		  rate;		 /* events a day, > 0, where the population model says nothing */
	double		  events;	 /* > 0: how many it was counted from */
	double		  usual_gap; /* mean gap in days, > 0 */

	/* learned, if horizon > 0; all log-odds, features against their means */
	double horizon; /* days */
	double intercept;
	double weight[N_FEATURES]; /* 0 for what never varied */
	double mean[N_FEATURES];
	double learned_covariance[OUTLOOK_SIZE][OUTLOOK_SIZE];

	/* by outlook_set_used() */
	int	   n_used;
	int	   used[N_FEATURES];							   /* features that were learned from */
	double used_covariance[OUTLOOK_SIZE * N_FEATURES / 2]; /* theirs, below the diagonal by row */
} OutlookModel;

/* How many parameters the population model has, the first of REGULAR_NPARAMS. */
extern int outlook_n_params(const OutlookModel *model);

/* Sets the population's parameters, in that order, and what follows from them. */
extern void outlook_set_params(OutlookModel *model, const double *values, int n);

/* Finds the features that were learned from, whose variance isn't 0, once all else is set. */
extern void outlook_set_used(OutlookModel *model);

/* What several models need of one customer as of one day, found once. All 0 at first. */
typedef struct OutlookMemo
{
	bool		 known;
	bool		 purchases; /* do these count? */
	bool		 seen;
	FeatureFacts facts;
	double		 usual_gap; /* of the row; 0 if there is none yet */
	double		 row[N_FEATURES];
} OutlookMemo;

/* What is asked. */
typedef struct OutlookQuestion
{
	int32_t		   as_of;	/* day */
	double		   horizon; /* days, > 0 */
	FeatureContext context;
	OutlookMemo	  *memo; /* or NULL; without a context */
} OutlookQuestion;

/* The answer, in log-odds that add up exactly: logit = base + sum of the topics. */
typedef struct Outlook
{
	double		 probability; /* 0 .. 1 */
	double		 lo, hi;	  /* 95 % interval, if asked for */
	double		 logit;
	double		 base; /* of a typical customer */
	double		 topic[N_TOPICS];
	FeatureFacts facts;
} Outlook;

typedef enum OutlookDetail
{
	OUTLOOK_VALUE,
	OUTLOOK_INTERVAL, /* fills lo, hi */
	OUTLOOK_REASONS	  /* fills base, topic */
} OutlookDetail;

/*
 * False if nothing is known of the customer: nobody can fail to come back who
 * never came. Beside value and facts only what is asked for is filled.
 */
extern bool outlook_score(const OutlookModel *model, const History *history,
						  const OutlookQuestion *question, OutlookDetail detail, Outlook *outlook);

/* The log-odds of a customer with these times, who is typical in all else. */
extern double outlook_timing_logit(const OutlookModel *model, const FeatureFacts *facts,
								   double horizon);

/* A function of when a customer came. */
typedef double (*OutlookShare)(const OutlookModel *model, const FeatureFacts *facts,
							   double horizon);

/*
 * Why it differs from the typical customer's: sets the topics of silence, number
 * and rhythm to parts that add up to the difference.
 */
extern void outlook_timing_reasons(const OutlookModel *model, const FeatureFacts *facts,
								   double horizon, OutlookShare share, double topic[N_TOPICS]);

/* The population model's log-odds of what is predicted. */
extern double outlook_population_logit(const OutlookModel *model, const FeatureFacts *facts,
									   double horizon);

#endif /* SCORE_OUTLOOK_H */
