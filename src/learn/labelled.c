/*-------------------------------------------------------------------------
 *
 * labelled.c
 *	  Labelled texts, as a user's query gives them: read through a cursor, with
 *	  the rights of whoever called, nothing changed.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "learn/labelled.h"
#include "learn/progress.h"
#include "query.h"
#include "text/text_model.h"

#define BATCH 1000

typedef struct Label
{
	char name[TEXT_HEAD_NAME]; /* the hash key, padded with zeros */
	int32 class;
} Label;

typedef struct Reading
{
	MemoryContext  batch;
	char		  *bytes;
	size_t		   n_bytes;
	size_t		   room;
	ClassifierRow *rows;
	int			   n_rows;
	HTAB		  *labels;
	int64		   n_skipped;
} Reading;

/* Text, or what is the same in memory. */
static void
check_column(TupleDesc columns, int i)
{
	Form_pg_attribute column = TupleDescAttr(columns, i);
	Oid				  type = getBaseType(column->atttypid);

	if (type != TEXTOID && type != VARCHAROID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("column \"%s\" of the query is of type %s, not text",
							   NameStr(column->attname), format_type_be(column->atttypid)),
						errhint("The query gives a text and its label. If that is what the column "
								"is, cast it to text.")));
}

static Portal
open_query(const char *query)
{
	SPIPlanPtr plan = SPI_prepare_cursor(query, 0, NULL, 0);
	Portal	   portal;

	if (plan == NULL || !query_is_select(plan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the query is not one SELECT"),
				 errhint("It gives a text and its label: SELECT body, reason FROM tickets.")));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	if (portal->tupDesc->natts != 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg_plural("the query returns %d column instead of 2",
							   "the query returns %d columns instead of 2", portal->tupDesc->natts,
							   portal->tupDesc->natts),
				 errhint("It gives a text and its label: SELECT body, reason FROM tickets.")));
	check_column(portal->tupDesc, 0);
	check_column(portal->tupDesc, 1);
	return portal;
}

static bool
is_blank(TextSaid said)
{
	for (size_t i = 0; i < said.len; i++)
		if ((unsigned char) said.bytes[i] > ' ')
			return false;
	return true;
}

static int32
class_of(Reading *reading, TextSaid label)
{
	char   name[TEXT_HEAD_NAME] = { 0 };
	Label *entry;
	bool   found;

	if (label.len >= TEXT_HEAD_NAME)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("label \"%s...\" is too long",
						text_to_cstring(text_in_server(
							label.bytes, pg_encoding_mbcliplen(PG_UTF8, label.bytes, label.len,
															   TEXT_HEAD_NAME - 1)))),
				 errdetail("A label has at most %d bytes in UTF-8.", TEXT_HEAD_NAME - 1)));
	memcpy(name, label.bytes, label.len);
	entry = hash_search(reading->labels, name, HASH_ENTER, &found);
	if (found)
		return entry->class;
	entry->class = (int32) hash_get_num_entries(reading->labels) - 1;
	if (entry->class >= TEXT_MAX_CLASSES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the query returns more than %d labels", TEXT_MAX_CLASSES),
						errhint("Its second column is the label.")));
	return entry->class;
}

/* A copy of a text's first bytes, after those of the others. */
static size_t
keep_bytes(Reading *reading, TextSaid said)
{
	size_t at = reading->n_bytes;

	if (at + said.len > LABELLED_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the query returns more than %d MB of text", LABELLED_MAX_BYTES >> 20),
				 errhint("A sample of the rows teaches nearly as much.")));
	while (at + said.len > reading->room)
	{
		reading->room *= 2;
		reading->bytes = repalloc_huge(reading->bytes, reading->room);
	}
	memcpy(reading->bytes + at, said.bytes, said.len);
	reading->n_bytes += said.len;
	return at;
}

