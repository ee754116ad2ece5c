/*-------------------------------------------------------------------------
 *
 * value_test.c
 *	  What customers are expected to spend: laws, truth in simulated shops, and
 *	  what is learned of them.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "learn/value_fit.h"
#include "made.h"
#include "score/fmath.h"
#include "tap.h"

#define MAX_PEOPLE 4000

static PastPerson people[MAX_PEOPLE];
static double	  spent_later[MAX_PEOPLE]; /* after the last day of the past */
static ValueFit	  fit;

static const MbgParams	 shop = { 1.2, 50, .5, 3, false };
static const SpendParams amounts = { 4, 3.5, 40 };

static OutlookModel
shop_model(void)
{
	OutlookModel model;

	memset(&model, 0, sizeof(model));
	model.target = TARGET_PURCHASE;
	model.baseline = (MbgBaseline){ 2, 25, 30 };
	model.rate = .01;
	model.events = 20;
	model.usual_gap = 30;
	outlook_set_params(&model, (double[]){ shop.r, shop.alpha, shop.a, shop.b }, MBG_NPARAMS);
	return model;
}

static bool
value_as_of(const OutlookModel *model, const SpendParams *spend, PastPerson person, int32_t as_of,
			double horizon, OutlookDetail detail, ScoreValue *value)
{
	OutlookQuestion question = { .as_of = as_of, .horizon = horizon };
	ProfileView		view;
	History			history;
	bool			known;

	read_history(person, &view, &history);
	known = value_score(model, spend, &history, &question, detail, value);
	port_free_all();
	return known;
}

/* --------------------------------------------------------------------- laws */

static void
test_functions(void)
{
	const double pi = acos(-1.0);
	bool		 recurs = true;
	bool		 inverts = true;

	for (double x = 1e-3; x < 1e6; x *= 1.7)
		recurs &= fabs(score_trigamma(x) - score_trigamma(x + 1) - 1 / x / x) <=
				  1e-12 * score_trigamma(x);
	ok(recurs && fabs(score_trigamma(1) - pi * pi / 6) < 1e-13, "trigamma");
	for (double p = 1e-12; p < 1; p = p < .01 ? p * 10 : p + .01)
		inverts &= fabs(erfc(-score_normal_quantile(p) / sqrt(2)) / 2 - p) < 1e-5 * p;
	ok(inverts && fabs(score_normal_quantile(.975) - SCORE_Z95) < 1e-6, "normal quantiles");
}

/* Purchases within the horizon of customers who are there and make any: moments of 20,000 draws. */
static MbgNumber
drawn_number(const MbgParams *p, const MbgHistory *h, double horizon)
{
	MbgNumber sum = { 0, 0 };
	double	  any = 0;

	for (int i = 0; i < 20000; i++)
	{
		double leave = sim_gamma(p->a);
		double rate = sim_gamma(p->r + h->x) / (p->alpha + h->T);
		double number = 0;

		leave /= leave + sim_gamma(p->b + h->x + 1);
		for (double at = -log(sim_uniform()) / rate; at < horizon; at -= log(sim_uniform()) / rate)
		{
			number++;
			if (sim_uniform() < leave)
				break;
		}
		sum.mean += number;
		sum.square += number * number;
		any += number > 0;
	}
	return (MbgNumber){ sum.mean / any, sum.square / any };
}

static void
test_number(void)
{
	static const struct
	{
		MbgParams  p;
		MbgHistory h;
		double	   horizon;
	} cases[] = {
		{ { .5, 6, .9, 1.6 }, { 3, 20, 30 }, 39 },
		{ { .8, 40, .7, 2.5 }, { 0, 0, 100 }, 365 },
		{ { .8, 40, 3, 40 }, { 300, 300, 310 }, 365 },
		{ { .8, 40, .5, 2 }, { 5000, 5000, 5001 }, 5000 }, /* integrated */
		{ { .8, 40, 1e-7, 2 }, { 900, 90, 90 }, 300 },	   /* that too; nobody leaves */
	};
	bool same = true;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		MbgNumber drawn = drawn_number(&cases[i].p, &cases[i].h, cases[i].horizon);
		MbgNumber number = mbg_number(&cases[i].p, &cases[i].h, cases[i].horizon);

		same &=
			fabs(number.mean / drawn.mean - 1) < .05 && fabs(number.square / drawn.square - 1) < .1;
		diag("mean %.3f, drawn %.3f; square %.2f, drawn %.2f", number.mean, drawn.mean,
			 number.square, drawn.square);
	}
	ok(same, "the moments of a number of purchases are those of draws");
	ok(mbg_number(&cases[0].p, &cases[0].h, 1e-9).mean < 1 + 1e-6,
	   "within no time there is one at most");
}

