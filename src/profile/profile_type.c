/*-------------------------------------------------------------------------
 *
 * profile_type.c
 *	  The type empathy.profile: input and output, comparison, and the
 *	  expanded form.
 *
 * A stored profile is a varlena around the bytes described in profile.h.
 * While an aggregate builds one it is an expanded object around a ProfileLog.
 * All groups of an aggregation share one arena, in one child of the aggregate
 * context: a context for each group would make the server's accounting of
 * hash aggregation quadratic.  It follows that such an object must never be
 * deleted by itself: its context is everybody's.  The server deletes an
 * expanded state only when the transition function returns another one, and
 * ours always returns the same.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_sql.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/expandeddatum.h"
#include "utils/memutils.h"

/* An arena for making one value in the current memory context. */
ProfileArena *
profile_scratch(ProfileArena *arena)
{
	profile_arena_init(arena, CurrentMemoryContext);
	return arena;
}

static Size
flat_size(const ProfileArena *arena)
{
	if (arena->out_len > MaxAllocSize - VARHDRSZ)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("profile is too large"),
						errdetail("It would take %zu bytes.", arena->out_len)));
	return VARHDRSZ + arena->out_len;
}

/* The value that an arena has finished, in the current memory context; frees the arena. */
struct varlena *
profile_result(ProfileArena *arena)
{
	Size			size = flat_size(arena);
	struct varlena *result = palloc(size);

	SET_VARSIZE(result, size);
	memcpy(VARDATA(result), arena->out, arena->out_len);
	profile_arena_free(arena);
	return result;
}

void
profile_open_datum(ProfileView *view, struct varlena *value)
{
	profile_open(view, CurrentMemoryContext, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

/* A profile argument in the canonical form, whatever format it was stored in. */
static struct varlena *
canonical_argument(FunctionCallInfo fcinfo, int arg)
{
	struct varlena *value = PG_GETARG_PROFILE(arg);
	ProfileArena	arena;

	if (VARSIZE_ANY_EXHDR(value) > 0 && *(uint8 *) VARDATA_ANY(value) == PROFILE_FORMAT)
		return value;
	profile_draft_value(profile_scratch(&arena), VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	profile_finish(&arena);
	return profile_result(&arena);
}

/* ---- input and output ---- */

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_in);
Datum
emp_profile_in(PG_FUNCTION_ARGS)
{
	ProfileArena arena;

	profile_parse(profile_scratch(&arena), PG_GETARG_CSTRING(0));
	PG_RETURN_POINTER(profile_result(&arena));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_out);
Datum
emp_profile_out(PG_FUNCTION_ARGS)
{
	struct varlena *value = canonical_argument(fcinfo, 0);
	char		   *form;

	(void) profile_print(CurrentMemoryContext, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), &form);
	PG_RETURN_CSTRING(form);
}

/* Names and quotes from elsewhere must be text of this database. */
static void
check_encoding(const struct varlena *value)
{
	ProfileView	 view;
	ProfileQuote quote;
	uint32		 i;

	profile_open(&view, CurrentMemoryContext, VARDATA(value), VARSIZE(value) - VARHDRSZ);
	pg_verifymbstr(view.model, view.model_len, false);
	for (i = 0; i < view.n_names; i++)
		pg_verifymbstr(view.names[i], view.name_lens[i], false);
	while (profile_next_quote(&view, &quote))
		pg_verifymbstr(quote.text, quote.len, false);
	profile_close(&view);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_recv);
Datum
emp_profile_recv(PG_FUNCTION_ARGS)
{
	StringInfo		buf = (StringInfo) PG_GETARG_POINTER(0);
	int				len = buf->len - buf->cursor;
	const char	   *bytes = pq_getmsgbytes(buf, len);
	ProfileArena	arena;
	struct varlena *result;

	profile_validate(profile_scratch(&arena), bytes, len);
	result = profile_result(&arena);
	check_encoding(result);
	PG_RETURN_POINTER(result);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_send);
Datum
emp_profile_send(PG_FUNCTION_ARGS)
{
	struct varlena *value = canonical_argument(fcinfo, 0);
	StringInfoData	buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* ---- comparison: by the canonical bytes ---- */

static int
compare(FunctionCallInfo fcinfo)
{
	struct varlena *a = canonical_argument(fcinfo, 0);
	struct varlena *b = canonical_argument(fcinfo, 1);
	Size			a_len = VARSIZE_ANY_EXHDR(a);
	Size			b_len = VARSIZE_ANY_EXHDR(b);
	int				order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(a_len, b_len));

	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_cmp);
Datum
emp_profile_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare(fcinfo));
}

#define PROFILE_COMPARISON(name, holds)                  \
	PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_##name); \
	Datum emp_profile_##name(PG_FUNCTION_ARGS)           \
	{                                                    \
		int order = compare(fcinfo);                     \
                                                         \
		PG_RETURN_BOOL(holds);                           \
	}                                                    \
	struct profile_comparison_end /* takes the semicolon */

