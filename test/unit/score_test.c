/*-------------------------------------------------------------------------
 *
 * score_test.c
 *	  The scores' pure cores: churn and its explanation, cadence, mood.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>

#include "score/cadence.h"
#include "score/fmath.h"
#include "score/mbg.h"
#include "score/mood.h"
#include "learn/population.h"
#include "simulate.h"
#include "tap.h"

#define NRANDOM 2000

/* Fitted to the 1/10 sample of CDNOW, in weeks (published: .525, 6.183, .891, 1.614). */
static const MbgParams cdnow = { .5248, 6.183, .8914, 1.614 };

static bool
near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance;
}

static bool
is_probability(double p)
{
	return p >= 0 && p <= 1; /* false for NaN */
}

static MbgParams
random_params(void)
{
	MbgParams params = { exp(sim_between(-12, 12)), exp(sim_between(-12, 12)),
						 exp(sim_between(-12, 12)), exp(sim_between(-12, 12)) };

	return params;
}

static MbgHistory
random_history(void)
{
	MbgHistory h;

	h.x = exp(sim_between(0, 10)) - 1;
	h.t_x = h.x > 0 ? exp(sim_between(-3, 9)) : 0;
	h.T = h.t_x + exp(sim_between(-3, 9));
	return h;
}

static double
loglik(const MbgParams *params, const MbgHistory *h)
{
	MbgTables tables;

	mbg_prepare(&tables, params, h->x);
	return mbg_loglik(&tables, h, NULL);
}

/* ------------------------------------------------------------------ fmath */

static void
test_fmath(void)
{
	const double euler = 0.57721566490153286;
	bool		 recurs = true;

	ok(near(score_digamma(1), -euler, 1e-14), "digamma at 1 is minus Euler's constant");
	ok(near(score_digamma(0.5), -euler - 2 * log(2), 1e-14), "digamma at 1/2");
	for (double x = 1e-5; x < 1e6; x *= 1.7)
		recurs &= near(score_digamma(x + 1) - score_digamma(x), 1 / x, 1e-13 * (1 + 1 / x));
	ok(recurs, "digamma grows by 1/x from x to x + 1");
	ok(score_log_add_exp(-INFINITY, -INFINITY) == -INFINITY &&
		   score_log_add_exp(-INFINITY, 3) == 3 && score_log_add_exp(1000, -1000) == 1000,
	   "log of a sum of exponentials at its limits");
	ok(score_logistic(-1e9) == 0 && score_logistic(1e9) == 1 && score_logistic(0) == 0.5,
	   "logistic at its limits");
}

/* ------------------------------------------------------------------ churn */

/* Values computed with an independent program at the same parameters. */
static void
test_published_points(void)
{
	static const struct
	{
		MbgHistory h;
		double	   alive, none13, none39;
	} points[] = {
		{ { 0, 0, 38.86 }, .3897, .9514, .8912 },
		{ { 1, 1.71, 38.86 }, .1708, .9452, .8952 },
		{ { 2, 30.43, 38.86 }, .7061, .6661, .4401 },
		{ { 7, 29.43, 38.86 }, .6226, .4698, .3831 },
	};

	for (int i = 0; i < 4; i++)
	{
		const MbgHistory *h = &points[i].h;

		ok(near(mbg_p_alive(&cdnow, h), points[i].alive, 6e-5), "P(alive), x = %d", h->x);
		ok(near(mbg_churn(&cdnow, h, 13), points[i].none13, 6e-5), "none in 13, x = %d", h->x);
		ok(near(mbg_churn(&cdnow, h, 39), points[i].none39, 6e-5), "none in 39, x = %d", h->x);
	}
}

