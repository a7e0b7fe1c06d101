/* The tables of all levels that this machine can run, for tests that compare them. */
#ifndef NNTRAIN_TESTS_LEVELS_H
#define NNTRAIN_TESTS_LEVELS_H

#include <math.h>
#include <string.h>

#include "compute/kernels.h"

DECLARE_LEVELS(const Kernels, kernels);

enum { MOST_LEVELS = 3 };

typedef struct LevelTables {
    size_t n;
    const char *name[MOST_LEVELS];
    const Kernels *kernels[MOST_LEVELS];
} LevelTables;

static inline LevelTables levels_supported(void) {
    const Kernels *all[] = ALL_LEVELS(kernels);
    LevelTables tables = {.n = 0};
    for (size_t i = 0; i < level_kinds()->n; i++) {
        const Level *level = (const Level *)kind_at(level_kinds(), i);
        if (!level->is_supported())
            continue;
        tables.name[tables.n] = level->kind.name;
        tables.kernels[tables.n++] = all[i];
    }
    return tables;
}

static inline uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float of_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The same bits, or two NaNs. */
static inline int is_same(float a, float b) {
    return bits_of(a) == bits_of(b) || (isnan(a) && isnan(b));
}

/* The same random bits in every run: a Weyl sequence through a multiply-xorshift mixer. */
static inline uint32_t mixed(uint32_t *state) {
    uint32_t x = *state += 0x9E3779B9u;
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    return x ^ x >> 16;
}

/* Between -1 and 1. */
static inline float mixed_number(uint32_t *state) {
    return (float)(int32_t)mixed(state) * 0x1p-31f;
}

static inline void mixed_fill(float *x, size_t n, uint32_t *state) {
    for (size_t i = 0; i < n; i++)
        x[i] = mixed_number(state);
}

#endif
