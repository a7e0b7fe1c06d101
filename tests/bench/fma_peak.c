#include "fma_peak.h"

#include <time.h>

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double fma_peak_rate(const FmaPeak *peak) {
    enum { TRIES = 10 };
    double best = 0.0;
    size_t rounds = 1000;
    for (int tries = 0; tries < TRIES;) {
        float result[16];
        const double begin = seconds_now();
        peak->run(result, (float)tries, rounds);
        const double taken = seconds_now() - begin;
        if (taken < 1e-3) {
            rounds *= 2;
            continue;
        }
        const double rate = 1e-9 * (double)(peak->flops * rounds) / taken;
        best = rate > best ? rate : best;
        tries++;
    }
    return best;
}
