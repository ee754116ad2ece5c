/*-------------------------------------------------------------------------
 *
 * terms.c
 *	  The summary of the terms of many texts: made, merged, stored, read.
 *
 * While it is made a summary may hold twice TEXT_TERMS and what one text or
 * one stored summary adds; then the rarest are dropped at once, which costs
 * little for each new term.  To drop is to take the count of the first term
 * that has no place from all counts, and to keep those that are left with more
 * than nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "text/terms.h"

#include <stdlib.h>
#include <string.h>

#include "text/text.h"

#define FIRST_SLOTS 64
#define MAX_NUMBER	8 /* bytes of a number up to TEXT_TERMS_MOST */

void
text_terms_init(TextTerms *terms, TextResize resize, void *arg)
{
	memset(terms, 0, sizeof(*terms));
	terms->resize = resize;
	terms->arg = arg;
}

/* FNV-1a */
static uint32_t
hash_bytes(const char *bytes, size_t len)
{
	uint32_t hash = 0x811c9dc5u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) bytes[i]) * 0x01000193u;
	return hash ^ hash >> 15;
}

static void
fill_slots(TextTerms *terms)
{
	memset(terms->slots, 0, terms->n_slots * sizeof(uint32_t));
	for (uint32_t i = 0; i < terms->n; i++)
	{
		uint32_t at = terms->entries[i].hash & (terms->n_slots - 1);

		while (terms->slots[at] != 0)
			at = (at + 1) & (terms->n_slots - 1);
		terms->slots[at] = i + 1;
	}
}

static void
grow(TextTerms *terms)
{
	terms->n_slots = terms->n_slots > 0 ? terms->n_slots * 2 : FIRST_SLOTS;
	terms->slots = terms->resize(terms->arg, terms->slots, terms->n_slots * sizeof(uint32_t));
	terms->entries =
		terms->resize(terms->arg, terms->entries, terms->n_slots / 2 * sizeof(TextTermEntry));
	fill_slots(terms);
}

static uint32_t
keep_bytes(TextTerms *terms, const char *bytes, size_t len)
{
	uint32_t at = (uint32_t) terms->n_bytes;

	if (terms->bytes_size - terms->n_bytes < len)
	{
		terms->bytes_size = terms->bytes_size > 0 ? terms->bytes_size * 2 : 1024;
		terms->bytes = terms->resize(terms->arg, terms->bytes, terms->bytes_size);
	}
	memcpy(terms->bytes + at, bytes, len);
	terms->n_bytes += len;
	return at;
}

/* The term's entry, new or not. */
static TextTermEntry *
find_entry(TextTerms *terms, const char *bytes, size_t len)
{
	uint32_t	   hash = hash_bytes(bytes, len);
	TextTermEntry *entry;
	uint32_t	   at;

	if (terms->n >= terms->n_slots / 2)
		grow(terms);
	for (at = hash & (terms->n_slots - 1); terms->slots[at] != 0;
		 at = (at + 1) & (terms->n_slots - 1))
	{
		entry = &terms->entries[terms->slots[at] - 1];
		if (entry->hash == hash && entry->len == len &&
			memcmp(terms->bytes + entry->at, bytes, len) == 0)
			return entry;
	}
	entry = &terms->entries[terms->n++];
	terms->slots[at] = terms->n;
	*entry = (TextTermEntry){ 0, hash, keep_bytes(terms, bytes, len), 0, (uint8_t) len };
	return entry;
}

