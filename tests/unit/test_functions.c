/* The elementary functions: their stated errors against libm in double, and the same bits at every
 * level, for every STRIDE-th float; `make exhaustive` takes all of them. */
#include <math.h>

#include "function_errors.h"
#include "unit.h"

enum { STRIDE = 1021, PORTABLE_STRIDE = 65537, BATCH = 256 };

static void check_value(const Function *function, float x, float y) {
    if (!(function_error(function, x, y) <= function->most_ulp))
        fail_msg("%s(%a) is %a, not %a", function->name, (double)x, (double)y,
                 function->exact((double)x));
}

/* Fills x with the floats of the next bits; returns false after all 2^32. */
static int next_batch(float *x, uint64_t *bits, uint32_t stride) {
    if (*bits >> 32)
        return 0;
    for (size_t i = 0; i < BATCH; i++, *bits += stride)
        x[i] = of_bits((uint32_t)*bits);
    return 1;
}

static void test_errors_are_as_stated(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    const Kernels *kernels = levels.kernels[levels.n - 1];
    const uint32_t stride = levels.n > 1 ? STRIDE : PORTABLE_STRIDE;
    for (size_t f = 0; f < N_FUNCTIONS; f++) {
        float x[BATCH], y[BATCH];
        for (uint64_t bits = 0; next_batch(x, &bits, stride);) {
            function_of(kernels, &FUNCTIONS[f])(y, x, BATCH);
            for (size_t i = 0; i < BATCH; i++)
                check_value(&FUNCTIONS[f], x[i], y[i]);
        }
    }
}

static void test_levels_give_the_same_bits(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l + 1 < levels.n; l++) {
        const uint32_t stride = l == 0 ? PORTABLE_STRIDE : STRIDE;
        for (size_t f = 0; f < N_FUNCTIONS; f++) {
            float x[BATCH], y[BATCH], expected[BATCH];
            for (uint64_t bits = 0; next_batch(x, &bits, stride);) {
                function_of(levels.kernels[l], &FUNCTIONS[f])(y, x, BATCH);
                function_of(levels.kernels[levels.n - 1], &FUNCTIONS[f])(expected, x, BATCH);
                for (size_t i = 0; i < BATCH; i++)
                    if (!is_same(y[i], expected[i]))
                        fail_msg("%s(%a) is %a at level %s, not %a", FUNCTIONS[f].name,
                                 (double)x[i], (double)y[i], levels.name[l], (double)expected[i]);
            }
        }
    }
}

typedef struct Point {
    const char *function;
    float x, y;
} Point;

/* What C and mathematics say at the ends of the ranges. */
static const Point POINTS[] = {
    {"exp", 0.0f, 1.0f},
    {"exp", -0.0f, 1.0f},
    {"exp", 0x1.62e42ep+6f, 0x1.ffff08p+127f},
    {"exp", 0x1.62e43p+6f, INFINITY},
    {"exp", INFINITY, INFINITY},
    {"exp", -INFINITY, 0.0f},
    {"exp", -88.0f, 0.0f},
    {"expm1", -INFINITY, -1.0f},
    {"expm1", 1e-30f, 1e-30f},
    {"expm1", 100.0f, INFINITY},
    {"log", 0.0f, -INFINITY},
    {"log", -0.0f, -INFINITY},
    {"log", 1.0f, 0.0f},
    {"log", -0x1p-149f, NAN},
    {"log", 0x1p-149f, -0x1.9d1dap+6f},
    {"log", INFINITY, INFINITY},
    {"log1p", -1.0f, -INFINITY},
    {"log1p", -1.5f, NAN},
    {"log1p", 1e-30f, 1e-30f},
    {"log1p", INFINITY, INFINITY},
    {"tanh", 20.0f, 1.0f},
    {"tanh", -INFINITY, -1.0f},
    {"tanh", -0.0f, -0.0f},
    {"sigmoid", 0.0f, 0.5f},
    {"sigmoid", INFINITY, 1.0f},
    {"sigmoid", -INFINITY, 0.0f},
    {"softplus", 0.0f, 0x1.62e43p-1f},
    {"softplus", 1000.0f, 1000.0f},
    {"softplus", -INFINITY, 0.0f},
    {"erf", 5.0f, 1.0f},
    {"erf", -INFINITY, -1.0f},
    {"erf", -0.0f, -0.0f},
};

static void test_ends_of_the_ranges(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++) {
        for (size_t f = 0; f < N_FUNCTIONS; f++) {
            for (size_t p = 0; p < sizeof POINTS / sizeof *POINTS; p++) {
                if (strcmp(POINTS[p].function, FUNCTIONS[f].name) != 0)
                    continue;
                float y;
                function_of(levels.kernels[l], &FUNCTIONS[f])(&y, &POINTS[p].x, 1);
                if (!is_same(y, POINTS[p].y))
                    fail_msg("%s(%a) is %a, not %a", FUNCTIONS[f].name, (double)POINTS[p].x,
                             (double)y, (double)POINTS[p].y);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors_are_as_stated),
        cmocka_unit_test(test_levels_give_the_same_bits),
        cmocka_unit_test(test_ends_of_the_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
