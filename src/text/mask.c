/*-------------------------------------------------------------------------
 *
 * mask.c
 *	  Replace what identifies people by fixed words in brackets: [url],
 *	  [email], [iban], [card], [phone], [id], [user].
 *
 * One pass from left to right. What may begin at a place depends on the last
 * byte written, on the text ahead, and for bare numbers on the word before
 * ("call", "order"); brackets neither begin nor continue anything, and words
 * in them say nothing, so masking a masked text changes nothing. Every look
 * ahead is bounded, consumed or remembered.
 *
 *-------------------------------------------------------------------------
 */
#include "text/text.h"

#include <string.h>

#define MAX_GROUPS 20 /* of digits in a number */
#define MAX_DIGITS 24
#define MIN_IBAN   15
#define MAX_IBAN   34

/* What the words before a number say about it */
typedef enum Context
{
	NOTHING,
	PHONE,
	ORDER,
	BETWEEN /* nothing, nor does it matter */
} Context;

typedef struct Mask
{
	const unsigned char *said;
	size_t				 len;
	size_t				 at;
	bool				 after_word; /* is the byte written last a word's? */
	unsigned char		 last;		 /* byte written last */
	Context				 context;
	size_t				 local_from; /* a run that may begin an e-mail address */
	size_t				 local_end;
	size_t				 email_end; /* where its address ends; 0: it is none */
	char				*out;
	size_t				 size;
	size_t				 needed;
} Mask;

static bool
is_digit(unsigned char b)
{
	return b >= '0' && b <= '9';
}

static bool
is_letter(unsigned char b)
{
	return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}

/* The byte at a place; 0 beyond the end */
static unsigned char
byte_at(const Mask *mask, size_t at)
{
	return at < mask->len ? mask->said[at] : 0;
}

/*
 * Is the byte at a place part of a word? Scripts of three bytes a letter and
 * more are written without blanks, or don't mix with addresses and numbers:
 * they are not.
 */
static bool
is_word(const Mask *mask, size_t at)
{
	unsigned char b = byte_at(mask, at);
	size_t		  lead = at;

	if (b < 0x80)
		return is_letter(b) || is_digit(b) || b == '_';
	while (lead > 0 && at - lead < 3 && (mask->said[lead] & 0xC0) == 0x80)
		lead--;
	return mask->said[lead] < 0xE0;
}

static bool
is_local(const Mask *mask, size_t at)
{
	unsigned char b = byte_at(mask, at);

	return b == '.' || b == '%' || b == '+' || b == '-' || is_word(mask, at);
}

static void
put(Mask *mask, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++, mask->needed++)
		if (mask->needed < mask->size)
			mask->out[mask->needed] = bytes[i];
	if (len > 0)
		mask->last = (unsigned char) bytes[len - 1];
}

static void
copy_to(Mask *mask, size_t end)
{
	put(mask, (const char *) mask->said + mask->at, end - mask->at);
	mask->after_word = is_word(mask, end - 1);
	mask->at = end;
}

static void
replace_to(Mask *mask, size_t end, const char *by)
{
	put(mask, by, strlen(by));
	mask->after_word = false;
	mask->at = end;
}

static bool
goes_on(const Mask *mask, size_t at, const char *with)
{
	for (; *with; with++, at++)
	{
		unsigned char b = byte_at(mask, at);

		if ((is_letter(b) ? b | 0x20 : b) != (unsigned char) *with)
			return false;
	}
	return true;
}

/* The end of a web address, without the marks that close a sentence; 0 when there is none. */
static size_t
url_end(const Mask *mask)
{
	size_t at = mask->at;
	size_t end;

	if (goes_on(mask, at, "http://"))
		at += 7;
	else if (goes_on(mask, at, "https://"))
		at += 8;
	else if (goes_on(mask, at, "www."))
		at += 4;
	else
		return 0;
	for (end = at; byte_at(mask, end) > ' ' && !strchr("<>\"[](){}", mask->said[end]); end++)
		;
	while (end > at && strchr(".,;:!?'", mask->said[end - 1]))
		end--;
	return end > at ? end : 0;
}

/* After an @: the end of a domain, which has a dot inside; 0 when there is none. */
static size_t
domain_end(const Mask *mask, size_t at)
{
	size_t end = at;

	while (is_word(mask, end) || byte_at(mask, end) == '.' || byte_at(mask, end) == '-')
		end++;
	while (end > at && (mask->said[end - 1] == '.' || mask->said[end - 1] == '-'))
		end--;
	for (size_t i = at + 1; i < end; i++)
		if (mask->said[i] == '.')
			return end;
	return 0;
}

