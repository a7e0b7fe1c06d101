/* Permutation importance of linear models, where it can be told beforehand. */
#include "training/importance.h"

#include <math.h>

#include "evaluate_fixture.h"
#include "unit.h"

enum { ROWS = 500, INPUTS = 4 };

/* y = 2 x0; x1 is not used; x2 = x3 cancel each other, and are one feature. */
typedef struct Case {
    Dataset dataset;
    LinearModel linear;
    LossFunction loss;
    Feature items[3];
    Features features;
} Case;

static void case_init(Case *test) {
    float *x = NEW(float, ROWS *INPUTS), *y = NEW(float, ROWS);
    uint32_t seed = 11;
    for (size_t i = 0; i < ROWS; i++) {
        x[INPUTS * i] = fixture_value(&seed);
        x[INPUTS * i + 1] = fixture_value(&seed);
        x[INPUTS * i + 2] = fixture_value(&seed);
        x[INPUTS * i + 3] = x[INPUTS * i + 2];
        y[i] = 2 * x[INPUTS * i];
    }
    const float weight[INPUTS] = {2, 0, 1, -1}, bias = 0;
    test->dataset = fixture_dataset(x, INPUTS, y, 1, ROWS);
    linear_model_init(&test->linear, "linear", INPUTS, 1, weight, &bias);
    test->loss = fixture_loss("mse");
    test->items[0] = (Feature){.first_column = 0, .n_columns = 1};
    test->items[1] = (Feature){.first_column = 1, .n_columns = 1};
    test->items[2] = (Feature){.first_column = 2, .n_columns = 2};
    test->features = (Features){.items = test->items, .n = 3, .n_columns = INPUTS};
    memory_free(x);
    memory_free(y);
}

static void case_free(Case *test) {
    linear_model_free(&test->linear);
    dataset_free(&test->dataset);
}

static void compute(const Case *test, uint64_t seed, Importance *importances) {
    const ImportanceInput in = {&test->linear.model, &test->loss, &test->features, &test->dataset,
                                NULL};
    const ImportanceMethod *method = fixture_row(importance_kinds(), "permutation");
    method->compute(&in, seed, IMPORTANCE_REPEATS, importances);
}

/* Shuffling x0 makes the mean of (2 x0' - 2 x0)^2, that is 8 Var x0, of the loss 0. */
static void only_what_the_model_uses_matters(void **state) {
    (void)state;
    Case test;
    case_init(&test);
    Importance importances[3];
    compute(&test, 42, importances);
    assert_true(fabs(importances[0].mean - 8.0 / 3) < 0.2);
    assert_true(importances[0].std > 0 && importances[0].std < 0.5);
    assert_true(importances[1].mean == 0 && importances[1].std == 0);
    assert_true(fabs(importances[2].mean) < 1e-12); /* rounding of the sum */
    case_free(&test);
}

static void the_seed_alone_decides(void **state) {
    (void)state;
    Case test;
    case_init(&test);
    Importance first[3], second[3], other[3];
    compute(&test, 1, first);
    compute(&test, 1, second);
    compute(&test, 2, other);
    assert_true(first[0].mean == second[0].mean && first[0].std == second[0].std);
    assert_true(first[0].mean != other[0].mean);
    case_free(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_model_uses_matters),
        cmocka_unit_test(the_seed_alone_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
