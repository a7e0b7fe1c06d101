/* Single training steps of a linear model against the same steps by hand in double. */
#include "training/step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "training_fixture.h"
#include "unit.h"

static const double tolerance = 1e-5;
static const uint32_t all_rows[LINE_ROWS] = {0, 1, 2, 3, 4, 5};

/* Stands in front of the one that base/memory.c allocates with. */
static size_t n_allocations;
void *aligned_alloc(size_t alignment, size_t size) {
    void *block;
    n_allocations++;
    return posix_memalign(&block, alignment, size) == 0 ? block : NULL;
}

static void check_parameters(const Line *line, const double expected[3]) {
    double w[3];
    line_parameters(line, w);
    for (size_t j = 0; j < 3; j++) {
        if (!(fabs(w[j] - expected[j]) <= tolerance * fmax(1, fabs(expected[j])))) {
            fail_msg("parameter %zu is %.9g, by hand %.9g", j, w[j], expected[j]);
        }
    }
}

static StepResult step(Line *line, size_t n, double rate) {
    Stepper stepper;
    stepper_init(&stepper, &line->options, &line->loss, &line->train, &line->linear.model);
    StepResult result = stepper_step(&stepper, all_rows, n, 1, rate);
    stepper_free(&stepper);
    return result;
}

static void gradient_descent_is_as_by_hand(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    double w[3], gradient[3];
    line_parameters(&line, w);
    Stepper stepper;
    stepper_init(&stepper, &line.options, &line.loss, &line.train, &line.linear.model);
    assert_int_equal(stepper.batch_size, LINE_ROWS);
    for (size_t i = 0; i < 20; i++) {
        const double loss = line_gradient(w, NULL, 0, LINE_ROWS, gradient);
        const StepResult result = stepper_step(&stepper, all_rows, LINE_ROWS, 1, 0.1);
        assert_true(result.is_finite);
        assert_true(fabs(result.loss.loss / result.loss.weight - loss) <=
                    tolerance * fmax(1, loss));
        const double norm =
            sqrt(gradient[0] * gradient[0] + gradient[1] * gradient[1] + gradient[2] * gradient[2]);
        assert_true(fabs(result.gradient_norm - norm) <= tolerance * fmax(1, norm));
        assert_true(fabs(stepper.layer_norms[0] - norm) <= tolerance * fmax(1, norm));
        for (size_t j = 0; j < 3; j++) {
            w[j] -= 0.1 * gradient[j];
        }
        check_parameters(&line, w);
    }
    stepper_free(&stepper);
    line_free(&line);
}

static void row_weights_weigh_the_gradient(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    static const float weights[LINE_ROWS] = {1, 0, 3, 0.5F, 2, 1};
    line.train.weight = NEW(float, LINE_ROWS);
    memcpy(line.train.weight, weights, sizeof weights);
    double w[3], gradient[3];
    line_parameters(&line, w);
    const double loss = line_gradient(w, weights, 0, LINE_ROWS, gradient);
    const StepResult result = step(&line, LINE_ROWS, 0.1);
    assert_true(fabs(result.loss.loss / result.loss.weight - loss) <= tolerance * loss);
    for (size_t j = 0; j < 3; j++) {
        w[j] -= 0.1 * gradient[j];
    }
    check_parameters(&line, w);
    line_free(&line);
}

static void a_batch_is_the_rows_that_are_named(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.batch_size = 2;
    double w[3], gradient[3];
    line_parameters(&line, w);
    line_gradient(w, NULL, 4, 2, gradient);
    Stepper stepper;
    stepper_init(&stepper, &line.options, &line.loss, &line.train, &line.linear.model);
    assert_int_equal(stepper.batch_size, 2);
    static const uint32_t last_rows[2] = {5, 4};
    stepper_step(&stepper, last_rows, 2, 1, 0.1);
    for (size_t j = 0; j < 3; j++) {
        w[j] -= 0.1 * gradient[j];
    }
    check_parameters(&line, w);
    stepper_free(&stepper);
    line_free(&line);
}

/* Loss + l1 sum |w| + l2/2 sum w^2; the bias is free. */
static void penalties_pull_weights_and_not_biases(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    Tensor *tensor = &line.linear.network.tensors[line.linear.network.layers[0].weight];
    tensor->l1 = 0.25;
    tensor->l2 = 0.5;
    double w[3], gradient[3];
    line_parameters(&line, w);
    line_gradient(w, NULL, 0, LINE_ROWS, gradient);
    Stepper stepper;
    stepper_init(&stepper, &line.options, &line.loss, &line.train, &line.linear.model);
    const double penalty = 0.25 * (0.5 + 0.25) + 0.25 * (0.25 + 0.0625);
    assert_true(fabs(stepper_penalty(&stepper) - penalty) <= tolerance);
    stepper_step(&stepper, all_rows, LINE_ROWS, 1, 0.1);
    for (size_t j = 0; j < 3; j++) {
        const double pull = j == 2 ? 0 : 0.25 * (w[j] > 0 ? 1 : -1) + 0.5 * w[j];
        w[j] -= 0.1 * (gradient[j] + pull);
    }
    check_parameters(&line, w);
    stepper_free(&stepper);
    line_free(&line);
}

