/*-------------------------------------------------------------------------
 *
 * value_fit.h
 *	  Learn, on the company's own past, what customers are going to spend.
 *
 * The chance of a purchase is learned as outlook_fit.h does, at the horizon that
 * was asked for or, where the past is too short for that, at a third of it; the
 * amounts are Gamma-Gamma's, of all days with a purchase that have an amount. What
 * is fitted up to a horizon before the last day is tried on that last horizon, if the
 * outlook was.
 *
 * Pure core: no PostgreSQL header; memory by learn/memory.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_VALUE_FIT_H
#define EMPATHY_LEARN_VALUE_FIT_H

#include "learn/outlook_fit.h"
#include "score/value.h"

/* What was expected of the last horizon, and what came of it; a customer's mean each. */
typedef struct ValueTrial
{
	size_t n; /* customers; 0: no trial, and nothing else is set */
	double expected_purchases, purchases;
	double expected_value, value;
	double error;		/* mean size of what the value was off by */
	double plain_error; /* the same of what they spent a day so far, times the days */
	double covered;		/* share of whom the interval was right */
} ValueTrial;

typedef struct ValueFit
{
	OutlookFit		 outlook;
	bool			 spends; /* has anybody paid anything? Else no amounts are known */
	SpendParams		 spend;
	PopulationStatus spend_status;
	double			 correlation; /* of how often they pay and how much; NaN if it can't be told */
	double			 days;		  /* the horizon that was learned, or could not be */
	ValueTrial		 trial;
} ValueFit;

/* horizon is in days, at least 1. */
extern void value_fit(const Past *past, double horizon, ValueFit *fit);

#endif /* EMPATHY_LEARN_VALUE_FIT_H */
