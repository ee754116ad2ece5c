/*-------------------------------------------------------------------------
 *
 * as_owner.h
 *	  Reading sources as their owners: the setting.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_REFRESH_AS_OWNER_H
#define EMPATHY_REFRESH_AS_OWNER_H

extern void as_owner_init(void);

#endif /* EMPATHY_REFRESH_AS_OWNER_H */
