/* Predictions of a binary task written down in a test. */
#ifndef NNTRAIN_TESTS_PREDICTIONS_FIXTURE_H
#define NNTRAIN_TESTS_PREDICTIONS_FIXTURE_H

#include "base/memory.h"
#include "training/predictions.h"

/* Scores of the second class, decided at 0.5. */
static inline Predictions fixture_predictions(const double *truth, const double *score, size_t n) {
    Predictions predictions = {.task = (const Task *)kind_find(task_kinds(), "binary"),
                               .n = n,
                               .n_classes = 2,
                               .n_targets = 1,
                               .n_scores = 2,
                               .has_probabilities = true};
    predictions.truth = memory_copy(truth, n, sizeof *truth);
    predictions.scores = NEW(double, 2 * n);
    predictions.decided = NEW(double, n);
    for (size_t i = 0; i < n; i++) {
        predictions.scores[2 * i] = 1 - score[i];
        predictions.scores[2 * i + 1] = score[i];
    }
    predictions_decide(&predictions, 0.5);
    return predictions;
}

#endif