static double
log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* The likelihood as it is written down in the papers. */
static double
textbook_loglik(const MbgParams *p, const MbgHistory *h)
{
	double n = p->r + h->x;
	double head = lgamma(n) - lgamma(p->r) + p->r * log(p->alpha) - log_beta(p->a, p->b);
	double alive = log_beta(p->a, p->b + h->x + 1) - n * log(p->alpha + h->T);
	double gone = log_beta(p->a + 1, p->b + h->x) - n * log(p->alpha + h->t_x);

	return head + log(exp(alive - gone) + 1) + gone;
}

static void
test_likelihood(void)
{
	bool same = true;
	bool consistent = true;

	for (int i = 0; i < NRANDOM; i++)
	{
		MbgParams  p = { sim_between(.1, 5), sim_between(1, 50), sim_between(.1, 5),
						 sim_between(.1, 5) };
		MbgHistory h = { (int32_t) sim_between(0, 30), 0, 0 };
		MbgHistory later;
		double	   horizon = sim_between(0, 200);

		h.t_x = h.x > 0 ? sim_between(0, 300) : 0;
		h.T = h.t_x + sim_between(0, 300);
		later = h;
		later.T += horizon;
		same &= near(loglik(&p, &h), textbook_loglik(&p, &h), 1e-9 * (1 + fabs(loglik(&p, &h))));
		consistent &=
			near(mbg_churn(&p, &h, horizon), exp(loglik(&p, &later) - loglik(&p, &h)), 1e-9);
	}
	ok(same, "the log-likelihood is the textbook's");
	ok(consistent, "churn is the likelihood of the same history seen later, over that of now");
}

static void
test_churn_directions(void)
{
	bool silence = true;
	bool horizon = true;

	for (double T = 1; T < 1000; T += 7)
	{
		MbgHistory once = { 0, 0, T };
		MbgHistory longer = { 0, 0, T + 7 };

		silence &= mbg_churn(&cdnow, &longer, 30) > mbg_churn(&cdnow, &once, 30);
		horizon &= mbg_churn(&cdnow, &once, T + 7) < mbg_churn(&cdnow, &once, T);
	}
	ok(silence, "churn of a one-time buyer rises with silence");
	ok(horizon, "churn falls with a longer horizon");
	ok(mbg_churn(&cdnow, &(MbgHistory){ 3, 10, 20 }, 0) == 1, "nobody buys within no time");
}

/* Churn with its interval. */
static PopulationEstimate
none_within(const MbgParams *p, const double covariance[4][4], const MbgHistory *h, double horizon)
{
	const double  params[4] = { p->r, p->alpha, p->a, p->b };
	PopulationRow row = { .history = *h, .weight = 1 };

	return population_none(&population_mbg, params, covariance[0], &row, horizon);
}

/* Every result at one point is finite and within its range. */
static bool
sane_at(const MbgParams *p, const MbgHistory *h, double horizon)
{
	static const double covariance[4][4] = {
		{ 25, 0, 0, 0 }, { 0, 25, 0, 0 }, { 0, 0, 25, 0 }, { 0, 0, 0, 25 }
	};
	double			   churn = mbg_churn(p, h, horizon);
	PopulationEstimate none = none_within(p, covariance, h, fmin(horizon, 1e300));

	return isfinite(loglik(p, h)) && is_probability(mbg_p_alive(p, h)) && is_probability(churn) &&
		   none.lo >= 0 && none.lo <= churn + 1e-12 && none.hi >= churn - 1e-12 && none.hi <= 1;
}

