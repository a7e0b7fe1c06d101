/* The member "network" of model.json; see model_section.h. */
#include <string.h>

#include "artifact/model_section.h"
#include "base/memory.h"

/* Beyond any network that fits a machine; network_build has the exact limit. */
static const size_t MOST_UNITS = (size_t)1 << 31;
enum { MOST_LAYERS = 100000 };

/* ---- Writing ---- */

static void add_hidden(Json *layers, const Layer *layer) {
    Json *out = json_add_object(layers, NULL);
    json_add_text(out, "type", "dense");
    json_add_integer(out, "units", layer->n_units);
    json_add_text(out, "activation", layer->activation->kind.name);
    json_add_double(out, "dropout", layer->dropout);
    json_add_text(out, "norm", layer->norm->kind.name);
    json_add_bool(out, "residual", layer->residual);
}

static void add_output(Json *layers, const Network *network) {
    Json *out = json_add_object(layers, NULL);
    json_add_text(out, "type", "output");
    json_add_integer(out, "units", network_outputs(network));
    json_add_text(out, "activation", network->output->kind.name);
}

/* Name of the input that makes a column. */
static const char *name_of(const Features *features, size_t column) {
    for (size_t i = 0; i < features->n; i++) {
        if (features->items[i].first_column == column) {
            return features->items[i].name;
        }
    }
    return NULL;
}

void model_network_add(Json *root, const Network *network, const Features *features) {
    Json *out = json_add_object(root, "network");
    json_add_integer(out, "inputs", network->n_inputs);
    json_add_integer(out, "parameters", network->n_true_parameters);
    json_add_double(out, "input_dropout", network->input_dropout);
    Json *embeddings = json_add_array(out, "embeddings");
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        Json *entry = json_add_object(embeddings, NULL);
        json_add_text(entry, "input", name_of(features, embedding->column));
        json_add_integer(entry, "categories", embedding->n_categories);
        json_add_integer(entry, "dim", embedding->dim);
    }
    Json *layers = json_add_array(out, "layers");
    for (size_t i = 0; i + 1 < network->n_layers; i++) {
        add_hidden(layers, &network->layers[i]);
    }
    add_output(layers, network);
}

/* ---- Reading ---- */

static bool get_hidden(const JsonAt *layer, LayerOptions *options, Error *err) {
    const char *type = "";
    const Kind *activation = NULL, *norm = NULL;
    size_t units = 0;
    if (!json_is_object(layer, err) ||
        !json_has_only(layer, "type units activation dropout norm residual", err) ||
        !json_get_text(layer, "type", &type, err)) {
        return false;
    }
    if (strcmp(type, "dense") != 0) {
        return json_fail(layer, err, "the type of a hidden layer must be dense");
    }
    if (!json_get_size(layer, "units", MOST_UNITS, &units, err) ||
        !json_get_kind(layer, "activation", activation_kinds(), &activation, err) ||
        !json_get_double(layer, "dropout", &options->dropout, err) ||
        !json_get_kind(layer, "norm", norm_kinds(), &norm, err)) {
        return false;
    }
    options->units = (int64_t)units;
    options->activation = (const Activation *)activation;
    options->norm = (const Norm *)norm;
    return true;
}

/* The output layer says again what "output" says. */
static bool check_output(const JsonAt *layer, const Output *output, size_t n_outputs, Error *err) {
    const char *type = "", *activation = "";
    size_t units = 0;
    if (!json_is_object(layer, err) || !json_has_only(layer, "type units activation", err) ||
        !json_get_text(layer, "type", &type, err) ||
        !json_get_text(layer, "activation", &activation, err) ||
        !json_get_size(layer, "units", MOST_UNITS, &units, err)) {
        return false;
    }
    if (strcmp(type, "output") != 0 || strcmp(activation, output->kind.name) != 0 ||
        units != n_outputs) {
        return json_fail(layer, err,
                         "the last layer must be the output, with activation %s and %zu units",
                         output->kind.name, n_outputs);
    }
    return true;
}

static bool get_layers(const JsonAt *layers, NetworkOptions *options, size_t n_outputs,
                       Error *err) {
    const size_t n = json_length(layers);
    if (n == 0 || n > MOST_LAYERS) {
        return json_fail(layers, err, "a network has 1 to %d layers, not %zu", MOST_LAYERS, n);
    }
    options->layers = NEW(LayerOptions, n);
    options->n_layers = n - 1;
    for (JsonAt layer = json_first(layers); layer.value; json_next(&layer)) {
        bool residual = false;
        if (layer.index == n - 1) {
            return check_output(&layer, options->output, n_outputs, err);
        }
        if (!get_hidden(&layer, &options->layers[layer.index], err) ||
            !json_get_bool(&layer, "residual", &residual, err)) {
            return false;
        }
        options->residual = options->residual || residual;
    }
    return true;
}