static void weight_decay_shrinks_weights_and_not_biases(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.weight_decay = 0.5;
    double w[3], gradient[3];
    line_parameters(&line, w);
    line_gradient(w, NULL, 0, LINE_ROWS, gradient);
    step(&line, LINE_ROWS, 0.1);
    for (size_t j = 0; j < 3; j++) {
        w[j] = w[j] * (j == 2 ? 1 : 1 - 0.1 * 0.5) - 0.1 * gradient[j];
    }
    check_parameters(&line, w);
    line_free(&line);
}

static void clipping_shortens_the_step(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.clipping.norm = 0.5;
    double w[3], gradient[3];
    line_parameters(&line, w);
    line_gradient(w, NULL, 0, LINE_ROWS, gradient);
    const double norm =
        sqrt(gradient[0] * gradient[0] + gradient[1] * gradient[1] + gradient[2] * gradient[2]);
    assert_true(norm > 1);
    const StepResult result = step(&line, LINE_ROWS, 0.1);
    assert_true(fabs(result.gradient_norm - norm) <= tolerance * norm);
    for (size_t j = 0; j < 3; j++) {
        w[j] -= 0.1 * gradient[j] * 0.5 / norm;
    }
    check_parameters(&line, w);
    line_free(&line);
}

static void the_norm_of_weights_into_a_unit_is_limited(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.max_norm = 0.25;
    step(&line, LINE_ROWS, 1);
    double w[3];
    line_parameters(&line, w);
    assert_true(fabs(sqrt(w[0] * w[0] + w[1] * w[1]) - 0.25) <= tolerance);
    line_free(&line);
}

static void a_value_that_is_not_finite_leaves_the_parameters(void **state) {
    (void)state;
    static const float bad[] = {INFINITY, NAN, 1e30F};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        Line line;
        line_init(&line);
        double before[3], after[3];
        line_parameters(&line, before);
        line.train.x[0] = bad[i];
        const StepResult result = step(&line, LINE_ROWS, 0.1);
        assert_false(result.is_finite);
        line_parameters(&line, after);
        assert_memory_equal(before, after, sizeof before);
        line_free(&line);
    }
}

/* A whole-step optimizer finds the least squares in a step or two. */
static void lbfgs_steps_on_the_same_loss(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    line.options.optimizer = fixture_row(optimizer_kinds(), "lbfgs");
    double w[3], gradient[3];
    Stepper stepper;
    stepper_init(&stepper, &line.options, &line.loss, &line.train, &line.linear.model);
    for (size_t i = 0; i < 3; i++) {
        assert_true(stepper_step(&stepper, all_rows, LINE_ROWS, 1, 1).is_finite);
    }
    line_parameters(&line, w);
    line_gradient(w, NULL, 0, LINE_ROWS, gradient);
    for (size_t j = 0; j < 3; j++) {
        assert_true(fabs(gradient[j]) < 1e-4);
    }
    stepper_free(&stepper);
    line_free(&line);
}

static void steps_allocate_nothing(void **state) {
    (void)state;
    Line line;
    line_init(&line);
    Stepper stepper;
    const size_t before = n_allocations;
    stepper_init(&stepper, &line.options, &line.loss, &line.train, &line.linear.model);
    assert_true(n_allocations > before);
    const size_t after = n_allocations;
    for (size_t i = 0; i < 5; i++) {
        assert_true(stepper_step(&stepper, all_rows, LINE_ROWS - i, 1, 0.1).is_finite);
    }
    assert_int_equal(n_allocations, after);
    stepper_free(&stepper);
    line_free(&line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_descent_is_as_by_hand),
        cmocka_unit_test(row_weights_weigh_the_gradient),
        cmocka_unit_test(a_batch_is_the_rows_that_are_named),
        cmocka_unit_test(penalties_pull_weights_and_not_biases),
        cmocka_unit_test(weight_decay_shrinks_weights_and_not_biases),
        cmocka_unit_test(clipping_shortens_the_step),
        cmocka_unit_test(the_norm_of_weights_into_a_unit_is_limited),
        cmocka_unit_test(a_value_that_is_not_finite_leaves_the_parameters),
        cmocka_unit_test(lbfgs_steps_on_the_same_loss),
        cmocka_unit_test(steps_allocate_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
