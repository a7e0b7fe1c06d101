/* metrics.json: its exact form, and that every metric path is found in it again. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "artifact/metrics_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "scratch.h"
#include "training/baseline.h"

enum { ACCURACY, BRIER };

/* A binary run with everything: train and test part, an interval, a confusion matrix, the linear
 * baseline, folds, importance and a gate that failed. */
typedef struct Fixture {
    const Metric *items[2];
    MetricList metrics;
    Results results;
    Target target;
    Feature feature;
    Features features;
    GateList gates;
    GateResult gate_result;
    Importance importance;
    double fold_mean[3], fold_deviation[3];
    MetricsReport report;
} Fixture;

static PartResult part(double loss, double accuracy, double brier) {
    PartResult result = {.rows = 10, .loss = loss, .n_metrics = 2, .values = NEW(double, 2)};
    result.values[ACCURACY] = accuracy;
    result.values[BRIER] = brier;
    return result;
}

static void add_details(PartResult *result) {
    static const double counts[] = {4, 1, 1.5, 3.5};
    result->n_classes = 2;
    result->confusion = memory_copy(counts, 4, sizeof *counts);
    result->low = NEW(double, 2);
    result->high = NEW(double, 2);
    result->low[ACCURACY] = 0.5;
    result->high[ACCURACY] = 0.875;
    result->low[BRIER] = result->high[BRIER] = (double)NAN;
}

static void fixture_results(Fixture *fixture) {
    fixture->items[ACCURACY] = (const Metric *)kind_find(metric_kinds(), "accuracy");
    fixture->items[BRIER] = (const Metric *)kind_find(metric_kinds(), "brier");
    fixture->metrics = (MetricList){fixture->items, 2};
    results_init(&fixture->results, &fixture->metrics);
    fixture->results.parts[PART_TRAIN] = part(0.3, 0.9, 0.1);
    fixture->results.parts[PART_TEST] = part(0.5, 0.75, (double)NAN);
    add_details(&fixture->results.parts[PART_TEST]);
    fixture->results.baselines = NEW(BaselineResult, 1);
    fixture->results.n_baselines = 1;
    fixture->results.baselines[0].kind = kind_find(baseline_kinds(), "linear");
    fixture->results.baselines[0].parts[PART_TEST] = part((double)NAN, 0.6, 0.2);
    for (size_t i = 0; i < number_kinds()->n; i++) {
        fixture->results.numbers[i] = 0.5 + (double)i;
    }
    results_set(&fixture->results, "epochs", 12);
    results_set(&fixture->results, "best_epoch", 9);
    results_set(&fixture->results, "rollbacks", 2);
    results_set(&fixture->results, "threshold", 0.4);
}

static void fixture_report(Fixture *fixture) {
    fixture->target.task = (const Task *)kind_find(task_kinds(), "binary");
    text_list_add(&fixture->target.classes, "no");
    text_list_add(&fixture->target.classes, "yes");
    fixture->feature.name = memory_copy_text("size");
    fixture->features = (Features){.items = &fixture->feature, .n = 1};
    Error err = {0};
    assert_true(gate_list_add(&fixture->gates, "test.accuracy", ">= 0.95", "c.ini:9:1", &err));
    fixture->gate_result = gate_evaluate(&fixture->gates.items[0], &fixture->results, NULL);
    fixture->importance = (Importance){0.25, 0.0625};
    for (size_t i = 0; i < 3; i++) {
        fixture->fold_mean[i] = 0.5 + (double)i;
        fixture->fold_deviation[i] = 0.125 * (double)i;
    }
    fixture->report = (MetricsReport){.status = "ok",
                                      .stop_reason = "early_stopping",
                                      .epochs = 12,
                                      .best_epoch = 9,
                                      .rollbacks = 2,
                                      .results = &fixture->results,
                                      .target = &fixture->target,
                                      .threshold = 0.4,
                                      .n_folds = 5,
                                      .fold_mean = fixture->fold_mean,
                                      .fold_deviation = fixture->fold_deviation,
                                      .importances = &fixture->importance,
                                      .features = &fixture->features,
                                      .importance_part = PART_TEST,
                                      .gates = &fixture->gates,
                                      .gate_results = &fixture->gate_result,
                                      .weights_sha256 = "abc"};
}

static Fixture *fixture_new(void) {
    Fixture *fixture = NEW(Fixture, 1);
    fixture_results(fixture);
    fixture_report(fixture);
    return fixture;
}

static void fixture_free(Fixture *fixture) {
    results_free(&fixture->results);
    target_free(&fixture->target);
    memory_free(fixture->feature.name);
    gate_list_free(&fixture->gates);
    memory_free(fixture);
}

static void assert_begins(const char *text, const char *expected) {
    char *beginning = memory_copy_bytes(text, strlen(expected));
    assert_string_equal(beginning, expected);
    memory_free(beginning);
}

