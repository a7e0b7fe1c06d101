/* What the files of metrics share: sums over rows, and the functions that the table in metric.c
 * names. Included by those files only; everyone else includes nn/metric.h. */
#ifndef NNTRAIN_NN_METRIC_ROWS_H
#define NNTRAIN_NN_METRIC_ROWS_H

#include "compute/kernels.h"
#include "nn/metric.h"

/* A sum over rows in leaves of LEAF_ROWS, combined by the fixed tree. Zero-initialise. */
typedef struct MetricSum {
    LeafSum leaves;
    double leaf;
    size_t n;
} MetricSum;

static inline void metric_sum_add(MetricSum *sum, double value) {
    sum->leaf += value;
    sum->n++;
    if (sum->n == LEAF_ROWS) {
        leaf_sum_push(&sum->leaves, sum->leaf);
        sum->leaf = 0;
        sum->n = 0;
    }
}

static inline double metric_sum_finish(MetricSum *sum) {
    if (sum->n > 0) {
        leaf_sum_push(&sum->leaves, sum->leaf);
        sum->n = 0;
    }
    return leaf_sum_finish(&sum->leaves);
}

static inline double metric_weight(const MetricInput *in, size_t i) {
    return in->weight != NULL ? in->weight[i] : 1;
}

/* Weighted mean over rows of value(in, i, context); NAN when the weights sum to zero. */
double metric_mean(const MetricInput *in,
                   double (*value)(const MetricInput *in, size_t i, size_t context),
                   size_t context);

/* metric_classes.c: from the decided classes */
double metric_accuracy(const MetricInput *in);
double metric_balanced_accuracy(const MetricInput *in);
double metric_precision_macro(const MetricInput *in);
double metric_recall_macro(const MetricInput *in);
double metric_f1_macro(const MetricInput *in);
double metric_mcc(const MetricInput *in);

/* metric_ranking.c: from scores and probabilities */
double metric_roc_auc(const MetricInput *in);
double metric_average_precision(const MetricInput *in);
double metric_log_loss(const MetricInput *in);
double metric_brier(const MetricInput *in);

/* metric_regression.c: from values */
double metric_rmse(const MetricInput *in);
double metric_mae(const MetricInput *in);
double metric_r2(const MetricInput *in);
double metric_mape(const MetricInput *in);
double metric_max_error(const MetricInput *in);

#endif
