#include "training/evaluate.h"

#include <assert.h>
#include <math.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "compute/kernels.h"

/* A power of two of whole leaves, so that sums over chunks are nodes of the tree over all leaves,
 * however large chunks are. */
enum { CHUNK_ROWS = 16 * LEAF_ROWS };

/* What a chunk may need in a workspace, unless it is a single leaf: 16 MB. */
enum { CHUNK_FLOATS = 4 << 20 };

double evaluate_threshold(const Output *output, double number) {
    return output->gives_probabilities ? number : (double)output->threshold;
}

/* What a thread works in. */
typedef struct Desk {
    Workspace *workspace;
    float *outputs; /* (chunk_rows, pad(outputs)) */
} Desk;

struct EvaluationSpace {
    const Network *network;
    size_t max_rows;
    size_t chunk_rows;
    size_t n_desks; /* one per thread that has a chunk */
    Desk *desks;
};

/* One pass over a dataset, as all threads see it: each takes every n-th chunk of rows. */
typedef struct Pass {
    const Model *model;
    const LossFunction *loss; /* NULL: none */
    const Dataset *dataset;
    const Target *target;
    Predictions *predictions; /* NULL: not wanted */
    const EvaluationSpace *space;
    size_t n_chunks;
    LossSum *sums; /* (n_chunks), NULL: not wanted */
} Pass;

static void run_chunk(const Pass *pass, const Desk *desk, size_t chunk) {
    const Dataset *dataset = pass->dataset;
    const Network *network = pass->model->network;
    const size_t first = chunk * pass->space->chunk_rows, left = dataset->n_rows - first;
    const size_t rows = left < pass->space->chunk_rows ? left : pass->space->chunk_rows;
    const float *x = dataset->x + first * dataset->x_row;
    const float *logits = model_forward(pass->model, desk->workspace, x, rows);
    if (pass->predictions != NULL) {
        const size_t n_outputs = network_outputs(network), row = compute_pad(n_outputs);
        const bool is_exponential = pass->loss != NULL && pass->loss->loss->predicts_exponential;
        network->output->forward(desk->outputs, logits, rows, n_outputs, row);
        predictions_fill(pass->predictions, pass->target, is_exponential, first, desk->outputs,
                         rows, row);
    }
    if (pass->sums != NULL) {
        const float *y = dataset->y + first * dataset->y_row;
        const float *weight = dataset->weight != NULL ? dataset->weight + first : NULL;
        pass->sums[chunk] = model_loss(pass->model, desk->workspace, pass->loss, logits, y,
                                       dataset->y_row, weight, rows);
    }
}

static void run_share(void *context, const TeamShare *share) {
    const Pass *pass = context;
    for (size_t chunk = share->thread; chunk < pass->n_chunks && !interrupt_signal();
         chunk += share->n_threads) {
        run_chunk(pass, &pass->space->desks[share->thread], chunk);
    }
}

/* Smaller chunks where there would be too few for all threads, and where layers are wide. */
static size_t choose_chunk_rows(const Network *network, size_t n_rows, size_t n_threads) {
    const double row_bytes = workspace_bytes(network, LEAF_ROWS, 1, false) / LEAF_ROWS;
    size_t rows = CHUNK_ROWS;
    while (rows > LEAF_ROWS && ((n_threads > 1 && rows * n_threads > n_rows) ||
                                (double)rows * row_bytes > CHUNK_FLOATS * sizeof(float))) {
        rows /= 2;
    }
    return rows < n_rows ? rows : n_rows;
}

static size_t count_chunks(size_t n_rows, size_t chunk_rows) {
    return n_rows > 0 ? (n_rows + chunk_rows - 1) / chunk_rows : 0;
}

EvaluationSpace *evaluation_space_new(const Network *network, size_t max_rows, Team *team) {
    EvaluationSpace *space = NEW(EvaluationSpace, 1);
    space->network = network;
    space->max_rows = max_rows;
    space->chunk_rows = choose_chunk_rows(network, max_rows, team_size(team));
    const size_t n_chunks = count_chunks(max_rows, space->chunk_rows);
    space->n_desks = n_chunks < team_size(team) ? n_chunks : team_size(team);
    space->desks = NEW(Desk, space->n_desks);
    for (size_t i = 0; i < space->n_desks; i++) {
        space->desks[i].workspace = workspace_new_forward(network, space->chunk_rows, NULL);
        space->desks[i].outputs =
            NEW(float, space->chunk_rows *compute_pad(network_outputs(network)));
    }
    return space;
}

void evaluation_space_free(EvaluationSpace *space) {
    if (space == NULL) {
        return;
    }
    for (size_t i = 0; i < space->n_desks; i++) {
        workspace_free(space->desks[i].workspace);
        memory_free(space->desks[i].outputs);
    }
    memory_free(space->desks);
    memory_free(space);
}

