#include "artifact/stored_tensor.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "compute/kernels.h"

static void add(StoredTensors *tensors, StoredTensor tensor) {
    tensor.n = tensor.shape[0] * tensor.shape[1];
    tensors->n_values += tensor.n;
    tensors->items[tensors->n++] = tensor;
}

static void add_parameter(StoredTensors *tensors, const Tensor *tensor) {
    StoredTensor stored = {.offset = tensor->offset, .row = tensor->row};
    stored.n_dims = tensor->role == TENSOR_WEIGHT || tensor->role == TENSOR_EMBEDDING ? 2 : 1;
    const bool is_as_stored = tensor->role == TENSOR_EMBEDDING;
    stored.shape[0] = is_as_stored ? tensor->rows : tensor->columns;
    stored.shape[1] = is_as_stored ? tensor->columns : tensor->rows;
    /* A vector is one row of columns: in memory (1, n), like a transposed matrix of one column. */
    stored.is_transposed = !is_as_stored;
    snprintf(stored.name, sizeof stored.name, "%s", tensor->name);
    add(tensors, stored);
}

static void add_running(StoredTensors *tensors, const Layer *layer, size_t index, const char *name,
                        size_t offset) {
    StoredTensor stored = {.shape = {layer->n_units, 1},
                           .n_dims = 1,
                           .is_buffer = true,
                           .is_transposed = true,
                           .offset = offset,
                           .row = compute_pad(layer->n_units)};
    snprintf(stored.name, sizeof stored.name, "layers.%zu.norm.%s", index, name);
    add(tensors, stored);
}

void stored_tensors_list(const Network *network, StoredTensors *tensors) {
    *tensors =
        (StoredTensors){.items = NEW(StoredTensor, network->n_tensors + 2 * network->n_layers)};
    for (size_t i = 0; i < network->n_tensors; i++) {
        const Tensor *tensor = &network->tensors[i];
        add_parameter(tensors, tensor);
        if (tensor->role != TENSOR_SHIFT) {
            continue;
        }
        const Layer *layer = &network->layers[tensor->layer];
        if (layer->norm->has_running) {
            const size_t row = compute_pad(layer->n_units);
            add_running(tensors, layer, tensor->layer, "running_mean", layer->running);
            add_running(tensors, layer, tensor->layer, "running_var", layer->running + row);
        }
    }
}

void stored_tensors_free(StoredTensors *tensors) {
    memory_free(tensors->items);
    *tensors = (StoredTensors){0};
}

/* Where element (i, j) of the stored shape is in the block. */
static size_t place(const StoredTensor *tensor, size_t i, size_t j) {
    return tensor->offset + (tensor->is_transposed ? j * tensor->row + i : i * tensor->row + j);
}

void stored_tensor_take(const StoredTensor *tensor, const Model *model, float *values) {
    const float *block = tensor->is_buffer ? model->buffers : model->parameters;
    for (size_t i = 0; i < tensor->shape[0]; i++) {
        for (size_t j = 0; j < tensor->shape[1]; j++) {
            values[i * tensor->shape[1] + j] = block[place(tensor, i, j)];
        }
    }
}

void stored_tensor_put(const StoredTensor *tensor, const float *values, Model *model) {
    float *block = tensor->is_buffer ? model->buffers : model->parameters;
    for (size_t i = 0; i < tensor->shape[0]; i++) {
        for (size_t j = 0; j < tensor->shape[1]; j++) {
            block[place(tensor, i, j)] = values[i * tensor->shape[1] + j];
        }
    }
}

void stored_tensor_to_bytes(const float *values, size_t n, unsigned char *bytes) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        for (size_t j = 0; j < 4; j++) {
            bytes[4 * i + j] = (unsigned char)(bits >> (8 * j));
        }
    }
}

void stored_tensor_from_bytes(const unsigned char *bytes, size_t n, float *values) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = 0;
        for (size_t j = 0; j < 4; j++) {
            bits |= (uint32_t)bytes[4 * i + j] << (8 * j);
        }
        memcpy(&values[i], &bits, sizeof bits);
    }
}

void stored_tensors_sha256(const StoredTensors *tensors, const Model *model, char hex[65]) {
    float *values = NEW(float, tensors->n_values);
    unsigned char *bytes = NEW(unsigned char, 4 * tensors->n_values);
    size_t n = 0;
    for (size_t i = 0; i < tensors->n; i++) {
        stored_tensor_take(&tensors->items[i], model, values + n);
        n += tensors->items[i].n;
    }
    stored_tensor_to_bytes(values, n, bytes);
    file_sha256(bytes, 4 * n, hex);
    memory_free(values);
    memory_free(bytes);
}
