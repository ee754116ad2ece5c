/*-------------------------------------------------------------------------
 *
 * population.c
 *	  Fit a population model to customers, by maximum likelihood.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/population.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"

/* The box: logarithms of parameters within +- this; of a unit of value more, since amounts vary. */
#define MAX_LOG		  12.0
#define MAX_LOG_VALUE (12 * 2.302585092994046)

/* Starts are tried on a sample of about so many rows. */
#define SAMPLE_SIZE 500

/* A step that gains less log-likelihood isn't worth it: in the end, and on a sample. */
#define GAIN		1e-6
#define SAMPLE_GAIN 1e-2

/* Rows between two ticks. */
#define TICK_EVERY 8192

/* Precisions, 1 / sd^2, of the priors: on few data, and in the covariance. */
#define PRIOR_PRECISION (1.0 / (1.0 * 1.0))
#define RIDGE_PRECISION (1.0 / (5.0 * 5.0))

/* Below this chance to leave by the next purchase, we say that nobody does. */
#define NO_DROPOUT 1e-3

/* Days between purchases, and an amount, when there is nothing to go by. */
#define DEFAULT_GAP	  30.0
#define DEFAULT_VALUE 1.0

/* What is maximised: the log-likelihood, less a prior's penalty. */
typedef struct Objective
{
	const PopulationModel *model;
	const PopulationRow	  *rows;
	size_t				   nrows;
	size_t				   stride;	  /* look at every stride-th row */
	double				   total;	  /* sum of their weights */
	int32_t				   most_x;	  /* largest x */
	double				   precision; /* of the prior on few data; 0 without */
	double				   unit;	  /* a median gap, or value */
	void (*tick)(void *arg, double share);
	void  *tick_arg;
	double share;
} Objective;

static bool
usable(const PopulationModel *model, const PopulationRow *row)
{
	return row->weight > 0 && !isinf(row->weight) && model->usable(row);
}

static void
tick_at(const Objective *o, size_t i)
{
	if (o->tick && i % TICK_EVERY == 0)
		o->tick(o->tick_arg, o->share);
}

/* --------------------------------------------------------------- grouping */

static int
compare_doubles(double a, double b)
{
	return (a > b) - (a < b);
}

static int
compare_rows(const PopulationRow *a, const PopulationRow *b)
{
	int c = compare_doubles(a->history.x, b->history.x);

	if (c == 0)
		c = compare_doubles(a->history.t_x, b->history.t_x);
	if (c == 0)
		c = compare_doubles(a->history.T, b->history.T);
	if (c == 0)
		c = compare_doubles(a->value, b->value);
	if (c == 0)
		c = compare_doubles(a->log_gaps, b->log_gaps);
	/* So that equal rows are added up in one order only. */
	return c != 0 ? c : compare_doubles(a->weight, b->weight);
}

/* A row and a hash of all that tells customers apart, by which rows are ordered. */
typedef struct Hashed
{
	uint64_t			 hash;
	const PopulationRow *row;
} Hashed;

