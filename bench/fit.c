/*-------------------------------------------------------------------------
 *
 * fit.c
 *	  Measures the population models: against published tables, the clock, and
 *	  what customers did next. Called by bench/run, part "fit".
 *
 *	  fit published < FILE     id,x,t_x,T,value of the 1/10 sample of CDNOW, in weeks
 *	  fit time < FILE          x,t_x,T of each customer: seconds, as bench/fit.py
 *	  fit simulate N           x,t_x,T of N customers who behave as MBG/NBD says, in days
 *	  fit windows N < FILE     customer,day ordered by both: predictions for N days, at many
 *	                           days of the past
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../test/unit/simulate.h"
#include "learn/memory.h"
#include "learn/population.h"
#include "score/fmath.h"

#define RUNS 3

/* Rows that grow as they are read. */
typedef struct Rows
{
	PopulationRow *rows;
	size_t		   n;
} Rows;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void
add_row(Rows *all, PopulationRow row)
{
	if ((all->n & (all->n - 1)) == 0)
		all->rows = need(all->rows, (all->n ? 2 * all->n : 1) * sizeof(PopulationRow));
	all->rows[all->n++] = row;
}

/* Lines of x,t_x,T and perhaps a value; with a header and an id before it where told. */
static Rows
read_rows(bool published)
{
	Rows   all = { 0 };
	char   line[256];
	double x;

	if (published && !fgets(line, sizeof(line), stdin))
		exit(EXIT_FAILURE);
	while (fgets(line, sizeof(line), stdin))
	{
		PopulationRow row = { .weight = 1 };
		const char	 *from = published ? strchr(line, ',') + 1 : line;

		if (sscanf(from, "%lf,%lf,%lf,%lf", &x, &row.history.t_x, &row.history.T, &row.value) < 3)
			exit(EXIT_FAILURE);
		row.history.x = (int32_t) x;
		add_row(&all, row);
	}
	return all;
}

/* Groups and fits a copy. */
static void
fit_copy(const PopulationModel *model, const Rows *all, PopulationFit *fit)
{
	PopulationRow *copy = need(NULL, all->n * sizeof(PopulationRow));
	double		   left_out = 0;
	size_t		   n;

	memcpy(copy, all->rows, all->n * sizeof(PopulationRow));
	n = population_group(model, copy, all->n, &left_out);
	population_fit(model, copy, n, NULL, NULL, fit);
	need_free(copy);
}

static void
print_params(const PopulationFit *fit)
{
	for (int i = 0; i < fit->model->n; i++)
		printf(" %.4f", fit->params[i]);
	printf("\n");
}

static void
published(void)
{
	static const struct
	{
		const PopulationModel *model;
		const char			  *known;
	} tables[] = {
		{ &population_bg, "-9582.4 .243 4.414 .793 2.426" },
		{ &population_mbg, "-9582.13 .525 6.183 .891 1.614" },
		{ &population_pareto, "-9594.98 .553 10.578 .606 11.669" },
		{ &population_spend, "6.25 3.74 15.44" },
	};
	Rows all = read_rows(true);

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
	{
		PopulationFit fit;

		fit_copy(tables[i].model, &all, &fit);
		printf("%-12s %.2f", fit.model->name, fit.loglik);
		print_params(&fit);
		printf("  published  %s\n", tables[i].known);
	}
}

static int
compare_seconds(const void *a, const void *b)
{
	double difference = *(const double *) a - *(const double *) b;

	return (difference > 0) - (difference < 0);
}

/* The median of some runs. */
static double
seconds_of_fit(const PopulationModel *model, const Rows *all, PopulationFit *fit)
{
	double seconds[RUNS];

	for (int i = 0; i < RUNS; i++)
	{
		double started = now();

		fit_copy(model, all, fit);
		seconds[i] = now() - started;
	}
	qsort(seconds, RUNS, sizeof(double), compare_seconds);
	return seconds[RUNS / 2];
}

