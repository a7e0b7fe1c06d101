#include "training/threshold.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static double f1(const ThresholdCounts *counts) {
    double decided = counts->true_positive + counts->false_positive;
    return 2 * counts->true_positive / (counts->positive + decided);
}

static double youden(const ThresholdCounts *counts) {
    return counts->true_positive / counts->positive - counts->false_positive / counts->negative;
}

/* clang-format off */
static const ThresholdRule rules[] = {
    {.kind = {"f1", "highest F1 score of the second class",
              "max 2 TP / (2 TP + FP + FN)", "van Rijsbergen 1979"},
     .goodness = f1},
    {.kind = {"youden", "largest distance of the ROC curve from the diagonal",
              "max TP / (TP + FN) - FP / (FP + TN)", "Youden 1950"},
     .goodness = youden},
};
/* clang-format on */

const KindTable *threshold_kinds(void) {
    static const KindTable table = KIND_TABLE("threshold rule", rules);
    return &table;
}

typedef struct ScoredRow {
    double score, positive, negative;
    size_t row;
} ScoredRow;

static int by_falling_score(const void *a, const void *b) {
    const ScoredRow *x = a, *y = b;
    if (x->score != y->score) {
        return x->score > y->score ? -1 : 1;
    }
    return (x->row > y->row) - (x->row < y->row);
}

static ScoredRow *sort_rows(const Predictions *predictions, ThresholdCounts *counts) {
    ScoredRow *rows = NEW(ScoredRow, predictions->n);
    for (size_t i = 0; i < predictions->n; i++) {
        double w = predictions->weight != NULL ? predictions->weight[i] : 1;
        bool positive = predictions->truth[i] > 0;
        rows[i] = (ScoredRow){.score = predictions->scores[2 * i + 1],
                              .positive = positive ? w : 0,
                              .negative = positive ? 0 : w,
                              .row = i};
        counts->positive += rows[i].positive;
        counts->negative += rows[i].negative;
    }
    qsort(rows, predictions->n, sizeof *rows, by_falling_score);
    return rows;
}

/* A threshold that has rows[0..i] above it and the rest, with lower scores, not. */
static double place_below(const ScoredRow *rows, size_t i, size_t n) {
    if (i + 1 < n) {
        return rows[i + 1].score + (rows[i].score - rows[i + 1].score) / 2;
    }
    return rows[i].score > 0 ? 0 : rows[i].score - 1;
}

static double best_place(const ThresholdRule *rule, const ScoredRow *rows, size_t n,
                         ThresholdCounts counts, double fallback) {
    double best = fallback, best_goodness = (double)-INFINITY;
    for (size_t i = 0; i < n; i++) {
        counts.true_positive += rows[i].positive;
        counts.false_positive += rows[i].negative;
        if (i + 1 < n && rows[i + 1].score == rows[i].score) {
            continue;
        }
        double place = place_below(rows, i, n), goodness = rule->goodness(&counts);
        bool is_nearer = fabs(place - fallback) < fabs(best - fallback);
        if (goodness > best_goodness || (goodness == best_goodness && is_nearer)) {
            best = place;
            best_goodness = goodness;
        }
    }
    return best;
}

double threshold_tune(const ThresholdRule *rule, const Predictions *validation, double fallback) {
    if (validation->n_classes != 2 || validation->truth == NULL) {
        return fallback;
    }
    ThresholdCounts counts = {0};
    ScoredRow *rows = sort_rows(validation, &counts);
    double place = counts.positive > 0 && counts.negative > 0
                       ? best_place(rule, rows, validation->n, counts, fallback)
                       : fallback;
    memory_free(rows);
    return place;
}
