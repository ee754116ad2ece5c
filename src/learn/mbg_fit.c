/*-------------------------------------------------------------------------
 *
 * mbg_fit.c
 *	  Fit the MBG/NBD model to a population of customers.
 *
 * BFGS over the logarithms of the parameters, kept in a box: Nocedal & Wright,
 * "Numerical Optimization" (2006), algorithm 6.1, with a backtracking line
 * search (algorithm 3.1) whose points are projected onto the box.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/mbg_fit.h"

#include <math.h>
#include <string.h>

#define P MBG_NPARAMS

/* The box: logarithms of parameters within +- this. */
#define MAX_LOG 12.0

#define MAX_ITERATIONS 300

/*
 * Done when no slope of the mean log-likelihood is steeper, or when several steps
 * in a row gained next to nothing in all customers' log-likelihood: a valley whose
 * floor is flat has no slope small enough to see past rounding.
 */
#define FLAT	   1e-8
#define GAIN	   1e-6
#define IDLE_STEPS 5

/* Repeat purchases whose gamma functions are tabulated; beyond, computed. */
#define TABLE_SIZE 512

/* Starts are tried on a sample of about so many rows. */
#define SAMPLE_SIZE 20000

/* Customers between two ticks. */
#define TICK_EVERY 16384

/* Step of the Hessian's differences. */
#define HESSIAN_STEP 1e-3

/* Precisions, 1 / sd^2, of the priors: on few data, and in the covariance. */
#define PRIOR_PRECISION (1.0 / (1.0 * 1.0))
#define RIDGE_PRECISION (1.0 / (5.0 * 5.0))

/* Below this mean chance to leave per purchase, we say that nobody does. */
#define NO_DROPOUT 1e-3

/* Days between purchases when there is nothing to go by. */
#define DEFAULT_GAP 30.0

/* What is maximised: the mean log-likelihood, less a prior's penalty. */
typedef struct Objective
{
	const MbgRow *rows;
	size_t		  nrows;
	size_t		  stride;	 /* look at every stride-th row */
	double		  total;	 /* sum of the weights, roughly when stride > 1 */
	double		  precision; /* of the prior; 0 without */
	double		  start[P];	 /* log-parameters: start and centre of the prior */
	void (*tick)(void);
} Objective;

/* A point with what is minimised there. */
typedef struct Point
{
	double	 at[P];
	double	 value;
	double	 slope[P];
	unsigned pressed; /* bits of the coordinates held back by the box */
} Point;

static bool
usable(const MbgRow *row)
{
	return row->weight > 0 && !isinf(row->weight) && mbg_history_valid(&row->history);
}

static void
tick_at(void (*tick)(void), size_t i)
{
	if (tick && i % TICK_EVERY == 0)
		tick();
}

static MbgParams
params_at(const double logs[P])
{
	MbgParams params = { exp(logs[MBG_R]), exp(logs[MBG_ALPHA]), exp(logs[MBG_A]),
						 exp(logs[MBG_B]) };

	return params;
}

/* ---------------------------------------------------------------- medians */

/* A property of a history, and whom it is defined for (NaN for others). */
typedef double (*Property)(const MbgHistory *h);

static double
repeats_of(const MbgHistory *h)
{
	return h->x;
}

static double
gap_of(const MbgHistory *h)
{
	return h->x > 0 && h->t_x > 0 ? h->t_x / h->x : NAN;
}

static double
silence_of(const MbgHistory *h)
{
	return h->T - h->t_x;
}

static double
age_of(const MbgHistory *h)
{
	return h->T;
}

/* What one pass over a property's values finds around a bound. */
typedef struct Split
{
	double upto;   /* weight of the values <= bound */
	double total;  /* weight of all */
	double before; /* largest value <= bound, -infinity if none */
	double after;  /* smallest value > bound, infinity if none */
} Split;

