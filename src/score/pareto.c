/*-------------------------------------------------------------------------
 *
 * pareto.c
 *	  The Pareto/NBD model of when customers come back and when they leave.
 *
 * With n = r + x, a customer whose rates aren't known has neither bought again
 * nor left for a time after the last purchase, up to y, with the chance
 *
 *	  h(y) = ((alpha + t_x) / (alpha + y))^n ((beta + t_x) / (beta + y))^s
 *
 * and what happens next at y is that they buy, with density h(y) n / (alpha + y),
 * or leave, with density h(y) s / (beta + y). So the likelihood is
 *
 *	  L = (r)_x alpha^-x (1 + t_x/alpha)^-n (1 + t_x/beta)^-s (h(T) + left)
 *	  left = integral from t_x to T of h(y) s / (beta + y) dy
 *
 * The papers give the integral as the difference of two hypergeometric functions,
 * which loses all digits where T is near t_x. It is computed as it stands, by
 * Gauss & Legendre: everything in it is positive, and its slopes are integrals at
 * the same points.
 *
 *-------------------------------------------------------------------------
 */
#include "score/pareto.h"

#include <math.h>

#include "score/fmath.h"

/* Log-odds beyond this are 0 or 1 to the last bit. */
#define MAX_LOGIT 700.0

/* Beyond this many e-foldings of h there is nothing left. */
#define NOTHING 42.0

/* A panel of the integration, in the logarithm of time. */
#define PANEL 2.5

/* Sums over the time from a start to an end, of densities relative to the start. */
typedef struct Sums
{
	double leave; /* density to leave */
	double buy;	  /* density to buy */
	/* The density to leave times ... */
	double log_alpha, log_beta;		/* log of (alpha + y) / (alpha + start), beta likewise */
	double share_alpha, share_beta; /* y / (alpha + y), y / (beta + y) */
} Sums;

/* Gauss-Legendre nodes and weights on -1 .. 1, the positive half. */
static const double nodes[][2] = {
	{ 0.095012509837637454, 0.18945061045506859 }, { 0.28160355077925892, 0.18260341504492361 },
	{ 0.45801677765722737, 0.16915651939500262 },  { 0.61787624440264377, 0.14959598881657676 },
	{ 0.755404408355003, 0.12462897125553403 },	   { 0.86563120238783176, 0.095158511682492591 },
	{ 0.9445750230732326, 0.062253523938647706 },  { 0.98940093499164994, 0.027152459411754037 },
};

#define NNODES ((int) (sizeof(nodes) / sizeof(nodes[0])))

static bool
in_range(double value)
{
	return value >= 1e-9 && value <= 1e9; /* false for NaN */
}

bool
pareto_params_valid(const ParetoParams *params)
{
	return in_range(params->r) && in_range(params->alpha) && in_range(params->s) &&
		   in_range(params->beta);
}

void
pareto_prepare(ParetoTables *tables, const ParetoParams *params, int32_t most_x)
{
	tables->params = *params;
	rising_prepare(&tables->r, params->r, most_x);
}

/* -log h at `after` days after a start. */
static double
spent(const ParetoParams *params, double n, double start, double after)
{
	return n * log1p(after / (params->alpha + start)) +
		   params->s * log1p(after / (params->beta + start));
}

/* Adds what happens around after = scale (e^v - 1) days after the start, for a width dv of v. */
static void
add_node(const ParetoParams *params, double n, double start, double scale, double v, double dv,
		 Sums *sums)
{
	double e = exp(v);
	double y = start + scale * (e - 1);
	double log_alpha = log1p(scale * (e - 1) / (params->alpha + start));
	double log_beta = log1p(scale * (e - 1) / (params->beta + start));
	double weight = dv * scale * e * exp(-n * log_alpha - params->s * log_beta);
	double leave = weight * params->s / (params->beta + y);

	sums->leave += leave;
	sums->buy += weight * n / (params->alpha + y);
	sums->log_alpha += leave * log_alpha;
	sums->log_beta += leave * log_beta;
	sums->share_alpha += leave * y / (params->alpha + y);
	sums->share_beta += leave * y / (params->beta + y);
}

