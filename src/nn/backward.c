#include <assert.h>
#include <string.h>

#include "nn/loss_sum.h"
#include "nn/workspace.h"

/* One backward call, as all threads see it. */
typedef struct Pass {
    const Model *model;
    const Workspace *workspace;
    const Truth *truth;
    double total; /* sum of weights */
    float *gradient;
    const GradientUse *use; /* NULL: nothing is done with pieces of it */
} Pass;

static float *gradient_of(const Pass *pass, size_t tensor) {
    return pass->gradient + pass->model->network->tensors[tensor].offset;
}

/* d_output of a layer to d_sum before its norm. */
static void backward_activation(const Pass *pass, size_t index, Range rows) {
    const Layer *layer = &pass->model->network->layers[index];
    const LayerSpace *space = &pass->workspace->layers[index];
    const size_t first = rows.first * space->row, n = (rows.end - rows.first) * space->row;
    float *dz = space->d_sum + first;
    const float *dy = space->d_output + first;
    if (space->mask != NULL && pass->workspace->dropout != NULL) {
        pass->workspace->kernels->multiply(dz, dy, space->mask + first, n);
        dy = dz;
    }
    layer->activation->backward(dz, dy, space->sum + first, space->activated + first, n);
}

/* Gradients of gain and shift are sums over all rows, and before d_sum goes through the norm. */
static void backward_norm(const Pass *pass, size_t index, Range rows, const TeamShare *share) {
    const Layer *layer = &pass->model->network->layers[index];
    const LayerSpace *space = &pass->workspace->layers[index];
    const NormBatch batch = workspace_norm(pass->workspace, pass->model, index);
    const Range columns = team_range(share, batch.n, LANES);
    float *d_gain = gradient_of(pass, layer->gain) + columns.first;
    float *d_shift = gradient_of(pass, layer->shift) + columns.first;
    NormBatch part = norm_columns(&batch, columns.first, columns.end);
    team_barrier(share);
    layer->norm->learned_gradients(&part, space->d_sum + columns.first, d_gain, d_shift);
    if (!layer->norm->statistics_per_row) {
        layer->norm->backward(&part, space->d_sum + columns.first, d_gain, d_shift);
        team_barrier(share);
        return;
    }
    team_barrier(share);
    part = norm_rows(layer->norm, &batch, rows.first, rows.end);
    layer->norm->backward(&part, space->d_sum + rows.first * space->row, d_gain, d_shift);
}

static const float *transposed_of(const Pass *pass, const TeamShare *share) {
    const Workspace *workspace = pass->workspace;
    return workspace->transposed != NULL
               ? workspace->transposed + share->thread * workspace->transposed_size
               : pass->model->transposed;
}

/* d_input = dZ W^T, and for a residual layer + d_output */
static void backward_input(const Pass *pass, size_t index, float *d_input, Range rows,
                           const TeamShare *share) {
    const Model *model = pass->model;
    const Layer *layer = &model->network->layers[index];
    const LayerSpace *space = &pass->workspace->layers[index];
    const Product product = {.c = d_input + rows.first * space->in_row,
                             .a = space->d_sum + rows.first * space->row,
                             .b = transposed_of(pass, share) + model->transposed_offset[index],
                             .rows = rows.end - rows.first,
                             .columns = layer->n_inputs,
                             .inner = layer->n_units,
                             .c_row = space->in_row,
                             .b_row = compute_spread(layer->n_inputs),
                             .a_row = space->row,
                             .a_inner = 1};
    pass->workspace->kernels->product(&product);
    if (layer->residual) {
        pass->workspace->kernels->add(product.c, product.c,
                                      space->d_output + rows.first * space->row,
                                      product.rows * space->row);
    }
}

/* Layers from the last to the first; on entry the output layer's d_sum is d mean loss / d logits.
 */
static void backward_rows(const Pass *pass, Range rows, const TeamShare *share) {
    const Network *network = pass->model->network;
    const Workspace *workspace = pass->workspace;
    for (size_t i = network->n_layers; i-- > 0;) {
        const Layer *layer = &network->layers[i];
        if (layer->activation != NULL) {
            backward_activation(pass, i, rows);
        }
        if (layer_has_norm(layer)) {
            backward_norm(pass, i, rows, share);
        }
        float *d_input = i > 0 ? workspace->layers[i - 1].d_output : workspace->d_input;
        if (d_input != NULL) {
            backward_input(pass, i, d_input, rows, share);
        }
    }
    if (workspace->d_input != NULL && workspace->input_mask != NULL && workspace->dropout != NULL) {
        const size_t row = compute_spread(network->n_expanded), first = rows.first * row;
        workspace->kernels->multiply(workspace->d_input + first, workspace->d_input + first,
                                     workspace->input_mask + first, (rows.end - rows.first) * row);
    }
}

static size_t leaf_rows(size_t rows, size_t first) {
    return rows - first < LEAF_ROWS ? rows - first : LEAF_ROWS;
}

