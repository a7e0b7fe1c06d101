#include "pipeline/steps.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "pipeline/narration.h"
#include "pipeline/output_choice.h"
#include "pipeline/path_check.h"

/* Rows (or weights) of each class in the training part. */
static double *count_classes(const Dataset *train, size_t n_classes) {
    double *counts = NEW(double, n_classes);
    for (size_t i = 0; i < train->n_rows; i++) {
        counts[(size_t)train->y[i * train->y_row]] += 1;
    }
    return counts;
}

static bool set_class_weight(const Config *config, const Target *target, const char *item,
                             float *weights, Error *err) {
    const char *colon = strrchr(item, ':');
    double weight = 0;
    char *name = memory_copy_bytes(item, colon ? (size_t)(colon - item) : 0);
    const char *number = colon ? colon + 1 + strspn(colon + 1, " ") : "";
    size_t code = text_list_find(&target->classes, name);
    bool good = colon && text_to_double(number, strlen(number), &weight) && weight >= 0;
    if (!good) {
        fail(err, ERROR_CONFIG,
             "%s: error: loss.class_weight: \"%s\" is not balanced, none, or class:weight with a "
             "weight of at least 0",
             config_place(config, "loss", "class_weight"), item);
    } else if (code == target->classes.n) {
        TextBuffer classes = {0};
        text_join_list(&classes, &target->classes);
        good = fail(err, ERROR_CONFIG,
                    "%s: error: loss.class_weight: there is no class \"%s\"; the classes are %s",
                    config_place(config, "loss", "class_weight"), name, text_of(&classes));
        text_free(&classes);
    } else {
        weights[code] = (float)weight;
    }
    memory_free(name);
    return good;
}

static bool weigh_classes(const Config *config, const Prepared *data, LossFunction *loss,
                          Error *err) {
    const Target *target = &data->target;
    if (config->class_weights.n == 0) {
        return true;
    }
    if (!target->task->has_classes) {
        return fail(err, ERROR_CONFIG,
                    "%s: error: loss.class_weight is for classes; the task is %s",
                    config_place(config, "loss", "class_weight"), target->task->kind.name);
    }
    loss->class_weight = NEW(float, loss->n_classes);
    const Dataset *train = &data->parts[PART_TRAIN];
    double *counts = count_classes(train, loss->n_classes);
    bool balanced =
        config->class_weights.n == 1 && strcmp(config->class_weights.items[0], "balanced") == 0;
    for (size_t c = 0; c < loss->n_classes; c++) {
        double share = (double)train->n_rows / ((double)loss->n_classes * fmax(counts[c], 1));
        loss->class_weight[c] = balanced ? (float)share : 1;
    }
    memory_free(counts);
    for (size_t i = 0; !balanced && i < config->class_weights.n; i++) {
        if (!set_class_weight(config, target, config->class_weights.items[i], loss->class_weight,
                              err)) {
            return false;
        }
    }
    return true;
}

/* A loss of exp(output) has no minimum where the target is negative. */
static bool check_counts(const Config *config, const Prepared *data, const Loss *loss, Error *err) {
    for (Part part = 0; loss->predicts_exponential && part < N_PARTS; part++) {
        const Dataset *dataset = &data->parts[part];
        for (size_t i = 0; i < dataset->n_rows; i++) {
            for (size_t j = 0; j < dataset->n_targets; j++) {
                double value = (double)dataset->y[i * dataset->y_row + j];
                if (value < 0) {
                    return fail(err, ERROR_DATA,
                                "%s: error: loss.name = %s needs targets of at least 0, but column "
                                "'%s' has %g",
                                config_place(config, "loss", "name"), loss->kind.name,
                                data->target.names.items[j], value);
                }
            }
        }
    }
    return true;
}

/* The metrics that the config names, for this task; that of the monitor must be among them. */
static bool choose_metrics(const Config *config, const Task *task, const Output *output,
                           MetricList *metrics, Error *err) {
    if (!metric_list_choose(config->metrics.items, config->metrics.n, task, output, metrics, err)) {
        return fail_within(
            err, "%s: error: evaluation.metrics: ", config_place(config, "evaluation", "metrics"));
    }
    return path_check_metric(config->monitor, task, output, metrics, err) ||
           fail_within(err, "%s: error: early_stopping.monitor: ",
                       config_place(config, "early_stopping", "monitor"));
}

bool choose_loss(const Config *config, const Prepared *data, const Network *network,
                 Console *console, LossFunction *loss, MetricList *metrics, Error *err) {
    loss->loss = config->loss ? config->loss : loss_for(data->target.task, network->output);
    loss->options = config->loss_options;
    loss->n_classes = data->target.task->has_classes ? data->target.classes.n : 0;
    if (!check_counts(config, data, loss->loss, err) || !weigh_classes(config, data, loss, err) ||
        !choose_metrics(config, data->target.task, network->output, metrics, err)) {
        return false;
    }
    tell_loss(console, loss, metrics);
    return true;
}
