/* Learning-rate schedules with PyTorch's definitions; one row each. A rate is a function of where
 * training stands, so nothing but the plateau's counters needs to be kept. */
#ifndef NNTRAIN_NN_SCHEDULE_H
#define NNTRAIN_NN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/kind.h"

typedef struct Schedule Schedule;

typedef struct ScheduleOptions {
    const Schedule *schedule;
    double warmup;       /* epochs over which the rate grows linearly; fractions are allowed */
    int64_t step_size;   /* step: epochs between drops */
    double gamma;        /* step, multistep, exponential: factor; NAN: the row's own */
    int64_t *milestones; /* multistep: epochs (increasing) */
    size_t n_milestones;
    double minimum;       /* cosine, plateau: smallest rate */
    double end_factor;    /* linear: factor after the last epoch */
    double power;         /* polynomial */
    double max_factor;    /* one_cycle: top rate = max_factor * learning rate */
    double warm_fraction; /* one_cycle: part of the steps that rise */
    double factor;        /* plateau: multiply by it */
    int64_t patience;     /* plateau: epochs without improvement */
} ScheduleOptions;

/* Where training stands when the rate is asked for, before the step is taken. */
typedef struct SchedulePosition {
    uint64_t epoch; /* 0-based */
    uint64_t step;  /* 0-based over the whole run */
    uint64_t steps_per_epoch;
    uint64_t n_epochs;
} SchedulePosition;

/* What plateau remembers; filled by schedule_start. */
typedef struct ScheduleState {
    double best;
    bool has_best;
    int64_t n_bad_epochs;
    double factor; /* product so far */
} ScheduleState;

struct Schedule {
    Kind kind;
    double (*rate)(const ScheduleOptions *options, const SchedulePosition *at, double base_rate);
    bool watches_metric;  /* plateau */
    double default_gamma; /* 0: has none */
    bool has_step_size, has_gamma, has_milestones, has_minimum, has_end_factor, has_power,
        has_max_factor, has_warm_fraction, has_factor, has_patience;
};

const KindTable *schedule_kinds(void);

void schedule_start(ScheduleState *state);
/* The rate of the step at this position. In the first W = warmup * steps_per_epoch steps the
 * schedule's rate is multiplied by (step + 1) / W. */
double schedule_rate(const ScheduleOptions *options, const ScheduleState *state,
                     const SchedulePosition *at, double base_rate);
/* Tells plateau the monitored value at the end of an epoch; others ignore it. A value is an
 * improvement when it is better than the best one by more than the best times 1e-4; one that is not
 * finite never is. */
void schedule_observe(const ScheduleOptions *options, ScheduleState *state, double value,
                      bool higher_is_better);

#endif
