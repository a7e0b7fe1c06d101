/* Cutting rows into parts of given sizes: by chance, class by class, or group by group. Serves the
 * split (three parts) and the folds (k equal parts) alike. Used by split.c. */
#ifndef NNTRAIN_DATA_SPLIT_CUT_H
#define NNTRAIN_DATA_SPLIT_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "data/schema.h"
#include "data/table.h"

typedef struct SplitCut {
    const double *fractions; /* (n_parts) of the rows, summing to 1 */
    size_t n_parts;
    bool first_is_train; /* part 0 is served first: no class is without a row in it */
    RandomStream stream;
} SplitCut;

/* part_of (rows->n) receives the part of each of the rows. */
typedef bool SplitFunction(const SplitCut *cut, const Table *table, const Schema *schema,
                           const RowSet *rows, uint32_t *part_of, Error *err);

/* Whole numbers for n rows by the largest-remainder method: floor(fraction * n) each, and what is
 * left to the largest remainders, earlier parts first. Then a part with a fraction that got none
 * takes one from the largest part if that has two or more, earlier parts first. */
void split_cut_sizes(const double *fractions, size_t n_parts, size_t n, size_t *sizes);

/* A random permutation, cut into parts. */
SplitFunction split_cut_random;

/* The same within each class of the target. Each class is within one row of its fractions, and so
 * are the totals. A class with too few rows is in train first; in folds it needs two rows. */
SplitFunction split_cut_stratified;

/* Whole groups in random order, each to the part that then lacks most rows. */
SplitFunction split_cut_group;

#endif
