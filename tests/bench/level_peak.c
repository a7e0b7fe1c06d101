#include "fma_peak.h"

#include "compute/vector.h"

/* Chains enough to hide an addition's latency behind the others (4 cycles, 2 units), and no more
 * registers than there are. */
#if defined(__AVX512F__)
enum { CHAINS = 12 };
#else
enum { CHAINS = 6 };
#endif

static void run_chains(float *result, float start, size_t rounds) {
    V sums[CHAINS];
    const V factor = v_set(0.5f), addend = v_set(start);
    V_UNROLL
    for (int i = 0; i < CHAINS; i++)
        sums[i] = v_set(start + (float)i);
    for (size_t round = 0; round < rounds; round++) {
        V_UNROLL
        for (int i = 0; i < CHAINS; i++)
            sums[i] = v_fma(sums[i], factor, addend);
    }
    for (int i = 1; i < CHAINS; i++)
        sums[0] = v_add(sums[0], sums[i]);
    v_store(result, sums[0]);
}

const FmaPeak AT_LEVEL(fma_peak) = {2 * 16 * CHAINS, run_chains};