/*
 * Integrates from start to end. v is time in its natural scale at first, the
 * inverse hazard there, and logarithmic later.
 */
static Sums
integrate(const ParetoParams *params, double n, double start, double end)
{
	double scale = 1 / (n / (params->alpha + start) + params->s / (params->beta + start));
	double whole = log1p((end - start) / scale);
	int	   panels = (int) ceil(whole / PANEL);
	double half = whole / panels / 2;
	Sums   sums = { 0 };

	for (int i = 0; i < panels; i++)
	{
		double middle = (2 * i + 1) * half;

		if (spent(params, n, start, scale * expm1(middle - half)) > NOTHING)
			break;
		for (int k = 0; k < NNODES; k++)
		{
			double off = nodes[k][0] * half;

			add_node(params, n, start, scale, middle - off, nodes[k][1] * half, &sums);
			add_node(params, n, start, scale, middle + off, nodes[k][1] * half, &sums);
		}
	}
	return sums;
}

double
pareto_loglik(const ParetoTables *tables, const MbgHistory *h, double gradient[PARETO_NPARAMS])
{
	const ParetoParams *p = &tables->params;
	double				n = p->r + h->x;
	double				last_alpha = log1p(h->t_x / p->alpha);
	double				last_beta = log1p(h->t_x / p->beta);
	Sums				gone = integrate(p, n, h->t_x, h->T);
	double				here = exp(-spent(p, n, h->t_x, h->T - h->t_x));
	double				both = here + gone.leave;
	double				dr;
	double				log_r = rising_log(&tables->r, h->x, &dr);

	if (gradient)
	{
		double log_alpha = log1p((h->T - h->t_x) / (p->alpha + h->t_x));
		double log_beta = log1p((h->T - h->t_x) / (p->beta + h->t_x));

		gradient[PARETO_R] = p->r * (dr - last_alpha - (here * log_alpha + gone.log_alpha) / both);
		gradient[PARETO_ALPHA] =
			n * (here * h->T / (p->alpha + h->T) + gone.share_alpha) / both - h->x;
		gradient[PARETO_S] =
			gone.leave / both - p->s * (last_beta + (here * log_beta + gone.log_beta) / both);
		gradient[PARETO_BETA] = (p->s * (here * h->T / (p->beta + h->T) + gone.share_beta) +
								 gone.share_beta - gone.leave) /
								both;
	}
	return log_r - h->x * log(p->alpha) - n * last_alpha - p->s * last_beta + log(both);
}

/* Log-odds of having left since the last purchase. */
static double
gone_logit(const ParetoParams *params, const MbgHistory *h)
{
	double n = params->r + h->x;

	return log(integrate(params, n, h->t_x, h->T).leave) + spent(params, n, h->t_x, h->T - h->t_x);
}

double
pareto_p_alive(const ParetoParams *params, const MbgHistory *h)
{
	return score_logistic(-gone_logit(params, h));
}

double
pareto_churn_logit(const ParetoParams *params, const MbgHistory *h, double horizon)
{
	double n = params->r + h->x;
	Sums   ahead = integrate(params, n, h->T, h->T + horizon);
	double quiet = exp(-spent(params, n, h->T, horizon)) + ahead.leave;
	double logit = score_log_add_exp(gone_logit(params, h), log(quiet)) - log(ahead.buy);

	return fmin(fmax(logit, -MAX_LOGIT), MAX_LOGIT);
}

/* Schmittlein, Morrison & Colombo (1987), (22); at s = 1 its limit. */
double
pareto_expected(const ParetoParams *params, const MbgHistory *h, double horizon)
{
	double past = params->beta + h->T;
	double spans = log1p(horizon / past);
	double less = params->s - 1;
	double factor = fabs(less * spans) < 1e-9 ? spans : -expm1(-less * spans) / less;

	return pareto_p_alive(params, h) * (params->r + h->x) * past / (params->alpha + h->T) * factor;
}
