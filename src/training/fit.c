#include "training/fit.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "compute/kernels.h"
#include "training/activity.h"
#include "training/divergence.h"
#include "training/results.h"
#include "training/step.h"

/* Everything that one call of fit works on. */
typedef struct Fit {
    const FitOptions *options;
    Evaluation evaluation; /* with a space of this run */
    const LossFunction *loss;
    const Dataset *train, *validation;
    const FitObserver *observer;
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
    struct timespec start;
} Fit;

static void keep_best(Fit *run) {
    const Network *network = run->model->network;
    memcpy(run->best_parameters, run->model->parameters, network->n_parameters * sizeof(float));
    memcpy(run->best_buffers, run->model->buffers, network->n_buffers * sizeof(float));
}

static void restore_best(Fit *run) {
    const Network *network = run->model->network;
    memcpy(run->model->parameters, run->best_parameters, network->n_parameters * sizeof(float));
    memcpy(run->model->buffers, run->best_buffers, network->n_buffers * sizeof(float));
    model_refresh(run->model);
}

static void fit_init(Fit *run) {
    const Network *network = run->model->network;
    size_t n = run->train->n_rows;
    stepper_init(&run->stepper, run->options, run->loss, run->train, run->model);
    schedule_start(&run->schedule);
    run->activity = workspace_new_forward(network, ACTIVITY_ROWS, run->options->team);
    if (run->validation) {
        run->evaluation.space =
            evaluation_space_new(network, run->validation->n_rows, run->evaluation.team);
    }
    run->order = NEW(uint32_t, n);
    run->shuffle = random_stream(run->options->seed, RANDOM_SHUFFLE);
    run->best_parameters = NEW(float, network->n_parameters);
    run->best_buffers = NEW(float, network->n_buffers);
    size_t batch = run->stepper.batch_size;
    assert(batch > 0);
    run->steps_per_epoch = run->options->drop_last ? n / batch : (n + batch - 1) / batch;
    run->higher_is_better = results_higher_is_better(run->options->monitor);
    run->history->n_layers = network->n_layers;
    run->history->best_value = (double)NAN;
    run->history->stop_reason = "epochs";
    clock_gettime(CLOCK_MONOTONIC, &run->start);
    model_refresh(run->model);
    keep_best(run);
}

static void fit_free(Fit *run) {
    stepper_free(&run->stepper);
    workspace_free(run->activity);
    evaluation_space_free(run->evaluation.space);
    memory_free(run->order);
    memory_free(run->best_parameters);
    memory_free(run->best_buffers);
}

static bool is_out_of_time(const Fit *run) {
    if (run->options->max_seconds <= 0) {
        return false;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)(now.tv_sec - run->start.tv_sec) +
                     1e-9 * (double)(now.tv_nsec - run->start.tv_nsec);
    return seconds >= run->options->max_seconds;
}

/* The order of rows is a function of (seed, epoch); without shuffling it is the order of the data.
 */
static void order_rows(Fit *run, size_t epoch) {
    for (size_t i = 0; i < run->train->n_rows; i++) {
        run->order[i] = (uint32_t)i;
    }
    if (run->options->shuffle && run->stepper.batch_size < run->train->n_rows) {
        random_shuffle(run->shuffle, (uint32_t)epoch, 0, run->order, run->train->n_rows);
    }
}

