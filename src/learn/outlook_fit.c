/*-------------------------------------------------------------------------
 *
 * outlook_fit.c
 *	  Learn, on the company's own past, what customers are going to do.
 *
 * Up to four cuts, half a horizon apart, the newest a horizon before the end.
 * Each weighs half of the next newer one: base rates drift, and the newest
 * weighs as much as all others together. The ridge is that of logistic.h,
 * scaled by the weights. Horizons of less than a day are learned at moments: at
 * and after each of the latest events, whose times are kept.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/outlook_fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/logistic.h"
#include "learn/memory.h"
#include "score/fmath.h"

#define MAX_CUTS	  4
#define MIN_STEP	  15  /* days from cut to cut */
#define NEWEST_WEIGHT 0.6 /* of a row of the newest cut */
#define OLDER_WEIGHT  0.5 /* of the next older cut, as a share of it */

/* Fewer rows of the rarer label, and only few features are learned: a handful for each. */
#define EVENTS_FOR_ALL 200

/* Of the latest events, how many are learned from before the rest is predicted. */
#define EARLIER_SHARE 0.8

/* What the mixture, which takes longer, must gain in log-likelihood for each who came back. */
#define MIN_LIKELIER 0.02

/* Rows of items, which are many: more would not make it better. */
#define MOST_ROWS 100000

/* How far base rates move from one horizon to the next, in log-odds, as if it had been seen once. */
#define USUAL_DRIFT 0.1

/* Gains of log loss below this share are no reason for more features. */
#define MIN_GAIN 0.002

/*
 * Where to look for examples: on days, newest first; or, where the horizon is
 * less than a day, at moments after `from` whose horizon ends by `until`.
 */
typedef struct Window
{
	double	horizon;
	int32_t known; /* the population is fitted on what is known by the end of this day */
	int		n_cuts;
	int32_t cuts[MAX_CUTS];
	int64_t from;
	int64_t until;

	/* of items, at each of the cuts */
	const ItemTable *items;
	ItemCount		*counts;
} Window;

static bool
is_by_moment(const Window *window)
{
	return window->horizon < 1;
}

/* People at cuts: what was known of them, and what they did then. */
typedef struct Sample
{
	double	*x; /* n rows of N_FEATURES */
	uint8_t *label;
	uint8_t *cut;
	double	*weight;
	size_t	 n;
	size_t	 room;
	size_t	 yes;
} Sample;

static size_t
most_rows(const Past *past)
{
	return past->most_rows > 0 ? past->most_rows : MOST_ROWS;
}

/* ---- the population ---- */

/* Events of those of whom the population model says nothing, and days without one so far. */
typedef struct Exposure
{
	double events;
	double days;
} Exposure;

static void
add_exposure(Exposure *exposure, const OutlookModel *model, const History *history,
			 const FeatureFacts *facts)
{
	double waited = facts->known;

	if (model->task == OUTLOOK_CANCEL)
	{
		for (size_t i = 0; i < history->n_days; i++)
			exposure->events += history->days[i].count[COUNT_CANCELS] > 0;
	}
	else if (facts->rfm.x >= 0) /* the first one ended the waiting, if there was any */
	{
		waited -= facts->rfm.T;
		exposure->events += waited > 0;
	}
	exposure->days += waited;
}

/* MBG/NBD; or a mixture of rhythms, if wanted, where that makes the days so much likelier. */
static void
fit_rows(const Past *past, PopulationRow *rows, size_t n, bool mixture, PopulationFit *fit)
{
	PopulationRow *random = need(NULL, (n + 1) * sizeof(PopulationRow));
	PopulationFit *regular = need(NULL, sizeof(PopulationFit));
	double		   left_out;

	memcpy(random, rows, n * sizeof(PopulationRow));
	population_fit(&population_mbg, random, population_group(&population_mbg, random, n, &left_out),
				   past->tick, past->tick_arg, fit);
	if (mixture)
	{
		population_fit(&population_regular, rows,
					   population_group(&population_regular, rows, n, &left_out), past->tick,
					   past->tick_arg, regular);
		if (regular->status != POPULATION_FEW_CUSTOMERS &&
			regular->status != POPULATION_FEW_REPEATS &&
			regular->loglik > fit->loglik + 10 + MIN_LIKELIER * fit->repeaters)
			*fit = *regular;
	}
	need_free(random);
	need_free(regular);
}

