/*-------------------------------------------------------------------------
 *
 * memory.c
 *	  Memory for stand-alone programs: what can't be had ends the program.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
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

void *
need_zeroed(size_t size)
{
	return memset(need(NULL, size), 0, size);
}

void
need_free(void *old)
{
	free(old);
}
