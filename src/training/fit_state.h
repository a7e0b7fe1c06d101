/* Everything that one call of fit works on; shared by the files of the training loop: fit.c (the
 * epochs), fit_epoch.c (one of them), checkpoint.c (its state as bytes). */
#ifndef NNTRAIN_TRAINING_FIT_STATE_H
#define NNTRAIN_TRAINING_FIT_STATE_H

#include "compute/kernels.h"
#include "training/fit.h"
#include "training/step.h"

enum { FIT_RECENT_NORMS = 5 };

/* Sums over the steps of an epoch. */
typedef struct EpochSums {
    LeafSum loss, weight;
    double gradient_norm;
    uint64_t n_steps;
} EpochSums;

typedef struct Fit {
    const FitOptions *options;
    Evaluation evaluation; /* with a space of this run */
    const LossFunction *loss;
    const Dataset *train, *validation;
    const FitObserver *observer; /* never NULL */
    Model *model;
    History *history;
    Stepper stepper;
    ScheduleState schedule;
    Workspace *activity;
    uint32_t *order; /* (train rows) of this epoch */
    RandomStream shuffle;
    float *best_parameters, *best_buffers;
    bool higher_is_better;
    int64_t epochs_without_gain;
    uint64_t steps, steps_per_epoch;

    /* Where training stands: the last record of the history is of an epoch that has not ended, and
     * its next batch begins at next_row in its order. A closed one: between two epochs. */
    bool is_open;
    size_t next_row;
    EpochSums sums;

    double start_gain;                     /* of the weights before anything was trained */
    double rate_factor;                    /* halved by each rollback */
    double recent_norms[FIT_RECENT_NORMS]; /* of the gradient, a ring: step modulo its length */
    TextBuffer last_good;                  /* where a rollback goes to: checkpoint_write_core */

    double start;          /* clock_now */
    double seconds_before; /* of training before start, in the run that is gone on with */
    uint64_t steps_before;
    bool is_out_of_time;

    TextBuffer state;    /* of the last checkpoint */
    double saved;        /* clock_now */
    double save_seconds; /* that it took */
    int64_t epochs_since_save;
    int n_status_told;
} Fit;

/* Of training, pauses left out. */
double fit_seconds(const Fit *run);

/* Rows of an epoch: all but a last batch that is left out. */
size_t fit_epoch_rows(const Fit *run);

FitStatus fit_status(const Fit *run);

/* The order of rows is a function of (seed, epoch); without shuffling it is that of the data. */
void fit_order_rows(Fit *run);

/* From where training stands to the end of the epoch, which is begun when it is not open. False
 * when a value was not finite, or for a signal; then the epoch is still open. */
bool fit_epoch(Fit *run, Error *err);

/* Notes the weights as they are as the best. */
void fit_keep_best(Fit *run);

/* Hands the state to the observer. */
void fit_save(Fit *run);

#endif
