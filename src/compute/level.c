#include "compute/level.h"

#include <stdatomic.h>

/* To add a level: a header that gives V (compute/vector.h), its name in EACH_LEVEL, its name and
 * flags in the Makefile, and here its row. */
static int is_portable_supported(void) { return 1; }
#define ROW_portable                                                                               \
    { {"portable", "plain C, for any processor", NULL, NULL}, is_portable_supported, 1 }

#if defined(__x86_64__)
/* __builtin_cpu_supports asks the operating system too: it must save the wide registers. */
static int is_avx2_supported(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#define ROW_avx2                                                                                   \
    { {"avx2", "AVX2 and FMA (x86-64 since 2013)", NULL, NULL}, is_avx2_supported, 60 }

static int is_avx512_supported(void) {
    return is_avx2_supported() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}
#define ROW_avx512                                                                                 \
    {                                                                                              \
        {"avx512", "AVX-512 F, DQ, VL and BW (x86-64 since 2017)", NULL, NULL},                    \
            is_avx512_supported, 130                                                               \
    }
#elif defined(__aarch64__)
static int is_neon_supported(void) { return 1; }
#define ROW_neon                                                                                   \
    { {"neon", "NEON (every arm64 processor)", NULL, NULL}, is_neon_supported, 30 }
#endif

/* ROW_portable, ROW_avx2, ... */
static const Level LEVELS[] = {EACH_LEVEL(AT_LEVEL_JOIN, ROW)};

enum { N_LEVELS = sizeof LEVELS / sizeof *LEVELS, UNDECIDED = N_LEVELS };

/* The one mutable variable outside functions: a property of the machine, decided once at start.
 * Every thread that comes upon it undecided would decide the same. */
static atomic_uint level_in_use = UNDECIDED;

const KindTable *level_kinds(void) {
    static const KindTable table = KIND_TABLE("level", LEVELS);
    return &table;
}

unsigned compute_level(void) {
    const unsigned decided = atomic_load_explicit(&level_in_use, memory_order_relaxed);
    if (decided != UNDECIDED)
        return decided;
    unsigned best = N_LEVELS - 1;
    while (!LEVELS[best].is_supported())
        best--;
    atomic_store_explicit(&level_in_use, best, memory_order_relaxed);
    return best;
}

int compute_use_level(const Level *level) {
    if (!level->is_supported())
        return 0;
    atomic_store_explicit(&level_in_use, (unsigned)(level - LEVELS), memory_order_relaxed);
    return 1;
}
