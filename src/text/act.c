/*-------------------------------------------------------------------------
 *
 * act.c
 *	  What each sentence does, by cue phrases. One pass.
 *
 *-------------------------------------------------------------------------
 */
#include "text/act.h"

#include <string.h>

/* "Hi, how do I ...": the sentence opens behind it. */
#define OPENER PHRASE_MAX_LABELS

#define WORD(phrase)                          \
	{                                         \
		phrase, sizeof(phrase) - 1, OPENER, 0 \
	}

const PhraseTerm act_grammar[] = {
	WORD("^hi"),	   WORD("^hi there"),	  WORD("^hello"),		 WORD("^hello there"),
	WORD("^hey"),	   WORD("^hey there"),	  WORD("^dear team"),	 WORD("^dear sir"),
	WORD("^good day"), WORD("^good morning"), WORD("^good evening"), WORD("^good afternoon"),
	WORD("^so"),	   WORD("^and"),		  WORD("^but"),			 WORD("^also"),
	WORD("^ok"),	   WORD("^okay"),		  WORD("^well"),		 WORD("^please"),
	WORD("^sorry"),	   WORD("^excuse me"),	  WORD("^oh"),			 WORD("^um"),
	WORD("^then"),	   WORD("^anyway"),		  WORD("^thanks"),		 WORD("^yes"),
	WORD("^no"),	   WORD("^by the way"),	  WORD("^btw"),			 WORD("^quick question"),
};
const size_t act_n_grammar = sizeof(act_grammar) / sizeof(act_grammar[0]);

typedef struct Mention
{
	uint16_t act;
	size_t	 at; /* the cue: bytes */
	size_t	 end;
} Mention;

typedef struct Reader
{
	const PhraseSet *set;
	uint16_t		 question; /* its label */
	const char		*said;
	ActSink			 sink;
	void			*arg;
	size_t			 at; /* the sentence: bytes */
	size_t			 end;
	int				 n;
	Mention			 mention[ACT_OF_SENTENCE];
	bool			 in_quotes;
	bool			 starts_line;
	bool			 in_mail; /* in a line that a mail program quotes */
} Reader;

static void
mention(Reader *reader, uint16_t act, size_t at, size_t end)
{
	for (int i = 0; i < reader->n; i++)
		if (reader->mention[i].act == act)
			return;
	if (reader->n < ACT_OF_SENTENCE)
		reader->mention[reader->n++] = (Mention){ act, at, end };
}

static void
end_sentence(Reader *reader)
{
	for (int i = 0; i < reader->n; i++)
	{
		const Mention *cue = &reader->mention[i];
		ActFound	   found = { cue->act, reader->at, 0 };

		if (cue->end - reader->at > TEXT_MAX_QUOTE)
			found.quote_at = cue->at;
		found.quote_len = text_quote_len(reader->said, found.quote_at, reader->end);
		reader->sink(reader->arg, &found);
	}
	reader->at = reader->end = 0;
	reader->n = 0;
	reader->in_quotes = false;
}

/* Does a cue begin with "I" or "we"? */
static bool
has_subject(const char *said, const TextToken *token)
{
	const char *word = said + token->at;
	size_t		n = 1;

	if (token->len >= 2 && (word[0] | 0x20) == 'w' && (word[1] | 0x20) == 'e')
		n = 2;
	else if ((word[0] | 0x20) != 'i')
		return false;
	return token->len == n || word[n] == '\'' || (unsigned char) word[n] == 0xE2;
}

static void
take_cue(Reader *reader, const PhraseUnit *unit)
{
	const PhraseSense *sense = phrase_sense(reader->set, unit->sense);

	if (reader->in_quotes || (unit->negated && !has_subject(reader->said, &unit->token)))
		return;
	for (; sense; sense = phrase_sense(reader->set, sense->next))
		if (sense->label < PHRASE_MAX_LABELS)
			mention(reader, sense->label, unit->token.at, unit->end);
}

/* What lies between two tokens: lines that begin with >, and quotation marks. */
static void
look_between(Reader *reader, size_t at, size_t end)
{
	const char *said = reader->said;

	for (; at < end; at++)
	{
		if (said[at] == '\n')
		{
			reader->starts_line = true;
			reader->in_mail = false;
		}
		else if (said[at] == '>' && reader->starts_line)
			reader->in_mail = true;
		else if (said[at] == '"')
			reader->in_quotes = !reader->in_quotes && reader->end > 0 && at + 1 == end;
		else if (end - at >= 3 && memcmp(said + at, "\xe2\x80\x9c", 3) == 0)
			reader->in_quotes = reader->end > 0;
		else if (end - at >= 3 && memcmp(said + at, "\xe2\x80\x9d", 3) == 0)
			reader->in_quotes = false;
	}
}

static void
take_unit(Reader *reader, PhraseStream *stream, const PhraseUnit *unit)
{
	const PhraseSense *sense = phrase_sense(reader->set, unit->sense);
	const TextToken	  *token = &unit->token;

	if (token->flags & TEXT_STOPS)
	{
		if (reader->end > 0 && reader->said[token->at] > ' ')
		{
			reader->end = unit->end;
			if (memchr(reader->said + token->at, '?', token->len) != NULL)
				mention(reader, reader->question, reader->at, reader->at);
		}
		end_sentence(reader);
		return;
	}
	if (reader->end == 0)
		reader->at = token->at;
	reader->end = unit->end;
	for (; sense; sense = phrase_sense(reader->set, sense->next))
		stream->opens |= sense->label == OPENER;
	take_cue(reader, unit);
}

/*
 * Hand out the acts of a text, sentence by sentence.  The set has cues and
 * act_grammar; what ends in a question mark gets the label given for questions.
 */
void
act_read(const PhraseSet *set, uint16_t question, const char *said, size_t len, TextTick tick,
		 ActSink sink, void *arg)
{
	Reader		 reader = { set, question, said, sink, arg };
	PhraseStream stream;
	PhraseUnit	 unit;
	size_t		 at = 0;

	reader.starts_line = true;
	phrase_stream(&stream, set, said, len, tick);
	while (phrase_next(&stream, &unit))
	{
		bool was_mail = reader.in_mail;

		look_between(&reader, at, unit.token.at);
		at = unit.end;
		if (reader.in_mail || was_mail)
			end_sentence(&reader);
		if (!reader.in_mail)
			take_unit(&reader, &stream, &unit);
		reader.starts_line = said[unit.token.at] == '\n';
		if (reader.starts_line)
			reader.in_mail = false;
	}
	end_sentence(&reader);
}
