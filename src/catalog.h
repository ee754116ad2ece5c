/*-------------------------------------------------------------------------
 *
 * catalog.h
 *	  Finding our own tables, and acting as whoever owns a relation.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_CATALOG_H
#define EMPATHY_CATALOG_H

#include "compat.h"

/* Who was acting before empathy_become_owner(). */
typedef struct SavedUser
{
	Oid userid;
	int sec_context;
} SavedUser;

extern Oid	empathy_table(const char *name);
extern void empathy_become_owner(Oid relid, SavedUser *saved);
extern void empathy_restore_user(const SavedUser *saved);

#endif /* EMPATHY_CATALOG_H */
