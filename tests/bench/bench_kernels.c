/* Speed of the kernels at every level, beside the largest rate of fused multiply-adds that the same
 * process reaches in registers. One thread. Prints a table; nothing here decides a test.
 *
 *     bench_kernels [ROWSxCOLUMNSxINNER ...]
 *
 * With shapes, only their products at the best level: the shape, GFLOP/s and per cent of the peak.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "fma_peak.h"
#include "levels.h"

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Best time of a few rounds, each of calls enough to be measured. */
#define TIME(call, seconds)                                                                        \
    do {                                                                                           \
        size_t n_calls = 1;                                                                        \
        (seconds) = 1e9;                                                                           \
        for (int round = 0; round < 12;) {                                                         \
            const double begin = seconds_now();                                                    \
            for (size_t call_ = 0; call_ < n_calls; call_++)                                       \
                call;                                                                              \
            const double taken = seconds_now() - begin;                                            \
            if (taken < 2e-3) {                                                                    \
                n_calls *= 2;                                                                      \
                continue;                                                                          \
            }                                                                                      \
            if (taken / (double)n_calls < (seconds))                                               \
                (seconds) = taken / (double)n_calls;                                               \
            round++;                                                                               \
        }                                                                                          \
    } while (0)

typedef struct Shape {
    const char *what;
    size_t rows, columns, inner;
    int by_columns;
} Shape;

static const Shape SHAPES[] = {
    {"tiny forward", 16, 16, 4, 0},
    {"tiny weight gradient", 4, 16, 16, 1},
    {"tab forward", 32, 64, 30, 0},
    {"tab weight gradient", 30, 64, 32, 1},
    {"mid forward", 64, 256, 100, 0},
    {"mid input gradient", 64, 256, 128, 0},
    {"mid weight gradient", 100, 256, 64, 1},
    {"image forward", 64, 512, 784, 0},
    {"image weight gradient", 784, 512, 64, 1},
    {"wide forward", 64, 2048, 2048, 0},
    {"wide forward, batch", 512, 2048, 2048, 0},
    {"wide weight gradient", 2048, 2048, 64, 1},
    {"one row", 1, 256, 256, 0},
};

/* Seconds of a product. */
static double time_product(const Kernels *kernels, const Shape *shape) {
    const size_t width = compute_pad(shape->columns), inner = compute_pad(shape->inner),
                 rows = compute_pad(shape->rows);
    float *a = NEW(float, rows *inner), *b = NEW(float, shape->inner *width),
          *c = NEW(float, rows *width);
    const Product p = {.c = c,
                       .a = a,
                       .b = b,
                       .rows = shape->rows,
                       .columns = shape->columns,
                       .inner = shape->inner,
                       .c_row = width,
                       .b_row = width,
                       .a_row = shape->by_columns ? 1 : inner,
                       .a_inner = shape->by_columns ? rows : 1};
    double seconds;
    TIME(kernels->product(&p), seconds);
    memory_free(a);
    memory_free(b);
    memory_free(c);
    return seconds;
}

static double shape_flops(const Shape *shape) {
    return 2.0 * (double)(shape->rows * shape->columns * shape->inner);
}

static void bench_product(const Kernels *kernels, const Shape *shape, double peak) {
    const double seconds = time_product(kernels, shape), rate = 1e-9 * shape_flops(shape) / seconds;
    printf("  %-24s %5zu x %5zu x %5zu %12.3f us %8.1f GFLOP/s %5.0f %%\n", shape->what,
           shape->rows, shape->inner, shape->columns, 1e6 * seconds, rate, 100.0 * rate / peak);
}

typedef void Elementwise(float *y, const float *x, size_t n);

static void bench_passes(const Kernels *kernels) {
    enum { N = 4096, SIDE = 256 };
    const struct {
        const char *name;
        Elementwise *run;
    } passes[] = {{"exp", kernels->exp},           {"log", kernels->log},
                  {"expm1", kernels->expm1},       {"log1p", kernels->log1p},
                  {"tanh", kernels->tanh},         {"sigmoid", kernels->sigmoid},
                  {"softplus", kernels->softplus}, {"erf", kernels->erf}};
    float *x = NEW(float, SIDE *SIDE), *y = NEW(float, SIDE *SIDE);
    for (size_t i = 0; i < SIDE * SIDE; i++)
        x[i] = 0.001f * (float)(i % N);
    double seconds;
    printf("  ns per element:");
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
        TIME(passes[i].run(y, x, N), seconds);
        printf(" %s %.3f", passes[i].name, 1e9 * seconds / N);
    }
    TIME(kernels->transpose(y, SIDE, x, SIDE, SIDE, SIDE), seconds);
    printf(" transpose %.3f", 1e9 * seconds / (SIDE * SIDE));
    TIME(kernels->column_sums(y, x, SIDE, LEAF_ROWS, SIDE), seconds);
    printf(" column_sums %.3f", 1e9 * seconds / (LEAF_ROWS * SIDE));
    volatile double sum;
    TIME(sum = kernels->sum_squares(x, SIDE * SIDE), seconds);
    (void)sum;
    printf(" sum_squares %.3f\n", 1e9 * seconds / (SIDE * SIDE));
    memory_free(x);
    memory_free(y);
}

/* At one level, all there is to see. */
static void bench_level(const char *name, const Kernels *kernels, const FmaPeak *level,
                        size_t most_weights) {
    const double peak = fma_peak_rate(level);
    printf("%s: at most %.1f GFLOP/s in registers\n", name, peak);
    for (size_t s = 0; s < sizeof SHAPES / sizeof *SHAPES; s++)
        if (SHAPES[s].inner * SHAPES[s].columns < most_weights)
            bench_product(kernels, &SHAPES[s], peak);
    bench_passes(kernels);
}

static int bench_shape(const char *text) {
    Shape shape = {.what = text};
    char *end;
    shape.rows = strtoul(text, &end, 10);
    shape.columns = *end == 'x' ? strtoul(end + 1, &end, 10) : 0;
    shape.inner = *end == 'x' ? strtoul(end + 1, &end, 10) : 0;
    if (*end != '\0' || shape.rows * shape.columns * shape.inner == 0) {
        fprintf(stderr, "bench_kernels: %s: must be ROWSxCOLUMNSxINNER\n", text);
        return 0;
    }
    const double peak = fma_peak_rate(BY_LEVEL(fma_peak));
    const double rate = 1e-9 * shape_flops(&shape) / time_product(compute_kernels(), &shape);
    printf("%s %.2f %.2f\n", text, rate, 100.0 * rate / peak);
    return 1;
}

int main(int n_arguments, char **arguments) {
    for (int i = 1; i < n_arguments; i++)
        if (!bench_shape(arguments[i]))
            return 2;
    const Kernels *kernels[] = ALL_LEVELS(kernels);
    const FmaPeak *peaks[] = ALL_LEVELS(fma_peak);
    for (size_t l = level_kinds()->n; n_arguments == 1 && l-- > 0;) {
        const Level *level = (const Level *)kind_at(level_kinds(), l);
        if (level->is_supported()) /* the first level is slow */
            bench_level(level->kind.name, kernels[l], peaks[l], l > 0 ? SIZE_MAX : 1 << 18);
    }
    return 0;
}
