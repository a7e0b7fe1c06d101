/* Helpers of the level files in this folder: inlining of passes that are given their function of
 * one vector, lanes below a count, and the exponentials of a softmax row. Reductions over a row add
 * element j in lane j mod 16 and combine the lanes by v_sum's tree. */
#ifndef NNTRAIN_NN_LANES_H
#define NNTRAIN_NN_LANES_H

#include <math.h>
#include <stddef.h>

#include "compute/functions.h"
#include "compute/vector.h"

/* A pass takes the function of one vector as an argument; inlining both leaves a loop without
 * calls. */
#define LANES_INLINE static inline __attribute__((always_inline))

/* 0, 1, ..., 15. */
static inline V lanes_index(void) {
    static const float index[V_LANES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return v_load(index);
}

/* The lanes below n. */
static inline M lanes_below(size_t n) { return v_less(lanes_index(), v_set((float)n)); }

/* How many of n values are in the vector that begins at j: at most 16. */
static inline size_t lanes_left(size_t n, size_t j) { return n - j < V_LANES ? n - j : V_LANES; }

/* x in the lanes below n, other elsewhere. */
static inline V lanes_keep(V x, size_t n, V other) { return v_select(lanes_below(n), x, other); }

/* Zeros in the vectors of a row after the one that holds its last of n values. */
static inline void lanes_clear_beyond(float *x, size_t n, size_t row) {
    for (size_t j = (n + V_LANES - 1) / V_LANES * V_LANES; j < row; j += V_LANES)
        v_store(x + j, v_zero());
}

/* A row's largest logit, and the sum of exp(z - largest). */
typedef struct SoftmaxRow {
    float largest, sum;
} SoftmaxRow;

static inline float lanes_largest(const float *z, size_t n) {
    V largest = v_set(-INFINITY);
    for (size_t j = 0; j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        largest = v_max(largest, lanes_keep(v_load_n(z + j, m), m, v_set(-INFINITY)));
    }
    return v_largest(largest);
}

/* exponentials[j] = exp(z[j] - largest), zero in the last vector's lanes beyond n; may be NULL, or
 * z itself. */
LANES_INLINE SoftmaxRow lanes_softmax(float *exponentials, const float *z, size_t n) {
    const float largest = lanes_largest(z, n);
    V sum = v_zero();
    for (size_t j = 0; j < n; j += V_LANES) {
        const size_t m = lanes_left(n, j);
        const V below = v_sub(v_load_n(z + j, m), v_set(largest));
        const V e = lanes_keep(v_exp(below), m, v_zero());
        if (exponentials)
            v_store(exponentials + j, e);
        sum = v_add(sum, e);
    }
    return (SoftmaxRow){largest, v_sum(sum)};
}

#endif