static void
keep_row(Reading *reading, TextSaid said, int32 class)
{
	ClassifierRow *row;

	if (reading->n_rows >= LABELLED_MAX_ROWS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the query returns more than %d rows", LABELLED_MAX_ROWS),
						errhint("A sample of the rows teaches nearly as much.")));
	if (reading->n_rows >= BATCH && (reading->n_rows & (reading->n_rows - 1)) == 0)
		reading->rows =
			repalloc_huge(reading->rows, sizeof(ClassifierRow) * 2 * (size_t) reading->n_rows);
	said.len = text_class_bytes(said.len);
	row = &reading->rows[reading->n_rows++];
	row->at = keep_bytes(reading, said);
	row->len = (uint32) said.len;
	row->class = class;
	row->identity = classifier_identity(said.bytes, said.len);
}

static void
read_row(Reading *reading, HeapTuple tuple, TupleDesc columns)
{
	bool  no_said;
	bool  no_label;
	Datum said_datum = SPI_getbinval(tuple, columns, 1, &no_said);
	Datum label_datum = SPI_getbinval(tuple, columns, 2, &no_label);

	if (!no_said && !no_label)
	{
		TextSaid said = text_in_utf8(DatumGetTextPP(said_datum));
		TextSaid label = text_in_utf8(DatumGetTextPP(label_datum));

		if (!is_blank(said) && !is_blank(label))
		{
			keep_row(reading, said, class_of(reading, label));
			return;
		}
	}
	reading->n_skipped++;
}

/* Many rows a batch, but the memory of a row's texts is given back row by row. */
static void
read_rows(Reading *reading, Portal portal)
{
	MemoryContext spi = CurrentMemoryContext;

	for (;;)
	{
		SPI_cursor_fetch(portal, true, BATCH);
		if (SPI_processed == 0)
			break;
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextSwitchTo(reading->batch);
			read_row(reading, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
			MemoryContextReset(reading->batch);
		}
		MemoryContextSwitchTo(spi);
		SPI_freetuptable(SPI_tuptable);
		training_progress(TRAINING_READS, (double) reading->n_rows);
	}
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(Label *const *) a)->name, (*(Label *const *) b)->name);
}

/* Number the classes in the order of their labels, so that the order of the rows does not matter. */
static void
sort_labels(Reading *reading, ClassifierData *data)
{
	int				n = (int) hash_get_num_entries(reading->labels);
	Label		  **label = palloc(sizeof(Label *) * Max(n, 1));
	int			   *number = palloc(sizeof(int) * Max(n, 1));
	const char	  **names = palloc(sizeof(char *) * Max(n, 1));
	HASH_SEQ_STATUS scan;

	hash_seq_init(&scan, reading->labels);
	for (int i = 0; i < n; i++)
		label[i] = hash_seq_search(&scan);
	hash_seq_term(&scan);
	qsort(label, n, sizeof(Label *), by_name);
	for (int i = 0; i < n; i++)
	{
		number[label[i]->class] = i;
		names[i] = label[i]->name;
	}
	for (int i = 0; i < reading->n_rows; i++)
		reading->rows[i].class = number[reading->rows[i].class];
	data->labels = names;
	data->n_classes = n;
}

/*
 * The rows of a query, in the current memory context.  Rows without a text or
 * a label are left out, with a notice.
 */
void
labelled_read(const char *query, ClassifierData *data)
{
	HASHCTL about = { .keysize = TEXT_HEAD_NAME,
					  .entrysize = sizeof(Label),
					  .hcxt = CurrentMemoryContext };
	Reading reading = { .room = 1 << 16 };
	Portal	portal;

	reading.batch =
		AllocSetContextCreate(CurrentMemoryContext, "labelled text", ALLOCSET_DEFAULT_SIZES);
	reading.labels = hash_create("labels", 64, &about, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	reading.bytes = palloc(reading.room);
	reading.rows = palloc(sizeof(ClassifierRow) * 1024);
	SPI_connect();
	portal = open_query(query);
	read_rows(&reading, portal);
	SPI_cursor_close(portal);
	SPI_finish();
	if (reading.n_skipped > 0)
		ereport(NOTICE, (errmsg_plural("left out " INT64_FORMAT " row without a text or a label",
									   "left out " INT64_FORMAT " rows without a text or a label",
									   (unsigned long) reading.n_skipped, reading.n_skipped)));
	sort_labels(&reading, data);
	data->base = NULL;
	data->bytes = reading.bytes;
	data->rows = reading.rows;
	data->n_rows = reading.n_rows;
}
