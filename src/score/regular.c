/*-------------------------------------------------------------------------
 *
 * regular.c
 *	  The regularity mixture.
 *
 * With gaps Erlang(k) of mean 1/mu, mu ~ Gamma(r, alpha), the rate k mu of their
 * stages is Gamma(r, alpha/k). So with c = alpha/k, n = r + k x, and the silence u
 * = T - t_x, the likelihood of the gaps and of the silence is
 *
 *	  L = (r)_kx c^-kx prod gap^(k-1) / Gamma(k)^x (b)_x / (a+b)_(x+1) (alive + gone)
 *	  alive = (b+x) (1 + T/c)^-n stages(u)
 *	  gone  =   a   (1 + t_x/c)^-n
 *	  stages(u) = sum over j < k of (n)_j / j! (u / (c + T))^j
 *
 * where stages are those of the next gap that may have passed (Platzer &
 * Reutterer 2016, appendix; MBG/NBD with k = 1).
 *
 *-------------------------------------------------------------------------
 */
#include "score/regular.h"

#include <math.h>

#include "score/fmath.h"

/* Log-odds beyond this are 0 or 1 to the last bit. */
#define MAX_LOGIT 700.0

/* Gaps are no shorter than this, in days. */
#define SHORTEST_GAP 0.5

static const int ks[REGULAR_NK] = { 1, 2, 3, 5, 8 };

bool
regular_params_valid(const RegularParams *params)
{
	for (int i = 0; i < REGULAR_NK; i++)
		if (!(params->odds[i] >= 1e-9 && params->odds[i] <= 1e9))
			return false;
	return mbg_params_valid(&params->mbg);
}

void
regular_params_set(RegularParams *params, const double values[REGULAR_NPARAMS])
{
	params->mbg =
		(MbgParams){ values[MBG_R], values[MBG_ALPHA], values[MBG_A], values[MBG_B], false };
	params->odds[0] = 1;
	for (int i = 1; i < REGULAR_NK; i++)
		params->odds[i] = values[MBG_NPARAMS + i - 1];
}

RegularHistory
regular_history(const int32_t *days, size_t n, int32_t now)
{
	RegularHistory out = { { (int32_t) (n - 1), (double) days[n - 1] - days[0],
							 (double) now - days[0] } };

	for (size_t i = 1; i < n; i++)
		out.log_gaps += log(fmax((double) days[i] - days[i - 1], SHORTEST_GAP));
	return out;
}

void
regular_prepare(RegularTables *tables, const RegularParams *params, int32_t most_x)
{
	const MbgParams *mbg = &params->mbg;
	double			 sum = 0;

	tables->params = *params;
	rising_prepare(&tables->r, mbg->r, (int64_t) most_x * ks[REGULAR_NK - 1]);
	rising_prepare(&tables->b, mbg->b, most_x);
	rising_prepare(&tables->ab, mbg->a + mbg->b, (int64_t) most_x + 1);
	for (int i = 0; i < REGULAR_NK; i++)
		sum += params->odds[i];
	for (int i = 0; i < REGULAR_NK; i++)
	{
		tables->log_gamma[i] = lgamma(ks[i]);
		tables->log_share[i] = log(params->odds[i] / sum);
	}
}

/* The sum over stages, and its derivatives by n and by the logarithm of the odds u / (c + T). */
typedef struct Stages
{
	double sum;
	double by_n;
	double by_log;
} Stages;

static Stages
stages_of(int k, double n, double ratio)
{
	Stages stages = { 1, 0, 0 };
	double term = 1;
	double by_n = 0;

	for (int j = 0; j < k - 1; j++)
	{
		by_n = ratio / (j + 1) * ((n + j) * by_n + term);
		term *= ratio / (j + 1) * (n + j);
		stages.sum += term;
		stages.by_n += by_n;
		stages.by_log += (j + 1) * term;
	}
	return stages;
}

/* One component of a customer's likelihood. */
typedef struct Component
{
	double c, n;
	double now, last; /* log(1 + T/c), log(1 + t_x/c) */
	Stages stages;
	double dr; /* derivative of log (r)_kx */
	double p_alive;
	double loglik; /* without its share, and without what all components have in common */
} Component;

