/*-------------------------------------------------------------------------
 *
 * text_sql.c
 *	  The text functions as SQL calls them.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "text/language.h"
#include "text/own_model.h"
#include "text/text_model.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

PG_FUNCTION_INFO_V1(emp_sentiment);
PG_FUNCTION_INFO_V1(emp_emotion);
PG_FUNCTION_INFO_V1(emp_emotions);
PG_FUNCTION_INFO_V1(emp_basic_emotion);
PG_FUNCTION_INFO_V1(emp_basic_emotions);
PG_FUNCTION_INFO_V1(emp_intent);
PG_FUNCTION_INFO_V1(emp_intents);
PG_FUNCTION_INFO_V1(emp_explain_text);
PG_FUNCTION_INFO_V1(emp_language);
PG_FUNCTION_INFO_V1(emp_mask);

static TextSaid
said_arg(FunctionCallInfo fcinfo, int i)
{
	return text_in_utf8(PG_GETARG_TEXT_PP(i));
}

/* The model that the argument names, or the default without that argument */
static const TextModel *
model_arg(FunctionCallInfo fcinfo, int i)
{
	if (PG_NARGS() <= i)
		return text_model_default();
	return text_model_by_name(text_to_cstring(PG_GETARG_TEXT_PP(i)));
}

static void
tick(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* sentiment(said [, model]) -> real, -1 .. 1 */
PGDLLEXPORT Datum
emp_sentiment(PG_FUNCTION_ARGS)
{
	const TextModel *model = model_arg(fcinfo, 1);
	TextSaid		 said = said_arg(fcinfo, 0);
	int32			 score;

	if (!text_sentiment(model, said.bytes, said.len, tick, &score))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT4((float4) (score / (double) TEXT_ONE));
}

/* The best label over its threshold; NULL when there is none. */
static Datum
best_label(FunctionCallInfo fcinfo, TextTaskKind kind)
{
	const TextModel *model = model_arg(fcinfo, 1);
	TextSaid		 said = said_arg(fcinfo, 0);
	const TextTask	*task = &model->task[kind];
	int32			 score[TEXT_MAX_HEADS];
	TextLabel		 label[TEXT_MAX_LABELS];

	if (!text_scores(model, kind, said.bytes, said.len, tick, score) ||
		text_labels(task, score, label) == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(text_head(task, label[0].label).name));
}

/* emotion(said [, model]) -> text */
PGDLLEXPORT Datum
emp_emotion(PG_FUNCTION_ARGS)
{
	return best_label(fcinfo, TEXT_EMOTION);
}

/* basic_emotion(said [, model]) -> text */
PGDLLEXPORT Datum
emp_basic_emotion(PG_FUNCTION_ARGS)
{
	return best_label(fcinfo, TEXT_BASIC);
}

/* intent(said [, model]) -> text */
PGDLLEXPORT Datum
emp_intent(PG_FUNCTION_ARGS)
{
	return best_label(fcinfo, TEXT_INTENT);
}

/* Every label with its score, best first; no row when too little is known. */
static Datum
all_labels(FunctionCallInfo fcinfo, TextTaskKind kind)
{
	const TextModel *model = model_arg(fcinfo, 1);
	TextSaid		 said = said_arg(fcinfo, 0);
	const TextTask	*task = &model->task[kind];
	ReturnSetInfo	*result = (ReturnSetInfo *) fcinfo->resultinfo;
	int32			 score[TEXT_MAX_HEADS];

	InitMaterializedSRF(fcinfo, 0);
	if (!text_scores(model, kind, said.bytes, said.len, tick, score))
		return (Datum) 0;
	for (int n = 0; n < task->n_heads; n++)
	{
		Datum values[2];
		bool  nulls[2] = { false, false };
		int	  best = 0;

		for (int i = 1; i < task->n_heads; i++)
			if (score[i] > score[best])
				best = i;
		values[0] = CStringGetTextDatum(text_head(task, best).name);
		values[1] = Float4GetDatum((float4) (score[best] / (double) TEXT_ONE));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		score[best] = -1;
	}
	return (Datum) 0;
}

/* emotions(said [, model]) -> table(emotion text, score real) */
PGDLLEXPORT Datum
emp_emotions(PG_FUNCTION_ARGS)
{
	return all_labels(fcinfo, TEXT_EMOTION);
}

/* basic_emotions(said [, model]) -> table(emotion text, score real) */
PGDLLEXPORT Datum
emp_basic_emotions(PG_FUNCTION_ARGS)
{
	return all_labels(fcinfo, TEXT_BASIC);
}

/* intents(said [, model]) -> table(intent text, score real) */
PGDLLEXPORT Datum
emp_intents(PG_FUNCTION_ARGS)
{
	return all_labels(fcinfo, TEXT_INTENT);
}

static int
head_by_name(const TextTask *task, const char *name)
{
	for (int i = 0; i < task->n_heads; i++)
		if (strcmp(text_head(task, i).name, name) == 0)
			return i;
	return -1;
}

/* 'sentiment', or a task and one of its labels: 'emotion:anger' */
static void
parse_task(const TextModel *model, const char *name, TextTaskKind *kind, int *head)
{
	static const char *const prefix[] = { "sentiment:", "emotion:", "intent:", "basic:" };

	*kind = TEXT_SENTIMENT;
	*head = TEXT_DIFFERENCE;
	if (strcmp(name, "sentiment") == 0)
		return;
	for (int t = 0; t < lengthof(prefix); t++)
	{
		size_t len = strlen(prefix[t]);

		if (strncmp(name, prefix[t], len) != 0)
			continue;
		*kind = t;
		*head = head_by_name(&model->task[t], name + len);
		if (*head >= 0)
			return;
	}
	ereport(
		ERROR,
		(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown task \"%s\"", name),
		 errhint(
			 "Use \"sentiment\", \"emotion:LABEL\", \"basic:LABEL\" or \"intent:LABEL\" with a label "
			 "that empathy.emotions(), basic_emotions() or intents() shows, or "
			 "\"class:MODEL:LABEL\".")));
}

