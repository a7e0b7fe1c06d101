#include "training/checkpoint.h"

#include <string.h>

#include "base/memory.h"

/* One walk over the state both writes and reads it, so that the two cannot come apart. */
typedef struct Walk {
    TextBuffer *out; /* NULL: reading */
    const char *in;
    size_t n_left;
    bool is_good; /* reading: so far everything was there and possible */
} Walk;

static void walk_bytes(Walk *walk, void *bytes, size_t n) {
    if (walk->out) {
        text_append_bytes(walk->out, bytes, n);
    } else if (walk->is_good && n <= walk->n_left) {
        if (n > 0) {
            memcpy(bytes, walk->in, n);
        }
        walk->in += n;
        walk->n_left -= n;
    } else {
        walk->is_good = false;
    }
}

#define WALK(walk_, value_) walk_bytes((walk_), &(value_), sizeof(value_))

static void walk_floats(Walk *walk, float *x, size_t n) { walk_bytes(walk, x, n * sizeof *x); }
static void walk_doubles(Walk *walk, double *x, size_t n) { walk_bytes(walk, x, n * sizeof *x); }

static void demand(Walk *walk, bool condition) { walk->is_good = walk->is_good && condition; }

/* A number that this run has, too. */
static void walk_same(Walk *walk, uint64_t number) {
    uint64_t stored = number;
    WALK(walk, stored);
    demand(walk, stored == number);
}

static void walk_size(Walk *walk, size_t *size, size_t most) {
    uint64_t stored = *size;
    WALK(walk, stored);
    demand(walk, stored <= most);
    *size = walk->is_good ? (size_t)stored : 0;
}

static void walk_bool(Walk *walk, bool *value) {
    uint8_t stored = *value;
    WALK(walk, stored);
    demand(walk, stored <= 1);
    *value = stored == 1;
}

static void walk_leaf_sum(Walk *walk, LeafSum *sum) {
    WALK(walk, sum->n_leaves);
    demand(walk, sum->n_leaves <= UINT32_MAX);
    for (size_t i = 0; i < 64 && (sum->n_leaves >> i) != 0; i++) {
        WALK(walk, sum->stack[i]);
    }
}

static void walk_sums(Walk *walk, EpochSums *sums) {
    walk_leaf_sum(walk, &sums->loss);
    walk_leaf_sum(walk, &sums->weight);
    WALK(walk, sums->gradient_norm);
    WALK(walk, sums->n_steps);
}

static void walk_optimizer(Walk *walk, OptimizerState *state) {
    WALK(walk, state->steps);
    WALK(walk, state->beta1_power);
    WALK(walk, state->beta2_power);
    WALK(walk, state->momentum_product);
    walk_same(walk, state->optimizer->n_slots);
    for (size_t s = 0; s < state->optimizer->n_slots; s++) {
        walk_floats(walk, state->slots[s], state->n_parameters);
    }
}

static void walk_lbfgs(Walk *walk, Lbfgs *state) {
    const size_t n = state->n_parameters;
    walk_same(walk, state->options.history);
    WALK(walk, state->n_iterations);
    walk_size(walk, &state->n_pairs, state->options.history);
    walk_size(walk, &state->oldest, state->options.history - 1);
    WALK(walk, state->step_length);
    WALK(walk, state->scale);
    walk_floats(walk, state->direction, n);
    walk_floats(walk, state->gradient, n);
    walk_floats(walk, state->previous_gradient, n);
    walk_floats(walk, state->changes, state->n_pairs * n);
    walk_floats(walk, state->moves, state->n_pairs * n);
    walk_doubles(walk, state->curvature, state->n_pairs);
}

static void walk_schedule(Walk *walk, ScheduleState *state) {
    WALK(walk, state->best);
    walk_bool(walk, &state->has_best);
    WALK(walk, state->n_bad_epochs);
    WALK(walk, state->factor);
}

/* What the state is of: all that its lengths depend on. */
static void walk_shape(Walk *walk, const Fit *run) {
    const Network *network = run->model->network;
    walk_same(walk, network->n_parameters);
    walk_same(walk, network->n_buffers);
    walk_same(walk, network->n_layers);
    walk_same(walk, run->train->n_rows);
    walk_same(walk, run->validation ? run->validation->n_rows : 0);
    walk_same(walk, run->stepper.batch_size);
    walk_same(walk, run->evaluation.metrics->n);
    walk_same(walk, run->options->optimizer->is_whole_step);
    walk_same(walk, run->options->rolls_back);
}

