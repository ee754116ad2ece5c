/*-------------------------------------------------------------------------
 *
 * measure.h
 *	  How good predicted probabilities of a yes-or-no label are.
 *
 * Rows may come in any order: rows of the same score count as one group, so
 * every figure is the same for each order of them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_MEASURE_H
#define EMPATHY_LEARN_MEASURE_H

#include <stddef.h>
#include <stdint.h>

typedef struct Measures
{
	double rate;			  /* share of yes */
	double auc;				  /* NaN unless there are both labels; likewise the next */
	double average_precision; /* sum of precision x gain of recall over the scores */
	double brier;			  /* mean squared error */
	double log_loss;		  /* natural logarithm; probabilities count as at least 1e-15 */
	double calibration_error; /* mean |mean probability - share of yes| of ten equal parts */
	double accuracy;		  /* of "yes from one half on" */
	double f1;				  /* of "yes from f1_threshold on", the best there is */
	double f1_threshold;
} Measures;

/* Of n probabilities, with labels 0 or 1. All NaN when n is 0. */
extern void measure(const double *probability, const uint8_t *label, size_t n, Measures *result);

/* Area under the ROC curve of any scores, ties counted by half; rows of score NaN don't count. */
extern double measure_auc(const double *score, const uint8_t *label, size_t n);

/* F1 of "yes from the threshold on"; 0 when nothing is found. */
extern double measure_f1(const double *probability, const uint8_t *label, size_t n,
						 double threshold);

#endif /* EMPATHY_LEARN_MEASURE_H */
