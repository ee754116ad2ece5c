/*-------------------------------------------------------------------------
 *
 * text_data.h
 *	  Training sets as they lie in a folder (label, tab, text), which of
 *	  their labels mean what, and the texts that must not be learned from.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_TEXT_DATA_H
#define EMPATHY_LEARN_TEXT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*DataRow)(void *arg, const char *label, const char *text, size_t len);

extern void data_open(const char *folder);
extern void data_each(const char *set, const char *part, DataRow row, void *arg);
extern void data_file(const char *path, DataRow row, void *arg);
extern void data_words(const char *file, char separator, DataRow row, void *arg);

/* Texts of development and evaluation parts, compared without case and punctuation */
extern void		data_hold_out(const char *set, const char *part);
extern bool		data_held_out(const char *text, size_t len);
extern uint64_t data_identity(const char *text, size_t len);

/* Sentiment: 0 negative, 1 neutral, 2 positive, -1 none of them */
typedef struct SentimentSet
{
	const char *folder;
	double		weight;
	int (*label)(const char *label);
	bool has_valence;  /* labels are mean human valences, -4 .. 4: see valence_shares() */
	bool is_word_list; /* rows are words */
} SentimentSet;

extern void valence_shares(double valence, double share[3]);

extern int plain_sentiment(const char *label);

extern const SentimentSet sentiment_sets[];
extern const int		  n_sentiment_sets;

extern const char *const emotion_names[];
extern const int		 n_emotions;
extern uint32_t			 emotion_bits(const char *labels); /* of GoEmotions */
extern const char *const basic_names[];					   /* Ekman's six and neutral */
extern const int		 n_basic;
extern uint32_t			 basic_bits(const char *labels);
extern uint32_t			 xed_bits(const char *labels);

typedef struct IntentSet
{
	const char *folder;
	double		weight;
	bool		judges_questions; /* do its other rows say that nothing is asked? */
	bool		has_valence;	  /* labels are mean human valences, of reviews */
} IntentSet;

extern const IntentSet	 intent_sets[];
extern const int		 n_intent_sets;
extern const char *const intent_names[];
extern const int		 n_intents;
extern bool intent_bits(const IntentSet *set, const char *labels, uint32_t *bits, uint32_t *judged);

#endif /* EMPATHY_LEARN_TEXT_DATA_H */
