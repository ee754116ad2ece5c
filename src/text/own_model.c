/*-------------------------------------------------------------------------
 *
 * own_model.c
 *	  Text models that users made, as the server finds them.
 *
 * They are asked for by a version's name ("mine-3") or by their own ("mine":
 * the latest).  The table is asked once for each command, so another
 * transaction's version is seen by the next command.  A classifier's bytes are
 * kept, for as many names as MAX_KEPT; whether they are still the same their
 * checksum tells, since a version that was rolled back leaves its name to
 * another.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/ilist.h"
#include "text/own_model.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "catalog.h"

#define MAX_KEPT 8

/* When the table was asked */
typedef struct Moment
{
	TimestampTz statement;
	CommandId	command;
} Moment;

typedef struct KeptClassifier
{
	dlist_node	  node; /* latest used first */
	char		  asked[TEXT_MODEL_NAME];
	Moment		  moment;
	int64		  checksum;
	MemoryContext memory; /* holds this and the bytes */
	TextModel	  model;
} KeptClassifier;

/* A row of empathy.text_model */
typedef struct OwnRow
{
	char  model[TEXT_MODEL_NAME];
	bool  is_class;
	char  base[TEXT_MODEL_NAME];
	int32 offset[2];
	int64 checksum;
} OwnRow;

static dlist_head kept = DLIST_STATIC_INIT(kept);
static int		  n_kept = 0;

static Moment
right_now(void)
{
	return (Moment){ GetCurrentStatementStartTimestamp(), GetCurrentCommandId(false) };
}

static bool
is_now(const Moment *moment)
{
	return moment->statement == GetCurrentStatementStartTimestamp() &&
		   moment->command == GetCurrentCommandId(false);
}

pg_noreturn static void damaged(const char *model, const char *why);

static void
damaged(const char *model, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED), errmsg("could not use model \"%s\"", model),
			 errdetail("Of its row in empathy.text_model: %s.", why), errhint("Train it again.")));
	pg_unreachable();
}

/* Ask the table, as its owner: whoever may call the functions may use the models. */
static int
ask(const char *query, const char *name)
{
	Datum values[1] = { CStringGetTextDatum(name) };

	if (SPI_execute_with_args(query, 1, (Oid[]){ TEXTOID }, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.text_model");
	return (int) SPI_processed;
}

/* A column of the row found, or NULL. */
static Datum
column(int number, bool *isnull)
{
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number, isnull);
}

static void
copy_name(int number, char to[TEXT_MODEL_NAME])
{
	char *name = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, number);

	strlcpy(to, name ? name : "", TEXT_MODEL_NAME);
}

static void
read_row(OwnRow *row)
{
	bool isnull;

	copy_name(1, row->model);
	row->is_class = DatumGetBool(column(2, &isnull));
	copy_name(3, row->base);
	for (int i = 0; i < 2; i++)
		row->offset[i] = DatumGetInt32(column(4 + i, &isnull));
	row->checksum = DatumGetInt64(column(6, &isnull));
}

/* The row of a version, or of a name's latest version. False: there is none. */
static bool
find_row(const char *name, OwnRow *row)
{
	SavedUser saved;
	bool	  found;

	empathy_become_owner(empathy_table("text_model"), &saved);
	SPI_connect();
	found = ask("SELECT m.model, m.task OPERATOR(pg_catalog.=) 'class', m.base, "
				"m.negative_offset, m.positive_offset, m.checksum FROM empathy.text_model m "
				"WHERE (m.model OPERATOR(pg_catalog.=) $1 OR m.name OPERATOR(pg_catalog.=) $1) "
				"AND m.dropped_at IS NULL ORDER BY m.version DESC LIMIT 1",
				name) > 0;
	if (found)
		read_row(row);
	SPI_finish();
	empathy_restore_user(&saved);
	return found;
}

