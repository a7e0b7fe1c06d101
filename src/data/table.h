/* A CSV as read: column names and text cells, with the file and line that each row came from.
 * Made by csv_read; types are decided later, by the schema. */
#ifndef NNTRAIN_DATA_TABLE_H
#define NNTRAIN_DATA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

typedef struct Table {
    TextList files; /* as named by the user */
    TextList names; /* one per column */
    size_t n_rows;
    size_t n_columns;
    char *pool; /* all cells, each NUL-terminated */
    size_t n_pool, pool_capacity;
    size_t *cells; /* (n_rows, n_columns) offsets into pool */
    size_t cell_capacity;
    uint64_t *lines;   /* (n_rows) 1-based line on which the row starts */
    uint32_t *sources; /* (n_rows) index into files */
    size_t row_capacity;
} Table;

void table_free(Table *table);

/* Text of a cell, "" when it was empty. */
const char *table_cell(const Table *table, size_t row, size_t column);

/* Index of the column called name, or of "#3" (1-based, counts every column); n_columns when there
 * is none. */
size_t table_find(const Table *table, const char *name);

/* "file:line" of a row, a long path cut, into out (TEXT_SHOWN bytes); returns out. */
const char *table_place(const Table *table, size_t row, char out[TEXT_SHOWN]);

/* Fails with ERROR_DATA as "file:line:column: error: column 'name': 'VALUE' ..." where column is
 * the 1-based field and the format gives what follows the cell's text ("is not a number"). Always
 * returns false. */
bool table_fail(const Table *table, size_t row, size_t column, Error *err, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A set of rows in the order in which they are used. */
typedef struct RowSet {
    uint32_t *rows;
    size_t n;
} RowSet;

#endif
