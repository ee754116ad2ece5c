/*-------------------------------------------------------------------------
 *
 * logit.h
 *	  From sums of int8 weights to logits, and what explanations of them need.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_LOGIT_H
#define EMPATHY_TEXT_LOGIT_H

#include "text/model.h"

#define MAX_LOGIT (100 << 16) /* keeps parts exact in a float4 */

/* To the nearest integer, halves away from zero. */
static inline int32_t
nearest(double x)
{
	return (int32_t) (x < 0 ? x - 0.5 : x + 0.5);
}

/* weights / root in 2^-16. */
static inline int32_t
scaled(TextHead head, double sum, double root)
{
	double x = sum * head.scale / (256.0 * root);

	return x > MAX_LOGIT ? MAX_LOGIT : x < -MAX_LOGIT ? -MAX_LOGIT : nearest(x);
}

static inline int32_t
logit_of(TextHead head, int64_t sum, double root)
{
	return head.bias + scaled(head, (double) sum, root);
}

/* Characters between two places of a text */
static inline size_t
count_chars(const char *said, size_t from, size_t to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += ((unsigned char) said[from] & 0xC0) != 0x80;
	return n;
}

#endif /* EMPATHY_TEXT_LOGIT_H */