static void
time_scores(const Rows *all)
{
	PopulationFit fit;
	MbgParams	  p;
	double		  started;
	double		  scored;
	double		  sum = 0;

	fit_copy(&population_mbg, all, &fit);
	p = (MbgParams){ fit.params[0], fit.params[1], fit.params[2], fit.params[3], false };
	started = now();
	for (size_t i = 0; i < all->n; i++)
		sum +=
			mbg_churn(&p, &all->rows[i].history, 90) + mbg_expected(&p, &all->rows[i].history, 90);
	scored = now() - started;
	for (size_t i = 0; i < all->n; i++)
		sum += population_none(&population_mbg, fit.params, fit.covariance, &all->rows[i], 90).lo;
	printf("churn and expected purchases %.4f, churn's interval %.4f (sum %.1f)\n", scored,
		   now() - started - scored, sum);
}

static void
time_fits(void)
{
	const PopulationModel *const models[] = { &population_bg, &population_mbg, &population_pareto };
	Rows						 all = read_rows(false);
	PopulationFit				 fit;

	for (int m = 0; m < 3; m++)
	{
		double seconds = seconds_of_fit(models[m], &all, &fit);

		printf("%s %.4f %.2f", models[m]->name, seconds, fit.loglik);
		print_params(&fit);
	}
	time_scores(&all);
}

static void
simulate(int n)
{
	const MbgParams shop = { .8, 40, .7, 2.5, false };

	for (int i = 0; i < n; i++)
	{
		bool	   came;
		MbgHistory h = sim_customer(&shop, ceil(sim_between(30, 500)), 0, &came);

		printf("%d,%.0f,%.0f\n", h.x, ceil(h.t_x), h.T);
	}
}

/* ---------------------------------------------------------------- windows */

/* Everybody's days; those of customer i are days[first[i]] .. days[first[i + 1] - 1]. */
typedef struct Log
{
	int32_t *days;
	size_t	*first;
	size_t	 n;
	int32_t	 earliest, latest;
} Log;

/* One customer at a day of the past. */
typedef struct Case
{
	double mbg, regular; /* log-odds of nothing within the window */
	bool   nothing;
	double overdue; /* in mean gaps, of somebody regular; else negative */
} Case;

static Log
read_log(void)
{
	Log	   log = { .earliest = INT32_MAX, .latest = INT32_MIN };
	char   last[64] = "";
	char   customer[64];
	int	   day;
	size_t total = 0;

	while (scanf(" %63[^,],%d%*[^\n]", customer, &day) == 2)
	{
		bool fresh = strcmp(customer, last) != 0;

		if (fresh)
		{
			log.first = need(log.first, (log.n + 2) * sizeof(size_t));
			log.first[log.n++] = total;
			strcpy(last, customer);
		}
		if ((total & (total - 1)) == 0)
			log.days = need(log.days, (total ? 2 * total : 1) * sizeof(int32_t));
		if (fresh || log.days[total - 1] != day)
			log.days[total++] = day;
		log.first[log.n] = total;
		log.earliest = day < log.earliest ? day : log.earliest;
		log.latest = day > log.latest ? day : log.latest;
	}
	return log;
}

/* Mean gaps of silence of somebody who came five times or more, evenly; -1 of others. */
static double
overdue_of(const int32_t *days, size_t n, int32_t at)
{
	double mean = n > 1 ? ((double) days[n - 1] - days[0]) / (n - 1) : 0;
	double squares = 0;

	for (size_t i = 1; i < n; i++)
		squares += pow(days[i] - days[i - 1] - mean, 2);
	return n >= 5 && sqrt(squares / (n - 2)) < .5 * mean ? (at - days[n - 1]) / mean : -1;
}

