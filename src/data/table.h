/* The rows of CSV files as typed columns, with the file and line that each row came from. Made by
 * csv_read; what the columns mean is decided later, by the schema.
 *
 * A column holds numbers (doubles), or texts (codes of a dictionary), whichever its cells were
 * found to be, and both answer for the value of a cell. Columns lie in blocks of rows, so that a
 * table grows without being copied:
 *
 *     row 0 ............ 2^block_shift ............ 2 * 2^block_shift ......
 *     column 0   [ block 0      ] [ block 1         ] [ block 2
 *     column 1   [ block 0      ] [ block 1         ] [ block 2
 *
 * Lines are not kept per row: most rows are on the line below their predecessor. */
#ifndef NNTRAIN_DATA_TABLE_H
#define NNTRAIN_DATA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/team.h"
#include "base/text.h"
#include "data/csv_again.h"
#include "data/dictionary.h"

typedef enum ColumnForm {
    COLUMN_TEXTS,
    COLUMN_NUMBERS,
    COLUMN_LEFT_OUT /* not read: nobody needs it */
} ColumnForm;

typedef union ColumnBlock {
    double *numbers;
    uint32_t *codes;
    void *any;
} ColumnBlock;

/* Values are finite numbers, NAN for a cell that means "no value", HUGE_VAL (infinity) for a text.
 */
typedef struct Column {
    ColumnForm form;
    ColumnBlock *blocks;
    size_t n_blocks, capacity;
    Dictionary texts; /* with the value of each */
} Column;

/* A row from which on each row is on the line below its predecessor, up to the next place. */
typedef struct RowPlace {
    uint64_t line;  /* 1-based */
    uint64_t place; /* in the file, of its first byte */
    uint32_t row;
    uint32_t file;
} RowPlace;

typedef struct Table {
    TextList files; /* as opened */
    TextList names; /* one per column */
    size_t n_rows;
    size_t n_columns;
    Column *columns;
    unsigned int block_shift;
    RowPlace *places; /* (n_places) by row; none when rows are not from files */
    size_t n_places, place_capacity;
    CsvSource *sources; /* (files.n), or NULL */
} Table;

/* Names the columns of an empty table, all of them texts. n_rows: how many are likely to come, so
 * that few take little memory and many come in large blocks; SIZE_MAX: nobody knows. */
void table_set_names(Table *table, const TextList *names, size_t n_rows);
/* Makes room for rows up to n_rows. */
void table_reserve(Table *table, size_t n_rows);
/* A thread's share of it, inside a run of a team: the system takes its time for the first write to
 * each page. */
void table_reserve_share(Table *table, size_t n_rows, const TeamShare *share);
void table_add_place(Table *table, RowPlace place);
/* Puts a text into a column of texts; missing: the texts that mean "no value", as "" always does.
 */
void table_put_text(Table *table, size_t row, size_t column, const char *text,
                    const TextList *missing);
/* What a column has of cells and texts is released, and its form set. */
void table_clear_column(Table *table, size_t column, ColumnForm form);
void table_free(Table *table);

/* The value of a text; see Column. */
double table_value_of(const char *bytes, size_t n, const TextList *missing);

static inline const ColumnBlock *table_block(const Table *table, size_t row, size_t column) {
    return &table->columns[column].blocks[row >> table->block_shift];
}

static inline size_t table_offset(const Table *table, size_t row) {
    return row & (((size_t)1 << table->block_shift) - 1);
}

/* Code of a cell of a column of texts. */
static inline uint32_t table_code(const Table *table, size_t row, size_t column) {
    return table_block(table, row, column)->codes[table_offset(table, row)];
}

/* The value of a cell; see Column. */
static inline double table_value(const Table *table, size_t row, size_t column) {
    const Column *of = &table->columns[column];
    return of->form == COLUMN_NUMBERS
               ? table_block(table, row, column)->numbers[table_offset(table, row)]
               : of->texts.entries[table_code(table, row, column)].value;
}

/* Does the cell mean "no value"? */
static inline bool table_is_missing(const Table *table, size_t row, size_t column) {
    return __builtin_isnan(table_value(table, row, column));
}

/* Text of a cell of a column of texts, "" when it was empty. */
const char *table_cell(const Table *table, size_t row, size_t column);

/* Adds the cells of a row in the given columns, as they are written, whatever the columns hold.
 * Where the file has changed since, numbers are written in the shortest way. */
void table_texts(const Table *table, size_t row, const size_t *columns, size_t n, TextList *cells);

/* Index of the column called name, or of "#3" (1-based, counts every column); n_columns when there
 * is none. */
size_t table_find(const Table *table, const char *name);

/* Index of the file, and line (1-based), that a row is from. */
size_t table_file(const Table *table, size_t row);
uint64_t table_line(const Table *table, size_t row);

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