/* The end of an e-mail address that begins here; 0 when there is none. */
static size_t
email_end(Mask *mask, size_t at)
{
	if (at < mask->local_from || at >= mask->local_end)
	{
		size_t end = at;

		while (is_local(mask, end))
			end++;
		mask->local_from = at;
		mask->local_end = end;
		mask->email_end = byte_at(mask, end) == '@' ? domain_end(mask, end + 1) : 0;
	}
	return at < mask->local_end ? mask->email_end : 0;
}

/* ISO 13616: letters count 10 .. 35, the first four characters go last, remainder 1 by 97. */
static bool
is_iban(const unsigned char *iban, int n)
{
	unsigned rest = 0;

	for (int i = 0; i < n; i++)
	{
		unsigned char b = iban[(i + 4) % n];

		if (is_digit(b))
			rest = (rest * 10 + (unsigned) (b - '0')) % 97;
		else
			rest = (rest * 100 + (unsigned) ((b | 0x20) - 'a' + 10)) % 97;
	}
	return rest == 1;
}

/* The end of a bank account number, in one piece or in groups of four; 0 when there is none. */
static size_t
iban_end(const Mask *mask)
{
	unsigned char iban[MAX_IBAN];
	int			  n = 0;
	size_t		  at = mask->at;
	size_t		  end = 0;

	if (!is_letter(byte_at(mask, at)) || !is_letter(byte_at(mask, at + 1)) ||
		!is_digit(byte_at(mask, at + 2)) || !is_digit(byte_at(mask, at + 3)))
		return 0;
	for (; n <= MAX_IBAN; at++)
	{
		unsigned char b = byte_at(mask, at);

		if ((is_letter(b) || is_digit(b)) && n < MAX_IBAN)
		{
			iban[n++] = b;
			continue;
		}
		if (is_word(mask, at))
			break;
		if (n >= MIN_IBAN && is_iban(iban, n))
			end = at;
		if (b != ' ' || n % 4 != 0 || mask->said[at - 1] == ' ')
			break;
	}
	return end;
}

/* The end of a British national insurance number, AB 12 34 56 C; 0 when there is none. */
static size_t
insurance_end(const Mask *mask)
{
	size_t at = mask->at + 2;

	if (!is_letter(byte_at(mask, at - 2)) || !is_letter(byte_at(mask, at - 1)) ||
		strchr("DFIQUVdfiquv", mask->said[at - 2]) || strchr("DFIOQUVdfioquv", mask->said[at - 1]))
		return 0;
	for (int pair = 0; pair < 3; pair++, at += 2)
	{
		at += byte_at(mask, at) == ' ';
		if (!is_digit(byte_at(mask, at)) || !is_digit(byte_at(mask, at + 1)))
			return 0;
	}
	at += byte_at(mask, at) == ' ';
	if ((byte_at(mask, at) | 0x20) < 'a' || (byte_at(mask, at) | 0x20) > 'd' ||
		is_word(mask, at + 1))
		return 0;
	return at + 1;
}

/* A run of digits in groups, as phones and cards are written */
typedef struct Number
{
	Context context;
	bool	marked; /* begins with + or ( */
	int		n_groups;
	int		group[MAX_GROUPS]; /* their digits */
	size_t	end[MAX_GROUPS];
	int		n_digits;
	char	digit[MAX_DIGITS];
} Number;

/* Take one group. False: it is no group, or makes the number longer than any of ours. */
static bool
read_group(const Mask *mask, size_t at, Number *number)
{
	size_t end = at;
	int	   n = number->n_digits;

	for (; is_digit(byte_at(mask, end)) && n < MAX_DIGITS; end++)
		number->digit[n++] = (char) mask->said[end];
	if (end == at || is_digit(byte_at(mask, end)) || number->n_groups == MAX_GROUPS)
		return false;
	number->n_digits = n;
	number->group[number->n_groups] = (int) (end - at);
	number->end[number->n_groups++] = end;
	return true;
}

