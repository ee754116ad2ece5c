/*-------------------------------------------------------------------------
 *
 * score_sql.c
 *	  Scores of a profile, to SQL.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <math.h>

#include "common/int.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "profile/profile_sql.h"
#include "profile/role.h"
#include "score/item_sql.h"
#include "score/model.h"
#include "score/reading.h"
#include "score/score_sql.h"
#include "score/value_sql.h"

#define DEFAULT_HORIZON 90.0 /* days */
#define INTENT_HORIZON	7.0	 /* days */
#define CART_HORIZON	1.0	 /* days */

static int half_life_days = 90;

void
score_init(void)
{
	DefineCustomIntVariable(
		"empathy.half_life", "Days in which the weight of what a customer said halves.",
		"Valid range is 1..3650.", &half_life_days, 90, 1, 3650, PGC_USERSET, 0, NULL, NULL, NULL);
}

static double
half_life_argument(FunctionCallInfo fcinfo, int arg)
{
	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return half_life_days;
	return score_span_days(PG_GETARG_INTERVAL_P(arg), "half_life", SCORE_MIN_SPAN);
}

/* ---- sentiment ---- */

static bool
mood_of(FunctionCallInfo fcinfo, Mood *mood, char **model)
{
	double	half_life = half_life_argument(fcinfo, 2);
	Reading reading;

	if (!reading_begin(fcinfo, 1, half_life, &reading))
		return false;
	score_mood(reading.history.moods, reading.history.n_moods, reading.as_of, half_life, mood);
	if (model != NULL && reading.view.model_len > 0)
		*model = pnstrdup(reading.view.model, reading.view.model_len);
	reading_end(&reading);
	return mood->known;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_sentiment);
Datum
emp_score_sentiment(PG_FUNCTION_ARGS)
{
	Mood mood;

	if (!mood_of(fcinfo, &mood, NULL))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT4((float4) mood.value);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_sentiment_estimate);
Datum
emp_score_sentiment_estimate(PG_FUNCTION_ARGS)
{
	char		 *model = NULL;
	Mood		  mood;
	ScoreEstimate estimate;

	if (!mood_of(fcinfo, &mood, &model))
		PG_RETURN_NULL();
	estimate =
		(ScoreEstimate){ mood.value, mood.lo, mood.hi, mood.n, PG_GETARG_TIMESTAMPTZ(1), model };
	return score_estimate(fcinfo, &estimate);
}

/* ---- churn ---- */

/* What a model says of the profile that was read. */
static bool
outlook_of(Reading *reading, const ScoreModel *model, double horizon, OutlookDetail detail,
		   Outlook *outlook)
{
	OutlookQuestion question = { reading->as_of, horizon, { 0 }, &reading->memo };

	return outlook_score(&model->outlook, &reading->history, &question, detail, outlook);
}

static Datum
outlook_estimate(FunctionCallInfo fcinfo, const Outlook *outlook, const ScoreModel *model)
{
	ScoreEstimate estimate = {
		outlook->probability,	  outlook->lo, outlook->hi, outlook->facts.rfm.x + 1,
		PG_GETARG_TIMESTAMPTZ(1), model->name
	};

	return score_estimate(fcinfo, &estimate);
}

static bool
churn_of(FunctionCallInfo fcinfo, const ScoreModel *model, OutlookDetail detail, Outlook *outlook)
{
	double	horizon = score_horizon(fcinfo, 2, DEFAULT_HORIZON);
	Reading reading;
	bool	known;

	if (!reading_begin(fcinfo, 1, half_life_days, &reading))
		return false;
	known = outlook_of(&reading, model, horizon, detail, outlook);
	reading_end(&reading);
	return known;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_churn);
Datum
emp_score_churn(PG_FUNCTION_ARGS)
{
	Outlook outlook;

	if (!churn_of(fcinfo, model_current(fcinfo->flinfo, MODEL_CHURN), OUTLOOK_VALUE, &outlook))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT4((float4) outlook.probability);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_churn_estimate);
Datum
emp_score_churn_estimate(PG_FUNCTION_ARGS)
{
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_CHURN);
	Outlook			  outlook;

	if (!churn_of(fcinfo, model, OUTLOOK_INTERVAL, &outlook))
		PG_RETURN_NULL();
	return outlook_estimate(fcinfo, &outlook, model);
}

/* ---- purchase intent ---- */

