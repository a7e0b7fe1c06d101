#include "nn/workspace.h"

#include "base/memory.h"

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Cuts arrays from the block; while block is NULL it only counts, so one function gives both size
 * and layout. */
typedef struct Cutter {
    float *block;
    size_t used;
} Cutter;

static float *cut(Cutter *cutter, size_t rows, size_t row) {
    const size_t first = cutter->used;
    cutter->used += compute_pad(rows * row);
    return cutter->block != NULL ? cutter->block + first : NULL;
}

static float *cut_when(bool is_wanted, Cutter *cutter, size_t rows, size_t row) {
    return is_wanted ? cut(cutter, rows, row) : NULL;
}

static void lay_out_layer(const Workspace *workspace, size_t index, size_t in_row, Cutter *cutter) {
    const Layer *layer = &workspace->network->layers[index];
    LayerSpace *space = &workspace->layers[index];
    const size_t max_rows = workspace->max_rows;
    const bool is_hidden = layer->activation != NULL, trains = workspace->trains;
    const size_t row = is_hidden ? compute_spread(layer->n_units) : compute_pad(layer->n_units);
    *space = (LayerSpace){.in_row = in_row, .row = row};
    space->sum = cut(cutter, max_rows, row);
    space->d_sum = cut_when(trains, cutter, max_rows, row);
    space->d_output = trains && layer->residual ? cut(cutter, max_rows, row) : space->d_sum;
    if (!is_hidden) {
        return;
    }
    space->activated = layer->activation->needs_input ? cut(cutter, max_rows, row) : space->sum;
    const bool is_dropped = trains && layer->dropout > 0.0;
    space->mask = cut_when(is_dropped, cutter, max_rows, row);
    space->combined = cut_when(is_dropped || layer->residual, cutter, max_rows, row);
    if (layer_has_norm(layer)) {
        const size_t n_statistics = layer->norm->statistics_per_row ? max_rows : row;
        space->normalized = cut_when(trains, cutter, max_rows, row);
        space->mean = cut(cutter, 1, n_statistics);
        space->inverse_std = cut(cutter, 1, n_statistics);
    }
}

/* Sums that can wait at once: leaves 0 .. 2^k - 1 make k, besides the one kept in the gradient
 * itself. */
static size_t count_partials(size_t max_rows) {
    size_t count = 0;
    for (size_t leaves = (max_rows + LEAF_ROWS - 1) / LEAF_ROWS; leaves > 1; leaves /= 2) {
        count++;
    }
    return count;
}

static size_t largest_partial(const Network *network) {
    size_t size = (size_t)PARTIAL_ROWS * PARTIAL_COLUMNS;
    for (size_t i = 0; i < network->n_layers; i++) {
        size = larger(size, compute_pad(network->layers[i].n_units)); /* the bias */
    }
    for (size_t i = 0; i < network->n_embeddings; i++) {
        const Embedding *embedding = &network->embeddings[i];
        size = larger(size, embedding->n_categories * compute_pad(embedding->dim));
    }
    return size;
}

/* Threads with copies of their own have nothing to take from each other's cache on the way back,
 * as long as the copies stay in their caches. */
enum { MOST_OWN_TRANSPOSED = 256 * 1024 };

static size_t own_transposed_size(const Workspace *workspace, size_t n_threads) {
    const size_t size = model_transposed_size(workspace->network);
    return workspace->trains && n_threads > 1 && size <= MOST_OWN_TRANSPOSED ? size : 0;
}

bool workspace_transposes(const Workspace *workspace) { return workspace->transposed_size > 0; }

static void lay_out(Workspace *workspace, size_t n_threads, Cutter *cutter) {
    const Network *network = workspace->network;
    const size_t max_rows = workspace->max_rows;
    size_t in_row = compute_spread(network->n_expanded);
    const bool thins_input = workspace->trains && network->input_dropout > 0.0;
    const bool makes_input = thins_input || network->n_embeddings > 0;
    workspace->input = cut_when(makes_input, cutter, max_rows, in_row);
    workspace->input_mask = cut_when(thins_input, cutter, max_rows, in_row);
    workspace->d_input =
        cut_when(workspace->trains && network->n_embeddings > 0, cutter, max_rows, in_row);
    for (size_t i = 0; i < network->n_layers; i++) {
        lay_out_layer(workspace, i, in_row, cutter);
        in_row = workspace->layers[i].row;
    }
    workspace->predictions = cut(cutter, max_rows, compute_pad(network_outputs(network)));
    workspace->losses = cut(cutter, 1, max_rows);
    workspace->partial_size = largest_partial(network);
    workspace->n_partials = workspace->trains ? count_partials(max_rows) : 0;
    workspace->partials = cut(cutter, n_threads * workspace->n_partials, workspace->partial_size);
    workspace->transposed_size = own_transposed_size(workspace, n_threads);
    workspace->transposed =
        cut_when(workspace->transposed_size > 0, cutter, n_threads, workspace->transposed_size);
}

static Workspace *make(const Network *network, size_t max_rows, Team *team, bool trains) {
    Workspace *workspace = NEW(Workspace, 1);
    workspace->team = team;
    workspace->network = network;
    workspace->kernels = compute_kernels();
    workspace->max_rows = max_rows;
    workspace->trains = trains;
    workspace->layers = NEW(LayerSpace, network->n_layers);
    Cutter cutter = {0};
    lay_out(workspace, team_size(team), &cutter);
    workspace->block = NEW(float, cutter.used);
    cutter = (Cutter){.block = workspace->block};
    lay_out(workspace, team_size(team), &cutter);
    return workspace;
}

Workspace *workspace_new_shared(const Network *network, size_t max_rows, Team *team) {
    return make(network, max_rows, team, true);
}

Workspace *workspace_new(const Network *network, size_t max_rows) {
    return make(network, max_rows, NULL, true);
}

Workspace *workspace_new_forward(const Network *network, size_t max_rows, Team *team) {
    return make(network, max_rows, team, false);
}

double workspace_bytes(const Network *network, size_t max_rows, size_t n_threads, bool trains) {
    Workspace workspace = {.network = network, .max_rows = max_rows, .trains = trains};
    workspace.layers = NEW(LayerSpace, network->n_layers);
    Cutter cutter = {0};
    lay_out(&workspace, n_threads, &cutter);
    memory_free(workspace.layers);
    return sizeof(float) * (double)cutter.used;
}

void workspace_free(Workspace *workspace) {
    if (workspace != NULL) {
        memory_free(workspace->block);
        memory_free(workspace->layers);
        memory_free(workspace);
    }
}

NormBatch workspace_norm(const Workspace *workspace, const Model *model, size_t layer) {
    const Layer *of = &model->network->layers[layer];
    const LayerSpace *space = &workspace->layers[layer];
    const Tensor *tensors = model->network->tensors;
    float *running = of->norm->has_running ? model->buffers + of->running : NULL;
    return (NormBatch){.rows = workspace->rows,
                       .n = of->n_units,
                       .row = space->row,
                       .gain = model->parameters + tensors[of->gain].offset,
                       .shift = model->parameters + tensors[of->shift].offset,
                       .running_mean = running,
                       .running_variance =
                           running != NULL ? running + compute_pad(of->n_units) : NULL,
                       .mean = space->mean,
                       .inverse_std = space->inverse_std,
                       .normalized = space->normalized};
}

const float *workspace_activations(const Workspace *workspace, size_t layer, size_t *row) {
    *row = workspace->layers[layer].row;
    return workspace->layers[layer].activated;
}
