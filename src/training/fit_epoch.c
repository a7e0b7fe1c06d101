#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "training/activity.h"
#include "training/checkpoint.h"
#include "training/divergence.h"
#include "training/fit_state.h"
#include "training/results.h"

static EpochRecord *last_record(const Fit *run) {
    return &run->history->epochs[run->history->n - 1];
}

size_t fit_epoch_rows(const Fit *run) {
    const size_t n = run->train->n_rows, batch = run->stepper.batch_size;
    assert(batch > 0);
    return run->options->drop_last ? n - n % batch : n;
}

void fit_order_rows(Fit *run) {
    for (size_t i = 0; i < run->train->n_rows; i++) {
        run->order[i] = (uint32_t)i;
    }
    if (run->options->shuffle && run->stepper.batch_size < run->train->n_rows) {
        random_shuffle(run->shuffle, (uint32_t)run->history->n, 0, run->order, run->train->n_rows);
    }
}

/* ---- Between two batches ---- */

double fit_seconds(const Fit *run) { return run->seconds_before + clock_now() - run->start; }

static double estimate_left(const Fit *run) {
    const double seconds = clock_now() - run->start;
    const uint64_t n_done = run->steps - run->steps_before;
    const uint64_t n_all = (uint64_t)run->options->epochs * run->steps_per_epoch;
    if (n_done == 0 || n_all < run->steps) {
        return (double)NAN;
    }
    const double left = seconds / (double)n_done * (double)(n_all - run->steps);
    const double most = run->options->max_seconds - fit_seconds(run);
    return run->options->max_seconds > 0 && most < left ? fmax(most, 0) : left;
}

FitStatus fit_status(const Fit *run) {
    const size_t batch = run->stepper.batch_size, n_rows = fit_epoch_rows(run);
    assert(batch > 0);
    const double weight = leaf_sum_finish(&run->sums.weight);
    return (FitStatus){
        .epoch = run->history->n,
        .n_epochs = (size_t)run->options->epochs,
        .is_open = run->is_open,
        .batch = run->is_open ? (run->next_row + batch - 1) / batch : 0,
        .n_batches = (n_rows + batch - 1) / batch,
        .loss = weight > 0 ? leaf_sum_finish(&run->sums.loss) / weight : (double)NAN,
        .seconds = fit_seconds(run),
        .seconds_left = estimate_left(run),
    };
}

void fit_save(Fit *run) {
    if (!run->observer->save) {
        return;
    }
    run->saved = clock_now();
    run->state.n = 0;
    checkpoint_write(run, &run->state);
    run->observer->save(run->observer->context, run->state.bytes, run->state.n);
    run->save_seconds = clock_now() - run->saved;
    run->epochs_since_save = 0;
}

static void answer_status_request(Fit *run) {
    run->n_status_told = interrupt_status_requests();
    if (run->observer->status) {
        const FitStatus status = fit_status(run);
        run->observer->status(run->observer->context, &status);
        fit_save(run);
    }
}

/* Signals, clock and checkpoints. The clock is asked only when something hangs on it. */
static bool look_around(Fit *run, Error *err) {
    const double every = run->options->checkpoint_every.seconds;
    if (interrupt_signal()) {
        return interrupt_fail(err);
    }
    if (interrupt_status_requests() != run->n_status_told) {
        answer_status_request(run);
    }
    if (run->options->max_seconds > 0) {
        run->is_out_of_time = fit_seconds(run) >= run->options->max_seconds;
    }
    if (every > 0 && run->observer->save && clock_now() - run->saved >= every) {
        fit_save(run);
    }
    return true;
}

/* ---- The batches ---- */

static void begin_epoch(Fit *run) {
    History *history = run->history;
    GROW(history->epochs, history->n, history->capacity);
    history->n++;
    *last_record(run) =
        (EpochRecord){.epoch = history->n, .layers = NEW(LayerRecord, history->n_layers)};
    run->is_open = true;
    run->next_row = 0;
    run->sums = (EpochSums){0};
    fit_order_rows(run);
}

/* A batch of one row has no variance for batch norm to divide by. */
static bool is_too_small(const Fit *run, size_t n) {
    for (size_t l = 0; n == 1 && l + 1 < run->model->network->n_layers; l++) {
        if (run->model->network->layers[l].norm->has_running) {
            return true;
        }
    }
    return false;
}

static void add_step(Fit *run, const StepResult *result, EpochRecord *record) {
    EpochSums *sums = &run->sums;
    leaf_sum_push(&sums->loss, result->loss.loss);
    leaf_sum_push(&sums->weight, result->loss.weight);
    sums->gradient_norm += result->gradient_norm;
    for (size_t l = 0; l < run->history->n_layers; l++) {
        record->layers[l].gradient_norm += run->stepper.layer_norms[l];
    }
    sums->n_steps++;
    run->steps++;
}

