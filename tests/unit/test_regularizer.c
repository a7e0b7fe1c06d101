/* Penalties by central differences, clipping against PyTorch (tests/reference/clipping.json), and
 * limits of weight norms. */
#include <string.h>

#include "compute/kernels.h"
#include "nn/regularizer.h"
#include "nn_reference.h"

enum { N = 48, ROW = 48, ROWS = 7 };

static void penalties_have_their_sizes(void **context) {
    (void)context;
    const float w[4] = {1, -2, 0, 3};
    const Penalty *l1 = (const Penalty *)kind_find(penalty_kinds(), "l1");
    const Penalty *l2 = (const Penalty *)kind_find(penalty_kinds(), "l2");
    assert_true(l1->size(w, 4) == 6);
    assert_true(l2->size(w, 4) == 7);
}

static void penalty_gradients_are_derivatives(void **context) {
    (void)context;
    for (size_t k = 0; k < penalty_kinds()->n; k++) {
        const Penalty *penalty = (const Penalty *)kind_at(penalty_kinds(), k);
        float w[N], gradient[N];
        for (size_t i = 0; i < N; i++) {
            w[i] = (i % 2 ? 0.5f : -0.25f) * (float)(i + 1);
            gradient[i] = (float)i;
        }
        w[7] = 0; /* between the two slopes of l1, and the minimum of l2 */
        penalty->add_gradient(gradient, w, 0.125f, N);
        for (size_t i = 0; i < N; i++) {
            const float middle = w[i];
            w[i] = middle + 0x1p-6f;
            const double above = penalty->size(w, N);
            w[i] = middle - 0x1p-6f;
            const double below = penalty->size(w, N);
            w[i] = middle;
            const double slope = (above - below) / 0x1p-5;
            assert_near(penalty->kind.name, i, gradient[i], (double)i + 0.125 * slope, 4000, 1);
        }
    }
}

static void clipping_matches_pytorch(void **context) {
    (void)context;
    cJSON *json = reference_load("tests/reference/clipping.json");
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "cases")) {
        const char *name = reference_text(item, "name");
        const Clipping *clipping = (const Clipping *)kind_find(clipping_kinds(), name);
        float *gradient = reference_matrix(json, "gradient", N, N, 0);
        const double norm = sqrt(compute_kernels()->sum_squares(gradient, N));
        assert_near("norm", 0, (float)norm, reference_number(json, "norm", 0), 2, 1);
        clipping->clip(gradient, N, reference_number(item, "limit", 0), norm);
        size_t n = 0;
        double *expected = reference_array(item, "gradient", &n);
        for (size_t i = 0; i < n; i++) /* the factor and the product are rounded once each */
            assert_near(name, i, gradient[i], expected[i], 4, 1e-30);
        memory_free(expected);
        memory_free(gradient);
    }
    cJSON_Delete(json);
}

/* Divergence must stay visible behind a limit. */
static void clipping_does_not_hide_nan(void **context) {
    (void)context;
    for (size_t k = 0; k < clipping_kinds()->n; k++) {
        const Clipping *clipping = (const Clipping *)kind_at(clipping_kinds(), k);
        float gradient[16] = {1, NAN, 3};
        clipping->clip(gradient, 16, 2, (double)NAN);
        if (!isnan(gradient[1]))
            fail_msg("%s hides a NaN", clipping->kind.name);
    }
}

static void long_columns_are_shortened(void **context) {
    (void)context;
    float w[ROWS * ROW] = {0}, before[ROWS * ROW];
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < 37; j++)
            w[i * ROW + j] = (float)((i + 1) * (j % 5)) * (i % 2 ? 0.125f : -0.125f);
    memcpy(before, w, sizeof w);
    regularizer_limit_norms(w, ROWS, 37, ROW, 3);
    for (size_t j = 0; j < ROW; j++) {
        double old_square = 0, square = 0;
        for (size_t i = 0; i < ROWS; i++) {
            old_square += (double)before[i * ROW + j] * (double)before[i * ROW + j];
            square += (double)w[i * ROW + j] * (double)w[i * ROW + j];
        }
        const double factor = fmin(1, 3 / sqrt(old_square));
        for (size_t i = 0; i < ROWS; i++)
            if (old_square > 0)
                assert_near("weight", i, w[i * ROW + j], factor * (double)before[i * ROW + j], 3,
                            1e-30);
        assert_true(sqrt(square) <= 3 * (1 + 4 * ROUNDING));
        assert_true(old_square > 9 || square == old_square);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(penalties_have_their_sizes),
        cmocka_unit_test(penalty_gradients_are_derivatives),
        cmocka_unit_test(clipping_matches_pytorch),
        cmocka_unit_test(clipping_does_not_hide_nan),
        cmocka_unit_test(long_columns_are_shortened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
