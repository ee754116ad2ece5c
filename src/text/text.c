/*-------------------------------------------------------------------------
 *
 * text.c
 *	  The reading of a text. text.h has the formulas.
 *
 * Weights are summed as integers, sentence by sentence; each figure is
 * scaled once, with nothing but + - * / and sqrt, which IEEE 754 rounds
 * exactly. So results don't depend on the machine or on libm.
 *
 *-------------------------------------------------------------------------
 */
#include "text/text.h"

#include <math.h>
#include <string.h>

#include "text/feature.h"
#include "text/logit.h"
#include "text/number.h"

#define MAX_SENTENCE   256	 /* features; a longer sentence is read in parts */
#define MAX_GRAMS	   65536 /* likewise; keeps sums in an int32 */
#define GREETING_BYTES 16	 /* "Good afternoon." */

typedef struct Sentence
{
	size_t	at; /* bytes */
	size_t	end;
	int		n[TEXT_TASKS];		 /* known features */
	int		n_grams[TEXT_TASKS]; /* known grams beside them */
	int32_t sum[TEXT_TASKS][TEXT_MAX_HEADS];
} Sentence;

typedef struct Reader
{
	const TextModel *model;
	unsigned		 tasks; /* bits 1 << TextTaskKind */
	unsigned		 grams; /* of these, tasks that know grams */
	TextStream		 stream;
	TextTick		 tick;
	size_t			 ticked; /* bytes read at the last tick */
	size_t			 words;
	size_t			 known; /* of these, known to the sentiment task */
} Reader;

static void
start_reading(Reader *reader, const TextModel *model, unsigned tasks, const char *said, size_t len,
			  TextTick tick)
{
	reader->model = model;
	reader->tasks = 0;
	reader->grams = 0;
	for (int t = 0; t < TEXT_TASKS; t++)
		if ((tasks | 1u << TEXT_SENTIMENT) & 1u << t && model->task[t].n_heads > 0)
		{
			reader->tasks |= 1u << t;
			if (model->task[t].kinds & 1u << TEXT_KEY_GRAM)
				reader->grams |= 1u << t;
		}
	text_stream(&reader->stream, said, len);
	reader->tick = tick;
	reader->ticked = 0;
	reader->words = 0;
	reader->known = 0;
}

static bool
next_feature(Reader *reader, TextFeature *feature)
{
	if (reader->tick && reader->stream.scan.at - reader->ticked >= TEXT_TICK_BYTES)
	{
		reader->ticked = reader->stream.scan.at;
		reader->tick();
	}
	return text_next_feature(&reader->stream, feature);
}

/* Add a key's weights, so many times, to a task's sums. Returns the features found, 0 or 1. */
static inline int
add_key(const TextTask *task, uint32_t key, int times, int32_t *sum)
{
	const int8_t *w = text_weights(task, key);

	if (w == NULL)
		return 0;
	for (int i = 0; i < task->n_heads; i++)
		sum[i] += times * w[i];
	return 1;
}

/* Sentiment alone knows stress. */
static int
stress_in(int task, const TextFeature *feature)
{
	return task == TEXT_SENTIMENT ? feature->stress : 1;
}

/* Grams count as features only for a task that knows nothing else. */
static void
add_grams(Reader *reader, const TextFeature *feature, Sentence *sentence)
{
	uint32_t gram[TEXT_MAX_GRAMS];
	int		 n = text_grams(&reader->stream, feature, gram);

	for (int t = 0; t < TEXT_TASKS; t++)
	{
		const TextTask *task = &reader->model->task[t];
		int				times = stress_in(t, feature);

		if (!(reader->grams & 1u << t))
			continue;
		for (int i = 0; i < n; i++)
		{
			int found = add_key(task, gram[i], times, sentence->sum[t]);

			if (task->kinds == 1u << TEXT_KEY_GRAM)
				sentence->n[t] += found;
			else
				sentence->n_grams[t] += found;
		}
	}
}

/* Evidence that the text is understood: words, as far as they are known, and symbols. */
static void
count_known(Reader *reader, TextTokenKind kind, int found)
{
	if (kind == TEXT_WORD)
		reader->words++;
	else if (kind == TEXT_SYMBOL)
		reader->words += found;
	else
		return;
	reader->known += found;
}

