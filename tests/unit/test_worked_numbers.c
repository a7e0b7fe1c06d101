/* Numbers that can be followed with pencil and paper: a perceptron's answer, a derivative, and one
 * step of gradient descent. */
#include <math.h>

#include "network_fixture.h"
#include "training/gradient_check.h"
#include "training/step.h"

enum { INPUTS = 2 };

/* A single unit without hidden layers, and one row of data for it. */
typedef struct Unit {
    Network network;
    Model model;
    Workspace *workspace;
    Dataset data;
    float x[LANES], y[LANES];
    LossFunction loss;
} Unit;

static Tensor *tensor_of(Unit *unit, TensorRole role) {
    const Layer *layer = &unit->network.layers[0];
    return &unit->network.tensors[role == TENSOR_WEIGHT ? layer->weight : layer->bias];
}

/* Inputs are the rows of a weight matrix. */
static float *weight_of(Unit *unit, size_t input) {
    const Tensor *weight = tensor_of(unit, TENSOR_WEIGHT);
    return unit->model.parameters + weight->offset + input * weight->row;
}

static float *bias_of(Unit *unit) {
    return unit->model.parameters + tensor_of(unit, TENSOR_BIAS)->offset;
}

static void unit_init(Unit *unit, const char *output, const char *loss, size_t n_inputs) {
    const NetworkWish wish = {.n_numeric = n_inputs, .n_outputs = 1, .output = output};
    *unit = (Unit){.network = fixture_network(&wish)};
    unit->loss.loss = fixture_row(loss_kinds(), loss);
    model_init(&unit->model, &unit->network);
    unit->workspace = workspace_new(&unit->network, 1);
    unit->data = (Dataset){.n_rows = 1,
                           .n_inputs = n_inputs,
                           .n_targets = 1,
                           .x_row = LANES,
                           .y_row = LANES,
                           .x = unit->x,
                           .y = unit->y};
}

static void unit_free(Unit *unit) {
    workspace_free(unit->workspace);
    model_free(&unit->model);
    network_free(&unit->network);
}

static float answer(Unit *unit, float a, float b) {
    unit->x[0] = a;
    unit->x[1] = b;
    return model_predict(&unit->model, unit->workspace, unit->x, 1)[0];
}

/* 0.5 x - 0.6 y + 0.1 is 0.6 for (1, 0), 0.1 for (0, 0) and -0.5 for (0, 1). */
static void perceptron_answers(void **state) {
    (void)state;
    Unit unit;
    unit_init(&unit, "step", "perceptron", INPUTS);
    *weight_of(&unit, 0) = 0.5f;
    *weight_of(&unit, 1) = -0.6f;
    *bias_of(&unit) = 0.1f;
    model_refresh(&unit.model);
    assert_true(answer(&unit, 1, 0) == 1.0f);
    assert_true(answer(&unit, 0, 0) == 1.0f);
    assert_true(answer(&unit, 0, 1) == 0.0f);
    unit_free(&unit);
}

/* x^2 + 3 x + 1 = (x + 3/2)^2 - 5/4: but for the constant, the squared error of a linear unit of
 * weight x, input 1 and target -3/2. At x = 2 it is 11, and its derivative 2 x + 3 = 7. */
static void derivative_of_a_parabola_is_7(void **state) {
    (void)state;
    Unit unit;
    unit_init(&unit, "linear", "mse", 1);
    unit.x[0] = 1.0f;
    unit.y[0] = -1.5f;
    *weight_of(&unit, 0) = 2.0f;
    model_refresh(&unit.model);
    const float *logits = model_forward(&unit.model, unit.workspace, unit.x, 1);
    const LossSum sum =
        model_loss(&unit.model, unit.workspace, &unit.loss, logits, unit.y, LANES, NULL, 1);
    assert_true(sum.loss / sum.weight - 1.25 == 11.0);
    GradientCheck checks[2];
    assert_int_equal(unit.network.n_tensors, 2);
    gradient_check(&unit.model, &unit.loss, &unit.data, checks);
    const GradientCheck *check = &checks[unit.network.layers[0].weight];
    assert_true(check->backpropagation == 7.0);
    assert_true(fabs(check->difference - 7.0) < 1e-3);
    assert_true(*weight_of(&unit, 0) == 2.0f);
    unit_free(&unit);
}

