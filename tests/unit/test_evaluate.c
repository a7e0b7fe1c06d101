/* Predictions of linear models with known weights, and the loss and metrics made of them. */
#include "training/evaluate.h"

#include <math.h>
#include <string.h>

#include "evaluate_fixture.h"
#include "unit.h"

static const double own_threshold = (double)NAN;

/* The metrics that the task has by default with this output. */
static MetricList defaults(const char *task, const char *output) {
    MetricList list;
    assert_true(metric_list_choose(NULL, 0, fixture_row(task_kinds(), task),
                                   fixture_row(output_kinds(), output), &list, NULL));
    return list;
}

static void names_of(const MetricList *list, char *out, size_t room) {
    out[0] = 0;
    for (size_t i = 0; i < list->n; i++) {
        strncat(out, list->items[i]->kind.name, room - strlen(out) - 1);
        strncat(out, " ", room - strlen(out) - 1);
    }
}

static double value_of(const MetricList *list, const PartResult *result, const char *name) {
    size_t i = metric_list_find(list, name);
    assert_true(i < list->n && result->n_metrics == list->n);
    return result->values[i];
}

static void each_task_has_its_default_metrics(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"binary", "sigmoid",
         "accuracy balanced_accuracy precision_macro recall_macro f1_macro roc_auc "
         "average_precision log_loss brier mcc "},
        {"binary", "linear",
         "accuracy balanced_accuracy precision_macro recall_macro f1_macro roc_auc "
         "average_precision mcc "},
        {"multiclass", "softmax",
         "accuracy balanced_accuracy precision_macro recall_macro f1_macro roc_auc log_loss brier "
         "mcc "},
        {"multilabel", "sigmoid", "accuracy f1_macro roc_auc average_precision log_loss "},
        {"regression", "linear", "rmse mae r2 mape max_error "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char names[400];
        MetricList list = defaults(cases[i][0], cases[i][1]);
        names_of(&list, names, sizeof names);
        assert_string_equal(names, cases[i][2]);
        metric_list_free(&list);
    }
}

static void chosen_metrics_keep_their_order_and_impossible_ones_are_told_together(void **state) {
    (void)state;
    const Kind *chosen[4] = {kind_find(metric_kinds(), "mcc"),
                             kind_find(metric_kinds(), "accuracy"),
                             kind_find(metric_kinds(), "brier"), kind_find(metric_kinds(), "rmse")};
    const Task *task = fixture_row(task_kinds(), "binary");
    const Output *output = fixture_row(output_kinds(), "linear");
    MetricList list;
    assert_true(metric_list_choose(chosen, 2, task, output, &list, NULL));
    assert_int_equal(metric_list_find(&list, "mcc"), 0);
    assert_int_equal(metric_list_find(&list, "accuracy"), 1);
    assert_int_equal(metric_list_find(&list, "rmse"), 2);
    metric_list_free(&list);
    Error err = {0};
    assert_false(metric_list_choose(chosen, 4, task, output, &list, &err));
    assert_int_equal(err.code, ERROR_CONFIG);
    assert_non_null(strstr(err.text, "brier needs probabilities"));
    assert_non_null(strstr(err.text, "rmse does not exist for binary tasks"));
    assert_non_null(strstr(err.text, "roc_auc"));
    chosen[0] = chosen[1];
    assert_false(metric_list_choose(chosen, 2, task, output, &list, &err));
    assert_non_null(strstr(err.text, "accuracy is named twice"));
}

static void binary_scores_are_both_probabilities_and_the_threshold_decides(void **state) {
    (void)state;
    const float x[4] = {-2, -0.5f, 0, 1}, y[4] = {0, 1, 0, 1}, weight = 1, bias = 0;
    Target target = fixture_target("binary", 2, 0, 1);
    Dataset dataset = fixture_dataset(x, 1, y, 1, 4);
    MetricList metrics = defaults("binary", "sigmoid");
    LinearModel linear;
    linear_model_init(&linear, "sigmoid", 1, 1, &weight, &bias);
    const LossFunction loss = fixture_loss("binary_cross_entropy");
    const Evaluation evaluation = {&target, &metrics, own_threshold, true, NULL, NULL};
    Predictions predictions;
    evaluate_predict(&evaluation, &linear.model, &loss, &dataset, &predictions);
    assert_int_equal(predictions.n_scores, 2);
    for (size_t i = 0; i < 4; i++) {
        double p = 1 / (1 + exp(-(double)x[i]));
        assert_true(fabs(predictions.scores[2 * i + 1] - p) < 1e-6);
        assert_true(predictions.scores[2 * i] + predictions.scores[2 * i + 1] == 1);
        assert_true(predictions.decided[i] == (x[i] > 0));
        assert_true(predictions.truth[i] == (double)y[i]);
    }
    PartResult result;
    evaluate_metrics(&evaluation, &predictions, &result);
    assert_int_equal(result.rows, 4);
    assert_true(value_of(&metrics, &result, "accuracy") == 0.75);
    assert_true(fabs(result.loss - value_of(&metrics, &result, "log_loss")) < 1e-6);
    const double confusion[4] = {2, 0, 1, 1};
    assert_memory_equal(result.confusion, confusion, sizeof confusion);
    predictions_decide(&predictions, 0.3);
    assert_true(predictions.decided[1] == 1 && predictions.decided[2] == 1);
    part_result_free(&result);
    predictions_free(&predictions);
    linear_model_free(&linear);
    metric_list_free(&metrics);
    dataset_free(&dataset);
    target_free(&target);
}

