/* V, a vector of 16 floats, and M, a mask over its lanes: the only place that knows the processor's
 * instructions. A level file (see compute/level.h) is written once over V and compiled once per
 * level; the compiler's flags choose the implementation below. Every operation gives the same bits
 * at every level: each is exact by IEEE 754 (one rounding, to nearest even) or moves bits. Only
 * which NaN a NaN is may differ.
 *
 *   memory      v_load v_store (any alignment), v_load_n v_store_n (the first n <= 16 lanes;
 *               missing lanes are read as 0)
 *   constants   v_set v_zero
 *   arithmetic  v_add v_sub v_mul v_div v_sqrt v_abs v_neg, v_round (to nearest even integer),
 *               v_fma(a, b, c) = a b + c, v_fnma(a, b, c) = c - a b (one rounding),
 *               v_min = a < b ? a : b, v_max = a > b ? a : b (so b when either is NaN),
 *               v_copy_sign(magnitude, sign)
 *   comparing   v_less v_less_equal v_greater v_greater_equal v_equal (all false for NaN),
 *               m_and m_or m_not m_any m_all, v_select(mask, if_true, if_false)
 *   exponents   v_power2(n) = 2^n for integral -126 <= n <= 127, v_scale2(x, n) = x 2^n,
 *               v_split(x, &n) = x / 2^n in [sqrt(1/2), sqrt(2)) for positive normal x
 *   lanes       v_interleave_low(a, b) = a0 b0 a1 b1 ... a7 b7, v_interleave_high = a8 b8 ... a15
 * b15 others      v_flush (|x| < 2^-100 becomes 0), and over all lanes v_sum and v_largest by a
 * fixed tree: lane i with lane i + 8, then i + 4, i + 2, i + 1
 *
 * V_REGISTERS is how many V the processor holds in registers. */
#ifndef NNTRAIN_COMPUTE_VECTOR_H
#define NNTRAIN_COMPUTE_VECTOR_H

#include <stddef.h>
#include <stdint.h>

enum { V_LANES = 16 };

/* Added to an integral |n| < 2^22, puts n in the low bits of the sum: an integer without a
 * conversion, which C does not define for NaN. */
#define V_INTEGER_SHIFT 0x1.8p23f
/* Bits of 1, and what is added to a float's bits so that its exponent field steps at sqrt(1/2). */
#define V_ONE_BITS   0x3F800000
#define V_SPLIT_BITS (0x3F800000 - 0x3F3504F3)

/* In front of a loop whose count is a constant after inlining: one copy of the body for each pass.
 */
#if defined(__clang__)
#define V_UNROLL _Pragma("clang loop unroll(full)")
#else
#define V_UNROLL _Pragma("GCC unroll 64")
#endif

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include "compute/vector_avx512.h"
#elif defined(__AVX2__) && defined(__FMA__)
#include "compute/vector_avx2.h"
#elif defined(VECTOR_NEON) /* by the Makefile: every arm64 compiler has NEON switched on */
#include "compute/vector_neon.h"
#else
#include "compute/vector_portable.h"
#endif

/* Values this small mean nothing to training, and processors take a hundred times longer over
 * subnormals. */
static inline V v_flush(V x) { return v_select(v_less(v_abs(x), v_set(0x1p-100f)), v_zero(), x); }

/* x 2^n for integral -252 <= n <= 254 and 2^-63 < |x| < 2^63, in two steps so that neither factor
 * leaves the float range; only the second can round. */
#ifndef V_SCALE2_IS_NATIVE
static inline V v_scale2(V x, V n) {
    const V half = v_round(v_mul(n, v_set(0.5f)));
    return v_mul(v_mul(x, v_power2(half)), v_power2(v_sub(n, half)));
}
#endif

#endif
