/*-------------------------------------------------------------------------
 *
 * item_test.c
 *	  What customers buy: which days count, laws, and what is learned of items.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "learn/outlook_fit.h"
#include "made.h"
#include "tap.h"

#define MAX_PEOPLE 2000

static PastPerson people[MAX_PEOPLE];
static OutlookFit fit;

/* A profile, read up to a day. */
typedef struct Bought
{
	PastPerson	person;
	ProfileView view;
	History		history;
	ProfileView again;
	Items		items;
} Bought;

static void
bought_by(Bought *bought, PastPerson person, int32_t until)
{
	bought->person = person;
	profile_open(&bought->view, NULL, bought->person.bytes, bought->person.len);
	history_read(&bought->history, &bought->view, NULL, until, 1);
	profile_open(&bought->again, NULL, bought->person.bytes, bought->person.len);
	items_read(&bought->items, &bought->again, &bought->history);
}

/* The same of the events. */
static void
bought_until(Bought *bought, int32_t until)
{
	bought_by(bought, profile_until(2000), until);
}

static void
bought_free(Bought *bought)
{
	port_free_all();
	free_people(&bought->person, 1);
}

static const ItemDays *
item_of(const Bought *bought, const char *name)
{
	return item_named(&bought->items, &bought->again, name, strlen(name));
}

/* The days on which an item counts as bought, as text. */
static const char *
days_of(const Bought *bought, const char *name)
{
	static char		text[200];
	const ItemDays *item = item_of(bought, name);
	size_t			len = 0;

	text[0] = '\0';
	for (size_t i = 0; item != NULL && i < item->n; i++)
		len += (size_t) snprintf(text + len, sizeof(text) - len, "%s%d", i > 0 ? " " : "",
								 item->days[i]);
	return text;
}

/* ---------------------------------------------------------- which days count */

static void
test_days(void)
{
	Bought bought;

	n_events = 0;
	add_about(10, "kind:order", "eggs", 3);
	add_about(10.1, "kind:order", "eggs", 3);
	add_about(10.2, "kind:visit", "milk", 0); /* looked at on a day with a purchase */
	add_about(12, "kind:visit", "eggs", 0);
	add_about(20, "kind:order", "milk", 1);
	add_about(20, "kind:order", "eggs", 3);
	add_about(30, "kind:order", "milk", 1);
	add_about(30, "kind:return", "eggs", -3);
	bought_until(&bought, 100);
	ok(strcmp(days_of(&bought, "eggs"), "10 20") == 0, "days on which an item was paid for count");
	ok(strcmp(days_of(&bought, "milk"), "20 30") == 0, "not those on which it was looked at");
	ok(item_of(&bought, "bread") == NULL && item_of(&bought, "egg") == NULL &&
		   bought.items.n_items == 2,
	   "others are not there");
	bought_free(&bought);
	bought_until(&bought, 15);
	ok(strcmp(days_of(&bought, "eggs"), "10") == 0 && item_of(&bought, "milk") == NULL,
	   "nor what came later");
	bought_free(&bought);

	n_events = 0;
	add_about(10, "kind:order", "eggs", 0);
	add_about(12, "kind:visit", "eggs", 0);
	bought_until(&bought, 100);
	ok(strcmp(days_of(&bought, "eggs"), "10") == 0, "without amounts, days with a purchase count");
	bought_free(&bought);
	n_events = 0;
	add_about(10, "kind:visit", "eggs", 0);
	add_about(12, "kind:visit", "eggs", 0);
	bought_until(&bought, 100);
	ok(strcmp(days_of(&bought, "eggs"), "10 12") == 0, "of who never bought, every day");
	bought_free(&bought);

	n_events = 0;
	for (int i = 0; i < 200; i++)
	{
		static char names[200][8];

		snprintf(names[i], sizeof(names[i]), "n%d", i);
		add_about(i, "kind:order", names[i], 1);
	}
	bought_until(&bought, 1000);
	ok(bought.items.n_items == PROFILE_CLASS_NAMES && item_of(&bought, "*") == NULL,
	   "those that a profile has no room for are no item");
	bought_free(&bought);
}

/* --------------------------------------------------------------------- laws */

static void
random_events(void)
{
	static const char *const kinds[] = { "kind:order", "kind:order", "kind:visit", "kind:return" };
	static const char *const names[] = { "eggs", "milk", "bread", "cheese" };

	n_events = 0;
	for (int i = 0; i < 60; i++)
	{
		const char *kind = kinds[(int) sim_between(0, 4)];

		add_about(sim_between(0, 400), kind, names[(int) sim_between(0, 4)],
				  strcmp(kind, "kind:order") == 0	 ? (int) sim_between(0, 3)
				  : strcmp(kind, "kind:return") == 0 ? -1
													 : 0);
	}
}

