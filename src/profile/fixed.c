/*-------------------------------------------------------------------------
 *
 * fixed.c
 *	  From numeric to fixed point, by reading its digits.
 *
 * A numeric is a row of base-10,000 digits, and a fixed-point amount counts
 * ten-thousandths: one is the other's digits in a row.  Going through numeric
 * arithmetic would cost several times as much.  The layout read here is the
 * one on disk, which pg_upgrade depends on (src/backend/utils/adt/numeric.c,
 * "NumericChoice").
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_sql.h"

#include "utils/builtins.h"

#define HEADER_SPECIAL 0xC000 /* NaN and the infinities */
#define HEADER_SHORT   0x8000

/* Amounts end here, so that ten of the largest can be added up. */
#define MAX_AMOUNT		  INT64CONST(90000000000000)
#define MAX_AMOUNT_WEIGHT 3	 /* of its first digit, */
#define MAX_AMOUNT_DIGIT  90 /* which is this */

typedef struct Digits
{
	const char *bytes; /* of 16 bits each, unaligned */
	int			n;
	int			weight; /* of the first, as a power of 10,000 */
	bool		negative;
} Digits;

static int16
digit_at(const Digits *digits, int i)
{
	int16 digit;

	if (i < 0 || i >= digits->n)
		return 0;
	memcpy(&digit, digits->bytes + i * sizeof(digit), sizeof(digit));
	return digit;
}

/* Takes a numeric apart; false for NaN and the infinities. */
static bool
read_digits(const struct varlena *numeric, Digits *digits)
{
	const char *bytes = VARDATA_ANY(numeric);
	int			header_size = sizeof(uint16);
	uint16		header;

	memcpy(&header, bytes, sizeof(header));
	if ((header & HEADER_SPECIAL) == HEADER_SPECIAL)
		return false;
	if (header & HEADER_SHORT)
	{
		digits->negative = (header & 0x2000) != 0;
		digits->weight = (header & 0x3F) - (header & 0x40 ? 64 : 0);
	}
	else
	{
		int16 weight;

		memcpy(&weight, bytes + sizeof(header), sizeof(weight));
		digits->negative = (header & HEADER_SPECIAL) != 0;
		digits->weight = weight;
		header_size += sizeof(weight);
	}
	digits->bytes = bytes + header_size;
	digits->n = (VARSIZE_ANY_EXHDR(numeric) - header_size) / sizeof(int16);
	return true;
}

static void
bad_amount(Datum numeric, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("%s \"%s\" cannot be added up", what,
						   DatumGetCString(DirectFunctionCall1(numeric_out, numeric))),
					errdetail("What is added up is finite and below " INT64_FORMAT " in magnitude.",
							  MAX_AMOUNT),
					errhint("Leave such values out, for example with NULLIF(%s, 'NaN').", what)));
}

/*
 * A numeric in ten-thousandths, rounded half away from zero as numeric rounds.
 * Errors for NaN, the infinities and what is too large, which say what it is.
 */
int64
profile_fixed(Datum numeric, const char *what)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(numeric);
	Digits			digits;
	int64			fixed = 0;
	int				i;

	if (!read_digits(value, &digits) || digits.weight > MAX_AMOUNT_WEIGHT ||
		(digits.weight == MAX_AMOUNT_WEIGHT && digit_at(&digits, 0) >= MAX_AMOUNT_DIGIT))
		bad_amount(numeric, what);
	for (i = 0; i <= digits.weight + 1; i++)
		fixed = fixed * PROFILE_ONE + digit_at(&digits, i);
	if (digit_at(&digits, digits.weight + 2) >= PROFILE_ONE / 2)
		fixed++;
	return digits.negative ? -fixed : fixed;
}