static void walk_core(Walk *walk, Fit *run) {
    const Network *network = run->model->network;
    walk_shape(walk, run);
    walk_floats(walk, run->model->parameters, network->n_parameters);
    walk_floats(walk, run->model->buffers, network->n_buffers);
    walk_optimizer(walk, &run->stepper.optimizer);
    if (run->options->optimizer->is_whole_step) {
        walk_lbfgs(walk, &run->stepper.lbfgs);
    }
    walk_schedule(walk, &run->schedule);
    WALK(walk, run->epochs_without_gain);
    walk_floats(walk, run->best_parameters, network->n_parameters);
    walk_floats(walk, run->best_buffers, network->n_buffers);
    walk_size(walk, &run->history->best_epoch, SIZE_MAX);
    WALK(walk, run->history->best_value);
    walk_size(walk, &run->history->n_rollbacks, FIT_MOST_ROLLBACKS);
    WALK(walk, run->steps);
    walk_bool(walk, &run->is_open);
    walk_size(walk, &run->next_row, run->train->n_rows);
    walk_sums(walk, &run->sums);
    WALK(walk, run->rate_factor);
    walk_doubles(walk, run->recent_norms, FIT_RECENT_NORMS);
}

static void walk_record(Walk *walk, const Fit *run, EpochRecord *record) {
    WALK(walk, record->loss);
    WALK(walk, record->penalty);
    WALK(walk, record->learning_rate);
    WALK(walk, record->gradient_norm);
    for (size_t l = 0; l < run->history->n_layers; l++) {
        WALK(walk, record->layers[l].gradient_norm);
        WALK(walk, record->layers[l].dead_units);
        WALK(walk, record->layers[l].saturated_units);
    }
    PartResult *validation = &record->validation;
    walk_size(walk, &validation->rows, run->validation ? run->validation->n_rows : 0);
    WALK(walk, validation->loss);
    walk_size(walk, &validation->n_metrics, run->evaluation.metrics->n);
    if (!walk->out && validation->n_metrics > 0) { /* an open epoch has not been evaluated */
        validation->values = NEW(double, validation->n_metrics);
    }
    walk_doubles(walk, validation->values, validation->n_metrics);
}

/* Reading: the history is empty before. */
static void walk_history(Walk *walk, Fit *run) {
    History *history = run->history;
    size_t n = history->n;
    walk_size(walk, &n, walk->out ? SIZE_MAX : walk->n_left);
    for (size_t i = 0; walk->is_good && i < n; i++) {
        if (!walk->out) {
            GROW(history->epochs, history->n, history->capacity);
            history->epochs[history->n++] =
                (EpochRecord){.epoch = i + 1, .layers = NEW(LayerRecord, history->n_layers)};
        }
        walk_record(walk, run, &history->epochs[i]);
    }
    demand(walk, history->best_epoch <= n && (!run->is_open || n > 0));
}

static void walk_last_good(Walk *walk, TextBuffer *last_good) {
    size_t n = last_good->n;
    walk_size(walk, &n, walk->out ? SIZE_MAX : walk->n_left);
    if (walk->out) {
        walk_bytes(walk, last_good->bytes, n);
    } else if (walk->is_good && n <= walk->n_left) {
        last_good->n = 0;
        text_append_bytes(last_good, walk->in, n);
        walk->in += n;
        walk->n_left -= n;
    }
}

static void walk_all(Walk *walk, Fit *run) {
    walk_core(walk, run);
    walk_history(walk, run);
    if (run->options->rolls_back) {
        walk_last_good(walk, &run->last_good);
    }
    if (walk->out) {
        double seconds = fit_seconds(run);
        WALK(walk, seconds);
    } else {
        WALK(walk, run->seconds_before);
        demand(walk, run->seconds_before >= 0);
    }
}

void checkpoint_write(Fit *run, TextBuffer *out) {
    walk_all(&(Walk){.out = out, .is_good = true}, run);
}

bool checkpoint_read(Fit *run, const char *bytes, size_t n) {
    Walk walk = {.in = bytes, .n_left = n, .is_good = true};
    walk_all(&walk, run);
    model_refresh(run->model);
    return walk.is_good && walk.n_left == 0;
}

void checkpoint_write_core(Fit *run, TextBuffer *out) {
    walk_core(&(Walk){.out = out, .is_good = true}, run);
}

bool checkpoint_read_core(Fit *run, const char *bytes, size_t n) {
    Walk walk = {.in = bytes, .n_left = n, .is_good = true};
    walk_core(&walk, run);
    model_refresh(run->model);
    return walk.is_good && walk.n_left == 0;
}
