/* Kernels of every level against their definitions, bit by bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "levels.h"
#include "unit.h"

static const float EXTREMES[] = {
    0.0f,          -0.0f,  0x1p-149f, -0x1p-149f,
    0x1p-126f,     1e-30f, 1.0f,      -1.0f,
    0x1.fffffep0f, 3e38f,  -3e38f,    0x1.fffffep127f,
    INFINITY,      NAN,    -INFINITY, -0x1.fffffep127f,
};
enum { N_EXTREMES = sizeof EXTREMES / sizeof *EXTREMES };

/* ---- product ---- */

enum { MOST_ROWS = 40, MOST_COLUMNS = 100, MOST_INNER = 70, STRIDE = 112, GUARD = 16 };

/* expected[k] is the product over the first k of the inner index: a chain's beginning. */
typedef struct Chains {
    float a[2][MOST_ROWS * MOST_INNER]; /* by rows, by columns */
    float b[MOST_INNER * STRIDE];
    float start[STRIDE];
    float expected[MOST_INNER + 1][MOST_ROWS * STRIDE];
} Chains;

static Chains *chains_new(int with_start) {
    Chains *chains = NEW(Chains, 1);
    uint32_t state = 1;
    mixed_fill(chains->a[0], MOST_ROWS * MOST_INNER, &state);
    mixed_fill(chains->b, MOST_INNER * STRIDE, &state);
    if (with_start)
        mixed_fill(chains->start, STRIDE, &state);
    for (size_t i = 0; i < MOST_ROWS; i++) {
        for (size_t k = 0; k < MOST_INNER; k++)
            chains->a[1][k * MOST_ROWS + i] = chains->a[0][i * MOST_INNER + k];
        memcpy(chains->expected[0] + i * STRIDE, chains->start, sizeof chains->start);
    }
    for (size_t k = 0; k < MOST_INNER; k++)
        for (size_t i = 0; i < MOST_ROWS; i++)
            for (size_t j = 0; j < STRIDE; j++)
                chains->expected[k + 1][i * STRIDE + j] =
                    fmaf(chains->a[0][i * MOST_INNER + k], chains->b[k * STRIDE + j],
                         chains->expected[k][i * STRIDE + j]);
    return chains;
}

static Product chains_product(const Chains *chains, int with_start, int by_columns) {
    return (Product){
        .a = chains->a[by_columns],
        .b = chains->b,
        .start = with_start ? chains->start : NULL,
        .c_row = STRIDE,
        .b_row = STRIDE,
        .a_row = by_columns ? 1 : MOST_INNER,
        .a_inner = by_columns ? MOST_ROWS : 1,
    };
}

/* Rows 0 to p->rows are the chains in the full padded width; nothing else is written. */
static void check_product(const Kernels *kernels, const Chains *chains, const Product *p) {
    const float untouched = 12345.0f;
    const size_t width = compute_pad(p->columns), n = (p->rows + 1) * STRIDE;
    for (size_t i = 0; i < n; i++)
        p->c[i] = untouched;
    kernels->product(p);
    for (size_t i = 0; i <= p->rows; i++) {
        const float *c = p->c + i * STRIDE;
        const size_t written = i < p->rows ? width : 0;
        if (memcmp(c, chains->expected[p->inner] + i * STRIDE, written * sizeof *c) != 0)
            fail_msg("row %zu of the product %zu x %zu x %zu", i, p->rows, p->inner, p->columns);
        for (size_t j = written; j < STRIDE; j++)
            assert_true(bits_of(c[j]) == bits_of(untouched));
    }
}

/* All shapes, the inner index in steps of inner_step; columns of one padded width differ
 * little, so that all but the first take longer steps. */
static void check_all_shapes(const Kernels *kernels, size_t inner_step) {
    float *c = NEW(float, (MOST_ROWS + 1) * STRIDE);
    for (int form = 0; form < 4; form++) {
        const int with_start = form / 2, by_columns = form % 2;
        Chains *chains = chains_new(with_start);
        Product p = chains_product(chains, with_start, by_columns);
        p.c = c;
        for (p.rows = 1; p.rows <= MOST_ROWS; p.rows++) {
            for (p.columns = 1; p.columns <= MOST_COLUMNS; p.columns++) {
                const size_t step = p.columns % 16 == 1 ? inner_step : 5 * inner_step + 4;
                for (p.inner = 0; p.inner <= MOST_INNER; p.inner += step)
                    check_product(kernels, chains, &p);
            }
        }
        memory_free(chains);
    }
    memory_free(c);
}

