#include "pipeline/pipeline.h"

#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "pipeline/extreme_rows.h"
#include "pipeline/key_places.h"
#include "pipeline/narration.h"
#include "pipeline/outputs.h"
#include "pipeline/path_check.h"
#include "pipeline/step_tune.h"
#include "pipeline/steps.h"
#include "pipeline/tune_check.h"
#include "pipeline/watch.h"

/* The steps in which a network is built, one call each: 1 to 6 here, for check and folds and
 * trials and runs alike; 7, 8 and 9 follow in pipeline_run. */
// clang-format off
bool plan_steps(const Config *config, const Source *source, const Split *split, Console *console,
                Trained *trained, Error *err) {
    return prepare_data(config, source, split, console, &trained->data, err)            /* step 1 */
        && plan_training(config, console, trained, err);                           /* steps 2 to 6 */
}

bool plan_training(const Config *config, Console *console, Trained *trained, Error *err) {
    const Prepared *data = &trained->data;
    Network *network = &trained->network;
    FitOptions *options = &trained->options;
    Model *model = &trained->model;
    uint32_t *start_sum = &trained->start_sum;
    LossFunction *loss = &trained->loss;
    size_t *n_jobs = &trained->n_threads;
    return build_network(config, data, console, network, err)                           /* step 2 */
        && settle_hyperparameters(config, data, network, console, options, n_jobs, err) /* step 3 */
        && initialize_model(config, data, network, console, model, start_sum, err)      /* step 4 */
        && choose_loss(config, data, network, console, loss, &trained->metrics, err)    /* step 5 */
        && choose_optimizer(config, console, options);                                  /* step 6 */
}
// clang-format on

bool train_model(const FitObserver *observer, Trained *trained, Error *err) {
    trained->team = team_start(trained->n_threads);
    trained->options.team = trained->team;
    Evaluation evaluation = {.target = &trained->data.target,
                             .metrics = &trained->metrics,
                             .threshold = evaluate_threshold(trained->network.output, 0.5),
                             .team = trained->team};
    const bool good = fit(&trained->options, &trained->loss, &evaluation,
                          &trained->data.parts[PART_TRAIN], &trained->data.parts[PART_VALIDATION],
                          observer, &trained->model, &trained->history, err);
    trained->has_diverged = !good && err->code == ERROR_DIVERGED;
    return good;
}

bool pipeline_prepare(const Config *config, Console *console, Source *source, Trained *trained,
                      Error *err) {
    Problems problems = {0};
    console_doing(console, true, "step 1, data: reading");
    bool good = source_load(config, source, &problems, err);
    console_doing(console, false, "steps 1 to 6: preparing data and network");
    console_lines(console, "        ", text_of(&problems.text));
    problems_free(&problems);
    return (good && plan_steps(config, source, &source->split, console, trained, err) &&
            path_check_gates(config, trained, err) && folds_check(config, source, err) &&
            tune_check(config, source, trained, err)) ||
           key_places_fail(config, err);
}

static bool read_baseline(const PipelineInput *in, MetricsFile *baseline, Error *err) {
    return (!in->baseline || metrics_file_read(in->baseline, baseline, err)) &&
           path_check_drops(in->config, in->baseline ? baseline : NULL, err);
}

static bool check_print(const PipelineInput *in, const Trained *trained, Error *err) {
    if (in->print && in->config->tuning.n_shards > 1) {
        return fail(err, ERROR_USAGE,
                    "error: --print %s: a shard of a search ends with its trials, and trains no "
                    "network",
                    in->print);
    }
    if (!in->print || path_check(in->config, in->print, trained, err)) {
        return true;
    }
    fail_within(err, "error: --print %s: ", in->print);
    err->code = ERROR_USAGE;
    return false;
}

static void keep_fold(void *context) { checkpoints_save_at_times(context); }

