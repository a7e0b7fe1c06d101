/* Microseconds of one training step in FANN, as bench_steps.c measures them for nntrain: as many
 * incremental training steps as a batch has rows, which is how FANN trains by default.
 *
 *     steps_fann [NETWORK ...]
 *
 * Sigmoid layers and squared error, since this FANN has neither ReLU nor cross-entropy. Prints one
 * line per network: its name and the median microseconds. Needs libfann (Debian: libfann-dev). */
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N_ROWS = 256, MOST_LAYERS = 5, CHUNKS = 15 };
#define MEASURED_SECONDS 0.5

typedef struct Case {
    const char *name;
    unsigned n_layers, units[MOST_LAYERS], batch;
} Case;

static const Case CASES[] = {
    {"tiny", 3, {4, 16, 3}, 16},
    {"tab", 4, {30, 64, 32, 2}, 32},
    {"mid", 4, {100, 256, 128, 10}, 128},
    {"image", 4, {784, 512, 256, 10}, 128},
};

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare_doubles(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Seconds of training on n rows. */
static double time_rows(struct fann *network, float *x, float *y, size_t n) {
    const unsigned n_inputs = fann_get_num_input(network), n_outputs = fann_get_num_output(network);
    const double begin = seconds_now();
    for (size_t i = 0; i < n; i++)
        fann_train(network, x + i % N_ROWS * n_inputs, y + i % N_ROWS * n_outputs);
    return seconds_now() - begin;
}

static void bench(const Case *of) {
    struct fann *network = fann_create_standard_array(of->n_layers, of->units);
    const size_t n_inputs = of->units[0], n_outputs = of->units[of->n_layers - 1];
    float *x = calloc(N_ROWS * n_inputs, sizeof *x), *y = calloc(N_ROWS * n_outputs, sizeof *y);
    if (network == NULL || x == NULL || y == NULL)
        exit(1);
    for (size_t i = 0; i < N_ROWS * n_inputs; i++)
        x[i] = (float)(i * 2654435761u % 2001) / 1000.0f - 1.0f;
    for (size_t i = 0; i < N_ROWS; i++)
        y[i * n_outputs + i % n_outputs] = 1.0f;
    size_t n = of->batch;
    while (time_rows(network, x, y, n) < MEASURED_SECONDS / CHUNKS / 2)
        n *= 2;
    double rows[CHUNKS];
    for (size_t i = 0; i < CHUNKS; i++)
        rows[i] = time_rows(network, x, y, n) / (double)n;
    qsort(rows, CHUNKS, sizeof *rows, compare_doubles);
    printf("%s %.4f\n", of->name, 1e6 * rows[CHUNKS / 2] * of->batch);
    fflush(stdout);
    free(x);
    free(y);
    fann_destroy(network);
}

int main(int n_arguments, char **arguments) {
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int is_wanted = n_arguments == 1;
        for (int j = 1; j < n_arguments; j++)
            is_wanted = is_wanted || strcmp(arguments[j], CASES[i].name) == 0;
        if (is_wanted)
            bench(&CASES[i]);
    }
    return 0;
}