static Split
split_at(const Objective *o, Property property, double bound)
{
	Split s = { 0, 0, -INFINITY, INFINITY };

	for (size_t i = 0; i < o->nrows; i++)
	{
		const MbgRow *row = &o->rows[i];
		double		  value;

		tick_at(o->tick, i);
		if (!usable(row))
			continue;
		value = property(&row->history);
		if (isnan(value))
			continue;
		s.total += row->weight;
		if (value <= bound)
		{
			s.upto += row->weight;
			s.before = fmax(s.before, value);
		}
		else
			s.after = fmin(s.after, value);
	}
	return s;
}

/*
 * The weighted lower median of a non-negative property, or `otherwise` if it is
 * defined for nobody. It is bisected, so there is no copy to sort: the weight up
 * to lo is always less than half, that up to hi is not, and hi is a value that
 * occurs.
 */
static double
median_of(const Objective *o, Property property, double otherwise)
{
	Split  all = split_at(o, property, INFINITY);
	double lo = -1;
	double hi = all.before;

	if (all.total == 0)
		return otherwise;
	for (;;)
	{
		double mid = lo + (hi - lo) / 2;
		Split  s = split_at(o, property, mid);

		if (s.upto * 2 >= all.total && s.before < hi)
			hi = s.before;
		else if (s.after < hi)
			lo = mid;
		else
			return hi;
	}
}

/* ----------------------------------------------------------- the objective */

/*
 * The rising factorials for 0 .. TABLE_SIZE - 1 repeat purchases, as running
 * sums: (c)_(n+1) = (c)_n (c + n).
 */
static void
tabulate(const MbgParams *params, MbgRising table[TABLE_SIZE])
{
	double	  ab = params->a + params->b;
	MbgRising sum = { .ab = log(ab), .dab = 1 / ab };

	for (int x = 0; x < TABLE_SIZE; x++)
	{
		table[x] = sum;
		sum.r += log(params->r + x);
		sum.dr += 1 / (params->r + x);
		sum.b += log(params->b + x);
		sum.db += 1 / (params->b + x);
		sum.ab += log(ab + x + 1);
		sum.dab += 1 / (ab + x + 1);
	}
}

/* The log-likelihood of all customers, and its slope in the log-parameters. */
static double
total_loglik(const Objective *o, const double at[P], double slope[P])
{
	MbgParams params = params_at(at);
	MbgRising table[TABLE_SIZE];
	double	  total = 0;

	tabulate(&params, table);
	memset(slope, 0, P * sizeof(double));
	for (size_t i = 0; i < o->nrows; i += o->stride)
	{
		const MbgRow *row = &o->rows[i];
		MbgRising	  far;
		MbgRising	 *rising = &far;
		double		  one[P];

		tick_at(o->tick, i);
		if (!usable(row))
			continue;
		if (row->history.x < TABLE_SIZE)
			rising = &table[row->history.x];
		else
			mbg_rising(&params, row->history.x, &far);
		total += row->weight * mbg_loglik(&params, &row->history, rising, one);
		for (int j = 0; j < P; j++)
			slope[j] += row->weight * one[j];
	}
	return total;
}

/* What divides the objective, so that its slopes are of a customer's size. */
static double
scale_of(const Objective *o)
{
	return fmax(o->total, 1);
}

static double
penalty_at(const Objective *o, const double at[P])
{
	double squares = 0;

	for (int i = 0; i < P; i++)
		squares += (at[i] - o->start[i]) * (at[i] - o->start[i]);
	return o->precision * squares / 2;
}

/* Fills value and slope of the point at p->at. */
static void
evaluate(const Objective *o, Point *p)
{
	double scale = scale_of(o);

	p->value = (penalty_at(o, p->at) - total_loglik(o, p->at, p->slope)) / scale;
	for (int i = 0; i < P; i++)
		p->slope[i] = (o->precision * (p->at[i] - o->start[i]) - p->slope[i]) / scale;
}

/* ------------------------------------------------------------------- BFGS */

typedef double Matrix[P][P];

static double
dot(const double a[P], const double b[P])
{
	double sum = 0;

	for (int i = 0; i < P; i++)
		sum += a[i] * b[i];
	return sum;
}

static void
set_identity(Matrix m)
{
	for (int i = 0; i < P; i++)
		for (int j = 0; j < P; j++)
			m[i][j] = i == j;
}

