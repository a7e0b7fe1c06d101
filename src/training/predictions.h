/* What a model says of rows, beside the truth: the one form that metrics, threshold, bootstrap and
 * prediction files read. Made by evaluate_predict. */
#ifndef NNTRAIN_TRAINING_PREDICTIONS_H
#define NNTRAIN_TRAINING_PREDICTIONS_H

#include "data/dataset.h"
#include "data/target.h"
#include "nn/activation.h"
#include "nn/metric.h"

/* n rows in the order of the dataset; shapes as in MetricInput. */
typedef struct Predictions {
    const Task *task;
    size_t n;
    size_t n_classes; /* class tasks, else 0 */
    size_t n_targets; /* 1 for class tasks */
    size_t n_scores;  /* n_classes; n_targets for multilabel; 0 for regression */
    double *scores;   /* (n, n_scores) probabilities, or outputs that grow with the class (binary:
                         minus the output, the output) */
    double *decided;  /* (n) class codes; (n, n_targets) 0/1, or values in raw units */
    double *truth;    /* like decided; NULL when the dataset has no target */
    double *weight;   /* (n) or NULL */
    bool has_probabilities;
    double loss; /* mean by the loss function; NAN without one, or without truth */
} Predictions;

/* Room for all rows of dataset, and its truth and weights; scores and decided are zero. The truth
 * of a regression is decoded from the dataset's float32. */
void predictions_init(Predictions *predictions, const Target *target, const Output *output,
                      const Dataset *dataset);
void predictions_free(Predictions *predictions);

/* Outputs (rows, row) of the dataset's rows from `first` on; regression: already in raw units
 * through target, by exp first where is_exponential. */
void predictions_fill(Predictions *predictions, const Target *target, bool is_exponential,
                      size_t first, const float *outputs, size_t rows, size_t row);

/* Decides from the scores: the second class, and a label, above threshold; of several classes the
 * first with the highest score. Nothing for regression. */
void predictions_decide(Predictions *predictions, double threshold);

/* The same as metrics see it; borrows. There must be a truth. */
MetricInput predictions_input(const Predictions *predictions);

#endif
