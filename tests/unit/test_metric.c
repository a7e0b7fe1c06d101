/* Metrics against scikit-learn's values (tests/reference/make_metric_reference.py), and the rules
 * that hold for any predictions. */
#include "nn/metric.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/task.h"
#include "unit.h"

static double *numbers(const cJSON *record, const char *name) {
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(record, name);
    if (array == NULL) {
        return NULL;
    }
    double *values = NEW(double, (size_t)cJSON_GetArraySize(array));
    size_t n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, array) { values[n++] = item->valuedouble; }
    return values;
}

static size_t count(const cJSON *record, const char *name) {
    return (size_t)cJSON_GetObjectItemCaseSensitive(record, name)->valuedouble;
}

static double metric_value(const char *name, const MetricInput *in) {
    const Metric *metric = (const Metric *)kind_find(metric_kinds(), name);
    assert_non_null(metric);
    return metric->compute(in);
}

static void check_value(const char *where, const char *name, double value, const cJSON *expected) {
    bool is_null = cJSON_IsNull(expected);
    double reference = is_null ? (double)NAN : expected->valuedouble;
    bool is_near = fabs(value - reference) <= 1e-13 + 1e-12 * fabs(reference);
    if (is_null ? !isnan(value) : !is_near) {
        fail_msg("%s: %s is %.17g instead of %.17g", where, name, value, reference);
    }
}

static void check_case(const cJSON *record) {
    MetricInput in = {
        .n = count(record, "n"),
        .n_classes = count(record, "n_classes"),
        .n_targets = count(record, "n_targets"),
        .truth = numbers(record, "truth"),
        .scores = numbers(record, "scores"),
        .decided = numbers(record, "decided"),
        .weight = numbers(record, "weight"),
        .has_probabilities = true,
    };
    const char *where = cJSON_GetObjectItemCaseSensitive(record, "name")->valuestring;
    const char *task = cJSON_GetObjectItemCaseSensitive(record, "task")->valuestring;
    unsigned bit = strcmp(task, "binary") == 0       ? FOR_BINARY
                   : strcmp(task, "multiclass") == 0 ? FOR_MULTICLASS
                   : strcmp(task, "multilabel") == 0 ? FOR_MULTILABEL
                                                     : FOR_REGRESSION;
    const cJSON *expected = cJSON_GetObjectItemCaseSensitive(record, "metrics");
    for (size_t i = 0; i < metric_kinds()->n; i++) {
        const Metric *metric = (const Metric *)kind_at(metric_kinds(), i);
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(expected, metric->kind.name);
        assert_int_equal(value != NULL, (metric->tasks & bit) != 0);
        if (value != NULL) {
            check_value(where, metric->kind.name, metric->compute(&in), value);
        }
    }
    double *confusion = numbers(record, "confusion");
    if (confusion != NULL) {
        double *counts = NEW(double, in.n_classes *in.n_classes);
        metric_confusion(&in, counts);
        for (size_t i = 0; i < in.n_classes * in.n_classes; i++) {
            assert_true(fabs(counts[i] - confusion[i]) < 1e-12);
        }
        memory_free(counts);
    }
    memory_free(confusion);
    memory_free((void *)in.truth);
    memory_free((void *)in.scores);
    memory_free((void *)in.decided);
    memory_free((void *)in.weight);
}

static void metrics_agree_with_scikit_learn(void **state) {
    (void)state;
    Error err = {0};
    char *text = NULL;
    size_t n = 0;
    if (!file_read("tests/reference/metrics.json", 1u << 24, false, &text, &n, &err)) {
        fail_msg("%s", err.text);
    }
    cJSON *root = cJSON_ParseWithLength(text, n);
    assert_non_null(root);
    const cJSON *cases = cJSON_GetObjectItemCaseSensitive(root, "cases");
    assert_true(cJSON_GetArraySize(cases) > 15);
    const cJSON *record;
    cJSON_ArrayForEach(record, cases) { check_case(record); }
    cJSON_Delete(root);
    memory_free(text);
}

