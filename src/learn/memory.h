/*-------------------------------------------------------------------------
 *
 * memory.h
 *	  Memory for learning, as the program around it gives it: memory.c from
 *	  malloc, memory_port.c from the current memory context. What can't be had
 *	  ends the program, or the query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_MEMORY_H
#define EMPATHY_LEARN_MEMORY_H

#include <stddef.h>

extern void *need(void *old, size_t size); /* old may be NULL */
extern void *need_zeroed(size_t size);
extern void	 need_free(void *old); /* old may be NULL */

#endif /* EMPATHY_LEARN_MEMORY_H */
