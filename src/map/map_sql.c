/*-------------------------------------------------------------------------
 *
 * map_sql.c
 *	  Empathy maps to SQL: map() of a profile, map_agg() of a group's, both as
 *	  jsonb.
 *
 * The state of map_agg() is a profile: the merge of its people's maps (map.h).
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "map/map.h"
#include "profile/profile_sql.h"
#include "score/score_sql.h"
#include "settings.h"

#define DEFAULT_LOOKBACK  90
#define ITEMS_OF_QUADRANT 12
#define QUOTES_OF_ITEM	  2

/* ---- the days looked at ---- */

static int32
as_of_argument(FunctionCallInfo fcinfo, int arg)
{
	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return score_as_of_day(GetCurrentTransactionStartTimestamp());
	return score_as_of_day(PG_GETARG_TIMESTAMPTZ(arg));
}

/* The last day that is too old. */
static int32
since_argument(FunctionCallInfo fcinfo, int arg, int32 as_of)
{
	if (PG_NARGS() <= arg || PG_ARGISNULL(arg))
		return as_of - DEFAULT_LOOKBACK;
	return as_of - (int32) score_span_days(PG_GETARG_INTERVAL_P(arg), "lookback", 1);
}

/* ---- jsonb ---- */

static void
push_key(JsonbParseState **state, const char *key)
{
	JsonbValue value;

	value.type = jbvString;
	value.val.string.val = (char *) key;
	value.val.string.len = strlen(key);
	pushJsonbValue(state, WJB_KEY, &value);
}

static void
push_string(JsonbParseState **state, const char *key, const char *bytes, int len)
{
	JsonbValue value;

	push_key(state, key);
	value.type = jbvString;
	value.val.string.val = (char *) bytes;
	value.val.string.len = len;
	pushJsonbValue(state, WJB_VALUE, &value);
}

static void
push_numeric(JsonbParseState **state, const char *key, Numeric numeric)
{
	JsonbValue value;

	push_key(state, key);
	value.type = jbvNumeric;
	value.val.numeric = numeric;
	pushJsonbValue(state, WJB_VALUE, &value);
}

static void
push_count(JsonbParseState **state, const char *key, int64 count)
{
	push_numeric(state, key, int64_to_numeric(count));
}

/* A number with four decimals. */
static void
push_fixed(JsonbParseState **state, const char *key, double number)
{
	const double most = 1e12; /* only what is no map goes beyond */

	number = fmin(fmax(number, -most), most);
	push_numeric(state, key, int64_div_fast_to_numeric((int64) rint(number * PROFILE_ONE), 4));
}

/* ---- what a merged map holds ---- */

typedef struct Cell
{
	const char *item;
	int			len;
	int64		customers;
	int64		weight; /* sums of fixed point, over the customers */
	int64		mood;
	int64		mood_n;
	int64		sure;
	int64		sure_n;
} Cell;

typedef struct Map
{
	ProfileView	 view;
	int32		 as_of;
	int64		 customers;
	int64		 heard;
	int64		 days;
	Cell		*cells[MAP_QUADRANTS];
	int			 n_cells[MAP_QUADRANTS];
	ProfileQuote quotes[PROFILE_QUOTES];
	int			 n_quotes;
} Map;

static bool
name_equals(const Map *map, uint32 name, const char *what)
{
	return map->view.name_lens[name] == strlen(what) &&
		   memcmp(map->view.names[name], what, strlen(what)) == 0;
}

static Cell *
find_cell(Map *map, int quadrant, const char *item, int len)
{
	Cell *cells = map->cells[quadrant];
	int	  i;

	for (i = 0; i < map->n_cells[quadrant]; i++)
	{
		if (cells[i].len == len && memcmp(cells[i].item, item, len) == 0)
			return &cells[i];
	}
	memset(&cells[i], 0, sizeof(Cell));
	cells[i].item = item;
	cells[i].len = len;
	map->n_cells[quadrant]++;
	return &cells[i];
}

/* "says.mood:cancel" and the like, into its cell. */
static void
note_item(Map *map, const ProfileCell *stored)
{
	const char *name = map->view.names[stored->name];
	int			len = map->view.name_lens[stored->name];
	const char *colon = memchr(name, ':', len);
	int			quadrant;

	for (quadrant = 0; colon != NULL && quadrant < MAP_QUADRANTS; quadrant++)
	{
		int	  prefix = strlen(map_quadrant_names[quadrant]);
		int	  measure = (colon - name) - prefix;
		Cell *cell;

		if (measure < 0 || memcmp(name, map_quadrant_names[quadrant], prefix) != 0)
			continue;
		if (len == colon + 2 - name && colon[1] == '*')
			return; /* the rest of the names: no item, and nobody knows of how many customers */
		cell = find_cell(map, quadrant, colon + 1, name + len - (colon + 1));
		if (measure == 0)
		{
			cell->customers += stored->n;
			cell->weight += stored->sum;
		}
		else if (measure == 5 && memcmp(name + prefix, ".mood", 5) == 0)
		{
			cell->mood += stored->sum;
			cell->mood_n += stored->n;
		}
		else if (measure == 5 && memcmp(name + prefix, ".sure", 5) == 0)
		{
			cell->sure += stored->sum;
			cell->sure_n += stored->n;
		}
		return;
	}
}

