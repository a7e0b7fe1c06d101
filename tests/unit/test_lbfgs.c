/* L-BFGS against PyTorch (tests/reference/lbfgs.json, float64) on
 * f(x) = x'A x / 2 - b'x + sum x^4 / 4, and how a step ends. */
#include <string.h>

#include "compute/kernels.h"
#include "nn/lbfgs.h"
#include "nn_reference.h"

enum { N = 8, PADDED = 16 };

typedef struct Problem {
    double a[N][N], b[N];
    float parameters[PADDED];
    int n_evaluations;
    int bad_evaluation; /* the loss of this one is not finite; 0: none */
} Problem;

static void problem_load(Problem *problem, const cJSON *json) {
    *problem = (Problem){0};
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(json, "a");
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(json, "b");
    const cJSON *start = cJSON_GetObjectItemCaseSensitive(json, "start");
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++)
            problem->a[i][j] = cJSON_GetArrayItem(cJSON_GetArrayItem(a, i), j)->valuedouble;
        problem->b[i] = cJSON_GetArrayItem(b, i)->valuedouble;
        problem->parameters[i] = (float)cJSON_GetArrayItem(start, i)->valuedouble;
    }
}

static double evaluate(void *context, float *gradient) {
    Problem *problem = context;
    double loss = 0;
    memset(gradient, 0, PADDED * sizeof *gradient);
    for (int i = 0; i < N; i++) {
        const double x = (double)problem->parameters[i];
        double product = 0;
        for (int j = 0; j < N; j++)
            product += problem->a[i][j] * (double)problem->parameters[j];
        loss += x * product / 2 - problem->b[i] * x + x * x * x * x / 4;
        gradient[i] = (float)(product - problem->b[i] + x * x * x);
    }
    return ++problem->n_evaluations == problem->bad_evaluation ? (double)NAN : loss;
}

static void run_case(const cJSON *json, const cJSON *item) {
    const cJSON *settings = cJSON_GetObjectItemCaseSensitive(item, "settings");
    LbfgsOptions options = lbfgs_defaults();
    options.max_iterations = (size_t)reference_number(settings, "max_iterations", 0);
    options.history = (size_t)reference_number(settings, "history", 100);
    Problem problem;
    problem_load(&problem, json);
    Lbfgs state;
    lbfgs_init(&state, PADDED, options);
    const cJSON *step = NULL;
    cJSON_ArrayForEach(step, cJSON_GetObjectItemCaseSensitive(item, "steps")) {
        const double loss = lbfgs_step(&state, reference_number(settings, "learning_rate", 1),
                                       problem.parameters, evaluate, &problem);
        /* Float32 moves feed back through H: some tens of roundings. */
        assert_near("loss", 0, (float)loss, reference_number(step, "loss", 0), 40, 1);
        size_t n = 0;
        double *expected = reference_array(step, "parameters", &n);
        for (size_t i = 0; i < N; i++)
            assert_near("parameter", i, problem.parameters[i], expected[i], 40, 1);
        memory_free(expected);
        for (size_t i = N; i < PADDED; i++)
            assert_true(problem.parameters[i] == 0.0f);
    }
    lbfgs_free(&state);
}

static void steps_match_pytorch(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/lbfgs.json");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "cases")) run_case(json, item);
    cJSON_Delete(json);
}

static void evaluations_match_pytorch(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/lbfgs.json");
    const cJSON *cases = cJSON_GetObjectItemCaseSensitive(json, "cases");
    const cJSON *steps = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(cases, 1), "steps");
    LbfgsOptions options = lbfgs_defaults();
    assert_int_equal(options.max_iterations, 20);
    assert_int_equal(options.history, 100);
    options.max_iterations = 3;
    Problem problem;
    problem_load(&problem, json);
    Lbfgs state;
    lbfgs_init(&state, PADDED, options);
    const cJSON *step = NULL;
    cJSON_ArrayForEach(step, steps) {
        lbfgs_step(&state, 1, problem.parameters, evaluate, &problem);
        assert_int_equal(problem.n_evaluations, (int)reference_number(step, "evaluations", 0));
    }
    lbfgs_free(&state);
    lbfgs_free(&state);
    cJSON_Delete(json);
}

/* A step at the minimum evaluates once and moves nothing. */
static void a_minimum_is_left_alone(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/lbfgs.json");
    Problem problem;
    problem_load(&problem, json);
    memset(problem.b, 0, sizeof problem.b);
    memset(problem.parameters, 0, sizeof problem.parameters);
    Lbfgs state;
    lbfgs_init(&state, PADDED, lbfgs_defaults());
    assert_true(lbfgs_step(&state, 1, problem.parameters, evaluate, &problem) == 0);
    assert_int_equal(problem.n_evaluations, 1);
    for (size_t i = 0; i < PADDED; i++)
        assert_true(problem.parameters[i] == 0.0f);
    lbfgs_free(&state);
    cJSON_Delete(json);
}

static void a_loss_that_is_not_finite_ends_the_step(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/lbfgs.json");
    Problem problem;
    problem_load(&problem, json);
    problem.bad_evaluation = 1;
    float start[PADDED];
    memcpy(start, problem.parameters, sizeof start);
    Lbfgs state;
    lbfgs_init(&state, PADDED, lbfgs_defaults());
    assert_true(isnan(lbfgs_step(&state, 1, problem.parameters, evaluate, &problem)));
    assert_memory_equal(start, problem.parameters, sizeof start);
    problem.n_evaluations = 0;
    problem.bad_evaluation = 3;
    assert_true(isfinite(lbfgs_step(&state, 1, problem.parameters, evaluate, &problem)));
    assert_int_equal(problem.n_evaluations, 3);
    lbfgs_free(&state);
    cJSON_Delete(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_match_pytorch),
        cmocka_unit_test(evaluations_match_pytorch),
        cmocka_unit_test(a_minimum_is_left_alone),
        cmocka_unit_test(a_loss_that_is_not_finite_ends_the_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
