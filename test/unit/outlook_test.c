/*-------------------------------------------------------------------------
 *
 * outlook_test.c
 *	  Features, what is learned on them, and the scores that come of it.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "learn/outlook_fit.h"
#include "made.h"
#include "score/fmath.h"
#include "tap.h"

#define MAX_PEOPLE 6000

static PastPerson people[MAX_PEOPLE];
static OutlookFit fit;

/* Features of a profile as of a day; false if nobody was there. */
static bool
row_of(PastPerson person, int32_t as_of, double row[N_FEATURES], FeatureFacts *facts)
{
	ProfileView view;
	History		history;
	bool		known;

	read_history(person, &view, &history);
	known = feature_facts(&history, TARGET_PURCHASE, as_of, facts);
	feature_row(facts, (FeatureContext){ 0 }, 30, 0.5, row);
	port_free_all();
	return known;
}

/* Anything that a profile may hold, on days 0 to 400. */
static void
random_events(void)
{
	static const char *const names[] = { "kind:order",	 "kind:order",	  "kind:visit",
										 "kind:cart",	 "kind:chat",	  "kind:complaint",
										 "kind:cancel",	 "kind:refund",	  "rating",
										 "text",		 "emotion:anger", "emotion:joy",
										 "intent:cancel" };

	n_events = 0;
	for (int i = 0; i < 40; i++)
	{
		const char *name = names[(int) sim_between(0, sizeof(names) / sizeof(names[0]))];

		add(sim_between(0, 400), name, strcmp(name, "text") == 0 ? sim_between(-1, 1) : 3);
	}
}

/* ---------------------------------------------------------------- features */

static void
test_feature_laws(void)
{
	bool		 finite = true;
	bool		 no_leak = true;
	bool		 any_order = true;
	bool		 silence = true;
	double		 row[N_FEATURES];
	double		 other[N_FEATURES];
	FeatureFacts facts;
	FeatureFacts more;

	for (int i = 0; i < 300; i++)
	{
		int32_t	   cut = (int32_t) sim_between(0, 400);
		PastPerson whole;
		PastPerson part;

		random_events();
		whole = profile_until(1000);
		part = profile_until(cut);
		row_of(whole, cut, row, &facts);
		row_of(part, cut, other, &more);
		for (int j = 0; j < N_FEATURES; j++)
			finite &= isfinite(row[j]);
		no_leak &=
			memcmp(row, other, sizeof(row)) == 0 && memcmp(&facts, &more, sizeof(facts)) == 0;
		free((void *) part.bytes);
		shuffle_events();
		part = profile_until(1000);
		any_order &= part.len == whole.len && memcmp(part.bytes, whole.bytes, part.len) == 0;
		free((void *) part.bytes);
		add(sim_between(0, cut), "kind:order", 5);
		part = profile_until(1000);
		row_of(part, cut, other, &more);
		silence &= more.rfm.x < 0 || facts.rfm.x < 0 ||
				   (more.silent <= facts.silent && more.unseen <= facts.unseen &&
					more.rfm.x >= facts.rfm.x);
		free((void *) part.bytes);
		free((void *) whole.bytes);
	}
	ok(finite, "features are finite whatever a profile holds");
	ok(no_leak, "what comes after the day changes nothing, to the last bit");
	ok(any_order, "nor does the order of events");
	ok(silence, "an event more never makes anyone look longer silent");
}

