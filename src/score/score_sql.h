/*-------------------------------------------------------------------------
 *
 * score_sql.h
 *	  What the layers above need of the scores' SQL face.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_SQL_H
#define SCORE_SQL_H

#include "compat.h"

#include "utils/timestamp.h"

/* The shortest span, in days. */
#define SCORE_MIN_SPAN 0.001

extern void score_init(void);

/* A span in days, which must be so long at least, and a century at most. */
extern double score_span_days(const Interval *span, const char *what, double least);

/* The UTC day of a moment, which must be finite. */
extern int32 score_as_of_day(TimestampTz as_of);

#endif /* SCORE_SQL_H */
