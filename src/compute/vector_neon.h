/* V in four NEON registers (arm64). Included by compute/vector.h only, which describes the
 * operations. */
#ifndef NNTRAIN_COMPUTE_VECTOR_NEON_H
#define NNTRAIN_COMPUTE_VECTOR_NEON_H

#include <arm_neon.h>

#define V_REGISTERS 8

typedef struct V {
    float32x4_t q0, q1, q2, q3;
} V;

typedef struct M {
    uint32x4_t q0, q1, q2, q3; /* all bits of a lane, or none */
} M;

/* All quarters by the same instruction; type is that of the result. */
#define V_ALL1(type, f, a) ((type){f((a).q0), f((a).q1), f((a).q2), f((a).q3)})
#define V_ALL2(type, f, a, b)                                                                      \
    ((type){f((a).q0, (b).q0), f((a).q1, (b).q1), f((a).q2, (b).q2), f((a).q3, (b).q3)})
#define V_ALL3(type, f, a, b, c)                                                                   \
    ((type){f((a).q0, (b).q0, (c).q0), f((a).q1, (b).q1, (c).q1), f((a).q2, (b).q2, (c).q2),       \
            f((a).q3, (b).q3, (c).q3)})

/* How many of the lanes first, first + 1, ..., first + 3 are below n. */
static inline size_t v_lanes_below(size_t n, size_t first) {
    return n <= first ? 0 : n - first < 4 ? n - first : 4;
}

static inline float32x4_t v_load_quarter(const float *p, size_t n) {
    float32x4_t q = vdupq_n_f32(0.0f);
    if (n == 4)
        return vld1q_f32(p);
    if (n > 0)
        q = vld1q_lane_f32(p, q, 0);
    if (n > 1)
        q = vld1q_lane_f32(p + 1, q, 1);
    if (n > 2)
        q = vld1q_lane_f32(p + 2, q, 2);
    return q;
}
static inline void v_store_quarter(float *p, float32x4_t q, size_t n) {
    if (n == 4) {
        vst1q_f32(p, q);
        return;
    }
    if (n > 0)
        vst1q_lane_f32(p, q, 0);
    if (n > 1)
        vst1q_lane_f32(p + 1, q, 1);
    if (n > 2)
        vst1q_lane_f32(p + 2, q, 2);
}

static inline V v_load(const float *p) {
    return (V){vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12)};
}
static inline void v_store(float *p, V v) {
    vst1q_f32(p, v.q0);
    vst1q_f32(p + 4, v.q1);
    vst1q_f32(p + 8, v.q2);
    vst1q_f32(p + 12, v.q3);
}
static inline V v_load_n(const float *p, size_t n) {
    return (V){v_load_quarter(p, v_lanes_below(n, 0)), v_load_quarter(p + 4, v_lanes_below(n, 4)),
               v_load_quarter(p + 8, v_lanes_below(n, 8)),
               v_load_quarter(p + 12, v_lanes_below(n, 12))};
}
static inline void v_store_n(float *p, V v, size_t n) {
    v_store_quarter(p, v.q0, v_lanes_below(n, 0));
    v_store_quarter(p + 4, v.q1, v_lanes_below(n, 4));
    v_store_quarter(p + 8, v.q2, v_lanes_below(n, 8));
    v_store_quarter(p + 12, v.q3, v_lanes_below(n, 12));
}

static inline V v_set(float x) {
    const float32x4_t q = vdupq_n_f32(x);
    return (V){q, q, q, q};
}
static inline V v_zero(void) { return v_set(0.0f); }

static inline V v_add(V a, V b) { return V_ALL2(V, vaddq_f32, a, b); }
static inline V v_sub(V a, V b) { return V_ALL2(V, vsubq_f32, a, b); }
static inline V v_mul(V a, V b) { return V_ALL2(V, vmulq_f32, a, b); }
static inline V v_div(V a, V b) { return V_ALL2(V, vdivq_f32, a, b); }
/* The instructions' first operand is what is added to or subtracted from. */
static inline V v_fma(V a, V b, V c) { return V_ALL3(V, vfmaq_f32, c, a, b); }
static inline V v_fnma(V a, V b, V c) { return V_ALL3(V, vfmsq_f32, c, a, b); }
static inline V v_sqrt(V a) { return V_ALL1(V, vsqrtq_f32, a); }
static inline V v_abs(V a) { return V_ALL1(V, vabsq_f32, a); }
static inline V v_neg(V a) { return V_ALL1(V, vnegq_f32, a); }
static inline V v_round(V a) { return V_ALL1(V, vrndnq_f32, a); }

