/* Metric paths: what they find, which direction they have, and how wrong ones are told. */
#include "training/results.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "training/baseline.h"
#include "unit.h"

enum { ACCURACY, BRIER };

/* Metrics accuracy and brier; train 0.9, 0.1 and loss 0.3; test 0.75, undefined and loss 0.5; no
 * validation; the linear baseline with accuracy 0.6 on test. */
typedef struct Fixture {
    const Metric *items[2];
    MetricList metrics;
    Results results;
} Fixture;

static PartResult part(double loss, double accuracy, double brier) {
    PartResult result = {.rows = 10, .loss = loss, .n_metrics = 2, .values = NEW(double, 2)};
    result.values[ACCURACY] = accuracy;
    result.values[BRIER] = brier;
    return result;
}

static void fixture_init(Fixture *fixture) {
    fixture->items[ACCURACY] = (const Metric *)kind_find(metric_kinds(), "accuracy");
    fixture->items[BRIER] = (const Metric *)kind_find(metric_kinds(), "brier");
    fixture->metrics = (MetricList){fixture->items, 2};
    results_init(&fixture->results, &fixture->metrics);
    fixture->results.parts[PART_TRAIN] = part(0.3, 0.9, 0.1);
    fixture->results.parts[PART_TEST] = part(0.5, 0.75, (double)NAN);
    fixture->results.baselines = NEW(BaselineResult, 1);
    fixture->results.n_baselines = 1;
    fixture->results.baselines[0].kind = kind_find(baseline_kinds(), "linear");
    fixture->results.baselines[0].parts[PART_TEST] = part((double)NAN, 0.6, 0.2);
}

static double found(const Results *results, const char *path) {
    double value = (double)NAN;
    const char *reason = NULL;
    if (!results_find(results, path, &value, &reason)) {
        fail_msg("%s: %s", path, reason);
    }
    assert_null(reason);
    return value;
}

static const char *missing(const Results *results, const char *path) {
    double value;
    const char *reason = NULL;
    assert_false(results_find(results, path, &value, &reason));
    assert_non_null(reason);
    return reason;
}

static void paths_find_their_numbers(void **state) {
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    const Results *results = &fixture.results;
    assert_true(found(results, "train.loss") == 0.3);
    assert_true(found(results, "test.accuracy") == 0.75);
    assert_true(found(results, "train.brier") == 0.1);
    assert_true(found(results, "gap.loss") == 0.5 - 0.3);
    assert_true(found(results, "gap.accuracy") == 0.75 - 0.9);
    assert_true(found(results, "baseline.linear.test.accuracy") == 0.6);
    results_set(&fixture.results, "epochs", 12);
    results_set(&fixture.results, "layers.dead_fraction", 0.5);
    assert_true(found(results, "epochs") == 12);
    assert_true(found(results, "layers.dead_fraction") == 0.5);
    results_free(&fixture.results);
}

static void what_cannot_be_found_has_a_reason(void **state) {
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    const Results *results = &fixture.results;
    assert_non_null(strstr(missing(results, "validation.accuracy"), "no rows"));
    assert_non_null(strstr(missing(results, "test.brier"), "undefined"));
    assert_non_null(strstr(missing(results, "gap.brier"), "undefined"));
    assert_non_null(strstr(missing(results, "test.mcc"), "not computed"));
    assert_non_null(strstr(missing(results, "baseline.majority.test.accuracy"), "not made"));
    assert_non_null(strstr(missing(results, "epochs"), "no such number"));
    static const char *const wrong[] = {"",
                                        "test",
                                        "test.",
                                        "test.acuracy",
                                        "accuracy",
                                        "tests.accuracy",
                                        "test.accuracy.x",
                                        "gap",
                                        "gap.test.loss",
                                        "baseline.linear.accuracy",
                                        "baseline.linear.test.loss",
                                        "baseline.none.test.accuracy",
                                        "Test.accuracy",
                                        "loss"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_string_equal(missing(results, wrong[i]), "no such metric path");
    }
    results_free(&fixture.results);
}

/* As during training: the loss of the training rows is known, their metrics are not. */
static void a_part_may_have_a_loss_alone(void **state) {
    (void)state;
    const Metric *items[1] = {(const Metric *)kind_find(metric_kinds(), "accuracy")};
    const MetricList metrics = {items, 1};
    Results results;
    results_init(&results, &metrics);
    results.parts[PART_TRAIN] = (PartResult){.rows = 3, .loss = 0.25};
    assert_true(found(&results, "train.loss") == 0.25);
    missing(&results, "train.accuracy");
    results_free(&results);
}

static void what_no_run_can_have_is_known_before(void **state) {
    (void)state;
    const Task *classes = (const Task *)kind_find(task_kinds(), "multiclass");
    const size_t all[N_PARTS] = {3, 2, 1}, no_test[N_PARTS] = {3, 2, 0};
    static const char *const of_test[] = {"test.loss", "gap.accuracy", "baseline.linear.test.mcc"};
    for (size_t i = 0; i < sizeof of_test / sizeof *of_test; i++) {
        assert_null(results_why_never(of_test[i], classes, all));
        assert_string_equal(results_why_never(of_test[i], classes, no_test),
                            "the part has no rows");
    }
    assert_null(results_why_never("validation.loss", classes, no_test));
    assert_null(results_why_never("epochs", classes, no_test));
    assert_null(results_why_never("baseline.majority.train.mcc", classes, all));
    assert_string_equal(results_why_never("baseline.mean.train.mcc", classes, all),
                        "this baseline is not made for the task");
}

static void directions_follow_the_metric(void **state) {
    (void)state;
    assert_true(results_higher_is_better("test.accuracy"));
    assert_true(results_higher_is_better("validation.r2"));
    assert_true(results_higher_is_better("baseline.linear.test.mcc"));
    assert_false(results_higher_is_better("validation.loss"));
    assert_false(results_higher_is_better("test.rmse"));
    assert_false(results_higher_is_better("test.log_loss"));
    assert_false(results_higher_is_better("gap.accuracy"));
    assert_false(results_higher_is_better("epochs"));
    bool higher;
    assert_false(results_direction("validation.los", &higher));
    assert_true(results_direction("validation.loss", &higher));
}

static void wrong_paths_are_told_with_the_likely_one(void **state) {
    (void)state;
    Error err = {0};
    assert_true(results_check_path("test.accuracy", &err));
    assert_true(results_check_path("baseline.majority.train.f1_macro", &err));
    assert_true(results_check_path("best_epoch", &err));
    assert_false(results_check_path("test.acuracy", &err));
    assert_int_equal(err.code, ERROR_CONFIG);
    assert_non_null(strstr(err.text, "did you mean 'test.accuracy'?"));
    assert_false(results_check_path("val.loss", &err));
    assert_false(results_check_path("something else entirely", &err));
    assert_non_null(strstr(err.text, "write part.metric"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_numbers),
        cmocka_unit_test(what_cannot_be_found_has_a_reason),
        cmocka_unit_test(a_part_may_have_a_loss_alone),
        cmocka_unit_test(what_no_run_can_have_is_known_before),
        cmocka_unit_test(directions_follow_the_metric),
        cmocka_unit_test(wrong_paths_are_told_with_the_likely_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
