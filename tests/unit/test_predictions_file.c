/* Predictions as CSV, for each kind of task. */
#include "unit.h"

#include <math.h>

#include "artifact/predictions_file.h"
#include "data_fixture.h"

static TextBuffer print(const Predictions *predictions, const Target *target, bool has_row,
                        size_t n_ids) {
    static const uint32_t source[] = {2, 0};
    static const size_t ids[] = {1, 0};
    Table table = fixture_table("name,id\nx,7\ny,8\na \"b\",9\n");
    const PredictionsReport report = {.predictions = predictions,
                                      .target = target,
                                      .source = source,
                                      .table = &table,
                                      .ids = ids,
                                      .n_ids = n_ids,
                                      .has_row = has_row,
                                      .has_truth = predictions->truth != NULL,
                                      .targets = predictions->n_scores == 0 ? ids : NULL};
    TextBuffer out = {0};
    predictions_file_print(&out, &report);
    table_free(&table);
    return out;
}

static Target target_of(const char *task, const char *names, const char *classes) {
    Target target = {.task = (const Task *)kind_find(task_kinds(), task)};
    const char *problem;
    assert_true(text_split_list(names, &target.names, &problem));
    assert_true(text_split_list(classes, &target.classes, &problem));
    return target;
}

static void assert_prints(const Predictions *predictions, const Target *target, bool has_row,
                          size_t n_ids, const char *expected) {
    TextBuffer out = print(predictions, target, has_row, n_ids);
    assert_string_equal(text_of(&out), expected);
    text_free(&out);
}

static void free_target(Target *target) {
    text_list_free(&target->names);
    text_list_free(&target->classes);
}

static void test_classes(void **state) {
    (void)state;
    Target target = target_of("multiclass", "kind", "a, \"b,c\", d");
    double decided[] = {1, 2};
    double scores[] = {(double)0.1f, (double)0.7f, (double)0.2f, 0, 0.25, 0.75};
    Predictions predictions = {.task = target.task,
                               .n = 2,
                               .n_classes = 3,
                               .n_targets = 1,
                               .n_scores = 3,
                               .scores = scores,
                               .decided = decided,
                               .has_probabilities = true};
    assert_prints(&predictions, &target, true, 2,
                  "row,id,name,prediction,probability_a,\"probability_b,c\",probability_d\n"
                  "3,9,\"a \"\"b\"\"\",\"b,c\",0.1,0.7,0.2\n"
                  "1,7,x,d,0,0.25,0.75\n");
    double truth[] = {0, 1};
    predictions.has_probabilities = false;
    assert_prints(&predictions, &target, false, 0,
                  "prediction,score_a,\"score_b,c\",score_d\n"
                  "\"b,c\",0.1,0.7,0.2\n"
                  "d,0,0.25,0.75\n");
    predictions.truth = truth;
    assert_prints(&predictions, &target, false, 1,
                  "id,truth,prediction,score_a,\"score_b,c\",score_d\n"
                  "9,a,\"b,c\",0.1,0.7,0.2\n"
                  "7,\"b,c\",d,0,0.25,0.75\n");
    free_target(&target);
}

static void test_labels(void **state) {
    (void)state;
    Target target = target_of("multilabel", "p, q", "");
    double decided[] = {1, 0, 0, 1};
    double scores[] = {0.75, 0.25, 0.5, 1};
    double truth[] = {1, 1, 0, 1};
    Predictions predictions = {.task = target.task,
                               .n = 2,
                               .n_targets = 2,
                               .n_scores = 2,
                               .scores = scores,
                               .decided = decided,
                               .has_probabilities = true};
    assert_prints(&predictions, &target, false, 1,
                  "id,prediction_p,probability_p,prediction_q,probability_q\n"
                  "9,1,0.75,0,0.25\n"
                  "7,0,0.5,1,1\n");
    predictions.truth = truth;
    assert_prints(&predictions, &target, false, 0,
                  "truth_p,prediction_p,probability_p,truth_q,prediction_q,probability_q\n"
                  "1,1,0.75,1,0,0.25\n"
                  "0,0,0.5,1,1,1\n");
    free_target(&target);
}

static void test_numbers(void **state) {
    (void)state;
    Target one = target_of("regression", "y", ""), two = target_of("regression", "y, z", "");
    double decided[] = {0.1, 1.0 / 3, (double)INFINITY, -2};
    double rounded[] = {9.000001, 7.000001};
    Predictions single = {.task = one.task, .n = 2, .n_targets = 1, .decided = decided};
    assert_prints(&single, &one, true, 0, "row,prediction\n3,0.1\n1,0.3333333333333333\n");
    single.truth = rounded; /* what is printed are the numbers of the table */
    assert_prints(&single, &one, false, 0, "truth,prediction\n9,0.1\n7,0.3333333333333333\n");
    const Predictions pair = {.task = two.task, .n = 2, .n_targets = 2, .decided = decided};
    assert_prints(&pair, &two, false, 0,
                  "prediction_y,prediction_z\n0.1,0.3333333333333333\n,-2\n");
    free_target(&one);
    free_target(&two);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
