/*-------------------------------------------------------------------------
 *
 * text_model.c
 *	  Text models as the server finds them.
 *
 * A released model never changes its meaning, so a model that has been mapped
 * once stays mapped for the life of the backend. A calibration (own_model.h) is
 * a mapped model with offsets of its own. The lists of both are the only state
 * kept here.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/xact.h"
#include "lib/ilist.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port.h"
#include "storage/fd.h"
#include "text/own_model.h"
#include "text/text_model.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"

typedef struct MappedModel
{
	slist_node node;
	TextModel  model;
} MappedModel;

/* A calibration, known to be what its name means since the command in which it was looked up */
typedef struct CalibratedModel
{
	slist_node	node;
	TimestampTz statement;
	CommandId	command;
	char		asked[TEXT_MODEL_NAME];
	TextModel	model;
} CalibratedModel;

static slist_head mapped_models = SLIST_STATIC_INIT(mapped_models);
static slist_head calibrated_models = SLIST_STATIC_INIT(calibrated_models);
static char		 *model_setting = NULL;

void
text_init(void)
{
	DefineCustomStringVariable("empathy.model", "Name of the text model used by default.",
							   "A model of that name must be installed in the extension folder.",
							   &model_setting, TEXT_MODEL_SHIPPED, PGC_SUSET, 0, NULL, NULL, NULL);
}

/* Names become file names: nothing but lower-case letters, digits and dashes. */
bool
text_model_is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len < TEXT_MODEL_NAME &&
		   strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static void
model_path(char path[MAXPGPATH], const char *name)
{
	/* Debian's prefix for extensions installed outside the system */
	const char *prefix = GetConfigOption("extension_destdir", true, false);
	char		share[MAXPGPATH];

	get_share_path(my_exec_path, share);
	if (prefix && *prefix)
	{
		snprintf(path, MAXPGPATH, "%s%s/extension/%s.model", prefix, share, name);
		if (access(path, R_OK) == 0)
			return;
	}
	snprintf(path, MAXPGPATH, "%s/extension/%s.model", share, name);
}

pg_noreturn static void no_such_model(const char *name);

static void
no_such_model(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("text model \"%s\" does not exist", name),
			 errhint("The model that comes with the extension is \"%s\". The view empathy.models "
					 "lists those that were made here.",
					 TEXT_MODEL_SHIPPED)));
	pg_unreachable();
}

/* Map the model's file. NULL when there is none; errors when it can't be used. */
static const void *
map_file(const char *name, size_t *size)
{
	char		path[MAXPGPATH];
	int			fd;
	struct stat about;
	void	   *bytes = MAP_FAILED;

	model_path(path, name);
	fd = OpenTransientFile(path, O_RDONLY | PG_BINARY);
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0)
		ereport(ERROR,
				(errcode_for_file_access(), errmsg("could not open text model \"%s\": %m", name)));
	if (fstat(fd, &about) == 0)
	{
		if (about.st_size == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED), errmsg("text model \"%s\" is empty", name)));
		bytes = mmap(NULL, (size_t) about.st_size, PROT_READ, MAP_SHARED, fd, 0);
	}
	if (bytes == MAP_FAILED)
		ereport(ERROR,
				(errcode_for_file_access(), errmsg("could not map text model \"%s\": %m", name)));
	CloseTransientFile(fd);
	*size = (size_t) about.st_size;
	return bytes;
}

static const TextModel *
map_model(const char *name)
{
	MappedModel *mapped;
	size_t		 size;
	const void	*bytes = map_file(name, &size);
	const char	*why;
	TextModel	 model;

	if (bytes == NULL)
		return NULL;
	if (!text_model_view(&model, bytes, size, &why) || model.task[TEXT_SENTIMENT].n_heads == 0 ||
		strcmp(model.name, name) != 0)
	{
		munmap(unconstify(void *, bytes), size);
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED), errmsg("could not use text model \"%s\"", name),
				 errdetail("Of its file: %s.", why ? why : "it holds another model"),
				 errhint("Install the extension's files again.")));
	}
	mapped = MemoryContextAlloc(TopMemoryContext, sizeof(MappedModel));
	mapped->model = model;
	slist_push_head(&mapped_models, &mapped->node);
	return &mapped->model;
}

static const TextModel *
find_mapped(const char *name)
{
	slist_iter iter;

	slist_foreach (iter, &mapped_models)
	{
		MappedModel *mapped = slist_container(MappedModel, node, iter.cur);

		if (strcmp(mapped->model.name, name) == 0)
			return &mapped->model;
	}
	return NULL;
}

/* The model that comes with the extension under that name, or NULL. */
const TextModel *
text_model_shipped(const char *name)
{
	const TextModel *model = find_mapped(name);

	return model == NULL && text_model_is_name(name) ? map_model(name) : model;
}