static double
into_box(double log_parameter)
{
	return fmin(fmax(log_parameter, -MAX_LOG), MAX_LOG);
}

/*
 * Evaluates a point of the search: where the box stops a coordinate from going
 * further down, it counts as flat.
 */
static void
evaluate_in_box(const Objective *o, Point *p)
{
	evaluate(o, p);
	p->pressed = 0;
	for (int i = 0; i < P; i++)
	{
		if (p->slope[i] < 0 ? p->at[i] < MAX_LOG : p->at[i] > -MAX_LOG)
			continue;
		p->slope[i] = 0;
		p->pressed |= 1u << i;
	}
}

/* Where to go: -inverse x slope, at most two units (a factor of 7) a coordinate. */
static void
choose_direction(const Point *p, Matrix inverse, double direction[P])
{
	double longest = 2;

	for (int i = 0; i < P; i++)
		direction[i] = p->pressed & 1u << i ? 0 : -dot(inverse[i], p->slope);
	if (!(dot(direction, p->slope) < 0))
	{
		set_identity(inverse);
		for (int i = 0; i < P; i++)
			direction[i] = -p->slope[i];
	}
	for (int i = 0; i < P; i++)
		longest = fmax(longest, fabs(direction[i]));
	for (int i = 0; i < P; i++)
		direction[i] *= 2 / longest;
}

/*
 * Halve the step until the value falls enough (Armijo's condition; rounding
 * gets some slack). False if it never does.
 */
static bool
line_search(const Objective *o, const Point *from, const double direction[P], Point *to)
{
	double slack = 1e-13 * fabs(from->value) + GAIN / scale_of(o);

	for (double step = 1; step > 1e-10; step /= 2)
	{
		double expected = 0;

		for (int i = 0; i < P; i++)
		{
			to->at[i] = into_box(from->at[i] + step * direction[i]);
			expected += from->slope[i] * (to->at[i] - from->at[i]);
		}
		evaluate_in_box(o, to);
		if (to->value <= from->value + 1e-4 * expected + slack)
			return true;
	}
	return false;
}

/*
 * Learn the curvature from a step (Nocedal & Wright, 6.17); anew when the box
 * holds other coordinates than before, since theirs mixes with the rest.
 */
static void
update_inverse(Matrix inverse, const Point *from, const Point *to)
{
	double s[P];
	double y[P];
	double hy[P];
	double sy;
	double yhy;

	if (from->pressed != to->pressed)
	{
		set_identity(inverse);
		return;
	}
	for (int i = 0; i < P; i++)
	{
		s[i] = to->at[i] - from->at[i];
		y[i] = to->slope[i] - from->slope[i];
	}
	sy = dot(s, y);
	if (!(sy > 1e-12 * sqrt(dot(s, s) * dot(y, y))))
		return; /* not convex here: keep what we have */
	for (int i = 0; i < P; i++)
		hy[i] = dot(inverse[i], y);
	yhy = dot(y, hy);
	for (int i = 0; i < P; i++)
		for (int j = 0; j < P; j++)
			inverse[i][j] += ((1 + yhy / sy) * s[i] * s[j] - s[i] * hy[j] - hy[i] * s[j]) / sy;
}

static bool
is_flat(const Point *p)
{
	for (int i = 0; i < P; i++)
		if (!(fabs(p->slope[i]) <= FLAT))
			return false;
	return true;
}

/* Goes from *p to a minimum nearby; false if iterations run out or no step helps. */
static bool
minimise(const Objective *o, Point *p, int *iterations)
{
	Matrix inverse;
	bool   fresh = true; /* inverse says nothing yet */
	int	   idle = 0;	 /* steps in a row without a gain */

	set_identity(inverse);
	evaluate_in_box(o, p);
	for (*iterations = 0; *iterations < MAX_ITERATIONS && idle < IDLE_STEPS && !is_flat(p);
		 ++*iterations)
	{
		double direction[P];
		Point  next;

		choose_direction(p, inverse, direction);
		if (line_search(o, p, direction, &next))
		{
			idle = (p->value - next.value) * scale_of(o) < GAIN ? idle + 1 : 0;
			update_inverse(inverse, p, &next);
			*p = next;
			fresh = false;
		}
		else if (fresh)
			return false;
		else
		{
			set_identity(inverse);
			fresh = true;
		}
	}
	return idle >= IDLE_STEPS || is_flat(p);
}