/* Between groups: one of - . / or a blank, or what brackets take. 0: the number ends. */
static size_t
next_group(Mask *mask, size_t at)
{
	size_t		  from = at;
	unsigned char b = byte_at(mask, at);

	if (b == ')')
		b = byte_at(mask, ++at);
	if (b == ' ' || b == '-' || b == '.' || b == '/')
		b = byte_at(mask, ++at);
	if (b == '(')
		b = byte_at(mask, ++at);
	if (at == from || !is_digit(b))
		return 0;
	/* an e-mail address may begin with a digit */
	if (!is_local(mask, at - 1) && email_end(mask, at) > 0)
		return 0;
	return at;
}

/* Read the number that begins here, as far as its digits can be one of ours. False: none. */
static bool
read_number(Mask *mask, Number *number)
{
	size_t at = mask->at;

	memset(number, 0, sizeof(*number));
	number->context = mask->last == '#' ? ORDER : mask->context;
	if (byte_at(mask, at) == '+' || byte_at(mask, at) == '(')
	{
		number->marked = true;
		at++;
	}
	if (number->marked && email_end(mask, at) > 0)
		return false;
	while (read_group(mask, at, number))
		if ((at = next_group(mask, number->end[number->n_groups - 1])) == 0)
			break;
	return number->n_groups > 0;
}

