/*-------------------------------------------------------------------------
 *
 * text_accuracy.c
 *	  A model's accuracy beside that of others, and what abstaining buys.
 *
 * The others' figures are of vaderSentiment, the AFINN package, TextBlob,
 * fastText (word pairs, 50 dimensions) and logistic regression over TF-IDF,
 * the last two trained on the same rows; on all rows or the test part of a
 * set, so that small differences mean nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_accuracy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "text/number.h"

/* ---- texts that are in a training set ---- */

typedef struct Known
{
	uint64_t *id;
	size_t	  n;
} Known;

static void
know_row(void *arg, const char *label, const char *text, size_t len)
{
	Known *known = arg;

	(void) label;
	if ((known->n & (known->n - 1)) == 0)
		known->id = need(known->id, sizeof(uint64_t) * (known->n ? known->n * 2 : 1));
	known->id[known->n++] = data_identity(text, len);
}

static int
by_id(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *) a;
	uint64_t y = *(const uint64_t *) b;

	return (x > y) - (x < y);
}

/* Every text that sentiment could have been learned from */
static void
know_training(Known *known)
{
	for (int i = 0; i < n_sentiment_sets; i++)
		data_each(sentiment_sets[i].folder, "train", know_row, known);
	if (known->n > 0)
		qsort(known->id, known->n, sizeof(uint64_t), by_id);
}

/* ---- sentiment, a row at a time ---- */

#define N_CUTS 6

static const double cuts[N_CUTS] = { 0, 0.5, 0.6, 0.7, 0.8, 0.9 };

/* How rows of a set were read: by truth and answer, of those at least so sure */
typedef struct Tally
{
	const TextModel *model;
	const Known		*unless; /* leave these texts out; may be NULL */
	bool			 binary;
	int				 n;
	int				 table[N_CUTS][3][3];
	double			 x, y, xx, yy, xy;
} Tally;

static void
add_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	(void) pos, (void) token, (void) len;
	*(int64_t *) arg += contribution;
}

/* The probabilities of negative, neutral and positive; without evidence, 0. */
void
accuracy_probabilities(const TextModel *model, const char *text, size_t len, double p[3])
{
	int64_t logit[2] = { 0, 0 };
	double	sum;

	memset(p, 0, 3 * sizeof(double));
	for (int i = 0; i < 2; i++)
		if (!text_explain(model, TEXT_SENTIMENT, i, text, len, NULL, add_part, &logit[i]))
			return;
	p[0] = text_exp((double) logit[TEXT_NEGATIVE] / 65536);
	p[2] = text_exp((double) logit[TEXT_POSITIVE] / 65536);
	sum = 1 + p[0] + p[2];
	p[0] /= sum;
	p[1] = 1 / sum;
	p[2] /= sum;
}

static void
class_row(void *arg, const char *label, const char *text, size_t len)
{
	Tally	*tally = arg;
	uint64_t id = data_identity(text, len);
	int		 truth = plain_sentiment(label);
	int		 said;
	double	 p[3];

	if (tally->unless && bsearch(&id, tally->unless->id, tally->unless->n, sizeof(uint64_t), by_id))
		return;
	accuracy_probabilities(tally->model, text, len, p);
	if (tally->binary)
		p[1] = 0;
	said = p[2] >= p[1] && p[2] >= p[0] ? 2 : p[0] >= p[1] ? 0 : 1;
	if (p[0] + p[1] + p[2] == 0)
		said = tally->binary ? 2 : 1;
	else if (tally->binary)
		p[said] /= p[0] + p[2];
	tally->n++;
	for (int cut = 0; cut < N_CUTS; cut++)
		tally->table[cut][truth][said] += p[said] >= cuts[cut];
}

static void
valence_row(void *arg, const char *label, const char *text, size_t len)
{
	Tally  *tally = arg;
	int32_t score = 0;
	double	x = atof(label);

	text_sentiment(tally->model, text, len, NULL, &score);
	tally->n++;
	tally->x += x;
	tally->y += score;
	tally->xx += x * x;
	tally->yy += (double) score * score;
	tally->xy += x * score;
}

