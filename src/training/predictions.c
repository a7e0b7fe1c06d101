#include "training/predictions.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"
#include "compute/kernels.h"

static bool is_regression(const Predictions *predictions) { return predictions->n_scores == 0; }

static double *take_truth(const Predictions *predictions, const Target *target,
                          const Dataset *dataset) {
    size_t columns = predictions->n_targets;
    double *truth = NEW(double, columns * predictions->n);
    for (size_t i = 0; i < predictions->n; i++) {
        for (size_t j = 0; j < columns; j++) {
            double value = (double)dataset->y[i * dataset->y_row + j];
            truth[i * columns + j] =
                is_regression(predictions) ? target_decode(target, j, value) : value;
        }
    }
    return truth;
}

static double *take_weights(const Dataset *dataset) {
    double *weight = NEW(double, dataset->n_rows);
    for (size_t i = 0; i < dataset->n_rows; i++) {
        weight[i] = (double)dataset->weight[i];
    }
    return weight;
}

void predictions_init(Predictions *predictions, const Target *target, const Output *output,
                      const Dataset *dataset) {
    const Task *task = target->task;
    size_t n_classes = task->has_classes ? target->classes.n : 0;
    size_t n_targets = target_columns(target);
    size_t n_scores = task->has_classes ? n_classes : task->has_probabilities ? n_targets : 0;
    *predictions = (Predictions){.task = task,
                                 .n = dataset->n_rows,
                                 .n_classes = n_classes,
                                 .n_targets = n_targets,
                                 .n_scores = n_scores,
                                 .has_probabilities = n_scores > 0 && output->gives_probabilities,
                                 .loss = (double)NAN};
    predictions->scores = n_scores > 0 ? NEW(double, n_scores * dataset->n_rows) : NULL;
    predictions->decided = NEW(double, n_targets * dataset->n_rows);
    predictions->truth = dataset->y != NULL ? take_truth(predictions, target, dataset) : NULL;
    predictions->weight = dataset->weight != NULL ? take_weights(dataset) : NULL;
}

void predictions_free(Predictions *predictions) {
    memory_free(predictions->scores);
    memory_free(predictions->decided);
    memory_free(predictions->truth);
    memory_free(predictions->weight);
    *predictions = (Predictions){0};
}

static void fill_values(double *values, const Target *target, bool is_exponential,
                        const float *outputs, size_t n) {
    for (size_t j = 0; j < n; j++) {
        float output = is_exponential ? compute_exp(outputs[j]) : outputs[j];
        values[j] = target_decode(target, j, (double)output);
    }
}

static void fill_scores(const Predictions *predictions, double *scores, const float *outputs) {
    if (predictions->n_classes > 0 && !predictions->task->outputs_per_class) {
        scores[1] = (double)outputs[0];
        scores[0] = predictions->has_probabilities ? 1 - scores[1] : -scores[1];
        return;
    }
    for (size_t j = 0; j < predictions->n_scores; j++) {
        scores[j] = (double)outputs[j];
    }
}

void predictions_fill(Predictions *predictions, const Target *target, bool is_exponential,
                      size_t first, const float *outputs, size_t rows, size_t row) {
    assert(first + rows <= predictions->n);
    size_t n_scores = predictions->n_scores, n_targets = predictions->n_targets;
    for (size_t i = 0; i < rows; i++) {
        const float *output = outputs + i * row;
        if (is_regression(predictions)) {
            fill_values(predictions->decided + (first + i) * n_targets, target, is_exponential,
                        output, n_targets);
        } else {
            fill_scores(predictions, predictions->scores + (first + i) * n_scores, output);
        }
    }
}

static size_t place_of_largest(const double *scores, size_t n) {
    size_t largest = 0;
    for (size_t j = 1; j < n; j++) {
        largest = scores[j] > scores[largest] ? j : largest;
    }
    return largest;
}

static void decide_class(const Predictions *predictions, double threshold, size_t i) {
    const double *scores = predictions->scores + i * predictions->n_scores;
    predictions->decided[i] = predictions->task->outputs_per_class
                                  ? (double)place_of_largest(scores, predictions->n_scores)
                                  : (double)(scores[1] > threshold);
}

void predictions_decide(Predictions *predictions, double threshold) {
    if (predictions->n_classes > 0) {
        for (size_t i = 0; i < predictions->n; i++) {
            decide_class(predictions, threshold, i);
        }
        return;
    }
    for (size_t i = 0; i < predictions->n * predictions->n_scores; i++) {
        predictions->decided[i] = predictions->scores[i] > threshold;
    }
}

MetricInput predictions_input(const Predictions *predictions) {
    assert(predictions->truth != NULL);
    return (MetricInput){.n = predictions->n,
                         .n_classes = predictions->n_classes,
                         .n_targets = predictions->n_targets,
                         .truth = predictions->truth,
                         .scores = predictions->scores,
                         .decided = predictions->decided,
                         .weight = predictions->weight,
                         .has_probabilities = predictions->has_probabilities};
}