/*
 * Within days, the question is put as of the day; within hours, if that was
 * learned, as of the instant, with what is known of the days before it.
 */
static const ScoreModel *
intent_model(FunctionCallInfo fcinfo, double horizon)
{
	const ScoreModel *model =
		horizon < 1 ? model_current(fcinfo->flinfo, MODEL_PURCHASE_NOW) : NULL;

	return model != NULL ? model : model_current(fcinfo->flinfo, MODEL_PURCHASE_INTENT);
}

static bool
intent_of(FunctionCallInfo fcinfo, const ScoreModel *model, double horizon, OutlookDetail detail,
		  Outlook *outlook)
{
	OutlookQuestion question = { .horizon = horizon };
	FeatureMoment	moment;
	Reading			reading;
	bool			known;

	if (!reading_begin(fcinfo, 1, half_life_days, &reading))
		return false;
	question.as_of = reading.as_of;
	if (model->task == MODEL_PURCHASE_NOW)
	{
		history_read_latest(&reading.history, &reading.view);
		feature_moment(&reading.history, PG_GETARG_TIMESTAMPTZ(1), &moment);
		question.context.moment = &moment;
		question.as_of--;
	}
	known = reading.history.n_active > 0 &&
			outlook_score(&model->outlook, &reading.history, &question, detail, outlook);
	reading_end(&reading);
	return known;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_purchase_intent);
Datum
emp_score_purchase_intent(PG_FUNCTION_ARGS)
{
	double	horizon = score_horizon(fcinfo, 2, INTENT_HORIZON);
	Outlook outlook;

	if (!intent_of(fcinfo, intent_model(fcinfo, horizon), horizon, OUTLOOK_VALUE, &outlook))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT4((float4) outlook.probability);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_purchase_intent_estimate);
Datum
emp_score_purchase_intent_estimate(PG_FUNCTION_ARGS)
{
	double			  horizon = score_horizon(fcinfo, 2, INTENT_HORIZON);
	const ScoreModel *model = intent_model(fcinfo, horizon);
	Outlook			  outlook;

	if (!intent_of(fcinfo, model, horizon, OUTLOOK_INTERVAL, &outlook))
		PG_RETURN_NULL();
	return outlook_estimate(fcinfo, &outlook, model);
}

/* Has something been put into a cart within a week, and nothing been bought since? */
static bool
has_open_cart(FunctionCallInfo fcinfo)
{
	FeatureMoment moment;
	Reading		  reading;

	if (!reading_begin(fcinfo, 1, half_life_days, &reading))
		return false;
	history_read_latest(&reading.history, &reading.view);
	feature_moment(&reading.history, PG_GETARG_TIMESTAMPTZ(1), &moment);
	reading_end(&reading);
	return moment.cart_open;
}

/* That an open cart is not bought is that nothing is. */
static bool
abandonment_of(FunctionCallInfo fcinfo, const ScoreModel *model, double horizon,
			   OutlookDetail detail, Outlook *outlook)
{
	double lo;

	if (!has_open_cart(fcinfo) || !intent_of(fcinfo, model, horizon, detail, outlook))
		return false;
	lo = 1 - outlook->hi;
	outlook->hi = 1 - outlook->lo;
	outlook->lo = lo;
	outlook->probability = 1 - outlook->probability;
	return true;
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_cart_abandonment);
Datum
emp_score_cart_abandonment(PG_FUNCTION_ARGS)
{
	double	horizon = score_horizon(fcinfo, 2, CART_HORIZON);
	Outlook outlook = { 0 };

	if (!abandonment_of(fcinfo, intent_model(fcinfo, horizon), horizon, OUTLOOK_VALUE, &outlook))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT4((float4) outlook.probability);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_cart_abandonment_estimate);
Datum
emp_score_cart_abandonment_estimate(PG_FUNCTION_ARGS)
{
	double			  horizon = score_horizon(fcinfo, 2, CART_HORIZON);
	const ScoreModel *model = intent_model(fcinfo, horizon);
	Outlook			  outlook;

	if (!abandonment_of(fcinfo, model, horizon, OUTLOOK_INTERVAL, &outlook))
		PG_RETURN_NULL();
	return outlook_estimate(fcinfo, &outlook, model);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_rfm);
