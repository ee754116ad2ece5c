/*-------------------------------------------------------------------------
 *
 * evidence.c
 *	  Which quotes a profile keeps, and in which order: the rules in profile.h.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/profile.h"

#include <string.h>

/*
 * How much a quote matters, in ten-thousandths of a day: the newer the more,
 * and the strongest feeling outweighs 90 days.
 */
static int64_t
quote_weight(const ProfileQuote *quote)
{
	int64_t strength = quote->sentiment < 0 ? -(int64_t) quote->sentiment : quote->sentiment;

	return (int64_t) profile_day(quote->at) * PROFILE_ONE + 90 * strength;
}

static int
compare_labels(const ProfileArena *arena, const ProfileQuote *a, const ProfileQuote *b)
{
	uint32_t n = a->n_labels < b->n_labels ? a->n_labels : b->n_labels;
	uint32_t i;

	for (i = 0; i < n; i++)
	{
		int order = profile_compare_names(arena, a->labels[i], b->labels[i]);

		if (order != 0)
			return order;
	}
	return (a->n_labels > b->n_labels) - (a->n_labels < b->n_labels);
}

/* The quote with each of its labels once. */
static ProfileQuote
without_doubles(const ProfileQuote *quote)
{
	ProfileQuote result = *quote;
	uint32_t	 i;
	uint32_t	 j;

	result.n_labels = 0;
	for (i = 0; i < quote->n_labels; i++)
	{
		for (j = 0; j < result.n_labels && result.labels[j] != quote->labels[i]; j++)
			;
		if (j == result.n_labels)
			result.labels[result.n_labels++] = quote->labels[i];
	}
	return result;
}

/* The total order in which quotes are kept. */
static bool
quote_before(const ProfileArena *arena, const ProfileQuote *a, const ProfileQuote *b)
{
	int64_t	 weight_a = quote_weight(a);
	int64_t	 weight_b = quote_weight(b);
	uint32_t len = a->len < b->len ? a->len : b->len;
	int		 order;

	if (weight_a != weight_b)
		return weight_a > weight_b;
	if (a->at != b->at)
		return a->at > b->at;
	if ((order = memcmp(a->text, b->text, len)) != 0)
		return order < 0;
	if (a->len != b->len)
		return a->len < b->len;
	if (a->sentiment != b->sentiment)
		return a->sentiment < b->sentiment;
	return compare_labels(arena, a, b) < 0;
}

/* ---- a person's ---- */

static bool
is_kept(const ProfileQuotes *quotes, uint32_t place)
{
	uint32_t bytes = 0;
	uint32_t i;

	for (i = 0; i < place; i++)
		bytes += quotes->quotes[i].len;
	return place < PROFILE_QUOTES && bytes < PROFILE_QUOTE_ROOM;
}

/* The place of a quote with the same words, or -1. */
static int
same_words(const ProfileQuotes *quotes, const ProfileQuote *quote)
{
	int i;

	for (i = (int) quotes->n - 1; i >= 0; i--)
	{
		if (quotes->quotes[i].len == quote->len &&
			memcmp(quotes->quotes[i].text, quote->text, quote->len) == 0)
			break;
	}
	return i;
}

/* Whether a quote of that time and sentiment can be among those that are kept. */
bool
profile_quotes_want(const ProfileQuotes *quotes, const ProfileQuote *quote)
{
	return is_kept(quotes, quotes->n) ||
		   quote_weight(quote) >= quote_weight(&quotes->quotes[quotes->n - 1]);
}

/*
 * Puts a quote in its place among those that are kept (the rule in profile.h),
 * and returns that place, or -1 if it is not kept.  The text is not copied; if
 * the same words are there already, theirs is used.  Those that fall out stand
 * behind the last one.
 */
int
profile_quotes_add(const ProfileArena *arena, ProfileQuotes *quotes, const ProfileQuote *quote)
{
	ProfileQuote added = without_doubles(quote);
	int			 same = same_words(quotes, quote);
	uint32_t	 end = same < 0 ? quotes->n : (uint32_t) same;
	uint32_t	 place = end;

	while (place > 0 && quote_before(arena, &added, &quotes->quotes[place - 1]))
		place--;
	if (!is_kept(quotes, place) ||
		(same >= 0 && !quote_before(arena, &added, &quotes->quotes[same])))
		return -1;
	if (same >= 0)
		added.text = quotes->quotes[same].text;
	else
		quotes->n++;
	memmove(&quotes->quotes[place + 1], &quotes->quotes[place], sizeof(added) * (end - place));
	quotes->quotes[place] = added;
	while (!is_kept(quotes, quotes->n - 1))
		quotes->n--;
	return place;
}