static void
note_cell(Map *map, const ProfileCell *cell)
{
	if (cell->day > map->as_of)
		map->as_of = cell->day;
	if (name_equals(map, cell->name, "customers"))
		map->customers += cell->n;
	else if (name_equals(map, cell->name, "heard"))
		map->heard += cell->n;
	else if (name_equals(map, cell->name, "days"))
		map->days += cell->sum;
	else
		note_item(map, cell);
}

static void
read_map(Map *map, struct varlena *value)
{
	ProfileCell cell;
	int			i;

	memset(map, 0, sizeof(*map));
	map->as_of = PG_INT32_MIN;
	profile_open_datum(&map->view, value);
	for (i = 0; i < MAP_QUADRANTS; i++)
		map->cells[i] = palloc(sizeof(Cell) * (map->view.n_names + 1));
	while (profile_next_cell(&map->view, &cell))
	{
		CHECK_FOR_INTERRUPTS();
		note_cell(map, &cell);
	}
	while (map->n_quotes < PROFILE_QUOTES &&
		   profile_next_quote(&map->view, &map->quotes[map->n_quotes]))
		map->n_quotes++;
}

/* ---- showing it ---- */

static int
compare_cells(const void *left, const void *right)
{
	const Cell *a = left;
	const Cell *b = right;
	int			order;

	if (a->customers != b->customers)
		return a->customers > b->customers ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	order = memcmp(a->item, b->item, Min(a->len, b->len));
	return order != 0 ? order : a->len - b->len;
}

/* Whether a quote speaks to a cell: by an intent or emotion. */
static bool
speaks_to(const Map *map, const ProfileQuote *quote, int quadrant, const Cell *cell)
{
	const char *prefix = quadrant == MAP_SAYS ? "intent:" : "emotion:";
	int			prefix_len = strlen(prefix);
	uint32		i;

	if (quadrant != MAP_SAYS && quadrant != MAP_FEELS)
		return false;
	for (i = 0; i < quote->n_labels; i++)
	{
		const char *name = map->view.names[quote->labels[i]];

		if (map->view.name_lens[quote->labels[i]] == prefix_len + cell->len &&
			memcmp(name, prefix, prefix_len) == 0 &&
			memcmp(name + prefix_len, cell->item, cell->len) == 0)
			return true;
	}
	return false;
}

