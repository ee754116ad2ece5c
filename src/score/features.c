/*-------------------------------------------------------------------------
 *
 * features.c
 *	  What predictions know of a customer as of a day.
 *
 *-------------------------------------------------------------------------
 */
#include "score/features.h"

#include <math.h>
#include <string.h>

static const double half_lives[MEMORIES] = { 14, 60, 240 };

/* Gaps' worth of the population's that a customer's own are pulled towards. */
#define GAP_PRIOR 2.0

/* How far moments look back, in hours. */
#define HOURS_KNOWN	   168.0
#define USECS_PER_HOUR 3600e6

/* One in a million. */
#define MAX_POPULATION 13.8

static const struct
{
	const char *name;
	Topic		topic;
} features[N_FEATURES] = {
	[FEATURE_SILENT] = { "silent", TOPIC_SILENCE },
	[FEATURE_SILENT_SQUARED] = { "silent_squared", TOPIC_SILENCE },
	[FEATURE_SILENT_TIMES] = { "silent_times", TOPIC_SILENCE },
	[FEATURE_SILENT_SHARE] = { "silent_share", TOPIC_SILENCE },
	[FEATURE_OVERDUE] = { "overdue", TOPIC_SILENCE },
	[FEATURE_OVERDUE_LOG] = { "overdue_log", TOPIC_SILENCE },
	[FEATURE_KNOWN] = { "known", TOPIC_TIMES },
	[FEATURE_TIMES] = { "times", TOPIC_TIMES },
	[FEATURE_TIMES_SQUARED] = { "times_squared", TOPIC_TIMES },
	[FEATURE_ONCE] = { "once", TOPIC_TIMES },
	[FEATURE_NEVER] = { "never", TOPIC_TIMES },
	[FEATURE_RATE] = { "rate", TOPIC_TIMES },
	[FEATURE_DAYS_SHORT] = { "days_short", TOPIC_TIMES },
	[FEATURE_DAYS_MIDDLE] = { "days_middle", TOPIC_TIMES },
	[FEATURE_DAYS_LONG] = { "days_long", TOPIC_TIMES },
	[FEATURE_GAP] = { "gap", TOPIC_RHYTHM },
	[FEATURE_GAP_SKEW] = { "gap_skew", TOPIC_RHYTHM },
	[FEATURE_SPEND] = { "spend", TOPIC_SPEND },
	[FEATURE_SPEND_TREND] = { "spend_trend", TOPIC_SPEND },
	[FEATURE_UNSEEN] = { "unseen", TOPIC_BROWSING },
	[FEATURE_VISITS] = { "visits", TOPIC_BROWSING },
	[FEATURE_VISITS_TREND] = { "visits_trend", TOPIC_BROWSING },
	[FEATURE_CARTS] = { "carts", TOPIC_BROWSING },
	[FEATURE_CARTS_TREND] = { "carts_trend", TOPIC_BROWSING },
	[FEATURE_CONTACTS] = { "contacts", TOPIC_TROUBLE },
	[FEATURE_CONTACTS_TREND] = { "contacts_trend", TOPIC_TROUBLE },
	[FEATURE_COMPLAINTS] = { "complaints", TOPIC_TROUBLE },
	[FEATURE_COMPLAINTS_TREND] = { "complaints_trend", TOPIC_TROUBLE },
	[FEATURE_CANCELS] = { "cancels", TOPIC_TROUBLE },
	[FEATURE_CANCELS_TREND] = { "cancels_trend", TOPIC_TROUBLE },
	[FEATURE_RETURNS] = { "returns", TOPIC_TROUBLE },
	[FEATURE_RETURNS_TREND] = { "returns_trend", TOPIC_TROUBLE },
	[FEATURE_HEARD] = { "heard", TOPIC_MOOD },
	[FEATURE_SENTIMENT] = { "sentiment", TOPIC_MOOD },
	[FEATURE_SENTIMENT_TREND] = { "sentiment_trend", TOPIC_MOOD },
	[FEATURE_NEGATIVE] = { "negative", TOPIC_MOOD },
	[FEATURE_RATED] = { "rated", TOPIC_MOOD },
	[FEATURE_RATING] = { "rating", TOPIC_MOOD },
	[FEATURE_NOW_IDLE] = { "now_idle", TOPIC_NOW },
	[FEATURE_NOW_VISITS_HOUR] = { "now_visits_hour", TOPIC_NOW },
	[FEATURE_NOW_VISITS_DAY] = { "now_visits_day", TOPIC_NOW },
	[FEATURE_NOW_CARTS_HOUR] = { "now_carts_hour", TOPIC_NOW },
	[FEATURE_NOW_CARTS_DAY] = { "now_carts_day", TOPIC_NOW },
	[FEATURE_NOW_CART_OPEN] = { "now_cart_open", TOPIC_NOW },
	[FEATURE_NOW_BOUGHT] = { "now_bought", TOPIC_NOW },
	[FEATURE_ITEM_OVERDUE] = { "item_overdue", TOPIC_ITEM },
	[FEATURE_ITEM_GAP] = { "item_gap", TOPIC_ITEM },
	[FEATURE_ITEM_AGAIN] = { "item_again", TOPIC_ITEM },
	[FEATURE_ITEM_CUSTOMERS] = { "item_customers", TOPIC_ITEM },
	[FEATURE_ITEM_LATELY] = { "item_lately", TOPIC_ITEM },
	[FEATURE_ITEM_SHARE] = { "item_share", TOPIC_BUYER },
	[FEATURE_ITEM_MISSED] = { "item_missed", TOPIC_BUYER },
	[FEATURE_BUYER_SILENT] = { "buyer_silent", TOPIC_BUYER },
	[FEATURE_BUYER_KNOWN] = { "buyer_known", TOPIC_BUYER },
	[FEATURE_BUYER_TIMES] = { "buyer_times", TOPIC_BUYER },
	[FEATURE_BUYER_DAYS_SHORT] = { "buyer_days_short", TOPIC_BUYER },
	[FEATURE_BUYER_DAYS_MIDDLE] = { "buyer_days_middle", TOPIC_BUYER },
	[FEATURE_BUYER_DAYS_LONG] = { "buyer_days_long", TOPIC_BUYER },
	[FEATURE_BUYER_BASKET] = { "buyer_basket", TOPIC_BUYER },
	[FEATURE_POPULATION] = { "population", TOPIC_POPULATION },
	[FEATURE_POPULATION_SQUARED] = { "population_squared", TOPIC_POPULATION },
};