Datum
emp_score_rfm(PG_FUNCTION_ARGS)
{
	HistoryTarget target = history_target(text_to_cstring(PG_GETARG_TEXT_PP(2)));
	Datum		  values[6];
	bool		  nulls[6] = { 0 };
	FeatureFacts  facts;
	Reading		  reading;

	if (!reading_begin(fcinfo, 1, half_life_days, &reading))
		PG_RETURN_NULL();
	feature_facts(&reading.history, target, reading.as_of, &facts);
	reading_end(&reading);
	if (facts.rfm.x < 0)
		PG_RETURN_NULL();
	values[0] = Int32GetDatum(facts.rfm.x);
	values[1] = Float8GetDatum(facts.rfm.t_x);
	values[2] = Float8GetDatum(facts.rfm.T);
	values[3] = Float8GetDatum(facts.log_gaps);
	values[4] = Int32GetDatum((int32) facts.paid);
	values[5] = Float8GetDatum(facts.paid > 0 ? facts.amount / facts.paid : 0);
	nulls[5] = facts.paid == 0;
	return score_row(fcinfo, values, nulls);
}

/* ---- cadence ---- */

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_cadence);
Datum
emp_score_cadence(PG_FUNCTION_ARGS)
{
	Reading		   reading;
	Cadence		   cadence;
	const int32_t *active;
	size_t		   n;

	if (!reading_begin(fcinfo, 1, half_life_days, &reading))
		PG_RETURN_NULL();
	active = history_days(&reading.history, TARGET_AUTO, &n);
	score_cadence(active, n, reading.as_of, &cadence);
	reading_end(&reading);
	return score_cadence_row(fcinfo, &cadence);
}

/* ---- explain ---- */

