#include "training/fit.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "training/activity.h"
#include "training/checkpoint.h"
#include "training/remedy.h"
#include "training/results.h"

/* Checkpoints of epochs are this far apart at least, and take at most this share of the time. */
static const double least_pause = 1;
static const double most_share = 0.05;

void fit_keep_best(Fit *run) {
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
    run->start_gain = remedy_start_gain(run->model);
    run->rate_factor = 1;
    for (size_t i = 0; i < FIT_RECENT_NORMS; i++) {
        run->recent_norms[i] = (double)NAN;
    }
    run->start = run->saved = clock_now();
    run->n_status_told = interrupt_status_requests();
    model_refresh(run->model);
    fit_keep_best(run);
}

static void fit_free(Fit *run) {
    stepper_free(&run->stepper);
    workspace_free(run->activity);
    evaluation_space_free(run->evaluation.space);
    memory_free(run->order);
    memory_free(run->best_parameters);
    memory_free(run->best_buffers);
    text_free(&run->last_good);
    text_free(&run->state);
}

/* ---- Resuming, checkpoints, rollback ---- */

static bool resume(Fit *run, Error *err) {
    const FitObserver *observer = run->observer;
    if (!observer->state) {
        return true;
    }
    if (!checkpoint_read(run, observer->state, observer->n_state)) {
        return fail(err, ERROR_MODEL,
                    "error: the state of training does not fit this network and data");
    }
    const size_t n_done = run->history->n - run->is_open;
    if ((int64_t)n_done > run->options->epochs) {
        return fail(err, ERROR_CONFIG,
                    "training.epochs: error: %lld is less than the %zu epochs that the run that "
                    "--resume goes on with has done; give more, or start anew without --resume",
                    (long long)run->options->epochs, n_done);
    }
    if (run->is_open) {
        fit_order_rows(run);
    }
    run->steps_before = run->steps;
    if (observer->resumed) {
        const FitStatus status = fit_status(run);
        observer->resumed(observer->context, run->history, &status);
    }
    return true;
}

static bool is_save_due(const Fit *run, int64_t epochs) {
    if (!run->observer->save || epochs == 0 || run->epochs_since_save < epochs) {
        return false;
    }
    const double pause = clock_now() - run->saved;
    return pause >= least_pause && pause * most_share >= run->save_seconds;
}

static void remember_good(Fit *run) {
    if (run->options->rolls_back) {
        run->last_good.n = 0;
        checkpoint_write_core(run, &run->last_good);
    }
}

static void forget_epoch(History *history) {
    EpochRecord *record = &history->epochs[--history->n];
    memory_free(record->layers);
    part_result_free(&record->validation);
}

/* Back to the end of the last epoch at half the rate; false when that has been done too often. */
static bool roll_back(Fit *run, const Error *why) {
    const bool can_slow_down = !run->options->optimizer->has_fixed_rate;
    const size_t n = run->history->n_rollbacks + 1;
    const double factor = run->rate_factor / 2;
    if (!run->options->rolls_back || !can_slow_down || n > FIT_MOST_ROLLBACKS) {
        return false;
    }
    forget_epoch(run->history);
    const bool is_read = checkpoint_read_core(run, run->last_good.bytes, run->last_good.n);
    assert(is_read);
    (void)is_read;
    run->rate_factor = factor;
    run->history->n_rollbacks = n;
    if (run->observer->rolled_back) {
        run->observer->rolled_back(run->observer->context, why->text, run->history);
    }
    return true;
}

/* ---- The epochs ---- */

/* Why no further epoch is to be begun; NULL: go on. */
static const char *reason_to_stop(const Fit *run) {
    const FitOptions *options = run->options;
    if (run->is_open) {
        return NULL;
    }
    return run->is_out_of_time ? "max_time"
           : options->patience > 0 && run->epochs_without_gain >= options->patience
               ? "early_stopping"
           : (int64_t)run->history->n >= options->epochs ? "epochs"
                                                         : NULL;
}

static void tell_epoch(Fit *run) {
    const History *history = run->history;
    if (run->observer->epoch) {
        run->observer->epoch(run->observer->context, &history->epochs[history->n - 1],
                             run->options);
    }
    run->epochs_since_save++;
    remember_good(run);
    if (is_save_due(run, run->options->checkpoint_every.epochs)) {
        fit_save(run);
    }
}

/* The epoch that was not finished is left out of the history; interrupted, its state is kept
 * before.
 */
static bool give_up(Fit *run, const Error *why, Error *err) {
    const bool is_interrupted = interrupt_is_reason(why);
    run->history->stop_reason = is_interrupted ? "interrupted" : "diverged";
    if (is_interrupted) {
        const FitStatus at = fit_status(run);
        fail(err, why->code, "%s in epoch %zu of %zu, after batch %zu of %zu", why->text, at.epoch,
             at.n_epochs, at.batch, at.n_batches);
        fit_save(run);
    } else if (err) {
        *err = *why;
    }
    forget_epoch(run->history);
    restore_best(run);
    return false;
}

static bool run_epochs(Fit *run, Error *err) {
    const char *reason;
    while ((reason = reason_to_stop(run)) == NULL) {
        Error why = {0};
        if (fit_epoch(run, &why)) {
            tell_epoch(run);
        } else if (interrupt_is_reason(&why) || !roll_back(run, &why)) {
            return give_up(run, &why, err);
        }
    }
    run->history->stop_reason = reason;
    if (is_save_due(run, 1)) {
        fit_save(run); /* what follows may take long */
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
    static const FitObserver nobody = {0};
    const Dataset *watched = validation && validation->n_rows > 0 ? validation : NULL;
    Fit run = {.options = options,
               .evaluation = *evaluation,
               .loss = loss,
               .train = train,
               .validation = watched,
               .observer = observer ? observer : &nobody,
               .model = model,
               .history = history};
    *history = (History){0};
    fit_init(&run);
    remember_good(&run);
    bool good = resume(&run, err) && run_epochs(&run, err);
    fit_free(&run);
    return good;
}

void history_free(History *history) {
    while (history->n > 0) {
        forget_epoch(history);
    }
    memory_free(history->epochs);
    memory_free(history->bad_examples);
    *history = (History){0};
}
