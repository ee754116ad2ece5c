/*-------------------------------------------------------------------------
 *
 * text_fuzz.c
 *	  A fuzz target over the text core; driver.c says how to run it.
 *
 * The first byte of an input chooses what the rest is given to. Each target
 * checks the laws of what it reads: a target of another part of the core is
 * one more function in the table.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "text/act.h"
#include "text/aspect.h"
#include "text/feature.h"
#include "text/language.h"
#include "text/number.h"
#include "text/text.h"
#include "tiny_model.h"

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Tokens follow each other, each with some bytes of its own and a bounded number of keys. */
static void
read_tokens(const TextModel *model, const char *said, size_t len)
{
	TextStream	stream;
	TextFeature feature;
	uint32_t	gram[TEXT_MAX_GRAMS];
	uint32_t	letter[TEXT_MAX_LETTERS];
	size_t		at = 0;

	(void) model;
	text_stream(&stream, said, len);
	while (text_next_feature(&stream, &feature))
	{
		const TextToken *token = &feature.token;

		must(token->at >= at && token->len > 0 && token->at + token->len <= len);
		must(token->hash != 0 || feature.key[TEXT_KEY_WORD] == 0);
		must(feature.key[TEXT_KEY_WORD] == 0 || feature.key[TEXT_KEY_NEGATED] == 0);
		must(feature.stress > 0 && feature.stress <= 2 * TEXT_STRESS);
		must(text_token_letters(&stream.scan, token, letter) <= TEXT_MAX_LETTERS);
		must(text_grams(&stream, &feature, gram) <= TEXT_MAX_GRAMS);
		at = token->at + token->len;
	}
}

typedef struct Parts
{
	const char *said;
	size_t		len;
	size_t		pos; /* of the part before */
	int64_t		sum;
	int			n_biases;
} Parts;

static void
check_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	Parts *parts = arg;

	parts->sum += contribution;
	if (token == NULL)
	{
		must(pos == 0 && len == 0);
		parts->n_biases++;
		return;
	}
	must(pos > parts->pos && token >= parts->said && len > 0 &&
		 len <= parts->len - (size_t) (token - parts->said));
	parts->pos = pos;
}

/* What a head's parts sum to. */
static int64_t
explained(const TextModel *model, TextTaskKind kind, int head, const char *said, size_t len)
{
	Parts parts = { said, len, 0, 0, 0 };
	bool  known = text_explain(model, kind, head, said, len, NULL, check_part, &parts);

	must(parts.n_biases == known);
	return parts.sum;
}

static void
check_labels(const TextModel *model, TextTaskKind kind, const TextLabel *label, int n,
			 const char *said, size_t len)
{
	must(n >= 0 && n <= TEXT_MAX_LABELS && n <= model->task[kind].n_heads);
	for (int i = 0; i < n; i++)
	{
		must(label[i].label < model->task[kind].n_heads);
		must(label[i].score >= 0 && label[i].score <= TEXT_ONE);
		must(i == 0 || label[i].score <= label[i - 1].score);
		explained(model, kind, label[i].label, said, len);
	}
}

/* text.h's formula */
static int32_t
score_of(int64_t negative, int64_t positive)
{
	double m = text_exp((double) negative / 65536.0);
	double p = text_exp((double) positive / 65536.0);
	double score = TEXT_ONE * ((p - m) / (1 + p + m));

	return (int32_t) (score < 0 ? score - 0.5 : score + 0.5);
}

/* A language is one of the model's, by a score over its threshold. */
static void
tell_language(const TextModel *model, const char *said, size_t len)
{
	int32_t score = 0;
	int		head = text_language(model, said, len, &score);

	must(head >= -1 && head < model->task[TEXT_LANGUAGE].n_heads);
	must(head < 0 ||
		 (score <= TEXT_ONE && score >= text_head(&model->task[TEXT_LANGUAGE], head).threshold));
}

/* All ways to read a text agree, and what explains a score sums to it. */
static void
read_text(const TextModel *model, const char *said, size_t len)
{
	TextReading reading;
	int32_t		score = 0;
	bool		known = text_sentiment(model, said, len, NULL, &score);
	int64_t		m = explained(model, TEXT_SENTIMENT, TEXT_NEGATIVE, said, len);
	int64_t		p = explained(model, TEXT_SENTIMENT, TEXT_POSITIVE, said, len);

	text_read(model, said, len, NULL, &reading);
	must(reading.known == known);
	must(explained(model, TEXT_SENTIMENT, TEXT_DIFFERENCE, said, len) == p - m);
	if (!known)
		return;
	must(reading.sentiment == score && score == score_of(m, p));
	must(reading.quote.at <= len && reading.quote.len <= len - reading.quote.at &&
		 reading.quote.len <= TEXT_MAX_QUOTE);
	check_labels(model, TEXT_EMOTION, reading.emotions, reading.n_emotions, said, len);
	check_labels(model, TEXT_INTENT, reading.intents, reading.n_intents, said, len);
}

