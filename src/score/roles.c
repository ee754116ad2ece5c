/*-------------------------------------------------------------------------
 *
 * roles.c
 *	  The roles of kinds that users have set, and role() and check_role().
 *
 * The table is mostly empty and always small, so it is scanned as it lies: a
 * query would take longer to plan.
 *
 *-------------------------------------------------------------------------
 */
#include "score/roles.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "catalog.h"
#include "profile/profile_sql.h"

/* The columns of empathy.kind_role. */
enum
{
	COL_KIND = 1,
	COL_ROLE
};

typedef struct KindRole
{
	const char *kind;
	uint32		len;
	ProfileRole role;
} KindRole;

static int
compare_kinds(const void *left, const void *right)
{
	const KindRole *a = left;
	const KindRole *b = right;
	int				order = memcmp(a->kind, b->kind, Min(a->len, b->len));

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static KindRole
read_row(TupleTableSlot *slot)
{
	bool	 isnull;
	text	*kind = DatumGetTextPP(slot_getattr(slot, COL_KIND, &isnull));
	char	*role = TextDatumGetCString(slot_getattr(slot, COL_ROLE, &isnull));
	KindRole row = { text_to_cstring(kind), VARSIZE_ANY_EXHDR(kind), ROLE_OTHER };

	profile_role_named(role, strlen(role), &row.role);
	return row;
}

/* All rows, by the snapshot of the query that asks. */
static KindRole *
read_rows(int *n)
{
	Relation		table = table_open(empathy_table("kind_role"), AccessShareLock);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	TableScanDesc	scan = table_beginscan(table, GetActiveSnapshot(), 0, NULL);
	int				max = 16;
	KindRole	   *rows = palloc(sizeof(KindRole) * max);

	for (*n = 0; table_scan_getnextslot(scan, ForwardScanDirection, slot); (*n)++)
	{
		if (*n == max)
			rows = repalloc(rows, sizeof(KindRole) * (max *= 2));
		rows[*n] = read_row(slot);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	table_close(table, AccessShareLock);
	qsort(rows, *n, sizeof(KindRole), compare_kinds);
	return rows;
}

static void
fill(ProfileRoles *roles)
{
	int			 n;
	KindRole	*rows = read_rows(&n);
	const char **kinds = palloc(sizeof(char *) * Max(n, 1));
	uint32		*lens = palloc(sizeof(uint32) * Max(n, 1));
	ProfileRole *set = palloc(sizeof(ProfileRole) * Max(n, 1));
	int			 i;

	for (i = 0; i < n; i++)
	{
		kinds[i] = rows[i].kind;
		lens[i] = rows[i].len;
		set[i] = rows[i].role;
	}
	*roles = (ProfileRoles){ n, kinds, lens, set, palloc0(sizeof(ProfileRoleMemo)) };
}

const ProfileRoles *
roles_read(RoleCache *cache, MemoryContext parent)
{
	MemoryContext caller;
	uint32		  before = cache->roles.n;

	if (cache->context == NULL)
		cache->context = AllocSetContextCreate(parent, "empathy roles", ALLOCSET_SMALL_SIZES);
	else if (cache->statement == GetCurrentStatementStartTimestamp() &&
			 cache->command == GetCurrentCommandId(false))
		return &cache->roles;
	cache->roles.n = 0;
	MemoryContextReset(cache->context);
	caller = MemoryContextSwitchTo(cache->context);
	fill(&cache->roles);
	MemoryContextSwitchTo(caller);
	cache->statement = GetCurrentStatementStartTimestamp();
	cache->command = GetCurrentCommandId(false);
	cache->version += before > 0 || cache->roles.n > 0;
	return &cache->roles;
}

/* role(kind) -> text */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_role);
Datum
emp_role(PG_FUNCTION_ARGS)
{
	text *kind = PG_GETARG_TEXT_PP(0);

	PG_RETURN_TEXT_P(cstring_to_text(
		profile_role_name(profile_role(VARDATA_ANY(kind), VARSIZE_ANY_EXHDR(kind)))));
}

/* kinds(profile) -> text[] */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_kinds);
Datum
emp_kinds(PG_FUNCTION_ARGS)
{
	ProfileView view;
	Datum	   *kinds;
	int			n = 0;
	uint32		i;

	profile_open_datum(&view, PG_GETARG_PROFILE(0));
	kinds = palloc(sizeof(Datum) * Max(view.n_names, 1));
	for (i = 0; i < view.n_names; i++)
	{
		const char *name = view.names[i];
		int			len = (int) view.name_lens[i] - 5;

		if (len > 0 && memcmp(name, "kind:", 5) == 0 && !(len == 1 && name[5] == '*'))
			kinds[n++] = PointerGetDatum(cstring_to_text_with_len(name + 5, len));
	}
	profile_close(&view);
	PG_RETURN_ARRAYTYPE_P(construct_array(kinds, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static char *
all_roles(void)
{
	StringInfoData names;
	int			   i;

	initStringInfo(&names);
	for (i = 0; i < PROFILE_ROLES; i++)
		appendStringInfo(&names, "%s\"%s\"", i > 0 ? ", " : "", profile_role_name(i));
	return names.data;
}

/* check_role(role) -> boolean */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_check_role);
Datum
emp_check_role(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ProfileRole role;

	if (!profile_role_named(name, strlen(name), &role))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("there is no role \"%s\"", name),
				 errhint("Roles of kinds are %s.", all_roles())));
	PG_RETURN_BOOL(true);
}
