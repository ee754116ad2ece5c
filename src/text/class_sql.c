/*-------------------------------------------------------------------------
 *
 * class_sql.c
 *	  classify() and classes(): the classes of a user's own classifier, or the
 *	  three of a model of sentiment, a user's calibration above all.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "text/detail.h"
#include "text/number.h"
#include "text/own_model.h"
#include "text/text_model.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

/* A class and its score, to be sorted */
typedef struct Scored
{
	const char *name;
	int32		score;
	int			place;
} Scored;

static void
tick(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* A classifier, or a model of sentiment; the more lasting kind is asked for first. */
static const TextModel *
model_arg(FunctionCallInfo fcinfo)
{
	char			*name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	const TextModel *model = text_model_known(name);

	if (model == NULL)
		model = own_classifier(name);
	return model != NULL ? model : text_model_latest(name);
}

static Datum
name_datum(const char *name)
{
	return PointerGetDatum(text_in_server(name, strlen(name)));
}

/* classify(said, model) -> text; NULL: unknown */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_classify);
Datum
emp_classify(PG_FUNCTION_ARGS)
{
	const TextModel *model = model_arg(fcinfo);
	const TextTask	*task = &model->task[TEXT_CLASS];
	TextSaid		 said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	int32			 logit[2];
	Detail			 detail;
	int				 best;

	if (task->n_heads == 0)
	{
		if (!text_sentiment_logits(model, said.bytes, said.len, tick, logit))
			PG_RETURN_NULL();
		detail_of_logits(model, logit, &detail);
		PG_RETURN_DATUM(name_datum(detail_label_names[detail.label]));
	}
	best = text_class(task, said.bytes, said.len);
	if (best < 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(name_datum(text_head(task, best).name));
}

/* Returns how many: 0 when nothing is known. */
static int
score_classes(const TextTask *task, TextSaid said, Scored *scored)
{
	int32 score[TEXT_MAX_CLASSES];

	if (text_class_scores(task, said.bytes, said.len, score) < 0)
		return 0;
	for (int i = 0; i < task->n_heads; i++)
		scored[i] = (Scored){ text_head(task, i).name, score[i], i };
	return task->n_heads;
}

static int
score_sentiment(const TextModel *model, TextSaid said, Scored *scored)
{
	int32  logit[2];
	double part[DETAIL_LABELS];
	double sum;

	if (!text_sentiment_logits(model, said.bytes, said.len, tick, logit))
		return 0;
	part[DETAIL_NEGATIVE] = text_exp(logit[TEXT_NEGATIVE] / 65536.0);
	part[DETAIL_NEUTRAL] = 1;
	part[DETAIL_POSITIVE] = text_exp(logit[TEXT_POSITIVE] / 65536.0);
	sum = part[0] + part[1] + part[2];
	for (int i = 0; i < DETAIL_LABELS; i++)
		scored[i] = (Scored){ detail_label_names[i], (int32) (TEXT_ONE * part[i] / sum + 0.5), i };
	return DETAIL_LABELS;
}

static int
by_score(const void *a, const void *b)
{
	const Scored *x = a;
	const Scored *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->place - y->place;
}

/* classes(said, model) -> table(class text, score real), best first; no row when nothing is known */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_classes);
Datum
emp_classes(PG_FUNCTION_ARGS)
{
	const TextModel *model = model_arg(fcinfo);
	const TextTask	*task = &model->task[TEXT_CLASS];
	TextSaid		 said = text_in_utf8(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo	*result = (ReturnSetInfo *) fcinfo->resultinfo;
	Scored			*scored = palloc(sizeof(Scored) * Max(task->n_heads, DETAIL_LABELS));
	int				 n = task->n_heads > 0 ? score_classes(task, said, scored)
										   : score_sentiment(model, said, scored);

	InitMaterializedSRF(fcinfo, 0);
	qsort(scored, n, sizeof(Scored), by_score);
	for (int i = 0; i < n; i++)
	{
		Datum values[2] = { name_datum(scored[i].name),
							Float4GetDatum((float4) (scored[i].score / (double) TEXT_ONE)) };
		bool  nulls[2] = { false, false };

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
