/* Training that met a value that is not finite: where it happened and what to try. */
#ifndef NNTRAIN_TRAINING_DIVERGENCE_H
#define NNTRAIN_TRAINING_DIVERGENCE_H

#include "base/error.h"
#include "training/step.h"

/* Fails with ERROR_DIVERGED. result is NULL when the parameters themselves are not finite. batch is
 * 1-based. */
bool divergence_fail(const Model *model, const Stepper *stepper, const StepResult *result,
                     size_t epoch, size_t batch, Error *err);

#endif
