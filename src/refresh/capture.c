/*-------------------------------------------------------------------------
 *
 * capture.c
 *	  Change capture: the statement triggers of watched tables.
 *
 * After each statement one trigger function looks at the rows that it wrote
 * and appends what became stale, each (source, customer, period) once, to the
 * change log.  A logical-replication worker fires no statement triggers, so
 * there a row trigger does the same for each row.  The log is a plain heap
 * without an index or a constraint, so appending never conflicts and never
 * waits, and its rows become visible with the writer's own.
 *
 * The writer must never fail by us.  Whatever the trigger can't make sense of
 * (a column that was renamed, more keys than are worth counting, TRUNCATE) is
 * logged coarsely: the period for everybody, or everything.  That is always right,
 * only slower for the refresh.  A trigger only says which source it is for:
 * anybody may make a trigger, so that counts only if the source is of its own
 * table, or of one that this is a partition or child of.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "common/hashfn.h"
#include "common/int.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "catalog.h"
#include "profile/profile.h"
#include "query.h"
#include "refresh/source.h"
#include "refresh/wake.h"

#define MAX_KEYS	 10000 /* of one statement; beyond that whole periods are stale */
#define MAX_PERIODS	 1000  /* beyond that everything is */
#define MAX_CUSTOMER 1000  /* bytes of an id: see empathy.source_customer() */
#define LOG_AT_ONCE	 100   /* rows of the log written together */
#define NO_PERIOD	 PG_INT32_MIN

/*
 * Events have whole periods on both sides of them, in each type that a time may
 * have: from 4713-01-01 BC to before 294276-01-01.  See empathy.source_time().
 */
#define FIRST_DAY (date2j(-4712, 1, 1) - POSTGRES_EPOCH_JDATE)
#define END_DAY	  (date2j(294276, 1, 1) - POSTGRES_EPOCH_JDATE)

/* ---- periods ---- */

/* The first day of the period that a day lies in; unit is 'd', 'm' or 'y'. */
static DateADT
period_of_day(DateADT day, char unit)
{
	int year, month, mday;

	if (unit == 'd')
		return day;
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	return date2j(year, unit == 'y' ? 1 : month, 1) - POSTGRES_EPOCH_JDATE;
}

static char
period_unit(const char *name)
{
	if (strcmp(name, "day") == 0 || strcmp(name, "month") == 0 || strcmp(name, "year") == 0)
		return name[0];
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown period \"%s\"", name),
					errhint("Periods are \"day\", \"month\" and \"year\".")));
}

static bool
is_in_range(TimestampTz at)
{
	return at >= FIRST_DAY * USECS_PER_DAY && at < END_DAY * USECS_PER_DAY;
}

/*
 * period_of(at, unit): the first (UTC) day of the period of an instant; NULL
 * for one that no event may have.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_period_of);
Datum
emp_period_of(PG_FUNCTION_ARGS)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	char		unit = period_unit(text_to_cstring(PG_GETARG_TEXT_PP(1)));

	if (!is_in_range(at))
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(period_of_day(profile_day(at), unit));
}

/* ---- the set of keys that one statement touched ---- */

typedef struct Change
{
	const char *customer; /* NULL is everybody */
	DateADT		period;	  /* NO_PERIOD is every period */
} Change;

typedef struct ChangeEntry
{
	Change change;
	char   status; /* simplehash's */
} ChangeEntry;

static uint32
hash_change(Change change)
{
	uint32 hash = 0;

	if (change.customer != NULL)
		hash = hash_bytes((const unsigned char *) change.customer, strlen(change.customer));
	return hash_combine(hash, murmurhash32((uint32) change.period));
}

static bool
same_change(Change a, Change b)
{
	if (a.period != b.period || (a.customer == NULL) != (b.customer == NULL))
		return false;
	return a.customer == NULL || strcmp(a.customer, b.customer) == 0;
}

#define SH_PREFIX		   changes
#define SH_ELEMENT_TYPE	   ChangeEntry
#define SH_KEY_TYPE		   Change
#define SH_KEY			   change
#define SH_HASH_KEY(tb, k) hash_change(k)
#define SH_EQUAL(tb, a, b) same_change(a, b)
#define SH_SCOPE		   static inline
#define SH_DECLARE
#define SH_DEFINE
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" /* the server's header is not written for it */
#include "lib/simplehash.h"
#pragma GCC diagnostic pop

typedef struct Capture
{
	changes_hash *changes;
	bool		  by_period; /* there are too many customers to name */
	SourceTable	  table;
	FmgrInfo	  customer_out;
} Capture;

static void
add_change(Capture *capture, const char *customer, DateADT period)
{
	Change change = { customer, period };
	bool   found;

	(void) changes_insert(capture->changes, change, &found);
}

static void
add_everything(Capture *capture)
{
	changes_reset(capture->changes);
	add_change(capture, NULL, NO_PERIOD);
}

