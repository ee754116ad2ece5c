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
#include "utils/builtins.h"
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

/* library_version(): the version of this library, which may not be that of the extension's SQL. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_library_version);
Datum
emp_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(EMPATHY_VERSION));
}

/* check_library(version): an error unless that is the version of this library. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_check_library);
Datum
emp_check_library(PG_FUNCTION_ARGS)
{
	char *wanted = text_to_cstring(PG_GETARG_TEXT_PP(0));

	if (strcmp(wanted, EMPATHY_VERSION) != 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the library \"empathy\" that is loaded is version %s, not %s",
							   EMPATHY_VERSION, wanted),
						errhint("Install version %s; restart the server if the library is "
								"preloaded, connect again if not.",
								wanted)));
	PG_RETURN_VOID();
}