static void
test_extremes(void)
{
	const MbgParams	 no_dropout = { .8, 70, 1e-9, 1e9 };
	const MbgHistory busy = { 10000, 10000, 10000 };
	const MbgHistory new_today = { 0, 0, 0 };
	const MbgHistory new_yesterday = { 0, 0, 1 };
	const MbgHistory busy_day = { 10000, 1, 1 };
	const MbgHistory old = { 10000, 1, 1e9 };
	bool			 sane = true;

	ok(sane_at(&cdnow, &busy, 30), "10,000 purchases");
	ok(sane_at(&cdnow, &new_today, 30), "first seen today");
	ok(sane_at(&cdnow, &new_yesterday, 30), "first seen yesterday");
	ok(sane_at(&cdnow, &busy_day, 30), "10,000 purchases in a day");
	ok(sane_at(&cdnow, &old, 30) && mbg_churn(&cdnow, &old, 30) == 1, "silent for ages");
	ok(sane_at(&no_dropout, &busy, 30) && mbg_p_alive(&no_dropout, &busy) > 0.999999,
	   "where nobody leaves, all are alive");
	ok(near(mbg_churn(&no_dropout, &new_yesterday, 30), pow(71.0 / 101, .8), 1e-9),
	   "and churn is that of the rate alone");
	ok(sane_at(&cdnow, &busy, 1e300) && sane_at(&cdnow, &busy, INFINITY), "a horizon without end");
	for (int i = 0; i < NRANDOM; i++)
	{
		MbgParams  p = random_params();
		MbgHistory h = random_history();

		sane &= sane_at(&p, &h, exp(sim_between(-5, 20)));
	}
	ok(sane, "random parameters and histories over the whole range");
}

static void
test_validity(void)
{
	MbgParams  p = cdnow;
	MbgHistory good = { 2, 30, 40 };
	MbgHistory bad[] = { { -1, 0, 4 },	{ 1, 5, 4 },   { 1, -1, 4 },	  { 0, 1, 4 },
						 { 1, NAN, 4 }, { 1, 2, NAN }, { 1, 2, INFINITY } };
	bool	   refused = true;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refused &= !mbg_history_valid(&bad[i]);
	ok(mbg_history_valid(&good) && refused, "impossible histories are told from possible ones");
	refused = true;
	for (int i = 0; i < 4; i++)
	{
		static const double values[] = { 0, -1, NAN, INFINITY };

		p.b = values[i];
		refused &= !mbg_params_valid(&p);
	}
	ok(mbg_params_valid(&cdnow) && refused, "impossible parameters are told from possible ones");
}

static void
test_interval(void)
{
	const MbgHistory   h = { 2, 30.43, 38.86 };
	double			   none[4][4] = { { 0 } };
	double			   some[4][4] = { { .01, 0, 0, 0 }, { 0, .01, 0, 0 }, { 0, 0, .01, 0 } };
	double			   broken[4][4] = { { -1, 0, 0, 0 } };
	double			   churn = mbg_churn(&cdnow, &h, 13);
	PopulationEstimate e = none_within(&cdnow, none, &h, 13);

	ok(near(e.lo, churn, 1e-12) && near(e.hi, churn, 1e-12), "certain parameters, a certain churn");
	e = none_within(&cdnow, some, &h, 13);
	ok(e.lo < churn && churn < e.hi && e.hi - e.lo < .2,
	   "uncertain parameters, an interval around churn");
	e = none_within(&cdnow, broken, &h, 13);
	ok(e.lo == 0 && e.hi == 1, "a covariance that isn't one says nothing");
}

/* ----------------------------------------------------------------- cadence */

static void
test_cadence_known(void)
{
	const int32_t days[] = { 100, 107, 121, 128, 135 };
	Cadence		  c;

	score_cadence(days, 5, 149, &c);
	ok(c.n == 5 && c.first == 100 && c.last == 135 && c.silent == 14, "counts and spans");
	ok(c.gap_known && c.usual_gap == 7 && c.due == 142 && c.overdue == 2, "two gaps late");
	score_cadence(days, 5, 127, &c);
	ok(c.n == 3 && c.last == 121 && c.usual_gap == 10.5 && c.due == 132,
	   "days after as_of don't count; of two middle gaps, the mean");
	score_cadence(days, 2, 107, &c);
	ok(c.gap_known && c.usual_gap == 7 && c.overdue == 0 && !c.regular_known,
	   "two events: a gap, no regularity");
	score_cadence(days, 1, 200, &c);
	ok(c.n == 1 && c.silent == 100 && !c.gap_known && !c.regular_known, "one event: no gap");
	score_cadence(days, 5, 99, &c);
	ok(c.n == 0 && !c.gap_known && !c.regular_known, "nothing yet");
	score_cadence(NULL, 0, 99, &c);
	ok(c.n == 0 && !c.gap_known, "nothing at all");
}

