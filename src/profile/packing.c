/*-------------------------------------------------------------------------
 *
 * packing.c
 *	  How names and quotes are made short in the bytes of a profile.
 *
 * Names that we give ourselves are numbers, and the classes in front of others
 * too.  Quotes are packed by a fixed code of 3 to 12 bits a byte, shorter for
 * what is frequent in messages of customers: English, and half as much German,
 * French, Spanish, Italian, Dutch, Polish, Swedish and Finnish.
 *
 * All tables are part of the format: nothing in them may ever change.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/format.h"

#include <string.h>

/* ---- names ---- */

/* In the order of their bytes */
static const char *const known_names[] = {
	"",
	"act:apology",
	"act:comparison",
	"act:doubt",
	"act:price worry",
	"act:question",
	"act:suggestion",
	"act:thanks",
	"act:threat to leave",
	"act:urgency",
	"act:wish",
	"aspect:consistency",
	"aspect:convenience",
	"aspect:delivery",
	"aspect:friendliness",
	"aspect:human touch",
	"aspect:price",
	"aspect:quality",
	"aspect:speed",
	"aspect:support",
	"aspect:trust",
	"aspect:usability",
	"emotion:admiration",
	"emotion:amusement",
	"emotion:anger",
	"emotion:annoyance",
	"emotion:approval",
	"emotion:caring",
	"emotion:confusion",
	"emotion:curiosity",
	"emotion:desire",
	"emotion:disappointment",
	"emotion:disapproval",
	"emotion:disgust",
	"emotion:embarrassment",
	"emotion:excitement",
	"emotion:fear",
	"emotion:gratitude",
	"emotion:grief",
	"emotion:joy",
	"emotion:love",
	"emotion:nervousness",
	"emotion:optimism",
	"emotion:pride",
	"emotion:realization",
	"emotion:relief",
	"emotion:remorse",
	"emotion:sadness",
	"emotion:surprise",
	"general-2",
	"intent:account",
	"intent:ask",
	"intent:buy",
	"intent:cancel",
	"intent:change",
	"intent:complain",
	"intent:human",
	"intent:pay",
	"intent:praise",
	"intent:refund",
	"intent:thank",
	"intent:track",
	"kind:unknown",
	"out:unknown",
	"rating",
	"text",
	"text:unread",
};

static const char *const known_classes[] = { "about:",	"act:",	 "aspect:", "channel:", "emotion:",
											 "intent:", "kind:", "out:",	"topic:" };

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

/* The number of a known name, or -1. */
int
packing_name(const char *bytes, size_t len)
{
	int from = 0;
	int to = LENGTH(known_names);

	while (from < to)
	{
		int			middle = (from + to) / 2;
		const char *name = known_names[middle];
		size_t		name_len = strlen(name);
		int			order = memcmp(bytes, name, len < name_len ? len : name_len);

		if (order == 0 && len == name_len)
			return middle;
		if (order > 0 || (order == 0 && len > name_len))
			from = middle + 1;
		else
			to = middle;
	}
	return -1;
}

/* The number of a known class, with its ':', that a name begins with, or -1. */
int
packing_class(const char *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < LENGTH(known_classes); i++)
	{
		size_t class_len = strlen(known_classes[i]);

		if (len >= class_len && memcmp(bytes, known_classes[i], class_len) == 0)
			return (int) i;
	}
	return -1;
}

/* The known name of a number; NULL if there is none. */
const char *
packing_known_name(unsigned int number)
{
	return number < LENGTH(known_names) ? known_names[number] : NULL;
}

const char *
packing_known_class(unsigned int number)
{
	return number < LENGTH(known_classes) ? known_classes[number] : NULL;
}

/* ---- quotes ---- */

#define LONGEST_CODE 12