PROFILE_COMPARISON(eq, order == 0);
PROFILE_COMPARISON(ne, order != 0);
PROFILE_COMPARISON(lt, order < 0);
PROFILE_COMPARISON(le, order <= 0);
PROFILE_COMPARISON(gt, order > 0);
PROFILE_COMPARISON(ge, order >= 0);

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_hash);
Datum
emp_profile_hash(PG_FUNCTION_ARGS)
{
	struct varlena *value = canonical_argument(fcinfo, 0);

	return hash_any((unsigned char *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_profile_hash_extended);
Datum
emp_profile_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *value = canonical_argument(fcinfo, 0);

	return hash_any_extended((unsigned char *) VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value),
							 PG_GETARG_INT64(1));
}

/* ---- the expanded form ---- */

typedef struct ExpandedProfile
{
	ExpandedObjectHeader header;
	ProfileLog			 log;
} ExpandedProfile;

StaticAssertDecl(sizeof(ExpandedProfile) <= 256, "a node fills four cache lines");

/* The arena of all groups of one aggregation. */
typedef struct SharedArena
{
	ProfileArena		  arena; /* its memory is our own context */
	MemoryContext		  parent;
	MemoryContextCallback callback;
	struct SharedArena	 *next;
} SharedArena;

/*
 * The arenas alive in this backend, one for each aggregation in progress.  A
 * group's first row finds its arena here by the aggregate context; its later
 * rows have it at hand.
 */
static SharedArena *shared_arenas = NULL;

static void
forget_arena(void *arg)
{
	SharedArena **link;

	for (link = &shared_arenas; *link != NULL; link = &(*link)->next)
	{
		if (*link == arg)
		{
			*link = (*link)->next;
			return;
		}
	}
}

static ProfileArena *
shared_arena(MemoryContext parent)
{
	SharedArena	 *shared;
	MemoryContext context;

	for (shared = shared_arenas; shared != NULL; shared = shared->next)
	{
		if (shared->parent == parent)
			return &shared->arena;
	}
	context = AllocSetContextCreate(parent, "empathy profiles", ALLOCSET_DEFAULT_SIZES);
	shared = MemoryContextAlloc(context, sizeof(SharedArena));
	profile_arena_init(&shared->arena, context);
	shared->parent = parent;
	shared->callback.func = forget_arena;
	shared->callback.arg = shared;
	MemoryContextRegisterResetCallback(context, &shared->callback);
	shared->next = shared_arenas;
	shared_arenas = shared;
	return &shared->arena;
}

#define LOG_OF(header) (&((ExpandedProfile *) (header))->log)

static Size
expanded_flat_size(ExpandedObjectHeader *header)
{
	profile_log_finish(LOG_OF(header));
	return flat_size(LOG_OF(header)->arena);
}

static void
expanded_flatten(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	ProfileLog *log = LOG_OF(header);

	profile_log_finish(log);
	Assert(allocated_size == VARHDRSZ + log->arena->out_len);
	SET_VARSIZE(result, allocated_size);
	memcpy(VARDATA(result), log->arena->out, log->arena->out_len);
}

static const ExpandedObjectMethods expanded_methods = { expanded_flat_size, expanded_flatten };

static ProfileLog *
new_log(MemoryContext parent)
{
	ProfileArena	*arena = shared_arena(parent);
	ExpandedProfile *expanded = profile_log_alloc(arena, sizeof(ExpandedProfile));

	EOH_init_header(&expanded->header, &expanded_methods, (MemoryContext) arena->memory);
	profile_log_init(&expanded->log, arena);
	return &expanded->log;
}

/*
 * Argument 0 of a transition or combine function, as a log that may be
 * appended to.  Anybody may call such a function with any value: one that is
 * not our own state is taken as a value to start from.
 */
ProfileLog *
profile_log_argument(FunctionCallInfo fcinfo, MemoryContext context)
{
	ProfileLog *log;

	if (!PG_ARGISNULL(0) && VARATT_IS_EXTERNAL_EXPANDED_RW(DatumGetPointer(PG_GETARG_DATUM(0))))
	{
		ExpandedObjectHeader *header = DatumGetEOHP(PG_GETARG_DATUM(0));

		if (header->eoh_methods == &expanded_methods &&
			MemoryContextGetParent(header->eoh_context) == context)
			return LOG_OF(header);
	}
	log = new_log(context);
	if (!PG_ARGISNULL(0))
	{
		struct varlena *value = PG_GETARG_PROFILE(0);

		profile_log_value(log, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	}
	return log;
}

/* The log as the aggregate's state. */
Datum
profile_log_datum(ProfileLog *log)
{
	ExpandedProfile *expanded = (ExpandedProfile *) ((char *) log - offsetof(ExpandedProfile, log));

	return EOHPGetRWDatum(&expanded->header);
}
