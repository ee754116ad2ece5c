/*-------------------------------------------------------------------------
 *
 * text_sets.c
 *	  Which sets the shipped model learns from, and what their labels mean.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "learn/text_data.h"
#include "text/number.h"

#define LENGTH(a) ((int) (sizeof(a) / sizeof((a)[0])))

/* Is the name one of a list joined by commas? */
static bool
lists(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at++)
		if ((at == list || at[-1] == ',') && (at[n] == ',' || at[n] == 0))
			return true;
	return false;
}

/* ---- sentiment ---- */

int
plain_sentiment(const char *label)
{
	return strcmp(label, "neg") == 0 ? 0 : strcmp(label, "neu") == 0 ? 1 : 2;
}

#define NEUTRAL_VALENCE 0.6 /* at most, either way */
#define VALENCE_SCALE	0.5 /* of the logistic distribution of one person's valence */

/* Mean human valence, -4 .. 4 */
static int
valence_sentiment(const char *label)
{
	double v = atof(label);

	return v < -NEUTRAL_VALENCE ? 0 : v > NEUTRAL_VALENCE ? 2 : 1;
}

/* How many people, of those with that mean, would call a text negative, neutral, positive */
void
valence_shares(double valence, double share[3])
{
	share[0] = 1 / (1 + text_exp((valence + NEUTRAL_VALENCE) / VALENCE_SCALE));
	share[2] = 1 / (1 + text_exp((NEUTRAL_VALENCE - valence) / VALENCE_SCALE));
	share[1] = 1 - share[0] - share[2];
}