/* ---- a group's ---- */

static uint64_t
text_hash(const ProfileQuote *quote)
{
	return profile_hash("", quote->text, quote->len);
}

/* Offers a quote to the draft, which is a group's. */
void
profile_pool_add(ProfileArena *arena, const ProfileQuote *quote)
{
	ProfileDraft  *draft = &arena->draft;
	ProfilePooled *pooled;

	draft->pool = profile_reserve(arena, draft->pool, &draft->max_pool, draft->n_pool + 1,
								  sizeof(ProfilePooled));
	pooled = &draft->pool[draft->n_pool++];
	pooled->quote = without_doubles(quote);
	pooled->kept = false;
}

/* By the words' hash, then by the words and labels that identify a quote. */
static int
compare_identity(const ProfileArena *arena, const ProfilePooled *a, const ProfilePooled *b)
{
	uint32_t len = a->quote.len < b->quote.len ? a->quote.len : b->quote.len;
	int		 order;

	if (a->hash != b->hash)
		return a->hash > b->hash ? 1 : -1;
	if ((order = memcmp(a->quote.text, b->quote.text, len)) != 0)
		return order;
	if (a->quote.len != b->quote.len)
		return a->quote.len > b->quote.len ? 1 : -1;
	return compare_labels(arena, &a->quote, &b->quote);
}

/* By identity, of each the weightiest first. */
static bool
identity_before(const ProfileArena *arena, const ProfilePooled *a, const ProfilePooled *b)
{
	int order = compare_identity(arena, a, b);

	return order != 0 ? order < 0 : quote_before(arena, &a->quote, &b->quote);
}

static bool
weight_before(const ProfileArena *arena, const ProfilePooled *a, const ProfilePooled *b)
{
	return quote_before(arena, &a->quote, &b->quote);
}

typedef bool (*PoolOrder)(const ProfileArena *arena, const ProfilePooled *a,
						  const ProfilePooled *b);

static void
sift_pool(const ProfileArena *arena, size_t root, size_t n, PoolOrder before)
{
	ProfilePooled *pool = arena->draft.pool;
	ProfilePooled  sifted = pool[root];
	size_t		   child;

	for (; (child = 2 * root + 1) < n; root = child)
	{
		if (child + 1 < n && before(arena, &pool[child], &pool[child + 1]))
			child++;
		if (!before(arena, &sifted, &pool[child]))
			break;
		pool[root] = pool[child];
	}
	pool[root] = sifted;
}

/* Heap sort, as in names.c */
static void
sort_pool(const ProfileArena *arena, PoolOrder before)
{
	ProfilePooled *pool = arena->draft.pool;
	size_t		   n = arena->draft.n_pool;
	size_t		   i;

	for (i = n / 2; i-- > 0;)
		sift_pool(arena, i, n, before);
	for (i = n; i-- > 1;)
	{
		ProfilePooled first = pool[0];

		pool[0] = pool[i];
		pool[i] = first;
		sift_pool(arena, 0, i, before);
		profile_port_tick();
	}
}

static bool
is_sampled(const ProfileArena *arena, const ProfileQuote *quote)
{
	const size_t len = strlen(PROFILE_SAMPLED);
	uint32_t	 i;

	for (i = 0; i < quote->n_labels; i++)
	{
		const ProfileName *name = &arena->names[quote->labels[i]];

		if (name->len == len && memcmp(name->bytes, PROFILE_SAMPLED, len) == 0)
			return true;
	}
	return false;
}