static void outputs_without_probabilities_are_cut_at_their_own_place(void **state) {
    (void)state;
    const float x[3] = {-2, 0.25f, 1}, y[3] = {0, 1, 1}, weight = 1, bias = 0;
    Target target = fixture_target("binary", 2, 0, 1);
    Dataset dataset = fixture_dataset(x, 1, y, 1, 3);
    MetricList metrics = defaults("binary", "linear");
    LinearModel linear;
    linear_model_init(&linear, "linear", 1, 1, &weight, &bias);
    const double threshold = evaluate_threshold(linear.network.output, 0.5);
    assert_true(threshold == 0);
    assert_true(evaluate_threshold(fixture_row(output_kinds(), "sigmoid"), 0.7) == 0.7);
    const LossFunction loss = fixture_loss("hinge");
    const Evaluation evaluation = {&target, &metrics, threshold, false, NULL, NULL};
    PartResult result;
    evaluate_part(&evaluation, &linear.model, &loss, &dataset, &result);
    assert_true(value_of(&metrics, &result, "accuracy") == 1);
    assert_true(value_of(&metrics, &result, "roc_auc") == 1);
    assert_null(result.confusion);
    part_result_free(&result);
    linear_model_free(&linear);
    metric_list_free(&metrics);
    dataset_free(&dataset);
    target_free(&target);
}

static void of_several_classes_the_first_with_the_highest_score_is_decided(void **state) {
    (void)state;
    const float x[3] = {0, 1, -1}, y[3] = {2, 1, 0};
    const float weight[3] = {0, 1, -1}, bias[3] = {0, 0, 0};
    Target target = fixture_target("multiclass", 3, 0, 1);
    Dataset dataset = fixture_dataset(x, 1, y, 1, 3);
    MetricList metrics = defaults("multiclass", "softmax");
    LinearModel linear;
    linear_model_init(&linear, "softmax", 1, 3, weight, bias);
    const Evaluation evaluation = {&target, &metrics, own_threshold, true, NULL, NULL};
    Predictions predictions;
    evaluate_predict(&evaluation, &linear.model, NULL, &dataset, &predictions);
    const double decided[3] = {0, 1, 2};
    assert_memory_equal(predictions.decided, decided, sizeof decided);
    assert_true(fabs(predictions.scores[0] - 1.0 / 3) < 1e-7);
    assert_true(isnan(predictions.loss));
    predictions_free(&predictions);
    linear_model_free(&linear);
    metric_list_free(&metrics);
    dataset_free(&dataset);
    target_free(&target);
}

static void each_label_is_decided_by_itself(void **state) {
    (void)state;
    const float x[2] = {1, -1}, y[4] = {1, 0, 0, 0}, weight[2] = {2, -2}, bias[2] = {0, -1};
    Target target = fixture_target("multilabel", 2, 0, 1);
    Dataset dataset = fixture_dataset(x, 1, y, 2, 2);
    MetricList metrics = defaults("multilabel", "sigmoid");
    LinearModel linear;
    linear_model_init(&linear, "sigmoid", 1, 2, weight, bias);
    const Evaluation evaluation = {&target, &metrics, 0.5, true, NULL, NULL};
    Predictions predictions;
    evaluate_predict(&evaluation, &linear.model, NULL, &dataset, &predictions);
    const double decided[4] = {1, 0, 0, 1};
    assert_memory_equal(predictions.decided, decided, sizeof decided);
    PartResult result;
    evaluate_metrics(&evaluation, &predictions, &result);
    assert_true(value_of(&metrics, &result, "accuracy") == 0.5);
    assert_null(result.confusion);
    part_result_free(&result);
    predictions_free(&predictions);
    linear_model_free(&linear);
    metric_list_free(&metrics);
    dataset_free(&dataset);
    target_free(&target);
}

static void regression_is_measured_in_raw_units(void **state) {
    (void)state;
    const float x[2] = {1, 2}, y[2] = {1, 3}, weight = 1, bias = 0;
    Target target = fixture_target("regression", 1, 10, 4);
    Dataset dataset = fixture_dataset(x, 1, y, 1, 2);
    MetricList metrics = defaults("regression", "linear");
    LinearModel linear;
    linear_model_init(&linear, "linear", 1, 1, &weight, &bias);
    const LossFunction loss = fixture_loss("mse");
    const Evaluation evaluation = {&target, &metrics, own_threshold, false, NULL, NULL};
    Predictions predictions;
    evaluate_predict(&evaluation, &linear.model, &loss, &dataset, &predictions);
    assert_true(predictions.decided[0] == 14 && predictions.decided[1] == 18);
    assert_true(predictions.truth[0] == 14 && predictions.truth[1] == 22);
    assert_true(predictions.loss == 0.5);
    PartResult result;
    evaluate_metrics(&evaluation, &predictions, &result);
    assert_true(value_of(&metrics, &result, "max_error") == 4);
    assert_true(value_of(&metrics, &result, "mae") == 2);
    part_result_free(&result);
    predictions_free(&predictions);
    linear_model_free(&linear);
    metric_list_free(&metrics);
    dataset_free(&dataset);
    target_free(&target);
}

