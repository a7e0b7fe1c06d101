/* The largest rate of fused multiply-adds that this processor reaches at each level, in registers
 * alone: tests/bench/level_peak.c is compiled once per level. */
#ifndef NNTRAIN_BENCH_FMA_PEAK_H
#define NNTRAIN_BENCH_FMA_PEAK_H

#include "compute/level.h"

typedef struct FmaPeak {
    size_t flops; /* of one round */
    /* start and the result (16 floats) keep the compiler from leaving the rounds out. */
    void (*run)(float *result, float start, size_t rounds);
} FmaPeak;

DECLARE_LEVELS(const FmaPeak, fma_peak);

/* GFLOP/s, the best of a few tries, some 20 milliseconds in all. BY_LEVEL(fma_peak) is the level in
 * use. */
double fma_peak_rate(const FmaPeak *peak);

#endif
