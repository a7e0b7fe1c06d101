/* Networks, models and batches of made-up values for tests of nn/model.h. */
#ifndef NNTRAIN_TESTS_NETWORK_FIXTURE_H
#define NNTRAIN_TESTS_NETWORK_FIXTURE_H

#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "nn/model.h"
#include "unit.h"

enum { FIXTURE_LAYERS = 4 };

/* What a test wants; hidden layers end at the first width 0. */
typedef struct NetworkWish {
    int64_t hidden[FIXTURE_LAYERS];
    const char *activation, *norm, *output;
    size_t n_numeric, n_outputs;
    bool has_embedding; /* one more input, the second of all: 5 categories, 2 values each */
    bool residual;
    double dropout, input_dropout;
} NetworkWish;

enum { FIXTURE_CATEGORIES = 5, FIXTURE_DIM = 2, FIXTURE_CODE_COLUMN = 1 };

static inline const void *fixture_row(const KindTable *table, const char *name) {
    const Kind *kind = kind_find(table, name);
    assert_non_null(kind);
    return kind;
}

static inline Network fixture_network(const NetworkWish *wish) {
    LayerOptions layers[FIXTURE_LAYERS];
    NetworkOptions options = {.layers = layers,
                              .output = fixture_row(output_kinds(), wish->output),
                              .residual = wish->residual,
                              .input_dropout = wish->input_dropout};
    for (; options.n_layers < FIXTURE_LAYERS && wish->hidden[options.n_layers] > 0;
         options.n_layers++) {
        layers[options.n_layers] =
            (LayerOptions){.units = wish->hidden[options.n_layers],
                           .activation = fixture_row(activation_kinds(), wish->activation),
                           .norm = fixture_row(norm_kinds(), wish->norm),
                           .dropout = wish->dropout};
    }
    const size_t n_inputs = wish->n_numeric + (wish->has_embedding ? 1 : 0);
    NetworkInput *inputs = NEW(NetworkInput, n_inputs);
    if (wish->has_embedding) {
        inputs[FIXTURE_CODE_COLUMN] = (NetworkInput){FIXTURE_CATEGORIES, FIXTURE_DIM};
    }
    Network network;
    assert_true(network_build(&options, inputs, n_inputs, wish->n_outputs, &network, NULL));
    memory_free(inputs);
    return network;
}

/* Uniform in [-1, 1), a linear congruence. */
static inline float fixture_value(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / 8388608.0f - 1.0f;
}

/* Values of every tensor, about `scale` in size (gains: around 1); padding stays zero. */
static inline void fixture_start(Model *model, float scale, uint32_t seed) {
    for (size_t t = 0; t < model->network->n_tensors; t++) {
        const Tensor *tensor = &model->network->tensors[t];
        for (size_t i = 0; i < tensor->rows; i++) {
            for (size_t j = 0; j < tensor->columns; j++) {
                const float start = tensor->role == TENSOR_GAIN ? 1.0f : 0.0f;
                model->parameters[tensor->offset + i * tensor->row + j] =
                    start + scale * fixture_value(&seed);
            }
        }
    }
    model_refresh(model);
}

/* Inputs (rows, pad(n_inputs)), padding zero; the code column holds categories. */
static inline float *fixture_inputs(const Network *network, size_t rows, uint32_t seed) {
    const size_t row = compute_pad(network->n_inputs);
    float *x = NEW(float, rows *row);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < network->n_inputs; j++) {
            x[i * row + j] = 2.0f * fixture_value(&seed);
        }
        if (network->n_embeddings > 0) {
            x[i * row + FIXTURE_CODE_COLUMN] = (float)((i * 7 + i / 3) % FIXTURE_CATEGORIES);
        }
    }
    return x;
}

#endif