/* Replaces the customers' keys by the periods they lie in, or by everything. */
static void
coarsen(Capture *capture)
{
	changes_hash	*fine = capture->changes;
	changes_iterator iterator;
	ChangeEntry		*entry;

	capture->changes = changes_create(CurrentMemoryContext, 64, NULL);
	capture->by_period = true;
	changes_start_iterate(fine, &iterator);
	while ((entry = changes_iterate(fine, &iterator)) != NULL)
		add_change(capture, NULL, entry->change.period);
	changes_destroy(fine);
}

/* ---- reading rows ---- */

/* The instant of an event, in the types that a time may have; false if it has none. */
static bool
instant_of(Datum value, Oid type, TimestampTz *at)
{
	int64 seconds;

	switch (type)
	{
		case TIMESTAMPTZOID:
		case TIMESTAMPOID: /* taken as UTC */
			*at = DatumGetTimestampTz(value);
			return is_in_range(*at);
		case DATEOID:
			return !pg_mul_s64_overflow(DatumGetDateADT(value), USECS_PER_DAY, at) &&
				   is_in_range(*at);
		case INT4OID:
		case INT8OID: /* Unix seconds */
			seconds = type == INT4OID ? DatumGetInt32(value) : DatumGetInt64(value);
			return !pg_sub_s64_overflow(seconds,
										(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY,
										&seconds) &&
				   !pg_mul_s64_overflow(seconds, USECS_PER_SEC, at) && is_in_range(*at);
		default:
			return false;
	}
}

/* The customer as empathy.source_query() writes it: a cast of character(n) to text drops the padding. */
static char *
customer_name(Capture *capture, Datum customer)
{
	char *name = OutputFunctionCall(&capture->customer_out, customer);

	if (capture->table.is_padded)
		name[bpchartruelen(name, strlen(name))] = '\0';
	return name;
}

/* Makes the key of one row stale. */
static void
add_row(Capture *capture, TupleTableSlot *slot)
{
	bool		no_customer;
	bool		no_time;
	Datum		customer = slot_getattr(slot, capture->table.customer_column, &no_customer);
	Datum		time = slot_getattr(slot, capture->table.at_column, &no_time);
	TimestampTz at = 0;
	DateADT		period;
	char	   *name;
	Change		change;

	if (no_customer || no_time || !instant_of(time, capture->table.at_type, &at))
		return;
	period = period_of_day(profile_day(at), capture->table.unit);
	if (capture->by_period)
	{
		add_change(capture, NULL, period);
		return;
	}
	name = customer_name(capture, customer);
	if (name[0] == '\0' || strlen(name) > MAX_CUSTOMER)
	{
		pfree(name);
		return;
	}
	change.customer = name;
	change.period = period;
	if (changes_lookup(capture->changes, change) != NULL)
		pfree(name);
	else
		add_change(capture, name, period);
}

static void
add_rows(Capture *capture, Tuplestorestate *rows, TupleDesc tupdesc)
{
	TupleTableSlot *slot;

	if (rows == NULL)
		return;
	slot = MakeSingleTupleTableSlot(tupdesc, &TTSOpsMinimalTuple);
	tuplestore_rescan(rows);
	while (tuplestore_gettupleslot(rows, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		add_row(capture, slot);
		if (!capture->by_period && capture->changes->members > MAX_KEYS)
			coarsen(capture);
	}
	ExecDropSingleTupleTableSlot(slot);
}

/* ---- writing the log ---- */

enum
{
	LOG_SOURCE,
	LOG_CUSTOMER,
	LOG_PERIOD,
	LOG_LOGGED_AT,
	LOG_COLUMNS
};

static void
fill_slot(TupleTableSlot *slot, int32 source, const Change *change)
{
	ExecClearTuple(slot);
	memset(slot->tts_isnull, false, sizeof(bool) * LOG_COLUMNS);
	slot->tts_values[LOG_SOURCE] = Int32GetDatum(source);
	slot->tts_isnull[LOG_CUSTOMER] = change->customer == NULL;
	if (change->customer != NULL)
		slot->tts_values[LOG_CUSTOMER] = CStringGetTextDatum(change->customer);
	slot->tts_isnull[LOG_PERIOD] = change->period == NO_PERIOD;
	slot->tts_values[LOG_PERIOD] = DateADTGetDatum(change->period);
	slot->tts_values[LOG_LOGGED_AT] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	ExecStoreVirtualTuple(slot);
}

/*
 * Appends the keys to empathy.change_log.  Not through SQL: the writer has, and
 * needs, no right on our tables, and this is on the path of every statement.
 */
static void
write_log(Capture *capture, int32 source)
{
	Relation		 log = table_open(empathy_table("change_log"), RowExclusiveLock);
	CommandId		 command = GetCurrentCommandId(true);
	TupleTableSlot	*slots[LOG_AT_ONCE];
	int				 n_slots = Min(capture->changes->members, LOG_AT_ONCE);
	int				 n = 0;
	changes_iterator iterator;
	ChangeEntry		*entry;

	if (RelationGetDescr(log)->natts != LOG_COLUMNS)
		elog(ERROR, "unexpected columns in empathy.change_log");
	for (int i = 0; i < n_slots; i++)
		slots[i] = table_slot_create(log, NULL);
	changes_start_iterate(capture->changes, &iterator);
	while ((entry = changes_iterate(capture->changes, &iterator)) != NULL)
	{
		fill_slot(slots[n++], source, &entry->change);
		if (n < n_slots)
			continue;
		table_multi_insert(log, slots, n, command, 0, NULL);
		n = 0;
	}
	if (n > 0)
		table_multi_insert(log, slots, n, command, 0, NULL);
	for (int i = 0; i < n_slots; i++)
		ExecDropSingleTupleTableSlot(slots[i]);
	table_close(log, NoLock);
	wake_at_commit();
}

static void
check_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("empathy.capture was not called by a trigger")));
	if (!TRIGGER_FIRED_AFTER(data->tg_event) || data->tg_trigger->tgnargs != 1)
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("empathy.capture is for the triggers that empathy.watch() makes")));
}

