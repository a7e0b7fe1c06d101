#include "pipeline/steps.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/narration.h"
#include "training/memory_plan.h"
#include "training/thread_plan.h"

bool prepare_data(const Config *config, const Source *source, const Split *split, Console *console,
                  Prepared *data, Error *err) {
    Problems problems = {0};
    bool good = prepared_build(config, source, split, data, &problems, err);
    if (good) {
        tell_data(console, config, source, data);
        console_lines(console, "        ", text_of(&problems.text));
    }
    problems_free(&problems);
    return good;
}

static bool has_batch_norm(const Network *network) {
    for (size_t l = 0; l + 1 < network->n_layers; l++) {
        if (network->layers[l].norm->has_running) {
            return true;
        }
    }
    return false;
}

/* Without validation rows nothing may wait for a number of validation. */
static bool check_unwatched(const Config *config, const FitOptions *options, Error *err) {
    bool watches = options->patience > 0 || options->schedule.schedule->watches_metric;
    if (!watches || strncmp(options->monitor, "validation.", strlen("validation.")) != 0) {
        return true;
    }
    bool waits = options->patience > 0;
    return fail(err, ERROR_CONFIG,
                "%s: error: %s%s needs validation rows to watch %s; give split.validation or "
                "data.validation_file",
                waits ? config_place(config, "early_stopping", "patience")
                      : config_place(config, "schedule", "name"),
                waits ? "early_stopping.patience" : "schedule.name = ",
                waits ? "" : options->schedule.schedule->kind.name, options->monitor);
}

/* A threshold decides between two classes, or about labels; a rule is tuned on validation rows. */
static bool check_threshold(const Config *config, const Prepared *data, Error *err) {
    const Task *task = data->target.task;
    const char *place = config_place(config, "evaluation", "threshold");
    const Kind *rule = config->threshold.kind;
    bool is_decided = task->has_probabilities && !task->outputs_per_class;
    if ((rule || config->threshold.value != 0.5) && !(is_decided && (!rule || task->has_classes))) {
        return fail(err, ERROR_CONFIG, "%s: error: evaluation.threshold%s%s does nothing for %s",
                    place, rule ? " = " : "", rule ? rule->name : "", task->kind.name);
    }
    return !rule || data->parts[PART_VALIDATION].n_rows > 0 ||
           fail(err, ERROR_CONFIG,
                "%s: error: evaluation.threshold = %s is tuned on validation rows; give "
                "split.validation or data.validation_file",
                place, rule->name);
}

static bool check_predictions(const Config *config, const Prepared *data, Error *err) {
    const PredictedPart *predicted = config->predictions;
    return !predicted || data->parts[predicted->part].n_rows > 0 ||
           fail(err, ERROR_CONFIG,
                "%s: error: evaluation.predictions = %s, but that part has no rows; give "
                "split.%s or data.%s_file",
                config_place(config, "evaluation", "predictions"), predicted->kind.name,
                predicted->kind.name, predicted->kind.name);
}

bool settle_hyperparameters(const Config *config, const Prepared *data, const Network *network,
                            Console *console, FitOptions *options, size_t *n_threads, Error *err) {
    *options = config->fit;
    size_t n_train = data->parts[PART_TRAIN].n_rows;
    if (data->parts[PART_VALIDATION].n_rows == 0 && !check_unwatched(config, options, err)) {
        return false;
    }
    if (!check_threshold(config, data, err) || !check_predictions(config, data, err)) {
        return false;
    }
    if (options->batch_size == 0 || (size_t)options->batch_size > n_train) {
        options->batch_size = 0;
    }
    if (options->batch_size == 1 && has_batch_norm(network)) {
        return fail(err, ERROR_CONFIG,
                    "%s: error: network.norm = batch needs batches of at least 2 rows, "
                    "training.batch_size is 1; use layer",
                    config_place(config, "network", "norm"));
    }
    double *rate = &options->settings.learning_rate;
    *rate = isnan(*rate) ? options->optimizer->defaults.learning_rate : *rate;
    const double step_time =
        thread_plan_step_time(network, options->batch_size ? (size_t)options->batch_size : n_train);
    *n_threads = thread_plan_choose((size_t)config->threads, step_time);
    tell_hyperparameters(console, config, n_train, options);
    const MemoryPlan plan = memory_plan(network, options, data->parts, N_PARTS, *n_threads);
    tell_plan(console, *n_threads, step_time, &plan);
    return memory_plan_check(&plan, err) || fail_within(err, "%s: ", config->path);
}

bool choose_optimizer(const Config *config, Console *console, FitOptions *options) {
    double *gamma = &options->schedule.gamma;
    *gamma = isnan(*gamma) ? options->schedule.schedule->default_gamma : *gamma;
    tell_optimizer(console, config, options);
    return true;
}
