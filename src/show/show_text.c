/*-------------------------------------------------------------------------
 *
 * show_text.c
 *	  Strangers' texts, made fit for what shows them: on one line, without what
 *	  steers a terminal or the direction of writing; escaped for HTML and SVG,
 *	  for Markdown, for Mermaid; broken into lines of so many columns.
 *
 * Everything that pictures of maps (sql/show.sql) take from a map comes in by
 * show_text() and show_number(), for which a value of another type is absent,
 * and goes out by one of the escapes.
 *
 *-------------------------------------------------------------------------
 */
#include "compat.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#define ELLIPSIS		"..."
#define MERMAID_COLUMNS 80
#define MOST_MARKS		8 /* over one letter */

/* ---- one clean line ---- */

typedef enum Part
{
	PART_LETTER,
	PART_BLANK,
	PART_NOTHING
} Part;

/*
 * The encoding of the letter that begins here. A database of SQL_ASCII knows none: what
 * can be UTF-8 is taken as that, other bytes are letters of their own.
 */
static int
encoding_of(const char *at, const char *end)
{
	int len;

	if (GetDatabaseEncoding() != PG_SQL_ASCII)
		return GetDatabaseEncoding();
	len = pg_encoding_mblen(PG_UTF8, at);
	return len > 1 && len <= end - at && pg_utf8_islegal((const unsigned char *) at, len)
			   ? PG_UTF8
			   : PG_SQL_ASCII;
}

static int
letter_len(const char *at, const char *end)
{
	return Min(pg_encoding_mblen(encoding_of(at, end), at), end - at);
}

/* Letters of the Far East and pictures take two columns of a screen, marks over letters none. */
static int
columns_of(const char *at, const char *end)
{
	return Max(pg_encoding_dsplen(encoding_of(at, end), at), 0);
}

/* What a character is on a line. Only of UTF-8 it is known what lies beyond ASCII. */
static Part
part_of(const char *at, const char *end)
{
	unsigned char first = (unsigned char) *at;
	pg_wchar	  code;

	if (first <= 0x20 || first == 0x7f)
		return PART_BLANK;
	if (first < 0x80 || encoding_of(at, end) != PG_UTF8)
		return PART_LETTER;
	code = utf8_to_unicode((const unsigned char *) at);
	if (code <= 0xa0 || code == 0x2028 || code == 0x2029)
		return PART_BLANK;
	/* marks that turn writing around, spaces of no width, what is no character; U+200D joins emoji */
	if (code == 0x61c || code == 0x200b || code == 0x200e || code == 0x200f ||
		(code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
		code == 0xfeff || (code >= 0xfff9 && code <= 0xffff))
		return PART_NOTHING;
	return PART_LETTER;
}

/* Appends a text as one line: blanks of every kind become one space, none at the ends. */
static void
append_clean(StringInfo out, const char *at, const char *end)
{
	bool blank = false;
	int	 marks = 0;
	int	 len;

	for (; at < end; at += len)
	{
		Part part = part_of(at, end);

		len = letter_len(at, end);
		marks = columns_of(at, end) == 0 ? marks + 1 : 0;
		if (part == PART_BLANK)
			blank = out->len > 0;
		if (part != PART_LETTER || marks > MOST_MARKS)
			continue;
		if (blank)
			appendStringInfoChar(out, ' ');
		blank = false;
		appendBinaryStringInfo(out, at, len);
	}
}

static void
clean_argument(StringInfo out, FunctionCallInfo fcinfo)
{
	text *said = PG_GETARG_TEXT_PP(0);

	initStringInfo(out);
	append_clean(out, VARDATA_ANY(said), VARDATA_ANY(said) + VARSIZE_ANY_EXHDR(said));
}

static Datum
text_datum(StringInfo out)
{
	return PointerGetDatum(cstring_to_text_with_len(out->data, out->len));
}

/* ---- what is in a map ---- */

/* show_text(value jsonb) -> text: a string with something in it, on one line */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_text);
Datum
emp_show_text(PG_FUNCTION_ARGS)
{
	JsonbValue	   value;
	StringInfoData out;

	if (!JsonbExtractScalar(&PG_GETARG_JSONB_P(0)->root, &value) || value.type != jbvString)
		PG_RETURN_NULL();
	initStringInfo(&out);
	append_clean(&out, value.val.string.val, value.val.string.val + value.val.string.len);
	if (out.len == 0)
		PG_RETURN_NULL();
	return text_datum(&out);
}

/* show_number(value jsonb, lo float8, hi float8) -> numeric: a number, brought between lo and hi */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_number);
Datum
emp_show_number(PG_FUNCTION_ARGS)
{
	JsonbValue value;
	float8	   number;

	if (!JsonbExtractScalar(&PG_GETARG_JSONB_P(0)->root, &value) || value.type != jbvNumeric)
		PG_RETURN_NULL();
	number = DatumGetFloat8(
		DirectFunctionCall1(numeric_float8_no_overflow, NumericGetDatum(value.val.numeric)));
	number = Max(PG_GETARG_FLOAT8(1), Min(PG_GETARG_FLOAT8(2), number));
	PG_RETURN_DATUM(DirectFunctionCall1(float8_numeric, Float8GetDatum(number)));
}

/* ---- escaping ---- */

/* show_html(said text) -> text: also for attributes and for SVG */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_html);
Datum
emp_show_html(PG_FUNCTION_ARGS)
{
	StringInfoData clean;
	StringInfoData out;
	int			   i;

	clean_argument(&clean, fcinfo);
	initStringInfo(&out);
	for (i = 0; i < clean.len; i++)
	{
		if (strchr("&<>\"'", clean.data[i]))
			appendStringInfo(&out, "&#%d;", clean.data[i]);
		else
			appendStringInfoChar(&out, clean.data[i]);
	}
	return text_datum(&out);
}

