/*-------------------------------------------------------------------------
 *
 * condition.c
 *	  Conditions on profiles: from text to a set of clauses that share patterns.
 *
 *-------------------------------------------------------------------------
 */
#include "score/condition.h"

#include <string.h>

#define MAX_DIGITS 15 /* a number of more is not exact */

/* A text being read. */
typedef struct Parser
{
	ConditionSet   *set;
	const char	   *text;
	size_t			len;
	size_t			at;
	ConditionFault *fault;
} Parser;

static const char *const measure_names[CONDITION_MEASURES] = {
	"count", "days",  "different", "most",		 "sum",
	"last",	 "first", "overdue",   "usual_days", "regularity",
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* ---- words ---- */

static bool
fail(Parser *parser, const char *expected)
{
	parser->fault->at = parser->at;
	parser->fault->expected = expected;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_blanks(Parser *parser)
{
	while (parser->at < parser->len && is_blank(parser->text[parser->at]))
		parser->at++;
}

static bool
ends_word(char c)
{
	return is_blank(c) || strchr("<>=|\"", c) != NULL;
}

static size_t
word_length(const Parser *parser)
{
	size_t end = parser->at;

	while (end < parser->len && !ends_word(parser->text[end]))
		end++;
	return end - parser->at;
}

/* Reads over a character if it comes next. */
static bool
accept_char(Parser *parser, char c)
{
	skip_blanks(parser);
	if (parser->at == parser->len || parser->text[parser->at] != c)
		return false;
	parser->at++;
	return true;
}

/* Reads over a word if it comes next. */
static bool
accept_word(Parser *parser, const char *word)
{
	size_t len = strlen(word);
	size_t i;

	skip_blanks(parser);
	if (word_length(parser) != len)
		return false;
	for (i = 0; i < len; i++)
	{
		if (lower(parser->text[parser->at + i]) != word[i])
			return false;
	}
	parser->at += len;
	return true;
}

/* ---- patterns ---- */

/* A name without quotes around it, in small letters. */
static bool
read_plain(Parser *parser, ConditionSignal *signal)
{
	size_t len = word_length(parser);
	char  *bytes;
	size_t i;

	if (len == 0)
		return fail(parser, "the name of a signal");
	bytes = profile_port_alloc(parser->set->memory, len);
	for (i = 0; i < len; i++)
		bytes[i] = lower(parser->text[parser->at + i]);
	parser->at += len;
	signal->bytes = bytes;
	signal->len = (uint32_t) len;
	return true;
}

/* The same between quotes; two of them stand for one. */
static bool
read_quoted(Parser *parser, ConditionSignal *signal)
{
	char  *bytes = profile_port_alloc(parser->set->memory, parser->len - parser->at);
	size_t len = 0;

	for (; parser->at < parser->len; parser->at++)
	{
		if (parser->text[parser->at] == '"')
		{
			if (parser->at + 1 == parser->len || parser->text[parser->at + 1] != '"')
				break;
			parser->at++;
		}
		bytes[len++] = lower(parser->text[parser->at]);
	}
	signal->bytes = bytes;
	signal->len = (uint32_t) len;
	if (parser->at == parser->len)
		return fail(parser, "a \" that ends the name");
	parser->at++;
	return true;
}

static bool
read_signal(Parser *parser)
{
	ConditionSet   *set = parser->set;
	ConditionSignal signal = { 0 };
	size_t			start;

	skip_blanks(parser);
	start = parser->at;
	if (accept_char(parser, '"') ? !read_quoted(parser, &signal) : !read_plain(parser, &signal))
		return false;
	signal.is_role = signal.len >= 5 && memcmp(signal.bytes, "role:", 5) == 0;
	if (signal.len == 0 || signal.len > PROFILE_MAX_NAME ||
		(signal.is_role && !profile_role_named(signal.bytes + 5, signal.len - 5, &signal.role)))
	{
		parser->at = start;
		return fail(parser, signal.is_role	  ? "the name of a role after \"role:\""
							: signal.len == 0 ? "the name of a signal"
											  : "a shorter name of a signal");
	}
	set->signals = profile_room(set->memory, set->signals, &set->max_signals, set->n_signals + 1,
								sizeof(ConditionSignal));
	set->signals[set->n_signals++] = signal;
	return true;
}

static bool
same_signal(const ConditionSignal *a, const ConditionSignal *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static bool
same_pattern(const ConditionSet *set, const ConditionPattern *a, const ConditionPattern *b)
{
	uint32_t i;

	for (i = 0; a->n_signals == b->n_signals && i < a->n_signals; i++)
	{
		if (!same_signal(&set->signals[a->first_signal + i], &set->signals[b->first_signal + i]))
			return false;
	}
	return a->n_signals == b->n_signals;
}

/* The number of a pattern, which may be one that another clause has. */
static uint32_t
add_pattern(ConditionSet *set, ConditionPattern pattern)
{
	size_t i;

	for (i = 0; i < set->n_patterns && !same_pattern(set, &set->patterns[i], &pattern); i++)
		;
	if (i == set->n_patterns)
	{
		set->patterns = profile_room(set->memory, set->patterns, &set->max_patterns, i + 1,
									 sizeof(ConditionPattern));
		set->patterns[set->n_patterns++] = pattern;
	}
	set->patterns[i].by_name |= pattern.by_name;
	return (uint32_t) i;
}

static bool
read_pattern(Parser *parser, bool by_name, uint32_t *number)
{
	ConditionPattern pattern = { (uint32_t) parser->set->n_signals, 0, by_name };

	do
	{
		if (!read_signal(parser))
			return false;
		pattern.n_signals++;
	} while (accept_char(parser, '|'));
	*number = add_pattern(parser->set, pattern);
	return true;
}

/* ---- clauses ---- */

static bool
read_digits(Parser *parser, double *number, int *digits)
{
	size_t start = parser->at;

	for (; parser->at < parser->len; parser->at++)
	{
		char c = parser->text[parser->at];

		if (c < '0' || c > '9')
			break;
		if (++*digits > MAX_DIGITS)
			return fail(parser, "a number of fewer digits");
		*number = *number * 10 + (c - '0');
	}
	return parser->at > start || fail(parser, "a number");
}

/* As a whole number over a power of ten, both exact, so that it comes out as it is written. */
static bool
read_number(Parser *parser, double *number)
{
	double scale = 1;
	int	   digits = 0;

	if (accept_char(parser, '-'))
		scale = -1;
	*number = 0;
	if (!read_digits(parser, number, &digits))
		return false;
	if (parser->at < parser->len && parser->text[parser->at] == '.')
	{
		int whole = digits;

		parser->at++;
		if (!read_digits(parser, number, &digits))
			return false;
		for (; whole < digits; whole++)
			scale *= 10;
	}
	*number /= scale;
	return parser->at == parser->len || ends_word(parser->text[parser->at]) ||
		   fail(parser, "a blank after the number");
}

static bool
read_op(Parser *parser, ConditionOp *op)
{
	static const struct
	{
		const char *text;
		ConditionOp op;
	} ops[] = { { "<=", CONDITION_LE },
				{ ">=", CONDITION_GE },
				{ "<", CONDITION_LT },
				{ ">", CONDITION_GT },
				{ "=", CONDITION_EQ } };
	size_t i;

	skip_blanks(parser);
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
	{
		size_t len = strlen(ops[i].text);

		if (parser->len - parser->at >= len &&
			memcmp(parser->text + parser->at, ops[i].text, len) == 0)
		{
			parser->at += len;
			*op = ops[i].op;
			return true;
		}
	}
	return fail(parser, "one of <, <=, =, >= and >");
}

static bool
read_span(Parser *parser, ConditionClause *clause)
{
	double days = 0;
	size_t start;

	clause->with_day = accept_word(parser, "from");
	if (clause->with_day || accept_word(parser, "since"))
		return read_pattern(parser, false, &clause->since);
	if (!accept_word(parser, "in"))
		return true;
	skip_blanks(parser);
	start = parser->at;
	if (!read_number(parser, &days))
		return false;
	if (days < 1 || days > CONDITION_MAX_SPAN || days != (int32_t) days)
	{
		parser->at = start;
		return fail(parser, "a whole number of days from 1 to 36525");
	}
	clause->within = (int32_t) days;
	return accept_word(parser, "days") || accept_word(parser, "day") || fail(parser, "\"days\"");
}

/* The first clause that says the same as another, which is not in the set yet. */
static uint32_t
same_clause(const ConditionSet *set, const ConditionClause *clause)
{
	size_t i;

	for (i = 0; i < set->n_clauses; i++)
	{
		const ConditionClause *other = &set->clauses[i];

		if (other->measure == clause->measure && other->pattern == clause->pattern &&
			other->since == clause->since && other->with_day == clause->with_day &&
			other->within == clause->within && other->op == clause->op &&
			other->number == clause->number)
			break;
	}
	return (uint32_t) i;
}

static bool
read_clause(Parser *parser)
{
	ConditionSet   *set = parser->set;
	ConditionClause clause = { .pattern = PROFILE_NONE, .since = PROFILE_NONE };
	bool			by_name;

	skip_blanks(parser);
	clause.at = (uint32_t) parser->at;
	while (clause.measure < CONDITION_MEASURES &&
		   !accept_word(parser, measure_names[clause.measure]))
		clause.measure++;
	if (clause.measure == CONDITION_MEASURES)
		return fail(parser, "one of count, days, different, most, sum, last, first, overdue, "
							"usual_days and regularity");
	by_name = clause.measure == CONDITION_DIFFERENT || clause.measure == CONDITION_MOST;
	if (clause.measure < CONDITION_OVERDUE &&
		(!read_pattern(parser, by_name, &clause.pattern) || !read_span(parser, &clause)))
		return false;
	if (!read_op(parser, &clause.op) || !read_number(parser, &clause.number))
		return false;
	clause.len = (uint32_t) (parser->at - clause.at);
	clause.same = same_clause(set, &clause);
	set->has_rhythm |= clause.measure >= CONDITION_OVERDUE;
	set->clauses = profile_room(set->memory, set->clauses, &set->max_clauses, set->n_clauses + 1,
								sizeof(ConditionClause));
	set->clauses[set->n_clauses++] = clause;
	return true;
}

static bool
read_clauses(Parser *parser, uint32_t *n)
{
	do
	{
		if (!read_clause(parser))
			return false;
		(*n)++;
	} while (accept_word(parser, "and"));
	return parser->at == parser->len || fail(parser, "\"and\"");
}

ConditionSet *
condition_set_new(void *memory)
{
	ConditionSet *set = profile_port_alloc(memory, sizeof(ConditionSet));

	memset(set, 0, sizeof(*set));
	set->memory = memory;
	return set;
}

int
condition_add(ConditionSet *set, const char *text, size_t len, ConditionFault *fault)
{
	Parser			   parser = { set, text, len, 0, fault };
	const ConditionSet before = *set;
	Condition		   condition = { (uint32_t) set->n_clauses, 0 };

	if (!read_clauses(&parser, &condition.n_clauses))
	{
		set->n_clauses = before.n_clauses;
		set->n_patterns = before.n_patterns;
		set->n_signals = before.n_signals;
		return -1;
	}
	set->conditions = profile_room(set->memory, set->conditions, &set->max_conditions,
								   set->n_conditions + 1, sizeof(Condition));
	set->conditions[set->n_conditions] = condition;
	return (int) set->n_conditions++;
}

/* ---- matching ---- */

/* Whether a pattern with stars matches a name: on a dead end, the last star takes a byte more. */
static bool
matches_signal(const ConditionSignal *signal, const char *name, size_t len)
{
	size_t p = 0;
	size_t n = 0;
	size_t star = SIZE_MAX;
	size_t taken = 0;

	while (n < len)
	{
		if (p < signal->len && signal->bytes[p] == '*')
		{
			star = p++;
			taken = n;
		}
		else if (p < signal->len && signal->bytes[p] == lower(name[n]))
		{
			p++;
			n++;
		}
		else if (star != SIZE_MAX)
		{
			p = star + 1;
			n = ++taken;
		}
		else
			return false;
	}
	while (p < signal->len && signal->bytes[p] == '*')
		p++;
	return p == signal->len;
}

bool
condition_matches(const ConditionSet *set, uint32_t pattern, const char *name, size_t len, int role)
{
	const ConditionPattern *p = &set->patterns[pattern];
	uint32_t				i;

	for (i = 0; i < p->n_signals; i++)
	{
		const ConditionSignal *signal = &set->signals[p->first_signal + i];

		if (signal->is_role ? (int) signal->role == role : matches_signal(signal, name, len))
			return true;
	}
	return false;
}
