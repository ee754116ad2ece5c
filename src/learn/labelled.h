/*-------------------------------------------------------------------------
 *
 * labelled.h
 *	  Labelled texts, as a user's query gives them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_LABELLED_H
#define EMPATHY_LEARN_LABELLED_H

#include "compat.h"

#include "learn/classifier.h"

#define LABELLED_MAX_BYTES (64 << 20) /* of texts, of each at most TEXT_CLASS_BYTES */
#define LABELLED_MAX_ROWS  1000000

extern void labelled_read(const char *query, ClassifierData *data);

#endif /* EMPATHY_LEARN_LABELLED_H */
