/* What to try where training met a value that is not finite: causes that leave a trace, ranked by
 * how many times something is larger than usual. Used by divergence.c; remedy_start_gain before
 * anything is trained, remedy_print at the end. */
#ifndef NNTRAIN_TRAINING_REMEDY_H
#define NNTRAIN_TRAINING_REMEDY_H

#include "base/text.h"
#include "training/fit_state.h"

/* How many times the weights as they are make a signal larger from the inputs to the outputs, where
 * nothing normalises it: the product of RMS(w) sqrt(fan-in) over the layers, each at least 1 and in
 * units of what He's initialiser gives. */
double remedy_start_gain(const Model *model);

/* "a, b, or c": at most three, the likeliest first, each with what speaks for it. The batch is that
 * of history->bad_examples. */
void remedy_print(const Fit *run, TextBuffer *out);

#endif
