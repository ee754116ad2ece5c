/*-------------------------------------------------------------------------
 *
 * format.h
 *	  What writing and reading the bytes of a profile have in common; profile.h
 *	  describes them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROFILE_FORMAT_H
#define PROFILE_FORMAT_H

#include "profile/profile.h"

/* Flags */
#define FLAG_GROUP		  1
#define FLAG_MILLISECONDS 2
#define FLAG_SECONDS	  4

/* The first byte of a name */
#define NAME_NONE		 0x00 /* the known name "" */
#define NAME_SHARES		 0x80 /* + how many bytes with the name before */
#define NAME_MOST_SHARED 0x6f
#define NAME_CLASS		 0xf0 /* + the number of a known class */

/* How a cell's n and sum are written */
typedef enum CellCode
{
	CELL_ZERO,	   /* n is 1; the sum is 0, */
	CELL_PLUS,	   /* a number, */
	CELL_MINUS,	   /* a negative one, */
	CELL_HUNDREDS, /* a number of hundreds, */
	CELL_SAME,	   /* that of the last cell of the day that has one */
	CELL_ANY,	   /* n, sum */
	CELL_CODES
} CellCode;

#define DAY_CELLS 8 /* as many and more are written as a number of their own */

/* The unit of times, in microseconds. */
static inline int64_t
format_unit(unsigned char flags)
{
	return flags & FLAG_SECONDS ? 1000000 : flags & FLAG_MILLISECONDS ? 1000 : 1;
}

/* packing.c */
extern int					packing_name(const char *bytes, size_t len);
extern int					packing_class(const char *bytes, size_t len);
extern const char		   *packing_known_name(unsigned int number);
extern const char		   *packing_known_class(unsigned int number);
extern size_t				packing_size(const char *text, size_t len);
extern void					packing_pack(const char *text, size_t len, unsigned char *to);
extern const unsigned char *packing_unpack(const unsigned char *at, const unsigned char *end,
										   char *to, size_t len);

#endif /* PROFILE_FORMAT_H */
