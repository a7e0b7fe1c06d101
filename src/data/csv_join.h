/* What the stretches of a file found, joined in the order of the file: their texts get the codes of
 * the table's dictionaries, and the first mistake of the file is the one that is told, whoever
 * found his first. Used by csv.c. */
#ifndef NNTRAIN_DATA_CSV_JOIN_H
#define NNTRAIN_DATA_CSV_JOIN_H

#include "data/csv_wave.h"

/* What is known of a file so far. */
typedef struct CsvJoin {
    const CsvFile *file;
    Table *table;
    bool has_header;
    uint64_t blank_line;  /* first of the blank lines just passed, or 0 */
    uint64_t ragged_line; /* first row with a wrong number of cells, or 0 */
    size_t ragged_cells;
    size_t n_ragged;
    bool has_lf, has_crlf;
    bool *has_text; /* (n_columns) a column of numbers has a text in it */
} CsvJoin;

/* Joins what csv_wave_read has read, and moves the table's n_rows. ERROR_DATA. */
bool csv_join_wave(CsvJoin *join, CsvWave *wave, Error *err);

/* The file has ended, or stops at a mistake that is not one of its records: tells of ragged rows,
 * if there are any. */
bool csv_join_end(const CsvJoin *join, Error *err);

/* Tells of the blank lines just passed, which more records follow; returns false. */
bool csv_join_blank(const CsvJoin *join, Error *err);

#endif
