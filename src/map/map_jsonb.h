/*-------------------------------------------------------------------------
 *
 * map_jsonb.h
 *	  A map as a document.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_JSONB_H
#define MAP_JSONB_H

#include "compat.h"

#include "utils/jsonb.h"

/* What a thought goes by, in words; NULL if no rule of it is known. */
typedef const char *(*MapReason)(void *arg, const char *item, int len);

/* Without cells of fewer than so many customers. */
extern Jsonb *map_jsonb(struct varlena *value, int64 least, MapReason reason, void *arg);

#endif /* MAP_JSONB_H */
