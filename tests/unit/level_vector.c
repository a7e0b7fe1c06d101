#include "level_vector.h"

#include "compute/vector.h"

#define RUN(name, result)                                                                          \
    static void run_##name(float *out, const float *a, const float *b, const float *c) {           \
        (void)a, (void)b, (void)c;                                                                 \
        v_store(out, result);                                                                      \
    }
#define A       v_load(a)
#define B       v_load(b)
#define C       v_load(c)
#define MASK(m) v_select(m, v_set(1.0f), v_zero())

RUN(add, v_add(A, B))
RUN(sub, v_sub(A, B))
RUN(mul, v_mul(A, B))
RUN(div, v_div(A, B))
RUN(fma, v_fma(A, B, C))
RUN(fnma, v_fnma(A, B, C))
RUN(sqrt, v_sqrt(A))
RUN(min, v_min(A, B))
RUN(max, v_max(A, B))
RUN(abs, v_abs(A))
RUN(neg, v_neg(A))
RUN(copy_sign, v_copy_sign(A, B))
RUN(round, v_round(A))
RUN(less, MASK(v_less(A, B)))
RUN(less_equal, MASK(v_less_equal(A, B)))
RUN(greater, MASK(v_greater(A, B)))
RUN(greater_equal, MASK(v_greater_equal(A, B)))
RUN(equal, MASK(v_equal(A, B)))
RUN(mask_and, MASK(m_and(v_less(A, B), v_less(B, C))))
RUN(mask_or, MASK(m_or(v_less(A, B), v_less(B, C))))
RUN(mask_not, MASK(m_not(v_less(A, B))))
RUN(select, v_select(v_less(A, B), B, C))
RUN(flush, v_flush(A))
RUN(interleave_low, v_interleave_low(A, B))
RUN(interleave_high, v_interleave_high(A, B))
RUN(sum, v_set(v_sum(A)))
RUN(largest, v_set(v_largest(A)))
RUN(any, v_set(m_any(v_less(A, B)) ? 1.0f : 0.0f))
RUN(all, v_set(m_all(v_less(A, B)) ? 1.0f : 0.0f))

static V exponent_of(V x) {
    V n;
    (void)v_split(x, &n);
    return n;
}
static V mantissa_of(V x) {
    V n;
    return v_split(x, &n);
}
RUN(exponent, exponent_of(A))
RUN(mantissa, mantissa_of(A))

static void copy_n(float *out, const float *in, size_t n) { v_store_n(out, v_load_n(in, n), n); }

static float scale2(float x, float n) { return v_largest(v_scale2(v_set(x), v_set(n))); }

#define OPERATION(name)                                                                            \
    { #name, run_##name }

const VectorOperations AT_LEVEL(vector_operations) = {
    .operation = {OPERATION(add),
                  OPERATION(sub),
                  OPERATION(mul),
                  OPERATION(div),
                  OPERATION(fma),
                  OPERATION(fnma),
                  OPERATION(sqrt),
                  OPERATION(min),
                  OPERATION(max),
                  OPERATION(abs),
                  OPERATION(neg),
                  OPERATION(copy_sign),
                  OPERATION(round),
                  OPERATION(less),
                  OPERATION(less_equal),
                  OPERATION(greater),
                  OPERATION(greater_equal),
                  OPERATION(equal),
                  OPERATION(mask_and),
                  OPERATION(mask_or),
                  OPERATION(mask_not),
                  OPERATION(select),
                  OPERATION(flush),
                  OPERATION(interleave_low),
                  OPERATION(interleave_high),
                  OPERATION(sum),
                  OPERATION(largest),
                  OPERATION(any),
                  OPERATION(all),
                  OPERATION(exponent),
                  OPERATION(mantissa)},
    .copy_n = copy_n,
    .scale2 = scale2,
};
