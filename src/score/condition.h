/*-------------------------------------------------------------------------
 *
 * condition.h
 *	  Conditions on what a profile holds, as of a day: one small language for
 *	  what people probably think, for the stages they are in, and for alerts.
 *
 *	  condition	clause { and clause }
 *	  clause	quantity pattern [ in N days | since pattern | from pattern ] op number
 *				rhythm op number
 *	  quantity	count	how often: the sum of the cells' counts
 *				days	on how many days
 *				different	how many different signals
 *				most	on how many days the one signal that came on most of them
 *				sum		the sum of the cells' sums, in units
 *				last	days since the last
 *				first	days since the first
 *	  rhythm	overdue, usual_days, regularity: what cadence() says
 *	  pattern	signal { | signal }
 *	  signal	the name of a signal (kind:order), * in it standing for any
 *				bytes, or role:R for every kind of that role; a name with
 *				blanks, |, " or one of <=> in it between double quotes
 *	  op		< <= = >= >
 *
 * Small and capital letters (of ASCII) are the same.  "in N days" is that day
 * and the N - 1 before it; "since" is the days after the last one of the other
 * pattern, "from" also that day itself.  A clause whose quantity isn't known
 * (last, first, since or from of what never was, a rhythm that has no gap yet)
 * doesn't hold.  Only days up to the one asked for count, so what held on a day
 * holds for that day ever after.
 *
 * How to use it:
 *
 *	  ConditionSet	   *set = condition_set_new(memory);
 *	  int				c = condition_add(set, text, len, &fault);	 as often as wanted
 *	  ConditionBinding *binding = condition_binding_new(set, roles, memory);
 *
 *	  condition_bind(binding, &view, as_of);						 for each profile
 *	  condition_holds(binding, c, day);								 for each day up to as_of
 *
 * All conditions of a set are bound in one pass over the profile's cells.  Which
 * patterns a name matches is found out once for a name, not once for a profile:
 * a binding remembers it, so keep the binding as long as there are profiles.
 * Binding costs one look-up for each name and one step for each cell and
 * pattern that matches it; a clause costs a search in its pattern's days, but
 * "different" and "most" all cells in their span, and "regularity" all days of
 * the rhythm.
 *
 * Pure core: no PostgreSQL header; memory is that of profile_port.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_CONDITION_H
#define SCORE_CONDITION_H

#include "profile/profile.h"
#include "profile/role.h"

#define CONDITION_MAX_SPAN 36525 /* days */
#define CONDITION_NEVER	   INT32_MAX
#define CONDITION_FORGET   0x80 /* every byte of a day before all days */

typedef enum ConditionMeasure
{
	CONDITION_COUNT,
	CONDITION_DAYS,
	CONDITION_DIFFERENT,
	CONDITION_MOST,
	CONDITION_SUM,
	CONDITION_LAST,
	CONDITION_FIRST,
	CONDITION_OVERDUE, /* from here on: no pattern */
	CONDITION_USUAL_DAYS,
	CONDITION_REGULARITY,
	CONDITION_MEASURES
} ConditionMeasure;

typedef enum ConditionOp
{
	CONDITION_LT,
	CONDITION_LE,
	CONDITION_EQ,
	CONDITION_GE,
	CONDITION_GT
} ConditionOp;

/* One way to match a pattern. */
typedef struct ConditionSignal
{
	const char *bytes; /* in small letters */
	uint32_t	len;
	bool		is_role;
	ProfileRole role;
} ConditionSignal;

typedef struct ConditionPattern
{
	uint32_t first_signal;
	uint32_t n_signals;
	bool	 by_name; /* a clause counts names, not days */
} ConditionPattern;

typedef struct ConditionClause
{
	ConditionMeasure measure;
	ConditionOp		 op;
	double			 number;
	uint32_t		 pattern;  /* or PROFILE_NONE */
	uint32_t		 since;	   /* the pattern after whose last day; or PROFILE_NONE */
	bool			 with_day; /* from that day on, not after it */
	int32_t			 within;   /* so many days; 0 = all */
	uint32_t		 same;	   /* the first clause of the set that says the same */
	uint32_t		 at;	   /* where it stands in the text */
	uint32_t		 len;
} ConditionClause;

typedef struct Condition
{
	uint32_t first_clause;
	uint32_t n_clauses;
} Condition;

/* Conditions that are read together. */
typedef struct ConditionSet
{
	void			 *memory;
	Condition		 *conditions;
	size_t			  n_conditions;
	size_t			  max_conditions;
	ConditionClause	 *clauses;
	size_t			  n_clauses;
	size_t			  max_clauses;
	ConditionPattern *patterns;
	size_t			  n_patterns;
	size_t			  max_patterns;
	ConditionSignal	 *signals;
	size_t			  n_signals;
	size_t			  max_signals;
	bool			  has_rhythm;
} ConditionSet;

/* Why a text is no condition. */
typedef struct ConditionFault
{
	size_t		at;		  /* byte of the text, its length at the end */
	const char *expected; /* what should stand there */
} ConditionFault;

