/*-------------------------------------------------------------------------
 *
 * roles.h
 *	  The roles of kinds that users have set.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_ROLES_H
#define SCORE_ROLES_H

#include "compat.h"

#include "utils/timestamp.h"

#include "profile/role.h"

/* Roles as one command sees them; zero to begin with. */
typedef struct RoleCache
{
	MemoryContext context;
	TimestampTz	  statement; /* when and in which command they were read */
	CommandId	  command;
	uint32		  version; /* another whenever they may have changed */
	ProfileRoles  roles;
} RoleCache;

/*
 * Reads empathy.kind_role once for each command.  The roles stay where they are,
 * but whatever was derived from them is to be made anew when the version is
 * another.  Memory comes from the parent.
 */
extern const ProfileRoles *roles_read(RoleCache *cache, MemoryContext parent);

#endif /* SCORE_ROLES_H */