const char *
feature_name(Feature feature)
{
	return features[feature].name;
}

Topic
feature_topic(Feature feature)
{
	return features[feature].topic;
}

/* ---- facts ---- */

/* One more day that counts, `gap` after the one before. */
static void
add_gap(FeatureFacts *facts, double gap)
{
	facts->rfm.x++;
	facts->rfm.t_x += gap;
	facts->log_gaps += log(gap);
}

static void
add_counts(FeatureFacts *facts, const HistoryDay *record, const double weights[MEMORIES])
{
	for (int i = 0; i < HISTORY_COUNTS; i++)
	{
		if (record->count[i] == 0)
			continue;
		for (int m = 0; m < MEMORIES; m++)
			facts->counts[i][m] += record->count[i] * weights[m];
	}
}

static void
add_target_day(FeatureFacts *facts, const HistoryDay *record, const double weights[MEMORIES])
{
	double amount = fmax(record->amount, 0);

	facts->amount += amount;
	facts->paid += amount > 0;
	for (int m = 0; m < MEMORIES; m++)
	{
		facts->days[m] += weights[m];
		facts->amounts[m] += amount * weights[m];
	}
}

bool
feature_facts(const History *history, HistoryTarget target, int32_t as_of, FeatureFacts *facts)
{
	bool   purchases = history_wants_purchases(history, target);
	double first = as_of;
	double first_seen = as_of;
	double last = as_of;
	double last_seen = as_of;
	bool   seen = false;

	memset(facts, 0, sizeof(*facts));
	facts->rfm.x = -1;
	for (size_t i = 0; i < history->n_days && history->days[i].day <= as_of; i++)
	{
		const HistoryDay *record = &history->days[i];
		double			  weights[MEMORIES];

		for (int m = 0; m < MEMORIES; m++)
			weights[m] = exp2(((double) record->day - as_of) / half_lives[m]);
		if (record->counted)
			add_counts(facts, record, weights);
		if (!record->active)
			continue;
		first_seen = seen ? first_seen : record->day;
		last_seen = record->day;
		seen = true;
		if (purchases && !record->purchase)
			continue;
		if (facts->rfm.x >= 0)
			add_gap(facts, record->day - last);
		else
		{
			facts->rfm.x = 0;
			first = record->day;
		}
		last = record->day;
		add_target_day(facts, record, weights);
	}
	facts->rfm.T = as_of - first;
	facts->silent = as_of - (facts->rfm.x >= 0 ? last : first_seen);
	facts->unseen = as_of - last_seen;
	facts->known = as_of - first_seen;
	return seen;
}