/* Writes the sum over the rows [first, first + rows) of one leaf to out. */
typedef struct LeafWork LeafWork;
struct LeafWork {
    void (*sum_leaf)(const LeafWork *work, float *out, size_t first, size_t rows);
    const Kernels *kernels;
    float *partials; /* of this thread */
    size_t partial_size;
    const float *d; /* (rows, d_row) gradient that flows in */
    size_t d_row;
    size_t n_units;
    const float *code; /* embeddings: (rows, code_row) categories of the rows */
    size_t code_row;
    size_t dim; /* embeddings: floats of a category, and the categories wanted */
    Range categories;
};

/* result (n) = the leaves' sums, combined by the fixed binary tree: sums of 1, 2, 4, ... leaves
 * wait on a stack for their right neighbour. The lowest one waits in result itself, so that a
 * single leaf needs no copy. */
static void sum_over_leaves(const LeafWork *work, float *result, size_t n, size_t rows) {
    const Kernels *kernels = work->kernels;
    float *stack[64];
    stack[0] = result;
    size_t height = 0, n_leaves = 0;
    for (size_t first = 0; first < rows; first += LEAF_ROWS) {
        if (height > 0) {
            stack[height] = work->partials + (height - 1) * work->partial_size;
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

static void sum_leaf_bias(const LeafWork *work, float *out, size_t first, size_t rows) {
    work->kernels->column_sums(out, work->d + first * work->d_row, work->d_row, rows,
                               work->n_units);
}

/* Each row adds its gradient to the row of its category, where that is wanted. */
static void sum_leaf_embedding(const LeafWork *work, float *out, size_t first, size_t rows) {
    const Range wanted = work->categories;
    const size_t row = compute_pad(work->dim);
    const float *code = work->code + first * work->code_row;
    const float *d = work->d + first * work->d_row;
    memset(out, 0, (wanted.end - wanted.first) * row * sizeof *out);
    for (size_t i = 0; i < rows; i++, code += work->code_row, d += work->d_row) {
        const size_t category = (size_t)*code;
        if (category < wanted.first || category >= wanted.end) {
            continue;
        }
        float *to = out + (category - wanted.first) * row;
        for (size_t j = 0; j < work->dim; j++) {
            to[j] += d[j];
        }
    }
}

static LeafWork begin_work(const Pass *pass, const TeamShare *share) {
    const Workspace *workspace = pass->workspace;
    return (LeafWork){.kernels = workspace->kernels,
                      .partials = workspace->partials +
                                  share->thread * workspace->n_partials * workspace->partial_size,
                      .partial_size = workspace->partial_size};
}

/* A part of a weight matrix: X^T dZ leaf by leaf. Where leaves wait for their right neighbour, they
 * do so in slots, one on the other; the leaf that completes them adds them to its own sum while
 * that is in registers, and the last leaf writes what is left of the tree to the gradient. */
static void sum_weight_block(const Pass *pass, size_t index, Range inputs, Range units,
                             float *slots) {
    const LayerSpace *space = &pass->workspace->layers[index];
    const Tensor *weight =
        &pass->model->network->tensors[pass->model->network->layers[index].weight];
    const size_t rows = pass->workspace->rows, slot_row = compute_pad(units.end - units.first);
    const size_t slot_size = (inputs.end - inputs.first) * slot_row;
    Product product = {.rows = inputs.end - inputs.first,
                       .columns = units.end - units.first,
                       .b_row = space->row,
                       .a_row = 1,
                       .a_inner = space->in_row,
                       .waiting_size = slot_size,
                       .waiting_row = slot_row};
    size_t height = 0, n_leaves = 0;
    for (size_t first = 0; first < rows; first += LEAF_ROWS) {
        const bool is_last = rows - first <= LEAF_ROWS;
        product.inner = leaf_rows(rows, first);
        product.a = space->input + first * space->in_row + inputs.first;
        product.b = space->d_sum + first * space->row + units.first;
        product.n_waiting = is_last ? height : (size_t)__builtin_ctzll(++n_leaves);
        product.waiting = slots + (height > 0 ? height - 1 : 0) * slot_size;
        height -= product.n_waiting;
        product.c = is_last ? gradient_of(pass, pass->model->network->layers[index].weight) +
                                  inputs.first * weight->row + units.first
                            : slots + height * slot_size;
        product.c_row = is_last ? weight->row : slot_row;
        pass->workspace->kernels->product(&product);
        height++;
    }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* A thread has summed what `own` begins with, up to `floats`' end; both are counted in the tensor.
 */
static void use_piece(const Pass *pass, size_t tensor, size_t own_first, Range floats) {
    if (pass->use != NULL && floats.first < floats.end) {
        const Tensor *of = &pass->model->network->tensors[tensor];
        const GradientPiece piece = {.tensor = of,
                                     .floats = {of->offset + floats.first, of->offset + floats.end},
                                     .own_first = of->offset + own_first};
        pass->use->use(pass->use->context, &piece);
    }
}

/* A weight matrix: this thread's rows, in even blocks, and these in strips when leaves have to
 * wait. */
static void sum_weights(const Pass *pass, size_t index, const TeamShare *share) {
    const Layer *layer = &pass->model->network->layers[index];
    const size_t row = pass->model->network->tensors[layer->weight].row;
    float *slots = begin_work(pass, share).partials;
    const Range inputs = team_range(share, layer->n_inputs, 1);
    const size_t n_inputs = inputs.end - inputs.first;
    const size_t n = (n_inputs + PARTIAL_ROWS - 1) / PARTIAL_ROWS;
    const size_t strip = pass->workspace->rows > LEAF_ROWS ? PARTIAL_COLUMNS : layer->n_units;
    for (size_t i = 0; i < n; i++) {
        const Range block = {inputs.first + i * n_inputs / n,
                             inputs.first + (i + 1) * n_inputs / n};
        for (size_t unit = 0; unit < layer->n_units; unit += strip) {
            const Range units = {unit, smaller(unit + strip, layer->n_units)};
            sum_weight_block(pass, index, block, units, slots);
        }
        use_piece(pass, layer->weight, inputs.first * row,
                  (Range){block.first * row, block.end * row});
    }
}

static void sum_bias(const Pass *pass, size_t index, const TeamShare *share) {
    const LayerSpace *space = &pass->workspace->layers[index];
    const size_t bias = pass->model->network->layers[index].bias;
    const Range columns = team_range(share, pass->model->network->tensors[bias].row, LANES);
    LeafWork work = begin_work(pass, share);
    work.sum_leaf = sum_leaf_bias;
    work.d = space->d_sum + columns.first;
    work.d_row = space->row;
    work.n_units = columns.end - columns.first;
    sum_over_leaves(&work, gradient_of(pass, bias) + columns.first, work.n_units,
                    pass->workspace->rows);
    use_piece(pass, bias, columns.first, columns);
}

/* The gradients of gain and shift are there already. */
static void use_norm(const Pass *pass, const Layer *layer, const TeamShare *share) {
    const Range columns = team_range(share, pass->model->network->tensors[layer->gain].row, LANES);
    use_piece(pass, layer->gain, columns.first, columns);
    use_piece(pass, layer->shift, columns.first, columns);
}

static void sum_embedding(const Pass *pass, const Embedding *embedding, const TeamShare *share) {
    const Network *network = pass->model->network;
    const Tensor *table = &network->tensors[embedding->tensor];
    LeafWork work = begin_work(pass, share);
    work.sum_leaf = sum_leaf_embedding;
    work.code = pass->workspace->x + embedding->column;
    work.code_row = compute_spread(network->n_inputs);
    work.d = pass->workspace->d_input + embedding->first_input;
    work.d_row = compute_spread(network->n_expanded);
    work.dim = embedding->dim;
    work.categories = team_range(share, embedding->n_categories, 1);
    const Range categories = work.categories;
    sum_over_leaves(&work, gradient_of(pass, embedding->tensor) + categories.first * table->row,
                    (categories.end - categories.first) * table->row, pass->workspace->rows);
    use_piece(pass, embedding->tensor, categories.first * table->row,
              (Range){categories.first * table->row, categories.end * table->row});
}

static void backward_share(void *context, const TeamShare *share) {
    const Pass *pass = context;
    const Network *network = pass->model->network;
    const Range rows = team_range(share, pass->workspace->rows, 1);
    loss_sum_rows_backward(pass->model, pass->workspace, pass->truth, pass->total, rows);
    backward_rows(pass, rows, share);
    team_barrier(share);
    for (size_t i = network->n_layers; i-- > 0;) {
        sum_weights(pass, i, share);
        sum_bias(pass, i, share);
        if (layer_has_norm(&network->layers[i])) {
            use_norm(pass, &network->layers[i], share);
        }
    }
    for (size_t i = 0; i < network->n_embeddings; i++) {
        sum_embedding(pass, &network->embeddings[i], share);
    }
}

void model_backward_share(const Model *model, const Workspace *workspace, const Truth *truth,
                          double total, float *gradient, const GradientUse *use,
                          const TeamShare *share) {
    Pass pass = {.model = model,
                 .workspace = workspace,
                 .truth = truth,
                 .total = total,
                 .gradient = gradient,
                 .use = use};
    backward_share(&pass, share);
}

LossSum model_backward(const Model *model, Workspace *workspace, const LossFunction *loss,
                       const float *target, size_t target_row, const float *weight, size_t rows,
                       float *gradient) {
    assert(rows == workspace->rows);
    const Truth truth = {loss, target, target_row, weight, rows};
    Pass pass = {.model = model,
                 .workspace = workspace,
                 .truth = &truth,
                 .total = loss_sum_weights(&truth),
                 .gradient = gradient};
    team_run(workspace->team, backward_share, &pass);
    return (LossSum){.loss = loss_sum_losses(workspace, &truth), .weight = pass.total};
}
