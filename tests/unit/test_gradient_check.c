/* The gradient check finds right gradients right and wrong ones wrong, and leaves the model alone.
 */
#include "training/gradient_check.h"

#include <math.h>
#include <string.h>

#include "evaluate_fixture.h"
#include "unit.h"

enum { ROWS = 40 };

typedef struct Subject {
    Network network;
    Model model;
    Dataset data;
} Subject;

static void subject_init(Subject *subject, const NetworkWish *wish) {
    subject->network = fixture_network(wish);
    model_init(&subject->model, &subject->network);
    fixture_start(&subject->model, 0.4F, 3);
    float y[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = (float)(i % wish->n_outputs);
    }
    subject->data = fixture_dataset(y, 1, y, 1, ROWS);
    memory_free(subject->data.x);
    subject->data.x = fixture_inputs(&subject->network, ROWS, 11);
    subject->data.x_row = compute_pad(subject->network.n_inputs);
    subject->data.n_inputs = subject->network.n_inputs;
}

static void subject_free(Subject *subject) {
    dataset_free(&subject->data);
    model_free(&subject->model);
    network_free(&subject->network);
}

static void gradients_agree_and_the_model_stays(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {9, 7},
                              .activation = "gelu",
                              .norm = "batch",
                              .output = "softmax",
                              .n_numeric = 3,
                              .n_outputs = 4,
                              .has_embedding = true,
                              .dropout = 0.5};
    Subject subject;
    subject_init(&subject, &wish);
    LossFunction loss = fixture_loss("cross_entropy");
    loss.n_classes = 4;
    const size_t n = subject.network.n_parameters;
    float *before = memory_copy(subject.model.parameters, n, sizeof(float));
    float *buffers = memory_copy(subject.model.buffers, subject.network.n_buffers, sizeof(float));
    GradientCheck *checks = NEW(GradientCheck, subject.network.n_tensors);
    gradient_check(&subject.model, &loss, &subject.data, checks);
    size_t n_moving = 0;
    for (size_t t = 0; t < subject.network.n_tensors; t++) {
        if (!(checks[t].error <= GRADIENT_CHECK_TOLERANCE)) {
            fail_msg("%s: %g against %g", subject.network.tensors[t].name,
                     checks[t].backpropagation, checks[t].difference);
        }
        n_moving += checks[t].backpropagation > 1e-3;
    }
    /* the biases before a batch norm have no effect, all else has */
    assert_int_equal(n_moving, subject.network.n_tensors - 2);
    assert_memory_equal(before, subject.model.parameters, n * sizeof(float));
    assert_memory_equal(buffers, subject.model.buffers, subject.network.n_buffers * sizeof(float));
    memory_free(before);
    memory_free(buffers);
    memory_free(checks);
    subject_free(&subject);
}

/* Squared error whose gradient is twice too long. */
static void wrong_rows(const LossRows *in, float *losses, float *gradient) {
    const Loss *right = fixture_row(loss_kinds(), "mse");
    right->rows(in, losses, gradient);
    for (size_t i = 0; gradient && i < in->rows * in->row; i++) {
        gradient[i] *= 2;
    }
}

static void a_wrong_gradient_is_found(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {5},
                              .activation = "tanh",
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = 3,
                              .n_outputs = 1};
    Subject subject;
    subject_init(&subject, &wish);
    for (size_t i = 0; i < ROWS; i++) {
        subject.data.y[i * subject.data.y_row] = (float)i / ROWS;
    }
    Loss wrong = *(const Loss *)fixture_row(loss_kinds(), "mse");
    wrong.rows = wrong_rows;
    LossFunction loss = fixture_loss("mse");
    GradientCheck checks[4];
    assert_int_equal(subject.network.n_tensors, 4);
    gradient_check(&subject.model, &loss, &subject.data, checks);
    for (size_t t = 0; t < 4; t++) {
        assert_true(checks[t].error <= GRADIENT_CHECK_TOLERANCE);
    }
    loss.loss = &wrong;
    gradient_check(&subject.model, &loss, &subject.data, checks);
    for (size_t t = 0; t < 4; t++) {
        assert_true(fabs(checks[t].error - 0.5) < 0.05);
    }
    subject_free(&subject);
}

/* Squared error that hands nothing back for the second output. */
static void lacking_rows(const LossRows *in, float *losses, float *gradient) {
    const Loss *right = fixture_row(loss_kinds(), "mse");
    right->rows(in, losses, gradient);
    for (size_t i = 0; gradient && i < in->rows; i++) {
        gradient[i * in->row + 1] = 0;
    }
}

/* A gradient that lacks a part agrees with the slope along itself, so another is needed. */
static void a_missing_part_is_found(void **state) {
    (void)state;
    const NetworkWish wish = {.hidden = {5},
                              .activation = "tanh",
                              .norm = "none",
                              .output = "linear",
                              .n_numeric = 3,
                              .n_outputs = 2};
    Subject subject;
    subject_init(&subject, &wish);
    dataset_free(&subject.data);
    float y[2 * ROWS];
    for (size_t i = 0; i < 2 * ROWS; i++) {
        y[i] = (float)i / ROWS;
    }
    subject.data = fixture_dataset(y, 1, y, 2, ROWS);
    memory_free(subject.data.x);
    subject.data.x = fixture_inputs(&subject.network, ROWS, 11);
    subject.data.x_row = compute_spread(subject.network.n_inputs);
    subject.data.n_inputs = subject.network.n_inputs;
    Loss lacking = *(const Loss *)fixture_row(loss_kinds(), "mse");
    lacking.rows = lacking_rows;
    LossFunction loss = fixture_loss("mse");
    loss.loss = &lacking;
    GradientCheck checks[4];
    gradient_check(&subject.model, &loss, &subject.data, checks);
    assert_true(checks[2].error > GRADIENT_CHECK_TOLERANCE); /* weights and */
    assert_true(checks[3].error > GRADIENT_CHECK_TOLERANCE); /* biases of the outputs */
    subject_free(&subject);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_agree_and_the_model_stays),
        cmocka_unit_test(a_wrong_gradient_is_found),
        cmocka_unit_test(a_missing_part_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
