/*-------------------------------------------------------------------------
 *
 * memory.h
 *	  Memory for stand-alone programs: what can't be had ends the program.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_MEMORY_H
#define EMPATHY_LEARN_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void *
need(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (p == NULL)
	{
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return p;
}

static inline void *
need_zeroed(size_t size)
{
	return memset(need(NULL, size), 0, size);
}

#endif /* EMPATHY_LEARN_MEMORY_H */
