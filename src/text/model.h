/*-------------------------------------------------------------------------
 *
 * model.h
 *	  A text model as it lies in its file, checked and viewed in place.
 *
 * File (little-endian, format 1):
 *	  8 bytes	 magic "EMPATHY\n"
 *	  uint32	 format version
 *	  uint32	 bytes in the file
 *	  uint64	 checksum (text_model_checksum) of all that follows
 *	  char[32]	 name, padded with zeros
 *	  uint32	 least share of known words in percent, under which it abstains
 *	  uint32	 number of tasks (sentiment, emotion, intent, in this order)
 *	  per task, 16 bytes:
 *		uint32	 number of heads
 *		uint32	 log2 of the number of buckets
 *		uint32	 kinds of keys that it knows (bit 1 << TextKeyKind)
 *		uint32	 where its buckets begin
 *	  per task, per head, 36 bytes:
 *		char[24] label, padded with zeros
 *		int32	 bias, in 2^-16
 *		uint32	 scale of its weights, in 2^-24
 *		int32	 threshold of the score, in 1/10000
 *	  per task its buckets: eight slots, each a uint16 check (0: empty), then
 *	  the slots' rows of one int8 a head.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_MODEL_H
#define EMPATHY_TEXT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MODEL_MAGIC	  "EMPATHY\n"
#define TEXT_MODEL_FORMAT	  1
#define TEXT_MODEL_NAME		  32 /* bytes, with the closing zero */
#define TEXT_HEAD_NAME		  24
#define TEXT_MAX_HEADS		  32
#define TEXT_MAX_BUCKETS_LOG2 22
#define TEXT_SLOTS			  8

#define TEXT_MODEL_SUMMED 24 /* where the bytes under the checksum begin */
#define TEXT_MODEL_HEADER 64
#define TEXT_TASK_BYTES	  16
#define TEXT_HEAD_BYTES	  36

typedef enum TextTaskKind
{
	TEXT_SENTIMENT, /* heads: negative, positive, each against neutral */
	TEXT_EMOTION,
	TEXT_INTENT,
	TEXT_TASKS
} TextTaskKind;

enum
{
	TEXT_NEGATIVE,
	TEXT_POSITIVE
};

typedef struct TextHead
{
	char	 name[TEXT_HEAD_NAME];
	int32_t	 bias;		/* 2^-16 */
	uint32_t scale;		/* 2^-24 */
	int32_t	 threshold; /* 1/10000 of a score */
} TextHead;

typedef struct TextTask
{
	int			   n_heads;
	unsigned	   buckets_log2;
	unsigned	   kinds; /* bits 1 << TextKeyKind */
	size_t		   bucket_bytes;
	const uint8_t *buckets;
	TextHead	   head[TEXT_MAX_HEADS];
} TextTask;

typedef struct TextModel
{
	char	 name[TEXT_MODEL_NAME];
	unsigned min_known; /* percent */
	TextTask task[TEXT_TASKS];
} TextModel;

extern bool		text_model_view(TextModel *model, const void *bytes, size_t size, const char **why);
extern uint64_t text_model_checksum(const void *bytes, size_t size);
extern const char *text_model_name(const TextModel *model);
extern const char *text_emotion_name(const TextModel *model, int i);
extern const char *text_intent_name(const TextModel *model, int i);

/* Where a key lives: its bucket by the upper bits, told apart by the lower 16. */
static inline size_t
text_bucket(uint32_t key, unsigned buckets_log2)
{
	return ((uint64_t) key << buckets_log2) >> 32;
}

static inline uint16_t
text_check(uint32_t key)
{
	return (key & 0xFFFF) ? (key & 0xFFFF) : 1;
}

/* The weights of a key, one a head, or NULL when the task does not know it. */
static inline const int8_t *
text_weights(const TextTask *task, uint32_t key)
{
	const uint8_t *bucket =
		task->buckets + text_bucket(key, task->buckets_log2) * task->bucket_bytes;
	uint16_t check = text_check(key);

	for (int i = 0; i < TEXT_SLOTS; i++)
		if ((bucket[2 * i] | bucket[2 * i + 1] << 8) == check)
			return (const int8_t *) bucket + 2 * TEXT_SLOTS + i * task->n_heads;
	return NULL;
}

#endif /* EMPATHY_TEXT_MODEL_H */