static void
test_feature_values(void)
{
	double		 row[N_FEATURES];
	FeatureFacts facts;
	PastPerson	 person;

	n_events = 0;
	add(100, "kind:order", 10);
	add(110, "kind:order", 20);
	add(130, "kind:order", 30);
	add(131, "kind:visit", 0);
	add(150, "kind:complaint", 0);
	add(150, "text", -.5);
	add(150, "emotion:anger", .8);
	add(151, "rating", 2);
	person = profile_until(1000);
	ok(row_of(person, 160, row, &facts) && facts.rfm.x == 2 && facts.rfm.t_x == 30 &&
		   facts.rfm.T == 60 && facts.silent == 30 && facts.unseen == 10 && facts.amount == 60,
	   "facts are counted");
	ok(fabs(facts.log_gaps - log(200)) < 1e-12 &&
		   fabs(facts.days[MEMORY_MIDDLE] - (exp2(-.5) + exp2(-5. / 6) + 0.5)) < 1e-12,
	   "gaps and decayed days too");
	ok(row[FEATURE_SILENT] == log1p(30) && row[FEATURE_ONCE] == 0 && row[FEATURE_SENTIMENT] < 0 &&
		   row[FEATURE_NEGATIVE] > 0 && row[FEATURE_COMPLAINTS] > 0 && row[FEATURE_CONTACTS] == 0 &&
		   row[FEATURE_RATED] == 1 && row[FEATURE_RATING] == 2 && row[FEATURE_VISITS] > 0,
	   "features say what they are called");
	ok(row_of(person, 105, row, &facts) && facts.rfm.x == 0 && row[FEATURE_ONCE] == 1 &&
		   row[FEATURE_RATED] == 0 && row[FEATURE_SENTIMENT] == 0 && row[FEATURE_COMPLAINTS] == 0,
	   "what is not known is neutral");
	ok(!row_of(person, 99, row, &facts) && facts.rfm.x < 0, "before the first day nobody is there");
	free((void *) person.bytes);
}

static void
test_feature_names(void)
{
	bool distinct = true;

	for (int i = 0; i < N_FEATURES; i++)
		for (int j = 0; j < i; j++)
			distinct &= strcmp(feature_name(i), feature_name(j)) != 0;
	ok(distinct && feature_topic(FEATURE_POPULATION) == TOPIC_POPULATION,
	   "every feature has a name of its own");
}

/* ------------------------------------------------------------------ scores */

static const double shop[] = { .8, 40, .7, 2.5 };

/* What a population fit alone says. */
static void
set_shop(OutlookModel *model)
{
	memset(model, 0, sizeof(*model));
	model->target = TARGET_PURCHASE;
	model->baseline = (MbgBaseline){ 2, 25, 30 };
	model->rate = .01;
	model->events = 20;
	model->usual_gap = 30;
	outlook_set_params(model, shop, MBG_NPARAMS);
}

static bool
score(const OutlookModel *model, PastPerson person, int32_t as_of, double horizon,
	  OutlookDetail detail, Outlook *outlook)
{
	OutlookQuestion question = { as_of, horizon, { 0 } };
	ProfileView		view;
	History			history;
	bool			known;

	read_history(person, &view, &history);
	known = outlook_score(model, &history, &question, detail, outlook);
	port_free_all();
	return known;
}

static void
test_population_score(void)
{
	const MbgParams mbg = { .8, 40, .7, 2.5, false };
	MbgHistory		h = { 2, 30, 60 };
	OutlookModel	model;
	PastPerson		person;
	Outlook			now;
	Outlook			later;

	set_shop(&model);
	n_events = 0;
	add(100, "kind:order", 1);
	person = profile_until(1000);
	ok(score(&model, person, 150, 30, OUTLOOK_VALUE, &now) &&
		   score(&model, person, 250, 30, OUTLOOK_VALUE, &later) &&
		   later.probability > now.probability,
	   "a one-time buyer's churn rises with silence");
	ok(!score(&model, person, 99, 30, OUTLOOK_VALUE, &now), "nobody can leave who never came");
	free((void *) person.bytes);
	add(110, "kind:order", 1);
	add(130, "kind:order", 1);
	person = profile_until(1000);
	score(&model, person, 160, 30, OUTLOOK_REASONS, &now);
	ok(fabs(now.probability - mbg_churn(&mbg, &h, 30)) < 1e-11, "it is the population model's");
	ok(now.base + now.topic[TOPIC_SILENCE] + now.topic[TOPIC_TIMES] + now.topic[TOPIC_RHYTHM] ==
			   now.logit &&
		   now.topic[TOPIC_MOOD] == 0,
	   "explained by what that looks at");
	free((void *) person.bytes);
}