/* One row of explain_text() */
static void
put_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	ReturnSetInfo *result = arg;
	Datum		   values[3];
	bool		   nulls[3] = { false, false, false };

	CHECK_FOR_INTERRUPTS();
	values[0] = Int32GetDatum((int32) pos);
	values[1] = PointerGetDatum(token ? text_in_server(token, len) : cstring_to_text("(bias)"));
	values[2] = Float4GetDatum((float4) (contribution / 65536.0));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	pfree(DatumGetPointer(values[1]));
}

static char *
utf8_label(const char *label)
{
	TextSaid said = text_in_utf8(cstring_to_text(label));

	return pnstrdup(said.bytes, said.len);
}

/* 'class:NAME:LABEL', of a user's own classifier. */
static void
explain_class(TextSaid said, char *name, ReturnSetInfo *result)
{
	char			*label = strchr(name, ':');
	const TextModel *model;
	const TextTask	*task;
	int				 head;

	if (label == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("task \"class:%s\" names no class", name),
						errhint("Use \"class:MODEL:LABEL\".")));
	*label++ = 0;
	model = own_classifier(name);
	if (model == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("classifier \"%s\" does not exist", name),
						errhint("The view empathy.models lists those that were made here.")));
	task = &model->task[TEXT_CLASS];
	head = head_by_name(task, utf8_label(label));
	if (head < 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("classifier \"%s\" has no class \"%s\"", name, label),
						errhint("empathy.classes() shows those that it has.")));
	text_class_explain(task, head, said.bytes, said.len, put_part, result);
}

/* explain_text(said [, task]) -> table(pos int, token text, contribution real) */
PGDLLEXPORT Datum
emp_explain_text(PG_FUNCTION_ARGS)
{
	TextSaid		 said = said_arg(fcinfo, 0);
	char			*task = text_to_cstring(PG_GETARG_TEXT_PP(1));
	const TextModel *model;
	TextTaskKind	 kind;
	int				 head;

	InitMaterializedSRF(fcinfo, 0);
	if (strncmp(task, "class:", 6) == 0)
	{
		explain_class(said, task + 6, (ReturnSetInfo *) fcinfo->resultinfo);
		return (Datum) 0;
	}
	model = text_model_default();
	parse_task(model, task, &kind, &head);
	text_explain(model, kind, head, said.bytes, said.len, tick, put_part, fcinfo->resultinfo);
	return (Datum) 0;
}

/* language(said) -> text */
PGDLLEXPORT Datum
emp_language(PG_FUNCTION_ARGS)
{
	const TextModel *model = text_model_default();
	TextSaid		 said = said_arg(fcinfo, 0);
	int32			 score;
	int				 head = text_language(model, said.bytes, said.len, &score);

	if (head < 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(text_head(&model->task[TEXT_LANGUAGE], head).name));
}

/* mask(said) -> text */
PGDLLEXPORT Datum
emp_mask(PG_FUNCTION_ARGS)
{
	TextSaid said = said_arg(fcinfo, 0);
	size_t	 size = text_mask(said.bytes, said.len, tick, NULL, 0);
	char	*masked = palloc(size + 1);

	text_mask(said.bytes, said.len, tick, masked, size);
	PG_RETURN_TEXT_P(text_in_server(masked, size));
}
