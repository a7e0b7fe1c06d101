/* Optimizers with PyTorch's semantics; one row each (a level file). An update is one elementwise
 * pass over a flat range of parameters, so it knows nothing of layers. */
#ifndef NNTRAIN_NN_OPTIMIZER_H
#define NNTRAIN_NN_OPTIMIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/kind.h"
#include "compute/level.h"

enum { OPTIMIZER_SLOTS = 3 };

/* Settings; NAN in OptimizerOptions means "the row's default". A NAN default in a row: the
 * optimizer has no such setting. */
typedef struct OptimizerSettings {
    double learning_rate, momentum, beta1, beta2, epsilon, rho;
} OptimizerSettings;

/* Scalars of one step, made by optimizer_begin_step; all that changes with the step number. */
typedef struct UpdateStep {
    OptimizerSettings settings;         /* learning_rate already scheduled */
    double weight_decay;                /* decoupled; 0 for ranges that do not decay */
    uint64_t step;                      /* 1 for the first */
    double beta1_power, beta2_power;    /* beta^step; 1 where there is no beta */
    double momentum_product;            /* nadam: product of mu_t, t <= step */
    double momentum_now, momentum_next; /* nadam: mu_t, mu_{t+1} */
} UpdateStep;

typedef struct Optimizer {
    Kind kind;
    OptimizerSettings defaults;
    size_t n_slots;                    /* flat arrays of state per parameter */
    float slot_start[OPTIMIZER_SLOTS]; /* their first value; NAN: the learning rate */
    bool has_weight_decay;             /* regularization.weight_decay has an effect */
    bool has_momentum_decay;           /* nadam: mu_t is computed */
    bool has_fixed_rate;   /* rprop: the rate is only the first step size; no schedule */
    bool is_whole_step;    /* lbfgs: steps through nn/lbfgs.h instead of update */
    bool needs_full_batch; /* rprop, lbfgs: told when the batch is not full */
    /* parameters[i] moves against gradient[i]; slots[s] are aligned with parameters. n is a
     * multiple of LANES. */
    void (*update)(const UpdateStep *step, float *parameters, const float *gradient,
                   float *const *slots, size_t n);
} Optimizer;

const KindTable *optimizer_kinds(void);

/* Running scalars and slots of an optimizer: all that a checkpoint has to keep. */
typedef struct OptimizerState {
    const Optimizer *optimizer;
    OptimizerSettings settings; /* defaults filled in */
    uint64_t steps;
    double beta1_power, beta2_power, momentum_product;
    float *slots[OPTIMIZER_SLOTS]; /* (n_parameters) each, in one block */
    size_t n_parameters;
} OptimizerState;

/* options: NAN where the default is wanted. Allocates the slots. */
void optimizer_start(OptimizerState *state, const Optimizer *optimizer,
                     const OptimizerSettings *options, size_t n_parameters);
void optimizer_free(OptimizerState *state);

/* Advances the step count and gives the scalars for it; learning_rate is the scheduled one. */
UpdateStep optimizer_begin_step(OptimizerState *state, double learning_rate);

/* Updates parameters [first, first + n), first and n multiples of LANES, with the weight decay of
 * that range (which rows without has_weight_decay ignore). Ranges are independent. Not for
 * is_whole_step rows. */
void optimizer_apply(OptimizerState *state, UpdateStep step, double weight_decay, float *parameters,
                     const float *gradient, size_t first, size_t n);

#endif