void
feature_synthetic(int32_t x, double gap, double log_gap, double silent, FeatureFacts *facts)
{
	memset(facts, 0, sizeof(*facts));
	facts->rfm = (MbgHistory){ x, x * gap, x * gap + silent };
	facts->silent = facts->unseen = silent;
	facts->known = facts->rfm.T;
	facts->log_gaps = x * log_gap;
	for (int m = 0; m < MEMORIES; m++) /* as if the gaps were all alike */
		facts->days[m] = exp2(-silent / half_lives[m]) *
						 expm1(-M_LN2 * gap / half_lives[m] * (x + 1.0)) /
						 expm1(-M_LN2 * gap / half_lives[m]);
}

void
feature_moment(const History *history, int64_t at, FeatureMoment *moment)
{
	bool after = true; /* nothing was bought since */

	memset(moment, 0, sizeof(*moment));
	moment->known = true;
	moment->idle = HOURS_KNOWN;
	for (uint32_t i = 0; i < history->n_latest; i++) /* newest first */
	{
		const HistoryEvent *event = &history->latest[i];
		double				ago = (double) (at - event->at) / USECS_PER_HOUR;

		if (ago < 0 || ago > HOURS_KNOWN)
			continue;
		moment->idle = fmin(moment->idle, ago);
		moment->visits_hour += event->count == COUNT_VISITS && ago <= 1;
		moment->visits_day += event->count == COUNT_VISITS && ago <= 24;
		moment->carts_hour += event->count == COUNT_CARTS && ago <= 1;
		moment->carts_day += event->count == COUNT_CARTS && ago <= 24;
		moment->bought += event->purchase && ago <= 24;
		moment->cart_open |= after && event->count == COUNT_CARTS;
		after &= !event->purchase;
	}
}

/* ---- features ---- */

/* What differs by the last bits only is the same, and no feature. */
static double
without_noise(double value)
{
	return rint(value * 0x1p30) * 0x1p-30;
}

/* Days since they were first seen, or first did what counts. */
static double
span_of(const FeatureFacts *facts)
{
	return facts->rfm.x >= 0 ? facts->rfm.T : facts->known;
}