static uint64_t
mix(uint64_t hash, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	hash = (hash ^ bits) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static Hashed
hashed(const PopulationRow *row)
{
	uint64_t hash = mix(mix(mix(0, row->history.x), row->history.t_x), row->history.T);

	return (Hashed){ mix(mix(hash, row->value), row->log_gaps), row };
}

static int
compare_hashed(const void *left, const void *right)
{
	const Hashed *a = left;
	const Hashed *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return compare_rows(a->row, b->row);
}

static bool
same_customer(const PopulationRow *a, const PopulationRow *b)
{
	return a->history.x == b->history.x && a->history.t_x == b->history.t_x &&
		   a->history.T == b->history.T && a->value == b->value && a->log_gaps == b->log_gaps;
}

/* Zeroes what the model doesn't look at. */
static void
strip(const PopulationModel *model, PopulationRow *row)
{
	if (model->spends)
		row->history.t_x = row->history.T = 0;
	else
		row->value = 0;
	if (!model->gaps)
		row->log_gaps = 0;
	row->history.t_x += 0.0; /* no minus zeros */
	row->log_gaps += 0.0;
}

/* Moves the rows of use to the front; returns how many. */
static size_t
keep_usable(const PopulationModel *model, PopulationRow *rows, size_t nrows)
{
	size_t kept = 0;

	for (size_t i = 0; i < nrows; i++)
	{
		if (!usable(model, &rows[i]))
			continue;
		rows[kept] = rows[i];
		strip(model, &rows[kept++]);
	}
	return kept;
}

/*
 * Orders rows by their hashes: into as many buckets as there are rows, then within
 * each. Takes linear time, since hashes are spread evenly.
 */
static Hashed *
ordered(const PopulationRow *rows, size_t n)
{
	int		shift = 63;
	size_t *ends;
	Hashed *order = need(NULL, n * sizeof(Hashed));

	while (shift > 32 && (size_t) 1 << (63 - shift) < n)
		shift--;
	ends = need_zeroed((((size_t) 1 << (64 - shift)) + 1) * sizeof(size_t));
	for (size_t i = 0; i < n; i++)
		ends[(hashed(&rows[i]).hash >> shift) + 1]++;
	for (size_t b = 1; b <= (size_t) 1 << (64 - shift); b++)
		ends[b] += ends[b - 1];
	for (size_t i = 0; i < n; i++)
	{
		Hashed one = hashed(&rows[i]);

		order[ends[one.hash >> shift]++] = one;
	}
	for (size_t b = 0, from = 0; b < (size_t) 1 << (64 - shift); from = ends[b++])
		if (ends[b] - from > 1)
			qsort(order + from, ends[b] - from, sizeof(Hashed), compare_hashed);
	need_free(ends);
	return order;
}

size_t
population_group(const PopulationModel *model, PopulationRow *rows, size_t nrows, double *left_out)
{
	size_t		   kept = keep_usable(model, rows, nrows);
	Hashed		  *order = ordered(rows, kept);
	PopulationRow *out = need(NULL, kept * sizeof(PopulationRow));
	size_t		   n = 0;

	*left_out += nrows - kept;
	for (size_t i = 0; i < kept; i++)
	{
		if (n > 0 && same_customer(&out[n - 1], order[i].row))
			out[n - 1].weight += order[i].row->weight;
		else
			out[n++] = *order[i].row;
	}
	memcpy(rows, out, n * sizeof(PopulationRow));
	need_free(out);
	need_free(order);
	return n;
}

/* ---------------------------------------------------------------- medians */

typedef struct Weighted
{
	double value;
	double weight;
} Weighted;

/* A property of a row, and whom it is defined for (NaN for others). */
typedef double (*Property)(const PopulationRow *row);

static double
repeats_of(const PopulationRow *row)
{
	return row->history.x;
}

static double
gap_of(const PopulationRow *row)
{
	const MbgHistory *h = &row->history;

	return h->x > 0 && h->t_x > 0 ? h->t_x / h->x : NAN;
}

static double
silence_of(const PopulationRow *row)
{
	return row->history.T - row->history.t_x;
}

static double
age_of(const PopulationRow *row)
{
	return row->history.T;
}

static double
value_of(const PopulationRow *row)
{
	return row->value;
}

/* Moves the elements below the pivot to the front and those equal to it after them. */
static void
partition(Weighted *v, size_t n, double pivot, size_t *below, size_t *upto)
{
	size_t lo = 0;
	size_t hi = n;

	for (size_t i = 0; i < hi;)
	{
		Weighted one = v[i];

		if (one.value < pivot)
		{
			v[i++] = v[lo];
			v[lo++] = one;
		}
		else if (one.value > pivot)
		{
			v[i] = v[--hi];
			v[hi] = one;
		}
		else
			i++;
	}
	*below = lo;
	*upto = hi;
}

static double
weight_of(const Weighted *v, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i].weight;
	return sum;
}

static double
middle_of_three(double a, double b, double c)
{
	return fmax(fmin(a, b), fmin(fmax(a, b), c));
}

/* The weighted lower median of n > 0 elements, which it reorders: quickselect. */
static double
select_median(Weighted *v, size_t n)
{
	double wanted = weight_of(v, n) / 2;

	for (;;)
	{
		double pivot = middle_of_three(v[0].value, v[n / 2].value, v[n - 1].value);
		size_t below;
		size_t upto;
		double before;
		double here;

		partition(v, n, pivot, &below, &upto);
		before = weight_of(v, below);
		here = weight_of(v + below, upto - below);
		if (below > 0 && wanted <= before)
			n = below;
		else if (upto == n || wanted <= before + here)
			return pivot;
		else
		{
			wanted -= before + here;
			v += upto;
			n -= upto;
		}
	}
}

