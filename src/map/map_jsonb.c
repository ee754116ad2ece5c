/*-------------------------------------------------------------------------
 *
 * map_jsonb.c
 *	  A map as a document: reference.md says what is in it.
 *
 *-------------------------------------------------------------------------
 */
#include "map/map_jsonb.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "map/group.h"
#include "map/phrases.h"
#include "profile/profile_sql.h"
#include "text/text_model.h"

#define CELLS_OF_CLASS 8
#define QUOTES_OF_CELL 2
#define PAIRS_OF_CELL  3

/* Share of sentences read as an act that were one, when 96 of them were looked at. */
#define ACT_CONFIDENCE 0.84

typedef struct Writer
{
	JsonbParseState *state;
	Map				 map;
	MapPhrases		 phrases;
	uint32			*shown; /* by quote: 1 + the number of the cell that showed it last, or 0 */
	uint32			 n_cells;
	bool			 filled[MAP_QUADRANTS];
	int64			 least;
	int64			 suppressed;
	MapReason		 reason;
	void			*reason_arg;
} Writer;

/* ---- jsonb ---- */

static void
begin(Writer *writer, JsonbIteratorToken token)
{
	pushJsonbValue(&writer->state, token, NULL);
}

static void
push_text(Writer *writer, JsonbIteratorToken token, const char *bytes, int len)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = (char *) bytes;
	value.val.string.len = len;
	pushJsonbValue(&writer->state, token, &value);
}

static void
put_key(Writer *writer, const char *key)
{
	push_text(writer, WJB_KEY, key, strlen(key));
}

static void
put_text(Writer *writer, const char *key, const char *bytes, int len)
{
	put_key(writer, key);
	push_text(writer, WJB_VALUE, bytes, len);
}

static void
put_string(Writer *writer, const char *key, const char *string)
{
	put_text(writer, key, string, strlen(string));
}

static void
put_numeric(Writer *writer, const char *key, Numeric numeric)
{
	JsonbValue value;

	put_key(writer, key);
	value.type = jbvNumeric;
	value.val.numeric = numeric;
	pushJsonbValue(&writer->state, WJB_VALUE, &value);
}

static void
put_count(Writer *writer, const char *key, int64 count)
{
	put_numeric(writer, key, int64_to_numeric(count));
}

/* A number with four decimals. */
static void
put_fixed(Writer *writer, const char *key, double number)
{
	const double most = 1e12; /* only what is no map goes beyond */

	number = fmin(fmax(number, -most), most);
	put_numeric(writer, key, int64_div_fast_to_numeric((int64) rint(number * PROFILE_ONE), 4));
}

static void
put_mean(Writer *writer, const char *key, const MapMean *mean)
{
	if (mean->n > 0)
		put_fixed(writer, key, (double) mean->sum / (double) mean->n / PROFILE_ONE);
}

static void
put_interval(Writer *writer, const char *const keys[3], MapInterval interval)
{
	put_fixed(writer, keys[0], interval.value);
	put_fixed(writer, keys[1], interval.lo);
	put_fixed(writer, keys[2], interval.hi);
}

static void
put_date(Writer *writer, const char *key, int32 day)
{
	char date[MAXDATELEN + 1];

	JsonEncodeDateTime(date, DateADTGetDatum(day), DATEOID, NULL);
	put_text(writer, key, pstrdup(date), strlen(date));
}

/* ---- quotes ---- */

static void
put_quote(Writer *writer, const ProfileQuote *quote)
{
	const int utc = 0;
	char	  at[MAXDATELEN + 1];

	JsonEncodeDateTime(at, TimestampTzGetDatum(quote->at), TIMESTAMPTZOID, &utc);
	begin(writer, WJB_BEGIN_OBJECT);
	put_text(writer, "at", pstrdup(at), strlen(at));
	put_text(writer, "quote", quote->text, quote->len);
	put_fixed(writer, "sentiment", (double) quote->sentiment / PROFILE_ONE);
	begin(writer, WJB_END_OBJECT);
}

/* Those that no cell before has shown go first, so that a map has many voices. */
static void
put_quotes(Writer *writer, MapQuadrant quadrant, const MapCell *cell)
{
	uint32 mark = ++writer->n_cells;
	int	   shown = 0;
	int	   again;
	uint32 i;

	put_key(writer, "quotes");
	begin(writer, WJB_BEGIN_ARRAY);
	for (again = 0; again <= 1; again++)
	{
		for (i = 0; i < writer->map.n_quotes && shown < QUOTES_OF_CELL; i++)
		{
			if (writer->shown[i] == mark || (writer->shown[i] != 0) != (again != 0) ||
				!map_speaks_to(&writer->map, &writer->map.quotes[i], quadrant, cell))
				continue;
			put_quote(writer, &writer->map.quotes[i]);
			writer->shown[i] = mark;
			shown++;
		}
	}
	begin(writer, WJB_END_ARRAY);
}

