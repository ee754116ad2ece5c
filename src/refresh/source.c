/*-------------------------------------------------------------------------
 *
 * source.c
 *	  What a trigger needs to know of the table that it is of.
 *
 * It is needed at every statement and hardly ever changes, so each backend
 * keeps what it read of empathy.source and of the table until the server says
 * that either may be another.  Of a table that is what it does for its own
 * caches; for empathy.source a trigger asks it to, whenever a column that
 * counts here was written.  Whoever changes what is watched locks the table
 * against writers until that is committed, see watch(), so a writer, who has a
 * lock on it as well, has been told.
 *
 *-------------------------------------------------------------------------
 */
#include "refresh/source.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

#include "catalog.h"

/* Where a source's row says what; see sql/refresh.sql. */
enum
{
	SOURCE_RELATION = 2,
	SOURCE_CUSTOMER = 3,
	SOURCE_AT = 4,
	SOURCE_PERIOD = 12
};

typedef struct Source
{
	Oid	  relation;
	char *customer; /* names of columns */
	char *at;
	char  unit;
} Source;

/* ---- reading ---- */

/* The name in a quoted identifier. */
static char *
unquote(char *identifier)
{
	char *from = identifier + 1;
	char *to = identifier;

	if (identifier[0] != '"')
		return identifier;
	for (; *from != '\0' && !(from[0] == '"' && from[1] != '"'); from++)
	{
		if (*from == '"')
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return identifier;
}

static char *
text_column(HeapTuple tuple, int column, TupleDesc tupdesc)
{
	bool  isnull;
	Datum value = heap_getattr(tuple, column, tupdesc, &isnull);

	return isnull ? pstrdup("") : TextDatumGetCString(value);
}

/*
 * Reads a source by what is committed now: a writer's own snapshot may be
 * older than the watch.  False if there is none of that number.
 */
static bool
read_source(Oid sources_oid, int32 number, Source *source)
{
	Relation	sources = table_open(sources_oid, AccessShareLock);
	TupleDesc	tupdesc = RelationGetDescr(sources);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		isnull;

	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_INT4EQ, Int32GetDatum(number));
	scan = systable_beginscan(sources, empathy_table("source_pkey"), true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
	{
		source->relation = DatumGetObjectId(heap_getattr(tuple, SOURCE_RELATION, tupdesc, &isnull));
		source->customer = unquote(text_column(tuple, SOURCE_CUSTOMER, tupdesc));
		source->at = unquote(text_column(tuple, SOURCE_AT, tupdesc));
		source->unit = text_column(tuple, SOURCE_PERIOD, tupdesc)[0];
	}
	systable_endscan(scan);
	table_close(sources, AccessShareLock);
	return HeapTupleIsValid(tuple);
}

static bool
is_time_type(Oid type)
{
	return type == TIMESTAMPTZOID || type == TIMESTAMPOID || type == DATEOID || type == INT4OID ||
		   type == INT8OID;
}

/* Finds the source's columns in the table; not readable if one is gone or unusable. */
static SourceTable
find_columns(const Source *source, TupleDesc tupdesc)
{
	SourceTable result = { .root = source->relation, .unit = source->unit };
	Oid			type;
	bool		is_varlena;

	result.customer_column = SPI_fnumber(tupdesc, source->customer);
	result.at_column = SPI_fnumber(tupdesc, source->at);
	if (result.customer_column <= 0 || result.at_column <= 0)
		return result;
	type = SPI_gettypeid(tupdesc, result.customer_column);
	getTypeOutputInfo(type, &result.customer_output, &is_varlena);
	result.is_padded = getBaseType(type) == BPCHAROID;
	result.at_type = getBaseType(SPI_gettypeid(tupdesc, result.at_column));
	result.is_readable = is_time_type(result.at_type);
	return result;
}

/* Whether a table is another, or one of its partitions or children, at any depth. */
static bool
is_part_of(Oid relid, Oid root)
{
	Relation	inherits;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		found = false;

	if (relid == root)
		return true;
	check_stack_depth();
	inherits = table_open(InheritsRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(inherits, InheritsRelidSeqnoIndexId, true, NULL, 1, &key);
	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
		found = is_part_of(((Form_pg_inherits) GETSTRUCT(tuple))->inhparent, root);
	systable_endscan(scan);
	table_close(inherits, AccessShareLock);
	return found;
}

/* ---- what is kept ---- */

#define MAX_KNOWN 16

typedef struct Known
{
	Oid			relation; /* the table that it is of; InvalidOid: nothing is kept here */
	int32		source;
	SourceTable table;
} Known;

static Known  known[MAX_KNOWN];
static Oid	  sources_oid = InvalidOid; /* of empathy.source, if anything is kept */
static uint64 outdated = 0;				/* how often anything was */

/* A relation, or any (InvalidOid), may be another than it was. */
static void
outdate(Datum arg, Oid relation)
{
	bool is_any = !OidIsValid(relation) || relation == sources_oid;

	outdated++;
	for (int i = 0; i < MAX_KNOWN; i++)
	{
		if (is_any || known[i].relation == relation)
			known[i].relation = InvalidOid;
	}
}

/* outdate_sources(): the trigger of empathy.source. */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_outdate_sources);
Datum
emp_outdate_sources(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("empathy.outdate_sources was not called by a trigger")));
	CacheInvalidateRelcache(((TriggerData *) fcinfo->context)->tg_relation);
	return PointerGetDatum(NULL);
}

/* Reads what is not kept, and keeps it unless that was outdated meanwhile. */
static SourceTable
learn(Known *place, int32 number, Relation table)
{
	static bool is_told = false;
	uint64		before = outdated;
	SourceTable result = { 0 };
	Source		source;

	if (!is_told)
		CacheRegisterRelcacheCallback(outdate, (Datum) 0);
	is_told = true;
	sources_oid = empathy_table("source");
	if (read_source(sources_oid, number, &source))
		result = find_columns(&source, RelationGetDescr(table));
	if (outdated == before)
		*place = (Known){ RelationGetRelid(table), number, result };
	return result;
}

/* See source.h. */
SourceTable
source_table(int32 source, Relation table)
{
	uint32 hash = hash_combine(murmurhash32(RelationGetRelid(table)), (uint32) source);
	Known *place = &known[hash % MAX_KNOWN];
	SourceTable result;

	AcceptInvalidationMessages(); /* a transaction that has its locks does not any more */
	if (place->relation == RelationGetRelid(table) && place->source == source)
		result = place->table;
	else
		result = learn(place, source, table);
	if (OidIsValid(result.root) && !is_part_of(RelationGetRelid(table), result.root))
		result.root = InvalidOid;
	return result;
}
