/*-------------------------------------------------------------------------
 *
 * version.h
 *	  Names and versions of models that users train, whatever their table.
 *
 * A name belongs to one kind of model. Its versions count from 1; a number is
 * never given twice, nor is a dropped one's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_VERSION_H
#define EMPATHY_LEARN_VERSION_H

#include "compat.h"

#include "catalog.h"

#define VERSION_MODEL_NAME 64 /* of a name with its version, with the closing zero */

typedef struct ModelVersion
{
	const char *name;
	int32		number;
	char		model[VERSION_MODEL_NAME];
} ModelVersion;

/* Errors when it can't be the name of a model, which may have so many bytes. */
extern void version_check_name(const char *name, int most);

/*
 * The next version of a name in one of the tables "text_model" and
 * "predictor"; errors when the name is in the other. Whoever else asks waits
 * until this transaction ends. Wants to be connected to SPI as the owner; so do
 * those below.
 */
extern void version_next(const char *table, const char *name, ModelVersion *version);

/* Publish a figure of the version, on rows held out from its training. */
extern void version_figure(const ModelVersion *version, const char *measure, double value, int64 n);

/* Execute a command that changes rows, with as many values as types. */
extern void version_insert(const char *command, int n, Oid *types, Datum *values,
						   const char *nulls);

/* Who trained it: who called, in spite of the switch to the owner. As text. */
extern Datum version_trainer(const SavedUser *caller);

#endif /* EMPATHY_LEARN_VERSION_H */
