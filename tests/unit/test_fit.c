/* The training loop: batches, early stopping, limits, divergence, and what is recorded. */
#include "training/fit.h"

#include <math.h>
#include <string.h>

#include "training_fixture.h"
#include "unit.h"

static const double tolerance = 1e-5;

static bool is_near(double a, double b) { return fabs(a - b) <= tolerance * fmax(1, fabs(b)); }

/* What is left of a run, and the parameters that it ended with. */
typedef struct Run {
    History history;
    Error err;
    double w[3];
    bool good;
} Run;

static Run train(Line *line, const Dataset *validation) {
    Run run = {.good = false};
    run.good = fit(&line->options, &line->loss, &line->evaluation, &line->train, validation, NULL,
                   &line->linear.model, &run.history, &run.err);
    line_parameters(line, run.w);
    return run;
}

/* A new line, trained for some epochs, and given up again. */
static void train_anew(const FitOptions *options, int64_t epochs, double w[3]) {
    Line line;
    line_init(&line);
    line.options = *options;
    line.options.epochs = epochs;
    line.options.patience = 0;
    line.options.restore_best = false;
    Run run = train(&line, NULL);
    assert_true(run.good);
    memcpy(w, run.w, sizeof run.w);
    history_free(&run.history);
    line_free(&line);
}

static void check_same_parameters(const double a[3], const double b[3]) {
    assert_memory_equal(a, b, 3 * sizeof *a);
}

/* Rows on the plane that training goes through at the end of epoch 15, on its way elsewhere. */
static Dataset rows_on_the_way(const FitOptions *options) {
    static const float x[] = {1, 1, -1, 0.5F, 0.5F, -1, 2, 0.25F};
    float y[4];
    double w[3];
    train_anew(options, 15, w);
    for (size_t i = 0; i < 4; i++) {
        y[i] = (float)(w[0] * (double)x[2 * i] + w[1] * (double)x[2 * i + 1] + w[2]);
    }
    return fixture_dataset(x, 2, y, 1, 4);
}

static void a_full_batch_is_gradient_descent(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.epochs = 15;
    double w[3], gradient[3];
    line_parameters(&line, w);
    Run run = train(&line, NULL);
    assert_true(run.good);
    assert_int_equal(run.history.n, 15);
    assert_string_equal(run.history.stop_reason, "epochs");
    for (size_t e = 0; e < 15; e++) {
        const EpochRecord *record = &run.history.epochs[e];
        const double loss = line_gradient(w, NULL, 0, LINE_ROWS, gradient);
        const double norm =
            sqrt(gradient[0] * gradient[0] + gradient[1] * gradient[1] + gradient[2] * gradient[2]);
        assert_int_equal(record->epoch, e + 1);
        assert_true(is_near(record->loss, loss));
        assert_true(is_near(record->gradient_norm, norm));
        assert_true(is_near(record->layers[0].gradient_norm, norm));
        assert_true(record->learning_rate == 0.1 && record->penalty == 0);
        assert_int_equal(record->validation.rows, 0);
        for (size_t j = 0; j < 3; j++) {
            w[j] -= 0.1 * gradient[j];
        }
    }
    for (size_t j = 0; j < 3; j++) {
        assert_true(is_near(run.w[j], w[j]));
    }
    history_free(&run.history);
    line_free(&line);
}

/* Batches of four rows in the order of the data; the last one has two, or is left out. */
static void check_batches(bool drop_last) {
    Line line;
    line_init(&line);
    line.options.epochs = 2;
    line.options.batch_size = 4;
    line.options.drop_last = drop_last;
    double w[3], gradient[3];
    line_parameters(&line, w);
    Run run = train(&line, NULL);
    for (size_t e = 0; e < 2; e++) {
        double loss = 0;
        for (size_t first = 0; first < (drop_last ? 4 : LINE_ROWS); first += 4) {
            const size_t n = first == 0 ? 4 : 2;
            loss += (double)n * line_gradient(w, NULL, first, n, gradient);
            for (size_t j = 0; j < 3; j++) {
                w[j] -= 0.1 * gradient[j];
            }
        }
        assert_true(is_near(run.history.epochs[e].loss, loss / (drop_last ? 4 : LINE_ROWS)));
    }
    for (size_t j = 0; j < 3; j++) {
        assert_true(is_near(run.w[j], w[j]));
    }
    history_free(&run.history);
    line_free(&line);
}

static void small_batches_go_through_the_rows(void **state) {
    (void)state;
    check_batches(false);
    check_batches(true);
}

