/* What the numbers of a run say, in words: gradients that vanish or explode on their way back, dead
 * and saturated units, a loss that never fell, a model no better than a baseline, training and
 * validation that come apart. */
#ifndef NNTRAIN_TRAINING_DIAGNOSIS_H
#define NNTRAIN_TRAINING_DIAGNOSIS_H

#include "base/text.h"
#include "training/fit.h"
#include "training/results.h"

/* Appends one line per finding, each ending with what to try; returns how many there were. */
size_t diagnosis_print(TextBuffer *out, const History *history, const Results *results);

/* Largest share of dead units in a hidden layer in the last epoch; NAN when no layer can have any.
 */
double diagnosis_dead_fraction(const History *history);

/* Gradient norm of the first hidden layer over that of the last, in the first epoch; NAN without
 * two hidden layers. */
double diagnosis_gradient_ratio(const History *history);

#endif