/* What a pattern matched on a day, with all days before it. */
typedef struct ConditionDay
{
	int32_t day;
	int64_t n;
	int64_t sum;
} ConditionDay;

/* The days of a pattern, ascending. */
typedef struct ConditionTrack
{
	ConditionDay *days;
	size_t		  n_days;
	size_t		  max_days;
	ProfileCell	 *cells; /* if the pattern is by_name */
	size_t		  n_cells;
	size_t		  max_cells;
	int64_t		  n; /* so far */
	int64_t		  sum;
	int64_t		  n_room; /* totals stop at the end of their range */
	int64_t		  sum_room;
} ConditionTrack;

/* The days of a rhythm, ascending, and the median gap up to each. */
typedef struct ConditionRhythm
{
	int32_t *days;
	size_t	 n_days;
	size_t	 max_days;
	double	*usual; /* of days[0 .. i]; from i = 1 on, as far as it was asked for */
	size_t	 n_usual;
	size_t	 max_usual;
	int32_t *gaps; /* up to there, in ascending order */
	size_t	 max_gaps;
} ConditionRhythm;

/* A name that was met, and what it matches. */
typedef struct ConditionName
{
	uint64_t hash;
	size_t	 at;		  /* in bytes */
	size_t	 first_match; /* in matches */
	uint32_t len;
	uint32_t n_matches;
	bool	 is_kind; /* something that the customer does */
	bool	 is_purchase;
} ConditionName;

/* A set with the profile that it is being asked about. */
typedef struct ConditionBinding
{
	const ConditionSet *set;
	void			   *memory;
	ProfileView			start; /* before its cells */
	int32_t				as_of;
	int32_t				first;	/* the first day of all; CONDITION_NEVER if there is none */
	ConditionTrack	   *tracks; /* one for each pattern */
	ConditionRhythm		active;
	ConditionRhythm		purchases;
	uint32_t		   *tally; /* scratch, for each name of the view; zero between uses */
	size_t				max_tally;

	const ProfileRoles *roles;
	ConditionName	   *names; /* those met so far */
	size_t				n_names;
	size_t				max_names;
	uint32_t		   *matches; /* patterns */
	size_t				n_matches;
	size_t				max_matches;
	char			   *bytes;
	size_t				n_bytes;
	size_t				max_bytes;
	uint32_t		   *index; /* name + 1, 0 = empty; open addressing */
	size_t				index_size;
	uint32_t		   *known; /* for each name of the view, its place in names */
	size_t				max_known;
} ConditionBinding;

/* What of a profile a clause goes by. */
typedef struct ConditionEvidence
{
	uint32_t name; /* of the view */
	int64_t	 n;
	int64_t	 sum;
	int64_t	 days;
	int32_t	 first;
	int32_t	 last;
} ConditionEvidence;

/* condition.c */
extern ConditionSet *condition_set_new(void *memory);

/* The number of a condition in the set; -1 and a fault if the text is none. */
extern int condition_add(ConditionSet *set, const char *text, size_t len, ConditionFault *fault);

/* Whether a pattern matches a name; role is that of a kind, -1 of anything else. */
extern bool condition_matches(const ConditionSet *set, uint32_t pattern, const char *name,
							  size_t len, int role);

/* condition_bind.c */

/* The set must not grow any more, nor the roles change; they may be NULL. */
extern ConditionBinding *condition_binding_new(const ConditionSet *set, const ProfileRoles *roles,
											   void *memory);

/*
 * Reads the cells up to and including the day as_of.  The view must have been
 * opened and not read from, is left so, and must stay open while it is asked about.
 */
extern void condition_bind(ConditionBinding *binding, const ProfileView *view, int32_t as_of);

/* condition_read.c: as of days up to that of condition_bind() */
extern bool condition_holds(ConditionBinding *binding, int condition, int32_t day);

/* A clause's quantity; false if it is not known. */
extern bool condition_value(ConditionBinding *binding, const ConditionClause *clause, int32_t day,
							double *value);
extern bool condition_clause_holds(ConditionBinding *binding, const ConditionClause *clause,
								   int32_t day);

/*
 * The first day after a day on which it may be otherwise whether a condition
 * holds; CONDITION_NEVER if it stays so.  It may be named too early, never too
 * late.
 */
extern int32_t condition_next(ConditionBinding *binding, int condition, int32_t day);

/*
 * The same and more for whoever waits for a condition: the day itself if it
 * holds, or else a later one before which it won't.  wake has a day for each
 * clause of the set, bytes of CONDITION_FORGET to begin with, and remembers what
 * is known of it from call to call, as days ascend.
 */
extern int32_t condition_wake(ConditionBinding *binding, int condition, int32_t day, int32_t *wake);

/* The signals that a clause counts; evidence has room for the view's names. Returns how many. */
extern uint32_t condition_evidence(ConditionBinding *binding, const ConditionClause *clause,
								   int32_t day, ConditionEvidence *evidence);

#endif /* SCORE_CONDITION_H */
