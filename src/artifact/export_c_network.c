/* The layers of a C export; see export_c_source.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "artifact/c_text.h"
#include "artifact/export_c_functions.h"
#include "artifact/export_c_source.h"
#include "artifact/stored_tensor.h"
#include "base/memory.h"
#include "compute/kernels.h"

static const float NORM_EPSILON = 1e-5f; /* nn/norm.c */

static void append_array(CSource *source, const char *name, const float *values, size_t n) {
    c_append_floats(&source->constants, name, values, n);
    source->n_constant_bytes += 4 * n;
}

/* "layers.0.norm.weight" as layer_1_norm_weight. */
static void name_array(char name[64], size_t layer, const char *what) {
    snprintf(name, 64, "layer_%zu_%s", layer + 1, what);
}

/* The weights as (out, in). */
static void append_weight(CSource *source, size_t index) {
    const Layer *layer = &source->model->network.layers[index];
    const Tensor *tensor = &source->model->network.tensors[layer->weight];
    const float *from = source->model->model.parameters + tensor->offset;
    float *values = NEW(float, tensor->rows * tensor->columns);
    for (size_t i = 0; i < tensor->columns; i++) {
        for (size_t j = 0; j < tensor->rows; j++) {
            values[i * tensor->rows + j] = from[j * tensor->row + i];
        }
    }
    char name[64];
    name_array(name, index, "weight");
    append_array(source, name, values, tensor->rows * tensor->columns);
    memory_free(values);
}

static void append_vector(CSource *source, size_t index, const char *what, size_t tensor) {
    const Tensor *of = &source->model->network.tensors[tensor];
    char name[64];
    name_array(name, index, what);
    append_array(source, name, source->model->model.parameters + of->offset, of->columns);
}

/* Running statistics, with the root taken here as the network takes it. */
static void append_running(CSource *source, size_t index) {
    const Layer *layer = &source->model->network.layers[index];
    const float *mean = source->model->model.buffers + layer->running;
    const float *variance = mean + compute_pad(layer->n_units);
    float *inverse_std = NEW(float, layer->n_units);
    for (size_t i = 0; i < layer->n_units; i++) {
        inverse_std[i] = 1.0f / sqrtf(variance[i] + NORM_EPSILON);
    }
    char name[64];
    name_array(name, index, "mean");
    append_array(source, name, mean, layer->n_units);
    name_array(name, index, "inverse_std");
    append_array(source, name, inverse_std, layer->n_units);
    memory_free(inverse_std);
}

static void append_dense(CSource *source, size_t index, const char *from, const char *to) {
    const Layer *layer = &source->model->network.layers[index];
    append_weight(source, index);
    append_vector(source, index, "bias", layer->bias);
    c_function_need("dense", source->needed);
    text_printf(&source->layers,
                "    dense_of(%s, %zu, layer_%zu_weight, layer_%zu_bias, %s, %zu);\n", from,
                layer->n_inputs, index + 1, index + 1, to, layer->n_units);
}

static void append_norm(CSource *source, size_t index, const char *to) {
    const Layer *layer = &source->model->network.layers[index];
    const size_t n = index + 1;
    if (!layer->norm->is_on) {
        return;
    }
    append_vector(source, index, "gain", layer->gain);
    append_vector(source, index, "shift", layer->shift);
    if (layer->norm->has_running) {
        append_running(source, index);
        c_function_need("batch_norm", source->needed);
        text_printf(&source->layers,
                    "    batch_norm_of(%s, %zu, layer_%zu_mean, layer_%zu_inverse_std,\n"
                    "                  layer_%zu_gain, layer_%zu_shift);\n",
                    to, layer->n_units, n, n, n, n);
    } else {
        c_function_need("layer_norm", source->needed);
        text_printf(&source->layers,
                    "    layer_norm_of(%s, %zu, layer_%zu_gain, layer_%zu_shift);\n", to,
                    layer->n_units, n, n);
    }
}

/* An activation or output, by the C function of its name. */
static bool append_function(CSource *source, const Kind *kind, const char *to, size_t n,
                            Error *err) {
    const CFunction *function = (const CFunction *)kind_find(c_function_kinds(), kind->name);
    if (!function || !c_function_need(kind->name, source->needed)) {
        return fail(err, ERROR_MODEL, "error: the C export has no function for %s", kind->name);
    }
    if (!function->text) {
        return true;
    }
    if (function->is_over_row) {
        text_printf(&source->layers, "    %s_of(%s, %zu);\n", kind->name, to, n);
    } else {
        text_printf(&source->layers,
                    "    for (i = 0; i < %zu; i++)\n        %s[i] = %s_of(%s[i]);\n", n, to,
                    kind->name, to);
    }
    return true;
}

static bool append_layer(CSource *source, size_t index, const char *from, const char *to,
                         Error *err) {
    const Network *network = &source->model->network;
    const Layer *layer = &network->layers[index];
    append_dense(source, index, from, to);
    if (!layer->activation) {
        return append_function(source, &network->output->kind, to, layer->n_units, err);
    }
    append_norm(source, index, to);
    if (!append_function(source, &layer->activation->kind, to, layer->n_units, err)) {
        return false;
    }
    if (layer->residual) {
        text_printf(&source->layers, "    for (i = 0; i < %zu; i++)\n        %s[i] += %s[i];\n",
                    layer->n_units, to, from);
    }
    return true;
}

bool export_c_network(CSource *source, Error *err) {
    const Network *network = &source->model->network;
    const char *from = "x", *to = "y";
    source->n_widest = network->n_expanded;
    bool good = true;
    for (size_t i = 0; good && i < network->n_layers; i++) {
        const size_t n_units = network->layers[i].n_units;
        source->n_widest = n_units > source->n_widest ? n_units : source->n_widest;
        good = append_layer(source, i, from, to, err);
        const char *next = from;
        from = to;
        to = next;
    }
    source->result = from;
    return good;
}