static void shuffling_is_a_function_of_the_seed(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    FitOptions options = line.options;
    line_free(&line);
    options.batch_size = 1;
    double in_order[3], first[3], again[3], other[3];
    train_anew(&options, 3, in_order);
    options.shuffle = true;
    train_anew(&options, 3, first);
    train_anew(&options, 3, again);
    options.seed = 2;
    train_anew(&options, 3, other);
    check_same_parameters(first, again);
    assert_memory_not_equal(first, in_order, sizeof first);
    assert_memory_not_equal(first, other, sizeof first);
    options.batch_size = 0;
    train_anew(&options, 3, first);
    options.seed = 3;
    train_anew(&options, 3, other);
    check_same_parameters(first, other);
}

static void early_stopping_gives_back_the_best_weights(void **state) {
    (void)state;
    static const char *const monitors[] = {"validation.loss", "validation.rmse", "validation.r2"};
    for (size_t i = 0; i < sizeof monitors / sizeof *monitors; i++) {
        Line line;
        line_init(&line);
        line.options.epochs = 200;
        line.options.patience = 4;
        line.options.monitor = monitors[i];
        line.options.settings.learning_rate = 0.02;
        Dataset validation = rows_on_the_way(&line.options);
        Run run = train(&line, &validation);
        assert_string_equal(run.history.stop_reason, "early_stopping");
        const size_t best = run.history.best_epoch;
        assert_int_equal(best, 15);
        assert_int_equal(run.history.n, best + 4);
        for (size_t e = 0; e < run.history.n; e++) {
            assert_true(e + 1 == best || run.history.epochs[e].validation.loss >
                                             run.history.epochs[best - 1].validation.loss);
        }
        double w[3];
        train_anew(&line.options, (int64_t)best, w);
        check_same_parameters(run.w, w);
        history_free(&run.history);
        dataset_free(&validation);
        line_free(&line);
    }
}

static void the_last_weights_are_kept_when_asked_for(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.epochs = 60;
    line.options.settings.learning_rate = 0.02;
    line.options.restore_best = false;
    Dataset validation = rows_on_the_way(&line.options);
    Run run = train(&line, &validation);
    assert_int_equal(run.history.n, 60);
    assert_int_equal(run.history.best_epoch, 15);
    double w[3];
    train_anew(&line.options, 60, w);
    check_same_parameters(run.w, w);
    history_free(&run.history);
    dataset_free(&validation);
    line_free(&line);
}

static void gains_below_min_delta_do_not_count(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.epochs = 50;
    line.options.patience = 3;
    line.options.min_delta = 1e6;
    line.options.monitor = "train.loss";
    Run run = train(&line, NULL);
    assert_string_equal(run.history.stop_reason, "early_stopping");
    assert_int_equal(run.history.n, 4);
    history_free(&run.history);
    line_free(&line);
}

static void no_epochs_leave_the_model(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    double before[3];
    line_parameters(&line, before);
    line.options.epochs = 0;
    Run run = train(&line, NULL);
    assert_true(run.good);
    assert_int_equal(run.history.n, 0);
    assert_int_equal(run.history.best_epoch, 0);
    check_same_parameters(run.w, before);
    history_free(&run.history);
    line_free(&line);
}

static void time_is_up_at_the_end_of_a_batch(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.batch_size = 4;
    line.options.max_seconds = 1e-9;
    double w[3], gradient[3];
    line_parameters(&line, w);
    Run run = train(&line, NULL);
    assert_true(run.good);
    assert_string_equal(run.history.stop_reason, "max_time");
    assert_int_equal(run.history.n, 1);
    line_gradient(w, NULL, 0, 4, gradient);
    for (size_t j = 0; j < 3; j++) {
        assert_true(is_near(run.w[j], w[j] - 0.1 * gradient[j]));
    }
    history_free(&run.history);
    line_free(&line);
}

static void check_divergence(double rate, bool has_validation, const char *message) {
    Line line;
    line_init(&line);
    Dataset validation = rows_on_the_way(&line.options);
    line.options.epochs = 5000;
    line.options.settings.learning_rate = rate;
    Run run = train(&line, has_validation ? &validation : NULL);
    assert_false(run.good);
    assert_int_equal(run.err.code, ERROR_DIVERGED);
    if (message) {
        assert_string_equal(run.err.text, message);
    }
    assert_string_equal(run.history.stop_reason, "diverged");
    assert_true(isfinite(run.w[0]) && isfinite(run.w[1]) && isfinite(run.w[2]));
    double w[3];
    train_anew(&line.options, (int64_t)(has_validation ? run.history.best_epoch : run.history.n),
               w);
    check_same_parameters(run.w, w);
    for (size_t e = 0; e < run.history.n; e++) {
        assert_true(isfinite(run.history.epochs[e].loss));
    }
    history_free(&run.history);
    dataset_free(&validation);
    line_free(&line);
}

