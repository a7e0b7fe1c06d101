/* The layers of an ONNX export; see export_onnx_parts.h. */
#include <string.h>

#include "artifact/export_onnx_parts.h"
#include "base/memory.h"
#include "compute/kernels.h"

/* ---- Activations and outputs ---- */

static const char *build_linear(OnnxGraph *graph, const char *z) {
    (void)graph;
    return z;
}

static const char *build_step(OnnxGraph *graph, const char *z) {
    return onnx_cast(graph, onnx_apply2(graph, "Greater", z, onnx_float(graph, 0)), ONNX_FLOAT);
}

static const char *build_sigmoid(OnnxGraph *graph, const char *z) {
    return onnx_apply(graph, "Sigmoid", z);
}

static const char *build_tanh(OnnxGraph *graph, const char *z) {
    return onnx_apply(graph, "Tanh", z);
}

static const char *build_relu(OnnxGraph *graph, const char *z) {
    return onnx_apply(graph, "Relu", z);
}

static const char *build_leaky_relu(OnnxGraph *graph, const char *z) {
    TextBuffer attributes = {0};
    onnx_set_float(&attributes, "alpha", 0.01f);
    return onnx_node(graph, NULL, "LeakyRelu", &z, 1, &attributes);
}

static const char *build_elu(OnnxGraph *graph, const char *z) {
    TextBuffer attributes = {0};
    onnx_set_float(&attributes, "alpha", 1);
    return onnx_node(graph, NULL, "Elu", &z, 1, &attributes);
}

/* Its default constants are those of nn/activation.c. */
static const char *build_selu(OnnxGraph *graph, const char *z) {
    return onnx_apply(graph, "Selu", z);
}

/* z (1 + erf(z / sqrt(2))) / 2 */
static const char *build_gelu(OnnxGraph *graph, const char *z) {
    const char *scaled = onnx_apply2(graph, "Mul", z, onnx_float(graph, 0.70710678118654752440f));
    const char *erf = onnx_apply(graph, "Erf", scaled);
    const char *sum = onnx_apply2(graph, "Add", erf, onnx_float(graph, 1));
    const char *half = onnx_apply2(graph, "Mul", sum, onnx_float(graph, 0.5f));
    return onnx_apply2(graph, "Mul", z, half);
}

static const char *build_silu(OnnxGraph *graph, const char *z) {
    return onnx_apply2(graph, "Mul", z, onnx_apply(graph, "Sigmoid", z));
}

/* max(z, 0) + log(1 + exp(-|z|)): from 30 on and below, plain log(1 + exp(z)) would be off. */
static const char *build_softplus(OnnxGraph *graph, const char *z) {
    const char *falling = onnx_apply(graph, "Neg", onnx_apply(graph, "Abs", z));
    const char *sum =
        onnx_apply2(graph, "Add", onnx_apply(graph, "Exp", falling), onnx_float(graph, 1));
    return onnx_apply2(graph, "Add", onnx_apply(graph, "Relu", z), onnx_apply(graph, "Log", sum));
}

static const char *build_mish(OnnxGraph *graph, const char *z) {
    return onnx_apply2(graph, "Mul", z, onnx_apply(graph, "Tanh", build_softplus(graph, z)));
}

/* z / (1 + |z|) */
static const char *build_softsign(OnnxGraph *graph, const char *z) {
    return onnx_apply(graph, "Softsign", z);
}

static const char *build_softmax(OnnxGraph *graph, const char *z) {
    TextBuffer attributes = {0};
    onnx_set_integer(&attributes, "axis", 1);
    return onnx_node(graph, NULL, "Softmax", &z, 1, &attributes);
}

const KindTable *onnx_function_kinds(void) {
    static const OnnxFunction rows[] = {
        {{"linear", "z", NULL, NULL}, build_linear},
        {{"step", "Greater", NULL, NULL}, build_step},
        {{"sigmoid", "Sigmoid", NULL, NULL}, build_sigmoid},
        {{"tanh", "Tanh", NULL, NULL}, build_tanh},
        {{"relu", "Relu", NULL, NULL}, build_relu},
        {{"leaky_relu", "LeakyRelu", NULL, NULL}, build_leaky_relu},
        {{"elu", "Elu", NULL, NULL}, build_elu},
        {{"selu", "Selu", NULL, NULL}, build_selu},
        {{"gelu", "by Erf", NULL, NULL}, build_gelu},
        {{"silu", "by Sigmoid", NULL, NULL}, build_silu},
        {{"mish", "by Tanh and softplus", NULL, NULL}, build_mish},
        {{"softplus", "by Exp and Log", NULL, NULL}, build_softplus},
        {{"softsign", "Softsign", NULL, NULL}, build_softsign},
        {{"softmax", "Softmax", NULL, NULL}, build_softmax},
    };
    static const KindTable table = KIND_TABLE("ONNX function", rows);
    return &table;
}

