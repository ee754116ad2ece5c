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

/*
 * How many of n elements in order, each beginning with its day, come up to a
 * day.  Mostly all of them, or they are few.
 */
static inline size_t
up_to(const void *elements, size_t size, size_t n, int64_t day)
{
	const char *first = elements;
	size_t		lo = 0;
	int32_t		this_day;

	while (n > lo)
	{
		size_t mid = n - lo < 8 ? n - 1 : lo + (n - lo) / 2;

		memcpy(&this_day, first + mid * size, sizeof(this_day));
		if (this_day > day)
			n = mid;
		else if (mid + 1 == n)
			return n;
		else
			lo = mid + 1;
	}
	return lo;
}

static inline size_t
days_up_to(const ConditionTrack *track, int64_t day)
{
	return up_to(track->days, sizeof(ConditionDay), track->n_days, day);
}

static size_t
cells_up_to(const ConditionTrack *track, int64_t day)
{
	return up_to(track->cells, sizeof(ProfileCell), track->n_cells, day);
}

static inline void
find_span(const ConditionBinding *binding, const ConditionClause *clause, int32_t day, Span *span)
{
	span->track = &binding->tracks[clause->pattern];
	span->known = true;
	span->lo = 0;
	span->after = INT64_MIN;
	if (clause->since != PROFILE_NONE)
	{
		const ConditionTrack *since = &binding->tracks[clause->since];
		size_t				  n = days_up_to(since, day);

		span->known = n > 0;
		span->after = n > 0 ? (int64_t) since->days[n - 1].day - clause->with_day : day;
		span->lo = days_up_to(span->track, span->after);
	}
	else if (clause->within > 0)
	{
		span->after = (int64_t) day - clause->within;
		span->lo = days_up_to(span->track, span->after);
	}
	span->hi = days_up_to(span->track, day);
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

/* A clause's quantity over its span; false if it is not known. */
static bool
quantity(const ConditionBinding *binding, const ConditionClause *clause, const Span *span,
		 int32_t day, double *value)
{
	const ConditionDay *days = span->track->days;

	*value = 0;
	if (!span->known)
		return false;
	switch (clause->measure)
	{
		case CONDITION_COUNT:
			*value = difference(span, false);
			return true;
		case CONDITION_DAYS:
			*value = (double) (span->hi - span->lo);
			return true;
		case CONDITION_DIFFERENT:
		case CONDITION_MOST:
			*value = count_names(binding, span, day, clause->measure == CONDITION_MOST);
			return true;
		case CONDITION_SUM:
			*value = difference(span, true) / PROFILE_ONE;
			return true;
		case CONDITION_LAST:
			if (span->hi > span->lo)
				*value = (double) day - days[span->hi - 1].day;
			return span->hi > span->lo;
		case CONDITION_FIRST:
			if (span->hi > span->lo)
				*value = (double) day - days[span->lo].day;
			return span->hi > span->lo;
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

/* Puts a gap in its place among n that are in order. */
static void
insert_gap(int32_t *gaps, size_t n, int32_t gap)
{
	size_t lo = 0;
	size_t hi = n;

	while (lo < hi)
	{
		size_t mid = lo + (hi - lo) / 2;

		if (gaps[mid] <= gap)
			lo = mid + 1;
		else
			hi = mid;
	}
	memmove(gaps + lo + 1, gaps + lo, (n - lo) * sizeof(int32_t));
	gaps[lo] = gap;
}

/*
 * The median gap of the first n days: of an even number of gaps, the mean of the
 * middle two.  Those of fewer days are kept on the way, as a history is asked
 * about day by day.
 */
static double
usual_gap(ConditionBinding *binding, ConditionRhythm *rhythm, size_t n)
{
	size_t i = rhythm->n_usual;

	if (i < 1)
		i = 1;
	if (i < n)
	{
		rhythm->usual = profile_room(binding->memory, rhythm->usual, &rhythm->max_usual,
									 rhythm->n_days, sizeof(double));
		rhythm->gaps = profile_room(binding->memory, rhythm->gaps, &rhythm->max_gaps,
									rhythm->n_days, sizeof(int32_t));
	}
	for (; i < n; i++)
	{
		const int32_t *gaps = rhythm->gaps;
		size_t		   middle = i / 2;

		insert_gap(rhythm->gaps, i - 1, rhythm->days[i] - rhythm->days[i - 1]);
		rhythm->usual[i] =
			i % 2 == 1 ? gaps[middle] : ((double) gaps[middle - 1] + gaps[middle]) / 2.0;
	}
	if (rhythm->n_usual < n)
		rhythm->n_usual = n;
	return rhythm->usual[n - 1];
}

/* As of a day: purchases once there is one, before that whatever the customer does. */
static ConditionRhythm *
rhythm_of(ConditionBinding *binding, int32_t day, size_t *n)
{
	ConditionRhythm *rhythm = &binding->purchases;

	*n = rhythm_up_to(rhythm, day);
	if (*n > 0)
		return rhythm;
	*n = rhythm_up_to(&binding->active, day);
	return &binding->active;
}

/* What a rhythm of n days so far says; false if that is not known. */
static bool
rhythm_value(ConditionBinding *binding, ConditionMeasure measure, ConditionRhythm *rhythm, size_t n,
			 int32_t day, double *value)
{
	Cadence cadence;

	*value = 0;
	if (n < 2)
		return false;
	if (measure == CONDITION_USUAL_DAYS)
		*value = usual_gap(binding, rhythm, n);
	else if (measure == CONDITION_OVERDUE)
		*value = ((double) day - rhythm->days[n - 1]) / usual_gap(binding, rhythm, n);
	else
	{
		score_cadence(rhythm->days, n, day, &cadence);
		*value = cadence.regularity;
		return cadence.regular_known;
	}
	return true;
}

/* ---- clauses ---- */

/* A clause on a day. */
typedef struct Look
{
	const ConditionClause *clause;
	int32_t				   day;
	Span				   span;   /* of a quantity */
	ConditionRhythm		  *rhythm; /* or of the rhythm, so many days */
	size_t				   n;
	bool				   known;
	double				   value;
	bool				   holds;
} Look;

static bool
compare(double value, ConditionOp op, double number)
{
	switch (op)
	{
		case CONDITION_LT:
			return value < number;
		case CONDITION_LE:
			return value <= number;
		case CONDITION_EQ:
			return value == number;
		case CONDITION_GE:
			return value >= number;
		case CONDITION_GT:
			return value > number;
	}
	return false;
}

static inline bool
look_at(ConditionBinding *binding, const ConditionClause *clause, int32_t day, Look *look)
{
	look->clause = clause;
	look->day = day;
	look->value = 0;
	if (clause->measure < CONDITION_OVERDUE)
	{
		find_span(binding, clause, day, &look->span);
		look->known = quantity(binding, clause, &look->span, day, &look->value);
	}
	else
	{
		look->rhythm = rhythm_of(binding, day, &look->n);
		look->known =
			rhythm_value(binding, clause->measure, look->rhythm, look->n, day, &look->value);
	}
	look->holds = look->known && compare(look->value, clause->op, clause->number);
	return look->holds;
}

bool
condition_value(ConditionBinding *binding, const ConditionClause *clause, int32_t day,
				double *value)
{
	Look look;

	look_at(binding, clause, day, &look);
	*value = look.value;
	return look.known;
}

bool
condition_clause_holds(ConditionBinding *binding, const ConditionClause *clause, int32_t day)
{
	Look look;

	return look_at(binding, clause, day, &look);
}

bool
condition_holds(ConditionBinding *binding, int condition, int32_t day)
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
sooner_growing(int32_t next, const Look *look, int32_t from, double unit)
{
	double at = floor(from + look->clause->number * unit);
	int	   i;

	for (i = 2; i >= 0; i--)
		next = sooner(next, look->day, at + i);
	return next;
}

/* So many days have to come before there are enough: a span's first day never moves back. */
static int32_t
next_of_days(const Look *look)
{
	const Span *span = &look->span;
	double		need = look->clause->op == CONDITION_GE ? ceil(look->clause->number)
														: floor(look->clause->number) + 1;

	if (need > (double) (span->track->n_days - span->lo))
		return CONDITION_NEVER;
	return span->track->days[span->lo + (size_t) need - 1].day;
}

/* Of a clause that waits for days to pass: they come and go until a gap is long enough. */
static int32_t
next_of_last(const Look *look)
{
	const ConditionClause *clause = look->clause;
	const ConditionDay	  *days = look->span.track->days;
	size_t				   n = look->span.track->n_days;
	size_t				   i = look->span.hi > 0 ? look->span.hi - 1 : 0;
	double need = clause->op == CONDITION_GE ? ceil(clause->number) : floor(clause->number) + 1;

	while (i + 1 < n && days[i].day + need >= days[i + 1].day)
		i++;
	return i < n ? sooner(CONDITION_NEVER, look->day, days[i].day + need) : CONDITION_NEVER;
}

static int32_t
next_of_quantity(const ConditionBinding *binding, const Look *look)
{
	const ConditionClause *clause = look->clause;
	const Span			  *span = &look->span;
	const ConditionDay	  *days = span->track->days;
	int32_t				   next = CONDITION_NEVER;

	if (span->hi < span->track->n_days)
		next = days[span->hi].day;
	if (clause->since != PROFILE_NONE)
	{
		const ConditionTrack *since = &binding->tracks[clause->since];
		size_t				  n = days_up_to(since, look->day);

		if (n < since->n_days)
			next = sooner(next, look->day, since->days[n].day);
	}
	if (span->hi == span->lo)
		return next;
	if (clause->within > 0)
		next = sooner(next, look->day, (double) days[span->lo].day + clause->within);
	if (clause->measure == CONDITION_LAST)
		next = sooner_growing(next, look, days[span->hi - 1].day, 1);
	else if (clause->measure == CONDITION_FIRST)
		next = sooner_growing(next, look, days[span->lo].day, 1);
	return next;
}

/* Likewise until a gap is long against those before it. */
static int32_t
next_of_overdue(ConditionBinding *binding, const Look *look)
{
	ConditionRhythm *rhythm = look->rhythm;
	size_t			 n;

	for (n = look->n < 2 ? 2 : look->n; n <= rhythm->n_days; n++)
	{
		int32_t next = sooner_growing(CONDITION_NEVER, look, rhythm->days[n - 1],
									  usual_gap(binding, rhythm, n));

		if (n == rhythm->n_days || next < rhythm->days[n])
			return next;
	}
	return CONDITION_NEVER;
}

static int32_t
next_of_rhythm(ConditionBinding *binding, const Look *look)
{
	const ConditionRhythm *rhythm = look->rhythm;
	size_t				   n = look->n;
	int32_t				   next = n < rhythm->n_days ? rhythm->days[n] : CONDITION_NEVER;

	if (look->clause->measure == CONDITION_OVERDUE && n >= 2)
		next = sooner_growing(next, look, rhythm->days[n - 1], usual_gap(binding, look->rhythm, n));
	return next;
}

static int32_t
next_of(ConditionBinding *binding, const Look *look)
{
	const ConditionClause *clause = look->clause;

	if (!look->holds && (clause->op == CONDITION_GE || clause->op == CONDITION_GT))
	{
		if (clause->measure == CONDITION_DAYS && look->known)
			return next_of_days(look);
		if (clause->measure == CONDITION_LAST && clause->since == PROFILE_NONE &&
			clause->within == 0 && clause->number > 0)
			return next_of_last(look);
		if (clause->measure == CONDITION_OVERDUE && look->rhythm == &binding->purchases &&
			clause->number > 0)
			return next_of_overdue(binding, look);
	}
	return clause->measure < CONDITION_OVERDUE ? next_of_quantity(binding, look)
											   : next_of_rhythm(binding, look);
}

/* Most patterns match nothing of most profiles. */
static bool
is_hopeless(const ConditionBinding *binding, const ConditionClause *clause)
{
	if (clause->pattern == PROFILE_NONE || binding->tracks[clause->pattern].n_days > 0)
		return false;
	return clause->measure >= CONDITION_LAST ||
		   (clause->op == CONDITION_GE && clause->number > 0) ||
		   (clause->op == CONDITION_GT && clause->number >= 0);
}

/*
 * While a condition doesn't hold, it doesn't before all clauses that don't are
 * otherwise: of those that are known not to hold yet, the one that takes longest.
 */
int32_t
condition_wake(ConditionBinding *binding, int condition, int32_t day, int32_t *wake)
{
	const Condition		  *c = &binding->set->conditions[condition];
	const ConditionClause *clauses = binding->set->clauses + c->first_clause;
	int32_t				   latest = day;
	uint32_t			   i;
	Look				   look;

	for (i = 0; i < c->n_clauses; i++)
	{
		int32_t *then = &wake[clauses[i].same];

		if (*then <= day && latest == day)
		{
			if (is_hopeless(binding, &clauses[i]))
				*then = CONDITION_NEVER;
			else if (!look_at(binding, &clauses[i], day, &look))
				*then = next_of(binding, &look);
		}
		if (*then > latest)
			latest = *then;
	}
	return latest;
}

/* While it holds, it does so until one of its clauses is otherwise. */
int32_t
condition_next(ConditionBinding *binding, int condition, int32_t day)
{
	const Condition		  *c = &binding->set->conditions[condition];
	const ConditionClause *clauses = binding->set->clauses + c->first_clause;
	int32_t				   next = CONDITION_NEVER;
	uint32_t			   i;
	Look				   look;

	for (i = 0; i < c->n_clauses; i++)
	{
		bool	holds = look_at(binding, &clauses[i], day, &look);
		int32_t then = next_of(binding, &look);

		if (!holds)
			return then;
		next = sooner(next, day, then);
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
	find_span(binding, clause, day, &span);
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
