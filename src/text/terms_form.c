/*-------------------------------------------------------------------------
 *
 * terms_form.c
 *	  The text form of a summary of terms: JSON of one shape, its keys always
 *	  in this order, without escapes, since no term needs any.
 *
 *	  {"format": 1, "texts": 2, "words": 17, "lost": 0, "terms": {"refund": 2}}
 *
 *-------------------------------------------------------------------------
 */
#include "text/terms.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAX_DIGITS 16 /* of TEXT_TERMS_MOST */

char *
text_terms_print(TextTermsView view, TextResize resize, void *arg)
{
	size_t size = 128 + 3 * MAX_DIGITS + (size_t) (view.end - view.next) +
				  view.n_terms * (size_t) (8 + MAX_DIGITS);
	char	*form = resize(arg, NULL, size);
	size_t	 at;
	TextTerm term;

	at = (size_t) snprintf(form, size,
						   "{\"format\": %d, \"texts\": %" PRIu64 ", \"words\": %" PRIu64
						   ", \"lost\": %" PRIu64 ", \"terms\": {",
						   TEXT_TERMS_FORMAT, view.texts, view.words, view.lost);
	for (const char *comma = ""; text_terms_next(&view, &term); comma = ", ")
		at += (size_t) snprintf(form + at, size - at, "%s\"%.*s\": %" PRIu64, comma, (int) term.len,
								term.bytes, term.n);
	memcpy(form + at, "}}", 3);
	return form;
}

/* A form while it is parsed */
typedef struct Form
{
	const char *at;
	uint8_t	   *out;
	bool		broken;
} Form;

static void
skip_blanks(Form *form)
{
	form->at += strspn(form->at, " \t\n\r");
}

/* Is this next? Then pass over it. */
static bool
passes(Form *form, char c)
{
	skip_blanks(form);
	if (*form->at != c)
		return false;
	form->at++;
	return true;
}

static void
expect(Form *form, char c)
{
	if (!passes(form, c))
		form->broken = true;
}

/* A key, with its quotes, and its colon */
static void
expect_key(Form *form, const char *key)
{
	size_t len = strlen(key);

	skip_blanks(form);
	if (strncmp(form->at, key, len) == 0)
		form->at += len;
	else
		form->broken = true;
	expect(form, ':');
}

static uint64_t
take_number(Form *form)
{
	uint64_t n = 0;
	size_t	 digits;

	skip_blanks(form);
	digits = strspn(form->at, "0123456789");
	if (digits == 0 || digits > MAX_DIGITS || (digits > 1 && *form->at == '0'))
		form->broken = true;
	else
		while (digits-- > 0)
			n = n * 10 + (uint64_t) (*form->at++ - '0');
	return n;
}

/* A format that is not this version's becomes one that never is. */
static void
take_format(Form *form)
{
	uint64_t format = take_number(form);

	*form->out++ = format == TEXT_TERMS_FORMAT ? TEXT_TERMS_FORMAT : 0;
}

/* One term with its count, into the bytes */
static void
take_term(Form *form)
{
	size_t len;

	expect(form, '"');
	len = strcspn(form->at, "\"");
	if (form->broken || form->at[len] == 0 || len > TEXT_TERM_BYTES)
	{
		form->broken = true;
		return;
	}
	*form->out++ = (uint8_t) len;
	memcpy(form->out, form->at, len);
	form->out += len;
	form->at += len + 1;
	expect(form, ':');
	form->out = text_put_number(form->out, take_number(form));
}

static void
take_total(Form *form, const char *key)
{
	expect(form, ',');
	expect_key(form, key);
	form->out = text_put_number(form->out, take_number(form));
}

static void
take_terms(Form *form)
{
	expect(form, ',');
	expect_key(form, "\"terms\"");
	expect(form, '{');
	if (passes(form, '}'))
		return;
	do
		take_term(form);
	while (!form->broken && passes(form, ','));
	expect(form, '}');
}

/*
 * The bytes of a summary in its text form, after so many that are the
 * caller's.  NULL, with the reason in *why, when the form is none.
 */
uint8_t *
text_terms_parse(const char *text, TextResize resize, void *arg, size_t before, size_t *size,
				 const char **why)
{
	uint8_t *bytes = resize(arg, NULL, before + strlen(text) + 64); /* shorter than the text */
	Form	 form = { text, bytes + before, false };

	expect(&form, '{');
	expect_key(&form, "\"format\"");
	take_format(&form);
	take_total(&form, "\"texts\"");
	take_total(&form, "\"words\"");
	take_total(&form, "\"lost\"");
	take_terms(&form);
	expect(&form, '}');
	skip_blanks(&form);
	*size = (size_t) (form.out - bytes);
	*why = "it has not the form {\"format\": 1, \"texts\": ..., \"words\": ..., \"lost\": ..., "
		   "\"terms\": {...}}";
	if (!form.broken && *form.at == 0 && text_terms_check(bytes + before, *size - before, why))
		return bytes;
	resize(arg, bytes, 0);
	return NULL;
}