static void
test_known(void)
{
	OutlookModel model = shop_model();
	MbgHistory	 h = { 2, 30, 60 };
	PastPerson	 person;
	ScoreValue	 value;

	n_events = 0;
	add(50, "kind:visit", 0);
	add(100, "kind:order", 10);
	add(110, "kind:order", 20);
	add(130, "kind:order", 60);
	add(131, "kind:refund", -5);
	person = profile_until(1000);
	ok(!value_as_of(&model, &amounts, person, 99, 365, OUTLOOK_VALUE, &value),
	   "nothing is known of who never bought");
	value_as_of(&model, &amounts, person, 160, 365, OUTLOOK_INTERVAL, &value);
	ok(fabs(value.value / (mbg_expected(&shop, &h, 365) * spend_expected(&amounts, 3, 30)) - 1) <
		   1e-9,
	   "it is the population's purchases times the amount of one");
	ok(value.lo <= value.value && value.value < value.hi && value.facts.paid == 3,
	   "within its interval");
	free_people(&person, 1);
}

/* A customer's value, of events that are times as expensive. */
static void
random_events(double times)
{
	int n = (int) sim_between(1, 12);

	n_events = 0;
	for (int i = 0; i < n; i++)
		add(sim_between(0, 300), sim_uniform() < .8 ? "kind:order" : "kind:visit",
			sim_uniform() < .1 ? 0 : times * exp(sim_between(0, 6)));
	add(sim_between(0, 300), "kind:order", times * 7);
}

static void
test_laws(void)
{
	OutlookModel model = shop_model();
	bool		 sane = true;
	bool		 longer = true;
	bool		 sums = true;
	bool		 dearer = true;
	bool		 more = true;

	for (int i = 0; i < 300; i++)
	{
		SpendParams dear = { amounts.p, amounts.q, amounts.v * 100 };
		double		horizon = exp(sim_between(0, 7));
		uint64_t	seed = sim_state;
		PastPerson	person;
		ScoreValue	value;
		ScoreValue	other;
		double		total;

		random_events(1);
		person = profile_until(1000);
		value_as_of(&model, &amounts, person, 320, horizon, OUTLOOK_INTERVAL, &value);
		sane &= value.value >= 0 && value.lo >= 0 && value.lo <= value.value &&
				value.value <= value.hi && isfinite(value.hi);
		value_as_of(&model, &amounts, person, 320, horizon * 1.1, OUTLOOK_INTERVAL, &other);
		longer &= other.value > value.value && other.hi >= value.hi;
		value_as_of(&model, &amounts, person, 320, horizon, OUTLOOK_REASONS, &other);
		total = other.base;
		for (int j = 0; j < N_TOPICS; j++)
			total += other.topic[j];
		sums &= fabs(total - log(value.value)) < 1e-9;
		free_people(&person, 1);

		add(320, "kind:order", value.amount);
		person = profile_until(1000);
		value_as_of(&model, &amounts, person, 320, horizon, OUTLOOK_VALUE, &other);
		more &= other.value > value.value;
		free_people(&person, 1);

		sim_state = seed;
		random_events(100);
		person = profile_until(1000);
		value_as_of(&model, &dear, person, 320, horizon, OUTLOOK_INTERVAL, &other);
		dearer &= fabs(other.value / value.value - 100) < 1e-3 &&
				  fabs(other.hi - 100 * value.hi) <= 1e-3 * other.hi;
		free_people(&person, 1);
	}
	ok(sane, "never negative, and within its interval");
	ok(longer, "a longer horizon is worth more");
	ok(sums, "reasons sum to its logarithm");
	ok(more, "somebody who just bought is worth more");
	ok(dearer, "a hundred times the prices, a hundred times the value");
}

/* -------------------------------------------------------------------- truth */

/* A customer of the shop from a day on; what they spend after `last` up to `until`. */
static double
simulate_customer(int first, int last, int until)
{
	double rate = sim_gamma(shop.r) / shop.alpha;
	double leave = sim_gamma(shop.a);
	double nu = sim_gamma(amounts.q) / amounts.v;
	double at = first;
	double later = 0;

	leave /= leave + sim_gamma(shop.b);
	n_events = 0;
	for (;;)
	{
		double amount = sim_gamma(amounts.p) / nu;

		if (at <= last)
			add(at, "kind:order", amount);
		else
			later += amount;
		if (sim_uniform() < leave)
			return later;
		at = fmax(floor(at - log(sim_uniform()) / rate + .5), floor(at) + 1);
		if (at > until)
			return later;
	}
}

