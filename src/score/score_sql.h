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

extern void	 score_init(void);
extern int32 score_as_of_day(TimestampTz as_of);

#endif /* SCORE_SQL_H */
