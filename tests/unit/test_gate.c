/* Gates: what is read, what passes, and that whatever cannot be evaluated fails. */
#include "training/gate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "unit.h"

/* test.accuracy is 0.9 and test.loss is 0.5; train.loss is infinite. */
typedef struct Fixture {
    const Metric *items[1];
    MetricList metrics;
    Results results;
} Fixture;

static void fixture_init(Fixture *fixture) {
    fixture->items[0] = (const Metric *)kind_find(metric_kinds(), "accuracy");
    fixture->metrics = (MetricList){fixture->items, 1};
    results_init(&fixture->results, &fixture->metrics);
    PartResult *test = &fixture->results.parts[PART_TEST];
    *test = (PartResult){.rows = 4, .loss = 0.5, .n_metrics = 1, .values = NEW(double, 1)};
    test->values[0] = 0.9;
    fixture->results.parts[PART_TRAIN] = (PartResult){.rows = 4, .loss = (double)INFINITY};
}

/* In the run before, every accuracy was 0.95 and the loss of the test part 0.375. */
static bool find_before(const void *context, const char *path, double *value) {
    (void)context;
    if (strcmp(path, "test.accuracy") == 0) {
        *value = 0.95;
        return true;
    }
    *value = 0.375;
    return strcmp(path, "test.loss") == 0;
}

static GateResult evaluate(const char *name, const char *condition, const GateBaseline *baseline) {
    Fixture fixture;
    fixture_init(&fixture);
    GateList list = {0};
    Error err = {0};
    if (!gate_list_add(&list, name, condition, "c.ini:9:1", &err)) {
        fail_msg("%s", err.text);
    }
    GateResult result = gate_evaluate(&list.items[0], &fixture.results, baseline);
    gate_list_free(&list);
    results_free(&fixture.results);
    return result;
}

static bool passes(const char *name, const char *condition) {
    GateResult result = evaluate(name, condition, NULL);
    assert_null(result.reason);
    return result.passed;
}

static void operators_compare(void **state) {
    (void)state;
    assert_true(passes("test.accuracy", ">= 0.9"));
    assert_false(passes("test.accuracy", "> 0.9"));
    assert_true(passes("test.accuracy", "> 0.89"));
    assert_true(passes("test.accuracy", "<= 0.9"));
    assert_false(passes("test.accuracy", "< 0.9"));
    assert_true(passes("test.loss", "== 0.5"));
    assert_false(passes("test.loss", "== 0.25"));
    assert_true(passes("test.accuracy", ">=90%"));
    assert_false(passes("test.accuracy", ">=\t91%"));
    assert_true(passes("test.loss", "> -1e3"));
}

static void what_cannot_be_evaluated_fails(void **state) {
    (void)state;
    static const char *const paths[] = {"validation.accuracy",
                                        "test.mcc",
                                        "epochs",
                                        "gap.accuracy",
                                        "baseline.linear.test.accuracy",
                                        "train.loss",
                                        "test.accuracy.drop"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        GateResult result = evaluate(paths[i], "<= 1", NULL);
        assert_false(result.passed);
        assert_non_null(result.reason);
        assert_true(isnan(result.value));
    }
}

