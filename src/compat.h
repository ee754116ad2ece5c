/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  What differs between the supported servers (PostgreSQL 14 to 18), in
 *	  one place.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_COMPAT_H
#define EMPATHY_COMPAT_H

#include "postgres.h"

#define PG15_GE (PG_VERSION_NUM >= 150000)
#define PG16_GE (PG_VERSION_NUM >= 160000)
#define PG17_GE (PG_VERSION_NUM >= 170000)
#define PG18_GE (PG_VERSION_NUM >= 180000)

#if PG16_GE
#include "varatt.h"
#else
/* Soft errors came with 16; before that, bad input is an ordinary error. */
#define ereturn(context, dummy, ...)                                                               \
	do                                                                                             \
	{                                                                                              \
		(void) (context);                                                                          \
		ereport(ERROR, __VA_ARGS__);                                                               \
		return dummy;                                                                              \
	} while (0)
#endif

#endif							/* EMPATHY_COMPAT_H */
