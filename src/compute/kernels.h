/* Arithmetic on float arrays, the same bits at every level. Rows of a matrix start at multiples of
 * 16 floats ("padded": compute_pad(n) columns), and padding holds zeros.
 *
 * All three matrix products of a dense layer are one shape, an outer product accumulated over the
 * inner index, one fused multiply-add chain per element:
 *
 *     C(i,j) = start(j) + sum over k, in order, of A(i,k) B(k,j)
 *
 *     forward          Y  = b + X  W     A = X  by rows      B = W   (in, out)
 *     input gradient   dX =     dY W^T   A = dY by rows      B = W^T (out, in), kept by the updates
 *     weight gradient  dW =     X^T dY   A = X  by columns   B = dY
 *
 * so neither tile shape nor vector width can change a bit (Goto & van de Geijn 2008 for the
 * scheme).
 */
#ifndef NNTRAIN_COMPUTE_KERNELS_H
#define NNTRAIN_COMPUTE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"
#include "compute/level.h"

enum { LANES = 16, LEAF_ROWS = 64, SUM_BLOCK = 4096 };

/* Rows a multiple of this many floats apart fall into few sets of the caches and push each other
 * out. */
enum { CLASHING_FLOATS = 1024 };

/* n rounded up to a multiple of LANES. */
static inline size_t compute_pad(size_t n) { return (n + LANES - 1) / LANES * LANES; }

/* Floats from one row of n columns to the next where many rows are walked along a column: padded,
 * and so many that they do not push each other out. */
static inline size_t compute_spread(size_t n) {
    const size_t row = compute_pad(n);
    return row % CLASHING_FLOATS == 0 ? row + LANES : row;
}

typedef struct Product {
    float *c;           /* (rows, columns), written in full width compute_pad(columns) */
    const float *a;     /* A(i,k) = a[i * a_row + k * a_inner]; no padding is read */
    const float *b;     /* (inner, columns), padded rows */
    const float *start; /* (columns), padded, or NULL for zero */
    size_t rows, columns, inner;
    size_t c_row, b_row;   /* floats from one row to the next */
    size_t a_row, a_inner; /* floats from one i, one k to the next */
    /* The rest may be left zero. */
    size_t start_row; /* floats from one row's start to the next; 0: the same for all */
    /* Matrices that are added to the result from the left, the last one first: n_waiting of them,
     * `waiting` being the last and each waiting_size floats after the one before. */
    const float *waiting;
    size_t n_waiting, waiting_size, waiting_row;
} Product;

typedef struct Kernels {
    void (*product)(const Product *product);
    /* out (columns, rows) = transpose of in (rows, columns), both padded; out's padding becomes 0.
     */
    void (*transpose)(float *out, size_t out_row, const float *in, size_t in_row, size_t rows,
                      size_t columns);
    /* out[j] = sum over rows in order of in[i][j]; n padded columns. */
    void (*column_sums)(float *out, const float *in, size_t in_row, size_t rows, size_t n);

    /* Elementwise; n is any count, the arrays may be the same. */
    void (*exp)(float *y, const float *x, size_t n);
    void (*log)(float *y, const float *x, size_t n);
    void (*expm1)(float *y, const float *x, size_t n);
    void (*log1p)(float *y, const float *x, size_t n);
    void (*tanh)(float *y, const float *x, size_t n);
    void (*sigmoid)(float *y, const float *x, size_t n);
    void (*softplus)(float *y, const float *x, size_t n);
    void (*erf)(float *y, const float *x, size_t n);
    /* y = a + b, y = a b */
    void (*add)(float *y, const float *a, const float *b, size_t n);
    void (*multiply)(float *y, const float *a, const float *b, size_t n);
    /* y = factor x, y = fma(factor, x, y), y = min(max(x, -limit), limit) */
    void (*scale)(float *y, const float *x, float factor, size_t n);
    void (*add_scaled)(float *y, const float *x, float factor, size_t n);
    void (*clip)(float *y, const float *x, float limit, size_t n);
    /* y = fma(factor, sign(x), y), where the sign of 0 is 0 */
    void (*add_signs)(float *y, const float *x, float factor, size_t n);

    /* Reductions over blocks of SUM_BLOCK. Inside a block element j is added to float lane j mod
     * 16, in order, then the lanes are joined: i with i + 8, then i + 4, i + 2, i + 1. The blocks
     * are combined in double by the tree of LeafSum. */
    double (*sum)(const float *x, size_t n);
    double (*sum_squares)(const float *x, size_t n);
    double (*sum_magnitudes)(const float *x, size_t n);
    double (*dot)(const float *x, const float *y, size_t n);
    /* True when every value is finite. */
    int (*all_finite)(const float *x, size_t n);

    /* y[j] = 0 where the j-th 16 bits of random_words(stream, a, b, c, 0), (..., 1), ... are below
     * threshold, else kept; the low half of a word comes first. n is a multiple of LANES. */
    void (*draw_mask)(float *y, RandomStream stream, const uint32_t abc[3], uint32_t threshold,
                      float kept, size_t n);
} Kernels;

/* The kernels of the level in use. */
const Kernels *compute_kernels(void);

/* Scalar forms with the bits of the kernels, for places that need one value. */
float compute_exp(float x);
float compute_log(float x);

/* A running sum over leaves by the fixed binary tree (left operand first, a missing leaf is
 * absent): values are pushed in leaf order, and leaf_sum_finish combines what is left. */
typedef struct LeafSum {
    double stack[64];
    uint64_t n_leaves;
} LeafSum;

/* An empty sum: of the stack only what was pushed is ever read. */
static inline void leaf_sum_start(LeafSum *sum) { sum->n_leaves = 0; }
void leaf_sum_push(LeafSum *sum, double leaf);
double leaf_sum_finish(const LeafSum *sum); /* 0 when nothing was pushed */

#endif