static double
correlation(const Tally *t)
{
	double n = t->n;

	return (n * t->xy - t->x * t->y) / sqrt((n * t->xx - t->x * t->x) * (n * t->yy - t->y * t->y));
}

static int
answered(const Tally *tally, int cut)
{
	int n = 0;

	for (int i = 0; i < 9; i++)
		n += tally->table[cut][i / 3][i % 3];
	return n;
}

static double
accuracy(const Tally *tally, int cut)
{
	const int(*t)[3] = tally->table[cut];
	int n = answered(tally, cut);

	return n ? (double) (t[0][0] + t[1][1] + t[2][2]) / n : 0;
}

static double
macro_f1(const Tally *tally, int cut)
{
	const int(*t)[3] = tally->table[cut];
	double sum = 0;

	for (int c = 0; c < 3; c++)
	{
		int truth = t[c][0] + t[c][1] + t[c][2];
		int said = t[0][c] + t[1][c] + t[2][c];

		sum += truth + said > 0 ? 2.0 * t[c][c] / (truth + said) : 0;
	}
	return sum / (tally->binary ? 2 : 3);
}

/* ---- emotions ---- */

typedef struct Emotions
{
	const TextModel *model;
	TextTaskKind	 kind;
	uint32_t (*bits)(const char *labels);
	int n;
	int hits[TEXT_MAX_HEADS], said[TEXT_MAX_HEADS], truth[TEXT_MAX_HEADS];
} Emotions;

static void
emotion_row(void *arg, const char *label, const char *text, size_t len)
{
	Emotions	   *e = arg;
	const TextTask *task = &e->model->task[e->kind];
	int32_t			score[TEXT_MAX_HEADS];
	uint32_t		truth = e->bits(label);
	bool			known = text_scores(e->model, e->kind, text, len, NULL, score);

	e->n++;
	for (int i = 0; i < task->n_heads; i++)
	{
		bool is = truth >> i & 1;
		bool says = known && score[i] >= text_head(task, i).threshold;

		e->hits[i] += is && says;
		e->said[i] += says;
		e->truth[i] += is;
	}
}

static double
emotion_f1(Emotions *e, const char *set)
{
	int	   n_labels = e->model->task[e->kind].n_heads;
	double sum = 0;

	data_each(set, "dev", emotion_row, e);
	for (int i = 0; i < n_labels; i++)
		sum += e->said[i] + e->truth[i] > 0 ? 2.0 * e->hits[i] / (e->said[i] + e->truth[i]) : 0;
	return n_labels ? sum / n_labels : 0;
}

/* ---- the tables ---- */

enum
{
	VADER,
	AFINN,
	TEXTBLOB,
	FASTTEXT,
	LOGISTIC,
	N_PEERS
};

static void
print_row(const char *what, int n, double ours, const double peer[N_PEERS])
{
	printf("  %-52s %6d %8.3f", what, n, ours);
	for (int i = 0; i < N_PEERS; i++)
		peer[i] > 0 ? printf(" %8.3f", peer[i]) : printf(" %8s", "-");
	printf("\n");
}

