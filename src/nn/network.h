/* The shape of a network: layers, and offsets of every tensor in ONE block of parameters. Immutable
 * once built.
 *
 * A hidden layer is   dense -> norm -> activation -> dropout -> (+ its input, when residual and of
 * equal width); the output layer is dense -> output activation. Columns of categories with `encode
 * = embedding` are looked up before the first layer: inputs are [numeric columns | embedding of
 * category 1 | embedding of category 2 | ...]. */
#ifndef NNTRAIN_NN_NETWORK_H
#define NNTRAIN_NN_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/kind.h"
#include "nn/activation.h"
#include "nn/initializer.h"
#include "nn/norm.h"

/* What one hidden layer is asked to be. */
typedef struct LayerOptions {
    int64_t units;
    const Activation *activation;
    const Norm *norm;
    double dropout;                 /* fraction of units dropped */
    const Initializer *initializer; /* NULL: auto, by activation */
    double bias;                    /* start value */
    double l1, l2;
} LayerOptions;

typedef struct NetworkOptions {
    LayerOptions *layers; /* hidden layers; none: a linear model */
    size_t n_layers;
    const Output *output;
    const Initializer *output_initializer; /* NULL: auto, by output */
    double output_bias;
    double output_l1, output_l2;
    bool residual;
    double input_dropout;
} NetworkOptions;

/* A dataset column that holds codes of a category. */
typedef struct Embedding {
    size_t column; /* in the dataset's x */
    size_t n_categories;
    size_t dim;
    size_t first_input; /* where its dim values start in the expanded input */
    size_t tensor;      /* (n_categories, dim) */
} Embedding;

typedef enum TensorRole {
    TENSOR_WEIGHT,
    TENSOR_BIAS,
    TENSOR_GAIN,
    TENSOR_SHIFT,
    TENSOR_EMBEDDING
} TensorRole;

/* rows x columns floats in the block: element (i, j) at offset + i * row + j. Weights are (in,
 * out). Vectors: one row. */
typedef struct Tensor {
    char name[48]; /* "layers.0.weight", "layers.0.norm.weight", "embeddings.1.weight" (PyTorch's
                      words) */
    TensorRole role;
    size_t layer; /* index into layers; embeddings: index into embeddings */
    size_t rows, columns, row;
    size_t offset;                  /* multiple of LANES */
    const Initializer *initializer; /* weights only */
    double start;                   /* bias, gain, shift */
    double l1, l2;                  /* penalties: weights only */
} Tensor;

typedef struct Layer {
    size_t n_inputs, n_units;
    size_t weight, bias; /* tensor indices */
    size_t gain, shift;  /* tensor indices, when norm->is_on */
    size_t running; /* offset of running mean (and, at + pad, variance) in the model's buffers */
    const Activation *activation; /* NULL for the output layer */
    const Norm *norm;             /* never NULL for hidden layers */
    double dropout;
    bool residual; /* adds its input to its output */
} Layer;

typedef struct Network {
    size_t n_inputs;  /* columns of x as the dataset has them */
    size_t n_numeric; /* of those, columns that go in as they are */
    size_t *numeric;  /* (n_numeric) their places in x */
    Embedding *embeddings;
    size_t n_embeddings;
    size_t n_expanded; /* inputs of the first layer */
    Layer *layers;     /* the last one is the output layer */
    size_t n_layers;
    const Output *output;
    double input_dropout;
    Tensor *tensors;
    size_t n_tensors;
    size_t n_parameters;      /* floats in the block, padding included */
    size_t n_true_parameters; /* without padding: what is told to people */
    size_t n_buffers;         /* floats of running statistics */
} Network;

/* What a dataset column is to the network; one per column of x. */
typedef struct NetworkInput {
    size_t n_categories; /* 0: a number */
    size_t embedding_dim;
} NetworkInput;

/* ERROR_CONFIG for impossible wishes (softmax with one output, ...), ERROR_SIZE when the parameters
 * exceed the limit. */
bool network_build(const NetworkOptions *options, const NetworkInput *inputs, size_t n_inputs,
                   size_t n_outputs, Network *network, Error *err);
void network_free(Network *network);

size_t network_outputs(const Network *network);

/* "4 -> 16 relu -> 8 relu -> 3 softmax, 267 parameters" */
void network_describe(TextBuffer *out, const Network *network);

#endif
