/*-------------------------------------------------------------------------
 *
 * calibration.h
 *	  From a model's logit to one whose probabilities come true.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EMPATHY_SCORE_CALIBRATION_H
#define EMPATHY_SCORE_CALIBRATION_H

#define CALIBRATION_POINTS 50

typedef enum CalibrationKind
{
	CALIBRATION_NONE,	 /* as it is */
	CALIBRATION_LINE,	 /* Platt's: offset + slope x logit */
	CALIBRATION_ISOTONIC /* through points that never fall */
} CalibrationKind;

typedef struct Calibration
{
	CalibrationKind kind;
	double			offset;					  /* of a line */
	double			slope;					  /* of a line, above 0 */
	int				n_points;				  /* of CALIBRATION_ISOTONIC, 1 or more */
	double			from[CALIBRATION_POINTS]; /* strictly rising */
	double			to[CALIBRATION_POINTS];	  /* never falling */
} Calibration;

extern double calibration_apply(const Calibration *calibration, double logit);

#endif /* EMPATHY_SCORE_CALIBRATION_H */