static void the_poisson_loss_predicts_the_exponential(void **state) {
    (void)state;
    const float x[2] = {0, 2}, y[2] = {1, 7}, weight = 1, bias = 0;
    Target target = fixture_target("regression", 1, 0, 1);
    Dataset dataset = fixture_dataset(x, 1, y, 1, 2);
    const MetricList none = {0};
    LinearModel linear;
    linear_model_init(&linear, "linear", 1, 1, &weight, &bias);
    const LossFunction loss = fixture_loss("poisson");
    const Evaluation evaluation = {&target, &none, own_threshold, false, NULL, NULL};
    Predictions predictions;
    evaluate_predict(&evaluation, &linear.model, &loss, &dataset, &predictions);
    assert_true(predictions.decided[0] == 1);
    assert_true(fabs(predictions.decided[1] - exp(2)) < 1e-5);
    predictions_free(&predictions);
    linear_model_free(&linear);
    dataset_free(&dataset);
    target_free(&target);
}

static void rows_without_a_target_are_predicted(void **state) {
    (void)state;
    const float x[2] = {0, 2}, weight = 1, bias = 0;
    Target target = fixture_target("regression", 1, 0, 1);
    Dataset dataset = fixture_dataset(x, 1, NULL, 1, 2);
    LinearModel linear;
    linear_model_init(&linear, "linear", 1, 1, &weight, &bias);
    const LossFunction loss = fixture_loss("mse");
    const Evaluation evaluation = {&target, NULL, own_threshold, false, NULL, NULL};
    Predictions predictions;
    evaluate_predict(&evaluation, &linear.model, &loss, &dataset, &predictions);
    assert_true(predictions.decided[1] == 2);
    assert_null(predictions.truth);
    assert_true(isnan(predictions.loss));
    predictions_free(&predictions);
    linear_model_free(&linear);
    dataset_free(&dataset);
    target_free(&target);
}

static void an_empty_part_has_no_rows(void **state) {
    (void)state;
    PartResult result = {.rows = 7};
    const Evaluation evaluation = {0};
    evaluate_part(&evaluation, NULL, NULL, NULL, &result);
    assert_int_equal(result.rows, 0);
    assert_null(result.values);
    part_result_free(&result);
}

/* Many rows, so that they run in several chunks. */
static void chunks_give_the_bits_of_one_pass(void **state) {
    (void)state;
    enum { ROWS = 2500 };
    uint32_t seed = 7;
    float *x = NEW(float, ROWS * 3), *y = NEW(float, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        x[3 * i] = fixture_value(&seed);
        x[3 * i + 1] = fixture_value(&seed);
        x[3 * i + 2] = fixture_value(&seed);
        y[i] = fixture_value(&seed);
    }
    const float weight[3] = {0.5f, -1, 2}, bias = 0.1f;
    Dataset dataset = fixture_dataset(x, 3, y, 1, ROWS);
    dataset.weight = NEW(float, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        dataset.weight[i] = 2 + fixture_value(&seed);
    }
    LinearModel linear;
    linear_model_init(&linear, "linear", 3, 1, weight, &bias);
    const LossFunction loss = fixture_loss("mse");
    Workspace *workspace = workspace_new(&linear.network, ROWS);
    const float *logits = model_forward(&linear.model, workspace, dataset.x, ROWS);
    LossSum sum = model_loss(&linear.model, workspace, &loss, logits, dataset.y, dataset.y_row,
                             dataset.weight, ROWS);
    double mean = evaluate_loss(&linear.model, &loss, &dataset, NULL);
    assert_true(mean == sum.loss / sum.weight);
    assert_true(mean > 0.1);
    workspace_free(workspace);
    linear_model_free(&linear);
    dataset_free(&dataset);
    memory_free(x);
    memory_free(y);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_task_has_its_default_metrics),
        cmocka_unit_test(chosen_metrics_keep_their_order_and_impossible_ones_are_told_together),
        cmocka_unit_test(binary_scores_are_both_probabilities_and_the_threshold_decides),
        cmocka_unit_test(outputs_without_probabilities_are_cut_at_their_own_place),
        cmocka_unit_test(of_several_classes_the_first_with_the_highest_score_is_decided),
        cmocka_unit_test(each_label_is_decided_by_itself),
        cmocka_unit_test(regression_is_measured_in_raw_units),
        cmocka_unit_test(the_poisson_loss_predicts_the_exponential),
        cmocka_unit_test(rows_without_a_target_are_predicted),
        cmocka_unit_test(an_empty_part_has_no_rows),
        cmocka_unit_test(chunks_give_the_bits_of_one_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
