#include "nn/metric_rows.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/scalar.h"

typedef struct RankedRow {
    double score;
    double positive, negative; /* the row's weight, in the one or the other */
    size_t row;
} RankedRow;

/* Rows by falling score, of one class (or label) against the rest. */
typedef struct Ranking {
    RankedRow *rows;
    size_t n;
    double positive, negative; /* total weights */
} Ranking;

static size_t score_columns(const MetricInput *in) {
    return in->n_classes > 0 ? in->n_classes : in->n_targets;
}

static bool is_positive(const MetricInput *in, size_t i, size_t column) {
    return in->n_classes > 0 ? (size_t)in->truth[i] == column
                             : in->truth[i * in->n_targets + column] > 0;
}

/* Equal scores keep row order, so that sums of weights do not depend on the sort. */
static int by_falling_score(const void *a, const void *b) {
    const RankedRow *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

/* False when a score is not a number. */
static bool ranking_init(Ranking *ranking, const MetricInput *in, size_t column) {
    *ranking = (Ranking){.rows = NEW(RankedRow, in->n), .n = in->n};
    bool is_ordered = true;
    for (size_t i = 0; i < in->n; i++) {
        double w = metric_weight(in, i);
        bool positive = is_positive(in, i, column);
        ranking->rows[i] = (RankedRow){.score = in->scores[i * score_columns(in) + column],
                                       .positive = positive ? w : 0,
                                       .negative = positive ? 0 : w,
                                       .row = i};
        is_ordered = is_ordered && !isnan(ranking->rows[i].score);
    }
    if (!is_ordered) {
        return false;
    }
    qsort(ranking->rows, ranking->n, sizeof *ranking->rows, by_falling_score);
    for (size_t i = 0; i < ranking->n; i++) {
        ranking->positive += ranking->rows[i].positive;
        ranking->negative += ranking->rows[i].negative;
    }
    return true;
}

static void ranking_free(Ranking *ranking) { memory_free(ranking->rows); }

/* Adds the weights of the rows that tie with row `first`, and returns the row after them. */
static size_t add_ties(const Ranking *ranking, size_t first, double *positive, double *negative) {
    size_t i = first;
    for (; i < ranking->n && ranking->rows[i].score == ranking->rows[first].score; i++) {
        *positive += ranking->rows[i].positive;
        *negative += ranking->rows[i].negative;
    }
    return i;
}

/* Area under (negative share, positive share) by trapezoids, which gives ties one half. */
static double area_of(const Ranking *ranking) {
    double area = 0, positive = 0, negative = 0;
    for (size_t i = 0; i < ranking->n;) {
        double positive_before = positive, negative_before = negative;
        i = add_ties(ranking, i, &positive, &negative);
        area += (negative - negative_before) * (positive + positive_before) / 2;
    }
    return positive > 0 && negative > 0 ? area / (positive * negative) : (double)NAN;
}

static double precision_of(const Ranking *ranking) {
    double sum = 0, positive = 0, negative = 0;
    for (size_t i = 0; i < ranking->n;) {
        double before = positive;
        i = add_ties(ranking, i, &positive, &negative);
        sum += positive > before ? (positive - before) * (positive / (positive + negative)) : 0;
    }
    return ranking->positive > 0 ? sum / ranking->positive : 0;
}

/* Mean over classes or labels; of two classes the second alone is ranked. */
static double mean_over_columns(const MetricInput *in, double (*value)(const Ranking *ranking)) {
    size_t columns = score_columns(in);
    size_t first = in->n_classes == 2 ? 1 : 0;
    double sum = 0;
    for (size_t j = first; j < columns; j++) {
        Ranking ranking;
        sum += ranking_init(&ranking, in, j) ? value(&ranking) : (double)NAN;
        ranking_free(&ranking);
    }
    return in->n > 0 ? sum / (double)(columns - first) : (double)NAN;
}

double metric_roc_auc(const MetricInput *in) { return mean_over_columns(in, area_of); }

double metric_average_precision(const MetricInput *in) {
    return mean_over_columns(in, precision_of);
}

/* -log p, with p kept one rounding step of double from 0 and 1. */
static double surprise(double p) {
    const double margin = 0x1p-52;
    double kept = p < margin ? margin : p > 1 - margin ? 1 - margin : p;
    return -scalar_log(kept);
}

static double class_surprise(const MetricInput *in, size_t i, size_t columns) {
    return surprise(in->scores[i * columns + (size_t)in->truth[i]]);
}

static double label_surprise(const MetricInput *in, size_t i, size_t columns) {
    double sum = 0;
    for (size_t j = 0; j < columns; j++) {
        double p = in->scores[i * columns + j];
        sum += surprise(is_positive(in, i, j) ? p : 1 - p);
    }
    return sum / (double)columns;
}

double metric_log_loss(const MetricInput *in) {
    return metric_mean(in, in->n_classes > 0 ? class_surprise : label_surprise, score_columns(in));
}

static double squared_distance(const MetricInput *in, size_t i, size_t first) {
    double sum = 0;
    for (size_t c = first; c < in->n_classes; c++) {
        double d = in->scores[i * in->n_classes + c] - (is_positive(in, i, c) ? 1 : 0);
        sum += d * d;
    }
    return sum;
}

double metric_brier(const MetricInput *in) {
    return metric_mean(in, squared_distance, in->n_classes == 2 ? 1 : 0);
}