static void
put_factor(ReturnSetInfo *rsinfo, const char *factor, const char *value, double contribution)
{
	Datum values[3] = { CStringGetTextDatum(factor), CStringGetTextDatum(value),
						Float8GetDatum(contribution) };
	bool  nulls[3] = { 0 };

	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* How a topic looks in this customer's history, in a marketer's words; NULL: nothing to say. */
static char *
silence_in_words(const Reading *reading, const FeatureFacts *facts)
{
	Cadence		   cadence;
	size_t		   n;
	const int32_t *active = history_days(&reading->history, TARGET_AUTO, &n);

	score_cadence(active, n, reading->as_of, &cadence);
	if (facts->rfm.x < 0)
		return psprintf("first seen %.0f days ago", facts->known);
	if (!cadence.gap_known || facts->rfm.x == 0)
		return psprintf("for %.0f days", facts->silent);
	return psprintf("for %.0f days, usually comes every %.0f", facts->silent, cadence.usual_gap);
}

static char *
times_in_words(const FeatureFacts *facts)
{
	if (facts->rfm.x <= 0)
		return pstrdup(facts->rfm.x < 0 ? "not yet" : "once");
	return psprintf("on %d days in %.0f", facts->rfm.x + 1, facts->rfm.T);
}

static char *
rhythm_in_words(const FeatureFacts *facts)
{
	return facts->rfm.x > 0 ? psprintf("every %.1f days", facts->rfm.t_x / facts->rfm.x)
							: pstrdup("no gap to go by yet");
}

static char *
spend_in_words(const FeatureFacts *facts)
{
	return facts->amount > 0 ? psprintf("%.2f a time", facts->amount / (facts->rfm.x + 1))
							 : pstrdup("nothing");
}

/* Of half a year or so, the newer counting more. */
static double
lately(const FeatureFacts *facts, HistoryCount count)
{
	return facts->counts[count][MEMORY_LONG];
}

static char *
browsing_in_words(const FeatureFacts *facts)
{
	return psprintf("about %.0f visits and %.0f carts lately", lately(facts, COUNT_VISITS),
					lately(facts, COUNT_CARTS));
}

static char *
trouble_in_words(const FeatureFacts *facts)
{
	return psprintf("about %.0f contacts, %.0f complaints, %.0f cancels, %.0f returns lately",
					lately(facts, COUNT_CONTACTS), lately(facts, COUNT_COMPLAINTS),
					lately(facts, COUNT_CANCELS), lately(facts, COUNT_RETURNS));
}

static char *
mood_in_words(const FeatureFacts *facts)
{
	double texts = lately(facts, COUNT_TEXTS);

	if (texts < 0.01)
		return pstrdup("nothing heard lately");
	return psprintf("sentiment %.1f in about %.0f texts lately", lately(facts, COUNT_MOOD) / texts,
					texts);
}

static char *
topic_in_words(const Reading *reading, const FeatureFacts *facts, Topic topic)
{
	switch (topic)
	{
		case TOPIC_SILENCE:
			return silence_in_words(reading, facts);
		case TOPIC_TIMES:
			return times_in_words(facts);
		case TOPIC_RHYTHM:
			return rhythm_in_words(facts);
		case TOPIC_SPEND:
			return spend_in_words(facts);
		case TOPIC_BROWSING:
			return browsing_in_words(facts);
		case TOPIC_TROUBLE:
			return trouble_in_words(facts);
		case TOPIC_MOOD:
			return mood_in_words(facts);
		case TOPIC_NOW:
		case TOPIC_ITEM:
		case TOPIC_BUYER:
		case TOPIC_POPULATION:
		case N_TOPICS:
			break;
	}
	return pstrdup("in the last hours");
}

static char *
typical_in_words(const MbgBaseline *typical)
{
	if (typical->x == 0)
		return psprintf("came once, silent for %.0f days", typical->silent);
	return psprintf("came on %d days, every %.0f days, silent for %.0f", typical->x + 1,
					typical->gap, typical->silent);
}

void
score_put_reasons(ReturnSetInfo *rsinfo, const Reading *reading, const OutlookModel *model,
				  const FeatureFacts *facts, double base, const double topics[N_TOPICS],
				  const char *const words[N_TOPICS])
{
	static const char *const factors[N_TOPICS] = {
		[TOPIC_SILENCE] = "how long they have been silent",
		[TOPIC_TIMES] = "how often they came",
		[TOPIC_RHYTHM] = "how close together",
		[TOPIC_SPEND] = "what they spend",
		[TOPIC_BROWSING] = "what they look at",
		[TOPIC_TROUBLE] = "contacts and trouble",
		[TOPIC_MOOD] = "how they feel",
		[TOPIC_NOW] = "what they are doing now",
		[TOPIC_ITEM] = "how others buy it",
		[TOPIC_BUYER] = "how they buy at all",
	};
	int topic;

	put_factor(rsinfo, "a typical customer", typical_in_words(&model->baseline), base);
	for (topic = 0; topic < TOPIC_POPULATION; topic++)
	{
		if (topics[topic] != 0)
			put_factor(rsinfo, factors[topic],
					   words != NULL && words[topic] != NULL
						   ? words[topic]
						   : topic_in_words(reading, facts, topic),
					   topics[topic]);
	}
}

static void
put_outlook(ReturnSetInfo *rsinfo, const Reading *reading, const ScoreModel *model,
			const Outlook *outlook)
{
	score_put_reasons(rsinfo, reading, &model->outlook, &outlook->facts, outlook->base,
					  outlook->topic, NULL);
}

static void
explain_churn(FunctionCallInfo fcinfo, ReturnSetInfo *rsinfo, Reading *reading)
{
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_CHURN);
	Outlook			  outlook;

	if (outlook_of(reading, model, DEFAULT_HORIZON, OUTLOOK_REASONS, &outlook))
		put_outlook(rsinfo, reading, model, &outlook);
}

static void
explain_purchase_intent(FunctionCallInfo fcinfo, ReturnSetInfo *rsinfo, Reading *reading)
{
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_PURCHASE_INTENT);
	Outlook			  outlook;

	if (reading->history.n_active > 0 &&
		outlook_of(reading, model, INTENT_HORIZON, OUTLOOK_REASONS, &outlook))
		put_outlook(rsinfo, reading, model, &outlook);
}

static void
explain_value(FunctionCallInfo fcinfo, ReturnSetInfo *rsinfo, Reading *reading)
{
	const ScoreModel *model = model_current(fcinfo->flinfo, MODEL_VALUE);
	ScoreValue		  value;

	if (score_value_of(reading, model, SCORE_VALUE_HORIZON, OUTLOOK_REASONS, &value))
		score_put_reasons(rsinfo, reading, &model->outlook, &value.facts, value.base, value.topic,
						  NULL);
}

