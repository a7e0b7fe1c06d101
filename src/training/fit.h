/* Step 7, the training loop: batches, forward, loss, backward, update, epoch after epoch, until the
 * epochs are done, validation stops improving, time is up, or a value is no longer finite. Use:
 * fill FitOptions, call fit, read History; release with history_free. */
#ifndef NNTRAIN_TRAINING_FIT_H
#define NNTRAIN_TRAINING_FIT_H

#include "base/error.h"
#include "data/dataset.h"
#include "nn/model.h"
#include "nn/optimizer.h"
#include "nn/regularizer.h"
#include "nn/schedule.h"
#include "training/evaluate.h"

typedef struct FitOptions {
    uint64_t seed;
    int64_t epochs;
    int64_t batch_size; /* 0: all rows (gradient descent) */
    bool shuffle;
    bool drop_last;
    const Optimizer *optimizer;
    OptimizerSettings settings; /* NAN: the optimizer's default */
    ScheduleOptions schedule;
    double weight_decay;
    GradientLimits clipping;
    double max_norm;     /* 0: none */
    int64_t patience;    /* epochs; 0: no early stopping */
    const char *monitor; /* metric path, "validation.loss" */
    double min_delta;
    bool restore_best;
    double max_seconds; /* 0: no limit */
    Team *team;         /* that does the work, not owned; NULL: the caller alone */
} FitOptions;

/* What one hidden layer looked like in an epoch. */
typedef struct LayerRecord {
    double gradient_norm;   /* L2, mean over the steps of the epoch */
    double dead_units;      /* share of units whose output was 0 for every row; NAN where it means
                               nothing */
    double saturated_units; /* share of outputs in the outer 5 % of the activation's reach; NAN
                               likewise */
} LayerRecord;

typedef struct EpochRecord {
    size_t epoch; /* 1-based */
    double loss;  /* mean over rows of the batch losses as trained, penalties apart */
    double penalty;
    double learning_rate;  /* of the last step */
    double gradient_norm;  /* total L2 before clipping, mean over the steps */
    LayerRecord *layers;   /* (network->n_layers), the output layer last */
    PartResult validation; /* loss and metrics; rows 0 when there is no validation part */
} EpochRecord;

typedef struct History {
    EpochRecord *epochs;
    size_t n, capacity;
    size_t n_layers;
    size_t best_epoch;       /* 1-based; 0: before the first */
    double best_value;       /* of the monitored metric */
    const char *stop_reason; /* "epochs", "early_stopping", "max_time", "diverged" */
} History;

/* Told after each epoch; may be NULL. */
typedef struct FitObserver {
    void (*epoch)(void *context, const EpochRecord *record, const FitOptions *options);
    void *context;
} FitObserver;

/* Trains model in place. validation may be NULL. ERROR_DIVERGED names epoch, batch, layer and what
 * to try; the model then holds the best (or last) finite weights. */
bool fit(const FitOptions *options, const LossFunction *loss, const Evaluation *evaluation,
         const Dataset *train, const Dataset *validation, const FitObserver *observer, Model *model,
         History *history, Error *err);
void history_free(History *history);

#endif