/* ---- cells ---- */

static bool
is_person(const Writer *writer)
{
	return writer->map.customers == 1;
}

static bool
is_class(const MapCell *cell, const char *name)
{
	return cell->kind_len == strlen(name) && memcmp(cell->kind, name, cell->kind_len) == 0;
}

static bool
is_item(const MapCell *cell, const char *name)
{
	return cell->item_len == strlen(name) && memcmp(cell->item, name, cell->item_len) == 0;
}

/* Of one person, how much of what they said or did it is; of a group, how many have it. */
static void
put_share(Writer *writer, const MapCell *cell, bool is_thought)
{
	static const char *const share[] = { "share", "share_lo", "share_hi" };

	if (is_person(writer))
	{
		put_fixed(writer, "share", is_thought ? 1 : (double) cell->now.sum / PROFILE_ONE);
		return;
	}
	put_count(writer, "customers", cell->now.n);
	put_interval(writer, share, map_share(cell->now.n, writer->map.customers));
	if (!is_thought)
		put_mean(writer, "weight", &cell->now);
}

/* What one customer just has or has not has no share to compare. */
static void
put_trend(Writer *writer, const MapCell *cell)
{
	static const char *const trend[] = { "trend", "trend_lo", "trend_hi" };
	MapInterval				 change;

	if (writer->map.known <= 0 || (cell->was.n == 0 && cell->gained == 0))
		return;
	if (is_person(writer) && (is_class(cell, "rule") || is_class(cell, "habit")))
		return;
	if (is_person(writer))
		put_fixed(writer, "trend", (double) (cell->now.sum - cell->was.sum) / PROFILE_ONE);
	else if (map_trend(&writer->map, cell, &change))
		put_interval(writer, trend, change);
}

static void
put_confidence(Writer *writer, MapQuadrant quadrant, const MapCell *cell)
{
	if (is_class(cell, "rule"))
		put_mean(writer, "confidence", &cell->now);
	else if (is_class(cell, "act") || quadrant == MAP_THINKS ||
			 (quadrant == MAP_PAINS && is_item(cell, "threat to leave")))
		put_fixed(writer, "confidence", ACT_CONFIDENCE);
	else if (cell->sure.n > 0)
		put_mean(writer, "confidence", &cell->sure);
	else
		put_fixed(writer, "confidence", 1);
}

/* The aspects and topics of a feeling's days; the signals that a thought goes by. */
static void
put_pairs(Writer *writer, const char *key, MapQuadrant quadrant, const MapCell *cell)
{
	int	   shown = 0;
	uint32 i;

	put_key(writer, key);
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < writer->map.n_pairs && shown < PAIRS_OF_CELL; i++)
	{
		const MapPair *pair = &writer->map.pairs[i];

		if (pair->quadrant != quadrant || pair->now.n < writer->least ||
			pair->item_len != cell->item_len || memcmp(pair->item, cell->item, cell->item_len) != 0)
			continue;
		push_text(writer, WJB_ELEM, pair->item + pair->item_len + 3,
				  pair->len - pair->item_len - 3);
		shown++;
	}
	begin(writer, WJB_END_ARRAY);
}

static void
put_cell(Writer *writer, MapQuadrant quadrant, const MapCell *cell)
{
	bool		is_thought = quadrant == MAP_THINKS && is_class(cell, "rule");
	const char *reason =
		is_thought ? writer->reason(writer->reason_arg, cell->item, cell->item_len) : NULL;

	begin(writer, WJB_BEGIN_OBJECT);
	put_text(writer, "item", cell->item, cell->item_len);
	put_text(writer, "class", cell->kind, cell->kind_len);
	put_string(writer, "origin", quadrant == MAP_THINKS ? "inferred" : "observed");
	put_share(writer, cell, is_thought);
	put_trend(writer, cell);
	put_mean(writer, "sentiment", &cell->mood);
	put_confidence(writer, quadrant, cell);
	if (reason != NULL)
		put_string(writer, "rule", reason);
	if (is_thought)
		put_pairs(writer, "evidence", quadrant, cell);
	if (quadrant == MAP_FEELS)
		put_pairs(writer, "about", quadrant, cell);
	put_quotes(writer, quadrant, cell);
	begin(writer, WJB_END_OBJECT);
}

