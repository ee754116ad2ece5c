/*-------------------------------------------------------------------------
 *
 * condition_sql.h
 *	  Conditions in the server: a text that is none is an error.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_CONDITION_SQL_H
#define SCORE_CONDITION_SQL_H

#include "compat.h"

#include "score/condition.h"

/* As condition_add(). */
extern int condition_add_text(ConditionSet *set, const text *condition);

#endif /* SCORE_CONDITION_SQL_H */
