/* The tensors of a model as files hold them: named and laid out as in PyTorch's state_dict,
 * row-major without padding, weights as (out, in), running statistics beside the parameters. */
#ifndef NNTRAIN_ARTIFACT_STORED_TENSOR_H
#define NNTRAIN_ARTIFACT_STORED_TENSOR_H

#include "nn/model.h"

typedef struct StoredTensor {
    char name[64];   /* "layers.0.weight", "layers.0.norm.running_var" */
    size_t shape[2]; /* of a vector the first alone */
    size_t n_dims;
    size_t n; /* values */
    /* where they are in memory */
    bool is_buffer;     /* in model->buffers, else in model->parameters */
    bool is_transposed; /* (shape[1], shape[0]) there */
    size_t offset, row;
} StoredTensor;

typedef struct StoredTensors {
    StoredTensor *items;
    size_t n;
    size_t n_values; /* of all of them */
} StoredTensors;

/* All tensors of a network in the order in which they are written: embeddings, then layer by layer.
 */
void stored_tensors_list(const Network *network, StoredTensors *tensors);
void stored_tensors_free(StoredTensors *tensors);

/* Values of one tensor, from a model and into one; values has tensor->n entries. */
void stored_tensor_take(const StoredTensor *tensor, const Model *model, float *values);
void stored_tensor_put(const StoredTensor *tensor, const float *values, Model *model);

/* The same as bytes: float32 in little-endian order. */
void stored_tensor_to_bytes(const float *values, size_t n, unsigned char *bytes);
void stored_tensor_from_bytes(const unsigned char *bytes, size_t n, float *values);

/* SHA-256 of the little-endian bytes of all tensors in their order. */
void stored_tensors_sha256(const StoredTensors *tensors, const Model *model, char hex[65]);

#endif
