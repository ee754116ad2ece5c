/*-------------------------------------------------------------------------
 *
 * text_write.c
 *	  From fitted weights to the bytes of a model file.
 *
 * Weights are cut at +-20 and quantised to int8 with one scale a head. A
 * bucket has eight slots; when more features want one, those seen least often
 * lose their place.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_write.h"

#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"

#define MAX_WEIGHT 20.0

static void
put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t) (v >> 8 * i);
}

static double
clipped(double w)
{
	return w > MAX_WEIGHT ? MAX_WEIGHT : w < -MAX_WEIGHT ? -MAX_WEIGHT : w;
}

static int32_t
nearest(double x)
{
	return (int32_t) (x < 0 ? x - 0.5 : x + 0.5);
}

/* What one step of a head's int8 weights is worth, in 2^-24. */
static uint32_t
head_scale(const FittedTask *task, int head)
{
	double most = 1e-3;

	for (int id = 0; id < task->words->n; id++)
	{
		double w = clipped(task->weights[(size_t) id * task->n_heads + head]);

		most = w > most ? w : -w > most ? -w : most;
	}
	return (uint32_t) (most / 127 * (1 << 24)) + 1;
}

static void
put_heads(uint8_t *p, const FittedTask *task, uint32_t *scale)
{
	for (int i = 0; i < task->n_heads; i++, p += TEXT_HEAD_BYTES)
	{
		scale[i] = head_scale(task, i);
		strncpy((char *) p, task->names[i], TEXT_HEAD_NAME - 1);
		put32(p + TEXT_HEAD_NAME, (uint32_t) nearest(task->bias[i] * 65536));
		put32(p + TEXT_HEAD_NAME + 4, scale[i]);
		put32(p + TEXT_HEAD_NAME + 8, task->threshold ? (uint32_t) task->threshold[i] : 0);
	}
}

/* Ids, most frequent first; ties by key, so that the order is always the same. */
static const Dictionary *sorted_words;

static int
by_count(const void *a, const void *b)
{
	int x = *(const int *) a;
	int y = *(const int *) b;

	if (sorted_words->count[x] != sorted_words->count[y])
		return sorted_words->count[x] > sorted_words->count[y] ? -1 : 1;
	return sorted_words->key[x] < sorted_words->key[y] ? -1 : 1;
}

static int *
ids_by_count(const Dictionary *words)
{
	int *order = need(NULL, sizeof(int) * (words->n + 1));

	for (int i = 0; i < words->n; i++)
		order[i] = i;
	sorted_words = words;
	qsort(order, (size_t) words->n, sizeof(int), by_count);
	return order;
}

/* Put a feature's row into its bucket. False when the bucket is full. */
static bool
put_row(uint8_t *bucket, const FittedTask *task, int id, const uint32_t *scale)
{
	uint16_t check = text_check(task->words->key[id]);

	for (int i = 0; i < TEXT_SLOTS; i++)
	{
		int8_t *row = (int8_t *) bucket + 2 * TEXT_SLOTS + i * task->n_heads;
		int		taken = bucket[2 * i] | bucket[2 * i + 1] << 8;

		if (taken == check)
			return false;
		if (taken != 0)
			continue;
		bucket[2 * i] = (uint8_t) check;
		bucket[2 * i + 1] = (uint8_t) (check >> 8);
		for (int h = 0; h < task->n_heads; h++)
			row[h] = (int8_t) nearest(clipped(task->weights[(size_t) id * task->n_heads + h]) *
									  (1 << 24) / scale[h]);
		return true;
	}
	return false;
}

static void
put_buckets(uint8_t *buckets, FittedTask *task, const uint32_t *scale)
{
	size_t bucket_bytes = TEXT_SLOTS * (2 + (size_t) task->n_heads);
	int	  *order = ids_by_count(task->words);

	task->n_lost = 0;
	for (int i = 0; i < task->words->n; i++)
	{
		size_t at = text_bucket(task->words->key[order[i]], task->buckets_log2);

		task->n_lost += !put_row(buckets + at * bucket_bytes, task, order[i], scale);
	}
	need_free(order);
}

