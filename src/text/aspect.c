/*-------------------------------------------------------------------------
 *
 * aspect.c
 *	  Aspects and the clauses that they stand in.
 *
 * One pass: units (phrases or tokens) make parts, parts make clauses. A part's
 * sentiment is computed when it matters, a clause's again when it has several
 * parts, so that no byte is read more than a few times.
 *
 *-------------------------------------------------------------------------
 */
#include "text/aspect.h"

#include <string.h>

/* Labels of the words that make clauses */
enum
{
	CONTRAST = PHRASE_MAX_LABELS, /* ends a clause */
	YET,						  /* too, outside a negation: not in "hasn't come yet" */
	CONCESSION,					  /* too, and then at the next comma */
	AND							  /* ends a part, as a comma does */
};

#define WORD(phrase, label)                  \
	{                                        \
		phrase, sizeof(phrase) - 1, label, 0 \
	}

const PhraseTerm aspect_grammar[] = {
	WORD("but", CONTRAST),
	WORD("however", CONTRAST),
	WORD("whereas", CONTRAST),
	WORD("except", CONTRAST),
	WORD("except that", CONTRAST),
	WORD("except for", CONTRAST),
	WORD("apart from", CONTRAST),
	WORD("nevertheless", CONTRAST),
	WORD("unfortunately", CONTRAST),
	WORD("on the other hand", CONTRAST),
	WORD("yet", YET),
	WORD("although", CONCESSION),
	WORD("though", CONCESSION),
	WORD("even though", CONCESSION),
	WORD("while", CONCESSION),
	WORD("despite", CONCESSION),
	WORD("and", AND),
	WORD("plus", AND),
	WORD("as though", PHRASE_NOTHING),
	WORD("a while", PHRASE_NOTHING),
	WORD("long while", PHRASE_NOTHING),
	WORD("nothing but", PHRASE_NOTHING),
	WORD("anything but", PHRASE_NOTHING),
	WORD("but also", PHRASE_NOTHING),
	WORD("as yet", PHRASE_NOTHING),
};
const size_t aspect_n_grammar = sizeof(aspect_grammar) / sizeof(aspect_grammar[0]);

/* An aspect of a part or clause */
typedef struct Mention
{
	uint16_t aspect;
	int		 lean;
	size_t	 at; /* the first term: bytes */
	size_t	 end;
} Mention;

/* Part of a clause, between commas and the like; or a clause of several */
typedef struct Part
{
	size_t	at; /* bytes */
	size_t	end;
	bool	judged; /* the next two are set */
	bool	known;
	int32_t sentiment;
	bool	weighed; /* the next is set */
	int		verdict; /* what it says by itself: 1 good, -1 bad, 0 nothing clear */
	int		n;
	Mention mention[ASPECT_OF_CLAUSE];
} Part;

typedef struct Reader
{
	const PhraseSet *set;
	const TextModel *model;
	const char		*said;
	TextTick		 tick;
	AspectSink		 sink;
	void			*arg;
	Part			 clause; /* the parts before */
	Part			 part;	 /* that is being read */
	bool			 concedes;
} Reader;

/* ---- parts ---- */

static void
clear(Part *part)
{
	part->at = part->end = 0;
	part->judged = part->weighed = false;
	part->n = 0;
}

static bool
is_empty(const Part *part)
{
	return part->end == 0;
}

static void
mention(Part *part, const Mention *what)
{
	for (int i = 0; i < part->n; i++)
		if (part->mention[i].aspect == what->aspect)
		{
			part->mention[i].lean += what->lean;
			return;
		}
	if (part->n < ASPECT_OF_CLAUSE)
		part->mention[part->n++] = *what;
}

static void
judge(const Reader *reader, Part *part)
{
	if (part->judged)
		return;
	part->known = text_sentiment(reader->model, reader->said + part->at, part->end - part->at,
								 reader->tick, &part->sentiment);
	part->judged = true;
}

static void
weigh(const Reader *reader, Part *part)
{
	int lean = 0;

	if (part->weighed)
		return;
	for (int i = 0; i < part->n; i++)
		lean += part->mention[i].lean;
	if (lean == 0)
	{
		judge(reader, part);
		if (part->known && (part->sentiment >= ASPECT_STRONG || part->sentiment <= -ASPECT_STRONG))
			lean = part->sentiment;
	}
	part->verdict = (lean > 0) - (lean < 0);
	part->weighed = true;
}

/* Do these two stand for themselves? Not asked where neither has an aspect. */
static bool
stand_apart(const Reader *reader, Part *left, Part *right)
{
	if (left->n + right->n == 0)
		return false;
	weigh(reader, left);
	weigh(reader, right);
	return left->verdict != 0 && right->verdict != 0 &&
		   (left->verdict != right->verdict || (left->n > 0 && right->n > 0));
}

/* ---- clauses ---- */

