/*-------------------------------------------------------------------------
 *
 * empathy.c
 *	  What happens when the library is loaded.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "text/text_model.h"
#include "utils/guc.h"

#include "worker/worker.h"

#if PG18_GE
PG_MODULE_MAGIC_EXT(.name = "empathy", .version = EMPATHY_VERSION);
#else
PG_MODULE_MAGIC;
#endif

PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	if (IsBinaryUpgrade)
		return;

	text_init();
	worker_init();

#if PG15_GE
	MarkGUCPrefixReserved("empathy");
#else
	EmitWarningsOnPlaceholders("empathy");
#endif
}
