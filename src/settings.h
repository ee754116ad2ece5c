/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  Settings that more than one layer reads.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SETTINGS_H
#define EMPATHY_SETTINGS_H

/* What fewer customers or texts have is not shown of a group. */
extern int	empathy_min_group;
extern void settings_init(void);

#endif /* EMPATHY_SETTINGS_H */
