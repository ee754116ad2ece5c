/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  Settings that more than one layer reads. A layer's own are in its
 *	  *_init().
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "utils/guc.h"

#include "settings.h"

int empathy_min_group = 5;

void
settings_init(void)
{
	DefineCustomIntVariable("empathy.min_group",
							"What fewer customers or texts than this have is not shown of a group.",
							"Valid range is 1..1000000.", &empathy_min_group, 5, 1, 1000000,
							PGC_SUSET, 0, NULL, NULL, NULL);
}
