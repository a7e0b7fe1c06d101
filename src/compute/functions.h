/* Elementary functions over V as fixed sequences of polynomials, fused multiply-adds, divisions and
 * selects, so that every level gives the same bits; no libm. Ranges are reduced as in Muller et
 * al., "Handbook of Floating-Point Arithmetic" (2018), ch. 11; tests/reference/make_polynomials.py
 * makes the coefficients. Each comment states the largest error in units in the last place (ulp)
 * over all floats, as tests/exhaustive/sweep_functions.c measures it. NaN gives NaN everywhere. */
#ifndef NNTRAIN_COMPUTE_FUNCTIONS_H
#define NNTRAIN_COMPUTE_FUNCTIONS_H

#include <math.h>

#include "compute/vector.h"

/* log(2) = high + low; high has nine bits, so that a small integer times high is exact. */
#define V_LOG2_HIGH 0x1.63p-1f
#define V_LOG2_LOW  -0x1.bd0106p-13f
#define V_LOG2_E    0x1.715476p+0f

/* c[0] + c[1] x + ... + c[degree] x^degree by Horner's rule. */
static inline __attribute__((always_inline)) V v_polynomial(V x, const float *c, int degree) {
    V sum = v_set(c[degree]);
    V_UNROLL
    for (int k = degree - 1; k >= 0; k--)
        sum = v_fma(sum, x, v_set(c[k]));
    return sum;
}

/* x = n log(2) + r with integral n and |r| <= log(2)/2; returns r. */
static inline V v_reduce(V x, V *n) {
    *n = v_round(v_mul(x, v_set(V_LOG2_E)));
    return v_fnma(*n, v_set(V_LOG2_LOW), v_fnma(*n, v_set(V_LOG2_HIGH), x));
}

/* e^x, at most 1.02 ulp. +inf above 88.7228; results below 2^-126 (x < -87.3365) are 0, never
 * subnormal. */
static inline V v_exp(V x) {
    static const float c[] = {0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558aep-5f, 0x1.12398p-7f,
                              0x1.6a4f72p-10f};
    V n;
    const V r = v_reduce(v_min(v_set(89.0f), v_max(v_set(-88.0f), x)), &n);
    const V p = v_add(v_fma(v_mul(r, r), v_polynomial(r, c, 4), r), v_set(1.0f));
    return v_select(v_less(x, v_set(-0x1.5d589ep6f)), v_zero(), v_scale2(p, n));
}

/* e^x - 1, at most 1.44 ulp. */
static inline V v_expm1(V x) {
    static const float c[] = {0x1p-1f,        0x1.555554p-3f,  0x1.5554f8p-5f,
                              0x1.1112d8p-7f, 0x1.6d3a3ap-10f, 0x1.9e72e6p-13f};
    V n;
    const V r = v_reduce(v_min(v_set(89.0f), v_max(v_set(-25.0f), x)), &n);
    const V p = v_fma(v_mul(r, r), v_polynomial(r, c, 5), r);
    /* 2^n p + (2^n - 1), halved so that n = 128 does not overflow too early. */
    const V half = v_power2(v_sub(n, v_set(1.0f)));
    return v_mul(v_fma(half, p, v_sub(half, v_set(0.5f))), v_set(2.0f));
}

/* n log(2) + log(1 + f) + correction for sqrt(1/2) <= 1 + f < sqrt(2) and a tiny correction. */
static inline V v_log_reduced(V n, V f, V correction) {
    static const float c[] = {0x1.555548p-2f,  -0x1.000006p-2f, 0x1.99a478p-3f,
                              -0x1.555c4ep-3f, 0x1.233b78p-3f,  -0x1.fc26acp-4f,
                              0x1.e6c03ep-4f,  -0x1.de1004p-4f, 0x1.1484e8p-4f};
    const V square = v_mul(f, f), p = v_fma(f, v_polynomial(f, c, 8), v_set(-0.5f));
    const V tail = v_fma(square, p, v_fma(n, v_set(V_LOG2_LOW), correction));
    return v_fma(n, v_set(V_LOG2_HIGH), v_add(f, tail));
}