/* What the population's part of a model is fitted on. */
typedef struct Population
{
	PopulationRow *rows;
	size_t		   n;
	size_t		   room;
	double		   gaps;
	double		   days; /* in these gaps */
	Exposure	   exposure;
} Population;

static void
add_history(Population *population, const FeatureFacts *facts)
{
	if (population->n == population->room)
	{
		population->room = population->room * 2 + 1024;
		population->rows = need(population->rows, population->room * sizeof(PopulationRow));
	}
	population->rows[population->n++] =
		(PopulationRow){ .history = facts->rfm, .log_gaps = facts->log_gaps, .weight = 1 };
	population->gaps += facts->rfm.x;
	population->days += facts->rfm.t_x;
}

static void
add_person(Population *population, const Past *past, size_t person, int32_t as_of,
		   const OutlookModel *model)
{
	PastReader	 reader;
	FeatureFacts facts;

	past_open(&reader, past, person, as_of);
	if (feature_facts(&reader.history, model->target, as_of, &facts))
		add_exposure(&population->exposure, model, &reader.history, &facts);
	if (facts.rfm.x >= 0)
		add_history(population, &facts);
	past_close(&reader);
}

/* The items that somebody had bought. */
static void
add_buyer(Population *population, const Past *past, size_t person, int32_t as_of)
{
	PastBuyer buyer;

	past_open_buyer(&buyer, past, person);
	for (size_t i = 0; i < buyer.items.n_items; i++)
	{
		History		 own = item_history(&buyer.items, &buyer.items.items[i]);
		FeatureFacts facts;

		if (feature_facts(&own, TARGET_PURCHASE, as_of, &facts))
			add_history(population, &facts);
	}
	past_close_buyer(&buyer);
}

/* Fits the population's part of a model on all that was known by a day. */
static void
fit_population(const Past *past, int32_t as_of, OutlookModel *model, PopulationFit *fit)
{
	bool	   items = model->task == OUTLOOK_AGAIN;
	Population population = { .rows = need(NULL, sizeof(PopulationRow)),
							  .exposure = { 0.5, 50 } }; /* a weak prior */

	for (size_t i = 0; i < past->n_people && !(items && population.n >= most_rows(past)); i++)
	{
		if (items)
			add_buyer(&population, past, i, as_of);
		else
			add_person(&population, past, i, as_of, model);
	}
	fit_rows(past, population.rows, population.n, !items, fit);
	need_free(population.rows);
	outlook_set_params(model, fit->params, fit->model->n);
	memcpy(model->covariance, fit->covariance, sizeof(double) * fit->model->n * fit->model->n);
	model->baseline = fit->baseline;
	model->rate = population.exposure.events / population.exposure.days;
	model->events = population.exposure.events;
	model->usual_gap = population.gaps > 0 ? population.days / population.gaps : fit->baseline.gap;
}

/* ---- samples ---- */

static bool
is_event(const OutlookModel *model, const HistoryDay *day)
{
	if (model->task == OUTLOOK_CANCEL)
		return day->count[COUNT_CANCELS] > 0;
	return model->target == TARGET_PURCHASE ? day->purchase : day->active;
}

/* Did it happen on the days from after the cut to the end of the horizon? */
static bool
label_of(const OutlookModel *model, const History *history, int32_t cut, double horizon)
{
	bool happened = false;

	for (size_t i = 0; i < history->n_days && !happened; i++)
		happened = history->days[i].day > cut && history->days[i].day <= cut + horizon &&
				   is_event(model, &history->days[i]);
	return model->task == OUTLOOK_LEAVE ? !happened : happened;
}

/* Room for one row more. */
static double *
next_row(Sample *sample)
{
	if (sample->n == sample->room)
	{
		sample->room = sample->room * 2 + 1024;
		sample->x = need(sample->x, sample->room * N_FEATURES * sizeof(double));
		sample->label = need(sample->label, sample->room);
		sample->cut = need(sample->cut, sample->room);
		sample->weight = need(sample->weight, sample->room * sizeof(double));
	}
	return sample->x + sample->n * N_FEATURES;
}

