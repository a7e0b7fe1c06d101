/* The elementary functions of Kernels, what they must give in double, and their stated errors. */
#ifndef NNTRAIN_TESTS_FUNCTION_ERRORS_H
#define NNTRAIN_TESTS_FUNCTION_ERRORS_H

#include <math.h>
#include <stddef.h>

#include "levels.h"

typedef void Elementwise(float *y, const float *x, size_t n);

static inline double sigmoid_double(double x) { return 1.0 / (1.0 + exp(-x)); }
static inline double softplus_double(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }

/* A function, where to find it in a table, and the error that functions.h states: what
 * sweep_functions measures over all floats, rounded up to hundredths. */
typedef struct Function {
    const char *name;
    size_t member;
    double (*exact)(double x);
    double most_ulp;
} Function;

#define FUNCTION(name, exact, most_ulp)                                                            \
    { #name, offsetof(Kernels, name), exact, most_ulp }

static const Function FUNCTIONS[] = {
    FUNCTION(exp, exp, 1.02),
    FUNCTION(expm1, expm1, 1.44),
    FUNCTION(log, log, 0.83),
    FUNCTION(log1p, log1p, 0.84),
    FUNCTION(tanh, tanh, 2.42),
    FUNCTION(sigmoid, sigmoid_double, 2.41),
    FUNCTION(softplus, softplus_double, 1.71),
    FUNCTION(erf, erf, 1.06),
};
enum { N_FUNCTIONS = sizeof FUNCTIONS / sizeof *FUNCTIONS };

static inline Elementwise *function_of(const Kernels *kernels, const Function *function) {
    Elementwise *run;
    memcpy(&run, (const char *)kernels + function->member, sizeof run);
    return run;
}

/* Distance in units of the last place of the exact result, which is no double below 2^-1000. */
static inline double error_in_ulp(float y, double exact) {
    uint64_t bits;
    memcpy(&bits, &exact, sizeof bits);
    /* 2^(23 - e) for 2^e <= |exact| < 2^(e + 1); exponents of doubles have a bias of 1023. */
    const uint64_t exponent = bits >> 52 & 0x7ff, scale_bits = (2 * 1023 + 23 - exponent) << 52;
    double scale;
    memcpy(&scale, &scale_bits, sizeof scale);
    return fabs((double)y - exact) * scale;
}

/* The error of y at x in ulp, infinite where a special result is another one. Results below the
 * normal range may be 0 instead. */
static inline double function_error(const Function *function, float x, float y) {
    const double exact = function->exact((double)x), smallest = 0x1.000002p-126;
    if (isnan(exact) || isinf((float)exact))
        return is_same(y, (float)exact) ? 0.0 : (double)INFINITY;
    if (fabs(exact) < smallest && fabs((double)y) <= smallest)
        return 0.0;
    return isfinite(y) && fabs(exact) >= 0x1p-1000 ? error_in_ulp(y, exact) : (double)INFINITY;
}

#endif
