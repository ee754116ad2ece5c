/*-------------------------------------------------------------------------
 *
 * text_data.c
 *	  Read training sets; keep the evaluation's texts out of them.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/text_data.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learn/memory.h"

#define MAX_LINE   65536
#define HELD_SLOTS (1u << 17) /* some 25,000 texts are held out */

static const char *root;
static uint64_t	   held[HELD_SLOTS];

void
data_open(const char *folder)
{
	root = folder;
}

/* Sets mask names as [NAME] or [PERSON]: no word of the author's. */
static void
blank_placeholders(char *text)
{
	for (char *at = text; (at = strchr(at, '[')) != NULL; at++)
	{
		size_t n = 1;

		while (isupper((unsigned char) at[n]))
			n++;
		if (n > 1 && at[n] == ']')
			memset(at, ' ', n + 1);
	}
}

static void
each_line(const char *path, char separator, DataRow row, void *arg)
{
	static char line[MAX_LINE];
	FILE	   *file = fopen(path, "r");

	if (file == NULL)
	{
		fprintf(stderr, "could not open \"%s\"\n", path);
		exit(1);
	}
	while (fgets(line, sizeof(line), file))
	{
		char *tab = strchr(line, separator);

		line[strcspn(line, "\r\n")] = 0;
		if (tab == NULL)
			continue;
		*tab++ = 0;
		blank_placeholders(tab);
		row(arg, line, tab, strlen(tab));
	}
	fclose(file);
}

/* Every row of <folder>/text/<set>/<part>.tsv */
void
data_each(const char *set, const char *part, DataRow row, void *arg)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/text/%s/%s.tsv", root, set, part);
	each_line(path, '\t', row, arg);
}

/* Every row of a file of our own, by its path from the top folder */
void
data_file(const char *path, DataRow row, void *arg)
{
	each_line(path, '\t', row, arg);
}

/* Every row of <folder>/lexicon/<file>: the word, then the rest of its line */
void
data_words(const char *file, char separator, DataRow row, void *arg)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/lexicon/%s", root, file);
	each_line(path, separator, row, arg);
}

/* A text's identity: letters, digits and bytes beyond ASCII, lower-cased (FNV-1a). */
uint64_t
data_identity(const char *text, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
	{
		unsigned char b = (unsigned char) text[i];

		if (b >= 0x80 || isalnum(b))
			h = (h ^ (b < 0x80 ? (unsigned) tolower(b) : b)) * 0x100000001b3u;
	}
	return h ? h : 1;
}

static uint64_t *
held_slot(uint64_t id)
{
	uint32_t at = (uint32_t) (id >> 40) % HELD_SLOTS;

	while (held[at] != 0 && held[at] != id)
		at = (at + 1) % HELD_SLOTS;
	return &held[at];
}

static void
hold_row(void *arg, const char *label, const char *text, size_t len)
{
	uint64_t id = data_identity(text, len);

	(void) arg;
	(void) label;
	*held_slot(id) = id;
}

void
data_hold_out(const char *set, const char *part)
{
	data_each(set, part, hold_row, NULL);
}

bool
data_held_out(const char *text, size_t len)
{
	return *held_slot(data_identity(text, len)) != 0;
}