/* The batch that ends at end_row; batch is 1-based. */
static bool fail_divergence(Fit *run, const StepResult *result, size_t end_row, Error *err) {
    const size_t batch = run->stepper.batch_size;
    assert(batch > 0 && end_row > 0);
    const size_t first = (end_row - 1) / batch * batch;
    History *history = run->history;
    memory_free(history->bad_examples);
    history->n_bad_examples = end_row - first;
    history->bad_examples =
        memory_copy(run->order + first, history->n_bad_examples, sizeof *history->bad_examples);
    return divergence_fail(run, result, first / batch + 1, err);
}

static bool take_step(Fit *run, size_t rows, Error *err) {
    const FitOptions *options = run->options;
    EpochRecord *record = last_record(run);
    const SchedulePosition at = {record->epoch - 1, run->steps, run->steps_per_epoch,
                                 (uint64_t)options->epochs};
    record->learning_rate =
        run->rate_factor * schedule_rate(&options->schedule, &run->schedule, &at,
                                         run->stepper.optimizer.settings.learning_rate);
    const StepResult result = stepper_step(&run->stepper, run->order + run->next_row, rows,
                                           (uint32_t)record->epoch, record->learning_rate);
    run->recent_norms[run->steps % FIT_RECENT_NORMS] = result.gradient_norm;
    if (!result.is_finite) {
        return fail_divergence(run, &result, run->next_row + rows, err);
    }
    add_step(run, &result, record);
    return true;
}

static bool run_batches(Fit *run, Error *err) {
    const size_t last = fit_epoch_rows(run), batch = run->stepper.batch_size;
    while (run->next_row < last && !run->is_out_of_time) {
        const size_t left = last - run->next_row, rows = left < batch ? left : batch;
        if (!is_too_small(run, rows) && !take_step(run, rows, err)) {
            return false;
        }
        run->next_row += rows;
        if (!look_around(run, err)) {
            return false;
        }
    }
    return true;
}

/* ---- The end of an epoch ---- */

static void finish_record(const Fit *run, EpochRecord *record) {
    const double steps = run->sums.n_steps ? (double)run->sums.n_steps : 1;
    record->loss = leaf_sum_finish(&run->sums.loss) / leaf_sum_finish(&run->sums.weight);
    record->gradient_norm = run->sums.gradient_norm / steps;
    for (size_t l = 0; l < run->history->n_layers; l++) {
        record->layers[l].gradient_norm /= steps;
    }
    record->penalty = stepper_penalty(&run->stepper);
}

/* The monitored value of an epoch; NAN when this run has no such number. */
static double monitored_value(const Fit *run, const EpochRecord *record) {
    Results results;
    results_init(&results, run->evaluation.metrics);
    results.parts[PART_TRAIN] = (PartResult){.rows = run->train->n_rows, .loss = record->loss};
    results.parts[PART_VALIDATION] = record->validation;
    double value = (double)NAN;
    const char *reason;
    if (!results_find(&results, run->options->monitor, &value, &reason)) {
        value = (double)NAN;
    }
    results.parts[PART_VALIDATION] = (PartResult){0};
    results_free(&results);
    return value;
}

/* Keeps the best weights, and counts the epochs since they gained by more than min_delta. */
static void watch(Fit *run, const EpochRecord *record) {
    double value = monitored_value(run, record);
    if (isnan(value)) {
        return;
    }
    History *history = run->history;
    schedule_observe(&run->options->schedule, &run->schedule, value, run->higher_is_better);
    double gain = run->higher_is_better ? value - history->best_value : history->best_value - value;
    if (isnan(history->best_value) || gain > run->options->min_delta) {
        history->best_value = value;
        history->best_epoch = record->epoch;
        run->epochs_without_gain = 0;
        fit_keep_best(run);
    } else {
        run->epochs_without_gain++;
    }
}

/* A signal may have cut the evaluation short: then the epoch stays open, to be evaluated anew. */
static bool end_epoch(Fit *run, Error *err) {
    EpochRecord *record = last_record(run);
    activity_measure(run->model, run->activity, run->train, record->layers);
    evaluate_part(&run->evaluation, run->model, run->loss, run->validation, &record->validation);
    if (interrupt_signal()) {
        part_result_free(&record->validation);
        return interrupt_fail(err);
    }
    if (!compute_kernels()->all_finite(run->model->parameters, run->model->network->n_parameters)) {
        return fail_divergence(run, NULL, run->next_row, err);
    }
    finish_record(run, record);
    watch(run, record);
    if (!run->validation) {
        fit_keep_best(run); /* without validation the last finite weights are the best there are */
    }
    run->is_open = false;
    return true;
}

bool fit_epoch(Fit *run, Error *err) {
    if (!run->is_open) {
        begin_epoch(run);
    }
    return run_batches(run, err) && end_epoch(run, err);
}
