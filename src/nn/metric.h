/* Metrics with scikit-learn's definitions; one row each. Sums run in row order in double, so a
 * value is the same bits everywhere. */
#ifndef NNTRAIN_NN_METRIC_H
#define NNTRAIN_NN_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/kind.h"

/* Predictions of one part beside the truth.
 * Class tasks (n_classes > 0): truth[i] is a class code, scores (n, n_classes) are probabilities of
 * each class, binary both, or numbers that grow with them; decided[i] is the predicted class.
 * Multilabel: truth (n, n_targets) of 0/1, scores (n, n_targets), decided likewise.
 * Regression: truth and decided (n, n_targets) in raw units, no scores. */
typedef struct MetricInput {
    size_t n;
    size_t n_classes; /* class tasks, else 0 */
    size_t n_targets; /* multilabel, regression */
    const double *truth;
    const double *scores;
    const double *decided;
    const double *weight; /* (n) or NULL: all 1 */
    bool has_probabilities;
} MetricInput;

typedef struct Metric {
    Kind kind;
    unsigned tasks;         /* FOR_... bits (data/task.h) */
    unsigned default_tasks; /* those for which `evaluation.metrics = auto` has it */
    bool needs_probabilities;
    bool needs_scores; /* roc_auc, average_precision */
    bool higher_is_better;
    double lowest, highest; /* no value is beyond them */
    /* NAN when undefined (one class only, ...): written as null. */
    double (*compute)(const MetricInput *in);
} Metric;

const KindTable *metric_kinds(void);

/* counts (n_classes, n_classes): rows are the truth, columns the prediction; sums of weights. */
void metric_confusion(const MetricInput *in, double *counts);

#endif
