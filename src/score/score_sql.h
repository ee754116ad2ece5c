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

extern void	  score_init(void);
extern double score_span_days(const Interval *span, const char *what, double least);
extern int32  score_as_of_day(TimestampTz as_of);

#endif /* SCORE_SQL_H */
