/*-------------------------------------------------------------------------
 *
 * keywords.h
 *	  The terms that set the texts of a group apart from a background.
 *
 * Log-odds with an informative Dirichlet prior: B. Monroe, M. Colaresi, K. Quinn,
 * "Fightin' Words", Political Analysis 16 (2008), section 3.5.  Texts are
 * counted rather than occurrences, so that one loud text counts once.  Of a
 * term that n of the group's N texts have, and r of the R texts of the rest:
 *
 *	  A	   = min(TEXT_PRIOR_TEXTS, (N + R) / TEXT_PRIOR_SHARE)
 *	  a	   = A (n + r + 1/2) / (N + R + 1)
 *	  d	   = log((n + a) / (N + A - n - a)) - log((r + a) / (R + A - r - a))
 *	  z	   = d / sqrt(1 / (n + a) + 1 / (r + a))
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_KEYWORDS_H
#define EMPATHY_TEXT_KEYWORDS_H

#include "text/model.h"
#include "text/terms.h"

#define TEXT_PRIOR_TEXTS   500.0   /* what the prior counts as */
#define TEXT_PRIOR_SHARE   4.0	   /* but no more than a quarter of the texts */
#define TEXT_ENGLISH_TEXTS 10000.0 /* what English at large counts as */

typedef struct TextKeyword
{
	TextTerm term;
	double	 share;		 /* of the group's texts */
	double	 background; /* share of the rest's, or of the background's texts */
	double	 z;
	bool	 within; /* said as well by a longer term */
} TextKeyword;

/* Into keyword[], which has room for the group's terms. They return how many there are. */
extern uint32_t text_keywords(TextTermsView group, TextTermsView background, uint64_t least,
							  TextKeyword *keyword);
extern uint32_t text_keywords_english(TextTermsView group, const TextModel *model, uint64_t least,
									  TextKeyword *keyword);

#endif /* EMPATHY_TEXT_KEYWORDS_H */
