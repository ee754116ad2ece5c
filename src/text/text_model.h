/*-------------------------------------------------------------------------
 *
 * text_model.h
 *	  Text models as the server finds them: by name, in the extension's
 *	  folder, mapped read-only so that backends share the pages.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_TEXT_TEXT_MODEL_H
#define EMPATHY_TEXT_TEXT_MODEL_H

#include "compat.h"

#include "text/text.h"

#define TEXT_MODEL_SHIPPED "general-2"

/* What was said, in UTF-8, whatever the server's encoding. */
typedef struct TextSaid
{
	const char *bytes;
	size_t		len;
} TextSaid;

extern TextSaid			text_in_utf8(const text *said);
extern text			   *text_in_server(const char *bytes, size_t len);
extern void				text_init(void);
extern bool				text_model_is_name(const char *name);
extern const TextModel *text_model_shipped(const char *name);
extern const TextModel *text_model_known(const char *name);
extern const TextModel *text_model_latest(const char *name);
extern const TextModel *text_model_by_name(const char *name);
extern const TextModel *text_model_default(void);

#endif /* EMPATHY_TEXT_TEXT_MODEL_H */
