#include "nn/workspace.h"

#include <assert.h>
#include <string.h>

/* Rows with what they should be: the truth that a loss compares with. */
typedef struct Truth {
    const LossFunction *loss;
    const float *target;
    size_t target_row;
    const float *weight; /* NULL: all 1 */
    size_t rows;
} Truth;

static size_t leaf_rows(size_t rows, size_t first) {
    return rows - first < LEAF_ROWS ? rows - first : LEAF_ROWS;
}

static double row_weight(const Truth *truth, size_t row) {
    return truth->weight != NULL ? (double)truth->weight[row] : 1.0;
}

static double class_weight(const Truth *truth, size_t row) {
    const size_t code = (size_t)truth->target[row * truth->target_row];
    assert(code < truth->loss->n_classes);
    return (double)truth->loss->class_weight[code];
}

/* Sum over rows of weight times class weight. */
static double sum_weights(const Truth *truth) {
    const bool has_classes = truth->loss->class_weight != NULL;
    if (truth->weight == NULL && !has_classes) {
        return (double)truth->rows;
    }
    LeafSum sum;
    leaf_sum_start(&sum);
    for (size_t first = 0; first < truth->rows; first += LEAF_ROWS) {
        const size_t end = first + leaf_rows(truth->rows, first);
        double leaf = 0.0;
        for (size_t i = first; i < end; i++) {
            leaf += row_weight(truth, i) * (has_classes ? class_weight(truth, i) : 1.0);
        }
        leaf_sum_push(&sum, leaf);
    }
    return leaf_sum_finish(&sum);
}

/* What the loss looks at: the logits, or the output activation of them. */
static const float *loss_input(const Model *model, const Workspace *workspace, const Loss *loss,
                               const float *logits, size_t rows) {
    if (loss->on_logits) {
        return logits;
    }
    const size_t n = network_outputs(model->network);
    model->network->output->forward(workspace->predictions, logits, rows, n, compute_pad(n));
    return workspace->predictions;
}

/* Sum over rows of weight times loss; gradient (rows, pad(outputs)) before row weights, or NULL. */
static double sum_losses(const Workspace *workspace, const Truth *truth, const float *z,
                         float *gradient) {
    const size_t n_outputs = network_outputs(workspace->network);
    const size_t row = compute_pad(n_outputs);
    LeafSum sum;
    leaf_sum_start(&sum);
    for (size_t first = 0; first < truth->rows; first += LEAF_ROWS) {
        const LossRows rows = {.z = z + first * row,
                               .target = truth->target + first * truth->target_row,
                               .class_weight = truth->loss->class_weight,
                               .rows = leaf_rows(truth->rows, first),
                               .n_outputs = n_outputs,
                               .row = row,
                               .target_row = truth->target_row,
                               .n_classes = truth->loss->n_classes,
                               .options = truth->loss->options};
        truth->loss->loss->rows(&rows, workspace->losses,
                                gradient != NULL ? gradient + first * row : NULL);
        double leaf = 0.0;
        for (size_t i = 0; i < rows.rows; i++) {
            leaf += row_weight(truth, first + i) * (double)workspace->losses[i];
        }
        leaf_sum_push(&sum, leaf);
    }
    return leaf_sum_finish(&sum);
}

LossSum model_loss(const Model *model, Workspace *workspace, const LossFunction *loss,
                   const float *logits, const float *target, size_t target_row, const float *weight,
                   size_t rows) {
    assert(rows <= workspace->max_rows);
    const Truth truth = {loss, target, target_row, weight, rows};
    const float *z = loss_input(model, workspace, loss->loss, logits, rows);
    return (LossSum){.loss = sum_losses(workspace, &truth, z, NULL), .weight = sum_weights(&truth)};
}

/* Multiplies row i by weight_i / total, so that the gradient is that of the mean loss. */
static void apply_weights(const Workspace *workspace, const Truth *truth, double total,
                          float *gradient) {
    const size_t row = compute_pad(network_outputs(workspace->network));
    const double share = total > 0.0 ? 1.0 / total : 0.0;
    if (truth->weight == NULL) {
        workspace->kernels->scale(gradient, gradient, (float)share, truth->rows * row);
        return;
    }
    for (size_t i = 0; i < truth->rows; i++) {
        float *at = gradient + i * row;
        workspace->kernels->scale(at, at, (float)(row_weight(truth, i) * share), row);
    }
}

