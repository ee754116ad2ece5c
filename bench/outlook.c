/*-------------------------------------------------------------------------
 *
 * outlook.c
 *	  Backtests of who will not come back, and of what customers spend, on real
 *	  data sets, beside published figures.
 *
 *	  outlook FOLDER		FOLDER/behaviour/{cdnow,online_retail,rails_commits}
 *	  outlook FOLDER items	which items are bought again
 *	  outlook FOLDER ends	how well calibrated, had the data ended so many days earlier
 *	  outlook FOLDER few	what is learned from few customers, tried on the others
 *
 * Each customer's events become a profile, and what learns from the profiles is
 * what train_churn() calls: a case is a horizon of N days, learned up to N days
 * before the end and tested on the N days after.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../test/unit/profile_port.h"
#include "learn/value_fit.h"
#include "score/fmath.h"

/* ---- reading comma-separated files ---- */

#define MAX_FIELDS 16
#define MAX_FIELD  65536

typedef struct Csv
{
	FILE *pipe;
	char *fields[MAX_FIELDS];
	char *buffer;
} Csv;

static void
die(const char *what, const char *name)
{
	fprintf(stderr, "%s \"%s\"\n", what, name);
	exit(EXIT_FAILURE);
}

static void
csv_open(Csv *csv, const char *folder, const char *file)
{
	char command[4096];

	snprintf(command, sizeof(command), "%s '%s/behaviour/%s'",
			 strstr(file, ".gz") != NULL ? "gzip -dc" : "cat", folder, file);
	csv->pipe = popen(command, "r");
	csv->buffer = malloc(MAX_FIELD);
	if (csv->pipe == NULL || csv->buffer == NULL)
		die("cannot read", file);
}

/* One field into *at, which moves; returns what ended it. */
static int
csv_field(Csv *csv, char **at)
{
	int	 c = getc(csv->pipe);
	bool quoted = c == '"';

	for (c = quoted ? getc(csv->pipe) : c; c != EOF; c = getc(csv->pipe))
	{
		if (quoted && c == '"')
		{
			c = getc(csv->pipe);
			if (c != '"')
				break;
		}
		else if (!quoted && (c == ',' || c == '\n'))
			break;
		if (*at < csv->buffer + MAX_FIELD - MAX_FIELDS)
			*(*at)++ = (char) c;
	}
	*(*at)++ = '\0';
	return c;
}

/* The next line; false at the end. */
static bool
csv_next(Csv *csv)
{
	char *at = csv->buffer;
	int	  n = 0;
	int	  ended;

	do
	{
		csv->fields[n++] = at;
		ended = csv_field(csv, &at);
	} while (ended == ',' && n < MAX_FIELDS);
	return ended != EOF;
}

static void
csv_close(Csv *csv)
{
	if (pclose(csv->pipe) != 0)
		die("cannot read", "a data set");
	free(csv->buffer);
}

/* ---- events ---- */

typedef struct Event
{
	char	customer[16];
	char	about[16];
	int64_t at;
	int64_t amount;
} Event;

typedef struct Events
{
	Event *events;
	size_t n;
	size_t room;
} Events;

static void
add_event(Events *events, const char *customer, const char *about, int64_t seconds, double amount)
{
	Event *event;

	if (events->n == events->room)
	{
		events->room = events->room * 2 + 1024;
		events->events = realloc(events->events, events->room * sizeof(Event));
		if (events->events == NULL)
			die("out of memory for", customer);
	}
	event = &events->events[events->n++];
	memset(event, 0, sizeof(*event));
	strncpy(event->customer, customer, sizeof(event->customer) - 1);
	strncpy(event->about, about, sizeof(event->about) - 1);
	event->at = seconds * 1000000;
	event->amount = (int64_t) (amount * PROFILE_ONE + (amount < 0 ? -0.5 : 0.5));
}

