/* Every float through its text and back, and random texts against strtod.
 *
 *     float_text [STRIDE [TEXTS [FIRST]]]
 *
 * Every STRIDE-th of the 2^32 floats (1: all) from number FIRST on, and TEXTS million texts, which
 * FIRST changes too. STRIDE runs with FIRST = 0 ... STRIDE - 1 are all floats, in pieces.
 *
 * The work is shared among as many threads as there are processors. */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/processors.h"
#include "base/text.h"

enum { MOST_THREADS = 64, MOST_DIGITS = 40 };

typedef struct Share {
    uint64_t first, step, n_texts;
    uint64_t n_floats, n_wrong;
    uint64_t random; /* state of the generator of texts */
} Share;

static void check_float(uint32_t bits, Share *share) {
    float value;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value)) {
        return;
    }
    char text[TEXT_NUMBER];
    double back = 0;
    const size_t n = text_from_float(text, value);
    const bool is_read = text_to_double(text, n, &back);
    const float rounded = (float)back;
    share->n_floats++;
    if (!is_read || memcmp(&rounded, &value, sizeof value) != 0 ||
        memcmp((float[]){strtof(text, NULL)}, &value, sizeof value) != 0) {
        share->n_wrong++;
        printf("float %08" PRIx32 " is written %s\n", bits, text);
    }
}

/* Xorshift (Marsaglia 2003). */
static uint64_t next_random(Share *share) {
    share->random ^= share->random << 13;
    share->random ^= share->random >> 7;
    share->random ^= share->random << 17;
    return share->random;
}

/* A number of 1 to 40 digits, half of them with an exponent; or the exact middle of two floats. */
static size_t make_text(Share *share, char *text) {
    const uint64_t choice = next_random(share);
    if (choice % 4 == 0) {
        const uint32_t bits = (uint32_t)(choice >> 32) & 0x7f7ffffe;
        float low, high;
        memcpy(&low, &bits, sizeof low);
        memcpy(&high, &(uint32_t){bits + 1}, sizeof high);
        return (size_t)sprintf(text, "%.*e", (int)(choice >> 2 & 31),
                               ((double)low + (double)high) / 2);
    }
    const size_t n_digits = 1 + (choice >> 3) % MOST_DIGITS;
    const size_t point = (choice >> 10) % (n_digits + 1);
    size_t n = 0;
    if (choice & 4) {
        text[n++] = '-';
    }
    for (size_t i = 0; i < n_digits; i++) {
        if (i == point) {
            text[n++] = '.';
        }
        text[n++] = (char)('0' + next_random(share) % 10);
    }
    if (choice >> 63) {
        n += (size_t)sprintf(text + n, "e%d", (int)(next_random(share) % 700) - 350);
    }
    text[n] = '\0';
    return n;
}

static void check_text(Share *share) {
    char text[128];
    const size_t n = make_text(share, text);
    double value = 0;
    const double expected = strtod(text, NULL);
    const bool is_read = text_to_double(text, n, &value);
    if (is_read != (bool)isfinite(expected) ||
        (is_read && memcmp(&value, &expected, sizeof value) != 0)) {
        share->n_wrong++;
        printf("text %s is read as %a, strtod says %a\n", text, value, expected);
    }
}

static void *work(void *argument) {
    Share *share = argument;
    for (uint64_t bits = share->first; bits <= UINT32_MAX; bits += share->step) {
        check_float((uint32_t)bits, share);
    }
    for (uint64_t i = 0; i < share->n_texts; i++) {
        check_text(share);
    }
    return NULL;
}

int main(int argc, char **argv) {
    const uint64_t stride = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    const uint64_t n_texts = (argc > 2 ? strtoull(argv[2], NULL, 10) : 1000) * 1000000;
    const uint64_t start_at = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
    const size_t available = processors_available();
    const size_t n_threads = available < MOST_THREADS ? available : MOST_THREADS;
    pthread_t threads[MOST_THREADS];
    Share shares[MOST_THREADS];
    uint64_t n_floats = 0, n_wrong = 0;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; i < n_threads; i++) {
        shares[i] = (Share){.first = start_at + i * stride,
                            .step = n_threads * stride,
                            .n_texts = n_texts / n_threads,
                            .random = 0x9e3779b97f4a7c15U * (i + 1 + n_threads * start_at)};
        if (pthread_create(&threads[i], NULL, work, &shares[i]) != 0) {
            return 1;
        }
    }
    for (size_t i = 0; i < n_threads; i++) {
        pthread_join(threads[i], NULL);
        n_floats += shares[i].n_floats;
        n_wrong += shares[i].n_wrong;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%" PRIu64 " floats through text and back, %" PRIu64
           " million texts against strtod: %" PRIu64 " wrong, %lld s\n",
           n_floats, n_texts / 1000000, n_wrong, (long long)(end.tv_sec - start.tv_sec));
    return n_wrong != 0;
}