static void
test_cadence_regularity(void)
{
	int32_t clockwork[100];
	int32_t random[2000];
	int32_t bursts[100];
	Cadence even;
	Cadence mixed;
	Cadence uneven;

	for (int i = 0; i < 100; i++)
	{
		clockwork[i] = 14 * i;
		bursts[i] = i / 10 * 1000 + i % 10;
	}
	random[0] = 0;
	for (int i = 1; i < 2000; i++)
		random[i] = random[i - 1] + 1 + (int32_t) (-1000 * log(sim_uniform()));
	score_cadence(clockwork, 100, 1400, &even);
	score_cadence(random, 2000, INT32_MAX, &mixed);
	score_cadence(bursts, 100, 10000, &uneven);
	ok(even.regularity > .85 && even.regularity <= 1, "clockwork is regular");
	ok(near(mixed.regularity, .5, .02), "random visits are halfway");
	ok(uneven.regularity > 0 && uneven.regularity < .3, "bursts are irregular");
	score_cadence(clockwork, 3, 1400, &even);
	ok(even.regular_known && near(even.regularity, 1 / (1 + sqrt(2.0 / 3)), 1e-12),
	   "two even gaps are no proof");
}

static void
test_cadence_far_apart(void)
{
	const int32_t days[] = { INT32_MIN, 0, INT32_MAX };
	Cadence		  c;

	score_cadence(days, 3, INT32_MAX, &c);
	ok(c.usual_gap == 2147483647.5 && c.due == (int64_t) INT32_MAX + 2147483648 && c.silent == 0 &&
		   is_probability(c.regularity),
	   "the whole calendar overflows nothing");
}

static int
compare_days(const void *a, const void *b)
{
	int32_t x = *(const int32_t *) a;
	int32_t y = *(const int32_t *) b;

	return (x > y) - (x < y);
}

/* Ascending distinct random days in days[], at most room of them. */
static size_t
random_days(int32_t *days, size_t room)
{
	size_t n = 0;
	size_t wanted = 1 + (size_t) sim_between(0, room);

	for (double day = 0; n < wanted; day += 1 + floor(-15 * log(sim_uniform())))
		days[n++] = day;
	return n;
}

static double
median_by_sorting(const int32_t *days, size_t n)
{
	int32_t gaps[64];

	for (size_t i = 0; i + 1 < n; i++)
		gaps[i] = days[i + 1] - days[i];
	qsort(gaps, n - 1, sizeof(int32_t), compare_days);
	return (gaps[(n - 1) / 2] + gaps[(n - 2) / 2]) / 2.0;
}

static void
test_cadence_properties(void)
{
	bool median = true;
	bool closer = true;

	for (int i = 0; i < NRANDOM; i++)
	{
		int32_t days[64];
		size_t	n = random_days(days, 60);
		int32_t extra = (int32_t) sim_between(0, days[n - 1] + 100);
		int32_t as_of = days[n - 1] + 100;
		Cadence before;
		Cadence after;
		bool	known = false;

		score_cadence(days, n, as_of, &before);
		median &= n < 2 || before.usual_gap == median_by_sorting(days, n);
		for (size_t j = 0; j < n; j++)
			known |= days[j] == extra;
		if (known)
			continue;
		days[n++] = extra;
		qsort(days, n, sizeof(int32_t), compare_days);
		score_cadence(days, n, as_of, &after);
		closer &= after.silent <= before.silent && after.last >= before.last;
	}
	ok(median, "the usual gap is the median of the gaps");
	ok(closer, "an event more never makes anyone look longer silent");
}

/* -------------------------------------------------------------------- mood */