static inline M v_less(V a, V b) { return V_ALL2(M, vcltq_f32, a, b); }
static inline M v_less_equal(V a, V b) { return V_ALL2(M, vcleq_f32, a, b); }
static inline M v_greater(V a, V b) { return V_ALL2(M, vcgtq_f32, a, b); }
static inline M v_greater_equal(V a, V b) { return V_ALL2(M, vcgeq_f32, a, b); }
static inline M v_equal(V a, V b) { return V_ALL2(M, vceqq_f32, a, b); }
static inline M m_and(M a, M b) { return V_ALL2(M, vandq_u32, a, b); }
static inline M m_or(M a, M b) { return V_ALL2(M, vorrq_u32, a, b); }
static inline M m_not(M a) { return V_ALL1(M, vmvnq_u32, a); }
static inline int m_any(M a) {
    return vmaxvq_u32(vorrq_u32(vorrq_u32(a.q0, a.q1), vorrq_u32(a.q2, a.q3))) != 0;
}
static inline int m_all(M a) {
    return vminvq_u32(vandq_u32(vandq_u32(a.q0, a.q1), vandq_u32(a.q2, a.q3))) != 0;
}
static inline V v_select(M m, V a, V b) { return V_ALL3(V, vbslq_f32, m, a, b); }

/* FMIN and FMAX give NaN when a is NaN, and order the zeros: selects keep the common rule. */
static inline V v_min(V a, V b) { return v_select(v_less(a, b), a, b); }
static inline V v_max(V a, V b) { return v_select(v_greater(a, b), a, b); }

static inline V v_copy_sign(V a, V sign) {
    const uint32x4_t bit = vdupq_n_u32(0x80000000u);
    return v_select((M){bit, bit, bit, bit}, sign, a);
}

static inline float32x4_t v_power2_quarter(float32x4_t n) {
    const uint32x4_t integer = vreinterpretq_u32_f32(vaddq_f32(n, vdupq_n_f32(V_INTEGER_SHIFT)));
    return vreinterpretq_f32_u32(vaddq_u32(vshlq_n_u32(integer, 23), vdupq_n_u32(V_ONE_BITS)));
}
static inline V v_power2(V n) { return V_ALL1(V, v_power2_quarter, n); }

static inline float32x4_t v_split_quarter(float32x4_t x, float32x4_t *exponent) {
    const uint32x4_t bits = vreinterpretq_u32_f32(x);
    const uint32x4_t biased = vshrq_n_u32(vaddq_u32(bits, vdupq_n_u32(V_SPLIT_BITS)), 23);
    *exponent = vcvtq_f32_s32(vsubq_s32(vreinterpretq_s32_u32(biased), vdupq_n_s32(127)));
    return vreinterpretq_f32_u32(
        vaddq_u32(vsubq_u32(bits, vshlq_n_u32(biased, 23)), vdupq_n_u32(V_ONE_BITS)));
}
static inline V v_split(V x, V *exponent) {
    return (V){v_split_quarter(x.q0, &exponent->q0), v_split_quarter(x.q1, &exponent->q1),
               v_split_quarter(x.q2, &exponent->q2), v_split_quarter(x.q3, &exponent->q3)};
}

static inline V v_interleave_low(V a, V b) {
    return (V){vzip1q_f32(a.q0, b.q0), vzip2q_f32(a.q0, b.q0), vzip1q_f32(a.q1, b.q1),
               vzip2q_f32(a.q1, b.q1)};
}
static inline V v_interleave_high(V a, V b) {
    return (V){vzip1q_f32(a.q2, b.q2), vzip2q_f32(a.q2, b.q2), vzip1q_f32(a.q3, b.q3),
               vzip2q_f32(a.q3, b.q3)};
}

static inline float v_sum(V a) {
    const float32x4_t by4 = vaddq_f32(vaddq_f32(a.q0, a.q2), vaddq_f32(a.q1, a.q3));
    const float32x2_t by2 = vadd_f32(vget_low_f32(by4), vget_high_f32(by4));
    return vget_lane_f32(by2, 0) + vget_lane_f32(by2, 1);
}

static inline float32x4_t v_larger_quarter(float32x4_t a, float32x4_t b) {
    return vbslq_f32(vcgtq_f32(a, b), a, b);
}
static inline float v_largest(V a) {
    const float32x4_t by4 =
        v_larger_quarter(v_larger_quarter(a.q0, a.q2), v_larger_quarter(a.q1, a.q3));
    const float32x4_t by2 = v_larger_quarter(by4, vextq_f32(by4, by4, 2));
    const float32x4_t by1 = v_larger_quarter(by2, vextq_f32(by2, by2, 1));
    return vgetq_lane_f32(by1, 0);
}

#undef V_ALL1
#undef V_ALL2
#undef V_ALL3

#endif