/* The portable level takes long, and so does everything under an emulator. */
static void test_product_is_one_chain_per_element(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    const size_t step = getenv("NNTRAIN_TEST_QUICK") ? 33 : 1;
    for (size_t l = 0; l < levels.n; l++)
        check_all_shapes(levels.kernels[l], l == 0 ? 33 : step);
}

static void test_product_is_near_the_exact_one(void **unused) {
    (void)unused;
    Chains *chains = chains_new(1);
    for (size_t i = 0; i < MOST_ROWS; i++) {
        for (size_t j = 0; j < STRIDE; j++) {
            double exact = (double)chains->start[j];
            for (size_t k = 0; k < MOST_INNER; k++)
                exact +=
                    (double)chains->a[0][i * MOST_INNER + k] * (double)chains->b[k * STRIDE + j];
            const double error = (double)chains->expected[MOST_INNER][i * STRIDE + j] - exact;
            assert_true(fabs(error) < MOST_INNER * 0x1p-24 * 4);
        }
    }
    memory_free(chains);
}

/* An inner index longer than a block that the caches hold. */
static void test_product_of_a_long_inner_index(void **unused) {
    (void)unused;
    enum { ROWS = 14, COLUMNS = 48, INNER = 1100 };
    const LevelTables levels = levels_supported();
    float *a = NEW(float, ROWS *INNER), *b = NEW(float, INNER *COLUMNS), c[ROWS * COLUMNS];
    float start[COLUMNS];
    uint32_t state = 17;
    mixed_fill(a, ROWS * INNER, &state);
    mixed_fill(b, INNER * COLUMNS, &state);
    mixed_fill(start, COLUMNS, &state);
    for (size_t inner = 250; inner <= INNER; inner += inner < 260 ? 1 : 94) {
        for (size_t l = 0; l < levels.n; l++) {
            levels.kernels[l]->product(&(Product){.c = c,
                                                  .a = a,
                                                  .b = b,
                                                  .start = start,
                                                  .rows = ROWS,
                                                  .columns = COLUMNS,
                                                  .inner = inner,
                                                  .c_row = COLUMNS,
                                                  .b_row = COLUMNS,
                                                  .a_row = INNER,
                                                  .a_inner = 1});
            for (size_t i = 0; i < ROWS * COLUMNS; i++) {
                float chain = start[i % COLUMNS];
                for (size_t k = 0; k < inner; k++)
                    chain = fmaf(a[i / COLUMNS * INNER + k], b[k * COLUMNS + i % COLUMNS], chain);
                assert_true(bits_of(c[i]) == bits_of(chain));
            }
        }
    }
    memory_free(a);
    memory_free(b);
}

/* Products too large for the caches are done in blocks of rows and of the inner index, from copies
 * of rows that clash; what waits is added once, in the end, the last matrix first. */
static void test_product_in_blocks(void **unused) {
    (void)unused;
    enum { ROWS = 530, COLUMNS = 37, INNER = 530, C_ROW = 48, SIZE = ROWS * C_ROW, N_WAITING = 2 };
    const LevelTables levels = levels_supported();
    float *a = NEW(float, ROWS *INNER), *b = NEW(float, INNER *CLASHING_FLOATS),
          *c = NEW(float, SIZE), *waiting = NEW(float, N_WAITING *SIZE), start[C_ROW] = {0};
    uint32_t state = 11;
    mixed_fill(a, ROWS * INNER, &state);
    mixed_fill(waiting, N_WAITING * SIZE, &state);
    mixed_fill(start, COLUMNS, &state);
    for (size_t k = 0; k < INNER; k++)
        mixed_fill(b + k * CLASHING_FLOATS, COLUMNS, &state);
    for (size_t l = 0; l < levels.n; l++) {
        levels.kernels[l]->product(&(Product){.c = c,
                                              .a = a,
                                              .b = b,
                                              .start = start,
                                              .rows = ROWS,
                                              .columns = COLUMNS,
                                              .inner = INNER,
                                              .c_row = C_ROW,
                                              .b_row = CLASHING_FLOATS,
                                              .a_row = INNER,
                                              .a_inner = 1,
                                              .waiting = waiting + SIZE,
                                              .n_waiting = N_WAITING,
                                              .waiting_size = SIZE,
                                              .waiting_row = C_ROW});
        for (size_t i = 0; i < ROWS; i += 3) {
            for (size_t j = 0; j < COLUMNS; j++) {
                float sum = start[j];
                for (size_t k = 0; k < INNER; k++)
                    sum = fmaf(a[i * INNER + k], b[k * CLASHING_FLOATS + j], sum);
                const size_t at = i * C_ROW + j;
                sum = waiting[at] + (waiting[SIZE + at] + sum);
                assert_true(bits_of(c[at]) == bits_of(sum));
            }
        }
    }
    memory_free(a);
    memory_free(b);
    memory_free(c);
    memory_free(waiting);
}