/* Days of texts by month; the last part takes the rounding. */
static void
explain_sentiment(ReturnSetInfo *rsinfo, const Reading *reading)
{
	const MoodCell *cells = reading->history.moods;
	size_t			n = reading->history.n_moods;
	double			total = 0;
	Mood			mood;
	size_t			i;

	score_mood(cells, n, reading->as_of, half_life_days, &mood);
	if (!mood.known)
		return;
	for (i = 0; i < n;)
	{
		int	   year, month, day, this_year, this_month;
		double part = 0;
		int64  texts = 0;
		char  *what;

		j2date(cells[i].day + POSTGRES_EPOCH_JDATE, &year, &month, &day);
		for (; i < n; i++)
		{
			j2date(cells[i].day + POSTGRES_EPOCH_JDATE, &this_year, &this_month, &day);
			if (this_year != year || this_month != month)
				break;
			part += exp2(-((double) reading->as_of - cells[i].day) / half_life_days) * cells[i].n *
					score_cell_mean(&cells[i]) / mood.n_eff;
			if (pg_add_s64_overflow(texts, cells[i].n, &texts))
				texts = PG_INT64_MAX;
		}
		what = psprintf("what they said in %04d-%02d", year, month);
		put_factor(rsinfo, what,
				   psprintf(INT64_FORMAT "%s", texts, texts == 1 ? " text" : " texts"),
				   i < n ? part : mood.value - total);
		total += part;
	}
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_score_explain);
Datum
emp_score_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Reading		   reading;
	char		  *score;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(1) || !reading_begin(fcinfo, 2, half_life_days, &reading))
		return (Datum) 0;
	score = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (strcmp(score, "churn") == 0)
		explain_churn(fcinfo, rsinfo, &reading);
	else if (strcmp(score, "purchase_intent") == 0)
		explain_purchase_intent(fcinfo, rsinfo, &reading);
	else if (strcmp(score, "value") == 0)
		explain_value(fcinfo, rsinfo, &reading);
	else if (strncmp(score, "item:", 5) == 0)
		score_explain_item(fcinfo, rsinfo, score + 5);
	else if (strcmp(score, "sentiment") == 0)
		explain_sentiment(rsinfo, &reading);
	else
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("there is no score \"%s\" to explain", score),
						errhint("Scores are \"churn\", \"purchase_intent\", \"value\", "
								"\"sentiment\" and \"item:\" with an item's name.")));
	reading_end(&reading);
	return (Datum) 0;
}

/* ---- everything at once, for the view of profiles ---- */

enum
{
	COL_FIRST_ON,
	COL_LAST_AT,
	COL_LAST_HEARD_ON,
	COL_EVENTS,
	COL_TEXTS,
	COL_AMOUNT,
	COL_SENTIMENT,
	COL_SENTIMENT_LO,
	COL_SENTIMENT_HI,
	COL_EMOTION,
	COL_INTENT,
	COL_CHURN,
	COL_CHURN_LO,
	COL_CHURN_HI,
	COL_LTV,
	COL_LTV_LO,
	COL_LTV_HI,
	COL_USUAL_DAYS,
	COL_REGULARITY,
	COL_DUE_ON,
	COL_OVERDUE,
	COL_STAGE,
	COL_STAGE_SINCE,
	COL_CHURN_MODEL,
	COL_LTV_MODEL,
	COL_TEXT_MODEL,
	N_COLS
};

typedef struct Row
{
	Datum values[N_COLS];
	bool  nulls[N_COLS];
} Row;

static void
put(Row *row, int column, Datum value)
{
	row->values[column] = value;
	row->nulls[column] = false;
}

static void
put_real(Row *row, int column, double value)
{
	put(row, column, Float4GetDatum((float4) value));
}

static void
put_label(Row *row, int column, const ProfileView *view, uint32 name)
{
	const char *colon;

	if (name == PROFILE_NONE)
		return;
	colon = memchr(view->names[name], ':', view->name_lens[name]);
	put(row, column,
		PointerGetDatum(cstring_to_text_with_len(
			colon + 1, view->names[name] + view->name_lens[name] - (colon + 1))));
}

static bool
is_kind(const ProfileView *view, uint32 name)
{
	return view->name_lens[name] >= 5 && memcmp(view->names[name], "kind:", 5) == 0;
}

