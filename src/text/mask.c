/*-------------------------------------------------------------------------
 *
 * mask.c
 *	  Replace what identifies people by fixed words in brackets: [url],
 *	  [email], [iban], [card], [phone], [user].
 *
 * One pass from left to right. What may begin at a place depends on the last
 * byte written and on the text ahead; brackets neither begin nor continue
 * anything, so masking a masked text changes nothing. Every look ahead either
 * is bounded or is consumed.
 *
 *-------------------------------------------------------------------------
 */
#include "text/text.h"

#include <string.h>

#define MAX_GROUPS 20 /* of digits in a number */
#define MAX_DIGITS 24
#define MIN_IBAN   15
#define MAX_IBAN   34

typedef struct Mask
{
	const unsigned char *said;
	size_t				 len;
	size_t				 at;
	unsigned char		 last; /* byte written last */
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

/* Parts of words; bytes beyond ASCII are taken for letters. */
static bool
is_word(unsigned char b)
{
	return is_letter(b) || is_digit(b) || b == '_' || b >= 0x80;
}

static bool
is_local(unsigned char b)
{
	return is_word(b) || b == '.' || b == '%' || b == '+' || b == '-';
}

/* The byte at a place; 0 beyond the end */
static unsigned char
byte_at(const Mask *mask, size_t at)
{
	return at < mask->len ? mask->said[at] : 0;
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
	mask->at = end;
}

static void
replace_to(Mask *mask, size_t end, const char *by)
{
	put(mask, by, strlen(by));
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

/* The end of an e-mail address that begins here; 0 when there is none. */
static size_t
email_end(const Mask *mask, size_t at)
{
	size_t end = at;
	size_t dot = 0;

	while (end < mask->len && is_local(mask->said[end]))
		end++;
	if (end == at || byte_at(mask, end) != '@')
		return 0;
	at = ++end;
	while (end < mask->len &&
		   (is_word(mask->said[end]) || mask->said[end] == '.' || mask->said[end] == '-'))
		end++;
	while (end > at && (mask->said[end - 1] == '.' || mask->said[end - 1] == '-'))
		end--;
	for (size_t i = at + 1; i < end && dot == 0; i++)
		if (mask->said[i] == '.')
			dot = i;
	return dot ? end : 0;
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
		if (is_word(b))
			break;
		if (n >= MIN_IBAN && is_iban(iban, n))
			end = at;
		if (b != ' ' || n % 4 != 0 || mask->said[at - 1] == ' ')
			break;
	}
	return end;
}

/* A run of digits in groups, as phones and cards are written */
typedef struct Number
{
	bool   marked; /* begins with + or ( */
	int	   n_groups;
	int	   group[MAX_GROUPS]; /* their digits */
	size_t end[MAX_GROUPS];
	int	   n_digits;
	char   digit[MAX_DIGITS];
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
next_group(const Mask *mask, size_t at)
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
	if (!is_local(mask->said[at - 1]) && email_end(mask, at) > 0)
		return 0;
	return at;
}

/* Read the number that begins here, as far as its digits can be one of ours. False: none. */
static bool
read_number(const Mask *mask, Number *number)
{
	size_t at = mask->at;

	memset(number, 0, sizeof(*number));
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

/* Are the first groups a date: 2026-01-31, 31.1.2026, 1/31/26? A mark before them says no. */
static bool
is_date(const Number *number)
{
	const int *g = number->group;

	return !number->marked && number->n_groups >= 3 && g[1] <= 2 &&
		   ((g[0] == 4 && g[2] <= 2) || (g[0] <= 2 && (g[2] == 4 || g[2] == 2)));
}

/* Are the first groups a phone: 7 to 15 digits that begin like one, or in a telling shape? */
static bool
is_phone(const Number *number, int groups, int digits)
{
	const int *g = number->group;

	if (digits < 7 || digits > 15)
		return false;
	return number->marked || number->digit[0] == '0' ||
		   (groups == 1 && digits >= 10 && digits <= 11) ||
		   (groups == 3 && g[0] == 3 && g[1] == 3 && g[2] == 4) ||
		   (groups == 4 && g[0] == 1 && g[1] == 3 && g[2] == 3 && g[3] == 4);
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
	else if (is_date(&number))
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
	else if (!is_local(mask->last) && (end = email_end(mask, mask->at)) > 0)
		replace_to(mask, end, "[email]");
	else if ((end = iban_end(mask)) > 0)
		replace_to(mask, end, "[iban]");
	else
		return mask_number(mask);
	return true;
}

/* @name */
static bool
mask_handle(Mask *mask)
{
	size_t end = mask->at + 1;

	while (end < mask->len && is_word(mask->said[end]))
		end++;
	if (mask->said[mask->at] != '@' || end == mask->at + 1)
		return false;
	replace_to(mask, end, "[user]");
	return true;
}

/*
 * Mask a text. Returns the length of the result and writes at most size bytes
 * of it; out may be NULL when size is 0. Masking a masked text changes nothing.
 */
size_t
text_mask(const char *said, size_t len, TextTick tick, char *out, size_t size)
{
	Mask   mask = { (const unsigned char *) said, len, 0, ' ', out, size, 0 };
	size_t ticked = 0;

	while (mask.at < mask.len)
	{
		size_t end = mask.at;

		if (tick && end - ticked >= TEXT_TICK_BYTES)
		{
			ticked = end;
			tick();
		}

		if (!is_word(mask.last) && (mask_word(&mask) || mask_handle(&mask)))
			continue;
		while (end < mask.len && is_word(mask.said[end]))
			end++;
		copy_to(&mask, end > mask.at ? end : end + 1);
	}
	return mask.needed;
}
