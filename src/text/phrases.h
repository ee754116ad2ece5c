/*-------------------------------------------------------------------------
 *
 * phrases.h
 *	  The phrases of empathy.phrases, compiled, as the server has them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_PHRASES_H
#define EMPATHY_TEXT_PHRASES_H

#include "compat.h"

#include "text/phrase.h"

/* What phrases are looked for by */
typedef enum PhraseTask
{
	PHRASES_OF_ASPECTS,
	PHRASES_OF_ACTS,
	PHRASES_OF_TOPICS,
	PHRASE_TASKS
} PhraseTask;

typedef struct Phrases
{
	PhraseSet *set;
	int		   n_labels;
	text	 **labels;
	int		   question; /* the label "question"; n_labels if there is none */
} Phrases;

/* Good until the next call of this or of anything that runs SQL. */
extern const Phrases *phrases_of(PhraseTask task);

extern int	 phrases_find(const Phrases *phrases, const char *label);
extern text *phrases_act(const Phrases *phrases, uint16 act);

#endif /* EMPATHY_TEXT_PHRASES_H */