static void
put_activity(Row *row, Reading *reading)
{
	const History *history = &reading->history;
	ProfileEvent   event;

	put(row, COL_EVENTS, Int64GetDatum(history->events));
	put(row, COL_TEXTS, Int64GetDatum(history->texts));
	put(row, COL_AMOUNT, NumericGetDatum(int64_div_fast_to_numeric(history->amount, 4)));
	if (history->n_active > 0)
	{
		put(row, COL_FIRST_ON, DateADTGetDatum(history->active[0]));
		/* To the day, where the latest events are the company's or after as_of. */
		put(row, COL_LAST_AT,
			TimestampTzGetDatum(history->active[history->n_active - 1] * USECS_PER_DAY));
	}
	if (history->texts > 0)
		put(row, COL_LAST_HEARD_ON, DateADTGetDatum(history->last_heard));
	while (profile_next_event(&reading->view, &event))
	{
		if (profile_day(event.at) <= reading->as_of && is_kind(&reading->view, event.kind))
		{
			put(row, COL_LAST_AT, TimestampTzGetDatum(event.at));
			break;
		}
	}
	put_label(row, COL_EMOTION, &reading->view, history->emotion.name);
	put_label(row, COL_INTENT, &reading->view, history->intent.name);
	if (reading->view.model_len > 0)
		put(row, COL_TEXT_MODEL,
			PointerGetDatum(
				cstring_to_text_with_len(reading->view.model, reading->view.model_len)));
}

static void
put_mood(Row *row, const Reading *reading)
{
	Mood mood;

	score_mood(reading->history.moods, reading->history.n_moods, reading->as_of, half_life_days,
			   &mood);
	if (!mood.known)
		return;
	put_real(row, COL_SENTIMENT, mood.value);
	put_real(row, COL_SENTIMENT_LO, mood.lo);
	put_real(row, COL_SENTIMENT_HI, mood.hi);
}

static void
put_churn(Row *row, Reading *reading, const ScoreModel *model)
{
	Outlook outlook;

	if (!outlook_of(reading, model, DEFAULT_HORIZON, OUTLOOK_INTERVAL, &outlook))
		return;
	put_real(row, COL_CHURN, outlook.probability);
	put_real(row, COL_CHURN_LO, outlook.lo);
	put_real(row, COL_CHURN_HI, outlook.hi);
	put(row, COL_CHURN_MODEL, CStringGetTextDatum(model->name));
}

static void
put_value(Row *row, Reading *reading, const ScoreModel *model)
{
	ScoreValue value;

	if (!score_value_of(reading, model, SCORE_VALUE_HORIZON, OUTLOOK_INTERVAL, &value))
		return;
	put_real(row, COL_LTV, value.value);
	put_real(row, COL_LTV_LO, value.lo);
	put_real(row, COL_LTV_HI, value.hi);
	put(row, COL_LTV_MODEL, CStringGetTextDatum(model->name));
}

static void
put_cadence(Row *row, const Reading *reading)
{
	Cadence		   cadence;
	size_t		   n;
	const int32_t *active = history_days(&reading->history, TARGET_AUTO, &n);

	score_cadence(active, n, reading->as_of, &cadence);
	if (cadence.regular_known)
		put_real(row, COL_REGULARITY, cadence.regularity);
	if (!cadence.gap_known)
		return;
	put_real(row, COL_USUAL_DAYS, cadence.usual_gap);
	put(row, COL_DUE_ON, DateADTGetDatum((DateADT) cadence.due));
	put_real(row, COL_OVERDUE, cadence.overdue);
}

static void
put_stage(Row *row, const Reading *reading, StageReplay *replay)
{
	int32 since;
	text *stage;

	stage_replay(replay, &reading->start, reading->as_of);
	stage = stage_reached(replay, &since);
	if (stage == NULL)
		return;
	put(row, COL_STAGE, PointerGetDatum(stage));
	put(row, COL_STAGE_SINCE, DateADTGetDatum(since));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_scores);
Datum
emp_scores(PG_FUNCTION_ARGS)
{
	const ScoreModel *churn = model_current(fcinfo->flinfo, MODEL_CHURN);
	const ScoreModel *value = model_current(fcinfo->flinfo, MODEL_VALUE);
	Reading			  reading;
	Row				  row;

	if (!reading_begin(fcinfo, 1, half_life_days, &reading))
		PG_RETURN_NULL();
	memset(row.nulls, true, sizeof(row.nulls));
	put_activity(&row, &reading);
	put_mood(&row, &reading);
	put_churn(&row, &reading, churn);
	put_value(&row, &reading, value);
	put_cadence(&row, &reading);
	put_stage(&row, &reading, stages_current(fcinfo->flinfo));
	reading_end(&reading);
	return score_row(fcinfo, row.values, row.nulls);
}
