/*-------------------------------------------------------------------------
 *
 * classifier.h
 *	  A user's classifier: from labelled texts to the bytes of a model file
 *	  with one task of the kind TEXT_CLASS.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_LEARN_CLASSIFIER_H
#define EMPATHY_LEARN_CLASSIFIER_H

#include "learn/corpus.h"
#include "text/text.h"

/* Features times classes. Beyond it the rarest features are left out. */
#define CLASSIFIER_MAX_WEIGHTS (1 << 24)

typedef struct ClassifierRow
{
	size_t	 at; /* in the texts' bytes */
	uint32_t len;
	int32_t class;
	uint64_t identity; /* equal for texts that differ in case and punctuation only */
} ClassifierRow;

typedef struct ClassifierData
{
	const char		  *bytes; /* of all texts, UTF-8 */
	ClassifierRow	  *rows;  /* sorted by classifier_fit(): their order doesn't matter */
	int				   n_rows;
	const char *const *labels; /* UTF-8, less than TEXT_HEAD_NAME bytes; TEXT_UNKNOWN is special */
	int				   n_classes;
	const TextModel	  *base; /* with sentiment: what it builds on; or NULL */
} ClassifierData;

typedef enum ClassifierPhase
{
	CLASSIFIER_MEASURES, /* by models that don't know the rows that they are measured on */
	CLASSIFIER_FITS
} ClassifierPhase;

/* Called often, with the share of the phase that is done */
typedef void (*ClassifierTick)(void *arg, ClassifierPhase phase, double share);

/* How good it is on rows that it was not fitted on; shares are of n, or of n_unknown */
typedef struct ClassifierFigures
{
	int	   n;			  /* rows of a class */
	double accuracy;	  /* best class is right, whether it would be answered or not */
	double macro_f1;	  /* likewise */
	double log_loss;	  /* of the probabilities among the classes */
	double answered;	  /* share over the threshold */
	double precision;	  /* share of the answers that are right */
	int	   n_unknown;	  /* rows labelled TEXT_UNKNOWN */
	double unknown_found; /* share of them that gets no answer */
} ClassifierFigures;

typedef struct Classifier
{
	const ClassifierData *data;
	Dictionary			  words;
	double				 *weights;
	double				 *bias;
	int32_t				 *threshold; /* of a score, 1/TEXT_ONE; all the same */
	ClassifierFigures	  figures;
} Classifier;

extern uint64_t classifier_identity(const char *text, size_t len);
extern bool		classifier_fits_base(const ClassifierData *data);
extern void		classifier_fit(Classifier *classifier, ClassifierData *data, ClassifierTick tick,
							   void *tick_arg);
extern void		classifier_free(Classifier *classifier);
extern uint8_t *classifier_bytes(const Classifier *classifier, const char *name, size_t *size);

#endif /* EMPATHY_LEARN_CLASSIFIER_H */
