/*-------------------------------------------------------------------------
 *
 * attributes_sql.c
 *	  A table to learn from, as a user's query gives it: read through a cursor,
 *	  with the rights of whoever called, nothing changed.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/attributes_sql.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "learn/progress.h"
#include "score/attribute_value.h"
#include "text/text_model.h"

#define BATCH		  1000
#define FIRST_ROOM	  1024
#define LEAST_FOR_IDS 50   /* rows from which a column can be seen to number them */
#define DIFFERENT	  0.95 /* share of values that are, if it does */
#define DENSE		  4	   /* numbers up to so many times the rows */
#define NAME_OF_LABEL 40   /* bytes of it in a message */

/* A category, while rows are read */
typedef struct Category
{
	uint64_t hash; /* the key */
	int32	 number;
} Category;

/* A column of the query: a feature, or the label */
typedef struct Column
{
	int			  position; /* in the query */
	Oid			  type;
	PredictorKind kind;
	HTAB		 *categories;
} Column;

typedef struct Reading
{
	AttributeTable *table;
	Column			label;
	Column		   *columns; /* of the attributes */
	size_t			room;
	int64			n_unlabelled;
	char		   *answers[2]; /* of a label that is text, in the order of their appearance */
} Reading;

/* ----------------------------------------------------------------- columns */

static Portal
open_query(const char *query)
{
	SPIPlanPtr plan = SPI_prepare_cursor(query, 0, NULL, 0);

	if (plan == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("the query is not one SELECT"),
				 errhint("It gives a label and the columns to learn from: SELECT bought AS label, "
						 "age, plan FROM visits.")));
	return SPI_cursor_open(NULL, plan, NULL, NULL, true);
}

static Column
column_at(TupleDesc columns, int i)
{
	Form_pg_attribute about = TupleDescAttr(columns, i);
	Column			  column = { .position = i + 1, .type = about->atttypid };

	if (!attribute_kind(about->atttypid, &column.kind))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("cannot learn from column \"%s\" of type %s",
							   NameStr(about->attname), format_type_be(about->atttypid)),
						errhint("Leave it out of the query, or cast it to a number, boolean, date, "
								"timestamp, interval or text.")));
	return column;
}

static void
check_names(TupleDesc columns)
{
	for (int i = 0; i < columns->natts; i++)
		for (int k = 0; k < i; k++)
			if (namestrcmp(&TupleDescAttr(columns, i)->attname,
						   NameStr(TupleDescAttr(columns, k)->attname)) == 0)
				ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
								errmsg("the query returns column \"%s\" twice",
									   NameStr(TupleDescAttr(columns, i)->attname)),
								errhint("Columns are known by their names: give each its own.")));
}

static void
add_attribute(Reading *reading, TupleDesc columns, int i)
{
	HASHCTL	   about = { .keysize = sizeof(uint64_t),
						 .entrysize = sizeof(Category),
						 .hcxt = CurrentMemoryContext };
	Column	   column = column_at(columns, i);
	Attribute *attribute = &reading->table->attributes[reading->table->n_attributes];
	TextSaid   name = text_in_utf8(cstring_to_text(NameStr(TupleDescAttr(columns, i)->attname)));

	if (name.len >= PREDICTOR_NAME)
		ereport(ERROR, (errcode(ERRCODE_NAME_TOO_LONG),
						errmsg("the name of column \"%s\" is too long",
							   NameStr(TupleDescAttr(columns, i)->attname)),
						errdetail("It has at most %d bytes in UTF-8.", PREDICTOR_NAME - 1)));
	memcpy(attribute->name, name.bytes, name.len);
	attribute->kind = column.kind;
	attribute->values = palloc(sizeof(double) * reading->room);
	if (column.kind == PREDICTOR_CATEGORY)
		column.categories =
			hash_create("categories", 64, &about, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	reading->columns[reading->table->n_attributes++] = column;
}

/* Which columns there are; one of them is the label. */
static void
take_columns(Reading *reading, TupleDesc columns, const char *label)
{
	check_names(columns);
	if (columns->natts > PREDICTOR_MAX_FEATURES + 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the query returns more than %d columns", PREDICTOR_MAX_FEATURES + 1)));
	reading->table->attributes = palloc0(sizeof(Attribute) * columns->natts);
	reading->columns = palloc(sizeof(Column) * columns->natts);
	for (int i = 0; i < columns->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(columns, i)->attname), label) == 0)
			reading->label = column_at(columns, i);
		else
			add_attribute(reading, columns, i);
	}
	if (reading->label.position == 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("the query returns no column \"%s\"", label),
						errhint("Name the column that is to be predicted \"label\", or give its "
								"name as the argument \"label\".")));
}

