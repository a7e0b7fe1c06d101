/* What is suspicious about data although nothing in it is wrong: columns that repeat another, that
 * count the rows or give the target away, rare classes, rows in order of time that are split at
 * random, rows of validation and test that training has seen. Constant columns and columns with a
 * category for each row are told where features are fitted. */
#ifndef NNTRAIN_DATA_DOCTOR_H
#define NNTRAIN_DATA_DOCTOR_H

#include "data/split.h"

/* Adds a warning with a way out for each finding; of columns that repeat others at most a few. For
 * a table with all its columns. Relations to the target are looked for in the first 100,000
 * training rows. */
void doctor_examine(const Table *table, const Schema *schema, const Split *split,
                    Problems *problems);

/* Parts of it, in files of their own. */
void doctor_examine_target(const Table *table, const Schema *schema, const RowSet *train,
                           Problems *problems);
void doctor_examine_rows(const Table *table, const Schema *schema, const Split *split,
                         Problems *problems);

/* Equal cells have equal hashes, in whichever columns they are. All ways to write "no value" are
 * equal. */
uint64_t doctor_cell_hash(const Table *table, size_t row, size_t column);
bool doctor_cells_equal(const Table *table, size_t row_a, size_t column_a, size_t row_b,
                        size_t column_b);
/* h with another hash taken in; order matters. */
uint64_t doctor_mix(uint64_t h, uint64_t next);

/* "FILE: warning: column 'NAME' " and the rest. */
void doctor_warn(const Table *table, size_t column, Problems *problems, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
