/* What a model must beat: simple models on the same inputs, targets and parts; one row each. A
 * baseline is a network without hidden layers, so that it is evaluated like any model. */
#ifndef NNTRAIN_TRAINING_BASELINE_H
#define NNTRAIN_TRAINING_BASELINE_H

#include <stdint.h>

#include "data/split.h"
#include "nn/network.h"
#include "training/evaluate.h"
#include "training/results.h"

/* What baselines are made of; nothing is owned. */
typedef struct BaselineInput {
    const Target *target;
    const MetricList *metrics;
    const NetworkInput *inputs; /* as the network's own */
    size_t n_inputs;
    const Dataset *parts[N_PARTS]; /* NULL or empty: no such part; training is needed */
    uint64_t seed;
    Team *team; /* that does the work; NULL: the caller alone */
} BaselineInput;

typedef struct Baseline {
    Kind kind;
    unsigned tasks; /* FOR_... bits */
    /* Trains the linear model on the training part; it starts as the best constant one. NULL: it
     * stays that. */
    bool (*train)(const BaselineInput *in, const LossFunction *loss, Model *model, Error *err);
} Baseline;

const KindTable *baseline_kinds(void);

/* Every baseline of the task, over all parts, into results->baselines. ERROR_DIVERGED when one
 * cannot be trained. */
bool baseline_make(const BaselineInput *in, Results *results, Error *err);

#endif