static void
put_mention(const Reader *reader, const Mention *what)
{
	const Part *clause = &reader->clause;
	AspectFound found = { what->aspect, clause->known, clause->sentiment, clause->at, 0 };
	int			sign = (what->lean > 0) - (what->lean < 0);
	int32_t		agrees = clause->known ? sign * clause->sentiment : 0;

	if (sign != 0 && agrees < ASPECT_WEAK && agrees > -ASPECT_STRONG)
	{
		found.known = true;
		found.sentiment = sign * ASPECT_LEAN;
	}
	if (what->end - clause->at > TEXT_MAX_QUOTE)
		found.quote_at = what->at;
	found.quote_len = text_quote_len(reader->said, found.quote_at, clause->end);
	reader->sink(reader->arg, &found);
}

static void
put_clause(Reader *reader)
{
	Part *clause = &reader->clause;

	if (clause->n > 0)
		judge(reader, clause);
	for (int i = 0; i < clause->n; i++)
		put_mention(reader, &clause->mention[i]);
	clear(clause);
}

/* The clause goes on with the part. */
static void
join(Part *clause, const Part *part)
{
	if (clause->weighed && part->weighed && clause->verdict == 0)
		clause->verdict = part->verdict;
	for (int i = 0; i < part->n; i++)
		mention(clause, &part->mention[i]);
	clause->end = part->end;
	clause->judged = false;
}

static void
end_part(Reader *reader)
{
	if (is_empty(&reader->part))
		return;
	if (!is_empty(&reader->clause) && stand_apart(reader, &reader->clause, &reader->part))
		put_clause(reader);
	if (is_empty(&reader->clause))
		reader->clause = reader->part;
	else
		join(&reader->clause, &reader->part);
	clear(&reader->part);
}

static void
end_clause(Reader *reader)
{
	end_part(reader);
	put_clause(reader);
	reader->concedes = false;
}

/* ---- units ---- */

static void
extend(Part *part, const PhraseUnit *unit)
{
	if (is_empty(part))
		part->at = unit->token.at;
	part->end = unit->end;
}

/* A word: part of the clause, or what ends it. */
static void
take_phrase(Reader *reader, const PhraseUnit *unit)
{
	const PhraseSense *sense = phrase_sense(reader->set, unit->sense);

	switch (sense ? sense->label : PHRASE_NOTHING)
	{
		case YET:
			if (unit->negated)
				break;
			/* FALLTHROUGH */
		case CONTRAST:
			end_clause(reader);
			return;
		case CONCESSION:
			end_clause(reader);
			reader->concedes = true;
			return;
		case AND:
			end_part(reader);
			return;
	}
	extend(&reader->part, unit);
	for (; sense; sense = phrase_sense(reader->set, sense->next))
		if (sense->label < PHRASE_MAX_LABELS)
			mention(&reader->part,
					&(Mention){ sense->label, unit->negated ? -sense->lean : sense->lean,
								unit->token.at, unit->end });
}

/* A mark: a comma ends a part, a semicolon a clause, what stops a sentence belongs to it. */
static void
take_mark(Reader *reader, const TextToken *mark)
{
	char byte = reader->said[mark->at];

	if (mark->flags & TEXT_STOPS)
	{
		if (byte > ' ' && !is_empty(&reader->part))
			reader->part.end = mark->at + mark->len;
		end_clause(reader);
	}
	else if (byte == ';' || (byte == ',' && reader->concedes))
		end_clause(reader);
	else if (byte == ',')
		end_part(reader);
}

/* Is there a dash between two places: long, double, or with blanks on both sides? */
static bool
has_dash(const char *said, size_t at, size_t end)
{
	for (; at + 2 < end; at++)
	{
		if (memcmp(said + at, "\xe2\x80\x93", 3) == 0 ||
			memcmp(said + at, "\xe2\x80\x94", 3) == 0 || memcmp(said + at, " - ", 3) == 0 ||
			memcmp(said + at, "---", 3) == 0)
			return true;
	}
	return at + 2 == end && memcmp(said + at, "--", 2) == 0;
}

/*
 * Hand out the aspects of a text, clause by clause, in the order in which they
 * come.  The set has terms of aspects and aspect_grammar; what leads to sentiment
 * comes from the model.
 */
void
aspect_read(const PhraseSet *set, const TextModel *model, const char *said, size_t len,
			TextTick tick, AspectSink sink, void *arg)
{
	Reader		 reader = { set, model, said, tick, sink, arg };
	PhraseStream stream;
	PhraseUnit	 unit;
	size_t		 at = 0;

	clear(&reader.clause);
	clear(&reader.part);
	phrase_stream(&stream, set, said, len, tick);
	while (phrase_next(&stream, &unit))
	{
		if (has_dash(said, at, unit.token.at))
			end_clause(&reader);
		at = unit.end;
		if (unit.token.kind == TEXT_MARK)
			take_mark(&reader, &unit.token);
		else
			take_phrase(&reader, &unit);
	}
	end_clause(&reader);
}