/* ---- Layers ---- */

static const float NORM_EPSILON = 1e-5f; /* nn/norm.c */

static const char *add_vector(OnnxGraph *graph, const ModelFile *model, size_t tensor) {
    const Tensor *of = &model->network.tensors[tensor];
    return onnx_floats(graph, 0, of->columns, model->model.parameters + of->offset);
}

/* x W + b, the weights without padding as (in, out). */
static const char *add_dense(OnnxGraph *graph, const ModelFile *model, const Layer *layer,
                             const char *x) {
    const Tensor *weight = &model->network.tensors[layer->weight];
    float *values = NEW(float, weight->rows * weight->columns);
    for (size_t i = 0; i < weight->rows; i++) {
        memcpy(values + i * weight->columns,
               model->model.parameters + weight->offset + i * weight->row,
               weight->columns * sizeof *values);
    }
    const char *w = onnx_floats(graph, weight->rows, weight->columns, values);
    memory_free(values);
    return onnx_apply3(graph, "Gemm", x, w, add_vector(graph, model, layer->bias));
}

static const char *add_batch_norm(OnnxGraph *graph, const ModelFile *model, const Layer *layer,
                                  const char *z) {
    const float *mean = model->model.buffers + layer->running;
    const float *variance = mean + compute_pad(layer->n_units);
    TextBuffer attributes = {0};
    onnx_set_float(&attributes, "epsilon", NORM_EPSILON);
    const char *const inputs[] = {z, add_vector(graph, model, layer->gain),
                                  add_vector(graph, model, layer->shift),
                                  onnx_floats(graph, 0, layer->n_units, mean),
                                  onnx_floats(graph, 0, layer->n_units, variance)};
    return onnx_node(graph, NULL, "BatchNormalization", inputs, 5, &attributes);
}

/* LayerNormalization came with operator set 17. */
static const char *add_layer_norm(OnnxGraph *graph, const ModelFile *model, const Layer *layer,
                                  const char *z) {
    const char *centered = onnx_apply2(graph, "Sub", z, onnx_mean_row(graph, z));
    const char *variance = onnx_mean_row(graph, onnx_apply2(graph, "Mul", centered, centered));
    const char *deviation = onnx_apply(
        graph, "Sqrt", onnx_apply2(graph, "Add", variance, onnx_float(graph, NORM_EPSILON)));
    const char *normalized = onnx_apply2(graph, "Div", centered, deviation);
    const char *scaled =
        onnx_apply2(graph, "Mul", normalized, add_vector(graph, model, layer->gain));
    return onnx_apply2(graph, "Add", scaled, add_vector(graph, model, layer->shift));
}

static const char *add_function(OnnxGraph *graph, const Kind *kind, const char *z, Error *err) {
    const OnnxFunction *function =
        (const OnnxFunction *)kind_find(onnx_function_kinds(), kind->name);
    if (!function) {
        fail(err, ERROR_MODEL, "error: the ONNX export has no operator for %s", kind->name);
        return NULL;
    }
    return function->build(graph, z);
}

static const char *add_hidden(OnnxGraph *graph, const ModelFile *model, const Layer *layer,
                              const char *x, Error *err) {
    const char *z = add_dense(graph, model, layer, x);
    if (layer->norm->is_on) {
        z = (layer->norm->has_running ? add_batch_norm : add_layer_norm)(graph, model, layer, z);
    }
    const char *y = add_function(graph, &layer->activation->kind, z, err);
    return y && layer->residual ? onnx_apply2(graph, "Add", y, x) : y;
}

const char *export_onnx_network(OnnxGraph *graph, const ModelFile *model, const char *x,
                                Error *err) {
    const Network *network = &model->network;
    const size_t last = network->n_layers - 1;
    for (size_t i = 0; x && i < last; i++) {
        x = add_hidden(graph, model, &network->layers[i], x, err);
    }
    return x ? add_function(graph, &network->output->kind,
                            add_dense(graph, model, &network->layers[last], x), err)
             : NULL;
}
