#include "nn/schedule.h"

#include <math.h>

#include "compute/scalar.h"

/* PyTorch's OneCycleLR: the first rate is top / 25, the last one that / 1e4. */
#define ONE_CYCLE_START 25.0
#define ONE_CYCLE_END   1e4
/* PyTorch's ReduceLROnPlateau: relative change that counts as an improvement. */
#define PLATEAU_THRESHOLD 1e-4

static double gamma_of(const ScheduleOptions *options) {
    return isnan(options->gamma) ? options->schedule->default_gamma : options->gamma;
}

/* Share of the epochs that are over, 0 in the first. */
static double progress(const SchedulePosition *at) {
    return at->epoch < at->n_epochs ? (double)at->epoch / (double)at->n_epochs : 1.0;
}

/* From start to end along half a wave, as share goes from 0 to 1. */
static double cosine_between(double start, double end, double share) {
    return end + (start - end) * (1.0 + scalar_cos_pi(share)) / 2.0;
}

static double constant_rate(const ScheduleOptions *options, const SchedulePosition *at,
                            double base) {
    (void)options, (void)at;
    return base;
}

static double step_rate(const ScheduleOptions *options, const SchedulePosition *at, double base) {
    const uint64_t n_drops = at->epoch / (uint64_t)options->step_size;
    return base * scalar_power(gamma_of(options), (double)n_drops);
}

static double multistep_rate(const ScheduleOptions *options, const SchedulePosition *at,
                             double base) {
    size_t n_drops = 0;
    for (size_t i = 0; i < options->n_milestones; i++)
        n_drops += (uint64_t)options->milestones[i] <= at->epoch;
    return base * scalar_power(gamma_of(options), (double)n_drops);
}

static double exponential_rate(const ScheduleOptions *options, const SchedulePosition *at,
                               double base) {
    return base * scalar_power(gamma_of(options), (double)at->epoch);
}

static double cosine_rate(const ScheduleOptions *options, const SchedulePosition *at, double base) {
    return cosine_between(base, options->minimum, progress(at));
}

static double linear_rate(const ScheduleOptions *options, const SchedulePosition *at, double base) {
    return base * (1.0 + (options->end_factor - 1.0) * progress(at));
}

static double polynomial_rate(const ScheduleOptions *options, const SchedulePosition *at,
                              double base) {
    return base * scalar_power(1.0 - progress(at), options->power);
}

static double one_cycle_rate(const ScheduleOptions *options, const SchedulePosition *at,
                             double base) {
    const double top = base * options->max_factor;
    const double start = top / ONE_CYCLE_START, end = start / ONE_CYCLE_END;
    const double n_steps = (double)at->n_epochs * (double)at->steps_per_epoch;
    const double last = n_steps - 1.0, turn = options->warm_fraction * n_steps - 1.0;
    const double step = fmin((double)at->step, last);
    if (step <= turn)
        return cosine_between(start, top, turn > 0.0 ? step / turn : 1.0);
    return cosine_between(top, end, last > turn ? (step - turn) / (last - turn) : 1.0);
}

// clang-format off
static const Schedule schedules[] = {
    {.kind = {"constant", "the same rate throughout",
              "rate", NULL},
     .rate = constant_rate},
    {.kind = {"step", "a drop every step_size epochs",
              "rate gamma^floor(epoch / step_size)", NULL},
     .rate = step_rate, .has_step_size = true, .has_gamma = true, .default_gamma = 0.1},
    {.kind = {"multistep", "a drop at each of the milestones",
              "rate gamma^(number of milestones <= epoch)", NULL},
     .rate = multistep_rate, .has_milestones = true, .has_gamma = true, .default_gamma = 0.1},
    {.kind = {"exponential", "a drop every epoch",
              "rate gamma^epoch", NULL},
     .rate = exponential_rate, .has_gamma = true, .default_gamma = 0.95},
    {.kind = {"cosine", "half a wave from the rate to the minimum, over all epochs",
              "minimum + (rate - minimum) (1 + cos(pi epoch / epochs)) / 2",
              "Loshchilov & Hutter 2017"},
     .rate = cosine_rate, .has_minimum = true},
    {.kind = {"linear", "a line from the rate to end_factor times the rate, over all epochs",
              "rate (1 + (end_factor - 1) epoch / epochs)", NULL},
     .rate = linear_rate, .has_end_factor = true},
    {.kind = {"polynomial", "a power of the epochs that are left",
              "rate (1 - epoch / epochs)^power", NULL},
     .rate = polynomial_rate, .has_power = true},
    {.kind = {"one_cycle", "up to max_factor rates in warm_fraction of all steps, then almost to 0",
              "half waves from top / 25 to top = max_factor rate, and on to top / 250000; per step",
              "Smith & Topin 2019"},
     .rate = one_cycle_rate, .has_max_factor = true, .has_warm_fraction = true},
    {.kind = {"plateau", "a drop after more than patience epochs without a better monitored metric",
              "max(minimum, rate factor^(number of drops)); better: by over 1e-4 of the best",
              NULL},
     .rate = constant_rate, .watches_metric = true,
     .has_factor = true, .has_patience = true, .has_minimum = true},
};
// clang-format on

const KindTable *schedule_kinds(void) {
    static const KindTable table = KIND_TABLE("schedule", schedules);
    return &table;
}

void schedule_start(ScheduleState *state) { *state = (ScheduleState){.factor = 1.0}; }

double schedule_rate(const ScheduleOptions *options, const ScheduleState *state,
                     const SchedulePosition *at, double base_rate) {
    double rate = options->schedule->rate(options, at, base_rate);
    if (options->schedule->watches_metric)
        rate = fmin(rate, fmax(rate * state->factor, options->minimum));
    const double n_warm_steps = options->warmup * (double)at->steps_per_epoch;
    const double n_taken = (double)at->step + 1.0;
    return n_taken < n_warm_steps ? rate * (n_taken / n_warm_steps) : rate;
}

static bool is_improvement(double value, double best, bool higher_is_better) {
    return higher_is_better ? value > best * (1.0 + PLATEAU_THRESHOLD)
                            : value < best * (1.0 - PLATEAU_THRESHOLD);
}

void schedule_observe(const ScheduleOptions *options, ScheduleState *state, double value,
                      bool higher_is_better) {
    if (!options->schedule->watches_metric)
        return;
    if (isfinite(value) &&
        (!state->has_best || is_improvement(value, state->best, higher_is_better))) {
        state->best = value;
        state->has_best = true;
        state->n_bad_epochs = 0;
        return;
    }
    if (++state->n_bad_epochs > options->patience) {
        state->factor *= options->factor;
        state->n_bad_epochs = 0;
    }
}
