/*-------------------------------------------------------------------------
 *
 * logistic.c
 *	  Ridge logistic regression by Newton's method, which for this loss is
 *	  iteratively reweighted least squares (Hastie, Tibshirani & Friedman,
 *	  "The Elements of Statistical Learning", 4.4.1).
 *
 * The problem is convex, so Newton's steps, halved where they overshoot, end
 * at its one minimum.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/logistic.h"

#include <math.h>
#include <string.h>

#include "learn/memory.h"
#include "score/fmath.h"

#define MAX_ITERATIONS 50
#define FLAT		   1e-9 /* a step that gains less, relative to the loss, is the last */
#define TICK_ROWS	   1024

typedef struct Newton
{
	const LogisticData *data;
	const LogisticFit  *fit;
	int					size; /* columns and intercept */
	double			   *at;	  /* intercept, coefficients */
	double			   *next; /* likewise */
	double			   *gradient;
	double			   *hessian; /* lower triangle of size x size, row by row */
	double			   *z;		 /* one row: 1, standardised columns */
	double				value;
} Newton;

static double
weight_of(const LogisticData *data, size_t row)
{
	return data->weight ? data->weight[row] : 1;
}

static void
tick(const LogisticData *data, int iteration, size_t row)
{
	/* Most fits end within ten steps. */
	if (data->tick && row % TICK_ROWS == 0)
		data->tick(data->tick_arg, fmin((iteration + (double) row / data->n_rows) / 10, 1));
}

static void
standardise(const LogisticData *data, LogisticFit *fit)
{
	int	   m = data->n_columns;
	double total = 0;

	for (size_t i = 0; i < data->n_rows; i++)
	{
		double weight = weight_of(data, i);

		tick(data, 0, i);
		total += weight;
		for (int j = 0; j < m; j++) /* Welford's recurrence */
		{
			double apart = data->x[i * m + j] - fit->mean[j];

			fit->mean[j] += apart * (weight / total);
			fit->scale[j] += weight * apart * (data->x[i * m + j] - fit->mean[j]);
		}
	}
	for (int j = 0; j < m; j++)
	{
		fit->scale[j] = total > 0 ? sqrt(fit->scale[j] / total) : 0;
		if (!(fit->scale[j] > 1e-12 * fabs(fit->mean[j])))
			fit->scale[j] = INFINITY; /* never varies */
	}
}

static void
standard_row(const LogisticFit *fit, const double *x, double *z)
{
	z[0] = 1;
	for (int j = 0; j < fit->n_columns; j++)
		z[j + 1] = (x[j] - fit->mean[j]) / fit->scale[j];
}

static double
dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static double
penalty(const Newton *newton, const double *at)
{
	return dot(at + 1, at + 1, newton->size - 1) / 2;
}

/* The objective at a point. */
static double
value_at(Newton *newton, const double *at, int iteration)
{
	const LogisticData *data = newton->data;
	double				loss = 0;

	for (size_t i = 0; i < data->n_rows; i++)
	{
		double logit;

		tick(data, iteration, i);
		standard_row(newton->fit, data->x + i * data->n_columns, newton->z);
		logit = dot(newton->z, at, newton->size);
		loss += weight_of(data, i) * (score_log_add_exp(0, logit) - (data->label[i] ? logit : 0));
	}
	return penalty(newton, at) + LOGISTIC_LOSS_SHARE * loss;
}

/* Gradient and Hessian of the objective where we are. */
static void
differentiate(Newton *newton, int iteration)
{
	const LogisticData *data = newton->data;
	int					size = newton->size;

	for (int j = 0; j < size; j++)
	{
		newton->gradient[j] = j > 0 ? newton->at[j] : 0;
		memset(newton->hessian + (size_t) j * size, 0, sizeof(double) * size);
		newton->hessian[(size_t) j * size + j] = j > 0;
	}
	for (size_t i = 0; i < data->n_rows; i++)
	{
		double weight = LOGISTIC_LOSS_SHARE * weight_of(data, i);
		double p;

		tick(data, iteration, i);
		standard_row(newton->fit, data->x + i * data->n_columns, newton->z);
		p = score_logistic(dot(newton->z, newton->at, size));
		for (int j = 0; j < size; j++)
		{
			double *row = newton->hessian + (size_t) j * size;
			double	share = weight * p * (1 - p) * newton->z[j];

			newton->gradient[j] += weight * (p - (data->label[i] != 0)) * newton->z[j];
			for (int k = 0; k <= j; k++)
				row[k] += share * newton->z[k];
		}
	}
	/* Where every chance is 0 or 1 to the last bit the intercept would be left without a curvature. */
	newton->hessian[0] += 1e-12;
}

/* The lower Cholesky factor, in place; the Hessian is positive definite. */
static void
factorise(double *l, int size)
{
	for (int i = 0; i < size; i++)
	{
		double *row = l + (size_t) i * size;

		for (int j = 0; j <= i; j++)
		{
			double rest = row[j] - dot(row, l + (size_t) j * size, j);

			row[j] = i == j ? sqrt(fmax(rest, 1e-12)) : rest / l[(size_t) j * size + j];
		}
	}
}

