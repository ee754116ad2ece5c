/*-------------------------------------------------------------------------
 *
 * catalog.c
 *	  Finding our own tables, and acting as another role.
 *
 *-------------------------------------------------------------------------
 */
#include "catalog.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The table empathy.name. */
Oid
empathy_table(const char *name)
{
	Oid relid = get_relname_relid(name, get_namespace_oid("empathy", false));

	if (!OidIsValid(relid))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"empathy.%s\" does not exist", name),
						errhint("Is the extension \"empathy\" installed in this database?")));
	return relid;
}

/*
 * Acts as a role from here on, in a context in which what its code does can't
 * outlast the switch: neither temporary objects nor settings.  An error on the
 * way undoes it with the (sub)transaction.
 */
void
empathy_become(Oid role, SavedUser *saved)
{
	saved->settings = NewGUCNestLevel();
	GetUserIdAndSecContext(&saved->userid, &saved->sec_context);
	SetUserIdAndSecContext(role, saved->sec_context | SECURITY_LOCAL_USERID_CHANGE |
									 SECURITY_RESTRICTED_OPERATION);
}

/* Acts as the relation's owner. */
void
empathy_become_owner(Oid relid, SavedUser *saved)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid		  owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation with OID %u does not exist", relid)));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	empathy_become(owner, saved);
}

void
empathy_restore_user(const SavedUser *saved)
{
	AtEOXact_GUC(false, saved->settings);
	SetUserIdAndSecContext(saved->userid, saved->sec_context);
}