/* Who never bought, of whom only a rate speaks. */
static void
test_rate(void)
{
	OutlookModel model;
	PastPerson	 person;
	Outlook		 few;
	Outlook		 many;

	set_shop(&model);
	model.task = OUTLOOK_BUY;
	n_events = 0;
	add(100, "kind:visit", 0);
	person = profile_until(1000);
	score(&model, person, 150, 30, OUTLOOK_INTERVAL, &few);
	model.events = 2000;
	score(&model, person, 150, 30, OUTLOOK_INTERVAL, &many);
	ok(fabs(few.probability + expm1(-.3)) < 1e-9 && few.probability == many.probability,
	   "a rate is a chance within the horizon");
	ok(fabs(-log1p(-few.hi) / .3 - exp(SCORE_Z95 / sqrt(20))) < .1 &&
		   fabs(-log1p(-few.lo) / .3 - exp(-SCORE_Z95 / sqrt(20))) < .1 &&
		   many.hi - many.lo < (few.hi - few.lo) / 8,
	   "with an interval by the number of events that it was counted from");
	free((void *) person.bytes);
}

/* Two customers who came equally often, one of them every two weeks; both silent for two months. */
static void
test_regularity(void)
{
	const double mixed[REGULAR_NPARAMS] = { .8, 40, .7, 2.5, .5, .3, .2, .1 };
	OutlookModel model;
	PastPerson	 even;
	PastPerson	 uneven;
	Outlook		 clockwork;
	Outlook		 erratic;

	set_shop(&model);
	outlook_set_params(&model, mixed, REGULAR_NPARAMS);
	n_events = 0;
	for (int i = 0; i <= 26; i++)
		add(14 * i, "kind:order", 1);
	even = profile_until(1000);
	n_events = 0;
	for (int i = 0; i <= 26; i++)
		add(i == 26 ? 364 : i % 2 == 0 ? 14 * i : 14 * (i - 1) + 1, "kind:order", 1);
	uneven = profile_until(1000);
	score(&model, even, 424, 90, OUTLOOK_REASONS, &clockwork);
	score(&model, uneven, 424, 90, OUTLOOK_REASONS, &erratic);
	ok(clockwork.probability > erratic.probability + .1,
	   "after two months a regular customer is lapsing, an irregular one is not");
	diag("%.2f and %.2f", clockwork.probability, erratic.probability);
	ok(clockwork.topic[TOPIC_RHYTHM] > erratic.topic[TOPIC_RHYTHM], "and the rhythm says why");
	free((void *) even.bytes);
	free((void *) uneven.bytes);
}

/* ---------------------------------------------------------------- learning */

/* A customer of the shop, first seen on a day. */
static void
simulate_customer(int first, int last)
{
	double rate = sim_gamma(shop[MBG_R]) / shop[MBG_ALPHA];
	double leave = sim_gamma(shop[MBG_A]);
	double at = first;

	leave /= leave + sim_gamma(shop[MBG_B]);
	n_events = 0;
	add(at, "kind:order", 1);
	while (sim_uniform() >= leave && n_events < MAX_EVENTS)
	{
		at -= log(sim_uniform()) / rate;
		if (at > last)
			break;
		add(at, "kind:order", 1);
	}
}

static Past
simulate_shop(size_t n)
{
	Past past = { .people = people, .n_people = n, .last = 500 };

	for (size_t i = 0; i < n; i++)
	{
		simulate_customer((int) sim_between(0, 400), 500);
		people[i] = profile_until(1000);
	}
	return past;
}

/* How a model's scores at day 500 compare with the truth. */
typedef struct Comparison
{
	double n, covered, off, mean;
	bool   monotone, exact;
} Comparison;

