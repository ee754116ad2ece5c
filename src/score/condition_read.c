/*-------------------------------------------------------------------------
 *
 * condition_read.c
 *	  What a bound condition says of a day, and when it may say something else.
 *
 *-------------------------------------------------------------------------
 */
#include "score/condition.h"

#include <math.h>
#include <string.h>

#include "score/cadence.h"

/* The part of a pattern's days that a clause counts: days[lo] .. days[hi - 1]. */
typedef struct Span
{
	const ConditionTrack *track;
	int64_t				  after; /* days up to this one don't count */
	size_t				  lo;
	size_t				  hi;
	bool				  known;
} Span;

/* How many of n elements in order, each beginning with its day, come up to a day. */
static size_t
up_to(const void *elements, size_t size, size_t n, int64_t day)
{
	size_t lo = 0;
	size_t hi = n;

	while (lo < hi)
	{
		size_t	mid = lo + (hi - lo) / 2;
		int32_t this_day;

		memcpy(&this_day, (const char *) elements + mid * size, sizeof(this_day));
		if (this_day <= day)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
days_up_to(const ConditionTrack *track, int64_t day)
{
	return up_to(track->days, sizeof(ConditionDay), track->n_days, day);
}

static size_t
cells_up_to(const ConditionTrack *track, int64_t day)
{
	return up_to(track->cells, sizeof(ProfileCell), track->n_cells, day);
}

static Span
span_of(const ConditionBinding *binding, const ConditionClause *clause, int32_t day)
{
	Span span = { &binding->tracks[clause->pattern], INT64_MIN, 0, 0, true };

	if (clause->since != PROFILE_NONE)
	{
		const ConditionTrack *since = &binding->tracks[clause->since];
		size_t				  n = days_up_to(since, day);

		span.known = n > 0;
		span.after = n > 0 ? (int64_t) since->days[n - 1].day - clause->with_day : day;
	}
	else if (clause->within > 0)
		span.after = (int64_t) day - clause->within;
	span.lo = span.after == INT64_MIN ? 0 : days_up_to(span.track, span.after);
	span.hi = days_up_to(span.track, day);
	return span;
}

/* ---- quantities ---- */

/* How many names there are in a span, or on how many days the most frequent came. */
static uint32_t
count_names(const ConditionBinding *binding, const Span *span, int32_t day, bool most)
{
	const ProfileCell *cells = span->track->cells;
	size_t			   from = cells_up_to(span->track, span->after);
	size_t			   to = cells_up_to(span->track, day);
	uint32_t		   names = 0;
	uint32_t		   most_days = 0;
	size_t			   i;

	for (i = from; i < to; i++)
	{
		uint32_t days = ++binding->tally[cells[i].name];

		names += days == 1;
		if (days > most_days)
			most_days = days;
	}
	for (i = from; i < to; i++)
		binding->tally[cells[i].name] = 0;
	return most ? most_days : names;
}

static double
difference(const Span *span, bool sums)
{
	const ConditionDay *days = span->track->days;
	int64_t				until = 0;
	int64_t				before = 0;

	if (span->hi > 0)
		until = sums ? days[span->hi - 1].sum : days[span->hi - 1].n;
	if (span->lo > 0)
		before = sums ? days[span->lo - 1].sum : days[span->lo - 1].n;
	return (double) (until - before);
}

static bool
quantity(const ConditionBinding *binding, const ConditionClause *clause, int32_t day, double *value)
{
	Span				span = span_of(binding, clause, day);
	const ConditionDay *days = span.track->days;

	*value = 0;
	if (!span.known)
		return false;
	switch (clause->measure)
	{
		case CONDITION_COUNT:
			*value = difference(&span, false);
			return true;
		case CONDITION_DAYS:
			*value = (double) (span.hi - span.lo);
			return true;
		case CONDITION_DIFFERENT:
		case CONDITION_MOST:
			*value = count_names(binding, &span, day, clause->measure == CONDITION_MOST);
			return true;
		case CONDITION_SUM:
			*value = difference(&span, true) / PROFILE_ONE;
			return true;
		case CONDITION_LAST:
			if (span.hi > span.lo)
				*value = (double) day - days[span.hi - 1].day;
			return span.hi > span.lo;
		case CONDITION_FIRST:
			if (span.hi > span.lo)
				*value = (double) day - days[span.lo].day;
			return span.hi > span.lo;
		case CONDITION_OVERDUE:
		case CONDITION_USUAL_DAYS:
		case CONDITION_REGULARITY:
		case CONDITION_MEASURES:
			break;
	}
	return false;
}

/* ---- rhythm ---- */

static size_t
rhythm_up_to(const ConditionRhythm *rhythm, int32_t day)
{
	return up_to(rhythm->days, sizeof(int32_t), rhythm->n_days, day);
}

/* As of a day: purchases once there is one, before that whatever the customer does. */
static const ConditionRhythm *
rhythm_of(const ConditionBinding *binding, int32_t day, size_t *n)
{
	const ConditionRhythm *rhythm = &binding->purchases;

	*n = rhythm_up_to(rhythm, day);
	if (*n > 0)
		return rhythm;
	*n = rhythm_up_to(&binding->active, day);
	return &binding->active;
}

static bool
rhythm_value(const ConditionBinding *binding, ConditionMeasure measure, int32_t day, double *value)
{
	size_t				   n;
	const ConditionRhythm *rhythm = rhythm_of(binding, day, &n);
	Cadence				   cadence;

	*value = 0;
	if (n < 2)
		return false;
	if (measure == CONDITION_USUAL_DAYS)
		*value = rhythm->usual[n - 1];
	else if (measure == CONDITION_OVERDUE)
		*value = ((double) day - rhythm->days[n - 1]) / rhythm->usual[n - 1];
	else
	{
		score_cadence(rhythm->days, n, day, &cadence);
		*value = cadence.regularity;
		return cadence.regular_known;
	}
	return true;
}

/* ---- clauses ---- */

bool
condition_value(const ConditionBinding *binding, const ConditionClause *clause, int32_t day,
				double *value)
{
	return clause->measure < CONDITION_OVERDUE ? quantity(binding, clause, day, value)
											   : rhythm_value(binding, clause->measure, day, value);
}

bool
condition_clause_holds(const ConditionBinding *binding, const ConditionClause *clause, int32_t day)
{
	double value;

	if (!condition_value(binding, clause, day, &value))
		return false;
	switch (clause->op)
	{
		case CONDITION_LT:
			return value < clause->number;
		case CONDITION_LE:
			return value <= clause->number;
		case CONDITION_EQ:
			return value == clause->number;
		case CONDITION_GE:
			return value >= clause->number;
		case CONDITION_GT:
			return value > clause->number;
	}
	return false;
}

bool
condition_holds(const ConditionBinding *binding, int condition, int32_t day)
{
	const Condition		  *c = &binding->set->conditions[condition];
	const ConditionClause *clauses = binding->set->clauses + c->first_clause;
	uint32_t			   i;

	for (i = 0; i < c->n_clauses; i++)
	{
		if (!condition_clause_holds(binding, &clauses[i], day))
			return false;
	}
	return true;
}

/* ---- the next change ---- */

/* The earlier one of a day and another, if that is later than the day asked about. */
static int32_t
sooner(int32_t next, int32_t day, double other)
{
	return other > day && other < next ? (int32_t) other : next;
}

/*
 * A quantity that grows by 1 / unit a day, from 0 on the day from, comes to the
 * clause's number on a day that lies, rounding included, among three.
 */
static int32_t
sooner_growing(int32_t next, int32_t day, const ConditionClause *clause, int32_t from, double unit)
{
	double at = floor(from + clause->number * unit);
	int	   i;

	for (i = 2; i >= 0; i--)
		next = sooner(next, day, at + i);
	return next;
}

static int32_t
next_of_quantity(const ConditionBinding *binding, const ConditionClause *clause, int32_t day)
{
	Span				span = span_of(binding, clause, day);
	const ConditionDay *days = span.track->days;
	int32_t				next = CONDITION_NEVER;

	if (span.hi < span.track->n_days)
		next = days[span.hi].day;
	if (clause->since != PROFILE_NONE)
	{
		const ConditionTrack *since = &binding->tracks[clause->since];
		size_t				  n = days_up_to(since, day);

		if (n < since->n_days)
			next = sooner(next, day, since->days[n].day);
	}
	if (span.hi == span.lo)
		return next;
	if (clause->within > 0)
		next = sooner(next, day, (double) days[span.lo].day + clause->within);
	if (clause->measure == CONDITION_LAST)
		next = sooner_growing(next, day, clause, days[span.hi - 1].day, 1);
	else if (clause->measure == CONDITION_FIRST)
		next = sooner_growing(next, day, clause, days[span.lo].day, 1);
	return next;
}

static int32_t
next_of_rhythm(const ConditionBinding *binding, const ConditionClause *clause, int32_t day)
{
	size_t				   n;
	const ConditionRhythm *rhythm = rhythm_of(binding, day, &n);
	int32_t				   next = n < rhythm->n_days ? rhythm->days[n] : CONDITION_NEVER;

	if (clause->measure == CONDITION_OVERDUE && n >= 2)
		next = sooner_growing(next, day, clause, rhythm->days[n - 1], rhythm->usual[n - 1]);
	return next;
}

/*
 * While a condition doesn't hold, all clauses that don't must change before it
 * does; while it holds, it does so until one of them changes.
 */
int32_t
condition_next(const ConditionBinding *binding, int condition, int32_t day)
{
	const Condition		  *c = &binding->set->conditions[condition];
	const ConditionClause *clauses = binding->set->clauses + c->first_clause;
	bool				   holds = true;
	int32_t				   next = CONDITION_NEVER;
	uint32_t			   i;

	for (i = 0; i < c->n_clauses; i++)
	{
		bool	this_holds = condition_clause_holds(binding, &clauses[i], day);
		int32_t this_next;

		if (this_holds && !holds)
			continue;
		this_next = clauses[i].measure < CONDITION_OVERDUE
						? next_of_quantity(binding, &clauses[i], day)
						: next_of_rhythm(binding, &clauses[i], day);
		if (this_holds ? this_next < next : holds || this_next > next)
			next = this_next;
		holds &= this_holds;
	}
	return next;
}

/* ---- evidence ---- */

static bool
is_match(const ConditionBinding *binding, uint32_t name, uint32_t pattern)
{
	const ConditionName *known = &binding->names[binding->known[name]];
	uint32_t			 i;

	for (i = 0; i < known->n_matches; i++)
	{
		if (binding->matches[known->first_match + i] == pattern)
			return true;
	}
	return false;
}

/* Totals stop at the end of their range. */
static void
add_clamped(int64_t *total, int64_t more)
{
	if (__builtin_add_overflow(*total, more, total))
		*total = more < 0 ? INT64_MIN : INT64_MAX;
}

static void
add_evidence(ConditionEvidence *evidence, const ProfileCell *cell)
{
	if (evidence->days++ == 0)
		evidence->first = cell->day;
	evidence->last = cell->day;
	add_clamped(&evidence->n, cell->n);
	add_clamped(&evidence->sum, cell->sum);
}

uint32_t
condition_evidence(ConditionBinding *binding, const ConditionClause *clause, int32_t day,
				   ConditionEvidence *evidence)
{
	ProfileView cursor = binding->start;
	uint32_t	n = 0;
	ProfileCell cell;
	Span		span;

	if (clause->pattern == PROFILE_NONE)
		return 0;
	span = span_of(binding, clause, day);
	while (span.known && profile_next_cell(&cursor, &cell) && cell.day <= day)
	{
		if (cell.day <= span.after || !is_match(binding, cell.name, clause->pattern))
			continue;
		if (binding->tally[cell.name] == 0)
		{
			evidence[n] = (ConditionEvidence){ .name = cell.name };
			binding->tally[cell.name] = ++n;
		}
		add_evidence(&evidence[binding->tally[cell.name] - 1], &cell);
	}
	memset(binding->tally, 0, cursor.n_names * sizeof(uint32_t));
	return n;
}