static void no_rows_make_every_metric_undefined(void **state) {
    (void)state;
    const double none[1] = {0};
    for (size_t i = 0; i < metric_kinds()->n; i++) {
        const Metric *metric = (const Metric *)kind_at(metric_kinds(), i);
        MetricInput in = {.n_targets = 1, .truth = none, .scores = none, .decided = none};
        in.n_classes = (metric->tasks & FOR_CLASSES) != 0 ? 2 : 0;
        if (!isnan(metric->compute(&in))) {
            fail_msg("%s of no rows is %g", metric->kind.name, metric->compute(&in));
        }
    }
}

static void weights_that_are_all_zero_make_means_undefined(void **state) {
    (void)state;
    const double truth[2] = {0, 1}, scores[4] = {0.4, 0.6, 0.3, 0.7}, zero[2] = {0, 0};
    MetricInput in = {.n = 2,
                      .n_classes = 2,
                      .n_targets = 1,
                      .truth = truth,
                      .scores = scores,
                      .decided = truth,
                      .weight = zero};
    assert_true(isnan(metric_value("accuracy", &in)));
    assert_true(isnan(metric_value("log_loss", &in)));
    assert_true(isnan(metric_value("roc_auc", &in)));
    assert_true(isnan(metric_value("balanced_accuracy", &in)));
    assert_true(isnan(metric_value("mcc", &in)));
}

static void a_whole_weight_counts_as_so_many_rows(void **state) {
    (void)state;
    const double truth[3] = {0, 1, 1}, decided[3] = {0, 0, 1}, weight[3] = {1, 2, 3};
    const double scores[6] = {0.8, 0.2, 0.7, 0.3, 0.1, 0.9};
    const double many_truth[6] = {0, 1, 1, 1, 1, 1}, many_decided[6] = {0, 0, 0, 1, 1, 1};
    const double many_scores[12] = {0.8, 0.2, 0.7, 0.3, 0.7, 0.3, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9};
    MetricInput one = {3, 2, 1, truth, scores, decided, weight, true};
    MetricInput many = {6, 2, 1, many_truth, many_scores, many_decided, NULL, true};
    for (size_t i = 0; i < metric_kinds()->n; i++) {
        const Metric *metric = (const Metric *)kind_at(metric_kinds(), i);
        if ((metric->tasks & FOR_BINARY) != 0) {
            assert_true(fabs(metric->compute(&one) - metric->compute(&many)) < 1e-15);
        }
    }
}

static void a_score_that_is_not_a_number_makes_ranking_undefined(void **state) {
    (void)state;
    const double truth[2] = {0, 1}, scores[4] = {0.5, 0.5, (double)NAN, (double)NAN};
    MetricInput in = {2, 2, 1, truth, scores, truth, NULL, true};
    assert_true(isnan(metric_value("roc_auc", &in)));
    assert_true(isnan(metric_value("average_precision", &in)));
}

static void the_confusion_matrix_has_the_truth_in_rows(void **state) {
    (void)state;
    const double truth[4] = {0, 0, 0, 1}, decided[4] = {0, 1, 1, 1};
    MetricInput in = {.n = 4, .n_classes = 2, .n_targets = 1, .truth = truth, .decided = decided};
    double counts[4] = {9, 9, 9, 9};
    metric_confusion(&in, counts);
    const double expected[4] = {1, 2, 0, 1};
    assert_memory_equal(counts, expected, sizeof expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metrics_agree_with_scikit_learn),
        cmocka_unit_test(no_rows_make_every_metric_undefined),
        cmocka_unit_test(weights_that_are_all_zero_make_means_undefined),
        cmocka_unit_test(a_whole_weight_counts_as_so_many_rows),
        cmocka_unit_test(a_score_that_is_not_a_number_makes_ranking_undefined),
        cmocka_unit_test(the_confusion_matrix_has_the_truth_in_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