static Component
component_of(const RegularTables *tables, const RegularHistory *history, int i)
{
	const MbgParams	 *mbg = &tables->params.mbg;
	const MbgHistory *h = &history->h;
	Component		  out = { .c = mbg->alpha / ks[i], .n = mbg->r + (double) ks[i] * h->x };
	double			  alive;
	double			  gone;
	double			  log_r = rising_log(&tables->r, (int64_t) ks[i] * h->x, &out.dr);

	out.now = log1p(h->T / out.c);
	out.last = log1p(h->t_x / out.c);
	out.stages = stages_of(ks[i], out.n, (h->T - h->t_x) / (out.c + h->T));
	alive = log((mbg->b + h->x) * out.stages.sum) - out.n * out.now;
	gone = log(mbg->a) - out.n * out.last;
	out.p_alive = score_logistic(alive - gone);
	out.loglik = log_r - (double) ks[i] * h->x * log(out.c) + (ks[i] - 1) * history->log_gaps -
				 h->x * tables->log_gamma[i] + score_log_add_exp(alive, gone);
	return out;
}

/* All components, their posterior shares, and the logarithm of the mixture. */
static double
components_of(const RegularTables *tables, const RegularHistory *h,
			  Component components[REGULAR_NK], double shares[REGULAR_NK])
{
	double sum = -INFINITY;

	for (int i = 0; i < REGULAR_NK; i++)
	{
		components[i] = component_of(tables, h, i);
		shares[i] = components[i].loglik + tables->log_share[i];
		sum = score_log_add_exp(sum, shares[i]);
	}
	for (int i = 0; i < REGULAR_NK; i++)
		shares[i] = exp(shares[i] - sum);
	return sum;
}

/* Adds a component's derivatives by log r, log alpha and, of alive or gone only, log a and log b. */
static void
add_gradient(const RegularTables *tables, const MbgHistory *h, const Component *one, int i,
			 double share, double gradient[REGULAR_NPARAMS])
{
	const MbgParams *mbg = &tables->params.mbg;
	double			 p = one->p_alive;
	double			 q = 1 - p;
	double			 kx = (double) ks[i] * h->x;

	gradient[MBG_R] +=
		share * mbg->r *
		(one->dr - p * one->now - q * one->last + p * one->stages.by_n / one->stages.sum);
	gradient[MBG_ALPHA] +=
		share * (one->n * (p * h->T / (one->c + h->T) + q * h->t_x / (one->c + h->t_x)) - kx -
				 p * one->stages.by_log / one->stages.sum * one->c / (one->c + h->T));
	gradient[MBG_A] += share * q;
	gradient[MBG_B] += share * mbg->b * p / (mbg->b + h->x);
}

double
regular_loglik(const RegularTables *tables, const RegularHistory *h,
			   double gradient[REGULAR_NPARAMS])
{
	const MbgParams *mbg = &tables->params.mbg;
	Component		 components[REGULAR_NK];
	double			 shares[REGULAR_NK];
	double			 sum = components_of(tables, h, components, shares);
	double			 db, dab;
	double			 log_b = rising_log(&tables->b, h->h.x, &db);
	double			 log_ab = rising_log(&tables->ab, (int64_t) h->h.x + 1, &dab);

	if (gradient)
	{
		gradient[MBG_R] = gradient[MBG_ALPHA] = 0;
		gradient[MBG_A] = -mbg->a * dab;
		gradient[MBG_B] = mbg->b * (db - dab);
		for (int i = 0; i < REGULAR_NK; i++)
			add_gradient(tables, &h->h, &components[i], i, shares[i], gradient);
		for (int i = 1; i < REGULAR_NK; i++)
			gradient[MBG_NPARAMS + i - 1] = shares[i] - exp(tables->log_share[i]);
	}
	return sum + log_b - log_ab;
}

void
regular_shares(const RegularTables *tables, const RegularHistory *h, double shares[REGULAR_NK])
{
	Component components[REGULAR_NK];

	components_of(tables, h, components, shares);
}

double
regular_p_alive(const RegularTables *tables, const RegularHistory *h)
{
	Component components[REGULAR_NK];
	double	  shares[REGULAR_NK];
	double	  alive = 0;

	components_of(tables, h, components, shares);
	for (int i = 0; i < REGULAR_NK; i++)
		alive += shares[i] * components[i].p_alive;
	return fmin(alive, 1);
}

