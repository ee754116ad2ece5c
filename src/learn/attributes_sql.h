/*-------------------------------------------------------------------------
 *
 * attributes_sql.h
 *	  A table to learn from, as a user's query gives it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LEARN_ATTRIBUTES_SQL_H
#define LEARN_ATTRIBUTES_SQL_H

#include "compat.h"

#include "learn/attributes.h"

#define ATTRIBUTES_MAX_VALUES 50000000 /* rows x columns; learning takes about 30 bytes for each */

/*
 * Runs the query with the rights of whoever called, in the current memory
 * context. Rows without a label are left out, with a notice; so are columns
 * that number the rows. answer: the value of the label that is predicted.
 */
extern void attributes_read(const char *query, const char *label, AttributeTable *table,
							char **answer);

#endif /* LEARN_ATTRIBUTES_SQL_H */