static void
seal(uint8_t *file, size_t size)
{
	uint64_t sum = text_model_checksum(file + TEXT_MODEL_SUMMED, size - TEXT_MODEL_SUMMED);

	put32(file + 16, (uint32_t) sum);
	put32(file + 20, (uint32_t) (sum >> 32));
}

static size_t
align64(size_t at)
{
	return (at + 63) & ~(size_t) 63;
}

static void
put_header(uint8_t *file, const FittedModel *model, size_t size, uint32_t n_tasks)
{
	memcpy(file, TEXT_MODEL_MAGIC, 8);
	put32(file + 8, TEXT_MODEL_FORMAT);
	put32(file + 12, (uint32_t) size);
	strncpy((char *) file + 24, model->name, TEXT_MODEL_NAME - 1);
	put32(file + 56, model->min_known);
	put32(file + 60, (uint32_t) model->spread);
	put32(file + 64, (uint32_t) model->cut[0]);
	put32(file + 68, (uint32_t) model->cut[1]);
	put32(file + 72, n_tasks);
}

static void
put_task(uint8_t *file, uint8_t *record, TextTaskKind kind, FittedTask *task, size_t heads,
		 size_t buckets)
{
	uint32_t *scale = need(NULL, sizeof(uint32_t) * (size_t) task->n_heads);

	put32(record, (uint32_t) kind);
	put32(record + 4, (uint32_t) task->n_heads);
	put32(record + 8, task->buckets_log2);
	put32(record + 12, task->kinds);
	put32(record + 16, (uint32_t) heads);
	put32(record + 20, (uint32_t) buckets);
	put_heads(file + heads, task, scale);
	put_buckets(file + buckets, task, scale);
	need_free(scale);
}

/* A model file in memory, for need_free(). */
uint8_t *
text_model_bytes(FittedModel *model, size_t *size)
{
	size_t	 heads[TEXT_TASKS];
	size_t	 buckets[TEXT_TASKS];
	size_t	 at = TEXT_MODEL_HEADER;
	uint32_t n_tasks = 0;
	uint8_t *file;
	uint8_t *record;

	for (int t = 0; t < TEXT_TASKS; t++)
		n_tasks += model->task[t].n_heads > 0;
	at += n_tasks * TEXT_TASK_BYTES;
	for (int t = 0; t < TEXT_TASKS; t++)
	{
		heads[t] = at;
		at += (size_t) model->task[t].n_heads * TEXT_HEAD_BYTES;
	}
	for (int t = 0; t < TEXT_TASKS; t++)
	{
		if (model->task[t].n_heads == 0)
			continue;
		buckets[t] = at = align64(at);
		at += TEXT_SLOTS * (2 + (size_t) model->task[t].n_heads) << model->task[t].buckets_log2;
	}
	*size = at;
	file = need_zeroed(at);
	put_header(file, model, at, n_tasks);
	record = file + TEXT_MODEL_HEADER;
	for (int t = 0; t < TEXT_TASKS; t++)
		if (model->task[t].n_heads > 0)
		{
			put_task(file, record, t, &model->task[t], heads[t], buckets[t]);
			record += TEXT_TASK_BYTES;
		}
	seal(file, at);
	return file;
}

/* Set the threshold of one head of a file, which has the task. */
void
text_model_set_threshold(uint8_t *file, size_t size, TextTaskKind kind, int head, int32_t threshold)
{
	const uint8_t *record = file + TEXT_MODEL_HEADER;

	while (text_get32(record) != (uint32_t) kind)
		record += TEXT_TASK_BYTES;
	put32(file + text_get32(record + 16) + (size_t) head * TEXT_HEAD_BYTES + TEXT_HEAD_NAME + 8,
		  (uint32_t) threshold);
	seal(file, size);
}
