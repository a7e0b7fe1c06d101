/* A network with values: parameters, and a workspace in which rows run forward and backward.
 * Evaluation takes a const model and a workspace of its own, so it can run anywhere. Knows no
 * optimizer and no policy. */
#ifndef NNTRAIN_NN_MODEL_H
#define NNTRAIN_NN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "base/team.h"
#include "nn/loss.h"
#include "nn/network.h"

typedef struct Model {
    const Network *network; /* not owned */
    float *parameters;      /* (network->n_parameters), padding zero */
    float *buffers;         /* (network->n_buffers) running statistics */
    float *transposed;      /* weights as (out, in), refreshed by model_refresh after each update */
    size_t *transposed_offset; /* per layer */
} Model;

void model_init(Model *model, const Network *network);
void model_free(Model *model);

/* Start values: weights by their initializers, biases, gains 1, shifts 0, embeddings N(0, 1) as
 * PyTorch. */
void model_start(Model *model, const InitializerSettings *settings, uint64_t seed);

/* To be called whenever parameters were changed and before model_backward. */
void model_refresh(Model *model);
/* A thread's share of it, inside a run of a team. */
void model_refresh_share(Model *model, const TeamShare *share);
/* Its part for some inputs of one layer, into a block laid out as model->transposed. */
void model_transpose(const Model *model, size_t layer, Range inputs, float *transposed);
/* Floats of such a block. */
size_t model_transposed_size(const Network *network);

/* Scratch for batches of up to max_rows, to be worked on by one thread, or by a team. Results are
 * the same bits. */
typedef struct Workspace Workspace;
/* True when each thread of its team transposes the weights for itself while it goes forward, so
 * that model_refresh is not needed before model_backward. */
bool workspace_transposes(const Workspace *workspace);
Workspace *workspace_new(const Network *network, size_t max_rows);
Workspace *workspace_new_shared(const Network *network, size_t max_rows, Team *team);
/* One that serves model_forward and model_predict and model_loss alone, with a third of the memory.
 */
Workspace *workspace_new_forward(const Network *network, size_t max_rows, Team *team);
void workspace_free(Workspace *workspace);

/* Bytes of such a workspace before it is made, when it is shared by n_threads. */
double workspace_bytes(const Network *network, size_t max_rows, size_t n_threads, bool trains);

/* What makes dropout masks a function of place, not of order: the epoch and the dataset row of each
 * example. */
typedef struct DropoutKey {
    RandomStream stream;
    uint32_t epoch;
    const uint32_t *rows; /* (batch rows) */
} DropoutKey;

/* Logits (rows, pad(outputs)) of x (rows, compute_spread(n_inputs)). The pointers stay valid until
 * the next call. */
const float *model_forward(const Model *model, Workspace *workspace, const float *x, size_t rows);
/* The same for training: batch statistics, dropout (NULL: none); keeps what backward needs, updates
 * running statistics. */
const float *model_forward_training(Model *model, Workspace *workspace, const float *x, size_t rows,
                                    const DropoutKey *dropout);

/* The same in parts, for a run of the workspace's team that goes on after it (see nn/loss_sum.h for
 * the way back): model_begin is called once before the run, the other by every thread for its own
 * rows. */
void model_begin(Workspace *workspace, const float *x, size_t rows, const DropoutKey *dropout);
void model_forward_training_share(Model *model, const Workspace *workspace, const TeamShare *share);

/* Predictions (rows, pad(outputs)): output activation of the logits. */
const float *model_predict(const Model *model, Workspace *workspace, const float *x, size_t rows);

/* A loss as it is used: row, settings, class weights. */
typedef struct LossFunction {
    const Loss *loss;
    LossOptions options;
    float *class_weight; /* (classes) or NULL */
    size_t n_classes;    /* class tasks, else 0 */
} LossFunction;

/* Sums over rows: `loss` = sum of weight_i * loss_i, `weight` = sum of weight_i, both in double by
 * the leaf tree. Where classes have weights, weight_i includes the class's. The mean loss is loss /
 * weight. */
typedef struct LossSum {
    double loss, weight;
} LossSum;

/* Loss of rows whose logits are given (from model_forward). weight may be NULL. */
LossSum model_loss(const Model *model, Workspace *workspace, const LossFunction *loss,
                   const float *logits, const float *target, size_t target_row, const float *weight,
                   size_t rows);

/* After model_forward_training: loss, and the gradient of the mean loss into gradient
 * (n_parameters, all written). */
LossSum model_backward(const Model *model, Workspace *workspace, const LossFunction *loss,
                       const float *target, size_t target_row, const float *weight, size_t rows,
                       float *gradient);

/* What the activation of a hidden layer gave in the last forward call, before dropout and residual:
 * (rows, *row), for counts of dead and saturated units. Columns beyond the layer's units mean
 * nothing. */
const float *workspace_activations(const Workspace *workspace, size_t layer, size_t *row);

#endif