/* ------------------------------------------------------------- covariance */

/* Lower Cholesky factor in place; false if m isn't positive definite. */
static bool
cholesky(Matrix m)
{
	for (int j = 0; j < P; j++)
	{
		for (int i = j; i < P; i++)
		{
			for (int k = 0; k < j; k++)
				m[i][j] -= m[i][k] * m[j][k];
			if (i == j)
			{
				if (!(m[j][j] > 0))
					return false;
				m[j][j] = sqrt(m[j][j]);
			}
			else
				m[i][j] /= m[j][j];
		}
	}
	return true;
}

/* Inverse of L L' for a lower Cholesky factor L, one column at a time. */
static void
invert_factored(Matrix l, Matrix inverse)
{
	for (int c = 0; c < P; c++)
	{
		double v[P];

		for (int i = 0; i < P; i++)
		{
			v[i] = i == c;
			for (int k = 0; k < i; k++)
				v[i] -= l[i][k] * v[k];
			v[i] /= l[i][i];
		}
		for (int i = P - 1; i >= 0; i--)
		{
			for (int k = i + 1; k < P; k++)
				v[i] -= l[k][i] * v[k];
			v[i] /= l[i][i];
			inverse[i][c] = v[i];
		}
	}
}

/* The Hessian of the whole negative log-likelihood (and prior), symmetric. */
static void
hessian_at(const Objective *o, const double at[P], Matrix hessian)
{
	Matrix raw;

	for (int i = 0; i < P; i++)
	{
		Point up;
		Point down;

		memcpy(up.at, at, sizeof(up.at));
		memcpy(down.at, at, sizeof(down.at));
		up.at[i] += HESSIAN_STEP;
		down.at[i] -= HESSIAN_STEP;
		evaluate(o, &up);
		evaluate(o, &down);
		for (int j = 0; j < P; j++)
			raw[i][j] = (up.slope[j] - down.slope[j]) / (2 * HESSIAN_STEP) * scale_of(o);
	}
	for (int i = 0; i < P; i++)
		for (int j = 0; j < P; j++)
			hessian[i][j] = (raw[i][j] + raw[j][i]) / 2;
}

/*
 * Inverse of the Hessian plus a ridge, which grows in the rare case that the
 * point isn't a minimum and the sum isn't positive definite.
 */
static void
covariance_at(const Objective *o, const double at[P], Matrix covariance)
{
	Matrix hessian;
	Matrix factor;
	double ridge = RIDGE_PRECISION;

	hessian_at(o, at, hessian);
	do
	{
		memcpy(factor, hessian, sizeof(factor));
		for (int i = 0; i < P; i++)
			factor[i][i] += o->precision > 0 ? 0 : ridge;
		ridge *= 10;
	} while (!cholesky(factor));
	invert_factored(factor, covariance);
}

/* ---------------------------------------------------------------- the fit */

/*
 * Where searches start, alpha in median gaps. The likelihood can have several
 * maxima: the first start finds the highest for most populations, the others
 * for nearly all where customers are much alike, or where nobody leaves.
 */
static const MbgParams starts[] = {
	{ 0.7, 0.7, 0.8, 2.0 },
	{ 50.0, 50.0, 0.3, 3.0 },
	{ 1.0, 1.0, 0.001, 1.0 },
};

#define NSTARTS ((int) (sizeof(starts) / sizeof(starts[0])))

static void
set_start(int which, double gap, double at[P])
{
	at[MBG_R] = log(starts[which].r);
	at[MBG_ALPHA] = into_box(log(starts[which].alpha * gap));
	at[MBG_A] = log(starts[which].a);
	at[MBG_B] = log(starts[which].b);
}

