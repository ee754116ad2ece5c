/*-------------------------------------------------------------------------
 *
 * encoding.c
 *	  A table's columns as trees and logistic regression take them.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/encoding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"

#define LEAST_ROWS	  10 /* of a category with a slot of its own */
#define EVIDENCE_ROWS 10 /* of the mean of all, added to each slot's */
#define LONG_TAIL	  2	 /* skewness from which a column is curved */

/* A category, or the rest of them, while slots are handed out. */
typedef struct Slot
{
	int		 category; /* -1: the rest */
	uint64_t hash;
	double	 n;
	double	 yes;
	double	 evidence;
} Slot;

static bool
learns_from(const AttributeTable *table, size_t row)
{
	return table->learn == NULL || table->learn[row];
}

static int
by_size(const void *a, const void *b)
{
	const Slot *x = a;
	const Slot *y = b;

	if (x->n != y->n)
		return (x->n < y->n) - (x->n > y->n);
	return (x->hash > y->hash) - (x->hash < y->hash);
}

static int
by_evidence(const void *a, const void *b)
{
	const Slot *x = a;
	const Slot *y = b;

	if (x->evidence != y->evidence)
		return (x->evidence > y->evidence) - (x->evidence < y->evidence);
	return (x->hash > y->hash) - (x->hash < y->hash);
}

/* Rows and labels of each category, and in *all of those rows together. */
static Slot *
count_categories(const AttributeTable *table, const Attribute *attribute, Slot *all)
{
	Slot *slots = need_zeroed(sizeof(Slot) * (attribute->n_categories + 1));

	*all = (Slot){ 0 };
	for (int i = 0; i < attribute->n_categories; i++)
		slots[i] = (Slot){ .category = i, .hash = attribute->hashes[i] };
	for (size_t i = 0; i < table->n_rows; i++)
	{
		Slot *slot;

		if (!learns_from(table, i) || isnan(attribute->values[i]))
			continue;
		slot = &slots[(int) attribute->values[i]];
		slot->n++;
		slot->yes += table->label[i] != 0;
		all->n++;
		all->yes += table->label[i] != 0;
	}
	return slots;
}

/* Sorted by size, those beyond the first n_kept become one; returns how many slots there are. */
static int
join_rest(Slot *slots, int n, int n_kept)
{
	Slot rest = { .category = -1 };

	for (int i = n_kept; i < n; i++)
	{
		rest.n += slots[i].n;
		rest.yes += slots[i].yes;
	}
	if (rest.n == 0)
		return n_kept;
	slots[n_kept] = rest;
	return n_kept + 1;
}

static void
encode_category(const AttributeTable *table, const Attribute *attribute, Code *code)
{
	Slot   all;
	Slot  *slots = count_categories(table, attribute, &all);
	double rate = (all.yes + 0.5) / (all.n + 1);
	int	   n = 0;

	qsort(slots, attribute->n_categories, sizeof(Slot), by_size);
	while (n < attribute->n_categories && n < PREDICTOR_MAX_SLOTS - 1 && slots[n].n >= LEAST_ROWS)
		n++;
	n = join_rest(slots, attribute->n_categories, n);
	for (int i = 0; i < n; i++)
		slots[i].evidence = log((slots[i].yes + EVIDENCE_ROWS * rate) /
								(slots[i].n - slots[i].yes + EVIDENCE_ROWS * (1 - rate))) -
							log(rate / (1 - rate));
	qsort(slots, n, sizeof(Slot), by_evidence);

	code->n_slots = n;
	code->slot_of = need(NULL, sizeof(int) * attribute->n_categories);
	for (int i = 0; i < attribute->n_categories; i++)
		code->slot_of[i] = -1;
	for (int i = 0; i < n; i++)
	{
		code->evidence[i] = slots[i].evidence;
		if (slots[i].category >= 0)
			code->slot_of[slots[i].category] = i;
		else
			code->other = i;
	}
	need_free(slots);
	code->column = need(NULL, sizeof(double) * table->n_rows);
	for (size_t i = 0; i < table->n_rows; i++)
	{
		int slot = isnan(attribute->values[i]) ? -1 : code->slot_of[(int) attribute->values[i]];

		if (slot < 0 && !isnan(attribute->values[i]))
			slot = code->other;
		code->column[i] = slot < 0 ? NAN : slot;
	}
}

/* Standardised third moment; of few numbers, or of two values, no sign of anything. */
static bool
has_long_tail(const AttributeTable *table, const double *values, double mean, double deviation,
			  double n)
{
	double sum = 0;

	for (size_t i = 0; i < table->n_rows; i++)
		if (learns_from(table, i) && !isnan(values[i]))
			sum += pow((values[i] - mean) / deviation, 3);
	return deviation > 0 && fabs(sum / n) > LONG_TAIL;
}

static void
encode_number(const AttributeTable *table, const Attribute *attribute, Code *code)
{
	double mean = 0;
	double squares = 0;
	double n = 0;

	code->column = attribute->values;
	code->low = HUGE_VAL;
	code->high = -HUGE_VAL;
	for (size_t i = 0; i < table->n_rows; i++)
	{
		double x = attribute->values[i];
		double apart = x - mean;

		if (!learns_from(table, i) || isnan(x))
			continue;
		n++;
		mean += apart / n;
		squares += apart * (x - mean);
		code->low = fmin(code->low, x);
		code->high = fmax(code->high, x);
	}
	if (n == 0)
		code->low = code->high = 0;
	else
		code->curved = has_long_tail(table, attribute->values, mean, sqrt(squares / n), n);
}

/* What the line sees of a value that isn't missing. */
static double
input_of(const Code *code, double value)
{
	if (code->slot_of)
		return code->evidence[(int) value];
	return predictor_curve(code->curved, fmin(fmax(value, code->low), code->high));
}

static void
find_fill(const AttributeTable *table, Code *code)
{
	double n = 0;

	for (size_t i = 0; i < table->n_rows; i++)
	{
		if (!learns_from(table, i))
			continue;
		if (isnan(code->column[i]))
			code->missing = true;
		else
			code->fill += (input_of(code, code->column[i]) - code->fill) / ++n;
	}
}

void
encoding_make(const AttributeTable *table, Encoding *encoding)
{
	int m = table->n_attributes;

	*encoding = (Encoding){ .table = table };
	encoding->codes = need_zeroed(sizeof(Code) * m);
	encoding->columns = need_zeroed(sizeof(double *) * m);
	for (int j = 0; j < m; j++)
	{
		Code *code = &encoding->codes[j];

		code->other = -1;
		if (table->attributes[j].kind == PREDICTOR_CATEGORY)
			encode_category(table, &table->attributes[j], code);
		else
			encode_number(table, &table->attributes[j], code);
		find_fill(table, code);
		encoding->columns[j] = code->column;
		encoding->n_inputs += 1 + code->missing;
	}
}

void
encoding_free(Encoding *encoding)
{
	for (int j = 0; j < encoding->table->n_attributes; j++)
	{
		if (encoding->codes[j].slot_of == NULL)
			continue;
		need_free(encoding->codes[j].slot_of);
		need_free(encoding->codes[j].column);
	}
	need_free(encoding->codes);
	need_free(encoding->columns);
}

void
encoding_inputs(const Encoding *encoding, size_t row, double *inputs)
{
	for (int j = 0; j < encoding->table->n_attributes; j++)
	{
		const Code *code = &encoding->codes[j];
		double		value = code->column[row];

		*inputs++ = isnan(value) ? code->fill : input_of(code, value);
		if (code->missing)
			*inputs++ = isnan(value);
	}
}