/* What a dense layer relies on: zeros behind the columns of B and start stay zeros in C. */
static void test_product_keeps_padding_zero(void **unused) {
    (void)unused;
    enum { ROWS = 13, COLUMNS = 21, WIDTH = 32, INNER = 5 };
    const LevelTables levels = levels_supported();
    float a[ROWS * 16], b[INNER * WIDTH] = {0}, start[WIDTH] = {0}, c[ROWS * WIDTH];
    uint32_t state = 5;
    mixed_fill(a, ROWS * 16, &state);
    mixed_fill(start, COLUMNS, &state);
    for (size_t k = 0; k < INNER; k++)
        mixed_fill(b + k * WIDTH, COLUMNS, &state);
    for (size_t l = 0; l < levels.n; l++) {
        levels.kernels[l]->product(&(Product){.c = c,
                                              .a = a,
                                              .b = b,
                                              .start = start,
                                              .rows = ROWS,
                                              .columns = COLUMNS,
                                              .inner = INNER,
                                              .c_row = WIDTH,
                                              .b_row = WIDTH,
                                              .a_row = 16,
                                              .a_inner = 1});
        for (size_t i = 0; i < ROWS; i++)
            for (size_t j = COLUMNS; j < WIDTH; j++)
                assert_true(bits_of(c[i * WIDTH + j]) == 0);
    }
}

/* ---- transpose and column sums ---- */

static void check_transpose(const Kernels *kernels, size_t rows, size_t columns) {
    const size_t in_row = compute_pad(columns), out_row = compute_pad(rows);
    float *in = NEW(float, rows *in_row), *out = NEW(float, (columns + 1) * out_row);
    uint32_t state = 7;
    mixed_fill(in, rows * in_row, &state);
    for (size_t i = 0; i < (columns + 1) * out_row; i++)
        out[i] = 9.0f;
    kernels->transpose(out, out_row, in, in_row, rows, columns);
    for (size_t j = 0; j <= columns; j++) {
        for (size_t i = 0; i < out_row; i++) {
            const float wanted = j == columns ? 9.0f : i < rows ? in[i * in_row + j] : 0.0f;
            if (bits_of(out[j * out_row + i]) != bits_of(wanted))
                fail_msg("element %zu, %zu of the transpose of %zu x %zu", j, i, rows, columns);
        }
    }
    memory_free(in);
    memory_free(out);
}

static void test_transpose(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++)
        for (size_t rows = 1; rows <= 50; rows++)
            for (size_t columns = 1; columns <= 50; columns++)
                check_transpose(levels.kernels[l], rows, columns);
}

static void test_column_sums_run_in_row_order(void **unused) {
    (void)unused;
    enum { WIDTH = 176, ROWS = 37 };
    const LevelTables levels = levels_supported();
    float in[ROWS * WIDTH], out[WIDTH + 1];
    uint32_t state = 3;
    mixed_fill(in, ROWS * WIDTH, &state);
    for (size_t l = 0; l < levels.n; l++) {
        for (size_t n = 16; n <= WIDTH; n += 16) {
            const size_t rows = n % ROWS;
            out[n] = 4.0f;
            levels.kernels[l]->column_sums(out, in, WIDTH, rows, n);
            for (size_t j = 0; j < n; j++) {
                float expected = 0.0f;
                for (size_t i = 0; i < rows; i++)
                    expected += in[i * WIDTH + j];
                assert_true(bits_of(out[j]) == bits_of(expected));
            }
            assert_true(out[n] == 4.0f);
        }
    }
}

/* ---- elementwise ---- */

enum { N_ELEMENTS = 100 };

typedef struct Elements {
    float x[N_ELEMENTS], y[N_ELEMENTS], out[N_ELEMENTS + 1];
} Elements;

/* Every pair of extremes comes up, then random numbers. */
static Elements elements_at(size_t round) {
    Elements e;
    uint32_t state = (uint32_t)round;
    for (size_t i = 0; i < N_ELEMENTS; i++) {
        const size_t pair = round * N_ELEMENTS + i;
        const int is_extreme = pair < N_EXTREMES * N_EXTREMES;
        e.x[i] = is_extreme ? EXTREMES[pair % N_EXTREMES] : mixed_number(&state);
        e.y[i] = is_extreme ? EXTREMES[pair / N_EXTREMES] : mixed_number(&state);
    }
    return e;
}

