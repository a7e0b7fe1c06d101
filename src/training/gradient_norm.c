#include "training/gradient_norm.h"

#include <math.h>

#include "base/memory.h"

/* A power of two of blocks of a sum, so that sums over chunks are nodes of the tree over all
 * blocks; four are summed side by side. */
enum { CHUNK_FLOATS = 4 * SUM_BLOCK };

static size_t tensor_floats(const Tensor *tensor) { return tensor->rows * tensor->row; }

static size_t chunks_of(const Tensor *tensor) {
    return (tensor_floats(tensor) + CHUNK_FLOATS - 1) / CHUNK_FLOATS;
}

void gradient_norm_init(GradientNorm *norm, const Network *network) {
    *norm = (GradientNorm){.network = network, .first_chunk = NEW(size_t, network->n_tensors)};
    for (size_t t = 0; t < network->n_tensors; t++) {
        norm->first_chunk[t] = norm->n_chunks;
        norm->n_chunks += chunks_of(&network->tensors[t]);
    }
    norm->chunks = NEW(GradientChunk, norm->n_chunks);
    GradientChunk *chunk = norm->chunks;
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        const size_t n = tensor_floats(tensor);
        for (size_t i = 0; i < n; i += CHUNK_FLOATS, chunk++) {
            *chunk = (GradientChunk){.tensor = tensor,
                                     .first = tensor->offset + i,
                                     .n = n - i < CHUNK_FLOATS ? n - i : CHUNK_FLOATS};
        }
    }
}

void gradient_norm_free(GradientNorm *norm) {
    memory_free(norm->chunks);
    memory_free(norm->first_chunk);
    *norm = (GradientNorm){0};
}

Range gradient_own_floats(const Tensor *tensor, const TeamShare *share) {
    const bool is_vector = tensor->rows == 1;
    const Range own =
        is_vector ? team_range(share, tensor->row, LANES) : team_range(share, tensor->rows, 1);
    const size_t size = is_vector ? 1 : tensor->row;
    return (Range){tensor->offset + own.first * size, tensor->offset + own.end * size};
}

bool gradient_chunk_is_own(const GradientChunk *chunk, const TeamShare *share) {
    const Range own = gradient_own_floats(chunk->tensor, share);
    return chunk->first >= own.first && chunk->first < own.end;
}

void gradient_chunk_measure(GradientChunk *chunk, const float *gradient) {
    chunk->squares = compute_kernels()->sum_squares(gradient + chunk->first, chunk->n);
}

void gradient_norm_measure_piece(GradientNorm *norm, const float *gradient,
                                 const GradientPiece *piece) {
    const size_t tensor = (size_t)(piece->tensor - norm->network->tensors);
    const size_t first = (piece->floats.first - piece->tensor->offset) / CHUNK_FLOATS;
    GradientChunk *chunk = &norm->chunks[norm->first_chunk[tensor] + first];
    const GradientChunk *end = norm->chunks + norm->n_chunks;
    for (; chunk < end && chunk->first + chunk->n <= piece->floats.end; chunk++) {
        chunk->is_measured = chunk->first >= piece->own_first;
        if (chunk->is_measured) {
            gradient_chunk_measure(chunk, gradient);
        }
    }
}

void gradient_norm_measure_rest(GradientNorm *norm, const float *gradient, const TeamShare *share) {
    for (size_t c = 0; c < norm->n_chunks; c++) {
        GradientChunk *chunk = &norm->chunks[c];
        if (gradient_chunk_is_own(chunk, share)) {
            if (!chunk->is_measured) {
                gradient_chunk_measure(chunk, gradient);
            }
            chunk->is_measured = false;
        }
    }
}

double gradient_norm(const GradientNorm *norm, double *layer_norms) {
    const Network *network = norm->network;
    double total = 0;
    for (size_t l = 0; layer_norms != NULL && l < network->n_layers; l++) {
        layer_norms[l] = 0;
    }
    const GradientChunk *chunk = norm->chunks;
    for (size_t t = 0; t < network->n_tensors; t++) {
        const Tensor *tensor = &network->tensors[t];
        LeafSum sum;
        leaf_sum_start(&sum);
        for (size_t i = chunks_of(tensor); i > 0; i--) {
            leaf_sum_push(&sum, chunk++->squares);
        }
        const double squares = leaf_sum_finish(&sum);
        total += squares;
        if (layer_norms != NULL && tensor->role != TENSOR_EMBEDDING) {
            layer_norms[tensor->layer] += squares;
        }
    }
    for (size_t l = 0; layer_norms != NULL && l < network->n_layers; l++) {
        layer_norms[l] = sqrt(layer_norms[l]);
    }
    return sqrt(total);
}
