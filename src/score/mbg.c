/*-------------------------------------------------------------------------
 *
 * mbg.c
 *	  The MBG/NBD and BG/NBD models of when customers come back and when they
 *	  leave.
 *
 * The likelihood of a customer is the sum of two terms: bought x times and is
 * still there, and left right after the last purchase (Wagner & Hoppe 2008,
 * k = 1). Of m + 1 occasions to leave, m passed before the last purchase: m = x,
 * or x - 1 where the first purchase is safe. With (c)_n = Gamma(c+n)/Gamma(c)
 * and the shared factors taken out,
 *
 *	  L = (r)_x alpha^-x (b)_m / (a+b)_(m+1) (alive + gone)
 *	  alive = (b+m) (1 + T/alpha)^-(r+x)
 *	  gone  =   a   (1 + t_x/alpha)^-(r+x)
 *	  P(alive) = alive / (alive + gone)
 *
 * With m = -1 there was no occasion: L = (1 + T/alpha)^-r.
 *
 * All is done in logarithms, in this form because it stays exact when r and
 * alpha are large.
 *
 *-------------------------------------------------------------------------
 */
#include "score/mbg.h"

#include <math.h>

#include "score/fmath.h"

/* Churn is rounded to multiples of this: sums of a few are exact in a double. */
#define CHURN_UNIT 0x1p-50

/* Log-odds beyond this are 0 or 1 to the last bit. */
#define MAX_LOGIT 700.0

/* Terms of the series in mbg_expected() before it is integrated instead. */
#define MAX_TERMS 5000

static bool
in_range(double value)
{
	return value >= 1e-9 && value <= 1e9; /* false for NaN */
}

bool
mbg_params_valid(const MbgParams *params)
{
	return in_range(params->r) && in_range(params->alpha) && in_range(params->a) &&
		   in_range(params->b);
}

bool
mbg_history_valid(const MbgHistory *h)
{
	if (h->x < 0 || !(h->t_x >= 0) || !(h->t_x <= h->T) || isinf(h->T))
		return false;
	return h->x > 0 || h->t_x == 0;
}

void
mbg_prepare(MbgTables *tables, const MbgParams *params, int32_t most_x)
{
	tables->params = *params;
	tables->log_alpha = log(params->alpha);
	tables->log_a = log(params->a);
	tables->per_alpha = 1 / params->alpha;
	rising_prepare(&tables->r, params->r, most_x);
	rising_prepare(&tables->b, params->b, most_x);
	rising_prepare(&tables->ab, params->a + params->b, (int64_t) most_x + 1);
}

/* Occasions to leave that passed before the last purchase; -1 if that was safe too. */
static double
passed(const MbgParams *params, const MbgHistory *h)
{
	return params->safe_first ? h->x - 1.0 : h->x;
}

/* Log-likelihood without an occasion to leave: of no purchase since the first. */
static double
safe_loglik(const MbgParams *params, const MbgHistory *h, double gradient[MBG_NPARAMS])
{
	double now = log1p(h->T / params->alpha);

	if (gradient)
	{
		gradient[MBG_R] = -params->r * now;
		gradient[MBG_ALPHA] = params->r * h->T / (params->alpha + h->T);
		gradient[MBG_A] = 0;
		gradient[MBG_B] = 0;
	}
	return -params->r * now;
}

/*
 * The hot loop of every fit. log(1 + t) does where scores use log1p(t): what is
 * lost is below n x 1e-16.
 */
double
mbg_loglik(const MbgTables *tables, const MbgHistory *h, double gradient[MBG_NPARAMS])
{
	const MbgParams *params = &tables->params;
	double			 n = params->r + h->x;
	int64_t			 m = (int64_t) passed(params, h);
	double			 now = 1 + h->T * tables->per_alpha;
	double			 last = 1 + h->t_x * tables->per_alpha;
	double			 log_now = log(now);
	double			 log_last = log(last);
	double			 alive, gone, less;
	double			 dr, db, dab;
	double			 shared;

	if (m < 0)
		return safe_loglik(params, h, gradient);
	alive = rising_step(&tables->b, m) - n * log_now;
	gone = tables->log_a - n * log_last;
	less = exp(-fabs(alive - gone)); /* the smaller over the larger */
	shared = rising_log(&tables->r, h->x, &dr) - h->x * tables->log_alpha +
			 rising_log(&tables->b, m, &db) - rising_log(&tables->ab, m + 1, &dab);
	if (gradient)
	{
		double p = (alive > gone ? 1 : less) / (1 + less);
		double q = 1 - p;

		gradient[MBG_R] = params->r * (dr - p * log_now - q * log_last);
		gradient[MBG_ALPHA] = params->r - n * (p * last + q * now) / (now * last);
		gradient[MBG_A] = q - params->a * dab;
		gradient[MBG_B] = params->b * (db - dab + p / (params->b + m));
	}
	return shared + fmax(alive, gone) + log(1 + less);
}

/* Log-odds of having left, from the last purchase on. */
static double
gone_logit(const MbgParams *params, const MbgHistory *h)
{
	double silence = log1p((h->T - h->t_x) / (params->alpha + h->t_x));
	double m = passed(params, h);

	if (m < 0)
		return -INFINITY;
	return log(params->a / (params->b + m)) + (params->r + h->x) * silence;
}

double
mbg_p_alive(const MbgParams *params, const MbgHistory *h)
{
	return score_logistic(-gone_logit(params, h));
}

