#include "training/evaluate.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "compute/kernels.h"

/* A power of two of whole leaves, so that sums over chunks are nodes of the tree over all leaves.
 */
enum { CHUNK_ROWS = 16 * LEAF_ROWS };

double evaluate_threshold(const Output *output, double number) {
    return output->gives_probabilities ? number : (double)output->threshold;
}

/* Mean of sums pushed chunk by chunk. */
typedef struct LossMean {
    LeafSum loss, weight;
} LossMean;

static void loss_mean_add(LossMean *mean, LossSum sum) {
    leaf_sum_push(&mean->loss, sum.loss);
    leaf_sum_push(&mean->weight, sum.weight);
}

static double loss_mean_finish(const LossMean *mean) {
    double weight = leaf_sum_finish(&mean->weight);
    return weight > 0 ? leaf_sum_finish(&mean->loss) / weight : (double)NAN;
}

static bool has_loss(const LossFunction *loss, const Dataset *dataset) {
    return loss != NULL && dataset->y != NULL;
}

/* Runs the rows through the model in chunks; fills predictions unless they are NULL. Returns the
 * mean loss. */
static double run(const Model *model, const LossFunction *loss, const Dataset *dataset,
                  const Target *target, Predictions *predictions) {
    const Network *network = model->network;
    size_t n_outputs = network_outputs(network), row = compute_pad(n_outputs);
    size_t chunk = dataset->n_rows < CHUNK_ROWS ? dataset->n_rows : CHUNK_ROWS;
    assert(dataset->n_rows == 0 || dataset->x_row == compute_pad(network->n_inputs));
    if (dataset->n_rows == 0) {
        return (double)NAN;
    }
    Workspace *workspace = workspace_new(network, chunk);
    float *outputs = NEW(float, chunk *row);
    LossMean mean = {0};
    for (size_t first = 0; first < dataset->n_rows; first += chunk) {
        size_t left = dataset->n_rows - first, rows = left < chunk ? left : chunk;
        const float *logits =
            model_forward(model, workspace, dataset->x + first * dataset->x_row, rows);
        if (predictions != NULL) {
            network->output->forward(outputs, logits, rows, n_outputs, row);
            predictions_fill(predictions, target, loss != NULL && loss->loss->predicts_exponential,
                             first, outputs, rows, row);
        }
        if (has_loss(loss, dataset)) {
            const float *weight = dataset->weight != NULL ? dataset->weight + first : NULL;
            loss_mean_add(&mean, model_loss(model, workspace, loss, logits,
                                            dataset->y + first * dataset->y_row, dataset->y_row,
                                            weight, rows));
        }
    }
    memory_free(outputs);
    workspace_free(workspace);
    return has_loss(loss, dataset) ? loss_mean_finish(&mean) : (double)NAN;
}

void evaluate_predict(const Evaluation *evaluation, const Model *model, const LossFunction *loss,
                      const Dataset *dataset, Predictions *predictions) {
    const Output *output = model->network->output;
    predictions_init(predictions, evaluation->target, output, dataset);
    predictions->loss = run(model, loss, dataset, evaluation->target, predictions);
    predictions_decide(predictions, isnan(evaluation->threshold) ? (double)output->threshold
                                                                 : evaluation->threshold);
}

double evaluate_loss(const Model *model, const LossFunction *loss, const Dataset *dataset) {
    return run(model, loss, dataset, NULL, NULL);
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