/* Of each byte, the bits of its code */
static const uint8_t code_bits[256] = {
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	12, 12, 12, 12, 12, 12, 12, 12, 3,	9,	11, 11, 12, 12, 12, 8,	12, 12, 12, 12, 8,	10, 6,	12,
	9,	10, 10, 10, 11, 10, 12, 10, 11, 11, 11, 12, 12, 12, 12, 8,	11, 9,	10, 10, 10, 9,	10, 10,
	9,	7,	11, 11, 10, 9,	9,	10, 10, 12, 10, 9,	8,	11, 11, 9,	12, 11, 12, 11, 12, 11, 12, 12,
	12, 4,	7,	5,	5,	4,	6,	6,	5,	4,	9,	7,	5,	6,	4,	4,	6,	10, 5,	4,	4,	5,	7,	6,
	9,	6,	10, 12, 12, 12, 12, 12, 11, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	12, 12, 12, 12, 12, 12, 12, 12, 12, 11, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 10, 12, 12, 12,
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	12, 12, 12, 9,	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 10, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
};

/* A byte of a text, and the bits of its code */
typedef struct Unpacked
{
	uint8_t byte;
	uint8_t bits;
} Unpacked;

static uint16_t codes[256];
static Unpacked unpacked[1 << LONGEST_CODE]; /* by the bits that come next */
static bool		are_codes_made = false;

/* The codes of each length follow each other, the shorter first; the bytes of one length in order. */
static void
make_codes(void)
{
	unsigned int next = 0;
	unsigned int end;
	int			 bits;
	int			 byte;

	for (bits = 1; bits <= LONGEST_CODE; bits++)
	{
		for (byte = 0; byte < 256; byte++)
		{
			if (code_bits[byte] != bits)
				continue;
			codes[byte] = (uint16_t) (next >> (LONGEST_CODE - bits));
			for (end = next + (1u << (LONGEST_CODE - bits)); next < end; next++)
				unpacked[next] = (Unpacked){ (uint8_t) byte, (uint8_t) bits };
		}
	}
	are_codes_made = true;
}

/* How many bytes a text takes when it is packed. */
size_t
packing_size(const char *text, size_t len)
{
	size_t bits = 0;
	size_t i;

	for (i = 0; i < len; i++)
		bits += code_bits[(unsigned char) text[i]];
	return (bits + 7) / 8;
}

void
packing_pack(const char *text, size_t len, unsigned char *to)
{
	uint64_t ahead = 0;
	int		 n_ahead = 0;
	size_t	 i;

	if (!are_codes_made)
		make_codes();
	for (i = 0; i < len; i++)
	{
		unsigned char byte = (unsigned char) text[i];

		ahead = ahead << code_bits[byte] | codes[byte];
		n_ahead += code_bits[byte];
		for (; n_ahead >= 8; n_ahead -= 8)
			*to++ = (unsigned char) (ahead >> (n_ahead - 8));
	}
	if (n_ahead > 0)
		*to = (unsigned char) (ahead << (8 - n_ahead));
}

/*
 * Unpacks so many bytes of text.  Returns where the packed ones end, or NULL if
 * that is beyond the given end.
 */
const unsigned char *
packing_unpack(const unsigned char *at, const unsigned char *end, char *to, size_t len)
{
	const unsigned char *next = at;
	uint64_t			 ahead = 0;
	int					 n_ahead = 0;
	size_t				 bits = 0;

	if (!are_codes_made)
		make_codes();
	for (; len > 0; len--)
	{
		Unpacked first;

		if (n_ahead < LONGEST_CODE)
		{
			for (; n_ahead <= 48; n_ahead += 8, next++)
				ahead = ahead << 8 | (next < end ? *next : 0);
		}
		first = unpacked[ahead >> (n_ahead - LONGEST_CODE) & ((1 << LONGEST_CODE) - 1)];
		n_ahead -= first.bits;
		bits += first.bits;
		*to++ = (char) first.byte;
	}
	return (bits + 7) / 8 <= (size_t) (end - at) ? at + (bits + 7) / 8 : NULL;
}
