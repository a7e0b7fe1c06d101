/* Norms against PyTorch (tests/reference/norms.json), the leaf tree, and the same bits at every
 * level. */
#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "compute/kernels.h"
#include "nn/norm.h"
#include "unit.h"

DECLARE_LEVELS(const KindTable, norm_kinds);

/* A norm with everything it works on. */
typedef struct Bench {
    const Norm *norm;
    NormBatch batch;
    float *z, *dz, *d_gain, *d_shift, *gain, *shift;
} Bench;

static const Norm *norm_named(const char *name) {
    const Norm *norm = (const Norm *)kind_find(norm_kinds(), name);
    assert_non_null(norm);
    return norm;
}

static void bench_init(Bench *bench, const Norm *norm, size_t rows, size_t n) {
    const size_t row = compute_pad(n);
    *bench = (Bench){.norm = norm,
                     .z = NEW(float, rows *row),
                     .dz = NEW(float, rows *row),
                     .d_gain = NEW(float, row),
                     .d_shift = NEW(float, row),
                     .gain = NEW(float, row),
                     .shift = NEW(float, row)};
    bench->batch = (NormBatch){.rows = rows,
                               .n = n,
                               .row = row,
                               .gain = bench->gain,
                               .shift = bench->shift,
                               .running_mean = NEW(float, row),
                               .running_variance = NEW(float, row),
                               .mean = NEW(float, rows + row),
                               .inverse_std = NEW(float, rows + row),
                               .normalized = NEW(float, rows *row)};
    for (size_t j = 0; j < n; j++) {
        bench->batch.running_variance[j] = 1.0f;
        bench->gain[j] = 1.0f;
    }
}

static void bench_free(Bench *bench) {
    memory_free(bench->z);
    memory_free(bench->dz);
    memory_free(bench->d_gain);
    memory_free(bench->d_shift);
    memory_free(bench->gain);
    memory_free(bench->shift);
    memory_free(bench->batch.running_mean);
    memory_free(bench->batch.running_variance);
    memory_free(bench->batch.mean);
    memory_free(bench->batch.inverse_std);
    memory_free(bench->batch.normalized);
}

static void bench_backward(Bench *bench) {
    bench->norm->learned_gradients(&bench->batch, bench->dz, bench->d_gain, bench->d_shift);
    bench->norm->backward(&bench->batch, bench->dz, bench->d_gain, bench->d_shift);
}

/* Rows of columns values between -1 and 1, by a linear congruence. */
static void fill(float *values, size_t rows, size_t columns, size_t row, uint32_t seed) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++) {
            seed = seed * 1664525u + 1013904223u;
            values[i * row + j] = (float)(seed >> 8) / 8388608.0f - 1.0f;
        }
    }
}

static void load(float *to, const cJSON *from, size_t rows, size_t columns, size_t row) {
    const cJSON *item = from->child;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++, item = item->next) {
            to[i * row + j] = (float)item->valuedouble;
        }
    }
    assert_null(item);
}

/* Both sides are sums of up to 140 values of size 1 to 10 (the reference's in float64), divided by
 * standard deviations not far from 1: a few hundred roundings of 6e-8 that mostly cancel. */
static void assert_close(const float *actual, const cJSON *expected, size_t rows, size_t columns,
                         size_t row) {
    const cJSON *item = expected->child;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < columns; j++, item = item->next) {
            const double difference = fabs((double)actual[i * row + j] - item->valuedouble);
            const bool is_close = difference <= 4e-6 * (1.0 + fabs(item->valuedouble));
            if (!is_close) {
                print_error("%s[%zu][%zu] is %.9g, not %.9g\n", expected->string, i, j,
                            (double)actual[i * row + j], item->valuedouble);
            }
            assert_true(is_close);
        }
    }
    assert_null(item);
}

static void assert_zero_padding(const float *values, size_t rows, size_t columns, size_t row) {
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = columns; j < row; j++) {
            assert_true(values[i * row + j] == 0.0f);
        }
    }
}

static void check_case(const cJSON *item) {
    const size_t rows = (size_t)cJSON_GetObjectItem(item, "rows")->valuedouble;
    const size_t n = (size_t)cJSON_GetObjectItem(item, "columns")->valuedouble;
    Bench b;
    bench_init(&b, norm_named(cJSON_GetObjectItem(item, "norm")->valuestring), rows, n);
    const size_t row = b.batch.row;
    load(b.z, cJSON_GetObjectItem(item, "z"), rows, n, row);
    load(b.dz, cJSON_GetObjectItem(item, "dy"), rows, n, row);
    load(b.gain, cJSON_GetObjectItem(item, "gain"), 1, n, row);
    load(b.shift, cJSON_GetObjectItem(item, "shift"), 1, n, row);

    b.norm->forward(&b.batch, b.z, true);
    assert_close(b.z, cJSON_GetObjectItem(item, "y"), rows, n, row);
    assert_zero_padding(b.z, rows, n, row);
    if (b.norm->has_running) {
        assert_close(b.batch.running_mean, cJSON_GetObjectItem(item, "running_mean"), 1, n, row);
        assert_close(b.batch.running_variance, cJSON_GetObjectItem(item, "running_variance"), 1, n,
                     row);
    }
    bench_backward(&b);
    assert_close(b.dz, cJSON_GetObjectItem(item, "dz"), rows, n, row);
    assert_close(b.d_gain, cJSON_GetObjectItem(item, "d_gain"), 1, n, row);
    assert_close(b.d_shift, cJSON_GetObjectItem(item, "d_shift"), 1, n, row);
    assert_zero_padding(b.dz, rows, n, row);
    assert_zero_padding(b.d_gain, 1, n, row);
    assert_zero_padding(b.d_shift, 1, n, row);

    load(b.z, cJSON_GetObjectItem(item, "z"), rows, n, row);
    b.batch.normalized = (memory_free(b.batch.normalized), NULL);
    b.norm->forward(&b.batch, b.z, false);
    assert_close(b.z, cJSON_GetObjectItem(item, "evaluated"), rows, n, row);
    assert_zero_padding(b.z, rows, n, row);
    bench_free(&b);
}

