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
#include "utils/guc.h"

#include "refresh/segment.h"
#include "refresh/as_owner.h"
#include "score/score_sql.h"
#include "settings.h"
#include "text/text_model.h"
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

	settings_init();
	text_init();
	score_init();
	as_owner_init();
	segment_init();
	worker_init();

#if PG15_GE
	MarkGUCPrefixReserved("empathy");
#else
	EmitWarningsOnPlaceholders("empathy");
#endif
}