static NetworkInput *list_inputs(const Features *features) {
    NetworkInput *inputs = NEW(NetworkInput, features->n_columns);
    for (size_t i = 0; i < features->n; i++) {
        const Feature *feature = &features->items[i];
        if (feature->embedding_dim > 0) {
            inputs[feature->first_column] =
                (NetworkInput){feature->categories.n, feature->embedding_dim};
        }
    }
    return inputs;
}

/* A wish that no network can fulfil is a fault of the file here. */
static bool build(const JsonAt *at, const NetworkOptions *options, ModelFile *file, Error *err) {
    Error why = {0};
    NetworkInput *inputs = list_inputs(&file->features);
    const bool is_built = network_build(options, inputs, file->features.n_columns,
                                        target_outputs(&file->target), &file->network, &why);
    memory_free(inputs);
    const char *text = strncmp(why.text, "error: ", 7) == 0 ? why.text + 7 : why.text;
    return is_built || json_fail(at, err, "%s", text);
}

/* Which layers add their input depends on the widths before them. */
static bool check_residual(const JsonAt *layers, const Network *network, Error *err) {
    for (JsonAt layer = json_first(layers); layer.index + 1 < network->n_layers;
         json_next(&layer)) {
        bool residual = false;
        if (!json_get_bool(&layer, "residual", &residual, err)) {
            return false;
        }
        if (residual != network->layers[layer.index].residual) {
            return json_fail(&layer, err,
                             "residual must be the same in all layers as wide as the one before");
        }
    }
    return true;
}

static bool check_embeddings(const JsonAt *network, const ModelFile *file, Error *err) {
    JsonAt array;
    if (!json_get_array(network, "embeddings", &array, err)) {
        return false;
    }
    if (json_length(&array) != file->network.n_embeddings) {
        return json_fail(&array, err, "has %zu entries for %zu embedded inputs",
                         json_length(&array), file->network.n_embeddings);
    }
    for (JsonAt item = json_first(&array); item.value; json_next(&item)) {
        const Embedding *embedding = &file->network.embeddings[item.index];
        const char *name = "";
        size_t n_categories = 0, dim = 0;
        if (!json_is_object(&item, err) || !json_has_only(&item, "input categories dim", err) ||
            !json_get_text(&item, "input", &name, err) ||
            !json_get_size(&item, "categories", MOST_UNITS, &n_categories, err) ||
            !json_get_size(&item, "dim", MOST_UNITS, &dim, err)) {
            return false;
        }
        if (strcmp(name, name_of(&file->features, embedding->column)) != 0 ||
            n_categories != embedding->n_categories || dim != embedding->dim) {
            return json_fail(&item, err, "does not fit its input");
        }
    }
    return true;
}

static bool check_counts(const JsonAt *network, const Network *built, Error *err) {
    size_t inputs = 0, parameters = 0;
    if (!json_get_size(network, "inputs", SIZE_MAX, &inputs, err) ||
        !json_get_size(network, "parameters", SIZE_MAX, &parameters, err)) {
        return false;
    }
    if (inputs != built->n_inputs || parameters != built->n_true_parameters) {
        return json_fail(network, err,
                         "says %zu inputs and %zu parameters, but its layers have %zu and %zu",
                         inputs, parameters, built->n_inputs, built->n_true_parameters);
    }
    return true;
}

bool model_network_get(const JsonAt *root, ModelFile *file, const Output *output, Error *err) {
    JsonAt network, layers;
    NetworkOptions options = {.output = output};
    const bool is_built =
        json_get_object(root, "network", &network, err) &&
        json_has_only(&network, "inputs parameters input_dropout embeddings layers", err) &&
        json_get_double(&network, "input_dropout", &options.input_dropout, err) &&
        json_get_array(&network, "layers", &layers, err) &&
        get_layers(&layers, &options, target_outputs(&file->target), err) &&
        build(&network, &options, file, err);
    memory_free(options.layers);
    return is_built && check_residual(&layers, &file->network, err) &&
           check_embeddings(&network, file, err) && check_counts(&network, &file->network, err);
}
