/*-------------------------------------------------------------------------
 *
 * simulate.h
 *	  Seeded random numbers, and customers who behave as MBG/NBD says.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SIMULATE_H
#define SIMULATE_H

#include <math.h>
#include <stdint.h>

#include "score/mbg.h"

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

#endif /* SIMULATE_H */
