/* Levels are the instruction sets that the arithmetic is compiled for. A file named in
 * LEVEL_SOURCES of the Makefile is compiled once per level with LEVEL defined as the level's name
 * and the right flags; it includes compute/vector.h and exports ONE constant, named through
 * AT_LEVEL. Every level computes the same bits. */
#ifndef NNTRAIN_COMPUTE_LEVEL_H
#define NNTRAIN_COMPUTE_LEVEL_H

#include "base/kind.h"

/* The levels of each architecture, slowest first: item(name, level), ... for each. The Makefile
 * has the same lists. */
#if defined(__x86_64__)
#define EACH_LEVEL(item, name) item(name, portable), item(name, avx2), item(name, avx512)
#elif defined(__aarch64__)
#define EACH_LEVEL(item, name) item(name, portable), item(name, neon)
#else
#define EACH_LEVEL(item, name) item(name, portable)
#endif

/* Inside a level file: AT_LEVEL(kernels) is kernels_avx2 when LEVEL is avx2. */
#define AT_LEVEL_JOIN(name, level)   name##_##level
#define AT_LEVEL_EXPAND(name, level) AT_LEVEL_JOIN(name, level)
#define AT_LEVEL(name)               AT_LEVEL_EXPAND(name, LEVEL)

/* Outside: DECLARE_LEVELS(const Kernels, kernels); then ALL_LEVELS(kernels) initializes an array
 * with the addresses of all, in the order of level_kinds(), and BY_LEVEL(kernels) is that of the
 * running one. */
#define AT_LEVEL_ADDRESS(name, level) &name##_##level
#define DECLARE_LEVELS(type, name)    extern type EACH_LEVEL(AT_LEVEL_JOIN, name)
#define ALL_LEVELS(name)                                                                           \
    { EACH_LEVEL(AT_LEVEL_ADDRESS, name) }
#define BY_LEVEL(name)                                                                             \
    ({                                                                                             \
        static __typeof__(name##_portable) *const all[] = ALL_LEVELS(name);                        \
        all[compute_level()];                                                                      \
    })

/* Row of the level table, which has the order of EACH_LEVEL. */
typedef struct Level {
    Kind kind;
    int (*is_supported)(void); /* by feature bits, never by the processor's model */
    /* operations of matrix products per nanosecond, roughly: for plans, not results */
    double speed;
} Level;

const KindTable *level_kinds(void);

/* The level in use: the best supported one, unless compute_use_level chose another before the first
 * call. */
unsigned compute_level(void);

/* Chooses a level; returns 0 when this machine lacks it. To be called once, before any table is
 * looked up. */
int compute_use_level(const Level *level);

#endif
