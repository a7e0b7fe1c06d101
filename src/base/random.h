/* Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as
 * easy as 1, 2, 3"). A value is a function of (seed, purpose, counters), never of what was drawn
 * before, so nothing random needs to be saved and it does not matter who draws it. */
#ifndef NNTRAIN_BASE_RANDOM_H
#define NNTRAIN_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What the numbers are for; each purpose is a stream of its own. New ones are added at the end. */
typedef enum RandomPurpose {
    RANDOM_SPLIT = 1,
    RANDOM_FOLDS,
    RANDOM_SHUFFLE,
    RANDOM_WEIGHTS,
    RANDOM_DROPOUT,
    RANDOM_BOOTSTRAP,
    RANDOM_IMPORTANCE,
    RANDOM_GRADIENT_CHECK,
    RANDOM_TUNING
} RandomPurpose;

typedef struct RandomStream {
    uint32_t key[2];
} RandomStream;

/* The key is SplitMix64's output function of seed + purpose * 0x9E3779B97F4A7C15 (Steele et al.
 * 2014, "Fast splittable pseudorandom number generators"), low word first. For one purpose no two
 * seeds share a key; two purposes share one only for seeds that are a multiple of that constant
 * apart. */
RandomStream random_stream(uint64_t seed, RandomPurpose purpose);

/* What Philox4x32 multiplies by, adds to the key after each round, and how many there are. */
enum { RANDOM_ROUNDS = 10 };
#define RANDOM_MULTIPLIER_0 UINT32_C(0xD2511F53)
#define RANDOM_MULTIPLIER_1 UINT32_C(0xCD9E8D57)
#define RANDOM_STEP_0       UINT32_C(0x9E3779B9)
#define RANDOM_STEP_1       UINT32_C(0xBB67AE85)

/* The block function itself: ten rounds of Philox4x32 on a counter under a key. */
void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* Four words for the counters (a, b, c, d). */
void random_words(RandomStream stream, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
                  uint32_t out[4]);

/* [0, 1) with 24 bits. */
float random_unit(uint32_t word);

/* Uniform integer in [0, bound), bound >= 1, from 64 bits by multiplication (bias below 2^-32 for
 * row counts). */
uint32_t random_below(uint32_t high, uint32_t low, uint32_t bound);

/* Fisher-Yates shuffle of n indices (n < 2^32) as a function of (stream, a, b). */
void random_shuffle(RandomStream stream, uint32_t a, uint32_t b, uint32_t *indices, size_t n);

#endif
