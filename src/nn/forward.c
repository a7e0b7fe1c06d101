#include "nn/workspace.h"

#include <assert.h>
#include <string.h>

/* One forward call, as all threads see it. */
typedef struct Pass {
    const Model *model;
    const Workspace *workspace;
    bool is_training;
} Pass;

/* Inverted dropout (Srivastava et al. 2014): mask = 0 with probability p, else 1 / (1 - p). A
 * decision is 16 bits, and depends on epoch, layer, data set row and unit only. */
static void make_mask(float *mask, const DropoutKey *key, uint32_t layer, double p, Range rows,
                      size_t row) {
    const double exact = p * 65536.0 + 0.5;
    const uint32_t threshold = exact < 65535.0 ? (uint32_t)exact : 65535;
    const float kept = (float)(1.0 / (1.0 - p));
    for (size_t i = rows.first; i < rows.end; i++) {
        const uint32_t place[3] = {key->epoch, layer, key->rows[i]};
        compute_kernels()->draw_mask(mask + i * row, key->stream, place, threshold, kept, row);
    }
}

/* [numeric columns | embedding of category 1 | ...] of each row of x. */
static void expand_inputs(const Pass *pass, Range rows) {
    const Model *model = pass->model;
    const Network *network = model->network;
    const size_t x_row = compute_spread(network->n_inputs);
    const size_t to_row = compute_spread(network->n_expanded);
    const float *x = pass->workspace->x + rows.first * x_row;
    float *to = pass->workspace->input + rows.first * to_row;
    for (size_t i = rows.first; i < rows.end; i++, x += x_row, to += to_row) {
        for (size_t j = 0; j < network->n_numeric; j++) {
            to[j] = x[network->numeric[j]];
        }
        for (size_t j = 0; j < network->n_embeddings; j++) {
            const Embedding *embedding = &network->embeddings[j];
            const Tensor *table = &network->tensors[embedding->tensor];
            const size_t code = (size_t)x[embedding->column];
            assert(code < embedding->n_categories);
            memcpy(to + embedding->first_input,
                   model->parameters + table->offset + code * table->row,
                   embedding->dim * sizeof *to);
        }
    }
}

static bool is_input_thinned(const Workspace *workspace) {
    return workspace->input_mask != NULL && workspace->dropout != NULL;
}

static void make_input(const Pass *pass, Range rows) {
    const Network *network = pass->model->network;
    const Workspace *workspace = pass->workspace;
    if (network->n_embeddings > 0) {
        expand_inputs(pass, rows);
    }
    if (is_input_thinned(workspace)) {
        const size_t row = compute_spread(network->n_expanded), first = rows.first * row;
        const float *input = network->n_embeddings > 0 ? workspace->input : workspace->x;
        make_mask(workspace->input_mask, workspace->dropout, 0, network->input_dropout, rows, row);
        workspace->kernels->multiply(workspace->input + first, input + first,
                                     workspace->input_mask + first, (rows.end - rows.first) * row);
    }
}

/* This thread's copy of the transposed weights, for the way back; the product then finds the
 * weights in the cache. */
static void transpose_own(const Pass *pass, size_t index, const TeamShare *share) {
    const Workspace *workspace = pass->workspace;
    if (pass->is_training && workspace->transposed != NULL) {
        const Range inputs = {0, pass->model->network->layers[index].n_inputs};
        model_transpose(pass->model, index, inputs,
                        workspace->transposed + share->thread * workspace->transposed_size);
    }
}

/* b + x W */
static void forward_dense(const Pass *pass, size_t index, Range rows) {
    const Model *model = pass->model;
    const Layer *layer = &model->network->layers[index];
    const LayerSpace *space = &pass->workspace->layers[index];
    const Tensor *weight = &model->network->tensors[layer->weight];
    const Product product = {.c = space->sum + rows.first * space->row,
                             .a = space->input + rows.first * space->in_row,
                             .b = model->parameters + weight->offset,
                             .start =
                                 model->parameters + model->network->tensors[layer->bias].offset,
                             .rows = rows.end - rows.first,
                             .columns = layer->n_units,
                             .inner = layer->n_inputs,
                             .c_row = space->row,
                             .b_row = weight->row,
                             .a_row = space->in_row,
                             .a_inner = 1};
    pass->workspace->kernels->product(&product);
}

