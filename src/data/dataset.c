#include "data/dataset.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"

enum { PREFETCH_AHEAD = 8 };

static bool build_inputs(const Features *features, const Table *table, const RowSet *rows,
                         UnknownCount *unknown, Dataset *dataset, Error *err) {
    dataset->n_inputs = features->n_columns;
    dataset->x_row = compute_spread(dataset->n_inputs);
    size_t *columns = NEW(size_t, features->n);
    bool ok = features_bind(features, table, columns, NULL, err);
    if (ok) {
        dataset->x = memory_new(rows->n, dataset->x_row * sizeof *dataset->x);
        ok = features_apply(features, table, columns, rows, dataset->x, dataset->x_row, unknown,
                            err);
    }
    memory_free(columns);
    return ok;
}

static bool build_targets(const Target *target, const Table *table, const RowSet *rows,
                          Dataset *dataset, Error *err) {
    dataset->n_targets = target_columns(target);
    dataset->y_row = dataset->n_targets;
    size_t *columns = NEW(size_t, target->names.n);
    bool ok = target_bind(target, table, columns, err);
    if (ok) {
        dataset->y = memory_new(rows->n, dataset->y_row * sizeof *dataset->y);
        ok = target_encode(target, table, columns, rows, dataset->y, dataset->y_row, err);
    }
    memory_free(columns);
    return ok;
}

static bool build_weights(const Table *table, const RowSet *rows, size_t column, Dataset *dataset,
                          Error *err) {
    dataset->weight = NEW(float, rows->n);
    bool any = rows->n == 0;
    for (size_t i = 0; i < rows->n; i++) {
        const size_t row = rows->rows[i];
        double value;
        bool is_missing;
        if (!schema_number(table, row, column, &value, &is_missing, err))
            return false;
        if (is_missing)
            return table_fail(table, row, column, err,
                              "is a missing value, and every row needs its weight");
        dataset->weight[i] = (float)value;
        if (value < 0.0 || !isfinite(dataset->weight[i]))
            return table_fail(table, row, column, err,
                              "is no weight: it must be 0 or more and within the range of a 32-bit "
                              "float");
        any = any || dataset->weight[i] > 0.0f;
    }
    return any ||
           table_fail(table, rows->rows[0], column, err,
                      "is the weight of this row, and like it all %zu rows have weight 0", rows->n);
}

bool dataset_build(const Features *features, const Target *target, const Table *table,
                   const RowSet *rows, size_t weight_column, UnknownCount *unknown,
                   Dataset *dataset, Error *err) {
    dataset->n_rows = rows->n;
    dataset->source = memory_copy(rows->rows, rows->n, sizeof *rows->rows);
    return build_inputs(features, table, rows, unknown, dataset, err) &&
           (!target || build_targets(target, table, rows, dataset, err)) &&
           (weight_column >= table->n_columns ||
            build_weights(table, rows, weight_column, dataset, err));
}

void dataset_free(Dataset *dataset) {
    memory_free(dataset->x);
    memory_free(dataset->y);
    memory_free(dataset->weight);
    memory_free(dataset->source);
    *dataset = (Dataset){0};
}

/* Copies of a fixed size are a few moves, which a call for a short row costs several times. */
static inline void copy_row(float *restrict to, const float *restrict from, size_t row) {
    for (size_t j = 0; j < row; j += LANES)
        memcpy(to + j, from + j, LANES * sizeof *to);
}

/* Shuffled rows are far apart: they are asked for early. */
static void gather_rows(float *to, const float *from, size_t row, const uint32_t *examples,
                        size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (i + PREFETCH_AHEAD < n)
            __builtin_prefetch(from + examples[i + PREFETCH_AHEAD] * row);
        copy_row(to + i * row, from + examples[i] * row, row);
    }
}

void dataset_gather(const Dataset *dataset, const uint32_t *examples, size_t n, float *x, float *y,
                    float *weight) {
    gather_rows(x, dataset->x, dataset->x_row, examples, n);
    if (dataset->y)
        for (size_t i = 0; i < n; i++)
            memcpy(y + i * dataset->y_row, dataset->y + examples[i] * dataset->y_row,
                   dataset->y_row * sizeof *y);
    for (size_t i = 0; weight && i < n; i++)
        weight[i] = dataset->weight ? dataset->weight[examples[i]] : 1.0f;
}
