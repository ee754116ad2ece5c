/*-------------------------------------------------------------------------
 *
 * terms_fuzz.c
 *	  A fuzz target over terms and their summaries; driver.c says how to run it.
 *
 * The first byte of an input chooses what the rest is: a text, a stored
 * summary, or a summary's text form.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "text/keywords.h"
#include "text/text.h"

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void *
resize(void *arg, void *old, size_t size)
{
	(void) arg;
	if (size > 0)
		return realloc(old, size);
	free(old);
	return NULL;
}

/* A value can be printed, read again, merged, and has no keywords against itself. */
static void
use_value(const uint8_t *bytes, size_t size)
{
	TextTermsView view;
	TextTerms	  terms;
	TextKeyword	 *keyword;
	const char	 *why;
	char		 *form;
	uint8_t		 *again;
	size_t		  again_size;

	must(text_terms_view(&view, bytes, size));
	form = text_terms_print(view, resize, NULL);
	again = text_terms_parse(form, resize, NULL, 0, &again_size, &why);
	must(again != NULL && again_size == size && memcmp(again, bytes, size) == 0);
	free(again);
	free(form);

	text_terms_init(&terms, resize, NULL);
	must(text_terms_merge(&terms, view));
	again = text_terms_store(&terms, resize, NULL, 0, &again_size);
	must(again_size == size && memcmp(again, bytes, size) == 0);
	free(again);
	free(terms.entries);
	free(terms.slots);
	free(terms.bytes);

	keyword = malloc(sizeof(TextKeyword) * (view.n_terms + 1));
	must(text_keywords(view, view, 1, keyword) == 0);
	free(keyword);
}

/* The summary of one text is a value, and of nothing in it is anything to mask. */
static void
read_text(const uint8_t *data, size_t size)
{
	TextTerms	  terms;
	TextTermsView view;
	TextTerm	  term;
	const char	 *why;
	uint8_t		 *bytes;
	size_t		  bytes_size;

	text_terms_init(&terms, resize, NULL);
	text_terms_add(&terms, (const char *) data, size);
	bytes = text_terms_store(&terms, resize, NULL, 0, &bytes_size);
	must(text_terms_check(bytes, bytes_size, &why));
	must(text_terms_view(&view, bytes, bytes_size));
	while (text_terms_next(&view, &term))
	{
		char masked[4 * TEXT_TERM_BYTES];

		must(text_mask(term.bytes, term.len, NULL, masked, sizeof(masked)) == term.len);
		must(memcmp(masked, term.bytes, term.len) == 0);
	}
	use_value(bytes, bytes_size);
	free(bytes);
	free(terms.entries);
	free(terms.slots);
	free(terms.bytes);
	free(terms.masked);
}

static void
read_value(const uint8_t *data, size_t size)
{
	const char *why;

	if (text_terms_check(data, size, &why))
		use_value(data, size);
}

static void
read_form(const uint8_t *data, size_t size)
{
	char	   *form = malloc(size + 1);
	const char *why;
	uint8_t	   *bytes;
	size_t		bytes_size;

	memcpy(form, data, size);
	form[size] = 0;
	bytes = text_terms_parse(form, resize, NULL, 0, &bytes_size, &why);
	if (bytes != NULL)
		use_value(bytes, bytes_size);
	free(bytes);
	free(form);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] == 'f')
		read_form(data + 1, size - 1);
	else if (data[0] == 'v')
		read_value(data + 1, size - 1);
	else
		read_text(data + 1, size - 1);
	return 0;
}
