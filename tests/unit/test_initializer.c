/* Start values: moments by the papers' formulas, bounds, orthogonality, and values that depend on
 * their place alone. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "nn/initializer.h"

enum { FAN_IN = 300, FAN_OUT = 201, ROW = 208 };

static const InitializerSettings settings = {.std = 0.25, .limit = 0.5, .value = 0.125};

static const Initializer *initializer_named(const char *name) {
    const Initializer *initializer = (const Initializer *)kind_find(initializer_kinds(), name);
    assert_non_null(initializer);
    return initializer;
}

/* The caller frees w. */
static InitializerMatrix filled(const char *name, size_t fan_in, size_t fan_out, size_t row,
                                uint32_t layer) {
    const InitializerMatrix matrix = {.w = NEW(float, fan_in *row),
                                      .fan_in = fan_in,
                                      .fan_out = fan_out,
                                      .row = row,
                                      .layer = layer,
                                      .stream = random_stream(42, RANDOM_WEIGHTS)};
    initializer_named(name)->fill(&matrix, &settings);
    return matrix;
}

typedef struct Moments {
    double mean, variance, kurtosis, largest;
} Moments;

static Moments moments_of(const InitializerMatrix *matrix) {
    double sums[3] = {0}, largest = 0;
    for (size_t i = 0; i < matrix->fan_in; i++) {
        for (size_t j = 0; j < matrix->fan_out; j++) {
            const double x = (double)matrix->w[i * matrix->row + j];
            sums[0] += x;
            sums[1] += x * x;
            sums[2] += x * x * x * x;
            largest = fmax(largest, fabs(x));
        }
        for (size_t j = matrix->fan_out; j < matrix->row; j++)
            assert_true(matrix->w[i * matrix->row + j] == 0.0f);
    }
    const double n = (double)(matrix->fan_in * matrix->fan_out);
    return (Moments){sums[0] / n, sums[1] / n, sums[2] / n / (sums[1] / n * sums[1] / n), largest};
}

/* 60300 values: the standard error of a variance is 0.6 % (normal) or 0.4 % of it, so 3 % is five
 * of them; kurtosis is 3 for the normal and 9/5 for the uniform distribution. */
static void assert_moments(const char *name, double variance, bool is_normal) {
    const InitializerMatrix matrix = filled(name, FAN_IN, FAN_OUT, ROW, 0);
    const Moments moments = moments_of(&matrix);
    if (fabs(moments.variance / variance - 1) > 0.03 ||
        fabs(moments.mean) > 5 * sqrt(variance / (FAN_IN * FAN_OUT)) ||
        fabs(moments.kurtosis - (is_normal ? 3 : 1.8)) > 0.1)
        fail_msg("%s: mean %g, variance %g (expected %g), kurtosis %g", name, moments.mean,
                 moments.variance, variance, moments.kurtosis);
    const double limit = sqrt(3 * variance);
    if (is_normal)
        assert_true(moments.largest > 3.5 * sqrt(variance) &&
                    moments.largest < 6.4 * sqrt(variance));
    else
        assert_true(moments.largest <= limit * 1.0000001 && moments.largest > 0.999 * limit);
    memory_free(matrix.w);
}

static void moments_are_the_papers(void **context) {
    (void)context;
    assert_moments("normal", 0.25 * 0.25, true);
    assert_moments("uniform", 0.5 * 0.5 / 3, false);
    assert_moments("xavier_uniform", 2.0 / (FAN_IN + FAN_OUT), false);
    assert_moments("xavier_normal", 2.0 / (FAN_IN + FAN_OUT), true);
    assert_moments("he_uniform", 2.0 / FAN_IN, false);
    assert_moments("he_normal", 2.0 / FAN_IN, true);
    assert_moments("lecun_uniform", 1.0 / FAN_IN, false);
    assert_moments("lecun_normal", 1.0 / FAN_IN, true);
}