static void
compare(PastPerson person, double (*truth)(const Outlook *outlook), Comparison *all)
{
	Outlook now;
	Outlook longer;
	double	sum;
	double	p;

	if (!score(&fit.model, person, 500, 60, OUTLOOK_INTERVAL, &now))
		return;
	p = truth(&now);
	all->n++;
	all->covered += now.lo <= p && p <= now.hi;
	all->off += fabs(now.probability - p);
	all->mean += now.probability - p;
	score(&fit.model, person, 500, 61, OUTLOOK_REASONS, &longer);
	all->monotone &= longer.probability < now.probability;
	sum = longer.base;
	for (int j = 0; j < N_TOPICS; j++)
		sum += longer.topic[j];
	all->exact &= sum == longer.logit;
}

static Comparison
compare_all(const Past *past, double (*truth)(const Outlook *outlook))
{
	Comparison all = { .monotone = true, .exact = true };

	for (size_t i = 0; i < past->n_people; i++)
		compare(past->people[i], truth, &all);
	diag("%s: off by %.3f, on the whole by %.4f; intervals cover %.1f %%",
		 outlook_status_name(fit.status), all.off / all.n, all.mean / all.n,
		 100 * all.covered / all.n);
	return all;
}

static double
shop_truth(const Outlook *outlook)
{
	const MbgParams mbg = { shop[MBG_R], shop[MBG_ALPHA], shop[MBG_A], shop[MBG_B], false };

	return mbg_churn(&mbg, &outlook->facts.rfm, 60);
}

/* Customers whom the population model describes. */
static void
test_population_truth(void)
{
	Past	   past = simulate_shop(4000);
	Comparison all;

	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
	ok(fit.n > 3000 && fit.tried_at == 440, "the last horizon is what models are tried on");
	ok(fit.trials[fit.best].log_loss <= fit.trials[TRIAL_POPULATION].log_loss &&
		   fit.trials[fit.best].log_loss < fit.trials[TRIAL_RECENCY].log_loss,
	   "what is used does best there");
	ok(fit.trials[TRIAL_ALL].log_loss < 1.01 * fit.trials[TRIAL_POPULATION].log_loss,
	   "and learning loses little where the population model is the truth");
	all = compare_all(&past, shop_truth);
	ok(all.off < .03 * all.n && fabs(all.mean) < .02 * all.n, "predictions are the truth");
	ok(all.covered > .85 * all.n, "and intervals cover it");
	ok(all.monotone && all.exact, "monotone in the horizon, and explained exactly");
	free_people(people, past.n_people);
}

/* Those who look around buy less. */
#define LOOKERS_BUY .004
#define OTHERS_BUY	.012

static double
lookers_truth(const Outlook *outlook)
{
	bool looks = outlook->facts.counts[COUNT_VISITS][MEMORY_LONG] > 0;

	return pow(1 - (looks ? LOOKERS_BUY : OTHERS_BUY), 60);
}

/* Customers of whom the population model can't know what visits tell. */
static void
test_learned_truth(void)
{
	Past	   past = { .people = people, .n_people = 4000, .last = 500 };
	Comparison all;

	for (size_t i = 0; i < past.n_people; i++)
	{
		bool looks = i % 2 == 0;

		n_events = 0;
		for (int day = (int) sim_between(0, 100); day <= 500; day++)
		{
			if (n_events == 0 || sim_uniform() < (looks ? LOOKERS_BUY : OTHERS_BUY))
				add(day, "kind:order", 1);
			if (looks && day % 10 == (int) i / 2 % 10)
				add(day, "kind:visit", 0);
		}
		people[i] = profile_until(1000);
	}
	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
	ok(fit.status == OUTLOOK_LEARNED && fit.best == TRIAL_ALL, "what visits tell is learned");
	all = compare_all(&past, lookers_truth);
	ok(all.off < .04 * all.n && fabs(all.mean) < .02 * all.n, "predictions are near the truth");
	ok(all.covered > .8 * all.n, "and intervals cover it");
	ok(all.monotone && all.exact, "monotone in the horizon, and explained exactly");
	free_people(people, past.n_people);
}