/* How long the mark is with which a line begins a list, or underlines a heading. */
static int
list_mark_len(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	if (digits > 0 && line[digits] != '\0' && strchr(".)", line[digits]))
		return (int) digits + 1;
	return digits == 0 && line[0] != '\0' && strchr("-+=", line[0]) ? 1 : 0;
}

/* show_markdown(said text) -> text */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_markdown);
Datum
emp_show_markdown(PG_FUNCTION_ARGS)
{
	StringInfoData clean;
	StringInfoData out;
	int			   mark;
	int			   i;

	clean_argument(&clean, fcinfo);
	initStringInfo(&out);
	mark = list_mark_len(clean.data);
	for (i = 0; i < clean.len; i++)
	{
		if (i == mark - 1 || strchr("\\`*_{}[]<>#|~&$!", clean.data[i]))
			appendStringInfoChar(&out, '\\');
		appendStringInfoChar(&out, clean.data[i]);
	}
	return text_datum(&out);
}

/* ---- columns of a screen ---- */

/* How many bytes fit into so many columns; how many they take, if wanted. */
static int
fit(const char *at, const char *end, int width, int *taken)
{
	const char *begin = at;
	int			columns = 0;

	for (; at < end && columns + columns_of(at, end) <= width; at += letter_len(at, end))
		columns += columns_of(at, end);
	if (taken != NULL)
		*taken = columns;
	return (int) (at - begin);
}

/* show_width(said text) -> int: how many columns it takes */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_width);
Datum
emp_show_width(PG_FUNCTION_ARGS)
{
	text	   *said = PG_GETARG_TEXT_PP(0);
	const char *at = VARDATA_ANY(said);
	int			columns;

	fit(at, at + VARSIZE_ANY_EXHDR(said), PG_INT32_MAX, &columns);
	PG_RETURN_INT32(columns);
}

/* Lines that are being filled, at most so many, each up to so many columns. */
typedef struct Lines
{
	ArrayBuildState *done;
	int				 n;
	int				 most;
	int				 width;
	StringInfoData	 now;
	int				 taken;
} Lines;

/* Ends the line; the last that may be, if there are more, ends with dots. */
static void
end_line(Lines *lines, bool more)
{
	if (more && lines->n == lines->most - 1)
	{
		lines->now.len = fit(lines->now.data, lines->now.data + lines->now.len,
							 lines->width - (int) strlen(ELLIPSIS), NULL);
		appendStringInfoString(&lines->now, ELLIPSIS);
	}
	lines->done = accumArrayResult(lines->done, text_datum(&lines->now), false, TEXTOID,
								   CurrentMemoryContext);
	resetStringInfo(&lines->now);
	lines->taken = 0;
	lines->n++;
}

/* Adds a word, in pieces if it is longer than a line, while there is room. */
static void
add_word(Lines *lines, const char *at, const char *end)
{
	int columns;

	fit(at, end, lines->width + 1, &columns);
	if (lines->now.len > 0 && lines->taken + 1 + columns > lines->width)
		end_line(lines, true);
	else if (lines->now.len > 0)
	{
		appendStringInfoChar(&lines->now, ' ');
		lines->taken++;
	}
	while (at < end && lines->n < lines->most)
	{
		int len = fit(at, end, lines->width - lines->taken, &columns);

		if (len == 0 && lines->taken == 0)
			break; /* a letter that is wider than a line */
		appendBinaryStringInfo(&lines->now, at, len);
		lines->taken += columns;
		at += len;
		if (at < end)
			end_line(lines, true);
	}
}

/* show_wrap(said text, width int, most int) -> text[]: as lines, at most so many */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_wrap);
Datum
emp_show_wrap(PG_FUNCTION_ARGS)
{
	Lines		   lines = { .width = Max(PG_GETARG_INT32(1), 4), .most = PG_GETARG_INT32(2) };
	StringInfoData clean;
	const char	  *at;
	const char	  *end;

	clean_argument(&clean, fcinfo);
	initStringInfo(&lines.now);
	at = clean.data;
	end = clean.data + clean.len;
	while (at < end && lines.n < lines.most)
	{
		const char *blank = memchr(at, ' ', end - at);
		const char *word_end = blank ? blank : end;

		add_word(&lines, at, word_end);
		at = Min(word_end + 1, end);
	}
	if (lines.now.len > 0)
		end_line(&lines, false);
	if (lines.done == NULL)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(TEXTOID));
	PG_RETURN_DATUM(makeArrayResult(lines.done, CurrentMemoryContext));
}

/*
 * show_mermaid(said text) -> text: its beginning, in quotes, with all but letters,
 * digits and a few signs by number.
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(emp_show_mermaid);
Datum
emp_show_mermaid(PG_FUNCTION_ARGS)
{
	StringInfoData clean;
	StringInfoData out;
	int			   len;
	int			   i;

	clean_argument(&clean, fcinfo);
	initStringInfo(&out);
	appendStringInfoChar(&out, '"');
	len = fit(clean.data, clean.data + clean.len, MERMAID_COLUMNS, NULL);
	for (i = 0; i < len; i++)
	{
		unsigned char letter = (unsigned char) clean.data[i];

		if (letter >= 0x80 || isalnum(letter) || strchr(" ,.?()%-", letter))
			appendStringInfoChar(&out, letter);
		else
			appendStringInfo(&out, "#%d;", letter);
	}
	if (len < clean.len)
		appendStringInfoString(&out, ELLIPSIS);
	appendStringInfoChar(&out, '"');
	return text_datum(&out);
}
