/*-------------------------------------------------------------------------
 *
 * attributes.c
 *	  Measures predictors on a table: attributes FILE.csv LABEL [LEFT_OUT ...]
 *
 * Five-fold: each fifth of the rows is predicted by what was learned from the
 * others, with the settings that train_model() has for every table. Columns
 * that hold nothing but numbers are numbers, others categories. Prints means
 * over the folds and over so many ways to deal them, and times; F1 is at the
 * threshold that was best on rows held out in learning.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "learn/memory.h"
#include "learn/predictor_fit.h"
#include "score/fmath.h"

#define FOLDS		5
#define DEALS		3 /* ways to deal the rows into folds */
#define MAX_COLUMNS 256
#define MAX_ROWS	1000000

/* The file's fields as text, row by row; no field is quoted. */
typedef struct Csv
{
	char  *text;
	int	   n_columns;
	size_t n_rows;
	char  *name[MAX_COLUMNS];
	char **field;
} Csv;

static void
fail(const char *what, const char *which)
{
	fprintf(stderr, "%s \"%s\"\n", what, which);
	exit(1);
}

static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text;
	long  size;

	if (file == NULL)
		fail("could not open", path);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = need(NULL, (size_t) size + 1);
	if (fread(text, 1, (size_t) size, file) != (size_t) size)
		fail("could not read", path);
	text[size] = 0;
	fclose(file);
	return text;
}

static void
split_lines(Csv *csv)
{
	char  *line = strtok(csv->text, "\r\n");
	size_t room = 0;

	for (char *at = line; at && csv->n_columns < MAX_COLUMNS;)
		csv->name[csv->n_columns++] = strsep(&at, ",");
	while ((line = strtok(NULL, "\r\n")) != NULL && csv->n_rows < MAX_ROWS)
	{
		if (csv->n_rows == room)
		{
			room = 2 * room + 1000;
			csv->field = need(csv->field, sizeof(char *) * csv->n_columns * room);
		}
		for (int j = 0; j < csv->n_columns; j++)
			csv->field[csv->n_rows * csv->n_columns + j] = line ? strsep(&line, ",") : "";
		csv->n_rows++;
	}
}

/* A number, or NaN where there is none. */
static double
number_of(const char *field)
{
	char  *end;
	double x = strtod(field, &end);

	return *field && *end == 0 ? x : NAN;
}

static void
number_column(const Csv *csv, int column, Attribute *a)
{
	a->kind = PREDICTOR_NUMBER;
	for (size_t i = 0; i < csv->n_rows; i++)
	{
		const char *field = csv->field[i * csv->n_columns + column];

		a->values[i] = number_of(field);
		if (*field && isnan(a->values[i]))
			a->kind = PREDICTOR_CATEGORY;
	}
}

static void
category_column(const Csv *csv, int column, Attribute *a)
{
	for (size_t i = 0; i < csv->n_rows; i++)
	{
		const char *field = csv->field[i * csv->n_columns + column];
		uint64_t	hash = predictor_hash(field, strlen(field));
		int			k = 0;

		while (k < a->n_categories && a->hashes[k] != hash)
			k++;
		if (k == a->n_categories)
		{
			a->hashes = need(a->hashes, sizeof(uint64_t) * ++a->n_categories);
			a->hashes[k] = hash;
		}
		a->values[i] = *field ? k : NAN;
	}
}

static bool
is_left_out(const char *name, char **left_out)
{
	while (*left_out && strcmp(*left_out, name) != 0)
		left_out++;
	return *left_out != NULL;
}

static uint8_t
label_of(const char *field)
{
	return strchr("1tTyY", *field) != NULL && *field;
}

static void
make_table(const Csv *csv, const char *label, char **left_out, AttributeTable *table)
{
	table->n_rows = csv->n_rows;
	table->attributes = need_zeroed(sizeof(Attribute) * csv->n_columns);
	table->label = NULL;
	for (int j = 0; j < csv->n_columns; j++)
	{
		Attribute *a = &table->attributes[table->n_attributes];

		if (strcmp(csv->name[j], label) == 0)
		{
			table->label = need(NULL, csv->n_rows);
			for (size_t i = 0; i < csv->n_rows; i++)
				table->label[i] = label_of(csv->field[i * csv->n_columns + j]);
			continue;
		}
		if (is_left_out(csv->name[j], left_out))
			continue;
		snprintf(a->name, sizeof(a->name), "%s", csv->name[j]);
		a->values = need(NULL, sizeof(double) * csv->n_rows);
		number_column(csv, j, a);
		if (a->kind == PREDICTOR_CATEGORY)
			category_column(csv, j, a);
		table->n_attributes++;
	}
	if (table->label == NULL)
		fail("there is no column", label);
}

static void
add_row(AttributeTable *to, const AttributeTable *from, size_t row)
{
	for (int j = 0; j < from->n_attributes; j++)
		to->attributes[j].values[to->n_rows] = from->attributes[j].values[row];
	to->label[to->n_rows++] = from->label[row];
}