static void test_form(void **state) {
    (void)state;
    Fixture *fixture = fixture_new();
    TextBuffer text = {0};
    metrics_file_print(&text, &fixture->report);
    assert_begins(text_of(&text), "{\n"
                                  "  \"format\": \"nntrain.metrics\",\n"
                                  "  \"format_version\": 1,\n"
                                  "  \"status\": \"ok\",\n"
                                  "  \"stop_reason\": \"early_stopping\",\n"
                                  "  \"epochs\": 12,\n"
                                  "  \"best_epoch\": 9,\n"
                                  "  \"rollbacks\": 2,\n"
                                  "  \"train\": {\n"
                                  "    \"rows\": 10,\n"
                                  "    \"loss\": 0.3,\n"
                                  "    \"accuracy\": 0.9,\n"
                                  "    \"brier\": 0.1\n"
                                  "  },\n"
                                  "  \"validation\": null,\n"
                                  "  \"test\": {\n"
                                  "    \"rows\": 10,\n"
                                  "    \"loss\": 0.5,\n"
                                  "    \"accuracy\": 0.75,\n"
                                  "    \"brier\": null,\n"
                                  "    \"confusion\": [[4, 1], [1.5, 3.5]],\n"
                                  "    \"intervals_95\": {\n"
                                  "      \"accuracy\": [0.5, 0.875],\n"
                                  "      \"brier\": [null, null]\n"
                                  "    }\n"
                                  "  },\n"
                                  "  \"classes\": [\"no\", \"yes\"],\n"
                                  "  \"threshold\": 0.4,\n"
                                  "  \"layers\": {\n");
    const char *rest = strstr(text_of(&text), "  \"baselines\"");
    assert_non_null(rest);
    assert_string_equal(rest, "  \"baselines\": {\n"
                              "    \"linear\": {\n"
                              "      \"train\": null,\n"
                              "      \"validation\": null,\n"
                              "      \"test\": {\n"
                              "        \"rows\": 10,\n"
                              "        \"loss\": null,\n"
                              "        \"accuracy\": 0.6,\n"
                              "        \"brier\": 0.2\n"
                              "      }\n"
                              "    }\n"
                              "  },\n"
                              "  \"folds\": {\n"
                              "    \"n\": 5,\n"
                              "    \"mean\": {\n"
                              "      \"loss\": 0.5,\n"
                              "      \"accuracy\": 1.5,\n"
                              "      \"brier\": 2.5\n"
                              "    },\n"
                              "    \"std\": {\n"
                              "      \"loss\": 0,\n"
                              "      \"accuracy\": 0.125,\n"
                              "      \"brier\": 0.25\n"
                              "    }\n"
                              "  },\n"
                              "  \"importance\": {\n"
                              "    \"part\": \"test\",\n"
                              "    \"features\": [{\n"
                              "        \"name\": \"size\",\n"
                              "        \"mean\": 0.25,\n"
                              "        \"std\": 0.0625\n"
                              "      }]\n"
                              "  },\n"
                              "  \"gates\": [{\n"
                              "      \"metric\": \"test.accuracy\",\n"
                              "      \"condition\": \">= 0.95\",\n"
                              "      \"value\": 0.75,\n"
                              "      \"passed\": false\n"
                              "    }],\n"
                              "  \"weights_sha256\": \"abc\"\n"
                              "}\n");
    text_free(&text);
    fixture_free(fixture);
}

/* What results_find gives, metrics_file_find gives too, and nothing else. */
static void assert_finds_the_same(const Fixture *fixture, const MetricsFile *file,
                                  const char *path) {
    double expected = 0, value = 0;
    const char *reason;
    const bool is_known = results_find(&fixture->results, path, &expected, &reason);
    if (metrics_file_find(file, path, &value) != is_known) {
        fail_msg("%s is %s in the run", path, is_known ? "known" : "unknown");
    }
    assert_true(!is_known || value == expected);
}

static void test_find(void **state) {
    (void)state;
    static const char *const paths[] = {
        "train.loss",
        "train.accuracy",
        "test.brier",
        "validation.loss",
        "gap.loss",
        "gap.accuracy",
        "gap.brier",
        "baseline.linear.test.accuracy",
        "baseline.linear.test.loss",
        "baseline.linear.train.accuracy",
        "baseline.mean.test.accuracy",
        "epochs",
        "best_epoch",
        "rollbacks",
        "threshold",
        "",
        ".",
        "test",
        "test.",
        "test..loss",
        "nothing",
        "gap.",
    };
    Fixture *fixture = fixture_new();
    TextBuffer text = {0};
    MetricsFile file;
    Error err = {0};
    metrics_file_print(&text, &fixture->report);
    assert_true(file_write("metrics.json", text.bytes, text.n, &err));
    assert_true(metrics_file_read("metrics.json", &file, &err));
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_finds_the_same(fixture, &file, paths[i]);
    }
    for (size_t i = 0; i < number_kinds()->n; i++) {
        assert_finds_the_same(fixture, &file, kind_at(number_kinds(), i)->name);
    }
    metrics_file_free(&file);
    text_free(&text);
    fixture_free(fixture);
}

static void test_refuses_other_files(void **state) {
    (void)state;
    MetricsFile file;
    Error err = {0};
    assert_false(metrics_file_read("absent.json", &file, &err));
    assert_int_equal(err.code, ERROR_FILE);
    scratch_put("model.json", "{\"format\": \"nntrain.model\"}");
    assert_false(metrics_file_read("model.json", &file, &err));
    assert_int_equal(err.code, ERROR_DATA);
    assert_non_null(strstr(err.text, "format must be \"nntrain.metrics\""));
    scratch_put("torn.json", "{\"format\": \"nntrain.metrics\", ");
    assert_false(metrics_file_read("torn.json", &file, &err));
    assert_int_equal(err.code, ERROR_DATA);
    scratch_put("list.json", "[]");
    assert_false(metrics_file_read("list.json", &file, &err));
    metrics_file_free(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_refuses_other_files),
    };
    return cmocka_run_group_tests(tests, scratch_enter, scratch_leave);
}
