/*-------------------------------------------------------------------------
 *
 * number.h
 *	  The one transcendental function that reading and training need, made of
 *	  + - * / alone: libm's differs in the last bit between machines.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_NUMBER_H
#define EMPATHY_TEXT_NUMBER_H

/* e^x for -40 .. 40 (clamped): the series of e^(x/1024), squared ten times; good to 1e-12. */
static inline double
text_exp(double x)
{
	double y = (x > 40 ? 40 : x < -40 ? -40 : x) / 1024;
	double sum = 1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5 * (1 + y / 6)))));

	for (int i = 0; i < 10; i++)
		sum *= sum;
	return sum;
}

#endif /* EMPATHY_TEXT_NUMBER_H */