/* A shop where every other horizon is better by so much; the variance of what is predicted next. */
static double
variance_where_it_swings(double better)
{
	Past past = { .people = people, .n_people = 3000, .last = 500 };

	for (size_t i = 0; i < past.n_people; i++)
	{
		bool looks = i % 2 == 0;

		n_events = 0;
		for (int day = (int) sim_between(0, 100); day <= 500; day++)
		{
			double chance = looks ? LOOKERS_BUY : OTHERS_BUY;

			if (n_events == 0 || sim_uniform() < chance * (day / 60 % 2 == 0 ? better : 1))
				add(day, "kind:order", 1);
			if (looks && day % 10 == (int) i / 2 % 10)
				add(day, "kind:visit", 0);
		}
		people[i] = profile_until(1000);
	}
	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
	free_people(people, past.n_people);
	return fit.model.learned_covariance[0][0];
}

/* How far the base rate moves from horizon to horizon is part of what isn't known. */
static void
test_drift(void)
{
	double steady = variance_where_it_swings(1);
	double swings = variance_where_it_swings(2);

	diag("standard deviation of the log-odds: %.3f where nothing changes, %.3f where it swings",
		 sqrt(steady), sqrt(swings));
	ok(fit.status == OUTLOOK_LEARNED && steady < .01 && swings > .04,
	   "an interval knows how far base rates move");
}

static void
test_small_data(void)
{
	static const size_t sizes[] = { 0, 1, 30, 250 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
	{
		Past past = simulate_shop(sizes[i]);

		outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
		ok(regular_params_valid(&fit.model.params) && fit.model.rate > 0 &&
			   fit.model.usual_gap > 0 &&
			   (fit.status == OUTLOOK_LEARNED) == (fit.model.horizon > 0) &&
			   (sizes[i] >= 200 || fit.status == OUTLOOK_FEW_PEOPLE),
		   "%zu customers: %s", sizes[i], outlook_status_name(fit.status));
		free_people(people, past.n_people);
	}
}

/* n customers who all came on the same days. */
static Past
all_alike(size_t n, int days)
{
	Past past = { .people = people, .n_people = n, .last = 500 };

	n_events = 0;
	for (int i = 0; i < days; i++)
		add(10 * i, "kind:order", 1);
	for (size_t i = 0; i < n; i++)
		people[i] = profile_until(1000);
	return past;
}

static void
test_odd_data(void)
{
	Past past = all_alike(300, 51);

	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
	ok(fit.status == OUTLOOK_FEW_PEOPLE && fit.n == 0,
	   "where nobody stays away, nothing is learned");
	free_people(people, 300);
	past = all_alike(300, 5);
	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
	ok(fit.status == OUTLOOK_FEW_PEOPLE && fit.n == 0, "nor where everybody is gone");
	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 400, &fit);
	ok(fit.status == OUTLOOK_NO_PAST, "a horizon must have passed twice");
	outlook_fit(&past, OUTLOOK_CANCEL, TARGET_ACTIVITY, 60, &fit);
	ok(fit.status == OUTLOOK_FEW_PEOPLE && fit.model.rate < 1e-4, "nobody cancels here");
	free_people(people, 300);
}