/* The calibration of that name. False: there is none. An error: it is a classifier. */
bool
own_calibration(const char *name, Calibration *calibration)
{
	OwnRow row;

	if (!find_row(name, &row))
		return false;
	if (row.is_class)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("model \"%s\" is a classifier, not a model of sentiment", name),
						errhint("Use empathy.classify() with it.")));
	memcpy(calibration->model, row.model, TEXT_MODEL_NAME);
	memcpy(calibration->base, row.base, TEXT_MODEL_NAME);
	for (int i = 0; i < 2; i++)
	{
		if (row.offset[i] < -OWN_MAX_OFFSET || row.offset[i] > OWN_MAX_OFFSET)
			damaged(row.model, "its offsets are too large");
		calibration->offset[i] = row.offset[i];
	}
	return true;
}

/* The model's bytes, in the current memory context. */
static bytea *
read_bytes(const char *model)
{
	MemoryContext caller = CurrentMemoryContext;
	SavedUser	  saved;
	bytea		 *bytes = NULL;
	bool		  isnull = true;

	empathy_become_owner(empathy_table("text_model"), &saved);
	SPI_connect();
	if (ask("SELECT m.bytes FROM empathy.text_model m WHERE m.model OPERATOR(pg_catalog.=) $1",
			model) > 0)
	{
		Datum datum = column(1, &isnull);

		if (!isnull)
		{
			MemoryContext spi = MemoryContextSwitchTo(caller);

			bytes = DatumGetByteaPCopy(datum);
			MemoryContextSwitchTo(spi);
		}
	}
	SPI_finish();
	empathy_restore_user(&saved);
	if (bytes == NULL)
		damaged(model, "it has no bytes");
	return bytes;
}

/* Load a classifier into a memory context of its own, which an error leaves to the transaction. */
static KeptClassifier *
load(const OwnRow *row)
{
	MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "text model of a user", ALLOCSET_SMALL_SIZES);
	MemoryContext	caller = MemoryContextSwitchTo(memory);
	KeptClassifier *loaded = palloc0(sizeof(KeptClassifier));
	bytea		   *bytes = read_bytes(row->model);
	const char	   *why;

	if (!text_model_view(&loaded->model, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ, &why))
		damaged(row->model, why);
	if (loaded->model.task[TEXT_CLASS].n_heads == 0 || strcmp(loaded->model.name, row->model) != 0)
		damaged(row->model, "it holds another model");
	loaded->memory = memory;
	loaded->checksum = row->checksum;
	MemoryContextSwitchTo(caller);
	return loaded;
}

static void
forget(KeptClassifier *classifier)
{
	dlist_delete(&classifier->node);
	n_kept--;
	MemoryContextDelete(classifier->memory);
}

static KeptClassifier *
keep(KeptClassifier *loaded, const char *asked)
{
	strlcpy(loaded->asked, asked, TEXT_MODEL_NAME);
	MemoryContextSetParent(loaded->memory, TopMemoryContext);
	dlist_push_head(&kept, &loaded->node);
	if (++n_kept > MAX_KEPT)
		forget(dlist_tail_element(KeptClassifier, node, &kept));
	return loaded;
}

static KeptClassifier *
find_kept(const char *name)
{
	dlist_iter iter;

	dlist_foreach (iter, &kept)
	{
		KeptClassifier *classifier = dlist_container(KeptClassifier, node, iter.cur);

		if (strcmp(classifier->asked, name) == 0)
			return classifier;
	}
	return NULL;
}

/*
 * The classifier of that name, which may be any string, or NULL.  It stays
 * until the next call.
 */
const TextModel *
own_classifier(const char *name)
{
	KeptClassifier *classifier = find_kept(name);
	OwnRow			row;

	if (classifier != NULL && is_now(&classifier->moment))
		return &classifier->model;
	if (strlen(name) >= TEXT_MODEL_NAME || !find_row(name, &row) || !row.is_class)
		return NULL;
	if (classifier != NULL &&
		(classifier->checksum != row.checksum || strcmp(classifier->model.name, row.model) != 0))
	{
		forget(classifier);
		classifier = NULL;
	}
	if (classifier == NULL)
		classifier = keep(load(&row), name);
	else
		dlist_move_head(&kept, &classifier->node);
	classifier->moment = right_now();
	return &classifier->model;
}
