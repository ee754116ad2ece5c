/*-------------------------------------------------------------------------
 *
 * source.h
 *	  What a trigger needs to know of the table that it is of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SOURCE_H
#define EMPATHY_SOURCE_H

#include "compat.h"

#include "utils/rel.h"

/* How the rows of a table are those of a source. */
typedef struct SourceTable
{
	Oid	 root;		  /* the table that is watched; InvalidOid: it has nothing to do with this one */
	bool is_readable; /* does this one have the columns? The rest is of them. */
	bool is_padded;	  /* the customer is a character(n) */
	char unit;		  /* of periods: 'd', 'm' or 'y' */
	int	 customer_column;
	int	 at_column;
	Oid	 at_type;		  /* what it is based on, if it is a domain */
	Oid	 customer_output; /* output function */
} SourceTable;

/* A table as the one of a source, or as its partition or child, at any depth. */
extern SourceTable source_table(int32 source, Relation table);

#endif /* EMPATHY_SOURCE_H */
