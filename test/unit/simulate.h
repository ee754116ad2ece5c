/*-------------------------------------------------------------------------
 *
 * simulate.h
 *	  Seeded random numbers, and customers who behave as the models say.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include <math.h>
#include <stdint.h>

#include "score/mbg.h"
#include "score/pareto.h"
#include "score/regular.h"
#include "score/spend.h"

static uint64_t sim_state = 1;

/* Uniform in (0, 1): splitmix64 (Steele, Lea & Flood, OOPSLA 2014). */
static inline double
sim_uniform(void)
{
	uint64_t z = sim_state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	z ^= z >> 31;
	return ((z >> 11) + 0.5) * 0x1p-53;
}

static inline double
sim_between(double lo, double hi)
{
	return lo + (hi - lo) * sim_uniform();
}

/* Standard normal: Box & Muller. */
static inline double
sim_normal(void)
{
	double radius = sqrt(-2 * log(sim_uniform()));

	return radius * cos(2 * acos(-1.0) * sim_uniform());
}

/* Gamma(shape, 1): Marsaglia & Tsang, ACM TOMS 26 (2000). */
static inline double
sim_gamma(double shape)
{
	double boost = shape < 1 ? pow(sim_uniform(), 1 / shape) : 1;
	double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
	double x;
	double v;

	do
	{
		x = sim_normal();
		v = pow(1 + x / sqrt(9 * d), 3);
	} while (v <= 0 || log(sim_uniform()) >= x * x / 2 + d - d * v + d * log(v));
	return boost * d * v;
}

/*
 * A customer watched for T days and for ahead days more: their history up to T,
 * and whether they bought in the days ahead.
 */
static inline MbgHistory
sim_customer(const MbgParams *params, double T, double ahead, bool *came)
{
	double	   rate = sim_gamma(params->r) / params->alpha;
	double	   leave = sim_gamma(params->a);
	MbgHistory h = { 0, 0, T };
	double	   at = 0;

	leave /= leave + sim_gamma(params->b);
	*came = false;
	while (sim_uniform() >= leave)
	{
		at -= log(sim_uniform()) / rate;
		*came = at > T && at <= T + ahead;
		if (at > T)
			break;
		h.x++;
		h.t_x = at;
	}
	return h;
}

/* The same for BG/NBD: the first purchase is safe. */
static inline MbgHistory
sim_bg_customer(const MbgParams *params, double T)
{
	double	   rate = sim_gamma(params->r) / params->alpha;
	double	   leave = sim_gamma(params->a);
	MbgHistory h = { 0, 0, T };
	double	   at = 0;

	leave /= leave + sim_gamma(params->b);
	do
	{
		at -= log(sim_uniform()) / rate;
		if (at > T)
			break;
		h.x++;
		h.t_x = at;
	} while (sim_uniform() >= leave);
	return h;
}

/* For Pareto/NBD; whether they are still there at T. */
static inline MbgHistory
sim_pareto_customer(const ParetoParams *params, double T, bool *alive)
{
	double	   rate = sim_gamma(params->r) / params->alpha;
	double	   life = -log(sim_uniform()) * params->beta / sim_gamma(params->s);
	MbgHistory h = { 0, 0, T };

	*alive = life > T;
	for (double at = 0; at <= fmin(life, T); at -= log(sim_uniform()) / rate)
	{
		h.x += at > 0;
		h.t_x = at;
	}
	return h;
}

/* For the regularity mixture. */
static inline RegularHistory
sim_regular_customer(const RegularParams *params, double T, bool *alive)
{
	static const int ks[REGULAR_NK] = { 1, 2, 3, 5, 8 };
	double			 rate = sim_gamma(params->mbg.r) / params->mbg.alpha;
	double			 leave = sim_gamma(params->mbg.a);
	double			 of_all = 0;
	RegularHistory	 out = { { 0, 0, T }, 0 };
	double			 at;
	int				 i = 0;

	leave /= leave + sim_gamma(params->mbg.b);
	for (int j = 0; j < REGULAR_NK; j++)
		of_all += params->odds[j];
	of_all *= sim_uniform();
	while (i < REGULAR_NK - 1 && (of_all -= params->odds[i]) > 0)
		i++;
	*alive = true;
	for (;;)
	{
		if (sim_uniform() < leave)
		{
			*alive = false;
			return out;
		}
		at = out.h.t_x + sim_gamma(ks[i]) / (ks[i] * rate);
		if (at > T)
			return out;
		out.h.x++;
		out.log_gaps += log(at - out.h.t_x);
		out.h.t_x = at;
	}
}

/* The mean amount of x purchases, as Gamma-Gamma says. */
static inline double
sim_spend(const SpendParams *params, int32_t x)
{
	return sim_gamma(params->p * x) / x * params->v / sim_gamma(params->q);
}

#endif /* SIMULATE_H */