/* Of a pool in the order of identities the weightiest of each, the first of those sampled to be kept. */
static void
drop_doubles(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	size_t		  sampled = 0;
	size_t		  n = 0;
	size_t		  i;

	for (i = 0; i < draft->n_pool; i++)
	{
		if (n > 0 && compare_identity(arena, &draft->pool[n - 1], &draft->pool[i]) == 0)
			continue;
		draft->pool[n] = draft->pool[i];
		draft->pool[n].kept = sampled < PROFILE_SAMPLE && is_sampled(arena, &draft->pool[n].quote);
		sampled += draft->pool[n].kept;
		if (draft->pool[n].kept && sampled == PROFILE_SAMPLE && draft->bar != NULL)
			draft->bar->sample_end = draft->pool[n].hash;
		n++;
	}
	draft->n_pool = n;
}

/* Sets how many quotes each label in use has already: none, or enough if it is one too many. */
static void
start_labels(ProfileArena *arena)
{
	const ProfileDraft *draft = &arena->draft;
	size_t				n_used = 0;
	size_t				i;
	uint32_t			j;

	profile_use_none(arena);
	for (i = 0; i < draft->n_pool; i++)
	{
		for (j = 0; j < draft->pool[i].quote.n_labels; j++)
			profile_use_name(arena, draft->pool[i].quote.labels[j], &n_used);
	}
	if (n_used > PROFILE_GROUP_NAMES)
		profile_sort_names(arena, arena->used, n_used, true);
	for (i = 0; i < n_used; i++)
		arena->names[arena->used[i]].rank = i < PROFILE_GROUP_NAMES ? 0 : PROFILE_LABEL_QUOTES;
}

/* Of a pool in order, marks the first of each label. */
static void
keep_of_labels(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	size_t		  i;
	uint32_t	  j;

	for (i = 0; i < draft->n_pool; i++)
	{
		for (j = 0; j < draft->pool[i].quote.n_labels; j++)
		{
			ProfileName *label = &arena->names[draft->pool[i].quote.labels[j]];

			if (label->rank < PROFILE_LABEL_QUOTES)
				draft->pool[i].kept = true;
			label->rank++;
		}
	}
}

/*
 * Raises the draft's bar to what its reduced pool asks of others: as many as are
 * kept come before the last of each label, and more of them can only come.
 */
static void
raise_bar(ProfileArena *arena)
{
	const ProfileDraft *draft = &arena->draft;
	ProfileBar		   *bar = draft->bar;
	size_t				i;
	uint32_t			j;

	bar->weights = profile_reserve(arena, bar->weights, &bar->max_weights, arena->n_names,
								   sizeof(int64_t));
	bar->n_weights = arena->n_names;
	for (i = 0; i < bar->n_weights; i++)
	{
		bar->weights[i] = INT64_MIN;
		arena->names[i].rank = 0;
	}
	for (i = 0; i < draft->n_pool; i++)
	{
		const ProfileQuote *quote = &draft->pool[i].quote;

		for (j = 0; j < quote->n_labels; j++)
		{
			if (++arena->names[quote->labels[j]].rank == PROFILE_LABEL_QUOTES)
				bar->weights[quote->labels[j]] = quote_weight(quote);
		}
	}
}

/* Leaves of the pool what a group keeps (the rule in profile.h), in order. */
void
profile_pool_reduce(ProfileArena *arena)
{
	ProfileDraft *draft = &arena->draft;
	size_t		  n = 0;
	size_t		  i;

	for (i = 0; i < draft->n_pool; i++)
		draft->pool[i].hash = text_hash(&draft->pool[i].quote);
	sort_pool(arena, identity_before);
	drop_doubles(arena);
	sort_pool(arena, weight_before);
	start_labels(arena);
	keep_of_labels(arena);
	for (i = 0; i < draft->n_pool; i++)
	{
		if (draft->pool[i].kept)
			draft->pool[n++] = draft->pool[i];
	}
	draft->n_pool = n;
	if (draft->bar != NULL)
		raise_bar(arena);
}

/* Whether a quote may be kept: if not, it is not, whatever else comes. */
bool
profile_bar_passes(const ProfileArena *arena, const ProfileBar *bar, const ProfileQuote *quote)
{
	uint32_t i;

	for (i = 0; i < quote->n_labels; i++)
	{
		if (quote->labels[i] >= bar->n_weights ||
			quote_weight(quote) >= bar->weights[quote->labels[i]])
			return true;
	}
	return is_sampled(arena, quote) && text_hash(quote) <= bar->sample_end;
}
