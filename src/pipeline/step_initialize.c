#include "pipeline/steps.h"

#include <string.h>

#include "artifact/model_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "pipeline/narration.h"

/* Takes parameters of a model with the same columns and shapes. */
static bool start_from(const char *path, const Prepared *data, Model *model, Error *err) {
    ModelFile file = {0};
    bool good = model_file_read(path, &file, err);
    const Network *own = model->network, *other = &file.network;
    if (good && (file.features.n_columns != data->features.n_columns ||
                 own->n_tensors != other->n_tensors || own->n_parameters != other->n_parameters ||
                 own->n_buffers != other->n_buffers)) {
        good =
            fail(err, ERROR_MODEL,
                 "%s: error: init.from: the model has %zu inputs and %zu parameters, this network "
                 "%zu and %zu; layers and columns must be the same",
                 path, file.features.n_columns, other->n_true_parameters, data->features.n_columns,
                 own->n_true_parameters);
    }
    for (size_t i = 0; good && i < data->features.n; i++) {
        const char *name = data->features.items[i].name;
        if (i >= file.features.n || strcmp(name, file.features.items[i].name) != 0) {
            good = fail(err, ERROR_MODEL,
                        "%s: error: init.from: input %zu is '%s' there and '%s' here", path, i + 1,
                        i < file.features.n ? file.features.items[i].name : "none", name);
        }
    }
    for (size_t t = 0; good && t < own->n_tensors; t++) {
        if (own->tensors[t].rows != other->tensors[t].rows ||
            own->tensors[t].columns != other->tensors[t].columns) {
            good = fail(err, ERROR_MODEL,
                        "%s: error: init.from: %s is %zu x %zu there and %zu x %zu here", path,
                        own->tensors[t].name, other->tensors[t].columns, other->tensors[t].rows,
                        own->tensors[t].columns, own->tensors[t].rows);
        }
    }
    if (good) {
        memcpy(model->parameters, file.model.parameters, own->n_parameters * sizeof(float));
        memcpy(model->buffers, file.model.buffers, own->n_buffers * sizeof(float));
        model_refresh(model);
    }
    model_file_free(&file);
    return good;
}

bool initialize_model(const Config *config, const Prepared *data, const Network *network,
                      Console *console, Model *model, Error *err) {
    model_init(model, network);
    model_start(model, &config->initializer_settings, config->seed);
    model_refresh(model);
    tell_start(console, config, network);
    if (!config->warm_start) {
        return true;
    }
    char *path = file_join(config->folder, config->warm_start);
    bool good = start_from(path, data, model, err);
    memory_free(path);
    return good;
}
