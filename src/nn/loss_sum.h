/* The loss over the rows of a workspace, and where the gradient begins; shared by loss_sum.c and
 * backward.c. Threads find the losses of their rows; the sums over all rows are made by one. */
#ifndef NNTRAIN_NN_LOSS_SUM_H
#define NNTRAIN_NN_LOSS_SUM_H

#include "nn/workspace.h"

/* Rows with what they should be: the truth that a loss compares with. */
typedef struct Truth {
    const LossFunction *loss;
    const float *target;
    size_t target_row;
    const float *weight; /* NULL: all 1 */
    size_t rows;
} Truth;

/* False when all rows weigh 1. */
static inline bool loss_sum_has_weights(const Truth *truth) {
    return truth->weight != NULL || truth->loss->class_weight != NULL;
}

/* Sum over rows of weight times class weight. */
double loss_sum_weights(const Truth *truth);

/* Losses of some rows, from logits (rows, pad(outputs)), into workspace->losses. */
void loss_sum_rows(const Model *model, const Workspace *workspace, const Truth *truth,
                   const float *logits, Range rows);

/* The same from the logits of the last forward call, and d mean loss / d logits into the output
 * layer's d_sum; total is what loss_sum_weights gave. */
void loss_sum_rows_backward(const Model *model, const Workspace *workspace, const Truth *truth,
                            double total, Range rows);

/* Sum over rows of weight times loss, when all losses are there. */
double loss_sum_losses(const Workspace *workspace, const Truth *truth);

/* Floats of the gradient of one tensor that a thread has just summed. Pieces of a tensor come in
 * order and are not empty, the thread's first one begins at own_first; floats are counted in the
 * block of parameters. */
typedef struct GradientPiece {
    const Tensor *tensor;
    Range floats;
    size_t own_first;
} GradientPiece;

/* What a thread does with each piece while it is in its cache. */
typedef struct GradientUse {
    void (*use)(void *context, const GradientPiece *piece);
    void *context;
} GradientUse;

/* A thread's part of model_backward, inside a run in which it has called
 * model_forward_training_share. It waits for all threads before it sums over rows; then nobody
 * reads the parameters any more. After it the thread's part of the gradient is complete, and after
 * a barrier all of it. total is what loss_sum_weights gave; use may be NULL. */
void model_backward_share(const Model *model, const Workspace *workspace, const Truth *truth,
                          double total, float *gradient, const GradientUse *use,
                          const TeamShare *share);

#endif