/* Solves L L' x = b, in place. */
static void
solve(const double *l, int size, double *b)
{
	for (int i = 0; i < size; i++)
		b[i] = (b[i] - dot(l + (size_t) i * size, b, i)) / l[(size_t) i * size + i];
	for (int i = size - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < size; k++)
			b[i] -= l[(size_t) k * size + i] * b[k];
		b[i] /= l[(size_t) i * size + i];
	}
}

/* One step, halved until it doesn't lead upwards; false when it gains nothing any more. */
static bool
step(Newton *newton, int iteration)
{
	double slack = FLAT * (1 + fabs(newton->value));
	double value;
	double length = 1;
	double gain;

	solve(newton->hessian, newton->size, newton->gradient);
	do
	{
		for (int j = 0; j < newton->size; j++)
			newton->next[j] = newton->at[j] - length * newton->gradient[j];
		value = value_at(newton, newton->next, iteration);
		length /= 2;
	} while (!(value <= newton->value) && length > 1e-6);
	gain = newton->value - value;
	if (gain > 0)
	{
		memcpy(newton->at, newton->next, sizeof(double) * newton->size);
		newton->value = value;
	}
	return gain > slack;
}

/*
 * The inverse of the Hessian of the penalised log-likelihood, which is that of
 * the objective divided by LOGISTIC_LOSS_SHARE.
 */
static void
invert(const double *l, int size, double *covariance)
{
	for (int j = 0; j < size; j++)
	{
		double *column = covariance + (size_t) j * size; /* symmetric: a column is a row */

		memset(column, 0, sizeof(double) * size);
		column[j] = LOGISTIC_LOSS_SHARE;
		solve(l, size, column);
	}
}

static double
weight_of_yes(const LogisticData *data, double *total)
{
	double yes = 0;

	*total = 0;
	for (size_t i = 0; i < data->n_rows; i++)
	{
		*total += weight_of(data, i);
		yes += data->label[i] ? weight_of(data, i) : 0;
	}
	return yes;
}

static void
prepare(const LogisticData *data, LogisticFit *fit)
{
	size_t m = data->n_columns;

	*fit = (LogisticFit){ .n_columns = data->n_columns };
	fit->coefficient = need_zeroed(sizeof(double) * m);
	fit->mean = need_zeroed(sizeof(double) * m);
	fit->scale = need_zeroed(sizeof(double) * m);
	fit->covariance = need_zeroed(sizeof(double) * (m + 1) * (m + 1));
	standardise(data, fit);
}

/* From the intercept that fits best alone. With labels all alike there is no more to find. */
static void
search(Newton *newton, LogisticFit *fit)
{
	double total;
	double yes = weight_of_yes(newton->data, &total);

	bool alike = yes == 0 || yes == total;

	newton->at[0] = log((yes + alike) / (total - yes + alike));
	newton->value = value_at(newton, newton->at, 0);
	do
	{
		differentiate(newton, ++fit->iterations);
		factorise(newton->hessian, newton->size);
		fit->converged = alike || !step(newton, fit->iterations);
	} while (!fit->converged && fit->iterations < MAX_ITERATIONS);
}

void
logistic_fit(const LogisticData *data, LogisticFit *fit)
{
	Newton newton = { .data = data, .fit = fit, .size = data->n_columns + 1 };
	size_t size = newton.size;

	prepare(data, fit);
	newton.at = need_zeroed(sizeof(double) * size);
	newton.next = need(NULL, sizeof(double) * size);
	newton.gradient = need(NULL, sizeof(double) * size);
	newton.hessian = need(NULL, sizeof(double) * size * size);
	newton.z = need(NULL, sizeof(double) * size);

	search(&newton, fit);
	fit->intercept = newton.at[0];
	memcpy(fit->coefficient, newton.at + 1, sizeof(double) * (size - 1));
	invert(newton.hessian, newton.size, fit->covariance);

	need_free(newton.at);
	need_free(newton.next);
	need_free(newton.gradient);
	need_free(newton.hessian);
	need_free(newton.z);
}

void
logistic_free(LogisticFit *fit)
{
	need_free(fit->coefficient);
	need_free(fit->mean);
	need_free(fit->scale);
	need_free(fit->covariance);
}

double
logistic_logit(const LogisticFit *fit, const double *x)
{
	double logit = fit->intercept;

	for (int j = 0; j < fit->n_columns; j++)
		logit += fit->coefficient[j] * ((x[j] - fit->mean[j]) / fit->scale[j]);
	return logit;
}

double
logistic_variance(const LogisticFit *fit, const double *x)
{
	int	   size = fit->n_columns + 1;
	double variance = 0;

	for (int i = 0; i < size; i++)
	{
		double zi = i == 0 ? 1 : (x[i - 1] - fit->mean[i - 1]) / fit->scale[i - 1];

		for (int j = 0; j < size; j++)
		{
			double zj = j == 0 ? 1 : (x[j - 1] - fit->mean[j - 1]) / fit->scale[j - 1];

			variance += zi * zj * fit->covariance[(size_t) i * size + j];
		}
	}
	return variance;
}
