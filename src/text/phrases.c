/*-------------------------------------------------------------------------
 *
 * phrases.c
 *	  The phrases of empathy.phrases: read, compiled and kept.
 *
 * A task's phrases are kept by the process until somebody asks under another
 * snapshot, so a query reads them once, in each of its processes, however many
 * groups or function calls it has.
 *
 *-------------------------------------------------------------------------
 */
#include "text/phrases.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "catalog.h"
#include "text/act.h"
#include "text/aspect.h"
#include "text/text_model.h"

/*
 * Of which moment a snapshot is.  Two that are the same here see the same rows:
 * a transaction that ends either moves xmax or is one less that is running (in
 * recovery these are counted with the subtransactions).
 */
typedef struct Moment
{
	TimestampTz	  statement;
	TransactionId xmin;
	TransactionId xmax;
	uint32		  n_running;
	int32		  n_subtransactions;
	CommandId	  command;
} Moment;

typedef struct KeptPhrases
{
	Moment		  moment;
	MemoryContext context;
	Phrases		  phrases; /* its set is NULL while there is none */
} KeptPhrases;

static KeptPhrases kept[PHRASE_TASKS];

/* What makes up the set of a task beside the phrases */
static const struct
{
	const char		 *name;
	const PhraseTerm *grammar;
	const size_t	 *n_grammar;
} tasks[PHRASE_TASKS] = {
	{ "aspect", aspect_grammar, &aspect_n_grammar },
	{ "act", act_grammar, &act_n_grammar },
	{ "topic", aspect_grammar, &aspect_n_grammar },
};

static Moment
right_now(void)
{
	Snapshot snapshot = GetActiveSnapshot();

	return (Moment){ GetCurrentStatementStartTimestamp(),
					 snapshot->xmin,
					 snapshot->xmax,
					 snapshot->xcnt,
					 snapshot->subxcnt,
					 snapshot->curcid };
}

static bool
is_same(const Moment *a, const Moment *b)
{
	return a->statement == b->statement && a->xmin == b->xmin && a->xmax == b->xmax &&
		   a->n_running == b->n_running && a->n_subtransactions == b->n_subtransactions &&
		   a->command == b->command;
}

static bool
is_label(const text *label, const char *name)
{
	return VARSIZE_ANY_EXHDR(label) == strlen(name) &&
		   memcmp(VARDATA_ANY(label), name, strlen(name)) == 0;
}

/* Errors when there is no room for another one. */
static uint16
add_label(Phrases *phrases, const text *label)
{
	if (phrases->n_labels == PHRASE_MAX_LABELS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("there are too many labels in empathy.phrases"),
						errdetail("There can be %d.", PHRASE_MAX_LABELS)));
	phrases->labels[phrases->n_labels] =
		cstring_to_text_with_len(VARDATA_ANY(label), (int) VARSIZE_ANY_EXHDR(label));
	return (uint16) phrases->n_labels++;
}

/* The number of a row's label. The rows come in the order of their labels. */
static uint16
label_number(Phrases *phrases, const text *label)
{
	const text *last = phrases->n_labels > 0 ? phrases->labels[phrases->n_labels - 1] : NULL;

	if (is_label(label, "none"))
		return PHRASE_NOTHING;
	if (last != NULL && VARSIZE_ANY_EXHDR(last) == VARSIZE_ANY_EXHDR(label) &&
		memcmp(VARDATA_ANY(last), VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label)) == 0)
		return (uint16) (phrases->n_labels - 1);
	return add_label(phrases, label);
}

/* The number of a label; the same as their count when there is none. */
int
phrases_find(const Phrases *phrases, const char *label)
{
	int i;

	for (i = 0; i < phrases->n_labels && !is_label(phrases->labels[i], label); i++)
		;
	return i;
}

/* The name of an act that act_read() found: a question mark asks whether or not there are phrases for it. */
text *
phrases_act(const Phrases *phrases, uint16 act)
{
	return act < phrases->n_labels ? phrases->labels[act] : cstring_to_text("question");
}

/* From the rows (label, phrase, lean) that were read. */
static void
compile(Phrases *phrases, MemoryContext context, PhraseTask task)
{
	size_t		  n_rows = SPI_processed;
	size_t		  n = n_rows + *tasks[task].n_grammar;
	PhraseTerm	 *terms = MemoryContextAllocHuge(CurrentMemoryContext, n * sizeof(PhraseTerm));
	TupleDesc	  desc = SPI_tuptable->tupdesc;
	MemoryContext scratch = MemoryContextSwitchTo(context);

	phrases->labels = MemoryContextAllocHuge(context, (n_rows + 1) * sizeof(text *));
	for (size_t i = 0; i < n_rows; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		bool	  isnull;
		text	 *label = DatumGetTextPP(SPI_getbinval(row, desc, 1, &isnull));
		TextSaid  phrase;

		MemoryContextSwitchTo(scratch);
		phrase = text_in_utf8(DatumGetTextPP(SPI_getbinval(row, desc, 2, &isnull)));
		MemoryContextSwitchTo(context);
		terms[i] = (PhraseTerm){ phrase.bytes, phrase.len, label_number(phrases, label),
								 (int8_t) DatumGetInt16(SPI_getbinval(row, desc, 3, &isnull)) };
	}
	memcpy(terms + n_rows, tasks[task].grammar, *tasks[task].n_grammar * sizeof(PhraseTerm));
	phrases->set =
		phrase_set_build(MemoryContextAllocHuge(context, phrase_set_size(terms, n)), terms, n);
	phrases->question = phrases_find(phrases, "question");
	MemoryContextSwitchTo(scratch);
}

/*
 * Texts may be read by whoever may call the functions, so the phrases are read
 * with the rights of the table's owner.
 */
static void
read_phrases(KeptPhrases *to, PhraseTask task)
{
	Oid		  types[] = { TEXTOID };
	Datum	  values[] = { CStringGetTextDatum(tasks[task].name) };
	SavedUser saved;

	empathy_become_owner(empathy_table("phrase"), &saved);
	SPI_connect();
	if (SPI_execute_with_args(
			"SELECT label, phrase, lean FROM empathy.phrases WHERE task OPERATOR(pg_catalog.=) $1 "
			"ORDER BY label COLLATE pg_catalog.\"C\", phrase COLLATE pg_catalog.\"C\"",
			1, types, values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read empathy.phrases");
	compile(&to->phrases, to->context, task);
	SPI_finish();
	empathy_restore_user(&saved);
}

const Phrases *
phrases_of(PhraseTask task)
{
	KeptPhrases *found = &kept[task];
	Moment		 now = right_now();

	if (found->phrases.set != NULL && is_same(&found->moment, &now))
		return &found->phrases;
	if (found->context == NULL)
		found->context =
			AllocSetContextCreate(TopMemoryContext, "empathy phrases", ALLOCSET_DEFAULT_SIZES);
	memset(&found->phrases, 0, sizeof(found->phrases));
	MemoryContextReset(found->context);
	read_phrases(found, task);
	found->moment = now;
	return &found->phrases;
}