/* Silence and rhythm, against the gaps of this customer and the population's. */
static void
rhythm_features(const FeatureFacts *facts, double usual_gap, double row[N_FEATURES])
{
	double gaps = fmax(facts->rfm.x, 0);
	double gap = (facts->rfm.t_x + GAP_PRIOR * usual_gap) / (gaps + GAP_PRIOR);
	double log_gap = (facts->log_gaps + GAP_PRIOR * log(usual_gap)) / (gaps + GAP_PRIOR);
	double silent = log1p(facts->silent);

	row[FEATURE_SILENT] = silent;
	row[FEATURE_SILENT_SQUARED] = silent * silent;
	row[FEATURE_SILENT_TIMES] = silent * log1p(gaps);
	row[FEATURE_SILENT_SHARE] = facts->silent / (span_of(facts) + 1);
	row[FEATURE_OVERDUE] = silent - log1p(gap);
	row[FEATURE_OVERDUE_LOG] = silent - log_gap;
	row[FEATURE_UNSEEN] = facts->unseen == facts->silent ? 0 : log1p(facts->unseen) - silent;
	row[FEATURE_GAP] = log(gap);
	row[FEATURE_GAP_SKEW] = without_noise(row[FEATURE_GAP] - log_gap);
}

static void
times_features(const FeatureFacts *facts, double row[N_FEATURES])
{
	double n = facts->rfm.x + 1.0;
	double times = n > 1 ? log(n) : 0;

	row[FEATURE_KNOWN] = log1p(span_of(facts));
	row[FEATURE_TIMES] = times;
	row[FEATURE_TIMES_SQUARED] = times * times;
	row[FEATURE_ONCE] = n == 1;
	row[FEATURE_NEVER] = n == 0;
	row[FEATURE_RATE] = (n > 0 ? times : log(0.5)) - log(span_of(facts) + 30);
	for (int m = 0; m < MEMORIES; m++)
		row[FEATURE_DAYS_SHORT + m] = log(facts->days[m] + 0.01);
}

/* Mean amount of a day that counts, as it is remembered; 0 if that is too long ago. */
static double
mean_amount(const FeatureFacts *facts, Memory memory)
{
	return facts->days[memory] > 1e-9 ? facts->amounts[memory] / facts->days[memory] : 0;
}

static void
spend_features(const FeatureFacts *facts, double row[N_FEATURES])
{
	double n = facts->rfm.x + 1.0;
	double trend =
		log1p(mean_amount(facts, MEMORY_MIDDLE)) - log1p(mean_amount(facts, MEMORY_LONG));

	row[FEATURE_SPEND] = n > 0 ? log1p(facts->amount / n) : 0;
	row[FEATURE_SPEND_TREND] = without_noise(fmin(fmax(trend, -3), 3));
}

/* How much there was of something lately, and whether that is more than usual. */
static void
count_features(const FeatureFacts *facts, HistoryCount count, Feature lately,
			   double row[N_FEATURES])
{
	double middle = facts->counts[count][MEMORY_MIDDLE];
	double longer = facts->counts[count][MEMORY_LONG];
	bool   any = longer > 0;

	row[lately] = any ? log1p(middle) : 0;
	row[lately + 1] = any ? log((middle + 0.1) / (longer + 0.1)) : 0;
}

/* A weighted mean, pulled towards 0 as if by `prior` observations of it. */
static double
mean_of(const FeatureFacts *facts, HistoryCount sum, HistoryCount n, Memory memory, double prior)
{
	return facts->counts[sum][memory] / (facts->counts[n][memory] + prior);
}

static void
mood_features(const FeatureFacts *facts, double row[N_FEATURES])
{
	row[FEATURE_HEARD] = log1p(facts->counts[COUNT_TEXTS][MEMORY_MIDDLE]);
	row[FEATURE_SENTIMENT] = mean_of(facts, COUNT_MOOD, COUNT_TEXTS, MEMORY_MIDDLE, 1);
	row[FEATURE_SENTIMENT_TREND] =
		row[FEATURE_SENTIMENT] - mean_of(facts, COUNT_MOOD, COUNT_TEXTS, MEMORY_LONG, 1);
	row[FEATURE_NEGATIVE] = mean_of(facts, COUNT_NEGATIVE, COUNT_EMOTIONS, MEMORY_MIDDLE, 1);
	row[FEATURE_RATED] = facts->counts[COUNT_RATINGS][MEMORY_LONG] > 0.01;
	row[FEATURE_RATING] =
		row[FEATURE_RATED] > 0 ? mean_of(facts, COUNT_RATED, COUNT_RATINGS, MEMORY_LONG, 0) : 0;
}