/*
 * The best of the minima found from all starts; steps are summed. With a prior
 * there is but one that matters, around the first. Among many rows, a sample
 * tells which start is best, and all rows take it from there.
 */
static bool
search(const Objective *o, double gap, Point *best, int *iterations)
{
	Objective sample = *o;
	bool	  converged = false;
	int		  steps;

	sample.stride = 1 + o->nrows / SAMPLE_SIZE;
	sample.total /= sample.stride;
	*iterations = 0;
	for (int i = 0; i < (o->precision > 0 ? 1 : NSTARTS); i++)
	{
		Point p;
		bool  done;

		set_start(i, gap, p.at);
		done = minimise(&sample, &p, &steps);
		*iterations += steps;
		if (i > 0 && !(p.value < best->value))
			continue;
		*best = p;
		converged = done;
	}
	if (sample.stride > 1)
	{
		converged = minimise(o, best, &steps);
		*iterations += steps;
	}
	return converged;
}

static void
count_customers(const Objective *o, MbgFit *fit)
{
	for (size_t i = 0; i < o->nrows; i++)
	{
		const MbgRow *row = &o->rows[i];

		tick_at(o->tick, i);
		if (!usable(row))
			continue;
		fit->customers += row->weight;
		if (row->history.x > 0)
			fit->repeaters += row->weight;
	}
}

static void
find_baseline(const Objective *o, MbgBaseline *baseline)
{
	baseline->gap = median_of(o, gap_of, NAN);
	if (isnan(baseline->gap))
		baseline->gap = median_of(o, age_of, DEFAULT_GAP);
	baseline->gap = fmax(baseline->gap, 0.5); /* half a day */
	baseline->x = median_of(o, repeats_of, 0);
	baseline->silent = median_of(o, silence_of, 0);
}

static MbgFitStatus
status_of(const MbgFit *fit, const double at[P], bool converged)
{
	if (fit->customers < MBG_FIT_MIN_CUSTOMERS)
		return MBG_FIT_FEW_CUSTOMERS;
	if (fit->repeaters < MBG_FIT_MIN_REPEATERS)
		return MBG_FIT_FEW_REPEATS;
	if (fit->params.a / (fit->params.a + fit->params.b) < NO_DROPOUT)
		return MBG_FIT_NO_DROPOUT;
	for (int i = 0; i < P; i++)
		if (fabs(at[i]) >= MAX_LOG)
			return MBG_FIT_AT_LIMIT;
	return converged ? MBG_FIT_CONVERGED : MBG_FIT_NOT_CONVERGED;
}

void
mbg_fit(const MbgRow *rows, size_t nrows, void (*tick)(void), MbgFit *fit)
{
	Objective o = { .rows = rows, .nrows = nrows, .stride = 1, .tick = tick };
	Point	  best;
	bool	  converged;

	*fit = (MbgFit){ 0 };
	count_customers(&o, fit);
	find_baseline(&o, &fit->baseline);

	o.total = fit->customers;
	if (fit->customers < MBG_FIT_MIN_CUSTOMERS || fit->repeaters < MBG_FIT_MIN_REPEATERS)
		o.precision = PRIOR_PRECISION;
	set_start(0, fit->baseline.gap, o.start);
	converged = search(&o, fit->baseline.gap, &best, &fit->iterations);
	fit->params = params_at(best.at);
	fit->status = status_of(fit, best.at, converged);
	fit->loglik = penalty_at(&o, best.at) - best.value * scale_of(&o);
	covariance_at(&o, best.at, fit->covariance);
}

const char *
mbg_fit_status_name(MbgFitStatus status)
{
	switch (status)
	{
		case MBG_FIT_CONVERGED:
			return "converged";
		case MBG_FIT_NO_DROPOUT:
			return "no dropout";
		case MBG_FIT_AT_LIMIT:
			return "at limit";
		case MBG_FIT_NOT_CONVERGED:
			return "not converged";
		case MBG_FIT_FEW_CUSTOMERS:
			return "few customers";
		case MBG_FIT_FEW_REPEATS:
			return "few repeats";
	}
	return "unknown";
}