static void
print_correlations(const TextModel *model)
{
	static const struct
	{
		const char *set;
		const char *what;
		double		peer[N_PEERS];
	} sets[] = {
		{ "vadergt_tweets", "tweets, r with human ratings", { .872, .748, .697, 0, 0 } },
		{ "vadergt_amazonReviewSnippets", "product sentences, r", { .590, .516, .512, 0, 0 } },
		{ "vadergt_movieReviewSnippets", "movie sentences, r", { .428, .414, .409, 0, 0 } },
		{ "vadergt_nytEditorialSnippets", "editorial sentences, r", { .503, .459, .299, 0, 0 } },
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
	{
		Tally tally = { .model = model };

		data_each(sets[i].set, "dev", valence_row, &tally);
		print_row(sets[i].what, tally.n, correlation(&tally), sets[i].peer);
	}
}

/* Sets of labelled sentences, one after another into one tally */
typedef struct LabelledSet
{
	const char *what;
	const char *parts[6]; /* set, part, set, part ... */
	bool		binary;
	bool		unseen; /* without texts that are in a training set */
	bool		by_f1;
	double		peer[N_PEERS];
} LabelledSet;

static const LabelledSet labelled[] = {
	{ "SST-2 sentences in no training set",
	  { "sst2", "dev", "sst2", "test" },
	  true,
	  true,
	  false,
	  { .695, .677, .685, .742, .801 } },
	{ "Amazon, Yelp and IMDb sentences",
	  { "sent_amazon", "dev", "sent_yelp", "dev", "sent_imdb", "dev" },
	  true,
	  false,
	  false,
	  { .816, .793, .777, .858, .841 } },
	{ "Alexa reviews, 3 classes",
	  { "alexa", "test" },
	  false,
	  false,
	  true,
	  { .487, .472, .456, 0, 0 } },
	{ "TweetEval tweets, 3 classes",
	  { "tweeteval_sentiment", "dev" },
	  false,
	  false,
	  true,
	  { .529, .546, .465, .555, .522 } },
	{ "MPQA phrases", { "mpqa", "dev", "mpqa", "test" }, true, false, false, { 0 } },
};
#define N_LABELLED ((int) (sizeof(labelled) / sizeof(labelled[0])))

static void
read_labelled(const LabelledSet *set, const TextModel *model, const Known *known, Tally *tally)
{
	*tally = (Tally){ .model = model, .binary = set->binary, .unless = set->unseen ? known : NULL };
	for (int i = 0; i < 6 && set->parts[i]; i += 2)
		data_each(set->parts[i], set->parts[i + 1], class_row, tally);
}

static void
print_emotions(const TextModel *model)
{
	static const double all[N_PEERS] = { [FASTTEXT] = .395 };
	static const double basic[N_PEERS] = { [FASTTEXT] = .547 };
	Emotions			emotions = { model, TEXT_EMOTION, emotion_bits };
	Emotions			six = { model, TEXT_BASIC, basic_bits };
	double				f1 = emotion_f1(&emotions, "goemotions");

	print_row("GoEmotions, 27 emotions and neutral, macro-F1", emotions.n, f1, all);
	f1 = emotion_f1(&six, "goemotions_ekman");
	print_row("GoEmotions, 6 basic emotions and neutral, macro-F1", six.n, f1, basic);
}

static void
print_coverage(const LabelledSet *set, const Tally *tally)
{
	printf("  %s, %d rows\n", set->what, tally->n);
	for (int cut = 0; cut < N_CUTS; cut++)
		printf("    %6.1f %10.3f %10.3f %10.3f\n", cuts[cut],
			   (double) answered(tally, cut) / tally->n, accuracy(tally, cut),
			   macro_f1(tally, cut));
}

void
accuracy_print(const TextModel *model)
{
	Known known = { NULL, 0 };
	Tally tally[N_LABELLED];

	know_training(&known);
	printf("%-54s %6s %8s %8s %8s %8s %8s %8s\n", model->name, "rows", "ours", "VADER", "AFINN",
		   "TextBlob", "fastText", "LR");
	print_correlations(model);
	for (int i = 0; i < N_LABELLED; i++)
	{
		char what[100];

		read_labelled(&labelled[i], model, &known, &tally[i]);
		snprintf(what, sizeof(what), "%s, %s", labelled[i].what,
				 labelled[i].by_f1 ? "macro-F1" : "accuracy");
		print_row(what, tally[i].n,
				  labelled[i].by_f1 ? macro_f1(&tally[i], 0) : accuracy(&tally[i], 0),
				  labelled[i].peer);
	}
	print_emotions(model);
	printf("\nwhen it answers only from a probability of the label on:\n"
		   "    %6s %10s %10s %10s\n",
		   "from", "answered", "accuracy", "macro-F1");
	for (int i = 0; i < N_LABELLED; i++)
		print_coverage(&labelled[i], &tally[i]);
	need_free(known.id);
}
