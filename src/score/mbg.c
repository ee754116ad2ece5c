/*-------------------------------------------------------------------------
 *
 * mbg.c
 *	  The MBG/NBD model of when customers come back and when they leave.
 *
 * The likelihood of a customer is the sum of two terms: bought x times and is
 * still there, and left right after the last purchase (Wagner & Hoppe 2008,
 * k = 1). With (c)_n = Gamma(c+n)/Gamma(c) and the shared factors taken out,
 *
 *	  L = (r)_x alpha^-x (b)_x / (a+b)_(x+1) (alive + gone)
 *	  alive = (b+x) (1 + T/alpha)^-(r+x)
 *	  gone  =   a   (1 + t_x/alpha)^-(r+x)
 *	  P(alive) = alive / (alive + gone)
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

/* Step of the numeric derivatives with respect to log-parameters. */
#define LOG_STEP 1e-4

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

/* log of Gamma(c+n)/Gamma(c), and its derivative in c. */
static double
log_rising(double c, double n, double *slope)
{
	*slope = score_digamma(c + n) - score_digamma(c);
	return lgamma(c + n) - lgamma(c);
}

void
mbg_rising(const MbgParams *params, int32_t x, MbgRising *rising)
{
	rising->r = log_rising(params->r, x, &rising->dr);
	rising->b = log_rising(params->b, x, &rising->db);
	rising->ab = log_rising(params->a + params->b, x + 1.0, &rising->dab);
}

double
mbg_loglik(const MbgParams *params, const MbgHistory *h, const MbgRising *rising,
		   double gradient[MBG_NPARAMS])
{
	double alpha = params->alpha;
	double n = params->r + h->x;
	double now = log1p(h->T / alpha);
	double last = log1p(h->t_x / alpha);
	double alive = log(params->b + h->x) - n * now;
	double gone = log(params->a) - n * last;
	double both = score_log_add_exp(alive, gone);

	if (gradient)
	{
		double p = exp(alive - both);
		double q = exp(gone - both);

		gradient[MBG_R] = params->r * (rising->dr - p * now - q * last);
		gradient[MBG_ALPHA] =
			n * (p * h->T / (alpha + h->T) + q * h->t_x / (alpha + h->t_x)) - h->x;
		gradient[MBG_A] = q - params->a * rising->dab;
		gradient[MBG_B] = params->b * (rising->db - rising->dab + p / (params->b + h->x));
	}
	return rising->r - h->x * log(alpha) + rising->b - rising->ab + both;
}

/* Log-odds of having left, from the last purchase on. */
static double
gone_logit(const MbgParams *params, const MbgHistory *h)
{
	double silence = log1p((h->T - h->t_x) / (params->alpha + h->t_x));

	return log(params->a / (params->b + h->x)) + (params->r + h->x) * silence;
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
static double
churn_logit(const MbgParams *params, const MbgHistory *h, double horizon)
{
	double quiet = -(params->r + h->x) * log1p(horizon / (params->alpha + h->T));
	double logit = score_log_add_exp(gone_logit(params, h), quiet) - log(-expm1(quiet));

	return fmin(fmax(logit, -MAX_LOGIT), MAX_LOGIT);
}

double
mbg_churn(const MbgParams *params, const MbgHistory *h, double horizon)
{
	return rint(score_logistic(churn_logit(params, h, horizon)) / CHURN_UNIT) * CHURN_UNIT;
}

/* The parameters with the logarithm of one of them moved. */
static MbgParams
nudged(const MbgParams *params, int which, double step)
{
	MbgParams moved = *params;
	double	 *field[MBG_NPARAMS] = { &moved.r, &moved.alpha, &moved.a, &moved.b };

	*field[which] *= exp(step);
	return moved;
}

/* Variance of the churn's log-odds by the delta method. */
static double
churn_logit_variance(const MbgParams *params, const double covariance[MBG_NPARAMS][MBG_NPARAMS],
					 const MbgHistory *h, double horizon)
{
	double slope[MBG_NPARAMS];
	double variance = 0;

	for (int i = 0; i < MBG_NPARAMS; i++)
	{
		MbgParams up = nudged(params, i, LOG_STEP);
		MbgParams down = nudged(params, i, -LOG_STEP);

		slope[i] = (churn_logit(&up, h, horizon) - churn_logit(&down, h, horizon)) / (2 * LOG_STEP);
	}
	for (int i = 0; i < MBG_NPARAMS; i++)
		for (int j = 0; j < MBG_NPARAMS; j++)
			variance += slope[i] * covariance[i][j] * slope[j];
	return variance;
}

void
mbg_churn_interval(const MbgParams *params, const double covariance[MBG_NPARAMS][MBG_NPARAMS],
				   const MbgHistory *h, double horizon, double *lo, double *hi)
{
	double churn = mbg_churn(params, h, horizon);
	double variance = churn_logit_variance(params, covariance, h, horizon);
	double logit = churn_logit(params, h, horizon);
	double half;

	*lo = 0;
	*hi = 1;
	if (!(variance >= 0) || isinf(variance))
		return;
	half = SCORE_Z95 * sqrt(variance);
	*lo = fmin(churn, score_logistic(logit - half));
	*hi = fmax(churn, score_logistic(logit + half));
}

/* The coordinates of an explanation, as bits of a coalition. */
enum
{
	FROM_X = 1,
	FROM_GAP = 2,
	FROM_SILENT = 4,
	FROM_ALL = 7
};

/* Churn of a customer who has the coordinates in `taken`, and the baseline's others. */
static double
coalition_churn(const MbgParams *params, const MbgHistory *h, const MbgBaseline *baseline,
				double horizon, int taken)
{
	double	   gap = (taken & FROM_GAP) && h->x > 0 ? h->t_x / h->x : baseline->gap;
	double	   silent = taken & FROM_SILENT ? h->T - h->t_x : baseline->silent;
	MbgHistory mixed;

	mixed.x = taken & FROM_X ? h->x : baseline->x;
	mixed.t_x = mixed.x * gap;
	mixed.T = mixed.t_x + silent;
	return mbg_churn(params, &mixed, horizon);
}

/*
 * Shapley value of one of three coordinates (`one`, beside `two` and `three`):
 * its mean effect over the six orders in which they can be moved.
 */
static double
shapley(const double churn[FROM_ALL + 1], int one, int two, int three)
{
	double alone = churn[one] - churn[0];
	double second = churn[one | two] - churn[two] + churn[one | three] - churn[three];
	double last = churn[FROM_ALL] - churn[two | three];

	return rint((alone / 3 + second / 6 + last / 3) / CHURN_UNIT) * CHURN_UNIT;
}

void
mbg_explain(const MbgParams *params, const MbgHistory *h, const MbgBaseline *baseline,
			double horizon, MbgExplanation *out)
{
	double churn[FROM_ALL + 1];

	for (int taken = 0; taken < FROM_ALL; taken++)
		churn[taken] = coalition_churn(params, h, baseline, horizon, taken);
	churn[FROM_ALL] = mbg_churn(params, h, horizon);

	out->churn = churn[FROM_ALL];
	out->x = shapley(churn, FROM_X, FROM_GAP, FROM_SILENT);
	out->gap = h->x > 0 ? shapley(churn, FROM_GAP, FROM_X, FROM_SILENT) : 0;
	out->silent = shapley(churn, FROM_SILENT, FROM_X, FROM_GAP);
	/* The base takes what rounding leaves over, a few units at most. */
	out->base = out->churn - (out->x + out->gap + out->silent);
}