static void
add_row(Sample *sample, int cut, bool label, double weight)
{
	sample->label[sample->n] = label;
	sample->cut[sample->n] = (uint8_t) cut;
	sample->weight[sample->n] = weight;
	sample->yes += label;
	sample->n++;
}

/* Somebody at each of the window's cuts. */
static void
add_days(Sample *sample, const OutlookModel *model, const History *history, const Window *window)
{
	double weight = NEWEST_WEIGHT;

	for (int i = 0; i < window->n_cuts; i++, weight *= OLDER_WEIGHT)
	{
		int32_t		 cut = window->cuts[i];
		FeatureFacts facts;

		if (!feature_facts(history, model->target, cut, &facts) ||
			(model->task == OUTLOOK_LEAVE && facts.rfm.x < 0))
			continue;
		feature_row(&facts, (FeatureContext){ 0 }, model->usual_gap,
					outlook_population_logit(model, &facts, window->horizon), next_row(sample));
		add_row(sample, i, label_of(model, history, cut, window->horizon), weight);
	}
}

/* How all buy an item again, as of a cut. */
static ItemPrior
prior_at(const Window *window, int cut, size_t number)
{
	const ItemCount *counts = window->counts + cut * (window->items->n + 1);

	return item_prior(&counts[number], &counts[window->items->n]);
}

/* Everything that somebody had bought by a cut. */
static void
add_items_at(Sample *sample, const OutlookModel *model, PastBuyer *buyer, const Window *window,
			 int cut, double weight)
{
	const History *history = &buyer->reader.history;
	int32_t		   day = window->cuts[cut];
	FeatureFacts   whole;
	double		   basket;

	feature_facts(history, TARGET_PURCHASE, day, &whole);
	basket = items_basket(&buyer->items, &whole, day);
	for (size_t i = 0; i < buyer->items.n_items; i++)
	{
		const ItemDays *item = &buyer->items.items[i];
		size_t			number = item_table_number(window->items, item, &buyer->view);
		History			own = item_history(&buyer->items, item);
		FeatureItem		context;
		FeatureFacts	facts;

		if (!feature_facts(&own, TARGET_PURCHASE, day, &facts))
			continue;
		context = item_context(item, history, &whole, basket, prior_at(window, cut, number), day);
		feature_row(&facts, (FeatureContext){ .item = &context }, model->usual_gap,
					outlook_population_logit(model, &facts, window->horizon), next_row(sample));
		add_row(sample, cut, label_of(model, &own, day, window->horizon), weight);
	}
}

static void
take_items(const Past *past, const OutlookModel *model, const Window *window, Sample *sample)
{
	for (size_t i = 0; i < past->n_people && sample->n < most_rows(past); i++)
	{
		double	  weight = NEWEST_WEIGHT;
		PastBuyer buyer;

		past_open_buyer(&buyer, past, i);
		for (int k = 0; k < window->n_cuts; k++, weight *= OLDER_WEIGHT)
			add_items_at(sample, model, &buyer, window, k, weight);
		past_close_buyer(&buyer);
	}
}

/* Was anything bought after an instant, within so many microseconds? */
static bool
bought_within(const History *history, int64_t at, int64_t span)
{
	bool bought = false;

	for (uint32_t i = 0; i < history->n_latest && !bought; i++)
		bought = history->latest[i].purchase && history->latest[i].at > at &&
				 history->latest[i].at <= at + span;
	return bought;
}

/*
 * Somebody at the latest events in the window, or a while after them. Of a full
 * list only the newer half, so that each has some events before it. Days are
 * looked at up to the one before, or they would tell what is still to come.
 */
