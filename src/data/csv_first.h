/* The first rows of a file: its delimiter, the names of its columns, and which of them look like
 * numbers. Used by csv.c. */
#ifndef NNTRAIN_DATA_CSV_FIRST_H
#define NNTRAIN_DATA_CSV_FIRST_H

#include "data/csv.h"
#include "data/csv_bytes.h"
#include "data/csv_wave.h"

/* The delimiter: options->delimiter, or found in the first 64 KiB. ERROR_DATA when two could be it.
 */
bool csv_first_delimiter(const CsvOptions *options, const char *path, CsvBytes *bytes,
                         char *delimiter, Error *err);

/* The first record, which is no blank line. */
typedef struct CsvFirst {
    TextList cells;
    uint64_t line;
    uint64_t blank_line; /* first of the blank lines before it, or 0 */
    bool has_lf, has_crlf;
    size_t n; /* bytes up to behind it; 0: there is nothing but blank lines */
} CsvFirst;

/* Reads it from the start of a wave, which is filled on until it is whole; first is zeroed by the
 * caller, who frees first->cells. ERROR_SIZE for more than 65,536 cells. */
bool csv_first_read(const CsvFile *file, CsvWave *wave, CsvFirst *first, Error *err);

/* Sets the forms of the table's columns by wishes (n_columns) and by the records at the start of a
 * wave. */
void csv_first_guess(const CsvFile *file, const CsvWave *wave, const CsvWish *wishes, Table *table);

#endif
