/*-------------------------------------------------------------------------
 *
 * role.c
 *	  What a kind of event means to the business, guessed from its name.
 *
 * A name is split into words at whatever is no letter and where a capital
 * follows a small letter.  The role that stands first in the table wins: a
 * cancelled order is a cancellation, a cart for an order is a cart.
 *
 *-------------------------------------------------------------------------
 */
#include "profile/role.h"

#include <string.h>

#define MAX_WORD 23

static const struct
{
	ProfileRole role;
	const char *words; /* each between blanks */
} role_words[] = {
	{ ROLE_CANCEL,
	  " cancel cancels canceled cancelled cancellation churn churned unsubscribe unsubscribed "
	  "terminate terminated termination closed deactivate deactivated " },
	{ ROLE_RETURN,
	  " return returns returned refund refunds refunded chargeback reversal credit creditnote " },
	{ ROLE_COMPLAINT,
	  " complaint complaints complain complained dispute disputes escalation escalated incident "
	  "incidents claim claims " },
	{ ROLE_CART, " cart carts basket baskets checkout wishlist " },
	{ ROLE_SEND,
	  " send sends sent delivered newsletter campaign campaigns mailing push notification " },
	{ ROLE_OPEN, " open opens opened " },
	{ ROLE_CLICK, " click clicks clicked tap tapped " },
	{ ROLE_RATE,
	  " rate rated rating ratings review reviews reviewed survey surveys nps csat feedback " },
	{ ROLE_PURCHASE,
	  " order orders ordered purchase purchases purchased buy buys bought sale sales sold payment "
	  "payments paid invoice invoices invoiced booking bookings booked reservation reservations "
	  "appointment appointments subscription subscribe subscribed renewal renew renewed topup "
	  "topups recharge deposit transaction transactions retail " },
	{ ROLE_CONTACT,
	  " contact contacts contacted message messages chat chats ticket tickets call calls called "
	  "email emails mail mails sms support question questions inquiry enquiry comment comments "
	  "conversation letter " },
	{ ROLE_VISIT,
	  " visit visits visited view views viewed pageview pageviews page pages session sessions "
	  "search searches searched login logins browse browsed compare compared " },
};

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_capital(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The next word of a name from *at on, as " word "; false at the end. */
static bool
next_word(const char *name, size_t len, size_t *at, char word[MAX_WORD + 3])
{
	size_t n = 1;

	while (*at < len && !is_letter(name[*at]))
		(*at)++;
	if (*at == len)
		return false;
	word[0] = ' ';
	do
	{
		if (n <= MAX_WORD)
			word[n++] = name[*at] | 0x20;
		(*at)++;
	} while (*at < len && is_letter(name[*at]) &&
			 !(is_capital(name[*at]) && !is_capital(name[*at - 1])));
	word[n] = ' ';
	word[n + 1] = '\0';
	return true;
}

ProfileRole
profile_role(const char *kind, size_t len)
{
	size_t best = sizeof(role_words) / sizeof(role_words[0]);
	char   word[MAX_WORD + 3];
	size_t at = 0;
	size_t i;

	while (next_word(kind, len, &at, word))
	{
		for (i = 0; i < best; i++)
		{
			if (strstr(role_words[i].words, word) != NULL)
				best = i;
		}
	}
	return best < sizeof(role_words) / sizeof(role_words[0]) ? role_words[best].role : ROLE_OTHER;
}

/* Of two names the one that comes first, as memcmp() says it. */
static int
compare_names(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static ProfileRole
find_role(const ProfileRoles *roles, const char *kind, size_t len)
{
	uint32_t lo = 0;
	uint32_t hi = roles->n;

	while (lo < hi)
	{
		uint32_t mid = lo + (hi - lo) / 2;
		int		 order = compare_names(kind, len, roles->kinds[mid], roles->lens[mid]);

		if (order == 0)
			return roles->roles[mid];
		if (order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return profile_role(kind, len);
}

ProfileRole
profile_role_set(const ProfileRoles *roles, const char *kind, size_t len)
{
	ProfileRole role;
	size_t		slot;

	if (roles == NULL)
		return profile_role(kind, len);
	if (roles->memo == NULL || len == 0 || len > PROFILE_ROLE_KIND)
		return find_role(roles, kind, len);
	slot = (len + (unsigned char) kind[0] * 5 + (unsigned char) kind[len - 1] * 11) %
		   PROFILE_ROLE_SLOTS;
	if (roles->memo->slots[slot].len == len &&
		memcmp(roles->memo->slots[slot].kind, kind, len) == 0)
		return roles->memo->slots[slot].role;
	role = find_role(roles, kind, len);
	roles->memo->slots[slot].len = (uint8_t) len;
	roles->memo->slots[slot].role = (uint8_t) role;
	memcpy(roles->memo->slots[slot].kind, kind, len);
	return role;
}

static const char *const role_names[PROFILE_ROLES] = { "other",	  "purchase",  "visit",	 "cart",
													   "contact", "complaint", "cancel", "return",
													   "send",	  "open",	   "click",	 "rate" };

const char *
profile_role_name(ProfileRole role)
{
	return role_names[role];
}

bool
profile_role_named(const char *name, size_t len, ProfileRole *role)
{
	int i;

	for (i = 0; i < PROFILE_ROLES; i++)
	{
		if (strlen(role_names[i]) == len && memcmp(role_names[i], name, len) == 0)
		{
			*role = (ProfileRole) i;
			return true;
		}
	}
	return false;
}
