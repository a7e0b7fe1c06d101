/* V in plain C. fmaf is correctly rounded, with or without the instruction. Included by
 * compute/vector.h only, which describes the operations. */
#ifndef NNTRAIN_COMPUTE_VECTOR_PORTABLE_H
#define NNTRAIN_COMPUTE_VECTOR_PORTABLE_H

#include <math.h>
#include <string.h>

#define V_REGISTERS 8

typedef struct V {
    float lane[16];
} V;

typedef struct M {
    unsigned bits; /* bit i for lane i */
} M;

/* A function that sets lane r.lane[i] from the lanes of its arguments. */
#define V_EACH(expression)                                                                         \
    V r;                                                                                           \
    for (int i = 0; i < 16; i++)                                                                   \
        r.lane[i] = (expression);                                                                  \
    return r
#define M_EACH(expression)                                                                         \
    M r = {0};                                                                                     \
    for (int i = 0; i < 16; i++)                                                                   \
        r.bits |= (expression) ? 1u << i : 0u;                                                     \
    return r

static inline uint32_t v_bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float v_of_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline V v_load(const float *p) { V_EACH(p[i]); }
static inline void v_store(float *p, V v) { memcpy(p, v.lane, sizeof v.lane); }
static inline V v_load_n(const float *p, size_t n) { V_EACH((size_t)i < n ? p[i] : 0.0f); }
static inline void v_store_n(float *p, V v, size_t n) { memcpy(p, v.lane, n * sizeof *p); }
static inline V v_set(float x) { V_EACH(x); }
static inline V v_zero(void) { V_EACH(0.0f); }

static inline V v_add(V a, V b) { V_EACH(a.lane[i] + b.lane[i]); }
static inline V v_sub(V a, V b) { V_EACH(a.lane[i] - b.lane[i]); }
static inline V v_mul(V a, V b) { V_EACH(a.lane[i] * b.lane[i]); }
static inline V v_div(V a, V b) { V_EACH(a.lane[i] / b.lane[i]); }
static inline V v_fma(V a, V b, V c) { V_EACH(fmaf(a.lane[i], b.lane[i], c.lane[i])); }
static inline V v_fnma(V a, V b, V c) { V_EACH(fmaf(-a.lane[i], b.lane[i], c.lane[i])); }
static inline V v_sqrt(V a) { V_EACH(sqrtf(a.lane[i])); }
static inline V v_min(V a, V b) { V_EACH(a.lane[i] < b.lane[i] ? a.lane[i] : b.lane[i]); }
static inline V v_max(V a, V b) { V_EACH(a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i]); }
static inline V v_abs(V a) { V_EACH(fabsf(a.lane[i])); }
static inline V v_neg(V a) { V_EACH(-a.lane[i]); }
static inline V v_copy_sign(V a, V sign) { V_EACH(copysignf(a.lane[i], sign.lane[i])); }
static inline V v_round(V a) { V_EACH(rintf(a.lane[i])); }

static inline M v_less(V a, V b) { M_EACH(a.lane[i] < b.lane[i]); }
static inline M v_less_equal(V a, V b) { M_EACH(a.lane[i] <= b.lane[i]); }
static inline M v_greater(V a, V b) { M_EACH(a.lane[i] > b.lane[i]); }
static inline M v_greater_equal(V a, V b) { M_EACH(a.lane[i] >= b.lane[i]); }
static inline M v_equal(V a, V b) { M_EACH(a.lane[i] == b.lane[i]); }
static inline M m_and(M a, M b) { return (M){a.bits & b.bits}; }
static inline M m_or(M a, M b) { return (M){a.bits | b.bits}; }
static inline M m_not(M a) { return (M){a.bits ^ 0xFFFFu}; }
static inline int m_any(M a) { return a.bits != 0; }
static inline int m_all(M a) { return a.bits == 0xFFFFu; }
static inline V v_select(M m, V a, V b) { V_EACH(m.bits >> i & 1u ? a.lane[i] : b.lane[i]); }

static inline V v_power2(V n) {
    V_EACH(v_of_bits((v_bits_of(n.lane[i] + V_INTEGER_SHIFT) << 23) + V_ONE_BITS));
}

static inline V v_split(V x, V *exponent) {
    V r;
    for (int i = 0; i < 16; i++) {
        const uint32_t bits = v_bits_of(x.lane[i]);
        const uint32_t biased = (bits + V_SPLIT_BITS) >> 23;
        exponent->lane[i] = (float)((int32_t)biased - 127);
        r.lane[i] = v_of_bits(bits - (biased << 23) + V_ONE_BITS);
    }
    return r;
}

static inline V v_interleave_low(V a, V b) { V_EACH(i % 2 ? b.lane[i / 2] : a.lane[i / 2]); }
static inline V v_interleave_high(V a, V b) {
    V_EACH(i % 2 ? b.lane[8 + i / 2] : a.lane[8 + i / 2]);
}

static inline float v_sum(V a) {
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            a.lane[i] += a.lane[i + half];
    return a.lane[0];
}

static inline float v_largest(V a) {
    for (int half = 8; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            a.lane[i] = a.lane[i] > a.lane[i + half] ? a.lane[i] : a.lane[i + half];
    return a.lane[0];
}

#undef V_EACH
#undef M_EACH

#endif