/* Batch statistics are per column, and need all rows. */
static void forward_norm(const Pass *pass, size_t index, Range rows, const TeamShare *share) {
    const Norm *norm = pass->model->network->layers[index].norm;
    const LayerSpace *space = &pass->workspace->layers[index];
    NormBatch batch = workspace_norm(pass->workspace, pass->model, index);
    if (!pass->is_training) {
        batch.normalized = NULL;
    }
    if (norm->statistics_per_row || !pass->is_training) {
        const NormBatch part = norm_rows(norm, &batch, rows.first, rows.end);
        norm->forward(&part, space->sum + rows.first * space->row, pass->is_training);
        return;
    }
    team_barrier(share);
    const Range columns = team_range(share, batch.n, LANES);
    const NormBatch part = norm_columns(&batch, columns.first, columns.end);
    norm->forward(&part, space->sum + columns.first, true);
    team_barrier(share);
}

/* norm -> activation -> dropout -> + input, from sum to output. */
static void forward_hidden(const Pass *pass, size_t index, Range rows, const TeamShare *share) {
    const Layer *layer = &pass->model->network->layers[index];
    const LayerSpace *space = &pass->workspace->layers[index];
    const Kernels *kernels = pass->workspace->kernels;
    const DropoutKey *dropout = pass->workspace->dropout;
    const size_t first = rows.first * space->row, n = (rows.end - rows.first) * space->row;
    if (layer_has_norm(layer)) {
        forward_norm(pass, index, rows, share);
    }
    float *output = space->activated + first;
    layer->activation->forward(output, space->sum + first, n);
    if (space->mask != NULL && dropout != NULL) {
        make_mask(space->mask, dropout, (uint32_t)index + 1, layer->dropout, rows, space->row);
        kernels->multiply(space->combined + first, output, space->mask + first, n);
        output = space->combined + first;
    }
    if (layer->residual) {
        kernels->add(space->combined + first, output, space->input + first, n);
    }
}

static void forward_share(void *context, const TeamShare *share) {
    const Pass *pass = context;
    const Range rows = team_range(share, pass->workspace->rows, 1);
    const size_t last = pass->model->network->n_layers - 1;
    make_input(pass, rows);
    for (size_t i = 0; i < last; i++) {
        transpose_own(pass, i, share);
        forward_dense(pass, i, rows);
        forward_hidden(pass, i, rows, share);
    }
    transpose_own(pass, last, share);
    forward_dense(pass, last, rows);
}

/* Which array each layer reads and hands on. */
static void connect_layers(Workspace *workspace) {
    const Network *network = workspace->network;
    const bool makes_input = network->n_embeddings > 0 || is_input_thinned(workspace);
    const float *input = makes_input ? workspace->input : workspace->x;
    for (size_t i = 0; i < network->n_layers; i++) {
        LayerSpace *space = &workspace->layers[i];
        const bool is_combined =
            network->layers[i].residual || (space->mask != NULL && workspace->dropout != NULL);
        space->input = input;
        space->output = is_combined ? space->combined : space->activated;
        input = space->output;
    }
}

void model_begin(Workspace *workspace, const float *x, size_t rows, const DropoutKey *dropout) {
    assert(rows <= workspace->max_rows);
    workspace->x = x;
    workspace->rows = rows;
    workspace->dropout = dropout;
    connect_layers(workspace);
}

void model_forward_training_share(Model *model, const Workspace *workspace,
                                  const TeamShare *share) {
    forward_share(&(Pass){.model = model, .workspace = workspace, .is_training = true}, share);
}

static const float *forward(Workspace *workspace, Pass *pass) {
    assert(workspace->network == pass->model->network);
    team_run(workspace->team, forward_share, pass);
    return workspace->layers[workspace->network->n_layers - 1].sum;
}

const float *model_forward(const Model *model, Workspace *workspace, const float *x, size_t rows) {
    model_begin(workspace, x, rows, NULL);
    return forward(workspace, &(Pass){.model = model, .workspace = workspace});
}

const float *model_forward_training(Model *model, Workspace *workspace, const float *x, size_t rows,
                                    const DropoutKey *dropout) {
    assert(workspace->trains);
    model_begin(workspace, x, rows, dropout);
    return forward(workspace, &(Pass){.model = model, .workspace = workspace, .is_training = true});
}

const float *model_predict(const Model *model, Workspace *workspace, const float *x, size_t rows) {
    const float *logits = model_forward(model, workspace, x, rows);
    const size_t n = network_outputs(model->network);
    model->network->output->forward(workspace->predictions, logits, rows, n, compute_pad(n));
    return workspace->predictions;
}