static void
add_feature(Reader *reader, const TextFeature *feature, Sentence *sentence)
{
	if (reader->grams)
		add_grams(reader, feature, sentence);
	for (int t = 0; t < TEXT_TASKS; t++)
	{
		const TextTask *task = &reader->model->task[t];
		int				times = stress_in(t, feature);

		if (!(reader->tasks & 1u << t))
			continue;
		for (int k = 0; k < TEXT_KEY_GRAM; k++)
		{
			int found;

			if (feature->key[k] == 0 || !(task->kinds & 1u << k))
				continue;
			found = add_key(task, feature->key[k], times, sentence->sum[t]);
			sentence->n[t] += found;
			if (t == TEXT_SENTIMENT && k != TEXT_KEY_PAIR)
				count_known(reader, feature->token.kind, found);
		}
	}
}

/* What a task's sum is divided by: 0 when it knows nothing in the sentence. */
static double
root_of(const Sentence *sentence, int task)
{
	double whole = task == TEXT_SENTIMENT ? TEXT_STRESS : 1;

	if (sentence->n[task] > 0)
		return whole * sqrt((double) sentence->n[task]);
	return sentence->n_grams[task] > 0 ? whole : 0;
}

static bool
is_full(const Sentence *sentence)
{
	for (int t = 0; t < TEXT_TASKS; t++)
		if (sentence->n[t] > MAX_SENTENCE - TEXT_KEYS || sentence->n_grams[t] > MAX_GRAMS)
			return true;
	return false;
}

/* The next sentence, or false at the end of the text. */
static bool
next_sentence(Reader *reader, Sentence *sentence)
{
	TextFeature feature;

	if (!next_feature(reader, &feature))
		return false;
	memset(sentence->n, 0, sizeof(sentence->n));
	memset(sentence->n_grams, 0, sizeof(sentence->n_grams));
	for (int t = 0; t < TEXT_TASKS; t++)
		if (reader->tasks & 1u << t)
			memset(sentence->sum[t], 0, sizeof(int32_t) * reader->model->task[t].n_heads);
	sentence->at = feature.token.at;
	do
	{
		sentence->end = feature.token.at + feature.token.len;
		add_feature(reader, &feature, sentence);
	} while (!(feature.token.flags & TEXT_STOPS) && !is_full(sentence) &&
			 next_feature(reader, &feature));
	return true;
}

static bool
knows_enough(const Reader *reader)
{
	return reader->known > 0 && reader->known * 100 >= reader->words * reader->model->min_known;
}

static int32_t
logistic(int32_t logit)
{
	return nearest(TEXT_ONE / (1 + text_exp(-logit / 65536.0)));
}

/* P(positive) - P(negative) from the two logits against neutral. */
static int32_t
sentiment_score(int32_t negative, int32_t positive)
{
	double m = text_exp(negative / 65536.0);
	double p = text_exp(positive / 65536.0);

	return nearest(TEXT_ONE * ((p - m) / (1 + p + m)));
}

/* Sentiment summed over sentences */
typedef struct Mood
{
	int64_t sum[2];
	double	root; /* sum of root_of() */
} Mood;

static void
add_mood(Mood *mood, const Sentence *sentence)
{
	for (int i = 0; i < 2; i++)
		mood->sum[i] += sentence->sum[TEXT_SENTIMENT][i];
	mood->root += root_of(sentence, TEXT_SENTIMENT);
}

static int32_t
mood_logit(const TextModel *model, const Mood *mood, int i)
{
	return model->offset[i] +
		   logit_of(text_head(&model->task[TEXT_SENTIMENT], i), mood->sum[i], mood->root);
}

static int32_t
mood_score(const TextModel *model, const Mood *mood)
{
	return sentiment_score(mood_logit(model, mood, TEXT_NEGATIVE),
						   mood_logit(model, mood, TEXT_POSITIVE));
}

#define NOT_SAID (-2 * MAX_LOGIT) /* less than any logit */

/* Each label is as strong as in the sentence that says it best, neutral as in the one that says it
 * least: one feeling ends it. */
static bool
tells_more(const TextTask *task, int head, int32_t logit, int32_t so_far)
{
	return so_far == NOT_SAID || (head == task->neutral ? logit < so_far : logit > so_far);
}

