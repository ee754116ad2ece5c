/*-------------------------------------------------------------------------
 *
 * profile_port.h
 *	  The profile core's surroundings for programs without a server: memory
 *	  from malloc, all of it given back at once, and failures that return to
 *	  whoever tried.  It defines functions: include it in one file a program.
 *
 * Every piece is a malloc of exactly its size, so that the address sanitizer
 * sees a read or write beyond it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROFILE_PORT_H
#define PROFILE_PORT_H

#include "profile/profile.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Piece
{
	struct Piece *next;
	struct Piece *before;
} Piece;

static Piece pieces = { &pieces, &pieces };

/* The last failure, and where it goes; NULL: nobody tries, a failure ends the program. */
static ProfileFailure port_failure;
static const char	 *port_what;
static char			  port_other[PROFILE_MAX_NAME + 1];
static jmp_buf		 *port_recovery;

static void *
piece_link(Piece *piece)
{
	if (piece == NULL)
		abort();
	piece->next = pieces.next;
	piece->before = &pieces;
	pieces.next->before = piece;
	pieces.next = piece;
	return piece + 1;
}

static Piece *
piece_unlink(void *memory)
{
	Piece *piece = (Piece *) memory - 1;

	piece->before->next = piece->next;
	piece->next->before = piece->before;
	return piece;
}

void *
profile_port_alloc(void *memory, size_t size)
{
	(void) memory;
	return piece_link(malloc(sizeof(Piece) + size));
}

void *
profile_port_grow(void *memory, void *old, size_t size)
{
	(void) memory;
	return piece_link(realloc(piece_unlink(old), sizeof(Piece) + size));
}

void
profile_port_free(void *memory, void *old)
{
	(void) memory;
	free(piece_unlink(old));
}

void
profile_port_tick(void)
{
}

void
profile_port_fail(void *memory, ProfileFailure failure, const char *what, const char *other)
{
	(void) memory;
	port_failure = failure;
	port_what = what;
	snprintf(port_other, sizeof(port_other), "%s", other == NULL ? "" : other);
	if (port_recovery == NULL)
	{
		printf("Bail out! unexpected failure %d: %s %s\n", (int) failure, what ? what : "",
			   port_other);
		exit(1);
	}
	longjmp(*port_recovery, 1);
}

/* Gives back all memory. */
static void
port_free_all(void)
{
	while (pieces.next != &pieces)
		free(piece_unlink(pieces.next + 1));
}

/* Calls a function; false if it failed, with the failure in port_failure. */
static inline bool
attempt(void (*call)(void *), void *arg)
{
	jmp_buf *volatile outer = port_recovery;
	jmp_buf here;
	bool volatile done = false;

	port_recovery = &here;
	if (setjmp(here) == 0)
	{
		call(arg);
		done = true;
	}
	port_recovery = outer;
	return done;
}

#endif /* PROFILE_PORT_H */
