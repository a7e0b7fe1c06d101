/* Training that met a value that is not finite: where it happened and what to try. */
#ifndef NNTRAIN_TRAINING_DIVERGENCE_H
#define NNTRAIN_TRAINING_DIVERGENCE_H

#include "base/error.h"
#include "training/fit_state.h"

/* Fails with ERROR_DIVERGED, in the epoch that is open. result is NULL when the parameters
 * themselves are not finite. batch is 1-based. */
bool divergence_fail(const Fit *run, const StepResult *result, size_t batch, Error *err);

#endif