/* Folds that a checkpoint has are not trained again; one that is interrupted begins anew. */
static bool run_folds(const PipelineInput *in, Outputs *outputs, Outcome *outcome, Error *err) {
    Checkpoints *checkpoints = &outputs->checkpoints;
    const FoldKeeper keeper = {&checkpoints->file.sections[CHECKPOINT_FOLDS], keep_fold,
                               checkpoints};
    const bool good =
        folds_run(in->config, &outcome->source, in->console, &keeper, &outcome->folds, err);
    if (!good && interrupt_is_reason(err) && !checkpoints_state(checkpoints, &(size_t){0})) {
        checkpoints_save(checkpoints, NULL, 0);
    }
    source_release_columns(in->config, &outcome->source); /* folds are the last to prepare data */
    return good;
}

/* What a run that a signal has stopped leaves, and how to go on with it. */
static void tell_way_on(const PipelineInput *in, const Outputs *outputs, Error *err) {
    const bool has_trials = outputs->is_open && in->config->tuning.is_on;
    if (!outputs->checkpoints.is_kept && !has_trials) {
        fail(err, err->code, "%s; %s: start it again", err->text,
             in->resumes && !outputs->is_open ? "the interrupted run is as it was"
                                              : "nothing was kept");
        return;
    }
    TextBuffer command = {0};
    text_append_uncut(&command, in->command_line, strlen(in->command_line));
    fail(err, err->code, "%s; %s kept in %s, to go on with: %s%s", err->text,
         outputs->checkpoints.is_kept ? "the run is" : "finished trials are",
         outputs->folder.partial, text_of(&command), in->resumes ? "" : " --resume");
    text_free(&command);
}

/* The report has the same without the rows, whose paths depend on where the program was started. */
static bool fail_diverged(const Outcome *outcome, Error *err) {
    TextBuffer text = {0};
    text_append(&text, outcome->divergence.text);
    extreme_rows_print(&text, &outcome->source.table, &outcome->trained);
    fail(err, ERROR_DIVERGED, "%s", text_of(&text));
    text_free(&text);
    return false;
}

/* Nothing is written before everything that can be checked without training has been. */
bool pipeline_run(const PipelineInput *in, Outcome *outcome, Error *err) {
    const Config *config = in->config;
    Trained *trained = &outcome->trained;
    Outputs outputs = {0};
    Error *divergence = &outcome->divergence;
    PipelineInput chosen = *in; /* the config's own setting, or the best of step 9 */
    // clang-format off
    bool good = read_baseline(in, &outcome->baseline, err)
        && outputs_hold_resumed(in, &outputs, err)
        && pipeline_prepare(config, in->console, &outcome->source, trained, err)   /* steps 1 to 6 */
        && check_print(in, trained, err)
        && outputs_begin(in, trained, &outputs, err)
        && step_tune(&chosen, &outputs, outcome, err)          /* step 9, with 1 to 8 in each trial */
        && outputs_note_start(&chosen, &outputs, err)
        && run_folds(&chosen, &outputs, outcome, err)
        && (watch_training(&chosen, &outputs, trained, divergence)                      /* step 7 */
            || divergence->code == ERROR_DIVERGED)
        && evaluate_model(chosen.config, trained, in->console, &outcome->evaluated, err) /* step 8 */
        && tell_no_search(in->console, config)
        && outputs_finish(&chosen, &outputs, outcome, err);
    // clang-format on
    if (outcome->is_only_searched) {
        good = outputs_finish_search(in, &outputs, outcome, err->code ? NULL : err);
        outputs_free(&outputs);
        return good && !err->code;
    }
    if (!good && divergence->code && divergence->code != ERROR_DIVERGED) {
        *err = *divergence;
        key_places_fail(config, err);
    }
    if (!good && interrupt_is_reason(err)) {
        tell_way_on(in, &outputs, err);
    }
    outputs_free(&outputs);
    if (good && trained->has_diverged) {
        return fail_diverged(outcome, err);
    }
    return good && outputs_check_gates(in, outcome, err);
}

void outcome_free(Outcome *outcome) {
    evaluated_free(&outcome->evaluated);
    trained_free(&outcome->trained);
    folds_free(&outcome->folds);
    source_free(&outcome->source);
    source_free(&outcome->loaded);
    tune_report_free(&outcome->tuning);
    config_free(&outcome->tuned);
    metrics_file_free(&outcome->baseline);
    memory_free(outcome->gate_results);
    memory_free(outcome->metrics_json);
    *outcome = (Outcome){0};
}
