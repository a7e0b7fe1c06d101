#include "nn/metric_rows.h"

#include <assert.h>
#include <math.h>

#include "base/memory.h"

/* Sums of weights per class, or per label of a multilabel task; one block. */
typedef struct Counts {
    size_t n;
    double *truth;      /* rows that are of the class */
    double *decided;    /* rows told to be */
    double *correct;    /* both */
    double *is_present; /* 1 when a row is of it or told to be; labels always are */
} Counts;

static size_t class_of(const MetricInput *in, const double *codes, size_t i) {
    size_t class = (size_t)codes[i];
    assert(class < in->n_classes);
    (void)in;
    return class;
}

static void count_classes(const MetricInput *in, Counts *counts) {
    for (size_t i = 0; i < in->n; i++) {
        size_t truth = class_of(in, in->truth, i);
        size_t decided = class_of(in, in->decided, i);
        double w = metric_weight(in, i);
        counts->truth[truth] += w;
        counts->decided[decided] += w;
        counts->correct[truth] += truth == decided ? w : 0;
        counts->is_present[truth] = 1;
        counts->is_present[decided] = 1;
    }
}

static void count_labels(const MetricInput *in, Counts *counts) {
    for (size_t i = 0; i < in->n; i++) {
        const double *truth = in->truth + i * in->n_targets;
        const double *decided = in->decided + i * in->n_targets;
        double w = metric_weight(in, i);
        for (size_t j = 0; j < in->n_targets; j++) {
            counts->truth[j] += w * truth[j];
            counts->decided[j] += w * decided[j];
            counts->correct[j] += w * truth[j] * decided[j];
            counts->is_present[j] = 1;
        }
    }
}

static void counts_init(Counts *counts, const MetricInput *in) {
    size_t n = in->n_classes > 0 ? in->n_classes : in->n_targets;
    double *block = NEW(double, 4 * n);
    *counts = (Counts){n, block, block + n, block + 2 * n, block + 3 * n};
    if (in->n_classes > 0) {
        count_classes(in, counts);
    } else {
        count_labels(in, counts);
    }
}

static void counts_free(Counts *counts) { memory_free(counts->truth); }

/* Zero division gives 0, as scikit-learn's zero_division=0. */
static double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

static double precision_of(const Counts *counts, size_t c) {
    return ratio(counts->correct[c], counts->decided[c]);
}

static double recall_of(const Counts *counts, size_t c) {
    return ratio(counts->correct[c], counts->truth[c]);
}

static double f1_of(const Counts *counts, size_t c) {
    return ratio(2 * counts->correct[c], counts->truth[c] + counts->decided[c]);
}

/* Mean of a score over the classes with a positive entry in `counted`. */
static double mean_over(const Counts *counts, const double *counted,
                        double (*score)(const Counts *counts, size_t c)) {
    double sum = 0;
    size_t n = 0;
    for (size_t c = 0; c < counts->n; c++) {
        if (counted[c] > 0) {
            sum += score(counts, c);
            n++;
        }
    }
    return n > 0 ? sum / (double)n : (double)NAN;
}

static double macro(const MetricInput *in, double (*score)(const Counts *counts, size_t c)) {
    Counts counts;
    counts_init(&counts, in);
    double mean = mean_over(&counts, counts.is_present, score);
    counts_free(&counts);
    return mean;
}

double metric_precision_macro(const MetricInput *in) { return macro(in, precision_of); }

double metric_recall_macro(const MetricInput *in) { return macro(in, recall_of); }

double metric_f1_macro(const MetricInput *in) { return macro(in, f1_of); }

double metric_balanced_accuracy(const MetricInput *in) {
    Counts counts;
    counts_init(&counts, in);
    double mean = mean_over(&counts, counts.truth, recall_of);
    counts_free(&counts);
    return mean;
}

/* 1 when all columns of row i are right. */
static double is_right(const MetricInput *in, size_t i, size_t columns) {
    for (size_t j = 0; j < columns; j++) {
        if (in->truth[i * columns + j] != in->decided[i * columns + j]) {
            return 0;
        }
    }
    return 1;
}

double metric_accuracy(const MetricInput *in) {
    return metric_mean(in, is_right, in->n_classes > 0 ? 1 : in->n_targets);
}

double metric_mcc(const MetricInput *in) {
    Counts counts;
    counts_init(&counts, in);
    double n = 0, correct = 0, truth_decided = 0, truth_truth = 0, decided_decided = 0;
    for (size_t c = 0; c < counts.n; c++) {
        n += counts.decided[c];
        correct += counts.correct[c];
        truth_decided += counts.truth[c] * counts.decided[c];
        truth_truth += counts.truth[c] * counts.truth[c];
        decided_decided += counts.decided[c] * counts.decided[c];
    }
    counts_free(&counts);
    if (!(n > 0)) {
        return (double)NAN;
    }
    double variances = (n * n - truth_truth) * (n * n - decided_decided);
    return variances > 0 ? (correct * n - truth_decided) / sqrt(variances) : 0;
}

void metric_confusion(const MetricInput *in, double *counts) {
    for (size_t i = 0; i < in->n_classes * in->n_classes; i++) {
        counts[i] = 0;
    }
    for (size_t i = 0; i < in->n; i++) {
        size_t truth = class_of(in, in->truth, i);
        counts[truth * in->n_classes + class_of(in, in->decided, i)] += metric_weight(in, i);
    }
}