static void
raise_logits(const TextModel *model, TextTaskKind kind, const Sentence *sentence, int32_t *logit)
{
	const TextTask *task = &model->task[kind];
	double			root = root_of(sentence, kind);

	for (int i = 0; root > 0 && i < task->n_heads; i++)
	{
		int32_t here = logit_of(text_head(task, i), sentence->sum[kind][i], root);

		if (tells_more(task, i, here, logit[i]))
			logit[i] = here;
	}
}

static void
lowest_logits(int32_t logit[TEXT_MAX_HEADS])
{
	for (int i = 0; i < TEXT_MAX_HEADS; i++)
		logit[i] = NOT_SAID;
}

static void
logits_to_scores(const TextTask *task, const int32_t *logit, int32_t *score)
{
	for (int i = 0; i < task->n_heads; i++)
		score[i] = logistic(logit[i]);
}

/*
 * The labels whose score reaches their threshold, best first. "neutral" is
 * the absence of the others and is left out.
 */
int
text_labels(const TextTask *task, const int32_t score[TEXT_MAX_HEADS],
			TextLabel label[TEXT_MAX_LABELS])
{
	int n = 0;

	for (int i = 0; i < task->n_heads; i++)
	{
		TextHead head = text_head(task, i);
		int		 at = n;

		if (score[i] < head.threshold || i == task->neutral)
			continue;
		while (at > 0 && label[at - 1].score < score[i])
			at--;
		if (at == TEXT_MAX_LABELS)
			continue;
		n = n < TEXT_MAX_LABELS ? n + 1 : n;
		memmove(&label[at + 1], &label[at], (size_t) (n - at - 1) * sizeof(*label));
		label[at].label = (uint16_t) i;
		label[at].score = score[i];
	}
	return n;
}

/*
 * How much of the bytes from at to end makes a quote: at most TEXT_MAX_QUOTE, no
 * blanks at its end, whole words where possible, whole characters always.
 */
size_t
text_quote_len(const char *said, size_t at, size_t end)
{
	if (end - at > TEXT_MAX_QUOTE)
	{
		size_t word = at + TEXT_MAX_QUOTE;

		for (end = word; word > at && said[word] != ' '; word--)
			;
		if (word > at)
			end = word;
		while (end > at && ((unsigned char) said[end] & 0xC0) == 0x80)
			end--;
	}
	while (end > at && (unsigned char) said[end - 1] <= ' ')
		end--;
	return end - at;
}

static int
labels_of_logits(const TextTask *task, const int32_t *logit, TextLabel label[TEXT_MAX_LABELS])
{
	int32_t score[TEXT_MAX_HEADS];

	logits_to_scores(task, logit, score);
	return text_labels(task, score, label);
}

/* What one sentence says of a task. */
static int
labels_of_sentence(const TextModel *model, TextTaskKind kind, const Sentence *sentence,
				   TextLabel label[TEXT_MAX_LABELS])
{
	int32_t logit[TEXT_MAX_HEADS];

	lowest_logits(logit);
	raise_logits(model, kind, sentence, logit);
	return labels_of_logits(&model->task[kind], logit, label);
}

static void
set_quote(const TextModel *model, const char *said, const Sentence *sentence, TextQuote *quote)
{
	Mood mood = { { 0, 0 }, 0 };

	if (sentence->end == 0)
		return;
	add_mood(&mood, sentence);
	quote->at = sentence->at;
	quote->len = text_quote_len(said, sentence->at, sentence->end);
	quote->sentiment = mood_score(model, &mood);
	quote->n_emotions = labels_of_sentence(model, TEXT_EMOTION, sentence, quote->emotions);
	quote->n_intents = labels_of_sentence(model, TEXT_INTENT, sentence, quote->intents);
}

/*
 * The sentences that give most to a text's being negative and positive.  What is
 * as short as a greeting speaks for a text only if nothing longer does.
 */
typedef struct Telling
{
	Sentence sentence[2];
	bool	 is_long[2];
	double	 gives[2]; /* up to a divisor that all sentences of a text share */
} Telling;

