#include "pipeline/steps.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "artifact/model_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "pipeline/narration.h"

/* Names must stand in the same order, because weights belong to places. */
static bool same_names(const char *path, const char *what, const TextList *own,
                       const TextList *other, Error *err) {
    size_t i = 0;
    while (i < own->n && i < other->n && strcmp(own->items[i], other->items[i]) == 0) {
        i++;
    }
    if (i == own->n && i == other->n) {
        return true;
    }
    char here[TEXT_SHOWN], there[TEXT_SHOWN];
    const char *name = i < own->n ? own->items[i] : "none";
    const char *other_name = i < other->n ? other->items[i] : "none";
    return fail(err, ERROR_MODEL, "%s: error: init.from: %s %zu is '%s' there and '%s' here", path,
                what, i + 1, text_shown(there, other_name, strlen(other_name)),
                text_shown(here, name, strlen(name)));
}

static bool same_inputs(const char *path, const Features *own, const Features *other, Error *err) {
    TextList own_names = {0}, other_names = {0};
    for (size_t i = 0; i < own->n; i++) {
        text_list_add(&own_names, own->items[i].name);
    }
    for (size_t i = 0; i < other->n; i++) {
        text_list_add(&other_names, other->items[i].name);
    }
    bool good = same_names(path, "input", &own_names, &other_names, err);
    for (size_t i = 0; good && i < own->n; i++) {
        char what[2 * TEXT_SHOWN], shown[TEXT_SHOWN];
        const Feature *feature = &own->items[i];
        snprintf(what, sizeof what, "'%s': category",
                 text_shown(shown, feature->name, strlen(feature->name)));
        good = same_names(path, what, &feature->categories, &other->items[i].categories, err);
    }
    text_list_free(&own_names);
    text_list_free(&other_names);
    return good;
}

static bool same_shapes(const char *path, const Network *own, const Network *other, Error *err) {
    for (size_t t = 0; t < own->n_tensors; t++) {
        if (own->tensors[t].rows != other->tensors[t].rows ||
            own->tensors[t].columns != other->tensors[t].columns) {
            return fail(err, ERROR_MODEL,
                        "%s: error: init.from: %s is %zu x %zu there and %zu x %zu here", path,
                        own->tensors[t].name, other->tensors[t].columns, other->tensors[t].rows,
                        own->tensors[t].columns, own->tensors[t].rows);
        }
    }
    return true;
}

static bool same_sizes(const char *path, const Prepared *data, const Network *own,
                       const ModelFile *file, Error *err) {
    const Network *other = &file->network;
    return (file->features.n_columns == data->features.n_columns &&
            own->n_tensors == other->n_tensors && own->n_parameters == other->n_parameters &&
            own->n_buffers == other->n_buffers) ||
           fail(err, ERROR_MODEL,
                "%s: error: init.from: the model has %zu inputs and %zu parameters, this network "
                "%zu and %zu; layers and columns must be the same",
                path, file->features.n_columns, other->n_true_parameters, data->features.n_columns,
                own->n_true_parameters);
}

/* Said before anything else that differs then. */
static bool same_kind_of_target(const char *path, const Task *own, const Task *other, Error *err) {
    return own->has_classes == other->has_classes ||
           fail(err, ERROR_MODEL,
                "%s: error: init.from: the model's task is %s, and this run's is %s; give a model "
                "of the same task",
                path, other->kind.name, own->kind.name);
}

/* Takes parameters of a model with the same inputs, classes and shapes. */
static bool start_from(const char *path, const Prepared *data, Model *model, Error *err) {
    ModelFile file = {0};
    const Network *own = model->network;
    bool good = model_file_read(path, &file, err) &&
                same_kind_of_target(path, data->target.task, file.target.task, err) &&
                same_sizes(path, data, own, &file, err) &&
                same_inputs(path, &data->features, &file.features, err) &&
                same_names(path, "class", &data->target.classes, &file.target.classes, err) &&
                same_shapes(path, own, &file.network, err);
    if (good) {
        memcpy(model->parameters, file.model.parameters, own->n_parameters * sizeof(float));
        memcpy(model->buffers, file.model.buffers, own->n_buffers * sizeof(float));
        model_refresh(model);
    }
    model_file_free(&file);
    return good;
}

static uint32_t sum_values(uint32_t sum, const float *values, size_t n) {
    return n > 0 ? (uint32_t)crc32_z(sum, (const void *)values, n * sizeof *values) : sum;
}

bool initialize_model(const Config *config, const Prepared *data, const Network *network,
                      Console *console, Model *model, uint32_t *start_sum, Error *err) {
    model_init(model, network);
    model_start(model, &config->initializer_settings, config->seed);
    model_refresh(model);
    tell_start(console, config, network);
    if (!config->warm_start) {
        return true;
    }
    char *path = file_join(config->folder, config->warm_start);
    bool good = start_from(path, data, model, err);
    *start_sum = sum_values(sum_values(0, model->parameters, network->n_parameters), model->buffers,
                            network->n_buffers);
    memory_free(path);
    return good;
}
