/* Speed of the kernels at every level, beside the largest rate of fused multiply-adds that the same
 * process reaches in registers. One thread. Prints a table; nothing here decides a test. */
#include <stdio.h>
#include <time.h>

#include "base/memory.h"
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

/* Twelve rows by 32 columns stay in the first cache: as near to the peak as a product can be. */
static double peak_rate(const Kernels *kernels) {
    enum { ROWS = 12, COLUMNS = 32, INNER = 96 };
    float *a = NEW(float, ROWS *INNER), *b = NEW(float, INNER *COLUMNS),
          *c = NEW(float, ROWS *COLUMNS);
    const Product p = {c, a, b, NULL, ROWS, COLUMNS, INNER, COLUMNS, COLUMNS, INNER, 1};
    double seconds;
    TIME(kernels->product(&p), seconds);
    memory_free(a);
    memory_free(b);
    memory_free(c);
    return 2e-9 * ROWS * COLUMNS * INNER / seconds;
}

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

static void bench_product(const Kernels *kernels, const Shape *shape, double peak) {
    const size_t width = compute_pad(shape->columns), inner = compute_pad(shape->inner),
                 rows = compute_pad(shape->rows);
    float *a = NEW(float, rows *inner), *b = NEW(float, shape->inner *width),
          *c = NEW(float, rows *width);
    const Product p = {c,
                       a,
                       b,
                       NULL,
                       shape->rows,
                       shape->columns,
                       shape->inner,
                       width,
                       width,
                       shape->by_columns ? 1 : inner,
                       shape->by_columns ? rows : 1};
    double seconds;
    TIME(kernels->product(&p), seconds);
    const double work = 2.0 * (double)(shape->rows * shape->columns * shape->inner);
    printf("  %-24s %5zu x %5zu x %5zu %12.3f us %8.1f GFLOP/s %5.0f %%\n", shape->what,
           shape->rows, shape->inner, shape->columns, 1e6 * seconds, 1e-9 * work / seconds,
           1e-7 * work / seconds / peak);
    memory_free(a);
    memory_free(b);
    memory_free(c);
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

int main(void) {
    const LevelTables levels = levels_supported();
    for (size_t l = levels.n; l-- > 0;) {
        const double peak = peak_rate(levels.kernels[l]);
        printf("%s: a product in the first cache reaches %.1f GFLOP/s\n", levels.name[l], peak);
        for (size_t s = 0; s < sizeof SHAPES / sizeof *SHAPES; s++)
            if (l > 0 || SHAPES[s].inner * SHAPES[s].columns < 1 << 18)
                bench_product(levels.kernels[l], &SHAPES[s], peak);
        bench_passes(levels.kernels[l]);
    }
    return 0;
}
