/*-------------------------------------------------------------------------
 *
 * detail.h
 *	  A text's sentiment with a label, a confidence and an interval.
 *
 * With the logits m and p of text.h, negative, neutral and positive have the
 * probabilities e^m, 1 and e^p over their sum. The score s = P(positive) -
 * P(negative) has a label by the model's two cut points: negative up to the
 * first, positive from the second on, neutral between; of a calibrated model it
 * has the likeliest label, which is what calibration aims at. Confidence is that
 * label's probability. The interval is
 *	  s +- 1.96 c sqrt(P(positive) + P(negative) - s^2)
 * within -1 .. 1: the standard deviation of a draw of -1, 0 or 1, times the
 * model's spread c, which is measured on ratings by several people.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_DETAIL_H
#define EMPATHY_TEXT_DETAIL_H

#include "text/text.h"

/* Under this confidence a text has no label. */
#define DETAIL_SURE (TEXT_ONE * 45 / 100)

typedef enum DetailLabel
{
	DETAIL_NEGATIVE,
	DETAIL_NEUTRAL,
	DETAIL_POSITIVE,
	DETAIL_LABELS
} DetailLabel;

/* By the odds of negative and positive against neutral: e^logit. */
static inline DetailLabel
detail_likeliest(const double odds[2])
{
	if (odds[TEXT_NEGATIVE] > 1 && odds[TEXT_NEGATIVE] > odds[TEXT_POSITIVE])
		return DETAIL_NEGATIVE;
	return odds[TEXT_POSITIVE] > 1 ? DETAIL_POSITIVE : DETAIL_NEUTRAL;
}

/* In 1/TEXT_ONE */
typedef struct Detail
{
	int32_t		score;
	int32_t		lo;
	int32_t		hi;
	int32_t		confidence;
	DetailLabel label;
} Detail;

extern const char *const detail_label_names[DETAIL_LABELS];

extern void detail_of_logits(const TextModel *model, const int32_t logit[2], Detail *detail);

#endif /* EMPATHY_TEXT_DETAIL_H */
