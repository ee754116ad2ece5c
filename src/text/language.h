/*-------------------------------------------------------------------------
 *
 * language.h
 *	  The language that a text is written in.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_LANGUAGE_H
#define EMPATHY_TEXT_LANGUAGE_H

#include "text/model.h"

#define TEXT_LANGUAGE_READ 4096 /* bytes of a text that tell */

extern int text_language(const TextModel *model, const char *said, size_t len, int32_t *score);

#endif /* EMPATHY_TEXT_LANGUAGE_H */
