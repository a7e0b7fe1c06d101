/* The transpose of 16 x 16 floats in registers, for level files: kernels that turn matrices, and
 * passes over rows that want a vector for each column. */
#ifndef NNTRAIN_COMPUTE_TRANSPOSE_H
#define NNTRAIN_COMPUTE_TRANSPOSE_H

#include "compute/vector.h"

/* Lane c of rows[r] becomes lane r of rows[c]. Four rounds of interleaving row r with row r + 8:
 * each rotates the four bits of the row index and the four of the column index by one place, as one
 * number. */
static inline __attribute__((always_inline)) void v_transpose(V rows[V_LANES]) {
    V turned[V_LANES];
    V_UNROLL
    for (int two_rounds = 0; two_rounds < 2; two_rounds++) {
        V_UNROLL
        for (size_t r = 0; r < V_LANES / 2; r++) {
            turned[2 * r] = v_interleave_low(rows[r], rows[r + 8]);
            turned[2 * r + 1] = v_interleave_high(rows[r], rows[r + 8]);
        }
        V_UNROLL
        for (size_t r = 0; r < V_LANES / 2; r++) {
            rows[2 * r] = v_interleave_low(turned[r], turned[r + 8]);
            rows[2 * r + 1] = v_interleave_high(turned[r], turned[r + 8]);
        }
    }
}

#endif
