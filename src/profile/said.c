/*-------------------------------------------------------------------------
 *
 * said.c
 *	  From a text to signals of its day, and the sentence that is kept as
 *	  evidence.
 *
 *	  text					n 1, sum sentiment		a text that the model could read
 *	  text:unread			n 1						one that it could not
 *	  emotion:E, intent:I	n 1, sum score			what it says
 *	  aspect:A, topic:T		n 1, sum sentiment		each clause that speaks of it
 *	  act:A					n 1, sum 1				each sentence that does it
 *
 * The quote stands for itself: its sentiment and labels are those of the quoted
 * sentence, not of the text.  The labels are its two best emotions, its two best
 * intents, then aspects, acts and topics in the order in which they come, as many
 * as there is room for.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile_sql.h"

#include "mb/pg_wchar.h"

#include "text/act.h"
#include "text/aspect.h"
#include "text/phrases.h"
#include "text/text_model.h"

/* A quote from a longer text would be a needle. */
#define QUOTABLE_BYTES 65536

#define QUOTE_LABELS_OF_CLASS 2

/* A text being read */
typedef struct Said
{
	ProfileLog	*log;
	ProfileQuote quote;
	TextSaid	 text; /* in UTF-8 */
	size_t		 quote_at;
	size_t		 quote_end; /* 0: there is no quote */

	const Phrases *phrases; /* those that are being found, */
	const char	  *prefix;	/* and their class */
} Said;

/* ---- names ---- */

uint32
profile_name_of(ProfileArena *arena, const char *prefix, const char *name)
{
	return profile_name(arena, prefix, name, strlen(name));
}

/* Cuts a long name to what is short enough in UTF-8, so that a dump fits any encoding. */
static const text *
cut_name(const text *name)
{
	TextSaid utf8 = text_in_utf8(name);

	if (utf8.len <= PROFILE_NAME_BYTES)
		return name;
	return text_in_server(
		utf8.bytes, pg_encoding_mbcliplen(PG_UTF8, utf8.bytes, (int) utf8.len, PROFILE_NAME_BYTES));
}