/* A key phrase: its share is of the quotes that were read, one of each customer. */
static void
put_phrase(Writer *writer, const MapPhrase *phrase)
{
	static const char *const share[] = { "share", "share_lo", "share_hi" };
	text					*term = text_in_server(phrase->bytes, phrase->len);
	MapInterval				 part = map_share(phrase->n, writer->phrases.read);
	int						 i;

	begin(writer, WJB_BEGIN_OBJECT);
	put_text(writer, "item", VARDATA_ANY(term), VARSIZE_ANY_EXHDR(term));
	put_string(writer, "class", "phrase");
	put_string(writer, "origin", "observed");
	if (is_person(writer))
		put_fixed(writer, "share", part.value);
	else
	{
		put_count(writer, "customers", phrase->n);
		put_count(writer, "sampled", writer->phrases.read);
		put_interval(writer, share, part);
	}
	put_mean(writer, "sentiment", &phrase->mood);
	put_fixed(writer, "confidence", 1);
	put_key(writer, "quotes");
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < phrase->n_quotes; i++)
		put_quote(writer, &writer->map.quotes[phrase->quotes[i]]);
	begin(writer, WJB_END_ARRAY);
	begin(writer, WJB_END_OBJECT);
}

/*
 * Cells of more customers than there are come from a value that is no map, which
 * anybody may hand to map_final().
 */
static bool
is_shown(Writer *writer, const MapCell *cells, uint32 place)
{
	const MapCell *cell = &cells[place];
	int			   before = 0;
	uint32		   i;

	if (cell->now.n == 0) /* it was so before, and is not any more */
		return false;
	if (cell->now.n < writer->least || cell->now.n > writer->map.customers)
	{
		writer->suppressed++;
		return false;
	}
	for (i = 0; i < place && before < CELLS_OF_CLASS; i++)
		before += cells[i].kind_len == cell->kind_len &&
				  memcmp(cells[i].kind, cell->kind, cell->kind_len) == 0;
	return before < CELLS_OF_CLASS;
}

static void
put_quadrant(Writer *writer, MapQuadrant quadrant)
{
	const MapCell *cells = writer->map.cells[quadrant];
	uint32		   i;

	put_key(writer, map_quadrant_names[quadrant]);
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < writer->map.n_cells[quadrant]; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_shown(writer, cells, i))
			continue;
		put_cell(writer, quadrant, &cells[i]);
		writer->filled[quadrant] = true;
	}
	for (i = 0; quadrant == MAP_SAYS && i < (uint32) writer->phrases.n; i++)
	{
		put_phrase(writer, &writer->phrases.phrases[i]);
		writer->filled[quadrant] = true;
	}
	begin(writer, WJB_END_ARRAY);
}

/* ---- the whole ---- */

static void
put_models(Writer *writer)
{
	const ProfileView *view = &writer->map.view;
	uint32			   i;

	put_key(writer, "models");
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < view->n_names; i++)
	{
		if (view->name_lens[i] > 6 && memcmp(view->names[i], "model:", 6) == 0)
			push_text(writer, WJB_ELEM, view->names[i] + 6, view->name_lens[i] - 6);
	}
	begin(writer, WJB_END_ARRAY);
}

/* The days that a map looks back on. */
static int64
days_of(const Map *map)
{
	return map->customers > 0 ? map->days / map->customers / PROFILE_ONE : 0;
}

/* How feelings went: slice i has the days d of 1 .. days with (d - 1) * MAP_SLICES / days = i. */
static void
put_course(Writer *writer)
{
	int64 n_days = days_of(&writer->map);
	int	  i;

	put_key(writer, "mood");
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < MAP_SLICES; i++)
	{
		const MapMean *mood = &writer->map.moods[i];
		int64		   from = (i * n_days + MAP_SLICES - 1) / MAP_SLICES + 1;
		int64		   until = ((i + 1) * n_days + MAP_SLICES - 1) / MAP_SLICES;

		if (from > until || n_days > MAP_MOST_DAYS)
			continue;
		begin(writer, WJB_BEGIN_OBJECT);
		put_date(writer, "from", (int32) (writer->map.as_of - n_days + from));
		put_date(writer, "to", (int32) (writer->map.as_of - n_days + until));
		put_count(writer, "customers", mood->n);
		if (mood->n >= writer->least)
			put_mean(writer, "sentiment", mood);
		begin(writer, WJB_END_OBJECT);
	}
	begin(writer, WJB_END_ARRAY);
}