static float sign_of(float x) { return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x; }
static float clip_of(float x, float limit) { return x > limit ? limit : x < -limit ? -limit : x; }

static void check_elements(const float *out, const float *expected, size_t n, const char *what) {
    for (size_t i = 0; i < n; i++)
        if (!is_same(out[i], expected[i]))
            fail_msg("%s of %zu elements: element %zu is %a, not %a", what, n, i, (double)out[i],
                     (double)expected[i]);
    assert_true(out[n] == 77.0f);
}

/* Runs a kernel into e.out and compares n elements with an expression in x, y (and i). */
#define CHECK(call, definition)                                                                    \
    do {                                                                                           \
        float expected[N_ELEMENTS];                                                                \
        memcpy(e.out, e.y, sizeof e.y);                                                            \
        e.out[n] = 77.0f;                                                                          \
        for (size_t i = 0; i < n; i++) {                                                           \
            const float x = e.x[i], y = e.y[i];                                                    \
            (void)x, (void)y;                                                                      \
            expected[i] = (definition);                                                            \
        }                                                                                          \
        kernels->call;                                                                             \
        check_elements(e.out, expected, n, #call);                                                 \
    } while (0)

static void test_elementwise_kernels(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++) {
        const Kernels *kernels = levels.kernels[l];
        for (size_t round = 0; round < 6; round++) {
            for (size_t n = 0; n <= N_ELEMENTS; n++) {
                Elements e = elements_at(round);
                CHECK(add(e.out, e.x, e.y, n), x + y);
                CHECK(multiply(e.out, e.x, e.y, n), x * y);
                CHECK(multiply(e.out, e.out, e.x, n), y * x);
                CHECK(scale(e.out, e.x, 0.3f, n), x * 0.3f);
                CHECK(scale(e.out, e.out, -3.0f, n), y * -3.0f);
                CHECK(add_scaled(e.out, e.x, 0.3f, n), fmaf(0.3f, x, y));
                CHECK(clip(e.out, e.x, 0.25f, n), clip_of(x, 0.25f));
                CHECK(add_signs(e.out, e.x, 0.1f, n), fmaf(0.1f, sign_of(x), y));
            }
        }
    }
}

/* ---- reductions ---- */

/* The tree by its recursive definition: the left half is the largest power of two below n. */
static double tree_sum(const double *leaves, size_t n) {
    if (n == 1)
        return leaves[0];
    size_t left = 1;
    while (2 * left < n)
        left *= 2;
    return tree_sum(leaves, left) + tree_sum(leaves + left, n - left);
}

static void test_leaf_sum_is_the_tree(void **unused) {
    (void)unused;
    enum { MOST_LEAVES = 300 };
    double leaves[MOST_LEAVES];
    uint32_t state = 11;
    for (size_t i = 0; i < MOST_LEAVES; i++)
        leaves[i] = ldexp((double)mixed_number(&state), (int)(mixed(&state) % 60));
    LeafSum sum;
    memset(&sum, 0xFF, sizeof sum);
    leaf_sum_start(&sum);
    assert_true(leaf_sum_finish(&sum) == 0.0);
    for (size_t n = 1; n <= MOST_LEAVES; n++) {
        leaf_sum_push(&sum, leaves[n - 1]);
        assert_true(leaf_sum_finish(&sum) == tree_sum(leaves, n));
    }
}

typedef float Step(float sum, float x, float y);
static float step_sum(float sum, float x, float y) { return (void)y, sum + x; }
static float step_magnitude(float sum, float x, float y) { return (void)y, sum + fabsf(x); }
static float step_square(float sum, float x, float y) { return (void)y, fmaf(x, x, sum); }
static float step_dot(float sum, float x, float y) { return fmaf(x, y, sum); }

static double block_sum(const float *x, const float *y, size_t n, Step *step) {
    float lane[LANES] = {0};
    for (size_t i = 0; i < n; i++)
        lane[i % LANES] = step(lane[i % LANES], x[i], y[i]);
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t i = 0; i < half; i++)
            lane[i] += lane[i + half];
    return (double)lane[0];
}

static double reduction(const float *x, const float *y, size_t n, Step *step) {
    double blocks[16];
    size_t n_blocks = 0;
    for (size_t i = 0; i < n; i += SUM_BLOCK) {
        const size_t left = n - i;
        blocks[n_blocks++] = block_sum(x + i, y + i, left < SUM_BLOCK ? left : SUM_BLOCK, step);
    }
    return n_blocks ? tree_sum(blocks, n_blocks) : 0.0;
}