static bool
features_of(Bought *bought, const ItemDays *item, int32_t day, double row[N_FEATURES])
{
	ItemPrior	 prior = { 30, -1, 50, 10 };
	History		 own = item_history(&bought->items, item);
	FeatureFacts buyer;
	FeatureFacts facts;
	FeatureItem	 context;

	if (!feature_facts(&own, TARGET_PURCHASE, day, &facts))
		return false;
	feature_facts(&bought->history, TARGET_PURCHASE, day, &buyer);
	context = item_context(item, &bought->history, &buyer,
						   items_basket(&bought->items, &buyer, day), prior, day);
	feature_row(&facts, (FeatureContext){ .item = &context }, 30, 0.5, row);
	return true;
}

static void
test_laws(void)
{
	bool no_leak = true;
	bool finite = true;
	bool any_order = true;
	bool silence = true;

	for (int i = 0; i < 300; i++)
	{
		int32_t	   cut = (int32_t) sim_between(50, 400);
		PastPerson first;
		PastPerson second;
		Bought	   whole;
		Bought	   part;
		double	   row[N_FEATURES];
		double	   other[N_FEATURES];

		random_events();
		first = profile_until(2000);
		shuffle_events();
		second = profile_until(2000);
		bought_by(&whole, first, 2000);
		bought_by(&part, second, cut);
		any_order &= part.person.len == whole.person.len;
		for (size_t j = 0; j < whole.items.n_items; j++)
		{
			const ItemDays *item = &whole.items.items[j];
			uint32_t		len;
			const char	   *name = item_name(item, &whole.again, &len);
			const ItemDays *same = item_named(&part.items, &part.again, name, len);

			if (!features_of(&whole, item, cut, row))
				continue;
			no_leak &= same != NULL && features_of(&part, same, cut, other) &&
					   memcmp(row, other, sizeof(row)) == 0;
			for (int k = 0; k < N_FEATURES; k++)
				finite &= isfinite(row[k]);
		}
		free_people(&part.person, 1);
		free_people(&whole.person, 1);
		port_free_all();

		first = profile_until(2000);
		add_about(sim_between(0, cut), "kind:order", "eggs", 5);
		second = profile_until(2000);
		bought_by(&whole, first, cut);
		bought_by(&part, second, cut);
		if (item_of(&whole, "eggs") != NULL)
		{
			features_of(&whole, item_of(&whole, "eggs"), cut, row);
			features_of(&part, item_of(&part, "eggs"), cut, other);
			silence &= other[FEATURE_SILENT] <= row[FEATURE_SILENT] &&
					   other[FEATURE_ITEM_MISSED] <= row[FEATURE_ITEM_MISSED] + 1e-12 &&
					   other[FEATURE_BUYER_SILENT] <= row[FEATURE_BUYER_SILENT];
		}
		free_people(&part.person, 1);
		free_people(&whole.person, 1);
		port_free_all();
	}
	ok(finite, "features of items are finite");
	ok(no_leak && any_order, "what comes later, and the order of events, changes nothing");
	ok(silence, "an event more never makes an item look longer untouched");
}

/* ----------------------------------------------------------------- learning */

static const char *const shelf[] = { "eggs", "milk", "bread", "sofa", "lamp", "rug", "pan", "pot" };

/* How likely an item is in the basket of somebody who comes; furniture is bought once. */
static double
chance_of(int item, bool bought, bool likes)
{
	if (item >= 3)
		return bought ? .002 : .02;
	return likes ? .5 : .03;
}

/* Customers who come every ten days or so; half of them like groceries. */
static void
simulate_buyer(int last)
{
	bool   likes[3];
	bool   bought[8] = { false };
	double pace = sim_between(4, 25);

	n_events = 0;
	for (int i = 0; i < 3; i++)
		likes[i] = sim_uniform() < .5;
	for (double at = sim_between(0, 360); at <= last; at += pace * -log(sim_uniform()) + 1)
		for (int i = 0; i < 8; i++)
			if (sim_uniform() < chance_of(i, bought[i], i < 3 && likes[i]))
			{
				add_about(floor(at), "kind:order", shelf[i], 2);
				bought[i] = true;
			}
}

/* What the model says of the items that were bought, against what was bought within 20 days. */
typedef struct Outcome
{
	double n, expected, bought, eggs, n_eggs, sofas, n_sofas;
	bool   exact;
} Outcome;