/*
 * Log-odds of no purchase within the horizon: those who left, and those who
 * didn't and stay quiet, against those who come. With g the odds of having left
 * and s the chance that a customer who is there stays quiet, (g + s) / (1 - s).
 */
double
mbg_churn_logit(const MbgParams *params, const MbgHistory *h, double horizon)
{
	double quiet = -(params->r + h->x) * log1p(horizon / (params->alpha + h->T));
	double logit = score_log_add_exp(gone_logit(params, h), quiet) - log(-expm1(quiet));

	return fmin(fmax(logit, -MAX_LOGIT), MAX_LOGIT);
}

double
mbg_churn(const MbgParams *params, const MbgHistory *h, double horizon)
{
	return rint(score_logistic(mbg_churn_logit(params, h, horizon)) / CHURN_UNIT) * CHURN_UNIT;
}

/* ------------------------------------------------------ expected purchases */

/*
 * What somebody who is there will buy. Without leaving, the number J of
 * purchases to come is negative binomial, of shape n and odds w; with leaving,
 * the i-th happens if J >= i and i - 1 occasions to leave were passed, where the
 * chance to leave is Beta(a, c). So the mean is the sum over i >= 0 of
 *
 *	  P(J > i) (c)_i / (a + c)_i
 *
 * which is the papers' hypergeometric form without its cancellation, and the mean
 * square that of 2 i + 1 times as much. False if it takes too many terms.
 */
static bool
number_series(double n, double w, double a, double c, MbgNumber *number)
{
	double quiet = n * log1p(w);
	double z = w / (1 + w);
	double exactly = exp(-quiet); /* P(J = i) */
	double more = -expm1(-quiet); /* P(J > i) */
	double there = 1;

	*number = (MbgNumber){ 0, 0 };
	if (quiet > 600)
		return false;
	for (int i = 0; i < MAX_TERMS; i++)
	{
		number->mean += more * there;
		number->square += (2 * i + 1) * more * there;
		exactly *= z * (n + i) / (i + 1);
		more -= exactly;
		there *= (c + i) / (a + c + i);
		if (more <= 1e-10 * (1 - z) * number->mean)
			return true;
	}
	return false;
}

/* Given the chance p to leave: (1 - (1 + p w)^-n) / p, and from its slope by p the mean square. */
static MbgNumber
number_given(double n, double w, double p)
{
	double some = -expm1(-n * log1p(p * w));
	double mean = p * w > 1e-300 ? some / p : n * w;
	double more = some - n * w * p * exp(-(n + 1) * log1p(p * w));

	if (p * w * (n + 1) < 1e-5) /* where that cancels out */
		return (MbgNumber){ mean, mean + n * (n + 1) * w * w };
	return (MbgNumber){ mean, mean + 2 * (1 - p) * more / p / p };
}

/*
 * The same, as the mean over p: sums over its log-odds at doubly exponential
 * distances from where its density is highest (Takahasi & Mori 1974).
 */
static MbgNumber
number_integral(double n, double w, double a, double c)
{
	const double pi = 3.14159265358979323846;
	const double step = 1.0 / 32;
	double		 centre = log(a / c);
	double		 spread = fmin(1, sqrt(1 / a + 1 / c));
	int			 ends = (int) (asinh((12 + 60 / (spread * fmin(a, c))) / pi) / step);
	double		 log_peak = -a * log1p(c / a) - c * log1p(a / c);
	MbgNumber	 sum = { 0, 0 };
	double		 mass = 0;

	for (int i = -ends; i <= ends; i++)
	{
		double	  logit = centre + spread * pi * sinh(i * step);
		double	  log_p = -score_log_add_exp(0, -logit);
		double	  log_q = -score_log_add_exp(0, logit);
		double	  weight = exp(a * log_p + c * log_q - log_peak) * cosh(i * step);
		MbgNumber given = number_given(n, w, exp(log_p));

		mass += weight;
		sum.mean += weight * given.mean;
		sum.square += weight * given.square;
	}
	return (MbgNumber){ sum.mean / mass, sum.square / mass };
}

double
mbg_mean_number(double n, double w, double a, double c)
{
	MbgNumber number;

	if (!number_series(n, w, a, c, &number))
		number = number_integral(n, w, a, c);
	return number.mean;
}

/* Of a customer who is there; {0, 0} where the horizon is next to nothing. */
static MbgNumber
number_if_there(const MbgParams *params, const MbgHistory *h, double horizon)
{
	double	  n = params->r + h->x;
	double	  w = horizon / (params->alpha + h->T);
	double	  c = params->b + passed(params, h) + 1;
	MbgNumber number = { 0, 0 };

	if (w > 0 && !number_series(n, w, params->a, c, &number))
		number = number_integral(n, w, params->a, c);
	return number;
}

double
mbg_expected(const MbgParams *params, const MbgHistory *h, double horizon)
{
	return mbg_p_alive(params, h) * number_if_there(params, h, horizon).mean;
}

MbgNumber
mbg_number(const MbgParams *params, const MbgHistory *h, double horizon)
{
	MbgNumber number = number_if_there(params, h, horizon);
	double	  any = -expm1(-(params->r + h->x) * log1p(horizon / (params->alpha + h->T)));

	if (!(any > 0))
		return (MbgNumber){ 1, 1 };
	number.mean = fmax(number.mean / any, 1);
	number.square = fmax(number.square / any, number.mean * number.mean);
	return number;
}
