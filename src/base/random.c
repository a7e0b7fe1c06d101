#include "base/random.h"

RandomStream random_stream(uint64_t seed, RandomPurpose purpose) {
    uint64_t key = seed + (uint64_t)purpose * UINT64_C(0x9E3779B97F4A7C15);
    key = (key ^ key >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    key = (key ^ key >> 27) * UINT64_C(0x94D049BB133111EB);
    key ^= key >> 31;
    return (RandomStream){{(uint32_t)key, (uint32_t)(key >> 32)}};
}

void random_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
    uint32_t c0 = counter[0];
    uint32_t c1 = counter[1];
    uint32_t c2 = counter[2];
    uint32_t c3 = counter[3];
    uint32_t k0 = key[0];
    uint32_t k1 = key[1];
    for (int round = 0; round < RANDOM_ROUNDS; round++) {
        const uint64_t product0 = (uint64_t)c0 * RANDOM_MULTIPLIER_0;
        const uint64_t product1 = (uint64_t)c2 * RANDOM_MULTIPLIER_1;
        c0 = (uint32_t)(product1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)product1;
        c2 = (uint32_t)(product0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)product0;
        k0 += RANDOM_STEP_0;
        k1 += RANDOM_STEP_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

void random_words(RandomStream stream, uint32_t a, uint32_t b, uint32_t c, uint32_t d,
                  uint32_t out[4]) {
    const uint32_t counter[4] = {a, b, c, d};
    random_philox(counter, stream.key, out);
}

float random_unit(uint32_t word) { return (float)(word >> 8) * 0x1p-24f; }

uint32_t random_below(uint32_t high, uint32_t low, uint32_t bound) {
    const uint64_t upper = (uint64_t)high * bound;
    const uint64_t lower = (uint64_t)low * bound;
    return (uint32_t)((upper + (lower >> 32)) >> 32);
}

void random_shuffle(RandomStream stream, uint32_t a, uint32_t b, uint32_t *indices, size_t n) {
    uint32_t words[4] = {0};
    for (size_t left = n, draw = 0; left > 1; left--, draw++) {
        const size_t half = draw % 2; /* one block of words serves two draws */
        if (half == 0) {
            random_words(stream, a, b, (uint32_t)(draw / 2), 0, words);
        }
        const uint32_t other = random_below(words[2 * half], words[2 * half + 1], (uint32_t)left);
        const uint32_t kept = indices[left - 1];
        indices[left - 1] = indices[other];
        indices[other] = kept;
    }
}
