#include "nn/loss_sum.h"

#include <assert.h>

static size_t leaf_end(size_t end, size_t first) {
    return end - first < LEAF_ROWS ? end : first + LEAF_ROWS;
}

static double row_weight(const Truth *truth, size_t row) {
    return truth->weight != NULL ? (double)truth->weight[row] : 1.0;
}

static double class_weight(const Truth *truth, size_t row) {
    const size_t code = (size_t)truth->target[row * truth->target_row];
    assert(code < truth->loss->n_classes);
    return (double)truth->loss->class_weight[code];
}

double loss_sum_weights(const Truth *truth) {
    const bool has_classes = truth->loss->class_weight != NULL;
    if (!loss_sum_has_weights(truth)) {
        return (double)truth->rows;
    }
    LeafSum sum;
    leaf_sum_start(&sum);
    for (size_t first = 0; first < truth->rows; first += LEAF_ROWS) {
        double leaf = 0.0;
        for (size_t i = first; i < leaf_end(truth->rows, first); i++) {
            leaf += row_weight(truth, i) * (has_classes ? class_weight(truth, i) : 1.0);
        }
        leaf_sum_push(&sum, leaf);
    }
    return leaf_sum_finish(&sum);
}

double loss_sum_losses(const Workspace *workspace, const Truth *truth) {
    LeafSum sum;
    leaf_sum_start(&sum);
    for (size_t first = 0; first < truth->rows; first += LEAF_ROWS) {
        double leaf = 0.0;
        for (size_t i = first; i < leaf_end(truth->rows, first); i++) {
            leaf += row_weight(truth, i) * (double)workspace->losses[i];
        }
        leaf_sum_push(&sum, leaf);
    }
    return leaf_sum_finish(&sum);
}

/* What the loss looks at: the logits, or the output activation of them. */
static const float *loss_input(const Model *model, const Workspace *workspace, const Loss *loss,
                               const float *logits, Range rows) {
    if (loss->on_logits) {
        return logits;
    }
    const size_t n = network_outputs(model->network), row = compute_pad(n);
    model->network->output->forward(workspace->predictions + rows.first * row,
                                    logits + rows.first * row, rows.end - rows.first, n, row);
    return workspace->predictions;
}

/* Losses of rows, and their gradient (rows, pad(outputs)) before row weights unless it is NULL. */
static void find_losses(const Workspace *workspace, const Truth *truth, const float *z,
                        float *gradient, Range range) {
    const size_t n_outputs = network_outputs(workspace->network);
    const size_t row = compute_pad(n_outputs);
    for (size_t first = range.first; first < range.end; first += LEAF_ROWS) {
        const LossRows rows = {.z = z + first * row,
                               .target = truth->target + first * truth->target_row,
                               .class_weight = truth->loss->class_weight,
                               .rows = leaf_end(range.end, first) - first,
                               .n_outputs = n_outputs,
                               .row = row,
                               .target_row = truth->target_row,
                               .n_classes = truth->loss->n_classes,
                               .options = truth->loss->options};
        truth->loss->loss->rows(&rows, workspace->losses + first,
                                gradient != NULL ? gradient + first * row : NULL);
    }
}

/* Multiplies row i by weight_i / total, so that the gradient is that of the mean loss. */
static void apply_weights(const Workspace *workspace, const Truth *truth, double total,
                          float *gradient, Range rows) {
    const size_t row = compute_pad(network_outputs(workspace->network));
    const double share = total > 0.0 ? 1.0 / total : 0.0;
    if (truth->weight == NULL) {
        float *at = gradient + rows.first * row;
        workspace->kernels->scale(at, at, (float)share, (rows.end - rows.first) * row);
        return;
    }
    for (size_t i = rows.first; i < rows.end; i++) {
        float *at = gradient + i * row;
        workspace->kernels->scale(at, at, (float)(row_weight(truth, i) * share), row);
    }
}

void loss_sum_rows(const Model *model, const Workspace *workspace, const Truth *truth,
                   const float *logits, Range rows) {
    const float *z = loss_input(model, workspace, truth->loss->loss, logits, rows);
    find_losses(workspace, truth, z, NULL, rows);
}

void loss_sum_rows_backward(const Model *model, const Workspace *workspace, const Truth *truth,
                            double total, Range rows) {
    const Network *network = model->network;
    const Loss *loss = truth->loss->loss;
    const LayerSpace *last = &workspace->layers[network->n_layers - 1];
    const float *z = loss_input(model, workspace, loss, last->sum, rows);
    find_losses(workspace, truth, z, last->d_sum, rows);
    apply_weights(workspace, truth, total, last->d_sum, rows);
    if (!loss->on_logits) {
        assert(network->output->backward != NULL);
        const size_t first = rows.first * last->row;
        network->output->backward(last->d_sum + first, last->d_sum + first, z + first,
                                  rows.end - rows.first, network_outputs(network), last->row);
    }
}

LossSum model_loss(const Model *model, Workspace *workspace, const LossFunction *loss,
                   const float *logits, const float *target, size_t target_row, const float *weight,
                   size_t rows) {
    assert(rows <= workspace->max_rows);
    const Truth truth = {loss, target, target_row, weight, rows};
    loss_sum_rows(model, workspace, &truth, logits, (Range){0, rows});
    return (LossSum){.loss = loss_sum_losses(workspace, &truth),
                     .weight = loss_sum_weights(&truth)};
}
