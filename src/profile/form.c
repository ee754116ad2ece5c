/*-------------------------------------------------------------------------
 *
 * form.c
 *	  The text form of a profile: JSON of integers and names, complete, so that
 *	  reading it back gives the same bytes.
 *
 *	  {"format": 1, "model": "general-2",
 *	   "cells": [[day, name, n, sum], ...],
 *	   "events": [[at, kind, channel, about, amount], ...],
 *	   "quotes": [[at, sentiment, emotion, intent, text], ...]}
 *
 * Units as in profile.h.  Members come in this order and may be left out, but
 * for the format; names that may be absent are null.  Cells, events and quotes
 * may come in any order: what is read is brought into the canonical form.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <stdio.h>
#include <string.h>

/* ---- printing ---- */

typedef struct Printer
{
	ProfileArena arena; /* only for its memory */
	ProfileView	 view;
	char		*text;
	size_t		 len;
	size_t		 max;
} Printer;

static void
print_bytes(Printer *printer, const char *bytes, size_t len)
{
	printer->text =
		profile_reserve(&printer->arena, printer->text, &printer->max, printer->len + len + 1, 1);
	if (len > 0)
		memcpy(printer->text + printer->len, bytes, len);
	printer->len += len;
	printer->text[printer->len] = '\0';
}

static void
print(Printer *printer, const char *text)
{
	print_bytes(printer, text, strlen(text));
}

static void
print_number(Printer *printer, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long) number);
	print(printer, digits);
}

static void
print_string(Printer *printer, const char *bytes, size_t len)
{
	size_t i;

	print(printer, "\"");
	for (i = 0; i < len; i++)
	{
		unsigned char byte = bytes[i];
		char		  escape[8];

		if (byte == '"' || byte == '\\')
			snprintf(escape, sizeof(escape), "\\%c", byte);
		else if (byte < 0x20)
			snprintf(escape, sizeof(escape), "\\u%04x", byte);
		else
		{
			print_bytes(printer, bytes + i, 1);
			continue;
		}
		print(printer, escape);
	}
	print(printer, "\"");
}

static void
print_name(Printer *printer, uint32_t name)
{
	if (name == PROFILE_NONE)
		print(printer, "null");
	else
		print_string(printer, printer->view.names[name], printer->view.name_lens[name]);
}

static void
print_cell(Printer *printer, const ProfileCell *cell)
{
	print_number(printer, cell->day);
	print(printer, ", ");
	print_name(printer, cell->name);
	print(printer, ", ");
	print_number(printer, cell->n);
	print(printer, ", ");
	print_number(printer, cell->sum);
}

static void
print_event(Printer *printer, const ProfileEvent *event)
{
	print_number(printer, event->at);
	print(printer, ", ");
	print_name(printer, event->kind);
	print(printer, ", ");
	print_name(printer, event->channel);
	print(printer, ", ");
	print_name(printer, event->about);
	print(printer, ", ");
	print_number(printer, event->amount);
}

static void
print_quote(Printer *printer, const ProfileQuote *quote)
{
	uint32_t i;

	print_number(printer, quote->at);
	print(printer, ", ");
	print_number(printer, quote->sentiment);
	print(printer, ", ");
	print(printer, "[");
	for (i = 0; i < quote->n_labels; i++)
	{
		print(printer, i > 0 ? ", " : "");
		print_name(printer, quote->labels[i]);
	}
	print(printer, "], ");
	print_string(printer, quote->text, quote->len);
}

/* Prints a stored value; the text is allocated in the given memory. */
size_t
profile_print(void *memory, const void *bytes, size_t len, char **text)
{
	Printer		 printer = { 0 };
	ProfileCell	 cell;
	ProfileEvent event;
	ProfileQuote quote;
	const char	*start;

	printer.arena.memory = memory;
	profile_open(&printer.view, memory, bytes, len);
	print(&printer, "{\"format\": ");
	print_number(&printer, PROFILE_FORMAT);
	print(&printer, printer.view.is_group ? ", \"group\": true" : "");
	if (printer.view.model_len > 0)
	{
		print(&printer, ", \"model\": ");
		print_string(&printer, printer.view.model, printer.view.model_len);
	}
	for (start = ", \"cells\": [["; profile_next_cell(&printer.view, &cell); start = "], [")
	{
		print(&printer, start);
		print_cell(&printer, &cell);
	}
	print(&printer, start[0] == ']' ? "]]" : "");
	for (start = ", \"events\": [["; profile_next_event(&printer.view, &event); start = "], [")
	{
		print(&printer, start);
		print_event(&printer, &event);
	}
	print(&printer, start[0] == ']' ? "]]" : "");
	for (start = ", \"quotes\": [["; profile_next_quote(&printer.view, &quote); start = "], [")
	{
		print(&printer, start);
		print_quote(&printer, &quote);
	}
	print(&printer, start[0] == ']' ? "]]" : "");
	print(&printer, "}");
	profile_close(&printer.view);
	*text = printer.text;
	return printer.len;
}

