/* V in one AVX-512 register. Included by compute/vector.h only, which describes the operations. */
#ifndef NNTRAIN_COMPUTE_VECTOR_AVX512_H
#define NNTRAIN_COMPUTE_VECTOR_AVX512_H

#include <immintrin.h>

#define V_REGISTERS 32

typedef __m512 V;
typedef __mmask16 M;

static inline M m_first(size_t n) { return (M)((1u << n) - 1u); }

static inline V v_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void v_store(float *p, V v) { _mm512_storeu_ps(p, v); }
static inline V v_load_n(const float *p, size_t n) { return _mm512_maskz_loadu_ps(m_first(n), p); }
static inline void v_store_n(float *p, V v, size_t n) { _mm512_mask_storeu_ps(p, m_first(n), v); }
static inline V v_set(float x) { return _mm512_set1_ps(x); }
static inline V v_zero(void) { return _mm512_setzero_ps(); }

static inline V v_add(V a, V b) { return _mm512_add_ps(a, b); }
static inline V v_sub(V a, V b) { return _mm512_sub_ps(a, b); }
static inline V v_mul(V a, V b) { return _mm512_mul_ps(a, b); }
static inline V v_div(V a, V b) { return _mm512_div_ps(a, b); }
static inline V v_fma(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
static inline V v_fnma(V a, V b, V c) { return _mm512_fnmadd_ps(a, b, c); }
static inline V v_sqrt(V a) { return _mm512_sqrt_ps(a); }
static inline V v_min(V a, V b) { return _mm512_min_ps(a, b); }
static inline V v_max(V a, V b) { return _mm512_max_ps(a, b); }
static inline V v_sign_bits(void) { return _mm512_set1_ps(-0.0f); }
static inline V v_abs(V a) { return _mm512_andnot_ps(v_sign_bits(), a); }
static inline V v_neg(V a) { return _mm512_xor_ps(v_sign_bits(), a); }
static inline V v_copy_sign(V a, V sign) {
    return _mm512_or_ps(v_abs(a), _mm512_and_ps(v_sign_bits(), sign));
}
static inline V v_round(V a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline M v_less(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ); }
static inline M v_less_equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_LE_OQ); }
static inline M v_greater(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
static inline M v_greater_equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_GE_OQ); }
static inline M v_equal(V a, V b) { return _mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ); }
static inline M m_and(M a, M b) { return (M)(a & b); }
static inline M m_or(M a, M b) { return (M)(a | b); }
static inline M m_not(M a) { return (M)~a; }
static inline int m_any(M a) { return a != 0; }
static inline int m_all(M a) { return a == 0xFFFF; }
static inline V v_select(M m, V a, V b) { return _mm512_mask_blend_ps(m, b, a); }

static inline V v_power2(V n) {
    const __m512i integer = _mm512_castps_si512(_mm512_add_ps(n, v_set(V_INTEGER_SHIFT)));
    return _mm512_castsi512_ps(
        _mm512_add_epi32(_mm512_slli_epi32(integer, 23), _mm512_set1_epi32(V_ONE_BITS)));
}

#define V_SCALE2_IS_NATIVE
static inline V v_scale2(V x, V n) { return _mm512_scalef_ps(x, n); }

static inline V v_split(V x, V *exponent) {
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i biased =
        _mm512_srli_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(V_SPLIT_BITS)), 23);
    *exponent = _mm512_cvtepi32_ps(_mm512_sub_epi32(biased, _mm512_set1_epi32(127)));
    return _mm512_castsi512_ps(_mm512_add_epi32(
        _mm512_sub_epi32(bits, _mm512_slli_epi32(biased, 23)), _mm512_set1_epi32(V_ONE_BITS)));
}

static inline V v_interleave_low(V a, V b) {
    const __m512i from = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return _mm512_permutex2var_ps(a, from, b);
}
static inline V v_interleave_high(V a, V b) {
    const __m512i from =
        _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    return _mm512_permutex2var_ps(a, from, b);
}

static inline float v_sum(V a) {
    const __m256 by8 = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    const __m128 by4 = _mm_add_ps(_mm256_castps256_ps128(by8), _mm256_extractf128_ps(by8, 1));
    const __m128 by2 = _mm_add_ps(by4, _mm_movehl_ps(by4, by4));
    return _mm_cvtss_f32(_mm_add_ss(by2, _mm_movehdup_ps(by2)));
}

static inline float v_largest(V a) {
    const __m256 by8 = _mm256_max_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps(a, 1));
    const __m128 by4 = _mm_max_ps(_mm256_castps256_ps128(by8), _mm256_extractf128_ps(by8, 1));
    const __m128 by2 = _mm_max_ps(by4, _mm_movehl_ps(by4, by4));
    return _mm_cvtss_f32(_mm_max_ss(by2, _mm_movehdup_ps(by2)));
}

#endif