static void
test_mood_known(void)
{
	const MoodCell cells[] = { { 100, 2, 16000 }, { 130, 1, -10000 }, { 131, 5, -50000 } };
	Mood		   m;

	/* 30 days = one half-life: two texts of .8 weigh 1 together, one of -1 weighs 1 */
	score_mood(cells, 3, 130, 30, &m);
	ok(m.known && m.n == 3 && near(m.n_eff, 2, 1e-12) && near(m.value, -.1, 1e-12),
	   "recent texts weigh more, later ones nothing");
	ok(near(m.hi - m.value, 1.95996 * sqrt((4 * .45 * .45 + .9 * .9 + .9 * .9) / 6 / 2), 1e-4),
	   "the interval is the documented one");
	score_mood(cells, 1, 100, 30, &m);
	ok(near(m.value, .8, 1e-12) && m.hi == 1 && m.lo < .5, "the interval stays within the scale");
}

static void
test_mood_unknown(void)
{
	const MoodCell cells[] = { { 100, 1, 5000 }, { 90, 0, 0 }, { 95, -3, 100 } };
	Mood		   m;

	score_mood(NULL, 0, 100, 30, &m);
	ok(!m.known && m.n == 0, "no text, no mood");
	score_mood(cells, 3, 99, 30, &m);
	ok(!m.known && m.n == 0, "cells without texts, or from the future, are none");
	score_mood(cells, 1, 100 + 19 * 30, 30, &m);
	ok(m.known && m.lo == -1 && m.hi == 1, "after nineteen half-lives it could be any");
	score_mood(cells, 1, 100 + 21 * 30, 30, &m);
	ok(!m.known && m.n == 1, "after twenty-one it isn't known");
}

static void
test_mood_hostile(void)
{
	const MoodCell cells[] = { { INT32_MIN, INT64_MAX, INT64_MAX },
							   { INT32_MAX, INT64_MAX, INT64_MIN },
							   { INT32_MAX, 1, INT64_MAX } };
	Mood		   m;

	score_mood(cells, 3, INT32_MAX, 1e-300, &m);
	ok(m.known && m.n == INT64_MAX && m.value >= -1 && m.value <= m.hi && m.lo <= m.value,
	   "extreme cells overflow nothing");
	score_mood(cells, 3, INT32_MAX, 1e300, &m);
	ok(m.known && fabs(m.value) <= 1 && isfinite(m.lo) && isfinite(m.hi), "nor an endless memory");
}

static void
test_mood_properties(void)
{
	bool wider = true;
	int	 covered = 0;

	for (int i = 0; i < NRANDOM; i++)
	{
		MoodCell cells[20];
		double	 truth = sim_between(-.5, .5);
		Mood	 m;
		Mood	 later;

		for (int j = 0; j < 20; j++)
		{
			double text = fmin(fmax(truth + .4 * sim_normal(), -1), 1);

			cells[j] = (MoodCell){ (int32_t) sim_between(0, 90), 1, lrint(text * MOOD_UNIT) };
		}
		score_mood(cells, 20, 90, 60, &m);
		score_mood(cells, 20, 120, 60, &later);
		wider &= later.hi - later.lo >= m.hi - m.lo && near(later.value, m.value, 1e-12);
		covered += m.lo <= truth && truth <= m.hi;
	}
	ok(wider, "as time passes without a word, the value stays and the interval widens");
	ok(covered > .94 * NRANDOM, "the interval covers a steady mood");
	diag("interval covers %.1f %%", 100.0 * covered / NRANDOM);
}

int
main(void)
{
	test_fmath();
	test_published_points();
	test_likelihood();
	test_churn_directions();
	test_extremes();
	test_validity();
	test_interval();
	test_cadence_known();
	test_cadence_regularity();
	test_cadence_far_apart();
	test_cadence_properties();
	test_mood_known();
	test_mood_unknown();
	test_mood_hostile();
	test_mood_properties();
	return tap_done();
}
