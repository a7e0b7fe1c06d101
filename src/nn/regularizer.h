/* What keeps weights or gradients small, besides dropout; one row each. Each row works on ranges of
 * flat blocks. */
#ifndef NNTRAIN_NN_REGULARIZER_H
#define NNTRAIN_NN_REGULARIZER_H

#include <stddef.h>

#include "base/kind.h"
#include "nn/network.h"

/* A penalty on weight matrices: loss + strength * size(w), and its gradient. */
typedef struct Penalty {
    Kind kind;
    size_t strength;                          /* offset of its strength in a Tensor */
    double (*size)(const float *w, size_t n); /* l1: sum |w|; l2: sum w^2 / 2 */
    void (*add_gradient)(float *gradient, const float *w, float strength, size_t n);
} Penalty;

const KindTable *penalty_kinds(void);

/* The strength of a penalty on a tensor. */
double penalty_strength(const Penalty *penalty, const Tensor *tensor);

/* Limits of the gradient of a whole step; 0: none. */
typedef struct GradientLimits {
    double norm, value;
} GradientLimits;

/* A way to keep to one of them; n parameters in one block. */
typedef struct Clipping {
    Kind kind;
    size_t limit; /* offset in GradientLimits */
    void (*clip)(float *gradient, size_t n, double limit,
                 double norm); /* norm: total L2 norm before */
} Clipping;

const KindTable *clipping_kinds(void);

double clipping_limit(const Clipping *clipping, const GradientLimits *limits);

/* Scales each unit's incoming weights (a column of w (rows, columns)) down to an L2 norm of at most
 * limit. */
void regularizer_limit_norms(float *w, size_t rows, size_t columns, size_t row, double limit);

#endif