/* A component's chance that nothing happens within the horizon, and that something does. */
static void
add_none(const Component *one, const MbgHistory *h, int k, double share, double horizon,
		 double *none, double *some)
{
	double later = h->T + horizon;
	Stages then = stages_of(k, one->n, (later - h->t_x) / (one->c + later));
	double quiet =
		fmin(exp(-one->n * log1p(horizon / (one->c + h->T))) * then.sum / one->stages.sum, 1);

	*none += share * (1 - one->p_alive + one->p_alive * quiet);
	*some += share * one->p_alive * (1 - quiet);
}

double
regular_churn_logit(const RegularTables *tables, const RegularHistory *h, double horizon)
{
	Component components[REGULAR_NK];
	double	  shares[REGULAR_NK];
	double	  none = 0;
	double	  some = 0;
	double	  random_none = 0;
	double	  random_some = 0;

	components_of(tables, h, components, shares);
	for (int i = 0; i < REGULAR_NK; i++)
		add_none(&components[i], &h->h, ks[i], shares[i], horizon, &none, &some);
	add_none(&components[0], &h->h, ks[0], 1, horizon, &random_none, &random_some);
	if (random_none < none)
	{
		none = (none + random_none) / 2;
		some = (some + random_some) / 2;
	}
	return fmin(fmax(log(none) - log(some), -MAX_LOGIT), MAX_LOGIT);
}

/* ------------------------------------------------------ expected purchases */

/* Stages to look at, before their number is taken for that of a random component. */
#define MAX_STAGES 4000

/* What is to come of somebody who is there: of shape n and odds w, the chance to leave Beta(a, c). */
typedef struct Coming
{
	int	   k;
	double n, w;
	double a, c;
} Coming;

/*
 * Purchases of who has passed j stages of the next gap: the i-th happens if i k - j
 * stages are to come, whose number is negative binomial, and i - 1 occasions to
 * leave were passed. False if it takes too many terms.
 */
static bool
coming_after(const Coming *coming, int j, double *sum)
{
	double n = coming->n + j;
	double exactly = exp(-n * log1p(coming->w)); /* P(m stages) */
	double more = 1;							 /* P(m stages or more) */
	double there = 1;
	int	   next = coming->k - j; /* stages to the next purchase */
	int	   i = 0;

	*sum = 0;
	if (n * log1p(coming->w) > 600)
		return false;
	for (int m = 0; m < MAX_STAGES; m++)
	{
		if (m == next)
		{
			*sum += more * there;
			there *= (coming->c + i) / (coming->a + coming->c + i);
			i++;
			next += coming->k;
		}
		if (more < 1e-12)
			return true;
		more -= exactly;
		exactly *= coming->w / (1 + coming->w) * (n + m) / (m + 1);
	}
	return false;
}

/* Purchases of a component, of who is there. */
static double
component_expected(const RegularTables *tables, const MbgHistory *h, const Component *one, int i,
				   double horizon)
{
	const MbgParams *mbg = &tables->params.mbg;
	Coming coming = { ks[i], one->n, horizon / (one->c + h->T), mbg->a, mbg->b + h->x + 1 };
	double ratio = (h->T - h->t_x) / (one->c + h->T);
	double weight = 1 / one->stages.sum;
	double sum = 0;

	for (int j = 0; j < ks[i]; j++)
	{
		double after;

		if (!coming_after(&coming, j, &after))
			return mbg_mean_number(one->n, coming.w / ks[i], coming.a, coming.c);
		sum += weight * after;
		weight *= ratio * (one->n + j) / (j + 1);
	}
	return sum;
}

double
regular_expected(const RegularTables *tables, const RegularHistory *h, double horizon)
{
	Component components[REGULAR_NK];
	double	  shares[REGULAR_NK];
	double	  expected = 0;

	components_of(tables, h, components, shares);
	for (int i = 0; i < REGULAR_NK; i++)
		expected += shares[i] * components[i].p_alive *
					component_expected(tables, &h->h, &components[i], i, horizon);
	return expected;
}
