/*-------------------------------------------------------------------------
 *
 * rules.h
 *	  The rules of what people think, as empathy.thoughts has them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_RULES_H
#define MAP_RULES_H

#include "compat.h"

#include "fmgr.h"

#include "map/think.h"

typedef struct ThoughtRules
{
	MapRules			rules;
	ConditionBinding   *binding; /* to bind one profile after another */
	const ProfileRoles *roles;
} ThoughtRules;

/* Those of the command at hand, kept with the function's call information. */
extern ThoughtRules *thought_rules(FmgrInfo *flinfo);

/* Why a thought is thought, in words: the reasons of its rules. */
extern const char *thought_reason(void *rules, const char *thought, int len);

#endif /* MAP_RULES_H */