/* Seconds from 2000-01-01 to a date "2011-12-09". */
static int64_t
seconds_of(const char *date)
{
	struct tm day = { 0 };

	if (sscanf(date, "%d-%d-%d", &day.tm_year, &day.tm_mon, &day.tm_mday) != 3)
		die("no date", date);
	day.tm_year -= 1900;
	day.tm_mon -= 1;
	return (int64_t) timegm(&day) - 946684800;
}

static void
read_cdnow(Events *events, const char *folder)
{
	Csv csv;

	csv_open(&csv, folder, "cdnow/cdnow_transactions.csv");
	csv_next(&csv);
	while (csv_next(&csv))
		add_event(events, csv.fields[0], "", seconds_of(csv.fields[1]), atof(csv.fields[3]));
	csv_close(&csv);
}

static void
read_online_retail(Events *events, const char *folder)
{
	Csv csv;

	csv_open(&csv, folder, "online_retail/online_retail.csv.gz");
	csv_next(&csv);
	while (csv_next(&csv))
	{
		double quantity = atof(csv.fields[3]);
		double price = atof(csv.fields[5]);

		if (csv.fields[6][0] != '\0' && strcmp(csv.fields[6], "NA") != 0 && quantity > 0 &&
			price > 0 && csv.fields[0][0] != 'C')
			add_event(events, csv.fields[6], csv.fields[1], seconds_of(csv.fields[4]),
					  quantity * price);
	}
	csv_close(&csv);
}

static void
read_rails(Events *events, const char *folder)
{
	Csv csv;

	csv_open(&csv, folder, "rails_commits/rails_commits.csv.gz");
	csv_next(&csv);
	while (csv_next(&csv))
	{
		if (atoi(csv.fields[2]) == 0)
			add_event(events, csv.fields[0], "", atoll(csv.fields[1]) - 946684800, 0);
	}
	csv_close(&csv);
}

/* ---- profiles ---- */

static int
compare_customers(const void *a, const void *b)
{
	return strcmp(((const Event *) a)->customer, ((const Event *) b)->customer);
}

/* The bytes of the profile of events of one customer. */
static PastPerson
profile_of(const Event *events, size_t n)
{
	ProfileArena arena;
	ProfileLog	 log;
	ProfileShape shape = { 0, PROFILE_NONE, PROFILE_NONE, 1 };
	PastPerson	 person;
	void		*bytes;

	profile_arena_init(&arena, NULL);
	profile_log_init(&log, &arena);
	shape.kind = profile_name(&arena, "kind:", "order", 5);
	for (size_t i = 0; i < n; i++)
	{
		size_t len = strlen(events[i].about);

		shape.about = len > 0 ? profile_name(&arena, "about:", events[i].about, len) : PROFILE_NONE;
		profile_log_add(&log, events[i].at, profile_shape(&arena, shape), events[i].amount);
	}
	profile_log_finish(&log);
	bytes = malloc(arena.out_len);
	if (bytes == NULL)
		die("out of memory for", events->customer);
	memcpy(bytes, arena.out, arena.out_len);
	person = (PastPerson){ bytes, arena.out_len };
	port_free_all();
	return person;
}

static PastPerson *
profiles_of(Events *events, size_t *n)
{
	PastPerson *people = malloc(events->n * sizeof(PastPerson) + 1);
	size_t		first = 0;

	*n = 0;
	if (people == NULL)
		die("out of memory for", "profiles");
	qsort(events->events, events->n, sizeof(Event), compare_customers);
	for (size_t i = 1; i <= events->n; i++)
	{
		if (i < events->n && compare_customers(&events->events[first], &events->events[i]) == 0)
			continue;
		people[(*n)++] = profile_of(&events->events[first], i - first);
		first = i;
	}
	return people;
}

/* ---- cases ---- */

typedef struct Case
{
	const char *set;
	void (*read)(Events *events, const char *folder);
	bool	 pays; /* do its events have amounts? */
	double	 horizon;
	Measures published; /* regression on 15 features and the population model; 0: not published */
} Case;

