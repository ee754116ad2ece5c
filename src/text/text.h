/*-------------------------------------------------------------------------
 *
 * text.h
 *	  What a text says: sentiment, emotions, intents, the most telling
 *	  sentence, the evidence for each; and masking of what identifies people.
 *
 * Everything here is pure: no allocation, no locale, linear in the text, the
 * same bits on every machine. Texts are UTF-8; other bytes are tolerated.
 *
 * A sentence with n known features has, for each head, the logit
 *	  bias + scale * (sum of its features' weights) / sqrt(n)
 * where grams are summed, but n counts them only in a task of grams alone. In
 * sentiment each feature counts as much as its token is stressed (feature.c).
 * Sentiment over several sentences is their mean, weighted by sqrt(n):
 *	  bias + scale * (sum over all) / (sum of the sqrt(n))
 * and its score is (e^p - e^m) / (1 + e^p + e^m), with p and m the logits of
 * positive and negative against neutral: P(positive) - P(negative). An emotion
 * or an intent is as strong as in the sentence that says it best, neutral as
 * in the one that says it least; its score is 1 / (1 + e^-logit).
 *
 * A user's classifier reads a text as one sentence, at most TEXT_CLASS_BYTES of
 * it. A class's score is its probability among the classes (softmax of the
 * logits) times (known words + 1) / (words + 1): what is missing from the scores'
 * sum to 1 is what the classifier can't judge.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_TEXT_H
#define EMPATHY_TEXT_TEXT_H

#include "text/model.h"

#define TEXT_ONE		10000 /* fixed point: 1.0 */
#define TEXT_MAX_LABELS 8
#define TEXT_MAX_QUOTE	140 /* bytes */

typedef struct TextLabel
{
	uint16_t label;
	int32_t	 score; /* 0 .. TEXT_ONE */
} TextLabel;

/* The sentence that gives most to a text's sentiment, and what it says by itself */
typedef struct TextQuote
{
	size_t	  at;		 /* bytes; whole characters, */
	size_t	  len;		 /* at most TEXT_MAX_QUOTE, no blanks around it */
	int32_t	  sentiment; /* this and the labels as in TextReading */
	int		  n_emotions;
	TextLabel emotions[TEXT_MAX_LABELS];
	int		  n_intents;
	TextLabel intents[TEXT_MAX_LABELS];
} TextQuote;

typedef struct TextReading
{
	bool	  known;	  /* false: too little evidence; the rest is then unset */
	int32_t	  sentiment;  /* -TEXT_ONE .. TEXT_ONE */
	int		  n_emotions; /* over their threshold, best first; never "neutral" */
	TextLabel emotions[TEXT_MAX_LABELS];
	int		  n_intents; /* over their threshold, best first */
	TextLabel intents[TEXT_MAX_LABELS];
	TextQuote quote;
} TextReading;

/* Called every some kilobytes, so that a long text can be interrupted. May be NULL. */
#define TEXT_TICK_BYTES 65536
typedef void (*TextTick)(void);

/* One part of an explanation; token is NULL and pos 0 for the bias. Contribution in 2^-16. */
typedef void (*TextPart)(void *arg, size_t pos, const char *token, size_t len,
						 int32_t contribution);

/* text_explain(): explain positive minus negative rather than one head */
#define TEXT_DIFFERENCE (-1)

extern void	  text_read(const TextModel *model, const char *said, size_t len, TextTick tick,
						TextReading *reading);
extern bool	  text_sentiment(const TextModel *model, const char *said, size_t len, TextTick tick,
							 int32_t *score);
extern bool	  text_sentiment_logits(const TextModel *model, const char *said, size_t len,
									TextTick tick, int32_t logit[2]);
extern bool	  text_scores(const TextModel *model, TextTaskKind kind, const char *said, size_t len,
						  TextTick tick, int32_t score[TEXT_MAX_HEADS]);
extern int	  text_labels(const TextTask *task, const int32_t score[TEXT_MAX_HEADS],
						  TextLabel label[TEXT_MAX_LABELS]);
extern bool	  text_explain(const TextModel *model, TextTaskKind kind, int head, const char *said,
						   size_t len, TextTick tick, TextPart part, void *arg);
extern size_t text_quote_len(const char *said, size_t at, size_t end);

#define TEXT_CLASS_BYTES 65536	   /* of a text are read for its class */
#define TEXT_UNKNOWN	 "unknown" /* label of the rows that belong to no class */

static inline size_t
text_class_bytes(size_t len)
{
	return len < TEXT_CLASS_BYTES ? len : TEXT_CLASS_BYTES;
}

extern bool text_class_logits(const TextTask *task, const char *said, size_t len,
							  int32_t logit[TEXT_MAX_CLASSES], double *share);
extern int	text_class_scores(const TextTask *task, const char *said, size_t len,
							  int32_t score[TEXT_MAX_CLASSES]);
extern int	text_class(const TextTask *task, const char *said, size_t len);
extern bool text_class_explain(const TextTask *task, int head, const char *said, size_t len,
							   TextPart part, void *arg);

extern size_t text_mask(const char *said, size_t len, TextTick tick, char *out, size_t size);

#endif /* EMPATHY_TEXT_TEXT_H */
