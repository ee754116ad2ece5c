/*-------------------------------------------------------------------------
 *
 * predictor_store.c
 *	  Predictors as the server finds them.
 *
 * A name is looked up once for each command, by the snapshot of the query that
 * asks; the bytes behind it are checked once and then kept by the backend, for
 * a few names.
 *
 *-------------------------------------------------------------------------
 */
#include "score/predictor_store.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog.h"

#define MAX_KEPT 16

static dlist_head kept = DLIST_STATIC_INIT(kept); /* the latest first */
static int		  n_kept = 0;
static uint64	  last_serial = 0;

/* A row of the table, without its bytes */
typedef struct StoredRow
{
	char		model[PREDICTOR_MODEL_NAME];
	TimestampTz trained_at;
} StoredRow;

pg_noreturn static void no_such_predictor(const char *name);

static void
no_such_predictor(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("model \"%s\" does not exist", name),
			 errhint("Make it with empathy.train_model(). The view empathy.models lists those "
					 "that exist.")));
	pg_unreachable();
}

/* As the table's owner: whoever may call the functions may use the models. */
static bool
ask(const char *query, const char *name)
{
	Datum values[1] = { CStringGetTextDatum(name) };

	if (SPI_execute_with_args(query, 1, (Oid[]){ TEXTOID }, values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.predictor");
	return SPI_processed == 1;
}

static Datum
column(int number, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number, isnull);
}

/* The row of a version, or of a name's latest version. */
static void
find_row(const char *name, StoredRow *row)
{
	SavedUser saved;
	bool	  isnull;

	empathy_become_owner(empathy_table("predictor"), &saved);
	SPI_connect();
	if (!ask("SELECT p.model, p.trained_at FROM empathy.predictor p "
			 "WHERE (p.model OPERATOR(pg_catalog.=) $1 OR p.name OPERATOR(pg_catalog.=) $1) "
			 "AND p.dropped_at IS NULL ORDER BY p.version DESC LIMIT 1",
			 name))
		no_such_predictor(name);
	strlcpy(row->model, TextDatumGetCString(column(1, &isnull)), sizeof(row->model));
	row->trained_at = DatumGetTimestampTz(column(2, &isnull));
	SPI_finish();
	empathy_restore_user(&saved);
}

static bytea *
read_bytes(const char *model)
{
	MemoryContext caller = CurrentMemoryContext;
	bytea		 *bytes = NULL;
	SavedUser	  saved;
	Datum		  datum;
	bool		  isnull;

	empathy_become_owner(empathy_table("predictor"), &saved);
	SPI_connect();
	if (!ask("SELECT p.bytes FROM empathy.predictor p WHERE p.model OPERATOR(pg_catalog.=) $1",
			 model))
		no_such_predictor(model);
	datum = column(1, &isnull);
	if (!isnull)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		bytes = DatumGetByteaPCopy(datum);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	empathy_restore_user(&saved);
	return bytes;
}

/* In a memory context of its own, which an error leaves to the transaction. */
static KeptPredictor *
load(const StoredRow *row)
{
	MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "predictor", ALLOCSET_SMALL_SIZES);
	MemoryContext  caller = MemoryContextSwitchTo(memory);
	KeptPredictor *loaded = palloc0(sizeof(KeptPredictor));
	bytea		  *bytes = read_bytes(row->model);
	const char	  *why = "it has no bytes";

	if (bytes == NULL ||
		!predictor_view(&loaded->predictor, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ, &why))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED), errmsg("could not use model \"%s\"", row->model),
				 errdetail("Of its row in empathy.predictor: %s.", why),
				 errhint("Train it again.")));
	strlcpy(loaded->model, row->model, sizeof(loaded->model));
	loaded->memory = memory;
	loaded->trained_at = row->trained_at;
	loaded->serial = ++last_serial;
	MemoryContextSwitchTo(caller);
	return loaded;
}

static void
forget(KeptPredictor *predictor)
{
	dlist_delete(&predictor->node);
	n_kept--;
	MemoryContextDelete(predictor->memory);
}

static KeptPredictor *
keep(KeptPredictor *loaded, const char *asked)
{
	strlcpy(loaded->asked, asked, sizeof(loaded->asked));
	MemoryContextSetParent(loaded->memory, TopMemoryContext);
	dlist_push_head(&kept, &loaded->node);
	if (++n_kept > MAX_KEPT)
		forget(dlist_tail_element(KeptPredictor, node, &kept));
	return loaded;
}

static KeptPredictor *
find_kept(const char *name)
{
	dlist_iter iter;

	dlist_foreach (iter, &kept)
	{
		KeptPredictor *predictor = dlist_container(KeptPredictor, node, iter.cur);

		if (strcmp(predictor->asked, name) == 0)
			return predictor;
	}
	return NULL;
}

const KeptPredictor *
predictor_by_name(const char *name)
{
	KeptPredictor *found = find_kept(name);
	StoredRow	   row;

	if (found != NULL && found->statement == GetCurrentStatementStartTimestamp() &&
		found->command == GetCurrentCommandId(false))
		return found;
	if (strlen(name) >= PREDICTOR_MODEL_NAME)
		no_such_predictor(name);
	find_row(name, &row);
	if (found != NULL &&
		(found->trained_at != row.trained_at || strcmp(found->model, row.model) != 0))
	{
		forget(found);
		found = NULL;
	}
	if (found == NULL)
		found = keep(load(&row), name);
	else
		dlist_move_head(&kept, &found->node);
	found->statement = GetCurrentStatementStartTimestamp();
	found->command = GetCurrentCommandId(false);
	return found;
}
