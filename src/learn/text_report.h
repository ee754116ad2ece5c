/*-------------------------------------------------------------------------
 *
 * text_report.h
 *	  How good a text model is on development rows, and the thresholds that
 *	  suit it best there.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_REPORT_H
#define EMPATHY_LEARN_TEXT_REPORT_H

#include "text/text.h"

/* The score of a label from which on it counts, for the best F1 on development rows */
extern void report_thresholds(const TextModel *model, TextTaskKind kind,
							  int32_t threshold[TEXT_MAX_HEADS]);
extern void report_print(const TextModel *model);

#endif /* EMPATHY_LEARN_TEXT_REPORT_H */
