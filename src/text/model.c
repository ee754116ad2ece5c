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

static uint32_t
get32(const uint8_t *p)
{
	return p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
}

static uint64_t
get64(const uint8_t *p)
{
	return get32(p) | (uint64_t) get32(p + 4) << 32;
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

/* Labels and model names are plain ASCII and end in a zero. */
static bool
copy_name(char *to, const uint8_t *from, size_t size)
{
	size_t n = 0;

	memset(to, 0, size);
	while (n < size && from[n] != 0)
	{
		if (!((from[n] >= 'a' && from[n] <= 'z') || (from[n] >= '0' && from[n] <= '9') ||
			  from[n] == '-' || from[n] == '_'))
			return false;
		n++;
	}
	if (n == 0 || n == size)
		return false;
	memcpy(to, from, n);
	return true;
}

static bool
view_heads(TextTask *task, const uint8_t *p)
{
	for (int i = 0; i < task->n_heads; i++, p += TEXT_HEAD_BYTES)
	{
		TextHead *head = &task->head[i];

		if (!copy_name(head->name, p, TEXT_HEAD_NAME))
			return false;
		head->bias = (int32_t) get32(p + TEXT_HEAD_NAME);
		head->scale = get32(p + TEXT_HEAD_NAME + 4);
		head->threshold = (int32_t) get32(p + TEXT_HEAD_NAME + 8);
		if (head->bias < -(100 << 16) || head->bias > (100 << 16) || head->scale > (1u << 24))
			return false;
	}
	return true;
}

/* One task: its record, its heads at *heads (moved on), its buckets inside the file. */
static bool
view_task(TextTask *task, const uint8_t *file, size_t size, const uint8_t *record, size_t *heads)
{
	uint32_t n_heads = get32(record);
	uint32_t log2 = get32(record + 4);
	uint32_t at = get32(record + 12);

	if (n_heads < 1 || n_heads > TEXT_MAX_HEADS || log2 > TEXT_MAX_BUCKETS_LOG2)
		return false;
	task->n_heads = (int) n_heads;
	task->buckets_log2 = log2;
	task->kinds = get32(record + 8);
	if (task->kinds == 0 || task->kinds >= (1u << TEXT_KEYS))
		return false;
	task->bucket_bytes = TEXT_SLOTS * (2 + (size_t) n_heads);
	if (at > size || (size - at) / task->bucket_bytes < ((size_t) 1 << log2))
		return false;
	task->buckets = file + at;
	if ((size_t) n_heads * TEXT_HEAD_BYTES > size - *heads || !view_heads(task, file + *heads))
		return false;
	*heads += (size_t) n_heads * TEXT_HEAD_BYTES;
	return true;
}

/*
 * View a model file. False, with the reason in *why, when the bytes are not a
 * model that this library can read. The bytes must stay as long as the model.
 */
bool
text_model_view(TextModel *model, const void *bytes, size_t size, const char **why)
{
	const uint8_t *file = bytes;
	size_t		   heads = TEXT_MODEL_HEADER + TEXT_TASKS * TEXT_TASK_BYTES;

	memset(model, 0, sizeof(*model));
	*why = "it is not a text model";
	if (size < heads || memcmp(file, TEXT_MODEL_MAGIC, 8) != 0)
		return false;
	*why = "its format is not one that this library reads";
	if (get32(file + 8) != TEXT_MODEL_FORMAT)
		return false;
	*why = "it is cut short or damaged";
	if (get32(file + 12) != size ||
		get64(file + 16) != text_model_checksum(file + TEXT_MODEL_SUMMED, size - TEXT_MODEL_SUMMED))
		return false;
	*why = "its header is inconsistent";
	if (!copy_name(model->name, file + 24, TEXT_MODEL_NAME))
		return false;
	model->min_known = get32(file + 56);
	if (model->min_known > 100 || get32(file + 60) != TEXT_TASKS)
		return false;
	for (int i = 0; i < TEXT_TASKS; i++)
		if (!view_task(&model->task[i], file, size, file + TEXT_MODEL_HEADER + i * TEXT_TASK_BYTES,
					   &heads))
			return false;
	if (model->task[TEXT_SENTIMENT].n_heads != 2)
		return false;
	*why = NULL;
	return true;
}

const char *
text_model_name(const TextModel *model)
{
	return model->name;
}

const char *
text_emotion_name(const TextModel *model, int i)
{
	return model->task[TEXT_EMOTION].head[i].name;
}

const char *
text_intent_name(const TextModel *model, int i)
{
	return model->task[TEXT_INTENT].head[i].name;
}