static void
push_quotes(JsonbParseState **state, const Map *map, int quadrant, const Cell *cell)
{
	int shown = 0;
	int i;

	push_key(state, "quotes");
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	for (i = 0; i < map->n_quotes && shown < QUOTES_OF_ITEM; i++)
	{
		const ProfileQuote *quote = &map->quotes[i];
		const int			utc = 0;
		char				at[MAXDATELEN + 1];

		if (!speaks_to(map, quote, quadrant, cell))
			continue;
		JsonEncodeDateTime(at, TimestampTzGetDatum(quote->at), TIMESTAMPTZOID, &utc);
		pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
		push_string(state, "at", pstrdup(at), strlen(at));
		push_string(state, "quote", quote->text, quote->len);
		push_fixed(state, "sentiment", (double) quote->sentiment / PROFILE_ONE);
		pushJsonbValue(state, WJB_END_OBJECT, NULL);
		shown++;
	}
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

/*
 * Share of a group's customers with Wilson's 95 % interval (JASA 22, 1927), and
 * the mean over them of the share of their texts or events; of one person, the
 * latter is the share.
 */
static void
push_share(JsonbParseState **state, const Map *map, const Cell *cell, double weight)
{
	const double z = 1.959963984540054;
	double		 total = (double) map->customers;
	double		 p = (double) cell->customers / total;
	double		 centre = (p + z * z / (2 * total)) / (1 + z * z / total);
	double half = z * sqrt(p * (1 - p) / total + z * z / (4 * total * total)) / (1 + z * z / total);

	if (map->customers == 1)
	{
		push_fixed(state, "share", weight);
		return;
	}
	push_count(state, "customers", cell->customers);
	push_fixed(state, "share", p);
	push_fixed(state, "share_lo", Max(centre - half, 0));
	push_fixed(state, "share_hi", Min(centre + half, 1));
	push_fixed(state, "weight", weight);
}

/* A thought's measure is the confidence in it, others' is how much of what was said or done it is. */
static void
push_cell(JsonbParseState **state, const Map *map, int quadrant, const Cell *cell)
{
	double		weight = (double) cell->weight / cell->customers / PROFILE_ONE;
	const char *origin = quadrant == MAP_THINKS ? "inferred" : "observed";
	const char *rule = quadrant == MAP_THINKS ? map_rule(cell->item, cell->len) : NULL;

	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	push_string(state, "item", cell->item, cell->len);
	push_string(state, "origin", origin, strlen(origin));
	push_share(state, map, cell, quadrant == MAP_THINKS ? 1 : weight);
	if (cell->mood_n > 0)
		push_fixed(state, "sentiment", (double) cell->mood / cell->mood_n / PROFILE_ONE);
	push_fixed(state, "confidence",
			   quadrant == MAP_THINKS ? weight
			   : cell->sure_n > 0	  ? (double) cell->sure / cell->sure_n / PROFILE_ONE
									  : 1);
	if (rule != NULL)
		push_string(state, "rule", rule, strlen(rule));
	push_quotes(state, map, quadrant, cell);
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

/*
 * A quadrant's cells of at least so many customers; returns how many others
 * there are.  Cells of more customers than there are come from a value that is
 * no map, which anybody may hand to map_final().
 */
static int
push_quadrant(JsonbParseState **state, Map *map, int quadrant, int64 least)
{
	Cell *cells = map->cells[quadrant];
	int	  suppressed = 0;
	int	  shown = 0;
	int	  i;

	qsort(cells, map->n_cells[quadrant], sizeof(Cell), compare_cells);
	push_key(state, map_quadrant_names[quadrant]);
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	for (i = 0; i < map->n_cells[quadrant]; i++)
	{
		if (cells[i].customers < least || cells[i].customers > map->customers)
			suppressed++;
		else if (shown++ < ITEMS_OF_QUADRANT)
			push_cell(state, map, quadrant, &cells[i]);
	}
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
	return suppressed;
}

static void
push_models(JsonbParseState **state, const Map *map)
{
	uint32 i;

	push_key(state, "models");
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	for (i = 0; i < map->view.n_names; i++)
	{
		JsonbValue value;

		if (map->view.name_lens[i] <= 6 || memcmp(map->view.names[i], "model:", 6) != 0)
			continue;
		value.type = jbvString;
		value.val.string.val = (char *) map->view.names[i] + 6;
		value.val.string.len = map->view.name_lens[i] - 6;
		pushJsonbValue(state, WJB_ELEM, &value);
	}
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

/* A map as jsonb, without cells of fewer than so many customers. */
static Jsonb *
map_jsonb(struct varlena *value, int64 least)
{
	JsonbParseState *state = NULL;
	int				 suppressed = 0;
	char			 as_of[MAXDATELEN + 1];
	Map				 map;
	int				 i;

	read_map(&map, value);
	JsonEncodeDateTime(as_of, DateADTGetDatum(map.as_of), DATEOID, NULL);
	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	push_string(&state, "as_of", as_of, strlen(as_of));
	push_count(&state, "days", map.customers > 0 ? map.days / map.customers / PROFILE_ONE : 0);
	push_count(&state, "customers", map.customers);
	push_count(&state, "heard", map.heard);
	push_models(&state, &map);
	for (i = 0; i < MAP_QUADRANTS; i++)
		suppressed += push_quadrant(&state, &map, i, least);
	push_count(&state, "suppressed", suppressed);
	return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL));
}

/* One person's map, as the profile of one day that maps are. */
static struct varlena *
person_map(FunctionCallInfo fcinfo, int profile_arg)
{
	struct varlena *value = PG_GETARG_PROFILE(profile_arg);
	int32			as_of = as_of_argument(fcinfo, profile_arg + 1);
	int32			since = since_argument(fcinfo, profile_arg + 2, as_of);
	ProfileArena	arena;

	profile_scratch(&arena);
	map_draft_person(&arena, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), as_of, since);
	profile_finish(&arena);
	return profile_result(&arena);
}

PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_map);
Datum
emp_map(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(map_jsonb(person_map(fcinfo, 0), 1));
}

/* map_accum(state, profile [, as_of [, lookback]]) */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_map_accum);
Datum
emp_map_accum(PG_FUNCTION_ARGS)
{
	MemoryContext	context;
	ProfileLog	   *log;
	struct varlena *map;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("map_accum can only be called as part of an aggregate")));
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	map = person_map(fcinfo, 1);
	log = profile_log_argument(fcinfo, context);
	profile_log_value(log, VARDATA_ANY(map), VARSIZE_ANY_EXHDR(map));
	PG_RETURN_DATUM(profile_log_datum(log));
}

/* The final function of map_agg(). */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_map_final);
Datum
emp_map_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_JSONB_P(map_jsonb(PG_GETARG_PROFILE(0), empathy_min_group));
}
