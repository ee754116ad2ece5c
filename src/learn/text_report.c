/*-------------------------------------------------------------------------
 *
 * text_report.c
 *	  How good a text model is on development rows, read by the code and the
 *	  bytes that ship.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"
#include "learn/text_data.h"
#include "learn/text_language.h"

/* The scores of a task's development rows, with what is true of them */
typedef struct Graded
{
	const TextModel *model;
	TextTaskKind	 kind;
	const IntentSet *set;
	int				 n;
	int32_t (*score)[TEXT_MAX_HEADS];
	uint32_t *target;
	uint32_t *judged;
} Graded;

static void
grade_row(void *arg, const char *label, const char *text, size_t len)
{
	Graded	*graded = arg;
	uint32_t target = 0;
	uint32_t judged = ~0u;
	int		 n = graded->n;

	if (graded->kind == TEXT_INTENT && !intent_bits(graded->set, label, &target, &judged))
		return;
	if (graded->kind == TEXT_EMOTION)
		target = emotion_bits(label);
	if (graded->kind == TEXT_BASIC)
		target = basic_bits(label);
	if ((n & (n - 1)) == 0)
	{
		size_t room = n ? (size_t) n * 2 : 1;

		graded->score = need(graded->score, sizeof(*graded->score) * room);
		graded->target = need(graded->target, sizeof(uint32_t) * room);
		graded->judged = need(graded->judged, sizeof(uint32_t) * room);
	}
	if (!text_scores(graded->model, graded->kind, text, len, NULL, graded->score[n]))
		memset(graded->score[n], 0, sizeof(*graded->score));
	graded->target[n] = target;
	graded->judged[n] = judged;
	graded->n++;
}

static void
grade(Graded *graded, const TextModel *model, TextTaskKind kind)
{
	*graded = (Graded){ model, kind };
	if (kind == TEXT_EMOTION)
		data_each("goemotions", "dev", grade_row, graded);
	if (kind == TEXT_BASIC)
		data_each("goemotions_ekman", "dev", grade_row, graded);
	for (int i = 0; kind == TEXT_INTENT && i < n_intent_sets; i++)
	{
		graded->set = &intent_sets[i];
		data_each(intent_sets[i].folder, "dev", grade_row, graded);
	}
}

static void
ungrade(Graded *graded)
{
	need_free(graded->score);
	need_free(graded->target);
	need_free(graded->judged);
}

static double
f1_of(double hits, double said, double true_ones)
{
	return said + true_ones > 0 ? 2 * hits / (said + true_ones) : 0;
}

static double
label_f1(const Graded *graded, int head, int32_t threshold)
{
	int hits = 0;
	int said = 0;
	int truth = 0;

	for (int i = 0; i < graded->n; i++)
	{
		int is = graded->target[i] >> head & 1;
		int says = graded->score[i][head] >= threshold;

		if (!(graded->judged[i] >> head & 1))
			continue;
		hits += is & says;
		said += says;
		truth += is;
	}
	return f1_of(hits, said, truth);
}

/* The best of 80 thresholds on a grid that is finer at the low end, where rare labels lie. */
void
report_thresholds(const TextModel *model, TextTaskKind kind, int32_t threshold[TEXT_MAX_HEADS])
{
	Graded graded;

	grade(&graded, model, kind);
	for (int h = 0; h < model->task[kind].n_heads; h++)
	{
		double best = -1;

		for (int step = 8; step <= 88; step++)
		{
			int32_t at = step * step * TEXT_ONE / 10000;
			double	f1 = label_f1(&graded, h, at);

			if (f1 > best)
			{
				best = f1;
				threshold[h] = at;
			}
		}
	}
	ungrade(&graded);
}

static void
print_labels(const TextModel *model, TextTaskKind kind, const char *title)
{
	const TextTask *task = &model->task[kind];
	Graded			graded;
	double			sum = 0;

	grade(&graded, model, kind);
	printf("%s, dev F1 by label (threshold):\n", title);
	for (int h = 0; h < task->n_heads; h++)
	{
		double f1 = label_f1(&graded, h, text_head(task, h).threshold);

		printf("  %-16s %.3f  (%.4f)\n", text_head(task, h).name, f1,
			   text_head(task, h).threshold / (double) TEXT_ONE);
		sum += f1;
	}
	printf("  %-16s %.3f\n", "macro-F1", sum / task->n_heads);
	ungrade(&graded);
}

/* Is the best label, or none, one of the row's? Rows that can't tell are passed over. */
static void
print_intent_accuracy(const TextModel *model, const IntentSet *set)
{
	Graded graded = { model, TEXT_INTENT, set };
	int	   right = 0;
	int	   rows = 0;

	data_each(set->folder, "dev", grade_row, &graded);
	for (int i = 0; i < graded.n; i++)
	{
		TextLabel label[TEXT_MAX_LABELS];
		int		  n = text_labels(&model->task[TEXT_INTENT], graded.score[i], label);
		uint32_t  said = n > 0 ? 1u << label[0].label : 0;

		if (said & ~graded.judged[i])
			continue;
		rows++;
		right += said ? (said & graded.target[i]) != 0 : graded.target[i] == 0;
	}
	printf("  %-30s %5d rows  %.3f\n", set->folder, rows, rows ? (double) right / rows : 0);
	ungrade(&graded);
}