static bool
is_now(const CalibratedModel *calibrated)
{
	return calibrated->statement == GetCurrentStatementStartTimestamp() &&
		   calibrated->command == GetCurrentCommandId(false);
}

static bool
is_same(const CalibratedModel *calibrated, const Calibration *calibration)
{
	return strcmp(calibrated->model.name, calibration->model) == 0 &&
		   memcmp(calibrated->model.offset, calibration->offset, sizeof(calibration->offset)) == 0;
}

/* The offsets on the base model. It is never freed: whoever uses it keeps a pointer to it. */
static CalibratedModel *
calibrate_model(const Calibration *calibration, const char *asked)
{
	const TextModel *base = text_model_shipped(calibration->base);
	CalibratedModel *calibrated;

	if (base == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("text model \"%s\" does not exist", calibration->base),
						errdetail("Model \"%s\" is calibrated from it.", calibration->model),
						errhint("Run empathy.calibrate() again.")));
	calibrated = MemoryContextAllocZero(TopMemoryContext, sizeof(CalibratedModel));
	calibrated->model = *base;
	memcpy(calibrated->model.name, calibration->model, TEXT_MODEL_NAME);
	memcpy(calibrated->model.offset, calibration->offset, sizeof(calibration->offset));
	calibrated->model.calibrated = true;
	strlcpy(calibrated->asked, asked, TEXT_MODEL_NAME);
	slist_push_head(&calibrated_models, &calibrated->node);
	return calibrated;
}

/* A calibration that was looked up in this command, or NULL. */
static const TextModel *
find_calibrated(const char *name)
{
	slist_iter iter;

	slist_foreach (iter, &calibrated_models)
	{
		CalibratedModel *here = slist_container(CalibratedModel, node, iter.cur);

		if (is_now(here) && strcmp(here->asked, name) == 0)
			return &here->model;
	}
	return NULL;
}

/* Look a calibration up. NULL: there is none. */
static const TextModel *
look_up_calibrated(const char *name)
{
	CalibratedModel *calibrated = NULL;
	Calibration		 calibration;
	slist_iter		 iter;

	if (!own_calibration(name, &calibration))
		return NULL;
	slist_foreach (iter, &calibrated_models)
	{
		CalibratedModel *here = slist_container(CalibratedModel, node, iter.cur);

		if (strcmp(here->asked, name) == 0 && is_same(here, &calibration))
			calibrated = here;
	}
	if (calibrated == NULL)
		calibrated = calibrate_model(&calibration, name);
	calibrated->statement = GetCurrentStatementStartTimestamp();
	calibrated->command = GetCurrentCommandId(false);
	return &calibrated->model;
}

/* The model of that name, if it was used before: shipped, or looked up in this command. */
const TextModel *
text_model_known(const char *name)
{
	const TextModel *model = find_mapped(name);

	return model != NULL ? model : find_calibrated(name);
}

/*
 * The model of that name, which may be any string, or the latest version of a
 * calibration's name.  Errors when there is none.
 */
const TextModel *
text_model_latest(const char *name)
{
	const TextModel *model = text_model_known(name);

	if (model == NULL)
		model = text_model_shipped(name);
	if (model == NULL && text_model_is_name(name))
		model = look_up_calibrated(name);
	if (model == NULL)
		no_such_model(name);
	return model;
}

/*
 * The model of that very name.  What is kept (profiles, indexes) depends on it, so
 * it must be one that never changes its meaning: a calibration's version.
 */
const TextModel *
text_model_by_name(const char *name)
{
	const TextModel *model = text_model_latest(name);

	if (strcmp(model->name, name) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("\"%s\" is not a version of a model", name),
						errdetail("What the name stands for changes with each training."),
						errhint("Name a version; the latest is \"%s\".", model->name)));
	return model;
}

/* The model that the setting empathy.model names. */
const TextModel *
text_model_default(void)
{
	return text_model_by_name(model_setting);
}

TextSaid
text_in_utf8(const text *said)
{
	TextSaid result = { VARDATA_ANY(said), VARSIZE_ANY_EXHDR(said) };

	if (GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII)
	{
		result.bytes = pg_server_to_any(result.bytes, (int) result.len, PG_UTF8);
		if (result.bytes != VARDATA_ANY(said))
			result.len = strlen(result.bytes);
	}
	return result;
}

/* A piece of UTF-8 as text in the server's encoding. */
text *
text_in_server(const char *bytes, size_t len)
{
	char *piece = pnstrdup(bytes, len);

	if (GetDatabaseEncoding() == PG_SQL_ASCII)
		return cstring_to_text(piece);
	return cstring_to_text(pg_any_to_server(piece, (int) len, PG_UTF8));
}