/* Customers who complain before they cancel. */
static void
test_cancels(void)
{
	Past	past = { .people = people, .n_people = 2000, .last = 500 };
	Outlook calm;
	Outlook angry;

	for (size_t i = 0; i < past.n_people; i++)
	{
		n_events = 0;
		for (double at = sim_between(0, 60); at <= 500; at += sim_between(5, 40))
		{
			bool complains = sim_uniform() < .1;

			add(at, complains ? "kind:complaint" : "kind:visit", 0);
			if (complains && sim_uniform() < .5)
				add(fmin(at + sim_between(1, 20), 500), "kind:cancel", 0);
		}
		people[i] = profile_until(1000);
	}
	outlook_fit(&past, OUTLOOK_CANCEL, TARGET_ACTIVITY, 30, &fit);
	ok(fit.status == OUTLOOK_LEARNED, "who cancels is learned from what they did before");
	free_people(people, past.n_people);
	n_events = 0;
	for (int i = 0; i < 20; i++)
		add(20 * i + 95, "kind:visit", 0);
	people[0] = profile_until(1000);
	add(490, "kind:complaint", 0);
	people[1] = profile_until(1000);
	score(&fit.model, people[0], 500, 30, OUTLOOK_REASONS, &calm);
	score(&fit.model, people[1], 500, 30, OUTLOOK_REASONS, &angry);
	ok(angry.probability > 1.5 * calm.probability &&
		   angry.topic[TOPIC_TROUBLE] > calm.topic[TOPIC_TROUBLE],
	   "a complaint makes it likelier, and says so");
	diag("%.3f and %.3f", calm.probability, angry.probability);
	score(&fit.model, people[0], 500, 31, OUTLOOK_VALUE, &angry);
	ok(angry.probability > calm.probability, "and so does a longer horizon");
	free_people(people, 2);
}

/* Sessions in which whoever puts something into a cart buys within the hour, half of the time. */
static void
test_moments(void)
{
	Past		  past = { .people = people, .n_people = 2000, .last = 100 };
	FeatureMoment moment;
	ProfileView	  view;
	History		  history;
	Outlook		  looking;
	Outlook		  carting;

	for (size_t i = 0; i < past.n_people; i++)
	{
		n_events = 0;
		for (double at = sim_between(0, 30); at < 100; at += sim_between(3, 20))
		{
			add(at, "kind:visit", 0);
			if (sim_uniform() < .5)
				continue;
			add(at + .001, "kind:cart", 0);
			if (sim_uniform() < .5)
				add(at + .001 + sim_between(.001, .04), "kind:order", 5);
		}
		people[i] = profile_until(1000);
	}
	outlook_fit(&past, OUTLOOK_BUY, TARGET_PURCHASE, 1.0 / 12, &fit);
	ok(fit.status == OUTLOOK_LEARNED && fit.trials[fit.best].auc > .7, "moments are learned from");
	free_people(people, past.n_people);

	n_events = 0;
	add(50, "kind:visit", 0);
	add(50.001, "kind:cart", 0);
	people[0] = profile_until(1000);
	read_history(people[0], &view, &history);
	for (int i = 0; i < 2; i++)
	{
		int64_t			at = (int64_t) ((50 + .002 * i) * PROFILE_USECS_PER_DAY);
		OutlookQuestion question = { 49, 1.0 / 12, { .moment = &moment } };

		feature_moment(&history, at, &moment);
		outlook_score(&fit.model, &history, &question, OUTLOOK_REASONS,
					  i == 0 ? &looking : &carting);
	}
	ok(moment.cart_open && moment.carts_hour == 1 && moment.visits_hour == 1,
	   "an open cart is seen");
	ok(carting.probability > looking.probability + .1 && carting.topic[TOPIC_NOW] > 0,
	   "and makes a purchase likelier");
	diag("%.3f and %.3f", looking.probability, carting.probability);
	port_free_all();
	free_people(people, 1);
}

static void
test_check(void)
{
	Past		 past = simulate_shop(1000);
	OutlookCheck check;

	past.last = 440;
	outlook_fit(&past, OUTLOOK_LEAVE, TARGET_PURCHASE, 60, &fit);
	past.last = 500;
	outlook_check(&past, &fit.model, 440, 60, &check);
	ok(check.n > 900 && fabs(check.predicted - check.measures.rate) < .05,
	   "predictions are checked against what happened since");
	diag("%.3f and %.3f", check.predicted, check.measures.rate);
	free_people(people, past.n_people);
}

int
main(void)
{
	test_feature_laws();
	test_feature_values();
	test_feature_names();
	test_population_score();
	test_rate();
	test_regularity();
	test_population_truth();
	test_learned_truth();
	test_drift();
	test_small_data();
	test_odd_data();
	test_cancels();
	test_moments();
	test_check();
	return tap_done();
}
