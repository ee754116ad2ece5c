/*-------------------------------------------------------------------------
 *
 * predictor_store.h
 *	  Predictors as the server finds them: rows of empathy.predictor.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_PREDICTOR_STORE_H
#define SCORE_PREDICTOR_STORE_H

#include "compat.h"

#include "lib/ilist.h"
#include "utils/timestamp.h"

#include "score/predictor.h"

#define PREDICTOR_MODEL_NAME 64 /* of a name with its version, with the closing zero */

typedef struct KeptPredictor
{
	dlist_node	  node;
	MemoryContext memory;
	char		  asked[PREDICTOR_MODEL_NAME]; /* by which name */
	char		  model[PREDICTOR_MODEL_NAME];
	TimestampTz	  trained_at; /* with the name, no other predictor has it */
	TimestampTz	  statement;  /* when and in which command it was looked up last */
	CommandId	  command;
	uint64		  serial; /* no other kept one ever had it */
	Predictor	  predictor;
} KeptPredictor;

/*
 * The predictor of that name, which may be any string. It stays until the next
 * call. Errors when there is none.
 */
extern const KeptPredictor *predictor_by_name(const char *name);

#endif /* SCORE_PREDICTOR_STORE_H */
