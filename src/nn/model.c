#include "nn/model.h"

#include "base/memory.h"
#include "compute/kernels.h"

/* The first layer's inputs are data, which need no gradient, unless some are looked up. */
static bool needs_transposed(const Network *network, size_t layer) {
    return layer > 0 || network->n_embeddings > 0;
}

static size_t transposed_size(const Network *network, size_t layer) {
    const Layer *of = &network->layers[layer];
    return needs_transposed(network, layer) ? of->n_units * compute_spread(of->n_inputs) : 0;
}

size_t model_transposed_size(const Network *network) {
    size_t size = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        size += transposed_size(network, i);
    }
    return size;
}

void model_init(Model *model, const Network *network) {
    *model = (Model){.network = network};
    model->parameters = NEW(float, network->n_parameters);
    model->buffers = NEW(float, network->n_buffers);
    model->transposed_offset = NEW(size_t, network->n_layers);
    model->transposed = NEW(float, model_transposed_size(network));
    size_t offset = 0;
    for (size_t i = 0; i < network->n_layers; i++) {
        model->transposed_offset[i] = offset;
        offset += transposed_size(network, i);
    }
}

void model_free(Model *model) {
    memory_free(model->parameters);
    memory_free(model->buffers);
    memory_free(model->transposed);
    memory_free(model->transposed_offset);
    *model = (Model){0};
}

static void start_matrix(const Model *model, const Tensor *tensor, size_t stream_layer,
                         const InitializerSettings *settings, RandomStream stream) {
    const InitializerMatrix matrix = {.w = model->parameters + tensor->offset,
                                      .fan_in = tensor->rows,
                                      .fan_out = tensor->columns,
                                      .row = tensor->row,
                                      .layer = (uint32_t)stream_layer,
                                      .stream = stream};
    tensor->initializer->fill(&matrix, settings);
}

static void start_vector(const Model *model, const Tensor *tensor) {
    float *values = model->parameters + tensor->offset;
    for (size_t i = 0; i < tensor->columns; i++) {
        values[i] = (float)tensor->start;
    }
}

/* Running means 0 and variances 1. */
static void start_buffers(const Model *model) {
    for (size_t i = 0; i < model->network->n_layers; i++) {
        const Layer *layer = &model->network->layers[i];
        if (layer->norm == NULL || !layer->norm->has_running) {
            continue;
        }
        const size_t row = compute_pad(layer->n_units);
        float *mean = model->buffers + layer->running;
        for (size_t j = 0; j < layer->n_units; j++) {
            mean[j] = 0.0f;
            mean[row + j] = 1.0f;
        }
    }
}

void model_start(Model *model, const InitializerSettings *settings, uint64_t seed) {
    static const InitializerSettings standard_normal = {.std = 1.0};
    const Network *network = model->network;
    const RandomStream stream = random_stream(seed, RANDOM_WEIGHTS);
    for (size_t i = 0; i < network->n_tensors; i++) {
        const Tensor *tensor = &network->tensors[i];
        if (tensor->role == TENSOR_EMBEDDING) {
            start_matrix(model, tensor, network->n_layers + tensor->layer, &standard_normal,
                         stream);
        } else if (tensor->role == TENSOR_WEIGHT) {
            start_matrix(model, tensor, tensor->layer, settings, stream);
        } else {
            start_vector(model, tensor);
        }
    }
    start_buffers(model);
    model_refresh(model);
}

void model_transpose(const Model *model, size_t layer, Range inputs, float *transposed) {
    const Network *network = model->network;
    const Tensor *weight = &network->tensors[network->layers[layer].weight];
    if (needs_transposed(network, layer)) {
        compute_kernels()->transpose(transposed + model->transposed_offset[layer] + inputs.first,
                                     compute_spread(weight->rows),
                                     model->parameters + weight->offset +
                                         inputs.first * weight->row,
                                     weight->row, inputs.end - inputs.first, weight->columns);
    }
}

void model_refresh_share(Model *model, const TeamShare *share) {
    for (size_t i = 0; i < model->network->n_layers; i++) {
        const Range inputs = team_range(share, model->network->layers[i].n_inputs, LANES);
        model_transpose(model, i, inputs, model->transposed);
    }
}

void model_refresh(Model *model) { model_refresh_share(model, &(TeamShare){.n_threads = 1}); }
