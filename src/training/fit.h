/* Step 7, the training loop: batches, forward, loss, backward, update, epoch after epoch, until the
 * epochs are done, validation stops improving, time is up, a value is no longer finite, or a signal
 * comes. Use: fill FitOptions, call fit, read History; release with history_free. */
#ifndef NNTRAIN_TRAINING_FIT_H
#define NNTRAIN_TRAINING_FIT_H

#include "base/error.h"
#include "data/dataset.h"
#include "nn/model.h"
#include "nn/optimizer.h"
#include "nn/regularizer.h"
#include "nn/schedule.h"
#include "training/evaluate.h"

/* How far checkpoints are apart; one of the two is 0. Those of epochs are told apart by a second at
 * least, and never take more than a twentieth of the time. */
typedef struct CheckpointPeriod {
    int64_t epochs;
    double seconds;
} CheckpointPeriod;

enum { FIT_MOST_ROLLBACKS = 5 };

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
    bool rolls_back; /* a value that is not finite: back to the end of the last epoch, at half the
                        rate, up to FIT_MOST_ROLLBACKS times */
    CheckpointPeriod checkpoint_every;
    Team *team; /* that does the work, not owned; NULL: the caller alone */
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
    const char *stop_reason; /* "epochs", "early_stopping", "max_time", "diverged", "interrupted" */
    size_t n_rollbacks;
    uint32_t *bad_examples; /* diverged: the rows of the training data in the batch where it did */
    size_t n_bad_examples;
} History;

/* How far training is. */
typedef struct FitStatus {
    size_t epoch, n_epochs;  /* epoch: 1-based, the one in which training is, or the last one */
    bool is_open;            /* that epoch has not ended */
    size_t batch, n_batches; /* done in it */
    double loss;             /* its mean so far; NAN before its first batch */
    double seconds;          /* since the start, without pauses between interruption and resume */
    double seconds_left;     /* an estimate; NAN: nothing to go by */
} FitStatus;

/* Who is told what happens; any function may be NULL, and so may be the observer. */
typedef struct FitObserver {
    void (*epoch)(void *context, const EpochRecord *record, const FitOptions *options);
    void *context;
    /* Keeps the state of the loop, n bytes of which fit knows the meaning: when a checkpoint is
     * due, and when a signal stops training. */
    void (*save)(void *context, const char *state, size_t n);
    void (*status)(void *context, const FitStatus *status); /* was asked for by SIGUSR1 */
    void (*rolled_back)(void *context, const char *why, const History *history);
    /* Such a state to go on from, as if there had been no pause; NULL: from the start. `resumed` is
     * then told what lies behind. */
    const char *state;
    size_t n_state;
    void (*resumed)(void *context, const History *history, const FitStatus *status);
} FitObserver;

/* Trains model in place. validation may be NULL. ERROR_DIVERGED names epoch, batch, layer and what
 * to try; the model then holds the best (or last) finite weights. ERROR_INTERRUPTED and
 * ERROR_TERMINATED: a signal. ERROR_MODEL: observer->state does not fit model, options and data. */
bool fit(const FitOptions *options, const LossFunction *loss, const Evaluation *evaluation,
         const Dataset *train, const Dataset *validation, const FitObserver *observer, Model *model,
         History *history, Error *err);
void history_free(History *history);

#endif