static void
add_moments(Sample *sample, const OutlookModel *model, const History *history, const Window *window)
{
	static const int64_t later[] = { 0, 10, 60, 360 }; /* minutes */
	int64_t				 span = (int64_t) (window->horizon * PROFILE_USECS_PER_DAY);
	uint32_t n = history->n_latest == PROFILE_LATEST ? PROFILE_LATEST / 2 : history->n_latest;

	for (uint32_t i = 0; i < n; i++)
	{
		int64_t		  at = history->latest[i].at + later[i % 4] * 60000000;
		FeatureFacts  facts;
		FeatureMoment moment;

		if (at <= window->from || at > window->until - span)
			continue;
		feature_facts(history, model->target, profile_day(at) - 1, &facts);
		feature_moment(history, at, &moment);
		feature_row(&facts, (FeatureContext){ .moment = &moment }, model->usual_gap,
					outlook_population_logit(model, &facts, window->horizon), next_row(sample));
		add_row(sample, 0, bought_within(history, at, span), NEWEST_WEIGHT);
	}
}

static void
take_sample(const Past *past, const OutlookModel *model, const Window *window, Sample *sample)
{
	memset(sample, 0, sizeof(*sample));
	if (window->items != NULL)
		take_items(past, model, window, sample);
	for (size_t i = 0; i < past->n_people && window->items == NULL; i++)
	{
		PastReader reader;

		past_open(&reader, past, i, past->last);
		if (is_by_moment(window))
		{
			history_read_latest(&reader.history, &reader.view);
			add_moments(sample, model, &reader.history, window);
		}
		else
			add_days(sample, model, &reader.history, window);
		past_close(&reader);
	}
}

static void
free_sample(Sample *sample)
{
	need_free(sample->x);
	need_free(sample->label);
	need_free(sample->cut);
	need_free(sample->weight);
}

static bool
is_enough(const Sample *sample)
{
	return sample->n >= OUTLOOK_MIN_PEOPLE && sample->yes >= OUTLOOK_MIN_EVENTS &&
		   sample->n - sample->yes >= OUTLOOK_MIN_EVENTS;
}

/* ---- learning ---- */

/* The features of a trial; how many there are. */
static int
features_of(OutlookTrial trial, int columns[N_FEATURES])
{
	static const int few[] = { FEATURE_SILENT, FEATURE_KNOWN, FEATURE_TIMES, FEATURE_ONCE,
							   FEATURE_POPULATION };
	int				 n = 0;

	if (trial == TRIAL_RECENCY)
		columns[n++] = FEATURE_SILENT;
	else if (trial == TRIAL_FEW)
	{
		for (; n < (int) (sizeof(few) / sizeof(few[0])); n++)
			columns[n] = few[n];
	}
	else
	{
		for (; n < N_FEATURES; n++)
			columns[n] = n;
	}
	return n;
}

/* Leaves out the columns that never vary, which would cost time and come to nothing. */
static int
varying(const Sample *sample, int columns[N_FEATURES], int n)
{
	int kept = 0;

	for (int j = 0; j < n; j++)
	{
		const double *first = sample->x + columns[j];
		size_t		  i;

		for (i = 1; i < sample->n && first[i * N_FEATURES] == *first; i++)
			;
		if (i < sample->n)
			columns[kept++] = columns[j];
	}
	return kept;
}

/* From the coefficients of standardised columns to those of features. */
static void
set_weights(OutlookModel *model, const LogisticFit *fit, const int *columns)
{
	int size = fit->n_columns + 1;

	memset(model->weight, 0, sizeof(model->weight));
	memset(model->mean, 0, sizeof(model->mean));
	memset(model->learned_covariance, 0, sizeof(model->learned_covariance));
	model->intercept = fit->intercept;
	for (int j = 0; j < fit->n_columns; j++)
	{
		model->weight[columns[j]] = fit->coefficient[j] / fit->scale[j];
		model->mean[columns[j]] = fit->mean[j];
	}
	for (int i = 0; i < size; i++)
		for (int j = 0; j < size; j++)
		{
			double scale = (i > 0 ? fit->scale[i - 1] : 1) * (j > 0 ? fit->scale[j - 1] : 1);

			model->learned_covariance[i > 0 ? columns[i - 1] + 1 : 0]
									 [j > 0 ? columns[j - 1] + 1 : 0] =
				fit->covariance[i * size + j] / scale;
		}
	outlook_set_used(model);
}

