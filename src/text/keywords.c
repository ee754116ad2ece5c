/*-------------------------------------------------------------------------
 *
 * keywords.c
 *	  The terms that set a group apart. keywords.h has the formula.
 *
 *-------------------------------------------------------------------------
 */
#include "text/keywords.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/feature.h"
#include "text/number.h"

#define LEAST_Z 1.959963984540054 /* of a keyword: 95 % */

/* How many texts there are on either side */
typedef struct Sides
{
	double group;
	double rest;
} Sides;

static double
log_odds(double n, double of)
{
	return text_log(n / (of - n));
}

static double
z_score(const Sides *sides, double n, double rest)
{
	double texts = sides->group + sides->rest;
	double prior = fmin(TEXT_PRIOR_TEXTS, texts / TEXT_PRIOR_SHARE);
	double a = prior * (n + rest + 0.5) / (texts + 1);
	double here = n + a;
	double there = rest + a;

	return (log_odds(here, sides->group + prior) - log_odds(there, sides->rest + prior)) /
		   sqrt(1 / here + 1 / there);
}

/* Does the group use the term more than the rest does? Then it is one of the keywords. */
static uint32_t
note_keyword(TextKeyword *keyword, const Sides *sides, TextTerm term, double rest)
{
	double n = (double) term.n;

	keyword->term = term;
	keyword->share = n / sides->group;
	keyword->background = sides->rest > 0 ? rest / sides->rest : 0;
	keyword->z = z_score(sides, n, rest);
	keyword->within = false;
	return keyword->z >= LEAST_Z;
}

static int
by_bytes(const void *a, const void *b)
{
	return text_term_compare(&((const TextKeyword *) a)->term, &((const TextKeyword *) b)->term);
}

/* Mark a part of a longer term that hardly ever stands without it. */
static void
mark_part(TextKeyword *keyword, uint32_t n, const TextTerm *whole, const char *bytes, size_t len)
{
	TextKeyword	 part = { { bytes, len, 0 } };
	TextKeyword *found = bsearch(&part, keyword, n, sizeof(TextKeyword), by_bytes);

	if (found != NULL && whole->n >= found->term.n - found->term.n / 4)
		found->within = true;
}

/* Mark what longer keywords say as well: the parts that begin and end between their words. */
static void
mark_parts(TextKeyword *keyword, uint32_t n, const TextTerm *whole)
{
	const char *end = whole->bytes + whole->len;

	for (const char *from = whole->bytes; from < end; from++)
	{
		if (from > whole->bytes && from[-1] != ' ')
			continue;
		for (const char *to = from + 1; to <= end; to++)
			if ((to == end || *to == ' ') && (size_t) (to - from) < whole->len)
				mark_part(keyword, n, whole, from, (size_t) (to - from));
	}
}

static int
by_z(const void *a, const void *b)
{
	const TextKeyword *x = a;
	const TextKeyword *y = b;

	return x->z != y->z ? (x->z > y->z ? -1 : 1) : text_term_compare(&x->term, &y->term);
}

/* From the keywords in order of their bytes to those that say something of their own, best first. */
static uint32_t
best_first(TextKeyword *keyword, uint32_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < n; i++)
		mark_parts(keyword, n, &keyword[i].term);
	for (uint32_t i = 0; i < n; i++)
		if (!keyword[i].within)
			keyword[kept++] = keyword[i];
	qsort(keyword, kept, sizeof(TextKeyword), by_z);
	return kept;
}

/* How many of a summary's texts have a term, at most. Terms are asked for in their order. */
typedef struct Lookup
{
	TextTermsView view;
	TextTerm	  term;
	bool		  more;
} Lookup;

static Lookup
look_up_in(TextTermsView view)
{
	Lookup lookup = { view };

	lookup.more = text_terms_next(&lookup.view, &lookup.term);
	return lookup;
}

static uint64_t
look_up(Lookup *lookup, const TextTerm *term)
{
	uint64_t n = lookup->view.lost;
	int		 order = -1;

	while (lookup->more && (order = text_term_compare(&lookup->term, term)) < 0)
		lookup->more = text_terms_next(&lookup->view, &lookup->term);
	if (lookup->more && order == 0)
		n += lookup->term.n;
	return n < lookup->view.texts ? n : lookup->view.texts;
}

/*
 * Can the group be a part of the background? If it is one, the background has
 * at least as many texts, and of each term.
 */
static bool
may_contain(TextTermsView background, TextTermsView group)
{
	Lookup	 lookup = look_up_in(background);
	TextTerm term;

	if (background.texts < group.texts || background.words < group.words)
		return false;
	while (text_terms_next(&group, &term))
		if (look_up(&lookup, &term) < term.n)
			return false;
	return true;
}

/*
 * The keywords of a group against a background that may contain it; then it is
 * compared to the rest.  A term counts with the least number of the group's
 * texts that have it, and with the most of the background's.
 */
uint32_t
text_keywords(TextTermsView group, TextTermsView background, uint64_t least, TextKeyword *keyword)
{
	bool	 within = may_contain(background, group);
	Sides	 sides = { (double) group.texts,
					   (double) (background.texts - (within ? group.texts : 0)) };
	Lookup	 lookup = look_up_in(background);
	TextTerm term;
	uint32_t n = 0;

	while (text_terms_next(&group, &term))
	{
		double rest = (double) (look_up(&lookup, &term) - (within ? term.n : 0));

		if (term.n >= least)
			n += note_keyword(&keyword[n], &sides, term, rest < sides.rest ? rest : sides.rest);
	}
	return best_first(keyword, n);
}

/* ---- against English ---- */

/* Share of texts of so many words that have the key: 1 - e^(-frequency words) */
static double
key_share(const TextTask *common, uint32_t key, double words)
{
	const int8_t *weight = text_weights(common, key);
	TextHead	  head = text_head(common, 0);
	double		  log_per_million;

	if (weight == NULL)
		return 0;
	log_per_million = head.bias / 65536.0 + weight[0] * (head.scale / 16777216.0);
	return 1 - text_exp(-text_exp(log_per_million) / 1e6 * words);
}

/* Of a word its share, of more words that of their rarest pair; 0 for what is not known. */
static double
english_share(const TextModel *model, const TextTerm *term, double words)
{
	const TextTask *common = &model->task[TEXT_COMMON];
	TextStream		stream;
	TextFeature		feature;
	double			share = 1;
	bool			alone = memchr(term->bytes, ' ', term->len) == NULL;

	if (common->n_heads == 0)
		return 0;
	text_stream(&stream, term->bytes, term->len);
	for (int i = 0; text_next_feature(&stream, &feature); i++)
	{
		uint32_t key = feature.key[alone ? TEXT_KEY_WORD : TEXT_KEY_PAIR];
		double	 here;

		if (i == 0 && !alone)
			continue;
		here = key_share(common, key, words);
		share = here < share ? here : share;
	}
	return share;
}

/* The keywords of a group against English at large, which counts as TEXT_ENGLISH_TEXTS of its length. */
uint32_t
text_keywords_english(TextTermsView group, const TextModel *model, uint64_t least,
					  TextKeyword *keyword)
{
	Sides	 sides = { (double) group.texts, TEXT_ENGLISH_TEXTS };
	double	 words = (double) group.words / (double) group.texts;
	TextTerm term;
	uint32_t n = 0;

	while (text_terms_next(&group, &term))
		if (term.n >= least)
			n += note_keyword(&keyword[n], &sides, term,
							  TEXT_ENGLISH_TEXTS * english_share(model, &term, words));
	return best_first(keyword, n);
}