static void test_reductions_follow_lanes_blocks_and_tree(void **unused) {
    (void)unused;
    enum { MOST = 13 * SUM_BLOCK };
    static const size_t sizes[] = {0,    1,     15,    16,    17,    33,    4095,  4096,
                                   4097, 12289, 16384, 16385, 20480, 20481, 40961, MOST};
    const LevelTables levels = levels_supported();
    float *x = NEW(float, MOST), *y = NEW(float, MOST);
    uint32_t state = 13;
    mixed_fill(x, MOST, &state);
    mixed_fill(y, MOST, &state);
    for (size_t l = 0; l < levels.n; l++) {
        const Kernels *kernels = levels.kernels[l];
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            const size_t n = sizes[s];
            assert_true(kernels->sum(x, n) == reduction(x, y, n, step_sum));
            assert_true(kernels->sum_magnitudes(x, n) == reduction(x, y, n, step_magnitude));
            assert_true(kernels->sum_squares(x, n) == reduction(x, y, n, step_square));
            assert_true(kernels->dot(x, y, n) == reduction(x, y, n, step_dot));
        }
    }
    memory_free(x);
    memory_free(y);
}

static void test_all_finite_sees_every_place(void **unused) {
    (void)unused;
    static const float bad[] = {INFINITY, -INFINITY, NAN};
    const LevelTables levels = levels_supported();
    float x[70];
    for (size_t i = 0; i < 70; i++)
        x[i] = EXTREMES[i % 12];
    for (size_t l = 0; l < levels.n; l++) {
        const Kernels *kernels = levels.kernels[l];
        assert_true(kernels->all_finite(x, 0));
        for (size_t n = 1; n < 70; n++) {
            assert_true(kernels->all_finite(x, n));
            for (size_t at = 0; at < 70; at++) {
                const float kept = x[at];
                x[at] = bad[at % 3];
                assert_int_equal(kernels->all_finite(x, n) != 0, at >= n);
                x[at] = kept;
            }
        }
    }
}

/* ---- the level in use ---- */

static void check_mask(const Kernels *kernels, size_t n, uint32_t threshold) {
    enum { MOST = 600 };
    float mask[MOST];
    const RandomStream stream = random_stream(7, RANDOM_DROPOUT);
    const uint32_t place[] = {3, 0x80000001u, 0xFFFFFFFFu};
    memset(mask, 0xFF, sizeof mask);
    kernels->draw_mask(mask, stream, place, threshold, 1.25f, n);
    for (size_t j = 0; j < n; j++) {
        uint32_t words[4];
        random_words(stream, place[0], place[1], place[2], (uint32_t)(j / 8), words);
        const uint32_t half = words[j % 8 / 2] >> 16 * (j % 2) & 0xFFFF;
        assert_true(mask[j] == (half < threshold ? 0.0f : 1.25f));
    }
    assert_true(isnan(mask[n])); /* nothing is written beyond */
}

static void test_masks_are_random_words(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++) {
        for (size_t n = 0; n <= 560; n += LANES)
            check_mask(levels.kernels[l], n, 20000);
        check_mask(levels.kernels[l], 512, 1);
        check_mask(levels.kernels[l], 512, 65535);
    }
}

static void test_levels_are_chosen_by_name(void **unused) {
    (void)unused;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++) {
        const Level *level = (const Level *)kind_find(level_kinds(), levels.name[l]);
        assert_true(compute_use_level(level));
        assert_ptr_equal(kind_at(level_kinds(), compute_level()), &level->kind);
        assert_ptr_equal(compute_kernels(), levels.kernels[l]);
    }
    assert_true(is_same(compute_exp(1.0f), 0x1.5bf0a8p+1f));
    assert_true(is_same(compute_log(8.0f), 0x1.0a2b24p+1f));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product_is_one_chain_per_element),
        cmocka_unit_test(test_product_is_near_the_exact_one),
        cmocka_unit_test(test_product_of_a_long_inner_index),
        cmocka_unit_test(test_product_in_blocks),
        cmocka_unit_test(test_product_keeps_padding_zero),
        cmocka_unit_test(test_transpose),
        cmocka_unit_test(test_column_sums_run_in_row_order),
        cmocka_unit_test(test_elementwise_kernels),
        cmocka_unit_test(test_leaf_sum_is_the_tree),
        cmocka_unit_test(test_reductions_follow_lanes_blocks_and_tree),
        cmocka_unit_test(test_all_finite_sees_every_place),
        cmocka_unit_test(test_masks_are_random_words),
        cmocka_unit_test(test_levels_are_chosen_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
