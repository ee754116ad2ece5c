/*-------------------------------------------------------------------------
 *
 * detail.c
 *	  A text's sentiment with a label, a confidence and an interval. detail.h
 *	  has the formulas.
 *
 *-------------------------------------------------------------------------
 */
#include "text/detail.h"

#include <math.h>

#include "text/number.h"

const char *const detail_label_names[DETAIL_LABELS] = { "negative", "neutral", "positive" };

static int32_t
fixed(double x)
{
	x = x > 1 ? 1 : x < -1 ? -1 : x;
	return (int32_t) (TEXT_ONE * x + (x < 0 ? -0.5 : 0.5));
}

static DetailLabel
label_of(const TextModel *model, int32_t score)
{
	if (score <= model->cut[0])
		return DETAIL_NEGATIVE;
	return score >= model->cut[1] ? DETAIL_POSITIVE : DETAIL_NEUTRAL;
}

/* From the logits of negative and positive, as text_sentiment_logits() gives them. */
void
detail_of_logits(const TextModel *model, const int32_t logit[2], Detail *detail)
{
	double m = text_exp(logit[TEXT_NEGATIVE] / 65536.0);
	double p = text_exp(logit[TEXT_POSITIVE] / 65536.0);
	double sum = 1 + p + m;
	double share[] = { m / sum, 1 / sum, p / sum };
	double score = (p - m) / sum;
	double variance = share[DETAIL_POSITIVE] + share[DETAIL_NEGATIVE] - score * score;
	double half = 1.96 * model->spread / TEXT_ONE * sqrt(variance > 0 ? variance : 0);

	detail->score = fixed(score);
	detail->lo = fixed(score - half);
	detail->hi = fixed(score + half);
	detail->label =
		model->calibrated ? detail_likeliest((double[]){ m, p }) : label_of(model, detail->score);
	detail->confidence = fixed(share[detail->label]);
}