static const struct
{
	const char *what; /* of one customer */
	const char *of;	  /* of a group: before and behind how many of it */
	const char *behind;
	const char *fill;
} missing[MAP_FIELDS] = {
	[MAP_FIELD_ACTIVITY] = { "did nothing", "", " did nothing",
							 "watch the tables of what customers do, or look back further" },
	[MAP_FIELD_AMOUNTS] = { "no amount is known", "no amount is known of ", "",
							"say which column is the amount when watching orders" },
	[MAP_FIELD_CHANNEL] = { "no channel is known", "no channel is known of ", "",
							"say which column is the channel" },
	[MAP_FIELD_FEELINGS] = { "no feeling is known", "no feeling is known of ", "",
							 "watch a table with texts or ratings" },
	[MAP_FIELD_SUBJECTS] = { "it is not known what it was about",
							 "it is not known what it was about for ", "",
							 "say which column is what it was about, or add phrases of topics" },
	[MAP_FIELD_TEXTS] = { "said nothing", "", " said nothing",
						  "watch a table of tickets, chats or reviews; or ask them" },
};

/* What part of what could be known is, and what is missing of most. */
static void
put_completeness(Writer *writer)
{
	const Map *map = &writer->map;
	double	   known = 0;
	int		   i;

	for (i = 0; i < MAP_FIELDS; i++)
		known += fmin(fmax((double) map->fields[i] / Max(map->customers, 1), 0), 1);
	put_fixed(writer, "completeness", known / MAP_FIELDS);
	put_key(writer, "missing");
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < MAP_FIELDS && map->customers > 0; i++)
	{
		double share = (double) map->fields[i] / map->customers;

		if (share >= 0.5)
			continue;
		begin(writer, WJB_BEGIN_OBJECT);
		put_string(writer, "what",
				   is_person(writer) ? missing[i].what
									 : psprintf("%s%.0f %%%s", missing[i].of, 100 * (1 - share),
												missing[i].behind));
		put_string(writer, "fill", missing[i].fill);
		begin(writer, WJB_END_OBJECT);
	}
	begin(writer, WJB_END_ARRAY);
}

/* Finds the key phrases, in the language that the shipped model reads. */
static void
find_phrases(Writer *writer)
{
	const Map	 *map = &writer->map;
	ProfileQuote *utf8 = palloc(sizeof(ProfileQuote) * (map->n_quotes + 1));
	uint32		  i;

	for (i = 0; i < map->n_quotes; i++)
	{
		text	*said = cstring_to_text_with_len(map->quotes[i].text, map->quotes[i].len);
		TextSaid words = text_in_utf8(said);

		utf8[i] = map->quotes[i];
		utf8[i].text = words.bytes;
		utf8[i].len = words.len;
	}
	map_phrases(map, utf8, CurrentMemoryContext, text_model_by_name(TEXT_MODEL_SHIPPED),
				writer->least, &writer->phrases);
}

static void
put_empty(Writer *writer)
{
	int i;

	put_key(writer, "empty");
	begin(writer, WJB_BEGIN_ARRAY);
	for (i = 0; i < MAP_QUADRANTS; i++)
	{
		if (!writer->filled[i])
			push_text(writer, WJB_ELEM, map_quadrant_names[i], strlen(map_quadrant_names[i]));
	}
	begin(writer, WJB_END_ARRAY);
}

Jsonb *
map_jsonb(struct varlena *value, int64 least, MapReason reason, void *arg)
{
	Writer writer = { .least = least, .reason = reason, .reason_arg = arg };
	int	   i;

	map_read(&writer.map, CurrentMemoryContext, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	writer.shown = palloc0((writer.map.n_quotes + 1) * sizeof(uint32));
	find_phrases(&writer);
	begin(&writer, WJB_BEGIN_OBJECT);
	put_date(&writer, "as_of", writer.map.as_of);
	put_count(&writer, "days", days_of(&writer.map));
	put_count(&writer, "customers", writer.map.customers);
	put_count(&writer, "heard", writer.map.heard);
	put_models(&writer);
	for (i = 0; i < MAP_QUADRANTS; i++)
		put_quadrant(&writer, i);
	put_course(&writer);
	put_completeness(&writer);
	put_empty(&writer);
	put_count(&writer, "suppressed", writer.suppressed);
	return JsonbValueToJsonb(pushJsonbValue(&writer.state, WJB_END_OBJECT, NULL));
}
