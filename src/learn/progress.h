/*-------------------------------------------------------------------------
 *
 * progress.h
 *	  How far a training is, for the view empathy.training.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_PROGRESS_H
#define EMPATHY_LEARN_PROGRESS_H

typedef enum TrainingPhase
{
	TRAINING_READS,	   /* done: rows */
	TRAINING_MEASURES, /* done: share; likewise below */
	TRAINING_FITS,
	TRAINING_STORES
} TrainingPhase;

extern void training_start(void);
extern void training_progress(TrainingPhase phase, double done);
extern void training_end(void);

#endif /* EMPATHY_LEARN_PROGRESS_H */
