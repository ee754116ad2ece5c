/*-------------------------------------------------------------------------
 *
 * text_speed.c
 *	  How many texts a core reads in a second: sentiment alone, all that a
 *	  profile wants to know, masking. Texts come from standard input, a line
 *	  each; the best of five rounds counts.
 *
 *	  text_speed <model file> < <texts>
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text/text.h"

#define ROUNDS	  5
#define MAX_TEXTS 40000

typedef struct Said
{
	char  *bytes;
	size_t len;
} Said;

static TextModel model;

static void
read_sentiment(const Said *said)
{
	int32_t score;

	text_sentiment(&model, said->bytes, said->len, NULL, &score);
}

static void
read_all(const Said *said)
{
	TextReading reading;

	text_read(&model, said->bytes, said->len, NULL, &reading);
}

static void
mask(const Said *said)
{
	text_mask(said->bytes, said->len, NULL, NULL, 0);
}

static void
measure(const char *what, void (*run)(const Said *said), const Said *said, int n)
{
	double best = 1e9;

	for (int round = 0; round < ROUNDS; round++)
	{
		clock_t began = clock();
		double	seconds;

		for (int i = 0; i < n; i++)
			run(&said[i]);
		seconds = (double) (clock() - began) / CLOCKS_PER_SEC;
		best = seconds < best ? seconds : best;
	}
	printf("  %-32s %12.0f a second\n", what, n / best);
}

int
main(int argc, char **argv)
{
	static uint8_t bytes[16 << 20];
	static Said	   said[MAX_TEXTS];
	static char	   line[65536];
	FILE		  *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	size_t		   size = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
	size_t		   total = 0;
	const char	  *why = "it is not there";
	int			   n = 0;

	if (size == 0 || !text_model_view(&model, bytes, size, &why))
	{
		fprintf(stderr, "usage: text_speed <model file> < <texts> (could not use the model: %s)\n",
				why);
		return 2;
	}
	while (n < MAX_TEXTS && fgets(line, sizeof(line), stdin))
	{
		said[n].len = strcspn(line, "\n");
		said[n].bytes = strndup(line, said[n].len);
		total += said[n++].len;
	}
	if (n == 0)
		return 1;
	printf("%s, %d texts of %.0f bytes, one core\n", model.name, n, (double) total / n);
	measure("sentiment", read_sentiment, said, n);
	measure("sentiment, emotions, intents", read_all, said, n);
	measure("mask", mask, said, n);
	return 0;
}