/* ---- parsing ---- */

typedef struct Parser
{
	ProfileArena *arena;
	const char	 *text;
	const char	 *at;
	int			  format;
} Parser;

static void
expected(const Parser *parser, const char *what)
{
	char place[32];

	snprintf(place, sizeof(place), "%zu", (size_t) (parser->at - parser->text) + 1);
	profile_port_fail(parser->arena->memory, PROFILE_SYNTAX, what, place);
}

static void
skip_blanks(Parser *parser)
{
	parser->at += strspn(parser->at, " \t\r\n");
}

static bool
accept(Parser *parser, const char *token)
{
	size_t len = strlen(token);

	skip_blanks(parser);
	if (strncmp(parser->at, token, len) != 0)
		return false;
	parser->at += len;
	return true;
}

static void
expect(Parser *parser, const char *token)
{
	if (!accept(parser, token))
		expected(parser, token);
}

static int64_t
parse_number(Parser *parser, int64_t min, int64_t max)
{
	bool		negative;
	int64_t		value = 0;
	const char *start;

	skip_blanks(parser);
	start = parser->at;
	negative = *parser->at == '-';
	parser->at += negative;
	if (*parser->at < '0' || *parser->at > '9')
		expected(parser, "an integer");
	for (; *parser->at >= '0' && *parser->at <= '9'; parser->at++)
	{
		int digit = *parser->at - '0';

		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, negative ? -digit : digit, &value))
		{
			parser->at = start;
			expected(parser, "an integer of 64 bits");
		}
	}
	if (value < min || value > max)
	{
		parser->at = start;
		expected(parser, "an integer within its range");
	}
	return value;
}

/* What stands after a backslash. */
static char
parse_escape(Parser *parser)
{
	unsigned int code = 0;
	int			 i;

	if (*parser->at == '"' || *parser->at == '\\' || *parser->at == '/')
		return *parser->at++;
	if (*parser->at != 'u')
		expected(parser, "\\\", \\\\ or \\u001f");
	for (parser->at++, i = 0; i < 4; i++, parser->at++)
	{
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *digit = *parser->at == '\0' ? NULL : strchr(digits, *parser->at);

		if (digit == NULL)
			expected(parser, "four hexadecimal digits");
		code = code * 16 + (unsigned int) (digit - digits) % 16;
	}
	if (code == 0 || code >= 0x20)
		expected(parser, "a control character (write others as they are)");
	return (char) code;
}

/* A string of at most max bytes; it lives as long as the arena's memory. */
static const char *
parse_string(Parser *parser, size_t max, uint32_t *len)
{
	char  *bytes;
	size_t n = 0;

	expect(parser, "\"");
	bytes = profile_port_alloc(parser->arena->memory, max);
	while (*parser->at != '"')
	{
		if (*parser->at == '\0')
			expected(parser, "\"");
		if (n == max)
			expected(parser, "a shorter string");
		bytes[n++] = *parser->at++;
		if (bytes[n - 1] == '\\')
			bytes[n - 1] = parse_escape(parser);
	}
	parser->at++;
	*len = (uint32_t) n;
	return bytes;
}

static uint32_t
parse_name(Parser *parser)
{
	uint32_t	len;
	const char *bytes = parse_string(parser, PROFILE_MAX_NAME, &len);
	uint32_t	name = profile_name(parser->arena, "", bytes, len);

	profile_port_free(parser->arena->memory, (void *) bytes);
	return name;
}

static uint32_t
parse_optional_name(Parser *parser)
{
	return accept(parser, "null") ? PROFILE_NONE : parse_name(parser);
}

static void
parse_cell(Parser *parser)
{
	int64_t day =
		parse_number(parser, profile_day(PROFILE_MIN_AT), profile_day(PROFILE_END_AT - 1));
	uint32_t name;
	int64_t	 n;

	expect(parser, ",");
	name = parse_name(parser);
	expect(parser, ",");
	n = parse_number(parser, 1, INT64_MAX);
	expect(parser, ",");
	profile_draft_cell(parser->arena, (int32_t) day, name, n,
					   parse_number(parser, INT64_MIN, INT64_MAX));
}