static void divergence_ends_with_finite_weights(void **state) {
    (void)state;
    check_divergence(3, false, NULL);
    check_divergence(3, true, NULL);
    check_divergence(
        1e37, false,
        "error: training diverged in epoch 2, batch 1: the loss is not finite; gradient norms "
        "before: 2.35; try a smaller "
        "optimizer.learning_rate (1e+37 is 1e+39 times the usual one), regularization.clip_norm = "
        "1, or smaller start "
        "weights (init.weights = auto)");
}

typedef struct Seen {
    size_t n;
    double last_loss;
} Seen;

static void see(void *context, const EpochRecord *record, const FitOptions *options) {
    Seen *seen = context;
    assert_int_equal(record->epoch, ++seen->n);
    assert_int_equal(options->epochs, 3);
    seen->last_loss = record->loss;
}

static void the_observer_sees_every_epoch(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    Seen seen = {0};
    FitObserver observer = {.epoch = see, .context = &seen};
    History history;
    Error err = {0};
    assert_true(fit(&line.options, &line.loss, &line.evaluation, &line.train, NULL, &observer,
                    &line.linear.model, &history, &err));
    assert_int_equal(seen.n, 3);
    assert_true(seen.last_loss == history.epochs[2].loss);
    history_free(&history);
    line_free(&line);
}

static void rates_follow_the_schedule(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.epochs = 5;
    line.options.schedule = (ScheduleOptions){
        .schedule = fixture_row(schedule_kinds(), "step"), .step_size = 2, .gamma = 0.5};
    Run run = train(&line, NULL);
    static const double rates[] = {0.1, 0.1, 0.05, 0.05, 0.025};
    for (size_t e = 0; e < 5; e++) {
        assert_true(fabs(run.history.epochs[e].learning_rate - rates[e]) < 1e-12);
    }
    history_free(&run.history);
    line_free(&line);
}

/* A layer whose biases are far below 0 is dead under relu, and at an end of sigmoid. */
static void check_activity(const char *activation, double dead, double saturated) {
    Line line;
    line_init(&line);
    const NetworkWish wish = {.hidden = {8},
                              .activation = activation,
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = 2,
                              .n_outputs = 1};
    Network network = fixture_network(&wish);
    Model model;
    model_init(&model, &network);
    fixture_start(&model, 0.5F, 7);
    const Tensor *bias = &network.tensors[network.layers[0].bias];
    for (size_t j = 0; j < bias->columns; j++) {
        model.parameters[bias->offset + j] = -100;
    }
    model_refresh(&model);
    History history;
    Error err = {0};
    line.options.epochs = 1;
    assert_true(fit(&line.options, &line.loss, &line.evaluation, &line.train, NULL, NULL, &model,
                    &history, &err));
    const LayerRecord *layers = history.epochs[0].layers;
    assert_int_equal(history.n_layers, 2);
    assert_true(isnan(dead) ? isnan(layers[0].dead_units) : layers[0].dead_units == dead);
    assert_true(isnan(saturated) ? isnan(layers[0].saturated_units)
                                 : layers[0].saturated_units == saturated);
    assert_true(isnan(layers[1].dead_units) && isnan(layers[1].saturated_units));
    assert_true(layers[1].gradient_norm > 0);
    history_free(&history);
    model_free(&model);
    network_free(&network);
    line_free(&line);
}

static void dead_and_saturated_units_are_counted(void **state) {
    (void)state;
    check_activity("relu", 1, (double)NAN);
    check_activity("sigmoid", (double)NAN, 1);
    check_activity("softsign", (double)NAN, 1);
    check_activity("linear", (double)NAN, (double)NAN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_batch_is_gradient_descent),
        cmocka_unit_test(small_batches_go_through_the_rows),
        cmocka_unit_test(shuffling_is_a_function_of_the_seed),
        cmocka_unit_test(early_stopping_gives_back_the_best_weights),
        cmocka_unit_test(the_last_weights_are_kept_when_asked_for),
        cmocka_unit_test(gains_below_min_delta_do_not_count),
        cmocka_unit_test(no_epochs_leave_the_model),
        cmocka_unit_test(time_is_up_at_the_end_of_a_batch),
        cmocka_unit_test(divergence_ends_with_finite_weights),
        cmocka_unit_test(the_observer_sees_every_epoch),
        cmocka_unit_test(rates_follow_the_schedule),
        cmocka_unit_test(dead_and_saturated_units_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