/* The weighted lower median of a property, or `otherwise` if it is defined for nobody. */
static double
median_of(const Objective *o, Property property, double otherwise)
{
	Weighted *values = need(NULL, o->nrows * sizeof(Weighted));
	size_t	  n = 0;
	double	  median = otherwise;

	for (size_t i = 0; i < o->nrows; i++)
	{
		double value = property(&o->rows[i]);

		tick_at(o, i);
		if (!isnan(value))
			values[n++] = (Weighted){ value, o->rows[i].weight };
	}
	if (n > 0)
		median = select_median(values, n);
	need_free(values);
	return median;
}

static void
find_baseline(const Objective *o, MbgBaseline *baseline)
{
	baseline->gap = median_of(o, gap_of, NAN);
	if (isnan(baseline->gap))
		baseline->gap = median_of(o, age_of, DEFAULT_GAP);
	baseline->gap = fmax(baseline->gap, 0.5); /* half a day */
	baseline->x = (int32_t) median_of(o, repeats_of, 0);
	baseline->silent = median_of(o, silence_of, 0);
}

/* ---------------------------------------------------------- the objective */

static double
start_at(const Objective *o, int which, int i)
{
	return log(o->model->starts[which][i] * (o->model->units[i] ? o->unit : 1));
}

/* Half the precision of parameter i's prior, times the squared distance from its centre. */
static double
penalty_at(const Objective *o, const double *at, int i, double *slope)
{
	double off = at[i] - start_at(o, 0, i);
	double precision = o->precision;

	if (o->model->sd[i] > 0)
		precision += 1 / (o->model->sd[i] * o->model->sd[i]);
	*slope = precision * off;
	return precision * off * off / 2;
}

/* The log-likelihood of all customers, and its slope in the log-parameters. */
static double
loglik_at(const Objective *o, const double *at, double *slope)
{
	const PopulationModel *model = o->model;
	PopulationTables	   tables;
	double				   params[POPULATION_MAX];
	double				   total = 0;

	for (int i = 0; i < model->n; i++)
	{
		params[i] = exp(at[i]);
		slope[i] = 0;
	}
	model->prepare(&tables, params, o->most_x);
	for (size_t i = 0; i < o->nrows; i += o->stride)
	{
		const PopulationRow *row = &o->rows[i];
		double				 one[POPULATION_MAX];

		tick_at(o, i / o->stride);
		total += row->weight * model->loglik(&tables, row, one);
		for (int j = 0; j < model->n; j++)
			slope[j] += row->weight * one[j];
	}
	return total;
}

/* For maximise(). */
static double
objective(void *arg, const double *at, double *slope)
{
	const Objective *o = arg;
	double			 total = loglik_at(o, at, slope);

	for (int i = 0; i < o->model->n; i++)
	{
		double less;

		total -= penalty_at(o, at, i, &less);
		slope[i] -= less;
	}
	return total;
}

static void
count_customers(Objective *o, PopulationFit *fit)
{
	o->total = 0;
	for (size_t i = 0; i < o->nrows; i += o->stride)
	{
		const PopulationRow *row = &o->rows[i];

		tick_at(o, i);
		o->total += row->weight;
		if (row->history.x > o->most_x)
			o->most_x = row->history.x;
		if (fit && row->history.x > 0)
			fit->repeaters += row->weight;
	}
}

/* ---------------------------------------------------------------- the fit */

static Maximise
problem_of(Objective *o)
{
	const PopulationModel *model = o->model;
	Maximise			   problem = { .n = model->n,
									   .total = objective,
									   .arg = o,
									   .scale = fmax(o->total, 1),
									   .gain = o->stride > 1 ? SAMPLE_GAIN : GAIN };

	for (int i = 0; i < model->n; i++)
	{
		double most = model->spends && model->units[i] ? MAX_LOG_VALUE : MAX_LOG;

		problem.lo[i] = model->least[i] > 0 ? log(model->least[i]) : -most;
		problem.hi[i] = most;
	}
	return problem;
}

/*
 * The best of the maxima found from all starts; steps are summed. With a prior
 * there is but one that matters, around the first. Among many rows, a sample
 * tells which start is best, and all rows take it from there.
 */
