#include <string.h>

#include "compute/kernels.h"

#include "compute/functions.h"
#include "compute/product.h"
#include "compute/transpose.h"
#include "compute/vector.h"

/* Of a block of 16 x 16 the first n_in rows are there and the first n_out columns are wanted. */
static void transpose_block(float *out, size_t out_row, size_t n_out, const float *in,
                            size_t in_row, size_t n_in) {
    V a[V_LANES];
    V_UNROLL
    for (size_t r = 0; r < V_LANES; r++)
        a[r] = r < n_in ? v_load(in + r * in_row) : v_zero();
    v_transpose(a);
    V_UNROLL
    for (size_t r = 0; r < V_LANES; r++)
        if (r < n_out)
            v_store(out + r * out_row, a[r]);
}

static void transpose(float *out, size_t out_row, const float *in, size_t in_row, size_t rows,
                      size_t columns) {
    for (size_t i = 0; i < rows; i += V_LANES) {
        for (size_t j = 0; j < columns; j += V_LANES) {
            const size_t n_in = rows - i < V_LANES ? rows - i : V_LANES;
            const size_t n_out = columns - j < V_LANES ? columns - j : V_LANES;
            transpose_block(out + j * out_row + i, out_row, n_out, in + i * in_row + j, in_row,
                            n_in);
        }
    }
}

