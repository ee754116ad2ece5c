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
#endif

/* Whether a role owns a relation (utils/acl.h). */
#if PG16_GE
#include "catalog/pg_class.h"
#define relation_ownercheck(relid, roleid) object_ownercheck(RelationRelationId, relid, roleid)
#else
#define relation_ownercheck(relid, roleid) pg_class_ownercheck(relid, roleid)
#endif

#endif /* EMPATHY_COMPAT_H */
