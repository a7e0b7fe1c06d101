/* Baselines against scikit-learn's linear models (tests/reference/make_baseline_reference.py). */
#include "training/baseline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "evaluate_fixture.h"
#include "unit.h"

static float *floats(const cJSON *record, const char *name) {
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(record, name);
    float *values = NEW(float, (size_t)cJSON_GetArraySize(array));
    size_t n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, array) { values[n++] = (float)item->valuedouble; }
    return values;
}

static size_t count(const cJSON *record, const char *name) {
    return (size_t)cJSON_GetObjectItemCaseSensitive(record, name)->valuedouble;
}

/* Data sets of a case; no validation part. */
typedef struct Case {
    Target target;
    MetricList metrics;
    Dataset train, test;
    NetworkInput *inputs;
    BaselineInput in;
} Case;

static void case_init(Case *test, const cJSON *record) {
    const char *task = cJSON_GetObjectItemCaseSensitive(record, "task")->valuestring;
    size_t n_inputs = count(record, "n_inputs"), n_train = count(record, "n_train");
    size_t n_classes = count(record, "n_classes");
    size_t n_targets = n_classes > 0 ? 1 : count(record, "n_targets");
    float *x = floats(record, "x"), *y = floats(record, "y");
    test->target =
        fixture_target(task, n_classes > 0 ? n_classes : count(record, "n_targets"), 0, 1);
    const Output *output = fixture_row(output_kinds(), test->target.task->output);
    assert_true(metric_list_choose(NULL, 0, test->target.task, output, &test->metrics, NULL));
    test->train = fixture_dataset(x, n_inputs, y, n_targets, n_train);
    test->test = fixture_dataset(x + n_train * n_inputs, n_inputs, y + n_train * n_targets,
                                 n_targets, count(record, "n_test"));
    test->inputs = NEW(NetworkInput, n_inputs);
    test->in = (BaselineInput){.target = &test->target,
                               .metrics = &test->metrics,
                               .inputs = test->inputs,
                               .n_inputs = n_inputs,
                               .parts = {&test->train, NULL, &test->test},
                               .seed = 42};
    memory_free(x);
    memory_free(y);
}

static void case_free(Case *test) {
    target_free(&test->target);
    metric_list_free(&test->metrics);
    dataset_free(&test->train);
    dataset_free(&test->test);
    memory_free(test->inputs);
}

static void check(const Results *results, const char *baseline, const cJSON *expected,
                  double tolerance) {
    const cJSON *item;
    cJSON_ArrayForEach(item, expected) {
        char path[100];
        double value = (double)NAN;
        const char *reason = NULL;
        snprintf(path, sizeof path, "baseline.%s.test.%s", baseline, item->string);
        if (!results_find(results, path, &value, &reason)) {
            fail_msg("%s: %s", path, reason);
        }
        if (!(fabs(value - item->valuedouble) <= tolerance * (1 + fabs(item->valuedouble)))) {
            fail_msg("%s is %.9g instead of %.9g", path, value, item->valuedouble);
        }
    }
}

static cJSON *read_reference(void) {
    Error err = {0};
    char *text = NULL;
    size_t n = 0;
    if (!file_read("tests/reference/baseline.json", 1u << 24, false, &text, &n, &err)) {
        fail_msg("%s", err.text);
    }
    cJSON *root = cJSON_ParseWithLength(text, n);
    assert_non_null(root);
    memory_free(text);
    return root;
}

static void baselines_agree_with_scikit_learn(void **state) {
    (void)state;
    cJSON *root = read_reference();
    const cJSON *record;
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(root, "cases")) {
        Case test;
        case_init(&test, record);
        Results results;
        Error err = {0};
        results_init(&results, &test.metrics);
        if (!baseline_make(&test.in, &results, &err)) {
            fail_msg("%s", err.text);
        }
        assert_int_equal(results.n_baselines, 2);
        const char *constant = test.target.task->has_classes ? "majority" : "mean";
        check(&results, constant, cJSON_GetObjectItemCaseSensitive(record, "constant"), 1e-5);
        check(&results, "linear", cJSON_GetObjectItemCaseSensitive(record, "linear"), 2e-3);
        assert_int_equal(results.baselines[0].parts[PART_VALIDATION].rows, 0);
        results_free(&results);
        case_free(&test);
    }
    cJSON_Delete(root);
}

static void baselines_are_the_same_bits_each_time(void **state) {
    (void)state;
    cJSON *root = read_reference();
    Case test;
    case_init(&test, cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "cases"), 0));
    double losses[2];
    for (int i = 0; i < 2; i++) {
        Results results;
        const char *reason;
        results_init(&results, &test.metrics);
        assert_true(baseline_make(&test.in, &results, NULL));
        assert_true(results_find(&results, "baseline.linear.test.log_loss", &losses[i], &reason));
        results_free(&results);
    }
    assert_true(losses[0] == losses[1]);
    case_free(&test);
    cJSON_Delete(root);
}

/* Weights that count the rows of one class only make it certain. */
static void weights_make_the_shares(void **state) {
    (void)state;
    cJSON *root = read_reference();
    Case test;
    case_init(&test, cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "cases"), 0));
    test.train.weight = NEW(float, test.train.n_rows);
    for (size_t i = 0; i < test.train.n_rows; i++) {
        test.train.weight[i] = test.train.y[i * test.train.y_row] > 0 ? 0 : 1;
    }
    Results results;
    results_init(&results, &test.metrics);
    assert_true(baseline_make(&test.in, &results, NULL));
    double accuracy;
    const char *reason;
    assert_true(results_find(&results, "baseline.majority.train.accuracy", &accuracy, &reason));
    assert_true(accuracy == 1);
    results_free(&results);
    case_free(&test);
    cJSON_Delete(root);
}

/* Each label has a share of its own. */
static void labels_have_shares_of_their_own(void **state) {
    (void)state;
    const float x[4] = {0, 0, 0, 0}, y[8] = {1, 0, 1, 0, 1, 1, 0, 0};
    Case test = {.target = fixture_target("multilabel", 2, 0, 1)};
    const Output *output = fixture_row(output_kinds(), "sigmoid");
    assert_true(metric_list_choose(NULL, 0, test.target.task, output, &test.metrics, NULL));
    test.train = fixture_dataset(x, 1, y, 2, 4);
    test.inputs = NEW(NetworkInput, 1);
    test.in = (BaselineInput){&test.target, &test.metrics, test.inputs, 1, {&test.train}, 42, NULL};
    Results results;
    Error err = {0};
    results_init(&results, &test.metrics);
    if (!baseline_make(&test.in, &results, &err)) {
        fail_msg("%s", err.text);
    }
    double log_loss;
    const char *reason;
    assert_true(results_find(&results, "baseline.majority.train.log_loss", &log_loss, &reason));
    double entropy = -(0.75 * log(0.75) + 0.25 * log(0.25)); /* of each label */
    assert_true(fabs(log_loss - entropy) < 1e-6);
    results_free(&results);
    case_free(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baselines_agree_with_scikit_learn),
        cmocka_unit_test(baselines_are_the_same_bits_each_time),
        cmocka_unit_test(weights_make_the_shares),
        cmocka_unit_test(labels_have_shares_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