static EpochRecord *add_record(Fit *run, size_t epoch) {
    History *history = run->history;
    GROW(history->epochs, history->n, history->capacity);
    EpochRecord *record = &history->epochs[history->n++];
    *record = (EpochRecord){.epoch = epoch, .layers = NEW(LayerRecord, history->n_layers)};
    return record;
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

/* Sums over the steps of an epoch. */
typedef struct EpochSums {
    LeafSum loss, weight;
    double gradient_norm;
    size_t n_steps;
} EpochSums;

static void add_step(const Fit *run, const StepResult *result, EpochRecord *record,
                     EpochSums *sums) {
    leaf_sum_push(&sums->loss, result->loss.loss);
    leaf_sum_push(&sums->weight, result->loss.weight);
    sums->gradient_norm += result->gradient_norm;
    for (size_t l = 0; l < run->history->n_layers; l++) {
        record->layers[l].gradient_norm += run->stepper.layer_norms[l];
    }
    sums->n_steps++;
}

static void finish_record(const Fit *run, EpochRecord *record, const EpochSums *sums) {
    double steps = sums->n_steps ? (double)sums->n_steps : 1;
    record->loss = leaf_sum_finish(&sums->loss) / leaf_sum_finish(&sums->weight);
    record->gradient_norm = sums->gradient_norm / steps;
    for (size_t l = 0; l < run->history->n_layers; l++) {
        record->layers[l].gradient_norm /= steps;
    }
    record->penalty = stepper_penalty(&run->stepper);
}

/* One pass over the training rows. False when a value was not finite; *out_of_time when the pass
 * was cut short. */
static bool run_epoch(Fit *run, EpochRecord *record, bool *out_of_time, Error *err) {
    const FitOptions *options = run->options;
    size_t n = run->train->n_rows, batch = run->stepper.batch_size;
    assert(batch > 0);
    size_t last = options->drop_last ? n - n % batch : n;
    EpochSums sums = {0};
    order_rows(run, record->epoch);
    for (size_t first = 0; first < last && !*out_of_time; first += batch) {
        size_t rows = first + batch < last ? batch : last - first;
        if (is_too_small(run, rows)) {
            continue;
        }
        SchedulePosition at = {record->epoch - 1, run->steps, run->steps_per_epoch,
                               (uint64_t)options->epochs};
        record->learning_rate = schedule_rate(&options->schedule, &run->schedule, &at,
                                              run->stepper.optimizer.settings.learning_rate);
        StepResult result = stepper_step(&run->stepper, run->order + first, rows,
                                         (uint32_t)record->epoch, record->learning_rate);
        if (!result.is_finite) {
            return divergence_fail(run->model, &run->stepper, &result, record->epoch,
                                   first / batch + 1, err);
        }
        add_step(run, &result, record, &sums);
        run->steps++;
        if (interrupt_signal()) {
            return interrupt_fail(err);
        }
        *out_of_time = is_out_of_time(run);
    }
    finish_record(run, record, &sums);
    return true;
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
        keep_best(run);
    } else {
        run->epochs_without_gain++;
    }
}

static bool end_epoch(Fit *run, EpochRecord *record, Error *err) {
    activity_measure(run->model, run->activity, run->train, record->layers);
    evaluate_part(&run->evaluation, run->model, run->loss, run->validation, &record->validation);
    if (interrupt_signal()) {
        return interrupt_fail(err);
    }
    if (!compute_kernels()->all_finite(run->model->parameters, run->model->network->n_parameters)) {
        return divergence_fail(run->model, &run->stepper, NULL, record->epoch,
                               (size_t)run->steps_per_epoch, err);
    }
    watch(run, record);
    if (!run->validation) {
        keep_best(run); /* without validation the last finite weights are the best there are */
    }
    if (run->observer && run->observer->epoch) {
        run->observer->epoch(run->observer->context, record, run->options);
    }
    return true;
}

static bool run_epochs(Fit *run, Error *err) {
    bool out_of_time = false;
    for (int64_t epoch = 1; epoch <= run->options->epochs; epoch++) {
        EpochRecord *record = add_record(run, (size_t)epoch);
        if (!run_epoch(run, record, &out_of_time, err) || !end_epoch(run, record, err)) {
            run->history->stop_reason = interrupt_signal() ? "interrupted" : "diverged";
            run->history->n--;
            memory_free(record->layers);
            part_result_free(&record->validation);
            restore_best(run);
            return false;
        }
        if (out_of_time) {
            run->history->stop_reason = "max_time";
            break;
        }
        if (run->options->patience > 0 && run->epochs_without_gain >= run->options->patience) {
            run->history->stop_reason = "early_stopping";
            break;
        }
    }
    if (run->history->best_epoch == 0 || !run->validation) {
        run->history->best_epoch = run->history->n;
    } else if (run->options->restore_best) {
        restore_best(run);
    }
    return true;
}

bool fit(const FitOptions *options, const LossFunction *loss, const Evaluation *evaluation,
         const Dataset *train, const Dataset *validation, const FitObserver *observer, Model *model,
         History *history, Error *err) {
    const Dataset *watched = validation && validation->n_rows > 0 ? validation : NULL;
    Fit run = {.options = options,
               .evaluation = *evaluation,
               .loss = loss,
               .train = train,
               .validation = watched,
               .observer = observer,
               .model = model,
               .history = history};
    *history = (History){0};
    fit_init(&run);
    bool good = run_epochs(&run, err);
    fit_free(&run);
    return good;
}

void history_free(History *history) {
    for (size_t i = 0; i < history->n; i++) {
        memory_free(history->epochs[i].layers);
        part_result_free(&history->epochs[i].validation);
    }
    memory_free(history->epochs);
    *history = (History){0};
}
