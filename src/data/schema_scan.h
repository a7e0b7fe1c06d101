/* One pass over the cells of a table: what each column holds. Used by schema.c. */
#ifndef NNTRAIN_DATA_SCHEMA_SCAN_H
#define NNTRAIN_DATA_SCHEMA_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "data/table.h"

enum { MAX_DISTINCT_NUMBERS = 1000 };

typedef struct ColumnScan {
    size_t n_present;
    size_t n_numbers;      /* present cells that are numbers */
    size_t n_with_comma;   /* ... and those that would be, but for a comma */
    size_t first_text_row; /* first present cell that is none; n_rows when there is none */
    double minimum, maximum;
    bool is_whole;    /* every number is an integer */
    double *distinct; /* (n_distinct) increasing, the first MAX_DISTINCT_NUMBERS met */
    size_t n_distinct;
} ColumnScan;

/* Fills scans (n_columns), which are zeroed, for the columns that are wanted. */
void schema_scan(const Table *table, const bool *is_wanted, ColumnScan *scans);
void schema_scan_free(ColumnScan *scans, size_t n_columns);

/* Different texts among the present cells of a column of texts. */
size_t schema_scan_count_texts(const Table *table, size_t column);

#endif
