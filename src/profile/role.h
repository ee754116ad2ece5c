/*-------------------------------------------------------------------------
 *
 * role.h
 *	  What a kind of event means to the business, guessed from its name.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROFILE_ROLE_H
#define PROFILE_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ProfileRole
{
	ROLE_OTHER,
	ROLE_PURCHASE,
	ROLE_VISIT,
	ROLE_CART,
	ROLE_CONTACT,
	ROLE_COMPLAINT,
	ROLE_CANCEL,
	ROLE_RETURN,
	ROLE_SEND,
	ROLE_OPEN,
	ROLE_CLICK,
	ROLE_RATE
} ProfileRole;

#define PROFILE_ROLES (ROLE_RATE + 1)

/* Roles that were looked up before, of kinds that customers have in common. All zero at first. */
#define PROFILE_ROLE_SLOTS 64
#define PROFILE_ROLE_KIND  30

typedef struct ProfileRoleMemo
{
	struct
	{
		uint8_t len; /* 0: empty */
		uint8_t role;
		char	kind[PROFILE_ROLE_KIND];
	} slots[PROFILE_ROLE_SLOTS];
} ProfileRoleMemo;

/* Kinds whose role somebody has set, in ascending order of their bytes. */
typedef struct ProfileRoles
{
	uint32_t		   n;
	const char *const *kinds;
	const uint32_t	  *lens;
	const ProfileRole *roles;
	ProfileRoleMemo	  *memo; /* or NULL */
} ProfileRoles;

/* The role of a kind, by the words in its name ("order_placed", "PageView", "add-to-cart"). */
extern ProfileRole profile_role(const char *kind, size_t len);

/* The role of a kind, as it was set, or else guessed; roles may be NULL. */
extern ProfileRole profile_role_set(const ProfileRoles *roles, const char *kind, size_t len);

/* "purchase", "visit", ...; and back, false if there is no such role. */
extern const char *profile_role_name(ProfileRole role);
extern bool		   profile_role_named(const char *name, size_t len, ProfileRole *role);

#endif /* PROFILE_ROLE_H */
