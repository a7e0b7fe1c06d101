#include "training/evaluate.h"

#include <assert.h>
#include <math.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "compute/kernels.h"

/* A power of two of whole leaves, so that sums over chunks are nodes of the tree over all leaves,
 * however large chunks are. */
enum { CHUNK_ROWS = 16 * LEAF_ROWS };

double evaluate_threshold(const Output *output, double number) {
    return output->gives_probabilities ? number : (double)output->threshold;
}

/* What a thread works in. */
typedef struct Desk {
    Workspace *workspace;
    float *outputs; /* (chunk_rows, pad(outputs)) */
} Desk;

/* One pass over a dataset, as all threads see it: each takes every n-th chunk of rows. */
typedef struct Pass {
    const Model *model;
    const LossFunction *loss; /* NULL: none */
    const Dataset *dataset;
    const Target *target;
    Predictions *predictions; /* NULL: not wanted */
    size_t chunk_rows, n_chunks;
    LossSum *sums; /* (n_chunks), NULL: not wanted */
    Desk *desks;   /* one per thread */
} Pass;

static void run_chunk(const Pass *pass, const Desk *desk, size_t chunk) {
    const Dataset *dataset = pass->dataset;
    const Network *network = pass->model->network;
    const size_t first = chunk * pass->chunk_rows, left = dataset->n_rows - first;
    const size_t rows = left < pass->chunk_rows ? left : pass->chunk_rows;
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
        run_chunk(pass, &pass->desks[share->thread], chunk);
    }
}

/* Smaller chunks where there would be too few for all threads. */
static size_t choose_chunk_rows(size_t n_rows, size_t n_threads) {
    size_t rows = CHUNK_ROWS;
    while (n_threads > 1 && rows > LEAF_ROWS && rows * n_threads > n_rows) {
        rows /= 2;
    }
    return rows < n_rows ? rows : n_rows;
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

static void pass_init(Pass *pass, Team *team) {
    const Network *network = pass->model->network;
    const Dataset *dataset = pass->dataset;
    pass->chunk_rows = choose_chunk_rows(dataset->n_rows, team_size(team));
    pass->n_chunks = (dataset->n_rows + pass->chunk_rows - 1) / pass->chunk_rows;
    if (pass->loss != NULL && dataset->y != NULL) {
        pass->sums = NEW(LossSum, pass->n_chunks);
    }
    pass->desks = NEW(Desk, team_size(team));
    for (size_t i = 0; i < team_size(team) && i < pass->n_chunks; i++) {
        pass->desks[i].workspace = workspace_new(network, pass->chunk_rows);
        pass->desks[i].outputs =
            NEW(float, pass->chunk_rows *compute_pad(network_outputs(network)));
    }
}

static void pass_free(Pass *pass, Team *team) {
    for (size_t i = 0; i < team_size(team); i++) {
        workspace_free(pass->desks[i].workspace);
        memory_free(pass->desks[i].outputs);
    }
    memory_free(pass->desks);
    memory_free(pass->sums);
}

/* Runs all rows through the model; fills predictions unless they are NULL. Returns the mean loss.
 */
static double run(const Model *model, const LossFunction *loss, const Dataset *dataset,
                  const Target *target, Predictions *predictions, Team *team) {
    assert(dataset->n_rows == 0 || dataset->x_row == compute_pad(model->network->n_inputs));
    if (dataset->n_rows == 0) {
        return (double)NAN;
    }
    Pass pass = {.model = model,
                 .loss = loss,
                 .dataset = dataset,
                 .target = target,
                 .predictions = predictions};
    pass_init(&pass, team);
    team_run(team, run_share, &pass);
    const double mean = pass.sums != NULL ? mean_loss(&pass) : (double)NAN;
    pass_free(&pass, team);
    return mean;
}

void evaluate_predict(const Evaluation *evaluation, const Model *model, const LossFunction *loss,
                      const Dataset *dataset, Predictions *predictions) {
    const Output *output = model->network->output;
    predictions_init(predictions, evaluation->target, output, dataset);
    predictions->loss =
        run(model, loss, dataset, evaluation->target, predictions, evaluation->team);
    predictions_decide(predictions, isnan(evaluation->threshold) ? (double)output->threshold
                                                                 : evaluation->threshold);
}

double evaluate_loss(const Model *model, const LossFunction *loss, const Dataset *dataset,
                     Team *team) {
    return run(model, loss, dataset, NULL, NULL, team);
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
