/*-------------------------------------------------------------------------
 *
 * item_store.h
 *	  How others buy items again, as the server keeps it beside a model.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_ITEM_STORE_H
#define SCORE_ITEM_STORE_H

#include "score/item.h"
#include "score/model.h"

/* Of each of the items, by the model, which is one of the task "item". */
extern void item_priors(FmgrInfo *flinfo, const ScoreModel *model, const Items *items,
						const ProfileView *view, ItemPrior *priors);

#endif /* SCORE_ITEM_STORE_H */