/* ------------------------------------------------------------------- label */

pg_noreturn static void wrong_label(const char *value);

static void
wrong_label(const char *value)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("the label has more than two values, or others than 0 and 1"),
					errdetail("One is \"%s\".",
							  pnstrdup(value, pg_mbcliplen(value, strlen(value), NAME_OF_LABEL))),
					errhint("A label is a boolean, 0 or 1, or one of two texts. Make it so with a "
							"condition: SELECT reason = 'price' AS label.")));
	pg_unreachable();
}

/* Which of the two texts, in the order of their appearance. */
static uint8_t
text_label(Reading *reading, const char *value, MemoryContext memory)
{
	for (int i = 0; i < 2; i++)
	{
		if (reading->answers[i] == NULL)
			reading->answers[i] = MemoryContextStrdup(memory, value);
		if (strcmp(reading->answers[i], value) == 0)
			return (uint8_t) i;
	}
	wrong_label(value);
}

static uint8_t
label_value(Reading *reading, Datum datum, MemoryContext memory)
{
	double x;

	if (reading->label.kind == PREDICTOR_CATEGORY)
		return text_label(reading, text_to_cstring(attribute_name(reading->label.type, datum)),
						  memory);
	x = attribute_number(reading->label.type, datum);
	if (x != 0 && x != 1)
		wrong_label(psprintf("%g", x));
	return x == 1;
}

/* Of two texts the one that sorts last, byte by byte, is predicted. */
static char *
settle_answer(Reading *reading)
{
	AttributeTable *table = reading->table;

	if (reading->label.kind != PREDICTOR_CATEGORY)
		return pstrdup(reading->label.kind == PREDICTOR_TRUTH ? "true" : "1");
	if (reading->answers[1] == NULL)
		return reading->answers[0];
	if (strcmp(reading->answers[0], reading->answers[1]) > 0)
	{
		for (size_t i = 0; i < table->n_rows; i++)
			table->label[i] = !table->label[i];
		reading->answers[1] = reading->answers[0];
	}
	ereport(NOTICE, (errmsg("predictions are the probability of \"%s\"", reading->answers[1]),
					 errhint("For the other label, make a boolean of it in the query.")));
	return reading->answers[1];
}

/* -------------------------------------------------------------------- rows */

static double
category_number(HTAB *categories, uint64_t hash)
{
	bool	  found;
	Category *category = hash_search(categories, &hash, HASH_ENTER, &found);

	if (!found)
		category->number = (int32) hash_get_num_entries(categories) - 1;
	return category->number;
}

static double
attribute_value(const Column *column, HeapTuple tuple, TupleDesc columns)
{
	bool  isnull;
	Datum datum = SPI_getbinval(tuple, columns, column->position, &isnull);

	if (isnull)
		return NAN;
	if (column->kind == PREDICTOR_CATEGORY)
		return category_number(column->categories,
							   attribute_hash(attribute_name(column->type, datum)));
	return attribute_number(column->type, datum);
}

static void
make_room(Reading *reading)
{
	AttributeTable *table = reading->table;

	if (table->n_rows < reading->room)
		return;
	if ((uint64) table->n_rows * (table->n_attributes + 1) > ATTRIBUTES_MAX_VALUES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the query returns more than %d values", ATTRIBUTES_MAX_VALUES),
						errhint("A sample of the rows teaches nearly as much: TABLESAMPLE "
								"BERNOULLI (10).")));
	reading->room *= 2;
	table->label = repalloc_huge(table->label, reading->room);
	for (int j = 0; j < table->n_attributes; j++)
		table->attributes[j].values =
			repalloc_huge(table->attributes[j].values, sizeof(double) * reading->room);
}

static void
read_row(Reading *reading, HeapTuple tuple, TupleDesc columns, MemoryContext memory)
{
	AttributeTable *table = reading->table;
	bool			isnull;
	Datum			label = SPI_getbinval(tuple, columns, reading->label.position, &isnull);

	if (isnull)
	{
		reading->n_unlabelled++;
		return;
	}
	make_room(reading);
	table->label[table->n_rows] = label_value(reading, label, memory);
	for (int j = 0; j < table->n_attributes; j++)
		table->attributes[j].values[table->n_rows] =
			attribute_value(&reading->columns[j], tuple, columns);
	table->n_rows++;
}

