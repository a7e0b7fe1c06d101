#include "base/random.h"

#include <string.h>

#include "unit.h"

/* The known answers that are published with the algorithm (Random123, kat_vectors). */
static void test_known_answers(void **state) {
    (void)state;
    static const struct {
        uint32_t counter[4];
        uint32_t key[2];
        uint32_t words[4];
    } answers[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}},
        {{0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF},
         {0xFFFFFFFF, 0xFFFFFFFF},
         {0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}},
        {{0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344},
         {0xA4093822, 0x299F31D0},
         {0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}},
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        uint32_t words[4];
        random_philox(answers[i].counter, answers[i].key, words);
        assert_memory_equal(words, answers[i].words, sizeof words);
    }
}

/* The first outputs of SplitMix64 for the seeds 0 and 1234567, as published with it. */
static void test_key_is_splitmix(void **state) {
    (void)state;
    const RandomStream zero = random_stream(0, RANDOM_SPLIT);
    assert_int_equal(zero.key[1], 0xE220A839);
    assert_int_equal(zero.key[0], 0x7B1DCDAF);
    const RandomStream other = random_stream(1234567, RANDOM_SPLIT);
    assert_int_equal((uint64_t)other.key[1] << 32 | other.key[0], UINT64_C(6457827717110365317));
    const RandomStream second = random_stream(1234567, RANDOM_FOLDS);
    assert_int_equal((uint64_t)second.key[1] << 32 | second.key[0], UINT64_C(3203168211198807973));
}

static void test_streams_differ(void **state) {
    (void)state;
    uint64_t keys[8 * 50];
    size_t n = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        for (int purpose = RANDOM_SPLIT; purpose <= RANDOM_GRADIENT_CHECK; purpose++) {
            const RandomStream stream = random_stream(seed, (RandomPurpose)purpose);
            keys[n] = (uint64_t)stream.key[1] << 32 | stream.key[0];
            for (size_t i = 0; i < n; i++) {
                assert_true(keys[i] != keys[n]);
            }
            n++;
        }
    }
}

static void test_words_use_every_counter(void **state) {
    (void)state;
    const RandomStream stream = random_stream(42, RANDOM_WEIGHTS);
    uint32_t words[5][4];
    random_words(stream, 0, 0, 0, 0, words[0]);
    random_words(stream, 1, 0, 0, 0, words[1]);
    random_words(stream, 0, 1, 0, 0, words[2]);
    random_words(stream, 0, 0, 1, 0, words[3]);
    random_words(stream, 0, 0, 0, 1, words[4]);
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_memory_not_equal(words[i], words[j], sizeof words[i]);
        }
    }
    const uint32_t counter[4] = {7, 8, 9, 10};
    random_philox(counter, stream.key, words[0]);
    random_words(stream, 7, 8, 9, 10, words[1]);
    assert_memory_equal(words[0], words[1], sizeof words[0]);
}

static void test_unit(void **state) {
    (void)state;
    assert_true(random_unit(0) == 0.0f);
    assert_true(random_unit(UINT32_MAX) == 1.0f - 0x1p-24f);
    assert_true(random_unit(0x80000000) == 0.5f);
    assert_true(random_unit(0x100) == 0x1p-24f);
    assert_true(random_unit(0xFF) == 0.0f);
}

static void test_below_is_the_high_part_of_the_product(void **state) {
    (void)state;
    const RandomStream stream = random_stream(1, RANDOM_BOOTSTRAP);
    for (uint32_t i = 0; i < 10000; i++) {
        uint32_t words[4];
        random_words(stream, i, 0, 0, 0, words);
        const uint32_t bound = (words[2] >> (words[3] % 32)) | 1;
        const uint64_t x = (uint64_t)words[0] << 32 | words[1];
        const uint64_t expected = (uint64_t)(((unsigned __int128)x * bound) >> 64);
        assert_int_equal(random_below(words[0], words[1], bound), expected);
        assert_true(expected < bound);
    }
    assert_int_equal(random_below(UINT32_MAX, UINT32_MAX, 1), 0);
    assert_int_equal(random_below(UINT32_MAX, UINT32_MAX, UINT32_MAX), UINT32_MAX - 1);
}

static void test_shuffle_permutes(void **state) {
    (void)state;
    const RandomStream stream = random_stream(3, RANDOM_SHUFFLE);
    for (uint32_t n = 0; n < 40; n++) {
        uint32_t indices[40];
        uint64_t seen = 0;
        for (uint32_t i = 0; i < n; i++) {
            indices[i] = i;
        }
        random_shuffle(stream, n, 0, indices, n);
        for (uint32_t i = 0; i < n; i++) {
            assert_true(indices[i] < n);
            seen |= UINT64_C(1) << indices[i];
        }
        assert_true(seen == (UINT64_C(1) << n) - 1);
    }
}

/* All 24 orders of four things, 24,000 times: chi-square with 23 degrees of freedom is above 49.73
 * with probability 0.001. */
static void test_shuffle_is_uniform(void **state) {
    (void)state;
    const RandomStream stream = random_stream(5, RANDOM_SHUFFLE);
    double counts[256] = {0};
    for (uint32_t trial = 0; trial < 24000; trial++) {
        uint32_t order[4] = {0, 1, 2, 3};
        random_shuffle(stream, trial, 1, order, 4);
        counts[order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3]] += 1.0;
    }
    double chi_square = 0.0;
    int n_orders = 0;
    for (size_t i = 0; i < 256; i++) {
        if (counts[i] > 0.0) {
            chi_square += (counts[i] - 1000.0) * (counts[i] - 1000.0) / 1000.0;
            n_orders++;
        }
    }
    assert_int_equal(n_orders, 24);
    assert_true(chi_square < 49.73);
}

static void test_shuffle_depends_on_both_counters(void **state) {
    (void)state;
    const RandomStream stream = random_stream(5, RANDOM_SHUFFLE);
    uint32_t orders[4][50];
    for (size_t k = 0; k < 4; k++) {
        for (uint32_t i = 0; i < 50; i++) {
            orders[k][i] = i;
        }
        random_shuffle(stream, k == 1, k == 2, orders[k], 50);
    }
    assert_memory_not_equal(orders[0], orders[1], sizeof orders[0]);
    assert_memory_not_equal(orders[0], orders[2], sizeof orders[0]);
    assert_memory_not_equal(orders[1], orders[2], sizeof orders[0]);
    assert_memory_equal(orders[0], orders[3], sizeof orders[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_key_is_splitmix),
        cmocka_unit_test(test_streams_differ),
        cmocka_unit_test(test_words_use_every_counter),
        cmocka_unit_test(test_unit),
        cmocka_unit_test(test_below_is_the_high_part_of_the_product),
        cmocka_unit_test(test_shuffle_permutes),
        cmocka_unit_test(test_shuffle_is_uniform),
        cmocka_unit_test(test_shuffle_depends_on_both_counters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