static Past
simulate_shop(size_t n, int last, int until)
{
	Past past = { .people = people, .n_people = n, .last = last };

	for (size_t i = 0; i < n; i++)
	{
		spent_later[i] = simulate_customer((int) sim_between(0, last - 30), last, until);
		people[i] = profile_until(last);
	}
	return past;
}

/* How a fit does on what the simulated customers spend in the year after the past. */
typedef struct Outcome
{
	double n, expected, spent, covered;
} Outcome;

static Outcome
outcome_of(const Past *past)
{
	Outcome all = { 0 };

	for (size_t i = 0; i < past->n_people; i++)
	{
		ScoreValue value;

		value_as_of(&fit.outlook.model, &fit.spend, people[i], past->last, 365, OUTLOOK_INTERVAL,
					&value);
		all.n++;
		all.expected += value.value;
		all.spent += spent_later[i];
		all.covered += value.lo <= spent_later[i] && spent_later[i] <= value.hi;
	}
	return all;
}

static void
test_truth(void)
{
	static const size_t sizes[] = { 200, 1000, 4000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		Past	past = simulate_shop(sizes[i], 600, 965);
		Outcome all;

		value_fit(&past, 365, &fit);
		all = outcome_of(&past);
		ok(fabs(all.expected / all.spent - 1) < (sizes[i] > 500 ? .12 : .35),
		   "%zu customers: expected values add up to what was spent", sizes[i]);
		ok(all.covered / all.n > .93 && all.covered / all.n < .99,
		   "intervals are right of 95 in 100");
		diag("%s; expected %.0f, spent %.0f, covered %.3f", outlook_status_name(fit.outlook.status),
			 all.expected, all.spent, all.covered / all.n);
		free_people(people, past.n_people);
	}
	ok(fit.days == 200 && fit.outlook.tried_at == 400 && fit.trial.n > 2000 &&
		   fit.trial.covered > .93 && fabs(fit.trial.expected_value / fit.trial.value - 1) < .12,
	   "it was tried on a third of the past");
	ok(fabs(fit.correlation) < .1, "amounts don't go with frequency here");
	ok(fabs(log(fit.spend.q / amounts.q)) < .2 && fabs(log(fit.spend.p / amounts.p)) < .2,
	   "the amounts' parameters come back");
	diag("p %.2f, q %.2f, v %.1f; correlation %.3f", fit.spend.p, fit.spend.q, fit.spend.v,
		 fit.correlation);
}

/* ---------------------------------------------------------------- odd shops */

static void
test_odd(void)
{
	Past	   past = { .people = people, .n_people = 300, .last = 600 };
	ScoreValue value;

	for (size_t i = 0; i < past.n_people; i++)
	{
		n_events = 0;
		add(sim_between(0, 600), "kind:order", 0);
		people[i] = profile_until(1000);
	}
	value_fit(&past, 365, &fit);
	ok(!fit.spends && fit.trial.n == 0, "where nothing has an amount, no value");
	free_people(people, past.n_people);

	for (size_t i = 0; i < past.n_people; i++)
	{
		n_events = 0;
		add(sim_between(0, 600), "kind:order", 20);
		people[i] = profile_until(1000);
	}
	value_fit(&past, 365, &fit);
	ok(fit.spends && isnan(fit.correlation) &&
		   value_as_of(&fit.outlook.model, &fit.spend, people[0], 600, 365, OUTLOOK_INTERVAL,
					   &value) &&
		   value.value >= 0 && value.value <= value.hi && fabs(value.amount - 20) < 2,
	   "one purchase each, all of one price");
	free_people(people, past.n_people);

	past.n_people = 0;
	value_fit(&past, 365, &fit);
	ok(!fit.spends && fit.outlook.status == OUTLOOK_FEW_PEOPLE, "nobody at all");
	past = simulate_shop(300, 30, 60);
	value_fit(&past, 365, &fit);
	ok(fit.spends && fit.outlook.model.horizon == 0 && fit.trial.n == 0,
	   "a month of past is learned nothing from, but values are known");
	free_people(people, past.n_people);
}

int
main(void)
{
	test_functions();
	test_number();
	test_known();
	test_laws();
	test_truth();
	test_odd();
	return tap_done();
}
