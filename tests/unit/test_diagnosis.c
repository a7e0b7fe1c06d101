/* Findings in words, from histories and results written down here. */
#include "training/diagnosis.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "network_fixture.h"
#include "training/baseline.h"
#include "unit.h"

enum { EPOCHS = 3, LAYERS = 4 };

/* A healthy run of three hidden layers and three epochs, with accuracy. */
typedef struct Subject {
    Network network;
    History history;
    MetricList metrics;
    Results results;
} Subject;

static PartResult part_of(double loss, double accuracy) {
    PartResult part = {.rows = 10, .loss = loss, .n_metrics = 1, .values = NEW(double, 1)};
    part.values[0] = accuracy;
    return part;
}

static void subject_init(Subject *subject, const char *activation) {
    const NetworkWish wish = {.hidden = {8, 8, 8},
                              .activation = activation,
                              .norm = "none",
                              .output = "sigmoid",
                              .n_numeric = 2,
                              .n_outputs = 1};
    *subject = (Subject){.network = fixture_network(&wish)};
    subject->history = (History){
        .epochs = NEW(EpochRecord, EPOCHS), .n = EPOCHS, .capacity = EPOCHS, .n_layers = LAYERS};
    for (size_t e = 0; e < EPOCHS; e++) {
        EpochRecord *record = &subject->history.epochs[e];
        *record = (EpochRecord){
            .epoch = e + 1, .loss = 1.0 / (double)(e + 1), .layers = NEW(LayerRecord, LAYERS)};
        for (size_t l = 0; l < LAYERS; l++) {
            record->layers[l] = (LayerRecord){1, (double)NAN, (double)NAN};
        }
    }
    const Kind *accuracy = kind_find(metric_kinds(), "accuracy");
    assert_true(metric_list_choose(&accuracy, 1, fixture_row(task_kinds(), "binary"),
                                   subject->network.output, &subject->metrics, NULL));
    results_init(&subject->results, &subject->metrics);
    subject->results.parts[PART_TRAIN] = part_of(0.30, 0.95);
    subject->results.parts[PART_TEST] = part_of(0.32, 0.9);
    subject->results.baselines = NEW(BaselineResult, 1);
    subject->results.n_baselines = 1;
    subject->results.baselines[0].kind = kind_find(baseline_kinds(), "linear");
    subject->results.baselines[0].parts[PART_TEST] = part_of((double)NAN, 0.8);
}

static void subject_free(Subject *subject) {
    network_free(&subject->network);
    history_free(&subject->history);
    results_free(&subject->results);
    metric_list_free(&subject->metrics);
}

static void check_findings(Subject *subject, const char *expected) {
    TextBuffer out = {0};
    size_t lines = 0;
    const size_t n = diagnosis_print(&out, &subject->history, &subject->results);
    assert_string_equal(text_of(&out), expected);
    for (const char *c = expected; *c; c++) {
        lines += *c == '\n';
    }
    assert_int_equal(n, lines);
    text_free(&out);
    subject_free(subject);
}

static void a_healthy_run_has_no_findings(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    check_findings(&subject, "");
}

static void gradients_that_vanish_or_explode(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "sigmoid");
    subject.history.epochs[0].layers[0].gradient_norm = 2e-4;
    assert_true(fabs(diagnosis_gradient_ratio(&subject.history) - 2e-4) < 1e-12);
    check_findings(
        &subject, "vanishing gradients: in epoch 1 the gradient norm is 0.0002 in layer 1 and 1 in "
                  "layer 3; try network.activation = relu, network.norm = batch, or fewer "
                  "layers\n");
    subject_init(&subject, "sigmoid");
    subject.history.epochs[0].layers[0].gradient_norm = 5000;
    check_findings(&subject,
                   "exploding gradients: in epoch 1 the gradient norm is 5e+03 in layer 1 and 1 in "
                   "layer 3; try init.weights = auto, or regularization.clip_norm = 1\n");
}

static void units_that_do_not_answer(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    subject.history.epochs[0].layers[0].dead_units = 1; /* only the last epoch counts */
    subject.history.epochs[EPOCHS - 1].layers[0].dead_units = 0.25;
    subject.history.epochs[EPOCHS - 1].layers[1].dead_units = 0.625;
    subject.history.epochs[EPOCHS - 1].layers[2].dead_units = 0.5;
    assert_true(diagnosis_dead_fraction(&subject.history) == 0.625);
    check_findings(&subject,
                   "dead units: 62% of layer 2, 50% of layer 3 answer 0 to every row; try "
                   "network.activation = leaky_relu, a smaller optimizer.learning_rate, or "
                   "init.weights = auto\n");
    subject_init(&subject, "tanh");
    subject.history.epochs[EPOCHS - 1].layers[2].saturated_units = 0.75;
    assert_true(isnan(diagnosis_dead_fraction(&subject.history)));
    check_findings(&subject,
                   "saturated units: outputs at an end of the activation are 75% of layer 3; "
                   "try init.weights = auto, or preprocess.scale = standard\n");
}

static void a_loss_that_never_fell(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    subject.history.epochs[1].loss = 0.995;
    subject.history.epochs[2].loss = 1.2;
    check_findings(&subject,
                   "the loss never fell: it was 1 in epoch 1 and 0.995 at its lowest; try "
                   "another optimizer.learning_rate, or init.weights = auto\n");
}

static void a_loss_that_grew(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    subject.history.epochs[1].loss = 1.5;
    subject.history.epochs[2].loss = 2.5;
    check_findings(&subject, "the loss grew: it was 1 in epoch 1 and 2.5 in epoch 3; try a smaller "
                             "optimizer.learning_rate, or regularization.clip_norm = 1\n");
}

static void a_model_no_better_than_a_baseline(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    subject.results.baselines[0].parts[PART_TEST].values[0] = 0.9;
    check_findings(&subject, "no better than the baseline linear: test.accuracy is 0.9, the "
                             "baseline's 0.9\n");
}

static void parts_that_come_apart(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    subject.results.parts[PART_TEST].loss = 0.6;
    check_findings(&subject,
                   "overfitting: the loss is 0.3 on training rows and 0.6 on test rows; try "
                   "network.dropout, regularization.l2, early_stopping.patience, or fewer units\n");
    subject_init(&subject, "relu");
    subject.results.parts[PART_TRAIN].loss = 0.001; /* both are tiny */
    subject.results.parts[PART_TEST].loss = 0.004;
    check_findings(&subject, "");
}

static void a_run_without_epochs_has_nothing_to_tell(void **state) {
    (void)state;
    Subject subject;
    subject_init(&subject, "relu");
    for (size_t e = 0; e < EPOCHS; e++) {
        memory_free(subject.history.epochs[e].layers);
    }
    subject.history.n = 0;
    assert_true(isnan(diagnosis_dead_fraction(&subject.history)));
    assert_true(isnan(diagnosis_gradient_ratio(&subject.history)));
    check_findings(&subject, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_run_has_no_findings),
        cmocka_unit_test(gradients_that_vanish_or_explode),
        cmocka_unit_test(units_that_do_not_answer),
        cmocka_unit_test(a_loss_that_never_fell),
        cmocka_unit_test(a_loss_that_grew),
        cmocka_unit_test(a_model_no_better_than_a_baseline),
        cmocka_unit_test(parts_that_come_apart),
        cmocka_unit_test(a_run_without_epochs_has_nothing_to_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