static void
add_outcome(Outcome *all, Bought *bought, const ItemDays *item, int32_t day)
{
	const History  *history = &bought->history;
	ItemCount	   *counts = fit.items.counts;
	size_t			number = item_table_number(&fit.items.table, item, &bought->again);
	FeatureFacts	buyer;
	FeatureItem		context;
	OutlookQuestion question = { day, 20, { .item = &context } };
	Outlook			outlook;
	History			own = item_history(&bought->items, item);
	uint32_t		len;
	const char	   *name = item_name(item, &bought->again, &len);
	double			total;

	feature_facts(history, TARGET_PURCHASE, day, &buyer);
	if (item_days_until(item, day) == 0)
		return;
	context = item_context(item, history, &buyer, items_basket(&bought->items, &buyer, day),
						   item_prior(&counts[number], &counts[fit.items.table.n]), day);
	outlook_score(&fit.model, &own, &question, OUTLOOK_REASONS, &outlook);
	total = outlook.base;
	for (int i = 0; i < N_TOPICS; i++)
		total += outlook.topic[i];
	all->exact &= total == outlook.logit;
	all->n++;
	all->expected += outlook.probability;
	all->bought += item_days_until(item, day + 20) > item_days_until(item, day);
	all->eggs += strncmp(name, "eggs", len) == 0 ? outlook.probability : 0;
	all->n_eggs += strncmp(name, "eggs", len) == 0;
	all->sofas += strncmp(name, "sofa", len) == 0 ? outlook.probability : 0;
	all->n_sofas += strncmp(name, "sofa", len) == 0;
}

static void
test_learned(void)
{
	static PastPerson known[MAX_PEOPLE];
	Past			  past = { .people = known, .n_people = 1500, .last = 380 };
	Outcome			  all = { .exact = true };

	for (size_t i = 0; i < past.n_people; i++)
	{
		simulate_buyer(400);
		people[i] = profile_until(2000);
		known[i] = profile_until(380);
	}
	outlook_fit(&past, OUTLOOK_AGAIN, TARGET_PURCHASE, 20, &fit);
	ok(fit.status == OUTLOOK_LEARNED && fit.best == TRIAL_ALL &&
		   fit.trials[TRIAL_ALL].auc > fit.trials[TRIAL_FEW].auc + .01,
	   "what others do with an item, and how its buyer buys, is learned");
	diag("AUC %.3f, of the item's days alone %.3f, calibration error %.3f",
		 fit.trials[TRIAL_ALL].auc, fit.trials[TRIAL_FEW].auc,
		 fit.trials[TRIAL_ALL].calibration_error);
	ok(fit.trials[TRIAL_ALL].calibration_error < .02, "probabilities are calibrated");
	for (size_t i = 0; i < past.n_people; i++)
	{
		Bought bought;

		bought_by(&bought, people[i], 400);
		for (size_t j = 0; j < bought.items.n_items; j++)
			add_outcome(&all, &bought, &bought.items.items[j], 380);
		port_free_all();
	}
	ok(fabs(all.expected / all.bought - 1) < .05, "as many as predicted come again");
	ok(all.eggs / all.n_eggs > 3 * all.sofas / all.n_sofas, "eggs rather than sofas");
	ok(all.exact, "reasons sum to the log-odds");
	diag("expected %.0f, bought %.0f; eggs %.3f, sofas %.3f", all.expected, all.bought,
		 all.eggs / all.n_eggs, all.sofas / all.n_sofas);
	ok(fit.items.table.n == 8 && fit.items.counts[8].customers > 3000, "the items are counted");
	outlook_free(&fit);
	free_people(people, past.n_people);
	free_people(known, past.n_people);
}

static void
test_odd(void)
{
	Past past = { .people = people, .n_people = 300, .last = 400 };

	for (size_t i = 0; i < past.n_people; i++)
	{
		n_events = 0;
		add(i, "kind:order", 5);
		add_about(i + 1, "kind:visit", "eggs", 0);
		people[i] = profile_until(2000);
	}
	outlook_fit(&past, OUTLOOK_AGAIN, TARGET_PURCHASE, 30, &fit);
	ok(fit.status != OUTLOOK_LEARNED && fit.items.table.n == 0 && fit.population.customers == 0,
	   "without items there is nothing to learn");
	outlook_free(&fit);
	past.n_people = 0;
	outlook_fit(&past, OUTLOOK_AGAIN, TARGET_PURCHASE, 30, &fit);
	ok(fit.status == OUTLOOK_FEW_PEOPLE, "nor without people");
	outlook_free(&fit);
	free_people(people, 300);
}

static void
test_prior(void)
{
	ItemCount all = { .customers = 1000, .gaps = 500, .gap_days = 15000, .had = 800, .again = 200 };
	ItemCount none = { 0 };
	ItemCount often = { .customers = 100, .gaps = 300, .gap_days = 2100, .had = 80, .again = 78 };
	ItemPrior of_none = item_prior(&none, &all);
	ItemPrior of_often = item_prior(&often, &all);

	ok(fabs(of_none.usual_gap - 30) < .1 && fabs(of_none.again - log(1. / 3)) < .02,
	   "of an item of which nothing is known, what holds for all");
	ok(of_often.usual_gap < 9 && fabs(1 / (1 + exp(-of_often.again)) - (78 + 20 * .25) / 100) < .01,
	   "else its own, pulled to that as if by twenty");
}

int
main(void)
{
	test_days();
	test_laws();
	test_prior();
	test_learned();
	test_odd();
	return tap_done();
}
