/* Start values of weight matrices; one row each. A value is a function of (seed, layer, position),
 * so it does not depend on what was drawn before. */
#ifndef NNTRAIN_NN_INITIALIZER_H
#define NNTRAIN_NN_INITIALIZER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/kind.h"
#include "base/random.h"

typedef struct InitializerSettings {
    double std;   /* normal */
    double limit; /* uniform: U(-limit, limit) */
    double value; /* constant */
} InitializerSettings;

/* A matrix of weights w (fan_in, fan_out), rows `row` floats apart; padding is left zero. `layer`
 * tells streams apart. */
typedef struct InitializerMatrix {
    float *w;
    size_t fan_in, fan_out, row;
    uint32_t layer;
    RandomStream stream;
} InitializerMatrix;

typedef struct Initializer {
    Kind kind;
    void (*fill)(const InitializerMatrix *matrix, const InitializerSettings *settings);
    bool has_std, has_limit, has_value;
} Initializer;

const KindTable *initializer_kinds(void);

#endif