static const Case cases[] = {
	{ "cdnow", read_cdnow, true, 30, { .auc = .853, .log_loss = .179, .calibration_error = .007 } },
	{ "cdnow",
	  read_cdnow,
	  true,
	  90,
	  { .auc = .841, .brier = .088, .log_loss = .296, .calibration_error = .013 } },
	{ "cdnow",
	  read_cdnow,
	  true,
	  180,
	  { .auc = .806, .brier = .128, .log_loss = .411, .calibration_error = .021 } },
	{ "online_retail",
	  read_online_retail,
	  true,
	  30,
	  { .auc = .740, .brier = .185, .log_loss = .556, .calibration_error = .054 } },
	{ "online_retail",
	  read_online_retail,
	  true,
	  60,
	  { .auc = .741, .log_loss = .607, .calibration_error = .069 } },
	{ "online_retail",
	  read_online_retail,
	  true,
	  90,
	  { .auc = .732, .log_loss = .621, .calibration_error = .091 } },
	{ "rails_commits",
	  read_rails,
	  false,
	  90,
	  { .auc = .977, .log_loss = .028, .calibration_error = .002 } },
	{ "rails_commits",
	  read_rails,
	  false,
	  365,
	  { .auc = .913, .brier = .019, .log_loss = .079, .calibration_error = .007 } },
};

