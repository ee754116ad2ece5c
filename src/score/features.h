/*-------------------------------------------------------------------------
 *
 * features.h
 *	  What predictions know of a customer as of a day: numbers with a name and
 *	  a topic, computed from nothing that came later.
 *
 * Two steps, because the second needs what a population is like: facts are the
 * customer's own, features set them beside the population's usual gap and its
 * model's opinion. What is not known is neutral: a feature that has no meaning
 * for a customer is what it is for somebody without anything remarkable, and
 * another feature says that it is not known.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_FEATURES_H
#define SCORE_FEATURES_H

#include "score/history.h"

/* Half-lives, in days, of what is remembered for a short, a middle and a long time. */
typedef enum Memory
{
	MEMORY_SHORT,
	MEMORY_MIDDLE,
	MEMORY_LONG,
	MEMORIES
} Memory;

/* A customer as of a day. Spans are in days. */
typedef struct FeatureFacts
{
	MbgHistory rfm;		 /* of the days that count; x = -1 if there is none */
	double	   silent;	 /* since the last of them */
	double	   unseen;	 /* since they did anything at all */
	double	   known;	 /* since they first did anything */
	double	   log_gaps; /* sum of the logarithms of the gaps */
	double	   amount;	 /* sum over the days that count, without days below 0 */
	double	   paid;	 /* how many of them have an amount above 0 */
	double	   days[MEMORIES];
	double	   amounts[MEMORIES];
	double	   counts[HISTORY_COUNTS][MEMORIES];
} FeatureFacts;

/* What a customer did lately, by the clock. */
typedef struct FeatureMoment
{
	bool   known; /* false: the features of moments are 0 */
	double idle;  /* hours since the last event, at most a week's */
	double visits_hour, visits_day;
	double carts_hour, carts_day;
	bool   cart_open; /* something was put into a cart, and nothing bought since */
	double bought;	  /* purchases within a day */
} FeatureMoment;

/* What is lately, of items, in days. */
#define ITEM_LATELY 30

/* How an item's buyers buy it again. */
typedef struct ItemPrior
{
	double usual_gap; /* mean days, > 0 */
	double again;	  /* log-odds of buying it again within the horizon */
	double customers; /* how many ever bought it */
	double lately;	  /* of these, within the last ITEM_LATELY days */
} ItemPrior;

/* Beside the days on which somebody bought an item: the item, and the buyer as of the day. */
typedef struct FeatureItem
{
	ItemPrior			prior;
	const FeatureFacts *buyer;	/* of all days on which they bought */
	double				since;	/* of these days, how many since the first with the item */
	double				missed; /* and since the last with it */
	double				basket; /* items a day */
} FeatureItem;

/* What else is known, of a moment or of an item; either may be NULL. */
typedef struct FeatureContext
{
	const FeatureMoment *moment;
	const FeatureItem	*item;
} FeatureContext;

