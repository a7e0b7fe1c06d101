#include "pipeline/steps.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/narration.h"

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

bool settle_hyperparameters(const Config *config, const Prepared *data, const Network *network,
                            Console *console, FitOptions *options, Error *err) {
    *options = config->fit;
    size_t n_train = data->parts[PART_TRAIN].n_rows;
    if (data->parts[PART_VALIDATION].n_rows == 0 && !check_unwatched(config, options, err)) {
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
    tell_hyperparameters(console, config, n_train, options);
    return true;
}

bool choose_optimizer(const Config *config, Console *console, FitOptions *options) {
    double *gamma = &options->schedule.gamma;
    *gamma = isnan(*gamma) ? options->schedule.schedule->default_gamma : *gamma;
    tell_optimizer(console, config, options);
    return true;
}
