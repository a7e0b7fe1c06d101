/* Where the second class of a binary task begins: rules that choose the threshold on validation
 * scores; one row each. */
#ifndef NNTRAIN_TRAINING_THRESHOLD_H
#define NNTRAIN_TRAINING_THRESHOLD_H

#include "base/kind.h"
#include "training/predictions.h"

/* Sums of weights: rows of the second class and of the first, in all and above a threshold. */
typedef struct ThresholdCounts {
    double positive, negative;
    double true_positive, false_positive;
} ThresholdCounts;

typedef struct ThresholdRule {
    Kind kind;
    double (*goodness)(const ThresholdCounts *counts);
} ThresholdRule;

const KindTable *threshold_kinds(void);

/* The threshold with the highest goodness, halfway between two neighbouring scores (or below the
 * lowest); of equally good ones the nearest to fallback. fallback itself when the task is not
 * binary, or a class is missing. */
double threshold_tune(const ThresholdRule *rule, const Predictions *validation, double fallback);

#endif