/* What a user has named, as a name of a class. */
uint32
profile_name_of_text(ProfileArena *arena, const char *prefix, const text *name)
{
	/* No encoding of servers takes less than a third of what UTF-8 does. */
	if (VARSIZE_ANY_EXHDR(name) > PROFILE_NAME_BYTES / 3)
		name = cut_name(name);
	return profile_name(arena, prefix, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
}

/* ---- signals ---- */

void
profile_log_signal(ProfileLog *log, int64 at, uint32 name, int64 sum)
{
	ProfileShape shape = { name, PROFILE_NONE, PROFILE_NONE, false };

	profile_log_add(log, at, profile_shape(log->arena, shape), sum);
}

static void
add_label(Said *said, uint32 name)
{
	ProfileQuote *quote = &said->quote;
	uint32		  i;

	for (i = 0; i < quote->n_labels && quote->labels[i] != name; i++)
		;
	if (i == quote->n_labels && i < PROFILE_QUOTE_LABELS)
		quote->labels[quote->n_labels++] = name;
}

static uint32
head_name(Said *said, const char *prefix, const TextTask *task, const TextLabel *label)
{
	return profile_name_of(said->log->arena, prefix, text_head(task, label->label).name);
}

/* The emotions or intents of the text, and those of its quote, the best first. */
static void
add_heads(Said *said, const char *prefix, const TextTask *task, const TextLabel *labels, int n,
		  const TextLabel *of_quote, int n_of_quote)
{
	int i;

	for (i = 0; i < n; i++)
		profile_log_signal(said->log, said->quote.at, head_name(said, prefix, task, &labels[i]),
						   labels[i].score);
	for (i = 0; i < n_of_quote && i < QUOTE_LABELS_OF_CLASS; i++)
		add_label(said, head_name(said, prefix, task, &of_quote[i]));
}

/* Something that stands in the clause or sentence at these bytes. */
static void
add_found(Said *said, const text *label, int32 sum, size_t at, size_t len)
{
	uint32 name = profile_name_of_text(said->log->arena, said->prefix, label);

	profile_log_signal(said->log, said->quote.at, name, sum);
	if (at < said->quote_end && at + len > said->quote_at)
		add_label(said, name);
}

static void
add_aspect(void *arg, const AspectFound *found)
{
	Said *said = arg;

	profile_port_tick();
	add_found(said, said->phrases->labels[found->aspect], found->known ? found->sentiment : 0,
			  found->quote_at, found->quote_len);
}

static void
add_act(void *arg, const ActFound *found)
{
	Said *said = arg;

	profile_port_tick();
	add_found(said, phrases_act(said->phrases, found->act), TEXT_ONE, found->quote_at,
			  found->quote_len);
}

static void
add_aspects(Said *said, const TextModel *model, PhraseTask task, const char *prefix)
{
	said->phrases = phrases_of(task);
	said->prefix = prefix;
	if (said->phrases->n_labels > 0)
		aspect_read(said->phrases->set, model, said->text.bytes, said->text.len, profile_port_tick,
					add_aspect, said);
}

static void
add_acts(Said *said)
{
	said->phrases = phrases_of(PHRASES_OF_ACTS);
	said->prefix = "act:";
	act_read(said->phrases->set, (uint16) said->phrases->question, said->text.bytes, said->text.len,
			 profile_port_tick, add_act, said);
}

/* ---- the quote ---- */

/* A piece of what was said without what identifies people, in UTF-8. */
static TextSaid
masked(const char *bytes, size_t len)
{
	size_t room = len + 64; /* mostly */
	char  *buffer = palloc(room);
	size_t size = text_mask(bytes, len, NULL, buffer, room);

	if (size > room)
	{
		buffer = repalloc(buffer, size);
		(void) text_mask(bytes, len, NULL, buffer, size);
	}
	return (TextSaid){ buffer, size };
}

/*
 * Offers the most telling sentence as evidence.  It must stand as it is in
 * what mask() makes of the whole text, or else it is none: where a sentence was
 * cut through an address, say.
 */
static void
add_quote(Said *said)
{
	ProfileQuote *quote = &said->quote;
	TextSaid	  whole;
	TextSaid	  piece;
	text		 *kept;

	if (said->quote_end == 0 || said->text.len > QUOTABLE_BYTES ||
		!profile_log_wants(said->log, quote))
		return;
	piece = masked(said->text.bytes + said->quote_at, said->quote_end - said->quote_at);
	if (piece.len == 0 || piece.len > PROFILE_QUOTE_BYTES)
		return;
	whole = said->quote_end - said->quote_at < said->text.len
				? masked(said->text.bytes, said->text.len)
				: piece;
	if (memmem(whole.bytes, whole.len, piece.bytes, piece.len) == NULL)
		return;
	kept = text_in_server(piece.bytes, piece.len);
	quote->text = VARDATA_ANY(kept);
	quote->len = VARSIZE_ANY_EXHDR(kept);
	if (quote->len <= PROFILE_QUOTE_BYTES)
		profile_log_quote(said->log, quote);
}

/* ---- all of it ---- */

/* What the model reads in a text. */
static void
add_reading(Said *said, const TextModel *model)
{
	ProfileLog *log = said->log;
	int64		at = said->quote.at;
	TextReading reading;
	TextQuote  *quote = &reading.quote;

	text_read(model, said->text.bytes, said->text.len, profile_port_tick, &reading);
	profile_log_model(log, profile_name_of(log->arena, "", text_model_name(model)));
	if (!reading.known)
	{
		profile_log_signal(log, at, profile_name_of(log->arena, "", "text:unread"), 0);
		return;
	}
	said->quote.sentiment = quote->sentiment;
	said->quote_at = quote->at;
	said->quote_end = quote->at + quote->len;
	profile_log_signal(log, at, profile_name_of(log->arena, "", "text"), reading.sentiment);
	add_heads(said, "emotion:", &model->task[TEXT_EMOTION], reading.emotions, reading.n_emotions,
			  quote->emotions, quote->n_emotions);
	add_heads(said, "intent:", &model->task[TEXT_INTENT], reading.intents, reading.n_intents,
			  quote->intents, quote->n_intents);
}

/* Adds what a text says. */
void
profile_log_said(ProfileLog *log, int64 at, const text *said)
{
	const TextModel *model = text_model_default();
	Said			 state = { 0 };

	state.log = log;
	state.quote.at = at;
	state.text = text_in_utf8(said);
	add_reading(&state, model);
	add_aspects(&state, model, PHRASES_OF_ASPECTS, "aspect:");
	add_acts(&state);
	add_aspects(&state, model, PHRASES_OF_TOPICS, "topic:");
	add_quote(&state);
}
