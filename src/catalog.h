/*-------------------------------------------------------------------------
 *
 * catalog.h
 *	  Finding our own tables, and acting as another role.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_CATALOG_H
#define EMPATHY_CATALOG_H

#include "compat.h"

/* Who was acting before, and the nesting level of the settings made since. */
typedef struct SavedUser
{
	Oid userid;
	int sec_context;
	int settings;
} SavedUser;

extern Oid	empathy_table(const char *name);
extern void empathy_become(Oid role, SavedUser *saved);
extern void empathy_become_owner(Oid relid, SavedUser *saved);
extern void empathy_restore_user(const SavedUser *saved);

#endif /* EMPATHY_CATALOG_H */
