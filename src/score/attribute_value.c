/*-------------------------------------------------------------------------
 *
 * attribute_value.c
 *	  SQL values as the features of predictors: numbers, truth values, times in
 *	  days, and categories by the hash of their text.
 *
 *-------------------------------------------------------------------------
 */
#include "score/attribute_value.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "text/text_model.h"

bool
attribute_kind(Oid type, PredictorKind *kind)
{
	type = getBaseType(type);
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			*kind = PREDICTOR_NUMBER;
			return true;
		case BOOLOID:
			*kind = PREDICTOR_TRUTH;
			return true;
		case DATEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			*kind = PREDICTOR_TIME;
			return true;
		case INTERVALOID:
			*kind = PREDICTOR_SPAN;
			return true;
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
		case NAMEOID:
		case UUIDOID:
			*kind = PREDICTOR_CATEGORY;
			return true;
	}
	*kind = PREDICTOR_CATEGORY;
	return type_is_enum(type);
}

const char *
attribute_kind_name(PredictorKind kind)
{
	static const char *const names[] = { "number", "truth value", "time", "interval", "category" };

	return names[kind];
}

static double
days_of_date(DateADT date)
{
	if (DATE_NOT_FINITE(date))
		return DATE_IS_NOBEGIN(date) ? -HUGE_VAL : HUGE_VAL;
	return date;
}

static double
days_of_timestamp(Timestamp at)
{
	if (TIMESTAMP_NOT_FINITE(at))
		return TIMESTAMP_IS_NOBEGIN(at) ? -HUGE_VAL : HUGE_VAL;
	return (double) at / USECS_PER_DAY;
}

static double
days_of_interval(const Interval *span)
{
	return (double) span->month * DAYS_PER_MONTH + span->day + (double) span->time / USECS_PER_DAY;
}

static double
number_of(Oid type, Datum value)
{
	switch (type)
	{
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		case INT8OID:
			return (double) DatumGetInt64(value);
		case FLOAT4OID:
			return DatumGetFloat4(value);
		case FLOAT8OID:
			return DatumGetFloat8(value);
		case NUMERICOID:
			return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
		case BOOLOID:
			return DatumGetBool(value);
		case DATEOID:
			return days_of_date(DatumGetDateADT(value));
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return days_of_timestamp(DatumGetTimestamp(value));
		case INTERVALOID:
			return days_of_interval(DatumGetIntervalP(value));
	}
	elog(ERROR, "type %u is no number to a predictor", type);
}

double
attribute_number(Oid type, Datum value)
{
	double x = number_of(getBaseType(type), value);

	if (isnan(x))
		return x;
	return fmin(fmax(x, -PREDICTOR_LARGEST), PREDICTOR_LARGEST);
}

/* A char(n) as if its padding weren't there. */
static text *
trimmed(text *padded)
{
	int len = VARSIZE_ANY_EXHDR(padded);

	while (len > 0 && VARDATA_ANY(padded)[len - 1] == ' ')
		len--;
	return cstring_to_text_with_len(VARDATA_ANY(padded), len);
}

text *
attribute_name(Oid type, Datum value)
{
	Oid	 output;
	bool is_varlena;

	type = getBaseType(type);
	if (type == TEXTOID || type == VARCHAROID)
		return DatumGetTextPP(value);
	if (type == BPCHAROID)
		return trimmed(DatumGetTextPP(value));
	getTypeOutputInfo(type, &output, &is_varlena);
	return cstring_to_text(OidOutputFunctionCall(output, value));
}

uint64_t
attribute_hash(text *name)
{
	TextSaid utf8 = text_in_utf8(name);

	return predictor_hash(utf8.bytes, utf8.len);
}
