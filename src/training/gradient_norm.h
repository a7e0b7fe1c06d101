/* The L2 norm of a gradient, by layer and in total, as sums over fixed chunks of each tensor that
 * are joined in order, so that it does not depend on who measures which chunk when.
 *
 * Either all chunks are measured when the gradient is complete (gradient_chunk_measure), or those
 * within a piece as soon as a thread has summed it, and the rest when all threads are done. */
#ifndef NNTRAIN_TRAINING_GRADIENT_NORM_H
#define NNTRAIN_TRAINING_GRADIENT_NORM_H

#include "nn/loss_sum.h"

/* Parameters [first, first + n) of one tensor, whose gradient is measured at once. */
typedef struct GradientChunk {
    const Tensor *tensor;
    size_t first, n;
    bool is_measured; /* in the step under way, with a piece */
    double squares;   /* of the last gradient */
} GradientChunk;

typedef struct GradientNorm {
    const Network *network;
    GradientChunk *chunks; /* of all tensors, in order */
    size_t n_chunks;
    size_t *first_chunk; /* (n_tensors) */
} GradientNorm;

void gradient_norm_init(GradientNorm *norm, const Network *network);
void gradient_norm_free(GradientNorm *norm);

/* A thread's floats of a tensor, in the block of parameters: those whose gradient it sums in
 * model_backward, so that they stay in its cache. */
Range gradient_own_floats(const Tensor *tensor, const TeamShare *share);

/* Whether the chunk begins in this thread's floats. */
bool gradient_chunk_is_own(const GradientChunk *chunk, const TeamShare *share);

void gradient_chunk_measure(GradientChunk *chunk, const float *gradient);

/* Measures the chunks that end in this piece and begin in this thread's floats. */
void gradient_norm_measure_piece(GradientNorm *norm, const float *gradient,
                                 const GradientPiece *piece);

/* Measures this thread's chunks that no piece held, when the whole gradient is there. */
void gradient_norm_measure_rest(GradientNorm *norm, const float *gradient, const TeamShare *share);

/* The norm of a measured gradient, not finite when any of its values is not, and those of layers
 * (n_layers; embeddings belong to none) unless layer_norms is NULL. */
double gradient_norm(const GradientNorm *norm, double *layer_norms);

#endif
