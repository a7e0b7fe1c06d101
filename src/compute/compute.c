#include "compute/kernels.h"

#include <stdbool.h>

DECLARE_LEVELS(const Kernels, kernels);

const Kernels *compute_kernels(void) { return BY_LEVEL(kernels); }

float compute_exp(float x) {
    float y;
    compute_kernels()->exp(&y, &x, 1);
    return y;
}

float compute_log(float x) {
    float y;
    compute_kernels()->log(&y, &x, 1);
    return y;
}

/* stack[d] is the sum of the latest complete subtree of 2^d leaves, there when bit d of n_leaves is
 * set: pushing a leaf is adding 1 to a binary number, each carry joins two subtrees. */
void leaf_sum_push(LeafSum *sum, double leaf) {
    unsigned d = 0;
    for (; sum->n_leaves >> d & 1; d++)
        leaf = sum->stack[d] + leaf;
    sum->stack[d] = leaf;
    sum->n_leaves++;
}

double leaf_sum_finish(const LeafSum *sum) {
    double total = 0;
    bool is_empty = true;
    const double *subtree = sum->stack;
    for (uint64_t left = sum->n_leaves; left > 0; left >>= 1, subtree++) {
        if (!(left & 1))
            continue;
        total = is_empty ? *subtree : *subtree + total;
        is_empty = false;
    }
    return total;
}