static void
note_telling(Telling *telling, const TextTask *task, const Sentence *sentence)
{
	bool   is_long = sentence->end - sentence->at >= GREETING_BYTES;
	double positive = 0;

	if (root_of(sentence, TEXT_SENTIMENT) == 0)
		return;
	for (int i = 0; i < 2; i++)
		positive += (i == TEXT_POSITIVE ? 1.0 : -1.0) * text_head(task, i).scale *
					sentence->sum[TEXT_SENTIMENT][i];
	for (int i = 0; i < 2; i++)
	{
		double gives = i == TEXT_POSITIVE ? positive : -positive;

		if (telling->sentence[i].end == 0 || is_long > telling->is_long[i] ||
			(is_long == telling->is_long[i] && gives > telling->gives[i]))
		{
			telling->sentence[i] = *sentence;
			telling->is_long[i] = is_long;
			telling->gives[i] = gives;
		}
	}
}

/* Everything a profile wants to know of a text, in one pass. */
void
text_read(const TextModel *model, const char *said, size_t len, TextTick tick, TextReading *reading)
{
	Reader	 reader;
	Sentence sentence;
	Mood	 mood = { { 0, 0 }, 0 };
	int32_t	 logit[TEXT_INTENT + 1][TEXT_MAX_HEADS];
	Telling	 telling;

	telling.sentence[0].end = telling.sentence[1].end = 0;
	memset(reading, 0, sizeof(*reading));
	lowest_logits(logit[TEXT_EMOTION]);
	lowest_logits(logit[TEXT_INTENT]);
	start_reading(&reader, model, 1u << TEXT_EMOTION | 1u << TEXT_INTENT, said, len, tick);
	while (next_sentence(&reader, &sentence))
	{
		add_mood(&mood, &sentence);
		note_telling(&telling, &model->task[TEXT_SENTIMENT], &sentence);
		raise_logits(model, TEXT_EMOTION, &sentence, logit[TEXT_EMOTION]);
		raise_logits(model, TEXT_INTENT, &sentence, logit[TEXT_INTENT]);
	}
	reading->known = knows_enough(&reader);
	if (!reading->known)
		return;
	reading->sentiment = mood_score(model, &mood);
	set_quote(model, said,
			  &telling.sentence[reading->sentiment < 0 ? TEXT_NEGATIVE : TEXT_POSITIVE],
			  &reading->quote);
	reading->n_emotions =
		labels_of_logits(&model->task[TEXT_EMOTION], logit[TEXT_EMOTION], reading->emotions);
	reading->n_intents =
		labels_of_logits(&model->task[TEXT_INTENT], logit[TEXT_INTENT], reading->intents);
}

/* The logits of negative and positive, in 2^-16. False: too little evidence. */
bool
text_sentiment_logits(const TextModel *model, const char *said, size_t len, TextTick tick,
					  int32_t logit[2])
{
	Reader	 reader;
	Sentence sentence;
	Mood	 mood = { { 0, 0 }, 0 };

	start_reading(&reader, model, 0, said, len, tick);
	while (next_sentence(&reader, &sentence))
		add_mood(&mood, &sentence);
	if (!knows_enough(&reader))
		return false;
	for (int i = 0; i < 2; i++)
		logit[i] = mood_logit(model, &mood, i);
	return true;
}

/* Sentiment alone, in 1/TEXT_ONE. False: too little evidence. */
bool
text_sentiment(const TextModel *model, const char *said, size_t len, TextTick tick, int32_t *score)
{
	int32_t logit[2];

	if (!text_sentiment_logits(model, said, len, tick, logit))
		return false;
	*score = sentiment_score(logit[TEXT_NEGATIVE], logit[TEXT_POSITIVE]);
	return true;
}

/*
 * The score of every label of a task other than sentiment and classes, in
 * 1/TEXT_ONE. False: too little evidence.
 */
bool
text_scores(const TextModel *model, TextTaskKind kind, const char *said, size_t len, TextTick tick,
			int32_t score[TEXT_MAX_HEADS])
{
	Reader	 reader;
	Sentence sentence;
	int32_t	 logit[TEXT_MAX_HEADS];

	lowest_logits(logit);
	start_reading(&reader, model, 1u << kind, said, len, tick);
	while (next_sentence(&reader, &sentence))
		raise_logits(model, kind, &sentence, logit);
	if (!knows_enough(&reader))
		return false;
	logits_to_scores(&model->task[kind], logit, score);
	return true;
}

/* What an explanation explains: a logit, and the features and divisor that it came from. */
typedef struct Claim
{
	const TextTask *task;
	TextTaskKind	kind;
	int				head;
	size_t			at; /* bytes of the text that count */
	size_t			end;
	double			root;
	int32_t			raw; /* 2^-16 */
} Claim;

