/*-------------------------------------------------------------------------
 *
 * value.h
 *	  What a customer is expected to spend within a horizon.
 *
 *	  value = P(buys at all) x purchases of who does x amount of a purchase
 *
 * The chance is the outlook's, learned where that pays; how many purchases then
 * follow is MBG/NBD's; the amount is Gamma-Gamma's (spend.h): the customer's own
 * mean pulled towards the population's, so one purchase is enough.
 *
 * The interval is of what they will spend, not of the expectation: of customers
 * like this one 95 of 100 spend something between its ends. Whoever may well buy
 * nothing has 0 as the lower one.
 *
 * Pure core: no PostgreSQL header, no allocation, no state.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_VALUE_H
#define SCORE_VALUE_H

#include "score/outlook.h"
#include "score/spend.h"

typedef struct ScoreValue
{
	double	  value;  /* >= 0 */
	double	  lo, hi; /* 95 % interval, lo <= value <= hi */
	double	  chance; /* of any purchase */
	MbgNumber number; /* of purchases, if there is any */
	double	  amount; /* expected of a purchase */

	/* the logarithm of the value, in parts: log(value) = base + sum of the topics */
	double		 base; /* of a typical customer */
	double		 topic[N_TOPICS];
	FeatureFacts facts;
} ScoreValue;

/*
 * False if they never bought. The outlook is one of leaving, by purchases. The
 * interval and the reasons only if asked for.
 */
extern bool value_score(const OutlookModel *model, const SpendParams *spend, const History *history,
						const OutlookQuestion *question, OutlookDetail detail, ScoreValue *value);

#endif /* SCORE_VALUE_H */
