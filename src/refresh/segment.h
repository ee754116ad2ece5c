/*-------------------------------------------------------------------------
 *
 * segment.h
 *	  Segments: running their queries.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SEGMENT_H
#define EMPATHY_SEGMENT_H

/* Called when the library is loaded: defines the setting. */
extern void segment_init(void);

#endif /* EMPATHY_SEGMENT_H */
