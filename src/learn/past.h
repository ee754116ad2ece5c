/*-------------------------------------------------------------------------
 *
 * past.h
 *	  What learning learns from: the profiles of people, and until when they are
 *	  known.
 *
 * Pure core: no PostgreSQL header.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_PAST_H
#define EMPATHY_LEARN_PAST_H

#include <stddef.h>
#include <stdint.h>

#include "score/item.h"

/* The bytes of somebody's profile. */
typedef struct PastPerson
{
	const void *bytes;
	size_t		len;
} PastPerson;

/* All that is known. */
typedef struct Past
{
	const PastPerson   *people;
	size_t				n_people;
	const ProfileRoles *roles;			   /* may be NULL */
	int32_t				last;			   /* the last day that is known to its end */
	size_t				most_rows;		   /* of items; 0: as many as do */
	void			   *memory;			   /* for profile_port_alloc() */
	void (*tick)(void *arg, double share); /* called often with the share done; may be NULL */
	void *tick_arg;
} Past;

/* Somebody's history up to a day. */
typedef struct PastReader
{
	ProfileView view;
	History		history;
} PastReader;

extern void past_open(PastReader *reader, const Past *past, size_t person, int32_t until);
extern void past_close(PastReader *reader);

/* Somebody's whole history, and what they bought: nothing of who never bought anything. */
typedef struct PastBuyer
{
	PastReader	reader;
	ProfileView view;
	Items		items;
} PastBuyer;

extern void past_open_buyer(PastBuyer *buyer, const Past *past, size_t person);
extern void past_close_buyer(PastBuyer *buyer);

/* The first day on which anybody did anything; INT32_MAX if nobody did. */
extern int32_t past_first_day(const Past *past);

#endif /* EMPATHY_LEARN_PAST_H */
