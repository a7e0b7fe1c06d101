/* Activation functions of hidden layers and of the output layer; one row each (a level file). */
#ifndef NNTRAIN_NN_ACTIVATION_H
#define NNTRAIN_NN_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"
#include "compute/level.h"

/* y = f(z) elementwise, and dz = dy f'(z) from what forward saw and made. Arrays may be the same; n
 * any count. */
typedef struct Activation {
    Kind kind;
    void (*forward)(float *y, const float *z, size_t n);
    void (*backward)(float *dz, const float *dy, const float *z, const float *y, size_t n);
    bool needs_input;        /* backward reads z, which must then be kept beside y */
    const char *initializer; /* what `init.weights = auto` chooses before this activation */
    bool can_die;            /* a unit whose output is 0 for every row no longer learns */
    bool saturates;          /* |y - middle| close to reach: the gradient is almost 0 */
    float middle, reach;     /* sigmoid: 0.5, 0.5; tanh: 0, 1 */
} Activation;

const KindTable *activation_kinds(void);

/* The last layer's activation, over whole rows: y (rows, row) from logits z; columns beyond n are
 * left zero. */
typedef struct Output {
    Kind kind;
    unsigned tasks; /* FOR_... bits (data/task.h) */
    void (*forward)(float *y, const float *z, size_t rows, size_t n, size_t row);
    /* dz from dy, which may be the same array (not called for losses that work on logits); NULL
     * when it has no gradient (step). */
    void (*backward)(float *dz, const float *dy, const float *y, size_t rows, size_t n, size_t row);
    bool gives_probabilities;
    float threshold; /* binary: the second class when y is above it (step and sigmoid 0.5, linear 0)
                      */
    const char *initializer;
} Output;

const KindTable *output_kinds(void);

#endif
