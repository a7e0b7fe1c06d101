/* Levels are the instruction sets that the arithmetic is compiled for. A file named in
 * LEVEL_SOURCES of the Makefile is compiled once per level with LEVEL defined as the level's name
 * and the right flags; it includes compute/vector.h and exports ONE constant, named through
 * AT_LEVEL. Every level computes the same bits. */
#ifndef NNTRAIN_COMPUTE_LEVEL_H
#define NNTRAIN_COMPUTE_LEVEL_H

#include "base/kind.h"

/* Inside a level file: AT_LEVEL(kernels) is kernels_avx2 when LEVEL is avx2. */
#define AT_LEVEL_JOIN(name, level)   name##_##level
#define AT_LEVEL_EXPAND(name, level) AT_LEVEL_JOIN(name, level)
#define AT_LEVEL(name)               AT_LEVEL_EXPAND(name, LEVEL)

/* Outside: DECLARE_LEVELS(const Kernels, kernels); and BY_LEVEL(kernels) is the address of the
 * running one. */
#if defined(__x86_64__)
#define DECLARE_LEVELS(type, name) extern type name##_portable, name##_avx2, name##_avx512
#define BY_LEVEL(name)                                                                             \
    (compute_level() == 2 ? &name##_avx512 : compute_level() == 1 ? &name##_avx2 : &name##_portable)
#else
#define DECLARE_LEVELS(type, name) extern type name##_portable
#define BY_LEVEL(name)             (&name##_portable)
#endif

/* Row of the level table: portable, avx2, avx512 in this order. */
typedef struct Level {
    Kind kind;
    int (*is_supported)(void); /* by CPUID feature bits */
    double
        speed; /* operations of matrix products per nanosecond, roughly: for plans, not results */
} Level;

const KindTable *level_kinds(void);

/* The level in use: the best supported one, unless compute_use_level chose another before the first
 * call. */
unsigned compute_level(void);

/* Chooses a level; returns 0 when this machine lacks it. To be called once, before any table is
 * looked up. */
int compute_use_level(const Level *level);

#endif
