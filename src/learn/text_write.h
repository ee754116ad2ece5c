/*-------------------------------------------------------------------------
 *
 * text_write.h
 *	  From fitted weights to the bytes of a model file (text/model.h).
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_WRITE_H
#define EMPATHY_LEARN_TEXT_WRITE_H

#include "learn/corpus.h"
#include "text/model.h"

typedef struct FittedTask
{
	int				   n_heads;
	const char *const *names;
	unsigned		   kinds;
	unsigned		   buckets_log2;
	const Dictionary  *words;
	const double	  *weights; /* words->n x n_heads */
	const double	  *bias;
	const int32_t	  *threshold; /* NULL: 0 */
	int				   n_lost;	  /* out: features that found no place */
} FittedTask;

/* What a model's header says */
typedef struct FittedModel
{
	const char *name;
	unsigned	min_known;
	int32_t		spread;
	int32_t		cut[2];
	FittedTask	task[TEXT_TASKS]; /* by kind; those without heads are left out */
} FittedModel;

extern uint8_t *text_model_bytes(FittedModel *model, size_t *size);
extern void		text_model_set_threshold(uint8_t *file, size_t size, TextTaskKind kind, int head,
										 int32_t threshold);

#endif /* EMPATHY_LEARN_TEXT_WRITE_H */