static void
empty_like(AttributeTable *to, const AttributeTable *from)
{
	*to = *from;
	to->n_rows = 0;
	to->attributes = need(NULL, sizeof(Attribute) * from->n_attributes);
	memcpy(to->attributes, from->attributes, sizeof(Attribute) * from->n_attributes);
	for (int j = 0; j < from->n_attributes; j++)
		to->attributes[j].values = need(NULL, sizeof(double) * from->n_rows);
	to->label = need(NULL, from->n_rows);
}

static void
free_like(AttributeTable *table)
{
	for (int j = 0; j < table->n_attributes; j++)
		need_free(table->attributes[j].values);
	need_free(table->attributes);
	need_free(table->label);
}

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec * 1e-9;
}

/* What is added up over the folds. */
typedef struct Outcome
{
	double auc, average_precision, accuracy, brier, log_loss, f1;
	double calibration_error; /* of all rows, each predicted once */
	double train_seconds, score_seconds;
} Outcome;

static void
score_rows(const PredictorFit *fit, const AttributeTable *test, double *p)
{
	Predictor	predictor;
	const char *why;
	double		row[MAX_COLUMNS];

	if (!predictor_view(&predictor, fit->bytes, fit->size, &why))
		fail("could not use the predictor:", why);
	for (size_t i = 0; i < test->n_rows; i++)
	{
		for (int j = 0; j < test->n_attributes; j++)
		{
			const Attribute *a = &test->attributes[j];

			row[j] = a->kind == PREDICTOR_CATEGORY && !isnan(a->values[i])
						 ? predictor_slot(&predictor, j, a->hashes[(int) a->values[i]])
						 : a->values[i];
		}
		p[i] = score_logistic(predictor_logit(&predictor, row));
	}
}

static void
run_fold(const AttributeTable *table, const uint8_t *fold, int which, double *all, Outcome *sum)
{
	AttributeTable train;
	AttributeTable test;
	PredictorFit   fit;
	Measures	   m;
	double		  *p = need(NULL, sizeof(double) * table->n_rows);
	double		   start = seconds();

	empty_like(&train, table);
	empty_like(&test, table);
	for (size_t i = 0; i < table->n_rows; i++)
		add_row(fold[i] == which ? &test : &train, table, i);
	predictor_fit(&train, NULL, NULL, &fit);
	sum->train_seconds += seconds() - start;
	start = seconds();
	score_rows(&fit, &test, p);
	sum->score_seconds += (seconds() - start) / test.n_rows;
	measure(p, test.label, test.n_rows, &m);
	for (size_t i = 0, k = 0; i < table->n_rows; i++)
		if (fold[i] == which)
			all[i] = p[k++];
	sum->auc += m.auc;
	sum->average_precision += m.average_precision;
	sum->accuracy += m.accuracy;
	sum->brier += m.brier;
	sum->log_loss += m.log_loss;
	sum->f1 += measure_f1(p, test.label, test.n_rows, fit.held_out.f1_threshold);
	need_free(fit.bytes);
	need_free(fit.alone);
	need_free(p);
	free_like(&train);
	free_like(&test);
}

static void
deal_folds(uint8_t *fold, size_t n, uint64_t random)
{
	for (size_t i = 0; i < n; i++)
	{
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		fold[i] = (uint8_t) ((random >> 32) * FOLDS >> 32);
	}
}

static void
print_outcome(const AttributeTable *table, const Outcome *sum)
{
	double runs = FOLDS * DEALS;

	printf("%zu rows x %d columns: AUC %.4f, average precision %.4f, accuracy %.4f, Brier %.4f, "
		   "log loss %.4f, calibration error %.4f, F1 %.4f\n",
		   table->n_rows, table->n_attributes, sum->auc / runs, sum->average_precision / runs,
		   sum->accuracy / runs, sum->brier / runs, sum->log_loss / runs,
		   sum->calibration_error / DEALS, sum->f1 / runs);
	printf("learned in %.2f s (%.0f values a second), %.0f rows scored a second\n",
		   sum->train_seconds / runs,
		   0.8 * table->n_rows * table->n_attributes * runs / sum->train_seconds,
		   runs / sum->score_seconds);
}

int
main(int argc, char **argv)
{
	Csv			   csv = { 0 };
	AttributeTable table = { 0 };
	Outcome		   sum = { 0 };
	Measures	   pooled;
	double		  *all;
	uint8_t		  *fold;

	if (argc < 3)
		fail("usage: attributes FILE.csv LABEL [LEFT_OUT ...], not", argv[argc - 1]);
	csv.text = read_file(argv[1]);
	split_lines(&csv);
	make_table(&csv, argv[2], argv + 3, &table);
	fold = need(NULL, table.n_rows);
	all = need(NULL, sizeof(double) * table.n_rows);
	for (int deal = 1; deal <= DEALS; deal++)
	{
		deal_folds(fold, table.n_rows, (uint64_t) deal);
		for (int k = 0; k < FOLDS; k++)
			run_fold(&table, fold, k, all, &sum);
		measure(all, table.label, table.n_rows, &pooled);
		sum.calibration_error += pooled.calibration_error;
	}
	print_outcome(&table, &sum);
	return 0;
}