/* What to take from all counts so that at most TEXT_TERMS are left: the greatest but TEXT_TERMS. */
static uint64_t
surplus(const TextTerms *terms)
{
	uint64_t low = 0; /* more than TEXT_TERMS counts are above it, or it is the answer */
	uint64_t high = terms->texts;

	if (terms->n <= TEXT_TERMS)
		return 0;
	while (low < high)
	{
		uint64_t middle = low + (high - low) / 2;
		uint32_t above = 0;

		for (uint32_t i = 0; i < terms->n; i++)
			above += terms->entries[i].n > middle;
		if (above > TEXT_TERMS)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A term may be missing from no more texts than there are. */
static uint64_t
lost_with(const TextTerms *terms, uint64_t more)
{
	uint64_t lost = terms->lost + more;

	return lost < terms->texts ? lost : terms->texts;
}

/* Drop the rarest terms when there are many too many. */
static void
prune(TextTerms *terms)
{
	uint64_t less;
	uint32_t n = 0;

	if (terms->n <= 2 * TEXT_TERMS)
		return;
	less = surplus(terms);
	terms->n_bytes = 0;
	for (uint32_t i = 0; i < terms->n; i++)
	{
		TextTermEntry entry = terms->entries[i];

		if (entry.n <= less)
			continue;
		memmove(terms->bytes + terms->n_bytes, terms->bytes + entry.at, entry.len);
		entry.at = (uint32_t) terms->n_bytes;
		entry.n -= less;
		terms->n_bytes += entry.len;
		terms->entries[n++] = entry;
	}
	terms->n = n;
	terms->lost = lost_with(terms, less);
	fill_slots(terms);
}

/* The stamp of a new text. When all have been used, no entry remembers one. */
static void
next_stamp(TextTerms *terms)
{
	if (++terms->stamp != 0)
		return;
	for (uint32_t i = 0; i < terms->n; i++)
		terms->entries[i].seen = 0;
	terms->stamp = 1;
}

/* The bytes that are read of a text: no more than TEXT_TERMS_READ, up to a blank. */
static size_t
readable(const char *said, size_t len)
{
	if (len <= TEXT_TERMS_READ)
		return len;
	for (len = TEXT_TERMS_READ; len > 0 && (unsigned char) said[len - 1] > ' '; len--)
		;
	return len;
}

/* Mask a text into our own memory. Returns its bytes. */
static size_t
mask(TextTerms *terms, const char *said, size_t len)
{
	size_t n = text_mask(said, len, NULL, terms->masked, terms->masked_size);

	if (n > terms->masked_size)
	{
		terms->masked_size = n + n / 2;
		terms->masked = terms->resize(terms->arg, terms->masked, terms->masked_size);
		text_mask(said, len, NULL, terms->masked, terms->masked_size);
	}
	return n;
}

/* Count the terms of one text, each once. A text without a word is none. */
void
text_terms_add(TextTerms *terms, const char *said, size_t len)
{
	size_t		 n = mask(terms, said, readable(said, len));
	TextTermScan scan;
	char		 term[TEXT_TERM_BYTES];
	size_t		 term_len;

	prune(terms);
	next_stamp(terms);
	text_term_scan(&scan, terms->masked, n);
	while ((term_len = text_next_term(&scan, term)) > 0)
	{
		TextTermEntry *entry = find_entry(terms, term, term_len);

		if (entry->seen != terms->stamp)
		{
			entry->seen = terms->stamp;
			entry->n++;
		}
	}
	terms->words += scan.words;
	terms->texts += scan.words > 0;
}

/* Add up what two summaries say of their texts. False: more texts than are possible. */
static bool
add_totals(TextTerms *terms, uint64_t texts, uint64_t words, uint64_t lost)
{
	if (texts > TEXT_TERMS_MOST - terms->texts || words > TEXT_TERMS_MOST - terms->words)
		return false;
	terms->texts += texts;
	terms->words += words;
	terms->lost = lost_with(terms, lost);
	return true;
}

/* Add a stored summary. False: more texts than are possible. */
bool
text_terms_merge(TextTerms *terms, TextTermsView view)
{
	TextTerm term;

	prune(terms);
	if (!add_totals(terms, view.texts, view.words, view.lost))
		return false;
	while (text_terms_next(&view, &term))
		find_entry(terms, term.bytes, term.len)->n += term.n;
	return true;
}

/* Add a summary that is being made. False: more texts than are possible. */
bool
text_terms_absorb(TextTerms *terms, const TextTerms *other)
{
	prune(terms);
	if (!add_totals(terms, other->texts, other->words, other->lost))
		return false;
	for (uint32_t i = 0; i < other->n; i++)
	{
		const TextTermEntry *entry = &other->entries[i];

		find_entry(terms, other->bytes + entry->at, entry->len)->n += entry->n;
	}
	return true;
}

/* ---- stored ---- */

/* A varint. Returns where it ends. */
uint8_t *
text_put_number(uint8_t *out, uint64_t n)
{
	for (; n > 0x7F; n >>= 7)
		*out++ = (uint8_t) (0x80 | (n & 0x7F));
	*out++ = (uint8_t) n;
	return out;
}

int
text_term_compare(const TextTerm *a, const TextTerm *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int	   order = memcmp(a->bytes, b->bytes, len);

	return order != 0 ? order : a->len < b->len ? -1 : a->len > b->len;
}

static int
by_bytes(const void *a, const void *b)
{
	return text_term_compare(a, b);
}

/* The terms that have a place, in order. */
static uint32_t
sort_terms(const TextTerms *terms, uint64_t less, TextTerm *sorted)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < terms->n; i++)
	{
		const TextTermEntry *entry = &terms->entries[i];

		if (entry->n > less)
			sorted[n++] = (TextTerm){ terms->bytes + entry->at, entry->len, entry->n - less };
	}
	qsort(sorted, n, sizeof(TextTerm), by_bytes);
	return n;
}