/* Sentiment against labels and valences */
typedef struct Moods
{
	const TextModel *model;
	int (*label)(const char *label);
	bool   binary;
	int	   table[3][3]; /* truth, said */
	int	   n;
	double x, y, xx, yy, xy;
} Moods;

static void
add_part(void *arg, size_t pos, const char *token, size_t len, int32_t contribution)
{
	(void) pos;
	(void) token;
	(void) len;
	*(int64_t *) arg += contribution;
}

/* The class of the greatest logit, neutral's being 0; of two classes, the sign decides. */
static int
said_class(const Moods *moods, const char *text, size_t len)
{
	int64_t m = 0;
	int64_t p = 0;

	text_explain(moods->model, TEXT_SENTIMENT, TEXT_NEGATIVE, text, len, NULL, add_part, &m);
	text_explain(moods->model, TEXT_SENTIMENT, TEXT_POSITIVE, text, len, NULL, add_part, &p);
	if (moods->binary)
		return p >= m ? 2 : 0;
	return p > 0 && p >= m ? 2 : m > 0 ? 0 : 1;
}

static void
mood_row(void *arg, const char *label, const char *text, size_t len)
{
	Moods  *moods = arg;
	int32_t score = 0;
	double	x = atof(label);
	double	y;

	if (moods->label)
	{
		moods->table[moods->label(label)][said_class(moods, text, len)]++;
		moods->n++;
		return;
	}
	text_sentiment(moods->model, text, len, NULL, &score);
	y = score;
	moods->n++;
	moods->x += x;
	moods->y += y;
	moods->xx += x * x;
	moods->yy += y * y;
	moods->xy += x * y;
}

static void
print_correlation(const TextModel *model, const char *set)
{
	Moods  m = { model };
	double n;

	data_each(set, "dev", mood_row, &m);
	n = m.n;
	printf("  %-30s %5d rows  r %.3f\n", set, m.n,
		   (n * m.xy - m.x * m.y) / sqrt((n * m.xx - m.x * m.x) * (n * m.yy - m.y * m.y)));
}

static void
print_classes(const TextModel *model, const char *set, const char *part, bool binary)
{
	Moods  m = { model, sentiment_sets[0].label, binary };
	double f1 = 0;
	int	   right = 0;

	data_each(set, part, mood_row, &m);
	for (int c = 0; c < 3; c++)
	{
		int truth = m.table[c][0] + m.table[c][1] + m.table[c][2];
		int said = m.table[0][c] + m.table[1][c] + m.table[2][c];

		right += m.table[c][c];
		f1 += f1_of(m.table[c][c], said, truth) / (binary ? 2 : 3);
	}
	printf("  %-24s %-5s %5d rows  accuracy %.3f  macro-F1 %.3f\n", set, part, m.n,
		   (double) right / m.n, f1);
}

/* Rows of which enough is understood to say anything */
typedef struct Understood
{
	const TextModel *model;
	int				 rows;
	int				 known;
} Understood;

static void
understood_row(void *arg, const char *label, const char *text, size_t len)
{
	Understood *count = arg;
	int32_t		score;

	(void) label;
	count->rows++;
	count->known += text_sentiment(count->model, text, len, NULL, &score);
}

static void
print_understood(const TextModel *model, const char *set)
{
	Understood count = { model };

	data_each(set, "dev", understood_row, &count);
	printf("  %-30s %5d rows  %.3f\n", set, count.rows, (double) count.known / count.rows);
}

/* Development figures of all tasks */
void
report_print(const TextModel *model)
{
	static const char *const spoken[] = { "goemotions", "banking77", "xed_en", "xed_de", "xed_es",
										  "xed_fr",		"xed_it",	 "xed_nl", "xed_fi", "xed_ru" };

	printf("sentiment (texts below are in no training set):\n");
	print_correlation(model, "vadergt_tweets");
	print_correlation(model, "vadergt_amazonReviewSnippets");
	print_correlation(model, "vadergt_movieReviewSnippets");
	print_correlation(model, "vadergt_nytEditorialSnippets");
	print_classes(model, "tweeteval_sentiment", "dev", false);
	print_classes(model, "sent_amazon", "dev", true);
	print_classes(model, "sent_yelp", "dev", true);
	print_classes(model, "sent_imdb", "dev", true);
	print_classes(model, "sst2", "dev", true);
	print_classes(model, "sst2", "test", true);
	print_classes(model, "alexa", "test", false);
	print_classes(model, "mpqa", "dev", true);
	print_labels(model, TEXT_EMOTION, "emotions");
	print_labels(model, TEXT_BASIC, "basic emotions");
	print_labels(model, TEXT_INTENT, "intents");
	printf("intents, dev accuracy of the best label or none:\n");
	for (int i = 0; i < n_intent_sets; i++)
		print_intent_accuracy(model, &intent_sets[i]);
	printf("share of rows that it gives an answer to (English, then other languages):\n");
	for (size_t i = 0; i < sizeof(spoken) / sizeof(spoken[0]); i++)
		print_understood(model, spoken[i]);
	report_language(model);
}