typedef enum Feature
{
	/* silence */
	FEATURE_SILENT,
	FEATURE_SILENT_SQUARED,
	FEATURE_SILENT_TIMES,
	FEATURE_SILENT_SHARE,
	FEATURE_OVERDUE,
	FEATURE_OVERDUE_LOG,
	/* how often */
	FEATURE_KNOWN,
	FEATURE_TIMES,
	FEATURE_TIMES_SQUARED,
	FEATURE_ONCE,
	FEATURE_NEVER,
	FEATURE_RATE,
	FEATURE_DAYS_SHORT,
	FEATURE_DAYS_MIDDLE,
	FEATURE_DAYS_LONG,
	/* rhythm */
	FEATURE_GAP,
	FEATURE_GAP_SKEW,
	/* what they spend */
	FEATURE_SPEND,
	FEATURE_SPEND_TREND,
	/* browsing */
	FEATURE_UNSEEN,
	FEATURE_VISITS,
	FEATURE_VISITS_TREND,
	FEATURE_CARTS,
	FEATURE_CARTS_TREND,
	/* trouble */
	FEATURE_CONTACTS,
	FEATURE_CONTACTS_TREND,
	FEATURE_COMPLAINTS,
	FEATURE_COMPLAINTS_TREND,
	FEATURE_CANCELS,
	FEATURE_CANCELS_TREND,
	FEATURE_RETURNS,
	FEATURE_RETURNS_TREND,
	/* mood */
	FEATURE_HEARD,
	FEATURE_SENTIMENT,
	FEATURE_SENTIMENT_TREND,
	FEATURE_NEGATIVE,
	FEATURE_RATED,
	FEATURE_RATING,
	/* at this moment; 0 unless moments are looked at */
	FEATURE_NOW_IDLE,
	FEATURE_NOW_VISITS_HOUR,
	FEATURE_NOW_VISITS_DAY,
	FEATURE_NOW_CARTS_HOUR,
	FEATURE_NOW_CARTS_DAY,
	FEATURE_NOW_CART_OPEN,
	FEATURE_NOW_BOUGHT,
	/* an item: how others buy it again, and its buyer; 0 unless an item is asked for */
	FEATURE_ITEM_OVERDUE,
	FEATURE_ITEM_GAP,
	FEATURE_ITEM_AGAIN,
	FEATURE_ITEM_CUSTOMERS,
	FEATURE_ITEM_LATELY,
	FEATURE_ITEM_SHARE,
	FEATURE_ITEM_MISSED,
	FEATURE_BUYER_SILENT,
	FEATURE_BUYER_KNOWN,
	FEATURE_BUYER_TIMES,
	FEATURE_BUYER_DAYS_SHORT,
	FEATURE_BUYER_DAYS_MIDDLE,
	FEATURE_BUYER_DAYS_LONG,
	FEATURE_BUYER_BASKET,
	/* log-odds of what is predicted, by the population model */
	FEATURE_POPULATION,
	FEATURE_POPULATION_SQUARED,
	N_FEATURES
} Feature;

/* What a feature is about: the rows of an explanation. */
typedef enum Topic
{
	TOPIC_SILENCE,
	TOPIC_TIMES,
	TOPIC_RHYTHM,
	TOPIC_SPEND,
	TOPIC_BROWSING,
	TOPIC_TROUBLE,
	TOPIC_MOOD,
	TOPIC_NOW,
	TOPIC_ITEM,
	TOPIC_BUYER,
	TOPIC_POPULATION, /* of no row: it is about the first three */
	N_TOPICS
} Topic;

/* "silent", ...; and what it is about. */
extern const char *feature_name(Feature feature);
extern Topic	   feature_topic(Feature feature);

/*
 * The facts of a customer as of a day, from the history's days up to it. False,
 * and facts of somebody new, if they had not done anything by then.
 */
extern bool feature_facts(const History *history, HistoryTarget target, int32_t as_of,
						  FeatureFacts *facts);

/*
 * The facts of somebody who came x times after the first, at gaps of that mean
 * and mean logarithm, and was silent since.
 */
extern void feature_synthetic(int32_t x, double gap, double log_gap, double silent,
							  FeatureFacts *facts);

/* What of the latest events lies before an instant (in microseconds from 2000), or at it. */
extern void feature_moment(const History *history, int64_t at, FeatureMoment *moment);

/*
 * Features of facts. usual_gap is the population's mean gap, in days, > 0: a
 * customer's own counts as two gaps more. population is the population model's
 * log-odds of what is predicted. All come out finite.
 */
extern void feature_row(const FeatureFacts *facts, FeatureContext context, double usual_gap,
						double population, double row[N_FEATURES]);

/* The same features with another opinion of a population model. */
extern void feature_set_population(double row[N_FEATURES], double population);

/* The population's log-odds as a feature: within bounds, or one customer could outweigh all. */
extern double feature_population(double logit);

#endif /* SCORE_FEATURES_H */
