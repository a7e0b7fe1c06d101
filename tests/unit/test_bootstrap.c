/* Bootstrap intervals against the normal approximation, and at the ends. */
#include "training/bootstrap.h"

#include <math.h>

#include "predictions_fixture.h"
#include "unit.h"

enum { ROWS = 400, RESAMPLES = 2000 };

/* Every fifth row is wrong: accuracy 0.8. */
static Predictions mostly_right(void) {
    double truth[ROWS], score[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        truth[i] = (double)(i % 2);
        score[i] = (i % 5 == 0) == (i % 2 == 0) ? 0.9 : 0.1;
    }
    return fixture_predictions(truth, score, ROWS);
}

static void the_interval_of_a_share_is_the_binomial_one(void **state) {
    (void)state;
    const Metric *items[1] = {(const Metric *)kind_find(metric_kinds(), "accuracy")};
    const MetricList metrics = {items, 1};
    Predictions predictions = mostly_right();
    double low, high, again_low, again_high;
    bootstrap_intervals(&predictions, &metrics, RESAMPLES, 42, &low, &high);
    double half = 1.959964 * sqrt(0.8 * 0.2 / ROWS);
    assert_true(fabs(low - (0.8 - half)) < 0.004);
    assert_true(fabs(high - (0.8 + half)) < 0.004);
    bootstrap_intervals(&predictions, &metrics, RESAMPLES, 42, &again_low, &again_high);
    assert_true(low == again_low && high == again_high);
    predictions_free(&predictions);
}

static void the_seed_chooses_the_resamples(void **state) {
    (void)state;
    const Metric *items[1] = {(const Metric *)kind_find(metric_kinds(), "accuracy")};
    const MetricList metrics = {items, 1};
    Predictions predictions = mostly_right();
    double values[4][2];
    bool differ = false;
    for (size_t s = 0; s < 4; s++) {
        bootstrap_intervals(&predictions, &metrics, 20, s, &values[s][0], &values[s][1]);
        differ = differ || values[s][0] != values[0][0];
    }
    assert_true(differ);
    predictions_free(&predictions);
}

static void weights_stay_with_their_rows(void **state) {
    (void)state;
    const Metric *items[1] = {(const Metric *)kind_find(metric_kinds(), "accuracy")};
    const MetricList metrics = {items, 1};
    Predictions predictions = mostly_right();
    predictions.weight = NEW(double, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        predictions.weight[i] = i % 5 == 0 ? 0 : 1;
    }
    double low, high;
    bootstrap_intervals(&predictions, &metrics, 100, 1, &low, &high);
    assert_true(low == 1 && high == 1);
    predictions_free(&predictions);
}

/* roc_auc is undefined in resamples without the one positive row, and defined in the others. */
static void undefined_resamples_are_left_out(void **state) {
    (void)state;
    const Metric *items[2] = {(const Metric *)kind_find(metric_kinds(), "roc_auc"),
                              (const Metric *)kind_find(metric_kinds(), "accuracy")};
    const MetricList metrics = {items, 2};
    const double truth[4] = {1, 0, 0, 0}, score[4] = {0.9, 0.1, 0.2, 0.3};
    Predictions predictions = fixture_predictions(truth, score, 4);
    PartResult result = {0};
    bootstrap_part(&predictions, &metrics, 200, 3, &result);
    assert_true(result.low[0] == 1 && result.high[0] == 1);
    assert_true(result.low[1] == 1 && result.high[1] == 1);
    part_result_free(&result);
    predictions.truth[0] = 0;
    bootstrap_part(&predictions, &metrics, 50, 3, &result);
    assert_true(isnan(result.low[0]) && isnan(result.high[0]));
    part_result_free(&result);
    predictions_free(&predictions);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_of_a_share_is_the_binomial_one),
        cmocka_unit_test(the_seed_chooses_the_resamples),
        cmocka_unit_test(weights_stay_with_their_rows),
        cmocka_unit_test(undefined_resamples_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
