/* One training step: gather a batch, forward, loss, backward, penalties, clipping, update.
 * Everything is allocated by stepper_init; a step of one thread allocates, locks and prints
 * nothing. With a team each of these is shared out so that no result depends on the number of
 * threads: elementwise work in any cut, sums over parameters in fixed chunks that are joined in
 * order.
 *
 * Where nothing has to know the whole gradient first (clipping does) and the network is large,
 * each thread measures and uses every piece of the gradient as soon as it has summed it. */
#ifndef NNTRAIN_TRAINING_STEP_H
#define NNTRAIN_TRAINING_STEP_H

#include "nn/lbfgs.h"
#include "training/fit.h"
#include "training/gradient_norm.h"

typedef struct Stepper {
    const FitOptions *options;
    const LossFunction *loss;
    const Dataset *train;
    Model *model;
    Workspace *workspace;
    OptimizerState optimizer;
    Lbfgs lbfgs;           /* only for whole-step optimizers */
    float *gradient;       /* (n_parameters) */
    float *x, *y, *weight; /* one batch */
    double *layer_norms;   /* (n_layers) L2 of the last step's gradient, before clipping */
    GradientNorm norm;
    size_t batch_size;
    RandomStream dropout;
    bool has_penalties;
    bool updates_pieces; /* each piece of the gradient is used at once, in the cache it is in */
} Stepper;

void stepper_init(Stepper *stepper, const FitOptions *options, const LossFunction *loss,
                  const Dataset *train, Model *model);
void stepper_free(Stepper *stepper);

/* What a step found. Not finite: the parameters are not to be built upon. */
typedef struct StepResult {
    LossSum loss;
    double gradient_norm;
    bool is_finite;
} StepResult;

/* Trains on n examples (rows of the dataset). */
StepResult stepper_step(Stepper *stepper, const uint32_t *examples, size_t n, uint32_t epoch,
                        double learning_rate);

/* The penalties of the parameters as they are: sum of l1 sum |w| + l2/2 sum w^2. */
double stepper_penalty(const Stepper *stepper);

#endif
