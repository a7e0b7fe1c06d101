#include "nn/network.h"

#include <assert.h>
#include <stdio.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "data/task.h"

/* Floats in the block of parameters: 8 GiB, and every offset fits 32 bits. */
static const size_t PARAMETER_LIMIT = (size_t)1 << 31;

/* Sums of products that stay at SIZE_MAX once they no longer fit. */
static size_t saturating_add(size_t a, size_t b) {
    size_t sum;
    return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static size_t saturating_multiply(size_t a, size_t b) {
    size_t product;
    return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

static size_t saturating_pad(size_t n) { return n > SIZE_MAX - LANES ? SIZE_MAX : compute_pad(n); }

static bool check_layer(const LayerOptions *layer, size_t number, Error *err) {
    if (layer->units < 1) {
        return fail(err, ERROR_CONFIG,
                    "error: hidden layer %zu has %lld units: 1 or more are needed", number,
                    (long long)layer->units);
    }
    if (!(layer->dropout >= 0.0 && layer->dropout < 1.0)) {
        return fail(err, ERROR_CONFIG,
                    "error: hidden layer %zu drops a fraction of %g: 0 or more and less than 1 is "
                    "needed",
                    number, layer->dropout);
    }
    assert(layer->activation != NULL && layer->norm != NULL);
    return true;
}

static bool check_inputs(const NetworkInput *inputs, size_t n_inputs, Error *err) {
    for (size_t i = 0; i < n_inputs; i++) {
        if (inputs[i].n_categories > 0 && inputs[i].embedding_dim == 0) {
            return fail(err, ERROR_CONFIG,
                        "error: input %zu has an embedding of 0 values: 1 or more are needed",
                        i + 1);
        }
    }
    return true;
}

static bool check_options(const NetworkOptions *options, size_t n_inputs, size_t n_outputs,
                          Error *err) {
    const Output *output = options->output;
    assert(output != NULL);
    if (n_inputs == 0 || n_outputs == 0) {
        return fail(err, ERROR_CONFIG,
                    "error: a network of %zu inputs and %zu outputs: 1 or more of each are needed",
                    n_inputs, n_outputs);
    }
    /* An output for several classes and nothing else compares its values with each other. */
    if (output->tasks == FOR_MULTICLASS && n_outputs < 2) {
        return fail(err, ERROR_CONFIG,
                    "error: output '%s' with one output value is constant: it needs two or more",
                    output->kind.name);
    }
    if (!(options->input_dropout >= 0.0 && options->input_dropout < 1.0)) {
        return fail(err, ERROR_CONFIG,
                    "error: input dropout of %g: 0 or more and less than 1 is needed",
                    options->input_dropout);
    }
    for (size_t i = 0; i < options->n_layers; i++) {
        if (!check_layer(&options->layers[i], i + 1, err)) {
            return false;
        }
    }
    return true;
}

/* Parameters without and with padding. */
typedef struct ParameterCount {
    size_t values, floats;
} ParameterCount;

static void count_matrix(ParameterCount *count, size_t rows, size_t columns) {
    count->values = saturating_add(count->values, saturating_multiply(rows, columns));
    count->floats =
        saturating_add(count->floats, saturating_multiply(rows, saturating_pad(columns)));
}

static ParameterCount count_parameters(const NetworkOptions *options, const NetworkInput *inputs,
                                       size_t n_inputs, size_t n_outputs) {
    ParameterCount count = {0, 0};
    size_t fan_in = 0;
    for (size_t i = 0; i < n_inputs; i++) {
        const bool is_embedded = inputs[i].n_categories > 0;
        fan_in = saturating_add(fan_in, is_embedded ? inputs[i].embedding_dim : 1);
        if (is_embedded) {
            count_matrix(&count, inputs[i].n_categories, inputs[i].embedding_dim);
        }
    }
    for (size_t i = 0; i <= options->n_layers; i++) {
        const bool is_output = i == options->n_layers;
        const size_t units = is_output ? n_outputs : (size_t)options->layers[i].units;
        count_matrix(&count, fan_in, units);
        count_matrix(&count, is_output || !options->layers[i].norm->is_on ? 1 : 3, units);
        fan_in = units;
    }
    return count;
}

static bool check_size(ParameterCount count, Error *err) {
    if (count.floats <= PARAMETER_LIMIT) {
        return true;
    }
    return fail(
        err, ERROR_SIZE,
        "error: %s%zu parameters need %s%.1f GB: the limit is %zu parameters (%.1f GB); use "
        "fewer or narrower layers",
        count.values == SIZE_MAX ? "more than " : "", count.values,
        count.floats == SIZE_MAX ? "more than " : "", (double)count.floats * sizeof(float) / 1e9,
        PARAMETER_LIMIT, (double)PARAMETER_LIMIT * sizeof(float) / 1e9);
}

/* Appends a tensor to the block and returns its index. */
static size_t add_tensor(Network *network, Tensor tensor) {
    tensor.row = compute_pad(tensor.columns);
    tensor.offset = network->n_parameters;
    network->n_parameters += tensor.rows * tensor.row;
    network->n_true_parameters += tensor.rows * tensor.columns;
    network->tensors[network->n_tensors] = tensor;
    return network->n_tensors++;
}

static size_t add_vector(Network *network, TensorRole role, size_t layer, double start) {
    static const char *const suffixes[] = {
        [TENSOR_BIAS] = "bias", [TENSOR_GAIN] = "norm.weight", [TENSOR_SHIFT] = "norm.bias"};
    Tensor tensor = {.role = role,
                     .layer = layer,
                     .rows = 1,
                     .columns = network->layers[layer].n_units,
                     .start = start};
    snprintf(tensor.name, sizeof tensor.name, "layers.%zu.%s", layer, suffixes[role]);
    return add_tensor(network, tensor);
}

/* The weights and, right behind them, the bias. */
static void add_dense(Network *network, size_t layer, const Initializer *initializer, double l1,
                      double l2, double bias) {
    Layer *to = &network->layers[layer];
    Tensor weight = {.role = TENSOR_WEIGHT,
                     .layer = layer,
                     .rows = to->n_inputs,
                     .columns = to->n_units,
                     .initializer = initializer,
                     .l1 = l1,
                     .l2 = l2};
    snprintf(weight.name, sizeof weight.name, "layers.%zu.weight", layer);
    to->weight = add_tensor(network, weight);
    to->bias = add_vector(network, TENSOR_BIAS, layer, bias);
}

static const Initializer *find_initializer(const char *name) {
    const Initializer *initializer = (const Initializer *)kind_find(initializer_kinds(), name);
    assert(initializer != NULL);
    return initializer;
}

static void add_hidden(Network *network, size_t index, const LayerOptions *options, bool residual,
                       size_t n_inputs) {
    Layer *layer = &network->layers[index];
    layer->n_inputs = n_inputs;
    layer->n_units = (size_t)options->units;
    layer->activation = options->activation;
    layer->norm = options->norm;
    layer->dropout = options->dropout;
    layer->residual = residual && layer->n_inputs == layer->n_units;
    const Initializer *initializer = options->initializer != NULL
                                         ? options->initializer
                                         : find_initializer(options->activation->initializer);
    add_dense(network, index, initializer, options->l1, options->l2, options->bias);
    if (layer->norm->is_on) {
        layer->gain = add_vector(network, TENSOR_GAIN, index, 1.0);
        layer->shift = add_vector(network, TENSOR_SHIFT, index, 0.0);
    }
    if (layer->norm->has_running) {
        layer->running = network->n_buffers;
        network->n_buffers += 2 * compute_pad(layer->n_units);
    }
}

static void add_output(Network *network, const NetworkOptions *options, size_t n_inputs,
                       size_t n_outputs) {
    Layer *layer = &network->layers[network->n_layers - 1];
    layer->n_inputs = n_inputs;
    layer->n_units = n_outputs;
    network->output = options->output;
    const Initializer *initializer = options->output_initializer != NULL
                                         ? options->output_initializer
                                         : find_initializer(options->output->initializer);
    add_dense(network, network->n_layers - 1, initializer, options->output_l1, options->output_l2,
              options->output_bias);
}

static void add_embedding(Network *network, size_t column, const NetworkInput *input) {
    const size_t index = network->n_embeddings++;
    Embedding *embedding = &network->embeddings[index];
    *embedding = (Embedding){.column = column,
                             .n_categories = input->n_categories,
                             .dim = input->embedding_dim,
                             .first_input = network->n_expanded};
    Tensor table = {.role = TENSOR_EMBEDDING,
                    .layer = index,
                    .rows = input->n_categories,
                    .columns = input->embedding_dim,
                    .initializer = find_initializer("normal")};
    snprintf(table.name, sizeof table.name, "embeddings.%zu.weight", index);
    embedding->tensor = add_tensor(network, table);
    network->n_expanded += input->embedding_dim;
}

static void add_inputs(Network *network, const NetworkInput *inputs, size_t n_inputs) {
    network->n_inputs = n_inputs;
    for (size_t i = 0; i < n_inputs; i++) {
        if (inputs[i].n_categories == 0) {
            network->numeric[network->n_numeric++] = i;
        }
    }
    network->n_expanded = network->n_numeric;
    for (size_t i = 0; i < n_inputs; i++) {
        if (inputs[i].n_categories > 0) {
            add_embedding(network, i, &inputs[i]);
        }
    }
}

bool network_build(const NetworkOptions *options, const NetworkInput *inputs, size_t n_inputs,
                   size_t n_outputs, Network *network, Error *err) {
    if (!check_options(options, n_inputs, n_outputs, err) || !check_inputs(inputs, n_inputs, err) ||
        !check_size(count_parameters(options, inputs, n_inputs, n_outputs), err)) {
        return false;
    }
    *network =
        (Network){.n_layers = options->n_layers + 1, .input_dropout = options->input_dropout};
    network->numeric = NEW(size_t, n_inputs);
    network->embeddings = NEW(Embedding, n_inputs);
    network->layers = NEW(Layer, network->n_layers);
    network->tensors = NEW(Tensor, n_inputs + 4 * network->n_layers);
    add_inputs(network, inputs, n_inputs);
    size_t fan_in = network->n_expanded;
    for (size_t i = 0; i < options->n_layers; i++) {
        add_hidden(network, i, &options->layers[i], options->residual, fan_in);
        fan_in = network->layers[i].n_units;
    }
    add_output(network, options, fan_in, n_outputs);
    return true;
}

void network_free(Network *network) {
    memory_free(network->numeric);
    memory_free(network->embeddings);
    memory_free(network->layers);
    memory_free(network->tensors);
    *network = (Network){0};
}

size_t network_outputs(const Network *network) {
    return network->layers[network->n_layers - 1].n_units;
}

/* What a hidden layer has besides units and activation: " (batch norm, dropout 0.2)" or nothing. */
static void describe_extras(TextBuffer *out, const Layer *layer) {
    const char *before = " (";
    if (layer->norm->is_on) {
        text_printf(out, "%s%s norm", before, layer->norm->kind.name);
        before = ", ";
    }
    if (layer->dropout > 0.0) {
        text_printf(out, "%sdropout %g", before, layer->dropout);
        before = ", ";
    }
    if (layer->residual) {
        text_printf(out, "%sresidual", before);
        before = ", ";
    }
    text_append(out, before[0] == ',' ? ")" : "");
}

void network_describe(TextBuffer *out, const Network *network) {
    text_printf(out, "%zu", network->n_expanded);
    if (network->n_embeddings > 0) {
        text_printf(out, " (%zu embedded)", network->n_expanded - network->n_numeric);
    }
    if (network->input_dropout > 0.0) {
        text_printf(out, " (dropout %g)", network->input_dropout);
    }
    for (size_t i = 0; i + 1 < network->n_layers; i++) {
        const Layer *layer = &network->layers[i];
        text_printf(out, " -> %zu %s", layer->n_units, layer->activation->kind.name);
        describe_extras(out, layer);
    }
    text_printf(out, " -> %zu %s, %zu parameter%s", network_outputs(network),
                network->output->kind.name, network->n_true_parameters,
                network->n_true_parameters == 1 ? "" : "s");
}