/* Luhn's check over the first digits */
static bool
luhn(const char *digit, int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
	{
		int d = digit[n - 1 - i] - '0';

		if (i % 2 == 1)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return sum % 10 == 0;
}

/* The groups that make a payment card: 13 to 19 digits that pass the check. 0: none. */
static int
card_groups(const Number *number)
{
	int n = 0;
	int groups = 0;

	for (int i = 0; i < number->n_groups; i++)
	{
		n += number->group[i];
		if (n >= 13 && n <= 19 && luhn(number->digit, n))
			groups = i + 1;
	}
	return groups;
}

/* Are the first groups all pairs, parted in the same way, as French phones are: 06 12 34 56 78? */
static bool
is_paired(const Mask *mask, const Number *number)
{
	for (int i = 0; i < 5; i++)
		if (i >= number->n_groups || number->group[i] != 2 ||
			(i < 4 && byte_at(mask, number->end[i]) != byte_at(mask, number->end[0])))
			return false;
	return number->digit[0] == '0';
}

/* Are the first groups a date: 2026-01-31, 31.1.2026, 1/31/26? A mark before them says no. */
static bool
is_date(const Mask *mask, const Number *number)
{
	const int *g = number->group;

	return !number->marked && number->n_groups >= 3 && mask->said[number->end[0]] != ' ' &&
		   g[1] <= 2 && ((g[0] == 4 && g[2] <= 2) || (g[0] <= 2 && (g[2] == 4 || g[2] == 2))) &&
		   !is_paired(mask, number);
}

/* Is the number an American social security number, 3-2-4 with hyphens, of those given out? */
static bool
is_social(const Mask *mask, const Number *number)
{
	const int  *g = number->group;
	const char *d = number->digit;

	return number->n_groups >= 3 && !number->marked && g[0] == 3 && g[1] == 2 && g[2] == 4 &&
		   mask->said[number->end[0]] == '-' && mask->said[number->end[1]] == '-' && d[0] != '9' &&
		   memcmp(d, "000", 3) != 0 && memcmp(d, "666", 3) != 0 && memcmp(d + 3, "00", 2) != 0 &&
		   memcmp(d + 5, "0000", 4) != 0;
}

/* Do the first groups have the shape of a phone, as some countries write them? */
static bool
has_phone_shape(const Number *number, int groups)
{
	static const char *const shapes[] = { "334", "1334", "3322", "13322", "3222", "55" };
	char					 shape[MAX_GROUPS + 1];

	for (int i = 0; i < groups; i++)
		shape[i] = (char) ('0' + (number->group[i] < 10 ? number->group[i] : 0));
	shape[groups] = 0;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (strcmp(shape, shapes[i]) == 0)
			return true;
	return false;
}

/* Are the first groups a phone: 7 to 15 digits that begin like one, or in a telling shape? */
static bool
is_phone(const Number *number, int groups, int digits)
{
	if (digits < 7 || digits > 15)
		return false;
	if (number->marked || number->context == PHONE || has_phone_shape(number, groups))
		return true;
	return number->context != ORDER &&
		   (number->digit[0] == '0' || (groups == 1 && digits >= 10 && digits <= 11));
}

/* The groups that make a phone. 0: none. */
static int
phone_groups(const Number *number)
{
	int digits = 0;
	int groups = 0;

	for (int i = 0; i < number->n_groups; i++)
	{
		digits += number->group[i];
		if (is_phone(number, i + 1, digits))
			groups = i + 1;
	}
	return groups;
}

/*
 * Mask or copy the number that begins here. False: there is none. Only the
 * groups that decide are taken, never what follows them, as that may itself
 * be masked and then be missing from the number.
 */
static bool
mask_number(Mask *mask)
{
	Number number;
	int	   groups;

	if (!read_number(mask, &number))
		return false;
	if ((groups = card_groups(&number)) > 0)
		replace_to(mask, number.end[groups - 1], "[card]");
	else if (is_social(mask, &number))
		replace_to(mask, number.end[2], "[id]");
	else if (is_date(mask, &number))
		copy_to(mask, number.end[2]);
	else if ((groups = phone_groups(&number)) > 0)
		replace_to(mask, number.end[groups - 1], "[phone]");
	else
		copy_to(mask, number.end[0]);
	return true;
}

/* What begins at a place where a word may begin. False: nothing to mask or copy. */
static bool
mask_word(Mask *mask)
{
	size_t end;

	if ((end = url_end(mask)) > 0)
		replace_to(mask, end, "[url]");
	else if (!mask->after_word && (mask->last == 0 || !strchr(".%+-", mask->last)) &&
			 (end = email_end(mask, mask->at)) > 0)
		replace_to(mask, end, "[email]");
	else if ((end = iban_end(mask)) > 0)
		replace_to(mask, end, "[iban]");
	else if ((end = insurance_end(mask)) > 0)
		replace_to(mask, end, "[id]");
	else
		return mask_number(mask);
	return true;
}

/* @name */
static bool
mask_handle(Mask *mask)
{
	size_t end = mask->at + 1;

	while (is_word(mask, end))
		end++;
	if (mask->said[mask->at] != '@' || end == mask->at + 1)
		return false;
	replace_to(mask, end, "[user]");
	return true;
}

/* A word is copied: does it say what a number after it is? Those between do not matter. */
static void
note_word(Mask *mask, size_t end)
{
	static const struct
	{
		const char *word;
		size_t		len;
		Context		context;
	} words[] = {
#define WORD(word) word, sizeof(word) - 1
		{ WORD("call"), PHONE },	  { WORD("phone"), PHONE },	   { WORD("tel"), PHONE },
		{ WORD("telephone"), PHONE }, { WORD("mobile"), PHONE },   { WORD("fax"), PHONE },
		{ WORD("whatsapp"), PHONE },  { WORD("order"), ORDER },	   { WORD("invoice"), ORDER },
		{ WORD("ticket"), ORDER },	  { WORD("case"), ORDER },	   { WORD("parcel"), ORDER },
		{ WORD("tracking"), ORDER },  { WORD("item"), ORDER },	   { WORD("article"), ORDER },
		{ WORD("reference"), ORDER }, { WORD("ref"), ORDER },	   { WORD("me"), BETWEEN },
		{ WORD("us"), BETWEEN },	  { WORD("at"), BETWEEN },	   { WORD("on"), BETWEEN },
		{ WORD("is"), BETWEEN },	  { WORD("no"), BETWEEN },	   { WORD("nr"), BETWEEN },
		{ WORD("number"), BETWEEN },  { WORD("id"), BETWEEN },
#undef WORD
	};
	size_t len = end - mask->at;
	size_t i;

	if (mask->last == '[')
		return;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].len == len && goes_on(mask, mask->at, words[i].word))
			break;
	if (i == sizeof(words) / sizeof(words[0]))
		mask->context = NOTHING;
	else if (words[i].context != BETWEEN)
		mask->context = words[i].context;
}

/*
 * Mask a text. Returns the length of the result and writes at most size bytes
 * of it; out may be NULL when size is 0. Masking a masked text changes nothing.
 */
size_t
text_mask(const char *said, size_t len, TextTick tick, char *out, size_t size)
{
	Mask mask = {
		.said = (const unsigned char *) said, .len = len, .last = ' ', .out = out, .size = size
	};
	size_t ticked = 0;

	while (mask.at < mask.len)
	{
		size_t end = mask.at;

		if (tick && end - ticked >= TEXT_TICK_BYTES)
		{
			ticked = end;
			tick();
		}

		if (!mask.after_word && (mask_word(&mask) || mask_handle(&mask)))
			continue;
		while (end < mask.len && is_word(&mask, end))
			end++;
		if (end > mask.at)
			note_word(&mask, end);
		copy_to(&mask, end > mask.at ? end : end + 1);
	}
	return mask.needed;
}
