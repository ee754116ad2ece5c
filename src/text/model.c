/*-------------------------------------------------------------------------
 *
 * model.c
 *	  Check a model file's bytes and view them in place. Nothing in them is
 *	  trusted: after text_model_view() says yes, no look-up leaves them.
 *
 *-------------------------------------------------------------------------
 */
#include "text/model.h"

#include <string.h>

#include "text/feature.h"

static uint64_t
get64(const uint8_t *p)
{
	return text_get32(p) | (uint64_t) text_get32(p + 4) << 32;
}

/* Against damage, not against forgery: eight bytes a step, multiply and rotate. */
uint64_t
text_model_checksum(const void *bytes, size_t size)
{
	const uint8_t *p = bytes;
	uint64_t	   sum = 0x9e3779b97f4a7c15u ^ size;
	uint8_t		   rest[8] = { 0 };

	for (; size >= 8; p += 8, size -= 8)
	{
		sum = (sum ^ get64(p)) * 0xff51afd7ed558ccdu;
		sum = sum << 29 | sum >> 35;
	}
	memcpy(rest, p, size);
	sum = (sum ^ get64(rest)) * 0xc4ceb9fe1a85ec53u;
	return sum ^ sum >> 32;
}

/* A name ends in zeros. Those of ours are plain ASCII. */
static bool
is_name(const uint8_t *p, size_t size, bool plain)
{
	size_t n = 0;

	for (; n < size && p[n] != 0; n++)
		if (plain && !((p[n] >= 'a' && p[n] <= 'z') || (p[n] >= '0' && p[n] <= '9') ||
					   p[n] == '-' || p[n] == '_'))
			return false;
	if (n == 0 || n == size)
		return false;
	while (n < size)
		if (p[n++] != 0)
			return false;
	return true;
}

static bool
check_heads(TextTask *task, bool plain)
{
	task->neutral = -1;
	for (int i = 0; i < task->n_heads; i++)
	{
		TextHead head = text_head(task, i);

		if (!is_name((const uint8_t *) head.name, TEXT_HEAD_NAME, plain))
			return false;
		if (head.bias < -(100 << 16) || head.bias > (100 << 16) || head.scale > (1u << 24))
			return false;
		if (strcmp(head.name, "neutral") == 0)
			task->neutral = i;
	}
	return true;
}

/* One task: its heads and buckets lie inside the file. */
static bool
view_task(TextModel *model, const uint8_t *file, size_t size, const uint8_t *record)
{
	uint32_t  kind = text_get32(record);
	uint32_t  n_heads = text_get32(record + 4);
	uint32_t  log2 = text_get32(record + 8);
	uint32_t  heads = text_get32(record + 16);
	uint32_t  buckets = text_get32(record + 20);
	TextTask *task;

	if (kind >= TEXT_TASKS || model->task[kind].n_heads > 0)
		return false;
	if (n_heads < 1 || n_heads > (kind == TEXT_CLASS ? TEXT_MAX_CLASSES : TEXT_MAX_HEADS) ||
		log2 > TEXT_MAX_BUCKETS_LOG2)
		return false;
	task = &model->task[kind];
	task->n_heads = (int) n_heads;
	task->buckets_log2 = log2;
	task->kinds = text_get32(record + 12);
	if (task->kinds == 0 || task->kinds >= (1u << TEXT_KEYS))
		return false;
	task->bucket_bytes = TEXT_SLOTS * (2 + (size_t) n_heads);
	if (heads > size || (size - heads) / TEXT_HEAD_BYTES < n_heads || buckets > size ||
		(size - buckets) / task->bucket_bytes < ((size_t) 1 << log2))
		return false;
	task->heads = file + heads;
	task->buckets = file + buckets;
	return check_heads(task, kind != TEXT_CLASS);
}

/* Tasks come in the order of their kinds, so that one model has one file. */
static bool
view_tasks(TextModel *model, const uint8_t *file, size_t size)
{
	uint32_t n_tasks = text_get32(file + 72);
	int64_t	 before = -1;

	if (n_tasks > TEXT_TASKS || size < TEXT_MODEL_HEADER + n_tasks * TEXT_TASK_BYTES)
		return false;
	for (uint32_t i = 0; i < n_tasks; i++)
	{
		const uint8_t *record = file + TEXT_MODEL_HEADER + i * TEXT_TASK_BYTES;

		if ((int64_t) text_get32(record) <= before || !view_task(model, file, size, record))
			return false;
		before = text_get32(record);
	}
	return model->task[TEXT_CLASS].n_heads > 0 ? n_tasks == 1
											   : model->task[TEXT_SENTIMENT].n_heads == 2;
}

/*
 * View a model file. False, with the reason in *why, when the bytes are not a
 * model that this library can read. The bytes must stay as long as the model.
 */
bool
text_model_view(TextModel *model, const void *bytes, size_t size, const char **why)
{
	const uint8_t *file = bytes;

	memset(model, 0, sizeof(*model));
	*why = "it is not a text model";
	if (size < TEXT_MODEL_HEADER || memcmp(file, TEXT_MODEL_MAGIC, 8) != 0)
		return false;
	*why = "its format is not one that this library reads";
	if (text_get32(file + 8) != TEXT_MODEL_FORMAT)
		return false;
	*why = "it is cut short or damaged";
	if (text_get32(file + 12) != size ||
		get64(file + 16) != text_model_checksum(file + TEXT_MODEL_SUMMED, size - TEXT_MODEL_SUMMED))
		return false;
	*why = "its header is inconsistent";
	if (!is_name(file + TEXT_MODEL_SUMMED, TEXT_MODEL_NAME, true))
		return false;
	memcpy(model->name, file + TEXT_MODEL_SUMMED, TEXT_MODEL_NAME);
	model->min_known = text_get32(file + 56);
	model->spread = (int32_t) text_get32(file + 60);
	model->cut[0] = (int32_t) text_get32(file + 64);
	model->cut[1] = (int32_t) text_get32(file + 68);
	if (model->min_known > 100 || model->spread < 0 || model->spread > TEXT_MAX_SPREAD ||
		model->cut[0] > model->cut[1] || text_get32(file + 76) != 0 ||
		!view_tasks(model, file, size))
		return false;
	*why = NULL;
	return true;
}

const char *
text_model_name(const TextModel *model)
{
	return model->name;
}
