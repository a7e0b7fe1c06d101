/* Threshold rules against an exhaustive search, and at the ends. */
#include "training/threshold.h"

#include <math.h>

#include "predictions_fixture.h"
#include "unit.h"

static double tune(const char *rule, const Predictions *predictions, double fallback) {
    return threshold_tune((const ThresholdRule *)kind_find(threshold_kinds(), rule), predictions,
                          fallback);
}

/* The goodness when rows with a score above the threshold are told to be of the second class. */
static double goodness(const char *rule, const Predictions *predictions, double threshold) {
    ThresholdCounts counts = {0};
    for (size_t i = 0; i < predictions->n; i++) {
        double w = predictions->weight != NULL ? predictions->weight[i] : 1;
        bool positive = predictions->truth[i] > 0;
        bool above = predictions->scores[2 * i + 1] > threshold;
        counts.positive += positive ? w : 0;
        counts.negative += positive ? 0 : w;
        counts.true_positive += positive && above ? w : 0;
        counts.false_positive += !positive && above ? w : 0;
    }
    return ((const ThresholdRule *)kind_find(threshold_kinds(), rule))->goodness(&counts);
}

static void no_threshold_is_better_than_the_tuned_one(void **state) {
    (void)state;
    enum { ROWS = 60 };
    double truth[ROWS], score[ROWS], weight[ROWS];
    unsigned seed = 5;
    for (size_t i = 0; i < ROWS; i++) {
        seed = seed * 1664525u + 1013904223u;
        truth[i] = (seed >> 16) % 3 == 0;
        seed = seed * 1664525u + 1013904223u;
        score[i] = ((double)((seed >> 16) % 16) + 6 * truth[i]) / 21; /* ties */
        weight[i] = 1 + (double)(i % 4);
    }
    for (size_t k = 0; k < threshold_kinds()->n; k++) {
        const char *rule = kind_at(threshold_kinds(), k)->name;
        for (int weighted = 0; weighted < 2; weighted++) {
            Predictions predictions = fixture_predictions(truth, score, ROWS);
            predictions.weight = weighted ? memory_copy(weight, ROWS, sizeof *weight) : NULL;
            double best = goodness(rule, &predictions, tune(rule, &predictions, 0.5));
            for (int i = -1; i <= 44; i++) {
                assert_true(goodness(rule, &predictions, i / 42.0) <= best + 1e-12);
            }
            assert_true(best > goodness(rule, &predictions, 0.9));
            predictions_free(&predictions);
        }
    }
}

static void perfect_scores_are_parted_halfway(void **state) {
    (void)state;
    const double truth[4] = {0, 1, 0, 1}, score[4] = {0.1, 0.8, 0.2, 0.9};
    Predictions predictions = fixture_predictions(truth, score, 4);
    assert_true(tune("f1", &predictions, 0.5) == 0.2 + (0.8 - 0.2) / 2);
    assert_true(tune("youden", &predictions, 0.5) == 0.2 + (0.8 - 0.2) / 2);
    predictions_free(&predictions);
}

/* F1 is 2/3 both above 0.6 and for all rows. */
static void of_equals_the_nearest_to_the_fallback_is_taken(void **state) {
    (void)state;
    const double truth[4] = {1, 0, 0, 1}, score[4] = {0.8, 0.4, 0.4, 0.2};
    Predictions predictions = fixture_predictions(truth, score, 4);
    assert_true(fabs(tune("f1", &predictions, 0.5) - 0.6) < 1e-15);
    assert_true(tune("f1", &predictions, 0.1) == 0);
    predictions_free(&predictions);
}

static void all_rows_may_be_above(void **state) {
    (void)state;
    const double truth[3] = {1, 0, 1}, probability[3] = {0, 0.5, 0.2}, output[3] = {-3, -1, -2};
    Predictions predictions = fixture_predictions(truth, probability, 3);
    assert_true(tune("f1", &predictions, 0.5) < 0);
    predictions_free(&predictions);
    predictions = fixture_predictions(truth, output, 3);
    assert_true(tune("f1", &predictions, 0) < -3);
    predictions_free(&predictions);
}

static void without_both_classes_the_fallback_stays(void **state) {
    (void)state;
    const double truth[3] = {1, 1, 1}, score[3] = {0.2, 0.5, 0.7};
    Predictions predictions = fixture_predictions(truth, score, 3);
    assert_true(tune("f1", &predictions, 0.25) == 0.25);
    predictions.n = 0;
    assert_true(tune("youden", &predictions, 0.25) == 0.25);
    predictions.n = 3;
    predictions.n_classes = 0;
    assert_true(tune("youden", &predictions, 0.25) == 0.25);
    predictions_free(&predictions);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_threshold_is_better_than_the_tuned_one),
        cmocka_unit_test(perfect_scores_are_parted_halfway),
        cmocka_unit_test(of_equals_the_nearest_to_the_fallback_is_taken),
        cmocka_unit_test(all_rows_may_be_above),
        cmocka_unit_test(without_both_classes_the_fallback_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