/* Many rows a batch, but the memory of a row's values is given back row by row. */
static void
read_rows(Reading *reading, Portal portal, MemoryContext memory)
{
	MemoryContext spi = CurrentMemoryContext;
	MemoryContext batch = AllocSetContextCreate(spi, "attributes", ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		SPI_cursor_fetch(portal, true, BATCH);
		if (SPI_processed == 0)
			break;
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			CHECK_FOR_INTERRUPTS();
			MemoryContextSwitchTo(batch);
			read_row(reading, SPI_tuptable->vals[i], SPI_tuptable->tupdesc, memory);
			MemoryContextReset(batch);
		}
		MemoryContextSwitchTo(spi);
		SPI_freetuptable(SPI_tuptable);
		training_progress(TRAINING_READS, (double) reading->table->n_rows);
	}
}

static void
take_categories(const Column *column, Attribute *attribute)
{
	HASH_SEQ_STATUS scan;
	Category	   *category;

	attribute->n_categories = (int) hash_get_num_entries(column->categories);
	attribute->hashes =
		palloc_extended(sizeof(uint64_t) * Max(attribute->n_categories, 1), MCXT_ALLOC_HUGE);
	hash_seq_init(&scan, column->categories);
	while ((category = hash_seq_search(&scan)) != NULL)
		attribute->hashes[category->number] = category->hash;
}

/* --------------------------------------------------------------------- ids */

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *) a;
	double y = *(const double *) b;

	return (x > y) - (x < y);
}

static bool
is_integer(Oid type)
{
	type = getBaseType(type);
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/*
 * Nearly all numbers differ, and they lie as close as if they were counted, or
 * the name says what they are.
 */
static bool
numbers_count(const Attribute *attribute, size_t n_rows)
{
	double *sorted = palloc_extended(sizeof(double) * Max(n_rows, 1), MCXT_ALLOC_HUGE);
	size_t	length = strlen(attribute->name);
	size_t	n = 0;
	size_t	different = 1;
	bool	dense;
	bool	named;

	for (size_t i = 0; i < n_rows; i++)
		if (!isnan(attribute->values[i]))
			sorted[n++] = attribute->values[i];
	if (n < LEAST_FOR_IDS)
		return false;
	qsort(sorted, n, sizeof(double), by_value);
	for (size_t i = 1; i < n; i++)
		different += sorted[i] != sorted[i - 1];
	dense = sorted[n - 1] - sorted[0] <= DENSE * (double) n;
	named = length >= 2 && pg_strcasecmp(attribute->name + length - 2, "id") == 0;
	pfree(sorted);
	return different >= DIFFERENT * n && (dense || named);
}

static bool
names_differ(const Attribute *attribute, size_t n_rows)
{
	size_t n = 0;

	for (size_t i = 0; i < n_rows; i++)
		n += !isnan(attribute->values[i]);
	return n >= LEAST_FOR_IDS && attribute->n_categories >= DIFFERENT * n;
}

/* What is different in nearly every row tells rows apart and teaches nothing about others. */
static void
drop_ids(Reading *reading)
{
	AttributeTable *table = reading->table;
	int				n = 0;

	for (int j = 0; j < table->n_attributes; j++)
	{
		const Attribute *attribute = &table->attributes[j];
		bool			 is_id =
			attribute->kind == PREDICTOR_CATEGORY
							? names_differ(attribute, table->n_rows)
							: is_integer(reading->columns[j].type) && numbers_count(attribute, table->n_rows);

		CHECK_FOR_INTERRUPTS();
		if (is_id)
			ereport(NOTICE, (errmsg("left out column \"%s\": it is different in nearly every row",
									text_to_cstring(text_in_server(attribute->name,
																   strlen(attribute->name))))));
		else
			table->attributes[n++] = *attribute;
	}
	table->n_attributes = n;
}

/* --------------------------------------------------------------------- all */

void
attributes_read(const char *query, const char *label, AttributeTable *table, char **answer)
{
	MemoryContext memory = CurrentMemoryContext;
	Reading		  reading = { .table = table, .room = FIRST_ROOM };
	Portal		  portal;

	*table = (AttributeTable){ .label = palloc(FIRST_ROOM) };
	SPI_connect();
	portal = open_query(query);
	MemoryContextSwitchTo(memory);
	take_columns(&reading, portal->tupDesc, label);
	read_rows(&reading, portal, memory);
	SPI_cursor_close(portal);
	SPI_finish();
	MemoryContextSwitchTo(memory);
	for (int j = 0; j < table->n_attributes; j++)
		if (reading.columns[j].categories)
			take_categories(&reading.columns[j], &table->attributes[j]);
	if (reading.n_unlabelled > 0)
		ereport(NOTICE,
				(errmsg_plural("left out " INT64_FORMAT " row without a label",
							   "left out " INT64_FORMAT " rows without a label",
							   (unsigned long) reading.n_unlabelled, reading.n_unlabelled)));
	*answer = settle_answer(&reading);
	drop_ids(&reading);
}
