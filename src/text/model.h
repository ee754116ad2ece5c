/*-------------------------------------------------------------------------
 *
 * model.h
 *	  A text model as it lies in its file, checked and viewed in place.
 *
 * File (little-endian, format 2):
 *	  8 bytes	 magic "EMPATHY\n"
 *	  uint32	 format version
 *	  uint32	 bytes in the file
 *	  uint64	 checksum (text_model_checksum) of all that follows
 *	  char[32]	 name, padded with zeros
 *	  uint32	 least share of known words in percent, under which it abstains
 *	  uint32	 spread of ratings around the sentiment, in 1/10000
 *	  int32[2]	 cut points of the sentiment's label, in 1/10000
 *	  uint32	 number of tasks
 *	  uint32	 zero
 *	  per task, 24 bytes, in the order of their kinds:
 *		uint32	 kind (TextTaskKind)
 *		uint32	 number of heads
 *		uint32	 log2 of the number of buckets
 *		uint32	 kinds of keys that it knows (bit 1 << TextKeyKind)
 *		uint32	 where its heads begin
 *		uint32	 where its buckets begin
 *	  per head, 76 bytes:
 *		char[64] label, padded with zeros
 *		int32	 bias, in 2^-16
 *		uint32	 scale of its weights, in 2^-24
 *		int32	 threshold of the score, in 1/10000
 *	  buckets: eight slots, each a uint16 check (0: empty), then the slots' rows
 *	  of one int8 a head.
 *
 * A model reads English (sentiment, and other tasks where it has them), or it
 * is a user's classifier: one task of the kind TEXT_CLASS.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_MODEL_H
#define EMPATHY_TEXT_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MODEL_MAGIC	  "EMPATHY\n"
#define TEXT_MODEL_FORMAT	  2
#define TEXT_MODEL_NAME		  32   /* bytes, with the closing zero */
#define TEXT_HEAD_NAME		  64   /* likewise */
#define TEXT_MAX_HEADS		  32   /* of a task other than TEXT_CLASS */
#define TEXT_MAX_CLASSES	  1024 /* heads of a TEXT_CLASS */
#define TEXT_MAX_BUCKETS_LOG2 22
#define TEXT_SLOTS			  8
#define TEXT_MAX_SPREAD		  100000 /* 1/10000 */

#define TEXT_MODEL_SUMMED 24 /* where the bytes under the checksum begin */
#define TEXT_MODEL_HEADER 80
#define TEXT_TASK_BYTES	  24
#define TEXT_HEAD_BYTES	  (TEXT_HEAD_NAME + 12)

typedef enum TextTaskKind
{
	TEXT_SENTIMENT, /* heads: negative, positive, each against neutral */
	TEXT_EMOTION,
	TEXT_INTENT,
	TEXT_BASIC,	   /* the six basic emotions and neutral */
	TEXT_LANGUAGE, /* heads: languages, by their ISO 639-1 codes */
	TEXT_COMMON,   /* one head: how common a word or a pair of words is */
	TEXT_CLASS,	   /* a user's own labels */
	TEXT_TASKS
} TextTaskKind;

enum
{
	TEXT_NEGATIVE,
	TEXT_POSITIVE
};

typedef struct TextHead
{
	const char *name;	   /* ASCII, but for classes: UTF-8 as it was given, not checked */
	int32_t		bias;	   /* 2^-16 */
	uint32_t	scale;	   /* 2^-24 */
	int32_t		threshold; /* 1/10000 of a score */
} TextHead;

typedef struct TextTask
{
	int			   n_heads; /* 0: the model has no such task */
	int			   neutral; /* the head of that name, or -1 */
	unsigned	   buckets_log2;
	unsigned	   kinds; /* bits 1 << TextKeyKind */
	size_t		   bucket_bytes;
	const uint8_t *buckets;
	const uint8_t *heads;
} TextTask;

typedef struct TextModel
{
	char	 name[TEXT_MODEL_NAME];
	unsigned min_known;	 /* percent */
	int32_t	 spread;	 /* 1/10000 */
	int32_t	 cut[2];	 /* 1/10000: negative up to the first, positive from the second */
	int32_t	 offset[2];	 /* added to the sentiment's logits, 2^-16; not in the file */
	bool	 calibrated; /* it has offsets: the likeliest label holds, not the cuts'; likewise */
	TextTask task[TEXT_TASKS];
} TextModel;

extern bool		text_model_view(TextModel *model, const void *bytes, size_t size, const char **why);
extern uint64_t text_model_checksum(const void *bytes, size_t size);
extern const char *text_model_name(const TextModel *model);

static inline uint32_t
text_get32(const uint8_t *p)
{
	return p[0] | (uint32_t) p[1] << 8 | (uint32_t) p[2] << 16 | (uint32_t) p[3] << 24;
}

/* A head's record, read in place. */
static inline TextHead
text_head(const TextTask *task, int i)
{
	const uint8_t *p = task->heads + (size_t) i * TEXT_HEAD_BYTES;

	return (TextHead){ (const char *) p, (int32_t) text_get32(p + TEXT_HEAD_NAME),
					   text_get32(p + TEXT_HEAD_NAME + 4),
					   (int32_t) text_get32(p + TEXT_HEAD_NAME + 8) };
}

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
