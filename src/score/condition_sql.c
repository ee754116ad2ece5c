/*-------------------------------------------------------------------------
 *
 * condition_sql.c
 *	  Conditions on profiles as SQL calls them: check_condition(), holds() and
 *	  evidence().
 *
 *-------------------------------------------------------------------------
 */
#include "score/condition_sql.h"

#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "profile/profile_sql.h"
#include "score/roles.h"
#include "score/score_sql.h"

int
condition_add_text(ConditionSet *set, const text *condition)
{
	const char	  *bytes = VARDATA_ANY(condition);
	size_t		   len = VARSIZE_ANY_EXHDR(condition);
	ConditionFault fault;
	int			   number = condition_add(set, bytes, len, &fault);

	if (number < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid condition \"%s\"", text_to_cstring(condition)),
				 errdetail("At character %d: expected %s.",
						   pg_mbstrlen_with_len(bytes, (int) fault.at) + 1, fault.expected),
				 errhint("A condition is for example \"count role:purchase in 90 days >= 2 and "
						 "last intent:complain > 30\"; a name with blanks in it stands between "
						 "double quotes.")));
	return number;
}

/* check_condition(condition) -> boolean */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_check_condition);
Datum
emp_check_condition(PG_FUNCTION_ARGS)
{
	condition_add_text(condition_set_new(CurrentMemoryContext), PG_GETARG_TEXT_PP(0));
	PG_RETURN_BOOL(true);
}

/* ---- one condition, asked of many profiles ---- */

typedef struct Question
{
	MemoryContext	  context;
	text			 *condition;
	RoleCache		  roles;
	uint32			  roles_version; /* that the binding was made with */
	ConditionSet	 *set;
	ConditionBinding *binding;
} Question;

static bool
is_asked(const Question *question, const text *condition)
{
	return question->condition != NULL &&
		   VARSIZE_ANY_EXHDR(question->condition) == VARSIZE_ANY_EXHDR(condition) &&
		   memcmp(VARDATA_ANY(question->condition), VARDATA_ANY(condition),
				  VARSIZE_ANY_EXHDR(condition)) == 0;
}

/* The compiled condition, kept until another is asked or roles change. */
static Question *
question_of(FmgrInfo *flinfo, const text *condition)
{
	Question		   *question = flinfo->fn_extra;
	const ProfileRoles *roles;

	if (question == NULL)
	{
		question = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(Question));
		question->context =
			AllocSetContextCreate(flinfo->fn_mcxt, "empathy condition", ALLOCSET_DEFAULT_SIZES);
		flinfo->fn_extra = question;
	}
	roles = roles_read(&question->roles, flinfo->fn_mcxt);
	if (is_asked(question, condition) && question->roles_version == question->roles.version)
		return question;
	question->condition = NULL;
	MemoryContextReset(question->context);
	question->set = condition_set_new(question->context);
	condition_add_text(question->set, condition);
	question->binding = condition_binding_new(question->set, roles, question->context);
	question->roles_version = question->roles.version;
	question->condition = (text *) MemoryContextAlloc(question->context, VARSIZE_ANY(condition));
	memcpy(question->condition, condition, VARSIZE_ANY(condition));
	return question;
}

/* Binds the profile, the condition and the day that are a function's arguments. */
static Question *
bind_arguments(FunctionCallInfo fcinfo, ProfileView *view, int32 *day)
{
	Question *question = question_of(fcinfo->flinfo, PG_GETARG_TEXT_PP(1));

	*day = score_as_of_day(PG_GETARG_TIMESTAMPTZ(2));
	profile_open_datum(view, PG_GETARG_PROFILE(0));
	condition_bind(question->binding, view, *day);
	return question;
}

/* holds(profile, condition, as_of) -> boolean */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_holds);
Datum
emp_holds(PG_FUNCTION_ARGS)
{
	ProfileView view;
	int32		day;
	Question   *question = bind_arguments(fcinfo, &view, &day);
	bool		holds = condition_holds(question->binding, 0, day);

	profile_close(&view);
	PG_RETURN_BOOL(holds);
}

/* ---- evidence ---- */

/* Columns of evidence(); those from COL_SIGNAL on are of a signal. */
enum
{
	COL_CLAUSE,
	COL_HOLDS,
	COL_VALUE,
	COL_SIGNAL,
	COL_N,
	COL_TOTAL,
	COL_DAYS,
	COL_FIRST_ON,
	COL_LAST_ON,
	N_COLS
};

static void
put_signal(ReturnSetInfo *rsinfo, Datum *values, bool *nulls, const ProfileView *view,
		   const ConditionEvidence *found)
{
	memset(nulls + COL_SIGNAL, false, N_COLS - COL_SIGNAL);
	values[COL_SIGNAL] = PointerGetDatum(
		cstring_to_text_with_len(view->names[found->name], (int) view->name_lens[found->name]));
	values[COL_N] = Int64GetDatum(found->n);
	values[COL_TOTAL] = NumericGetDatum(int64_div_fast_to_numeric(found->sum, 4));
	values[COL_DAYS] = Int64GetDatum(found->days);
	values[COL_FIRST_ON] = DateADTGetDatum(found->first);
	values[COL_LAST_ON] = DateADTGetDatum(found->last);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* A row for each signal that the clause counted, or one without. */
static void
put_clause(ReturnSetInfo *rsinfo, Question *question, const ConditionClause *clause,
		   const ProfileView *view, int32 day)
{
	ConditionEvidence *found = palloc(sizeof(ConditionEvidence) * (view->n_names + 1));
	uint32			   n = condition_evidence(question->binding, clause, day, found);
	double			   value;
	bool			   nulls[N_COLS];
	Datum			   values[N_COLS] = { 0 };
	uint32			   i;

	memset(nulls, true, sizeof(nulls));
	nulls[COL_CLAUSE] = nulls[COL_HOLDS] = false;
	nulls[COL_VALUE] = !condition_value(question->binding, clause, day, &value);
	values[COL_CLAUSE] = PointerGetDatum(
		cstring_to_text_with_len(VARDATA_ANY(question->condition) + clause->at, (int) clause->len));
	values[COL_HOLDS] = BoolGetDatum(condition_clause_holds(question->binding, clause, day));
	values[COL_VALUE] = Float8GetDatum(value);
	for (i = 0; i < n; i++)
		put_signal(rsinfo, values, nulls, view, &found[i]);
	if (n == 0)
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/* evidence(profile, condition, as_of) -> rows */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_evidence);
Datum
emp_evidence(PG_FUNCTION_ARGS)
{
	ProfileView view;
	int32		day;
	Question   *question;
	size_t		i;

	InitMaterializedSRF(fcinfo, 0);
	question = bind_arguments(fcinfo, &view, &day);
	for (i = 0; i < question->set->n_clauses; i++)
		put_clause((ReturnSetInfo *) fcinfo->resultinfo, question, &question->set->clauses[i],
				   &view, day);
	profile_close(&view);
	return (Datum) 0;
}