/* Four columns of vectors at a time: four chains, and whole cache lines' neighbours. */
static void column_sums(float *out, const float *in, size_t in_row, size_t rows, size_t n) {
    size_t j = 0;
    for (; j + 4 * V_LANES <= n; j += 4 * V_LANES) {
        V sum[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
        for (size_t i = 0; i < rows; i++) {
            V_UNROLL
            for (size_t w = 0; w < 4; w++)
                sum[w] = v_add(sum[w], v_load(in + i * in_row + j + w * V_LANES));
        }
        V_UNROLL
        for (size_t w = 0; w < 4; w++)
            v_store(out + j + w * V_LANES, sum[w]);
    }
    for (; j < n; j += V_LANES) {
        V sum = v_zero();
        for (size_t i = 0; i < rows; i++)
            sum = v_add(sum, v_load(in + i * in_row + j));
        v_store(out + j, sum);
    }
}

/* Random words are made for so many counters side by side, in loops that compilers turn into
 * vectors: the four words of a block as two pairs, whose first words are the low halves. */
enum { DRAWS = 32, HALVES_PER_DRAW = 8, HALVES = DRAWS * HALVES_PER_DRAW };

static inline uint64_t swap_halves(uint64_t pair) { return pair << 32 | pair >> 32; }

/* One round of random_philox for all. */
static inline void mix(uint64_t first[DRAWS], uint64_t second[DRAWS], uint32_t key0,
                       uint32_t key1) {
    for (size_t i = 0; i < DRAWS; i++) {
        const uint64_t product0 = (first[i] & UINT32_MAX) * RANDOM_MULTIPLIER_0;
        const uint64_t product1 = (second[i] & UINT32_MAX) * RANDOM_MULTIPLIER_1;
        first[i] = swap_halves(product1) ^ first[i] >> 32 ^ key0;
        second[i] = swap_halves(product0) ^ second[i] >> 32 ^ key1;
    }
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the low half of a word comes first");

static void draw_mask(float *y, RandomStream stream, const uint32_t abc[3], uint32_t threshold,
                      float kept, size_t n) {
    for (size_t done = 0; done < n; done += HALVES) {
        uint64_t first[DRAWS], second[DRAWS], pairs[DRAWS][2];
        for (size_t i = 0; i < DRAWS; i++) {
            first[i] = abc[0] | (uint64_t)abc[1] << 32;
            second[i] = abc[2] | (uint64_t)(done / HALVES_PER_DRAW + i) << 32;
        }
        for (uint32_t round = 0; round < RANDOM_ROUNDS; round++)
            mix(first, second, stream.key[0] + round * RANDOM_STEP_0,
                stream.key[1] + round * RANDOM_STEP_1);
        for (size_t i = 0; i < DRAWS; i++) {
            pairs[i][0] = first[i];
            pairs[i][1] = second[i];
        }
        uint16_t halves[HALVES];
        float drawn[HALVES];
        memcpy(halves, pairs, sizeof halves);
        for (size_t i = 0; i < HALVES; i++)
            drawn[i] = halves[i] < threshold ? 0.0f : kept;
        memcpy(y + done, drawn, (n - done < HALVES ? n - done : HALVES) * sizeof *y);
    }
}

/* Elementwise kernels are one loop over a function of vectors, which is inlined into it. */
#define INLINE static inline __attribute__((always_inline))

typedef V Map(V x);
/* Of the elements of two arrays and of one number for all. */
typedef V Map2(V a, V b, V number);

INLINE void map(float *y, const float *x, size_t n, Map *f) {
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        v_store(y + i, f(v_load(x + i)));
    if (i < n)
        v_store_n(y + i, f(v_load_n(x + i, n - i)), n - i);
}

INLINE void map2(float *y, const float *a, const float *b, float number, size_t n, Map2 *f) {
    const V all = v_set(number);
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        v_store(y + i, f(v_load(a + i), v_load(b + i), all));
    if (i < n)
        v_store_n(y + i, f(v_load_n(a + i, n - i), v_load_n(b + i, n - i), all), n - i);
}

#define FUNCTION(name)                                                                             \
    static void name##_all(float *y, const float *x, size_t n) { map(y, x, n, v_##name); }
FUNCTION(exp)
FUNCTION(log)
FUNCTION(expm1)
FUNCTION(log1p)
FUNCTION(tanh)
FUNCTION(sigmoid)
FUNCTION(softplus)
FUNCTION(erf)

INLINE V sum_of(V a, V b, V unused) { return (void)unused, v_add(a, b); }
INLINE V product_of(V a, V b, V unused) { return (void)unused, v_mul(a, b); }
INLINE V scaled(V x, V unused, V factor) { return (void)unused, v_mul(factor, x); }
INLINE V scaled_sum(V x, V y, V factor) { return v_fma(factor, x, y); }
/* The order of operands keeps NaN. */
INLINE V clipped(V x, V unused, V limit) {
    return (void)unused, v_min(limit, v_max(v_neg(limit), x));
}
/* The sign of zero and of NaN is itself. */
INLINE V sign_sum(V x, V y, V factor) {
    const V zero = v_zero(), one = v_set(1.0f);
    const V sign = v_select(v_greater(x, zero), one, v_select(v_less(x, zero), v_neg(one), x));
    return v_fma(factor, sign, y);
}

static void add(float *y, const float *a, const float *b, size_t n) {
    map2(y, a, b, 0.0f, n, sum_of);
}
static void multiply(float *y, const float *a, const float *b, size_t n) {
    map2(y, a, b, 0.0f, n, product_of);
}
static void scale(float *y, const float *x, float factor, size_t n) {
    map2(y, x, x, factor, n, scaled);
}
static void add_scaled(float *y, const float *x, float factor, size_t n) {
    map2(y, x, y, factor, n, scaled_sum);
}
static void clip(float *y, const float *x, float limit, size_t n) {
    map2(y, x, x, limit, n, clipped);
}
static void add_signs(float *y, const float *x, float factor, size_t n) {
    map2(y, x, y, factor, n, sign_sum);
}

/* Reductions: the sum so far and the next elements give the next sum. */
typedef V Accumulate(V sum, V x, V y);

/* Sums of n_blocks whole blocks, side by side: each is one chain per lane. */
INLINE void reduce_blocks(LeafSum *total, const float *x, const float *y, size_t n_blocks,
                          Accumulate *f) {
    V sum[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
    for (size_t i = 0; i < SUM_BLOCK; i += V_LANES) {
        V_UNROLL
        for (size_t block = 0; block < n_blocks; block++) {
            const size_t at = block * SUM_BLOCK + i;
            sum[block] = f(sum[block], v_load(x + at), v_load(y + at));
        }
    }
    for (size_t block = 0; block < n_blocks; block++)
        leaf_sum_push(total, (double)v_sum(sum[block]));
}

/* The sum of at most SUM_BLOCK elements: one leaf. */
INLINE double reduce_block(const float *x, const float *y, size_t n, Accumulate *f) {
    V sum = v_zero();
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        sum = f(sum, v_load(x + i), v_load(y + i));
    if (i < n)
        sum = f(sum, v_load_n(x + i, n - i), v_load_n(y + i, n - i));
    return (double)v_sum(sum);
}

INLINE double reduce(const float *x, const float *y, size_t n, Accumulate *f) {
    if (n <= SUM_BLOCK)
        return reduce_block(x, y, n, f);
    LeafSum total;
    leaf_sum_start(&total);
    size_t i = 0;
    for (; i + 4 * SUM_BLOCK <= n; i += 4 * SUM_BLOCK)
        reduce_blocks(&total, x + i, y + i, 4, f);
    for (; i + SUM_BLOCK <= n; i += SUM_BLOCK)
        reduce_blocks(&total, x + i, y + i, 1, f);
    if (i < n)
        leaf_sum_push(&total, reduce_block(x + i, y + i, n - i, f));
    return leaf_sum_finish(&total);
}

INLINE V plus(V sum, V x, V unused) { return (void)unused, v_add(sum, x); }
INLINE V plus_magnitude(V sum, V x, V unused) { return (void)unused, v_add(sum, v_abs(x)); }
INLINE V plus_product(V sum, V x, V y) { return v_fma(x, y, sum); }

static double sum(const float *x, size_t n) { return reduce(x, x, n, plus); }
static double sum_squares(const float *x, size_t n) { return reduce(x, x, n, plus_product); }
static double sum_magnitudes(const float *x, size_t n) { return reduce(x, x, n, plus_magnitude); }
static double dot(const float *x, const float *y, size_t n) {
    return reduce(x, y, n, plus_product);
}

static int all_finite(const float *x, size_t n) {
    const V limit = v_set(INFINITY);
    M finite = v_less(v_zero(), limit);
    size_t i = 0;
    for (; i + V_LANES <= n; i += V_LANES)
        finite = m_and(finite, v_less(v_abs(v_load(x + i)), limit));
    if (i < n)
        finite = m_and(finite, v_less(v_abs(v_load_n(x + i, n - i)), limit));
    return m_all(finite);
}

extern const Kernels AT_LEVEL(kernels);

const Kernels AT_LEVEL(kernels) = {
    .product = product,
    .draw_mask = draw_mask,
    .transpose = transpose,
    .column_sums = column_sums,
    .exp = exp_all,
    .log = log_all,
    .expm1 = expm1_all,
    .log1p = log1p_all,
    .tanh = tanh_all,
    .sigmoid = sigmoid_all,
    .softplus = softplus_all,
    .erf = erf_all,
    .add = add,
    .multiply = multiply,
    .scale = scale,
    .add_scaled = add_scaled,
    .clip = clip,
    .add_signs = add_signs,
    .sum = sum,
    .sum_squares = sum_squares,
    .sum_magnitudes = sum_magnitudes,
    .dot = dot,
    .all_finite = all_finite,
};
