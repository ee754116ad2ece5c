/*-------------------------------------------------------------------------
 *
 * rules.h
 *	  What maps go by: the rules of what people think, as empathy.thoughts has
 *	  them, the roles of kinds, and the rules of stages.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_RULES_H
#define MAP_RULES_H

#include "compat.h"

#include "fmgr.h"

#include "map/think.h"
#include "score/stage.h"

typedef struct MapBook
{
	MapRules			rules; /* their conditions are in the set of the stages' */
	const ProfileRoles *roles;
	StageReplay		   *stages;
} MapBook;

/* What the command at hand sees, kept with the function's call information. */
extern MapBook *map_book(FmgrInfo *flinfo);

/* Why a thought is thought, in words: the reasons of its rules. */
extern const char *thought_reason(void *book, const char *thought, int len);

#endif /* MAP_RULES_H */