/* The loss, and d mean loss / d logits into gradients[0]. */
static LossSum backward_loss(const Model *model, const Workspace *workspace, const Truth *truth) {
    const Network *network = model->network;
    const float *logits = workspace->layers[network->n_layers - 1].sum;
    const Loss *loss = truth->loss->loss;
    const float *z = loss_input(model, workspace, loss, logits, truth->rows);
    float *gradient = workspace->gradients[loss->on_logits ? 0 : 1];
    const LossSum sum = {.loss = sum_losses(workspace, truth, z, gradient),
                         .weight = sum_weights(truth)};
    apply_weights(workspace, truth, sum.weight, gradient);
    if (!loss->on_logits) {
        assert(network->output->backward != NULL);
        const size_t n = network_outputs(network);
        network->output->backward(workspace->gradients[0], gradient, z, truth->rows, n,
                                  compute_pad(n));
    }
    return sum;
}

/* Writes the sum over the rows [first, first + rows) of one leaf to out. */
typedef struct LeafWork LeafWork;
struct LeafWork {
    void (*sum_leaf)(const LeafWork *work, float *out, size_t first, size_t rows);
    const Workspace *workspace;
    const float *input; /* weights: (rows, input_row) from the first input wanted on */
    size_t input_row;
    size_t n_inputs; /* weights: how many inputs are wanted */
    const float *d;  /* (rows, d_row) gradient that flows in */
    size_t d_row;
    size_t n_units;
    const Embedding *embedding;
};

/* result (n) = the leaves' sums, combined by the fixed binary tree: sums of 1, 2, 4, ... leaves
 * wait on a stack for their right neighbour. The lowest one waits in result itself, so that a
 * single leaf needs no copy. */
static void sum_over_leaves(const LeafWork *work, float *result, size_t n, size_t rows) {
    const Workspace *workspace = work->workspace;
    const Kernels *kernels = workspace->kernels;
    float *stack[64];
    stack[0] = result;
    size_t height = 0, n_leaves = 0;
    for (size_t first = 0; first < rows; first += LEAF_ROWS) {
        if (height > 0) {
            stack[height] = workspace->partials + (height - 1) * workspace->partial_size;
        }
        work->sum_leaf(work, stack[height++], first, leaf_rows(rows, first));
        for (size_t pairs = ++n_leaves; pairs % 2 == 0; pairs /= 2) {
            height--;
            kernels->add(stack[height - 1], stack[height - 1], stack[height], n);
        }
    }
    for (; height > 1; height--) {
        kernels->add(stack[height - 2], stack[height - 2], stack[height - 1], n);
    }
}

/* X^T dZ */
static void sum_leaf_weights(const LeafWork *work, float *out, size_t first, size_t rows) {
    const Product product = {.c = out,
                             .a = work->input + first * work->input_row,
                             .b = work->d + first * work->d_row,
                             .rows = work->n_inputs,
                             .columns = work->n_units,
                             .inner = rows,
                             .c_row = work->d_row,
                             .b_row = work->d_row,
                             .a_row = 1,
                             .a_inner = work->input_row};
    work->workspace->kernels->product(&product);
}

static void sum_leaf_bias(const LeafWork *work, float *out, size_t first, size_t rows) {
    work->workspace->kernels->column_sums(out, work->d + first * work->d_row, work->d_row, rows,
                                          work->d_row);
}

/* Each row adds its gradient to the row of its category. */
static void sum_leaf_embedding(const LeafWork *work, float *out, size_t first, size_t rows) {
    const Embedding *embedding = work->embedding;
    const size_t row = compute_pad(embedding->dim);
    const float *code = work->input + first * work->input_row;
    const float *d = work->d + first * work->d_row;
    memset(out, 0, embedding->n_categories * row * sizeof *out);
    for (size_t i = 0; i < rows; i++, code += work->input_row, d += work->d_row) {
        float *to = out + (size_t)*code * row;
        for (size_t j = 0; j < embedding->dim; j++) {
            to[j] += d[j];
        }
    }
}

static void backward_dense(const Model *model, const Workspace *workspace, size_t index,
                           const float *dz, float *gradient) {
    const Layer *layer = &model->network->layers[index];
    const LayerSpace *space = &workspace->layers[index];
    const size_t rows = workspace->rows;
    LeafWork work = {.sum_leaf = sum_leaf_weights,
                     .workspace = workspace,
                     .input_row = space->in_row,
                     .d = dz,
                     .d_row = space->row,
                     .n_units = layer->n_units};
    float *to = gradient + model->network->tensors[layer->weight].offset;
    const size_t strip = rows > LEAF_ROWS ? workspace_strip_rows(space->row) : layer->n_inputs;
    for (size_t first = 0; first < layer->n_inputs; first += strip) {
        const size_t left = layer->n_inputs - first;
        work.input = space->input + first;
        work.n_inputs = left < strip ? left : strip;
        sum_over_leaves(&work, to + first * space->row, work.n_inputs * space->row, rows);
    }
    work.sum_leaf = sum_leaf_bias;
    sum_over_leaves(&work, gradient + model->network->tensors[layer->bias].offset, space->row,
                    rows);
}

