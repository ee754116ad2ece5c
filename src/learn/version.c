/*-------------------------------------------------------------------------
 *
 * version.c
 *	  Names and versions of models that users train.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/version.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define MAX_VERSION 999999

/* Or in a dash, which would be two before the version. */
static bool
ends_in_number(const char *name)
{
	const char *dash = strrchr(name, '-');

	return dash != NULL && strspn(dash + 1, "0123456789") == strlen(dash + 1);
}

void
version_check_name(const char *name, int most)
{
	size_t len = strlen(name);

	if (len == 0 || len > most || name[0] == '-' || ends_in_number(name) ||
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != len)
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("invalid model name \"%s\"", name),
						errdetail("A name has lower-case letters, digits and dashes, at most %d. "
								  "A dash and digits at its end are its version, which is given "
								  "by itself.",
								  most)));
	if (strcmp(name, "general") == 0 || strcmp(name, "churn") == 0)
		ereport(ERROR, (errcode(ERRCODE_RESERVED_NAME), errmsg("model name \"%s\" is taken", name),
						errdetail("Models that come with the extension have it."),
						errhint("Choose another name.")));
}

/* The greatest version of a name in a table, 0 if it has none. */
static int32
last_version(const char *table, const char *name)
{
	Datum values[] = { CStringGetTextDatum(name) };
	char *query = psprintf("SELECT coalesce(pg_catalog.max(m.version), 0) FROM empathy.%s m "
						   "WHERE m.name OPERATOR(pg_catalog.=) $1",
						   table);
	bool  isnull;

	if (SPI_execute_with_args(query, 1, (Oid[]){ TEXTOID }, values, NULL, false, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.%s", table);
	return DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

void
version_next(const char *table, const char *name, ModelVersion *version)
{
	const char *other = strcmp(table, "predictor") == 0 ? "text_model" : "predictor";

	/* Both, always in this order: the same name must not get into both at once. */
	if (SPI_execute("LOCK TABLE empathy.text_model, empathy.predictor IN SHARE ROW EXCLUSIVE MODE",
					false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not lock the tables of models");
	if (last_version(other, name) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT), errmsg("model name \"%s\" is taken", name),
				 strcmp(other, "predictor") == 0
					 ? errdetail("A model made by empathy.train_model() has it.")
					 : errdetail("A model of texts has it."),
				 errhint("Choose another name.")));
	version->name = name;
	version->number = last_version(table, name) + 1;
	if (version->number > MAX_VERSION)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("model \"%s\" has too many versions", name),
						errhint("Choose another name.")));
	snprintf(version->model, sizeof(version->model), "%s-%d", name, version->number);
}

void
version_insert(const char *command, int n, Oid *types, Datum *values, const char *nulls)
{
	if (SPI_execute_with_args(command, n, types, values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "could not execute \"%s\"", command);
}

void
version_figure(const ModelVersion *version, const char *measure, double value, int64 n)
{
	Oid	  types[] = { TEXTOID, TEXTOID, FLOAT8OID, INT8OID };
	Datum values[] = { CStringGetTextDatum(version->model), CStringGetTextDatum(measure),
					   Float8GetDatum(value), Int64GetDatum(n) };

	version_insert("INSERT INTO empathy.figure (model, measure, value, n, measured_on) "
				   "VALUES ($1, $2, $3, $4, 'rows held out')",
				   4, types, values, NULL);
}

Datum
version_trainer(const SavedUser *caller)
{
	return CStringGetTextDatum(GetUserNameFromId(caller->userid, false));
}