static void
print_measures(const char *what, const Measures *m, const char *remark)
{
	printf("  %-28s %.4f  ", what, m->auc);
	printf(m->brier > 0 ? "%.4f  " : "     -  ", m->brier);
	printf("%.4f  %.4f%s\n", m->log_loss, m->calibration_error, remark);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void
run_case(const Case *this, const Past *past)
{
	static OutlookFit fit;
	double			  started = now();

	outlook_fit(past, OUTLOOK_LEAVE, TARGET_PURCHASE, this->horizon, &fit);
	printf("\n%s, %.0f days: %zu people, share who stayed away %.3f (before: %.3f); %s; %.1f s\n",
		   this->set, this->horizon, fit.n, fit.trials[0].rate, fit.trained_rate,
		   outlook_status_name(fit.status), now() - started);
	printf("  %-28s %6s  %6s  %6s  %6s\n", "", "AUC", "Brier", "log l.", "ECE");
	print_measures("published", &this->published, "");
	for (int i = 0; i < OUTLOOK_TRIALS; i++)
		print_measures(outlook_trial_name(i), &fit.trials[i], i == (int) fit.best ? "  <-" : "");
	fflush(stdout);
}

/* What customers spend, tried on the last third of the past, or less. */
static void
run_value(const Case *this, const Past *past)
{
	static ValueFit	  fit;
	const ValueTrial *trial = &fit.trial;
	double			  started = now();

	value_fit(past, 365, &fit);
	printf("\n%s, value of the last %.0f days: %zu people; %s; %.1f s\n", this->set, fit.days,
		   trial->n, outlook_status_name(fit.outlook.status), now() - started);
	printf("  %-28s %10.3f  expected %10.3f\n", "purchases of a customer", trial->purchases,
		   trial->expected_purchases);
	printf("  %-28s %10.3f  expected %10.3f\n", "value of a customer", trial->value,
		   trial->expected_value);
	printf("  %-28s %10.3f  by the average so far %.3f\n", "mean absolute error", trial->error,
		   trial->plain_error);
	printf("  %-28s %10.3f\n", "share within the interval", trial->covered);
	printf("  %-28s %10.3f\n", "correlation with frequency", fit.correlation);
	fflush(stdout);
}

/* The profiles of a data set's customers. */
static void
read_past(const Case *this, const char *folder, Past *past)
{
	Events events = { 0 };

	memset(past, 0, sizeof(*past));
	this->read(&events, folder);
	past->last = INT32_MIN;
	for (size_t i = 0; i < events.n; i++)
	{
		int32_t day = profile_day(events.events[i].at);

		past->last = day > past->last ? day : past->last;
	}
	past->people = profiles_of(&events, &past->n_people);
	free(events.events);
}

static void
free_past(Past *past)
{
	for (size_t i = 0; i < past->n_people; i++)
		free((void *) past->people[i].bytes);
	free((void *) past->people);
}

/* What a model said of somebody, and what they did. */
typedef struct Outcome
{
	double logit;
	double lo, hi;
	bool   stayed_away;
} Outcome;

typedef struct Outcomes
{
	Outcome *people;
	size_t	 n;
} Outcomes;

static Outcomes
outcomes_of(const Past *past, const OutlookModel *model, int32_t as_of, double horizon)
{
	Outcomes out = { malloc((past->n_people + 1) * sizeof(Outcome)), 0 };

	if (out.people == NULL)
		die("out of memory for", "outcomes");
	for (size_t i = 0; i < past->n_people; i++)
	{
		OutlookQuestion question = { .as_of = as_of, .horizon = horizon };
		Outlook			outlook;
		PastReader		reader;

		past_open(&reader, past, i, past->last);
		if (outlook_score(model, &reader.history, &question, OUTLOOK_INTERVAL, &outlook))
		{
			Outcome *one = &out.people[out.n++];

			*one = (Outcome){ outlook.logit, outlook.lo, outlook.hi, true };
			for (size_t k = 0; k < reader.history.n_purchases; k++)
				if (reader.history.purchases[k] > as_of &&
					reader.history.purchases[k] <= as_of + horizon)
					one->stayed_away = false;
		}
		past_close(&reader);
	}
	return out;
}

static int
compare_logits(const void *a, const void *b)
{
	double x = ((const Outcome *) a)->logit;
	double y = ((const Outcome *) b)->logit;

	return (x > y) - (x < y);
}

/* Of ten parts of the people, by prediction: how many came out within the interval and chance. */
static double
share_within(const Outcomes *out)
{
	Outcome *sorted = malloc((out->n + 1) * sizeof(Outcome));
	int		 within = 0;

	if (sorted == NULL)
		die("out of memory for", "outcomes");
	memcpy(sorted, out->people, out->n * sizeof(Outcome));
	qsort(sorted, out->n, sizeof(Outcome), compare_logits);
	for (size_t part = 0; part < 10; part++)
	{
		size_t from = part * out->n / 10;
		size_t to = (part + 1) * out->n / 10;
		double n = (double) (to - from);
		double lo = 0;
		double hi = 0;
		double share = 0;
		double chance;

		for (size_t i = from; i < to; i++)
		{
			lo += sorted[i].lo / n;
			hi += sorted[i].hi / n;
			share += sorted[i].stayed_away / n;
		}
		chance = 1.96 * sqrt((lo + hi) / 2 * (1 - (lo + hi) / 2) / n);
		within += share >= (lo + hi) / 2 - hypot((hi - lo) / 2, chance) &&
				  share <= (lo + hi) / 2 + hypot((hi - lo) / 2, chance);
	}
	free(sorted);
	return within / 10.0;
}

#define FIFTHS 5

/* What is to be added to the log-odds so that they are right of all but a fifth. */
static double
shift_of(const Outcomes *out, size_t fifth)
{
	double shift = 0;

	for (int step = 0; step < 20; step++)
	{
		double excess = 0;
		double slope = 1e-9;

		for (size_t i = 0; i < out->n; i++)
		{
			double p = score_logistic(out->people[i].logit + shift);

			if (i % FIFTHS == fifth)
				continue;
			excess += p - out->people[i].stayed_away;
			slope += p * (1 - p);
		}
		shift -= excess / slope;
	}
	return shift;
}

/*
 * The calibration error once the base rate is known, from the other four fifths
 * of the people; and that of outcomes that are drawn by the predictions, which
 * is what so few people come to by chance.
 */
static double
error_if_shifted(const Outcomes *out, double *by_chance)
{
	enum
	{
		DRAWS = 20
	};
	double	*p = malloc((out->n + 1) * sizeof(double));
	uint8_t *label = malloc(out->n + 1);
	Measures measures;
	double	 error;

	if (p == NULL || label == NULL)
		die("out of memory for", "outcomes");
	for (size_t fifth = 0; fifth < FIFTHS; fifth++)
	{
		double shift = shift_of(out, fifth);

		for (size_t i = fifth; i < out->n; i += FIFTHS)
		{
			p[i] = score_logistic(out->people[i].logit + shift);
			label[i] = out->people[i].stayed_away;
		}
	}
	measure(p, label, out->n, &measures);
	error = measures.calibration_error;
	*by_chance = 0;
	for (int draw = 0; draw < DRAWS; draw++)
	{
		for (size_t i = 0; i < out->n; i++)
			label[i] = rand() < p[i] * RAND_MAX;
		measure(p, label, out->n, &measures);
		*by_chance += measures.calibration_error / DRAWS;
	}
	free(p);
	free(label);
	return error;
}

/* The calibration error where the past ends earlier, beside how far the base rate moved. */
static void
run_ends(const Case *this, Past *past)
{
	static OutlookFit fit;
	int32_t			  last = past->last;
	Outcomes		  outcomes;
	double			  shifted;
	double			  by_chance;

	for (int back = 0; back <= 150; back += 30)
	{
		past->last = last - back;
		outlook_fit(past, OUTLOOK_LEAVE, TARGET_PURCHASE, this->horizon, &fit);
		if (fit.n == 0)
			continue;
		outcomes = outcomes_of(past, &fit.tried, fit.tried_at, this->horizon);
		shifted = error_if_shifted(&outcomes, &by_chance);
		printf("%-14s %5.0f %6d %9.3f %9.3f %9.3f %9.4f %9.4f %9.4f %9.4f %9.1f\n", this->set,
			   this->horizon, back, fit.trained_rate, fit.trials[0].rate,
			   fit.trials[0].rate - fit.trained_rate, fit.trials[fit.best].log_loss,
			   fit.trials[fit.best].calibration_error, shifted, by_chance, share_within(&outcomes));
		free(outcomes.people);
		fflush(stdout);
	}
	past->last = last;
}

/* Learned from so many of the people by the last horizon, and tried on the others in it. */
static void
try_few(const Case *this, const Past *past, size_t few)
{
	enum
	{
		TIMES = 5
	};
	static OutlookFit fit;
	PastPerson		 *people = malloc(past->n_people * sizeof(PastPerson));
	Measures		  sum = { 0 };
	int				  learned = 0;

	if (people == NULL)
		die("out of memory for", "people");
	memcpy(people, past->people, past->n_people * sizeof(PastPerson));
	for (int time = 0; time < TIMES; time++)
	{
		Past		 some = *past;
		Past		 others = *past;
		OutlookCheck check;

		for (size_t i = 0; i < few; i++)
		{
			size_t	   other = i + (size_t) rand() % (past->n_people - i);
			PastPerson person = people[i];

			people[i] = people[other];
			people[other] = person;
		}
		some.people = people;
		some.n_people = few;
		some.last -= (int32_t) this->horizon;
		others.people = people + few;
		others.n_people -= few;
		outlook_fit(&some, OUTLOOK_LEAVE, TARGET_PURCHASE, this->horizon, &fit);
		outlook_check(&others, &fit.model, some.last, this->horizon, &check);
		learned += fit.status == OUTLOOK_LEARNED;
		sum.auc += check.measures.auc / TIMES;
		sum.log_loss += check.measures.log_loss / TIMES;
		sum.calibration_error += check.measures.calibration_error / TIMES;
	}
	printf("%-14s %5.0f %9zu %6d/%d %9.4f %9.4f %9.4f\n", this->set, this->horizon, few, learned,
		   TIMES, sum.auc, sum.log_loss, sum.calibration_error);
	fflush(stdout);
	free(people);
}

static void
run_few(const Case *this, const Past *past)
{
	static const size_t numbers[] = { 50, 200, 1000, 3000 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		try_few(this, past, numbers[i]);
}

/* What is bought again within 60 days; published: regressions by scikit-learn on all pairs. */
static void
run_items(const char *folder)
{
	static OutlookFit fit;
	static const Case retail = { "online_retail", read_online_retail, true, 60, { 0 } };
	Past			  past;
	double			  started;

	read_past(&retail, folder, &past);
	past.most_rows = SIZE_MAX;
	started = now();
	outlook_fit(&past, OUTLOOK_AGAIN, TARGET_PURCHASE, retail.horizon, &fit);
	printf(
		"\n%s, items, %.0f days: %zu pairs of up to %d a customer, share not bought again %.3f (before: "
		"%.3f); %s; %.1f s\n",
		retail.set, retail.horizon, fit.n, PROFILE_CLASS_NAMES, 1 - fit.trials[0].rate,
		1 - fit.trained_rate, outlook_status_name(fit.status), now() - started);
	printf("  %-28s %6s  %6s  %6s  %6s\n", "", "AUC", "Brier", "log l.", "ECE");
	printf("  published, on all 199,509 pairs:\n");
	printf("  %-28s %.4f\n", "the pair's days", .717);
	printf("  %-28s %.4f\n", "+ the product's", .748);
	printf("  %-28s %.4f\n", "+ the customer's", .736);
	printf("  %-28s %.4f  %.4f  %.4f\n", "+ both", .769, .0954, .3235);
	for (int i = 0; i < OUTLOOK_TRIALS; i++)
		print_measures(outlook_trial_name(i), &fit.trials[i], i == (int) fit.best ? "  <-" : "");
	outlook_free(&fit);
	free_past(&past);
}

/* What is done with each case, by name. */
typedef enum Mode
{
	MODE_CASES,
	MODE_ENDS,
	MODE_FEW
} Mode;

static Mode
mode_of(int argc, char **argv)
{
	if (argc == 2)
		return MODE_CASES;
	if (argc == 3 && strcmp(argv[2], "ends") == 0)
	{
		printf("\n%-14s %5s %6s %9s %9s %9s %9s %9s %9s %9s %9s\n", "set", "days", "ends",
			   "learned", "share", "moved", "log loss", "ECE", "shifted", "by chance", "within");
		return MODE_ENDS;
	}
	if (argc != 3 || strcmp(argv[2], "few") != 0)
		die("usage: outlook FOLDER [items|ends|few], not", argv[argc - 1]);
	printf("\n%-14s %5s %9s %8s %9s %9s %9s\n", "set", "days", "customers", "learned", "AUC",
		   "log loss", "ECE");
	return MODE_FEW;
}

static void
run(Mode mode, const Case *this, Past *past)
{
	switch (mode)
	{
		case MODE_CASES:
			run_case(this, past);
			break;
		case MODE_ENDS:
			run_ends(this, past);
			break;
		case MODE_FEW:
			run_few(this, past);
			break;
	}
}

int
main(int argc, char **argv)
{
	Past past = { 0 };
	Mode mode;

	if (argc == 3 && strcmp(argv[2], "items") == 0)
	{
		run_items(argv[1]);
		return 0;
	}
	mode = mode_of(argc, argv);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		if (i == 0 || strcmp(cases[i].set, cases[i - 1].set) != 0)
		{
			free_past(&past);
			read_past(&cases[i], argv[1], &past);
			if (cases[i].pays && mode == MODE_CASES)
				run_value(&cases[i], &past);
		}
		run(mode, &cases[i], &past);
	}
	free_past(&past);
	return 0;
}