/* From the gradient of a hidden layer's output to that of its b + x W; d_output and dz may be the
 * same. */
static void backward_hidden(const Model *model, const Workspace *workspace, size_t index,
                            const float *d_output, float *dz, float *gradient) {
    const Layer *layer = &model->network->layers[index];
    const LayerSpace *space = &workspace->layers[index];
    const size_t n = workspace->rows * space->row;
    const float *dy = d_output;
    if (space->mask != NULL && workspace->is_dropped) {
        workspace->kernels->multiply(dz, d_output, space->mask, n);
        dy = dz;
    }
    layer->activation->backward(dz, dy, space->sum, space->activated, n);
    if (layer_has_norm(layer)) {
        const Tensor *tensors = model->network->tensors;
        const NormBatch batch = {.rows = workspace->rows,
                                 .n = layer->n_units,
                                 .row = space->row,
                                 .gain = model->parameters + tensors[layer->gain].offset,
                                 .shift = model->parameters + tensors[layer->shift].offset,
                                 .mean = space->mean,
                                 .inverse_std = space->inverse_std,
                                 .normalized = space->normalized};
        layer->norm->backward(&batch, dz, gradient + tensors[layer->gain].offset,
                              gradient + tensors[layer->shift].offset);
    }
}

/* d_input = dZ W^T */
static void backward_input(const Model *model, const Workspace *workspace, size_t index,
                           const float *dz, float *d_input) {
    const Layer *layer = &model->network->layers[index];
    const LayerSpace *space = &workspace->layers[index];
    const Product product = {.c = d_input,
                             .a = dz,
                             .b = model->transposed + model->transposed_offset[index],
                             .rows = workspace->rows,
                             .columns = layer->n_inputs,
                             .inner = layer->n_units,
                             .c_row = space->in_row,
                             .b_row = space->in_row,
                             .a_row = space->row,
                             .a_inner = 1};
    workspace->kernels->product(&product);
}

static void backward_embeddings(const Model *model, const Workspace *workspace, float *d_input,
                                float *gradient) {
    const Network *network = model->network;
    const size_t row = compute_pad(network->n_expanded);
    if (workspace->input_mask != NULL && workspace->is_dropped) {
        workspace->kernels->multiply(d_input, d_input, workspace->input_mask,
                                     workspace->rows * row);
    }
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        const Tensor *table = &network->tensors[embedding->tensor];
        const LeafWork work = {.sum_leaf = sum_leaf_embedding,
                               .workspace = workspace,
                               .input = workspace->x + embedding->column,
                               .input_row = compute_pad(network->n_inputs),
                               .d = d_input + embedding->first_input,
                               .d_row = row,
                               .embedding = embedding};
        sum_over_leaves(&work, gradient + table->offset, table->rows * table->row, workspace->rows);
    }
}

/* Layers from the last to the first; on entry gradients[0] is d mean loss / d logits. */
static void backward_layers(const Model *model, const Workspace *workspace, float *gradient) {
    const Network *network = model->network;
    float *d_output = workspace->gradients[0], *d_input = workspace->gradients[1];
    for (size_t i = network->n_layers; i-- > 0;) {
        const Layer *layer = &network->layers[i];
        /* A residual layer's d_output is wanted once more, so dz goes elsewhere. */
        float *dz = layer->residual ? workspace->gradients[2] : d_output;
        if (layer->activation != NULL) {
            backward_hidden(model, workspace, i, d_output, dz, gradient);
        }
        backward_dense(model, workspace, i, dz, gradient);
        if (i == 0 && network->n_embeddings == 0) {
            return;
        }
        backward_input(model, workspace, i, dz, d_input);
        if (layer->residual) {
            workspace->kernels->add(d_input, d_input, d_output,
                                    workspace->rows * workspace->layers[i].row);
        }
        float *swapped = d_output;
        d_output = d_input;
        d_input = swapped;
    }
    backward_embeddings(model, workspace, d_output, gradient);
}

LossSum model_backward(const Model *model, Workspace *workspace, const LossFunction *loss,
                       const float *target, size_t target_row, const float *weight, size_t rows,
                       float *gradient) {
    assert(rows == workspace->rows);
    const Truth truth = {loss, target, target_row, weight, rows};
    const LossSum sum = backward_loss(model, workspace, &truth);
    backward_layers(model, workspace, gradient);
    return sum;
}
