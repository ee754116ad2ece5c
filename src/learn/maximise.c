/*-------------------------------------------------------------------------
 *
 * maximise.c
 *	  The maximum of a smooth function of a few variables in a box.
 *
 * Nocedal & Wright, "Numerical Optimization" (2006), algorithm 6.1, with a
 * backtracking line search (algorithm 3.1) whose points are projected onto the
 * box. Inside, it is -total/scale that is minimised.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/maximise.h"

#include <math.h>
#include <string.h>

#define MAX_ITERATIONS 300

/*
 * Done when no slope is steeper, when the next step is expected to gain no more
 * than this part of what is worth a step, or when several in a row gained less: a
 * valley whose floor is flat has no slope small enough to see past rounding.
 */
#define FLAT	   1e-8
#define SURE	   1e-2
#define IDLE_STEPS 3

/* Step of the Hessian's differences. */
#define HESSIAN_STEP 1e-4

/* A point with what is minimised there. */
typedef struct Point
{
	double	 at[MAXIMISE_MAX];
	double	 value;
	double	 slope[MAXIMISE_MAX];
	unsigned pressed; /* bits of the coordinates held back by the box */
} Point;

static double
dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void
set_identity(MaximiseMatrix m)
{
	for (int i = 0; i < MAXIMISE_MAX; i++)
		for (int j = 0; j < MAXIMISE_MAX; j++)
			m[i][j] = i == j;
}

static double
into_box(const Maximise *problem, int i, double value)
{
	return fmin(fmax(value, problem->lo[i]), problem->hi[i]);
}

/* Where the box stops a coordinate from going further down, it counts as flat. */
static void
evaluate(const Maximise *problem, Point *p)
{
	p->value = -problem->total(problem->arg, p->at, p->slope) / problem->scale;
	p->pressed = 0;
	for (int i = 0; i < problem->n; i++)
	{
		p->slope[i] /= -problem->scale;
		if (p->slope[i] < 0 ? p->at[i] < problem->hi[i] : p->at[i] > problem->lo[i])
			continue;
		p->slope[i] = 0;
		p->pressed |= 1u << i;
	}
}

/* Where to go: -inverse x slope, at most two units a coordinate. */
static void
choose_direction(const Point *p, int n, MaximiseMatrix inverse, double *direction)
{
	double longest = 2;

	for (int i = 0; i < n; i++)
		direction[i] = p->pressed & 1u << i ? 0 : -dot(inverse[i], p->slope, n);
	if (!(dot(direction, p->slope, n) < 0))
	{
		set_identity(inverse);
		for (int i = 0; i < n; i++)
			direction[i] = -p->slope[i];
	}
	for (int i = 0; i < n; i++)
		longest = fmax(longest, fabs(direction[i]));
	for (int i = 0; i < n; i++)
		direction[i] *= 2 / longest;
}

/*
 * Halve the step until the value falls enough (Armijo's condition; rounding
 * gets some slack). False if it never does.
 */
