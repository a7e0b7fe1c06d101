/* Seconds from a CSV file of numbers to a float32 matrix, once: bench_csv FILE THREADS. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "base/team.h"
#include "data/csv.h"

typedef struct Matrix {
    const Table *table;
    float *values; /* (n_rows, n_columns) */
} Matrix;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void convert(void *context, const TeamShare *share) {
    const Matrix *matrix = context;
    const Table *table = matrix->table;
    const Range range = team_range(share, table->n_rows, 1024);
    for (size_t row = range.first; row < range.end; row++) {
        for (size_t column = 0; column < table->n_columns; column++) {
            matrix->values[row * table->n_columns + column] =
                (float)table_value(table, row, column);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: bench_csv FILE THREADS\n", stderr);
        return 2;
    }
    const size_t n_threads = (size_t)strtoul(argv[2], NULL, 10);
    CsvOptions options = {.header = true, .n_threads = n_threads};
    Table table = {0};
    Problems problems = {0};
    Error err;
    text_list_add(&options.files, argv[1]);
    const double begin = now();
    if (!csv_read(&options, &table, &problems, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    Matrix matrix = {&table, NEW(float, table.n_rows *table.n_columns)};
    Team *team = team_start(n_threads);
    team_run(team, convert, &matrix);
    team_stop(team);
    printf("%.6f\n", now() - begin);
    memory_free(matrix.values);
    table_free(&table);
    problems_free(&problems);
    text_list_free(&options.files);
    return 0;
}
