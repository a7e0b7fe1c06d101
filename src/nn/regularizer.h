/* What keeps weights or gradients small, besides dropout; one row each. Each row works on ranges of
 * flat blocks. */
#ifndef NNTRAIN_NN_REGULARIZER_H
#define NNTRAIN_NN_REGULARIZER_H

#include <stddef.h>

#include "base/kind.h"

/* A penalty on weight matrices: loss + strength * size(w), and its gradient. */
typedef struct Penalty {
    Kind kind;
    double (*size)(const float *w, size_t n); /* l1: sum |w|; l2: sum w^2 / 2 */
    void (*add_gradient)(float *gradient, const float *w, float strength, size_t n);
} Penalty;

const KindTable *penalty_kinds(void);

/* Limits the gradient of a whole step; n parameters in one block. */
typedef struct Clipping {
    Kind kind;
    void (*clip)(float *gradient, size_t n, double limit,
                 double norm); /* norm: total L2 norm before */
} Clipping;

const KindTable *clipping_kinds(void);

/* Scales each unit's incoming weights (a column of w (rows, columns)) down to an L2 norm of at most
 * limit. */
void regularizer_limit_norms(float *w, size_t rows, size_t columns, size_t row, double limit);

#endif