static void norms_are_pytorchs(void **state) {
    (void)state;
    char *text = NULL;
    size_t n = 0;
    assert_true(file_read("tests/reference/norms.json", 1 << 24, false, &text, &n, NULL));
    cJSON *cases = cJSON_ParseWithLength(text, n);
    assert_true(cJSON_GetArraySize(cases) >= 8);
    const cJSON *item;
    cJSON_ArrayForEach(item, cases) { check_case(item); }
    cJSON_Delete(cases);
    memory_free(text);
}

/* The definition: leaves [first, last) split at the largest power of two below their number. */
static float tree(const float *leaves, size_t n) {
    size_t left = 1;
    if (n == 1) {
        return leaves[0];
    }
    while (left * 2 < n) {
        left *= 2;
    }
    return tree(leaves, left) + tree(leaves + left, n - left);
}

/* A shift's gradient is the plain sum of dy over rows. */
static void sums_over_rows_follow_the_leaf_tree(void **state) {
    (void)state;
    static const char *const names[] = {"batch", "layer"};
    static const size_t sizes[] = {2, 63, 64, 65, 200, 450};
    for (size_t k = 0; k < 2; k++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            const size_t rows = sizes[s], n = 18;
            Bench b;
            bench_init(&b, norm_named(names[k]), rows, n);
            fill(b.z, rows, n, b.batch.row, 1);
            fill(b.dz, rows, n, b.batch.row, 2);
            float expected[18], leaves[8];
            for (size_t j = 0; j < n; j++) {
                size_t n_leaves = 0;
                for (size_t i = 0; i < rows; i++) {
                    if (i % LEAF_ROWS == 0) {
                        leaves[n_leaves++] = 0.0f;
                    }
                    leaves[n_leaves - 1] += b.dz[i * b.batch.row + j];
                }
                expected[j] = tree(leaves, n_leaves);
            }
            b.norm->forward(&b.batch, b.z, true);
            bench_backward(&b);
            assert_memory_equal(b.d_shift, expected, sizeof expected);
            bench_free(&b);
        }
    }
}

static void levels_give_the_same_bits(void **state) {
    (void)state;
    const KindTable *tables[] = ALL_LEVELS(norm_kinds);
    const size_t rows = 150, n = 21;
    for (size_t k = 0; k < tables[0]->n; k++) {
        Bench first, other;
        for (size_t level = 0; level < sizeof tables / sizeof *tables; level++) {
            const Norm *norm = (const Norm *)kind_at(tables[level], k);
            if (!norm->is_on || !((const Level *)kind_at(level_kinds(), level))->is_supported()) {
                continue;
            }
            Bench *b = level == 0 ? &first : &other;
            bench_init(b, norm, rows, n);
            fill(b->z, rows, n, b->batch.row, 3);
            fill(b->dz, rows, n, b->batch.row, 4);
            fill(b->gain, 1, n, b->batch.row, 5);
            fill(b->shift, 1, n, b->batch.row, 6);
            norm->forward(&b->batch, b->z, true);
            bench_backward(b);
            if (level > 0) {
                const size_t n_bytes = n * sizeof(float);
                for (size_t i = 0; i < rows; i++) {
                    const size_t at = i * b->batch.row;
                    assert_memory_equal(b->z + at, first.z + at, n_bytes);
                    assert_memory_equal(b->dz + at, first.dz + at, n_bytes);
                }
                assert_memory_equal(b->d_gain, first.d_gain, n_bytes);
                assert_memory_equal(b->d_shift, first.d_shift, n_bytes);
                assert_memory_equal(b->batch.running_mean, first.batch.running_mean, n_bytes);
                assert_memory_equal(b->batch.running_variance, first.batch.running_variance,
                                    n_bytes);
                bench_free(b);
            }
        }
        if (((const Norm *)kind_at(tables[0], k))->is_on) {
            bench_free(&first);
        }
    }
}

static void none_is_off(void **state) {
    (void)state;
    assert_false(norm_named("none")->is_on);
    assert_true(norm_named("batch")->is_on && norm_named("batch")->has_running);
    assert_true(norm_named("layer")->is_on && norm_named("layer")->statistics_per_row);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_is_off),
        cmocka_unit_test(norms_are_pytorchs),
        cmocka_unit_test(sums_over_rows_follow_the_leaf_tree),
        cmocka_unit_test(levels_give_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
