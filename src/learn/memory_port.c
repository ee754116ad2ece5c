/*-------------------------------------------------------------------------
 *
 * memory_port.c
 *	  Memory for learning inside the server.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "learn/memory.h"
#include "utils/memutils.h"

void *
need(void *old, size_t size)
{
	if (old == NULL)
		return MemoryContextAllocHuge(CurrentMemoryContext, size);
	return repalloc_huge(old, size);
}

void *
need_zeroed(size_t size)
{
	return memset(need(NULL, size), 0, size);
}

void
need_free(void *old)
{
	if (old != NULL)
		pfree(old);
}
