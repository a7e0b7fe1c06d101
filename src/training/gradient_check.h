/* Backpropagation against central differences, tensor by tensor, on real data and the network as it
 * is. */
#ifndef NNTRAIN_TRAINING_GRADIENT_CHECK_H
#define NNTRAIN_TRAINING_GRADIENT_CHECK_H

#include "data/dataset.h"
#include "nn/model.h"

enum { GRADIENT_CHECK_ROWS = 64 };

/* One tensor: the slope of the mean loss along a direction between its gradient and a random one,
 * by backpropagation (the product with the gradient) and by the difference of two losses. */
typedef struct GradientCheck {
    double backpropagation, difference;
    double error; /* |backpropagation - difference| / the larger of both, or / 1e-4 of the norm of
                     the whole gradient where both are smaller */
} GradientCheck;

/* What a tensor may be off in float32: the difference of two losses keeps about four digits. */
#define GRADIENT_CHECK_TOLERANCE 0.02

/* Fills checks (network->n_tensors) from the first rows of data, without dropout. The model's
 * parameters are moved and put back. Steps from 0.1 to 0.0001 of the tensor's size are tried and
 * the best kept: long steps meet kinks, short ones rounding. */
void gradient_check(Model *model, const LossFunction *loss, const Dataset *data,
                    GradientCheck *checks);

#endif
