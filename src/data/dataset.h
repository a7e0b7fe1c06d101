/* Numbers ready for a network: aligned float matrices with one row per example. */
#ifndef NNTRAIN_DATA_DATASET_H
#define NNTRAIN_DATA_DATASET_H

#include "data/features.h"
#include "data/schema.h"
#include "data/table.h"
#include "data/target.h"

typedef struct Dataset {
    size_t n_rows;
    size_t n_inputs;  /* columns of x without padding */
    size_t n_targets; /* columns of y without padding */
    size_t x_row;     /* compute_spread(n_inputs) */
    size_t y_row;     /* floats per row of y; dataset_build leaves no padding */
    float *x;         /* (n_rows, x_row) */
    float *y;         /* (n_rows, y_row), NULL when the data has no target */
    float *weight;    /* (n_rows), NULL: all 1 */
    uint32_t *source; /* (n_rows) row of the table */
} Dataset;

/* Applies fitted features (and target, unless NULL) to rows of a table. weight_column is n_columns
 * when there is none; a negative or missing weight, and weights that are all 0, are ERROR_DATA.
 * unknown may be NULL. *dataset is zeroed by the caller, who frees it also after a failure. */
bool dataset_build(const Features *features, const Target *target, const Table *table,
                   const RowSet *rows, size_t weight_column, UnknownCount *unknown,
                   Dataset *dataset, Error *err);
void dataset_free(Dataset *dataset);

/* Copies the given examples into a batch: x (n, x_row); y (n, y_row), left alone when the data has
 * no target; weight (n) or NULL, 1 where the data has none. */
void dataset_gather(const Dataset *dataset, const uint32_t *examples, size_t n, float *x, float *y,
                    float *weight);

#endif
