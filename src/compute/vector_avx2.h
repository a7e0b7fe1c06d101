/* V in two AVX registers, with AVX2 and FMA. Included by compute/vector.h only, which describes the
 * operations. */
#ifndef NNTRAIN_COMPUTE_VECTOR_AVX2_H
#define NNTRAIN_COMPUTE_VECTOR_AVX2_H

#include <immintrin.h>

#define V_REGISTERS 8

typedef struct V {
    __m256 low, high;
} V;

typedef struct M {
    __m256 low, high; /* all bits of a lane, or none */
} M;

/* Mask of the lanes first, first + 1, ..., first + 7 that are below n. */
static inline __m256i v_lanes_below(size_t n, int first) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n - first), lanes);
}

static inline V v_load(const float *p) { return (V){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
static inline void v_store(float *p, V v) {
    _mm256_storeu_ps(p, v.low);
    _mm256_storeu_ps(p + 8, v.high);
}
static inline V v_load_n(const float *p, size_t n) {
    return (V){_mm256_maskload_ps(p, v_lanes_below(n, 0)),
               _mm256_maskload_ps(p + 8, v_lanes_below(n, 8))};
}
static inline void v_store_n(float *p, V v, size_t n) {
    _mm256_maskstore_ps(p, v_lanes_below(n, 0), v.low);
    _mm256_maskstore_ps(p + 8, v_lanes_below(n, 8), v.high);
}

/* Both halves by the same instruction. */
#define V_BOTH1(f, a)       ((V){f((a).low), f((a).high)})
#define V_BOTH2(f, a, b)    ((V){f((a).low, (b).low), f((a).high, (b).high)})
#define V_BOTH3(f, a, b, c) ((V){f((a).low, (b).low, (c).low), f((a).high, (b).high, (c).high)})
#define M_COMPARE(a, b, how)                                                                       \
    ((M){_mm256_cmp_ps((a).low, (b).low, how), _mm256_cmp_ps((a).high, (b).high, how)})

static inline V v_set(float x) { return (V){_mm256_set1_ps(x), _mm256_set1_ps(x)}; }
static inline V v_zero(void) { return (V){_mm256_setzero_ps(), _mm256_setzero_ps()}; }

static inline V v_add(V a, V b) { return V_BOTH2(_mm256_add_ps, a, b); }
static inline V v_sub(V a, V b) { return V_BOTH2(_mm256_sub_ps, a, b); }
static inline V v_mul(V a, V b) { return V_BOTH2(_mm256_mul_ps, a, b); }
static inline V v_div(V a, V b) { return V_BOTH2(_mm256_div_ps, a, b); }
static inline V v_fma(V a, V b, V c) { return V_BOTH3(_mm256_fmadd_ps, a, b, c); }
static inline V v_fnma(V a, V b, V c) { return V_BOTH3(_mm256_fnmadd_ps, a, b, c); }
static inline V v_sqrt(V a) { return V_BOTH1(_mm256_sqrt_ps, a); }
static inline V v_min(V a, V b) { return V_BOTH2(_mm256_min_ps, a, b); }
static inline V v_max(V a, V b) { return V_BOTH2(_mm256_max_ps, a, b); }
static inline V v_abs(V a) { return V_BOTH2(_mm256_andnot_ps, v_set(-0.0f), a); }
static inline V v_neg(V a) { return V_BOTH2(_mm256_xor_ps, v_set(-0.0f), a); }
static inline V v_copy_sign(V a, V sign) {
    const V magnitude = v_abs(a), bit = V_BOTH2(_mm256_and_ps, v_set(-0.0f), sign);
    return V_BOTH2(_mm256_or_ps, magnitude, bit);
}
static inline V v_round(V a) {
    return (V){_mm256_round_ps(a.low, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC),
               _mm256_round_ps(a.high, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}

static inline M v_less(V a, V b) { return M_COMPARE(a, b, _CMP_LT_OQ); }
static inline M v_less_equal(V a, V b) { return M_COMPARE(a, b, _CMP_LE_OQ); }
static inline M v_greater(V a, V b) { return M_COMPARE(a, b, _CMP_GT_OQ); }
static inline M v_greater_equal(V a, V b) { return M_COMPARE(a, b, _CMP_GE_OQ); }
static inline M v_equal(V a, V b) { return M_COMPARE(a, b, _CMP_EQ_OQ); }
static inline M m_and(M a, M b) {
    return (M){_mm256_and_ps(a.low, b.low), _mm256_and_ps(a.high, b.high)};
}
static inline M m_or(M a, M b) {
    return (M){_mm256_or_ps(a.low, b.low), _mm256_or_ps(a.high, b.high)};
}
static inline M m_not(M a) {
    const __m256 ones = _mm256_castsi256_ps(_mm256_set1_epi32(-1));
    return (M){_mm256_xor_ps(a.low, ones), _mm256_xor_ps(a.high, ones)};
}
static inline int m_any(M a) { return _mm256_movemask_ps(_mm256_or_ps(a.low, a.high)) != 0; }
static inline int m_all(M a) { return _mm256_movemask_ps(_mm256_and_ps(a.low, a.high)) == 0xFF; }
static inline V v_select(M m, V a, V b) {
    return (V){_mm256_blendv_ps(b.low, a.low, m.low), _mm256_blendv_ps(b.high, a.high, m.high)};
}

static inline __m256 v_power2_half(__m256 n) {
    const __m256i integer = _mm256_castps_si256(_mm256_add_ps(n, _mm256_set1_ps(V_INTEGER_SHIFT)));
    return _mm256_castsi256_ps(
        _mm256_add_epi32(_mm256_slli_epi32(integer, 23), _mm256_set1_epi32(V_ONE_BITS)));
}
static inline V v_power2(V n) { return V_BOTH1(v_power2_half, n); }

static inline __m256 v_split_half(__m256 x, __m256 *exponent) {
    const __m256i bits = _mm256_castps_si256(x);
    const __m256i biased =
        _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(V_SPLIT_BITS)), 23);
    *exponent = _mm256_cvtepi32_ps(_mm256_sub_epi32(biased, _mm256_set1_epi32(127)));
    return _mm256_castsi256_ps(_mm256_add_epi32(
        _mm256_sub_epi32(bits, _mm256_slli_epi32(biased, 23)), _mm256_set1_epi32(V_ONE_BITS)));
}
static inline V v_split(V x, V *exponent) {
    return (V){v_split_half(x.low, &exponent->low), v_split_half(x.high, &exponent->high)};
}

static inline V v_interleave_half(__m256 a, __m256 b) {
    const __m256 even = _mm256_unpacklo_ps(a, b), odd = _mm256_unpackhi_ps(a, b);
    return (V){_mm256_permute2f128_ps(even, odd, 0x20), _mm256_permute2f128_ps(even, odd, 0x31)};
}
static inline V v_interleave_low(V a, V b) { return v_interleave_half(a.low, b.low); }
static inline V v_interleave_high(V a, V b) { return v_interleave_half(a.high, b.high); }

static inline float v_sum(V a) {
    const __m256 by8 = _mm256_add_ps(a.low, a.high);
    const __m128 by4 = _mm_add_ps(_mm256_castps256_ps128(by8), _mm256_extractf128_ps(by8, 1));
    const __m128 by2 = _mm_add_ps(by4, _mm_movehl_ps(by4, by4));
    return _mm_cvtss_f32(_mm_add_ss(by2, _mm_movehdup_ps(by2)));
}

static inline float v_largest(V a) {
    const __m256 by8 = _mm256_max_ps(a.low, a.high);
    const __m128 by4 = _mm_max_ps(_mm256_castps256_ps128(by8), _mm256_extractf128_ps(by8, 1));
    const __m128 by2 = _mm_max_ps(by4, _mm_movehl_ps(by4, by4));
    return _mm_cvtss_f32(_mm_max_ss(by2, _mm_movehdup_ps(by2)));
}

#undef V_BOTH1
#undef V_BOTH2
#undef V_BOTH3
#undef M_COMPARE

#endif