/* log(x), at most 0.83 ulp, of subnormals too; log(0) = -inf, NaN below 0, log(inf) = inf. */
static inline V v_log(V x) {
    const M subnormal = v_less(x, v_set(0x1p-126f));
    V n;
    const V mantissa = v_split(v_select(subnormal, v_mul(x, v_set(0x1p23f)), x), &n);
    n = v_select(subnormal, v_sub(n, v_set(23.0f)), n);
    V y = v_log_reduced(n, v_sub(mantissa, v_set(1.0f)), v_zero());
    y = v_select(v_less(x, v_set(INFINITY)), y, x);
    y = v_select(v_less(x, v_zero()), v_set(NAN), y);
    return v_select(v_equal(x, v_zero()), v_set(-INFINITY), y);
}

/* log(1 + x), at most 0.84 ulp; -inf at -1, NaN below. */
static inline V v_log1p(V x) {
    const V one = v_set(1.0f), sum = v_add(one, x);
    /* What was lost in rounding 1 + x (Knuth's two-sum). */
    const V part = v_sub(sum, one);
    const V lost = v_add(v_sub(one, v_sub(sum, part)), v_sub(x, part));
    V n;
    const V f = v_sub(v_split(sum, &n), one);
    const M near = v_equal(n, v_zero()); /* here f is x itself */
    V y = v_log_reduced(n, v_select(near, x, f), v_select(near, v_zero(), v_div(lost, sum)));
    y = v_select(v_less(x, v_set(INFINITY)), y, x);
    y = v_select(v_less(x, v_set(-1.0f)), v_set(NAN), y);
    return v_select(v_equal(x, v_set(-1.0f)), v_set(-INFINITY), y);
}

/* tanh(x) = t / (t + 2) with t = e^(2 |x|) - 1, and the sign of x; at most 2.42 ulp. Exactly 1 from
 * |x| = 10 on. */
static inline V v_tanh(V x) {
    const V t = v_expm1(v_mul(v_set(2.0f), v_min(v_set(10.0f), v_abs(x))));
    return v_copy_sign(v_div(t, v_add(t, v_set(2.0f))), x);
}

/* 1 / (1 + e^-x), at most 2.41 ulp; 0 below -87.3365. */
static inline V v_sigmoid(V x) {
    const V e = v_exp(v_neg(v_abs(x)));
    return v_div(v_select(v_less(x, v_zero()), e, v_set(1.0f)), v_add(v_set(1.0f), e));
}

/* log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), at most 1.71 ulp; 0 below -87.3365. */
static inline V v_softplus(V x) {
    return v_add(v_max(v_zero(), x), v_log1p(v_exp(v_neg(v_abs(x)))));
}

/* erf(x) = 2/sqrt(pi) integral of e^(-t^2) from 0 to x, at most 1.06 ulp. */
static inline V v_erf(V x) {
    static const float small[] = {0x1.06eba8p-3f, -0x1.81273ep-2f,  0x1.ce2ce6p-4f, -0x1.b7f71ap-6f,
                                  0x1.53f224p-8f, -0x1.a3515ep-11f, 0x1.4771fcp-14f};
    static const float large[] = {0x1.20ebb4p+0f,   0x1.455644p-1f, 0x1.b0b708p-4f,
                                  -0x1.79e69ap-6f,  0x1.9efda6p-9f, -0x1.173998p-13f,
                                  -0x1.ef126ep-16f, 0x1.e8f546p-19f};
    const V size = v_min(v_set(4.0f), v_abs(x));
    const V near = v_fma(size, v_polynomial(v_mul(size, size), small, 6), size);
    const V far = v_sub(v_set(1.0f), v_exp(v_neg(v_mul(size, v_polynomial(size, large, 7)))));
    return v_copy_sign(v_select(v_less(size, v_set(1.0f)), near, far), x);
}

#endif