static void a_limit_that_no_value_reaches_is_told(void **state) {
    (void)state;
    static const struct {
        const char *name, *condition, *told;
    } cases[] = {
        {"test.accuracy", ">= 90",
         "'>= 90' never holds, for no value is above 1; write '>= 0.9' or '>= 90%'"},
        {"baseline.linear.test.r2", "<75",
         "'<75' always holds, for no value is above 1; write '< 0.75' or '< 75%'"},
        {"train.rmse", "<= -1", "'<= -1' never holds, for no value is below 0"},
        {"test.accuracy.drop", "<= 2",
         "'<= 2' always holds, for no value is above 1; write '<= 0.02' or '<= 2%'"},
        {"gap.mcc", "> -3", "'> -3' always holds, for no value is below -2"},
        {"test.mcc.high", "== 1", NULL},
        {"test.r2", "> -1e9", NULL},
        {"test.r2.drop", "< 1e9", NULL},
        {"test.mape", "< 1e9", NULL},
        {"test.loss", "> -5", NULL},
        {"epochs", "> 1000", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GateList list = {0};
        Error err = {0};
        const bool good =
            gate_list_add(&list, cases[i].name, cases[i].condition, "c.ini:9:1", &err);
        assert_int_equal(good, cases[i].told == NULL);
        if (cases[i].told != NULL) {
            assert_string_equal(err.text, cases[i].told);
        }
        gate_list_free(&list);
    }
}

static void a_drop_is_how_much_worse_it_became(void **state) {
    (void)state;
    const GateBaseline baseline = {find_before, NULL};
    GateResult accuracy = evaluate("test.accuracy.drop", "<= 0.01", &baseline);
    assert_false(accuracy.passed);
    assert_true(accuracy.value == 0.95 - 0.9);
    GateResult loss = evaluate("test.loss.drop", "<= 0.125", &baseline);
    assert_true(loss.passed);
    assert_true(loss.value == 0.5 - 0.375);
}

static void a_drop_against_a_number_that_was_not_there_fails(void **state) {
    (void)state;
    Fixture fixture;
    fixture_init(&fixture);
    results_set(&fixture.results, "epochs", 3);
    const GateBaseline baseline = {find_before, NULL};
    GateList list = {0};
    assert_true(gate_list_add(&list, "epochs.drop", "<= 5", "c.ini:9:1", NULL));
    GateResult result = gate_evaluate(&list.items[0], &fixture.results, &baseline);
    assert_false(result.passed);
    assert_non_null(strstr(result.reason, "baseline file"));
    gate_list_free(&list);
    results_free(&fixture.results);
}

static void refused(const char *name, const char *condition, const char *words) {
    GateList list = {0};
    Error err = {0};
    assert_false(gate_list_add(&list, name, condition, "c.ini:9:1", &err));
    assert_int_equal(err.code, ERROR_CONFIG);
    if (strstr(err.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, err.text);
    }
    assert_int_equal(list.n, 0);
    gate_list_free(&list);
}

static void mistakes_are_told(void **state) {
    (void)state;
    refused("test.acuracy", ">= 0.9", "did you mean 'test.accuracy'");
    refused("test.acuracy.drop", "<= 0.9", "did you mean 'test.accuracy'");
    refused(".drop", "<= 0.9", "no metric path");
    refused("test.accuracy", "0.9", "one of >=, >, <=, <, ==");
    refused("test.accuracy", "", "operator");
    refused("test.accuracy", "=> 0.9", "operator");
    refused("test.accuracy", "!= 0.9", "operator");
    refused("test.accuracy", ">=", "no number");
    refused("test.accuracy", ">= high", "'high'");
    refused("test.accuracy", ">= nan", "no number");
    refused("test.accuracy", ">= %", "no number");
    refused("test.accuracy", ">= 0.9 or so", "no number");
}

static void a_second_entry_of_a_name_replaces_the_first(void **state) {
    (void)state;
    GateList list = {0};
    assert_true(gate_list_add(&list, "test.loss", "<= 1", "c.ini:9:1", NULL));
    assert_true(gate_list_add(&list, "test.accuracy", ">= 0.5", "c.ini:9:1", NULL));
    assert_true(gate_list_add(&list, "test.loss", "< 2", "c.ini:9:1", NULL));
    assert_int_equal(list.n, 2);
    assert_true(list.items[0].limit == 2);
    assert_string_equal(list.items[0].condition, "< 2");
    gate_list_free(&list);
}

static void results_are_told_in_one_line(void **state) {
    (void)state;
    GateList list = {0};
    assert_true(gate_list_add(&list, "test.accuracy", ">= 95%", "c.ini:9:1", NULL));
    TextBuffer text = {0};
    const GateResult failed = {.value = 0.9}, passed = {.value = 0.96, .passed = true},
                     unknown = {.value = (double)NAN, .reason = "the part has no rows"};
    gate_describe(&text, &list.items[0], &failed);
    assert_string_equal(text_of(&text), "test.accuracy >= 95%: 0.9, failed");
    text.n = 0;
    gate_describe(&text, &list.items[0], &passed);
    assert_string_equal(text_of(&text), "test.accuracy >= 95%: 0.96, passed");
    text.n = 0;
    gate_describe(&text, &list.items[0], &(GateResult){.value = 2.0 / 3});
    assert_string_equal(text_of(&text), "test.accuracy >= 95%: 0.66667, failed");
    text.n = 0;
    gate_describe(&text, &list.items[0], &(GateResult){.value = 0.9499999});
    assert_string_equal(text_of(&text), "test.accuracy >= 95%: 0.9499999, failed");
    text.n = 0;
    gate_describe(&text, &list.items[0], &unknown);
    assert_string_equal(text_of(&text), "test.accuracy >= 95%: the part has no rows, failed");
    text_free(&text);
    gate_list_free(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_compare),
        cmocka_unit_test(what_cannot_be_evaluated_fails),
        cmocka_unit_test(a_limit_that_no_value_reaches_is_told),
        cmocka_unit_test(a_drop_is_how_much_worse_it_became),
        cmocka_unit_test(a_drop_against_a_number_that_was_not_there_fails),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(a_second_entry_of_a_name_replaces_the_first),
        cmocka_unit_test(results_are_told_in_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