static void
parse_event(Parser *parser)
{
	ProfileEvent event;

	event.at = parse_number(parser, PROFILE_MIN_AT, PROFILE_END_AT - 1);
	expect(parser, ",");
	event.kind = parse_name(parser);
	expect(parser, ",");
	event.channel = parse_optional_name(parser);
	expect(parser, ",");
	event.about = parse_optional_name(parser);
	expect(parser, ",");
	event.amount = parse_number(parser, INT64_MIN, INT64_MAX);
	profile_draft_event(parser->arena, &event);
}

static void
parse_labels(Parser *parser, ProfileQuote *quote)
{
	quote->n_labels = 0;
	expect(parser, "[");
	if (accept(parser, "]"))
		return;
	do
	{
		if (quote->n_labels == PROFILE_QUOTE_LABELS)
			expected(parser, "]");
		quote->labels[quote->n_labels++] = parse_name(parser);
	} while (accept(parser, ","));
	expect(parser, "]");
}

/* The two labels of a quote in format 1 */
static void
parse_old_labels(Parser *parser, ProfileQuote *quote)
{
	int i;

	quote->n_labels = 0;
	for (i = 0; i < 2; i++)
	{
		uint32_t label = parse_optional_name(parser);

		if (label != PROFILE_NONE)
			quote->labels[quote->n_labels++] = label;
		if (i == 0)
			expect(parser, ",");
	}
}

static void
parse_quote(Parser *parser)
{
	ProfileQuote quote;

	quote.at = parse_number(parser, PROFILE_MIN_AT, PROFILE_END_AT - 1);
	expect(parser, ",");
	quote.sentiment = (int32_t) parse_number(parser, -PROFILE_ONE, PROFILE_ONE);
	expect(parser, ",");
	if (parser->format == 1)
		parse_old_labels(parser, &quote);
	else
		parse_labels(parser, &quote);
	expect(parser, ",");
	quote.text = parse_string(parser, PROFILE_QUOTE_BYTES, &quote.len);
	profile_draft_quote(parser->arena, &quote);
}

/* A member that is an array of rows, if it comes next. */
static void
parse_rows(Parser *parser, const char *member, void (*parse_row)(Parser *))
{
	const char *start = parser->at;

	if (!accept(parser, ",") || !accept(parser, member))
	{
		parser->at = start;
		return;
	}
	expect(parser, ":");
	expect(parser, "[");
	if (accept(parser, "]"))
		return;
	do
	{
		profile_port_tick();
		expect(parser, "[");
		parse_row(parser);
		expect(parser, "]");
	} while (accept(parser, ","));
	expect(parser, "]");
}

static void
parse_model(Parser *parser)
{
	const char *start = parser->at;
	const char *bytes;
	uint32_t	len;

	if (!accept(parser, ",") || !accept(parser, "\"model\""))
	{
		parser->at = start;
		return;
	}
	expect(parser, ":");
	bytes = parse_string(parser, PROFILE_NAME_BYTES, &len);
	profile_draft_model(parser->arena, profile_name(parser->arena, "", bytes, len));
}

static void
parse_format(Parser *parser)
{
	int64_t format;

	expect(parser, "\"format\"");
	expect(parser, ":");
	format = parse_number(parser, PROFILE_OLDEST, INT64_MAX);
	if (format > PROFILE_FORMAT)
		profile_port_fail(parser->arena->memory, PROFILE_NEWER, NULL, NULL);
	parser->format = (int) format;
}

/* Whose value it is: a group's if it says so. */
static void
parse_owner(Parser *parser)
{
	const char	*start = parser->at;
	ProfileOwner owner = PROFILE_PERSONS;

	if (parser->format > 1 && accept(parser, ",") && accept(parser, "\"group\""))
	{
		expect(parser, ":");
		if (!accept(parser, "false"))
		{
			expect(parser, "true");
			owner = PROFILE_GROUPS;
		}
	}
	else
		parser->at = start;
	profile_draft_owner(parser->arena, owner);
}

/* Reads the text form; the value's bytes are at arena->out. */
void
profile_parse(ProfileArena *arena, const char *text)
{
	Parser parser = { arena, text, text, 0 };

	expect(&parser, "{");
	parse_format(&parser);
	parse_owner(&parser);
	parse_model(&parser);
	parse_rows(&parser, "\"cells\"", parse_cell);
	parse_rows(&parser, "\"events\"", parse_event);
	parse_rows(&parser, "\"quotes\"", parse_quote);
	expect(&parser, "}");
	skip_blanks(&parser);
	if (*parser.at != '\0')
		expected(&parser, "its end");
	profile_finish(arena);
}