/* Who was there at a day, and what they did in the window after it. */
static size_t
cases_at(const Log *log, int32_t at, int window, PopulationRow *rows, Case *cases)
{
	size_t n = 0;

	for (size_t i = 0; i < log->n; i++)
	{
		const int32_t *days = log->days + log->first[i];
		size_t		   all = log->first[i + 1] - log->first[i];
		size_t		   known = 0;
		RegularHistory h;

		while (known < all && days[known] <= at)
			known++;
		if (known == 0)
			continue;
		h = regular_history(days, known, at);
		rows[n] = (PopulationRow){ .history = h.h, .log_gaps = h.log_gaps, .weight = 1 };
		cases[n].nothing = known == all || days[known] > at + window;
		cases[n++].overdue = overdue_of(days, known, at);
	}
	return n;
}

/* Fits both models on what was known at that day, and asks them. */
static void
predict(const PopulationRow *rows, Case *cases, size_t n, int window)
{
	Rows		  all = { (PopulationRow *) rows, n };
	PopulationFit mbg;
	PopulationFit regular;
	RegularParams params;
	RegularTables tables;

	fit_copy(&population_mbg, &all, &mbg);
	fit_copy(&population_regular, &all, &regular);
	regular_params_set(&params, regular.params);
	regular_prepare(&tables, &params, 100);
	for (size_t i = 0; i < n; i++)
	{
		RegularHistory h = { rows[i].history, rows[i].log_gaps };

		cases[i].mbg = population_mbg.none_logit(mbg.params, &rows[i], window);
		cases[i].regular = regular_churn_logit(&tables, &h, window);
	}
}

static double
log_loss(double logit, bool nothing)
{
	return score_log_add_exp(0, nothing ? -logit : logit);
}

/* All regulars of many days, by how overdue they were. */
static void
print_regulars(const double sums[4][4])
{
	static const char *const names[] = { "less than 1", "1 to 2", "2 to 4", "4 to 8" };

	printf(
		"regulars silent for so many gaps: cases, share without an event, said by mbg/nbd, by the mixture\n");
	for (int i = 0; i < 4; i++)
		printf("  %-12s %6.0f %.3f %.3f %.3f\n", names[i], sums[i][0], sums[i][1] / sums[i][0],
			   sums[i][2] / sums[i][0], sums[i][3] / sums[i][0]);
}

static void
windows(int window)
{
	Log			   log = read_log();
	PopulationRow *rows = need(NULL, log.n * sizeof(PopulationRow));
	Case		  *cases = need(NULL, log.n * sizeof(Case));
	double		   sums[4][4] = { { 0 } };
	int			   step = (log.latest - log.earliest) / 25;

	for (int32_t at = log.latest - window; at >= log.earliest + 120; at -= step)
	{
		size_t n = cases_at(&log, at, window, rows, cases);
		double losses[2] = { 0 };

		predict(rows, cases, n, window);
		for (size_t i = 0; i < n; i++)
		{
			double overdue = cases[i].overdue;
			int	   bin = overdue < 1 ? 0 : overdue < 2 ? 1 : overdue < 4 ? 2 : 3;

			losses[0] += log_loss(cases[i].mbg, cases[i].nothing) / n;
			losses[1] += log_loss(cases[i].regular, cases[i].nothing) / n;
			if (overdue < 0 || overdue >= 8)
				continue;
			sums[bin][0]++;
			sums[bin][1] += cases[i].nothing;
			sums[bin][2] += score_logistic(cases[i].mbg);
			sums[bin][3] += score_logistic(cases[i].regular);
		}
		if (at == log.latest - window)
			printf("log loss of the last window, %zu customers: mbg/nbd %.4f, mixture %.4f\n", n,
				   losses[0], losses[1]);
	}
	print_regulars(sums);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "published") == 0)
		published();
	else if (strcmp(what, "time") == 0)
		time_fits();
	else if (strcmp(what, "simulate") == 0 && argc == 3)
		simulate(atoi(argv[2]));
	else if (strcmp(what, "windows") == 0 && argc == 3)
		windows(atoi(argv[2]));
	else
	{
		fprintf(stderr, "usage: fit published | time | simulate N | windows DAYS\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