double evaluation_space_bytes(const Network *network, size_t max_rows, size_t n_threads) {
    const size_t rows = choose_chunk_rows(network, max_rows, n_threads);
    const size_t n_chunks = count_chunks(max_rows, rows);
    const size_t n_desks = n_chunks < n_threads ? n_chunks : n_threads;
    return (double)n_desks * workspace_bytes(network, rows, 1, false);
}

static double mean_loss(const Pass *pass) {
    LeafSum loss = {.n_leaves = 0}, weight = {.n_leaves = 0};
    for (size_t i = 0; i < pass->n_chunks; i++) {
        leaf_sum_push(&loss, pass->sums[i].loss);
        leaf_sum_push(&weight, pass->sums[i].weight);
    }
    const double total = leaf_sum_finish(&weight);
    return total > 0 ? leaf_sum_finish(&loss) / total : (double)NAN;
}

/* Runs all rows through the model; fills predictions unless they are NULL. Returns the mean loss.
 */
static double run(const Model *model, const LossFunction *loss, const Dataset *dataset,
                  const Evaluation *evaluation, Predictions *predictions) {
    assert(dataset->n_rows == 0 || dataset->x_row == compute_spread(model->network->n_inputs));
    if (dataset->n_rows == 0) {
        return (double)NAN;
    }
    EvaluationSpace *own = NULL;
    const EvaluationSpace *space = evaluation->space;
    if (space == NULL) {
        own = evaluation_space_new(model->network, dataset->n_rows, evaluation->team);
        space = own;
    }
    assert(space->network == model->network && dataset->n_rows <= space->max_rows);
    Pass pass = {.model = model,
                 .loss = loss,
                 .dataset = dataset,
                 .target = evaluation->target,
                 .predictions = predictions,
                 .space = space,
                 .n_chunks = count_chunks(dataset->n_rows, space->chunk_rows)};
    const bool has_loss = loss != NULL && dataset->y != NULL;
    pass.sums = has_loss ? NEW(LossSum, pass.n_chunks) : NULL;
    team_run(evaluation->team, run_share, &pass);
    const double mean = has_loss ? mean_loss(&pass) : (double)NAN;
    memory_free(pass.sums);
    evaluation_space_free(own);
    return mean;
}

void evaluate_predict(const Evaluation *evaluation, const Model *model, const LossFunction *loss,
                      const Dataset *dataset, Predictions *predictions) {
    const Output *output = model->network->output;
    predictions_init(predictions, evaluation->target, output, dataset);
    predictions->loss = run(model, loss, dataset, evaluation, predictions);
    predictions_decide(predictions, isnan(evaluation->threshold) ? (double)output->threshold
                                                                 : evaluation->threshold);
}

double evaluate_loss(const Model *model, const LossFunction *loss, const Dataset *dataset,
                     Team *team) {
    return run(model, loss, dataset, &(Evaluation){.team = team}, NULL);
}

static double value_of(const Metric *metric, const MetricInput *in) {
    bool is_possible = (!metric->needs_probabilities || in->has_probabilities) &&
                       (!metric->needs_scores || in->scores != NULL);
    return is_possible ? metric->compute(in) : (double)NAN;
}

void evaluate_metrics(const Evaluation *evaluation, const Predictions *predictions,
                      PartResult *result) {
    *result = (PartResult){.rows = predictions->n, .loss = predictions->loss};
    if (predictions->n == 0) {
        return;
    }
    const MetricList *metrics = evaluation->metrics;
    MetricInput in = predictions_input(predictions);
    result->n_metrics = metrics->n;
    result->values = NEW(double, metrics->n);
    for (size_t i = 0; i < metrics->n; i++) {
        result->values[i] = value_of(metrics->items[i], &in);
    }
    if (evaluation->wants_confusion && in.n_classes > 0) {
        result->n_classes = in.n_classes;
        size_t n_cells = in.n_classes * in.n_classes;
        result->confusion = NEW(double, n_cells);
        metric_confusion(&in, result->confusion);
    }
}

void part_result_free(PartResult *result) {
    memory_free(result->values);
    memory_free(result->low);
    memory_free(result->high);
    memory_free(result->confusion);
    *result = (PartResult){0};
}

void evaluate_part(const Evaluation *evaluation, const Model *model, const LossFunction *loss,
                   const Dataset *dataset, PartResult *result) {
    if (dataset == NULL || dataset->n_rows == 0) {
        *result = (PartResult){.loss = (double)NAN};
        return;
    }
    Predictions predictions;
    evaluate_predict(evaluation, model, loss, dataset, &predictions);
    evaluate_metrics(evaluation, &predictions, result);
    predictions_free(&predictions);
}