static int32_t
claimed(const Claim *claim, const int8_t *w, int times)
{
	const TextTask *task = claim->task;

	if (claim->head != TEXT_DIFFERENCE)
		return scaled(text_head(task, claim->head), times * w[claim->head], claim->root);
	return scaled(text_head(task, TEXT_POSITIVE), times * w[TEXT_POSITIVE], claim->root) -
		   scaled(text_head(task, TEXT_NEGATIVE), times * w[TEXT_NEGATIVE], claim->root);
}

/* First pass: the logit to explain. False: too little evidence. */
static bool
find_claim(Reader *reader, TextTaskKind kind, Claim *claim)
{
	Sentence sentence;
	Mood	 mood = { { 0, 0 }, 0 };

	claim->raw = NOT_SAID;
	claim->root = 1;
	claim->at = claim->end = 0;
	while (next_sentence(reader, &sentence))
	{
		double	root = root_of(&sentence, kind);
		int32_t here;

		add_mood(&mood, &sentence);
		if (kind == TEXT_SENTIMENT || root == 0)
			continue;
		here = logit_of(text_head(claim->task, claim->head), sentence.sum[kind][claim->head], root);
		if (tells_more(claim->task, claim->head, here, claim->raw))
		{
			claim->raw = here;
			claim->root = root;
			claim->at = sentence.at;
			claim->end = sentence.end;
		}
	}
	if (!knows_enough(reader))
		return false;
	if (kind == TEXT_SENTIMENT)
	{
		claim->root = mood.root;
		claim->end = reader->stream.scan.len;
		claim->raw = claim->head != TEXT_DIFFERENCE
						 ? mood_logit(reader->model, &mood, claim->head)
						 : mood_logit(reader->model, &mood, TEXT_POSITIVE) -
							   mood_logit(reader->model, &mood, TEXT_NEGATIVE);
	}
	return true;
}

static bool
add_part(const Claim *claim, uint32_t key, int times, int32_t *contribution)
{
	const int8_t *w = text_weights(claim->task, key);

	if (w != NULL)
		*contribution += claimed(claim, w, times);
	return w != NULL;
}

/* What a token gives to the claim. False: none of its keys is known. */
static bool
token_part(const Claim *claim, const TextStream *stream, const TextFeature *feature,
		   int32_t *contribution)
{
	uint32_t gram[TEXT_MAX_GRAMS];
	bool	 found = false;
	int		 times = stress_in(claim->kind, feature);
	int		 n = 0;

	*contribution = 0;
	if (claim->task->kinds & 1u << TEXT_KEY_GRAM)
		n = text_grams(stream, feature, gram);
	for (int i = 0; i < n; i++)
		found |= add_part(claim, gram[i], times, contribution);
	for (int k = 0; k < TEXT_KEY_GRAM; k++)
		if (feature->key[k] != 0 && claim->task->kinds & 1u << k)
			found |= add_part(claim, feature->key[k], times, contribution);
	return found;
}

/*
 * Hand out what each token gives to a logit, in 2^-16, and at last the bias,
 * which takes the rounding: the parts sum to the logit exactly. With
 * TEXT_DIFFERENCE the logit is positive minus negative, which has the sign of
 * the sentiment. Positions count characters from 1. False: too little evidence.
 */
bool
text_explain(const TextModel *model, TextTaskKind kind, int head, const char *said, size_t len,
			 TextTick tick, TextPart part, void *arg)
{
	Reader		reader;
	Claim		claim = { &model->task[kind], kind, head, 0, 0, 1, 0 };
	TextFeature feature;
	size_t		pos = 1;
	size_t		counted = 0;
	int32_t		rest;

	start_reading(&reader, model, 1u << kind, said, len, tick);
	if (!find_claim(&reader, kind, &claim))
		return false;
	rest = claim.raw;
	start_reading(&reader, model, 1u << kind, said, len, tick);
	while (next_feature(&reader, &feature))
	{
		const TextToken *token = &feature.token;
		int32_t			 contribution;

		if (token->at < claim.at || token->at >= claim.end ||
			!token_part(&claim, &reader.stream, &feature, &contribution))
			continue;
		pos += count_chars(said, counted, token->at);
		counted = token->at;
		rest -= contribution;
		part(arg, pos, said + token->at, token->len, contribution);
	}
	part(arg, 0, NULL, 0, rest);
	return true;
}