static double
logit_of(const OutlookModel *model, const double *row)
{
	double logit = model->intercept;

	for (int j = 0; j < N_FEATURES; j++)
		logit += model->weight[j] * (row[j] - model->mean[j]);
	return logit;
}

/* What is to be added to the log-odds to be right of a cut on the whole. */
typedef struct Shift
{
	double shift;
	double variance; /* by chance; 0: not known */
} Shift;

static Shift
shift_of(const Sample *sample, const double *logits, int cut)
{
	Shift  found = { 0, 0 };
	size_t yes = 0;
	size_t no = 0;

	for (size_t i = 0; i < sample->n; i++)
	{
		yes += sample->cut[i] == cut && sample->label[i];
		no += sample->cut[i] == cut && !sample->label[i];
	}
	for (int step = 0; step < 20 && yes >= OUTLOOK_MIN_EVENTS && no >= OUTLOOK_MIN_EVENTS; step++)
	{
		double lacking = 0;
		double slope = 0;

		for (size_t i = 0; i < sample->n; i++)
		{
			double p = score_logistic(logits[i] + found.shift);

			if (sample->cut[i] != cut)
				continue;
			lacking += sample->label[i] - p;
			slope += p * (1 - p);
		}
		found.shift += fmin(fmax(lacking / slope, -1), 1);
		found.variance = 1 / slope;
		if (fabs(lacking / slope) < 1e-6)
			break;
	}
	return found;
}

/*
 * How far the base rate may have moved by the time that is predicted, as a
 * variance of log-odds: as far as it did from cuts of a horizon before, and
 * more, to each cut.
 */
static double
drift_of(const Sample *sample, const OutlookModel *model)
{
	double *logits = need(NULL, (sample->n + 1) * sizeof(double));
	double	sum = USUAL_DRIFT * USUAL_DRIFT;
	int		n = 1;
	Shift	shifts[MAX_CUTS];

	for (size_t i = 0; i < sample->n; i++)
		logits[i] = logit_of(model, sample->x + i * N_FEATURES);
	for (int cut = 0; cut < MAX_CUTS; cut++)
		shifts[cut] = shift_of(sample, logits, cut);
	for (int cut = 0; cut + 2 < MAX_CUTS; cut++)
	{
		for (int before = cut + 2; before < MAX_CUTS; before++)
		{
			double moved = shifts[cut].shift - shifts[before].shift;
			double chance = shifts[cut].variance + shifts[before].variance;

			if (!(shifts[cut].variance > 0 && shifts[before].variance > 0))
				continue;
			sum += fmax(moved * moved - chance, 0);
			n++;
		}
	}
	need_free(logits);
	return sum / n;
}

static void
learn(const Past *past, const Sample *sample, OutlookTrial trial, OutlookModel *model)
{
	int			 columns[N_FEATURES] = { 0 };
	int			 m = varying(sample, columns, features_of(trial, columns));
	double		*x = need(NULL, (sample->n * m + 1) * sizeof(double));
	LogisticData data = {
		sample->n, m, x, sample->label, sample->weight, past->tick, past->tick_arg
	};
	LogisticFit fit;

	for (size_t i = 0; i < sample->n; i++)
		for (int j = 0; j < m; j++)
			x[i * m + j] = sample->x[i * N_FEATURES + columns[j]];
	logistic_fit(&data, &fit);
	set_weights(model, &fit, columns);
	model->learned_covariance[0][0] += drift_of(sample, model);
	logistic_free(&fit);
	need_free(x);
}

/* How a trial does on a later sample. */
static void
try_on(const Sample *later, const OutlookModel *model, OutlookTrial trial, Measures *measures)
{
	double *p = need(NULL, (later->n + 1) * sizeof(double));

	for (size_t i = 0; i < later->n; i++)
	{
		const double *row = later->x + i * N_FEATURES;

		p[i] = trial == TRIAL_POPULATION ? score_logistic(row[FEATURE_POPULATION])
										 : score_logistic(logit_of(model, row));
	}
	measure(p, later->label, later->n, measures);
	need_free(p);
}

