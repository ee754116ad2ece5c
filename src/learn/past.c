/*-------------------------------------------------------------------------
 *
 * past.c
 *	  What learning learns from.
 *
 *-------------------------------------------------------------------------
 */
#include "learn/past.h"

void
past_open(PastReader *reader, const Past *past, size_t person, int32_t until)
{
	if (past->tick != NULL && person % 256 == 0)
		past->tick(past->tick_arg, (double) person / past->n_people);
	profile_open(&reader->view, past->memory, past->people[person].bytes, past->people[person].len);
	history_read(&reader->history, &reader->view, past->roles, until, 1);
}

void
past_close(PastReader *reader)
{
	history_free(&reader->history, &reader->view);
	profile_close(&reader->view);
}

void
past_open_buyer(PastBuyer *buyer, const Past *past, size_t person)
{
	past_open(&buyer->reader, past, person, past->last);
	profile_open(&buyer->view, past->memory, past->people[person].bytes, past->people[person].len);
	items_read(&buyer->items, &buyer->view, &buyer->reader.history);
	if (buyer->reader.history.n_purchases == 0)
		buyer->items.n_items = 0;
}

void
past_close_buyer(PastBuyer *buyer)
{
	items_free(&buyer->items, &buyer->view);
	profile_close(&buyer->view);
	past_close(&buyer->reader);
}

int32_t
past_first_day(const Past *past)
{
	int32_t first = INT32_MAX;

	for (size_t i = 0; i < past->n_people; i++)
	{
		PastReader reader;

		past_open(&reader, past, i, past->last);
		if (reader.history.n_days > 0 && reader.history.days[0].day < first)
			first = reader.history.days[0].day;
		past_close(&reader);
	}
	return first;
}
