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

/* PortalRun() of all rows. */
#if PG18_GE
#define portal_run(portal, dest) PortalRun(portal, FETCH_ALL, true, dest, dest, NULL)
#else
#define portal_run(portal, dest) PortalRun(portal, FETCH_ALL, true, true, dest, dest, NULL)
#endif

#if !PG15_GE
#define pg_analyze_and_rewrite_fixedparams pg_analyze_and_rewrite
#endif

/* Wait events of an extension's own came with 17. */
#if PG17_GE
#define wait_event_new(name) WaitEventExtensionNew(name)
#else
#define wait_event_new(name) PG_WAIT_EXTENSION
#endif

#endif /* EMPATHY_COMPAT_H */