/*
 * The summary as it is stored, after so many bytes that are the caller's.  The
 * result and what else is needed is made with the caller's memory; the summary
 * stays as it is.
 */
uint8_t *
text_terms_store(const TextTerms *terms, TextResize resize, void *arg, size_t before, size_t *size)
{
	uint64_t  less = surplus(terms);
	TextTerm *sorted = resize(arg, NULL, ((size_t) terms->n + 1) * sizeof(TextTerm));
	uint32_t  n = sort_terms(terms, less, sorted);
	uint8_t	 *bytes = resize(
		 arg, NULL, before + 1 + 3 * MAX_NUMBER + terms->n_bytes + (1 + MAX_NUMBER) * (size_t) n);
	uint8_t *out = bytes + before;

	*out++ = TEXT_TERMS_FORMAT;
	out = text_put_number(out, terms->texts);
	out = text_put_number(out, terms->words);
	out = text_put_number(out, lost_with(terms, less));
	for (uint32_t i = 0; i < n; i++)
	{
		*out++ = (uint8_t) sorted[i].len;
		memcpy(out, sorted[i].bytes, sorted[i].len);
		out = text_put_number(out + sorted[i].len, sorted[i].n);
	}
	*size = (size_t) (out - bytes);
	resize(arg, sorted, 0);
	return bytes;
}

/* A number in as few bytes as it needs. False: none. */
static bool
get_number(const uint8_t **next, const uint8_t *end, uint64_t *n)
{
	*n = 0;
	for (int i = 0; i < MAX_NUMBER && *next < end; i++)
	{
		uint8_t byte = *(*next)++;

		*n |= (uint64_t) (byte & 0x7F) << 7 * i;
		if (byte <= 0x7F)
			return i == 0 || byte > 0;
	}
	return false;
}

/* The next term, or false at the end. Broken bytes are not passed. */
bool
text_terms_next(TextTermsView *view, TextTerm *term)
{
	const uint8_t *next = view->next;

	if (next == view->end)
		return false;
	term->len = *next++;
	if (term->len > (size_t) (view->end - next))
		return false;
	term->bytes = (const char *) next;
	next += term->len;
	if (!get_number(&next, view->end, &term->n))
		return false;
	view->next = next;
	return true;
}

/* Open stored bytes. False: they are none. */
bool
text_terms_view(TextTermsView *view, const void *bytes, size_t size)
{
	TextTermsView rest;
	TextTerm	  term;

	view->n_terms = 0;
	view->next = bytes;
	view->end = view->next + size;
	if (size == 0 || *view->next++ != TEXT_TERMS_FORMAT ||
		!get_number(&view->next, view->end, &view->texts) ||
		!get_number(&view->next, view->end, &view->words) ||
		!get_number(&view->next, view->end, &view->lost))
		return false;
	for (rest = *view; text_terms_next(&rest, &term);)
		view->n_terms++;
	return view->words <= TEXT_TERMS_MOST && view->texts <= view->words &&
		   view->lost <= view->texts && view->n_terms <= TEXT_TERMS && rest.next == rest.end;
}

/* Are these bytes, from anywhere, a summary as it is stored? If not *why says what is wrong. */
bool
text_terms_check(const void *bytes, size_t size, const char **why)
{
	TextTermsView view;
	TextTerm	  term;
	TextTerm	  before = { "", 0, 0 };

	*why = "its format is not one that this version reads";
	if (size == 0 || *(const uint8_t *) bytes != TEXT_TERMS_FORMAT)
		return false;
	*why = "its bytes are broken";
	if (!text_terms_view(&view, bytes, size))
		return false;
	for (; text_terms_next(&view, &term); before = term)
	{
		*why = "a term is no term";
		if (!text_is_term(term.bytes, term.len))
			return false;
		*why = "its terms are not in order";
		if (text_term_compare(&before, &term) >= 0)
			return false;
		*why = "a term is in no text or in too many";
		if (term.n == 0 || term.n > view.texts)
			return false;
	}
	return true;
}
