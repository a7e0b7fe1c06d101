#include "pipeline/watch.h"

#include <string.h>

#include "pipeline/steps.h"

typedef struct Watch {
    const PipelineInput *in;
    Outputs *outputs;
    const Trained *trained;
} Watch;

static void on_epoch(void *context, const EpochRecord *record, const FitOptions *options) {
    const Watch *watch = context;
    console_epoch(watch->in->console, record, options, &watch->trained->metrics);
    outputs_add_epoch(watch->outputs, record);
}

static void on_save(void *context, const char *state, size_t n) {
    const Watch *watch = context;
    checkpoints_save(&watch->outputs->checkpoints, state, n);
}

static void on_status(void *context, const FitStatus *status) {
    const Watch *watch = context;
    console_status(watch->in->console, "", status);
}

/* The history is written anew: of the old file, nobody knows how much has reached the disk. */
static void on_resumed(void *context, const History *history, const FitStatus *status) {
    const Watch *watch = context;
    TextBuffer line = {0};
    if (status->is_open) {
        text_printf(&line, "going on in epoch %zu, after batch %zu of %zu", status->epoch,
                    status->batch, status->n_batches);
    } else {
        text_printf(&line, "going on after epoch %zu", status->epoch);
    }
    console_aside(watch->in->console, "        ", text_of(&line));
    text_free(&line);
    const size_t n_finished = history->n - status->is_open;
    for (size_t i = 0; i < n_finished; i++) {
        outputs_add_epoch(watch->outputs, &history->epochs[i]);
    }
}

static void on_rolled_back(void *context, const char *why, const History *history) {
    const Watch *watch = context;
    TextBuffer line = {0};
    const size_t n_prefix = strncmp(why, "error: ", 7) == 0 ? 7 : 0;
    text_printf(&line, "warning: %s\n", why + n_prefix);
    text_printf(&line, "back to the end of epoch %zu, at half the rate (rollback %zu of %d)\n",
                history->n, history->n_rollbacks, FIT_MOST_ROLLBACKS);
    console_aside(watch->in->console, "        ", text_of(&line));
    text_free(&line);
}

bool watch_training(const PipelineInput *in, Outputs *outputs, Trained *trained, Error *err) {
    console_step(in->console, 7, "training", "%lld epochs at most",
                 (long long)trained->options.epochs);
    console_begin_progress(in->console, trained->network.n_layers);
    Watch watch = {in, outputs, trained};
    FitObserver observer = {.epoch = on_epoch,
                            .context = &watch,
                            .save = on_save,
                            .status = on_status,
                            .rolled_back = on_rolled_back,
                            .resumed = on_resumed};
    observer.state = checkpoints_state(&outputs->checkpoints, &observer.n_state);
    console_doing(in->console, false, NULL);
    bool good = train_model(&observer, trained, err);
    const History *history = &trained->history;
    if (good && history->n > 0) {
        console_last_epoch(in->console, &history->epochs[history->n - 1], &trained->options,
                           &trained->metrics);
    }
    console_doing(in->console, false, "step 8, evaluation: predicting every part");
    console_end_progress(in->console);
    return good;
}