static bool
line_search(const Maximise *problem, const Point *from, const double *direction, Point *to)
{
	double slack = 1e-13 * fabs(from->value) + problem->gain / problem->scale;

	for (double step = 1; step > 1e-10; step /= 2)
	{
		double expected = 0;

		for (int i = 0; i < problem->n; i++)
		{
			to->at[i] = into_box(problem, i, from->at[i] + step * direction[i]);
			expected += from->slope[i] * (to->at[i] - from->at[i]);
		}
		evaluate(problem, to);
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
update_inverse(MaximiseMatrix inverse, const Point *from, const Point *to, int n)
{
	double s[MAXIMISE_MAX];
	double y[MAXIMISE_MAX];
	double hy[MAXIMISE_MAX];
	double sy;
	double yhy;

	if (from->pressed != to->pressed)
	{
		set_identity(inverse);
		return;
	}
	for (int i = 0; i < n; i++)
	{
		s[i] = to->at[i] - from->at[i];
		y[i] = to->slope[i] - from->slope[i];
	}
	sy = dot(s, y, n);
	if (!(sy > 1e-12 * sqrt(dot(s, s, n) * dot(y, y, n))))
		return; /* not convex here: keep what we have */
	for (int i = 0; i < n; i++)
		hy[i] = dot(inverse[i], y, n);
	yhy = dot(y, hy, n);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			inverse[i][j] += ((1 + yhy / sy) * s[i] * s[j] - s[i] * hy[j] - hy[i] * s[j]) / sy;
}

/* Is there nothing more to gain, as far as slopes and curvature tell? */
static bool
is_done(const Maximise *problem, const Point *p, const double *direction)
{
	double expected = -dot(direction, p->slope, problem->n) / 2 * problem->scale;
	double steepest = 0;

	for (int i = 0; i < problem->n; i++)
		steepest = fmax(steepest, fabs(p->slope[i]));
	return steepest <= FLAT || expected <= SURE * problem->gain;
}

/* Goes from *p to a minimum nearby; false if iterations run out or no step helps. */
static bool
minimise(const Maximise *problem, Point *p, MaximiseMatrix inverse, int *iterations)
{
	bool plain = false; /* the curvature was given up and is not learnt again yet */
	int	 idle = 0;		/* steps in a row without a gain */

	evaluate(problem, p);
	for (*iterations = 0; *iterations < MAX_ITERATIONS && idle < IDLE_STEPS; ++*iterations)
	{
		double direction[MAXIMISE_MAX];
		Point  next;

		choose_direction(p, problem->n, inverse, direction);
		if (is_done(problem, p, direction))
			return true;
		if (line_search(problem, p, direction, &next))
		{
			idle = (p->value - next.value) * problem->scale < problem->gain ? idle + 1 : 0;
			update_inverse(inverse, p, &next, problem->n);
			*p = next;
			plain = false;
		}
		else if (plain)
			return false;
		else
		{
			set_identity(inverse);
			plain = true;
		}
	}
	return idle >= IDLE_STEPS;
}

void
maximise(const Maximise *problem, const double *from, const MaximiseMatrix covariance,
		 Maximum *maximum)
{
	MaximiseMatrix inverse;
	Point		   p;

	if (covariance)
		memcpy(inverse, covariance, sizeof(MaximiseMatrix));
	else
		set_identity(inverse);
	for (int i = 0; i < problem->n; i++)
		p.at[i] = into_box(problem, i, from[i]);
	maximum->converged = minimise(problem, &p, inverse, &maximum->iterations);
	memcpy(maximum->at, p.at, sizeof(p.at));
	maximum->total = -p.value * problem->scale;
}

/* ------------------------------------------------------------- covariance */

/* Lower Cholesky factor in place; false if m isn't positive definite. */
static bool
cholesky(MaximiseMatrix m, int n)
{
	for (int j = 0; j < n; j++)
	{
		for (int i = j; i < n; i++)
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
invert_factored(MaximiseMatrix l, int n, MaximiseMatrix inverse)
{
	for (int c = 0; c < n; c++)
	{
		double v[MAXIMISE_MAX];

		for (int i = 0; i < n; i++)
		{
			v[i] = i == c;
			for (int k = 0; k < i; k++)
				v[i] -= l[i][k] * v[k];
			v[i] /= l[i][i];
		}
		for (int i = n - 1; i >= 0; i--)
		{
			for (int k = i + 1; k < n; k++)
				v[i] -= l[k][i] * v[k];
			v[i] /= l[i][i];
			inverse[i][c] = v[i];
		}
	}
}

/* Minus the total's Hessian, symmetric. */
static void
information_at(const Maximise *problem, const double *at, MaximiseMatrix information)
{
	int			   n = problem->n;
	MaximiseMatrix raw;
	double		   here[MAXIMISE_MAX];
	double		   moved[MAXIMISE_MAX];

	problem->total(problem->arg, at, here);
	memcpy(moved, at, n * sizeof(double));
	for (int i = 0; i < n; i++)
	{
		moved[i] = at[i] + HESSIAN_STEP;
		problem->total(problem->arg, moved, raw[i]);
		moved[i] = at[i];
		for (int j = 0; j < n; j++)
			raw[i][j] = (here[j] - raw[i][j]) / HESSIAN_STEP;
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			information[i][j] = isfinite(raw[i][j] + raw[j][i]) ? (raw[i][j] + raw[j][i]) / 2 : 0;
}

void
maximise_covariance(const Maximise *problem, const double *at, double ridge,
					MaximiseMatrix covariance)
{
	MaximiseMatrix information;
	MaximiseMatrix factor;

	information_at(problem, at, information);
	for (;; ridge = ridge > 0 ? ridge * 10 : 1e-9)
	{
		memcpy(factor, information, sizeof(factor));
		for (int i = 0; i < problem->n; i++)
			factor[i][i] += ridge;
		if (cholesky(factor, problem->n))
			break;
	}
	invert_factored(factor, problem->n, covariance);
}
