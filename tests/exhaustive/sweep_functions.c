/* Elementary functions for all 2^32 floats: the largest error of the best level against libm in
 * double, which must be the one stated, and the same bits at the other levels. The portable level
 * computes each fused multiply-add by a call, and takes every PORTABLE_STRIDE-th batch.
 *
 *     sweep_functions [-j THREADS] [--every N] [FUNCTION ...]
 *
 * --every N takes one batch in N: a quick look, in which the stated errors are only not exceeded.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/processors.h"
#include "function_errors.h"

enum { BATCH = 4096, PORTABLE_STRIDE = 61, MOST_THREADS = 64 };
static const uint32_t N_BATCHES = (uint32_t)((UINT64_C(1) << 32) / BATCH);

typedef struct Sweep {
    const Function *function;
    const LevelTables *levels;
    uint32_t first, step; /* batches first, first + step, ... */
    double worst;         /* the largest error in ulp, and where it is */
    float worst_x;
    uint64_t n, n_different; /* floats, and those whose bits differ between levels */
} Sweep;

static void compare_level(Sweep *sweep, size_t level, const float *x, const float *expected) {
    float y[BATCH];
    function_of(sweep->levels->kernels[level], sweep->function)(y, x, BATCH);
    for (size_t i = 0; i < BATCH; i++) {
        if (is_same(y[i], expected[i]))
            continue;
        if (sweep->n_different++ == 0)
            fprintf(stderr, "%s(%a) is %a at level %s, and %a at level %s\n", sweep->function->name,
                    (double)x[i], (double)y[i], sweep->levels->name[level], (double)expected[i],
                    sweep->levels->name[sweep->levels->n - 1]);
    }
}

static void sweep_batch(Sweep *sweep, uint32_t batch) {
    const LevelTables *levels = sweep->levels;
    float x[BATCH], y[BATCH];
    for (uint32_t i = 0; i < BATCH; i++)
        x[i] = of_bits(batch * BATCH + i);
    function_of(levels->kernels[levels->n - 1], sweep->function)(y, x, BATCH);
    for (size_t i = 0; i < BATCH; i++) {
        const double error = function_error(sweep->function, x[i], y[i]);
        if (error > sweep->worst) {
            sweep->worst = error;
            sweep->worst_x = x[i];
        }
    }
    for (size_t l = 0; l + 1 < levels->n; l++)
        if (l > 0 || batch % PORTABLE_STRIDE == 0)
            compare_level(sweep, l, x, y);
    sweep->n += BATCH;
}

static void *run_sweep(void *argument) {
    Sweep *sweep = argument;
    for (uint64_t batch = sweep->first; batch < N_BATCHES; batch += sweep->step)
        sweep_batch(sweep, (uint32_t)batch);
    return NULL;
}

static Sweep sweep_function(const Function *function, const LevelTables *levels, size_t n_threads,
                            uint32_t every) {
    Sweep sweeps[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    for (size_t i = 0; i < n_threads; i++) {
        sweeps[i] = (Sweep){.function = function,
                            .levels = levels,
                            .first = (uint32_t)i * every,
                            .step = (uint32_t)n_threads * every};
        if (pthread_create(&threads[i], NULL, run_sweep, &sweeps[i]) != 0)
            exit(2);
    }
    Sweep all = {.worst = -1.0};
    for (size_t i = 0; i < n_threads; i++) {
        pthread_join(threads[i], NULL);
        all.n += sweeps[i].n;
        all.n_different += sweeps[i].n_different;
        if (sweeps[i].worst > all.worst) {
            all.worst = sweeps[i].worst;
            all.worst_x = sweeps[i].worst_x;
        }
    }
    return all;
}

/* False when the function is not as stated. */
static int report(const Function *function, const Sweep *sweep, int is_whole) {
    const double stated = function->most_ulp;
    const char *verdict = sweep->n_different > 0                      ? "bits differ between levels"
                          : !(sweep->worst <= stated)                 ? "more than stated"
                          : is_whole && sweep->worst <= stated - 0.01 ? "less than stated"
                                                                      : "as stated";
    printf("%-9s %10llu floats: at most %.4f ulp, at %a; stated %.2f: %s\n", function->name,
           (unsigned long long)sweep->n, sweep->worst, (double)sweep->worst_x, stated, verdict);
    fflush(stdout);
    return strcmp(verdict, "as stated") == 0 ||
           (!is_whole && sweep->n_different == 0 && sweep->worst <= stated);
}

static int is_wanted(const char *name, int n, char **names) {
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return 1;
    return n == 0;
}

int main(int n_arguments, char **arguments) {
    size_t n_threads = processors_available();
    uint32_t every = 1;
    int first = 1;
    for (; first + 1 < n_arguments && arguments[first][0] == '-'; first += 2) {
        const unsigned long value = strtoul(arguments[first + 1], NULL, 10);
        if (strcmp(arguments[first], "-j") == 0 && value > 0)
            n_threads = value;
        else if (strcmp(arguments[first], "--every") == 0 && value > 0)
            every = (uint32_t)value;
        else {
            fprintf(stderr, "sweep_functions: must be [-j THREADS] [--every N] [FUNCTION ...]\n");
            return 2;
        }
    }
    n_threads = n_threads < MOST_THREADS ? n_threads : MOST_THREADS;
    const LevelTables levels = levels_supported();
    for (size_t l = 0; l < levels.n; l++)
        printf("%s%s", l > 0 ? ", " : "levels: ", levels.name[l]);
    printf("\n");
    int good = 1;
    for (size_t f = 0; f < N_FUNCTIONS; f++) {
        if (!is_wanted(FUNCTIONS[f].name, n_arguments - first, arguments + first))
            continue;
        const Sweep sweep = sweep_function(&FUNCTIONS[f], &levels, n_threads, every);
        good = report(&FUNCTIONS[f], &sweep, every == 1) && good;
    }
    return !good;
}