/* From emotions: all of one side, or none at all */
static int
sentiment_of_emotions(const char *labels, const char *positive, const char *negative)
{
	char  copy[256];
	bool  up = false;
	bool  down = false;
	char *rest;

	if (strcmp(labels, "neutral") == 0)
		return 1;
	strncpy(copy, labels, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = 0;
	for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
	{
		if (lists(positive, name))
			up = true;
		else if (lists(negative, name))
			down = true;
		else
			return -1;
	}
	return up == down ? -1 : up ? 2 : 0;
}

static int
goemotions_sentiment(const char *labels)
{
	return sentiment_of_emotions(labels,
								 "admiration,amusement,approval,caring,desire,excitement,gratitude,"
								 "joy,love,optimism,pride,relief",
								 "anger,annoyance,disappointment,disapproval,disgust,embarrassment,"
								 "fear,grief,nervousness,remorse,sadness");
}

static int
xed_sentiment(const char *labels)
{
	return sentiment_of_emotions(labels, "joy,trust", "anger,disgust,fear,sadness");
}

const SentimentSet sentiment_sets[] = {
	{ "tweeteval_sentiment", 0.8, plain_sentiment },
	{ "goemotions", 0.42, goemotions_sentiment },
	{ "xed_en", 0.5, xed_sentiment },
	{ "sent_amazon", 2.0, plain_sentiment },
	{ "sent_yelp", 2.0, plain_sentiment },
	{ "sent_imdb", 2.0, plain_sentiment },
	{ "lexicon", 1.0, plain_sentiment, false, true },
	{ "vadergt_tweets", 5.5, valence_sentiment, true },
	{ "vadergt_amazonReviewSnippets", 7, valence_sentiment, true },
	{ "vadergt_movieReviewSnippets", 6, valence_sentiment, true },
	{ "vadergt_nytEditorialSnippets", 4.5, valence_sentiment, true },
};
const int n_sentiment_sets = LENGTH(sentiment_sets);

/* ---- emotions: GoEmotions' own ---- */

const char *const emotion_names[] = {
	"admiration",	 "amusement",	"anger",	"annoyance",	  "approval",	 "caring",
	"confusion",	 "curiosity",	"desire",	"disappointment", "disapproval", "disgust",
	"embarrassment", "excitement",	"fear",		"gratitude",	  "grief",		 "joy",
	"love",			 "nervousness", "optimism", "pride",		  "realization", "relief",
	"remorse",		 "sadness",		"surprise", "neutral",
};
const int n_emotions = LENGTH(emotion_names);

const char *const basic_names[] = { "anger",   "disgust",  "fear",	 "joy",
									"sadness", "surprise", "neutral" };
const int		  n_basic = LENGTH(basic_names);

/* Those of XED */
static const char *const xed_names[] = { "anger",	"anticipation", "disgust", "fear",	 "joy",
										 "sadness", "surprise",		"trust",   "neutral" };

static uint32_t
bits_of(const char *labels, const char *const *names, int n)
{
	uint32_t bits = 0;

	for (int i = 0; i < n; i++)
		if (lists(labels, names[i]))
			bits |= 1u << i;
	return bits;
}

uint32_t
emotion_bits(const char *labels)
{
	return bits_of(labels, emotion_names, n_emotions);
}

uint32_t
basic_bits(const char *labels)
{
	return bits_of(labels, basic_names, n_basic);
}

uint32_t
xed_bits(const char *labels)
{
	return bits_of(labels, xed_names, LENGTH(xed_names));
}

/* ---- intents of customers' messages ---- */

const char *const intent_names[] = {
	"ask",	  "complain", "praise", "thank", "buy",		"cancel",
	"refund", "change",	  "track",	"pay",	 "account", "human",
};
const int n_intents = LENGTH(intent_names);

const IntentSet intent_sets[] = {
	{ "bitext8k", 1.0, true, false },	{ "banking77", 1.0, true, false },
	{ "clinc150", 1.0, false, false },	{ "clinc150_oos", 1.0, false, false },
	{ "hwu64", 0.7, false, false },		{ "snips", 0.3, false, false },
	{ "goemotions", 0.5, true, false }, { "sent_amazon", 2.0, true, false },
	{ "sent_yelp", 2.0, true, false },	{ "vadergt_amazonReviewSnippets", 1.5, true, true },
};
const int n_intent_sets = LENGTH(intent_sets);

/*
 * What a set's labels mean. A label that is not listed means none of the
 * intents; "-" leaves its rows out, as they could be read either way.
 */
static const struct
{
	const char *set;
	const char *labels;
	const char *intents;
} intent_map[] = {
	{ "bitext8k", "cancel_order", "cancel" },
	{ "bitext8k", "change_order,change_shipping_address,set_up_shipping_address", "change" },
	{ "bitext8k", "check_cancellation_fee,delivery_options", "ask" },
	{ "bitext8k", "check_invoice,get_invoice", "pay" },
	{ "bitext8k", "check_payment_methods", "ask,pay" },
	{ "bitext8k", "check_refund_policy", "ask,refund" },
	{ "bitext8k", "complaint", "complain" },
	{ "bitext8k", "contact_customer_service,contact_human_agent", "human" },
	{ "bitext8k", "create_account,recover_password", "account" },
	{ "bitext8k", "registration_problems", "account,complain" },
	{ "bitext8k", "edit_account,switch_account", "account,change" },
	{ "bitext8k", "delete_account", "account,cancel" },
	{ "bitext8k", "delivery_period,track_order", "track" },
	{ "bitext8k", "track_refund", "track,refund" },
	{ "bitext8k", "get_refund", "refund" },
	{ "bitext8k", "payment_issue", "pay,complain" },
	{ "bitext8k", "place_order", "buy" },
	{ "bitext8k", "newsletter_subscription,review", "-" },

	{ "banking77", "Refund_not_showing_up", "refund,complain" },
	{ "banking77", "request_refund", "refund" },
	{ "banking77", "cancel_transfer", "cancel" },
	{ "banking77", "terminate_account", "cancel,account" },
	{ "banking77", "change_pin", "change" },
	{ "banking77", "edit_personal_details", "change,account" },
	{ "banking77", "order_physical_card", "buy" },
	{ "banking77", "card_arrival", "track" },
	{ "banking77", "card_delivery_estimate", "ask,track" },
	{ "banking77", "passcode_forgotten,pin_blocked,verify_my_identity,verify_top_up", "account" },
	{ "banking77", "unable_to_verify_identity", "account,complain" },
	{ "banking77", "why_verify_identity", "ask,account" },
	{ "banking77",
	  "age_limit,apple_pay_or_google_pay,atm_support,automatic_top_up,card_acceptance,"
	  "country_support,disposable_card_limits,exchange_charge,exchange_rate,exchange_via_app,"
	  "fiat_currency_support,receiving_money,supported_cards_and_currencies,"
	  "top_up_by_bank_transfer_charge,top_up_by_card_charge,top_up_by_cash_or_cheque,"
	  "top_up_limits,transfer_into_account,transfer_timing,verify_source_of_funds,"
	  "visa_or_mastercard",
	  "ask" },
	{ "banking77",
	  "balance_not_updated_after_bank_transfer,balance_not_updated_after_cheque_or_cash_deposit,"
	  "beneficiary_not_allowed,card_not_working,card_payment_fee_charged,"
	  "card_payment_not_recognised,card_payment_wrong_exchange_rate,card_swallowed,"
	  "cash_withdrawal_charge,cash_withdrawal_not_recognised,contactless_not_working,"
	  "declined_card_payment,declined_cash_withdrawal,declined_transfer,"
	  "direct_debit_payment_not_recognised,extra_charge_on_statement,failed_transfer,"
	  "reverted_card_payment?,top_up_failed,top_up_reverted,transaction_charged_twice,"
	  "transfer_fee_charged,transfer_not_received_by_recipient,virtual_card_not_working,"
	  "wrong_amount_of_cash_received,wrong_exchange_rate_for_cash_withdrawal",
	  "complain" },
	{ "banking77",
	  "activate_my_card,card_about_to_expire,card_linking,compromised_card,"
	  "get_disposable_virtual_card,get_physical_card,getting_spare_card,getting_virtual_card,"
	  "lost_or_stolen_card,lost_or_stolen_phone,pending_card_payment,pending_cash_withdrawal,"
	  "pending_top_up,pending_transfer,topping_up_by_card",
	  "-" },

	{ "clinc150", "pay_bill,bill_balance,bill_due,min_payment", "pay" },
	{ "clinc150", "cancel_reservation", "cancel" },
	{ "clinc150", "order,order_checks,book_flight,book_hotel,restaurant_reservation,car_rental",
	  "buy" },
	{ "clinc150", "order_status,application_status,flight_status", "track" },
	{ "clinc150", "lost_luggage", "track,complain" },
	{ "clinc150", "thank_you", "thank" },
	{ "clinc150", "account_blocked", "account,complain" },
	{ "clinc150", "freeze_account", "account" },
	{ "clinc150", "pin_change,insurance_change,credit_limit_change", "change" },
	{ "clinc150", "card_declined,damaged_card,report_fraud", "complain" },
	{ "clinc150",
	  "apr,interest_rate,international_fees,exchange_rate,replacement_card_duration,"
	  "redeem_rewards,improve_credit_score,international_visa,carry_on,restaurant_reviews,"
	  "how_busy,nutrition_info,insurance",
	  "ask" },
	{ "clinc150",
	  "cancel,new_card,change_user_name,change_ai_name,change_accent,change_language,"
	  "change_speed,change_volume,pto_request_status,report_lost_card,confirm_reservation,"
	  "calendar_update,reminder_update,todo_list_update,shopping_list_update,update_playlist,uber",
	  "-" },

	{ "hwu64", "general_praise", "praise" },
	{ "hwu64", "general_negate", "complain" },
	{ "hwu64", "takeaway_order,transport_ticket", "buy" },
	{ "hwu64",
	  "alarm_remove,calendar_remove,lists_remove,general_affirm,takeaway_query,transport_taxi,"
	  "social_post,general_commandstop,music_likeness",
	  "-" },

	{ "snips", "BookRestaurant", "buy" },
	{ "snips", "RateBook", "-" },

	{ "sent_amazon", "neg", "complain" },
	{ "sent_amazon", "pos", "praise" },
	{ "sent_yelp", "neg", "complain" },
	{ "sent_yelp", "pos", "praise" },

	{ "goemotions", "gratitude", "thank" },
	{ "goemotions", "admiration,love", "praise" },
	{ "goemotions", "annoyance,disappointment", "complain" },
	{ "goemotions", "curiosity,confusion", "ask" },
	{ "goemotions", "anger,disgust,disapproval,joy,approval,excitement,sadness", "-" },
};

static uint32_t
intents_of(const char *list)
{
	uint32_t bits = 0;

	for (int i = 0; i < n_intents; i++)
		if (lists(list, intent_names[i]))
			bits |= 1u << i;
	return bits;
}

/*
 * The intents of a row, and those that it says anything about. False when the
 * row is left out.
 */
bool
intent_bits(const IntentSet *set, const char *labels, uint32_t *bits, uint32_t *judged)
{
	char  copy[256];
	char *rest;

	*bits = 0;
	*judged = (1u << n_intents) - 1;
	if (set->has_valence)
	{
		double v = atof(labels);

		*bits = v < -1 ? intents_of("complain") : v > 1.2 ? intents_of("praise") : 0;
		return *bits != 0;
	}
	strncpy(copy, labels, sizeof(copy) - 1);
	copy[sizeof(copy) - 1] = 0;
	for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
		for (int i = 0; i < LENGTH(intent_map); i++)
		{
			if (strcmp(intent_map[i].set, set->folder) != 0 || !lists(intent_map[i].labels, name))
				continue;
			if (intent_map[i].intents[0] == '-')
				return false;
			*bits |= intents_of(intent_map[i].intents);
		}
	if (!set->judges_questions && !(*bits & 1))
		*judged &= ~1u; /* "ask" is the first */
	return true;
}