/* Makes the keys of the rows stale that the trigger was fired for. */
static void
add_trigger_rows(Capture *capture, const TriggerData *data)
{
	TupleDesc tupdesc = RelationGetDescr(data->tg_relation);

	fmgr_info(capture->table.customer_output, &capture->customer_out);
	if (TRIGGER_FIRED_FOR_ROW(data->tg_event))
	{
		add_row(capture, data->tg_trigslot);
		if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
			add_row(capture, data->tg_newslot);
		return;
	}
	add_rows(capture, data->tg_oldtable, tupdesc);
	add_rows(capture, data->tg_newtable, tupdesc);
	if (capture->changes->members > MAX_PERIODS && capture->by_period)
		add_everything(capture);
}

/*
 * Whether a row's only key is the one that this transaction logged last: a
 * worker of logical replication brings row by row.
 */
static bool
is_logged(const Capture *capture, int32 number)
{
	static TransactionId last_xid = InvalidTransactionId;
	static int32		 last_number;
	static DateADT		 last_period;
	static char			 last_customer[MAX_CUSTOMER + 1];
	TransactionId		 xid = GetCurrentTransactionId();
	changes_iterator	 iterator;
	Change				 change;

	if (capture->changes->members != 1)
		return false;
	changes_start_iterate(capture->changes, &iterator);
	change = changes_iterate(capture->changes, &iterator)->change;
	if (change.customer == NULL)
		return false;
	if (xid == last_xid && number == last_number && change.period == last_period &&
		strcmp(change.customer, last_customer) == 0)
		return true;
	last_xid = xid;
	last_number = number;
	last_period = change.period;
	strlcpy(last_customer, change.customer, sizeof(last_customer));
	return false;
}

/* Logs the periods of a table that was truncated. That is rare, so SQL will do, as the owner of our tables. */
static void
log_truncated(const TriggerData *data, int32 number)
{
	static Oid types[] = { INT4OID, OIDOID };
	Datum	   values[] = { Int32GetDatum(number),
							ObjectIdGetDatum(RelationGetRelid(data->tg_relation)) };
	bool	   isnull;

	query_as_ours("SELECT empathy.log_truncated($1, $2)", 2, types, values, &isnull);
}

static void
capture_changes(const TriggerData *data, int32 number)
{
	Capture capture = { .table = source_table(number, data->tg_relation) };

	if (!OidIsValid(capture.table.root))
		return;
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
	{
		log_truncated(data, number);
		return;
	}
	capture.changes = changes_create(CurrentMemoryContext, 64, NULL);
	if (!capture.table.is_readable)
		add_everything(&capture);
	else
		add_trigger_rows(&capture, data);
	if (capture.changes->members > 0 &&
		!(TRIGGER_FIRED_FOR_ROW(data->tg_event) && is_logged(&capture, number)))
		write_log(&capture, number);
}

/*
 * capture(source): the trigger function, of statements for INSERT, UPDATE,
 * DELETE (with transition tables) and TRUNCATE, and of rows.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_capture);
Datum
emp_capture(PG_FUNCTION_ARGS)
{
	TriggerData	 *data = (TriggerData *) fcinfo->context;
	MemoryContext scratch;
	MemoryContext old;

	check_trigger(fcinfo);
	/* Elsewhere the statement's triggers see the same rows. */
	if (TRIGGER_FIRED_FOR_ROW(data->tg_event) && !IsLogicalWorker())
		return PointerGetDatum(NULL);
	scratch =
		AllocSetContextCreate(CurrentMemoryContext, "empathy capture", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(scratch);
	capture_changes(data, pg_strtoint32(data->tg_trigger->tgargs[0]));
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return PointerGetDatum(NULL);
}