static void
moment_features(const FeatureMoment *moment, double row[N_FEATURES])
{
	bool known = moment != NULL && moment->known;

	row[FEATURE_NOW_IDLE] = known ? log(moment->idle + 0.01) : 0;
	row[FEATURE_NOW_VISITS_HOUR] = known ? log1p(moment->visits_hour) : 0;
	row[FEATURE_NOW_VISITS_DAY] = known ? log1p(moment->visits_day) : 0;
	row[FEATURE_NOW_CARTS_HOUR] = known ? log1p(moment->carts_hour) : 0;
	row[FEATURE_NOW_CARTS_DAY] = known ? log1p(moment->carts_day) : 0;
	row[FEATURE_NOW_CART_OPEN] = known && moment->cart_open;
	row[FEATURE_NOW_BOUGHT] = known ? log1p(moment->bought) : 0;
}

static void
item_features(const FeatureFacts *facts, const FeatureItem *item, double row[N_FEATURES])
{
	const FeatureFacts *buyer = item->buyer;
	double				gaps = fmax(facts->rfm.x, 0);
	double				gap = item->prior.usual_gap;
	double				own_gap = (facts->rfm.t_x + GAP_PRIOR * gap) / (gaps + GAP_PRIOR);

	row[FEATURE_ITEM_OVERDUE] = log1p(facts->silent) - log1p(own_gap);
	row[FEATURE_ITEM_GAP] = log(gap);
	row[FEATURE_ITEM_AGAIN] = item->prior.again;
	row[FEATURE_ITEM_CUSTOMERS] = log1p(item->prior.customers);
	row[FEATURE_ITEM_LATELY] = log((item->prior.lately + 1) / (item->prior.customers + 5));
	row[FEATURE_ITEM_SHARE] = log((gaps + 1) / (item->since + 1));
	row[FEATURE_ITEM_MISSED] = log1p(item->missed);
	row[FEATURE_BUYER_SILENT] = log1p(buyer->silent);
	row[FEATURE_BUYER_KNOWN] = log1p(span_of(buyer));
	row[FEATURE_BUYER_TIMES] = log1p(fmax(buyer->rfm.x, 0));
	for (int m = 0; m < MEMORIES; m++)
		row[FEATURE_BUYER_DAYS_SHORT + m] = log(buyer->days[m] + 0.01);
	row[FEATURE_BUYER_BASKET] = log1p(item->basket);
}

void
feature_row(const FeatureFacts *facts, FeatureContext context, double usual_gap, double population,
			double row[N_FEATURES])
{
	rhythm_features(facts, usual_gap, row);
	times_features(facts, row);
	spend_features(facts, row);
	count_features(facts, COUNT_VISITS, FEATURE_VISITS, row);
	count_features(facts, COUNT_CARTS, FEATURE_CARTS, row);
	count_features(facts, COUNT_CONTACTS, FEATURE_CONTACTS, row);
	count_features(facts, COUNT_COMPLAINTS, FEATURE_COMPLAINTS, row);
	count_features(facts, COUNT_CANCELS, FEATURE_CANCELS, row);
	count_features(facts, COUNT_RETURNS, FEATURE_RETURNS, row);
	mood_features(facts, row);
	moment_features(context.moment, row);
	if (context.item != NULL)
		item_features(facts, context.item, row);
	else
		memset(row + FEATURE_ITEM_OVERDUE, 0,
			   sizeof(double) * (FEATURE_POPULATION - FEATURE_ITEM_OVERDUE));
	feature_set_population(row, population);
}

void
feature_set_population(double row[N_FEATURES], double population)
{
	double bounded = feature_population(population);

	row[FEATURE_POPULATION] = bounded;
	row[FEATURE_POPULATION_SQUARED] = bounded * bounded;
}

double
feature_population(double logit)
{
	return fmin(fmax(logit, -MAX_POPULATION), MAX_POPULATION);
}
