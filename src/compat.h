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

/* At the start of a declaration: "pg_noreturn static void f(void)". */
#if !PG18_GE
#define pg_noreturn pg_attribute_noreturn()
#endif

#if !PG15_GE
#include "funcapi.h"
#include "miscadmin.h"

#define MAT_SRF_USE_EXPECTED_DESC 0x01

/* Prepares a set-returning function that fills a tuplestore; since 15 in funcapi.h. */
static inline void
InitMaterializedSRF(FunctionCallInfo fcinfo, bits32 flags)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext  caller;

	if (result == NULL || !IsA(result, ReturnSetInfo) || !(result->allowedModes & SFRM_Materialize))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("set-valued function called in context that cannot accept a set")));

	caller = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	if (flags & MAT_SRF_USE_EXPECTED_DESC)
		result->setDesc = CreateTupleDescCopy(result->expectedDesc);
	else if (get_call_result_type(fcinfo, NULL, &result->setDesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	result->returnMode = SFRM_Materialize;
	result->setResult = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0,
											  false, work_mem);
	MemoryContextSwitchTo(caller);
}
#endif

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

/* The i-th backend, from 1 (utils/backend_status.h). */
#if PG16_GE
#define local_backend_status(i) pgstat_get_local_beentry_by_index(i)
#else
#define local_backend_status(i) pgstat_fetch_stat_local_beentry(i)
#endif

/* The number of this process in ProcGlobal->allProcs (storage/proc.h). */
#if PG17_GE
#define my_proc_number ((uint32) MyProcNumber)
#else
#define my_proc_number ((uint32) MyProc->pgprocno)
#endif

/* Wait events of an extension's own came with 17. */
#if PG17_GE
#define wait_event_new(name) WaitEventExtensionNew(name)
#else
#define wait_event_new(name) PG_WAIT_EXTENSION
#endif

#endif /* EMPATHY_COMPAT_H */
