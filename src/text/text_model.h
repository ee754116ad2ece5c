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

#include "text/text.h"

extern void				text_init(void);
extern const TextModel *text_model_by_name(const char *name);
extern const TextModel *text_model_default(void);

#endif /* EMPATHY_TEXT_TEXT_MODEL_H */