/* Masking twice is masking once, and its length is known without writing. */
static void
mask_text(const TextModel *model, const char *said, size_t len)
{
	size_t n = text_mask(said, len, NULL, NULL, 0);
	char  *once = malloc(n + 1);
	char  *twice = malloc(n + 1);

	(void) model;
	must(text_mask(said, len, NULL, once, n) == n);
	must(text_mask(once, n, NULL, twice, n) == n && memcmp(once, twice, n) == 0);
	free(once);
	free(twice);
}

/*
 * A forged model is refused, or reads texts without leaving its bytes. The
 * input: how many bytes to change, for each two bytes of place and one of
 * value, then the text.
 */
static void
forge_model(const TextModel *model, const char *said, size_t len)
{
	static uint8_t *bytes; /* of exactly the file's size */
	const uint8_t  *tiny;
	const char	   *why;
	TextModel		forged;
	TextReading		reading;
	size_t			size;
	size_t			n = len > 0 ? (uint8_t) said[0] % 16 : 0;

	(void) model;
	tiny = tiny_model(&size);
	if (bytes == NULL)
		bytes = malloc(size);
	memcpy(bytes, tiny, size);
	for (size_t i = 0; i < n && 3 * i + 3 < len; i++)
	{
		const uint8_t *change = (const uint8_t *) said + 1 + 3 * i;

		bytes[(change[0] << 8 | change[1]) % size] = change[2];
	}
	tiny_model_seal(bytes, size);
	n = 3 * n + 1 < len ? 3 * n + 1 : len;
	if (!text_model_view(&forged, bytes, size, &why))
		must(why != NULL);
	else if (forged.task[TEXT_SENTIMENT].n_heads == 2)
	{
		text_read(&forged, said + n, len - n, NULL, &reading);
		read_text(&forged, said + n, len - n);
		tell_language(&forged, said + n, len - n);
	}
}

/* ---- phrases ---- */

#define MAX_TERMS 256

/* A text, to check quotes against */
typedef struct Quoted
{
	const char *said;
	size_t		len;
} Quoted;

static void
check_quote(const Quoted *quoted, size_t at, size_t len)
{
	must(at <= quoted->len && len <= quoted->len - at && len <= TEXT_MAX_QUOTE);
	must(len > 0 && (unsigned char) quoted->said[at] > ' ');
}

static void
check_aspect(void *arg, const AspectFound *found)
{
	check_quote(arg, found->quote_at, found->quote_len);
	must(!found->known || (found->sentiment >= -TEXT_ONE && found->sentiment <= TEXT_ONE));
}

static void
check_act(void *arg, const ActFound *found)
{
	check_quote(arg, found->quote_at, found->quote_len);
}

/* The grammar's terms, then those of the list, a comma between them, that are good phrases. */
static PhraseSet *
compile(const PhraseTerm *grammar, size_t n_grammar, const char *list, size_t len)
{
	PhraseTerm term[MAX_TERMS];
	size_t	   n = n_grammar;

	must(n_grammar < MAX_TERMS / 2);
	memcpy(term, grammar, n_grammar * sizeof(*term));
	while (n < MAX_TERMS && len > 0)
	{
		const char *comma = memchr(list, ',', len);
		size_t		part = comma ? (size_t) (comma - list) : len;

		if (phrase_fault(list, part) == NULL)
		{
			term[n] = (PhraseTerm){ list, part, (uint16_t) (n % 3), (int8_t) (n % 3) - 1 };
			n++;
		}
		list += comma ? part + 1 : part;
		len -= comma ? part + 1 : part;
	}
	return phrase_set_build(need(NULL, phrase_set_size(term, n)), term, n);
}

/* A list of phrases, a newline, and the text that they are looked for in */
static void
find_phrases(const TextModel *model, const char *said, size_t len)
{
	const char *newline = len ? memchr(said, '\n', len) : NULL;
	size_t		list = newline ? (size_t) (newline - said) : 0;
	size_t		skip = newline ? list + 1 : 0;
	Quoted		quoted = { said + skip, len - skip };
	PhraseSet  *aspects = compile(aspect_grammar, aspect_n_grammar, said, list);
	PhraseSet  *acts = compile(act_grammar, act_n_grammar, said, list);

	aspect_read(aspects, model, quoted.said, quoted.len, NULL, check_aspect, &quoted);
	act_read(acts, 1, quoted.said, quoted.len, NULL, check_act, &quoted);
	need_free(aspects);
	need_free(acts);
}

static const struct
{
	char letter;
	void (*read)(const TextModel *model, const char *said, size_t len);
} targets[] = {
	{ 't', read_tokens }, { 'r', read_text },	{ 'l', tell_language },
	{ 'm', mask_text },	  { 'f', forge_model }, { 'p', find_phrases },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static TextModel model;
	static size_t	 model_size;
	const char		*why;
	size_t			 n = sizeof(targets) / sizeof(targets[0]);
	size_t			 i = 0;

	if (size == 0)
		return 0;
	if (model_size == 0)
	{
		const uint8_t *bytes = tiny_model(&model_size);

		must(text_model_view(&model, bytes, model_size, &why));
	}
	while (i < n && targets[i].letter != data[0])
		i++;
	targets[i < n ? i : data[0] % n].read(&model, (const char *) data + 1, size - 1);
	return 0;
}
