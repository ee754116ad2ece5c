/*-------------------------------------------------------------------------
 *
 * profile_sql.h
 *	  Profiles as the server sees them: varlenas, and expanded objects while
 *	  they are being aggregated.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROFILE_SQL_H
#define PROFILE_SQL_H

#include "compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "profile/profile.h"

/* A profile argument, detoasted but not unpacked: its bytes need no alignment. */
#define PG_GETARG_PROFILE(n) ((struct varlena *) PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(n)))

extern ProfileArena	  *profile_scratch(ProfileArena *arena);
extern struct varlena *profile_result(ProfileArena *arena);
extern void			   profile_open_datum(ProfileView *view, struct varlena *value);
extern ProfileLog	  *profile_log_argument(FunctionCallInfo fcinfo, MemoryContext context);
extern Datum		   profile_log_datum(ProfileLog *log);
extern int64		   profile_fixed(Datum numeric, const char *what);

/* said.c */
extern uint32 profile_name_of(ProfileArena *arena, const char *prefix, const char *name);
extern uint32 profile_name_of_text(ProfileArena *arena, const char *prefix, const text *name);
extern void	  profile_log_signal(ProfileLog *log, int64 at, uint32 name, int64 sum);
extern void	  profile_log_said(ProfileLog *log, int64 at, const text *said);

#endif /* PROFILE_SQL_H */
