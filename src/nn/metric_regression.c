#include "nn/metric_rows.h"

#include <math.h>

static double error_at(const MetricInput *in, size_t i, size_t column) {
    return in->truth[i * in->n_targets + column] - in->decided[i * in->n_targets + column];
}

static double squared_error(const MetricInput *in, size_t i, size_t column) {
    double e = error_at(in, i, column);
    return e * e;
}

static double absolute_error(const MetricInput *in, size_t i, size_t column) {
    return fabs(error_at(in, i, column));
}

static double relative_error(const MetricInput *in, size_t i, size_t column) {
    return absolute_error(in, i, column) /
           fmax(fabs(in->truth[i * in->n_targets + column]), 0x1p-52);
}

static double rmse_of(const MetricInput *in, size_t column) {
    return sqrt(metric_mean(in, squared_error, column));
}

static double mae_of(const MetricInput *in, size_t column) {
    return metric_mean(in, absolute_error, column);
}

static double mape_of(const MetricInput *in, size_t column) {
    return metric_mean(in, relative_error, column);
}

static double truth_at(const MetricInput *in, size_t i, size_t column) {
    return in->truth[i * in->n_targets + column];
}

static double r2_of(const MetricInput *in, size_t column) {
    if (in->n < 2) {
        return (double)NAN;
    }
    double mean = metric_mean(in, truth_at, column);
    MetricSum unexplained = {0}, total = {0};
    for (size_t i = 0; i < in->n; i++) {
        double d = truth_at(in, i, column) - mean;
        metric_sum_add(&unexplained, metric_weight(in, i) * squared_error(in, i, column));
        metric_sum_add(&total, metric_weight(in, i) * (d * d));
    }
    double numerator = metric_sum_finish(&unexplained);
    double denominator = metric_sum_finish(&total);
    if (denominator == 0) {
        return numerator == 0 ? 1 : 0;
    }
    return 1 - numerator / denominator;
}

static double mean_over_columns(const MetricInput *in,
                                double (*value)(const MetricInput *in, size_t column)) {
    double sum = 0;
    for (size_t j = 0; j < in->n_targets; j++) {
        sum += value(in, j);
    }
    return sum / (double)in->n_targets;
}

double metric_rmse(const MetricInput *in) { return mean_over_columns(in, rmse_of); }

double metric_mae(const MetricInput *in) { return mean_over_columns(in, mae_of); }

double metric_r2(const MetricInput *in) { return mean_over_columns(in, r2_of); }

double metric_mape(const MetricInput *in) { return mean_over_columns(in, mape_of); }

double metric_max_error(const MetricInput *in) {
    double largest = in->n > 0 ? 0 : (double)NAN;
    for (size_t i = 0; i < in->n; i++) {
        for (size_t j = 0; j < in->n_targets; j++) {
            double e = absolute_error(in, i, j);
            largest = e > largest || isnan(e) ? e : largest;
        }
    }
    return largest;
}
