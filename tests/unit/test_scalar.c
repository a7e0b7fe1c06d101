/* The elementary functions against the C library in long double (64-bit mantissa on x86-64). */
#include "unit.h"

#include <math.h>

#include "base/random.h"
#include "compute/scalar.h"

enum { SAMPLES = 100000 };

/* Sample i of a uniform distribution on [low, high]. */
static double sample(uint32_t purpose, uint32_t i, double low, double high) {
    uint32_t words[4];
    random_words(random_stream(purpose, RANDOM_WEIGHTS), i, 0, 0, 0, words);
    return low + (high - low) * (((double)words[0] + 0.5) * 0x1p-32 + (double)words[1] * 0x1p-64);
}

static double relative_error(double value, long double exact) {
    return (double)fabsl(((long double)value - exact) / exact);
}

#define CHECK(largest, limit)                                                                      \
    do {                                                                                           \
        print_message("largest relative error %.3g\n", (largest));                                 \
        assert_true((largest) < (limit));                                                          \
    } while (0)

static void exp_is_accurate(void **state) {
    (void)state;
    double largest = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const double x = i % 2 ? sample(1, i, -708, 709) : sample(1, i, -1, 1);
        largest = fmax(largest, relative_error(scalar_exp(x), expl((long double)x)));
    }
    CHECK(largest, 3e-16);
    assert_true(scalar_exp(0) == 1);
    assert_true(scalar_exp(-HUGE_VAL) == 0);
    assert_true(scalar_exp(-800) == 0);
    assert_true(scalar_exp(-745.1) == 0x1p-1074);
    assert_true(isinf(scalar_exp(709.8)));
    assert_true(isinf(scalar_exp(HUGE_VAL)));
    assert_true(isnan(scalar_exp((double)NAN)));
}

static void log_is_accurate(void **state) {
    (void)state;
    double largest = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const double x = i % 2 ? exp2(sample(2, i, -1070, 1023)) : sample(2, i, 0.5, 2);
        largest = fmax(largest, relative_error(scalar_log(x), logl((long double)x)));
        const double near_one = 1 + sample(3, i, -1e-6, 1e-6);
        largest = fmax(largest, relative_error(scalar_log(near_one), logl((long double)near_one)));
    }
    CHECK(largest, 3e-16);
    assert_true(scalar_log(1) == 0);
    assert_true(scalar_log(0) == -HUGE_VAL);
    assert_true(scalar_log(HUGE_VAL) == HUGE_VAL);
    assert_true(isnan(scalar_log(-1)));
    assert_true(isnan(scalar_log((double)NAN)));
}

static void power_is_accurate(void **state) {
    (void)state;
    double largest = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const double x = i % 2 ? sample(4, i, 1e-6, 10) : 1 + sample(4, i, -1e-3, 1e-3);
        const double log_result = sample(5, i, -700, 700);
        const double y = i % 2 ? log_result / log(x) : sample(5, i, -1e5, 1e5);
        if (fabs(y * log(x)) < 708)
            largest = fmax(
                largest, relative_error(scalar_power(x, y), powl((long double)x, (long double)y)));
    }
    CHECK(largest, 5e-15);
    assert_true(scalar_power(0.96, 0) == 1);
    assert_true(scalar_power(0, 0) == 1);
    assert_true(scalar_power(0, 2) == 0);
    assert_true(scalar_power(0, -2) == HUGE_VAL);
    assert_true(scalar_power(1, HUGE_VAL) == 1);
    assert_true(scalar_power(2, 10) == 1024);
    assert_true(scalar_power(0.5, 1e9) == 0);
    assert_true(scalar_power(2, 1e9) == HUGE_VAL);
    assert_true(isnan(scalar_power(-1, 0.5)));
    assert_true(isnan(scalar_power(2, (double)NAN)));
}

static void cos_pi_is_accurate(void **state) {
    (void)state;
    const long double pi = 3.14159265358979323846264338327950288L;
    double largest = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const double x = sample(6, i, -1, 1);
        const long double exact = fabs(x) < 0.25 || fabs(x) > 0.75
                                      ? cosl(pi * (long double)x)
                                      : sinl(pi * (0.5L - fabsl((long double)x)));
        largest = fmax(largest, relative_error(scalar_cos_pi(x), exact));
        assert_true(scalar_cos_pi(rint(x * 0x1p40) * 0x1p-40 + 2) ==
                    scalar_cos_pi(rint(x * 0x1p40) * 0x1p-40));
    }
    CHECK(largest, 5e-16);
    assert_true(scalar_cos_pi(0) == 1);
    assert_true(scalar_cos_pi(0.5) == 0);
    assert_true(scalar_cos_pi(1) == -1);
    assert_true(scalar_cos_pi(-3) == -1);
    assert_true(scalar_cos_pi(1e300) == 1);
    assert_true(isnan(scalar_cos_pi(HUGE_VAL)));
}

/* An error e of z changes the probability erfc(-z / sqrt 2) / 2 by e times the density. */
static void normal_quantile_is_accurate(void **state) {
    (void)state;
    const long double root2 = 1.41421356237309504880168872420969808L;
    const long double root2pi = 2.50662827463100050241576528481104525L;
    double largest = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        const double p = i % 2 ? sample(7, i, 1e-3, 0.4999) : exp(sample(7, i, -700, -1));
        const long double z = (long double)scalar_normal_quantile(p);
        const long double excess = erfcl(-z / root2) / 2 - (long double)p;
        const long double density = expl(-z * z / 2) / root2pi;
        largest = fmax(largest, (double)fabsl(excess / density / z));
        const double mirrored = rint(p * 0x1p40) * 0x1p-40; /* 1 - p is exact */
        if (mirrored > 0)
            assert_true(scalar_normal_quantile(1 - mirrored) == -scalar_normal_quantile(mirrored));
    }
    CHECK(largest, 2e-15);
    assert_true(scalar_normal_quantile(0.5) == 0);
    assert_true(fabs(scalar_normal_quantile(0.975) - 1.959963984540054) < 1e-15);
    assert_true(fabs(scalar_normal_quantile(1e-10) + 6.361340902404056) < 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_accurate),
        cmocka_unit_test(log_is_accurate),
        cmocka_unit_test(power_is_accurate),
        cmocka_unit_test(cos_pi_is_accurate),
        cmocka_unit_test(normal_quantile_is_accurate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
