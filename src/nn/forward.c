#include "nn/workspace.h"

#include <assert.h>
#include <string.h>

/* What training forward does beyond evaluation. */
typedef struct Pass {
    bool is_training;
    const DropoutKey *dropout; /* NULL: none */
} Pass;

enum { DECISIONS_PER_DRAW = 8 }; /* of 16 bits each, from four words */

/* Inverted dropout (Srivastava et al. 2014): mask = 0 with probability p, else 1 / (1 - p). A
 * decision depends on epoch, layer, data set row and unit only. */
static void make_mask(float *mask, const DropoutKey *key, uint32_t layer, double p, size_t rows,
                      size_t row) {
    const double exact = p * 65536.0 + 0.5;
    const uint32_t threshold = exact < 65535.0 ? (uint32_t)exact : 65535;
    const float kept = (float)(1.0 / (1.0 - p));
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < row; j += DECISIONS_PER_DRAW) {
            uint32_t words[4];
            random_words(key->stream, key->epoch, layer, key->rows[i],
                         (uint32_t)(j / DECISIONS_PER_DRAW), words);
            float *to = mask + i * row + j;
            for (size_t k = 0; k < 4; k++) {
                to[2 * k] = (words[k] & 0xFFFF) < threshold ? 0.0f : kept;
                to[2 * k + 1] = words[k] >> 16 < threshold ? 0.0f : kept;
            }
        }
    }
}

/* [numeric columns | embedding of category 1 | ...] of each row of x. */
static void expand_inputs(const Model *model, float *to, const float *x, size_t rows) {
    const Network *network = model->network;
    const size_t x_row = compute_pad(network->n_inputs);
    const size_t to_row = compute_pad(network->n_expanded);
    for (size_t i = 0; i < rows; i++, x += x_row, to += to_row) {
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

static const float *make_input(const Model *model, Workspace *workspace, const float *x,
                               size_t rows, const Pass *pass) {
    const Network *network = model->network;
    const bool is_thinned = workspace->input_mask != NULL && pass->dropout != NULL;
    const float *input = x;
    if (network->n_embeddings > 0) {
        expand_inputs(model, workspace->input, x, rows);
        input = workspace->input;
    }
    if (is_thinned) {
        const size_t row = compute_pad(network->n_expanded);
        make_mask(workspace->input_mask, pass->dropout, 0, network->input_dropout, rows, row);
        workspace->kernels->multiply(workspace->input, input, workspace->input_mask, rows * row);
        input = workspace->input;
    }
    return input;
}

/* b + x W */
static void forward_dense(const Model *model, const Workspace *workspace, size_t index,
                          size_t rows) {
    const Layer *layer = &model->network->layers[index];
    const LayerSpace *space = &workspace->layers[index];
    const Tensor *weight = &model->network->tensors[layer->weight];
    const Product product = {.c = space->sum,
                             .a = space->input,
                             .b = model->parameters + weight->offset,
                             .start =
                                 model->parameters + model->network->tensors[layer->bias].offset,
                             .rows = rows,
                             .columns = layer->n_units,
                             .inner = layer->n_inputs,
                             .c_row = space->row,
                             .b_row = weight->row,
                             .a_row = space->in_row,
                             .a_inner = 1};
    workspace->kernels->product(&product);
}

static void forward_norm(const Model *model, const Layer *layer, const LayerSpace *space,
                         size_t rows, bool is_training) {
    const Tensor *tensors = model->network->tensors;
    float *running = layer->norm->has_running ? model->buffers + layer->running : NULL;
    const NormBatch batch = {.rows = rows,
                             .n = layer->n_units,
                             .row = space->row,
                             .gain = model->parameters + tensors[layer->gain].offset,
                             .shift = model->parameters + tensors[layer->shift].offset,
                             .running_mean = running,
                             .running_variance = running != NULL ? running + space->row : NULL,
                             .mean = space->mean,
                             .inverse_std = space->inverse_std,
                             .normalized = is_training ? space->normalized : NULL};
    layer->norm->forward(&batch, space->sum, is_training);
}

/* norm -> activation -> dropout -> + input, from sum to output. */
static void forward_hidden(const Model *model, const Workspace *workspace, size_t index,
                           size_t rows, const Pass *pass) {
    const Layer *layer = &model->network->layers[index];
    LayerSpace *space = &workspace->layers[index];
    const Kernels *kernels = workspace->kernels;
    const size_t n = rows * space->row;
    if (layer_has_norm(layer)) {
        forward_norm(model, layer, space, rows, pass->is_training);
    }
    layer->activation->forward(space->activated, space->sum, n);
    space->output = space->activated;
    if (space->mask != NULL && pass->dropout != NULL) {
        make_mask(space->mask, pass->dropout, (uint32_t)index + 1, layer->dropout, rows,
                  space->row);
        kernels->multiply(space->combined, space->activated, space->mask, n);
        space->output = space->combined;
    }
    if (layer->residual) {
        kernels->add(space->combined, space->output, space->input, n);
        space->output = space->combined;
    }
}

static const float *forward(const Model *model, Workspace *workspace, const float *x, size_t rows,
                            const Pass *pass) {
    assert(rows <= workspace->max_rows && workspace->network == model->network);
    workspace->x = x;
    workspace->rows = rows;
    workspace->is_dropped = pass->dropout != NULL;
    const float *input = make_input(model, workspace, x, rows, pass);
    const size_t last = model->network->n_layers - 1;
    for (size_t i = 0; i < last; i++) {
        workspace->layers[i].input = input;
        forward_dense(model, workspace, i, rows);
        forward_hidden(model, workspace, i, rows, pass);
        input = workspace->layers[i].output;
    }
    workspace->layers[last].input = input;
    forward_dense(model, workspace, last, rows);
    return workspace->layers[last].sum;
}

const float *model_forward(const Model *model, Workspace *workspace, const float *x, size_t rows) {
    return forward(model, workspace, x, rows, &(Pass){.is_training = false});
}

const float *model_forward_training(Model *model, Workspace *workspace, const float *x, size_t rows,
                                    const DropoutKey *dropout) {
    return forward(model, workspace, x, rows, &(Pass){.is_training = true, .dropout = dropout});
}

const float *model_predict(const Model *model, Workspace *workspace, const float *x, size_t rows) {
    const float *logits = model_forward(model, workspace, x, rows);
    const size_t n = network_outputs(model->network);
    model->network->output->forward(workspace->predictions, logits, rows, n, compute_pad(n));
    return workspace->predictions;
}