static void
search(Objective *o, Maximum *best)
{
	Objective sample = *o;
	Maximise  problem;
	int		  starts = o->precision > 0 ? 1 : POPULATION_STARTS;
	int		  iterations = 0;

	sample.stride = 1 + o->nrows / SAMPLE_SIZE;
	count_customers(&sample, NULL);
	problem = problem_of(&sample);
	for (int which = 0; which < starts; which++)
	{
		Maximum found;
		double	from[POPULATION_MAX];

		for (int i = 0; i < o->model->n; i++)
			from[i] = start_at(o, which, i);
		maximise(&problem, from, NULL, &found);
		iterations += found.iterations;
		if (which == 0 || found.total > best->total)
			*best = found;
		sample.share = 0.3 * (which + 1) / starts;
	}
	if (sample.stride > 1)
	{
		MaximiseMatrix covariance;
		Maximum		   near = *best;

		maximise_covariance(&problem, near.at, RIDGE_PRECISION, covariance);
		for (int i = 0; i < problem.n; i++)
			for (int j = 0; j < problem.n; j++)
				covariance[i][j] *= problem.scale;
		problem = problem_of(o);
		o->share = 0.3;
		maximise(&problem, near.at, covariance, best);
		iterations += best->iterations;
	}
	best->iterations = iterations;
}

static bool
at_limit(const Maximise *problem, const double *at)
{
	for (int i = 0; i < problem->n; i++)
		if (at[i] <= problem->lo[i] || at[i] >= problem->hi[i])
			return true;
	return false;
}

static PopulationStatus
status_of(const PopulationFit *fit, const Maximise *problem, const Maximum *best)
{
	const PopulationModel *model = fit->model;

	if (fit->customers < POPULATION_MIN_CUSTOMERS)
		return POPULATION_FEW_CUSTOMERS;
	if (fit->repeaters < POPULATION_MIN_REPEATERS)
		return POPULATION_FEW_REPEATS;
	if (model->leaving && model->leaving(fit->params, fit->baseline.gap) < NO_DROPOUT)
		return POPULATION_NO_DROPOUT;
	if (at_limit(problem, best->at))
		return POPULATION_AT_LIMIT;
	return best->converged ? POPULATION_CONVERGED : POPULATION_NOT_CONVERGED;
}

static void
take_covariance(const Objective *o, const Maximise *problem, const Maximum *best,
				PopulationFit *fit)
{
	MaximiseMatrix covariance;
	int			   n = o->model->n;

	maximise_covariance(problem, best->at, o->precision > 0 ? 0 : RIDGE_PRECISION, covariance);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			fit->covariance[i * n + j] = covariance[i][j];
}

void
population_fit(const PopulationModel *model, const PopulationRow *rows, size_t nrows,
			   void (*tick)(void *arg, double share), void *tick_arg, PopulationFit *fit)
{
	Objective o = { .model = model,
					.rows = rows,
					.nrows = nrows,
					.stride = 1,
					.tick = tick,
					.tick_arg = tick_arg };
	Maximise  problem;
	Maximum	  best;

	*fit = (PopulationFit){ .model = model };
	count_customers(&o, fit);
	fit->customers = o.total;
	find_baseline(&o, &fit->baseline);
	o.unit = model->spends ? median_of(&o, value_of, DEFAULT_VALUE) : fit->baseline.gap;
	if (fit->customers < POPULATION_MIN_CUSTOMERS || fit->repeaters < POPULATION_MIN_REPEATERS)
		o.precision = PRIOR_PRECISION;
	search(&o, &best);
	o.share = 0.7;
	problem = problem_of(&o);
	for (int i = 0; i < model->n; i++)
		fit->params[i] = exp(best.at[i]);
	fit->status = status_of(fit, &problem, &best);
	fit->iterations = best.iterations;
	fit->loglik = best.total;
	for (int i = 0; i < model->n; i++)
	{
		double slope;

		fit->loglik += penalty_at(&o, best.at, i, &slope);
	}
	take_covariance(&o, &problem, &best, fit);
}

const char *
population_status_name(PopulationStatus status)
{
	switch (status)
	{
		case POPULATION_CONVERGED:
			return "converged";
		case POPULATION_NO_DROPOUT:
			return "no dropout";
		case POPULATION_AT_LIMIT:
			return "at limit";
		case POPULATION_NOT_CONVERGED:
			return "not converged";
		case POPULATION_FEW_CUSTOMERS:
			return "few customers";
		case POPULATION_FEW_REPEATS:
			return "few repeats";
	}
	return "unknown";
}
