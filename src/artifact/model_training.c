/* The member "training" of model.json; see model_section.h. */
#include <math.h>
#include <string.h>

#include "artifact/model_section.h"
#include "base/memory.h"
#include "data/split.h"

/* ---- Writing ---- */

static void add_loss(Json *to, const LossFunction *function) {
    const Loss *loss = function->loss;
    const LossOptions *options = &function->options;
    Json *out = json_add_object(to, "loss");
    json_add_text(out, "name", loss->kind.name);
    if (loss->has_label_smoothing) {
        json_add_double(out, "label_smoothing", options->label_smoothing);
    }
    if (loss->has_delta) {
        json_add_double(out, "delta", options->delta);
    }
    if (loss->has_quantile) {
        json_add_double(out, "quantile", options->quantile);
    }
    if (loss->has_gamma) {
        json_add_double(out, "gamma", options->gamma);
    }
    if (function->class_weight) {
        json_add_floats(out, "class_weight", function->class_weight, function->n_classes);
    } else {
        json_add_null(out, "class_weight");
    }
}

void model_training_add(Json *root, const ModelFile *file) {
    Json *training = json_add_object(root, "training");
    json_add_integer(training, "seed", file->seed);
    json_add_integer(training, "best_epoch", file->best_epoch);
    Json *losses = json_add_object(training, "losses");
    for (Part part = PART_TRAIN; part < N_PARTS; part++) {
        json_add_double(losses, part_names[part], file->losses[part]);
    }
    add_loss(training, &file->loss);
}

/* ---- Reading ---- */

static bool get_option(const JsonAt *at, bool has, const char *key, double *out, Error *err) {
    return !has || json_get_double(at, key, out, err);
}

static bool get_options(const JsonAt *at, const Loss *loss, LossOptions *options, Error *err) {
    *options = (LossOptions){.delta = 1, .quantile = 0.5, .gamma = 2};
    return get_option(at, loss->has_label_smoothing, "label_smoothing", &options->label_smoothing,
                      err) &&
           get_option(at, loss->has_delta, "delta", &options->delta, err) &&
           get_option(at, loss->has_quantile, "quantile", &options->quantile, err) &&
           get_option(at, loss->has_gamma, "gamma", &options->gamma, err);
}

static bool get_class_weight(const JsonAt *at, const Target *target, LossFunction *function,
                             Error *err) {
    function->n_classes = target->task->has_classes ? target->classes.n : 0;
    if (!json_has(at, "class_weight")) {
        return true;
    }
    size_t n = 0;
    if (!json_get_floats(at, "class_weight", &function->class_weight, &n, err)) {
        return false;
    }
    bool is_good = n > 0 && n == function->n_classes;
    for (size_t i = 0; is_good && i < n; i++) {
        is_good = function->class_weight[i] >= 0;
    }
    return is_good || json_fail(at, err, "class_weight must have a number of at least 0 per class");
}

/* Does the loss follow the output, by its own list of them? */
static bool follows(const Loss *loss, const Output *output) {
    TextList names;
    const char *problem;
    const bool follows = text_split_list(loss->outputs, &names, &problem) &&
                         text_list_has(&names, output->kind.name);
    text_list_free(&names);
    return follows;
}

static bool get_loss(const JsonAt *training, ModelFile *file, Error *err) {
    JsonAt at;
    const Kind *kind = NULL;
    if (!json_get_object(training, "loss", &at, err) ||
        !json_has_only(&at, "name label_smoothing delta quantile gamma class_weight", err) ||
        !json_get_kind(&at, "name", loss_kinds(), &kind, err)) {
        return false;
    }
    const Loss *loss = (const Loss *)kind;
    const Task *task = file->target.task;
    if (!(loss->tasks & task->bit) || !follows(loss, file->network.output)) {
        return json_fail(&at, err, "%s does not fit task %s and output %s", kind->name,
                         task->kind.name, file->network.output->kind.name);
    }
    file->loss.loss = loss;
    return get_options(&at, loss, &file->loss.options, err) &&
           get_class_weight(&at, &file->target, &file->loss, err);
}

bool model_training_get(const JsonAt *root, ModelFile *file, Error *err) {
    JsonAt training, losses;
    if (!json_get_object(root, "training", &training, err) ||
        !json_has_only(&training, "seed best_epoch losses loss", err) ||
        !json_get_integer(&training, "seed", &file->seed, err) ||
        !json_get_size(&training, "best_epoch", SIZE_MAX, &file->best_epoch, err) ||
        !json_get_object(&training, "losses", &losses, err)) {
        return false;
    }
    for (Part part = PART_TRAIN; part < N_PARTS; part++) {
        if (!json_get_double_or_null(&losses, part_names[part], &file->losses[part], err)) {
            return false;
        }
    }
    return get_loss(&training, file, err);
}