/* ---- the whole ---- */

/* Cuts whose horizons end by a day; the older ones only where half a horizon lies before them. */
static void
set_cuts(Window *window, int32_t first, int32_t until)
{
	double step = fmax(window->horizon / 2, MIN_STEP);

	for (window->n_cuts = 0; window->n_cuts < MAX_CUTS; window->n_cuts++)
	{
		double cut = until - ceil(window->horizon) - floor(window->n_cuts * step);

		if (cut <= first + (window->n_cuts > 0 ? window->horizon / 2 : 0))
			break;
		window->cuts[window->n_cuts] = (int32_t) cut;
	}
}

static int
compare_instants(const void *a, const void *b)
{
	int64_t x = *(const int64_t *) a;
	int64_t y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

/* The instant before which most of the latest events lie. */
static int64_t
most_before(const Past *past)
{
	int64_t *at = need(NULL, (past->n_people * PROFILE_LATEST + 1) * sizeof(int64_t));
	size_t	 n = 0;
	int64_t	 split = 0;

	for (size_t i = 0; i < past->n_people; i++)
	{
		PastReader reader;

		past_open(&reader, past, i, past->last);
		history_read_latest(&reader.history, &reader.view);
		for (uint32_t k = 0; k < reader.history.n_latest; k++)
			at[n++] = reader.history.latest[k].at;
		past_close(&reader);
	}
	qsort(at, n, sizeof(int64_t), compare_instants);
	if (n > 0)
		split = at[(size_t) (n * EARLIER_SHARE)];
	need_free(at);
	return split;
}

/* Windows for the trial, to try it on, and for the final fit. False without such a past. */
static bool
find_windows(const Past *past, double horizon, Window *earlier, Window *later, Window *all)
{
	int32_t first = past_first_day(past);

	memset(all, 0, sizeof(*all));
	all->horizon = horizon;
	all->known = past->last;
	all->from = INT64_MIN;
	all->until = (past->last + INT64_C(1)) * PROFILE_USECS_PER_DAY;
	*earlier = *later = *all;
	if (is_by_moment(all))
	{
		earlier->until = later->from = most_before(past);
		earlier->known = profile_day(earlier->until) - 1;
		return first < earlier->known;
	}
	later->n_cuts = 1;
	later->cuts[0] = earlier->known = past->last - (int32_t) ceil(horizon);
	set_cuts(earlier, first, earlier->known);
	set_cuts(all, first, past->last);
	return earlier->n_cuts > 0;
}

/* Counts the items at a window's cuts, for a task of items. */
static void
count_items(const Past *past, const OutlookFit *fit, Window *window)
{
	if (fit->model.task != OUTLOOK_AGAIN)
		return;
	window->items = &fit->items.table;
	window->counts =
		item_table_count(window->items, past, window->cuts, window->n_cuts, window->horizon);
}

/* Which of the trials to learn again from everything. */
static OutlookTrial
best_trial(const OutlookFit *fit, size_t events)
{
	OutlookTrial best = TRIAL_POPULATION;

	for (int i = TRIAL_FEW; i < OUTLOOK_TRIALS; i++)
	{
		double gain = fit->trials[best].log_loss - fit->trials[i].log_loss;

		if (i == TRIAL_ALL && events < EVENTS_FOR_ALL)
			continue;
		if (gain > MIN_GAIN * fit->trials[best].log_loss)
			best = i;
	}
	return best;
}

/* Learns from the earlier window, and tries it on the later one. */
static OutlookStatus
hold_trials(const Past *past, Window *earlier_window, Window *later_window, OutlookFit *fit)
{
	OutlookModel *model = &fit->model;
	OutlookModel *models = need(NULL, OUTLOOK_TRIALS * sizeof(OutlookModel));
	Sample		  earlier;
	Sample		  later;
	OutlookStatus status = OUTLOOK_FEW_PEOPLE;

	fit_population(past, earlier_window->known, model, &fit->population);
	count_items(past, fit, earlier_window);
	count_items(past, fit, later_window);
	take_sample(past, model, earlier_window, &earlier);
	take_sample(past, model, later_window, &later);
	if (is_enough(&earlier) && is_enough(&later))
	{
		size_t no = earlier.n - earlier.yes;

		for (int i = 0; i < OUTLOOK_TRIALS; i++)
		{
			models[i] = *model;
			if (i != TRIAL_POPULATION)
			{
				learn(past, &earlier, i, &models[i]);
				models[i].horizon = later_window->horizon;
			}
			try_on(&later, &models[i], i, &fit->trials[i]);
		}
		fit->n = later.n;
		fit->tried_at = earlier_window->known;
		fit->trained_rate = (double) earlier.yes / earlier.n;
		fit->best = best_trial(fit, earlier.yes < no ? earlier.yes : no);
		fit->tried = models[fit->best];
		status = fit->best == TRIAL_POPULATION ? OUTLOOK_NO_GAIN : OUTLOOK_LEARNED;
	}
	free_sample(&earlier);
	free_sample(&later);
	need_free(models);
	need_free(earlier_window->counts);
	need_free(later_window->counts);
	return status;
}

void
outlook_fit(const Past *past, OutlookTask task, HistoryTarget target, double horizon,
			OutlookFit *fit)
{
	Window earlier;
	Window later;
	Window all = { 0 };
	Sample sample;

	memset(fit, 0, sizeof(*fit));
	fit->model.task = task;
	fit->model.target = target;
	if (task == OUTLOOK_AGAIN)
		item_table_make(&fit->items.table, past);
	if (past->n_people < OUTLOOK_MIN_PEOPLE)
		fit->status = OUTLOOK_FEW_PEOPLE;
	else if (!find_windows(past, horizon, &earlier, &later, &all))
		fit->status = OUTLOOK_NO_PAST;
	else
		fit->status = hold_trials(past, &earlier, &later, fit);
	fit_population(past, past->last, &fit->model, &fit->population);
	if (task == OUTLOOK_AGAIN)
		fit->items.counts = item_table_count(&fit->items.table, past, &past->last, 1, horizon);
	if (fit->status != OUTLOOK_LEARNED)
		return;
	count_items(past, fit, &all);
	take_sample(past, &fit->model, &all, &sample);
	need_free(all.counts);
	learn(past, &sample, fit->best, &fit->model);
	fit->model.horizon = horizon;
	fit->rows = sample.n;
	free_sample(&sample);
}

void
outlook_free(OutlookFit *fit)
{
	item_table_free(&fit->items.table);
	need_free(fit->items.counts);
}

void
outlook_check(const Past *past, const OutlookModel *model, int32_t as_of, double horizon,
			  OutlookCheck *check)
{
	double	*p = need(NULL, (past->n_people + 1) * sizeof(double));
	uint8_t *label = need(NULL, past->n_people + 1);

	memset(check, 0, sizeof(*check));
	for (size_t i = 0; i < past->n_people; i++)
	{
		OutlookQuestion question = { as_of, horizon, { 0 } };
		Outlook			outlook;
		PastReader		reader;

		past_open(&reader, past, i, past->last);
		if (outlook_score(model, &reader.history, &question, OUTLOOK_VALUE, &outlook))
		{
			p[check->n] = outlook.probability;
			label[check->n] = label_of(model, &reader.history, as_of, horizon);
			check->predicted += outlook.probability;
			check->n++;
		}
		past_close(&reader);
	}
	measure(p, label, check->n, &check->measures);
	check->predicted /= check->n > 0 ? check->n : 1;
	need_free(p);
	need_free(label);
}

const char *
outlook_status_name(OutlookStatus status)
{
	switch (status)
	{
		case OUTLOOK_LEARNED:
			return "learned";
		case OUTLOOK_FEW_PEOPLE:
			return "population only: too few customers to learn from";
		case OUTLOOK_NO_PAST:
			return "population only: no past of two horizons";
		case OUTLOOK_NO_GAIN:
			break;
	}
	return "population only: nothing learned did better";
}

const char *
outlook_trial_name(OutlookTrial trial)
{
	static const char *const names[OUTLOOK_TRIALS] = { "recency alone", "the population model",
													   "few features", "all features" };

	return names[trial];
}
