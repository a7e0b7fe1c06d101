/* Whole records of one stretch of a file into rows of a table: the work of one thread. The rows are
 * known beforehand, so that threads write to a table side by side. What they must not share, they
 * keep until the stretches are joined in the order of the file (csv_join.h): the texts of their
 * cells, and what they have to complain of.
 *
 * Records that are plain (csv_plain.h) take the shorter path, all others go through libcsv. */
#ifndef NNTRAIN_DATA_CSV_ROWS_H
#define NNTRAIN_DATA_CSV_ROWS_H

#include "data/csv_strict.h"
#include "data/table.h"

/* The file that is being read, for all threads. */
typedef struct CsvFile {
    const char *path;
    uint32_t index; /* in table->files */
    char delimiter;
    bool has_plain_path;    /* false: all records go through libcsv */
    bool has_number_tokens; /* a text of `missing` is a number */
    const TextList *missing;
} CsvFile;

/* Cells of the block of rows being written. */
typedef struct CsvCells {
    ColumnForm form;
    ColumnBlock block;
} CsvCells;

typedef struct CsvRows {
    /* set by the caller */
    const CsvFile *file;
    const Table *table; /* with room for the rows; only its cells are written */
    const char *bytes;  /* (n) from the start of a record to the end of one */
    size_t n;
    bool is_cut; /* the last record goes on, and what follows is not to be looked at */
    bool ends_file;
    uint64_t place; /* of bytes in the file */
    uint64_t line;  /* on which they start */
    size_t first_row;
    size_t row_limit; /* rows from there on are not read */
    /* found */
    size_t end_row;       /* behind the last row */
    size_t n_filled;      /* records that are no blank lines */
    uint64_t blank_line;  /* first of the blank lines that nothing follows, or 0 */
    uint64_t ragged_line; /* first record with a wrong number of cells, or 0 */
    size_t ragged_cells;
    size_t n_ragged;
    bool has_lf, has_crlf;
    bool has_failed;       /* err is filled, unless failed_blank */
    uint64_t failed_blank; /* a blank line with a record behind it, or 0 */
    Error err;
    RowPlace *places;
    size_t n_places, place_capacity;
    Dictionary
        *texts;       /* (n_columns) of the columns of texts; the codes of the cells are of these */
    uint32_t **codes; /* (n_columns) for csv_join: what takes the place of those codes, or NULL */
    bool *has_text;   /* (n_columns) a column of numbers has a text */
    /* while reading */
    CsvStrict strict;
    CsvCells *cells; /* (n_columns) */
    size_t row;
    size_t offset; /* of the row in cells */
    uint64_t record_place;
    uint64_t next_line; /* on which the next record starts if it follows line by line */
} CsvRows;

/* Makes *rows, which is zeroed, ready for a table; it can then be read any number of times. */
void csv_rows_init(CsvRows *rows, const Table *table);
void csv_rows_free(CsvRows *rows, const Table *table);

/* Reads the records. */
void csv_rows_read(CsvRows *rows);

/* Puts a cell into the current row. */
void csv_rows_store(CsvRows *rows, size_t column, const char *bytes, size_t n);

#endif