static void constants_are_written_over_what_was_there(void **context) {
    (void)context;
    float w[2 * 16];
    for (size_t i = 0; i < 32; i++)
        w[i] = i % 16 < 3 ? 7.0f : 0.0f;
    const InitializerMatrix matrix = {.w = w, .fan_in = 2, .fan_out = 3, .row = 16};
    initializer_named("constant")->fill(&matrix, &settings);
    for (size_t i = 0; i < 32; i++)
        assert_true(w[i] == (i % 16 < 3 ? 0.125f : 0.0f));
    initializer_named("zeros")->fill(&matrix, &settings);
    for (size_t i = 0; i < 32; i++)
        assert_true(w[i] == 0.0f);
}

/* Rows (or columns, the fewer) have length 1 and products 0, to the rounding of float. */
static void assert_orthonormal(size_t fan_in, size_t fan_out) {
    const InitializerMatrix m = filled("orthogonal", fan_in, fan_out, ROW, 1);
    const bool is_wide = fan_in <= fan_out;
    const size_t n = is_wide ? fan_in : fan_out, length = is_wide ? fan_out : fan_in;
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b <= a; b++) {
            double product = 0;
            for (size_t i = 0; i < length; i++)
                product += is_wide ? (double)m.w[a * ROW + i] * (double)m.w[b * ROW + i]
                                   : (double)m.w[i * ROW + a] * (double)m.w[i * ROW + b];
            assert_true(fabs(product - (a == b)) < 2e-7);
        }
    }
    const Moments moments = moments_of(&m);
    assert_true(fabs(moments.variance * (double)length - 1) < 1e-6);
    memory_free(m.w);
}

static void orthogonal_is_orthonormal(void **context) {
    (void)context;
    assert_orthonormal(60, 60);
    assert_orthonormal(30, 201);
    assert_orthonormal(150, 40);
    assert_orthonormal(1, 1);
}

static void values_depend_on_place_alone(void **context) {
    (void)context;
    const InitializerMatrix large = filled("he_normal", FAN_IN, FAN_OUT, ROW, 3);
    const InitializerMatrix narrow = filled("he_normal", FAN_IN, 5, 16, 3);
    const InitializerMatrix other = filled("he_normal", FAN_IN, 5, 16, 4);
    size_t n_equal = 0;
    for (size_t i = 0; i < FAN_IN; i++) {
        for (size_t j = 0; j < 5; j++) {
            assert_true(narrow.w[i * 16 + j] == large.w[i * ROW + j]);
            n_equal += narrow.w[i * 16 + j] == other.w[i * 16 + j];
        }
    }
    assert_true(n_equal < 3);
    memory_free(large.w);
    memory_free(narrow.w);
    memory_free(other.w);
}

/* Neighbours in a row, in a column and in the next layer are uncorrelated. */
static void neighbours_are_independent(void **context) {
    (void)context;
    const InitializerMatrix a = filled("normal", FAN_IN, FAN_OUT, ROW, 0);
    const InitializerMatrix b = filled("normal", FAN_IN, FAN_OUT, ROW, 1);
    double sums[3] = {0};
    for (size_t i = 0; i + 1 < FAN_IN; i++) {
        for (size_t j = 0; j + 1 < FAN_OUT; j++) {
            const double x = (double)a.w[i * ROW + j];
            sums[0] += x * (double)a.w[i * ROW + j + 1];
            sums[1] += x * (double)a.w[(i + 1) * ROW + j];
            sums[2] += x * (double)b.w[i * ROW + j];
        }
    }
    for (size_t k = 0; k < 3; k++)
        assert_true(fabs(sums[k] / (FAN_IN * FAN_OUT) / 0.0625) < 5 / sqrt(FAN_IN * FAN_OUT));
    memory_free(a.w);
    memory_free(b.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_the_papers),
        cmocka_unit_test(constants_are_written_over_what_was_there),
        cmocka_unit_test(orthogonal_is_orthonormal),
        cmocka_unit_test(values_depend_on_place_alone),
        cmocka_unit_test(neighbours_are_independent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