/* Two units in the last place, as of 1 for what is smaller. */
static void expect_float(float actual, double expected) {
    if (!(fabs((double)actual - expected) <= 0x1p-22 * fmax(fabs(expected), 1))) {
        fail_msg("%.9g, expected %.9g", (double)actual, expected);
    }
}

/* x = (1, 2), y = 0, binary cross-entropy: p = sigmoid(w x + b), and one step of SGD at rate 0.1
 * goes from w to w - 0.1 p x and from b to b - 0.1 p; with y = 1, p - 1 takes the place of p. */
static void check_sgd_step(float target) {
    Unit unit;
    unit_init(&unit, "sigmoid", "binary_cross_entropy", INPUTS);
    unit.loss.n_classes = 2;
    unit.x[0] = 1.0f;
    unit.x[1] = 2.0f;
    unit.y[0] = target;
    *weight_of(&unit, 0) = 0.25f;
    *weight_of(&unit, 1) = -0.5f;
    *bias_of(&unit) = 0.125f;
    model_refresh(&unit.model);
    const double p = 1 / (1 + exp(0.625)), error = p - (double)target; /* 0.25 - 1 + 0.125 */
    const FitOptions options = {.optimizer = fixture_row(optimizer_kinds(), "sgd"),
                                .settings = {.learning_rate = 0.1}};
    Stepper stepper;
    stepper_init(&stepper, &options, &unit.loss, &unit.data, &unit.model);
    const uint32_t example = 0;
    const StepResult result = stepper_step(&stepper, &example, 1, 1, 0.1);
    assert_true(result.is_finite);
    expect_float((float)(result.loss.loss / result.loss.weight),
                 target > 0.0f ? -log(p) : -log(1 - p));
    expect_float((float)result.gradient_norm, fabs(error) * sqrt(1 + 4 + 1));
    expect_float(*weight_of(&unit, 0), 0.25 - 0.1 * error * 1);
    expect_float(*weight_of(&unit, 1), -0.5 - 0.1 * error * 2);
    expect_float(*bias_of(&unit), 0.125 - 0.1 * error);
    stepper_free(&stepper);
    unit_free(&unit);
}

static void sgd_moves_by_rate_times_error_times_input(void **state) {
    (void)state;
    check_sgd_step(0);
    check_sgd_step(1);
}

/* A perceptron learns from misclassified samples only: by its input, towards the right answer. */
static void perceptron_learns_from_mistakes_only(void **state) {
    (void)state;
    Unit unit;
    unit_init(&unit, "step", "perceptron", INPUTS);
    unit.loss.n_classes = 2;
    *weight_of(&unit, 0) = 0.5f;
    *weight_of(&unit, 1) = -0.75f;
    *bias_of(&unit) = 0.125f;
    model_refresh(&unit.model);
    const FitOptions options = {.optimizer = fixture_row(optimizer_kinds(), "sgd"),
                                .settings = {.learning_rate = 0.25}};
    Stepper stepper;
    stepper_init(&stepper, &options, &unit.loss, &unit.data, &unit.model);
    const uint32_t example = 0;
    unit.x[0] = 1.0f;
    unit.y[0] = 1.0f; /* 0.625 > 0: right */
    stepper_step(&stepper, &example, 1, 1, 0.25);
    assert_true(*weight_of(&unit, 0) == 0.5f && *bias_of(&unit) == 0.125f);
    unit.y[0] = 0.0f; /* now a mistake: w - 0.25 x, b - 0.25 */
    stepper_step(&stepper, &example, 1, 1, 0.25);
    assert_true(*weight_of(&unit, 0) == 0.25f && *weight_of(&unit, 1) == -0.75f);
    assert_true(*bias_of(&unit) == -0.125f);
    stepper_free(&stepper);
    unit_free(&unit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perceptron_answers),
        cmocka_unit_test(derivative_of_a_parabola_is_7),
        cmocka_unit_test(sgd_moves_by_rate_times_error_times_input),
        cmocka_unit_test(perceptron_learns_from_mistakes_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
